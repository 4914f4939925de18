//! The result of decoding a text, with offsets in that text.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::ErrorKind;
use crate::finding::{FindingKind, Path};
use crate::lenient::classify::elsewhere::response_inside;
use crate::lenient::classify::requests::is_request;
use crate::lenient::classify::{Evidence, Verdict};
use crate::lenient::context::Settings;
use crate::lenient::outline::Outline;
use crate::lenient::success::{SUCCESS_FIELD, tells_success};
use crate::lenient::{Api, Kinds};
use crate::options::Limit;
use crate::pending::{FindingBudget, PendingFinding, Subject};
use crate::repair::notation::{self, Lossy};
use crate::repair::text_edits::TextEdit;
use crate::repair::work::RepairAbort;
use crate::schema::same_name;
use crate::syntax::reader::{Format, ParseError, ParseErrorKind};

/// The result of reading one document.
pub(super) type Read<'t, A> = Result<DecodedText<'t, A>, DecodeFailure>;

/// A decoded response.
pub(super) struct DecodedText<'t, A: Api> {
    pub(super) response: A::Response<'t>,
    pub(super) format: Format,
    pub(super) findings: Vec<PendingFinding>,
    pub(super) budget: FindingBudget,
    /// The name that an XML root element should have; `None` if it is around the response.
    pub(super) root: Option<&'static str>,
    pub(super) evidence: Evidence,
    /// The edits of the text that were made to read it.
    pub(super) edits: Vec<TextEdit>,
}

impl<A: Api> DecodedText<'_, A> {
    /// Whether the response has an error code.
    pub(super) fn is_error(&self) -> bool {
        A::KINDS.kinds[A::kind(&self.response)].code.is_some()
    }

    /// Converts to a response that borrows nothing from the text.
    pub(super) fn into_owned<'o>(self) -> DecodedText<'o, A> {
        let Self { response, format, findings, budget, root, evidence, edits } = self;
        let response = A::into_owned(response);
        DecodedText { response, format, findings, budget, root, evidence, edits }
    }

    /// Maps all offsets.
    pub(super) fn relocated(mut self, offset: impl Fn(usize) -> usize) -> Self {
        let findings = self.findings.into_iter().map(|finding| finding.relocated(&offset));
        for TextEdit { original, .. } in &mut self.edits {
            *original = offset(original.start)..offset(original.end);
        }
        Self { findings: findings.collect(), ..self }
    }

    /// Omits the findings whose paths are too large: `allowed` bytes for the document, and what is left of
    /// those that all documents share.
    pub(super) fn truncate_paths(&mut self, allowed: usize, shared: &mut usize) {
        let mut left = allowed.saturating_add(*shared);
        let fits = |finding: &&PendingFinding| {
            let rest = left.checked_sub(finding.path.size());
            left = rest.unwrap_or(left);
            rest.is_some()
        };
        let kept = self.findings.iter().take_while(fits).count();
        let mut guess = None;
        for finding in self.findings.drain(kept..) {
            match &finding.subject {
                // A document that needs a guess may not be allowed.
                Subject::Finding(_) if finding.is_guess && guess.is_none() => guess = Some(finding),
                Subject::Finding(kind) => self.budget.omitted.add(kind.rule()),
                Subject::Location { .. } => {}
            }
        }
        self.findings.extend(guess);
        *shared = left.min(*shared);
    }

    /// Reports a finding on the document as a whole.
    pub(super) fn report(&mut self, kind: FindingKind, span: std::ops::Range<usize>) {
        if let Some(path) = self.budget.take(&kind, Path::default) {
            self.findings.push(PendingFinding::new(kind, path, span));
        }
    }
}

/// Why a text could not be decoded, and at which offset.
pub(super) struct DecodeFailure {
    pub(super) kind: ErrorKind,
    pub(super) format: Option<Format>,
    pub(super) path: Path,
    pub(super) at: usize,
    /// Whether the text may be a response that is malformed or has surrounding text.
    pub(super) is_repairable: bool,
    /// Whether the text is an array of responses.
    pub(super) is_sequence: bool,
}

impl DecodeFailure {
    pub(super) fn new(kind: ErrorKind, format: Option<Format>, at: usize) -> Self {
        let is_repairable = matches!(
            kind,
            ErrorKind::Syntax { .. } | ErrorKind::UnknownFormat { .. } | ErrorKind::NoRoot
        );
        Self { kind, format, path: Path::default(), at, is_repairable, is_sequence: false }
    }

    /// Whether the document was not read to its end, although it may be well formed.
    pub(super) fn is_before_end(&self) -> bool {
        matches!(self.kind, ErrorKind::Limit { .. } | ErrorKind::Html { .. })
    }

    pub(super) fn syntax(error: ParseError, format: Format, path: Path) -> Self {
        let kind = match *error.kind {
            ParseErrorKind::Syntax(message) => ErrorKind::Syntax { message: message.into() },
            ParseErrorKind::NoRoot => ErrorKind::NoRoot,
        };
        Self { path, ..Self::new(kind, Some(format), error.at) }
    }

    pub(super) fn lossy(lossy: Lossy) -> Self {
        let Lossy { notation, instead, at } = lossy;
        Self::new(ErrorKind::LossyPrint { notation, instead }, Some(Format::Text), at)
    }

    pub(super) fn aborted(abort: RepairAbort, max_depth: usize) -> Self {
        match abort {
            RepairAbort::TooDeep(at) => {
                Self::new(ErrorKind::Limit { limit: Limit::Depth, most: max_depth }, None, at)
            }
            RepairAbort::WorkLimit(at) => Self::new(ErrorKind::RepairLimitExceeded, None, at),
        }
    }

    /// Lets XML that is nested too deep be repaired if it lacks end tags.
    pub(super) fn repairable_if_unclosed(self, text: &str) -> Self {
        match self.kind {
            // So many elements have more end tags if the document is well formed.
            ErrorKind::Limit { limit: Limit::Depth, most }
                if memchr::memmem::find_iter(text.as_bytes(), "</").take(most).count() < most =>
            {
                Self { is_repairable: true, ..self }
            }
            _ => self,
        }
    }

    /// Whether it says more than that there is no response: it is about what is around one, or about the first
    /// document, of which something is left after repair.
    pub(super) fn tells_more(&self, is_first: bool) -> bool {
        matches!(self.kind, ErrorKind::FailedStatus { .. } | ErrorKind::LossyPrint { .. })
            || is_first && !self.is_empty_after_repair()
    }

    /// Whether nothing is left of the document after repair.
    fn is_empty_after_repair(&self) -> bool {
        match &self.kind {
            ErrorKind::NotAResponse { members } => members.is_empty(),
            ErrorKind::NotAnObject { found } => *found == "nothing",
            _ => false,
        }
    }

    /// Maps all offsets.
    pub(super) fn relocated(self, offset: impl Fn(usize) -> usize) -> Self {
        Self { at: offset(self.at), ..self }
    }
}

pub(super) fn unknown_format(text: &str) -> ErrorKind {
    const SHOWN: usize = 80;
    // Looking for the end of the line from each start of a document in it would take quadratic time.
    let start = text.trim_start().chars().take(SHOWN);
    let line: String = start.take_while(|c| *c != '\n').collect();
    ErrorKind::UnknownFormat { begins: line.trim_end_matches('\r').into() }
}

/// The error for a document that is not a response. `root`: the name of its XML root element.
pub(super) fn not_a_response(
    outline: &Outline<'_>,
    verdict: Verdict,
    root: Option<&str>,
    kinds: &'static Kinds,
) -> ErrorKind {
    const SHOWN: usize = 5;
    let names = outline.members().iter().take(SHOWN).map(|(name, _)| (&**name).into());
    if let Some(operation) = verdict.other_operation {
        return ErrorKind::OtherOperation {
            follow_up: follow_up(outline, &operation, kinds),
            operation: operation.into(),
            members: names.collect(),
        };
    }
    if is_request(outline, kinds) {
        return ErrorKind::Request { members: names.collect() };
    }
    if let Some(status) = verdict.failed_status {
        return ErrorKind::FailedStatus { status };
    }
    if let Some(path) = response_inside(outline, root.is_some(), kinds) {
        return ErrorKind::ResponseInside { path };
    }
    if let Some(root) = root.filter(|root| kinds.by_root(root).is_none()) {
        return ErrorKind::UnexpectedRoot { name: root.into(), expected: kinds.roots().collect() };
    }
    let codes = kinds.kinds.iter().filter_map(|kind| kind.code);
    let tells_success = |(name, value): &(Cow<'_, str>, Outline<'_>)| {
        let code = value.scalar().filter(|code| tells_success(code))?;
        let is_known = |known: &str| same_name(known, name);
        let is_code = codes.clone().any(is_known) || is_known(SUCCESS_FIELD);
        is_code.then(|| ErrorKind::NoList { member: (&**name).into(), code: code.into() })
    };
    if let Some(no_list) = outline.members().iter().find_map(tells_success) {
        return no_list;
    }
    let found = match outline {
        Outline::Object(_) => return ErrorKind::NotAResponse { members: names.collect() },
        Outline::List(_) | Outline::Deep => "an array",
        Outline::Text(_) if root.is_some() && outline.is_blank() => "nothing",
        Outline::Text(_) if root.is_some() => "text only",
        Outline::Text(_) => "a string",
        Outline::Scalar(text) if matches!(&**text, "true" | "false") => "a boolean",
        Outline::Scalar(_) => "a number",
        Outline::Null => "null",
    };
    ErrorKind::NotAnObject { found }
}

/// The failure of text between documents.
pub(super) fn stray_text(text: &str, stray: Range<usize>) -> DecodeFailure {
    DecodeFailure::new(unknown_format(&text[stray.clone()]), None, stray.start)
}

/// The request for what another operation started, such as `DescribeInvocations with InvokeId=t-1`.
fn follow_up(outline: &Outline<'_>, operation: &str, kinds: &Kinds) -> Option<Box<str>> {
    // What lists its own runs started none of ours.
    let mut others = kinds.other_operations.iter();
    if others.any(|other| other.name == operation && !other.item_fields.is_empty()) {
        return None;
    }
    let kind = kinds.kinds.first()?;
    let (operation, id) = (kind.roots.first()?.strip_suffix("Response")?, *kind.item_ids.first()?);
    let inside = outline.members().iter().map(|(_, value)| value);
    let mut objects = std::iter::once(outline).chain(inside);
    let value = objects.find_map(|object| object.values(id).find_map(|value| value.scalar()))?;
    Some(format!("{operation} with {id}={value}").into())
}

/// The failure to read a text that has no response, which may be a print without names or values.
pub(super) fn or_lossy(failure: DecodeFailure, text: &str, settings: &Settings) -> DecodeFailure {
    let lossy = || notation::is_unnamed(text).or_else(|| notation::is_without_code(text));
    let may_be_print =
        matches!(failure.kind, ErrorKind::UnknownFormat { .. } | ErrorKind::Syntax { .. });
    let may_be_print = may_be_print && settings.options.repair.is_allowed();
    match may_be_print.then(lossy).flatten() {
        Some(lossy) => DecodeFailure { at: failure.at, ..DecodeFailure::lossy(lossy) },
        None => failure,
    }
}

//! The result of decoding a text, with offsets in that text.

use crate::error::ErrorKind;
use crate::finding::{FindingKind, Path};
use crate::lenient::Api;
use crate::options::Limit;
use crate::pending::{FindingBudget, PendingFinding};
use crate::repair::work::RepairAbort;
use crate::syntax::reader::{Format, ParseError, ParseErrorKind};
use crate::value::Value;

/// A decoded response.
pub(super) struct DecodedText<'t, A: Api> {
    pub(super) response: A::Response<'t>,
    pub(super) format: Format,
    pub(super) findings: Vec<PendingFinding>,
    pub(super) budget: FindingBudget,
}

impl<A: Api> DecodedText<'_, A> {
    /// Converts to a response that borrows nothing from the text.
    pub(super) fn into_owned<'o>(self) -> DecodedText<'o, A> {
        let Self { response, format, findings, budget } = self;
        DecodedText { response: A::into_owned(response), format, findings, budget }
    }

    /// Maps all offsets.
    pub(super) fn relocated(self, offset: impl Fn(usize) -> usize) -> Self {
        let findings = self.findings.into_iter().map(|finding| finding.relocated(&offset));
        Self { findings: findings.collect(), ..self }
    }

    /// Reports a finding on the document as a whole.
    pub(super) fn report(&mut self, kind: FindingKind, span: std::ops::Range<usize>) {
        if let Some(path) = self.budget.take(Path::default) {
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
}

impl DecodeFailure {
    pub(super) fn new(kind: ErrorKind, format: Option<Format>, at: usize) -> Self {
        let is_repairable = matches!(
            kind,
            ErrorKind::Syntax { .. } | ErrorKind::UnknownFormat { .. } | ErrorKind::NoRoot
        );
        Self { kind, format, path: Path::default(), at, is_repairable }
    }

    pub(super) fn syntax(error: ParseError, format: Format, path: Path) -> Self {
        let kind = match *error.kind {
            ParseErrorKind::Syntax(message) => ErrorKind::Syntax { message: message.into() },
            ParseErrorKind::NoRoot => ErrorKind::NoRoot,
        };
        Self { path, ..Self::new(kind, Some(format), error.at) }
    }

    pub(super) fn aborted(abort: RepairAbort, max_depth: usize) -> Self {
        match abort {
            RepairAbort::TooDeep(at) => {
                Self::new(ErrorKind::Limit { limit: Limit::Depth, most: max_depth }, None, at)
            }
            RepairAbort::WorkLimit(at) => Self::new(ErrorKind::RepairLimitExceeded, None, at),
        }
    }

    /// Whether nothing is left of the document after repair.
    pub(super) fn is_empty_after_repair(&self) -> bool {
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
    let line = text.trim_start().lines().next().unwrap_or_default();
    ErrorKind::UnknownFormat { begins: line.chars().take(80).collect::<String>().into() }
}

/// The error for a document that is not a response.
pub(super) fn not_a_response(value: &Value<'_>, format: Format) -> ErrorKind {
    const SHOWN: usize = 5;
    let found = match value {
        Value::Object(object) => {
            let names = object.iter().take(SHOWN).map(|(name, _)| name.into());
            return ErrorKind::NotAResponse { members: names.collect() };
        }
        Value::List(_) => "an array",
        Value::String(text) if format == Format::Xml && text.trim().is_empty() => "nothing",
        Value::String(_) if format == Format::Xml => "text only",
        Value::String(_) => "a string",
        Value::Number(_) => "a number",
        Value::Bool(_) => "a boolean",
        Value::Null => "null",
    };
    ErrorKind::NotAnObject { found }
}

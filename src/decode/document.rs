//! Reading of the documents in a text: as they are if they are well formed, else after repair.

use std::borrow::Cow;
use std::ops::Range;

use super::embedded::{locate_in_texts, relocate};
use super::html::{html_title, is_html_doctype};
use super::outcome::{DecodeFailure, DecodedText, not_a_response, unknown_format};
use crate::error::ErrorKind;
use crate::finding::{FindingKind, Path};
use crate::lenient::Api;
use crate::lenient::context::{Context, Settings};
use crate::lenient::private::{DocumentKind, ReadContext};
use crate::lenient::response::{EmbeddedText, EmbeddedTexts, read_unknown_root};
use crate::pending::{FindingBudget, PendingFinding};
use crate::repair;
use crate::repair::edits::RepairedText;
use crate::repair::start::DocumentStart;
use crate::repair::work::{RepairAbort, WorkBudget};
use crate::syntax::reader::{Format, ParseError};
use crate::syntax::{json, xml};
use crate::value::Value;

/// The result of reading one document.
pub(super) type Read<'t, A> = Result<DecodedText<'t, A>, DecodeFailure>;

/// Reads the first response in a text.
pub(super) fn read<'t, A: Api>(text: &'t str, settings: &Settings) -> Read<'t, A> {
    let mut failure = match read_whole(text, settings) {
        Err(failure) if settings.options.repair && failure.is_repairable => failure,
        read => return read,
    };
    let body = text.len() - text.trim_start().len();
    let mut progress = Progress::new(text);
    while let Some((extent, read)) = next_document(text, &mut progress, settings) {
        match read {
            Ok(mut read) => {
                report_surrounding_text(text, 0..extent.start, &mut read);
                let rest = extent.end..text.len();
                if progress.next_start::<A>(text).is_some() {
                    read.report(FindingKind::TrailingDocument, trimmed(text, rest));
                } else {
                    report_surrounding_text(text, rest, &mut read);
                }
                return Ok(read);
            }
            Err(other)
                if matches!(
                    other.kind,
                    ErrorKind::Limit { .. } | ErrorKind::RepairLimitExceeded
                ) =>
            {
                return Err(other);
            }
            // The first document most likely is the intended one, so its error is the most useful.
            Err(other) if extent.start == body && !other.is_empty_after_repair() => {
                failure = other;
            }
            Err(_) => {}
        }
    }
    Err(failure)
}

fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let piece = &text[span.clone()];
    let start = span.end - piece.trim_start().len();
    start.min(span.end)..start.max(span.start + piece.trim_end().len())
}

/// Reports text before or after a document, unless it is whitespace.
fn report_surrounding_text<A: Api>(text: &str, span: Range<usize>, read: &mut DecodedText<'_, A>) {
    let span = trimmed(text, span);
    if !span.is_empty() {
        read.report(FindingKind::SurroundingText, span);
    }
}

/// The position in a text with several documents.
#[derive(Clone)]
pub(super) struct Progress {
    pub(super) at: usize,
    work: WorkBudget,
    /// Whether it is known that the text has several documents, or that it is not a single one.
    pub(super) has_started: bool,
    pub(super) is_done: bool,
}

impl Progress {
    pub(super) fn new(text: &str) -> Self {
        Self { at: 0, work: WorkBudget::new(text), has_started: false, is_done: false }
    }

    fn next_start<A: Api>(&self, text: &str) -> Option<DocumentStart> {
        DocumentStart::find(text, self.at, A::KINDS, &self.work)
    }
}

/// Reads the next document in a text.
pub(super) fn read_next<'t, A: Api>(
    text: &'t str,
    progress: &mut Progress,
    settings: &Settings,
) -> Option<Read<'t, A>> {
    if progress.is_done {
        return None;
    }
    let mut whole_failure = None;
    if !progress.has_started {
        progress.has_started = true;
        match read_whole(text, settings) {
            Err(failure) if failure.is_repairable => whole_failure = Some(failure),
            read => {
                progress.is_done = true;
                return Some(read);
            }
        }
    }
    let before = progress.at;
    let Some((extent, read)) = next_document(text, progress, settings) else {
        progress.is_done = true;
        return whole_failure.map(Err);
    };
    let is_last = progress.next_start::<A>(text).is_none();
    let around = [before..extent.start, if is_last { extent.end..text.len() } else { 0..0 }]
        .map(|span| trimmed(text, span));
    let surrounding = around.iter().find(|span| !span.is_empty()).cloned();
    Some(match read {
        Ok(mut read) => match surrounding {
            Some(surrounding) if !settings.options.repair => {
                // Errors are in the order of the documents.
                let whole_failure = whole_failure.filter(|failure| failure.at <= progress.at);
                Err(whole_failure.unwrap_or_else(|| {
                    let kind = unknown_format(&text[surrounding.clone()]);
                    DecodeFailure::new(kind, None, surrounding.start)
                }))
            }
            _ => {
                around.into_iter().for_each(|span| report_surrounding_text(text, span, &mut read));
                Ok(read)
            }
        },
        failure => failure,
    })
}

/// Reads the next document in a text that is not a single document, and returns its extent.
fn next_document<'t, A: Api>(
    text: &'t str,
    progress: &mut Progress,
    settings: &Settings,
) -> Option<(Range<usize>, Read<'t, A>)> {
    let work = &progress.work;
    let start = progress.next_start::<A>(text)?;
    let at = start.at();
    let (end, read) = match start {
        DocumentStart::Json(_) => read_json_at(text, at, settings, work),
        DocumentStart::Xml(_) => read_xml_at(text, at, settings, work),
        DocumentStart::EscapedInMarkup(_) | DocumentStart::EscapedInString(_)
            if settings.is_embedded =>
        {
            let failure = DecodeFailure::new(unknown_format(&text[at..]), None, at);
            (text.len(), Err(failure))
        }
        DocumentStart::EscapedInMarkup(_) => {
            read_escaped(repair::xml::unescape(text, at, settings.budget.clone()), settings)
        }
        DocumentStart::EscapedInString(_) => {
            read_escaped(repair::json::unescape(text, at, settings.budget.clone()), settings)
        }
    };
    let (end, read) = match read {
        _ if work.is_exhausted() => {
            let failure = DecodeFailure::new(ErrorKind::RepairLimitExceeded, None, at);
            (text.len(), Err(failure))
        }
        read => (end, read),
    };
    progress.at = end.max(at + 1);
    Some((at..progress.at, read))
}

fn read_json_at<'t, A: Api>(
    text: &'t str,
    at: usize,
    settings: &Settings,
    work: &WorkBudget,
) -> (usize, Read<'t, A>) {
    let relocated = |read| relocated(read, |offset| offset + at);
    if !settings.options.repair {
        // A document that fails ends where its brackets close, or at the end of its line.
        let end = if work.has_unclosed_document.get() {
            None
        } else {
            let end = json::container_end(text.as_bytes(), at);
            work.add(end.unwrap_or(text.len()) - at);
            end
        };
        work.has_unclosed_document.set(end.is_none());
        let line = || memchr::memchr(b'\n', &text.as_bytes()[at..]);
        let end = end.or_else(|| line().map(|line| at + line)).unwrap_or(text.len());
        return (end, relocated(read_json(&text[at..end], settings)));
    }
    // Searching for the end of an unclosed document more than once would take quadratic time.
    if !work.has_unclosed_document.get() {
        match read_first_json(&text[at..], settings) {
            Ok((length, read)) => {
                let end = at + length;
                let rest = text[end..].trim_start();
                work.add(text.len() - at - rest.len());
                // These indicate that the document was closed too early.
                let continues = rest.starts_with([',', '}', ']']);
                if !continues || read.is_err() {
                    return (end, relocated(read));
                }
            }
            Err(failure) => {
                work.add(failure.at);
                if !failure.is_repairable {
                    let end = json::container_end(text.as_bytes(), at).unwrap_or(text.len());
                    return (end, relocated(Err(failure)));
                }
            }
        }
    }
    let (max_depth, budget) = (settings.options.max_depth, settings.budget.clone());
    let repaired = repair::json::repair(text, at, A::KINDS, max_depth, budget, work);
    read_repaired(repaired, settings, read_json)
}

fn read_xml_at<'t, A: Api>(
    text: &'t str,
    at: usize,
    settings: &Settings,
    work: &WorkBudget,
) -> (usize, Read<'t, A>) {
    // Searching for the end of an unclosed document more than once would take quadratic time.
    if !work.has_unclosed_document.get() {
        let (end, read) = read_first_xml(&text[at..], settings);
        match &read {
            Err(failure) if failure.is_repairable => work.has_unclosed_document.set(true),
            _ => return (at + end, relocated(read, |offset| offset + at)),
        }
        if !settings.options.repair {
            return (text.len(), relocated(read, |offset| offset + at));
        }
    }
    let (max_depth, budget) = (settings.options.max_depth, settings.budget.clone());
    let repaired = repair::xml::repair(text, at, A::KINDS, max_depth, budget, work);
    read_repaired(repaired, settings, read_xml)
}

fn relocated<'t, A: Api>(read: Read<'t, A>, offset: impl Fn(usize) -> usize) -> Read<'t, A> {
    read.map(|read| read.relocated(&offset)).map_err(|failure| failure.relocated(&offset))
}

/// Reads a repaired document, and maps offsets to the original text.
fn read_repaired<'t, A: Api>(
    repaired: Result<RepairedText, RepairAbort>,
    settings: &Settings,
    read: impl for<'r> Fn(&'r str, &Settings) -> Read<'r, A>,
) -> (usize, Read<'t, A>) {
    let repaired = match repaired {
        Ok(repaired) => repaired,
        Err(abort) => {
            let failure = DecodeFailure::aborted(abort, settings.options.max_depth);
            return (failure.at, Err(failure));
        }
    };
    let settings = Settings { budget: repaired.budget.clone(), ..settings.clone() };
    let read = read(&repaired.text, &settings).map(DecodedText::into_owned);
    let read = relocated(read, |offset| repaired.original_offset(offset)).map(|mut read| {
        // Repairs first: of findings with one span, they come before those on the repaired text.
        read.findings = repaired.repairs.into_iter().chain(read.findings).collect();
        read
    });
    (repaired.extent.end, read)
}

/// Reads a document that was escaped as a whole.
fn read_escaped<'t, A: Api>(unescaped: RepairedText, settings: &Settings) -> (usize, Read<'t, A>) {
    let settings = Settings { is_embedded: true, ..settings.clone() };
    read_repaired(Ok(unescaped), &settings, read)
}

/// Reads a text that is a single document.
fn read_whole<'t, A: Api>(text: &'t str, settings: &Settings) -> Read<'t, A> {
    let start = text.len() - text.trim_start().len();
    let fail = |kind| DecodeFailure::new(kind, None, start);
    match text.as_bytes().get(start) {
        None => Err(fail(ErrorKind::Empty)),
        Some(b'<') => read_xml(text, settings),
        Some(b'{' | b'[') => read_json(text, settings),
        // May be another JSON value, or no JSON at all.
        Some(_) => match read_json(text, settings) {
            Err(DecodeFailure { kind: ErrorKind::Syntax { .. }, .. }) => {
                Err(fail(unknown_format(text)))
            }
            read => read,
        },
    }
}

fn read_json<'t, A: Api>(text: &'t str, settings: &Settings) -> Read<'t, A> {
    let (end, read) = read_first_json(text, settings)?;
    json::check_rest(text, end)
        .map_err(|error| DecodeFailure::syntax(error, Format::Json, Path::default()))?;
    read
}

/// Reads the document at the start of a text. `Ok` with its end if it is well formed.
fn read_first_json<'t, A: Api>(
    text: &'t str,
    settings: &Settings,
) -> Result<(usize, Read<'t, A>), DecodeFailure> {
    let document = json::Document::new(text);
    let source = Source { text, format: Format::Json, settings };
    let attempt = source.read_as_kind::<A>(0, |kind, read_context| {
        document.read(&read_context.context.reader, |json| A::read(kind, json, false, read_context))
    })?;
    let value = match attempt.outcome {
        DocumentKind::Response(response) => {
            let Attempt { findings, budget, .. } = attempt;
            let read = DecodedText { response, format: Format::Json, findings, budget };
            return Ok((document.end(), Ok(read)));
        }
        DocumentKind::OtherKind(_) => Value::Null,
        DocumentKind::Other(value, _) => value,
    };
    let at = text.len() - text.trim_start().len();
    let failure = DecodeFailure::new(not_a_response(&value, Format::Json), Some(Format::Json), at);
    Ok((document.end(), Err(failure)))
}

fn read_xml<'t, A: Api>(text: &'t str, settings: &Settings) -> Read<'t, A> {
    let (end, read) = read_first_xml(text, settings);
    let read = read?;
    xml::check_rest(text, end)
        .map_err(|error| DecodeFailure::syntax(error, Format::Xml, Path::default()))?;
    Ok(read)
}

/// Reads the document at the start of a text, and returns its end.
fn read_first_xml<'t, A: Api>(text: &'t str, settings: &Settings) -> (usize, Read<'t, A>) {
    let document = match xml::Document::open(text) {
        Ok(document) => document,
        Err(error) => {
            let failure = DecodeFailure::syntax(error, Format::Xml, Path::default());
            return (text.len(), Err(failure));
        }
    };
    let read = read_element(&document, settings);
    (document.end(), read)
}

fn read_element<'t, A: Api>(document: &xml::Document<'t>, settings: &Settings) -> Read<'t, A> {
    let (name, span) = document.root();
    let text = document.text();
    let source = Source { text, format: Format::Xml, settings };
    let failure = |kind| DecodeFailure::new(kind, Some(Format::Xml), span.start.saturating_sub(1));
    let Some((root_kind, root)) = A::KINDS.by_root(name) else {
        let is_html = name.eq_ignore_ascii_case("html")
            || document.doctypes().iter().any(|span| is_html_doctype(&text[span.clone()]));
        if is_html {
            return Err(failure(ErrorKind::Html { title: html_title(text).map(Into::into) }));
        }
        let attempt = source.read_as_kind::<A>(0, |_, read_context| {
            document.read(&read_context.context.reader, |element| {
                read_unknown_root(element, read_context)
            })
        });
        return match attempt {
            Ok(Attempt { outcome: DocumentKind::Response(response), findings, budget, .. }) => {
                Ok(DecodedText { response, format: Format::Xml, findings, budget })
            }
            Err(failure) if !failure.is_repairable => Err(failure),
            // If it is malformed, repair may find a response inside.
            other => {
                let is_repairable = other.is_err();
                let failure = failure(ErrorKind::UnexpectedRoot {
                    name: name.into(),
                    expected: A::KINDS.roots().collect(),
                });
                Err(DecodeFailure { is_repairable, ..failure })
            }
        };
    };
    // The root element alone identifies a kind that needs no field of its own.
    let needs_own_field = A::KINDS.kinds[root_kind].needs_own_field;
    let Attempt { kind, outcome, findings, budget } =
        source.read_as_kind::<A>(root_kind, |kind, read_context| {
            document.read(&read_context.context.reader, |element| {
                let is_certain = kind == root_kind && !needs_own_field;
                A::read(kind, element, is_certain, read_context)
            })
        })?;
    let response = match outcome {
        DocumentKind::Response(response) => response,
        DocumentKind::OtherKind(_) => {
            return Err(failure(not_a_response(&Value::Null, Format::Xml)));
        }
        DocumentKind::Other(value, _) => return Err(failure(not_a_response(&value, Format::Xml))),
    };
    let mut read = DecodedText { response, format: Format::Xml, findings, budget };
    // The members may identify another kind than the root element.
    let root = if kind == root_kind { root } else { A::KINDS.kinds[kind].roots[0] };
    if name != root {
        read.report(FindingKind::Root { read: root }, span);
    }
    for span in document.doctypes() {
        read.report(FindingKind::Doctype, span.clone());
    }
    Ok(read)
}

/// A document, and the settings to read it with.
#[derive(Clone, Copy)]
struct Source<'s, 't> {
    text: &'t str,
    format: Format,
    settings: &'s Settings,
}

/// The result of reading a document as one kind of response.
struct Attempt<'t, A: Api> {
    /// The kind that it was read as.
    kind: usize,
    outcome: DocumentKind<'t, A>,
    findings: Vec<PendingFinding>,
    budget: FindingBudget,
}

impl<'t> Source<'_, 't> {
    /// Reads the document as a kind of response, and again if it turns out to be another. A response
    /// embedded in one of its strings takes precedence.
    fn read_as_kind<A: Api>(
        self,
        mut kind: usize,
        read: impl Fn(usize, ReadContext<'_, 't, A>) -> Result<DocumentKind<'t, A>, ParseError>,
    ) -> Result<Attempt<'t, A>, DecodeFailure> {
        loop {
            let (attempt, texts) =
                self.attempt(kind, EmbeddedTexts::unknown(), |it| read(kind, it));
            let is_malformed = attempt.as_ref().is_err_and(|failure| failure.is_repairable);
            if !is_malformed
                && let Some(attempt) =
                    self.read_embedded(kind, texts, |read_context| read(kind, read_context))
            {
                return attempt;
            }
            match attempt? {
                Attempt { outcome: DocumentKind::OtherKind(other), .. } if other > kind => {
                    kind = other
                }
                attempt => return Ok(attempt),
            }
        }
    }

    /// Reads the document once. Also returns the strings in it that may hold a response.
    fn attempt<A: Api>(
        self,
        kind: usize,
        embedded: EmbeddedTexts<'t, A>,
        read: impl Fn(ReadContext<'_, 't, A>) -> Result<DocumentKind<'t, A>, ParseError>,
    ) -> (Result<Attempt<'t, A>, DecodeFailure>, Vec<EmbeddedText<'t>>) {
        let context = Context::new(self.format, self.settings);
        let attempt = match read(ReadContext { context: &context, embedded: &embedded }) {
            Ok(outcome) => {
                let (mut findings, budget) = context.into_findings();
                locate_in_texts(&mut findings, self.text, self.format);
                Ok(Attempt { kind, outcome, findings, budget })
            }
            Err(error) => {
                let mut failure = DecodeFailure::syntax(error, self.format, context.failed_at());
                if let Some((limit, most)) = context.reader.exceeded() {
                    failure.kind = ErrorKind::Limit { limit, most };
                    failure.is_repairable = false;
                }
                Err(failure)
            }
        };
        (attempt, embedded.into_texts())
    }

    /// Decodes the first string that holds a response, and reads the document again with it.
    fn read_embedded<A: Api>(
        self,
        kind: usize,
        texts: Vec<EmbeddedText<'t>>,
        read_document: impl Fn(ReadContext<'_, 't, A>) -> Result<DocumentKind<'t, A>, ParseError>,
    ) -> Option<Result<Attempt<'t, A>, DecodeFailure>> {
        let settings = Settings { is_embedded: true, ..self.settings.clone() };
        for EmbeddedText { nth, text, span: (start, end) } in texts {
            let decoded: Read<'t, A> = match &text {
                Cow::Borrowed(text) => read(text, &settings),
                Cow::Owned(text) => read(text, &settings).map(DecodedText::into_owned),
            };
            let Ok(DecodedText { response, findings, mut budget, .. }) = decoded else { continue };
            // The finding that a response was embedded is exempt from the limit.
            budget.findings += 1;
            let settings = Settings { budget, ..self.settings.clone() };
            let around = Source { settings: &settings, ..self };
            let (attempt, _) =
                around.attempt(kind, EmbeddedTexts::decoded(nth, response), &read_document);
            return Some(attempt.map(|mut attempt| {
                let findings = relocate(findings, self.text, start..end, self.format);
                attempt.findings.extend(findings);
                attempt
            }));
        }
        None
    }
}

#[cfg(test)]
#[path = "../../tests/hostile/generators.rs"]
mod generators;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::DescribeInvocations;
    use crate::options::Options;

    /// Bytes read by the search for documents and the repair parsers, per thousand bytes of the text, and
    /// whether the work limit was exceeded.
    fn reads_per_thousand_bytes(text: &str) -> (usize, bool) {
        let options = Options::default();
        let budget = FindingBudget::new(&options, text.len());
        let settings = Settings::new(options, budget);
        let mut progress = Progress::new(text);
        let mut is_exhausted = false;
        while let Some(read) = read_next::<DescribeInvocations>(text, &mut progress, &settings) {
            let kind = read.err().map(|failure| failure.kind);
            is_exhausted |= kind == Some(ErrorKind::RepairLimitExceeded);
        }
        (progress.work.bytes_read() * 1000 / text.len(), is_exhausted)
    }

    #[test]
    fn work_is_linear_in_text_length() {
        for (name, generate) in generators::GENERATORS {
            let ((small, _), (large, is_exhausted)) = (
                reads_per_thousand_bytes(&generate(10_000)),
                reads_per_thousand_bytes(&generate(160_000)),
            );
            println!("{name}: {small} reads per thousand bytes, then {large}");
            assert!(large <= small + small / 4 + 500, "{name}: {small} reads, then {large}");
            assert!(!is_exhausted, "{name}");
        }
    }

    /// A fast path that is not taken where it could be has no other visible effect.
    #[test]
    fn well_formed_text_is_read_once() {
        let page = include_bytes!("../../corpus/documented/response.json");
        let page = crate::decode(page).expect("a page").response.to_json();
        let (reads, _) = reads_per_thousand_bytes(&page.replacen(',', " ", 1));
        println!("{reads} reads per thousand bytes");
        assert!(reads <= 900, "{reads}");
    }
}

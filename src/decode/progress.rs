//! The position in a text with several documents, and the text between them.

use std::cell::Cell;
use std::ops::Range;

use super::around::tells_failure;
use super::outcome::DecodedText;
use crate::finding::FindingKind;
use crate::lenient::Api;
use crate::lenient::context::Settings;
use crate::repair::printed::Printed;
use crate::repair::start::DocumentStart;
use crate::repair::work::WorkBudget;
use crate::repair::xml::ElementsBefore;
use crate::syntax::reader::Format;
use crate::text::characters::is_format_whitespace;

/// The position in a text with several documents.
#[derive(Clone)]
pub(super) struct Progress {
    pub(super) at: usize,
    pub(super) work: WorkBudget,
    /// Whether it is known that the text has several documents, or that it is not a single one.
    pub(super) has_started: bool,
    pub(super) is_done: bool,
    /// Up to where text between documents was reported as an error.
    pub(super) reported: usize,
    /// Whether text that follows is not part of the last document.
    pub(super) has_ended: bool,
    /// The start of the array whose items are the documents.
    pub(super) array: Option<usize>,
    /// Whether the last response was an error that a client printed.
    pub(super) is_after_printed: bool,
    /// Where the first error that a client printed is, or may be.
    pub(super) first_head: usize,
    /// Whether prints in other notations are not looked for, because this is an error that a client printed.
    pub(super) skips_notations: bool,
    /// The elements of a damaged document before the next one, since the last response.
    pub(super) elements: ElementsBefore,
    found: Found,
    /// Without prints in other notations.
    found_without_prints: Found,
}

/// The start of a document that was found last, and where the search began: searching the rest of the text
/// after each of many printed errors, or of many prints, would take quadratic time.
type Found = Cell<Option<(usize, Option<DocumentStart>)>>;

impl Progress {
    pub(super) fn new(text: &str) -> Self {
        Self {
            at: 0,
            work: WorkBudget::new(text),
            has_started: false,
            is_done: false,
            reported: 0,
            has_ended: false,
            array: None,
            is_after_printed: false,
            first_head: 0,
            skips_notations: false,
            elements: ElementsBefore::default(),
            found: Cell::new(None),
            found_without_prints: Cell::new(None),
        }
    }

    /// Continues with the items of the array at this offset.
    pub(super) fn enter_array(&mut self, at: usize) {
        self.at = at + 1;
        self.array = Some(at);
    }

    /// Returns to the document at this offset, after text before it was reported as an error. What the document
    /// cost remains counted.
    pub(super) fn return_to(&mut self, before: Self, start: usize) {
        let work = self.work.clone();
        work.has_unclosed_document.set(before.work.has_unclosed_document.get());
        *self = Self { at: start, reported: start, work, ..before };
    }

    pub(super) fn is_at_first_item(&self) -> bool {
        self.array.is_some_and(|at| self.at == at + 1)
    }

    /// The span without surrounding whitespace, and without what separates the items of an array.
    pub(super) fn trimmed(&self, text: &str, span: Range<usize>) -> Range<usize> {
        let is_outside = |c: char| c.is_whitespace() || self.array.is_some() && "[,]".contains(c);
        let piece = &text[span.clone()];
        let start = span.end - piece.trim_start_matches(is_outside).len();
        let end = span.start + piece.trim_end_matches(is_outside).len();
        start.min(span.end)..start.max(end)
    }

    /// Reports text before or after a document, unless it is whitespace of both formats.
    pub(super) fn report_surrounding_text<A: Api>(
        &self,
        text: &str,
        span: Range<usize>,
        read: &mut DecodedText<'_, A>,
    ) {
        if let Some(at) = self.array.filter(|at| span.contains(at)) {
            read.report(FindingKind::Envelope, at..at + 1);
        }
        let stray = self.trimmed(text, span.clone());
        if !stray.is_empty() {
            read.report(FindingKind::SurroundingText, stray);
            return;
        }
        let is_foreign = |(_, c): &(usize, char)| c.is_whitespace() && !is_format_whitespace(*c);
        if let Some((at, c)) = text[span.clone()].char_indices().find(is_foreign) {
            let at = span.start + at;
            read.report(FindingKind::InvalidWhitespace, at..at + c.len_utf8());
        }
    }

    /// Reports text after the last document: as another response, if it is what a client printed of a call that failed.
    pub(super) fn report_text_after<A: Api>(
        &self,
        text: &str,
        span: Range<usize>,
        read: &mut DecodedText<'_, A>,
    ) {
        let after = self.trimmed(text, span.clone());
        match tells_failure(&text[after.clone()]) {
            true => read.report(FindingKind::OtherResponse, after),
            false => self.report_surrounding_text(text, span, read),
        }
    }

    /// Reports text before a document: as the error that a client printed, if the document is its body.
    pub(super) fn report_text_before<A: Api>(
        &self,
        text: &str,
        span: Range<usize>,
        read: &mut DecodedText<'_, A>,
    ) {
        let (mut at, end) = (span.start, span.end);
        if read.format != Format::Text && read.is_error() {
            while let Some(printed) = Printed::find(text, at..end, text.len(), &self.work) {
                if printed.body == Some(end) {
                    self.report_surrounding_text(text, span.start..printed.extent.start, read);
                    read.report(printed.finding(), printed.extent.start..end);
                    return;
                }
                at = printed.extent.end;
                if at >= end {
                    break;
                }
            }
        }
        self.report_surrounding_text(text, span, read);
    }

    /// The field of a damaged document whose value is the document with this extent, and whether its start tag is
    /// there.
    pub(super) fn field_around<A: Api>(
        &mut self,
        text: &str,
        extent: &Range<usize>,
    ) -> Option<(&'static str, bool)> {
        // A tag whose brackets are escaped may have been taken for the type of a print.
        let document = &text[extent.clone()];
        let name = document.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = if document[name..].starts_with('{') { name } else { 0 };
        let around = self.elements.around(text, extent.start + name, A::KINDS);
        let field = around.map(|field| (field, true)).or_else(|| {
            let field = self.elements.end_after(&text[extent.end..], A::KINDS)?;
            (!document.contains(&format!("<{field}"))).then_some((field, false))
        });
        match field {
            Some(_) => self.elements.skip_to(extent.end),
            None => self.elements.forget(extent.end),
        }
        field
    }

    pub(super) fn next_start<A: Api>(&self, text: &str) -> Option<DocumentStart> {
        let start = || {
            self.find(&self.found_without_prints, || {
                DocumentStart::find(text, self.at, A::KINDS, &self.work)
            })
        };
        if self.skips_notations {
            return start();
        }
        self.find(&self.found, || {
            DocumentStart::or_print(start(), text, self.at, A::KINDS, &self.work)
        })
    }

    fn find(
        &self,
        found: &Found,
        search: impl FnOnce() -> Option<DocumentStart>,
    ) -> Option<DocumentStart> {
        let is_ahead =
            |start: Option<DocumentStart>| start.is_none_or(|start| start.at() >= self.at);
        match found.get() {
            Some((from, start)) if from <= self.at && is_ahead(start) => start,
            _ => {
                let start = search();
                found.set(Some((self.at, start)));
                start
            }
        }
    }

    /// To continue in another text.
    pub(super) fn forget_next_start(&self) {
        self.found.set(None);
        self.found_without_prints.set(None);
    }

    /// Whether another response follows, if only a damaged one.
    pub(super) fn has_next<A: Api>(&self, text: &str, settings: &Settings) -> bool {
        self.next_start::<A>(text).is_some()
            || self.may_be_printed::<A>(settings)
                && Printed::find(text, self.at..text.len(), text.len(), &self.work).is_some()
    }

    /// Whether errors that clients print are looked for.
    pub(super) fn may_be_printed<A: Api>(&self, settings: &Settings) -> bool {
        settings.options.repair.is_allowed()
            && self.array.is_none()
            && A::KINDS.kinds.iter().any(|kind| kind.code.is_some())
    }
}

/// The offset of the first character that is no whitespace.
pub(super) fn start_of(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

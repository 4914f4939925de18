//! Reading of one well-formed document: as the most common kind of response, then as what its outline tells.

use std::borrow::Cow;
use std::cell::Cell;

use super::embedded::{locate_in_texts, relocate};
use super::markup;
use super::outcome::{DecodeFailure, DecodedText, Read, not_a_response};
use crate::error::ErrorKind;
use crate::finding::Path;
use crate::lenient::Api;
use crate::lenient::canonical::is_stable;
use crate::lenient::classify::{Candidate, Evidence, MAX_TEXTS, Target, classify};
use crate::lenient::context::{Context, Settings};
use crate::lenient::outline::Outline;
use crate::lenient::private::ReadContext;
use crate::lenient::response::{Embedded, Plan};
use crate::lenient::xml_writer::escape;
use crate::options::{Limit, MAX_DEPTH, Repair};
use crate::repair::text_edits::TextEdit;
use crate::syntax::reader::{Format, ParseError, ReaderState};
use crate::syntax::{json, xml};

/// A document that can be read more than once.
pub(super) trait ReadDocument<'t> {
    /// Reads it as a kind of response.
    fn read_as<A: Api>(
        &self,
        kind: usize,
        read_context: ReadContext<'_, 't, A>,
    ) -> Result<Option<A::Response<'t>>, ParseError>;

    fn outline(
        &self,
        state: &ReaderState,
        is_too_deep: &Cell<bool>,
    ) -> Result<Outline<'t>, ParseError>;
}

impl<'t> ReadDocument<'t> for json::Document<'t> {
    fn read_as<A: Api>(
        &self,
        kind: usize,
        read_context: ReadContext<'_, 't, A>,
    ) -> Result<Option<A::Response<'t>>, ParseError> {
        self.read(&read_context.context.reader, |json| A::read(kind, json, read_context))
    }

    fn outline(
        &self,
        state: &ReaderState,
        is_too_deep: &Cell<bool>,
    ) -> Result<Outline<'t>, ParseError> {
        self.read(state, |json| Outline::read(json, is_too_deep))
    }
}

impl<'t> ReadDocument<'t> for xml::Document<'t> {
    fn read_as<A: Api>(
        &self,
        kind: usize,
        read_context: ReadContext<'_, 't, A>,
    ) -> Result<Option<A::Response<'t>>, ParseError> {
        self.read(&read_context.context.reader, |xml| A::read(kind, xml, read_context))
    }

    fn outline(
        &self,
        state: &ReaderState,
        is_too_deep: &Cell<bool>,
    ) -> Result<Outline<'t>, ParseError> {
        self.read(state, |xml| Outline::read(xml, is_too_deep))
    }
}

/// Reads the first response in a text.
pub(super) type ReadText<A> = for<'x> fn(&'x str, &Settings) -> Read<'x, A>;

/// A document, and the settings to read it with.
#[derive(Clone, Copy)]
pub(super) struct Source<'s, 't> {
    pub(super) text: &'t str,
    pub(super) format: Format,
    pub(super) settings: &'s Settings,
    /// The name of its XML root element.
    pub(super) root: Option<&'t str>,
    /// Where it begins.
    pub(super) at: usize,
}

impl<'t> Source<'_, 't> {
    /// Reads the document, at first as the most common kind of response, then as what its outline tells.
    pub(super) fn read<A: Api, D: ReadDocument<'t>>(
        self,
        document: &D,
        read_text: ReadText<A>,
    ) -> Read<'t, A> {
        let likely = match self.root {
            None => Some(0),
            // An unknown root element tells that it is no response by itself.
            Some(root) => A::KINDS.by_root(root).map(|(kind, _)| kind),
        };
        if let Some(kind) = likely {
            let trial =
                self.attempt(document, kind, Plan::Trial, &Embedded::new(None), Evidence::Items);
            if let Some(read) = trial? {
                return Ok(read);
            }
        }
        let outline = self.outline(document)?;
        let verdict = classify(&outline, self.root, A::KINDS);
        for Candidate { steps, target, evidence, needs_items } in &verdict.candidates {
            let plan = |evidence| {
                let has_items = evidence == Evidence::Items;
                Plan::Candidate { steps, target: *target, has_items, needs_items: *needs_items }
            };
            let read = match *target {
                Target::Response(kind) | Target::List(kind) | Target::Item(kind) => {
                    let plan = plan(*evidence);
                    self.attempt(document, kind, plan, &Embedded::new(None), *evidence)?
                }
                Target::Text { least, is_damaged } => {
                    let text = outline.text_at(steps);
                    match text.and_then(|text| self.decode_text(text, is_damaged, read_text)) {
                        Some(decoded) if decoded.evidence >= least => {
                            self.read_around(document, plan(decoded.evidence), decoded)?
                        }
                        _ => None,
                    }
                }
            };
            if let Some(mut read) = read
                && is_stable::<A>(&mut read.response)
            {
                return Ok(read);
            }
        }
        let is_sequence = verdict.is_sequence;
        let kind = not_a_response(&outline, verdict, self.root, A::KINDS);
        let failure = DecodeFailure::new(kind, Some(self.format), self.at);
        Err(DecodeFailure { is_sequence, ..failure })
    }

    fn outline<D: ReadDocument<'t>>(self, document: &D) -> Result<Outline<'t>, DecodeFailure> {
        let Settings { options, budget, .. } = self.settings;
        let state = ReaderState::new(self.format, *options, budget.clone());
        let is_too_deep = Cell::new(false);
        document.outline(&state, &is_too_deep).map_err(|error| {
            let mut failure = DecodeFailure::syntax(error, self.format, Path::default());
            if is_too_deep.get() {
                failure.kind = ErrorKind::Limit { limit: Limit::Depth, most: MAX_DEPTH };
                failure.is_repairable = false;
            }
            failure
        })
    }

    /// Reads the document once. `None` if it is not what the plan says.
    fn attempt<A: Api, D: ReadDocument<'t>>(
        self,
        document: &D,
        kind: usize,
        plan: Plan<'_>,
        embedded: &Embedded<'t, A>,
        evidence: Evidence,
    ) -> Result<Option<DecodedText<'t, A>>, DecodeFailure> {
        let context = Context::new(self.format, self.settings, Some(A::KINDS));
        let read_context = ReadContext { context: &context, plan, embedded };
        match document.read_as(kind, read_context) {
            Ok(None) => Ok(None),
            Ok(Some(response)) => {
                let (mut findings, budget) = context.into_findings();
                locate_in_texts(&mut findings, self.text, self.format);
                let edits = markup::edits(&findings, self.text, self.format);
                let is_at_root = match plan {
                    Plan::Trial => true,
                    Plan::Candidate { steps, .. } => steps.is_empty(),
                };
                let roots = A::KINDS.kinds[kind].roots;
                let by_root = self.root.and_then(|root| A::KINDS.by_root(root));
                let known = by_root.filter(|(of, _)| *of == kind).map(|(_, root)| root);
                let root = is_at_root.then(|| known.unwrap_or(roots[0]));
                let format = self.format;
                Ok(Some(DecodedText { response, format, findings, budget, root, evidence, edits }))
            }
            Err(_) if context.is_abandoned() => Ok(None),
            Err(error) => {
                let mut failure = DecodeFailure::syntax(error, self.format, context.failed_at());
                if let Some((limit, most)) = context.reader.exceeded() {
                    failure.kind = ErrorKind::Limit { limit, most };
                    failure.is_repairable = false;
                }
                Err(failure)
            }
        }
    }

    /// Decodes a text of the document.
    fn decode_text<A: Api>(
        self,
        text: &Cow<'t, str>,
        is_damaged: bool,
        read_text: ReadText<A>,
    ) -> Option<DecodedText<'t, A>> {
        let may_repair = self.settings.options.repair.is_allowed();
        if self.settings.texts == MAX_TEXTS || is_damaged && !may_repair {
            return None;
        }
        let mut settings =
            Settings { texts: self.settings.texts + 1, repairs: None, ..self.settings.clone() };
        if !is_damaged {
            settings.options.repair = Repair::None;
        }
        let mut decoded = match text {
            Cow::Borrowed(text) => read_text(text, &settings).ok()?,
            Cow::Owned(text) => read_text(text, &settings).ok().map(DecodedText::into_owned)?,
        };
        if !decoded.edits.is_empty() {
            // The text is replaced as a whole, because its raw form may have escapes at any place.
            let repaired = TextEdit::apply(&decoded.edits, text);
            let replacement = match self.format {
                Format::Xml => escape(&repaired).into(),
                Format::Json | Format::Text => json::quoted(&repaired),
            };
            decoded.edits = vec![TextEdit { original: 0..text.len(), replacement }];
        }
        Some(decoded)
    }

    /// Reads the document around a response that one of its texts holds.
    fn read_around<A: Api, D: ReadDocument<'t>>(
        self,
        document: &D,
        plan: Plan<'_>,
        decoded: DecodedText<'t, A>,
    ) -> Result<Option<DecodedText<'t, A>>, DecodeFailure> {
        let DecodedText { response, findings, mut budget, evidence, mut edits, .. } = decoded;
        // The finding that a response was embedded is exempt from the limit.
        budget.findings += 1;
        let settings = Settings { budget, ..self.settings.clone() };
        let around = Source { settings: &settings, ..self };
        let kind = A::kind(&response);
        let embedded = Embedded::new(Some(response));
        let read = around.attempt::<A, D>(document, kind, plan, &embedded, evidence)?;
        Ok(read.map(|mut read| {
            let findings = relocate(findings, self.text, embedded.span(), self.format);
            read.findings.extend(findings);
            if let Some(edit) = edits.pop() {
                let original = embedded.span();
                let edits = std::mem::take(&mut read.edits);
                let is_after = |edit: &TextEdit| edit.original.start >= original.end;
                let (after, before): (Vec<_>, Vec<_>) = edits.into_iter().partition(is_after);
                read.edits = before;
                read.edits.retain(|edit| edit.original.end <= original.start);
                read.edits.push(TextEdit { original, ..edit });
                read.edits.extend(after);
            }
            read
        }))
    }
}

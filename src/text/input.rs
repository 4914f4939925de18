//! An input decoded to text, and the locations of findings in it.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{Encoding, UTF_8};

use super::encoding::{declaration, encoding_without_bom, is_utf16};
use super::steps::{Position, StepDecoder};
use crate::finding::{Finding, FindingKind, Location, Path};
use crate::options::Charset;
use crate::pending::{FindingBudget, PendingFinding, Subject};

/// An input decoded to text.
pub(crate) struct Input<'a> {
    bytes: &'a [u8],
    /// Length of the byte order mark in bytes.
    bom_length: usize,
    encoding: &'static Encoding,
    /// Borrowed if and only if it equals the bytes after the byte order mark.
    pub(crate) text: Cow<'a, str>,
    /// Offset, line and column of the last location. The next one usually follows it.
    last: (usize, usize, usize),
    steps: StepDecoder<'a>,
    /// Both as they were at the last [`mark`](Self::mark).
    marked: ((usize, usize, usize), Position),
}

/// Spans, and what replaces them.
pub(crate) type Replacements = Vec<(Range<usize>, Box<str>)>;

/// A value whose location was requested.
#[cfg_attr(not(feature = "validate"), expect(dead_code, reason = "only checks ask for locations"))]
pub(crate) struct LocatedValue {
    /// Its path without the names of envelopes.
    pub(crate) key: Path,
    pub(crate) path: Path,
    pub(crate) location: Location,
}

impl<'a> Input<'a> {
    /// Detects the encoding, see [`Charset`], and decodes. Also returns the findings on the encoding.
    pub(crate) fn new(
        bytes: &'a [u8],
        charset: Option<Charset>,
        budget: &mut FindingBudget,
    ) -> (Self, Vec<PendingFinding>) {
        let charset = charset.map(|charset| charset.0);
        let (encoding, bom_length) = match Encoding::for_bom(bytes) {
            Some(marked) => marked,
            None => (encoding_without_bom(bytes, charset), 0),
        };

        let body = &bytes[bom_length..];
        let mut findings = Vec::new();
        let steps = || StepDecoder::new(bytes, bom_length, encoding);
        let text = match std::str::from_utf8(body) {
            Ok(text) if encoding == UTF_8 => Cow::Borrowed(text),
            _ => {
                let (text, has_errors) = encoding.decode_without_bom_handling(body);
                let text = Cow::Owned(text.into_owned());
                if has_errors {
                    let kind = FindingKind::InvalidBytes { encoding: encoding.name() };
                    for piece in steps().filter(|piece| piece.is_invalid) {
                        if let Some(path) = budget.take(&kind, Path::default) {
                            findings.push(PendingFinding::new(kind.clone(), path, piece.text));
                        }
                    }
                }
                text
            }
        };
        // `encoding="UTF-16"` allows either byte order, but encoding_rs takes it as little endian.
        let is_used = |named: &Encoding| named == encoding || is_utf16(named) && is_utf16(encoding);
        let mut report = |span| {
            let kind = FindingKind::Encoding { used: encoding.name() };
            if let Some(path) = budget.take(&kind, Path::default) {
                findings.push(PendingFinding::new(kind, path, span));
            }
        };
        if charset.is_some_and(|charset| !is_used(charset)) && !text.is_ascii() {
            report(0..0);
        }
        if let Some(span) = declaration(text.as_bytes()) {
            let declared = Encoding::for_label_no_replacement(&text.as_bytes()[span.clone()]);
            // A charset that overrides the declaration is what the caller asked for.
            let is_overridden = charset.is_some_and(is_used) && declared.is_some();
            if !declared.is_some_and(is_used) && !is_overridden {
                report(span);
            }
        }
        let (last, steps) = ((0, 1, 1), steps());
        let marked = (last, Position { at: bom_length, text: 0 });
        (Self { bytes, bom_length, encoding, text, last, steps, marked }, findings)
    }

    /// An input that is text already.
    #[cfg(feature = "validate")]
    pub(crate) fn of_text(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let (last, steps) = ((0, 1, 1), StepDecoder::new(bytes, 0, UTF_8));
        let marked = (last, Position { at: 0, text: 0 });
        let text = Cow::Borrowed(text);
        Self { bytes, bom_length: 0, encoding: UTF_8, text, last, steps, marked }
    }

    /// Notes where the last location is. Locating from the start of the input again, for each of many
    /// documents that are read twice, would take quadratic time.
    pub(crate) fn mark(&mut self) {
        let position = self.steps.position().unwrap_or(self.marked.1);
        self.marked = (self.last, position);
    }

    /// Adds locations to findings, in the order of the input, and to requested values. Maps the spans of
    /// edits that change the text to the bytes.
    pub(crate) fn locate(
        &mut self,
        mut pending: Vec<PendingFinding>,
        mut edits: Replacements,
    ) -> (Vec<Finding>, Vec<LocatedValue>, Replacements) {
        pending.sort_by_key(|finding| (finding.span.start, std::cmp::Reverse(finding.span.end)));
        edits.retain(|(span, replacement)| self.text.get(span.clone()) != Some(&**replacement));
        let spans = pending.iter().map(|finding| finding.span.clone());
        let offset_map = self.offset_map(spans.chain(edits.iter().map(|(span, _)| span.clone())));
        edits.iter_mut().for_each(|(span, _)| *span = offset_map.to_bytes(span));
        let (mut findings, mut values) = (Vec::with_capacity(pending.len()), Vec::new());
        for PendingFinding { subject, path, span, text_span: _, is_guess } in pending {
            let location = self.location_of(&span, &offset_map);
            let kind = match subject {
                Subject::Finding(kind) => kind,
                Subject::Location { key } => {
                    values.push(LocatedValue { key, path, location });
                    continue;
                }
            };
            let found = match kind {
                FindingKind::InvalidBytes { .. } => {
                    let bytes = self.bytes.get(location.bytes.clone()).unwrap_or_default();
                    let hex: Vec<_> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
                    hex.join(" ").into()
                }
                ref kind if kind.keeps_text() => self.text.get(span).unwrap_or_default().into(),
                _ => Box::default(),
            };
            let severity = kind.severity();
            let location = Some(location);
            findings.push(Finding { kind, path, location, found, severity, is_guess });
        }
        (findings, values, edits)
    }

    pub(crate) fn encoding(&self) -> &'static Encoding {
        self.encoding
    }

    /// The location of an offset in the text.
    pub(crate) fn location(&mut self, at: usize) -> Location {
        let offset_map = self.offset_map(std::iter::once(at..at));
        self.location_of(&(at..at), &offset_map)
    }

    fn location_of(&mut self, span: &Range<usize>, offset_map: &OffsetMap) -> Location {
        let known = [self.last, self.marked.0, (0, 1, 1)];
        let is_before = |(at, _, _): &(usize, usize, usize)| *at <= span.start;
        let (last, mut line, mut column) = known.into_iter().find(is_before).unwrap_or((0, 1, 1));
        let mut skipped = &self.text.as_bytes()[last..span.start];
        if let Some(last) = memchr::memrchr(b'\n', skipped) {
            line += memchr::memchr_iter(b'\n', skipped).count();
            column = 1;
            skipped = &skipped[last + 1..];
        }
        column += characters(skipped);
        self.last = (span.start, line, column);
        Location { bytes: offset_map.to_bytes(span), line, column }
    }

    /// The byte offsets of the starts and ends of `spans`.
    fn offset_map(&mut self, spans: impl Iterator<Item = Range<usize>>) -> OffsetMap {
        if let Cow::Borrowed(_) = self.text {
            return OffsetMap::Shifted(self.bom_length);
        }
        let mut text_offsets: Vec<usize> = spans.flat_map(|span| [span.start, span.end]).collect();
        text_offsets.sort_unstable();
        text_offsets.dedup();
        let mut byte_offsets = Vec::with_capacity(text_offsets.len());
        let is_past = |text: usize| text_offsets.first().is_some_and(|first| *first < text);
        if is_past(self.steps.text) {
            let from = match self.marked.1 {
                position if !is_past(position.text) => position,
                _ => Position { at: self.bom_length, text: 0 },
            };
            self.steps = StepDecoder::resume(self.bytes, from, self.encoding);
        }
        while byte_offsets.len() < text_offsets.len()
            && let Some(piece) = self.steps.next()
        {
            while text_offsets
                .get(byte_offsets.len())
                .is_some_and(|offset| *offset < piece.text.end)
            {
                byte_offsets.push(piece.bytes.start);
            }
        }
        byte_offsets.resize(text_offsets.len(), self.bytes.len());
        OffsetMap::Decoded { text_offsets, byte_offsets }
    }
}

/// Maps offsets in the text to offsets in the bytes.
enum OffsetMap {
    /// The text equals the bytes after the byte order mark, whose length this is.
    Shifted(usize),
    /// The text was converted. Sorted offsets in the text, and those in the bytes.
    Decoded { text_offsets: Vec<usize>, byte_offsets: Vec<usize> },
}

impl OffsetMap {
    fn to_bytes(&self, span: &Range<usize>) -> Range<usize> {
        match self {
            Self::Shifted(bom_length) => span.start + bom_length..span.end + bom_length,
            Self::Decoded { text_offsets, byte_offsets } => {
                let last = byte_offsets.last().copied().unwrap_or_default();
                let byte_offset = |at: usize| {
                    text_offsets.binary_search(&at).map_or(last, |nth| byte_offsets[nth])
                };
                byte_offset(span.start)..byte_offset(span.end)
            }
        }
    }
}

/// Number of characters, counted by their first bytes. Sums per chunk fit a `u8`, so that the compiler
/// can vectorize them.
fn characters(text: &[u8]) -> usize {
    let is_first = |byte: &u8| u8::from(!matches!(byte, 0x80..=0xBF));
    let counts = text.chunks(usize::from(u8::MAX)).map(|chunk| chunk.iter().map(is_first).sum());
    counts.map(|count: u8| usize::from(count)).sum()
}

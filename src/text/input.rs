//! An input decoded to text, and the locations of findings in it.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{Encoding, UTF_8};

use super::encoding::{declaration, encoding_without_bom, http_charset, is_utf16};
use super::steps::StepDecoder;
use crate::finding::{Finding, FindingKind, Location, Path};
use crate::labels::encoding_of_label;
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
    /// The same at the last [`mark`](Self::mark).
    marked: (usize, usize, usize),
    /// Of text that differs from the bytes, once a location is requested.
    byte_offsets: Option<ByteOffsets>,
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
        let charset = charset.map(|charset| charset.0).or_else(|| http_charset(bytes));
        let (encoding, bom_length) = match Encoding::for_bom(bytes) {
            Some(marked) => marked,
            None => (encoding_without_bom(bytes, charset), 0),
        };

        let body = &bytes[bom_length..];
        let mut findings = Vec::new();
        let text = match std::str::from_utf8(body) {
            Ok(text) if encoding == UTF_8 => Cow::Borrowed(text),
            _ => {
                let (text, has_errors) = encoding.decode_without_bom_handling(body);
                let text = Cow::Owned(text.into_owned());
                if has_errors {
                    let kind = FindingKind::InvalidBytes { encoding: encoding.name() };
                    let steps = StepDecoder::new(bytes, bom_length, encoding);
                    for piece in steps.filter(|piece| piece.is_invalid) {
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
            let declared = encoding_of_label(&text.as_bytes()[span.clone()]);
            // A charset that overrides the declaration is what the caller asked for.
            let is_overridden = charset.is_some_and(is_used) && declared.is_some();
            if !declared.is_some_and(is_used) && !is_overridden {
                report(span);
            }
        }
        (Self::starting(bytes, bom_length, encoding, text), findings)
    }

    /// An input that is text already.
    #[cfg(feature = "validate")]
    pub(crate) fn of_text(text: &'a str) -> Self {
        Self::starting(text.as_bytes(), 0, UTF_8, Cow::Borrowed(text))
    }

    fn starting(
        bytes: &'a [u8],
        bom_length: usize,
        encoding: &'static Encoding,
        text: Cow<'a, str>,
    ) -> Self {
        let start = (0, 1, 1);
        Self { bytes, bom_length, encoding, text, last: start, marked: start, byte_offsets: None }
    }

    /// Notes where the last location is, before a document that may be read twice. Counting lines from the start of
    /// the input again for each of many documents would take quadratic time.
    pub(crate) fn mark(&mut self) {
        self.marked = self.last;
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
        edits.iter_mut().for_each(|(span, _)| *span = self.byte_span(span));
        let (mut findings, mut values) = (Vec::with_capacity(pending.len()), Vec::new());
        for PendingFinding { subject, path, span, text_span: _, is_guess } in pending {
            let location = self.location_of(&span);
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
        self.location_of(&(at..at))
    }

    fn location_of(&mut self, span: &Range<usize>) -> Location {
        let known = [self.last, self.marked, (0, 1, 1)];
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
        Location { bytes: self.byte_span(span), line, column }
    }

    fn byte_span(&mut self, span: &Range<usize>) -> Range<usize> {
        if let Cow::Borrowed(_) = self.text {
            return span.start + self.bom_length..span.end + self.bom_length;
        }
        let offsets = self.byte_offsets.get_or_insert_with(|| {
            ByteOffsets::new(StepDecoder::new(self.bytes, self.bom_length, self.encoding))
        });
        let byte_offset = |at: usize| offsets.find(at).unwrap_or(self.bytes.len());
        byte_offset(span.start)..byte_offset(span.end)
    }
}

/// The bytes that each piece of text was decoded from. Decoders have states, so decoding cannot continue
/// anywhere, and offsets are requested in any order.
struct ByteOffsets {
    /// Of the pieces, in the text and in the bytes.
    lengths: Vec<(u8, u8)>,
    /// The offsets, in the text and in the bytes, of the pieces at multiples of [`STEP`](Self::STEP).
    starts: Vec<(usize, usize)>,
}

impl ByteOffsets {
    const STEP: usize = 64;

    fn new(pieces: StepDecoder<'_>) -> Self {
        let (mut lengths, mut starts) = (Vec::new(), Vec::new());
        for piece in pieces {
            let (mut text, mut bytes) = (piece.text, piece.bytes);
            // Longer ones are in parts, of which only the first has text.
            while !text.is_empty() || !bytes.is_empty() {
                if lengths.len() % Self::STEP == 0 {
                    starts.push((text.start, bytes.start));
                }
                let part = |range: &Range<usize>| u8::try_from(range.len()).unwrap_or(u8::MAX);
                let (text_length, byte_length) = (part(&text), part(&bytes));
                lengths.push((text_length, byte_length));
                text.start += usize::from(text_length);
                bytes.start += usize::from(byte_length);
            }
        }
        Self { lengths, starts }
    }

    /// The offset in the bytes of the piece that holds an offset in the text.
    fn find(&self, at: usize) -> Option<usize> {
        let after = self.starts.partition_point(|(text, _)| *text <= at);
        let nth = after.checked_sub(1)?;
        let (mut text, mut bytes) = *self.starts.get(nth)?;
        for (text_length, byte_length) in self.lengths.get(nth * Self::STEP..)? {
            text += usize::from(*text_length);
            if at < text {
                return Some(bytes);
            }
            bytes += usize::from(*byte_length);
        }
        None
    }
}

/// Number of characters, counted by their first bytes. Sums per chunk fit a `u8`, so that the compiler
/// can vectorize them.
fn characters(text: &[u8]) -> usize {
    let is_first = |byte: &u8| u8::from(!matches!(byte, 0x80..=0xBF));
    let counts = text.chunks(usize::from(u8::MAX)).map(|chunk| chunk.iter().map(is_first).sum());
    counts.map(|count: u8| usize::from(count)).sum()
}

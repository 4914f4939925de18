//! Bytes to text, and from places in the text back to places in the bytes.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::{Decoded, Failure, Reading, Room};
use crate::error::Error;
use crate::finding::{Finding, FindingKind, Location, Path};

/// An input as text.
pub(super) struct Source<'a> {
    bytes: &'a [u8],
    /// How many bytes the byte order mark takes.
    mark: usize,
    encoding: &'static Encoding,
    /// Borrowed exactly where it is the bytes after the mark as they are.
    pub(super) text: Cow<'a, str>,
    /// What is to be said of the encoding itself.
    remarks: Vec<Remark>,
    /// The findings that there is still room for.
    pub(super) room: Room,
    /// Where the last location was found: the next is mostly behind it.
    last: (usize, usize, usize),
    walk: Walk<'a>,
    /// The places that were asked for.
    pub(super) places: Vec<(Path, Location)>,
}

/// What will be a finding, or a place that was asked for, once its place in the bytes is known.
pub(super) struct Remark {
    /// `None` where only the place was asked for.
    pub(super) kind: Option<FindingKind>,
    pub(super) path: Path,
    /// The place in the text.
    pub(super) span: Range<usize>,
}

impl<'a> Source<'a> {
    /// Finds out the encoding (by byte order mark, by sight, by declaration, else UTF-8) and decodes.
    /// What is not text in that encoding becomes U+FFFD and a remark.
    pub(super) fn new(bytes: &'a [u8], mut room: Room) -> Self {
        let label = declaration(bytes).and_then(|span| Encoding::for_label(&bytes[span]));
        let (encoding, mark) = if let Some(marked) = Encoding::for_bom(bytes) {
            marked
        } else if let Some(encoding) = by_sight(bytes) {
            (encoding, 0)
        } else {
            // A declaration that was read as ASCII is not in UTF-16.
            (label.filter(|label| !is_utf16(label)).unwrap_or(UTF_8), 0)
        };

        let body = &bytes[mark..];
        let mut remarks = Vec::new();
        let walk = || Walk::new(bytes, mark, encoding);
        let text = match std::str::from_utf8(body) {
            Ok(text) if encoding == UTF_8 => Cow::Borrowed(text),
            _ => {
                let (text, has_errors) = encoding.decode_without_bom_handling(body);
                let text = Cow::Owned(text.into_owned());
                if has_errors {
                    let kind = FindingKind::InvalidBytes { encoding: encoding.name() };
                    for piece in walk().filter(|piece| piece.is_malformed) {
                        if let Some(path) = room.take(Path::default) {
                            let kind = Some(kind.clone());
                            remarks.push(Remark { kind, path, span: piece.text });
                        }
                    }
                }
                text
            }
        };
        let is_right = |label: &str| {
            // `encoding="UTF-16"` says nothing of the byte order, and the label stands for little endian.
            Encoding::for_label(label.as_bytes())
                .is_some_and(|label| label == encoding || is_utf16(label) && is_utf16(encoding))
        };
        if let Some(span) = declaration(text.as_bytes())
            && !is_right(&text[span.clone()])
            && let Some(path) = room.take(Path::default)
        {
            let kind = Some(FindingKind::Encoding { used: encoding.name() });
            remarks.push(Remark { kind, path, span });
        }
        Self {
            bytes,
            mark,
            encoding,
            text,
            remarks,
            room,
            last: (0, 1, 1),
            walk: walk(),
            places: Vec::new(),
        }
    }

    /// What is text already.
    #[cfg(feature = "validate")]
    pub(super) fn of_text(text: &'a str, room: Room) -> Self {
        Self {
            bytes: text.as_bytes(),
            mark: 0,
            encoding: UTF_8,
            text: Cow::Borrowed(text),
            remarks: Vec::new(),
            room,
            last: (0, 1, 1),
            walk: Walk::new(text.as_bytes(), 0, UTF_8),
            places: Vec::new(),
        }
    }

    /// A document that was read, with its places in the bytes. What is to be said of the encoding goes
    /// with the first.
    pub(super) fn decoded(&mut self, reading: Reading<'a>) -> Decoded<'a> {
        let Reading { response, format, mut remarks, room } = reading;
        remarks.append(&mut self.remarks);
        let findings_omitted = room.refused();
        Decoded { response, findings: self.findings(remarks), findings_omitted, format }
    }

    /// Why a document could not be read, with its place in the bytes.
    pub(super) fn error(&mut self, failure: Failure) -> Error {
        let Failure { kind, format, path, at, .. } = failure;
        Error::new(kind, format, path, self.location(at))
    }

    /// The findings that the remarks become, in the order of the input.
    pub(super) fn findings(&mut self, mut remarks: Vec<Remark>) -> Vec<Finding> {
        remarks.sort_by_key(|remark| (remark.span.start, std::cmp::Reverse(remark.span.end)));
        let way_back = self.way_back(remarks.iter().map(|remark| remark.span.clone()));
        let mut findings = Vec::with_capacity(remarks.len());
        for Remark { kind, path, span } in remarks {
            let location = self.location_of(&span, &way_back);
            let Some(kind) = kind else {
                self.places.push((path, location));
                continue;
            };
            let found = match kind {
                FindingKind::InvalidBytes { .. } => {
                    let bytes = &self.bytes[location.bytes.clone()];
                    let hex: Vec<_> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
                    hex.join(" ").into()
                }
                ref kind if kind.keeps_text() => self.text[span].into(),
                _ => Box::default(),
            };
            let severity = kind.severity();
            findings.push(Finding { kind, path, location, found, severity });
        }
        findings
    }

    /// The place in the input of a place in the text.
    fn location(&mut self, at: usize) -> Location {
        let way_back = self.way_back(std::iter::once(at..at));
        self.location_of(&(at..at), &way_back)
    }

    fn location_of(&mut self, span: &Range<usize>, way_back: &WayBack) -> Location {
        let (last, mut line, mut column) =
            if self.last.0 <= span.start { self.last } else { (0, 1, 1) };
        let mut passed = &self.text.as_bytes()[last..span.start];
        if let Some(last) = memchr::memrchr(b'\n', passed) {
            line += memchr::memchr_iter(b'\n', passed).count();
            column = 1;
            passed = &passed[last + 1..];
        }
        column += characters(passed);
        self.last = (span.start, line, column);
        Location { bytes: way_back.to(span), line, column }
    }

    /// The way back from the places in the text that `spans` begin and end at.
    fn way_back(&mut self, spans: impl Iterator<Item = Range<usize>>) -> WayBack {
        if let Cow::Borrowed(_) = self.text {
            return WayBack::Shifted(self.mark);
        }
        let mut wanted: Vec<usize> = spans.flat_map(|span| [span.start, span.end]).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut found = Vec::with_capacity(wanted.len());
        if wanted.first().is_some_and(|first| *first < self.walk.text) {
            self.walk = Walk::new(self.bytes, self.mark, self.encoding);
        }
        while found.len() < wanted.len()
            && let Some(piece) = self.walk.next()
        {
            while wanted.get(found.len()).is_some_and(|wanted| *wanted < piece.text.end) {
                found.push(piece.bytes.start);
            }
        }
        found.resize(wanted.len(), self.bytes.len());
        WayBack::Walked { wanted, found }
    }
}

/// From places in the text to places in the bytes.
enum WayBack {
    /// The text is the bytes, without the mark.
    Shifted(usize),
    /// The places that were wanted, and where they were found.
    Walked { wanted: Vec<usize>, found: Vec<usize> },
}

impl WayBack {
    fn to(&self, span: &Range<usize>) -> Range<usize> {
        match self {
            Self::Shifted(mark) => span.start + mark..span.end + mark,
            Self::Walked { wanted, found } => {
                let last = found.last().copied().unwrap_or_default();
                let place = |at: usize| wanted.binary_search(&at).map_or(last, |nth| found[nth]);
                place(span.start)..place(span.end)
            }
        }
    }
}

/// How many characters there are, counted by their first bytes; in small numbers, many of which the compiler
/// can add at once.
fn characters(text: &[u8]) -> usize {
    let is_first = |byte: &u8| u8::from(!matches!(byte, 0x80..=0xBF));
    let counts = text.chunks(usize::from(u8::MAX)).map(|chunk| chunk.iter().map(is_first).sum());
    counts.map(|count: u8| usize::from(count)).sum()
}

fn is_utf16(encoding: &Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// UTF-16 without a mark: every other byte of what begins a document is zero.
fn by_sight(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some(UTF_16LE),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// Where an XML declaration names the encoding, read as ASCII; where it does so in a way that cannot be read,
/// all that it says of it.
fn declaration(bytes: &[u8]) -> Option<Range<usize>> {
    const LONGEST: usize = 256;
    let start = Encoding::for_bom(bytes).map_or(0, |(_, mark)| mark);
    let head = bytes.get(start..)?;
    let head = &head[..head.len().min(LONGEST)];
    let blanks = head.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let head = &head[blanks..];
    if !head.starts_with(b"<?xml") {
        return None;
    }
    let end = memchr::memmem::find(head, b"?>")?;
    let says = memchr::memmem::find(&head[..end], b"encoding")?;
    let rest = says + b"encoding".len();
    let name = quoted(&head[rest..end]).map(|name| rest + name.start..rest + name.end);
    let span = name.unwrap_or(says..end);
    Some(start + blanks + span.start..start + blanks + span.end)
}

/// What stands in quotes behind an equals sign.
fn quoted(text: &[u8]) -> Option<Range<usize>> {
    let quote = text.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
    let is_between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'=';
    let is_right = text[..quote].iter().all(is_between);
    let length = text[quote + 1..].iter().position(|byte| *byte == text[quote])?;
    is_right.then_some(quote + 1..quote + 1 + length)
}

/// Decodes step by step.
struct Walk<'a> {
    bytes: &'a [u8],
    decoder: Decoder,
    /// How many bytes were read, and how much text was made.
    at: usize,
    text: usize,
    /// Where the bytes of the next piece begin.
    start: usize,
    /// A malformed piece that comes after the one handed out.
    next: Option<Piece>,
    is_done: bool,
}

/// A piece of text and the bytes it came from.
struct Piece {
    bytes: Range<usize>,
    text: Range<usize>,
    /// Whether the bytes were no text and became U+FFFD.
    is_malformed: bool,
}

impl<'a> Walk<'a> {
    fn new(bytes: &'a [u8], mark: usize, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Self { bytes, decoder, at: mark, text: 0, start: mark, next: None, is_done: false }
    }

    fn piece(&mut self, bytes: Range<usize>, length: usize, is_malformed: bool) -> Piece {
        let text = self.text..self.text + length;
        self.text = text.end;
        self.start = bytes.end;
        Piece { bytes, text, is_malformed }
    }
}

impl Iterator for Walk<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        const REPLACEMENT: usize = '\u{fffd}'.len_utf8();
        if let Some(piece) = self.next.take() {
            return Some(piece);
        }
        let mut buffer = [0; 32];
        while !self.is_done {
            let end = self.bytes.len().min(self.at + 1);
            let is_last = end == self.bytes.len();
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
                &self.bytes[self.at..end],
                &mut buffer,
                is_last,
            );
            self.at += read;
            self.is_done = is_last && result == DecoderResult::InputEmpty;
            if let DecoderResult::Malformed(length, after) = result {
                let end = self.at - usize::from(after);
                let bad = end - usize::from(length)..end;
                let good = (written > 0).then(|| self.piece(self.start..bad.start, written, false));
                let bad = self.piece(bad, REPLACEMENT, true);
                if good.is_some() {
                    self.next = Some(bad);
                    return good;
                }
                return Some(bad);
            }
            if written > 0 {
                return Some(self.piece(self.start..self.at, written, false));
            }
        }
        None
    }
}

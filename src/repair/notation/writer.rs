//! Writing of JSON with the values of another notation, by edits of the text.

use std::borrow::Cow;
use std::ops::Range;

use crate::finding::{FindingKind, Path};
use crate::pending::FindingBudget;
use crate::repair::edits::{EditBuffer, RepairedText};

/// How the strings of a notation are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escapes {
    /// Not at all.
    None,
    /// With a backslash, as in C, Python, Ruby, JavaScript, Go and Rust.
    Backslash,
    /// With a backslash, as in YAML: `\xE9` is a character.
    CodePoints,
    /// With a backslash, but only the quote and the backslash.
    QuoteAndBackslash,
    /// A doubled quote.
    Doubled,
}

/// Writes the tokens in the order of the text. What is between them is left out.
pub(super) struct Writer<'t> {
    text: &'t str,
    buffer: EditBuffer<'t>,
    start: usize,
    /// The end of the last token.
    at: usize,
}

impl<'t> Writer<'t> {
    pub(super) fn new(text: &'t str, start: usize, budget: FindingBudget) -> Self {
        Self { text, buffer: EditBuffer::new(text, budget), start, at: start }
    }

    /// Adds syntax after the last token.
    pub(super) fn insert(&mut self, syntax: impl Into<Cow<'static, str>>) {
        self.buffer.edit(self.at..self.at, syntax);
    }

    pub(super) fn end(&self) -> usize {
        self.at
    }

    pub(super) fn skip_to(&mut self, at: usize) {
        if self.at < at {
            self.buffer.edit(self.at..at, "");
            self.at = at;
        }
    }

    /// Replaces a token. The result identifies it for [`Self::replace`].
    pub(super) fn put(
        &mut self,
        token: Range<usize>,
        replacement: impl Into<Cow<'static, str>>,
    ) -> usize {
        self.skip_to(token.start);
        self.at = self.at.max(token.end);
        self.buffer.edit(token, replacement);
        self.buffer.edits.len() - 1
    }

    pub(super) fn replace(&mut self, token: usize, replacement: &'static str) {
        self.buffer.edits[token].replacement = Cow::Borrowed(replacement);
    }

    pub(super) fn keep(&mut self, token: Range<usize>) {
        self.skip_to(token.start);
        self.at = self.at.max(token.end);
    }

    /// Writes a string whose content is a piece of the text.
    pub(super) fn string(&mut self, span: Range<usize>, content: Range<usize>, escapes: Escapes) {
        self.put(span.start..content.start, "\"");
        self.content(content.clone(), escapes);
        self.put(content.end..span.end, "\"");
    }

    /// Writes a piece of the text as a part of the content of a string.
    pub(super) fn content(&mut self, content: Range<usize>, escapes: Escapes) {
        self.skip_to(content.start);
        let piece = &self.text[content.clone()];
        let mut at = 0;
        while let Some(found) = next_special(&piece[at..], escapes) {
            at += found;
            let (length, replacement) = special(&piece[at..], escapes);
            if let Some(replacement) = replacement {
                let start = content.start + at;
                self.buffer.edit(start..start + length, replacement);
            }
            at += length;
        }
        self.at = content.end;
    }

    pub(super) fn report(&mut self, kind: FindingKind, span: Range<usize>) {
        self.buffer.report(kind, Path::default, span);
    }

    pub(super) fn report_guess(&mut self, kind: FindingKind, span: Range<usize>) {
        self.buffer.report_guess(kind, Path::default, span);
    }

    pub(super) fn finish(self) -> RepairedText {
        let end = self.at;
        self.buffer.finish(self.start..end)
    }
}

/// The next character that a JSON string cannot have as it is.
fn next_special(piece: &str, escapes: Escapes) -> Option<usize> {
    let is_special = |byte: &u8| {
        matches!(byte, b'"' | b'\\' | 0..0x20) || *byte == b'\'' && escapes == Escapes::Doubled
    };
    piece.as_bytes().iter().position(is_special)
}

/// The length of the escape or character at the start of `rest`, and its replacement if it needs one.
fn special(rest: &str, escapes: Escapes) -> (usize, Option<String>) {
    let json = |c: char| {
        let mut escaped = String::new();
        push_escaped(c, &mut escaped);
        Some(escaped)
    };
    let mut chars = rest.chars();
    match (chars.next(), chars.next(), escapes) {
        (Some('\''), Some('\''), Escapes::Doubled) => (2, Some("'".to_owned())),
        (Some('\''), ..) => (1, None),
        (Some('\\'), Some(c @ ('\\' | '\'')), Escapes::QuoteAndBackslash) => (2, json(c)),
        (Some('\\'), Some(_), Escapes::Backslash) => backslash_escape(rest, true),
        (Some('\\'), Some(_), Escapes::CodePoints) => backslash_escape(rest, false),
        (Some(c), ..) => (c.len_utf8(), json(c)),
        (None, ..) => (rest.len().max(1), None),
    }
}

/// Adds a character to the content of a JSON string.
fn push_escaped(c: char, content: &mut String) {
    match c {
        '"' => content.push_str("\\\""),
        '\\' => content.push_str("\\\\"),
        '\n' => content.push_str("\\n"),
        '\r' => content.push_str("\\r"),
        '\t' => content.push_str("\\t"),
        c if c < ' ' => content.push_str(&format!("\\u{:04x}", u32::from(c))),
        c => content.push(c),
    }
}

/// An escape with a backslash, and the same in JSON if that is different.
fn backslash_escape(rest: &str, has_bytes: bool) -> (usize, Option<String>) {
    let bytes = rest.as_bytes();
    let one = |length: usize, c: char| {
        let mut escaped = String::new();
        push_escaped(c, &mut escaped);
        (length, Some(escaped))
    };
    let number = |digits: &str, radix: u32, length: usize| {
        let c = u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        c.map(|c| one(length, c))
    };
    let after = rest[1..].chars().next().unwrap_or('\\');
    let kept = (1 + after.len_utf8(), None);
    // Not an escape: the backslash is a part of the text.
    let literal = || (1, Some("\\\\".to_owned()));
    let hex = |count: usize| {
        let digits = rest.get(2..2 + count)?;
        digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(digits)
    };
    match after {
        '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => kept,
        '\'' | '`' | '#' | '$' | ' ' => one(2, after),
        'a' => one(2, '\u{7}'),
        'v' => one(2, '\u{b}'),
        'e' => one(2, '\u{1b}'),
        'N' if !has_bytes => one(2, '\u{85}'),
        '_' if !has_bytes => one(2, '\u{a0}'),
        'L' if !has_bytes => one(2, '\u{2028}'),
        'P' if !has_bytes => one(2, '\u{2029}'),
        '\n' => (2, Some(String::new())),
        '0'..='7' => {
            let count = bytes[1..].iter().take(3).take_while(|d| matches!(d, b'0'..=b'7')).count();
            number(&rest[1..=count], 8, 1 + count).unwrap_or_else(literal)
        }
        'u' | 'x' if bytes.get(2) == Some(&b'{') => {
            let end = rest.bytes().take(12).position(|byte| byte == b'}');
            let code = end.and_then(|end| number(&rest[3..end], 16, end + 1));
            code.unwrap_or_else(literal)
        }
        'x' => match utf8_bytes(rest).filter(|_| has_bytes) {
            Some((length, text)) => (length, Some(text)),
            None => {
                let code = hex(2).and_then(|digits| number(digits, 16, 4));
                code.unwrap_or_else(literal)
            }
        },
        'u' if hex(4).is_some() => (6, None),
        'U' => hex(8).and_then(|digits| number(digits, 16, 10)).unwrap_or_else(literal),
        _ => literal(),
    }
}

/// The characters that a run of escaped bytes encodes in UTF-8, if they are more than ASCII.
fn utf8_bytes(rest: &str) -> Option<(usize, String)> {
    let escapes = rest.as_bytes().chunks_exact(4).take(4).map_while(|escape| {
        let digits = escape.strip_prefix(b"\\x")?;
        u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    });
    let bytes: Vec<u8> = escapes.collect();
    let length = match bytes.first()? {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let text = std::str::from_utf8(bytes.get(..length)?).ok()?;
    Some((4 * length, text.to_owned()))
}

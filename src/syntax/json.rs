//! The JSON front end: a `Deserializer` that tracks the span of each value.
//!
//! It accepts what serde_json accepts, and numbers of any size, and uses serde_json for strings with escapes,
//! which are rare. A number that no 64-bit integer type holds is visited as its digits.
//!
//! Invariants: the position is just past the opening bracket when the first member or item of a
//! container is requested, and just past the closing bracket after the last. `ReaderState::spans` is
//! set before every visit.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use super::reader::{ParseError, ParseErrorKind, ReaderState};
use crate::text::characters::is_whitespace;
use crate::text::scan::{self, below, flipped};
use crate::value::TextDeserializer;

/// A document at the start of a text.
pub(crate) struct Document<'de> {
    text: &'de str,
    /// End of the document once it has been read; before, end of the text.
    end: Cell<usize>,
}

impl<'de> Document<'de> {
    pub(crate) fn new(text: &'de str) -> Self {
        Self { text, end: Cell::new(text.len()) }
    }

    /// End of the document once it has been read; before, end of the text.
    pub(crate) fn end(&self) -> usize {
        self.end.get()
    }

    /// Reads the document with `read`.
    pub(crate) fn read<T>(
        &self,
        state: &ReaderState,
        read: impl FnOnce(&mut Json<'_, 'de>) -> Result<T, ParseError>,
    ) -> Result<T, ParseError> {
        let mut json = Json { text: self.text, at: 0, state };
        let read = read(&mut json).map_err(|error| state.locate(error))?;
        self.end.set(json.at);
        Ok(read)
    }
}

/// Fails if anything but whitespace follows the document.
pub(crate) fn check_rest(text: &str, end: usize) -> Result<(), ParseError> {
    match text.as_bytes()[end..].iter().position(|byte| !is_whitespace(byte)) {
        None => Ok(()),
        Some(whitespace) => {
            Err(ParseErrorKind::Syntax("trailing characters".into()).at(end + whitespace))
        }
    }
}

/// The parser, with its position in the text.
pub(crate) struct Json<'c, 'de> {
    text: &'de str,
    at: usize,
    state: &'c ReaderState,
}

impl<'de> Json<'_, 'de> {
    /// Skips whitespace and returns the next byte.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(byte) if is_whitespace(byte) => self.at += 1,
                byte => return byte.copied(),
            }
        }
    }

    #[cold]
    fn syntax_error(&self, message: &str) -> ParseError {
        ParseErrorKind::Syntax(message.into()).at(self.at)
    }

    #[cold]
    fn unexpected_end(&self, what: &str) -> ParseError {
        self.syntax_error(&format!("EOF while parsing {what}"))
    }

    /// Reads the string at the current position, if it has no escapes.
    #[inline]
    fn plain_string(&mut self) -> Option<&'de str> {
        let start = self.at + 1;
        let bytes = &self.text.as_bytes()[start..];
        let length = find_special(bytes).filter(|at| bytes[*at] == b'"')?;
        self.at = start + length + 1;
        self.text.get(start..start + length)
    }

    /// Reads the string at the current position.
    #[inline]
    fn string(&mut self) -> Result<Cow<'de, str>, ParseError> {
        match self.plain_string() {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => self.escaped_string().map(Cow::Owned),
        }
    }

    #[cold]
    fn escaped_string(&mut self) -> Result<String, ParseError> {
        let start = self.at;
        let end = string_end(self.text.as_bytes(), start);
        let raw = &self.text[start..end];
        let text = serde_json::from_str(raw)
            .map_err(|error| from_serde_json(raw, &error).shifted_by(start))?;
        self.at = end;
        Ok(text)
    }

    fn literal(&mut self, literal: &'static str) -> Result<(), ParseError> {
        let rest = &self.text.as_bytes()[self.at..];
        if rest.starts_with(literal.as_bytes()) {
            self.span(self.at..self.at + literal.len());
            self.at += literal.len();
            return Ok(());
        }
        self.at += rest.iter().zip(literal.as_bytes()).take_while(|(a, b)| a == b).count();
        Err(match self.at == self.text.len() {
            true => self.unexpected_end("a value"),
            false => self.syntax_error("expected ident"),
        })
    }

    /// Reads the number at the current position, if it is a small integer; a fast path.
    #[inline]
    fn plain_number(&mut self) -> Option<u64> {
        const MAX_DIGITS: usize = 9;
        let bytes = &self.text.as_bytes()[self.at..];
        let mut number = 0;
        for (length, byte) in bytes.iter().take(MAX_DIGITS).enumerate() {
            match byte {
                b'0'..=b'9' => number = number * 10 + u64::from(byte - b'0'),
                b',' | b'}' if length == 1 || length > 1 && bytes[0] != b'0' => {
                    self.span(self.at..self.at + length);
                    self.at += length;
                    return Some(number);
                }
                _ => return None,
            }
        }
        None
    }

    /// Reads the number at the current position.
    fn number(&mut self) -> Result<Number<'de>, ParseError> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let is_negative = bytes[self.at] == b'-';
        self.at += usize::from(is_negative);
        let first = self.at;
        let mut is_integer = true;
        if self.digits()? > 1 && bytes[first] == b'0' {
            self.at = first + 1;
            return Err(self.syntax_error("invalid number"));
        }
        if bytes.get(self.at) == Some(&b'.') {
            is_integer = false;
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = bytes.get(self.at) {
            is_integer = false;
            self.at += 1;
            self.at += usize::from(matches!(bytes.get(self.at), Some(b'+' | b'-')));
            self.digits()?;
        }
        let digits = &self.text[start..self.at];
        self.span(start..self.at);
        Ok(match digits.parse() {
            Ok(number) if is_integer && !is_negative => Number::Unsigned(number),
            _ => match digits.parse() {
                Ok(number) if is_integer && number != 0 => Number::Signed(number),
                _ => Number::Other(digits),
            },
        })
    }

    /// Skips at least one digit, and returns their number.
    fn digits(&mut self) -> Result<usize, ParseError> {
        let rest = &self.text.as_bytes()[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        match (count, rest.is_empty()) {
            (0, true) => Err(self.unexpected_end("a value")),
            (0, false) => Err(self.syntax_error("invalid number")),
            _ => Ok(count),
        }
    }

    /// Sets the span of the value to be visited.
    #[inline]
    fn span(&self, span: Range<usize>) {
        self.state.spans.set_value(span);
    }

    /// Moves to the next member or item of a container. `false` if the container ends.
    #[inline]
    fn next_entry(
        &mut self,
        container: &Container,
        is_first: &mut bool,
    ) -> Result<bool, ParseError> {
        let next = self.peek();
        if next == Some(container.closing_bracket) {
            self.at += 1;
            self.state.spans.set_end(self.at);
            return Ok(false);
        }
        if *is_first {
            *is_first = false;
        } else if next == Some(b',') {
            self.at += 1;
            if self.peek() == Some(container.closing_bracket) {
                return Err(self.syntax_error("trailing comma"));
            }
        } else if next.is_some() {
            return Err(self.syntax_error(container.missing_comma));
        }
        match self.text.len() == self.at {
            true => Err(self.unexpected_end(container.name)),
            false => Ok(true),
        }
    }
}

/// An integer, or the digits of another number.
enum Number<'de> {
    Unsigned(u64),
    Signed(i64),
    Other(&'de str),
}

struct Container {
    name: &'static str,
    closing_bracket: u8,
    missing_comma: &'static str,
}

const OBJECT: Container =
    Container { name: "an object", closing_bracket: b'}', missing_comma: "expected `,` or `}`" };

const LIST: Container =
    Container { name: "a list", closing_bracket: b']', missing_comma: "expected `,` or `]`" };

impl<'de> Deserializer<'de> for &mut Json<'_, 'de> {
    type Error = ParseError;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParseError> {
        match self.peek() {
            Some(b'"') => {
                let start = self.at;
                if let Some(text) = self.plain_string() {
                    self.span(start..self.at);
                    return visitor.visit_borrowed_str(text);
                }
                let text = self.escaped_string()?;
                self.span(start..self.at);
                visitor.visit_string(text)
            }
            Some(b'{') => {
                self.span(self.at..self.at + 1);
                self.at += 1;
                visitor.visit_map(ContainerAccess { json: self, is_first: true })
            }
            Some(b'[') => {
                self.span(self.at..self.at + 1);
                self.at += 1;
                visitor.visit_seq(ContainerAccess { json: self, is_first: true })
            }
            Some(b'-' | b'0'..=b'9') => {
                if let Some(number) = self.plain_number() {
                    return visitor.visit_u64(number);
                }
                match self.number()? {
                    Number::Unsigned(number) => visitor.visit_u64(number),
                    Number::Signed(number) => visitor.visit_i64(number),
                    Number::Other(digits) => {
                        visitor.visit_newtype_struct(TextDeserializer::new(digits))
                    }
                }
            }
            Some(b't') => self.literal("true").and_then(|()| visitor.visit_bool(true)),
            Some(b'f') => self.literal("false").and_then(|()| visitor.visit_bool(false)),
            Some(b'n') => self.literal("null").and_then(|()| visitor.visit_unit()),
            Some(_) => Err(self.syntax_error("expected value")),
            None => Err(self.unexpected_end("a value")),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The members or items of a container.
struct ContainerAccess<'j, 'c, 'de> {
    json: &'j mut Json<'c, 'de>,
    is_first: bool,
}

impl<'de> MapAccess<'de> for ContainerAccess<'_, '_, 'de> {
    type Error = ParseError;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ParseError> {
        let json = &mut *self.json;
        if !self.is_first && json.text.as_bytes()[json.at..].starts_with(b",\"") {
            json.at += 1;
        } else {
            if !json.next_entry(&OBJECT, &mut self.is_first)? {
                return Ok(None);
            }
            if json.peek() != Some(b'"') {
                return Err(json.syntax_error("key must be a string"));
            }
        }
        let start = json.at;
        let name = json.string()?;
        json.state.spans.set_key(start..json.at);
        seed.deserialize(TextDeserializer::new(name)).map(Some)
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, ParseError> {
        let json = &mut *self.json;
        match json.peek() {
            Some(b':') => json.at += 1,
            Some(_) => return Err(json.syntax_error("expected `:`")),
            None => return Err(json.unexpected_end("an object")),
        }
        seed.deserialize(json)
    }
}

impl<'de> SeqAccess<'de> for ContainerAccess<'_, '_, 'de> {
    type Error = ParseError;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ParseError> {
        match self.json.next_entry(&LIST, &mut self.is_first)? {
            true => seed.deserialize(&mut *self.json).map(Some),
            false => Ok(None),
        }
    }
}

/// The first byte that ends a string or must be escaped in it.
#[inline]
pub(crate) fn find_special(bytes: &[u8]) -> Option<usize> {
    let matches = |word| {
        // With this bit flipped, a quote sorts directly after the controls and a space does not, so that
        // one comparison finds both.
        let controls_and_quotes = below(flipped(word, 0b10), 0x21);
        controls_and_quotes | below(flipped(word, b'\\'), 1)
    };
    scan::find(bytes, matches, |byte| matches!(byte, b'"' | b'\\' | 0..b' '))
}

/// Converts an error of serde_json, without its line and column in the message.
fn from_serde_json(text: &str, error: &serde_json::Error) -> ParseError {
    let at = if error.classify() == Category::Eof {
        text.len()
    } else {
        offset(text, error.line(), error.column())
    };
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(&*message, |(message, _)| message);
    ParseErrorKind::Syntax(message.to_owned()).at(at)
}

/// The byte offset of a line and a column, both from 1. The column counts bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let mut newlines = memchr::memchr_iter(b'\n', text.as_bytes());
    let start = match line {
        0 | 1 => 0,
        _ => newlines.nth(line - 2).map_or(text.len(), |newline| newline + 1),
    };
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The end of the string that begins at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(next) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += next + 1;
        if bytes[at - 1] == b'"' {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// The end of the object or array that begins at `start`; `None` if it is not closed.
pub(crate) fn container_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut at, mut depth) = (start, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at = string_end(bytes, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                // The opening bracket of the document may be missing.
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Maps offsets in a string's value to offsets in its raw form `raw`, which includes the quotes. Both are
/// sorted.
pub(crate) fn raw_offsets(raw: &str, offsets: &[usize]) -> Vec<usize> {
    let raw = raw.as_bytes();
    let (mut at, mut decoded) = (1, 0);
    let mut found = Vec::with_capacity(offsets.len());
    for offset in offsets {
        while decoded < *offset && at < raw.len() {
            let (length, decoded_length) = match raw[at] {
                b'\\' => escape(&raw[at..]),
                _ => (1, 1),
            };
            at += length;
            decoded += decoded_length;
        }
        found.push(at.min(raw.len()));
    }
    found
}

/// The string with this value.
pub(crate) fn quoted(text: &str) -> Box<str> {
    serde_json::Value::from(text).to_string().into()
}

/// The length of the escape at the start of `bytes`, and of the character it encodes, in bytes.
fn escape(bytes: &[u8]) -> (usize, usize) {
    let unit = |at: usize| {
        let digits = bytes.get(at..at + 4)?;
        u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
    };
    match (bytes.get(1), unit(2)) {
        (Some(b'u'), Some(0xd800..=0xdbff)) => (12, 4),
        (Some(b'u'), Some(unit)) => (6, char::from_u32(unit).map_or(1, char::len_utf8)),
        _ => (2, 1),
    }
}

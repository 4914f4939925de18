//! Start and end tags, and pieces of text.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::super::reader::{ParseError, ParseErrorKind};
use crate::text::characters::is_whitespace;
use crate::text::scan::{self, below, flipped};

/// A start tag.
#[derive(Clone)]
pub(super) struct Tag<'de> {
    pub(super) name: &'de str,
    /// The text after the name.
    pub(super) attributes: &'de str,
    pub(super) span: Range<usize>,
    /// Whether it is an empty-element tag, `<a/>`.
    pub(super) is_empty: bool,
}

pub(super) fn position(reader: &Reader<&[u8]>) -> usize {
    reader.buffer_position() as usize
}

pub(super) fn syntax_error(reader: &Reader<&[u8]>, error: &quick_xml::Error) -> ParseError {
    let message = match error {
        quick_xml::Error::Syntax(error) => error.to_string(),
        quick_xml::Error::IllFormed(error) => error.to_string(),
        error => error.to_string(),
    };
    ParseErrorKind::Syntax(message).at(reader.error_position() as usize)
}

/// Parses the start tag at `span`. quick-xml accepts some that are not well formed.
pub(super) fn parse_tag(
    text: &str,
    span: Range<usize>,
    is_empty: bool,
) -> Result<Tag<'_>, ParseError> {
    let inside = &text[span.start + 1..span.end - if is_empty { 2 } else { 1 }];
    let end = inside.as_bytes().iter().position(is_whitespace).unwrap_or(inside.len());
    let name = &inside[..end];
    let is_name = match name.as_bytes().first() {
        Some(first) if first.is_ascii() => {
            first.is_ascii_alphabetic() || matches!(first, b'_' | b':')
        }
        _ => name.starts_with(char::is_alphabetic),
    };
    if !is_name || memchr::memchr(b'<', inside.as_bytes()).is_some() {
        return Err(ParseErrorKind::Syntax("`<` does not start a valid tag".into()).at(span.start));
    }
    Ok(Tag { name, attributes: &inside[name.len()..], span, is_empty })
}

/// Whether a name of XML may contain the character.
pub(super) fn is_name_part(c: char) -> bool {
    match c {
        '_' | '-' | '.' | ':' | '\u{b7}' => true,
        '\u{d7}' | '\u{f7}' | '\u{37e}' => false,
        '\u{c0}'..='\u{1fff}'
        | '\u{200c}'..='\u{200d}'
        | '\u{203f}'..='\u{2040}'
        | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}'
        | '\u{3001}'..='\u{d7ff}'
        | '\u{f900}'..='\u{fdcf}'
        | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}' => true,
        c => c.is_ascii_alphanumeric(),
    }
}

/// The first byte that ends text, may be part of an escape or of `]]>`, or is a control character.
#[inline]
pub(super) fn find_special(bytes: &[u8]) -> Option<usize> {
    let matches = |word| {
        let one = |byte| below(flipped(word, byte), 1);
        below(word, b' ') | one(b'<') | one(b'&') | one(b']')
    };
    scan::find(bytes, matches, |byte| matches!(byte, b'<' | b'&' | b']' | 0..b' '))
}

/// Length of an end tag without its name.
pub(super) const END_TAG_SYNTAX_LENGTH: usize = "</>".len();

/// Whether `text` begins with the end tag of `element`.
#[inline]
pub(super) fn is_end_tag(text: &[u8], element: &str) -> bool {
    let name = text.strip_prefix(b"</");
    let rest = name.and_then(|name| name.strip_prefix(element.as_bytes()));
    rest.is_some_and(|rest| rest.starts_with(b">"))
}

/// Appends to a text, which stays borrowed if it was empty.
pub(super) fn append<'de>(text: &mut Cow<'de, str>, piece: Cow<'de, str>) {
    if text.is_empty() {
        *text = piece;
    } else {
        text.to_mut().push_str(&piece);
    }
}

/// The end of the element that begins at `start` or is the first after it, by the number of its tags alone.
pub(crate) fn element_end(text: &str, start: usize) -> Option<usize> {
    let mut reader = Reader::from_str(&text[start..]);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    let mut depth = 0_usize;
    loop {
        match reader.read_event().ok()? {
            Event::Start(_) => depth += 1,
            Event::End(_) if depth > 1 => depth -= 1,
            Event::Empty(_) if depth > 0 => {}
            Event::Empty(_) | Event::End(_) => return Some(start + position(&reader)),
            Event::Eof => return None,
            _ => {}
        }
    }
}

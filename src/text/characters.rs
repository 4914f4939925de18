//! Classes of characters: what is whitespace to the formats, to an optional field and to a repair, and what
//! quotes a string.

/// Whether a byte is whitespace in XML and in JSON.
#[inline]
pub(crate) fn is_whitespace(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Whether a text has nothing but whitespace in it, of any script.
#[inline]
pub(crate) fn is_empty_or_whitespace(text: &str) -> bool {
    !matches!(text.as_bytes().first(), Some(b'!'..=b'~')) && text.trim().is_empty()
}

/// Whether a character between values says nothing: whitespace of any script, controls, and what has no
/// width.
pub(crate) fn is_ignorable(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// Whether a character is used as a quotation mark around strings, in any program or font.
pub(crate) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '\u{2018}'..='\u{201f}')
}

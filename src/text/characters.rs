//! Character classes: whitespace in the formats, in values and between values, and quotation marks.

/// Characters that Markdown escapes with a backslash.
pub(crate) const MARKDOWN: &[u8] = b"[]{}()_*<>#+-.!`|~:&=";

/// Whether a byte is whitespace in XML and in JSON.
#[inline]
pub(crate) fn is_whitespace(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Whether a character is whitespace in XML and in JSON.
pub(crate) fn is_format_whitespace(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// Whether a text is empty or consists of Unicode whitespace.
#[inline]
pub(crate) fn is_empty_or_whitespace(text: &str) -> bool {
    !matches!(text.as_bytes().first(), Some(b'!'..=b'~')) && text.trim().is_empty()
}

/// Whether a text starts with an ASCII text in any case.
pub(crate) fn starts_in_any_case(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start))
}

/// Whether a character between values can be ignored: Unicode whitespace, controls, and zero-width
/// characters.
pub(crate) fn is_ignorable(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{180e}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// Whether a character may quote a string: straight or curly quotes, or a backtick.
pub(crate) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '\u{2018}'..='\u{201f}')
}

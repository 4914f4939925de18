//! Detection of the encoding of an input without a byte order mark.

use std::ops::Range;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

pub(super) fn is_utf16(encoding: &Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// Detects UTF-16: every other byte of the first two characters of a document is zero.
pub(super) fn detect_utf16_without_bom(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some(UTF_16LE),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// The span of the encoding's name in an XML declaration, read as ASCII. If the name cannot be read,
/// the span from `encoding` to the end of the declaration.
pub(super) fn declaration(bytes: &[u8]) -> Option<Range<usize>> {
    const LONGEST: usize = 256;
    let start = Encoding::for_bom(bytes).map_or(0, |(_, bom_length)| bom_length);
    let head = bytes.get(start..)?;
    let head = &head[..head.len().min(LONGEST)];
    let whitespace = head.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let head = &head[whitespace..];
    if !head.starts_with(b"<?xml") {
        return None;
    }
    let end = memchr::memmem::find(head, b"?>")?;
    let label = memchr::memmem::find(&head[..end], b"encoding")?;
    let rest = label + b"encoding".len();
    let name = quoted(&head[rest..end]).map(|name| rest + name.start..rest + name.end);
    let span = name.unwrap_or(label..end);
    Some(start + whitespace + span.start..start + whitespace + span.end)
}

/// The span of the quoted string after an equals sign.
fn quoted(text: &[u8]) -> Option<Range<usize>> {
    let quote = text.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
    let is_between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'=';
    let is_valid = text[..quote].iter().all(is_between);
    let length = text[quote + 1..].iter().position(|byte| *byte == text[quote])?;
    is_valid.then_some(quote + 1..quote + 1 + length)
}

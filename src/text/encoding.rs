//! Detection of the encoding of an input without a byte order mark.

use std::ops::Range;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::characters::is_ignorable;
use crate::labels::encoding_of_label;

pub(super) fn is_utf16(encoding: &Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// The encoding of an input without a byte order mark. `charset` is the one that the transport names.
pub(super) fn encoding_without_bom(
    bytes: &[u8],
    charset: Option<&'static Encoding>,
) -> &'static Encoding {
    if let Some(encoding) = detect_utf16_without_bom(bytes)
        && !has_separate_characters(bytes)
    {
        return encoding;
    }
    // Text in another encoding is hardly ever valid UTF-8, but a document that was converted to UTF-8 often
    // keeps its declaration. If all is ASCII, the encoding still matters if it is ISO-2022-JP.
    if !bytes.is_ascii() && str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let declared = || {
        let document = &bytes[http_head(bytes).len()..];
        encoding_of_label(&document[declaration(document)?])
    };
    let is_possible = |encoding: &&'static Encoding| {
        // What begins with ASCII is not in UTF-16, unless it was detected.
        !is_utf16(encoding) || bytes.first().is_none_or(|first| !first.is_ascii())
    };
    // A declaration that is read as ASCII is not in UTF-16.
    let declared = || declared().filter(|encoding| !is_utf16(encoding));
    let named = charset.filter(is_possible).or_else(declared);
    named.unwrap_or(UTF_8)
}

/// The charset that the HTTP headers of an input name, if it begins with these.
pub(super) fn http_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    encoding_of_label(content_type_charset(http_head(bytes))?)
}

/// The status line and headers that precede the body in what `curl -i` prints: the last ones, if a proxy or a
/// redirection answered first. Empty if the input starts otherwise.
fn http_head(bytes: &[u8]) -> &[u8] {
    const LONGEST: usize = 1 << 16;
    let mut end = 0;
    let window = &bytes[..bytes.len().min(LONGEST)];
    while window[end..].starts_with(b"HTTP/") {
        let is_blank = |line: &[u8]| matches!(line, b"\n" | b"\r\n");
        let mut lines = window[end..].split_inclusive(|byte| *byte == b'\n');
        let head: usize = lines.by_ref().take_while(|line| !is_blank(line)).map(<[u8]>::len).sum();
        let blank = window[end + head..].iter().position(|byte| *byte == b'\n');
        let Some(blank) = blank else { break };
        end += head + blank + 1;
    }
    &bytes[..end]
}

/// The charset of the last `Content-Type` header.
fn content_type_charset(head: &[u8]) -> Option<&[u8]> {
    let lines = head.split(|byte| *byte == b'\n');
    let mut values = lines.filter_map(|line| strip_name(line, b"content-type")?.strip_prefix(b":"));
    let parameters = values.next_back()?.split(|byte| *byte == b';').skip(1);
    let mut charsets = parameters.filter_map(|parameter| {
        strip_name(parameter.trim_ascii_start(), b"charset")?.strip_prefix(b"=")
    });
    let label = charsets.next()?.trim_ascii();
    Some(label.strip_prefix(b"\"").and_then(|label| label.strip_suffix(b"\"")).unwrap_or(label))
}

/// What follows a name and whitespace, ignoring case.
fn strip_name<'t>(text: &'t [u8], name: &[u8]) -> Option<&'t [u8]> {
    let (start, rest) = text.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then(|| rest.trim_ascii_start())
}

/// Detects UTF-16: every other byte of the first two characters of a document is zero. Invisible characters may be
/// before them.
fn detect_utf16_without_bom(bytes: &[u8]) -> Option<&'static Encoding> {
    const MOST: usize = 16;
    let document = |read: fn([u8; 2]) -> u16| {
        let is_ignored = |unit: &&[u8]| {
            let c = char::from_u32(read([unit[0], unit[1]]).into());
            c.is_some_and(|c| !c.is_ascii_graphic() && is_ignorable(c) && c != '\0')
        };
        let ignored = bytes.chunks_exact(2).take(MOST).take_while(is_ignored).count();
        &bytes[2 * ignored..]
    };
    match bytes {
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => return Some(UTF_16LE),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => return Some(UTF_16BE),
        _ => {}
    }
    match (document(u16::from_le_bytes), document(u16::from_be_bytes)) {
        ([b'<' | b'{' | b'[', 0, second, 0, ..], _) if *second != 0 => Some(UTF_16LE),
        (_, [0, b'<' | b'{' | b'[', 0, second, ..]) if *second != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether there is U+0000 after each character of UTF-8. If all is ASCII, UTF-16 is the same.
fn has_separate_characters(bytes: &[u8]) -> bool {
    let text = if bytes.is_ascii() { None } else { str::from_utf8(bytes).ok() };
    text.is_some_and(|text| text.chars().skip(1).step_by(2).all(|c| c == '\0'))
}

/// The span of the encoding's name in an XML declaration, read as ASCII. If the name cannot be read,
/// the span from `encoding` to the end of the declaration. Whitespace and bytes of invisible characters may precede.
pub(super) fn declaration(bytes: &[u8]) -> Option<Range<usize>> {
    const LONGEST: usize = 256;
    let start = Encoding::for_bom(bytes).map_or(0, |(_, bom_length)| bom_length);
    let head = bytes.get(start..)?;
    let head = &head[..head.len().min(LONGEST)];
    // Bytes of GB18030 after others may be digits.
    let is_ignored = |(at, byte): &(usize, &u8)| {
        byte.is_ascii_whitespace()
            || !byte.is_ascii()
            || byte.is_ascii_digit() && *at > 0 && !head[at - 1].is_ascii()
    };
    let whitespace = head.iter().enumerate().take_while(is_ignored).count();
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

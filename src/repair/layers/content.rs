//! Escapes in the texts of a document of XML whose tags have none.
//!
//! The evidence is in a text that begins as JSON does, but with an escaped quote or bracket, or in signs that are
//! escaped wherever they stand.

use std::ops::Range;

use super::escapes::unescape_into;
use super::lines::header;
use super::opening::Layered;
use crate::finding::{FindingKind, Path};
use crate::repair::edits::EditBuffer;
use crate::repair::xml::begins_response;
use crate::syntax::reader::Format;

/// Signs that are escaped for TeX, Tcl or Markdown.
const SIGNS: &[u8] = b"[]{}()_*<>#+-.!`|~:&=%$\"";

/// How the texts are escaped.
#[derive(Clone, Copy)]
enum Escapes {
    Quotes,
    String,
    Signs,
    Doubled,
    Percent,
    Typographic,
    Backticks,
}

pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some((start, Format::Xml)) = layered.opening(0..text.len()) else { return false };
    let Some((at, escapes)) = evidence(text, start) else { return false };
    let (of, count) = match escapes {
        Escapes::Quotes => ("the escapes of quotes", remove_before_quotes(text, start, buffer)),
        Escapes::String => {
            ("the escapes of a string", unescape_into(text, start..text.len(), buffer))
        }
        Escapes::Signs => {
            ("the escapes of Markdown", remove_escapes(text, start, (b'\\', SIGNS), buffer))
        }
        Escapes::Doubled => ("the quotes of CSV", undouble(text, start, buffer)),
        Escapes::Percent => ("URL encoding", decode(text, start, buffer)),
        Escapes::Backticks => {
            ("the escapes of PowerShell", unescape_backticks(text, start, buffer))
        }
        Escapes::Typographic => ("typographic quotes", straighten(text, start, buffer)),
    };
    if count > 0 {
        // A text may have had some of its own.
        buffer.report_guess(FindingKind::Escaping { of, count }, Path::default, at..at + 1);
    }
    count > 0
}

/// The offset of a text that begins as escaped JSON does, and how it is escaped.
fn evidence(text: &str, start: usize) -> Option<(usize, Escapes)> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'>', &bytes[start..]).find_map(|end| {
        let at = start + end + 1;
        let rest = &text[at..];
        if rest.starts_with("\\{\"") || rest.starts_with("\\{\\\"") {
            return Some((at, Escapes::Signs));
        }
        let inside = rest.strip_prefix('{')?;
        let escapes = match inside.chars().next()? {
            '\\' if inside.trim_start_matches('\\').starts_with('"') => {
                match has_other_backslash(text, start) {
                    true => Escapes::Quotes,
                    false => Escapes::String,
                }
            }
            '"' if inside.starts_with("\"\"") && !inside.starts_with("\"\":") => Escapes::Doubled,
            '%' if inside.starts_with("%22") => Escapes::Percent,
            '`' if inside.starts_with("`\"") => Escapes::Backticks,
            '“' | '”' | '„' | '＂' => Escapes::Typographic,
            _ => return None,
        };
        Some((at, escapes))
    })
}

/// Whether a backslash escapes nothing, so that only quotes are escaped.
fn has_other_backslash(text: &str, start: usize) -> bool {
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(found) = memchr::memchr(b'\\', &bytes[at..]) {
        match bytes.get(at + found + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' | b'u') => at += found + 2,
            _ => return true,
        }
    }
    false
}

fn remove_before_quotes(text: &str, start: usize, buffer: &mut EditBuffer<'_>) -> usize {
    let mut count = 0;
    for (at, _) in text[start..].match_indices("\\\"") {
        buffer.edit(start + at..start + at + 1, "");
        count += 1;
    }
    count
}

/// Removes the character that escapes, before the signs that it escapes.
pub(super) fn remove_escapes(
    text: &str,
    start: usize,
    (escape, signs): (u8, &[u8]),
    buffer: &mut EditBuffer<'_>,
) -> usize {
    let bytes = text.as_bytes();
    let (mut count, mut from) = (0, start);
    for at in memchr::memchr_iter(escape, &bytes[start..]).map(|at| start + at) {
        if at >= from && bytes.get(at + 1).is_some_and(|sign| signs.contains(sign)) {
            buffer.edit(at..at + 1, "");
            count += 1;
            from = at + 2;
        }
    }
    count
}

/// Removes one of each pair of quotes, if all are in pairs.
fn undouble(text: &str, start: usize, buffer: &mut EditBuffer<'_>) -> usize {
    let bytes = text.as_bytes();
    let (mut pairs, mut at) = (Vec::new(), start);
    while let Some(found) = memchr::memchr(b'"', &bytes[at..]) {
        at += found;
        if bytes.get(at + 1) != Some(&b'"') {
            return 0;
        }
        pairs.push(at);
        at += 2;
    }
    let count = pairs.len();
    pairs.into_iter().for_each(|at| buffer.edit(at..at + 1, ""));
    count
}

/// Decodes the codes of ASCII characters, if every percent sign begins a code.
fn decode(text: &str, start: usize, buffer: &mut EditBuffer<'_>) -> usize {
    let mut codes = Vec::new();
    for at in memchr::memchr_iter(b'%', &text.as_bytes()[start..]).map(|at| start + at) {
        let code = text.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let Some(code) = code.filter(|code| matches!(code, b' '..=b'~' | b'\t' | b'\n' | b'\r'))
        else {
            return 0;
        };
        codes.push((at, char::from(code)));
    }
    let count = codes.len();
    for (at, c) in codes {
        buffer.edit(at..at + 3, String::from(c));
    }
    count
}

pub(super) fn unescape_backticks(text: &str, start: usize, buffer: &mut EditBuffer<'_>) -> usize {
    let bytes = text.as_bytes();
    let (mut count, mut at) = (0, start);
    while let Some(found) = memchr::memchr(b'`', &bytes[at..]) {
        at += found;
        let read = match bytes.get(at + 1) {
            Some(b'n') => "\n",
            Some(b'r') => "\r",
            Some(b't') => "\t",
            Some(b'"') => "\"",
            Some(b'`') => "`",
            Some(b'$') => "$",
            _ => {
                at += 1;
                continue;
            }
        };
        buffer.edit(at..at + 2, read);
        count += 1;
        at += 2;
    }
    count
}

fn straighten(text: &str, start: usize, buffer: &mut EditBuffer<'_>) -> usize {
    let mut count = 0;
    for (at, c) in text[start..].char_indices() {
        let straight = match c {
            '“' | '”' | '„' | '＂' => "\"",
            '‘' | '’' => "'",
            '…' => "...",
            _ => continue,
        };
        buffer.edit(start + at..start + at + c.len_utf8(), straight);
        count += 1;
    }
    count
}

/// Decodes a document of XML that was sent as quoted-printable and is well formed as it is, since text may be
/// between its elements.
pub(super) fn peel_equals_after_tags(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    matches!(layered.opening(0..layered.text.len()), Some((_, Format::Xml)))
        && has_equals_after_tag(layered)
        && peel_equals(layered, buffer)
}

/// Decodes a document whose headers say that it was sent as quoted-printable.
pub(super) fn peel_announced_equals(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    announces_equals(layered.text) && peel_equals(layered, buffer)
}

/// Whether a header before the first document says that it was sent as quoted-printable.
pub(super) fn announces_equals(text: &str) -> bool {
    let head = text.find(['{', '<']).map_or("", |end| &text[..end]);
    head.lines().any(|line| {
        let encoding = header(line, "content-transfer-encoding");
        encoding.is_some_and(|it| it.eq_ignore_ascii_case("quoted-printable"))
    })
}

/// Whether the end of a line is encoded after a closing tag or the opening tag of the response, where it is no
/// value.
fn has_equals_after_tag(layered: &Layered<'_>) -> bool {
    const LONGEST: usize = 128;
    let text = layered.text;
    memchr::memmem::find_iter(text.as_bytes(), b">=").any(|at| {
        let rest = text[at + 2..].strip_prefix("20").unwrap_or(&text[at + 2..]);
        let before = &text.as_bytes()[at.saturating_sub(LONGEST)..at];
        let tag = memchr::memrchr(b'<', before).map(|start| at - before.len() + start + 1);
        rest.starts_with(['\r', '\n'])
            && tag.is_some_and(|tag| {
                text[tag..].starts_with('/') || begins_response(&text[tag..], layered.kinds)
            })
    })
}

/// Decodes a document that was sent as quoted-printable.
pub(super) fn peel_equals(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let Some((start, count, edits)) = quoted_printable(layered) else { return false };
    edits.into_iter().for_each(|(span, read)| buffer.edit(span, read));
    let kind = FindingKind::Escaping { of: "quoted-printable", count };
    buffer.report_layer(kind, start..start + 1);
    true
}

/// Whether codes of quoted-printable are in the document, and not only line breaks after the sign.
pub(super) fn is_quoted_printable(layered: &Layered<'_>) -> bool {
    quoted_printable(layered).is_some()
}

type Replacements = Vec<(Range<usize>, String)>;

/// The start of a document of quoted-printable, the number of its codes, and what is in place of them and of
/// the line breaks in it. Where lines are continued or the first quote is a code, one code is enough.
fn quoted_printable(layered: &Layered<'_>) -> Option<(usize, usize, Replacements)> {
    const LEAST: usize = 2;
    let text = layered.text;
    let bytes = text.as_bytes();
    let (start, format) = layered.opening(0..text.len())?;
    let is_quote = match format {
        Format::Xml => text[start..].contains(">{=22") || has_equals_after_tag(layered),
        _ => text[start + 1..].trim_start().starts_with("=22"),
    };
    let mut edits = Replacements::new();
    let (mut count, mut equals, mut breaks, mut at) = (0, 0, 0, start);
    // Other signs need not be encoded.
    let mut is_odd = false;
    while let Some(found) = memchr::memchr(b'=', &bytes[at..]) {
        at += found;
        let first = at;
        let broken = |at: usize| {
            ["=\r\n", "=\n"].into_iter().find(|sign| text[at..].starts_with(sign)).map(str::len)
        };
        if let Some(length) = broken(at) {
            at += length;
            edits.push((first..at, String::new()));
            breaks += 1;
            continue;
        }
        let mut decoded = Vec::new();
        while let Some(code) = code(text, at).filter(|_| decoded.len() < 4) {
            decoded.push(code);
            at += 3;
            if std::str::from_utf8(&decoded).is_ok() {
                break;
            }
            // A line may be broken between the bytes of a character.
            at += broken(at).unwrap_or(0);
        }
        let read = String::from_utf8(decoded).ok().filter(|read| !read.is_empty())?;
        equals += usize::from(read == "=");
        is_odd |= read != "=" && read.contains(|c: char| c.is_ascii_graphic());
        edits.push((first..at, read));
        count += 1;
    }
    let is_usual = breaks > 0 || equals >= LEAST && format == Format::Xml;
    let is_certain = is_quote || announces_equals(text) || is_usual && !is_odd;
    (count > 0 && is_certain).then_some((start, count, edits))
}

/// The byte that a code of quoted-printable stands for.
pub(super) fn code(text: &str, at: usize) -> Option<u8> {
    let digits = text.get(at..)?.strip_prefix('=')?.get(..2)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte));
    u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

//! A document that is escaped as the content of a string, or with references of XML.

use std::borrow::Cow;
use std::ops::Range;

use super::opening::Layered;
use super::segments::segments;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;
use crate::repair::xml::{begins_response, is_escaped_value};
use crate::syntax::reader::Format;
use crate::syntax::references::reference;

const STRING: &str = "the escapes of a string";

/// Resolves the escapes of a string, in which the document is.
pub(super) fn peel_string(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some((start, is_quote_escaped)) = string_start(layered) else { return false };
    let quote = text[..start].trim_end().chars().next_back();
    let quote = quote.filter(|quote| matches!(quote, '"' | '\'' | '`'));
    let is_whole = is_quote_escaped || matches!(quote, Some('\'' | '`'));
    let only_quotes = if is_quote_escaped { only_quotes(text, start) } else { None };
    let count = if let Some(length) = only_quotes {
        let mut count = 0;
        for (at, token) in quotes(text, start) {
            buffer.edit(at - length..at + token, "\"");
            count += 1;
        }
        // Other characters have the same escapes.
        let is_quote = |at: usize| QUOTES.iter().any(|quote| text[at..].starts_with(quote));
        let is_octal =
            quotes(text, start).next().is_some_and(|(at, _)| text[at..].starts_with("042"));
        let mut from = start;
        while let Some(at) = memchr::memchr(b'\\', &text.as_bytes()[from..]).map(|at| from + at) {
            let run = text[at..].bytes().take_while(|byte| *byte == b'\\').count();
            from = at + run;
            // The last backslash of an even number is escaped itself.
            if run % 2 == 0 || is_quote(from) {
                continue;
            }
            let rest = &text[from - 1..];
            let is_other = rest[1..].starts_with("u{") || rest[1..].starts_with('x');
            if (is_other || is_octal && has_octal_digits(&rest[1..]))
                && let Some((length, read)) = escaped_character(rest)
            {
                buffer.edit(from - 1..from - 1 + length, spelling(read));
                from += length - 1;
                count += 1;
            }
        }
        count
    } else if is_whole {
        let end = match quote {
            Some('"') => quote_end(text, start),
            Some(quote) => text[start..].rfind(quote).map_or(text.len(), |at| start + at),
            None => text.len(),
        };
        let is_quote = |c: char| matches!(c, '"' | '\\') || c.is_whitespace();
        if is_in_strings(&text[..start]) {
            // The quotes of outer strings would be taken for a document.
            buffer.edit(0..start, "");
            if text[end..].chars().all(is_quote) {
                buffer.edit(end..text.len(), "");
            }
        }
        unescape_into(text, start..end, buffer).max(usize::from(is_in_strings(&text[..start])))
    } else {
        let mut count = 0;
        for segment in segments(text, start).into_iter().filter(|segment| !segment.is_string) {
            count += unescape_space(text, segment.span, buffer);
        }
        count
    };
    if count > 0 {
        let kind = FindingKind::Escaping { of: STRING, count };
        buffer.report_layer(
            kind,
            start..start + text[start..].chars().next().map_or(0, char::len_utf8),
        );
    }
    count > 0
}

fn has_octal_digits(text: &str) -> bool {
    let digits = text.as_bytes().get(..3);
    digits.is_some_and(|digits| digits.iter().all(|digit| (b'0'..=b'7').contains(digit)))
}

/// The length and character of the escape, or of the escapes of the bytes of a character, at the start of a text.
fn escaped_character(text: &str) -> Option<(usize, char)> {
    match escape(text)? {
        (length, Some(read)) => Some((length, read)),
        (_, None) => escaped_bytes(text),
    }
}

/// Whether a text is the quotes of a string in a string.
fn is_in_strings(before: &str) -> bool {
    before.trim().starts_with("\"\\")
        && before.chars().all(|c| matches!(c, '"' | '\\') || c.is_whitespace())
}

/// Spellings of a quote after backslashes.
const QUOTES: [&str; 6] = ["\"", "u0022", "x22", "042", "u{22}", "u{0022}"];

/// The quotes that backslashes are before: their offsets after the backslashes, and their lengths.
fn quotes(text: &str, start: usize) -> impl Iterator<Item = (usize, usize)> {
    let bytes = text.as_bytes();
    let ends = memchr::memchr_iter(b'\\', &bytes[start..]).map(move |at| start + at + 1);
    ends.filter_map(|at| {
        let token = QUOTES.iter().find(|quote| text[at..].starts_with(**quote))?;
        Some((at, token.len()))
    })
}

/// The number of backslashes before each quote, if only quotes are escaped: then the backslashes of the
/// document itself are before some in addition, which makes their number even.
fn only_quotes(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let run = |at: usize| bytes[start..at].iter().rev().take_while(|byte| **byte == b'\\').count();
    let (mut least, mut has_even) = (usize::MAX, false);
    for (at, _) in quotes(text, start) {
        let length = run(at);
        least = least.min(length);
        has_even |= length % 2 == 0;
    }
    has_even.then_some(least)
}

/// The end of the string that a document from `start` on is in.
fn quote_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes[at] == b'"' {
            return at;
        }
        at += 2;
    }
    text.len()
}

/// Where an escaped document begins, and whether its quotes are escaped too.
fn string_start(layered: &Layered<'_>) -> Option<(usize, bool)> {
    let text = layered.text;
    let opening = layered.opening(0..text.len());
    // Brackets may be escaped too.
    let escaped = memchr::memchr_iter(b'\\', text.as_bytes()).find(|at| {
        opening.is_none_or(|(opening, _)| *at < opening)
            && escape(&text[*at..]).is_some_and(|(length, read)| match read {
                Some('{' | '[') => true,
                Some('<') => begins_response(&text[at + length..], layered.kinds),
                _ => false,
            })
    });
    if let Some(at) = escaped.filter(|at| opening.is_none_or(|(opening, _)| *at < opening)) {
        let is_plain_sign = matches!(text.as_bytes()[at + 1], b'{' | b'[' | b'<');
        return (!is_plain_sign).then_some((at, true));
    }
    let (start, format) = opening?;
    if format == Format::Xml {
        let end = start + text[start..].find('>')? + 1;
        let is_quote_escaped = text[start..end].contains("=\\") || is_in_strings(&text[..start]);
        let space = spaces(&text[end..]);
        return (is_quote_escaped || space.1 > 0).then_some((start, true));
    }
    let rest = &text[start + 1..];
    let (length, escapes) = spaces(rest);
    let inside = rest[length..].trim_start_matches(['{', '[']);
    let inside = &inside[spaces(inside).0..];
    let is_quote_escaped =
        inside.trim_start_matches('\\').len() < inside.len() && is_escaped_quote(inside);
    let is_literal = is_python_literal(text, start);
    (is_quote_escaped || is_literal || escapes > 0 && inside.starts_with(['"', '\'', '}', '{']))
        .then_some((start, is_quote_escaped))
}

/// Whether the document at `start` is in a literal of Python, of bytes or one whose backslashes are all escaped. In
/// the quotes of a shell, they would be those of the document.
fn is_python_literal(text: &str, start: usize) -> bool {
    let (before, inside) = text.split_at(start);
    let Some(outside) = before.strip_suffix('\'') else { return false };
    // A word and a blank before the quote are a command of a shell, and a name in capitals is its variable.
    let trimmed = outside.trim_end();
    let is_argument = outside.len() > trimmed.len() && trimmed.ends_with(char::is_alphanumeric);
    let variable =
        outside.strip_suffix('=').map(|it| it.rsplit(|c: char| c.is_whitespace()).next());
    let is_capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let is_variable =
        variable.flatten().is_some_and(|it| !it.is_empty() && it.chars().all(is_capital));
    // A shell has no blanks around the sign, and no calls.
    let is_program = trimmed.ends_with(" =") || outside.ends_with('(');
    inside.rfind('\'').is_some_and(|end| {
        let evidence = || has_escaped_escape(&inside[..end], is_program);
        outside.ends_with('b') || !is_argument && !is_variable && evidence()
    })
}

/// Whether backslashes are there in pairs only, and one pair is before what a backslash of JSON is before.
/// `is_literal`: whether any pair tells, since it is known to be in a literal.
fn has_escaped_escape(text: &str, is_literal: bool) -> bool {
    let mut is_found = false;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &text.as_bytes()[at..]) {
        let start = at + found;
        at = start + text[start..].bytes().take_while(|byte| *byte == b'\\').count();
        let after = &text[at..];
        if (at - start) % 2 == 1 && !after.starts_with('\'') {
            return false;
        }
        let is_code = after.strip_prefix('u').is_some_and(|it| it.get(..4).and_then(hex).is_some());
        is_found |= is_literal || is_code || after.starts_with('"') || at - start >= 4;
    }
    is_found
}

/// Whether the first document of a text is in a literal of Python.
pub(super) fn is_in_python_literal(layered: &Layered<'_>) -> bool {
    let text = layered.text;
    let opening = layered.opening(0..text.len());
    opening.is_some_and(|(start, format)| {
        format == Format::Json && is_python_literal(text, start) && text.contains('\\')
    })
}

fn is_escaped_quote(text: &str) -> bool {
    let rest = text.trim_start_matches('\\');
    rest.starts_with('\'') || QUOTES.iter().any(|quote| rest.starts_with(quote))
}

/// Escapes of whitespace without their backslashes.
const SPACES: &[&str] = &[
    "n", "r", "t", "x0a", "x0A", "x0d", "x0D", "x09", "x20", "u000a", "u000A", "u000d", "u000D",
    "u0009", "u0020",
];

/// The length of the whitespace at the start of a text, and the number of escapes in it.
fn spaces(text: &str) -> (usize, usize) {
    let (mut rest, mut escapes) = (text, 0);
    loop {
        rest = rest.trim_start();
        let letter = rest.trim_start_matches('\\');
        let space = SPACES.iter().find_map(|space| letter.strip_prefix(space));
        match space.filter(|_| letter.len() < rest.len()) {
            Some(after) => {
                escapes += 1;
                rest = after;
            }
            None => return (text.len() - rest.len(), escapes),
        }
    }
}

/// Replaces escaped whitespace.
fn unescape_space(text: &str, span: Range<usize>, buffer: &mut EditBuffer<'_>) -> usize {
    let mut count = 0;
    let mut at = span.start;
    while let Some(found) = memchr::memchr(b'\\', &text.as_bytes()[at..span.end]) {
        at += found;
        let (length, escapes) = spaces(&text[at..span.end]);
        if escapes > 0 {
            buffer.edit(at..at + length, "\n");
            count += escapes;
        }
        at += length.max(1);
    }
    count
}

/// Resolves the escapes in a span. Returns their number.
pub(super) fn unescape_into(text: &str, span: Range<usize>, buffer: &mut EditBuffer<'_>) -> usize {
    let bytes = text.as_bytes();
    let mut count = 0;
    let mut at = span.start;
    while let Some(found) = memchr::memchr(b'\\', &bytes[at..span.end]) {
        at += found;
        let rest = &text[at..span.end];
        let read = match escape(rest) {
            Some((length, None)) => {
                escaped_bytes(rest).map_or((length, None), |(length, read)| (length, Some(read)))
            }
            Some(read) => read,
            None => (1, None),
        };
        if let (length, Some(read)) = read {
            buffer.edit(at..at + length, spelling(read));
            count += 1;
        }
        at += read.0;
    }
    count
}

/// The length and character of escapes of the bytes of UTF-8, such as `\xe2\x80\x9c`.
fn escaped_bytes(text: &str) -> Option<(usize, char)> {
    let byte = |rest: &str| {
        let length = if rest.starts_with("\\x") { 2 } else { 1 };
        let (digits, radix) =
            if length == 2 { (rest.get(2..4)?, 16) } else { (rest.get(1..4)?, 8) };
        let is_digits = digits.chars().all(|digit| digit.is_digit(radix));
        let read = u8::from_str_radix(digits, radix).ok().filter(|_| is_digits)?;
        Some((length + digits.len(), read))
    };
    let (mut bytes, mut at) = (Vec::new(), 0);
    while bytes.len() < 4 && text[at..].starts_with('\\') {
        let (length, read) = byte(&text[at..])?;
        bytes.push(read);
        at += length;
        if let Ok(read) = std::str::from_utf8(&bytes) {
            return Some((at, read.chars().next()?));
        }
    }
    None
}

fn spelling(c: char) -> Cow<'static, str> {
    match c {
        '"' => "\"".into(),
        '\\' => "\\".into(),
        '\n' => "\n".into(),
        '/' => "/".into(),
        other => String::from(other).into(),
    }
}

/// The length of the escape at the start of a text, and its character; `None` if it is no known one.
fn escape(text: &str) -> Option<(usize, Option<char>)> {
    let bytes = text.as_bytes();
    let simple = |c| Some((2, Some(c)));
    match *bytes.get(1)? {
        b'n' => simple('\n'),
        b'r' => simple('\r'),
        b't' => simple('\t'),
        b'b' => simple('\u{8}'),
        b'f' => simple('\u{c}'),
        sign @ (b'"' | b'\'' | b'\\' | b'/' | b'$' | b'`') => simple(char::from(sign)),
        b'u' => {
            let (length, code) = match bytes.get(2) {
                Some(b'{') => {
                    let end = memchr::memchr(b'}', &bytes[..bytes.len().min(12)])?;
                    (end + 1, hex(text.get(3..end)?)?)
                }
                _ => (6, hex(text.get(2..6)?)?),
            };
            let low = || {
                let low =
                    hex(text.get(6..).and_then(|rest| rest.strip_prefix("\\u"))?.get(..4)?)?;
                (0xdc00..0xe000).contains(&low).then_some(low)
            };
            if (0xd800..0xdc00).contains(&code)
                && let Some(low) = low()
            {
                return Some((
                    12,
                    char::from_u32(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)),
                ));
            }
            // A lone surrogate is left as it is.
            Some((length, char::from_u32(code)))
        }
        b'x' => {
            let code = hex(text.get(2..4)?)?;
            Some((4, char::from_u32(code).filter(char::is_ascii)))
        }
        b'0'..=b'7' => {
            let length =
                bytes[1..].iter().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
            let code = u32::from_str_radix(&text[1..=length], 8).ok()?;
            Some((length + 1, char::from_u32(code).filter(char::is_ascii)))
        }
        _ => None,
    }
}

fn hex(digits: &str) -> Option<u32> {
    let is_hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

/// Resolves the references in a document that is escaped as the text of XML or HTML.
pub(super) fn peel_references(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some(start) = references_start(layered) else { return false };
    if is_escaped_value(text, start, layered.kinds) {
        return false;
    }
    let before = text[..start].trim();
    if before.starts_with('<') {
        // The markup of a page must not be taken for the document.
        buffer.edit(0..start, "");
        let at = start - text[..start].trim_start().len();
        buffer.report_layer(FindingKind::SurroundingText, at..at + before.len());
    }
    let count = resolve_references(text, start..text.len(), buffer);
    if count > 0 {
        let kind = FindingKind::Escaping { of: "references to characters", count };
        buffer.report_layer(
            kind,
            start..start + text[start..].chars().next().map_or(0, char::len_utf8),
        );
    }
    count > 0
}

/// Resolves the references in a span. Returns their number.
pub(super) fn resolve_references(
    text: &str,
    span: Range<usize>,
    buffer: &mut EditBuffer<'_>,
) -> usize {
    let (mut count, mut at) = (0, span.start);
    while let Some(found) = memchr::memchr(b'&', &text.as_bytes()[at..span.end]) {
        at += found;
        let (length, read) = named(&text[at..span.end]);
        if let Some(read) = read {
            buffer.edit(at..at + length, spelling(read));
            count += 1;
        }
        at += length.max(1);
    }
    count
}

/// The length of the reference at the start of a text, and its character.
fn named(text: &str) -> (usize, Option<char>) {
    let Some((name, character)) = text.strip_prefix('&').and_then(|tail| reference(tail)) else {
        return (1, None);
    };
    let character = character.or(match name {
        "LT" => Some('<'),
        "GT" => Some('>'),
        "AMP" => Some('&'),
        "QUOT" => Some('"'),
        "nbsp" => Some(' '),
        "lbrace" | "lcub" => Some('{'),
        "rbrace" | "rcub" => Some('}'),
        "lbrack" | "lsqb" => Some('['),
        "rbrack" | "rsqb" => Some(']'),
        "colon" => Some(':'),
        "comma" => Some(','),
        "sol" => Some('/'),
        "equals" => Some('='),
        _ => None,
    });
    (name.len() + 2, character)
}

/// Where a document begins whose brackets or quotes are references, once or more often.
fn references_start(layered: &Layered<'_>) -> Option<usize> {
    let text = layered.text;
    for at in memchr::memchr_iter(b'&', text.as_bytes()) {
        let Some((length, read)) = resolved(&text[at..]) else { continue };
        let before = || text[..at].trim_end().trim_end_matches("&nbsp;").trim_end();
        match read {
            '<' if begins_response(&text[at + length..], layered.kinds) => return Some(at),
            '{' | '[' => return Some(at),
            '"' | '\'' if before().ends_with(['{', '[']) => return Some(before().len() - 1),
            _ => {}
        }
        if read == '<' && text[at + length..].starts_with('?') {
            return Some(at);
        }
    }
    quoted_value(layered).map(|(start, _)| start)
}

/// The start of JSON without quotes around its names, and the reference to a quotation mark before its first value.
pub(super) fn quoted_value<'t>(layered: &Layered<'t>) -> Option<(usize, &'t str)> {
    let text = layered.text;
    let is_part = |c: char| c.is_alphanumeric() || c.is_whitespace() || "{[:_-.".contains(c);
    let at = memchr::memchr(b'&', text.as_bytes())?;
    let head = text[..at].trim_end();
    let (start, format) = layered.opening(0..at)?;
    let name = head.strip_suffix(':')?.trim_end();
    let is_first = format == Format::Json
        && name.ends_with(char::is_alphanumeric)
        && text[start..at].chars().all(is_part);
    let rest = &text[at..];
    let is_quote = || {
        CURLY_QUOTES.iter().any(|(name, _)| rest.starts_with(name))
            || matches!(resolved(rest), Some((_, '"' | '\'')))
    };
    (is_first && is_quote()).then_some((start, rest))
}

/// References to curly quotes, and the straight ones.
pub(super) const CURLY_QUOTES: [(&str, &str); 5] =
    [("&ldquo;", "\""), ("&rdquo;", "\""), ("&bdquo;", "\""), ("&lsquo;", "'"), ("&rsquo;", "'")];

/// The character that a reference stands for, which may be escaped several times (`&amp;lt;`).
fn resolved(text: &str) -> Option<(usize, char)> {
    let mut name = text.strip_prefix('&')?;
    for _ in 0..MAX_LEVELS {
        match ["amp;", "#38;", "#x26;"].iter().find_map(|amp| name.strip_prefix(amp)) {
            Some(rest) => name = rest,
            None => break,
        }
    }
    let start = text.len() - name.len();
    let (end, _) = name.char_indices().take(12).find(|(_, c)| *c == ';')?;
    let (_, read) = named(&format!("&{}", &name[..=end]));
    Some((start + end + 1, read?))
}

const MAX_LEVELS: usize = 4;

//! A document that is encoded as a part of a URL, as a field of CSV, for Markdown, or in full-width characters.

use std::ops::Range;

use super::lines::lines;
use super::opening::Layered;
use super::segments::segments;
use crate::finding::{FindingKind, Path};
use crate::repair::edits::EditBuffer;
use crate::repair::xml::begins_response;
use crate::syntax::reader::Format;
use crate::text::characters::MARKDOWN;

fn report(of: &'static str, count: usize, span: Range<usize>, buffer: &mut EditBuffer<'_>) {
    buffer.report_layer(FindingKind::Escaping { of, count }, span);
}

/// Decodes a document that is encoded as a part of a URL.
pub(super) fn peel_percent(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let bytes = text.as_bytes();
    let begins = |at: &usize| {
        let mut code = &bytes[at + 1..];
        while let Some(rest) = code.strip_prefix(b"25") {
            code = rest;
        }
        let code = &code[..code.len().min(2)];
        [&b"7b"[..], b"5b", b"3c"].iter().any(|it| it.eq_ignore_ascii_case(code))
    };
    let opening = layered.opening(0..text.len()).map(|(at, _)| at);
    let inside = opening.map_or("", |at| text[at + 1..].trim_start());
    let has_brackets = inside.starts_with("%22") || inside.starts_with("%2522");
    let is_part = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || !byte.is_ascii()
            || b"%-_.!~*'():;,/?@$+=\r\n".contains(byte)
    };
    // Behind a bracket that is none of the layer, they are in a value.
    let is_outside = |start: &usize| opening.is_none_or(|opening| *start < opening);
    let (start, end) = match memchr::memchr_iter(b'%', bytes).find(begins).filter(is_outside) {
        // Only the quotes and other characters are encoded.
        _ if has_brackets => (text.len() - inside.len(), text.len()),
        Some(start) => {
            (start, start + bytes[start..].iter().take_while(|byte| is_part(byte)).count())
        }
        None => return false,
    };
    let encoded = &text[start..end];
    // Only forms encode a space as `+`, and then no space as `%20`.
    let has_plus = !has_brackets && !encoded.contains("%20") && !encoded.contains("%2520");
    let mut count = 0;
    let mut at = start;
    while let Some(found) = memchr::memchr2(b'%', b'+', &bytes[at..end]) {
        at += found;
        if bytes[at] == b'+' {
            if has_plus {
                buffer.edit(at..at + 1, " ");
            }
            at += 1;
            continue;
        }
        let mut decoded = Vec::new();
        let mut next = at;
        while let Some(byte) = percent(text, next).filter(|_| next < end) {
            decoded.push(byte);
            next += 3;
        }
        match String::from_utf8(decoded) {
            Ok(decoded) if next > at => {
                count += decoded.chars().count();
                // A map of single characters keeps locations precise.
                let mut from = at;
                for c in decoded.chars() {
                    let to = from + 3 * c.len_utf8();
                    buffer.edit(from..to, String::from(c));
                    from = to;
                }
            }
            _ => {}
        }
        at = next.max(at + 1);
    }
    if count > 0 {
        report("URL encoding", count, start..start + 3, buffer);
    }
    count > 0
}

fn percent(text: &str, at: usize) -> Option<u8> {
    let digits = text.get(at..)?.strip_prefix('%')?.get(..2)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

/// Undoubles the quotes of a document that is a field of CSV.
pub(super) fn peel_csv(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some((start, format)) = layered.opening(0..text.len()) else { return false };
    let inside = text[start..].trim_start_matches(|c: char| c.is_whitespace() || "{[".contains(c));
    let has_evidence = match format {
        Format::Xml => text[..start].ends_with('"'),
        _ => inside.starts_with("\"\"") && !inside.starts_with("\"\"\""),
    };
    if !has_evidence {
        return false;
    }
    let bytes = text.as_bytes();
    let mut pairs = Vec::new();
    let mut at = start;
    let mut is_first = true;
    while let Some(end) = cell_end(bytes, at) {
        let is_closed = text[..end].trim_end().ends_with(['}', ']', '>']);
        let after = end + 1;
        let is_end = text[after..].starts_with([',', ';', '\t', '\r', '\n']) || after == text.len();
        if is_first && !(is_closed && is_end) {
            return false;
        }
        is_first = false;
        if is_closed && text[at..].trim_start().starts_with(['{', '[', '<']) {
            if text[..at].ends_with('"') {
                buffer.edit(at - 1..at, "");
            }
            let mut pair = at;
            while let Some(found) = memchr::memmem::find(&bytes[pair..end], b"\"\"") {
                pairs.push(pair + found);
                buffer.edit(pair + found..pair + found + 1, "");
                pair += found + 2;
            }
            if text[..at].ends_with('"') {
                buffer.edit(end..after, "");
            }
        }
        let Some(next) = memchr::memchr(b'"', &bytes[after..]) else { break };
        at = after + next + 1;
    }
    if is_first {
        // The cell is cut off.
        let found = memchr::memmem::find_iter(&bytes[start..], b"\"\"");
        pairs.extend(found.map(|pair| start + pair));
        pairs.iter().for_each(|pair| buffer.edit(*pair..pair + 1, ""));
    }
    let Some(first) = pairs.first().copied().filter(|_| pairs.len() > 1) else { return false };
    report("the quotes of CSV", pairs.len(), first..first + 2, buffer);
    true
}

/// Whether an element begins with an ID or a date whose dash is escaped. Neither has backslashes. If the first ID
/// with a dash has it as it is, the others are not looked at, since most documents are sound.
pub(super) fn has_escaped_dash(text: &str) -> bool {
    let ids = memchr::memmem::find_iter(text.as_bytes(), b"Id>");
    let mut ids = ids.map(|at| text[at..].split('<').next().unwrap_or_default());
    if ids.find(|id| id.contains('-')).is_some_and(|id| !id.contains(r"\-")) {
        return false;
    }
    const LONGEST: usize = 4;
    let is_escaped = |at: usize| {
        let before = &text.as_bytes()[at.saturating_sub(LONGEST + 3)..at];
        let Some(end) = memchr::memrchr(b'>', before) else { return false };
        let (tag, first) = (&before[..end], &before[end + 1..]);
        let is_year = first.len() == LONGEST && first.iter().all(u8::is_ascii_digit);
        let is_id = tag.ends_with(b"Id") && first.iter().all(u8::is_ascii_lowercase);
        is_year || is_id && !first.is_empty()
    };
    memchr::memmem::find_iter(text.as_bytes(), br"\-").any(is_escaped)
}

/// The quote at the end of a cell from `at` on, in which quotes are doubled.
fn cell_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr::memchr(b'"', bytes.get(at..)?)?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// Takes lines out of the cells of a table, where only those with a quote are quoted.
pub(super) fn peel_cells(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some((start, _)) = layered.opening(0..text.len()) else { return false };
    let start = text[..start].rfind('\n').map_or(0, |feed| feed + 1);
    let mut quotes = Vec::new();
    let (mut count, mut pairs) = (0, 0);
    for line in lines(text).into_iter().filter(|line| line.start >= start) {
        let cell = &text[line.clone()];
        if !cell.contains('"') {
            continue;
        }
        let inside = cell.strip_prefix('"').and_then(|inside| inside.strip_suffix('"'));
        // After the document, there may be others.
        let Some(inside) = inside.filter(|inside| !inside.replace("\"\"", "").contains('"')) else {
            break;
        };
        quotes.push(line.start);
        let first = line.start + 1;
        quotes.extend(inside.match_indices("\"\"").map(|(at, _)| first + at));
        quotes.push(line.end - 1);
        (count, pairs) = (count + 1, pairs + usize::from(inside.contains("\"\"")));
    }
    let Some(first) = quotes.first().copied().filter(|_| count > 1 && pairs > 0) else {
        return false;
    };
    report("the quotes of CSV", count, first..first + 1, buffer);
    for quote in quotes {
        buffer.edit(quote..quote + 1, "");
    }
    true
}

/// Removes backslashes that Markdown needs.
pub(super) fn peel_markdown(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let bytes = text.as_bytes();
    let is_escape = |at: usize| {
        bytes[at] == b'\\' && bytes.get(at + 1).is_some_and(|next| MARKDOWN.contains(next))
    };
    let escaped = memchr::memchr_iter(b'\\', bytes).find(|at| {
        let rest = &text[at + 1..];
        rest.starts_with(['{', '['])
            || rest.strip_prefix('<').is_some_and(|it| begins_response(it, layered.kinds))
    });
    let plain = layered.opening(0..text.len());
    let (start, is_xml) = match (escaped, plain) {
        (Some(escaped), Some((plain, _))) if plain < escaped => (plain, bytes[plain] == b'<'),
        (Some(escaped), _) => (escaped, bytes[escaped + 1] == b'<'),
        (None, Some((plain, format))) => (plain, format == Format::Xml),
        (None, None) => return false,
    };
    let mut escapes = Vec::new();
    // The characters that are escaped outside of values.
    let mut outside = Vec::new();
    for segment in segments(text, if is_xml { text.len() } else { start }) {
        for at in memchr::memchr_iter(b'\\', &bytes[segment.span.clone()]) {
            let at = segment.span.start + at;
            if is_escape(at) {
                escapes.push(at);
                let is_before_name = || text[segment.span.end..].starts_with("\":");
                if !segment.is_string || is_before_name() {
                    outside.push(bytes[at + 1]);
                }
            }
        }
    }
    if is_xml {
        let found = memchr::memchr_iter(b'\\', &bytes[start..]).map(|at| start + at);
        escapes.extend(found.filter(|at| is_escape(*at)));
        let escaped = escapes.iter().map(|at| bytes[at + 1]);
        outside = escaped.filter(|sign| matches!(sign, b'<' | b'>')).collect();
        outside.extend(has_escaped_dash(text).then_some(b'-'));
    }
    // Not only some of them, which could be damage.
    outside.sort_unstable();
    outside.dedup();
    let is_mostly_escaped = |sign: &u8| {
        let all = memchr::memchr_iter(*sign, &bytes[start..]).count();
        escapes.iter().filter(|at| bytes[**at + 1] == *sign).count() * 2 > all
    };
    let has_outside =
        outside.iter().any(is_mostly_escaped) || has_only_escaped(text, start, is_xml);
    // A single backslash may be damage or belong to a value.
    let is_layer = has_outside && escapes.len() > 1;
    let Some(first) = escapes.first().copied().filter(|_| is_layer) else { return false };
    report("the escapes of Markdown", escapes.len(), first..first + 1, buffer);
    for at in escapes {
        buffer.edit(at..at + 1, "");
    }
    true
}

/// Whether a backslash is before every `*` and `_`, of which there are several, or before every `-`, of which
/// ids and times have many.
fn has_only_escaped(text: &str, start: usize, is_xml: bool) -> bool {
    const LEAST_DASHES: usize = 8;
    let bytes = text.as_bytes();
    let are_escaped = |signs: [u8; 2], least: usize| {
        let mut count = 0;
        let all = memchr::memchr2_iter(signs[0], signs[1], &bytes[start..]).all(|at| {
            count += 1;
            at > 0 && bytes[start + at - 1] == b'\\'
        });
        all && count >= least
    };
    // In JSON, a backslash before these is an error in itself.
    let is_error = || are_escaped([b'*', b'_'], 2) || are_escaped([b'<', b'>'], 2);
    !is_xml && is_error() || are_escaped([b'-', b'-'], LEAST_DASHES)
}

/// Replaces the full-width forms of brackets, signs and quotes outside of values.
pub(super) fn peel_full_width(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let is_open = |c: char| matches!(c, '＜' | '｛' | '［' | '﹤' | '〈' | '‹' | '＂');
    let Some(start) = text.find(is_open) else { return false };
    let opening = layered.opening(0..text.len());
    // Only the quotes may be full-width.
    let is_first_quote = |opening: usize| {
        text[start..].starts_with('＂')
            && text[opening..start].chars().all(|c| "{[".contains(c) || c.is_whitespace())
    };
    if opening.is_some_and(|(opening, _)| opening < start && !is_first_quote(opening)) {
        return false;
    }
    let first = text[start..].chars().next().unwrap_or_default();
    let is_xml = !matches!(first, '｛' | '［' | '＂');
    let (mut is_tag, mut is_string, mut is_escaped) = (false, false, false);
    let mut count = 0;
    let mut has_ascii = [false; 128];
    for byte in text[start..].bytes().filter(u8::is_ascii) {
        has_ascii[usize::from(byte)] = true;
    }
    // A sign that is full-width wherever it stands is one that was replaced, but in a text of such a language.
    let mut before = ' ';
    let is_foreign = |c: char| c.is_alphabetic() && !c.is_ascii();
    let after = |at: usize, c: char| text[at + c.len_utf8()..].chars().next().unwrap_or_default();
    if is_xml {
        let name = text[start + first.len_utf8()..].trim_start_matches(['?', '？', '/', '／']);
        let is_response = begins_response(name, layered.kinds) || name.starts_with("xml");
        if !is_response && !after(start, first).is_ascii() {
            // Its name may be full-width too.
            let ascii: String = name.chars().take(64).map(|c| half_width(c).unwrap_or(c)).collect();
            if !begins_response(&ascii, layered.kinds) {
                return false;
            }
        } else if !is_response {
            return false;
        }
    }
    for (at, c) in text[start..].char_indices().map(|(at, c)| (start + at, c)) {
        let half = half_width(c);
        let read = half.unwrap_or(c);
        let is_structure = if is_xml {
            let next = after(at, c);
            let begins_tag =
                read == '<' && half_width(next).unwrap_or(next).is_ascii() && !next.is_whitespace();
            is_tag |= begins_tag;
            let was_tag = is_tag;
            is_tag &= read != '>';
            was_tag
        } else {
            let was_escaped = is_escaped;
            is_escaped = is_string && c == '\\' && !was_escaped;
            let is_quote = read == '"' && !was_escaped;
            let was_string = is_string;
            is_string ^= is_quote;
            // No escape in JSON has such a quote.
            is_quote || was_escaped && read == '"' || !was_string
        };
        let previous = std::mem::replace(&mut before, c);
        let is_replaced = |half: char| {
            let has_meaning =
                matches!(half, '"' | '\\') || is_xml && matches!(half, '<' | '>' | '&');
            !has_meaning
                && !half.is_alphanumeric()
                && !has_ascii.get(half as usize).copied().unwrap_or(true)
                && !is_foreign(previous)
                && !is_foreign(after(at, c))
        };
        if let Some(half) = half.filter(|half| is_structure || is_replaced(*half)) {
            buffer.edit(at..at + c.len_utf8(), String::from(half));
            count += 1;
        }
    }
    if count > 0 {
        // A text may have had some of its own.
        let kind = FindingKind::Escaping { of: "full-width characters", count };
        buffer.report_guess(kind, Path::default, start..start + first.len_utf8());
    }
    count > 0
}

fn half_width(c: char) -> Option<char> {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xff01 + 0x21),
        '\u{3000}' => Some(' '),
        '﹤' | '〈' | '‹' => Some('<'),
        '﹥' | '〉' | '›' => Some('>'),
        _ => None,
    }
}

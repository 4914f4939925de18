//! Characters that a program put in, or that were decoded with another encoding: invisible ones after signs, the
//! bytes of UTF-8 as characters of Windows-1252, a full-width slash in tags.

use std::ops::Range;

use super::opening::Layered;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;
use crate::syntax::reader::Format;
use crate::text::characters::is_ignorable;

/// Characters that are not shown.
const INVISIBLE: [char; 5] = ['\u{200b}', '\u{200e}', '\u{200f}', '\u{2060}', '\u{feff}'];

/// Removes invisible characters, if one follows a certain sign wherever that stands.
pub(super) fn peel_invisible(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    const LEAST: usize = 8;
    const MOST_SIGNS: usize = 3;
    let text = layered.text;
    let found: Vec<(usize, &str)> =
        text.match_indices(INVISIBLE).filter(|(at, _)| *at > 0).collect();
    let Some((first, _)) = found.first().copied().filter(|_| found.len() >= LEAST) else {
        return false;
    };
    let mut counts: Vec<(char, usize)> = Vec::new();
    for (at, _) in &found {
        let Some(sign) = text[..*at].chars().next_back() else { continue };
        match counts.iter().position(|(known, _)| *known == sign) {
            Some(nth) => counts[nth].1 += 1,
            None if counts.len() < MOST_SIGNS => counts.push((sign, 1)),
            None => return false,
        }
    }
    let start = text[..first].len() - text[..first].chars().next_back().map_or(0, char::len_utf8);
    let is_everywhere = |(sign, count): &(char, usize)| {
        let all = text[start..].trim_end().matches(*sign).count();
        // The last may be the end of the text.
        sign.is_ascii_punctuation() && (all == *count || all == count + 1)
    };
    if !counts.iter().all(is_everywhere) {
        return false;
    }
    let count = found.len();
    for (at, found) in found {
        buffer.edit(at..at + found.len(), "");
    }
    let kind = FindingKind::Escaping { of: "invisible characters", count };
    buffer
        .report_layer(kind, first..first + text[first..].chars().next().map_or(0, char::len_utf8));
    true
}

/// Removes the character that is after each other character of a document, such as a space or U+0000.
pub(super) fn peel_spaced(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    const LEAST: usize = 16;
    let text = layered.text;
    let Some(start) = text.find(['{', '[', '<']) else { return false };
    let is_break = |c: char| matches!(c, '\r' | '\n');
    // Others are characters of a document.
    let is_separator = |c: &char| *c == '\0' || !is_break(*c) && is_ignorable(*c);
    let sign = text[start + 1..].chars().find(|c| !is_break(*c));
    let Some(sign) = sign.filter(is_separator) else { return false };
    let mut chars = text[start..].char_indices().peekable();
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut end = text.len();
    let mut is_separated = true;
    while let Some((offset, kept)) = chars.next() {
        // A program may have separated only the characters of each line.
        let may_be_separated = is_separated || !is_break(kept);
        let separator = chars.next_if(|(_, c)| may_be_separated && *c == sign);
        is_separated = separator.is_some();
        let next = chars.peek().map_or('\n', |(_, c)| *c);
        if let Some((at, c)) = separator {
            spans.push(start + at..start + at + c.len_utf8());
        } else if !is_break(kept) && !is_break(next) {
            end = start + offset;
            break;
        }
    }
    // What follows may be of another program.
    let is_most = (text.len() - end) * 10 <= text.len() - start;
    let Some(first) = spans.first().cloned().filter(|_| spans.len() >= LEAST && is_most) else {
        return false;
    };
    let count = spans.len();
    spans.into_iter().for_each(|span| buffer.edit(span, ""));
    let kind = FindingKind::Escaping { of: "the separation of characters", count };
    buffer.report_layer(kind, first);
    true
}

/// What characters of UTF-8 are in Windows-1252.
const MISREAD: &[(&str, &str)] = &[
    ("â€œ", "\""),
    ("â€\u{9d}", "\""),
    ("â€˜", "'"),
    ("â€™", "'"),
    ("â€\"", "–"),
    ("â€¦", "…"),
    ("Â\u{a0}", " "),
];

/// Reads the quotes and spaces of a document whose UTF-8 was read in another encoding.
pub(super) fn peel_misread(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let is_space = |at: usize| text[at..].starts_with("Â\u{a0}");
    let start = memchr::memchr2_iter(b'{', b'<', text.as_bytes()).find(|at| {
        let inside = text[at + 1..].trim_start_matches(is_ignorable);
        let inside = inside.trim_start_matches("Â\u{a0}").trim_start_matches(is_ignorable);
        inside.starts_with("â€œ")
            || text[at + 1..].trim_start_matches(['\r', '\n']).starts_with("Â\u{a0}")
            || text[..*at].ends_with("Â\u{a0}")
                && is_space(text[..*at].trim_end_matches("Â\u{a0}").len())
    });
    let Some(start) = start else { return false };
    let (mut count, mut at, mut first) = (0, 0, None);
    while let Some(found) = text[at..].find(['â', 'Â']) {
        at += found;
        let rest = &text[at..];
        let known = MISREAD.iter().find(|(misread, _)| rest.starts_with(misread));
        // Its last byte may be lost.
        let is_cut = |rest: &str| {
            rest.strip_prefix("â€")
                .is_some_and(|rest| rest.starts_with([':', ',', '}', ']', '\n', '\r']))
        };
        let (length, read) = match known {
            Some((misread, read)) => (misread.len(), *read),
            None if is_cut(rest) => ("â€".len(), "\""),
            None => {
                at += 'â'.len_utf8();
                continue;
            }
        };
        first.get_or_insert(at..at + length);
        buffer.edit(at..at + length, read);
        count += 1;
        at += length;
    }
    let span = first.unwrap_or(start..start + 1);
    buffer.report_layer(FindingKind::Escaping { of: "another encoding", count }, span);
    count > 0
}

/// Takes off sections of characters that are in such sections.
pub(super) fn peel_sections(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    const OPEN: &str = "<![CDATA[<![CDATA[";
    const CLOSE: &str = "]]>]]>";
    let text = layered.text;
    let opened = memchr::memmem::find_iter(text.as_bytes(), OPEN).collect::<Vec<_>>();
    let closed = memchr::memmem::find_iter(text.as_bytes(), CLOSE).collect::<Vec<_>>();
    let is_paired = opened.iter().zip(&closed).all(|(open, close)| open < close);
    let Some(first) = opened.first().copied().filter(|_| opened.len() == closed.len() && is_paired)
    else {
        return false;
    };
    let count = opened.len();
    let mut spans: Vec<_> = opened.iter().map(|at| *at..at + OPEN.len() / 2).collect();
    spans.extend(closed.iter().map(|at| *at..at + CLOSE.len() / 2));
    spans.sort_by_key(|span| span.start);
    spans.into_iter().for_each(|span| buffer.edit(span, ""));
    let kind = FindingKind::Escaping { of: "sections of characters", count };
    buffer.report_layer(kind, first..first + OPEN.len() / 2);
    true
}

/// Completes sections whose `<` or `<!` is lost, if they are all that an element holds.
pub(super) fn peel_section_starts(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    const OPEN: &str = "[CDATA[";
    let text = layered.text;
    let next_section = |text: &str, from: usize| {
        let rest = text.as_bytes().get(from..)?;
        let found = memchr::memchr_iter(b'[', rest).find(|at| {
            let word = rest.get(*at..*at + OPEN.len());
            word.is_some_and(|word| word.eq_ignore_ascii_case(OPEN.as_bytes()))
        });
        found.map(|at| from + at)
    };
    let mut has_any = false;
    let mut next = next_section(text, 0);
    while let Some(at) = next {
        let inside = at + OPEN.len();
        next = next_section(text, inside);
        let limit = next.unwrap_or(text.len());
        if let Some((element, content)) = lost_section(text, at, inside..limit) {
            buffer.edit(element.start..inside, "<![CDATA[");
            buffer.edit(content.end..element.end, "]]>");
            let kind = FindingKind::MalformedTag { read: "<![CDATA[…]]>".into() };
            buffer.report_layer(kind, element);
            has_any = true;
        }
    }
    has_any
}

/// What the element holds that is filled by the section without a `<` whose bracket is at `at`, and the content of
/// the section, which ends in `limit`.
fn lost_section(
    text: &str,
    at: usize,
    limit: Range<usize>,
) -> Option<(Range<usize>, Range<usize>)> {
    const LONGEST: usize = 64;
    let before = text[..at].strip_suffix('!').unwrap_or(&text[..at]).trim_end();
    let around = before.strip_suffix('>')?;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
    let length = around.bytes().rev().take(LONGEST).take_while(is_part).count();
    let (tag, name) = around.split_at(around.len() - length);
    if name.is_empty() || !tag.ends_with('<') {
        return None;
    }
    let inside = &text[limit.clone()];
    let inside = &inside[..inside.find(&format!("</{name}>"))?];
    let closed = inside.trim_end();
    let content = ["]]>", "]]", "]>"].iter().find_map(|close| closed.strip_suffix(close))?;
    let is_whole = !content.contains("]]>");
    let element = before.len()..limit.start + inside.len();
    is_whole.then_some((element, limit.start..limit.start + content.len()))
}

/// Reads a full-width slash in a closing tag as a slash.
pub(super) fn peel_slashes(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let mut count = 0;
    let mut first = None;
    for (at, sign) in text.match_indices("<／") {
        let is_name = text[at + sign.len()..].starts_with(|c: char| c.is_ascii_alphabetic());
        if is_name {
            buffer.edit(at + 1..at + sign.len(), "/");
            first.get_or_insert(at + 1..at + sign.len());
            count += 1;
        }
    }
    let Some(first) = first else { return false };
    buffer.report_layer(FindingKind::Escaping { of: "full-width characters", count }, first);
    true
}

/// Takes off the second of the `>` after every opening tag, also after those of elements that hold no text.
pub(super) fn peel_doubled(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    const LEAST: usize = 3;
    let text = layered.text;
    let Some((start, Format::Xml)) = layered.opening(0..text.len()) else { return false };
    let (mut at, mut signs, mut starts) = (start, Vec::new(), 0);
    // Closing tags have two, all or none of them.
    let (mut doubled_ends, mut ends) = (0, 0);
    while let Some(found) = memchr::memchr(b'<', &text.as_bytes()[at..]) {
        at += found;
        let rest = &text[at..];
        let (close, is_tag) = match rest.as_bytes().get(1) {
            Some(b'!') if rest.starts_with("<![CDATA[") => ("]]>", false),
            Some(b'!') if rest.starts_with("<!--") => ("-->", false),
            Some(b'!' | b'?') => (">", false),
            _ => (">", true),
        };
        let Some(length) = rest.find(close) else { return false };
        let is_end = rest.starts_with("</");
        at += length + close.len();
        if !is_tag {
            continue;
        }
        let is_doubled = text[at..].starts_with('>');
        match is_end {
            true => (ends, doubled_ends) = (ends + 1, doubled_ends + usize::from(is_doubled)),
            false if is_doubled => starts += 1,
            false => return false,
        }
        if is_doubled {
            signs.push(at);
        }
    }
    let is_layer = starts >= LEAST && (doubled_ends == 0 || doubled_ends == ends);
    let Some(first) = signs.first().copied().filter(|_| is_layer) else { return false };
    let count = signs.len();
    signs.into_iter().for_each(|at| buffer.edit(at..at + 1, ""));
    let kind = FindingKind::Escaping { of: "doubled signs of tags", count };
    buffer.report_layer(kind, first..first + 1);
    true
}

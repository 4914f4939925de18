//! A suffix on every line: the sign of a line break or of a continuation, or a border.

use std::cell::LazyCell;
use std::ops::Range;

use super::content::code;
use super::lines::lines;
use super::opening::{Layered, is_closed};
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;
use crate::syntax::reader::Format;

/// Signs at the end of a line.
const SIGNS: &[&str] = &[
    "_x000D_", "_x000A_", r"\r\n", r"\n", r"\r", "^M", "&#13;", "&#10;", "&#xD;", "<br>", "<br/>",
    "<br />", "\\", "¶", "|", "$", "¬", "#", "*", "~", "^", "+", "_", "`", "&", "//", "...", "…",
    "=20",
];

/// The sign of psql in a cell of several lines.
const CONTINUED: &str = "+";

/// A line that ends with signs.
struct Suffix<'t> {
    /// The signs and the whitespace between them.
    signs: &'t str,
    /// Length of the line without them.
    length: usize,
}

pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let lines = lines(text);
    let (mut nth, mut is_found) = (0, false);
    let has_other_codes = LazyCell::new(|| has_other_codes(text));
    while nth < lines.len() {
        let line = lines[nth].clone();
        let opening = layered.opening(line.clone());
        let is_open = |(at, format)| !is_closed(&text[at..line.end], format);
        let Some((at, format)) = opening.filter(|opening| is_open(*opening)) else {
            nth += 1;
            continue;
        };
        let is_xml = format == Format::Xml;
        let first = suffix(&text[line.clone()], is_xml);
        let is_part_of_code = first.signs.contains("=20") && *has_other_codes;
        if first.signs.is_empty() || line.start + first.length <= at || is_part_of_code {
            nth += 1;
            continue;
        }
        let (signs, region, next) = region(text, &lines, nth, first.signs, is_xml);
        nth = next.max(nth + 1);
        if region.len() > 1 {
            remove(text, &lines, &region, signs, buffer);
            is_found = true;
        }
    }
    is_found
}

/// Whether a text has codes of quoted-printable besides that of a space.
fn has_other_codes(text: &str) -> bool {
    let is_other = |at: usize| {
        text[at + 1..].starts_with(['\n', '\r']) || code(text, at).is_some_and(|it| it != b' ')
    };
    memchr::memchr_iter(b'=', text.as_bytes()).any(is_other)
}

/// Arrows, pictures of controls, parts of boxes and shapes, with which programs show the end of a line.
fn is_symbol(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{25ff}' | '\u{2794}'..='\u{27be}' | '\u{27f0}'..='\u{27ff}'
        | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}')
}

/// Signs that end a line of JSON itself.
const SIGNS_OF_XML: &[&str] = &[";", ","];

fn suffix(line: &str, is_xml: bool) -> Suffix<'_> {
    let trimmed = line.trim_end();
    let mut rest = trimmed;
    let mut start = trimmed.len();
    let of_xml = if is_xml { SIGNS_OF_XML } else { &[] };
    let symbol =
        |rest: &str| rest.chars().next_back().filter(|c| is_symbol(*c)).map(char::len_utf8);
    let sign = |rest: &str| {
        let sign = SIGNS.iter().chain(of_xml).find(|sign| rest.ends_with(**sign));
        sign.map(|sign| sign.len()).or_else(|| symbol(rest))
    };
    while let Some(length) = sign(rest) {
        start = rest.len() - length;
        rest = rest[..start].trim_end();
    }
    Suffix { signs: &trimmed[start..], length: start }
}

/// The signs that the lines from `nth` on end with, these lines, and where the search continues. Only the last
/// line of the document may lack them.
fn region<'t>(
    text: &'t str,
    lines: &[Range<usize>],
    nth: usize,
    mut signs: &'t str,
    is_xml: bool,
) -> (&'t str, Vec<usize>, usize) {
    let mut region: Vec<usize> = Vec::new();
    for (nth, line) in lines.iter().enumerate().skip(nth) {
        let line = text[line.clone()].trim_end();
        if line.trim().is_empty() {
            continue;
        }
        // A line may itself end with such a sign.
        let found = suffix(line, is_xml).signs;
        if !found.is_empty() && signs.ends_with(found) {
            signs = found;
        }
        if !line.ends_with(signs) {
            // A document does not end where something is opened or continued.
            let contents = region.iter().rev().map(|nth| {
                let line = text[lines[*nth].clone()].trim_end();
                line.strip_suffix(signs).unwrap_or(line)
            });
            let last = contents.into_iter().find(|line| !line.trim().is_empty()).unwrap_or("");
            let is_end =
                |line: &str| line.trim_end().ends_with(['}', ']', '>', ')', ';', '\'', '"', '`']);
            if !is_end(line) && !is_end(last) {
                region.clear();
            }
            return (signs, region, nth);
        }
        region.push(nth);
    }
    (signs, region, lines.len())
}

/// Removes the signs, and the whitespace before them that all lines have.
fn remove(
    text: &str,
    lines: &[Range<usize>],
    region: &[usize],
    signs: &str,
    buffer: &mut EditBuffer<'_>,
) {
    let content = |nth: &usize| {
        let line = text[lines[*nth].clone()].trim_end();
        line.strip_suffix(signs).unwrap_or(line)
    };
    let space = |content: &str| {
        let spaces = content.chars().rev().take_while(|c| matches!(c, ' ' | '\t'));
        spaces.count()
    };
    let spaces: Vec<usize> = region.iter().map(|nth| space(content(nth))).collect();
    let common = spaces.iter().copied().min().unwrap_or(0);
    let width = |nth: &usize| text[lines[*nth].clone()].trim_end().chars().count();
    // A rule below may be of another width.
    let is_rule = |nth: &usize| {
        let line = text[lines[*nth].clone()].trim();
        line.chars().next().is_none_or(|first| line.chars().all(|c| c == first))
    };
    // Only lines that are too long have no padding up to the common width.
    let contents = region.iter().zip(&spaces).filter(|(nth, _)| !is_rule(nth));
    let widths: Vec<(usize, usize)> = contents.map(|(nth, spaces)| (width(nth), *spaces)).collect();
    let common_width = widths.iter().map(|(width, _)| *width).min();
    let is_of_width = |(width, _): &&(usize, usize)| Some(*width) == common_width;
    let fitting = widths.iter().filter(is_of_width).count();
    let is_aligned =
        fitting * 2 > widths.len() && widths.iter().all(|it| is_of_width(&it) || it.1 == common);
    // Where text is wrapped in a border, most lines are full, and a space may belong to the text.
    let full = spaces.iter().filter(|spaces| **spaces == common).count();
    let least_padding = if full * 2 > region.len() { common + 2 } else { common + 1 };
    let (mut first, mut has_padding) = (None, false);
    for (nth, spaces) in region.iter().zip(spaces) {
        let line = lines[*nth].clone();
        let is_padded = is_aligned && Some(width(nth)) == common_width && spaces >= least_padding;
        let removed = if is_padded { spaces } else { common };
        has_padding |= is_padded;
        let span = line.start + content(nth).len() - removed..line.end;
        first.get_or_insert(span.clone());
        buffer.edit(span, "");
    }
    let Some(first) = first else { return };
    let removed = text[first.clone()].trim().into();
    buffer.report_layer(FindingKind::LineMarks { removed, lines: region.len() }, first);
    // Such a table has a space before each cell.
    if has_padding && signs == CONTINUED {
        remove_margin(text, lines, region, buffer);
    }
}

/// Removes the space at the start of each line of a table and of the line after it.
fn remove_margin(
    text: &str,
    lines: &[Range<usize>],
    region: &[usize],
    buffer: &mut EditBuffer<'_>,
) {
    let next = region.last().map_or(lines.len(), |last| last + 1);
    let last = (next < lines.len()).then_some(next);
    let is_indented = |nth: &usize| text[lines[*nth].clone()].starts_with(' ');
    if !region.iter().all(is_indented) {
        return;
    }
    let mut count = 0;
    for nth in region.iter().copied().chain(last.filter(is_indented)) {
        let start = lines[nth].start;
        buffer.edit(start..start + 1, "");
        count += 1;
    }
    let start = region.first().map_or(0, |nth| lines[*nth].start);
    let kind = FindingKind::LineMarks { removed: " ".into(), lines: count };
    buffer.report_layer(kind, start..start + 1);
}

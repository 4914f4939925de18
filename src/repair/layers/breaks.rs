//! Signs in place of the whitespace between the values of a document: of line breaks that all are on one line,
//! and of the tabs at the starts of lines. Line breaks that all are doubled.

use std::ops::Range;

use super::lines::lines;
use super::opening::Layered;
use super::segments::segments;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;
use crate::syntax::reader::Format;

/// Signs of a line break.
const SIGNS: &[&str] = &[
    "&#10;", "&#xA;", "&#xa;", "&#x0A;", "&#x0a;", "&#13;", "&#xD;", "&#xd;", "%0A", "%0a", "%0D",
    "%0d", r"\012", r"\015", r"\x0a", r"\x0A", r"\u000a", r"\u000A", "^J", "^M", "<0x0a>",
    "<0x0A>", "_x000D_", "_x000A_", "␊", "␤",
];

/// A tab as a program prints what cannot be seen.
const TAB: &str = "^I";

/// Fewer signs may be of something else.
const LEAST: usize = 2;

/// Replaces the signs of line breaks outside of values.
pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some((start, format)) = layered.opening(0..text.len()) else { return false };
    let gaps = match format {
        Format::Xml => gaps_of_xml(text, start),
        _ => {
            let between = segments(text, start).into_iter().filter(|segment| !segment.is_string);
            between.map(|segment| segment.span).collect()
        }
    };
    let found: Vec<Range<usize>> = gaps.into_iter().flat_map(|gap| signs(text, gap)).collect();
    let Some(first) = found.first().cloned().filter(|_| found.len() >= LEAST) else { return false };
    let count = found.len();
    found.into_iter().for_each(|span| buffer.edit(span, "\n"));
    buffer.report_layer(FindingKind::Escaping { of: "the signs of line breaks", count }, first);
    true
}

/// The signs in a span.
fn signs(text: &str, span: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = span.start;
    let is_first = |c: char| matches!(c, '&' | '%' | '\\' | '^' | '<' | '_' | '␊' | '␤');
    while let Some(next) = text[at..span.end].find(is_first) {
        at += next;
        let rest = &text[at..span.end];
        let length = match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            Some(sign) => {
                found.push(at..at + sign.len());
                sign.len()
            }
            None => rest.chars().next().map_or(1, char::len_utf8),
        };
        at += length;
    }
    found
}

/// The texts between tags that hold nothing but signs, and are no values.
fn gaps_of_xml(text: &str, start: usize) -> Vec<Range<usize>> {
    let mut gaps = Vec::new();
    let mut tag = start;
    for at in memchr::memchr2_iter(b'<', b'>', &text.as_bytes()[start..]).map(|at| start + at) {
        if text.as_bytes()[at] == b'<' {
            tag = at;
            continue;
        }
        let is_closed = text[tag..at].starts_with("</") || text[tag..at].ends_with('/');
        let gap = at + 1..text.len() - without_signs(&text[at + 1..]).len();
        let after = &text[gap.end..];
        // What is between the two tags of an element is its value.
        if after.starts_with('<') && (is_closed || !after.starts_with("</")) {
            gaps.push(gap);
        }
    }
    gaps
}

/// The text after the signs and the whitespace at its start.
fn without_signs(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some(after) = SIGNS.iter().find_map(|sign| rest.strip_prefix(*sign)) {
        rest = after.trim_start();
    }
    rest
}

/// Replaces the signs of tabs at the starts of lines.
pub(super) fn peel_tabs(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some((start, _)) = layered.opening(0..text.len()) else { return false };
    let mut found = Vec::new();
    for line in lines(text).into_iter().filter(|line| line.end > start) {
        let mut rest = &text[line.clone()];
        while let Some(after) = rest.strip_prefix(TAB) {
            let at = line.end - rest.len();
            found.push(at..at + TAB.len());
            rest = after;
        }
    }
    let Some(first) = found.first().cloned().filter(|_| found.len() >= LEAST) else { return false };
    let count = found.len();
    found.into_iter().for_each(|span| buffer.edit(span, "\t"));
    buffer.report_layer(FindingKind::Escaping { of: "the signs of tabs", count }, first);
    true
}

/// A line break of another program, and the same that a program converted once more or followed by an empty line.
const DOUBLED: &[(&str, &str)] = &[("\r\r\n", "\r\n"), ("\r\n\r\n", "\r\n"), ("\n\n", "\n")];

/// Whether all line breaks may be doubled: the first one is.
pub(crate) fn may_be_doubled(text: &str) -> bool {
    const HEAD: usize = 1 << 10;
    let head = &text.as_bytes()[..text.len().min(HEAD)];
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(head.len());
    let first = memchr::memchr2(b'\r', b'\n', &head[start..]).map(|at| start + at);
    first.is_some_and(|at| doubled(&text[at..]).is_some())
}

/// The doubled line break at the start of a text.
fn doubled(text: &str) -> Option<(&'static str, &'static str)> {
    DOUBLED.iter().find(|(doubled, _)| text.starts_with(doubled)).copied()
}

/// Makes single line breaks of doubled ones, if all are, those in the texts of XML like those between tags.
pub(super) fn peel_doubled(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    const LEAST: usize = 3;
    let text = layered.text;
    let is_break = |c: char| matches!(c, '\r' | '\n');
    let Some((start, Format::Xml)) = layered.opening(0..text.len()) else { return false };
    let document = start..start + text[start..].trim_end().len();
    let Some(first) = text[document.clone()].find(is_break).map(|at| start + at) else {
        return false;
    };
    let Some((sign, single)) = doubled(&text[first..]) else { return false };
    let (mut at, mut found, mut between, mut inside) = (first, Vec::new(), 0, 0);
    let mut is_after_tag = text[start..first].trim_end().ends_with('>');
    while at < document.end {
        let from = found.len();
        while text[at..].starts_with(sign) {
            found.push(at..at + sign.len());
            at += sign.len();
        }
        let rest = &text[at..document.end];
        if from == found.len() || rest.starts_with(is_break) {
            return false;
        }
        let line = &rest[..rest.find(is_break).unwrap_or(rest.len())];
        at += line.len();
        let content = line.trim();
        if content.is_empty() {
            continue;
        }
        match is_after_tag && content.starts_with('<') {
            true => between += 1,
            false => inside += 1,
        }
        is_after_tag = content.ends_with('>');
    }
    if between < LEAST || inside == 0 {
        return false;
    }
    let count = found.len();
    found.into_iter().for_each(|span| buffer.edit(span, single));
    let kind = FindingKind::Escaping { of: "the doubling of line breaks", count };
    buffer.report_layer(kind, first..first + sign.len());
    true
}

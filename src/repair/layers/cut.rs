//! Lines that were cut at a width, of which the rest is lost.

use std::ops::Range;

use super::lines::lines;
use super::opening::Layered;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;
use crate::syntax::reader::Format;

/// The lines that must be cut, and the least width.
const LEAST_LINES: usize = 2;
const LEAST_WIDTH: usize = 20;

/// With what programs end a line that they cut.
const SIGNS: &[&str] = &["…", "...", ">"];

/// Removes what is left of the members and elements in such lines, since no value in them is whole.
pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some((start, format)) = layered.opening(0..text.len()) else { return false };
    let lines: Vec<_> = lines(text).into_iter().filter(|line| line.end > start).collect();
    let width = |line: &Range<usize>| text[line.clone()].chars().count();
    let Some(most) = lines.iter().map(width).max().filter(|most| *most >= LEAST_WIDTH) else {
        return false;
    };
    let mut cut = Vec::new();
    for (nth, line) in lines.iter().enumerate() {
        let content = text[line.clone()].trim();
        let is_open = match format {
            Format::Xml => is_open_xml(content),
            _ => is_open_json(content),
        };
        if !is_open {
            continue;
        }
        let next = lines[nth + 1..].iter().map(|line| text[line.clone()].trim_start());
        let next = next.into_iter().find(|line| !line.is_empty());
        let begins = |line: &str| match format {
            Format::Xml => line.starts_with('<'),
            _ => line.starts_with(['"', '{', '}', '[', ']']),
        };
        // What continues on the next line was wrapped. The end of the text may be cut anywhere.
        match next {
            Some(next) if width(line) == most && begins(next) => cut.push(line.clone()),
            Some(_) => return false,
            None => {}
        }
    }
    if cut.len() < LEAST_LINES {
        return false;
    }
    for line in cut {
        let content = &text[line.clone()];
        let span = line.end - content.trim_start().len()..line.end;
        buffer.edit(span.clone(), "");
        buffer.report_layer(FindingKind::Truncated, span);
    }
    true
}

/// Whether a line of JSON ends in a member.
fn is_open_json(line: &str) -> bool {
    let whole = SIGNS.iter().find_map(|sign| line.strip_suffix(sign)).unwrap_or(line).trim_end();
    let mut quotes = 0;
    let mut is_escaped = false;
    for byte in whole.bytes() {
        quotes += usize::from(byte == b'"' && !is_escaped);
        is_escaped = byte == b'\\' && !is_escaped;
    }
    line.starts_with('"')
        && (quotes % 2 == 1 || whole.ends_with(':') || quotes == 2 && whole.ends_with('"'))
}

/// Whether a line of XML ends in an element that has no elements.
fn is_open_xml(line: &str) -> bool {
    let Some(inside) = line.strip_prefix('<').filter(|it| !it.starts_with(['/', '?', '!'])) else {
        return false;
    };
    let Some(end) = inside.find('>') else { return true };
    let name = inside[..end].split([' ', '/']).next().unwrap_or_default();
    let rest = &inside[end + 1..];
    !inside[..end].ends_with('/') && !rest.is_empty() && !rest.ends_with(&format!("</{name}>"))
}

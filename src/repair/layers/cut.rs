//! Lines of JSON that were cut at a width, of which the rest is lost.

use std::ops::Range;

use super::lines::lines;
use super::opening::Layered;
use crate::repair::edits::EditBuffer;
use crate::syntax::reader::Format;

/// The lines that must be cut.
pub(super) const LEAST_LINES: usize = 2;

/// With what programs end a line that they cut.
const SIGNS: &[&str] = &["…", "...", ">"];

/// The width of a line in characters.
pub(super) fn width(text: &str, line: &Range<usize>) -> usize {
    text[line.clone()].chars().count()
}

/// The width at which lines may be cut: that of the longest.
pub(super) fn cut_width(text: &str, lines: &[Range<usize>]) -> Option<usize> {
    const LEAST: usize = 20;
    lines.iter().map(|line| width(text, line)).max().filter(|most| *most >= LEAST)
}

/// A line without the sign that tells that it is cut.
pub(super) fn without_sign(line: &str) -> &str {
    SIGNS.iter().find_map(|sign| line.strip_suffix(sign)).unwrap_or(line)
}

/// Removes what is left of the members in such lines, since no value in them is whole.
pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some((start, format)) = layered.opening(0..text.len()) else { return false };
    if format == Format::Xml {
        return false;
    }
    let lines: Vec<_> = lines(text).into_iter().filter(|line| line.end > start).collect();
    let Some(most) = cut_width(text, &lines) else { return false };
    let is_full = |line: &Range<usize>| width(text, line) == most;
    let mut cut = Vec::new();
    for (nth, line) in lines.iter().enumerate() {
        if !is_open_json(text[line.clone()].trim()) {
            continue;
        }
        let next = lines[nth + 1..].iter().map(|line| text[line.clone()].trim_start());
        let next = next.into_iter().find(|line| !line.is_empty());
        // What continues on the next line was wrapped. The end of the text may be cut anywhere.
        match next {
            Some(next) if is_full(line) && next.starts_with(['"', '{', '}', '[', ']']) => {
                cut.push(line.clone());
            }
            Some(_) => return false,
            None => {}
        }
    }
    if cut.len() < LEAST_LINES {
        return false;
    }
    let content = |line: Range<usize>| line.end - text[line.clone()].trim_start().len()..line.end;
    buffer.remove_truncated(cut.into_iter().map(content));
    true
}

/// Whether a line of JSON ends in a member.
fn is_open_json(line: &str) -> bool {
    let whole = without_sign(line).trim_end();
    let mut quotes = 0;
    let mut is_escaped = false;
    for byte in whole.bytes() {
        quotes += usize::from(byte == b'"' && !is_escaped);
        is_escaped = byte == b'\\' && !is_escaped;
    }
    line.starts_with('"')
        && (quotes % 2 == 1 || whole.ends_with(':') || quotes == 2 && whole.ends_with('"'))
}

//! A document as a change of it is printed: the lines that were removed, added and kept, or both sides of a merge.

use std::ops::Range;

use super::lines::lines;
use super::opening::Layered;
use crate::finding::{FindingKind, Path};
use crate::repair::edits::EditBuffer;

pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    if !may_be_diff(text) {
        return false;
    }
    let lines = lines(text);
    let (mut nth, mut before, mut has_added) = (0, 0, false);
    let (mut first, mut count, mut removed, mut expected) = (None, 0, Vec::new(), 0);
    while nth < lines.len() {
        let length = head(&text[lines[nth].clone()]);
        nth += 1;
        let Some(length) = length else { continue };
        expected += length;
        if first.is_some() {
            // Between two parts of the same document.
            removed.push(lines[nth - 1].clone());
        } else {
            before = nth - 1;
        }
        while let Some(line) = lines.get(nth) {
            match text[line.clone()].bytes().next() {
                Some(mark @ (b'+' | b' ')) => {
                    has_added |= mark == b'+';
                    first.get_or_insert(line.start..line.start + 1);
                    buffer.edit(line.start..line.start + 1, "");
                    count += 1;
                }
                Some(b'-') => {
                    removed.push(line.clone());
                }
                None => {}
                _ => break,
            }
            nth += 1;
        }
    }
    let Some(first) = first else { return false };
    // If nothing was removed, the head tells how many lines are of the document.
    if removed.is_empty() && count == expected {
        removed.extend(heads(text, &lines[..=before]));
    }
    if removed.is_empty() {
        return false;
    }
    for line in removed {
        buffer.edit(line.clone(), "");
        buffer.report_layer(FindingKind::SurroundingText, line);
    }
    let mark = if has_added { "+" } else { " " };
    buffer.report_layer(FindingKind::LineMarks { removed: mark.into(), lines: count }, first);
    true
}

/// Of a merge with a conflict, keeps the first side.
pub(super) fn peel_conflicts(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    if memchr::memmem::find(text.as_bytes(), b"\n=======").is_none() {
        return false;
    }
    let lines = lines(text);
    let mut is_found = false;
    let mut nth = 0;
    while nth < lines.len() {
        let Some((middle, end)) = conflict(text, &lines[nth..]) else {
            nth += 1;
            continue;
        };
        is_found = true;
        for mark in [nth, nth + middle, nth + end] {
            buffer.edit(lines[mark].clone(), "");
            buffer.report_layer(FindingKind::StrayText, lines[mark].clone());
        }
        let (first, second) = (&lines[nth + 1..nth + middle], &lines[nth + middle + 1..nth + end]);
        if let (Some(from), Some(to)) = (second.first(), second.last()) {
            let span = from.start..to.end;
            buffer.edit(span.clone(), "");
            let trimmed = |line: &Range<usize>| text[line.clone()].trim();
            match first.iter().map(trimmed).eq(second.iter().map(trimmed)) {
                true => buffer.report_layer(FindingKind::StrayText, span),
                // Either side may have been meant.
                false => buffer.report_guess(FindingKind::StrayText, Path::default, span),
            }
        }
        nth += end + 1;
    }
    is_found
}

/// The indices of the line between both sides and of the last line of the conflict that begins with the first of the
/// lines, all of which begin as those of a document do.
fn conflict(text: &str, lines: &[Range<usize>]) -> Option<(usize, usize)> {
    let line = |nth: usize| lines.get(nth).map(|line| text[line.clone()].trim_end());
    line(0).filter(|line| line.starts_with("<<<<<<< "))?;
    let is_part = |line: &&str| {
        line.trim_start().starts_with(['"', '{', '}', '[', ']', '<'])
            && !line.starts_with("<<<<<<<")
    };
    let mut from = 1;
    let mut until = |is_end: fn(&str) -> bool| loop {
        let line = line(from)?;
        from += 1;
        if is_end(line) {
            return Some(from - 1);
        }
        if !line.is_empty() && !is_part(&line) {
            return None;
        }
    };
    let middle = until(|line| line == "=======")?;
    let end = until(|line| line.starts_with(">>>>>>> "))?;
    Some((middle, end))
}

/// Whether the text may be a diff, in which each line is text for itself.
pub(crate) fn may_be_diff(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"@@ -").is_some()
}

/// The lines before a document that tell what was changed, the last of which tells where.
fn heads<'l>(
    text: &str,
    lines: &'l [Range<usize>],
) -> impl Iterator<Item = Range<usize>> + use<'l> {
    const STARTS: [&str; 4] = ["--- ", "+++ ", "diff ", "index "];
    let is_head = |line: &&Range<usize>| {
        let line = &text[(*line).clone()];
        STARTS.iter().any(|start| line.starts_with(start))
    };
    let count = 1 + lines.iter().rev().skip(1).take_while(is_head).count();
    lines[lines.len() - count..].iter().cloned()
}

/// The number of lines that follow, if a line tells where what follows was changed.
fn head(line: &str) -> Option<usize> {
    let is_range = |c: char| c.is_ascii_digit() || matches!(c, ',' | ' ' | '+');
    let (ranges, _) = line.strip_prefix("@@ -")?.split_once(" @@")?;
    let (_, added) = ranges.split_once(" +").filter(|_| ranges.chars().all(is_range))?;
    let count = added.split_once(',').map_or("1", |(_, count)| count);
    Some(count.parse().unwrap_or(0))
}

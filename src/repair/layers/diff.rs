//! A document as a change of it is printed: the lines that were removed, added and kept.

use super::lines::lines;
use super::opening::Layered;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;

pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    if !may_be_diff(text) {
        return false;
    }
    let lines = lines(text);
    let mut nth = 0;
    let (mut first, mut count, mut removed) = (None, 0, Vec::new());
    while nth < lines.len() {
        let is_head = is_head(&text[lines[nth].clone()]);
        nth += 1;
        if !is_head {
            continue;
        }
        if first.is_some() {
            // Between two parts of the same document.
            removed.push(lines[nth - 1].clone());
        }
        while let Some(line) = lines.get(nth) {
            match text[line.clone()].bytes().next() {
                Some(b'+' | b' ') => {
                    first.get_or_insert(line.start..line.start + 1);
                    buffer.edit(line.start..line.start + 1, "");
                    count += 1;
                }
                Some(b'-') => {
                    buffer.edit(line.clone(), "");
                    removed.push(line.clone());
                }
                None => {}
                _ => break,
            }
            nth += 1;
        }
    }
    let Some(first) = first.filter(|_| !removed.is_empty()) else { return false };
    for line in removed {
        buffer.report_layer(FindingKind::SurroundingText, line);
    }
    buffer.report_layer(FindingKind::LineMarks { removed: "+".into(), lines: count }, first);
    true
}

/// Whether the text may be a diff, in which each line is text for itself.
pub(crate) fn may_be_diff(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"@@ -").is_some()
}

/// Whether a line tells where what follows was changed.
fn is_head(line: &str) -> bool {
    let is_range = |c: char| c.is_ascii_digit() || matches!(c, ',' | ' ' | '+');
    let ranges = line.strip_prefix("@@ -").and_then(|rest| rest.split_once(" @@"));
    ranges.is_some_and(|(ranges, _)| ranges.contains(" +") && ranges.chars().all(is_range))
}

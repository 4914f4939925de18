//! A unified diff of an input and its repaired form.
//!
//! The edits tell where the two differ, so that nothing is compared but the lines with edits.

use std::io::{self, Write};
use std::ops::Range;

use ecs_invocations::Edit;

/// Lines around a change.
const CONTEXT: usize = 3;

/// The lines that are replaced, and what replaces them.
struct Change {
    lines: Range<usize>,
    replacement: Vec<u8>,
    /// The lines of the replacement that differ.
    new: Range<usize>,
}

/// Writes the diff; nothing if there are no edits.
pub(super) fn write(
    name: &str,
    input: &[u8],
    edits: &[Edit],
    out: &mut impl Write,
) -> io::Result<()> {
    let name = name.trim_start_matches('/');
    // As in UTF-16, whose lines do not end with a byte.
    if input.contains(&0) && !edits.is_empty() {
        return writeln!(out, "Binary files a/{name} and b/{name} differ");
    }
    let old = lines(input);
    let changes = changes(&old, input, edits);
    if !changes.is_empty() {
        writeln!(out, "--- a/{name}\n+++ b/{name}")?;
    }
    let mut added = 0;
    for hunk in changes.chunk_by(|a, b| b.lines.start - a.lines.end <= 2 * CONTEXT) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { continue };
        let start = first.lines.start - first.lines.start.min(CONTEXT);
        let end = last.lines.end + (old.len() - last.lines.end).min(CONTEXT);
        let new_start = start.saturating_add_signed(added);
        let difference = |change: &Change| change.new.len() as isize - change.lines.len() as isize;
        added += hunk.iter().map(difference).sum::<isize>();
        let new_end = end.saturating_add_signed(added);
        writeln!(out, "@@ -{} +{} @@", range(&(start..end)), range(&(new_start..new_end)))?;
        let mut at = start;
        for change in hunk {
            write_lines(b' ', &old[at..change.lines.start], out)?;
            write_lines(b'-', &old[change.lines.clone()], out)?;
            write_lines(b'+', &lines(&change.replacement)[change.new.clone()], out)?;
            at = change.lines.end;
        }
        write_lines(b' ', &old[at..end], out)?;
    }
    Ok(())
}

/// The lines, each with its end.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

fn range(lines: &Range<usize>) -> String {
    match lines.len() {
        // The line before an empty range.
        0 => format!("{},0", lines.start),
        1 => (lines.start + 1).to_string(),
        length => format!("{},{length}", lines.start + 1),
    }
}

fn write_lines(sign: u8, lines: &[&[u8]], out: &mut impl Write) -> io::Result<()> {
    for line in lines {
        out.write_all(&[sign])?;
        out.write_all(line)?;
        if !line.ends_with(b"\n") {
            out.write_all(b"\n\\ No newline at end of file\n")?;
        }
    }
    Ok(())
}

/// The changed lines, in order.
fn changes(old: &[&[u8]], input: &[u8], edits: &[Edit]) -> Vec<Change> {
    let mut ends = Vec::with_capacity(old.len());
    for line in old {
        ends.push(ends.last().unwrap_or(&0) + line.len());
    }
    let line_at = |at: usize| ends.partition_point(|end| *end <= at);
    let mut changes: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (nth, edit) in edits.iter().enumerate() {
        // At the end of the input, an edit is of its last line.
        let start = line_at(edit.bytes.start).min(old.len().saturating_sub(1));
        let end = (line_at(edit.bytes.end) + 1).min(old.len());
        match changes.last_mut() {
            Some((lines, of_lines)) if start < lines.end => {
                (lines.end, of_lines.end) = (lines.end.max(end), nth + 1);
            }
            _ => changes.push((start..end, nth..nth + 1)),
        }
    }
    let changes = changes.into_iter().map(|(lines, nth)| {
        let start_of = |line: usize| line.checked_sub(1).map_or(0, |before| ends[before]);
        let mut replacement = Vec::new();
        let mut at = start_of(lines.start);
        for edit in &edits[nth] {
            replacement.extend_from_slice(&input[at..edit.bytes.start]);
            replacement.extend_from_slice(&edit.encoded());
            at = edit.bytes.end;
        }
        replacement.extend_from_slice(&input[at..start_of(lines.end)]);
        narrowed(old, lines, replacement)
    });
    changes.filter(|change| !change.lines.is_empty() || !change.new.is_empty()).collect()
}

/// The change without the lines at both ends that remain.
fn narrowed(old: &[&[u8]], mut lines: Range<usize>, replacement: Vec<u8>) -> Change {
    let new_lines = self::lines(&replacement);
    let mut new = 0..new_lines.len();
    while !lines.is_empty() && !new.is_empty() && old[lines.start] == new_lines[new.start] {
        (lines.start, new.start) = (lines.start + 1, new.start + 1);
    }
    while !lines.is_empty() && !new.is_empty() && old[lines.end - 1] == new_lines[new.end - 1] {
        (lines.end, new.end) = (lines.end - 1, new.end - 1);
    }
    Change { lines, replacement, new }
}

//! A log of a container runtime: each line is a JSON object, one of whose members is a line of the output.

use std::ops::Range;

use super::escapes::unescape_into;
use super::lines::lines;
use super::opening::Layered;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;
use crate::syntax::json::container_end;

/// The member with the output, which is the first.
const NAME: &str = "log";
/// Whether an input begins with such a record is known after this many bytes.
const HEAD: usize = 64;

/// Whether a text begins with a record of such a log; `None` if that is not known yet.
pub(crate) fn begins_record(bytes: &[u8], is_at_end: bool) -> Option<bool> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let mut rest = head;
    for part in [b"{".as_slice(), b"\"log\"", b":", b"\""] {
        rest = rest.trim_ascii_start();
        match rest.strip_prefix(part) {
            Some(after) => rest = after,
            None if head.len() < HEAD && !is_at_end && part.starts_with(rest) => return None,
            None => return Some(false),
        }
    }
    Some(true)
}

pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    if begins_record(text.trim_start().as_bytes(), true) != Some(true) {
        return false;
    }
    let mut lines = lines(text);
    lines.retain(|line| !text[line.clone()].trim().is_empty());
    let mut outputs: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    let mut others: Vec<Range<usize>> = Vec::new();
    let last = lines.last().map_or(0, |line| line.start);
    for line in lines {
        // The last record may be cut off.
        match output(&text[line.clone()], line.start == last) {
            Some(inside) => {
                let output = line.start + inside.start..line.start + inside.end;
                outputs.push((line, output));
            }
            None => others.push(line),
        }
    }
    if outputs.len() < 2 || others.len() * 10 > outputs.len() + others.len() {
        return false;
    }
    let Some((first, _)) = outputs.first().cloned() else { return false };
    let have_feeds = outputs.iter().any(|(_, output)| text[output.clone()].ends_with(r"\n"));
    let count = outputs.len();
    let (mut removed, mut previous) = (String::new(), String::new());
    for (line, output) in outputs {
        let frame = format!("{}…{}", &text[line.start..output.start], &text[output.end..line.end]);
        if frame != previous {
            if !removed.is_empty() {
                removed.push('\n');
            }
            removed.push_str(&frame);
            previous = frame;
        }
        buffer.edit(line.start..output.start, "");
        unescape_into(text, output.clone(), buffer);
        let feed = text[line.end..].find('\n').map_or(text.len(), |feed| line.end + feed + 1);
        buffer.edit(output.end..if have_feeds { feed } else { line.end }, "");
    }
    for line in others {
        buffer.edit(line.clone(), "");
        buffer.report_layer(FindingKind::SurroundingText, line);
    }
    let kind = FindingKind::LineMarks { removed: removed.into(), lines: count };
    buffer.report_layer(kind, first);
    true
}

/// The content of the string with the output in a line that is a record, or the start of one.
fn output(line: &str, may_be_cut: bool) -> Option<Range<usize>> {
    let bytes = line.trim_end().as_bytes();
    let is_whole = may_be_cut || container_end(bytes, 0) == Some(bytes.len());
    if !is_whole || begins_record(bytes, true) != Some(true) {
        return None;
    }
    let name = line.find(NAME)? + NAME.len() + 1;
    let start = name + line[name..].find('"')? + 1;
    let mut at = start;
    loop {
        let found = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest));
        match found.map(|found| at + found) {
            Some(end) if bytes[end] == b'"' => return Some(start..end),
            Some(escape) => at = escape + 2,
            None => return may_be_cut.then_some(start..bytes.len()),
        }
    }
}

//! A log of a container runtime: each line is a JSON object, one of whose members is a line of the output.

use std::ops::Range;

use super::escapes::unescape_into;
use super::lines::lines;
use super::opening::Layered;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;

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
    let mut records: Vec<Record> = Vec::new();
    let mut others: Vec<Range<usize>> = Vec::new();
    let mut lines = lines(text);
    lines.retain(|line| !text[line.clone()].trim().is_empty());
    let last = lines.last().map_or(0, |line| line.start);
    for line in lines {
        for span in records_of_line(text, line) {
            // The last record may be cut off.
            match Record::read(text, span.clone(), span.start >= last) {
                Some(record) => records.push(record),
                None => others.push(span),
            }
        }
    }
    if records.len() < 2 || others.len() * 10 > records.len() + others.len() {
        return false;
    }
    let Some(first) = records.first().map(|record| record.span.clone()) else { return false };
    let have_feeds = records.iter().any(|it| text[it.output.clone()].ends_with(r"\n"));
    let count = records.len();
    let (mut removed, mut previous) = (String::new(), String::new());
    for Record { span, output, is_whole } in records {
        let mut after = output.end..span.end;
        if !is_whole {
            // What is left of one or more members, and of another record.
            buffer.report_layer(FindingKind::StrayText, after.clone());
            after.end = after.start;
        }
        let frame = format!("{}…{}", &text[span.start..output.start], &text[after]);
        if frame != previous {
            if !removed.is_empty() {
                removed.push('\n');
            }
            removed.push_str(&frame);
            previous = frame;
        }
        buffer.edit(span.start..output.start, "");
        unescape_into(text, output.clone(), buffer);
        let rest = &text[span.end..];
        let feed = ["\n", "\r\n"].iter().find(|feed| have_feeds && rest.starts_with(**feed));
        buffer.edit(output.end..span.end + feed.map_or(0, |feed| feed.len()), "");
    }
    for line in others {
        buffer.edit(line.clone(), "");
        buffer.report_layer(FindingKind::SurroundingText, line);
    }
    let kind = FindingKind::LineMarks { removed: removed.into(), lines: count };
    buffer.report_layer(kind, first);
    true
}

/// The records of a line, which has several where a line break is lost.
fn records_of_line(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let mut records = Vec::new();
    let mut start = line.start;
    let content = line.end - text[line.clone()].trim_start().len();
    // A quote of the output is escaped.
    for (found, _) in text[line.clone()].match_indices("{\"") {
        let next = line.start + found;
        if next > content && begins_record(&text.as_bytes()[next..line.end], true) == Some(true) {
            records.push(start..next);
            start = next;
        }
    }
    records.push(start..line.end);
    records
}

struct Record {
    span: Range<usize>,
    /// The content of the string with the output.
    output: Range<usize>,
    /// Whether nothing but other members follows the output.
    is_whole: bool,
}

impl Record {
    /// The record at a span, or the start of one if it may be cut.
    fn read(text: &str, span: Range<usize>, may_be_cut: bool) -> Option<Self> {
        let line = text[span.clone()].trim_end();
        let bytes = line.as_bytes();
        if begins_record(bytes, true) != Some(true) {
            return None;
        }
        let name = line.find(NAME)? + NAME.len() + 1;
        let start = name + line[name..].find('"')? + 1;
        let mut at = start;
        loop {
            let found = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest));
            match found.map(|found| at + found) {
                Some(end) if bytes[end] == b'"' => {
                    let rest = line[end + 1..].trim_start();
                    if rest == "}" || begins_other_member(rest) {
                        let output = span.start + start..span.start + end;
                        let is_whole = rest == "}" || are_members(rest);
                        return Some(Self { span, output, is_whole });
                    }
                    // A quote of the output that is not escaped.
                    at = end + 1;
                }
                Some(escape) => at = escape + 2,
                None => {
                    let output = span.start + start..span.start + line.len();
                    return may_be_cut.then_some(Self { span, output, is_whole: true });
                }
            }
        }
    }
}

/// Whether a comma and the name of another member follow the output.
fn begins_other_member(rest: &str) -> bool {
    let name = rest.strip_prefix(',').and_then(|rest| rest.trim_start().strip_prefix('"'));
    let end = name.map(|name| name.trim_start_matches(|c: char| c.is_ascii_alphanumeric()));
    end.and_then(|end| end.strip_prefix('"')).is_some_and(|rest| rest.starts_with(':'))
}

/// Whether nothing but members and the closing brace follow the output.
fn are_members(rest: &str) -> bool {
    let members = format!("{{{}", rest.trim_start_matches(','));
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&members).is_ok()
}

//! Division of JSON into strings and what is between them.

use std::ops::Range;

/// A piece of JSON.
pub(super) struct Segment {
    pub(super) span: Range<usize>,
    /// Whether it is the content of a string. Its quotes belong to the pieces around it.
    pub(super) is_string: bool,
}

/// The pieces of a text from the start of a document to the end.
pub(super) fn segments(text: &str, from: usize) -> Vec<Segment> {
    let bytes = text.as_bytes();
    let mut segments = Vec::new();
    let (mut start, mut is_string) = (from, false);
    let mut at = from;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes[at] == b'\\' {
            // Outside of strings, a backslash escapes nothing.
            at += if is_string { 2 } else { 1 };
            continue;
        }
        let span = if is_string { start..at } else { start..at + 1 };
        start = span.end;
        segments.push(Segment { span, is_string });
        is_string = !is_string;
        at += 1;
    }
    segments.push(Segment { span: start..text.len(), is_string });
    segments
}

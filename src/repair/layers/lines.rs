//! The lines of a text.

use std::ops::Range;

/// The value of a header of that name, if a line is one.
pub(super) fn header<'t>(line: &'t str, name: &str) -> Option<&'t str> {
    let (found, value) = line.split_once(':')?;
    found.trim_end().eq_ignore_ascii_case(name).then(|| value.trim())
}

/// The spans of the lines from the first on that is not blank.
pub(super) fn lines_of_content(text: &str) -> Vec<Range<usize>> {
    let mut lines = lines(text);
    let is_blank = |line: &Range<usize>| text[line.clone()].trim().is_empty();
    let first = lines.iter().position(|line| !is_blank(line)).unwrap_or(lines.len());
    lines.drain(..first);
    lines
}

/// The spans of the lines, without what ends them.
pub(super) fn lines(text: &str) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        let is_crlf = text[start..end].ends_with('\r');
        lines.push(start..end - usize::from(is_crlf));
        start = end + 1;
    }
    lines
}

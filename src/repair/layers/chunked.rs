//! The framing of a body that was sent in chunks, as its header announces: the size of each chunk before it.

use std::ops::Range;

use super::lines::header;
use super::opening::Layered;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;

/// The chunks that each announces may be counted up to the end of the text.
const MOST_HEADERS: usize = 16;

/// How the bytes of a body are counted.
#[derive(Clone, Copy)]
struct Counting {
    /// Whether each of its line breaks was two characters when it was sent.
    has_lost_returns: bool,
}

/// The chunks of a body.
struct Chunks {
    /// The lines with their sizes, and the line breaks around them.
    frames: Vec<Range<usize>>,
    /// What sizes are followed by, if it is more than the sizes.
    extensions: Vec<Range<usize>>,
}

pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let mut from = 0;
    let mut is_found = false;
    for _ in 0..MOST_HEADERS {
        let Some(header) = next_header(text, from) else { break };
        from = header.end;
        let counted = [false, true].map(|has_lost_returns| Counting { has_lost_returns });
        let chunks = counted.iter().find_map(|counting| counting.chunks(text, header.end));
        let chunks = chunks.or_else(|| chunks_by_lines(text, header.end));
        let Some(Chunks { frames, extensions }) = chunks else { continue };
        let Some((first, last)) = frames.first().cloned().zip(frames.last().cloned()) else {
            continue;
        };
        buffer.edit(header.start..first.start, "");
        let header = header.start..header.start + text[header].trim_end().len();
        buffer.report_layer(FindingKind::SurroundingText, header);
        let count = frames.len();
        frames.into_iter().for_each(|frame| buffer.edit(frame, ""));
        for extension in extensions {
            buffer.report_layer(FindingKind::SurroundingText, extension);
        }
        let kind = FindingKind::Escaping { of: "chunked transfer encoding", count };
        buffer.report_layer(kind, first);
        from = last.end;
        is_found = true;
    }
    is_found
}

/// The header that announces chunks, with the empty line after it.
fn next_header(text: &str, from: usize) -> Option<Range<usize>> {
    const LONGEST: usize = 64;
    let is_header =
        |line: &str| header(line.trim_start_matches(['<', ' ']), "transfer-encoding").is_some();
    let found = memchr::memmem::find_iter(&text.as_bytes()[from..], b"hunked").find_map(|at| {
        let at = from + at;
        let near = &text.as_bytes()[at.saturating_sub(LONGEST)..at];
        let start = memchr::memrchr(b'\n', near).map_or(0, |end| at - near.len() + end + 1);
        let name = text.get(start..at).filter(|line| line.len() < LONGEST && is_header(line));
        let end = name.and_then(|_| text[at..].find('\n')).map(|length| at + length)?;
        Some(start..end + 1)
    })?;
    let is_blank = |line: &str| line.trim().is_empty();
    let mut start = found.start.max(from);
    while start > from {
        let before = text[from..start - 1].rfind('\n').map_or(from, |end| from + end + 1);
        if is_blank(&text[before..start]) {
            break;
        }
        start = before;
    }
    let mut end = found.end;
    loop {
        let length = text[end..].find('\n')? + 1;
        end += length;
        if is_blank(&text[end - length..end]) {
            return Some(start..end);
        }
    }
}

/// The chunks of the body that begins at `at`, by lines that may be sizes: from the first to one of no bytes. What was
/// sent may have been edited.
fn chunks_by_lines(text: &str, at: usize) -> Option<Chunks> {
    let mut frames = Vec::new();
    let (mut start, mut before) = (at, at);
    for line in text[at..].split_inclusive('\n') {
        let end = start + line.len();
        let is_plain = |(_, extension): &(usize, Range<usize>)| extension.is_empty();
        match size(line).filter(is_plain) {
            Some((size, _)) => {
                frames.push(before..end);
                if size == 0 {
                    return (frames.len() > 1).then_some(Chunks { frames, extensions: Vec::new() });
                }
                before = end;
            }
            None if frames.is_empty() => return None,
            None => before = start + line.trim_end_matches(['\r', '\n']).len(),
        }
        start = end;
    }
    None
}

impl Counting {
    /// The chunks of the body that begins at `at`, if their sizes are right. Only the last may be cut off.
    fn chunks(self, text: &str, mut at: usize) -> Option<Chunks> {
        let mut chunks = Chunks { frames: Vec::new(), extensions: Vec::new() };
        let mut before = at;
        loop {
            let line = text[at..].find('\n').map_or(text.len(), |length| at + length + 1);
            let Some((size, extension)) = size(&text[at..line]) else {
                // The text may end where the size of the next chunk is expected.
                let is_end = text[at..].trim().is_empty() && chunks.frames.len() > 1;
                return is_end.then_some(chunks);
            };
            if !extension.is_empty() {
                chunks.extensions.push(at + extension.start..at + extension.end);
            }
            chunks.frames.push(before..line);
            if size == 0 {
                return Some(chunks);
            }
            let end = self.end(text, line, size)?;
            if end == text.len() {
                return Some(chunks);
            }
            before = end;
            let rest = &text[end..];
            let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?;
            at = text.len() - rest.len();
        }
    }

    /// The end of a number of bytes from `at`, or that of the text. `None` if it is in a character, unless both
    /// parts of that became replacement characters.
    fn end(self, text: &str, at: usize, size: usize) -> Option<usize> {
        // Each replacement character may be in place of fewer bytes than it has.
        let (mut least, mut most) = (0, 0);
        for (offset, c) in text[at..].char_indices() {
            let is_exact = least == most;
            if least > size {
                return None;
            }
            if most >= size && (is_exact || is_followed_by_size(&text[at + offset..])) {
                return (!is_exact || most == size).then_some(at + offset);
            }
            let length = c.len_utf8() + usize::from(self.has_lost_returns && c == '\n');
            most += length;
            least += if c == char::REPLACEMENT_CHARACTER { 1 } else { length };
        }
        Some(text.len())
    }
}

/// Whether a line break and a line with the size of a chunk follow.
fn is_followed_by_size(text: &str) -> bool {
    let line = text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n'));
    line.is_some_and(|line| size(line.split('\n').next().unwrap_or_default()).is_some())
}

/// The size of a chunk on its line, and the span of what follows it.
fn size(line: &str) -> Option<(usize, Range<usize>)> {
    const MOST_DIGITS: usize = 8;
    let trimmed = line.trim_end();
    let digits = trimmed.bytes().take_while(u8::is_ascii_hexdigit).count();
    let size =
        usize::from_str_radix(&trimmed[..digits], 16).ok().filter(|_| digits <= MOST_DIGITS)?;
    let extension = trimmed[digits..].trim_start();
    let is_extension = extension.is_empty() || extension.starts_with(';');
    is_extension.then_some((size, trimmed.len() - extension.len()..trimmed.len()))
}

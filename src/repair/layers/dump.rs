//! A dump of the bytes of a document, as `xxd` and `hexdump -C` print it: an address, the bytes in hexadecimal digits,
//! and the same bytes as text.

use std::ops::Range;

use super::lines::lines;
use super::opening::Layered;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;

/// Digits of an address.
const DIGITS: Range<usize> = 6..17;
/// Lines that are a dump.
const LEAST: usize = 2;

pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let lines = lines(text);
    let dumped = |line: &Range<usize>| dumped(&text[line.clone()]);
    let Some(nth) = lines.iter().position(|line| dumped(line).is_some()) else { return false };
    // A dump in a document is a value.
    if layered.opening(0..lines[nth].start).is_some() {
        return false;
    }
    let mut bytes = Vec::new();
    // Each line, with the number of bytes before it.
    let mut parts: Vec<(Range<usize>, usize)> = Vec::new();
    let mut expected = None;
    let mut rest = lines[nth..].iter();
    for line in rest.by_ref() {
        match dumped(line) {
            Some((address, _)) if expected.is_some_and(|expected| expected != address) => break,
            Some((address, part)) => {
                expected = Some(address + part.len());
                parts.push((line.clone(), bytes.len()));
                bytes.extend(part);
            }
            None => break,
        }
    }
    let is_document = |content: &&str| {
        let inner = Layered { text: content, kinds: layered.kinds };
        inner.opening(0..content.len()).is_some()
    };
    let content = content(&bytes).filter(|_| parts.len() >= LEAST).filter(is_document);
    let Some(content) = content else { return false };
    let ends = parts.iter().skip(1).map(|(_, from)| *from).chain([bytes.len()]);
    // A character is on the line of its first byte.
    let boundary = |at: usize| {
        (at..content.len()).find(|at| content.is_char_boundary(*at)).unwrap_or(content.len())
    };
    for ((line, from), to) in parts.iter().zip(ends) {
        let end = text[line.end..].find('\n').map_or(text.len(), |length| line.end + length + 1);
        buffer.edit(line.start..end, content[boundary(*from)..boundary(to)].to_owned());
    }
    let count = parts.len();
    if let Some((first, _)) = parts.first() {
        let kind = FindingKind::Escaping { of: "a hexadecimal dump", count };
        buffer.report_layer(kind, first.clone());
    }
    // After a gap, what is missing is not known.
    let is_part = |line: &&Range<usize>| dumped(line).is_some();
    buffer.remove_truncated(lines[nth + count..].iter().filter(is_part).cloned());
    true
}

/// The text that bytes are. The last character may be cut off.
fn content(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(content) => Some(content),
        Err(error) if error.error_len().is_some() => None,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok(),
    }
}

/// The address and the bytes on a line of a dump.
fn dumped(line: &str) -> Option<(usize, Vec<u8>)> {
    let length = line.bytes().take_while(u8::is_ascii_hexdigit).count();
    let address = usize::from_str_radix(&line[..length], 16).ok();
    let address = address.filter(|_| DIGITS.contains(&length))?;
    let rest = &line[length..];
    let (digits, text) = match rest.strip_prefix(": ") {
        Some(rest) => rest.split_once("  ")?,
        None => {
            let (digits, text) = rest.strip_prefix(' ')?.split_once('|')?;
            (digits, text.strip_suffix('|')?)
        }
    };
    let mut bytes = Vec::new();
    for group in digits.split_ascii_whitespace() {
        if group.len() % 2 == 1 || !group.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        for at in (0..group.len()).step_by(2) {
            bytes.push(u8::from_str_radix(&group[at..at + 2], 16).ok()?);
        }
    }
    let is_xxd = rest.starts_with(':');
    let text = if is_xxd { padded_text(text, bytes.len()) } else { text };
    let shown = |byte: &u8| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '.' };
    // Spaces at the end of a line are easily lost.
    let text = text.trim_end();
    let is_same = bytes.iter().map(shown).zip(text.chars()).all(|(byte, c)| byte == c);
    let is_whole = bytes.len() >= text.chars().count()
        && bytes[text.len().min(bytes.len())..].iter().all(|byte| *byte == b' ');
    (is_same && is_whole && !bytes.is_empty()).then_some((address, bytes))
}

/// The text after the spaces that are in place of bytes that the last line lacks.
fn padded_text(text: &str, count: usize) -> &str {
    let start = text.char_indices().rev().nth(count.saturating_sub(1)).map_or(0, |(at, _)| at);
    if text[..start].trim().is_empty() { &text[start..] } else { text }
}

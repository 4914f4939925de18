//! How some programs escape or wrap a document: references without semicolons or to curly quotes, carets, backticks,
//! a block of YAML, arrays in arrays.

use std::ops::Range;

use super::content::{remove_escapes, unescape_backticks};
use super::escapes::{CURLY_QUOTES, quoted_value};
use super::lines::lines;
use super::opening::Layered;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;
use crate::repair::xml::begins_response;
use crate::text::characters::is_ignorable;

/// What is inside of the first brace, without whitespace.
fn inside_of_brace(text: &str) -> Option<(usize, &str)> {
    let brace = memchr::memchr(b'{', text.as_bytes())?;
    Some((brace, text[brace + 1..].trim_start_matches(is_ignorable)))
}

/// Resolves references that lack their semicolons, or to curly quotes in place of straight ones.
pub(super) fn peel_references(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    const LOST: [(&str, &str); 3] = [("&quot", "\""), ("&lt", "<"), ("&gt", ">")];
    let text = layered.text;
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return false;
    }
    let inside = inside_of_brace(text).map_or("", |(_, inside)| inside);
    let is_tag = |at: usize| begins_response(text[at + 3..].trim_start_matches('?'), layered.kinds);
    let is_lost = inside.starts_with("&quot") && !inside.starts_with("&quot;")
        || text.match_indices("&lt").take(2).any(|(at, _)| is_tag(at));
    let is_quote = |text: &str| CURLY_QUOTES.iter().any(|(quote, _)| text.starts_with(quote));
    let is_curly =
        is_quote(inside) || quoted_value(layered).is_some_and(|(_, first)| is_quote(first));
    let (mut count, mut first) = (0, None);
    for at in memchr::memchr_iter(b'&', text.as_bytes()) {
        let rest = &text[at..];
        let lost = LOST.iter().filter(|_| is_lost);
        let lost =
            lost.filter(|(name, _)| rest.starts_with(name) && !rest[name.len()..].starts_with(';'));
        let curly = CURLY_QUOTES.iter().filter(|(name, _)| is_curly && rest.starts_with(name));
        if let Some((name, read)) = lost.chain(curly).next() {
            buffer.edit(at..at + name.len(), *read);
            first.get_or_insert(at..at + name.len());
            count += 1;
        }
    }
    let Some(first) = first else { return false };
    buffer.report_layer(FindingKind::Escaping { of: "references to characters", count }, first);
    true
}

/// Removes the carets before what is special to a command prompt.
pub(super) fn peel_carets(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let is_start = |at: &usize| begins_response(&text[at + 2..], layered.kinds);
    let start = memchr::memmem::find_iter(text.as_bytes(), b"^<").find(is_start);
    let Some(start) = start else { return false };
    let count = remove_escapes(text, start, (b'^', b"<>&|^"), buffer);
    let kind = FindingKind::Escaping { of: "the escapes of a command prompt", count };
    buffer.report_layer(kind, start..start + 1);
    true
}

/// Resolves the escapes of PowerShell in JSON.
pub(super) fn peel_backticks(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some((start, mut inside)) = inside_of_brace(text) else { return false };
    while let Some(rest) = inside.strip_prefix("`n").or_else(|| inside.strip_prefix("`r")) {
        inside = rest.trim_start_matches(is_ignorable);
    }
    if !inside.starts_with("`\"") {
        return false;
    }
    let count = unescape_backticks(text, start, buffer);
    let kind = FindingKind::Escaping { of: "the escapes of PowerShell", count };
    buffer.report_layer(kind, start..start + 1);
    true
}

/// Takes the document out of a block of YAML.
pub(super) fn peel_block(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    if memchr::memchr(b'|', text.as_bytes()).is_none() {
        return false;
    }
    let lines = lines(text);
    let is_head = |line: &str| {
        [": |", ": |-", ": |+", ": >"].iter().any(|end| line.trim_end().ends_with(end))
    };
    let head = lines.windows(2).position(|pair| {
        let next = &text[pair[1].clone()];
        let opening = layered.opening(pair[1].clone()).map(|(at, _)| at);
        let indent = next.len() - next.trim_start_matches(' ').len();
        is_head(&text[pair[0].clone()]) && indent > 0 && opening == Some(pair[1].start + indent)
    });
    let Some(head) = head else { return false };
    let first = &text[lines[head + 1].clone()];
    let indent = first.len() - first.trim_start_matches(' ').len();
    let is_inside = |line: &&Range<usize>| {
        let mut start = text[(*line).clone()].bytes().take(indent);
        start.all(|byte| byte.is_ascii() && char::from(byte).is_whitespace())
    };
    let block: Vec<_> = lines[head + 1..].iter().take_while(is_inside).cloned().collect();
    let (start, end) =
        (lines[head + 1].start, block.last().map_or(lines[head].end, |last| last.end));
    buffer.edit(0..start, "");
    for line in &block {
        let indented = &text[line.clone()];
        let spaces = (indented.len() - indented.trim_start_matches(' ').len()).min(indent);
        if line.start + spaces > start {
            buffer.edit(line.start..line.start + spaces, "");
        }
    }
    buffer.edit(end..text.len(), "");
    buffer.report_around(&(start..end));
    true
}

/// Removes the brackets of arrays around the array of a document.
pub(super) fn peel_arrays(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let is_bracket = |c: char| c == '[' || is_ignorable(c);
    let inside = text.trim_start_matches(is_bracket);
    let head = text.len() - inside.len();
    let opened = text[..head].matches('[').count();
    if opened < 2 || !inside.starts_with('{') {
        return false;
    }
    let is_bracket = |c: char| c == ']' || is_ignorable(c);
    let end = text.trim_end_matches(is_bracket).len();
    if end <= head || text[end..].matches(']').count() != opened {
        return false;
    }
    buffer.edit(0..head, "");
    buffer.edit(end..text.len(), "");
    buffer.report_layer(FindingKind::SurroundingText, 0..text[..head].trim_end().len());
    let close = end + text[end..].len() - text[end..].trim_start().len();
    buffer.report_layer(FindingKind::SurroundingText, close..text.trim_end().len());
    true
}

//! A document that is written as string literals of a programming language, one after the other, and one that
//! is between fences inside of brackets.

use std::ops::Range;

use super::Layered;
use super::escapes::unescape_into;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;

/// The most characters between two literals.
const LONGEST_GAP: usize = 256;

/// Takes string literals that follow one another for one text.
pub(super) fn peel_concatenation(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some(opening) = memchr::memchr3(b'{', b'<', b'[', text.as_bytes()) else { return false };
    let Some(start) = text[..opening].rfind(['"', '\'']) else { return false };
    // A document that begins at the bracket, not at the quote, has a colon or a bracket before the quote.
    let between = text[start + 1..opening].replace(r"\n", "").replace(r"\t", "");
    if !between.trim().is_empty() {
        return false;
    }
    let bytes = text.as_bytes();
    let quote = bytes[start];
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut at = start;
    let end = loop {
        let Some(end) = literal_end(bytes, at + 1, quote) else { return false };
        pieces.push(at + 1..end);
        match next_literal(text, end + 1, quote) {
            Some(next) => at = next,
            None => break end + 1,
        }
    };
    if pieces.len() < 2 {
        return false;
    }
    buffer.edit(0..start + 1, "");
    let mut previous = start + 1;
    let count = pieces.len();
    for piece in pieces {
        if piece.start > previous {
            buffer.edit(previous..piece.start, "");
        }
        previous = piece.end;
        unescape_into(text, piece, false, buffer);
    }
    buffer.edit(previous..text.len(), "");
    let kind = FindingKind::Escaping { of: "string literals of a program", count };
    buffer.report_layer(kind, start..end);
    for around in [0..start, end..text.len()] {
        let piece = &text[around.clone()];
        if !piece.trim().is_empty() {
            let start = around.start + piece.len() - piece.trim_start().len();
            let span = start..around.start + piece.trim_end().len();
            buffer.report_layer(FindingKind::SurroundingText, span);
        }
    }
    true
}

fn literal_end(bytes: &[u8], from: usize, quote: u8) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr3(quote, b'\\', b'\n', bytes.get(at..)?)?;
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' => return None,
            _ => return Some(at),
        }
    }
}

/// The quote of the next literal, if only whitespace and operators are before it.
fn next_literal(text: &str, from: usize, quote: u8) -> Option<usize> {
    let is_operator = |c: char| matches!(c, '+' | '.' | '\\' | '&' | ',' | '<' | '(' | ')' | '_');
    let rest = &text[from..];
    let (at, _) = rest.char_indices().take(LONGEST_GAP).find(|(_, c)| !c.is_whitespace() && !is_operator(*c))?;
    (rest.as_bytes()[at] == quote && at > 0).then_some(from + at)
}

/// Removes brackets around a document between fences.
pub(super) fn peel_fences(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    const FENCES: [&str; 2] = ["```", "~~~"];
    let text = layered.text;
    let start = text.len() - text.trim_start().len();
    let Some(opening @ ('{' | '[' | '(' | '"')) = text[start..].chars().next() else { return false };
    let closing = match opening {
        '{' => '}',
        '[' => ']',
        '(' => ')',
        _ => '"',
    };
    let inside = text[start + 1..].trim_start();
    let Some(fence) = FENCES.into_iter().find(|fence| inside.starts_with(fence)) else { return false };
    let trimmed = text.trim_end();
    let Some(before) = trimmed.strip_suffix(closing).map(str::trim_end) else { return false };
    let Some(content) = before.strip_suffix(fence).filter(|it| it.len() > text.len() - inside.len()) else {
        return false;
    };
    let head = text.len() - inside.len() + fence.len();
    let word = text[head..].bytes().take_while(u8::is_ascii_alphanumeric).count();
    if head + word > content.len() {
        return false;
    }
    for span in [start..head + word, content.len()..trimmed.len()] {
        buffer.edit(span.clone(), "");
        buffer.report_layer(FindingKind::SurroundingText, span);
    }
    true
}

//! A document that is written as string literals of a programming language, one after the other, and one that
//! is between fences inside of brackets.

use std::ops::Range;

use super::escapes::unescape_into;
use super::opening::{Layered, is_closed};
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;
use crate::syntax::reader::Format;

/// The most characters between two literals.
const LONGEST_GAP: usize = 256;

/// Takes string literals that follow one another for one text.
pub(super) fn peel_concatenation(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some(opening) = memchr::memchr2(b'{', b'<', text.as_bytes()) else { return false };
    let Some(start) = text[..opening].rfind(['"', '\'']) else { return false };
    // A document that begins at the bracket, not at the quote, has a colon or a bracket before the quote.
    let between = text[start + 1..opening].replace(r"\n", "").replace(r"\t", "");
    if !between.trim().is_empty() {
        return false;
    }
    let found =
        [false, true].into_iter().filter_map(|is_doubled| literals(text, start, is_doubled));
    // The first of two that are equally long.
    let longest = found.reduce(|first, second| if second.2 > first.2 { second } else { first });
    let Some((pieces, is_doubled, end)) = longest else { return false };
    // A whole document, so that the next literal has another.
    let first = text[pieces[0].clone()].trim();
    if first.starts_with('{') && is_closed(first, Format::Json) {
        return false;
    }
    buffer.edit(0..start + 1, "");
    let mut previous = start + 1;
    let count = pieces.len();
    let are_lines = are_lines_of_xml(text, &pieces);
    for piece in pieces {
        if piece.start > previous {
            let line = text[..previous].rfind(['"', '\'', '\n']).map_or(0, |at| at + 1);
            let is_broken = are_lines
                && previous > start + 1
                && !text[line..previous].ends_with(['>'])
                && !text[..previous].ends_with("\\n");
            buffer.edit(previous..piece.start, if is_broken { "\n" } else { "" });
        }
        previous = piece.end;
        if is_doubled {
            let quote = &text[start..=start].repeat(2);
            let pairs = text[piece.clone()].match_indices(quote.as_str());
            pairs.for_each(|(at, _)| buffer.edit(piece.start + at..piece.start + at + 1, ""));
        } else {
            unescape_into(text, piece, buffer);
        }
    }
    buffer.edit(previous..text.len(), "");
    let kind = FindingKind::Escaping { of: "string literals of a program", count };
    buffer.report_layer(kind, start..end);
    buffer.report_around(&(start..end));
    true
}

/// The contents of the literals that follow one another, and the end of the last. `is_doubled`: whether a quote
/// in a literal is doubled, not escaped.
fn literals(
    text: &str,
    start: usize,
    is_doubled: bool,
) -> Option<(Vec<Range<usize>>, bool, usize)> {
    let bytes = text.as_bytes();
    let quote = bytes[start];
    let mut pieces = Vec::new();
    let mut gap = None;
    let mut at = start;
    while let Some(end) = literal_end(bytes, at + 1, quote, is_doubled) {
        pieces.push(at + 1..end);
        match next_literal(text, end + 1, quote, &mut gap) {
            // These are the cells of a row.
            Some(next) if is_doubled && text[end + 1..next].trim() == "," => return None,
            Some(next) => at = next,
            None => break,
        }
    }
    let end = pieces.last()?.end + 1;
    (pieces.len() > 1).then_some((pieces, is_doubled, end))
}

/// Whether the literals are the lines of a document of XML, in which a text may have line breaks.
fn are_lines_of_xml(text: &str, pieces: &[Range<usize>]) -> bool {
    const LEAST_TAGS: usize = 5;
    let begins_tag = |piece: &&Range<usize>| text[(*piece).clone()].trim_start().starts_with('<');
    let tags = pieces.iter().filter(begins_tag).count();
    let is_broken = |pair: &[Range<usize>]| text[pair[0].end..pair[1].start].contains('\n');
    tags >= LEAST_TAGS
        && (pieces.len() - tags) * 4 <= pieces.len()
        && pieces.windows(2).all(is_broken)
}

fn literal_end(bytes: &[u8], from: usize, quote: u8, is_doubled: bool) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr3(quote, b'\\', b'\n', bytes.get(at..)?)?;
        match bytes[at] {
            b'\\' if is_doubled => at += 1,
            b'\\' => at += 2,
            b'\n' => return None,
            _ if is_doubled && bytes.get(at + 1) == Some(&quote) => at += 2,
            _ => return Some(at),
        }
    }
}

/// The quote of the next literal, if only operators are before it, or what is between all of them.
fn next_literal<'t>(
    text: &'t str,
    from: usize,
    quote: u8,
    gap: &mut Option<&'t str>,
) -> Option<usize> {
    let is_operator = |c: char| {
        c.is_whitespace() || matches!(c, '+' | '.' | '\\' | '&' | ',' | '<' | '(' | ')' | '_')
    };
    let rest = &text.as_bytes()[from..text.len().min(from + LONGEST_GAP)];
    let at = memchr::memchr(quote, rest).filter(|at| *at > 0)?;
    let is_next_line = text[from..from + at].contains('\n');
    let between = text[from..from + at].trim();
    // A backslash only continues a line.
    let is_usual = between.chars().all(is_operator) && (is_next_line || !between.contains('\\'));
    let is_same = is_next_line && *gap.get_or_insert(between) == between;
    (is_usual || is_same).then_some(from + at)
}

/// Undoes how a shell needs an apostrophe to be written in a string.
pub(super) fn peel_shell(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    const SPELLINGS: [&str; 2] = [r"'\''", "'\"'\"'"];
    let text = layered.text;
    let Some((start, _)) = layered.opening(0..text.len()) else { return false };
    if !text[..start].ends_with('\'') {
        return false;
    }
    for spelling in SPELLINGS {
        let mut count = 0;
        for (at, _) in text[start..].match_indices(spelling) {
            buffer.edit(start + at..start + at + spelling.len(), "'");
            count += 1;
        }
        if count > 0 {
            let mut quotes = memchr::memchr_iter(b'\'', &text.as_bytes()[start..]);
            let mut after = start;
            let closing = quotes.by_ref().map(|at| start + at).find(|at| {
                let is_part = *at < after;
                let is_spelling = !is_part && text[*at..].starts_with(spelling);
                after = if is_spelling { at + spelling.len() } else { after };
                !is_part && !is_spelling
            });
            let is_end = |at: &usize| text[..*at].trim_end().ends_with(['}', ']', '>']);
            if let Some(closing) = closing.filter(is_end) {
                buffer.edit(start - 1..start, "");
                buffer.edit(closing..closing + 1, "");
            }
            let kind = FindingKind::Escaping { of: "the quoting of a shell", count };
            buffer.report_layer(kind, start..start + 1);
            return true;
        }
    }
    false
}

/// Removes brackets around a document between fences.
pub(super) fn peel_fences(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    const FENCES: [&str; 2] = ["```", "~~~"];
    let text = layered.text;
    let start = text.len() - text.trim_start().len();
    let Some(opening @ ('{' | '[' | '(' | '"')) = text[start..].chars().next() else {
        return false;
    };
    let closing = match opening {
        '{' => '}',
        '[' => ']',
        '(' => ')',
        _ => '"',
    };
    let inside = text[start + 1..].trim_start();
    let Some(fence) = FENCES.into_iter().find(|fence| inside.starts_with(fence)) else {
        return false;
    };
    let trimmed = text.trim_end();
    let Some(before) = trimmed.strip_suffix(closing).map(str::trim_end) else { return false };
    let Some(content) =
        before.strip_suffix(fence).filter(|it| it.len() > text.len() - inside.len())
    else {
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

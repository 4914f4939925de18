//! Marks of lists and numbers of lines, which are not apart from what they are before: a sign after the indentation of
//! every line, a number directly before it, or on a line of its own.

use std::ops::Range;

use super::lines::lines;
use super::opening::Layered;
use super::prefix::{is_complete, report};
use crate::repair::edits::EditBuffer;

/// The lines that must have a mark.
const LEAST: usize = 3;

/// Spans of marks, each with the index of its line.
type Marks = Vec<(usize, Range<usize>)>;

/// Removes the sign that is after the indentation of every line.
pub(super) fn peel_bullets(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let bullets = |text: &str, lines: &[Range<usize>], nth: usize, before: &str| {
        let sign = before.trim();
        let space = &before[before.trim_end().len()..];
        let marks = bullets(text, lines, nth, (sign, space));
        // If all signs are in one column, they are a prefix.
        let indentation = |(nth, mark): &(usize, Range<usize>)| mark.start - lines[*nth].start;
        let first = marks.first().map(indentation);
        let is_indented = marks.iter().any(|mark| Some(indentation(mark)) != first);
        if is_sign(sign) && is_indented { marks } else { Vec::new() }
    };
    peel(layered, buffer, bullets)
}

/// Removes the numbers that count the lines.
pub(super) fn peel_numbers(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let numbers = |text: &str, lines: &[Range<usize>], nth: usize, before: &str| {
        let number_before = nth.checked_sub(1).and_then(|nth| number(&text[lines[nth].clone()]));
        match (number(before), number_before) {
            (Some(number), _) => numbers(text, lines, nth, number),
            (None, Some(number)) if before.trim().is_empty() => {
                numbers_between(text, lines, nth, number)
            }
            _ => Vec::new(),
        }
    };
    peel(layered, buffer, numbers)
}

/// Removes the marks that `find` finds, if all lines of the document have them. It is given the index of the line with
/// the start of the document, and what is before that.
fn peel(
    layered: &Layered<'_>,
    buffer: &mut EditBuffer<'_>,
    find: impl Fn(&str, &[Range<usize>], usize, &str) -> Marks,
) -> bool {
    let text = layered.text;
    let Some((at, format)) = layered.opening(0..text.len()) else { return false };
    let lines = lines(text);
    let nth = lines.partition_point(|line| line.end < at);
    let Some(first) = lines.get(nth) else { return false };
    let marks = find(text, &lines, nth, &text[first.start..at]);
    let is_found = marks.len() >= LEAST && is_complete(text, &lines, &marks, at, format);
    if is_found {
        report(text, &marks, buffer);
    }
    is_found
}

/// Whether a text may be the sign of an item of a list.
fn is_sign(text: &str) -> bool {
    const LONGEST: usize = 3;
    // These belong to a document.
    let is_part =
        |c: char| c.is_alphanumeric() || c.is_whitespace() || "\"'`{}[]<>&\\%=".contains(c);
    !text.is_empty() && text.chars().count() <= LONGEST && !text.contains(is_part)
}

/// The signs after the indentation of the lines from `nth` on.
fn bullets(text: &str, lines: &[Range<usize>], nth: usize, (sign, space): (&str, &str)) -> Marks {
    let mut marks = Vec::new();
    for (nth, line) in lines.iter().enumerate().skip(nth) {
        let content = text[line.clone()].trim_start();
        let start = line.end - content.len();
        match content.strip_prefix(sign) {
            Some(rest) if rest.starts_with(space) => {
                marks.push((nth, start..start + sign.len() + space.len()));
            }
            Some(rest) if rest.trim().is_empty() => marks.push((nth, start..line.end)),
            _ if content.is_empty() => {}
            _ => break,
        }
    }
    marks
}

/// The number that is all of a text.
fn number(text: &str) -> Option<usize> {
    const MOST_DIGITS: usize = 9;
    let text = text.trim();
    let is_number = text.len() <= MOST_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// The numbers at the starts of the lines from `nth` on, the first of which is `number`.
fn numbers(text: &str, lines: &[Range<usize>], nth: usize, number: usize) -> Marks {
    let mut marks = Vec::new();
    for (number, (nth, line)) in (number..).zip(lines.iter().enumerate().skip(nth)) {
        let content = text[line.clone()].trim_start_matches(' ');
        match content.strip_prefix(&number.to_string()) {
            Some(rest) => marks.push((nth, line.start..line.end - rest.len())),
            None => break,
        }
    }
    marks
}

/// The lines with numbers before each of the lines from `nth` on.
fn numbers_between(text: &str, lines: &[Range<usize>], nth: usize, first: usize) -> Marks {
    let mut marks = Vec::new();
    for (expected, nth) in (first..).zip((nth..lines.len()).step_by(2)) {
        if number(&text[lines[nth - 1].clone()]) != Some(expected) {
            break;
        }
        marks.push((nth, lines[nth - 1].start..lines[nth].start));
    }
    marks
}

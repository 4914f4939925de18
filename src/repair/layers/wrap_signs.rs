//! Signs that a program writes where it breaks lines at a certain width: at their ends, or before what is
//! continued.

use std::ops::Range;

use super::content::is_quoted_printable;
use super::opening::Layered;
use super::wrap::USUAL_WIDTHS;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;

/// Signs at the end of a line that is continued.
const SUFFIXES: &[&str] = &[EQUALS, "+", "↩", "↪", "↵", "⏎", "⤶", "→", "»", "…", "¬", "&", "_"];
/// The sign of quoted-printable.
const EQUALS: &str = "=";
/// A blank before each line break, which may also be of the text.
const BLANK: &str = " ";
/// Signs before what continues a line.
const PREFIXES: &[&str] = &["↪ ", "↪", "↳ ", "↳", "→ ", "» ", "… ", "... ", "+", "> ", "| "];
/// Shorter lines are not broken.
const LEAST_WIDTH: usize = 20;

pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some((start, _)) = layered.opening(0..text.len()) else { return false };
    let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let body = &text[start..start + text[start..].trim_end().len()];
    // What is quoted-printable has other signs, too.
    let is_alone = |sign: &str| sign != EQUALS || !is_quoted_printable(layered);
    let found = SUFFIXES.iter().find_map(|sign| after_lines(body, sign).filter(|_| is_alone(sign)));
    let found = found.or_else(|| after_lines(body, BLANK).filter(is_sure_of_blanks));
    let found = found.or_else(|| PREFIXES.iter().find_map(|sign| before_lines(body, sign)));
    let Some((width, breaks)) = found else { return false };
    let count = breaks.len();
    let Some(first) = breaks.first().cloned() else { return false };
    for span in breaks {
        buffer.edit(start + span.start..start + span.end, "");
    }
    let kind = FindingKind::LineWrap { width, breaks: count };
    buffer.report_layer(kind, start + first.start..start + first.end);
    true
}

/// The width of the lines that end with a sign, if these are just those of the greatest width, and the signs
/// with their line breaks.
fn after_lines(body: &str, sign: &str) -> Option<(usize, Vec<Range<usize>>)> {
    if !body.lines().any(|line| line.ends_with(sign)) {
        return None;
    }
    let (mut most, mut at) = (0, 0);
    let mut breaks = Vec::new();
    let mut has_unsigned = false;
    for line in body.split_inclusive('\n') {
        let end = at + line.trim_end_matches(['\r', '\n']).len();
        let is_last = !line.ends_with('\n');
        let content = &body[at..end];
        at += line.len();
        let width = content.chars().count();
        let is_signed = content.ends_with(sign) && !is_last;
        if width > most {
            // The shorter lines are not broken.
            if !breaks.is_empty() {
                return None;
            }
            (most, has_unsigned) = (width, false);
        }
        if is_signed && width < most {
            return None;
        }
        if is_signed {
            breaks.push(end - sign.len()..at);
        } else {
            has_unsigned |= width == most && !is_last;
        }
    }
    let width = most.checked_sub(sign.chars().count())?;
    (!has_unsigned && is_sure(width, most, breaks.len())).then_some((width, breaks))
}

/// The same where the sign is before what continues a line.
fn before_lines(body: &str, sign: &str) -> Option<(usize, Vec<Range<usize>>)> {
    if !body.lines().any(|line| line.starts_with(sign)) {
        return None;
    }
    let mut lines = Vec::new();
    let mut at = 0;
    for line in body.split('\n') {
        let content = line.strip_suffix('\r').unwrap_or(line);
        let rest = content.strip_prefix(sign);
        lines.push((
            at..at + content.len(),
            rest.is_some(),
            rest.unwrap_or(content).chars().count(),
        ));
        at += line.len() + 1;
    }
    let most = lines.iter().map(|(_, _, width)| *width).max()?;
    let mut breaks = Vec::new();
    // A line may have the width without being broken.
    let mut unbroken = 0;
    for pair in lines.windows(2) {
        let [(line, _, width), (next, is_continued, _)] = pair else { continue };
        match (*is_continued, *width == most) {
            (true, true) => breaks.push(line.end..next.start + sign.len()),
            (true, false) => return None,
            (false, is_full) => unbroken += usize::from(is_full),
        }
    }
    if unbroken * 4 > breaks.len() {
        return None;
    }
    let is_first = lines.first().is_some_and(|(_, is_continued, _)| *is_continued);
    (!is_first && is_sure(most, most + sign.chars().count(), breaks.len()))
        .then_some((most, breaks))
}

/// Whether lines were broken at this width.
fn is_sure(width: usize, with_sign: usize, breaks: usize) -> bool {
    let is_usual = USUAL_WIDTHS.contains(&width) || USUAL_WIDTHS.contains(&with_sign);
    width >= LEAST_WIDTH && (breaks > 1 || breaks == 1 && is_usual)
}

/// Whether the blanks at the ends of lines of this width are not of the text.
fn is_sure_of_blanks((width, breaks): &(usize, Vec<Range<usize>>)) -> bool {
    const MANY: usize = 4;
    !USUAL_WIDTHS.contains(&(width + 1)) && (USUAL_WIDTHS.contains(width) || breaks.len() >= MANY)
}

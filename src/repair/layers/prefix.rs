//! A prefix on every line: quotation marks of mails, comment signs, borders, numbers of lines, times and
//! names of loggers.

use std::ops::Range;

use super::lines::lines;
use super::opening::{Layered, is_closed};
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;
use crate::syntax::reader::Format;

/// The longest prefix.
const LONGEST: usize = 256;

/// Words that may differ between the lines of a log. Those of container runtimes are the stream, and whether the line
/// goes on.
const INTERCHANGEABLE: &[&str] = &[
    "trace", "debug", "info", "notice", "warn", "warning", "error", "err", "critical", "fatal",
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun",
    "jul", "aug", "sep", "oct", "nov", "dec", "stdout", "stderr", "f", "p",
];

/// Lines with the prefix for each without it among them.
const FOR_EACH_OTHER: usize = 8;

/// A part of a prefix.
enum Part<'t> {
    /// Characters with a digit among them, such as a time, which may differ.
    Number(&'t str),
    Word(&'t str),
    Space(usize),
    Sign(char),
}

/// The form that the prefixes of all lines have.
struct Shape<'t> {
    parts: Vec<Part<'t>>,
    /// Length in characters of the first prefix, without the whitespace at its end.
    width: usize,
    /// Whether fewer spaces are after wider prefixes.
    is_aligned: bool,
}

pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let lines = lines(layered.text);
    let (mut nth, mut is_first, mut is_found) = (0, true, false);
    while nth < lines.len() {
        let line = lines[nth].clone();
        let end = line.end.min(line.start + LONGEST);
        let is_boundary = |end: &usize| layered.text.is_char_boundary(*end);
        let end = (line.start..=end).rev().find(is_boundary).unwrap_or(line.start);
        let Some((at, format)) = layered.opening(line.start..end) else {
            nth += 1;
            continue;
        };
        let was_first = std::mem::take(&mut is_first);
        let text = layered.text;
        if is_closed(&text[at..line.end], format) {
            nth += 1;
            continue;
        }
        let prefix = &text[line.start..at];
        let peeled = if prefix.trim().is_empty() {
            let indented = match format {
                Format::Xml if was_first => indentation(text, &lines, nth, prefix),
                _ => Vec::new(),
            };
            match indented.is_empty() && was_first {
                true => after_first(text, &lines, nth + 1),
                false => indented,
            }
        } else {
            Shape::new(prefix).map_or_else(Vec::new, |shape| shape.region(text, &lines, nth))
        };
        match &peeled[..] {
            [_, .., (last, _)] => {
                nth = last + 1;
                if is_complete(text, &lines, &peeled, at, format) {
                    report(text, &peeled, buffer);
                    is_found = true;
                }
            }
            _ => nth += 1,
        }
    }
    is_found
}

/// Whether the document ends in the lines with the prefix, or at the end of the text.
pub(super) fn is_complete(
    text: &str,
    lines: &[Range<usize>],
    peeled: &[(usize, Range<usize>)],
    at: usize,
    format: Format,
) -> bool {
    let Some((last, _)) = peeled.last() else { return false };
    if lines[last + 1..].iter().all(|line| text[line.clone()].trim().is_empty()) {
        return true;
    }
    let mut content = String::with_capacity(lines[*last].end.saturating_sub(at));
    for (nth, prefix) in peeled {
        content.push_str(&text[prefix.end.max(at)..lines[*nth].end.max(at)]);
        content.push('\n');
    }
    is_closed(&content, format)
}

/// The indentation of all lines of a document of XML, if a text of several lines has it, too.
fn indentation(
    text: &str,
    lines: &[Range<usize>],
    nth: usize,
    indentation: &str,
) -> Vec<(usize, Range<usize>)> {
    let mut peeled = Vec::new();
    let mut has_text = false;
    for (nth, span) in lines.iter().enumerate().skip(nth) {
        let line = &text[span.clone()];
        match line.strip_prefix(indentation) {
            Some(rest) => {
                has_text |= rest.starts_with(|c: char| c != '<' && !c.is_whitespace());
                peeled.push((nth, span.start..span.start + indentation.len()));
            }
            None if line.trim().is_empty() => {}
            None => break,
        }
    }
    if has_text && !indentation.is_empty() { peeled } else { Vec::new() }
}

/// The prefixes of all lines from `nth` to the end, if the first line of the document has lost its own.
fn after_first(text: &str, lines: &[Range<usize>], nth: usize) -> Vec<(usize, Range<usize>)> {
    let Some(first) = lines.get(nth) else { return Vec::new() };
    let line = &text[first.clone()];
    let is_end = |c: char| matches!(c, '"' | '<' | '{' | '}' | '[' | ']');
    let before = line.find(is_end).map(|at| line[..at].trim_end());
    // The line may continue what the first one broke off.
    let is_sign = |c: char| matches!(c, '>' | '|' | '*' | '#' | '+' | '%' | ';' | ':' | '!');
    let signs = line.len() - line.trim_start_matches(is_sign).len();
    let continued = line[signs..].starts_with(' ').then_some(&line[..signs]);
    let last = lines.iter().rposition(|line| !text[line.clone()].trim().is_empty());
    let candidates = before.into_iter().chain(continued);
    let signs = candidates.filter(|it| !it.trim().is_empty() && !it.contains(char::is_alphabetic));
    let mut regions = signs.flat_map(|sign| {
        let space = usize::from(line[sign.len()..].starts_with([' ', '\t']));
        // The space may be of the indentation.
        [space, 0].into_iter().take(1 + space).filter_map(move |space| {
            let shape = Shape::new(&line[..sign.len() + space])?;
            let peeled = shape.region(text, lines, nth);
            (peeled.last().map(|(nth, _)| *nth) == last).then_some(peeled)
        })
    });
    regions.next().unwrap_or_default()
}

/// Removes the prefixes, and reports what is removed, each different prefix once.
pub(super) fn report(text: &str, peeled: &[(usize, Range<usize>)], buffer: &mut EditBuffer<'_>) {
    let mut removed = String::new();
    let mut previous = "";
    for (_, span) in peeled {
        let prefix = &text[span.clone()];
        let prefix = if prefix.trim().is_empty() { prefix } else { prefix.trim_end() };
        if prefix != previous {
            if !removed.is_empty() {
                removed.push('\n');
            }
            removed.push_str(prefix);
            previous = prefix;
        }
        buffer.edit(span.clone(), "");
    }
    let kind = FindingKind::LineMarks { removed: removed.into(), lines: peeled.len() };
    buffer.report_layer(kind, peeled[0].1.clone());
}

impl<'t> Shape<'t> {
    fn new(prefix: &'t str) -> Option<Self> {
        // These are escaped quotes.
        if ["\\", "&quot;", "&#", "%22"].iter().any(|escape| prefix.contains(escape)) {
            return None;
        }
        let mut parts = Vec::new();
        let mut rest = prefix;
        while let Some(first) = rest.chars().next() {
            let length =
                |is_part: fn(char) -> bool| rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            let (part, length) = match first {
                '\'' if prefix.trim() == "'" => (Part::Sign(first), 1),
                '"' | '\'' | '{' | '}' => return None,
                _ if first.is_whitespace() => {
                    let length = length(char::is_whitespace);
                    (Part::Space(rest[..length].chars().count()), length)
                }
                _ if is_word(first) => {
                    let length = length(is_word);
                    let word = &rest[..length];
                    let has_digit = word.contains(|c: char| c.is_ascii_digit());
                    (if has_digit { Part::Number(word) } else { Part::Word(word) }, length)
                }
                _ => (Part::Sign(first), first.len_utf8()),
            };
            parts.push(part);
            rest = &rest[length..];
        }
        let width = prefix.trim_end().chars().count();
        (width > 0).then_some(Self { parts, width, is_aligned: true })
    }

    /// The prefixes of the lines from `nth` on that all have this form.
    fn region(
        mut self,
        text: &str,
        lines: &[Range<usize>],
        nth: usize,
    ) -> Vec<(usize, Range<usize>)> {
        let peeled = self.matches(text, lines, nth);
        // An apostrophe begins a remark, or a string that ends with the line.
        let ends_string = |(nth, span): &(usize, Range<usize>)| {
            let line = text[span.start..lines[*nth].end].trim_end();
            let line = line.trim_end_matches([',', ';', '+', '.', '&', '\\', ' ']);
            line.len() > 1 && line.ends_with('\'')
        };
        if self.parts.iter().any(|part| matches!(part, Part::Sign('\'')))
            && peeled.iter().any(ends_string)
        {
            return Vec::new();
        }
        let Some(Part::Space(count)) = self.parts.last() else { return peeled };
        let has_all_spaces = |(_, span): &(usize, Range<usize>)| {
            let after = text[span.end..].chars().next().is_some_and(|c| matches!(c, ' ' | '\t'));
            let prefix = &text[span.clone()];
            let spaces = prefix.chars().rev().take_while(|c| c.is_whitespace()).count();
            spaces >= *count || after
        };
        if peeled.iter().all(has_all_spaces) {
            self.is_aligned = false;
            return self.matches(text, lines, nth);
        }
        peeled
    }

    fn matches(
        &self,
        text: &str,
        lines: &[Range<usize>],
        nth: usize,
    ) -> Vec<(usize, Range<usize>)> {
        let mut peeled: Vec<(usize, Range<usize>)> = Vec::new();
        let (mut before_other, mut others, mut number) = (0, 0, None);
        for (nth, span) in lines.iter().enumerate().skip(nth) {
            let line = &text[span.clone()];
            let length = self.length(line).filter(|length| self.counts(line, *length, &mut number));
            match length {
                Some(length) => peeled.push((nth, span.start..span.start + length)),
                None if line.trim().is_empty() => {}
                // It has lost its prefix, or is of another program.
                None if peeled.len() > 1 && self.goes_on(text, &lines[nth + 1..]) => {
                    if others == 0 {
                        before_other = peeled.len();
                    }
                    others += 1;
                }
                None => break,
            }
        }
        if peeled.len() < FOR_EACH_OTHER * others {
            peeled.truncate(before_other);
        }
        peeled
    }

    /// Whether the next lines have the prefix.
    fn goes_on(&self, text: &str, lines: &[Range<usize>]) -> bool {
        const LOOKED_AT: usize = 3;
        let next = lines.iter().map(|line| &text[line.clone()]);
        let mut next = next.filter(|line| !line.trim().is_empty()).take(LOOKED_AT).peekable();
        next.peek().is_some() && next.all(|line| self.length(line).is_some())
    }

    /// Whether the number in the prefix of a line follows the last, if nothing else is on the line: it may be a value
    /// without the prefix.
    fn counts(&self, line: &str, length: usize, last: &mut Option<usize>) -> bool {
        let mut numbers = self.parts.iter().filter_map(|part| match part {
            Part::Number(number) => Some(number),
            _ => None,
        });
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (Some(number), None) = (numbers.next(), numbers.next()) else { return true };
        if !is_digits(number) {
            return true;
        }
        let is_digit = |c: char| c.is_ascii_digit();
        let digits = line[..length].split(|c| !is_digit(c)).find(|digits| !digits.is_empty());
        let found = digits.and_then(|digits| digits.parse::<usize>().ok());
        let is_alone = line[length..].trim().is_empty();
        let is_next = !is_alone || last.zip(found).is_none_or(|(last, found)| found == last + 1);
        if is_next {
            *last = found;
        }
        is_next
    }

    /// The length of the prefix of this form that a line has.
    fn length(&self, line: &str) -> Option<usize> {
        let mut rest = line;
        for (nth, part) in self.parts.iter().enumerate() {
            let is_last = nth + 1 == self.parts.len();
            let length = match part {
                Part::Space(_) if rest.is_empty() && is_last => 0,
                Part::Space(count) if is_last => {
                    // Narrower numbers may be followed by more spaces.
                    let width = line[..line.len() - rest.len()].chars().count();
                    let aligned = (count + self.width).saturating_sub(width).max(1);
                    let count = if self.is_aligned { aligned } else { *count };
                    let spaces = rest.chars().take(count).take_while(|c| c.is_whitespace());
                    spaces.map(char::len_utf8).sum::<usize>().max(usize::from(nth == 0))
                }
                Part::Space(_) => rest.len() - rest.trim_start().len(),
                Part::Sign(sign) => rest.starts_with(*sign).then(|| sign.len_utf8())?,
                Part::Word(word) if rest.starts_with(word) => word.len(),
                Part::Word(word) => {
                    let found = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
                    are_interchangeable(word, found).then_some(found.len())?
                }
                Part::Number(number) if is_last => {
                    // What follows may have digits, too.
                    let is_digit = |c: char| c.is_ascii_digit();
                    let before_sign = number.trim_end_matches(|c: char| !c.is_alphanumeric());
                    let (sign, start) =
                        (&number[before_sign.len()..], before_sign.trim_end_matches(is_digit));
                    let digits = rest.strip_prefix(start)?;
                    let found = digits.bytes().take_while(u8::is_ascii_digit).count();
                    let fits = start.len() < before_sign.len()
                        && found > 0
                        && !sign.is_empty()
                        && digits[found..].starts_with(sign);
                    fits.then_some(start.len() + found + sign.len())?
                }
                Part::Number(number) => {
                    let found = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
                    let has_letters = |word: &str| word.contains(char::is_alphabetic);
                    let is_number = found.contains(|c: char| c.is_ascii_digit())
                        && (has_letters(number) || !has_letters(found));
                    is_number.then_some(found.len())?
                }
            };
            // Only the first whitespace may be missing, by which numbers are aligned.
            if length == 0 && nth > 0 && !(is_last && rest.is_empty()) {
                return None;
            }
            rest = rest.get(length..)?;
        }
        Some(line.len() - rest.len())
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | ',' | '/' | '+' | '-')
}

/// Whether two words are, for example, levels of a log, with the same signs around them.
fn are_interchangeable(word: &str, other: &str) -> bool {
    let is_sign = |c: char| !c.is_alphanumeric();
    let known = |word: &str| {
        let word = word.trim_matches(is_sign);
        INTERCHANGEABLE.iter().any(|known| known.eq_ignore_ascii_case(word))
    };
    let signs = |word: &str| word.chars().filter(|c| is_sign(*c)).collect::<String>();
    known(word) && known(other) && signs(word) == signs(other)
}

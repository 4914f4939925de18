//! Line breaks that a terminal or a mail program inserted, in names, values and tags.
//!
//! No name, tag or identifier holds a line break, so one in them is always removed. Other texts may hold
//! one, which is removed only if all breaks are where a certain width is reached. Where words were wrapped
//! instead, which lines of different lengths tell, a break is in place of a space.

use std::ops::Range;

use super::opening::Layered;
use super::remarks::is_word_field;
use super::wrap_words::{is_base64, is_in_escape};
use crate::finding::{FindingKind, Path};
use crate::repair::edits::EditBuffer;
use crate::schema::{Kinds, Shape, same_name};
use crate::syntax::reader::Format;
use crate::text::characters::is_format_whitespace;

/// Widths of terminals and mails, for which one break is sufficient evidence.
pub(super) const USUAL_WIDTHS: &[usize] =
    &[64, 70, 72, 76, 78, 79, 80, 100, 120, 132, 140, 150, 160, 180, 200, 220, 240];

const LEAST_WIDTH: usize = 20;

/// The shorter lines that show that lines were broken between words, if others were broken in words.
const LEAST_SHORTER: usize = 2;

/// What a line break is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A name, a tag, or a value of a type without whitespace.
    Word,
    /// A value of a type without line breaks, but with spaces.
    Words,
    /// A text that may hold one.
    Text,
}

struct Break {
    /// The offset of the line feed.
    at: usize,
    place: Place,
}

pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some((start, format)) = layered.opening(0..text.len()) else { return false };
    let document = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let mut is_continued = is_continued(text, document);
    let find = |is_continued: bool| match format {
        Format::Xml => in_xml(text, start, is_continued, layered.kinds),
        _ => in_json(text, start, is_continued, layered.kinds),
    };
    let mut breaks = find(is_continued);
    // A script in a text may have continued lines.
    let is_sign = |it: &Break| text[..line_end(text, it.at)].ends_with('\\');
    if is_continued && !breaks.iter().any(|it| it.place != Place::Text && is_sign(it)) {
        is_continued = format == Format::Json && breaks.iter().all(is_sign);
        breaks = find(is_continued);
    }
    if is_continued {
        breaks.retain(is_sign);
    }
    if breaks.is_empty() {
        return false;
    }
    let lines = Lines::new(text, document, &breaks, format);
    let width = if is_continued { None } else { lines.width(&breaks, format) };
    let is_wrapped_word = || !is_continued && lines.are_words_wrapped(&breaks);
    let joined: Vec<(Range<usize>, &str)> = match width {
        Some((width, has_indent)) => {
            lines.full(width, has_indent).into_iter().map(|span| (span, "")).collect()
        }
        // Unlike JSON, a text of XML may have line breaks.
        None if is_wrapped_word() => {
            let of_wrap =
                breaks.iter().filter(|it| format == Format::Json || it.place != Place::Text);
            of_wrap.map(|it| (lines.with_indent(it.at, false), lines.between(it))).collect()
        }
        None => joined_breaks(&lines, &breaks, is_continued),
    };
    let Some((first, _)) = joined.first().cloned() else { return false };
    let count = joined.len();
    for (span, replacement) in joined {
        let has_space = text[..span.start].ends_with(' ') || text[span.end..].starts_with(' ');
        buffer.edit(span, if has_space { "" } else { replacement });
    }
    let width = width.map_or(0, |(width, _)| width);
    let kind = FindingKind::LineWrap { width, breaks: count };
    // A text may have had a line break at just that place, or a space there have been lost.
    let is_certain = |it: &Break| match it.place {
        Place::Word => true,
        Place::Words => width > 0,
        Place::Text => false,
    };
    if breaks.iter().all(is_certain) {
        buffer.report_layer(kind, first);
    } else {
        buffer.report_guess(kind, Path::default, first);
    }
    true
}

/// The breaks that are in no text, with the whitespace around them, and what they are in place of.
fn joined_breaks(
    lines: &Lines<'_>,
    breaks: &[Break],
    is_continued: bool,
) -> Vec<(Range<usize>, &'static str)> {
    let mut joined: Vec<(Range<usize>, &str)> = Vec::new();
    for it in breaks.iter().filter(|it| it.place != Place::Text || is_continued) {
        if joined.last().is_none_or(|(last, _)| it.at >= last.end) {
            joined.push(match it.place {
                Place::Text => (lines.with_indent(it.at, is_continued), ""),
                Place::Words if !is_continued => {
                    (with_spaces(lines.text, it.at, is_continued), lines.between(it))
                }
                Place::Word | Place::Words => (with_spaces(lines.text, it.at, is_continued), ""),
            });
        }
    }
    joined
}

/// Whether the lines that are continued end with a backslash.
fn is_continued(text: &str, document: usize) -> bool {
    let body = text[document..].trim_end();
    let (mut most, mut full, mut full_continued, mut continued, mut outside) = (0, 0, 0, 0, 0);
    let mut lines = body.lines().peekable();
    while let Some(line) = lines.next() {
        let width = line.chars().count();
        if width > most {
            (most, full, full_continued) = (width, 0, 0);
        }
        let is_escape = lines.peek().is_some_and(|next| begins_with_escaped(next));
        let Some(before) = line.strip_suffix('\\').filter(|_| !is_escape) else {
            full += usize::from(width == most);
            continue;
        };
        continued += 1;
        if width == most {
            full += 1;
            full_continued += 1;
        }
        outside += usize::from(before.trim_end().ends_with([':', ',', '{', '[', '>']));
    }
    // A line may also be broken after the backslash of an escape, and a script may have continued lines.
    let is_usual = full_continued * 2 > full || continued > 1 && full == 1;
    continued > 0 && (is_usual || outside > 0)
}

/// Whether a line begins with a quote whose backslash is at the end of the line before: the next quote has one, too.
fn begins_with_escaped(line: &str) -> bool {
    let inside = line.strip_prefix('"');
    let before = inside.and_then(|inside| inside.split_once('"')).map(|(before, _)| before);
    before.is_some_and(|before| before.ends_with('\\'))
}

/// The whitespace around a line break in a value without other whitespace; else the indentation.
fn with_spaces(text: &str, at: usize, is_continued: bool) -> Range<usize> {
    let line = line_end(text, at);
    let before = &text[..line];
    let sign = usize::from(is_continued && before.ends_with('\\'));
    let start = text[..line - sign].trim_end_matches(is_format_whitespace).len();
    let end = text.len() - text[at..].trim_start_matches(is_format_whitespace).len();
    let is_end = |c: char| matches!(c, '"' | '\'' | '<' | '>' | '\n');
    let is_part = |c: char| !is_end(c);
    let word = text[..start].trim_end_matches(is_part).len();
    let rest = text[end..].find(is_end).map_or(text.len(), |length| end + length);
    let has_spaces = text[word..start].contains(' ') || text[end..rest].contains(' ');
    if has_spaces {
        let is_single = text[at + 1..end].len() == 1;
        return line - sign..if is_single { at + 1 } else { end };
    }
    start..end
}

/// The offset of the end of a line without its carriage return.
fn line_end(text: &str, feed: usize) -> usize {
    feed - usize::from(text[..feed].ends_with('\r'))
}

/// The lines of a document that are followed by another.
struct Lines<'t> {
    text: &'t str,
    /// Where the first line starts.
    document: usize,
    /// The offsets of the line feeds, and the widths of the lines.
    widths: Vec<(usize, usize)>,
    /// The width of the longest line.
    longest: usize,
    /// Whether words were broken.
    has_broken_words: bool,
    /// The indentation that all continued lines have.
    indent: usize,
    /// Whether continued lines have the indentation of the line before.
    repeats_indent: bool,
    /// The width of the shortest line that ends before a value, which may have been broken there.
    before_value: Option<usize>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str, document: usize, breaks: &[Break], format: Format) -> Self {
        let body = text[document..].trim_end();
        let mut start = document;
        let feeds = memchr::memchr_iter(b'\n', body.as_bytes()).map(|at| document + at);
        let width = |feed: usize| {
            let line = &text[start..line_end(text, feed)];
            start = feed + 1;
            (feed, line.chars().count())
        };
        let widths: Vec<(usize, usize)> = feeds.map(width).collect();
        let is_before_value = |(feed, _): &&(usize, usize)| {
            let next = text[feed + 1..].trim_start_matches([' ', '\t']);
            text[..*feed].trim_end_matches([' ', '\t', '\r']).ends_with("\":")
                && next.starts_with('"')
        };
        let before_value = widths.iter().filter(is_before_value).map(|(_, width)| *width).min();
        // A text of XML may have line breaks of its own.
        let words = breaks.iter().filter(|it| it.place != Place::Text);
        let common = words.map(|it| indent(text, it.at)).min();
        let all = || breaks.iter().map(|it| indent(text, it.at)).min();
        let common = match format {
            Format::Xml => common.or_else(all),
            _ => all(),
        };
        // The whole document may be indented.
        let line = &text[document..];
        let of_document = line.len() - line.trim_start_matches([' ', '\t']).len();
        let common = match (common.unwrap_or(0), of_document) {
            (common, 0) => common,
            (common, of_document) => common.min(of_document),
        };
        // A single space may belong to a value.
        let is_tab = breaks.iter().all(|it| text[it.at + 1..].starts_with('\t'));
        let is_indented = common > 1 || breaks.len() > 2 || is_tab;
        let indent = if is_indented { common } else { 0 };
        let words = || breaks.iter().filter(|it| format == Format::Json || it.place != Place::Text);
        let repeated = words().filter(|it| repeats_indent(text, it.at)).count();
        // The others may be in an escape.
        let repeats_indent = repeated > 1 && repeated * 4 >= words().count() * 3;
        let longest = widths.iter().map(|(_, width)| *width).max().unwrap_or(0);
        let has_broken_words = breaks.iter().any(|it| it.place == Place::Word);
        Self {
            text,
            document,
            widths,
            longest,
            has_broken_words,
            indent,
            repeats_indent,
            before_value,
        }
    }

    /// The width at which all lines are broken, if that is certain, and whether it is without the
    /// indentation of continued lines.
    fn width(&self, breaks: &[Break], format: Format) -> Option<(usize, bool)> {
        let of_first = |(feed, width): &(usize, usize)| {
            breaks.first().filter(|first| first.at == *feed).map(|_| *width)
        };
        let first = self.widths.iter().find_map(of_first);
        let candidates = [(Some(self.longest), false), (first.filter(|_| self.indent > 0), true)];
        candidates.into_iter().find_map(|(width, has_indent)| {
            let width = width.filter(|width| *width >= LEAST_WIDTH)?;
            self.is_width(width, has_indent, breaks, format).then_some((width, has_indent))
        })
    }

    /// Whether a line was broken before this width, and so between words.
    fn ends_before(&self, width: usize) -> bool {
        self.before_value.is_some_and(|before| before + self.indent < width)
    }

    /// The line feeds at this width.
    fn feeds(&self, width: usize, has_indent: bool) -> Vec<usize> {
        let mut is_continued = false;
        let is_full = |(feed, found): &(usize, usize)| {
            let indent = if has_indent && is_continued { self.indent } else { 0 };
            // A line may have the width without being broken, and the next no such indentation.
            is_continued = *found == width || found.saturating_sub(indent) == width;
            is_continued.then_some(*feed)
        };
        self.widths.iter().filter_map(is_full).collect()
    }

    fn is_width(&self, width: usize, has_indent: bool, breaks: &[Break], format: Format) -> bool {
        if self.ends_before(width) {
            return false;
        }
        let feeds = self.feeds(width, has_indent);
        let all_lines = self.widths.len() > 1 && feeds.len() == self.widths.len();
        let is_evidence = |it: &&Break| {
            // Unlike in JSON, a text of XML may have line breaks.
            all_lines || format != Format::Xml || it.place != Place::Text
        };
        let mut evidence = breaks.iter().filter(is_evidence).peekable();
        let count = evidence.clone().count();
        let is_certain = all_lines || count > 1 || USUAL_WIDTHS.contains(&width);
        is_certain
            && evidence.peek().is_some()
            && evidence.all(|it| feeds.binary_search(&it.at).is_ok())
    }

    /// Whether lines were broken at the last space before a width, which was lost: each broken line would
    /// not have had room for the next word, and no longer line has a space. Words that are longer than the lines are
    /// broken at the width.
    fn are_words_wrapped(&self, breaks: &[Break]) -> bool {
        let (mut room, mut least, mut start) = (usize::MAX, LEAST_WIDTH, self.document);
        let mut broken = Vec::new();
        let mut has_words = false;
        for (feed, width) in &self.widths {
            let line = &self.text[start..line_end(self.text, *feed)];
            start = feed + 1;
            if line.trim().contains(' ') {
                least = least.max(*width);
                has_words = true;
            }
            let Ok(nth) = breaks.binary_search_by_key(feed, |it| it.at) else { continue };
            if breaks[nth].place == Place::Word {
                if *width < self.longest && !ends_with_hyphen(line) {
                    return false;
                }
                continue;
            }
            let next = &self.text[self.with_indent(*feed, false).end..];
            // A space that is left would be in the middle of a word elsewhere.
            if line.ends_with([' ', '\t']) || next.starts_with([' ', '\t']) {
                return false;
            }
            room = room.min(width + 1 + first_word(next).chars().count());
            broken.push(*width);
        }
        if self.has_broken_words {
            let shorter = broken.iter().filter(|width| **width < self.longest).count();
            return room > self.longest && shorter >= LEAST_SHORTER;
        }
        // Lines that are broken in words have the same width.
        let longest = broken.iter().copied().max().unwrap_or(0);
        let full = broken.iter().filter(|width| **width + self.indent >= longest).count();
        let is_longest = self.widths.iter().all(|(_, width)| *width <= longest);
        let are_full = full * 2 > broken.len() && is_longest && !self.ends_before(longest);
        room > least && has_words && !are_full && !broken.is_empty()
    }

    /// What a break is in place of, where lines may have been broken between words: nothing in a word that is longer
    /// than the lines, or has a hyphen there.
    fn between(&self, it: &Break) -> &'static str {
        let nth = self.widths.partition_point(|(feed, _)| *feed < it.at);
        let start = nth.checked_sub(1).map_or(self.document, |last| self.widths[last].0 + 1);
        let line = self.text.get(start..line_end(self.text, it.at)).unwrap_or_default();
        let width = self.widths.get(nth).map_or(0, |(_, width)| *width);
        let last = line.rsplit([' ', '\t']).next().unwrap_or_default();
        let next = first_word(&self.text[it.at + 1 + indent(self.text, it.at)..]);
        let is_broken_word = self.has_broken_words
            && width == self.longest
            && last.chars().count() + next.chars().count() > self.longest;
        // At the start or end of a value, there was no space.
        let is_at_end = line.ends_with('>')
            || line.ends_with("\":\"")
            || ["<", "\",", "\"}"].iter().any(|end| next.starts_with(end));
        let is_word = it.place == Place::Word || is_broken_word || ends_with_hyphen(line);
        if is_word || is_at_end { "" } else { " " }
    }

    /// The breaks after lines of this width.
    fn full(&self, width: usize, has_indent: bool) -> Vec<Range<usize>> {
        let feeds = self.feeds(width, has_indent);
        feeds.into_iter().map(|feed| self.with_indent(feed, false)).collect()
    }

    /// A line break with the sign that the line is continued, and the indentation of the next.
    fn with_indent(&self, feed: usize, is_continued: bool) -> Range<usize> {
        let end = line_end(self.text, feed);
        let sign = usize::from(is_continued && self.text[..end].ends_with('\\'));
        let added = indent(self.text, feed);
        let is_repeated = self.repeats_indent && repeats_indent(self.text, feed);
        end - sign..feed + 1 + if is_repeated { added } else { added.min(self.indent) }
    }
}

/// The word at the start of a text.
fn first_word(text: &str) -> &str {
    &text[..text.find(char::is_whitespace).unwrap_or(text.len())]
}

/// Whether a line ends with the hyphen of a word that may be continued.
fn ends_with_hyphen(line: &str) -> bool {
    line.strip_suffix('-').is_some_and(|word| word.ends_with(char::is_alphanumeric))
}

/// The length of the whitespace at the start of the line after a line feed.
fn indent(text: &str, feed: usize) -> usize {
    let rest = &text[feed + 1..];
    rest.len() - rest.trim_start_matches([' ', '\t']).len()
}

/// Whether the line after a line feed has the indentation of the line before.
fn repeats_indent(text: &str, feed: usize) -> bool {
    let line = text[..feed].rfind('\n').map_or(0, |before| before + 1);
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let own = text.as_bytes()[line..].iter().take_while(|byte| is_space(byte)).count();
    own > 0 && indent(text, feed) == own
}

/// What a line break in a value of a field is in.
fn place_of_field(name: &str, kinds: &'static Kinds) -> Place {
    let records = kinds.records();
    let shape = records.iter().find_map(|record| record.field(name));
    match shape {
        None => Place::Text,
        Some(_) if kinds.texts.iter().any(|text| same_name(text, name)) => Place::Text,
        Some((name, Shape::Scalar(kind))) if is_word_field(name, kind) => Place::Word,
        Some(_) => Place::Words,
    }
}

/// Names that were looked up, since a document repeats them.
#[derive(Default)]
struct Names {
    known: std::collections::HashMap<String, Place>,
}

impl Names {
    fn place(&mut self, name: &str, kinds: &'static Kinds) -> Place {
        const LONGEST: usize = 128;
        let is_space = |c: char| c.is_whitespace();
        if name.len() > LONGEST {
            return Place::Text;
        }
        let name: String = name.chars().filter(|c| !is_space(*c)).collect();
        *self.known.entry(name).or_insert_with_key(|name| place_of_field(name, kinds))
    }
}

/// The line breaks in strings and other values of JSON.
fn in_json(text: &str, start: usize, is_continued: bool, kinds: &'static Kinds) -> Vec<Break> {
    let bytes = text.as_bytes();
    let mut names = Names::default();
    let mut breaks = Vec::new();
    let mut name = "";
    let mut at = start;
    // Some programs print strings between apostrophes.
    let inside = text[start..].trim_start_matches(|c: char| c.is_whitespace() || "{[".contains(c));
    let has_apostrophes = inside.starts_with('\'');
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') if quote == b'"' || has_apostrophes => {
                let (end, feeds) = string_end(bytes, at + 1, quote, is_continued);
                let (content, before) = (&text[at + 1..end], &bytes[start..at]);
                at = (end + 1).min(bytes.len());
                let rest = &bytes[at..];
                let colon = rest.iter().position(|byte| !byte.is_ascii_whitespace());
                let is_name = colon.is_some_and(|colon| rest[colon] == b':');
                if is_name {
                    name = content;
                }
                let is_empty = || before.trim_ascii_end().ends_with(b":") && ends_value(rest);
                if !feeds.is_empty() && is_between_strings(content, is_empty) {
                    return Vec::new();
                }
                if !feeds.is_empty() {
                    let place = if is_name { Place::Word } else { names.place(name, kinds) };
                    let place = if is_base64(content) { Place::Word } else { place };
                    let place_of = |at| match !is_continued && is_in_escape(text, at) {
                        true => Place::Word,
                        false => place,
                    };
                    breaks.extend(feeds.into_iter().map(|at| Break { at, place: place_of(at) }));
                }
            }
            b'\n' => {
                let before = line_end(text, at);
                let is_sign = is_continued && text[..before].ends_with('\\');
                let next = bytes[at..].iter().position(|byte| !byte.is_ascii_whitespace());
                let next = next.map_or(bytes.len(), |next| at + next);
                if is_sign || is_in_scalar(bytes, before, next) {
                    breaks.push(Break { at, place: Place::Word });
                }
                at = next;
            }
            _ => at += 1,
        }
    }
    breaks
}

/// Whether a value is over before a text.
fn ends_value(rest: &[u8]) -> bool {
    matches!(rest.trim_ascii_start().first(), Some(b',' | b'}' | b']'))
}

/// Whether a text looks like what is between two strings, because a quote is missing before it.
fn is_between_strings(content: &str, may_be_empty: impl Fn() -> bool) -> bool {
    let content = content.trim();
    content.is_empty() && !may_be_empty()
        || content.starts_with([',', ':', '}', ']'])
        || content.ends_with([',', ':', '{', '['])
}

/// Whether a number or literal is continued after a line break.
fn is_in_scalar(bytes: &[u8], before: usize, after: usize) -> bool {
    const LONGEST: usize = 20;
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+');
    let head = bytes[..before].iter().rev().take(LONGEST).take_while(is_part).count();
    let tail = bytes[after..].iter().take(LONGEST).take_while(is_part).count();
    let joined = [&bytes[before - head..before], &bytes[after..after + tail]].concat();
    let is_number = || std::str::from_utf8(&joined).is_ok_and(|it| it.parse::<f64>().is_ok());
    let is_literal = matches!(&joined[..], b"true" | b"false" | b"null");
    // Items of an array may be on lines of their own.
    let name = bytes[..before - head].iter().rev().take(LONGEST).find(|byte| **byte != b' ');
    head > 0 && tail > 0 && name == Some(&b':') && (is_literal || joined[0] != b'.' && is_number())
}

/// The end of the string whose content begins at `from`, and the line feeds in it.
fn string_end(bytes: &[u8], from: usize, quote: u8, is_continued: bool) -> (usize, Vec<usize>) {
    let mut feeds = Vec::new();
    let mut at = from;
    while let Some(found) =
        bytes.get(at..).and_then(|rest| memchr::memchr3(quote, b'\\', b'\n', rest))
    {
        at += found;
        match bytes[at] {
            byte if byte == quote => return (at, feeds),
            b'\n' => {
                feeds.push(at);
                at += 1;
            }
            _ => {
                let feed = [1, 2].into_iter().find(|next| bytes.get(at + next) == Some(&b'\n'));
                match feed.filter(|feed| *feed == 1 || bytes[at + 1] == b'\r') {
                    Some(feed) => {
                        feeds.push(at + feed);
                        at += feed + 1;
                        if !is_continued {
                            // The break, and the indentation after it, are in the escape.
                            let is_indent = |byte: &&u8| matches!(byte, b' ' | b'\t');
                            at += bytes[at..].iter().take_while(is_indent).count() + 1;
                        }
                    }
                    None => at += 2,
                }
            }
        }
    }
    (bytes.len(), feeds)
}

/// The line breaks in tags and texts of XML.
fn in_xml(text: &str, start: usize, is_continued: bool, kinds: &'static Kinds) -> Vec<Break> {
    const LONGEST_TAG: usize = 256;
    let bytes = text.as_bytes();
    let mut names = Names::default();
    let mut breaks = Vec::new();
    let mut name = "";
    let mut at = start;
    while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
        let content = at..at + found;
        at += found;
        let is_end = bytes.get(at + 1) == Some(&b'/');
        let inside = &text[content.clone()];
        let is_leaf = is_end && !name.is_empty() && !inside.trim().is_empty();
        if is_continued {
            let place = if is_leaf { names.place(name, kinds) } else { Place::Word };
            let feeds = memchr::memchr_iter(b'\n', inside.as_bytes());
            let sign = feeds.filter(|feed| inside[..line_end(inside, *feed)].ends_with('\\'));
            breaks.extend(sign.map(|feed| Break { at: content.start + feed, place }));
        } else if is_leaf && inside.contains('\n') {
            let place = names.place(name, kinds);
            let place = if is_base64(inside) { Place::Word } else { place };
            let trimmed = content.start + inside.len() - inside.trim_start().len();
            let end = content.start + inside.trim_end().len();
            let feeds = memchr::memchr_iter(b'\n', &bytes[trimmed..end]);
            breaks.extend(feeds.map(|at| Break { at: trimmed + at, place }));
        }
        let rest = &bytes[at..bytes.len().min(at + LONGEST_TAG)];
        let Some(end) = memchr::memchr(b'>', rest).map(|end| at + end) else {
            name = "";
            at += 1;
            continue;
        };
        let tag = &text[at + 1..end];
        let is_sign = |c: char| c == '/' || is_continued && c == '\\';
        let is_plain =
            !tag.contains(|c: char| !c.is_alphanumeric() && !c.is_whitespace() && !is_sign(c));
        if is_plain {
            let feeds = memchr::memchr_iter(b'\n', tag.as_bytes());
            let is_inside = |feed: &usize| {
                is_continued || !tag[..*feed].trim().is_empty() && !tag[*feed..].trim().is_empty()
            };
            breaks.extend(
                feeds.filter(is_inside).map(|feed| Break { at: at + 1 + feed, place: Place::Word }),
            );
        }
        name = if is_end { "" } else { tag };
        at = end + 1;
    }
    breaks
}

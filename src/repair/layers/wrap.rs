//! Line breaks that a terminal or a mail program inserted, in names, values and tags.
//!
//! No name, tag or identifier holds a line break, so one in them is always removed. Other texts may hold
//! one, which is removed only if all breaks are where a certain width is reached.

use std::ops::Range;

use super::Layered;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;
use crate::schema::{Kinds, Shape, same_name};
use crate::syntax::reader::Format;

/// Widths of terminals and mails, for which one break is sufficient evidence.
const USUAL_WIDTHS: &[usize] =
    &[64, 70, 72, 76, 78, 79, 80, 100, 120, 132, 140, 150, 160, 180, 200, 220, 240];

const LEAST_WIDTH: usize = 20;

/// What a line break is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A name, a tag, or a value of a type without line breaks.
    Word,
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
    let breaks = match format {
        Format::Xml => in_xml(text, start, layered.kinds),
        _ => in_json(text, start, layered.kinds),
    };
    if breaks.is_empty() {
        return false;
    }
    let document = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let width = wrap_width(text, document, &breaks, format);
    let joined: Vec<Range<usize>> = match width {
        Some(width) => at_width(text, document, &breaks, width),
        None => {
            let mut joined: Vec<Range<usize>> = Vec::new();
            for it in breaks.iter().filter(|it| it.place == Place::Word) {
                if joined.last().is_none_or(|last| it.at >= last.end) {
                    joined.push(with_spaces(text, it.at));
                }
            }
            joined
        }
    };
    let Some(first) = joined.first().cloned() else { return false };
    let count = joined.len();
    for span in joined {
        buffer.edit(span, "");
    }
    buffer.report_layer(FindingKind::LineWrap { width: width.unwrap_or(0), breaks: count }, first);
    true
}

/// The whitespace around a line break.
fn with_spaces(text: &str, at: usize) -> Range<usize> {
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let start = text[..at].trim_end_matches(is_space).len();
    let end = text.len() - text[at..].trim_start_matches(is_space).len();
    start..end
}

/// The offset of the end of a line without its carriage return.
fn line_end(text: &str, feed: usize) -> usize {
    feed - usize::from(text[..feed].ends_with('\r'))
}

/// The width at which all lines are broken, if that is certain.
fn wrap_width(text: &str, document: usize, breaks: &[Break], format: Format) -> Option<usize> {
    let body = text[document..].trim_end();
    let widths: Vec<(usize, usize)> = {
        let mut start = document;
        let feeds = memchr::memchr_iter(b'\n', body.as_bytes()).map(|at| document + at);
        let width = |feed: usize| {
            let line = &text[start..line_end(text, feed)];
            start = feed + 1;
            (feed, line.chars().count())
        };
        feeds.map(width).collect()
    };
    let most = widths.iter().map(|(_, width)| *width).max()?;
    let is_full = |feed: usize| {
        let nth = widths.partition_point(|(at, _)| *at < feed);
        widths.get(nth).is_some_and(|(at, width)| *at == feed && *width == most)
    };
    let all_lines = widths.len() > 1 && widths.iter().all(|(_, width)| *width == most);
    let evidence: Vec<_> = match format {
        // Unlike in JSON, a text of XML may have line breaks.
        Format::Xml if !all_lines => breaks.iter().filter(|it| it.place == Place::Word).collect(),
        _ => breaks.iter().collect(),
    };
    let is_certain = all_lines || evidence.len() > 1 || USUAL_WIDTHS.contains(&most);
    let is_proven = most >= LEAST_WIDTH
        && is_certain
        && !evidence.is_empty()
        && evidence.iter().all(|it| is_full(it.at));
    is_proven.then_some(most)
}

/// The breaks after lines of this width, with the indentation that all continued lines have.
fn at_width(text: &str, document: usize, breaks: &[Break], width: usize) -> Vec<Range<usize>> {
    let mut full = Vec::new();
    let mut start = document;
    for feed in memchr::memchr_iter(b'\n', &text.as_bytes()[document..]).map(|at| document + at) {
        let end = line_end(text, feed);
        if text[start..end].chars().count() == width {
            full.push(end..feed + 1);
        }
        start = feed + 1;
    }
    let indent = |feed: usize| {
        let rest = &text[feed + 1..];
        rest.len() - rest.trim_start_matches([' ', '\t']).len()
    };
    let common = breaks.iter().map(|it| indent(it.at)).min().unwrap_or(0);
    // A single space may belong to a value.
    let common = if common > 1 || breaks.len() > 2 { common } else { 0 };
    let with_indent = |span: Range<usize>| {
        let indent = indent(span.end - 1).min(common);
        span.start..span.end + indent
    };
    full.into_iter().map(with_indent).collect()
}

/// Whether the values of a field may have line breaks.
fn is_text(name: &str, kinds: &'static Kinds) -> bool {
    let is_known = |kind: &crate::schema::Kind| {
        let mut records = vec![kind.schema];
        records.extend(kind.items());
        let inside = |record: &&'static crate::schema::Schema| {
            record.fields.iter().filter_map(|(_, shape)| match shape {
                Shape::List(of) | Shape::Record(of) => Some(*of),
                Shape::Scalar => None,
            })
        };
        let nested: Vec<_> = records.iter().flat_map(inside).collect();
        let deeper: Vec<_> = nested.iter().flat_map(inside).collect();
        records.into_iter().chain(nested).chain(deeper).any(|record| record.field(name).is_some())
    };
    !kinds.kinds.iter().any(is_known) || kinds.texts.iter().any(|text| same_name(text, name))
}

/// Names that were looked up, since a document repeats them.
#[derive(Default)]
struct Names {
    known: std::collections::HashMap<String, bool>,
}

impl Names {
    fn place(&mut self, name: &str, kinds: &'static Kinds) -> Place {
        const LONGEST: usize = 128;
        let is_space = |c: char| c.is_whitespace();
        if name.len() > LONGEST {
            return Place::Text;
        }
        let name: String = name.chars().filter(|c| !is_space(*c)).collect();
        let is_text = *self.known.entry(name).or_insert_with_key(|name| is_text(name, kinds));
        if is_text { Place::Text } else { Place::Word }
    }
}

/// The line breaks in strings and other values of JSON.
fn in_json(text: &str, start: usize, kinds: &'static Kinds) -> Vec<Break> {
    let bytes = text.as_bytes();
    let mut names = Names::default();
    let mut breaks = Vec::new();
    let mut name = "";
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let (end, feeds) = string_end(bytes, at + 1);
                let content = &text[at + 1..end];
                at = (end + 1).min(bytes.len());
                let rest = &bytes[at..];
                let colon = rest.iter().position(|byte| !byte.is_ascii_whitespace());
                let is_name = colon.is_some_and(|colon| rest[colon] == b':');
                if is_name {
                    name = content;
                }
                if !feeds.is_empty() {
                    let place = if is_name { Place::Word } else { names.place(name, kinds) };
                    breaks.extend(feeds.into_iter().map(|at| Break { at, place }));
                }
            }
            b'\n' => {
                // Between two parts of a number or literal.
                let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
                let before = line_end(text, at).checked_sub(1);
                let is_after_part = before.is_some_and(|before| is_part(&bytes[before]));
                let next = bytes[at..].iter().position(|byte| !byte.is_ascii_whitespace());
                if is_after_part && next.is_some_and(|next| is_part(&bytes[at + next])) {
                    breaks.push(Break { at, place: Place::Word });
                }
                at += next.unwrap_or(1).max(1);
            }
            _ => at += 1,
        }
    }
    breaks
}

/// The end of the string whose content begins at `from`, and the line feeds in it.
fn string_end(bytes: &[u8], from: usize) -> (usize, Vec<usize>) {
    let mut feeds = Vec::new();
    let mut at = from;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr3(b'"', b'\\', b'\n', rest)) {
        at += found;
        match bytes[at] {
            b'"' => return (at, feeds),
            b'\n' => {
                feeds.push(at);
                at += 1;
            }
            _ if bytes.get(at + 1) == Some(&b'\n') => at += 1,
            _ => at += 2,
        }
    }
    (bytes.len(), feeds)
}

/// The line breaks in tags and texts of XML.
fn in_xml(text: &str, start: usize, kinds: &'static Kinds) -> Vec<Break> {
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
        if is_end && !name.is_empty() && inside.contains('\n') && !inside.trim().is_empty() {
            let place = names.place(name, kinds);
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
        let is_plain = !tag.contains(|c: char| !c.is_alphanumeric() && !c.is_whitespace() && c != '/');
        if is_plain {
            let feeds = memchr::memchr_iter(b'\n', tag.as_bytes());
            let is_inside = |feed: &usize| !tag[..*feed].trim().is_empty() && !tag[*feed..].trim().is_empty();
            breaks.extend(feeds.filter(is_inside).map(|feed| Break { at: at + 1 + feed, place: Place::Word }));
        }
        name = if is_end { "" } else { tag };
        at = end + 1;
    }
    breaks
}

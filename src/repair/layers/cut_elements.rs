//! Lines of XML that were cut at a width, or that lost their last character, of which the rest is lost.

use std::ops::Range;

use super::cut::{LEAST_LINES, cut_width, width, without_sign};
use super::lines::lines;
use super::opening::Layered;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;
use crate::schema::{Schema, Shape};
use crate::syntax::reader::Format;

/// Removes the elements whose values are cut, and completes the tags that are, since what is before them is whole.
pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some(lines) = lines_of_elements(layered) else { return false };
    let Some(most) = cut_width(text, &lines) else { return false };
    let mut scan = Scan { text, records: layered.kinds.records(), ..Scan::default() };
    for (nth, line) in lines.iter().enumerate() {
        let next = lines.get(nth + 1).map(|line| text[line.clone()].trim_start());
        scan.add(line, next, width(text, line) == most);
    }
    let count = scan.dropped.len() + scan.completed.len();
    if count < LEAST_LINES || (scan.wrapped + scan.shorter) * 4 > count {
        return false;
    }
    buffer.remove_truncated(scan.dropped);
    for (span, tag) in scan.completed {
        buffer.edit(span.clone(), tag.clone());
        buffer.report_layer(FindingKind::MalformedTag { read: tag.into() }, span);
    }
    true
}

/// Removes the values of several lines, if the last character of all lines is lost.
pub(super) fn peel_ends(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    const LEAST: usize = 5;
    let text = layered.text;
    let Some(lines) = lines_of_elements(layered) else { return false };
    let (mut tags, mut open, mut dropped) = (0, None, Vec::new());
    for line in &lines {
        let content = text[line.clone()].trim();
        let (last_open, last_close) = (content.rfind('<'), content.rfind('>'));
        let ends_in_tag = last_open.is_some() && last_open > last_close;
        match (open, content.starts_with('<')) {
            (None, true) if ends_in_tag => tags += 1,
            (None, true) if last_open == Some(0) => open = Some(line.end - content.len()),
            (Some(start), false) if ends_in_tag => {
                dropped.push(start..line.end);
                open = None;
            }
            (Some(_), false) if last_open.is_none() => {}
            (Some(start), true) if ends_in_tag && content.starts_with("</") => {
                dropped.push(start..line.end);
                open = None;
            }
            _ => return false,
        }
    }
    if tags < LEAST || dropped.is_empty() {
        return false;
    }
    buffer.remove_truncated(dropped);
    true
}

/// The lines of a document of XML that are not empty.
fn lines_of_elements(layered: &Layered<'_>) -> Option<Vec<Range<usize>>> {
    let text = layered.text;
    let (start, _) = layered.opening(0..text.len()).filter(|(_, format)| *format == Format::Xml)?;
    let is_line = |line: &Range<usize>| line.end > start && !text[line.clone()].trim().is_empty();
    Some(lines(text).into_iter().filter(is_line).collect())
}

/// An element whose value ends on a later line than that of its start.
struct Open<'t> {
    name: &'t str,
    start: usize,
    /// The end of its last line so far.
    end: usize,
    is_cut: bool,
}

/// What of the lines was cut.
#[derive(Default)]
struct Scan<'t> {
    text: &'t str,
    records: Vec<&'static Schema>,
    open: Option<Open<'t>>,
    /// Names of the elements around the line.
    parents: Vec<&'t str>,
    /// Elements with values of which a part is lost.
    dropped: Vec<Range<usize>>,
    /// What is left of closing tags, and the whole ones.
    completed: Vec<(Range<usize>, String)>,
    /// Lines of the full width that are continued.
    wrapped: usize,
    /// Shorter lines that end in an element, too.
    shorter: usize,
}

impl<'t> Scan<'t> {
    /// Adds a line that is followed by another. `is_full`: whether it has the width at which lines are cut.
    fn add(&mut self, line: &Range<usize>, next: Option<&str>, is_full: bool) {
        let content = self.text[line.clone()].trim();
        let start = line.end - self.text[line.clone()].trim_start().len();
        let span = start..start + content.len();
        let is_followed = next.is_none_or(|next| next.starts_with('<'));
        if let Some(open) = self.open.take() {
            let is_other = content.starts_with('<') && !is_closing(content, open.name);
            if !is_other {
                self.add_to(open, span, content, is_full);
                return;
            }
            if open.is_cut {
                self.dropped.push(open.start..open.end);
            }
        }
        let Some(inside) = content.strip_prefix('<').filter(|it| !it.starts_with(['!', '?']))
        else {
            return;
        };
        if let Some(name) = inside.strip_prefix('/') {
            let parent = self.parents.pop();
            let is_part = |parent: &&str| parent.starts_with(without_sign(name));
            let is_cut = is_full && is_followed && !name.ends_with('>');
            if let Some(parent) = parent.filter(is_part).filter(|_| is_cut) {
                self.completed.push((span, format!("</{parent}>")));
            }
            return;
        }
        let Some((tag, value)) = inside.split_once('>') else {
            match is_full && is_followed {
                true => self.dropped.push(span),
                false => self.count_other(is_full),
            }
            return;
        };
        let name = tag.split([' ', '\t']).next().unwrap_or_default();
        if tag.ends_with('/') {
            return;
        }
        let closing = format!("</{name}>");
        let is_followed = is_followed && !next.is_some_and(|next| is_closing(next, name));
        match value.find('<') {
            None if value.is_empty() && !self.is_scalar(name) => self.parents.push(name),
            None => {
                if is_full != is_followed {
                    self.count_other(is_full);
                }
                let (start, end) = (span.start, span.end);
                self.open = Some(Open { name, start, end, is_cut: is_full });
            }
            Some(at) => {
                let tail = &value[at..];
                if !tail.starts_with(&closing) && closing.starts_with(without_sign(tail)) {
                    match is_full && is_followed {
                        true => self.completed.push((span.end - tail.len()..span.end, closing)),
                        false => self.count_other(is_full),
                    }
                }
            }
        }
    }

    /// Counts a line that ends in an element and was not cut.
    fn count_other(&mut self, is_full: bool) {
        match is_full {
            true => self.wrapped += 1,
            false => self.shorter += 1,
        }
    }

    /// Adds a line to the value of an element.
    fn add_to(&mut self, open: Open<'t>, span: Range<usize>, content: &str, is_full: bool) {
        let Some(at) = content.find('<') else {
            self.open = Some(Open { end: span.end, is_cut: open.is_cut || is_full, ..open });
            return;
        };
        let closing = format!("</{}>", open.name);
        let tail = &content[at..];
        let is_whole = tail.starts_with(&closing);
        let is_part = is_full && closing.starts_with(without_sign(tail));
        let tail = span.end - tail.len()..span.end;
        match open.is_cut {
            true if is_whole => self.dropped.push(open.start..tail.start + closing.len()),
            true if is_part => self.dropped.push(open.start..span.end),
            false if is_part && !is_whole => self.completed.push((tail, closing)),
            _ => {}
        }
    }

    /// Whether elements of this name have values, and no elements.
    fn is_scalar(&self, name: &str) -> bool {
        let field = self.records.iter().find_map(|record| record.field(name));
        matches!(field, Some((_, Shape::Scalar(_))))
    }
}

/// Whether a text begins with the closing tag of an element, or with a part of it that tells.
fn is_closing(text: &str, name: &str) -> bool {
    let tag = text.strip_prefix("</").map(without_sign);
    tag.is_some_and(|tag| tag.starts_with(name) || name.starts_with(tag))
}

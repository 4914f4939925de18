//! Pieces that were cut out of a document, with a mark left in their place inside a tag: `<Frequ...d>t-2</InvokeId>`.
//!
//! Where a piece ends, another record may have begun: a field that the record before it has already tells so.

use std::ops::Range;
use std::rc::Rc;

use super::super::edits::Edit;
use super::lexer::{AfterGap, Lexer, Piece, Tag};
use super::parser::Parser;
use super::schema::{Context, Fit};
use super::stack::{Level, Reading};
use super::tokens::Token;
use crate::finding::FindingKind;

/// A piece that is missing, up to the value of a field.
pub(super) struct Gap<'t> {
    /// The damaged tag, with the value and end tag of the field if the start of the value is missing.
    pub(super) span: Range<usize>,
    pub(super) name: &'t str,
    pub(super) known: &'static str,
    /// Whether the start of the field's value is missing.
    pub(super) is_partial: bool,
}

/// How many elements may be closed after a gap.
const MOST_CLOSED: usize = 6;

impl<'t> Lexer<'t> {
    /// The gap that begins in the tag at `at`, or in the value after it.
    pub(super) fn gap(&self, at: usize) -> Option<Gap<'t>> {
        let rest = self.text[at..].strip_prefix('<')?;
        let inside = rest.strip_prefix('/').unwrap_or(rest);
        let start = at + 1 + rest.len() - inside.len();
        let name_end = start + inside.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = &self.text[start..name_end];
        let after_name = &self.text[name_end..];
        if let Some(mark) = mark_length(after_name) {
            let end = self.next_end_tag(name_end + mark)?;
            let is_end_tag = rest.starts_with('/');
            let begins = self.names.begins(name) && (is_end_tag || !self.is_inside(at, end.name));
            return begins.then(|| self.gap_before(at, name_end + mark, &end, true)).flatten();
        }
        let known = self.names.known(name)?;
        if !after_name.starts_with('>') || rest.starts_with('/') || self.names.is_container(known) {
            return None;
        }
        // Most elements end with their own tags.
        let length = memchr::memchr(b'<', after_name.as_bytes())?;
        self.work.add(length);
        let end = after_name[length..].strip_prefix("</").and_then(|end| end.strip_prefix(name));
        if end.is_some_and(|end| end.starts_with('>')) {
            return None;
        }
        let end = self.next_end_tag(name_end + 1)?;
        if end.known == Some(known) {
            return None;
        }
        let value = &self.text[name_end + 1..end.span.start];
        let marks = value.char_indices().filter(|(_, c)| matches!(c, '.' | '…' | '[' | '<' | '('));
        let marks =
            marks.filter_map(|(at, _)| Some(name_end + 1 + at + mark_length(&value[at..])?));
        marks.take(16).find_map(|mark| self.gap_before(at, mark, &end, false))
    }

    /// Whether the last tag before `at` opens an element of this name, so that what has the form of a tag is its text.
    fn is_inside(&self, at: usize, name: &str) -> bool {
        let tag = memchr::memrchr(b'<', &self.bytes()[..at]);
        self.work.add(at - tag.unwrap_or(0));
        let tag = tag.and_then(|tag| self.text[tag + 1..at].strip_prefix(name));
        tag.is_some_and(|tag| tag.starts_with('>'))
    }

    /// The end tag of a field that is the next tag.
    fn next_end_tag(&self, mut at: usize) -> Option<Tag<'t>> {
        const MOST_MARKS: usize = 4;
        for _ in 0..MOST_MARKS {
            let found = memchr::memchr(b'<', &self.bytes()[at..]);
            self.work.add(found.unwrap_or(self.text.len() - at));
            at += found?;
            match mark_length(&self.text[at..]) {
                Some(mark) => at += mark,
                None => break,
            }
        }
        let Piece::EndTag(tag) = (match self.text[at..].starts_with("</") {
            true => self.piece(at),
            false => return None,
        }) else {
            return None;
        };
        let is_field = tag.known.is_some_and(|known| !self.names.is_container(known));
        (is_field && tag.edits.is_empty()).then_some(tag)
    }

    /// The gap from `start` up to the value before the end tag, of which the mark ends at `mark`.
    fn gap_before(
        &self,
        start: usize,
        mark: usize,
        end: &Tag<'t>,
        may_be_partial: bool,
    ) -> Option<Gap<'t>> {
        let tail = &self.text[mark..end.span.start];
        let length = tail.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let is_name = tail[length..].starts_with('>') && end.name.ends_with(&tail[..length]);
        let is_partial = !is_name;
        if is_partial && (!may_be_partial || tail.contains('>')) {
            return None;
        }
        let to = if is_partial { end.span.end } else { mark + length + 1 };
        Some(Gap { span: start..to, name: end.name, known: end.known?, is_partial })
    }

    /// What follows the gap.
    fn after_gap(&self, gap: &Gap<'t>) -> AfterGap {
        const MOST_PIECES: usize = 256;
        /// The record, its list, and the record around that.
        const MOST_LEVELS: usize = 3;
        let mut after = AfterGap { fields: vec![(0, gap.known)], record: None };
        // The field itself is open, unless its end tag belongs to the gap.
        let (mut closed, mut open) = (0, usize::from(!gap.is_partial));
        let mut at = gap.span.end;
        for _ in 0..MOST_PIECES {
            match self.piece(at) {
                Piece::StartTag(tag) => {
                    at = tag.span.end;
                    if let Some(known) = tag.known.filter(|_| open == 0) {
                        after.fields.push((closed, known));
                    }
                    open += usize::from(!tag.is_self_closing);
                }
                Piece::EndTag(tag) if open > 0 => (at, open) = (tag.span.end, open - 1),
                Piece::EndTag(tag) => {
                    at = tag.span.end;
                    if closed == 0 {
                        after.record = tag.known;
                    }
                    closed += 1;
                    if closed == MOST_LEVELS {
                        break;
                    }
                }
                Piece::Text(span) | Piece::Ignored(span) | Piece::CData { span, .. } => {
                    at = span.end
                }
                Piece::Unterminated { .. } | Piece::End => break,
            }
        }
        after
    }

    /// The start tag of the field after a gap.
    pub(super) fn tag_after_gap(&self, gap: &Gap<'t>) -> Tag<'t> {
        let mut tag = Tag::new(gap.name, gap.span.clone(), gap.span.start);
        tag.known = Some(gap.known);
        tag.name_span = None;
        tag.is_self_closing = gap.is_partial;
        let slash = if gap.is_partial { "/" } else { "" };
        let read = format!("<{}{slash}>", gap.name);
        tag.edits.push(Edit { original: gap.span.clone(), replacement: read.into() });
        tag.findings.push((FindingKind::Elided, gap.span.clone()));
        tag.after_gap = Some(Rc::new(self.after_gap(gap)));
        tag
    }
}

/// The length of the marks of a gap at the start of a text, of which a few may follow each other.
fn mark_length(text: &str) -> Option<usize> {
    const MOST: usize = 4;
    let mut length = one_mark_length(text)?;
    for _ in 1..MOST {
        length += one_mark_length(&text[length..]).unwrap_or(0);
    }
    Some(length)
}

/// The length of a mark at the start of a text: `...`, `…`, such dots or a word in brackets, a count
/// between dots.
fn one_mark_length(text: &str) -> Option<usize> {
    const LONGEST: usize = 48;
    const WORDS: [&str; 5] = ["snip", "truncated", "cut", "omitted", "elided"];
    let dots = |text: &str| {
        let count = text.bytes().take_while(|byte| *byte == b'.').count();
        match count >= 3 {
            true => count,
            false => text.len() - text.trim_start_matches('…').len(),
        }
    };
    let close = match text.chars().next()? {
        '.' | '…' => None,
        '[' => Some(']'),
        '<' => Some('>'),
        '(' => Some(')'),
        _ => return None,
    };
    if let Some(close) = close {
        let end = text.char_indices().take(LONGEST).find(|(_, c)| *c == close)?.0;
        let inside = text[1..end].trim();
        let words = || inside.split(|c: char| !c.is_alphabetic());
        let is_word = |word: &str| WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | '…');
        let is_mark = dots(inside) > 0 || words().any(is_word);
        (is_mark && inside.chars().all(is_part)).then_some(end + 1)
    } else {
        let first = Some(dots(text)).filter(|length| *length > 0)?;
        let rest = &text[first..];
        let is_part = |c: &char| c.is_ascii_alphanumeric() || *c == ' ';
        let between = rest.chars().take(LONGEST).take_while(is_part).count();
        let last = if rest.starts_with(' ') { dots(&rest[between..]) } else { 0 };
        Some(if last > 0 { first + between + last } else { first })
    }
}

impl<'t> Parser<'t> {
    /// Reads the first field after a gap. `false` if it has no place there.
    pub(super) fn read_after_gap(
        &mut self,
        reading: Reading,
        tag: &Rc<Tag<'t>>,
        after: &AfterGap,
    ) -> bool {
        let names = self.tokens.lexer.names;
        let Some(known) = tag.known else { return false };
        let at = tag.span.start;
        for count in 0..=MOST_CLOSED {
            let Some(level) = self.stacks.ancestor(&reading, count).cloned() else { return false };
            let (closed, path) = match (level.context, names.field(level.context, known)) {
                (Context::Root(_), Some((Context::Scalar, Fit::Field(_)))) => (count, Vec::new()),
                (Context::Record(record), Some((Context::Scalar, Fit::Field(_))))
                    if after.record.is_none_or(|name| name == record.name) =>
                {
                    self.place_after_gap(&reading, count, &level, after)
                }
                (Context::Wrapper(items), Some((Context::Scalar, Fit::FieldOfItem))) => {
                    (count, vec![items.name])
                }
                // The records around it may be others.
                (Context::Record(record), _) if level.index_in_list().is_some() => {
                    let Some(path) = names.missing_parents(level.context, known).into_iter().next()
                    else {
                        continue;
                    };
                    (count + 1, [vec![record.name], path].concat())
                }
                _ => continue,
            };
            let mut inside = reading;
            self.close_levels(&mut inside, closed, at);
            if !self.insert_path(&mut inside, &path, at) {
                return false;
            }
            let field = self.stacks.top(&inside).and_then(|top| names.field(top.context, known));
            let Some((context, fit)) = field else { return false };
            self.open(inside, tag, context, Some(fit), 0);
            return true;
        }
        false
    }

    /// How many elements end before the first field after a gap, if it is one of this record or of another in its
    /// list, and what begins then.
    fn place_after_gap(
        &self,
        reading: &Reading,
        count: usize,
        level: &Level<'t>,
        after: &AfterGap,
    ) -> (usize, Vec<&'static str>) {
        let names = self.tokens.lexer.names;
        let has_any = |level: &Level<'t>, closed: usize| {
            after.fields.iter().filter(|(of, _)| *of == closed).any(|(_, name)| {
                names.field(level.context, name).is_some_and(|(_, fit)| level.has_seen(fit))
            })
        };
        let list = |count: usize| match self.stacks.ancestor(reading, count)?.context {
            Context::Wrapper(items) => Some(items.name),
            _ => None,
        };
        let Some(item) = list(count + 1) else { return (count, Vec::new()) };
        let around = self.stacks.ancestor(reading, count + 2);
        if around.is_some_and(|around| has_any(around, 2))
            && let (Some(outer), Some(list)) =
                (list(count + 3), self.stacks.ancestor(reading, count + 1).and_then(|it| it.known))
        {
            return (count + 3, vec![outer, list, item]);
        }
        match has_any(level, 0) {
            true => (count + 1, vec![item]),
            false => (count, Vec::new()),
        }
    }

    /// Reads a field that identifies a record as the first of another one, if the record has it with another value.
    /// Otherwise `false`.
    pub(super) fn as_other_record(
        &mut self,
        reading: Reading,
        top: &Level<'t>,
        tag: &Rc<Tag<'t>>,
    ) -> bool {
        const COST: u32 = 3;
        const FARTHEST: usize = 4096;
        let names = self.tokens.lexer.names;
        let (Context::Record(record), Some(known)) = (top.context, tag.known) else { return false };
        let field = names.field(top.context, known);
        let Some((context, fit)) = field.filter(|(_, fit)| top.has_seen(*fit)) else {
            return false;
        };
        let [Token::Text(value), Token::EndTag(end)] = &self.ahead else { return false };
        if end.name != tag.name
            || names.identity(record) != Some(known)
            || top.index_in_list().is_none()
        {
            return false;
        }
        let text = self.text();
        let before = &text.as_bytes()[top.start..tag.span.start];
        let before = &before[..before.len().min(FARTHEST)];
        self.tokens.lexer.work.add(before.len());
        let start = format!("<{}>", tag.name);
        let first = memchr::memmem::find(before, start.as_bytes()).and_then(|at| {
            let at = at + start.len();
            let length = memchr::memchr(b'<', &before[at..])?;
            Some(&text[top.start + at..top.start + at + length])
        });
        let Some(first) = first else { return false };
        let (first, value) = (first.trim(), text[value.clone()].trim());
        // One may be a damaged copy of the other.
        if first.starts_with(value) || value.starts_with(first) {
            return false;
        }
        let mut outside = reading.with_cost(COST);
        self.close_levels(&mut outside, 1, tag.span.start);
        let cost = outside.cost;
        if !self.insert_path(&mut outside, &[record.name], tag.span.start) {
            return false;
        }
        outside.cost = cost;
        self.open(outside, tag, context, Some(fit), 0);
        true
    }
}

//! The ways to read a start tag.

use std::ops::Range;
use std::rc::Rc;

use super::lexer::Tag;
use super::parser::Parser;
use super::schema::{Context, Fit, is_similar};
use super::stack::{Change, Level, Reading};
use super::tokens::Token;
use crate::finding::{FindingKind, Nesting};

/// How many elements may have to be closed before a start tag.
const MOST_CLOSED: usize = 6;

impl<'t> Parser<'t> {
    /// The schema of an element in its parent, how it fits there, and what that costs.
    fn fit(&self, parent: &Level<'t>, tag: &Tag<'t>) -> (Context, Option<Fit>, u32) {
        let names = self.tokens.lexer.names;
        let field = tag.known.and_then(|known| names.field(parent.context, known));
        if let Some((context, fit)) = field {
            let cost = self.fit_cost(parent, context, fit) + self.outside_cost(parent, tag);
            return (context, Some(fit), cost);
        }
        let is_balanced = tag.is_self_closing
            || !self.tally.lacks_end_tag(tag.name)
                && !self.tally.never_closes(tag.name)
                && !self.tally.has_extra_end_tag(tag.name);
        let cost = match (parent.context, tag.known) {
            // It most likely is a field of an element around this one.
            (Context::Unknown, Some(_))
                if self.tally.lacks_end_tag(parent.name) || names.known(parent.name).is_some() =>
            {
                3
            }
            (Context::Unknown, _) => 0,
            (Context::Scalar, None) if is_balanced && !tag.may_be_text => 1,
            (Context::Scalar, _) => 7,
            (Context::Wrapper(_), None) => {
                if is_balanced {
                    2
                } else {
                    5
                }
            }
            (Context::Root(_) | Context::Record(_), None) => {
                if is_balanced {
                    0
                } else {
                    4 + 2 * u32::from(self.is_mistyped(parent, tag))
                }
            }
            (_, Some(_)) => 6,
        };
        (Context::Unknown, None, cost)
    }

    /// The cost of a field in an element that lacks its end tag, if the field rather is of one around it.
    fn outside_cost(&self, parent: &Level<'t>, tag: &Tag<'t>) -> u32 {
        const COST: u32 = 5;
        let may_end =
            parent.depth > 1 && self.tally.lacks_end_tag(parent.name) && !self.tally.is_paired;
        if !may_end || !parent.context.is_container() {
            return 0;
        }
        if let (Some(inside), Some(parent_indent), Some(around)) = (
            self.indent(tag.span.start),
            self.indent(parent.start),
            self.stacks.level(parent.parent).and_then(|around| self.indent(around.start)),
        ) && parent_indent > around
        {
            return if inside > parent_indent { 0 } else { COST };
        }
        let Some(known) = tag.known else { return 0 };
        let Context::Record(_) = parent.context else { return 0 };
        let (fields, records) = (self.tally.opens(tag.name), self.tally.opens(parent.name));
        /// Number of levels that are looked at.
        const LEVELS: usize = 8;
        let mut around = self.stacks.level(parent.parent);
        for _ in 0..LEVELS {
            let Some(level) = around else { break };
            self.tokens.lexer.work.add(1);
            let is_record = matches!(level.context, Context::Record(_));
            if is_record && self.tokens.lexer.names.field(level.context, known).is_some() {
                let is_of_outer = fields == self.tally.opens(level.name) && fields < records;
                return if is_of_outer { COST } else { 0 };
            }
            around = self.stacks.level(level.parent);
        }
        0
    }

    /// The length of the whitespace between the start of the line and a tag that is the first in its line.
    fn indent(&self, at: usize) -> Option<usize> {
        const LONGEST: usize = 256;
        let before = &self.tokens.lexer.bytes()[..at];
        let blanks = before.iter().rev().take(LONGEST);
        let length = blanks.take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.tokens.lexer.work.add(length);
        let is_first = before.len() == length || before[..at - length].ends_with(b"\n");
        is_first.then_some(length)
    }

    /// The cost of a known element in its parent.
    pub(super) fn fit_cost(&self, parent: &Level<'t>, context: Context, fit: Fit) -> u32 {
        match fit {
            Fit::Field(_) if parent.has_seen(fit) && context.is_scalar() => 4,
            Fit::Field(_) if parent.has_seen(fit) => 2,
            Fit::Item if parent.has_children && parent.items == 0 => 4,
            Fit::Field(_) | Fit::Item => 0,
            Fit::FieldOfItem if parent.has_children && parent.items == 0 => 0,
            Fit::FieldOfItem => match parent.context {
                Context::Wrapper(items) if self.tally.has(items.name) => 6,
                _ => 3,
            },
            Fit::Other if matches!(context, Context::Root(_)) => 2,
            Fit::Other if matches!(parent.context, Context::Root(Some(_))) => 5,
            Fit::Other => 0,
        }
    }

    pub(super) fn read_start_tag(&mut self, reading: Reading, tag: &Rc<Tag<'t>>) {
        let Some(top) = self.stacks.top(&reading).cloned() else {
            return self.delete(reading, tag, 5);
        };
        if self.closes(&reading, &top, tag) {
            return self.exchange_for_end(reading, tag, 1);
        }
        let (context, fit, cost) = self.fit(&top, tag);
        let leaf = self.leaf_ahead(&top, tag);
        if tag.known.is_none() && !tag.has_invalid_name && self.is_cut(tag) {
            self.drop_truncated(reading.with_cost(1), &tag.span);
        }
        // `<a/>text</a>`
        let is_opened = tag.is_self_closing && leaf.is_some_and(|leaf| Some(leaf) == tag.known);
        if is_opened && let (Some(known), Some(fit)) = (tag.known, fit) {
            return self.open_renamed(reading, tag, known, context, Some(fit), cost + 1, true);
        }
        let is_same = Self::is_same_name(tag.name, top.name);
        let is_doubled = is_same && self.tally.lacks_end_tag(top.name);
        let is_wrong = leaf.is_some() && context.is_scalar() && leaf != tag.known;
        if self.as_other_record(reading, &top, tag) {
            return;
        }
        self.open(reading, tag, context, fit, cost + u32::from(is_doubled));
        if cost == 0 && !is_doubled && !is_wrong {
            let is_suspect = fit.is_none() && !matches!(top.context, Context::Unknown);
            if !is_suspect || leaf.is_none() && !self.is_mistyped(&top, tag) {
                return;
            }
        }
        self.as_other_name(reading, &top, tag, leaf);
        if cost == 0 && !is_doubled {
            return;
        }
        self.after_missing_tags(reading, tag, &top);
        if is_same && !tag.lacks_bracket {
            let cost = match top.context {
                Context::Scalar if top.has_text => 2,
                Context::Scalar => 5,
                Context::Unknown => 2,
                _ if self.tally.lacks_end_tag(top.name) => 3,
                _ => 5,
            };
            let cost = if top.depth == 1 { cost + 4 } else { cost };
            self.exchange_for_end(reading, tag, cost);
        } else if is_same {
            self.exchange_for_end(reading, tag, 2);
        }
        let joins = reading.in_text && self.text_follows();
        if !joins {
            let cost = match tag.known {
                _ if is_same && top.is_empty() => 2,
                _ if is_same && reading.in_text => 3,
                Some(_) if !context.is_scalar() && !tag.is_self_closing => 5,
                _ => 6,
            };
            self.delete(reading, tag, cost + 2 * u32::from(tag.is_self_closing));
        }
        self.start_as_text(reading, &top, tag);
    }

    /// Whether a start tag is the end tag of the innermost element without its slash: it has its name, and what
    /// follows is no content of another.
    fn closes(&self, reading: &Reading, top: &Level<'t>, tag: &Tag<'t>) -> bool {
        if tag.name != top.name || top.depth == 1 || tag.lacks_bracket {
            return false;
        }
        if self.tally.is_paired {
            return true;
        }
        let names = self.tokens.lexer.names;
        let (Some(_), Some(around)) = (top.known, self.stacks.level(top.parent)) else {
            return false;
        };
        if !self.tally.lacks_end_tag(top.name) || reading.in_text && self.text_follows() {
            return false;
        }
        let is_around = |next: &Tag<'t>| {
            next.name == around.name
                || next.known.is_some_and(|known| {
                    let field = names.field(around.context, known);
                    matches!(field, Some((_, Fit::Field(_) | Fit::Item)))
                })
        };
        let is_inside = |next: &Tag<'t>| {
            next.known.is_some_and(|known| match names.field(top.context, known) {
                Some((_, Fit::FieldOfItem)) => top.is_empty(),
                field => field.is_some(),
            })
        };
        match &self.ahead[0] {
            // Tags of the same name in a row may be doubled ones.
            Token::Start(next) if next.name == top.name => {
                !top.is_empty() && top.context.is_container()
            }
            Token::Start(next) => is_around(next) && !is_inside(next),
            Token::EndTag(next) => next.name == around.name,
            _ => false,
        }
    }

    /// Whether the text ends in a tag, or in one of an unknown name that says so.
    fn is_cut(&self, tag: &Tag<'t>) -> bool {
        self.is_mark(tag)
            || !self.text()[..tag.span.end].ends_with('>')
                && matches!(&self.ahead[0], Token::Start(mark) if self.is_mark(mark))
    }

    pub(super) fn text_follows(&self) -> bool {
        matches!(self.ahead[0], Token::Text(_) | Token::CData(..))
    }

    /// The scalar field of `top` whose end tag follows a start tag, with or without text between.
    fn leaf_ahead(&self, top: &Level<'t>, _tag: &Tag<'t>) -> Option<&'static str> {
        let end = match (&self.ahead[0], &self.ahead[1]) {
            (Token::Text(_) | Token::CData(..), Token::EndTag(end)) | (Token::EndTag(end), _) => {
                end
            }
            _ => return None,
        };
        let names = self.tokens.lexer.names;
        let known = end.known?;
        let (context, _) = names.field(top.context, known)?;
        context.is_scalar().then_some(known)
    }

    fn is_mistyped(&self, top: &Level<'t>, tag: &Tag<'t>) -> bool {
        let mut fields = self.tokens.lexer.names.fields(top.context);
        fields.any(|field| is_similar(tag.name, field))
    }

    /// Reads the tag as one with another name.
    fn as_other_name(
        &mut self,
        reading: Reading,
        top: &Level<'t>,
        tag: &Rc<Tag<'t>>,
        leaf: Option<&'static str>,
    ) {
        let names = self.tokens.lexer.names;
        self.tokens.lexer.work.add(tag.name.len());
        for field in names.fields(top.context) {
            if tag.known == Some(field) {
                continue;
            }
            let Some((context, fit)) = names.field(top.context, field) else { continue };
            let is_near = is_similar(tag.name, field);
            let cost = if leaf == Some(field) {
                match tag.known {
                    None => 1,
                    Some(_) if is_near => 2,
                    Some(_) => 4,
                }
            } else if context.is_scalar() {
                continue;
            } else if is_near && tag.known.is_none() {
                2 + 2 * u32::from(!self.tally.has_extra_end_tag(field))
            } else if self.tally.has_extra_end_tag(field) {
                4
            } else if fit == Fit::Item && !self.text_follows() {
                5
            } else {
                continue;
            };
            let cost = cost + self.fit_cost(top, context, fit);
            self.open_renamed(reading, tag, field, context, Some(fit), cost, false);
        }
    }

    /// Reads the tag after end tags and start tags that are missing before it.
    fn after_missing_tags(&mut self, reading: Reading, tag: &Rc<Tag<'t>>, top: &Level<'t>) {
        let names = self.tokens.lexer.names;
        let at = tag.span.start;
        let mut closing = 0;
        for count in 0..=MOST_CLOSED {
            let Some(level) = self.stacks.ancestor(&reading, count).cloned() else { return };
            if count > 0 {
                let (context, fit, cost) = self.fit(&level, tag);
                // An unknown element after text is a sibling rather than a child.
                let is_leaf = top.context.is_scalar() || top.has_text && !top.has_children;
                let is_element = tag.is_self_closing || !self.tally.never_closes(tag.name);
                if fit.is_some() || count == 1 && is_leaf && is_element {
                    let mut outside = reading.with_cost(closing);
                    self.close_levels(&mut outside, count, at);
                    self.open(outside, tag, context, fit, cost);
                }
            }
            for path in tag
                .known
                .map(|known| names.missing_parents(level.context, known))
                .into_iter()
                .flatten()
            {
                let mut inside = reading.with_cost(closing);
                self.close_levels(&mut inside, count, at);
                if self.insert_path(&mut inside, &path, at)
                    && let Some(parent) = self.stacks.top(&inside).cloned()
                {
                    let (context, fit, cost) = self.fit(&parent, tag);
                    self.open(inside, tag, context, fit, cost);
                }
            }
            closing += self.close_cost(&level);
            if level.depth == 1 {
                return;
            }
        }
    }

    /// Inserts start tags, the outermost first.
    pub(super) fn insert_path(
        &mut self,
        reading: &mut Reading,
        path: &[&'static str],
        at: usize,
    ) -> bool {
        path.iter().all(|name| {
            let names = self.tokens.lexer.names;
            let Some(top) = self.stacks.top(reading).cloned() else { return false };
            let Some((context, fit)) = names.field(top.context, name) else { return false };
            let cost = self.open_cost(name);
            reading.cost += cost + self.fit_cost(&top, context, fit);
            self.insert_start(reading, name, context, Some(fit), at, cost > 3)
        })
    }

    /// Reads a start tag as the end tag of the innermost element.
    fn exchange_for_end(&mut self, reading: Reading, tag: &Rc<Tag<'t>>, cost: u32) {
        let Some(top) = self.stacks.top(&reading) else { return };
        let read = format!("</{}>", top.name);
        self.replace_by_end(reading, &tag.span, read, cost, tag.known.is_some());
    }

    /// Closes the innermost element by what is at `span`.
    pub(super) fn replace_by_end(
        &mut self,
        reading: Reading,
        span: &Range<usize>,
        read: String,
        cost: u32,
        is_guess: bool,
    ) {
        let mut reading = reading.with_cost(cost);
        self.stacks.edit(&mut reading, span.clone(), read.clone());
        let kind = FindingKind::Nesting(Nesting::Replaced { read: read.into() });
        self.stacks.report(&mut reading, kind, span.clone(), is_guess);
        self.stacks.pop(&mut reading);
        self.found.push(reading);
    }

    /// Ignores a tag.
    pub(super) fn delete(&mut self, reading: Reading, tag: &Rc<Tag<'t>>, cost: u32) {
        let mut reading = reading.with_cost(cost);
        let mut span = tag.span.clone();
        if reading.in_text && matches!(self.ahead[0], Token::EndTag(_)) {
            // The whitespace after it is no part of the text before it.
            span.end = self.ahead[0].start();
        }
        self.stacks.edit(&mut reading, span, "");
        let kind = FindingKind::Nesting(Nesting::Extra);
        self.stacks.report(&mut reading, kind, tag.span.clone(), false);
        self.found.push(reading);
    }

    fn start_as_text(&mut self, reading: Reading, top: &Level<'t>, tag: &Rc<Tag<'t>>) {
        // A scalar field that has an end tag contains no elements.
        let is_in_scalar = top.context.is_scalar() && !self.tally.lacks_end_tag(top.name);
        let never_closes = !tag.is_self_closing && self.tally.never_closes(tag.name);
        let is_literal = never_closes
            && (tag.known.is_none() || is_in_scalar)
            && (tag.may_be_text || is_in_scalar || top.has_text);
        let cost = match tag.known {
            _ if tag.has_invalid_name && top.context.is_container() => return,
            _ if is_literal => 1,
            None if !top.context.is_container() => 4,
            Some(_) if !top.context.is_container() => 9,
            _ if top.has_text => 7,
            _ => return,
        };
        self.as_text(reading, tag, cost);
    }

    /// Reads a tag as text.
    pub(super) fn as_text(&mut self, reading: Reading, tag: &Rc<Tag<'t>>, cost: u32) {
        let mut reading = reading.with_cost(cost);
        if tag.lacks_bracket {
            if let Some(top) = self.stacks.top(&reading) {
                reading.cost = reading.cost - cost + if top.context.is_container() { 6 } else { 1 };
            }
        } else {
            let span = tag.span.clone();
            for (at, _) in self.text()[span.clone()].match_indices('<') {
                let at = span.start + at;
                self.stacks.edit(&mut reading, at..at + 1, "&lt;");
            }
            let at = span.start;
            self.stacks.report(&mut reading, FindingKind::UnescapedMarkup, at..at + 1, false);
        }
        self.stacks.mark_text(&mut reading);
        self.found.push(reading);
    }

    /// Reads a start tag with another name, or one that is not empty.
    #[expect(clippy::too_many_arguments, reason = "the parts of one tag")]
    pub(super) fn open_renamed(
        &mut self,
        reading: Reading,
        tag: &Rc<Tag<'t>>,
        name: &'static str,
        context: Context,
        fit: Option<Fit>,
        cost: u32,
        is_opened: bool,
    ) {
        let mut reading = reading.with_cost(cost);
        let start = tag.span.start;
        let is_self_closing = tag.is_self_closing && !is_opened;
        if !self.push_known(&mut reading, name, context, fit, start) {
            return;
        }
        match &tag.name_span {
            Some(span) if tag.edits.is_empty() && !is_opened => {
                self.stacks.edit(&mut reading, span.clone(), name);
            }
            _ => {
                let end = if is_self_closing { "/>" } else { ">" };
                self.stacks.edit(&mut reading, tag.span.clone(), format!("<{name}{end}"));
            }
        }
        let read = format!("<{name}>").into();
        let kind = FindingKind::Nesting(Nesting::Replaced { read });
        let is_guess = tag.known.is_some_and(|known| known != name);
        let change = Change::Report(kind, tag.span.clone(), reading.top, is_guess);
        self.stacks.change(&mut reading, change);
        if is_self_closing {
            self.stacks.pop(&mut reading);
        }
        self.found.push(reading);
    }
}

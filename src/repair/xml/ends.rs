//! The ways to read an end tag, and text.

use std::ops::Range;
use std::rc::Rc;

use super::super::edits::Edit;
use super::lexer::Tag;
use super::parser::Parser;
use super::schema::{Context, Fit, is_similar};
use super::stack::{Change, Level, Reading};
use super::tokens::Token;
use crate::finding::{FindingKind, Nesting};

/// How many elements are searched for the one that an end tag closes.
const MOST_CLOSED: usize = 64;

impl<'t> Parser<'t> {
    pub(super) fn read_end_tag(&mut self, reading: Reading, tag: &Rc<Tag<'t>>) {
        let Some(top) = self.stacks.top(&reading).cloned() else {
            return self.read_end_tag_before_root(reading, tag);
        };
        if top.name == tag.name {
            return self.close_top(reading, tag, &top);
        }
        if Self::is_same_name(top.name, tag.name) {
            return self.replace_by_end(reading, &tag.span, format!("</{}>", top.name), 1, false);
        }
        self.close_outer(reading, tag);
        self.exchange_end(reading, tag, &top);
        self.drop_two_fields(reading, tag, &top);
        self.as_start_tag(reading, tag, &top);
        let joins = reading.in_text && self.text_follows();
        if !joins {
            let is_extra = self.tally.has_extra_end_tag(tag.name);
            let cost = if is_extra { 3 } else { 5 };
            self.delete(reading, tag, cost + u32::from(reading.in_text));
        }
        if reading.in_text || !top.context.is_container() {
            let cost = match tag.known {
                None if !top.context.is_container() => 3,
                _ => 9,
            };
            self.as_text(reading, tag, cost);
        }
    }

    fn read_end_tag_before_root(&mut self, reading: Reading, tag: &Rc<Tag<'t>>) {
        let names = self.tokens.lexer.names;
        if let Some(kind) = names.root(tag.name)
            && matches!(self.ahead[0], Token::Start(_))
            && let Some((_, name)) = names.kinds.by_root(tag.name)
        {
            let context = Context::Root(Some(kind));
            return self.open_renamed(reading, tag, name, context, None, 0, true);
        }
        self.delete(reading, tag, 0);
    }

    /// Closes the innermost element by its end tag.
    fn close_top(&mut self, reading: Reading, tag: &Rc<Tag<'t>>, top: &Level<'t>) {
        // `<a></a>text`
        let is_early = top.context.is_scalar()
            && top.is_empty()
            && !self.tally.has_text_between()
            && matches!(&self.ahead[0], Token::Text(span) if span.start == tag.span.end
                && self.text()[span.clone()].starts_with(char::is_alphanumeric))
            && !matches!(&self.ahead[1], Token::EndTag(end) if end.known.is_some_and(|end| top.known != Some(end)
                && self.is_scalar_around(&reading, end)));
        // The root element does not end before other elements of it.
        let is_middle = top.depth == 1
            && match &self.ahead[0] {
                Token::Start(next) => {
                    next.name != top.name
                        && next.known.is_some_and(|known| {
                            let field = self.tokens.lexer.names.field(top.context, known);
                            field.is_some_and(|(_, fit)| {
                                matches!(fit, Fit::Field(_)) && !top.has_seen(fit)
                            })
                        })
                }
                _ => false,
            };
        let cost = u32::from(tag.lacks_bracket) + if is_middle { 6 } else { 0 };
        let mut closed = reading.with_cost(cost + 2 * u32::from(is_early));
        self.stacks.change(&mut closed, Change::Tag(Rc::clone(tag), reading.top));
        self.stacks.pop(&mut closed);
        self.found.push(closed);
        if is_early && !matches!(self.ahead[1], Token::End(_)) {
            self.delete(reading, tag, 1);
        }
        if is_middle {
            self.delete(reading, tag, 3);
        }
        if tag.lacks_bracket {
            self.as_text(reading, tag, 0);
        }
    }

    /// Whether the element around the innermost has a scalar field of this name.
    fn is_scalar_around(&self, reading: &Reading, known: &str) -> bool {
        let around = self.stacks.ancestor(reading, 1);
        let field = around.and_then(|level| self.tokens.lexer.names.field(level.context, known));
        field.is_some_and(|(context, _)| context.is_scalar())
    }

    /// Closes the elements up to the one with this name.
    fn close_outer(&mut self, reading: Reading, tag: &Rc<Tag<'t>>) {
        let mut cost = 0;
        for count in 0..MOST_CLOSED {
            let Some(level) = self.stacks.ancestor(&reading, count).cloned() else { return };
            self.tokens.lexer.work.add(1);
            if count > 0 && (level.name == tag.name || Self::is_same_name(level.name, tag.name)) {
                let mut outside = reading.with_cost(cost);
                self.close_levels(&mut outside, count, tag.span.start);
                if level.name == tag.name {
                    let change = Change::Tag(Rc::clone(tag), outside.top);
                    self.stacks.change(&mut outside, change);
                    self.stacks.pop(&mut outside);
                    self.found.push(outside);
                } else {
                    let read = format!("</{}>", level.name);
                    self.replace_by_end(outside, &tag.span, read, 1, false);
                }
                return;
            }
            cost += self.close_cost(&level);
        }
    }

    /// Reads the tag as the end tag of the innermost element.
    fn exchange_end(&mut self, reading: Reading, tag: &Rc<Tag<'t>>, top: &Level<'t>) {
        // The root element ends at the end of the document.
        let is_early = top.depth == 1
            && (tag.known.is_some()
                || matches!(&self.ahead[0], Token::Start(next) | Token::EndTag(next) if next.known.is_some()));
        if tag.lacks_bracket || is_early {
            return;
        }
        // More likely it is the end tag of that element.
        let is_outer = match tag.known {
            Some(_) => 2 * u32::from(self.is_open(&reading, tag.name)),
            None => 0,
        };
        let is_part = !tag.name.is_empty() && top.name.starts_with(tag.name);
        let cost = match top.context {
            // `</Na` before the mark of a cut.
            _ if is_part && !self.text()[..tag.span.end].ends_with('>') => 0,
            _ if tag.name.is_empty() => 1,
            _ if is_similar(tag.name, top.name) && tag.known.is_none() => 2,
            Context::Scalar if tag.known.is_none() => 2,
            Context::Scalar
                if !self.is_scalar_around(&reading, tag.name) && self.ends_here(&reading) =>
            {
                3
            }
            Context::Scalar => 4 + is_outer,
            Context::Unknown if self.tally.lacks_end_tag(top.name) => 3,
            Context::Unknown => 5,
            _ => {
                let is_known = u32::from(tag.known.is_some());
                4 + 2 * is_known + 2 * u32::from(!top.has_children) + is_outer
            }
        };
        let is_guess = tag.known.is_some();
        let mut span = tag.span.clone();
        if top.context.is_scalar() && is_guess && !self.is_scalar_around(&reading, tag.name) {
            // The whitespace before the tag of another element is no part of the value.
            span.start = self.text()[..span.start].trim_end().len();
        }
        self.replace_by_end(reading, &span, format!("</{}>", top.name), cost, is_guess);
    }

    /// Drops `<a>text</b>`: if it is not one field with a mistyped tag, the text is that of two.
    fn drop_two_fields(&mut self, reading: Reading, tag: &Rc<Tag<'t>>, top: &Level<'t>) {
        let names = self.tokens.lexer.names;
        let (Some(known), Some(parent)) = (tag.known, self.stacks.level(top.parent).cloned())
        else {
            return;
        };
        let Some((Context::Scalar, fit)) = names.field(parent.context, known) else { return };
        let element = top.start..tag.span.start;
        let content = self.text()[element.clone()].strip_prefix(&format!("<{}>", top.name));
        self.tokens.lexer.work.add(element.len());
        // An element with edits inside cannot be dropped as a whole.
        if !top.context.is_scalar() || content.is_none_or(|text| text.contains('<')) {
            return;
        }
        let mut reading = reading.with_cost(3 + self.fit_cost(&parent, Context::Scalar, fit));
        self.stacks.pop(&mut reading);
        self.stacks.mark_seen(&mut reading, fit);
        let span = top.start..tag.span.end;
        self.stacks.edit(&mut reading, span.clone(), "");
        let kind = FindingKind::Nesting(Nesting::Extra);
        self.stacks.report(&mut reading, kind, span, true);
        self.found.push(reading);
    }

    /// Whether one of the innermost elements has this name.
    fn is_open(&self, reading: &Reading, name: &str) -> bool {
        (1..8).any(|nth| self.stacks.ancestor(reading, nth).is_some_and(|level| level.name == name))
    }

    /// Whether a tag follows that belongs to the parent of the innermost element.
    fn ends_here(&self, reading: &Reading) -> bool {
        let Some(parent) = self.stacks.ancestor(reading, 1) else { return false };
        match &self.ahead[0] {
            Token::Start(next) => next.known.is_some_and(|known| {
                self.tokens.lexer.names.field(parent.context, known).is_some()
            }),
            Token::EndTag(next) => next.name == parent.name,
            _ => false,
        }
    }

    /// Reads the tag as a start tag.
    fn as_start_tag(&mut self, reading: Reading, tag: &Rc<Tag<'t>>, top: &Level<'t>) {
        let names = self.tokens.lexer.names;
        let Some(known) = tag.known else { return };
        let Some((context, fit)) = names.field(top.context, known) else { return };
        let closes = match (&self.ahead[0], &self.ahead[1]) {
            (Token::Text(_) | Token::CData(..), Token::EndTag(next) | Token::Start(next)) => {
                next.known == Some(known)
            }
            _ => false,
        };
        let cost = if context.is_scalar() {
            if !closes {
                return;
            }
            2
        } else if matches!(&self.ahead[0], Token::Start(next) if next.known.is_some_and(|next| names.field(context, next).is_some()))
        {
            4
        } else {
            return;
        };
        let cost = cost + self.fit_cost(top, context, fit);
        self.open_renamed(reading, tag, known, context, Some(fit), cost, true);
    }

    /// Reads text, or a CDATA section.
    pub(super) fn read_text(
        &mut self,
        reading: Reading,
        span: &Range<usize>,
        section: Option<&Rc<[Edit]>>,
    ) {
        let mut reading = reading;
        match section {
            Some(edits) if !edits.is_empty() => {
                self.stacks.change(&mut reading, Change::Edits(Rc::clone(edits)));
                let kind = FindingKind::MalformedTag { read: "<![CDATA[…]]>".into() };
                self.stacks.report(&mut reading, kind, span.clone(), false);
            }
            Some(_) => {}
            None if self.text()[span.clone()].starts_with('<') => {
                let at = span.start;
                self.stacks.edit(&mut reading, at..at + 1, "&lt;");
                self.stacks.report(&mut reading, FindingKind::UnescapedMarkup, at..at + 1, false);
            }
            None => {}
        }
        let Some(top) = self.stacks.top(&reading).cloned() else {
            return self.found.push(reading);
        };
        let is_loose = top.context.is_container();
        let is_usual = self.tally.has_text_everywhere();
        let mut inside = reading.with_cost(if is_loose && !is_usual { 6 } else { 0 });
        self.stacks.mark_text(&mut inside);
        self.found.push(inside);
        if is_loose && !reading.in_text {
            self.before_missing_start(reading, span);
        }
    }

    /// Reads text as the value of the field whose end tag follows and whose start tag is missing.
    fn before_missing_start(&mut self, reading: Reading, span: &Range<usize>) {
        let names = self.tokens.lexer.names;
        let (known, cost) = match (&self.ahead[0], &self.ahead[1]) {
            (Token::EndTag(end), _) => (end.known, 2),
            // `text<a></a>`
            (Token::Start(start), Token::EndTag(end))
                if start.name == end.name
                    && start.span.start == span.end
                    && !self.text()[..span.end].ends_with(char::is_whitespace)
                    && !self.tally.has_text_between() =>
            {
                (end.known, 3)
            }
            _ => return,
        };
        let Some(known) = known else { return };
        let text = &self.text()[span.clone()];
        let at = span.start + text.len() - text.trim_start().len();
        let mangled = at..at + mangled_tag(text.trim_start(), known);
        let cost = cost - u32::from(self.tally.never_opens(known));
        for count in 0..=2 {
            let Some(level) = self.stacks.ancestor(&reading, count).cloned() else { return };
            let mut outside = reading;
            if count > 0 {
                let closing: u32 = (0..count)
                    .filter_map(|nth| self.stacks.ancestor(&reading, nth))
                    .map(|level| self.close_cost(level))
                    .sum();
                outside = outside.with_cost(closing);
            }
            let mut paths = names.missing_parents(level.context, known);
            paths.push(Vec::new());
            for path in paths {
                let mut inside = outside.with_cost(cost);
                self.close_levels(&mut inside, count, span.start);
                if !self.insert_path(&mut inside, &path, at) {
                    continue;
                }
                let Some(parent) = self.stacks.top(&inside).cloned() else { continue };
                let Some((context, fit)) = names.field(parent.context, known) else { continue };
                if !context.is_scalar() {
                    continue;
                }
                inside.cost += self.fit_cost(&parent, context, fit);
                if !self.push_known(&mut inside, known, context, Some(fit), at) {
                    continue;
                }
                let read = format!("<{known}>");
                self.stacks.edit(&mut inside, mangled.clone(), read.clone());
                let read = read.into();
                let kind = match mangled.is_empty() {
                    true => FindingKind::Nesting(Nesting::Missing { read }),
                    false => FindingKind::MalformedTag { read },
                };
                self.stacks.report(&mut inside, kind, mangled.clone(), false);
                self.stacks.mark_text(&mut inside);
                self.found.push(inside);
            }
        }
    }
}

/// The length of what is left of the start tag of `known` before its text, such as `(a)`.
fn mangled_tag(text: &str, known: &str) -> usize {
    let is_sign = |c: char| !c.is_alphanumeric() && !c.is_whitespace() && !matches!(c, '-' | '/');
    let inside = text.trim_start_matches(is_sign);
    let signs = text.len() - inside.len();
    let Some(rest) = inside.strip_prefix(known) else { return 0 };
    let after = rest.trim_start_matches(is_sign);
    match signs > 0 && after.len() < rest.len() && signs < 8 {
        true => text.len() - after.len(),
        false => 0,
    }
}

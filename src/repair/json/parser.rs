//! The repair parser: reads and repairs one token after the other.

use std::ops::Range;

use super::super::edits::EditBuffer;
use super::super::schema_context::{SchemaContext, member_step};
use super::super::work::RepairAbort;
use super::level::{Level, path, path_of_innermost};
use super::lexer::{Lexer, Scalar, invalid_whitespace};
use super::plan::{Action, PlanCursor, PlannedEdit};
use super::tokens::{Bracket, Token};
use crate::finding::{FindingKind, Nesting};
use crate::text::characters::is_ignorable;

pub(super) struct Parser<'t> {
    pub(super) lexer: Lexer<'t>,
    pub(super) buffer: EditBuffer<'t>,
    pub(super) levels: Vec<Level>,
    pub(super) max_depth: usize,
    /// The changes to brackets; `None` if all are assumed to match. The first that does not is an
    /// [`Interrupt::Mismatch`].
    pub(super) plan: Option<PlanCursor>,
    /// Whether the document is an item of an array.
    pub(super) is_item: bool,
    pub(super) gap: Gap,
    /// The name whose value is next.
    pub(super) name: Option<NameBefore>,
    /// The end of the last token.
    pub(super) last_end: usize,
}

/// What is between the last value or bracket and the next.
#[derive(Clone, Default)]
pub(super) struct Gap {
    /// The end of the last value or bracket.
    pub(super) from: usize,
    /// Whether it follows an opening bracket.
    is_first: bool,
    /// The comma in it.
    comma: Option<usize>,
    /// Whether content in it was dropped.
    has_dropped: bool,
}

impl Gap {
    fn new(from: usize, is_first: bool) -> Self {
        Self { from, is_first, comma: None, has_dropped: false }
    }
}

/// A name without its value so far.
pub(super) struct NameBefore {
    /// Its span, with the colon.
    span: Range<usize>,
    content: Range<usize>,
    has_colon: bool,
    /// The schema of its value.
    schema: SchemaContext,
    /// The edits before it.
    mark: (usize, usize),
    /// The gap before it.
    gap: Gap,
}

/// Why the parser stopped.
pub(super) enum Interrupt {
    Abort(RepairAbort),
    /// A bracket does not match, or a value is where none can be.
    Mismatch,
}

impl Parser<'_> {
    /// Repairs one document, and returns its end.
    pub(super) fn run(&mut self, start: usize) -> Result<usize, Interrupt> {
        let root = SchemaContext::Root(self.lexer.known.kinds);
        let mut at = start;
        match self.plan.as_mut().and_then(|plan| plan.take(start)) {
            Some(edit) if matches!(edit.action, Action::Read { .. }) => {
                at = self.lexer.token(start, false).end(start);
                self.open_level(start, true, root)?;
                self.exchange(start..at, "{", edit.is_guess);
            }
            Some(edit) => {
                self.open_level(start, true, root)?;
                self.insert("{".to_owned(), start, edit.is_guess);
            }
            None if self.lexer.byte(start) == Some(b'{') => {
                at = self.lexer.token(start, false).end(start);
                self.open_level(start, true, root)?;
            }
            None => return Err(Interrupt::Mismatch),
        }
        self.gap = Gap::new(at, true);
        let mut follows_name = false;
        loop {
            if at == self.gap.from && !follows_name {
                (at, self.gap.is_first) = self.skip_well_formed(at, self.gap.is_first)?;
                self.gap.from = at;
            }
            if self.lexer.work.is_exhausted() {
                return Err(Interrupt::Abort(RepairAbort::WorkLimit(at)));
            }
            if follows_name {
                let value = self.lexer.skip_before_value(at);
                self.repair_whitespace(at..value);
                at = value;
            }
            let (next, whitespace) =
                if follows_name { (at, Vec::new()) } else { self.skip_gap(at) };
            at = next;
            let mut token = self.lexer.token(at, follows_name);
            follows_name = matches!(token, Token::Name { has_value: true, .. });
            if let Token::Scalar(scalar) = &mut token {
                self.exclude_trailing_brackets(scalar);
            }
            let is_cut = self.is_cut(at, &token);
            for span in whitespace {
                self.buffer.edit(span.clone(), " ");
                if !is_cut {
                    self.report(FindingKind::InvalidWhitespace, span);
                }
            }
            if is_cut {
                return self.cut(at, token);
            }
            let change = self.apply_planned_insertions(at)?;
            at = self.handle(token, at, change)?;
            self.last_end = at;
            if self.levels.is_empty() {
                return Ok(self.drop_surplus_closers(at));
            }
        }
    }

    /// Skips whitespace and removes comments and stray text. Returns the end, and the whitespace that JSON does not allow.
    fn skip_gap(&mut self, mut at: usize) -> (usize, Vec<Range<usize>>) {
        let mut invalid = Vec::new();
        loop {
            let whitespace = at..self.lexer.skip_whitespace(at);
            at = whitespace.end;
            invalid.extend(invalid_whitespace(self.lexer.text, whitespace));
            if let Some(end) = self.lexer.comment_end(at) {
                self.remove_comment(at..end);
                at = end;
            } else if let Some(end) = self.lexer.stray_end(at) {
                self.remove_stray(at..end);
                at = end;
            } else {
                return (at, invalid);
            }
        }
    }

    /// Whether the document ends at `at` with its levels open.
    fn is_cut(&self, at: usize, token: &Token) -> bool {
        match (&self.plan, token) {
            (_, Token::End) => true,
            (_, Token::Scalar(scalar)) if scalar.is_truncated => true,
            (Some(plan), _) => at >= plan.end,
            (None, Token::Open(Bracket::Brace)) => {
                let is_after = self.gap.comma.is_some() || self.gap.is_first || self.name.is_some();
                if !self.lexer.may_begin_document(at) {
                    return false;
                }
                let levels = self.levels.iter().map(|level| level.schema);
                let is_next = !is_after && self.lexer.is_next_document(at, levels);
                if !is_next {
                    self.lexer.work.has_passed_start.set(true);
                }
                is_next
            }
            _ => false,
        }
    }

    /// Closes all levels where the document is cut, and returns its end.
    fn cut(&mut self, at: usize, token: Token) -> Result<usize, Interrupt> {
        if self.plan.is_none() {
            let is_open = !matches!(token, Token::Open(_));
            self.lexer.work.has_unclosed_document.set(is_open);
            return Err(Interrupt::Mismatch);
        }
        let mut end =
            self.gap.from + self.lexer.text[self.gap.from..at].trim_end_matches(is_ignorable).len();
        if let Some(name) = self.name.take() {
            end = if matches!(token, Token::Scalar(_)) { token.end(at) } else { name.span.end };
            self.drop_name(name, end, true);
        } else if let Token::Scalar(scalar) = token {
            end = scalar.span.end;
            self.drop(at..end, None, true);
        }
        if let Some(comma) = self.gap.comma {
            self.drop_comma(comma);
        }
        let at = at.max(end);
        self.report(FindingKind::Truncated, at..at);
        let closers: String = self.expected_closers().map(char::from).collect();
        self.buffer.edit(self.gap.from..self.gap.from, closers);
        self.levels.clear();
        Ok(end)
    }

    /// Opens and closes levels before the token at `at` as planned. Returns the planned change of the token.
    fn apply_planned_insertions(&mut self, at: usize) -> Result<Option<PlannedEdit>, Interrupt> {
        let (mut closers, mut is_guess) = (String::new(), false);
        let mut change = None;
        while let Some(edit) = self.plan.as_mut().and_then(|plan| plan.take(at)) {
            match edit.action {
                // The last level closes where the document ends.
                Action::Close if self.levels.len() == 1 => continue,
                Action::Close => {
                    if let Some(name) = self.name.take() {
                        let end = name.span.end;
                        self.drop_name(name, end, false);
                    }
                    closers.extend(self.expected_closers().next().map(char::from));
                    is_guess |= edit.is_guess;
                    self.levels.pop();
                    self.gap.is_first = false;
                    continue;
                }
                Action::Open { .. } if !self.takes_value() => continue,
                Action::Open { object } => {
                    self.insert_closers(&mut closers, is_guess);
                    self.open(at, object)?;
                    let bracket = if object { "{" } else { "[" };
                    self.insert(bracket.to_owned(), at, edit.is_guess);
                    self.gap = Gap::new(at, true);
                    continue;
                }
                _ => {}
            }
            change = Some(edit);
            break;
        }
        self.insert_closers(&mut closers, is_guess);
        Ok(change)
    }

    fn insert_closers(&mut self, closers: &mut String, is_guess: bool) {
        if !closers.is_empty() {
            self.insert(std::mem::take(closers), self.gap.from, is_guess);
        }
    }

    /// Inserts brackets.
    fn insert(&mut self, brackets: String, at: usize, is_guess: bool) {
        self.buffer.edit(at..at, brackets.clone());
        self.report_nesting(Nesting::Missing { read: brackets.into() }, at..at, is_guess);
    }

    fn exchange(&mut self, span: Range<usize>, read: &'static str, is_guess: bool) {
        self.buffer.edit(span.clone(), read);
        self.report_nesting(Nesting::Replaced { read: read.into() }, span, is_guess);
    }

    fn report_nesting(&mut self, nesting: Nesting, span: Range<usize>, is_guess: bool) {
        let kind = FindingKind::Nesting(nesting);
        let path = || path(&self.levels, None);
        match is_guess {
            true => self.buffer.report_guess(kind, path, span),
            false => self.buffer.report(kind, path, span),
        }
    }

    /// Handles a token, and returns its end.
    fn handle(
        &mut self,
        token: Token,
        at: usize,
        change: Option<PlannedEdit>,
    ) -> Result<usize, Interrupt> {
        let end = token.end(at);
        let is_guess = change.is_some_and(|edit| edit.is_guess);
        let change = self.settle(&token, change.map(|edit| edit.action));
        let is = |action| change == Some(action);
        let read_as = match change {
            Some(Action::Read { object }) => Some(object),
            _ => None,
        };
        match token {
            Token::Open(_) if is(Action::Turn) => {
                self.close(at, self.is_in_object(), true, is_guess)?;
            }
            Token::Close(bracket) if is(Action::Turn) => {
                self.open_at(at..end, bracket != Bracket::Square, true, is_guess)?;
            }
            Token::Open(_) | Token::Close(_) if is(Action::Drop) => {
                self.buffer.edit(at..end, "");
                self.report_nesting(Nesting::Extra, at..end, is_guess);
            }
            Token::Open(bracket) => {
                let object = is_object(bracket, read_as)?;
                self.open_at(at..end, object, read_as.is_some(), is_guess)?;
            }
            Token::Close(bracket) => {
                let object = is_object(bracket, read_as)?;
                self.close(at, object, read_as.is_some(), is_guess)?;
            }
            Token::Comma => match self.name.as_mut() {
                Some(name) if name.has_colon => self.drop_comma(at),
                Some(name) => {
                    name.has_colon = true;
                    name.span.end = end;
                    self.buffer.edit(at..end, ":");
                    self.report(FindingKind::Colon, at..end);
                }
                None => {
                    if let Some(previous) = self.gap.comma.replace(at) {
                        self.drop_comma(previous);
                    }
                }
            },
            Token::Colon { .. } => {
                self.buffer.edit(at..end, "");
                self.report(FindingKind::Incomplete, at..end);
            }
            Token::Name { name, colon, has_value } => {
                if is(Action::Drop) || !has_value {
                    self.drop(at..end, Some(name.content), self.is_at_end(end));
                    return Ok(end);
                }
                self.begin_member(name, colon)?;
            }
            Token::Scalar(scalar) if is(Action::Name) => {
                self.begin_member(scalar, end..end)?;
            }
            Token::Scalar(scalar) => {
                if is(Action::Drop) {
                    match self.name.take() {
                        // Another value is not that of the name.
                        Some(name) => self.drop_name(name, end, self.is_at_end(end)),
                        None => self.drop(at..end, None, self.is_at_end(end)),
                    }
                    return Ok(end);
                }
                let schema = self.begin_value(at)?;
                self.repair_value(scalar, schema);
                self.gap = Gap::new(end, false);
            }
            Token::End => {}
        }
        Ok(end)
    }

    /// The change to a token, or one that makes it fit if it does not although there is a plan.
    fn settle(&self, token: &Token, change: Option<Action>) -> Option<Action> {
        let is_in_object = self.is_in_object();
        let takes_value = self.takes_value();
        let fits = match (token, change) {
            (Token::Open(bracket), None) => takes_value && *bracket != Bracket::Other,
            (Token::Open(_), Some(Action::Read { .. })) => takes_value,
            (Token::Close(bracket), None) => *bracket == Bracket::of(is_in_object),
            (Token::Close(_), Some(Action::Read { object })) => object == is_in_object,
            (Token::Close(_), Some(Action::Turn)) | (Token::Scalar(_), None) => takes_value,
            (Token::Name { .. }, None) => is_in_object,
            (Token::Scalar(_), Some(Action::Name)) => !takes_value,
            _ => true,
        };
        match token {
            _ if fits || self.plan.is_none() => change,
            Token::Close(_) => Some(Action::Read { object: is_in_object }),
            _ => Some(Action::Drop),
        }
    }

    /// Whether a value, and not a name, is next.
    fn takes_value(&self) -> bool {
        self.name.is_some() || !self.is_in_object()
    }

    fn is_at_end(&self, at: usize) -> bool {
        self.lexer.skip_whitespace(at) == self.lexer.text.len()
    }

    fn is_in_object(&self) -> bool {
        self.levels.last().is_some_and(|level| level.is_object)
    }

    /// Closes the innermost level at the bracket at `at`.
    fn close(
        &mut self,
        at: usize,
        object: bool,
        is_exchanged: bool,
        is_guess: bool,
    ) -> Result<(), Interrupt> {
        if let Some(name) = self.name.take() {
            let end = name.span.end;
            self.drop_name(name, end, false);
        }
        if let Some(comma) = self.gap.comma.take() {
            self.drop_comma(comma);
        }
        if self.is_in_object() != object {
            return Err(Interrupt::Mismatch);
        }
        self.levels.pop();
        let bracket = if object { "}" } else { "]" };
        if is_exchanged {
            self.exchange(at..at + 1, bracket, is_guess);
        } else if &self.lexer.text[at..at + 1] != bracket {
            // That of a tuple or set.
            self.buffer.edit(at..at + 1, bracket);
        }
        self.gap = Gap::new(at + 1, false);
        if self.plan.is_none() && self.levels.is_empty() && self.continues(at + 1) {
            return Err(Interrupt::Mismatch);
        }
        Ok(())
    }

    /// Whether the text at `at`, after the document, seems to belong to it.
    fn continues(&self, at: usize) -> bool {
        let next = self.lexer.skip_ignorable(at);
        match self.lexer.byte(next) {
            Some(b'}') => true,
            Some(b']') => !self.is_item,
            Some(b',') => self.lexer.opens_field(self.lexer.skip_ignorable(next + 1)),
            _ => self.lexer.opens_field(next),
        }
    }

    /// Removes closing brackets after the document, and returns the end of the last.
    fn drop_surplus_closers(&mut self, mut end: usize) -> usize {
        loop {
            let at = self.lexer.skip_whitespace(end);
            match self.lexer.byte(at) {
                Some(b'}') => {}
                Some(b']') if !self.is_item => {}
                _ => return end,
            }
            self.buffer.edit(end..at + 1, "");
            self.report(FindingKind::Nesting(Nesting::Extra), at..at + 1);
            end = at + 1;
        }
    }

    /// Opens a level as the next value.
    fn open(&mut self, at: usize, object: bool) -> Result<(), Interrupt> {
        let schema = self.begin_value(at)?;
        self.open_level(at, object, schema)
    }

    /// Opens a level at a bracket, which may be another one or that of a tuple or set.
    fn open_at(
        &mut self,
        span: Range<usize>,
        object: bool,
        is_exchanged: bool,
        is_guess: bool,
    ) -> Result<(), Interrupt> {
        let schema = self.begin_value(span.start)?;
        let bracket = if object { "{" } else { "[" };
        if !is_exchanged && &self.lexer.text[span.clone()] != bracket {
            self.buffer.edit(span.clone(), bracket);
            self.report(FindingKind::Sequence, span.clone());
        }
        self.open_level(span.start, object, schema)?;
        if is_exchanged {
            self.exchange(span.clone(), bracket, is_guess);
        }
        self.gap = Gap::new(span.end, true);
        Ok(())
    }

    /// Begins a value: that of the last name, or an item. Returns its schema.
    fn begin_value(&mut self, at: usize) -> Result<SchemaContext, Interrupt> {
        match self.name.take() {
            Some(name) => {
                if !name.has_colon {
                    let end = name.span.end;
                    self.buffer.edit(end..end, ":");
                    self.report(FindingKind::Colon, end..end);
                }
                Ok(name.schema)
            }
            None if self.levels.last().is_some_and(|level| !level.is_object) => {
                self.separate(at);
                Ok(self.enter_item())
            }
            None => Err(Interrupt::Mismatch),
        }
    }

    /// Begins a member with its name.
    fn begin_member(&mut self, name: Scalar, colon: Range<usize>) -> Result<(), Interrupt> {
        if !self.is_in_object() || self.name.is_some() && self.plan.is_none() {
            return Err(Interrupt::Mismatch);
        }
        if let Some(before) = self.name.take() {
            // With the comments after it.
            let end = self.lexer.text[..name.span.start].trim_end_matches(is_ignorable).len();
            self.drop_name(before, end, false);
        }
        let (mark, gap) = (self.buffer.mark(), self.gap.clone());
        self.separate(name.span.start);
        let content = name.content.clone();
        let schema = self.enter_member(&self.lexer.text[content.clone()]);
        let (start, end) = (name.span.start, name.span.end);
        // A line break at its end is not part of a name.
        let text = self.lexer.text[content.clone()].trim_end_matches(['\n', '\r']);
        let unbroken = content.start..content.start + text.len();
        self.repair_string(Scalar { content: unbroken, ..name }, FindingKind::Quote);
        let has_colon = !colon.is_empty();
        if has_colon && &self.lexer.text[colon.clone()] != ":" {
            self.buffer.edit(colon.clone(), ":");
            self.report(FindingKind::Colon, colon.clone());
        }
        self.repair_whitespace(end..colon.start);
        let span = start..end.max(colon.end);
        self.gap = Gap::new(span.end, false);
        self.name = Some(NameBefore { span, content, has_colon, schema, mark, gap });
        Ok(())
    }

    /// Ensures that one comma is before the content at `at` if one is needed.
    fn separate(&mut self, at: usize) {
        let comma = self.gap.comma.take();
        match comma {
            Some(comma) if self.gap.is_first => self.drop_comma(comma),
            Some(_) => {}
            None if self.gap.is_first => {}
            None => {
                let at = self.gap.from.min(at);
                self.buffer.edit(at..at, ",");
                self.report(FindingKind::MissingComma, at..at);
            }
        }
    }

    fn drop_comma(&mut self, at: usize) {
        self.buffer.edit(at..at + 1, "");
        // A comma beside dropped content is dropped with it.
        if !self.gap.has_dropped {
            self.report(FindingKind::ExtraComma, at..at + 1);
        }
    }

    /// Drops a name whose value is missing, with what follows it up to `end`.
    fn drop_name(&mut self, name: NameBefore, end: usize, is_truncated: bool) {
        // What was dropped in place of its value is dropped with it.
        let end = end.max(name.span.end).max(self.last_end);
        self.buffer.roll_back(name.mark);
        self.gap = name.gap;
        self.drop(name.span.start..end, Some(name.content), is_truncated);
    }

    /// Drops content that is truncated or cannot be placed.
    fn drop(&mut self, span: Range<usize>, name: Option<Range<usize>>, is_truncated: bool) {
        self.buffer.edit(span.clone(), "");
        self.gap.has_dropped = true;
        let name = name.zip(self.levels.last()).map(|(name, level)| {
            let name = &self.lexer.text[name];
            member_step(level.schema.field(name).map(|(known, _)| known), name)
        });
        let kind = if is_truncated { FindingKind::Truncated } else { FindingKind::Incomplete };
        let path = || match name {
            None => path_of_innermost(&self.levels),
            Some(_) => path(&self.levels, name),
        };
        self.buffer.report(kind, path, span);
    }

    /// The brackets that close all levels, from the innermost.
    pub(super) fn expected_closers(&self) -> impl Iterator<Item = u8> {
        self.levels.iter().rev().map(|level| if level.is_object { b'}' } else { b']' })
    }

    pub(super) fn report(&mut self, kind: FindingKind, span: Range<usize>) {
        self.buffer.report(kind, || path(&self.levels, None), span);
    }
}

/// Whether a bracket is that of an object.
fn is_object(bracket: Bracket, read_as: Option<bool>) -> Result<bool, Interrupt> {
    match (read_as, bracket) {
        (Some(object), _) => Ok(object),
        (None, Bracket::Brace) => Ok(true),
        (None, Bracket::Square) => Ok(false),
        (None, Bracket::Other) => Err(Interrupt::Mismatch),
    }
}

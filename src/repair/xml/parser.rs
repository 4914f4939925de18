//! The repair parser: reads one token after the other, in several ways where one is in doubt.
//!
//! A reading is a stack of open elements and the changes that led to it. At each token, a reading goes on in
//! all ways that the tags and the schema suggest, each at a cost; the cheapest few are kept. As long as
//! nothing is in doubt, there is one reading.

use std::ops::Range;
use std::rc::Rc;

use super::super::edits::{Edit, EditBuffer};
use super::super::work::RepairAbort;
use super::head::MissingHead;
use super::lexer::Tag;
use super::schema::{Context, Fit};
use super::stack::{Change, Level, NewLevel, Reading, Stacks};
use super::tally::Tally;
use super::tokens::{Token, Tokens};
use crate::finding::{FindingKind, Nesting};
use crate::schema::same_name;

/// Number of readings that are kept.
const MOST_READINGS: usize = 8;

/// A reading that costs more than the cheapest by this is dropped.
const WIDTH: u32 = 12;

/// After this many tokens without a cost, the cheapest reading is the right one.
const CALM_TOKENS: usize = 24;

/// After this many tokens in doubt, only the cheapest reading is kept, to limit the memory.
const MOST_DOUBTFUL: usize = 512;

pub(super) struct Parser<'t> {
    pub(super) tokens: Tokens<'t>,
    pub(super) tally: Tally<'t>,
    pub(super) buffer: EditBuffer<'t>,
    pub(super) stacks: Stacks<'t>,
    pub(super) max_depth: usize,
    /// The start of the document, if it is cut off.
    pub(super) head: Option<MissingHead>,
    /// Whether tags that cannot be read are before the root element.
    has_other_tags: bool,
    /// Where elements are nested too deep for a reading.
    pub(super) too_deep: Option<usize>,
    /// The readings after the present token.
    pub(super) found: Vec<Reading>,
    /// The two tokens after the present one.
    pub(super) ahead: [Token<'t>; 2],
}

impl<'t> Parser<'t> {
    pub(super) fn new(
        tokens: Tokens<'t>,
        tally: Tally<'t>,
        buffer: EditBuffer<'t>,
        max_depth: usize,
    ) -> Self {
        let stacks = Stacks::default();
        let ahead = [Token::End(0), Token::End(0)];
        Self {
            tokens,
            tally,
            buffer,
            stacks,
            max_depth,
            head: None,
            has_other_tags: false,
            too_deep: None,
            found: Vec::new(),
            ahead,
        }
    }

    pub(super) fn text(&self) -> &'t str {
        self.tokens.lexer.text
    }

    /// Repairs one document, and returns its end.
    pub(super) fn run(&mut self) -> Result<usize, RepairAbort> {
        let mut readings = vec![self.start()];
        let (mut calm, mut doubtful) = (0, 0);
        // The cheapest reading whose root element is closed, and its end.
        let mut closed: Option<(Reading, usize)> = None;
        loop {
            let token = self.tokens.next();
            if self.tokens.lexer.work.is_exhausted() {
                return Err(RepairAbort::WorkLimit(token.start()));
            }
            self.ahead = [self.tokens.peek(0).clone(), self.tokens.peek(1).clone()];
            let least = readings.first().map_or(0, |reading| reading.cost);
            if readings.len() == 1 && closed.is_none() {
                (calm, doubtful) = (0, 0);
            }
            doubtful += 1;
            let token = match token {
                Token::End(at) => return Ok(self.finish(readings, closed, at)),
                Token::Start(tag) if self.begins_other_document(&readings[0], &tag) => {
                    if !self.ends_document(&tag) {
                        let at = tag.span.start;
                        return Ok(self.finish_before(readings[0], closed, at));
                    }
                    Token::EndTag(Rc::new(self.as_end_tag(&tag)))
                }
                token => token,
            };
            self.found.clear();
            self.too_deep = None;
            let best = readings.first().copied();
            for reading in readings.drain(..) {
                self.expand(reading, &token);
            }
            if let (true, None, Some(best)) = (self.found.is_empty(), self.too_deep, best) {
                self.ignore(best, &token);
            }
            self.tokens.lexer.work.add(4 * self.found.len());
            let is_open =
                |reading: &Reading| reading.top != super::stack::NONE || !reading.has_root;
            for reading in self.found.iter().filter(|reading| !is_open(reading)) {
                if closed.as_ref().is_none_or(|(closed, _)| reading.cost < closed.cost) {
                    closed = Some((*reading, token.end()));
                }
            }
            self.found.retain(is_open);
            if let Some((closed, _)) = &closed {
                self.found.retain(|reading| reading.cost < closed.cost);
            }
            self.found.sort_by_key(|reading| reading.cost);
            self.keep_best(&mut readings);
            // What follows belongs to the document after all.
            closed = closed.filter(|_| calm < CALM_TOKENS);
            match (readings.first(), closed) {
                (None, Some((mut reading, end))) => {
                    self.stacks.commit(&mut reading, &mut self.buffer);
                    return Ok(end);
                }
                (None, None) => {
                    return Err(RepairAbort::TooDeep(self.too_deep.unwrap_or(token.start())));
                }
                (Some(first), _) if first.cost == least => calm += 1,
                (Some(_), _) => calm = 0,
            }
            if calm >= CALM_TOKENS || doubtful >= MOST_DOUBTFUL {
                readings.truncate(1);
            }
            if let ([reading], None) = (&mut readings[..], &closed) {
                self.stacks.commit(reading, &mut self.buffer);
            }
        }
    }

    /// The reading at the start, with the elements whose start tags are cut off.
    fn start(&mut self) -> Reading {
        let mut reading = Reading::START;
        let Some(head) = self.head.take() else { return reading };
        let MissingHead { names, rest } = head;
        for (nth, name) in names.into_iter().enumerate() {
            let known = self.tokens.lexer.names;
            let (context, fit) = match self.stacks.top(&reading) {
                None => (Context::Root(known.root(name)), None),
                Some(top) => match known.field(top.context, name) {
                    Some((context, fit)) => (context, Some(fit)),
                    None => break,
                },
            };
            // The finding on the cut is one on the whole document.
            if nth == 1 && !rest.is_empty() {
                self.stacks.report(&mut reading, FindingKind::Truncated, rest.clone(), false);
            }
            self.insert_start(&mut reading, name, context, fit, rest.start, false);
        }
        self.stacks.edit(&mut reading, rest, "");
        reading
    }

    /// Moves the cheapest different readings from `found`, which is sorted.
    fn keep_best(&self, readings: &mut Vec<Reading>) {
        let mut hashes = [0; MOST_READINGS];
        let Some(first) = self.found.first() else { return };
        for reading in &self.found {
            if readings.len() == MOST_READINGS || reading.cost > first.cost + WIDTH {
                return;
            }
            let hash = self.stacks.hash(reading);
            if !hashes[..readings.len()].contains(&hash) {
                hashes[readings.len()] = hash;
                readings.push(*reading);
            }
        }
    }

    fn expand(&mut self, reading: Reading, token: &Token<'t>) {
        match token {
            Token::Start(tag) if tag.is_truncated => self.drop_truncated(reading, &tag.span),
            Token::EndTag(tag) if tag.is_truncated => self.drop_truncated(reading, &tag.span),
            Token::Start(tag) if reading.has_root => {
                if let Some(after) = &tag.after_gap
                    && self.read_after_gap(reading, tag, after)
                {
                    return;
                }
                let tag = if self.is_joined(&reading, tag) { tag.joined.as_ref() } else { None }
                    .unwrap_or(tag);
                self.read_start_tag(reading, tag);
            }
            Token::Start(tag) => self.read_root(reading, tag),
            Token::EndTag(tag) => {
                let joined = tag.joined.as_ref();
                let is_open = |joined: &&Rc<Tag<'t>>| {
                    (0..4).any(|nth| {
                        self.stacks
                            .ancestor(&reading, nth)
                            .is_some_and(|level| level.name == joined.name)
                    })
                };
                self.read_end_tag(reading, joined.filter(is_open).unwrap_or(tag));
            }
            Token::Text(span) if !reading.has_root => {
                let mut reading = reading;
                // The text of a field whose start tag is missing, as is that of the root element.
                if let (Token::EndTag(end), Some((nth, name))) =
                    (&self.ahead[0], self.root_of_end())
                    && end.known.is_some_and(|known| known != name)
                {
                    let context = Context::Root(Some(&self.tokens.lexer.names.kinds.kinds[nth]));
                    let at = span.start;
                    self.insert_start(&mut reading, name, context, None, at, false);
                    return self.read_text(reading, span, None);
                }
                self.stacks.edit(&mut reading, span.clone(), "");
                let kind = FindingKind::SurroundingText;
                self.stacks.report(&mut reading, kind, span.clone(), false);
                self.found.push(reading);
            }
            // The text may be incomplete.
            Token::Text(span) if span.end == self.text().len() || self.is_before_mark(&reading) => {
                self.drop_truncated(reading, span);
            }
            Token::Text(span) => self.read_text(reading, span, None),
            Token::CData(span, edits) => self.read_text(reading, span, Some(edits)),
            Token::Unterminated(span, is_cdata) => {
                let mut reading = reading;
                let is_truncated = span.end == self.text().len();
                if *is_cdata && !is_truncated {
                    self.stacks.edit(&mut reading, span.end..span.end, "]]>");
                    self.stacks.mark_text(&mut reading);
                } else {
                    self.stacks.edit(&mut reading, span.clone(), "");
                }
                let kind =
                    if is_truncated { FindingKind::Truncated } else { FindingKind::Unterminated };
                self.stacks.report(&mut reading, kind, span.clone(), false);
                self.found.push(reading);
            }
            Token::End(_) => {}
        }
    }

    /// Whether the value before the next tag is cut off there, as that tag tells.
    fn is_before_mark(&self, reading: &Reading) -> bool {
        let is_mark = match &self.ahead {
            [Token::Start(mark), _] => self.is_mark(mark),
            // With the bracket of a tag that is cut off.
            [Token::Text(_), Token::Start(mark)] => self.is_mark(mark),
            _ => false,
        };
        is_mark
            && self.stacks.top(reading).is_some_and(|top| top.context.is_scalar() && top.depth > 1)
    }

    /// Whether a tag at the end of the text only tells that it is cut off, as `<truncated>` does.
    pub(super) fn is_mark(&self, tag: &Tag<'t>) -> bool {
        tag.known.is_none()
            && self.tally.never_closes(tag.name)
            && self.text()[tag.span.end..].trim_start().is_empty()
    }

    /// Goes on after a tag that can be read in no other way.
    fn ignore(&mut self, reading: Reading, token: &Token<'t>) {
        const COST: u32 = 9;
        let (Token::Start(tag) | Token::EndTag(tag)) = token else { return };
        match reading.in_text && self.text_follows() {
            true => self.as_text(reading, tag, COST),
            false => self.delete(reading, tag, COST),
        }
    }

    /// Whether the words after the name of a start tag belong to it: as a whole it is a field of the innermost
    /// element, or its end tag follows.
    fn is_joined(&self, reading: &Reading, tag: &Tag<'t>) -> bool {
        let Some((joined, top)) = tag.joined.as_ref().zip(self.stacks.top(reading)) else {
            return false;
        };
        let is_end = |token: &Token<'t>| matches!(token, Token::EndTag(end) if end.joined.as_ref().unwrap_or(end).name == joined.name);
        let names = self.tokens.lexer.names;
        let fits = |name: &str| {
            let field = names.field(top.context, name);
            matches!(field, Some((_, Fit::Field(_) | Fit::Item)))
        };
        self.ahead.iter().any(is_end) || fits(joined.name) || !fits(tag.name)
    }

    pub(super) fn drop_truncated(&mut self, mut reading: Reading, span: &Range<usize>) {
        self.stacks.edit(&mut reading, span.clone(), "");
        self.stacks.report(&mut reading, FindingKind::Truncated, span.clone(), false);
        self.found.push(reading);
    }

    /// Whether a start tag begins the next document before the end of this one.
    fn begins_other_document(&self, reading: &Reading, tag: &Tag<'t>) -> bool {
        let root = self.stacks.root(reading);
        root.is_some_and(|root| {
            root.name == tag.name && (root.depth < self.stacks.depth(reading) || !root.is_empty())
        })
    }

    /// Whether a start tag of the root element's name closes it: nothing follows, or the next document does.
    fn ends_document(&self, tag: &Tag<'t>) -> bool {
        match &self.ahead {
            [Token::End(_), _] => true,
            [Token::Text(_), Token::End(_)] => self.tally.is_paired,
            [Token::Start(next), _] => self.tally.is_paired && next.name == tag.name,
            _ => false,
        }
    }

    fn as_end_tag(&self, tag: &Tag<'t>) -> Tag<'t> {
        let mut end = Tag::new(tag.name, tag.span.clone(), tag.span.start);
        end.known = tag.known;
        end.name_span = None;
        let read = format!("</{}>", tag.name);
        end.edits = vec![Edit { original: tag.span.clone(), replacement: read.clone().into() }];
        let kind = FindingKind::Nesting(Nesting::Replaced { read: read.into() });
        end.findings = vec![(kind, tag.span.clone())];
        end
    }

    /// Reads the root element's start tag, or inserts it.
    fn read_root(&mut self, reading: Reading, tag: &Rc<Tag<'t>>) {
        let kinds = self.tokens.lexer.names.kinds;
        if tag.lacks_bracket && self.has_other_tags {
            // It is in the value of an element whose tags cannot be read.
            return self.delete(reading, tag, 0);
        }
        if let Some(kind) = self.tokens.lexer.names.root(tag.name) {
            let context = Context::Root(Some(kind));
            // `<a/>…</a>`
            let is_opened = tag.is_self_closing && self.tally.has_extra_end_tag(tag.name);
            return match kinds.by_root(tag.name).filter(|_| is_opened) {
                Some((_, root)) => self.open_renamed(reading, tag, root, context, None, 0, true),
                None => self.open(reading, tag, context, None, 0),
            };
        }
        let root = self.root_of_end();
        let Some(known) = tag.known else {
            let is_wrong = self.tally.never_closes(tag.name);
            // A name that is nearly that of the end tag is mistyped.
            if let Some((nth, root)) = root
                && (is_wrong || super::schema::is_similar(tag.name, root))
            {
                let context = Context::Root(Some(&kinds.kinds[nth]));
                return self.open_renamed(reading, tag, root, context, None, 0, false);
            }
            return match tag.has_invalid_name {
                true => {
                    self.has_other_tags = true;
                    self.delete(reading, tag, 0);
                }
                false => self.open(reading, tag, Context::Unknown, None, 0),
            };
        };
        let nth = root.map(|(nth, _)| nth).or_else(|| self.kind_of_names(known));
        let kind = nth.map(|nth| &kinds.kinds[nth]);
        match kind {
            Some(kind) if root.is_some() || kind.field(known).is_some() => {
                let mut reading = reading;
                let name = root.map_or(kind.roots[0], |(_, name)| name);
                self.insert_start(
                    &mut reading,
                    name,
                    Context::Root(Some(kind)),
                    None,
                    tag.span.start,
                    root.is_none(),
                );
                self.read_start_tag(reading, tag);
            }
            _ => {
                let context = self.tokens.lexer.names.field(Context::Unknown, known);
                let context = context.map_or(Context::Unknown, |(context, _)| context);
                self.open(reading, tag, context, None, 0);
            }
        }
    }

    /// The root element, by its end tag, if its start tag is missing.
    fn root_of_end(&self) -> Option<(usize, &'static str)> {
        let kinds = self.tokens.lexer.names.kinds;
        let end = self.tally.ends().filter(|(name, _)| kinds.by_root(name).is_some());
        let end = end.filter(|(name, _)| self.tally.has_extra_end_tag(name)).min();
        end.and_then(|(name, _)| kinds.by_root(name))
    }

    /// The kind of response whose root element lacks both tags, by the names of its fields.
    fn kind_of_names(&self, first: &str) -> Option<usize> {
        let kinds = self.tokens.lexer.names.kinds.kinds;
        let count = |kind: &crate::schema::Kind| {
            kind.schema.fields.iter().filter(|(name, _)| self.tally.has(name)).count()
        };
        let of_first = kinds.iter().enumerate().filter(|(_, kind)| kind.field(first).is_some());
        let most = of_first.max_by_key(|(nth, kind)| (count(kind), usize::MAX - nth))?;
        (count(most.1) > 1).then_some(most.0)
    }

    /// Opens the element of a start tag.
    pub(super) fn open(
        &mut self,
        reading: Reading,
        tag: &Rc<Tag<'t>>,
        context: Context,
        fit: Option<Fit>,
        cost: u32,
    ) {
        if tag.has_invalid_name {
            return;
        }
        let mut reading = reading.with_cost(cost + u32::from(tag.lacks_bracket));
        let level = NewLevel {
            name: tag.name,
            known: tag.known,
            context,
            fit,
            start: tag.span.start,
            is_rewritten: tag.name_span.is_none() || tag.lacks_bracket,
        };
        if self.push(&mut reading, level) {
            let change = Change::Tag(Rc::clone(tag), reading.top);
            self.stacks.change(&mut reading, change);
            if tag.is_self_closing {
                self.stacks.pop(&mut reading);
            }
            self.found.push(reading);
        }
    }

    /// Opens an element of the schema that an edit starts.
    pub(super) fn push_known(
        &mut self,
        reading: &mut Reading,
        name: &'static str,
        context: Context,
        fit: Option<Fit>,
        start: usize,
    ) -> bool {
        let known = Some(name);
        self.push(reading, NewLevel { name, known, context, fit, start, is_rewritten: true })
    }

    /// Opens an element; `false` if that is too deep.
    pub(super) fn push(&mut self, reading: &mut Reading, level: NewLevel<'t>) -> bool {
        if self.stacks.depth(reading) >= self.max_depth {
            self.too_deep.get_or_insert(level.start);
            return false;
        }
        self.stacks.open(reading, level);
        true
    }

    /// Inserts a start tag.
    pub(super) fn insert_start(
        &mut self,
        reading: &mut Reading,
        name: &'static str,
        context: Context,
        fit: Option<Fit>,
        start: usize,
        is_guess: bool,
    ) -> bool {
        let read = format!("<{name}>");
        if !self.push_known(reading, name, context, fit, start) {
            return false;
        }
        self.stacks.edit(reading, start..start, read.clone());
        let kind = FindingKind::Nesting(Nesting::Missing { read: read.into() });
        self.stacks.report(reading, kind, start..start, is_guess);
        true
    }

    /// Closes the innermost elements, whose end tags are missing before `at`.
    pub(super) fn close_levels(&mut self, reading: &mut Reading, count: usize, at: usize) {
        if count == 0 {
            return;
        }
        // Insert before whitespace, which belongs to the next tag.
        let before = &self.text()[..at];
        let offset = before.trim_end_matches([' ', '\t', '\r', '\n']).len();
        self.tokens.lexer.work.add(at - offset);
        let inside = *reading;
        let mut read = String::new();
        for _ in 0..count {
            if let Some(level) = self.stacks.top(reading) {
                read.push_str(&format!("</{}>", level.name));
            }
            self.stacks.pop(reading);
        }
        self.stacks.edit(reading, offset..offset, read.clone());
        let kind = FindingKind::Nesting(Nesting::Missing { read: read.into() });
        let change = Change::Report(kind, offset..offset, inside.top, false);
        self.stacks.change(reading, change);
    }

    /// The cost of an end tag that is missing.
    pub(super) fn close_cost(&self, level: &Level<'t>) -> u32 {
        match level.name {
            name if self.tally.never_closes(name) && !level.is_rewritten => 1,
            name if self.tally.lacks_end_tag(name) || level.is_rewritten => 3,
            _ => 5,
        }
    }

    /// The cost of a start tag that is missing.
    pub(super) fn open_cost(&self, name: &str) -> u32 {
        match name {
            _ if self.tally.never_opens(name) => 1,
            _ if self.tally.has_extra_end_tag(name) => 3,
            _ => 5,
        }
    }

    /// Closes everything of the cheaper reading at the end of the text, and returns the end.
    fn finish(
        &mut self,
        readings: Vec<Reading>,
        closed: Option<(Reading, usize)>,
        at: usize,
    ) -> usize {
        let open_cost =
            |reading: &Reading| reading.cost + 2 * self.stacks.depth(reading).min(50) as u32;
        let open = readings.into_iter().min_by_key(open_cost);
        if let Some((mut reading, end)) = closed
            && open.as_ref().is_none_or(|open| reading.cost <= open_cost(open))
        {
            self.stacks.commit(&mut reading, &mut self.buffer);
            return end;
        }
        if let Some(reading) = open {
            self.close_truncated(reading, at);
        }
        at
    }

    /// Ends this document where the next one begins.
    fn finish_before(
        &mut self,
        mut reading: Reading,
        closed: Option<(Reading, usize)>,
        at: usize,
    ) -> usize {
        if let Some((mut reading, end)) = closed {
            self.stacks.commit(&mut reading, &mut self.buffer);
            return end;
        }
        let depth = self.stacks.depth(&reading);
        self.close_levels(&mut reading, depth, at);
        self.stacks.commit(&mut reading, &mut self.buffer);
        at
    }

    /// Closes all elements of a truncated document.
    fn close_truncated(&mut self, mut reading: Reading, at: usize) {
        let Some(top) = self.stacks.top(&reading).cloned() else {
            return self.stacks.commit(&mut reading, &mut self.buffer);
        };
        self.stacks.report(&mut reading, FindingKind::Truncated, at..at, false);
        let mut ends = String::new();
        let mut left = reading;
        // The last element is incomplete if it has no content.
        let is_incomplete =
            top.is_empty() && !top.context.is_container() && top.depth > 1 && !top.is_rewritten;
        if is_incomplete {
            self.stacks.pop(&mut left);
        }
        while let Some(level) = self.stacks.top(&left) {
            ends.push_str(&format!("</{}>", level.name));
            self.stacks.pop(&mut left);
        }
        self.stacks.commit(&mut reading, &mut self.buffer);
        if is_incomplete {
            // Keep the edits before it, which may close other elements.
            self.buffer.edits.retain(|edit| edit.original.end <= top.start);
            self.buffer.edit(top.start..at, "");
        }
        self.buffer.edit(at..at, ends);
    }

    /// Whether two names match, ignoring case, `_`, `-` and namespace prefixes.
    pub(super) fn is_same_name(name: &str, other: &str) -> bool {
        let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
        same_name(local, other)
    }
}

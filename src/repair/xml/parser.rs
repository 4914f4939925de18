//! The repair parser: reads and repairs one tag after the other.

use std::ops::Range;

use super::super::edits::EditBuffer;
use super::super::schema_context::{SchemaContext, member_step};
use super::super::work::RepairAbort;
use super::lexer::{Lexer, Piece, Tag};
use super::tally::Tally;
use crate::finding::{FindingKind, Nesting, Path, Step};
use crate::schema::{Kinds, same_name};

/// An open element.
pub(super) struct Level<'t> {
    name: &'t str,
    schema: SchemaContext,
    /// The path steps from its parent.
    steps: Vec<Step>,
    /// Number of list items opened in it.
    items: usize,
    start: usize,
    has_text: bool,
    has_children: bool,
}

pub(super) struct Parser<'t> {
    pub(super) lexer: Lexer<'t>,
    pub(super) kinds: &'static Kinds,
    pub(super) tally: Tally<'t>,
    pub(super) buffer: EditBuffer<'t>,
    pub(super) levels: Vec<Level<'t>>,
    pub(super) max_depth: usize,
    /// Whether non-whitespace text precedes, with no tag in between.
    pub(super) in_text: bool,
}

impl<'t> Parser<'t> {
    /// Repairs one document, and returns its end.
    pub(super) fn run(&mut self, start: usize) -> Result<usize, RepairAbort> {
        let (mut at, mut has_root) = (start, false);
        loop {
            if self.lexer.work.is_exhausted() {
                return Err(RepairAbort::WorkLimit(at));
            }
            let piece = self.lexer.piece(at);
            let next = match &piece {
                Piece::Text(span) | Piece::Ignored(span) | Piece::CData(span) => span.end,
                Piece::Unterminated { span, .. } => span.end,
                Piece::StartTag(tag) | Piece::EndTag(tag) => tag.span.end,
                Piece::End => at,
            };
            match piece {
                Piece::End => {
                    self.close_truncated(at);
                    return Ok(at);
                }
                Piece::StartTag(tag) if has_root && tag.name == self.levels[0].name => {
                    // The next document begins before the end of this one.
                    self.close_levels(0, at);
                    return Ok(at);
                }
                Piece::StartTag(tag) => {
                    has_root = true;
                    at = self.handle_start_tag(tag)?;
                }
                Piece::EndTag(tag) => {
                    self.handle_end_tag(tag);
                    at = next;
                }
                Piece::Text(span) => {
                    self.handle_text(span, has_root);
                    at = next;
                }
                Piece::CData(_) => {
                    self.mark_text();
                    at = next;
                }
                Piece::Ignored(_) => at = next,
                Piece::Unterminated { span, is_cdata } => {
                    self.handle_unterminated(span, is_cdata);
                    at = next;
                }
            }
            if has_root && self.levels.is_empty() {
                return Ok(at);
            }
        }
    }

    fn is_root(&self, name: &str) -> bool {
        self.kinds.by_root(name).is_some()
    }

    pub(super) fn mark_text(&mut self) {
        self.in_text = true;
        if let Some(level) = self.levels.last_mut() {
            level.has_text = true;
        }
    }

    pub(super) fn handle_text(&mut self, span: Range<usize>, has_root: bool) {
        let text = &self.lexer.text[span.clone()];
        if text.trim().is_empty() {
            return;
        }
        if !has_root {
            self.buffer.edit(span.clone(), "");
            return self.report(FindingKind::SurroundingText, span);
        }
        if text.starts_with('<') {
            self.treat_as_text(span.start);
        }
        if span.end == self.lexer.text.len() {
            // The text may be incomplete.
            self.buffer.edit(span.clone(), "");
            return self.report(FindingKind::Truncated, span);
        }
        self.mark_text();
    }

    pub(super) fn handle_unterminated(&mut self, span: Range<usize>, is_cdata: bool) {
        let is_truncated = span.end == self.lexer.text.len();
        if is_cdata && !is_truncated {
            self.buffer.edit(span.end..span.end, "]]>");
            self.mark_text();
        } else {
            self.buffer.edit(span.clone(), "");
        }
        self.report(
            if is_truncated { FindingKind::Truncated } else { FindingKind::Unterminated },
            span,
        );
    }

    /// Handles a start tag, and returns the position to continue at.
    pub(super) fn handle_start_tag(&mut self, tag: Tag<'t>) -> Result<usize, RepairAbort> {
        let Tag { name, span, .. } = &tag;
        if tag.is_truncated {
            self.buffer.edit(span.clone(), "");
            self.report(FindingKind::Truncated, span.clone());
            return Ok(span.end);
        }
        if self.is_literal_text(&tag) {
            return Ok(self.treat_as_text(span.start));
        }
        if let Some(depth) = self.depth_for(name, tag.is_self_closing) {
            self.close_levels(depth, span.start);
        }
        if self.levels.len() == self.max_depth {
            return Err(RepairAbort::TooDeep(span.start));
        }
        self.in_text = false;
        let level = self.new_level(name, span.start);
        self.levels.push(level);
        for edit in tag.edits {
            self.buffer.edit(edit.original, edit.replacement);
        }
        for (kind, span) in tag.findings {
            self.report(kind, span);
        }
        if tag.is_self_closing {
            self.levels.pop();
        }
        Ok(tag.span.end)
    }

    /// Creates the level of an element about to open.
    pub(super) fn new_level(&mut self, name: &'t str, start: usize) -> Level<'t> {
        let mut level = Level {
            name,
            schema: SchemaContext::Unknown,
            steps: Vec::new(),
            items: 0,
            start,
            has_text: false,
            has_children: false,
        };
        let Some(parent) = self.levels.last_mut() else {
            level.schema = match self.is_root(name) {
                true => SchemaContext::Root(self.kinds),
                false => SchemaContext::Unknown,
            };
            return level;
        };
        parent.has_children = true;
        let field = parent.schema.field(name);
        level.steps.push(member_step(field.map(|(known, _)| known), name));
        level.schema = field.map_or(SchemaContext::Unknown, |(_, known)| known);
        if let (SchemaContext::Wrapper(items), Some((known, _))) = (parent.schema, field) {
            if known == items.name {
                level.steps.push(Step::Index(parent.items));
                parent.items += 1;
            } else if parent.items == 0 {
                // A single item without the element that wraps it has the same path as one in it.
                level.steps.splice(..0, [Step::Name(items.name.into()), Step::Index(0)]);
            }
        }
        level
    }

    /// Whether an apparent start tag more likely is text.
    pub(super) fn is_literal_text(&self, tag: &Tag<'t>) -> bool {
        let Some(top) = self.levels.last() else {
            return false;
        };
        let is_known = self.is_root(tag.name)
            || self.levels.iter().any(|level| level.schema.field(tag.name).is_some());
        let never_closes = !tag.is_self_closing && self.tally.never_closes(tag.name);
        // A scalar field that has an end tag contains no elements.
        let is_in_scalar =
            matches!(top.schema, SchemaContext::Scalar) && !self.tally.lacks_end_tag(top.name);
        never_closes
            && (!is_known || is_in_scalar)
            && (tag.may_be_text || is_in_scalar || top.has_text)
    }

    /// How many levels to keep open before an element with this name; `None` for all.
    pub(super) fn depth_for(&self, name: &str, is_self_closing: bool) -> Option<usize> {
        let top = self.levels.last()?;
        if top.schema.field(name).is_some() {
            return None;
        }
        // The innermost levels that lack an end tag.
        let open = self
            .levels
            .iter()
            .rev()
            .take_while(|level| self.tally.lacks_end_tag(level.name))
            .count();
        let depth = self.levels.len();
        let knows = |depth: &usize| {
            depth.checked_sub(1).is_some_and(|nth| self.levels[nth].schema.field(name).is_some())
        };
        let lowest = depth - open;
        if let Some(known) = (lowest.max(1)..depth).rev().find(knows) {
            return Some(known);
        }
        // An unknown element after text: a sibling rather than a child.
        let is_leaf =
            matches!(top.schema, SchemaContext::Scalar) || top.has_text && !top.has_children;
        let is_element = is_self_closing || !self.tally.never_closes(name);
        (open > 0 && depth > 1 && is_leaf && is_element).then_some(depth - 1)
    }

    /// Handles an end tag.
    pub(super) fn handle_end_tag(&mut self, tag: Tag<'t>) {
        let Some(top) = self.levels.last() else {
            return self.handle_extra_end_tag(tag);
        };
        if tag.is_truncated {
            self.buffer.edit(tag.span.clone(), "");
            return self.report(FindingKind::Truncated, tag.span);
        }
        let is_top = top.name == tag.name;
        let depth = self.levels.iter().rposition(|level| level.name == tag.name);
        // A wrong name: this end tag is extra, and that of the open element is missing.
        let is_replacement = !is_top
            && self.tally.lacks_end_tag(top.name)
            && match depth {
                Some(_) => self.tally.has_extra_end_tag(tag.name),
                None => !self.child_follows(tag.span.end),
            };
        let is_replacement = is_replacement
            || depth.is_none()
                && (same_local_name(top.name, tag.name) || self.is_end_of_field(&tag));
        match depth {
            _ if is_replacement => {
                let name = top.name;
                self.tally.record_closed(name);
                self.tally.record_consumed(tag.name);
                let read = format!("</{name}>");
                self.buffer.edit(tag.span.clone(), read.clone());
                self.report(
                    FindingKind::Nesting(Nesting::Replaced { read: read.into() }),
                    tag.span,
                );
                self.levels.pop();
                self.in_text = false;
            }
            Some(depth) => {
                self.close_levels(depth + 1, tag.span.start);
                for edit in tag.edits {
                    self.buffer.edit(edit.original, edit.replacement);
                }
                for (kind, span) in tag.findings {
                    self.report(kind, span);
                }
                self.levels.pop();
                self.in_text = false;
            }
            None => self.handle_extra_end_tag(tag),
        }
    }

    /// Whether an element follows that belongs in the open element and not in its parent.
    pub(super) fn child_follows(&self, at: usize) -> bool {
        let (Piece::StartTag(next), [outer @ .., top]) =
            (self.lexer.piece(self.lexer.skip_whitespace(at)), &*self.levels)
        else {
            return false;
        };
        let knows = |level: &Level<'_>| level.schema.field(next.name).is_some();
        knows(top) && !outer.last().is_some_and(knows) && !self.is_root(next.name)
    }

    /// Whether an end tag with another name is where the open scalar field must end.
    pub(super) fn is_end_of_field(&self, tag: &Tag<'t>) -> bool {
        let [.., parent, Level { schema: SchemaContext::Scalar, .. }] = &*self.levels else {
            return false;
        };
        match self.lexer.piece(self.lexer.skip_whitespace(tag.span.end)) {
            Piece::StartTag(next) => parent.schema.field(next.name).is_some(),
            Piece::EndTag(next) => next.name == parent.name,
            _ => false,
        }
    }

    /// Escapes the `<` at `at`, and returns its end.
    pub(super) fn treat_as_text(&mut self, at: usize) -> usize {
        self.buffer.edit(at..at + 1, "&lt;");
        self.report(FindingKind::UnescapedMarkup, at..at + 1);
        self.mark_text();
        at + 1
    }

    pub(super) fn handle_extra_end_tag(&mut self, tag: Tag<'t>) {
        self.tally.record_consumed(tag.name);
        if self.in_text {
            // Removing it would join the text on both sides to one that the document does not have.
            self.treat_as_text(tag.span.start);
            return;
        }
        self.buffer.edit(tag.span.clone(), "");
        self.report(FindingKind::Nesting(Nesting::Extra), tag.span);
    }

    /// Closes all but the outer `depth` elements, whose end tags are missing.
    pub(super) fn close_levels(&mut self, depth: usize, at: usize) {
        if self.levels.len() <= depth {
            return;
        }
        // Insert before whitespace, which belongs to the next tag.
        let before = &self.lexer.text[..at];
        let offset = before.trim_end().len();
        self.lexer.work.add(at - offset);
        let path = self.buffer.budget.clone().take(|| path(&self.levels));
        let mut read = String::new();
        while self.levels.len() > depth
            && let Some(level) = self.levels.pop()
        {
            self.tally.record_closed(level.name);
            read.push_str(&format!("</{}>", level.name));
        }
        self.buffer.edit(offset..offset, read.clone());
        let kind = FindingKind::Nesting(Nesting::Missing { read: read.into() });
        self.buffer.report(kind, || path.unwrap_or_default(), offset..offset);
    }

    /// Closes all elements of a truncated document.
    pub(super) fn close_truncated(&mut self, at: usize) {
        if self.levels.is_empty() {
            return;
        }
        self.report(FindingKind::Truncated, at..at);
        // The last element is incomplete if it has no content.
        if let Some(level) = self.levels.pop_if(|level| {
            !level.has_text
                && !level.has_children
                && matches!(level.schema, SchemaContext::Scalar | SchemaContext::Unknown)
                && !level.steps.is_empty()
        }) {
            // Keep the edits before it, which may close other elements.
            self.buffer.edits.retain(|edit| edit.original.start <= level.start);
            self.buffer.edit(level.start..at, "");
        }
        while let Some(level) = self.levels.pop() {
            self.buffer.edit(at..at, format!("</{}>", level.name));
        }
    }

    pub(super) fn report(&mut self, kind: FindingKind, span: Range<usize>) {
        self.buffer.report(kind, || path(&self.levels), span);
    }
}

pub(super) fn path(levels: &[Level<'_>]) -> Path {
    let steps: Vec<Step> = levels.iter().flat_map(|level| level.steps.iter().cloned()).collect();
    steps.into()
}

/// Whether two names match, ignoring case, `_`, `-` and namespace prefixes.
pub(super) fn same_local_name(name: &str, other: &str) -> bool {
    let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
    same_name(local, other)
}

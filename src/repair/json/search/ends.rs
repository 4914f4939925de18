//! Where a document ends.

use super::super::super::schema_context::SchemaContext;
use super::super::cost;
use super::super::quotes::{LOOKAHEAD, is_quote};
use super::Search;
use super::items::{Item, ItemKind};
use super::stack::{Phase, State};
use crate::text::characters::is_ignorable;

impl Search<'_, '_> {
    /// Whether a brace that starts a line begins the next document rather than an item.
    pub(super) fn is_next_document(&self, state: State, item: &Item) -> bool {
        let ItemKind::Open { is_next_document: true, .. } = item.kind else {
            return false;
        };
        let takes_response = match state.level.phase {
            Phase::First => true,
            Phase::AfterComma => {
                matches!(state.level.schema, SchemaContext::Root(_) | SchemaContext::Unknown)
            }
            Phase::AfterName => !matches!(state.level.member, SchemaContext::Scalar),
            Phase::AfterValue => false,
        };
        if takes_response {
            return false;
        }
        // What is cut may end with a comma or a name, before which only a name of a response tells.
        let is_sure = state.level.phase == Phase::AfterValue
            || self
                .lexer
                .first_name(item.at + 1)
                .is_some_and(|it| self.lexer.known.matches_root(it));
        is_sure && self.lexer.is_next_document(item.at, self.stacks.schemas(state))
    }

    /// The cost of ending the document at `end`, if what follows seems to belong to it.
    pub(super) fn tail_cost(&self, end: usize) -> u32 {
        let bytes = self.lexer.bytes();
        let (mut at, mut closers, mut has_comma) = (end, 0, false);
        loop {
            at = self.lexer.skip_ignorable(at);
            match bytes.get(at) {
                Some(b'}') if closers < 3 => closers += 1,
                Some(b']') if closers < 3 && !self.is_item => closers += 1,
                Some(b',') if !self.is_item => has_comma = true,
                _ => break,
            }
            at += 1;
        }
        let follows = match self.lexer.char(at) {
            _ if self.lexer.opens_field(at) => cost::OUTSIDE,
            Some(c) if has_comma && is_quote(c) && self.lexer.opens_name(at) => cost::OUTSIDE,
            // An item, and not another response.
            Some('{' | '[' | '(') => {
                let is_opener = |c: char| is_ignorable(c) || matches!(c, '{' | '[' | '(');
                let inside = self.lexer.text[at..].trim_start_matches(is_opener);
                let inside = self.lexer.text.len() - inside.len();
                self.lexer.work.add(inside - at);
                let known = &self.lexer.known;
                let is_item = |name: &str| known.matches(name) && !known.matches_root(name);
                // Where the first name is damaged, the second tells.
                let second = || {
                    let near = self.lexer.floor_char_boundary(inside + LOOKAHEAD);
                    let comma = self.lexer.text[inside..near].find(',').filter(|_| has_comma)?;
                    self.lexer.work.add(comma);
                    self.lexer.first_name(inside + comma + 1)
                };
                let first = self.lexer.first_name(inside).unwrap_or_default();
                let is_in_item =
                    is_item(first) || !known.matches_root(first) && second().is_some_and(is_item);
                if is_in_item { cost::OUTSIDE } else { 1 }
            }
            _ if has_comma => 1,
            _ => 0,
        };
        closers * cost::BRACKET + follows
    }
}

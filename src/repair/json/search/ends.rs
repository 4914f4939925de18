//! Where a document ends.

use super::super::super::schema_context::{SchemaContext, is_known_anywhere};
use super::super::cost;
use super::Search;
use super::items::{Item, ItemKind};
use super::stack::{Phase, State};
use crate::text::characters::{is_ignorable, is_quote};

impl Search<'_, '_> {
    /// Whether a brace that starts a line begins the next document rather than an item.
    pub(super) fn is_next_document(&self, state: State, item: &Item) -> bool {
        let ItemKind::Open { is_next_document: true, .. } = item.kind else {
            return false;
        };
        if matches!(state.level.phase, Phase::First | Phase::AfterComma | Phase::AfterName) {
            return false;
        }
        let Some(name) = self.lexer.first_name(item.at + 1) else { return true };
        if SchemaContext::Root(self.kinds).field(name).is_some() {
            return true;
        }
        let (mut level, mut below) = (state.level, state.below);
        loop {
            self.lexer.work.add(0);
            if let SchemaContext::Items(items) = level.schema
                && items.field(name).is_some()
            {
                return false;
            }
            let Some(node) = self.stacks.node(below) else { return true };
            (level, below) = (node.level, node.below);
        }
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
        let is_name = || {
            self.lexer.opens_name(at) && {
                let name = self.lexer.first_name(at);
                name.is_some_and(|name| is_known_anywhere(self.kinds, name))
            }
        };
        let follows = match self.lexer.char(at) {
            Some(quote) if is_quote(quote) && is_name() => cost::OUTSIDE,
            // An item, and not another response.
            Some('{' | '[' | '(') => {
                let is_opener = |c: char| is_ignorable(c) || matches!(c, '{' | '[' | '(');
                let inside = self.lexer.text[at..].trim_start_matches(is_opener);
                let is_root = |name: &str| SchemaContext::Root(self.kinds).field(name).is_some();
                let inside = self.lexer.text.len() - inside.len();
                self.lexer.work.add(inside - at);
                let is_item = |name| is_known_anywhere(self.kinds, name) && !is_root(name);
                if self.lexer.first_name(inside).is_some_and(is_item) { cost::OUTSIDE } else { 1 }
            }
            _ if has_comma => 1,
            _ => 0,
        };
        closers * cost::BRACKET + follows
    }
}

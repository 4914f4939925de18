//! The repair parser: reads and repairs one value after the other.

use std::ops::Range;

use super::super::edits::EditBuffer;
use super::super::schema_context::SchemaContext;
use super::super::work::RepairAbort;
use super::level::{Level, ListShape, path};
use super::lexer::{Content, Lexer};
use crate::finding::FindingKind;
use crate::schema::Kinds;

pub(super) struct Parser<'t> {
    pub(super) lexer: Lexer<'t>,
    pub(super) buffer: EditBuffer<'t>,
    pub(super) levels: Vec<Level>,
    pub(super) max_depth: usize,
    /// Whether brackets are assumed to match. The first that does not is an [`Interrupt::Mismatch`].
    pub(super) trusts_brackets: bool,
}

/// Why the parser stopped.
pub(super) enum Interrupt {
    Abort(RepairAbort),
    /// A bracket does not match; repair again without trusting brackets.
    Mismatch,
}

impl Parser<'_> {
    /// Repairs one document, and returns its end.
    pub(super) fn run(&mut self, start: usize, kinds: &'static Kinds) -> Result<usize, Interrupt> {
        self.open_level(start, true, SchemaContext::Root(kinds))?;
        let mut end = start + 1;
        let mut is_first = true;
        loop {
            (end, is_first) = self.skip_well_formed(end, is_first)?;
            let (content, past) = self.repair_gap(end, is_first)?;
            if self.levels.is_empty() {
                return Ok(past);
            }
            (end, is_first) = match content {
                Content::Open { object, at } => {
                    let schema = self.enter_item();
                    self.open_level(at, object, schema)?;
                    (at + 1, true)
                }
                Content::Scalar(scalar) => {
                    self.enter_item();
                    (self.repair_scalar(scalar), false)
                }
                Content::Member { name, colon, value } => self.repair_member(name, colon, value)?,
                // `repair_gap` drops names without a value.
                Content::Name { .. } | Content::End => return Ok(past),
            };
        }
    }

    /// Skips well-formed members, items and brackets from `at` on; a fast path. Returns the new
    /// position, and whether it is after an opening bracket.
    pub(super) fn skip_well_formed(
        &mut self,
        mut at: usize,
        mut is_first: bool,
    ) -> Result<(usize, bool), Interrupt> {
        let text = self.lexer.text;
        // The last skipped member. Entering it in its level is deferred, since the next may replace it.
        let mut last = None;
        while let Some(level) = self.levels.last() {
            let rest = &self.lexer.bytes()[at..];
            if let [closer @ (b'}' | b']'), b'}' | b']' | b',', ..] = rest {
                let is_match = level.is_object == (*closer == b'}');
                if !is_match || !self.trusts_brackets || self.levels.len() == 1 {
                    break;
                }
                self.levels.pop();
                (at, is_first, last) = (at + 1, false, None);
                continue;
            }
            let next = match rest {
                [b',', ..] if !is_first => at + 1,
                _ if is_first => at,
                _ => break,
            };
            let opens = |at: usize| match self.lexer.byte(at) {
                Some(b'{') => Some(true),
                Some(b'[') => Some(false),
                _ => None,
            };
            if !level.is_object {
                let may_hold_objects =
                    matches!(level.schema, SchemaContext::Items(_) | SchemaContext::Unknown);
                if !may_hold_objects || !self.trusts_brackets || opens(next) != Some(true) {
                    break;
                }
                let schema = self.enter_item();
                self.open_level(next, true, schema)?;
                (at, is_first) = (next + 1, true);
                continue;
            }
            let colon = self.lexer.simple_string_end(next);
            let Some(colon) = colon.filter(|colon| self.lexer.byte(*colon) == Some(b':')) else {
                break;
            };
            let name = &text[next + 1..colon - 1];
            let is_expected_here = self.trusts_brackets
                || matches!(level.schema, SchemaContext::Root(_) | SchemaContext::Record(_))
                    && level.schema.field(name).is_some();
            if !is_expected_here {
                break;
            }
            let value = colon + 1;
            if let Some(object) = opens(value) {
                last = None;
                let schema = self.enter_member(name);
                self.open_level(value, object, schema)?;
                (at, is_first) = (value + 1, true);
            } else if let Some(end) =
                self.lexer.simple_value_end(value).filter(|end| self.lexer.byte(*end) != Some(b':'))
            {
                (at, is_first, last) = (end, false, Some(name));
            } else {
                break;
            }
        }
        if let Some(name) = last {
            self.enter_member(name);
        }
        Ok((at, is_first))
    }

    pub(super) fn open_level(
        &mut self,
        at: usize,
        object: bool,
        schema: SchemaContext,
    ) -> Result<(), Interrupt> {
        if self.levels.len() == self.max_depth {
            return Err(Interrupt::Abort(RepairAbort::TooDeep(at)));
        }
        self.repair_sequence(at);
        let list_shape = match (self.levels.last(), schema) {
            (_, SchemaContext::Wrapper(items)) if !object => ListShape::BareArray(items.name),
            (Some(parent), SchemaContext::Record(_)) if object && parent.is_object => {
                match (parent.schema, parent.list_shape) {
                    (SchemaContext::Wrapper(_), ListShape::Documented) => {
                        ListShape::SingleItem(parent.count.saturating_sub(1))
                    }
                    _ => ListShape::Documented,
                }
            }
            _ => ListShape::Documented,
        };
        let schema = match (schema, object) {
            (SchemaContext::Wrapper(items) | SchemaContext::Record(items), false) => {
                SchemaContext::Items(items)
            }
            (SchemaContext::Root(_) | SchemaContext::Scalar, false) => SchemaContext::Unknown,
            (SchemaContext::Scalar, true) => SchemaContext::Unknown,
            (schema, _) => schema,
        };
        self.levels.push(Level { is_object: object, schema, name: None, count: 0, list_shape });
        Ok(())
    }

    /// Enters the next item of the innermost array, and returns its schema.
    pub(super) fn enter_item(&mut self) -> SchemaContext {
        let Some(level) = self.levels.last_mut() else {
            return SchemaContext::Unknown;
        };
        level.count += 1;
        match level.schema {
            SchemaContext::Items(items) => SchemaContext::Record(items),
            _ => SchemaContext::Unknown,
        }
    }

    pub(super) fn report(&mut self, kind: FindingKind, span: Range<usize>) {
        self.buffer.report(kind, || path(&self.levels, None), span);
    }
}

//! Entering of objects, arrays and members, and the fast path over what is well formed.

use super::super::schema_context::{SchemaContext, member_step};
use super::super::work::RepairAbort;
use super::level::{Level, ListShape};
use super::parser::{Interrupt, Parser};
use super::plan::PlanCursor;

impl Parser<'_> {
    /// Skips well-formed members, items and brackets from `at` on; a fast path. Returns the new
    /// position, and whether it is after an opening bracket.
    pub(super) fn skip_well_formed(
        &mut self,
        mut at: usize,
        mut is_first: bool,
    ) -> Result<(usize, bool), Interrupt> {
        let text = self.lexer.text;
        let limit = self.plan.as_ref().map_or(usize::MAX, PlanCursor::limit);
        // The last skipped member. Entering it in its level is deferred, since the next may replace it.
        let mut last = None;
        while let Some(level) = self.levels.last() {
            let rest = &self.lexer.bytes()[at..];
            if let [closer @ (b'}' | b']'), b'}' | b']' | b',', ..] = rest {
                let is_match = level.is_object == (*closer == b'}');
                if !is_match || self.levels.len() == 1 || at >= limit {
                    break;
                }
                self.levels.pop();
                self.lexer.leave();
                (at, is_first, last) = (at + 1, false, None);
                continue;
            }
            let next = match rest {
                [b',', ..] if !is_first => at + 1,
                _ if is_first => at,
                _ => break,
            };
            let opens = |at: usize| match self.lexer.byte(at) {
                Some(b'{') => self.lexer.opens_object(at).then_some(true),
                Some(b'[') => Some(false),
                _ => None,
            };
            if !level.is_object {
                let may_hold_objects =
                    matches!(level.schema, SchemaContext::Items(_) | SchemaContext::Unknown);
                if !may_hold_objects || opens(next) != Some(true) || next >= limit {
                    break;
                }
                let schema = self.enter_item();
                self.open_level(next, true, schema)?;
                self.lexer.enter(true);
                (at, is_first) = (next + 1, true);
                continue;
            }
            let colon = self.lexer.simple_string_end(next);
            let Some(colon) = colon.filter(|colon| self.lexer.byte(*colon) == Some(b':')) else {
                break;
            };
            let name = &text[next + 1..colon - 1];
            let value = colon + 1;
            if value >= limit {
                break;
            }
            if let Some(object) = opens(value) {
                last = None;
                let schema = self.enter_member(name);
                self.open_level(value, object, schema)?;
                self.lexer.enter(object);
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
        let schema = schema.inside(object);
        self.levels.push(Level { is_object: object, schema, name: None, count: 0, list_shape });
        Ok(())
    }

    /// Enters the next item of the innermost array, and returns its schema.
    pub(super) fn enter_item(&mut self) -> SchemaContext {
        let Some(level) = self.levels.last_mut() else {
            return SchemaContext::Unknown;
        };
        level.count += 1;
        level.schema.item()
    }

    /// Enters a member, and returns the schema of its value.
    pub(super) fn enter_member(&mut self, name: &str) -> SchemaContext {
        let Some(level) = self.levels.last_mut() else {
            return SchemaContext::Unknown;
        };
        let field = level.schema.field(name);
        if let (SchemaContext::Wrapper(items), Some((known, _))) = (level.schema, field) {
            if known == items.name {
                level.count += 1;
            } else if level.count == 0 {
                level.list_shape = ListShape::Unwrapped(items.name);
            }
        }
        level.name = Some(member_step(field.map(|(known, _)| known), name));
        field.map_or(SchemaContext::Unknown, |(_, known)| known)
    }
}

//! The ways in which a state continues with a token.

use super::super::super::schema_context::SchemaContext;
use super::super::cost;
use super::super::plan::Action;
use super::super::tokens::Bracket;
use super::items::{Item, ItemKind, Name};
use super::stack::{Level, Node, Phase, State};
use super::{MARGIN, Search};

impl Search<'_, '_> {
    /// All ways to continue with a token.
    pub(super) fn successors(
        &mut self,
        state: State,
        item: &Item,
        nth: usize,
        next: &mut Vec<State>,
    ) {
        let mut least = next.iter().map(|state| state.cost).min().unwrap_or(u32::MAX);
        let mut base = state;
        let mut closed = 0;
        loop {
            let start = next.len();
            if closed == 0 {
                self.place(base, item, nth, next);
            } else {
                // Only one kind of change at a token.
                self.try_accept(base, item, nth, next);
                if let (ItemKind::Name { .. }, false) = (item.kind, base.level.is_object) {
                    self.open(base, item, nth, &[true], next);
                }
            }
            if let ItemKind::Close { .. } = item.kind {
                let cost = self.cost_without_id(&base.level);
                let closed = next[start..].iter_mut().filter(|state| state.depth < base.depth);
                closed.for_each(|state| state.cost += cost);
            }
            least = next[start..].iter().map(|state| state.cost).fold(least, u32::min);
            if base.depth <= 1 || item.kind == ItemKind::Comma {
                break;
            }
            let cost = if closed == 0 { cost::BRACKET } else { cost::NEXT_CLOSE };
            let cost = cost + self.cost_without_id(&base.level);
            let dropped = if base.level.phase == Phase::AfterName { cost::DROP } else { 0 };
            base = self.stacks.edited(base, item.at, nth, Action::Close);
            base.cost += cost + dropped;
            self.stacks.pop(&mut base);
            closed += 1;
            if base.cost > least.saturating_add(MARGIN) {
                break;
            }
        }
        let dropped = match item.kind {
            ItemKind::Open { .. } => cost::OPEN,
            ItemKind::Close { .. } => cost::BRACKET,
            ItemKind::Name { .. } | ItemKind::Scalar { .. } => cost::DROP,
            _ => return,
        };
        let state = State { cost: state.cost + dropped, ..state };
        if !self.is_hopeless(&state) {
            let state = self.stacks.edited(state, item.at, nth, Action::Drop);
            self.add(state, next);
        }
    }

    /// Adds the state after the token as it is.
    fn try_accept(&mut self, state: State, item: &Item, nth: usize, next: &mut Vec<State>) {
        if let Some(state) = self.accept(state, item, nth) {
            self.add(state, next);
        }
    }

    /// The cost of closing a record that lacks the field that identifies it.
    fn cost_without_id(&self, level: &Level) -> u32 {
        let SchemaContext::Record(schema) = level.schema else { return 0 };
        if !level.is_object {
            return 0;
        }
        let mut ids = self.lexer.known.kinds.kinds.iter().flat_map(|kind| kind.item_ids);
        let id = ids.find_map(|id| schema.fields.iter().position(|(known, _)| known == id));
        match id {
            Some(nth) if level.seen & 1 << (nth % 63) == 0 => cost::NO_ID,
            _ => 0,
        }
    }

    /// The ways to place a token in the innermost level.
    fn place(&mut self, state: State, item: &Item, nth: usize, next: &mut Vec<State>) {
        self.try_accept(state, item, nth, next);
        let takes_value = !state.level.is_object || state.level.phase == Phase::AfterName;
        match item.kind {
            ItemKind::Open { bracket, is_next_document } => {
                for object in [true, false] {
                    let kind = ItemKind::Open { bracket: Bracket::of(object), is_next_document };
                    let cost = if bracket == Bracket::Other { 1 } else { cost::OPEN };
                    self.read_as(state, item, nth, (object, kind, cost), next);
                }
                self.turn(state, item, nth, next);
                if bracket == Bracket::Brace && state.level.takes_list() {
                    self.open(state, item, nth, &[false], next);
                }
            }
            ItemKind::Close { bracket } => {
                let object = state.level.is_object;
                let kind = ItemKind::Close { bracket: Bracket::of(object) };
                let cost = if bracket == Bracket::Other { 1 } else { cost::BRACKET };
                self.read_as(state, item, nth, (object, kind, cost), next);
                self.turn(state, item, nth, next);
            }
            ItemKind::Name { .. } if takes_value => {
                self.open(state, item, nth, &[true], next);
                if state.level.takes_list() {
                    self.open(state, item, nth, &[false, true], next);
                }
            }
            ItemKind::Scalar { name: Some(name @ Name { is_known: true, .. }), .. }
                if !takes_value && self.has_value(nth) =>
            {
                let kind = ItemKind::Name { name, has_colon: false, has_value: true };
                let state = self.stacks.edited(state, item.at, nth, Action::Name);
                self.try_accept(state, &Item { kind, ..*item }, nth, next);
            }
            ItemKind::Scalar { .. } if takes_value && state.level.is_object => {
                // More values follow.
                let follows = self.items.get(nth + 1).kind == ItemKind::Comma
                    && matches!(self.items.get(nth + 2).kind, ItemKind::Scalar { name: None, .. });
                if follows {
                    self.open(state, item, nth, &[false], next);
                }
            }
            _ => {}
        }
    }

    /// Whether a value follows a name without a colon.
    fn has_value(&mut self, name: usize) -> bool {
        let is_value =
            |item: Item| matches!(item.kind, ItemKind::Open { .. } | ItemKind::Scalar { .. });
        let next = self.items.get(name + 1);
        is_value(next) || next.kind == ItemKind::Comma && is_value(self.items.get(name + 2))
    }

    /// Takes a bracket for another.
    fn read_as(
        &mut self,
        state: State,
        item: &Item,
        nth: usize,
        (object, kind, cost): (bool, ItemKind, u32),
        next: &mut Vec<State>,
    ) {
        let state = State { cost: state.cost + cost, ..state };
        if kind == item.kind || self.is_hopeless(&state) {
            return;
        }
        let state = self.stacks.edited(state, item.at, nth, Action::Read { object });
        self.try_accept(state, &Item { kind, ..*item }, nth, next);
    }

    /// Takes an opening bracket for a closing one, or the other way round.
    fn turn(&mut self, state: State, item: &Item, nth: usize, next: &mut Vec<State>) {
        let kind = match item.kind {
            // At the end of the text, dropping it is as good.
            ItemKind::Open { .. } if state.depth == 1 => return,
            ItemKind::Open { .. } => {
                ItemKind::Close { bracket: Bracket::of(state.level.is_object) }
            }
            ItemKind::Close { bracket } => ItemKind::Open { bracket, is_next_document: false },
            _ => return,
        };
        let state = State { cost: state.cost + cost::TURN, ..state };
        if !self.is_hopeless(&state) {
            let state = self.stacks.edited(state, item.at, nth, Action::Turn);
            self.try_accept(state, &Item { kind, ..*item }, nth, next);
        }
    }

    /// Places a token in levels that are opened before it.
    fn open(
        &mut self,
        mut state: State,
        item: &Item,
        nth: usize,
        levels: &[bool],
        next: &mut Vec<State>,
    ) {
        for (level, object) in levels.iter().enumerate() {
            state.cost += if level == 0 { cost::OPEN } else { cost::NEXT_OPEN };
            if self.is_hopeless(&state) {
                return;
            }
            state = self.stacks.edited(state, item.at, nth, Action::Open { object: *object });
            match self.push(state, *object, nth) {
                Some(opened) => state = opened,
                None => return,
            }
        }
        self.try_accept(state, item, nth, next);
    }

    /// The state after the token as it is. Commas are settled without a choice.
    pub(super) fn accept(&mut self, state: State, item: &Item, nth: usize) -> Option<State> {
        let mut next = state;
        let level = &mut next.level;
        let missing_comma = if level.phase == Phase::AfterValue { cost::COMMA } else { 0 };
        match item.kind {
            ItemKind::Comma => {
                next.cost += match level.phase {
                    Phase::AfterValue => 0,
                    Phase::First | Phase::AfterComma => 1,
                    Phase::AfterName => cost::COMMA,
                };
                if level.phase == Phase::AfterValue {
                    level.phase = Phase::AfterComma;
                }
            }
            ItemKind::Colon => next.cost += cost::COMMA,
            ItemKind::Open { bracket: Bracket::Other, .. } => return None,
            ItemKind::Open { bracket, .. } => {
                next = self.push(state, bracket == Bracket::Brace, nth)?;
            }
            ItemKind::Close { bracket } => {
                if bracket != Bracket::of(level.is_object) {
                    return None;
                }
                next.cost += match level.phase {
                    Phase::First | Phase::AfterValue => 0,
                    Phase::AfterComma => 1,
                    Phase::AfterName => cost::DROP,
                };
                self.stacks.pop(&mut next);
            }
            ItemKind::Name { name, has_colon, has_value } => {
                if !level.is_object || level.phase == Phase::AfterName {
                    return None;
                }
                let start = item.at + usize::from(name.start);
                let text = &self.lexer.text[start..start + usize::from(name.length)];
                let elsewhere = name.is_known.then_some(&self.lexer.known);
                next.cost += missing_comma + level.enter(text, elsewhere, name.may_be_field);
                next.cost += if has_colon { 0 } else { cost::COLON };
                level.phase = Phase::AfterName;
                if !has_value {
                    next.cost += cost::NO_VALUE;
                    level.phase = Phase::AfterValue;
                }
            }
            ItemKind::Scalar { is_empty, is_last, .. } => {
                let schema = match (level.is_object, level.phase) {
                    (true, Phase::AfterName) => level.member,
                    // A name that is cut off before its value.
                    (true, _) if is_last => {
                        return Some(self.stacks.edited(state, item.at, nth, Action::Drop));
                    }
                    (true, _) => return None,
                    (false, _) => {
                        next.cost += missing_comma;
                        level.schema.item()
                    }
                };
                level.phase = Phase::AfterValue;
                next.cost += match schema {
                    SchemaContext::Scalar | SchemaContext::Unknown => 0,
                    _ if is_empty => 1,
                    _ => cost::SHAPE,
                };
            }
            ItemKind::End => return None,
        }
        Some(next)
    }

    /// Opens an object or array.
    fn push(&mut self, mut state: State, object: bool, nth: usize) -> Option<State> {
        let level = &mut state.level;
        let is_value = level.phase == Phase::AfterName;
        if level.is_object && !is_value || state.depth >= self.max_depth {
            return None;
        }
        if !level.is_object && level.phase == Phase::AfterValue {
            state.cost += cost::COMMA;
        }
        let schema = level.value();
        state.cost += match (schema, object) {
            (SchemaContext::Unknown | SchemaContext::Root(_), _)
            | (SchemaContext::Wrapper(_) | SchemaContext::Record(_), true) => 0,
            // A list may lack its wrapper object.
            (SchemaContext::Wrapper(_), false) => 1,
            // The array of a list is a value of its wrapper, and that of a record is none.
            (SchemaContext::Record(_), false) if is_value => {
                if matches!(level.schema, SchemaContext::Wrapper(_)) { 0 } else { 1 }
            }
            (SchemaContext::Scalar, true) => 2,
            _ => cost::SHAPE,
        };
        level.phase = Phase::AfterValue;
        let level = *level;
        let node = Node { level, below: state.below };
        let below = self.stacks.intern(node);
        let level = Level::new(object, schema.inside(object), nth as u32);
        Some(State { level, below, depth: state.depth + 1, ..state })
    }
}

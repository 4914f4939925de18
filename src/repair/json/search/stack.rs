//! The open levels of the states of a search, and the changes that led to them.

use super::super::super::schema_context::SchemaContext;
use super::super::cost;
use super::super::known::KnownNames;
use super::super::plan::{Action, PlannedEdit};
use crate::schema::{Kind, Schema};

/// No node, no trace.
pub(super) const NONE: u32 = u32::MAX;

/// The bit of a list in the fields of its wrapper.
const LIST: u64 = 1 << 63;

/// An open object or array.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) is_object: bool,
    pub(super) phase: Phase,
    pub(super) schema: SchemaContext,
    /// The schema of the member that was named last.
    pub(super) member: SchemaContext,
    /// The known fields that it has, as bits.
    pub(super) seen: u64,
    /// The token that it was opened at.
    pub(super) opened: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    First,
    AfterComma,
    AfterName,
    AfterValue,
}

/// An open object or array below another, shared by all states that have it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) level: Level,
    pub(super) below: u32,
}

#[derive(Clone, Copy)]
pub(super) struct State {
    /// The innermost level.
    pub(super) level: Level,
    pub(super) below: u32,
    pub(super) depth: usize,
    pub(super) cost: u32,
    pub(super) trace: u32,
    /// The token of the last change.
    pub(super) last_change: u32,
}

/// The changes that led to a state, as a list from the last.
#[derive(Clone, Copy)]
struct Trace {
    edit: PlannedEdit,
    item: u32,
    before: u32,
}

/// What the states of a search share: their levels and changes, each a list from the last.
#[derive(Default)]
pub(super) struct Stacks {
    nodes: Vec<Node>,
    /// The last node above each node, and above none.
    last_above: Vec<u32>,
    last: Option<u32>,
    /// The node before each above the same one.
    before: Vec<u32>,
    traces: Vec<Trace>,
}

impl Stacks {
    pub(super) fn node(&self, node: u32) -> Option<&Node> {
        self.nodes.get(node as usize)
    }

    /// The schemas of the levels of a state, from the innermost.
    pub(super) fn schemas(&self, state: State) -> impl Iterator<Item = SchemaContext> {
        let mut below = state.below;
        let outer = std::iter::from_fn(move || {
            let node = self.node(below)?;
            below = node.below;
            Some(node.level.schema)
        });
        std::iter::once(state.level.schema).chain(outer)
    }

    /// Number of levels and of changes.
    pub(super) fn sizes(&self) -> (usize, usize) {
        (self.nodes.len(), self.traces.len())
    }

    /// Frees all levels but those of a state.
    pub(super) fn forget_levels(&mut self, state: &mut State) {
        let mut open = Vec::new();
        while let Some(node) = self.nodes.get(state.below as usize) {
            open.push(*node);
            state.below = node.below;
        }
        self.nodes.clear();
        self.last_above.clear();
        self.before.clear();
        self.last = None;
        for node in open.into_iter().rev() {
            state.below = self.intern(Node { below: state.below, ..node });
        }
    }

    /// Keeps of the traces from `first` on only what led to one. Returns its new index.
    pub(super) fn forget_other_traces(&mut self, mut trace: u32, first: usize) -> u32 {
        let mut kept = Vec::new();
        while let Some(last) = self.traces.get(trace as usize).filter(|_| trace as usize >= first) {
            kept.push(*last);
            trace = last.before;
        }
        self.traces.truncate(first);
        for last in kept.into_iter().rev() {
            self.traces.push(Trace { before: trace, ..last });
            trace = self.traces.len() as u32 - 1;
        }
        trace
    }

    /// The index of a node. Of those above another, the last ones are known again: states whose levels are the same
    /// have opened them at the same tokens.
    pub(super) fn intern(&mut self, node: Node) -> u32 {
        const MOST_LOOKED_AT: usize = 32;
        let last = match self.last_above.get(node.below as usize) {
            Some(last) => *last,
            None => self.last.unwrap_or(NONE),
        };
        let mut nth = last;
        for _ in 0..MOST_LOOKED_AT {
            match self.nodes.get(nth as usize) {
                Some(known) if *known == node => return nth,
                Some(_) => nth = self.before[nth as usize],
                None => break,
            }
        }
        let new = self.nodes.len() as u32;
        match self.last_above.get_mut(node.below as usize) {
            Some(last) => *last = new,
            None => self.last = Some(new),
        }
        self.nodes.push(node);
        self.last_above.push(NONE);
        self.before.push(last);
        new
    }

    /// The changes that led to a trace, in order.
    pub(super) fn edits(&self, mut trace: u32) -> Vec<PlannedEdit> {
        let mut edits = Vec::new();
        while let Some(Trace { edit, before, .. }) = self.traces.get(trace as usize) {
            edits.push(*edit);
            trace = *before;
        }
        edits.reverse();
        edits
    }

    /// The trace of the changes at earlier tokens, with that of the root.
    pub(super) fn trace_before(&self, mut trace: u32, item: u32, keeps_root: bool) -> u32 {
        while let Some(last) = self.traces.get(trace as usize)
            && last.item >= item
            && !(keeps_root && last.before == NONE && last.item == 0)
        {
            trace = last.before;
        }
        trace
    }

    /// Marks the changes since a token as guesses.
    pub(super) fn mark(&mut self, mut trace: u32, from: usize) {
        while let Some(last) = self.traces.get_mut(trace as usize)
            && last.item as usize >= from
        {
            last.edit.is_guess = true;
            trace = last.before;
        }
    }

    pub(super) fn edited(&mut self, state: State, at: usize, nth: usize, action: Action) -> State {
        let trace = self.traces.len() as u32;
        let edit = PlannedEdit { at, action, is_guess: false };
        self.traces.push(Trace { edit, item: nth as u32, before: state.trace });
        State { trace, last_change: nth as u32, ..state }
    }

    pub(super) fn pop(&self, state: &mut State) {
        state.depth -= 1;
        if let Some(node) = self.nodes.get(state.below as usize) {
            (state.level, state.below) = (node.level, node.below);
        }
    }
}

impl Level {
    pub(super) fn new(is_object: bool, schema: SchemaContext, opened: u32) -> Self {
        let (phase, member) = (Phase::First, SchemaContext::Unknown);
        Self { is_object, phase, schema, member, seen: 0, opened }
    }

    /// The schema of the next value.
    pub(super) fn value(&self) -> SchemaContext {
        if self.is_object { self.member } else { self.schema.item() }
    }

    /// Whether the next value may be a list.
    pub(super) fn takes_list(&self) -> bool {
        let is_list = match self.member {
            SchemaContext::Wrapper(_) => true,
            SchemaContext::Record(_) => matches!(self.schema, SchemaContext::Wrapper(_)),
            _ => false,
        };
        self.is_object && self.phase == Phase::AfterName && is_list
    }

    /// Enters a member, and returns the cost of its name. `elsewhere`: if the schema has it anywhere. `may_be_field`:
    /// if it has it, or it is the name of what may be around a response.
    pub(super) fn enter(
        &mut self,
        name: &str,
        elsewhere: Option<&KnownNames>,
        may_be_field: bool,
    ) -> u32 {
        match if may_be_field { self.schema.field(name) } else { None } {
            Some((known, member)) => {
                self.member = member;
                // A wrapper has the list, or the fields of its only item.
                let bit = match self.schema {
                    SchemaContext::Wrapper(items) if known == items.name => LIST,
                    _ => self.schema.position(known).map_or(0, |nth| 1 << (nth % 63)),
                };
                let is_again = self.seen & bit != 0;
                let is_wrapper = matches!(self.schema, SchemaContext::Wrapper(_));
                let is_mixed = is_wrapper && self.seen & !bit != 0 && (self.seen | bit) & LIST != 0;
                self.seen |= bit;
                match (is_again, is_mixed) {
                    (_, true) => cost::ELSEWHERE,
                    (true, _) => cost::AGAIN,
                    _ => 0,
                }
            }
            None => {
                self.member = SchemaContext::Unknown;
                if let Some(item) = elsewhere.and_then(|known| self.item_alone(name, known)) {
                    (self.schema, self.seen) = (SchemaContext::Record(item), 0);
                    return cost::ITEM_ALONE + self.enter(name, elsewhere, may_be_field);
                }
                match (self.schema.has_known_names(), elsewhere) {
                    (true, Some(known)) => {
                        self.member = known.schema(name);
                        cost::ELSEWHERE
                    }
                    (true, None) => 1,
                    // It may belong to an object around this one.
                    (false, elsewhere) => u32::from(elsewhere.is_some()),
                }
            }
        }
    }

    /// The schema of the item that the outermost object is, if it is no response: it has this member.
    fn item_alone(&self, name: &str, known: &KnownNames) -> Option<&'static Schema> {
        let may_be = match self.schema {
            SchemaContext::Root(_) => self.seen == 0,
            // The fields before this one are also those of another item.
            SchemaContext::Record(_) => self.opened == 0,
            _ => false,
        };
        let mut items = known.kinds.kinds.iter().filter_map(Kind::items);
        items.find(|item| may_be && item.field(name).is_some())
    }
}

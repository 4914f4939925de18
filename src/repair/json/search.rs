//! The search for the brackets that a malformed document should have.
//!
//! While tokens fit the schema, there is one state. A token that does not starts a search from where the
//! innermost object or array opened: at each token, every state continues in each way that a few inserted,
//! dropped or exchanged brackets allow, and the cheapest are kept, until one remains or is clearly better.

mod ends;
mod items;
mod stack;
mod steps;

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::mem;

use super::super::schema_context::SchemaContext;
use super::super::work::RepairAbort;
use super::cost;
use super::lexer::Lexer;
use super::plan::{Action, Plan};
use super::tokens::Bracket;
use items::{ItemKind, Items};
use stack::{Level, NONE, Phase, Stacks, State};

/// Most states that are kept.
const WIDTH: usize = 16;
/// States that cost more than the cheapest by this are dropped.
const MARGIN: u32 = 18;
/// A search ends after this many tokens without further cost, if the cheapest state is clearly better.
const CALM: usize = 24;
const CLEARLY: u32 = 8;
/// A search ends after this many tokens.
const MAX_TOKENS: usize = 4096;
/// A repair is a guess if another costs only this much more.
const GUESS: u32 = 3;
/// All brackets are guesses if more are missing.
const MOST_CERTAIN: usize = 3;
/// Number of tokens and of levels that are kept at least.
const WINDOW: usize = 1 << 13;
/// Number of states that are kept to go back to.
const RECENT: usize = 64;

/// A document that has ended.
#[derive(Clone, Copy)]
struct Ended {
    cost: u32,
    trace: u32,
    end: usize,
}

enum Outcome {
    Continue(State, usize),
    Ended(Ended),
}

pub(super) struct Search<'l, 't> {
    lexer: &'l Lexer<'t>,
    max_depth: usize,
    /// Whether the document is an item of an array.
    is_item: bool,
    items: Items<'l, 't>,
    stacks: Stacks,
    /// The last states with their tokens, while there is no doubt.
    recent: VecDeque<(usize, State)>,
    /// The first token inside the root.
    first: usize,
    /// Number of tokens that searches went back.
    gone_back: usize,
    /// The least cost of a state after the token that is read.
    least: u32,
    /// The costs and last changes of states, to sort them by.
    order: Vec<(u32, Reverse<u32>, usize)>,
    pruned: Vec<State>,
}

impl<'l, 't> Search<'l, 't> {
    /// Decides on the brackets of the document that begins at `start`.
    pub(super) fn plan(
        lexer: &'l Lexer<'t>,
        start: usize,
        max_depth: usize,
        is_item: bool,
    ) -> Result<Plan, RepairAbort> {
        let mut search = Self {
            lexer,
            max_depth,
            is_item,
            items: Items::new(lexer, start),
            stacks: Stacks::default(),
            recent: VecDeque::new(),
            first: 0,
            gone_back: 0,
            least: u32::MAX,
            order: Vec::new(),
            pruned: Vec::new(),
        };
        search.run(start)
    }

    fn run(&mut self, start: usize) -> Result<Plan, RepairAbort> {
        let root = SchemaContext::Root(self.lexer.known.kinds);
        let level = Level::new(true, root, 0);
        let mut state =
            State { level, below: NONE, depth: 1, cost: 0, trace: NONE, last_change: 0 };
        let first = self.items.get(0);
        let mut nth = match first.kind {
            ItemKind::Open { bracket: Bracket::Brace, .. } => 1,
            ItemKind::Open { .. } => {
                state = self.stacks.edited(state, start, 0, Action::Read { object: true });
                1
            }
            _ => {
                state = self.stacks.edited(state, start, 0, Action::Open { object: true });
                0
            }
        };
        let starts_with_bracket = matches!(first.kind, ItemKind::Open { .. });
        self.first = usize::from(starts_with_bracket);
        let ended = loop {
            if self.lexer.work.is_exhausted() {
                return Err(RepairAbort::WorkLimit(self.items.get(nth).at));
            }
            let item = self.items.get(nth);
            let next = match item.kind {
                ItemKind::End => break self.cut(state, item.at),
                _ => self.accept(state, &item, nth),
            };
            let next = next.filter(|next| next.cost - state.cost <= 1);
            let next = next.filter(|_| !self.is_next_document(state, &item));
            match next {
                Some(next) if next.depth > 0 => {
                    if item.may_begin_document() {
                        self.lexer.work.has_passed_start.set(true);
                    }
                    self.remember(nth, state);
                    (state, nth) = (next, nth + 1);
                    self.forget(&mut state);
                    continue;
                }
                Some(next) if self.tail_cost(item.end) == 0 => {
                    break Ended { cost: 0, trace: next.trace, end: item.end };
                }
                _ => {}
            }
            let (_, traces) = self.stacks.sizes();
            match self.search(state, nth)? {
                Outcome::Ended(ended) => break ended,
                Outcome::Continue(next, at) => {
                    let trace = self.stacks.forget_other_traces(next.trace, traces);
                    (state, nth) = (State { cost: 0, trace, ..next }, at);
                    self.recent.clear();
                    self.forget(&mut state);
                }
            }
        };
        let mut edits = self.stacks.edits(ended.trace);
        // Where many are missing, some could be elsewhere.
        let inserted = edits.chunk_by(|a, b| a.at == b.at).filter(|edits| {
            edits.iter().any(|edit| edit.at < ended.end && edit.action == Action::Close)
        });
        if inserted.count() > MOST_CERTAIN {
            edits.iter_mut().for_each(|edit| edit.is_guess = true);
        }
        Ok(Plan { edits, end: ended.end })
    }

    fn remember(&mut self, nth: usize, state: State) {
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back((nth, state));
    }

    /// Frees what is no longer needed, from time to time.
    fn forget(&mut self, state: &mut State) {
        self.items.forget(WINDOW);
        let (levels, _) = self.stacks.sizes();
        if levels >= WINDOW {
            self.stacks.forget_levels(state);
            self.recent.clear();
        }
    }

    /// The document if it ends at `at` with all its levels open.
    fn cut(&self, state: State, at: usize) -> Ended {
        let cost = state.cost + state.depth as u32 * cost::CLOSE_AT_END;
        Ended { cost, trace: state.trace, end: at }
    }

    /// Searches from where the innermost level opened, or a little before the token.
    fn search(&mut self, state: State, trouble: usize) -> Result<Outcome, RepairAbort> {
        let (mut trouble, mut before) = (trouble, state);
        let (start, mut from) = self.start_of_search(state, trouble);
        self.gone_back += trouble - from;
        let (mut states, mut next) = (vec![start], Vec::new());
        let mut ended = None::<Ended>;
        let (mut calm, mut least) = (0, start.cost);
        let mut nth = from;
        loop {
            let item = self.items.get(nth);
            if self.lexer.work.is_exhausted() {
                return Err(RepairAbort::WorkLimit(item.at));
            }
            self.least = u32::MAX;
            for state in &states {
                if item.kind == ItemKind::End || self.is_next_document(*state, &item) {
                    let cut = self.cut(*state, item.at);
                    ended = Some(cheaper(ended, cut));
                } else {
                    self.successors(*state, &item, nth, &mut next);
                }
            }
            self.lexer.work.add(states.len());
            if item.may_begin_document() && !next.is_empty() {
                self.lexer.work.has_passed_start.set(true);
            }
            next.retain(|state| {
                if state.depth > 0 {
                    return true;
                }
                let cost = state.cost + self.tail_cost(item.end);
                let end = Ended { cost, trace: state.trace, end: item.end };
                ended = Some(cheaper(ended, end));
                false
            });
            self.prune(&mut next);
            let best = next.first().copied();
            let second = next.get(1).map(|state| state.cost);
            if let Some(end) = ended
                && (best.is_none_or(|best| best.cost >= end.cost) || nth - from >= MAX_TOKENS)
            {
                let other = best.map_or(u32::MAX, |best| best.cost);
                self.mark(end.trace, from, other.saturating_sub(end.cost));
                return Ok(Outcome::Ended(end));
            }
            let Some(best) = best else {
                return Err(RepairAbort::TooDeep(item.at));
            };
            // The best state is in trouble that may have begun before this search.
            if nth > trouble && best.cost >= least + cost::BRACKET {
                let (start, earlier) = self.start_of_search(before, nth);
                if earlier < from {
                    self.gone_back += nth - earlier;
                    (states, ended) = (vec![start], None);
                    next.clear();
                    (trouble, from, nth) = (nth, earlier, earlier);
                    (calm, least) = (0, start.cost);
                    continue;
                }
            }
            before = best;
            calm = if best.cost == least { calm + 1 } else { 0 };
            least = best.cost;
            let margin = second.map_or(u32::MAX, |second| second - best.cost);
            let is_clear = margin == u32::MAX || calm >= CALM && margin >= CLEARLY;
            if nth >= trouble && (is_clear || nth - from >= MAX_TOKENS) && ended.is_none() {
                self.mark(best.trace, from, margin);
                return Ok(Outcome::Continue(best, nth + 1));
            }
            nth += 1;
            mem::swap(&mut states, &mut next);
            next.clear();
        }
    }

    /// Marks the changes since a token as guesses if another choice was about as good.
    fn mark(&mut self, trace: u32, from: usize, margin: u32) {
        if margin < GUESS {
            self.stacks.mark(trace, from);
        }
    }

    /// The state to search from, and its token.
    fn start_of_search(&self, state: State, trouble: usize) -> (State, usize) {
        let opened = self.opened(state, trouble);
        let distance = trouble - opened;
        let is_too_far = opened < self.items.forgotten || self.gone_back + distance > 4 * trouble;
        if distance > RECENT && is_too_far {
            let (from, recent) = self.recent.front().copied().unwrap_or((trouble, state));
            return (State { cost: 0, ..recent }, from);
        }
        let mut start = state;
        // What was opened at the same token was opened by changes that are decided anew.
        while start.level.opened as usize >= opened
            && let Some(node) = self.stacks.node(start.below)
        {
            (start.level, start.below) = (node.level, node.below);
            start.level.phase = match start.level.is_object {
                true => Phase::AfterName,
                false => Phase::AfterComma,
            };
            start.depth -= 1;
        }
        if start.level.opened as usize == opened {
            // The root.
            let level = Level::new(true, SchemaContext::Root(self.lexer.known.kinds), 0);
            start = State { level, ..start };
            start.trace = self.stacks.trace_before(start.trace, self.first as u32, true);
            return (State { cost: 0, ..start }, self.first);
        }
        start.trace = self.stacks.trace_before(start.trace, opened as u32, false);
        (State { cost: 0, ..start }, opened)
    }

    /// The token to go back to: where the innermost level opened, and those around it if that is near.
    fn opened(&self, state: State, trouble: usize) -> usize {
        let mut opened = state.level.opened as usize;
        let mut below = state.below;
        while let Some(node) = self.stacks.node(below)
            && trouble - (node.level.opened as usize) < RECENT
        {
            (opened, below) = (node.level.opened as usize, node.below);
        }
        opened
    }

    /// Keeps the cheapest states, one for each stack of levels.
    fn prune(&mut self, states: &mut Vec<State>) {
        // Of equally good changes, the later ones are better.
        self.order.clear();
        let keys = states.iter().enumerate();
        self.order.extend(keys.map(|(nth, state)| (state.cost, Reverse(state.last_change), nth)));
        self.order.sort_unstable();
        let most = self.order.first().map_or(0, |(cost, ..)| cost + MARGIN);
        self.pruned.clear();
        for (cost, _, nth) in &self.order {
            let state = states[*nth];
            if self.pruned.len() == WIDTH || *cost > most {
                break;
            }
            let is_same = |other: &State| other.below == state.below && other.level == state.level;
            if !self.pruned.iter().any(is_same) {
                self.pruned.push(state);
            }
        }
        mem::swap(states, &mut self.pruned);
    }

    /// Whether a state costs too much to be kept. Only what leaves a level open is: the document may end with the last.
    fn is_hopeless(&self, state: &State) -> bool {
        // The cost of a closed record may still rise.
        state.depth > 1 && state.cost > self.least.saturating_add(MARGIN + cost::NO_ID)
    }

    fn add(&mut self, state: State, next: &mut Vec<State>) {
        if state.depth > 0 {
            self.least = self.least.min(state.cost);
        }
        next.push(state);
    }
}

fn cheaper(ended: Option<Ended>, other: Ended) -> Ended {
    match ended {
        Some(ended) if ended.cost <= other.cost => ended,
        _ => other,
    }
}

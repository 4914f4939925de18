//! The open elements of each reading of a document, and what each reading changes.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use super::super::edits::{Edit, EditBuffer};
use super::lexer::Tag;
use super::schema::{Context, Fit};
use crate::finding::{FindingKind, Path, Step};

/// No element, or no change.
pub(super) const NONE: usize = usize::MAX;

/// An open element. Elements never change, so that several readings can share them.
#[derive(Clone)]
pub(super) struct Level<'t> {
    pub(super) parent: usize,
    pub(super) depth: usize,
    pub(super) name: &'t str,
    pub(super) known: Option<&'static str>,
    pub(super) context: Context,
    /// The item that lacks its own element around this field.
    item_around: Option<&'static str>,
    /// Its index in the list.
    index: Option<usize>,
    /// Number of list items in it.
    pub(super) items: usize,
    /// The fields in it, as bits.
    seen: u64,
    pub(super) start: usize,
    /// Whether its start tag is an edit.
    pub(super) is_rewritten: bool,
    pub(super) has_text: bool,
    pub(super) has_children: bool,
    /// A hash of what tells it from elements in other readings, with those around it.
    hash: u64,
}

impl Level<'_> {
    pub(super) fn is_empty(&self) -> bool {
        !self.has_text && !self.has_children
    }

    pub(super) fn index_in_list(&self) -> Option<usize> {
        self.index
    }

    pub(super) fn has_seen(&self, fit: Fit) -> bool {
        matches!(fit, Fit::Field(nth) if nth < 64 && self.seen & (1 << nth) != 0)
    }
}

/// A change of a reading.
pub(super) enum Change<'t> {
    Edit(Range<usize>, Cow<'static, str>),
    /// A finding, in the element at this index.
    Report(FindingKind, Range<usize>, usize, bool),
    /// The edits and findings of a tag, in the element at this index.
    Tag(Rc<Tag<'t>>, usize),
    Edits(Rc<[Edit]>),
}

/// One reading of the document up to a token.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    pub(super) cost: u32,
    /// The innermost open element.
    pub(super) top: usize,
    /// The last change.
    changes: usize,
    /// Whether text precedes, with no tag in between.
    pub(super) in_text: bool,
    pub(super) has_root: bool,
}

impl Reading {
    pub(super) const START: Self =
        Self { cost: 0, top: NONE, changes: NONE, in_text: false, has_root: false };

    pub(super) fn with_cost(self, cost: u32) -> Self {
        Self { cost: self.cost + cost, ..self }
    }
}

/// The elements and changes of all readings.
#[derive(Default)]
pub(super) struct Stacks<'t> {
    levels: Vec<Level<'t>>,
    changes: Vec<(Change<'t>, usize)>,
}

/// An element to open.
pub(super) struct NewLevel<'t> {
    pub(super) name: &'t str,
    pub(super) known: Option<&'static str>,
    pub(super) context: Context,
    pub(super) fit: Option<Fit>,
    pub(super) start: usize,
    pub(super) is_rewritten: bool,
}

impl<'t> Stacks<'t> {
    pub(super) fn level(&self, at: usize) -> Option<&Level<'t>> {
        self.levels.get(at)
    }

    pub(super) fn top(&self, reading: &Reading) -> Option<&Level<'t>> {
        self.levels.get(reading.top)
    }

    pub(super) fn depth(&self, reading: &Reading) -> usize {
        self.top(reading).map_or(0, |level| level.depth)
    }

    /// The element around `levels` others, from the innermost.
    pub(super) fn ancestor(&self, reading: &Reading, levels: usize) -> Option<&Level<'t>> {
        let mut level = self.top(reading)?;
        for _ in 0..levels {
            level = self.level(level.parent)?;
        }
        Some(level)
    }

    pub(super) fn root(&self, reading: &Reading) -> Option<&Level<'t>> {
        let mut level = self.top(reading)?;
        while let Some(parent) = self.level(level.parent) {
            level = parent;
        }
        Some(level)
    }

    /// Replaces the innermost element by a changed one.
    fn change_top(&mut self, reading: &mut Reading, change: impl FnOnce(&mut Level<'t>)) {
        if let Some(top) = self.top(reading) {
            let mut level = top.clone();
            change(&mut level);
            self.push(reading, level);
        }
    }

    fn push(&mut self, reading: &mut Reading, mut level: Level<'t>) {
        let flags = u64::from(level.has_text) | u64::from(level.has_children) << 1;
        let around = self.level(level.parent).map_or(0, |parent| parent.hash);
        let name = level.name.bytes().take(64).fold(flags, mix_byte);
        level.hash = mix(mix(around, name), level.seen ^ (level.items as u64) << 40);
        reading.top = self.levels.len();
        self.levels.push(level);
    }

    pub(super) fn mark_text(&mut self, reading: &mut Reading) {
        reading.in_text = true;
        if self.top(reading).is_some_and(|top| !top.has_text) {
            self.change_top(reading, |top| top.has_text = true);
        }
    }

    pub(super) fn open(&mut self, reading: &mut Reading, new: NewLevel<'t>) {
        reading.in_text = false;
        reading.has_root = true;
        let NewLevel { name, known, context, fit, start, is_rewritten } = new;
        let mut level = Level {
            parent: NONE,
            depth: self.depth(reading) + 1,
            name,
            known: known.filter(|_| fit.is_some()),
            context,
            item_around: None,
            index: None,
            items: 0,
            seen: 0,
            start,
            is_rewritten,
            has_text: false,
            has_children: false,
            hash: 0,
        };
        if let Some(parent) = self.top(reading) {
            let items_name = match parent.context {
                Context::Wrapper(items) => Some(items.name),
                _ => None,
            };
            match fit {
                Some(Fit::Item) => level.index = Some(parent.items),
                Some(Fit::FieldOfItem) if parent.items == 0 => level.item_around = items_name,
                _ => {}
            }
            let nth = match fit {
                Some(Fit::Field(nth)) if nth < 64 => 1 << nth,
                _ => 0,
            };
            let is_item = level.index.is_some();
            if !parent.has_children || is_item || parent.seen & nth != nth {
                self.change_top(reading, |parent| {
                    parent.has_children = true;
                    parent.items += usize::from(is_item);
                    parent.seen |= nth;
                });
            }
            level.parent = reading.top;
        }
        self.push(reading, level);
    }

    /// Counts a field of the innermost element that is not in it.
    pub(super) fn mark_seen(&mut self, reading: &mut Reading, fit: Fit) {
        if let Fit::Field(nth @ 0..64) = fit {
            self.change_top(reading, |top| top.seen |= 1 << nth);
        }
    }

    pub(super) fn pop(&self, reading: &mut Reading) {
        reading.in_text = false;
        reading.top = self.top(reading).map_or(NONE, |top| top.parent);
    }

    pub(super) fn change(&mut self, reading: &mut Reading, change: Change<'t>) {
        self.changes.push((change, reading.changes));
        reading.changes = self.changes.len() - 1;
    }

    pub(super) fn edit(
        &mut self,
        reading: &mut Reading,
        span: Range<usize>,
        replacement: impl Into<Cow<'static, str>>,
    ) {
        self.change(reading, Change::Edit(span, replacement.into()));
    }

    /// Adds a finding in the innermost element.
    pub(super) fn report(
        &mut self,
        reading: &mut Reading,
        kind: FindingKind,
        span: Range<usize>,
        is_guess: bool,
    ) {
        self.change(reading, Change::Report(kind, span, reading.top, is_guess));
    }

    /// What tells a reading from others at the same token, as far as it matters for what follows.
    pub(super) fn hash(&self, reading: &Reading) -> u64 {
        let top = self.top(reading).map_or(0, |top| top.hash);
        mix(top, u64::from(reading.in_text) << 1 | u64::from(reading.has_root))
    }

    /// Moves the changes of the only reading to the buffer.
    pub(super) fn commit(&mut self, reading: &mut Reading, buffer: &mut EditBuffer<'t>) {
        let mut order = Vec::new();
        let mut at = reading.changes;
        while let Some((_, before)) = self.changes.get(at) {
            order.push(at);
            at = *before;
        }
        for at in order.into_iter().rev() {
            match &self.changes[at].0 {
                Change::Edit(span, replacement) => buffer.edit(span.clone(), replacement.clone()),
                Change::Report(kind, span, level, is_guess) => {
                    let path = || self.path(*level);
                    match is_guess {
                        true => buffer.report_guess(kind.clone(), path, span.clone()),
                        false => buffer.report(kind.clone(), path, span.clone()),
                    }
                }
                Change::Tag(tag, level) => {
                    for edit in &tag.edits {
                        buffer.edit(edit.original.clone(), edit.replacement.clone());
                    }
                    for (kind, span) in &tag.findings {
                        buffer.report(kind.clone(), || self.path(*level), span.clone());
                    }
                }
                Change::Edits(edits) => {
                    for edit in edits.iter() {
                        buffer.edit(edit.original.clone(), edit.replacement.clone());
                    }
                }
            }
        }
        self.changes.clear();
        reading.changes = NONE;
        self.compact(reading);
    }

    /// Drops the elements that the only reading does not need.
    fn compact(&mut self, reading: &mut Reading) {
        const MOST: usize = 1024;
        if self.levels.len() < MOST + 4 * self.depth(reading) {
            return;
        }
        let mut kept = Vec::new();
        let mut at = reading.top;
        while let Some(level) = self.level(at) {
            kept.push(level.clone());
            at = level.parent;
        }
        kept.reverse();
        for (nth, level) in kept.iter_mut().enumerate() {
            level.parent = nth.checked_sub(1).unwrap_or(NONE);
        }
        reading.top = kept.len().checked_sub(1).unwrap_or(NONE);
        self.levels = kept;
    }

    fn path(&self, mut at: usize) -> Path {
        let mut steps = Vec::new();
        while let Some(level) = self.level(at) {
            at = level.parent;
            if self.level(at).is_none() {
                break;
            }
            if let Some(index) = level.index {
                steps.push(Step::Index(index));
            }
            let name = level.known.map_or_else(|| Cow::Owned(level.name.to_owned()), Cow::Borrowed);
            steps.push(Step::Name(name));
            if let Some(item) = level.item_around {
                steps.extend([Step::Index(0), Step::Name(item.into())]);
            }
        }
        steps.reverse();
        steps.into()
    }
}

fn mix_byte(hash: u64, byte: u8) -> u64 {
    mix(hash, byte.into())
}

fn mix(hash: u64, value: u64) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    (hash.rotate_left(5) ^ value).wrapping_mul(FACTOR)
}

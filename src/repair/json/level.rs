//! Open objects and arrays, and their paths.

use std::ops::Range;

use super::super::schema_context::SchemaContext;
use crate::finding::{Path, Step};

/// An open object or array.
pub(super) struct Level {
    pub(super) is_object: bool,
    pub(super) schema: SchemaContext,
    /// The last member.
    pub(super) name: Option<Step>,
    /// Number of items read.
    pub(super) count: usize,
}

/// A closing bracket in a gap.
#[derive(Clone, Copy)]
pub(super) struct Closer {
    pub(super) byte: u8,
    pub(super) at: usize,
}

/// The gap between two values.
pub(super) struct Gap {
    pub(super) from: usize,
    pub(super) closers: Vec<Closer>,
    pub(super) commas: Vec<usize>,
    /// Whitespace that JSON does not allow.
    pub(super) invalid_whitespace: Vec<Range<usize>>,
    /// The last bracket or comma.
    pub(super) last_byte: Option<u8>,
    /// Whether it follows an opening bracket.
    pub(super) is_first: bool,
    /// Whether content in it was dropped.
    pub(super) has_dropped: bool,
}

/// The path of the last member or item, or of its sibling `last`.
pub(super) fn path(levels: &[Level], last: Option<Step>) -> Path {
    let mut steps: Vec<Step> = levels.iter().filter_map(Level::step).collect();
    if let Some(last) = last {
        if levels.last().is_some_and(|level| level.step().is_some()) {
            steps.pop();
        }
        steps.push(last);
    }
    steps.into()
}

/// The path of the innermost object or array.
pub(super) fn path_of_innermost(levels: &[Level]) -> Path {
    let outer = &levels[..levels.len().saturating_sub(1)];
    outer.iter().filter_map(Level::step).collect::<Vec<_>>().into()
}

impl Level {
    pub(super) fn step(&self) -> Option<Step> {
        if self.is_object { self.name.clone() } else { self.count.checked_sub(1).map(Step::Index) }
    }
}

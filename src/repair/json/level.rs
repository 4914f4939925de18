//! What is open where the parser is, and the paths that lead there.

use std::ops::Range;

use super::super::schema_context::SchemaContext;
use crate::finding::{Path, Step};

/// An open object or array.
pub(super) struct Level {
    pub(super) is_object: bool,
    pub(super) schema: SchemaContext,
    /// The member that was read last.
    pub(super) name: Option<Step>,
    /// How many items were read.
    pub(super) count: usize,
}

/// A closing bracket between two values.
#[derive(Clone, Copy)]
pub(super) struct Closer {
    pub(super) byte: u8,
    pub(super) at: usize,
}

/// What stands between two values.
pub(super) struct Gap {
    pub(super) from: usize,
    /// The closing brackets.
    pub(super) closers: Vec<Closer>,
    pub(super) commas: Vec<usize>,
    /// The blanks that JSON does not have.
    pub(super) invalid_whitespace: Vec<Range<usize>>,
    /// The sign that stands last.
    pub(super) last_byte: Option<u8>,
    /// Whether it comes after an opening bracket.
    pub(super) is_first: bool,
    /// Whether a value in it was left out.
    pub(super) has_dropped: bool,
}

/// The way to the member or item that was read last; to its sibling `last`, if that is given.
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

/// The way to the innermost object or array itself.
pub(super) fn path_of_innermost(levels: &[Level]) -> Path {
    let outer = &levels[..levels.len().saturating_sub(1)];
    outer.iter().filter_map(Level::step).collect::<Vec<_>>().into()
}

impl Level {
    pub(super) fn step(&self) -> Option<Step> {
        if self.is_object { self.name.clone() } else { self.count.checked_sub(1).map(Step::Index) }
    }
}

//! Open objects and arrays, and their paths.

use super::super::schema_context::SchemaContext;
use crate::finding::{Path, Step};

/// An open object or array.
pub(super) struct Level {
    pub(super) is_object: bool,
    pub(super) schema: SchemaContext,
    /// The last member.
    pub(super) name: Option<Step>,
    /// Number of items read: of an array, or under the name of a list's elements.
    pub(super) count: usize,
    pub(super) list_shape: ListShape,
}

/// How an object or array is part of a list, for its path: that of an item is the same in every shape.
#[derive(Clone, Copy)]
pub(super) enum ListShape {
    /// In the documented shape, or not at all.
    Documented,
    /// An array of items with this name, without its wrapper object.
    BareArray(&'static str),
    /// An item at this index, without an array.
    SingleItem(usize),
    /// An item with this name, without an array and a wrapper object.
    Unwrapped(&'static str),
}

/// The path of the last member or item, or of its sibling `last`.
pub(super) fn path(levels: &[Level], last: Option<Step>) -> Path {
    let Some((innermost, outer)) = levels.split_last() else {
        return last.into_iter().collect::<Vec<_>>().into();
    };
    let mut steps: Vec<Step> = outer.iter().flat_map(Level::steps).collect();
    steps.extend(innermost.own_steps());
    match last {
        Some(last) => steps.push(last),
        None => steps.extend(innermost.child_steps()),
    }
    steps.into()
}

/// The path of the innermost object or array.
pub(super) fn path_of_innermost(levels: &[Level]) -> Path {
    let Some((innermost, outer)) = levels.split_last() else { return Path::default() };
    let steps = outer.iter().flat_map(Level::steps).chain(innermost.own_steps());
    steps.collect::<Vec<_>>().into()
}

impl Level {
    /// The steps from the last member or item of its parent to its own.
    fn steps(&self) -> impl Iterator<Item = Step> {
        self.own_steps().chain(self.child_steps())
    }

    /// The steps from the last member or item of its parent to itself.
    fn own_steps(&self) -> impl Iterator<Item = Step> + use<> {
        let (name, index) = match self.list_shape {
            ListShape::Documented | ListShape::BareArray(_) => (None, None),
            ListShape::SingleItem(index) => (None, Some(index)),
            ListShape::Unwrapped(name) => (Some(name), Some(0)),
        };
        name.map(|name| Step::Name(name.into())).into_iter().chain(index.map(Step::Index))
    }

    /// The steps to its last member or item.
    fn child_steps(&self) -> impl Iterator<Item = Step> + use<> {
        let child = match self.is_object {
            true => self.name.clone(),
            false => self.count.checked_sub(1).map(Step::Index),
        };
        let items = match self.list_shape {
            ListShape::BareArray(name) if child.is_some() => Some(Step::Name(name.into())),
            _ => None,
        };
        items.into_iter().chain(child)
    }
}

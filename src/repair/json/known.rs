//! The names of all fields of an operation, wherever they may be.

use std::cell::OnceCell;

use crate::schema::{Kinds, Schema, Shape};

/// The names of all fields, which end a string that lacks its closing quote.
pub(super) struct KnownNames {
    kinds: &'static Kinds,
    names: OnceCell<Vec<&'static str>>,
}

impl KnownNames {
    pub(super) fn new(kinds: &'static Kinds) -> Self {
        Self { kinds, names: OnceCell::new() }
    }

    /// Whether `name` is spelled exactly as a field.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.names.get_or_init(|| names(self.kinds)).binary_search(&name).is_ok()
    }

    /// Whether `name` is a field, but for whitespace in it.
    pub(super) fn contains_spaced(&self, name: &str) -> bool {
        let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        self.contains(&name)
    }
}

fn names(kinds: &'static Kinds) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = kinds.envelopes.to_vec();
    let mut seen: Vec<&'static Schema> = Vec::new();
    let mut open: Vec<&'static Schema> = kinds.kinds.iter().map(|kind| kind.schema).collect();
    while let Some(schema) = open.pop() {
        if seen.iter().any(|known| std::ptr::eq(*known, schema)) {
            continue;
        }
        seen.push(schema);
        for (name, shape) in schema.fields {
            names.push(name);
            match shape {
                Shape::Scalar => {}
                Shape::Record(record) => open.push(record),
                Shape::List(items) => {
                    names.push(items.name);
                    open.push(items);
                }
            }
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

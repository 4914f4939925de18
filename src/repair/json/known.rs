//! The names of all fields of an operation, wherever they may be.

use std::cell::OnceCell;

use super::super::schema_context::SchemaContext;
use crate::schema::{Kinds, Schema, Shape, same_name};

/// The names of all fields, which end a string that lacks its closing quote.
pub(super) struct KnownNames {
    pub(super) kinds: &'static Kinds,
    records: OnceCell<Vec<&'static Schema>>,
    names: OnceCell<Vec<&'static str>>,
}

impl KnownNames {
    pub(super) fn new(kinds: &'static Kinds) -> Self {
        Self { kinds, records: OnceCell::new(), names: OnceCell::new() }
    }

    fn records(&self) -> &[&'static Schema] {
        self.records.get_or_init(|| self.kinds.records())
    }

    /// Whether `name` is spelled exactly as a field.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.names.get_or_init(|| self.names()).binary_search(&name).is_ok()
    }

    /// The schema of the value that the field has where there is one of this name.
    pub(super) fn schema(&self, name: &str) -> SchemaContext {
        let mut fields = self.records().iter().flat_map(|record| record.fields);
        let field = fields.find(|(known, _)| *known == name);
        field.map_or(SchemaContext::Unknown, |(_, shape)| SchemaContext::of(*shape))
    }

    /// Whether `name` is a field, but for whitespace in it.
    pub(super) fn contains_spaced(&self, name: &str) -> bool {
        let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        self.contains(&name)
    }

    /// Whether `name` is a field or a record in any spelling.
    pub(super) fn matches(&self, name: &str) -> bool {
        let matches =
            |record: &&Schema| same_name(record.name, name) || record.field(name).is_some();
        self.records().iter().any(matches)
    }

    /// Whether `name` is a field of a response or what may wrap one, in any spelling.
    pub(super) fn matches_root(&self, name: &str) -> bool {
        SchemaContext::Root(self.kinds).field(name).is_some()
    }

    fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = self.kinds.envelopes.to_vec();
        for (name, shape) in self.records().iter().flat_map(|record| record.fields) {
            names.push(name);
            if let Shape::List(items) = shape {
                names.push(items.name);
            }
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}

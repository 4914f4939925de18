//! What the schema says about the names of tags.

use std::collections::HashMap;

use crate::schema::{Kind, Kinds, Schema, Shape};

/// The schema of an open element.
#[derive(Clone, Copy, Debug)]
pub(super) enum Context {
    /// A response, of this kind if its root element tells.
    Root(Option<&'static Kind>),
    Record(&'static Schema),
    /// The element that wraps a list of these records.
    Wrapper(&'static Schema),
    Scalar,
    Unknown,
}

/// How well a name fits where it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fit {
    /// A field of the record, with its index, or an item of the list.
    Field(usize),
    Item,
    /// A field of an item whose own element is missing.
    FieldOfItem,
    /// A field of another kind of response, or an envelope.
    Other,
}

impl Context {
    /// Whether it holds only elements.
    pub(super) fn is_container(self) -> bool {
        matches!(self, Self::Root(_) | Self::Record(_) | Self::Wrapper(_))
    }

    pub(super) fn is_scalar(self) -> bool {
        matches!(self, Self::Scalar)
    }

    fn of(shape: Shape) -> Self {
        match shape {
            Shape::Scalar(_) => Self::Scalar,
            Shape::List(items) => Self::Wrapper(items),
            Shape::Record(record) => Self::Record(record),
        }
    }
}

/// The names that the schema knows.
pub(super) struct Names {
    pub(super) kinds: &'static Kinds,
    /// The documented name by its folded form.
    known: HashMap<Vec<u8>, &'static str>,
    /// The schemas of lists by their names.
    lists: Vec<(&'static str, &'static Schema)>,
}

impl Names {
    pub(super) fn new(kinds: &'static Kinds) -> Self {
        let mut names = Self { kinds, known: HashMap::new(), lists: Vec::new() };
        for root in kinds.roots().chain(kinds.envelopes.iter().copied()) {
            names.add(root);
        }
        for schema in kinds.records() {
            for &(name, shape) in schema.fields {
                names.add(name);
                if let Shape::List(items) = shape {
                    names.add(items.name);
                    names.lists.push((name, items));
                }
            }
        }
        names
    }

    fn add(&mut self, name: &'static str) {
        self.known.entry(fold(name)).or_insert(name);
    }

    /// The documented name that matches `name`, wherever it belongs.
    pub(super) fn known(&self, name: &str) -> Option<&'static str> {
        const LONGEST: usize = 96;
        (name.len() <= LONGEST).then(|| self.known.get(&fold(name)).copied()).flatten()
    }

    /// The schema of a documented name in an element, and how it fits there.
    pub(super) fn field(&self, context: Context, known: &str) -> Option<(Context, Fit)> {
        match context {
            Context::Root(kind) => {
                let own = kind.and_then(|kind| of_schema(kind.schema, known));
                let own = own.map(|(shape, nth)| (Context::of(shape), Fit::Field(nth)));
                own.or_else(|| {
                    let kinds = self.kinds.kinds;
                    let of_kind =
                        |kind: &'static Kind| of_schema(kind.schema, known).map(|(shape, _)| shape);
                    let inside = |kind: &'static Kind| kind.field(known).map(|(_, shape)| shape);
                    let other = kinds.iter().find_map(of_kind);
                    let other = other.or_else(|| kinds.iter().find_map(inside));
                    let other = other.map(|shape| (Context::of(shape), Fit::Other));
                    let envelope = || {
                        self.kinds.envelope(known)?;
                        Some((Context::Root(self.root(known)), Fit::Other))
                    };
                    other.or_else(envelope)
                })
            }
            Context::Record(record) => {
                let (shape, nth) = of_schema(record, known)?;
                Some((Context::of(shape), Fit::Field(nth)))
            }
            Context::Wrapper(items) if is_same(items.name, known) => {
                Some((Context::Record(items), Fit::Item))
            }
            Context::Wrapper(items) => {
                let (shape, _) = of_schema(items, known)?;
                Some((Context::of(shape), Fit::FieldOfItem))
            }
            Context::Unknown => {
                if self.kinds.by_root(known).is_some() {
                    return Some((Context::Root(self.root(known)), Fit::Other));
                }
                let (_, items) = self.lists.iter().find(|(name, _)| is_same(name, known))?;
                Some((Context::Wrapper(items), Fit::Other))
            }
            Context::Scalar => None,
        }
    }

    /// Whether a documented name begins so.
    pub(super) fn begins(&self, part: &str) -> bool {
        self.known.values().any(|known| known.starts_with(part))
    }

    /// The field that identifies a record: the first ID of the items of a response, else the only ID or key.
    pub(super) fn identity(&self, record: &'static Schema) -> Option<&'static str> {
        let is_items = |kind: &&Kind| kind.items().is_some_and(|it| std::ptr::eq(it, record));
        let of_items = self.kinds.kinds.iter().find(is_items).and_then(|it| it.item_ids.first());
        let is_id = |name: &&str| name.ends_with("Id") || name.ends_with("Key");
        let mut ids = record.fields.iter().map(|(name, _)| *name).filter(is_id);
        of_items.copied().or_else(|| ids.next().filter(|_| ids.next().is_none()))
    }

    /// Whether an element of this name holds only elements.
    pub(super) fn is_container(&self, known: &str) -> bool {
        let mut lists = self.lists.iter();
        lists.any(|(name, items)| *name == known || items.name == known)
            || self.kinds.by_root(known).is_some()
    }

    pub(super) fn root(&self, name: &str) -> Option<&'static Kind> {
        self.kinds.by_root(name).map(|(nth, _)| &self.kinds.kinds[nth])
    }

    /// The elements that may have to be opened in `context` before one of this name fits, outermost first.
    pub(super) fn missing_parents(&self, context: Context, known: &str) -> Vec<Vec<&'static str>> {
        let mut found = Vec::new();
        match context {
            Context::Wrapper(items) => {
                if of_schema(items, known).is_some() {
                    found.push(vec![items.name]);
                } else if let Some(name) = list_of(items, known) {
                    found.push(vec![items.name, name]);
                }
            }
            Context::Record(record) => of_record(record, known, &mut found),
            Context::Root(kind) => {
                let kinds = self.kinds.kinds;
                let own = kind.into_iter().chain(kinds.iter().filter(|_| kind.is_none()));
                for kind in own {
                    of_record(kind.schema, known, &mut found);
                }
            }
            Context::Scalar | Context::Unknown => {}
        }
        found
    }

    /// The names that may be in an element.
    pub(super) fn fields(&self, context: Context) -> impl Iterator<Item = &'static str> {
        let (fields, item) = match context {
            Context::Root(Some(kind)) => (kind.schema.fields, None),
            Context::Record(record) => (record.fields, None),
            Context::Wrapper(items) => (items.fields, Some(items.name)),
            Context::Root(None) | Context::Scalar | Context::Unknown => (&[][..], None),
        };
        item.into_iter().chain(fields.iter().map(|(name, _)| *name))
    }
}

/// The list of `record` whose items have this name.
fn list_of(record: &'static Schema, known: &str) -> Option<&'static str> {
    record.fields.iter().find_map(|(name, shape)| match shape {
        Shape::List(items) => is_same(items.name, known).then_some(*name),
        _ => None,
    })
}

fn of_record(record: &'static Schema, known: &str, found: &mut Vec<Vec<&'static str>>) {
    for (name, shape) in record.fields {
        match shape {
            Shape::List(items) if is_same(items.name, known) => found.push(vec![name]),
            Shape::List(items) if of_schema(items, known).is_some() => {
                found.push(vec![name, items.name]);
            }
            Shape::Record(inner) if of_schema(inner, known).is_some() => found.push(vec![name]),
            _ => {}
        }
    }
}

fn of_schema(schema: &'static Schema, known: &str) -> Option<(Shape, usize)> {
    let nth = schema.fields.iter().position(|(name, _)| is_same(name, known))?;
    Some((schema.fields[nth].1, nth))
}

fn is_same(name: &str, known: &str) -> bool {
    name.len() == known.len() && name.eq_ignore_ascii_case(known)
}

/// The name without case, `_`, `-`, a prefix and a leading `@`, as `same_name` compares it.
fn fold(name: &str) -> Vec<u8> {
    let name = name.rsplit_once(':').map_or(name, |(_, local)| local);
    let name = name.strip_prefix('@').unwrap_or(name);
    let folded = name.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
    folded.map(|byte| byte.to_ascii_lowercase()).collect()
}

/// Whether one name is most likely the other, mistyped.
pub(super) fn is_similar(name: &str, other: &str) -> bool {
    const LONGEST: usize = 48;
    let (name, other) = (name.as_bytes(), other.as_bytes());
    let most = if other.len() < 6 { 1 } else { 2 };
    if name.len().abs_diff(other.len()) > most || name.len().max(other.len()) > LONGEST {
        return false;
    }
    // Each change adds one letter and removes another at most.
    let different = letters(name) ^ letters(other);
    different.count_ones() <= 2 * most as u32 && distance(name, other) <= most
}

/// The letters that a name has, each as one bit.
fn letters(name: &[u8]) -> u32 {
    name.iter().fold(0, |letters, byte| letters | 1 << (byte & 0x1f))
}

/// The number of insertions, deletions, exchanges and swaps of neighbors between two names, ignoring case.
fn distance(name: &[u8], other: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in name.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let same = a.eq_ignore_ascii_case(b);
            let mut least = (last[j] + usize::from(!same)).min(last[j + 1] + 1).min(row[j] + 1);
            let is_swap = i > 0 && j > 0 && a == &other[j - 1] && &name[i - 1] == b;
            if is_swap {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, is_similar};

    #[test]
    fn letters_rule_out_only_names_that_are_far() {
        const NAMES: &[&str] = &["Code", "Timed", "InvokeId", "InstanceId", "ErrorInfo", "x1-y_2"];
        const SIGNS: &[&str] = &["", "e", "E", "0", "p", "_", "-"];
        let mut similar = 0;
        for name in NAMES {
            for (at, _) in name.char_indices() {
                for sign in SIGNS {
                    let exchanged = [&name[..at], sign, &name[at + 1..]].concat();
                    let added = [&name[..at], sign, sign, &name[at..]].concat();
                    for (changed, other) in [&exchanged, &added]
                        .into_iter()
                        .flat_map(|it| NAMES.iter().map(move |other| (it, other)))
                    {
                        let most = if other.len() < 6 { 1 } else { 2 };
                        let is_near = distance(changed.as_bytes(), other.as_bytes()) <= most;
                        assert_eq!(is_similar(changed, other), is_near, "{changed} {other}");
                        similar += usize::from(is_near);
                    }
                }
            }
        }
        assert!(similar > 300, "{similar}");
    }
}

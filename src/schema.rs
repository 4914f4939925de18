//! What the engine is told about an operation: its records, its kinds of response, and the objects that
//! are found around a response.

/// The names that may occur in a record, and what each of them holds.
#[derive(Debug)]
pub struct Schema {
    /// The name of its XML element.
    pub name: &'static str,
    /// Its fields, in canonical order.
    pub fields: &'static [(&'static str, Shape)],
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// One value without members: text, a number, a boolean.
    Scalar,
    /// A list of records.
    List(&'static Schema),
    /// One record.
    Record(&'static Schema),
}

/// The kinds of response that an operation has.
#[derive(Debug)]
pub struct Kinds {
    /// In the order in which they are tried: the usual answer first.
    pub kinds: &'static [Kind],
    /// The field that all kinds have, so that it identifies none of them.
    pub shared_field: &'static str,
    /// Members that hold a response instead of being part of one; the names of root elements are too.
    pub envelopes: &'static [&'static str],
}

/// One kind of response.
#[derive(Debug)]
pub struct Kind {
    /// The names of its XML root element; the first is the canonical one.
    pub roots: &'static [&'static str],
    /// Its fields.
    pub schema: &'static Schema,
    /// Fields that identify this kind even beside the marker of another.
    pub decisive_fields: &'static [&'static str],
    /// The field that identifies this kind where the document has fields of an earlier kind too.
    pub marker: Option<&'static str>,
    /// Whether a document of this kind has at least one field of its own. Where it need not, the root
    /// element alone identifies it.
    pub needs_own_field: bool,
    /// Whether fields of the other kinds have no place in it.
    pub is_exclusive: bool,
}

impl Schema {
    /// The field that `name` means, under its documented name.
    pub(crate) fn field(&self, name: &str) -> Option<(&'static str, Shape)> {
        let exact = self.fields.iter().find(|(known, _)| *known == name);
        exact.or_else(|| self.fields.iter().find(|(known, _)| same_name(known, name))).copied()
    }
}

impl Kinds {
    /// The names of all root elements.
    pub(crate) fn roots(&self) -> impl Iterator<Item = &'static str> {
        self.kinds.iter().flat_map(|kind| kind.roots).copied()
    }

    /// The kind with a root element of that name, and the documented form of the name.
    pub(crate) fn by_root(&self, name: &str) -> Option<(usize, &'static str)> {
        self.kinds.iter().enumerate().find_map(|(kind, Kind { roots, .. })| {
            roots.iter().find(|root| same_name(root, name)).map(|root| (kind, *root))
        })
    }

    /// The envelope that `name` means, under its documented name.
    pub(crate) fn envelope(&self, name: &str) -> Option<&'static str> {
        self.envelopes.iter().copied().chain(self.roots()).find(|known| same_name(known, name))
    }

    /// Whether a member of that name is part of a response of any kind, or an envelope.
    pub(crate) fn has_member(&self, name: &str) -> bool {
        self.kinds.iter().any(|kind| kind.schema.field(name).is_some())
            || self.envelope(name).is_some()
    }

    /// Whether a member of that name has no place in a response of that kind.
    pub(crate) fn belongs_to_other_kind(&self, kind: usize, name: &str) -> bool {
        let is_of = |(other, it): (usize, &Kind)| other != kind && it.schema.field(name).is_some();
        self.kinds[kind].is_exclusive
            && (self.kinds.iter().enumerate().any(is_of) || self.envelope(name).is_some())
    }
}

/// Whether `found` means the field called `known`: the same letters and digits, ignoring case, `_`, `-`,
/// a namespace prefix and a leading `@`.
pub(crate) fn same_name(known: &str, found: &str) -> bool {
    let found = found.strip_prefix('@').unwrap_or(found);
    let found = found.rsplit_once(':').map_or(found, |(_, local)| local);
    let folded = found.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
    folded.map(|byte| byte.to_ascii_lowercase()).eq(known.bytes().map(|b| b.to_ascii_lowercase()))
}

//! The schema of an operation: its records, kinds of response, and the objects that may wrap a response.

/// The fields of a record and their shapes.
#[derive(Debug)]
pub struct Schema {
    /// Name of its XML element.
    pub name: &'static str,
    /// Its fields in canonical order.
    pub fields: &'static [(&'static str, Shape)],
}

/// The shape of a field's value.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A string, number or boolean.
    Scalar,
    /// A list of records.
    List(&'static Schema),
    /// One record.
    Record(&'static Schema),
}

/// The kinds of response of an operation, such as a page and an error.
#[derive(Debug)]
pub struct Kinds {
    /// The kinds in the order in which they are tried, the most common first.
    pub kinds: &'static [Kind],
    /// The field that all kinds have. It does not identify a kind.
    pub shared_field: &'static str,
    /// Names of members that may wrap a response. Names of root elements always may.
    pub envelopes: &'static [&'static str],
}

/// One kind of response.
#[derive(Debug)]
pub struct Kind {
    /// Names of its XML root element, the canonical one first.
    pub roots: &'static [&'static str],
    /// Its fields.
    pub schema: &'static Schema,
    /// Fields that identify this kind even if the document also has the marker of another.
    pub decisive_fields: &'static [&'static str],
    /// The field that identifies this kind even if the document also has fields of an earlier kind.
    pub marker: Option<&'static str>,
    /// Whether a document must have at least one field of this kind, besides the shared field. If not,
    /// the XML root element alone identifies it.
    pub needs_own_field: bool,
    /// Whether fields of the other kinds are unexpected in it.
    pub is_exclusive: bool,
}

impl Schema {
    /// The documented name and shape of the field that matches `name`.
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

    /// The index of the kind whose root element matches `name`, and the documented name.
    pub(crate) fn by_root(&self, name: &str) -> Option<(usize, &'static str)> {
        self.kinds.iter().enumerate().find_map(|(kind, Kind { roots, .. })| {
            roots.iter().find(|root| same_name(root, name)).map(|root| (kind, *root))
        })
    }

    /// The documented name of the envelope that matches `name`.
    pub(crate) fn envelope(&self, name: &str) -> Option<&'static str> {
        self.envelopes.iter().copied().chain(self.roots()).find(|known| same_name(known, name))
    }

    /// Whether `name` matches a field of any kind, or an envelope.
    pub(crate) fn has_member(&self, name: &str) -> bool {
        self.kinds.iter().any(|kind| kind.schema.field(name).is_some())
            || self.envelope(name).is_some()
    }

    /// Whether `name` is unexpected in that kind of response, since it belongs to another.
    pub(crate) fn belongs_to_other_kind(&self, kind: usize, name: &str) -> bool {
        let is_of = |(other, it): (usize, &Kind)| other != kind && it.schema.field(name).is_some();
        let mut earlier = self.kinds[..kind].iter().flat_map(|kind| kind.decisive_fields);
        // In canonical JSON, it would decide for that kind.
        earlier.any(|field| same_name(field, name))
            || self.kinds[kind].is_exclusive
                && (self.kinds.iter().enumerate().any(is_of) || self.envelope(name).is_some())
    }
}

/// Whether a name matches a documented one, ignoring case, `_`, `-`, a namespace prefix and a leading
/// `@`.
pub(crate) fn same_name(known: &str, found: &str) -> bool {
    let found = found.strip_prefix('@').unwrap_or(found);
    let found = found.rsplit_once(':').map_or(found, |(_, local)| local);
    let folded = found.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
    folded.map(|byte| byte.to_ascii_lowercase()).eq(known.bytes().map(|b| b.to_ascii_lowercase()))
}

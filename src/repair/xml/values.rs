//! Whether a document is the value of a field rather than a response: what a command printed may be one.

use crate::schema::{Kinds, Shape};

/// The elements of the API before an offset.
#[derive(Clone, Default)]
pub(crate) struct ElementsBefore {
    /// The names of fields and records, and whether they are of fields that have a text, in the order of names.
    names: Vec<(&'static str, bool)>,
    /// Up to where the tags are read.
    read_to: usize,
    /// The field that the last tag starts.
    field: Option<&'static str>,
    /// Whether another tag is before that one.
    has_others: bool,
}

impl ElementsBefore {
    /// Forgets the elements before `at`: they are of another document.
    pub(crate) fn forget(&mut self, at: usize) {
        *self = Self { names: std::mem::take(&mut self.names), read_to: at, ..Self::default() };
    }

    /// Continues after a text that has no tags of the document around it.
    pub(crate) fn skip_to(&mut self, at: usize) {
        self.read_to = at;
    }

    /// Whether the document at `start` is in a field, by the tags before it.
    pub(crate) fn are_around(&mut self, text: &str, start: usize, kinds: &Kinds) -> bool {
        let Some(before) = text.get(self.read_to..start) else { return false };
        for at in memchr::memchr_iter(b'<', before.as_bytes()) {
            let Some((is_end, name)) = tag(&before[at..]) else { continue };
            let Some((name, is_field)) = self.known(name, kinds) else { continue };
            self.has_others |= is_end || self.field.is_some() || !is_field;
            self.field = (is_field && !is_end).then_some(name);
        }
        self.read_to = start;
        self.has_others && self.field.is_some()
    }

    /// Whether the end tag of a field is at the start of a text, after whitespace.
    pub(crate) fn end_after(&mut self, text: &str, kinds: &Kinds) -> Option<&'static str> {
        let (is_end, name) = tag(text.trim_start())?;
        let (name, is_field) = self.known(name, kinds).filter(|_| is_end)?;
        is_field.then_some(name)
    }

    fn known(&mut self, name: &str, kinds: &Kinds) -> Option<(&'static str, bool)> {
        if self.names.is_empty() {
            for schema in kinds.records() {
                self.names.push((schema.name, false));
                let fields = schema.fields.iter();
                self.names
                    .extend(fields.map(|(name, shape)| (*name, matches!(shape, Shape::Scalar(_)))));
            }
            self.names.sort_unstable();
        }
        let nth = self.names.partition_point(|(known, _)| *known < name);
        self.names.get(nth).copied().filter(|(known, _)| *known == name)
    }
}

/// Whether the tag at the start of a text is an end tag, and its name.
fn tag(text: &str) -> Option<(bool, &str)> {
    const LONGEST: usize = 64;
    let inside = text.strip_prefix('<')?;
    let name = inside.strip_prefix('/').unwrap_or(inside);
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
    let length = name.bytes().take(LONGEST).take_while(is_part).count();
    let is_tag = name[length..].starts_with(|c: char| c.is_whitespace() || c == '>');
    is_tag.then(|| (name.len() < inside.len(), &name[..length]))
}

/// Whether the escaped document that begins at `start` is in a field of a document that is not escaped.
pub(crate) fn is_escaped_value(text: &str, start: usize, kinds: &Kinds) -> bool {
    let mut before = ElementsBefore::default();
    if before.are_around(text, start, kinds) {
        return true;
    }
    let end = memchr::memchr(b'<', &text.as_bytes()[start..]).map(|length| start + length);
    let field = end.and_then(|end| before.end_after(&text[end..], kinds).zip(Some(end)));
    // It may be an end tag of the document itself.
    field.is_some_and(|(name, end)| !text[start..end].contains(name))
}

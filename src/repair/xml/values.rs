//! Whether a document is the value of a field rather than a response: what a command printed may be one.

use crate::schema::{Kinds, Shape};

/// The elements of the API before an offset, also if their tags are damaged or escaped.
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
    /// Whether a line break, and text, is after that tag.
    has_break: bool,
    has_text: bool,
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

    /// The field that the document at `start` is in, by the tags before it.
    pub(crate) fn around(
        &mut self,
        text: &str,
        start: usize,
        kinds: &Kinds,
    ) -> Option<&'static str> {
        if self.read_to > start {
            return None;
        }
        let mut after_tag = self.read_to;
        for at in memchr::memchr3_iter(b'>', b']', b'e', &text.as_bytes()[self.read_to..start]) {
            let Some(tag) = tag_before(text, self.read_to..self.read_to + at) else { continue };
            let Some((name, is_field)) = self.known(tag.name, kinds) else { continue };
            let is_other = self.field.is_some() || !is_field;
            // Without its bracket, a start tag may be another text.
            self.has_others |= tag.is_end || is_other && tag.has_bracket;
            self.field = (is_field && !tag.is_end).then_some(name);
            after_tag = self.read_to + at + 1;
            (self.has_break, self.has_text) = (false, false);
        }
        let between = &text[after_tag..start];
        self.has_break |= between.contains('\n');
        self.has_text |= !between.trim().is_empty();
        self.read_to = start;
        let field = self.field.filter(|_| self.has_others)?;
        // On a line of its own, it may stand after a document that was cut.
        (!(self.has_break && self.has_text) || ends_near(&text[start..], field)).then_some(field)
    }

    /// The field whose end tag is at the start of a text, after whitespace and the end of a section.
    pub(crate) fn end_after(&mut self, text: &str, kinds: &Kinds) -> Option<&'static str> {
        let inside = text
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ']' | '>'))
            .trim_start_matches(['<', '['])
            .strip_prefix('/')?;
        let length = inside.bytes().take(LONGEST).take_while(u8::is_ascii_alphanumeric).count();
        let (name, is_field) = self.known(&inside[..length], kinds)?;
        (is_field && inside[length..].starts_with(['>', ']'])).then_some(name)
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

/// Whether the end tag of a field follows, before another document on a line of its own; or the end of the text
/// after what is no object, since each object on a line of its own may be one of several.
fn ends_near(text: &str, field: &str) -> bool {
    let near = &text.as_bytes()[..text.len().min(MOST_AFTER)];
    let next = memchr::memmem::find(near, b"\n{");
    let is_cut = next.is_none() && near.len() == text.len() && !text.starts_with('{');
    let near = &near[..next.unwrap_or(near.len())];
    is_cut || memchr::memmem::find_iter(near, field).any(|at| near[..at].ends_with(b"/"))
}

/// The most bytes of a value after a document in it.
const MOST_AFTER: usize = 4096;

/// The longest name of a tag, and the longest start tag.
const LONGEST: usize = 64;
const LONGEST_TAG: usize = 256;

struct FoundTag<'t> {
    name: &'t str,
    is_end: bool,
    has_bracket: bool,
}

/// The tag that ends with the sign at the end of a span.
fn tag_before(text: &str, span: std::ops::Range<usize>) -> Option<FoundTag<'_>> {
    let bytes = text.as_bytes();
    let is_escaped = bytes[span.end] == b'e';
    let end = if is_escaped {
        span.end - bytes[span.start..span.end].ends_with(b"u003").then_some(4)?
    } else {
        span.end
    };
    let before = &bytes[span.start..end];
    let length = before.iter().rev().take(LONGEST).take_while(|byte| byte.is_ascii_alphanumeric());
    let name = &text[end - length.count()..end];
    let name = name.rsplit_once("u003c").map_or(name, |(_, name)| name);
    let mut head = &bytes[span.start..end - name.len()];
    if !name.is_empty() {
        // A namespace.
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b".:{}_-".contains(byte);
        let prefix = head.iter().rev().take(LONGEST).take_while(is_part).count();
        if !is_escaped {
            head = &head[..head.len() - prefix];
        }
        let slash = head.strip_suffix(b"/").or_else(|| head.strip_suffix(b"\\"));
        let has_bracket = is_escaped || slash.unwrap_or(head).ends_with(b"<");
        return Some(FoundTag { name, is_end: slash.is_some(), has_bracket });
    }
    // A tag with attributes.
    let near = &before[before.len().saturating_sub(LONGEST_TAG)..];
    let start = end - near.len() + memchr::memrchr(b'<', near)? + 1;
    let length = bytes[start..end].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    Some(FoundTag { name: &text[start..start + length], is_end: false, has_bracket: true })
}

/// Whether the escaped document that begins at `start` is in a field of a document that is not escaped.
pub(crate) fn is_escaped_value(text: &str, start: usize, kinds: &Kinds) -> bool {
    let mut before = ElementsBefore::default();
    if before.around(text, start, kinds).is_some() {
        return true;
    }
    let end = memchr::memchr(b'<', &text.as_bytes()[start..]).map(|length| start + length);
    let field = end.and_then(|end| before.end_after(&text[end..], kinds).zip(Some(end)));
    // It may be an end tag of the document itself.
    field.is_some_and(|(name, end)| !text[start..end].contains(name))
}

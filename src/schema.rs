//! The schema of an operation: its records, kinds of response, and the objects that may wrap a response.

use std::borrow::Cow;

use crate::sequences::without_sequences;

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
    Scalar(ScalarKind),
    /// A list of records.
    List(&'static Schema),
    /// One record.
    Record(&'static Schema),
}

/// What the text of a scalar is, by the type of its field.
#[derive(Clone, Copy, Debug)]
pub enum ScalarKind {
    /// Any text, such as an ID or a name.
    Text,
    /// Any text, plain or Base64.
    Content,
    /// A number.
    Number,
    /// A boolean.
    Boolean,
    /// A time.
    Time,
    /// A schedule.
    Schedule,
    /// One of the values that the function knows.
    Enum(fn(&str) -> bool),
}

/// The kinds of response of an operation, such as a page and an error.
#[derive(Debug)]
pub struct Kinds {
    /// The kinds, the most common first.
    pub kinds: &'static [Kind],
    /// The field that all kinds have. It does not identify a kind.
    pub shared_field: &'static str,
    /// Names of members that usually wrap a response. Names of root elements always may. Others may too,
    /// if the response inside has a list or an error code.
    pub envelopes: &'static [&'static str],
    /// Names of the fields whose values may have line breaks. In other known fields, a line break was
    /// inserted where the text was wrapped.
    pub texts: &'static [&'static str],
    /// Other operations whose responses are refused by name.
    pub other_operations: &'static [OtherOperation],
    /// The parameters of a request, which is refused by name.
    pub request: Option<&'static Schema>,
}

/// One kind of response.
#[derive(Debug)]
pub struct Kind {
    /// Names of its XML root element, the canonical one first.
    pub roots: &'static [&'static str],
    /// Its fields.
    pub schema: &'static Schema,
    /// The names of the fields that lead to its list; empty if it has no list. A list identifies it.
    pub list: &'static [&'static str],
    /// Fields that identify an item of its list. An item that stands alone has the first one, and a field
    /// that is not among them.
    pub item_ids: &'static [&'static str],
    /// The field with an error code; `None` if the response is not an error. A code that does not tell
    /// success identifies it.
    pub code: Option<&'static str>,
}

/// An operation with similar responses.
#[derive(Debug)]
pub struct OtherOperation {
    /// Its name.
    pub name: &'static str,
    /// The fields that all its responses have.
    pub fields: &'static [&'static str],
    /// Whether its responses have no other fields, but the shared one.
    pub is_exact: bool,
    /// Fields that only the items of its list have, if the list has the name of one of ours.
    pub item_fields: &'static [&'static str],
}

impl Schema {
    /// The documented name and shape of the field that matches `name`.
    pub(crate) fn field(&self, name: &str) -> Option<(&'static str, Shape)> {
        let exact = self.fields.iter().find(|(known, _)| *known == name);
        let similar = || {
            let found = Found::new(name);
            self.fields.iter().find(|(known, _)| found.is(known))
        };
        exact.or_else(similar).copied()
    }

    /// The index of the list whose items have an element with a name that matches, and their schema.
    pub(crate) fn list_of_items(&self, name: &str) -> Option<(usize, &'static Schema)> {
        self.fields.iter().enumerate().find_map(|(index, (_, shape))| match shape {
            Shape::List(items) if same_name(items.name, name) => Some((index, *items)),
            _ => None,
        })
    }
}

impl Kind {
    /// The records of its list.
    pub(crate) fn items(&self) -> Option<&'static Schema> {
        let mut schema = self.schema;
        for name in self.list {
            match schema.field(name)?.1 {
                Shape::Record(record) => schema = record,
                Shape::List(items) => return Some(items),
                Shape::Scalar(_) => return None,
            }
        }
        None
    }

    /// Whether a field with a name that matches leads to its list.
    pub(crate) fn leads_to_list(&self, name: &str) -> bool {
        self.list.iter().any(|list| same_name(list, name))
    }

    /// The field that matches `name`, of the response or of the record that has its list.
    pub(crate) fn field(&self, name: &str) -> Option<(&'static str, Shape)> {
        let inner = || match self.schema.field(self.list.first()?)?.1 {
            Shape::Record(record) => record.field(name),
            _ => None,
        };
        self.schema.field(name).or_else(inner)
    }
}

impl Kinds {
    /// The schemas of all records, each once.
    pub(crate) fn records(&self) -> Vec<&'static Schema> {
        let mut pending: Vec<&'static Schema> = self.kinds.iter().map(|kind| kind.schema).collect();
        let mut records: Vec<&'static Schema> = Vec::new();
        while let Some(schema) = pending.pop() {
            if records.iter().any(|known| std::ptr::eq(*known, schema)) {
                continue;
            }
            records.push(schema);
            pending.extend(schema.fields.iter().filter_map(|(_, shape)| match shape {
                Shape::Scalar(_) => None,
                Shape::List(record) | Shape::Record(record) => Some(*record),
            }));
        }
        records
    }

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

    /// Whether a response of some kind has a field with a name that matches.
    pub(crate) fn is_response_field(&self, name: &str) -> bool {
        self.kinds.iter().any(|kind| kind.field(name).is_some())
    }

    /// Whether a request has a parameter with a name that matches.
    pub(crate) fn is_parameter(&self, name: &str) -> bool {
        self.request.is_some_and(|request| request.field(name).is_some())
    }

    /// Whether only the items of another operation's list have this field.
    pub(crate) fn is_foreign_item_field(&self, name: &str) -> bool {
        self.other_operations
            .iter()
            .any(|other| other.item_fields.iter().any(|field| same_name(field, name)))
    }
}

/// Whether a name matches a documented one, ignoring case, `_`, `-`, `.`, whitespace, invisible characters, a
/// namespace prefix, a leading `@` or `$`, a colon at the end, and the control sequences of a terminal.
pub(crate) fn same_name(known: &str, found: &str) -> bool {
    Found::new(found).is(known)
}

/// A name in a document, with what is looked for in it once for all known names.
struct Found<'n> {
    name: &'n str,
    has_sign_of_sequence: bool,
    last: Option<u8>,
}

impl<'n> Found<'n> {
    fn new(name: &'n str) -> Self {
        Self {
            name,
            has_sign_of_sequence: memchr::memchr2(b'[', b'\x1b', name.as_bytes()).is_some(),
            last: name.as_bytes().last().map(u8::to_ascii_lowercase),
        }
    }

    fn is(&self, known: &str) -> bool {
        // Longer names are not looked through once for each known one.
        const MOST_SEQUENCES: usize = 128;
        // Known names are ASCII, and all that is ignored is something more.
        let Some(added) = self.name.len().checked_sub(known.len()) else { return false };
        if added == 0 {
            return self.name.eq_ignore_ascii_case(known);
        }
        let has_sequence = added <= MOST_SEQUENCES && self.has_sign_of_sequence;
        let is_other_end = self.last.is_some_and(|end| end.is_ascii_alphanumeric())
            && self.last != known.as_bytes().last().map(u8::to_ascii_lowercase);
        if !has_sequence && is_other_end {
            return false;
        }
        is_spelling(known, self.name, has_sequence)
    }
}

/// Whether a longer name is a spelling of a known one.
fn is_spelling(known: &str, found: &str, has_sequence: bool) -> bool {
    if has_sequence {
        let plain = without_sequences(found);
        return matches!(&plain, Cow::Owned(plain) if same_name(known, plain));
    }
    // The text of an element has a name that begins so.
    let is_sign = |c: char| c == '@' || c == '$' && !known.starts_with('$');
    let found = found.strip_prefix(is_sign).unwrap_or(found);
    let found = match found.rsplit_once(':') {
        Some((name, "")) => name,
        Some((_, local)) => local,
        None => found,
    };
    if !found.is_ascii() {
        let is_part = |c: &char| {
            let is_invisible = matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}');
            !is_invisible && !c.is_whitespace() && !matches!(c, '_' | '-' | '.')
        };
        let folded = found.chars().filter(is_part);
        return folded
            .map(|c| c.to_ascii_lowercase())
            .eq(known.chars().map(|c| c.to_ascii_lowercase()));
    }
    let is_part = |byte: &u8| !matches!(byte, b'_' | b'-' | b'.' | b' ' | b'\n' | b'\r' | b'\t');
    let folded = found.bytes().filter(is_part);
    folded.map(|byte| byte.to_ascii_lowercase()).eq(known.bytes().map(|b| b.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::same_name;

    /// By the characters alone, whatever the lengths and the ends are.
    fn is_same(known: &str, found: &str) -> bool {
        let signs: &[char] = if known.starts_with('$') { &['@'] } else { &['@', '$'] };
        let found = found.strip_prefix(signs).unwrap_or(found);
        let local = found.rsplit(':').next().unwrap_or_default();
        let local = found.strip_suffix(':').unwrap_or(local);
        let is_part =
            |c: &char| !c.is_whitespace() && !"_-.\u{ad}\u{200b}\u{2060}\u{feff}".contains(*c);
        local.chars().filter(is_part).collect::<String>().eq_ignore_ascii_case(known)
    }

    #[test]
    fn names_are_compared_by_their_characters() {
        const BEFORE: &[&str] = &["", "@", "$", "ns:", "a:b:", "_", " ", "\u{feff}", "é", "x"];
        const INSIDE: &[&str] =
            &["", "_", "-", ".", "\t", "\u{a0}", "\u{ad}", "\u{200b}", ":", "é", "d", "D"];
        const AFTER: &[&str] = &["", ":", "_", " ", "\u{2060}", "d", "D", "e", "é", "."];
        let mut same = 0;
        for known in ["Code", "InvokeId", "Timed", "$text"] {
            for name in [
                "Code", "CODE", "nvokeId", "InvokeId", "invokeid", "Timed", "Time", "$text", "text",
            ] {
                for at in [1, name.len() / 2, name.len() - 1] {
                    let (start, end) = name.split_at(at);
                    for before in BEFORE {
                        for inside in INSIDE {
                            for after in AFTER {
                                let found = [before, start, inside, end, after].concat();
                                let expected = is_same(known, &found);
                                assert_eq!(same_name(known, &found), expected, "{known} {found:?}");
                                same += usize::from(expected);
                            }
                        }
                    }
                }
            }
        }
        assert!(same > 1_000, "{same}");
    }
}

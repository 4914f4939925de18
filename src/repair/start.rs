//! Search for the start of a document in surrounding text.

use super::work::WorkBudget;
use super::{json, notation, xml};
use crate::schema::Kinds;
use crate::text::characters::{is_ignorable, is_quote};

/// The offset of a document's start, and its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DocumentStart {
    Json(usize),
    Xml(usize),
    /// XML or JSON, entity-escaped.
    EscapedInMarkup(usize),
    /// JSON, escaped as the content of a JSON string.
    EscapedInString(usize),
    /// A print in another notation.
    Notation(usize),
}

impl DocumentStart {
    pub(crate) fn at(self) -> usize {
        match self {
            Self::Json(at)
            | Self::Xml(at)
            | Self::EscapedInMarkup(at)
            | Self::EscapedInString(at)
            | Self::Notation(at) => at,
        }
    }

    /// The next start at or after `from`, judged by the first few characters, without prints in other notations.
    pub(crate) fn find(
        text: &str,
        from: usize,
        kinds: &'static Kinds,
        work: &WorkBudget,
    ) -> Option<Self> {
        let bytes = text.as_bytes();
        // At the start of the text, a bracket alone is sufficient.
        let first = work.first;
        if let Some(head) = text.get(first..).filter(|_| from <= first) {
            if json::begins_without_brace(head, kinds) {
                return Some(Self::Json(first));
            }
            if xml::lacks_root(head, kinds) {
                return Some(Self::Xml(first));
            }
        }
        let mut at = from;
        loop {
            let found = memchr::memchr3(b'{', b'<', b'&', bytes.get(at..)?);
            work.add(found.unwrap_or(bytes.len() - at));
            at += found?;
            match Self::at_character(text, at, at == first, kinds, work) {
                Some(start) => return Some(start),
                None => at += 1,
            }
        }
    }

    /// The start of a print in another notation before `start`, else `start`.
    pub(crate) fn or_print(
        start: Option<Self>,
        text: &str,
        from: usize,
        kinds: &'static Kinds,
        work: &WorkBudget,
    ) -> Option<Self> {
        let until = start.map_or(text.len(), |start| start.at() + 1);
        notation::find(text, from, until, kinds, work).map(Self::Notation).or(start)
    }

    /// Whether a document in JSON or XML starts at the start of this line.
    pub(crate) fn at_line(text: &str, at: usize, kinds: &'static Kinds, work: &WorkBudget) -> bool {
        matches!(text.as_bytes().get(at), Some(b'{' | b'<'))
            && Self::at_character(text, at, false, kinds, work).is_some()
    }

    /// The start at a `{`, `<` or `&`.
    fn at_character(
        text: &str,
        at: usize,
        is_first: bool,
        kinds: &'static Kinds,
        work: &WorkBudget,
    ) -> Option<Self> {
        let rest = &text[at + 1..];
        match text.as_bytes()[at] {
            b'{' => {
                let inside = rest.trim_start_matches(is_ignorable);
                work.add(rest.len() - inside.len());
                match inside.chars().next() {
                    Some('\\') if inside.starts_with("\\\"") => Some(Self::EscapedInString(at)),
                    Some('&') if xml::begins_with_quote(inside) => Some(Self::EscapedInMarkup(at)),
                    // The type of a Go map.
                    Some('}') if rest.starts_with('}') && text[..at].ends_with("interface ") => {
                        None
                    }
                    Some(first) if is_quote(first) || first == '}' => Some(Self::Json(at)),
                    _ if is_macro(inside) => None,
                    _ if is_first => Some(Self::Json(at)),
                    _ => json::begins_with_name(inside).then_some(Self::Json(at)),
                }
            }
            b'<' => xml::begins_response(rest, kinds).then_some(Self::Xml(at)),
            _ => rest
                .strip_prefix("lt;")
                .is_some_and(|rest| xml::begins_response(rest, kinds))
                .then_some(Self::EscapedInMarkup(at)),
        }
    }
}

/// Whether a text in braces is a mark of a wiki, such as `{code:json}`.
fn is_macro(inside: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || ":=|._-# ".contains(c);
    let rest = inside.trim_start_matches(is_part);
    ["code", "noformat"].iter().any(|name| inside.starts_with(name)) && rest.starts_with('}')
}

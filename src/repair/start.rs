//! Search for the start of a document in surrounding text.

use super::work::WorkBudget;
use super::{json, xml};
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
}

impl DocumentStart {
    pub(crate) fn at(self) -> usize {
        match self {
            Self::Json(at)
            | Self::Xml(at)
            | Self::EscapedInMarkup(at)
            | Self::EscapedInString(at) => at,
        }
    }

    /// The next start at or after `from`, judged by the first few characters.
    pub(crate) fn find(text: &str, from: usize, kinds: &Kinds, work: &WorkBudget) -> Option<Self> {
        let bytes = text.as_bytes();
        // At the start of the text, a bracket alone is sufficient.
        let first = text.len() - text.trim_start().len();
        if from <= first && xml::lacks_root(&text[first..], kinds) {
            return Some(Self::Xml(first));
        }
        let mut at = from;
        loop {
            let found = memchr::memchr3(b'{', b'<', b'&', bytes.get(at..)?);
            work.add(found.unwrap_or(bytes.len() - at));
            at += found?;
            let rest = &text[at + 1..];
            let start = match bytes[at] {
                b'{' => {
                    let inside = rest.trim_start_matches(is_ignorable);
                    work.add(rest.len() - inside.len());
                    match inside.chars().next() {
                        Some('\\') if inside.starts_with("\\\"") => Some(Self::EscapedInString(at)),
                        Some('&') if xml::begins_with_quote(inside) => {
                            Some(Self::EscapedInMarkup(at))
                        }
                        Some(first) if is_quote(first) || first == '}' => Some(Self::Json(at)),
                        _ if at == first => Some(Self::Json(at)),
                        _ => json::begins_with_name(inside).then_some(Self::Json(at)),
                    }
                }
                b'<' => xml::begins_response(rest, kinds).then_some(Self::Xml(at)),
                _ => rest
                    .strip_prefix("lt;")
                    .is_some_and(|rest| xml::begins_response(rest, kinds))
                    .then_some(Self::EscapedInMarkup(at)),
            };
            match start {
                Some(start) => return Some(start),
                None => at += 1,
            }
        }
    }
}

//! Where a document begins in a text that holds more than it.

use super::work::WorkBudget;
use super::{json, xml};
use crate::schema::Kinds;
use crate::text::characters::{is_ignorable, is_quote};

/// Where a document begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DocumentStart {
    Json(usize),
    Xml(usize),
    /// XML or JSON that is escaped as text of HTML.
    EscapedInMarkup(usize),
    /// JSON that is escaped as the content of a string, without the string's quotes.
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

    /// The next one at or after `from`, by its first few characters.
    pub(crate) fn find(text: &str, from: usize, kinds: &Kinds, work: &WorkBudget) -> Option<Self> {
        let bytes = text.as_bytes();
        // What the text itself begins with needs no further sign.
        let first = text.len() - text.trim_start().len();
        let mut at = from;
        loop {
            let found = memchr::memchr3(b'{', b'<', b'&', bytes.get(at..)?);
            work.add(found.unwrap_or(bytes.len() - at));
            at += found?;
            let rest = &text[at + 1..];
            let beginning = match bytes[at] {
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
            match beginning {
                Some(beginning) => return Some(beginning),
                None => at += 1,
            }
        }
    }
}

//! What mends a damaged document, and says how.
//!
//! A mender reads the damaged text once, from the beginning of a document to its end, and writes down
//! the edits that make it well formed; the plain reader then reads the edited text by the same rules as
//! any other, and its places lead back through the edits. A mender decides from what stands before and
//! what comes next, and where a bracket or a tag is in doubt from the names that the model knows there.
//!
//! Two things hold throughout:
//! - what is written is well formed and was there, but for signs that carry no value (brackets, commas,
//!   quotes, tags) and for the escapes that keep text as it is;
//! - the work is metered ([`Meter`]): whatever the input, it stays below a multiple of the input's
//!   length. No recursion, and no memory beyond the edits and the open brackets or tags.

pub(super) mod json;
pub(super) mod xml;

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use crate::finding::{FindingKind, Path, Step};
use crate::model::{ApiError, Page, Record, Schema, Shape, same_name};

use super::Room;
use super::lenient::ENVELOPES;

/// A document that was mended, and the way back to the damaged one.
pub(super) struct Mended {
    pub(super) text: String,
    /// What was done, in order, with places in the damaged text.
    pub(super) mends: Vec<Mend>,
    edits: Vec<Placed>,
    /// Where the document begins and ends in the damaged text.
    pub(super) extent: Range<usize>,
    /// What room the mends have left.
    pub(super) room: Room,
}

pub(super) struct Mend {
    pub(super) kind: FindingKind,
    pub(super) path: Path,
    pub(super) span: Range<usize>,
}

/// Why a mender stopped before the end of the document.
pub(super) enum Stop {
    /// It nests deeper than the limit, from there on.
    TooDeep(usize),
    /// The work has reached its bound.
    Tangled(usize),
}

/// A piece of the damaged text and what stands in its place.
struct Edit {
    damaged: Range<usize>,
    instead: Cow<'static, str>,
}

/// An edit in the mended text.
struct Placed {
    damaged: Range<usize>,
    mended: Range<usize>,
}

impl Mended {
    /// The place in the damaged text that a place in the mended one came from.
    pub(super) fn original(&self, at: usize) -> usize {
        let next = self.edits.partition_point(|edit| edit.mended.end <= at);
        if let Some(edit) = self.edits.get(next)
            && edit.mended.start <= at
        {
            return edit.damaged.start;
        }
        match next.checked_sub(1).map(|last| &self.edits[last]) {
            None => at + self.extent.start,
            Some(edit) => at - edit.mended.end + edit.damaged.end,
        }
    }
}

/// The edits to a text while a mender is at work.
struct Draft<'t> {
    text: &'t str,
    edits: Vec<Edit>,
    mends: Vec<Mend>,
    room: Room,
}

impl<'t> Draft<'t> {
    fn new(text: &'t str, room: Room) -> Self {
        Self { text, edits: Vec::new(), mends: Vec::new(), room }
    }

    fn edit(&mut self, damaged: Range<usize>, instead: impl Into<Cow<'static, str>>) {
        self.edits.push(Edit { damaged, instead: instead.into() });
    }

    fn say(&mut self, kind: FindingKind, path: impl FnOnce() -> Path, span: Range<usize>) {
        if let Some(path) = self.room.take(path) {
            self.mends.push(Mend { kind, path, span });
        }
    }

    /// Writes out the text at `extent` with all edits made.
    fn finish(mut self, extent: Range<usize>) -> Mended {
        // A mender may learn late what to do about an earlier place.
        self.edits.sort_by_key(|edit| edit.damaged.start);
        self.mends.sort_by_key(|mend| mend.span.start);
        let mut text = String::with_capacity(extent.len() + 16);
        let mut edits = Vec::with_capacity(self.edits.len());
        let mut copied = extent.start;
        for Edit { damaged, instead } in self.edits {
            // Only then it is known where the document ends.
            if damaged.start > extent.end || damaged.start == extent.end && !damaged.is_empty() {
                continue;
            }
            if damaged.start > copied {
                text.push_str(&self.text[copied..damaged.start]);
            }
            let start = text.len();
            text.push_str(&instead);
            copied = copied.max(damaged.end);
            edits.push(Placed { damaged, mended: start..text.len() });
        }
        text.push_str(&self.text[copied.min(extent.end)..extent.end]);
        Mended { text, mends: self.mends, edits, extent, room: self.room }
    }
}

/// How much a mender has looked at, and how much it may.
///
/// Every search is entered here by the bytes that it passes. Nothing but a document made to this end
/// looks at its bytes more than a few times each.
#[derive(Clone)]
pub(super) struct Meter {
    looked: Cell<usize>,
    bound: usize,
    /// Whether a document was met whose brackets are still open where the text ends. To look there once
    /// is enough.
    pub(super) open_to_the_end: Cell<bool>,
}

impl Meter {
    /// How often each byte may be looked at on average.
    pub(super) const TIMES: usize = 64;

    pub(super) fn new(text: &str) -> Self {
        let bound = text.len().saturating_mul(Self::TIMES).saturating_add(4096);
        Self { looked: Cell::new(0), bound, open_to_the_end: Cell::new(false) }
    }

    pub(super) fn add(&self, bytes: usize) {
        self.looked.set(self.looked.get().saturating_add(bytes + 1));
    }

    pub(super) fn is_spent(&self) -> bool {
        self.looked.get() > self.bound
    }

    #[cfg(test)]
    pub(super) fn looked(&self) -> usize {
        self.looked.get()
    }
}

/// What the model knows of the names in an object, an array or an element.
#[derive(Clone, Copy)]
enum Known {
    Root,
    Record(&'static Schema),
    /// The object or element that wraps a list.
    Wrapper(&'static Schema),
    /// The array of a list.
    Items(&'static Schema),
    /// A field of no structure.
    Scalar,
    Unknown,
}

impl Known {
    /// The documented name that `name` means here and what it leads to.
    fn field(self, name: &str) -> Option<(&'static str, Known)> {
        let of = |fields: &'static [(&'static str, Shape)]| {
            let exact = fields.iter().find(|(known, _)| *known == name);
            let field = exact.or_else(|| fields.iter().find(|(known, _)| same_name(known, name)));
            field.map(|&(known, shape)| match shape {
                Shape::Scalar => (known, Self::Scalar),
                Shape::List(items) => (known, Self::Wrapper(items)),
                Shape::Record(record) => (known, Self::Record(record)),
            })
        };
        match self {
            Self::Root => {
                of(Page::SCHEMA.fields).or_else(|| of(ApiError::SCHEMA.fields)).or_else(|| {
                    let envelope = ENVELOPES.iter().find(|known| same_name(known, name));
                    envelope.map(|known| (*known, Self::Root))
                })
            }
            Self::Record(record) => of(record.fields),
            Self::Wrapper(items) if same_name(items.name, name) => {
                Some((items.name, Self::Record(items)))
            }
            // One item without its array.
            Self::Wrapper(items) => of(items.fields),
            Self::Items(_) | Self::Scalar | Self::Unknown => None,
        }
    }

    /// Whether the names here are the model's to know.
    fn is_told(self) -> bool {
        matches!(self, Self::Root | Self::Record(_) | Self::Wrapper(_))
    }
}

/// The step of a path to a member.
fn step(known: Option<&'static str>, name: &str) -> Step {
    Step::Name(known.map_or_else(|| Cow::Owned(name.to_owned()), Cow::Borrowed))
}

/// What stands for nothing between values: blanks of any script, and what has no width.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// Text that ends where another document may begin, for a mender of either format.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '\u{2018}'..='\u{201f}')
}

/// Where a document begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beginning {
    Json(usize),
    Xml(usize),
    /// XML or JSON whose signs are escaped as text of HTML.
    EscapedInMarkup(usize),
    /// JSON as it stands in a string, without the string's quotes.
    EscapedInString(usize),
}

impl Beginning {
    pub(super) fn at(self) -> usize {
        match self {
            Self::Json(at)
            | Self::Xml(at)
            | Self::EscapedInMarkup(at)
            | Self::EscapedInString(at) => at,
        }
    }

    /// The next one at or after `from`, by its first few characters.
    pub(super) fn find(text: &str, from: usize, meter: &Meter) -> Option<Self> {
        let bytes = text.as_bytes();
        // What the text itself begins with needs no further sign.
        let first = text.len() - text.trim_start().len();
        let mut at = from;
        loop {
            let found = memchr::memchr3(b'{', b'<', b'&', bytes.get(at..)?);
            meter.add(found.unwrap_or(bytes.len() - at));
            at += found?;
            let rest = &text[at + 1..];
            let beginning = match bytes[at] {
                b'{' => {
                    let inside = rest.trim_start_matches(is_blank);
                    meter.add(rest.len() - inside.len());
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
                b'<' => xml::begins_response(rest).then_some(Self::Xml(at)),
                _ => rest
                    .strip_prefix("lt;")
                    .is_some_and(xml::begins_response)
                    .then_some(Self::EscapedInMarkup(at)),
            };
            match beginning {
                Some(beginning) => return Some(beginning),
                None => at += 1,
            }
        }
    }
}

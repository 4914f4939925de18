//! The message of each kind of finding.

use std::fmt;

use super::kind::{Duplicate, FindingKind, ListShape, Nesting};
use super::path::Path;
use super::printable::{Printable, Quoted};

impl FindingKind {
    /// The message of a finding on the field at `path`, whose input text is `text`: one line.
    pub(super) fn message(&self, path: &Path, text: &str) -> String {
        let found = Quoted(text);
        let name = FieldName(path);
        match self {
            Self::Name { read } if *read == text => {
                format!("{path}: attribute {found} read as an element")
            }
            Self::Name { read } => format!("{path}: field name {found} read as `{read}`"),
            Self::EnumValue { read } | Self::Literal { read } => {
                format!("{path}: {found} read as `{read}`")
            }
            Self::Boolean { read } => format!("{path}: {found} read as `{read}`"),
            Self::Integer { read } => format!("{path}: {found} read as `{read}`"),
            Self::Time { read } => format!("{path}: {found} read as `{read}`"),
            Self::NonStringScalar => format!("{path}: {found} converted to a string"),
            Self::EmptyValue => format!("{path}: empty value {found} treated as missing"),
            Self::List(shape) => match shape {
                ListShape::BareArray => {
                    format!("{path}: array without its wrapper object read as the list")
                }
                ListShape::SingleItem => {
                    format!("{path}: single item without an array read as a list of one")
                }
                ListShape::EmptyText => format!("{path}: empty text treated as an empty list"),
                ListShape::Null => format!("{path}: null treated as an empty list"),
                ListShape::Empty => {
                    format!("{path}: empty object or array treated as an empty list")
                }
                ListShape::Missing => format!("list {name} is missing; treated as empty"),
            },
            Self::Duplicate(duplicate) => match duplicate {
                Duplicate::Ignored => {
                    format!("duplicate {name}: {found} ignored, first value kept")
                }
                Duplicate::Used => {
                    format!("duplicate {name}: {found} used, earlier values are empty or invalid")
                }
                Duplicate::Merged => {
                    format!("duplicate {name}: items appended to the earlier list")
                }
            },
            Self::UnexpectedContent => format!("{path}: unexpected content {found} ignored"),
            Self::Namespace => format!("{path}: namespace {found} ignored"),
            Self::Doctype => format!("document type declaration {found} ignored"),
            Self::Envelope => format!("{path}: content unwrapped from an outer object or element"),
            Self::Root { read } => format!("root element {found} read as `{read}`"),
            Self::InvalidValue { expected } => {
                format!("{path}: {found} is not {expected}; dropped")
            }
            Self::InvalidBytes { encoding } => {
                format!("invalid {encoding} byte sequence {text} replaced by U+FFFD")
            }
            Self::Encoding { used } => {
                format!("declared encoding {found} ignored; decoded as {used}")
            }
            Self::MissingComma => format!("missing comma after {name}"),
            Self::ExtraComma => format!("{path}: extra comma removed"),
            Self::InvalidNumber => format!("{path}: invalid number {found} read as a string"),
            Self::UndefinedEntity => format!("{path}: undefined entity {found} kept as text"),
            Self::UnescapedMarkup => format!("{path}: unescaped {found} treated as text"),
            Self::Colon if text.is_empty() => format!("missing colon after {name}"),
            Self::Colon => format!("{path}: {found} read as a colon"),
            Self::Quote => format!("{path}: {found} read as a double-quoted string"),
            Self::Comment => format!("{path}: comment {found} ignored"),
            Self::ControlCharacter => {
                format!("{path}: unescaped control characters kept as text")
            }
            Self::InvalidEscape if text == r"\'" => {
                format!("{path}: invalid escape {found} read as `'`")
            }
            Self::InvalidEscape => format!("{path}: invalid escape {found} kept as literal text"),
            Self::Nesting(nesting) => match nesting {
                Nesting::Missing { read } => format!("{path}: missing {} inserted", Quoted(read)),
                Nesting::Extra => format!("{path}: unmatched {found} ignored"),
                Nesting::Replaced { read } => {
                    format!("{path}: mismatched {found} read as {}", Quoted(read))
                }
            },
            Self::Incomplete => match text.strip_suffix(':').map(str::trim_end) {
                Some("") => format!("{path}: unexpected {found} dropped"),
                Some(key) => format!("{path}: key {} has no value; dropped", Quoted(key)),
                None => {
                    format!(
                        "{path}: {found} is a key without a value or a value without a key; dropped"
                    )
                }
            },
            Self::SurroundingText => format!("ignored text outside the document: {found}"),
            Self::TrailingDocument => format!("ignored trailing document: {found}"),
            Self::Truncated if text.is_empty() => {
                format!("{path}: document is truncated here; everything open was closed")
            }
            Self::Truncated => format!("{path}: {found} is truncated; dropped"),
            Self::Attribute => format!("{path}: malformed attribute {found} repaired"),
            Self::Unterminated => {
                format!("{path}: unterminated {} {found} closed", markup_name(text))
            }
            Self::InvalidWhitespace => {
                // As characters, they would be invisible.
                const SHOWN: usize = 4;
                let mut found = text.chars().map(|c| format!("U+{:04X}", u32::from(c)));
                let first: Vec<_> = found.by_ref().take(SHOWN).collect();
                let more = if found.next().is_some() { " …" } else { "" };
                format!("{path}: {}{more} treated as a space", first.join(" "))
            }
            Self::Embedded => format!("{path}: embedded response unescaped"),
            Self::Violation(violation) => format!("{path}: {}", Printable(&violation.message)),
        }
    }
}

/// A field in the middle of a sentence.
struct FieldName<'p>(&'p Path);

impl fmt::Display for FieldName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_root() { write!(f, "{}", self.0) } else { write!(f, "`{}`", self.0) }
    }
}

fn markup_name(text: &str) -> &'static str {
    match text {
        _ if text.starts_with("<!--") => "comment",
        _ if text.starts_with("<![") => "CDATA section",
        _ if text.starts_with("<!") => "declaration",
        _ if text.starts_with("<?") => "processing instruction",
        _ => "tag",
    }
}

//! The message of each kind of finding.

use super::kind::{Duplicate, FindingKind, ListShape, Nesting};
use super::printable::{Printable, Quoted};

impl FindingKind {
    /// The message of a finding whose input text is `text`: one line, without the path of the field.
    pub(super) fn message(&self, text: &str) -> String {
        let found = Quoted(text);
        match self {
            Self::Name { read } if *read == text => {
                format!("attribute {found} read as an element")
            }
            Self::Name { read } => format!("field name {found} read as `{read}`"),
            Self::EnumValue { read } | Self::Literal { read } => {
                format!("{found} read as `{read}`")
            }
            Self::Boolean { read } => format!("{found} read as `{read}`"),
            Self::Integer { read } => format!("{found} read as `{read}`"),
            Self::Time { read } => format!("{found} read as `{read}`"),
            Self::NonStringScalar => format!("{found} converted to a string"),
            Self::EmptyString => "empty string read as no value".to_owned(),
            Self::EmptyValue => format!("empty value {found} treated as missing"),
            Self::List(shape) => match shape {
                ListShape::BareArray => {
                    "array without its wrapper object read as the list".to_owned()
                }
                ListShape::SingleItem => {
                    "single item without an array read as a list of one".to_owned()
                }
                ListShape::EmptyText => "empty text treated as an empty list".to_owned(),
                ListShape::Null => "null treated as an empty list".to_owned(),
                ListShape::Empty => "empty object or array treated as an empty list".to_owned(),
                ListShape::Missing => "list is missing; treated as empty".to_owned(),
                ListShape::Alone => "list without the response around it read as a page".to_owned(),
                ListShape::Flattened => {
                    "fields read from the response itself, without an object around them".to_owned()
                }
                ListShape::NestedArray => {
                    "array inside the array of the list; its items read as items of the list"
                        .to_owned()
                }
                ListShape::Misplaced => {
                    "list inside the wrapper object of another read as if next to it".to_owned()
                }
                ListShape::NestedWrapper => {
                    "wrapper object in place of an item; its items read as items of the list"
                        .to_owned()
                }
                ListShape::Unwrapped => {
                    "items without their wrapper object read as the list".to_owned()
                }
                ListShape::Joined => {
                    "item in the object of the item before it read on its own".to_owned()
                }
                ListShape::OtherName => format!("items under the name {found} read as the list"),
            },
            Self::MissingList => {
                "no list in the page: there may be no items, or they were not given".to_owned()
            }
            Self::Duplicate(duplicate) => match duplicate {
                Duplicate::Used => {
                    format!("duplicate value {found} used, earlier values are empty or invalid")
                }
                Duplicate::Merged => {
                    "duplicate field; content added to that of the earlier one".to_owned()
                }
                Duplicate::Collected => {
                    "duplicate unknown field; its values are kept as a list".to_owned()
                }
            },
            Self::DuplicateDropped => format!("duplicate value {found} dropped; first value kept"),
            Self::UnexpectedContent => format!("unexpected content {found} ignored"),
            Self::OtherResponse => format!("another response {found} dropped"),
            Self::Namespace => format!("namespace {found} ignored"),
            Self::Doctype => format!("document type declaration {found} ignored"),
            Self::Envelope => "content unwrapped from an outer object, array or element".to_owned(),
            Self::Root { read } => format!("root element {found} read as `{read}`"),
            Self::InvalidValue { expected } => {
                format!("{found} is not {expected}; dropped")
            }
            Self::InvalidBytes { encoding } => {
                format!("invalid {encoding} byte sequence {text} replaced by U+FFFD")
            }
            Self::Encoding { used } if text.is_empty() => {
                format!("given character encoding ignored; decoded as {used}")
            }
            Self::Encoding { used } => {
                format!("declared encoding {found} ignored; decoded as {used}")
            }
            Self::MissingComma => "missing comma after this value".to_owned(),
            Self::ExtraComma => "extra comma removed".to_owned(),
            Self::InvalidNumber => format!("invalid number {found} read as a string"),
            Self::UndefinedEntity { declared: None } => {
                format!("undefined entity {found} kept as text")
            }
            Self::UndefinedEntity { declared: Some(declared) } => {
                format!("entity {found}, declared as {}, kept as text", Quoted(declared))
            }
            Self::UnescapedMarkup => format!("unescaped {found} treated as text"),
            Self::Colon if text.is_empty() => "missing colon after this key".to_owned(),
            Self::Colon => format!("{found} read as a colon"),
            Self::Quote => format!("{found} read as a double-quoted string"),
            Self::Comment => format!("comment {found} ignored"),
            Self::ControlCharacter => "unescaped control characters kept as text".to_owned(),
            Self::InvalidEscape if text == r"\'" => {
                format!("invalid escape {found} read as `'`")
            }
            Self::InvalidEscape => format!("invalid escape {found} kept as literal text"),
            Self::Nesting(nesting) => match nesting {
                Nesting::Missing { read } => format!("missing {} inserted", Quoted(read)),
                Nesting::Extra => format!("unmatched {found} ignored"),
                Nesting::Replaced { read } => {
                    format!("mismatched {found} read as {}", Quoted(read))
                }
            },
            Self::Incomplete => match text.strip_suffix(':').map(str::trim_end) {
                Some("") => format!("unexpected {found} dropped"),
                Some(key) => format!("key {} has no value; dropped", Quoted(key)),
                None => {
                    format!("{found} is a key without a value or a value without a key; dropped")
                }
            },
            Self::SurroundingText => format!("ignored text outside the document: {found}"),
            Self::TrailingDocument => format!("ignored trailing document: {found}"),
            Self::Truncated if text.is_empty() => {
                "document is truncated here; everything open was closed".to_owned()
            }
            Self::Truncated => format!("{found} is truncated; dropped"),
            Self::Attribute => format!("malformed attribute {found} repaired"),
            Self::Unterminated => {
                format!("unterminated {} {found} closed", markup_name(text))
            }
            Self::InvalidWhitespace => {
                // As characters, they would be invisible.
                const SHOWN: usize = 4;
                let mut found = text.chars().map(|c| format!("U+{:04X}", u32::from(c)));
                let first: Vec<_> = found.by_ref().take(SHOWN).collect();
                let more = if found.next().is_some() { " …" } else { "" };
                format!("{}{more} treated as a space", first.join(" "))
            }
            Self::PrintedError { client } => {
                format!("error printed by {client} read as an error response")
            }
            Self::Notation { notation } => format!("{notation} notation read as JSON"),
            Self::AmbiguousEnd => "end of a value without quotes is ambiguous".to_owned(),
            Self::Elided => "value left out of the print, dropped".to_owned(),
            Self::StrayText => format!("text {found} between values ignored"),
            Self::Sequence if text == "(" => "tuple read as an array".to_owned(),
            Self::Sequence => "set read as an array".to_owned(),
            Self::NumberNotation { read } => format!("{found} read as {}", Quoted(read)),
            Self::MalformedTag { read } => {
                format!("malformed tag {found} read as {}", Quoted(read))
            }
            Self::MalformedReference { read } => {
                format!(
                    "malformed reference {found} read as {}",
                    Quoted(read.encode_utf8(&mut [0; 4]))
                )
            }
            Self::InvalidMarkup if text.starts_with("<!--") => {
                format!("comment {found} contains `--`; ignored")
            }
            Self::InvalidMarkup => {
                format!("{found} contains characters that XML does not allow in names")
            }
            Self::LineMarks { removed, lines } => {
                let of = |line: Option<&str>| Quoted(line.unwrap_or_default().trim()).to_string();
                let (first, last) = (removed.lines().next(), removed.lines().next_back());
                if first == last {
                    format!("{} removed from {lines} lines", Quoted(removed))
                } else {
                    format!("{} to {} removed from {lines} lines", of(first), of(last))
                }
            }
            Self::ControlSequences { count: 1 } => {
                format!("control sequence of a terminal {found} removed")
            }
            Self::ControlSequences { count } => {
                format!("{count} control sequences of a terminal such as {found} removed")
            }
            Self::LineWrap { width: 0, breaks } => {
                format!("{} in names or values removed", line_breaks(*breaks))
            }
            Self::LineWrap { width, breaks } => {
                format!("{} at a width of {width} characters removed", line_breaks(*breaks))
            }
            Self::Escaping { of, count } => format!("{of} undone, in {count} places"),
            Self::Embedded => "embedded content unescaped".to_owned(),
            Self::Violation(violation) => Printable(&violation.message).to_string(),
        }
    }
}

fn line_breaks(count: usize) -> String {
    match count {
        1 => "1 line break".to_owned(),
        _ => format!("{count} line breaks"),
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

//! The error of an input that is not a response.

use std::fmt;

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::finding::{Finding, Location, Path, Printable, Quoted};
use crate::options::Limit;
use crate::syntax::reader::Format;

/// Returned if the input is not a response: neither a page of a list nor an error response, too
/// malformed to repair, or over a limit.
///
/// One pointer wide. Its `Display` is one line: message, location and path. It serializes to a flat object:
///
/// ```
/// let error = ecs_invocations::decode(b"[1]").unwrap_err();
/// assert_eq!(
///     serde_json::to_value(&error).unwrap(),
///     serde_json::json!({
///         "kind": "not-an-object", "format": "json", "path": "the response",
///         "message": "not a response: top-level value is an array",
///         "line": 1, "column": 1, "start": 0, "end": 0,
///     })
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Details>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    kind: ErrorKind,
    format: Option<Format>,
    path: Path,
    location: Location,
}

/// Why the input could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input is empty or only whitespace.
    Empty,
    /// The input is neither XML nor JSON.
    UnknownFormat {
        /// The start of its first line.
        begins: Box<str>,
    },
    /// The input is an HTML page, as proxies and gateways send.
    Html {
        /// The page's title, if it has one.
        title: Option<Box<str>>,
    },
    /// The XML document has no root element.
    NoRoot,
    /// The XML document's root element is not that of a response.
    UnexpectedRoot {
        /// The name of the root element.
        name: Box<str>,
        /// The names that a response can have.
        expected: Vec<&'static str>,
    },
    /// The document has no members: a JSON value that is not an object, or an XML root element without
    /// child elements.
    NotAnObject {
        /// What it is: `an array`, `a string`, `a number`, `a boolean` or `null` in JSON; `text only` or
        /// `nothing` in XML.
        found: &'static str,
    },
    /// The document is a response of another operation.
    OtherOperation {
        /// The name of the operation.
        operation: Box<str>,
        /// The names of the document's first members.
        members: Vec<Box<str>>,
        /// The request for what that operation started, such as `DescribeInvocations with InvokeId=t-1`.
        follow_up: Option<Box<str>>,
    },
    /// The document is a request.
    Request {
        /// The names of its first members.
        members: Vec<Box<str>>,
    },
    /// A response without an error code has a failing HTTP status.
    FailedStatus {
        /// The status, such as 503.
        status: u16,
    },
    /// The document has none of the fields of a response, or has only those that every operation has.
    NotAResponse {
        /// The names of its first members.
        members: Vec<Box<str>>,
    },
    /// The document is no response, but has a response or its list inside: too deep, or without the names
    /// around it.
    ResponseInside {
        /// Where.
        path: Path,
    },
    /// The document looks like a response, but the end tag of a field follows: it is the value of that field,
    /// in a document of which the start is missing.
    ValueOfField {
        /// The name of the field.
        field: &'static str,
    },
    /// A member of the document tells success, but there is no list.
    NoList {
        /// The name of the member, such as `code`.
        member: Box<str>,
        /// Its value.
        code: Box<str>,
    },
    /// The document is a print that lacks the names of fields, what a list contains, or the code of an error.
    LossyPrint {
        /// What printed it, such as `JavaScript`.
        notation: &'static str,
        /// What to print instead.
        instead: &'static str,
    },
    /// The document is malformed, and could not be repaired or repair was disabled.
    Syntax {
        /// The parser's message.
        message: Box<str>,
    },
    /// The document can only be repaired by a guess, and [`Options::repair`](crate::Options::repair) allows
    /// none.
    NeedsGuess {
        /// What the first guess would be, and where.
        guess: Box<Finding>,
    },
    /// A limit of [`Options`](crate::Options) was exceeded.
    Limit {
        /// Which limit.
        limit: Limit,
        /// Its value.
        most: usize,
    },
    /// The document is so malformed that its repair would take more work than allowed, which is
    /// proportional to its length.
    RepairLimitExceeded,
}

impl ErrorKind {
    /// The stable name of the kind, such as `not-an-object`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::UnknownFormat { .. } => "unknown-format",
            Self::Html { .. } => "html",
            Self::NoRoot => "no-root",
            Self::UnexpectedRoot { .. } => "unexpected-root",
            Self::NotAnObject { .. } => "not-an-object",
            Self::OtherOperation { .. } => "other-operation",
            Self::Request { .. } => "request",
            Self::FailedStatus { .. } => "failed-status",
            Self::NotAResponse { .. } => "not-a-response",
            Self::ResponseInside { .. } => "response-inside",
            Self::ValueOfField { .. } => "value-of-field",
            Self::NoList { .. } => "no-list",
            Self::LossyPrint { .. } => "lossy-print",
            Self::Syntax { .. } => "syntax",
            Self::NeedsGuess { .. } => "needs-guess",
            Self::Limit { .. } => "limit",
            Self::RepairLimitExceeded => "repair-limit-exceeded",
        }
    }
}

impl Error {
    pub(crate) fn new(
        kind: ErrorKind,
        format: Option<Format>,
        path: Path,
        location: Location,
    ) -> Self {
        Self(Box::new(Details { kind, format, path, location }))
    }

    /// Why the input could not be decoded.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The format that the input was parsed as; `None` if it was not detected.
    pub fn format(&self) -> Option<Format> {
        self.0.format
    }

    /// The path of the value that was being decoded.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Where decoding stopped.
    pub fn location(&self) -> &Location {
        &self.0.location
    }

    /// The message, without location and path: one line.
    pub fn message(&self) -> String {
        let is_xml = self.0.format == Some(Format::Xml);
        let top = if is_xml { "root element" } else { "top-level object" };
        match &self.0.kind {
            ErrorKind::Empty => "input is empty".to_owned(),
            ErrorKind::UnknownFormat { begins } => {
                format!("not a response: neither XML nor JSON, starts with {}", Quoted(begins))
            }
            ErrorKind::Html { title: None } => "not a response: HTML page".to_owned(),
            ErrorKind::Html { title: Some(title) } => {
                format!("not a response: HTML page with title {}", Quoted(title))
            }
            ErrorKind::NoRoot => "not a response: XML without a root element".to_owned(),
            ErrorKind::UnexpectedRoot { name, expected } => {
                let (last, others) = expected.split_last().unwrap_or((&"", &[]));
                let others: String = others.iter().map(|name| format!("`{name}`, ")).collect();
                let others = others.trim_end_matches(", ");
                let or = if others.is_empty() { "" } else { " or " };
                format!(
                    "not a response: root element is {}, expected {others}{or}`{last}`",
                    Quoted(name)
                )
            }
            ErrorKind::NotAnObject { found } => match *found {
                "nothing" => format!("not a response: {top} is empty"),
                "text only" => format!("not a response: {top} contains only text"),
                found => format!("not a response: top-level value is {found}"),
            },
            ErrorKind::OtherOperation { operation, members, follow_up } => {
                let next = match follow_up {
                    Some(request) => format!("; call {}", Printable(request)),
                    None => String::new(),
                };
                let found = match quoted_list(members) {
                    found if found.is_empty() => found,
                    found => format!(" (found {found})"),
                };
                format!(
                    "not a response of this operation, but of {}{found}{next}",
                    Printable(operation)
                )
            }
            ErrorKind::Request { members } => {
                format!("not a response, but a request (found {})", quoted_list(members))
            }
            ErrorKind::FailedStatus { status } => {
                format!("not a response: HTTP status {status}, but no error code")
            }
            ErrorKind::NotAResponse { members } if members.is_empty() => {
                format!("not a response: {top} is empty")
            }
            ErrorKind::NotAResponse { members } => {
                let found = quoted_list(members);
                format!("not a response: {top} has no identifying field (found {found})")
            }
            ErrorKind::NoList { member, code } => {
                let (member, code) = (Quoted(member), Quoted(code));
                format!(
                    "not a response: {member} is {code}, which tells success, but there is no list"
                )
            }
            ErrorKind::ResponseInside { path } => {
                format!("not a response, but {path} looks like a part of one")
            }
            ErrorKind::ValueOfField { field } => {
                format!("not a response, but the value of `{field}`, whose end tag follows")
            }
            ErrorKind::LossyPrint { notation, instead } => {
                format!(
                    "not a response: {notation} notation, which lacks names or values; print {instead}"
                )
            }
            ErrorKind::Syntax { message } => {
                let format = self.0.format.map_or(String::new(), |format| format!("{format} "));
                format!("{format}syntax error: {}", Printable(message))
            }
            ErrorKind::NeedsGuess { guess } => {
                format!("repair would be a guess: {}: {}", guess.code(), guess.message())
            }
            ErrorKind::Limit { limit, most } => limit.message(*most),
            ErrorKind::RepairLimitExceeded => {
                "too malformed to repair (work limit reached)".to_owned()
            }
        }
    }
}

fn quoted_list(names: &[Box<str>]) -> String {
    let names: Vec<String> = names.iter().map(|name| Quoted(name).to_string()).collect();
    names.join(", ")
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { path, location, .. } = &*self.0;
        write!(f, "{}", self.message())?;
        write!(
            f,
            " (line {}, column {}, byte {}",
            location.line, location.column, location.bytes.start
        )?;
        if !path.is_root() {
            write!(f, ", in {path}")?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for Error {}

/// An object with the keys `kind` (its [name](ErrorKind::name)), `format` (`null` if it was not
/// detected), `path`, `message`, `line`, `column`, `start` and `end`.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.kind().name())?;
        map.serialize_entry("format", &self.format())?;
        map.serialize_entry("path", self.path())?;
        map.serialize_entry("message", &self.message())?;
        self.location().serialize_entries(&mut map)?;
        map.end()
    }
}

/// `xml`, `json` or `text`.
impl Serialize for Format {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Text => "text",
            Self::Xml => "xml",
            Self::Json => "json",
        })
    }
}

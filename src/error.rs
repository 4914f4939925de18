//! Why a document as a whole could not be decoded.

use std::fmt;

use crate::finding::{Location, Path, Printable, Quoted};
use crate::syntax::reader::Format;

/// A document that could not be decoded: it is no DescribeInvocations response and no error response,
/// or it breaks off in a way that leaves nothing to read.
///
/// One pointer wide. Its `Display` is one line with all there is to know.
#[derive(Debug)]
pub struct Error(Box<Details>);

#[derive(Debug)]
struct Details {
    kind: ErrorKind,
    format: Option<Format>,
    path: Path,
    location: Location,
}

/// What was seen instead of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Nothing, or blanks only.
    Empty,
    /// Text that is neither XML nor JSON.
    UnknownFormat {
        /// How it begins.
        begins: Box<str>,
    },
    /// An HTML page, as proxies and gateways send them.
    Html {
        /// Its title, if it has one.
        title: Option<Box<str>>,
    },
    /// An XML document with no root element.
    NoRoot,
    /// An XML document with another root element.
    UnexpectedRoot {
        /// The name of the root element.
        name: Box<str>,
    },
    /// A document that has no members: a JSON value of another type, an XML root with text only.
    NotAnObject {
        /// What it is: `an array`, `a string`, `a number`, `a boolean`, `null`; `text only`,
        /// `nothing`.
        found: &'static str,
    },
    /// An object that has none of the fields of a response.
    NotAResponse {
        /// The names of its first members.
        members: Vec<Box<str>>,
    },
    /// The document breaks the rules of its format where no mender can help, or may.
    Syntax {
        /// What is wrong, in the parser's words.
        message: Box<str>,
    },
    /// There is more of something than the [`Options`](crate::Options) allow.
    Limit {
        /// Of what.
        limit: Limit,
        /// How much there may be.
        most: usize,
    },
    /// The document is damaged in so many ways that to mend it would take more than a fixed multiple of
    /// its length.
    RepairLimitExceeded,
}

/// What [`Options`](crate::Options) limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// The size of the input in bytes.
    Bytes,
    /// How deep elements, objects and arrays nest. In a field that no contract names they may nest 96
    /// deep at most.
    Depth,
    /// Invocations in one document.
    Invocations,
    /// Instances in one document.
    Instances,
    /// Attributes of one element.
    Attributes,
    /// The length of a name in bytes.
    NameBytes,
}

impl Limit {
    fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes of input",
            Self::Depth => "levels of nesting",
            Self::Invocations => "invocations",
            Self::Instances => "instances",
            Self::Attributes => "attributes of one element",
            Self::NameBytes => "bytes in one name",
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

    /// What was seen instead of a response.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The format that the document was read as; `None` where it could not be told.
    pub fn format(&self) -> Option<Format> {
        self.0.format
    }

    /// The way to the value that was being read.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Where reading stopped.
    pub fn location(&self) -> &Location {
        &self.0.location
    }

    /// What was seen, in words, without the location.
    pub fn message(&self) -> String {
        let format = self.0.format.map_or("text", Format::name);
        match &self.0.kind {
            ErrorKind::Empty => "empty input".to_owned(),
            ErrorKind::UnknownFormat { begins } => {
                format!("neither XML nor JSON: begins with {}", Quoted(begins))
            }
            ErrorKind::Html { title: None } => "an HTML page, not a response".to_owned(),
            ErrorKind::Html { title: Some(title) } => {
                format!("an HTML page titled {}, not a response", Quoted(title))
            }
            ErrorKind::NoRoot => "XML with no root element".to_owned(),
            ErrorKind::UnexpectedRoot { name } => format!(
                "XML with root element {}, not `DescribeInvocationsResponse` or `Error`",
                Quoted(name)
            ),
            ErrorKind::NotAnObject { found } => {
                format!("{format} with {found} in it, not the fields of a response")
            }
            ErrorKind::NotAResponse { members } if members.is_empty() => {
                format!("{format} with nothing in it, not the fields of a response")
            }
            ErrorKind::NotAResponse { members } => {
                let names: Vec<String> =
                    members.iter().map(|name| Quoted(name).to_string()).collect();
                format!("{format} with no field of a response, but {}", names.join(", "))
            }
            ErrorKind::Syntax { message } => format!("{format} syntax: {}", Printable(message)),
            ErrorKind::Limit { limit, most } => format!("more than {most} {}", limit.name()),
            ErrorKind::RepairLimitExceeded => "damaged in too many ways to mend".to_owned(),
        }
    }
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

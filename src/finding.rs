//! Findings: every difference between the decoded model and the input, and every violation that a check
//! reports, each with its rule, path and location.
//!
//! What the model holds verbatim is not reported by the decoder: an unknown status is kept as `Other`, an
//! unknown field in `extra`.

mod decoder_rules;
mod kind;
mod message;
mod path;
mod printable;
mod rule;

use std::fmt;
use std::ops::Range;

pub use decoder_rules::RULES;
pub use kind::{Duplicate, FindingKind, ListShape, Nesting, Violation};
pub use path::{Path, Step};
pub use printable::Printable;
pub(crate) use printable::Quoted;
pub use rule::{ApiVersion, Rule, Severity, UnknownSeverity};

/// One normalization, repair or loss reported by the decoder, or one violation reported by a check.
///
/// Its `Display` is one line: the code and the message, without the location.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What was found, with the details that its message needs.
    pub kind: FindingKind,
    /// The field concerned, in documented names.
    pub path: Path,
    /// Its location in the input.
    pub location: Location,
    /// The input's text at [`location`](Self::location), verbatim, if the model does not hold it;
    /// otherwise empty.
    pub found: Box<str>,
    /// The severity of the [rule](Rule::severity), unless it was overridden.
    pub severity: Severity,
}

impl Finding {
    /// The stable code of the rule, such as `N102`.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// The stable name of the rule, such as `enum-value`.
    pub fn name(&self) -> &'static str {
        self.kind.rule().name
    }

    /// The message: one line that names the field.
    pub fn message(&self) -> String {
        self.kind.message(&self.path, &self.found)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.message())
    }
}

/// A span of the input. The default has no source location: its line is 0. Findings on a model or a
/// request that was not decoded from an input have it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Location {
    /// Byte offsets into the input, from 0, in its own encoding.
    pub bytes: Range<usize>,
    /// Line of the first byte, from 1.
    pub line: usize,
    /// Column of the first byte, from 1, in characters.
    pub column: usize,
}

impl Location {
    /// The start of any input.
    pub(crate) fn start() -> Self {
        Self { bytes: 0..0, line: 1, column: 1 }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

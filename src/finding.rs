//! Findings: every difference between the decoded model and the input, and every violation that a check
//! reports, each with its rule, path and location.
//!
//! What the model holds verbatim is not reported by the decoder: an unknown status is kept as `Other`, an
//! unknown field in `extra`.
//!
//! The page [`rules`](crate::rules) explains what each code means; [`FindingKind::rule`] and [`Rule::find`]
//! return the same to a program.
//!
//! ```
//! use ecs_invocations::finding::Rule;
//!
//! let decoded = ecs_invocations::decode(b"<Error><code>Throttling</code></Error>")?;
//! let rule = decoded.findings[0].kind.rule();
//! assert_eq!(rule.code, "N101");
//! assert!(rule.reason.starts_with("Decoders that compare names exactly"));
//! assert_eq!(Rule::find("N101"), Some(rule));
//! # Ok::<(), ecs_invocations::Error>(())
//! ```

mod decoder_rules;
mod kind;
mod message;
mod path;
mod printable;
mod rule;
mod serialize;

use std::fmt;
use std::ops::Range;

pub use decoder_rules::RULES;
pub use kind::{Duplicate, FindingKind, ListShape, Nesting, Violation};
pub use path::{InvalidPath, Path, Step};
pub use printable::Printable;
pub(crate) use printable::Quoted;
pub use rule::{ApiVersion, Rule, Severity, UnknownSeverity};

/// One normalization, repair or loss reported by the decoder, or one violation reported by a check.
///
/// Its `Display` is one line: code, path and message. A finding on the whole response has no path there.
/// The alternate form `{:#}` starts with the location, if there is one. Text of the input in it is shortened
/// and escaped, so it is safe to print to a terminal; [`found`](Self::found) is not.
///
/// ```
/// let decoded = ecs_invocations::decode(b"<Error><code>Throttling</code></Error>")?;
/// let finding = &decoded.findings[0];
/// assert_eq!(finding.message(), "field name `code` read as `Code`");
/// assert_eq!(finding.to_string(), format!("N101: Code: {}", finding.message()));
/// assert_eq!(format!("{finding:#}"), format!("1:9: {finding}"));
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
///
/// It serializes to a flat object:
///
/// ```
/// let decoded = ecs_invocations::decode(b"<Error><code>Throttling</code></Error>")?;
/// assert_eq!(
///     serde_json::to_value(&decoded.findings[0]).unwrap(),
///     serde_json::json!({
///         "code": "N101", "name": "field-name", "severity": "info",
///         "path": "Code", "message": "field name `code` read as `Code`",
///         "line": 1, "column": 9, "start": 8, "end": 12, "found": "code",
///     })
/// );
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What was found, with the details that its message needs.
    pub kind: FindingKind,
    /// The field concerned, in documented names.
    pub path: Path,
    /// Its location in the input. `None` if it is about a model or a request that was not decoded from an
    /// input.
    pub location: Option<Location>,
    /// The input's text at [`location`](Self::location), verbatim, if the model does not hold it;
    /// otherwise empty.
    pub found: Box<str>,
    /// The severity of the [rule](Rule::severity), unless it was overridden.
    pub severity: Severity,
    /// Whether it is a repair that is only the most likely of several: the document may have meant
    /// something else.
    pub is_guess: bool,
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

    /// The message: one line, without code, path and location.
    pub fn message(&self) -> String {
        self.kind.message(&self.found)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (true, Some(location)) = (f.alternate(), &self.location) {
            write!(f, "{location}: ")?;
        }
        write!(f, "{}: ", self.code())?;
        if !self.path.is_root() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message())
    }
}

/// A span of the input. Its `Display` is `LINE:COLUMN`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

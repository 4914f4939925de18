//! How documents are decoded, and the limits of what one may cost.

/// How deep a document may nest: as deep as serde_json lets arrays and objects.
pub(crate) const MAX_DEPTH: usize = 127;

/// How deep the values of an unknown field may nest. Canonical form can nest a few levels deeper than
/// what was read (a list gets its wrapper); with this bound it stays readable all the same.
pub(crate) const MAX_UNKNOWN_DEPTH: usize = 96;

/// How documents are decoded: whether damaged ones are mended, and what is too much.
///
/// A document over a limit fails with [`ErrorKind::Limit`]. Whatever the limits, time and memory grow no
/// faster than the input.
///
/// ```
/// use ecs_invocations::{ErrorKind, Limit, Options};
///
/// let mut options = Options::default();
/// options.repair = false;
/// options.max_depth = 16;
///
/// let damaged = br#"{"Code": "InternalError.Dispatch" "Message": "try again"}"#;
/// assert!(matches!(options.decode(damaged).unwrap_err().kind(), ErrorKind::Syntax { .. }));
/// let deep = format!("{{\"Code\": \"a\", \"X\": {}{}}}", "[".repeat(16), "]".repeat(16));
/// let error = options.decode(deep.as_bytes()).unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Limit { limit: Limit::Depth, most: 16 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether a damaged document is mended, each mend being a finding; on by default. Without, it
    /// fails.
    pub repair: bool,
    /// The size of the input in bytes; 1 GiB by default.
    pub max_bytes: usize,
    /// How deep elements, objects and arrays may nest; 128 by default, which is also the most.
    pub max_depth: usize,
    /// Invocations in one document; 100,000 by default. (A page of the service has 50 at most.)
    pub max_invocations: usize,
    /// Instances in one document, over all invocations; 1,000,000 by default.
    pub max_instances: usize,
    /// Attributes of one XML element; 256 by default.
    pub max_attributes: usize,
    /// The length in bytes of a member's, element's or attribute's name; 1024 by default.
    pub max_name_bytes: usize,
    /// Findings that are kept; 10,000 by default. More are counted, not kept, and so are those whose
    /// paths together would be many times the size of the input.
    pub max_findings: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            repair: true,
            max_bytes: 1 << 30,
            max_depth: MAX_DEPTH,
            max_invocations: 100_000,
            max_instances: 1_000_000,
            max_attributes: 256,
            max_name_bytes: 1024,
            max_findings: 10_000,
        }
    }
}

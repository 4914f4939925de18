//! Options of decoding, and the limits on documents.

/// Maximum nesting of a document; the same as serde_json's.
pub(crate) const MAX_DEPTH: usize = 127;

/// Maximum nesting of the value of an unknown field. Canonical form may nest a few levels deeper than the
/// input, since lists get their wrapper; this keeps it within [`MAX_DEPTH`].
pub(crate) const MAX_UNKNOWN_DEPTH: usize = 96;

/// Options of decoding: whether malformed documents are repaired, and limits on documents.
///
/// A document over a limit fails with [`ErrorKind::Limit`](crate::ErrorKind::Limit). Time and memory are
/// linear in the size of the input, whatever the limits.
///
/// ```
/// use ecs_invocations::{ErrorKind, Limit, Options};
///
/// let options = Options::new().with_repair(false).with_max_depth(16);
/// assert!(!options.repair);
///
/// let malformed = br#"{"Code": "InternalError.Dispatch" "Message": "try again"}"#;
/// assert!(matches!(options.decode(malformed).unwrap_err().kind(), ErrorKind::Syntax { .. }));
/// let deep = format!("{{\"Code\": \"a\", \"X\": {}{}}}", "[".repeat(16), "]".repeat(16));
/// let error = options.decode(deep.as_bytes()).unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Limit { limit: Limit::Depth, most: 16 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether malformed documents are repaired; `true` by default. Each repair is a finding. If `false`,
    /// a malformed document fails with [`ErrorKind::Syntax`](crate::ErrorKind::Syntax).
    pub repair: bool,
    /// Whether an empty string is a finding (`N117`) in a field for which the API itself sends one if
    /// there is no value, such as `ErrorCode`; `false` by default. Whitespace and null always are.
    pub report_empty_strings: bool,
    /// Maximum size of the input, in bytes; 1 GiB by default.
    pub max_bytes: usize,
    /// Maximum nesting of elements, objects and arrays; 127 by default, and never more. (In a field that
    /// the reference does not list, the maximum is 96.)
    pub max_depth: usize,
    /// Maximum number of invocations in a document; 100,000 by default. (The service sends at most 50 on
    /// a page.)
    pub max_invocations: usize,
    /// Maximum number of instances in a document, over all invocations; 1,000,000 by default.
    pub max_instances: usize,
    /// Maximum number of attributes of an XML element; 256 by default.
    pub max_attributes: usize,
    /// Maximum length of the name of a member, element or attribute, in bytes; 1024 by default.
    pub max_name_bytes: usize,
    /// Maximum number of findings that are kept; 10,000 by default. Further ones are only counted, as are
    /// those whose paths together would exceed 16 times the size of the input plus 64 KiB.
    pub max_findings: usize,
}

impl Options {
    /// The default options; each `with_` method changes one of them.
    ///
    /// ```
    /// use ecs_invocations::Options;
    ///
    /// const STRICT: Options = Options::new().with_repair(false);
    /// assert!(STRICT.decode(br#"{"Code": "Throttling",}"#).is_err());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self {
            repair: true,
            report_empty_strings: false,
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

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

macro_rules! setters {
    ($( $setter:ident($field:ident: $type:ty); )+) => {
        impl Options {
            $(
                #[doc = concat!("Sets [`", stringify!($field), "`](Self::", stringify!($field), ").")]
                #[must_use]
                pub const fn $setter(mut self, $field: $type) -> Self {
                    self.$field = $field;
                    self
                }
            )+
        }
    };
}

setters! {
    with_repair(repair: bool);
    with_report_empty_strings(report_empty_strings: bool);
    with_max_bytes(max_bytes: usize);
    with_max_depth(max_depth: usize);
    with_max_invocations(max_invocations: usize);
    with_max_instances(max_instances: usize);
    with_max_attributes(max_attributes: usize);
    with_max_name_bytes(max_name_bytes: usize);
    with_max_findings(max_findings: usize);
}

/// A limit of [`Options`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// The size of the input in bytes.
    Bytes,
    /// The nesting of elements, objects and arrays; at most 96 in an unknown field.
    Depth,
    /// The number of invocations in one document.
    Invocations,
    /// The number of instances in one document.
    Instances,
    /// The number of attributes of one element.
    Attributes,
    /// The length of a name in bytes.
    NameBytes,
}

impl Limit {
    pub(crate) fn message(self, most: usize) -> String {
        match self {
            Self::Bytes => format!("input size limit ({most} bytes) exceeded"),
            Self::Depth => format!("nesting limit ({most}) exceeded"),
            Self::Invocations => format!("limit of invocations ({most}) exceeded"),
            Self::Instances => format!("limit of instances ({most}) exceeded"),
            Self::Attributes => format!("limit of attributes per element ({most}) exceeded"),
            Self::NameBytes => format!("name length limit ({most} bytes) exceeded"),
        }
    }
}

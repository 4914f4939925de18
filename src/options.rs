//! Options of decoding, and the limits on documents.

use std::fmt;
use std::str::FromStr;

use encoding_rs::Encoding;

use crate::labels::encoding_of_label;

/// Maximum nesting of a document; the same as serde_json's.
pub(crate) const MAX_DEPTH: usize = 127;

/// Maximum nesting of the value of an unknown field. Canonical form may nest a few levels deeper than the
/// input, since lists get their wrapper; this keeps it within [`MAX_DEPTH`].
pub(crate) const MAX_UNKNOWN_DEPTH: usize = 96;

/// Options of decoding: which repairs of malformed documents are allowed, and limits on documents.
///
/// A document over a limit fails with [`ErrorKind::Limit`](crate::ErrorKind::Limit). Time and memory are
/// linear in the size of the input, whatever the limits.
///
/// ```
/// use ecs_invocations::{ErrorKind, Limit, Options, Repair};
///
/// let options = Options::new().with_repair(Repair::None).with_max_depth(16);
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
    /// Which repairs of malformed documents are allowed; all by default. Each repair is a finding.
    pub repair: Repair,
    /// Whether an empty string is a finding (`N117`) in a field for which the API itself sends one if
    /// there is no value, such as `ErrorCode`; `false` by default. Whitespace and null always are.
    pub report_empty_strings: bool,
    /// The character encoding that the transport names, such as the `charset` of an HTTP header; `None` by
    /// default. See [`Charset`] for what takes precedence over it.
    pub charset: Option<Charset>,
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
    /// Maximum number of findings that are kept of a document, violations of checks included; 10,000 by
    /// default. Further ones are only counted, as are those whose paths together would exceed 16 times the
    /// size of the document plus 64 KiB for all documents of an input.
    pub max_findings: usize,
}

impl Options {
    /// The default options; each `with_` method changes one of them.
    ///
    /// ```
    /// use ecs_invocations::{Options, Repair};
    ///
    /// const STRICT: Options = Options::new().with_repair(Repair::None);
    /// assert!(STRICT.decode(br#"{"Code": "Throttling",}"#).is_err());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self {
            repair: Repair::Any,
            report_empty_strings: false,
            charset: None,
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
    with_repair(repair: Repair);
    with_report_empty_strings(report_empty_strings: bool);
    with_max_bytes(max_bytes: usize);
    with_max_depth(max_depth: usize);
    with_max_invocations(max_invocations: usize);
    with_max_instances(max_instances: usize);
    with_max_attributes(max_attributes: usize);
    with_max_name_bytes(max_name_bytes: usize);
    with_max_findings(max_findings: usize);
    with_charset(charset: Option<Charset>);
}

/// Which repairs of malformed documents are allowed, in ascending order.
///
/// ```
/// use ecs_invocations::{ErrorKind, Options, Repair, decode};
///
/// // A missing comma cannot have been meant otherwise. `</Message>` for `</Code>` is only likely.
/// let certain = br#"{"Code": "Throttling" "Message": "m"}"#;
/// let guessed = b"<Error><Code>Throttling</Message><Message>m</Message></Error>";
///
/// let options = Options::new().with_repair(Repair::Certain);
/// assert!(options.decode(certain).is_ok());
/// assert!(decode(guessed).is_ok());
/// let error = options.decode(guessed).unwrap_err();
/// let ErrorKind::NeedsGuess { guess } = error.kind() else { panic!() };
/// assert!(guess.is_guess);
/// assert_eq!(error.location(), guess.location.as_ref().unwrap());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Repair {
    /// None: a malformed document fails with [`ErrorKind::Syntax`](crate::ErrorKind::Syntax).
    None,
    /// Those besides which nothing else can have been meant. A document that needs another one fails with
    /// [`ErrorKind::NeedsGuess`](crate::ErrorKind::NeedsGuess).
    Certain,
    /// Also those that are only the most likely of several
    /// ([`Finding::is_guess`](crate::Finding::is_guess)).
    #[default]
    Any,
}

impl Repair {
    pub(crate) fn is_allowed(self) -> bool {
        self > Self::None
    }
}

/// A character encoding, by a label of the [Encoding Standard](https://encoding.spec.whatwg.org/#names-and-labels)
/// such as `GBK`, `utf-8` or `iso-8859-1`.
///
/// The encoding of an input is, in this order:
///
/// 1. that of its byte order mark;
/// 2. UTF-16, if every other byte of its first two characters is zero;
/// 3. UTF-8, if it has other characters than ASCII and is valid: text in another encoding hardly ever is;
/// 4. [`Options::charset`] or, if the input begins with HTTP headers, that of its `Content-Type`, as XML over HTTP
///    requires;
/// 5. that of the XML declaration;
/// 6. UTF-8.
///
/// An encoding that was named, but not used although that makes a difference, is a finding (`N115`).
///
/// ```
/// use ecs_invocations::{Charset, Options, Response};
///
/// let mut options = Options::default();
/// options.charset = Some("gbk".parse()?);
/// let decoded = options.decode(b"{\"Code\": \"Throttling\", \"Message\": \"\xc3\xfc\xc1\xee\"}").unwrap();
/// let Response::Error(error) = decoded.response else { panic!() };
/// assert_eq!(error.message.as_deref(), Some("命令"));
/// assert!("klingon".parse::<Charset>().is_err());
/// # Ok::<(), ecs_invocations::UnknownCharset>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Charset(pub(crate) &'static Encoding);

impl Charset {
    /// Its name in the Encoding Standard, such as `windows-1252` for the label `iso-8859-1`.
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

impl fmt::Debug for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Charset").field(&self.name()).finish()
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Ignores case and surrounding whitespace.
impl FromStr for Charset {
    type Err = UnknownCharset;

    fn from_str(label: &str) -> Result<Self, UnknownCharset> {
        encoding_of_label(label.as_bytes()).map(Self).ok_or(UnknownCharset)
    }
}

/// Returned when a text is not a label of an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCharset;

impl fmt::Display for UnknownCharset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown character encoding")
    }
}

impl std::error::Error for UnknownCharset {}

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

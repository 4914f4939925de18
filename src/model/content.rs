//! Scripts and their output: plain text or Base64.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::lenient::ScalarKind;
use crate::lenient::private::{IntoOwned, Scalar, ScalarResult, Text, Token, read_text};
use crate::syntax::reader::Format;

/// `CommandContent` or `Output`, verbatim: Base64, or plain text if the request had
/// `ContentEncoding=PlainText`. The response does not state which, but [may show
/// it](super::Response::content_encoding).
///
/// ```
/// use ecs_invocations::model::Content;
///
/// let output = Content::from("aGVsbG8=");
/// assert_eq!(output.decode_base64().unwrap(), b"hello");
/// assert_eq!(Content::from("aGVs\nbG8").decode_base64().unwrap(), b"hello");
/// assert_eq!(output.as_str(), "aGVsbG8=");
/// assert_eq!(output.to_text_lossy(), "hello"); // whether it is Base64 or plain
/// ```
///
/// Before text is printed to a terminal, [`Printable`](crate::finding::Printable) escapes its control
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Content<'a>(pub Cow<'a, str>);

impl Content<'_> {
    /// The text of the response, verbatim.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Decodes the text as Base64: standard alphabet, padding optional, ASCII whitespace ignored.
    ///
    /// # Errors
    ///
    /// If the text is not valid Base64. Plain text may happen to be valid, so call this only if the
    /// request asked for Base64.
    pub fn decode_base64(&self) -> Result<Vec<u8>, base64::DecodeError> {
        let mut bytes = Vec::new();
        self.decode_base64_into(&mut bytes)?;
        Ok(bytes)
    }

    /// Decodes the text as Base64 and replaces the contents of `bytes`.
    pub(crate) fn decode_base64_into(
        &self,
        bytes: &mut Vec<u8>,
    ) -> Result<(), base64::DecodeError> {
        const LENIENT: GeneralPurpose = GeneralPurpose::new(
            &base64::alphabet::STANDARD,
            GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
        );
        bytes.clear();
        let Err(error) = LENIENT.decode_vec(self.0.as_bytes(), bytes) else { return Ok(()) };
        if !self.0.bytes().any(|byte| byte.is_ascii_whitespace()) {
            return Err(error);
        }
        let text: Vec<u8> = self.0.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        bytes.clear();
        LENIENT.decode_vec(text, bytes)
    }

    /// How the text is encoded, as far as it shows.
    ///
    /// ```
    /// use ecs_invocations::model::{Content, ContentEncoding};
    ///
    /// let encoding = |text| Content::from(text).encoding();
    /// assert_eq!(encoding("aGVsbG8="), ContentEncoding::Base64);
    /// assert_eq!(encoding("hello\n"), ContentEncoding::PlainText);
    /// assert_eq!(encoding("done"), ContentEncoding::Unknown); // valid Base64, but of no text
    /// ```
    pub fn encoding(&self) -> ContentEncoding {
        match self.decode_base64() {
            Err(_) => ContentEncoding::PlainText,
            Ok(bytes) if bytes.is_empty() => ContentEncoding::Unknown,
            Ok(bytes) if is_text(&bytes) => ContentEncoding::Base64,
            Ok(_) => ContentEncoding::Unknown,
        }
    }

    /// The text that was encoded: decoded if it [shows](Self::encoding) to be Base64, else verbatim. If
    /// the request tells the encoding, use [`decode_base64`](Self::decode_base64) or
    /// [`as_str`](Self::as_str) instead: a short plain text can be valid Base64 of another text. Other contents
    /// of the response may tell it too, see [`Run::output_text`](super::Run::output_text).
    ///
    /// ```
    /// use ecs_invocations::model::Content;
    ///
    /// assert_eq!(Content::from("aGVsbG8=").to_text_lossy(), "hello");
    /// assert_eq!(Content::from("hello, world").to_text_lossy(), "hello, world");
    /// ```
    pub fn to_text_lossy(&self) -> Cow<'_, str> {
        match self.encoding() {
            ContentEncoding::Base64 => {
                let bytes = self.decode_base64().unwrap_or_default();
                Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
            }
            ContentEncoding::PlainText | ContentEncoding::Unknown => Cow::Borrowed(&self.0),
        }
    }

    /// The value without its borrow from the input.
    pub fn into_owned(self) -> Content<'static> {
        Content(Cow::Owned(self.0.into_owned()))
    }
}

/// How the text of a [`Content`] is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContentEncoding {
    /// Valid Base64 of text in UTF-8.
    Base64,
    /// Not Base64.
    PlainText,
    /// Empty, or valid Base64 of something else than text in UTF-8: a plain text of letters and digits,
    /// or Base64 of text in another encoding.
    Unknown,
}

/// Whether bytes are text in UTF-8, as a command prints it.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let is_printed =
        |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{1b}' | '\u{8}');
    str::from_utf8(bytes).is_ok_and(|text| text.chars().all(is_printed))
}

impl<'a> From<&'a str> for Content<'a> {
    fn from(text: &'a str) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Content<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        Ok(Content::from(&*text).into_owned())
    }
}

impl FromStr for Content<'static> {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Content::from(text).into_owned())
    }
}

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Scalar<'de> for Content<'de> {
    const EXPECTED: &'static str = "a string";

    fn read(token: Token<'de>, _: Format) -> ScalarResult<Self> {
        match token {
            // A command that prints nothing has an empty output.
            Token::Text(text) => ScalarResult::Exact(Content(text)),
            token => read_text(token, Content),
        }
    }

    #[inline]
    fn from_canonical(text: &'de str, _: Format) -> Option<Self> {
        Some(Content(Cow::Borrowed(text)))
    }
}

impl IntoOwned for Content<'_> {
    type Owned = Content<'static>;

    fn into_owned(self) -> Self::Owned {
        self.into_owned()
    }
}

impl Text for Content<'_> {
    const KIND: ScalarKind = ScalarKind::Content;

    fn text(&self) -> Cow<'_, str> {
        self.as_str().into()
    }
}

#[cfg(feature = "arbitrary")]
impl crate::lenient::private::ArbitraryField for Content<'_> {
    fn arbitrary_field(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
        crate::lenient::private::ArbitraryField::arbitrary_field(u).map(Content)
    }
}

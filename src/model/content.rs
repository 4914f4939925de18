//! Scripts and their output: plain text or Base64.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Serialize, Serializer};

use crate::lenient::private::{IntoOwned, Scalar, ScalarResult, Text, Token, read_text};
use crate::syntax::reader::Format;
use crate::text::characters::is_empty_or_whitespace;

/// `CommandContent` or `Output`, verbatim: Base64, or plain text if the request had
/// `ContentEncoding=PlainText`. The response does not state which.
///
/// ```
/// use ecs_invocations::model::Content;
///
/// let output = Content::from("aGVsbG8=");
/// assert_eq!(output.decode_base64().unwrap(), b"hello");
/// assert_eq!(Content::from("aGVs\nbG8").decode_base64().unwrap(), b"hello");
/// assert_eq!(output.as_str(), "aGVsbG8=");
/// ```
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

    /// The value without its borrow from the input.
    pub fn into_owned(self) -> Content<'static> {
        Content(Cow::Owned(self.0.into_owned()))
    }
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

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Scalar<'de> for Content<'de> {
    const EXPECTED: &'static str = "a string";

    fn read(token: Token<'de>, _: Format) -> ScalarResult<Self> {
        read_text(token, Content)
    }

    #[inline]
    fn from_canonical(text: &'de str, _: Format) -> Option<Self> {
        (!is_empty_or_whitespace(text)).then_some(Content(Cow::Borrowed(text)))
    }
}

impl IntoOwned for Content<'_> {
    type Owned = Content<'static>;

    fn into_owned(self) -> Self::Owned {
        self.into_owned()
    }
}

impl Text for Content<'_> {
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

//! Values with more to them than text: instants, encoded content, and what no contract names.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::Timestamp;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

/// An instant such as `CreationTime`: `2019-12-20T06:15:54Z`, always UTC in canonical form.
///
/// ```
/// use ecs_invocations::model::Time;
///
/// let time = Time::from("2019-12-20T06:15:54Z");
/// assert_eq!(time.timestamp().unwrap().as_second(), 1_576_822_554);
/// assert_eq!(Time::from("yesterday").timestamp(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Time<'a> {
    /// An instant, to the nanosecond.
    Instant(Timestamp),
    /// Text that names no instant (a time without its offset from UTC is none), verbatim.
    Other(Cow<'a, str>),
}

impl Time<'_> {
    /// The instant, if the text named one.
    pub fn timestamp(&self) -> Option<Timestamp> {
        match self {
            Self::Instant(timestamp) => Some(*timestamp),
            Self::Other(_) => None,
        }
    }

    /// The value without its borrow from the input.
    pub fn into_owned(self) -> Time<'static> {
        match self {
            Self::Instant(timestamp) => Time::Instant(timestamp),
            Self::Other(text) => Time::Other(Cow::Owned(text.into_owned())),
        }
    }
}

impl<'a> From<&'a str> for Time<'a> {
    fn from(text: &'a str) -> Self {
        text.trim().parse().map_or_else(|_| Self::Other(text.into()), Self::Instant)
    }
}

impl fmt::Display for Time<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant(timestamp) => timestamp.fmt(f),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl Serialize for Time<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// `CommandContent` or `Output`: Base64, or plain text where the request said
/// `ContentEncoding=PlainText`. The response does not say which, so the text is kept as it came.
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
    /// The text as the response has it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The bytes that the text stands for as Base64: the standard alphabet, with or without
    /// padding, line breaks and blanks passed over.
    ///
    /// # Errors
    ///
    /// Where the text is not Base64, as plain text most often is not. Text that happens to be both
    /// decodes, so ask only where the request asked for Base64.
    pub fn decode_base64(&self) -> Result<Vec<u8>, base64::DecodeError> {
        let mut bytes = Vec::new();
        self.decode_base64_into(&mut bytes)?;
        Ok(bytes)
    }

    /// The same into `bytes`, whatever they held.
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

/// A value of a field that no contract names, kept whole.
///
/// XML has text only: an element with neither attributes nor children is a `String`; any other is an
/// `Object` whose names are those of its attributes (with `@` before them), its children, and
/// `$text` for text beside them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value<'a> {
    /// JSON `null`.
    Null,
    /// JSON `true` or `false`.
    Bool(bool),
    /// A JSON number, digit for digit: no float or integer type holds them all.
    Number(Cow<'a, str>),
    /// A JSON string, or the text of an XML element.
    String(Cow<'a, str>),
    /// A JSON array.
    List(Vec<Value<'a>>),
    /// A JSON object, or an XML element with attributes or children.
    Object(Object<'a>),
}

impl Value<'_> {
    /// The text of a `String`.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value without its borrow from the input.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Number(digits) => Value::Number(Cow::Owned(digits.into_owned())),
            Self::String(text) => Value::String(Cow::Owned(text.into_owned())),
            Self::List(items) => Value::List(items.into_iter().map(Value::into_owned).collect()),
            Self::Object(object) => Value::Object(object.into_owned()),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::String(text.into())
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(digits) => serialize_number(digits, serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

/// Integers as integers; any other number by its digits, which no float type keeps.
fn serialize_number<S: Serializer>(digits: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if let Ok(number) = digits.parse::<u64>()
        && digits.starts_with(|first: char| first.is_ascii_digit())
    {
        return serializer.serialize_u64(number);
    }
    if let Ok(number) = digits.parse::<i64>()
        && digits.starts_with('-')
        && number != 0
    {
        return serializer.serialize_i64(number);
    }
    match serde_json::value::RawValue::from_string(digits.to_owned()) {
        Ok(raw) if digits.starts_with(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) => {
            raw.serialize(serializer)
        }
        _ => Err(serde::ser::Error::custom(format_args!("`{digits}` is not a number"))),
    }
}

/// Names and values in the order of the document. A name may stand more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Object<'a>(pub Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> Object<'a> {
    /// The first value of that exact name.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Whether there are no names at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many names there are, each counted as often as it stands.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The object without its borrow from the input.
    pub fn into_owned(self) -> Object<'static> {
        let owned = |(name, value): (Cow<'_, str>, Value<'_>)| {
            (Cow::Owned(name.into_owned()), value.into_owned())
        };
        Object(self.0.into_iter().map(owned).collect())
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

//! Conversions between values and other types.

use std::borrow::Cow;

use super::{Object, Value};

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

macro_rules! from_integers {
    ($($type:ty)*) => {
        $(
            impl From<$type> for Value<'_> {
                fn from(value: $type) -> Self {
                    Self::Number(value.to_string().into())
                }
            }
        )*
    };
}

from_integers! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }

/// Infinity and NaN, which are not numbers in JSON, become `Null`.
impl From<f64> for Value<'_> {
    fn from(value: f64) -> Self {
        match serde_json::Number::from_f64(value) {
            Some(number) => Self::Number(number.to_string().into()),
            None => Self::Null,
        }
    }
}

/// `None` becomes `Null`.
impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<'a, T: Into<Value<'a>>> From<Vec<T>> for Value<'a> {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl<'a> From<Object<'a>> for Value<'a> {
    fn from(object: Object<'a>) -> Self {
        Self::Object(object)
    }
}

/// Keeps numbers as serde_json does: an integer beyond 64 bits and a fraction become the nearest `f64`,
/// unless its feature `arbitrary_precision` is enabled. A number too large for that, such as `1e999`,
/// becomes a string of its digits. The values of members with the same name become an array.
impl From<Value<'_>> for serde_json::Value {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(digits) => match serde_json::from_str(&digits) {
                Ok(number) => Self::Number(number),
                Err(_) => Self::String(digits.into_owned()),
            },
            Value::String(text) => Self::String(text.into_owned()),
            Value::List(items) => items.into_iter().map(Self::from).collect(),
            Value::Object(object) => Self::Object(object.into()),
        }
    }
}

/// Like `From<Value>`: the values of members with the same name become an array.
impl From<Object<'_>> for serde_json::Map<String, serde_json::Value> {
    fn from(mut object: Object<'_>) -> Self {
        object.collect_repeated();
        object.into_iter().map(|(name, value)| (name.into_owned(), value.into())).collect()
    }
}

impl From<Object<'_>> for serde_json::Value {
    fn from(object: Object<'_>) -> Self {
        Self::Object(object.into())
    }
}

impl From<serde_json::Value> for Value<'_> {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(value),
            serde_json::Value::Number(number) => Self::Number(number.to_string().into()),
            serde_json::Value::String(text) => Self::String(text.into()),
            serde_json::Value::Array(items) => Self::from(items),
            serde_json::Value::Object(map) => Self::Object(map.into()),
        }
    }
}

impl From<serde_json::Map<String, serde_json::Value>> for Object<'_> {
    fn from(map: serde_json::Map<String, serde_json::Value>) -> Self {
        map.into_iter().collect()
    }
}

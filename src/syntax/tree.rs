//! JSON values without a schema.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::json::{Document, check_rest};
use super::reader::{Format, ReaderState};
use crate::options::{MAX_UNKNOWN_DEPTH, Options};
use crate::pending::FindingBudget;
use crate::value::{Object, Value};

/// Parses a text as one JSON value. `None` if it is invalid or nested too deeply.
pub(crate) fn json_value(text: &str) -> Option<Value<'_>> {
    let state = ReaderState::new(Format::Json, Options::default(), FindingBudget::one());
    let document = Document::new(text);
    let tree = Tree { levels_left: MAX_UNKNOWN_DEPTH + 1 };
    let value = document.read(&state, |json| tree.deserialize(json)).ok()?;
    check_rest(text, document.end()).ok().map(|()| value)
}

/// A value of any shape.
#[derive(Clone, Copy)]
struct Tree {
    /// Number of levels that may still be nested in it.
    levels_left: usize,
}

impl Tree {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        let left = self.levels_left.checked_sub(1);
        left.map(|levels_left| Self { levels_left })
            .ok_or_else(|| E::custom("nesting limit exceeded"))
    }
}

impl<'de> DeserializeSeed<'de> for Tree {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number.to_string().into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number.to_string().into()))
    }

    /// The digits of a number that no 64-bit integer type holds.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, digits: D) -> Result<Value<'de>, D::Error> {
        match digits.deserialize_str(self)? {
            Value::String(digits) => Ok(Value::Number(digits)),
            _ => Err(D::Error::custom("expected the digits of a number")),
        }
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::String(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::String(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Value<'de>, E> {
        Ok(Value::String(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.deeper()?)? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value<'de>, A::Error> {
        let mut object = Object::default();
        while let Some(name) = members.next_key_seed(self)? {
            let Value::String(name) = name else { return Err(A::Error::custom("expected a name")) };
            object.0.push((name, members.next_value_seed(self.deeper()?)?));
        }
        Ok(Value::Object(object))
    }
}

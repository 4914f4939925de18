//! Reading values and objects, and iterating over members.

use std::borrow::Cow;
use std::iter::Map;
use std::ops::Index;
use std::{slice, vec};

use super::{Object, Value, is_number};

impl<'a> Value<'a> {
    /// The text, if this is a `String`.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The digits, verbatim, if this is a `Number`.
    pub fn as_number(&self) -> Option<&str> {
        match self {
            Self::Number(digits) => Some(digits),
            _ => None,
        }
    }

    /// The value of a `Bool`.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The value of a `Number` without a fraction or an exponent, if it is in range.
    pub fn as_u64(&self) -> Option<u64> {
        self.as_number().filter(|digits| is_number(digits))?.parse().ok()
    }

    /// The value of a `Number` without a fraction or an exponent, if it is in range.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number().filter(|digits| is_number(digits))?.parse().ok()
    }

    /// The nearest `f64` to a `Number`, if it is finite.
    pub fn as_f64(&self) -> Option<f64> {
        let number = self.as_number().filter(|digits| is_number(digits))?.parse::<f64>().ok();
        number.filter(|number| number.is_finite())
    }

    /// The items, if this is a `List`.
    pub fn as_list(&self) -> Option<&[Value<'a>]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if this is an `Object`.
    pub fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether this is `Null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The first member with exactly this name, if this is an `Object` that has it.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.as_object()?.get(name)
    }
}

/// The member of an object; `Null` if there is none, as in serde_json.
impl<'a> Index<&str> for Value<'a> {
    type Output = Value<'a>;

    fn index(&self, name: &str) -> &Value<'a> {
        self.get(name).unwrap_or(&Value::Null)
    }
}

/// The item of a list; `Null` if there is none, as in serde_json.
impl<'a> Index<usize> for Value<'a> {
    type Output = Value<'a>;

    fn index(&self, index: usize) -> &Value<'a> {
        self.as_list().and_then(|items| items.get(index)).unwrap_or(&Value::Null)
    }
}

/// The first member with this name; `Null` if there is none, as in serde_json.
impl<'a> Index<&str> for Object<'a> {
    type Output = Value<'a>;

    fn index(&self, name: &str) -> &Value<'a> {
        self.get(name).unwrap_or(&Value::Null)
    }
}

type Member<'a> = (Cow<'a, str>, Value<'a>);

fn borrowed<'o, 'a>((name, value): &'o Member<'a>) -> (&'o str, &'o Value<'a>) {
    (name, value)
}

impl<'o, 'a> IntoIterator for &'o Object<'a> {
    type Item = (&'o str, &'o Value<'a>);
    type IntoIter = Map<slice::Iter<'o, Member<'a>>, fn(&'o Member<'a>) -> Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(borrowed)
    }
}

impl<'a> IntoIterator for Object<'a> {
    type Item = (Cow<'a, str>, Value<'a>);
    type IntoIter = vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, N: Into<Cow<'a, str>>, V: Into<Value<'a>>> FromIterator<(N, V)> for Object<'a> {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(members: I) -> Self {
        let mut object = Self::default();
        object.extend(members);
        object
    }
}

/// Appends the members; those with the same name are kept too.
impl<'a, N: Into<Cow<'a, str>>, V: Into<Value<'a>>> Extend<(N, V)> for Object<'a> {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, members: I) {
        self.0.extend(members.into_iter().map(|(name, value)| (name.into(), value.into())));
    }
}

//! Values of unknown fields.

mod access;
mod convert;
mod deserialize;

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::marker::PhantomData;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error, IntoDeserializer, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

/// The value of a field that the reference does not list.
///
/// In XML, an element with neither attributes nor children is a `String`. Any other element is an
/// `Object` of its attributes (names prefixed with `@`), its children, and its text (`$text`).
///
/// ```
/// use ecs_invocations::Response;
/// use ecs_invocations::model::Value;
///
/// let input = br#"{"Code": "Throttling", "Limits": {"PerSecond": 10, "Rates": [1.50]}}"#;
/// let Response::Error(error) = ecs_invocations::decode(input)?.response else { panic!() };
/// let limits = &error.extra["Limits"];
/// assert_eq!(limits["PerSecond"].as_u64(), Some(10));
/// assert_eq!(limits["Rates"][0].as_number(), Some("1.50"));
/// assert!(limits["PerMinute"].is_null());
///
/// let json = serde_json::Value::from(limits.clone());
/// assert_eq!(json, serde_json::json!({"PerSecond": 10, "Rates": [1.5]}));
/// assert_eq!(Value::from(json)["PerSecond"], Value::from(10));
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value<'a> {
    /// JSON `null`.
    Null,
    /// JSON `true` or `false`.
    Bool(bool),
    /// A JSON number, verbatim: no integer or float type holds every one exactly.
    Number(Cow<'a, str>),
    /// A JSON string, or the text of an XML element.
    String(Cow<'a, str>),
    /// A JSON array.
    List(Vec<Value<'a>>),
    /// A JSON object, or an XML element with attributes or children.
    Object(Object<'a>),
}

impl Value<'_> {
    /// The number of levels of lists and objects in it.
    pub(crate) fn height(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.iter().map(Self::height).max().unwrap_or_default(),
            Self::Object(object) => {
                let heights = object.iter().map(|(_, value)| 1 + value.height());
                heights.max().unwrap_or_default()
            }
            _ => 0,
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

/// Serializes integers as integers and other numbers verbatim, since a float would change digits.
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
        Ok(raw) if is_number(digits) => raw.serialize(serializer),
        _ => Err(serde::ser::Error::custom(format_args!("`{digits}` is not a number"))),
    }
}

/// Whether the text is a number in JSON.
fn is_number(text: &str) -> bool {
    let is_scalar = text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && text.ends_with(|last: char| last.is_ascii_digit());
    is_scalar && serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
}

/// Names and values in the order of the document.
///
/// The decoder returns no name twice: it collects the values of a repeated member in a list. An object
/// built in code may have duplicates, which are serialized in the same way.
///
/// ```
/// use ecs_invocations::model::{Object, Value};
///
/// let mut object: Object = [("a", Value::from(1)), ("b", "x".into())].into_iter().collect();
/// object.extend([("a", 2)]);
/// assert_eq!(object["a"], Value::from(1));
/// assert_eq!(object["c"], Value::Null);
/// for (name, value) in &object {
///     println!("{name}: {value:?}");
/// }
/// assert_eq!(serde_json::to_string(&object).unwrap(), r#"{"a":[1,2],"b":"x"}"#);
/// let names: Vec<_> = object.into_iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["a", "b", "a"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Object<'a>(pub Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> Object<'a> {
    /// The first value with exactly this name.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        self.into_iter()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Number of members, duplicates included.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Collects the values of members with the same name in a list, in place of the first. Returns
    /// whether there were any.
    pub(crate) fn collect_repeated(&mut self) -> bool {
        if !self.has_repeated_name() {
            return false;
        }
        // The member of each name, and whether its value is a list of collected values.
        let mut known: HashMap<Cow<'a, str>, (usize, bool)> = HashMap::new();
        let mut members: Vec<(Cow<'a, str>, Value<'a>)> = Vec::new();
        for (name, value) in std::mem::take(&mut self.0) {
            match known.entry(name) {
                Entry::Vacant(entry) => {
                    members.push((entry.key().clone(), value));
                    entry.insert((members.len() - 1, false));
                }
                Entry::Occupied(mut entry) => {
                    let (member, is_collected) = entry.get_mut();
                    let first = &mut members[*member].1;
                    match first {
                        Value::List(values) if *is_collected => values.push(value),
                        _ => {
                            let earlier = std::mem::replace(first, Value::Null);
                            *first = Value::List(vec![earlier, value]);
                            *is_collected = true;
                        }
                    }
                }
            }
        }
        self.0 = members;
        true
    }

    fn has_repeated_name(&self) -> bool {
        /// Comparing more members with each other would take quadratic time.
        const MOST_COMPARED: usize = 8;
        let names = || self.0.iter().map(|(name, _)| &**name);
        match self.len() {
            0 | 1 => false,
            2..=MOST_COMPARED => {
                names().enumerate().any(|(nth, name)| names().take(nth).any(|other| other == name))
            }
            length => names().collect::<HashSet<_>>().len() < length,
        }
    }

    /// The object with the values of a repeated name in a list.
    pub(crate) fn with_unique_names(&self) -> Cow<'_, Self> {
        if !self.has_repeated_name() {
            return Cow::Borrowed(self);
        }
        let mut object = self.clone();
        object.collect_repeated();
        Cow::Owned(object)
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
        let unique = self.with_unique_names();
        let mut map = serializer.serialize_map(Some(unique.len()))?;
        for (name, value) in unique.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Deserializes from a value read earlier. A number is a newtype struct of its digits, since no type of
/// serde's data model holds every number exactly.
impl<'de> Deserializer<'de> for Value<'de> {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Number(digits) => visitor.visit_newtype_struct(TextDeserializer::new(digits)),
            Self::String(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Self::String(Cow::Owned(text)) => visitor.visit_string(text),
            Self::List(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter())),
            Self::Object(object) => visitor.visit_map(MapDeserializer::new(object.0.into_iter())),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Deserializer of a borrowed or owned string. Unlike serde's `CowStrDeserializer`, it keeps the borrow.
pub(crate) struct TextDeserializer<'de, E> {
    text: Cow<'de, str>,
    error: PhantomData<E>,
}

impl<'de, E> TextDeserializer<'de, E> {
    pub(crate) fn new(text: impl Into<Cow<'de, str>>) -> Self {
        Self { text: text.into(), error: PhantomData }
    }
}

impl<'de, E: Error> Deserializer<'de> for TextDeserializer<'de, E> {
    type Error = E;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.text {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de> for Value<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

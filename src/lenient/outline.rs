//! The outline of a document: the names and scalars of its upper levels, which tell what it is.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::converters::{is_attribute, is_name_of_value, may_be_text, may_be_value};
use crate::options::{MAX_DEPTH, Options};
use crate::pending::FindingBudget;
use crate::schema::same_name;
use crate::syntax::reader::{Format, ReaderState};
use crate::syntax::xml::TEXT;
use crate::syntax::{json, xml};

/// Levels in an outline: two envelopes in arrays, a response, its list in two objects, and the items' members.
const LEVELS: usize = 10;

/// Items of a list in an outline.
const ITEMS: usize = 32;

/// A value of a document without its lower levels.
#[derive(Debug)]
pub(crate) enum Outline<'t> {
    Null,
    /// A boolean or number.
    Scalar(Cow<'t, str>),
    /// A string, or the text of an element.
    Text(Cow<'t, str>),
    List(Vec<Outline<'t>>),
    Object(Vec<(Cow<'t, str>, Outline<'t>)>),
    /// A value of a lower level.
    Deep,
}

impl<'t> Outline<'t> {
    /// Reads the outline of a value. Sets `is_too_deep` if it fails because of its nesting.
    pub(crate) fn read<'de: 't, D: Deserializer<'de>>(
        deserializer: D,
        is_too_deep: &Cell<bool>,
    ) -> Result<Outline<'de>, D::Error> {
        OutlineSeed { level: 0, is_visible: true, is_too_deep }.deserialize(deserializer)
    }

    /// The outline of the well-formed document that a text is, and the name of its XML root element.
    pub(crate) fn of_text(text: &'t str) -> Option<(Self, Option<&'t str>)> {
        let state = |format| ReaderState::new(format, Options::default(), FindingBudget::one());
        let is_too_deep = Cell::new(false);
        match text.trim_start().chars().next()? {
            '<' => {
                let document = xml::Document::open(text).ok()?;
                let read = document
                    .read(&state(Format::Xml), |xml| Outline::read(xml, &is_too_deep))
                    .ok()?;
                xml::check_rest(text, document.end()).ok()?;
                Some((read, Some(document.root().0)))
            }
            '{' | '[' => {
                let document = json::Document::new(text);
                let read = document
                    .read(&state(Format::Json), |json| Outline::read(json, &is_too_deep))
                    .ok()?;
                json::check_rest(text, document.end()).ok()?;
                Some((read, None))
            }
            _ => None,
        }
    }

    pub(crate) fn members(&self) -> &[(Cow<'t, str>, Outline<'t>)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// The text at the end of a way of [steps](super::classify::Candidate::steps).
    pub(crate) fn text_at(&self, steps: &[usize]) -> Option<&Cow<'t, str>> {
        match (self, steps.split_first()) {
            (Self::Text(text), None) => Some(text),
            (Self::Object(members), Some((step, rest))) => members.get(*step)?.1.text_at(rest),
            (Self::List(items), Some((step, rest))) => items.get(*step)?.text_at(rest),
            _ => None,
        }
    }

    /// Whether a member has exactly that name.
    pub(crate) fn has_exactly(&self, name: &str) -> bool {
        self.members().iter().any(|(found, _)| found == name)
    }

    pub(crate) fn is_empty_object(&self) -> bool {
        matches!(self, Self::Object(members) if members.is_empty())
    }

    /// The values of the members whose name matches.
    pub(crate) fn values<'o>(&'o self, name: &'o str) -> impl Iterator<Item = &'o Outline<'t>> {
        let members = self.members().iter();
        members.filter(move |(found, _)| same_name(name, found)).map(|(_, value)| value)
    }

    /// The text of a scalar that is neither null nor blank, without surrounding whitespace. Converters from
    /// XML put it in an object, or in an array of one.
    pub(crate) fn scalar(&self) -> Option<&str> {
        match self {
            Self::Scalar(text) | Self::Text(text) => Some(text.trim()).filter(|it| !it.is_empty()),
            Self::Object(members) => {
                let mut texts = self.values(TEXT).peekable();
                match texts.peek() {
                    Some(_) => texts.find_map(|text| text.scalar()),
                    None => only_text(members).and_then(Self::scalar),
                }
            }
            Self::List(items) => match &**items {
                [Self::List(_)] => None,
                [only] => only.scalar(),
                _ => None,
            },
            Self::Null | Self::Deep => None,
        }
    }

    /// The object in an array of one; any other value itself.
    pub(crate) fn alone(&self) -> &Self {
        match self {
            Self::List(items) => match &**items {
                [only @ Self::Object(members)] if !members.is_empty() => only,
                _ => self,
            },
            _ => self,
        }
    }

    /// Whether it is null, or text without content.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Self::Null | Self::Text(_)) && self.scalar().is_none()
    }
}

/// The text of an object that has nothing else but attributes.
fn only_text<'o, 't>(members: &'o [(Cow<'t, str>, Outline<'t>)]) -> Option<&'o Outline<'t>> {
    let is_object = |value: &Outline<'_>| matches!(value, Outline::Object(_) | Outline::Deep);
    let mut others = members.iter().filter(|(name, value)| !is_attribute(name, is_object(value)));
    match (others.next(), others.next()) {
        (Some((name, text @ (Outline::Scalar(_) | Outline::Text(_)))), None)
            if may_be_text(name) =>
        {
            Some(text)
        }
        (None, _) => only_value(members),
        _ => None,
    }
}

/// The one attribute that has the value of an element without text.
fn only_value<'o, 't>(members: &'o [(Cow<'t, str>, Outline<'t>)]) -> Option<&'o Outline<'t>> {
    let is_scalar = |value: &&Outline<'_>| matches!(value, Outline::Scalar(_) | Outline::Text(_));
    let mut values = members.iter().flat_map(|(name, value)| {
        let inside = value.members().iter().filter(|(name, _)| is_name_of_value(name));
        let inside = inside.map(|(_, value)| value);
        may_be_value(name).then_some(value).into_iter().chain(inside).filter(is_scalar)
    });
    values.next().filter(|_| values.next().is_none())
}

#[derive(Clone, Copy)]
struct OutlineSeed<'c> {
    level: usize,
    is_visible: bool,
    is_too_deep: &'c Cell<bool>,
}

impl OutlineSeed<'_> {
    fn inside<E: Error>(self) -> Result<Self, E> {
        let level = self.level + 1;
        if level > MAX_DEPTH {
            self.is_too_deep.set(true);
            return Err(E::custom("nesting limit exceeded"));
        }
        Ok(Self { level, is_visible: self.is_visible && level < LEVELS, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for OutlineSeed<'_> {
    type Value = Outline<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Outline<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OutlineSeed<'_> {
    type Value = Outline<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Outline<'de>, E> {
        Ok(Outline::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Outline<'de>, E> {
        Ok(Outline::Scalar(if value { "true" } else { "false" }.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Outline<'de>, E> {
        Ok(Outline::Scalar(number.to_string().into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Outline<'de>, E> {
        Ok(Outline::Scalar(number.to_string().into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Outline<'de>, E> {
        Ok(Outline::Scalar(number.to_string().into()))
    }

    /// The digits of a number.
    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        digits: D,
    ) -> Result<Outline<'de>, D::Error> {
        Ok(match digits.deserialize_str(self)? {
            Outline::Text(digits) => Outline::Scalar(digits),
            other => other,
        })
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Outline<'de>, E> {
        Ok(Outline::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Outline<'de>, E> {
        Ok(Outline::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Outline<'de>, E> {
        Ok(Outline::Text(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Outline<'de>, A::Error> {
        let mut inside = self.inside()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            if inside.is_visible {
                list.push(item);
                inside.is_visible = list.len() < ITEMS;
            }
        }
        Ok(if self.is_visible { Outline::List(list) } else { Outline::Deep })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Outline<'de>, A::Error> {
        let inside = self.inside()?;
        let mut object = Vec::new();
        while let Some(name) = members.next_key_seed(OutlineSeed { is_visible: true, ..inside })? {
            let value = members.next_value_seed(inside)?;
            if let Outline::Text(name) = name
                && self.is_visible
            {
                object.push((name, value));
            }
        }
        Ok(if self.is_visible { Outline::Object(object) } else { Outline::Deep })
    }
}

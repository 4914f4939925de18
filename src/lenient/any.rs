//! serde's data model, reduced to what the rules distinguish: tokens, members and items.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::context::{Context, FieldContext};
use crate::options::Limit;
use crate::text::characters::is_empty_or_whitespace;

/// The only member of the map that serde_json deserializes a number as, if any crate in the build enables
/// its feature `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

/// A value without members.
#[derive(Clone)]
pub enum Token<'de> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A non-negative integer.
    Unsigned(u64),
    /// A negative integer.
    Signed(i64),
    /// Any other number, verbatim.
    Number(Cow<'de, str>),
    /// A string, or the text of an element.
    Text(Cow<'de, str>),
}

impl<'de> Token<'de> {
    pub(super) fn number(digits: Cow<'de, str>) -> Self {
        if let Ok(number) = digits.parse() {
            return Self::Unsigned(number);
        }
        match digits.parse() {
            Ok(number) if digits != "-0" => Self::Signed(number),
            _ => Self::Number(digits),
        }
    }

    /// The token as a string, and whether it was one; `None` if it is null, empty or whitespace.
    pub fn text(self) -> Option<(Cow<'de, str>, bool)> {
        match self {
            Self::Null => None,
            Self::Text(text) if is_empty_or_whitespace(&text) => None,
            Self::Text(text) => Some((text, true)),
            Self::Bool(value) => Some((if value { "true" } else { "false" }.into(), false)),
            Self::Unsigned(number) => Some((number.to_string().into(), false)),
            Self::Signed(number) => Some((number.to_string().into(), false)),
            Self::Number(digits) => Some((digits, false)),
        }
    }
}

/// A rule that reads a value of any shape.
pub(super) trait ValueRule<'de>: Sized {
    type Out;

    /// Whether the location of the value is recorded, which must happen once.
    const RECORDS_LOCATION: bool = true;

    fn token(self, token: Token<'de>, here: FieldContext<'_>) -> Self::Out;

    /// Reads a borrowed string. Equivalent to `token`; overridden for speed.
    #[inline]
    fn text(self, text: &'de str, here: FieldContext<'_>) -> Self::Out {
        self.token(Token::Text(Cow::Borrowed(text)), here)
    }

    /// Reads all members of a map. `first` is the first name, which has been read already.
    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: FieldContext<'_>,
    ) -> Result<Self::Out, A::Error>;

    fn items<A: SeqAccess<'de>>(
        self,
        items: A,
        here: FieldContext<'_>,
    ) -> Result<Self::Out, A::Error>;
}

/// A value of any shape that is about to be read by a rule.
pub(super) struct AnyValue<'p, T> {
    pub(super) rule: T,
    pub(super) here: FieldContext<'p>,
}

impl<'de, T: ValueRule<'de>> AnyValue<'_, T> {
    #[inline]
    fn record_arrival(&self) {
        if T::RECORDS_LOCATION {
            self.here.record_arrival();
        }
    }

    fn token(self, token: Token<'de>) -> T::Out {
        self.record_arrival();
        self.rule.token(token, self.here)
    }
}

impl<'de, T: ValueRule<'de>> DeserializeSeed<'de> for AnyValue<'_, T> {
    type Value = T::Out;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Out, D::Error> {
        let here = self.here;
        let read = deserializer.deserialize_any(self).inspect_err(|_| here.record_failure());
        here.check_reader()?;
        read
    }
}

impl<'de, T: ValueRule<'de>> Visitor<'de> for AnyValue<'_, T> {
    type Value = T::Out;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<T::Out, E> {
        Ok(self.token(Token::Bool(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<T::Out, E> {
        Ok(self.token(Token::Unsigned(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<T::Out, E> {
        Ok(self.token(Token::Signed(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<T::Out, E> {
        let number = serde_json::Number::from_f64(value);
        let digits = number.map_or_else(|| value.to_string(), |number| number.to_string());
        Ok(self.token(Token::number(digits.into())))
    }

    fn visit_unit<E>(self) -> Result<T::Out, E> {
        Ok(self.token(Token::Null))
    }

    #[inline]
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<T::Out, E> {
        self.record_arrival();
        Ok(self.rule.text(text, self.here))
    }

    fn visit_str<E>(self, text: &str) -> Result<T::Out, E> {
        Ok(self.token(Token::Text(Cow::Owned(text.to_owned()))))
    }

    fn visit_string<E>(self, text: String) -> Result<T::Out, E> {
        Ok(self.token(Token::Text(Cow::Owned(text))))
    }

    /// A number's digits, from a [`Value`] or the JSON front end.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, digits: D) -> Result<T::Out, D::Error> {
        let digits =
            NameSeed { context: self.here.context, longest: usize::MAX }.deserialize(digits)?;
        Ok(self.token(Token::number(digits)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<T::Out, A::Error> {
        self.record_arrival();
        let context = self.here.context;
        context.enter()?;
        let read = self.rule.items(items, self.here)?;
        context.leave();
        Ok(read)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<T::Out, A::Error> {
        self.record_arrival();
        let first = members.next_key_seed(name_of(self.here))?;
        let context = self.here.context;
        if context.numbers_are_maps && first.as_deref() == Some(NUMBER) {
            let digits: String = members.next_value()?;
            return Ok(self.token(Token::number(digits.into())));
        }
        context.enter()?;
        let read = self.rule.members(first, members, self.here)?;
        context.leave();
        Ok(read)
    }
}

/// A seed that reads the name of a member and checks its length.
pub(super) fn name_of(here: FieldContext<'_>) -> NameSeed<'_> {
    NameSeed { context: here.context, longest: here.context.reader.options.max_name_bytes }
}

/// Reads a name, or the digits of a number.
pub(super) struct NameSeed<'p> {
    context: &'p Context,
    longest: usize,
}

impl NameSeed<'_> {
    #[inline]
    fn check(&self, name: &str) {
        if name.len() > self.longest {
            self.context.reader.exceed(Limit::NameBytes, self.longest);
        }
    }
}

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = Cow<'de, str>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameSeed<'_> {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    #[inline]
    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        self.check(name);
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        self.check(name);
        Ok(Cow::Owned(name.to_owned()))
    }

    fn visit_string<E>(self, name: String) -> Result<Self::Value, E> {
        self.check(&name);
        Ok(Cow::Owned(name))
    }
}

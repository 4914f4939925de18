//! Arbitrary records for fuzzing: every model that the decoder can return, and no other.
//!
//! Strings consist of what is difficult to write and read back: markup, whitespace, control and wide
//! characters, and syntax or values of other fields.

use std::borrow::Cow;

use arbitrary::{Arbitrary, Result, Unstructured};
use serde::Serialize;

use super::beside::is_beside_page;
use super::classify::whole_response;
use super::outline::Outline;
use super::record::Record;
use super::response::{Api, ResponseRecord};
use super::scalar::WireEnum;
use super::verbatim::is_namespace;
use crate::options::Options;
use crate::schema::same_name;
use crate::value::{Object, Value};

/// Maximum nesting of the value of an unknown field.
const MAX_LEVELS: usize = 3;

/// The type of a field.
pub trait ArbitraryField: Sized {
    /// Generates a value that the decoder can return.
    fn arbitrary_field(u: &mut Unstructured<'_>) -> Result<Self>;
}

impl<T: ArbitraryField> ArbitraryField for Option<T> {
    fn arbitrary_field(u: &mut Unstructured<'_>) -> Result<Self> {
        if u.ratio(1, 2)? { T::arbitrary_field(u).map(Some) } else { Ok(None) }
    }
}

impl<T: for<'u> Arbitrary<'u>> ArbitraryField for Vec<T> {
    fn arbitrary_field(u: &mut Unstructured<'_>) -> Result<Self> {
        let count = u.int_in_range(0..=3)?;
        (0..count).map(|_| u.arbitrary()).collect()
    }
}

impl ArbitraryField for Cow<'_, str> {
    fn arbitrary_field(u: &mut Unstructured<'_>) -> Result<Self> {
        let text = text(u)?;
        // Whitespace would decode to `None`.
        Ok(if text.trim().is_empty() { "t-1".into() } else { text.into() })
    }
}

macro_rules! arbitrary_plain {
    ($($type:ty),+) => {
        $( impl ArbitraryField for $type {
            fn arbitrary_field(u: &mut Unstructured<'_>) -> Result<Self> {
                let small: u8 = u.arbitrary()?;
                if small < 200 { Ok((small % 2 == 1).into()) } else { u.arbitrary() }
            }
        } )+
    };
}
arbitrary_plain!(u64, i64, bool);

impl ArbitraryField for i128 {
    fn arbitrary_field(u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(match u.int_in_range(0..=9)? {
            0 => u.arbitrary()?,
            1 => i128::from(u64::MAX) - i128::from(u.arbitrary::<u8>()?),
            _ => i64::arbitrary_field(u)?.into(),
        })
    }
}

/// Generates a known or unknown enum value.
pub fn arbitrary_enum<'a, E: WireEnum<'a> + Clone>(
    u: &mut Unstructured<'_>,
    known: impl Iterator<Item = E>,
) -> Result<E> {
    if u.ratio(1, 8)? {
        let text: Cow<'a, str> = Cow::arbitrary_field(u)?;
        return Ok(E::folded(&text).map_or_else(|| E::other(text), |(value, _)| value));
    }
    let known: Vec<E> = known.collect();
    u.choose(&known).cloned()
}

/// A response of that kind, if it is one that a decoder can make.
pub fn arbitrary_kind<'a, R>(u: &mut Unstructured<'_>) -> Result<Option<Response<'a, R>>>
where
    R: ResponseRecord<'a> + Serialize + for<'u> Arbitrary<'u>,
{
    let mut record: R = u.arbitrary()?;
    let kinds = <R::Api as Api>::KINDS;
    if kinds.kinds[R::KIND].code.is_none() {
        // Dropped from a page.
        record.extra().0.retain(|(name, value)| !is_beside_page(name, value, false, kinds));
    }
    if !is_own_kind(&record) {
        record.extra().0.clear();
    }
    Ok(is_own_kind(&record).then(|| record.into_response()))
}

/// Whether a decoder takes the record's canonical form for a response of its kind.
fn is_own_kind<'a, R: ResponseRecord<'a> + Serialize>(record: &R) -> bool {
    let Ok(json) = serde_json::to_string(record) else { return false };
    Outline::of_text(&json)
        .is_some_and(|(it, _)| whole_response(&it, <R::Api as Api>::KINDS) == Some(R::KIND))
}

type Response<'a, R> = <<R as ResponseRecord<'a>>::Api as Api>::Response<'a>;

/// Fills the fields that a decoder always fills.
pub fn fill_missing<'a, R: Record<'a>>(record: &mut R) {
    for &(field, _) in R::FIELDS {
        if record.is_always_present(field) && !record.has_value(field) {
            record.fill(field);
        }
    }
}

/// Generates members that match no field of the record.
pub fn arbitrary_extra<'a, 'r, R: Record<'r>>(u: &mut Unstructured<'_>) -> Result<Object<'a>> {
    if u.ratio(7, 8)? {
        return Ok(Object::default());
    }
    object(u, 0, |name| {
        // Items of a list in place of an unknown member would be read as the list.
        let is_item = same_name(R::NAME, name) || R::SCHEMA.list_of_items(name).is_some();
        R::SCHEMA.field(name).is_none() && !is_item && !is_namespace(name)
    })
}

fn object<'a>(
    u: &mut Unstructured<'_>,
    depth: usize,
    takes: fn(&str) -> bool,
) -> Result<Object<'a>> {
    let mut members = Vec::new();
    for _ in 0..u.int_in_range(0..=3)? {
        let name = text(u)?;
        let is_new = members.iter().all(|(other, _)| *other != name);
        if is_new && takes(&name) && name.len() <= Options::default().max_name_bytes {
            members.push((Cow::Owned(name), value(u, depth + 1)?));
        }
    }
    Ok(Object(members))
}

fn value<'a>(u: &mut Unstructured<'_>, depth: usize) -> Result<Value<'a>> {
    let deepest = if depth == MAX_LEVELS { 3 } else { 5 };
    Ok(match u.int_in_range(0..=deepest)? {
        0 => Value::Null,
        1 => Value::Bool(u.arbitrary()?),
        2 => {
            const NUMBERS: &[&str] =
                &["0", "-0", "5.0", "1e3", "-1.5E-7", "0.1", "18446744073709551616"];
            if u.arbitrary()? {
                Value::Number((*u.choose(NUMBERS)?).into())
            } else {
                Value::Number(u.arbitrary::<i64>()?.to_string().into())
            }
        }
        3 => Value::String(text(u)?.into()),
        4 => {
            let count = u.int_in_range(0..=3)?;
            Value::List((0..count).map(|_| value(u, depth + 1)).collect::<Result<_>>()?)
        }
        _ => Value::Object(object(u, depth, |name| !is_namespace(name))?),
    })
}

fn text(u: &mut Unstructured<'_>) -> Result<String> {
    const PIECES: &[&str] = &[
        "a",
        "Z",
        "9",
        " ",
        "\n",
        "\r\n",
        "\t",
        "<",
        ">",
        "&",
        "&amp;",
        "&#65;",
        "]]>",
        "-->",
        "?>",
        "<![CDATA[",
        "\"",
        "'",
        "\\",
        "\\u0041",
        "\0",
        "\u{1b}[2J",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "\u{3000}",
        "\u{feff}",
        "\u{fffe}",
        "“",
        "é",
        "漢字",
        "𝒳",
        "xml",
        "_",
        "-",
        ":",
        "@",
        "$text",
        "Timed",
        "true",
        "null",
        "5",
        "{}",
        "[",
        ",",
    ];
    if u.ratio(1, 4)? {
        return u.arbitrary();
    }
    let count = u.int_in_range(0..=4)?;
    (0..count).map(|_| u.choose(PIECES).copied()).collect()
}

#[doc(hidden)]
#[macro_export]
macro_rules! __arbitrary_record {
    ($(#[$meta:meta])? $name:ident { $($field:ident),+ }) => {
        $(#[$meta])?
        impl<'u> $crate::lenient::private::arbitrary::Arbitrary<'u> for $name<'_> {
            fn arbitrary(
                u: &mut $crate::lenient::private::arbitrary::Unstructured<'u>,
            ) -> $crate::lenient::private::arbitrary::Result<Self> {
                use $crate::lenient::private::{ArbitraryField, arbitrary_extra};
                let mut record = $name {
                    $( $field: ArbitraryField::arbitrary_field(u)?, )+
                    extra: arbitrary_extra::<Self>(u)?,
                };
                $crate::lenient::private::fill_missing(&mut record);
                Ok(record)
            }
        }

        impl $crate::lenient::private::ArbitraryField for Box<$name<'_>> {
            fn arbitrary_field(
                u: &mut $crate::lenient::private::arbitrary::Unstructured<'_>,
            ) -> $crate::lenient::private::arbitrary::Result<Self> {
                u.arbitrary().map(Box::new)
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __arbitrary_enum {
    ($name:ident) => {
        impl $crate::lenient::private::ArbitraryField for $name<'_> {
            fn arbitrary_field(
                u: &mut $crate::lenient::private::arbitrary::Unstructured<'_>,
            ) -> $crate::lenient::private::arbitrary::Result<Self> {
                $crate::lenient::private::arbitrary_enum(u, Self::known())
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __arbitrary_response {
    ($(#[$meta:meta])? $name:ident { $usual:ident $(, $other:ident)* }) => {
        $(#[$meta])?
        impl<'u> $crate::lenient::private::arbitrary::Arbitrary<'u> for $name<'_> {
            fn arbitrary(
                u: &mut $crate::lenient::private::arbitrary::Unstructured<'u>,
            ) -> $crate::lenient::private::arbitrary::Result<Self> {
                use $crate::lenient::private::{ResponseRecord, arbitrary_kind};
                $( if u.ratio(1, 8)?
                    && let Some(response) = arbitrary_kind::<$other<'_>>(u)?
                {
                    return Ok(response);
                } )*
                let usual = arbitrary_kind::<$usual<'_>>(u)?;
                Ok(usual.unwrap_or_else(|| $usual::default().into_response()))
            }
        }
    };
}

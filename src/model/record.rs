//! How a table of fields becomes a struct that can be read leniently and written canonically.

use std::borrow::Cow;

use serde::de::MapAccess;
use serde::ser::SerializeMap;

use super::Object;
use crate::decode::lenient::Here;
use crate::encode::XmlWriter;

/// An object of the wire whose fields are known.
pub(crate) trait Record<'a>: Default {
    /// The name of its element.
    const NAME: &'static str;
    /// Its fields and their names, in canonical order; 64 at most.
    const FIELDS: &'static [(Self::Field, &'static str)];
    /// The same table for who needs to know what may stand where, and not to read it.
    const SCHEMA: Schema;
    /// A row of the table.
    type Field: Copy + 'static;

    /// The field of exactly that name.
    fn exact(name: &str) -> Option<Self::Field>;

    /// The row's place in `FIELDS`.
    fn number(field: Self::Field) -> usize;

    /// Whether the field is a list that stands in every response, even when it is empty.
    fn always(&self, field: Self::Field) -> bool;

    /// Reads the next value of `map` into the field; `again` says that it was met before.
    fn read<A: MapAccess<'a>>(
        &mut self,
        field: Self::Field,
        again: bool,
        here: Here<'_>,
        map: &mut A,
    ) -> Result<(), A::Error>;

    /// Where members of unknown names go.
    fn extra(&mut self) -> &mut Object<'a>;

    /// Writes the fields that are there, canonically.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;

    /// Writes the fields that are there, canonically, as XML.
    fn write_xml(&self, xml: &mut XmlWriter);
}

/// What may stand in a record.
pub(crate) struct Schema {
    /// The name of its element.
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [(&'static str, Shape)],
}

/// What a field holds.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    Scalar,
    List(&'static Schema),
    Record(&'static Schema),
}

/// Whether `found` means the field called `known`: the same letters and digits, whatever the case,
/// underscores, hyphens, namespace prefix and attribute mark.
pub(crate) fn same_name(known: &str, found: &str) -> bool {
    let found = found.strip_prefix('@').unwrap_or(found);
    let found = found.rsplit_once(':').map_or(found, |(_, local)| local);
    let folded = found.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
    folded.map(|byte| byte.to_ascii_lowercase()).eq(known.bytes().map(|b| b.to_ascii_lowercase()))
}

/// Defines a [`Record`] from a table of rows `field: type = "WireName"`. A list that stands in every
/// response ends its row with `always` and the condition for that.
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $name:ident in $element:literal {
            $( $(#[$field_meta:meta])* pub $field:ident: $type:ty = $wire:literal $(always $always:expr)?, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name<'a> {
            $(
                $(#[$field_meta])*
                #[doc = concat!("\n\n`", $wire, "`")]
                pub $field: $type,
            )+
            /// The members that no contract names, whole and in order.
            pub extra: $crate::model::Object<'a>,
        }

        impl $name<'_> {
            /// The record without its borrow from the input.
            pub fn into_owned(self) -> $name<'static> {
                $name {
                    $( $field: $crate::model::record::IntoOwned::into_owned(self.$field), )+
                    extra: self.extra.into_owned(),
                }
            }
        }

        const _: () = {
            #[allow(non_camel_case_types)]
            #[derive(Clone, Copy)]
            pub(crate) enum Field { $( $field, )+ }

            impl<'a> $crate::model::Record<'a> for $name<'a> {
                const NAME: &'static str = $element;
                const FIELDS: &'static [(Field, &'static str)] = &[$( (Field::$field, $wire), )+];
                const SCHEMA: $crate::model::Schema = $crate::model::Schema {
                    name: $element,
                    fields: &[$( ($wire, <$type as $crate::encode::Member>::SHAPE), )+],
                };
                type Field = Field;

                #[inline]
                fn exact(name: &str) -> Option<Field> {
                    match name {
                        $( $wire => Some(Field::$field), )+
                        _ => None,
                    }
                }

                fn number(field: Field) -> usize {
                    field as usize
                }

                fn always(&self, field: Field) -> bool {
                    match field {
                        $( Field::$field => {
                            false $( || { let always: fn(&Self) -> bool = $always; always(self) } )?
                        } )+
                    }
                }

                #[inline]
                fn read<A: serde::de::MapAccess<'a>>(
                    &mut self,
                    field: Field,
                    again: bool,
                    here: $crate::decode::lenient::Here<'_>,
                    map: &mut A,
                ) -> Result<(), A::Error> {
                    use $crate::decode::lenient::Slot;
                    match field {
                        $( Field::$field => {
                            map.next_value_seed(Slot { slot: &mut self.$field, again, here })
                        } )+
                    }
                }

                fn extra(&mut self) -> &mut $crate::model::Object<'a> {
                    &mut self.extra
                }

                fn write<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                    use $crate::encode::Member as _;
                    $( self.$field.write($wire, self.always(Field::$field), map)?; )+
                    for (name, value) in self.extra.iter() {
                        map.serialize_entry(name, value)?;
                    }
                    Ok(())
                }

                fn write_xml(&self, xml: &mut $crate::encode::XmlWriter) {
                    use $crate::encode::Member as _;
                    $( self.$field.write_xml($wire, self.always(Field::$field), xml); )+
                    xml.object(&self.extra);
                }
            }
        };

        impl serde::Serialize for $name<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                $crate::model::Record::write(self, &mut map)?;
                map.end()
            }
        }

        #[cfg(feature = "arbitrary")]
        impl<'u, 'a> arbitrary::Arbitrary<'u> for $name<'a> {
            fn arbitrary(u: &mut arbitrary::Unstructured<'u>) -> arbitrary::Result<Self> {
                use $crate::model::invent::{Invent, extra};
                Ok($name {
                    $( $field: Invent::invent(u)?, )+
                    extra: extra::<Self>(u)?,
                })
            }
        }

        /// Takes the canonical form only; [`decode`](crate::decode()) takes any, and keeps the
        /// digits of numbers in `extra`, which serde hands out as floats.
        impl<'de: 'a, 'a> serde::Deserialize<'de> for $name<'a> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::decode::lenient::read_canonical_record::<$name<'de>, D>(deserializer)
            }
        }
    };
}
pub(super) use record;

/// Cuts the borrow from the input, whatever the type of a field.
pub(crate) trait IntoOwned {
    type Owned;

    fn into_owned(self) -> Self::Owned;
}

macro_rules! into_owned {
    ($($type:ident),+ $(,)?) => {
        $( impl IntoOwned for super::$type<'_> {
            type Owned = super::$type<'static>;

            fn into_owned(self) -> Self::Owned {
                self.into_owned()
            }
        } )+
    };
}

into_owned!(
    Time,
    Content,
    Frequency,
    InvocationStatus,
    InstanceStatus,
    CommandType,
    RepeatMode,
    TerminationMode,
    ErrorCode,
    ApiErrorCode,
    Invocation,
    InvokeInstance,
    Tag,
    InvocationResults,
    InvocationResult,
);

impl IntoOwned for Cow<'_, str> {
    type Owned = Cow<'static, str>;

    fn into_owned(self) -> Cow<'static, str> {
        Cow::Owned(self.into_owned())
    }
}

impl IntoOwned for u64 {
    type Owned = u64;

    fn into_owned(self) -> u64 {
        self
    }
}

impl IntoOwned for i64 {
    type Owned = i64;

    fn into_owned(self) -> i64 {
        self
    }
}

impl IntoOwned for bool {
    type Owned = bool;

    fn into_owned(self) -> bool {
        self
    }
}

impl<T: IntoOwned> IntoOwned for Option<T> {
    type Owned = Option<T::Owned>;

    fn into_owned(self) -> Self::Owned {
        self.map(T::into_owned)
    }
}

impl<T: IntoOwned> IntoOwned for Box<T> {
    type Owned = Box<T::Owned>;

    fn into_owned(self) -> Self::Owned {
        Box::new(T::into_owned(*self))
    }
}

impl<T: IntoOwned> IntoOwned for Vec<T> {
    type Owned = Vec<T::Owned>;

    fn into_owned(self) -> Self::Owned {
        self.into_iter().map(T::into_owned).collect()
    }
}

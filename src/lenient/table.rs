//! The macros that define an operation: records, enums, and kinds of response.
//!
//! A row fully defines a field, value or kind: the macros generate reading, writing, `into_owned` and
//! `Arbitrary` from it.

/// Defines a record. `or empty` marks a field that the API itself sends as an empty string if it has no
/// value, `or json` one that holds a JSON object as text. A last row `with` names a list that may also be in
/// the wrapper of another. The row of a list that must be present ends with `always` and a condition.
/// `flattened`: the fields of the record may also stand in this one. A leading `#![…]` is an attribute of the
/// implementation of `Arbitrary`.
#[doc(hidden)]
#[macro_export]
macro_rules! __record {
    (
        $(#![$arbitrary_meta:meta])?
        $(#[$meta:meta])*
        pub struct $name:ident in $element:literal $(counted as $limit:ident)? {
            $( $(#[$field_meta:meta])* pub $field:ident: $type:ty = $wire:literal $(or $empty:ident)? $(always $always:expr)? $(, flattened $flattened:ident)?, )+
            $( with $sibling:ident = $sibling_wire:literal in $owner:ident, )?
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
            /// Members that the reference does not list, verbatim and in order. The values of a repeated
            /// member are in a list.
            pub extra: $crate::lenient::Object<'a>,
        }

        impl $name<'_> {
            /// Converts to a record that borrows nothing from the input.
            pub fn into_owned(self) -> $name<'static> {
                $name {
                    $( $field: $crate::lenient::private::IntoOwned::into_owned(self.$field), )+
                    extra: self.extra.into_owned(),
                }
            }
        }

        const _: () = {
            // What was seen of a record is a set of bits.
            assert!([$( stringify!($field) ),+].len() <= 64, "a record has 64 fields at most");

            #[allow(non_camel_case_types)]
            #[derive(Clone, Copy)]
            #[doc(hidden)]
            pub enum Field { $( $field, )+ }

            impl<'a> $crate::lenient::private::Record<'a> for $name<'a> {
                const NAME: &'static str = $element;
                const FIELDS: &'static [(Field, &'static str)] = &[$( (Field::$field, $wire), )+];
                const SCHEMA: $crate::lenient::Schema = $crate::lenient::Schema {
                    name: $element,
                    fields: &[$( ($wire, <$type as $crate::lenient::private::Member>::SHAPE), )+],
                };
                $( const LIMIT: Option<$crate::Limit> = Some($crate::Limit::$limit); )?
                type Field = Field;

                #[inline]
                fn exact(name: &str) -> Option<Field> {
                    match name {
                        $( $wire => Some(Field::$field), )+
                        _ => None,
                    }
                }

                fn index(field: Field) -> usize {
                    field as usize
                }

                fn may_be_empty(field: Field) -> bool {
                    match field {
                        $( Field::$field => stringify!($($empty)?) == "empty", )+
                    }
                }

                fn is_json_text(field: Field) -> bool {
                    match field {
                        $( Field::$field => stringify!($($empty)?) == "json", )+
                    }
                }

                fn is_always_present(&self, field: Field) -> bool {
                    match field {
                        $( Field::$field => {
                            false $( || { let always: fn(&Self) -> bool = $always; always(self) } )?
                        } )+
                    }
                }

                fn fill(&mut self, field: Field) {
                    use $crate::lenient::private::Member as _;
                    match field {
                        $( Field::$field => self.$field.fill(), )+
                    }
                }

                fn has_value(&self, field: Field) -> bool {
                    use $crate::lenient::private::Member as _;
                    match field {
                        $( Field::$field => self.$field.has_value(), )+
                    }
                }

                fn has_same(&self, other: &Self, field: Field) -> bool {
                    match field {
                        $( Field::$field => self.$field == other.$field, )+
                    }
                }

                #[inline]
                fn read<A: $crate::lenient::private::serde::de::MapAccess<'a>>(
                    &mut self,
                    field: Field,
                    is_duplicate: bool,
                    here: $crate::lenient::private::FieldContext<'_>,
                    map: &mut A,
                ) -> Result<(), A::Error> {
                    use $crate::lenient::private::FieldSlot;
                    $( if let Field::$owner = field {
                        let sibling = ($sibling_wire, &mut self.$sibling);
                        return map.next_value_seed($crate::lenient::private::ListSlot {
                            list: &mut self.$owner,
                            sibling,
                            is_duplicate,
                            here,
                        });
                    } )?
                    match field {
                        $( Field::$field => {
                            map.next_value_seed(FieldSlot { slot: &mut self.$field, is_duplicate, here })
                        } )+
                    }
                }

                fn read_flattened<A: $crate::lenient::private::serde::de::MapAccess<'a>>(
                    &mut self,
                    _name: &str,
                    _seen: &mut u64,
                    _here: $crate::lenient::private::FieldContext<'_>,
                    _map: &mut A,
                ) -> Result<bool, A::Error> {
                    $( $(
                        let $flattened = &mut self.$field;
                        if $crate::lenient::private::read_flattened($flattened, $wire, _name, _seen, _here, _map)? {
                            return Ok(true);
                        }
                    )? )+
                    Ok(false)
                }

                fn fill_flattened(
                    &mut self,
                    _seen: &mut u64,
                    _seen_inside: u64,
                    _here: $crate::lenient::private::FieldContext<'_>,
                    _span: (usize, usize),
                ) {
                    $( $(
                        let bit = 1 << Self::index(Field::$field);
                        if _seen_inside != 0 && *_seen & bit == 0 {
                            let $flattened = &mut self.$field;
                            *_seen |= bit;
                            $crate::lenient::private::fill_flattened($flattened, $wire, _seen_inside, _here, _span);
                        }
                    )? )+
                }

                fn extra(&mut self) -> &mut $crate::lenient::Object<'a> {
                    &mut self.extra
                }

                fn write<M: $crate::lenient::private::serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                    use $crate::lenient::private::Member as _;
                    $( self.$field.write($wire, self.is_always_present(Field::$field), map)?; )+
                    $crate::lenient::private::write_extra(self, &self.extra, map)
                }

                fn write_xml(&self, xml: &mut $crate::lenient::private::XmlWriter) {
                    use $crate::lenient::private::Member as _;
                    $( self.$field.write_xml($wire, self.is_always_present(Field::$field), xml); )+
                    $crate::lenient::private::write_extra_xml(self, &self.extra, xml);
                }
            }
        };

        impl $crate::lenient::private::IntoOwned for $name<'_> {
            type Owned = $name<'static>;

            fn into_owned(self) -> Self::Owned {
                self.into_owned()
            }
        }

        impl<'de> $crate::lenient::private::ReadValue<'de> for Box<$name<'de>> {
            fn read_into<D: $crate::lenient::private::serde::Deserializer<'de>>(
                slot: &mut Option<Self>,
                is_duplicate: bool,
                here: $crate::lenient::private::FieldContext<'_>,
                deserializer: D,
            ) -> Result<(), D::Error> {
                $crate::lenient::private::read_nested(slot, is_duplicate, here, deserializer)
            }
        }

        impl $crate::lenient::private::WriteValue for Box<$name<'_>> {
            const SHAPE: $crate::lenient::Shape = $crate::lenient::Shape::Record(
                &<$name<'static> as $crate::lenient::private::Record<'static>>::SCHEMA,
            );

            fn default_value() -> Option<Self> {
                Some(Self::default())
            }

            fn write_xml(
                &self,
                _: &'static str,
                xml: &mut $crate::lenient::private::XmlWriter,
            ) {
                $crate::lenient::private::write_record(&**self, xml);
            }
        }

        impl $crate::lenient::private::serde::Serialize for $name<'_> {
            fn serialize<S: $crate::lenient::private::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use $crate::lenient::private::serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                $crate::lenient::private::Record::write(self, &mut map)?;
                map.end()
            }
        }

        $crate::__arbitrary_record!($(#[$arbitrary_meta])? $name { $($field),+ });

        /// Accepts canonical form only. Numbers in `extra` may lose digits, since serde converts those
        /// that are not integers to floats, and serde_json refuses those that no float holds; decoding
        /// keeps them.
        impl<'de> $crate::lenient::private::serde::Deserialize<'de> for $name<'_> {
            fn deserialize<D: $crate::lenient::private::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let read = $crate::lenient::private::read_canonical_record::<$name<'de>, D>;
                read(deserializer).map($name::into_owned)
            }
        }
    };
}

/// Defines the response of an operation from its kinds, the most common first. A leading `#![…]` is an
/// attribute of the implementation of `Arbitrary`.
#[doc(hidden)]
#[macro_export]
macro_rules! __response_kinds {
    (
        $(#![$arbitrary_meta:meta])?
        $(#[$meta:meta])*
        pub enum $name:ident of $api:ident {
            $(
                $(#[$kind_meta:meta])*
                $variant:ident($record:ident) {
                    roots: $roots:expr,
                    list: $list:expr,
                    item_ids: $item_ids:expr,
                    code: $code:expr $(,)?
                },
            )+
        }
        shared field $shared_wire:literal;
        envelopes $envelopes:expr;
        $( texts $texts:expr; )?
        $( other operations $other_operations:expr; )?
        $( request $request:ident; )?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name<'a> {
            $( $(#[$kind_meta])* $variant($record<'a>), )+
        }

        impl $name<'_> {
            /// Converts to a response that borrows nothing from the input.
            pub fn into_owned(self) -> $name<'static> {
                match self {
                    $( Self::$variant(record) => $name::$variant(record.into_owned()), )+
                }
            }
        }

        /// The operation, for `Options::decode_as`.
        #[derive(Debug)]
        pub enum $api {}

        const _: () = {
            enum Index { $( $variant, )+ }

            impl $crate::lenient::Api for $api {
                type Response<'a> = $name<'a>;
                const KINDS: &'static $crate::lenient::Kinds = &$crate::lenient::Kinds {
                    kinds: &[$( $crate::lenient::Kind {
                        roots: &$roots,
                        schema: &<$record<'static> as $crate::lenient::private::Record<'static>>::SCHEMA,
                        list: &$list,
                        item_ids: &$item_ids,
                        code: $code,
                    }, )+],
                    shared_field: $shared_wire,
                    envelopes: &$envelopes,
                    texts: {
                        let _texts: &[&str] = &[];
                        $( let _texts = &$texts; )?
                        _texts
                    },
                    other_operations: {
                        let _other_operations: &[$crate::lenient::OtherOperation] = &[];
                        $( let _other_operations = $other_operations; )?
                        _other_operations
                    },
                    request: {
                        let _request: Option<&$crate::lenient::Schema> = None;
                        $( let _request = Some(
                            &<$request<'static> as $crate::lenient::private::Record<'static>>::SCHEMA,
                        ); )?
                        _request
                    },
                };

                fn read<'de, D: $crate::lenient::private::serde::Deserializer<'de>>(
                    kind: usize,
                    deserializer: D,
                    read_context: $crate::lenient::private::ReadContext<'_, 'de, Self>,
                ) -> Result<Option<$name<'de>>, D::Error> {
                    use $crate::lenient::private::read_response;
                    $( if kind == Index::$variant as usize {
                        return read_response::<$record<'de>, D>(deserializer, read_context);
                    } )+
                    Err($crate::lenient::private::serde::de::Error::custom("no such kind"))
                }

                fn kind(response: &Self::Response<'_>) -> usize {
                    match response {
                        $( $name::$variant(_) => Index::$variant as usize, )+
                    }
                }

                fn extra<'r, 'a>(
                    response: &'r mut Self::Response<'a>,
                ) -> &'r mut $crate::lenient::Object<'a> {
                    match response {
                        $( $name::$variant(record) => &mut record.extra, )+
                    }
                }

                fn add_field<'a>(
                    response: &mut Self::Response<'a>,
                    name: &str,
                    value: $crate::lenient::Value<'a>,
                    here: $crate::lenient::private::FieldContext<'_>,
                ) -> Result<bool, $crate::lenient::private::serde::de::value::Error> {
                    match response {
                        $( $name::$variant(record) => {
                            $crate::lenient::private::add_field(record, name, value, here)
                        } )+
                    }
                }

                fn to_json(
                    response: &Self::Response<'_>,
                ) -> $crate::lenient::private::serde_json::Result<String> {
                    $crate::lenient::private::serde_json::to_string(response)
                }

                fn into_owned<'a>(response: Self::Response<'_>) -> Self::Response<'a> {
                    response.into_owned()
                }

                fn write_xml(
                    response: &Self::Response<'_>,
                    xml: &mut $crate::lenient::private::XmlWriter,
                ) {
                    use $crate::lenient::private::write_record;
                    match response {
                        $( $name::$variant(record) => write_record(record, xml), )+
                    }
                }
            }

            $( impl<'a> $crate::lenient::private::ResponseRecord<'a> for $record<'a> {
                type Api = $api;
                const KIND: usize = Index::$variant as usize;

                fn into_response(self) -> $name<'a> {
                    $name::$variant(self)
                }
            } )+
        };

        impl $crate::lenient::private::serde::Serialize for $name<'_> {
            fn serialize<S: $crate::lenient::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$variant(record) => record.serialize(serializer), )+
                }
            }
        }

        $crate::__arbitrary_response!($(#[$arbitrary_meta])? $name { $($record),+ });

        /// Accepts canonical form only. Numbers in `extra` may lose digits, since serde converts those
        /// that are not integers to floats, and serde_json refuses those that no float holds; decoding
        /// keeps them.
        impl<'de> $crate::lenient::private::serde::Deserialize<'de> for $name<'_> {
            fn deserialize<D: $crate::lenient::private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                let read = $crate::lenient::private::read_canonical_response::<$api, D>;
                read(deserializer).map($name::into_owned)
            }
        }
    };
}

/// Defines an enum: its variants, the text of each, and the version of the API that lists it.
#[doc(hidden)]
#[macro_export]
macro_rules! __wire_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $text:literal in $version:ident, )+
        }
    ) => {
        $(#[$meta])*
        ///
        /// `FromStr` ignores surrounding whitespace and ASCII case, and never fails: an unknown value
        /// is kept verbatim as `Other`.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name<'a> {
            $(
                $(#[$variant_meta])*
                #[doc = concat!("`", $text, "`")]
                $variant,
            )+
            /// A value that neither version of the API lists, verbatim.
            Other(std::borrow::Cow<'a, str>),
        }

        impl<'a> $name<'a> {
            const TABLE: &'static [($name<'static>, &'static str)] =
                &[$( ($name::$variant, $text), )+];

            /// All listed values, in the order of the reference.
            pub fn known() -> impl Iterator<Item = Self> {
                Self::TABLE.iter().map(|(value, _)| value.clone())
            }

            /// The canonical text; for `Other` the text itself.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )+
                    Self::Other(text) => text,
                }
            }

            /// The version of the API that lists this value for this field; `None` for `Other`.
            pub fn api_version(&self) -> Option<$crate::finding::ApiVersion> {
                match self {
                    $( Self::$variant => Some($crate::finding::ApiVersion::$version), )+
                    Self::Other(_) => None,
                }
            }

            /// Whether the 2018 reference lists this value. For an enum that only the current API has:
            /// whether the value is listed at all.
            pub fn is_documented(&self) -> bool {
                const FIELD_IS_DOCUMENTED: bool =
                    $( !matches!($crate::finding::ApiVersion::$version, $crate::finding::ApiVersion::Current) )||+;
                match self.api_version() {
                    None => false,
                    Some($crate::finding::ApiVersion::Current) => !FIELD_IS_DOCUMENTED,
                    Some($crate::finding::ApiVersion::Reference2018 | $crate::finding::ApiVersion::Both) => true,
                }
            }

            /// Converts to a value that borrows nothing from the input.
            pub fn into_owned(self) -> $name<'static> {
                match self {
                    $( Self::$variant => $name::$variant, )+
                    Self::Other(text) => $name::Other(std::borrow::Cow::Owned(text.into_owned())),
                }
            }
        }

        impl<'a> $crate::lenient::private::WireEnum<'a> for $name<'a> {
            #[inline]
            fn exact(text: &str) -> Option<Self> {
                match text {
                    $( $text => Some(Self::$variant), )+
                    _ => None,
                }
            }

            fn folded(text: &str) -> Option<(Self, &'static str)> {
                let text = text.trim();
                Self::TABLE
                    .iter()
                    .find(|(_, known)| known.eq_ignore_ascii_case(text))
                    .map(|(value, known)| (value.clone(), *known))
            }

            fn other(text: std::borrow::Cow<'a, str>) -> Self {
                Self::Other(text)
            }
        }

        impl $crate::lenient::private::IntoOwned for $name<'_> {
            type Owned = $name<'static>;

            fn into_owned(self) -> Self::Owned {
                self.into_owned()
            }
        }

        impl $crate::lenient::private::Text for $name<'_> {
            const KIND: $crate::lenient::ScalarKind = $crate::lenient::ScalarKind::Enum(|text| {
                <Self as $crate::lenient::private::WireEnum>::folded(text).is_some()
            });

            fn text(&self) -> std::borrow::Cow<'_, str> {
                self.as_str().into()
            }
        }

        $crate::__arbitrary_enum!($name);

        impl std::fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name<'static> {
            type Err = std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, std::convert::Infallible> {
                let known = <Self as $crate::lenient::private::WireEnum>::folded(text).map(|(value, _)| value);
                Ok(known.unwrap_or_else(|| Self::Other(std::borrow::Cow::Owned(text.to_owned()))))
            }
        }

        /// As `FromStr`: an unknown value is kept as `Other`.
        impl<'de> $crate::lenient::private::serde::Deserialize<'de> for $name<'_> {
            fn deserialize<D: $crate::lenient::private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                let Ok(value) = text.parse::<$name<'static>>();
                Ok(value)
            }
        }

        impl $crate::lenient::private::serde::Serialize for $name<'_> {
            fn serialize<S: $crate::lenient::private::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

#[cfg(not(feature = "arbitrary"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __arbitrary_record {
    ($($tokens:tt)*) => {};
}

#[cfg(not(feature = "arbitrary"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __arbitrary_response {
    ($($tokens:tt)*) => {};
}

#[cfg(not(feature = "arbitrary"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __arbitrary_enum {
    ($($tokens:tt)*) => {};
}

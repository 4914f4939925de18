//! Writing of fields: canonical JSON through serde, and canonical XML.

use std::borrow::Cow;

use serde::Serialize;
use serde::ser::SerializeMap;

use super::record::Record;
use super::xml_writer::XmlWriter;
use crate::schema::{ScalarKind, Shape};
use crate::value::{Object, Value};

/// Writes a record as its XML element.
pub fn write_record<'a, R: Record<'a>>(record: &R, xml: &mut XmlWriter) {
    xml.element(R::NAME, |xml| record.write_xml(xml));
}

/// Writes the unknown members of a record. One that was added under the name of a field which is written
/// too is left out, since a name must not occur twice.
pub fn write_extra<'a, R: Record<'a>, M: SerializeMap>(
    record: &R,
    extra: &Object<'_>,
    map: &mut M,
) -> Result<(), M::Error> {
    let extra = extra.with_unique_names();
    let mut members = extra.iter().filter(|(name, _)| !is_written(record, name));
    members.try_for_each(|(name, value)| map.serialize_entry(name, value))
}

/// Writes the unknown members of a record in XML, as [`write_extra`] does.
pub fn write_extra_xml<'a, R: Record<'a>>(record: &R, extra: &Object<'_>, xml: &mut XmlWriter) {
    xml.members(extra, |name| !is_written(record, name));
}

/// Whether a field of exactly this name is written.
fn is_written<'a, R: Record<'a>>(record: &R, name: &str) -> bool {
    R::exact(name).is_some_and(|field| record.has_value(field) || record.is_always_present(field))
}

/// The type of a field, written under its name if it has a value.
pub trait Member {
    /// Its shape in the schema.
    const SHAPE: Shape;

    /// Gives a missing field the value that stands for an empty one.
    fn fill(&mut self) {}

    /// Whether it has a value.
    fn has_value(&self) -> bool;

    /// Writes the member, if it has a value. `always`: write a list even if it is empty.
    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        always: bool,
        map: &mut M,
    ) -> Result<(), M::Error>;

    /// Writes the member in XML.
    fn write_xml(&self, name: &'static str, always: bool, xml: &mut XmlWriter);
}

/// The type of an optional field's value.
pub trait WriteValue: Serialize {
    /// Its shape in the schema.
    const SHAPE: Shape;

    /// The value of a field that every response has, where a response lacks it.
    fn default_value() -> Option<Self>
    where
        Self: Sized,
    {
        None
    }

    /// Writes the value as a member.
    fn write_entry<M: SerializeMap>(
        &self,
        name: &'static str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        map.serialize_entry(name, self)
    }

    /// Writes the value as an XML element.
    fn write_xml(&self, name: &'static str, xml: &mut XmlWriter);
}

impl<T: Text> WriteValue for T {
    const SHAPE: Shape = Shape::Scalar(T::KIND);

    fn write_entry<M: SerializeMap>(
        &self,
        name: &'static str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        Text::write_entry(self, name, map)
    }

    fn write_xml(&self, name: &'static str, xml: &mut XmlWriter) {
        xml.leaf(name, &self.text());
    }
}

impl<T: WriteValue> Member for Option<T> {
    const SHAPE: Shape = T::SHAPE;

    fn fill(&mut self) {
        *self = T::default_value();
    }

    fn has_value(&self) -> bool {
        self.is_some()
    }

    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        _: bool,
        map: &mut M,
    ) -> Result<(), M::Error> {
        match self {
            None => Ok(()),
            Some(value) => value.write_entry(name, map),
        }
    }

    fn write_xml(&self, name: &'static str, _: bool, xml: &mut XmlWriter) {
        if let Some(value) = self {
            value.write_xml(name, xml);
        }
    }
}

impl<'a, R: Record<'a> + Serialize> Member for Vec<R> {
    const SHAPE: Shape = Shape::List(&R::SCHEMA);

    fn has_value(&self) -> bool {
        !self.is_empty()
    }

    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        always: bool,
        map: &mut M,
    ) -> Result<(), M::Error> {
        if self.is_empty() && !always {
            return Ok(());
        }
        map.serialize_entry(name, &Wrapped(self))
    }

    fn write_xml(&self, name: &'static str, always: bool, xml: &mut XmlWriter) {
        if self.is_empty() && !always {
            return;
        }
        xml.element(name, |xml| self.iter().for_each(|record| write_record(record, xml)));
    }
}

/// A list in its wrapper object.
struct Wrapped<'r, R>(&'r [R]);

impl<'a, R: Record<'a> + Serialize> Serialize for Wrapped<'_, R> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(R::NAME, self.0)?;
        map.end()
    }
}

/// A scalar, which is text in XML.
pub trait Text: Serialize {
    /// What the text is.
    const KIND: ScalarKind;

    /// Its text.
    fn text(&self) -> Cow<'_, str>;

    /// Writes it as a member.
    fn write_entry<M: SerializeMap>(
        &self,
        name: &'static str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        map.serialize_entry(name, self)
    }
}

impl Text for i128 {
    const KIND: ScalarKind = ScalarKind::Number;

    fn text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }

    /// As a number like those of unknown fields: not every format has integers of this width.
    fn write_entry<M: SerializeMap>(
        &self,
        name: &'static str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        map.serialize_entry(name, &Value::from(*self))
    }
}

macro_rules! impl_text {
    ($($type:ty as $kind:ident: $this:ident => $text:expr),+ $(,)?) => {
        $( impl Text for $type {
            const KIND: ScalarKind = ScalarKind::$kind;

            fn text(&self) -> Cow<'_, str> {
                let $this = self;
                $text.into()
            }
        } )+
    };
}

impl_text!(
    bool as Boolean: value => if *value { "true" } else { "false" },
    u64 as Number: number => number.to_string(),
    i64 as Number: number => number.to_string(),
    Cow<'_, str> as Text: text => text.as_ref(),
);

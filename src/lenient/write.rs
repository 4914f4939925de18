//! How the fields of a record are written: canonical JSON through serde, and canonical XML.

use std::borrow::Cow;

use serde::Serialize;
use serde::ser::SerializeMap;

use super::record::Record;
use super::xml_writer::XmlWriter;
use crate::schema::Shape;

/// Writes a record as the element of its name.
pub fn write_record<'a, R: Record<'a>>(record: &R, xml: &mut XmlWriter) {
    xml.element(R::NAME, |xml| record.write_xml(xml));
}

/// A field as it is written: under its name, if it has a value.
pub trait Member {
    /// What it holds.
    const SHAPE: Shape;

    /// Whether it has a value.
    fn has_value(&self) -> bool;

    /// `always` says that a list is written even when it is empty.
    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        always: bool,
        map: &mut M,
    ) -> Result<(), M::Error>;

    /// The same in XML.
    fn write_xml(&self, name: &'static str, always: bool, xml: &mut XmlWriter);
}

/// A value as it is written where a field has one.
pub trait WriteValue: Serialize {
    /// What it is.
    const SHAPE: Shape;

    /// Writes it in XML.
    fn write_xml(&self, name: &'static str, xml: &mut XmlWriter);
}

impl<T: Text> WriteValue for T {
    const SHAPE: Shape = Shape::Scalar;

    fn write_xml(&self, name: &'static str, xml: &mut XmlWriter) {
        xml.leaf(name, &self.text());
    }
}

impl<T: WriteValue> Member for Option<T> {
    const SHAPE: Shape = T::SHAPE;

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
            Some(value) => map.serialize_entry(name, value),
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

/// A list inside the object that wraps it, under its items' name.
struct Wrapped<'r, R>(&'r [R]);

impl<'a, R: Record<'a> + Serialize> Serialize for Wrapped<'_, R> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(R::NAME, self.0)?;
        map.end()
    }
}

/// A value that is one piece of text in XML.
pub trait Text: Serialize {
    /// Its text.
    fn text(&self) -> Cow<'_, str>;
}

macro_rules! impl_text {
    ($($type:ty: $this:ident => $text:expr),+ $(,)?) => {
        $( impl Text for $type {
            fn text(&self) -> Cow<'_, str> {
                let $this = self;
                $text.into()
            }
        } )+
    };
}

impl_text!(
    bool: value => if *value { "true" } else { "false" },
    u64: number => number.to_string(),
    i64: number => number.to_string(),
    Cow<'_, str>: text => text.as_ref(),
);

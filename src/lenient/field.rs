//! What a field of a record is to the engine.

use serde::de::{DeserializeSeed, Deserializer};

use super::context::FieldContext;

/// The type of a field: something that a value of any shape can be read into.
pub trait Read<'de> {
    /// Reads a value into the field; `again` says that it was seen before.
    fn read<D: Deserializer<'de>>(
        &mut self,
        is_duplicate: bool,
        here: FieldContext<'_>,
        deserializer: D,
    ) -> Result<(), D::Error>;
}

/// A value that a field has or lacks.
pub trait ReadValue<'de>: Sized {
    /// Reads it into a field; `again` says that the field was seen before.
    fn read_into<D: Deserializer<'de>>(
        slot: &mut Option<Self>,
        is_duplicate: bool,
        here: FieldContext<'_>,
        deserializer: D,
    ) -> Result<(), D::Error>;
}

impl<'de, T: ReadValue<'de>> Read<'de> for Option<T> {
    #[inline]
    fn read<D: Deserializer<'de>>(
        &mut self,
        is_duplicate: bool,
        here: FieldContext<'_>,
        deserializer: D,
    ) -> Result<(), D::Error> {
        T::read_into(self, is_duplicate, here, deserializer)
    }
}

/// A field that is about to be read.
pub struct FieldSlot<'p, F> {
    /// The field.
    pub slot: &'p mut F,
    /// Whether it was seen before.
    pub is_duplicate: bool,
    /// Its place.
    pub here: FieldContext<'p>,
}

impl<'de, F: Read<'de>> DeserializeSeed<'de> for FieldSlot<'_, F> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.slot.read(self.is_duplicate, self.here, deserializer)
    }
}

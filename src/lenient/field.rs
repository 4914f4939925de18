//! Fields of records: how a value is read into one.

use serde::de::{DeserializeSeed, Deserializer};

use super::context::FieldContext;

/// The type of a field, which a value of any shape can be read into.
pub trait Read<'de> {
    /// Reads a value into the field. `is_duplicate`: the field has occurred before.
    fn read<D: Deserializer<'de>>(
        &mut self,
        is_duplicate: bool,
        here: FieldContext<'_>,
        deserializer: D,
    ) -> Result<(), D::Error>;
}

/// The type of an optional field's value.
pub trait ReadValue<'de>: Sized {
    /// Reads a value into the field. `is_duplicate`: the field has occurred before.
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
    /// Whether the field has occurred before.
    pub is_duplicate: bool,
    /// Its path.
    pub here: FieldContext<'p>,
}

impl<'de, F: Read<'de>> DeserializeSeed<'de> for FieldSlot<'_, F> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.slot.read(self.is_duplicate, self.here, deserializer)
    }
}

//! Serialization of decoded documents.

use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use super::Decoded;

/// An object with the keys `response` (in canonical form), `findings`, `findings_omitted` and `format`.
impl<R: Serialize> Serialize for Decoded<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Decoded", 4)?;
        object.serialize_field("response", &self.response)?;
        object.serialize_field("findings", &self.findings)?;
        object.serialize_field("findings_omitted", &self.findings_omitted)?;
        object.serialize_field("format", &self.format)?;
        object.end()
    }
}

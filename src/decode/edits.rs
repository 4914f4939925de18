//! The edits that repair an input.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use serde::ser::{Serialize, SerializeStruct as _, Serializer};

/// An edit of the input that is part of its repair.
///
/// ```
/// let input = br#"{"Code": "Throttling" "Message": "m"}"#;
/// let decoded = ecs_invocations::decode(input)?;
/// let edit = &decoded.edits[0];
/// assert_eq!((edit.bytes.clone(), &*edit.replacement), (21..21, ","));
/// assert_eq!(
///     serde_json::to_value(edit).unwrap(),
///     serde_json::json!({"start": 21, "end": 21, "replacement": ","})
/// );
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Edit {
    /// The bytes of the input that are replaced, in its own encoding; empty for an insertion. They begin
    /// and end between characters.
    pub bytes: Range<usize>,
    /// What replaces them; empty for a removal.
    pub replacement: Box<str>,
    /// The encoding of the input.
    encoding: &'static Encoding,
}

impl Edit {
    pub(crate) fn new(
        bytes: Range<usize>,
        replacement: Box<str>,
        encoding: &'static Encoding,
    ) -> Self {
        Self { bytes, replacement, encoding }
    }

    /// The replacement in the encoding of the input.
    pub fn encoded(&self) -> Cow<'_, [u8]> {
        encoded(&self.replacement, self.encoding)
    }

    /// The input with the edits applied, in its own encoding. The edits may be of several documents
    /// ([`decode_all`](crate::decode_all)), in their order; an edit that does not fit the input is left out.
    ///
    /// ```
    /// use ecs_invocations::{Edit, decode_all};
    ///
    /// let log = b"first {\"Code\": \"a\",} then {\"Code\" \"b\"}";
    /// let decoded: Vec<_> = decode_all(log).collect::<Result<_, _>>()?;
    /// let edits = decoded.iter().flat_map(|decoded| &decoded.edits);
    /// assert_eq!(&*Edit::apply_all(edits, log), b"first {\"Code\": \"a\"} then {\"Code\": \"b\"}");
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    pub fn apply_all<'i, 'e>(
        edits: impl IntoIterator<Item = &'e Self>,
        input: &'i [u8],
    ) -> Cow<'i, [u8]> {
        let mut result = Vec::new();
        let mut copied = 0;
        let mut is_changed = false;
        for Self { bytes, replacement, encoding } in edits {
            let Some(kept) = input.get(copied..bytes.start) else { continue };
            if bytes.end < bytes.start || bytes.end > input.len() {
                continue;
            }
            result.extend_from_slice(kept);
            result.extend_from_slice(&encoded(replacement, encoding));
            (copied, is_changed) = (bytes.end, true);
        }
        if !is_changed {
            return Cow::Borrowed(input);
        }
        result.extend_from_slice(&input[copied..]);
        Cow::Owned(result)
    }
}

fn encoded<'t>(text: &'t str, encoding: &'static Encoding) -> Cow<'t, [u8]> {
    if encoding == UTF_16LE {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    } else if encoding == UTF_16BE {
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    } else {
        encoding.encode(text).0
    }
}

/// An object with the keys `start`, `end` and `replacement`.
impl Serialize for Edit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Edit", 3)?;
        object.serialize_field("start", &self.bytes.start)?;
        object.serialize_field("end", &self.bytes.end)?;
        object.serialize_field("replacement", &self.replacement)?;
        object.end()
    }
}

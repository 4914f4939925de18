//! The front end for query strings.

use std::borrow::Cow;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::reader::{ParseError, ReaderState};
use crate::value::TextDeserializer;

/// The parameters of a query string.
pub(crate) struct Pairs<'c, 'de> {
    rest: Range<usize>,
    text: &'de str,
    /// The value of the parameter whose name was read last.
    value: Option<Range<usize>>,
    state: &'c ReaderState,
}

impl<'c, 'de> Pairs<'c, 'de> {
    /// The parameters of a query string, or of a text that contains a URL.
    pub(crate) fn new(text: &'de str, state: &'c ReaderState) -> Self {
        Self { rest: query(text), text, value: None, state }
    }
}

/// The span of the query of a URL; from the start if there is no `?`.
fn query(text: &str) -> Range<usize> {
    let start = text.find('?').map_or(0, |at| at + 1);
    let start = start + text[start..].len() - text[start..].trim_start().len();
    let length = text[start..].find(|c: char| c == '#' || c.is_whitespace());
    start..length.map_or(text.len(), |length| start + length)
}

fn decoded(raw: &str) -> Cow<'_, str> {
    // `raw` has no `&` or `=`, so it is parsed as one name without a value.
    form_urlencoded::parse(raw.as_bytes()).next().map_or(Cow::Borrowed(""), |(name, _)| name)
}

impl<'de> Deserializer<'de> for Pairs<'_, 'de> {
    type Error = ParseError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParseError> {
        visitor.visit_map(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Pairs<'_, 'de> {
    type Error = ParseError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ParseError> {
        let text = self.text;
        let pair = loop {
            if self.rest.is_empty() {
                return Ok(None);
            }
            let start = self.rest.start;
            let length = text[self.rest.clone()].find('&').unwrap_or(self.rest.len());
            self.rest.start = (start + length + 1).min(self.rest.end);
            if length > 0 {
                break start..start + length;
            }
        };
        let equals = text[pair.clone()].find('=').map_or(pair.end, |at| pair.start + at);
        self.value = Some((equals + 1).min(pair.end)..pair.end);
        self.state.spans.set_key(pair.start..equals);
        seed.deserialize(TextDeserializer::new(decoded(&text[pair.start..equals]))).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, ParseError> {
        let span = self.value.take().unwrap_or(0..0);
        self.state.spans.set_value(span.clone());
        let raw = &self.text[span];
        let value = match raw.contains('=') {
            // Only the first `=` separates the name from the value.
            true => Cow::Owned(decoded(&raw.replace('=', "%3D")).into_owned()),
            false => decoded(raw),
        };
        seed.deserialize(TextDeserializer::new(value))
    }
}

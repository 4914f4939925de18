//! The front end for requests: a query string to serde's data model, with positions.

use std::borrow::Cow;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::lenient::{self, Context};
use super::source::Source;
use super::{Fault, Format, Options, Room, Setup};
use crate::finding::Finding;
use crate::model::{Object, Request, Value};

impl<'a> Request<'a> {
    /// Reads a request from a URL, from a query string, or from the line of a log that has one, by the
    /// same rules as a response. What is no parameter of the contracts goes to `extra`.
    ///
    /// The findings have their places in the text.
    pub fn read(text: &'a str) -> (Self, Vec<Finding>) {
        let options = Options::default();
        let mut source = Source::of_text(text, Room::new(&options, text.as_bytes()));
        let setup = Setup { is_inside: true, ..Setup::new(options, source.room.clone()) };
        let context = Context::new(Format::Xml, setup);
        let pairs = Pairs { rest: query(text), text, value: None, context: &context };
        // A query string has no syntax that could be wrong, and one that is too much is read so far.
        let request = lenient::read_alone(pairs, &context).unwrap_or_default();
        let (remarks, _) = context.into_notes(text, |_, places| places.to_vec());
        (request, source.findings(remarks))
    }

    /// The query string of the request.
    pub fn to_query(&self) -> String {
        let json = serde_json::to_string(self).expect("a request has no number but integers");
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(Value::Object(Object(members))) = super::json::value(&json) {
            for (name, value) in &members {
                match value {
                    Value::Bool(value) => query.append_pair(name, &value.to_string()),
                    Value::Number(text) | Value::String(text) => query.append_pair(name, text),
                    // No parameter says nothing or has parts.
                    Value::Null | Value::List(_) | Value::Object(_) => continue,
                };
            }
        }
        query.finish()
    }
}

/// The query of a URL, or all of a text that is none.
fn query(text: &str) -> Range<usize> {
    let start = text.find('?').map_or(0, |mark| mark + 1);
    let start = start + text[start..].len() - text[start..].trim_start().len();
    let length = text[start..].find(|c: char| c == '#' || c.is_whitespace());
    start..length.map_or(text.len(), |length| start + length)
}

/// The parameters of a query string.
struct Pairs<'c, 'de> {
    rest: Range<usize>,
    text: &'de str,
    /// The value of the parameter whose name has been handed out.
    value: Option<Range<usize>>,
    context: &'c Context,
}

fn decoded(raw: &str) -> Cow<'_, str> {
    // One side of a pair has no sign that could split it.
    form_urlencoded::parse(raw.as_bytes()).next().map_or(Cow::Borrowed(""), |(name, _)| name)
}

impl<'de> Deserializer<'de> for Pairs<'_, 'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Pairs<'_, 'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
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
        self.context.spans.key(pair.start..equals);
        seed.deserialize(lenient::Text::new(decoded(&text[pair.start..equals]))).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let span = self.value.take().unwrap_or(0..0);
        self.context.spans.value(span.clone());
        let raw = &self.text[span];
        let value = match raw.contains('=') {
            // Only the first one splits.
            true => Cow::Owned(decoded(&raw.replace('=', "%3D")).into_owned()),
            false => decoded(raw),
        };
        seed.deserialize(lenient::Text::new(value))
    }
}

//! Lists and records in place of which the document has their JSON as text.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::any::{AnyValue, Token, ValueRule};
use super::context::FieldContext;
use crate::finding::FindingKind;
use crate::syntax::json::Document;
use crate::syntax::tree::json_value;

/// Reads an array or object from the text of a token. Returns the token if it is no such text, or inside
/// one: a text is unescaped only once.
pub(super) fn read_text_as_json<'de, T: ValueRule<'de, Out = ()>>(
    rule: T,
    token: Token<'de>,
    here: FieldContext<'_>,
) -> Option<Token<'de>> {
    match &token {
        Token::Text(text) if text.trim_start().starts_with(['[', '{']) => {
            if read_text(rule, text, here) { None } else { Some(token) }
        }
        _ => Some(token),
    }
}

#[cold]
fn read_text<'de, T: ValueRule<'de, Out = ()>>(
    rule: T,
    text: &str,
    here: FieldContext<'_>,
) -> bool {
    let context = here.context;
    if context.is_in_text.get() || json_value(text).is_none() {
        return false;
    }
    here.report(FindingKind::Embedded);
    let (span, before) = (here.value_span(), here.finding_count());
    let spans = &context.reader.spans;
    let (key, end) = (spans.key.get(), spans.end.get());
    context.is_in_text.set(true);
    let read = Document::new(text)
        .read(&context.reader, |json| AnyValue { rule, here }.deserialize(Copied::new(json)));
    context.is_in_text.set(false);
    here.move_findings_into_text(before, span);
    spans.key.set(key);
    spans.value.set(span);
    spans.end.set(end);
    // The text is well formed, so that a limit was exceeded, which the caller finds out next.
    if read.is_err() {
        context.reader.needs_attention.set(true);
    }
    true
}

/// A deserializer that copies strings, so that its values may outlive the text `'t`.
struct Copied<'t, T> {
    inner: T,
    text: PhantomData<&'t str>,
}

impl<T> Copied<'_, T> {
    fn new(inner: T) -> Self {
        Self { inner, text: PhantomData }
    }
}

impl<'de, 't, D: Deserializer<'t>> Deserializer<'de> for Copied<'t, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(Copying::new(visitor))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, 't, A: SeqAccess<'t>> SeqAccess<'de> for Copied<'t, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.inner.next_element_seed(Copying::new(seed))
    }
}

impl<'de, 't, A: MapAccess<'t>> MapAccess<'de> for Copied<'t, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.inner.next_key_seed(Copying::new(seed))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.inner.next_value_seed(Copying::new(seed))
    }
}

/// A seed or visitor of values that borrow from `'de`, for a deserializer of another text.
struct Copying<'de, T> {
    inner: T,
    values: PhantomData<&'de str>,
}

impl<T> Copying<'_, T> {
    fn new(inner: T) -> Self {
        Self { inner, values: PhantomData }
    }
}

impl<'de, 't, S: DeserializeSeed<'de>> DeserializeSeed<'t> for Copying<'de, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.inner.deserialize(Copied::new(deserializer))
    }
}

/// What the JSON front end visits. A borrowed string is visited as one that does not outlive the visit,
/// which is the default.
impl<'de, 't, V: Visitor<'de>> Visitor<'t> for Copying<'de, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<V::Value, E> {
        self.inner.visit_bool(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<V::Value, E> {
        self.inner.visit_u64(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<V::Value, E> {
        self.inner.visit_i64(value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        self.inner.visit_str(text)
    }

    fn visit_string<E: Error>(self, text: String) -> Result<V::Value, E> {
        self.inner.visit_string(text)
    }

    fn visit_newtype_struct<D: Deserializer<'t>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.inner.visit_newtype_struct(Copied::new(inner))
    }

    fn visit_seq<A: SeqAccess<'t>>(self, items: A) -> Result<V::Value, A::Error> {
        self.inner.visit_seq(Copied::new(items))
    }

    fn visit_map<A: MapAccess<'t>>(self, members: A) -> Result<V::Value, A::Error> {
        self.inner.visit_map(Copied::new(members))
    }
}

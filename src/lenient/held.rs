//! Values that are held until what follows tells what they are, and then read again, with their spans.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::vec;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::any::{AnyValue, Token, ValueRule, name_of};
use super::context::{FieldContext, PathStep};
use super::converters::{is_name_of_value, may_be_value};
use super::verbatim::SkipRule;
use crate::schema::Schema;
use crate::syntax::reader::{ReaderState, Span, Unplaced};
use crate::text::characters::is_empty_or_whitespace;
use crate::value::TextDeserializer;

/// A value that was read, but for no rule yet.
#[derive(Clone)]
pub(super) struct Held<'de> {
    pub(super) span: Span,
    end: usize,
    content: Content<'de>,
    /// The front end's findings in it, if there are any.
    findings: Option<Box<Unplaced>>,
    is_formatting: bool,
}

#[derive(Clone)]
enum Content<'de> {
    Token(Token<'de>),
    List(Vec<Held<'de>>),
    Object(Vec<HeldMember<'de>>),
}

/// A member of an object with its value.
#[derive(Clone)]
pub(super) struct HeldMember<'de> {
    pub(super) name: Cow<'de, str>,
    pub(super) name_span: Span,
    pub(super) value: Held<'de>,
}

impl<'de> HeldMember<'de> {
    /// Holds the member whose name was read last.
    pub(super) fn read<A: MapAccess<'de>>(
        name: Cow<'de, str>,
        here: FieldContext<'_>,
        members: &mut A,
    ) -> Result<Self, A::Error> {
        let name_span = here.context.reader.spans.key.get();
        let node = here.node.child(PathStep::Name(&name));
        let value = members.next_value_seed(AnyValue { rule: HoldRule, here: here.at(&node) })?;
        Ok(Self { name, name_span, value })
    }

    /// Holds the member whose name was read last, and all after it.
    pub(super) fn read_rest<A: MapAccess<'de>>(
        name: Cow<'de, str>,
        here: FieldContext<'_>,
        members: &mut A,
    ) -> Result<Vec<Self>, A::Error> {
        let mut rest = Vec::new();
        let mut next = Some(name);
        while let Some(name) = next {
            rest.push(Self::read(name, here, members)?);
            next = members.next_key_seed(name_of(here))?;
        }
        Ok(rest)
    }

    /// Whether it is an attribute that may have the value of its element.
    pub(super) fn is_attribute_value(&self) -> bool {
        may_be_value(&self.name) && !self.value.is_container()
    }

    /// Whether it holds attributes, of which one may have the value of the element.
    pub(super) fn has_attribute_value(&self) -> bool {
        let Content::Object(members) = &self.value.content else { return false };
        let mut members = members.iter();
        members.any(|it| is_name_of_value(&it.name) && !it.value.is_container())
    }

    /// The attributes that it holds, each with the name of one.
    pub(super) fn into_attributes(self) -> Vec<Self> {
        let Content::Object(members) = self.value.content else { return Vec::new() };
        let named = |it: Self| Self { name: format!("@{}", it.name).into(), ..it };
        members.into_iter().map(named).collect()
    }

    /// Reads it again, with a function that gets its name and the access to its value.
    pub(super) fn replay<T, E>(
        self,
        here: FieldContext<'_>,
        read: impl FnOnce(Cow<'de, str>, FieldContext<'_>, &mut HeldValue<'_, 'de, E>) -> Result<T, E>,
    ) -> Result<T, E> {
        let Self { name, name_span, value } = self;
        let reader = &here.context.reader;
        let end = reader.spans.end.get();
        reader.spans.key.set(name_span);
        reader.spans.value.set(value.span);
        let held = Vec::new().into_iter();
        let rest = Ended { end, reader, error: PhantomData };
        let read = read(name, here, &mut ReplayMembers { held, value: Some(value), rest, reader });
        reader.spans.end.set(end);
        read
    }
}

impl<'de> Held<'de> {
    /// The text that it is.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Token(Token::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether it is null, or text without content.
    pub(super) fn is_blank(&self) -> bool {
        match &self.content {
            Content::Token(Token::Null) => true,
            Content::Token(Token::Text(text)) => is_empty_or_whitespace(text),
            _ => false,
        }
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.content, Content::List(_))
    }

    pub(super) fn is_object(&self) -> bool {
        matches!(self.content, Content::Object(_))
    }

    pub(super) fn is_container(&self) -> bool {
        !matches!(self.content, Content::Token(_))
    }

    /// Whether it is, or contains in lists, an object with a field of the record.
    pub(super) fn has_record(&self, schema: &Schema) -> bool {
        match &self.content {
            Content::Token(_) => false,
            Content::List(items) => items.iter().any(|item| item.has_record(schema)),
            Content::Object(members) => members.iter().any(|it| schema.field(&it.name).is_some()),
        }
    }

    /// Whether it is an object with an ID or key of the record, or a list of such objects.
    pub(super) fn is_identified(&self, schema: &Schema) -> bool {
        let is_id = |member: &HeldMember<'_>| {
            let field = schema.field(&member.name).map(|(name, _)| name);
            field.is_some_and(identifies) && !member.value.is_blank()
        };
        match &self.content {
            Content::Token(_) => false,
            Content::List(items) => {
                !items.is_empty()
                    && items.iter().all(|item| !item.is_list() && item.is_identified(schema))
            }
            Content::Object(members) => members.iter().any(is_id),
        }
    }

    /// The value as the only member of an object.
    pub(super) fn wrapped(self, name: &'static str, name_span: Span) -> Self {
        let (span, end) = (self.span, self.end);
        let member = HeldMember { name: name.into(), name_span, value: self };
        let content = Content::Object(vec![member]);
        Self { span, end, content, findings: None, is_formatting: false }
    }

    /// Reads it again. The reader's state is then as it was before, except for what is found.
    pub(super) fn read<T: ValueRule<'de>, E: Error>(
        self,
        rule: T,
        here: FieldContext<'_>,
    ) -> Result<T::Out, E> {
        let reader = &here.context.reader;
        let end = reader.spans.end.get();
        let read = AnyValue { rule, here }.deserialize(Replay::new(self, reader));
        reader.spans.end.set(end);
        read
    }
}

/// Whether a field tells one record from others.
pub(super) fn identifies(field: &str) -> bool {
    field.ends_with("Id") || field.ends_with("Key")
}

/// Holds a value.
pub(super) struct HoldRule;

impl HoldRule {
    fn hold<'de>(content: Content<'de>, span: Span, here: FieldContext<'_>) -> Held<'de> {
        let reader = &here.context.reader;
        let findings = reader.take_pending();
        Held {
            span,
            end: reader.spans.end.get(),
            content,
            findings: (!findings.is_empty()).then(|| Box::new(findings)),
            is_formatting: reader.is_formatting.get(),
        }
    }
}

impl<'de> ValueRule<'de> for HoldRule {
    type Out = Held<'de>;
    const RECORDS_LOCATION: bool = false;

    fn token(self, token: Token<'de>, here: FieldContext<'_>) -> Held<'de> {
        Self::hold(Content::Token(token), here.value_span(), here)
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut rest: A,
        here: FieldContext<'_>,
    ) -> Result<Held<'de>, A::Error> {
        let span = here.value_span();
        let members = match first {
            Some(name) => HeldMember::read_rest(name, here, &mut rest)?,
            None => Vec::new(),
        };
        Ok(Self::hold(Content::Object(members), span, here))
    }

    fn items<A: SeqAccess<'de>>(
        self,
        mut items: A,
        here: FieldContext<'_>,
    ) -> Result<Held<'de>, A::Error> {
        let span = here.value_span();
        let mut list = Vec::new();
        loop {
            let node = here.node.child(PathStep::Index(list.len()));
            match items.next_element_seed(AnyValue { rule: HoldRule, here: here.at(&node) })? {
                Some(item) => list.push(item),
                None => return Ok(Self::hold(Content::List(list), span, here)),
            }
        }
    }
}

/// What an array has in place of a single value.
pub(super) enum Items<'de> {
    None,
    /// One, which is no array.
    One(Held<'de>),
    /// Others, which were skipped.
    Others,
}

/// Reads an array in place of a single value.
pub(super) fn read_alone<'de, A: SeqAccess<'de>>(
    mut items: A,
    here: FieldContext<'_>,
) -> Result<Items<'de>, A::Error> {
    let before = here.checkpoint();
    let node = here.node.child(PathStep::Index(0));
    let first = items.next_element_seed(AnyValue { rule: HoldRule, here: here.at(&node) })?;
    let Some(first) = first else { return Ok(Items::None) };
    let mut count = 1;
    loop {
        let node = here.node.child(PathStep::Index(count));
        match items.next_element_seed(AnyValue { rule: SkipRule, here: here.at(&node) })? {
            Some(_) => count += 1,
            None => break,
        }
    }
    here.drop_findings_since(before);
    Ok(if count == 1 && !first.is_list() { Items::One(first) } else { Items::Others })
}

/// A deserializer of a value that was held.
pub(super) struct Replay<'c, 'de, E> {
    held: Held<'de>,
    reader: &'c ReaderState,
    error: PhantomData<E>,
}

impl<'c, 'de, E> Replay<'c, 'de, E> {
    pub(super) fn new(held: Held<'de>, reader: &'c ReaderState) -> Self {
        Self { held, reader, error: PhantomData }
    }
}

impl<'de, E: Error> Deserializer<'de> for Replay<'_, 'de, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        let Self { held, reader, error: _ } = self;
        let Held { span, end, content, findings, is_formatting } = held;
        reader.spans.value.set(span);
        // What was closed last ends before.
        reader.spans.end.set(span.0);
        reader.is_formatting.set(is_formatting);
        if let Some(findings) = findings {
            reader.report_again(*findings);
        }
        match content {
            Content::Token(Token::Null) => visitor.visit_unit(),
            Content::Token(Token::Bool(value)) => visitor.visit_bool(value),
            Content::Token(Token::Unsigned(number)) => visitor.visit_u64(number),
            Content::Token(Token::Signed(number)) => visitor.visit_i64(number),
            Content::Token(Token::Number(digits)) => {
                visitor.visit_newtype_struct(TextDeserializer::new(digits))
            }
            Content::Token(Token::Text(Cow::Borrowed(text))) => visitor.visit_borrowed_str(text),
            Content::Token(Token::Text(Cow::Owned(text))) => visitor.visit_string(text),
            Content::List(items) => {
                let items = items.into_iter();
                visitor.visit_seq(ReplayItems { items, end, reader, error: PhantomData })
            }
            Content::Object(members) => {
                let ended = Ended { end, reader, error: PhantomData };
                visitor.visit_map(ReplayMembers::new(members, ended, reader))
            }
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct ReplayItems<'c, 'de, E> {
    items: vec::IntoIter<Held<'de>>,
    end: usize,
    reader: &'c ReaderState,
    error: PhantomData<E>,
}

impl<'de, E: Error> SeqAccess<'de> for ReplayItems<'_, 'de, E> {
    type Error = E;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, E> {
        match self.items.next() {
            Some(held) => seed.deserialize(Replay::new(held, self.reader)).map(Some),
            None => {
                self.reader.spans.end.set(self.end);
                Ok(None)
            }
        }
    }
}

/// Members that were held, followed by others.
pub(super) struct ReplayMembers<'c, 'de, A> {
    held: vec::IntoIter<HeldMember<'de>>,
    value: Option<Held<'de>>,
    rest: A,
    reader: &'c ReaderState,
}

impl<'c, 'de, A> ReplayMembers<'c, 'de, A> {
    pub(super) fn new(held: Vec<HeldMember<'de>>, rest: A, reader: &'c ReaderState) -> Self {
        Self { held: held.into_iter(), value: None, rest, reader }
    }
}

/// The value of a member of which the name has been read again.
pub(super) type HeldValue<'c, 'de, E> = ReplayMembers<'c, 'de, Ended<'c, E>>;

impl<'de, A: MapAccess<'de>> MapAccess<'de> for ReplayMembers<'_, 'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Some(HeldMember { name, name_span, value }) = self.held.next() else {
            return self.rest.next_key_seed(seed);
        };
        self.reader.spans.key.set(name_span);
        self.value = Some(value);
        seed.deserialize(TextDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.value.take() {
            Some(held) => seed.deserialize(Replay::new(held, self.reader)),
            None => self.rest.next_value_seed(seed),
        }
    }
}

/// The end of an object of which all members were held.
pub(super) struct Ended<'c, E> {
    end: usize,
    reader: &'c ReaderState,
    error: PhantomData<E>,
}

impl<'de, E: Error> MapAccess<'de> for Ended<'_, E> {
    type Error = E;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, _: K) -> Result<Option<K::Value>, E> {
        self.reader.spans.end.set(self.end);
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, _: V) -> Result<V::Value, E> {
        Err(E::custom("no such member"))
    }
}

//! The response of an operation, read from where it is in its document.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::any::{AnyValue, Token, ValueRule, name_of};
use super::beside::{drop_other_responses, is_beside_page};
use super::classify::Target;
use super::context::{Context, FieldContext, PathStep};
use super::record::{
    Record, Seen, field_of, fill_missing_lists, read_field, read_unknown_member, with_values,
};
use super::success::is_misleading;
use super::verbatim::{SpannedRule, VerbatimRule, collect_repeated, ignore_member, is_namespace};
use super::xml_writer::XmlWriter;
use crate::finding::{FindingKind, ListShape};
use crate::schema::{Kind, Kinds, Shape};
use crate::syntax::reader::Span;
use crate::syntax::xml::TEXT;
use crate::text::characters::is_empty_or_whitespace;
use crate::value::{Object, Value};

/// An operation. Implemented by [`response_kinds!`](super::response_kinds).
pub trait Api: Sized + 'static {
    /// A response of any kind.
    type Response<'a>;
    /// The schema of its kinds.
    const KINDS: &'static Kinds;

    /// Reads a document as the kind of response with this index. `None` if a trial fails.
    fn read<'de, D: Deserializer<'de>>(
        kind: usize,
        deserializer: D,
        read_context: ReadContext<'_, 'de, Self>,
    ) -> Result<Option<Self::Response<'de>>, D::Error>;

    /// The index of the response's kind.
    fn kind(response: &Self::Response<'_>) -> usize;

    /// The unknown members.
    fn extra<'r, 'a>(response: &'r mut Self::Response<'a>) -> &'r mut Object<'a>;

    /// Reads a value into the field that matches a name, if there is one without a value. Returns whether the
    /// response has it now.
    fn add_field<'a>(
        response: &mut Self::Response<'a>,
        name: &str,
        value: Value<'a>,
        here: FieldContext<'_>,
    ) -> Result<bool, serde::de::value::Error>;

    /// The response as canonical JSON.
    fn to_json(response: &Self::Response<'_>) -> serde_json::Result<String>;

    /// The response without borrowing from the input.
    fn into_owned<'a>(response: Self::Response<'_>) -> Self::Response<'a>;

    /// Writes the response as canonical XML.
    fn write_xml(response: &Self::Response<'_>, xml: &mut XmlWriter);
}

/// The record of one kind of response.
pub trait ResponseRecord<'a>: Record<'a> {
    /// The operation.
    type Api: Api;
    /// The index of the kind.
    const KIND: usize;

    /// The record as a response.
    fn into_response(self) -> <Self::Api as Api>::Response<'a>;
}

/// How a document is read.
#[derive(Clone, Copy)]
pub(crate) enum Plan<'c> {
    /// As a response of the most likely kind, if it turns out to have a list with items.
    Trial,
    /// As what a [`Candidate`](super::classify::Candidate) says.
    Candidate { steps: &'c [usize], target: Target, has_items: bool, needs_items: bool },
}

/// The state that the rules of a response share.
pub struct ReadContext<'c, 'de, A: Api> {
    pub(crate) context: &'c Context,
    pub(crate) plan: Plan<'c>,
    pub(crate) embedded: &'c Embedded<'de, A>,
}

/// The response that a text in place of the response holds.
pub struct Embedded<'de, A: Api> {
    response: RefCell<Option<A::Response<'de>>>,
    span: Cell<Span>,
}

impl<'de, A: Api> Embedded<'de, A> {
    pub(crate) fn new(response: Option<A::Response<'de>>) -> Self {
        Self { response: RefCell::new(response), span: Cell::default() }
    }

    /// The span of the text.
    pub(crate) fn span(&self) -> Range<usize> {
        let (start, end) = self.span.get();
        start..end
    }
}

impl<A: Api> Clone for ReadContext<'_, '_, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A: Api> Copy for ReadContext<'_, '_, A> {}

/// Reads a document as the kind of response that `R` is. `None` if a trial fails.
pub fn read_response<'de, R: ResponseRecord<'de>, D: Deserializer<'de>>(
    deserializer: D,
    read_context: ReadContext<'_, 'de, R::Api>,
) -> Result<Option<<R::Api as Api>::Response<'de>>, D::Error> {
    let steps = match read_context.plan {
        Plan::Trial => &[][..],
        Plan::Candidate { steps, .. } => steps,
    };
    let rule = ResponseRule::<R> { steps, read_context };
    ResponseSeed { rule, here: FieldContext::root(read_context.context) }.deserialize(deserializer)
}

/// A value that is, or has inside, the response.
struct ResponseSeed<'p, 'c, 'de, R: ResponseRecord<'de>> {
    rule: ResponseRule<'c, 'de, R>,
    here: FieldContext<'p>,
}

impl<'de, R: ResponseRecord<'de>> DeserializeSeed<'de> for ResponseSeed<'_, '_, 'de, R> {
    type Value = Option<<R::Api as Api>::Response<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let Self { rule, here } = self;
        let kind = ResponseRule::<R>::KIND;
        let item = match rule.read_context.plan {
            Plan::Candidate { target: Target::List(_), .. } if rule.steps.is_empty() => None,
            Plan::Candidate { target: Target::Item(_), .. } if rule.steps.is_empty() => {
                kind.items().map(|items| items.name)
            }
            _ => return AnyValue { rule, here }.deserialize(deserializer),
        };
        here.report(FindingKind::List(ListShape::Alone));
        let names: Vec<&'static str> = kind.list.iter().copied().chain(item).collect();
        let deserializer = Wrapped { names: &names, inner: deserializer };
        AnyValue { rule: FieldsRule(rule), here }.deserialize(deserializer)
    }
}

/// Reads the members of a response. Unlike [`ResponseRule`], never those of an envelope, whose values would
/// be wrapped again without end.
struct FieldsRule<'c, 'de, R: ResponseRecord<'de>>(ResponseRule<'c, 'de, R>);

impl<'de, R: ResponseRecord<'de>> ValueRule<'de> for FieldsRule<'_, 'de, R> {
    type Out = Option<<R::Api as Api>::Response<'de>>;

    fn token(self, _: Token<'de>, _: FieldContext<'_>) -> Self::Out {
        None
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: FieldContext<'_>,
    ) -> Result<Self::Out, A::Error> {
        self.0.read_fields(first, rest, here)
    }

    fn items<A: SeqAccess<'de>>(self, _: A, _: FieldContext<'_>) -> Result<Self::Out, A::Error> {
        Ok(None)
    }
}

/// A value as the only member of an object, which may be the only member of another, and so on.
struct Wrapped<'n, D> {
    names: &'n [&'static str],
    inner: D,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Wrapped<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        match self.names.split_first() {
            None => self.inner.deserialize_any(visitor),
            Some((name, names)) => {
                let value = Wrapped { names, inner: self.inner };
                visitor.visit_map(OneMember { name: Some(name), value: Some(value) })
            }
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct OneMember<'n, D> {
    name: Option<&'static str>,
    value: Option<Wrapped<'n, D>>,
}

impl<'de, D: Deserializer<'de>> MapAccess<'de> for OneMember<'_, D> {
    type Error = D::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, D::Error> {
        let name = self.name.take();
        name.map(|name| seed.deserialize(serde::de::value::BorrowedStrDeserializer::new(name)))
            .transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, D::Error> {
        let value = self.value.take().ok_or_else(|| D::Error::custom("no such member"))?;
        seed.deserialize(value)
    }
}

/// A member beside the response in its envelope.
struct Sibling<'de> {
    name: Cow<'de, str>,
    value: Value<'de>,
    name_span: Span,
    span: Span,
}

struct ResponseRule<'c, 'de, R: ResponseRecord<'de>> {
    /// The way from this value to the response.
    steps: &'c [usize],
    read_context: ReadContext<'c, 'de, R::Api>,
}

impl<'de, R: ResponseRecord<'de>> ResponseRule<'_, 'de, R> {
    const KINDS: &'static Kinds = <R::Api as Api>::KINDS;
    const KIND: &'static Kind = &Self::KINDS.kinds[R::KIND];

    fn is_trial(&self) -> bool {
        matches!(self.read_context.plan, Plan::Trial)
    }

    /// Whether the name tells that the document is another kind of response.
    fn identifies_other_kind(name: &str) -> bool {
        let mut others = Self::KINDS.kinds.iter().enumerate().filter(|(kind, _)| *kind != R::KIND);
        others.any(|(_, kind)| kind.leads_to_list(name))
    }

    /// Reads the members of the response itself.
    fn read_fields<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut rest: A,
        here: FieldContext<'_>,
    ) -> Result<<Self as ValueRule<'de>>::Out, A::Error> {
        let (span, context) = (here.value_span(), here.context);
        let mut record = R::default();
        let mut extra_spans = Vec::new();
        let (mut seen, mut seen_inside) = (Seen::default(), 0);
        let mut next = first;
        while let Some(name) = next {
            if let Some(field) = field_of::<R>(&name) {
                read_field(&mut record, field, &mut seen.fields, here, &mut rest)?;
            } else if self.is_trial()
                && (R::KIND > 0 || !context.has_items())
                && Self::identifies_other_kind(&name)
            {
                // The rest need not be read.
                context.abandon();
                return Err(A::Error::custom("another kind of response"));
            } else if !record.read_flattened(&name, &mut seen_inside, here, &mut rest)? {
                let span = read_unknown_member(&mut record, name, &mut seen, here, &mut rest)?;
                extra_spans.extend(span);
            }
            next = rest.next_key_seed(name_of(here))?;
        }
        let needs_items =
            matches!(self.read_context.plan, Plan::Candidate { needs_items: true, .. });
        if needs_items && !context.has_items()
            || self.is_trial() && (!context.has_items() || context.has_foreign_items())
        {
            return Ok(None);
        }
        record.fill_flattened(&mut seen.fields, seen_inside, here, span);
        fill_missing_lists(&mut record, seen.fields, here, span);
        if Self::KIND.code.is_none() {
            drop_other_responses(record.extra(), &extra_spans, Self::KINDS, here);
        }
        collect_repeated(record.extra(), here)?;
        Ok(Some(record.into_response()))
    }

    /// Reads the members of an envelope.
    fn read_envelope<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut rest: A,
        here: FieldContext<'_>,
    ) -> Result<<Self as ValueRule<'de>>::Out, A::Error> {
        let mut siblings = Vec::new();
        let mut response = None;
        let mut next = first;
        let mut number = 0;
        while let Some(name) = next {
            if self.steps.first() == Some(&number) {
                let known = Self::KINDS.by_root(&name).map(|(_, known)| known);
                let node = here.node.child(PathStep::Envelope(known.unwrap_or(&name)));
                let here_inside = here.at(&node);
                if name != TEXT {
                    here_inside.report_name(FindingKind::Envelope);
                }
                if let Some(read) = known.filter(|known| *known != name) {
                    here_inside.report_name(FindingKind::Name { read });
                }
                let rule = ResponseRule { steps: &self.steps[1..], ..self };
                response = rest.next_value_seed(ResponseSeed { rule, here: here_inside })?;
            } else if is_namespace(&name) {
                ignore_member(&name, here, &mut rest)?;
            } else {
                let name_span = here.context.reader.spans.key.get();
                let node = here.node.child(PathStep::Name(&name));
                let seed =
                    AnyValue { rule: SpannedRule(VerbatimRule::UNKNOWN), here: here.at(&node) };
                let (value, span) = rest.next_value_seed(seed)?;
                siblings.push(Sibling { name, value, name_span, span });
            }
            number += 1;
            next = rest.next_key_seed(name_of(here))?;
        }
        if let Some(response) = &mut response {
            let extra = R::Api::extra(response).iter();
            let mut names: HashSet<String> = extra.map(|(name, _)| name.to_owned()).collect();
            let has_items =
                matches!(self.read_context.plan, Plan::Candidate { has_items: true, .. });
            for sibling in siblings {
                add_sibling::<R::Api, A::Error>(response, sibling, has_items, &mut names, here)?;
            }
        }
        Ok(response)
    }
}

/// Adds a member of an envelope to the response: as a field that the response lacks, or as an unknown member.
fn add_sibling<'de, B: Api, E: serde::de::Error>(
    response: &mut B::Response<'de>,
    sibling: Sibling<'de>,
    has_items: bool,
    unknown_names: &mut HashSet<String>,
    here: FieldContext<'_>,
) -> Result<(), E> {
    let Sibling { name, value, name_span, span } = sibling;
    let (kinds, kind) = (B::KINDS, B::kind(response));
    let is_page = kinds.kinds[kind].code.is_none();
    let ignore = |kind| {
        let node = here.node.child(PathStep::Name(&name));
        here.at(&node).report_at(kind, span);
    };
    let scalar = match &value {
        Value::String(text) | Value::Number(text) => Some(&**text),
        Value::Bool(false) => Some("false"),
        _ => None,
    };
    if is_misleading(&name, scalar, kind, has_items, kinds) {
        ignore(FindingKind::UnexpectedContent);
        return Ok(());
    }
    let is_field = kinds.kinds[kind].field(&name).is_some();
    let is_known = is_field || kinds.kinds[kind].schema.list_of_items(&name).is_some();
    if !is_field && !unknown_names.insert(name.to_string()) {
        ignore(FindingKind::DuplicateDropped);
        return Ok(());
    }
    let before = B::extra(response).len();
    if is_known {
        let spans = &here.context.reader.spans;
        spans.set_key(name_span.0..name_span.1);
        spans.set_value(span.0..span.1);
        spans.set_end(span.1);
        if !B::add_field(response, &name, value, here).map_err(E::custom)? {
            ignore(FindingKind::DuplicateDropped);
        }
    } else {
        B::extra(response).0.push((name.clone(), value));
    }
    // What is no item of a list after all is an unknown member, too.
    let extra = B::extra(response);
    let is_new = is_page && extra.len() > before;
    let is_other = |(name, value): &(Cow<'_, str>, Value<'_>)| {
        is_beside_page(name, value, here.is_xml(), kinds)
    };
    if is_new && extra.0.last().is_some_and(is_other) {
        extra.0.pop();
        unknown_names.remove(&*name);
        ignore(FindingKind::OtherResponse);
    }
    Ok(())
}

/// Reads a value into the field that matches a name, if it has no value yet. If none matches, it is items of a
/// list or an unknown member. Returns whether the record has it now.
pub fn add_field<'de, R: Record<'de>>(
    record: &mut R,
    name: &str,
    value: Value<'de>,
    here: FieldContext<'_>,
) -> Result<bool, serde::de::value::Error> {
    let mut member = OneMember { name: None, value: Some(Wrapped { names: &[], inner: value }) };
    match field_of::<R>(name) {
        Some(field) if record.has_value(field.0) => {
            if !matches!(R::SCHEMA.fields[R::index(field.0)].1, Shape::Scalar(_)) {
                return Ok(false);
            }
            let before = here.checkpoint();
            let mut other = R::default();
            read_field(&mut other, field, &mut 0, here, &mut member)?;
            let is_same = record.has_same(&other, field.0);
            if !is_same {
                // A value that is dropped is not normalized.
                here.drop_findings_since(before);
            }
            Ok(is_same)
        }
        Some(field) => read_field(record, field, &mut 0, here, &mut member).map(|()| true),
        None if record.read_flattened(name, &mut 0, here, &mut member)? => Ok(true),
        None => {
            let mut seen = Seen::new(with_values(record));
            let name = Cow::Owned(name.to_owned());
            read_unknown_member(record, name, &mut seen, here, &mut member).map(|_| true)
        }
    }
}

impl<'de, R: ResponseRecord<'de>> ValueRule<'de> for ResponseRule<'_, 'de, R> {
    type Out = Option<<R::Api as Api>::Response<'de>>;

    fn token(self, token: Token<'de>, here: FieldContext<'_>) -> Self::Out {
        match (token, self.read_context.plan) {
            (Token::Text(_), Plan::Candidate { target: Target::Text { .. }, .. }) => {
                let span = here.value_span();
                // The findings in the response have their own spans; this one marks its start.
                here.report_at(FindingKind::Embedded, (span.0, span.0));
                self.read_context.embedded.span.set(span);
                self.read_context.embedded.response.take()
            }
            // An empty element.
            (Token::Text(text), Plan::Candidate { .. }) if is_empty_or_whitespace(&text) => {
                let mut record = R::default();
                fill_missing_lists(&mut record, 0, here, here.value_span());
                Some(record.into_response())
            }
            _ => None,
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: FieldContext<'_>,
    ) -> Result<Self::Out, A::Error> {
        match self.steps.is_empty() {
            true => self.read_fields(first, rest, here),
            false => self.read_envelope(first, rest, here),
        }
    }

    fn items<A: SeqAccess<'de>>(
        self,
        mut items: A,
        here: FieldContext<'_>,
    ) -> Result<Self::Out, A::Error> {
        let mut response = None;
        for number in 0.. {
            let node = here.node.child(PathStep::EnvelopeItem(number));
            let here = here.at(&node);
            if self.steps.first() == Some(&number) {
                let rule = ResponseRule { steps: &self.steps[1..], ..self };
                match items.next_element_seed(ResponseSeed { rule, here })? {
                    Some(read) => response = read,
                    None => break,
                }
            } else {
                let seed = AnyValue { rule: SpannedRule(VerbatimRule::UNKNOWN), here };
                match items.next_element_seed(seed)? {
                    Some((value, span)) => {
                        let is_other = is_beside_page("", &value, here.is_xml(), Self::KINDS);
                        here.report_at(
                            match is_other {
                                true => FindingKind::OtherResponse,
                                false => FindingKind::UnexpectedContent,
                            },
                            span,
                        );
                    }
                    None => break,
                }
            }
        }
        Ok(response)
    }
}

//! The response of an operation: which kind a document is, and how it is unwrapped.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::mem::discriminant;

use serde::de::{DeserializeSeed as _, Deserializer, Error, MapAccess, SeqAccess};

use super::any::{AnyValue, Token, ValueRule, name_of};
use super::context::{Context, FieldContext, PathStep};
use super::field::FieldSlot;
use super::record::{Record, field_of, fill_missing_lists, read_field};
use super::verbatim::{VerbatimRule, collect_repeated, ignore_member, read_extra};
use super::xml_writer::XmlWriter;
use crate::finding::FindingKind;
use crate::schema::{Kind, Kinds, same_name};
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

    /// Reads a value as the kind of response with this index. `is_certain`: it is of that kind even if
    /// it has none of its fields.
    fn read<'de, D: Deserializer<'de>>(
        kind: usize,
        deserializer: D,
        is_certain: bool,
        read_context: ReadContext<'_, 'de, Self>,
    ) -> Result<DocumentKind<'de, Self>, D::Error>;

    /// The unknown members.
    fn extra<'r, 'a>(response: &'r mut Self::Response<'a>) -> &'r mut Object<'a>;

    /// The field that all kinds have.
    fn shared_field<'r, 'a>(response: &'r mut Self::Response<'a>) -> &'r mut Option<Cow<'a, str>>;

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

    /// The field that all kinds have.
    fn shared_field(&mut self) -> &mut Option<Cow<'a, str>>;

    /// The record as a response.
    fn into_response(self) -> <Self::Api as Api>::Response<'a>;
}

/// What a document was read as.
pub enum DocumentKind<'de, A: Api> {
    /// A response of the requested kind, or one that was embedded in the document.
    Response(A::Response<'de>),
    /// A response of another kind. The document must be read again as that kind.
    OtherKind(usize),
    /// Not a response: its value, and where it begins.
    Other(Value<'de>, Span),
}

/// A string in place of a response, which may hold one.
pub(crate) struct EmbeddedText<'de> {
    /// Which text of the document it is.
    pub(crate) nth: usize,
    pub(crate) text: Cow<'de, str>,
    pub(crate) span: Span,
}

/// The strings in a document that may hold a response.
///
/// The rules only collect them, since decoding a string is up to a higher layer. The document is then
/// read again with the decoded response in place of its string.
pub struct EmbeddedTexts<'de, A: Api> {
    texts: RefCell<Vec<EmbeddedText<'de>>>,
    /// How many there were, those that were discarded included.
    count: Cell<usize>,
    decoded: RefCell<Option<(usize, A::Response<'de>)>>,
}

impl<'de, A: Api> EmbeddedTexts<'de, A> {
    pub(crate) fn unknown() -> Self {
        Self { texts: RefCell::default(), count: Cell::new(0), decoded: RefCell::new(None) }
    }

    /// With the response that the string with this index holds.
    pub(crate) fn decoded(nth: usize, response: A::Response<'de>) -> Self {
        Self { decoded: RefCell::new(Some((nth, response))), ..Self::unknown() }
    }

    pub(crate) fn into_texts(self) -> Vec<EmbeddedText<'de>> {
        self.texts.into_inner()
    }

    /// Forgets the texts so far, but not how many there were.
    fn discard(&self) {
        self.texts.borrow_mut().clear();
    }

    /// Returns the response in the string if it has been decoded, else collects the string.
    fn take(&self, text: Cow<'de, str>, here: FieldContext<'_>) -> DocumentKind<'de, A> {
        let may_hold_document = match here.context.reader.options.repair {
            true => text.contains(['{', '<']),
            false => text.trim_start().starts_with(['{', '<']),
        };
        let span = here.value_span();
        if here.context.is_embedded || !may_hold_document {
            return DocumentKind::Other(Value::String(text), span);
        }
        let nth = self.count.replace(self.count.get() + 1);
        let decoded = self.decoded.borrow_mut().take_if(|(decoded, _)| *decoded == nth);
        if let Some((_, response)) = decoded {
            // The findings in the response have their own spans; this one marks its start.
            here.report_at(FindingKind::Embedded, (span.0, span.0));
            return DocumentKind::Response(response);
        }
        self.texts.borrow_mut().push(EmbeddedText { nth, text: text.clone(), span });
        DocumentKind::Other(Value::String(text), span)
    }
}

/// The state that the rules of a response share.
pub struct ReadContext<'c, 'de, A: Api> {
    pub(crate) context: &'c Context,
    pub(crate) embedded: &'c EmbeddedTexts<'de, A>,
}

impl<A: Api> Clone for ReadContext<'_, '_, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A: Api> Copy for ReadContext<'_, '_, A> {}

/// Reads a document as the kind of response that `R` is.
pub fn read_response<'de, R: ResponseRecord<'de>, D: Deserializer<'de>>(
    deserializer: D,
    is_certain: bool,
    read_context: ReadContext<'_, 'de, R::Api>,
) -> Result<DocumentKind<'de, R::Api>, D::Error> {
    let here = FieldContext::root(read_context.context);
    let rule = ResponseRule::<R> { shared: None, is_certain, embedded: read_context.embedded };
    finished(AnyValue { rule, here }.deserialize(deserializer)?, here)
}

/// The document, once all members of the response have been read.
fn finished<'de, A: Api, E: Error>(
    mut document: DocumentKind<'de, A>,
    here: FieldContext<'_>,
) -> Result<DocumentKind<'de, A>, E> {
    if let DocumentKind::Response(response) = &mut document {
        collect_repeated(A::extra(response), here)?;
    }
    Ok(document)
}

/// Reads an XML root element with an unknown name, whose text may be a response.
pub(crate) fn read_unknown_root<'de, A: Api, D: Deserializer<'de>>(
    deserializer: D,
    read_context: ReadContext<'_, 'de, A>,
) -> Result<DocumentKind<'de, A>, D::Error> {
    let here = FieldContext::root(read_context.context);
    let rule = UnknownRootRule { embedded: read_context.embedded };
    finished(AnyValue { rule, here }.deserialize(deserializer)?, here)
}

/// Whether the record has a value that makes it a response of its kind.
pub(super) fn has_own_fields<'de, R: ResponseRecord<'de>>(record: &R) -> bool {
    let kinds = <R::Api as Api>::KINDS;
    let has = |&(field, name): &(R::Field, &'static str)| {
        name != kinds.shared_field && record.has_value(field)
    };
    !kinds.kinds[R::KIND].needs_own_field || R::FIELDS.iter().any(has)
}

struct ResponseRule<'c, 'de, R: ResponseRecord<'de>> {
    /// The shared field, if an envelope had it.
    shared: Option<Cow<'de, str>>,
    is_certain: bool,
    embedded: &'c EmbeddedTexts<'de, R::Api>,
}

impl<'de, R: ResponseRecord<'de>> ResponseRule<'_, 'de, R> {
    const KINDS: &'static Kinds = <R::Api as Api>::KINDS;
    const KIND: &'static Kind = &Self::KINDS.kinds[R::KIND];

    /// Whether the field identifies the kind.
    fn identifies_kind(field: R::Field) -> bool {
        R::FIELDS[R::index(field)].1 != Self::KINDS.shared_field
    }

    /// Whether a decisive field is more than a null or an empty list.
    fn has_decisive_value(record: &R) -> bool {
        let has = |&(field, name): &(R::Field, &'static str)| {
            Self::KIND.decisive_fields.contains(&name) && record.has_value(field)
        };
        R::FIELDS.iter().any(has)
    }

    /// Whether the fields identify the kind even if the document has the marker of another.
    fn is_unambiguous(seen: u64) -> bool {
        let is_decisive = |(number, (_, name)): (usize, &(R::Field, &'static str))| {
            Self::KIND.decisive_fields.contains(name) && seen & (1 << number) != 0
        };
        R::FIELDS.iter().enumerate().any(is_decisive)
    }

    /// Whether `name` identifies another kind that can have unknown members.
    fn identifies_other_kind(name: &str) -> bool {
        Self::KINDS.kinds.iter().enumerate().any(|(kind, Kind { schema, is_exclusive, .. })| {
            let is_other = kind != R::KIND && !is_exclusive;
            is_other
                && schema.field(name).is_some_and(|(field, _)| field != Self::KINDS.shared_field)
        })
    }

    fn belongs_to_other_kind(name: &str) -> bool {
        Self::KINDS.belongs_to_other_kind(R::KIND, name)
    }

    /// The later kind that unknown members identify.
    fn other_kind(is_identified: bool, is_settled: bool, extra: &Object<'_>) -> Option<usize> {
        (R::KIND + 1..Self::KINDS.kinds.len()).find(|kind| {
            let Kind { marker, schema, is_exclusive, .. } = &Self::KINDS.kinds[*kind];
            // A root element or list is not overruled by a member that may be about something else.
            let may_be = !(is_settled && *is_exclusive);
            may_be
                && extra.iter().any(|(name, _)| match is_identified {
                    true => marker.is_some_and(|marker| same_name(marker, name)),
                    false => schema.field(name).is_some(),
                })
        })
    }
}

impl<'de, R: ResponseRecord<'de>> ValueRule<'de> for ResponseRule<'_, 'de, R> {
    type Out = DocumentKind<'de, R::Api>;

    fn token(self, token: Token<'de>, here: FieldContext<'_>) -> Self::Out {
        match token {
            // An empty XML root element.
            Token::Text(text) if self.is_certain && is_empty_or_whitespace(&text) => {
                let mut record = R::default();
                fill_missing_lists(&mut record, 0, here, here.value_span());
                DocumentKind::Response(record.into_response())
            }
            Token::Text(text) => self.embedded.take(text, here),
            token => {
                DocumentKind::Other(VerbatimRule::UNKNOWN.token(token, here), here.value_span())
            }
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut rest: A,
        here: FieldContext<'_>,
    ) -> Result<Self::Out, A::Error> {
        let span = here.value_span();
        let mut record = R::default();
        let (mut is_identified, mut next) = (self.is_certain, first);
        let mut seen = 0;
        // The unknown members with the name of a field of another kind or of an envelope.
        let mut foreign: Vec<(Cow<'de, str>, Span)> = Vec::new();
        // Then what looks like an envelope is a member of that kind.
        let mut is_of_other_kind = false;
        if self.shared.is_some() {
            *record.shared_field() = self.shared;
            let shared = |(_, name): &(_, &str)| *name == Self::KINDS.shared_field;
            let index = R::FIELDS.iter().position(shared);
            seen |= index.map_or(0, |index| 1 << index);
        }
        while let Some(name) = next {
            if let Some(field) = field_of::<R>(&name) {
                is_identified |= Self::identifies_kind(field.0);
                read_field(&mut record, field, &mut seen, here, &mut rest)?;
            } else if let Some(envelope) =
                Self::KINDS.envelope(&name).filter(|_| !is_identified && !is_of_other_kind)
            {
                let node = here.node.child(PathStep::Envelope(envelope));
                let here_inside = here.at(&node);
                let before = here.finding_count();
                here_inside.report_name(FindingKind::Envelope);
                if envelope != name {
                    here_inside.report_name(FindingKind::Name { read: envelope });
                }
                let shared = record.shared_field().clone();
                let rule = ResponseRule::<R> { shared, is_certain: false, embedded: self.embedded };
                match rest.next_value_seed(AnyValue { rule, here: here_inside })? {
                    DocumentKind::Response(mut response) => {
                        let is_other =
                            discriminant(&response) != discriminant(&R::default().into_response());
                        if is_other {
                            // Canonical JSON would have them as fields of that response.
                            record.extra().0.retain(|(name, _)| !Self::KINDS.has_member(name));
                            for (name, span) in &foreign {
                                let node = here.node.child(PathStep::Name(name));
                                here.at(&node).report_at(FindingKind::UnexpectedContent, *span);
                            }
                        }
                        let extra = R::Api::extra(&mut response);
                        extra.0.append(&mut record.extra().0);
                        extra.0.retain(|(name, _)| !Self::belongs_to_other_kind(name));
                        read_siblings::<R::Api, _>(&mut response, here, rest)?;
                        return Ok(DocumentKind::Response(response));
                    }
                    DocumentKind::OtherKind(kind) => {
                        while let Some(name) = rest.next_key_seed(name_of(here))? {
                            ignore_member(&name, here, &mut rest)?;
                        }
                        return Ok(DocumentKind::OtherKind(kind));
                    }
                    DocumentKind::Other(value, span) => {
                        here.truncate_findings(before);
                        if Self::belongs_to_other_kind(&name) {
                            let node = here.node.child(PathStep::Name(&name));
                            here.at(&node).report_whole(FindingKind::UnexpectedContent, span);
                        } else {
                            foreign.push((name.clone(), here.whole(span)));
                        }
                        record.extra().0.push((name, value));
                    }
                }
            } else if Self::belongs_to_other_kind(&name) {
                ignore_member(&name, here, &mut rest)?;
            } else {
                is_of_other_kind |= Self::identifies_other_kind(&name);
                let member =
                    Self::KINDS.has_member(&name).then(|| (name.clone(), here.name_span()));
                read_extra(record.extra(), name, here, &mut rest)?;
                foreign
                    .extend(member.map(|(name, (start, _))| {
                        (name, here.whole((start, here.value_span().1)))
                    }));
            }
            next = rest.next_key_seed(name_of(here))?;
        }
        let has_decisive_field = Self::is_unambiguous(seen);
        let is_settled = self.is_certain || has_decisive_field;
        if !(has_decisive_field && Self::has_decisive_value(&record))
            && let Some(kind) = Self::other_kind(is_identified, is_settled, record.extra())
        {
            return Ok(DocumentKind::OtherKind(kind));
        }
        if is_identified && has_own_fields(&record) {
            fill_missing_lists(&mut record, seen, here, span);
            // An envelope without a response was kept so far, in case the document had no other members.
            record.extra().0.retain(|(name, _)| !Self::belongs_to_other_kind(name));
            return Ok(DocumentKind::Response(record.into_response()));
        }
        if let Some(shared) = record.shared_field().take() {
            record.extra().0.push((Self::KINDS.shared_field.into(), Value::String(shared)));
        }
        let mut other = std::mem::take(record.extra());
        // The error lists the members of the document, including fields without a value.
        for &(field, name) in R::FIELDS.iter().filter(|_| is_identified) {
            if seen & (1 << R::index(field)) != 0 && other.get(name).is_none() {
                other.0.push((name.into(), Value::Null));
            }
        }
        Ok(DocumentKind::Other(Value::Object(other), span))
    }

    fn items<A: SeqAccess<'de>>(
        self,
        items: A,
        here: FieldContext<'_>,
    ) -> Result<Self::Out, A::Error> {
        let span = here.value_span();
        VerbatimRule::UNKNOWN.items(items, here).map(|value| DocumentKind::Other(value, span))
    }
}

/// Reads an XML root element with an unknown name.
struct UnknownRootRule<'c, 'de, A: Api> {
    embedded: &'c EmbeddedTexts<'de, A>,
}

impl<'de, B: Api> ValueRule<'de> for UnknownRootRule<'_, 'de, B> {
    type Out = DocumentKind<'de, B>;

    fn token(self, token: Token<'de>, here: FieldContext<'_>) -> Self::Out {
        match token {
            Token::Text(text) => self.embedded.take(text, here),
            token => {
                DocumentKind::Other(VerbatimRule::UNKNOWN.token(token, here), here.value_span())
            }
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut rest: A,
        here: FieldContext<'_>,
    ) -> Result<Self::Out, A::Error> {
        let mut siblings = Object::default();
        let mut outcome = DocumentKind::Other(Value::Null, here.value_span());
        let mut next = first;
        while let Some(name) = next {
            if name == TEXT {
                // Of texts between child elements only the last counts, whether repairs are made or not.
                self.embedded.discard();
                let node = here.node.child(PathStep::Name(TEXT));
                let rule = UnknownRootRule { embedded: self.embedded };
                match rest.next_value_seed(AnyValue { rule, here: here.at(&node) })? {
                    DocumentKind::Other(_, span) => {
                        here.report_at(FindingKind::UnexpectedContent, span);
                    }
                    response => outcome = response,
                }
            } else if B::KINDS.has_member(&name) {
                ignore_member(&name, here, &mut rest)?;
            } else {
                read_extra(&mut siblings, name, here, &mut rest)?;
            }
            next = rest.next_key_seed(name_of(here))?;
        }
        if let DocumentKind::Response(response) = &mut outcome {
            B::extra(response).0.append(&mut siblings.0);
        }
        Ok(outcome)
    }

    fn items<A: SeqAccess<'de>>(
        self,
        items: A,
        here: FieldContext<'_>,
    ) -> Result<Self::Out, A::Error> {
        let span = here.value_span();
        VerbatimRule::UNKNOWN.items(items, here).map(|value| DocumentKind::Other(value, span))
    }
}

/// Reads the members after the response in its envelope. A known name is ignored, since its value does
/// not belong to the response.
fn read_siblings<'de, B: Api, A: MapAccess<'de>>(
    response: &mut B::Response<'de>,
    here: FieldContext<'_>,
    mut members: A,
) -> Result<(), A::Error> {
    let shared_field = B::KINDS.shared_field;
    while let Some(name) = members.next_key_seed(name_of(here))? {
        if same_name(shared_field, &name) {
            let node = here.node.child(PathStep::Known(shared_field));
            let here = here.at(&node);
            if name != shared_field {
                here.report_name(FindingKind::Name { read: shared_field });
            }
            let slot = B::shared_field(response);
            let is_duplicate = slot.is_some();
            members.next_value_seed(FieldSlot { slot, is_duplicate, here })?;
        } else if B::KINDS.has_member(&name) {
            ignore_member(&name, here, &mut members)?;
        } else {
            read_extra(B::extra(response), name, here, &mut members)?;
        }
    }
    Ok(())
}

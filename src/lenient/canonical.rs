//! `Deserialize` for records and responses in canonical form, and lenient reading of a single record.

use serde::de::{DeserializeSeed as _, Deserializer, Error};

use super::any::AnyValue;
use super::context::{Context, FieldContext};
use super::list::NestedRule;
use super::record::Record;
use super::response::{Api, DocumentKind, EmbeddedTexts, ReadContext};
use super::verbatim::VerbatimRule;
use crate::options::MAX_DEPTH;

/// Reads a record in canonical form.
pub fn read_canonical_record<'de, R, D>(deserializer: D) -> Result<R, D::Error>
where
    R: Record<'de>,
    D: Deserializer<'de>,
{
    let context = Context::for_deserializer();
    let mut record: Option<Box<R>> = None;
    let rule = NestedRule { slot: &mut record, is_duplicate: false };
    AnyValue { rule, here: FieldContext::root(&context) }.deserialize(deserializer)?;
    refuse_findings(&context)?;
    record.map(|record| *record).ok_or_else(|| D::Error::custom("expected an object"))
}

/// Reads a response in canonical form.
pub fn read_canonical_response<'de, A, D>(deserializer: D) -> Result<A::Response<'de>, D::Error>
where
    A: Api,
    D: Deserializer<'de>,
{
    let context = Context::for_deserializer();
    let rule = VerbatimRule { levels_left: MAX_DEPTH };
    let value = AnyValue { rule, here: FieldContext::root(&context) }.deserialize(deserializer)?;
    refuse_findings(&context)?;
    let mut kind = 0;
    let (outcome, context) = loop {
        let context = Context::for_values();
        let embedded = EmbeddedTexts::unknown();
        let read_context = ReadContext { context: &context, embedded: &embedded };
        match A::read(kind, value.clone(), false, read_context) {
            Ok(DocumentKind::OtherKind(other)) if other > kind => kind = other,
            outcome => break (outcome, context),
        }
    };
    refuse_findings(&context)?;
    match outcome.map_err(|error: serde::de::value::Error| D::Error::custom(error))? {
        DocumentKind::Response(response) => Ok(response),
        DocumentKind::OtherKind(_) | DocumentKind::Other(..) => {
            Err(D::Error::custom("expected a response"))
        }
    }
}

fn refuse_findings<E: Error>(context: &Context) -> Result<(), E> {
    match context.first_finding() {
        None => Ok(()),
        Some((path, kind)) => {
            let summary = kind.rule().summary;
            Err(E::custom(format_args!("{path}: not in canonical form ({summary})")))
        }
    }
}

/// Reads a record that is not part of a response, by the same lenient rules.
#[cfg(feature = "validate")]
pub(crate) fn read_alone<'de, R: Record<'de>, D: Deserializer<'de>>(
    deserializer: D,
    context: &Context,
) -> Result<R, D::Error> {
    let mut record: Option<Box<R>> = None;
    let rule = NestedRule { slot: &mut record, is_duplicate: false };
    AnyValue { rule, here: FieldContext::root(context) }.deserialize(deserializer)?;
    Ok(record.map(|record| *record).unwrap_or_default())
}

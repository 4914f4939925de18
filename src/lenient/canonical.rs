//! `Deserialize` for records and responses in canonical form, and lenient reading of a single record.

use std::cell::Cell;

use serde::de::{DeserializeSeed as _, Deserializer, Error};

use super::any::AnyValue;
use super::classify::{Target, whole_response};
use super::context::{Context, FieldContext};
use super::list::NestedRule;
use super::outline::Outline;
use super::record::Record;
use super::response::{Api, Embedded, Plan, ReadContext};
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
    let outline = Outline::read(value.clone(), &Cell::new(false)).map_err(as_custom)?;
    let Some(kind) = whole_response(&outline, A::KINDS) else {
        return Err(D::Error::custom("expected a response"));
    };
    let context = Context::for_values();
    let plan = Plan::Candidate {
        steps: &[],
        target: Target::Response(kind),
        has_items: false,
        needs_items: false,
    };
    let read_context = ReadContext { context: &context, plan, embedded: &Embedded::new(None) };
    let read = A::read(kind, value, read_context);
    refuse_findings(&context)?;
    read.map_err(as_custom)?.ok_or_else(|| D::Error::custom("expected a response"))
}

fn as_custom<E: Error>(error: serde::de::value::Error) -> E {
    E::custom(error)
}

/// Whether the canonical form of a response is a response of the same kind: its unknown members may be those
/// of another, and an error may have lost all that tells it from a page.
pub(crate) fn is_stable<A: Api>(response: &mut A::Response<'_>) -> bool {
    let has_list = A::KINDS.kinds[A::kind(response)].code.is_none();
    if has_list && A::extra(response).iter().next().is_none() {
        return true;
    }
    let Ok(json) = A::to_json(response) else { return true };
    Outline::of_text(&json)
        .is_some_and(|(it, _)| whole_response(&it, A::KINDS) == Some(A::kind(response)))
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

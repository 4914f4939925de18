//! Responses beside the one that is read. They are dropped, whole in a finding: in canonical form there is one
//! response only, and whoever reads that must know that there was another.

use std::cell::Cell;

use super::classify::elsewhere::is_other_response;
use super::classify::may_hold_response;
use super::context::{FieldContext, PathStep};
use super::outline::Outline;
use super::success::tells_success;
use crate::finding::FindingKind;
use crate::repair::printed;
use crate::schema::Kinds;
use crate::syntax::reader::Span;
use crate::value::{Object, Value};

/// Whether a member beside the fields of a page is a page with items too, or an error.
pub(super) fn is_beside_page(
    name: &str,
    value: &Value<'_>,
    is_xml: bool,
    kinds: &'static Kinds,
) -> bool {
    match value {
        Value::String(text) if printed::is_in(text) => true,
        Value::String(text) if !may_hold_response(text) => {
            let mut codes = kinds.kinds.iter().filter_map(|kind| kind.code);
            codes.any(|code| code == name) && !text.trim().is_empty() && !tells_success(text)
        }
        Value::String(_) | Value::Object(_) | Value::List(_) => {
            Outline::read(value.clone(), &Cell::new(false))
                .is_ok_and(|outline| is_other_response(name, &outline, is_xml, kinds))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Drops the unknown members of a page that are responses. `spans`: those of their values.
pub(super) fn drop_other_responses(
    extra: &mut Object<'_>,
    spans: &[Span],
    kinds: &'static Kinds,
    here: FieldContext<'_>,
) {
    let mut spans = spans.iter();
    extra.0.retain(|(name, value)| {
        // What is not reported must not be dropped.
        let Some(span) = spans.next() else { return true };
        let is_other = is_beside_page(name, value, here.is_xml(), kinds);
        if is_other {
            let node = here.node.child(PathStep::Name(name));
            here.at(&node).report_at(FindingKind::OtherResponse, *span);
        }
        !is_other
    });
}

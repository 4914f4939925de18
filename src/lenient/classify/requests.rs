//! What is no response although it has fields of one: a request, and what failed without an error code.

use std::borrow::Cow;

use super::{Candidate, Rank, Search, Target, may_hold_response};
use crate::lenient::outline::Outline;
use crate::schema::Kinds;

/// The parameter with the name of the operation.
const ACTION: &str = "Action";

/// The members in which gateways and clients put the HTTP status.
const STATUS_FIELDS: &[&str] =
    &["statusCode", "httpStatusCode", "httpStatus", "httpCode", "status"];

/// Whether an object is a request: its members are parameters, of which a response does not have all.
pub(crate) fn is_request(object: &Outline<'_>, kinds: &Kinds) -> bool {
    let is_value = |value: &Outline<'_>| {
        value.is_blank() || value.scalar().is_some_and(|text| !may_hold_response(text))
    };
    let members = object.members();
    let is_parameter = |(name, _): &(Cow<'_, str>, Outline<'_>)| kinds.is_parameter(name);
    if !members.iter().all(|(_, value)| is_value(value)) || !members.iter().any(is_parameter) {
        return false;
    }
    let records = kinds.records();
    let is_field = |name: &str| records.iter().any(|record| record.field(name).is_some());
    members.iter().any(|member| is_parameter(member) && !is_field(&member.0))
        && (object.values(ACTION).any(|action| action.scalar().is_some())
            || members.iter().all(is_parameter))
}

impl Search {
    /// Drops the pages without items that were found since there were `before` if the object around them has a
    /// failing HTTP status.
    pub(super) fn drop_without_code(&mut self, object: &Outline<'_>, before: usize) {
        let statuses = STATUS_FIELDS.iter().flat_map(|name| object.values(name));
        let mut failed = statuses.filter_map(|status| failed_status(status.scalar()?));
        let Some(status) = failed.next() else { return };
        let kinds = self.kinds;
        let is_kept = |(rank, candidate): &(Rank, Candidate)| match candidate.target {
            Target::Response(kind) => rank.has_items() || kinds.kinds[kind].code.is_some(),
            Target::List(_) => rank.has_items(),
            Target::Item(_) | Target::Text { .. } => true,
        };
        let inside = self.found.split_off(before);
        let count = inside.len();
        self.found.extend(inside.into_iter().filter(is_kept));
        if self.found.len() < before + count {
            self.failed_status = Some(status);
        }
    }
}

/// The HTTP status of a failure that a text is.
pub(crate) fn failed_status(text: &str) -> Option<u16> {
    let status = text.trim().parse().ok()?;
    (400..600).contains(&status).then_some(status)
}

/// The HTTP status of a failure in the last status line in a text.
pub(crate) fn failed_status_line(text: &str) -> Option<u16> {
    let at = memchr::memmem::rfind(text.as_bytes(), b"HTTP/")?;
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let is_first = text[line_start..at].trim_matches(['<', ' ', '*', '\t']).is_empty();
    let mut words = text[at..].split_ascii_whitespace();
    let _version = words.next()?;
    failed_status(words.next()?).filter(|_| is_first)
}

//! What the text around a document tells of it.

use std::ops::Range;

use super::outcome::{DecodeFailure, DecodedText, Read};
use crate::error::ErrorKind;
use crate::lenient::Api;
use crate::lenient::classify::Evidence;
use crate::lenient::classify::requests::failed_status_line;
use crate::lenient::context::Settings;
use crate::schema::{Kind, Kinds};
use crate::syntax::reader::Format;

/// What was read, unless it is in a cell of a table of runs, or a page without items after the line of a failing
/// HTTP status.
pub(super) fn unless_failed<'t, A: Api>(
    read: DecodedText<'t, A>,
    text: &str,
    before: Range<usize>,
    settings: &Settings,
) -> Read<'t, A> {
    let is_evident = read.evidence == Evidence::Items || !settings.options.repair.is_allowed();
    if !is_evident && is_in_table(&text[before.clone()], A::KINDS) {
        let (notation, instead) = ("table", "the response itself");
        let kind = ErrorKind::LossyPrint { notation, instead };
        return Err(DecodeFailure::new(kind, Some(Format::Text), before.end));
    }
    let may_have_failed = !is_evident && !read.is_error();
    match may_have_failed.then(|| failed_status_line(&text[before.clone()])).flatten() {
        Some(status) => {
            let kind = ErrorKind::FailedStatus { status };
            Err(DecodeFailure::new(kind, Some(read.format), before.end))
        }
        None => Ok(read),
    }
}

/// Whether a text is of a client, server or program whose call failed, without an error code of the API.
pub(super) fn tells_failure(text: &str) -> bool {
    const HEADS: &[&str] =
        &["curl: (", "Traceback (most recent call last)", "[SDK.", "Unhandled exception"];
    let is_exception = |line: &str| {
        let name = line.split_once(": ").map_or(line, |(name, _)| name);
        let name = name.rsplit(' ').next().unwrap_or_default();
        name.ends_with("Exception") || name.ends_with("SDKError")
    };
    failed_status_line(text).is_some()
        || text
            .lines()
            .map(str::trim_start)
            .any(|line| HEADS.iter().any(|head| line.starts_with(head)) || is_exception(line))
}

/// Whether the head of a table is before a document, with columns for the fields of a run. What a command of the run
/// printed is in a cell then.
fn is_in_table(before: &str, kinds: &Kinds) -> bool {
    const LEAST: usize = 2;
    let line = before.trim_start().lines().next().unwrap_or_default();
    let is_column = |cell: &str| {
        let name = cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`'));
        let mut items = kinds.kinds.iter().filter_map(Kind::items);
        !name.is_empty() && items.any(|items| items.field(name).is_some())
    };
    line.split([',', ';', '\t', '|', '(', ')']).filter(|cell| is_column(cell)).count() >= LEAST
}

//! Lists of a response that stand in text, such as that of a log.

use std::ops::Range;

use super::outcome::{DecodeFailure, DecodedText, Read};
use super::progress::Progress;
use crate::lenient::Api;
use crate::lenient::context::Settings;
use crate::repair;
use crate::repair::start::DocumentStart;

/// Reads the well-formed array that begins before an object, if it is the list of a response. `read_first`
/// reads the document at the start of a text.
pub(super) fn read_list_around<'t, A: Api>(
    text: &'t str,
    start: DocumentStart,
    progress: &Progress,
    settings: &Settings,
    read_first: impl Fn(&'t str, &Settings) -> Result<(usize, Read<'t, A>), DecodeFailure>,
) -> Option<(Range<usize>, DecodedText<'t, A>)> {
    let DocumentStart::Json(first) = start else { return None };
    let at = progress.at + text[progress.at..first].trim_end().strip_suffix('[')?.len();
    // Arrays may be open up to the end of the text, so that each attempt would read all of it.
    if progress.array.is_some() || progress.work.in_lists.get() > text.len() {
        return None;
    }
    let read = read_first(&text[at..], settings);
    let length = match &read {
        Ok((length, _)) => *length,
        Err(failure) => failure.at,
    };
    progress.work.in_lists.set(progress.work.in_lists.get() + length);
    progress.work.add(length);
    let end = at + length;
    let rest = text[end..].trim_start();
    // The array is the value of a member of which the start is lost.
    let rest = rest.strip_prefix(',').unwrap_or(rest);
    if rest.starts_with('}') || repair::json::begins_with_member(rest.trim_start(), A::KINDS) {
        return None;
    }
    let (_, Ok(read)) = read.ok()? else { return None };
    Some((at..end, read.relocated(|offset| offset + at)))
}

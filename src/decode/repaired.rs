//! Reading of repaired documents, with offsets and edits of the original text.

use std::ops::Range;

use super::outcome::{DecodeFailure, DecodedText, Read};
use crate::error::ErrorKind;
use crate::finding::FindingKind;
use crate::lenient::Api;
use crate::lenient::classify::Evidence;
use crate::lenient::context::Settings;
use crate::pending::{PendingFinding, Subject};
use crate::repair::edits::RepairedText;
use crate::repair::text_edits::TextEdit;
use crate::repair::work::RepairAbort;
use crate::text::characters::is_format_whitespace;

/// Maps the offsets in a part of a text.
pub(super) fn relocated<'t, A: Api>(
    read: Read<'t, A>,
    offset: impl Fn(usize) -> usize,
) -> Read<'t, A> {
    read.map(|read| read.relocated(&offset)).map_err(|failure| failure.relocated(&offset))
}

/// Reads a repaired document, and maps offsets to the original text.
pub(super) fn read_repaired<'t, A: Api>(
    repaired: Result<RepairedText, RepairAbort>,
    settings: &Settings,
    read: impl for<'r> Fn(&'r str, &Settings) -> Read<'r, A>,
) -> (usize, Read<'t, A>) {
    let repaired = match repaired {
        Ok(repaired) => repaired,
        Err(abort) => {
            let failure = DecodeFailure::aborted(abort, settings.options.max_depth);
            return (failure.at, Err(failure));
        }
    };
    let mut settings = Settings { budget: repaired.budget.clone(), ..settings.clone() };
    settings.budget.doubts = Some(0);
    // What was escaped as a whole is not damaged where it was.
    let is_embedded = repaired.repairs.iter().any(is_embedded);
    settings.repairs = (!is_embedded).then(|| repaired.repaired_spans().collect());
    let read = read(&repaired.text, &settings).map(DecodedText::into_owned);
    let is_truncated = |finding: &PendingFinding| {
        matches!(finding.subject, Subject::Finding(FindingKind::Truncated))
    };
    // What was cut off may have told what the document is.
    let read = match read {
        Ok(read)
            if read.evidence == Evidence::Shared && repaired.repairs.iter().any(is_truncated) =>
        {
            let members = vec![A::KINDS.shared_field.into()];
            let kind = ErrorKind::NotAResponse { members };
            Err(DecodeFailure::new(kind, Some(read.format), 0))
        }
        read => read,
    };
    let mut read = read;
    let edits = read.as_mut().map_or_else(|_| Vec::new(), |read| std::mem::take(&mut read.edits));
    let end = repaired.extent.end;
    let read = relocated(read, |offset| repaired.original_offset(offset)).map(|mut read| {
        read.edits = repaired.compose(edits, 0..repaired.text.len());
        // Repairs first: of findings with one span, they come before those on the repaired text.
        read.findings = repaired.repairs.into_iter().chain(read.findings).collect();
        read
    });
    (end, read)
}

fn is_embedded(finding: &PendingFinding) -> bool {
    matches!(finding.subject, Subject::Finding(FindingKind::Embedded))
}

/// Removes what is around the only document that is left of a text.
pub(super) fn remove_surrounding_text(edits: &mut Vec<TextEdit>, text: &str, extent: Range<usize>) {
    let before = &text[..extent.start];
    // Nothing may precede an XML declaration.
    let must_be_first = text[extent.start..].starts_with("<?xml") && !before.is_empty();
    if must_be_first || !before.trim_start_matches(is_format_whitespace).is_empty() {
        edits.insert(0, TextEdit::removal(0..extent.start));
    }
    let end = text.trim_end_matches(is_format_whitespace).len();
    if extent.end < end {
        edits.push(TextEdit::removal(extent.end..end));
    }
}

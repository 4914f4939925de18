//! Locations of findings in what a string of the document holds.

use std::ops::Range;

use crate::pending::PendingFinding;
use crate::syntax::reader::Format;
use crate::syntax::{json, references};

/// Maps findings that are in the values of strings to the document.
pub(super) fn locate_in_texts(findings: &mut [PendingFinding], text: &str, format: Format) {
    for of_string in findings.chunk_by_mut(|a, b| a.text_span.is_some() && a.span == b.span) {
        let raw = of_string[0].span.clone();
        let spans = of_string.iter().filter_map(|finding| finding.text_span.as_ref());
        let offsets: Vec<usize> = spans.flat_map(|span| [span.start, span.end]).collect();
        if offsets.is_empty() {
            continue;
        }
        let original = original_offsets(offsets, text, raw, format);
        for finding in of_string {
            if let Some(span) = finding.text_span.take() {
                finding.span = original(span.start)..original(span.end);
            }
        }
    }
}

/// Maps the findings of a document that the string at `raw` holds to the document around it.
pub(super) fn relocate(
    findings: Vec<PendingFinding>,
    text: &str,
    raw: Range<usize>,
    format: Format,
) -> impl Iterator<Item = PendingFinding> + use<> {
    let ends = |finding: &PendingFinding| [finding.span.start, finding.span.end];
    let offsets = findings.iter().flat_map(ends).collect();
    let original = original_offsets(offsets, text, raw, format);
    findings.into_iter().map(move |finding| finding.relocated(&original))
}

/// The map of `offsets` in the value of the string at `raw` to the document.
fn original_offsets(
    mut offsets: Vec<usize>,
    text: &str,
    raw: Range<usize>,
    format: Format,
) -> impl Fn(usize) -> usize + use<> {
    offsets.sort_unstable();
    offsets.dedup();
    let string = &text[raw.clone()];
    let found = match format {
        Format::Json | Format::Text => json::raw_offsets(string, &offsets),
        Format::Xml => references::raw_offsets(string, &offsets),
    };
    move |offset: usize| {
        let found = offsets.binary_search(&offset).ok().and_then(|nth| found.get(nth));
        raw.start + found.copied().unwrap_or(raw.len())
    }
}

//! Layers around a document: what a program added to, or escaped in, every line or character of it.
//!
//! A layer has its own evidence: the same prefix on all lines, sequences of a terminal outside of strings,
//! or an escaped first quote. Taking it off only removes text and resolves escapes, so that all values of the
//! result are in the original text. Whether the document reads better without the layer is for the decoder
//! to judge, which tries layers only for a document that it would have to repair otherwise.

mod breaks;
mod characters;
mod chunked;
mod columns;
mod content;
mod cut;
mod cut_elements;
mod diff;
mod dump;
mod escapes;
mod html;
mod last_column;
mod lines;
mod list;
mod literals;
mod marks;
mod opening;
mod other_escapes;
mod page;
mod prefix;
mod programs;
mod records;
mod remarks;
mod segments;
mod suffix;
mod terminal;
mod wrap;
mod wrap_signs;
mod wrap_words;

use super::edits::{EditBuffer, RepairedText};
use super::work::WorkBudget;
use crate::pending::FindingBudget;
use crate::schema::Kinds;
pub(crate) use breaks::may_be_doubled;
pub(crate) use diff::may_be_diff;
use opening::Layered;
pub(crate) use records::begins_record;

/// The most layers around one document.
pub(crate) const MAX_LAYERS: usize = 4;

/// Collects the edits that take off a layer. Returns whether the text has the layer.
type Peel = fn(&Layered<'_>, &mut EditBuffer<'_>) -> bool;

/// The layers, the outer ones first.
const LAYERS: &[Peel] = &[
    chunked::peel,
    dump::peel,
    characters::peel_spaced,
    records::peel,
    terminal::peel,
    terminal::peel_overstrike,
    page::peel,
    wrap_signs::peel,
    diff::peel,
    diff::peel_conflicts,
    breaks::peel_tabs,
    prefix::peel,
    marks::peel_bullets,
    marks::peel_numbers,
    suffix::peel,
    breaks::peel,
    literals::peel_concatenation,
    literals::peel_fences,
    literals::peel_shell,
    other_escapes::peel_percent,
    escapes::peel_references,
    escapes::peel_string,
    other_escapes::peel_csv,
    other_escapes::peel_cells,
    other_escapes::peel_markdown,
    other_escapes::peel_full_width,
    content::peel_equals_after_tags,
    content::peel_announced_equals,
    characters::peel_misread,
    characters::peel_slashes,
    characters::peel_doubled,
    programs::peel_references,
    programs::peel_carets,
    programs::peel_backticks,
    programs::peel_block,
    programs::peel_arrays,
    list::peel,
];

/// Those of a document that the front end refuses. What a sound one holds is what it says.
const LAYERS_OF_MALFORMED: &[Peel] = &[
    columns::peel_elements,
    columns::peel_members,
    last_column::peel,
    cut::peel,
    cut_elements::peel,
    cut_elements::peel_ends,
    content::peel,
    content::peel_equals,
    remarks::peel,
    characters::peel_invisible,
    characters::peel_sections,
    characters::peel_section_starts,
];

/// Whether a document has escapes in values that have none.
pub(crate) fn has_escaped_dash(text: &str) -> bool {
    other_escapes::has_escaped_dash(text)
}

/// Whether a header says that the first document is encoded.
pub(crate) fn is_announced(text: &str) -> bool {
    content::announces_equals(text)
}

/// Whether the first document of a text is in a literal of Python, of which it has the escapes.
pub(crate) fn is_in_python_literal(text: &str, kinds: &'static Kinds) -> bool {
    escapes::is_in_python_literal(&Layered { text, kinds })
}

/// The text with single line breaks, if all are doubled.
pub(crate) fn peel_doubled_breaks(
    text: &str,
    kinds: &'static Kinds,
    budget: &FindingBudget,
    work: &WorkBudget,
) -> Option<RepairedText> {
    if !may_be_doubled(text) {
        return None;
    }
    work.add(text.len());
    let mut buffer = EditBuffer::new(text, budget.clone());
    breaks::peel_doubled(&Layered { text, kinds }, &mut buffer)
        .then(|| buffer.finish(0..text.len()))
}

/// The text without each of the layers that it has. `is_refused`: whether the front end refuses the document.
/// `is_whole`: whether it accepts the whole text, so that only an element of a page can be around a document.
pub(crate) fn peel(
    text: &str,
    kinds: &'static Kinds,
    (is_refused, is_whole): (bool, bool),
    budget: &FindingBudget,
    work: &WorkBudget,
) -> Vec<RepairedText> {
    let layered = Layered { text, kinds };
    let mut peeled = Vec::new();
    let markup = (!is_whole || html::begins(text)).then_some(html::peel as Peel);
    let wrap = is_refused.then_some(wrap::peel as Peel);
    let of_malformed = if is_refused { LAYERS_OF_MALFORMED } else { &[] };
    let layers = LAYERS.iter().chain(of_malformed).copied();
    for peel in layers.chain(markup).chain(wrap) {
        work.add(text.len());
        let mut buffer = EditBuffer::new(text, budget.clone());
        if !work.is_exhausted() && peel(&layered, &mut buffer) {
            peeled.push(buffer.finish(0..text.len()));
        }
    }
    peeled
}

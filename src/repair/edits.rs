//! Edits to a malformed document, and the map of offsets in the repaired text to the original.

use std::borrow::Cow;
use std::ops::Range;

use crate::finding::{FindingKind, Path};
use crate::pending::{FindingBudget, PendingFinding};

/// A repaired document, and the map of its offsets to the original text.
pub(crate) struct RepairedText {
    pub(crate) text: String,
    /// Findings on the repairs, sorted, with spans in the original text.
    pub(crate) repairs: Vec<PendingFinding>,
    pub(super) edits: Vec<AppliedEdit>,
    /// Span of the document in the original text.
    pub(crate) extent: Range<usize>,
    /// The remaining budget.
    pub(crate) budget: FindingBudget,
}

/// A span of the original text, and its replacement.
#[derive(Clone)]
pub(super) struct Edit {
    pub(super) original: Range<usize>,
    pub(super) replacement: Cow<'static, str>,
}

/// An edit, by its spans in the original and in the repaired text.
pub(super) struct AppliedEdit {
    pub(super) original: Range<usize>,
    pub(super) repaired: Range<usize>,
}

impl RepairedText {
    /// Maps an offset in the repaired text to the original text.
    pub(crate) fn original_offset(&self, at: usize) -> usize {
        let next = self.edits.partition_point(|edit| edit.repaired.end <= at);
        if let Some(edit) = self.edits.get(next)
            && edit.repaired.start <= at
        {
            return edit.original.start;
        }
        match next.checked_sub(1).map(|last| &self.edits[last]) {
            None => at + self.extent.start,
            Some(edit) => at - edit.repaired.end + edit.original.end,
        }
    }

    /// What the edits put into the repaired text; empty where something was removed.
    pub(crate) fn repaired_spans(&self) -> impl Iterator<Item = Range<usize>> {
        self.edits.iter().map(|edit| edit.repaired.clone())
    }

    /// Drops what follows the document in `original`.
    pub(crate) fn drop_rest(&mut self, original: &str) {
        let rest = self.extent.end..original.len();
        if original.get(rest.clone()).is_none_or(|rest| rest.trim().is_empty()) {
            return;
        }
        let kind = FindingKind::SurroundingText;
        if let Some(path) = self.budget.take(&kind, Path::default) {
            self.repairs.push(PendingFinding::new(kind, path, rest.clone()));
        }
        let end = self.text.len();
        self.extent.end = rest.end;
        self.edits.push(AppliedEdit { original: rest, repaired: end..end });
    }
}

/// Collects edits and findings.
pub(crate) struct EditBuffer<'t> {
    pub(super) text: &'t str,
    pub(super) edits: Vec<Edit>,
    repairs: Vec<PendingFinding>,
    pub(super) budget: FindingBudget,
    /// The repair that the budget did not count.
    first_guess: Option<usize>,
}

impl<'t> EditBuffer<'t> {
    pub(crate) fn new(text: &'t str, budget: FindingBudget) -> Self {
        Self { text, edits: Vec::new(), repairs: Vec::new(), budget, first_guess: None }
    }

    pub(crate) fn edit(
        &mut self,
        original: Range<usize>,
        replacement: impl Into<Cow<'static, str>>,
    ) {
        self.edits.push(Edit { original, replacement: replacement.into() });
    }

    /// The current state, to return to.
    pub(crate) fn mark(&self) -> (usize, usize) {
        (self.edits.len(), self.repairs.len())
    }

    /// Discards what was added since a mark.
    pub(crate) fn roll_back(&mut self, (edits, repairs): (usize, usize)) {
        self.edits.truncate(edits);
        let has_first_guess = self.first_guess.take_if(|nth| *nth >= repairs).is_some();
        self.budget.give_back(self.repairs.len() - repairs, has_first_guess);
        self.repairs.truncate(repairs);
    }

    /// Reports a repair besides which nothing else can have been meant.
    pub(crate) fn report(
        &mut self,
        kind: FindingKind,
        path: impl FnOnce() -> Path,
        span: Range<usize>,
    ) {
        if let Some(path) = self.budget.take(&kind, path) {
            self.repairs.push(PendingFinding::new(kind, path, span));
        }
    }

    /// Reports a repair that is the most likely of several.
    pub(crate) fn report_guess(
        &mut self,
        kind: FindingKind,
        path: impl FnOnce() -> Path,
        span: Range<usize>,
    ) {
        let path = if self.budget.takes_first_guess() {
            self.first_guess = Some(self.repairs.len());
            Some(path())
        } else {
            self.budget.take(&kind, path)
        };
        if let Some(path) = path {
            let finding = PendingFinding::new(kind, path, span);
            self.repairs.push(PendingFinding { is_guess: true, ..finding });
        }
    }

    /// Applies the edits to the text at `extent`.
    pub(crate) fn finish(mut self, extent: Range<usize>) -> RepairedText {
        // Parsers may add edits to earlier positions. Insertions at the start of a replaced span come
        // before its replacement.
        self.edits.sort_by_key(|edit| (edit.original.start, edit.original.end));
        self.repairs.sort_by_key(|repair| repair.span.start);
        let mut text = String::with_capacity(extent.len() + 16);
        let mut edits = Vec::with_capacity(self.edits.len());
        let mut copied = extent.start;
        for Edit { original, replacement } in self.edits {
            // Edits may lie after the end of the document, which was not known when they were added.
            if original.start > extent.end || original.start == extent.end && !original.is_empty() {
                continue;
            }
            if original.start > copied {
                text.push_str(&self.text[copied..original.start]);
            }
            let repaired = text.len()..text.len() + replacement.len();
            text.push_str(&replacement);
            // Edits may overlap: only the rest of the span is left to replace.
            let original = original.start.max(copied)..original.end.max(copied);
            copied = original.end;
            edits.push(AppliedEdit { original, repaired });
        }
        text.push_str(&self.text[copied.min(extent.end)..extent.end]);
        RepairedText { text, repairs: self.repairs, edits, extent, budget: self.budget }
    }
}

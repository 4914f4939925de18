//! Edits of a text over all steps of its repair.

use std::ops::Range;

use super::edits::{AppliedEdit, RepairedText};

/// A span of a text, and its replacement.
#[derive(Debug)]
pub(crate) struct TextEdit {
    pub(crate) original: Range<usize>,
    pub(crate) replacement: Box<str>,
}

impl TextEdit {
    pub(crate) fn removal(original: Range<usize>) -> Self {
        Self { original, replacement: Box::default() }
    }

    /// Applies sorted edits to a text.
    pub(crate) fn apply(edits: &[Self], text: &str) -> String {
        apply_within(edits, text, 0..text.len())
    }
}

fn apply_within(edits: &[TextEdit], text: &str, span: Range<usize>) -> String {
    let mut result = String::with_capacity(span.len() + 16);
    let mut copied = span.start;
    for TextEdit { original, replacement } in edits {
        result.push_str(&text[copied..original.start]);
        result.push_str(replacement);
        copied = original.end;
    }
    result.push_str(&text[copied..span.end]);
    result
}

impl RepairedText {
    /// The edits of the original text that make this repair and then apply `further` edits, which are in
    /// `part` of the repaired text. What was repaired outside of that part is left out; the part includes
    /// what was removed at its end.
    pub(crate) fn compose(&self, further: Vec<TextEdit>, part: Range<usize>) -> Vec<TextEdit> {
        let of_part = |at: &Range<usize>| {
            let is_before =
                at.start < part.start || at.start == part.start && at.is_empty() && part.start > 0;
            let is_after = at.start > part.end || at.start == part.end && !at.is_empty();
            (is_before, is_after)
        };
        let first = self.edits.partition_point(|edit| of_part(&edit.repaired).0);
        let last = self.edits.partition_point(|edit| !of_part(&edit.repaired).1).max(first);
        let mut composed = Vec::with_capacity(last - first + further.len());
        let (mut own, mut nth) = (first, 0);
        loop {
            let next_own = self.edits[own..last].first().map(|edit| &edit.repaired);
            let next = further.get(nth).map(|edit| &edit.original);
            let start = match (next_own, next) {
                (None, None) => break,
                (Some(at), None) | (None, Some(at)) => at.start,
                (Some(a), Some(b)) => a.start.min(b.start),
            };
            let is_apart = |a: &Range<usize>, b: Option<&Range<usize>>| {
                a.start == start && b.is_none_or(|b| a.end < b.start)
            };
            let (before_own, before_nth) = (own, nth);
            let mut end = start;
            if let Some(at) = next_own.filter(|at| is_apart(at, next)) {
                (own, end) = (own + 1, at.end);
            } else if let Some(at) = next.filter(|at| is_apart(at, next_own)) {
                (nth, end) = (nth + 1, at.end);
            } else {
                // Edits of edited text cannot be told apart.
                loop {
                    let own_at = self.edits[own..last].first().map(|edit| &edit.repaired);
                    let at = further.get(nth).map(|edit| &edit.original);
                    if let Some(at) = own_at.filter(|at| at.start <= end) {
                        (own, end) = (own + 1, end.max(at.end));
                    } else if let Some(at) = at.filter(|at| at.start <= end) {
                        (nth, end) = (nth + 1, end.max(at.end));
                    } else {
                        break;
                    }
                }
            }
            let original = self.original_at(start, before_own)..self.original_at(end, own);
            let replacement = apply_within(&further[before_nth..nth], &self.text, start..end);
            composed.push(TextEdit { original, replacement: replacement.into() });
        }
        composed
    }

    /// The part of the original text that a part of the repaired text is from, with what was removed at its
    /// end.
    pub(crate) fn original_part(&self, part: Range<usize>) -> Range<usize> {
        let offset = |at| match at {
            0 => self.extent.start,
            at if at == self.text.len() => self.extent.end,
            at => self.original_offset(at),
        };
        offset(part.start)..offset(part.end)
    }

    /// Maps an offset that is not inside of an edit. `next`: the first edit that begins there or after it.
    fn original_at(&self, at: usize, next: usize) -> usize {
        let original = match next.checked_sub(1).map(|last| &self.edits[last]) {
            None => at + self.extent.start,
            Some(AppliedEdit { original, repaired }) => {
                at.saturating_sub(repaired.end) + original.end
            }
        };
        // An edit may reach beyond the document.
        original.min(self.extent.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::pending::FindingBudget;
    use crate::repair::edits::EditBuffer;

    type Edits<'e> = &'e [(Range<usize>, &'static str)];

    fn repaired(text: &str, edits: Edits<'_>) -> RepairedText {
        let budget = FindingBudget::new(&Options::default(), 0);
        let mut buffer = EditBuffer::new(text, budget);
        for (span, replacement) in edits {
            buffer.edit(span.clone(), *replacement);
        }
        buffer.finish(0..text.len())
    }

    fn further(edits: Edits<'_>) -> Vec<TextEdit> {
        let edit = |(span, replacement): &(Range<usize>, &'static str)| TextEdit {
            original: span.clone(),
            replacement: (*replacement).into(),
        };
        edits.iter().map(edit).collect()
    }

    #[test]
    fn composed_edits_give_the_text_of_both_steps() {
        let text = "> ab\n> cd\n> ef";
        let firsts: [Edits<'_>; 4] = [
            &[],
            &[(0..2, ""), (5..7, ""), (10..12, "")],
            &[(0..0, "xy"), (0..2, "{{"), (2..3, "é"), (3..3, ""), (4..7, "--"), (14..14, "!!")],
            &[(2..4, "12345678"), (5..14, "")],
        ];
        for first in firsts {
            let step = repaired(text, first);
            let length = step.text.len();
            for start in (0..=length).filter(|at| step.text.is_char_boundary(*at)) {
                for end in (start..=length).filter(|at| step.text.is_char_boundary(*at)) {
                    for replacement in ["", "new"] {
                        let second: Edits<'_> = &[(start..end, replacement), (length..length, "$")];
                        let expected = TextEdit::apply(&further(second), &step.text);
                        let composed = step.compose(further(second), 0..length);
                        assert_eq!(TextEdit::apply(&composed, text), expected);
                        assert!(composed.is_sorted_by(|a, b| a.original.end <= b.original.start));
                    }
                }
            }
        }
    }

    #[test]
    fn parts_share_no_edit() {
        let text = "> ab\n> cd\n> ef";
        let step = repaired(text, &[(0..2, ""), (4..7, "\n"), (9..12, ""), (13..14, "")]);
        assert_eq!(step.text, "ab\ncde");
        for cut in 1..=step.text.len() {
            let mut composed = step.compose(Vec::new(), 0..cut);
            composed.extend(step.compose(Vec::new(), cut..step.text.len()));
            assert_eq!(TextEdit::apply(&composed, text), step.text, "{cut}");
            let (head, tail) = (step.original_part(0..cut), step.original_part(cut..6));
            assert_eq!((head.start, head.end, tail.end), (0, tail.start, text.len()), "{cut}");
        }
    }
}

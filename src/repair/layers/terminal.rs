//! Control sequences of a terminal: colours, links, and the like.

use std::ops::Range;

use super::opening::Layered;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;
use crate::sequences::{Sequence, sequences};
use crate::syntax::reader::Format;

pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let sequences = sequences(text);
    let Some(first) = sequences.first() else { return false };
    let Some((start, format)) = opening(layered, &sequences) else { return false };
    let kept = match format {
        Format::Xml => kept_in_xml(text, start, &sequences),
        _ => kept_in_json(text, start, &sequences),
    };
    let Some(kept) = kept else { return false };
    let span = first.span.clone();
    let mut count = 0;
    for (Sequence { span, .. }, _) in sequences.into_iter().zip(kept).filter(|(_, kept)| !kept) {
        buffer.edit(span, "");
        count += 1;
    }
    buffer.report_layer(FindingKind::ControlSequences { count }, span);
    true
}

/// Takes off overstriking: a character that is printed twice at the same place, or under which is a line.
pub(super) fn peel_overstrike(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    const BACKSPACE: char = '\u{8}';
    let text = layered.text;
    let mut spans: Vec<Range<usize>> = Vec::new();
    for at in memchr::memchr_iter(BACKSPACE as u8, text.as_bytes()) {
        let after = text[at + 1..].chars().next();
        let Some(before) = text[..at].chars().next_back() else { return false };
        let from = spans.last().map_or(0, |last| last.end);
        if before != '_' && Some(before) != after || at - before.len_utf8() < from {
            return false;
        }
        spans.push(at - before.len_utf8()..at + 1);
    }
    let Some(first) = spans.first().cloned() else { return false };
    let count = spans.len();
    for span in spans {
        buffer.edit(span, "");
    }
    buffer.report_layer(FindingKind::ControlSequences { count }, first);
    true
}

/// The start of the document, in whose first tag there may be sequences.
fn opening(layered: &Layered<'_>, sequences: &[Sequence]) -> Option<(usize, Format)> {
    let mut plain = String::with_capacity(layered.text.len());
    // Offsets in the plain text, and the length of what was removed before them.
    let mut removed = Vec::with_capacity(sequences.len());
    let mut copied = 0;
    for Sequence { span, .. } in sequences {
        plain.push_str(&layered.text[copied..span.start]);
        copied = span.end;
        removed.push((plain.len(), copied - plain.len()));
    }
    plain.push_str(&layered.text[copied..]);
    let layered = Layered { text: &plain, kinds: layered.kinds };
    let (at, format) = layered.opening(0..plain.len())?;
    let before = removed.partition_point(|(start, _)| *start <= at);
    let shift = before.checked_sub(1).map_or(0, |last| removed[last].1);
    Some((at + shift, format))
}

/// For each sequence, whether it may belong to a value. `None` if no sequence is outside of strings.
fn kept_in_json(text: &str, start: usize, sequences: &[Sequence]) -> Option<Vec<bool>> {
    let bytes = text.as_bytes();
    let mut inside = Vec::with_capacity(sequences.len());
    let (mut strings, mut coloured) = (0, 0);
    let (mut at, mut is_string) = (start, false);
    for Sequence { span, .. } in sequences {
        while at < span.start {
            match bytes[at] {
                b'\\' if is_string && at + 1 < span.start => at += 1,
                b'"' => {
                    is_string = !is_string;
                    strings += usize::from(is_string);
                    coloured += usize::from(is_string && at + 1 == span.start);
                }
                _ => {}
            }
            at += 1;
        }
        inside.push(is_string);
        at = at.max(span.end);
    }
    // Some programs colour what is between the quotes, too.
    let is_coloured_inside = coloured * 2 > strings;
    if !is_coloured_inside && !inside.contains(&false) {
        return None;
    }
    let kept =
        |(inside, sequence): (bool, &Sequence)| inside && !sequence.is_real && !is_coloured_inside;
    Some(inside.into_iter().zip(sequences).map(kept).collect())
}

/// Like [`kept_in_json`]: only between two characters of a text, a sequence may belong to it.
fn kept_in_xml(text: &str, start: usize, sequences: &[Sequence]) -> Option<Vec<bool>> {
    let mut kept = Vec::with_capacity(sequences.len());
    let mut is_outside = false;
    for (nth, Sequence { span, is_real }) in sequences.iter().enumerate() {
        let previous = nth.checked_sub(1).map_or(0, |last| sequences[last].span.end);
        let next = sequences.get(nth + 1).map_or(text.len(), |next| next.span.start);
        let (before, after) = (&text[previous..span.start], &text[span.end..next]);
        let (before, after) = (before.trim_end(), after.trim_start());
        let is_at_tag = before.is_empty() || before.ends_with('>') || after.starts_with('<');
        let is_in_tag = before.rfind(['<', '>']).is_some_and(|at| before[at..].starts_with('<'));
        is_outside |= span.start > start && (is_in_tag || is_at_tag) || span.end == start;
        kept.push(!is_at_tag && !is_in_tag && !is_real && !after.is_empty());
    }
    is_outside.then_some(kept)
}

//! Control sequences of a terminal: colours, links, and the like.

use std::ops::Range;

use super::opening::Layered;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;
use crate::syntax::reader::Format;

/// What programs print in place of the character that starts a sequence.
const SPELLINGS: &[&str] = &[
    r"\\u001b", r"\\x1b", r"\\033", r"\u{1b}", r"\u001b", r"\x1b", r"\033", r"\e", "^[", "␛",
    "\u{2190}", "\u{fffd}", "<ESC>", "&#27;", "&#x1b;",
];

struct Sequence {
    span: Range<usize>,
    /// Whether it starts with the control character, which no string may contain.
    is_real: bool,
}

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

pub(super) fn has_sequences(text: &str) -> bool {
    memchr::memchr3(0x1b, b'[', CSI[0], text.as_bytes()).is_some() && !sequences(text).is_empty()
}

/// The sequences in a text, in order.
fn sequences(text: &str) -> Vec<Sequence> {
    let bytes = text.as_bytes();
    let mut sequences: Vec<Sequence> = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr3(0x1b, b'[', CSI[0], &bytes[at..]) {
        at += found;
        let from = sequences.last().map_or(0, |last| last.span.end);
        let sequence = if bytes[at] == 0x1b {
            real_end(bytes, at).map(|end| Sequence { span: at..end, is_real: true })
        } else if bytes[at..].starts_with(CSI) {
            parameters_end(bytes, at + CSI.len())
                .map(|end| Sequence { span: at..end, is_real: false })
        } else if bytes[at] == CSI[0] {
            None
        } else {
            spelled(text, from, at).map(|span| Sequence { span, is_real: false })
        };
        at = sequence.as_ref().map_or(at + 1, |sequence| sequence.span.end);
        sequences.extend(sequence);
    }
    // Alone, brackets with a letter are as likely text, as a name in brackets is.
    let is_bare = |it: &Sequence| matches!(&text[it.span.clone()], "[m" | "[K");
    if sequences.iter().all(is_bare) {
        sequences.clear();
    }
    // What a program printed in place of the character, if it did everywhere.
    let is_question = |it: &Sequence| {
        text[it.span.clone()].starts_with('[') && text[..it.span.start].ends_with('?')
    };
    if sequences.len() > 1 && sequences.iter().all(is_question) {
        sequences.iter_mut().for_each(|it| it.span.start -= 1);
    }
    sequences
}

/// The character that stands for the control character and a bracket.
const CSI: &[u8] = "\u{9b}".as_bytes();

/// The end of a sequence whose parameters begin at `at`.
fn parameters_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..bytes.len().min(at + 64)];
    let length = rest.iter().position(|byte| !matches!(byte, 0x20..=0x3f))?;
    matches!(rest[length], 0x40..=0x7e).then_some(at + length + 1)
}

/// The end of the sequence that starts with the control character at `at`.
fn real_end(bytes: &[u8], at: usize) -> Option<usize> {
    const LONGEST: usize = 2048;
    match *bytes.get(at + 1)? {
        b'[' => parameters_end(bytes, at + 2),
        b']' => {
            let rest = &bytes[at..bytes.len().min(at + LONGEST)];
            let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
            let bell = memchr::memchr(7, line).map(|bell| bell + 1);
            let end = memchr::memmem::find(line, b"\x1b\\").map(|end| end + 2);
            let length = bell.into_iter().chain(end).min()?;
            Some(at + length)
        }
        b'(' | b')' => {
            bytes.get(at + 2).filter(|byte| byte.is_ascii_alphanumeric()).map(|_| at + 3)
        }
        b'=' | b'>' | b'7' | b'8' | b'c' => Some(at + 2),
        _ => None,
    }
}

/// The sequence whose bracket is at `at`, and whose control character is spelled out or lost.
fn spelled(text: &str, from: usize, at: usize) -> Option<Range<usize>> {
    let rest = &text.as_bytes()[at + 1..text.len().min(at + 34)];
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
    if !matches!(rest.get(length), Some(b'm' | b'K')) {
        return None;
    }
    let end = at + length + 2;
    let before = &text[from..at];
    // The bracket is that of `<![CDATA[`.
    let word = before.trim_end_matches(' ').as_bytes();
    if word.len() >= 6
        && word[word.len() - 5..].eq_ignore_ascii_case(b"cdata")
        && matches!(word[word.len() - 6], b'[' | b'!' | b'<' | b' ')
    {
        return None;
    }
    let is_before = |spelling: &&&str| {
        let start = before.len().checked_sub(spelling.len());
        start
            .and_then(|start| before.get(start..))
            .is_some_and(|it| it.eq_ignore_ascii_case(spelling))
    };
    match SPELLINGS.iter().find(is_before) {
        Some(spelling) => Some(at - spelling.len()..end),
        None => Some(at..end),
    }
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

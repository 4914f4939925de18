//! Control sequences of a terminal in a text.

use std::borrow::Cow;
use std::ops::Range;

/// What programs print in place of the character that starts a sequence.
const SPELLINGS: &[&str] = &[
    r"\\u001b", r"\\x1b", r"\\033", r"\u{1b}", r"\u001b", r"\x1b", r"\033", r"\e", "^[", "␛",
    "\u{2190}", "\u{fffd}", "<ESC>", "ESC", "<U+001B>", "#033", "&#27;", "&#x1b;",
];

pub(crate) struct Sequence {
    pub(crate) span: Range<usize>,
    /// Whether it starts with the control character, which no string may contain.
    pub(crate) is_real: bool,
}

/// Whether a text has control sequences, if only in values.
pub(crate) fn has_sequences(text: &str) -> bool {
    memchr::memchr3(0x1b, b'[', CSI[0], text.as_bytes()).is_some() && !sequences(text).is_empty()
}

/// The sequences in a text, in order.
pub(crate) fn sequences(text: &str) -> Vec<Sequence> {
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

/// A text without its control sequences.
pub(crate) fn without_sequences(text: &str) -> Cow<'_, str> {
    let sequences = sequences(text);
    if sequences.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut copied = 0;
    for Sequence { span, .. } in sequences {
        plain.push_str(&text[copied..span.start]);
        copied = span.end;
    }
    plain.push_str(&text[copied..]);
    Cow::Owned(plain)
}

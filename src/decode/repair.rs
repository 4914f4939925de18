//! What mends a damaged JSON document, and says how.
//!
//! The mender reads tokens and decides from the one before what may come next. Where a comma has to be
//! added or taken away it makes an edit; at the first thing it has no answer to it stops, and the reader
//! that comes after it says what is wrong there. One pass, no recursion.

use std::borrow::Cow;
use std::ops::Range;

use crate::finding::{Kind, Path, Step};

/// A mended document, and the way back to the damaged one.
pub(super) struct Mended {
    pub(super) text: String,
    /// What was done, in order, with spans of the damaged document.
    pub(super) mends: Vec<(Kind, Path, Range<usize>)>,
    edits: Vec<Edit>,
}

/// A piece of the damaged document and what stands in its place.
struct Edit {
    damaged: Range<usize>,
    mended: Range<usize>,
}

impl Mended {
    /// The place in the damaged document that a place in the mended one came from.
    pub(super) fn original(&self, at: usize) -> usize {
        let next = self.edits.partition_point(|edit| edit.mended.end <= at);
        if let Some(edit) = self.edits.get(next)
            && edit.mended.start <= at
        {
            return edit.damaged.start;
        }
        match next.checked_sub(1).map(|last| &self.edits[last]) {
            None => at,
            Some(edit) => at - edit.mended.end + edit.damaged.end,
        }
    }
}

/// What a token is, as far as mending needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Open {
        object: bool,
    },
    Close,
    Comma,
    Colon,
    String,
    /// A number or word, well formed or not.
    Literal,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A member, an item, or the end of its container; `comma` is the one just read.
    Entry {
        comma: Option<usize>,
    },
    Colon,
    Value,
    /// A comma or the end of the container; the last value ended there.
    Separator {
        after: usize,
    },
    Nothing,
}

/// An open object or array.
struct Level {
    object: bool,
    name: Range<usize>,
    index: usize,
}

/// Mends `text`, or returns `None` where there is nothing that it would change.
pub(super) fn mend(text: &str) -> Option<Mended> {
    let mut mender = Mender {
        text,
        mended: Mended { text: String::new(), mends: Vec::new(), edits: Vec::new() },
        copied: 0,
        levels: Vec::new(),
    };
    mender.run();
    let mut mended = mender.mended;
    if mended.edits.is_empty() {
        return None;
    }
    mended.text.push_str(&text[mender.copied..]);
    Some(mended)
}

struct Mender<'t> {
    text: &'t str,
    mended: Mended,
    /// How much of the damaged document stands in the mended one.
    copied: usize,
    levels: Vec<Level>,
}

impl Mender<'_> {
    fn run(&mut self) {
        let mut expect = Expect::Value;
        let mut at = 0;
        while let Some((token, span)) = self.token(at) {
            at = span.end;
            let is_value = matches!(token, Token::Open { .. } | Token::String | Token::Literal);
            if let Expect::Separator { after } = expect
                && is_value
                && (token == Token::String || !self.in_object())
            {
                self.edit(after..after, ",", Kind::CommaMissing, after..after);
                self.next_entry();
                expect = Expect::Entry { comma: None };
            }
            expect = match (expect, token) {
                (Expect::Entry { .. } | Expect::Separator { .. }, Token::Close) => {
                    if let Expect::Entry { comma: Some(comma) } = expect {
                        self.edit(comma..comma + 1, "", Kind::CommaSurplus, comma..comma + 1);
                    }
                    self.levels.pop();
                    self.after_value(span.end)
                }
                (Expect::Entry { comma: Some(comma) }, Token::Comma) => {
                    self.edit(comma..comma + 1, "", Kind::CommaSurplus, comma..comma + 1);
                    Expect::Entry { comma: Some(span.start) }
                }
                (Expect::Entry { comma: None }, Token::Comma) => {
                    self.edit(span.clone(), "", Kind::CommaSurplus, span);
                    expect
                }
                (Expect::Entry { .. }, Token::String) if self.in_object() => {
                    if let Some(level) = self.levels.last_mut() {
                        level.name = span;
                    }
                    Expect::Colon
                }
                (Expect::Separator { .. }, Token::Comma) => {
                    self.next_entry();
                    Expect::Entry { comma: Some(span.start) }
                }
                (Expect::Colon, Token::Colon) => Expect::Value,
                (Expect::Value, _) | (Expect::Entry { .. }, _) if is_value => {
                    if matches!(expect, Expect::Entry { .. }) && self.in_object() {
                        return;
                    }
                    match token {
                        Token::Open { object } => {
                            self.levels.push(Level { object, name: 0..0, index: 0 });
                            Expect::Entry { comma: None }
                        }
                        _ => {
                            if token == Token::Literal && is_too_large(&self.text[span.clone()]) {
                                let digits = format!("\"{}\"", &self.text[span.clone()]);
                                self.edit(
                                    span.clone(),
                                    &digits,
                                    Kind::NumberTooLarge,
                                    span.clone(),
                                );
                            }
                            self.after_value(span.end)
                        }
                    }
                }
                _ => return,
            };
        }
    }

    /// The token at or after `at`; `None` at the end, and where a string does not end.
    fn token(&self, at: usize) -> Option<(Token, Range<usize>)> {
        let bytes = self.text.as_bytes();
        let start = at + bytes[at..].iter().position(|byte| !byte.is_ascii_whitespace())?;
        let token = match bytes[start] {
            b'{' => Token::Open { object: true },
            b'[' => Token::Open { object: false },
            b'}' | b']' => Token::Close,
            b',' => Token::Comma,
            b':' => Token::Colon,
            b'"' => {
                let mut end = start + 1;
                loop {
                    match bytes.get(end)? {
                        b'"' => return Some((Token::String, start..end + 1)),
                        b'\\' => end += 2,
                        _ => end += 1,
                    }
                }
            }
            _ => {
                let end = super::json::literal_end(bytes, start);
                return Some((Token::Literal, start..end));
            }
        };
        Some((token, start..start + 1))
    }

    fn in_object(&self) -> bool {
        self.levels.last().is_some_and(|level| level.object)
    }

    fn next_entry(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.index += 1;
        }
    }

    fn after_value(&self, end: usize) -> Expect {
        if self.levels.is_empty() { Expect::Nothing } else { Expect::Separator { after: end } }
    }

    fn edit(&mut self, damaged: Range<usize>, instead: &str, kind: Kind, span: Range<usize>) {
        let mended = &mut self.mended;
        mended.text.push_str(&self.text[self.copied..damaged.start]);
        let start = mended.text.len();
        mended.text.push_str(instead);
        self.copied = damaged.end;
        mended.edits.push(Edit { damaged, mended: start..mended.text.len() });
        let path = self.path();
        self.mended.mends.push((kind, path, span));
    }

    /// The way to the entry that was read last.
    fn path(&self) -> Path {
        let step = |level: &Level| {
            if !level.object {
                return Step::Index(level.index);
            }
            let name = &self.text[level.name.clone()];
            Step::Name(Cow::Owned(name.trim_matches('"').to_owned()))
        };
        self.levels.iter().map(step).collect::<Vec<_>>().into()
    }
}

/// Whether a well-formed number is beyond the largest float, which the reader refuses.
fn is_too_large(literal: &str) -> bool {
    literal.ends_with(|last: char| last.is_ascii_digit())
        && literal.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && literal.parse::<f64>().is_ok_and(f64::is_infinite)
}

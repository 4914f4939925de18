//! Counts of start and end tags by name.

use std::collections::HashMap;

use super::lexer::{Lexer, Piece};

/// The number of start and end tags by name.
#[derive(Default)]
pub(super) struct Tally<'t>(HashMap<&'t str, (usize, usize)>);

impl<'t> Tally<'t> {
    /// Counts the tags of the document that begins at `start`.
    pub(super) fn count(lexer: &Lexer<'t>, start: usize) -> Self {
        let mut tally = Self::default();
        let (mut at, mut root) = (start, None);
        loop {
            if lexer.work.is_exhausted() {
                return tally;
            }
            match lexer.piece(at) {
                Piece::End => return tally,
                Piece::StartTag(tag) => {
                    if root == Some(tag.name) {
                        return tally;
                    }
                    root.get_or_insert(tag.name);
                    if !tag.is_self_closing {
                        tally.0.entry(tag.name).or_default().0 += 1;
                    }
                    at = tag.span.end;
                }
                Piece::EndTag(tag) => {
                    tally.0.entry(tag.name).or_default().1 += 1;
                    at = tag.span.end;
                    if root == Some(tag.name) {
                        return tally;
                    }
                }
                Piece::Text(span) | Piece::Ignored(span) | Piece::CData(span) => at = span.end,
                Piece::Unterminated { span, .. } => at = span.end,
            }
        }
    }

    /// Whether an element with this name lacks its end tag.
    pub(super) fn lacks_end_tag(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|(open, close)| open > close)
    }

    pub(super) fn has_extra_end_tag(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|(open, close)| open < close)
    }

    pub(super) fn never_closes(&self, name: &str) -> bool {
        self.0.get(name).is_none_or(|(_, close)| *close == 0)
    }

    /// Records that the parser closed an element without an end tag.
    pub(super) fn record_closed(&mut self, name: &str) {
        if let Some((open, _)) = self.0.get_mut(name) {
            *open = open.saturating_sub(1);
        }
    }

    /// Records that an end tag was replaced, removed or treated as text.
    pub(super) fn record_consumed(&mut self, name: &str) {
        if let Some((_, close)) = self.0.get_mut(name) {
            *close = close.saturating_sub(1);
        }
    }
}

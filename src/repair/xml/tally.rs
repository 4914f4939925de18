//! Counts of start and end tags by name.

use std::collections::HashMap;

use super::lexer::{Lexer, Piece};
use super::schema::is_similar;

/// The number of start and end tags by name.
#[derive(Default)]
pub(super) struct Tally<'t>(HashMap<&'t str, (usize, usize)>);

impl<'t> Tally<'t> {
    /// Counts the tags of the document that begins at `start`.
    pub(super) fn count(lexer: &Lexer<'t>, start: usize) -> Self {
        let mut tally = Self::default();
        let (mut at, mut root) = (start, None);
        let is_root = |name: &str| lexer.names.kinds.by_root(name).is_some();
        loop {
            if lexer.work.is_exhausted() {
                return tally;
            }
            match lexer.piece(at) {
                Piece::End => return tally,
                Piece::StartTag(tag) => {
                    // The root's start tag may be doubled.
                    let is_second = tally.0.len() > 1 || tally.opens(tag.name) > 1;
                    if root == Some(tag.name) && is_root(tag.name) && is_second {
                        return tally;
                    }
                    // The root's own start tag may be missing.
                    if root.is_some() || is_root(tag.name) || tag.known.is_none() {
                        root.get_or_insert(tag.name);
                    }
                    if !tag.is_self_closing {
                        tally.0.entry(tag.name).or_default().0 += 1;
                    }
                    at = tag.span.end;
                }
                Piece::EndTag(tag) => {
                    tally.0.entry(tag.name).or_default().1 += 1;
                    at = tag.span.end;
                    let ends = |root| root == tag.name || is_similar(root, tag.name);
                    if root == Some(tag.name) || is_root(tag.name) && root.is_none_or(ends) {
                        return tally;
                    }
                }
                Piece::Text(span) | Piece::Ignored(span) | Piece::CData { span, .. } => {
                    at = span.end;
                }
                Piece::Unterminated { span, .. } => at = span.end,
            }
        }
    }

    fn of(&self, name: &str) -> (usize, usize) {
        self.0.get(name).copied().unwrap_or_default()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The number of start tags with this name.
    pub(super) fn opens(&self, name: &str) -> usize {
        self.of(name).0
    }

    /// Whether an element with this name lacks its end tag.
    pub(super) fn lacks_end_tag(&self, name: &str) -> bool {
        let (open, close) = self.of(name);
        open > close
    }

    pub(super) fn has_extra_end_tag(&self, name: &str) -> bool {
        let (open, close) = self.of(name);
        open < close
    }

    pub(super) fn never_closes(&self, name: &str) -> bool {
        self.of(name).1 == 0
    }

    /// Whether all elements of this name lack their start tags.
    pub(super) fn never_opens(&self, name: &str) -> bool {
        matches!(self.of(name), (0, 1..))
    }

    /// The names that have an end tag.
    pub(super) fn ends(&self) -> impl Iterator<Item = (&'t str, usize)> {
        self.0.iter().filter(|(_, counts)| counts.1 > 0).map(|(name, counts)| (*name, counts.1))
    }
}

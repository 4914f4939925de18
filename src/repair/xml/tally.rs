//! Counts of start and end tags by name.

use std::collections::HashMap;

use super::lexer::{Lexer, Piece};
use super::pairs::Pairs;
use super::schema::is_similar;

/// The number of start and end tags by name, and of texts.
#[derive(Default)]
pub(super) struct Tally<'t> {
    tags: HashMap<&'t str, (usize, usize)>,
    /// Number of texts after an element, with no field's end tag after them.
    loose_texts: usize,
    empty_elements: usize,
    /// Whether the document is sound as soon as start tags inside of elements of the same name close these.
    pub(super) is_paired: bool,
}

/// What is before a piece.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    StartTag,
    EndTag,
    /// Text after an end tag.
    LooseText,
    Other,
}

impl<'t> Tally<'t> {
    /// Counts the tags of the document that begins at `start`.
    pub(super) fn count(lexer: &Lexer<'t>, start: usize) -> Self {
        let mut pairs = Pairs::new(lexer.names);
        let mut tally = Self::count_tags(lexer, start, &mut pairs);
        tally.is_paired = pairs.is_sound();
        tally
    }

    fn count_tags(lexer: &Lexer<'t>, start: usize, pairs: &mut Pairs<'t, '_>) -> Self {
        let mut tally = Self::default();
        let (mut at, mut root, mut before) = (start, None, Before::Other);
        let is_root = |name: &str| lexer.names.kinds.by_root(name).is_some();
        loop {
            if lexer.work.is_exhausted() {
                return tally;
            }
            if let Some(gap) = lexer.gap(at) {
                at = gap.span.end;
                tally.tags.entry(gap.name).or_default().0 += usize::from(!gap.is_partial);
                before = if gap.is_partial { Before::EndTag } else { Before::StartTag };
                continue;
            }
            match lexer.piece(at) {
                Piece::End => return tally,
                Piece::StartTag(tag) => {
                    let tag = tag.joined.as_deref().unwrap_or(&tag);
                    // The root's start tag may be doubled.
                    let is_second = tally.tags.len() > 1 || tally.opens(tag.name) > 1;
                    if root == Some(tag.name) && is_root(tag.name) && is_second {
                        return tally;
                    }
                    // The root's own start tag may be missing.
                    if root.is_some() || is_root(tag.name) || tag.known.is_none() {
                        root.get_or_insert(tag.name);
                    }
                    pairs.start(tag);
                    tally.loose_texts += usize::from(before == Before::LooseText);
                    tally.empty_elements += usize::from(tag.is_self_closing);
                    before = if tag.is_self_closing { Before::EndTag } else { Before::StartTag };
                    if !tag.is_self_closing {
                        tally.tags.entry(tag.name).or_default().0 += 1;
                    }
                    at = tag.span.end;
                }
                Piece::EndTag(tag) => {
                    let tag = tag.joined.as_deref().unwrap_or(&tag);
                    let is_container = tag.known.is_some_and(|name| lexer.names.is_container(name));
                    tally.loose_texts += usize::from(before == Before::LooseText && is_container);
                    tally.empty_elements +=
                        usize::from(before == Before::StartTag && !is_container);
                    before = Before::EndTag;
                    pairs.end(tag);
                    tally.tags.entry(tag.name).or_default().1 += 1;
                    at = tag.span.end;
                    let ends = |root| root == tag.name || is_similar(root, tag.name);
                    if root == Some(tag.name) || is_root(tag.name) && root.is_none_or(ends) {
                        return tally;
                    }
                }
                Piece::Text(span) => {
                    at = span.end;
                    if !lexer.text[span].trim().is_empty() {
                        pairs.text();
                        let is_loose = matches!(before, Before::EndTag | Before::LooseText);
                        before = if is_loose { Before::LooseText } else { Before::Other };
                    }
                }
                Piece::CData { span, .. } => {
                    at = span.end;
                    before = Before::Other;
                }
                Piece::Ignored(span) => at = span.end,
                Piece::Unterminated { span, .. } => at = span.end,
            }
        }
    }

    /// Counts a start tag that is not in the text.
    pub(super) fn add_start(&mut self, name: &'static str) {
        self.tags.entry(name).or_default().0 += 1;
    }

    fn of(&self, name: &str) -> (usize, usize) {
        self.tags.get(name).copied().unwrap_or_default()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.tags.contains_key(name)
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

    /// Whether there is text between elements, in more places than a value can have been moved to.
    pub(super) fn has_text_between(&self) -> bool {
        self.loose_texts > self.empty_elements
    }

    /// Whether there is text between elements everywhere.
    pub(super) fn has_text_everywhere(&self) -> bool {
        const LEAST: usize = 3;
        self.has_text_between() && self.loose_texts >= LEAST
    }

    /// The names that have an end tag.
    pub(super) fn ends(&self) -> impl Iterator<Item = (&'t str, usize)> {
        self.tags.iter().filter(|(_, counts)| counts.1 > 0).map(|(name, counts)| (*name, counts.1))
    }
}

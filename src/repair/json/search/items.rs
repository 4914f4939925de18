//! The tokens of a document, read as a search needs them.

use std::collections::VecDeque;
use std::ops::Range;

use super::super::lexer::{Lexer, MAX_NAME_LENGTH, is_unquoted_name};
use super::super::tokens::{Bracket, Token};

/// A token, and what the search needs to know of it.
#[derive(Clone, Copy)]
pub(super) struct Item {
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) kind: ItemKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ItemKind {
    Open {
        bracket: Bracket,
        is_next_document: bool,
    },
    Close {
        bracket: Bracket,
    },
    Comma,
    Colon,
    Name {
        name: Name,
        has_colon: bool,
        has_value: bool,
    },
    /// With the name that it may be.
    Scalar {
        name: Option<Name>,
        is_empty: bool,
        is_last: bool,
    },
    End,
}

/// A name, by its distance from the start of its token. One that is too long to be known is empty.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) start: u8,
    pub(super) length: u8,
    /// Whether the schema has it anywhere.
    pub(super) is_known: bool,
    /// Whether it has, or what may be around a response has this name.
    pub(super) may_be_field: bool,
}

impl Item {
    /// Whether the next document may begin with it.
    pub(super) fn may_begin_document(&self) -> bool {
        matches!(self.kind, ItemKind::Open { is_next_document: true, .. })
    }
}

/// The last tokens of a document.
pub(super) struct Items<'l, 't> {
    lexer: &'l Lexer<'t>,
    last: VecDeque<Item>,
    /// Number of tokens before them.
    pub(super) forgotten: usize,
}

impl<'l, 't> Items<'l, 't> {
    /// With the first token, which begins at `start`.
    pub(super) fn new(lexer: &'l Lexer<'t>, start: usize) -> Self {
        let mut items = Self { lexer, last: VecDeque::new(), forgotten: 0 };
        let first = items.read_item(start, false);
        items.last.push_back(first);
        items
    }

    /// The token with this index, or the last.
    pub(super) fn get(&mut self, nth: usize) -> Item {
        while self.forgotten + self.last.len() <= nth {
            let (at, follows_name) = match self.last.back() {
                None => (0, false),
                Some(Item { kind: ItemKind::End, .. }) => break,
                Some(last) => {
                    (last.end, matches!(last.kind, ItemKind::Name { has_value: true, .. }))
                }
            };
            let item = self.read_item(at, follows_name);
            self.last.push_back(item);
        }
        let nth = nth.saturating_sub(self.forgotten).min(self.last.len() - 1);
        self.last[nth]
    }

    /// Frees the first tokens if there are many.
    pub(super) fn forget(&mut self, kept: usize) {
        if self.last.len() >= 2 * kept {
            self.last.drain(..kept);
            self.forgotten += kept;
        }
    }

    fn read_item(&self, from: usize, follows_name: bool) -> Item {
        let lexer = self.lexer;
        let at = match follows_name {
            true => lexer.skip_before_value(from),
            false => lexer.skip_between(from),
        };
        let token = lexer.token(at, follows_name);
        let name = |content: &Range<usize>| {
            let text = &lexer.text[content.clone()];
            let start = u8::try_from(content.start - at).unwrap_or_default();
            let length = u8::try_from(text.len())
                .ok()
                .filter(|length| usize::from(*length) <= MAX_NAME_LENGTH);
            lexer.work.add(8);
            let is_known = length.is_some() && lexer.known.matches(text);
            let may_be_field = is_known || length.is_some() && lexer.known.matches_root(text);
            Name { start, length: length.unwrap_or_default(), is_known, may_be_field }
        };
        let kind = match &token {
            Token::Open(bracket) => ItemKind::Open {
                bracket: *bracket,
                is_next_document: *bracket == Bracket::Brace && lexer.may_begin_document(at),
            },
            Token::Close(bracket) => ItemKind::Close { bracket: *bracket },
            Token::Comma => ItemKind::Comma,
            Token::Colon { .. } => ItemKind::Colon,
            Token::Name { name: scalar, colon, has_value } => ItemKind::Name {
                name: name(&scalar.content),
                has_colon: !colon.is_empty(),
                has_value: *has_value,
            },
            Token::Scalar(scalar) if scalar.is_truncated => ItemKind::End,
            Token::Scalar(scalar) => {
                let text = &lexer.text[scalar.content.clone()];
                ItemKind::Scalar {
                    name: is_unquoted_name(text).then(|| name(&scalar.content)),
                    is_empty: text.trim().is_empty() || text == "null",
                    is_last: lexer.skip_whitespace(scalar.span.end) == lexer.text.len(),
                }
            }
            Token::End => ItemKind::End,
        };
        Item { at, end: token.end(at), kind }
    }
}

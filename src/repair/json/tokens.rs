//! The tokens of malformed JSON, as the structural search and the parser see them.

use std::ops::Range;

use super::lexer::{Lexer, Scalar, is_unquoted_name, unquoted_name_length};
use crate::text::characters::is_quote;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    /// `{` or `}`.
    Brace,
    /// `[` or `]`.
    Square,
    /// A bracket of another kind in place of one of these.
    Other,
}

impl Bracket {
    /// That of an object or an array.
    pub(super) fn of(is_object: bool) -> Self {
        if is_object { Self::Brace } else { Self::Square }
    }
}

/// A token between whitespace and comments.
pub(super) enum Token {
    Open(Bracket),
    Close(Bracket),
    Comma,
    /// A colon that follows no name.
    Colon {
        end: usize,
    },
    /// A name, and its colon or the characters in place of it; that is empty if it is missing.
    Name {
        name: Scalar,
        colon: Range<usize>,
        /// Whether a value follows. If not, the name is dropped.
        has_value: bool,
    },
    Scalar(Scalar),
    /// The end of the text, or of what can be read of it.
    End,
}

impl Lexer<'_> {
    /// The token at `at`, where no whitespace or comment is.
    pub(super) fn token(&self, at: usize, follows_name: bool) -> Token {
        match self.byte(at) {
            None => return Token::End,
            Some(byte @ (b'{' | b'[')) => return Token::Open(Bracket::of(byte == b'{')),
            Some(byte @ (b'}' | b']')) => return Token::Close(Bracket::of(byte == b'}')),
            Some(b'(') => return Token::Open(Bracket::Other),
            Some(b')') => return Token::Close(Bracket::Other),
            Some(b'<') if self.is_before_name(at + 1) => return Token::Open(Bracket::Other),
            Some(b',') => return Token::Comma,
            Some(b':') => {
                let end = self.colon(at).map_or(at + 1, |colon| colon.end);
                return Token::Colon { end };
            }
            Some(_) => {}
        }
        // An unquoted name ends at its colon; an unquoted value may contain one.
        let unquoted = match follows_name {
            true => at..at,
            false => at..at + unquoted_name_length(&self.text[at..]),
        };
        let scalar =
            if !unquoted.is_empty() && self.colon(self.skip_ignorable(unquoted.end)).is_some() {
                Scalar {
                    span: unquoted.clone(),
                    content: unquoted,
                    is_quoted: false,
                    has_inner_quotes: false,
                    is_truncated: false,
                }
            } else {
                self.scalar(at)
            };
        self.name_or_scalar(scalar, follows_name)
    }

    /// Whether a quoted name and its colon follow.
    fn is_before_name(&self, at: usize) -> bool {
        let name = self.skip_whitespace(at);
        self.char(name).is_some_and(is_quote) && self.opens_name(name)
    }

    fn name_or_scalar(&self, scalar: Scalar, follows_name: bool) -> Token {
        let end = scalar.span.end;
        let after = self.skip_ignorable(end);
        if let Some(colon) = self.colon(after) {
            let value = self.skip_ignorable(colon.end);
            let has_value = !matches!(self.byte(value), None | Some(b',' | b'}' | b']' | b':'));
            // A value may be followed by a stray colon.
            return match follows_name && !(has_value && self.is_name(&scalar)) {
                true => Token::Scalar(scalar),
                false => Token::Name { name: scalar, colon, has_value },
            };
        }
        // The colon is missing: a quoted name, followed by a value on the same line.
        let is_name = !follows_name
            && self.is_name(&scalar)
            && !matches!(self.byte(after), None | Some(b',' | b'}' | b']' | b':'))
            && !self.text[end..after].contains('\n');
        match is_name {
            true => Token::Name { name: scalar, colon: end..end, has_value: true },
            false => Token::Scalar(scalar),
        }
    }

    /// Whether a scalar is quoted as a name is.
    fn is_name(&self, scalar: &Scalar) -> bool {
        scalar.is_quoted && is_unquoted_name(&self.text[scalar.content.clone()])
    }
}

impl Token {
    /// Its end, if it begins at `at`. That of a name includes its colon.
    pub(super) fn end(&self, at: usize) -> usize {
        match self {
            Self::Open(_) | Self::Close(_) | Self::Comma => at + 1,
            Self::Colon { end } => *end,
            Self::Name { name, colon, .. } => name.span.end.max(colon.end),
            Self::Scalar(scalar) => scalar.span.end,
            Self::End => at,
        }
    }
}

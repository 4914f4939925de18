//! The tokens of malformed JSON, as the structural search and the parser see them.

use std::ops::Range;

use super::lexer::{Lexer, Scalar, is_unquoted_name};
use super::quotes::{Place, is_quote};

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
    /// The next token, which begins at `at`, after whitespace, comments and stray text. Each is read once.
    pub(super) fn token(&self, at: usize, follows_name: bool) -> Token {
        let token = self.token_at(at, follows_name);
        match token {
            Token::Open(bracket) => self.enter(bracket != Bracket::Square),
            Token::Close(_) => self.leave(),
            _ => {}
        }
        token
    }

    fn token_at(&self, at: usize, follows_name: bool) -> Token {
        if let Some(b'(' | b'[' | b'<' | b':') = self.byte(at)
            && !follows_name
            && let Some(name) = self.decorated_name(at)
        {
            return name;
        }
        let place = if follows_name { Place::Value } else { Place::First };
        match self.structural_byte(at) {
            None => return Token::End,
            Some(b'{' | b'(') if self.is_sequence(at) => return Token::Open(Bracket::Square),
            Some(byte @ (b'{' | b'[')) => return Token::Open(Bracket::of(byte == b'{')),
            Some(byte @ (b'}' | b']')) => return Token::Close(Bracket::of(byte == b'}')),
            Some(b'(') if self.call(at, place).is_some() => {}
            Some(b'(') => return Token::Open(Bracket::Other),
            Some(b')') => return Token::Close(Bracket::Other),
            Some(b'<') if self.is_quoted_name_next(at + 1) => return Token::Open(Bracket::Other),
            Some(b',') => return Token::Comma,
            Some(b':') => {
                let end = self.colon(at).map_or(at + 1, |colon| colon.end);
                return Token::Colon { end };
            }
            Some(_) => {}
        }
        if follows_name { self.value_token(at) } else { self.first_token(at) }
    }

    /// The token at `at` after a name and its colon.
    fn value_token(&self, at: usize) -> Token {
        let value = self.scalar(at, Place::Value);
        let after = self.skip_ignorable(value.span.end);
        let is_foreign = || self.foreign_lines_end(after).is_some();
        match self.colon(after).filter(|_| !is_foreign()) {
            // A value may be followed by a stray colon.
            Some(colon) if self.is_quoted_name(&value) && self.has_value(&colon) => {
                Token::Name { name: value, colon, has_value: true }
            }
            _ => Token::Scalar(value),
        }
    }

    /// The name or item at `at`.
    fn first_token(&self, at: usize) -> Token {
        if let Some(name) = self.decorated_name(at) {
            return name;
        }
        // An unquoted name ends at its colon; an unquoted value may contain one.
        let unquoted = at..at + self.name_length(at);
        let after = self.skip_ignorable(unquoted.end);
        let has_colon = || self.colon(after).is_some() && !self.text[after..].starts_with("://");
        let is_name =
            !unquoted.is_empty() && (has_colon() || self.is_name_without_colon(at, after));
        let name = match is_name {
            true => Scalar::new(unquoted.clone(), unquoted),
            false => self.scalar(at, Place::First),
        };
        let end = name.span.end;
        let after = self.skip_ignorable(end);
        let text = &self.text[name.content.clone()];
        let other = || {
            let is_quoted = is_name || name.is_quoted;
            let after_remark = || self.colon_after_remark(text, after).filter(|_| is_quoted);
            self.sign_as_colon(text, after).filter(|_| name.is_quoted).or_else(after_remark)
        };
        if let Some(colon) = self.colon(after).or_else(other) {
            let has_value = self.has_value(&colon);
            return Token::Name { name, colon, has_value };
        }
        // The colon is missing: a name, followed by a value on the same line.
        let value = self.skip_before_value(after);
        let is_member = (is_name || self.is_quoted_name(&name))
            && !self.in_array()
            && is_unquoted_name(&self.text[name.content.clone()])
            && !matches!(self.structural_byte(value), None | Some(b',' | b'}' | b']' | b':'))
            && !self.text[end..value].contains('\n');
        match is_member {
            true => Token::Name { name, colon: end..end, has_value: true },
            false => Token::Scalar(name),
        }
    }

    pub(super) fn has_value(&self, colon: &Range<usize>) -> bool {
        let value = self.skip_before_value(colon.end);
        match self.structural_byte(value) {
            None | Some(b'}' | b']' | b':') => false,
            // In an object, a bracket after a comma opens no member.
            Some(b',') => {
                let next = self.skip_ignorable(value + 1);
                !self.in_array() && matches!(self.byte(next), Some(b'{' | b'['))
            }
            Some(_) => true,
        }
    }

    /// Whether a quoted name and its colon follow.
    fn is_quoted_name_next(&self, at: usize) -> bool {
        let name = self.skip_whitespace(at);
        self.char(name).is_some_and(is_quote) && self.opens_name(name)
    }

    /// Whether a scalar is quoted as a name is.
    fn is_quoted_name(&self, scalar: &Scalar) -> bool {
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

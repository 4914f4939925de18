//! Tuples and sets of other languages, which are read as arrays.

use super::lexer::{DASHES, Lexer};
use super::quotes::{Place, is_quote};

/// Tuples and sets that are longer are not recognized.
const MAX_LENGTH: usize = 1 << 16;

impl Lexer<'_> {
    /// The bracket, comma or other byte at `at`, where the closing bracket of a tuple or set is `]`.
    pub(super) fn structural_byte(&self, at: usize) -> Option<u8> {
        match self.byte(at) {
            Some(b')' | b'}') if self.sequence_ends.borrow().contains(&at) => Some(b']'),
            byte => byte,
        }
    }

    /// Whether a tuple or set begins at `at`. If so, its end is kept.
    pub(super) fn is_sequence(&self, at: usize) -> bool {
        let end = match self.byte(at) {
            Some(b'(') => self.tuple_end(at),
            Some(b'{') => self.set_end(at),
            _ => None,
        };
        self.sequence_ends.borrow_mut().extend(end);
        end.is_some()
    }

    fn tuple_end(&self, at: usize) -> Option<usize> {
        let (end, has_comma, has_colon) = self.elements(at)?;
        let is_empty = self.skip_ignorable(at + 1) == end;
        let is_tuple = (has_comma || is_empty) && !has_colon;
        (self.byte(end) == Some(b')') && is_tuple).then_some(end)
    }

    fn set_end(&self, at: usize) -> Option<usize> {
        let first = self.skip_ignorable(at + 1);
        let quote = self.char(first)?;
        if matches!(quote, '{' | '(' | '[') {
            let (end, has_comma, has_colon) = self.elements(at)?;
            return (self.byte(end) == Some(b'}') && has_comma && !has_colon).then_some(end);
        }
        let is_scalar = is_quote(quote) || quote.is_ascii_digit() || quote == '-';
        let is_dash = |after: &str| after.trim_start_matches([' ', '\t']).starts_with(DASHES);
        let is_named = |end: usize| {
            self.known.contains(&self.text[first + 1..end - 1]) && is_dash(&self.text[end..])
        };
        if !is_scalar
            || self.opens_name(first)
            || self.simple_string_end(first).is_some_and(is_named)
        {
            return None;
        }
        // An object soon has a colon.
        let past = self.scalar(first, Place::First).span.end;
        if !matches!(self.byte(self.skip_ignorable(past)), Some(b',')) {
            return None;
        }
        let (end, has_comma, has_colon) = self.elements(at)?;
        (self.byte(end) == Some(b'}') && has_comma && !has_colon).then_some(end)
    }

    /// The closing bracket of what opens at `at`, and whether commas and colons are directly inside.
    fn elements(&self, at: usize) -> Option<(usize, bool, bool)> {
        let bytes = self.bytes();
        let mut open = Vec::new();
        let (mut has_comma, mut has_colon) = (false, false);
        let mut end = at;
        let mut string = None;
        let found = loop {
            let Some(&byte) = bytes.get(end).filter(|_| end - at <= MAX_LENGTH) else {
                break false;
            };
            match (string, byte) {
                (Some(_), b'\\') => end += 1,
                (Some(quote), _) if quote == byte => string = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => string = Some(byte),
                (None, b'(' | b'[' | b'{') => open.push(byte),
                (None, b')' | b']' | b'}') => {
                    let opener = match byte {
                        b')' => b'(',
                        b']' => b'[',
                        _ => b'{',
                    };
                    if open.pop() != Some(opener) {
                        break false;
                    }
                    if open.is_empty() {
                        break true;
                    }
                }
                (None, b',') => has_comma |= open.len() == 1,
                (None, b':') => has_colon |= open.len() == 1,
                _ => {}
            }
            end += 1;
        };
        self.work.add(end - at);
        found.then_some((end, has_comma, has_colon))
    }
}

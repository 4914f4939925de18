//! Strings and names in unusual quotes, and names of fields with other signs around them.

use std::ops::Range;

use super::lexer::{Lexer, MAX_NAME_LENGTH, Scalar, unquoted_name_length};
use super::quotes::{closes, is_quote};
use super::tokens::Token;
use crate::text::characters::is_ignorable;

/// Most characters before and after a name.
const MAX_AROUND: usize = 12;
/// Most colons after which a name may end.
const MAX_COLONS: usize = 3;
/// Most quotes before and after a name.
const MAX_QUOTES: usize = 6;
/// Most characters of a string between quotes that differ.
const MAX_DELIMITED: usize = 128;

impl Lexer<'_> {
    /// The name of a field at `at`, if it has other signs around it than quotes, or a word before it, and a
    /// colon and a value follow.
    pub(super) fn decorated_name(&self, at: usize) -> Option<Token> {
        if self.in_array() || self.is_usual_name(at) {
            return None;
        }
        let rest = &self.text[at..];
        let mut quotes = 0;
        let mut is_part = |c: char| {
            quotes += usize::from(is_quote(c));
            quotes <= MAX_QUOTES && !matches!(c, ',' | '{' | '}' | '\n' | '\r')
        };
        let chars = rest.chars().take(MAX_NAME_LENGTH + 2 * MAX_AROUND);
        let limit = chars.map_while(|c| is_part(c).then(|| c.len_utf8())).sum();
        self.work.add(limit);
        let mut from = 0;
        for _ in 0..MAX_COLONS {
            let found = rest[from..limit].find([':', '：', '='])? + from;
            let colon = self.colon(at + found)?;
            let name = self.name_at_end(at..at + found);
            if let Some(content) = name.filter(|_| self.has_value(&colon)) {
                let text = self.text[..at + found].trim_end();
                let is_open = |text: &str| text.chars().filter(|c| is_quote(*c)).count() % 2 == 1;
                let (end, colon) = match is_open(&self.text[at..at + found]) {
                    true => {
                        // The colon is inside the quotes.
                        let after = self.text[colon.end..].trim_start_matches(is_quote);
                        let after = self.text.len() - after.len();
                        let next = self.colon(self.skip_whitespace(after))?;
                        (after, next)
                    }
                    false => (text.len(), colon),
                };
                let name = Scalar { is_quoted: true, ..Scalar::new(at..end, content) };
                let has_value = self.has_value(&colon);
                return has_value.then_some(Token::Name { name, colon, has_value });
            }
            from = found + rest[found..].chars().next().map_or(1, char::len_utf8);
        }
        None
    }

    /// The string at `at` whose quotes are tripled, escaped as in PowerShell, or two that differ.
    pub(super) fn delimited(&self, at: usize) -> Option<Scalar> {
        let rest = &self.text[at..];
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
        let is_tripled =
            rest.as_bytes().iter().take_while(|byte| **byte == quote as u8).count() == 3;
        let is_escaped = rest.starts_with("`\"");
        let start = match (is_tripled, is_escaped) {
            (true, _) => 3,
            (_, true) => 2,
            _ => 1,
        };
        let inside = &rest[start..];
        let is_stop = |c: char| is_quote(c) || matches!(c, '\n' | '\\' | '{' | '}');
        let length =
            inside.chars().take(MAX_DELIMITED).map_while(|c| (!is_stop(c)).then(|| c.len_utf8()));
        let length: usize = length.sum();
        self.work.add(length);
        let close = &inside[length..];
        let closed = match is_tripled {
            true => close.as_bytes().iter().take_while(|byte| **byte == quote as u8).count() == 3,
            false if is_escaped => close.starts_with("`\""),
            false => close.starts_with(['"', '\'']) && !close.starts_with(quote) && length > 0,
        };
        let past = start + length + start;
        let is_end = || {
            let after = rest[past..].trim_start_matches([' ', '\t']);
            match after.chars().next() {
                Some(',') => {
                    let next = self.skip_ignorable(self.text.len() - after.len() + 1);
                    self.char(next)
                        .is_none_or(|c| is_quote(c) || matches!(c, '{' | '}' | '[' | ']'))
                }
                next => next.is_none_or(|c| matches!(c, '}' | ']' | '\r' | '\n')),
            }
        };
        (closed && is_end()).then(|| Scalar {
            is_quoted: true,
            ..Scalar::new(at..at + past, at + start..at + start + length)
        })
    }

    /// Whether what is at `at` is a name without quotes or in the usual ones, before its colon.
    fn is_usual_name(&self, at: usize) -> bool {
        let rest = &self.text[at..];
        let inside = rest.strip_prefix(is_quote).unwrap_or(rest);
        let name = unquoted_name_length(inside);
        let closed = &inside[name..];
        let after = closed.strip_prefix(is_quote).unwrap_or(closed);
        self.work.add(name);
        let is_same = match (rest.chars().next(), closed.chars().next()) {
            (Some(open), Some(close)) if is_quote(open) && is_quote(close) => closes(open, close),
            _ => true,
        };
        let is_known = || self.known.contains(&inside[..name]);
        name > 0
            && is_same
            && after.trim_start_matches(is_ignorable).starts_with([':', '='])
            && (rest.len() == inside.len() || is_known() || rest.starts_with('"'))
            && (!inside[..name].contains(['.', '-', '$', '@']) || rest.starts_with('"'))
    }

    /// The name of a field with which a text ends, but for signs.
    fn name_at_end(&self, text: Range<usize>) -> Option<Range<usize>> {
        let all = &self.text[text.clone()];
        let is_word = |c: char| c.is_ascii_alphanumeric();
        let trimmed = all.trim_end_matches(|c| !is_word(c));
        let start = trimmed.rfind(|c| !is_word(c)).map_or(0, |before| {
            before + trimmed[before..].chars().next().map_or(1, char::len_utf8)
        });
        let name = &trimmed[start..];
        let before = &all[..start];
        let word = before.trim_matches(|c| !is_word(c));
        let is_word_before =
            word.bytes().all(|byte| byte.is_ascii_lowercase()) || word == "N" || word == "String";
        let after = &all[trimmed.len()..];
        let quotes = |text: &str| text.chars().filter(|c| is_quote(*c)).count();
        // The last may follow the colon.
        let are_paired = quotes(before) == quotes(after)
            || quotes(before) == quotes(after) + 1
                && self.char(self.after_char(text.end)).is_some_and(is_quote);
        let is_usual = are_paired && before.len() <= MAX_AROUND && after.len() <= MAX_AROUND;
        self.work.add(all.len());
        (is_usual && is_word_before && self.known.contains(name))
            .then(|| text.start + start..text.start + start + name.len())
    }
}

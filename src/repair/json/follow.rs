//! Whether a quote closes a string, by what follows it.

use std::ops::Range;

use super::lexer::{
    Lexer, MAX_NAME_LENGTH, begins_with_name, is_unquoted_name, unquoted_name_length,
};
use super::quotes::Follow::{self, Certain, Likely, No};
use super::quotes::{LOOKAHEAD, Place, is_quote};
use crate::text::characters::is_ignorable;

impl Lexer<'_> {
    /// Whether the text after the quote at `past` shows that it closes the string with this `content`,
    /// in which `inner` quotes were found before it.
    pub(super) fn follow(
        &self,
        content: Range<usize>,
        past: usize,
        place: Place,
        inner: usize,
    ) -> Follow {
        match (self.byte(past), place) {
            (Some(b':'), Place::First) => return Certain,
            // A name, whose bracket is missing.
            (Some(b':'), Place::Value)
                if inner == 0 && self.known.contains(&self.text[content.clone()]) =>
            {
                return Certain;
            }
            (Some(b'"'), Place::First) if self.known.contains(&self.text[content.clone()]) => {
                // The colon is missing, or the quote is doubled.
                let is_doubled = self.byte(self.skip_whitespace(past + 1)) == Some(b':');
                return if is_doubled { No } else { Certain };
            }
            (Some(b'a'..=b'z' | b'A'..=b'Z'), Place::Value) => return No,
            _ => {}
        }
        if place == Place::First && !matches!(self.byte(past), Some(b',' | b'}' | b']' | b'"')) {
            let name = &self.text[content.clone()];
            let is_dash = |colon: Range<usize>| !self.text[colon].starts_with([';', '.', '|']);
            if self.colon_after_remark(name, past).is_some()
                || self.sign_as_colon(name, self.skip_whitespace(past)).is_some_and(is_dash)
            {
                return Certain;
            }
        }
        let next = self.skip_between(past);
        let has_space = next > past;
        let has_newline = has_space && self.text[past..next].contains('\n');
        let text = &self.text[content];
        let is_closing = !text.ends_with(is_ignorable) && inner.is_multiple_of(2);
        let Some(c) = self.char(next) else { return Certain };
        match c {
            '}' | ']' => self.follow_closers(next),
            // A tuple or call ends, unless the text goes on.
            ')' if self.follow_closers(next) == Certain => Certain,
            ')' => No,
            ',' => self.follow_comma(next + 1, place, inner),
            _ if place == Place::First && self.colon(next).is_some() => Certain,
            // A name whose value is missing.
            ':' if is_closing => Likely,
            ':' | '=' => No,
            _ if self.sign_before_name(next).is_some() => Certain,
            '+' if self.after_join(next).is_some() => Certain,
            '\\' | '.' | '&' | '~' | '|' if self.after_join(next).is_some() => Certain,
            '{' | '[' if place == Place::First => Certain,
            '{' | '[' => {
                if is_closing {
                    Likely
                } else {
                    No
                }
            }
            // Quotes inside may be doubled.
            _ if is_quote(c) && !has_space && text.ends_with(['{', '[', ',', ':']) => No,
            _ if is_quote(c) && self.opens_name(next) => Certain,
            _ if is_quote(c) && !has_space => No,
            _ if is_quote(c) && place == Place::Value && has_newline => Certain,
            _ if is_quote(c)
                && place == Place::Value
                && inner.is_multiple_of(2)
                && self.joined_at(past).is_some() =>
            {
                Certain
            }
            _ if is_quote(c) && is_closing && self.is_opening(next) => match place {
                Place::First => Certain,
                Place::Value => Likely,
            },
            _ if is_quote(c) => No,
            '-' | '0'..='9' | 't' | 'f' | 'n'
                if place == Place::First && self.is_plain_value(next) =>
            {
                let is_name = is_unquoted_name(text);
                let is_item = self.in_array();
                match is_name && !is_item || has_space && is_item {
                    true => Certain,
                    false => No,
                }
            }
            _ if !has_space => No,
            _ if self.begins_with_member(next) => {
                if has_newline || inner.is_multiple_of(2) {
                    Certain
                } else {
                    Likely
                }
            }
            _ if is_closing && self.in_array() && place == Place::First => {
                // `24"` may be a length in inches.
                let last = text.rsplit(is_ignorable).next().unwrap_or(text);
                let is_word = last.contains(|c: char| !c.is_ascii_digit());
                if is_word && self.is_unquoted_item(next) { Certain } else { No }
            }
            _ if is_closing => self.follow_words(next, has_newline),
            _ => No,
        }
    }

    /// Whether words at `at` are an item of an array that lacks its quotes, or the first of them.
    fn is_unquoted_item(&self, at: usize) -> bool {
        let rest = &self.text[at..];
        let length = rest
            .char_indices()
            .take(LOOKAHEAD)
            .find(|(_, c)| is_quote(*c) || matches!(c, '\n' | ',' | ']' | '[' | '{' | '}' | ':'))
            .map_or(rest.len(), |(length, _)| length);
        self.work.add(length);
        match self.char(at + length) {
            Some(',' | ']') => true,
            Some(c) if is_quote(c) && !rest[..length].ends_with(is_ignorable) => {
                let after = self.skip_whitespace(self.after_char(at + length));
                matches!(self.byte(after), Some(b',' | b']'))
            }
            _ => false,
        }
    }

    /// As [`Lexer::follow`], after closing brackets.
    fn follow_closers(&self, mut at: usize) -> Follow {
        let mut has_newline = false;
        while let Some(b'}' | b']' | b')') = self.byte(at) {
            let next = self.skip_between(at + 1);
            has_newline |= next > at + 1 && self.text[at + 1..next].contains('\n');
            at = next;
        }
        self.work.add(1);
        match self.char(at) {
            None | Some('{' | '[') => Certain,
            _ if has_newline => Certain,
            Some(',') => {
                let next = self.skip_between(at + 1);
                match self.char(next) {
                    None | Some('{' | '[' | '}' | ']' | ',' | '-' | '0'..='9' | '(') => Certain,
                    Some(c) if is_quote(c) => Certain,
                    Some(_) if self.begins_with_member(next) || self.is_plain_value(next) => {
                        Certain
                    }
                    Some(_) => Likely,
                }
            }
            Some(c) if is_quote(c) && self.opens_name(at) => Certain,
            Some(_) if self.begins_with_member(at) => Certain,
            Some(_) => Likely,
        }
    }

    /// As [`Lexer::follow`], after a comma.
    fn follow_comma(&self, at: usize, place: Place, inner: usize) -> Follow {
        let mut next = self.skip_between(at);
        while self.byte(next) == Some(b',') {
            next = self.skip_between(next + 1);
        }
        let has_newline = || self.text[at..next].contains('\n');
        match self.char(next) {
            None | Some('}' | ']') => Certain,
            Some(c) if is_quote(c) => {
                let is_expected = match place {
                    Place::Value => self.opens_name(next) || self.opens_spaced_name(next, c),
                    Place::First => true,
                };
                if is_expected || inner.is_multiple_of(2) { Certain } else { Likely }
            }
            Some('\\') if self.byte(next + 1) == Some(b'"') && inner.is_multiple_of(2) => Certain,
            // The name is missing.
            Some(':') if inner.is_multiple_of(2) && self.is_value_after_colon(next) => Certain,
            Some(_) if inner.is_multiple_of(2) && self.is_remark_with_quotes(next) => Certain,
            Some('[') if inner.is_multiple_of(2) && self.decorated_name(next).is_some() => Certain,
            Some('{' | '[' | '(') => {
                if place == Place::First {
                    Certain
                } else {
                    Likely
                }
            }
            Some(_) if self.begins_with_member(next) => {
                if inner.is_multiple_of(2) || has_newline() { Certain } else { Likely }
            }
            // A line with a known name and another sign than a colon.
            Some(_) if has_newline() && self.begins_with_known_member(next) => Certain,
            Some(_) if self.string_prefix(next) > 0 && inner.is_multiple_of(2) => Certain,
            Some(_) if self.is_plain_value(next) => {
                if place == Place::First {
                    Certain
                } else {
                    Likely
                }
            }
            Some(_) if place == Place::First => {
                let rest = &self.text[next..];
                let name = unquoted_name_length(rest);
                let after = rest[name..].trim_start_matches(is_ignorable);
                self.work.add(name);
                let is_item = name > 0 && after.starts_with([',', '}', ']', '"', '=']);
                match is_item {
                    true => Certain,
                    false => self.follow_words(next, false),
                }
            }
            Some(_) if inner.is_multiple_of(2) => match self.follow_words(next, false) {
                // Hardly a text that goes on in the next line.
                No if has_newline() => Likely,
                follow => follow,
            },
            Some(_) => No,
        }
    }

    /// Whether a value in quotes and the next member are after the colon at `at`.
    fn is_value_after_colon(&self, at: usize) -> bool {
        let value = self.skip_whitespace(at + 1);
        let Some(end) = self.simple_string_end(value) else { return false };
        let next = self.skip_whitespace(end);
        match self.byte(next) {
            Some(b',') => self.opens_field(self.skip_whitespace(next + 1)),
            Some(b'}') => true,
            _ => false,
        }
    }

    /// Whether the rest of the line at `at` is a remark with quotes that are closed in it, before a line that
    /// begins with a member.
    fn is_remark_with_quotes(&self, at: usize) -> bool {
        let rest = &self.text[at..];
        let is_end = |c: char| matches!(c, '\n' | '{' | '}' | '[' | ']' | ':' | '\\');
        let found = rest.char_indices().take(LOOKAHEAD).find(|(_, c)| is_end(*c));
        let Some((length, '\n')) = found else { return false };
        self.work.add(length);
        let line = rest[..length].trim_end();
        let quotes = line.matches('"').count();
        let is_words = line.starts_with(|c: char| c.is_alphabetic() || c == '(' || c == '-');
        is_words
            && quotes > 0
            && quotes.is_multiple_of(2)
            && !line.ends_with([',', '"'])
            && self.opens_field(self.skip_whitespace(at + length))
    }

    /// As [`Lexer::follow`], before words that are no value: a remark.
    fn follow_words(&self, at: usize, is_next_line: bool) -> Follow {
        let mut end = at;
        for c in self.text[at..].chars().take(LOOKAHEAD) {
            if c == '\n' || is_quote(c) || matches!(c, '{' | '}' | '[' | ']' | ',' | ':' | '=') {
                break;
            }
            end += c.len_utf8();
        }
        self.work.add(end - at);
        match self.char(end) {
            None => Likely,
            Some('\n') if !is_next_line => {
                let next = self.skip_between(end);
                match self.char(next) {
                    Some('}' | ']') | None => Certain,
                    Some(c) if is_quote(c) && self.opens_name(next) => Certain,
                    Some(_) if self.begins_with_member(next) => Certain,
                    _ if self.lines_before_name(at).is_some() => Certain,
                    _ => No,
                }
            }
            Some(',') => match self.follow_comma(end + 1, Place::Value, 0) {
                Certain if end - at < 64 => Likely,
                _ => No,
            },
            Some('}' | ']') => match self.follow_closers(end) {
                Certain => Likely,
                _ => No,
            },
            Some(c) if is_quote(c) && self.opens_name(end) => Likely,
            Some(_) => No,
        }
    }

    /// Whether a quoted name without quotes inside, and with other characters than usual, is at `at`.
    fn opens_spaced_name(&self, at: usize, quote: char) -> bool {
        let inside = at + quote.len_utf8();
        let until = self.floor_char_boundary(inside + MAX_NAME_LENGTH);
        match self.next_quote(inside, until, quote) {
            Some((found, c)) if c != '\\' && found > inside => {
                let name = &self.text[inside..found];
                let after = self.skip_whitespace(self.after_char(found));
                self.byte(after) == Some(b':')
                    && name.starts_with(char::is_alphanumeric)
                    && !name.contains([',', '\n', '{', '}', '[', ']', ':'])
            }
            _ => false,
        }
    }

    /// Whether the text at `at` is a name without quotes and a colon.
    pub(super) fn begins_with_member(&self, at: usize) -> bool {
        let rest = &self.text[at..];
        let usual = unquoted_name_length(rest);
        if self.decorated_name(at).is_some() {
            return true;
        }
        if begins_with_name(rest) {
            return !rest[usual..].trim_start_matches(is_ignorable).starts_with("://");
        }
        let name = self.name_length(at);
        if name > usual {
            return self.byte(at + name) == Some(b':') || self.known.contains_spaced(&rest[..name]);
        }
        // The colon is missing.
        let after = self.skip_whitespace(at + usual);
        let is_value = match self.char(after) {
            Some('{' | '[') => true,
            Some(c) => after > at + usual && is_quote(c),
            None => false,
        };
        is_value && self.known.contains(&rest[..usual])
    }

    /// Whether a number or literal is at `at`.
    pub(super) fn is_plain_value(&self, at: usize) -> bool {
        let rest = &self.text[at..];
        let word = &rest[..unquoted_name_length(rest)];
        self.work.add(word.len());
        let digits = word.strip_prefix('-').unwrap_or(word);
        matches!(word, "true" | "false" | "null" | "True" | "False" | "None")
            || digits.starts_with(|c: char| c.is_ascii_digit())
                && digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte))
    }

    /// Whether the quote at `at` has whitespace or punctuation before it and a character of a text after
    /// it.
    pub(super) fn is_opening(&self, at: usize) -> bool {
        let after = self.char(self.after_char(at));
        after.is_some_and(|c| !is_ignorable(c) && !matches!(c, ',' | ':' | '}' | ']'))
    }
}

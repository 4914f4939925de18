//! Where a value ends that has no opening quote.

use std::ops::Range;

use super::lexer::{Lexer, Scalar, unquoted_name_length};
use super::quotes::{Follow, LOOKAHEAD, Place, is_quote};
use crate::text::characters::is_ignorable;

/// Maximum length of what is looked at as the arguments of a call.
const MAX_CALL: usize = 4096;

impl Lexer<'_> {
    /// The value at `at`, which has no opening quote.
    pub(super) fn unquoted(&self, at: usize, place: Place) -> Scalar {
        if let Some(call) = self.call(at, place) {
            return call;
        }
        if let Some(end) = self.pattern_end(at) {
            return Scalar::new(at..end, at..end);
        }
        if let Some(end) = self.grouped_number_end(at, place) {
            return Scalar::new(at..end, at..end);
        }
        let mut end = at;
        let mut closing = None;
        let mut inner = 0;
        while let Some(c) = self.char(end) {
            let past = end + c.len_utf8();
            let is_end = match c {
                '\n' | '}' | ']' | '[' => true,
                _ if end > at && self.sign_before_name(end).is_some() => true,
                '{' | '(' => match self.inner_group_end(at, end) {
                    Some(past) => {
                        end = past;
                        continue;
                    }
                    None => c == '{',
                },
                ')' => self.structural_byte(end) == Some(b']'),
                ',' => self.comma_ends_unquoted(at..end, place),
                ';' | '|' | '，' | '、' => self.is_before_name(past),
                '/' => end > at && self.text[end..].starts_with("/*"),
                ' ' | '\t' | '\r' => self.space_ends_unquoted(at..end),
                _ if !is_quote(c) => false,
                _ if self.opens_name(end) || self.is_literal_and_whitespace(at..end) => true,
                _ if place == Place::Value || self.in_array() => {
                    if let Some(joined) = self.joined_to_word(at..end) {
                        return joined;
                    }
                    let is_closing = self.follow(at..end, past, place, inner) == Follow::Certain;
                    inner += 1;
                    closing = is_closing.then_some(past);
                    is_closing
                }
                _ => {
                    let is_closing = self.follow(at..end, past, place, inner) == Follow::Certain;
                    inner += 1;
                    closing = is_closing.then_some(past);
                    is_closing
                }
            };
            if is_end {
                break;
            }
            end = past;
        }
        let content = at..at + self.text[at..end].trim_end_matches(is_ignorable).len();
        self.work.add(end - at);
        let text = &self.text[content.clone()];
        // A literal is complete at the end of the text; other values may be truncated.
        let is_complete = closing.is_some() || matches!(text, "true" | "false" | "null");
        Scalar {
            is_quoted: closing.is_some(),
            has_inner_quotes: text.contains('"'),
            is_truncated: !is_complete && content.end == self.text.len(),
            ..Scalar::new(at..closing.unwrap_or(content.end).max(self.after_char(at)), content)
        }
    }

    /// The string that a word is directly before, with the word.
    fn joined_to_word(&self, word: Range<usize>) -> Option<Scalar> {
        const LONGEST: usize = 16;
        let text = &self.text[word.clone()];
        let is_word = text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_alphabetic());
        let quote = self.char(word.end).filter(|c| is_word && matches!(c, '"' | '\''))?;
        let inside = word.end + 1;
        let until = self.floor_char_boundary(inside + LOOKAHEAD);
        let (found, c) = self.next_quote(inside, until, quote)?;
        let part = &self.text[inside..found];
        let after = self.char(self.skip_whitespace(found + 1));
        let is_whole = c == quote
            && part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && !part.contains([',', '\n', ':', '{', '}'])
            && after.is_none_or(|c| matches!(c, ',' | '}' | ']'));
        is_whole.then(|| Scalar {
            is_quoted: true,
            is_guess: true,
            joins: std::iter::once(word.end..inside).collect(),
            ..Scalar::new(word.start..found + 1, word.start..found)
        })
    }

    /// The argument of the call at `at`, such as `ObjectId("…")` or `NumberLong(5)`, if it is one string,
    /// number or literal; also of parentheses alone.
    pub(super) fn call(&self, at: usize, place: Place) -> Option<Scalar> {
        let name = unquoted_name_length(&self.text[at..]);
        let open = at + name;
        if self.byte(open) != Some(b'(') {
            return None;
        }
        let inside = self.skip_ignorable(open + 1);
        let argument = match self.char(inside)? {
            quote if is_quote(quote) || self.string_prefix(inside) > 0 => {
                self.string(inside, Place::Value)
            }
            _ if self.is_plain_value(inside) => {
                let end = inside + unquoted_name_length(&self.text[inside..]);
                Scalar::new(inside..end, inside..end)
            }
            _ => return None,
        };
        let close = self.skip_ignorable(argument.span.end);
        let is_whole = argument.span.len() <= MAX_CALL || name == 0;
        if self.byte(close) != Some(b')') || !is_whole {
            return None;
        }
        let after = self.skip_between(close + 1);
        let is_end = self.char(after).is_none_or(|c| matches!(c, ',' | '}' | ']' | ')'))
            || self.text[close..after].contains('\n')
            || place == Place::Value && self.opens_name(after);
        is_end.then(|| Scalar { span: at..close + 1, ..argument })
    }

    /// The end of the regular expression literal at `at`.
    fn pattern_end(&self, at: usize) -> Option<usize> {
        let rest =
            self.text[at..].strip_prefix('/').filter(|rest| !rest.starts_with(['/', '*']))?;
        let (mut is_escaped, mut in_class) = (false, false);
        for (length, c) in rest.char_indices().take(MAX_CALL) {
            match c {
                '\n' => break,
                '"' | '\'' if self.opens_name(at + 1 + length) => break,
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => {
                    let flags = &rest[length + 1..];
                    let flags = flags.len()
                        - flags.trim_start_matches(|c: char| c.is_ascii_lowercase()).len();
                    let end = at + 1 + length + 1 + flags;
                    self.work.add(end - at);
                    let after = self.char(self.skip_whitespace(end));
                    return after.is_none_or(|c| matches!(c, ',' | '}' | ']')).then_some(end);
                }
                _ => {}
            }
        }
        self.work.add(rest.len().min(MAX_CALL));
        None
    }

    /// The end of a number with commas between its thousands, which is the value of a member.
    fn grouped_number_end(&self, at: usize, place: Place) -> Option<usize> {
        let rest = &self.bytes()[at..];
        let start = usize::from(rest.first() == Some(&b'-'));
        let digits = |from: usize| {
            let digits = rest[from..].iter().take(MAX_CALL);
            digits.take_while(|byte| byte.is_ascii_digit()).count()
        };
        let mut end = start + digits(start);
        if place != Place::Value || end == start {
            return None;
        }
        // A number cannot follow as a member, so a comma and digits are part of this one.
        let mut groups = 0;
        while rest.get(end) == Some(&b',') && digits(end + 1) > 0 {
            (end, groups) = (end + 1 + digits(end + 1), groups + 1);
        }
        self.work.add(2 * end);
        let is_end = rest.get(end).is_none_or(|byte| b",}] \t\r\n;/".contains(byte));
        (groups > 0 && is_end).then_some(at + end)
    }

    /// The end of the parentheses or braces at `open` that are part of the word before them.
    fn inner_group_end(&self, at: usize, open: usize) -> Option<usize> {
        let is_brace = self.byte(open) == Some(b'{');
        let before = self.text[at..open].chars().next_back();
        if is_brace && !before.is_some_and(|c| c.is_alphanumeric() || c == '$') {
            return None;
        }
        let close = if is_brace { '}' } else { ')' };
        let mut end = open + 1;
        for c in self.text[open + 1..].chars().take(MAX_CALL) {
            if c == close {
                self.work.add(end - open);
                return Some(end + 1);
            }
            if c == '\n'
                || matches!(c, '{' | '}' | '[' | ']')
                || is_brace && (c == ':' || is_quote(c))
            {
                break;
            }
            end += c.len_utf8();
        }
        self.work.add(end - open);
        None
    }

    /// Whether the comma after the unquoted value ends it.
    fn comma_ends_unquoted(&self, value: Range<usize>, place: Place) -> bool {
        let at = value.end + 1;
        let is_plain = self.is_plain_value(value.start)
            && value.len() == unquoted_name_length(&self.text[value.clone()]);
        if is_plain || !self.may_follow_comma(at) {
            return is_plain;
        }
        let next = self.skip_whitespace(at);
        match self.char(next) {
            Some(c) if place == Place::Value && c.is_alphabetic() => {
                let name = unquoted_name_length(&self.text[next..]);
                let after = self.skip_whitespace(next + name);
                name > 0 && matches!(self.byte(after), Some(b':' | b'='))
                    || self.char(next + name).is_some_and(is_quote)
                        && self.in_quoted_name(next, name)
            }
            _ => true,
        }
    }

    /// Whether the name at `at` lacks only its opening quote.
    fn in_quoted_name(&self, at: usize, name: usize) -> bool {
        let after = self.skip_whitespace(self.after_char(at + name));
        self.byte(after) == Some(b':')
    }

    /// Whether the text at `at` may follow a comma. If not, the comma is part of a string.
    fn may_follow_comma(&self, at: usize) -> bool {
        let next = self.skip_whitespace(at);
        let rest = &self.text[next..];
        match rest.chars().next() {
            None | Some('{' | '[' | '}' | ']' | ',' | '-' | '+' | '0'..='9' | '/' | '#' | '.') => {
                true
            }
            Some(first) if is_quote(first) => true,
            Some(_) => {
                let name_length = unquoted_name_length(rest);
                let after = rest[name_length..].trim_start_matches([' ', '\t', '\r']);
                self.work.add(name_length);
                name_length > 0
                    && after.starts_with([':', '=', ',', '}', ']', '"', '\n', '(', '\''])
            }
        }
    }

    /// Whether a member or the end of its object is at `at`.
    fn is_before_name(&self, at: usize) -> bool {
        let mut next = self.skip_whitespace(at);
        while let Some(b';' | b'|' | b',') = self.byte(next) {
            next = self.skip_whitespace(next + 1);
        }
        match self.char(next) {
            None | Some('}' | ']') => true,
            Some(c) if is_quote(c) => self.opens_name(next),
            Some(_) => self.text[at..next].contains('\n') || self.begins_with_known_member(next),
        }
    }

    pub(super) fn begins_with_known_member(&self, at: usize) -> bool {
        let name = &self.text[at..at + unquoted_name_length(&self.text[at..])];
        self.known.contains(name) && self.colon(self.skip_whitespace(at + name.len())).is_some()
    }

    /// Whether the whitespace after the value ends it: before a comment or remark, or before a known name.
    fn space_ends_unquoted(&self, value: Range<usize>) -> bool {
        let rest = self.text[value.end..].trim_start_matches([' ', '\t', '\r']);
        let next = self.text.len() - rest.len();
        let Some(c) = rest.chars().next() else { return false };
        self.work.add(next - value.end);
        match c {
            '/' => rest.starts_with("//") || rest.starts_with("/*"),
            '#' => true,
            '<' if rest.starts_with("<!--") => true,
            'A'..='Z' => self.begins_with_known_member(next),
            '}' | ']' | ',' | '\n' => false,
            'a'..='z' if self.is_plain_value(value.start) => self.conjunction_end(next).is_some(),
            _ if c.is_alphanumeric() || is_quote(c) => false,
            // These are part of unquoted text, such as a cron expression.
            '*' | '!' | '?' | '~' | '%' | '&' | '^' | '—' | '–' | '-' | '.' | '(' | ')' | '='
                if matches!(c, '*' | '?') && self.is_schedule(next)
                    || !self.is_plain_value(value.start)
                    || unquoted_name_length(&self.text[value.clone()]) < value.len() =>
            {
                false
            }
            _ => self.stray_end(next).is_some_and(|end| {
                let after = self.skip_between(end);
                self.text[end..after].contains('\n')
                    || self.char(after).is_none_or(|c| matches!(c, ',' | '}' | ']'))
                    || self.opens_name(after)
            }),
        }
    }

    /// Whether the rest of the value at `at` has the characters of a cron expression only.
    fn is_schedule(&self, at: usize) -> bool {
        let rest = self.text[at..].trim_start_matches(|c: char| {
            c.is_ascii_digit() || c.is_ascii_uppercase() || " */?-".contains(c)
        });
        self.work.add(self.text.len() - at - rest.len());
        rest.chars().next().is_none_or(|c| is_quote(c) || matches!(c, ',' | '}' | ']' | '\n'))
    }

    /// Whether the span is a JSON literal followed by whitespace.
    fn is_literal_and_whitespace(&self, span: Range<usize>) -> bool {
        let text = &self.text[span];
        let literal = text.trim_end_matches(is_ignorable);
        literal.len() < text.len() && matches!(literal, "true" | "false" | "null")
    }
}

//! Where a string ends whose quotes are missing, doubled or not escaped.
//!
//! A quote that may close the string is judged by what follows it. If nothing proves it, a later quote
//! may, as long as no member begins before it.

use std::ops::Range;

use super::lexer::{Lexer, Scalar, begins_with_name, is_unquoted_name, unquoted_name_length};
use crate::text::characters::is_ignorable;

/// How far a string is searched for a better end than one that is likely.
const LOOKAHEAD: usize = 512;
/// Containers in strings are not searched for their end after this number of failures.
const MAX_FAILED_CONTAINERS: usize = 8;

/// What a scalar is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A name, or an item of an array.
    First,
    /// The value of a member.
    Value,
}

/// Whether the text after a quote shows that it closes the string.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Follow {
    No,
    Likely,
    Certain,
}

use Follow::{Certain, Likely, No};

/// Whether a character may quote a string in malformed JSON.
pub(super) fn is_quote(c: char) -> bool {
    crate::text::characters::is_quote(c)
        || matches!(c, '«' | '»' | '‹' | '›' | '´' | '＂' | '＇' | '「' | '」' | '『' | '』')
}

/// Whether `c` may close a string that `quote` opens.
fn closes(quote: char, c: char) -> bool {
    match quote {
        '"' => c == '"',
        '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => {
            matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201b}')
        }
        '`' | '´' => matches!(c, '`' | '\'' | '´'),
        '«' | '»' => matches!(c, '«' | '»'),
        '‹' | '›' => matches!(c, '‹' | '›'),
        '＂' => c == '＂',
        '＇' => c == '＇',
        '「' | '」' => c == '」',
        '『' | '』' => c == '』',
        _ => matches!(c, '"' | '\u{201c}'..='\u{201f}'),
    }
}

impl Lexer<'_> {
    /// The length of the prefix of a string literal of another language, such as `u` or `b`.
    pub(super) fn string_prefix(&self, at: usize) -> usize {
        const PREFIXES: [&str; 16] = [
            "u8", "br", "rb", "bR", "Rb", "BR", "u", "b", "r", "f", "U", "B", "R", "F", "L", "@",
        ];
        let rest = &self.text[at..];
        // A name or value that lacks its opening quote may end in these letters too.
        let is_prefix = |prefix: &&&str| {
            rest.strip_prefix(**prefix).is_some_and(|rest| {
                rest.starts_with(['"', '\''])
                    && !rest[1..].trim_start_matches([' ', '\t']).starts_with([',', ':', '}', ']'])
            })
        };
        PREFIXES.iter().find(is_prefix).map_or(0, |prefix| prefix.len())
    }

    /// The string at `at`, with what is joined to it.
    pub(super) fn string(&self, at: usize, place: Place) -> Scalar {
        let open = at + self.string_prefix(at);
        let mut string = self.string_part(at, open, place);
        while let Some(open) = self.joined_string(&string, place) {
            let part = self.string_part(open, open, place);
            string.joins.push(string.content.end..part.content.start);
            string.content.end = part.content.end;
            string.span.end = part.span.end;
            string.has_inner_quotes |= part.has_inner_quotes;
            string.is_truncated = part.is_truncated;
        }
        string
    }

    /// The start of the string that continues this one: after a `+`, or on the next line.
    fn joined_string(&self, string: &Scalar, place: Place) -> Option<usize> {
        let past = string.span.end;
        if string.is_truncated || self.char(past).is_none_or(|c| matches!(c, ',' | ':' | '}' | ']')) {
            return None;
        }
        let next = self.skip_ignorable(past);
        if let Some(open) = self.after_join(next) {
            return Some(open);
        }
        let quote = self.char(next).filter(|c| is_quote(*c))?;
        if place != Place::Value || !self.text[past..next].contains('\n') {
            return None;
        }
        let inside = next + quote.len_utf8();
        let line = memchr::memchr(b'\n', &self.bytes()[inside..]).unwrap_or(self.text.len() - inside);
        let until = inside + line;
        let (found, _) = self.next_quote(inside, until, quote)?;
        let after = self.skip_ignorable(self.after_char(found));
        (self.colon(after).is_none() && !self.text[inside..found].is_empty()).then_some(next)
    }

    /// The quote after the `+`, or backslash at the end of a line, at `at`.
    fn after_join(&self, at: usize) -> Option<usize> {
        let is_join = match self.byte(at)? {
            b'+' => true,
            b'\\' => matches!(self.byte(at + 1), Some(b'\n' | b'\r')),
            _ => false,
        };
        let next = if is_join { self.skip_ignorable(at + 1) } else { return None };
        self.char(next).is_some_and(is_quote).then_some(next)
    }

    /// The string that the quote at `open` opens; `at` is the start of its prefix.
    fn string_part(&self, at: usize, open: usize, place: Place) -> Scalar {
        let quote = self.char(open).unwrap_or('"');
        let mut start = open + quote.len_utf8();
        let scalar = |content: Range<usize>, past, has_inner_quotes| Scalar {
            is_quoted: true,
            has_inner_quotes,
            ..Scalar::new(at..past, content)
        };
        let mut from = start;
        let mut until = self.text.len();
        let (mut inner, mut is_doubled) = (0_usize, false);
        let mut likely = None;
        while let Some((found, c)) = self.next_quote(from, until, quote) {
            let past = found + c.len_utf8();
            if c == '\\' {
                from = self.after_char(past);
                continue;
            }
            if let Some(end) = self.inner_container_end(start, found) {
                (inner, from) = (inner + 2, end);
                continue;
            }
            match self.follow(start..found, past, place, inner) {
                Certain => return scalar(start..found, past, inner > 0),
                Likely if likely.is_none() => {
                    likely = Some((start..found, past, inner > 0));
                    until = self.floor_char_boundary(past + LOOKAHEAD);
                }
                _ => {}
            }
            let is_name_start = self.byte(past).is_some_and(|byte| byte.is_ascii_alphanumeric());
            if found == start && !is_doubled && is_name_start && !self.is_inner_pair(past, quote) {
                (start, is_doubled) = (past, true);
            } else if self.is_doubled_quote(start..found, past, c, place) {
                let past = past + c.len_utf8();
                let is_last = self.text[start..found].ends_with(|c: char| c.is_ascii_digit());
                return match !is_doubled && place == Place::Value && (inner % 2 == 1 || is_last) {
                    true => scalar(start..past - c.len_utf8(), past, true),
                    false => scalar(start..found, past, inner > 0),
                };
            } else if likely.is_some() && self.opens_name(found) {
                break;
            } else if let Some(end) = self.end_before_next_name(start, found, place, inner) {
                if likely.is_none() {
                    return scalar(start..end, end, inner > 0);
                }
                break;
            } else {
                inner += 1;
            }
            from = past;
        }
        if let Some((content, past, has_inner_quotes)) = likely {
            return scalar(content, past, has_inner_quotes);
        }
        let end = self.text.len();
        Scalar { is_truncated: true, ..scalar(start..end, end, inner > 0) }
    }

    fn floor_char_boundary(&self, mut at: usize) -> usize {
        while at < self.text.len() && !self.text.is_char_boundary(at) {
            at += 1;
        }
        at.min(self.text.len())
    }

    /// The next backslash before `until`, or quote that closes a string in `quote`.
    fn next_quote(&self, from: usize, until: usize, quote: char) -> Option<(usize, char)> {
        let rest = self.text.get(from..until)?;
        let first = |at: usize| rest[at..].chars().next();
        let found = match quote {
            '"' => memchr::memchr2(b'"', b'\\', rest.as_bytes()),
            // 0xe2 is the first byte of curly quotes.
            '\'' | '\u{2018}'..='\u{201f}' => {
                let ascii = if closes(quote, '"') { b'"' } else { b'\'' };
                memchr::memchr3_iter(ascii, b'\\', 0xe2, rest.as_bytes())
                    .find(|at| first(*at).is_some_and(|c| c == '\\' || closes(quote, c)))
            }
            _ => rest.char_indices().find(|(_, c)| *c == '\\' || closes(quote, *c)).map(|(at, _)| at),
        };
        self.work.add(found.unwrap_or(rest.len()));
        found.and_then(|at| Some((from + at, first(at)?)))
    }

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
            (Some(b'a'..=b'z' | b'A'..=b'Z'), Place::Value) => return No,
            _ => {}
        }
        let next = self.skip_between(past);
        let has_space = next > past;
        let has_newline = has_space && self.text[past..next].contains('\n');
        let text = &self.text[content];
        let is_closing = !text.ends_with(is_ignorable) && inner.is_multiple_of(2);
        let Some(c) = self.char(next) else { return Certain };
        match c {
            '}' | ']' => self.follow_closers(next),
            ',' => self.follow_comma(next + 1, place, inner),
            ':' | '=' => if place == Place::First { Certain } else { No },
            '+' if self.after_join(next).is_some() => Certain,
            '\\' if self.after_join(next).is_some() => Certain,
            '{' | '[' if place == Place::First => Certain,
            '{' | '[' => if is_closing { Likely } else { No },
            _ if is_quote(c) && self.opens_name(next) => Certain,
            _ if is_quote(c) && !has_space => No,
            _ if is_quote(c) && place == Place::Value && has_newline => Certain,
            _ if is_quote(c) && is_closing && self.is_opening(next) => match place {
                Place::First => Certain,
                Place::Value => Likely,
            },
            _ if is_quote(c) => No,
            '-' | '0'..='9' | 't' | 'f' | 'n' if place == Place::First && self.is_plain_value(next) => {
                let is_name = is_unquoted_name(text);
                let is_item = self.in_array.get();
                match has_space && (is_name || is_item) || is_name && !is_item {
                    true => Certain,
                    false => No,
                }
            }
            _ if !has_space => No,
            _ if self.begins_with_member(next) => {
                if has_newline || inner.is_multiple_of(2) { Certain } else { Likely }
            }
            _ if is_closing && self.in_array.get() && place == Place::First => {
                let is_word = !text.ends_with(|c: char| c.is_ascii_digit());
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
        while let Some(b'}' | b']') = self.byte(at) {
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
                    Some(_) if self.begins_with_member(next) || self.is_plain_value(next) => Certain,
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
                if is_expected { Certain } else { Likely }
            }
            Some('{' | '[' | '(') => if place == Place::First { Certain } else { Likely },
            Some(_) if self.begins_with_member(next) => {
                let is_even = inner.is_multiple_of(2);
                if is_even || has_newline() || self.member_has_plain_value(next) {
                    Certain
                } else {
                    Likely
                }
            }
            Some(_) if self.is_plain_value(next) || self.string_prefix(next) > 0 => {
                if place == Place::First { Certain } else { Likely }
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
            Some(_) if inner.is_multiple_of(2) => self.follow_words(next, false),
            Some(_) => No,
        }
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
        let until = self.floor_char_boundary(inside + super::lexer::MAX_NAME_LENGTH);
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
        if !begins_with_name(rest) {
            return false;
        }
        let after = rest[unquoted_name_length(rest)..].trim_start_matches(is_ignorable);
        !after.starts_with("://")
    }

    fn member_has_plain_value(&self, at: usize) -> bool {
        let name = at + unquoted_name_length(&self.text[at..]);
        let Some(colon) = self.colon(self.skip_whitespace(name)) else { return false };
        let value = self.skip_whitespace(colon.end);
        self.is_plain_value(value)
            || self.char(value).is_some_and(|c| is_quote(c) || matches!(c, '{' | '['))
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
    fn is_opening(&self, at: usize) -> bool {
        let after = self.char(self.after_char(at));
        after.is_some_and(|c| !is_ignorable(c) && !matches!(c, ',' | ':' | '}' | ']'))
    }

    /// Whether quotes after a quote at the start of a string are such that it opens a quoted word.
    fn is_inner_pair(&self, past: usize, quote: char) -> bool {
        let until = self.floor_char_boundary(past + LOOKAHEAD);
        let Some((found, c)) = self.next_quote(past, until, quote) else { return false };
        let after = self.after_char(found);
        let is_word = |c: char| c == ' ' || c.is_alphanumeric();
        c != '\\'
            && !self.text[past..found].ends_with(is_ignorable)
            && self.text[after..].starts_with(is_word)
            && self.follow(past..found, after, Place::Value, 0) == No
    }

    /// Whether the closing quote is doubled.
    fn is_doubled_quote(&self, content: Range<usize>, past: usize, c: char, place: Place) -> bool {
        self.char(past) == Some(c)
            && self.follow(content, past + c.len_utf8(), place, 0) == Certain
    }

    /// The end of the object or array inside the string that begins at `start`, if the quote at `found`
    /// is the first inside of it.
    fn inner_container_end(&self, start: usize, found: usize) -> Option<usize> {
        const LIMIT: usize = 1 << 16;
        let before = self.text[start..found].trim_end_matches(is_ignorable);
        let bracket = *before.as_bytes().last().filter(|byte| matches!(byte, b'{' | b'['))?;
        let is_name = self.opens_name(found);
        if bracket == b'{' && !is_name || self.failed_containers.get() >= MAX_FAILED_CONTAINERS {
            return None;
        }
        let open = start + before.len() - 1;
        let end = self.balanced_end(open, LIMIT);
        let end = end.filter(|end| {
            let name = found + 1..found + 1 + unquoted_name_length(&self.text[found + 1..]);
            !is_name || !self.known.contains(&self.text[name]) || self.char(*end) == self.char(found)
        });
        if end.is_none() {
            self.failed_containers.set(self.failed_containers.get() + 1);
        }
        end
    }

    /// The end of the brackets that open at `open`, outside of strings in double quotes.
    pub(super) fn balanced_end(&self, open: usize, limit: usize) -> Option<usize> {
        let bytes = self.bytes();
        let (mut at, mut depth) = (open, 0_usize);
        let end = loop {
            match bytes.get(at)? {
                _ if at - open > limit => break None,
                b'{' | b'[' | b'(' => depth += 1,
                b'}' | b']' | b')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break Some(at + 1);
                    }
                }
                b'"' => {
                    at += 1;
                    loop {
                        match memchr::memchr2(b'"', b'\\', bytes.get(at..)?) {
                            None => {
                                self.work.add(bytes.len() - at);
                                return None;
                            }
                            Some(length) if bytes[at + length] == b'\\' => at += length + 2,
                            Some(length) => {
                                at += length;
                                break;
                            }
                        }
                    }
                }
                _ => {}
            }
            at += 1;
        };
        self.work.add(at - open);
        end
    }

    /// The end of a string without a closing quote, if the quote at `found` opens the next name or value.
    fn end_before_next_name(
        &self,
        start: usize,
        found: usize,
        place: Place,
        inner: usize,
    ) -> Option<usize> {
        let before = &self.text[start..found];
        let trimmed = before.trim_end_matches(is_ignorable);
        self.work.add(before.len() - trimmed.len());
        if let Some(joined) = trimmed.strip_suffix('+')
            && inner == 0
            && self.text[joined.len() + start..found].contains('\n')
        {
            return Some(start + joined.trim_end_matches(is_ignorable).len());
        }
        let has_newline = before[trimmed.len()..].contains('\n');
        let opens_name = self.opens_name(found);
        let is_next = match trimmed.chars().next_back() {
            Some(':') => {
                let name = trimmed.trim_end_matches(':').trim_end_matches(is_ignorable);
                let name = name.trim_end_matches(is_quote);
                if is_unquoted_name(name) {
                    // The string is a name.
                    true
                } else if let Some(end) = self.before_unquoted_name(name, place) {
                    return Some(start + end);
                } else {
                    false
                }
            }
            Some(',' | '{' | '[' | ';' | '|' | '，' | '、') if opens_name => true,
            Some(',') => {
                place == Place::First && inner == 0 && trimmed.len() > 1 && self.is_opening(found)
            }
            _ => opens_name && (has_newline || self.opens_known_name(found)),
        };
        is_next.then(|| start + self.trim_structure(before))
    }

    /// The end of the text before the unquoted name of a member at its end.
    fn before_unquoted_name(&self, text: &str, place: Place) -> Option<usize> {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let rest = text.trim_end_matches(is_part);
        let name = &text[rest.len()..];
        self.work.add(name.len());
        let before = rest.trim_end_matches(is_ignorable);
        let is_separated = before.ends_with([',', ';']) || rest[before.len()..].contains('\n');
        if place != Place::Value || name.is_empty() || !is_separated {
            return None;
        }
        Some(self.trim_structure(rest))
    }

    /// The length of a text without the brackets and separators at its end that are not part of it.
    fn trim_structure(&self, text: &str) -> usize {
        let count = |wanted: char| text.matches(wanted).count();
        let mut counts = None;
        let mut kept = text.trim_end_matches(is_ignorable);
        kept = kept.strip_suffix([';', '|', '，', '、']).unwrap_or(kept);
        loop {
            kept = kept.trim_end_matches(is_ignorable);
            let Some(last) = kept.chars().next_back() else { break };
            match last {
                ',' | ':' | '{' | '[' => {}
                '}' | ']' => {
                    // A bracket that the text itself opens is part of it.
                    let (braces, brackets) = counts.get_or_insert_with(|| {
                        self.work.add(text.len());
                        (count('}').saturating_sub(count('{')), count(']').saturating_sub(count('[')))
                    });
                    let extra = if last == '}' { braces } else { brackets };
                    if *extra == 0 {
                        break;
                    }
                    *extra -= 1;
                }
                _ => break,
            }
            kept = &kept[..kept.len() - last.len_utf8()];
        }
        self.work.add(text.len() - kept.len());
        kept.strip_suffix(is_quote).unwrap_or(kept).len()
    }

    fn opens_known_name(&self, at: usize) -> bool {
        let inside = self.after_char(at);
        let name = unquoted_name_length(&self.text[inside..]);
        self.known.contains(&self.text[inside..inside + name])
    }
}

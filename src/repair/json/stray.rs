//! Text between values that is not JSON: remarks, marks of line ends, other separators.

use std::ops::Range;

use super::lexer::{Lexer, unquoted_name_length};
use super::quotes::is_quote;
use crate::text::characters::is_ignorable;

/// Longer remarks are not recognized where words might be something else.
const MAX_REMARK: usize = 128;

/// Whether a remark may begin with `c`.
fn is_remark_sign(c: char) -> bool {
    "<-=←→⇐⇒➜—–^*!?~%&✓✔✗✘👈".contains(c)
}

impl Lexer<'_> {
    /// The end of ignorable characters, comments and stray text at `at`.
    pub(super) fn skip_between(&self, mut at: usize) -> usize {
        loop {
            at = self.skip_ignorable(at);
            match self.stray_end(at) {
                Some(end) => at = end,
                None => return at,
            }
        }
    }

    /// The end of the stray text at `at`.
    pub(super) fn stray_end(&self, at: usize) -> Option<usize> {
        let rest = &self.text[at..];
        let c = rest.chars().next()?;
        if let Some(end) = self.foreign_lines_end(at) {
            return Some(end);
        }
        if c == '[' {
            return self.footnote_end(at).or_else(|| self.bracketed_remark_end(at));
        }
        if c == ')' {
            let is_after_container =
                self.text[..at].trim_end_matches(is_ignorable).ends_with(['}', ']', ')']);
            let is_end = is_after_container
                && !self.sequence_ends.borrow().contains(&at)
                && self.calls.borrow_mut().leave(at);
            return is_end.then_some(at + 1);
        }
        if matches!(c, '~' | '|') && self.is_after_value(at) && self.after_join(at).is_some() {
            return None;
        }
        if let Some(end) = self.sign_before_name(at).filter(|_| self.is_after_value(at)) {
            return Some(end);
        }
        if let Some(end) = self.remark_line_end(at).or_else(|| self.bracketed_remark_end(at)) {
            return Some(end);
        }
        if c == '>' {
            return self.quote_marks_end(at);
        }
        if matches!(c, '"' | '\'' | ',' | ':' | '{' | '}' | '[' | ']' | '0'..='9' | '+') {
            return None;
        }
        let one = at + c.len_utf8();
        let is_separate = |end: usize| {
            self.char(end).is_none_or(|c| {
                is_ignorable(c) || is_quote(c) || matches!(c, ',' | '}' | ']' | '{' | '[' | '/')
            })
        };
        match c {
            '¶' | '↵' | '⏎' | '␤' | '␍' | '；' | '，' | '、' | '｜' | '·' | '•' => {
                Some(one)
            }
            '﹐' | '﹑' | '﹔' | '،' | '؛' => Some(one),
            '▼' | '▶' | '▾' | '▸' | '►' => Some(one),
            ';' | '|' => Some(one),
            '…' if is_separate(one) => Some(one),
            '.' => {
                let dots = rest.len() - rest.trim_start_matches('.').len();
                self.work.add(dots);
                let is_join = self.after_join(at).is_some();
                let is_stray = dots >= 3 || dots == 1 && !is_join && self.is_after_value(at);
                (is_stray && is_separate(at + dots)).then_some(at + dots)
            }
            '`' if rest.starts_with("```") => {
                let fence = rest.trim_start_matches('`');
                let info = fence.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
                self.work.add(rest.len() - info.len());
                Some(at + rest.len() - info.len())
            }
            '\\' => {
                let is_stray = is_separate(one) && !self.char(one).is_some_and(is_quote);
                (is_stray || self.char(one).is_some_and(is_quote) && self.opens_name(one))
                    .then_some(one)
            }
            '(' if self.is_after_value(at) => {
                let end = rest
                    .find([')', '\n', '"', '\'', '{', '['])
                    .filter(|end| rest.as_bytes()[*end] == b')');
                self.work.add(end.unwrap_or(0));
                end.map(|end| at + end + 1)
            }
            _ if (!c.is_ascii() || matches!(c, '$' | '@'))
                && !c.is_alphanumeric()
                && !is_remark_sign(c)
                && is_separate(one)
                && self.is_after_value(at) =>
            {
                Some(one)
            }
            _ if is_remark_sign(c)
                && self.is_remark(rest)
                && self.text[..at].ends_with(is_ignorable)
                && (self.is_after_value(at) || self.is_arrow(c) && self.is_after_comma(at)) =>
            {
                Some(self.remark_end(at))
            }
            _ if is_remark_sign(c) => self.remark_before_name(at),
            _ if c.is_ascii_alphabetic() || c == '_' => {
                let end = self.call_start(at).or_else(|| self.words_after_bracket(at));
                let end = end.or_else(|| self.conjunction_end(at));
                end.or_else(|| self.lines_before_name(at).filter(|_| self.is_after_comma(at)))
            }
            _ => self.words_after_bracket(at),
        }
    }

    /// The end of a word such as `and` at `at`, between a value and the next member.
    pub(super) fn conjunction_end(&self, at: usize) -> Option<usize> {
        const LONGEST: usize = 5;
        let rest = &self.bytes()[at..];
        let length =
            rest.iter().take(LONGEST + 1).take_while(|byte| byte.is_ascii_lowercase()).count();
        let end = at + length;
        let next = self.skip_whitespace(end);
        (length > 0
            && length <= LONGEST
            && next > end
            && self.is_after_value(at)
            && self.opens_field(next))
        .then_some(end)
    }

    /// The end of a remark at `at`, which begins with a sign and is the rest of its line, where a member is
    /// expected and a member in quotes is on the next line. What looks like a member in it is none.
    fn remark_line_end(&self, at: usize) -> Option<usize> {
        let c =
            self.char(at).filter(|c| is_remark_sign(*c) || matches!(c, ';' | '>' | '|' | '('))?;
        if !self.text[..at].ends_with(is_ignorable) || !self.takes_member(at, &[',', '{']) {
            return None;
        }
        let inside = at + c.len_utf8();
        let end = self.remark_limit(inside, |c| is_quote(c) || "{}[]\n".contains(c))?;
        let has_words = self.text[inside..end].contains(char::is_alphabetic);
        let is_end = has_words
            && self.char(end) == Some('\n')
            && !self.text[at..end].trim_end().ends_with([',', '(', ':'])
            && self.opens_field(self.skip_whitespace(end));
        is_end.then(|| at + self.text[at..end].trim_end().len())
    }

    /// Whether a member is expected at `at`, after one of the signs.
    fn takes_member(&self, at: usize, signs: &[char]) -> bool {
        let before = self.text[..at].trim_end_matches(is_ignorable);
        self.work.add(at - before.len());
        !self.in_array() && before.ends_with(signs)
    }

    /// The end of a remark in brackets at `at`, where a member is expected and a member in quotes is on the next
    /// line.
    fn bracketed_remark_end(&self, at: usize) -> Option<usize> {
        let close = match self.char(at)? {
            '[' => ']',
            '{' => '}',
            '(' => ')',
            _ => return None,
        };
        if !self.takes_member(at, &[',', '{', ';']) {
            return None;
        }
        let end = self.remark_limit(at + 1, |c| "{}[]()\n".contains(c))?;
        let remark = &self.text[at + 1..end];
        let is_remark = self.char(end) == Some(close)
            && remark.starts_with(char::is_alphabetic)
            && remark.matches('"').count().is_multiple_of(2)
            && (close != '}' || !remark.contains(':'));
        let after = self.text[end + 1..].trim_start_matches([' ', '\t', '\r', ',']);
        let next = self.skip_whitespace(self.text.len() - after.len());
        (is_remark && after.starts_with('\n') && self.opens_field(next)).then_some(end + 1)
    }

    /// The end of the quotation marks of a mail at `at`, the start of a line.
    fn quote_marks_end(&self, at: usize) -> Option<usize> {
        let line = self.text[..at].trim_end_matches([' ', '\t']);
        let rest = self.text[at..].trim_start_matches('>');
        let (start, end) = (line.len(), self.text.len() - rest.len());
        self.work.add(end - start);
        let is_structure = |c: char| is_quote(c) || matches!(c, '{' | '}' | '[' | ']');
        let content = rest.trim_start_matches([' ', '\t']);
        (line.ends_with('\n') && content.starts_with(is_structure)).then_some(end)
    }

    /// The end of a sign at `at` that is in place of a comma before the next member.
    pub(super) fn sign_before_name(&self, at: usize) -> Option<usize> {
        let sign = self.char(at).filter(|c| matches!(c, '+' | '&' | '/' | '~' | '^' | '‚'))?;
        let end = at + sign.len_utf8();
        self.opens_field(self.skip_whitespace(end)).then_some(end)
    }

    /// The end of the lines of words at `at`, such as those of the foot and head of a page, before the next member.
    pub(super) fn lines_before_name(&self, at: usize) -> Option<usize> {
        const MOST_LINES: usize = 4;
        let mut from = at;
        for _ in 0..MOST_LINES {
            let end = self.remark_limit(from, |c| is_quote(c) || "{}[],:=\n".contains(c))?;
            if self.char(end) != Some('\n') {
                return None;
            }
            from = self.skip_whitespace(end);
            if self.opens_field(from) {
                return Some(end);
            }
        }
        None
    }

    /// Whether an arrow or another symbol begins a remark.
    fn is_remark(&self, rest: &str) -> bool {
        !rest.starts_with(['-', '=', '<'])
            || ["<-", "<=", "<<", "--", "->", "==>", "===", "== "]
                .iter()
                .any(|arrow| rest.starts_with(arrow))
    }

    /// The end of the remark at `at`, which follows a comma or an opening bracket, if a name or a line break
    /// ends it.
    fn remark_before_name(&self, at: usize) -> Option<usize> {
        let before = self.text[..at].trim_end_matches(is_ignorable);
        self.work.add(at - before.len());
        if !before.ends_with([',', '{', '[']) {
            return None;
        }
        let end = self.remark_limit(at, |c| is_quote(c) || "{}[],:\n".contains(c))?;
        let is_end = match self.char(end) {
            Some('\n') => true,
            Some('{') => before.ends_with([',', '[']),
            Some(c) => is_quote(c) && self.opens_name(end),
            None => false,
        };
        (is_end && end > at).then_some(end)
    }

    /// The end of a footnote mark or note such as `[1]` at `at`, after a value of an object.
    fn footnote_end(&self, at: usize) -> Option<usize> {
        let inside = &self.bytes()[at + 1..];
        let length = inside.iter().take(40).position(|byte| *byte == b']')?;
        self.work.add(length);
        let mark = &inside[..length];
        // More than a few characters are words.
        let is_words = length > 3 && mark[0].is_ascii_alphabetic();
        let is_part =
            |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'*' || *byte == b' ' && is_words;
        let is_mark = length > 0 && (length <= 3 || is_words) && mark.iter().all(is_part);
        let end = at + length + 2;
        let before = self.text[..at].trim_end_matches([' ', '\t']);
        self.work.add(at - before.len());
        let is_after = !self.in_array() && self.is_after_value(at) || before.ends_with('}');
        let after = self.text[end..].trim_start_matches([' ', '\t']);
        (is_mark && is_after && after.starts_with([',', '}', ']', '\r', '\n'])).then_some(end)
    }

    /// The end of the words at `at`, on the line of the closing bracket that they follow: before a comma,
    /// another closing bracket, the next name or the end of the line.
    fn words_after_bracket(&self, at: usize) -> Option<usize> {
        let before = self.text[..at].trim_end_matches([' ', '\t']);
        self.work.add(at - before.len());
        if !before.ends_with(['}', ']']) || self.begins_with_member(at) {
            return None;
        }
        let equals = self.text[at..].len() - self.text[at..].trim_start_matches('=').len();
        self.work.add(equals);
        let mut end = if equals == 1 { at } else { at + equals };
        loop {
            end = self.remark_limit(end, |c| is_quote(c) || "{}[](),:=\n".contains(c))?;
            let is_end = match self.char(end)? {
                '}' | ']' | '\n' => true,
                ',' => {
                    let next = self.skip_ignorable(end + 1);
                    match self.char(next) {
                        Some('{' | '[' | '}' | ']') => true,
                        Some(c) if is_quote(c) => true,
                        Some(_) if self.begins_with_member(next) => true,
                        Some(_) if end - at < MAX_REMARK => {
                            end += 1;
                            continue;
                        }
                        _ => false,
                    }
                }
                c => is_quote(c) && self.opens_name(end),
            };
            return (is_end && end > at).then_some(end);
        }
    }

    /// The first character from `at` on that ends a remark, if it is near.
    fn remark_limit(&self, at: usize, is_end: impl Fn(char) -> bool) -> Option<usize> {
        let mut chars = self.text[at..].char_indices().take(MAX_REMARK);
        let found = chars.find(|(_, c)| is_end(*c)).map(|(length, _)| at + length);
        self.work.add(found.map_or(MAX_REMARK, |found| found - at));
        found
    }

    /// The colon after a remark at `at` that follows the name of a field, on its line.
    pub(super) fn colon_after_remark(&self, name: &str, at: usize) -> Option<Range<usize>> {
        if self.in_array() || !self.known.contains(name) {
            return None;
        }
        let end = self.remark_limit(at, |c| is_quote(c) || "{}[,:：\n".contains(c))?;
        self.colon(end).filter(|colon| self.has_value(colon))
    }

    /// The end of a remark at `at`, after a colon, if the value follows it on its line.
    pub(super) fn remark_before_value(&self, at: usize) -> Option<usize> {
        let c = self.char(at)?;
        if matches!(c, '#' | '▼' | '▶' | '▾' | '▸' | '►') {
            return Some(at + c.len_utf8());
        }
        let is_sign =
            is_remark_sign(c) || matches!(c, '¶' | '↵' | '⏎' | '\\' | '|' | ';' | '•' | '>');
        if !is_sign || self.text[at..].starts_with("\\\"") {
            return None;
        }
        let is_value = |c: char| c.is_alphanumeric() || is_quote(c) || "{}[],:\n".contains(c);
        let signs = self.remark_limit(at, is_value)?;
        if self.text[at..signs].ends_with(is_ignorable) && self.is_plain_value(signs) {
            return Some(signs);
        }
        let end = self.remark_limit(at, |c| is_quote(c) || "{}[],:\n".contains(c))?;
        let remark = &self.text[at..end];
        let inside = self.skip_ignorable(self.after_char(end));
        let is_value = match self.char(end)? {
            '{' => {
                self.char(inside).is_some_and(|c| is_quote(c) || c == '}')
                    || self.begins_with_member(inside)
            }
            '[' => self.char(inside).is_some_and(|c| is_quote(c) || matches!(c, '{' | '[' | ']')),
            '"' => {
                let is_only_signs = !remark.contains(char::is_alphanumeric);
                let is_whole = |past| {
                    let after = self.char(self.skip_whitespace(past));
                    after.is_none_or(|c| matches!(c, ',' | '}' | ']') || is_remark_sign(c))
                        || self.text[past..].starts_with(['\r', '\n'])
                };
                (is_only_signs || self.is_arrow(c) && self.is_remark(remark))
                    && remark.ends_with(is_ignorable)
                    && self.simple_string_end(end).is_some_and(is_whole)
            }
            _ => false,
        };
        is_value.then_some(end)
    }

    fn is_arrow(&self, c: char) -> bool {
        matches!(c, '<' | '←' | '→' | '⇐' | '⇒')
    }

    fn is_after_comma(&self, at: usize) -> bool {
        let before = self.text[..at].trim_end_matches(is_ignorable);
        self.work.add(at - before.len());
        before.ends_with(',')
    }

    /// The end of a remark: of its line, or before the next member and the brackets at the end.
    pub(super) fn remark_end(&self, at: usize) -> usize {
        let rest = &self.bytes()[at..];
        let ends = |offset: &usize| rest[*offset] == b'\n' || self.opens_name(at + *offset);
        let found = memchr::memchr2_iter(b'\n', b'"', rest).find(ends).unwrap_or(rest.len());
        self.work.add(found);
        // Brackets that the remark does not open or close itself are not part of it.
        let mut open = 0_usize;
        let is_end = |(offset, c): &(usize, char)| {
            match c {
                '[' | '{' => {
                    let inside = self.skip_whitespace(at + offset + 1);
                    if self.char(inside).is_some_and(|c| is_quote(c) || c == '{') {
                        return true;
                    }
                    open += 1;
                }
                ']' | '}' if open == 0 => return true,
                ']' | '}' => open -= 1,
                _ => {}
            }
            false
        };
        let text = &self.text[at..at + found];
        let end = text.char_indices().find(is_end).map_or(text.len(), |(offset, _)| offset);
        let text = &text[..end];
        let text = text.trim_end_matches(|c| is_ignorable(c) || c == ',');
        at + text.len().max(1)
    }

    /// Whether a value ends before `at`.
    pub(super) fn is_after_value(&self, at: usize) -> bool {
        let before = self.text[..at].trim_end_matches(is_ignorable);
        self.work.add(at - before.len());
        let last = before.chars().next_back();
        last.is_some_and(|c| !matches!(c, ',' | ':' | '{' | '[' | '('))
    }

    /// The end of the words before an object or array that is a value: the name of its type, or prose.
    pub(super) fn type_name_end(&self, at: usize) -> Option<usize> {
        const LIMIT: usize = 256;
        let rest = &self.text[at..];
        let is_end =
            |c: char| is_quote(c) || matches!(c, '{' | '}' | '[' | ']' | ',' | '=' | '(' | ')');
        let (length, c) = rest.char_indices().take(LIMIT).find(|(_, c)| is_end(*c))?;
        self.work.add(length);
        let words = &rest[..length];
        let end = at + length;
        let is_fence = c == '`' && self.text[end..].starts_with("```");
        let inside = self.skip_ignorable(self.after_char(end));
        let is_container = match c {
            '{' => {
                self.char(inside).is_some_and(|c| is_quote(c) || c == '}')
                    || self.begins_with_member(inside)
            }
            '[' => {
                let has_space = words.ends_with(is_ignorable);
                has_space
                    && self.char(inside).is_some_and(|c| is_quote(c) || matches!(c, '{' | '['))
            }
            _ => is_fence,
        };
        // A literal is a value itself.
        let is_value = self.is_plain_value(at) && words.contains('\n');
        let has_next_line = words.trim_end().contains('\n') && !words.trim_end().ends_with(':');
        let is_type = is_container && !is_value && !words.contains("//");
        (is_type && (is_fence || !has_next_line)).then_some(end)
    }

    /// The end of a name and a parenthesis before the object or array that is the argument of a call.
    pub(super) fn call_start(&self, at: usize) -> Option<usize> {
        let name = unquoted_name_length(&self.text[at..]);
        let paren = self.skip_whitespace(at + name);
        if self.byte(paren) != Some(b'(') {
            return None;
        }
        let inside = self.skip_ignorable(paren + 1);
        let is_call = name > 0 && matches!(self.byte(inside), Some(b'{' | b'['));
        if is_call && self.text[at..at + name].ends_with("Array") && self.byte(inside) == Some(b'{')
        {
            // The parentheses are the brackets.
            return Some(paren);
        }
        if is_call {
            self.calls.borrow_mut().enter(paren);
        }
        matches!(self.byte(inside), Some(b'{' | b'[')).then_some(paren + 1)
    }
}

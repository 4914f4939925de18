//! Lines between members or items that are neither: of a log, a mail, another program or a merge.

use super::lexer::{Lexer, unquoted_name_length};
use super::quotes::is_quote;
use crate::syntax::json::container_end;
use crate::text::characters::is_ignorable;

/// The most lines that follow one another.
const MOST_LINES: usize = 6;
/// The most bytes of them.
const LONGEST: usize = 1024;

impl Lexer<'_> {
    /// The end of the lines at `at` that are no members or items, before a line that is one or that closes one.
    pub(super) fn foreign_lines_end(&self, at: usize) -> Option<usize> {
        let is_json = matches!(self.byte(at)?, b'"' | b'}' | b']' | b',' | b':' | b'\\');
        if is_json || at <= self.start {
            return None;
        }
        let line_start = self.text[..at].trim_end_matches([' ', '\t']);
        if !line_start.ends_with('\n') {
            self.work.add(at - line_start.len());
            return None;
        }
        let before = line_start.trim_end_matches(is_ignorable);
        self.work.add(at - before.len());
        let is_last = |c: char| matches!(c, ',' | '{' | '[' | '}' | ']' | '"' | '0'..='9');
        let literals = ["true", "false", "null"];
        if !before.ends_with(is_last) && !literals.iter().any(|it| before.ends_with(it)) {
            return None;
        }
        let limit = self.floor_char_boundary(at + LONGEST);
        let mut from = at;
        for _ in 0..MOST_LINES {
            let length = memchr::memchr(b'\n', &self.bytes()[from..limit])?;
            self.work.add(length);
            let line = self.text[from..from + length].trim_end();
            let is_object = line.starts_with('{');
            // What follows decides whether it is the next document.
            self.work.has_passed_start.set(is_object || self.work.has_passed_start.get());
            if !self.is_foreign(from, line) {
                return None;
            }
            let end = from + line.len();
            from = self.skip_whitespace(from + length);
            if from >= limit {
                return None;
            }
            if self.continues_at(from, before, is_object) {
                return Some(end);
            }
        }
        None
    }

    /// Whether a member, an item or a closing bracket is at `at`. `before`: the text before the foreign lines.
    /// `is_known`: whether an item must be a record.
    fn continues_at(&self, at: usize, before: &str, is_known: bool) -> bool {
        let value = before.strip_suffix(',').unwrap_or(before).trim_end_matches(is_ignorable);
        match self.byte(at) {
            Some(b'{') => {
                let inside = self.skip_whitespace(at + 1);
                let is_record = || self.first_name(inside).is_some_and(|it| self.known.matches(it));
                (before.ends_with('[') || value.ends_with('}'))
                    && self.char(inside).is_some_and(is_quote)
                    && (!is_known || is_record())
            }
            // The last item may be an object of any kind, unless others are not on one line.
            Some(b'}' | b']') if self.in_array() && is_known => {
                before.rsplit('\n').next().is_some_and(|line| line.trim() == "}")
            }
            Some(b'}' | b']') if self.in_array() => value.ends_with(['}', ']']),
            Some(b'}' | b']') => !before.ends_with(['{', '[']),
            Some(_) => !before.ends_with('[') && self.opens_field(at),
            None => false,
        }
    }

    /// Whether a line at `at` is no member or item, nor a part of one.
    fn is_foreign(&self, at: usize, line: &str) -> bool {
        let Some(first) = line.chars().next() else { return false };
        match first {
            '{' => {
                let is_object = line.ends_with('}') && line[1..].trim_start().starts_with('"');
                let end = at + line.len();
                return is_object
                    && self.first_name(at + 1).is_some_and(|name| !self.known.matches(name))
                    && container_end(&self.bytes()[..end], at) == Some(end);
            }
            '[' => {
                // A mark, such as that of a process or a time, before words.
                let Some((mark, after)) = line[1..].split_once(']') else { return false };
                let is_value = mark.trim().is_empty() || mark.contains(['{', '[', '"', '\'']);
                if is_value || after.is_empty() || after.starts_with([',', '}', ']', ':']) {
                    return false;
                }
            }
            '}' | ']' | ',' | ':' | '\\' | '(' | '`' => return false,
            c if is_quote(c) => return false,
            _ => {}
        }
        if !line.contains(char::is_alphanumeric) && line.chars().nth(2).is_none() {
            return false;
        }
        let has_space = line.contains([' ', '\t']);
        if line.ends_with(['{', '[', '(', ':', '\\', '+']) && !(line.ends_with(':') && has_space)
            || line.ends_with(',') && !has_space
        {
            return false;
        }
        let count = |c: char| line.matches(c).count();
        if count('{') != count('}') || count('[') != count(']') || !count('"').is_multiple_of(2) {
            return false;
        }
        !self.is_member(at, line) && !self.holds_member(at, line) && !self.is_item(at, line)
    }

    /// Whether a line is a member, if only of an unknown name without quotes.
    fn is_member(&self, at: usize, line: &str) -> bool {
        let is_mark = |c: char| "-*+•>|#&~^/ \t".contains(c);
        let start = line.len() - line.trim_start_matches(is_mark).len();
        let name = unquoted_name_length(&line[start..]);
        let past = at + start + name;
        let Some(colon) = self.colon(self.skip_whitespace(past)).filter(|_| name > 0) else {
            return self.begins_with_member(at)
                || self.decorated_name(at).is_some()
                || self.call_start(at).is_some();
        };
        if self.known.matches(&line[start..start + name]) {
            return true;
        }
        let value = self.text.get(colon.end..at + line.len()).unwrap_or_default().trim_start();
        let word = unquoted_name_length(value);
        let is_plain = self.is_plain_value(at + line.len() - value.len())
            && matches!(&value[word..], "" | ",");
        let is_name = line[start..start + name].chars().all(|c| c.is_alphanumeric() || c == '_');
        let is_word = is_name && !value.contains(is_ignorable) && !self.in_array();
        let is_quoted = value.starts_with(|c: char| is_quote(c) || matches!(c, '{' | '['));
        is_quoted && self.text[colon].starts_with(':')
            || value.is_empty()
            || is_plain
            || is_word
            || line.ends_with(',')
    }

    /// Whether a member in quotes begins in a line.
    fn holds_member(&self, at: usize, line: &str) -> bool {
        memchr::memchr_iter(b'"', line.as_bytes()).any(|quote| self.opens_field(at + quote))
    }

    /// Whether a line is a number or literal.
    fn is_item(&self, at: usize, line: &str) -> bool {
        let word = unquoted_name_length(line);
        self.is_plain_value(at) && matches!(line[word..].trim(), "" | ",")
    }
}

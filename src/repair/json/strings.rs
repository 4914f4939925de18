//! Where a string ends whose quotes are missing, doubled or not escaped.
//!
//! A quote that may close the string is judged by what follows it. If nothing proves it, a later quote
//! may, as long as no member begins before it.

use std::ops::Range;

use super::lexer::{Lexer, Scalar, is_line_start, is_unquoted_name, unquoted_name_length};
use super::quotes::Follow::{Certain, Likely, No};
use super::quotes::{LOOKAHEAD, Place, closes, is_quote};
use crate::text::characters::is_ignorable;

/// Longer strings are not joined without a sign between them.
const MAX_JOINED: usize = 4096;
/// How many quotes after a likely end of a string are looked at.
const MAX_CANDIDATES: usize = 6;
/// Containers in strings are not searched for their end after this number of failures.
const MAX_FAILED_CONTAINERS: usize = 8;

impl Lexer<'_> {
    /// The length of the prefix of a string literal of another language, such as `u` or `b`.
    pub(super) fn string_prefix(&self, at: usize) -> usize {
        const PREFIXES: [&str; 18] = [
            "u8", "br", "rb", "bR", "Rb", "BR", "u", "b", "r", "f", "U", "B", "R", "F", "L", "@",
            "N", "$",
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
        if let Some(string) = self.escaped_string(at).or_else(|| self.delimited(at)) {
            return string;
        }
        if let Some(empty) = self.empty_string(at) {
            return empty;
        }
        let open = at + self.string_prefix(at);
        let mut string = self.string_part(at, open, place);
        if self.char(open).is_some_and(|quote| matches!(quote, '«' | '‹')) {
            let text = &self.text[string.content.clone()];
            if text.starts_with(is_ignorable) && text.ends_with(is_ignorable) {
                let start = string.content.start + text.len() - text.trim_start().len();
                string.content = start..start + text.trim().len();
            }
        }
        self.undouble_quotes(&mut string);
        while let Some(open) = self.joined_string(&string, place) {
            let part = self.string_part(open, open, place);
            string.joins.push(string.content.end..part.content.start);
            string.content.end = part.content.end;
            string.span.end = part.span.end;
            string.has_inner_quotes |= part.has_inner_quotes;
            string.is_truncated = part.is_truncated;
        }
        let content = &self.text.as_bytes()[string.span.clone()];
        if memchr::memmem::find(content, b"\n{").is_some() {
            self.work.has_passed_start.set(true);
        }
        string
    }

    /// Reads quotes in a string as one if all of them are doubled.
    fn undouble_quotes(&self, string: &mut Scalar) {
        if !string.has_inner_quotes {
            return;
        }
        let text = &self.text[string.content.clone()];
        let mut at = 0;
        let mut joins = Vec::new();
        self.work.add(text.len());
        while let Some(found) = memchr::memchr(b'"', &text.as_bytes()[at..]) {
            let first = at + found;
            if !text[first..].starts_with("\"\"") || text[first..].starts_with("\"\"\"") {
                return;
            }
            joins.push(string.content.start + first..string.content.start + first + 1);
            at = first + 2;
        }
        // A single pair in a word is where the string was cut in two.
        let is_word = |c: char| c.is_ascii_alphanumeric();
        let parts = text.split_once("\"\"").filter(|_| !text.contains(char::is_whitespace));
        let is_cut = parts.is_some_and(|(a, b)| a.ends_with(is_word) && b.starts_with(is_word));
        match joins.first() {
            Some(first) if joins.len() == 1 && is_cut => {
                string.joins = std::iter::once(first.start..first.start + 2).collect();
            }
            Some(_) if joins.len() > 1 => string.joins = joins,
            _ => {}
        }
    }

    /// The empty string at `at` in quotes that are doubled or tripled.
    fn empty_string(&self, at: usize) -> Option<Scalar> {
        let quote = self.char(at).filter(|c| matches!(c, '"' | '\'' | '`'))?;
        let count =
            self.bytes()[at..].iter().take(7).take_while(|byte| **byte == quote as u8).count();
        let end = at + count;
        let is_end = || {
            let next = self.skip_whitespace(end);
            matches!(self.byte(next), None | Some(b',' | b'}' | b']'))
                || self.text[end..next].contains('\n')
        };
        if count == 1 && matches!(self.byte(end), Some(b'"' | b'\'')) {
            // Two quotes that differ, at the end of a line or before the next member.
            let past = end + 1;
            let after = self.text[past..].strip_prefix(',');
            let is_before_name = after.is_some() && self.opens_name(past + 1);
            let after = after.unwrap_or(&self.text[past..]);
            let is_line_end = is_before_name || after.starts_with(['\r', '\n']);
            return is_line_end
                .then(|| Scalar { is_quoted: true, ..Scalar::new(at..past, end..end) });
        }
        if count == 2 && self.text[end..].starts_with("''") && quote == '`' {
            let past = end + 2;
            let is_end = self.text[past..].starts_with([',', '\r', '\n', '}', ']']);
            return is_end.then(|| Scalar { is_quoted: true, ..Scalar::new(at..past, end..end) });
        }
        (matches!(count, 4 | 6) && is_end()).then(|| Scalar {
            is_quoted: true,
            ..Scalar::new(at..end, at + count / 2..at + count / 2)
        })
    }

    /// The string at `at` whose quotes are escaped, as is its content.
    fn escaped_string(&self, at: usize) -> Option<Scalar> {
        let bytes = self.bytes();
        let start = at + 2;
        if bytes.get(at..start)? != b"\\\"" {
            return None;
        }
        let (mut end, mut joins) = (start, Vec::new());
        let past = loop {
            let found = memchr::memchr3(b'"', b'\\', b'\n', &bytes[end..]);
            self.work.add(found.unwrap_or(bytes.len() - end));
            end += found?;
            match &bytes[end..] {
                [b'\\', b'"', ..] => break end + 2,
                [b'"', ..] => break end + 1,
                [b'\\', b'\\', ..] => {
                    joins.push(end..end + 1);
                    end += 3;
                }
                [b'\\', ..] => end += 2,
                _ => return None,
            }
            end = self.floor_char_boundary(end.min(bytes.len()));
        };
        let string = Scalar { is_quoted: true, joins, ..Scalar::new(at..past, start..end) };
        (self.follow(start..end, past, Place::First, 0) != No).then_some(string)
    }

    /// The start of the string that continues this one: after a `+`, or on the next line.
    fn joined_string(&self, string: &Scalar, place: Place) -> Option<usize> {
        let past = string.span.end;
        if string.is_truncated || self.char(past).is_none_or(|c| matches!(c, ',' | ':' | '}' | ']'))
        {
            return None;
        }
        let next = self.skip_ignorable(past);
        if let Some(open) = self.after_join(next) {
            return Some(open);
        }
        // The name of a field is before its value.
        let is_name = self.known.contains(&self.text[string.content.clone()]);
        if place == Place::Value && !is_name { self.joined_at(past) } else { None }
    }

    /// The start of a whole string after another one that ends at `past`, without a sign between them.
    pub(super) fn joined_at(&self, past: usize) -> Option<usize> {
        let next = self.skip_ignorable(past);
        let quote = self.char(next).filter(|c| is_quote(*c))?;
        if next == past {
            return None;
        }
        let inside = next + quote.len_utf8();
        let until = self.floor_char_boundary(inside + MAX_JOINED);
        let (found, _) = self.next_quote(inside, until, quote)?;
        let after = self.after_char(found);
        let next_token = self.skip_ignorable(after);
        let is_end = self.char(next_token).is_none_or(|c| match c {
            ',' | '}' | ']' | ')' => true,
            c => is_quote(c) && self.text[after..next_token].contains('\n'),
        });
        let part = &self.text[inside..found];
        let is_end = is_end && !part.contains('\n');
        (is_end && !part.is_empty() && !self.known.contains(part)).then_some(next)
    }

    /// The quote after the `+` or another sign that joins strings, or the backslash at the end of a line, at `at`.
    pub(super) fn after_join(&self, at: usize) -> Option<usize> {
        let length = match self.bytes().get(at..)? {
            [b'|', b'|', ..] | [b'.', b'.', b'"', ..] | [b'.', b'.', b' ', ..] => 2,
            [b'+' | b'.' | b'&' | b'~', ..] | [b'\\', b'\n' | b'\r', ..] => 1,
            _ => return None,
        };
        let next = self.skip_ignorable(at + length);
        let is_string = self.char(next).is_some_and(is_quote);
        (is_string
            && self.sign_before_name(at).is_none()
            && (self.byte(at) == Some(b'+') || !self.opens_name(next)))
        .then_some(next)
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
        if let Some(end) = self.name_before_colon(start).filter(|_| place == Place::First) {
            return scalar(start..end, end, false);
        }
        let mut from = start;
        let mut until = self.text.len();
        let (mut inner, mut escaped, mut is_doubled) = (0_usize, 0_usize, false);
        let mut likely = None;
        let mut candidates = 0;
        while let Some((found, c)) = self.next_quote(from, until, quote) {
            let past = found + c.len_utf8();
            candidates += usize::from(likely.is_some());
            if candidates > MAX_CANDIDATES {
                break;
            }
            if c == '\\' {
                escaped += usize::from(self.char(past) == Some(quote));
                from = self.after_char(past);
                continue;
            }
            if let Some(end) = self.end_before_next_document(start, found) {
                match likely {
                    Some(_) => break,
                    None => {
                        // Without a bracket or comma after it, the string itself was cut.
                        let between = self.text[end..found].trim_matches(is_ignorable);
                        let is_truncated = between == "{";
                        return Scalar { is_truncated, ..scalar(start..end, end, inner > 0) };
                    }
                }
            }
            match self.follow(start..found, past, place, inner) {
                Certain => return scalar(start..found, past, inner > 0),
                Likely if likely.is_none() => {
                    likely = Some((start..found, past, inner > 0));
                    until = self.floor_char_boundary(past + LOOKAHEAD);
                }
                No => {
                    if let Some(end) = self.inner_container_end(start, found) {
                        (inner, from) = (inner + 2, end);
                        continue;
                    }
                }
                Likely => {}
            }
            let is_name_start = self.byte(past).is_some_and(|byte| byte.is_ascii_alphanumeric());
            if found == start && !is_doubled && is_name_start && !self.is_inner_pair(past, quote) {
                (start, is_doubled) = (past, true);
            } else if self.is_doubled_quote(start..found, past, c, place) {
                let past = past + c.len_utf8();
                // A length in inches, or the end of a quotation.
                let last = self.text[start..found].rsplit(is_ignorable).next().unwrap_or("");
                let is_length = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
                let is_inner = is_length || (inner + escaped) % 2 == 1;
                return match !is_doubled && place == Place::Value && is_inner {
                    true => scalar(start..past - c.len_utf8(), past, true),
                    false => scalar(start..found, past, inner > 0),
                };
            } else if likely.is_some() && self.opens_name(found) {
                break;
            } else if let Some(end) = self.end_before_next_name(start, found, place, inner) {
                if likely.is_none() {
                    let before =
                        if inner > 0 { self.before_comma(start..end, quote) } else { None };
                    let end = before.unwrap_or(end);
                    let is_closed = inner > 0 && self.text[end..].starts_with(quote);
                    let past = end + if is_closed { quote.len_utf8() } else { 0 };
                    return Scalar { is_guess: inner > 0, ..scalar(start..end, past, inner > 0) };
                }
                break;
            } else {
                inner += 1;
            }
            from = past;
        }
        if let Some((content, past, has_inner_quotes)) = likely {
            return Scalar { is_guess: true, ..scalar(content, past, has_inner_quotes) };
        }
        if let Some(end) = (quote != '"').then(|| self.before_known_name(start)).flatten() {
            return scalar(start..end, end, inner > 0);
        }
        let end = self.text.len();
        Scalar { is_truncated: true, ..scalar(start..end, end, inner > 0) }
    }

    /// The end of the name at `start` that lacks its closing quote, before a colon and a value without
    /// quotes.
    fn name_before_colon(&self, start: usize) -> Option<usize> {
        let end = start + unquoted_name_length(&self.text[start..]);
        if end == start || self.char(end).is_some_and(is_quote) {
            return None;
        }
        let colon = self.colon(self.skip_whitespace(end))?;
        let value = self.skip_whitespace(colon.end);
        let is_known = self.known.contains(&self.text[start..end]);
        let is_value =
            is_known && self.char(value).is_some_and(|c| is_quote(c) || matches!(c, '{' | '['));
        if !is_value && !self.is_plain_value(value) {
            return None;
        }
        let past = value + unquoted_name_length(&self.text[value..]);
        let is_end = |c| matches!(c, ',' | '}' | ']' | '\n' | '\r');
        (is_value || self.char(past).is_none_or(is_end)).then_some(end)
    }

    pub(super) fn floor_char_boundary(&self, mut at: usize) -> usize {
        while at < self.text.len() && !self.text.is_char_boundary(at) {
            at += 1;
        }
        at.min(self.text.len())
    }

    /// The next backslash before `until`, or quote that closes a string in `quote`.
    pub(super) fn next_quote(
        &self,
        from: usize,
        until: usize,
        quote: char,
    ) -> Option<(usize, char)> {
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
            _ => {
                rest.char_indices().find(|(_, c)| *c == '\\' || closes(quote, *c)).map(|(at, _)| at)
            }
        };
        self.work.add(found.unwrap_or(rest.len()));
        found.and_then(|at| Some((from + at, first(at)?)))
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
        self.char(past) == Some(c) && self.follow(content, past + c.len_utf8(), place, 0) == Certain
    }

    /// The end of the object or array inside the string that begins at `start`, if the quote at `found`
    /// is the first inside of it.
    fn inner_container_end(&self, start: usize, found: usize) -> Option<usize> {
        const LIMIT: usize = 1 << 16;
        let before = self.text[start..found].trim_end_matches(is_ignorable);
        let bracket = *before.as_bytes().last().filter(|byte| matches!(byte, b'{' | b'['))?;
        let is_name = self.opens_name(found);
        if bracket == b'{' && !is_name || self.work.failed_containers.get() >= MAX_FAILED_CONTAINERS
        {
            return None;
        }
        let open = start + before.len() - 1;
        let end = self.balanced_end(open, LIMIT);
        let end = end.filter(|end| {
            !is_name || !self.opens_known_name(found) || self.is_closed_after(*end, found)
        });
        if end.is_none() {
            self.work.failed_containers.set(self.work.failed_containers.get() + 1);
        }
        end
    }

    /// The first quote in a string with a comma after it.
    fn before_comma(&self, content: Range<usize>, quote: char) -> Option<usize> {
        let text = &self.text[content.clone()];
        self.work.add(text.len());
        let is_end = |at: &usize| text[at + quote.len_utf8()..].trim_start().starts_with(',');
        text.match_indices(quote).map(|(at, _)| at).find(is_end).map(|at| content.start + at)
    }

    /// Whether a quote like that at `open` is at `at`, or behind words there, and closes a string.
    fn is_closed_after(&self, at: usize, open: usize) -> bool {
        let ends = |c: char| is_quote(c) || matches!(c, '{' | '}' | '[' | ']' | ':' | ',' | '\n');
        let rest = &self.text[at..self.floor_char_boundary(at + LOOKAHEAD)];
        let Some(length) = rest.find(ends) else { return false };
        self.work.add(length);
        let past = at + length + 1;
        self.char(at + length) == self.char(open)
            && (length == 0
                || matches!(self.byte(self.skip_whitespace(past)), Some(b',' | b'}' | b']')))
    }

    /// The end of the brackets that open at `open`, outside of strings in double quotes.
    pub(super) fn balanced_end(&self, open: usize, limit: usize) -> Option<usize> {
        let bytes = self.bytes();
        let (mut at, mut depth, mut in_string) = (open, 0_usize, false);
        let end = loop {
            let Some(&byte) = bytes.get(at).filter(|_| at - open <= limit) else { break None };
            match byte {
                b'"' => in_string = !in_string,
                b'\\' if in_string => at += 1,
                _ if in_string => {}
                b'{' | b'[' | b'(' => depth += 1,
                b'}' | b']' | b')' if depth == 1 => break Some(at + 1),
                b'}' | b']' | b')' => depth = depth.saturating_sub(1),
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
        // A comment before the quote is not part of the string.
        let comment = trimmed.ends_with("*/").then(|| trimmed.rfind("/*")).flatten();
        let trimmed = comment.map_or(trimmed, |at| trimmed[..at].trim_end_matches(is_ignorable));
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
            Some(last) if last == ':' || trimmed.ends_with("=>") => {
                let name = trimmed.strip_suffix("=>").unwrap_or(trimmed);
                let name = name.trim_end_matches(':').trim_end_matches(is_ignorable);
                let name = name.trim_end_matches(is_quote);
                match place {
                    // The string is a name.
                    Place::First => is_unquoted_name(name),
                    // A text with quotes may have colons.
                    Place::Value if inner > 0 && !self.known.contains(self.last_name(name)) => {
                        opens_name && self.opens_known_name(found)
                    }
                    Place::Value => return Some(start + self.before_unquoted_name(name)?),
                }
            }
            Some(',' | '{' | '[' | ';' | '|' | '，' | '、' | '﹐' | '،') if opens_name => true,
            Some(',') => {
                place == Place::First && inner == 0 && trimmed.len() > 1 && self.is_opening(found)
            }
            _ => opens_name && (has_newline || self.opens_known_name(found)),
        };
        let before = if comment.is_some() { trimmed } else { before };
        is_next.then(|| start + self.trim_structure(before))
    }

    /// The end of a string without a closing quote, if the quote at `found` opens the first name of a document
    /// on the next line.
    fn end_before_next_document(&self, start: usize, found: usize) -> Option<usize> {
        let before = self.text[start..found].trim_end_matches(is_ignorable).strip_suffix('{')?;
        self.work.add(found - start - before.len());
        let brace = start + before.len();
        (self.starts_line && is_line_start(self.text, brace) && self.opens_name(found))
            .then(|| start + self.trim_structure(before))
    }

    /// The end of the text before the unquoted name of a member at its end.
    fn before_unquoted_name(&self, text: &str) -> Option<usize> {
        let name = self.last_name(text);
        let rest = &text[..text.len() - name.len()];
        let before = rest.trim_end_matches(is_ignorable);
        let is_separated = before.ends_with([',', ';']) || rest[before.len()..].contains('\n');
        (!name.is_empty() && is_separated).then(|| self.trim_structure(rest))
    }

    /// What may be a name without quotes at the end of a text.
    fn last_name<'s>(&self, text: &'s str) -> &'s str {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let name = &text[text.trim_end_matches(is_part).len()..];
        self.work.add(name.len());
        name
    }

    /// The length of a text without the brackets and separators at its end that are not part of it.
    fn trim_structure(&self, text: &str) -> usize {
        let mut counts = None;
        let mut kept = text.trim_end_matches(is_ignorable);
        kept = kept.strip_suffix([';', '|', '，', '、', '﹐', '،']).unwrap_or(kept);
        loop {
            kept = kept.trim_end_matches(is_ignorable);
            let Some(last) = kept.chars().next_back() else { break };
            match last {
                ',' | ':' => {}
                '{' | '[' => {
                    if let Some((braces, brackets)) = &mut counts {
                        *(if last == '{' { braces } else { brackets }) += 1;
                    }
                }
                '}' | ']' => {
                    // A bracket that the text itself opens is part of it.
                    let (braces, brackets) = counts.get_or_insert_with(|| {
                        self.work.add(kept.len());
                        let count = |wanted: char| kept.matches(wanted).count();
                        (
                            count('}').saturating_sub(count('{')),
                            count(']').saturating_sub(count('[')),
                        )
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
        match kept.strip_suffix(is_quote) {
            Some(inside) if !inside.ends_with('\\') => inside.len(),
            _ => kept.len(),
        }
    }

    /// The end of an unterminated string before the first known name in double quotes.
    fn before_known_name(&self, start: usize) -> Option<usize> {
        let rest = &self.text[start..];
        let opens = |at: &usize| self.opens_name(start + at) && self.opens_known_name(start + at);
        let found = memchr::memchr_iter(b'"', rest.as_bytes()).find(opens);
        self.work.add(found.unwrap_or(rest.len()));
        found.map(|found| start + self.trim_structure(&rest[..found]))
    }

    fn opens_known_name(&self, at: usize) -> bool {
        let inside = self.after_char(at);
        let name = unquoted_name_length(&self.text[inside..]);
        self.known.contains(&self.text[inside..inside + name])
    }
}

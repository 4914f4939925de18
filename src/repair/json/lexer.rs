//! The lexer of malformed JSON: where a string, number or literal ends, and whether it is a name.

use std::ops::Range;

use super::super::schema_context::SchemaContext;
use super::super::work::WorkBudget;
use crate::schema::Kinds;
use crate::syntax::json::find_special;
use crate::text::characters::{is_ignorable, is_quote};

/// Whether the text after a `{` begins with a name without quotes, or with only one, and a colon.
pub(in crate::repair) fn begins_with_name(inside: &str) -> bool {
    let name = unquoted_name_length(inside);
    let after = &inside[name..];
    name > 0
        && after
            .strip_prefix(is_quote)
            .unwrap_or(after)
            .trim_start_matches(is_ignorable)
            .starts_with(':')
}

/// Whether a text begins with a member of a response after another bracket than a brace or none.
pub(in crate::repair) fn begins_without_brace(text: &str, kinds: &'static Kinds) -> bool {
    let inside = text.strip_prefix(['[', '(', '<']).unwrap_or(text);
    begins_with_member(inside.trim_start_matches(is_ignorable), kinds)
}

/// Whether a text begins with a known name of a response in quotes and its colon.
pub(crate) fn begins_with_member(text: &str, kinds: &'static Kinds) -> bool {
    let Some(name) = text.strip_prefix('"') else { return false };
    let length = unquoted_name_length(name);
    let after = name[length..].strip_prefix('"').unwrap_or_default();
    after.trim_start_matches(is_ignorable).starts_with(':')
        && SchemaContext::Root(kinds).field(&name[..length]).is_some()
}

/// Maximum length of a name that is recognized without quotes.
pub(super) const MAX_NAME_LENGTH: usize = 64;

/// The length of the unquoted name at the start of `text`; 0 if there is none.
pub(super) fn unquoted_name_length(text: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '@' | '$' | '.');
    let mut chars = text.char_indices().take(MAX_NAME_LENGTH + 1);
    match chars.find(|(_, c)| !is_part(*c)) {
        Some((length, _)) => length,
        None if text.len() <= MAX_NAME_LENGTH => text.len(),
        None => 0,
    }
}

pub(super) fn is_unquoted_name(text: &str) -> bool {
    !text.is_empty() && unquoted_name_length(text) == text.len()
}

/// Whether a line starts at `at`.
pub(super) fn is_line_start(text: &str, at: usize) -> bool {
    at == 0 || text.as_bytes()[at - 1] == b'\n'
}

/// The spans within `whitespace` that JSON does not allow.
pub(super) fn invalid_whitespace(
    text: &str,
    whitespace: Range<usize>,
) -> impl Iterator<Item = Range<usize>> {
    let is_json_whitespace = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let mut at = whitespace.start;
    text[whitespace].split_inclusive(is_json_whitespace).filter_map(move |piece| {
        let start = at;
        at += piece.len();
        let end = start + piece.trim_end_matches(is_json_whitespace).len();
        (start < end).then_some(start..end)
    })
}

pub(super) struct Lexer<'t> {
    pub(super) text: &'t str,
    pub(super) work: &'t WorkBudget,
    /// Whether the document starts a line. If so, another brace that starts a line, without a comma
    /// before it, begins the next document.
    pub(super) starts_line: bool,
}

/// A string, number or literal, well formed or not.
pub(super) struct Scalar {
    /// Span including quotes.
    pub(super) span: Range<usize>,
    /// Span without quotes.
    pub(super) content: Range<usize>,
    /// Whether it has at least one of its quotes.
    pub(super) is_quoted: bool,
    /// Whether it contains quotes that would end the string.
    pub(super) has_inner_quotes: bool,
    /// Whether the text ends in it, so that the value is incomplete.
    pub(super) is_truncated: bool,
}

impl Lexer<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes().get(at).copied()
    }

    pub(super) fn char(&self, at: usize) -> Option<char> {
        self.text[at..].chars().next()
    }

    /// The end of the character at `at`.
    pub(super) fn after_char(&self, at: usize) -> usize {
        at + self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
    }

    /// The end of the ignorable characters at `at`.
    pub(super) fn skip_whitespace(&self, at: usize) -> usize {
        if let Some(b'!'..=b'~') = self.byte(at) {
            return at;
        }
        let rest = &self.text[at..];
        let whitespace = rest.len() - rest.trim_start_matches(is_ignorable).len();
        self.work.add(whitespace);
        at + whitespace
    }

    /// The end of the comment that begins at `at`.
    pub(super) fn comment_end(&self, at: usize) -> Option<usize> {
        let rest = &self.bytes()[at..];
        let line = |rest: &[u8]| memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let length = match rest {
            [b'/', b'/', ..] | [b'#', ..] => line(rest),
            [b'/', b'*', inside @ ..] => match memchr::memmem::find(inside, b"*/") {
                Some(end) => end + 4,
                None => {
                    self.work.add(rest.len());
                    self.unterminated_comment_end(at + 2) - at
                }
            },
            _ => return None,
        };
        self.work.add(length);
        Some(at + length)
    }

    /// The assumed end of an unterminated comment: the end of its line, or the next quoted name.
    pub(super) fn unterminated_comment_end(&self, inside: usize) -> usize {
        let rest = &self.bytes()[inside..];
        let ends = |offset: &usize| rest[*offset] == b'\n' || self.opens_name(inside + *offset);
        let end = memchr::memchr2_iter(b'\n', b'"', rest).find(ends);
        inside + end.unwrap_or(rest.len())
    }

    /// The end of ignorable characters and comments at `at`.
    pub(super) fn skip_ignorable(&self, mut at: usize) -> usize {
        loop {
            if let Some(b'!'..=b'"' | b'$'..=b'.' | b'0'..=b'~') = self.byte(at) {
                return at;
            }
            at = self.skip_whitespace(at);
            match self.comment_end(at) {
                Some(end) => at = end,
                None => return at,
            }
        }
    }

    /// The end of the string in `"` at `at`, if it contains nothing that is or must be escaped.
    pub(super) fn simple_string_end(&self, at: usize) -> Option<usize> {
        let inside = self.bytes()[at..].strip_prefix(b"\"")?;
        let length = find_special(inside).filter(|length| inside[*length] == b'"')?;
        self.work.add(length);
        Some(at + length + 2)
    }

    /// The end of the well-formed scalar or name at `at`, if the next characters confirm that it ends
    /// there; a fast path.
    pub(super) fn simple_value_end(&self, at: usize) -> Option<usize> {
        /// A number with at most this many digits is in the range of every parser.
        const MAX_DIGITS: usize = 18;
        let rest = &self.bytes()[at..];
        let end = match rest.first()? {
            b'"' => self.simple_string_end(at)?,
            b'0'..=b'9' => {
                let digits = rest.iter().take(MAX_DIGITS + 1);
                let length = digits.take_while(|byte| byte.is_ascii_digit()).count();
                let is_number = length == 1 || length <= MAX_DIGITS && rest[0] != b'0';
                is_number.then_some(at + length)?
            }
            b't' | b'n' => {
                at + [&b"true"[..], b"null"].iter().find(|literal| rest.starts_with(literal))?.len()
            }
            b'f' => rest.starts_with(b"false").then_some(at + "false".len())?,
            _ => return None,
        };
        let is_end = match &self.bytes()[end..] {
            [b':', ..] => rest[0] == b'"',
            [b'}' | b']', ..] | [b',', b'"' | b'{', ..] => true,
            _ => false,
        };
        is_end.then_some(end)
    }

    /// The span of the colon at `at`, or of `=` or `=>` in place of it.
    pub(super) fn colon(&self, at: usize) -> Option<Range<usize>> {
        let rest = &self.bytes()[at..];
        let candidates = rest.iter().take_while(|byte| **byte == b':').count();
        self.work.add(candidates);
        match rest {
            _ if candidates > 0 => Some(at..at + candidates),
            [b'=', b'>', ..] => Some(at..at + 2),
            [b'=', ..] => Some(at..at + 1),
            _ => None,
        }
    }

    pub(super) fn scalar(&self, at: usize) -> Scalar {
        match self.char(at) {
            Some(quote) if is_quote(quote) => self.string(at, quote),
            _ => self.unquoted(at),
        }
    }

    /// The string that the quote at `at` opens.
    pub(super) fn string(&self, at: usize, quote: char) -> Scalar {
        let mut start = at + quote.len_utf8();
        let closes = |c: char| match quote {
            '"' => c == '"',
            '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => {
                matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201b}')
            }
            '`' => matches!(c, '`' | '\''),
            _ => matches!(c, '"' | '\u{201c}'..='\u{201f}'),
        };
        let mut has_inner_quotes = false;
        let mut from = start;
        let scalar = |content: Range<usize>, past, has_inner_quotes| Scalar {
            span: at..past,
            content,
            is_quoted: true,
            has_inner_quotes,
            is_truncated: false,
        };
        while let Some((found, found_char)) = self.next_quote_or_backslash(from, closes) {
            let past = found + found_char.len_utf8();
            if found_char == '\\' {
                from = self.after_char(past);
                continue;
            }
            if self.may_follow(start..found, past) {
                return scalar(start..found, past, has_inner_quotes);
            }
            if found == start && self.byte(past).is_some_and(|byte| byte.is_ascii_alphanumeric()) {
                // The opening quote is doubled.
                start = past;
            } else if !has_inner_quotes && self.is_doubled_quote(start..found, past, found_char) {
                return scalar(start..found, past + found_char.len_utf8(), false);
            } else if let Some(end) = self.end_before_next_name(start, found) {
                return scalar(start..end, end, has_inner_quotes);
            } else {
                has_inner_quotes = true;
            }
            from = past;
        }
        let end = self.text.len();
        Scalar { is_truncated: true, ..scalar(start..end, end, has_inner_quotes) }
    }

    /// The next backslash, or quote that `closes` accepts.
    pub(super) fn next_quote_or_backslash(
        &self,
        from: usize,
        closes: impl Fn(char) -> bool,
    ) -> Option<(usize, char)> {
        let rest = self.text.get(from..)?;
        // Fast path for strings in double quotes. 0xe2 is the first byte of curly quotes.
        let found = if closes('"') && !closes('\'') {
            let is_wanted = |at: &usize| {
                let c = rest[*at..].chars().next();
                c.is_some_and(|c| c == '\\' || closes(c))
            };
            let candidates = memchr::memchr3_iter(b'"', b'\\', 0xe2, rest.as_bytes());
            candidates
                .into_iter()
                .find(is_wanted)
                .and_then(|at| Some((at, rest[at..].chars().next()?)))
        } else {
            rest.char_indices().find(|(_, c)| *c == '\\' || closes(*c))
        };
        self.work.add(found.map_or(rest.len(), |(length, _)| length));
        found.map(|(length, found_char)| (from + length, found_char))
    }

    /// Whether the text at `past` may follow the closing quote of a string with this `content`.
    pub(super) fn may_follow(&self, content: Range<usize>, past: usize) -> bool {
        let next = self.skip_whitespace(past);
        let has_whitespace = next > past;
        match self.byte(next) {
            None | Some(b'}' | b']' | b':' | b'{' | b'[') => true,
            Some(b',') => self.may_follow_comma(next + 1),
            Some(b')') => self.may_follow_paren(next + 1),
            Some(b'/') => self.comment_end(next).is_some(),
            Some(b'=') => true,
            Some(_) if self.char(next).is_some_and(is_quote) => {
                has_whitespace || self.opens_name(next)
            }
            Some(_) if !has_whitespace => false,
            Some(b'#') => true,
            // A name whose colon is missing.
            Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
                let name = &self.text[content];
                let rest = &self.text[next..];
                let name_length = unquoted_name_length(rest);
                let is_literal = matches!(&rest[..name_length], "true" | "false" | "null")
                    || rest.starts_with(|c: char| c == '-' || c.is_ascii_digit());
                is_literal && is_unquoted_name(name)
            }
            // A name without quotes and without a comma before it.
            Some(_) => begins_with_name(&self.text[next..]),
        }
    }

    /// Whether the text at `at` may follow a `)` that is a bracket.
    fn may_follow_paren(&self, at: usize) -> bool {
        let rest = self.text[at..].trim_start_matches(|c| is_ignorable(c) || c == ')');
        self.work.add(self.text.len() - at - rest.len());
        rest.is_empty() || rest.starts_with([',', '}', ']'])
    }

    /// Whether the text at `at` may follow a comma. If not, the comma is part of a string.
    pub(super) fn may_follow_comma(&self, at: usize) -> bool {
        let next = self.skip_whitespace(at);
        let rest = &self.text[next..];
        match rest.chars().next() {
            None | Some('{' | '[' | '}' | ']' | ',' | '-' | '+' | '0'..='9' | '/' | '#') => true,
            Some(first) if is_quote(first) => true,
            Some(_) => {
                let name_length = unquoted_name_length(rest);
                let after = rest[name_length..].trim_start_matches(is_ignorable);
                self.work.add(name_length);
                name_length > 0 && after.starts_with([':', '=', ',', '{', '}', '[', ']', '"'])
            }
        }
    }

    /// Whether the closing quote is doubled.
    pub(super) fn is_doubled_quote(
        &self,
        content: Range<usize>,
        past: usize,
        found_char: char,
    ) -> bool {
        self.char(past) == Some(found_char)
            && self.may_follow(content, past + found_char.len_utf8())
    }

    /// Whether the span is a JSON literal followed by whitespace.
    pub(super) fn is_literal_and_whitespace(&self, span: Range<usize>) -> bool {
        let text = &self.text[span];
        let literal = text.trim_end_matches(is_ignorable);
        literal.len() < text.len() && matches!(literal, "true" | "false" | "null")
    }

    /// The end of a string without a closing quote, if the quote at `found` opens the next name or value.
    pub(super) fn end_before_next_name(&self, start: usize, found: usize) -> Option<usize> {
        let before = &self.text[start..found];
        let trimmed = before.trim_end_matches(is_ignorable);
        self.work.add(before.len() - trimmed.len());
        let has_newline = before[trimmed.len()..].contains('\n');
        let is_next = match trimmed.chars().next_back() {
            // The string is a name.
            Some(':') => {
                let name = trimmed.trim_end_matches(':').trim_end_matches(is_ignorable);
                let name = name.trim_end_matches(is_quote);
                is_unquoted_name(name)
            }
            Some(',' | '{' | '[') => self.opens_name(found),
            _ => has_newline && self.opens_name(found),
        };
        if !is_next {
            return None;
        }
        let is_wanted = |c: char| is_ignorable(c) || matches!(c, ',' | ':' | '{' | '}' | '[' | ']');
        let content = before.trim_end_matches(is_wanted);
        self.work.add(before.len() - content.len());
        Some(start + content.strip_suffix(is_quote).unwrap_or(content).len())
    }

    /// Whether the quote at `at` opens a name.
    pub(super) fn opens_name(&self, at: usize) -> bool {
        let quote = self.char(at).map_or(0, char::len_utf8);
        let rest = &self.text[at + quote..];
        let name = unquoted_name_length(rest);
        let after = rest[name..].strip_prefix(is_quote);
        name > 0
            && after.is_some_and(|after| after.trim_start_matches(is_ignorable).starts_with(':'))
    }

    /// Whether the brace at `at` may begin the next document: it starts a line, as the document did, or with
    /// a name of a response.
    pub(super) fn may_begin_document(&self, at: usize, kinds: &'static Kinds) -> bool {
        let is_root = |name| SchemaContext::Root(kinds).field(name).is_some();
        is_line_start(self.text, at)
            && (self.starts_line || self.first_name(at + 1).is_some_and(is_root))
    }

    /// The first name in the object whose content begins at `at`.
    pub(super) fn first_name(&self, at: usize) -> Option<&str> {
        let rest = &self.text[self.skip_whitespace(at)..];
        let rest = rest.strip_prefix(is_quote).unwrap_or(rest);
        let name = &rest[..unquoted_name_length(rest)];
        self.work.add(name.len());
        (!name.is_empty()).then_some(name)
    }

    /// The value at `at`, which has no opening quote.
    pub(super) fn unquoted(&self, at: usize) -> Scalar {
        let mut end = at;
        let mut closing = None;
        for (length, c) in self.text[at..].char_indices() {
            end = at + length;
            let is_end = match c {
                '\n' | '}' | ']' | '{' | '[' => true,
                ')' => !self.text[at..end].contains('('),
                ',' => self.may_follow_comma(end + 1),
                _ if is_quote(c)
                    && (self.opens_name(end) || self.is_literal_and_whitespace(at..end)) =>
                {
                    true
                }
                _ if is_quote(c) => {
                    let past = end + c.len_utf8();
                    let is_closing = self.may_follow(at..end, past);
                    closing = is_closing.then_some(past);
                    is_closing
                }
                _ => false,
            };
            if is_end {
                break;
            }
            end += c.len_utf8();
        }
        let content = at..at + self.text[at..end].trim_end_matches(is_ignorable).len();
        self.work.add(end - at);
        let text = &self.text[content.clone()];
        // A literal is complete at the end of the text; other values may be truncated.
        let is_complete = closing.is_some() || matches!(text, "true" | "false" | "null");
        Scalar {
            span: at..closing.unwrap_or(content.end).max(at + 1),
            is_quoted: closing.is_some(),
            has_inner_quotes: text.contains('"'),
            is_truncated: !is_complete && content.end == self.text.len(),
            content,
        }
    }
}

//! Repair of names, strings, numbers and literals.

use std::ops::Range;

use super::super::schema_context::SchemaContext;
use super::escapes::{converted_number, escape, number};
use super::level::path;
use super::lexer::{Scalar, invalid_whitespace};
use super::parser::Parser;
use crate::finding::{FindingKind, Step};
use crate::schema::{ScalarKind, Shape};
use crate::text::characters::is_ignorable;

/// The length of the number or boolean at the start of a text, after which a remark is. A word may be a unit.
fn literal_before_remark(text: &str) -> Option<usize> {
    let (literal, remark) = text.split_once(' ')?;
    let is_literal = number(literal) == Some(true) || matches!(literal, "true" | "false");
    let remark = remark.trim_start();
    let may_be_unit = remark.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_remark =
        !may_be_unit && !remark.starts_with(|c: char| c.is_numeric() || ".,:/%".contains(c));
    (is_literal && is_remark).then_some(literal.len())
}

/// An escape that JSON does not have.
const ESCAPE: FindingKind = FindingKind::Escaping { of: "an escape of another language", count: 1 };

impl Parser<'_> {
    pub(super) fn remove_comment(&mut self, span: Range<usize>) {
        // A space, since the comment may separate two literals.
        self.buffer.edit(span.clone(), " ");
        self.report(FindingKind::Comment, span);
    }

    pub(super) fn remove_stray(&mut self, span: Range<usize>) {
        self.buffer.edit(span.clone(), " ");
        self.report(FindingKind::StrayText, span);
    }

    /// Ends an unterminated last string before the brackets that close all levels.
    pub(super) fn exclude_trailing_brackets(&self, string: &mut Scalar) {
        if !string.is_truncated || !string.is_quoted {
            return;
        }
        let text = &self.lexer.text[string.content.clone()];
        let is_trailing = |c: char| is_ignorable(c) || matches!(c, '}' | ']' | '`');
        let kept = text.trim_end_matches(is_trailing);
        let closers = text[kept.len()..].bytes().filter(|byte| matches!(byte, b'}' | b']'));
        self.lexer.work.add(text.len() - kept.len());
        // The innermost bracket may be missing.
        let open = self.levels.len();
        let is_expected = match open.saturating_sub(closers.clone().count()) {
            missing @ (0 | 1) if missing == 0 || !string.has_inner_quotes && open > 2 => {
                closers.eq(self.expected_closers().skip(missing))
            }
            _ => false,
        };
        if !kept.is_empty() && is_expected {
            string.content.end = string.content.start + kept.len();
            string.span.end = string.content.end;
            string.is_truncated = false;
        }
    }

    /// Repairs whitespace and comments between a name, its colon and its value.
    pub(super) fn repair_whitespace(&mut self, span: Range<usize>) {
        let mut at = span.start;
        loop {
            let whitespace = at..self.lexer.skip_whitespace(at);
            at = whitespace.end;
            for span in invalid_whitespace(self.lexer.text, whitespace) {
                self.buffer.edit(span.clone(), " ");
                self.report(FindingKind::InvalidWhitespace, span);
            }
            match self.lexer.comment_end(at) {
                _ if at >= span.end => return,
                Some(end) => {
                    self.remove_comment(at..end);
                    at = end;
                }
                None => {
                    self.remove_stray(at..span.end);
                    return;
                }
            }
        }
    }

    /// Repairs a scalar, and returns its end. A number of another notation is converted only if no field
    /// is known that reads the text itself.
    pub(super) fn repair_value(&mut self, scalar: Scalar, schema: SchemaContext) -> usize {
        let end = scalar.span.end;
        if scalar.is_quoted {
            self.repair_string(scalar, FindingKind::Quote);
            return end;
        }
        let text = &self.lexer.text[scalar.content.clone()];
        let literal = match text {
            "true" | "false" | "null" => {
                self.remove_around(&scalar);
                return end;
            }
            "undefined" | "nil" => Some("null"),
            // In place of a value that is missing.
            "NaN" if matches!(schema, SchemaContext::Scalar) => Some("null"),
            _ if text.eq_ignore_ascii_case("true") => Some("true"),
            _ if text.eq_ignore_ascii_case("false") => Some("false"),
            _ if text.eq_ignore_ascii_case("null") || text.eq_ignore_ascii_case("none") => {
                Some("null")
            }
            _ => None,
        };
        if let Some(read) = literal {
            self.buffer.edit(scalar.span.clone(), read);
            self.report(FindingKind::Literal { read }, scalar.span);
            return end;
        }
        if let Some(literal) = literal_before_remark(text).filter(|_| self.takes_literal()) {
            self.remove_stray(scalar.content.start + literal..end);
            return end;
        }
        match number(text) {
            Some(true) => self.remove_around(&scalar),
            other => match converted_number(text) {
                Some(read)
                    if matches!(schema, SchemaContext::Unknown)
                        || text.ends_with(|c: char| c.is_ascii_alphabetic()) =>
                {
                    self.buffer.edit(scalar.span.clone(), read.clone());
                    self.report(FindingKind::NumberNotation { read: read.into() }, scalar.span);
                }
                _ if other == Some(false) => self.repair_string(scalar, FindingKind::InvalidNumber),
                _ => self.repair_string(scalar, FindingKind::Quote),
            },
        }
        end
    }

    /// Whether the last member is a field that is a number or a boolean.
    fn takes_literal(&self) -> bool {
        let name = self.levels.last().and_then(|level| level.name.as_ref());
        let Some(Step::Name(name)) = name else { return false };
        let records = self.lexer.known.kinds.records();
        let mut shapes = records.iter().filter_map(|record| Some(record.field(name)?.1));
        shapes.any(|it| matches!(it, Shape::Scalar(ScalarKind::Number | ScalarKind::Boolean)))
    }

    /// Removes what is around a number or literal that is the argument of a call.
    fn remove_around(&mut self, scalar: &Scalar) {
        let Scalar { span, content, .. } = scalar;
        for around in [span.start..content.start, content.end..span.end] {
            if !around.is_empty() {
                self.remove_stray(around);
            }
        }
    }

    /// Puts a string in quotes, and reports `kind` if it was not properly quoted.
    pub(super) fn repair_string(&mut self, string: Scalar, kind: FindingKind) {
        let Scalar { span, content, joins, has_inner_quotes, is_guess, .. } = string;
        let text = self.lexer.text;
        let mut is_well_formed = !has_inner_quotes && joins.is_empty();
        // Where a text ends, or begins, that lacks a quote is the most likely of several places.
        let is_word = |c: char| c.is_alphanumeric() || "-_.:/+=@$".contains(c);
        let lacks_quote = span.start == content.start || span.end == content.end;
        self.lexer.work.add(if lacks_quote { content.len() } else { 0 });
        let is_guess = is_guess
            || lacks_quote && !text[content.clone()].chars().all(is_word)
            || has_inner_quotes && text[content.clone()].contains("\"\"");
        for quote in [span.start..content.start, content.end..span.end] {
            if &text[quote.clone()] != "\"" {
                self.buffer.edit(quote, "\"");
                is_well_formed = false;
            }
        }
        if is_guess {
            self.buffer.report_guess(kind, || path(&self.levels, None), span);
        } else if !is_well_formed {
            self.report(kind, span);
        }
        let mut start = content.start;
        for join in joins {
            self.buffer.edit(join.clone(), "");
            self.escape_content(start..join.start);
            start = join.end;
        }
        self.escape_content(start..content.end);
    }

    /// Escapes what a string must not contain: quotes, control characters, and backslashes without a
    /// valid escape.
    pub(super) fn escape_content(&mut self, content: Range<usize>) {
        let bytes = &self.lexer.text.as_bytes()[..content.end];
        self.lexer.work.add(content.len());
        if !bytes[content.start..].iter().any(|byte| matches!(byte, b'\\' | b'"' | 0..0x20)) {
            return;
        }
        let mut controls = None::<Range<usize>>;
        let mut at = content.start;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\\' => match escape(&bytes[at..]) {
                    0 => {
                        at = self.repair_invalid_escape(at, content.clone());
                        continue;
                    }
                    length => {
                        at += length;
                        continue;
                    }
                },
                b'"' => self.buffer.edit(at..at, "\\"),
                0..0x20 => {
                    self.buffer.edit(at..at + 1, format!("\\u{byte:04x}"));
                    controls.get_or_insert(at..at).end = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        if let Some(span) = controls {
            self.report(FindingKind::ControlCharacter, span);
        }
    }

    /// Escapes the backslash at `at`, which starts an invalid escape, and returns the position after it.
    pub(super) fn repair_invalid_escape(&mut self, at: usize, content: Range<usize>) -> usize {
        let Range { start, end } = content;
        let bytes = &self.lexer.text.as_bytes()[at + 1..end];
        if bytes.first() == Some(&b'\'') {
            // `\'` is a valid escape in other languages.
            self.buffer.edit(at..at + 1, "");
            self.report(FindingKind::InvalidEscape, at..at + 2);
            return at + 2;
        }
        let escaped = self.lexer.char(at + 1).filter(|c| matches!(c, '“' | '”' | '„'));
        let content = &self.lexer.text.as_bytes()[start..end];
        if bytes.first() == Some(&b'0') && !bytes.get(1).is_some_and(u8::is_ascii_digit) {
            self.lexer.work.add(content.len());
            // Where backslashes are escaped, this one begins an escape, as in other languages.
            if memchr::memmem::find(content, br"\\").is_some() {
                self.buffer.edit(at..at + 2, "\\u0000");
                self.report(ESCAPE, at..at + 2);
                return at + 2;
            }
        }
        let delimiter = self.lexer.text[..start].chars().next_back();
        let is_curly = matches!(delimiter, Some('“' | '”' | '„'));
        if let Some(quote) = escaped.filter(|_| is_curly && at + 1 < end) {
            // The quotes of the document were replaced, and so were those in its texts.
            let span = at..at + 1 + quote.len_utf8();
            self.buffer.edit(span.clone(), "\\\"");
            self.report(ESCAPE, span.clone());
            return span.end;
        }
        let length = match bytes.strip_prefix(b"u") {
            Some(rest) => {
                1 + rest.iter().take(4).take_while(|byte| byte.is_ascii_hexdigit()).count()
            }
            None => self.lexer.after_char(at + 1) - (at + 1),
        };
        self.buffer.edit(at..at, "\\");
        self.report(FindingKind::InvalidEscape, at..(at + 1 + length).min(end));
        at + 1
    }
}

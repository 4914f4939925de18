//! Repair of names, strings, numbers and literals.

use std::ops::Range;

use super::super::schema_context::SchemaContext;
use super::super::schema_context::member_step;
use super::escapes::{converted_number, escape, number};
use super::level::{ListShape, path, path_of_innermost};
use super::lexer::{Content, Scalar, Value, invalid_whitespace};
use super::parser::{Interrupt, Parser};
use super::token::Place;
use crate::finding::FindingKind;
use crate::text::characters::is_ignorable;

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

    /// Replaces the brackets of the tuple or set that begins at `at`, if one does.
    pub(super) fn repair_sequence(&mut self, at: usize) {
        if let Some(end) = self.lexer.sequence_end(at) {
            self.buffer.edit(at..at + 1, "[");
            self.buffer.edit(end..end + 1, "]");
            self.report(FindingKind::Sequence, at..at + 1);
        }
    }

    /// Ends an unterminated last string before the brackets that close all levels but the innermost
    /// `closed` ones.
    pub(super) fn exclude_trailing_brackets(&self, content: &mut Content, closed: usize) {
        let (Content::Scalar(string) | Content::Member { value: Value::Scalar(string), .. }) =
            content
        else {
            return;
        };
        if !string.is_truncated || !string.is_quoted {
            return;
        }
        let text = &self.lexer.text[string.content.clone()];
        let is_trailing = |c: char| is_ignorable(c) || matches!(c, '}' | ']' | '`');
        let kept = text.trim_end_matches(is_trailing);
        let closers = text[kept.len()..].bytes().filter(|byte| matches!(byte, b'}' | b']'));
        self.lexer.work.add(text.len() - kept.len());
        // The innermost bracket may be missing.
        let open = self.levels.len().saturating_sub(closed);
        let is_expected = match open.saturating_sub(closers.clone().count()) {
            missing @ (0 | 1) if missing == 0 || !string.has_inner_quotes && open > 2 => {
                closers.eq(self.expected_closers().skip(closed + missing))
            }
            _ => false,
        };
        if !kept.is_empty() && is_expected {
            string.content.end = string.content.start + kept.len();
            string.span.end = string.content.end;
            string.is_truncated = false;
        }
    }

    /// Drops content that is truncated or cannot be placed, and returns its end.
    pub(super) fn drop_content(
        &mut self,
        content: &Content,
        at: usize,
        levels: usize,
        is_truncated: bool,
    ) -> Result<usize, Interrupt> {
        let (end, name) = match content {
            Content::Open { .. } => (self.container_end(at)?, None),
            Content::Scalar(scalar) => (scalar.span.end, None),
            Content::Member { name, value: Value::Scalar(value), .. } if is_truncated => {
                (value.span.end, Some(name))
            }
            Content::Name { name, colon } => (colon.end, Some(name)),
            Content::Member { name, colon, .. } => (name.span.end.max(colon.end), None),
            Content::End => return Ok(at),
        };
        self.buffer.edit(at..end, "");
        let depth = self.levels.len() - levels;
        let name = name.zip(depth.checked_sub(1)).map(|(name, innermost)| {
            let name = &self.lexer.text[name.content.clone()];
            member_step(self.levels[innermost].schema.field(name).map(|(known, _)| known), name)
        });
        let kind = if is_truncated { FindingKind::Truncated } else { FindingKind::Incomplete };
        let levels = &self.levels[..depth];
        let path = || match &name {
            None => path_of_innermost(levels),
            Some(_) => path(levels, name.clone()),
        };
        self.buffer.report(kind, path, at..end);
        Ok(end)
    }

    /// The end of the object or array that begins at `start`, according to its brackets.
    pub(super) fn container_end(&self, start: usize) -> Result<usize, Interrupt> {
        let (mut at, mut open) = (start, Vec::new());
        loop {
            at = self.lexer.skip_ignorable(at);
            match self.lexer.byte(at) {
                None => return Ok(at),
                Some(byte @ (b'{' | b'[')) => open.push(byte),
                Some(byte @ (b'}' | b']')) => {
                    let is_match = open.pop() == Some(if byte == b'}' { b'{' } else { b'[' });
                    if self.trusts_brackets && !is_match {
                        return Err(Interrupt::Mismatch);
                    }
                    if open.is_empty() {
                        return Ok(at + 1);
                    }
                }
                Some(b',' | b':') => {}
                Some(_) => {
                    at = self.lexer.scalar(at, Place::First).span.end;
                    continue;
                }
            }
            at += 1;
        }
    }

    /// Repairs a member, and returns the end of its value or of the value's opening bracket, and
    /// whether it is the latter.
    pub(super) fn repair_member(
        &mut self,
        name: Scalar,
        colon: Range<usize>,
        value: Value,
    ) -> Result<(usize, bool), Interrupt> {
        let schema = self.enter_member(&self.lexer.text[name.content.clone()]);
        let name_end = name.span.end;
        // A line break at its end is not part of a name.
        let text = self.lexer.text[name.content.clone()].trim_end_matches(['\n', '\r']);
        let content = name.content.start..name.content.start + text.len();
        self.repair_string(Scalar { content, ..name }, FindingKind::Quote);
        if &self.lexer.text[colon.clone()] != ":" {
            self.buffer.edit(colon.clone(), ":");
            self.report(FindingKind::Colon, colon.clone());
        }
        let at = match &value {
            Value::Open { at, .. } => *at,
            Value::Scalar(scalar) => scalar.span.start,
        };
        self.repair_whitespace(name_end..colon.start);
        self.repair_whitespace(colon.end..at);
        match value {
            Value::Open { object, at } => {
                self.open_level(at, object, schema)?;
                Ok((at + 1, true))
            }
            Value::Scalar(scalar) => Ok((self.repair_value(scalar, schema), false)),
        }
    }

    /// Enters a member, and returns the schema of its value.
    pub(super) fn enter_member(&mut self, name: &str) -> SchemaContext {
        let Some(level) = self.levels.last_mut() else {
            return SchemaContext::Unknown;
        };
        let field = level.schema.field(name);
        if let (SchemaContext::Wrapper(items), Some((known, _))) = (level.schema, field) {
            if known == items.name {
                level.count += 1;
            } else if level.count == 0 {
                level.list_shape = ListShape::Unwrapped(items.name);
            }
        }
        level.name = Some(member_step(field.map(|(known, _)| known), name));
        field.map_or(SchemaContext::Unknown, |(_, known)| known)
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

    /// Repairs an item or name that is a scalar, and returns its end.
    pub(super) fn repair_scalar(&mut self, scalar: Scalar) -> usize {
        self.repair_value(scalar, SchemaContext::Unknown)
    }

    /// Repairs a scalar, and returns its end. A number of another notation is converted only if no field
    /// is known that reads the text itself.
    fn repair_value(&mut self, scalar: Scalar, schema: SchemaContext) -> usize {
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
                        at = self.repair_invalid_escape(at, content.end);
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
    pub(super) fn repair_invalid_escape(&mut self, at: usize, end: usize) -> usize {
        let bytes = &self.lexer.text.as_bytes()[at + 1..end];
        if bytes.first() == Some(&b'\'') {
            // `\'` is a valid escape in other languages.
            self.buffer.edit(at..at + 1, "");
            self.report(FindingKind::InvalidEscape, at..at + 2);
            return at + 2;
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

//! Names, strings, numbers and literals, made what JSON has.

use std::ops::Range;

use super::super::schema_context::SchemaContext;
use super::super::schema_context::step;
use super::escapes::{escape, number};
use super::level::{path, path_of_innermost};
use super::lexer::{Content, Scalar, Value, spaces};
use super::parser::{Interrupt, Parser};
use crate::finding::FindingKind;
use crate::text::characters::is_ignorable;

impl Parser<'_> {
    pub(super) fn comment(&mut self, span: Range<usize>) {
        // A comment ends a word as a blank does.
        self.buffer.edit(span.clone(), " ");
        self.report(FindingKind::Comment, span);
    }

    /// A last string without its closing quote ends before the brackets that close all there is.
    pub(super) fn give_back_brackets(&self, content: &mut Content) {
        let (Content::Scalar(string) | Content::Member { value: Value::Scalar(string), .. }) =
            content
        else {
            return;
        };
        if !string.is_truncated || !string.is_text {
            return;
        }
        let text = &self.lexer.text[string.content.clone()];
        let is_sign = |c: char| is_ignorable(c) || matches!(c, '}' | ']');
        let kept = text.trim_end_matches(is_sign);
        let closers = text[kept.len()..].bytes().filter(|byte| matches!(byte, b'}' | b']'));
        self.lexer.work.add(text.len() - kept.len());
        if !kept.is_empty() && closers.eq(self.wanted()) {
            string.content.end = string.content.start + kept.len();
            string.span.end = string.content.end;
            string.is_truncated = false;
        }
    }

    /// Leaves out what can stand nowhere or is cut off, and returns its end.
    pub(super) fn drop_content(
        &mut self,
        content: &Content,
        at: usize,
        levels: usize,
        is_truncated: bool,
    ) -> Result<usize, Interrupt> {
        let (end, name) = match content {
            Content::Open { .. } => (self.past_brackets(at)?, None),
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
            step(self.levels[innermost].known.field(name).map(|(known, _)| known), name)
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

    /// Past the object or array that begins at `start`, as far as its brackets say.
    pub(super) fn past_brackets(&self, start: usize) -> Result<usize, Interrupt> {
        let (mut at, mut open) = (start, Vec::new());
        loop {
            at = self.lexer.ignorable(at);
            match self.lexer.byte(at) {
                None => return Ok(at),
                Some(byte @ (b'{' | b'[')) => open.push(byte),
                Some(byte @ (b'}' | b']')) => {
                    let is_right = open.pop() == Some(if byte == b'}' { b'{' } else { b'[' });
                    if self.trusts_brackets && !is_right {
                        return Err(Interrupt::Mismatch);
                    }
                    if open.is_empty() {
                        return Ok(at + 1);
                    }
                }
                Some(b',' | b':') => {}
                Some(_) => {
                    at = self.lexer.scalar(at).span.end;
                    continue;
                }
            }
            at += 1;
        }
    }

    /// Reads a name, its colon and its value; returns the end, and whether it is that of an opening
    /// bracket.
    pub(super) fn member(
        &mut self,
        name: Scalar,
        colon: Range<usize>,
        value: Value,
    ) -> Result<(usize, bool), Interrupt> {
        let known = self.enter(&self.lexer.text[name.content.clone()]);
        let name_end = name.span.end;
        self.string(name, FindingKind::Quote);
        if &self.lexer.text[colon.clone()] != ":" {
            self.buffer.edit(colon.clone(), ":");
            self.report(FindingKind::Colon, colon.clone());
        }
        let at = match &value {
            Value::Open { at, .. } => *at,
            Value::Scalar(scalar) => scalar.span.start,
        };
        self.between(name_end..colon.start);
        self.between(colon.end..at);
        match value {
            Value::Open { object, at } => {
                self.open(at, object, known)?;
                Ok((at + 1, true))
            }
            Value::Scalar(scalar) => Ok((self.scalar(scalar), false)),
        }
    }

    /// Enters the member of that name, and says what is known of it.
    pub(super) fn enter(&mut self, name: &str) -> SchemaContext {
        let Some(level) = self.levels.last_mut() else {
            return SchemaContext::Unknown;
        };
        let field = level.known.field(name);
        level.name = Some(step(field.map(|(known, _)| known), name));
        field.map_or(SchemaContext::Unknown, |(_, known)| known)
    }

    /// Mends the blanks and comments between a name, its colon and its value.
    pub(super) fn between(&mut self, between: Range<usize>) {
        let mut at = between.start;
        loop {
            let blanks = at..self.lexer.whitespace(at);
            at = blanks.end;
            for span in spaces(self.lexer.text, blanks) {
                self.buffer.edit(span.clone(), " ");
                self.report(FindingKind::InvalidWhitespace, span);
            }
            match self.lexer.comment(at) {
                Some(end) if at < between.end => {
                    self.comment(at..end);
                    at = end;
                }
                _ => return,
            }
        }
    }

    /// Mends a value without brackets, and returns its end.
    pub(super) fn scalar(&mut self, scalar: Scalar) -> usize {
        let end = scalar.span.end;
        if scalar.is_text {
            self.string(scalar, FindingKind::Quote);
            return end;
        }
        let word = &self.lexer.text[scalar.content.clone()];
        let literal = match word {
            "true" | "false" | "null" => return end,
            "undefined" | "nil" => Some("null"),
            _ if word.eq_ignore_ascii_case("true") => Some("true"),
            _ if word.eq_ignore_ascii_case("false") => Some("false"),
            _ if word.eq_ignore_ascii_case("null") || word.eq_ignore_ascii_case("none") => {
                Some("null")
            }
            _ => None,
        };
        if let Some(read) = literal {
            self.buffer.edit(scalar.span.clone(), read);
            self.report(FindingKind::Literal { read }, scalar.span);
            return end;
        }
        match number(word) {
            Some(true) => {}
            Some(false) => self.string(scalar, FindingKind::InvalidNumber),
            None => self.string(scalar, FindingKind::Quote),
        }
        end
    }

    /// Writes a string in quotes, and says `kind` where it was not in them.
    pub(super) fn string(&mut self, string: Scalar, kind: FindingKind) {
        let Scalar { span, content, has_quotes, .. } = string;
        let text = self.lexer.text;
        let mut is_sound = !has_quotes;
        for quote in [span.start..content.start, content.end..span.end] {
            if &text[quote.clone()] != "\"" {
                self.buffer.edit(quote, "\"");
                is_sound = false;
            }
        }
        if !is_sound {
            self.report(kind, span);
        }
        self.inside(content);
    }

    /// Keeps what a string may not hold as it is: quotes, control characters, and backslashes that
    /// begin no escape.
    pub(super) fn inside(&mut self, content: Range<usize>) {
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
                        at = self.no_escape(at, content.end);
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

    /// Keeps the backslash at `at`, which begins no escape, and returns where to go on.
    pub(super) fn no_escape(&mut self, at: usize, end: usize) -> usize {
        let bytes = &self.lexer.text.as_bytes()[at + 1..end];
        if bytes.first() == Some(&b'\'') {
            // Other languages escape it.
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

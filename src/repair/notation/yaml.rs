//! YAML, in blocks and in brackets.

use std::ops::Range;

use super::quoted::{Malformed, is_decimal, single_quoted_end, string_end};
use super::syntax::{Name, NameForm, Opener, identifier_end, is_integer, literal, skip_whitespace};
use super::tree::{Holds, Tree};
use super::writer::Escapes;
use crate::repair::work::WorkBudget;

/// A line: its indentation, and where its content begins and ends.
#[derive(Clone, Copy)]
struct Line {
    start: usize,
    content: usize,
    end: usize,
}

impl Line {
    fn indent(self) -> usize {
        self.content - self.start
    }
}

pub(super) struct Yaml<'t, 'w> {
    pub(super) tree: &'w mut Tree<'t>,
    pub(super) work: &'w WorkBudget,
    pub(super) at: usize,
    /// The indentation of each level in a block.
    indents: Vec<usize>,
    /// Whether a repair of JSON could misread it.
    pub(super) is_special: bool,
}

impl<'t, 'w> Yaml<'t, 'w> {
    pub(super) fn new(tree: &'w mut Tree<'t>, at: usize, work: &'w WorkBudget) -> Self {
        Self { tree, work, at, indents: Vec::new(), is_special: false }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.tree.text.as_bytes().get(at).copied()
    }

    /// The first line at or after the line start `from` that is neither empty nor a comment.
    fn line(&self, from: usize) -> Option<Line> {
        let text = self.tree.text;
        let mut start = from;
        loop {
            let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
            let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            self.work.add(length);
            let line = rest[..length].trim_end();
            let content = line.trim_start_matches(' ');
            if !content.is_empty() && !content.starts_with('#') {
                let end = start + line.len();
                return Some(Line { start, content: end - content.len(), end });
            }
            start += length + 1;
        }
    }

    fn after_line(&self, at: usize) -> usize {
        let rest = &self.tree.text.as_bytes()[at..];
        memchr::memchr(b'\n', rest).map_or(self.tree.text.len(), |newline| at + newline + 1)
    }

    /// Reads a block, up to a line that does not belong to it.
    pub(super) fn run(&mut self) -> Result<(), Malformed> {
        let text = self.tree.text;
        let line_start = text[..self.at].rfind('\n').map_or(0, |newline| newline + 1);
        let root = self.at - line_start;
        let mut next = line_start;
        while let Some(line) = self.line(next) {
            if line.indent() < root || self.work.is_exhausted() {
                break;
            }
            let content = &text[line.content..line.end];
            if content == "---" || content == "..." {
                break;
            }
            let is_item = content == "-" || content.starts_with("- ");
            if !is_item && line.indent() == root && self.key(line.content, line.end).is_none() {
                // A block of another notation.
                if content.ends_with('{') {
                    return Err(Malformed);
                }
                break;
            }
            self.close_to(line.indent(), is_item);
            next = self.node(line)?;
            // To the end of the last value, so that an end without a newline is one.
            self.at = next;
        }
        while self.tree.levels.last().is_some() {
            self.end_value();
            self.close();
        }
        Ok(())
    }

    fn close(&mut self) {
        self.indents.pop();
        self.tree.close_virtual();
    }

    /// Gives a name without a value `null`.
    fn end_value(&mut self) {
        if self.tree.has_name() {
            self.tree.missing();
        }
    }

    /// Closes the levels that are indented more than the next line.
    fn close_to(&mut self, indent: usize, is_item: bool) {
        while let (Some(last), Some(level)) = (self.indents.last(), self.tree.levels.last()) {
            let is_sibling = *last == indent && (level.holds == Holds::Items) == is_item;
            // The items of a list may be indented like the name of the list.
            let is_list_of_member = *last == indent && is_item && self.tree.has_name();
            if *last < indent || is_sibling || is_list_of_member {
                break;
            }
            self.end_value();
            self.close();
        }
    }

    /// Reads what is on a line, and returns the start of the next line.
    fn node(&mut self, line: Line) -> Result<usize, Malformed> {
        let text = self.tree.text;
        let mut at = line.content;
        loop {
            let column = at - line.start;
            let content = &text[at..line.end];
            let is_level = self.indents.last() == Some(&column);
            let holds = self.tree.levels.last().map(|level| level.holds);
            if content == "-" || content.starts_with("- ") {
                if !(is_level && holds == Some(Holds::Items)) {
                    self.tree.open_virtual(at, Holds::Items);
                    self.indents.push(column);
                }
                let rest = content[1..].trim_start_matches(' ');
                at = line.end - rest.len();
                if rest.is_empty() {
                    return Ok(self.after_line(line.end));
                }
                continue;
            }
            let Some(name) = self.key(at, line.end) else {
                return self.scalar(at, line.end);
            };
            if !(is_level && holds == Some(Holds::Members)) {
                self.tree.open_virtual(at, Holds::Members);
                self.indents.push(column);
            }
            self.end_value();
            let value = name.end;
            self.tree.set_name(name);
            let rest = text[value..line.end].trim_start_matches(' ');
            if rest.is_empty() || rest.starts_with('#') {
                return Ok(self.after_line(line.end));
            }
            return self.scalar(line.end - rest.len(), line.end);
        }
    }

    /// The name and colon at `at`.
    fn key(&self, at: usize, end: usize) -> Option<Name> {
        let quote = self.byte(at).filter(|byte| matches!(byte, b'"' | b'\''));
        let start = at + usize::from(quote.is_some());
        let name = identifier_end(self.tree.text, start);
        let past = name + usize::from(quote.is_some());
        let is_closed = quote.is_none() || self.byte(name) == quote;
        let is_key = is_closed && self.byte(past) == Some(b':');
        let is_end = past + 1 >= end || matches!(self.byte(past + 1), Some(b' ' | b'\r'));
        let form = quote.map_or(NameForm::Unquoted, NameForm::Quoted);
        (name > start && is_key && is_end).then_some(Name {
            span: start..name,
            end: past + 1,
            form,
            separator: ":",
        })
    }

    /// Reads the value at `at`, and returns the start of the line after it.
    fn scalar(&mut self, at: usize, line_end: usize) -> Result<usize, Malformed> {
        let text = self.tree.text;
        let end = match self.byte(at) {
            Some(b'|' | b'>') => return self.block_scalar(at, line_end),
            Some(b'"' | b'\'') => self.quoted(at)?,
            Some(b'{' | b'[') => {
                self.at = at;
                self.flow()?;
                self.at
            }
            Some(b'&' | b'*' | b'!' | b'%' | b'@' | b'`') => return Err(Malformed),
            _ => return self.plain(at, line_end),
        };
        let next = self.after_line(end);
        let rest = text[end..next].trim();
        if rest.is_empty() || rest.starts_with('#') { Ok(next) } else { Err(Malformed) }
    }

    /// Reads a string in quotes, which may go over lines, and returns its end.
    fn quoted(&mut self, at: usize) -> Result<usize, Malformed> {
        let text = self.tree.text;
        let is_double = self.byte(at) == Some(b'"');
        let end = if is_double {
            string_end(text, at + 1, b'"')
        } else {
            single_quoted_end(text, at + 1)
        };
        let end = end.ok_or(Malformed)?;
        self.work.add(end - at);
        self.is_special = true;
        let escapes = if is_double { Escapes::CodePoints } else { Escapes::Doubled };
        self.tree.begin_value();
        self.tree.writer.put(at..at + 1, "\"");
        self.folded(at + 1..end, escapes);
        self.tree.writer.put(end..end + 1, "\"");
        Ok(end + 1)
    }

    /// Writes lines that are folded to one.
    fn folded(&mut self, content: Range<usize>, escapes: Escapes) {
        let text = self.tree.text;
        let mut lines = text[content.clone()].split('\n').peekable();
        let mut at = content.start;
        let mut is_first = true;
        let mut newlines = 0;
        let mut is_joined = false;
        while let Some(line) = lines.next() {
            let is_last = lines.peek().is_none();
            let start = at;
            at += line.len() + 1;
            let mut piece = line;
            if !is_first {
                piece = piece.trim_start_matches([' ', '\t']);
            }
            let from = start + line.len() - piece.len();
            if !is_last {
                let trimmed = piece.trim_end_matches([' ', '\t', '\r']);
                // An escaped space stays.
                let has_escape = ends_with_backslash(trimmed) && trimmed.len() < piece.len();
                piece = &piece[..trimmed.len() + usize::from(has_escape)];
            }
            if !is_first {
                let break_ = match newlines {
                    _ if is_joined => String::new(),
                    1 => " ".to_owned(),
                    count => "\\n".repeat(count - 1),
                };
                if piece.is_empty() && !is_last {
                    newlines += 1;
                    continue;
                }
                self.tree.writer.skip_to(from);
                self.tree.writer.insert(break_);
            }
            is_joined = !is_last && escapes == Escapes::CodePoints && ends_with_backslash(piece);
            let end = from + piece.len() - usize::from(is_joined);
            self.tree.writer.content(from..end, escapes);
            newlines = 1;
            is_first = false;
        }
        self.tree.writer.skip_to(content.end);
    }

    /// Reads a value without quotes, which may go over lines that are indented more.
    fn plain(&mut self, at: usize, line_end: usize) -> Result<usize, Malformed> {
        let text = self.tree.text;
        let comment = text[at..line_end].find(" #");
        let mut end = comment.map_or(line_end, |comment| at + comment);
        end = at + text[at..end].trim_end().len();
        if text[at..end].contains(": ") || text[at..end].ends_with(':') {
            return Err(Malformed);
        }
        let indent = self.indents.last().copied().unwrap_or_default();
        let mut next = self.after_line(line_end);
        let mut is_folded = false;
        while let Some(line) = self.line(next).filter(|_| comment.is_none()) {
            let content = &text[line.content..line.end];
            let is_value = line.indent() > indent && !content.contains(": ");
            if !is_value || content.ends_with(':') || content.contains(" #") {
                break;
            }
            end = line.end;
            next = self.after_line(line.end);
            is_folded = true;
        }
        self.word(at..end, is_folded);
        Ok(next)
    }

    fn word(&mut self, span: Range<usize>, is_folded: bool) {
        let word = &self.tree.text[span.clone()];
        if is_folded {
            self.tree.begin_value();
            self.tree.writer.skip_to(span.start);
            self.tree.writer.insert("\"");
            self.folded(span, Escapes::None);
            self.tree.writer.insert("\"");
        } else if word == "~" {
            self.tree.literal(span, "null");
        } else if let Some(literal) = literal(word).filter(|_| !matches!(word, "nil" | "None")) {
            self.tree.literal(span, literal);
        } else if is_integer(word) || is_decimal(word) {
            self.tree.number(span);
        } else {
            self.tree.string(span.clone(), span, Escapes::None);
        }
    }

    /// Reads the lines after `|` or `>`.
    fn block_scalar(&mut self, at: usize, line_end: usize) -> Result<usize, Malformed> {
        let text = self.tree.text;
        let is_literal = self.byte(at) == Some(b'|');
        let mut header = &text[at + 1..line_end];
        header = header.split(" #").next().unwrap_or_default().trim();
        let chomping = header.trim_matches(|c: char| c.is_ascii_digit());
        let explicit = header.trim_matches(['+', '-']).parse::<u8>().ok().map(usize::from);
        if !matches!(chomping, "" | "-" | "+") {
            return Err(Malformed);
        }
        let outer = self.indents.last().copied();
        let mut next = self.after_line(line_end);
        let mut indent = explicit.map(|width| outer.unwrap_or_default() + width);
        self.tree.begin_value();
        self.tree.writer.skip_to(next);
        self.tree.writer.insert("\"");
        let mut newlines = 0;
        let mut last_was_indented = None;
        while next < text.len() {
            let after = self.after_line(next);
            self.work.add(after - next);
            let line = text[next..after].trim_end_matches(['\n', '\r']);
            let spaces = line.len() - line.trim_start_matches(' ').len();
            if spaces == line.len() && indent.is_none_or(|indent| spaces <= indent) {
                newlines += 1;
                next = after;
                continue;
            }
            let content = *indent.get_or_insert(spaces);
            if spaces < content || outer.is_some_and(|outer| content <= outer) {
                break;
            }
            let from = next + content;
            let is_indented = text[from..].starts_with([' ', '\t']);
            self.tree.writer.skip_to(from);
            let is_folded = !is_literal && !is_indented && last_was_indented == Some(false);
            self.tree.writer.insert(match newlines {
                1 if is_folded => " ".to_owned(),
                count if is_folded => "\\n".repeat(count - 1),
                count => "\\n".repeat(count),
            });
            last_was_indented = Some(is_indented);
            self.tree.writer.content(from..next + line.len(), Escapes::None);
            newlines = usize::from(after > next + line.len());
            next = after;
        }
        let kept = match chomping {
            "-" => 0,
            "+" => newlines,
            _ => usize::from(last_was_indented.is_some()).min(newlines),
        };
        self.tree.writer.insert("\\n".repeat(kept));
        self.tree.writer.insert("\"");
        Ok(next)
    }

    /// Reads a collection in brackets at `self.at`.
    pub(super) fn flow(&mut self) -> Result<(), Malformed> {
        let text = self.tree.text;
        let outer = self.tree.levels.len();
        self.open_flow();
        let mut is_separated = true;
        while let Some(level) = self.tree.levels.last().filter(|_| self.tree.levels.len() > outer) {
            let next = skip_whitespace(text, self.at);
            self.work.add(next - self.at);
            self.at = next;
            match self.byte(next) {
                None => return Err(Malformed),
                Some(byte) if byte == level.close => {
                    self.end_value();
                    self.tree.close(next);
                    self.at += 1;
                    is_separated = false;
                }
                Some(b',') if !is_separated => {
                    self.end_value();
                    self.at += 1;
                    is_separated = true;
                }
                Some(_) if is_separated => {
                    is_separated = false;
                    if level.holds == Holds::Members {
                        let name = self.key(next, text.len()).ok_or(Malformed)?;
                        self.at = skip_whitespace(text, name.end);
                        self.tree.set_name(name);
                    }
                    if !matches!(self.byte(self.at), Some(b',' | b'}' | b']')) {
                        is_separated = self.flow_value()?;
                    }
                }
                Some(_) => return Err(Malformed),
            }
        }
        Ok(())
    }

    fn open_flow(&mut self) {
        let (close, holds) = match self.byte(self.at) {
            Some(b'[') => (b']', Holds::Items),
            _ => (b'}', Holds::Members),
        };
        self.tree.open(&Opener { head: self.at..self.at, end: self.at + 1, close }, holds);
        self.at += 1;
    }

    /// Reads a value in brackets. Whether it is an opening bracket.
    fn flow_value(&mut self) -> Result<bool, Malformed> {
        let text = self.tree.text;
        let at = self.at;
        match self.byte(at) {
            Some(b'{' | b'[') => {
                self.open_flow();
                return Ok(true);
            }
            Some(b'"' | b'\'') => {
                self.at = self.quoted(at)?;
                return Ok(false);
            }
            Some(b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@' | b'`') | None => {
                return Err(Malformed);
            }
            _ => {}
        }
        let is_end = |byte: &u8| matches!(byte, b',' | b'{' | b'}' | b'[' | b']' | b'"');
        let length = text.as_bytes()[at..].iter().position(is_end).ok_or(Malformed)?;
        self.work.add(length);
        let end = at + text[at..at + length].trim_end().len();
        let word = &text[at..end];
        // What follows a colon here was not quoted by a program, and a quote at the end lacks the one at the start.
        let is_cut = word.ends_with(['"', '\'']);
        if is_cut
            || word.contains(": ")
            || word.contains(" #")
            || word.contains('=') && word.contains("=>")
        {
            return Err(Malformed);
        }
        self.is_special |= word.contains(['\n', '"', '\'', ':']);
        self.word(at..end, word.contains('\n'));
        self.at = end;
        Ok(false)
    }
}

/// Whether a text ends with a backslash that is not escaped itself.
fn ends_with_backslash(text: &str) -> bool {
    (text.len() - text.trim_end_matches('\\').len()) % 2 == 1
}

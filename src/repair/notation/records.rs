//! PowerShell's `Format-List`: lines of names, aligned colons and values.

use super::bare::{Bare, Style};
use super::quoted::Malformed;
use super::syntax::{Name, NameForm, elided_length, identifier_end, is_integer, literal};
use super::tree::{Holds, Tree};
use super::writer::Escapes;
use crate::finding::FindingKind;
use crate::repair::work::WorkBudget;
use crate::schema::Kinds;

pub(super) struct Records<'t, 'w> {
    pub(super) tree: &'w mut Tree<'t>,
    pub(super) work: &'w WorkBudget,
    pub(super) at: usize,
    pub(super) kinds: &'static Kinds,
}

impl<'t> Records<'t, '_> {
    /// The name on the line at `at`, whose colon is in the column, and the end of the line.
    fn member(&self, at: usize, column: Option<usize>) -> Option<(Name, usize)> {
        let text = self.tree.text;
        let end = identifier_end(text, at);
        let spaces = text[end..].len() - text[end..].trim_start_matches(' ').len();
        let colon = end + spaces;
        let is_name = end > at && spaces > 0 && text[colon..].starts_with(':');
        let is_aligned = column.is_none_or(|column| colon - at == column);
        let name = Name { span: at..end, end: colon + 1, form: NameForm::Unquoted, separator: ":" };
        (is_name && is_aligned).then(|| (name, self.line_end(at)))
    }

    fn line_end(&self, at: usize) -> usize {
        let rest = &self.tree.text.as_bytes()[at..];
        memchr::memchr(b'\n', rest).map_or(self.tree.text.len(), |length| at + length)
    }

    pub(super) fn run(&mut self) -> Result<(), Malformed> {
        let text = self.tree.text;
        let (first, _) = self.member(self.at, None).ok_or(Malformed)?;
        let column = first.end - 1 - self.at;
        let first_name = &text[first.span];
        let is_list = self.has_another(column, first_name);
        if is_list {
            self.tree.open_virtual(self.at, Holds::Items);
        }
        self.tree.open_virtual(self.at, Holds::Members);
        let mut at = self.at;
        let mut is_after_blank = false;
        while at < text.len() && !self.work.is_exhausted() {
            let line_end = self.line_end(at);
            self.work.add(line_end - at);
            if text[at..line_end].trim().is_empty() {
                is_after_blank = true;
                at = line_end + 1;
                continue;
            }
            let Some((name, _)) = self.member(at, Some(column)) else { break };
            if is_after_blank {
                if !is_list || &text[name.span.clone()] != first_name {
                    break;
                }
                self.tree.close_virtual();
                self.tree.open_virtual(at, Holds::Members);
                is_after_blank = false;
            }
            let value = name.end + usize::from(text[name.end..].starts_with(' '));
            self.tree.set_name(name);
            at = self.value(value, line_end, column)?;
            self.at = at;
        }
        while !self.tree.levels.is_empty() {
            self.tree.close_virtual();
        }
        Ok(())
    }

    /// Whether another record like the first follows.
    fn has_another(&self, column: usize, first_name: &str) -> bool {
        let is_blank = |line: &&str| line.trim().is_empty();
        let mut lines = self.tree.text[self.at..].split_inclusive('\n');
        let record: usize = lines.by_ref().take_while(|l| !is_blank(l)).map(str::len).sum();
        self.work.add(record);
        lines.find(|line| !is_blank(line)).is_some_and(|line| {
            let is_same =
                line.starts_with(first_name) && line.as_bytes().get(column) == Some(&b':');
            is_same && line[first_name.len()..column].trim().is_empty()
        })
    }

    /// Reads the value at `start`, and returns the start of the next member.
    fn value(&mut self, start: usize, line_end: usize, column: usize) -> Result<usize, Malformed> {
        let text = self.tree.text;
        let rest = text[start.min(line_end)..line_end].trim_end();
        let start = start.min(line_end);
        if matches!(rest.as_bytes(), [b'{', b'@', ..] | [b'@', b'{', ..] | b"{}") {
            let style =
                Style { separator: b';', before_name: "", after_name: "=", is_capitalized: true };
            let tree = &mut *self.tree;
            let (work, kinds) = (self.work, self.kinds);
            let mut bare = Bare { tree, work, at: start, style, kinds, recovers: false };
            bare.run()?;
            let end = bare.at;
            return Ok(self.line_end(end) + 1);
        }
        if let Some(length) = elided_length(rest) {
            self.tree.elide(start..start + length);
            return Ok(line_end + 1);
        }
        // Lines that are indented to the values go on with a value.
        let margin = " ".repeat(column + 2);
        let mut end = start + rest.len();
        let mut next = line_end + 1;
        let mut breaks = Vec::new();
        while next < text.len() && text[next..].starts_with(&margin) {
            let continued = self.line_end(next);
            self.work.add(continued - next);
            breaks.push((end, next + margin.len()));
            end = next + margin.len() + text[next + margin.len()..continued].trim_end().len();
            next = continued + 1;
        }
        let value = &text[start..end];
        if breaks.is_empty() {
            match literal(value) {
                Some(literal) => self.tree.literal(start..end, literal),
                None if is_integer(value) => self.tree.number(start..end),
                None => self.tree.string(start..end, start..end, Escapes::None),
            }
            return Ok(next);
        }
        // Whether a line was wrapped or is one of the value is not known.
        self.tree.guess(FindingKind::AmbiguousEnd, start..end);
        self.tree.begin_value();
        self.tree.writer.skip_to(start);
        self.tree.writer.insert("\"");
        let mut from = start;
        for (line, following) in breaks {
            self.tree.writer.content(from..line, Escapes::None);
            self.tree.writer.skip_to(following);
            self.tree.writer.insert("\\n");
            from = following;
        }
        self.tree.writer.content(from..end, Escapes::None);
        self.tree.writer.insert("\"");
        Ok(next)
    }
}

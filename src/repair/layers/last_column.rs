//! The last character of each line of JSON, which is lost: commas, brackets and the quotes of last members. Of a last
//! member that is no string, nothing tells it.

use super::columns::report;
use super::lines::lines_of_content;
use super::opening::Layered;
use crate::repair::edits::EditBuffer;

/// Adds what is lost, if each line tells it.
pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    const LEAST: usize = 3;
    let text = layered.text;
    let lines = lines_of_content(text);
    let Some(start) = lines.first().map(|line| line.start) else { return false };
    let contents: Vec<&str> = lines.iter().map(|line| text[line.clone()].trim()).collect();
    // The line with the first bracket is empty.
    if !contents[0].starts_with('"') || contents.iter().any(|line| line.ends_with([',', '{', '[']))
    {
        return false;
    }
    let mut rows = Rows { open: vec![b'}'], last: Last::Open, added: vec![(start, "{".into())] };
    let mut dropped = Vec::new();
    for (nth, content) in contents.iter().enumerate() {
        let line = lines[nth].clone();
        let next = [nth + 1, nth + 2].map(|nth| contents.get(nth).copied().unwrap_or_default());
        match rows.add(content, next, line.end) {
            Some(true) => {}
            Some(false) => dropped.push(line.end - text[line.clone()].trim_start().len()..line.end),
            None => return false,
        }
    }
    if rows.open.len() == 1 {
        rows.close(text.len(), "}");
    }
    if !rows.open.is_empty() || rows.added.len() < LEAST {
        return false;
    }
    buffer.remove_truncated(dropped);
    report(rows.added, buffer);
    true
}

/// What the line before had.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Open,
    /// A member or item that another follows.
    Comma,
    /// The last member or item.
    End,
}

/// The lines so far.
struct Rows {
    /// The brackets that are to be closed.
    open: Vec<u8>,
    last: Last,
    /// What is added, and where.
    added: Vec<(usize, String)>,
}

impl Rows {
    /// Adds a line that ends at an offset and is followed by others. Whether its value is known; `None` if it is not known what it lacks.
    fn add(&mut self, content: &str, next: [&str; 2], end: usize) -> Option<bool> {
        let Some(close) = self.open.last().copied() else {
            return content.is_empty().then_some(true);
        };
        let is_object = close == b'}';
        match content {
            "" if !is_object && self.last != Last::End => self.open(end, "{"),
            "" => self.close(end, if is_object { "}" } else { "]" }),
            "}" | "]" => {
                if self.open.pop()? != content.as_bytes()[0] {
                    return None;
                }
                self.added.push((end, ",".into()));
                self.last = Last::Comma;
            }
            _ if is_object => return self.add_member(content, next, end),
            _ => return None,
        }
        Some(true)
    }

    fn open(&mut self, at: usize, bracket: &str) {
        self.open.push(if bracket == "{" { b'}' } else { b']' });
        self.added.push((at, bracket.into()));
        self.last = Last::Open;
    }

    fn close(&mut self, at: usize, bracket: &str) {
        self.open.pop();
        self.added.push((at, bracket.into()));
        self.last = Last::End;
    }

    /// Adds a member.
    fn add_member(&mut self, content: &str, next: [&str; 2], end: usize) -> Option<bool> {
        let (name, value) = content.strip_prefix('"')?.split_once('"')?;
        let value = value.trim_start().strip_prefix(':')?.trim();
        if name.is_empty() || self.last == Last::End {
            return None;
        }
        let is_last = matches!(next[0], "" | "}");
        match value {
            "" if next[0].starts_with('"') => self.open(end, "{"),
            "" if next[0].is_empty() && next[1].starts_with('"') => self.open(end, "["),
            // The quote of a last member is lost, and no other.
            _ if value.starts_with('"') && is_closed(value) == is_last => return None,
            _ if !is_last => {
                self.added.push((end, ",".into()));
                self.last = Last::Comma;
            }
            _ => {
                self.last = Last::End;
                let lost = match value {
                    "tru" | "fals" => "e",
                    _ if value.starts_with('"') => "\"",
                    _ => return Some(false),
                };
                self.added.push((end, lost.into()));
            }
        }
        Some(true)
    }
}

/// Whether a string ends with its quote.
fn is_closed(string: &str) -> bool {
    let Some(content) = string.strip_suffix('"').filter(|content| !content.is_empty()) else {
        return false;
    };
    let escapes = content.len() - content.trim_end_matches('\\').len();
    escapes % 2 == 0
}

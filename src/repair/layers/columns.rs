//! The first columns of a document, which are lost: the starts of tags, and the brackets and quotes of JSON. What was
//! there is exactly what the rest of each line tells; else the document is left as it is.

use std::ops::Range;

use super::lines::lines_of_content;
use super::opening::Layered;
use crate::finding::{FindingKind, Nesting};
use crate::repair::edits::EditBuffer;
use crate::schema::{Kinds, Shape};

/// Most columns that are lost.
const MOST: usize = 8;

/// Adds what is lost of the tags.
pub(super) fn peel_elements(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let mut lines = lines_of_content(text);
    while lines.pop_if(|line| text[line.clone()].trim().is_empty()).is_some() {}
    let line = |nth: usize| lines.get(nth).map_or("", |line| text[line.clone()].trim_end());
    let root = usize::from(line(0).ends_with("?>"));
    let roots = layered.kinds.kinds.iter().flat_map(|kind| kind.roots);
    let columns = roots.filter_map(|root_name| {
        let lost = lost(&format!("<{root_name}>"), line(root)).filter(|lost| *lost > 0)?;
        let is_end =
            format!("</{root_name}>").get(lost..) == Some(line(lines.len().saturating_sub(1)));
        is_end.then_some(lost)
    });
    let Some(columns) = columns.min() else { return false };
    let mut elements = Elements { columns, ..Elements::new(layered.kinds) };
    if root == 1 {
        const DECLARATION: &str = "<?xml";
        let Some((start, rest)) = DECLARATION.split_at_checked(columns) else { return false };
        if !line(0).starts_with(rest) {
            return false;
        }
        elements.added.push((lines[0].start, start.into()));
    }
    let is_read = lines[root..].iter().all(|line| elements.add(text, line).is_some());
    if !is_read || !elements.open.is_empty() || elements.value.is_some() {
        return false;
    }
    buffer.remove_truncated(elements.dropped);
    report(elements.added, buffer);
    true
}

/// How many characters a text lacks at its start, up to the most.
fn lost(whole: &str, text: &str) -> Option<usize> {
    let lost = whole.len().checked_sub(text.len())?;
    (lost <= MOST && whole.ends_with(text)).then_some(lost)
}

/// Inserts what is lost at offsets.
pub(super) fn report(added: Vec<(usize, String)>, buffer: &mut EditBuffer<'_>) {
    for (at, start) in added {
        buffer.edit(at..at, start.clone());
        let kind = FindingKind::Nesting(Nesting::Missing { read: start.into() });
        buffer.report_layer(kind, at..at);
    }
}

/// A value that is continued on later lines.
struct Value {
    name: String,
    /// Where its element starts.
    start: usize,
    /// Whether it has a line of which the start is lost.
    is_cut: bool,
}

/// The elements of lines.
struct Elements {
    columns: usize,
    /// The names of elements that have elements.
    parents: Vec<&'static str>,
    leaves: Vec<&'static str>,
    /// The names of those around the line.
    open: Vec<String>,
    value: Option<Value>,
    /// What is added, and where.
    added: Vec<(usize, String)>,
    dropped: Vec<Range<usize>>,
}

impl Elements {
    fn new(kinds: &'static Kinds) -> Self {
        let records = kinds.records();
        let mut parents: Vec<&'static str> = records.iter().map(|record| record.name).collect();
        parents.extend(kinds.kinds.iter().flat_map(|kind| kind.roots));
        let mut leaves = Vec::new();
        for (name, shape) in records.iter().flat_map(|record| record.fields) {
            match shape {
                Shape::Scalar(_) => leaves.push(*name),
                Shape::List(_) | Shape::Record(_) => parents.push(name),
            }
        }
        for names in [&mut parents, &mut leaves] {
            names.sort_unstable();
            names.dedup();
        }
        let (open, value) = (Vec::new(), None);
        Self { columns: 0, parents, leaves, open, value, added: Vec::new(), dropped: Vec::new() }
    }

    /// Adds a line. `None` if it is not known what it lacks.
    fn add(&mut self, text: &str, span: &Range<usize>) -> Option<()> {
        let line = text[span.clone()].trim_end();
        if let Some(value) = self.value.take() {
            return self.add_to_value(value, line, span);
        }
        let content = line.trim_start();
        if content.is_empty() {
            return Some(());
        }
        let is_whole = content.starts_with('<');
        if is_whole || content.len() < line.len() {
            let start = span.start + line.len() - content.len();
            return if is_whole { self.add_whole(content, start) } else { None };
        }
        let is_lost = |whole: &str, text: &str| {
            lost(whole, text).filter(|lost| (1..=self.columns).contains(lost))
        };
        let closing = self.open.last().map(|name| format!("</{name}>"));
        if let Some((closing, lost)) =
            closing.and_then(|it| is_lost(&it, line).map(|lost| (it, lost)))
        {
            self.open.pop();
            self.added.push((span.start, closing[..lost].into()));
            return Some(());
        }
        let (tag, rest) = line.split_at(line.find('>')? + 1);
        let names = if rest.is_empty() { &self.parents } else { &self.leaves };
        let found = |name: &&'static str| is_lost(&format!("<{name}>"), tag);
        let is_closed =
            |name: &&&'static str| !rest.contains('<') || rest.ends_with(&format!("</{name}>"));
        let mut found =
            names.iter().filter(is_closed).filter_map(|name| Some((*name, found(name)?)));
        let (name, lost) = found.next().filter(|_| found.next().is_none())?;
        let whole = format!("<{name}>");
        self.added.push((span.start, whole[..lost].into()));
        self.add_whole(&format!("{whole}{rest}"), span.start)
    }

    /// Adds a line that lacks nothing, or with what it lacked. `start`: where it starts.
    fn add_whole(&mut self, content: &str, start: usize) -> Option<()> {
        if let Some(name) = content.strip_prefix("</") {
            return (self.open.pop()? == name.strip_suffix('>')?).then_some(());
        }
        let (name, rest) = content.strip_prefix('<')?.split_once('>')?;
        let is_leaf = self.leaves.binary_search(&name).is_ok();
        if name.ends_with('/') || rest.ends_with(&format!("</{name}>")) {
            return Some(());
        }
        if rest.contains('<') {
            return None;
        }
        if is_leaf || !rest.is_empty() {
            self.value = Some(Value { name: name.into(), start, is_cut: false });
        } else {
            self.open.push(name.into());
        }
        Some(())
    }

    /// Adds a line to a value.
    fn add_to_value(&mut self, value: Value, line: &str, span: &Range<usize>) -> Option<()> {
        let closing = format!("</{}>", value.name);
        if closing.get(self.columns..) == Some(line) {
            match value.is_cut {
                true => self.drop_value(value.start..span.end),
                false => self.added.push((span.start, closing[..self.columns].into())),
            }
        } else if line.ends_with(&closing) {
            self.drop_value(value.start..span.end);
        } else if line.contains('<') {
            return None;
        } else {
            self.value = Some(Value { is_cut: true, ..value });
        }
        Some(())
    }

    /// Drops an element, and what was added to it.
    fn drop_value(&mut self, span: Range<usize>) {
        while self.added.pop_if(|(at, _)| *at >= span.start).is_some() {}
        self.dropped.push(span);
    }
}

/// Adds the brackets and quotes that are lost.
pub(super) fn peel_members(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    const LEAST: usize = 2;
    let text = layered.text;
    let lines = lines_of_content(text);
    let is_quoted = |line: &Range<usize>| text[line.clone()].trim_start().starts_with('"');
    let Some(start) = lines.first().filter(|line| !is_quoted(line)).map(|line| line.start) else {
        return false;
    };
    let records = layered.kinds.records();
    let fields = records.iter().flat_map(|record| record.fields.iter().map(|(name, _)| *name));
    let mut names: Vec<&str> = fields.chain(records.iter().map(|record| record.name)).collect();
    names.sort_unstable();
    names.dedup();
    let mut members =
        Members { names, open: vec![b'}'], last: b'{', added: vec![(start, "{".into())] };
    let is_read = lines.iter().all(|line| members.add(&text[line.clone()], line.start).is_some());
    // The line of the last bracket may be lost, too.
    if members.open.len() == 1 {
        members.added.push((text.len(), "}".into()));
        members.open.clear();
    }
    let is_found = is_read && members.open.is_empty() && members.added.len() > LEAST;
    if is_found {
        report(members.added, buffer);
    }
    is_found
}

/// The members of lines.
struct Members<'n> {
    /// The known names.
    names: Vec<&'n str>,
    /// The brackets that are to be closed.
    open: Vec<u8>,
    /// The last character that is no whitespace.
    last: u8,
    added: Vec<(usize, String)>,
}

impl Members<'_> {
    /// Adds a line that starts at an offset. `None` if it is not known what it lacks.
    fn add(&mut self, line: &str, at: usize) -> Option<()> {
        let content = line.trim();
        if self.open.is_empty() {
            return content.is_empty().then_some(());
        }
        match content.bytes().next() {
            Some(b'"') => {}
            Some(b'{') => self.open.push(b'}'),
            Some(b'[') => self.open.push(b']'),
            Some(close @ (b'}' | b']')) => return self.close(close, content),
            None | Some(b',') if content.len() < 2 => return self.add_bracket(content, at),
            _ => self.add_name(line, at)?,
        }
        let is_member = !content.starts_with(['{', '[']);
        match content.bytes().next_back() {
            Some(b'{') if is_member => self.open.push(b'}'),
            Some(b'[') if is_member => self.open.push(b']'),
            Some(b'{' | b'[') if content.len() == 1 => {}
            _ if !is_member => return None,
            _ => {}
        }
        self.last = content.bytes().next_back()?;
        Some(())
    }

    /// Closes a bracket.
    fn close(&mut self, close: u8, content: &str) -> Option<()> {
        self.last = content.bytes().next_back()?;
        let is_alone = matches!(&content[1..], "" | ",");
        (self.open.pop()? == close && is_alone).then_some(())
    }

    /// Adds a bracket whose line has nothing else, or a comma.
    fn add_bracket(&mut self, content: &str, at: usize) -> Option<()> {
        let is_in_array = self.open.last() == Some(&b']');
        let is_item = content.is_empty() && matches!(self.last, b'[' | b',');
        if is_item && !is_in_array {
            return None;
        }
        let bracket = if is_item { b'{' } else { self.open.pop()? };
        if is_item {
            self.open.push(b'}');
        }
        self.added.push((at, char::from(bracket).to_string()));
        self.last = if content.is_empty() { bracket } else { b',' };
        Some(())
    }

    /// Adds the start of a name.
    fn add_name(&mut self, line: &str, at: usize) -> Option<()> {
        const MOST_LETTERS: usize = 3;
        let (rest, after) = line.split_once('"')?;
        let is_name = rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !rest.is_empty();
        if !is_name || !after.trim_start().starts_with(':') {
            return None;
        }
        let lost = |name: &&str| lost(name, rest).filter(|lost| *lost <= MOST_LETTERS);
        let mut found = self.names.iter().filter_map(|name| Some((name, lost(name)?)));
        // A whole name may be the end of another.
        let (name, lost) = match self.names.binary_search(&rest) {
            Ok(_) => (rest, 0),
            Err(_) => {
                found.next().map(|(name, lost)| (*name, lost)).filter(|_| found.next().is_none())?
            }
        };
        self.added.push((at, format!("\"{}", &name[..lost])));
        Some(())
    }
}

//! The mender of XML.
//!
//! Tags are matched by their names, and where one has no partner, the tally of all tags says which name
//! lacks its closing tag and which has one too many; the model says which elements may stand in which.
//! Elements that match are never touched.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use super::{Draft, Edit, Known, Mend, Mended, Meter, Placed, Stop, is_quote, step};
use crate::decode::{Room, is_root, xml};
use crate::finding::{FindingKind, Nesting, Path, Step};
use crate::model::same_name;

/// Whether what stands after a `<` begins a document that may be a response.
pub(in crate::decode) fn begins_response(rest: &str) -> bool {
    const LONGEST: usize = 64;
    let is_end = |byte: &u8| !byte.is_ascii_alphanumeric() && !b"_-:.".contains(byte);
    let length = rest.bytes().take(LONGEST).position(|byte| is_end(&byte)).unwrap_or(0);
    rest.starts_with("?xml") || is_root(&rest[..length])
}

/// Mends the document that begins at `start`.
pub(in crate::decode) fn mend(
    text: &str,
    start: usize,
    deepest: usize,
    room: Room,
    meter: &Meter,
) -> Result<Mended, Stop> {
    let lexer = Lexer { text, meter, absent: RefCell::default() };
    let tally = lexer.tally(start);
    let draft = Draft::new(text, room);
    let mut mender = Mender { lexer, tally, draft, levels: Vec::new(), deepest, in_text: false };
    let end = mender.run(start)?;
    Ok(mender.draft.finish(start..end))
}

/// Whether the reference at the beginning of `text` is one to a quote.
pub(in crate::decode) fn begins_with_quote(text: &str) -> bool {
    let reference = text.strip_prefix('&').and_then(xml::reference);
    reference.is_some_and(|(_, character)| character.is_some_and(is_quote))
}

/// The text from `start` on with its references resolved: a document that stands escaped in HTML.
pub(in crate::decode) fn unescape(text: &str, start: usize, room: Room) -> Mended {
    let mut edits = Vec::new();
    let mut unescaped = String::with_capacity(text.len() - start);
    let mut at = start;
    while let Some(found) = memchr::memchr(b'&', &text.as_bytes()[at..]) {
        unescaped.push_str(&text[at..at + found]);
        at += found;
        let (length, character) = match xml::reference(&text[at + 1..]) {
            Some((name, Some(character))) => (name.len() + 2, character),
            _ => (1, '&'),
        };
        let placed = unescaped.len();
        unescaped.push(character);
        edits.push(Placed { damaged: at..at + length, mended: placed..unescaped.len() });
        at += length;
    }
    unescaped.push_str(&text[at..]);
    let mend = Mend { kind: FindingKind::Embedded, path: Path::default(), span: start..start };
    Mended { text: unescaped, mends: vec![mend], edits, extent: start..text.len(), room }
}

/// Whether the quote at `at` closes an attribute's value, with a `<` in it, rather than opening the next.
fn closes_value(value: &str, at: usize) -> bool {
    let (inside, rest) = value.split_at(at);
    let mut after = rest.chars().skip(1);
    !inside.ends_with('=')
        && !inside.contains("</")
        && after.next().is_some_and(|c| c.is_whitespace() || matches!(c, '>' | '/'))
}

struct Lexer<'t> {
    text: &'t str,
    meter: &'t Meter,
    /// What is not in the text from a place on, so that it is searched for in vain only once.
    absent: RefCell<Vec<(&'static str, usize)>>,
}

/// A tag.
struct Tag<'t> {
    name: &'t str,
    span: Range<usize>,
    /// What makes it well formed.
    edits: Vec<Edit>,
    /// What was wrong with it.
    faults: Vec<(FindingKind, Range<usize>)>,
    closes_itself: bool,
    /// Whether the text ends in it.
    is_cut: bool,
    /// Whether it might as well be text with a `<` in it.
    is_doubtful: bool,
}

enum Piece<'t> {
    Text(Range<usize>),
    Open(Tag<'t>),
    Close(Tag<'t>),
    /// What says nothing: a comment, an instruction, a declaration.
    Aside(Range<usize>),
    Data(Range<usize>),
    /// One of these without its end.
    Unterminated {
        span: Range<usize>,
        is_data: bool,
    },
    End,
}

/// How often tags of a name open and close.
#[derive(Default)]
struct Tally<'t>(HashMap<&'t str, (usize, usize)>);

impl Tally<'_> {
    /// Whether an element of that name has no closing tag.
    fn lacks(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|(open, close)| open > close)
    }

    fn has_surplus(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|(open, close)| open < close)
    }

    fn never_closes(&self, name: &str) -> bool {
        self.0.get(name).is_none_or(|(_, close)| *close == 0)
    }

    /// Enters that an element of that name was closed where nothing closes it.
    fn closed(&mut self, name: &str) {
        if let Some((open, _)) = self.0.get_mut(name) {
            *open = open.saturating_sub(1);
        }
    }

    /// Enters that a closing tag of that name closed something else, or nothing.
    fn spent(&mut self, name: &str) {
        if let Some((_, close)) = self.0.get_mut(name) {
            *close = close.saturating_sub(1);
        }
    }
}

impl<'t> Lexer<'t> {
    fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes()
    }

    fn find(&self, at: usize, what: &'static str) -> Option<usize> {
        let mut absent = self.absent.borrow_mut();
        if absent.iter().any(|(known, from)| *known == what && *from <= at) {
            return None;
        }
        let rest = &self.bytes()[at..];
        let found = memchr::memmem::find(rest, what.as_bytes());
        self.meter.add(found.unwrap_or(rest.len()));
        if found.is_none() {
            absent.push((what, at));
        }
        found.map(|length| at + length)
    }

    /// Counts the tags of the document that begins at `start`.
    fn tally(&self, start: usize) -> Tally<'t> {
        let mut tally = Tally::default();
        let (mut at, mut root) = (start, None);
        loop {
            if self.meter.is_spent() {
                return tally;
            }
            match self.piece(at) {
                Piece::End => return tally,
                Piece::Open(tag) => {
                    if root == Some(tag.name) {
                        return tally;
                    }
                    root.get_or_insert(tag.name);
                    if !tag.closes_itself {
                        tally.0.entry(tag.name).or_default().0 += 1;
                    }
                    at = tag.span.end;
                }
                Piece::Close(tag) => {
                    tally.0.entry(tag.name).or_default().1 += 1;
                    at = tag.span.end;
                    if root == Some(tag.name) {
                        return tally;
                    }
                }
                Piece::Text(span) | Piece::Aside(span) | Piece::Data(span) => at = span.end,
                Piece::Unterminated { span, .. } => at = span.end,
            }
        }
    }

    fn piece(&self, at: usize) -> Piece<'t> {
        let rest = &self.text[at..];
        if rest.is_empty() {
            return Piece::End;
        }
        if !rest.starts_with('<') {
            let end = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
            self.meter.add(end);
            return Piece::Text(at..at + end);
        }
        let aside = |open: &'static str, close: &'static str| {
            let inside = at + open.len();
            let end = self.find(inside, close);
            // What opens again before it has closed did not close.
            let again = self.find(inside, open).filter(|again| end.is_none_or(|end| *again < end));
            match (end, again) {
                (Some(end), None) => Ok(at..end + close.len()),
                _ => Err(inside),
            }
        };
        // Up to the next tag, which for data is a closing one.
        let unterminated = |inside: usize, next: &'static str, is_data| {
            let end = self.find(inside, next).unwrap_or(self.text.len());
            Piece::Unterminated { span: at..end, is_data }
        };
        if rest.starts_with("<!--") {
            return match aside("<!--", "-->") {
                Ok(span) => Piece::Aside(span),
                Err(inside) => unterminated(inside, "<", false),
            };
        }
        if rest.starts_with("<![CDATA[") {
            return match aside("<![CDATA[", "]]>") {
                Ok(span) => Piece::Data(span),
                Err(inside) => unterminated(inside, "</", true),
            };
        }
        if rest.starts_with("<?") {
            return match aside("<?", "?>") {
                Ok(span) => Piece::Aside(span),
                Err(inside) => unterminated(inside, "<", false),
            };
        }
        if rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype")) {
            return match self.doctype(at) {
                Some(end) => Piece::Aside(at..end),
                None => unterminated(at + 9, "<", false),
            };
        }
        let is_name = |c: char| c.is_alphabetic() || c == '_' || c == ':';
        let mut inside = rest[1..].chars();
        match inside.next() {
            None => Piece::Unterminated { span: at..at + 1, is_data: false },
            Some('/') if inside.next().is_none_or(|c| is_name(c) || c == '>') => {
                Piece::Close(self.closing_tag(at))
            }
            Some(first) if is_name(first) => Piece::Open(self.tag(at)),
            Some(_) => {
                let end = memchr::memchr(b'<', &rest.as_bytes()[1..]).map_or(rest.len(), |n| n + 1);
                self.meter.add(end);
                Piece::Text(at..at + end)
            }
        }
    }

    fn doctype(&self, at: usize) -> Option<usize> {
        let close = self.find(at, ">")?;
        match self.find(at, "[").filter(|open| *open < close) {
            None => Some(close + 1),
            Some(open) => Some(self.find(self.find(open, "]")?, ">")? + 1),
        }
    }

    /// Past the name that begins at `at`.
    fn name_end(&self, at: usize) -> usize {
        let is_end =
            |c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<' | '=' | '&') || is_quote(c);
        let rest = &self.text[at..];
        let length = rest.find(is_end).unwrap_or(rest.len());
        self.meter.add(length);
        at + length
    }

    fn blanks(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let blanks = rest.len() - rest.trim_start().len();
        self.meter.add(blanks);
        at + blanks
    }

    fn closing_tag(&self, at: usize) -> Tag<'t> {
        let end = self.name_end(at + 2);
        let name = &self.text[at + 2..end];
        let rest = &self.text[end..];
        let stop = rest.find(['>', '<']);
        self.meter.add(stop.unwrap_or(rest.len()));
        let mut tag = Tag {
            name,
            span: at..end,
            edits: Vec::new(),
            faults: Vec::new(),
            closes_itself: false,
            is_cut: stop.is_none(),
            is_doubtful: false,
        };
        match stop {
            Some(length) if rest[length..].starts_with('>') => {
                tag.span.end = end + length + 1;
                if !rest[..length].trim().is_empty() {
                    tag.faults.push((FindingKind::Attribute, end..end + length));
                    tag.edits.push(Edit { damaged: end..end + length, instead: "".into() });
                }
            }
            _ => {
                tag.faults.push((FindingKind::Unterminated, at..end));
                tag.edits.push(Edit { damaged: end..end, instead: ">".into() });
            }
        }
        tag
    }

    /// The opening tag at `at`.
    fn tag(&self, start: usize) -> Tag<'t> {
        let mut at = self.name_end(start + 1);
        let mut tag = Tag {
            name: &self.text[start + 1..at],
            span: start..at,
            edits: Vec::new(),
            faults: Vec::new(),
            closes_itself: false,
            is_cut: false,
            is_doubtful: false,
        };
        let mut names: Vec<&str> = Vec::new();
        loop {
            let blanks = self.blanks(at);
            let has_blank = blanks > at;
            at = blanks;
            let rest = &self.text[at..];
            match rest.bytes().next() {
                None => {
                    tag.is_cut = true;
                    break;
                }
                Some(b'>') => {
                    at += 1;
                    break;
                }
                Some(b'/') if rest.starts_with("/>") => {
                    at += 2;
                    tag.closes_itself = true;
                    break;
                }
                Some(b'<') => {
                    let end = tag.span.start + self.text[tag.span.start..at].trim_end().len();
                    at = end;
                    tag.faults.push((FindingKind::Unterminated, start..end));
                    tag.edits.push(Edit { damaged: end..end, instead: ">".into() });
                    tag.is_doubtful = true;
                    break;
                }
                Some(_) => at = self.attribute(at, has_blank, &mut names, &mut tag),
            }
        }
        tag.span.end = at;
        tag
    }

    /// Reads the attribute at `at`, or what cannot be one, and returns its end.
    fn attribute(
        &self,
        start: usize,
        has_blank: bool,
        names: &mut Vec<&'t str>,
        tag: &mut Tag<'t>,
    ) -> usize {
        /// How many names are compared with each other; so many attributes are over any limit.
        const COMPARED: usize = 256;
        let name_end = self.name_end(start);
        let name = &self.text[start..name_end];
        if name.is_empty() {
            let end = start + self.text[start..].chars().next().map_or(0, char::len_utf8);
            tag.faults.push((FindingKind::Attribute, start..end));
            tag.edits.push(Edit { damaged: start..end, instead: " ".into() });
            tag.is_doubtful = true;
            return end;
        }
        let (faults, edits) = (tag.faults.len(), tag.edits.len());
        if !has_blank {
            tag.edits.push(Edit { damaged: start..start, instead: " ".into() });
            tag.faults.push((FindingKind::Attribute, start..name_end));
        }
        let equals = self.blanks(name_end);
        let end = if self.bytes().get(equals) != Some(&b'=') {
            tag.edits.push(Edit { damaged: name_end..name_end, instead: "=\"\"".into() });
            tag.faults.push((FindingKind::Attribute, start..name_end));
            tag.is_doubtful = true;
            name_end
        } else {
            self.attribute_value(start, self.blanks(equals + 1), tag)
        };
        let is_again = names.contains(&name);
        self.meter.add(names.len());
        if is_again {
            tag.edits.truncate(edits);
            tag.faults.truncate(faults);
            tag.faults.push((FindingKind::Attribute, start..end));
            tag.edits.push(Edit { damaged: start..end, instead: "".into() });
        } else if names.len() < COMPARED {
            names.push(name);
        }
        end
    }

    /// Reads the value of the attribute that begins at `start`, and returns its end.
    fn attribute_value(&self, start: usize, at: usize, tag: &mut Tag<'t>) -> usize {
        /// How far to look for a quote behind a `<`.
        const FAR: usize = 256;
        let rest = &self.text[at..];
        let quote = rest.chars().next().filter(|c| is_quote(*c));
        let inside = at + quote.map_or(0, char::len_utf8);
        let value = &self.text[inside..];
        let closes = |c: char| match quote {
            Some(quote @ ('"' | '\'')) => c == quote,
            _ => is_quote(c),
        };
        if let Some(quote) = quote {
            let end = value.find(|c| closes(c) || c == '<');
            self.meter.add(end.unwrap_or(value.len()));
            let is_markup = end.is_some_and(|end| value[end..].starts_with('<'));
            // A `<` may stand in a value, by mistake; more likely the value has not ended.
            let end = if is_markup {
                let near: &str =
                    value.char_indices().nth(FAR).map_or(value, |(far, _)| &value[..far]);
                near.find(closes).filter(|close| closes_value(near, *close))
            } else {
                end
            };
            if let Some(end) = end {
                let sign = value[end..].chars().next().unwrap_or(quote);
                let span = at..inside + end + sign.len_utf8();
                for (length, _) in value[..end].match_indices('<') {
                    let place = inside + length;
                    tag.edits.push(Edit { damaged: place..place + 1, instead: "&lt;".into() });
                }
                if is_markup || !matches!(quote, '"' | '\'') {
                    tag.faults.push((FindingKind::Attribute, start..span.end));
                }
                if !matches!(quote, '"' | '\'') {
                    self.quote_value(at..inside, inside + end..span.end, tag);
                }
                return span.end;
            }
        }
        let is_end = |c: char| c.is_whitespace() || matches!(c, '>' | '<');
        let length = value.find(is_end).unwrap_or(value.len());
        self.meter.add(length);
        let text = &value[..length];
        let text = if value[length..].starts_with('>') {
            text.strip_suffix('/').unwrap_or(text)
        } else {
            text
        };
        let end = inside + text.len();
        tag.is_cut |= end == self.text.len();
        tag.faults.push((FindingKind::Attribute, start..end));
        self.quote_value(at..inside, end..end, tag);
        end
    }

    /// Puts a value in quotes, of which it may have another kind.
    fn quote_value(&self, open: Range<usize>, close: Range<usize>, tag: &mut Tag<'t>) {
        let value = &self.text[open.end..close.start];
        let inside = open.end;
        for (length, _) in value.match_indices('"') {
            let place = inside + length;
            tag.edits.push(Edit { damaged: place..place + 1, instead: "&quot;".into() });
        }
        tag.edits.push(Edit { damaged: open, instead: "\"".into() });
        tag.edits.push(Edit { damaged: close, instead: "\"".into() });
    }
}

/// An open element.
struct Level<'t> {
    name: &'t str,
    known: Known,
    /// The steps that lead here from its parent.
    steps: Vec<Step>,
    /// How many items of a list were opened in it.
    items: usize,
    start: usize,
    has_text: bool,
    has_children: bool,
}

struct Mender<'t> {
    lexer: Lexer<'t>,
    tally: Tally<'t>,
    draft: Draft<'t>,
    levels: Vec<Level<'t>>,
    deepest: usize,
    /// Whether text other than blanks stands before, with no tag between.
    in_text: bool,
}

impl<'t> Mender<'t> {
    /// Mends one document and returns its end.
    fn run(&mut self, start: usize) -> Result<usize, Stop> {
        let (mut at, mut has_root) = (start, false);
        loop {
            if self.lexer.meter.is_spent() {
                return Err(Stop::Tangled(at));
            }
            let piece = self.lexer.piece(at);
            let next = match &piece {
                Piece::Text(span) | Piece::Aside(span) | Piece::Data(span) => span.end,
                Piece::Unterminated { span, .. } => span.end,
                Piece::Open(tag) | Piece::Close(tag) => tag.span.end,
                Piece::End => at,
            };
            match piece {
                Piece::End => {
                    self.end(at);
                    return Ok(at);
                }
                Piece::Open(tag) if has_root && tag.name == self.levels[0].name => {
                    // The next document begins before this one has ended.
                    self.close(0, at);
                    return Ok(at);
                }
                Piece::Open(tag) => {
                    has_root = true;
                    at = self.open(tag)?;
                }
                Piece::Close(tag) => {
                    self.closing(tag);
                    at = next;
                }
                Piece::Text(span) => {
                    self.text(span, has_root);
                    at = next;
                }
                Piece::Data(_) => {
                    self.filled();
                    at = next;
                }
                Piece::Aside(_) => at = next,
                Piece::Unterminated { span, is_data } => {
                    self.unterminated(span, is_data);
                    at = next;
                }
            }
            if has_root && self.levels.is_empty() {
                return Ok(at);
            }
        }
    }

    fn filled(&mut self) {
        self.in_text = true;
        if let Some(level) = self.levels.last_mut() {
            level.has_text = true;
        }
    }

    fn text(&mut self, span: Range<usize>, has_root: bool) {
        let text = &self.lexer.text[span.clone()];
        if text.trim().is_empty() {
            return;
        }
        if !has_root {
            self.draft.edit(span.clone(), "");
            return self.say(FindingKind::SurroundingText, span);
        }
        if text.starts_with('<') {
            self.no_tag(span.start);
        }
        if span.end == self.lexer.text.len() {
            // Nobody knows how it goes on.
            self.draft.edit(span.clone(), "");
            return self.say(FindingKind::Truncated, span);
        }
        self.filled();
    }

    fn unterminated(&mut self, span: Range<usize>, is_data: bool) {
        let is_cut = span.end == self.lexer.text.len();
        if is_data && !is_cut {
            self.draft.edit(span.end..span.end, "]]>");
            self.filled();
        } else {
            self.draft.edit(span.clone(), "");
        }
        self.say(if is_cut { FindingKind::Truncated } else { FindingKind::Unterminated }, span);
    }

    /// Takes an opening tag and returns where to read on.
    fn open(&mut self, tag: Tag<'t>) -> Result<usize, Stop> {
        let Tag { name, span, .. } = &tag;
        if tag.is_cut {
            self.draft.edit(span.clone(), "");
            self.say(FindingKind::Truncated, span.clone());
            return Ok(span.end);
        }
        if self.is_text(&tag) {
            return Ok(self.no_tag(span.start));
        }
        if let Some(depth) = self.place(name, tag.closes_itself) {
            self.close(depth, span.start);
        }
        if self.levels.len() == self.deepest {
            return Err(Stop::TooDeep(span.start));
        }
        self.in_text = false;
        let level = self.level(name, span.start);
        self.levels.push(level);
        for edit in tag.edits {
            self.draft.edit(edit.damaged, edit.instead);
        }
        for (kind, span) in tag.faults {
            self.say(kind, span);
        }
        if tag.closes_itself {
            self.levels.pop();
        }
        Ok(tag.span.end)
    }

    /// What is known of an element about to open.
    fn level(&mut self, name: &'t str, start: usize) -> Level<'t> {
        let mut level = Level {
            name,
            known: Known::Unknown,
            steps: Vec::new(),
            items: 0,
            start,
            has_text: false,
            has_children: false,
        };
        let Some(parent) = self.levels.last_mut() else {
            level.known = if is_root(name) { Known::Root } else { Known::Unknown };
            return level;
        };
        parent.has_children = true;
        let field = parent.known.field(name);
        level.steps.push(step(field.map(|(known, _)| known), name));
        level.known = field.map_or(Known::Unknown, |(_, known)| known);
        if let (Known::Wrapper(_), Known::Record(_)) = (parent.known, level.known) {
            level.steps.push(Step::Index(parent.items));
            parent.items += 1;
        }
        level
    }

    /// Whether what looks like a tag is more likely text.
    fn is_text(&self, tag: &Tag<'t>) -> bool {
        let Some(top) = self.levels.last() else {
            return false;
        };
        let is_known = is_root(tag.name)
            || self.levels.iter().any(|level| level.known.field(tag.name).is_some());
        let never_closes = !tag.closes_itself && self.tally.never_closes(tag.name);
        // In a field that has a closing tag of its own there are no elements.
        let is_inside = matches!(top.known, Known::Scalar) && !self.tally.lacks(top.name);
        never_closes && (!is_known || is_inside) && (tag.is_doubtful || is_inside || top.has_text)
    }

    /// How many levels stay open where an element of that name opens, if not all do.
    fn place(&self, name: &str, closes_itself: bool) -> Option<usize> {
        let top = self.levels.last()?;
        if top.known.field(name).is_some() {
            return None;
        }
        // The levels that nothing closes, from the innermost.
        let open =
            self.levels.iter().rev().take_while(|level| self.tally.lacks(level.name)).count();
        let depth = self.levels.len();
        let knows = |depth: &usize| {
            depth.checked_sub(1).is_some_and(|nth| self.levels[nth].known.field(name).is_some())
        };
        let lowest = depth - open;
        if let Some(known) = (lowest.max(1)..depth).rev().find(knows) {
            return Some(known);
        }
        // A name of no contract beside text.
        let is_leaf = matches!(top.known, Known::Scalar) || top.has_text && !top.has_children;
        let stands = closes_itself || !self.tally.never_closes(name);
        (open > 0 && depth > 1 && is_leaf && stands).then_some(depth - 1)
    }

    /// Takes a closing tag.
    fn closing(&mut self, tag: Tag<'t>) {
        let Some(top) = self.levels.last() else {
            return self.surplus(tag);
        };
        if tag.is_cut {
            self.draft.edit(tag.span.clone(), "");
            return self.say(FindingKind::Truncated, tag.span);
        }
        let is_top = top.name == tag.name;
        let depth = self.levels.iter().rposition(|level| level.name == tag.name);
        // One for the other, where the tally says that this one is too many and that one is missing.
        let is_other = !is_top
            && self.tally.lacks(top.name)
            && match depth {
                Some(_) => self.tally.has_surplus(tag.name),
                None => !self.goes_on(tag.span.end),
            };
        let is_other = is_other
            || depth.is_none()
                && (same_local_name(top.name, tag.name) || self.is_end_of_field(&tag));
        match depth {
            _ if is_other => {
                let name = top.name;
                self.tally.closed(name);
                self.tally.spent(tag.name);
                let read = format!("</{name}>");
                self.draft.edit(tag.span.clone(), read.clone());
                self.say(FindingKind::Nesting(Nesting::Replaced { read: read.into() }), tag.span);
                self.levels.pop();
                self.in_text = false;
            }
            Some(depth) => {
                self.close(depth + 1, tag.span.start);
                for edit in tag.edits {
                    self.draft.edit(edit.damaged, edit.instead);
                }
                for (kind, span) in tag.faults {
                    self.say(kind, span);
                }
                self.levels.pop();
                self.in_text = false;
            }
            None => self.surplus(tag),
        }
    }

    /// Whether an element follows that has its place in the one that is open, and not outside of it.
    fn goes_on(&self, at: usize) -> bool {
        let (Piece::Open(next), [outer @ .., top]) =
            (self.lexer.piece(self.lexer.blanks(at)), &*self.levels)
        else {
            return false;
        };
        let knows = |level: &Level<'_>| level.known.field(next.name).is_some();
        knows(top) && !outer.last().is_some_and(knows) && !is_root(next.name)
    }

    /// Whether a closing tag of another name stands where the field that is open has to end.
    fn is_end_of_field(&self, tag: &Tag<'t>) -> bool {
        let [.., parent, Level { known: Known::Scalar, .. }] = &*self.levels else {
            return false;
        };
        match self.lexer.piece(self.lexer.blanks(tag.span.end)) {
            Piece::Open(next) => parent.known.field(next.name).is_some(),
            Piece::Close(next) => next.name == parent.name,
            _ => false,
        }
    }

    /// Takes the `<` there for text, and returns its end.
    fn no_tag(&mut self, at: usize) -> usize {
        self.draft.edit(at..at + 1, "&lt;");
        self.say(FindingKind::UnescapedMarkup, at..at + 1);
        self.filled();
        at + 1
    }

    fn surplus(&mut self, tag: Tag<'t>) {
        self.tally.spent(tag.name);
        if self.in_text {
            // Without it, the text on both sides would be one that was nowhere.
            self.no_tag(tag.span.start);
            return;
        }
        self.draft.edit(tag.span.clone(), "");
        self.say(FindingKind::Nesting(Nesting::Extra), tag.span);
    }

    /// Closes all elements but the outer `depth` of them, for want of their closing tags.
    fn close(&mut self, depth: usize, at: usize) {
        if self.levels.len() <= depth {
            return;
        }
        // Before the blanks that belong to what comes next.
        let before = &self.lexer.text[..at];
        let place = before.trim_end().len();
        self.lexer.meter.add(at - place);
        let path = self.draft.room.clone().take(|| path(&self.levels));
        let mut read = String::new();
        while self.levels.len() > depth
            && let Some(level) = self.levels.pop()
        {
            self.tally.closed(level.name);
            read.push_str(&format!("</{}>", level.name));
        }
        self.draft.edit(place..place, read.clone());
        let kind = FindingKind::Nesting(Nesting::Missing { read: read.into() });
        self.draft.say(kind, || path.unwrap_or_default(), place..place);
    }

    /// Ends a document that is cut off.
    fn end(&mut self, at: usize) {
        if self.levels.is_empty() {
            return;
        }
        self.say(FindingKind::Truncated, at..at);
        // An element that was just opened says nothing.
        if let Some(level) = self.levels.pop_if(|level| {
            !level.has_text
                && !level.has_children
                && matches!(level.known, Known::Scalar | Known::Unknown)
                && !level.steps.is_empty()
        }) {
            // What closes an element before it stays.
            self.draft.edits.retain(|edit| edit.damaged.start <= level.start);
            self.draft.edit(level.start..at, "");
        }
        while let Some(level) = self.levels.pop() {
            self.draft.edit(at..at, format!("</{}>", level.name));
        }
    }

    fn say(&mut self, kind: FindingKind, span: Range<usize>) {
        self.draft.say(kind, || path(&self.levels), span);
    }
}

fn path(levels: &[Level<'_>]) -> Path {
    let steps: Vec<Step> = levels.iter().flat_map(|level| level.steps.iter().cloned()).collect();
    steps.into()
}

/// Whether two names differ in case, prefix and the like only.
fn same_local_name(name: &str, other: &str) -> bool {
    let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
    same_name(local, other)
}

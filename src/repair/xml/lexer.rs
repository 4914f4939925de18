//! The lexer of malformed XML: tags, with the edits that make each well formed, and text between them.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use super::super::edits::Edit;
use super::super::work::WorkBudget;
use super::schema::Names;
use crate::finding::FindingKind;
use crate::text::characters::is_quote;

pub(super) struct Lexer<'t> {
    pub(super) text: &'t str,
    pub(super) work: &'t WorkBudget,
    pub(super) names: &'t Names,
    /// Strings that do not occur from an offset on, so that the rest of the text is searched only once.
    pub(super) not_found: RefCell<Vec<(&'static str, usize)>>,
}

/// A start or end tag.
pub(super) struct Tag<'t> {
    /// Its name, as it is after its edits.
    pub(super) name: &'t str,
    /// The documented name that matches.
    pub(super) known: Option<&'static str>,
    /// Where the name is, if no edit changes it.
    pub(super) name_span: Option<Range<usize>>,
    pub(super) span: Range<usize>,
    /// The edits that make it well formed.
    pub(super) edits: Vec<Edit>,
    /// The findings on these edits.
    pub(super) findings: Vec<(FindingKind, Range<usize>)>,
    pub(super) is_self_closing: bool,
    /// Whether the text ends inside it.
    pub(super) is_truncated: bool,
    /// Whether it may be text with an unescaped `<`.
    pub(super) may_be_text: bool,
    /// What of it is no XML syntax, if it is read as a tag in spite of that.
    pub(super) malformed: Option<Range<usize>>,
    /// Whether XML does not allow its name.
    pub(super) has_invalid_name: bool,
    /// Whether the text has no `<` for it, so that it is text if it is no tag.
    pub(super) lacks_bracket: bool,
    /// The same tag, if what follows the name belongs to a longer one.
    pub(super) joined: Option<Rc<Tag<'t>>>,
    /// What follows, if a piece of the document is missing before it.
    pub(super) after_gap: Option<Rc<AfterGap>>,
}

impl Tag<'_> {
    pub(super) fn new<'t>(name: &'t str, name_span: Range<usize>, start: usize) -> Tag<'t> {
        Tag {
            name,
            known: None,
            span: start..name_span.end,
            name_span: Some(name_span),
            edits: Vec::new(),
            findings: Vec::new(),
            is_self_closing: false,
            is_truncated: false,
            may_be_text: false,
            malformed: None,
            has_invalid_name: !name
                .starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | ':')),
            lacks_bracket: false,
            joined: None,
            after_gap: None,
        }
    }

    /// Reports what is no XML syntax in it.
    pub(super) fn report_malformed(&mut self, is_end: bool) {
        if let Some(span) = self.malformed.take() {
            let slash = if is_end { "/" } else { "" };
            let read = format!("<{slash}{}>", self.name).into();
            self.findings.push((FindingKind::MalformedTag { read }, span));
        }
    }
}

/// What follows a gap: the fields beside the first one, and those around them, up to the end of the record with the
/// list of that record.
pub(super) struct AfterGap {
    /// Names, each with the number of elements that end before.
    pub(super) fields: Vec<(usize, &'static str)>,
    /// The name of the record that ends first.
    pub(super) record: Option<&'static str>,
}

pub(super) enum Piece<'t> {
    Text(Range<usize>),
    StartTag(Tag<'t>),
    EndTag(Tag<'t>),
    /// A comment, processing instruction or declaration.
    Ignored(Range<usize>),
    CData {
        span: Range<usize>,
        edits: Vec<Edit>,
    },
    /// A comment, processing instruction, declaration or CDATA section without its end.
    Unterminated {
        span: Range<usize>,
        is_cdata: bool,
    },
    End,
}

impl<'t> Lexer<'t> {
    pub(super) fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes()
    }

    pub(super) fn find(&self, at: usize, what: &'static str) -> Option<usize> {
        let mut not_found = self.not_found.borrow_mut();
        if not_found.iter().any(|(known, from)| *known == what && *from <= at) {
            return None;
        }
        let rest = &self.bytes()[at..];
        let found = memchr::memmem::find(rest, what.as_bytes());
        self.work.add(found.unwrap_or(rest.len()));
        if found.is_none() {
            not_found.push((what, at));
        }
        found.map(|length| at + length)
    }

    pub(super) fn piece(&self, at: usize) -> Piece<'t> {
        let rest = &self.text[at..];
        if rest.is_empty() {
            return Piece::End;
        }
        if !rest.starts_with('<') {
            let end = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
            self.work.add(end);
            return Piece::Text(at..at + end);
        }
        let after_signs = self.name_after_signs(at);
        match rest.as_bytes().get(1) {
            _ if after_signs.is_some() => {}
            Some(b'!' | b'?' | b'[') => {
                if let Some(piece) = self.declaration(at) {
                    return piece;
                }
            }
            None => return Piece::Unterminated { span: at..at + 1, is_cdata: false },
            Some(_) => {}
        }
        match after_signs.or_else(|| self.tag_start(at)) {
            Some((true, name)) => Piece::EndTag(self.end_tag(at, name)),
            Some((false, name)) => Piece::StartTag(self.start_tag(at, name)),
            None => {
                let end = memchr::memchr(b'<', &rest.as_bytes()[1..]).map_or(rest.len(), |n| n + 1);
                self.work.add(end);
                Piece::Text(at..at + end)
            }
        }
    }

    /// Whether the `<` at `at` starts an end tag, and where the name is, if signs are between the `<` and a known
    /// name.
    fn name_after_signs(&self, at: usize) -> Option<(bool, usize)> {
        const MOST: usize = 8;
        let rest = &self.text[at + 1..];
        let is_sign = |c: &char| {
            !c.is_alphabetic()
                && !c.is_whitespace()
                && !is_quote(*c)
                && !matches!(c, '<' | '>' | '_' | ':')
        };
        let length: usize = rest.chars().take(MOST).take_while(is_sign).map(char::len_utf8).sum();
        if length == 0 || matches!(&rest[..length], "/" | "\\") || rest.starts_with("!--") {
            return None;
        }
        let start = at + 1 + length;
        let end = self.name_end(start);
        let is_tag = self.bytes().get(end) == Some(&b'>')
            && self.names.known(&self.text[start..end]).is_some();
        is_tag.then(|| (rest[..length].contains(['/', '\\']), start))
    }

    /// Whether the `<` at `at` starts an end tag, and where the name is; `None` if it starts no tag.
    fn tag_start(&self, at: usize) -> Option<(bool, usize)> {
        /// Characters between the `<` and the name.
        const MOST: usize = 8;
        /// Letters by which a damaged name is told from text.
        const LEAST_LETTERS: usize = 3;
        let is_name = |c: char| c.is_alphabetic() || c == '_' || c == ':';
        let rest = &self.text[at + 1..];
        let mut inside = rest.chars();
        match inside.next() {
            Some('/') if inside.next().is_none_or(|c| is_name(c) || c == '>') => {
                return Some((true, at + 2));
            }
            Some(first) if is_name(first) => return Some((false, at + 1)),
            // A name whose first character was damaged.
            Some(first) if !first.is_whitespace() && !matches!(first, '<' | '>' | '\\') => {
                let is_end = first == '/';
                let start = at + 1 + usize::from(is_end);
                let end = self.name_end(start);
                let letters = self.text[start..end].chars().filter(|c| c.is_alphabetic()).count();
                let is_tag = letters >= LEAST_LETTERS && self.bytes().get(end) == Some(&b'>');
                if is_tag {
                    return Some((is_end, start));
                }
            }
            _ => {}
        }
        // `</` without a name
        if rest.starts_with('/')
            && self.text[self.skip_whitespace(at + 2)..].starts_with(['<', '>'])
        {
            return Some((true, at + 2));
        }
        let is_prefix = |c: char| c.is_whitespace() || matches!(c, '/' | '\\' | '<');
        let length: usize =
            rest.chars().take(MOST).take_while(|c| is_prefix(*c)).map(char::len_utf8).sum();
        let start = at + 1 + length;
        let end = self.name_end(start);
        let is_tag = self.names.known(&self.text[start..end]).is_some()
            && self.text[self.skip_whitespace(end)..].starts_with(['>', '/', '<', '&']);
        is_tag.then(|| (rest[..length].contains(['/', '\\']), start))
    }

    /// The comment, section, instruction or declaration at `at`.
    fn declaration(&self, at: usize) -> Option<Piece<'t>> {
        let rest = &self.text[at..];
        let delimited = |open: &'static str, close: &'static str| {
            let inside = at + open.len();
            let end = self.find(inside, close);
            // If another opens before the end, the end belongs to that one.
            let reopened =
                self.find(inside, open).filter(|reopened| end.is_none_or(|end| *reopened < end));
            match (end, reopened) {
                (Some(end), None) => Ok(at..end + close.len()),
                _ => Err(inside),
            }
        };
        // It ends before the next tag; a CDATA section may contain start tags.
        let unterminated = |inside: usize, next: &'static str, is_cdata| {
            let end = self.find(inside, next).unwrap_or(self.text.len());
            Piece::Unterminated { span: at..end, is_cdata }
        };
        let ignored = |open: &'static str, close: &'static str| match delimited(open, close) {
            Ok(span) => Piece::Ignored(span),
            Err(inside) => unterminated(inside, "<", false),
        };
        if rest.starts_with("<!--") {
            return Some(ignored("<!--", "-->"));
        }
        if let Some(inside) = rest.strip_prefix("<?") {
            let piece = ignored("<?", "?>");
            let has_name = inside.starts_with(|c: char| c.is_alphabetic() || c == '_');
            return Some(match piece {
                Piece::Ignored(span) if !has_name => Piece::Unterminated { span, is_cdata: false },
                piece => piece,
            });
        }
        if let Some(open) = cdata_start(rest) {
            let mut edits = Vec::new();
            if &rest[..open] != CDATA {
                edits.push(Edit { original: at..at + open, replacement: CDATA.into() });
            }
            return Some(match self.cdata_end(at + open) {
                Some(close) => {
                    if &self.text[close.clone()] != "]]>" {
                        edits.push(Edit { original: close.clone(), replacement: "]]>".into() });
                    }
                    Piece::CData { span: at..close.end, edits }
                }
                None => {
                    let end = self.find(at + open, "</").unwrap_or(self.text.len());
                    let content = &self.text[at + open..end];
                    let close = ["]>", "]]"].into_iter().find(|close| content.ends_with(close));
                    match close {
                        Some(close) if end < self.text.len() => {
                            let original = end - close.len()..end;
                            edits.push(Edit { original, replacement: "]]>".into() });
                            Piece::CData { span: at..end, edits }
                        }
                        _ => unterminated(at + open, "</", true),
                    }
                }
            });
        }
        let has_name =
            |rest: &str| !rest.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('>');
        let doctype = rest.get(..9).filter(|start| start.eq_ignore_ascii_case("<!doctype"))?;
        // Without a name, parsers reject it.
        has_name(&rest[doctype.len()..]).then(|| match self.doctype(at) {
            Ok(end) => Piece::Ignored(at..end),
            Err(end) => Piece::Unterminated { span: at..end, is_cdata: false },
        })
    }

    /// The `]]>` that ends the section whose content begins at `inside`, also with whitespace in it.
    fn cdata_end(&self, inside: usize) -> Option<Range<usize>> {
        let end = self.find(inside, "]]>");
        let reopened =
            self.find(inside, CDATA).filter(|reopened| end.is_none_or(|end| *reopened < end));
        if let (Some(end), None) = (end, reopened) {
            return Some(end..end + 3);
        }
        // Another section follows, or none has an end.
        let content = &self.bytes()[inside..reopened.unwrap_or(self.text.len())];
        if reopened.is_none() && self.not_found.borrow().contains(&("]] >", 0)) {
            return None;
        }
        self.work.add(content.len());
        let close = memchr::memmem::find(content, b"]] >");
        let close = close.or_else(|| memchr::memmem::find(content, b"] ]>"));
        if close.is_none() && reopened.is_none() {
            // No section from here on has one.
            self.not_found.borrow_mut().push(("]] >", 0));
        }
        close.map(|at| inside + at..inside + at + 4)
    }

    /// The end of the DOCTYPE at `at`, if it is well formed, or else of what belongs to it.
    fn doctype(&self, at: usize) -> Result<usize, usize> {
        let inside = at + "<!doctype".len();
        let close = self.find(at, ">");
        let tag = self.find(inside, "<");
        let is_before_tag = |end: usize| tag.is_none_or(|tag| end < tag);
        let open = self
            .find(inside, "[")
            .filter(|open| is_before_tag(*open) && close.is_none_or(|close| *open < close));
        let Some(open) = open else {
            // If another tag begins before its end, the end belongs to that one.
            let Some(end) = close.filter(|close| is_before_tag(*close)) else {
                return Err(tag.unwrap_or(self.text.len()));
            };
            let content = &self.text[inside..end];
            self.work.add(content.len());
            let is_even = |quote: char| content.matches(quote).count().is_multiple_of(2);
            let is_well_formed =
                content.starts_with([' ', '\t', '\r', '\n']) && is_even('"') && is_even('\'');
            return if is_well_formed { Ok(end + 1) } else { Err(end + 1) };
        };
        // The declarations inside, before the root element.
        let mut at = open + 1;
        while let Some(found) = memchr::memchr2(b'<', b']', &self.bytes()[at..]) {
            self.work.add(found);
            at += found;
            let close = self.skip_whitespace(at + 1);
            match (self.bytes()[at], self.bytes().get(close)) {
                (b']', Some(b'>')) => return Ok(close + 1),
                (b'<', Some(b'!' | b'?')) | (b']', _) => at += 1,
                _ => return Err(at),
            }
        }
        Err(self.text.len())
    }
}

/// The start of a CDATA section.
const CDATA: &str = "<![CDATA[";

/// The length of the start of a CDATA section, in any case and with whitespace in it.
fn cdata_start(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('<')?;
    let inside = inside.strip_prefix('!').unwrap_or(inside);
    let inside = inside.trim_start_matches(' ');
    let inside = inside.strip_prefix('[').unwrap_or(inside).trim_start_matches(' ');
    let inside =
        inside.get(..5).filter(|word| word.eq_ignore_ascii_case("cdata")).map(|_| inside)?;
    let inside = inside[5..].trim_start_matches(' ').strip_prefix('[')?;
    Some(rest.len() - inside.len())
}

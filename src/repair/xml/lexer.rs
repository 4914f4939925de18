//! The lexer of malformed XML: tags, with the edits that make each well formed, and text between them.

use std::cell::RefCell;
use std::ops::Range;

use super::super::edits::Edit;
use super::super::work::WorkBudget;
use crate::finding::FindingKind;
use crate::text::characters::{is_quote, is_whitespace};

/// Whether the quote at `at` closes a value that contains a `<`, rather than opening the next value.
pub(super) fn closes_value(value: &str, at: usize) -> bool {
    let (inside, rest) = value.split_at(at);
    let mut after = rest.chars().skip(1);
    !inside.ends_with('=')
        && !inside.contains("</")
        && after.next().is_some_and(|c| c.is_whitespace() || matches!(c, '>' | '/'))
}

pub(super) struct Lexer<'t> {
    pub(super) text: &'t str,
    pub(super) work: &'t WorkBudget,
    /// Strings that do not occur from an offset on, so that the rest of the text is searched only once.
    pub(super) not_found: RefCell<Vec<(&'static str, usize)>>,
}

/// A start or end tag.
pub(super) struct Tag<'t> {
    pub(super) name: &'t str,
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
}

pub(super) enum Piece<'t> {
    Text(Range<usize>),
    StartTag(Tag<'t>),
    EndTag(Tag<'t>),
    /// A comment, processing instruction or declaration.
    Ignored(Range<usize>),
    CData(Range<usize>),
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
        if rest.starts_with("<!--") {
            return match delimited("<!--", "-->") {
                Ok(span) => Piece::Ignored(span),
                Err(inside) => unterminated(inside, "<", false),
            };
        }
        if rest.starts_with("<![CDATA[") {
            return match delimited("<![CDATA[", "]]>") {
                Ok(span) => Piece::CData(span),
                Err(inside) => unterminated(inside, "</", true),
            };
        }
        if rest.starts_with("<?") {
            return match delimited("<?", "?>") {
                Ok(span) => Piece::Ignored(span),
                Err(inside) => unterminated(inside, "<", false),
            };
        }
        let has_name =
            |rest: &str| !rest.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('>');
        let doctype = rest.get(..9).filter(|start| start.eq_ignore_ascii_case("<!doctype"));
        // Without a name, parsers reject it.
        if doctype.is_some_and(|start| has_name(&rest[start.len()..])) {
            return match self.doctype(at) {
                Some(end) => Piece::Ignored(at..end),
                None => unterminated(at + 9, "<", false),
            };
        }
        let is_name = |c: char| c.is_alphabetic() || c == '_' || c == ':';
        let mut inside = rest[1..].chars();
        match inside.next() {
            None => Piece::Unterminated { span: at..at + 1, is_cdata: false },
            Some('/') if inside.next().is_none_or(|c| is_name(c) || c == '>') => {
                Piece::EndTag(self.end_tag(at))
            }
            Some(first) if is_name(first) => Piece::StartTag(self.start_tag(at)),
            Some(_) => {
                let end = memchr::memchr(b'<', &rest.as_bytes()[1..]).map_or(rest.len(), |n| n + 1);
                self.work.add(end);
                Piece::Text(at..at + end)
            }
        }
    }

    pub(super) fn doctype(&self, at: usize) -> Option<usize> {
        let close = self.find(at, ">")?;
        match self.find(at, "[").filter(|open| *open < close) {
            None => Some(close + 1),
            Some(open) => Some(self.find(self.find(open, "]")?, ">")? + 1),
        }
    }

    /// The end of the name that begins at `at`.
    pub(super) fn name_end(&self, at: usize) -> usize {
        let is_end =
            |c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<' | '=' | '&') || is_quote(c);
        let rest = &self.text[at..];
        let length = rest.find(is_end).unwrap_or(rest.len());
        self.work.add(length);
        at + length
    }

    pub(super) fn skip_whitespace(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let whitespace = rest.len() - rest.trim_start().len();
        self.work.add(whitespace);
        at + whitespace
    }

    pub(super) fn end_tag(&self, at: usize) -> Tag<'t> {
        let end = self.name_end(at + 2);
        let name = &self.text[at + 2..end];
        let rest = &self.text[end..];
        let delimiter = rest.find(['>', '<']);
        self.work.add(delimiter.unwrap_or(rest.len()));
        let mut tag = Tag {
            name,
            span: at..end,
            edits: Vec::new(),
            findings: Vec::new(),
            is_self_closing: false,
            is_truncated: delimiter.is_none(),
            may_be_text: false,
        };
        match delimiter {
            Some(length) if rest[length..].starts_with('>') => {
                tag.span.end = end + length + 1;
                if !rest[..length].bytes().all(|byte| is_whitespace(&byte)) {
                    tag.findings.push((FindingKind::Attribute, end..end + length));
                    tag.edits.push(Edit { original: end..end + length, replacement: "".into() });
                }
            }
            _ => {
                tag.findings.push((FindingKind::Unterminated, at..end));
                tag.edits.push(Edit { original: end..end, replacement: ">".into() });
            }
        }
        tag
    }

    /// Reads the start tag at `start`.
    pub(super) fn start_tag(&self, start: usize) -> Tag<'t> {
        let mut at = self.name_end(start + 1);
        let mut tag = Tag {
            name: &self.text[start + 1..at],
            span: start..at,
            edits: Vec::new(),
            findings: Vec::new(),
            is_self_closing: false,
            is_truncated: false,
            may_be_text: false,
        };
        let mut names: Vec<&str> = Vec::new();
        loop {
            let whitespace = self.skip_whitespace(at);
            let has_whitespace = whitespace > at;
            let rest = &self.text[whitespace..];
            // Before another tag, it is not part of this one.
            if !rest.is_empty() && !rest.starts_with('<') {
                self.replace_whitespace(at..whitespace, &mut tag);
            }
            at = whitespace;
            match rest.bytes().next() {
                None => {
                    tag.is_truncated = true;
                    break;
                }
                Some(b'>') => {
                    at += 1;
                    break;
                }
                Some(b'/') if rest.starts_with("/>") => {
                    at += 2;
                    tag.is_self_closing = true;
                    break;
                }
                Some(b'<') => {
                    let end = tag.span.start + self.text[tag.span.start..at].trim_end().len();
                    at = end;
                    tag.findings.push((FindingKind::Unterminated, start..end));
                    tag.edits.push(Edit { original: end..end, replacement: ">".into() });
                    tag.may_be_text = true;
                    break;
                }
                Some(_) => at = self.attribute(at, has_whitespace, &mut names, &mut tag),
            }
        }
        tag.span.end = at;
        tag
    }

    /// Replaces whitespace that XML does not allow in a tag.
    fn replace_whitespace(&self, span: Range<usize>, tag: &mut Tag<'t>) {
        let text = &self.text[span.clone()];
        for (at, character) in text.char_indices() {
            if !matches!(character, ' ' | '\t' | '\r' | '\n') {
                let original = span.start + at..span.start + at + character.len_utf8();
                tag.findings.push((FindingKind::InvalidWhitespace, original.clone()));
                tag.edits.push(Edit { original, replacement: " ".into() });
            }
        }
    }

    /// Reads the attribute at `start`, or an invalid character, and returns its end.
    pub(super) fn attribute(
        &self,
        start: usize,
        has_whitespace: bool,
        names: &mut Vec<&'t str>,
        tag: &mut Tag<'t>,
    ) -> usize {
        /// Maximum number of names that are compared, to limit the work.
        const MAX_COMPARED: usize = 256;
        let name_end = self.name_end(start);
        let name = &self.text[start..name_end];
        if name.is_empty() {
            let end = start + self.text[start..].chars().next().map_or(0, char::len_utf8);
            tag.findings.push((FindingKind::Attribute, start..end));
            tag.edits.push(Edit { original: start..end, replacement: " ".into() });
            tag.may_be_text = true;
            return end;
        }
        let (findings, edits) = (tag.findings.len(), tag.edits.len());
        if !has_whitespace {
            tag.edits.push(Edit { original: start..start, replacement: " ".into() });
            tag.findings.push((FindingKind::Attribute, start..name_end));
        }
        let equals = self.skip_whitespace(name_end);
        let end = if self.bytes().get(equals) != Some(&b'=') {
            tag.edits.push(Edit { original: name_end..name_end, replacement: "=\"\"".into() });
            tag.findings.push((FindingKind::Attribute, start..name_end));
            tag.may_be_text = true;
            name_end
        } else {
            self.replace_whitespace(name_end..equals, tag);
            let value = self.skip_whitespace(equals + 1);
            self.replace_whitespace(equals + 1..value, tag);
            self.attribute_value(start, value, tag)
        };
        let is_duplicate = names.contains(&name);
        self.work.add(names.len());
        if is_duplicate {
            tag.edits.truncate(edits);
            tag.findings.truncate(findings);
            tag.findings.push((FindingKind::Attribute, start..end));
            tag.edits.push(Edit { original: start..end, replacement: "".into() });
        } else if names.len() < MAX_COMPARED {
            names.push(name);
        }
        end
    }

    /// Reads the value of the attribute that begins at `start`, and returns its end.
    pub(super) fn attribute_value(&self, start: usize, at: usize, tag: &mut Tag<'t>) -> usize {
        /// How many characters to search for the closing quote after a `<` in a value.
        const LOOKAHEAD: usize = 256;
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
            self.work.add(end.unwrap_or(value.len()));
            let is_markup = end.is_some_and(|end| value[end..].starts_with('<'));
            // Most likely the value is unterminated, but it may contain an unescaped `<`.
            let end = if is_markup {
                let near: &str =
                    value.char_indices().nth(LOOKAHEAD).map_or(value, |(far, _)| &value[..far]);
                near.find(closes).filter(|close| closes_value(near, *close))
            } else {
                end
            };
            if let Some(end) = end {
                let closing_quote = value[end..].chars().next().unwrap_or(quote);
                let span = at..inside + end + closing_quote.len_utf8();
                for (length, _) in value[..end].match_indices('<') {
                    let offset = inside + length;
                    tag.edits
                        .push(Edit { original: offset..offset + 1, replacement: "&lt;".into() });
                }
                if is_markup || !matches!(quote, '"' | '\'') {
                    tag.findings.push((FindingKind::Attribute, start..span.end));
                }
                if !matches!(quote, '"' | '\'') {
                    self.quote_value(at..inside, inside + end..span.end, tag);
                }
                return span.end;
            }
        }
        let is_end = |c: char| c.is_whitespace() || matches!(c, '>' | '<');
        let length = value.find(is_end).unwrap_or(value.len());
        self.work.add(length);
        let text = &value[..length];
        let text = if value[length..].starts_with('>') {
            text.strip_suffix('/').unwrap_or(text)
        } else {
            text
        };
        let end = inside + text.len();
        tag.is_truncated |= end == self.text.len();
        tag.findings.push((FindingKind::Attribute, start..end));
        self.quote_value(at..inside, end..end, tag);
        end
    }

    /// Puts a value in double quotes, replacing its quotes, if any, at `open` and `close`.
    pub(super) fn quote_value(&self, open: Range<usize>, close: Range<usize>, tag: &mut Tag<'t>) {
        let value = &self.text[open.end..close.start];
        let inside = open.end;
        for (length, _) in value.match_indices('"') {
            let offset = inside + length;
            tag.edits.push(Edit { original: offset..offset + 1, replacement: "&quot;".into() });
        }
        tag.edits.push(Edit { original: open, replacement: "\"".into() });
        tag.edits.push(Edit { original: close, replacement: "\"".into() });
    }
}

//! Start and end tags of malformed XML.

use std::ops::Range;
use std::rc::Rc;

use super::super::edits::Edit;
use super::lexer::{Lexer, Tag};
use crate::finding::FindingKind;
use crate::text::characters::{is_format_whitespace, is_quote, is_whitespace};

/// Whether the quote at `at` closes a value that contains a `<`, rather than opening the next value.
pub(super) fn closes_value(value: &str, at: usize) -> bool {
    let (inside, rest) = value.split_at(at);
    let mut after = rest.chars().skip(1);
    !inside.ends_with('=')
        && !inside.contains("</")
        && after.next().is_some_and(|c| c.is_whitespace() || matches!(c, '>' | '/'))
}

impl<'t> Lexer<'t> {
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

    /// Starts a tag: repairs what is before the name at `name_start`, and a name that is cut in pieces.
    fn tag_at(&self, start: usize, name_start: usize, is_end: bool) -> Tag<'t> {
        let mut end = self.name_end(name_start);
        // A sign in place of the `>`.
        let name = self.text[name_start..end]
            .trim_end_matches([')', ']', '}', '\u{bb}', '\u{203a}', '\u{ff1e}']);
        if name_start + name.len() < end && self.names.known(name).is_some() {
            end = name_start + name.len();
        }
        let mut tag = Tag::new(&self.text[name_start..end], name_start..end, start);
        let syntax = if is_end { "</" } else { "<" };
        if &self.text[start..name_start] != syntax {
            tag.edits.push(Edit { original: start..name_start, replacement: syntax.into() });
            tag.malformed = Some(start..end);
        }
        tag.known = self.names.known(tag.name);
        if let Some((known, end)) = self.joined_name(&tag, end) {
            if tag.known.is_none() {
                Self::rename(&mut tag, name_start..end, known);
            } else if self.bytes().get(self.skip_whitespace(end)) == Some(&b'>') {
                let mut joined = Tag::new(tag.name, name_start..end, start);
                joined.edits = tag.edits.clone();
                Self::rename(&mut joined, name_start..end, known);
                joined.span.end = self.skip_whitespace(end) + 1;
                joined.report_malformed(is_end);
                tag.joined = Some(Rc::new(joined));
            }
        }
        tag
    }

    /// Gives a tag the known name that the words at `span` make.
    fn rename(tag: &mut Tag<'t>, span: Range<usize>, known: &'static str) {
        tag.name = known;
        tag.has_invalid_name = false;
        tag.known = Some(known);
        tag.malformed = Some(tag.span.start..span.end);
        tag.name_span = None;
        tag.span.end = span.end;
        tag.edits.push(Edit { original: span, replacement: known.into() });
    }

    /// The documented name that the first words of a tag make together, and where it ends.
    fn joined_name(&self, tag: &Tag<'t>, mut end: usize) -> Option<(&'static str, usize)> {
        const MOST_WORDS: usize = 3;
        if tag.name.is_empty() {
            return None;
        }
        let mut joined = tag.name.to_owned();
        for _ in 1..MOST_WORDS {
            let next = self.skip_whitespace(end);
            if next == end {
                return None;
            }
            end = self.name_end(next);
            joined.push_str(&self.text[next..end]);
            let is_whole = !matches!(self.bytes().get(end), Some(b'=' | b'"' | b'\''));
            if let Some(known) = self.names.known(&joined).filter(|_| is_whole && end > next) {
                return Some((known, end));
            }
        }
        None
    }

    /// The length of a `>` that is written as a reference.
    fn escaped_bracket(rest: &str) -> Option<usize> {
        ["&gt;", "&gt"].iter().find(|bracket| rest.starts_with(**bracket)).map(|text| text.len())
    }

    /// Reads the end tag at `at`.
    pub(super) fn end_tag(&self, at: usize, name_start: usize) -> Tag<'t> {
        let mut tag = self.tag_at(at, name_start, true);
        let end = tag.span.end;
        let rest = &self.text[end..];
        if let Some(length) = Self::escaped_bracket(rest) {
            tag.edits.push(Edit { original: end..end + length, replacement: ">".into() });
            tag.span.end = end + length;
            tag.malformed = Some(tag.span.clone());
            tag.report_malformed(true);
            return tag;
        }
        if let Some(sign) = rest.chars().next().filter(|c| ")]}\u{bb}\u{203a}\u{ff1e}".contains(*c))
        {
            let sign = end..end + sign.len_utf8();
            tag.span.end = sign.end;
            tag.malformed = Some(tag.span.clone());
            tag.edits.push(Edit { original: sign, replacement: ">".into() });
            tag.report_malformed(true);
            return tag;
        }
        let delimiter = rest.find(['>', '<']);
        self.work.add(delimiter.unwrap_or(rest.len()));
        tag.is_truncated = delimiter.is_none();
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
        tag.report_malformed(true);
        tag
    }

    /// Reads the start tag at `start`.
    pub(super) fn start_tag(&self, start: usize, name_start: usize) -> Tag<'t> {
        let mut tag = self.tag_at(start, name_start, false);
        tag.may_be_text = tag.has_invalid_name;
        let mut at = tag.span.end;
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
                Some(b'&') if at == tag.span.end && Self::escaped_bracket(rest).is_some() => {
                    let end = at + Self::escaped_bracket(rest).unwrap_or_default();
                    tag.edits.push(Edit { original: at..end, replacement: ">".into() });
                    tag.malformed = Some(start..end);
                    at = end;
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
        tag.report_malformed(false);
        tag
    }

    /// Replaces whitespace that XML does not allow in a tag.
    fn replace_whitespace(&self, span: Range<usize>, tag: &mut Tag<'t>) {
        let text = &self.text[span.clone()];
        for (at, character) in text.char_indices() {
            if !is_format_whitespace(character) {
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
            if value > equals + 1 && self.begins_attribute(value) {
                // `Name= Other=value`
                let end = equals + 1;
                tag.findings.push((FindingKind::Attribute, start..end));
                tag.edits.push(Edit { original: end..end, replacement: "\"\"".into() });
                end
            } else {
                self.replace_whitespace(equals + 1..value, tag);
                let is_known = self.names.known(name).is_some();
                self.attribute_value(start, value, is_known, tag)
            }
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
    /// One without quotes goes on to the next known attribute, if its own name `is_known`.
    pub(super) fn attribute_value(
        &self,
        start: usize,
        at: usize,
        is_known: bool,
        tag: &mut Tag<'t>,
    ) -> usize {
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
        let length = match value.find(is_end).unwrap_or(value.len()) {
            length if is_known && quote.is_none() => {
                self.words_end(inside, inside + length) - inside
            }
            length => length,
        };
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

    /// The end of the words of a value without quotes, of which the first ends at `end`.
    fn words_end(&self, start: usize, mut end: usize) -> usize {
        loop {
            let word = self.skip_whitespace(end);
            let rest = &self.text[word..];
            let is_last = end == start
                || rest.is_empty()
                || rest.starts_with(['<', '>', '"', '\''])
                || rest.starts_with("/>")
                || self.begins_attribute(word);
            if is_last {
                return end;
            }
            let is_end = |c: char| c.is_whitespace() || matches!(c, '>' | '<');
            let length = rest.find(is_end).unwrap_or(rest.len());
            self.work.add(length);
            end = word + length;
        }
    }

    /// Whether an attribute with a known name, or of a namespace, begins at `at`.
    fn begins_attribute(&self, at: usize) -> bool {
        let end = self.name_end(at);
        let name = &self.text[at..end];
        let is_name = ["xmlns", "xsi:", "xml:"].iter().any(|start| name.starts_with(start))
            || self.names.known(name).is_some();
        is_name && self.text[self.skip_whitespace(end)..].starts_with('=')
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

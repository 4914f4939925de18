//! The tokens of malformed XML, with some lookahead. Tags without their `<` are found in text.

use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;

use super::super::edits::Edit;
use super::lexer::{Lexer, Piece, Tag};
use crate::finding::FindingKind;

#[derive(Clone)]
pub(super) enum Token<'t> {
    /// Text that is not only whitespace. The `<` that it may start with is unescaped.
    Text(Range<usize>),
    Start(Rc<Tag<'t>>),
    EndTag(Rc<Tag<'t>>),
    /// A CDATA section, with the edits that make it well formed.
    CData(Range<usize>, Rc<[Edit]>),
    /// A comment, section, instruction or declaration without its end.
    Unterminated(Range<usize>, bool),
    /// The end of the text.
    End(usize),
}

impl Token<'_> {
    pub(super) fn start(&self) -> usize {
        match self {
            Self::Text(span) | Self::CData(span, _) | Self::Unterminated(span, _) => span.start,
            Self::Start(tag) | Self::EndTag(tag) => tag.span.start,
            Self::End(at) => *at,
        }
    }

    pub(super) fn end(&self) -> usize {
        match self {
            Self::Text(span) | Self::CData(span, _) | Self::Unterminated(span, _) => span.end,
            Self::Start(tag) | Self::EndTag(tag) => tag.span.end,
            Self::End(at) => *at,
        }
    }
}

pub(super) struct Tokens<'t> {
    pub(super) lexer: Lexer<'t>,
    at: usize,
    queue: VecDeque<Token<'t>>,
}

/// How text may write the `<` of a tag.
const BRACKETS: [&str; 6] = ["&lt;", "&lt", "[", "\u{ff1c}", "\u{2039}", "\u{3008}"];

/// Signs in place of the `<` before a slash.
const OPENING_SIGNS: [char; 9] = ['(', '{', '“', '‘', '‹', '«', '&', '^', '|'];

/// What else may be in place of the `>` of a closing tag that has such a `<`.
const CLOSERS: [&str; 3] = ["\u{ff1e}", "\u{203a}", "\u{3009}"];

impl<'t> Tokens<'t> {
    pub(super) fn new(lexer: Lexer<'t>, at: usize) -> Self {
        Self { lexer, at, queue: VecDeque::new() }
    }

    /// Takes the text before `end` for the start tag of the root element with the name at `name`.
    pub(super) fn start_with_root(&mut self, name: Range<usize>, end: usize) {
        let text = self.lexer.text;
        let mut tag = Tag::new(&text[name.clone()], name.clone(), self.at);
        tag.known = self.lexer.names.known(tag.name);
        tag.span.end = end;
        tag.edits = vec![
            Edit { original: self.at..name.start, replacement: "<".into() },
            Edit { original: name.end..end, replacement: ">".into() },
        ];
        tag.malformed = Some(tag.span.clone());
        tag.report_malformed(false);
        self.queue.push_back(Token::Start(Rc::new(tag)));
        self.at = end;
    }

    pub(super) fn next(&mut self) -> Token<'t> {
        self.fill(1);
        self.queue.pop_front().unwrap_or(Token::End(self.lexer.text.len()))
    }

    /// The token after `nth` others.
    pub(super) fn peek(&mut self, nth: usize) -> &Token<'t> {
        self.fill(nth + 1);
        &self.queue[nth]
    }

    fn fill(&mut self, count: usize) {
        while self.queue.len() < count {
            if let Some(gap) = self.lexer.gap(self.at) {
                self.at = gap.span.end;
                let tag = self.lexer.tag_after_gap(&gap);
                self.queue.push_back(Token::Start(Rc::new(tag)));
                continue;
            }
            let piece = self.lexer.piece(self.at);
            match piece {
                Piece::End => self.queue.push_back(Token::End(self.at)),
                Piece::Text(span) => {
                    self.at = span.end;
                    self.split_text(span);
                }
                Piece::StartTag(tag) => {
                    self.at = tag.span.end;
                    self.start_tag(tag);
                }
                Piece::EndTag(tag) => {
                    self.at = tag.span.end;
                    self.queue.push_back(Token::EndTag(Rc::new(tag)));
                }
                Piece::CData { span, edits } => {
                    self.at = span.end;
                    self.queue.push_back(Token::CData(span, edits.into()));
                }
                Piece::Ignored(span) => self.at = span.end,
                Piece::Unterminated { span, is_cdata } => {
                    self.at = span.end;
                    self.queue.push_back(Token::Unterminated(span, is_cdata));
                }
            }
        }
    }

    /// Adds a start tag. If it has no `>` and the next end tag begins its name, the rest is text.
    fn start_tag(&mut self, tag: Tag<'t>) {
        let text = self.lexer.text;
        if tag.may_be_text
            && !text[..tag.span.end].ends_with('>')
            && text[tag.span.end..].starts_with("</")
            && let Piece::EndTag(next) = self.lexer.piece(tag.span.end)
            && let Some(known) = next.known
            && let Some(rest) = text[tag.span.start + 1..tag.span.end].strip_prefix(next.name)
            && !next.name.is_empty()
            && (tag.known.is_none() || is_text(rest))
        {
            let name_start = tag.span.start + 1;
            let end = name_start + next.name.len();
            // A space may have replaced it.
            let space =
                rest.len() - rest.trim_start_matches([' ', ')', ']', '}', '"', '\u{bb}']).len();
            let mut split = Tag::new(next.name, name_start..end, tag.span.start);
            split.known = Some(known);
            split.findings.push((FindingKind::Unterminated, tag.span.start..end));
            split.edits.push(Edit { original: end..end + space, replacement: ">".into() });
            split.span.end = end + space;
            self.queue.push_back(Token::Start(Rc::new(split)));
            self.split_text(end + space..tag.span.end);
        } else {
            self.queue.push_back(Token::Start(Rc::new(tag)));
        }
    }

    /// Adds text, with the tags in it that lack their `<`.
    fn split_text(&mut self, span: Range<usize>) {
        let text = self.lexer.text;
        let (mut from, mut at) = (span.start, span.start);
        while at < span.end {
            // With the first bytes of [`CLOSERS`].
            let is_sign = |byte: &u8| matches!(byte, b'>' | b'&' | b']' | 0xe2 | 0xe3 | 0xef);
            let Some(found) = text.as_bytes()[at..span.end].iter().position(is_sign) else {
                break;
            };
            self.lexer.work.add(found);
            let close = at + found;
            let rest = &text[close..span.end];
            let length = match rest {
                _ if rest.starts_with('>') => 1,
                _ if rest.starts_with("&gt;") => 4,
                _ if rest.starts_with(']') => 1,
                _ => CLOSERS.iter().find(|sign| rest.starts_with(**sign)).map_or(0, |it| it.len()),
            };
            at = close + rest.chars().next().map_or(1, char::len_utf8).max(length);
            if length > 0
                && let Some((tag, is_end)) = self.tag_before(from, close, length)
            {
                self.text(from..tag.span.start);
                (from, at) = (tag.span.end, tag.span.end);
                let tag = Rc::new(tag);
                self.queue.push_back(if is_end { Token::EndTag(tag) } else { Token::Start(tag) });
            }
        }
        self.text(from..span.end);
    }

    fn text(&mut self, span: Range<usize>) {
        if !self.lexer.text[span.clone()].trim().is_empty() {
            self.queue.push_back(Token::Text(span));
        }
    }

    /// The tag without a `<` whose `>` of `length` bytes is at `close`, and whether it is an end tag.
    fn tag_before(&self, from: usize, close: usize, length: usize) -> Option<(Tag<'t>, bool)> {
        const LONGEST: usize = 64;
        const MOST_WORDS: usize = 6;
        let text = self.lexer.text;
        let before = &text[from..close];
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-:.".contains(byte);
        let name_length = before.bytes().rev().take(LONGEST).take_while(is_part).count();
        self.lexer.work.add(name_length);
        let (mut name_start, end) = (close - name_length, close);
        let mut known = self.lexer.names.known(&text[name_start..end]);
        let mut is_glued = false;
        let is_apart = |start: usize| {
            let before = text[from..start].chars().next_back();
            before.is_none_or(|c| c.is_whitespace() || matches!(c, '/' | '\\'))
                || BRACKETS.iter().any(|bracket| text[from..start].ends_with(bracket))
        };
        // One sign alone stands in place of the `<`.
        let is_sign = |c: char| {
            !c.is_alphanumeric() && !c.is_whitespace() && !matches!(c, '/' | '\\' | '-' | '<' | '>')
        };
        const MOST_BEFORE: usize = 16;
        let near = if name_start - from <= MOST_BEFORE { &text[from..name_start] } else { "" };
        let only = near.trim();
        let has_sign = only.chars().count() == 1 && only.starts_with(is_sign);
        if known.is_none() || !is_apart(name_start) && !has_sign {
            // A name that follows other text at once: the longest that begins with a capital letter.
            let starts = (name_start..end).rev();
            let capitals = starts.filter(|at| text.as_bytes()[*at].is_ascii_uppercase());
            let of_name = capitals.take(MOST_WORDS).filter_map(|start| {
                let name = &text[start..end];
                Some((start, self.lexer.names.known(name).filter(|known| *known == name)?))
            });
            (name_start, known) = of_name.last().map(|(start, known)| (start, Some(known)))?;
            is_glued = true;
        }
        let known = known?;
        let head = &text[from..name_start];
        let slash = head.strip_suffix(['/', '\\']).unwrap_or(head);
        let is_end = slash.len() < head.len() || is_glued;
        let bracket = slash.trim_end_matches(' ');
        let found = BRACKETS.iter().find(|bracket_text| bracket.ends_with(**bracket_text));
        let mut start = from + found.map_or(slash.len(), |found| bracket.len() - found.len());
        let is_slashed = slash.len() < head.len();
        if found.is_none() && (has_sign || is_slashed && bracket.ends_with(OPENING_SIGNS)) {
            let sign = bracket.chars().next_back().map_or(0, char::len_utf8);
            start = from + bracket.len() - sign;
        }
        let before = text[..start].chars().next_back();
        let is_separate = start == from || before.is_none_or(char::is_whitespace);
        if !is_end && !is_separate && found.is_none() {
            return None;
        }
        let sign = &text[close..close + length];
        if sign == "]" && found != Some(&"[") {
            return None;
        }
        let is_of_closing = slash.len() < head.len() && found.is_some_and(|it| !it.is_ascii());
        if CLOSERS.contains(&sign) && !is_of_closing {
            return None;
        }
        let mut tag = Tag::new(&text[name_start..end], name_start..end, start);
        tag.known = Some(known);
        tag.span.end = close + length;
        tag.lacks_bracket = true;
        tag.malformed = Some(tag.span.clone());
        let syntax = if is_end { "</" } else { "<" };
        tag.edits.push(Edit { original: start..name_start, replacement: syntax.into() });
        if sign != ">" {
            tag.edits.push(Edit { original: close..close + length, replacement: ">".into() });
        }
        tag.report_malformed(is_end);
        Some((tag, is_end))
    }
}

/// Whether what follows a name is text rather than attributes.
fn is_text(rest: &str) -> bool {
    let rest = rest.trim();
    let is_attribute = rest.split_once('=').is_some_and(|(name, value)| {
        !name.trim_end().contains(char::is_whitespace) && !value.trim_matches('=').is_empty()
    });
    !rest.is_empty() && !is_attribute
}

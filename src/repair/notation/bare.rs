//! Prints whose strings have no quotes: of Java, C#, Go (`%v` of maps, `%+v`), PHP (`print_r`) and PowerShell.
//!
//! A value ends where the name of the next member or the closing brackets follow. A name that the schema does
//! not have, or that was there before, may be a part of the text, so that the end is a guess.

use std::ops::Range;

use super::quoted::Malformed;
use super::syntax::{
    Name, NameForm, Opener, elided_length, identifier_end, is_integer, literal, name_at, opener_at,
    skip_whitespace,
};
use super::tree::{Holds, Level, NO_BRACKET, Tree, is_next_name};
use super::writer::Escapes;
use crate::finding::FindingKind;
use crate::repair::schema_context::SchemaContext;
use crate::repair::work::WorkBudget;
use crate::schema::Kinds;

/// Maximum length of the whitespace between closing brackets.
const MAX_INDENT: usize = 1024;

/// How many capital letters of a value are taken for the start of a name, and the words of a name.
const MOST_CAPITALS: usize = 16;
const MOST_WORDS: usize = 5;

/// What is around the names of a print.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style<'t> {
    /// The separator of members.
    pub(super) separator: u8,
    /// What precedes a name, and what follows it.
    pub(super) before_name: &'static str,
    pub(super) after_name: &'t str,
    /// Whether names begin with a capital.
    pub(super) is_capitalized: bool,
}

pub(super) struct Bare<'t, 'w> {
    pub(super) tree: &'w mut Tree<'t>,
    pub(super) work: &'w WorkBudget,
    pub(super) at: usize,
    pub(super) style: Style<'t>,
    pub(super) kinds: &'static Kinds,
    /// Whether to go on after damage.
    pub(super) recovers: bool,
}

/// Where a value ends.
enum End {
    Certain(usize),
    Guess(usize),
    /// The text ends before.
    Truncated,
}

/// What follows a possible end of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// A name that the schema has there, or an item like the first.
    Known,
    /// A name that was there before.
    Seen,
    /// A known name, but damaged or in another place than the others.
    Damaged,
    Unknown,
    EndOfLine,
    Text,
}

impl<'t> Bare<'t, '_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.tree.text.as_bytes().get(at).copied()
    }

    pub(super) fn run(&mut self) -> Result<(), Malformed> {
        let text = self.tree.text;
        let outer = self.tree.levels.len();
        let root = opener_at(text, self.at).ok_or(Malformed)?;
        self.open(&root);
        while let Some(level) = self.tree.levels.last().filter(|_| self.tree.levels.len() > outer) {
            let next = skip_whitespace(text, self.at);
            self.work.add(next - self.at);
            self.at = next;
            match self.byte(next) {
                None => {
                    self.tree.is_truncated = true;
                    break;
                }
                Some(byte) if byte == level.close => {
                    self.tree.close(next);
                    self.at += 1;
                }
                Some(b',' | b';') => self.at += 1,
                Some(_) => {
                    if self.entry().is_err() && !(self.recovers && self.resume(next)) {
                        return Err(Malformed);
                    }
                }
            }
            if self.work.is_exhausted() {
                return Err(Malformed);
            }
        }
        Ok(())
    }

    /// Goes on after damage that begins with the entry at `from`, if it can.
    fn resume(&mut self, from: usize) -> bool {
        let after = self.tree.after_damage(
            from,
            self.work,
            |byte| byte == self.style.separator,
            |at| self.after_closing(at).is_some(),
            |at| self.name_at(at).map(|(name, _)| name),
        );
        self.at = after.map_or(from, |after| self.tree.go_on(after));
        self.at > from
    }

    fn open(&mut self, opener: &Opener) {
        let text = self.tree.text;
        self.work.add(opener.end - opener.head.start);
        let next = skip_whitespace(text, opener.end);
        let is_array = text[opener.head.clone()].ends_with("rray");
        let holds = match self.name_at(next) {
            _ if self.byte(next) == Some(opener.close) => {
                let is_list = is_array || opener.head.is_empty() && opener.close == b']';
                if is_list { Holds::Items } else { Holds::Members }
            }
            Some((name, _)) if text[name.clone()].parse::<usize>().is_err() => Holds::Members,
            _ => Holds::Items,
        };
        self.tree.open(opener, holds);
        let inside = &text[opener.end..next];
        if let Some(newline) = inside.rfind('\n')
            && let Some(level) = self.tree.levels.last_mut()
        {
            let line = text[..opener.end - 1].rfind('\n').map_or(0, |newline| newline + 1);
            let indent = skip_whitespace(text, line).min(opener.end - 1) - line;
            level.indent = Some((indent, inside.len() - newline - 1));
        }
        self.at = opener.end;
    }

    /// The name at `at` and the start of its value.
    fn name_at(&self, at: usize) -> Option<(Range<usize>, usize)> {
        let text = self.tree.text;
        let start = at + self.style.before_name.len();
        if !text.get(at..)?.starts_with(self.style.before_name) {
            return None;
        }
        let mut end = identifier_end(text, start);
        if end == start {
            let is_digit = |byte: &u8| byte.is_ascii_digit();
            end += text[start..].bytes().take(18).take_while(is_digit).count();
        }
        let after = self.style.after_name;
        let rest = &text[end..];
        // Editors remove the space at the end of a line.
        let trimmed = after.trim_end();
        let is_trimmed = || rest.strip_prefix(trimmed).is_some_and(|rest| rest.starts_with('\n'));
        let length = match rest.starts_with(after) {
            true => after.len(),
            false if is_trimmed() => trimmed.len(),
            false => return None,
        };
        (end > start).then_some((start..end, end + length))
    }

    fn entry(&mut self) -> Result<(), Malformed> {
        let text = self.tree.text;
        let Some(level) = self.tree.levels.last() else { return Err(Malformed) };
        let holds = level.holds;
        let named = self.name_at(self.at);
        match (holds, named) {
            (Holds::Members, Some((span, end))) => {
                let mut name = name_at(text, self.at).ok_or(Malformed)?;
                (name.span, name.end) = (span, end);
                self.tree.set_name(name);
                self.at = end;
            }
            (Holds::Members, None) => {
                let Some((span, end)) = self.name_without_separator(level, self.at) else {
                    return self.skip_damaged_name();
                };
                self.tree.report(FindingKind::Colon, span.end..end);
                self.at = end;
                let (form, separator) = (NameForm::Unquoted, "");
                self.tree.set_name(Name { span, end, form, separator });
            }
            (_, Some((span, end))) if text[span.clone()].parse::<usize>().is_ok() => self.at = end,
            _ => {}
        }
        let context = self.tree.context();
        if !matches!(context, SchemaContext::Scalar)
            && let Some(length) = elided_length(&text[self.at..])
        {
            self.tree.elide(self.at..self.at + length);
            self.at += length;
            return Ok(());
        }
        if let Some(opener) = self.bracketed_value(context) {
            self.open(&opener);
            return Ok(());
        }
        self.text()
    }

    /// Leaves out a line that should be a member.
    fn skip_damaged_name(&mut self) -> Result<(), Malformed> {
        let is_line = self.tree.levels.last().is_some_and(|level| level.indent.is_some());
        let length = self.tree.text[self.at..].find('\n').filter(|_| is_line).ok_or(Malformed)?;
        self.work.add(length);
        self.tree.stray(self.at..self.at + length);
        self.at += length;
        Ok(())
    }

    /// The bracket of the value, unless it is a text.
    fn bracketed_value(&self, context: SchemaContext) -> Option<Opener> {
        let text = self.tree.text;
        let opener = opener_at(text, self.at)?;
        let head = &text[opener.head.clone()];
        let is_php = !self.style.before_name.is_empty();
        match context {
            _ if is_php => (head.ends_with("Array") || head.ends_with(" Object")).then_some(opener),
            SchemaContext::Scalar => None,
            SchemaContext::Unknown => {
                let next = skip_whitespace(text, opener.end);
                let is_empty = self.byte(next) == Some(opener.close);
                (is_empty || self.name_at(next).is_some()).then_some(opener)
            }
            _ => Some(opener),
        }
    }

    fn text(&mut self) -> Result<(), Malformed> {
        let text = self.tree.text;
        let start = self.at;
        // A browser collapses the space of an empty value.
        if !self.style.before_name.is_empty()
            && let Some(level) = self.tree.levels.last().filter(|level| level.indent.is_none())
            && let Some((name, _)) = self.name_at(start)
            && is_next_name(level, &text[name], self.kinds) == Some(true)
        {
            self.tree.string(start..start, start..start, Escapes::None);
            return Ok(());
        }
        let is_list =
            !matches!(self.tree.context(), SchemaContext::Scalar | SchemaContext::Unknown);
        let elided = elided_length(&text[start..])
            .filter(|length| is_list || text[start..start + length].contains("0x"));
        if let Some(length) = elided {
            self.tree.elide(start..start + length);
            self.at += length;
            return Ok(());
        }
        let (end, is_guess) = match self.end(start) {
            End::Certain(end) => (end, false),
            End::Guess(end) => (end, true),
            End::Truncated => {
                self.tree.cut(start);
                self.at = text.len();
                return Ok(());
            }
        };
        let content = start..end;
        let value = &text[content.clone()];
        if is_list && !value.is_empty() && literal(value) != Some("null") {
            return Err(Malformed);
        }
        if is_guess || self.may_hold_name(value) {
            self.tree.guess(FindingKind::AmbiguousEnd, content.clone());
        }
        let is_quoted = value.len() > 1 && value.starts_with('\'') && value.ends_with('\'');
        if let Some(literal) = literal(value) {
            self.tree.literal(content, literal);
        } else if is_integer(value) {
            self.tree.number(content);
        } else if is_quoted && self.style.separator == b',' {
            self.tree.string(content, start + 1..end - 1, Escapes::None);
        } else {
            self.tree.string(content.clone(), content, Escapes::None);
        }
        self.at = end;
        Ok(())
    }

    /// Whether a value that is no text has the name of a field in it, of which what is around it is damaged.
    fn may_hold_name(&self, value: &str) -> bool {
        if self.tree.is_text() || self.style.is_capitalized != value.contains(char::is_uppercase) {
            return false;
        }
        self.work.add(value.len());
        let Some(level) = self.tree.levels.last().filter(|level| level.holds == Holds::Members)
        else {
            return false;
        };
        let joined: String = value.chars().filter(|c| !c.is_whitespace()).collect();
        let capitals = joined.char_indices().filter(|(_, c)| c.is_ascii_uppercase());
        capitals.take(MOST_CAPITALS).any(|(at, _)| {
            let rest = &joined[at..];
            let ends = rest.char_indices().filter(|(end, c)| *end > 0 && !c.is_ascii_lowercase());
            let ends = ends.map(|(end, _)| end).chain([rest.len()]).take(MOST_WORDS);
            let mut names = ends.map(|end| &rest[..end]);
            // Of one word, it may be another.
            names.any(|name| {
                name[1..].contains(char::is_uppercase)
                    && is_next_name(level, name, self.kinds) == Some(true)
            })
        })
    }

    /// The end of the text that begins at `start`.
    fn end(&self, start: usize) -> End {
        let text = self.tree.text;
        let bytes = text.as_bytes();
        let Some(level) = self.tree.levels.last() else { return End::Truncated };
        let is_quoted = self.byte(start) == Some(b'\'') && self.style.separator == b',';
        let is_text = self.tree.is_text();
        let (close, open) = (level.close, opening(level.close));
        let mut depth = 0usize;
        let mut has_doubt = false;
        let mut weak = None;
        let mut at = start;
        let end = |end: usize, has_doubt: bool| {
            if has_doubt { End::Guess(end) } else { End::Certain(end) }
        };
        while let Some(byte) = bytes.get(at) {
            let may_end = !is_quoted || at > start + 1 && bytes[at - 1] == b'\'';
            let next = match *byte {
                _ if !may_end => None,
                byte if level.indent.is_some() => {
                    (byte == b'\n').then(|| self.next_line(level, at)).flatten()
                }
                byte if byte == close => self.after_closing(at),
                byte if byte == self.separator(level) => self.next_member(level, at),
                // The separator is missing; in a text, it need not be.
                b' ' | b'\n' if self.style.separator != b' ' && level.holds == Holds::Members => {
                    // Blanks are looked at once.
                    let is_last = bytes.get(at + 1).is_some_and(|it| !it.is_ascii_whitespace());
                    let next = if is_last { self.next_member(level, at) } else { None };
                    matches!(next, Some(Next::Known | Next::Damaged)).then_some(Next::Damaged)
                }
                _ => None,
            };
            let is_closing = *byte == close && level.indent.is_none();
            match next {
                Some(Next::Known) if is_closing && depth > 0 => {
                    weak.get_or_insert(at);
                    depth -= 1;
                }
                Some(Next::Known) => {
                    self.work.add(at - start);
                    return end(self.trimmed(start, at), has_doubt);
                }
                Some(Next::EndOfLine) if depth > 0 => {
                    weak.get_or_insert(at);
                    depth -= 1;
                }
                Some(Next::EndOfLine) => {
                    self.work.add(at - start);
                    return end(self.trimmed(start, at), has_doubt);
                }
                Some(Next::Text) if depth == 0 => {
                    weak.get_or_insert(at);
                }
                // A text may have it.
                Some(Next::Damaged) if is_text => has_doubt = true,
                Some(Next::Damaged) => {
                    self.work.add(at - start);
                    return End::Guess(self.trimmed(start, at));
                }
                Some(Next::Seen) if weak.is_some() => break,
                Some(Next::Seen) => has_doubt = true,
                Some(Next::Unknown) => {
                    let is_word = !text[start..at].contains(char::is_whitespace);
                    if is_word && depth == 0 {
                        self.work.add(at - start);
                        return End::Guess(at);
                    }
                    has_doubt = true;
                }
                _ if *byte == open => depth += 1,
                _ if *byte == close => depth = depth.saturating_sub(1),
                _ => {}
            }
            at += 1;
        }
        self.work.add(at - start);
        weak.map_or(End::Truncated, |at| End::Guess(self.trimmed(start, at)))
    }

    /// The end of a text before what ends it, without the whitespace that belongs to that.
    fn trimmed(&self, start: usize, at: usize) -> usize {
        let text = &self.tree.text[start..at];
        let is_spaced =
            self.style.after_name.starts_with(' ') || !self.style.before_name.is_empty();
        let trimmed = match text.strip_suffix(['\r', ' ']) {
            Some(trimmed) if is_spaced && self.byte(at) != Some(b'\n') => trimmed,
            _ => text.strip_suffix('\r').unwrap_or(text),
        };
        start + trimmed.len()
    }

    /// What the line after the newline at `at` begins with.
    fn next_line(&self, level: &Level, at: usize) -> Option<Next> {
        let (bracket, member) = level.indent?;
        let bytes = &self.tree.text.as_bytes()[at + 1..];
        let is_space = |byte: &&u8| matches!(byte, b' ' | b'\t');
        let indent = bytes.iter().take(MAX_INDENT).take_while(is_space).count();
        if indent == bracket && bytes.get(indent) == Some(&level.close) {
            return Some(Next::EndOfLine);
        }
        let start = at + 1 + indent;
        let named = self.name_at(start);
        if indent == member && named.is_some() {
            return Some(Next::Known);
        }
        // A member whose name or indentation is damaged.
        let bracket = self.tree.text[start..].starts_with(['[', '(', '{', '<']);
        let start = start + usize::from(bracket);
        let name = &self.tree.text[start..identifier_end(self.tree.text, start)];
        let is_next = is_next_name(level, name, self.kinds) == Some(true);
        (is_next && (indent == member || named.is_some())).then_some(Next::Damaged)
    }

    /// What follows the separator at `at`.
    fn next_member(&self, level: &Level, at: usize) -> Option<Next> {
        if level.holds != Holds::Members {
            return Some(Next::Known);
        }
        let mut name = at + 1;
        if self.style.separator != b' ' {
            name = self.after_separator(name);
        }
        let is_broken = self.tree.text[at + 1..name].contains('\n');
        let Some((span, _)) = self.name_at(name) else {
            return self.name_without_separator(level, name).map(|_| Next::Damaged);
        };
        let name = &self.tree.text[span];
        let has_same_case = name.starts_with(char::is_uppercase) == self.style.is_capitalized;
        match is_next_name(level, name, self.kinds) {
            // A text may have a line like it.
            Some(true) if is_broken => Some(Next::Damaged),
            Some(true) => Some(Next::Known),
            Some(false) => Some(Next::Seen),
            None => has_same_case.then_some(Next::Unknown),
        }
    }

    /// What follows a separator: a space, or where the line was broken.
    fn after_separator(&self, at: usize) -> usize {
        let next = skip_whitespace(self.tree.text, at);
        let is_broken = self.tree.text[at..next].contains('\n');
        if is_broken { next } else { at + usize::from(self.byte(at) == Some(b' ')) }
    }

    /// The name at `at` of a field that the schema has, spelled so, with whitespace in place of what should be after
    /// it, and the start of its value.
    fn name_without_separator(&self, level: &Level, at: usize) -> Option<(Range<usize>, usize)> {
        let text = self.tree.text;
        let end = identifier_end(text, at);
        let next = skip_whitespace(text, end);
        let name = &text[at..end];
        // A space around the sign is lost, or a line was broken there.
        let has_sign = matches!(self.byte(next), Some(b'=' | b':'));
        let is_spaced = has_sign || next > end && !text[end..next].contains('\n');
        let value = if has_sign { skip_whitespace(text, next + 1) } else { next };
        let is_name = is_spaced
            // One of several words is no word of a text.
            && name.get(1..).is_some_and(|rest| rest.contains(char::is_uppercase))
            && name.starts_with(char::is_uppercase) == self.style.is_capitalized
            && is_next_name(level, name, self.kinds) == Some(true);
        is_name.then_some((at..end, value))
    }

    fn separator(&self, level: &Level) -> u8 {
        match (self.style.separator, level.holds) {
            (b';', Holds::Items) => b',',
            (separator, _) => separator,
        }
    }

    /// What follows the closing brackets at `at`, if they match.
    fn after_closing(&self, at: usize) -> Option<Next> {
        let text = self.tree.text;
        let mut past = at + 1;
        let mut outer = self.tree.levels.iter().rev().skip(1);
        loop {
            let spaced = past + text[past..].bytes().take(4).take_while(|b| *b == b' ').count();
            let Some(level) = outer.next().filter(|level| level.close != NO_BRACKET) else {
                return Some(match self.byte(spaced) {
                    None | Some(b'\n' | b'\r') => Next::EndOfLine,
                    Some(_) => Next::Text,
                });
            };
            if self.byte(spaced) == Some(level.close) {
                past = spaced + 1;
                continue;
            }
            let next = self.byte(past)?;
            let is_between_items = level.holds == Holds::Items && matches!(next, b',' | b';');
            if next != self.style.separator && !is_between_items {
                return None;
            }
            if level.holds == Holds::Members {
                return self.next_member(level, past).filter(|next| *next == Next::Known);
            }
            let item = match self.style.separator {
                b' ' => past + 1,
                _ => self.after_separator(past + 1),
            };
            let is_item = match self.name_at(item) {
                Some((span, _)) => text[span].parse::<usize>().is_ok(),
                None => {
                    let head = level.item_head.clone().map_or("", |head| &text[head]);
                    // A hash that follows the type differs.
                    let head = head.split_inclusive('@').next().unwrap_or(head);
                    let is_item =
                        |rest: &str| rest.starts_with(head) || elided_length(rest).is_some();
                    text.get(item..).is_some_and(is_item)
                }
            };
            return is_item.then_some(Next::Known);
        }
    }
}

fn opening(close: u8) -> u8 {
    match close {
        b')' => b'(',
        b']' => b'[',
        b'}' => b'{',
        _ => b'<',
    }
}

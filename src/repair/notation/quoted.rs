//! Prints with quoted strings: of Python, Ruby, JavaScript, Go (`%#v`), Rust and PHP.

use std::ops::Range;

use super::syntax::{
    Name, NameForm, elided_length, identifier_end, is_integer, literal, name_at, opener_at,
    skip_whitespace,
};
use super::tree::{Holds, NO_BRACKET, Tree};
use super::writer::Escapes;
use crate::finding::FindingKind;
use crate::repair::work::WorkBudget;

/// The print is not well formed, or has strings without quotes.
#[derive(Debug)]
pub(super) struct Malformed;

/// Reads a print to the end of its first value.
pub(super) struct Quoted<'t, 'w> {
    pub(super) tree: &'w mut Tree<'t>,
    pub(super) work: &'w WorkBudget,
    pub(super) at: usize,
    /// The escapes of strings in single quotes.
    pub(super) single_quoted: Escapes,
    /// Whether a repair of JSON could misread it.
    pub(super) is_special: bool,
    /// Whether to go on after damage.
    pub(super) recovers: bool,
    /// How the first name is written.
    form: Option<(NameForm, &'static str)>,
    /// Whether the last name is that of a text, which may have several lines.
    is_text: bool,
    words: usize,
    strings: usize,
}

impl<'t, 'w> Quoted<'t, 'w> {
    pub(super) fn new(
        tree: &'w mut Tree<'t>,
        at: usize,
        single_quoted: Escapes,
        work: &'w WorkBudget,
    ) -> Self {
        Self {
            tree,
            work,
            at,
            single_quoted,
            is_special: false,
            recovers: false,
            form: None,
            is_text: false,
            words: 0,
            strings: 0,
        }
    }

    pub(super) fn has_words(&self) -> bool {
        self.words > 0
    }

    pub(super) fn has_strings(&self) -> bool {
        self.strings > 0
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.tree.text.as_bytes().get(at).copied()
    }

    /// Reads members without brackets around them, to the end of the text.
    pub(super) fn run_members(&mut self) -> Result<(), Malformed> {
        self.tree.open_virtual(self.at, Holds::Members);
        self.rest()
    }

    pub(super) fn run(&mut self) -> Result<(), Malformed> {
        self.value()?;
        self.rest()
    }

    fn rest(&mut self) -> Result<(), Malformed> {
        let text = self.tree.text;
        let mut is_separated = true;
        while let Some(level) = self.tree.levels.last() {
            let next = skip_whitespace(text, self.at);
            self.work.add(next - self.at);
            is_separated |= text[self.at..next].contains('\n');
            self.at = next;
            match self.byte(next) {
                None if level.close == NO_BRACKET => self.tree.close_virtual(),
                None => {
                    self.tree.is_truncated = true;
                    break;
                }
                Some(byte) if byte == level.close => {
                    self.tree.close(next);
                    self.at += 1;
                    is_separated = false;
                }
                Some(b',' | b';') => {
                    self.at += 1;
                    let after = skip_whitespace(text, self.at);
                    let is_last = self.byte(after) == Some(level.close);
                    if level.holds == Holds::Value && !(is_last && level.has_head) {
                        self.tree.make_list();
                    }
                    is_separated = true;
                }
                Some(_) => {
                    let is_entry = is_separated || level.count == 0;
                    is_separated = !(is_entry && self.entry().is_ok());
                    if is_separated && !(self.recovers && self.resume(next)) {
                        return Err(Malformed);
                    }
                }
            }
            if self.work.is_exhausted() {
                return Err(Malformed);
            }
        }
        if self.words > 0 && self.strings == 0 { Err(Malformed) } else { Ok(()) }
    }

    /// Goes on after damage that begins with the entry at `from`, if it can.
    fn resume(&mut self, from: usize) -> bool {
        let text = self.tree.text;
        let closes = |at: usize| {
            let after = skip_whitespace(text, at + 1);
            let is_line_end = text[at + 1..after].contains('\n');
            is_line_end || matches!(self.byte(after), None | Some(b',' | b';' | b')' | b']' | b'}'))
        };
        let is_separator = |byte| matches!(byte, b',' | b';');
        let name_at = |at| self.name_like_first(at).map(|name| name.span);
        let after = self.tree.after_damage(from, self.work, is_separator, closes, name_at);
        self.at = after.map_or(from, |after| self.tree.go_on(after));
        self.at > from
    }

    /// The name at `at` that is written as the first one.
    fn name_like_first(&self, at: usize) -> Option<Name> {
        name_at(self.tree.text, at).filter(|it| self.form == Some((it.form, it.separator)))
    }

    /// Where a string ends whose closing quote is missing: what it would hold begins a member.
    fn lost_quote(&self, content: &Range<usize>) -> Option<usize> {
        let text = self.tree.text;
        let end = (content.end + 1).min(text.len());
        let after = skip_whitespace(text, end);
        let is_end = text[end..after].contains('\n')
            || matches!(
                self.byte(after),
                None | Some(b',' | b';' | b')' | b']' | b'}' | b'>' | b'+' | b'.')
            );
        let begins_member = |at: usize| {
            let name = self.name_like_first(at);
            name.is_some_and(|name| self.tree.level_of(&text[name.span]).is_some())
        };
        let is_break = |byte: u8| match byte {
            b'\n' => !is_end || !self.is_text,
            byte => byte == b',' && !is_end,
        };
        let mut at = content.start;
        let found = loop {
            let rest = &text.as_bytes()[at..content.end];
            at += rest.iter().position(|byte| is_break(*byte))?;
            let next = skip_whitespace(text, at + 1);
            if begins_member(next) {
                break at;
            }
            at = next.min(content.end);
        };
        self.work.add(found - content.start);
        let value = &text[content.start..found];
        let is_close = |c: char| matches!(c, ')' | ']' | '}' | ',' | ';') || c.is_whitespace();
        Some(content.start + value.trim_end_matches(is_close).len())
    }

    fn entry(&mut self) -> Result<(), Malformed> {
        let text = self.tree.text;
        let Some(level) = self.tree.levels.last() else { return Err(Malformed) };
        if let Some(length) = elided_length(&text[self.at..]) {
            return self.elide(length);
        }
        match level.holds {
            Holds::Members => {
                let name = name_at(text, self.at).ok_or(Malformed)?;
                if name.form == NameForm::Index {
                    return Err(Malformed);
                }
                self.is_special |= matches!(name.form, NameForm::Symbol | NameForm::Variable);
                self.work.add(name.end - self.at);
                self.at = name.end;
                self.form.get_or_insert((name.form, name.separator));
                self.tree.set_name(name);
                self.is_text = self.tree.is_text();
                self.at = skip_whitespace(text, self.at);
            }
            Holds::Items => {
                if let Some(name) = name_at(text, self.at)
                    && name.form == NameForm::Index
                {
                    self.at = skip_whitespace(text, name.end);
                }
            }
            Holds::Value if level.count > 0 => return Err(Malformed),
            Holds::Pair if level.count == 0 => {
                if matches!(self.byte(self.at), Some(b'u' | b'b')) {
                    self.at += 1;
                }
                let quote = self.byte(self.at).filter(|b| matches!(b, b'"' | b'\''));
                let quote = quote.ok_or(Malformed)?;
                let end = identifier_end(text, self.at + 1);
                let comma = skip_whitespace(text, end + 1);
                if self.byte(end) != Some(quote) || self.byte(comma) != Some(b',') {
                    return Err(Malformed);
                }
                self.tree.pair_name(self.at + 1..end, comma + 1);
                self.at = skip_whitespace(text, comma + 1);
            }
            Holds::Pairs => {
                let opener = opener_at(text, self.at).filter(|opener| opener.close == b')');
                let opener = opener.filter(|opener| opener.head.is_empty()).ok_or(Malformed)?;
                self.tree.open(&opener, Holds::Pair);
                self.at = opener.end;
                return Ok(());
            }
            Holds::Pair | Holds::Value => {}
        }
        self.value()
    }

    fn elide(&mut self, length: usize) -> Result<(), Malformed> {
        self.is_special = true;
        self.tree.elide(self.at..self.at + length);
        self.at += length;
        Ok(())
    }

    fn value(&mut self) -> Result<(), Malformed> {
        let text = self.tree.text;
        let at = self.at;
        if let Some(length) = elided_length(&text[at..]) {
            return self.elide(length);
        }
        if let Some((end, content)) = self.counted_string() {
            self.strings += 1;
            self.tree.string(content.start - 1..end, content, Escapes::None);
            self.at = end;
            return Ok(());
        }
        if let Some((end, content)) = self.sigil() {
            self.is_special = true;
            self.tree.string(at..end, content, Escapes::None);
            self.at = end;
            return Ok(());
        }
        let is_quote = |byte: Option<u8>| matches!(byte, Some(b'"' | b'\'' | b'`'));
        let has_prefix =
            matches!(self.byte(at), Some(b'u' | b'b' | b'U' | b'B')) && is_quote(self.byte(at + 1));
        if has_prefix || is_quote(self.byte(at)) {
            self.is_special |= has_prefix;
            return self.string(at + usize::from(has_prefix));
        }
        if let Some(length) = typed_nil_length(&text[at..]) {
            self.tree.literal(at..at + length, "null");
            self.at += length;
            return Ok(());
        }
        if let Some(opener) = opener_at(text, at) {
            self.work.add(opener.end - at);
            let holds = self.holds(&opener);
            self.is_special |= !opener.head.is_empty() || holds == Holds::Pairs;
            self.tree.open(&opener, holds);
            self.at = opener.end;
            // The type of the values of a `defaultdict`.
            let rest = &text[self.at..];
            let is_type = rest.starts_with("<class '") || rest.starts_with("<type '");
            if holds == Holds::Value && is_type {
                let end = rest.bytes().take(80).position(|byte| byte == b'>').ok_or(Malformed)?;
                self.at += end + 1;
                if self.byte(self.at) != Some(b',') {
                    return Err(Malformed);
                }
                self.at += 1;
            }
            return Ok(());
        }
        self.word()
    }

    /// What the bracket holds, judged by what follows it.
    fn holds(&self, opener: &super::syntax::Opener) -> Holds {
        let text = self.tree.text;
        let next = skip_whitespace(text, opener.end);
        let bracket = text.as_bytes()[opener.end - 1];
        let is_array = text[opener.head.clone()].to_ascii_lowercase().contains("array");
        if self.byte(next) == Some(opener.close) {
            let is_array = is_array || bracket == b'(' && text[opener.head.clone()].ends_with('@');
            return match bracket {
                b'[' => Holds::Items,
                _ if is_array => Holds::Items,
                _ => Holds::Members,
            };
        }
        if bracket == b'(' && text[opener.head.clone()].ends_with('@') {
            return Holds::Items;
        }
        if bracket == b'[' && self.byte(next) == Some(b'(') {
            let quote = skip_whitespace(text, next + 1);
            let quote = quote + usize::from(matches!(self.byte(quote), Some(b'u' | b'b')));
            let end = identifier_end(text, (quote + 1).min(text.len()));
            let is_name = matches!(self.byte(quote), Some(b'"' | b'\''))
                && self.byte(quote) == self.byte(end)
                && end > quote + 1
                && self.byte(skip_whitespace(text, end + 1)) == Some(b',');
            if is_name {
                return Holds::Pairs;
            }
        }
        match name_at(text, next).map(|name| name.form) {
            Some(NameForm::Index) => Holds::Items,
            Some(_) => Holds::Members,
            None if is_array => Holds::Items,
            None if bracket == b'(' => Holds::Value,
            None if matches!(bracket, b'{' | b'[') => Holds::Items,
            None => Holds::Members,
        }
    }

    /// The end and content of a sigil of Elixir, such as `~U[2019-12-20 06:15:54Z]`.
    fn sigil(&self) -> Option<(usize, Range<usize>)> {
        let rest = self.tree.text[self.at..].strip_prefix('~')?;
        let letters = rest.bytes().take(8).take_while(u8::is_ascii_alphabetic).count();
        let close = match rest.as_bytes().get(letters)? {
            b'[' => ']',
            b'(' => ')',
            b'{' => '}',
            b'"' => '"',
            _ => return None,
        };
        let start = self.at + 1 + letters + 1;
        let length = self.tree.text[start..].find([close, '\n']).filter(|_| letters > 0)?;
        let end = start + length;
        self.tree.text[end..].starts_with(close).then_some((end + 1, start..end))
    }

    /// The end and content of a string that `var_dump` printed, with its length.
    fn counted_string(&self) -> Option<(usize, Range<usize>)> {
        let rest = self.tree.text[self.at..].strip_prefix("string(")?;
        let digits = rest.bytes().take(18).take_while(u8::is_ascii_digit).count();
        let length: usize = rest[..digits].parse().ok()?;
        let inside = rest[digits..].strip_prefix(") \"")?;
        let start = self.tree.text.len() - inside.len();
        let end = start.checked_add(length)?;
        let is_end = inside.is_char_boundary(length) && self.byte(end) == Some(b'"');
        is_end.then_some((end + 1, start..end))
    }

    /// Reads the string whose quote is at `at`, and those that are concatenated to it.
    fn string(&mut self, at: usize) -> Result<(), Malformed> {
        let text = self.tree.text;
        let mut parts = Vec::new();
        let mut open = at;
        let (mut is_truncated, mut has_lost_quote) = (false, false);
        loop {
            let quote = self.byte(open).ok_or(Malformed)?;
            let escapes = match quote {
                b'\'' => self.single_quoted,
                b'"' if self.single_quoted == Escapes::Doubled => Escapes::None,
                _ => Escapes::Backslash,
            };
            let end = match escapes {
                Escapes::Doubled => single_quoted_end(text, open + 1),
                Escapes::None => memchr::memchr(quote, &text.as_bytes()[open + 1..])
                    .map(|length| open + 1 + length),
                _ => string_end(text, open + 1, quote),
            };
            if let Some(lost) = self.lost_quote(&(open + 1..end.unwrap_or(text.len()))) {
                if !self.recovers {
                    return Err(Malformed);
                }
                self.tree.guess(FindingKind::Quote, at..lost);
                self.at = lost;
                parts.push((open + 1..lost, escapes));
                has_lost_quote = true;
                break;
            }
            match end {
                Some(end) => parts.push((open + 1..end, escapes)),
                None => {
                    self.work.add(text.len() - open);
                    parts.push((open + 1..text.len(), escapes));
                    is_truncated = true;
                    break;
                }
            }
            let end = parts.last().map_or(open, |(content, _)| content.end) + 1;
            self.work.add(end - open);
            let mut next = skip_whitespace(text, end);
            let is_operator = matches!(self.byte(next), Some(b'+' | b'.'));
            if is_operator {
                next = skip_whitespace(text, next + 1);
            }
            self.at = end;
            let is_prefix = matches!(self.byte(next), Some(b'u' | b'b'));
            if is_prefix && matches!(self.byte(next + 1), Some(b'"' | b'\'')) {
                next += 1;
            }
            let is_quote = matches!(self.byte(next), Some(b'"' | b'\'' | b'`'));
            // Without an operator, Python concatenates them.
            if !is_quote || !is_operator && next == end {
                break;
            }
            open = next;
        }
        self.is_special |= parts.len() > 1;
        let is_elided = !is_truncated && text[self.at..].starts_with("... ");
        if is_elided {
            let length = elided_length(&text[self.at..]).unwrap_or_default();
            let start = at;
            self.is_special = true;
            self.tree.elide(start..self.at + length);
            self.at += length;
            return Ok(());
        }
        self.strings += 1;
        self.tree.begin_value();
        let mut from = at;
        for (content, escapes) in parts {
            let is_hard = |byte| {
                matches!(byte, b'"' | b'\'' | b'\\' | b'{' | b'}' | b'[' | b']' | b',' | b'\n')
            };
            self.is_special |= text[content.clone()].bytes().any(is_hard);
            self.tree.writer.put(from..content.start, if from == at { "\"" } else { "" });
            from = content.end;
            self.tree.writer.content(content, escapes);
        }
        if has_lost_quote {
            self.tree.writer.insert("\"");
        } else if is_truncated {
            self.at = text.len();
        } else {
            self.tree.writer.put(from..from + 1, "\"");
        }
        Ok(())
    }

    /// Reads a number, a literal or a name of a value.
    fn word(&mut self) -> Result<(), Malformed> {
        let text = self.tree.text;
        let at = self.at;
        let close = self.tree.levels.last().map(|level| level.close);
        let is_end = |byte: u8| {
            byte.is_ascii_whitespace() || matches!(byte, b',' | b';') || Some(byte) == close
        };
        let length = text[at..].bytes().take(64).position(is_end).ok_or(Malformed)?;
        let end = at + length;
        let word = &text[at..end];
        self.at = end;
        if let Some(literal) = literal(word) {
            self.tree.literal(at..end, literal);
        } else if is_integer(word) || is_decimal(word) {
            self.tree.number(at..end);
        } else if let Some(digits) = word.strip_suffix(['L', 'n']).filter(|word| is_integer(word)) {
            self.is_special = true;
            self.tree.number(at..at + digits.len());
        } else {
            let start = at + usize::from(word.starts_with(':'));
            if identifier_end(text, start) != end || start == end {
                return Err(Malformed);
            }
            // A symbol may be any text, unlike a word of a print with quotes.
            self.words += usize::from(start == at);
            self.is_special = true;
            self.tree.string(start..end, start..end, Escapes::None);
        }
        Ok(())
    }
}

/// The end of the content of a string.
pub(super) fn string_end(text: &str, start: usize, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start;
    loop {
        at += memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        if bytes[at] == quote {
            return Some(at);
        }
        // A character follows the backslash.
        at += 1 + text[at + 1..].chars().next()?.len_utf8();
    }
}

/// The end of the content of a string whose quotes are doubled.
pub(super) fn single_quoted_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start;
    loop {
        at += memchr::memchr(b'\'', bytes.get(at..)?)?;
        if bytes.get(at + 1) != Some(&b'\'') {
            return Some(at);
        }
        at += 2;
    }
}

pub(super) fn is_decimal(word: &str) -> bool {
    let (mantissa, exponent) = word.split_once(['e', 'E']).unwrap_or((word, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if !(1..=3).contains(&exponent.len()) || !exponent.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    is_integer(whole)
        && (1..=18).contains(&fraction.len())
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

/// The length of a Go `nil` with its type, such as `[]string(nil)`.
fn typed_nil_length(rest: &str) -> Option<usize> {
    const NIL: &[u8] = b"(nil)";
    let bytes = &rest.as_bytes()[..rest.len().min(96)];
    let start = bytes.windows(NIL.len()).position(|window| window == NIL)?;
    let is_type = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.*[]{}() ".contains(byte);
    (start > 0 && bytes[..start].iter().all(is_type)).then_some(start + NIL.len())
}

//! Finds what is kept: names, and values of fields that have no secrets. All other letters and digits are replaced.
//!
//! The context of a value is the name before it, wherever that is, so that damage around it does not matter.

mod hide;

use std::cell::Cell;

use encoding_rs::Encoding;

use super::fields::{self, Field, Fields};
use super::names;
use super::units::{Form, Unit, units};
use super::words::Words;
use crate::finding::Printable;
use crate::labels::encoding_of_label;
use crate::schema::ScalarKind;
use crate::text::input::Replacements;

/// The most characters that are looked at to see what a text is.
const NEAR: usize = 256;

pub(super) struct Scan<'s> {
    text: &'s str,
    encoding: &'static Encoding,
    units: Vec<Unit>,
    fields: &'s Fields,
    words: &'s mut Words,
    replacements: Replacements,
    /// What the last name before is of.
    field: Field,
    /// How far the text was looked at for the last sign, and that sign.
    sign: Cell<(usize, Option<char>)>,
    /// The sort and form of the quote that ends a string which goes on after its line.
    open_string: Option<(u8, Form)>,
    /// Whether no section of CDATA ends after here.
    has_no_section_end: bool,
    /// Whether the last `<` begins a tag whose element has text.
    is_in_start_tag: bool,
    /// Whether the `<` of the last start tag is no reference.
    is_plain_tag: bool,
}

impl<'s> Scan<'s> {
    pub(super) fn new(
        text: &'s str,
        encoding: &'static Encoding,
        fields: &'s Fields,
        words: &'s mut Words,
    ) -> Self {
        Self {
            text,
            encoding,
            units: units(text),
            fields,
            words,
            replacements: Vec::new(),
            field: Field::Unknown,
            sign: Cell::new((0, None)),
            open_string: None,
            has_no_section_end: false,
            is_in_start_tag: false,
            is_plain_tag: false,
        }
    }

    pub(super) fn run(mut self) -> Replacements {
        let mut at = 0;
        while let Some(unit) = self.units.get(at) {
            at = match unit.character {
                '<' => self.tag(at),
                '>' if std::mem::take(&mut self.is_in_start_tag) => match self.field {
                    Field::Scalar(_) => self.element_text(at + 1),
                    Field::Unknown | Field::Structure => at + 1,
                },
                '}' => {
                    // A name is not of what is after its object.
                    self.field = Field::Unknown;
                    at + 1
                }
                c if is_quote(c) => self.quoted(at),
                _ if is_word(unit) => self.bare(at),
                _ => at + 1,
            };
        }
        self.replacements
    }

    fn character(&self, at: usize) -> Option<char> {
        self.units.get(at).map(|unit| unit.character)
    }

    /// A value without what is around it, and without the line breaks of a terminal.
    fn value_text(&self, from: usize, to: usize) -> String {
        const SIGNS: [char; 6] = ['\\', '=', '+', '↵', '⏎', ' '];
        let text = self.string(from, to);
        let lines = text.split('\n');
        let text: String = match text.contains('\n') {
            true => lines.map(|line| line.trim().trim_end_matches(SIGNS)).collect(),
            false => text,
        };
        let text: String = text.chars().filter(|c| Printable::is_printed(*c)).collect();
        text.trim_matches(|c: char| c == '\\' || c.is_whitespace()).to_owned()
    }

    /// The end of a known name that a terminal wrapped, whose first part ends here.
    fn wrapped_name(&self, start: usize, end: usize) -> Option<usize> {
        const MOST_BETWEEN: usize = 40;
        let between = self.units[end..].iter().take(MOST_BETWEEN);
        let gap = between.take_while(|unit| !is_word(unit) && !matches!(unit.character, '<' | '>'));
        let gap: Vec<char> = gap.map(|unit| unit.character).collect();
        if !gap.contains(&'\n') {
            return None;
        }
        let rest = end + gap.len();
        let rest_end = self.name_end(rest, true);
        let name = self.string(start, end) + &self.string(rest, rest_end);
        let is_closed = matches!(self.next_sign(rest_end), Some((_, '>' | '/')));
        (is_closed && rest_end > rest && self.fields.get(&name).is_some()).then_some(rest_end)
    }

    fn string(&self, from: usize, to: usize) -> String {
        self.units[from..to].iter().map(|unit| unit.character).collect()
    }

    /// The next character that is no quote, whitespace or the like, and its index.
    fn next_sign(&self, from: usize) -> Option<(usize, char)> {
        let mut rest = self.units.get(from..)?.iter();
        let found = rest.position(|unit| !is_skipped(unit.character))?;
        Some((from + found, self.units[from + found].character))
    }

    /// The last character before that is no quote, whitespace or the like. It is asked for in the order of the
    /// text, so that a long run of quotes is looked at once.
    fn sign_before(&self, at: usize) -> Option<char> {
        let (from, sign) = self.sign.get();
        let (from, before) =
            if from <= at { (from, sign) } else { (at.saturating_sub(NEAR), None) };
        let new = self.units[from..at].iter().rev().map(|unit| unit.character);
        let sign = new.into_iter().find(|c| !is_skipped(*c)).or(before);
        self.sign.set((at, sign));
        sign
    }

    /// The end of a name that starts here.
    fn name_end(&self, from: usize, has_prefix: bool) -> usize {
        let is_sign = |c| matches!(c, '_' | '-' | '.') || c == ':' && has_prefix;
        let is_part = |unit: &Unit| is_word(unit) || is_sign(unit.character);
        let end = self.units[from..].iter().position(|unit| !is_part(unit));
        let end = end.map_or(self.units.len(), |length| from + length);
        let signs = self.units[from..end].iter().rev().take_while(|unit| is_sign(unit.character));
        end - signs.count()
    }

    fn tag(&mut self, at: usize) -> usize {
        let is_reference = at > 0 && self.units[at - 1].character == '#';
        let signs = self.units[at + 1..].iter().take(NEAR);
        let signs = signs.take_while(|it| matches!(it.character, '/' | '\\' | ' ' | '\n' | '<'));
        let (mut start, mut is_end) = (at + 1, false);
        for sign in signs {
            (start, is_end) = (start + 1, is_end || matches!(sign.character, '/' | '\\'));
        }
        if self.string(start, (start + 8).min(self.units.len())) == "![CDATA[" {
            return self.section(start + 8);
        }
        if let Some(end) = self.declaration(start) {
            return end;
        }
        if matches!(self.character(start), Some('!' | '?')) {
            // A declaration, comment or instruction.
            self.field = Field::Unknown;
            return start + 1;
        }
        if !self.units.get(start).is_some_and(is_word) {
            return at + 1;
        }
        let end = self.name_end(start, true);
        let end = self.wrapped_name(start, end).unwrap_or(end);
        let name = self.string(start, end);
        match self.fields.get(&name) {
            Some(field) => self.field = field,
            None => {
                self.hide_unknown_name(start, end);
                self.field = Field::Unknown;
            }
        }
        if is_end {
            self.field = Field::Unknown;
        }
        self.is_in_start_tag = !is_end && !is_reference;
        self.is_plain_tag = self.units[at].form == Form::Raw;
        end
    }

    /// The end of an XML declaration, whose `?` is here.
    fn declaration(&self, from: usize) -> Option<usize> {
        if self.character(from) != Some('?') {
            return None;
        }
        let near = (from + NEAR).min(self.units.len());
        let text = self.string(from, near);
        let (declaration, _) = text.strip_prefix("?xml")?.split_once("?>")?;
        let is_known = |word: &str| {
            matches!(word, "" | "version" | "encoding" | "standalone" | "yes" | "no")
                || word.len() <= 3 && word.bytes().all(|it| it.is_ascii_digit() || it == b'.')
                || encoding_of_label(word.as_bytes()).is_some()
        };
        let words = declaration.split(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\''));
        let is_all_known = words.into_iter().all(is_known);
        is_all_known.then_some(from + "?xml".len() + declaration.chars().count())
    }

    /// The content of a CDATA section.
    fn section(&mut self, from: usize) -> usize {
        let is_close = |units: &[Unit]| {
            units[0].character == ']' && units[1].character == ']' && units[2].character == '>'
        };
        let length = match self.has_no_section_end {
            true => None,
            false => self.units[from..].windows(3).position(is_close),
        };
        self.has_no_section_end = length.is_none();
        length.map_or(from, |length| self.value(from, from + length))
    }

    /// The text of an element.
    fn element_text(&mut self, from: usize) -> usize {
        // In a value, a reference is none, unless it is that of a tag.
        let begins_tag = |at: usize| {
            let name = at + 1 + usize::from(self.character(at + 1) == Some('/'));
            name < self.units.len()
                && self.fields.is_documented(&self.string(name, self.name_end(name, true)))
        };
        let is_open = |at: &usize| {
            let unit = &self.units[*at];
            unit.character == '<'
                && unit.form != Form::FullWidth
                && (unit.form == Form::Raw || !self.is_plain_tag || begins_tag(*at))
        };
        let end = (from..self.units.len()).find(is_open).unwrap_or(self.units.len());
        if self.next_sign(from).is_none_or(|(sign, _)| sign >= end) {
            return end;
        }
        self.value(from, end)
    }

    /// A value. Returns where to go on: in it, if it may hold a response.
    fn value(&mut self, from: usize, end: usize) -> usize {
        match self.field {
            Field::Unknown | Field::Structure if self.may_hold_response(from, end) => {
                return from;
            }
            Field::Scalar(kind) => {
                if end - from <= NEAR && self.fields.is_kept(kind, &self.value_text(from, end)) {
                    return end;
                }
                if matches!(kind, ScalarKind::Content) && self.hide_base64(from, end) {
                    return end;
                }
            }
            Field::Unknown | Field::Structure => {}
        }
        self.hide(from, end);
        end
    }

    /// Whether brackets or escaped quotes are near the start of a text.
    fn may_hold_response(&self, from: usize, end: usize) -> bool {
        let near = &self.units[from.min(end)..(from + NEAR).min(end)];
        let is_escaped = |pair: &[Unit]| pair[0].character == '\\' && is_quote(pair[1].character);
        near.iter().any(|unit| matches!(unit.character, '{' | '[' | '<'))
            || near.windows(2).any(is_escaped)
    }

    /// A quote: the start of a name or a value, or one that means nothing.
    fn quoted(&mut self, at: usize) -> usize {
        // A letter before a string of Python says of which sort it is.
        let is_prefix =
            |unit: &Unit| matches!(unit.character, 'u' | 'b' | 'r' | 'f' | 'U' | 'B' | 'R');
        let prefix = at.checked_sub(1).filter(|nth| {
            let is_start = nth.checked_sub(1).is_none_or(|before| !is_word(&self.units[before]));
            is_start && is_prefix(&self.units[*nth])
        });
        let before = self.sign_before(prefix.unwrap_or(at));
        let near = (at + NEAR).min(self.units.len());
        if let Some(close) = self.close(at, near)
            && let Some(end) = self.name(at, close, before)
        {
            return end;
        }
        let sort = (quote_sort(self.units[at].character), self.units[at].form);
        if self.open_string.take_if(|open| *open == sort).is_some() {
            return at + 1;
        }
        // Each level of quotes is looked for in the rest of the line.
        const DEEPEST: usize = 64;
        let is_opening =
            before.is_none_or(|c| matches!(c, ':' | '=' | ',' | '[' | '(' | '{' | '>'));
        if !is_opening || self.backslashes_before(at) > DEEPEST {
            return at + 1;
        }
        let end = self.close(at, near).unwrap_or(near);
        let is_value = matches!(before, Some(':' | '='));
        let is_known = matches!(self.field, Field::Scalar(_)) && is_value;
        if !is_known && self.may_hold_response(at + 1, end) {
            return at + 1;
        }
        if let (Field::Scalar(kind), Some(close)) = (self.field, self.close(at, near))
            && self.fields.is_kept(kind, &self.value_text(at + 1, close))
        {
            return close + 1;
        }
        // A string ends with its line; if it does not, what follows is looked at by itself.
        let (end, is_close) = self.end(at, self.units.len(), true);
        self.open_string = (!is_close && end < self.units.len()).then_some(sort);
        let next = self.value(at + 1, end);
        if next == end && is_close { end + 1 } else { next }
    }

    /// The quote that ends the string, or a quote of the string around it.
    fn close(&self, at: usize, until: usize) -> Option<usize> {
        let (end, is_close) = self.end(at, until, false);
        is_close.then_some(end)
    }

    /// Where the string ends that starts with this quote, and whether that is a quote.
    fn end(&self, at: usize, until: usize, ends_with_line: bool) -> (usize, bool) {
        let open = self.units[at];
        let escapes = self.backslashes_before(at);
        let sort = quote_sort(open.character);
        let mut found = 0;
        for (nth, unit) in self.units[at + 1..until].iter().enumerate() {
            if unit.character == '\\' {
                found += 1;
                continue;
            }
            if is_quote(unit.character)
                && quote_sort(unit.character) == sort
                && unit.form == open.form
            {
                // Escaped backslashes before the quote do not escape it.
                if found < escapes || (found - escapes).is_multiple_of(2 * (escapes + 1)) {
                    return (at + 1 + nth, true);
                }
            }
            if ends_with_line && unit.character == '\n' && unit.form == Form::Raw {
                return (at + 1 + nth, false);
            }
            found = 0;
        }
        (until, false)
    }

    fn backslashes_before(&self, at: usize) -> usize {
        self.units[at.saturating_sub(NEAR)..at]
            .iter()
            .rev()
            .take_while(|unit| unit.character == '\\')
            .count()
    }

    /// Whether the string is a name. Keeps or hides it, and returns its end.
    fn name(&mut self, open: usize, close: usize, before: Option<char>) -> Option<usize> {
        let content = self.string(open + 1, close);
        let name = content.trim_matches(is_skipped);
        // What holds members ends with the name of one.
        let is_one = !name.contains(['{', ',', '"']);
        let known = self.fields.get(name).filter(|_| is_one);
        let is_name_like = !name.is_empty()
            && name.chars().all(|c| {
                c.is_alphanumeric()
                    || c.is_whitespace()
                    || !Printable::is_printed(c)
                    || "_-.:@#$*?/".contains(c)
            });
        if !is_name_like && known.is_none() {
            if matches!(self.next_sign(close + 1), Some((_, ':' | '='))) {
                self.field = Field::Unknown;
            }
            return None;
        }
        let after = match self.next_sign(close + 1) {
            Some((at, ']')) => self.next_sign(at + 1),
            after => after,
        };
        let has_separator = matches!(after, Some((_, ':' | '=' | '：')));
        let is_after_separator = matches!(before, Some(':' | '='));
        let is_on_this_line = after.is_none_or(|(sign, _)| {
            !self.units[close..sign]
                .iter()
                .any(|unit| unit.character == '\n' && unit.form == Form::Raw)
        });
        let has_separator = has_separator && (is_on_this_line || !is_after_separator);
        if !has_separator && (known.is_none() || is_after_separator) {
            return None;
        }
        match known {
            Some(field) => self.field = field,
            None if names::is_transparent(name) => {}
            None => {
                self.hide_unknown_name(open + 1, close);
                self.field = Field::Unknown;
            }
        }
        Some(close + 1)
    }

    /// A word without quotes.
    fn bare(&mut self, at: usize) -> usize {
        let end = self.name_end(at, false);
        let word = self.string(at, end);
        let before = self.sign_before(at);
        let next = self.units.get(end).map(|unit| unit.character);
        let after = self.next_sign(end);
        let has_separator = matches!(after, Some((_, ':' | '=')));
        let is_value = matches!(before, Some(':' | '=' | '(' | '[' | ',' | '>'));
        if let (Field::Scalar(kind), true) = (self.field, is_value || before != Some('{'))
            && let Some(end) = self.kept_value(at, kind)
        {
            return end;
        }
        if (!matches!(self.field, Field::Scalar(_)) || self.is_near_line_start(at))
            && let Some(end) = self.line_prefix(at, end, &word)
        {
            return end;
        }
        if names::is_counting(&word) && next == Some('(') {
            return self.count(end);
        }
        let is_before_bracket = matches!(next, Some('{' | '[' | '(' | '<' | '#' | '@'));
        let opens = is_before_bracket || matches!(after, Some((_, '{' | '[' | '(')));
        let is_name_by_sign = has_separator
            || opens
            || next.is_some_and(is_quote)
            || matches!(after, Some((_, '>')))
            || matches!(before, Some('@' | '<' | '/'));
        let is_keyword = at > 0 && self.units[at - 1].character == ':';
        let may_be_name = !matches!(before, Some('=' | '>')) && (before != Some(':') || is_keyword);
        if let Some(field) = self.fields.get(&word)
            && (is_name_by_sign || may_be_name && self.fields.is_documented(&word))
            && (may_be_name || has_separator || opens)
        {
            if !(is_before_bracket && matches!(field, Field::Structure)) || before != Some('=') {
                let is_code = has_separator && word.eq_ignore_ascii_case("error");
                self.field = if is_code { self.fields.code() } else { field };
            }
            return end;
        }
        if names::is_literal(&word) && (is_value || before.is_none())
            || word.split('.').all(names::is_structural)
            || word.contains('.') && self.fields.is_code(&word)
        {
            return end;
        }
        let is_type = names::is_type(&word) || self.fields.is_of_known_words(&word);
        if is_type && (opens || next.is_some_and(is_quote)) {
            return end;
        }
        // An attribute with the value of its element.
        if next == Some('=') && !is_value && names::is_transparent(&word) {
            return end;
        }
        self.hide(at, end);
        let is_number = word.chars().all(|c| c.is_ascii_digit());
        if has_separator && !is_number && !names::is_transparent(&word) {
            let is_head = word.split('.').all(names::is_structural);
            if !is_head {
                self.field = Field::Unknown;
            }
        }
        end
    }

    /// The end of a value without quotes that starts here, if it is kept.
    fn kept_value(&self, at: usize, kind: ScalarKind) -> Option<usize> {
        let near = (at + NEAR).min(self.units.len());
        let is_end = |unit: &Unit| {
            let c = unit.character;
            is_quote(c)
                || matches!(c, ',' | '}' | ')' | ']' | ';' | '\n' | '\r' | '<' | '&' | '|' | '│')
        };
        // A sign belongs to the number after it.
        let start = at - usize::from(at > 0 && matches!(self.units[at - 1].character, '-' | '+'));
        let whole = self.units[at..near].iter().position(is_end).map_or(near, |length| at + length);
        let trimmed = |end: usize| {
            let spaces =
                self.units[at..end].iter().rev().take_while(|it| it.character.is_whitespace());
            end - spaces.count()
        };
        let is_break = |unit: &Unit| matches!(unit.character, '\n' | '\r');
        let wrapped = self.units[at..near].iter().position(|unit| is_end(unit) && !is_break(unit));
        // A number on the next line may be another.
        let is_short = matches!(kind, ScalarKind::Boolean | ScalarKind::Enum(_));
        let wrapped = wrapped.filter(|_| is_short).map_or(whole, |length| at + length);
        let ends = [trimmed(wrapped), trimmed(whole), self.name_end(at, false)];
        ends.into_iter().find(|end| {
            let is_kept = |start| self.fields.is_kept(kind, &self.value_text(start, *end));
            is_kept(start) || is_kept(at)
        })
    }

    fn is_near_line_start(&self, at: usize) -> bool {
        const NEAR_START: usize = 40;
        let before = self.units[..at].iter().rev().take(NEAR_START);
        let mut before = before.map(|unit| unit.character);
        before.find(|c| matches!(c, '\n' | '{' | '}' | '"' | ',' | '<')).is_none_or(|c| c == '\n')
    }

    /// The end of a time, or of a word that says what a line of a log is.
    fn line_prefix(&self, at: usize, end: usize, word: &str) -> Option<usize> {
        let near = (at + 40).min(self.units.len());
        let is_end = |unit: &Unit| {
            unit.character.is_whitespace() || matches!(unit.character, ']' | '"' | '\'' | '<' | '{')
        };
        let token = self.units[at..near].iter().position(is_end).map_or(near, |length| at + length);
        let text = self.string(at, token);
        if text.contains([':', '-', '/']) && fields::is_time(text.trim_end_matches([':', ','])) {
            return Some(token);
        }
        let is_day = word.len() <= 2 && word.bytes().all(|it| it.is_ascii_digit());
        let is_after_space = |at: usize| at > 0 && self.units[at - 1].character == ' ';
        if is_day && is_after_space(at) && self.is_near_line_start(at) {
            return Some(end);
        }
        let is_letter = word.len() == 1 && word.bytes().all(|it| it.is_ascii_uppercase());
        (is_letter || names::is_of_log(word)).then_some(end)
    }

    /// The number in brackets after a word such as `array`.
    fn count(&self, open: usize) -> usize {
        let is_digit = |unit: &&Unit| unit.character.is_ascii_digit();
        let digits = self.units[open + 1..].iter().take_while(is_digit).count();
        let end = open + 1 + digits;
        match self.character(end) {
            Some(')') if digits <= 9 => end + 1,
            _ => open + 1,
        }
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '´' | '“' | '”' | '„' | '‘' | '’' | '‚' | '«' | '»')
}

fn quote_sort(c: char) -> u8 {
    match c {
        '\'' | '‘' | '’' | '‚' | '`' | '´' => 1,
        _ => 0,
    }
}

/// What may be between a name and its separator.
fn is_skipped(c: char) -> bool {
    is_quote(c) || c == '\\' || c.is_whitespace() || !Printable::is_printed(c)
}

/// Whether a character is a letter or a digit.
fn is_word(unit: &Unit) -> bool {
    unit.form != Form::Fixed && unit.character.is_alphanumeric()
}

/// Whether a character may be part of a secret: letters, digits and pictures of all scripts, but no punctuation.
fn is_secret(unit: &Unit) -> bool {
    let c = unit.character;
    if unit.form == Form::Fixed {
        return false;
    }
    c.is_alphanumeric()
        || !c.is_ascii()
            && Printable::is_printed(c)
            && !c.is_whitespace()
            && !matches!(
                c,
                '\u{a0}'..='\u{bf}' | '×' | '÷' | '\u{2000}'..='\u{206f}' | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{25ff}'
                    | '\u{3000}'..='\u{303f}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ffff}'
            )
}

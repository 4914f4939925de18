//! The mender of JSON.
//!
//! Between two values stand brackets and commas. Which of them are right is decided by what comes next:
//! of all ways to close some of the open brackets, the one that needs the fewest changes to the brackets
//! that are there and after which the next name is one the model knows. Where all brackets of a document
//! match, none is ever touched: so it is taken to be until one does not, and then mended from the beginning.
//!
//! Most of a damaged document is not damaged. What [`Lexer::plain`] and [`Mender::plain`] pass over is what
//! the careful way would have left as it is; where there is any doubt they leave it to that.

use std::ops::Range;

use super::{Draft, Known, Mend, Mended, Meter, Placed, Stop, is_blank, is_quote, step};
use crate::decode::Room;
use crate::decode::json::find_special;
use crate::finding::{FindingKind, Nesting, Path, Step};

/// Mends the document whose opening brace stands at `start`.
pub(in crate::decode) fn mend(
    text: &str,
    start: usize,
    deepest: usize,
    room: Room,
    meter: &Meter,
) -> Result<Mended, Stop> {
    // A document without its end is looked for only once.
    let mut is_trusting = !meter.open_to_the_end.get();
    loop {
        let mut mender = Mender {
            lexer: Lexer { text, meter, at_margin: is_at_margin(text, start) },
            draft: Draft::new(text, room.clone()),
            levels: Vec::new(),
            deepest,
            is_trusting,
        };
        match mender.run(start) {
            Ok(end) => return Ok(mender.draft.finish(start..end)),
            Err(Halt::Stop(stop)) => return Err(stop),
            Err(Halt::Doubt) => is_trusting = false,
        }
    }
}

/// Whether `{` may begin an object whose first name lacks its quotes.
pub(in crate::decode) fn begins_with_name(inside: &str) -> bool {
    let name = bare_name(inside);
    let after = &inside[name..];
    name > 0
        && after
            .strip_prefix(is_quote)
            .unwrap_or(after)
            .trim_start_matches(is_blank)
            .starts_with(':')
}

/// The text from `start` on as the string that it stands in says it, as far as that goes.
pub(in crate::decode) fn unescape(text: &str, start: usize, room: Room) -> Mended {
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    let mut unescaped = String::with_capacity(text.len() - start);
    let mut at = start;
    while let Some(found) = memchr::memchr2(b'\\', b'"', &bytes[at..]) {
        unescaped.push_str(&text[at..at + found]);
        at += found;
        if bytes[at] == b'"' {
            break;
        }
        let length = escape(&bytes[at..]).max(1);
        let placed = unescaped.len();
        let said = serde_json::from_str::<String>(&format!("\"{}\"", &text[at..at + length]));
        unescaped.push_str(said.as_deref().unwrap_or("\\"));
        edits.push(Placed { damaged: at..at + length, mended: placed..unescaped.len() });
        at += length;
    }
    let end = if bytes.get(at) == Some(&b'"') {
        at
    } else {
        unescaped.push_str(&text[at..]);
        text.len()
    };
    let mend = Mend { kind: FindingKind::Embedded, path: Path::default(), span: start..start };
    Mended { text: unescaped, mends: vec![mend], edits, extent: start..end, room }
}

/// How long a name may be to be taken for one where nothing else says so.
const LONGEST_NAME: usize = 64;

/// The length of a name that stands at the beginning of `text` without quotes.
fn bare_name(text: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '@' | '$' | '.');
    let mut chars = text.char_indices().take(LONGEST_NAME + 1);
    match chars.find(|(_, c)| !is_part(*c)) {
        Some((length, _)) => length,
        None if text.len() <= LONGEST_NAME => text.len(),
        None => 0,
    }
}

fn is_bare_name(text: &str) -> bool {
    !text.is_empty() && bare_name(text) == text.len()
}

/// Whether nothing stands before `at` on its line.
fn is_at_margin(text: &str, at: usize) -> bool {
    at == 0 || text.as_bytes()[at - 1] == b'\n'
}

/// The stretches of the blanks there that JSON does not have.
fn spaces(text: &str, blanks: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let is_own = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let mut at = blanks.start;
    text[blanks].split_inclusive(is_own).filter_map(move |piece| {
        let start = at;
        at += piece.len();
        let end = start + piece.trim_end_matches(is_own).len();
        (start < end).then_some(start..end)
    })
}

struct Lexer<'t> {
    text: &'t str,
    meter: &'t Meter,
    /// Whether the document begins at the beginning of a line, so that the next brace that does, with no
    /// comma before it, begins the next document.
    at_margin: bool,
}

/// A string, a number or a word, well formed or not.
struct Scalar {
    /// All of it, with its quotes.
    span: Range<usize>,
    /// What is between the quotes.
    content: Range<usize>,
    /// Whether it stood in quotes, or one of them was there.
    is_text: bool,
    /// Whether there are quotes inside that would end the string.
    has_quotes: bool,
    /// Whether the document ends in it, so that nobody knows how it goes on.
    is_cut: bool,
}

/// What stands between brackets and commas.
enum Content {
    Open {
        object: bool,
        at: usize,
    },
    Scalar(Scalar),
    /// A name and its value.
    Member {
        name: Scalar,
        /// The colon or what stands for it; empty where it is missing.
        colon: Range<usize>,
        value: Value,
    },
    /// A name whose value is missing.
    Name {
        name: Scalar,
        colon: Range<usize>,
    },
    End,
}

enum Value {
    Open { object: bool, at: usize },
    Scalar(Scalar),
}

impl Lexer<'_> {
    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes().get(at).copied()
    }

    fn char(&self, at: usize) -> Option<char> {
        self.text[at..].chars().next()
    }

    /// Past the character at `at`.
    fn after_char(&self, at: usize) -> usize {
        at + self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
    }

    /// Past blanks.
    fn blanks(&self, at: usize) -> usize {
        if let Some(b'!'..=b'~') = self.byte(at) {
            return at;
        }
        let rest = &self.text[at..];
        let blanks = rest.len() - rest.trim_start_matches(is_blank).len();
        self.meter.add(blanks);
        at + blanks
    }

    /// Past the comment that begins there.
    fn comment(&self, at: usize) -> Option<usize> {
        let rest = &self.bytes()[at..];
        let line = |rest: &[u8]| memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let length = match rest {
            [b'/', b'/', ..] | [b'#', ..] => line(rest),
            [b'/', b'*', inside @ ..] => match memchr::memmem::find(inside, b"*/") {
                Some(end) => end + 4,
                None => {
                    self.meter.add(rest.len());
                    self.open_comment(at + 2) - at
                }
            },
            _ => return None,
        };
        self.meter.add(length);
        Some(at + length)
    }

    /// Where a comment that nothing ends has ended: before the next name, or with its line.
    fn open_comment(&self, inside: usize) -> usize {
        let rest = &self.bytes()[inside..];
        let ends = |place: &usize| rest[*place] == b'\n' || self.opens_name(inside + *place);
        let end = memchr::memchr2_iter(b'\n', b'"', rest).find(ends);
        inside + end.unwrap_or(rest.len())
    }

    /// Past blanks and comments.
    fn nothing(&self, mut at: usize) -> usize {
        loop {
            if let Some(b'!'..=b'"' | b'$'..=b'.' | b'0'..=b'~') = self.byte(at) {
                return at;
            }
            at = self.blanks(at);
            match self.comment(at) {
                Some(end) => at = end,
                None => return at,
            }
        }
    }

    /// Past the string in plain quotes at `at`, if nothing in it is escaped or should be.
    fn plain_string(&self, at: usize) -> Option<usize> {
        let inside = self.bytes()[at..].strip_prefix(b"\"")?;
        let length = find_special(inside).filter(|length| inside[*length] == b'"')?;
        self.meter.add(length);
        Some(at + length + 2)
    }

    /// Past the well-formed name or value without brackets at `at`, if what stands next to it leaves no doubt
    /// that it ends there.
    fn plain(&self, at: usize) -> Option<usize> {
        /// Digits of a number that is surely one that any reader takes.
        const MOST_DIGITS: usize = 18;
        let rest = &self.bytes()[at..];
        let end = match rest.first()? {
            b'"' => self.plain_string(at)?,
            b'0'..=b'9' => {
                let digits = rest.iter().take(MOST_DIGITS + 1);
                let length = digits.take_while(|byte| byte.is_ascii_digit()).count();
                let is_number = length == 1 || length <= MOST_DIGITS && rest[0] != b'0';
                is_number.then_some(at + length)?
            }
            b't' | b'n' => {
                at + [&b"true"[..], b"null"].iter().find(|word| rest.starts_with(word))?.len()
            }
            b'f' => rest.starts_with(b"false").then_some(at + "false".len())?,
            _ => return None,
        };
        let is_end = match &self.bytes()[end..] {
            [b':', ..] => rest[0] == b'"',
            [b'}' | b']', ..] | [b',', b'"' | b'{', ..] => true,
            _ => false,
        };
        is_end.then_some(end)
    }

    /// Whether the brace there begins another document; `last` is the sign or value before it.
    fn is_next_document(&self, at: usize, last: u8) -> bool {
        self.at_margin
            && is_at_margin(self.text, at)
            && self.byte(at) == Some(b'{')
            && !matches!(last, b'{' | b'[' | b',' | b':')
    }

    fn content(&self, at: usize) -> Content {
        match self.byte(at) {
            None => return Content::End,
            Some(byte @ (b'{' | b'[')) => return Content::Open { object: byte == b'{', at },
            Some(_) => {}
        }
        // A bare name ends at its colon, a bare value does not.
        let bare = at..at + bare_name(&self.text[at..]);
        let name = if !bare.is_empty() && self.colon(self.nothing(bare.end)).is_some() {
            Scalar {
                span: bare.clone(),
                content: bare,
                is_text: false,
                has_quotes: false,
                is_cut: false,
            }
        } else {
            self.scalar(at)
        };
        let end = name.span.end;
        let after = self.nothing(end);
        let colon = self.colon(after);
        let value = self.nothing(colon.as_ref().map_or(after, |colon| colon.end));
        let is_member = match (&colon, self.byte(value)) {
            (Some(colon), None | Some(b',' | b'}' | b']' | b':')) => {
                return Content::Name { name, colon: colon.clone() };
            }
            (None, None | Some(b',' | b'}' | b']' | b':')) => false,
            (Some(_), Some(_)) => true,
            // No colon: what looks like a name and has a value on the same line.
            (None, Some(_)) => {
                name.is_text
                    && is_bare_name(&self.text[name.content.clone()])
                    && !self.text[end..value].contains('\n')
            }
        };
        if !is_member {
            return Content::Scalar(name);
        }
        let colon = colon.unwrap_or(end..end);
        let value = match self.byte(value) {
            Some(byte @ (b'{' | b'[')) => Value::Open { object: byte == b'{', at: value },
            _ => Value::Scalar(self.scalar(value)),
        };
        Content::Member { name, colon, value }
    }

    /// The colon at `at`, or what stands for it.
    fn colon(&self, at: usize) -> Option<Range<usize>> {
        let rest = &self.bytes()[at..];
        let signs = rest.iter().take_while(|byte| **byte == b':').count();
        self.meter.add(signs);
        match rest {
            _ if signs > 0 => Some(at..at + signs),
            [b'=', b'>', ..] => Some(at..at + 2),
            [b'=', ..] => Some(at..at + 1),
            _ => None,
        }
    }

    fn scalar(&self, at: usize) -> Scalar {
        match self.char(at) {
            Some(quote) if is_quote(quote) => self.string(at, quote),
            _ => self.bare(at),
        }
    }

    /// The string that the quote at `at` opens.
    fn string(&self, at: usize, quote: char) -> Scalar {
        let mut start = at + quote.len_utf8();
        let closes = |c: char| match quote {
            '"' => c == '"',
            '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => {
                matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201b}')
            }
            '`' => matches!(c, '`' | '\''),
            _ => matches!(c, '"' | '\u{201c}'..='\u{201f}'),
        };
        let mut has_quotes = false;
        let mut from = start;
        let scalar = |content: Range<usize>, past, has_quotes| Scalar {
            span: at..past,
            content,
            is_text: true,
            has_quotes,
            is_cut: false,
        };
        while let Some((found, sign)) = self.next_sign(from, closes) {
            let past = found + sign.len_utf8();
            if sign == '\\' {
                from = self.after_char(past);
                continue;
            }
            if self.may_follow(start..found, past) {
                return scalar(start..found, past, has_quotes);
            }
            if found == start && self.byte(past).is_some_and(|byte| byte.is_ascii_alphanumeric()) {
                // The opening quote stands twice.
                start = past;
            } else if !has_quotes && self.is_doubled(start..found, past, sign) {
                return scalar(start..found, past + sign.len_utf8(), false);
            } else if let Some(end) = self.end_before(start, found) {
                return scalar(start..end, end, has_quotes);
            } else {
                has_quotes = true;
            }
            from = past;
        }
        let end = self.text.len();
        Scalar { is_cut: true, ..scalar(start..end, end, has_quotes) }
    }

    /// The next quote that `closes` takes, or backslash.
    fn next_sign(&self, from: usize, closes: impl Fn(char) -> bool) -> Option<(usize, char)> {
        let rest = self.text.get(from..)?;
        // Nearly all strings are in plain quotes.
        let found = if closes('"') && !closes('\'') {
            let is_sign = |at: &usize| {
                let c = rest[*at..].chars().next();
                c.is_some_and(|c| c == '\\' || closes(c))
            };
            let signs = memchr::memchr3_iter(b'"', b'\\', 0xe2, rest.as_bytes());
            signs.into_iter().find(is_sign).and_then(|at| Some((at, rest[at..].chars().next()?)))
        } else {
            rest.char_indices().find(|(_, c)| *c == '\\' || closes(*c))
        };
        self.meter.add(found.map_or(rest.len(), |(length, _)| length));
        found.map(|(length, sign)| (from + length, sign))
    }

    /// Whether what comes after the closing quote of a string at `content` is what may follow one.
    fn may_follow(&self, content: Range<usize>, past: usize) -> bool {
        let next = self.blanks(past);
        let has_blank = next > past;
        match self.byte(next) {
            None | Some(b'}' | b']' | b':' | b'{' | b'[') => true,
            Some(b',') => self.may_follow_comma(next + 1),
            Some(b'/') => self.comment(next).is_some(),
            Some(b'=') => true,
            Some(_) if self.char(next).is_some_and(is_quote) => has_blank || self.opens_name(next),
            Some(_) if !has_blank => false,
            Some(b'#') => true,
            // A name, its colon missing.
            Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
                let name = &self.text[content];
                let rest = &self.text[next..];
                let word = bare_name(rest);
                let is_literal = matches!(&rest[..word], "true" | "false" | "null")
                    || rest.starts_with(|c: char| c == '-' || c.is_ascii_digit());
                is_literal && is_bare_name(name)
            }
            // A name, the comma before it and its own quotes missing.
            Some(_) => begins_with_name(&self.text[next..]),
        }
    }

    /// Whether what comes after a comma is what may follow one, or else the comma is part of a text.
    fn may_follow_comma(&self, at: usize) -> bool {
        let next = self.blanks(at);
        let rest = &self.text[next..];
        match rest.chars().next() {
            None | Some('{' | '[' | '}' | ']' | ',' | '-' | '+' | '0'..='9' | '/' | '#') => true,
            Some(first) if is_quote(first) => true,
            Some(_) => {
                let word = bare_name(rest);
                let after = rest[word..].trim_start_matches(is_blank);
                self.meter.add(word);
                word > 0 && after.starts_with([':', '=', ',', '}', ']', '"'])
            }
        }
    }

    /// Whether the closing quote stands twice.
    fn is_doubled(&self, content: Range<usize>, past: usize, sign: char) -> bool {
        self.char(past) == Some(sign) && self.may_follow(content, past + sign.len_utf8())
    }

    /// Whether there is a word of JSON, with a blank behind it.
    fn is_word_and_blank(&self, span: Range<usize>) -> bool {
        let text = &self.text[span];
        let word = text.trim_end_matches(is_blank);
        word.len() < text.len() && matches!(word, "true" | "false" | "null")
    }

    /// Where a string has ended if the quote at `found` opens the next one.
    fn end_before(&self, start: usize, found: usize) -> Option<usize> {
        let before = &self.text[start..found];
        let trimmed = before.trim_end_matches(is_blank);
        self.meter.add(before.len() - trimmed.len());
        let has_newline = before[trimmed.len()..].contains('\n');
        let is_next = match trimmed.chars().next_back() {
            // This one is a name.
            Some(':') => {
                let name = trimmed.trim_end_matches(':').trim_end_matches(is_blank);
                let name = name.trim_end_matches(is_quote);
                is_bare_name(name)
            }
            Some(',' | '{' | '[') => self.opens_name(found),
            _ => has_newline && self.opens_name(found),
        };
        if !is_next {
            return None;
        }
        let is_sign = |c: char| is_blank(c) || matches!(c, ',' | ':' | '{' | '}' | '[' | ']');
        let content = before.trim_end_matches(is_sign);
        self.meter.add(before.len() - content.len());
        Some(start + content.strip_suffix(is_quote).unwrap_or(content).len())
    }

    /// Whether the quote there opens a name.
    fn opens_name(&self, at: usize) -> bool {
        let quote = self.char(at).map_or(0, char::len_utf8);
        let rest = &self.text[at + quote..];
        let name = bare_name(rest);
        let after = rest[name..].strip_prefix(is_quote);
        name > 0 && after.is_some_and(|after| after.trim_start_matches(is_blank).starts_with(':'))
    }

    /// The name of the first member of the object that opens before `at`.
    fn first_name(&self, at: usize) -> Option<&str> {
        let rest = &self.text[self.blanks(at)..];
        let rest = rest.strip_prefix(is_quote).unwrap_or(rest);
        let name = &rest[..bare_name(rest)];
        self.meter.add(name.len());
        (!name.is_empty()).then_some(name)
    }

    /// The value that stands at `at` without an opening quote.
    fn bare(&self, at: usize) -> Scalar {
        let mut end = at;
        let mut closing = None;
        for (length, c) in self.text[at..].char_indices() {
            end = at + length;
            let is_end = match c {
                '\n' | '}' | ']' | '{' | '[' => true,
                ',' => self.may_follow_comma(end + 1),
                _ if is_quote(c) && (self.opens_name(end) || self.is_word_and_blank(at..end)) => {
                    true
                }
                _ if is_quote(c) => {
                    let past = end + c.len_utf8();
                    let is_closing = self.may_follow(at..end, past);
                    closing = is_closing.then_some(past);
                    is_closing
                }
                _ => false,
            };
            if is_end {
                break;
            }
            end += c.len_utf8();
        }
        let content = at..at + self.text[at..end].trim_end_matches(is_blank).len();
        self.meter.add(end - at);
        let text = &self.text[content.clone()];
        // A word of JSON cannot go on.
        let is_whole = closing.is_some() || matches!(text, "true" | "false" | "null");
        Scalar {
            span: at..closing.unwrap_or(content.end).max(at + 1),
            is_text: closing.is_some(),
            has_quotes: text.contains('"'),
            is_cut: !is_whole && content.end == self.text.len(),
            content,
        }
    }
}

/// An open object or array.
struct Level {
    object: bool,
    known: Known,
    /// The member that was read last.
    name: Option<Step>,
    /// How many items were read.
    count: usize,
}

/// A closing bracket between two values.
#[derive(Clone, Copy)]
struct Sign {
    byte: u8,
    at: usize,
}

/// What stands between two values.
struct Gap {
    from: usize,
    /// The closing brackets.
    closers: Vec<Sign>,
    commas: Vec<usize>,
    /// The blanks that JSON does not have.
    spaces: Vec<Range<usize>>,
    /// The sign that stands last.
    last: Option<u8>,
    /// Whether it comes after an opening bracket.
    is_first: bool,
    /// Whether a value in it was left out.
    has_left_out: bool,
}

/// The cost of a bracket that has to be added, changed or taken away.
const BRACKET: usize = 2;
/// What a place must cost at which something cannot stand.
const NO_PLACE: usize = 8;

struct Mender<'t> {
    lexer: Lexer<'t>,
    draft: Draft<'t>,
    levels: Vec<Level>,
    deepest: usize,
    /// Whether all brackets are taken for right, until one turns out not to match.
    is_trusting: bool,
}

/// Why a mender does not go on.
enum Halt {
    Stop(Stop),
    /// A bracket does not match, so that none is to be trusted.
    Doubt,
}

impl Mender<'_> {
    /// Mends one document and returns its end.
    fn run(&mut self, start: usize) -> Result<usize, Halt> {
        self.open(start, true, Known::Root)?;
        let mut end = start + 1;
        let mut is_first = true;
        loop {
            (end, is_first) = self.plain(end, is_first)?;
            let (content, past) = self.gap(end, is_first)?;
            if self.levels.is_empty() {
                return Ok(past);
            }
            (end, is_first) = match content {
                Content::Open { object, at } => {
                    let known = self.next_item();
                    self.open(at, object, known)?;
                    (at + 1, true)
                }
                Content::Scalar(scalar) => {
                    self.next_item();
                    (self.scalar(scalar), false)
                }
                Content::Member { name, colon, value } => self.member(name, colon, value)?,
                // A name without a value has no place anywhere.
                Content::Name { .. } | Content::End => return Ok(past),
            };
        }
    }

    /// Passes over the members, items and brackets from `at` on that are as they should be, and says where
    /// it is then and whether that is after an opening bracket.
    fn plain(&mut self, mut at: usize, mut is_first: bool) -> Result<(usize, bool), Halt> {
        let text = self.lexer.text;
        // The member that was passed over last, of which its level need not know any sooner.
        let mut last = None;
        while let Some(level) = self.levels.last() {
            let rest = &self.lexer.bytes()[at..];
            if let [closer @ (b'}' | b']'), b'}' | b']' | b',', ..] = rest {
                let is_right = level.object == (*closer == b'}');
                if !is_right || !self.is_trusting || self.levels.len() == 1 {
                    break;
                }
                self.levels.pop();
                (at, is_first, last) = (at + 1, false, None);
                continue;
            }
            let next = match rest {
                [b',', ..] if !is_first => at + 1,
                _ if is_first => at,
                _ => break,
            };
            let opens = |at: usize| match self.lexer.byte(at) {
                Some(b'{') => Some(true),
                Some(b'[') => Some(false),
                _ => None,
            };
            if !level.object {
                let is_place = matches!(level.known, Known::Items(_) | Known::Unknown);
                if !is_place || !self.is_trusting || opens(next) != Some(true) {
                    break;
                }
                let known = self.next_item();
                self.open(next, true, known)?;
                (at, is_first) = (next + 1, true);
                continue;
            }
            let colon = self.lexer.plain_string(next);
            let Some(colon) = colon.filter(|colon| self.lexer.byte(*colon) == Some(b':')) else {
                break;
            };
            let name = &text[next + 1..colon - 1];
            let is_its_place = self.is_trusting
                || matches!(level.known, Known::Root | Known::Record(_))
                    && level.known.field(name).is_some();
            if !is_its_place {
                break;
            }
            let value = colon + 1;
            if let Some(object) = opens(value) {
                last = None;
                let known = self.enter(name);
                self.open(value, object, known)?;
                (at, is_first) = (value + 1, true);
            } else if let Some(end) =
                self.lexer.plain(value).filter(|end| self.lexer.byte(*end) != Some(b':'))
            {
                (at, is_first, last) = (end, false, Some(name));
            } else {
                break;
            }
        }
        if let Some(name) = last {
            self.enter(name);
        }
        Ok((at, is_first))
    }

    fn open(&mut self, at: usize, object: bool, known: Known) -> Result<(), Halt> {
        if self.levels.len() == self.deepest {
            return Err(Halt::Stop(Stop::TooDeep(at)));
        }
        let known = match (known, object) {
            (Known::Wrapper(items) | Known::Record(items), false) => Known::Items(items),
            (Known::Root | Known::Scalar, false) => Known::Unknown,
            (Known::Scalar, true) => Known::Unknown,
            (known, _) => known,
        };
        self.levels.push(Level { object, known, name: None, count: 0 });
        Ok(())
    }

    /// Enters the next item of the innermost array, and says what is known of it.
    fn next_item(&mut self) -> Known {
        let Some(level) = self.levels.last_mut() else {
            return Known::Unknown;
        };
        level.count += 1;
        match level.known {
            Known::Items(items) => Known::Record(items),
            _ => Known::Unknown,
        }
    }

    /// Reads the brackets and commas up to the next content, mends them, and returns the content and,
    /// where the document has ended, its end.
    fn gap(&mut self, from: usize, is_first: bool) -> Result<(Content, usize), Halt> {
        let mut gap = Gap {
            from,
            closers: Vec::new(),
            commas: Vec::new(),
            spaces: Vec::new(),
            last: None,
            is_first,
            has_left_out: false,
        };
        let mut at = from;
        loop {
            let blanks = at..self.lexer.blanks(at);
            at = blanks.end;
            if at < self.lexer.text.len() {
                gap.spaces.extend(spaces(self.lexer.text, blanks));
            }
            if self.lexer.meter.is_spent() {
                return Err(Halt::Stop(Stop::Tangled(at)));
            }
            match self.lexer.byte(at) {
                Some(byte @ (b',' | b'}' | b']')) => {
                    gap.last = Some(byte);
                    match byte {
                        b',' => gap.commas.push(at),
                        _ => gap.closers.push(Sign { byte, at }),
                    }
                    at += 1;
                    if self.is_trusting && byte != b',' && self.closes_all(&gap, at)? {
                        self.settle(&gap, self.levels.len(), &Content::End, at);
                        return Ok((Content::End, at));
                    }
                    continue;
                }
                Some(b':') => {
                    self.draft.edit(at..at + 1, "");
                    self.say(FindingKind::Incomplete, at..at + 1);
                    at += 1;
                    continue;
                }
                _ => {}
            }
            if let Some(end) = self.lexer.comment(at) {
                self.comment(at..end);
                at = end;
                continue;
            }
            let mut content = self.lexer.content(at);
            self.give_back_brackets(&mut content);
            let last = gap.last.unwrap_or(if is_first { b'{' } else { b'"' });
            if self.lexer.is_next_document(at, last) {
                content = Content::End;
            }
            if self.is_trusting && (content.is_cut() || matches!(content, Content::End)) {
                let is_open = content.is_cut() || self.lexer.byte(at).is_none();
                self.lexer.meter.open_to_the_end.set(is_open);
                return Err(Halt::Doubt);
            }
            let is_cut_name = gap.closers.is_empty() && self.is_cut_name(&content);
            let is_cut = is_cut_name || content.is_cut();
            let (levels, cost) =
                if is_cut_name { (0, NO_PLACE) } else { self.choose(&gap, &content) };
            if is_cut || cost >= NO_PLACE && levels < self.levels.len() {
                at = self.leave_out(&content, at, levels, is_cut)?;
                gap.has_left_out = true;
                continue;
            }
            self.settle(&gap, levels, &content, at);
            let is_end = matches!(content, Content::End);
            let end = match gap.closers.last().filter(|_| !(is_end && gap.has_left_out)) {
                Some(closer) => closer.at + 1,
                None if is_end => from + self.lexer.text[from..at].trim_end_matches(is_blank).len(),
                None => at,
            };
            return Ok((content, end));
        }
    }

    /// Whether the brackets of the gap, the last of which ends at `at`, close all that is open.
    fn closes_all(&self, gap: &Gap, at: usize) -> Result<bool, Halt> {
        let closers = gap.closers.len();
        let is_right = self.wanted().nth(closers - 1) == gap.closers.last().map(|sign| sign.byte);
        let closes_all = closers == self.levels.len();
        let goes_on =
            || matches!(self.lexer.byte(self.lexer.nothing(at)), Some(b'}' | b']' | b','));
        if !is_right || closes_all && goes_on() { Err(Halt::Doubt) } else { Ok(closes_all) }
    }

    /// Whether the document ends in a name, before its value.
    fn is_cut_name(&self, content: &Content) -> bool {
        let (Content::Scalar(Scalar { span: Range { end, .. }, .. })
        | Content::Name { colon: Range { end, .. }, .. }) = content
        else {
            return false;
        };
        self.levels.last().is_some_and(|level| level.object)
            && self.lexer.blanks(*end) == self.lexer.text.len()
    }

    /// How many levels to close so that the brackets need the fewest changes and `content` fits, and how
    /// badly it fits there.
    fn choose(&self, gap: &Gap, content: &Content) -> (usize, usize) {
        let depth = self.levels.len();
        let closers: Vec<u8> = self.closers(gap).iter().map(|sign| sign.byte).collect();
        if matches!(content, Content::End) {
            return (depth, 0);
        }
        let is_exact = closers.len() <= depth
            && closers.iter().zip(self.wanted()).all(|(there, wanted)| *there == wanted);
        if is_exact {
            let fit = self.fit(depth - closers.len(), content);
            if self.is_trusting || fit == 0 {
                return (closers.len(), fit);
            }
        }
        let row = self.distances(&closers).pop().unwrap_or_default();
        self.lexer.meter.add(row.len() * (closers.len() + 1));
        let mut best = (closers.len().min(depth), usize::MAX, NO_PLACE);
        for (levels, distance) in row.into_iter().enumerate() {
            // With nothing to say so, the document has not ended.
            if levels == depth && closers.is_empty() {
                break;
            }
            let fit = self.fit(depth - levels, content);
            let cost = BRACKET * distance + fit;
            let is_nearer = levels.abs_diff(closers.len()) < best.0.abs_diff(closers.len());
            if cost < best.1 || cost == best.1 && is_nearer {
                best = (levels, cost, fit);
            }
        }
        (best.0, best.2)
    }

    /// The brackets of the gap, as far as they can be of use.
    fn closers<'g>(&self, gap: &'g Gap) -> &'g [Sign] {
        let most = 2 * self.levels.len() + 8;
        &gap.closers[..gap.closers.len().min(most)]
    }

    /// The brackets that would close all levels, from the innermost.
    fn wanted(&self) -> impl Iterator<Item = u8> {
        self.levels.iter().rev().map(|level| if level.object { b'}' } else { b']' })
    }

    /// The table of edit distances from each beginning of `closers` (rows) to each beginning of the
    /// brackets that are wanted (columns).
    fn distances(&self, closers: &[u8]) -> Vec<Vec<usize>> {
        let mut rows: Vec<Vec<usize>> = vec![(0..=self.levels.len()).collect()];
        for (nth, there) in closers.iter().enumerate() {
            let above = &rows[nth];
            let mut row = vec![nth + 1];
            for (column, wanted) in self.wanted().enumerate() {
                let changed = above[column] + usize::from(*there != wanted);
                row.push(changed.min(above[column + 1] + 1).min(row[column] + 1));
            }
            rows.push(row);
        }
        rows
    }

    /// How badly the content fits where `depth` levels are open.
    fn fit(&self, depth: usize, content: &Content) -> usize {
        let level = match depth.checked_sub(1) {
            Some(nth) => &self.levels[nth],
            // Text after the document, or what should be inside it.
            None => return if matches!(content, Content::Member { .. }) { 3 } else { 1 },
        };
        match (content, level.known) {
            (Content::Member { name, .. }, known) if level.object => {
                let name = &self.lexer.text[name.content.clone()];
                match known {
                    Known::Wrapper(items) if level.name.is_some() => {
                        let same = crate::model::same_name(items.name, name);
                        if same { 0 } else { 3 }
                    }
                    _ if known.field(name).is_some() => 0,
                    _ if known.is_told() => 3,
                    _ => 1,
                }
            }
            (Content::Open { object: true, at }, Known::Items(items)) => {
                // The first name tells an item of one list from one of another.
                match self.lexer.first_name(at + 1) {
                    Some(name) if Known::Record(items).field(name).is_none() => 1,
                    _ => 0,
                }
            }
            (Content::Open { .. }, Known::Items(_)) => 2,
            (Content::Scalar(_), Known::Items(_)) => 3,
            (Content::Open { .. } | Content::Scalar(_), Known::Unknown) if !level.object => 0,
            _ => NO_PLACE,
        }
    }

    /// Closes `levels` levels with the brackets and commas that are there, and makes of them what they
    /// should be. The content stands at `at`.
    fn settle(&mut self, gap: &Gap, levels: usize, content: &Content, at: usize) {
        let closers = self.closers(gap);
        let last_closer = closers.last().map(|sign| sign.at);
        let is_end = matches!(content, Content::End) || levels == self.levels.len();
        let mut mends = Vec::new();
        if !self.wanted().take(levels).eq(closers.iter().map(|sign| sign.byte)) {
            mends = self.rewrite(gap.from, closers, levels);
        }
        let idle = &gap.closers[closers.len()..];
        mends.extend(idle.iter().map(|sign| (Nesting::Extra, sign.at..sign.at + 1)));
        let is_cut = matches!(content, Content::End)
            && mends.last().is_some_and(|(_, span)| {
                span.is_empty() && last_closer.is_none_or(|last| span.start > last)
            });
        if is_cut {
            mends.pop();
            self.say(FindingKind::Truncated, at..at);
        }
        let needs_comma = !(is_end || gap.is_first && levels == 0);
        let separator = gap
            .commas
            .last()
            .copied()
            .filter(|comma| needs_comma && last_closer.is_none_or(|last| *comma > last));
        let commas = gap.commas.iter().copied().filter(|comma| separator != Some(*comma));
        let commas = commas.map(|at| (FindingKind::ExtraComma, at..at + 1, ""));
        let spaces =
            gap.spaces.iter().cloned().map(|span| (FindingKind::InvalidWhitespace, span, " "));
        for (kind, span, instead) in commas.chain(spaces) {
            self.draft.edit(span.clone(), instead);
            // The comma before what is left out goes with it, and what comes after the document is no part of it.
            let goes_along = gap.has_left_out && matches!(kind, FindingKind::ExtraComma);
            let is_after = is_end && !is_cut && last_closer.is_some_and(|last| span.start > last);
            if !goes_along && !is_after {
                let closed = closers.iter().filter(|closer| closer.at < span.start).count();
                let open = &self.levels[..self.levels.len() - closed.min(levels)];
                self.draft.say(kind, || path(open, None), span);
            }
        }

        self.levels.truncate(self.levels.len() - levels);
        for (nesting, span) in mends {
            if let Nesting::Extra = nesting {
                self.draft.edit(span.clone(), "");
            }
            self.say(FindingKind::Nesting(nesting), span);
        }
        if needs_comma && separator.is_none() {
            let at = last_closer.map_or(gap.from, |last| last + 1);
            self.draft.edit(at..at, ",");
            self.say(FindingKind::MissingComma, at..at);
        }
    }

    /// Makes the brackets that are there those that close `levels` levels, and returns how.
    fn rewrite(
        &mut self,
        from: usize,
        closers: &[Sign],
        levels: usize,
    ) -> Vec<(Nesting, Range<usize>)> {
        let bytes: Vec<u8> = closers.iter().map(|sign| sign.byte).collect();
        let wanted: Vec<u8> = self.wanted().take(levels).collect();
        let rows = self.distances(&bytes);
        self.lexer.meter.add(rows.len() * (wanted.len() + 1));
        let (mut row, mut column) = (bytes.len(), wanted.len());
        let mut mends: Vec<(Nesting, Range<usize>)> = Vec::new();
        while row > 0 || column > 0 {
            let cost = rows[row][column];
            let is_same = row > 0 && column > 0 && bytes[row - 1] == wanted[column - 1];
            // Of equals, one that is missing is missing behind those that are there.
            let is_missing = column > 0 && cost == rows[row][column - 1] + 1;
            if is_same && cost == rows[row - 1][column - 1] && !is_missing {
                (row, column) = (row - 1, column - 1);
            } else if row > 0 && cost == rows[row - 1][column] + 1 {
                row -= 1;
                mends.push((Nesting::Extra, closers[row].at..closers[row].at + 1));
            } else if is_missing {
                column -= 1;
                let at = row.checked_sub(1).map_or(from, |last| closers[last].at + 1);
                let read = char::from(wanted[column]).to_string();
                match mends.last_mut() {
                    // Those that are missing in one place are missing together.
                    Some((Nesting::Missing { read: all }, span)) if *span == (at..at) => {
                        *all = (read + all).into();
                    }
                    _ => mends.push((Nesting::Missing { read: read.into() }, at..at)),
                }
            } else {
                (row, column) = (row - 1, column - 1);
                let at = closers[row].at;
                let read = char::from(wanted[column]).to_string().into();
                mends.push((Nesting::Replaced { read }, at..at + 1));
            }
        }
        mends.reverse();
        for (nesting, span) in &mends {
            if let Nesting::Missing { read } | Nesting::Replaced { read } = nesting {
                self.draft.edit(span.clone(), read.to_string());
            }
        }
        mends
    }

    fn comment(&mut self, span: Range<usize>) {
        // A comment ends a word as a blank does.
        self.draft.edit(span.clone(), " ");
        self.say(FindingKind::Comment, span);
    }

    /// A last string without its closing quote ends before the brackets that close all there is.
    fn give_back_brackets(&self, content: &mut Content) {
        let (Content::Scalar(string) | Content::Member { value: Value::Scalar(string), .. }) =
            content
        else {
            return;
        };
        if !string.is_cut || !string.is_text {
            return;
        }
        let text = &self.lexer.text[string.content.clone()];
        let is_sign = |c: char| is_blank(c) || matches!(c, '}' | ']');
        let kept = text.trim_end_matches(is_sign);
        let closers = text[kept.len()..].bytes().filter(|byte| matches!(byte, b'}' | b']'));
        self.lexer.meter.add(text.len() - kept.len());
        if !kept.is_empty() && closers.eq(self.wanted()) {
            string.content.end = string.content.start + kept.len();
            string.span.end = string.content.end;
            string.is_cut = false;
        }
    }

    /// Leaves out what can stand nowhere or is cut off, and returns its end.
    fn leave_out(
        &mut self,
        content: &Content,
        at: usize,
        levels: usize,
        is_cut: bool,
    ) -> Result<usize, Halt> {
        let (end, name) = match content {
            Content::Open { .. } => (self.past_brackets(at)?, None),
            Content::Scalar(scalar) => (scalar.span.end, None),
            Content::Member { name, value: Value::Scalar(value), .. } if is_cut => {
                (value.span.end, Some(name))
            }
            Content::Name { name, colon } => (colon.end, Some(name)),
            Content::Member { name, colon, .. } => (name.span.end.max(colon.end), None),
            Content::End => return Ok(at),
        };
        self.draft.edit(at..end, "");
        let depth = self.levels.len() - levels;
        let name = name.zip(depth.checked_sub(1)).map(|(name, innermost)| {
            let name = &self.lexer.text[name.content.clone()];
            step(self.levels[innermost].known.field(name).map(|(known, _)| known), name)
        });
        let kind = if is_cut { FindingKind::Truncated } else { FindingKind::Incomplete };
        let levels = &self.levels[..depth];
        let path = || match &name {
            None => path_of_innermost(levels),
            Some(_) => path(levels, name.clone()),
        };
        self.draft.say(kind, path, at..end);
        Ok(end)
    }

    /// Past the object or array that begins at `start`, as far as its brackets say.
    fn past_brackets(&self, start: usize) -> Result<usize, Halt> {
        let (mut at, mut open) = (start, Vec::new());
        loop {
            at = self.lexer.nothing(at);
            match self.lexer.byte(at) {
                None => return Ok(at),
                Some(byte @ (b'{' | b'[')) => open.push(byte),
                Some(byte @ (b'}' | b']')) => {
                    let is_right = open.pop() == Some(if byte == b'}' { b'{' } else { b'[' });
                    if self.is_trusting && !is_right {
                        return Err(Halt::Doubt);
                    }
                    if open.is_empty() {
                        return Ok(at + 1);
                    }
                }
                Some(b',' | b':') => {}
                Some(_) => {
                    at = self.lexer.scalar(at).span.end;
                    continue;
                }
            }
            at += 1;
        }
    }

    /// Reads a name, its colon and its value; returns the end, and whether it is that of an opening
    /// bracket.
    fn member(
        &mut self,
        name: Scalar,
        colon: Range<usize>,
        value: Value,
    ) -> Result<(usize, bool), Halt> {
        let known = self.enter(&self.lexer.text[name.content.clone()]);
        let name_end = name.span.end;
        self.string(name, FindingKind::Quote);
        if &self.lexer.text[colon.clone()] != ":" {
            self.draft.edit(colon.clone(), ":");
            self.say(FindingKind::Colon, colon.clone());
        }
        let at = match &value {
            Value::Open { at, .. } => *at,
            Value::Scalar(scalar) => scalar.span.start,
        };
        self.between(name_end..colon.start);
        self.between(colon.end..at);
        match value {
            Value::Open { object, at } => {
                self.open(at, object, known)?;
                Ok((at + 1, true))
            }
            Value::Scalar(scalar) => Ok((self.scalar(scalar), false)),
        }
    }

    /// Enters the member of that name, and says what is known of it.
    fn enter(&mut self, name: &str) -> Known {
        let Some(level) = self.levels.last_mut() else {
            return Known::Unknown;
        };
        let field = level.known.field(name);
        level.name = Some(step(field.map(|(known, _)| known), name));
        field.map_or(Known::Unknown, |(_, known)| known)
    }

    /// Mends the blanks and comments between a name, its colon and its value.
    fn between(&mut self, between: Range<usize>) {
        let mut at = between.start;
        loop {
            let blanks = at..self.lexer.blanks(at);
            at = blanks.end;
            for span in spaces(self.lexer.text, blanks) {
                self.draft.edit(span.clone(), " ");
                self.say(FindingKind::InvalidWhitespace, span);
            }
            match self.lexer.comment(at) {
                Some(end) if at < between.end => {
                    self.comment(at..end);
                    at = end;
                }
                _ => return,
            }
        }
    }

    /// Mends a value without brackets, and returns its end.
    fn scalar(&mut self, scalar: Scalar) -> usize {
        let end = scalar.span.end;
        if scalar.is_text {
            self.string(scalar, FindingKind::Quote);
            return end;
        }
        let word = &self.lexer.text[scalar.content.clone()];
        let literal = match word {
            "true" | "false" | "null" => return end,
            "undefined" | "nil" => Some("null"),
            _ if word.eq_ignore_ascii_case("true") => Some("true"),
            _ if word.eq_ignore_ascii_case("false") => Some("false"),
            _ if word.eq_ignore_ascii_case("null") || word.eq_ignore_ascii_case("none") => {
                Some("null")
            }
            _ => None,
        };
        if let Some(read) = literal {
            self.draft.edit(scalar.span.clone(), read);
            self.say(FindingKind::Literal { read }, scalar.span);
            return end;
        }
        match number(word) {
            Some(true) => {}
            Some(false) => self.string(scalar, FindingKind::InvalidNumber),
            None => self.string(scalar, FindingKind::Quote),
        }
        end
    }

    /// Writes a string in quotes, and says `kind` where it was not in them.
    fn string(&mut self, string: Scalar, kind: FindingKind) {
        let Scalar { span, content, has_quotes, .. } = string;
        let text = self.lexer.text;
        let mut is_sound = !has_quotes;
        for quote in [span.start..content.start, content.end..span.end] {
            if &text[quote.clone()] != "\"" {
                self.draft.edit(quote, "\"");
                is_sound = false;
            }
        }
        if !is_sound {
            self.say(kind, span);
        }
        self.inside(content);
    }

    /// Keeps what a string may not hold as it is: quotes, control characters, and backslashes that
    /// begin no escape.
    fn inside(&mut self, content: Range<usize>) {
        let bytes = &self.lexer.text.as_bytes()[..content.end];
        self.lexer.meter.add(content.len());
        if !bytes[content.start..].iter().any(|byte| matches!(byte, b'\\' | b'"' | 0..0x20)) {
            return;
        }
        let mut controls = None::<Range<usize>>;
        let mut at = content.start;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\\' => match escape(&bytes[at..]) {
                    0 => {
                        at = self.no_escape(at, content.end);
                        continue;
                    }
                    length => {
                        at += length;
                        continue;
                    }
                },
                b'"' => self.draft.edit(at..at, "\\"),
                0..0x20 => {
                    self.draft.edit(at..at + 1, format!("\\u{byte:04x}"));
                    controls.get_or_insert(at..at).end = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        if let Some(span) = controls {
            self.say(FindingKind::ControlCharacter, span);
        }
    }

    /// Keeps the backslash at `at`, which begins no escape, and returns where to go on.
    fn no_escape(&mut self, at: usize, end: usize) -> usize {
        let bytes = &self.lexer.text.as_bytes()[at + 1..end];
        if bytes.first() == Some(&b'\'') {
            // Other languages escape it.
            self.draft.edit(at..at + 1, "");
            self.say(FindingKind::InvalidEscape, at..at + 2);
            return at + 2;
        }
        let length = match bytes.strip_prefix(b"u") {
            Some(rest) => {
                1 + rest.iter().take(4).take_while(|byte| byte.is_ascii_hexdigit()).count()
            }
            None => self.lexer.after_char(at + 1) - (at + 1),
        };
        self.draft.edit(at..at, "\\");
        self.say(FindingKind::InvalidEscape, at..(at + 1 + length).min(end));
        at + 1
    }

    fn say(&mut self, kind: FindingKind, span: Range<usize>) {
        self.draft.say(kind, || path(&self.levels, None), span);
    }
}

impl Content {
    fn is_cut(&self) -> bool {
        match self {
            Self::Scalar(scalar) | Self::Member { value: Value::Scalar(scalar), .. } => {
                scalar.is_cut
            }
            _ => false,
        }
    }
}

/// The way to the member or item that was read last; to its sibling `last`, if that is given.
fn path(levels: &[Level], last: Option<Step>) -> Path {
    let mut steps: Vec<Step> = levels.iter().filter_map(Level::step).collect();
    if let Some(last) = last {
        if levels.last().is_some_and(|level| level.step().is_some()) {
            steps.pop();
        }
        steps.push(last);
    }
    steps.into()
}

/// The way to the innermost object or array itself.
fn path_of_innermost(levels: &[Level]) -> Path {
    let outer = &levels[..levels.len().saturating_sub(1)];
    outer.iter().filter_map(Level::step).collect::<Vec<_>>().into()
}

impl Level {
    fn step(&self) -> Option<Step> {
        if self.object { self.name.clone() } else { self.count.checked_sub(1).map(Step::Index) }
    }
}

/// The length of the escape at the beginning of `bytes`, with its other half where it is half of a
/// pair; 0 where it is none.
fn escape(bytes: &[u8]) -> usize {
    let unit = |bytes: &[u8]| {
        let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
        let digits = str::from_utf8(digits).ok()?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)
    };
    match (bytes.get(1), unit(bytes)) {
        (Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't'), _) => 2,
        (_, Some(0xd800..=0xdbff)) => match unit(&bytes[6..]) {
            Some(0xdc00..=0xdfff) => 12,
            _ => 0,
        },
        (_, Some(0xdc00..=0xdfff) | None) => 0,
        (_, Some(_)) => 6,
    }
}

/// Whether a word is a number as JSON writes them and its reader takes them; `None` where it is no
/// number at all.
fn number(word: &str) -> Option<bool> {
    let unsigned = word.trim_start_matches(['+', '-']);
    let is_decimal = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.trim_matches(|c: char| c.is_ascii_digit() || ".eE+_".contains(c)).is_empty();
    // An exponent may have a sign.
    let is_decimal = is_decimal
        || unsigned.split_once(['e', 'E']).is_some_and(|(mantissa, exponent)| {
            let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            mantissa.parse::<f64>().is_ok() && is_digits(exponent.trim_start_matches(['+', '-']))
        });
    let is_hex = unsigned
        .strip_prefix("0x")
        .is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    if !is_decimal && !is_hex && !matches!(unsigned, "NaN" | "Infinity" | "inf" | "nan") {
        return None;
    }
    let is_json = serde_json::from_str::<&serde_json::value::RawValue>(word).is_ok();
    Some(is_json && word.parse::<f64>().is_ok_and(f64::is_finite))
}

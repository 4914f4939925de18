//! The lexer of malformed JSON: where a string, number or literal ends, and whether it is a name.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use super::super::schema_context::SchemaContext;
use super::super::work::WorkBudget;
use super::known::KnownNames;
use super::quotes::{Place, is_quote};
use crate::schema::Kinds;
use crate::syntax::json::find_special;
use crate::text::characters::{is_format_whitespace, is_ignorable};

/// Whether the text after a `{` begins with a name without quotes, or with only one, and a colon or an
/// arrow.
pub(in crate::repair) fn begins_with_name(inside: &str) -> bool {
    let name = unquoted_name_length(inside);
    let after = &inside[name..];
    let after = after.strip_prefix(is_quote).unwrap_or(after).trim_start_matches(is_ignorable);
    name > 0 && (after.starts_with(':') || after.starts_with("=>"))
}

/// Whether a text begins with a member of a response after another bracket than a brace or none.
pub(in crate::repair) fn begins_without_brace(text: &str, kinds: &'static Kinds) -> bool {
    let inside = text.strip_prefix(['[', '(', '<']).unwrap_or(text);
    begins_with_member(inside.trim_start_matches(is_ignorable), kinds)
}

/// Whether a text begins with a known name of a response in quotes and its colon.
pub(crate) fn begins_with_member(text: &str, kinds: &'static Kinds) -> bool {
    let Some(name) = text.strip_prefix('"') else { return false };
    let length = unquoted_name_length(name);
    let after = name[length..].strip_prefix('"').unwrap_or_default();
    after.trim_start_matches(is_ignorable).starts_with(':')
        && SchemaContext::Root(kinds).field(&name[..length]).is_some()
}

/// Maximum length of a name that is recognized without quotes.
pub(super) const MAX_NAME_LENGTH: usize = 64;

/// Shorter names are of one word.
const SHORTEST_NAME: usize = 7;

/// The length of the unquoted name at the start of `text`; 0 if there is none.
pub(super) fn unquoted_name_length(text: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '@' | '$' | '.');
    let mut chars = text.char_indices().take(MAX_NAME_LENGTH + 1);
    match chars.find(|(_, c)| !is_part(*c)) {
        Some((length, _)) => length,
        None if text.len() <= MAX_NAME_LENGTH => text.len(),
        None => 0,
    }
}

/// Signs in place of the colon after the name of a field, with whitespace around them.
pub(super) const DASHES: [char; 5] = ['-', '–', '—', '~', '→'];

pub(super) fn is_unquoted_name(text: &str) -> bool {
    !text.is_empty() && unquoted_name_length(text) == text.len()
}

/// Whether a line starts at `at`.
pub(super) fn is_line_start(text: &str, at: usize) -> bool {
    at == 0 || text.as_bytes()[at - 1] == b'\n'
}

/// The spans within `whitespace` that JSON does not allow.
pub(super) fn invalid_whitespace(
    text: &str,
    whitespace: Range<usize>,
) -> impl Iterator<Item = Range<usize>> {
    let mut at = whitespace.start;
    text[whitespace].split_inclusive(is_format_whitespace).filter_map(move |piece| {
        let start = at;
        at += piece.len();
        let end = start + piece.trim_end_matches(is_format_whitespace).len();
        (start < end).then_some(start..end)
    })
}

pub(super) struct Lexer<'t> {
    pub(super) text: &'t str,
    pub(super) work: &'t WorkBudget,
    /// Where the document starts.
    pub(super) start: usize,
    /// Whether the document starts a line. If so, another brace that starts a line, without a comma
    /// before it, begins the next document.
    pub(super) starts_line: bool,
    pub(super) known: KnownNames,
    /// The brackets that are open in the text, whatever is changed of them: whether each opens an object.
    open: RefCell<Vec<bool>>,
    /// The closing brackets of tuples and sets.
    pub(super) sequence_ends: RefCell<HashSet<usize>>,
    pub(super) calls: RefCell<Calls>,
}

/// The calls whose arguments are objects or arrays.
#[derive(Default)]
pub(super) struct Calls {
    seen: HashSet<usize>,
    open: BTreeSet<usize>,
    ends: HashSet<usize>,
}

impl Calls {
    /// Notes the parenthesis at `at` that opens one.
    pub(super) fn enter(&mut self, at: usize) {
        if self.seen.insert(at) {
            self.open.insert(at);
        }
    }

    /// Whether the parenthesis at `at` closes one.
    pub(super) fn leave(&mut self, at: usize) -> bool {
        if self.ends.contains(&at) {
            return true;
        }
        let Some(last) = self.open.range(..at).next_back().copied() else { return false };
        self.open.remove(&last);
        self.ends.insert(at)
    }
}

/// A string, number or literal, well formed or not.
pub(super) struct Scalar {
    /// Span including quotes.
    pub(super) span: Range<usize>,
    /// Span without quotes.
    pub(super) content: Range<usize>,
    /// What separates the parts of a string that is joined from several, in its content.
    pub(super) joins: Vec<Range<usize>>,
    /// Whether it has at least one of its quotes.
    pub(super) is_quoted: bool,
    /// Whether it contains quotes that would end the string.
    pub(super) has_inner_quotes: bool,
    /// Whether its end is the most likely of several.
    pub(super) is_guess: bool,
    /// Whether the text ends in it, so that the value is incomplete.
    pub(super) is_truncated: bool,
}

impl Scalar {
    /// A scalar without quotes.
    pub(super) fn new(span: Range<usize>, content: Range<usize>) -> Self {
        Self {
            span,
            content,
            joins: Vec::new(),
            is_quoted: false,
            has_inner_quotes: false,
            is_guess: false,
            is_truncated: false,
        }
    }
}

impl<'t> Lexer<'t> {
    pub(super) fn new(
        text: &'t str,
        start: usize,
        kinds: &'static Kinds,
        work: &'t WorkBudget,
    ) -> Self {
        Self {
            text,
            work,
            start,
            starts_line: is_line_start(text, start),
            known: KnownNames::new(kinds),
            open: RefCell::new(Vec::new()),
            sequence_ends: RefCell::new(HashSet::new()),
            calls: RefCell::default(),
        }
    }
}

impl Lexer<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes().get(at).copied()
    }

    pub(super) fn char(&self, at: usize) -> Option<char> {
        self.text[at..].chars().next()
    }

    /// Notes an opening bracket.
    pub(super) fn enter(&self, is_object: bool) {
        self.open.borrow_mut().push(is_object);
    }

    /// Notes a closing bracket.
    pub(super) fn leave(&self) {
        self.open.borrow_mut().pop();
    }

    /// Whether the innermost bracket opens an array.
    pub(super) fn in_array(&self) -> bool {
        self.open.borrow().last() == Some(&false)
    }

    /// The end of the character at `at`.
    pub(super) fn after_char(&self, at: usize) -> usize {
        at + self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
    }

    /// The end of the ignorable characters at `at`.
    pub(super) fn skip_whitespace(&self, at: usize) -> usize {
        if let Some(b'!'..=b'~') = self.byte(at) {
            return at;
        }
        let rest = &self.text[at..];
        let whitespace = rest.len() - rest.trim_start_matches(is_ignorable).len();
        self.work.add(whitespace);
        at + whitespace
    }

    /// The end of the comment that begins at `at`.
    pub(super) fn comment_end(&self, at: usize) -> Option<usize> {
        let rest = &self.bytes()[at..];
        if rest.starts_with(b"#") && self.is_marked(at) {
            return None;
        }
        let line = |rest: &[u8]| memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let length = match rest {
            // In a document of one line, only the comment itself.
            [b'/', b'/', ..] | [b'#', ..] if memchr::memchr(b'\n', rest).is_none() => {
                self.remark_end(at) - at
            }
            [b'/', b'/', ..] | [b'#', ..] => line(rest),
            [b'/', b'*', inside @ ..] => match memchr::memmem::find(inside, b"*/") {
                Some(end) => end + 4,
                None => {
                    self.work.add(rest.len());
                    self.unterminated_comment_end(at + 2) - at
                }
            },
            [b'<', b'!', b'-', b'-', ..] => match memchr::memmem::find(rest, b"-->") {
                Some(end) => end + 3,
                None => line(rest),
            },
            _ => return None,
        };
        self.work.add(length);
        Some(at + length)
    }

    /// Whether the sign at `at`, which does not begin a line, is before the name of a field and its colon, or
    /// before a number.
    fn is_marked(&self, at: usize) -> bool {
        let before = self.text[..at].trim_end_matches([' ', '\t']);
        let name = &self.text[at + 1..];
        let length = unquoted_name_length(name);
        self.work.add(at - before.len() + length);
        let is_number = || before.ends_with(':') && self.is_plain_value(at + 1);
        let is_name = || {
            before.ends_with([',', '{'])
                && self.known.contains(&name[..length])
                && self.colon(at + 1 + length).is_some()
        };
        length > 0 && (is_number() || is_name())
    }

    /// The assumed end of an unterminated comment: the end of its line, or the next quoted name.
    pub(super) fn unterminated_comment_end(&self, inside: usize) -> usize {
        let rest = &self.bytes()[inside..];
        let ends = |offset: &usize| rest[*offset] == b'\n' || self.opens_name(inside + *offset);
        let end = memchr::memchr2_iter(b'\n', b'"', rest).find(ends);
        inside + end.unwrap_or(rest.len())
    }

    /// The end of ignorable characters and comments at `at`.
    pub(super) fn skip_ignorable(&self, mut at: usize) -> usize {
        loop {
            if let Some(b'!'..=b'"' | b'$'..=b'.' | b'0'..=b';' | b'='..=b'~') = self.byte(at) {
                return at;
            }
            at = self.skip_whitespace(at);
            match self.comment_end(at) {
                Some(end) => at = end,
                None => return at,
            }
        }
    }

    /// The end of the string in `"` at `at`, if it contains nothing that is or must be escaped.
    pub(super) fn simple_string_end(&self, at: usize) -> Option<usize> {
        let inside = self.bytes()[at..].strip_prefix(b"\"")?;
        let length = find_special(inside).filter(|length| inside[*length] == b'"')?;
        self.work.add(length);
        Some(at + length + 2)
    }

    /// Whether the brace at `at` opens a well-formed object, and not a set.
    pub(super) fn opens_object(&self, at: usize) -> bool {
        let name_end = self.simple_string_end(at + 1);
        self.byte(at + 1) == Some(b'}') || name_end.is_some_and(|end| self.byte(end) == Some(b':'))
    }

    /// The end of the well-formed scalar or name at `at`, if the next characters confirm that it ends
    /// there; a fast path.
    pub(super) fn simple_value_end(&self, at: usize) -> Option<usize> {
        /// A number with at most this many digits is in the range of every parser.
        const MAX_DIGITS: usize = 18;
        let rest = &self.bytes()[at..];
        let end = match rest.first()? {
            b'"' => self.simple_string_end(at)?,
            b'0'..=b'9' => {
                let digits = rest.iter().take(MAX_DIGITS + 1);
                let length = digits.take_while(|byte| byte.is_ascii_digit()).count();
                let is_number = length == 1 || length <= MAX_DIGITS && rest[0] != b'0';
                is_number.then_some(at + length)?
            }
            b't' | b'n' => {
                at + [&b"true"[..], b"null"].iter().find(|literal| rest.starts_with(literal))?.len()
            }
            b'f' => rest.starts_with(b"false").then_some(at + "false".len())?,
            _ => return None,
        };
        let is_end = match &self.bytes()[end..] {
            [b':', ..] => rest[0] == b'"',
            [b'}' | b']'] | [b'}' | b']', b'}' | b']' | b',' | b'\n' | b'\r', ..] => true,
            [b',', b'"' | b'{', ..] => true,
            _ => false,
        };
        is_end.then_some(end)
    }

    /// The length of the unquoted name at `at`; that of a known field may have whitespace inside.
    pub(super) fn name_length(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let length = unquoted_name_length(rest);
        let mut end = length;
        for _ in 0..3 {
            let blanks = rest[end..].len() - rest[end..].trim_start_matches([' ', '\t']).len();
            let word = unquoted_name_length(&rest[end + blanks..]);
            self.work.add(blanks + word);
            if length == 0 || blanks == 0 || word == 0 {
                break;
            }
            end += blanks + word;
            if self.colon(at + end).is_some() && self.known.contains_spaced(&rest[..end]) {
                return end;
            }
        }
        // A name may have other characters, if its colon shows that it is one.
        let is_part = |c: char| !is_ignorable(c) && !is_quote(c) && !"{}[](),:;=\\/#".contains(c);
        let other = rest.char_indices().take(MAX_NAME_LENGTH).find(|(_, c)| !is_part(*c));
        match other {
            Some((end, ':')) if end > length && !self.in_array() => end,
            _ => length,
        }
    }

    /// Whether the unquoted name at `at` lacks its colon before the quote at `after`.
    pub(super) fn is_name_without_colon(&self, at: usize, after: usize) -> bool {
        let is_known =
            || self.known.contains(&self.text[at..at + unquoted_name_length(&self.text[at..])]);
        if matches!(self.byte(after), Some(b'{' | b'[')) {
            return is_known();
        }
        after > at
            && is_ignorable(self.text[..after].chars().next_back().unwrap_or('x'))
            && self.char(after).is_some_and(is_quote)
            && !self.in_array()
            && !self.is_after_value(at)
            && !self.opens_name(after)
            && !self.text[at..after].contains('\n')
    }

    /// The comma, semicolon or the like at `at` in place of the colon after the name of a field.
    pub(super) fn sign_as_colon(&self, name: &str, at: usize) -> Option<Range<usize>> {
        let sign = self.char(at)?;
        let past = at + sign.len_utf8();
        // A dash without whitespace after it is a sign of a number.
        let is_dash = DASHES.contains(&sign) && self.char(past).is_some_and(is_ignorable);
        let is_separator = matches!(sign, ',' | ';' | '.' | '|' | '，' | '；' | '﹐' | '،');
        if !is_dash && !is_separator || !self.known.contains(name) || self.in_array() {
            return None;
        }
        let value = self.skip_ignorable(past);
        let is_value = match self.char(value)? {
            '{' | '[' => true,
            c if is_quote(c) => !self.opens_name(value),
            _ => self.is_plain_value(value),
        };
        is_value.then_some(at..past)
    }

    /// The start of a value: after ignorable characters, comments, and text around it.
    pub(super) fn skip_before_value(&self, at: usize) -> usize {
        let mut next = self.skip_ignorable(at);
        loop {
            let end = match self.byte(next) {
                Some(b'`') if self.text[next..].starts_with("```") => self.stray_end(next),
                Some(b'(') => self.call_start(next).filter(|_| !self.is_sequence(next)),
                Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'*' | b'&') => {
                    let end = self.call_start(next).or_else(|| self.type_name_end(next));
                    let is_sign = self.byte(next) == Some(b'*');
                    end.or_else(|| self.remark_before_value(next).filter(|_| is_sign))
                }
                Some(b'"' | b'\'' | b'{' | b'[' | b'0'..=b'9' | b',' | b'}' | b']') | None => None,
                _ => self.remark_before_value(next),
            };
            match end {
                Some(end) => next = self.skip_ignorable(end),
                None => return next,
            }
        }
    }

    /// The span of the colon at `at`, or of `=`, `=>` or another sign in place of it.
    pub(super) fn colon(&self, at: usize) -> Option<Range<usize>> {
        let rest = &self.bytes()[at..];
        let candidates = rest.iter().take_while(|byte| **byte == b':').count();
        self.work.add(candidates);
        let length = match &rest[candidates..] {
            [b'=', b'>', ..] => candidates + 2,
            [b'-', b'>', ..] if candidates == 0 => 2,
            [b'=', b'=', ..] => candidates + 2,
            [b'=', ..] => candidates + 1,
            [0xef, 0xbc, 0x9a, ..] => candidates + "：".len(),
            [0xef, 0xb9, 0x95, ..] if candidates == 0 => "﹕".len(),
            [0xe2, 0x88, 0xb6, ..] if candidates == 0 => "∶".len(),
            _ => candidates,
        };
        (length > 0).then_some(at..at + length)
    }

    pub(super) fn scalar(&self, at: usize, place: Place) -> Scalar {
        let mut scalar = match self.char(at) {
            Some(quote) if is_quote(quote) => self.string(at, place),
            Some('\\') if self.byte(at + 1) == Some(b'"') => self.string(at, place),
            _ if self.string_prefix(at) > 0 => self.string(at, place),
            _ => self.unquoted(at, place),
        };
        if scalar.has_inner_quotes || !scalar.is_quoted {
            scalar.is_guess |= self.may_hold_member(scalar.content.clone());
        }
        scalar
    }

    /// Whether the name of a field, of more than one word, stands in a text, which may end before it.
    fn may_hold_member(&self, content: Range<usize>) -> bool {
        let text = &self.text[content];
        self.work.add(text.len());
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let words = text.split(|c| !is_part(c)).filter(|word| word.len() <= MAX_NAME_LENGTH);
        words.filter(|word| word.len() > SHORTEST_NAME).any(|word| {
            let has_words = word[1..].contains(|c: char| c.is_ascii_uppercase() || c == '_');
            // What is left of an escape may be before it.
            let capital = word.find(|c: char| c.is_ascii_uppercase()).unwrap_or_default();
            has_words && (self.known.matches(word) || self.known.contains(&word[capital..]))
        })
    }

    /// Whether the quote at `at` opens a name.
    pub(super) fn opens_name(&self, at: usize) -> bool {
        let quote = self.char(at).map_or(0, char::len_utf8);
        let rest = &self.text[at + quote..];
        // The quotes may be doubled.
        let rest = rest.strip_prefix(is_quote).unwrap_or(rest);
        let name = unquoted_name_length(rest);
        let after = rest[name..].strip_prefix(is_quote);
        let after = after.map(|after| after.strip_prefix(is_quote).unwrap_or(after));
        self.work.add(name);
        name > 0
            && after.is_some_and(|after| {
                after.trim_start_matches(is_ignorable).starts_with([':', '：', '﹕', '∶', '='])
            })
    }

    /// Whether the brace at `at` may begin the next document: it starts a line, as the document did, or with
    /// a name of a response.
    pub(super) fn may_begin_document(&self, at: usize) -> bool {
        let is_root = |name: &str| self.known.matches_root(name);
        is_line_start(self.text, at)
            && (self.starts_line || self.first_name(at + 1).is_some_and(is_root))
    }

    /// Whether the brace at `at`, which may begin a document, does so rather than begin an item in one of
    /// the open levels.
    pub(super) fn is_next_document(
        &self,
        at: usize,
        levels: impl Iterator<Item = SchemaContext>,
    ) -> bool {
        let mut levels = levels.inspect(|_| self.work.add(0));
        if self.byte(self.skip_whitespace(at + 1)) == Some(b'}') {
            return false;
        }
        self.first_name(at + 1).is_none_or(|name| {
            let is_item = |level: SchemaContext| level.item().field(name).is_some();
            self.known.matches_root(name) || !levels.any(is_item)
        })
    }

    /// Whether a quoted name that the schema has anywhere, and its colon, are at `at`.
    pub(super) fn opens_field(&self, at: usize) -> bool {
        let is_known = |name: &str| self.known.matches(name);
        self.char(at).is_some_and(is_quote)
            && self.opens_name(at)
            && self.first_name(at).is_some_and(is_known)
    }

    /// The first name in the object whose content begins at `at`.
    pub(super) fn first_name(&self, at: usize) -> Option<&str> {
        let rest = &self.text[self.skip_whitespace(at)..];
        let rest = rest.strip_prefix(is_quote).unwrap_or(rest);
        let name = &rest[..unquoted_name_length(rest)];
        self.work.add(name.len());
        (!name.is_empty()).then_some(name)
    }
}

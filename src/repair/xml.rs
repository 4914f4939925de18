//! The repair parser of XML.
//!
//! Tags are matched by name. Where one does not fit, [`parser::Parser`] tries what may have happened:
//! tags that are missing, extra, exchanged or mistyped, or text that looks like a tag. The counts of all
//! tags and the schema tell how likely each is. Elements that match and fit are never changed.

mod ends;
mod gaps;
mod head;
mod lexer;
mod pairs;
mod parser;
mod schema;
mod stack;
mod starts;
mod tags;
mod tally;
mod tokens;
mod values;

use std::cell::RefCell;
use std::ops::Range;

use super::edits::{AppliedEdit, EditBuffer, RepairedText};
use super::work::{RepairAbort, WorkBudget};
use crate::finding::{FindingKind, Path};
use crate::pending::{FindingBudget, PendingFinding};
use crate::schema::Kinds;
use crate::syntax::references::reference;
use crate::text::characters::is_quote;
use lexer::Lexer;
use parser::Parser;
use schema::Names;
use tally::Tally;
use tokens::Tokens;
pub(crate) use values::{ElementsBefore, is_escaped_value};

/// Whether the text after a `<` begins a document that may be a response.
pub(crate) fn begins_response(rest: &str, kinds: &Kinds) -> bool {
    const LONGEST: usize = 64;
    let is_end = |byte: &u8| !byte.is_ascii_alphanumeric() && !b"_-:.".contains(byte);
    let length = rest.bytes().take(LONGEST).position(|byte| is_end(&byte)).unwrap_or(0);
    rest.starts_with("?xml") || kinds.by_root(&rest[..length]).is_some()
}

/// Whether the whole text is a response whose root element's start tag is missing or malformed.
pub(crate) fn lacks_root(text: &str, kinds: &Kinds) -> bool {
    const MOST_WORDS: usize = 3;
    const LONGEST: usize = 128;
    if bracketed_root(text, kinds).is_some()
        || lacks_start_tags(text, kinds)
        || begins_in_tag(text, kinds)
    {
        return true;
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let inside = text.strip_prefix('<').unwrap_or(text);
    let end = inside.bytes().take(LONGEST).position(|byte| byte == b'>');
    let Some(tag) = end.and_then(|end| inside.get(..end)) else { return false };
    let name = tag.trim_start_matches([' ', '\n', '/', '\\', '<']);
    if !name.chars().all(|c| is_part(c) || c.is_whitespace()) {
        return false;
    }
    let first = name.split_whitespace().next().unwrap_or_default();
    let joined: String = name.split_whitespace().take(MOST_WORDS).collect();
    kinds.by_root(&joined).is_some()
        // Mistyped.
        || inside.len() < text.len() && first == tag && ends_with_root(text, kinds)
        || inside.len() < text.len() && first == tag && is_top_field(first, kinds)
}

/// The name of the root element in a tag with other brackets at the start of a text, and the end of the tag.
fn bracketed_root(text: &str, kinds: &Kinds) -> Option<(Range<usize>, usize)> {
    const LONGEST: usize = 64;
    const MOST_SIGNS: usize = 3;
    let signs = |text: &str, signs: &[char]| -> usize {
        let is_sign = |c: &char| signs.contains(c);
        text.chars().take(MOST_SIGNS).take_while(is_sign).map(char::len_utf8).sum()
    };
    let start = signs(text, &['<', '[', '(', '{', '"', '\'', '`', '*', '«', '‹', '＜']);
    let inside = &text[start..];
    let length = inside.bytes().take(LONGEST).take_while(u8::is_ascii_alphanumeric).count();
    let name = &inside[..length];
    let close =
        signs(&inside[length..], &['>', ']', ')', '}', '"', '\'', '`', '*', '»', '›', '＞']);
    let end = start + length + close;
    let is_plain = text[..start].ends_with('<') && inside[length..].starts_with('>');
    if start == 0 || close == 0 || is_plain || kinds.by_root(name).is_none() {
        return None;
    }
    let (body, close) =
        (text[end..].trim(), [']', ')', '}', '>', '"', '\'', '`', '*', '»', '›', '＞']);
    let ends = body.trim_end_matches(close).ends_with(name);
    (ends && body.starts_with(['<', '[', '('])).then_some((start..start + length, end))
}

/// Whether the whole text is a response that begins with the text of a field whose start tag is missing,
/// as is that of the root element.
fn lacks_start_tags(text: &str, kinds: &Kinds) -> bool {
    const LONGEST: usize = 4096;
    let first = memchr::memchr(b'<', &text.as_bytes()[..text.len().min(LONGEST)]);
    let Some(rest) = first.and_then(|at| text[at..].strip_prefix("</")) else { return false };
    let name = &rest[..rest.bytes().take(64).take_while(u8::is_ascii_alphanumeric).count()];
    is_rest(name, text, kinds)
}

/// Whether the text ends with the end tag of a response.
fn ends_with_root(text: &str, kinds: &Kinds) -> bool {
    let end = text.trim_end().strip_suffix('>').and_then(|text| text.rsplit_once("</"));
    end.is_some_and(|(_, root)| kinds.by_root(root).is_some())
}

/// Whether a text that begins with an element of this name is the rest of a response.
fn is_rest(name: &str, text: &str, kinds: &Kinds) -> bool {
    is_element(name, kinds) && ends_with_root(text, kinds)
}

/// Whether elements of a response have this name.
fn is_element(name: &str, kinds: &Kinds) -> bool {
    kinds
        .records()
        .iter()
        .any(|record| record.name == name || record.fields.iter().any(|(known, _)| *known == name))
}

/// Whether the whole text is the rest of a response, and begins in a tag.
fn begins_in_tag(text: &str, kinds: &Kinds) -> bool {
    const LONGEST: usize = 64;
    let part = text.strip_prefix('/').unwrap_or(text);
    let length = part.bytes().take(LONGEST).take_while(u8::is_ascii_alphanumeric).count();
    let Some(after) = part[length..].strip_prefix('>').filter(|_| length > 0) else { return false };
    let Some(tag) = after.trim_start().strip_prefix('<') else { return false };
    let tag = tag.strip_prefix('/').unwrap_or(tag);
    let name = &tag[..tag.bytes().take(LONGEST).take_while(u8::is_ascii_alphanumeric).count()];
    kinds.by_root(name).is_none() && is_rest(name, text, kinds)
}

/// Whether elements of a response follow the element of this name, which should be around or beside them.
pub(crate) fn continues_response(root: &str, rest: &str, kinds: &Kinds) -> bool {
    let Some(rest) = rest.trim_start().strip_prefix('<') else { return false };
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
    let (slash, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
    let name = &rest[..rest.bytes().take(64).take_while(is_part).count()];
    match slash {
        true => {
            kinds.by_root(name).is_some() || is_element(root, kinds) && is_rest(name, rest, kinds)
        }
        false => match kinds.by_root(root) {
            Some((nth, _)) => {
                kinds.kinds[nth].schema.fields.iter().any(|(known, _)| *known == name)
            }
            None if name == root => false,
            None => {
                is_top_field(root, kinds) && is_top_field(name, kinds)
                    || is_element(root, kinds) && is_rest(name, rest, kinds)
            }
        },
    }
}

/// Whether a response has a field of exactly this name.
fn is_top_field(name: &str, kinds: &Kinds) -> bool {
    let mut fields = kinds.kinds.iter().flat_map(|kind| kind.schema.fields);
    fields.any(|(known, _)| *known == name)
}

/// Repairs the document that begins at `start`.
pub(crate) fn repair(
    text: &str,
    start: usize,
    kinds: &'static Kinds,
    max_depth: usize,
    budget: FindingBudget,
    work: &WorkBudget,
) -> Result<RepairedText, RepairAbort> {
    let names = Names::new(kinds);
    let lexer = Lexer { text, work, names: &names, not_found: RefCell::default() };
    let head = head::missing_head(&lexer, start);
    let first = head.as_ref().map_or(start, |head| head.rest.end);
    let mut tally = Tally::count(&lexer, first);
    head.iter().flat_map(|head| &head.names).for_each(|name| tally.add_start(name));
    let buffer = EditBuffer::new(text, budget);
    let mut tokens = Tokens::new(lexer, first);
    if let Some((name, end)) = bracketed_root(&text[start..], kinds) {
        tokens.start_with_root(start + name.start..start + name.end, start + end);
    }
    let mut parser = Parser::new(tokens, tally, buffer, max_depth);
    parser.head = head;
    let end = parser.run()?;
    Ok(parser.buffer.finish(start..end))
}

/// Whether `text` begins with a reference to a quotation mark.
pub(crate) fn begins_with_quote(text: &str) -> bool {
    let found = text.strip_prefix('&').and_then(reference);
    found.is_some_and(|(_, character)| character.is_some_and(is_quote))
}

/// Resolves the references of an entity-escaped document, from `start` to the end of the text.
pub(crate) fn unescape(text: &str, start: usize, budget: FindingBudget) -> RepairedText {
    let mut edits = Vec::new();
    let mut unescaped = String::with_capacity(text.len() - start);
    let mut at = start;
    while let Some(found) = memchr::memchr(b'&', &text.as_bytes()[at..]) {
        unescaped.push_str(&text[at..at + found]);
        at += found;
        let (length, character) = match reference(&text[at + 1..]) {
            Some((name, Some(character))) => (name.len() + 2, character),
            _ => (1, '&'),
        };
        let output_start = unescaped.len();
        unescaped.push(character);
        edits.push(AppliedEdit {
            original: at..at + length,
            repaired: output_start..unescaped.len(),
        });
        at += length;
    }
    unescaped.push_str(&text[at..]);
    let finding = PendingFinding::new(FindingKind::Embedded, Path::default(), start..start);
    RepairedText {
        text: unescaped,
        repairs: vec![finding],
        edits,
        extent: start..text.len(),
        budget,
    }
}

//! The repair parser of XML.
//!
//! Tags are matched by name. Where one does not fit, [`parser::Parser`] tries what may have happened:
//! tags that are missing, extra, exchanged or mistyped, or text that looks like a tag. The counts of all
//! tags and the schema tell how likely each is. Elements that match and fit are never changed.

mod ends;
mod lexer;
mod parser;
mod schema;
mod stack;
mod starts;
mod tags;
mod tally;
mod tokens;

use std::cell::RefCell;

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

/// Whether the text after a `<` begins a document that may be a response.
pub(crate) fn begins_response(rest: &str, kinds: &Kinds) -> bool {
    const LONGEST: usize = 64;
    let is_end = |byte: &u8| !byte.is_ascii_alphanumeric() && !b"_-:.".contains(byte);
    let length = rest.bytes().take(LONGEST).position(|byte| is_end(&byte)).unwrap_or(0);
    rest.starts_with("?xml") || kinds.by_root(&rest[..length]).is_some()
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
    let tally = Tally::count(&lexer, start);
    let buffer = EditBuffer::new(text, budget);
    let mut parser = Parser::new(Tokens::new(lexer, start), tally, buffer, max_depth);
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

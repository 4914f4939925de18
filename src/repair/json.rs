//! The repair parser of JSON.
//!
//! In the gap between two values, the next value determines which brackets are correct: of all numbers
//! of levels that may close there, the parser chooses the one that needs the fewest changes to the
//! brackets found and after which the schema expects the next name. Brackets that all match are never
//! changed: they are trusted until one does not match, and then the document is repaired again from its
//! start.
//!
//! Most of a malformed document is well formed. The fast paths [`lexer::Lexer::simple_value_end`] and
//! [`parser::Parser::skip_well_formed`] skip what the general path would leave unchanged; they stop at
//! anything ambiguous.

mod escapes;
mod follow;
mod gap;
mod known;
mod level;
mod lexer;
mod parser;
mod sequences;
mod stray;
mod strings;
mod token;
mod unquoted;
mod values;

use super::edits::{AppliedEdit, EditBuffer, RepairedText};
use super::work::{RepairAbort, WorkBudget};
use crate::finding::{FindingKind, Path};
use crate::pending::{FindingBudget, PendingFinding};
use crate::schema::Kinds;
use escapes::escape;
use lexer::Lexer;
pub(super) use lexer::begins_with_name;
use parser::{Interrupt, Parser};

/// Repairs the document that begins with the brace at `start`.
pub(crate) fn repair(
    text: &str,
    start: usize,
    kinds: &'static Kinds,
    max_depth: usize,
    budget: FindingBudget,
    work: &WorkBudget,
) -> Result<RepairedText, RepairAbort> {
    // Searching for the end of an unclosed document more than once would take quadratic time.
    let mut trusts_brackets = !work.has_unclosed_document.get();
    loop {
        let mut parser = Parser {
            lexer: Lexer::new(text, start, kinds, work),
            buffer: EditBuffer::new(text, budget.clone()),
            levels: Vec::new(),
            max_depth,
            trusts_brackets,
        };
        match parser.run(start, kinds) {
            Ok(end) => return Ok(parser.buffer.finish(start..end)),
            Err(Interrupt::Abort(abort)) => return Err(abort),
            Err(Interrupt::Mismatch) => trusts_brackets = false,
        }
    }
}

/// Unescapes the content of a JSON string from `start` to the end of the string or text.
pub(crate) fn unescape(text: &str, start: usize, budget: FindingBudget) -> RepairedText {
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
        let output_start = unescaped.len();
        let decoded = serde_json::from_str::<String>(&format!("\"{}\"", &text[at..at + length]));
        unescaped.push_str(decoded.as_deref().unwrap_or("\\"));
        edits.push(AppliedEdit {
            original: at..at + length,
            repaired: output_start..unescaped.len(),
        });
        at += length;
    }
    let end = if bytes.get(at) == Some(&b'"') {
        at
    } else {
        unescaped.push_str(&text[at..]);
        text.len()
    };
    let finding = PendingFinding::new(FindingKind::Embedded, Path::default(), start..start);
    RepairedText { text: unescaped, repairs: vec![finding], edits, extent: start..end, budget }
}

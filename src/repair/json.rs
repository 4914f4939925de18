//! The repair parser of JSON.
//!
//! Brackets that all match are never changed: they are trusted until one does not match, or content is
//! where none can be. Then [`search`] decides which brackets the document should have, guided by the
//! schema, and the document is repaired again from its start with that plan.
//!
//! Most of a malformed document is well formed. The fast paths [`lexer::Lexer::simple_value_end`] and
//! [`descent`] skip what the general path would leave unchanged; they stop at
//! anything ambiguous.

mod cost;
mod descent;
mod escapes;
mod follow;
mod foreign;
mod known;
mod level;
mod lexer;
mod names;
mod parser;
mod plan;
mod quotes;
mod search;
mod sequences;
mod stray;
mod strings;
mod tokens;
mod unquoted;
mod values;

use super::edits::{AppliedEdit, EditBuffer, RepairedText};
use super::work::{RepairAbort, WorkBudget};
use crate::finding::{FindingKind, Path};
use crate::pending::{FindingBudget, PendingFinding};
use crate::schema::Kinds;
use escapes::escape;
use lexer::Lexer;
pub(crate) use lexer::begins_with_member;
pub(super) use lexer::{begins_with_name, begins_without_brace};
use parser::{Gap, Interrupt, Parser};
use plan::PlanCursor;
use search::Search;

/// Repairs the document that begins with the brace at `start`.
pub(crate) fn repair(
    text: &str,
    start: usize,
    kinds: &'static Kinds,
    max_depth: usize,
    is_item: bool,
    budget: FindingBudget,
    work: &WorkBudget,
) -> Result<RepairedText, RepairAbort> {
    let lexer = Lexer::new(text, start, kinds, work);
    // Searching for the end of an unclosed document more than once would take quadratic time.
    let mut plan = None;
    if work.has_unclosed_document.get() {
        plan = Some(PlanCursor::new(Search::plan(&lexer, start, max_depth, is_item)?));
    }
    loop {
        let is_planned = plan.is_some();
        let mut parser = Parser {
            lexer: Lexer::new(text, start, kinds, work),
            buffer: EditBuffer::new(text, budget.clone()),
            levels: Vec::new(),
            max_depth,
            plan: plan.take(),
            is_item,
            gap: Gap::default(),
            name: None,
            last_end: start,
        };
        match parser.run(start) {
            Ok(end) => return Ok(parser.buffer.finish(start..end)),
            Err(Interrupt::Abort(abort)) => return Err(abort),
            // A parser with a plan does not find any.
            Err(Interrupt::Mismatch) if is_planned => return Err(RepairAbort::WorkLimit(start)),
            Err(Interrupt::Mismatch) => {
                plan = Some(PlanCursor::new(Search::plan(&lexer, start, max_depth, is_item)?));
            }
        }
    }
}

/// Unescapes the content of a JSON string from `start` to the end of the string or text.
pub(crate) fn unescape(text: &str, start: usize, budget: FindingBudget) -> RepairedText {
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    let mut unescaped = String::new();
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

//! A document whose head is missing: the end tags of the elements that it lacks tell where the rest belongs.

use std::ops::Range;

use super::lexer::{Lexer, Piece};
use super::schema::{Context, Fit, Names};

/// The elements whose start tags are cut off, and the rest of what the cut went through.
pub(super) struct MissingHead {
    /// The names, the outermost first.
    pub(super) names: Vec<&'static str>,
    /// An incomplete tag or value. What it was is not known.
    pub(super) rest: Range<usize>,
}

/// What is known of the element around a place.
#[derive(Default)]
struct Level {
    /// The name, by its end tag.
    name: &'static str,
    /// The names of the elements in it.
    children: Vec<&'static str>,
}

/// The elements around the start of a text, if all that is in them fits there.
pub(super) fn missing_head(lexer: &Lexer<'_>, start: usize) -> Option<MissingHead> {
    /// Depth up to which elements are matched.
    const MOST_OPEN: usize = 64;
    let names = lexer.names;
    let (mut at, mut open, mut levels) = (start, Vec::new(), Vec::new());
    let mut level = Level::default();
    let mut rest = start..rest_of_tag(lexer, start);
    loop {
        if lexer.work.is_exhausted() {
            return None;
        }
        at = match lexer.piece(at) {
            Piece::End => return None,
            Piece::StartTag(tag) => {
                let known = tag.known?;
                if open.is_empty() && levels.is_empty() && names.root(known).is_some() {
                    return None;
                }
                if open.is_empty() && !level.children.contains(&known) {
                    level.children.push(known);
                }
                if !tag.is_self_closing {
                    open.push(tag.name);
                }
                if open.len() > MOST_OPEN {
                    return None;
                }
                tag.span.end
            }
            Piece::EndTag(tag) => {
                let is_field = tag.known.is_some_and(|known| !names.is_container(known));
                if open.last() == Some(&tag.name) {
                    open.pop();
                } else if !open.is_empty() {
                    return None;
                } else if is_field && levels.is_empty() && level.children.is_empty() {
                    rest.end = tag.span.end;
                } else {
                    level.name = tag.known?;
                    levels.push(std::mem::take(&mut level));
                    if names.root(tag.known?).is_some() {
                        break;
                    }
                }
                tag.span.end
            }
            Piece::Text(span) | Piece::Ignored(span) | Piece::CData { span, .. } => span.end,
            Piece::Unterminated { .. } => return None,
        };
    }
    // The parser finds the place of the root element alone.
    (levels.len() > 1 && fits(names, &levels)).then(|| {
        let names = levels.iter().rev().map(|level| level.name).collect();
        MissingHead { names, rest }
    })
}

/// Whether each element may have the one before it, and the others in it.
fn fits(names: &Names, levels: &[Level]) -> bool {
    let Some(kind) = levels.last().and_then(|root| names.root(root.name)) else { return false };
    let mut context = Context::Root(Some(kind));
    for (nth, level) in levels.iter().enumerate().rev() {
        let inner = nth.checked_sub(1).map(|inner| levels[inner].name);
        for child in level.children.iter().copied().chain(inner) {
            let field = names.field(context, child);
            if !matches!(field, Some((_, Fit::Field(_) | Fit::Item))) {
                return false;
            }
        }
        if let Some((inside, _)) = inner.and_then(|inner| names.field(context, inner)) {
            context = inside;
        }
    }
    context.is_container()
}

/// The end of what is left of a tag at `start`.
fn rest_of_tag(lexer: &Lexer<'_>, start: usize) -> usize {
    let text = &lexer.text[start..];
    start
        + if text.starts_with('<') { 0 } else { memchr::memchr(b'<', text.as_bytes()).unwrap_or(0) }
}

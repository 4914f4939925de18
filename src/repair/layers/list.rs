//! A list without the response around it, whose brackets can be repaired only if it is known which list it is.

use super::opening::Layered;
use crate::finding::{FindingKind, ListShape};
use crate::repair::edits::EditBuffer;
use crate::schema::{Kind, Shape, same_name};

/// How much of the text is looked at to tell the list.
const WINDOW: usize = 1 << 12;

pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let body = text.trim();
    let start = text.len() - text.trim_start().len();
    let Some(inside) = body.strip_prefix('[') else { return false };
    let Some(item) = inside.trim_start().strip_prefix(['{', '[']) else { return false };
    let item = item.trim_start().trim_start_matches(['{', '[']);
    let names = names(item);
    let Some(first) = names.first() else { return false };
    // How many of the names are those of fields of its items.
    let known = |kind: &&Kind| {
        let items = kind.items()?;
        let is_item = items.field(first).is_some() && kind.schema.field(first).is_none();
        let id = kind.item_ids.first().filter(|_| is_item)?;
        let count = names.iter().filter(|name| items.field(name).is_some()).count();
        names.iter().any(|name| same_name(id, name)).then_some(count)
    };
    // Of two that fit equally well, the first.
    let kinds = layered.kinds.kinds.iter().filter(|kind| known(kind).is_some());
    let Some(kind) = kinds.rev().max_by_key(known) else { return false };
    let Some((opening, depth)) = wrapper(kind) else { return false };
    let end = start + body.len();
    buffer.edit(start..start, opening);
    buffer.edit(end..end, "}".repeat(depth));
    buffer.report_layer(FindingKind::List(ListShape::Alone), start..start + 1);
    true
}

/// What is before the list in a response, and the number of objects around it.
fn wrapper(kind: &Kind) -> Option<(String, usize)> {
    let mut schema = kind.schema;
    let mut opening = String::new();
    for name in kind.list {
        opening += &format!("{{\"{name}\":");
        schema = match schema.field(name)?.1 {
            Shape::List(items) => {
                opening += &format!("{{\"{}\":", items.name);
                return Some((opening, kind.list.len() + 1));
            }
            Shape::Record(record) => record,
            Shape::Scalar(_) => return None,
        };
    }
    None
}

/// The words in quotes at the start of a text.
fn names(text: &str) -> Vec<&str> {
    let is_quote = |c: char| matches!(c, '"' | '\'');
    let end = (0..=WINDOW.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    let parts = text[..end.unwrap_or(0)].split(is_quote);
    parts.filter(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric())).collect()
}

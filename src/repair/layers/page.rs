//! A document in JSON that a page of HTML shows.

use super::escapes::resolve_references;
use super::html;
use super::opening::Layered;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;
use crate::syntax::reader::Format;
use crate::text::characters::{is_ignorable, starts_in_any_case};

/// The element with what a page shows.
const BODY: &str = "body";
/// Elements whose text is not shown.
const HIDDEN: &[&str] = &["script", "style", "template", "title", "noscript"];

pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    if !begins_page(text) {
        return false;
    }
    let Some((element, start)) = shown_json(layered) else { return false };
    let end = closing_tag(text, start, element).unwrap_or(text.len());
    buffer.report_around(&(start..end));
    buffer.edit(0..start, "");
    buffer.edit(end..text.len(), "");
    let count = html::remove_markup(text, start..end, buffer);
    let count = count + resolve_references(text, start..end, buffer);
    let kind = FindingKind::Escaping { of: "the markup of a page", count: count + 1 };
    buffer.report_layer(kind, start..start + 1);
    true
}

/// Whether a text begins as a page does.
fn begins_page(text: &str) -> bool {
    const STARTS: &[&str] = &["<!doctype html", "<html"];
    let text = text.trim_start();
    STARTS.iter().any(|start| starts_in_any_case(text, start))
}

/// The name of the element whose text begins with JSON, and where that is.
fn shown_json<'t>(layered: &Layered<'t>) -> Option<(&'t str, usize)> {
    let text = layered.text;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
        let tag = at + found + 1;
        let is_closing = bytes.get(tag) == Some(&b'/');
        let name = tag + usize::from(is_closing);
        let length = bytes[name..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let name = &text[name..name + length];
        let is_page = name.eq_ignore_ascii_case("html") || name.eq_ignore_ascii_case(BODY);
        if is_closing && is_page {
            return None;
        }
        let end = memchr::memchr(b'>', &bytes[tag..]).map(|end| tag + end + 1)?;
        at = end;
        if !is_closing && HIDDEN.iter().any(|hidden| hidden.eq_ignore_ascii_case(name)) {
            at = closing_tag(text, end, name)?;
            continue;
        }
        let inside = text[end..].trim_start_matches(is_ignorable);
        let start = text.len() - inside.len();
        let opens = || layered.opening(start..start + 1);
        if inside.starts_with(['{', '[']) && matches!(opens(), Some((_, Format::Json))) {
            return Some((if is_closing { BODY } else { name }, start));
        }
    }
    None
}

/// Where the element closes.
fn closing_tag(text: &str, from: usize, name: &str) -> Option<usize> {
    let is_end = |at: &usize| {
        let found = text.get(from + at + 2..from + at + 2 + name.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    memchr::memmem::find_iter(&text.as_bytes()[from..], b"</").find(is_end).map(|at| from + at)
}

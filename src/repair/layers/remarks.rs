//! What is around the value in a leaf element of XML, where its field tells that no value has such characters:
//! remarks, signs, control characters, marks of sections that are not closed.

use std::collections::HashMap;
use std::ops::Range;

use super::opening::Layered;
use crate::finding::{FindingKind, Path};
use crate::repair::edits::EditBuffer;
use crate::schema::{ScalarKind, Shape};
use crate::syntax::reader::Format;

/// Longer texts are no such values.
const LONGEST: usize = 256;

/// Whether the values of a field are single words.
pub(super) fn is_word_field(name: &str, kind: ScalarKind) -> bool {
    /// The ends of the names of such fields, where the type does not tell.
    const WORDS: [&str; 4] = ["Id", "Token", "Type", "Code"];
    match kind {
        ScalarKind::Number | ScalarKind::Boolean | ScalarKind::Time | ScalarKind::Enum(_) => true,
        ScalarKind::Text => WORDS.iter().any(|end| name.ends_with(end)),
        ScalarKind::Content | ScalarKind::Schedule => false,
    }
}

pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some((start, Format::Xml)) = layered.opening(0..text.len()) else { return false };
    let records = layered.kinds.records();
    let fields = records.iter().flat_map(|record| record.fields);
    let word_field = |(name, shape): &(&'static str, Shape)| match shape {
        Shape::Scalar(kind) if is_word_field(name, *kind) => Some((*name, *kind)),
        Shape::Scalar(_) | Shape::List(_) | Shape::Record(_) => None,
    };
    let fields: HashMap<&str, ScalarKind> = fields.filter_map(word_field).collect();
    let mut found = Vec::new();
    let mut at = start;
    while let Some(open) = memchr::memchr(b'<', &text.as_bytes()[at..]) {
        at += open + 1;
        let length = text[at..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = &text[at..at + length];
        let Some(kind) = fields.get(name).filter(|_| text[at + length..].starts_with('>')) else {
            continue;
        };
        let inside = at + length + 1;
        let Some(end) = element_end(text, inside, name) else { continue };
        let value = word(&text[inside..end]);
        let is_id = name.ends_with("Id") || matches!(kind, ScalarKind::Time);
        let is_changed = |value: &Range<usize>| match is_id {
            true => value.len() < end - inside,
            // Whitespace around other values is read as none.
            false => value.len() < text[inside..end].trim().len(),
        };
        if let Some(value) = value.filter(is_changed) {
            found.push(inside..inside + value.start);
            found.push(inside + value.end..end);
        }
        at = end;
    }
    found.retain(|span| !span.is_empty());
    if found.is_empty() {
        return false;
    }
    for span in found {
        buffer.edit(span.clone(), "");
        if !text[span.clone()].trim().is_empty() {
            buffer.report_guess(FindingKind::StrayText, Path::default, span);
        } else {
            buffer.report_layer(FindingKind::StrayText, span);
        }
    }
    true
}

/// The start of the closing tag of the element whose content begins at `at`.
fn element_end(text: &str, at: usize, name: &str) -> Option<usize> {
    let limit = text.len().min(at + LONGEST);
    let bytes = &text.as_bytes()[at..limit];
    let is_end = |found: &usize| {
        let rest = &bytes[found + 2..];
        rest.starts_with(name.as_bytes()) && rest.get(name.len()) == Some(&b'>')
    };
    memchr::memmem::find_iter(bytes, b"</").find(is_end).map(|found| at + found)
}

/// The single word in a text, if only what is no part of a value is around it.
fn word(text: &str) -> Option<Range<usize>> {
    let mut rest = text;
    loop {
        let before = rest.len();
        rest = rest.trim_start_matches(is_blank);
        for sign in ["&gt;", ">", "&lt;![CDATA[", "&lt;![cdata[", "<![CDATA", "<![cdata"] {
            // The section that is only begun in another way is repaired as one.
            let after = rest.strip_prefix(sign).filter(|after| !after.starts_with('['));
            rest = after.unwrap_or(rest);
        }
        rest = rest.strip_prefix(reference_to_control(rest)).unwrap_or(rest);
        if rest.len() == before {
            break;
        }
    }
    let start = text.len() - rest.len();
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.:+=/".contains(c);
    let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    // A slash may be of the closing tag.
    let length = rest[..length].trim_end_matches('/').len();
    let after = &rest[length..];
    let is_value = rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    (is_value && is_remark(after)).then_some(start..start + length)
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// The reference to a character that no document may have at the start of a text.
fn reference_to_control(text: &str) -> &str {
    let digits = text.strip_prefix("&#").unwrap_or_default();
    let end = digits.bytes().take(6).position(|byte| byte == b';');
    let Some(number) = end.map(|end| &digits[..end]) else { return "" };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    match code {
        Ok(0..=0x1f) => &text[..number.len() + 3],
        _ => "",
    }
}

/// Whether a text after a value is no part of it.
fn is_remark(text: &str) -> bool {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_blank);
        let control = reference_to_control(rest);
        match rest.strip_prefix(control).filter(|_| !control.is_empty()) {
            Some(after) => rest = after,
            None => break,
        }
    }
    let rest = rest.trim_end_matches(is_blank);
    let is_closed = |open: &str, close: &str| {
        rest.starts_with(open) && rest.ends_with(close) && !rest[open.len()..].contains(open)
    };
    let is_note = || {
        let mark = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        mark.is_some_and(|mark| {
            !mark.is_empty() && mark.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    };
    const SIGNS: &[&str] =
        &["", "/", "\\", "¶", "↵", "⏎", "]]>", "]]&gt;", "<br>", "<br/>", "<br />", "&lt;br&gt;"];
    const ARROWS: &[&str] = &["←", "⇐", "<-", "&lt;-", "<=", "&lt;=", "//", "# "];
    SIGNS.contains(&rest)
        || is_closed("<!-", "->")
        || is_closed("/*", "*/")
        || is_note()
        || text.starts_with(char::is_whitespace)
            && ARROWS.iter().any(|arrow| rest.starts_with(arrow))
}

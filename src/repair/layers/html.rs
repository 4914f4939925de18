//! Markup of a page around the parts of a document.

use std::ops::Range;

use super::opening::Layered;
use crate::finding::FindingKind;
use crate::repair::edits::EditBuffer;
use crate::repair::xml::begins_response;
use crate::syntax::reader::Format;

/// Elements that show text on a page.
const ELEMENTS: &[&str] = &[
    "a", "b", "br", "code", "dd", "div", "dl", "dt", "em", "font", "hr", "i", "kbd", "li", "mark",
    "ol", "p", "pre", "samp", "small", "span", "strong", "table", "tbody", "td", "th", "tr", "tt",
    "u", "ul", "wbr",
];

/// Those without the name of a field, for a document whose own tags are not escaped.
const NO_FIELDS: &[&str] = &["br", "div", "font", "p", "pre", "span", "tt", "wbr"];

/// References to a space.
const SPACES: [&str; 3] = ["&nbsp;", "&#160;", "&#xa0;"];

enum Markup {
    Tag,
    LineBreak,
    Space,
}

/// Whether the text begins with an element of a page.
pub(super) fn begins(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with('<') && tag(text, ELEMENTS).is_some()
}

pub(super) fn peel(layered: &Layered<'_>, buffer: &mut EditBuffer<'_>) -> bool {
    let text = layered.text;
    let Some((start, format)) = start(layered) else { return false };
    let has_tags = text[start..].starts_with('<');
    let elements = if has_tags { NO_FIELDS } else { ELEMENTS };
    let mut found: Vec<(Range<usize>, Markup, bool)> = Vec::new();
    let (mut at, mut string) = (start, None);
    // In XML, whether there is other text since the last tag, and up to where that is known.
    let (mut is_text, mut read_to) = (false, start);
    while let Some(next) = next_sign(text, at) {
        at = next;
        let rest = &text[at..];
        is_text |= !text[read_to..at].trim().is_empty();
        read_to = at;
        let is_inside = if has_tags { is_text } else { string.is_some() };
        match rest.as_bytes()[0] {
            quote @ (b'"' | b'\'') if format == Format::Json => match string {
                Some(open) if open == quote => string = None,
                // Elsewhere, it is an apostrophe.
                None if quote == b'"' || opens_string(&text[..at]) => string = Some(quote),
                _ => {}
            },
            b'\\' if string.is_some() => at += 1,
            b'<' => {
                if let Some((length, markup)) = tag(rest, elements) {
                    found.push((at..at + length, markup, is_inside));
                    at += length;
                    read_to = at;
                    continue;
                }
            }
            b'&' => {
                if let Some(space) = SPACES.iter().find(|space| rest.starts_with(**space)) {
                    let is_inside = is_inside || has_tags && !is_before_tag(rest);
                    is_text |= is_inside;
                    found.push((at..at + space.len(), Markup::Space, is_inside));
                    read_to = at + space.len();
                }
                let quote = ["&quot;", "&#34;", "&#x22;"];
                if format == Format::Json && quote.iter().any(|quote| rest.starts_with(quote)) {
                    string = if string.is_none() { Some(b'"') } else { None };
                }
            }
            b'>' => (is_text, read_to) = (false, at + 1),
            _ => {}
        }
        at = read_to.max(at + 1);
    }
    // Markup in a string may belong to it, if it is not outside of strings, too.
    let is_outside = |wanted: fn(&Markup) -> bool| {
        found.iter().any(|(_, markup, is_inside)| wanted(markup) && !is_inside)
    };
    let has_spaces = is_outside(|markup| matches!(markup, Markup::Space));
    let has_breaks = has_tags && is_outside(|markup| matches!(markup, Markup::LineBreak));
    found.retain(|(_, markup, is_inside)| match markup {
        _ if !is_inside => true,
        Markup::Space => has_spaces,
        Markup::LineBreak => has_breaks,
        Markup::Tag => false,
    });
    let Some((first, ..)) = found.first() else { return false };
    let first = first.clone();
    let count = found.len();
    for (span, markup, _) in found {
        let replacement = match markup {
            Markup::Tag => "",
            Markup::LineBreak if text[span.end..].starts_with(['\n', '\r']) => "",
            Markup::LineBreak => "\n",
            Markup::Space => " ",
        };
        buffer.edit(span, replacement);
    }
    buffer.report_layer(FindingKind::Escaping { of: "the markup of a page", count }, first);
    true
}

/// Whether a quote after `before` opens a string.
fn opens_string(before: &str) -> bool {
    const MOST: usize = 64;
    let is_blank = |byte: &&u8| byte.is_ascii_whitespace();
    let last = before.bytes().rev().take(MOST).find(|byte| !is_blank(&byte));
    last.is_some_and(|byte| matches!(byte, b'{' | b'[' | b'(' | b',' | b':' | b'='))
}

/// Removes the tags that mark up a text, and replaces those of line breaks. Returns their number.
pub(super) fn remove_markup(text: &str, span: Range<usize>, buffer: &mut EditBuffer<'_>) -> usize {
    let (mut count, mut at) = (0, span.start);
    while let Some(found) = memchr::memchr(b'<', &text.as_bytes()[at..span.end]) {
        at += found;
        let Some((length, markup)) = tag(&text[at..span.end], ELEMENTS) else {
            at += 1;
            continue;
        };
        let replacement = if matches!(markup, Markup::LineBreak) { "\n" } else { "" };
        buffer.edit(at..at + length, replacement);
        (count, at) = (count + 1, at + length);
    }
    count
}

/// Whether only spaces, of which a few are looked at, are before the next tag.
fn is_before_tag(text: &str) -> bool {
    const MOST: usize = 64;
    let mut rest = text;
    for _ in 0..MOST {
        rest = rest.trim_start_matches([' ', '\n']);
        match SPACES.iter().find_map(|space| rest.strip_prefix(space)) {
            Some(after) => rest = after,
            None => break,
        }
    }
    rest.starts_with('<')
}

fn next_sign(text: &str, from: usize) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    rest.iter()
        .position(|byte| matches!(byte, b'"' | b'\'' | b'\\' | b'<' | b'>' | b'&'))
        .map(|at| from + at)
}

/// Where a document begins, its brackets escaped or not.
fn start(layered: &Layered<'_>) -> Option<(usize, Format)> {
    let text = layered.text;
    let plain = layered.opening(0..text.len());
    let is_escaped = |at: &usize| {
        text[*at..].strip_prefix("&lt;").is_some_and(|it| begins_response(it, layered.kinds))
    };
    let escaped = memchr::memchr_iter(b'&', text.as_bytes())
        .take_while(|at| plain.is_none_or(|(plain, _)| *at < plain))
        .find(is_escaped);
    escaped.map(|at| (at, Format::Xml)).or(plain)
}

/// The length of the tag at the start of a text, if it is one of HTML.
fn tag(text: &str, elements: &[&str]) -> Option<(usize, Markup)> {
    const LONGEST: usize = 512;
    let bytes = &text.as_bytes()[1..text.len().min(LONGEST)];
    let slash = usize::from(bytes.first() == Some(&b'/'));
    let length = bytes[slash..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let name = &text[1 + slash..1 + slash + length];
    let is_known = elements.iter().any(|known| known.eq_ignore_ascii_case(name));
    if !is_known || !matches!(bytes.get(slash + length), Some(b'>' | b'/' | b' ' | b'\n')) {
        return None;
    }
    let end = memchr::memchr(b'>', bytes)? + 2;
    let markup = if name.eq_ignore_ascii_case("br") { Markup::LineBreak } else { Markup::Tag };
    Some((end, markup))
}

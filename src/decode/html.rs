//! Detection of HTML pages, which proxies and gateways send instead of a response.

use std::ops::Range;

use super::outcome::DecodeFailure;
use crate::error::ErrorKind;
use crate::syntax::reader::Format;
use crate::text::characters::starts_in_any_case;

/// Whether a document type declaration declares HTML.
pub(super) fn is_html_doctype(doctype: &str) -> bool {
    let name = doctype.get("<!doctype".len()..).unwrap_or_default().trim_start();
    starts_in_any_case(name, "html")
}

/// The failure to read the page in the text before a document or, if `is_last`, after the last one. A page that is
/// not closed may be around the document.
pub(super) fn html_page(
    text: &str,
    outside: &Range<usize>,
    is_last: bool,
) -> Option<DecodeFailure> {
    let text = &text[outside.clone()];
    let start = page_start(text, is_last)?;
    let kind = ErrorKind::Html { title: html_title(&text[start..]).map(Into::into) };
    Some(DecodeFailure::new(kind, Some(Format::Xml), outside.start + start))
}

fn page_start(text: &str, is_last: bool) -> Option<usize> {
    const STARTS: [&str; 2] = ["<html", "<!doctype html"];
    const END: &str = "</html";
    let begins_with = |at: usize, start: &str| {
        starts_in_any_case(&text[at..], start)
            && text[at + start.len()..].starts_with(|c: char| c == '>' || c.is_ascii_whitespace())
    };
    // Elsewhere, it may be the text of a log.
    let begins_line = |at: usize| {
        let before = text[..at].trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with('\n') || before.ends_with("-->")
    };
    let mut tags = memchr::memchr_iter(b'<', text.as_bytes());
    let start =
        tags.find(|at| STARTS.iter().any(|start| begins_with(*at, start)) && begins_line(*at))?;
    (is_last || tags.any(|at| begins_with(at, END))).then_some(start)
}

/// The title of a page.
pub(super) fn html_title(page: &str) -> Option<&str> {
    let lower = page.to_ascii_lowercase();
    let tag = lower.find("<title")?;
    let start = tag + lower[tag..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    Some(page[start..end].trim())
}

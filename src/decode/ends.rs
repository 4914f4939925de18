//! The end of a document that was not read to its end, or that ends too early.

use super::outcome::{DecodeFailure, Read};
use super::progress::start_of;
use crate::error::ErrorKind;
use crate::lenient::{Api, Kinds};
use crate::repair::start::DocumentStart;
use crate::repair::work::WorkBudget;
use crate::repair::xml::continues_response;
use crate::syntax::reader::Format;
use crate::syntax::{json, xml};
use crate::text::characters::starts_in_any_case;

/// The end of the document at the start of a text, which is no response or over a limit.
pub(super) fn end_of_failed<A: Api>(
    text: &str,
    failure: &DecodeFailure,
    work: &WorkBudget,
) -> usize {
    match (failure.format, text.as_bytes().get(start_of(text))) {
        (Some(format), Some(b'<' | b'{')) => {
            document_end(text, start_of(text), failure.at, format, A::KINDS, work)
        }
        _ => text.len(),
    }
}

/// Where the document at `at` ends: where its brackets or tags close, else where a line after `read`, up to which
/// it was read, begins with what looks like another document.
pub(super) fn document_end(
    text: &str,
    at: usize,
    read: usize,
    format: Format,
    kinds: &'static Kinds,
    work: &WorkBudget,
) -> usize {
    // Searching for the end of an unclosed document more than once would take quadratic time.
    if !work.has_unclosed_document.get() {
        let end = match format {
            Format::Xml => xml::element_end(text, at).or_else(|| html_end(text, at)),
            Format::Json | Format::Text => json::container_end(text.as_bytes(), at),
        };
        work.add(end.unwrap_or(text.len()).saturating_sub(at));
        if let Some(end) = end {
            return end;
        }
        work.has_unclosed_document.set(true);
    }
    next_line_start(text, read.max(at).min(text.len()), kinds, work)
}

/// The start of the next line that begins with what looks like a document, or the end of the text.
pub(super) fn next_line_start(
    text: &str,
    read: usize,
    kinds: &'static Kinds,
    work: &WorkBudget,
) -> usize {
    let newlines = memchr::memchr_iter(b'\n', &text.as_bytes()[read..]);
    let mut starts = newlines.map(|newline| read + newline + 1);
    let end = starts.find(|start| DocumentStart::at_line(text, *start, kinds, work));
    let end = end.unwrap_or(text.len());
    work.add(end - read);
    end
}

/// Whether the element that ends at `end` is a field of a response whose root element lacks its tags.
pub(super) fn lacks_root<A: Api>(text: &str, end: usize, read: &Read<'_, A>) -> bool {
    let name = match read {
        Ok(read) => {
            let tags = text[..end].trim_end();
            let empty = tags.strip_suffix("/>").and_then(|tag| tag.strip_prefix('<'));
            let ended = || Some(tags.strip_suffix('>')?.rsplit_once("</")?.1);
            match empty.or_else(ended) {
                Some(name) if read.format == Format::Xml => name.trim_end(),
                _ => return false,
            }
        }
        Err(DecodeFailure { kind: ErrorKind::UnexpectedRoot { name, .. }, .. }) => name,
        Err(_) => return false,
    };
    continues_response(name, &text[end..], A::KINDS)
}

/// Whether the start tag of a response is in a text.
pub(super) fn holds_root<A: Api>(text: &str) -> bool {
    memchr::memchr_iter(b'<', text.as_bytes()).any(|at| {
        let inside = &text[at + 1..];
        let length = inside.bytes().take_while(u8::is_ascii_alphanumeric).count();
        A::KINDS.by_root(&inside[..length]).is_some()
    })
}

/// The end of an HTML page, whose elements need no end tags.
fn html_end(text: &str, at: usize) -> Option<usize> {
    const END_TAG: &str = "</html";
    let page = &text[at..];
    let prolog = page.starts_with("<?").then(|| page.find("?>")).flatten();
    let root = page[prolog.map_or(0, |end| end + "?>".len())..].trim_start();
    if !starts_in_any_case(root, "<html") && !starts_in_any_case(root, "<!doctype") {
        return None;
    }
    let end = memchr::memmem::find_iter(page.as_bytes(), "</")
        .find(|end| starts_in_any_case(&page[*end..], END_TAG))?;
    let close = memchr::memchr(b'>', &page.as_bytes()[end..])?;
    Some(at + end + close + 1)
}

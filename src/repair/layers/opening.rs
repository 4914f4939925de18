//! Search for what may be the start of a document, if what follows is not well formed either.

use std::ops::Range;

use crate::finding::{FindingKind, Path};
use crate::repair::edits::EditBuffer;
use crate::repair::{json, xml};
use crate::schema::Kinds;
use crate::syntax::reader::Format;
use crate::text::characters::is_ignorable;

/// A text that may have a layer around its document.
pub(super) struct Layered<'t> {
    pub(super) text: &'t str,
    pub(super) kinds: &'static Kinds,
}

impl EditBuffer<'_> {
    /// Reports a layer around the document.
    pub(super) fn report_layer(&mut self, kind: FindingKind, span: Range<usize>) {
        self.report(kind, Path::default, span);
    }

    /// Removes what is left of lines that were cut.
    pub(super) fn remove_truncated(&mut self, spans: impl IntoIterator<Item = Range<usize>>) {
        for span in spans {
            self.edit(span.clone(), "");
            self.report_layer(FindingKind::Truncated, span);
        }
    }

    /// Reports the text before and after the document at `extent`, without the whitespace around it.
    pub(super) fn report_around(&mut self, extent: &Range<usize>) {
        for around in [0..extent.start, extent.end..self.text.len()] {
            let piece = &self.text[around.clone()];
            if !piece.trim().is_empty() {
                let start = around.start + piece.len() - piece.trim_start().len();
                let span = start..around.start + piece.trim_end().len();
                self.report_layer(FindingKind::SurroundingText, span);
            }
        }
    }
}

impl Layered<'_> {
    /// The first start of a document in a span, and its format.
    pub(super) fn opening(&self, span: Range<usize>) -> Option<(usize, Format)> {
        let mut from = span.start;
        while let Some(found) =
            memchr::memchr3(b'{', b'[', b'<', &self.text.as_bytes()[from..span.end])
        {
            let at = from + found;
            if let Some(format) = self.opens(at) {
                return Some((at, format));
            }
            from = at + 1;
        }
        None
    }

    fn opens(&self, at: usize) -> Option<Format> {
        let rest = &self.text[at + 1..];
        match self.text.as_bytes()[at] {
            b'{' if rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n') => {
                Some(Format::Json)
            }
            b'{' => {
                let inside = rest.trim_start_matches(is_ignorable);
                let is_sign = inside.chars().next().is_none_or(|c| !c.is_alphanumeric());
                (is_sign || json::begins_with_name(inside)).then_some(Format::Json)
            }
            b'[' => {
                let inside = rest.trim_start_matches([' ', '\t', '\r']);
                let is_array = inside.is_empty() || inside.starts_with(['\n', '{', '\u{1b}', '\\']);
                // Swift prints a dictionary so.
                let is_object = || json::begins_with_member(inside, self.kinds);
                (is_array || is_object()).then_some(Format::Json)
            }
            _ => xml::begins_response(rest, self.kinds).then_some(Format::Xml),
        }
    }
}

/// Whether the document at the start of a line ends in it.
pub(super) fn is_closed(line: &str, format: Format) -> bool {
    if format == Format::Xml {
        let elements = line.split_once("?>").map_or(line, |(_, after)| after);
        let root = elements.split_once('<').map_or("", |(_, after)| after);
        let length = root.bytes().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let last = line.rsplit_once("</").map_or("", |(_, after)| after);
        return length > 0 && last.get(..length) == Some(&root[..length]);
    }
    let (mut depth, mut is_string) = (0_usize, false);
    let mut bytes = line.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => is_string = !is_string,
            b'{' | b'[' if !is_string => depth += 1,
            b'}' | b']' if !is_string => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

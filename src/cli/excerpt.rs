//! The part of an input that a report shows.

use ecs_invocations::finding::Location;

use super::entry::Source;
use super::safe;

/// The part of a source line that is shown, and the span of it that is underlined.
pub(super) struct SourceExcerpt {
    pub(super) text: String,
    pub(super) span: std::ops::Range<usize>,
    /// Whether it includes the start of the line.
    pub(super) has_line_start: bool,
}

impl SourceExcerpt {
    /// Up to this many bytes before the finding, trimming the line is left to the renderer.
    const MAX_BEFORE: usize = 2000;
    /// The number of characters shown before the finding in a longer line, and after it in any line.
    const CONTEXT: usize = 60;
    /// The number of characters shown of the finding's own text.
    const MAX_FOUND: usize = 120;

    /// `None` if the input is not UTF-8, since its bytes cannot be shown then.
    pub(super) fn new(source: &Source<'_>, location: &Location) -> Option<Self> {
        let start = location.bytes.start.checked_sub(source.offset)?;
        let (before, rest) = source.bytes.split_at_checked(start)?;
        let length = location.bytes.len().min(rest.len());
        let (inside, is_whole) = line_start(&rest[..length], Self::MAX_FOUND)?;
        let (after, has_end) = match is_whole {
            true => line_start(&rest[inside.len()..], Self::CONTEXT)?,
            false => ("", false),
        };
        // Searching the start of a long line for each of its findings would take quadratic time.
        let near = &before[before.len().saturating_sub(Self::MAX_BEFORE + 1)..];
        let line = memchr::memrchr(b'\n', near).map(|newline| newline + 1);
        let line = line.or_else(|| (near.len() == before.len()).then_some(0));
        let before = match line {
            Some(line) => str::from_utf8(&near[line..]).ok()?.trim_start_matches('\u{feff}'),
            None => {
                let is_first = |at: &usize| near[*at] & 0xC0 != 0x80;
                let start = (0..near.len()).rev().filter(is_first).nth(Self::CONTEXT)?;
                str::from_utf8(&near[start..]).ok()?
            }
        };
        let lead = if line.is_some() { "" } else { "…" };
        let trail = if has_end { "" } else { "…" };
        // The renderer expands tabs. It would count the columns of escapes.
        let [shown, inside, after] = [before, inside, after].map(safe::lines);
        let has_line_start = line.is_some() && shown == before;
        let before = shown;
        let from = lead.len() + before.len();
        let text = format!("{lead}{before}{inside}{after}{trail}");
        Some(Self { span: from..from + inside.len(), text, has_line_start })
    }
}

/// The first characters of a line, and whether they are the whole line.
fn line_start(text: &[u8], max_chars: usize) -> Option<(&str, bool)> {
    let line = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
    let near = &text[..line.min(4 * max_chars + 4)];
    let near = match str::from_utf8(near) {
        Ok(near) => near,
        Err(error) => str::from_utf8(&near[..error.valid_up_to()]).ok()?,
    };
    let end = near.char_indices().nth(max_chars).map_or(near.len(), |(end, _)| end);
    Some((&near[..end], end == line))
}

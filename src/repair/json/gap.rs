//! The brackets and commas between two values, and which of them are right.

use std::ops::Range;

use super::super::schema_context::SchemaContext;
use super::super::work::RepairAbort;
use super::level::{Gap, Sign, path};
use super::lexer::{Content, Scalar, spaces};
use super::parser::{Interrupt, Parser};
use crate::finding::{FindingKind, Nesting};
use crate::schema::same_name;
use crate::text::characters::is_ignorable;

/// The cost of a bracket that has to be added, changed or taken away.
const BRACKET: usize = 2;
/// What a place must cost at which something cannot stand.
const IMPOSSIBLE: usize = 8;

impl Parser<'_> {
    /// Reads the brackets and commas up to the next content, repairs them, and returns the content and,
    /// where the document has ended, its end.
    pub(super) fn gap(
        &mut self,
        from: usize,
        is_first: bool,
    ) -> Result<(Content, usize), Interrupt> {
        let mut gap = Gap {
            from,
            closers: Vec::new(),
            commas: Vec::new(),
            spaces: Vec::new(),
            last: None,
            is_first,
            has_dropped: false,
        };
        let mut at = from;
        loop {
            let blanks = at..self.lexer.whitespace(at);
            at = blanks.end;
            if at < self.lexer.text.len() {
                gap.spaces.extend(spaces(self.lexer.text, blanks));
            }
            if self.lexer.work.is_exhausted() {
                return Err(Interrupt::Abort(RepairAbort::WorkLimit(at)));
            }
            match self.lexer.byte(at) {
                Some(byte @ (b',' | b'}' | b']')) => {
                    gap.last = Some(byte);
                    match byte {
                        b',' => gap.commas.push(at),
                        _ => gap.closers.push(Sign { byte, at }),
                    }
                    at += 1;
                    if self.trusts_brackets && byte != b',' && self.closes_all(&gap, at)? {
                        self.apply_gap(&gap, self.levels.len(), &Content::End, at);
                        return Ok((Content::End, at));
                    }
                    continue;
                }
                Some(b':') => {
                    self.buffer.edit(at..at + 1, "");
                    self.report(FindingKind::Incomplete, at..at + 1);
                    at += 1;
                    continue;
                }
                _ => {}
            }
            if let Some(end) = self.lexer.comment(at) {
                self.comment(at..end);
                at = end;
                continue;
            }
            let mut content = self.lexer.content(at);
            self.give_back_brackets(&mut content);
            let last = gap.last.unwrap_or(if is_first { b'{' } else { b'"' });
            if self.lexer.is_next_document(at, last) {
                content = Content::End;
            }
            if self.trusts_brackets && (content.is_truncated() || matches!(content, Content::End)) {
                let is_open = content.is_truncated() || self.lexer.byte(at).is_none();
                self.lexer.work.open_to_the_end.set(is_open);
                return Err(Interrupt::Mismatch);
            }
            let is_truncated_name = gap.closers.is_empty() && self.is_truncated_name(&content);
            let is_truncated = is_truncated_name || content.is_truncated();
            let (levels, cost) =
                if is_truncated_name { (0, IMPOSSIBLE) } else { self.choose(&gap, &content) };
            if is_truncated || cost >= IMPOSSIBLE && levels < self.levels.len() {
                at = self.drop_content(&content, at, levels, is_truncated)?;
                gap.has_dropped = true;
                continue;
            }
            self.apply_gap(&gap, levels, &content, at);
            let is_end = matches!(content, Content::End);
            let end = match gap.closers.last().filter(|_| !(is_end && gap.has_dropped)) {
                Some(closer) => closer.at + 1,
                None if is_end => {
                    from + self.lexer.text[from..at].trim_end_matches(is_ignorable).len()
                }
                None => at,
            };
            return Ok((content, end));
        }
    }

    /// Whether the brackets of the gap, the last of which ends at `at`, close all that is open.
    pub(super) fn closes_all(&self, gap: &Gap, at: usize) -> Result<bool, Interrupt> {
        let closers = gap.closers.len();
        let is_right = self.wanted().nth(closers - 1) == gap.closers.last().map(|sign| sign.byte);
        let closes_all = closers == self.levels.len();
        let goes_on =
            || matches!(self.lexer.byte(self.lexer.ignorable(at)), Some(b'}' | b']' | b','));
        if !is_right || closes_all && goes_on() { Err(Interrupt::Mismatch) } else { Ok(closes_all) }
    }

    /// Whether the document ends in a name, before its value.
    pub(super) fn is_truncated_name(&self, content: &Content) -> bool {
        let (Content::Scalar(Scalar { span: Range { end, .. }, .. })
        | Content::Name { colon: Range { end, .. }, .. }) = content
        else {
            return false;
        };
        self.levels.last().is_some_and(|level| level.object)
            && self.lexer.whitespace(*end) == self.lexer.text.len()
    }

    /// How many levels to close so that the brackets need the fewest changes and `content` fits, and how
    /// badly it fits there.
    pub(super) fn choose(&self, gap: &Gap, content: &Content) -> (usize, usize) {
        let depth = self.levels.len();
        let closers: Vec<u8> = self.closers(gap).iter().map(|sign| sign.byte).collect();
        if matches!(content, Content::End) {
            return (depth, 0);
        }
        let is_exact = closers.len() <= depth
            && closers.iter().zip(self.wanted()).all(|(there, wanted)| *there == wanted);
        if is_exact {
            let fit = self.fit(depth - closers.len(), content);
            if self.trusts_brackets || fit == 0 {
                return (closers.len(), fit);
            }
        }
        let row = self.distances(&closers).pop().unwrap_or_default();
        self.lexer.work.add(row.len() * (closers.len() + 1));
        let mut best = (closers.len().min(depth), usize::MAX, IMPOSSIBLE);
        for (levels, distance) in row.into_iter().enumerate() {
            // With nothing to say so, the document has not ended.
            if levels == depth && closers.is_empty() {
                break;
            }
            let fit = self.fit(depth - levels, content);
            let cost = BRACKET * distance + fit;
            let is_nearer = levels.abs_diff(closers.len()) < best.0.abs_diff(closers.len());
            if cost < best.1 || cost == best.1 && is_nearer {
                best = (levels, cost, fit);
            }
        }
        (best.0, best.2)
    }

    /// The brackets of the gap, as far as they can be of use.
    pub(super) fn closers<'g>(&self, gap: &'g Gap) -> &'g [Sign] {
        let most = 2 * self.levels.len() + 8;
        &gap.closers[..gap.closers.len().min(most)]
    }

    /// The brackets that would close all levels, from the innermost.
    pub(super) fn wanted(&self) -> impl Iterator<Item = u8> {
        self.levels.iter().rev().map(|level| if level.object { b'}' } else { b']' })
    }

    /// The table of edit distances from each beginning of `closers` (rows) to each beginning of the
    /// brackets that are wanted (columns).
    pub(super) fn distances(&self, closers: &[u8]) -> Vec<Vec<usize>> {
        let mut rows: Vec<Vec<usize>> = vec![(0..=self.levels.len()).collect()];
        for (nth, there) in closers.iter().enumerate() {
            let above = &rows[nth];
            let mut row = vec![nth + 1];
            for (column, wanted) in self.wanted().enumerate() {
                let changed = above[column] + usize::from(*there != wanted);
                row.push(changed.min(above[column + 1] + 1).min(row[column] + 1));
            }
            rows.push(row);
        }
        rows
    }

    /// How badly the content fits where `depth` levels are open.
    pub(super) fn fit(&self, depth: usize, content: &Content) -> usize {
        let level = match depth.checked_sub(1) {
            Some(nth) => &self.levels[nth],
            // Text after the document, or what should be inside it.
            None => return if matches!(content, Content::Member { .. }) { 3 } else { 1 },
        };
        match (content, level.known) {
            (Content::Member { name, .. }, known) if level.object => {
                let name = &self.lexer.text[name.content.clone()];
                match known {
                    SchemaContext::Wrapper(items) if level.name.is_some() => {
                        let same = same_name(items.name, name);
                        if same { 0 } else { 3 }
                    }
                    _ if known.field(name).is_some() => 0,
                    _ if known.has_known_names() => 3,
                    _ => 1,
                }
            }
            (Content::Open { object: true, at }, SchemaContext::Items(items)) => {
                // The first name tells an item of one list from one of another.
                match self.lexer.first_name(at + 1) {
                    Some(name) if SchemaContext::Record(items).field(name).is_none() => 1,
                    _ => 0,
                }
            }
            (Content::Open { .. }, SchemaContext::Items(_)) => 2,
            (Content::Scalar(_), SchemaContext::Items(_)) => 3,
            (Content::Open { .. } | Content::Scalar(_), SchemaContext::Unknown)
                if !level.object =>
            {
                0
            }
            _ => IMPOSSIBLE,
        }
    }

    /// Closes `levels` levels with the brackets and commas that are there, and makes of them what they
    /// should be. The content stands at `at`.
    pub(super) fn apply_gap(&mut self, gap: &Gap, levels: usize, content: &Content, at: usize) {
        let closers = self.closers(gap);
        let last_closer = closers.last().map(|sign| sign.at);
        let is_end = matches!(content, Content::End) || levels == self.levels.len();
        let mut repairs = Vec::new();
        if !self.wanted().take(levels).eq(closers.iter().map(|sign| sign.byte)) {
            repairs = self.rewrite(gap.from, closers, levels);
        }
        let idle = &gap.closers[closers.len()..];
        repairs.extend(idle.iter().map(|sign| (Nesting::Extra, sign.at..sign.at + 1)));
        let is_truncated = matches!(content, Content::End)
            && repairs.last().is_some_and(|(_, span)| {
                span.is_empty() && last_closer.is_none_or(|last| span.start > last)
            });
        if is_truncated {
            repairs.pop();
            self.report(FindingKind::Truncated, at..at);
        }
        let needs_comma = !(is_end || gap.is_first && levels == 0);
        let separator = gap
            .commas
            .last()
            .copied()
            .filter(|comma| needs_comma && last_closer.is_none_or(|last| *comma > last));
        let commas = gap.commas.iter().copied().filter(|comma| separator != Some(*comma));
        let commas = commas.map(|at| (FindingKind::ExtraComma, at..at + 1, ""));
        let spaces =
            gap.spaces.iter().cloned().map(|span| (FindingKind::InvalidWhitespace, span, " "));
        for (kind, span, replacement) in commas.chain(spaces) {
            self.buffer.edit(span.clone(), replacement);
            // The comma before what is left out goes with it, and what comes after the document is no part of it.
            let goes_along = gap.has_dropped && matches!(kind, FindingKind::ExtraComma);
            let is_after =
                is_end && !is_truncated && last_closer.is_some_and(|last| span.start > last);
            if !goes_along && !is_after {
                let closed = closers.iter().filter(|closer| closer.at < span.start).count();
                let open = &self.levels[..self.levels.len() - closed.min(levels)];
                self.buffer.report(kind, || path(open, None), span);
            }
        }

        self.levels.truncate(self.levels.len() - levels);
        for (nesting, span) in repairs {
            if let Nesting::Extra = nesting {
                self.buffer.edit(span.clone(), "");
            }
            self.report(FindingKind::Nesting(nesting), span);
        }
        if needs_comma && separator.is_none() {
            let at = last_closer.map_or(gap.from, |last| last + 1);
            self.buffer.edit(at..at, ",");
            self.report(FindingKind::MissingComma, at..at);
        }
    }

    /// Makes the brackets that are there those that close `levels` levels, and returns how.
    pub(super) fn rewrite(
        &mut self,
        from: usize,
        closers: &[Sign],
        levels: usize,
    ) -> Vec<(Nesting, Range<usize>)> {
        let bytes: Vec<u8> = closers.iter().map(|sign| sign.byte).collect();
        let wanted: Vec<u8> = self.wanted().take(levels).collect();
        let rows = self.distances(&bytes);
        self.lexer.work.add(rows.len() * (wanted.len() + 1));
        let (mut row, mut column) = (bytes.len(), wanted.len());
        let mut repairs: Vec<(Nesting, Range<usize>)> = Vec::new();
        while row > 0 || column > 0 {
            let cost = rows[row][column];
            let is_same = row > 0 && column > 0 && bytes[row - 1] == wanted[column - 1];
            // Of equals, one that is missing is missing behind those that are there.
            let is_missing = column > 0 && cost == rows[row][column - 1] + 1;
            if is_same && cost == rows[row - 1][column - 1] && !is_missing {
                (row, column) = (row - 1, column - 1);
            } else if row > 0 && cost == rows[row - 1][column] + 1 {
                row -= 1;
                repairs.push((Nesting::Extra, closers[row].at..closers[row].at + 1));
            } else if is_missing {
                column -= 1;
                let at = row.checked_sub(1).map_or(from, |last| closers[last].at + 1);
                let read = char::from(wanted[column]).to_string();
                match repairs.last_mut() {
                    // Those that are missing in one place are missing together.
                    Some((Nesting::Missing { read: all }, span)) if *span == (at..at) => {
                        *all = (read + all).into();
                    }
                    _ => repairs.push((Nesting::Missing { read: read.into() }, at..at)),
                }
            } else {
                (row, column) = (row - 1, column - 1);
                let at = closers[row].at;
                let read = char::from(wanted[column]).to_string().into();
                repairs.push((Nesting::Replaced { read }, at..at + 1));
            }
        }
        repairs.reverse();
        for (nesting, span) in &repairs {
            if let Nesting::Missing { read } | Nesting::Replaced { read } = nesting {
                self.buffer.edit(span.clone(), read.to_string());
            }
        }
        repairs
    }
}

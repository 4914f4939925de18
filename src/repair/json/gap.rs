//! Repair of the gap between two values: its brackets and commas.

use std::ops::Range;

use super::super::schema_context::SchemaContext;
use super::super::work::RepairAbort;
use super::level::{Closer, Gap, path};
use super::lexer::{Content, Scalar, invalid_whitespace};
use super::parser::{Interrupt, Parser};
use crate::finding::{FindingKind, Nesting};
use crate::schema::same_name;
use crate::text::characters::is_ignorable;

/// The cost of inserting, replacing or removing a bracket.
const BRACKET: usize = 2;
/// The cost of placing content where it cannot be.
const IMPOSSIBLE: usize = 8;

impl Parser<'_> {
    /// Repairs the brackets and commas up to the next content. Returns the content, and the end of the
    /// document if it has ended.
    pub(super) fn repair_gap(
        &mut self,
        from: usize,
        is_first: bool,
    ) -> Result<(Content, usize), Interrupt> {
        let mut gap = Gap {
            from,
            closers: Vec::new(),
            commas: Vec::new(),
            invalid_whitespace: Vec::new(),
            last_byte: None,
            is_first,
            has_dropped: false,
        };
        let mut at = from;
        loop {
            let whitespace = at..self.lexer.skip_whitespace(at);
            at = whitespace.end;
            if at < self.lexer.text.len() {
                gap.invalid_whitespace.extend(invalid_whitespace(self.lexer.text, whitespace));
            }
            if self.lexer.work.is_exhausted() {
                return Err(Interrupt::Abort(RepairAbort::WorkLimit(at)));
            }
            match self.lexer.structural_byte(at) {
                Some(byte @ (b',' | b'}' | b']')) => {
                    gap.last_byte = Some(byte);
                    match byte {
                        b',' => gap.commas.push(at),
                        _ => gap.closers.push(Closer { byte, at }),
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
            if let Some(end) = self.lexer.comment_end(at) {
                self.remove_comment(at..end);
                at = end;
                continue;
            }
            if gap.closers.len() < self.levels.len()
                && let Some(end) = self.lexer.stray_end(at)
            {
                self.remove_stray(at..end);
                at = end;
                continue;
            }
            let is_array = self.levels.last().is_some_and(|level| !level.is_object);
            self.lexer.in_array.set(is_array && gap.closers.is_empty());
            let mut content = self.lexer.content(at);
            self.exclude_trailing_brackets(&mut content, gap.closers.len());
            let last = gap.last_byte.unwrap_or(if is_first { b'{' } else { b'"' });
            if self.lexer.is_next_document(at, last) {
                content = Content::End;
            }
            if self.trusts_brackets && (content.is_truncated() || matches!(content, Content::End)) {
                let is_open = content.is_truncated() || self.lexer.byte(at).is_none();
                self.lexer.work.has_unclosed_document.set(is_open);
                return Err(Interrupt::Mismatch);
            }
            let is_truncated_name = gap.closers.is_empty() && self.is_truncated_name(&content);
            let is_truncated = is_truncated_name || content.is_truncated();
            let (levels, cost) = if is_truncated_name {
                (0, IMPOSSIBLE)
            } else {
                self.choose_levels(&gap, &content)
            };
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

    /// Whether the brackets of the gap, the last of which ends at `at`, close all levels.
    pub(super) fn closes_all(&self, gap: &Gap, at: usize) -> Result<bool, Interrupt> {
        let closers = gap.closers.len();
        let is_match = self.expected_closers().nth(closers - 1)
            == gap.closers.last().map(|closer| closer.byte);
        let closes_all = closers == self.levels.len();
        let continues =
            || matches!(self.lexer.byte(self.lexer.skip_ignorable(at)), Some(b'}' | b']' | b','));
        if !is_match || closes_all && continues() {
            Err(Interrupt::Mismatch)
        } else {
            Ok(closes_all)
        }
    }

    /// Whether the text ends after a name, before its value.
    pub(super) fn is_truncated_name(&self, content: &Content) -> bool {
        let (Content::Scalar(Scalar { span: Range { end, .. }, .. })
        | Content::Name { colon: Range { end, .. }, .. }) = content
        else {
            return false;
        };
        self.levels.last().is_some_and(|level| level.is_object)
            && self.lexer.skip_whitespace(*end) == self.lexer.text.len()
    }

    /// The number of levels to close so that the changes to brackets plus the placement of `content`
    /// cost the least, and the cost of that placement.
    pub(super) fn choose_levels(&self, gap: &Gap, content: &Content) -> (usize, usize) {
        let depth = self.levels.len();
        let closers: Vec<u8> = self.usable_closers(gap).iter().map(|closer| closer.byte).collect();
        if matches!(content, Content::End) {
            return (depth, 0);
        }
        let is_exact = closers.len() <= depth
            && closers
                .iter()
                .zip(self.expected_closers())
                .all(|(found, expected)| *found == expected);
        if is_exact {
            let placement = self.placement_cost(depth - closers.len(), content);
            if self.trusts_brackets || placement == 0 {
                return (closers.len(), placement);
            }
        }
        let row = self.edit_distances(&closers).pop().unwrap_or_default();
        self.lexer.work.add(row.len() * (closers.len() + 1));
        let mut best = (closers.len().min(depth), usize::MAX, IMPOSSIBLE);
        for (levels, distance) in row.into_iter().enumerate() {
            // Without any closing bracket, the document has not ended.
            if levels == depth && closers.is_empty() {
                break;
            }
            let placement = self.placement_cost(depth - levels, content);
            let cost = BRACKET * distance + placement;
            let is_nearer_count = levels.abs_diff(closers.len()) < best.0.abs_diff(closers.len());
            if cost < best.1 || cost == best.1 && is_nearer_count {
                best = (levels, cost, placement);
            }
        }
        (best.0, best.2)
    }

    /// The brackets of the gap, up to the number that may be useful, which limits the edit distance
    /// table.
    pub(super) fn usable_closers<'g>(&self, gap: &'g Gap) -> &'g [Closer] {
        let most = 2 * self.levels.len() + 8;
        &gap.closers[..gap.closers.len().min(most)]
    }

    /// The brackets that close all levels, from the innermost.
    pub(super) fn expected_closers(&self) -> impl Iterator<Item = u8> {
        self.levels.iter().rev().map(|level| if level.is_object { b'}' } else { b']' })
    }

    /// The table of edit distances from each prefix of `closers` (rows) to each prefix of the expected
    /// brackets (columns).
    pub(super) fn edit_distances(&self, closers: &[u8]) -> Vec<Vec<usize>> {
        let mut rows: Vec<Vec<usize>> = vec![(0..=self.levels.len()).collect()];
        for (nth, found) in closers.iter().enumerate() {
            let above = &rows[nth];
            let mut row = vec![nth + 1];
            for (column, expected) in self.expected_closers().enumerate() {
                let changed = above[column] + usize::from(*found != expected);
                row.push(changed.min(above[column + 1] + 1).min(row[column] + 1));
            }
            rows.push(row);
        }
        rows
    }

    /// The cost of placing the content in the innermost of `depth` levels.
    pub(super) fn placement_cost(&self, depth: usize, content: &Content) -> usize {
        let level = match depth.checked_sub(1) {
            Some(nth) => &self.levels[nth],
            // Text after the document, unless it is a member, which should be inside.
            None => return if matches!(content, Content::Member { .. }) { 3 } else { 1 },
        };
        match (content, level.schema) {
            (Content::Member { name, .. }, schema) if level.is_object => {
                let name = &self.lexer.text[name.content.clone()];
                match schema {
                    SchemaContext::Wrapper(items) if level.name.is_some() => {
                        let same = same_name(items.name, name);
                        if same { 0 } else { 3 }
                    }
                    _ if schema.field(name).is_some() => 0,
                    _ if schema.has_known_names() => 3,
                    _ => 1,
                }
            }
            (Content::Open { object: true, at }, SchemaContext::Items(items)) => {
                // The first name distinguishes items of nested lists.
                match self.lexer.first_name(at + 1) {
                    Some(name) if SchemaContext::Record(items).field(name).is_none() => 1,
                    _ => 0,
                }
            }
            (Content::Open { .. }, SchemaContext::Items(_)) => 2,
            (Content::Scalar(_), SchemaContext::Items(_)) => 3,
            (Content::Open { .. } | Content::Scalar(_), SchemaContext::Unknown)
                if !level.is_object =>
            {
                0
            }
            _ => IMPOSSIBLE,
        }
    }

    /// Closes `levels` levels, and edits the brackets and commas of the gap accordingly. The content
    /// begins at `at`.
    pub(super) fn apply_gap(&mut self, gap: &Gap, levels: usize, content: &Content, at: usize) {
        let closers = self.usable_closers(gap);
        let last_closer = closers.last().map(|closer| closer.at);
        let is_end = matches!(content, Content::End) || levels == self.levels.len();
        let mut repairs = Vec::new();
        if !self.expected_closers().take(levels).eq(closers.iter().map(|closer| closer.byte)) {
            repairs = self.rewrite_closers(gap.from, closers, levels);
        }
        let surplus = &gap.closers[closers.len()..];
        repairs.extend(surplus.iter().map(|closer| (Nesting::Extra, closer.at..closer.at + 1)));
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
        let spaces = gap
            .invalid_whitespace
            .iter()
            .cloned()
            .map(|span| (FindingKind::InvalidWhitespace, span, " "));
        for (kind, span, replacement) in commas.chain(spaces) {
            self.buffer.edit(span.clone(), replacement);
            // A comma before dropped content is dropped with it, and text after the document is not
            // part of it.
            let is_dropped_too = gap.has_dropped && matches!(kind, FindingKind::ExtraComma);
            let is_after =
                is_end && !is_truncated && last_closer.is_some_and(|last| span.start > last);
            if !is_dropped_too && !is_after {
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

    /// Edits the brackets so that they close `levels` levels, and returns the repairs.
    pub(super) fn rewrite_closers(
        &mut self,
        from: usize,
        closers: &[Closer],
        levels: usize,
    ) -> Vec<(Nesting, Range<usize>)> {
        let bytes: Vec<u8> = closers.iter().map(|closer| closer.byte).collect();
        let expected: Vec<u8> = self.expected_closers().take(levels).collect();
        let rows = self.edit_distances(&bytes);
        self.lexer.work.add(rows.len() * (expected.len() + 1));
        let (mut row, mut column) = (bytes.len(), expected.len());
        let mut repairs: Vec<(Nesting, Range<usize>)> = Vec::new();
        while row > 0 || column > 0 {
            let cost = rows[row][column];
            let is_same = row > 0 && column > 0 && bytes[row - 1] == expected[column - 1];
            // Of equally good edits, insert after the existing brackets.
            let is_missing = column > 0 && cost == rows[row][column - 1] + 1;
            if is_same && cost == rows[row - 1][column - 1] && !is_missing {
                (row, column) = (row - 1, column - 1);
            } else if row > 0 && cost == rows[row - 1][column] + 1 {
                row -= 1;
                repairs.push((Nesting::Extra, closers[row].at..closers[row].at + 1));
            } else if is_missing {
                column -= 1;
                let at = row.checked_sub(1).map_or(from, |last| closers[last].at + 1);
                let read = char::from(expected[column]).to_string();
                match repairs.last_mut() {
                    // Brackets missing at one position are one finding.
                    Some((Nesting::Missing { read: all }, span)) if *span == (at..at) => {
                        *all = (read + all).into();
                    }
                    _ => repairs.push((Nesting::Missing { read: read.into() }, at..at)),
                }
            } else {
                (row, column) = (row - 1, column - 1);
                let at = closers[row].at;
                let read = char::from(expected[column]).to_string().into();
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

//! The limit on the work of the repair parsers.

use std::cell::Cell;

/// The number of bytes that the parsers have read, and its limit.
///
/// Every search adds the bytes that it scans. Except in documents constructed to exceed the limit, the
/// parsers read each byte only a few times.
#[derive(Clone)]
pub(crate) struct WorkBudget {
    bytes_read: Cell<usize>,
    limit: usize,
    /// The offset of the first character that is no whitespace.
    pub(crate) first: usize,
    /// Whether a document's brackets or tags were still open at the end of the text, so that the search
    /// for its end must not be repeated.
    pub(crate) has_unclosed_document: Cell<bool>,
    /// Whether a document went on where a line looks like the start of the next one, so that what follows
    /// that line may decide where it ends.
    pub(crate) has_passed_start: Cell<bool>,
    /// The number of bytes that were read to find out whether an array in text is a list.
    pub(crate) in_lists: Cell<usize>,
    /// The number of objects and arrays in strings whose end was not found.
    pub(crate) failed_containers: Cell<usize>,
}

impl WorkBudget {
    /// Limit of reads per byte, on average.
    pub(crate) const READS_PER_BYTE: usize = 192;

    pub(crate) fn new(text: &str) -> Self {
        let limit = text.len().saturating_mul(Self::READS_PER_BYTE).saturating_add(4096);
        Self {
            bytes_read: Cell::new(0),
            limit,
            first: text.len() - text.trim_start().len(),
            has_unclosed_document: Cell::new(false),
            has_passed_start: Cell::new(false),
            in_lists: Cell::new(0),
            failed_containers: Cell::new(0),
        }
    }

    pub(crate) fn add(&self, bytes: usize) {
        self.bytes_read.set(self.bytes_read.get().saturating_add(bytes + 1));
    }

    pub(crate) fn is_exhausted(&self) -> bool {
        self.bytes_read.get() > self.limit
    }

    #[cfg(test)]
    pub(crate) fn bytes_read(&self) -> usize {
        self.bytes_read.get()
    }
}

/// Why a parser stopped before the end of the document, with the offset.
pub(crate) enum RepairAbort {
    /// The nesting limit was exceeded.
    TooDeep(usize),
    /// The work limit was exceeded.
    WorkLimit(usize),
}

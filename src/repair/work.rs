//! The bound on the work of the parsers.

use std::cell::Cell;

/// How many bytes the parsers have looked at, and how many they may.
///
/// Every search adds the bytes that it passes. Only a document made for that purpose makes a parser look
/// at each byte more than a few times.
#[derive(Clone)]
pub(crate) struct WorkBudget {
    bytes_read: Cell<usize>,
    limit: usize,
    /// Whether a document was seen whose brackets are still open at the end of the text; there is no need
    /// to look for that end again.
    pub(crate) has_unclosed_document: Cell<bool>,
}

impl WorkBudget {
    /// How often each byte may be looked at, on average.
    pub(crate) const READS_PER_BYTE: usize = 64;

    pub(crate) fn new(text: &str) -> Self {
        let limit = text.len().saturating_mul(Self::READS_PER_BYTE).saturating_add(4096);
        Self { bytes_read: Cell::new(0), limit, has_unclosed_document: Cell::new(false) }
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

/// Why a parser stopped before the end of the document.
pub(crate) enum RepairAbort {
    /// It nests deeper than the limit, from there on.
    TooDeep(usize),
    /// The work has reached its limit.
    WorkLimit(usize),
}

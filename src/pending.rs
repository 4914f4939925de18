//! Findings whose place in the bytes of the input is not known yet, and how many of them are kept.

use std::ops::Range;

use crate::finding::{FindingKind, Path};
use crate::options::Options;

/// A finding, or a value whose location was asked for, with its place in the text.
pub(crate) struct PendingFinding {
    pub(crate) subject: Subject,
    pub(crate) path: Path,
    pub(crate) span: Range<usize>,
}

pub(crate) enum Subject {
    Finding(FindingKind),
    /// Only the location was asked for, by this path without the names of list items and envelopes.
    Location {
        key: Path,
    },
}

impl PendingFinding {
    pub(crate) fn new(kind: FindingKind, path: Path, span: Range<usize>) -> Self {
        Self { subject: Subject::Finding(kind), path, span }
    }

    /// The same elsewhere in the text.
    pub(crate) fn relocated(self, offset: impl Fn(usize) -> usize) -> Self {
        let span = offset(self.span.start)..offset(self.span.end);
        Self { span, ..self }
    }
}

/// How many more findings are kept.
#[derive(Clone, Debug)]
pub(crate) struct FindingBudget {
    pub(crate) findings: usize,
    /// Bytes left for their paths: a path can be long, and a small input can have many findings at the
    /// end of one.
    bytes: usize,
    /// How many findings were not kept.
    pub(crate) omitted: usize,
}

impl FindingBudget {
    /// For an input of `length` bytes.
    pub(crate) fn new(options: &Options, length: usize) -> Self {
        let bytes = length.saturating_mul(16).saturating_add(1 << 16);
        Self { findings: options.max_findings, bytes, omitted: 0 }
    }

    /// For a document of this crate's own making, where one finding is one too many.
    pub(crate) fn one() -> Self {
        Self { findings: 1, bytes: 1 << 16, omitted: 0 }
    }

    /// Makes the path of a finding if the finding is kept.
    pub(crate) fn take(&mut self, path: impl FnOnce() -> Path) -> Option<Path> {
        if self.findings == 0 {
            self.omitted += 1;
            return None;
        }
        let path = path();
        match self.bytes.checked_sub(path.size()) {
            Some(left) => {
                self.bytes = left;
                self.findings -= 1;
                Some(path)
            }
            None => {
                self.findings = 0;
                self.omitted += 1;
                None
            }
        }
    }
}

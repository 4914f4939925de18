//! Findings before their location in the input is known, and the budget that limits them.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::finding::{FindingKind, Path, Rule};
use crate::options::{Options, Repair};

/// A finding, or a value whose location was requested, with its span in the decoded text.
pub(crate) struct PendingFinding {
    pub(crate) subject: Subject,
    pub(crate) path: Path,
    pub(crate) span: Range<usize>,
    /// Its span in the value of the text at `span`, if it is inside one.
    pub(crate) text_span: Option<Range<usize>>,
    /// Whether it is a repair that could have been meant in another way.
    pub(crate) is_guess: bool,
}

pub(crate) enum Subject {
    Finding(FindingKind),
    /// A value whose location was requested by `key`: its path without the names of envelopes.
    Location {
        key: Path,
    },
}

impl PendingFinding {
    pub(crate) fn new(kind: FindingKind, path: Path, span: Range<usize>) -> Self {
        Self { subject: Subject::Finding(kind), path, span, text_span: None, is_guess: false }
    }

    /// Maps the span's offsets.
    pub(crate) fn relocated(self, offset: impl Fn(usize) -> usize) -> Self {
        let span = offset(self.span.start)..offset(self.span.end);
        Self { span, ..self }
    }
}

/// The number of findings beyond a limit, by rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Omitted(BTreeMap<&'static str, (&'static Rule, usize)>);

impl Omitted {
    pub(crate) fn add(&mut self, rule: &'static Rule) {
        self.0.entry(rule.code).or_insert((rule, 0)).1 += 1;
    }

    pub(crate) fn append(&mut self, other: Self) {
        for (rule, count) in other.iter() {
            self.0.entry(rule.code).or_insert((rule, 0)).1 += count;
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static Rule, usize)> {
        self.0.values().copied()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn count(&self) -> usize {
        self.iter().map(|(_, count)| count).sum()
    }

    /// Forgets the findings of the rules that `keeps` does not accept.
    #[cfg(feature = "validate")]
    pub(crate) fn retain(&mut self, keeps: impl Fn(&'static Rule) -> bool) {
        self.0.retain(|_, (rule, _)| keeps(rule));
    }
}

/// How many more findings may be kept.
#[derive(Clone, Debug)]
pub(crate) struct FindingBudget {
    pub(crate) findings: usize,
    /// Bytes left for paths: a small input can have many findings with one long path.
    bytes: usize,
    /// The findings not kept.
    pub(crate) omitted: Omitted,
    /// Values of a repaired document that cannot be what their field holds, so that what is around or in it may be
    /// no part of it.
    pub(crate) doubts: Option<usize>,
    /// Whether the first guess is kept beyond the limit, because the document fails with it.
    needs_guess: bool,
}

impl FindingBudget {
    /// Bytes for paths beside those that the size of an input allows.
    pub(crate) const SHARED_PATH_BYTES: usize = 1 << 16;

    /// The bytes for paths in an input of `length` bytes.
    pub(crate) fn path_bytes(length: usize) -> usize {
        length.saturating_mul(16).saturating_add(Self::SHARED_PATH_BYTES)
    }

    /// For an input of `length` bytes.
    pub(crate) fn new(options: &Options, length: usize) -> Self {
        let bytes = Self::path_bytes(length);
        Self {
            // Some findings are exempt from the limit.
            findings: options.max_findings.min(usize::MAX / 2),
            bytes,
            omitted: Omitted::default(),
            doubts: None,
            needs_guess: options.repair == Repair::Certain,
        }
    }

    /// For canonical form, where the first finding already makes the document invalid.
    pub(crate) fn one() -> Self {
        Self {
            findings: 1,
            bytes: 1 << 16,
            omitted: Omitted::default(),
            doubts: None,
            needs_guess: false,
        }
    }

    /// Whether the next guess is to be kept whatever the limit. Then it is not counted.
    pub(crate) fn takes_first_guess(&mut self) -> bool {
        std::mem::take(&mut self.needs_guess)
    }

    /// Returns what was taken for findings that were discarded.
    pub(crate) fn give_back(&mut self, findings: usize, has_first_guess: bool) {
        self.findings += findings - usize::from(has_first_guess);
        self.needs_guess |= has_first_guess;
    }

    /// Returns to an earlier state, because the findings since then are discarded. Doubts stay.
    pub(crate) fn restore(&mut self, earlier: Self) {
        *self = Self { doubts: self.doubts, ..earlier };
    }

    /// Returns the path of the next finding, or counts it as omitted.
    pub(crate) fn take(&mut self, kind: &FindingKind, path: impl FnOnce() -> Path) -> Option<Path> {
        if self.findings == 0 {
            self.omitted.add(kind.rule());
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
                self.omitted.add(kind.rule());
                None
            }
        }
    }
}

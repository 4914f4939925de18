//! Collects violations of the enabled rules.

use super::selection::Selection;
use crate::finding::{Finding, FindingKind, Location, Path, Rule, Severity, Violation};
use crate::pending::Omitted;

/// The violations found so far.
pub(super) struct Report<'s> {
    selection: &'s Selection,
    pending: Vec<PendingFinding>,
    /// The maximum number of those.
    most: usize,
    omitted: Omitted,
}

impl<'s> Report<'s> {
    pub(super) fn new(selection: &'s Selection) -> Self {
        Self::with_most(selection, usize::MAX)
    }

    /// Keeps at most that many violations, and counts the others.
    pub(super) fn with_most(selection: &'s Selection, most: usize) -> Self {
        Self { selection, pending: Vec::new(), most, omitted: Omitted::default() }
    }

    /// Whether the rule is enabled; lets a costly check be skipped.
    pub(super) fn is_enabled(&self, rule: &Rule) -> bool {
        self.selection.severity(rule).is_some()
    }

    /// Adds a violation, unless its rule is disabled.
    pub(super) fn push(
        &mut self,
        rule: &'static Rule,
        path: Path,
        message: impl Into<Box<str>>,
        expected: Option<&str>,
    ) {
        let Some(severity) = self.selection.severity(rule) else { return };
        if self.pending.len() >= self.most {
            self.omitted.add(rule);
            return;
        }
        let violation =
            Violation { rule, message: message.into(), expected: expected.map(Into::into) };
        self.pending.push(PendingFinding { path, severity, violation });
    }

    /// The violations, and those beyond the limit.
    pub(super) fn finish(self) -> (Vec<PendingFinding>, Omitted) {
        (self.pending, self.omitted)
    }
}

/// A finding whose source location is not known yet.
pub(super) struct PendingFinding {
    /// Where the violation is in the model.
    pub(super) path: Path,
    severity: Severity,
    violation: Violation,
}

impl PendingFinding {
    pub(super) fn rule(&self) -> &'static Rule {
        self.violation.rule
    }

    pub(super) fn located(self, path: Path, location: Option<Location>) -> Finding {
        let kind = FindingKind::Violation(Box::new(self.violation));
        Finding {
            kind,
            path,
            location,
            found: Box::default(),
            severity: self.severity,
            is_guess: false,
        }
    }

    /// For a model or request that was not read from an input.
    pub(super) fn without_location(mut self) -> Finding {
        let path = std::mem::take(&mut self.path);
        self.located(path, None)
    }
}

/// `1 item`, `2 items`.
pub(super) fn counted(count: i64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn alternatives(items: &[impl AsRef<str>]) -> String {
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_str(if index + 1 == items.len() { " or " } else { ", " });
        }
        text.push_str(item.as_ref());
    }
    text
}

//! The verdict over all inputs, in one line.

use ecs_invocations::model::Verdict;
use ecs_invocations::{Decoded, Response};
use serde_json::{Value, json};

use super::documents::{Count, plural};
use super::latest::{Latest, RunState};
use super::lists::Lists;
use super::safe;

/// What all documents say of the runs.
#[derive(Default)]
pub(super) struct Tally {
    runs: Latest,
    lists: Lists,
    unreadable: usize,
    undecoded: usize,
    damaged: usize,
    /// The last error of the service that may pass, and the last one that stays.
    errors: [Option<String>; 2],
}

impl Tally {
    pub(super) fn add(&mut self, decoded: &Decoded<'_>) {
        self.damaged += usize::from(decoded.may_lack_runs());
        self.lists.add(&decoded.response);
        self.runs.update(&decoded.response);
        if let Response::Error(error) = &decoded.response {
            self.errors[usize::from(!error.is_retryable())] = Some(error.to_string());
        }
    }

    /// Adds what could not be decoded of one input.
    pub(super) fn add_count(&mut self, count: &Count) {
        self.undecoded += count.failures;
    }

    /// Adds an input that could not be read.
    pub(super) fn add_unreadable(&mut self) {
        self.unreadable += 1;
    }

    /// The number of runs that went so.
    fn count(&self, is_counted: impl Fn(RunState) -> bool) -> usize {
        let counted = self.runs.counts().filter(|(state, _)| is_counted(*state));
        counted.map(|(_, count)| count).sum()
    }

    pub(super) fn verdict(&self) -> Verdict {
        let [transient, lasting] = &self.errors;
        let is_unknown = self.unreadable > 0 || self.undecoded > 0 || lasting.is_some();
        let of_errors =
            [transient.as_ref().map(|_| Verdict::Retry), is_unknown.then_some(Verdict::Unknown)];
        let of_errors = of_errors.into_iter().flatten();
        let of_runs = self.runs.counts().map(|(state, _)| state.verdict);
        let verdict = of_runs.chain(self.runs.beyond()).chain(of_errors).max();
        let is_partial = self.damaged > 0 || !self.lists.missing().is_empty();
        match verdict.unwrap_or(Verdict::Unknown) {
            Verdict::Succeeded if is_partial => Verdict::Unknown,
            verdict => verdict,
        }
    }

    /// The verdict and what it is based on, without a line break.
    pub(super) fn line(&self) -> String {
        let verdict = self.verdict();
        let mut parts = Vec::new();
        let name = match verdict {
            Verdict::Unknown => {
                parts = self.doubts();
                "cannot tell"
            }
            Verdict::Retry => {
                parts.extend(self.errors[0].clone());
                "ask again"
            }
            verdict => verdict.name(),
        };
        parts.extend(self.counts());
        parts.extend(self.overall());
        format!("{name}: {}", parts.join("; "))
    }

    /// What keeps the verdict from being known.
    fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        let mut add = |count: usize, one: &str, many: &str| {
            if count > 0 {
                doubts.push(format!("{count} {}", if count == 1 { one } else { many }));
            }
        };
        add(self.unreadable, "input could not be read", "inputs could not be read");
        add(self.undecoded, "document could not be decoded", "documents could not be decoded");
        add(
            self.damaged,
            "document is damaged, so that runs may be missing",
            "documents are damaged, so that runs may be missing",
        );
        doubts.extend(self.lists.missing());
        doubts.extend(self.errors[1].clone());
        doubts
    }

    /// How many runs ended how.
    fn counts(&self) -> Option<String> {
        let all = self.count(|_| true);
        if all == 0 {
            let is_empty = self.errors.iter().all(Option::is_none)
                && self.unreadable == 0
                && self.undecoded == 0;
            return is_empty.then(|| "no runs".to_owned());
        }
        let count = |verdict| self.count(|run| run.verdict == verdict);
        let (_, ending) = plural(all);
        let mut text = format!("{} of {all} run{ending} succeeded", count(Verdict::Succeeded));
        for verdict in [Verdict::Failed, Verdict::Stopped, Verdict::Running] {
            let count = count(verdict);
            if count > 0 {
                text += &format!(", {count} {verdict}");
            }
        }
        for (is_ended, reason) in
            [(true, "ended without an exit code"), (false, "of unknown status")]
        {
            let count =
                self.count(|run| run.verdict == Verdict::Unknown && run.is_ended == is_ended);
            if count > 0 {
                text += &format!(", {count} {reason}");
            }
        }
        Some(text)
    }

    /// What the overall statuses tell beyond the runs.
    fn overall(&self) -> Option<String> {
        let is_told = |verdict: &Verdict| {
            matches!(verdict, Verdict::Failed | Verdict::Stopped | Verdict::Running)
        };
        let beyond: Vec<Verdict> = self.runs.beyond().filter(is_told).collect();
        let verdict = *beyond.iter().max()?;
        let (count, ending) = plural(beyond.iter().filter(|found| **found == verdict).count());
        let be = match (count, verdict) {
            (_, Verdict::Failed) => "",
            (1, Verdict::Running) => "is still ",
            (_, Verdict::Running) => "are still ",
            (1, _) => "was ",
            _ => "were ",
        };
        Some(format!("{count} invocation{ending} {be}{verdict} as a whole"))
    }

    /// The verdict, the line, and the number of runs by verdict.
    pub(super) fn json(&self) -> Value {
        let count = |verdict| self.count(|run| run.verdict == verdict);
        json!({
            "verdict": self.verdict().name(),
            "message": self.line(),
            "runs": {
                "succeeded": count(Verdict::Succeeded),
                "stopped": count(Verdict::Stopped),
                "failed": count(Verdict::Failed),
                "running": count(Verdict::Running),
                "unknown": count(Verdict::Unknown),
            },
        })
    }

    /// The line, safe to print.
    pub(super) fn printable_line(&self) -> String {
        safe::line(&self.line())
    }
}

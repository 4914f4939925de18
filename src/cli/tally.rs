//! The verdict over all inputs, in one line.

use std::collections::HashMap;

use ecs_invocations::model::{InstanceStatus, Run, Verdict};
use ecs_invocations::{Decoded, Response};
use serde_json::{Value, json};

use super::documents::{Count, plural};
use super::lists::{Lists, fingerprint};
use super::safe;

/// What all documents say of the runs.
#[derive(Default)]
pub(super) struct Tally {
    items: Vec<Item>,
    /// The items that have not ended, by the IDs of invocation and instance.
    open: HashMap<(String, String), Vec<usize>>,
    /// Those with IDs, by their content.
    known: HashMap<u64, usize>,
    lists: Lists,
    unreadable: usize,
    undecoded: usize,
    damaged: usize,
    /// The last error of the service that may pass, and the last one that stays.
    errors: [Option<String>; 2],
}

/// An invocation, or a result.
struct Item {
    /// That of an invocation, which may be other than that of its runs.
    verdict: Verdict,
    runs: Vec<RunState>,
    is_superseded: bool,
}

#[derive(Clone, Copy)]
struct RunState {
    verdict: Verdict,
    /// Whether it has ended, by statuses that are known.
    is_ended: bool,
}

impl From<Run<'_>> for RunState {
    fn from(run: Run<'_>) -> Self {
        let status = run.status.and_then(|status| status.parse().ok());
        let is_listed = !matches!(status, Some(InstanceStatus::Other(_)));
        Self { verdict: run.verdict, is_ended: run.state.is_ended() && is_listed }
    }
}

impl Tally {
    pub(super) fn add(&mut self, decoded: &Decoded<'_>) {
        self.damaged += usize::from(decoded.may_lack_runs());
        self.lists.add(&decoded.response);
        let mut items = Vec::new();
        match &decoded.response {
            Response::Invocations(page) => {
                for invocation in &page.invocations {
                    let key = (invocation.invoke_id.as_deref(), Some(""));
                    let runs = invocation.runs().map(RunState::from).collect();
                    let item = Item { verdict: invocation.verdict(), runs, is_superseded: false };
                    items.push((key, fingerprint(invocation), item));
                }
            }
            Response::Results(page) => {
                for result in page.results() {
                    let run = result.run();
                    let key = (run.invoke_id, run.instance_id);
                    let (verdict, runs) = (run.verdict, vec![run.into()]);
                    items.push((
                        key,
                        fingerprint(result),
                        Item { verdict, runs, is_superseded: false },
                    ));
                }
            }
            Response::Error(error) => {
                self.errors[usize::from(!error.is_retryable())] = Some(error.to_string());
            }
        }

        // What was still running in an earlier response is as this one tells.
        let keyed = |key: (Option<&str>, Option<&str>)| {
            key.0
                .zip(key.1)
                .map(|(invocation, instance)| (invocation.to_owned(), instance.to_owned()))
        };
        for (key, ..) in &items {
            let superseded = keyed(*key).and_then(|key| self.open.remove(&key));
            for nth in superseded.into_iter().flatten() {
                self.items[nth].is_superseded = true;
            }
        }
        for (key, content, item) in items {
            if let Some(key) = keyed(key) {
                // A page that is there twice counts once.
                let known = self.known.get(&content);
                if known.is_some_and(|nth| !self.items[*nth].is_superseded) {
                    continue;
                }
                self.known.insert(content, self.items.len());
                if item.verdict == Verdict::Running {
                    self.open.entry(key).or_default().push(self.items.len());
                }
            }
            self.items.push(item);
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

    fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| !item.is_superseded)
    }

    pub(super) fn verdict(&self) -> Verdict {
        let [transient, lasting] = &self.errors;
        let is_unknown = self.unreadable > 0 || self.undecoded > 0 || lasting.is_some();
        let of_errors =
            [transient.as_ref().map(|_| Verdict::Retry), is_unknown.then_some(Verdict::Unknown)];
        let of_errors = of_errors.into_iter().flatten();
        let verdict = self.items().map(|item| item.verdict).chain(of_errors).max();
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
        let runs: Vec<RunState> = self.items().flat_map(|item| &item.runs).copied().collect();
        if runs.is_empty() {
            let is_empty = self.errors.iter().all(Option::is_none)
                && self.unreadable == 0
                && self.undecoded == 0;
            return is_empty.then(|| "no runs".to_owned());
        }
        let count = |verdict| runs.iter().filter(|run| run.verdict == verdict).count();
        let (all, ending) = plural(runs.len());
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
            let is_counted =
                |run: &&RunState| run.verdict == Verdict::Unknown && run.is_ended == is_ended;
            let count = runs.iter().filter(is_counted).count();
            if count > 0 {
                text += &format!(", {count} {reason}");
            }
        }
        Some(text)
    }

    /// What the overall statuses tell beyond the runs.
    fn overall(&self) -> Option<String> {
        let is_beyond = |item: &&Item| {
            let of_runs = item.runs.iter().map(|run| run.verdict).max();
            matches!(item.verdict, Verdict::Failed | Verdict::Stopped | Verdict::Running)
                && of_runs.is_some_and(|of_runs| of_runs < item.verdict)
        };
        let beyond: Vec<Verdict> =
            self.items().filter(is_beyond).map(|item| item.verdict).collect();
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
        let count = |verdict| {
            let runs = self.items().flat_map(|item| &item.runs);
            runs.filter(|run| run.verdict == verdict).count()
        };
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

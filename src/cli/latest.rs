//! The runs of all answers, each as in the last answer that has it.
//!
//! A run is identified by the IDs of its invocation and instance, for both operations. An answer may be about one
//! instance only, so a run that it lacks stays as it was.

use std::collections::{BTreeMap, HashMap, HashSet};

use ecs_invocations::Response;
use ecs_invocations::jiff::Timestamp;
use ecs_invocations::model::{InstanceStatus, Invocation, Run, State, Verdict};

use super::lists::fingerprint;

/// How a run went.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RunState {
    pub(super) verdict: Verdict,
    /// Whether it has ended, by statuses that are known.
    pub(super) is_ended: bool,
}

impl RunState {
    /// Whether a later answer may tell more of it.
    fn is_open(self) -> bool {
        matches!(self.verdict, Verdict::Running | Verdict::Unknown | Verdict::Retry)
    }

    /// Whether a run that ended so is the one of which a later answer says `later`. A failure stays: no answer about
    /// the same run can take it back.
    fn is_replaced_by(self, later: Self) -> bool {
        self.verdict == later.verdict || self.verdict == Verdict::Succeeded
    }
}

impl From<&Run<'_>> for RunState {
    fn from(run: &Run<'_>) -> Self {
        let status = run.status.and_then(|status| status.parse().ok());
        let is_listed = !matches!(status, Some(InstanceStatus::Other(_)));
        Self { verdict: run.verdict, is_ended: run.state.is_ended() && is_listed }
    }
}

/// The runs of one answer on one instance: more than one if it has the history of a schedule.
type Answered = BTreeMap<(Option<Timestamp>, RunState), usize>;

/// The runs on one instance, counted, by the time they started: runs that started at other times are other runs.
#[derive(Default)]
struct OnInstance {
    open: BTreeMap<Option<Timestamp>, BTreeMap<RunState, usize>>,
    ended: BTreeMap<RunState, BTreeMap<Option<Timestamp>, usize>>,
}

impl OnInstance {
    fn replace(&mut self, started: Option<Timestamp>, later: RunState) {
        // One that started before this one is not the latest any more.
        while let Some(first) = self.open.first_entry()
            && (started.is_none() || *first.key() <= started)
        {
            first.remove();
        }
        for (_, times) in self.ended.iter_mut().filter(|(state, _)| state.is_replaced_by(later)) {
            match started {
                Some(_) => times.retain(|time, _| time.is_some() && *time != started),
                None => times.clear(),
            }
        }
    }

    /// Takes what a later answer says.
    fn update(&mut self, answered: Answered) {
        for (started, state) in answered.keys() {
            self.replace(*started, *state);
        }
        for ((started, state), count) in answered {
            *match state.is_open() {
                true => self.open.entry(started).or_default().entry(state).or_default(),
                false => self.ended.entry(state).or_default().entry(started).or_default(),
            } += count;
        }
    }

    fn counts(&self) -> impl Iterator<Item = (RunState, usize)> {
        let open = self.open.values().flatten().map(|(state, count)| (*state, *count));
        let ended = self.ended.iter();
        open.chain(ended.map(|(state, times)| (*state, times.values().sum())))
            .filter(|(_, count)| *count > 0)
    }
}

/// An invocation, as far as the answers tell.
#[derive(Default)]
struct Known {
    /// The run of answers that list no instances.
    whole: OnInstance,
    /// By the ID of the instance.
    runs: HashMap<Option<String>, OnInstance>,
    /// The instances with runs that are open.
    open: HashSet<Option<String>>,
    /// What the overall status says beyond the runs beside it: that of the last answer, and how it ended before.
    overall: [Option<Verdict>; 2],
}

impl Known {
    fn update(&mut self, instance: Option<String>, answered: Answered) {
        let runs = self.runs.entry(instance.clone()).or_default();
        runs.update(answered);
        match runs.open.is_empty() {
            true => self.open.remove(&instance),
            false => self.open.insert(instance),
        };
    }

    fn set_overall(&mut self, verdict: Option<Verdict>) {
        let [last, ended] = &mut self.overall;
        let has_ended = last.filter(|it| matches!(it, Verdict::Failed | Verdict::Stopped));
        *ended = (*ended).max(has_ended);
        *last = verdict;
    }

    /// Takes what a later answer of DescribeInvocations says.
    fn update_all(&mut self, invocation: &Invocation<'_>) {
        let verdict = invocation.verdict();
        if invocation.instances.is_empty() {
            let Some(run) = invocation.runs().next() else { return };
            // It tells of all instances that all have ended.
            if run.state.is_ended() {
                for instance in self.open.drain() {
                    self.runs.entry(instance).and_modify(|runs| runs.open.clear());
                }
            }
            let is_told_by_runs = self.runs.values().any(|runs| runs.counts().next().is_some());
            self.set_overall(is_told_by_runs.then_some(verdict));
            if !is_told_by_runs {
                self.whole.update(Answered::from([((None, RunState::from(&run)), 1)]));
            }
            return;
        }
        let mut answered: HashMap<Option<String>, Answered> = HashMap::new();
        for run in invocation.runs() {
            let instance = answered.entry(run.instance_id.map(str::to_owned)).or_default();
            *instance.entry(key(&run)).or_default() += 1;
        }
        let of_runs = invocation.runs().map(|run| run.verdict).max();
        for (instance, answered) in answered {
            self.update(instance, answered);
        }
        let is_ended = !matches!(invocation.state(), State::Running);
        self.whole.replace(None, RunState { verdict, is_ended });
        self.set_overall(Some(verdict).filter(|verdict| of_runs < Some(*verdict)));
    }

    fn counts(&self) -> impl Iterator<Item = (RunState, usize)> {
        self.whole.counts().chain(self.runs.values().flat_map(OnInstance::counts))
    }

    /// What the overall status tells beyond all runs that are known by now.
    fn beyond(&self) -> Option<Verdict> {
        let of_runs = self.counts().map(|(state, _)| state.verdict).max();
        self.overall.iter().flatten().max().copied().filter(|verdict| of_runs < Some(*verdict))
    }
}

fn key(run: &Run<'_>) -> (Option<Timestamp>, RunState) {
    (run.started.and_then(|time| time.timestamp()), run.into())
}

/// What all answers say of the runs.
#[derive(Default)]
pub(super) struct Latest {
    invocations: Vec<Known>,
    /// Those with IDs.
    by_id: HashMap<String, usize>,
}

impl Latest {
    fn invocation(&mut self, id: Option<&str>) -> &mut Known {
        let next = self.invocations.len();
        let nth = match id {
            Some(id) => *self.by_id.entry(id.to_owned()).or_insert(next),
            None => next,
        };
        if nth == next {
            self.invocations.push(Known::default());
        }
        &mut self.invocations[nth]
    }

    /// Takes what a later answer says.
    pub(super) fn update(&mut self, response: &Response<'_>) {
        // An item that one answer has twice counts once.
        let mut items = HashSet::new();
        match response {
            Response::Invocations(page) => {
                for invocation in &page.invocations {
                    let id = invocation.invoke_id.as_deref();
                    if id.is_none() || items.insert(fingerprint(invocation)) {
                        self.invocation(id).update_all(invocation);
                    }
                }
            }
            Response::Results(page) => {
                let mut answered: HashMap<(&str, Option<&str>), Answered> = HashMap::new();
                for result in page.results() {
                    let run = result.run();
                    let Some(id) = run.invoke_id else {
                        self.invocation(None).update(None, Answered::from([(key(&run), 1)]));
                        continue;
                    };
                    if run.instance_id.is_none() || items.insert(fingerprint(result)) {
                        let runs = answered.entry((id, run.instance_id)).or_default();
                        *runs.entry(key(&run)).or_default() += 1;
                    }
                }
                for ((id, instance), answered) in answered {
                    self.invocation(Some(id)).update(instance.map(str::to_owned), answered);
                }
            }
            Response::Error(_) => {}
        }
    }

    /// How the runs went, and how many of them went so.
    pub(super) fn counts(&self) -> impl Iterator<Item = (RunState, usize)> {
        self.invocations.iter().flat_map(Known::counts)
    }

    /// What the overall statuses tell beyond the runs.
    pub(super) fn beyond(&self) -> impl Iterator<Item = Verdict> {
        self.invocations.iter().filter_map(Known::beyond)
    }
}

//! The runs of a response by invocation.

use ecs_invocations::Response;
use ecs_invocations::model::{
    CommandType, Invocation, InvocationResult, InvocationStatus, Run, State, Time, Verdict,
};

/// An invocation, or successive results of one.
pub(super) struct Group<'m> {
    pub(super) invoke_id: Option<&'m str>,
    pub(super) command_id: Option<&'m str>,
    pub(super) command_name: Option<&'m str>,
    pub(super) command_type: Option<&'m CommandType<'m>>,
    pub(super) schedule: Option<String>,
    pub(super) created: Option<&'m Time<'m>>,
    pub(super) state: State<'m>,
    pub(super) verdict: Verdict,
    /// The overall status.
    pub(super) status: Option<&'m str>,
    pub(super) runs: Vec<Run<'m>>,
    /// The output of the invocation as a whole, as a run.
    pub(super) whole: Option<Run<'m>>,
}

impl<'m> Group<'m> {
    /// Those of a page; none of an error.
    pub(super) fn all(response: &'m Response<'_>) -> Vec<Self> {
        match response {
            Response::Invocations(page) => {
                let mut runs = response.runs();
                let group = |invocation: &'m Invocation<'_>| {
                    let count = invocation.instances.len().max(1);
                    Self::of_invocation(invocation, runs.by_ref().take(count).collect())
                };
                page.invocations.iter().map(group).collect()
            }
            Response::Results(page) => {
                let is_same = |a: &InvocationResult<'_>, b: &InvocationResult<'_>| {
                    a.invoke_id.is_some() && a.invoke_id == b.invoke_id
                };
                let mut runs = response.runs();
                let group = |results: &'m [InvocationResult<'_>]| {
                    Self::of_results(results, runs.by_ref().take(results.len()).collect())
                };
                page.results().chunk_by(is_same).map(group).collect()
            }
            Response::Error(_) => Vec::new(),
        }
    }

    fn of_invocation(invocation: &'m Invocation<'_>, mut runs: Vec<Run<'m>>) -> Self {
        let mut whole = None;
        if invocation.instances.is_empty() {
            whole = runs.pop();
        } else if let (Some(output), Some(first)) = (&invocation.output, runs.first()) {
            let mut run = *first;
            (run.output, run.dropped) = (Some(output), None);
            whole = Some(run);
        }
        let repeat_mode = invocation.repeat_mode.as_ref().map(ToString::to_string);
        Self {
            invoke_id: invocation.invoke_id.as_deref(),
            command_id: invocation.command_id.as_deref(),
            command_name: invocation.command_name.as_deref(),
            command_type: invocation.command_type.as_ref(),
            schedule: invocation.frequency.as_ref().map(ToString::to_string).or(repeat_mode),
            created: invocation.creation_time.as_ref(),
            state: invocation.state(),
            verdict: invocation.verdict(),
            status: invocation.status().map(InvocationStatus::as_str),
            runs,
            whole,
        }
    }

    /// `results` are not empty.
    fn of_results(results: &'m [InvocationResult<'_>], runs: Vec<Run<'m>>) -> Self {
        let verdict = runs.iter().map(|run| run.verdict).max();
        let open = runs.iter().map(|run| run.state).find(|state| !state.is_ended());
        let first = &results[0];
        Self {
            invoke_id: first.invoke_id.as_deref(),
            command_id: first.command_id.as_deref(),
            command_name: None,
            command_type: None,
            schedule: None,
            created: None,
            state: open.unwrap_or(first.state()),
            verdict: verdict.unwrap_or(Verdict::Unknown),
            status: first.invoke_record_status.as_ref().map(InvocationStatus::as_str),
            runs,
            whole: None,
        }
    }
}

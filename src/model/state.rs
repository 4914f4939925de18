//! Whether an invocation, or its run on an instance, has ended.

use super::enums::{InstanceStatus, InvocationStatus, Outcome};
use super::records::{Invocation, InvocationResult, InvokeInstance};

/// Whether an invocation, or its run on an instance, has ended.
///
/// A poll loop goes on while it is `Running`, with a limit on its attempts: a periodic invocation runs
/// until it is stopped. `Unknown` ends the loop, since nothing is known of what would follow.
///
/// ```
/// use ecs_invocations::model::{Outcome, State};
/// use ecs_invocations::{Response, decode};
///
/// let body = br#"{"Invocations": [{"InvocationStatus": "Success"}, {"InvokeStatus": "Paused"}]}"#;
/// let Response::Invocations(page) = decode(body)?.response else { panic!() };
/// assert_eq!(page.invocations[0].state(), State::Ended(Outcome::Succeeded));
/// assert_eq!(page.invocations[1].state(), State::Unknown("Paused"));
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State<'s> {
    /// It has not ended: `Pending`, `Scheduled`, `Running` or `Stopping`.
    Running,
    /// It has ended, and how.
    Ended(Outcome),
    /// The status is one that the reference does not list, verbatim; empty if it is missing.
    Unknown(&'s str),
}

impl State<'_> {
    /// Whether it has ended.
    pub fn is_ended(&self) -> bool {
        matches!(self, Self::Ended(_))
    }
}

impl InvocationStatus<'_> {
    /// Whether an invocation with this status has ended.
    pub fn state(&self) -> State<'_> {
        match (self, self.outcome()) {
            (Self::Other(text), _) => State::Unknown(text),
            (_, Some(outcome)) => State::Ended(outcome),
            (_, None) => State::Running,
        }
    }
}

impl InstanceStatus<'_> {
    /// Whether a run with this status has ended.
    pub fn state(&self) -> State<'_> {
        match (self, self.outcome()) {
            (Self::Other(text), _) => State::Unknown(text),
            (_, Some(outcome)) => State::Ended(outcome),
            (_, None) => State::Running,
        }
    }
}

/// The state of the first status that is known.
fn first_known<'s>(states: [Option<State<'s>>; 2]) -> State<'s> {
    let is_known = |state: &State<'_>| !matches!(state, State::Unknown(_));
    let known = states.into_iter().flatten().find(is_known);
    known.or(states[0]).or(states[1]).unwrap_or(State::Unknown(""))
}

impl Invocation<'_> {
    /// Whether the invocation has ended, by the status of either version of the API; by that of the
    /// current API if both are known.
    pub fn state(&self) -> State<'_> {
        first_known([
            self.invocation_status.as_ref().map(InvocationStatus::state),
            self.invoke_status.as_ref().map(InvocationStatus::state),
        ])
    }
}

impl InvokeInstance<'_> {
    /// Whether the run on this instance has ended, by the status of either version of the API; by that
    /// of the current API if both are known.
    pub fn state(&self) -> State<'_> {
        first_known([
            self.invocation_status.as_ref().map(InstanceStatus::state),
            self.instance_invoke_status.as_ref().map(InstanceStatus::state),
        ])
    }
}

impl InvocationResult<'_> {
    /// Whether the run has ended, by its `InvocationStatus`, or by its `InvokeRecordStatus` if that is
    /// missing or unknown.
    pub fn state(&self) -> State<'_> {
        first_known([
            self.invocation_status.as_ref().map(InstanceStatus::state),
            self.invoke_record_status.as_ref().map(InvocationStatus::state),
        ])
    }
}

//! Whether what was asked for was done, over one run or many.

use super::enums::{InstanceStatus, InvocationStatus, Outcome};
use super::records::{Invocation, InvocationResult, InvokeInstance, Response};
use super::state::State;

/// Whether a command did what it was asked to, on one instance or on several.
///
/// Unlike [`State`], which repeats what a status says, the verdict takes the exit code and the instances into
/// account: `Finished`, of the 2018 reference, is only a success beside the exit code 0. Without an exit code,
/// nothing tells, and the verdict is `Unknown`. So it is if the status of the current API is one that the reference
/// does not list, unless the other fields say that the run failed, was stopped or has not ended.
///
/// Verdicts are ordered: the verdict on several runs is the greatest of theirs. What is known of some is greater than
/// `Unknown`: if a run failed, some failed, whatever the others did.
///
/// ```
/// use ecs_invocations::decode;
/// use ecs_invocations::model::Verdict;
///
/// let verdict = |status: &str, exit_code: &str| {
///     let body = format!(
///         r#"{{"Invocations": {{"Invocation": [{{"InvokeId": "t-1", "InvokeStatus": "{status}",
///             "InvokeInstances": {{"InvokeInstance": [{{"InstanceId": "i-1",
///                 "InstanceInvokeStatus": "{status}"{exit_code}}}]}}}}]}}}}"#
///     );
///     decode(body.as_bytes()).map(|decoded| decoded.verdict())
/// };
/// assert_eq!(verdict("Finished", r#", "ExitCode": 0"#)?, Verdict::Succeeded);
/// assert_eq!(verdict("Finished", r#", "ExitCode": 1"#)?, Verdict::Failed);
/// assert_eq!(verdict("Finished", "")?, Verdict::Unknown);
/// assert_eq!(verdict("Running", "")?, Verdict::Running);
/// let throttled = decode(br#"{"Code": "Throttling.User", "Message": "Request was denied."}"#)?;
/// assert_eq!(throttled.verdict(), Verdict::Retry);
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// All runs succeeded.
    Succeeded,
    /// Nothing tells: a status is missing, unknown, or `Finished` without an exit code; there is no run; or the
    /// service answered with an error that stays.
    Unknown,
    /// Some runs were stopped or cancelled, and none is known to have failed or to be running.
    Stopped,
    /// Some runs failed, and none is known to be running.
    Failed,
    /// Some runs have not ended.
    Running,
    /// The service answered with an error that [may pass](super::ApiError::is_retryable).
    Retry,
}

impl Verdict {
    /// Its name: `succeeded`, `stopped`, `failed`, `running`, `retry` or `unknown`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
            Self::Running => "running",
            Self::Retry => "retry",
            Self::Unknown => "unknown",
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// What a record says about one run.
struct Evidence<'s> {
    state: State<'s>,
    /// Whether the status of the current API is `Success`, which only runs with the exit code 0 have. In a
    /// field of 2018, `Success` says no more than `Finished`.
    is_success: bool,
    /// Whether the reference does not list the status of the current API. What a field of 2018 says beside it is
    /// no success: `Finished` may be any end.
    is_unlisted: bool,
    exit_code: Option<i128>,
    has_error_code: bool,
}

impl Evidence<'_> {
    /// Of a run on one instance: its state, its status of the current API, and how the command ended.
    fn of_run<'s>(
        state: State<'s>,
        status: Option<&InstanceStatus<'_>>,
        exit_code: Option<i128>,
        has_error_code: bool,
    ) -> Evidence<'s> {
        Evidence {
            state,
            is_success: status == Some(&InstanceStatus::Success),
            is_unlisted: matches!(status, Some(InstanceStatus::Other(_))),
            exit_code,
            has_error_code,
        }
    }

    /// `None` if nothing tells how the run went, but nothing says that this is unknown either: there is no
    /// status, or it is `Finished` without an exit code.
    fn verdict(&self) -> Option<Verdict> {
        let verdict = match (self.state, self.exit_code) {
            (State::Unknown(""), _) => None,
            (State::Unknown(_), _) => Some(Verdict::Unknown),
            (State::Running, _) => Some(Verdict::Running),
            (State::Ended(Outcome::Stopped), _) => Some(Verdict::Stopped),
            (State::Ended(Outcome::Failed | Outcome::PartlyFailed), _) => Some(Verdict::Failed),
            (State::Ended(Outcome::Succeeded), Some(0)) => {
                let has_failed = self.has_error_code && !self.is_success;
                Some(if has_failed { Verdict::Failed } else { Verdict::Succeeded })
            }
            (State::Ended(Outcome::Succeeded), Some(_)) => Some(Verdict::Failed),
            (State::Ended(Outcome::Succeeded), None) if self.is_success => Some(Verdict::Succeeded),
            (State::Ended(Outcome::Succeeded), None) => {
                self.has_error_code.then_some(Verdict::Failed)
            }
        };
        verdict.max(self.is_unlisted.then_some(Verdict::Unknown))
    }
}

impl InvokeInstance<'_> {
    fn evidence(&self) -> Evidence<'_> {
        let (status, has_error_code) = (self.invocation_status.as_ref(), self.error_code.is_some());
        Evidence::of_run(self.state(), status, self.exit_code, has_error_code)
    }

    /// Whether the command succeeded on this instance, by its status and its exit code.
    pub fn verdict(&self) -> Verdict {
        self.evidence().verdict().unwrap_or(Verdict::Unknown)
    }
}

impl InvocationResult<'_> {
    /// Whether the command succeeded on this instance, by its status and its exit code.
    pub fn verdict(&self) -> Verdict {
        let (status, has_error_code) = (self.invocation_status.as_ref(), self.error_code.is_some());
        let evidence = Evidence::of_run(self.state(), status, self.exit_code, has_error_code);
        evidence.verdict().unwrap_or(Verdict::Unknown)
    }
}

impl Invocation<'_> {
    /// Whether the command succeeded on all instances, by the overall status and by each instance. A periodic
    /// invocation is running until it is stopped.
    pub fn verdict(&self) -> Verdict {
        if self.state() == State::Running {
            return Verdict::Running;
        }
        let overall = self.overall_verdict();
        let of_instances = self.instances.iter().map(|instance| self.verdict_on(instance));
        of_instances.chain(overall).max().unwrap_or(Verdict::Unknown)
    }

    /// The verdict on the run on one of the instances. What the instance does not tell, an overall `Success` or
    /// `Stopped` does, which is said of all instances.
    pub(super) fn verdict_on(&self, instance: &InvokeInstance<'_>) -> Verdict {
        let is_of_all =
            |verdict: &Verdict| matches!(verdict, Verdict::Succeeded | Verdict::Stopped);
        let of_all = || self.overall_verdict().filter(is_of_all);
        instance.evidence().verdict().or_else(of_all).unwrap_or(Verdict::Unknown)
    }

    /// What the overall status says, without the instances.
    fn overall_verdict(&self) -> Option<Verdict> {
        let evidence = Evidence {
            state: self.state(),
            is_success: self.invocation_status == Some(InvocationStatus::Success),
            is_unlisted: matches!(self.invocation_status, Some(InvocationStatus::Other(_))),
            exit_code: None,
            has_error_code: false,
        };
        evidence.verdict()
    }
}

impl Response<'_> {
    /// The verdict on all runs of the page; `Unknown` if it has none. That of an error is `Retry` or
    /// `Unknown`.
    ///
    /// [`Decoded::verdict`](crate::Decoded::verdict) also considers what was lost of a damaged document.
    pub fn verdict(&self) -> Verdict {
        let verdict = match self {
            Self::Invocations(page) => page.invocations.iter().map(Invocation::verdict).max(),
            Self::Results(page) => page.results().iter().map(InvocationResult::verdict).max(),
            Self::Error(error) => error.is_retryable().then_some(Verdict::Retry),
        };
        verdict.unwrap_or(Verdict::Unknown)
    }
}

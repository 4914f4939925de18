//! How a run ends.

use std::process::ExitCode;

use ecs_invocations::model::Verdict;

/// How a run ends, in order of precedence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Success.
    #[default]
    Done,
    /// There were findings that count as failures, or a run that failed.
    Findings,
    /// A run has not ended.
    Running,
    /// The service answered with an error that may pass.
    Retry,
    /// An input could not be read or decoded, or does not tell.
    Failed,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Done => 0,
            Status::Findings => 1,
            Status::Failed => 2,
            Status::Running => 3,
            Status::Retry => 4,
        })
    }
}

impl From<Verdict> for Status {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Succeeded => Self::Done,
            Verdict::Stopped | Verdict::Failed => Self::Findings,
            Verdict::Running => Self::Running,
            Verdict::Retry => Self::Retry,
            Verdict::Unknown => Self::Failed,
        }
    }
}

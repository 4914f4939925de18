//! How a run ends.

use std::process::ExitCode;

/// The exit status, in order of precedence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Success.
    Done = 0,
    /// There were findings that count as failures.
    Findings = 1,
    /// An input could not be read or decoded.
    Failed = 2,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

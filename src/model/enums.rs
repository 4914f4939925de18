//! The enum values of the API: one table per enum.

use crate::lenient::wire_enum;

wire_enum! {
    /// The overall status of an invocation: `InvokeStatus` in the 2018 reference, `InvocationStatus` in
    /// the current API.
    ///
    /// ```
    /// use ecs_invocations::model::{InvocationStatus, Outcome};
    ///
    /// let status: InvocationStatus = " success".parse().unwrap();
    /// assert_eq!(status, InvocationStatus::Success);
    /// assert!(status.is_terminal() && !status.is_documented());
    /// assert_eq!(status.outcome(), InvocationStatus::Finished.outcome());
    /// assert_eq!(status.outcome(), Some(Outcome::Succeeded));
    /// ```
    pub enum InvocationStatus {
        /// Running on at least one instance, or periodic and not stopped.
        Running = "Running" in Both,
        /// Finished on every instance, or on all those where it was not stopped manually.
        Finished = "Finished" in Reference2018,
        /// Failed on every instance.
        Failed = "Failed" in Both,
        /// Failed on some instances.
        PartialFailed = "PartialFailed" in Both,
        /// Stopped manually.
        Stopped = "Stopped" in Both,
        /// At least one instance is being checked, or the command is being sent to it.
        Pending = "Pending" in Current,
        /// The command was sent and will run at its scheduled time.
        Scheduled = "Scheduled" in Current,
        /// Finished on every instance: the current API's value for `Finished`.
        Success = "Success" in Current,
        /// At least one instance is being stopped.
        Stopping = "Stopping" in Current,
    }
}

wire_enum! {
    /// The status on one instance: `InstanceInvokeStatus` in the 2018 reference, `InvocationStatus` in
    /// the current API.
    pub enum InstanceStatus {
        /// The command is running.
        Running = "Running" in Both,
        /// The command finished.
        Finished = "Finished" in Reference2018,
        /// The command failed, timed out, or could not be run.
        Failed = "Failed" in Both,
        /// Stopped manually.
        Stopped = "Stopped" in Reference2018,
        /// The instance is being checked, or the command is being sent to it.
        Pending = "Pending" in Current,
        /// The command's type or one of its parameters is invalid for the instance.
        Invalid = "Invalid" in Current,
        /// The command could not be sent.
        Aborted = "Aborted" in Current,
        /// The command ran and exited with code 0.
        Success = "Success" in Current,
        /// An exception ended the command.
        Error = "Error" in Current,
        /// The command ran longer than its timeout.
        Timeout = "Timeout" in Current,
        /// Cancelled before it started.
        Cancelled = "Cancelled" in Current,
        /// Being stopped.
        Stopping = "Stopping" in Current,
        /// Stopped while it ran.
        Terminated = "Terminated" in Current,
        /// The command was sent and will run at its scheduled time.
        Scheduled = "Scheduled" in Current,
    }
}

/// How an invocation ended, in either version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// `Finished` or `Success`. `Finished`, of the 2018 reference, means only that the command ended,
    /// whatever its exit code: a success is one whose
    /// [`exit_code`](crate::model::InvokeInstance::exit_code) is 0 as well.
    Succeeded,
    /// `Failed`; on an instance also `Invalid`, `Aborted`, `Error` and `Timeout`.
    Failed,
    /// `PartialFailed`.
    PartlyFailed,
    /// `Stopped`; on an instance also `Cancelled` and `Terminated`.
    Stopped,
}

impl InvocationStatus<'_> {
    /// How the invocation ended; `None` if it has not ended or the status is unknown.
    pub fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Finished | Self::Success => Some(Outcome::Succeeded),
            Self::Failed => Some(Outcome::Failed),
            Self::PartialFailed => Some(Outcome::PartlyFailed),
            Self::Stopped => Some(Outcome::Stopped),
            Self::Running | Self::Pending | Self::Scheduled | Self::Stopping | Self::Other(_) => {
                None
            }
        }
    }

    /// Whether the status is final; `false` if it is unknown.
    pub fn is_terminal(&self) -> bool {
        self.outcome().is_some()
    }
}

impl InstanceStatus<'_> {
    /// How the invocation ended; `None` if it has not ended or the status is unknown.
    pub fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Finished | Self::Success => Some(Outcome::Succeeded),
            Self::Failed | Self::Invalid | Self::Aborted | Self::Error | Self::Timeout => {
                Some(Outcome::Failed)
            }
            Self::Stopped | Self::Cancelled | Self::Terminated => Some(Outcome::Stopped),
            Self::Running | Self::Pending | Self::Stopping | Self::Scheduled | Self::Other(_) => {
                None
            }
        }
    }

    /// Whether the status is final; `false` if it is unknown.
    pub fn is_terminal(&self) -> bool {
        self.outcome().is_some()
    }
}

wire_enum! {
    /// The type of a command: `CommandType`.
    pub enum CommandType {
        /// A batch script, for Windows.
        RunBatScript = "RunBatScript" in Both,
        /// A PowerShell script, for Windows.
        RunPowerShellScript = "RunPowerShellScript" in Both,
        /// A shell script, for Linux.
        RunShellScript = "RunShellScript" in Both,
    }
}

wire_enum! {
    /// When a command runs: `RepeatMode`.
    pub enum RepeatMode {
        /// Once, immediately.
        Once = "Once" in Current,
        /// On the schedule in `Frequency`.
        Period = "Period" in Current,
        /// Once, when the instance starts next.
        NextRebootOnly = "NextRebootOnly" in Current,
        /// Each time the instance starts.
        EveryReboot = "EveryReboot" in Current,
        /// Never: the request is only checked.
        DryRun = "DryRun" in Current,
    }
}

wire_enum! {
    /// Which processes are ended when an invocation is stopped or times out: `TerminationMode`.
    pub enum TerminationMode {
        /// Only the script's own process.
        Process = "Process" in Current,
        /// The script's process and all processes that it started.
        ProcessTree = "ProcessTree" in Current,
    }
}

wire_enum! {
    /// The state of the delivery of an output to OSS: `OssOutputStatus`.
    pub enum OssOutputStatus {
        /// The output is being delivered.
        InProgress = "InProgress" in Current,
        /// The output was delivered.
        Finished = "Finished" in Current,
        /// The delivery failed.
        Failed = "Failed" in Current,
    }
}

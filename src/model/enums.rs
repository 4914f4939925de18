//! The values that the API lists for its fields, a table for each set.

use crate::lenient::wire_enum;

wire_enum! {
    /// The overall status of an invocation: `InvokeStatus` (documented) and `InvocationStatus`
    /// (current).
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
        /// At least one instance is running, or a periodic invocation has not been stopped.
        Running = "Running" in Both,
        /// Every instance finished, or some were stopped by hand and the others finished.
        Finished = "Finished" in Reference2018,
        /// Every instance failed.
        Failed = "Failed" in Both,
        /// Some instances failed, not all.
        PartialFailed = "PartialFailed" in Both,
        /// Stopped by hand.
        Stopped = "Stopped" in Both,
        /// At least one instance is still being checked or the command being sent.
        Pending = "Pending" in Current,
        /// The command is sent and waits for its time.
        Scheduled = "Scheduled" in Current,
        /// The current contract's word for a command that finished on its instances.
        Success = "Success" in Current,
        /// At least one instance is being stopped.
        Stopping = "Stopping" in Current,
    }
}

wire_enum! {
    /// The status on one instance: `InstanceInvokeStatus` (documented) and `InvocationStatus`
    /// (current).
    pub enum InstanceStatus {
        /// The command is running.
        Running = "Running" in Both,
        /// The command finished.
        Finished = "Finished" in Reference2018,
        /// The command failed, timed out, or met another fault.
        Failed = "Failed" in Both,
        /// Stopped by hand.
        Stopped = "Stopped" in Reference2018,
        /// The instance is still being checked or the command being sent.
        Pending = "Pending" in Current,
        /// The command cannot run there as it is (its type or a parameter does not fit).
        Invalid = "Invalid" in Current,
        /// The command could not be sent.
        Aborted = "Aborted" in Current,
        /// The command ran and exited with code 0.
        Success = "Success" in Current,
        /// The command could not go on because of an exception.
        Error = "Error" in Current,
        /// The command ran longer than its timeout.
        Timeout = "Timeout" in Current,
        /// Cancelled before it started.
        Cancelled = "Cancelled" in Current,
        /// Being stopped.
        Stopping = "Stopping" in Current,
        /// Stopped while it ran.
        Terminated = "Terminated" in Current,
        /// The command is sent and waits for its time.
        Scheduled = "Scheduled" in Current,
    }
}

/// How an invocation ended, whichever contract's word says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// `Finished` or `Success`.
    Succeeded,
    /// `Failed`; on an instance also `Invalid`, `Aborted`, `Error` and `Timeout`.
    Failed,
    /// `PartialFailed`.
    PartlyFailed,
    /// `Stopped`; on an instance also `Cancelled` and `Terminated`.
    Stopped,
}

impl InvocationStatus<'_> {
    /// How it ended; `None` while it has not, and for a status that is not known.
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

    /// Whether the status is known and can no longer change.
    pub fn is_terminal(&self) -> bool {
        self.outcome().is_some()
    }
}

impl InstanceStatus<'_> {
    /// How it ended; `None` while it has not, and for a status that is not known.
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

    /// Whether the status is known and can no longer change.
    pub fn is_terminal(&self) -> bool {
        self.outcome().is_some()
    }
}

wire_enum! {
    /// What kind of script a command is: `CommandType`.
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
        /// At once, one time.
        Once = "Once" in Current,
        /// As `Frequency` says.
        Period = "Period" in Current,
        /// One time, when the instance next starts.
        NextRebootOnly = "NextRebootOnly" in Current,
        /// Each time the instance starts.
        EveryReboot = "EveryReboot" in Current,
        /// Checks the request only; runs nothing.
        DryRun = "DryRun" in Current,
    }
}

wire_enum! {
    /// What is ended when an invocation is stopped or times out: `TerminationMode`.
    pub enum TerminationMode {
        /// The script's own process.
        Process = "Process" in Current,
        /// The script's process and all it started.
        ProcessTree = "ProcessTree" in Current,
    }
}

wire_enum! {
    /// Why a command failed on one instance: `ErrorCode`.
    pub enum ErrorCode {
        /// The instance does not exist.
        InstanceNotExists = "InstanceNotExists" in Current,
        /// The instance was released while the command ran.
        InstanceReleased = "InstanceReleased" in Current,
        /// The instance was not running when the command started.
        InstanceNotRunning = "InstanceNotRunning" in Current,
        /// The command does not fit the instance.
        CommandNotApplicable = "CommandNotApplicable" in Current,
        /// The account that should run it does not exist.
        AccountNotExists = "AccountNotExists" in Current,
        /// The working directory does not exist.
        DirectoryNotExists = "DirectoryNotExists" in Current,
        /// The cron expression is not valid.
        BadCronExpression = "BadCronExpression" in Current,
        /// The Cloud Assistant client is not running.
        ClientNotRunning = "ClientNotRunning" in Current,
        /// The Cloud Assistant client does not answer.
        ClientNotResponse = "ClientNotResponse" in Current,
        /// The Cloud Assistant client is being upgraded.
        ClientIsUpgrading = "ClientIsUpgrading" in Current,
        /// The Cloud Assistant client is too old.
        ClientNeedUpgrade = "ClientNeedUpgrade" in Current,
        /// The command could not be sent in time.
        DeliveryTimeout = "DeliveryTimeout" in Current,
        /// The command ran longer than its timeout.
        ExecutionTimeout = "ExecutionTimeout" in Current,
        /// An exception while the command ran.
        ExecutionException = "ExecutionException" in Current,
        /// The command was interrupted.
        ExecutionInterrupted = "ExecutionInterrupted" in Current,
        /// The command ended with an exit code other than 0.
        ExitCodeNonzero = "ExitCodeNonzero" in Current,
        /// A security group rule refused it.
        SecurityGroupRuleDenied = "SecurityGroupRuleDenied" in Current,
    }
}

wire_enum! {
    /// Why the API refused a request: `Code` of an error response.
    pub enum ApiErrorCode {
        /// HTTP 400: `RegionId` is required and was not given.
        MissingRegionId = "MissingParameter.RegionId" in Reference2018,
        /// HTTP 404: no such region.
        RegionIdNotFound = "InvalidRegionId.NotFound" in Reference2018,
        /// HTTP 500: an internal fault; try again later.
        Dispatch = "InternalError.Dispatch" in Reference2018,
    }
}

impl ApiErrorCode<'_> {
    /// The HTTP status that the reference gives for the code; `None` for `Other`.
    pub fn http_status(&self) -> Option<u16> {
        match self {
            Self::MissingRegionId => Some(400),
            Self::RegionIdNotFound => Some(404),
            Self::Dispatch => Some(500),
            Self::Other(_) => None,
        }
    }
}

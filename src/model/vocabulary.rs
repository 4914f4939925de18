//! The closed sets of values the two contracts name, one table each.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::finding::ApiVersion;

/// Defines an enum of wire values from one table: the variants, how each is written, and which
/// contract lists it.
macro_rules! vocabulary {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $text:literal in $contract:ident, )+
        }
    ) => {
        $(#[$meta])*
        ///
        /// Reading is lenient (`FromStr` trims and ignores ASCII case) and never fails: what is not
        /// known is kept verbatim as `Other`.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name<'a> {
            $(
                $(#[$variant_meta])*
                #[doc = concat!("`", $text, "`")]
                $variant,
            )+
            /// A value that neither contract lists, verbatim.
            Other(Cow<'a, str>),
        }

        impl<'a> $name<'a> {
            const TABLE: &'static [($name<'static>, &'static str)] =
                &[$( ($name::$variant, $text), )+];

            /// Every value that a contract lists, in the order of the reference.
            pub fn known() -> impl Iterator<Item = Self> {
                Self::TABLE.iter().map(|(value, _)| value.clone())
            }

            /// The value as the reference writes it; the text itself for `Other`.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )+
                    Self::Other(text) => text,
                }
            }

            /// The contract that lists this value for this field; `None` for `Other`.
            pub fn api_version(&self) -> Option<ApiVersion> {
                match self {
                    $( Self::$variant => Some(ApiVersion::$contract), )+
                    Self::Other(_) => None,
                }
            }

            /// Whether the documented contract lists this value. For a field that only the current
            /// contract has, whether that one does.
            pub fn is_documented(&self) -> bool {
                const FIELD_IS_DOCUMENTED: bool =
                    $( !matches!(ApiVersion::$contract, ApiVersion::Current) )||+;
                match self.api_version() {
                    None => false,
                    Some(ApiVersion::Current) => !FIELD_IS_DOCUMENTED,
                    Some(ApiVersion::Reference2018 | ApiVersion::Both) => true,
                }
            }

            /// The value without its borrow from the input.
            pub fn into_owned(self) -> $name<'static> {
                match self {
                    $( Self::$variant => $name::$variant, )+
                    Self::Other(text) => $name::Other(Cow::Owned(text.into_owned())),
                }
            }

            /// The value that `text` spells exactly.
            #[inline]
            pub(crate) fn exact(text: &str) -> Option<Self> {
                match text {
                    $( $text => Some(Self::$variant), )+
                    _ => None,
                }
            }

            /// The value that `text` spells but for case and surrounding blanks, and how it is written.
            pub(crate) fn folded(text: &str) -> Option<(Self, &'static str)> {
                let text = text.trim();
                Self::TABLE
                    .iter()
                    .find(|(_, known)| known.eq_ignore_ascii_case(text))
                    .map(|(value, known)| (value.clone(), *known))
            }
        }

        impl fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name<'static> {
            type Err = Infallible;

            fn from_str(text: &str) -> Result<Self, Infallible> {
                let known = Self::folded(text).map(|(value, _)| value);
                Ok(known.unwrap_or_else(|| Self::Other(Cow::Owned(text.to_owned()))))
            }
        }

        impl Serialize for $name<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

vocabulary! {
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

vocabulary! {
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

vocabulary! {
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

vocabulary! {
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

vocabulary! {
    /// What is ended when an invocation is stopped or times out: `TerminationMode`.
    pub enum TerminationMode {
        /// The script's own process.
        Process = "Process" in Current,
        /// The script's process and all it started.
        ProcessTree = "ProcessTree" in Current,
    }
}

vocabulary! {
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

vocabulary! {
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

//! What a redacted document may hold, written down without the schema of the library.

use ecs_invocations::base64::Engine as _;
use ecs_invocations::base64::prelude::BASE64_STANDARD;

/// Fields whose values may remain.
pub const KEPT: &[&str] = &[
    "Code",
    "CommandType",
    "CreationTime",
    "Dropped",
    "ErrorCode",
    "ExitCode",
    "FinishTime",
    "FinishedTime",
    "Frequency",
    "InstanceInvokeStatus",
    "InvocationStatus",
    "InvokeRecordStatus",
    "InvokeStatus",
    "OssOutputStatus",
    "PageNumber",
    "PageSize",
    "RepeatMode",
    "Repeats",
    "StartTime",
    "StopTime",
    "TerminationMode",
    "Timed",
    "Timeout",
    "TotalCount",
    "UpdateTime",
];

/// Everything in a text that may be Base64, decoded.
pub fn decoded_base64(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let decoded = text.split(|c| !is_part(c)).filter_map(|word| BASE64_STANDARD.decode(word).ok());
    decoded.map(|bytes| String::from_utf8_lossy(&bytes).into_owned() + "\n").collect()
}

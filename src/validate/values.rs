//! Values (`V`): enum values.

use super::places::PathBuilder;
use super::report::{Report, alternatives};
use crate::finding::Rule;
use crate::finding::Severity::{Error, Info, Warning};
use crate::model::ApiVersion::{self, Both, Current, Reference2018};
use crate::model::{
    ErrorCode, InstanceStatus, Invocation, InvocationResult, InvocationStatus, InvokeInstance,
    OssOutputStatus, RepeatMode,
};

pub(super) const RULES: &[&Rule] =
    &[&UNKNOWN_VALUE, &UNKNOWN_ERROR_CODE, &VALUE_OF_OTHER_VERSION, &NEGATIVE_COUNT];

pub(super) fn check_invocation(
    invocation: &Invocation<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    const OLD: StatusField =
        StatusField { name: "InvokeStatus", version: Reference2018, other: "InvocationStatus" };
    const NEW: StatusField =
        StatusField { name: "InvocationStatus", version: Current, other: "InvokeStatus" };
    check_status(invocation.invoke_status.as_ref(), &OLD, path, report);
    check_status(invocation.invocation_status.as_ref(), &NEW, path, report);
    if let Some(value) = &invocation.command_type {
        check_known(value.as_str(), value.api_version(), "CommandType", path, report);
    }
    if let Some(value) = &invocation.repeat_mode {
        // A dry run makes no invocation: only a request has this value.
        let version = value.api_version().filter(|_| *value != RepeatMode::DryRun);
        check_known(value.as_str(), version, "RepeatMode", path, report);
    }
    if let Some(value) = &invocation.termination_mode {
        check_known(value.as_str(), value.api_version(), "TerminationMode", path, report);
    }
    check_counts([("Timeout", invocation.timeout)], path, report);
}

pub(super) fn check_instance(
    instance: &InvokeInstance<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    const OLD: StatusField = StatusField {
        name: "InstanceInvokeStatus",
        version: Reference2018,
        other: "InvocationStatus",
    };
    const NEW: StatusField =
        StatusField { name: "InvocationStatus", version: Current, other: "InstanceInvokeStatus" };
    check_status(instance.instance_invoke_status.as_ref(), &OLD, path, report);
    check_status(instance.invocation_status.as_ref(), &NEW, path, report);
    check_oss_status(instance.oss_output_status.as_ref(), path, report);
    check_error_code(instance.error_code.as_ref(), path, report);
    check_counts([("Dropped", instance.dropped), ("Repeats", instance.repeats)], path, report);
}

pub(super) fn check_result(
    result: &InvocationResult<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    const NEW: StatusField =
        StatusField { name: "InvocationStatus", version: Current, other: "InvokeRecordStatus" };
    check_status(result.invocation_status.as_ref(), &NEW, path, report);
    check_record_status(result.invoke_record_status.as_ref(), path, report);
    if let Some(value) = &result.termination_mode {
        check_known(value.as_str(), value.api_version(), "TerminationMode", path, report);
    }
    check_oss_status(result.oss_output_status.as_ref(), path, report);
    check_error_code(result.error_code.as_ref(), path, report);
    check_counts([("Dropped", result.dropped), ("Repeats", result.repeats)], path, report);
}

/// InvokeRecordStatus has values of both versions of the API, but not all.
fn check_record_status(
    status: Option<&InvocationStatus<'_>>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let Some(status) = status else { return };
    let is_listed = !matches!(status, InvocationStatus::Pending | InvocationStatus::Scheduled);
    let version = status.api_version().filter(|_| is_listed);
    check_known(status.as_str(), version, "InvokeRecordStatus", path, report);
}

fn check_oss_status(
    status: Option<&OssOutputStatus<'_>>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    if let Some(status) = status {
        check_known(status.as_str(), status.api_version(), "OssOutputStatus", path, report);
    }
}

static UNKNOWN_VALUE: Rule = Rule {
    code: "V601",
    name: "unknown-value",
    aliases: &["value-unknown"],
    summary: "a status, type or mode is in neither the 2018 reference nor the current API",
    severity: Warning,
    api_version: Both,
    enabled_by_default: true,
    reason: "A client that handles only the listed values cannot handle this one.",
    examples: [
        r#"{"Invocations": [{"InvokeStatus": "Exploded"}]}"#,
        r#"{"Invocations": [{"InvokeStatus": "Failed"}]}"#,
    ],
};

fn check_known(
    value: &str,
    version: Option<ApiVersion>,
    name: &'static str,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    if version.is_none() {
        let message = format!("`{value}` is not a known {name}");
        report.push(&UNKNOWN_VALUE, path.to(name), message, None);
    }
}

static UNKNOWN_ERROR_CODE: Rule = Rule {
    code: "V602",
    name: "unknown-error-code",
    aliases: &["error-code-unknown"],
    summary: "ErrorCode is not known from the current API, its troubleshooting page or its agent",
    severity: Info,
    api_version: Current,
    enabled_by_default: false,
    reason: "The service adds codes over time; a client that handles only the listed codes cannot handle this one.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [{"ErrorCode": "DiskFull"}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [{"ErrorCode": "ExecutionTimeout"}]}]}"#,
    ],
};

fn check_error_code(code: Option<&ErrorCode<'_>>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    if let Some(code) = code.filter(|code| code.api_version().is_none()) {
        let message = format!("`{code}` is not a known ErrorCode");
        report.push(&UNKNOWN_ERROR_CODE, path.to("ErrorCode"), message, None);
    }
}

static VALUE_OF_OTHER_VERSION: Rule = Rule {
    code: "V603",
    name: "value-of-other-version",
    aliases: &["word-of-other-contract"],
    summary: "a status field of one API version has a value of the other",
    severity: Warning,
    api_version: Both,
    enabled_by_default: true,
    reason: "A client written for the field's API version does not know the value.",
    examples: [
        r#"{"Invocations": [{"InvokeStatus": "Success"}]}"#,
        r#"{"Invocations": [{"InvocationStatus": "Success"}]}"#,
    ],
};

/// A status field, and the field with the same meaning in the other API version.
struct StatusField {
    name: &'static str,
    version: ApiVersion,
    other: &'static str,
}

fn check_status<S: Status>(
    status: Option<&S>,
    field: &StatusField,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let Some(status) = status else { return };
    check_known(status.text(), status.version(), field.name, path, report);
    let other = match status.version() {
        Some(Reference2018) if field.version == Current => "older",
        Some(Current) if field.version == Reference2018 => "newer",
        _ => return,
    };
    let message = format!(
        "`{}` belongs to the {other} `{}`; in `{}` expected {}",
        status.text(),
        field.other,
        field.name,
        alternatives(&status.equivalents(field.version)),
    );
    report.push(&VALUE_OF_OTHER_VERSION, path.to(field.name), message, None);
}

/// What the two status enums have in common.
trait Status {
    fn text(&self) -> &str;
    fn version(&self) -> Option<ApiVersion>;
    /// The values of that version with the same outcome, in backticks.
    fn equivalents(&self, version: ApiVersion) -> Vec<String>;
}

macro_rules! impl_status {
    ($type:ident) => {
        impl Status for $type<'_> {
            fn text(&self) -> &str {
                self.as_str()
            }

            fn version(&self) -> Option<ApiVersion> {
                self.api_version()
            }

            fn equivalents(&self, version: ApiVersion) -> Vec<String> {
                $type::known()
                    .filter(|known| {
                        known.outcome() == self.outcome()
                            && known.api_version().is_some_and(|of| of == version || of == Both)
                    })
                    .map(|known| format!("`{known}`"))
                    .collect()
            }
        }
    };
}

impl_status!(InvocationStatus);
impl_status!(InstanceStatus);

static NEGATIVE_COUNT: Rule = Rule {
    code: "V604",
    name: "negative-count",
    aliases: &[],
    summary: "a number of seconds, bytes or runs is negative",
    severity: Error,
    api_version: Current,
    enabled_by_default: true,
    reason: "A client that reads it into an unsigned type fails, or takes it for a very large number.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [{"Repeats": -1}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [{"Repeats": 1}]}]}"#,
    ],
};

fn check_counts<const N: usize>(
    counts: [(&'static str, Option<i64>); N],
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    for (name, count) in counts {
        if let Some(count) = count.filter(|count| *count < 0) {
            let message = format!("`{count}` is negative; expected at least 0");
            report.push(&NEGATIVE_COUNT, path.to(name), message, None);
        }
    }
}

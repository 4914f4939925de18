//! Values (`V`): whether the settings and results of a command are possible, and fit each other.

use super::places::PathBuilder;
use super::report::Report;
use crate::finding::Rule;
use crate::finding::Severity::{Error, Warning};
use crate::model::ApiVersion::Current;
use crate::model::{CommandType, Invocation, InvocationResult, InvokeInstance, OssOutputStatus};

pub(super) const RULES: &[&Rule] = &[
    &TIMEOUT_ZERO,
    &OSS_OUTPUT_MISMATCH,
    &WINDOWS_COMMAND_IN_CONTAINER,
    &INVALID_OSS_LOCATION,
    &EXIT_CODE_OUT_OF_RANGE,
];

pub(super) fn check_invocation(
    invocation: &Invocation<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    check_timeout(invocation, path, report);
    check_container(invocation, path, report);
    check_location(invocation.oss_output_delivery.as_deref(), path, report);
}

pub(super) fn check_instance(
    instance: &InvokeInstance<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let delivery = Delivery {
        status: instance.oss_output_status.as_ref(),
        has_uri: instance.oss_output_uri.is_some(),
        error_code: instance.oss_output_error_code.as_deref(),
    };
    check_delivery(&delivery, path, report);
    check_exit_code(instance.exit_code, path, report);
}

pub(super) fn check_result(
    result: &InvocationResult<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    check_location(result.oss_output_delivery.as_deref(), path, report);
    let delivery = Delivery {
        status: result.oss_output_status.as_ref(),
        has_uri: result.oss_output_uri.is_some(),
        error_code: result.oss_output_error_code.as_deref(),
    };
    check_delivery(&delivery, path, report);
    check_exit_code(result.exit_code, path, report);
}

static TIMEOUT_ZERO: Rule = Rule {
    code: "V615",
    name: "timeout-zero",
    aliases: &[],
    summary: "Timeout is 0",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "A command with this timeout could not run at all.",
    examples: [r#"{"Invocations": [{"Timeout": 0}]}"#, r#"{"Invocations": [{"Timeout": 60}]}"#],
};

fn check_timeout(invocation: &Invocation<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    if invocation.timeout == Some(0) {
        let message = "`0` is not a timeout; expected at least 1 second";
        report.push(&TIMEOUT_ZERO, path.to("Timeout"), message, None);
    }
}

static OSS_OUTPUT_MISMATCH: Rule = Rule {
    code: "V616",
    name: "oss-output-mismatch",
    aliases: &[],
    summary: "OssOutputStatus, OssOutputUri and OssOutputErrorCode contradict each other",
    severity: Error,
    api_version: Current,
    enabled_by_default: true,
    reason: "It is unclear whether the output was delivered.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [
  {"OssOutputStatus": "InProgress", "OssOutputUri": "oss://bucket/output.txt"}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [
  {"OssOutputStatus": "Finished", "OssOutputUri": "oss://bucket/output.txt"}]}]}"#,
    ],
};

/// The delivery of an output to OSS.
struct Delivery<'m> {
    status: Option<&'m OssOutputStatus<'m>>,
    has_uri: bool,
    error_code: Option<&'m str>,
}

fn check_delivery(delivery: &Delivery<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    let Some(status) = delivery.status else { return };
    let uri = match status {
        OssOutputStatus::InProgress | OssOutputStatus::Failed if delivery.has_uri => {
            Some("OssOutputUri is present")
        }
        OssOutputStatus::Finished if !delivery.has_uri => Some("OssOutputUri is missing"),
        _ => None,
    };
    if let Some(problem) = uri {
        let message = format!("{problem}, but OssOutputStatus is `{status}`");
        report.push(&OSS_OUTPUT_MISMATCH, path.to("OssOutputUri"), message, None);
    }
    let has_not_failed = matches!(status, OssOutputStatus::InProgress | OssOutputStatus::Finished);
    if let Some(code) = delivery.error_code.filter(|_| has_not_failed) {
        let message = format!("`{code}` contradicts OssOutputStatus `{status}`");
        let path = path.to("OssOutputErrorCode");
        report.push(&OSS_OUTPUT_MISMATCH, path, message, Some("no OssOutputErrorCode"));
    }
}

static WINDOWS_COMMAND_IN_CONTAINER: Rule = Rule {
    code: "V617",
    name: "windows-command-in-container",
    aliases: &[],
    summary: "a command for Windows runs in a container",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "Commands run in containers on Linux only.",
    examples: [
        r#"{"Invocations": [{"CommandType": "RunBatScript", "ContainerName": "web"}]}"#,
        r#"{"Invocations": [{"CommandType": "RunShellScript", "ContainerName": "web"}]}"#,
    ],
};

fn check_container(invocation: &Invocation<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    use CommandType::{RunBatScript, RunPowerShellScript};
    let field = match (&invocation.container_id, &invocation.container_name) {
        (Some(_), _) => "ContainerId",
        (None, Some(_)) => "ContainerName",
        (None, None) => return,
    };
    if let Some(kind @ (RunBatScript | RunPowerShellScript)) = &invocation.command_type {
        let message = format!("{field} is present, but `{kind}` is a command for Windows");
        report.push(&WINDOWS_COMMAND_IN_CONTAINER, path.to(field), message, None);
    }
}

static INVALID_OSS_LOCATION: Rule = Rule {
    code: "V618",
    name: "invalid-oss-location",
    aliases: &[],
    summary: "OssOutputDelivery does not begin with `oss://`",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "The output cannot be found there.",
    examples: [
        r#"{"Invocations": [{"OssOutputDelivery": "bucket/prefix"}]}"#,
        r#"{"Invocations": [{"OssOutputDelivery": "oss://bucket/prefix"}]}"#,
    ],
};

fn check_location(location: Option<&str>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    const SCHEME: &str = "oss://";
    let has_scheme = |location: &str| {
        location.trim().get(..SCHEME.len()).is_some_and(|it| it.eq_ignore_ascii_case(SCHEME))
    };
    if let Some(location) = location.filter(|location| !has_scheme(location)) {
        let message = format!("`{location}` does not begin with `{SCHEME}`");
        let expected = Some("oss://BUCKET/PREFIX");
        report.push(&INVALID_OSS_LOCATION, path.to("OssOutputDelivery"), message, expected);
    }
}

static EXIT_CODE_OUT_OF_RANGE: Rule = Rule {
    code: "V619",
    name: "exit-code-out-of-range",
    aliases: &[],
    summary: "ExitCode is less than -2⁶³ or greater than 2⁶⁴-1",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "No operating system has such an exit code: the number was changed on the way.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [{"ExitCode": 18446744073709551616}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [{"ExitCode": 18446744073709551615}]}]}"#,
    ],
};

fn check_exit_code(code: Option<i128>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    let range = i128::from(i64::MIN)..=i128::from(u64::MAX);
    if let Some(code) = code.filter(|code| !range.contains(code)) {
        let message = format!("`{code}` is no exit code");
        report.push(&EXIT_CODE_OUT_OF_RANGE, path.to("ExitCode"), message, None);
    }
}

//! Values (`V`): enum values, and results of a run that contradict its status.

use super::places::PathBuilder;
use super::report::{Report, alternatives, counted};
use crate::finding::Rule;
use crate::finding::Severity::{Error, Info, Warning};
use crate::model::ApiVersion::{self, Both, Current, Reference2018};
use crate::model::{
    InstanceStatus, Invocation, InvocationResult, InvocationStatus, InvokeInstance, Outcome,
};

pub(super) const RULES: &[&Rule] = &[
    &UNKNOWN_VALUE,
    &UNKNOWN_ERROR_CODE,
    &VALUE_OF_OTHER_VERSION,
    &ERROR_CODE_ON_SUCCESS,
    &FAILURE_WITHOUT_ERROR_CODE,
    &EXIT_CODE_MISMATCH,
    &ONE_TIME_REPEATED,
    &NEGATIVE_COUNT,
];

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
        check_known(value.as_str(), value.api_version(), "RepeatMode", path, report);
    }
    if let Some(value) = &invocation.termination_mode {
        check_known(value.as_str(), value.api_version(), "TerminationMode", path, report);
    }
    check_counts([("Timeout", invocation.timeout)], path, report);
}

pub(super) fn check_instance(
    instance: &InvokeInstance<'_>,
    is_periodic: bool,
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
    let code = instance.error_code.as_ref();
    let run = Run {
        status: instance.status(),
        is_current: instance.invocation_status.is_some(),
        exit_code: instance.exit_code,
        error_code: code.map(|code| (code.as_str(), code.api_version())),
        repeats: instance.repeats,
        is_periodic: is_periodic || instance.timed == Some(true),
    };
    check_run(&run, path, report);
    check_counts([("Dropped", instance.dropped), ("Repeats", instance.repeats)], path, report);
}

pub(super) fn check_result(
    result: &InvocationResult<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    const OLD: StatusField = StatusField {
        name: "InvokeRecordStatus",
        version: Reference2018,
        other: "InvocationStatus",
    };
    const NEW: StatusField =
        StatusField { name: "InvocationStatus", version: Current, other: "InvokeRecordStatus" };
    check_status(result.invocation_status.as_ref(), &NEW, path, report);
    check_status(result.invoke_record_status.as_ref(), &OLD, path, report);
    if let Some(value) = &result.termination_mode {
        check_known(value.as_str(), value.api_version(), "TerminationMode", path, report);
    }
    let code = result.error_code.as_ref();
    let run = Run {
        status: result.invocation_status.as_ref(),
        is_current: true,
        exit_code: result.exit_code,
        error_code: code.map(|code| (code.as_str(), code.api_version())),
        repeats: None,
        // A result does not say whether its invocation is periodic.
        is_periodic: true,
    };
    check_run(&run, path, report);
    check_counts([("Dropped", result.dropped), ("Repeats", result.repeats)], path, report);
}

/// The result of one run on one instance.
struct Run<'m> {
    status: Option<&'m InstanceStatus<'m>>,
    /// Whether the response is one of the current API.
    is_current: bool,
    exit_code: Option<i128>,
    error_code: Option<(&'m str, Option<ApiVersion>)>,
    repeats: Option<i64>,
    is_periodic: bool,
}

impl Run<'_> {
    fn outcome(&self) -> Option<Outcome> {
        self.status.and_then(InstanceStatus::outcome)
    }

    fn status_text(&self) -> &str {
        self.status.map_or("", InstanceStatus::as_str)
    }
}

fn check_run(run: &Run<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    check_error_code_known(run, path, report);
    check_error_code_on_success(run, path, report);
    check_failure_has_error_code(run, path, report);
    check_exit_code(run, path, report);
    check_repeats(run, path, report);
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
    summary: "ErrorCode is not listed in the current API",
    severity: Info,
    api_version: Current,
    enabled_by_default: false,
    reason: "The service adds codes over time; a client that handles only the listed codes cannot handle this one.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [{"ErrorCode": "DiskFull"}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [{"ErrorCode": "ExecutionTimeout"}]}]}"#,
    ],
};

fn check_error_code_known(run: &Run<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    if let Some((code, None)) = run.error_code {
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

static ERROR_CODE_ON_SUCCESS: Rule = Rule {
    code: "V605",
    name: "error-code-on-success",
    aliases: &["error-without-failure"],
    summary: "an instance with a successful status has an ErrorCode",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "Either the status or the error code is wrong.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Success", "ErrorCode": "ExecutionTimeout"}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Timeout", "ErrorCode": "ExecutionTimeout"}]}]}"#,
    ],
};

fn check_error_code_on_success(run: &Run<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    if let Some((code, _)) = run.error_code
        && run.outcome() == Some(Outcome::Succeeded)
    {
        let message = format!("`{code}` contradicts the status `{}`", run.status_text());
        let expected = Some("no ErrorCode");
        report.push(&ERROR_CODE_ON_SUCCESS, path.to("ErrorCode"), message, expected);
    }
}

static FAILURE_WITHOUT_ERROR_CODE: Rule = Rule {
    code: "V606",
    name: "failure-without-error-code",
    aliases: &["failure-without-error"],
    summary: "a failed instance has no ErrorCode",
    severity: Info,
    api_version: Current,
    enabled_by_default: true,
    reason: "The cause of the failure is unknown.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [{"InvocationStatus": "Failed"}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Failed", "ErrorCode": "ExitCodeNonzero"}]}]}"#,
    ],
};

fn check_failure_has_error_code(run: &Run<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    if run.error_code.is_none() && run.is_current && run.outcome() == Some(Outcome::Failed) {
        let message =
            format!("run has failed (status `{}`), but ErrorCode is missing", run.status_text());
        report.push(&FAILURE_WITHOUT_ERROR_CODE, path.to("ErrorCode"), message, None);
    }
}

static EXIT_CODE_MISMATCH: Rule = Rule {
    code: "V607",
    name: "exit-code-mismatch",
    aliases: &["exit-code-against-status"],
    summary: "ExitCode contradicts the status or ErrorCode",
    severity: Error,
    api_version: Current,
    enabled_by_default: true,
    reason: "At least one of them is wrong.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [{"InvocationStatus": "Success", "ExitCode": 1}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [{"InvocationStatus": "Success", "ExitCode": 0}]}]}"#,
    ],
};

fn check_exit_code(run: &Run<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    use InstanceStatus::{Pending, Running, Scheduled};
    let Some(exit_code) = run.exit_code else { return };
    let status = run.status_text();
    let has_not_ended = matches!(run.status, Some(Pending | Scheduled | Running));
    let contradicted = match run.outcome() {
        Some(Outcome::Succeeded) if exit_code != 0 => format!("the status `{status}`"),
        Some(Outcome::Failed)
            if exit_code == 0 && matches!(run.error_code, Some(("ExitCodeNonzero", _))) =>
        {
            "ErrorCode `ExitCodeNonzero`".to_owned()
        }
        None if has_not_ended && !run.is_periodic => {
            format!("the status `{status}`: the run has not ended")
        }
        _ => return,
    };
    let message = format!("`{exit_code}` contradicts {contradicted}");
    report.push(&EXIT_CODE_MISMATCH, path.to("ExitCode"), message, None);
}

static ONE_TIME_REPEATED: Rule = Rule {
    code: "V608",
    name: "one-time-repeated",
    aliases: &["repeats-of-one-time"],
    summary: "a one-time invocation has run more than once",
    severity: Error,
    api_version: Current,
    enabled_by_default: true,
    reason: "Either the invocation is periodic or the count is wrong.",
    examples: [
        r#"{"Invocations": [{"RepeatMode": "Once", "InvokeInstances": [{"Repeats": 2}]}]}"#,
        r#"{"Invocations": [{"RepeatMode": "Period", "InvokeInstances": [{"Repeats": 2}]}]}"#,
    ],
};

fn check_repeats(run: &Run<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    if let Some(repeats) = run.repeats.filter(|repeats| *repeats > 1 && !run.is_periodic) {
        let message = format!("one-time invocation has run {}", counted(repeats, "time"));
        report.push(&ONE_TIME_REPEATED, path.to("Repeats"), message, Some("0 or 1"));
    }
}

static NEGATIVE_COUNT: Rule = Rule {
    code: "V620",
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

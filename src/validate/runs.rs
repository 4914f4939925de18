//! Values (`V`): whether the fields of one run agree with its status.

use super::places::PathBuilder;
use super::report::{Report, alternatives, counted};
use crate::finding::Rule;
use crate::finding::Severity::{Error, Info, Warning};
use crate::model::ApiVersion::{Both, Current};
use crate::model::{
    ErrorCode, Frequency, InstanceStatus, Invocation, InvocationResult, InvocationStatus,
    InvokeInstance, Outcome, RepeatMode,
};

pub(super) const RULES: &[&Rule] = &[
    &ERROR_CODE_ON_SUCCESS,
    &FAILURE_WITHOUT_ERROR_CODE,
    &EXIT_CODE_MISMATCH,
    &ONE_TIME_REPEATED,
    &STATUS_FIELDS_MISMATCH,
    &EXIT_CODE_MISSING,
    &ONE_TIME_SCHEDULED,
    &TIMED_MISMATCH,
    &ERROR_INFO_WITHOUT_CODE,
    &ERROR_CODE_MISMATCH,
];

pub(super) fn check_invocation(
    invocation: &Invocation<'_>,
    is_periodic: bool,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    if let (Some(old), Some(new)) = (&invocation.invoke_status, &invocation.invocation_status) {
        let classes = (Old::of_invocation(old), New::of_invocation(new));
        let scope = if is_periodic { Scope::Periodic } else { Scope::OneTime };
        let texts = (old.as_str(), new.as_str());
        check_status_fields("InvokeStatus", classes, texts, scope, path, report);
    }
}

pub(super) fn check_instance(
    instance: &InvokeInstance<'_>,
    invocation: &Invocation<'_>,
    is_periodic: bool,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let is_periodic = is_periodic || instance.timed == Some(true);
    let run = Run {
        status: instance.status(),
        is_current: instance.invocation_status.is_some(),
        exit_code: instance.exit_code,
        error_code: instance.error_code.as_ref(),
        has_error_info: instance.error_info.is_some(),
        repeats: instance.repeats,
        // `at(…)` runs once.
        is_periodic: is_periodic && !matches!(invocation.frequency, Some(Frequency::At(_))),
    };
    check_run(&run, path, report);
    if let (Some(old), Some(new)) = (&instance.instance_invoke_status, &instance.invocation_status)
    {
        let classes = (Old::of_instance(old), New::of_instance(new));
        let scope = if is_periodic { Scope::Periodic } else { Scope::OneTime };
        let texts = (old.as_str(), new.as_str());
        check_status_fields("InstanceInvokeStatus", classes, texts, scope, path, report);
    }
    check_scheduled(instance, invocation, path, report);
    check_timed(instance, invocation, path, report);
}

pub(super) fn check_result(
    result: &InvocationResult<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let run = Run {
        status: result.invocation_status.as_ref(),
        is_current: result.invocation_status.is_some(),
        exit_code: result.exit_code,
        error_code: result.error_code.as_ref(),
        has_error_info: result.error_info.is_some(),
        repeats: None,
        // A result does not say whether its invocation is periodic, only that there was no run before.
        is_periodic: result.repeats != Some(0),
    };
    check_run(&run, path, report);
    if let (Some(old), Some(new)) = (&result.invoke_record_status, &result.invocation_status) {
        let classes = (Old::of_invocation(old), New::of_instance(new));
        let texts = (old.as_str(), new.as_str());
        check_status_fields("InvokeRecordStatus", classes, texts, Scope::Record, path, report);
    }
}

/// The result of one run on one instance.
struct Run<'m> {
    status: Option<&'m InstanceStatus<'m>>,
    /// Whether it has a status of the current API.
    is_current: bool,
    exit_code: Option<i128>,
    error_code: Option<&'m ErrorCode<'m>>,
    has_error_info: bool,
    repeats: Option<i64>,
    is_periodic: bool,
}

impl Run<'_> {
    fn status_text(&self) -> &str {
        self.status.map_or("", InstanceStatus::as_str)
    }

    /// Whether a one-time run has not ended yet.
    fn is_in_progress(&self) -> bool {
        use InstanceStatus::{Pending, Running, Scheduled};
        !self.is_periodic && matches!(self.status, Some(Pending | Scheduled | Running))
    }
}

fn check_run(run: &Run<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    check_error_code_on_success(run, path, report);
    check_failure_has_cause(run, path, report);
    check_exit_code(run, path, report);
    check_exit_code_present(run, path, report);
    check_repeats(run, path, report);
    check_error_info(run, path, report);
    check_error_code(run, path, report);
}

static ERROR_CODE_ON_SUCCESS: Rule = Rule {
    code: "V605",
    name: "error-code-on-success",
    aliases: &["error-without-failure"],
    summary: "a run with InvocationStatus Success has an ErrorCode",
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
    // `Finished` says only that the command has ended.
    if let (Some(code), Some(InstanceStatus::Success)) = (run.error_code, run.status) {
        let message = format!("`{code}` contradicts the status `{}`", run.status_text());
        let expected = Some("no ErrorCode");
        report.push(&ERROR_CODE_ON_SUCCESS, path.to("ErrorCode"), message, expected);
    }
}

static FAILURE_WITHOUT_ERROR_CODE: Rule = Rule {
    code: "V606",
    name: "failure-without-error-code",
    aliases: &["failure-without-error"],
    summary: "a failed run has neither ErrorCode, ErrorInfo nor ExitCode",
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

fn check_failure_has_cause(run: &Run<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    use InstanceStatus::{Aborted, Error, Failed, Invalid};
    let has_failed = matches!(run.status, Some(Failed | Invalid | Aborted | Error));
    let has_cause = run.error_code.is_some() || run.has_error_info || run.exit_code.is_some();
    if run.is_current && has_failed && !has_cause {
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
    let Some(exit_code) = run.exit_code else { return };
    let status = run.status_text();
    let contradicted = match run.status {
        // `Finished` says only that the command has ended.
        Some(InstanceStatus::Success) if exit_code != 0 => format!("the status `{status}`"),
        Some(InstanceStatus::Failed) if exit_code == 0 && run.is_current => {
            format!("the status `{status}`")
        }
        _ if exit_code == 0 && run.error_code == Some(&ErrorCode::ExitCodeNonzero) => {
            "ErrorCode `ExitCodeNonzero`".to_owned()
        }
        _ if run.is_in_progress() => format!("the status `{status}`: the run has not ended"),
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

static STATUS_FIELDS_MISMATCH: Rule = Rule {
    code: "V609",
    name: "status-fields-mismatch",
    aliases: &[],
    summary: "InvocationStatus contradicts InvokeStatus, InstanceInvokeStatus or InvokeRecordStatus beside it",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "Clients of the two versions of the API draw opposite conclusions.",
    examples: [
        r#"{"Invocations": [{"InvokeStatus": "Finished", "InvocationStatus": "Running"}]}"#,
        r#"{"Invocations": [{"InvokeStatus": "Finished", "InvocationStatus": "Failed"}]}"#,
    ],
};

/// A status of the 2018 reference.
#[derive(Clone, Copy)]
enum Old {
    Running,
    /// It has ended, whatever its exit code.
    Finished,
    /// Only of a record: with exit code 0.
    Success,
    Failed,
    PartialFailed,
    Stopped,
}

impl Old {
    fn of_invocation(status: &InvocationStatus<'_>) -> Option<Self> {
        use InvocationStatus as Status;
        Some(match status {
            Status::Running => Self::Running,
            Status::Finished => Self::Finished,
            Status::Success => Self::Success,
            Status::Failed => Self::Failed,
            Status::PartialFailed => Self::PartialFailed,
            Status::Stopped => Self::Stopped,
            Status::Pending | Status::Scheduled | Status::Stopping | Status::Other(_) => {
                return None;
            }
        })
    }

    fn of_instance(status: &InstanceStatus<'_>) -> Option<Self> {
        use InstanceStatus as Status;
        Some(match status {
            Status::Running => Self::Running,
            Status::Finished => Self::Finished,
            Status::Failed => Self::Failed,
            Status::Stopped => Self::Stopped,
            _ => return None,
        })
    }
}

/// A status of the current API.
#[derive(Clone, Copy, PartialEq, Eq)]
enum New {
    InProgress,
    Stopping,
    Success,
    Failed,
    PartialFailed,
    Stopped,
}

impl New {
    fn of_invocation(status: &InvocationStatus<'_>) -> Option<Self> {
        use InvocationStatus as Status;
        Some(match status {
            Status::Pending | Status::Running | Status::Scheduled => Self::InProgress,
            Status::Stopping => Self::Stopping,
            Status::Success => Self::Success,
            Status::Failed => Self::Failed,
            Status::PartialFailed => Self::PartialFailed,
            Status::Stopped => Self::Stopped,
            Status::Finished | Status::Other(_) => return None,
        })
    }

    fn of_instance(status: &InstanceStatus<'_>) -> Option<Self> {
        use InstanceStatus as Status;
        Some(match (status, status.outcome()) {
            (Status::Finished | Status::Other(_), _) => return None,
            (Status::Stopping, _) => Self::Stopping,
            (_, None) => Self::InProgress,
            (_, Some(Outcome::Succeeded)) => Self::Success,
            (_, Some(Outcome::Failed)) => Self::Failed,
            (_, Some(Outcome::PartlyFailed)) => Self::PartialFailed,
            (_, Some(Outcome::Stopped)) => Self::Stopped,
        })
    }
}

/// What the older status is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// A one-time invocation, or its run on an instance.
    OneTime,
    /// A periodic invocation: the newer status may be that of the last run or wait for the next.
    Periodic,
    /// All runs of an invocation, beside the newer status of one of them.
    Record,
}

fn contradict(old: Old, new: New, scope: Scope) -> bool {
    let is_unfinished = matches!(new, New::InProgress | New::Stopping);
    match old {
        Old::Running => scope == Scope::OneTime && !is_unfinished,
        Old::Finished => scope != Scope::Periodic && is_unfinished,
        Old::Success => {
            let has_failed = scope == Scope::Record && new == New::Failed;
            has_failed || scope != Scope::Periodic && is_unfinished
        }
        Old::Failed => new == New::Success || scope != Scope::Periodic && is_unfinished,
        Old::PartialFailed => scope != Scope::Record && new == New::Success,
        Old::Stopped => new == New::InProgress,
    }
}

fn check_status_fields(
    name: &str,
    classes: (Option<Old>, Option<New>),
    (old_text, new_text): (&str, &str),
    scope: Scope,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let (Some(old), Some(new)) = classes else { return };
    if contradict(old, new, scope) {
        let message = format!("`{new_text}` contradicts {name} `{old_text}`");
        report.push(&STATUS_FIELDS_MISMATCH, path.to("InvocationStatus"), message, None);
    }
}

static EXIT_CODE_MISSING: Rule = Rule {
    code: "V610",
    name: "exit-code-missing",
    aliases: &[],
    summary: "a run with InvocationStatus Success has no ExitCode",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "A run succeeds by its exit code 0; a client that reads it takes the run for one that has not ended.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [{"InvocationStatus": "Success"}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [{"InvocationStatus": "Success", "ExitCode": 0}]}]}"#,
    ],
};

fn check_exit_code_present(run: &Run<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    if run.is_current && run.status == Some(&InstanceStatus::Success) && run.exit_code.is_none() {
        let message = "run has succeeded (status `Success`), but ExitCode is missing";
        report.push(&EXIT_CODE_MISSING, path.to("ExitCode"), message, Some("0"));
    }
}

static ONE_TIME_SCHEDULED: Rule = Rule {
    code: "V611",
    name: "one-time-scheduled",
    aliases: &[],
    summary: "InvocationStatus of an instance is Scheduled, but the invocation is one-time",
    severity: Error,
    api_version: Current,
    enabled_by_default: true,
    reason: "A one-time command runs at once; a client waits for a run that never comes.",
    examples: [
        r#"{"Invocations": [{"RepeatMode": "Once", "InvokeInstances": [{"InvocationStatus": "Scheduled"}]}]}"#,
        r#"{"Invocations": [{"RepeatMode": "Period", "InvokeInstances": [{"InvocationStatus": "Scheduled"}]}]}"#,
    ],
};

fn check_scheduled(
    instance: &InvokeInstance<'_>,
    invocation: &Invocation<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let is_one_time = match &invocation.repeat_mode {
        Some(mode) => *mode == RepeatMode::Once,
        None => invocation.timed == Some(false) && invocation.frequency.is_none(),
    };
    if is_one_time && instance.invocation_status == Some(InstanceStatus::Scheduled) {
        let message = "`Scheduled` is not a valid status of a one-time invocation";
        report.push(&ONE_TIME_SCHEDULED, path.to("InvocationStatus"), message, None);
    }
}

static TIMED_MISMATCH: Rule = Rule {
    code: "V612",
    name: "timed-mismatch",
    aliases: &[],
    summary: "Timed of an instance contradicts Timed of its invocation",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "One says that the command runs again, the other that it does not.",
    examples: [
        r#"{"Invocations": [{"Timed": false, "InvokeInstances": [{"Timed": true}]}]}"#,
        r#"{"Invocations": [{"Timed": false, "InvokeInstances": [{"Timed": false}]}]}"#,
    ],
};

fn check_timed(
    instance: &InvokeInstance<'_>,
    invocation: &Invocation<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let (Some(of_instance), Some(of_invocation)) = (instance.timed, invocation.timed) else {
        return;
    };
    if of_instance == of_invocation {
        return;
    }
    // A periodic invocation that was stopped or failed on one instance goes on on the others, and one at
    // the next start of the instances is completed on one after the other.
    let outcome = instance.status().and_then(InstanceStatus::outcome);
    let is_completed =
        outcome.is_some() && invocation.repeat_mode == Some(RepeatMode::NextRebootOnly);
    let may_have_ended =
        is_completed || matches!(outcome, Some(Outcome::Stopped | Outcome::Failed));
    if of_instance || !may_have_ended {
        let message =
            format!("`{of_instance}` contradicts Timed `{of_invocation}` of the invocation");
        let expected = Some(if of_invocation { "true" } else { "false" });
        report.push(&TIMED_MISMATCH, path.to("Timed"), message, expected);
    }
}

static ERROR_INFO_WITHOUT_CODE: Rule = Rule {
    code: "V613",
    name: "error-info-without-code",
    aliases: &[],
    summary: "a run has ErrorInfo, but no ErrorCode",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "A client that reads the code takes the run for one without an error.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Aborted", "ErrorInfo": "the instance is not running"}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [{"InvocationStatus": "Aborted",
  "ErrorCode": "InstanceNotRunning", "ErrorInfo": "the instance is not running"}]}]}"#,
    ],
};

fn check_error_info(run: &Run<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    if run.has_error_info && run.error_code.is_none() {
        let message = "ErrorInfo is present, but ErrorCode is missing";
        report.push(&ERROR_INFO_WITHOUT_CODE, path.to("ErrorInfo"), message, None);
    }
}

static ERROR_CODE_MISMATCH: Rule = Rule {
    code: "V614",
    name: "error-code-mismatch",
    aliases: &[],
    summary: "ErrorCode is about how a run ended, but the status says that it ended otherwise or not at all",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "It is unclear why the run failed.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Timeout", "ErrorCode": "ExitCodeNonzero"}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Failed", "ErrorCode": "ExitCodeNonzero"}]}]}"#,
    ],
};

fn check_error_code(run: &Run<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    use InstanceStatus::{Aborted, Cancelled, Error, Failed, Invalid, Terminated, Timeout};
    let (Some(code), Some(status)) = (run.error_code, run.status) else { return };
    // In 2018, `Failed` included a timeout.
    let is_current_failure = run.is_current && *status == Failed;
    // These codes tell that the command started.
    let (contradicts, expected): (bool, &[InstanceStatus<'_>]) = match code {
        ErrorCode::ExitCodeNonzero => {
            (matches!(status, Invalid | Aborted | Cancelled | Timeout | Error), &[Failed])
        }
        ErrorCode::ExecutionTimeout => {
            (matches!(status, Invalid | Aborted | Cancelled) || is_current_failure, &[Timeout])
        }
        ErrorCode::ExecutionException | ErrorCode::ExecutionInterrupted => {
            (matches!(status, Invalid | Cancelled), &[Failed, Error, Terminated])
        }
        _ => return,
    };
    if contradicts || run.is_in_progress() {
        let message = format!("`{code}` contradicts the status `{status}`");
        let expected: Vec<_> = expected.iter().map(InstanceStatus::as_str).collect();
        let expected = format!("InvocationStatus {}", alternatives(&expected));
        report.push(&ERROR_CODE_MISMATCH, path.to("ErrorCode"), message, Some(&expected));
    }
}

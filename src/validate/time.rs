//! Time (`T`): whether times are valid, in order and not in the future.

use jiff::{SignedDuration, Timestamp};

use super::places::PathBuilder;
use super::report::Report;
use crate::finding::Rule;
use crate::finding::Severity::{Error, Warning};
use crate::model::ApiVersion::Current;
use crate::model::{
    InstanceStatus, Invocation, InvocationResult, InvokeInstance, Outcome, State, Time,
};

pub(super) const RULES: &[&Rule] =
    &[&TIMES_OUT_OF_ORDER, &TIME_IN_THE_FUTURE, &INVALID_TIME, &FINISH_TIME_MISSING];

/// A time and the name of its field.
type Field<'m> = (&'static str, Option<&'m Time<'m>>);

pub(super) fn check_invocation(
    invocation: &Invocation<'_>,
    now: Option<Timestamp>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    check_each(&[("CreationTime", invocation.creation_time.as_ref())], now, path, report);
}

pub(super) fn check_instance(
    instance: &InvokeInstance<'_>,
    is_periodic: bool,
    now: Option<Timestamp>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let creation = ("CreationTime", instance.creation_time.as_ref());
    let start = ("StartTime", instance.start_time.as_ref());
    let finish = ("FinishTime", instance.finish_time.as_ref());
    let stop = ("StopTime", instance.stop_time.as_ref());
    let update = ("UpdateTime", instance.update_time.as_ref());
    check_each(&[creation, start, finish, stop, update], now, path, report);
    for (earlier, later) in [(creation, start), (creation, stop), (creation, update)] {
        check_order(earlier, later, path, report);
    }
    // While a periodic command runs again, FinishTime is that of the run before.
    let has_ended = matches!(instance.state(), State::Ended(Outcome::Succeeded | Outcome::Failed));
    if !is_periodic || has_ended {
        check_order(start, finish, path, report);
    }
    check_finish_time(instance, is_periodic, path, report);
}

pub(super) fn check_result(
    result: &InvocationResult<'_>,
    now: Option<Timestamp>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let start = ("StartTime", result.start_time.as_ref());
    let finish = ("FinishedTime", result.finished_time.as_ref());
    let stop = ("StopTime", result.stop_time.as_ref());
    check_each(&[start, finish, stop], now, path, report);
    check_order(start, finish, path, report);
}

fn check_each(
    fields: &[Field<'_>],
    now: Option<Timestamp>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    for (name, time) in fields {
        match time {
            Some(Time::Other(text)) => report_invalid(text, name, path, report),
            Some(Time::Instant(time)) => check_future(*time, name, now, path, report),
            None => {}
        }
    }
}

static TIMES_OUT_OF_ORDER: Rule = Rule {
    code: "T801",
    name: "times-out-of-order",
    aliases: &[],
    summary: "a time is before one that it must follow",
    severity: Error,
    api_version: Current,
    enabled_by_default: true,
    reason: "The duration between the two is negative.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [
  {"StartTime": "2026-11-24T10:00:00Z", "FinishTime": "2026-11-24T09:00:00Z"}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [
  {"StartTime": "2026-11-24T10:00:00Z", "FinishTime": "2026-11-24T10:00:00Z"}]}]}"#,
    ],
};

fn check_order(
    (earlier_name, earlier): Field<'_>,
    (later_name, later): Field<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let instants = (earlier.and_then(Time::timestamp), later.and_then(Time::timestamp));
    if let (Some(earlier), Some(later)) = instants
        && later < earlier
    {
        let message = format!("`{later}` is before {earlier_name} `{earlier}`");
        report.push(&TIMES_OUT_OF_ORDER, path.to(later_name), message, None);
    }
}

static TIME_IN_THE_FUTURE: Rule = Rule {
    code: "T802",
    name: "time-in-the-future",
    aliases: &[],
    summary: "a time is more than a day in the future",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "A clock is wrong, or the field holds another kind of time.",
    examples: [
        r#"{"Invocations": [{"CreationTime": "9998-01-01T00:00:00Z"}]}"#,
        r#"{"Invocations": [{"CreationTime": "2019-12-20T06:15:54Z"}]}"#,
    ],
};

fn check_future(
    time: Timestamp,
    name: &'static str,
    now: Option<Timestamp>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    // The clocks of the service and of the caller differ.
    const TOLERANCE: SignedDuration = SignedDuration::from_hours(24);
    let latest = now.and_then(|now| now.saturating_add(TOLERANCE).ok());
    if latest.is_some_and(|latest| time > latest) {
        let message = format!("`{time}` is more than a day in the future");
        report.push(&TIME_IN_THE_FUTURE, path.to(name), message, None);
    }
}

static INVALID_TIME: Rule = Rule {
    code: "T803",
    name: "invalid-time",
    aliases: &["time-unreadable"],
    summary: "a time is invalid",
    severity: Error,
    api_version: Current,
    enabled_by_default: true,
    reason: "It cannot be compared with other times.",
    examples: [
        r#"{"Invocations": [{"CreationTime": "yesterday"}]}"#,
        r#"{"Invocations": [{"CreationTime": "2019-12-20T06:15:54Z"}]}"#,
    ],
};

fn report_invalid(text: &str, name: &'static str, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    let message = format!("`{text}` is not a valid time");
    let expected = Some("a time like 2019-12-20T06:15:54Z");
    report.push(&INVALID_TIME, path.to(name), message, expected);
}

static FINISH_TIME_MISSING: Rule = Rule {
    code: "T804",
    name: "finish-time-missing",
    aliases: &["end-missing"],
    summary: "a one-time run has started and ended, but FinishTime is missing",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "The duration of the run is unknown.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Success", "StartTime": "2026-11-24T10:00:00Z"}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Running", "StartTime": "2026-11-24T10:00:00Z"}]}]}"#,
    ],
};

fn check_finish_time(
    instance: &InvokeInstance<'_>,
    is_periodic: bool,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let Some(status) = instance.status().filter(|status| InstanceStatus::is_terminal(status))
    else {
        return;
    };
    if !is_periodic && instance.start_time.is_some() && instance.finish_time.is_none() {
        let message = format!("run has ended (status `{status}`), but FinishTime is missing");
        report.push(&FINISH_TIME_MISSING, path.to("FinishTime"), message, None);
    }
}

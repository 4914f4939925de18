//! Time (`T`): whether times are valid, in order and not in the future.

use jiff::{SignedDuration, Timestamp};

use super::places::PathBuilder;
use super::report::{Report, counted};
use crate::finding::Rule;
use crate::finding::Severity::{Error, Info, Warning};
use crate::model::ApiVersion::Current;
use crate::model::{
    Ambiguity, InstanceStatus, Invocation, InvocationResult, InvokeInstance, Outcome, State, Time,
    ambiguity,
};

pub(super) const RULES: &[&Rule] = &[
    &TIMES_OUT_OF_ORDER,
    &TIME_IN_THE_FUTURE,
    &INVALID_TIME,
    &FINISH_TIME_MISSING,
    &TIME_WITHOUT_ZONE,
    &STOP_TIME_MISSING,
    &RUN_LONGER_THAN_TIMEOUT,
    &TIME_OF_LATER_STATE,
    &START_TIME_MISSING,
    &RUN_BEFORE_SCHEDULE,
];

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
    invocation: &Invocation<'_>,
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
    let creation = if is_periodic { creation } else { later(creation, invocation) };
    for (earlier, later) in [(creation, start), (creation, stop), (creation, update)] {
        check_order(earlier, later, path, report);
    }
    // While a periodic command runs again, FinishTime is that of the run before.
    let has_ended = matches!(instance.state(), State::Ended(Outcome::Succeeded | Outcome::Failed));
    if !is_periodic || has_ended {
        check_order(start, finish, path, report);
    }
    check_order(finish, update, path, report);
    if instance.start_time.is_none() {
        check_order(creation, finish, path, report);
    }
    check_stop_time(instance.invocation_status.as_ref(), stop, path, report);
    if !is_periodic {
        check_start_time(instance.invocation_status.as_ref(), start, finish, path, report);
        check_finish_time(instance.status(), start, finish, path, report);
        check_reached(instance.invocation_status.as_ref(), [start, finish, stop], path, report);
        check_duration(start, finish, invocation.timeout, path, report);
    }
}

/// The later one of the times at which a one-time run and its invocation were created.
fn later<'m>(creation: Field<'m>, invocation: &'m Invocation<'_>) -> Field<'m> {
    let of_invocation = invocation.creation_time.as_ref();
    let time = creation.1.into_iter().chain(of_invocation).max_by_key(|time| time.timestamp());
    (creation.0, time)
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
    let status = result.invocation_status.as_ref();
    check_finish_time(status, start, finish, path, report);
    check_stop_time(status, stop, path, report);
    check_start_time(status, start, finish, path, report);
    // No run before this one left its times.
    if result.repeats == Some(0) {
        check_reached(status, [start, finish, stop], path, report);
    }
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
    summary: "a time is before one that it must follow, such as the CreationTime of the instance or invocation",
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
    let problem = match ambiguity(text) {
        Some(Ambiguity::NoZone) => "has no time zone".to_owned(),
        Some(Ambiguity::ZoneName(zone)) => {
            format!("is a client's print of a time; `{zone}` may be one of several time zones")
        }
        None => {
            let message = format!("`{text}` is not a valid time");
            let expected = Some("a time like 2019-12-20T06:15:54Z");
            report.push(&INVALID_TIME, path.to(name), message, expected);
            return;
        }
    };
    let expected = Some("a time in UTC like 2019-12-20T06:15:54Z");
    report.push(&TIME_WITHOUT_ZONE, path.to(name), format!("`{text}` {problem}"), expected);
}

static FINISH_TIME_MISSING: Rule = Rule {
    code: "T804",
    name: "finish-time-missing",
    aliases: &["end-missing"],
    summary: "a one-time run has started and ended, but FinishTime or FinishedTime is missing",
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
    status: Option<&InstanceStatus<'_>>,
    (_, start): Field<'_>,
    (finish_name, finish): Field<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    // What was stopped may have no FinishTime, but a StopTime.
    let has_ended = |status: &&InstanceStatus<'_>| {
        matches!(status.outcome(), Some(Outcome::Succeeded | Outcome::Failed))
    };
    let Some(status) = status.filter(has_ended) else { return };
    if start.is_some() && finish.is_none() {
        let message = format!("run has ended (status `{status}`), but {finish_name} is missing");
        report.push(&FINISH_TIME_MISSING, path.to(finish_name), message, None);
    }
}

static TIME_WITHOUT_ZONE: Rule = Rule {
    code: "T805",
    name: "time-without-zone",
    aliases: &[],
    summary: "a time has no time zone, or one whose name is ambiguous",
    severity: Info,
    api_version: Current,
    enabled_by_default: true,
    reason: "Old responses and some clients write such times; which instant they mean can only be guessed.",
    examples: [
        r#"{"Invocations": [{"CreationTime": "2018-01-05 15:45:02"}]}"#,
        r#"{"Invocations": [{"CreationTime": "2018-01-05 15:45:02 +0800 CST"}]}"#,
    ],
};

static STOP_TIME_MISSING: Rule = Rule {
    code: "T806",
    name: "stop-time-missing",
    aliases: &[],
    summary: "a run with InvocationStatus Terminated has no StopTime",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "A run is terminated by a request, whose time is unknown.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [{"InvocationStatus": "Terminated"}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Terminated", "StopTime": "2026-11-24T10:00:00Z"}]}]}"#,
    ],
};

fn check_stop_time(
    status: Option<&InstanceStatus<'_>>,
    (name, time): Field<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    if status == Some(&InstanceStatus::Terminated) && time.is_none() {
        let message = "run was stopped (status `Terminated`), but StopTime is missing";
        report.push(&STOP_TIME_MISSING, path.to(name), message, None);
    }
}

static RUN_LONGER_THAN_TIMEOUT: Rule = Rule {
    code: "T807",
    name: "run-longer-than-timeout",
    aliases: &[],
    summary: "a one-time run took longer than Timeout, by more than 10 seconds",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "The command was not ended in time, or one of the times is wrong.",
    examples: [
        r#"{"Invocations": [{"Timeout": 60, "InvokeInstances": [
  {"StartTime": "2026-11-24T10:00:00Z", "FinishTime": "2026-11-24T10:05:00Z"}]}]}"#,
        r#"{"Invocations": [{"Timeout": 60, "InvokeInstances": [
  {"StartTime": "2026-11-24T10:00:00Z", "FinishTime": "2026-11-24T10:01:01Z"}]}]}"#,
    ],
};

fn check_duration(
    (_, start): Field<'_>,
    (finish_name, finish): Field<'_>,
    timeout: Option<i64>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    /// Ending the processes takes time too.
    const TOLERANCE: i64 = 10;
    let instants = (start.and_then(Time::timestamp), finish.and_then(Time::timestamp));
    let (Some(timeout), (Some(start), Some(finish))) = (timeout.filter(|it| *it > 0), instants)
    else {
        return;
    };
    let seconds = finish.duration_since(start).as_secs();
    if seconds > timeout.saturating_add(TOLERANCE) {
        let seconds = counted(seconds, "second");
        let message = format!("run took {seconds}; expected at most {timeout} (Timeout)");
        report.push(&RUN_LONGER_THAN_TIMEOUT, path.to(finish_name), message, None);
    }
}

static TIME_OF_LATER_STATE: Rule = Rule {
    code: "T808",
    name: "time-of-later-state",
    aliases: &[],
    summary: "a one-time run that has not started has a StartTime, or one that has not ended a FinishTime or StopTime",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "A time is empty until it is reached: the status is wrong or out of date.",
    examples: [
        r#"{"Invocations": [{"RepeatMode": "Once", "InvokeInstances": [
  {"InvocationStatus": "Running", "FinishTime": "2026-11-24T10:00:00Z"}]}]}"#,
        r#"{"Invocations": [{"RepeatMode": "Once", "InvokeInstances": [
  {"InvocationStatus": "Running", "StartTime": "2026-11-24T10:00:00Z", "FinishTime": ""}]}]}"#,
    ],
};

fn check_reached(
    status: Option<&InstanceStatus<'_>>,
    [start, finish, stop]: [Field<'_>; 3],
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    use InstanceStatus::{Pending, Running, Scheduled};
    let Some(status @ (Pending | Running | Scheduled)) = status else { return };
    let mut check = |(name, time): Field<'_>, state: &str| {
        if time.is_some() {
            let message =
                format!("{name} is present, but the run has not {state} (status `{status}`)");
            report.push(&TIME_OF_LATER_STATE, path.to(name), message, None);
        }
    };
    check(finish, "ended");
    check(stop, "been stopped");
    if *status == Pending {
        check(start, "started");
    }
}

static START_TIME_MISSING: Rule = Rule {
    code: "T809",
    name: "start-time-missing",
    aliases: &[],
    summary: "a one-time run with InvocationStatus Success has a FinishTime or FinishedTime, but no StartTime",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "A run that was not started cannot have succeeded, and its duration is unknown.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Success", "FinishTime": "2026-11-24T10:00:00Z"}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Failed", "FinishTime": "2026-11-24T10:00:00Z"}]}]}"#,
    ],
};

fn check_start_time(
    status: Option<&InstanceStatus<'_>>,
    (start_name, start): Field<'_>,
    (_, finish): Field<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    // What failed may not have been started.
    if status == Some(&InstanceStatus::Success) && start.is_none() && finish.is_some() {
        let message = "run has succeeded (status `Success`), but StartTime is missing";
        report.push(&START_TIME_MISSING, path.to(start_name), message, None);
    }
}

static RUN_BEFORE_SCHEDULE: Rule = Rule {
    code: "T810",
    name: "run-before-schedule",
    aliases: &[],
    summary: "StartTime is before the time of `at(…)` in Frequency, by more than a minute",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "The command runs once, at that time: the time zone may have been mistaken.",
    examples: [
        r#"{"Invocations": [{"Frequency": "at(2026-11-24 10:00:00 GMT+8:00)", "InvokeInstances": [
  {"StartTime": "2026-11-24T01:00:00Z"}]}]}"#,
        r#"{"Invocations": [{"Frequency": "at(2026-11-24 10:00:00 GMT+8:00)", "InvokeInstances": [
  {"StartTime": "2026-11-24T02:00:01Z"}]}]}"#,
    ],
};

/// `scheduled`: when an `at(…)` runs.
pub(super) fn check_scheduled_start(
    instance: &InvokeInstance<'_>,
    scheduled: Option<Timestamp>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    /// The clock of an instance may be fast.
    const TOLERANCE: SignedDuration = SignedDuration::from_mins(1);
    let start = instance.start_time.as_ref().and_then(Time::timestamp);
    if let (Some(start), Some(scheduled)) = (start, scheduled)
        && scheduled.duration_since(start) > TOLERANCE
    {
        let message = format!("`{start}` is before `{scheduled}`, the time of Frequency");
        report.push(&RUN_BEFORE_SCHEDULE, path.to("StartTime"), message, None);
    }
}

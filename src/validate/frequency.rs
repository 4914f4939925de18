//! Frequency (`F`): whether an invocation has a valid schedule, and only if it is periodic.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::places::PathBuilder;
use super::report::{Report, counted};
use super::schedule::{Schedule, ScheduleError};
use crate::finding::Rule;
use crate::finding::Severity::{Error, Warning};
use crate::model::ApiVersion::{Both, Current};
use crate::model::{Frequency, Invocation, InvocationStatus, Outcome, RepeatMode, Time};

pub(super) const RULES: &[&Rule] = &[
    &FREQUENCY_MISSING,
    &UNEXPECTED_FREQUENCY,
    &INVALID_FREQUENCY,
    &FREQUENCY_MATCHES_NO_DATE,
    &REPEAT_MODE_MISMATCH,
    &DAY_AND_WEEKDAY_GIVEN,
    &INTERVAL_BELOW_TIMEOUT,
];

/// The schedules of a document by their text, so that each is parsed once.
pub(super) type Schedules<'m> = HashMap<&'m str, Result<Schedule, ScheduleError>>;

pub(super) fn check<'m>(
    invocation: &'m Invocation<'_>,
    schedules: &mut Schedules<'m>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    check_presence(invocation, path, report);
    if let Some(frequency) = &invocation.frequency {
        let schedule =
            schedules.entry(frequency.as_str()).or_insert_with(|| Schedule::new(frequency));
        match schedule {
            Ok(schedule) => {
                check_form(frequency, path, report);
                check_next_run(invocation, frequency, schedule, path, report);
                check_days(frequency, schedule, path, report);
                check_interval(invocation, frequency, schedule, path, report);
            }
            Err(error) => report_invalid(frequency, error, path, report),
        }
    }
    check_repeat_mode(invocation, path, report);
}

/// When an `at(…)` of the invocation, which has been [checked](check), runs.
pub(super) fn only_run(
    invocation: &Invocation<'_>,
    schedules: &Schedules<'_>,
) -> Option<Timestamp> {
    let frequency = invocation.frequency.as_ref()?;
    let schedule @ Schedule::At(..) = schedules.get(frequency.as_str())?.as_ref().ok()? else {
        return None;
    };
    let first = schedule.next_after(&Timestamp::MIN.to_zoned_datetime(TimeZone::UTC)).ok()?;
    first.map(|time| time.timestamp())
}

/// Whether the invocation may run more than once.
pub(super) fn is_periodic(invocation: &Invocation<'_>) -> bool {
    match &invocation.repeat_mode {
        Some(RepeatMode::Period | RepeatMode::EveryReboot) => true,
        Some(RepeatMode::Once | RepeatMode::NextRebootOnly) => false,
        _ => invocation.timed == Some(true),
    }
}

static FREQUENCY_MISSING: Rule = Rule {
    code: "F701",
    name: "frequency-missing",
    aliases: &["timed-without-frequency"],
    summary: "a periodic invocation has no Frequency",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "The time of the next run is unknown.",
    examples: [
        r#"{"Invocations": [{"Timed": true}]}"#,
        r#"{"Invocations": [{"Timed": true, "Frequency": "0 */20 * * * *"}]}"#,
    ],
};

static UNEXPECTED_FREQUENCY: Rule = Rule {
    code: "F702",
    name: "unexpected-frequency",
    aliases: &["frequency-without-timed"],
    summary: "an invocation that is not periodic has a Frequency",
    severity: Warning,
    api_version: Both,
    enabled_by_default: true,
    reason: "Either the frequency has no effect or the invocation runs again.",
    examples: [
        r#"{"Invocations": [{"Timed": false, "Frequency": "0 */20 * * * *"}]}"#,
        r#"{"Invocations": [{"Timed": false, "Frequency": ""}]}"#,
    ],
};

fn check_presence(invocation: &Invocation<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    let timed = invocation.timed;
    // Only `Period` has a Frequency. Without RepeatMode, which the 2018 reference lacks, Timed decides;
    // it is false for a periodic invocation, too, after that was stopped.
    let (needs_frequency, has_none) = match &invocation.repeat_mode {
        Some(RepeatMode::Period) => (true, false),
        Some(RepeatMode::DryRun | RepeatMode::Other(_)) => (false, false),
        Some(_) => (false, true),
        None => (timed == Some(true), timed == Some(false) && !is_stopped(invocation)),
    };
    match &invocation.frequency {
        None if needs_frequency => {
            let message = "periodic invocation has no Frequency";
            report.push(&FREQUENCY_MISSING, path.to("Frequency"), message, None);
        }
        Some(frequency @ Frequency::At(_)) if has_none => {
            // Without RepeatMode, it is the time of a single run.
            if let Some(mode) = &invocation.repeat_mode {
                let message = format!("`{frequency}` is a Frequency, but RepeatMode is `{mode}`");
                let path = path.to("Frequency");
                report.push(&UNEXPECTED_FREQUENCY, path, message, Some("no Frequency"));
            }
        }
        Some(frequency @ (Frequency::Cron(_) | Frequency::Rate(_))) if has_none => {
            let message = match &invocation.repeat_mode {
                Some(mode) if *mode != RepeatMode::Once => {
                    format!("`{frequency}` is recurring, but RepeatMode is `{mode}`")
                }
                _ => format!("`{frequency}` is recurring, but the invocation is one-time"),
            };
            report.push(&UNEXPECTED_FREQUENCY, path.to("Frequency"), message, Some("no Frequency"));
        }
        _ => {}
    }
}

fn statuses<'m>(invocation: &'m Invocation<'_>) -> impl Iterator<Item = &'m InvocationStatus<'m>> {
    [&invocation.invocation_status, &invocation.invoke_status].into_iter().flatten()
}

fn is_stopped(invocation: &Invocation<'_>) -> bool {
    statuses(invocation).any(|status| {
        *status == InvocationStatus::Stopping || status.outcome() == Some(Outcome::Stopped)
    })
}

static INVALID_FREQUENCY: Rule = Rule {
    code: "F703",
    name: "invalid-frequency",
    aliases: &["frequency-unreadable"],
    summary: "Frequency is not a valid cron expression, `rate(…)` or `at(…)`",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "The time of the next run is unknown.",
    examples: [
        r#"{"Invocations": [{"Timed": true, "Frequency": "0 75 * * * ?"}]}"#,
        r#"{"Invocations": [{"Timed": true, "Frequency": "0 15 10 ? * MON#2 2027 Asia/Shanghai"}]}"#,
    ],
};

fn report_invalid(
    frequency: &Frequency<'_>,
    error: &ScheduleError,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let message = match error {
        ScheduleError::UnknownFormat => format!("`{frequency}` is {error}"),
        ScheduleError::InvalidField { .. } | ScheduleError::UnknownTimeZone { .. } => {
            error.to_string()
        }
        ScheduleError::TooFrequent | ScheduleError::InvalidInterval | ScheduleError::OutOfRange => {
            format!("`{frequency}`: {error}")
        }
    };
    report.push(&INVALID_FREQUENCY, path.to("Frequency"), message, None);
}

/// The reference has no whitespace in `rate(…)`, and none within the parentheses of `at(…)` but one space each
/// between date, time and zone.
fn check_form(frequency: &Frequency<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    let separator = match frequency {
        Frequency::Rate(_) => "",
        Frequency::At(_) => " ",
        Frequency::Cron(_) | Frequency::Other(_) => return,
    };
    let text = frequency.as_str().trim();
    let Some((name, argument)) = text.strip_suffix(')').and_then(|text| text.split_once('('))
    else {
        return;
    };
    let parts: Vec<&str> = argument.split_whitespace().collect();
    if let (Frequency::At(at), [date, time, ..]) = (frequency, &parts[..])
        && [date.len(), time.len()] != ["yyyy-MM-dd".len(), "HH:mm:ss".len()]
    {
        let expected = at.time().strftime("%Y-%m-%d %H:%M:%S").to_string();
        let message = format!("`{date} {time}` is not in the format `yyyy-MM-dd HH:mm:ss`");
        report.push(&INVALID_FREQUENCY, path.to("Frequency"), message, Some(&expected));
        return;
    }
    let expected = format!("{}({})", name.trim_end(), parts.join(separator));
    if text != expected {
        let message = format!("`{text}` has extra whitespace");
        report.push(
            &INVALID_FREQUENCY,
            path.to("Frequency"),
            message,
            Some(&format!("`{expected}`")),
        );
    }
}

static FREQUENCY_MATCHES_NO_DATE: Rule = Rule {
    code: "F704",
    name: "frequency-matches-no-date",
    aliases: &["frequency-never"],
    summary: "Frequency matches no date, or none after CreationTime",
    severity: Warning,
    api_version: Both,
    enabled_by_default: true,
    reason: "The command never runs, and no other field shows it.",
    examples: [
        r#"{"Invocations": [{"Timed": true, "Frequency": "0 0 0 30 2 ?"}]}"#,
        r#"{"Invocations": [{"Timed": true, "Frequency": "0 0 0 29 2 ?"}]}"#,
    ],
};

fn check_next_run(
    invocation: &Invocation<'_>,
    frequency: &Frequency<'_>,
    schedule: &Schedule,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    // Later, no expression has a date, which says nothing about this one.
    let is_covered = |created: &Timestamp| created.to_zoned_datetime(TimeZone::UTC).year() < 2099;
    let created = invocation.creation_time.as_ref().and_then(Time::timestamp).filter(is_covered);
    let unknown_hours = match schedule {
        // The time zone of an instance is unknown. A day earlier is before CreationTime in all of them.
        Schedule::Cron(_, None) => 24,
        Schedule::Cron(_, Some(_)) => 0,
        Schedule::At(..) if created.is_some() => 0,
        Schedule::At(..) | Schedule::Rate(_) => return,
    };
    let unknown = SignedDuration::from_hours(unknown_hours);
    let after = created.unwrap_or(Timestamp::UNIX_EPOCH).saturating_sub(unknown);
    let Ok(after) = after else { return };
    if let Ok(None) = schedule.next_after(&after.to_zoned_datetime(TimeZone::UTC)) {
        let message = match created {
            Some(created) => {
                format!("`{frequency}` matches no date after CreationTime `{created}`")
            }
            None => format!("`{frequency}` matches no date"),
        };
        report.push(&FREQUENCY_MATCHES_NO_DATE, path.to("Frequency"), message, None);
    }
}

static REPEAT_MODE_MISMATCH: Rule = Rule {
    code: "F705",
    name: "repeat-mode-mismatch",
    aliases: &["repeat-mode-against-timed"],
    summary: "Timed contradicts RepeatMode, or the end of the invocation",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "One says that the command runs again or later, the other that it does not.",
    examples: [
        r#"{"Invocations": [{"RepeatMode": "Once", "Timed": true}]}"#,
        r#"{"Invocations": [{"RepeatMode": "Period", "Timed": true}]}"#,
    ],
};

fn check_repeat_mode(invocation: &Invocation<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    use InvocationStatus::{Pending, Running, Scheduled};
    let (Some(mode), Some(timed)) = (&invocation.repeat_mode, invocation.timed) else { return };
    let expected = match mode {
        RepeatMode::Period | RepeatMode::EveryReboot | RepeatMode::NextRebootOnly => true,
        RepeatMode::Once => false,
        RepeatMode::DryRun | RepeatMode::Other(_) => return,
    };
    let mut found = statuses(invocation).peekable();
    let is_active = found.peek().is_some()
        && found.all(|status| matches!(status, Pending | Scheduled | Running));
    let has_ended = match mode {
        RepeatMode::NextRebootOnly => statuses(invocation).any(|status| status.outcome().is_some()),
        _ => statuses(invocation).any(|status| status.outcome() == Some(Outcome::Stopped)),
    };
    // Timed is false for any invocation that was cancelled, stopped or completed.
    if timed && expected && has_ended {
        let message = format!("`true`, but the invocation has ended (RepeatMode `{mode}`)");
        report.push(&REPEAT_MODE_MISMATCH, path.to("Timed"), message, Some("false"));
    } else if timed != expected && (timed || is_active) {
        let message = format!("`{timed}` contradicts RepeatMode `{mode}`");
        let expected = Some(if expected { "true" } else { "false" });
        report.push(&REPEAT_MODE_MISMATCH, path.to("Timed"), message, expected);
    }
}

static DAY_AND_WEEKDAY_GIVEN: Rule = Rule {
    code: "F706",
    name: "day-and-weekday-given",
    aliases: &[],
    summary: "a cron expression gives both the day of the month and the day of the week",
    severity: Warning,
    api_version: Both,
    enabled_by_default: true,
    reason: "The API requires `?` or `*` in one of them. The command runs on days that match either, not only on days that match both.",
    examples: [
        r#"{"Invocations": [{"Timed": true, "Frequency": "0 0 12 15 * MON"}]}"#,
        r#"{"Invocations": [{"Timed": true, "Frequency": "0 0 12 ? * MON"}]}"#,
    ],
};

fn check_days(
    frequency: &Frequency<'_>,
    schedule: &Schedule,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    if let (Schedule::Cron(times, _), Frequency::Cron(cron)) = (schedule, frequency)
        && times.has_both_days()
    {
        let (day, weekday) = (cron.day_of_month(), cron.day_of_week());
        let message = format!(
            "day of month `{day}` and day of week `{weekday}` are both given: runs on days that match either"
        );
        let expected = Some("`?` or `*` in one of them");
        report.push(&DAY_AND_WEEKDAY_GIVEN, path.to("Frequency"), message, expected);
    }
}

static INTERVAL_BELOW_TIMEOUT: Rule = Rule {
    code: "F707",
    name: "interval-below-timeout",
    aliases: &[],
    summary: "runs are scheduled at shorter intervals than Timeout allows",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "The next run may be due while the command still runs. The interval of `rate(…)` must be longer than Timeout, that of a cron expression at least as long.",
    examples: [
        r#"{"Invocations": [{"Timed": true, "Frequency": "rate(60s)", "Timeout": 60}]}"#,
        r#"{"Invocations": [{"Timed": true, "Frequency": "0 * * * * ?", "Timeout": 60}]}"#,
    ],
};

fn check_interval(
    invocation: &Invocation<'_>,
    frequency: &Frequency<'_>,
    schedule: &Schedule,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let Some(timeout) = invocation.timeout.filter(|timeout| *timeout >= 0) else { return };
    let (interval, limit) = match schedule {
        Schedule::Cron(times, _) => {
            let gap = times.gap_below(u32::try_from(timeout).unwrap_or(u32::MAX));
            (gap.map(i64::from), "at least")
        }
        Schedule::Rate(interval) => {
            (Some(interval.as_secs()).filter(|gap| *gap <= timeout), "more than")
        }
        Schedule::At(..) => return,
    };
    if let Some(interval) = interval {
        let interval = counted(interval, "second");
        let message =
            format!("`{frequency}` has an interval of {interval}, but Timeout is {timeout}");
        let expected = format!("{limit} {}", counted(timeout, "second"));
        report.push(&INTERVAL_BELOW_TIMEOUT, path.to("Frequency"), message, Some(&expected));
    }
}

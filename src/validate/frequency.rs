//! Frequency (`F`): whether an invocation has a valid schedule, and only if it is periodic.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::places::PathBuilder;
use super::report::Report;
use super::schedule::ScheduleError;
use crate::finding::Rule;
use crate::finding::Severity::{Error, Warning};
use crate::model::ApiVersion::{Both, Current};
use crate::model::{Frequency, Invocation, RepeatMode, Time};

pub(super) const RULES: &[&Rule] = &[
    &FREQUENCY_MISSING,
    &UNEXPECTED_FREQUENCY,
    &INVALID_FREQUENCY,
    &FREQUENCY_MATCHES_NO_DATE,
    &REPEAT_MODE_MISMATCH,
];

pub(super) fn check(invocation: &Invocation<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    check_presence(invocation, path, report);
    check_schedule(invocation, path, report);
    check_repeat_mode(invocation, path, report);
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
    summary: "a one-time invocation has a recurring Frequency",
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
    let Invocation { timed, frequency, repeat_mode, .. } = invocation;
    let needs_frequency = *timed == Some(true) || *repeat_mode == Some(RepeatMode::Period);
    let runs_once =
        *timed == Some(false) && repeat_mode.as_ref().is_none_or(|mode| *mode == RepeatMode::Once);
    match frequency {
        None if needs_frequency => {
            let message = "periodic invocation has no Frequency";
            report.push(&FREQUENCY_MISSING, path.to("Frequency"), message, None);
        }
        // `at(…)` is allowed: it schedules a single run.
        Some(Frequency::Cron(_) | Frequency::Rate(_)) if runs_once => {
            let frequency = frequency.as_ref().map_or("", Frequency::as_str);
            let message = format!("`{frequency}` is recurring, but the invocation is one-time");
            let expected = Some("no Frequency");
            report.push(&UNEXPECTED_FREQUENCY, path.to("Frequency"), message, expected);
        }
        _ => {}
    }
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

static FREQUENCY_MATCHES_NO_DATE: Rule = Rule {
    code: "F704",
    name: "frequency-matches-no-date",
    aliases: &["frequency-never"],
    summary: "Frequency is a cron expression that matches no date",
    severity: Warning,
    api_version: Both,
    enabled_by_default: true,
    reason: "The command never runs, and no other field shows it.",
    examples: [
        r#"{"Invocations": [{"Timed": true, "Frequency": "0 0 0 30 2 ?"}]}"#,
        r#"{"Invocations": [{"Timed": true, "Frequency": "0 0 0 29 2 ?"}]}"#,
    ],
};

fn check_schedule(invocation: &Invocation<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    let Some(frequency) = &invocation.frequency else { return };
    // The search for the next date is slow.
    if !report.is_enabled(&INVALID_FREQUENCY) && !report.is_enabled(&FREQUENCY_MATCHES_NO_DATE) {
        return;
    }
    let created = invocation.creation_time.as_ref().and_then(Time::timestamp);
    let created = created.unwrap_or(Timestamp::UNIX_EPOCH).to_zoned_datetime(TimeZone::UTC);
    match frequency.next_after(&created) {
        Err(error) => {
            let message = match error {
                ScheduleError::UnknownFormat => format!("`{frequency}` is {error}"),
                ScheduleError::InvalidInterval => format!("`{frequency}`: {error}"),
                ScheduleError::InvalidField { .. } | ScheduleError::UnknownTimeZone { .. } => {
                    error.to_string()
                }
            };
            report.push(&INVALID_FREQUENCY, path.to("Frequency"), message, None);
        }
        Ok(None) if matches!(frequency, Frequency::Cron(_)) => {
            let message = format!("`{frequency}` matches no date");
            report.push(&FREQUENCY_MATCHES_NO_DATE, path.to("Frequency"), message, None);
        }
        Ok(_) => {}
    }
}

static REPEAT_MODE_MISMATCH: Rule = Rule {
    code: "F705",
    name: "repeat-mode-mismatch",
    aliases: &["repeat-mode-against-timed"],
    summary: "RepeatMode and Timed contradict each other",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "One marks the invocation as periodic, the other as one-time.",
    examples: [
        r#"{"Invocations": [{"RepeatMode": "Once", "Timed": true}]}"#,
        r#"{"Invocations": [{"RepeatMode": "Period", "Timed": true}]}"#,
    ],
};

fn check_repeat_mode(invocation: &Invocation<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    let (Some(mode), Some(timed)) = (&invocation.repeat_mode, invocation.timed) else { return };
    let expected = match mode {
        RepeatMode::Period => true,
        RepeatMode::Once => false,
        _ => return,
    };
    if timed != expected {
        let message = format!("`{timed}` contradicts RepeatMode `{mode}`");
        let expected = Some(if expected { "true" } else { "false" });
        report.push(&REPEAT_MODE_MISMATCH, path.to("Timed"), message, expected);
    }
}

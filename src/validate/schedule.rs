//! When a frequency runs next.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, ToSpan as _, ZonedDateTime};

use super::cron::{CronTimes, InvalidField};
use crate::model::{Frequency, RateUnit};

/// The least number of seconds between two runs of a cron expression.
const LEAST_GAP: u32 = 10;

/// Why a frequency has no schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScheduleError {
    /// The text is not a cron expression of six or seven fields, `rate(…)` or `at(…)`.
    UnknownFormat,
    /// A field of a cron expression is invalid.
    InvalidField {
        /// `seconds`, `minutes`, `hours`, `day of month`, `month`, `day of week` or `year`.
        field: &'static str,
        /// The text of the field.
        value: Box<str>,
        /// Why it is invalid, such as `out of range`.
        reason: Box<str>,
    },
    /// The time zone is unknown.
    UnknownTimeZone {
        /// The name of the time zone.
        value: Box<str>,
    },
    /// Two runs of a cron expression are less than 10 seconds apart.
    TooFrequent,
    /// The interval of a `rate(…)` is shorter than 60 seconds or longer than 7 days.
    InvalidInterval,
    /// The time of the run is before year -9999 or after year 9999.
    OutOfRange,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFormat => f.write_str("not a cron expression, `rate(…)` or `at(…)`"),
            Self::InvalidField { field, value, reason } => {
                write!(f, "invalid cron expression: {field} `{value}` {reason}")
            }
            Self::UnknownTimeZone { value } => write!(f, "unknown time zone `{value}`"),
            Self::TooFrequent => f.write_str("runs are less than 10 seconds apart"),
            Self::InvalidInterval => f.write_str("interval is not from 60 seconds to 7 days"),
            Self::OutOfRange => f.write_str("time is out of range"),
        }
    }
}

impl std::error::Error for ScheduleError {}

impl Frequency<'_> {
    /// The time of the first run after `after`, in the time zone of the frequency. Without one, a cron
    /// expression is in the time zone of `after`, and an `at(…)` in UTC. `None` if there is no later run;
    /// a cron expression has none after the year 2099.
    ///
    /// The start of a `rate(…)` is unknown, so its next run is one interval after `after`.
    ///
    /// Each local time that matches a cron expression runs once. If clocks skip it, the run is at the
    /// moment when they are put forward; if it occurs twice, the run is at the first.
    ///
    /// ```
    /// use ecs_invocations::model::Frequency;
    ///
    /// let after: jiff::ZonedDateTime = "2026-11-24T10:07:00[Asia/Shanghai]".parse()?;
    /// let next = Frequency::from("0 */20 * * * ?").next_after(&after)?.unwrap();
    /// assert_eq!(next.to_string(), "2026-11-24T10:20:00+08:00[Asia/Shanghai]");
    /// let next = Frequency::from("0 0 12 ? * 6L 2027 GMT+1:00").next_after(&after)?.unwrap();
    /// assert_eq!(next.to_string(), "2027-01-30T12:00:00+01:00[+01:00]");
    /// assert_eq!(Frequency::from("0 0 0 30 2 ?").next_after(&after)?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the frequency is invalid.
    pub fn next_after(
        &self,
        after: &ZonedDateTime,
    ) -> Result<Option<ZonedDateTime>, ScheduleError> {
        Schedule::new(self)?.next_after(after)
    }
}

/// A valid frequency.
#[derive(Clone, Debug)]
pub(super) enum Schedule {
    /// In the time zone of the instance if it has none.
    Cron(Box<CronTimes>, Option<TimeZone>),
    /// An interval.
    Rate(SignedDuration),
    /// One time.
    At(DateTime, TimeZone),
}

impl Schedule {
    pub(super) fn new(frequency: &Frequency<'_>) -> Result<Self, ScheduleError> {
        match frequency {
            Frequency::Cron(cron) => {
                let zone = cron.zone().map(time_zone).transpose()?;
                let times = CronTimes::parse(cron).map_err(|invalid| {
                    let InvalidField { field, value, reason } = invalid;
                    ScheduleError::InvalidField { field, value, reason }
                })?;
                match times.gap_below(LEAST_GAP) {
                    None => Ok(Self::Cron(Box::new(times), zone)),
                    Some(_) => Err(ScheduleError::TooFrequent),
                }
            }
            Frequency::Rate(rate) => {
                let unit = match rate.unit() {
                    RateUnit::Seconds => 1,
                    RateUnit::Minutes => 60,
                    RateUnit::Hours => 60 * 60,
                    RateUnit::Days => 24 * 60 * 60,
                };
                let seconds = i64::try_from(rate.count()).ok().and_then(|n| n.checked_mul(unit));
                let seconds = seconds.filter(|seconds| (60..=7 * 24 * 60 * 60).contains(seconds));
                seconds
                    .map(|seconds| Self::Rate(SignedDuration::from_secs(seconds)))
                    .ok_or(ScheduleError::InvalidInterval)
            }
            Frequency::At(at) => {
                let zone = at.zone().map(time_zone).transpose()?.unwrap_or(TimeZone::UTC);
                Ok(Self::At(at.time(), zone))
            }
            Frequency::Other(_) => Err(ScheduleError::UnknownFormat),
        }
    }

    pub(super) fn next_after(
        &self,
        after: &ZonedDateTime,
    ) -> Result<Option<ZonedDateTime>, ScheduleError> {
        match self {
            Self::Cron(times, zone) => {
                let zone = zone.clone().unwrap_or_else(|| after.time_zone().clone());
                next_of_cron(times, &after.with_time_zone(zone))
            }
            Self::Rate(interval) => {
                after.checked_add(*interval).map(Some).map_err(|_| ScheduleError::OutOfRange)
            }
            Self::At(time, zone) => {
                let time = run_at(*time, zone)?;
                Ok((time > *after).then_some(time))
            }
        }
    }
}

fn next_of_cron(
    times: &CronTimes,
    after: &ZonedDateTime,
) -> Result<Option<ZonedDateTime>, ScheduleError> {
    let second = after.datetime().with().subsec_nanosecond(0).build();
    // Past the last time that can be represented there is no run.
    let Ok(mut start) = second.and_then(|second| second.checked_add(1.second())) else {
        return Ok(None);
    };
    // When clocks show an hour for the second time, its runs are past; each is skipped here.
    while let Some(time) = times.next(start) {
        let run = run_at(time, after.time_zone())?;
        if run > *after {
            return Ok(Some(run));
        }
        start = time.checked_add(1.second()).map_err(|_| ScheduleError::OutOfRange)?;
    }
    Ok(None)
}

/// When a run of that local time is: if clocks skip it, at the moment when they are put forward; if it
/// occurs twice, at the first.
///
/// Later local times never run earlier, so that a search can go by local time.
fn run_at(time: DateTime, zone: &TimeZone) -> Result<ZonedDateTime, ScheduleError> {
    let ambiguous = zone.to_ambiguous_zoned_datetime(time);
    let is_skipped = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
    let run = ambiguous.earlier().map_err(|_| ScheduleError::OutOfRange)?;
    if is_skipped && let Some(forward) = zone.following(run.timestamp()).next() {
        return Ok(forward.timestamp().to_zoned_datetime(zone.clone()));
    }
    Ok(run)
}

/// The time zone with that name: `Asia/Shanghai`, `GMT+8:00`, `UTC`.
fn time_zone(name: &str) -> Result<TimeZone, ScheduleError> {
    let zone = match name.strip_prefix("GMT").filter(|offset| offset.starts_with(['+', '-'])) {
        Some(offset) => gmt_offset(offset).map(TimeZone::fixed),
        None => TimeZone::get(name).ok(),
    };
    zone.ok_or_else(|| ScheduleError::UnknownTimeZone { value: name.into() })
}

/// Parses an offset such as `+8:00`, from `-12:59` to `+14:59` and without a leading zero.
fn gmt_offset(text: &str) -> Option<Offset> {
    let (hours, minutes) = text.split_at_checked(1)?.1.split_once(':')?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let has_leading_zero = hours.len() > 1 && hours.starts_with('0');
    if !is_number(hours) || has_leading_zero || !is_number(minutes) || minutes.len() != 2 {
        return None;
    }
    let minutes: i32 = minutes.parse().ok().filter(|minutes| *minutes < 60)?;
    let seconds = hours.parse::<i32>().ok().filter(|hours| *hours <= 14)? * 3600 + minutes * 60;
    if text.starts_with('+') {
        Offset::from_seconds(seconds).ok()
    } else {
        Offset::from_seconds(-seconds).ok().filter(|_| seconds < 13 * 3600)
    }
}

//! When a frequency runs next.

use std::cmp::Ordering;
use std::fmt;

use croner::errors::CronError;
use croner::parser::{CronParser, Seconds};
use croner::time::{CivilDate, CivilDateTime, CivilTime, CronDateTime, Resolution, Weekday};
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, ToSpan as _, ZonedDateTime};

use crate::model::{Cron, Frequency, OneTimeSchedule, RateUnit};

/// The calendar repeats after this many years: each date has had each weekday, even across a century
/// without a leap day.
const CALENDAR_YEARS: i16 = 40;

/// The fields of a cron expression, in order.
const FIELDS: [&str; 7] =
    ["seconds", "minutes", "hours", "day of month", "month", "day of week", "year"];

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
    /// The interval is zero, or the time it leads to is out of range.
    InvalidInterval,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFormat => f.write_str("not a cron expression, `rate(…)` or `at(…)`"),
            Self::InvalidField { field, value, reason } => {
                write!(f, "invalid cron expression: {field} `{value}` {reason}")
            }
            Self::UnknownTimeZone { value } => write!(f, "unknown time zone `{value}`"),
            Self::InvalidInterval => f.write_str("interval is zero or out of range"),
        }
    }
}

impl std::error::Error for ScheduleError {}

impl Frequency<'_> {
    /// The time of the first run after `after`, in the time zone of the frequency or, if it has none,
    /// that of `after`. `None` if there is no later run.
    ///
    /// The start of a `rate(…)` is unknown, so its next run is one interval after `after`.
    ///
    /// ```
    /// use ecs_invocations::model::Frequency;
    ///
    /// let after: jiff::ZonedDateTime = "2026-11-24T10:07:00[Asia/Shanghai]".parse()?;
    /// let next = Frequency::from("0 */20 * * * ?").next_after(&after)?.unwrap();
    /// assert_eq!(next.to_string(), "2026-11-24T10:20:00+08:00[Asia/Shanghai]");
    /// let next = Frequency::from("0 0 12 L * ? 2027 GMT+1:00").next_after(&after)?.unwrap();
    /// assert_eq!(next.to_string(), "2027-01-31T12:00:00+01:00[+01:00]");
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
        match self {
            Self::Cron(cron) => cron.next_after(after),
            Self::Rate(rate) => {
                let count =
                    i64::try_from(rate.count()).map_err(|_| ScheduleError::InvalidInterval)?;
                let span = match rate.unit() {
                    RateUnit::Minutes => 0.seconds().try_minutes(count),
                    RateUnit::Hours => 0.seconds().try_hours(count),
                    RateUnit::Days => 0.seconds().try_hours(count.saturating_mul(24)),
                };
                let span = span.ok().filter(|_| count > 0).ok_or(ScheduleError::InvalidInterval)?;
                after.checked_add(span).map(Some).map_err(|_| ScheduleError::InvalidInterval)
            }
            Self::At(at) => at.next_after(after),
            Self::Other(_) => Err(ScheduleError::UnknownFormat),
        }
    }
}

impl OneTimeSchedule<'_> {
    fn next_after(&self, after: &ZonedDateTime) -> Result<Option<ZonedDateTime>, ScheduleError> {
        let zone = zone(self.zone(), after)?;
        let time =
            zone.to_zoned_datetime(self.time()).map_err(|_| ScheduleError::InvalidInterval)?;
        Ok((time > *after).then_some(time))
    }
}

impl Cron<'_> {
    fn next_after(&self, after: &ZonedDateTime) -> Result<Option<ZonedDateTime>, ScheduleError> {
        let zone = zone(self.zone(), after)?;
        let parser = CronParser::builder()
            .seconds(Seconds::Required)
            .alternative_weekdays(true)
            .dom_and_dow(true)
            .sloppy_ranges(true)
            .build();
        let mut fields = [
            self.seconds(),
            self.minutes(),
            self.hours(),
            self.day_of_month(),
            self.month(),
            self.day_of_week(),
            self.year().unwrap_or("*"),
        ];
        let parse = |fields: &[&str]| parser.parse(&fields.join(" "));
        let schedule = parse(&fields).map_err(|whole| {
            // The parser does not name the invalid field, so each is parsed with wildcards around it.
            let invalid = (0..fields.len()).find_map(|index| {
                let mut single = ["*"; FIELDS.len()];
                single[index] = fields[index];
                parse(&single).err().map(|error| (index, error))
            });
            let (index, error) = invalid.unwrap_or((0, whole));
            ScheduleError::InvalidField {
                field: FIELDS[index],
                value: fields[index].into(),
                reason: reason(&error).into(),
            }
        })?;
        let clock = Clock(after.with_time_zone(zone));
        // A date that is not in one cycle of the calendar does not exist; searching all years is slow.
        let first_year = clock.0.year().max(1);
        let years = format!("{first_year}-{}", first_year + CALENDAR_YEARS);
        let year = std::mem::replace(&mut fields[FIELDS.len() - 1], &years);
        let next = parse(&fields).and_then(|schedule| schedule.find_next_occurrence(&clock, false));
        if year == "*" {
            return Ok(next.ok().map(|Clock(next)| next));
        }
        // The year field may name only years that have passed, or years after the cycle.
        let Ok(_) = next else { return Ok(None) };
        Ok(schedule.find_next_occurrence(&clock, false).ok().map(|Clock(next)| next))
    }
}

/// The parser's message as what follows the text of a field.
fn reason(error: &CronError) -> String {
    if matches!(error, CronError::IllegalCharacters(_)) {
        return "contains an invalid character".to_owned();
    }
    let text = error.to_string();
    let text = text.rsplit_once("error: ").map_or(&*text, |(_, reason)| reason);
    let text = text.trim_end_matches('.');
    if text.contains("out of bounds") {
        return "out of range".to_owned();
    }
    if text == "Step cannot be zero" {
        return "has a step of 0".to_owned();
    }
    match text.strip_prefix("Invalid ") {
        Some(part) => format!("has an invalid {part}"),
        None => format!("is invalid: {text}"),
    }
}

/// The time zone with that name (`Asia/Shanghai`, `GMT+8:00`, `UTC`); without a name, that of `after`.
fn zone(name: Option<&str>, after: &ZonedDateTime) -> Result<TimeZone, ScheduleError> {
    let Some(name) = name else {
        return Ok(after.time_zone().clone());
    };
    let unknown = || ScheduleError::UnknownTimeZone { value: name.into() };
    let offset = name.strip_prefix("GMT").or_else(|| name.strip_prefix("UTC"));
    match offset.filter(|offset| !offset.is_empty()) {
        Some(offset) => {
            let seconds = offset_seconds(offset).ok_or_else(unknown)?;
            Offset::from_seconds(seconds).map(TimeZone::fixed).map_err(|_| unknown())
        }
        None => TimeZone::get(name).map_err(|_| unknown()),
    }
}

/// Parses an offset such as `+8:00`, `-05:30` or `+8`.
fn offset_seconds(offset: &str) -> Option<i32> {
    let (sign, offset) = match offset.as_bytes().first()? {
        b'+' => (1, &offset[1..]),
        b'-' => (-1, &offset[1..]),
        _ => return None,
    };
    let (hours, minutes) = offset.split_once(':').unwrap_or((offset, "0"));
    let number = |text: &str| {
        let is_number = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i32>().ok().filter(|_| is_number)
    };
    let minutes = number(minutes).filter(|minutes| *minutes < 60)?;
    Some(sign * (number(hours)? * 3600 + minutes * 60))
}

/// Implements the time interface of the cron library.
#[derive(Clone)]
struct Clock(ZonedDateTime);

fn to_jiff(civil: CivilDateTime) -> Result<DateTime, CronError> {
    let part = |number: u32| i8::try_from(number).map_err(|_| CronError::InvalidDate);
    let year = i16::try_from(civil.year()).map_err(|_| CronError::InvalidDate)?;
    let [month, day] = [part(civil.month())?, part(civil.day())?];
    let [hour, minute, second] =
        [part(civil.hour())?, part(civil.minute())?, part(civil.second())?];
    DateTime::new(year, month, day, hour, minute, second, 0).map_err(|_| CronError::InvalidDate)
}

impl CronDateTime for Clock {
    fn to_civil(&self) -> CivilDateTime {
        let time = self.0.datetime();
        let part = |number: i8| u32::from(number.unsigned_abs());
        CivilDateTime::new(
            CivilDate::from_parts_unchecked(
                i32::from(time.year()),
                part(time.month()),
                part(time.day()),
            ),
            CivilTime::from_parts_unchecked(
                part(time.hour()),
                part(time.minute()),
                part(time.second()),
            ),
        )
    }

    fn civil_weekday(&self) -> Weekday {
        let days = self.0.weekday().to_sunday_zero_offset();
        Weekday::from_days_from_sunday(u32::from(days.unsigned_abs()))
    }

    fn resolve_civil(&self, civil: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        let invalid = |_| CronError::InvalidTime;
        let ambiguous = self.0.time_zone().to_ambiguous_zoned_datetime(to_jiff(civil)?);
        Ok(match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => {
                Resolution::Single(Self(ambiguous.unambiguous().map_err(invalid)?))
            }
            AmbiguousOffset::Fold { .. } => Resolution::Ambiguous(
                Self(ambiguous.clone().earlier().map_err(invalid)?),
                Self(ambiguous.later().map_err(invalid)?),
            ),
            AmbiguousOffset::Gap { .. } => Resolution::Gap,
        })
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        self.0.checked_add(SignedDuration::from_secs(seconds)).ok().map(Self)
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.timestamp().cmp(&other.0.timestamp())
    }
}

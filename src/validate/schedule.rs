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

/// In so many years each day of the year falls on each day of the week, a leap day that is passed over
/// included.
const CALENDAR_YEARS: i16 = 40;

/// The fields of a cron expression, in order.
const FIELDS: [&str; 7] =
    ["seconds", "minutes", "hours", "day of month", "month", "day of week", "year"];

/// Why it cannot be told when a frequency runs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScheduleError {
    /// The text is neither a cron expression of six or seven fields nor `rate(…)` nor `at(…)`.
    Form,
    /// A field of a cron expression does not read.
    Field {
        /// Which one: `seconds`, `minutes`, `hours`, `day of month`, `month`, `day of week` or `year`.
        field: &'static str,
        /// What stands there.
        value: Box<str>,
        /// Why it does not read.
        reason: Box<str>,
    },
    /// The time zone is not known.
    Zone {
        /// What stands there.
        value: Box<str>,
    },
    /// An interval of no length, or one beyond what a calendar has.
    Interval,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str("it is no cron expression, `rate(…)` or `at(…)`"),
            Self::Field { field, value, reason } => {
                write!(f, "the field for the {field}, `{value}`, does not read: {reason}")
            }
            Self::Zone { value } => write!(f, "the time zone `{value}` is not known"),
            Self::Interval => f.write_str("the interval has no length that a calendar has"),
        }
    }
}

impl std::error::Error for ScheduleError {}

impl Frequency<'_> {
    /// The first run after an instant, on the clocks of the frequency's own zone; where it names none, on
    /// those of `after`. `None` if it never runs again.
    ///
    /// A `rate(…)` does not say when it began, so its next run is one interval after `after`.
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
    /// Where the text does not read as a frequency: which field of it, and why.
    pub fn next_after(
        &self,
        after: &ZonedDateTime,
    ) -> Result<Option<ZonedDateTime>, ScheduleError> {
        match self {
            Self::Cron(cron) => cron.next_after(after),
            Self::Rate(rate) => {
                let count = i64::try_from(rate.count()).map_err(|_| ScheduleError::Interval)?;
                let span = match rate.unit() {
                    RateUnit::Minutes => 0.seconds().try_minutes(count),
                    RateUnit::Hours => 0.seconds().try_hours(count),
                    RateUnit::Days => 0.seconds().try_hours(count.saturating_mul(24)),
                };
                let span = span.ok().filter(|_| count > 0).ok_or(ScheduleError::Interval)?;
                after.checked_add(span).map(Some).map_err(|_| ScheduleError::Interval)
            }
            Self::At(at) => at.next_after(after),
            Self::Other(_) => Err(ScheduleError::Form),
        }
    }
}

impl OneTimeSchedule<'_> {
    fn next_after(&self, after: &ZonedDateTime) -> Result<Option<ZonedDateTime>, ScheduleError> {
        let zone = zone(self.zone(), after)?;
        let time = zone.to_zoned_datetime(self.time()).map_err(|_| ScheduleError::Interval)?;
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
            // Each field alone among others that are right.
            let alone = (0..fields.len()).find_map(|nth| {
                let mut others = ["*"; FIELDS.len()];
                others[nth] = fields[nth];
                parse(&others).err().map(|error| (nth, error))
            });
            let (nth, error) = alone.unwrap_or((0, whole));
            ScheduleError::Field {
                field: FIELDS[nth],
                value: fields[nth].into(),
                reason: reason(&error).into(),
            }
        })?;
        let clock = Clock(after.with_time_zone(zone));
        // What does not come in one round of the calendar never does; to search all years takes long.
        let years =
            format!("{0}-{1}", clock.0.year().max(1), clock.0.year().max(1) + CALENDAR_YEARS);
        let given = std::mem::replace(&mut fields[FIELDS.len() - 1], &years);
        let next = parse(&fields).and_then(|schedule| schedule.find_next_occurrence(&clock, false));
        if given == "*" {
            return Ok(next.ok().map(|Clock(next)| next));
        }
        // The years that are given may all have passed, or be far.
        let Ok(_) = next else { return Ok(None) };
        Ok(schedule.find_next_occurrence(&clock, false).ok().map(|Clock(next)| next))
    }
}

fn reason(error: &CronError) -> String {
    let text = error.to_string();
    let text = text.rsplit_once("error: ").map_or(&*text, |(_, reason)| reason);
    text.trim_end_matches('.').to_owned()
}

/// The zone of that name (`Asia/Shanghai`, `GMT+8:00`, `UTC`), or that of `after` where there is none.
fn zone(name: Option<&str>, after: &ZonedDateTime) -> Result<TimeZone, ScheduleError> {
    let Some(name) = name else {
        return Ok(after.time_zone().clone());
    };
    let unknown = || ScheduleError::Zone { value: name.into() };
    let offset = name.strip_prefix("GMT").or_else(|| name.strip_prefix("UTC"));
    match offset.filter(|offset| !offset.is_empty()) {
        Some(offset) => {
            let seconds = offset_seconds(offset).ok_or_else(unknown)?;
            Offset::from_seconds(seconds).map(TimeZone::fixed).map_err(|_| unknown())
        }
        None => TimeZone::get(name).map_err(|_| unknown()),
    }
}

/// The seconds of `+8:00`, `-05:30` or `+8`.
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

/// A time of day somewhere, as the cron library asks for it.
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

//! A naive evaluator, which finds the runs of a frequency from the text of the reference alone.
//!
//! It goes through the instants from some time on and remembers the latest local time that a clock has
//! shown. A local time runs at the instant when clocks reach it or skip it for the first time.

use std::sync::LazyLock;

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;
/// Days of 1970 to 2099, the years that an expression may name.
pub const DAYS: i64 = 130 * 365 + 32;

pub const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
pub const WEEKDAYS: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/// What a valid frequency says.
#[derive(Debug)]
pub enum Plan {
    Cron(Box<Cron>, Option<TimeZone>),
    Rate(i64),
    At(Box<Cron>, TimeZone),
}

impl Plan {
    /// `None` if it is invalid.
    pub fn read(text: &str) -> Option<Self> {
        if let Some(argument) = text.strip_prefix("rate(") {
            let argument = argument.strip_suffix(')')?;
            let (count, unit) = argument.split_at_checked(argument.len().checked_sub(1)?)?;
            let unit = match unit {
                "s" => 1,
                "m" => MINUTE,
                "h" => HOUR,
                "d" => DAY,
                _ => return None,
            };
            let interval = count.parse::<i64>().ok()?.checked_mul(unit)?;
            return (MINUTE..=7 * DAY).contains(&interval).then_some(Self::Rate(interval));
        }
        if let Some(argument) = text.strip_prefix("at(") {
            let mut parts = argument.strip_suffix(')')?.split(' ');
            let date: Vec<&str> = parts.next()?.split('-').collect();
            let time: Vec<&str> = parts.next()?.split(':').collect();
            let zone = parts.next().map_or(Some(TimeZone::UTC), time_zone)?;
            let ([year, month, day], [hour, minute, second]) =
                (date[..].try_into().ok()?, time[..].try_into().ok()?);
            let cron = Cron::read(&[second, minute, hour, day, month, "?", year])?;
            // Such as the 31st of April, which a cron expression may name.
            cron.dates.first()?;
            return Some(Self::At(Box::new(cron), zone));
        }
        let mut fields: Vec<&str> = text.split_whitespace().collect();
        let is_zone = |field: &&str| field.starts_with(|c: char| c.is_ascii_alphabetic());
        let zone = if fields.len() > 6 { fields.pop_if(|field| is_zone(&*field)) } else { None };
        let zone = zone.map_or(Some(None), |zone| time_zone(zone).map(Some))?;
        if fields.len() == 6 {
            fields.push("*");
        }
        let cron = Cron::read(&fields[..].try_into().ok()?)?;
        (!cron.is_more_often_than(10)).then(|| Self::Cron(Box::new(cron), zone))
    }

    pub fn next_after(&self, after: &ZonedDateTime) -> Option<Timestamp> {
        let instant = after.timestamp();
        match self {
            Self::Cron(cron, zone) => {
                cron.next_run(instant, zone.as_ref().unwrap_or(after.time_zone()))
            }
            Self::Rate(interval) => {
                let second = instant.as_second() + interval;
                Timestamp::new(second, instant.subsec_nanosecond()).ok()
            }
            Self::At(cron, zone) => cron.next_run(instant, zone),
        }
    }
}

fn time_zone(name: &str) -> Option<TimeZone> {
    if let Some((sign, offset)) = name.strip_prefix("GMT").and_then(|rest| rest.split_at_checked(1))
    {
        let offsets = (0..15).flat_map(|hour| (0..60).map(move |minute| (hour, minute)));
        let (hour, minute) =
            offsets.into_iter().find(|(hour, minute)| format!("{hour}:{minute:02}") == offset)?;
        let seconds = hour * 3600 + minute * 60;
        return match sign {
            "+" => Offset::from_seconds(seconds).ok().map(TimeZone::fixed),
            "-" if hour < 13 => Offset::from_seconds(-seconds).ok().map(TimeZone::fixed),
            _ => None,
        };
    }
    TimeZone::get(name).ok()
}

/// A day of the calendar.
struct Date {
    year: usize,
    month: usize,
    day: usize,
    /// The number of days of the month.
    length: usize,
    /// Of the first of the month, from 1 for Monday.
    first_weekday: usize,
}

impl Date {
    /// The date that many days after 1970-01-01.
    fn new(days: i64) -> &'static Self {
        static DATES: LazyLock<Vec<Date>> = LazyLock::new(Date::all);
        // The clocks of some zones are in 2100 before the search ends.
        &DATES[usize::try_from(days).expect("not before 1970")]
    }

    /// All dates from 1970-01-01, a Thursday, on.
    fn all() -> Vec<Self> {
        let mut dates = Vec::new();
        for year in 1970..=2100_usize {
            let is_leap =
                year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
            let february = if is_leap { 29 } else { 28 };
            let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            for (month, length) in (1..).zip(lengths) {
                let first_weekday = (dates.len() + 3) % 7 + 1;
                dates.extend((1..=length).map(|day| Self {
                    year,
                    month,
                    day,
                    length,
                    first_weekday,
                }));
            }
        }
        dates
    }
}

/// Whether each value of a field matches.
pub struct Cron {
    seconds: Vec<bool>,
    minutes: Vec<bool>,
    hours: Vec<bool>,
    months: Vec<bool>,
    years: Vec<bool>,
    /// By the length of the month, the weekday of its first day, and the day.
    days: Vec<bool>,
    /// The days with runs, from 1970-01-01.
    dates: Vec<i64>,
    pub day_is_given: bool,
    pub weekday_is_given: bool,
}

impl std::fmt::Debug for Cron {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cron")
    }
}

impl Cron {
    fn read(fields: &[&str; 7]) -> Option<Self> {
        let table = |text: &str, min: usize, max: usize, names: &[&str]| {
            (0..=max)
                .map(|value| field_matches(text, value, min, max, names))
                .collect::<Option<Vec<bool>>>()
        };
        let [seconds, minutes, hours, day, month, weekday, year] = *fields;
        let is_given = |text: &str| text != "?" && text.split(',').all(|entry| entry != "*");
        let (day_is_given, weekday_is_given) = (is_given(day), is_given(weekday));
        let mut days = vec![false; 32 * 8 * 32];
        for (length, first) in
            (28..=31).flat_map(|length| (1..=7).map(move |first| (length, first)))
        {
            for date in 1..=length {
                let of_month = day_matches(day, date, length, first)?;
                let of_week = weekday_matches(weekday, date, length, first)?;
                days[(length * 8 + first) * 32 + date] = match (day_is_given, weekday_is_given) {
                    (true, true) => of_month || of_week,
                    (true, false) => of_month,
                    (false, true) => of_week,
                    (false, false) => true,
                };
            }
        }
        let mut cron = Self {
            seconds: table(seconds, 0, 59, &[])?,
            minutes: table(minutes, 0, 59, &[])?,
            hours: table(hours, 0, 23, &[])?,
            months: table(month, 1, 12, &MONTHS)?,
            years: table(year, 1970, 2099, &[])?,
            days,
            dates: Vec::new(),
            day_is_given,
            weekday_is_given,
        };
        cron.dates = (0..DAYS).filter(|day| cron.has_day(Date::new(*day))).collect();
        Some(cron)
    }

    fn has_day(&self, date: &Date) -> bool {
        self.years.get(date.year) == Some(&true)
            && self.months[date.month]
            && self.days[(date.length * 8 + date.first_weekday) * 32 + date.day]
    }

    /// Whether the second of a day matches.
    fn has_second(&self, second: i64) -> bool {
        let index = |number: i64| usize::try_from(number).expect("not negative");
        self.hours[index(second / HOUR)]
            && self.minutes[index(second % HOUR / MINUTE)]
            && self.seconds[index(second % MINUTE)]
    }

    /// Numbers of local seconds from `local` on that do not match: up to shortly before the next date, and
    /// a month, the day, the hour and the minute if none of them matches.
    fn quiet(&self, local: i64) -> Vec<i64> {
        let (day, second) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let mut quiet = Vec::new();
        let next = self.dates.partition_point(|date| *date < day);
        let next = self.dates.get(next).copied().unwrap_or(DAYS + 9);
        if next > day {
            // Clocks may be put forward and back meanwhile, so the last days are left out.
            let days = next - day - 2;
            quiet.extend([days, days.min(28)].map(|days| days * DAY));
            quiet.push(DAY - second);
        }
        let hour = usize::try_from(second / HOUR).expect("small");
        if !quiet.is_empty() || !self.hours[hour] {
            quiet.push(HOUR - second % HOUR);
        }
        let minute = usize::try_from(second % HOUR / MINUTE).expect("small");
        if !quiet.is_empty() || !self.minutes[minute] {
            quiet.push(MINUTE - second % MINUTE);
        }
        quiet
    }

    fn matches(&self, local: i64) -> bool {
        local >= 0
            && self.has_second(local.rem_euclid(DAY))
            && self.dates.binary_search(&local.div_euclid(DAY)).is_ok()
    }

    pub fn next_run(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = |instant: i64| {
            let timestamp = Timestamp::from_second(instant).expect("in range");
            instant + i64::from(zone.to_offset(timestamp).seconds())
        };
        // Rounded down: the first whole second after it is after it.
        let after = after.as_nanosecond().div_euclid(1_000_000_000);
        let after = i64::try_from(after).expect("in range");
        // No clock is put back by two days.
        let mut instant = after - 2 * DAY;
        let mut latest = local(instant);
        while instant < (DAYS + 2) * DAY {
            let quiet = if local(instant) != latest {
                Vec::new()
            } else if instant + MINUTE < after {
                // Nothing is looked for yet.
                let lengths = [DAY, HOUR, MINUTE];
                lengths.into_iter().filter(|length| instant + length < after).collect()
            } else {
                self.quiet(latest + 1)
            };
            let mut lengths = quiet.into_iter().filter(|length| *length > 0);
            if let Some(length) = lengths.find(|length| local(instant + length) == latest + length)
            {
                instant += length;
                latest += length;
                continue;
            }
            instant += 1;
            while latest < local(instant) {
                latest += 1;
                if instant > after && self.matches(latest) {
                    return Timestamp::from_second(instant).ok();
                }
            }
        }
        None
    }

    /// Whether some runs are less than that many seconds apart by the clock.
    pub fn is_more_often_than(&self, limit: i64) -> bool {
        let parts = |matches: &[bool]| -> Vec<i64> {
            (0..).zip(matches).filter(|(_, matches)| **matches).map(|(part, _)| part).collect()
        };
        let [hours, minutes, of_minute] =
            [&self.hours, &self.minutes, &self.seconds].map(|m| parts(m));
        let mut seconds = Vec::new();
        for (hour, minute) in
            hours.iter().flat_map(|hour| minutes.iter().map(move |minute| (hour, minute)))
        {
            seconds.extend(of_minute.iter().map(|second| hour * HOUR + minute * MINUTE + second));
        }
        let [first, .., last] = seconds[..] else {
            return limit > DAY && self.has_days_within(limit - 1);
        };
        let in_day = seconds.windows(2).any(|pair| pair[1] - pair[0] < limit);
        in_day || DAY - last + first < limit && self.has_days_within(limit - 1 + last - first)
    }

    /// Whether two days with runs begin at most that many seconds apart.
    fn has_days_within(&self, seconds: i64) -> bool {
        self.dates.windows(2).any(|days| (days[1] - days[0]) * DAY <= seconds)
    }
}

/// `None` if the text is invalid.
fn field_matches(text: &str, value: usize, min: usize, max: usize, names: &[&str]) -> Option<bool> {
    let entries = text.split(',').map(|entry| entry_matches(entry, value, min, max, names));
    entries.collect::<Option<Vec<bool>>>().map(|matches| matches.contains(&true))
}

fn entry_matches(text: &str, value: usize, min: usize, max: usize, names: &[&str]) -> Option<bool> {
    let (range, step) = match text.split_once('/') {
        None => (text, None),
        Some((range, step)) => (range, Some(number(step).filter(|step| (1..=max).contains(step))?)),
    };
    let of = |text: &str| named(text, min, max, names);
    let (first, last) = match range.split_once('-') {
        Some((first, last)) => (of(first)?, of(last)?),
        None if range == "*" => (min, max),
        None if step.is_some() => (of(range)?, max),
        None => (of(range)?, of(range)?),
    };
    if first > last {
        return None;
    }
    Some(first <= value && value <= last && (value - first).is_multiple_of(step.unwrap_or(1)))
}

fn named(text: &str, min: usize, max: usize, names: &[&str]) -> Option<usize> {
    let name = names.iter().position(|name| *name == text.to_uppercase());
    name.map(|index| index + min).or_else(|| number(text)).filter(|n| (min..=max).contains(n))
}

/// A number with at most one leading zero.
fn number(text: &str) -> Option<usize> {
    let digits = text.strip_prefix('0').filter(|rest| !rest.is_empty()).unwrap_or(text);
    digits.parse().ok().filter(|number: &usize| number.to_string() == digits)
}

/// The weekday of a day of the month, from 1 for Monday.
fn weekday(date: usize, first_weekday: usize) -> usize {
    (first_weekday - 1 + date - 1) % 7 + 1
}

fn day_matches(text: &str, date: usize, length: usize, first_weekday: usize) -> Option<bool> {
    if text == "?" {
        return Some(true);
    }
    let is_workday = |date: &usize| weekday(*date, first_weekday) <= 5;
    let entries = text.split(',').map(|entry| match entry.to_uppercase().as_str() {
        "L" => Some(date == length),
        "LW" => Some((1..=length).rev().find(is_workday) == Some(date)),
        upper => match upper.strip_suffix('W') {
            Some(target) => {
                let target = named(target, 1, 31, &[])?;
                let nearest =
                    (1..=length).filter(is_workday).min_by_key(|workday| workday.abs_diff(target));
                Some(target <= length && nearest == Some(date))
            }
            None => entry_matches(entry, date, 1, 31, &[]),
        },
    });
    entries.collect::<Option<Vec<bool>>>().map(|matches| matches.contains(&true))
}

fn weekday_matches(text: &str, date: usize, length: usize, first_weekday: usize) -> Option<bool> {
    if text == "?" {
        return Some(true);
    }
    let today = weekday(date, first_weekday);
    let same = |from: usize, to: usize| (from..=to).filter(|n| weekday(*n, first_weekday) == today);
    let entries = text.split(',').map(|entry| {
        let upper = entry.to_uppercase();
        if upper == "L" {
            Some(today == 7)
        } else if let Some(day) = upper.strip_suffix('L') {
            Some(named(day, 1, 7, &WEEKDAYS)? == today && same(date + 1, length).next().is_none())
        } else if let Some((day, nth)) = upper.split_once('#') {
            let nth = number(nth).filter(|nth| (1..=5).contains(nth))?;
            Some(named(day, 1, 7, &WEEKDAYS)? == today && same(1, date).count() == nth)
        } else {
            entry_matches(entry, today, 1, 7, &WEEKDAYS)
        }
    });
    entries.collect::<Option<Vec<bool>>>().map(|matches| matches.contains(&true))
}

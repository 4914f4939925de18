//! The fields of a cron expression, and the local times that they match.
//!
//! Computed here because cron libraries give `L`, `#`, `MON-SUN` or the combination of the two day
//! fields another meaning, and search long for a date that never comes. Here a search looks at each month
//! up to [`LAST_YEAR`] at most once, so its work is bounded.

use jiff::civil::{Date, DateTime, Weekday, date};

use crate::model::Cron;

/// The first year that an expression may name, from which `*/2` counts.
const FIRST_YEAR: i16 = 1970;
/// The last year that an expression may name, after which nothing runs.
const LAST_YEAR: i16 = 2099;

const DAY: u32 = 24 * 60 * 60;

/// What a field may hold.
struct Field {
    name: &'static str,
    min: u32,
    max: u32,
    /// The names of the values from `min` on.
    names: &'static [&'static str],
    /// What is subtracted from a value in a [`Set`].
    base: u32,
}

const fn field(name: &'static str, min: u32, max: u32) -> Field {
    Field { name, min, max, names: &[], base: 0 }
}

const SECONDS: Field = field("seconds", 0, 59);
const MINUTES: Field = field("minutes", 0, 59);
const HOURS: Field = field("hours", 0, 23);
const DAY_OF_MONTH: Field = field("day of month", 1, 31);
const MONTH: Field = Field {
    names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    ..field("month", 1, 12)
};
const DAY_OF_WEEK: Field = Field {
    names: &["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"],
    ..field("day of week", 1, 7)
};
const YEAR: Field =
    Field { base: FIRST_YEAR as u32, ..field("year", FIRST_YEAR as u32, LAST_YEAR as u32) };

/// Numbers from 0 to 191.
#[derive(Clone, Copy, Debug, Default)]
struct Set([u64; 3]);

impl Set {
    fn insert(&mut self, number: u32) {
        self.0[number as usize / 64] |= 1 << (number % 64);
    }

    fn contains(self, number: u32) -> bool {
        self.0[number as usize / 64] >> (number % 64) & 1 == 1
    }

    fn iter(self) -> impl DoubleEndedIterator<Item = u32> {
        (0..192).filter(move |number| self.contains(*number))
    }

    /// The first number from `number` on.
    fn next(self, number: u32) -> Option<u32> {
        (number..192).find(|number| self.contains(*number))
    }

    fn bounds(self) -> (u32, u32) {
        let mut numbers = self.iter();
        let first = numbers.next().unwrap_or_default();
        (first, numbers.next_back().unwrap_or(first))
    }

    /// The least distance between two numbers.
    fn least_gap(self) -> Option<u32> {
        self.iter().zip(self.iter().skip(1)).map(|(number, next)| next - number).min()
    }
}

/// The days of a month that a day field matches.
#[derive(Clone, Debug, Default)]
struct Days {
    /// Whether it has an entry other than `*` and `?`.
    is_given: bool,
    /// Days of the month or weekdays.
    plain: Set,
    /// `L`: the last day of the month.
    last: bool,
    /// `LW`: the last workday of the month.
    last_workday: bool,
    /// `5W`: the workday nearest to the 5th.
    nearest_workday: Set,
    /// `6L`: the last Saturday.
    last_weekday: Set,
    /// `6#3`, the third Saturday, as 7 × 3 + 6.
    nth_weekday: Set,
}

/// A field that is invalid, and why.
pub(super) struct InvalidField {
    pub(super) field: &'static str,
    pub(super) value: Box<str>,
    pub(super) reason: Box<str>,
}

/// A valid cron expression.
#[derive(Clone, Debug)]
pub(super) struct CronTimes {
    seconds: Set,
    minutes: Set,
    hours: Set,
    day_of_month: Days,
    month: Set,
    day_of_week: Days,
    /// From [`FIRST_YEAR`].
    year: Set,
    /// Whether there is no date that matches, so that this is searched once only.
    never: bool,
}

impl CronTimes {
    pub(super) fn parse(cron: &Cron<'_>) -> Result<Self, InvalidField> {
        let mut times = Self {
            seconds: parse_set(&SECONDS, cron.seconds())?,
            minutes: parse_set(&MINUTES, cron.minutes())?,
            hours: parse_set(&HOURS, cron.hours())?,
            day_of_month: parse_days(&DAY_OF_MONTH, cron.day_of_month())?,
            month: parse_set(&MONTH, cron.month())?,
            day_of_week: parse_days(&DAY_OF_WEEK, cron.day_of_week())?,
            year: parse_set(&YEAR, cron.year().unwrap_or("*"))?,
            never: false,
        };
        times.never = times.next(DateTime::MIN).is_none();
        Ok(times)
    }

    /// Whether both the day of the month and the day of the week are given.
    pub(super) fn has_both_days(&self) -> bool {
        self.day_of_month.is_given && self.day_of_week.is_given
    }

    /// The first local time from `start` on.
    pub(super) fn next(&self, start: DateTime) -> Option<DateTime> {
        if self.never {
            return None;
        }
        let start = start.max(date(FIRST_YEAR, 1, 1).at(0, 0, 0, 0));
        let [first_hour, first_minute, first_second] = self.first_time();
        for month in self.months(start.year(), start.month()) {
            for day in self.days(month) {
                let day = date(month.year(), month.month(), day);
                if day > start.date() {
                    return Some(day.at(first_hour, first_minute, first_second, 0));
                }
                let today = (day == start.date()).then(|| self.next_time(start)).flatten();
                if let Some([hour, minute, second]) = today {
                    return Some(day.at(hour, minute, second, 0));
                }
            }
        }
        None
    }

    /// The least number of seconds between two runs by the clock, if it is below `limit`.
    ///
    /// This ignores that clocks are put forward and back.
    pub(super) fn gap_below(&self, limit: u32) -> Option<u32> {
        let (first_second, last_second) = self.seconds.bounds();
        let (first_minute, last_minute) = self.minutes.bounds();
        let (first_hour, last_hour) = self.hours.bounds();
        let in_minute = last_second - first_second;
        let in_hour = (last_minute - first_minute) * 60 + in_minute;
        let in_day = (last_hour - first_hour) * 3600 + in_hour;
        let across_minutes = self.minutes.least_gap().map(|gap| gap * 60 - in_minute);
        let across_hours = self.hours.least_gap().map(|gap| gap * 3600 - in_hour);
        let mut gaps = vec![self.seconds.least_gap(), across_minutes, across_hours];
        // Comparing all days is slow, and needless if even adjacent ones are far enough apart.
        if DAY - in_day < limit && !self.never {
            gaps.push(self.least_days().map(|days| days.saturating_mul(DAY) - in_day));
        }
        gaps.into_iter().flatten().min().filter(|gap| *gap < limit)
    }

    /// The least number of days between two days with runs.
    fn least_days(&self) -> Option<u32> {
        let (mut least, mut last) = (None, None);
        for month in self.months(FIRST_YEAR, 1) {
            for day in self.days(month) {
                let day = date(month.year(), month.month(), day);
                if let Some(last) = last.replace(day) {
                    let days = u32::try_from(day.duration_since(last).as_hours() / 24).ok();
                    least = [least, days].into_iter().flatten().min();
                }
                if least == Some(1) {
                    return least;
                }
            }
        }
        least
    }

    /// The first days of the months with runs.
    fn months(&self, year: i16, month: i8) -> impl Iterator<Item = Date> {
        let years = (year..=LAST_YEAR)
            .filter(|year| self.year.contains(u32::from((year - FIRST_YEAR).unsigned_abs())));
        let months = years.flat_map(|year| (1..=12).map(move |month| (year, month)));
        months
            .skip_while(move |of| *of < (year, month))
            .filter(|(_, month)| self.month.contains(number(*month)))
            .map(|(year, month)| date(year, month, 1))
    }

    /// The days of that month with runs.
    fn days(&self, month: Date) -> impl Iterator<Item = i8> {
        let of_month = self.day_of_month.is_given.then(|| self.day_of_month.days_of_month(month));
        let of_week = self.day_of_week.is_given.then(|| self.day_of_week.weekdays(month));
        let days = match (of_month, of_week) {
            // An agent runs the command on a day that matches either of the two fields.
            (Some(of_month), Some(of_week)) => of_month | of_week,
            (Some(days), None) | (None, Some(days)) => days,
            (None, None) => u32::MAX,
        };
        (1..=month.days_in_month()).filter(move |day| days >> day & 1 == 1)
    }

    fn first_time(&self) -> [i8; 3] {
        [self.hours, self.minutes, self.seconds].map(|set| part(set.bounds().0))
    }

    /// The first time from that of `start` on.
    fn next_time(&self, start: DateTime) -> Option<[i8; 3]> {
        let [_, first_minute, first_second] = self.first_time();
        let [hour, minute, second] = [start.hour(), start.minute(), start.second()].map(number);
        if self.hours.contains(hour) {
            if self.minutes.contains(minute)
                && let Some(second) = self.seconds.next(second)
            {
                return Some([start.hour(), start.minute(), part(second)]);
            }
            if let Some(minute) = self.minutes.next(minute + 1) {
                return Some([start.hour(), part(minute), first_second]);
            }
        }
        let hour = self.hours.next(hour + 1)?;
        Some([part(hour), first_minute, first_second])
    }
}

impl Days {
    /// The days of that month, as bits, if this is the day of the month.
    fn days_of_month(&self, month: Date) -> u32 {
        let last = month.days_in_month();
        let all = (1..=last).filter(|day| self.plain.contains(number(*day)));
        let nearest = (1..=last).filter(|day| self.nearest_workday.contains(number(*day)));
        let nearest = nearest.map(|day| nearest_workday(month, day));
        let last_day = self.last.then_some(last);
        let last_workday = self.last_workday.then(|| nearest_workday(month, last));
        all.chain(nearest).chain(last_day).chain(last_workday).fold(0, |days, day| days | 1 << day)
    }

    /// The days of that month, as bits, if this is the day of the week.
    fn weekdays(&self, month: Date) -> u32 {
        let last = month.days_in_month();
        let mut days = 0;
        for day in 1..=last {
            let weekday = number(weekday(month, day).to_monday_one_offset());
            let nth = number((day - 1) / 7 + 1);
            let matches = self.plain.contains(weekday)
                || self.last_weekday.contains(weekday) && day + 7 > last
                || self.nth_weekday.contains(7 * nth + weekday);
            days |= u32::from(matches) << day;
        }
        days
    }
}

/// A part of a time or date.
fn number(part: i8) -> u32 {
    u32::from(part.unsigned_abs())
}

/// The inverse of [`number`].
fn part(number: u32) -> i8 {
    i8::try_from(number).unwrap_or_default()
}

/// The weekday of a day in the month with that first day.
fn weekday(month: Date, day: i8) -> Weekday {
    month.weekday().wrapping_add(day - 1)
}

/// The workday nearest to that day, in the same month.
fn nearest_workday(month: Date, day: i8) -> i8 {
    match weekday(month, day) {
        Weekday::Saturday if day == 1 => day + 2,
        Weekday::Saturday => day - 1,
        Weekday::Sunday if day == month.days_in_month() => day - 2,
        Weekday::Sunday => day + 1,
        _ => day,
    }
}

fn parse_set(field: &Field, text: &str) -> Result<Set, InvalidField> {
    let mut set = Set::default();
    for entry in text.split(',') {
        let numbers = parse_range(field, entry).map_err(|reason| invalid(field, text, reason))?;
        numbers.for_each(|number| set.insert(number - field.base));
    }
    Ok(set)
}

fn parse_days(field: &Field, text: &str) -> Result<Days, InvalidField> {
    let mut days = Days { is_given: true, ..Days::default() };
    if text == "?" {
        return Ok(Days::default());
    }
    for entry in text.split(',') {
        if entry == "*" {
            // Among other entries it matches all days, too.
            days.is_given = false;
        }
        days.add(field, entry).map_err(|reason| invalid(field, text, reason))?;
    }
    Ok(days)
}

impl Days {
    fn add(&mut self, field: &Field, entry: &str) -> Result<(), &'static str> {
        let upper = entry.to_ascii_uppercase();
        let is_weekday = field.max == DAY_OF_WEEK.max;
        if upper == "L" {
            if is_weekday {
                self.plain.insert(field.max);
            } else {
                self.last = true;
            }
        } else if upper == "LW" && !is_weekday {
            self.last_workday = true;
        } else if let Some(day) = upper.strip_suffix('W').filter(|_| !is_weekday) {
            self.nearest_workday.insert(parse_value(field, day)?);
        } else if let Some(day) = upper.strip_suffix('L').filter(|_| is_weekday) {
            self.last_weekday.insert(parse_value(field, day)?);
        } else if let Some((day, nth)) = upper.split_once('#').filter(|_| is_weekday) {
            let (day, nth) = (parse_value(field, day)?, parse_number(nth)?);
            if !(1..=5).contains(&nth) {
                return Err("has a number after `#` that is not 1 to 5");
            }
            self.nth_weekday.insert(7 * nth + day);
        } else {
            parse_range(field, entry)?.for_each(|number| self.plain.insert(number));
        }
        Ok(())
    }
}

fn invalid(field: &Field, value: &str, reason: &str) -> InvalidField {
    InvalidField { field: field.name, value: value.into(), reason: reason.into() }
}

/// Parses `*`, `5`, `5-7` or one of these with a step: `*/2`, `5/2` (from 5 on) or `5-7/2`.
fn parse_range(
    field: &Field,
    entry: &str,
) -> Result<std::iter::StepBy<std::ops::RangeInclusive<u32>>, &'static str> {
    let (range, step) = match entry.split_once('/') {
        Some((range, step)) => (range, Some(parse_number(step)?)),
        None => (entry, None),
    };
    if step == Some(0) {
        return Err("has a step of 0");
    }
    if step.is_some_and(|step| step > field.max) {
        return Err("has a step out of range");
    }
    let (first, last) = if range == "*" {
        (field.min, field.max)
    } else if let Some((first, last)) = range.split_once('-') {
        (parse_value(field, first)?, parse_value(field, last)?)
    } else {
        let first = parse_value(field, range)?;
        (first, if step.is_some() { field.max } else { first })
    };
    if first > last {
        return Err("has a range that ends before it starts");
    }
    Ok((first..=last).step_by(step.unwrap_or(1) as usize))
}

/// Parses a number or name in the range of the field.
fn parse_value(field: &Field, text: &str) -> Result<u32, &'static str> {
    if let Some(index) = field.names.iter().position(|name| name.eq_ignore_ascii_case(text)) {
        return Ok(field.min + u32::try_from(index).unwrap_or_default());
    }
    let number = parse_number(text)?;
    if (field.min..=field.max).contains(&number) { Ok(number) } else { Err("out of range") }
}

fn parse_number(text: &str) -> Result<u32, &'static str> {
    if text.is_empty() {
        return Err("lacks a value");
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("has an invalid value");
    }
    if text.len() > 2 && text.starts_with("00") {
        return Err("has more than one leading zero");
    }
    text.parse().map_err(|_| "out of range")
}

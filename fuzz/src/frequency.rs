//! Frequencies, compared with a naive evaluator.

use arbitrary::{Result, Unstructured};
use ecs_invocations::Response;
use ecs_invocations::model::Frequency;
use ecs_invocations::validate::Checks;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use serde_json::json;

use super::evaluator::{DAY, DAYS, MONTHS, Plan, WEEKDAYS};

/// What a generated frequency was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Case {
    Invalid,
    Never,
    Runs,
}

/// A random frequency runs next when the naive evaluator says, and violates the rules that it says.
pub fn frequency(u: &mut Unstructured<'_>) -> Result<Case> {
    let (zone, after) = instant(u)?;
    let text = frequency_text(u, zone)?;
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let plan = Plan::read(&text);
    let case = compare_next_run(&text, plan.as_ref(), &after.to_zoned_datetime(zone));
    let timeout =
        if u.arbitrary()? { u.int_in_range(1..=120)? } else { u.int_in_range(1..=200_000)? };
    violations_are_those_of_evaluator(&text, plan, after, timeout);
    Ok(case)
}

fn compare_next_run(text: &str, plan: Option<&Plan>, after: &ZonedDateTime) -> Case {
    let found = Frequency::from(text).next_after(after);
    let expected = plan.map(|plan| plan.next_after(after));
    let found = match (found, &expected) {
        (Ok(found), Some(_)) => found.map(|run| run.timestamp()),
        (Err(_), None) => return Case::Invalid,
        (found, expected) => panic!("`{text}` after {after}: {found:?}, expected {expected:?}"),
    };
    assert_eq!(Some(found), expected, "`{text}` after {after}");
    if found.is_some() { Case::Runs } else { Case::Never }
}

fn violations_are_those_of_evaluator(
    text: &str,
    plan: Option<Plan>,
    created: Timestamp,
    timeout: i64,
) {
    let created = Timestamp::from_second(created.as_second()).expect("in range");
    let document = json!({"Invocations": [{
        "RepeatMode": "Period",
        "Timed": true,
        "Frequency": text,
        "Timeout": timeout,
        "CreationTime": created.to_string(),
    }]});
    let document = document.to_string();
    let checked = Checks::default().ignore("ALL").select("F").check(document.as_bytes());
    let found: Vec<String> =
        checked.expect("a page").findings.iter().map(|finding| finding.code().to_owned()).collect();
    let mut expected = Vec::new();
    match plan {
        None => expected.push("F703"),
        Some(Plan::Cron(cron, zone)) => {
            // An expression names no later year, so that CreationTime tells nothing then.
            let is_covered = created.to_zoned_datetime(TimeZone::UTC).year() < 2099;
            let first = if is_covered { created } else { Timestamp::UNIX_EPOCH };
            // Without a zone, the first instance to reach the time is a day ahead at most.
            let from = match zone {
                Some(_) => first,
                None => Timestamp::from_second(first.as_second() - DAY).expect("in range"),
            };
            if cron.next_run(from, &zone.unwrap_or(TimeZone::UTC)).is_none() {
                expected.push("F704");
            }
            if cron.day_is_given && cron.weekday_is_given {
                expected.push("F706");
            }
            if cron.is_more_often_than(timeout) {
                expected.push("F707");
            }
        }
        Some(Plan::Rate(interval)) if interval <= timeout => expected.push("F707"),
        Some(plan @ Plan::At(..)) => {
            let after = created.to_zoned_datetime(TimeZone::UTC);
            if after.year() < 2099 && plan.next_after(&after).is_none() {
                expected.push("F704");
            }
        }
        Some(_) => {}
    }
    assert_eq!(found, expected, "`{text}` with Timeout {timeout}, created {created}");
}

/// Each next run of the frequencies of a response is later than the time it was computed from.
pub fn next_runs_increase(response: &Response<'_>) {
    let Response::Invocations(page) = response else { return };
    for frequency in page.invocations.iter().filter_map(|invocation| invocation.frequency.as_ref())
    {
        let now = Timestamp::UNIX_EPOCH.to_zoned_datetime(TimeZone::UTC);
        if let Ok(Some(next)) = frequency.next_after(&now) {
            assert!(next > now, "{frequency}: {next}");
            if let Ok(Some(later)) = frequency.next_after(&next) {
                assert!(later > next, "{frequency}: {later} after {next}");
            }
        }
    }
}

const ZONES: &[&str] = &[
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    // Puts clocks forward by half an hour.
    "Australia/Lord_Howe",
    // Skipped a day.
    "Pacific/Apia",
    // Put clocks back at midnight.
    "America/Havana",
    "Asia/Beirut",
    "Africa/Casablanca",
    "UTC",
    "GMT",
    "GMT+8:00",
    "GMT-7:30",
    "GMT-12:59",
    "GMT+14:59",
];

const INVALID_ZONES: &[&str] = &[
    "GMT+08:00",
    "GMT+15:00",
    "GMT-13:00",
    "GMT+8:60",
    "GMT+8:5",
    "GMT+8",
    "UTC+8",
    "Mars/Olympus",
];

/// Zones, and instants when clocks there were put forward or back.
const TRANSITIONS: &[(&str, i64)] = &[
    ("Europe/Berlin", 1_774_746_000),
    ("Europe/Berlin", 1_792_890_000),
    ("America/New_York", 1_772_953_200),
    ("America/New_York", 1_793_512_800),
    ("Australia/Lord_Howe", 1_775_314_800),
    ("Australia/Lord_Howe", 1_791_041_400),
    ("America/Havana", 1_772_946_000),
    ("America/Havana", 1_793_509_200),
    ("Asia/Beirut", 1_774_735_200),
    ("Asia/Beirut", 1_792_875_600),
    ("Pacific/Apia", 1_325_239_200),
];

fn zone_text(u: &mut Unstructured<'_>, zone: &'static str) -> Result<&'static str> {
    match u.int_in_range(0..=9)? {
        0 => u.choose(INVALID_ZONES).copied(),
        1..=4 => u.choose(ZONES).copied(),
        _ => Ok(zone),
    }
}

/// A zone and an instant, most often shortly before or after clocks there were put forward or back.
fn instant(u: &mut Unstructured<'_>) -> Result<(&'static str, Timestamp)> {
    let (mut zone, transition) = *u.choose(TRANSITIONS)?;
    let second = match u.int_in_range(0..=4)? {
        0 => {
            zone = u.choose(ZONES)?;
            u.int_in_range(-2 * DAY..=(DAYS + 2) * DAY)?
        }
        1 => transition + u.int_in_range(-3 * DAY..=3 * DAY)?,
        2 => transition + u.int_in_range(-7200..=7200)?,
        _ => transition + u.int_in_range(-4..=4)? * 1800,
    };
    let nanosecond = if u.ratio(1, 4)? { u.int_in_range(0..=999_999_999)? } else { 0 };
    let sign = if second < 0 { -1 } else { 1 };
    Ok((zone, Timestamp::new(second, sign * nanosecond).unwrap_or(Timestamp::UNIX_EPOCH)))
}

fn frequency_text(u: &mut Unstructured<'_>, zone: &'static str) -> Result<String> {
    match u.int_in_range(0..=15)? {
        0 => {
            let unit = u.choose(&["s", "m", "h", "d", "w"])?;
            let count: u32 =
                if u.arbitrary()? { u.int_in_range(0..=9)? } else { u.int_in_range(0..=700_000)? };
            Ok(format!("rate({count}{unit})"))
        }
        1 => {
            let (year, month) = (u.int_in_range(1970..=2099)?, u.int_in_range(1..=13)?);
            let (day, hour) = (u.int_in_range(1..=32)?, u.int_in_range(0..=24)?);
            let (year, month, day) = if u.arbitrary()? {
                (year, month, day)
            } else {
                *u.choose(&[
                    (2026, 3, 29),
                    (2026, 10, 25),
                    (2026, 4, 5),
                    (2026, 10, 4),
                    (2011, 12, 30),
                ])?
            };
            let time =
                format!("{hour:02}:{:02}:{:02}", u.int_in_range(0..=60)?, u.int_in_range(0..=59)?);
            let zone =
                if u.arbitrary()? { format!(" {}", zone_text(u, zone)?) } else { String::new() };
            Ok(format!("at({year}-{month:02}-{day:02} {time}{zone})"))
        }
        _ => cron_text(u, zone),
    }
}

fn cron_text(u: &mut Unstructured<'_>, zone: &'static str) -> Result<String> {
    let seconds = if u.ratio(3, 4)? {
        "0".to_owned()
    } else {
        field_text(u, 0, 59, &[], &["0/30", "*/10", "5,58"])?
    };
    let minutes = field_text(u, 0, 59, &[], &["0", "30", "*/20"])?;
    let hours = field_text(u, 0, 23, &[], &["0", "1", "2", "23", "0-3"])?;
    let [mut day, mut weekday] = [
        field_text(u, 1, 31, &[], &["L", "LW", "1W", "31W", "30W", "15W", "15w", "?", "30", "31"])?,
        field_text(
            u,
            1,
            7,
            &WEEKDAYS,
            &["L", "6L", "FRIL", "6#3", "4#2", "1#5", "MON-SUN", "?", "6,7"],
        )?,
    ];
    match u.int_in_range(0..=4)? {
        0 | 1 => day = (*u.choose(&["?", "*"])?).to_owned(),
        2 | 3 => weekday = (*u.choose(&["?", "*"])?).to_owned(),
        _ => {}
    }
    let month = if u.arbitrary()? {
        "*".to_owned()
    } else {
        field_text(u, 1, 12, &MONTHS, &["2", "FEB", "2,4"])?
    };
    let mut text = format!("{seconds} {minutes} {hours} {day} {month} {weekday}");
    if u.ratio(1, 4)? {
        text = format!(
            "{text} {}",
            field_text(u, 1970, 2099, &[], &["2026", "2027/4", "2100", "4990", "*/3"])?
        );
    }
    if u.ratio(1, 2)? {
        text = format!("{text} {}", zone_text(u, zone)?);
    }
    Ok(text)
}

fn field_text(
    u: &mut Unstructured<'_>,
    min: u32,
    max: u32,
    names: &[&str],
    special: &[&str],
) -> Result<String> {
    const INVALID: &[&str] = &[
        "?", "L", "W", "LW", "60", "007", "000", "5-1", "*/0", "0", "8", "6#6", "*/2030", "x",
        "1,", "L-3", "5L2",
    ];
    let value = |u: &mut Unstructured<'_>, from: u32| -> Result<(u32, String)> {
        let value = u.int_in_range(from..=max)?;
        let name = names.get((value - min) as usize);
        let text = match name {
            Some(name) if u.arbitrary()? => (*name).to_owned(),
            _ if u.ratio(1, 16)? => format!("0{value}"),
            _ => value.to_string(),
        };
        Ok((value, text))
    };
    let range = |u: &mut Unstructured<'_>| -> Result<String> {
        let (first, text) = value(u, min)?;
        let from = if u.ratio(1, 20)? { min } else { first };
        Ok(format!("{text}-{}", value(u, from)?.1))
    };
    let mut entries = Vec::new();
    let count = if u.ratio(1, 4)? { u.int_in_range(1..=3)? } else { 1 };
    for _ in 0..count {
        entries.push(match u.int_in_range(0..=15)? {
            0 | 1 => "*".to_owned(),
            2..=4 => value(u, min)?.1,
            5 | 6 => range(u)?,
            7 => format!("{}/{}", value(u, min)?.1, u.int_in_range(1..=max.min(60))?),
            8 => format!("*/{}", u.int_in_range(1..=max.min(60))?),
            9 => format!("{}/{}", range(u)?, u.int_in_range(1..=5)?),
            10..=14 => (*u.choose(special)?).to_owned(),
            _ if u.ratio(1, 4)? => (*u.choose(INVALID)?).to_owned(),
            _ => value(u, min)?.1,
        });
    }
    Ok(entries.join(","))
}

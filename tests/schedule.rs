//! The next run of a frequency.

use ecs_invocations::model::Frequency;
use insta::assert_snapshot;
use jiff::ZonedDateTime;

fn next(text: &str, after: &str) -> String {
    let after: ZonedDateTime = after.parse().unwrap();
    match Frequency::from(text).next_after(&after) {
        Ok(Some(next)) => next.to_string(),
        Ok(None) => "never".to_owned(),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn next_run_or_error_of_each_format() {
    const AFTER: &str = "2026-11-24T10:07:30+08:00[Asia/Shanghai]";
    let texts = [
        "0 */20 * * * *",
        "0 0 12 * * ?",
        "0 15 10 ? * *",
        "0 15 10 * * ? 2027",
        "0 0/5 14,18 * * ?",
        "0 0-5 14 * * ?",
        "0 10,44 14 ? 3 WED",
        "0 15 10 ? * MON-FRI",
        "0 15 10 ? * 2-6",
        "0 15 10 ? * 1",
        "0 15 10 15 * ?",
        "0 15 10 L * ?",
        "0 15 10 ? * 6L",
        "0 15 10 ? * 6#3",
        "0 15 10 15W * ?",
        "0 15 10 29 2 ?",
        "0 0 0 30 2 ?",
        "0 0 0 1 1 ? 2020",
        "0 0 12 * * ? Europe/Berlin",
        "0 0 12 * * ? 2027 America/New_York",
        "0 0 12 * * ? GMT-3:30",
        "0 0 12 * * ? UTC+8",
        "0 0 12 * * ? Mars/Olympus",
        "0 0 12 * * ? GMT+8:99",
        "0 60 * * * ?",
        "61 0 * * * ?",
        "0 0 24 * * ?",
        "0 0 0 32 * ?",
        "0 0 0 ? 13 *",
        "0 0 0 ? * 8",
        "0 0 0 ? * XYZ",
        "0 5-1 * * * ?",
        "0 */0 * * * ?",
        "* * * * *",
        "rate(5m)",
        "rate(2h)",
        "rate(1d)",
        "rate(0m)",
        "rate(18446744073709551615d)",
        "at(2026-12-01 00:00:00 Asia/Shanghai)",
        "at(2026-11-24 03:00:00 GMT+0:00)",
        "at(2026-11-24 02:00:00 GMT+0:00)",
        "at(2026-11-31 02:00:00)",
        "whenever",
    ];
    let lines = texts.map(|text| format!("{text:40} {}", next(text, AFTER)));
    assert_snapshot!(format!("after {AFTER}\n{}", lines.join("\n")));
}

/// 02:30 does not exist when daylight saving time begins, and exists twice when it ends.
#[test]
fn next_run_at_daylight_saving_transitions() {
    let zone = "Europe/Berlin";
    let forward = next(&format!("0 30 2 * * ? {zone}"), "2026-03-28T12:00:00+01:00[Europe/Berlin]");
    let back = next(&format!("0 30 2 * * ? {zone}"), "2026-10-24T12:00:00+02:00[Europe/Berlin]");
    assert_snapshot!(format!("{forward}\n{back}"));
}

#[test]
fn next_run_is_strictly_after_the_given_time() {
    let first = next("0 */20 * * * ?", "2026-11-24T10:00:00Z[UTC]");
    assert_eq!(first, "2026-11-24T10:20:00+00:00[UTC]");
    assert_eq!(next("0 */20 * * * ?", "2026-11-24T10:19:59.9Z[UTC]"), first);
}

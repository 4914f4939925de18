//! The next run of a frequency.

use ecs_invocations::model::Frequency;
use ecs_invocations::validate::Checks;
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

/// Worked out with a calendar: 2026-11-24 is a Tuesday, 2027-01-01 a Friday.
#[test]
fn next_run_is_that_of_the_reference() {
    const AFTER: &str = "2026-11-24T10:07:30+08:00[Asia/Shanghai]";
    let expected = [
        ("0 15 10 ? * 1", "2026-11-30T10:15"),
        ("0 15 10 ? * 7", "2026-11-29T10:15"),
        ("0 15 10 ? * 6,7", "2026-11-28T10:15"),
        ("0 15 9 ? * 1-5", "2026-11-25T09:15"),
        ("0 0 10 ? * 1/2", "2026-11-25T10:00"),
        ("0 0 10 ? * 2/2", "2026-11-26T10:00"),
        ("0 0 10 ? * MON-SUN", "2026-11-25T10:00"),
        ("0 0 10 ? * L", "2026-11-29T10:00"),
        ("0 15 10 ? * 6L", "2026-11-28T10:15"),
        ("0 0 10 ? * MONL", "2026-11-30T10:00"),
        ("0 15 10 ? * 6#3", "2026-12-19T10:15"),
        ("0 15 10 ? * 4#2", "2026-12-10T10:15"),
        ("0 0 10 ? * 1#5", "2026-11-30T10:00"),
        ("0 0 10 ? 2 1#5", "2044-02-29T10:00"),
        ("0 0 10 L * ?", "2026-11-30T10:00"),
        ("0 0 10 LW 1 ?", "2027-01-29T10:00"),
        ("0 0 10 5W 12 ?", "2026-12-04T10:00"),
        ("0 0 10 6W 12 ?", "2026-12-07T10:00"),
        ("0 0 10 1W 5 ?", "2027-05-03T10:00"),
        ("0 0 10 31W 1 ?", "2027-01-29T10:00"),
        ("0 0 10 31W 2,4,5 ?", "2027-05-31T10:00"),
        ("0 0 10 29 2 ? 2027-2031", "2028-02-29T10:00"),
        ("0 0 10 * * ? 2027/4", "2027-01-01T10:00"),
        // Either of day and weekday.
        ("0 0 12 1 * MON", "2026-11-30T12:00"),
        ("0 0 12 25 * MON", "2026-11-25T12:00"),
        ("0 0 10 15W 2 SUN", "2027-02-07T10:00"),
        ("0 0 10 */2 * SAT", "2026-11-25T10:00"),
        ("0 0 10 *,1 * SAT", "2026-11-28T10:00"),
        ("05 08 010 ? * ?", "2026-11-24T10:08:05"),
    ];
    for (text, expected) in expected {
        let time = if expected.len() == 16 { ":00" } else { "" };
        let expected = format!("{expected}{time}+08:00[Asia/Shanghai]");
        assert_eq!(next(text, AFTER), expected, "{text}");
    }
    let in_other_zones = [
        ("rate(90s)", "2026-11-24T10:09:00+08:00[Asia/Shanghai]"),
        ("rate(60s)", "2026-11-24T10:08:30+08:00[Asia/Shanghai]"),
        ("rate(7d)", "2026-12-01T10:07:30+08:00[Asia/Shanghai]"),
        ("at(2026-11-24 03:00:00)", "2026-11-24T03:00:00+00:00[UTC]"),
        ("at(2026-11-24 02:07:30)", "never"),
        ("0 0 12 * * ? GMT-12:59", "2026-11-24T12:00:00-12:59[-12:59]"),
        ("0 0 12 * * ? GMT+14:59", "2026-11-25T12:00:00+14:59[+14:59]"),
        ("0 0 0 30 2 ?", "never"),
        ("0 0 0 31 2,4,6,9,11 ?", "never"),
        ("0 0 0 30W 2 ?", "never"),
        ("0 0 0 29 2 ? 2099", "never"),
        ("0 0 0 1 1 ? 2020", "never"),
    ];
    for (text, expected) in in_other_zones {
        assert_eq!(next(text, AFTER), expected, "{text}");
    }
}

#[test]
fn invalid_frequencies_have_no_next_run() {
    let invalid = [
        "rate(59s)",
        "rate(0m)",
        "rate(8d)",
        "rate(169h)",
        "rate(604801s)",
        "rate(18446744073709551615d)",
        "0 0 12 * * ? GMT+08:00",
        "0 0 12 * * ? GMT+15:00",
        "0 0 12 * * ? GMT-13:00",
        "0 0 12 * * ? GMT+8",
        "0 0 12 * * ? GMT+8:0",
        "0 0 12 * * ? GMT+8:60",
        "0 0 12 * * ? UTC+8",
        "at(2026-11-24 10:00:00 GMT+08:00)",
        "0 0 0 1 1 ? 2100",
        "0 0 0 1 1 ? 4990",
        "0 0 0 1 1 ? 2026-2100",
        "0 0 0 1 1 ? 1969",
        "007 0 0 * * ?",
        "0 000 0 * * ?",
        "0 0 0 ? * 0",
        "0 0 0 ? * 8",
        "0 0 0 ? * 6#0",
        "0 0 0 ? * 6#6",
        "0 0 0 ? * LW",
        "0 0 0 ? * 5W",
        "0 0 0 5L * ?",
        "0 0 0 1-5W * ?",
        "0 0 0 L-3 * ?",
        "0 0 0 ?,5 * *",
        "0 0 ? * * *",
        "0 */60 * * * ?",
        "0 1,,2 * * * ?",
        // More than one run in ten seconds.
        "* * * * * ?",
        "*/9 * * * * ?",
        "5,58 * * * * ?",
        "0,59 0,59 0,23 * * ?",
        "0,59 0,59 0,23 1,L * ?",
    ];
    for text in invalid {
        let found = next(text, "2026-11-24T10:07:30+08:00[Asia/Shanghai]");
        assert!(found.starts_with("error: "), "{text}: {found}");
    }
    let valid = ["*/10 * * * * ?", "0,59 0,59 0,23 1 * ?", "5,55 * * * * ?"];
    for text in valid {
        let found = next(text, "2026-11-24T10:07:30+08:00[Asia/Shanghai]");
        assert!(found.starts_with("2026-1"), "{text}: {found}");
    }
}

/// A skipped time runs when clocks are put forward; one that occurs twice runs at the first.
#[test]
fn next_runs_at_daylight_saving_transitions() {
    let runs = |text: &str, after: &str| -> Vec<String> {
        let first = next(text, after);
        let second = next(text, &first);
        [first, second].map(|run| run.replace("[Europe/Berlin]", "")).to_vec()
    };
    let daily = "0 30 2 * * ? Europe/Berlin";
    let often = "0 */20 * * * ? Europe/Berlin";
    assert_eq!(
        runs(daily, "2026-03-28T12:00:00+01:00[Europe/Berlin]"),
        ["2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"]
    );
    assert_eq!(
        runs(often, "2026-03-29T01:40:00+01:00[Europe/Berlin]"),
        ["2026-03-29T03:00:00+02:00", "2026-03-29T03:20:00+02:00"]
    );
    assert_eq!(
        runs(daily, "2026-10-24T12:00:00+02:00[Europe/Berlin]"),
        ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]
    );
    assert_eq!(
        runs(often, "2026-10-25T02:20:00+02:00[Europe/Berlin]"),
        ["2026-10-25T02:40:00+02:00", "2026-10-25T03:00:00+01:00"]
    );
    let second_time = "2026-10-25T02:10:00+01:00[Europe/Berlin]";
    assert_eq!(next(often, second_time), "2026-10-25T03:00:00+01:00[Europe/Berlin]");
    let skipped = next("at(2026-03-29 02:30:00 Europe/Berlin)", "2026-03-28T12:00:00Z[UTC]");
    assert_eq!(skipped, "2026-03-29T03:00:00+02:00[Europe/Berlin]");
}

#[test]
fn next_run_is_strictly_after_the_given_time() {
    let first = next("0 */20 * * * ?", "2026-11-24T10:00:00Z[UTC]");
    assert_eq!(first, "2026-11-24T10:20:00+00:00[UTC]");
    assert_eq!(next("0 */20 * * * ?", "2026-11-24T10:19:59.9Z[UTC]"), first);
}

/// The codes of the findings of these families on an invocation.
fn codes(families: &[&str], invocation: &str) -> String {
    let document = format!(r#"{{"Invocations": [{{{invocation}}}]}}"#);
    let checks =
        families.iter().fold(Checks::default().ignore("ALL"), |all, code| all.select(code));
    let findings = checks.check(document.as_bytes()).unwrap().findings;
    findings.iter().map(|finding| finding.code()).collect::<Vec<_>>().join(" ")
}

/// The reference has one form each; what another program makes of others is unknown.
#[test]
fn forms_of_rate_and_at() {
    for (text, expected) in [
        ("rate(5m)", ""),
        (" rate(5m) ", ""),
        ("rate(5 m)", "F703"),
        ("rate( 5m )", "F703"),
        ("rate (5m)", "F703"),
        ("at(2027-06-06 13:15:59)", ""),
        ("at(2027-06-06 13:15:59 Asia/Shanghai)", ""),
        ("at(2027-06-06  13:15:59)", "F703"),
        ("at( 2027-06-06 13:15:59 GMT+8:00 )", "F703"),
        ("at(2027-06-06 13:15:60)", "F703"),
        ("at(2027-06-06 13:15:60 Asia/Shanghai)", "F703"),
        ("at(2027-06-06 23:59:60 UTC)", "F703"),
        ("at(2027-06-06 13:60:00)", "F703"),
        ("at(2027-06-06 24:00:00)", "F703"),
    ] {
        let found = codes(&["F703"], &format!(r#""Timed": true, "Frequency": "{text}""#));
        assert_eq!(found, expected, "{text}");
    }
}

/// Timed is false for what was cancelled, stopped or completed, whatever its RepeatMode, and only Period
/// has a Frequency.
#[test]
fn frequency_and_timed_are_those_of_repeat_mode() {
    const CRON: &str = r#""Frequency": "0 */20 * * * ?""#;
    let cases = [
        (r#""RepeatMode": "EveryReboot", "Timed": true"#.to_owned(), ""),
        (r#""RepeatMode": "NextRebootOnly", "Timed": true"#.to_owned(), ""),
        (r#""RepeatMode": "Period", "Timed": true"#.to_owned(), "F701"),
        (r#""RepeatMode": "Period""#.to_owned(), "F701"),
        (r#""Timed": true"#.to_owned(), "F701"),
        (r#""RepeatMode": "Once", "Timed": true"#.to_owned(), "F705"),
        (r#""RepeatMode": "Once", "Timed": false"#.to_owned(), ""),
        (format!(r#""RepeatMode": "Period", "Timed": true, {CRON}"#), ""),
        (format!(r#""RepeatMode": "EveryReboot", "Timed": true, {CRON}"#), "F702"),
        (format!(r#""RepeatMode": "NextRebootOnly", {CRON}"#), "F702"),
        (format!(r#""RepeatMode": "Once", {CRON}"#), "F702"),
        (format!(r#""Timed": false, {CRON}"#), "F702"),
        (format!(r#""Timed": false, "InvokeStatus": "Stopped", {CRON}"#), ""),
        (format!(r#""RepeatMode": "Period", "Timed": false, {CRON}"#), ""),
        (
            format!(r#""RepeatMode": "Period", "Timed": false, "InvokeStatus": "Stopped", {CRON}"#),
            "",
        ),
        (
            format!(
                r#""RepeatMode": "Period", "Timed": false, "InvocationStatus": "Success", {CRON}"#
            ),
            "",
        ),
        (
            format!(
                r#""RepeatMode": "Period", "Timed": false, "InvocationStatus": "Stopping", {CRON}"#
            ),
            "",
        ),
        (
            format!(r#""RepeatMode": "Period", "Timed": false, "InvokeStatus": "Running", {CRON}"#),
            "F705",
        ),
        (
            r#""RepeatMode": "EveryReboot", "Timed": false, "InvocationStatus": "Scheduled""#
                .to_owned(),
            "F705",
        ),
        (
            r#""RepeatMode": "EveryReboot", "Timed": false, "InvocationStatus": "Stopped""#
                .to_owned(),
            "",
        ),
    ];
    for (invocation, expected) in cases {
        assert_eq!(codes(&["F"], &invocation), expected, "{invocation}");
    }
}

#[test]
fn intervals_are_compared_with_timeout() {
    let cases = [
        ("rate(60s)", 59, ""),
        ("rate(60s)", 60, "F707"),
        ("rate(1d)", 86_400, "F707"),
        ("0 * * * * ?", 60, ""),
        ("0 * * * * ?", 61, "F707"),
        ("0 0,50 * * * ?", 600, ""),
        ("0 0,50 * * * ?", 601, "F707"),
        ("0 0 12 * * ?", 86_400, ""),
        ("0 0 12 * * ?", 86_401, "F707"),
        // 16 hours from one day to the next.
        ("0 0 8,16 ? * 1,2", 57_600, "F707"),
        ("0 0 0,23 ? * 1,3", 82_800, ""),
        ("0 0 0,23 ? * 1,2", 3_600, ""),
        ("0 0 0,23 ? * 1,2", 3_601, "F707"),
        ("0 0 0 ? * 1", 604_800, ""),
        ("0 0 0 ? * 1", 604_801, "F707"),
        ("0 0 0 1 1 ?", 31_536_000, ""),
        ("0 0 0 1 1 ?", 31_536_001, "F707"),
        ("0 0 0 1 1 ? 2027", 1_000_000_000_000_u64, ""),
        ("at(2026-11-24 10:00:00)", 86_400, ""),
    ];
    for (frequency, timeout, expected) in cases {
        let invocation =
            format!(r#""Timed": true, "Frequency": "{frequency}", "Timeout": {timeout}"#);
        assert_eq!(codes(&["F"], &invocation), expected, "{invocation}");
    }
}

/// The time zone of an instance may be a day ahead of UTC.
#[test]
fn dates_are_compared_with_creation_time() {
    let cases = [
        ("0 0 0 1 1 ? 2020", "2026-11-24T10:00:00Z", "F704"),
        ("0 0 0 1 1 ? 2020", "", ""),
        ("0 0 12 24 11 ? 2026", "2026-11-24T15:00:00Z", ""),
        ("0 0 12 24 11 ? 2026", "2026-11-25T15:00:00Z", "F704"),
        ("0 0 12 24 11 ? 2026 GMT+8:00", "2026-11-24T03:59:59Z", ""),
        ("0 0 12 24 11 ? 2026 GMT+8:00", "2026-11-24T04:00:00Z", "F704"),
        ("at(2026-11-24 10:00:00)", "2026-11-25T10:00:00Z", "F704"),
        ("at(2026-11-24 10:00:00)", "2026-11-23T10:00:00Z", ""),
        // After the last year of any expression.
        ("0 0 0 1 1 ?", "2098-11-24T10:00:00Z", ""),
        ("0 0 0 1 1 ?", "4990-11-24T10:00:00Z", ""),
        ("0 0 0 30 2 ?", "4990-11-24T10:00:00Z", "F704"),
    ];
    for (frequency, created, expected) in cases {
        let invocation =
            format!(r#""Timed": true, "Frequency": "{frequency}", "CreationTime": "{created}""#);
        assert_eq!(codes(&["F"], &invocation), expected, "{invocation}");
    }
}

#[test]
fn what_runs_again_or_once_may_end() {
    let cases = [
        (
            r#""Timed": true, "Frequency": "at(2026-11-24 10:00:00)", "InvokeStatus": "Finished""#,
            "",
        ),
        (r#""Timed": true, "Frequency": "rate(5m)", "InvokeStatus": "Finished""#, "A903"),
        (
            r#""RepeatMode": "Period", "Timed": false, "Frequency": "rate(5m)", "InvokeStatus": "Finished""#,
            "",
        ),
        (
            r#""RepeatMode": "Period", "InvokeInstances": [{"InvocationStatus": "Running",
            "StartTime": "2026-11-24T10:20:00Z", "FinishTime": "2026-11-24T10:00:05Z"}]"#,
            "",
        ),
        (
            r#""RepeatMode": "Period", "InvokeInstances": [{"InvocationStatus": "Success",
            "StartTime": "2026-11-24T10:20:00Z", "FinishTime": "2026-11-24T10:00:05Z"}]"#,
            "T801",
        ),
        (
            r#""RepeatMode": "Once", "InvokeInstances": [{"InvocationStatus": "Running",
            "StartTime": "2026-11-24T10:20:00Z", "FinishTime": "2026-11-24T10:00:05Z"}]"#,
            "T801",
        ),
        (
            r#""RepeatMode": "Period", "InvokeInstances": [{"InvocationStatus": "Running",
            "CreationTime": "2026-11-24T10:20:00Z", "StartTime": "2026-11-24T10:00:05Z"}]"#,
            "T801",
        ),
    ];
    for (invocation, expected) in cases {
        assert_eq!(codes(&["A903", "T801"], invocation), expected, "{invocation}");
    }
}

/// `.ci/linear` bounds what they cost.
#[test]
fn each_frequency_that_never_runs_is_reported() {
    let items = (0..60).flat_map(|minute| (0..24).map(move |hour| (minute, hour)));
    let items: Vec<String> = items
        .map(|(minute, hour)| {
            format!(r#"{{"Timed":true,"Frequency":"0 {minute} {hour} 31W 2,4,6,9,11 ?"}}"#)
        })
        .collect();
    let document = format!(r#"{{"Invocations":[{}]}}"#, items.join(","));
    let checks = Checks::default().ignore("ALL").select("F704");
    assert_eq!(checks.check(document.as_bytes()).unwrap().findings.len(), items.len());
}

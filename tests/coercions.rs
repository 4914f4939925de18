//! What other types than the documented one are read as, compared with the vendor's Go client, which reads
//! any scalar into any type of field.

use ecs_invocations::model::{InvokeInstance, Page};
use ecs_invocations::{Finding, Options, Response};
use serde_json::Value;

const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "1",
    "5",
    "-1",
    "2",
    "1.5",
    "5.0",
    "1e2",
    r#""""#,
    r#"" ""#,
    r#""5""#,
    r#""-1""#,
    r#""1""#,
    r#""0""#,
    r#""true""#,
    r#""True""#,
    r#""FALSE""#,
    r#""x""#,
    "9223372036854775807",
    "18446744073709551615",
    r#""18446744073709551615""#,
    "[]",
    r#"["x"]"#,
    "{}",
    r#"{"a":1}"#,
];

/// The client's string: a number as its digits, a boolean as `true` or `false`.
fn go_string(raw: &str) -> Option<String> {
    match serde_json::from_str(raw).unwrap() {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text),
        Value::Bool(_) | Value::Number(_) => Some(raw.to_owned()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// The client's 64-bit integer: a string is parsed, and an empty one is 0, as is null.
fn go_integer(raw: &str) -> Option<i64> {
    let parse = |text: &str| {
        let float = || text.parse::<f64>().ok().filter(|float| float.fract() == 0.0);
        text.parse().ok().or_else(|| float().map(|float| float as i64))
    };
    match serde_json::from_str(raw).unwrap() {
        Value::Null => Some(0),
        Value::String(text) if text.is_empty() => Some(0),
        Value::String(text) => text.parse().ok(),
        Value::Bool(value) => Some(value.into()),
        Value::Number(_) => parse(raw),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// The client's boolean: any number but 0 is true, an empty string and null are false.
fn go_boolean(raw: &str) -> Option<bool> {
    match serde_json::from_str(raw).unwrap() {
        Value::Null => Some(false),
        Value::String(text) => match &*text {
            "" | "0" | "f" | "F" | "false" | "False" | "FALSE" => Some(false),
            "1" | "t" | "T" | "true" | "True" | "TRUE" => Some(true),
            _ => None,
        },
        Value::Bool(value) => Some(value),
        Value::Number(number) => Some(number.as_f64() != Some(0.0)),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// Decodes a page whose only invocation, or its only instance, has one member.
fn decode_member(member: &str, in_instance: bool) -> (Page<'static>, Vec<Finding>) {
    let (outside, inside) = if in_instance { ("", member) } else { (member, "") };
    let comma = if outside.is_empty() { "" } else { "," };
    let document = format!(
        r#"{{"Invocations":{{"Invocation":[{{{outside}{comma}"InvokeInstances":{{"InvokeInstance":[{{{inside}}}]}}}}]}}}}"#
    );
    let mut options = Options::default();
    options.report_empty_strings = true;
    let decoded = options.decode(document.as_bytes()).unwrap();
    let Response::Invocations(page) = decoded.response.into_owned() else { panic!("{document}") };
    (page, decoded.findings)
}

/// The only value of an array, which the client refuses and we read: converters from XML print it.
fn alone(raw: &str) -> &str {
    let inside = raw.strip_prefix('[').and_then(|raw| raw.strip_suffix(']'));
    inside.filter(|inside| !inside.is_empty()).unwrap_or(raw)
}

/// The value is that of the client, or missing and whole in a finding. What is empty is missing.
fn check<T: PartialEq + std::fmt::Debug>(
    raw: &str,
    (ours, findings): (Option<T>, Vec<Finding>),
    theirs: Option<T>,
) {
    let is_empty = matches!(raw, "null" | "[]" | "{}") || raw.trim_matches(['"', ' ']).is_empty();
    match ours {
        Some(ours) => {
            assert!(!is_empty, "{raw} read as {ours:?}");
            assert_eq!(Some(ours), theirs, "{raw}");
        }
        None => {
            let is_whole = |finding: &Finding| &*finding.found == alone(raw);
            let is_reported =
                findings.iter().any(is_whole) || raw == r#""""# && !findings.is_empty();
            assert!(is_reported, "{raw}: {findings:?}");
        }
    }
}

fn instance(page: Page<'static>) -> InvokeInstance<'static> {
    page.invocations.into_iter().next().unwrap().instances.remove(0)
}

#[test]
fn strings() {
    for raw in VALUES {
        let (mut page, findings) = decode_member(&format!(r#""CommandName":{raw}"#), false);
        let ours = page.invocations.remove(0).command_name.map(|text| text.into_owned());
        check(raw, (ours, findings), go_string(alone(raw)));
    }
}

#[test]
fn integers() {
    for raw in VALUES {
        let (mut page, findings) = decode_member(&format!(r#""Timeout":{raw}"#), false);
        check(raw, (page.invocations.remove(0).timeout, findings), go_integer(alone(raw)));
        let (page, findings) = decode_member(&format!(r#""Dropped":{raw}"#), true);
        check(raw, (instance(page).dropped, findings), go_integer(alone(raw)));
    }
}

/// Some exit codes do not fit the client's type, but those of other clients.
#[test]
fn exit_codes() {
    for raw in VALUES {
        let (page, findings) = decode_member(&format!(r#""ExitCode":{raw}"#), true);
        let theirs = match raw.trim_matches('"') {
            "18446744073709551615" => Some(u64::MAX.into()),
            _ => go_integer(alone(raw)).map(i128::from),
        };
        check(raw, (instance(page).exit_code, findings), theirs);
    }
    for code in [i128::MIN, i64::MIN.into(), i128::from(u64::MAX) + 1, i128::MAX] {
        let (page, findings) = decode_member(&format!(r#""ExitCode":{code}"#), true);
        assert_eq!((instance(page).exit_code, findings), (Some(code), Vec::new()));
    }
    let too_large = "170141183460469231731687303715884105728";
    check(
        too_large,
        {
            let (page, findings) = decode_member(&format!(r#""ExitCode":{too_large}"#), true);
            (instance(page).exit_code, findings)
        },
        None,
    );
}

#[test]
fn booleans() {
    for raw in VALUES {
        let (mut page, findings) = decode_member(&format!(r#""Timed":{raw}"#), false);
        check(raw, (page.invocations.remove(0).timed, findings), go_boolean(alone(raw)));
    }
}

/// An unknown value of an enum, and a text that is no time, are kept as they are.
#[test]
fn enums_and_times() {
    for raw in VALUES {
        let (mut page, findings) = decode_member(&format!(r#""InvokeStatus":{raw}"#), false);
        let ours = page.invocations.remove(0).invoke_status.map(|status| status.to_string());
        check(raw, (ours, findings), go_string(alone(raw)));
        let (page, findings) = decode_member(&format!(r#""StartTime":{raw}"#), true);
        let ours = instance(page).start_time.map(|time| time.to_string());
        check(raw, (ours, findings), go_string(alone(raw)));
    }
}

//! Some rules, checked in the simplest way on canonical JSON.

use std::collections::BTreeSet;

use ecs_invocations::finding::FindingKind;
use ecs_invocations::{Finding, Response};
use jiff::Timestamp;
use serde_json::Value;

/// The rules that are checked here.
const CODES: &[&str] = &["P501", "P503", "P504", "P505", "T801"];

/// Panics if one of these rules has findings elsewhere than a simple check has.
pub(crate) fn check(response: &Response<'_>, findings: &[Finding]) {
    let json = response.to_json().replace(super::NUMBER, "$");
    let Ok(page) = serde_json::from_str::<Value>(&json) else { return };
    let (mut expected, mut too_long) = (BTreeSet::new(), BTreeSet::new());
    match response {
        Response::Invocations(_) => {
            let invocations = items(&page["Invocations"], "Invocation");
            check_page(&page, "", "Invocations", invocations.len(), &mut expected);
            for (nth, invocation) in invocations.iter().enumerate() {
                let path = format!("Invocations.Invocation[{nth}]");
                check_invocation(invocation, &path, &mut expected);
                add_too_long(invocation, &path, &mut too_long);
            }
        }
        Response::Results(_) => {
            let inner = &page["Invocation"];
            let results = items(&inner["InvocationResults"], "InvocationResult");
            check_page(inner, "Invocation.", "InvocationResults", results.len(), &mut expected);
            for (nth, result) in results.iter().enumerate() {
                let path =
                    format!("Invocation.InvocationResults.InvocationResult[{nth}].FinishedTime");
                if is_before(&result["FinishedTime"], &result["StartTime"]) {
                    expected.insert(("T801", path));
                }
            }
        }
        Response::Error(_) => {}
    }
    let is_checked = |finding: &&Finding| {
        // Whether the end of a run is after its start depends on what is known of the run.
        let is_conditional = finding.path.to_string().ends_with(".FinishTime");
        matches!(finding.kind, FindingKind::Violation(_))
            && CODES.contains(&finding.code())
            && !is_conditional
    };
    let found: BTreeSet<(&str, String)> = findings
        .iter()
        .filter(is_checked)
        .map(|finding| (finding.code(), finding.path.to_string()))
        .collect();
    assert_eq!(found, expected, "{json}");
    // Other runs than one-time ones are not reported.
    for finding in findings.iter().filter(|finding| finding.code() == "T807") {
        assert!(too_long.contains(&finding.path.to_string()), "{finding}\n{json}");
    }
}

fn items<'v>(list: &'v Value, name: &str) -> &'v [Value] {
    list[name].as_array().map_or(&[], Vec::as_slice)
}

fn check_page(
    page: &Value,
    path: &str,
    list: &str,
    count: usize,
    expected: &mut BTreeSet<(&'static str, String)>,
) {
    let number = |name: &str| page[name].as_i64().map(i128::from);
    let (size, page_number) = (number("PageSize"), number("PageNumber"));
    let count = i128::try_from(count).expect("few items");
    let total = number("TotalCount").filter(|total| *total != -1);
    // Numbers do not tell the place of a page that was requested by token.
    let is_unnumbered = size.unwrap_or(0) == 0 && page_number.unwrap_or(0) == 0;
    let has_zeros = size.is_some() && page_number.is_some() || total == Some(0) && count > 0;
    if page["NextToken"].is_string() || is_unnumbered && has_zeros {
        return;
    }
    let mut expect = |code, name: &str| {
        expected.insert((code, format!("{path}{name}")));
    };
    if let Some(size) = size {
        if size > 0 && count > size {
            expect("P501", list);
        }
        if !(1..=50).contains(&size) {
            expect("P505", "PageSize");
        }
    }
    if let (Some(total), Some(size), Some(page_number)) = (total, size, page_number)
        && page_number > 0
        && count < (total - (page_number - 1) * size).min(size)
    {
        expect("P503", list);
    }
    if page_number.is_some_and(|number| number < 1) {
        expect("P504", "PageNumber");
    }
}

/// The times that are in order whatever the run is.
fn check_invocation(
    invocation: &Value,
    path: &str,
    expected: &mut BTreeSet<(&'static str, String)>,
) {
    const ORDER: &[(&str, &str)] = &[
        ("CreationTime", "StartTime"),
        ("CreationTime", "StopTime"),
        ("CreationTime", "UpdateTime"),
        ("FinishTime", "UpdateTime"),
    ];
    let is_one_time = match invocation["RepeatMode"].as_str() {
        Some("Once" | "NextRebootOnly") => true,
        Some("Period" | "EveryReboot") => false,
        _ => invocation["Timed"] != true,
    };
    let instances = items(&invocation["InvokeInstances"], "InvokeInstance");
    for (nth, instance) in instances.iter().enumerate() {
        for (earlier, later) in ORDER {
            // No run is earlier than its one-time invocation.
            let is_before_invocation = is_one_time
                && *earlier == "CreationTime"
                && is_before(&instance[later], &invocation[earlier]);
            if is_before_invocation || is_before(&instance[later], &instance[earlier]) {
                let path = format!("{path}.InvokeInstances.InvokeInstance[{nth}].{later}");
                expected.insert(("T801", path));
            }
        }
    }
}

/// Adds the runs that took more than 10 seconds longer than they may.
fn add_too_long(invocation: &Value, path: &str, too_long: &mut BTreeSet<String>) {
    let Some(timeout) = invocation["Timeout"].as_i64() else { return };
    let instances = items(&invocation["InvokeInstances"], "InvokeInstance");
    for (nth, instance) in instances.iter().enumerate() {
        let times = (instant(&instance["StartTime"]), instant(&instance["FinishTime"]));
        if let (Some(start), Some(finish)) = times
            && i128::from(finish.as_second()) - i128::from(start.as_second())
                >= i128::from(timeout) + 10
        {
            too_long.insert(format!("{path}.InvokeInstances.InvokeInstance[{nth}].FinishTime"));
        }
    }
}

/// Whether both times are instants, and the first is before the second.
fn is_before(first: &Value, second: &Value) -> bool {
    match (instant(first), instant(second)) {
        (Some(first), Some(second)) => first < second,
        _ => false,
    }
}

/// In canonical form, what is not an instant is another text.
fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str().filter(|text| text.ends_with('Z')).and_then(|text| text.parse().ok())
}

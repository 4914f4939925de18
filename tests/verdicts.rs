//! The verdict on runs, compared with a plain reading of the fields.

use ecs_invocations::model::Verdict;
use ecs_invocations::{Response, decode};

const RUNNING: [&str; 4] = ["Pending", "Running", "Stopping", "Scheduled"];
const FAILED: [&str; 5] = ["Failed", "Invalid", "Aborted", "Error", "Timeout"];
const STOPPED: [&str; 3] = ["Stopped", "Cancelled", "Terminated"];

/// What a person makes of one run, from the text of its fields.
fn expected(today: Option<&str>, of_2018: Option<&str>, code: Option<i64>, error: bool) -> Verdict {
    let of_known = expected_of_known(today, of_2018, code, error);
    // What an unknown status says may be anything but a success.
    if today == Some("Paused") { of_known.max(Verdict::Unknown) } else { of_known }
}

fn expected_of_known(
    today: Option<&str>,
    of_2018: Option<&str>,
    code: Option<i64>,
    error: bool,
) -> Verdict {
    let known = |status: &&str| {
        ["Finished", "Success"].contains(status)
            || RUNNING.contains(status)
            || FAILED.contains(status)
            || STOPPED.contains(status)
    };
    let Some(status) = today.filter(known).or(of_2018.filter(known)) else {
        return Verdict::Unknown;
    };
    if RUNNING.contains(&status) {
        Verdict::Running
    } else if FAILED.contains(&status) {
        Verdict::Failed
    } else if STOPPED.contains(&status) {
        Verdict::Stopped
    } else if today == Some("Success") {
        if code.unwrap_or(0) == 0 { Verdict::Succeeded } else { Verdict::Failed }
    } else {
        match code {
            Some(0) if !error => Verdict::Succeeded,
            None if !error => Verdict::Unknown,
            _ => Verdict::Failed,
        }
    }
}

fn member(name: &str, value: Option<impl std::fmt::Display>) -> String {
    value.map_or_else(String::new, |value| format!(", \"{name}\": \"{value}\""))
}

#[test]
fn each_run_is_judged_by_status_and_exit_code() {
    let mut seen = 0;
    let statuses = || {
        let known = RUNNING.into_iter().chain(FAILED).chain(STOPPED).chain(["Finished", "Success"]);
        known.chain(["Paused"]).map(Some).chain([None])
    };
    for today in statuses() {
        for of_2018 in [
            None,
            Some("Running"),
            Some("Finished"),
            Some("Failed"),
            Some("Stopped"),
            Some("Success"),
        ] {
            for code in [None, Some(0), Some(1), Some(-1)] {
                for error in [false, true] {
                    let common = member("ExitCode", code)
                        + &member("ErrorCode", error.then_some("ExecutionException"))
                        + &member("InvocationStatus", today);
                    let instance = format!(
                        r#"{{"Invocations": [{{"InvokeId": "t-1", "InvokeInstances": [{{"InstanceId": "i-1"{common}{}}}]}}]}}"#,
                        member("InstanceInvokeStatus", of_2018)
                    );
                    let result = format!(
                        r#"{{"Invocation": {{"InvocationResults": [{{"InvokeId": "t-1", "InstanceId": "i-1"{common}{}}}]}}}}"#,
                        member("InvokeRecordStatus", of_2018)
                    );
                    let expected = expected(today, of_2018, code, error);
                    for body in [instance, result] {
                        let response = decode(body.as_bytes()).unwrap().response;
                        let runs: Vec<_> = response.runs().collect();
                        assert_eq!(runs.len(), 1);
                        assert_eq!(runs[0].verdict, expected, "{body}");
                        seen += 1;
                    }
                }
            }
        }
    }
    assert_eq!(seen, 16 * 6 * 4 * 2 * 2);
}

#[test]
fn an_invocation_is_as_its_worst_run_and_its_own_status() {
    use Verdict::{Failed, Running, Stopped, Succeeded, Unknown};
    let runs =
        [("Success", Succeeded), ("Terminated", Stopped), ("Failed", Failed), ("Running", Running)];
    let overall = [
        (r#""InvocationStatus": "Success""#, Some(Succeeded)),
        (r#""InvokeStatus": "Finished""#, None),
        (r#""InvocationStatus": "Stopped""#, Some(Stopped)),
        (r#""InvocationStatus": "PartialFailed""#, Some(Failed)),
        (r#""InvocationStatus": "Running""#, Some(Running)),
        (r#""InvocationStatus": "Paused""#, Some(Unknown)),
        (r#""InvokeId": "t-1""#, None),
    ];
    for (status, of_status) in overall {
        for (first, of_first) in runs {
            for (second, of_second) in runs {
                let body = format!(
                    r#"{{"Invocations": [{{{status}, "CommandId": "c-1", "InvokeInstances": [
                        {{"InstanceId": "i-1", "InvocationStatus": "{first}"}},
                        {{"InstanceId": "i-2", "InvocationStatus": "{second}"}}]}}]}}"#
                );
                let Response::Invocations(page) = decode(body.as_bytes()).unwrap().response else {
                    panic!()
                };
                // From the least to the greatest.
                let order = [Succeeded, Unknown, Stopped, Failed, Running];
                let rank = |verdict| order.iter().position(|found| *found == verdict).unwrap();
                let worst = |verdicts: &[Verdict]| {
                    order[verdicts.iter().map(|it| rank(*it)).max().unwrap()]
                };
                let expected = match of_status {
                    // Whatever the runs so far.
                    Some(Running) => Running,
                    of_status => worst(&[of_first, of_second, of_status.unwrap_or(of_first)]),
                };
                assert_eq!(page.invocations[0].verdict(), expected, "{body}");
            }
        }
        // Without instances, only the overall status tells.
        let body = format!(r#"{{"Invocations": [{{{status}, "CommandId": "c-1"}}]}}"#);
        let response = decode(body.as_bytes()).unwrap().response;
        assert_eq!(response.verdict(), of_status.unwrap_or(Unknown), "{body}");
        assert_eq!(response.runs().count(), 1);
    }
}

/// What an instance does not tell, the overall status tells if it says the same of all.
#[test]
fn a_run_is_as_the_overall_status_says_of_all() {
    use Verdict::{Failed, Running, Stopped, Succeeded, Unknown};
    let silent = ["", r#", "InstanceInvokeStatus": "Finished""#];
    let unknown = r#", "InvocationStatus": "Quarantined", "InstanceInvokeStatus": "Finished""#;
    for (overall, of_run, of_all) in [
        (r#""InvocationStatus": "Success""#, Succeeded, Succeeded),
        (r#""InvocationStatus": "Stopped""#, Stopped, Stopped),
        (r#""InvocationStatus": "Failed""#, Unknown, Failed),
        (r#""InvocationStatus": "PartialFailed""#, Unknown, Failed),
        (r#""InvocationStatus": "Running""#, Unknown, Running),
        (r#""InvocationStatus": "Paused""#, Unknown, Unknown),
        (r#""InvocationStatus": "Paused", "InvokeStatus": "Finished""#, Unknown, Unknown),
        (r#""InvokeStatus": "Finished""#, Unknown, Unknown),
        (r#""InvokeId": "t-1""#, Unknown, Unknown),
    ] {
        let verdicts = |instance: &str| {
            let body = format!(
                r#"{{"Invocations": [{{{overall}, "CommandId": "c-1",
                    "InvokeInstances": [{{"InstanceId": "i-1"{instance}}}]}}]}}"#
            );
            let response = decode(body.as_bytes()).unwrap().response;
            let xml = response.to_xml();
            let of_xml = decode(xml.as_bytes()).unwrap().response.verdict();
            assert_eq!(of_xml, response.verdict(), "{xml}");
            (response.runs().next().unwrap().verdict, response.verdict())
        };
        for instance in silent {
            assert_eq!(verdicts(instance), (of_run, of_all), "{overall} {instance}");
        }
        assert_eq!(verdicts(unknown), (Unknown, of_all.max(Unknown)), "{overall} {unknown}");
    }
}

/// Nothing that is cut off of a document makes it a success.
#[test]
fn a_truncated_document_is_no_success_unless_it_is_whole() {
    let page = std::fs::read_to_string("corpus/answers/restart.json").unwrap();
    let page =
        page.replace("\"Failed\"", "\"Success\"").replace("\"PartialFailed\"", "\"Success\"");
    let page = page.replace("\"ExitCode\": 1", "\"ExitCode\": 0");
    assert_eq!(decode(page.as_bytes()).unwrap().verdict(), Verdict::Succeeded);
    let end = page.rfind('}').unwrap();
    for length in (0..end).filter(|length| page.is_char_boundary(*length)) {
        if let Ok(decoded) = decode(&page.as_bytes()[..length]) {
            assert_ne!(decoded.verdict(), Verdict::Succeeded, "{}", &page[..length]);
        }
    }
}

#[test]
fn errors_and_empty_pages() {
    let verdict = |body: &str| decode(body.as_bytes()).unwrap().verdict();
    assert_eq!(verdict(r#"{"Code": "ServiceUnavailable"}"#), Verdict::Retry);
    assert_eq!(verdict(r#"{"Code": "Forbidden.RAM"}"#), Verdict::Unknown);
    assert_eq!(verdict(r#"{"Invocations": []}"#), Verdict::Unknown);
    assert_eq!(verdict(r#"{"Invocation": {"InvocationResults": []}}"#), Verdict::Unknown);
}

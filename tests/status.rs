//! The verdict of `ecs-invocations status` over several answers: which of them are of the same runs and lists.

mod command;

use std::fs;

use command::{command, feed, run};
use ecs_invocations::decode;
use ecs_invocations::model::Verdict;
use tempfile::TempDir;

/// An answer of DescribeInvocations, with the status of each instance.
fn invocation(id: &str, overall: &str, instances: &[(&str, &str)]) -> String {
    let instances = instances.iter().map(|(id, status)| {
        let code = match *status {
            "Success" => r#", "ExitCode": 0"#,
            "Failed" => r#", "ExitCode": 1"#,
            _ => "",
        };
        format!(r#"{{"InstanceId": "{id}", "InvocationStatus": "{status}"{code}}}"#)
    });
    let instances = instances.collect::<Vec<_>>().join(", ");
    format!(
        r#"{{"Invocations": {{"Invocation": [{{"InvokeId": "{id}", "InvocationStatus": "{overall}",
            "InvokeInstances": {{"InvokeInstance": [{instances}]}}}}]}}}}"#
    )
}

/// An answer of DescribeInvocationResults: ID of the invocation, of the instance, status, start.
fn results(runs: &[(&str, &str, &str, &str)]) -> String {
    let runs = runs.iter().map(|(id, instance, status, start)| {
        let start = match *start {
            "" => String::new(),
            start => format!(r#", "StartTime": "{start}""#),
        };
        format!(
            r#"{{"InvokeId": "{id}", "InstanceId": "{instance}", "InvocationStatus": "{status}"{start}}}"#
        )
    });
    let runs = runs.collect::<Vec<_>>().join(", ");
    format!(r#"{{"Invocation": {{"InvocationResults": {{"InvocationResult": [{runs}]}}}}}}"#)
}

/// The line and the exit status, for answers in one file each, in one file together, and in XML.
fn status(answers: &[String]) -> (String, i32) {
    let directory = TempDir::new().unwrap();
    let seen = |files: &[String], input: &[u8]| {
        let mut status = command();
        let output = feed(status.arg("status").args(files).current_dir(&directory), input);
        (
            String::from_utf8(output.stdout).unwrap().trim_end().to_owned(),
            output.status.code().unwrap(),
        )
    };
    let files: Vec<String> = (0..answers.len()).map(|nth| nth.to_string()).collect();
    for (file, answer) in files.iter().zip(answers) {
        fs::write(directory.path().join(file), answer).unwrap();
    }
    let expected = seen(&files, b"");
    let joined = answers.join("\n");
    assert_eq!(seen(&[], joined.as_bytes()), expected, "{joined}");
    let xml = run("decode", &["-q", "-o", "xml"], joined.as_bytes()).stdout;
    assert_eq!(seen(&[], &xml), expected, "{joined}");
    expected
}

#[test]
fn a_run_is_as_in_the_last_answer_that_has_it() {
    let running = |instance| invocation("t-1", "Running", &[(instance, "Running")]);
    let success = |instance| invocation("t-1", "Success", &[(instance, "Success")]);
    let both = invocation("t-1", "Running", &[("i-1", "Running"), ("i-2", "Success")]);
    let created = invocation("t-1", "Pending", &[]);
    let result = |instance, status| results(&[("t-1", instance, status, "")]);
    let cases: [(&[String], &str, i32); 17] = [
        // Two instances, asked for one by one.
        (&[running("i-2"), success("i-1")], "running: 1 of 2 runs succeeded, 1 running", 3),
        (&[success("i-1"), running("i-2")], "running: 1 of 2 runs succeeded, 1 running", 3),
        (&[running("i-2"), success("i-1"), success("i-2")], "succeeded: 2 of 2 runs succeeded", 0),
        // One instance, twice.
        (&[running("i-1"), success("i-1")], "succeeded: 1 of 1 run succeeded", 0),
        (&[success("i-1"), running("i-1")], "running: 0 of 1 run succeeded, 1 running", 3),
        // All instances, and then the one that was running.
        (&[both.clone(), success("i-1")], "succeeded: 2 of 2 runs succeeded", 0),
        (&[both.clone(), both.clone()], "running: 1 of 2 runs succeeded, 1 running", 3),
        (&[created.clone(), both.clone()], "running: 1 of 2 runs succeeded, 1 running", 3),
        (&[created.clone(), success("i-1")], "succeeded: 1 of 1 run succeeded", 0),
        // Without instances, the status is of all.
        (
            &[running("i-1"), invocation("t-1", "Success", &[])],
            "succeeded: 1 of 1 run succeeded",
            0,
        ),
        (
            &[success("i-1"), invocation("t-1", "Success", &[])],
            "succeeded: 1 of 1 run succeeded",
            0,
        ),
        // The other operation.
        (&[running("i-2"), result("i-2", "Success")], "succeeded: 1 of 1 run succeeded", 0),
        (
            &[running("i-2"), result("i-1", "Success")],
            "running: 1 of 2 runs succeeded, 1 running",
            3,
        ),
        (&[success("i-2"), result("i-2", "Success")], "succeeded: 1 of 1 run succeeded", 0),
        (&[result("i-2", "Running"), success("i-2")], "succeeded: 1 of 1 run succeeded", 0),
        (&[both, result("i-1", "Failed")], "failed: 1 of 2 runs succeeded, 1 failed", 1),
        // Nothing takes a failure back.
        (&[result("i-1", "Failed"), success("i-1")], "failed: 1 of 2 runs succeeded, 1 failed", 1),
    ];
    for (answers, line, code) in cases {
        assert_eq!(status(answers), (line.to_owned(), code), "{answers:?}");
    }
}

/// The overall status may tell of instances that the answer lacks.
#[test]
fn an_overall_status_is_that_of_the_last_answer() {
    let page = |overall, instance| invocation("t-1", overall, &[(instance, "Success")]);
    let whole = "running: 1 of 1 run succeeded; 1 invocation is still running as a whole";
    assert_eq!(status(&[page("Running", "i-1")]), (whole.to_owned(), 3));
    let ended = status(&[page("Running", "i-1"), page("Success", "i-2")]);
    assert_eq!(ended, ("succeeded: 2 of 2 runs succeeded".to_owned(), 0));
    let failed = status(&[page("PartialFailed", "i-1"), page("Success", "i-1")]);
    let whole = "failed: 1 of 1 run succeeded; 1 invocation failed as a whole";
    assert_eq!(failed, (whole.to_owned(), 1));
    // A run that tells why.
    let failed = [page("PartialFailed", "i-1"), results(&[("t-1", "i-2", "Failed", "")])];
    assert_eq!(status(&failed), ("failed: 1 of 2 runs succeeded, 1 failed".to_owned(), 1));
}

/// A schedule has several runs on an instance.
#[test]
fn runs_that_started_at_other_times_are_other_runs() {
    let run = |status, minute| results(&[("t-1", "i-1", status, minute)]);
    let (first, second) = ("2024-01-01T00:01Z", "2024-01-01T00:02:00Z");
    for (answers, line, code) in [
        (
            [run("Failed", first), run("Success", second)],
            "failed: 1 of 2 runs succeeded, 1 failed",
            1,
        ),
        ([run("Success", first), run("Success", second)], "succeeded: 2 of 2 runs succeeded", 0),
        ([run("Running", first), run("Success", second)], "succeeded: 1 of 1 run succeeded", 0),
        // The later page is of older runs.
        (
            [run("Running", second), run("Success", first)],
            "running: 1 of 2 runs succeeded, 1 running",
            3,
        ),
        ([run("Success", first), run("Success", first)], "succeeded: 1 of 1 run succeeded", 0),
    ] {
        assert_eq!(status(&answers), (line.to_owned(), code), "{answers:?}");
    }
    let history = [("t-1", "i-1", "Success", first), ("t-1", "i-1", "Failed", second)];
    assert_eq!(
        status(&[results(&history)]),
        ("failed: 1 of 2 runs succeeded, 1 failed".to_owned(), 1)
    );
}

#[test]
fn pages_of_two_lists_are_not_one_list() {
    let page = |number: i64, id: &str, status: &str| {
        let fields = format!(r#"{{"TotalCount": 2, "PageNumber": {number}, "PageSize": 1, "#);
        invocation(id, status, &[("i-1", status)]).replacen('{', &fields, 1)
    };
    let (done, open) = ("Success", "Running");
    let of = |pages: &[(i64, &str, &str)]| {
        let pages: Vec<String> = pages.iter().map(|(nth, id, of)| page(*nth, id, of)).collect();
        status(&pages).1
    };
    let [a1, a2, b1, b2] =
        [(1, "t-a1", done), (2, "t-a2", done), (1, "t-b1", done), (2, "t-b2", done)];
    for pages in [[a1, a2, b1], [a1, b1, a2], [b1, a1, a2], [a1, b2, b1]] {
        assert_eq!(of(&pages), 2, "{pages:?}");
    }
    for pages in [[a1, a2, b1, b2], [a1, b1, a2, b2], [b2, a2, b1, a1]] {
        assert_eq!(of(&pages), 0, "{pages:?}");
    }
    // Pages that were asked for again.
    assert_eq!(of(&[(1, "t-a1", open), (2, "t-a2", open), a1, a2]), 0);
    assert_eq!(of(&[(1, "t-a1", open), a1, a2]), 0);
    assert_eq!(of(&[a1, a2, b1, a1, a2, b2]), 0);
    assert_eq!(of(&[(1, "t-a1", open), a1]), 2);
}

/// Also those that tell success.
#[test]
fn records_of_a_log_are_other_objects() {
    let answer = invocation("t-1", "Success", &[("i-1", "Success")]).replace('\n', "");
    for record in [
        r#"{"level": "info", "msg": "ok"}"#,
        r#"{"level": "info", "code": 0, "msg": "ok"}"#,
        r#"{"code": 200, "message": "healthy"}"#,
        r#"{"code": "OK"}"#,
    ] {
        for log in [format!("{record}\n{answer}\n"), format!("{answer}\n{record}\n")] {
            for (subcommand, arguments) in
                [("status", &[][..]), ("show", &[]), ("decode", &[]), ("check", &["--exit-zero"])]
            {
                let output = run(subcommand, arguments, log.as_bytes());
                let errors = String::from_utf8(output.stderr).unwrap();
                assert_eq!(output.status.code(), Some(0), "{subcommand} {log}: {errors}");
                assert!(
                    errors.contains("ignored 1 other object\n"),
                    "{subcommand} {log}: {errors}"
                );
            }
        }
        let alone = run("status", &[], record.as_bytes());
        assert_eq!(alone.status.code(), Some(2), "{record}");
    }
}

/// A gateway sends a page in place of an answer.
#[test]
fn a_page_of_html_is_an_answer_that_cannot_be_read() {
    let done = invocation("t-1", "Success", &[("i-1", "Success")]);
    let failed = invocation("t-2", "Failed", &[("i-1", "Failed")]);
    let xml = |answer: &String| {
        let xml = run("decode", &["-q", "-o", "xml"], answer.as_bytes()).stdout;
        String::from_utf8(xml).unwrap()
    };
    let markup = [
        "<html><body>502</body></html>",
        "<HTML><head><title>502</title></head><body>\n502<br><hr>\n</body></HTML>",
    ];
    let heads = [
        "",
        "<?xml version=\"1.0\"?>",
        "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"a\" \"b\">\n",
        "<!DOCTYPE html>",
        "<!-- gateway -->",
        "HTTP/1.1 502 Bad Gateway\nContent-Type: text/html\n\n",
    ];
    for head in heads {
        for body in markup {
            let page = format!("{head}{body}");
            for (done, failed) in [(done.clone(), failed.clone()), (xml(&done), xml(&failed))] {
                let code = |answers: [&str; 3]| {
                    let output = run("status", &[], answers.join("\n").as_bytes());
                    let errors = String::from_utf8(output.stderr).unwrap();
                    assert!(errors.contains("not a response: HTML page"), "{page}: {errors}");
                    let decoded = run("decode", &[], answers.join("\n").as_bytes());
                    assert_eq!(decoded.status.code(), Some(2), "{page}");
                    output.status.code().unwrap()
                };
                assert_eq!(code([&page, &done, ""]), 2, "{page}");
                assert_eq!(code([&done, &page, ""]), 2, "{page}");
                assert_eq!(code([&done, &page, &done]), 2, "{page}");
                // What follows is read.
                assert_eq!(code([&done, &page, &failed]), 1, "{page}");
                assert_eq!(code([&page, &page, &failed]), 1, "{page}");
            }
        }
    }
    // A page that shows an answer is read.
    let shown = format!("{done}\n<html><body><pre>\n{failed}\n</pre></body></html>\n");
    assert_eq!(run("status", &[], shown.as_bytes()).status.code(), Some(1));
}

/// Damaged answers and prints with a run that failed.
const OF_FAILED_RUNS: &[&str] = &[
    "arrow-after-half-quoted-name.txt",
    "blank-lost-in-csharp.txt",
    "colon-after-comma.json",
    "colon-for-a-quote.json",
    "comma-lost-in-java-map.txt",
    "container-log-brace-lost.log",
    "container-log-escape-lost.log",
    "container-log-records-run-together.log",
    "container-log-spaced-records.log",
    "container-log-two-records-on-a-line.log",
    "equals-sign-lost-in-java.txt",
    "escaped-name-without-quote.json",
    "indentation-in-print_r.txt",
    "item-without-indentation.yaml",
    "joined-lines-of-print_r.txt",
    "less-than-for-a-comma.json",
    "log-prefix-inside-a-line.json",
    "number-before-a-member.txt",
    "reference-without-semicolon.html",
    "semicolon-for-a-colon.txt",
    "word-before-unquoted-name.txt",
    "wrapped-before-equals-sign.txt",
    "wrapped-in-a-name.txt",
    "wrapped-java-map.txt",
];

/// Where a failed run is damaged, the verdict is no success.
#[test]
fn a_failed_run_is_not_lost() {
    for name in OF_FAILED_RUNS {
        let output = run("status", &[&format!("corpus/regressions/{name}")], b"");
        assert!(matches!(output.status.code(), Some(1 | 2)), "{name}: {output:?}");
    }
}

/// A sign that is lost, doubled or exchanged does not make a success of a failed run, in any usual notation.
#[test]
fn one_wrong_sign_is_no_success() {
    // The run ended with the exit code 0: without its status, it would be a success.
    const PRINTS: &[&str] = &[
        r#"{"InvocationResults": {"InvocationResult": [{"InvokeId": "t-1", "InstanceId": "i-1", "InvokeRecordStatus": "Finished", "Username": "root", "InvocationStatus": "Failed", "ExitCode": 0}]}, "RequestId": "r-1"}"#,
        r#"{"invocation_results": {"invocation_result": [{"invoke_id": "t-1", "instance_id": "i-1", "invoke_record_status": "Finished", "username": "root", "invocation_status": "Failed", "exit_code": 0}]}}"#,
        "<DescribeInvocationResultsResponse><Invocation><InvocationResults><InvocationResult><InvokeId>t-1</InvokeId><InstanceId>i-1</InstanceId><InvokeRecordStatus>Finished</InvokeRecordStatus><Username>root</Username><InvocationStatus>Failed</InvocationStatus><ExitCode>0</ExitCode></InvocationResult></InvocationResults></Invocation></DescribeInvocationResultsResponse>",
        "{InvocationResults={InvocationResult=[{InvokeId=t-1, InstanceId=i-1, InvokeRecordStatus=Finished, Username=root, InvocationStatus=Failed, ExitCode=0}]}, RequestId=r-1}",
        r#"{"InvocationResults"=>{"InvocationResult"=>[{"InvokeId"=>"t-1", "InstanceId"=>"i-1", "InvokeRecordStatus"=>"Finished", "Username"=>"root", "InvocationStatus"=>"Failed", "ExitCode"=>0}]}, "RequestId"=>"r-1"}"#,
        "{'InvocationResults': {'InvocationResult': [{'InvokeId': 't-1', 'InstanceId': 'i-1', 'InvokeRecordStatus': 'Finished', 'Username': 'root', 'InvocationStatus': 'Failed', 'ExitCode': 0}]}, 'RequestId': 'r-1'}",
    ];
    const SIGNS: &[&str] = &["", "\"", ",", ":", "=", "}", "{", "\n", " x ", "<", "\\"];
    let (mut count, mut wrong) = (0, Vec::new());
    for print in PRINTS {
        // What is in a name makes it that of an unknown member, which is no loss.
        let is_sign = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        for (at, c) in print.char_indices().filter(|(_, c)| is_sign(*c)) {
            for sign in SIGNS {
                let text = format!("{}{sign}{}", &print[..at], &print[at + c.len_utf8()..]);
                let Ok(decoded) = decode(text.as_bytes()) else { continue };
                count += 1;
                if decoded.verdict() == Verdict::Succeeded {
                    wrong.push(text);
                }
            }
        }
    }
    assert!(count > 3_000, "{count}");
    assert_eq!(wrong, [""; 0], "{} of {count}", wrong.len());
}

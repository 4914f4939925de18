//! `ecs-invocations show` and `status`, run as a process with files and pipes.

mod command;

use std::collections::HashSet;
use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use command::{command, run, seen};
use ecs_invocations::base64;
use insta::assert_snapshot;
use tempfile::TempDir;

fn show(arguments: &[&str], input: &[u8]) -> String {
    seen(&run("show", arguments, input))
}

/// The line and the exit status.
fn status(arguments: &[&str], input: &[u8]) -> String {
    let output = run("status", arguments, input);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!("{}{}{}", text(&output.stderr), text(&output.stdout), output.status.code().unwrap())
}

fn correct(name: &str) -> String {
    format!("corpus/correct/{name}")
}

/// A page with one instance, which printed `output`.
fn printed(output: &[u8]) -> Vec<u8> {
    let output = STANDARD.encode(output);
    format!(
        r#"{{"Invocations": {{"Invocation": [{{"InvokeId": "t-1", "InvocationStatus": "Success",
            "InvokeInstances": {{"InvokeInstance": [{{"InstanceId": "i-1", "InvocationStatus": "Success",
                "ExitCode": 0, "Output": "{output}"}}]}}}}]}}}}"#
    )
    .into_bytes()
}

/// What `show` prints of the output, without the lines around it.
fn shown_output(arguments: &[&str], output: &[u8]) -> String {
    let shown = run("show", arguments, &printed(output));
    let shown = String::from_utf8(shown.stdout).unwrap();
    let is_output = |line: &&str| line.starts_with("    ");
    shown.lines().filter(is_output).map(|line| format!("{}\n", &line[4..])).collect()
}

#[test]
fn each_kind_of_response() {
    for (name, file) in [
        ("2018", "corpus/documented/response.json".to_owned()),
        ("2018 in XML", "corpus/documented/response.xml".to_owned()),
        ("one failed", "corpus/answers/restart.json".to_owned()),
        ("partly failed", correct("partly-failed.json")),
        ("exit codes", correct("exit-codes.json")),
        ("periodic", correct("period.xml")),
        ("results", correct("results-of-all-statuses.json")),
        ("results in XML", correct("results.xml")),
        ("exit code 1 published", correct("exit-code-1-published.json")),
        ("access denied", correct("error-access-denied.json")),
        ("throttling", correct("error-throttling.json")),
        ("empty page", correct("empty-page.json")),
        ("another operation", "corpus/answers/run-command.json".to_owned()),
    ] {
        assert_snapshot!(format!("show {name}"), show(&[&file], b""));
    }
}

#[test]
fn the_same_in_any_format_and_shape() {
    let file = "corpus/answers/restart.json";
    let expected = run("show", &[file], b"");
    let xml = run("decode", &["--to", "xml", file], b"").stdout;
    assert_eq!(run("show", &[], &xml), expected);
    let text = fs::read_to_string(file).unwrap();
    for body in [
        format!("{{\"body\": {text}, \"statusCode\": 200}}"),
        text.replace("\"InvokeId\"", "\"invokeId\"")
            .replace("\"ExitCode\": 1", "\"ExitCode\": \"1\""),
        format!("{{\"data\": {text:?}}}"),
    ] {
        assert_eq!(run("show", &[], body.as_bytes()).stdout, expected.stdout);
    }
}

#[test]
fn filters() {
    let results = correct("results-of-all-statuses.json");
    let shown = |arguments: &[&str]| show(&[arguments, &[&results]].concat(), b"");
    assert_snapshot!("failed", shown(&["--failed"]));
    assert_snapshot!("running", shown(&["--running"]));
    assert_snapshot!(
        "failed on an instance",
        shown(&["--failed", "--instance", "i-bp1i7gg30r52z2em0004,i-bp1i7gg30r52z2em0005"])
    );
    assert_snapshot!(shown(&["--invocation", "t-none"]), @"
    exit status 0
    --- output
    no run matches

    running: 1 of 12 runs succeeded, 5 failed, 2 stopped, 4 running
    --- errors
    ");
    // A failure that no run shows is not hidden.
    let overall = br#"{"Invocations": [{"InvokeId": "t-1", "InvocationStatus": "PartialFailed",
        "InvokeInstances": [{"InstanceId": "i-1", "InvocationStatus": "Success", "ExitCode": 0}]},
        {"InvokeId": "t-2", "InvocationStatus": "Success"}]}"#;
    assert_snapshot!(show(&["--failed"], overall), @"
    exit status 0
    --- output
    t-1  failed (PartialFailed)  0 of 1 runs shown

    failed: 2 of 2 runs succeeded; 1 invocation failed as a whole
    --- errors
    ");
}

#[test]
fn several_inputs() {
    let files = ["corpus/answers/restart.json", "corpus/correct/once-running.json", "missing.json"];
    assert_snapshot!(show(&files, b""));
}

#[test]
fn other_objects_of_a_log_are_counted() {
    let log = b"{\"level\": \"info\", \"msg\": \"asking\"}\n{\"InvokeId\": \"t-1\", \"RequestId\": \"r\"}\n\
        {\"Invocations\": [{\"InvokeId\": \"t-1\", \"InvocationStatus\": \"Success\"}]}\n";
    assert_snapshot!(show(&[], log), @"
    exit status 0
    --- output
    t-1  succeeded

    succeeded: 1 of 1 run succeeded
    --- errors
    <stdin>: ignored 2 other objects
    ");
    assert_snapshot!(show(&[], b"{\"level\": \"info\"}\n"), @"
    exit status 2
    --- output
    cannot tell: 1 document could not be decoded
    --- errors
    <stdin>:1:1: error: not a response: top-level object has no identifying field (found `level`)
    ");
}

#[test]
fn outputs_in_any_encoding() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    for (name, bytes, expected) in [
        ("UTF-8", "done – 完成\n".into(), "| done – 完成\n"),
        ("UTF-8 with a mark", "\u{feff}done\n".into(), "| done\n"),
        ("UTF-16 with a mark", utf16("\u{feff}done\r\n"), "output in UTF-16LE:\n| done\n"),
        (
            "UTF-16",
            utf16("restarted all services\r\n"),
            "output in UTF-16LE:\n| restarted all services\n",
        ),
        (
            "GBK",
            gbk("服务已经启动成功。\r\n1 个文件\r\n"),
            "output in gb18030:\n| 服务已经启动成功。\n| 1 个文件\n",
        ),
        (
            "cut within a character",
            "完成完成完成完成完成完成".as_bytes()[1..].to_vec(),
            "| ��成完成完成完成完成完成\n",
        ),
        (
            "a bell",
            "rebuilding the index\u{7} done\n".into(),
            "| rebuilding the index\\u{7} done\n",
        ),
        ("nothing", Vec::new(), ""),
    ] {
        assert_eq!(shown_output(&[], &bytes), expected, "{name}");
    }
    let japanese = encoding_rs::SHIFT_JIS.encode("再起動しました\n").0;
    assert_eq!(
        shown_output(&["--output-charset", "shift_jis"], &japanese),
        "output in Shift_JIS:\n| 再起動しました\n"
    );
    // Plain text that happens to be valid Base64 stays as it is.
    for plain in
        ["test", "done", "d41d8cd98f00b204e9800998ecf8427e", "0123456789abcdef", "deploy01", "a b"]
    {
        let body = String::from_utf8(printed(b"")).unwrap();
        let body = body.replace("\"Output\": \"\"", &format!("\"Output\": \"{plain}\""));
        assert!(show(&[], body.as_bytes()).contains(&format!("    | {plain}\n")), "{plain}");
    }
}

#[test]
fn long_outputs_are_cut_with_a_count() {
    let lines: String = (1..=100).map(|nth| format!("line {nth}\n")).collect();
    assert_snapshot!("long output", shown_output(&[], lines.as_bytes()));
    assert_eq!(shown_output(&["--full"], lines.as_bytes()).lines().count(), 100);
    let line = "é".repeat(700);
    let cut = shown_output(&[], line.as_bytes());
    assert!(cut.ends_with("é … 200 more characters\n") && cut.chars().count() < 540, "{cut}");
    assert!(shown_output(&["--full"], line.as_bytes()).contains(&line));
}

/// Nothing that a response holds acts on the terminal.
#[test]
fn control_characters_are_escaped() {
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}gnp\u{200b}.\r\u{2028}\u{feff}";
    let mut page = String::from_utf8(printed(hostile.as_bytes())).unwrap();
    let escaped = serde_json::to_string(hostile).unwrap();
    for id in ["\"t-1\"", "\"i-1\""] {
        page = page.replace(id, &escaped);
    }
    let page = page.replace(
        "\"ExitCode\": 0",
        &format!("\"ExitCode\": 1, \"ErrorCode\": {escaped}, \"ErrorInfo\": {escaped}"),
    );
    let error = format!("{{\"Code\": {escaped}, \"Message\": {escaped}, \"HostId\": {escaped}}}");
    for body in [page, error] {
        for subcommand in ["show", "status"] {
            let output = run(subcommand, &[], body.as_bytes());
            let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            let is_safe = |c: char| {
                c == '\n' || !c.is_control() && !"\u{200b}\u{202e}\u{2028}\u{feff}".contains(c)
            };
            assert!(printed.chars().all(is_safe), "{printed:?}");
            if subcommand == "show" || body.starts_with("{\"Code\"") {
                assert!(printed.contains("owned"), "{printed}");
            }
        }
    }
}

#[test]
fn statuses_of_correct_responses() {
    let mut text = String::new();
    let mut names: Vec<_> = fs::read_dir("corpus/correct")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("request"))
        .collect();
    names.sort();
    for name in names {
        text += &format!("{name}: {}\n", status(&[&correct(&name)], b"").replace('\n', " → "));
    }
    assert_snapshot!(text);
}

#[test]
fn one_verdict_over_all_inputs() {
    let [succeeded, failed, running] =
        ["once-success.json", "partly-failed.json", "once-running.json"].map(correct);
    let throttled = correct("error-throttling.json");
    let all = [&*succeeded, &failed, &running, &throttled, "missing"];
    let mut text = String::new();
    for end in 1..=all.len() {
        text += &format!("{}\n", status(&all[..end], b""));
    }
    assert_snapshot!(text);
    assert_eq!(run("status", &["--quiet", &failed], b"").stdout, b"");
    assert_eq!(run("status", &["-q", &failed], b"").status.code(), Some(1));
}

/// The answers of a loop that polled, in one file or in several.
#[test]
fn what_was_running_counts_as_in_the_last_response() {
    let page = |id: &str, status: &str| {
        format!(
            "{{\"Invocations\": [{{\"InvokeId\": \"{id}\", \"InvocationStatus\": \"{status}\"}}]}}\n"
        )
    };
    let log = |statuses: &[(&str, &str)]| {
        statuses.iter().map(|(id, status)| page(id, status)).collect::<String>()
    };
    let seen = |statuses: &[(&str, &str)]| status(&[], log(statuses).as_bytes());
    assert_snapshot!(seen(&[("t-1", "Pending"), ("t-1", "Running"), ("t-1", "Success")]), @"
    succeeded: 1 of 1 run succeeded
    0
    ");
    assert_snapshot!(seen(&[("t-1", "Running"), ("t-2", "Success"), ("t-1", "Failed")]), @"
    failed: 1 of 2 runs succeeded, 1 failed
    1
    ");
    assert_snapshot!(seen(&[("t-1", "Running"), ("t-2", "Success")]), @"
    running: 1 of 2 runs succeeded, 1 running
    3
    ");
    // What has ended is never forgotten.
    assert_snapshot!(seen(&[("t-1", "Failed"), ("t-1", "Success")]), @"
    failed: 1 of 2 runs succeeded, 1 failed
    1
    ");
}

#[test]
fn damaged_documents_are_no_success() {
    let whole = r#"{"TotalCount": 2, "Invocations": [
        {"InvokeId": "t-1", "InvocationStatus": "Success"}, {"InvokeId": "t-2", "InvocationStatus": "Failed"}]}"#;
    let until = |text: &str| &whole.as_bytes()[..whole.find(text).unwrap()];
    assert_snapshot!(status(&[], until(", {")), @"
    <stdin>: 1 place where data may be lost; see `ecs-invocations check`
    cannot tell: 1 document is damaged, so that runs may be missing; the list has 2 items, the inputs only 1; 1 of 1 run succeeded
    2
    ");
    assert_snapshot!(status(&[], whole.as_bytes()), @"
    failed: 1 of 2 runs succeeded, 1 failed
    1
    ");
}

#[test]
fn help_has_examples() {
    for subcommand in ["show", "status", "wait"] {
        let help = command().args([subcommand, "--help"]).output().unwrap();
        let help = String::from_utf8(help.stdout).unwrap();
        assert!(help.contains("Examples:\n"), "{help}");
        assert_snapshot!(format!("help of {subcommand}"), help);
    }
}

#[test]
#[cfg(unix)]
fn color_is_used_on_terminals_and_when_asked_for() {
    let shown = |arguments: &[&str], variables: &[(&str, &str)]| {
        let output = command()
            .args(["show", "corpus/answers/restart.json"])
            .args(arguments)
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .envs(variables.iter().copied())
            .output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let is_colored = |text: &str| text.contains("\u{1b}[31mfailed");
    assert!(!is_colored(&shown(&[], &[])));
    assert!(is_colored(&shown(&["--color", "always"], &[])));
    assert!(is_colored(&shown(&[], &[("CLICOLOR_FORCE", "1")])));
    assert!(!is_colored(&shown(&["--color", "never"], &[("CLICOLOR_FORCE", "1")])));
    let report =
        command().args(["check", "--color", "always", "corpus/documented/error.json"]).output();
    assert!(String::from_utf8(report.unwrap().stdout).unwrap().contains("\u{1b}["));
    let directory = TempDir::new().unwrap();
    let page = directory.path().join("page.json");
    fs::copy("corpus/answers/restart.json", &page).unwrap();
    for (variables, expected) in [(&[][..], true), (&[("NO_COLOR", "1")][..], false)] {
        let sent = command::on_a_terminal(&["show", page.to_str().unwrap()], 80, variables);
        assert_eq!(is_colored(&sent), expected, "{sent}");
    }
}

#[test]
fn rows_of_the_runs_that_are_shown() {
    let results = correct("results-of-all-statuses.json");
    let arguments =
        ["-o", "csv", "--failed", "--columns", "instance_id,status,error_code", &results];
    assert_snapshot!(show(&arguments, b""));
    let japanese = encoding_rs::SHIFT_JIS.encode("再起動しました\n").0;
    let arguments =
        ["-o", "ndjson-rows", "--columns", "output_text", "--output-charset", "shift_jis"];
    assert_snapshot!(show(&arguments, &printed(&japanese)), @r#"
    exit status 0
    --- output
    {"output_text":"再起動しました\n"}
    --- errors
    "#);
}

#[test]
fn status_as_json() {
    let results = correct("results-of-all-statuses.json");
    let output = run("status", &["-o", "json", &results, &correct("error-throttling.json")], b"");
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["verdict"], "retry");
    let runs =
        serde_json::json!({"succeeded": 1, "failed": 5, "stopped": 2, "running": 4, "unknown": 0});
    assert_eq!(value["runs"], runs);
    assert_eq!(output.status.code(), Some(4));
}

/// A page of either operation with one run for each ID, all of which succeeded, in JSON and XML.
fn page(is_of_results: bool, fields: &str, ids: &[&str]) -> [Vec<u8>; 2] {
    let items = ids.iter().map(|id| match is_of_results {
        true => {
            format!(r#"{{"InvokeId": "{id}", "InstanceId": "i-1", "InvocationStatus": "Success"}}"#)
        }
        false => format!(r#"{{"InvokeId": "{id}", "InvocationStatus": "Success"}}"#),
    });
    let items = items.collect::<Vec<_>>().join(", ");
    let page = match is_of_results {
        true => {
            format!(
                r#"{{"Invocation": {{{fields}, "InvocationResults": {{"InvocationResult": [{items}]}}}}}}"#
            )
        }
        false => format!(r#"{{{fields}, "Invocations": {{"Invocation": [{items}]}}}}"#),
    };
    let xml = run("decode", &["-q", "-o", "xml"], page.as_bytes()).stdout;
    [page.into_bytes(), xml]
}

#[test]
fn a_list_is_complete_if_all_its_items_are_there() {
    const ONE: &str = r#""TotalCount": 2, "PageNumber": 1, "PageSize": 1"#;
    const TWO: &str = r#""TotalCount": 2, "PageNumber": 2, "PageSize": 1"#;
    const WHOLE: &str = r#""TotalCount": 1, "PageNumber": 1, "PageSize": 10"#;
    const NO_TOTAL: &str = r#""PageNumber": 1"#;
    const TOKEN: &str = r#""TotalCount": 0, "PageNumber": 0, "PageSize": 0, "NextToken": "x""#;
    const LAST: &str = r#""TotalCount": 0, "PageNumber": 0, "PageSize": 0"#;
    const TOKEN_OF_LAST: &str = r#""TotalCount": 1, "PageNumber": 1, "NextToken": "x""#;
    const COUNTED: &str = r#""TotalCount": 2, "PageNumber": 1, "PageSize": 10, "NextToken": "x""#;
    const COUNTED_LAST: &str = r#""TotalCount": 2, "PageNumber": 1, "PageSize": 10"#;
    type Page<'p> = (&'p str, &'p [&'p str]);
    let cases: [(&[Page<'_>], i32); 20] = [
        (&[(ONE, &["t-1"]), (TWO, &["t-2"])], 0),
        (&[(TWO, &["t-2"]), (ONE, &["t-1"])], 0),
        (&[(ONE, &["t-1"])], 2),
        // The same page, another list, or the first page of another list of the same length.
        (&[(ONE, &["t-1"]), (ONE, &["t-1"])], 2),
        (&[(ONE, &["t-1"]), (WHOLE, &["t-9"])], 2),
        (&[(WHOLE, &["t-9"]), (ONE, &["t-1"])], 2),
        (&[(ONE, &["t-1"]), (NO_TOTAL, &["t-2"])], 2),
        (&[(ONE, &["t-1"]), (ONE, &["t-9"])], 2),
        (&[(ONE, &["t-1"]), (TWO, &["t-2"]), (ONE, &["t-1"])], 0),
        (&[(WHOLE, &["t-1"]), (WHOLE, &["t-2"])], 0),
        (&[(WHOLE, &["t-1"]), (WHOLE, &["t-1"])], 0),
        (&[(NO_TOTAL, &["t-1"]), (NO_TOTAL, &["t-2"])], 0),
        // By token.
        (&[(TOKEN, &["t-1"])], 2),
        (&[(TOKEN, &["t-1"]), (TOKEN, &["t-2"])], 2),
        (&[(TOKEN, &["t-1"]), (TOKEN, &["t-2"]), (LAST, &["t-3"])], 0),
        (&[(TOKEN, &["t-1"]), (LAST, &[])], 0),
        (&[(TOKEN, &["t-1"]), (WHOLE, &["t-9"])], 2),
        (&[(TOKEN_OF_LAST, &["t-1"])], 0),
        (&[(COUNTED, &["t-1"]), (COUNTED_LAST, &["t-2"])], 0),
        (&[(COUNTED, &["t-1"]), (COUNTED, &["t-1"])], 2),
    ];
    let directory = TempDir::new().unwrap();
    for (pages, expected) in cases {
        for is_of_results in [false, true] {
            for format in [0, 1] {
                let files: Vec<String> = (0..pages.len())
                    .map(|nth| directory.path().join(nth.to_string()).display().to_string())
                    .collect();
                for ((fields, ids), file) in pages.iter().zip(&files) {
                    fs::write(file, &page(is_of_results, fields, ids)[format]).unwrap();
                }
                let files: Vec<&str> = files.iter().map(String::as_str).collect();
                let seen = run("status", &files, b"");
                let line = String::from_utf8(seen.stdout).unwrap();
                assert_eq!(seen.status.code(), Some(expected), "{pages:?}: {line}");
                let runs: HashSet<_> = pages.iter().flat_map(|(_, ids)| *ids).collect();
                let count = runs.len();
                assert!(line.contains(&format!("{count} of {count} run")), "{pages:?}: {line}");
                // One input may hold all of them.
                let joined: Vec<u8> =
                    files.iter().flat_map(|file| fs::read(file).unwrap()).collect();
                assert_eq!(run("status", &[], &joined).status.code(), Some(expected), "{pages:?}");
            }
        }
    }
    let [first, _] = page(false, ONE, &["t-1"]);
    let [token, _] = page(true, TOKEN, &["t-1"]);
    let [three, _] = page(false, r#""TotalCount": 3, "PageNumber": 1"#, &["t-1"]);
    let lines = [[&first, &first], [&first, &three], [&token, &three]]
        .map(|pages| status(&[], &pages.map(Vec::as_slice).concat()));
    assert_snapshot!(lines.join("\n"));
}

/// ContentEncoding is a parameter of the request, so that all contents of a response have the same.
#[test]
fn one_content_tells_how_all_are_encoded() {
    let base64 = |text: &str| STANDARD.encode(text);
    let script = base64("cat /run/app.pid; echo done");
    for (command, outputs, shown) in [
        ("cat /run/app.pid", ["3456", "6425"], ["3456", "6425"]),
        ("cat /run/app.pid", ["", "Nick"], ["", "Nick"]),
        ("id -un", ["findings", "disk"], ["findings", "disk"]),
        // The command prints Base64.
        (
            "base64 -w0 /etc/motd",
            [&base64("welcome to the server"), "disk"],
            [&base64("welcome to the server"), "disk"],
        ),
        // No command is given, or it may be either.
        ("", ["3456", "plain text here"], ["3456", "plain text here"]),
        ("date", ["3456", "no route to host"], ["3456", "no route to host"]),
        // Base64: also beside a damaged content.
        (&*script, [&base64("ok"), &base64("3456\n")], ["ok", "3456"]),
        (&*script, [&base64("ok"), "cut…"], ["ok", "cut…"]),
        ("", [&base64("ok"), &base64("3456\n")], ["ok", "3456"]),
        ("", ["", &base64("ok")], ["", "ok"]),
    ] {
        let member = |name: &str, text: &str| match text {
            "" => String::new(),
            text => format!(r#", "{name}": "{text}""#),
        };
        let instances = outputs.iter().map(|output| {
            format!(
                r#"{{"InstanceId": "i-1", "InvocationStatus": "Success", "ExitCode": 0{}}}"#,
                member("Output", output)
            )
        });
        let invocations = format!(
            r#"{{"Invocations": [{{"InvokeId": "t-1", "InvocationStatus": "Success"{}, "InvokeInstances": [{}]}}]}}"#,
            member("CommandContent", command),
            instances.collect::<Vec<_>>().join(", ")
        );
        let results = outputs.iter().map(|output| {
            format!(
                r#"{{"InvokeId": "t-1", "InstanceId": "i-1", "InvocationStatus": "Success"{}}}"#,
                member("Output", output)
            )
        });
        let results = format!(
            r#"{{"Invocation": {{"InvocationResults": [{}]}}}}"#,
            results.collect::<Vec<_>>().join(", ")
        );
        let mut bodies = vec![invocations];
        if command.is_empty() {
            bodies.push(results);
        }
        for body in bodies {
            let xml = run("decode", &["-q", "-o", "xml"], body.as_bytes()).stdout;
            for body in [body.as_bytes(), &xml] {
                let text = String::from_utf8(run("show", &[], body).stdout).unwrap();
                let printed: Vec<&str> =
                    text.lines().filter_map(|line| line.strip_prefix("    | ")).collect();
                let wanted: Vec<&str> = shown.into_iter().filter(|text| !text.is_empty()).collect();
                assert_eq!(printed, wanted, "{command}: {text}");
                for subcommand in ["show", "decode"] {
                    let columns = ["-o", "ndjson-rows", "--columns", "output_text"];
                    let rows = String::from_utf8(run(subcommand, &columns, body).stdout).unwrap();
                    for (row, text) in rows.lines().zip(shown) {
                        let row: serde_json::Value = serde_json::from_str(row).unwrap();
                        let cell = row["output_text"].as_str().unwrap_or("");
                        assert_eq!(cell.trim_end(), text, "{command}: {rows}");
                    }
                }
            }
        }
    }
}

//! Tables and rows of `ecs-invocations decode`, run as a process with files and a terminal.

mod command;

use std::fs;

use command::{run, seen};
use ecs_invocations::jiff::Timestamp;
use insta::assert_snapshot;
use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

const RESTART: &str = "corpus/answers/restart.json";
const RESULTS: &str = "corpus/correct/results-of-all-statuses.json";

fn decode(arguments: &[&str], input: &[u8]) -> String {
    let output = run("decode", arguments, input);
    String::from_utf8(output.stdout).unwrap()
}

/// The text without the sequences that color it.
fn uncolored(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').unwrap().1)
}

#[test]
#[cfg(unix)]
fn tables_fit_the_terminal() {
    for columns in [40, 60, 80, 120, 200] {
        let arguments =
            ["decode", "-o", "table", RESTART, RESULTS, "corpus/documented/response.json"];
        let sent = command::on_a_terminal(&arguments, columns, &[]);
        let sent = uncolored(&sent).replace("\r\n", "\n");
        let (table, _) = sent.split_once("corpus/documented/response.json:").unwrap();
        assert_snapshot!(format!("table in {columns} columns"), table);
        let is_message = |line: &&str| line.starts_with("corpus/") || line.starts_with("==>");
        let longest = table.lines().filter(|line| !is_message(line)).map(|line| line.width()).max();
        assert!(longest.unwrap() <= usize::from(columns), "{columns}: {table}");
        // A time is shown as a whole or not at all.
        let times = table.split_whitespace().filter(|word| word.starts_with("2026-11-"));
        for time in times {
            assert!(time.parse::<Timestamp>().is_ok(), "{columns}: {time}");
        }
    }
}

#[test]
fn tables_for_programs() {
    assert_snapshot!("no headers", decode(&["-o", "table", "--no-headers", RESTART, RESULTS], b""));
    assert_snapshot!(
        "wide",
        decode(&["-o", "table", "--wide", RESTART, "corpus/correct/period.xml"], b"")
    );
}

#[test]
fn an_empty_line_is_between_documents() {
    let page = "{\"Invocations\": [{\"InvokeId\": \"t-1\"}]}\n";
    let error = "{\"Code\": \"Throttling\"}\n";
    let log = format!("{page}{error}{page}");
    assert_snapshot!(decode(&["-o", "table"], log.as_bytes()), @"
    1 invocation

    ID
    t-1

    Error      Throttling
    Retry      the same request may succeed later

    1 invocation

    ID
    t-1
    ");
}

#[test]
fn rows_of_both_operations_and_versions() {
    let inputs = [RESTART, RESULTS, "corpus/documented/response.xml", "corpus/correct/once.xml"];
    for format in ["csv", "tsv", "ndjson-rows"] {
        assert_snapshot!(
            format!("rows as {format}"),
            decode(&[&["-o", format][..], &inputs].concat(), b"")
        );
    }
    assert_snapshot!(decode(&["-o", "csv", "--columns", "outcome,instance_id,exit_code", RESTART], b""), @"
    outcome,instance_id,exit_code
    succeeded,i-bp1i7gg30r52z2em0001,0
    failed,i-bp1i7gg30r52z2em0002,1
    ");
    assert_snapshot!(decode(&["-o", "ndjson-rows", "--columns", "outcome,exit_code,duration", RESTART], b""), @r#"
    {"outcome":"succeeded","exit_code":0,"duration":3}
    {"outcome":"failed","exit_code":1,"duration":8}
    "#);
}

/// As RFC 4180 describes it, without the crate that writes it.
fn read_csv(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut is_quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                cell.push('"');
                characters.next();
            }
            '"' if is_quoted => is_quoted = false,
            '"' if cell.is_empty() => is_quoted = true,
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c if c == delimiter && !is_quoted => row.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    assert!(row.is_empty() && cell.is_empty() && !is_quoted, "{text}");
    rows
}

#[test]
fn rows_hold_any_text_and_no_formula() {
    let texts = [
        "=1+1",
        "+1+1",
        "-rw-r--r-- 1 root",
        "@SUM(A1)",
        "\t=1",
        "=cmd|' /C calc'!A0",
        "＝1",
        "-1",
        "+5",
        "a,b",
        "a\tb",
        "say \"hi\"",
        "\"",
        "two\nlines\n",
        "two\r\nlines\r\n",
        "=two\r\nlines",
        "é, 命令",
        "'",
        "a=b",
        " =1",
        "",
    ];
    let instances: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(nth, text)| serde_json::json!({"InstanceId": format!("i-{nth}"), "ErrorInfo": text}))
        .collect();
    let page =
        serde_json::json!({"Invocations": [{"InvokeId": "t-1", "InvokeInstances": instances}]});
    let page = page.to_string();
    for (format, delimiter) in [("csv", ','), ("tsv", '\t')] {
        let table = decode(&["-o", format, "--columns", "instance_id,error_info"], page.as_bytes());
        let rows = read_csv(&table, delimiter);
        assert_eq!(rows[0], ["instance_id", "error_info"]);
        assert_eq!(rows.len(), texts.len() + 1, "{table}");
        for (nth, (row, text)) in rows[1..].iter().zip(texts).enumerate() {
            let [id, cell] = &row[..] else { panic!("{row:?}") };
            assert_eq!(*id, format!("i-{nth}"));
            let plain = cell.strip_prefix('\'').filter(|_| text != "'").unwrap_or(cell);
            assert_eq!(plain, text);
            let is_number = cell.parse::<f64>().is_ok();
            assert!(
                is_number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝']),
                "{cell}"
            );
        }
    }
    let rows = decode(&["-o", "ndjson-rows", "--columns", "error_info"], page.as_bytes());
    for (row, text) in rows.lines().zip(texts) {
        let row: Value = serde_json::from_str(row).unwrap();
        assert_eq!(row["error_info"].as_str().unwrap_or(""), text);
    }
}

/// A row for each instance, by a reader of JSON that knows nothing of this crate.
#[test]
fn no_run_is_lost() {
    let mut seen = 0;
    for entry in fs::read_dir("corpus/correct").unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let Some(page) =
            text.find('{').and_then(|at| serde_json::from_str::<Value>(&text[at..]).ok())
        else {
            continue;
        };
        let (Some(invocations), None) =
            (page["Invocations"]["Invocation"].as_array(), page.get("InvocationResults"))
        else {
            continue;
        };
        let Some(expected) = invocations
            .iter()
            .map(|invocation| invocation["InvokeInstances"]["InvokeInstance"].as_array())
            .map(|instances| instances.map(|instances| instances.len().max(1)))
            .sum::<Option<usize>>()
        else {
            continue;
        };
        let rows = decode(&["-o", "ndjson-rows", path.to_str().unwrap()], b"");
        assert_eq!(rows.lines().count(), expected, "{path:?}");
        seen += 1;
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn an_error_has_no_row_but_a_message() {
    let output =
        run("decode", &["-o", "csv", "--columns", "invoke_id"], b"{\"Code\": \"Throttling\"}");
    assert_snapshot!(seen(&output), @"
    exit status 0
    --- output
    invoke_id
    --- errors
    <stdin>: no rows, but an error: Throttling
    ");
}

#[test]
fn rows_have_no_control_characters() {
    let page = br#"{"Invocations": [{"InvokeId": "a\u001b[2J\u009bb\u202e"}]}"#;
    for (format, expected) in [
        ("csv", r"a\u{1b}[2J\u{9b}b\u{202e}"),
        ("tsv", r"a\u{1b}[2J\u{9b}b\u{202e}"),
        ("ndjson-rows", r#"{"invoke_id":"a\u001b[2J\u009bb\u202e"}"#),
    ] {
        let rows = decode(&["-o", format, "--columns", "invoke_id"], page);
        assert_eq!(rows.lines().last(), Some(expected));
    }
}

#[test]
fn raw_values_are_exact() {
    let texts = ["-rw-r--r-- 1 root", "=1+1", "a\u{1b}[0m", "::x ##[y]", "\"q\",;\t|\r\nz"];
    for text in texts {
        let escaped = serde_json::to_string(text).unwrap();
        let body = format!(
            r#"{{"Invocations": [{{"InvokeId": "t-1", "CommandName": {escaped},
                "InvokeInstances": [{{"InstanceId": "i-1"}}]}}]}}"#
        );
        for subcommand in ["decode", "show"] {
            for (format, delimiter) in [("csv", ','), ("tsv", '\t')] {
                let rows = |more: &[&str]| {
                    let arguments = [&["-o", format, "--columns", "command_name"], more].concat();
                    let output = run(subcommand, &arguments, body.as_bytes());
                    read_csv(&String::from_utf8(output.stdout).unwrap(), delimiter)
                };
                assert_eq!(rows(&["--raw-values"])[1], [text], "{format}");
                assert_eq!(rows(&[]) == rows(&["--raw-values"]), text.starts_with('"'), "{format}");
            }
        }
    }
}

#[test]
fn options_of_rows_need_rows() {
    for (subcommand, format) in
        [("decode", "json"), ("decode", "table"), ("decode", "xml"), ("show", "text")]
    {
        for option in ["--columns=status", "--raw-values"] {
            let output = run(subcommand, &["-o", format, option, RESTART], b"");
            let name = option.split('=').next().unwrap();
            let message =
                format!("ecs-invocations: {name} needs --output csv, tsv or ndjson-rows\n");
            assert_eq!(String::from_utf8(output.stderr).unwrap(), message);
            assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        }
    }
}

#[test]
fn durations_of_any_times() {
    for (started, finished, duration) in [
        ("2018-01-05T15:44:02Z", "2018-01-05T15:45:02Z", Some(60)),
        // Both of the same zone, whichever it is.
        ("2018-01-05 15:44:02", "2018-01-05 15:45:02", Some(60)),
        ("2018-01-05T15:44:02", "2018-01-05 15:45:02", Some(60)),
        ("2018-01-05 15:44:02", "2018-01-05T15:45:02Z", None),
        ("2018-01-05", "2018-01-06", None),
        ("2018-01-05T15:44:54Z", "2018-01-05T15:44:52Z", None),
        ("2018-01-05 15:44:54", "2018-01-05 15:44:52", None),
        ("2018-01-05T15:44:54Z", "2018-01-05T15:44:54Z", Some(0)),
    ] {
        let body = format!(
            r#"{{"Invocation": {{"InvocationResults": [{{"InvokeId": "t-1", "InstanceId": "i-1",
                "StartTime": "{started}", "FinishedTime": "{finished}"}}]}}}}"#
        );
        let row = decode(&["-o", "ndjson-rows", "--columns", "duration"], body.as_bytes());
        let row: Value = serde_json::from_str(&row).unwrap();
        assert_eq!(row["duration"], serde_json::json!(duration), "{started} {finished}");
        let shown = String::from_utf8(run("show", &[], body.as_bytes()).stdout).unwrap();
        let table = decode(&["-o", "table", "--wide"], body.as_bytes());
        for text in [shown, table] {
            assert!(!text.contains("ago"), "{text}");
            assert_eq!(text.contains("1m"), duration == Some(60), "{started} {finished}: {text}");
        }
    }
}

/// Other parsers reject references to characters that XML does not allow.
#[test]
fn every_reference_that_xml_does_not_allow_is_warned_of() {
    for code in [0, 1, 8, 0xb, 0xc, 0xe, 0x1b, 0x1f, 0xfffe, 0xffff] {
        let character = char::from_u32(code).unwrap();
        let text = serde_json::to_string(&format!("a{character}b")).unwrap();
        for body in [
            format!(r#"{{"Invocations": [{{"InvokeId": "t-1", "CommandName": {text}}}]}}"#),
            format!(r#"{{"Invocations": [{{"InvokeId": "t-1", "Other": {text}}}]}}"#),
            format!(r#"{{"Invocations": [{{"InvokeId": "t-1", "Tags": [{{"Key": {text}}}]}}]}}"#),
            format!(r#"{{"Code": "a", "Message": {text}}}"#),
        ] {
            for quiet in [&["-q"][..], &[]] {
                let arguments = [&["-o", "xml"], quiet].concat();
                let output = run("decode", &arguments, body.as_bytes());
                let xml = String::from_utf8(output.stdout).unwrap();
                let errors = String::from_utf8(output.stderr).unwrap();
                let is_readable = roxmltree::Document::parse(&xml).is_ok();
                let warning = format!("the XML has 1 reference such as `&#{code};` to characters");
                assert_eq!(errors.contains(&warning), !is_readable, "{body}: {errors}{xml}");
                assert!(xml.contains(&format!("a&#{code};b")), "{xml}");
                // It still reads back.
                let again = run("decode", &["-q", "-o", "ndjson"], xml.as_bytes()).stdout;
                let direct = run("decode", &["-q", "-o", "ndjson"], body.as_bytes()).stdout;
                assert_eq!(String::from_utf8(again), String::from_utf8(direct));
            }
        }
    }
    for character in ['\t', '\n', '\u{7f}', '\u{200b}', '\u{fffd}', '\u{1f600}'] {
        let text = serde_json::to_string(&character.to_string()).unwrap();
        let output = run(
            "decode",
            &["-o", "xml"],
            format!(r#"{{"Code": "a", "Message": {text}}}"#).as_bytes(),
        );
        assert!(!String::from_utf8(output.stderr).unwrap().contains("the XML has"), "{text}");
    }
}

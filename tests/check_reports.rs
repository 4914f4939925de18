//! What `ecs-invocations check` reports and where: severities, folding, links, repairs, baselines, several reports.

mod command;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use command::{FORMATS, command, on_a_terminal, run, seen};
use insta::assert_snapshot;
use regex::Regex;
use serde_json::Value;
use tempfile::TempDir;

const ERROR: &str = "corpus/documented/error.json";
const JSON: &str = "corpus/documented/response.json";

/// A page with many findings of one cause.
fn camel_case(items: usize) -> String {
    let item = r#"{"invokeId": "t-1", "commandId": "c-1", "invokeStatus": "Success"}"#;
    format!(
        r#"{{"requestId": "r", "invocations": {{"invocation": [{}]}}}}"#,
        vec![item; items].join(",")
    )
}

fn without(directory: &TempDir, output: &Output) -> String {
    seen(output).replace(directory.path().to_str().unwrap(), "DIR")
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

#[test]
fn findings_of_one_cause_are_one() {
    let page = camel_case(20);
    assert_snapshot!(
        "folded",
        seen(&run("check", &["--min-severity", "info", "-o", "short"], page.as_bytes()))
    );
    assert_snapshot!("folded for reading", seen(&run("check", &[], page.as_bytes())));
    let count = |arguments: &[&str]| {
        let output = run(
            "check",
            &[&["-o", "short", "--min-severity", "info"], arguments].concat(),
            page.as_bytes(),
        );
        text(&output.stdout).lines().count()
    };
    assert!(count(&["--no-fold"]) > 80);
    // Programs get each finding.
    let output = run("check", &["-o", "ndjson", "--min-severity", "info"], page.as_bytes());
    assert_eq!(text(&output.stdout).lines().count(), count(&["--no-fold"]));
    assert_snapshot!("in Markdown", seen(&run("check", &["-o", "markdown", JSON], b"")));
}

#[test]
fn the_minimum_severity_is_a_warning() {
    let page = camel_case(1);
    let severities = |arguments: &[&str]| {
        let output = run("check", &[&["-o", "ndjson"], arguments].concat(), page.as_bytes());
        let lines =
            text(&output.stdout).lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut severities: Vec<String> =
            lines.map(|finding| finding["severity"].as_str().unwrap().to_owned()).collect();
        severities.sort();
        severities.dedup();
        (output.status.code().unwrap(), severities.join(" "), text(&output.stderr).to_owned())
    };
    let (status, shown, summary) = severities(&[]);
    assert_eq!((status, &*shown), (0, "warning"));
    assert_snapshot!(summary, @"0 errors, 3 warnings in 1 input; 7 below --min-severity");
    assert_eq!(severities(&["--min-severity", "info"]).1, "info warning");
    assert_eq!(severities(&["--min-severity", "error"]).1, "");
    // What causes the exit status is shown.
    assert_eq!(severities(&["--fail-on", "info"]).1, "info warning");
    assert_eq!(severities(&["--fail-on", "info", "--min-severity", "error"]).0, 1);
    assert_eq!(severities(&["--fail-on", "info", "--exit-zero"]).0, 0);
    assert_eq!(severities(&["--quiet"]).2, "");
}

#[test]
fn an_input_that_is_not_decoded_is_in_every_report() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("a.json");
    fs::write(&file, "{\"Code\": \"a\"}\n{\"Code\":: \"\n[[[[").unwrap();
    let file = file.to_str().unwrap();
    // A fingerprint is of the path too.
    let fingerprint = Regex::new("\"fingerprint\":\"[0-9a-f]{16}\"").unwrap();
    for format in FORMATS {
        let output = run(
            "check",
            &["-o", format, "missing.json", "corpus/answers/run-command.json", file],
            b"",
        );
        let out = text(&output.stdout);
        assert_eq!(output.status.code(), Some(2));
        assert!(out.contains("No such file"), "{format}: {out}");
        assert!(out.contains("RunCommand"), "{format}: {out}");
        if format != "sarif" {
            let shown = without(&directory, &output);
            let shown = fingerprint.replace_all(&shown, "\"fingerprint\":\"…\"");
            assert_snapshot!(format!("not decoded as {format}"), shown);
        }
    }
}

#[test]
fn other_objects_beside_responses_are_counted() {
    let log = "{\"level\": \"info\", \"msg\": \"x\"}\n{\"Code\": \"Throttling\", \"Message\": \"m\"}\n{\"level\": \"info\"}\n";
    assert_snapshot!(seen(&run("check", &["-o", "short", "--ignore", "ALL"], log.as_bytes())), @"
    exit status 0
    --- output
    --- errors
    <stdin>: ignored 2 other objects
    0 errors, 0 warnings in 1 input
    ");
    let other = run("check", &["-o", "short"], b"{\"level\": \"info\"}");
    assert_eq!(other.status.code(), Some(2));
    assert!(text(&other.stdout).contains("error: not a response"), "{}", seen(&other));
}

#[test]
fn a_baseline_hides_what_is_known() {
    let directory = TempDir::new().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let known = path("known.json");
    fs::copy(ERROR, path("error.json")).unwrap();
    let error = path("error.json");
    let written = run("check", &["--fail-on", "warning", "--write-baseline", &known, &error], b"");
    assert_eq!(written.status.code(), Some(0), "{}", seen(&written));
    assert_snapshot!(
        "baseline",
        fs::read_to_string(&known).unwrap().replace(directory.path().to_str().unwrap(), "DIR")
    );
    let again = run("check", &["--fail-on", "warning", "--baseline", &known, &error], b"");
    assert_snapshot!(seen(&again), @"
    exit status 0
    --- output
    --- errors
    0 errors, 0 warnings in 1 input; 2 known from the baseline
    ");
    // It does not depend on the place, and a new finding is one.
    let more = fs::read_to_string(ERROR).unwrap().replacen('{', "\n\n{", 1)
        + "{\"Code\": \"a\" \"Message\": \"b\"}";
    fs::write(&error, more).unwrap();
    let new =
        run("check", &["-o", "short", "--fail-on", "warning", "--baseline", &known, &error], b"");
    assert_eq!(new.status.code(), Some(1));
    assert_eq!(text(&new.stdout).matches(": M301: ").count(), 1, "{}", seen(&new));
    let invalid = run("check", &["--baseline", ERROR, ERROR], b"");
    assert_eq!((invalid.status.code(), &*invalid.stdout), (Some(2), &b""[..]));
}

#[test]
fn several_reports_are_written_at_once() {
    let directory = TempDir::new().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (sarif, junit, short) = (path("a.sarif"), path("a.xml"), path("a.txt"));
    let files = [format!("sarif={sarif}"), format!("junit={junit}")];
    let output = run("check", &["-o", "ndjson", "-o", &files[0], "-o", &files[1], ERROR], b"");
    assert_eq!(text(&output.stdout), text(&run("check", &["-o", "ndjson", ERROR], b"").stdout));
    let read = |name: &str| fs::read_to_string(name).unwrap();
    assert_eq!(read(&sarif), text(&run("check", &["-o", "sarif", ERROR], b"").stdout));
    assert_eq!(read(&junit), text(&run("check", &["-o", "junit", ERROR], b"").stdout));
    let output = run("check", &["-o", "short", "--output-file", &short, ERROR], b"");
    assert_eq!(output.stdout, b"");
    assert_eq!(read(&short), text(&run("check", &["-o", "short", ERROR], b"").stdout));
    for arguments in [
        &["-o", "short", "-o", "json"][..],
        &["-o", "short=/nowhere/a"],
        &["-o", "short="],
        &["-o", "long"],
        &["-o", "short=a", "--output-file", "b"],
    ] {
        let output = run("check", arguments, b"{}");
        assert_eq!((output.status.code(), &*output.stdout), (Some(2), &b""[..]), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

/// Applies the edits of a report to an input.
fn repaired(input: &[u8], mut edits: Vec<(usize, usize, String)>) -> Vec<u8> {
    edits.sort();
    let mut out = Vec::new();
    let mut at = 0;
    for (start, end, text) in edits {
        out.extend_from_slice(&input[at..start]);
        out.extend_from_slice(text.as_bytes());
        at = end;
    }
    out.extend_from_slice(&input[at..]);
    out
}

#[test]
fn repairs_are_in_reports() {
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    for input in [ERROR, "corpus/answers/lists-that-are-none.json"] {
        let bytes = fs::read(input).unwrap();
        let expected = run("repair", &["-q", input], b"").stdout;
        let json: Value =
            serde_json::from_slice(&run("check", &["-o", "json", input], b"").stdout).unwrap();
        let edits = json.as_array().unwrap().iter().flat_map(|finding| {
            let edits = finding["edits"].as_array().cloned().unwrap_or_default();
            edits.into_iter().map(|it| {
                (
                    number(&it["start"]),
                    number(&it["end"]),
                    it["replacement"].as_str().unwrap().to_owned(),
                )
            })
        });
        assert_eq!(text(&repaired(&bytes, edits.collect())), text(&expected), "{input}");
        let sarif: Value =
            serde_json::from_slice(&run("check", &["-o", "sarif", input], b"").stdout).unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        let edits = results.iter().flat_map(|result| {
            let replacements = &result["fixes"][0]["artifactChanges"][0]["replacements"];
            replacements.as_array().cloned().unwrap_or_default().into_iter().map(|it| {
                let start = number(&it["deletedRegion"]["byteOffset"]);
                let end = start + number(&it["deletedRegion"]["byteLength"]);
                (start, end, it["insertedContent"]["text"].as_str().unwrap().to_owned())
            })
        });
        assert_eq!(text(&repaired(&bytes, edits.collect())), text(&expected), "{input}");
    }
    let sarif: Value =
        serde_json::from_slice(&run("check", &["-o", "sarif", ERROR], b"").stdout).unwrap();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(
        rules
            .iter()
            .all(|rule| rule["helpUri"].as_str().unwrap().ends_with(rule["id"].as_str().unwrap()))
    );
}

#[test]
fn settings_are_found_above_the_input() {
    let directory = TempDir::new().unwrap();
    let deep = directory.path().join("a/b");
    fs::create_dir_all(&deep).unwrap();
    fs::copy(ERROR, deep.join("error.json")).unwrap();
    fs::write(
        directory.path().join("a/ecs-invocations.toml"),
        "ignore = ['M']\n[per-file-ignores]\n'*.xml' = ['N']",
    )
    .unwrap();
    let file = deep.join("error.json");
    let file = file.to_str().unwrap();
    let lines = |arguments: &[&str]| {
        let output = run("check", &[&["-o", "short", "-q"], arguments].concat(), b"");
        text(&output.stdout).lines().count()
    };
    assert_eq!(lines(&[file]), 0);
    assert_eq!(lines(&["--no-config", file]), 2);
    assert_eq!(lines(&["--no-config", "--per-file-ignores", "*.json:M3", file]), 0);
    assert_eq!(lines(&["--no-config", "--per-file-ignores", "*.xml:M3,error.json:M33", file]), 2);
    assert_eq!(run("check", &["--per-file-ignores", "*.xml", file], b"").status.code(), Some(2));
    let mut with_variables: Command = command();
    with_variables
        .args(["check", "--no-config", file])
        .env("ECS_INVOCATIONS_OUTPUT_FORMAT", "ndjson");
    let output = with_variables.env("ECS_INVOCATIONS_FAIL_ON", "warning").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).starts_with("{\"code\":\"M301\""), "{}", seen(&output));
}

#[test]
fn patterns_that_the_shell_left_are_expanded() {
    let directory = TempDir::new().unwrap();
    for name in ["b.json", "a.json", "c.xml", "[x].json"] {
        fs::copy(ERROR, directory.path().join(name)).unwrap();
    }
    let status = |pattern: &str| {
        let mut command = command();
        let output = command
            .current_dir(&directory)
            .args(["check", "-o", "short", "-q", pattern])
            .output()
            .unwrap();
        let files: Vec<String> = text(&output.stdout)
            .lines()
            .map(|line| line.split(':').next().unwrap().to_owned())
            .collect();
        files.join(" ")
    };
    assert_eq!(status("[ab].json"), "a.json a.json b.json b.json");
    assert_eq!(status("*.xml"), "c.xml c.xml");
    assert_eq!(status("[x].json"), "[x].json [x].json", "a file of this name");
    assert_eq!(status("*.txt"), "*.txt");
}

#[test]
fn junit_failures_are_those_that_fail() {
    let count = |arguments: &[&str]| {
        let output = run("check", &[&["-o", "junit"], arguments].concat(), b"");
        let report = roxmltree::Document::parse(text(&output.stdout)).unwrap();
        let failures = report.descendants().filter(|node| node.has_tag_name("failure")).count();
        let stated = report.root_element().children().find_map(|suite| suite.attribute("failures"));
        assert_eq!(stated.unwrap(), failures.to_string());
        let cases = report.descendants().filter(|node| node.has_tag_name("testcase")).count();
        (cases, failures)
    };
    assert_eq!(count(&[ERROR]), (2, 0));
    assert_eq!(count(&["--fail-on", "warning", ERROR]), (2, 2));
}

#[cfg(unix)]
#[test]
fn reports_on_terminals() {
    let linked = [("FORCE_HYPERLINK", "1")];
    let plain = [("FORCE_HYPERLINK", "0")];
    let shown = |columns, variables: &[(&str, &str)]| {
        on_a_terminal(&["check", ERROR], columns, variables).replace('\r', "")
    };
    let link =
        "\u{1b}]8;;https://docs.rs/ecs-invocations/latest/ecs_invocations/?search=M301\u{1b}\\";
    assert!(shown(80, &linked).contains(link), "{:?}", shown(80, &linked));
    assert!(!shown(80, &plain).contains("\u{1b}]8"));
    assert!(!text(&run("check", &["--color", "always", ERROR], b"").stdout).contains("\u{1b}]8"));
    for columns in [60, 80, 120, 200] {
        assert_snapshot!(
            format!("on a terminal of {columns}"),
            shown(columns, &[("NO_COLOR", "1")])
        );
        let redacted =
            on_a_terminal(&["redact", "corpus/answers/colored-by-a-terminal"], columns, &plain);
        assert!(!redacted.contains('\u{1b}'), "{redacted:?}");
    }
}

#[test]
fn snapshots_without_an_input_are_reported() {
    let directory = TempDir::new().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    fs::create_dir_all(path("in")).unwrap();
    fs::copy(ERROR, path("in/a.json")).unwrap();
    fs::copy(ERROR, path("in/b.json")).unwrap();
    let (inputs, snapshots) = (path("in"), path("out"));
    assert_eq!(run("snapshot", &[&snapshots, &inputs], b"").status.code(), Some(0));
    fs::remove_file(path("in/a.json")).unwrap();
    let checked = run("snapshot", &["--check", &snapshots, &inputs], b"");
    assert_eq!(checked.status.code(), Some(1));
    assert!(
        text(&checked.stderr).contains("a.json.snap: no input has this snapshot"),
        "{}",
        seen(&checked)
    );
    assert!(Path::new(&snapshots).is_dir());
    // One input says nothing about others.
    assert_eq!(
        run("snapshot", &["--check", &snapshots, &path("in/b.json")], b"").status.code(),
        Some(0)
    );
}

/// A file of which a path is spelled in several ways.
struct Spelled {
    directory: TempDir,
}

impl Spelled {
    const SPELLINGS: [&str; 6] =
        ["d/c.json", "./d/c.json", "d//c.json", "d/../d/c.json", "PWD/d/c.json", "PWD/d/./c.json"];

    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        fs::create_dir(directory.path().join("d")).unwrap();
        fs::write(directory.path().join("d/c.json"), "{\"Code\":: \"a\"}").unwrap();
        Self { directory }
    }

    fn check(&self, arguments: &[&str]) -> Output {
        self.check_in("", arguments)
    }

    fn check_in(&self, directory: &str, arguments: &[&str]) -> Output {
        let here = fs::canonicalize(self.directory.path()).unwrap();
        let arguments = arguments.iter().map(|it| it.replace("PWD", here.to_str().unwrap()));
        let mut command = command();
        command.arg("check").args(arguments).current_dir(here.join(directory)).output().unwrap()
    }
}

#[test]
fn a_baseline_knows_a_file_by_any_spelling() {
    let files = Spelled::new();
    for written in Spelled::SPELLINGS {
        files.check(&["--write-baseline", "known.json", written]);
        let known = fs::read_to_string(files.directory.path().join("known.json")).unwrap();
        assert!(known.contains("\"file\": \"d/c.json\""), "{written}: {known}");
        for read in Spelled::SPELLINGS {
            let output = files.check(&["--baseline", "known.json", "--fail-on", "info", read]);
            assert_eq!(output.status.code(), Some(0), "{written} {read}: {}", seen(&output));
        }
    }
    // One that was written with a path as it was spelled.
    let file = files.directory.path().join("known.json");
    let known = fs::read_to_string(&file).unwrap().replace("d/c.json", "./d//c.json");
    fs::write(&file, known).unwrap();
    let output = files.check(&["--baseline", "known.json", "--fail-on", "info", "d/c.json"]);
    assert_eq!(output.status.code(), Some(0), "{}", seen(&output));
}

#[test]
fn patterns_match_a_file_by_any_spelling() {
    let files = Spelled::new();
    let count = |output: Output| text(&output.stdout).lines().count();
    let arguments = |more: &[&'static str], file: &'static str| {
        [&["-o", "ndjson", "--min-severity", "info"], more, &[file]].concat()
    };
    let all = count(files.check(&arguments(&[], "d/c.json")));
    assert!(all > 2);
    for file in Spelled::SPELLINGS {
        for pattern in ["d/c.json", "./d/*.json", "d//c.json", "PWD/d/c.json", "c.json", "*.json"] {
            let option: &'static str = format!("--per-file-ignores={pattern}:M,S,N").leak();
            let found = count(files.check(&arguments(&[option], file)));
            assert_eq!(found, 0, "{pattern} {file}");
        }
        for pattern in ["e/c.json", "d", "/d/c.json"] {
            let option: &'static str = format!("--per-file-ignores={pattern}:M,S,N").leak();
            assert_eq!(count(files.check(&arguments(&[option], file))), all, "{pattern} {file}");
        }
        // Those of a file are relative to its directory.
        let config = files.directory.path().join("d/ecs-invocations.toml");
        for (pattern, expected) in [("c.json", 0), ("./c.json", 0), ("d/c.json", all)] {
            fs::write(
                &config,
                format!("[per-file-ignores]\n\"{pattern}\" = [\"M\", \"S\", \"N\"]"),
            )
            .unwrap();
            assert_eq!(count(files.check(&arguments(&[], file))), expected, "{pattern} {file}");
        }
        fs::remove_file(config).unwrap();
        let config = files.directory.path().join("ecs-invocations.toml");
        fs::write(&config, "[per-file-ignores]\n\"d/c.json\" = [\"M\", \"S\", \"N\"]").unwrap();
        assert_eq!(count(files.check(&arguments(&[], file))), 0, "{file}");
        assert_eq!(count(files.check_in("d", &arguments(&[], "c.json"))), 0);
        fs::remove_file(config).unwrap();
    }
    let several = files.check(&["--per-file-ignores", "x.xml:N,T,*.json:M,Q", "d/c.json"]);
    assert_eq!(text(&several.stderr), "ecs-invocations: unknown rule code or prefix `Q`\n");
}

#[test]
fn the_aliyun_command_knows_the_region_and_merges_pages() {
    let page = |items: usize, more: &str| {
        let item =
            r#"{"InvokeId": "t-1", "InvocationStatus": "Success", "InvokeStatus": "Finished"}"#;
        let items = vec![item; items].join(", ");
        format!("{{{more}\"Invocations\": {{\"Invocation\": [{items}]}}}}")
    };
    let codes = |request: &str, body: &str| {
        let arguments =
            ["-o", "ndjson", "--select", "S,R", "--ignore", "S404,S402", "--request", request];
        let output = run("check", &arguments, body.as_bytes());
        let lines = text(&output.stdout).lines();
        let mut codes: Vec<String> = lines
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .filter(|finding| ["R921", "R928", "S401"].iter().any(|it| finding["code"] == *it))
            .map(|finding| {
                format!(
                    "{} {}",
                    finding["code"].as_str().unwrap(),
                    finding["path"].as_str().unwrap()
                )
            })
            .collect();
        codes.dedup();
        codes.join(", ")
    };
    let id = "\"RequestId\": \"540CFF28-407A-40B5-B6A5-74Bxxxxxxxxx\", ";
    for call in [
        "aliyun ecs DescribeInvocations --InvokeId t-1",
        "$ aliyun --profile test ecs describe-invocations --invoke-id=t-1 | jq .",
        "/usr/local/bin/aliyun ecs DescribeInvocations --InvokeId t-1",
        "sudo aliyun ecs DescribeInvocations \\\n  --InvokeId 't-1'",
    ] {
        assert_eq!(codes(call, &page(1, id)), "", "{call}");
        assert_eq!(codes(call, &page(1, "")), "S401 RequestId", "{call}");
        assert_eq!(codes(call, &page(60, id)), "R928 Invocations", "{call}");
        for pager in ["--pager", "--pager path='Invocations.Invocation[]' PageSize=PageSize"] {
            let call = call.replace("| jq .", "");
            assert_eq!(codes(&format!("{call} {pager}"), &page(60, "")), "", "{call}");
        }
    }
    let query = "Action=DescribeInvocations&InvokeId=t-1&pager=1";
    assert_eq!(codes(query, &page(60, "")), "R921 RegionId, S401 RequestId, R928 Invocations");
}

#[test]
fn an_empty_variable_is_not_set() {
    let file = "corpus/documented/error.json";
    let plain = command().args(["check", file]).output().unwrap();
    for name in ["SELECT", "IGNORE", "CONFIG", "FAIL_ON", "MIN_SEVERITY", "OUTPUT_FORMAT"] {
        let name = format!("ECS_INVOCATIONS_{name}");
        let empty = command().args(["check", file]).env(&name, "").output().unwrap();
        assert_eq!(empty, plain, "{name}");
    }
    let ignored =
        command().args(["check", file]).env("ECS_INVOCATIONS_IGNORE", "ALL").output().unwrap();
    assert_ne!(ignored.stdout, plain.stdout);
}

#[test]
fn one_value_names_several_reports() {
    let directory = TempDir::new().unwrap();
    let path = |name: &str| directory.path().join(name);
    let file = fs::canonicalize("corpus/documented/error.json").unwrap();
    let check = |arguments: &[&str], variable: &str| {
        let mut command = command();
        command.current_dir(directory.path()).arg("check").args(arguments).arg(&file);
        command.env("ECS_INVOCATIONS_OUTPUT_FORMAT", variable).output().unwrap()
    };
    let two = check(&[], "junit=j.xml,sarif=k.sarif");
    assert_eq!(text(&two.stdout), "");
    assert!(fs::read_to_string(path("j.xml")).unwrap().contains("<testsuites"));
    assert!(fs::read_to_string(path("k.sarif")).unwrap().contains("sarif-2.1.0"));
    let printed = check(&["-o", "ndjson,markdown=a,b.md"], "");
    assert!(text(&printed.stdout).starts_with('{'), "{}", seen(&printed));
    assert!(fs::read_to_string(path("a,b.md")).unwrap().contains('|'));
    assert_eq!(check(&["-o", "json,none"], "").status.code(), Some(2));
}

/// What makes the exit status 1 is reported, whatever the minimum severity.
#[test]
fn what_fails_is_shown() {
    let page = camel_case(1);
    for format in ["short", "junit"] {
        let arguments = ["--min-severity", "error", "--fail-on", "warning", "-o", format];
        let output = run("check", &arguments, page.as_bytes());
        assert_eq!(output.status.code(), Some(1));
        let summary = text(&output.stderr);
        assert!(summary.starts_with("0 errors, 3 warnings in 1 input"), "{summary}");
        assert!(text(&output.stdout).contains("is not a UUID"), "{}", seen(&output));
        assert_eq!(text(&output.stdout).contains("failures=\"3\""), format == "junit");
    }
}

#[test]
fn notifications_of_sarif_tell_where() {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("a b.json"), "{\"Code\": \"a\"}\n<html></html>").unwrap();
    let output = command()
        .args(["check", "-o", "sarif", "a b.json", "missing.json"])
        .current_dir(directory.path())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let notes = &report["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notes[0]["message"]["text"], "a b.json: not a response: HTML page");
    let place = &notes[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b.json");
    assert_eq!(
        (&place["region"]["startLine"], &place["region"]["startColumn"]),
        (&2.into(), &1.into())
    );
    let message = notes[1]["message"]["text"].as_str().unwrap();
    assert!(message.starts_with("missing.json: No such file"), "{message}");
    assert_eq!(notes.as_array().unwrap().len(), 2);
}

#[test]
fn no_difference_from_what_cannot_be_read() {
    let page = "corpus/answers/restart.json";
    for files in [[page, "missing"], ["missing", page]] {
        let output = command().arg("diff").args(files).output().unwrap();
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""));
        assert!(text(&output.stderr).starts_with("missing: error: No such file"));
    }
    // One of its documents is compared.
    let joined = [&fs::read(page).unwrap()[..], b"\n<html></html>\n"].concat();
    let output = run("diff", &["-", "corpus/documented/error.json"], &joined);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("-  \"Invocations\""), "{}", seen(&output));
}

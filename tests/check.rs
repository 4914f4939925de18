//! `ecs-invocations check` and `rule`, run as processes.

mod command;

use std::fs;
use std::io::Write as _;
use std::process::{Output, Stdio};

use command::{FORMATS, command, run, seen};
use insta::assert_snapshot;
use serde_json::Value;
use tempfile::TempDir;

fn check(arguments: &[&str], input: &[u8]) -> Output {
    run("check", &[&["--min-severity", "info"], arguments].concat(), input)
}

fn rule(arguments: &[&str]) -> Output {
    run("rule", arguments, b"")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Wide characters, tabs, several lines, and a missing field, which has no location of its own.
const BAD: &str = "{\"Invocations\": {\"Invocation\": [\n\
    \t{\"CommandName\": \"コマンド\",\t\"InvokeId\": \"t-1\", \"InvokeStatus\": \"爆発\"},\n\
    \t{\"InvokeId\": \"t-1\", \"InvokeStatus\": \"Finished\", \"InvokeInstances\": {\"InvokeInstance\": [\n\
    \t\t{\"InstanceId\": \"i-1\", \"InstanceInvokeStatus\": \"Failed\"}]}}\n\
    ]}}\n";

#[test]
fn every_report_format() {
    for format in FORMATS {
        let output = check(&["--output", format, "--ignore", "N"], BAD.as_bytes());
        // The rules in SARIF's header are tested on their own.
        let shown = match format {
            "sarif" => {
                let mut sarif: Value = serde_json::from_slice(&output.stdout).unwrap();
                let rules = sarif["runs"][0]["tool"]["driver"]["rules"].take();
                assert!(rules.as_array().unwrap().len() > 60);
                serde_json::to_string_pretty(&sarif).unwrap()
            }
            _ => seen(&output),
        };
        assert_eq!(output.status.code(), Some(1));
        assert_snapshot!(format!("as {format}"), shown);
    }
}

#[test]
fn a_long_line_is_shown_in_part() {
    let item = r#"{"InvokeId": "t-%", "InvokeStatus": "Running"}"#;
    let items: Vec<String> = (0..25_000).map(|nth| item.replace('%', &nth.to_string())).collect();
    let page = format!("{{\"Invocations\": [{}]}}", items.join(", "));
    let page = page.replacen(
        "t-20000\", \"InvokeStatus\": \"Running",
        "t-20000\", \"InvokeStatus\": \"爆発",
        1,
    );
    assert!(page.len() > 1_000_000);
    let output = check(&["--ignore", "ALL", "--select", "V601"], page.as_bytes());
    assert_snapshot!(seen(&output));
}

#[test]
fn sarif_keeps_to_its_schema() {
    let mut schema: Value = serde_json::from_str(include_str!("schemas/sarif-2.1.0.json")).unwrap();
    // The published schema has an unmatched bracket in the pattern of this property, which is unused.
    for object in ["run", "toolComponent"] {
        schema["definitions"][object]["properties"]["language"]["pattern"] = "".into();
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let inputs: [&[&str]; 3] = [
        &["corpus/documented/response.json", "corpus/documented/error.json"],
        &["corpus/documented/error.xml", "--ignore", "ALL"],
        &["corpus/README.md", "no such file", "--request", "RegionId=a&PageSize=0"],
    ];
    for arguments in inputs {
        let output = check(&[arguments, &["--output", "sarif"]].concat(), b"");
        let sarif: Value = serde_json::from_slice(&output.stdout).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&sarif)
            .map(|error| format!("{error} {}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    // A schema that accepts everything would prove nothing.
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0"})));
}

#[test]
fn machine_readable_reports_are_well_formed_for_hostile_input() {
    let hostile =
        "{\"Invocations\": [{\"InvokeId\": \">t-<&\\\"'\\u0000\\n::error\", \"X\": \"%0A,:\"}]}";
    let directory = TempDir::new().unwrap();
    let name = directory.path().join("a b,c:d%e<&.json");
    fs::write(&name, hostile).unwrap();
    let name = name.to_str().unwrap();
    let output =
        |format| text(&check(&["--output", format, "--fail-on", "info", name, name], b"").stdout);
    let all: Value = serde_json::from_str(&output("json")).unwrap();
    let each: Vec<Value> =
        output("ndjson").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(all.as_array().unwrap(), &each);
    assert!(each.iter().any(|finding| finding["code"] == "S403"));
    let junit = output("junit").replace("\\u{0}", "");
    let junit = roxmltree::Document::parse(&junit).unwrap();
    let failures = junit.descendants().filter(|node| node.has_tag_name("failure")).count();
    assert_eq!(failures, each.len());
    for line in output("github").lines() {
        let properties = line.split("::").nth(1).unwrap();
        assert!(
            properties
                .split(' ')
                .next()
                .is_some_and(|level| ["error", "warning", "notice"].contains(&level)),
            "{line}"
        );
        // file, line, col, title: nothing from the input adds another.
        assert_eq!(properties.split(',').count(), 4, "{line}");
    }
}

#[test]
fn exit_status_depends_on_severity() {
    let status = |arguments: &[&str]| {
        let response = "corpus/documented/response.json";
        check(&[&["--output", "short", response], arguments].concat(), b"").status.code().unwrap()
    };
    assert_eq!(status(&[]), 0);
    assert_eq!(status(&["--fail-on", "warning"]), 1);
    assert_eq!(status(&["--fail-on", "warning", "--ignore", "V"]), 0);
    assert_eq!(status(&["--fail-on", "info", "--ignore", "V,N"]), 0);
    assert_eq!(status(&["--severity", "V603=error"]), 1);
    assert_eq!(status(&["--grade", "V603=error"]), 1, "the former name");
    assert_eq!(status(&["corpus/README.md"]), 2);
    assert_eq!(status(&["--no-repair"]), 0);
    assert_eq!(status(&["corpus/documented/error.json", "--no-repair"]), 2);
    assert_eq!(status(&["corpus/documented/error.json", "--no-mend"]), 2, "the former name");
    assert_eq!(status(&["no such file"]), 2);
}

#[test]
fn settings_come_from_a_file_too() {
    let directory = TempDir::new().unwrap();
    let file = |text: &str| {
        let path = directory.path().join("settings.toml");
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let codes = |config: &str, arguments: &[&str]| {
        let config = file(config);
        let all = [&["--output", "short", "--config", &config], arguments].concat();
        let output = check(&all, br#"{"PageSize": 51, "RequestId": "r", "Invocations": []}"#);
        let out = text(&output.stdout);
        let codes: Vec<&str> = out.lines().filter_map(|line| line.split(": ").nth(2)).collect();
        format!("{} {}", output.status.code().unwrap(), codes.join(" "))
    };
    assert_eq!(codes("", &[]), "1 P505 S407 N108");
    assert_eq!(codes("ignore = ['ALL']\nselect = ['P']", &[]), "1 P505");
    assert_eq!(
        codes("ignore = ['ALL']\nselect = ['P']", &["--ignore", "P", "--select", "S407"]),
        "0 S407"
    );
    assert_eq!(
        codes("fail-on = 'warning'\nignore = ['P']\n[severity]\nS407 = 'info'", &[]),
        "0 S407 N108"
    );
    assert_eq!(
        codes("fail-on = 'info'\n[grade] # the former name\n\nP = 'info'", &["--fail-on", "error"]),
        "0 P505 S407 N108"
    );
    // In the working directory it is found without `--config`.
    fs::write(directory.path().join("ecs-invocations.toml"), "ignore = ['ALL']").unwrap();
    let mut command = command();
    let child =
        command.arg("check").current_dir(&directory).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = child.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"{\"Code\": \"\", \"Message\": \"m\"}").unwrap();
    assert_eq!(text(&child.wait_with_output().unwrap().stdout), "");
}

#[test]
fn invalid_settings_give_one_clear_message() {
    let directory = TempDir::new().unwrap();
    let config = directory.path().join("c.toml");
    fs::write(&config, "selects = ['P']\n").unwrap();
    let config = config.to_str().unwrap();
    let messages: Vec<String> = [
        vec!["--select", "Z"],
        vec!["--severity", "P501"],
        vec!["--severity", "P501=fatal"],
        vec!["--config", config],
        vec!["--config", "no such file"],
    ]
    .iter()
    .map(|arguments| {
        let output = check(arguments, b"{}");
        assert_eq!(output.status.code(), Some(2));
        text(&output.stderr).replace(directory.path().to_str().unwrap(), "DIR")
    })
    .collect();
    assert_snapshot!(messages.join("---\n"));
    assert_eq!(check(&["--fail-on", "fatal"], b"{}").status.code(), Some(2));
}

#[test]
fn a_request_and_pages() {
    let directory = TempDir::new().unwrap();
    let page = |name: &str, number: u64, ids: [&str; 2]| {
        let path = directory.path().join(name);
        let items = ids.map(|id| format!("{{\"InvokeId\": \"{id}\"}}")).join(", ");
        let page = format!(
            "{{\"TotalCount\": 6, \"PageNumber\": {number}, \"PageSize\": 2, \"Invocations\": [{items}]}}"
        );
        fs::write(&path, page).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (first, second) = (page("1", 1, ["t-1", "t-2"]), page("3", 3, ["t-2", "t-3"]));
    let request = "https://ecs.aliyuncs.com/?Action=DescribeInvocations&PageSize=2&InvokeId=t-1";
    let output = check(
        &[
            "--output",
            "short",
            "--ignore",
            "N,S,P",
            "--pages",
            "--request",
            request,
            &first,
            &second,
        ],
        b"",
    );
    assert_snapshot!(seen(&output).replace(directory.path().to_str().unwrap(), "DIR"));
}

#[test]
fn many_files_are_reported_in_order_and_counted() {
    let directory = TempDir::new().unwrap();
    let names: Vec<String> = (0..200)
        .map(|nth| {
            let path = directory.path().join(format!("{nth:03}.json"));
            fs::write(&path, format!("{{\"RequestId\": \"r{nth}\", \"Invocations\": []}}"))
                .unwrap();
            path.to_str().unwrap().to_owned()
        })
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let output =
        check(&[&names[..], &["--output", "short", "--ignore", "N", "--statistics"]].concat(), b"");
    let out = text(&output.stdout);
    let files: Vec<&str> = out.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(files, names);
    // There is no progress bar, since stderr is not a terminal.
    let summary = "0 errors, 200 warnings in 200 inputs\n";
    assert_eq!(text(&output.stderr), format!("     200 S407 invalid-request-id\n{summary}"));
}

/// Update it with `cargo run --features cli -- rule > docs/rules.md`.
#[test]
fn docs_rules_md_is_current() {
    let page = rule(&[]).stdout;
    assert_eq!(text(&page), fs::read_to_string("docs/rules.md").unwrap());
}

#[test]
fn a_rule_is_explained() {
    assert_snapshot!(text(&rule(&["f703"]).stdout));
    assert_snapshot!("a decoder rule is explained", text(&rule(&["U202"]).stdout));
    assert_eq!(rule(&["enum-value"]), rule(&["N102"]));
    assert_eq!(rule(&["word"]), rule(&["N102"]), "the former name");
    let unknown = rule(&["Z999"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert_eq!(text(&unknown.stderr), "ecs-invocations: unknown rule `Z999`\n");
}

#[test]
fn help_names_every_option() {
    assert_snapshot!(text(&check(&["--help"], b"").stdout));
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let mut child = command()
        .args(["check", "--quiet", "--output", "ndjson"])
        .args(vec!["corpus/documented/response.json"; 2000])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}

//! Nothing that an input holds reaches a terminal, an annotation or a document unescaped. Each report is parsed back
//! by another reader.

mod command;
mod numbers;

use std::collections::{HashMap, HashSet};
use std::fs;

use command::{command, run, seen};
use ecs_invocations::finding::{Path, Printable, Step};
use insta::assert_snapshot;
use numbers::Numbers;
use regex::Regex;
use serde_json::{Value, json};

/// What no output may have, by the tables of another crate.
fn unsafe_characters() -> Regex {
    let classes =
        r"\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}";
    Regex::new(&format!("[{classes}]")).unwrap()
}

#[test]
fn no_character_that_is_printed_is_invisible_or_a_control() {
    let unsafe_characters = unsafe_characters();
    for character in '\0'..=char::MAX {
        let is_unsafe = unsafe_characters.is_match(character.encode_utf8(&mut [0; 4]));
        assert_eq!(Printable::is_printed(character), !is_unsafe, "{character:?}");
    }
}

#[test]
fn paths_with_any_name_are_printable_and_parse() {
    let unsafe_characters = unsafe_characters();
    for character in '\0'..=char::MAX {
        let path = Path::from(vec![Step::Name(format!("a{character}b").into()), Step::Index(1)]);
        let text = path.to_string();
        assert!(!unsafe_characters.is_match(&text), "{text:?}");
        assert_eq!(text.parse::<Path>().unwrap(), path);
    }
}

/// What is risky in some output, and what is not.
const PIECES: [&str; 38] = [
    "\u{1b}[31m",
    "\u{9b}31m",
    "\u{85}",
    "\u{7f}",
    "\u{8}",
    "\0",
    "\r",
    "\n",
    "\t",
    "\u{2028}",
    "\u{200b}",
    "\u{61c}",
    "\u{202e}",
    "\u{ad}",
    "\u{e0041}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{feff}",
    "\u{3164}",
    "::error::x",
    "\n::error::x",
    "##[error]x",
    "##[",
    "#",
    "[",
    "%0A::error",
    "]]>",
    "<a/>",
    "&amp;",
    "\"",
    "'",
    "\\",
    ",",
    "=1+1",
    "中",
    "é",
    "a b",
    "\u{fdd0}",
];

fn random_text(numbers: &mut Numbers) -> String {
    let count = 1 + numbers.below(5);
    (0..count).map(|_| PIECES[numbers.below(PIECES.len())]).collect()
}

/// Responses that hold the texts in values, names and what cannot be read.
fn documents(numbers: &mut Numbers) -> Vec<String> {
    let mut text = || random_text(numbers);
    let invocation = json!({
        "InvokeId": text(), "InvokeStatus": text(), "Timed": text(), "Frequency": text(),
        "CommandName": text(), text(): text(), "Output": text(),
        "InvokeInstances": {"InvokeInstance": [{"InstanceId": text(), "ErrorCode": text(), "ErrorInfo": text()}]},
    });
    let page = json!({"Invocations": {"Invocation": [invocation]}, "RequestId": text(), text(): {text(): [text()]}});
    let error = json!({"Code": text(), "Message": text(), "HostId": text(), "Recommend": text()});
    vec![
        page.to_string(),
        error.to_string(),
        // Malformed, and no responses.
        page.to_string().replacen(',', " ", 2),
        error.to_string().replace('"', "'"),
        format!("{} {{\"Code\": \"a\"}} {}", text(), text()),
        text(),
        format!("{{{}: 1}}", Value::from(text())),
        format!("<{}/>", text()),
        format!("<Error><Code>a</Code><a b='{}'>{}</Error>", text(), text()),
    ]
}

/// The commands that the runner of GitHub Actions sees in an output, as its `ActionCommand` parses them.
fn github_commands(text: &str) -> Vec<(String, HashMap<String, String>, String)> {
    let mut commands = Vec::new();
    // The runner reads the output by lines, as .NET divides it.
    for line in text.split(['\n', '\r']) {
        if let Some((_, rest)) = line.split_once("##[") {
            let name = rest.split([' ', ']']).next().unwrap_or_default();
            commands.push((name.to_owned(), HashMap::new(), rest.to_owned()));
        }
        let Some(command) = line.trim_start().strip_prefix("::") else { continue };
        let Some((head, message)) = command.split_once("::") else { continue };
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let unescape = |text: &str| {
            text.replace("%0D", "\r")
                .replace("%0A", "\n")
                .replace("%3A", ":")
                .replace("%2C", ",")
                .replace("%25", "%")
        };
        let properties = properties.split(',').filter_map(|property| property.split_once('='));
        let properties = properties.map(|(name, value)| (name.to_owned(), unescape(value)));
        commands.push((name.to_owned(), properties.collect(), unescape(message)));
    }
    commands
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

/// Whether an output has only characters that are printed, in lines.
fn assert_printable(output: &str, context: &str) {
    let unsafe_characters = unsafe_characters();
    for line in output.split('\n') {
        if let Some(found) = unsafe_characters.find(line) {
            panic!("{context}: {:?} in {line:?}", found.as_str());
        }
    }
}

#[test]
fn outputs_are_safe_whatever_a_response_holds() {
    let mut numbers = Numbers(20);
    let tasks: [&[&str]; 14] = [
        &["decode"],
        &["decode", "--to", "ndjson"],
        &["decode", "--to", "xml"],
        &["decode", "--to", "table"],
        &["check", "--min-severity", "info", "--select", "ALL"],
        &["check", "--min-severity", "info", "--select", "ALL", "--output", "short"],
        &["check", "--min-severity", "info", "--select", "ALL", "--output", "json"],
        &["check", "--min-severity", "info", "--select", "ALL", "--output", "ndjson"],
        &["check", "--min-severity", "info", "--select", "ALL", "--output", "sarif"],
        &["check", "--min-severity", "info", "--select", "ALL", "--output", "github"],
        &["check", "--min-severity", "info", "--select", "ALL", "--output", "junit"],
        &["check", "--min-severity", "info", "--select", "ALL", "--output", "checkstyle"],
        &["check", "--min-severity", "info", "--select", "ALL", "--output", "gitlab"],
        &["check", "--min-severity", "info", "--select", "ALL", "--output", "markdown"],
    ];
    for _ in 0..5 {
        for document in documents(&mut numbers) {
            for task in tasks {
                let output = run(task[0], &task[1..], document.as_bytes());
                let (out, err) = (text(&output.stdout), text(&output.stderr));
                let context = format!("{task:?} of {document:?}");
                assert_printable(err, &context);
                assert_eq!(github_commands(err), [], "{context}");
                // Canonical XML has tabs.
                assert_printable(&out.replace('\t', ""), &context);
                match task.last() {
                    Some(&"github") => assert_annotations(out, &context),
                    _ => assert_eq!(github_commands(out), [], "{context}"),
                }
                assert_well_formed(task, out, &context);
            }
        }
    }
}

fn assert_annotations(out: &str, context: &str) {
    let lines = out.lines().count();
    let commands = github_commands(out);
    assert_eq!(commands.len(), lines, "{context}: {out}");
    for (name, properties, message) in commands {
        assert!(["error", "warning", "notice"].contains(&&*name), "{context}: {name}");
        assert_eq!(properties["file"], "<stdin>", "{context}");
        assert!(
            properties.keys().all(|key| ["file", "line", "col", "title"].contains(&&**key)),
            "{context}"
        );
        assert!(!message.is_empty(), "{context}");
    }
}

fn assert_well_formed(task: &[&str], out: &str, context: &str) {
    match *task.last().unwrap() {
        "decode" | "ndjson" => {
            let values = serde_json::Deserializer::from_str(out).into_iter::<Value>();
            values.for_each(|value| assert!(value.is_ok(), "{context}: {out}"));
        }
        "json" | "sarif" => {
            let report: Value = serde_json::from_str(out).expect(context);
            assert!(report.is_array() || report["runs"][0]["results"].is_array(), "{context}");
        }
        "junit" => {
            let report = roxmltree::Document::parse(out).expect(context);
            let cases = report.descendants().filter(|node| node.has_tag_name("testcase")).count();
            let suites = report.descendants().filter(|node| node.has_tag_name("testsuite"));
            let tests =
                suites.map(|suite| suite.attribute("tests").unwrap().parse::<usize>().unwrap());
            assert_eq!(tests.sum::<usize>(), cases, "{context}");
        }
        "checkstyle" => {
            let report = roxmltree::Document::parse(out).expect(context);
            let errors = report.descendants().filter(|node| node.has_tag_name("error"));
            for error in errors {
                let file = error.parent().unwrap();
                assert_eq!(file.attribute("name"), Some("<stdin>"), "{context}");
                assert!(!error.attribute("message").unwrap().is_empty(), "{context}");
            }
        }
        "gitlab" => {
            let report: Value = serde_json::from_str(out).expect(context);
            let issues = report.as_array().unwrap();
            let prints: HashSet<&str> =
                issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
            assert_eq!(prints.len(), issues.len(), "{context}: {out}");
        }
        "markdown" => {
            // Only the links to rules are markup: as many cells in each row, and no other sign without a backslash.
            let escape = Regex::new(r"\\.").unwrap();
            for row in out.lines().skip(2) {
                let bare = escape.replace_all(row, "");
                assert_eq!(bare.matches('|').count(), 5, "{context}: {row}");
                let (_, place) =
                    bare.split_once(") |").or_else(|| bare.split_once("|  |")).expect(context);
                assert!(!place.contains(['<', '`', '*', '_', '[', '@']), "{context}: {row}");
            }
        }
        _ => {}
    }
}

/// The escapes of JSON and XML change no value.
#[test]
fn printed_responses_hold_what_the_library_decodes() {
    let mut numbers = Numbers(2);
    for _ in 0..30 {
        for document in &documents(&mut numbers)[..2] {
            let decoded = ecs_invocations::decode(document.as_bytes()).unwrap().response;
            let json = run("decode", &[], document.as_bytes()).stdout;
            let value: Value = serde_json::from_slice(&json).unwrap();
            assert_eq!(
                value,
                serde_json::from_str::<Value>(&decoded.to_json()).unwrap(),
                "{document}"
            );
            let xml = run("decode", &["--to", "xml"], document.as_bytes()).stdout;
            let again = ecs_invocations::decode(&xml).unwrap().response;
            let expected = decoded.to_xml();
            assert_eq!(
                again,
                ecs_invocations::decode(expected.as_bytes()).unwrap().response,
                "{document}"
            );
        }
    }
}

/// Each name of a file is told apart from all others where a format can hold it.
#[cfg(target_os = "linux")]
#[test]
fn file_names_are_safe() {
    let directory = tempfile::tempdir().unwrap();
    let names =
        ["a\nb", "a\\nb", "\u{1b}[31m", "::error::x", "a,b:c%0A", "a\u{202e}b", "##[error]x"];
    for name in names {
        fs::write(directory.path().join(name), r#"{"Code": "Throttling"}"#).unwrap();
    }
    let check = |format: &str, name: &str| {
        let mut command = command();
        command.current_dir(&directory).args(["check", "--output", format, "--", name]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{name:?}: {}", seen(&output));
        assert_printable(text(&output.stdout), name);
        String::from_utf8(output.stdout).unwrap()
    };
    for name in names {
        let report: Value = serde_json::from_str(&check("json", name)).unwrap();
        assert_eq!(report[0]["file"], name);
        let report: Value = serde_json::from_str(&check("sarif", name)).unwrap();
        let uri = &report["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
            ["uri"];
        let uri = uri.as_str().unwrap();
        let decoded =
            form_urlencoded::parse(format!("a={uri}").as_bytes()).next().unwrap().1.into_owned();
        assert_eq!(decoded, name);
        for format in ["human", "short", "junit"] {
            let report = check(format, name);
            assert_eq!(github_commands(&report), [], "{name:?}");
        }
    }
    for name in ["a\nb", "a,b:c%0A"] {
        let commands = github_commands(&check("github", name));
        assert_eq!(commands[0].1["file"], name);
    }
}

/// The messages on settings are safe too.
#[test]
fn messages_on_settings_are_safe() {
    let settings = [
        "select = [\"\u{1b}[31m\u{9b}\"]",
        "select = [\"\\u001b[31m\"]",
        "severity = { \"V6\\u009b\" = \"x\" }",
        "\u{9b} = 1",
    ];
    let mut messages = String::new();
    for settings in settings {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("ecs-invocations.toml"), settings).unwrap();
        let output = command().arg("check").current_dir(&directory).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_printable(text(&output.stderr), settings);
        messages += &format!("{}---\n", text(&output.stderr));
    }
    assert_snapshot!(messages);
}

#[test]
fn what_is_not_safe_is_shown_escaped() {
    let document = "{\"Invocations\": {\"Invocation\": [{\"InvokeId\": \"t-1\u{9b}2J\", \"InvokeStatus\": \
        \"::error::\u{202e}x\", \"a\u{e0041}\u{2028}\": \"##[error]\", \"Timed\": \"\u{7f}\u{fffe}\"}]}}";
    let shown = |task: &[&str]| seen(&run(task[0], &task[1..], document.as_bytes()));
    assert_snapshot!("decoded", shown(&["decode"]));
    assert_snapshot!("decoded to XML", shown(&["decode", "--to", "xml"]));
    assert_snapshot!("decoded to a table", shown(&["decode", "--to", "table"]));
    for format in ["human", "short", "ndjson", "github", "junit"] {
        let ignored = ["check", "--ignore", "S,N,T", "--output", format];
        assert_snapshot!(format!("checked as {format}"), shown(&ignored));
    }
}

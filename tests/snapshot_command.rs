//! `ecs-invocations diff` and `snapshot`, run as a process.

mod command;

use std::fs;

use command::{run, seen};
use insta::assert_snapshot;
use tempfile::TempDir;

const JSON: &str = "corpus/documented/response.json";
const XML: &str = "corpus/documented/response.xml";
const RESTART: &str = "corpus/answers/restart.json";

fn file(directory: &TempDir, name: &str, content: &str) -> String {
    let path = directory.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_same_meaning_is_no_difference() {
    assert_eq!(run("diff", &[JSON, JSON], b"").status.code(), Some(0));
    let xml = run("decode", &["-o", "xml", RESTART], b"").stdout;
    assert_snapshot!(seen(&run("diff", &["-", RESTART], &xml)), @"
    exit status 0
    --- output
    --- errors
    ");
    let page = br#"{"TotalCount": 1, "Invocations": {"Invocation": [{"InvokeId": "t-1", "Timed": false}]}}"#;
    let directory = TempDir::new().unwrap();
    let other = file(
        &directory,
        "b",
        r#"{"invocations": {"timed": "no", "invokeId": "t-1"}, "totalCount": "1"}"#,
    );
    assert_eq!(run("diff", &["-", &other], page).status.code(), Some(0));
    assert_eq!(run("diff", &[JSON, XML], b"").status.code(), Some(0), "the same in the reference");
}

#[test]
fn differences_are_readable() {
    let directory = TempDir::new().unwrap();
    let text = fs::read_to_string(RESTART).unwrap();
    let changed = text.replace("\"ExitCode\": 1", "\"ExitCode\": 2");
    let changed = changed.replace("\"restart-web\"", "\"restart-\\u001b[31mweb\"");
    let changed = file(&directory, "changed.json", &changed);
    let without = |text: String| text.replace(directory.path().to_str().unwrap(), "DIR");
    assert_snapshot!("difference", without(seen(&run("diff", &[RESTART, &changed], b""))));
    let quiet = run("diff", &["-q", RESTART, &changed], b"");
    assert_eq!((quiet.status.code(), quiet.stdout.len()), (Some(1), 0));
    let failed = run("diff", &[RESTART, "missing.json"], b"");
    assert_eq!(failed.status.code(), Some(2));
    assert_snapshot!(String::from_utf8(failed.stderr).unwrap(), @"missing.json: error: No such file or directory (os error 2)");
    let other = run("diff", &["-q", RESTART, "corpus/answers/run-command.json"], b"");
    assert_snapshot!(seen(&other));
}

/// As is a response beside the one that is read.
#[test]
fn other_responses_differ() {
    let directory = TempDir::new().unwrap();
    let page = |member: &str| format!(r#"{{"Invocations": [{{"InvokeId": "t-1"}}]{member}}}"#);
    let error = |code: &str| page(&format!(r#", "Error": {{"Code": "{code}", "Message": "m"}}"#));
    let pages = [page(""), error("Throttling"), error("Forbidden.RAM")];
    for (nth, first) in pages.iter().enumerate() {
        for (other, second) in pages.iter().enumerate() {
            let file = file(&directory, "b", second);
            let difference = run("diff", &["-", &file], first.as_bytes());
            let expected = i32::from(nth != other);
            assert_eq!(difference.status.code(), Some(expected), "{}", seen(&difference));
        }
    }
}

/// What only a finding holds is compared too.
#[test]
fn invalid_values_differ() {
    let directory = TempDir::new().unwrap();
    let json = |members: &str| format!(r#"{{"Invocations": [{{"InvokeId": "t-1"{members}}}]}}"#);
    let xml = |elements: &str| {
        format!(
            "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>t-1</InvokeId>{elements}\
             </Invocation></Invocations></DescribeInvocationsResponse>"
        )
    };
    let a = [json(r#", "Timeout": "a&c""#), xml("<Timeout>a&amp;c</Timeout>")];
    let b = [json(r#", "Timeout": "xyz""#), xml("<Timeout>xyz</Timeout>")];
    let none = [json(""), xml("")];
    let twice = [
        json(r#", "InvokeStatus": "Failed", "InvokeStatus": "Finished""#),
        xml("<InvokeStatus>Failed</InvokeStatus><InvokeStatus>Finished</InvokeStatus>"),
    ];
    let once = [json(r#", "InvokeStatus": "Failed""#), xml("<InvokeStatus>Failed</InvokeStatus>")];
    let pages = [a, b, none, twice, once];
    for (nth, first) in pages.iter().enumerate() {
        for (other, second) in pages.iter().enumerate() {
            for first in first {
                for second in second {
                    let file = file(&directory, "b", second);
                    let difference = run("diff", &["-", &file], first.as_bytes());
                    let expected = i32::from(nth != other);
                    assert_eq!(
                        difference.status.code(),
                        Some(expected),
                        "{first} {second} {}",
                        seen(&difference)
                    );
                }
            }
        }
    }
    // In an envelope, and with other members in another order.
    let [first, _] = &pages[0];
    let wrapped = format!(r#"{{"body": {first}}}"#);
    let file = file(&directory, "wrapped", &wrapped);
    assert_eq!(run("diff", &["-", &file], first.as_bytes()).status.code(), Some(0));
}

#[test]
fn redacted_values_make_no_difference() {
    let directory = TempDir::new().unwrap();
    let text = fs::read_to_string(RESTART).unwrap();
    let later = text
        .replace("2026-11-20T06", "2027-01-02T03")
        .replace("t-hz0jdfwcsr101", "t-hz0jdfwcsr999")
        .replace("473469C7", "573469C7");
    let path = file(&directory, "later.json", &later);
    let code = |arguments: &[&str], path: &str| {
        run("diff", &[arguments, &[RESTART, path]].concat(), b"").status.code()
    };
    assert_eq!(code(&["--redact", "ids,times"], &path), Some(0));
    assert_eq!(code(&["--redact", "ids"], &path), Some(1));
    assert_eq!(code(&[], &path), Some(1));
    // Two instances that are now one are a difference.
    let merged = later.replace("z2em0002", "z2em0001");
    let path = file(&directory, "merged.json", &merged);
    assert_eq!(code(&["--redact", "ids,times"], &path), Some(1));
}

#[test]
fn snapshots_are_saved_and_compared() {
    let directory = TempDir::new().unwrap();
    let responses = directory.path().join("responses");
    let snapshots = directory.path().join("snapshots");
    let [responses, snapshots] = [&responses, &snapshots].map(|path| path.to_str().unwrap());
    file(&directory, "responses/a/page.json", &fs::read_to_string(RESTART).unwrap());
    file(
        &directory,
        "responses/error.json",
        &fs::read_to_string("corpus/documented/error.json").unwrap(),
    );
    file(&directory, "responses/none.txt", "nothing");
    let seen = |arguments: &[&str]| {
        let output = seen(&run("snapshot", &[arguments, &[snapshots, responses]].concat(), b""));
        output.replace(directory.path().to_str().unwrap(), "DIR")
    };
    assert_snapshot!(seen(&[]), @"
    exit status 0
    --- output
    --- errors
    saved 3 snapshots
    ");
    let mut names: Vec<String> = fs::read_dir(snapshots)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let all: String = names
        .iter()
        .map(|name| fs::read_to_string(format!("{snapshots}/{name}")).unwrap() + "---\n")
        .collect();
    assert_snapshot!("saved", all);
    assert_snapshot!(seen(&["--check"]), @"
    exit status 0
    --- output
    --- errors
    0 of 3 snapshots differ
    ");
    // The same response in another spelling differs by its findings only.
    let page =
        fs::read_to_string(RESTART).unwrap().replace("\"ExitCode\": 1", "\"exitCode\": \"1\"");
    file(&directory, "responses/a/page.json", &page);
    let differing = seen(&["--check"]);
    let prefix = directory.path().to_str().unwrap().trim_start_matches('/').replace('/', "+");
    assert_snapshot!("difference of a snapshot", differing.replace(&prefix, "PATH"));
}

#[test]
fn redacted_snapshots_are_stable() {
    let directory = TempDir::new().unwrap();
    let snapshots = directory.path().join("snapshots");
    let snapshots = snapshots.to_str().unwrap();
    let text = fs::read_to_string(RESTART).unwrap();
    let path = file(&directory, "page.json", &text);
    let arguments = ["--redact", "ids,times,output", snapshots, &path];
    assert_eq!(run("snapshot", &arguments, b"").status.code(), Some(0));
    let saved = fs::read_dir(snapshots).unwrap().next().unwrap().unwrap().path();
    assert_snapshot!("redacted", fs::read_to_string(saved).unwrap());
    file(
        &directory,
        "page.json",
        &text.replace("t-hz0jdfwcsr101", "t-2").replace("06:15", "07:16"),
    );
    let check = [&["--check"], &arguments[..]].concat();
    assert_eq!(run("snapshot", &check, b"").status.code(), Some(0));
}

#[test]
fn inputs_never_share_a_snapshot() {
    let directory = TempDir::new().unwrap();
    let first = file(&directory, "a/b.json", "{\"Code\": \"a\"}");
    let second = file(&directory, "a+b.json", "{\"Code\": \"b\"}");
    let snapshots = directory.path().join("snapshots");
    let output = run("snapshot", &[snapshots.to_str().unwrap(), &first, &second], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(!snapshots.exists());
}

//! The command on large inputs, and where a stream or a file is not there.
#![cfg(unix)]

mod command;
mod numbers;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use assert_cmd::cargo::cargo_bin;
use command::{command, seen};
use ecs_invocations::{ErrorKind, decode_all};
use insta::assert_snapshot;
use numbers::Numbers;

/// Runs a line of a shell, in which `$ECS` is the command.
fn shell(line: &str, directory: &Path) -> Output {
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).env("ECS", cargo_bin("ecs-invocations")).current_dir(directory);
    shell.output().unwrap()
}

const FINDING: &str = "{\"Invocations\": [{\"Timed\": \"no\"}], \"Code\": 5}\n";

#[test]
fn status_is_right_although_the_reader_is_gone() {
    let directory = tempfile::tempdir().unwrap();
    let many = FINDING.repeat(5_000);
    fs::write(directory.path().join("findings"), &many).unwrap();
    // A name over the limit.
    let over = format!("{{\"Code\": \"a\", \"{}\": 1}}", "n".repeat(2_000));
    fs::write(directory.path().join("fails-last"), many + &over).unwrap();
    fs::write(directory.path().join("clean"), "{\"Code\": \"Throttling\"}\n".repeat(5_000))
        .unwrap();
    for (task, file, expected) in [
        ("check", "findings", 1),
        ("check --output short", "findings", 1),
        ("check --output json", "fails-last", 2),
        ("decode --to ndjson", "fails-last", 2),
        ("decode --to ndjson --strict", "findings", 1),
        ("decode --to ndjson", "clean", 0),
        ("show", "fails-last", 2),
        ("show --output tsv", "fails-last", 2),
        ("diff /dev/null", "fails-last", 2),
    ] {
        for input in [file.to_owned(), format!("- < {file}")] {
            let line =
                format!("{{ \"$ECS\" {task} {input} 2>errors; echo $? >status; }} | head -c 1");
            assert_eq!(shell(&line, directory.path()).stdout.len(), 1, "{line}");
            let status = fs::read_to_string(directory.path().join("status")).unwrap();
            assert_eq!(status.trim(), expected.to_string(), "{line}");
        }
        let line =
            format!("{{ \"$ECS\" {task} {file} >/dev/null; echo $? >status; }} 2>&1 | head -c 1");
        shell(&line, directory.path());
        let status = fs::read_to_string(directory.path().join("status")).unwrap();
        assert_eq!(status.trim(), expected.to_string(), "{line}");
    }
}

/// After `| head -1`, an input that never ends is not read on.
#[test]
fn a_pipe_is_not_read_for_a_reader_that_is_gone() {
    let mut child = command()
        .args(["decode", "--to", "ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let line = "{\"Code\": \"Throttling\"}\n".repeat(1_000);
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let writer = std::thread::spawn(move || while stdin.write_all(line.as_bytes()).is_ok() {});
    stdout.read_line(&mut String::new()).unwrap();
    drop(stdout);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    writer.join().unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("file"), FINDING).unwrap();
    for task in ["check", "check --output sarif", "decode", "decode --to table", "rule"] {
        let file = if task == "rule" { "" } else { "file" };
        let output = shell(&format!("\"$ECS\" {task} {file} >/dev/full"), directory.path());
        assert_eq!(output.status.code(), Some(2), "{task}: {}", seen(&output));
    }
}

#[test]
fn a_batch_survives_files_that_fail() {
    let directory = tempfile::tempdir().unwrap();
    let write =
        |name: &str, content: &[u8]| fs::write(directory.path().join(name), content).unwrap();
    write("1-broken", b"\xff{{{{");
    write("2-deep", format!("{{\"Code\": \"a\", \"X\": {}", "[".repeat(10_000)).as_bytes());
    write("3-empty", b"");
    write("4-odd", "{\"Invocations\":[]\u{a0}\"TotalCount\":\"中\"}".as_bytes());
    write("5-good", b"{\"Code\": \"Throttling\"}");
    for format in ["human", "short", "json", "ndjson", "sarif", "github", "junit"] {
        let line = format!(
            "\"$ECS\" check --ignore N,T --output {format} 1-broken 2-deep 3-empty 4-odd missing 5-good"
        );
        let output = shell(&line, directory.path());
        if ["json", "junit"].contains(&format) {
            assert_snapshot!(format!("a batch as {format}"), seen(&output));
        }
        let report = String::from_utf8(output.stdout).unwrap();
        assert!(report.contains("5-good"), "{format}: {report}");
        assert_eq!(output.status.code(), Some(2), "{format}");
    }
}

#[test]
fn a_dangling_link_to_a_configuration_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("nowhere", directory.path().join("ecs-invocations.toml")).unwrap();
    let output = shell("echo '{\"Code\": \"a\"}' | \"$ECS\" check", directory.path());
    assert_snapshot!(seen(&output));
}

#[test]
fn a_dumb_terminal_gets_no_colors() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, FINDING.repeat(2) + "{\"Invocations\": [{\"InvokeStatus\": \"Failed\"}]}")
        .unwrap();
    for (terminal, has_colors) in [("dumb", false), ("xterm", true)] {
        for task in [&["check"][..], &["decode", "--to", "table"]] {
            let (mut pty, terminal_side) = pty_process::blocking::open().unwrap();
            let child = pty_process::blocking::Command::new(cargo_bin("ecs-invocations"))
                .args(task)
                .arg(&file)
                .env("TERM", terminal)
                .env_remove("NO_COLOR")
                .spawn(terminal_side);
            let mut child = child.unwrap();
            let mut shown = Vec::new();
            // At its end, a terminal fails to read.
            let _ = std::io::Read::read_to_end(&mut pty, &mut shown);
            child.wait().unwrap();
            let shown = String::from_utf8_lossy(&shown);
            assert_eq!(
                shown.contains("\u{1b}[3") || shown.contains("\u{1b}[9"),
                has_colors,
                "{terminal} {task:?}: {shown}"
            );
        }
    }
}

/// In constant memory: the report on so many findings takes ten times as much.
#[cfg(target_os = "linux")]
#[test]
fn large_inputs_are_checked_in_bounded_memory() {
    const KILOBYTES: usize = 200_000;
    let directory = tempfile::tempdir().unwrap();
    let xml = "<Error><Code>a</Code></Error>\n".repeat(40_000);
    let items = "{},".repeat(60_000);
    let inputs = [
        ("json", "{\"code\": \"a\"}\n".repeat(200_000)),
        ("xml", xml),
        ("items", format!("{{\"Invocations\": {{\"Invocation\": [{items}{{}}]}}}}")),
        ("failures", "{\"a\": 1}\n".repeat(200_000)),
    ];
    for (name, input) in inputs {
        fs::write(directory.path().join(name), input).unwrap();
        let line = format!(
            "ulimit -v {KILOBYTES}; MALLOC_ARENA_MAX=1 RAYON_NUM_THREADS=2 \
             \"$ECS\" check --output ndjson {name} 2>errors >/dev/null; echo $?; tail -n 3 errors"
        );
        let output = shell(&line, directory.path());
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(shown.starts_with(['1', '2']), "{name}: {shown}");
        assert!(!shown.contains("memory allocation"), "{name}: {shown}");
    }
}

/// Above the size of a block, the command decodes what the library decodes.
#[test]
fn large_inputs_decode_as_by_the_library() {
    const SIZE: usize = 1_500_000;
    let long = "n".repeat(2_000);
    let page = "{\"Invocations\": {\"Invocation\": [{\"InvokeId\": \"t-1\", \"timed\": \"no\"}]}}";
    let documents = [
        "{\"Code\": \"Throttling\"}".to_owned(),
        page.to_owned(),
        page.replace(": {", ":\n{"),
        page.replace(',', " "),
        page.replace('"', "'"),
        "{\"a\": 1}".to_owned(),
        format!("{{\"Code\": \"a\", \"{long}\": 1}}"),
        format!("{{\"Code\": \"a\", \"X\": {}{}}}", "[".repeat(120), "]".repeat(120)),
        "<Error><Code>a</Code></Error>".to_owned(),
        "<html>\n<body>{\"Code\": \"a\"}</body></html>".to_owned(),
        "[{\"Code\": \"a\"},\n{\"Code\": \"b\"}]".to_owned(),
        "some text\n{\"Code\": \"in text\"}".to_owned(),
        "{\"Code\": \"a\"}{\"Code\": \"b\"}".to_owned(),
        "{\"Code\": \"a \\\" b\\n{\\\"Code\\\": 1}\"}".to_owned(),
        "{\"Code\": \"\u{fffd}\u{e9}\"}".to_owned(),
    ];
    let directory = tempfile::tempdir().unwrap();
    let mut numbers = Numbers(7);
    for round in 0..3 {
        let mut input = "{\"Code\": \"first\"}\n".to_owned();
        while input.len() < SIZE {
            // In the first round, well-formed documents only.
            let kinds = if round == 0 { 3 } else { documents.len() };
            input += &documents[numbers.below(kinds)];
            input.push('\n');
        }
        fs::write(directory.path().join("input"), &input).unwrap();
        let output = shell("\"$ECS\" decode --to ndjson input 2>errors", directory.path());
        let mut expected = String::new();
        let mut messages = String::new();
        let mut others = 0;
        for decoded in decode_all(input.as_bytes()) {
            match decoded {
                Ok(decoded) => {
                    expected += &(decoded.response.to_json() + "\n");
                    decoded.findings.iter().for_each(|it| messages += &format!("input:{it:#}\n"));
                }
                // An object of another kind, as a log has beside responses, is counted.
                Err(error) if matches!(error.kind(), ErrorKind::NotAResponse { .. }) => others += 1,
                Err(error) => messages += &format!("input:{}: error:\n", error.location()),
            }
        }
        if others > 0 {
            messages += &format!("input: ignored {others} other objects\n");
        }
        let errors = fs::read_to_string(directory.path().join("errors")).unwrap();
        let errors = errors.lines().map(|line| match line.split_once(" error: ") {
            Some((location, _)) => format!("{location} error:\n"),
            None => format!("{line}\n"),
        });
        let errors: String = errors.collect();
        let differs = |a: &str, b: &str| {
            let pairs = a.lines().zip(b.lines()).enumerate();
            pairs.into_iter().find(|(_, (a, b))| a != b).map(|pair| format!("{pair:?}"))
        };
        let out = String::from_utf8(output.stdout).unwrap();
        assert!(out == expected, "{round}: {:?}", differs(&out, &expected));
        assert!(errors == messages, "{round}: {:?}", differs(&errors, &messages));
    }
}

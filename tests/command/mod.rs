//! Runs the command as a process.
#![allow(dead_code, reason = "no test uses all of it")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use assert_cmd::cargo::cargo_bin;

/// The formats of the reports of `check`.
pub const FORMATS: [&str; 10] = [
    "human",
    "short",
    "markdown",
    "json",
    "ndjson",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "checkstyle",
];

pub fn command() -> Command {
    Command::new(cargo_bin("ecs-invocations"))
}

/// Runs a subcommand with `input` as its standard input.
pub fn run(subcommand: &str, arguments: &[&str], input: &[u8]) -> Output {
    feed(command().arg(subcommand).args(arguments), input)
}

/// Runs a command with `input` as its standard input.
pub fn feed(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Writing fails if the child does not read its input.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// Exit status, stdout and stderr.
pub fn seen(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!(
        "exit status {}\n--- output\n{}--- errors\n{}",
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr)
    )
}

/// What a terminal of this many columns is sent.
#[cfg(unix)]
pub fn on_a_terminal(arguments: &[&str], columns: u16, variables: &[(&str, &str)]) -> String {
    use std::io::Read as _;
    let (mut terminal, end) = pty_process::blocking::open().unwrap();
    terminal.resize(pty_process::Size::new(24, columns)).unwrap();
    let mut child = pty_process::blocking::Command::new(command().get_program())
        .args(arguments)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env("TERM", "xterm")
        .envs(variables.iter().copied())
        .spawn(end)
        .unwrap();
    let mut sent = Vec::new();
    // The terminal reports an error once the last program on it has ended.
    let _ = terminal.read_to_end(&mut sent);
    child.wait().unwrap();
    String::from_utf8(sent).unwrap()
}

//! `ecs-invocations wait`, with scripts that answer differently each time.
#![cfg(unix)]

mod command;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

use command::{command, seen};
use insta::assert_snapshot;
use tempfile::TempDir;

/// A script that runs the given commands of the shell, one each time, and then the last one again.
struct Script {
    directory: TempDir,
}

impl Script {
    fn new(steps: &[&str]) -> Self {
        let directory = TempDir::new().unwrap();
        let path = directory.path();
        let cases: String = steps
            .iter()
            .enumerate()
            .map(|(nth, step)| {
                let nth =
                    if nth + 1 == steps.len() { "*".to_owned() } else { (nth + 1).to_string() };
                format!("{nth})\n{step}\n;;\n")
            })
            .collect();
        let count = path.join("count");
        fs::write(&count, "").unwrap();
        let count = count.display();
        let text = format!(
            "#!/bin/sh\nprintf x >> {count}\ncase $(wc -c < {count} | tr -d ' ') in\n{cases}esac\n"
        );
        let script = path.join("describe");
        fs::write(&script, text).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        Self { directory }
    }

    fn wait(&self, options: &[&str]) -> Output {
        command()
            .args(["wait", "--interval", "10ms"])
            .args(options)
            .arg("--")
            .arg("sh")
            .arg(self.directory.path().join("describe"))
            .output()
            .unwrap()
    }

    /// How often the script ran.
    fn count(&self) -> usize {
        fs::read(self.directory.path().join("count")).unwrap().len()
    }
}

fn print(body: &str) -> String {
    format!("cat <<'END'\n{body}\nEND")
}

fn page(status: &str, exit_code: &str) -> String {
    print(&format!(
        r#"{{"Invocations": {{"Invocation": [{{"InvokeId": "t-1", "InvocationStatus": "{status}",
            "InvokeInstances": {{"InvokeInstance": [{{"InstanceId": "i-1", "InvocationStatus": "{status}"{exit_code}}}]}}}}]}}}}"#
    ))
}

#[test]
fn runs_until_all_have_ended() {
    let throttled = print(r#"{"Code": "Throttling.User", "Message": "Request was denied."}"#);
    let ended = page("Success", r#", "ExitCode": 0, "Output": "ZG9uZQo=""#);
    let script = Script::new(&[&page("Pending", ""), &throttled, &page("Running", ""), &ended]);
    assert_snapshot!(seen(&script.wait(&[])), @"
    exit status 0
    --- output
    t-1  succeeded
      i-1  succeeded  exit code 0
        | done

    succeeded: 1 of 1 run succeeded
    --- errors
    ");
    assert_eq!(script.count(), 4);
}

#[test]
fn ends_as_status_does() {
    let failed = Script::new(&[&page("Running", ""), &page("Failed", r#", "ExitCode": 3"#)]);
    assert_snapshot!(seen(&failed.wait(&[])), @"
    exit status 1
    --- output
    t-1  failed
      i-1  failed  exit code 3

    failed: 0 of 1 run succeeded, 1 failed
    --- errors
    ");
    let unknown = Script::new(&[&page("Running", ""), &page("Paused", "")]);
    assert_eq!(unknown.wait(&[]).status.code(), Some(2));
    assert_eq!(unknown.count(), 2);
    let denied = print(r#"{"Code": "Forbidden.RAM", "Message": "Not authorized."}"#);
    let denied = Script::new(&[&denied]);
    assert_snapshot!(seen(&denied.wait(&[])), @"
    exit status 2
    --- output
    Error      Forbidden.RAM
    Message    Not authorized.

    cannot tell: Forbidden.RAM: Not authorized.
    --- errors
    ");
    assert_eq!(denied.count(), 1, "an error that stays is not asked again");
}

/// As the aliyun CLI does.
#[test]
fn errors_that_the_command_prints_on_stderr_are_read() {
    let error = |code: &str| {
        let text = format!("ERROR: SDK.ServerError\nErrorCode: {code}\nRequestId: R-1\nMessage: m");
        print(&text).replacen("cat", "cat >&2", 1) + "\nexit 1"
    };
    let script = Script::new(&[&error("Throttling"), &page("Success", r#", "ExitCode": 0"#)]);
    assert_eq!(script.wait(&[]).status.code(), Some(0));
    assert_eq!(script.count(), 2);
}

#[test]
fn a_timeout_ends_the_loop_and_the_command() {
    let script = Script::new(&[&page("Running", "")]);
    let output = script.wait(&["--timeout", "300ms"]);
    assert_snapshot!(seen(&output), @"
    exit status 3
    --- output
    t-1  running
      i-1  running

    running: 0 of 1 run succeeded, 1 running
    --- errors
    ecs-invocations: not ended after 300ms
    ");
    assert!(script.count() > 1);
    let hanging = Script::new(&["exec sleep 100"]);
    let output = hanging.wait(&["--timeout", "300ms"]);
    assert_snapshot!(seen(&output), @"
    exit status 3
    --- output
    --- errors
    ecs-invocations: not ended after 300ms
    ");
}

#[test]
fn a_command_that_never_answers_is_an_error() {
    let script = Script::new(&["echo 'dial tcp: \u{1b}[31mno route' >&2; exit 7"]);
    assert_snapshot!(seen(&script.wait(&[])));
    assert_eq!(script.count(), 3);
    // It may come back before that.
    let script = Script::new(&["exit 7", "exit 7", &page("Success", r#", "ExitCode": 0"#)]);
    assert_eq!(script.wait(&[]).status.code(), Some(0));
    let missing = command().args(["wait", "--", "/no/such/command"]).output().unwrap();
    assert_snapshot!(seen(&missing), @"
    exit status 2
    --- output
    --- errors
    ecs-invocations: cannot run `/no/such/command`: No such file or directory (os error 2)
    ");
}

#[test]
fn options_are_checked() {
    for time in ["soon", "-1", "5 parsecs", "inf", ""] {
        let output = command().args(["wait", "--interval", time, "--", "true"]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{time}");
    }
    let output = command().arg("wait").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn progress_is_shown_on_a_terminal() {
    let script =
        Script::new(&[&page("Running", ""), "sleep 1", &page("Success", r#", "ExitCode": 0"#)]);
    let path = script.directory.path().join("describe");
    let arguments = ["wait", "--interval", "400ms", "--", "sh", path.to_str().unwrap()];
    let sent = command::on_a_terminal(&arguments, 80, &[]);
    assert!(sent.contains("0 of 1 run succeeded, 1 running"), "{sent:?}");
    assert!(sent.contains("succeeded: 1 of 1 run succeeded"), "{sent:?}");
}

#[test]
fn the_exit_status_tells_even_if_nobody_reads() {
    let script = Script::new(&[&format!("sleep 0.3; {}", page("Failed", r#", "ExitCode": 3"#))]);
    let path = script.directory.path().join("describe");
    for arguments in [&["wait", "--", "sh"][..], &["status"]] {
        let mut command = command();
        command.args(arguments).stdin(std::process::Stdio::piped());
        if arguments[0] == "wait" {
            command.arg(&path);
        }
        let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let failed = r#"{"Invocations": [{"InvokeId": "t-1", "InvocationStatus": "Failed"}]}"#;
        let _ = child.stdin.take().unwrap().write_all(failed.as_bytes());
        assert_eq!(child.wait().unwrap().code(), Some(1), "{arguments:?}");
    }
}

//! `ecs-invocations decode`, run as a process with files, pipes and a terminal.

mod command;

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Output, Stdio};

use command::{command, run, seen};
use ecs_invocations::ErrorKind;
use insta::assert_snapshot;
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr as _;

const RESPONSE_XML: &str = "corpus/documented/response.xml";
const ERROR_JSON: &str = "corpus/documented/error.json";

fn decode(arguments: &[&str], input: &[u8]) -> Output {
    run("decode", arguments, input)
}

fn file(directory: &TempDir, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = directory.path().join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The text with the name of the temporary directory replaced.
fn without(directory: &TempDir, text: &str) -> String {
    text.replace(directory.path().to_str().unwrap(), "DIR")
}

#[test]
fn every_output_format() {
    for format in ["json", "xml", "table", "ndjson", "csv", "tsv", "ndjson-rows"] {
        let documents =
            ["response.xml", "error.json"].map(|name| format!("corpus/documented/{name}"));
        let output = decode(&["--to", format, &documents[0], &documents[1]], b"");
        assert_snapshot!(format!("to {format}"), seen(&output));
    }
    assert_eq!(decode(&[RESPONSE_XML], b""), decode(&["-o", "json", RESPONSE_XML], b""));
    let short = decode(&["-o", "xml", RESPONSE_XML], b"");
    assert_eq!(short, decode(&["--output", "xml", RESPONSE_XML], b""));
    assert_eq!(short, decode(&["--to", "xml", RESPONSE_XML], b""), "the former name");
}

#[test]
fn output_decodes_again_without_findings() {
    for format in ["json", "xml", "ndjson"] {
        let first = decode(&["--to", format, RESPONSE_XML], b"");
        let second = decode(&["--to", format, "--strict"], &first.stdout);
        assert_eq!(second.status.code(), Some(0));
        assert_eq!(second.stdout, first.stdout);
        assert_eq!(second.stderr, b"");
    }
}

/// XML 1.0 has no way to write some characters.
#[test]
fn xml_that_other_parsers_reject_is_reported() {
    let input =
        |text: &str| format!(r#"{{"Code": "a", "Message": "m{text}", "X": ["{text}&#27;"]}}"#);
    for text in ["\\u0000", "\\b", "\\u000b", "\\f", "\\u001b[0m", "\\ufffe", "\\uffff"] {
        let output = decode(&["-o", "xml"], input(text).as_bytes());
        assert_eq!(output.status.code(), Some(0));
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.starts_with("<stdin>: the XML has 1 reference such as `&#"), "{message}");
        let xml = String::from_utf8(output.stdout).unwrap();
        assert!(has_disallowed_reference(&xml), "{xml}");
        // It is not about the input.
        let quiet = decode(&["-o", "xml", "--quiet"], input(text).as_bytes());
        assert!(quiet.stderr.starts_with(b"<stdin>: the XML has 1 reference"));
        assert_eq!(decode(&["-o", "json"], input(text).as_bytes()).stderr, b"");
    }
    for text in ["\\t\\n\\r", "\\u0085\\u009b\\u200b", "&#27; <b>", "中"] {
        let output = decode(&["-o", "xml"], input(text).as_bytes());
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{text}");
    }
}

/// Whether the XML refers to a character that XML 1.0 does not allow, read without this crate.
fn has_disallowed_reference(xml: &str) -> bool {
    let text = xml.split("<?ecs-invocations").next().unwrap();
    text.split("&#").skip(1).any(|reference| {
        let code: u32 = reference.split(';').next().unwrap().parse().unwrap();
        code < 32 && ![9, 10, 13].contains(&code) || [0xfffe, 0xffff].contains(&code)
    })
}

#[test]
fn standard_input() {
    let input = br#"{"Invocations": {"Invocation": []}, "PageSize": "10"}"#;
    let output = decode(&["--to", "ndjson"], input);
    assert_snapshot!(seen(&output), @r#"
    exit status 0
    --- output
    {"PageSize":10,"Invocations":{"Invocation":[]}}
    --- errors
    <stdin>:1:49: N104: PageSize: `"10"` read as `10`
    "#);
    assert_eq!(decode(&["--to", "ndjson", "-"], input), output);
}

#[test]
fn strict_fails_if_there_are_findings() {
    let output = decode(&["--strict", "--to", "ndjson", ERROR_JSON], b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, decode(&["--to", "ndjson", ERROR_JSON], b"").stdout);
    let output = decode(&["--strict", "corpus/documented/error.xml"], b"");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_failed_input_does_not_stop_the_others() {
    let directory = TempDir::new().unwrap();
    let good = file(&directory, "good.json", r#"{"Code": "Throttling"}"#);
    let noisy = file(&directory, "noisy.json", r#"{"Code": "Throttling", "RequestId": ""}"#);
    let html = file(&directory, "proxy.html", "<html><title>Bad Gateway</title></html>");
    let broken = file(&directory, "broken.xml", "<Error>\n  <Code>a</Kode>\n</Error>");
    let empty = file(&directory, "empty", "");
    let missing = directory.path().join("missing.json");
    let inputs = [
        &*html,
        &noisy,
        directory.path().to_str().unwrap(),
        &broken,
        missing.to_str().unwrap(),
        &empty,
        &good,
    ];
    let output = decode(&[&["--strict", "--to", "ndjson"], &inputs[..]].concat(), b"");
    assert_snapshot!(without(&directory, &seen(&output)));
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let directory = TempDir::new().unwrap();
    let invocation = r#"{"InvokeId":"t-1","InvokeInstances":{"InvokeInstance":[]}}"#;
    let page = vec![invocation; 50_000].join(",");
    let large =
        file(&directory, "large.json", format!("{{\"Invocations\":{{\"Invocation\":[{page}]}}}}"));
    let mut child = command()
        .args(["decode", &large])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 1];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(first, *b"{");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// Unlike a closed pipe.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = command().args(["decode", RESPONSE_XML]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8(output.stderr).unwrap();
    let last = errors.lines().last().unwrap();
    assert!(last.starts_with("ecs-invocations: cannot write: "), "{errors}");
}

const WIDE: &str = r#"{"TotalCount": 120, "PageNumber": 3, "Invocations": {"Invocation": [
    {"InvokeId": "t-1", "CommandName": "コマンド実行", "CommandType": "RunShellScript",
     "InvocationStatus": "PartialFailed", "RepeatMode": "Period", "Frequency": "rate(5m)",
     "CreationTime": "2026-11-24T10:00:00Z",
     "InvokeInstances": {"InvokeInstance": [
        {"InstanceId": "i-1", "InvocationStatus": "Success", "ExitCode": 0,
         "StartTime": "2026-11-24T10:00:01Z", "FinishTime": "2026-11-24T10:00:02Z"},
        {"InstanceId": "i-2", "InvocationStatus": "Failed", "ExitCode": 127,
         "ErrorCode": "ExitCodeNonzero", "StartTime": "2026-11-24T10:00:01Z"}]}},
    {"InvokeId": "t-22", "CommandName": "a\u001b[31m\nb", "CommandType": "Python",
     "InvocationStatus": "Running", "RepeatMode": "Once",
     "InvokeInstances": {"InvokeInstance": []}}]}}"#;

#[test]
fn the_table_is_aligned_for_wide_characters() {
    let output = decode(&["--to", "table"], WIDE.as_bytes());
    let table = String::from_utf8(output.stdout).unwrap();
    assert_snapshot!(table);
    let table = decode(&["-o", "table", "--wide"], WIDE.as_bytes());
    let table = String::from_utf8(table.stdout).unwrap();
    assert_snapshot!("a wide table", table);
    let column = |line: &str, text: &str| line.find(text).map(|at| line[..at].width());
    let columns: Vec<_> = table
        .lines()
        .filter_map(|line| column(line, "RunShellScript").or_else(|| column(line, "Python")))
        .collect();
    assert_eq!(columns.len(), 2);
    assert_eq!(columns[0], columns[1]);
}

#[test]
fn tables_of_other_responses() {
    let tables = [
        r#"{"TotalCount": 0, "Invocations": {"Invocation": []}}"#,
        r#"{"Invocation": {"TotalCount": 1, "PageNumber": 1, "InvocationResults": {"InvocationResult":
            [{"InvokeId": "t-1", "InvokeRecordStatus": "Finished", "CommandId": "c-1",
              "InstanceId": "i-1", "InvocationStatus": "Success", "ExitCode": 0}]}}}"#,
        r#"{"Code": "Throttling", "Message": "slow\u0007 down", "Recommend": "https://example.com"}"#,
    ]
    .map(|input| String::from_utf8(decode(&["--to", "table"], input.as_bytes()).stdout).unwrap());
    assert_snapshot!(tables.join("---\n"));
}

/// What a terminal is sent for a table.
#[cfg(unix)]
fn on_a_terminal(variables: &[(&str, &str)]) -> String {
    let directory = TempDir::new().unwrap();
    let wide = file(&directory, "wide.json", WIDE);
    command::on_a_terminal(&["decode", "-o", "table", &wide], 200, variables)
}

#[test]
#[cfg(unix)]
fn colour_is_used_on_terminals_unless_disabled() {
    let coloured = |text: &str| text.contains("\u{1b}[");
    assert!(coloured(&on_a_terminal(&[])));
    let plain = on_a_terminal(&[("NO_COLOR", "1")]);
    assert!(!coloured(&plain) && plain.contains("PartialFailed"), "{plain}");
    assert!(!coloured(&seen(&decode(&["--to", "table"], WIDE.as_bytes()))));
    // Escape sequences in the response are never sent to the terminal.
    assert!(!on_a_terminal(&[]).contains("\u{1b}[31m\n"));
}

#[test]
fn help_names_every_option() {
    let help = command().args(["decode", "--help"]).output().unwrap();
    assert_snapshot!(String::from_utf8(help.stdout).unwrap());
    let version = command().arg("--version").output().unwrap();
    let expected = format!("ecs-invocations {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8(version.stdout).unwrap(), expected);
    assert_eq!(decode(&["--to", "yaml"], b"").status.code(), Some(2));
}

#[test]
fn a_file_name_that_is_not_utf8_is_printed_safely() {
    use std::os::unix::ffi::OsStrExt as _;
    let name = std::ffi::OsStr::from_bytes(b"no\xffsuch\x1b[2Jfile");
    let output = command().arg("decode").arg(Path::new(name)).output().unwrap();
    assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @r"no�such\u{1b}[2Jfile: error: No such file or directory (os error 2)");
}

#[test]
fn each_document_of_an_input_is_decoded() {
    let input =
        b"{\"Code\": \"a\"}\n{\"Code\": \"b\",}\n{\"no\": \"response\"}\n{\"Code\": \"c\"}\n";
    let output = decode(&["--to", "ndjson"], input);
    assert_snapshot!(seen(&output), @r#"
    exit status 0
    --- output
    {"Code":"a"}
    {"Code":"b"}
    {"Code":"c"}
    --- errors
    <stdin>:2:13: M302: Code: extra comma removed
    <stdin>: ignored 1 other object
    "#);
}

#[test]
fn malformed_documents_are_repaired_unless_disabled() {
    let input = b"reply: {\"Code\": \"a\" 'Message': \"m\"";
    assert_snapshot!(seen(&decode(&["--to", "ndjson"], input)), @r#"
    exit status 0
    --- output
    {"Code":"a","Message":"m"}
    --- errors
    <stdin>:1:1: M314: ignored text outside the document: `reply:`
    <stdin>:1:20: M301: Code: missing comma after this value
    <stdin>:1:21: M307: Message: `'Message'` read as a double-quoted string
    <stdin>:1:35: M316: Message: document is truncated here; everything open was closed
    "#);
    assert_snapshot!(seen(&decode(&["--to", "ndjson", "--no-repair"], input)), @"
    exit status 2
    --- output
    --- errors
    <stdin>:1:21: error: JSON syntax error: expected `,` or `}`
    ");
    assert_eq!(decode(&["--strict"], input).status.code(), Some(1));
    assert_eq!(decode(&["--no-repair", RESPONSE_XML], b""), decode(&[RESPONSE_XML], b""));
    assert_eq!(decode(&["--no-mend"], input), decode(&["--no-repair"], input), "the former name");
}

#[test]
fn blocks_decode_as_the_whole_input_does() {
    let line = |nth: usize| match nth % 5_000 {
        17 => "{\"code\": \"a\",}\n".to_owned(),
        1_234 => "{\"no\": \"response\"}\n".to_owned(),
        4_999 => "{\n\"Code\": \"a\",\n\"X\": [\n{},\n{}\n]\n}\n\n".to_owned(),
        _ => format!("{{\"Code\":\"b\",\"Message\":\"{nth:->100}\"}}\n"),
    };
    let input: String = (0..30_000).map(line).collect();
    let (mut out, mut err) = (String::new(), String::new());
    let mut others = 0;
    for decoded in ecs_invocations::decode_all(input.as_bytes()) {
        match decoded {
            Ok(decoded) => {
                out += &format!("{}\n", decoded.response.to_json());
                for finding in &decoded.findings {
                    err += &format!("FILE:{finding:#}\n");
                }
            }
            Err(error) => {
                assert!(matches!(error.kind(), ErrorKind::NotAResponse { .. }), "{error}");
                others += 1;
            }
        }
    }
    err += &format!("FILE: ignored {others} other objects\n");
    let directory = TempDir::new().unwrap();
    let path = file(&directory, "large", &input);
    let output = decode(&["--to", "ndjson", &path], b"");
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stdout).unwrap() == out);
    assert_eq!(String::from_utf8(output.stderr).unwrap().replace(&path, "FILE"), err);
    assert!(err.lines().count() > 6 && others == 6, "{err}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_progress_bar_is_shown_for_large_inputs() {
    let directory = TempDir::new().unwrap();
    let line = format!("{{\"Code\":\"b\",\"Message\":\"{}\"}}\n", "-".repeat(10_000));
    let path = file(&directory, "large", line.repeat(4_000));
    let (mut terminal, end) = pty_process::blocking::open().unwrap();
    terminal.resize(pty_process::Size::new(24, 200)).unwrap();
    let mut child = pty_process::blocking::Command::new(command().get_program())
        .args(["decode", "--to", "ndjson", &path])
        .stdout(Stdio::null())
        .spawn(end)
        .unwrap();
    let mut seen = Vec::new();
    // A terminal whose other end is closed reports an error instead of the end of a file.
    let _ = terminal.read_to_end(&mut seen);
    assert!(child.wait().unwrap().success());
    let seen = String::from_utf8_lossy(&seen);
    assert!(seen.contains("MiB of 38.") && seen.contains("left"), "{seen:?}");
}

/// Each row is as long as the longest one.
#[test]
fn a_long_value_does_not_make_a_table_long() {
    let others = r#", {"InvokeId": "t-1", "InvocationStatus": "Success"}"#.repeat(1_000);
    let id = "t".repeat(100_000);
    let page = format!(
        r#"{{"Invocations": {{"Invocation": [{{"InvokeId": "{id}", "InvocationStatus": "Success"}}{others}]}}}}"#
    );
    for arguments in [&["-q", "-o", "table"][..], &["-q", "-o", "table", "--wide"]] {
        let output = decode(arguments, page.as_bytes());
        let length = output.stdout.len();
        assert!(output.status.success() && length < 5 * page.len(), "{length} bytes");
    }
}

//! What the command reads: directories, compressed files, archives and recordings; and how it is called.

mod command;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Output;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use command::{command, run, seen};
use ecs_invocations::base64;
use insta::assert_snapshot;
use tempfile::TempDir;

const RESTART: &str = "corpus/answers/restart.json";

/// Two frames, as `cat` joins two files that `zstd` compressed: an error, and a page.
const ZSTANDARD: &str = "KLUv/SQOcQAAeyJDb2RlIjogImEifQqfOKW4KLUv/SQOcQAAeyJDb2RlIjogImIifQrdn+hE";

/// An archive that `zip` made of `errors/1.json`, an empty directory, and `2.json`.
const ARCHIVE: &str = "UEsDBAoAAAAAAHaZel3mYh0kDgAAAA4AAAANAAAAZXJyb3JzLzEuanNvbnsiQ29kZSI6ICJhIn0KUEsDBAoAAAAAAHaZel0AAAAAAAAAAAAAAAAGAAAAZW1wdHkvUEsDBAoAAAAAAHaZel0Izag2DgAAAA4AAAAGAAAAMi5qc29ueyJDb2RlIjogImIifQpQSwECHgMKAAAAAAB2mXpd5mIdJA4AAAAOAAAADQAAAAAAAAABAAAApIEAAAAAZXJyb3JzLzEuanNvblBLAQIeAwoAAAAAAHaZel0AAAAAAAAAAAAAAAAGAAAAAAAAAAAAEADtQTkAAABlbXB0eS9QSwECHgMKAAAAAAB2mXpdCM2oNg4AAAAOAAAABgAAAAAAAAABAAAApIFdAAAAMi5qc29uUEsFBgAAAAADAAMAowAAAI8AAAAAAA==";

struct Directory(TempDir);

impl Directory {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        self.path(name)
    }

    /// Exit status, stdout and stderr, without the name of the directory.
    fn run(&self, subcommand: &str, arguments: &[&str]) -> String {
        let arguments: Vec<String> =
            arguments.iter().map(|it| it.replace("DIR", &self.path(""))).collect();
        let arguments: Vec<&str> = arguments.iter().map(|it| it.as_str()).collect();
        seen(&run(subcommand, &arguments, b"")).replace(&self.path(""), "DIR/")
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn error(code: &str) -> String {
    format!("{{\"Code\": \"{code}\"}}\n")
}

#[test]
fn directories_are_walked_in_order() {
    let directory = Directory::new();
    for name in ["b.json", "a/2.json", "a/1.json", "a/notes.md", ".hidden/c.json", ".d.json"] {
        directory.write(name, error(&name.replace('/', "-")));
    }
    assert_snapshot!(directory.run("decode", &["-o", "ndjson", "DIR"]), @r#"
    exit status 0
    --- output
    {"Code":"a-1.json"}
    {"Code":"a-2.json"}
    {"Code":"a-notes.md"}
    {"Code":"b.json"}
    --- errors
    "#);
    assert_snapshot!(directory.run("decode", &["-o", "ndjson", "--glob", "[12].json", "DIR"]), @r#"
    exit status 0
    --- output
    {"Code":"a-1.json"}
    {"Code":"a-2.json"}
    --- errors
    "#);
    assert_snapshot!(directory.run("decode", &["--glob", "*.xml", "DIR"]));
    let invalid = run("decode", &["--glob", "[", "corpus"], b"");
    assert_eq!(invalid.status.code(), Some(2));
}

#[test]
fn compressed_inputs_are_decompressed() {
    let directory = Directory::new();
    let page = fs::read(RESTART).unwrap();
    let expected = run("decode", &["-o", "ndjson", RESTART], b"").stdout;
    let text = |output: Output| String::from_utf8(output.stdout).unwrap();
    // Whatever the name, and from standard input too; also several members in one file.
    let compressed = gzip(&page);
    let file = directory.write("page.log", &compressed);
    assert_eq!(run("decode", &["-o", "ndjson", &file], b"").stdout, expected);
    assert_eq!(run("decode", &["-o", "ndjson"], &compressed).stdout, expected);
    let joined = [gzip(error("a").as_bytes()), gzip(error("b").as_bytes())].concat();
    assert_eq!(
        text(run("decode", &["-o", "ndjson"], &joined)),
        "{\"Code\":\"a\"}\n{\"Code\":\"b\"}\n"
    );
    let frames = STANDARD.decode(ZSTANDARD).unwrap();
    assert_eq!(
        text(run("decode", &["-o", "ndjson"], &frames)),
        "{\"Code\":\"a\"}\n{\"Code\":\"b\"}\n"
    );
    // Zeros at the end are padding, nothing else is.
    for padding in [1, 7, 512, 100_000] {
        let padded = [&*compressed, &vec![0; padding]].concat();
        assert_eq!(run("decode", &["-o", "ndjson"], &padded).stdout, expected);
        let more = [&*padded, b"\x01"].concat();
        assert_eq!(run("decode", &["-o", "ndjson"], &more).status.code(), Some(2));
    }
    for subcommand in ["show", "status", "check"] {
        let [plain, other] = [&page, &compressed].map(|input| run(subcommand, &[], input));
        assert_eq!(plain, other, "{subcommand}");
    }
    // Damaged in any place, it is an error or what is read is reported, but nothing else.
    for length in [3, 10, 100, compressed.len() - 1] {
        let output = run("status", &[], &compressed[..length]);
        assert_eq!(output.status.code(), Some(2), "{}", seen(&output));
    }
    for length in [4, 8, frames.len() - 1] {
        let output = run("status", &[], &frames[..length]);
        assert_ne!(output.status.code(), Some(0), "{}", seen(&output));
    }
}

#[test]
fn archives_are_read_file_by_file() {
    let directory = Directory::new();
    directory.write("a.zip", STANDARD.decode(ARCHIVE).unwrap());
    assert_snapshot!(directory.run("decode", &["-o", "table", "--no-headers", "DIRa.zip"]));
    // Whatever its name, and from standard input.
    let expected = run("decode", &["-o", "ndjson", &directory.path("a.zip")], b"").stdout;
    let renamed = directory.write("a", STANDARD.decode(ARCHIVE).unwrap());
    assert_eq!(run("decode", &["-o", "ndjson", &renamed], b"").stdout, expected);
    for arguments in [&["-o", "ndjson"][..], &["-o", "ndjson", "-"]] {
        let output = run("decode", arguments, &STANDARD.decode(ARCHIVE).unwrap());
        assert_eq!(output.stdout, expected, "{}", seen(&output));
    }
    let broken = run("show", &["-"], b"PK\x03\x04 no archive");
    assert_eq!(broken.status.code(), Some(2));
    assert!(String::from_utf8(broken.stderr).unwrap().starts_with("<stdin>: error: "));
    // Where only one input is possible.
    let output = directory.run("diff", &["DIRa.zip", "DIRa"]);
    assert!(output.contains("DIR/a.zip: error: a ZIP archive is no input here"), "{output}");
    directory.write("b.zip", "PK\u{3}\u{4} no archive");
    assert_snapshot!(directory.run("decode", &["DIRb.zip"]));
    assert_snapshot!(seen(&run("show", &[], &STANDARD.decode(ARCHIVE).unwrap())));
}

/// The request of an entry tells whether it asks this API, so that a failure without an error code is none of another.
#[test]
fn recordings_with_requests() {
    let directory = Directory::new();
    let page = r#"{"Invocations":{"Invocation":[{"InvokeId":"t-1","InvocationStatus":"Success","InvokeInstances":
        {"InvokeInstance":[{"InstanceId":"i-1","InvocationStatus":"Success","ExitCode":0}]}}]}}"#;
    let entry = |request: serde_json::Value, text: &str| serde_json::json!({"request": request, "response": {"content": {"text": text}}});
    let url = |action: &str| serde_json::json!({"url": format!("https://ecs.aliyuncs.com/?Format=JSON&Action={action}")});
    let form = serde_json::json!({"url": "https://x", "postData": {"text": "RegionId=a&Action=DescribeInvocations"}});
    let header =
        serde_json::json!({"headers": [{"name": "X-Acs-Action", "value": "DescribeInvocations"}]});
    let status = |entries: &[serde_json::Value]| {
        let text = serde_json::json!({"log": {"version": "1.2", "entries": entries}}).to_string();
        let output = run("status", &["-q", &directory.write("a.har", text)], b"");
        output.status.code()
    };
    let good = entry(url("DescribeInvocations"), page);
    assert_eq!(status(std::slice::from_ref(&good)), Some(0));
    for failing in [url("DescribeInvocations"), form, header] {
        assert_eq!(status(&[good.clone(), entry(failing, "<html>502</html>")]), Some(2));
    }
    for other in ["StopInvocation", "DescribeSendFileResults"] {
        assert_eq!(status(&[good.clone(), entry(url(other), "{\"RequestId\": \"r\"}")]), Some(0));
    }
}

#[test]
fn recordings_of_a_browser() {
    let directory = Directory::new();
    let page = fs::read_to_string(RESTART).unwrap();
    let encoded = STANDARD.encode(error("Throttling"));
    let content =
        |content: serde_json::Value| serde_json::json!({"response": {"content": content}});
    let entries = [
        content(serde_json::json!({"text": "<html></html>", "mimeType": "text/html"})),
        content(serde_json::json!({"text": page})),
        content(serde_json::json!({"text": encoded, "encoding": "base64"})),
        content(serde_json::json!({"text": "{\"Regions\": {}}"})),
        content(serde_json::json!({})),
        serde_json::json!({"request": {}}),
    ];
    let recording = |entries: &[serde_json::Value]| {
        serde_json::json!({"log": {"version": "1.2", "entries": entries}}).to_string()
    };
    directory.write("a.har", recording(&entries));
    assert_snapshot!(directory.run("show", &["DIRa.har"]));
    directory.write("b.har", recording(&entries[3..]));
    directory.write("c.har", "{\"log\": 1}");
    assert_snapshot!(directory.run("show", &["DIRb.har", "DIRc.har"]));
}

#[test]
fn what_is_compressed_is_not_replaced() {
    let directory = Directory::new();
    let compressed = gzip(b"{\"Code\": \"a\",}");
    directory.write("a.json", &compressed);
    assert_snapshot!(directory.run("repair", &["--in-place", "DIRa.json"]));
    assert_eq!(fs::read(directory.path("a.json")).unwrap(), compressed);
}

#[test]
#[cfg(unix)]
fn without_input_on_a_terminal_there_is_a_message() {
    let sent = command::on_a_terminal(&["show"], 200, &[]);
    assert!(sent.contains("no input: name a file, or pipe a response in"), "{sent}");
}

#[test]
fn other_objects_are_counted() {
    let log = "{\"level\": \"info\"}\n{\"Code\": \"a\"}\n{\"InvokeId\": \"t-1\", \"RequestId\": \"r\"}\n[1]\n";
    assert_snapshot!(seen(&run("decode", &["-o", "ndjson"], log.as_bytes())));
    let none = log.replace("{\"Code\": \"a\"}\n", "");
    assert_snapshot!(seen(&run("decode", &["-o", "ndjson"], none.as_bytes())));
}

#[test]
fn errors_beyond_a_bound_are_counted() {
    let log = "{\"a\": 1}\n".repeat(1_000);
    for subcommand in ["show", "status", "decode"] {
        let output = run(subcommand, &[], log.as_bytes());
        assert_eq!(output.status.code(), Some(2));
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(errors.lines().count(), 101, "{subcommand}");
        assert_eq!(errors.lines().last(), Some("<stdin>: and 900 more errors"));
    }
}

#[test]
fn a_file_in_place_of_a_command_is_shown_how_to_use() {
    let error = |arguments: &[&str]| {
        let output = command().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    assert_snapshot!(error(&[RESTART]));
    assert_snapshot!(error(&["shwo", RESTART]));
}

#[test]
fn quiet_prints_no_findings() {
    let output = run("decode", &["-q", "-o", "ndjson", "corpus/documented/error.json"], b"");
    assert_eq!(output.stderr, b"");
    assert_eq!(
        output.stdout,
        run("decode", &["-o", "ndjson", "corpus/documented/error.json"], b"").stdout
    );
}

#[test]
fn help_of_every_command() {
    let help = |arguments: &[&str]| {
        let output = command().args(arguments).arg("--help").output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    assert_snapshot!("help", help(&[]));
    for subcommand in
        ["completions", "damage", "diff", "man", "redact", "rule", "snapshot", "status", "wait"]
    {
        assert_snapshot!(format!("help of {subcommand}"), help(&[subcommand]));
    }
    for subcommand in ["show", "decode", "repair", "check"] {
        assert!(help(&[subcommand]).contains("Examples:"), "{subcommand}");
    }
}

#[test]
fn completions_and_manual_pages_name_all_commands() {
    let printed = |arguments: &[&str]| {
        let output = command().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = printed(&["completions", shell]);
        for subcommand in [
            "show", "status", "wait", "decode", "repair", "check", "diff", "snapshot", "redact",
            "damage", "rule",
        ] {
            assert!(script.contains(subcommand), "{shell}: {subcommand}");
        }
    }
    assert!(printed(&["man"]).contains(".TH ecs-invocations 1"));
    assert!(printed(&["man", "show"]).contains("\\-\\-failed"));
    let unknown = command().args(["man", "no"]).output().unwrap();
    assert_eq!(unknown.status.code(), Some(2));
    // Bash reads the script.
    if Path::new("/bin/bash").exists() {
        let script = printed(&["completions", "bash"]);
        let check = std::process::Command::new("/bin/bash").args(["-n", "-c", &script]).output();
        assert!(check.unwrap().status.success());
    }
}

#[test]
fn rules_in_each_format() {
    let list = run("rule", &["-o", "list"], b"");
    let list = String::from_utf8(list.stdout).unwrap();
    assert_eq!(list.lines().count(), ecs_invocations::finding::Rule::all().count());
    assert_snapshot!(seen(&run("rule", &["-o", "list", "M301", "missing-comma", "X1"], b"")), @"
    exit status 2
    --- output
    M301  missing-comma                 warning  missing comma between members or elements inserted
    M301  missing-comma                 warning  missing comma between members or elements inserted
    --- errors
    ecs-invocations: unknown rule `X1`
    ");
    let json = run("rule", &["-o", "json", "V603", "N101"], b"");
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&json[0]["code"], &json[1]["name"]), (&"V603".into(), &"field-name".into()));
}

/// A directory that is met on several ways is read once, and nothing that reading waits for is read.
#[test]
#[cfg(unix)]
fn links_are_followed_and_special_files_skipped() {
    use std::os::unix::fs::symlink;
    let directory = Directory::new();
    directory.write("all/a/1.json", error("one"));
    directory.write("other/2.json", error("two"));
    let at = |name: &str| directory.path(name);
    symlink("../a", at("all/a/loop")).unwrap();
    symlink("..", at("all/a/up")).unwrap();
    symlink("a", at("all/b")).unwrap();
    symlink("../other", at("all/c")).unwrap();
    symlink("../other/2.json", at("all/file.json")).unwrap();
    symlink("all", at("link")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(at("all/pipe")).status().unwrap();
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(at("all/socket")).unwrap();
    let expected = "exit status 0\n--- output\n{\"Code\":\"one\"}\n{\"Code\":\"two\"}\n\
        {\"Code\":\"two\"}\n--- errors\n";
    for named in ["DIRall", "DIRlink", "DIRlink/", "DIRli*"] {
        assert_eq!(directory.run("decode", &["-o", "ndjson", named]), expected, "{named}");
    }
    // A pattern names files too.
    let matched = directory.run("decode", &["-o", "ndjson", "DIRall/*"]);
    assert_eq!(matched.matches("\"two\"").count(), 2, "{matched}");
    // A link to nothing is an error.
    symlink("nowhere", at("other/broken.json")).unwrap();
    let broken = directory.run("decode", &["-o", "ndjson", "DIRother"]);
    assert!(broken.starts_with("exit status 2\n--- output\n{\"Code\":\"two\"}\n"), "{broken}");
    assert!(broken.contains("DIR/other/broken.json: error: No such file"), "{broken}");
}

#[test]
fn several_patterns_of_names() {
    let directory = Directory::new();
    for name in ["a.json", "b.xml", "c.txt"] {
        directory.write(name, error(name));
    }
    let arguments = ["-o", "ndjson", "--glob", "*.xml", "--glob", "*.json", "DIR"];
    let read = directory.run("decode", &arguments);
    assert!(read.contains("a.json") && read.contains("b.xml") && !read.contains("c.txt"), "{read}");
}

/// Whatever its name, and wherever it is.
#[test]
fn a_recording_is_recognized_by_its_content() {
    let directory = Directory::new();
    let page = fs::read_to_string(RESTART).unwrap();
    let recording = |texts: &[&str]| {
        let entry = |text: &&str| serde_json::json!({"response": {"content": {"text": text}}});
        let entries: Vec<_> = texts.iter().map(entry).collect();
        let log = serde_json::json!({"log": {"version": "1.2", "entries": entries}});
        serde_json::to_string_pretty(&log).unwrap()
    };
    let text = recording(&["<html></html>", &page]);
    directory.write("a.har", &text);
    let expected = directory.run("show", &["DIRa.har"]);
    assert!(expected.contains("failed: "), "{expected}");
    for (name, content) in [
        ("b.json", text.clone().into_bytes()),
        ("c.har.gz", gzip(text.as_bytes())),
        ("d", format!("\u{feff}{text}").into_bytes()),
    ] {
        directory.write(name, &content);
        assert_eq!(directory.run("show", &[&format!("DIR{name}")]), expected, "{name}");
        // A single input of `show` is not named.
        assert_eq!(seen(&run("show", &[], &content)), expected, "{name}");
        let checked = run("check", &["-o", "short", "--exit-zero"], &content);
        let checked = String::from_utf8(checked.stdout).unwrap();
        assert!(checked.lines().all(|line| line.starts_with("<stdin>#2:")), "{checked}");
    }
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("x/log", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(text.as_bytes()).unwrap();
    let archive = zip.finish().unwrap().into_inner();
    directory.write("e.zip", &archive);
    assert_eq!(directory.run("show", &["DIRe.zip"]), expected);
    assert_eq!(seen(&run("show", &["-"], &archive)), expected);
    let none = seen(&run("show", &[], recording(&["{}"]).as_bytes()));
    assert!(none.contains("<stdin>: error: no response of this API in this recording"), "{none}");
    // The record of a log.
    for other in ["{\"log\": {\"level\": \"info\"}}\n", "{\"log\": {", "{\"log\""] {
        let log = format!("{other}\n{}", error("Throttling"));
        let plain = run("decode", &["-o", "ndjson"], format!(" {log}").as_bytes());
        assert_eq!(run("decode", &["-o", "ndjson"], log.as_bytes()).stdout, plain.stdout);
    }
    let log = format!("{{\"log\": {{\"level\": \"info\"}}}}\n{}", error("Throttling"));
    let read = run("decode", &["-o", "ndjson"], log.as_bytes());
    assert_eq!(String::from_utf8(read.stdout).unwrap(), "{\"Code\":\"Throttling\"}\n");
}

/// What Bash would complete of a command line.
#[test]
#[cfg(unix)]
fn completions_of_options_and_values() {
    let script = command().args(["completions", "bash"]).output().unwrap().stdout;
    let directory = Directory::new();
    let file = directory.write("complete.bash", &script);
    let completed = |words: &[&str]| {
        let line = format!(
            "source {file}; COMP_WORDS=({}); COMP_CWORD={}; \
             name=$(complete -p ecs-invocations); name=${{name#*-F }}; ${{name%% *}} ecs-invocations '{}' '{}'; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            words.join(" "),
            words.len() - 1,
            words[words.len() - 1],
            words[words.len() - 2],
        );
        let output = std::process::Command::new("bash").args(["-c", &line]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(completed(&["ecs-invocations", "sh"]), "show\n");
    let options = completed(&["ecs-invocations", "show", "--out"]);
    assert_eq!(options, "--output\n--output-charset\n");
    assert_eq!(completed(&["ecs-invocations", "show", "--output", "ts"]), "tsv\n");
    assert_eq!(completed(&["ecs-invocations", "help", "stat"]), "status\n");
    for subcommand in ["status", "wait", "decode", "repair", "check", "diff", "redact", "rule"] {
        let options = completed(&["ecs-invocations", subcommand, "--he"]);
        assert_eq!(options, "--help\n", "{subcommand}");
    }
}

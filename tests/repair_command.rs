//! `ecs-invocations repair`, run as a process with files and pipes.

mod command;

use std::fs;
use std::process::{Command, Stdio};

use command::{command, run, seen};
use insta::assert_snapshot;
use tempfile::TempDir;

/// A log with two documents that need a repair, and one that does not.
const LOG: &str = "begin\n{\"Code\": \"a\" \"Message\": \"m\"}\nbetween\n{\"Code\": \"b\"}\n1\n2\n3\n4\n5\n6\n7\n{\n  \"Code\": 'c'\n";

fn repair(arguments: &[&str], input: &[u8]) -> std::process::Output {
    run("repair", arguments, input)
}

struct Files {
    directory: TempDir,
}

impl Files {
    fn new(files: &[(&str, &str)]) -> Self {
        let directory = TempDir::new().unwrap();
        for (name, content) in files {
            fs::write(directory.path().join(name), content).unwrap();
        }
        Self { directory }
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.directory.path().join(name)).unwrap()
    }

    /// Runs the command in the directory.
    fn run(&self, arguments: &[&str]) -> String {
        let mut command = command();
        let command = command.current_dir(self.directory.path()).arg("repair").args(arguments);
        seen(&command.stdin(Stdio::null()).output().unwrap())
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.directory.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

#[test]
fn help_names_every_option() {
    let help = command().args(["repair", "--help"]).output().unwrap();
    assert_snapshot!(String::from_utf8(help.stdout).unwrap());
}

#[test]
fn documents_are_repaired_in_their_places() {
    assert_snapshot!(seen(&repair(&[], LOG.as_bytes())));
    let repaired = repair(&[], LOG.as_bytes()).stdout;
    let again = repair(&["--check"], &repaired);
    assert_eq!((again.status.code(), &*again.stdout), (Some(0), &b""[..]));
    let sound = fs::read("corpus/documented/response.xml").unwrap();
    assert_eq!(repair(&["corpus/documented/response.xml"], b"").stdout, sound);
}

#[test]
fn several_files() {
    let files = Files::new(&[
        ("one.json", "{\"Code\": \"a\",}\n"),
        ("page.html", "<html><title>Bad Gateway</title></html>\n"),
        ("two.xml", "<Error><Code>b</Error>\n"),
    ]);
    assert_snapshot!(files.run(&["one.json", "page.html", "missing.json", "two.xml"]));
}

#[test]
fn exit_status() {
    let status = |arguments: &[&str], input: &str| {
        let output = repair(arguments, input.as_bytes());
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let (sound, malformed, none) = ("{\"Code\": \"a\"}", "{\"Code\": \"a\",}", "prose");
    assert_eq!(status(&[], sound), (0, sound.to_owned()));
    assert_eq!(status(&[], malformed), (0, sound.to_owned()));
    assert_eq!(status(&[], none), (2, none.to_owned()));
    assert_eq!(status(&["--check"], sound), (0, String::new()));
    assert_eq!(status(&["--check"], malformed), (1, String::new()));
    assert_eq!(status(&["--check"], none), (2, String::new()));
    for malformed in ["&#27;", "&#0;", "&#xFFFF;", "&amp &#11;", "\u{1b}"] {
        let malformed = format!("<Error><Code>a</Code><Message>{malformed}</Message></Error>");
        assert_eq!(status(&["--check"], &malformed), (1, String::new()), "{malformed}");
    }
    // What is around a document is kept.
    assert_eq!(status(&["--check"], &format!("reply: {sound} (HTTP 400)")), (0, String::new()));
    assert_eq!(status(&["--check", "--in-place"], sound), (2, String::new()));
    assert_eq!(status(&["--repair", "none"], malformed), (2, malformed.to_owned()));
}

#[test]
fn only_certain_repairs() {
    let input = "<Error><Code>a</Message><Message>m</Message></Error>";
    assert_snapshot!(seen(&repair(&["--repair", "certain"], input.as_bytes())), @r"
    exit status 2
    --- output
    <Error><Code>a</Message><Message>m</Message></Error>--- errors
    <stdin>:1:15: error: repair would be a guess: M312: mismatched `</Message>` read as `</Code>`, in Code
    ");
    assert_eq!(run("decode", &["--repair", "certain"], input.as_bytes()).status.code(), Some(2));
}

#[test]
fn diff() {
    let files = Files::new(&[("log", LOG), ("sound.json", "{\"Code\": \"a\"}")]);
    assert_snapshot!(files.run(&["--diff", "log", "sound.json"]));
    assert_eq!(files.read("log"), LOG);
}

/// `patch` makes of the input what the command prints.
#[test]
fn a_diff_applies() {
    let page = fs::read_to_string("corpus/documented/response.json").unwrap();
    let compact = page.replace('\n', " ");
    let inputs = [
        LOG.to_owned(),
        LOG.trim_end().to_owned(),
        page.replace("\",\n", "\"\n"),
        page.replacen("{\n", "{{\n", 3).replace(",\n", "\n,\n"),
        page.lines().map(|line| format!("> {line}\n")).collect(),
        page.lines().map(|line| format!("{line}\\n")).collect::<String>().replace('"', "\\\""),
        page[..page.len() / 2].to_owned(),
        compact.replacen(',', "", 1),
        "\n\n\n\n\n{\n\"Code\": \"a\"\n}\n\n\n\n\n\n\n\n{\"Code\": \"b\",\n\n\n\n\n\n\n}"
            .to_owned(),
        "{\"Code\": \"a\"".to_owned(),
        "{\"Code\": \"a\"\n".to_owned(),
        "ERROR: SDK.ServerError\nErrorCode: Throttling\nRequestId: r\nMessage: slow\nmore\n"
            .to_owned(),
    ];
    let is_missing = Command::new("patch").arg("--version").output().is_err();
    for input in inputs {
        let files = Files::new(&[("file", &input)]);
        let output = repair(&["--diff"], input.as_bytes());
        assert_eq!(output.status.code(), Some(0), "{input}");
        let diff = String::from_utf8(output.stdout).unwrap().replace("<stdin>", "file");
        fs::write(files.directory.path().join("diff"), &diff).unwrap();
        if is_missing {
            continue;
        }
        let mut patch = Command::new("patch");
        let patch =
            patch.current_dir(files.directory.path()).args(["-p1", "--fuzz=0", "-i", "diff"]);
        let patched = patch.output().unwrap();
        assert!(patched.status.success(), "{patched:?}\n{diff}");
        let expected = String::from_utf8(repair(&[], input.as_bytes()).stdout).unwrap();
        assert_eq!(files.read("file"), expected, "{diff}");
    }
}

#[test]
fn in_place() {
    let files = Files::new(&[
        ("malformed.json", "{\"Code\": \"a\",}\n"),
        ("sound.json", "{\"Code\": \"a\"}\n"),
        ("partly.json", "{\"Code\": \"a\",}\n{\"no\": 1}\n"),
    ]);
    assert_snapshot!(files.run(&["--in-place", "malformed.json", "sound.json", "partly.json"]));
    assert_eq!(files.read("malformed.json"), "{\"Code\": \"a\"}\n");
    assert_eq!(files.read("sound.json"), "{\"Code\": \"a\"}\n");
    assert_eq!(files.read("partly.json"), "{\"Code\": \"a\",}\n{\"no\": 1}\n");
    assert_eq!(files.names(), ["malformed.json", "partly.json", "sound.json"]);
}

#[cfg(unix)]
#[test]
fn in_place_keeps_links_and_permissions() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let files = Files::new(&[("file", "{\"Code\": \"a\",}")]);
    let path = files.directory.path().join("file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("file", files.directory.path().join("link")).unwrap();
    assert!(files.run(&["--in-place", "link"]).starts_with("exit status 0"));
    assert_eq!(files.read("file"), "{\"Code\": \"a\"}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(files.directory.path().join("link")).unwrap().is_symlink());
}

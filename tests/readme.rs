//! Checks the examples of README.md, docs/command.md and CONTRIBUTING.md. Those in Rust are doctests.

use ecs_invocations::decode;

fn read(file: &str) -> String {
    std::fs::read_to_string(file).unwrap()
}

#[test]
#[cfg(feature = "cli")]
fn console_examples_print_documented_output() {
    trycmd::TestCases::new().case("README.md").case("docs/command.md").run();
}

#[test]
fn library_example_has_documented_findings() {
    let readme = read("README.md");
    let body = br#"{"Invocations": {"Invocation": {"InvokeId": "t-1", "Timed": "True"}}}"#;
    assert!(readme.contains(str::from_utf8(body).unwrap()));
    let findings = decode(body).unwrap().findings;
    let shown: String = findings.iter().map(|finding| format!("{finding:#}\n")).collect();
    assert!(readme.contains(&format!("```text\n{shown}```")), "{shown}");
}

/// docs/command.md has a row for each option, with its values.
#[test]
#[cfg(feature = "cli")]
fn lists_every_option() {
    use std::collections::BTreeSet;

    let command = env!("CARGO_BIN_EXE_ecs-invocations");
    let page = read("docs/command.md");
    for subcommand in [
        "show", "status", "wait", "decode", "repair", "check", "diff", "snapshot", "redact", "rule",
    ] {
        let help = std::process::Command::new(command).args([subcommand, "--help"]).output();
        let help = String::from_utf8(help.unwrap().stdout).unwrap();
        let is_option = |line: &&str| line.trim_start().starts_with('-') && line.contains("--");
        let options = help.lines().filter(is_option).filter_map(|line| line.split_once("--"));
        let options = options.filter_map(|(_, line)| line.split(' ').next());
        // Every subcommand has these; the page describes them above the sections.
        let options: BTreeSet<&str> =
            options.filter(|name| !["help", "color"].contains(name)).collect();
        let (_, section) = page.split_once(&format!("\n## {subcommand}\n")).unwrap();
        let (section, _) = section.split_once("\n## ").unwrap();
        let rows: Vec<&str> =
            section.lines().filter_map(|line| line.strip_prefix("| `--")).collect();
        let names = rows.iter().filter_map(|row| row.split([' ', '`']).next());
        assert_eq!(names.collect::<BTreeSet<_>>(), options, "{subcommand}");
        let values = help.lines().filter_map(|line| line.trim_start().strip_prefix("- "));
        for value in values.filter_map(|line| line.split(':').next()) {
            let is_of_all = ["auto", "always", "never"].contains(&value);
            let place = if is_of_all { &page } else { section };
            assert!(place.contains(&format!("`{value}`")), "{subcommand}: {value}");
        }
    }
}

#[test]
#[cfg(feature = "cli")]
fn example_of_configuration_file_is_valid() {
    let page = read("docs/command.md");
    let (_, example) = page.split_once("```toml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let directory = tempfile::tempdir().unwrap();
    let config = directory.path().join("ecs-invocations.toml");
    std::fs::write(&config, example).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_ecs-invocations"))
        .args(["check", "corpus/documented/response.json", "--config"])
        .arg(config)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

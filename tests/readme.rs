//! Checks the examples and tables of README.md.

use ecs_invocations::decode;
use ecs_invocations::finding::RULES;

fn readme() -> String {
    std::fs::read_to_string("README.md").unwrap()
}

#[test]
#[cfg(feature = "cli")]
fn console_examples_print_documented_output() {
    trycmd::TestCases::new().case("README.md").run();
}

#[test]
fn library_example_has_documented_findings() {
    let body = br#"{"Invocations": {"Invocation": {"InvokeId": "t-1", "Timed": "True"}}}"#;
    assert!(readme().contains(str::from_utf8(body).unwrap()));
    let findings = decode(body).unwrap().findings;
    let shown: String =
        findings.iter().map(|finding| format!("{}: {finding}\n", finding.location)).collect();
    assert!(readme().contains(&shown), "{shown}");
}

#[test]
fn lists_every_rule() {
    let rows: Vec<String> =
        RULES.iter().map(|rule| format!("| {} | {} |", rule.code, rule.summary)).collect();
    for row in &rows {
        assert!(readme().contains(row), "{row}");
    }
    let listed = readme()
        .lines()
        .filter(|line| line.starts_with(['|']) && line[2..].starts_with(['N', 'U', 'M']))
        .count();
    assert_eq!(listed, rows.len());
}

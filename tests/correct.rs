//! Correct responses, written from the reference: no rule that is enabled by default has a finding.

use std::fs;
use std::path::Path;

use ecs_invocations::model::Request;
use ecs_invocations::validate::{Checks, Pages};

/// What is found beside the normalizations of the decoder.
fn findings(text: &str) -> Vec<String> {
    let mut checks = Checks::default().ignore("N");
    checks.now = Some("2026-11-24T12:00:00Z".parse().unwrap());
    let mut lines = Vec::new();
    let (request, documents) = text.split_at(text.find(['{', '<']).unwrap());
    // The reference ends its examples of requests with `&<Common request parameters>`.
    let (request, documents) = match documents.strip_prefix("<Common request parameters>") {
        Some(documents) => (format!("{request}<Common request parameters>"), documents),
        None => (request.to_owned(), documents),
    };
    if !request.is_empty() {
        let (request, mut findings) = Request::read(&request);
        checks.apply_to(&mut findings);
        findings.extend(checks.check_request(&request));
        lines.extend(findings.iter().map(|finding| format!("request: {finding}")));
        checks.request = Some(request.into_owned());
    }
    let mut pages = Pages::default();
    let mut documents_read = 0;
    for checked in checks.check_all(documents.as_bytes()) {
        let checked = checked.unwrap();
        documents_read += 1;
        pages.add(&checked.response);
        lines.extend(checked.findings.iter().map(ToString::to_string));
    }
    assert!(documents_read > 0);
    lines.extend(pages.check(&checks).iter().map(|(page, found)| format!("page {page}: {found}")));
    lines
}

#[test]
fn no_default_rule_has_a_finding_on_a_correct_response() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/correct");
    let mut wrong = Vec::new();
    let mut files: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 60);
    for file in files {
        let name = file.file_name().unwrap().display().to_string();
        let found = findings(&fs::read_to_string(&file).unwrap());
        wrong.extend(found.into_iter().map(|finding| format!("{name}: {finding}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The responses are read and checked: errors put into them are found.
#[test]
fn an_error_in_a_correct_response_is_found() {
    let text = include_str!("../corpus/correct/once-success.json");
    for (right, wrong, code) in [
        (r#""InvocationStatus": "Success""#, r#""InvocationStatus": "Failed""#, "V607"),
        (r#""ExitCode": 0"#, r#""ExitCode": """#, "V610"),
        (r#""InvokeStatus": "Finished""#, r#""InvokeStatus": "Failed""#, "A901"),
        (r#""Timeout": 60"#, r#""Timeout": 1e400"#, "U201"),
    ] {
        assert!(text.contains(right), "{right}");
        let found = findings(&text.replace(right, wrong));
        assert!(found.iter().any(|line| line.starts_with(code)), "{wrong}: {found:?}");
    }
}

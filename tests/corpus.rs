//! Snapshots of every file in the corpus: the decoded documents and all findings.
//!
//! The fuzz targets check properties that hold for any input; these snapshots show every other change in behavior.

#[path = "corpus/findings.rs"]
mod findings;

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ecs_invocations::model::{ApiErrorCode, Request};
use ecs_invocations::validate::{Checks, Pages, RULES};
use ecs_invocations::{Response, decode};
use findings::format_findings;
use insta::assert_snapshot;
use jiff::Timestamp;
use jiff::tz::TimeZone;

fn files(directory: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(directory);
    let mut files: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    let is_input =
        |extension: &OsStr| !["md", "near-1", "near-2"].iter().any(|no| extension == *no);
    files.retain(|file| file.extension().is_none_or(is_input));
    files.sort();
    files
}

fn checks() -> Checks {
    let mut checks = Checks::default().select("ALL");
    checks.now = Some(Timestamp::UNIX_EPOCH);
    checks
}

/// The next runs of a response's frequencies.
fn next_runs(response: &Response<'_>) -> String {
    let Response::Invocations(page) = response else { return String::new() };
    let now = Timestamp::UNIX_EPOCH.to_zoned_datetime(TimeZone::UTC);
    let frequencies =
        page.invocations.iter().filter_map(|invocation| invocation.frequency.as_ref());
    frequencies
        .map(|frequency| match frequency.next_after(&now) {
            Ok(Some(next)) => format!("next run: {next}\n"),
            Ok(None) => "no next run\n".to_owned(),
            Err(error) => format!("no frequency: {error}\n"),
        })
        .collect()
}

fn read_request(text: &str) -> (Request<'static>, String) {
    let (request, findings) = Request::read(text);
    let violations = checks().check_request(&request);
    let query = request.to_query();
    (
        request.into_owned(),
        format!("?{query}\n{}{}", format_findings(&findings), format_findings(&violations)),
    )
}

/// Decodes and checks the documents as pages of one list, against the request that precedes them if any.
fn read_documents(bytes: &[u8]) -> String {
    let mut checks = checks();
    let mut all = String::new();
    if bytes.starts_with(b"?") {
        let (request, text) = read_request(&String::from_utf8_lossy(bytes));
        all += &text;
        checks.request = Some(request);
    }
    let mut pages = Pages::default();
    for checked in checks.check_all(bytes) {
        let decoded = match checked {
            Ok(decoded) => decoded,
            Err(error) => {
                all += &format!("{error}\n");
                continue;
            }
        };
        pages.add(&decoded.response);
        let response = serde_json::to_string(&decoded.response).unwrap();
        all += &format!("{} {response}\n{}", decoded.format, format_findings(&decoded.findings));
        all += &next_runs(&decoded.response);
        if let Response::Error(error) = &decoded.response
            && let Some(status) = error.code.as_ref().and_then(ApiErrorCode::http_status)
        {
            all += &format!("HTTP {status}\n");
        }
    }
    for (page, finding) in pages.check(&checks) {
        all += &format!("page {page}: {finding}\n");
    }
    all
}

fn read_all(directory: &str, read: impl Fn(&[u8]) -> String) -> String {
    let mut all = String::new();
    for file in files(directory) {
        let bytes = fs::read(&file).unwrap();
        writeln!(all, "## {}", file.file_name().unwrap().display()).unwrap();
        writeln!(all, "{}", read(&bytes)).unwrap();
    }
    all
}

#[test]
fn regressions() {
    assert_snapshot!(read_all("regressions", read_documents));
}

#[test]
fn inputs_of_decode_bytes() {
    assert_snapshot!(read_all("decode_bytes", read_documents));
}

#[test]
fn inputs_of_request() {
    let read = |bytes: &[u8]| read_request(&String::from_utf8_lossy(bytes)).1;
    assert_snapshot!(read_all("request", read));
}

#[test]
fn rule_examples() {
    let as_input =
        |example: &str| if example.starts_with('{') { "" } else { "?" }.to_owned() + example;
    for rule in RULES {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/rules").join(rule.code);
        let [bad, _] = rule.examples;
        assert_eq!(fs::read_to_string(&file).unwrap(), as_input(bad), "{}", rule.code);
    }
    assert_snapshot!(read_all("rules", read_documents));
}

#[test]
fn answers() {
    // Errors also as XML; pages would make the snapshot too long.
    let read = |bytes: &[u8]| {
        let error = decode(bytes).ok().filter(|read| matches!(read.response, Response::Error(_)));
        let xml = error.map_or_else(String::new, |error| error.response.to_xml() + "\n");
        read_documents(bytes) + &xml
    };
    assert_snapshot!(read_all("answers", read));
}

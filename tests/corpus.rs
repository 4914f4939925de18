//! What the files of the corpus say: each document, what was made of it and what was found wrong.
//!
//! The fuzz targets hold the library to what must be true of any input. This holds it to what it made of
//! these before, so that no change of it goes unseen.

#[path = "corpus/said.rs"]
mod said;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ecs_invocations::model::{ApiErrorCode, Request};
use ecs_invocations::validate::{Checks, Pages, RULES};
use ecs_invocations::{Response, decode};
use insta::assert_snapshot;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use said::said;

fn files(directory: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(directory);
    let mut files: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_none_or(|extension| extension != "md"));
    files.sort();
    files
}

fn checks() -> Checks {
    let mut checks = Checks::default().select("ALL");
    checks.now = Some(Timestamp::UNIX_EPOCH);
    checks
}

/// When the frequencies of a response run next.
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
    let faults = checks().check_request(&request);
    let query = request.to_query();
    (request.into_owned(), format!("?{query}\n{}{}", said(&findings), said(&faults)))
}

/// What each document says, as pages of one list and as answers to the request that stands before them.
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
        all += &format!("{} {response}\n{}", decoded.format, said(&decoded.findings));
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

fn all_of(directory: &str, read: impl Fn(&[u8]) -> String) -> String {
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
    assert_snapshot!(all_of("regressions", read_documents));
}

#[test]
fn inputs_of_decode_bytes() {
    assert_snapshot!(all_of("decode_bytes", read_documents));
}

#[test]
fn inputs_of_request() {
    let read = |bytes: &[u8]| read_request(&String::from_utf8_lossy(bytes)).1;
    assert_snapshot!(all_of("request", read));
}

#[test]
fn examples_of_rules() {
    let of_query =
        |example: &str| if example.starts_with('{') { "" } else { "?" }.to_owned() + example;
    for rule in RULES {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/rules").join(rule.code);
        let [bad, _] = rule.examples;
        assert_eq!(fs::read_to_string(&file).unwrap(), of_query(bad), "{}", rule.code);
    }
    assert_snapshot!(all_of("rules", read_documents));
}

#[test]
fn answers() {
    // How errors are written too; pages are long.
    let read = |bytes: &[u8]| {
        let error = decode(bytes).ok().filter(|read| matches!(read.response, Response::Error(_)));
        let xml = error.map_or_else(String::new, |error| error.response.to_xml() + "\n");
        read_documents(bytes) + &xml
    };
    assert_snapshot!(all_of("answers", read));
}

//! What the files of the corpus say: each document, what was made of it and what was found wrong.
//!
//! The fuzz targets hold the library to what must be true of any input. This holds it to what it made of
//! these before, so that no change of it goes unseen.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ecs_invocations::validate::Checks;
use ecs_invocations::{Decoded, Error, Finding, decode_all};
use insta::assert_snapshot;
use jiff::Timestamp;

fn files(directory: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(directory);
    let mut files: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_none_or(|extension| extension != "md"));
    files.sort();
    files
}

fn said(findings: &[Finding]) -> String {
    let mut said = String::new();
    for finding in findings {
        let bytes = &finding.location.bytes;
        writeln!(said, "{} {bytes:?} {finding}", finding.location).unwrap();
    }
    said
}

fn read(decoded: Result<Decoded<'_>, Error>, checks: &Checks) -> String {
    let decoded = match decoded {
        Ok(decoded) => decoded,
        Err(error) => return format!("{error}\n"),
    };
    let faults = checks.check_response(&decoded.response);
    let response = serde_json::to_string(&decoded.response).unwrap();
    format!("{} {response}\n{}{}", decoded.format, said(&decoded.findings), said(&faults))
}

fn all_of(directory: &str) -> String {
    let mut checks = Checks::default().select("ALL");
    checks.now = Some(Timestamp::UNIX_EPOCH);
    let mut all = String::new();
    for file in files(directory) {
        let bytes = fs::read(&file).unwrap();
        writeln!(all, "## {}", file.file_name().unwrap().display()).unwrap();
        for decoded in decode_all(&bytes) {
            all.push_str(&read(decoded, &checks));
        }
        all.push('\n');
    }
    all
}

#[test]
fn regressions() {
    assert_snapshot!(all_of("regressions"));
}

#[test]
fn inputs_of_decode_bytes() {
    assert_snapshot!(all_of("decode_bytes"));
}

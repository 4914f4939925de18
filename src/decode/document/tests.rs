//! The work of the search for documents and of the repair parsers.

#[path = "../../../tests/hostile/generators.rs"]
mod generators;

use super::*;
use crate::model::DescribeInvocations;
use crate::options::Options;
use crate::pending::FindingBudget;

/// Bytes read by the search for documents and the repair parsers, per thousand bytes of the text, and
/// whether the work limit was exceeded.
fn reads_per_thousand_bytes(text: &str) -> (usize, bool) {
    let options = Options::default();
    let budget = FindingBudget::new(&options, text.len());
    let settings = Settings::new(options, budget);
    let mut progress = Progress::new(text);
    let mut is_exhausted = false;
    while let Some((_, read)) = read_next::<DescribeInvocations>(text, &mut progress, &settings) {
        let kind = read.err().map(|failure| failure.kind);
        is_exhausted |= kind == Some(ErrorKind::RepairLimitExceeded);
    }
    (progress.work.bytes_read() * 1000 / text.len(), is_exhausted)
}

#[test]
fn work_is_linear_in_text_length() {
    for (name, generate) in generators::GENERATORS {
        let ((small, _), (large, is_exhausted)) = (
            reads_per_thousand_bytes(&generate(10_000)),
            reads_per_thousand_bytes(&generate(160_000)),
        );
        println!("{name}: {small} reads per thousand bytes, then {large}");
        assert!(large <= small + small / 4 + 500, "{name}: {small} reads, then {large}");
        assert!(!is_exhausted, "{name}");
    }
}

/// A fast path that is not taken where it could be has no other visible effect.
#[test]
fn well_formed_text_is_read_once() {
    let page = include_bytes!("../../../corpus/documented/response.json");
    let page = crate::decode(page).expect("a page").response.to_json();
    let (reads, _) = reads_per_thousand_bytes(&page.replacen(',', " ", 1));
    println!("{reads} reads per thousand bytes");
    assert!(reads <= 1_100, "{reads}");
}

//! No command writes more than in proportion to its input, in any form of output.

mod command;
#[path = "hostile/generators.rs"]
mod generators;

use std::fs;

use command::{FORMATS, run};
use generators::GENERATORS;

const SIZE: usize = 2_000;

/// A finding for each byte, as the record of a report.
const MOST_PER_BYTE: usize = 700;

/// What a report says of its rules.
const MOST: usize = 100_000;

#[test]
fn outputs_are_in_proportion_to_the_input() {
    let directory = tempfile::tempdir().unwrap();
    let report = |format: &str| directory.path().join(format);
    let reports: Vec<_> =
        FORMATS.iter().map(|format| format!("-o={format}={}", report(format).display())).collect();
    let mut check: Vec<&str> = vec!["-q", "--select", "ALL"];
    check.extend(reports.iter().map(String::as_str));
    for (name, generate) in GENERATORS.iter().step_by(2) {
        let input = generate(SIZE);
        let mut written = Vec::new();
        for format in ["json", "xml", "table", "csv", "ndjson-rows"] {
            let output = run("decode", &["-o", format], input.as_bytes());
            written.push((format, output.stdout.len() + output.stderr.len()));
        }
        for subcommand in ["show", "repair", "redact"] {
            let output = run(subcommand, &[], input.as_bytes());
            written.push((subcommand, output.stdout.len() + output.stderr.len()));
        }
        run("check", &check, input.as_bytes());
        for format in FORMATS {
            written.push((format, fs::metadata(report(format)).map_or(0, |it| it.len() as usize)));
        }
        for (form, written) in written {
            let allowed = MOST + MOST_PER_BYTE * input.len();
            assert!(written <= allowed, "{form} of {name}: {written} for {}", input.len());
        }
    }
}

//! Findings as snapshots have them.

use std::fmt::Write as _;

use ecs_invocations::Finding;

pub fn said(findings: &[Finding]) -> String {
    let mut said = String::new();
    for finding in findings {
        let bytes = &finding.location.bytes;
        writeln!(said, "{} {bytes:?} {finding}", finding.location).unwrap();
    }
    said
}

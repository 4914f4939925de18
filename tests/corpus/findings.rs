//! Formats findings for snapshots.

use std::fmt::Write as _;

use ecs_invocations::Finding;

pub fn format_findings(findings: &[Finding]) -> String {
    let mut formatted = String::new();
    for finding in findings {
        let bytes = &finding.location.bytes;
        writeln!(formatted, "{} {bytes:?} {finding}", finding.location).unwrap();
    }
    formatted
}

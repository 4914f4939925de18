//! Formats findings for snapshots.

use std::fmt::Write as _;

use ecs_invocations::Finding;

pub fn format_findings(findings: &[Finding]) -> String {
    let mut formatted = String::new();
    for finding in findings {
        match &finding.location {
            Some(location) => writeln!(formatted, "{location} {:?} {finding}", location.bytes),
            None => writeln!(formatted, "{finding}"),
        }
        .unwrap();
    }
    formatted
}

//! What a person reads of a decoded document.

use std::fmt::Write as _;

use ecs_invocations::decode;

/// The canonical JSON and the findings, or the error; each on a line of its own.
pub fn shown(input: impl AsRef<[u8]>) -> String {
    let mut shown = String::new();
    match decode(input.as_ref()) {
        Ok(decoded) => {
            writeln!(shown, "{}", decoded.response.to_json()).unwrap();
            for finding in &decoded.findings {
                writeln!(shown, "{}: {finding}", finding.location).unwrap();
            }
        }
        Err(error) => writeln!(shown, "error: {error}").unwrap(),
    }
    shown
}

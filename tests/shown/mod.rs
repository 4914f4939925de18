//! What a person reads of decoded documents.

use std::fmt::Write as _;

use ecs_invocations::{Decoded, Error, decode, decode_all};

/// The canonical JSON and the findings, or the error; each on a line of its own.
pub fn shown(input: impl AsRef<[u8]>) -> String {
    said(decode(input.as_ref()))
}

/// The same of each document in the input.
#[allow(dead_code, reason = "not every test has several")]
pub fn shown_all(input: impl AsRef<[u8]>) -> String {
    decode_all(input.as_ref()).map(said).collect()
}

fn said(decoded: Result<Decoded<'_>, Error>) -> String {
    let mut shown = String::new();
    match decoded {
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

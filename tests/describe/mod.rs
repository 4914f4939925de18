//! Describes the result of decoding for snapshots.

use std::fmt::Write as _;

use ecs_invocations::{Decoded, Error, decode, decode_all};

/// The canonical JSON and the findings, or the error, one per line.
pub fn describe(input: impl AsRef<[u8]>) -> String {
    describe_result(decode(input.as_ref()))
}

/// Describes each document of the input.
#[allow(dead_code, reason = "used by some of the tests")]
pub fn describe_all(input: impl AsRef<[u8]>) -> String {
    decode_all(input.as_ref()).map(describe_result).collect()
}

fn describe_result(decoded: Result<Decoded<'_>, Error>) -> String {
    let mut description = String::new();
    match decoded {
        Ok(decoded) => {
            writeln!(description, "{}", decoded.response.to_json()).unwrap();
            for finding in &decoded.findings {
                writeln!(description, "{finding:#}").unwrap();
            }
        }
        Err(error) => writeln!(description, "error: {error}").unwrap(),
    }
    description
}

//! Snapshot tests of a program's own recorded responses.
//!
//!     cargo run --example snapshot_tests     # print the snapshots
//!     cargo test --example snapshot_tests    # compare them
//!
//! In a project, all but `main` is in `tests/responses.rs`. The snapshots are in the source, where
//! `cargo insta review` updates them; without the text after `@`, insta stores them as files.

use std::fmt::Write;

use ecs_invocations::decode;

/// The canonical form does not depend on the format and the spelling of a response, so that a snapshot changes
/// only if the meaning does. The findings tell when the service starts to send something else.
fn snapshot(body: &[u8]) -> String {
    let decoded = match decode(body) {
        Ok(decoded) => decoded,
        Err(error) => return format!("error: {error}"),
    };
    let mut text = decoded.response.to_json_pretty();
    for finding in &decoded.findings {
        write!(text, "\n{finding:#}").unwrap();
    }
    text
}

const THROTTLED: &[u8] = br#"{"Code": "Throttling", "message": "Request was denied."}"#;
const GATEWAY: &[u8] = b"<html><head><title>502 Bad Gateway</title></head></html>";

fn main() {
    for (name, body) in [("throttled", THROTTLED), ("gateway", GATEWAY)] {
        println!("--- {name}\n{}", snapshot(body));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throttled() {
        insta::assert_snapshot!(snapshot(THROTTLED), @r#"
        {
          "Code": "Throttling",
          "Message": "Request was denied."
        }
        1:24: N101: Message: field name `"message"` read as `Message`
        "#);
    }

    #[test]
    fn gateway() {
        insta::assert_snapshot!(snapshot(GATEWAY), @"error: not a response: HTML page with title `502 Bad Gateway` (line 1, column 1, byte 0)");
    }
}

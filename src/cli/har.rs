//! Recordings of HTTP (HAR), as browsers save them.

use std::io;

use base64::Engine as _;
use ecs_invocations::{base64, decode};
use serde::Deserialize;

#[derive(Deserialize)]
struct Recording {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    response: Option<Response>,
}

#[derive(Deserialize)]
struct Response {
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Content {
    text: Option<String>,
    encoding: Option<String>,
}

/// The bodies that are responses of this API, each with the number of its entry from 1.
pub(super) fn responses(bytes: &[u8]) -> io::Result<Vec<(usize, Vec<u8>)>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let recording: Recording = serde_json::from_slice(bytes)?;
    let bodies = recording.log.entries.into_iter().map(|entry| entry.response?.content?.body());
    let numbered = (1..).zip(bodies).filter_map(|(nth, body)| Some((nth, body?)));
    let responses: Vec<_> = numbered.filter(|(_, body)| decode(body).is_ok()).collect();
    match responses.is_empty() {
        false => Ok(responses),
        true => Err(io::Error::other("no response of this API in this recording")),
    }
}

impl Content {
    fn body(self) -> Option<Vec<u8>> {
        let text = self.text?;
        match self.encoding.as_deref() {
            Some("base64") => base64::prelude::BASE64_STANDARD.decode(text).ok(),
            _ => Some(text.into_bytes()),
        }
    }
}

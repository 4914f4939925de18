//! Recordings of HTTP (HAR), as browsers save them.

use std::io::{self, Read};

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

/// Whether an input that starts like this may be a recording; `None` if more of it is needed to tell.
pub(super) fn begins(start: &[u8]) -> Option<bool> {
    let mut rest = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    for token in [&b"{"[..], b"\"log\"", b":", b"{"] {
        rest = rest.trim_ascii_start();
        match rest.strip_prefix(token) {
            Some(after) => rest = after,
            None => return if token.starts_with(rest) { None } else { Some(false) },
        }
    }
    Some(true)
}

/// Reads as much of an input as tells whether it may be a recording.
pub(super) fn read_start(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    const MOST: usize = 1024;
    let mut start = Vec::new();
    let mut buffer = [0; MOST];
    while begins(&start).is_none() && start.len() < MOST {
        match reader.read(&mut buffer[start.len()..]) {
            Ok(0) => break,
            Ok(count) => start.extend_from_slice(&buffer[start.len()..][..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(start)
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

//! Recordings of HTTP (HAR), as browsers save them.

use std::borrow::Cow;
use std::io::{self, Read};

use base64::Engine as _;
use ecs_invocations::{base64, decode, model};
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
    request: Option<Request>,
    response: Option<Response>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    #[serde(default)]
    url: String,
    #[serde(default)]
    headers: Vec<Header>,
    post_data: Option<Content>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
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

/// The bodies that answer requests of this API, or are responses of it if the request does not tell, each with the
/// number of its entry from 1.
pub(super) fn responses(bytes: &[u8]) -> io::Result<Vec<(usize, Vec<u8>)>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let recording: Recording = serde_json::from_slice(bytes)?;
    let entries = recording.log.entries.into_iter();
    let bodies = entries.map(|Entry { request, response }| {
        let is_ours = request.and_then(|it| it.operation()).map(|it| OPERATIONS.contains(&&*it));
        let body = response.and_then(|it| it.content?.body());
        match is_ours {
            Some(true) => Some(body.unwrap_or_default()),
            Some(false) => None,
            None => body.filter(|body| decode(body).is_ok()),
        }
    });
    let responses: Vec<_> =
        (1..).zip(bodies).filter_map(|(nth, body)| Some((nth, body?))).collect();
    match responses.is_empty() {
        false => Ok(responses),
        true => Err(io::Error::other("no response of this API in this recording")),
    }
}

const OPERATIONS: &[&str] = &["DescribeInvocations", "DescribeInvocationResults"];

impl Request {
    /// The operation that it names.
    fn operation(self) -> Option<String> {
        let header = self.headers.iter().find(|it| it.name.eq_ignore_ascii_case("x-acs-action"));
        if let Some(header) = header {
            return Some(header.value.clone());
        }
        let form = self.post_data.and_then(|it| it.text).unwrap_or_default();
        [self.url, form].iter().find_map(|text| {
            let (request, _) = model::Request::read(text);
            request.action.map(Cow::into_owned)
        })
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

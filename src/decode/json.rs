//! The JSON front end: serde_json reads, and where it has nothing to say of positions, a walk over the
//! text finds them afterwards.
//!
//! Everything here after [`attempt`] looks only at text that serde_json accepts or has refused at a
//! known place, so the walks need no care for grammar beyond brackets and strings.

use serde_json::error::Category;

use super::lenient::{self, Context, DEEPEST, Note, Outcome, Part, Root, Site};
use super::{Fault, FaultKind, Format};
use crate::error::Limit;
use crate::model::Value;

/// What serde_json says where objects and arrays nest deeper than [`DEEPEST`].
const TOO_DEEP: &str = "recursion limit exceeded";

/// Reads a document as the kind `R` of response.
pub(super) fn attempt<'de, R: Root<'de>>(
    text: &'de str,
    context: &Context<'de>,
) -> Result<Outcome<'de>, Fault> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let outcome = lenient::read_response::<R, _>(&mut deserializer, context, false);
    outcome.and_then(|outcome| deserializer.end().map(|()| outcome)).map_err(|error| {
        let fault = fault(text, &error);
        if matches!(&fault.kind, FaultKind::Syntax(message) if message == TOO_DEEP) {
            context.exceed(Limit::Depth, DEEPEST);
        }
        fault
    })
}

/// Reads a value of no known kind, or nothing where it is no JSON.
pub(super) fn value(text: &str) -> Option<Value<'_>> {
    let read = |floats| {
        let context = Context::plain(Format::Json, floats);
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let value = lenient::read_value(&mut deserializer, &context).ok()?;
        deserializer.end().ok().map(|()| (value, context.lacks_numbers()))
    };
    match read(None)? {
        (_, true) => read(Some(floats(text))).map(|(value, _)| value),
        (value, false) => Some(value),
    }
}

fn fault(text: &str, error: &serde_json::Error) -> Fault {
    let at = if error.classify() == Category::Eof {
        text.len()
    } else {
        offset(text, error.line(), error.column())
    };
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(&*message, |(message, _)| message);
    FaultKind::Syntax(message.to_owned()).at(at)
}

/// The offset of a line and a column in bytes, both from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let mut newlines = memchr::memchr_iter(b'\n', text.as_bytes());
    let start = match line {
        0 | 1 => 0,
        _ => newlines.nth(line - 2).map_or(text.len(), |newline| newline + 1),
    };
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The digits of the numbers that serde_json hands out as floats, in order.
pub(super) fn floats(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut floats = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = string_end(bytes, at),
            b'-' | b'0'..=b'9' => {
                let end = literal_end(bytes, at);
                let digits = &text[at..end];
                let is_integer = digits.parse::<u64>().is_ok() || digits.parse::<i64>().is_ok();
                if !is_integer || digits == "-0" {
                    floats.push(digits);
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    floats
}

/// Past the string that begins at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(next) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += next + 1;
        if bytes[at - 1] == b'"' {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// Past the number or word that begins at `start`.
fn literal_end(bytes: &[u8], start: usize) -> usize {
    let is_end = |byte: &u8| {
        matches!(
            byte,
            b',' | b':' | b'[' | b']' | b'{' | b'}' | b'"' | b' ' | b'\t' | b'\r' | b'\n'
        )
    };
    bytes[start..].iter().position(is_end).map_or(bytes.len(), |length| start + length)
}

/// Past the object or array that begins at `start`, where it ends.
pub(super) fn container_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut at, mut depth) = (start, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at = string_end(bytes, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn value_end(bytes: &[u8], start: usize) -> usize {
    match bytes.get(start) {
        None => start,
        Some(b'"') => string_end(bytes, start),
        Some(b'{' | b'[') => container_end(bytes, start).unwrap_or(bytes.len()),
        Some(_) => literal_end(bytes, start),
    }
}

fn skip(bytes: &[u8], mut at: usize, also: u8) -> usize {
    while bytes.get(at).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == also) {
        at += 1;
    }
    at
}

/// Finds the nodes of the tree that the notes mean: one walk over the text, into those objects and
/// arrays only that have one of the nodes inside.
pub(super) fn locate(text: &str, notes: &mut [Note]) {
    let mut wanted: Vec<(Vec<u32>, Part, &mut Site)> = notes
        .iter_mut()
        .filter_map(|note| match &mut note.site {
            Site::Node(address, part) => Some((std::mem::take(address), *part, &mut note.site)),
            Site::Span(_) => None,
        })
        .collect();
    wanted.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let mut wanted = wanted.into_iter().peekable();

    let bytes = text.as_bytes();
    let mut address: Vec<u32> = Vec::new();
    let mut at = skip(bytes, 0, b' ');
    while wanted.peek().is_some() {
        // Here `at` is a member's name, or a value where there is none.
        let mut name = 0..0;
        let is_member = bytes.get(at) == Some(&b'"') && {
            name = at..string_end(bytes, at);
            bytes.get(skip(bytes, name.end, b' ')) == Some(&b':')
        };
        if is_member {
            at = skip(bytes, name.end, b':');
        }
        let mut own = Vec::new();
        while let Some(note) = wanted.next_if(|note| note.0 == address) {
            own.push(note);
        }
        let is_inside = wanted.peek().is_some_and(|note| note.0.starts_with(&address))
            && matches!(bytes.get(at), Some(b'{' | b'['));
        // What has findings inside it is in the model, so its beginning says enough.
        let value = at..if is_inside { at + 1 } else { value_end(bytes, at) };
        for (_, part, site) in own {
            *site = Site::Span(if part == Part::Name { name.clone() } else { value.clone() });
        }
        if is_inside {
            address.push(0);
            at = skip(bytes, value.end, b' ');
        } else {
            if let Some(nth) = address.last_mut() {
                *nth += 1;
            }
            at = skip(bytes, value.end, b',');
        }
        while matches!(bytes.get(at), Some(b'}' | b']')) {
            address.pop();
            if let Some(nth) = address.last_mut() {
                *nth += 1;
            }
            at = skip(bytes, at + 1, b',');
        }
        if at >= bytes.len() {
            break;
        }
    }
}

/// The places in a string as it is written that places in what it says came from; both in order.
pub(super) fn original(raw: &str, places: &[usize]) -> Vec<usize> {
    let raw = raw.as_bytes();
    let (mut at, mut said) = (1, 0);
    let mut found = Vec::with_capacity(places.len());
    for place in places {
        while said < *place && at < raw.len() {
            let (length, says) = match raw[at] {
                b'\\' => escape(&raw[at..]),
                _ => (1, 1),
            };
            at += length;
            said += says;
        }
        found.push(at.min(raw.len()));
    }
    found
}

/// The length of the escape at the beginning of `bytes`, and of what it says, both in bytes.
fn escape(bytes: &[u8]) -> (usize, usize) {
    let unit = |at: usize| {
        let digits = bytes.get(at..at + 4)?;
        u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
    };
    match (bytes.get(1), unit(2)) {
        (Some(b'u'), Some(0xd800..=0xdbff)) => (12, 4),
        (Some(b'u'), Some(unit)) => (6, char::from_u32(unit).map_or(1, char::len_utf8)),
        _ => (2, 1),
    }
}

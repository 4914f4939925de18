//! What an entry of a report is about.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};

use ecs_invocations::finding::{Finding, Location};

use super::safe;

/// A part of an input that has findings.
pub(super) struct Source<'s> {
    /// The name of the input, safe to print.
    pub(super) name: &'s str,
    /// The name as it is.
    pub(super) raw_name: &'s OsStr,
    /// The part: whole lines, unless it is the end of the input.
    pub(super) bytes: &'s [u8],
    /// The offset of the part in the input.
    pub(super) offset: usize,
}

/// What could not be read or decoded, and why.
pub(super) struct Failure {
    /// The name of the input as it is.
    pub(super) raw_name: OsString,
    pub(super) location: Option<Location>,
    pub(super) message: String,
    /// All of it in one line, safe to print.
    pub(super) line: String,
}

impl Failure {
    pub(super) fn new(source: &Source<'_>, location: Option<&Location>, message: String) -> Self {
        let line = safe::line(&format!(": error: {message}"));
        Self {
            raw_name: source.raw_name.to_owned(),
            location: location.cloned(),
            line: position(source, location) + &line,
            message,
        }
    }
}

/// The part of a report about a part of an input.
#[derive(Default)]
pub(super) struct Section {
    pub(super) text: String,
    /// The number of entries, of those that are failures of a test, and of errors.
    pub(super) entries: usize,
    pub(super) failures: usize,
    pub(super) errors: usize,
    /// The fingerprints of entries, and how often each occurred.
    pub(super) fingerprints: HashMap<u64, usize>,
}

/// The name of the rule in formats where each entry has one, for what could not be decoded.
pub(super) const NOT_DECODED: &str = "not-decoded";

/// Where a rule is described.
pub(super) fn rule_url(code: &str) -> String {
    format!("https://docs.rs/ecs-invocations/latest/ecs_invocations/?search={code}")
}

/// Path and message, for formats that show no path beside the message.
pub(super) fn message_with_path(finding: &Finding) -> String {
    match &finding.path {
        path if path.is_root() => finding.message(),
        path => format!("{path}: {}", finding.message()),
    }
}

pub(super) fn position(source: &Source<'_>, location: Option<&Location>) -> String {
    match location {
        None => source.name.to_owned(),
        Some(location) => format!("{}:{location}", source.name),
    }
}

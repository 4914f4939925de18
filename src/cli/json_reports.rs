//! Reports in JSON.
//!
//! They are written while inputs are read, in constant memory, so they are no values of a crate's types.

use std::collections::HashMap;
use std::ffi::OsStr;

use ecs_invocations::Edit;
use ecs_invocations::finding::{Finding, Location, Rule, Severity};
use serde_json::{Value, json};

use super::entry::{Failure, NOT_DECODED, Source, message_with_path, rule_url};
use super::items::Item;
use super::safe;

fn printed(value: &Value) -> String {
    safe::json(&value.to_string()).into_owned()
}

/// The finding as the library serializes it, the name of its input, the page of its rule, and its repair.
pub(super) fn json(source: &Source<'_>, item: &Item<'_>) -> String {
    let mut value = json!(item.finding);
    value["file"] = source.raw_name.to_string_lossy().into();
    value["url"] = rule_url(item.finding.code()).into();
    if !item.edits.is_empty() {
        value["edits"] = json!(item.edits);
    }
    printed(&value)
}

pub(super) fn json_failure(
    source: &Source<'_>,
    location: Option<&Location>,
    message: &str,
) -> String {
    let mut value = json!({
        "code": null,
        "name": NOT_DECODED,
        "severity": "error",
        "message": message,
        "file": source.raw_name.to_string_lossy(),
    });
    if let Some(location) = location {
        value["line"] = location.line.into();
        value["column"] = location.column.into();
        value["start"] = location.bytes.start.into();
        value["end"] = location.bytes.end.into();
    }
    printed(&value)
}

pub(super) fn sarif_header() -> String {
    let rules: Vec<Value> = Rule::all().map(sarif_rule).collect();
    let driver = json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules,
    });
    format!(
        "{{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\", \
         \"version\": \"2.1.0\", \"runs\": [{{\"tool\": {{\"driver\": {driver}}},\n\
         \"columnKind\": \"unicodeCodePoints\", \"results\": [\n"
    )
}

pub(super) fn sarif_footer(failures: &[Failure]) -> String {
    let note = |failure: &Failure| {
        let name = failure.raw_name.to_string_lossy();
        json!({
            "level": "error",
            "message": {"text": format!("{name}: {}", failure.message)},
            "locations": [{
                "physicalLocation": sarif_place(&failure.raw_name, failure.location.as_ref()),
            }],
        })
    };
    let notes: Vec<Value> = failures.iter().map(note).collect();
    let run = json!({
        "executionSuccessful": notes.is_empty(),
        "toolExecutionNotifications": notes,
    });
    format!("\n], \"invocations\": [{}]}}]}}\n", printed(&run))
}

fn sarif_level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn sarif_rule(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.reason},
        "helpUri": rule_url(rule.code),
        "defaultConfiguration": {"level": sarif_level(rule.severity), "enabled": rule.enabled_by_default},
    })
}

fn sarif_place(name: &OsStr, location: Option<&Location>) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": uri(name)}});
    if let Some(location) = location {
        physical["region"] = json!({
            "startLine": location.line,
            "startColumn": location.column,
            "byteOffset": location.bytes.start,
            "byteLength": location.bytes.len(),
        });
    }
    physical
}

pub(super) fn sarif(source: &Source<'_>, item: &Item<'_>) -> String {
    let finding = item.finding;
    let mut result = json!({
        "ruleId": finding.code(),
        "level": sarif_level(finding.severity),
        "message": {"text": message_with_path(finding)},
        "locations": [{
            "physicalLocation": sarif_place(source.raw_name, finding.location.as_ref()),
            "logicalLocations": [{"fullyQualifiedName": finding.path.to_string()}],
        }],
    });
    if !item.edits.is_empty() {
        let replacement = |edit: &&Edit| {
            json!({
                "deletedRegion": {"byteOffset": edit.bytes.start, "byteLength": edit.bytes.len()},
                "insertedContent": {"text": edit.replacement},
            })
        };
        result["fixes"] = json!([{
            "description": {"text": finding.kind.rule().summary},
            "artifactChanges": [{
                "artifactLocation": {"uri": uri(source.raw_name)},
                "replacements": item.edits.iter().map(replacement).collect::<Vec<_>>(),
            }],
        }]);
    }
    printed(&result)
}

pub(super) fn sarif_failure(
    source: &Source<'_>,
    location: Option<&Location>,
    message: &str,
) -> String {
    printed(&json!({
        "ruleId": NOT_DECODED,
        "level": "error",
        "message": {"text": message},
        "locations": [{"physicalLocation": sarif_place(source.raw_name, location)}],
    }))
}

/// `known` are the fingerprints of the issues before.
pub(super) fn gitlab(
    source: &Source<'_>,
    finding: &Finding,
    known: &mut HashMap<u64, usize>,
) -> String {
    let severity = match finding.severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info => "info",
    };
    let (code, message) = (finding.code(), message_with_path(finding));
    gitlab_issue(source, finding.location.as_ref(), severity, (code, &message), known)
}

pub(super) fn gitlab_failure(
    source: &Source<'_>,
    location: Option<&Location>,
    message: &str,
    known: &mut HashMap<u64, usize>,
) -> String {
    gitlab_issue(source, location, "blocker", (NOT_DECODED, message), known)
}

fn gitlab_issue(
    source: &Source<'_>,
    location: Option<&Location>,
    severity: &str,
    (rule, message): (&str, &str),
    known: &mut HashMap<u64, usize>,
) -> String {
    let name = source.raw_name.to_string_lossy();
    let line = location.map_or(1, |location| location.line);
    // It does not depend on the place in the file, so that an issue remains the same if lines are added above it.
    let fingerprint = fnv(&format!("{name}\n{}\n{rule}\n{message}", source.offset));
    let count = known.entry(fingerprint).or_default();
    *count += 1;
    let fingerprint = fnv(&format!("{fingerprint} {count}"));
    printed(&json!({
        "description": message,
        "check_name": rule,
        "fingerprint": format!("{fingerprint:016x}"),
        "severity": severity,
        "location": {"path": name, "lines": {"begin": line}},
    }))
}

/// A hash that is the same in every version (FNV-1a).
fn fnv(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

/// A file name as a URI reference.
fn uri(name: &OsStr) -> String {
    let segment = |segment: &[u8]| {
        form_urlencoded::byte_serialize(segment).collect::<String>().replace('+', "%20")
    };
    let segments = name.as_encoded_bytes().split(|byte| *byte == b'/').map(segment);
    segments.collect::<Vec<_>>().join("/")
}

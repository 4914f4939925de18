//! The documents of an input as text that differs only where their meaning does.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use clap::ValueEnum;
use ecs_invocations::finding::{Finding, FindingKind, Path, Step};
use ecs_invocations::{Options, Secret, secret};
use quick_xml::escape::unescape;
use serde_json::Value;
use similar::TextDiff;

use super::input::Input;
use super::safe;

/// What is replaced because it differs from one run to the next.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Redaction {
    /// IDs of requests, invocations, commands, instances and containers, and tokens: by their number
    Ids,
    /// Times
    Times,
    /// Outputs and descriptions of errors
    Output,
}

/// Replaces values. The same ID has the same number everywhere.
pub(super) struct Redactor<'r> {
    redactions: &'r [Redaction],
    ids: HashMap<String, usize>,
}

impl<'r> Redactor<'r> {
    pub(super) fn new(redactions: &'r [Redaction]) -> Self {
        Self { redactions, ids: HashMap::new() }
    }

    fn is_on(&self, redaction: Redaction) -> bool {
        self.redactions.contains(&redaction)
    }

    fn redact(&mut self, root: &mut Value) {
        // In the order of the text, so that the numbers are.
        let mut values = vec![("", root)];
        while let Some((name, value)) = values.pop() {
            match value {
                Value::Array(items) => {
                    values.extend(items.iter_mut().rev().map(|item| (name, item)))
                }
                Value::Object(members) => {
                    let members: Vec<_> = members.iter_mut().collect();
                    let named = members.into_iter().rev();
                    values.extend(named.map(|(name, value)| (name.as_str(), value)));
                }
                Value::String(text) if !text.is_empty() => self.redact_text(name, text),
                _ => {}
            }
        }
    }

    fn redact_text(&mut self, name: &str, text: &mut String) {
        // The reference does not list what is in `extra`.
        let by_suffix = [("Id", Secret::Id), ("Time", Secret::Time)];
        let unlisted = || by_suffix.into_iter().find(|(suffix, _)| name.ends_with(suffix));
        match secret(name).or_else(|| unlisted().map(|(_, secret)| secret)) {
            Some(Secret::Id) if self.is_on(Redaction::Ids) => {
                let next = self.ids.len() + 1;
                let number = *self.ids.entry(std::mem::take(text)).or_insert(next);
                *text = format!("[{name} {number}]");
            }
            Some(Secret::Time) if self.is_on(Redaction::Times) => *text = format!("[{name}]"),
            Some(Secret::Output) if self.is_on(Redaction::Output) => *text = format!("[{name}]"),
            _ => {}
        }
    }
}

/// The documents of an input in canonical form, each with its findings if they are asked for, and else with the
/// values that only findings hold; and errors. Also whether it could be read and all of it be decoded.
pub(super) fn text(
    input: &Input,
    options: &Options,
    has_findings: bool,
    redactor: &mut Redactor<'_>,
) -> (String, bool) {
    let bytes = match input.read() {
        Ok(bytes) => bytes,
        Err(error) => return (format!("error: {error}\n"), false),
    };
    let mut text = String::new();
    let mut is_decoded = true;
    for document in options.decode_all(&bytes) {
        if !text.is_empty() {
            text.push('\n');
        }
        match document {
            Ok(decoded) => {
                // The canonical form is JSON.
                let json = decoded.response.to_json();
                let mut value: Value = serde_json::from_str(&json).unwrap_or_default();
                redactor.redact(&mut value);
                text += &format!("{value:#}\n");
                if has_findings && redactor.redactions.is_empty() {
                    for finding in &decoded.findings {
                        text += &format!("{finding:#}\n");
                    }
                } else if !has_findings {
                    // The order of members does not matter.
                    let findings = decoded.findings.iter();
                    let lines: BTreeSet<String> =
                        findings.filter_map(|finding| dropped(finding, redactor)).collect();
                    text.extend(lines);
                } else {
                    // A message quotes the input.
                    for finding in &decoded.findings {
                        text +=
                            &format!("{}: {}: {}\n", finding.code(), finding.path, finding.name());
                    }
                }
                if decoded.findings_omitted > 0 {
                    text += &format!("and {} more findings\n", decoded.findings_omitted);
                }
            }
            Err(error) => {
                is_decoded = false;
                text += &format!("{}: error: {}\n", error.location(), error.message());
            }
        }
    }
    (text, is_decoded)
}

/// A line for a value that only a finding holds, such as an invalid one.
fn dropped(finding: &Finding, redactor: &mut Redactor<'_>) -> Option<String> {
    let is_dropped = matches!(
        finding.kind,
        FindingKind::InvalidValue { .. }
            | FindingKind::InvalidBytes { .. }
            | FindingKind::DuplicateDropped
            | FindingKind::UnexpectedContent
            | FindingKind::OtherResponse
            | FindingKind::Incomplete
    );
    if !is_dropped || finding.found.is_empty() {
        return None;
    }
    // Without the notation of its format.
    let mut value = match serde_json::from_str(&finding.found) {
        Ok(Value::String(text)) => text,
        Ok(value) => value.to_string(),
        Err(_) => unescape(&finding.found).map_or_else(|_| finding.found.to_string(), Cow::into),
    };
    let steps = finding.path.steps();
    let is_name = |step: &Step, names: &[&str]| match step {
        Step::Name(name) => names.is_empty() || names.contains(&&**name),
        Step::Index(_) => false,
    };
    let last_name = steps.iter().rposition(|step| is_name(step, &[]));
    if let Some(Step::Name(name)) = last_name.map(|at| &steps[at])
        && !value.is_empty()
    {
        redactor.redact_text(name, &mut value);
    }
    // Envelopes are not compared.
    let list = steps.iter().position(|step| is_name(step, &["Invocations", "Invocation"]));
    let path = Path::from(steps[list.or(last_name).unwrap_or(0)..].to_vec());
    Some(format!("{path}: dropped {value:?}\n"))
}

/// The difference for reading, safe to print; `None` if there is none.
pub(super) fn difference(names: [&str; 2], texts: [&str; 2]) -> Option<String> {
    if texts[0] == texts[1] {
        return None;
    }
    // What is left after this time is shown as replaced.
    const LONGEST: Duration = Duration::from_secs(2);
    let diff = TextDiff::configure().timeout(LONGEST).diff_lines(texts[0], texts[1]);
    let text = diff.unified_diff().context_radius(3).header(names[0], names[1]).to_string();
    Some(text.lines().map(|line| safe::line(line) + "\n").collect())
}

//! The documents of an input as text that differs only where their meaning does.

use std::collections::HashMap;
use std::time::Duration;

use clap::ValueEnum;
use ecs_invocations::{Options, Secret, secret};
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

/// The documents of an input in canonical form, each with its findings if they are asked for, and errors. Also
/// whether it could be read and all of it be decoded.
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
                } else if has_findings {
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

//! Content (`C`): command content, parameters and output.

use super::places::PathBuilder;
use super::report::{Report, counted};
use crate::finding::Rule;
use crate::finding::Severity::Warning;
use crate::model::ApiVersion::Current;
use crate::model::{Content, Invocation, InvocationResult, InvokeInstance};

pub(super) const RULES: &[&Rule] = &[&NOT_BASE64, &INVALID_PARAMETERS, &DROPPED_WITHOUT_OUTPUT];

pub(super) fn check_invocation(
    invocation: &Invocation<'_>,
    path: &PathBuilder<'_>,
    buffer: &mut Vec<u8>,
    report: &mut Report<'_>,
) {
    let command = invocation.command_content.as_ref();
    check_base64(command, path, "CommandContent", buffer, report);
    check_base64(invocation.output.as_ref(), path, "Output", buffer, report);
    check_parameters(invocation, path, report);
}

pub(super) fn check_instance(
    instance: &InvokeInstance<'_>,
    path: &PathBuilder<'_>,
    buffer: &mut Vec<u8>,
    report: &mut Report<'_>,
) {
    check_dropped(instance.dropped, instance.output.as_ref(), path, report);
    check_base64(instance.output.as_ref(), path, "Output", buffer, report);
}

pub(super) fn check_result(
    result: &InvocationResult<'_>,
    path: &PathBuilder<'_>,
    buffer: &mut Vec<u8>,
    report: &mut Report<'_>,
) {
    check_dropped(result.dropped, result.output.as_ref(), path, report);
    check_base64(result.output.as_ref(), path, "Output", buffer, report);
}

static NOT_BASE64: Rule = Rule {
    code: "C911",
    name: "not-base64",
    aliases: &[],
    summary: "CommandContent or Output is not Base64",
    severity: Warning,
    api_version: Current,
    // A request can ask for plain text.
    enabled_by_default: false,
    reason: "Both are Base64 unless the request asked for plain text; a client that decodes them fails.",
    examples: [
        r#"{"Invocations": [{"CommandContent": "echo hello"}]}"#,
        r#"{"Invocations": [{"CommandContent": "ZWNobyBoZWxsbw=="}]}"#,
    ],
};

/// `buffer` is scratch space, so that not every text needs its own.
fn check_base64(
    content: Option<&Content<'_>>,
    path: &PathBuilder<'_>,
    name: &'static str,
    buffer: &mut Vec<u8>,
    report: &mut Report<'_>,
) {
    let Some(content) = content.filter(|_| report.is_enabled(&NOT_BASE64)) else { return };
    if let Err(error) = content.decode_base64_into(buffer) {
        let error = error.to_string().replace("Invalid", "invalid");
        let message = format!("content is not valid Base64: {}", error.trim_end_matches('.'));
        report.push(&NOT_BASE64, path.to(name), message, None);
    }
}

static INVALID_PARAMETERS: Rule = Rule {
    code: "C912",
    name: "invalid-parameters",
    aliases: &["parameters-no-object"],
    summary: "Parameters is not a JSON object in a string",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "The values of the script's parameters are unknown.",
    examples: [
        r#"{"Invocations": [{"Parameters": "name=value"}]}"#,
        r#"{"Invocations": [{"Parameters": "{\"name\": \"value\"}"}]}"#,
    ],
};

fn check_parameters(invocation: &Invocation<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    let Some(text) = invocation.parameters.as_deref() else { return };
    if text.trim().is_empty() {
        return;
    }
    let object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text);
    if object.is_err() {
        let expected = Some("{} or {\"name\": \"value\"}");
        let message = "value is not a JSON object";
        report.push(&INVALID_PARAMETERS, path.to("Parameters"), message, expected);
    }
}

static DROPPED_WITHOUT_OUTPUT: Rule = Rule {
    code: "C913",
    name: "dropped-without-output",
    aliases: &[],
    summary: "Dropped is greater than 0, but Output is empty",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "Output is truncated only if it is too long.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [{"Dropped": 10, "Output": ""}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [{"Dropped": 0, "Output": ""}]}]}"#,
    ],
};

fn check_dropped(
    dropped: Option<i64>,
    output: Option<&Content<'_>>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let is_empty = output.is_none_or(|output| output.as_str().trim_start().is_empty());
    if let Some(dropped) = dropped.filter(|dropped| *dropped > 0 && is_empty) {
        let message = format!("{} dropped, but Output is empty", counted(dropped, "byte"));
        report.push(&DROPPED_WITHOUT_OUTPUT, path.to("Dropped"), message, None);
    }
}

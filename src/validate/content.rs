//! Content (`C`): command content, parameters and output.

use base64::DecodeError;

use super::places::PathBuilder;
use super::report::{Report, counted};
use crate::finding::Rule;
use crate::finding::Severity::Warning;
use crate::model::ApiVersion::Current;
use crate::model::{Content, Invocation, InvocationResult, InvokeInstance, Request};

pub(super) const RULES: &[&Rule] =
    &[&NOT_BASE64, &INVALID_PARAMETERS, &DROPPED_WITHOUT_OUTPUT, &OUTPUT_TRUNCATED_EARLY];

pub(super) fn check_invocation(
    invocation: &Invocation<'_>,
    path: &PathBuilder<'_>,
    encoding: &mut Encoding,
    report: &mut Report<'_>,
) {
    let command = invocation.command_content.as_ref();
    encoding.check(command, path, "CommandContent", report);
    encoding.check(invocation.output.as_ref(), path, "Output", report);
    check_parameters(invocation, path, report);
}

pub(super) fn check_instance(
    instance: &InvokeInstance<'_>,
    path: &PathBuilder<'_>,
    encoding: &mut Encoding,
    report: &mut Report<'_>,
) {
    check_dropped(instance.dropped, instance.output.as_ref(), path, report);
    encoding.check(instance.output.as_ref(), path, "Output", report);
}

pub(super) fn check_result(
    result: &InvocationResult<'_>,
    path: &PathBuilder<'_>,
    encoding: &mut Encoding,
    report: &mut Report<'_>,
) {
    check_dropped(result.dropped, result.output.as_ref(), path, report);
    encoding.check(result.output.as_ref(), path, "Output", report);
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

/// How the contents of a response are to be encoded.
#[derive(Default)]
pub(super) struct Encoding {
    /// Whether the request asked for plain text.
    pub(super) is_plain_text: bool,
    /// Reused for each decoded text.
    buffer: Vec<u8>,
}

impl Encoding {
    pub(super) fn requested_by(request: Option<&Request<'_>>) -> Self {
        let is_plain_text = request.is_some_and(asks_for_plain_text);
        Self { is_plain_text, buffer: Vec::new() }
    }

    fn check(
        &mut self,
        content: Option<&Content<'_>>,
        path: &PathBuilder<'_>,
        name: &'static str,
        report: &mut Report<'_>,
    ) {
        if self.is_plain_text || !report.is_enabled(&NOT_BASE64) {
            return;
        }
        let Some(content) = content else { return };
        if let Err(error) = content.decode_base64_into(&mut self.buffer) {
            report.push(&NOT_BASE64, path.to(name), not_base64_message(&error), None);
        }
    }
}

pub(super) fn not_base64_message(error: &DecodeError) -> String {
    let error = error.to_string().replace("Invalid", "invalid");
    format!("content is not valid Base64: {}", error.trim_end_matches('.'))
}

/// Whether `ContentEncoding` of the request is `PlainText`; the default is `Base64`.
pub(super) fn asks_for_plain_text(request: &Request<'_>) -> bool {
    let encoding = request.content_encoding.as_deref().unwrap_or_default();
    encoding.trim().eq_ignore_ascii_case("PlainText")
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

static OUTPUT_TRUNCATED_EARLY: Rule = Rule {
    code: "C914",
    name: "output-truncated-early",
    aliases: &[],
    summary: "Dropped is greater than 0, but Output is shorter than 24 KB",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "The service truncates only an output over 24 KB: a part of it was lost elsewhere.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [{"Dropped": 10, "Output": "aGVsbG8="}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [{"Dropped": 0, "Output": "aGVsbG8="}]}]}"#,
    ],
};

fn check_dropped(
    dropped: Option<i64>,
    output: Option<&Content<'_>>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    /// In bytes, whether encoded or not; less than 24 KiB, since a character may be cut at the end.
    const LEAST_OUTPUT: usize = 24_000;
    // Without an output, none was asked for.
    let (Some(dropped), Some(output)) = (dropped.filter(|dropped| *dropped > 0), output) else {
        return;
    };
    let length = output.as_str().len();
    let dropped = counted(dropped, "byte");
    if output.as_str().trim_start().is_empty() {
        let message = format!("{dropped} dropped, but Output is empty");
        report.push(&DROPPED_WITHOUT_OUTPUT, path.to("Dropped"), message, None);
    } else if length < LEAST_OUTPUT {
        let length = counted(length as i64, "byte");
        let message = format!("{dropped} dropped, but Output has only {length}; expected 24 KB");
        report.push(&OUTPUT_TRUNCATED_EARLY, path.to("Dropped"), message, None);
    }
}

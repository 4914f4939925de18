//! Answers (`R`): whether a response is what its request asked for.

use super::content::{asks_for_plain_text, not_base64_message};
use super::paging::Paging;
use super::places::PathBuilder;
use super::report::{Report, counted};
use super::request::{INVOCATIONS, RESULTS};
use crate::finding::Rule;
use crate::finding::Severity::{Error, Info, Warning};
use crate::model::ApiVersion::{Both, Current};
use crate::model::{
    Content, ContentEncoding, InstanceStatus, Invocation, InvocationResult, InvocationStatus, Page,
    RepeatMode, Request, Response, ResultsPage, Tag,
};

pub(super) const RULES: &[&Rule] = &[
    &FILTER_MISMATCH,
    &PAGE_MISMATCH,
    &REQUESTED_OUTPUT_MISSING,
    &OUTPUT_NOT_REQUESTED,
    &ENCODING_MISMATCH,
    &OPERATION_MISMATCH,
];

pub(super) const OUTPUT_RULES: &[&Rule] = &[&UNREQUESTED_OUTPUT];

/// What the service uses if the request does not say.
const DEFAULT_PAGE_NUMBER: i64 = 1;
const DEFAULT_PAGE_SIZE: i64 = 10;

/// Whether the request asks for pages by token.
pub(super) fn is_by_token(request: &Request<'_>) -> bool {
    request.next_token.is_some() || request.max_results.is_some()
}

pub(super) fn check(
    request: &Request<'_>,
    response: &Response<'_>,
    is_one_of_many: bool,
    report: &mut Report<'_>,
) {
    let action = request.action.as_deref();
    let operation = match response {
        Response::Invocations(_) => INVOCATIONS,
        Response::Results(_) => RESULTS,
        Response::Error(_) => return,
    };
    let other = [INVOCATIONS, RESULTS].into_iter().find(|known| *known != operation);
    if action.is_some() && action == other {
        return report_other_operation(operation, other.unwrap_or_default(), report);
    }
    match response {
        Response::Invocations(page) => check_page(request, page, is_one_of_many, report),
        Response::Results(page) => check_results_page(request, page, is_one_of_many, report),
        Response::Error(_) => {}
    }
}

fn check_page(
    request: &Request<'_>,
    page: &Page<'_>,
    is_one_of_many: bool,
    report: &mut Report<'_>,
) {
    let root = PathBuilder::ROOT;
    let paging = Paging::of_page(page, is_by_token(request));
    check_page_fields(request, &paging, is_one_of_many, report);
    let tags = request.tags();
    let mut buffer = Vec::new();
    let list = root.field("Invocations");
    for (index, invocation) in page.invocations.iter().enumerate() {
        let path = list.element("Invocation", index);
        check_filters(request, invocation, &path, report);
        check_tags(&tags, &invocation.tags, &path, report);
        check_outputs(request, invocation, &path, report);
        let command = invocation.command_content.as_ref();
        check_encoding(request, command, "CommandContent", &path, &mut buffer, report);
        let instances = path.field("InvokeInstances");
        for (index, instance) in invocation.instances.iter().enumerate() {
            let path = instances.element("InvokeInstance", index);
            let output = instance.output.as_ref();
            check_encoding(request, output, "Output", &path, &mut buffer, report);
        }
    }
    check_outputs_missed(request, page, report);
    check_no_outputs(request, page, report);
}

fn check_results_page(
    request: &Request<'_>,
    page: &ResultsPage<'_>,
    is_one_of_many: bool,
    report: &mut Report<'_>,
) {
    let Some(results) = page.invocation.as_deref() else { return };
    let path = PathBuilder::ROOT.field("Invocation");
    let paging = Paging::of_results(results, path, is_by_token(request));
    check_page_fields(request, &paging, is_one_of_many, report);
    let tags = request.tags();
    let mut buffer = Vec::new();
    let list = path.field("InvocationResults");
    for (index, result) in results.results.iter().enumerate() {
        let path = list.element("InvocationResult", index);
        check_result_filters(request, result, &path, report);
        check_tags(&tags, &result.tags, &path, report);
        let output = result.output.as_ref();
        check_encoding(request, output, "Output", &path, &mut buffer, report);
    }
}

static FILTER_MISMATCH: Rule = Rule {
    code: "R927",
    name: "filter-mismatch",
    aliases: &[],
    summary: "an item does not match a filter of the request",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "The response answers another request, or the filter does not work.",
    examples: [
        "RegionId=cn-hangzhou&CommandId=c-2 {\"Invocations\": [{\"CommandId\": \"c-1\"}]}",
        "RegionId=cn-hangzhou&CommandId=c-1 {\"Invocations\": [{\"CommandId\": \"c-1\"}]}",
    ],
};

fn report_mismatch(
    name: &'static str,
    found: &str,
    requested: &str,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let message = format!("`{found}` does not match the requested `{requested}`");
    report.push(&FILTER_MISMATCH, path.to(name), message, None);
}

type Text<'a> = Option<std::borrow::Cow<'a, str>>;

/// Compares texts that must be equal where both are known.
fn check_texts(
    texts: &[(&'static str, &Text<'_>, &Text<'_>)],
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    for (name, requested, found) in texts {
        if let (Some(requested), Some(found)) = (requested, found)
            && requested != found
        {
            report_mismatch(name, found, requested, path, report);
        }
    }
}

fn check_filters(
    request: &Request<'_>,
    invocation: &Invocation<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    // With an instance, the service ignores these filters.
    let is_by_instance = request.instance_id.is_some();
    let command_name = if is_by_instance { &None } else { &request.command_name };
    let texts = [
        ("InvokeId", &request.invoke_id, &invocation.invoke_id),
        ("CommandId", &request.command_id, &invocation.command_id),
        ("CommandName", command_name, &invocation.command_name),
    ];
    check_texts(&texts, path, report);
    if let (Some(requested), Some(found)) =
        (request.requested_command_type(), &invocation.command_type)
        && requested != found
    {
        report_mismatch("CommandType", found.as_str(), requested.as_str(), path, report);
    }
    if let (Some(requested), Some(found)) = (&request.repeat_mode, &invocation.repeat_mode)
        && requested != found
        && !is_by_instance
        // No invocation has this mode: a dry run makes none.
        && *requested != RepeatMode::DryRun
    {
        report_mismatch("RepeatMode", found.as_str(), requested.as_str(), path, report);
    }
    // A periodic invocation that has ended is not timed any more.
    let was_timed = request.timed == Some(true)
        && invocation.repeat_mode.as_ref().is_some_and(|mode| *mode != RepeatMode::Once);
    if let (Some(requested), Some(found)) = (request.timed, invocation.timed)
        && requested != found
        && !was_timed
    {
        let (found, requested) = (found.to_string(), requested.to_string());
        report_mismatch("Timed", &found, &requested, path, report);
    }
    check_status_filter(request, invocation, path, report);
    if let Some(requested) = request.instance_id.as_deref() {
        let mut ids = invocation.instances.iter().map(|instance| instance.instance_id.as_deref());
        if !invocation.instances.is_empty() && !ids.any(|id| id == Some(requested)) {
            let message = format!("no instance has the requested InstanceId `{requested}`");
            report.push(&FILTER_MISMATCH, path.to("InvokeInstances"), message, None);
        }
    }
}

fn check_status_filter(
    request: &Request<'_>,
    invocation: &Invocation<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let (Some(requested), Some(found)) = (&request.invoke_status, invocation.status()) else {
        return;
    };
    if request.instance_id.is_some() && *requested == InvocationStatus::PartialFailed {
        return;
    }
    let statuses = [&invocation.invoke_status, &invocation.invocation_status];
    if !statuses.into_iter().flatten().any(|status| is_same_status(status, requested)) {
        let name = match invocation.invocation_status {
            Some(_) => "InvocationStatus",
            None => "InvokeStatus",
        };
        report_mismatch(name, found.as_str(), requested.as_str(), path, report);
    }
}

/// The two versions of the API may name the same outcome differently.
fn is_same_status(status: &InvocationStatus<'_>, requested: &InvocationStatus<'_>) -> bool {
    status == requested || status.outcome().is_some() && status.outcome() == requested.outcome()
}

fn check_result_filters(
    request: &Request<'_>,
    result: &InvocationResult<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let texts = [
        ("InvokeId", &request.invoke_id, &result.invoke_id),
        ("CommandId", &request.command_id, &result.command_id),
        ("InstanceId", &request.instance_id, &result.instance_id),
    ];
    check_texts(&texts, path, report);
    if let (Some(requested), Some(found)) =
        (&request.invoke_record_status, &result.invoke_record_status)
        && !is_same_status(found, requested)
    {
        report_mismatch("InvokeRecordStatus", found.as_str(), requested.as_str(), path, report);
    }
}

/// `tags` may be missing in a response even if the invocation has some.
fn check_tags(
    requested: &[(u64, Tag<'_>)],
    tags: &[Tag<'_>],
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    if tags.is_empty() {
        return;
    }
    for (_, Tag { key, value, .. }) in requested {
        let Some(key) = key.as_deref() else { continue };
        let mut same_key = tags.iter().filter(|tag| tag.key.as_deref() == Some(key)).peekable();
        if same_key.peek().is_none() {
            let message = format!("no tag has the requested key `{key}`");
            report.push(&FILTER_MISMATCH, path.to("Tags"), message, None);
        } else if value.is_some() && !same_key.any(|tag| tag.value == *value) {
            let value = value.as_deref().unwrap_or_default();
            let message = format!("tag `{key}` does not have the requested value `{value}`");
            report.push(&FILTER_MISMATCH, path.to("Tags"), message, None);
        }
    }
}

static PAGE_MISMATCH: Rule = Rule {
    code: "R928",
    name: "page-mismatch",
    aliases: &["page-echo"],
    summary: "PageNumber, PageSize or the number of items differs from the request or its defaults",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "The response answers another request; a client that reads on skips or repeats items.",
    examples: [
        "RegionId=cn-hangzhou {\"PageNumber\": 1, \"PageSize\": 20, \"Invocations\": []}",
        "RegionId=cn-hangzhou {\"PageNumber\": 1, \"PageSize\": 10, \"Invocations\": []}",
    ],
};

fn check_page_fields(
    request: &Request<'_>,
    page: &Paging<'_>,
    is_one_of_many: bool,
    report: &mut Report<'_>,
) {
    if !page.is_by_token() {
        let number = page.page_number.filter(|_| !is_one_of_many);
        let fields = [
            ("PageNumber", request.page_number, DEFAULT_PAGE_NUMBER, number),
            ("PageSize", request.page_size, DEFAULT_PAGE_SIZE, page.page_size),
        ];
        for (name, requested, default, found) in fields {
            let (expected, origin) = or_default(requested, default);
            if let Some(found) = found.filter(|found| *found != expected) {
                let message = format!("`{found}` does not match the {origin} `{expected}`");
                let expected = expected.to_string();
                report.push(&PAGE_MISMATCH, page.path.to(name), message, Some(&expected));
            }
        }
    }
    let most = request.max_results.or(request.page_size);
    let (most, origin) = or_default(most, DEFAULT_PAGE_SIZE);
    if page.items > most && (page.page_size.is_none() || page.is_by_token()) {
        let items = counted(page.items, "item");
        let message = format!("page has {items}; expected at most {most} ({origin})");
        report.push(&PAGE_MISMATCH, page.path.to(page.list), message, None);
    }
}

/// A value and what messages call it.
fn or_default(requested: Option<i64>, default: i64) -> (i64, &'static str) {
    requested.map_or((default, "default"), |requested| (requested, "requested"))
}

static REQUESTED_OUTPUT_MISSING: Rule = Rule {
    code: "R929",
    name: "requested-output-missing",
    aliases: &[],
    summary: "a run has no Output, but the request asked for it",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "The response answers another request, or the output was lost.",
    examples: [
        "RegionId=cn-hangzhou&InvokeId=t-1&IncludeOutput=true {\"Invocations\": [{\"InvokeInstances\": [
  {\"InvocationStatus\": \"Success\", \"ExitCode\": 0}]}]}",
        "RegionId=cn-hangzhou&InvokeId=t-1&IncludeOutput=true {\"Invocations\": [{\"InvokeInstances\": [
  {\"InvocationStatus\": \"Success\", \"ExitCode\": 0, \"Output\": \"\"}]}]}",
    ],
};

fn check_outputs(
    request: &Request<'_>,
    invocation: &Invocation<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    if request.include_output != Some(true) {
        return;
    }
    let list = path.field("InvokeInstances");
    for (index, instance) in invocation.instances.iter().enumerate() {
        let path = list.element("InvokeInstance", index);
        let output = instance.output.as_ref();
        let is_elsewhere = invocation.oss_output_delivery.is_some() || invocation.output.is_some();
        if output.is_none() && !is_elsewhere && has_exited(instance.status()) {
            let message = "Output is missing, but the request has `IncludeOutput=true`";
            report.push(&REQUESTED_OUTPUT_MISSING, path.to("Output"), message, None);
        }
    }
}

/// Whether the command ran to its end, so that there is an output, which may be empty.
fn has_exited(status: Option<&InstanceStatus<'_>>) -> bool {
    matches!(status, Some(InstanceStatus::Success | InstanceStatus::Failed))
}

static OUTPUT_NOT_REQUESTED: Rule = Rule {
    code: "R930",
    name: "output-not-requested",
    aliases: &[],
    summary: "a command has run, but the request does not ask for its output",
    severity: Info,
    api_version: Current,
    // Not everyone wants the output.
    enabled_by_default: false,
    reason: "The service leaves Output out unless the request has IncludeOutput=true.",
    examples: [
        "RegionId=cn-hangzhou&InvokeId=t-1 {\"Invocations\": [{\"InvokeInstances\": [
  {\"InvocationStatus\": \"Success\", \"ExitCode\": 0}]}]}",
        "RegionId=cn-hangzhou&InvokeId=t-1 {\"Invocations\": [{\"InvokeInstances\": [
  {\"InvocationStatus\": \"Running\"}]}]}",
    ],
};

fn check_outputs_missed(request: &Request<'_>, page: &Page<'_>, report: &mut Report<'_>) {
    if request.include_output == Some(true) {
        return;
    }
    let mut instances = page.invocations.iter().flat_map(|invocation| &invocation.instances);
    if instances.any(|instance| instance.output.is_none() && has_exited(instance.status())) {
        let expected = match request.invoke_id.is_some() || request.instance_id.is_some() {
            true => "IncludeOutput=true",
            false => "IncludeOutput=true with InvokeId or InstanceId",
        };
        let message = format!("no Output, since the request does not ask for it; add {expected}");
        let path = PathBuilder::ROOT.to("Invocations");
        report.push(&OUTPUT_NOT_REQUESTED, path, message, Some(expected));
    }
}

static UNREQUESTED_OUTPUT: Rule = Rule {
    code: "R937",
    name: "unrequested-output",
    aliases: &[],
    summary: "a run has an Output, but the request does not ask for it",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "The response answers another request: the service leaves Output out unless the request has IncludeOutput=true.",
    examples: [
        "RegionId=cn-hangzhou&InvokeId=t-1 {\"Invocations\": [{\"InvokeInstances\": [
  {\"InvocationStatus\": \"Success\", \"ExitCode\": 0, \"Output\": \"aGVsbG8=\"}]}]}",
        "RegionId=cn-hangzhou&InvokeId=t-1&IncludeOutput=true {\"Invocations\": [{\"InvokeInstances\": [
  {\"InvocationStatus\": \"Success\", \"ExitCode\": 0, \"Output\": \"aGVsbG8=\"}]}]}",
    ],
};

fn check_no_outputs(request: &Request<'_>, page: &Page<'_>, report: &mut Report<'_>) {
    if request.include_output == Some(true) {
        return;
    }
    let list = PathBuilder::ROOT.field("Invocations");
    let outputs = page.invocations.iter().enumerate().flat_map(|(nth, invocation)| {
        let instances = invocation.instances.iter().enumerate();
        instances
            .filter(|(_, it)| it.output.as_ref().is_some_and(|it| !it.as_str().is_empty()))
            .map(move |(instance, _)| (nth, instance))
    });
    let mut outputs = outputs.peekable();
    if let Some((nth, instance)) = outputs.peek().copied() {
        let count = counted(outputs.count() as i64, "run");
        let message =
            format!("{count} with an Output, but the request has no `IncludeOutput=true`");
        let invocation = list.element("Invocation", nth);
        let instances = invocation.field("InvokeInstances");
        let path = instances.element("InvokeInstance", instance).to("Output");
        report.push(&UNREQUESTED_OUTPUT, path, message, Some("no Output"));
    }
}

static ENCODING_MISMATCH: Rule = Rule {
    code: "R931",
    name: "encoding-mismatch",
    aliases: &[],
    summary: "CommandContent or Output is not encoded as the request's ContentEncoding or its default says",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "A client that decodes the text as it asked for it fails, or takes the code for the text.",
    examples: [
        "RegionId=cn-hangzhou&ContentEncoding=Base64 {\"Invocations\": [{\"CommandContent\": \"echo hello\"}]}",
        "RegionId=cn-hangzhou&ContentEncoding=PlainText {\"Invocations\": [{\"CommandContent\": \"echo hello\"}]}",
    ],
};

fn check_encoding(
    request: &Request<'_>,
    content: Option<&Content<'_>>,
    name: &'static str,
    path: &PathBuilder<'_>,
    buffer: &mut Vec<u8>,
    report: &mut Report<'_>,
) {
    let Some(content) = content else { return };
    if asks_for_plain_text(request) {
        if is_encoded(content) {
            let message = "content is Base64, but the request asked for PlainText";
            report.push(&ENCODING_MISMATCH, path.to(name), message, None);
        }
    } else if let Err(error) = content.decode_base64_into(buffer) {
        let origin = match request.content_encoding {
            Some(_) => "requested",
            None => "default",
        };
        let message =
            format!("{}; ContentEncoding is Base64 ({origin})", not_base64_message(&error));
        report.push(&ENCODING_MISMATCH, path.to(name), message, None);
    }
}

/// Whether a text was encoded by the service. A command may print Base64 itself, but ends the line.
fn is_encoded(content: &Content<'_>) -> bool {
    /// A shorter plain text may be Base64 by chance.
    const SHORTEST: usize = 12;
    let text = content.as_str();
    text.len() >= SHORTEST
        && text.len().is_multiple_of(4)
        && !text.contains(|c: char| c.is_whitespace())
        && content.encoding() == ContentEncoding::Base64
}

static OPERATION_MISMATCH: Rule = Rule {
    code: "R932",
    name: "operation-mismatch",
    aliases: &[],
    summary: "a response is that of another operation than the request calls",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "The response answers another request.",
    examples: [
        "Action=DescribeInvocationResults&RegionId=cn-hangzhou {\"Invocations\": []}",
        "Action=DescribeInvocations&RegionId=cn-hangzhou {\"Invocations\": []}",
    ],
};

fn report_other_operation(found: &str, requested: &str, report: &mut Report<'_>) {
    let message = format!("response is of `{found}`, but the request calls `{requested}`");
    report.push(&OPERATION_MISMATCH, PathBuilder::ROOT.path(), message, None);
}

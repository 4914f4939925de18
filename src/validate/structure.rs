//! Structure (`S`): required fields, ids and duplicates.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::places::PathBuilder;
use super::report::{Report, alternatives};
use crate::finding::Rule;
use crate::finding::Severity::{Error, Info, Warning};
use crate::model::ApiVersion::{Both, Reference2018};
use crate::model::{ApiError, Invocation, InvocationResult, InvokeInstance, Page, ResultsPage};

pub(super) const RULES: &[&Rule] = &[
    &REQUIRED_FIELD_MISSING,
    &REFERENCE_FIELD_MISSING,
    &INVALID_ID,
    &DUPLICATE_INVOCATION,
    &DUPLICATE_INSTANCE,
    &NO_INSTANCE,
    &INVALID_REQUEST_ID,
];

const INVOKE_ID: &[&str] = &["t-"];
const COMMAND_ID: &[&str] = &["c-", "ACS-", "cmd-"];
const INSTANCE_ID: &[&str] = &["i-", "mi-", "eci-"];

pub(super) fn check_error(error: &ApiError<'_>, report: &mut Report<'_>) {
    let root = &PathBuilder::ROOT;
    require(root, "Code", error.code.is_none(), report);
    require(root, "RequestId", is_empty(&error.request_id), report);
    require(root, "Message", is_empty(&error.message), report);
    require_documented(root, "HostId", is_empty(&error.host_id), report);
    check_request_id(error.request_id.as_deref(), report);
}

pub(super) fn check_page(page: &Page<'_>, report: &mut Report<'_>) {
    let root = &PathBuilder::ROOT;
    require(root, "RequestId", is_empty(&page.request_id), report);
    check_request_id(page.request_id.as_deref(), report);
    require_documented(root, "TotalCount", page.total_count.is_none(), report);
    require_documented(root, "PageNumber", page.page_number.is_none(), report);
    require_documented(root, "PageSize", page.page_size.is_none(), report);
}

pub(super) fn check_results_page(page: &ResultsPage<'_>, report: &mut Report<'_>) {
    require(&PathBuilder::ROOT, "RequestId", is_empty(&page.request_id), report);
    check_request_id(page.request_id.as_deref(), report);
}

pub(super) fn check_invocation(
    invocation: &Invocation<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    require(path, "InvokeId", is_empty(&invocation.invoke_id), report);
    require(path, "InvokeStatus", invocation.status().is_none(), report);
    require_documented(path, "CommandId", is_empty(&invocation.command_id), report);
    require_documented(path, "CommandName", is_empty(&invocation.command_name), report);
    require_documented(path, "CommandType", invocation.command_type.is_none(), report);
    check_id(path, "InvokeId", invocation.invoke_id.as_deref(), INVOKE_ID, report);
    check_id(path, "CommandId", invocation.command_id.as_deref(), COMMAND_ID, report);
    check_has_instances(invocation, path, report);
    check_duplicate_instances(invocation, path, report);
}

pub(super) fn check_instance(
    instance: &InvokeInstance<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    require(path, "InstanceId", is_empty(&instance.instance_id), report);
    require(path, "InstanceInvokeStatus", instance.status().is_none(), report);
    check_id(path, "InstanceId", instance.instance_id.as_deref(), INSTANCE_ID, report);
}

pub(super) fn check_result(
    result: &InvocationResult<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let has_status = result.invocation_status.is_some() || result.invoke_record_status.is_some();
    require(path, "InvokeId", is_empty(&result.invoke_id), report);
    require(path, "InstanceId", is_empty(&result.instance_id), report);
    require(path, "InvocationStatus", !has_status, report);
    check_id(path, "InvokeId", result.invoke_id.as_deref(), INVOKE_ID, report);
    check_id(path, "CommandId", result.command_id.as_deref(), COMMAND_ID, report);
    check_id(path, "InstanceId", result.instance_id.as_deref(), INSTANCE_ID, report);
}

fn is_empty(text: &Option<impl AsRef<str>>) -> bool {
    text.as_ref().is_none_or(|text| text.as_ref().trim_start().is_empty())
}

static REQUIRED_FIELD_MISSING: Rule = Rule {
    code: "S401",
    name: "required-field-missing",
    aliases: &["missing"],
    summary: "a required field is missing",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "An item without its id or status cannot be identified or acted on.",
    examples: [
        r#"{"RequestId": "540CFF28-407A-40B5-B6A5-74Bxxxxxxxxx", "Invocations": [
  {"InvokeStatus": "Running"}]}"#,
        r#"{"RequestId": "540CFF28-407A-40B5-B6A5-74Bxxxxxxxxx", "Invocations": [
  {"InvokeId": "t-1", "InvokeStatus": "Running"}]}"#,
    ],
};

fn require(path: &PathBuilder<'_>, name: &'static str, is_missing: bool, report: &mut Report<'_>) {
    if is_missing {
        let message = format!("required field `{name}` is missing");
        report.push(&REQUIRED_FIELD_MISSING, path.to(name), message, None);
    }
}

static REFERENCE_FIELD_MISSING: Rule = Rule {
    code: "S402",
    name: "reference-field-missing",
    aliases: &["missing-documented"],
    summary: "a field that the 2018 reference lists for every response is missing",
    severity: Info,
    api_version: Reference2018,
    enabled_by_default: false,
    reason: "A client written for the 2018 reference may rely on the field.",
    examples: [
        r#"{"Invocations": []}"#,
        r#"{"TotalCount": 0, "PageNumber": 1, "PageSize": 10, "Invocations": []}"#,
    ],
};

fn require_documented(
    path: &PathBuilder<'_>,
    name: &'static str,
    is_missing: bool,
    report: &mut Report<'_>,
) {
    if is_missing {
        let message = format!("field `{name}` of the 2018 reference is missing");
        report.push(&REFERENCE_FIELD_MISSING, path.to(name), message, None);
    }
}

static INVALID_ID: Rule = Rule {
    code: "S403",
    name: "invalid-id",
    aliases: &["id-form"],
    summary: "an id has an invalid format",
    severity: Warning,
    api_version: Both,
    enabled_by_default: true,
    reason: "An id that was mistyped or badly extracted (`>t-…`) matches nothing.",
    examples: [
        r#"{"Invocations": [{"InvokeId": ">t-1"}]}"#,
        r#"{"Invocations": [{"InvokeId": "t-a8935b93739442e59ed621a6xxxxxxxx"}]}"#,
    ],
};

fn check_id(
    path: &PathBuilder<'_>,
    name: &'static str,
    id: Option<&str>,
    prefixes: &[&str],
    report: &mut Report<'_>,
) {
    let Some(id) = id.filter(|id| !is_empty(&Some(id))) else { return };
    let is_suffix = |byte: u8| byte.is_ascii_alphanumeric() || b"-_*.".contains(&byte);
    let is_valid = prefixes
        .iter()
        .filter_map(|prefix| id.strip_prefix(prefix))
        .any(|suffix| !suffix.is_empty() && suffix.bytes().all(is_suffix));
    if !is_valid {
        let quoted: Vec<_> = prefixes.iter().map(|prefix| format!("`{prefix}…`")).collect();
        let message = format!("`{id}` is not a valid {name} (expected {})", alternatives(&quoted));
        let expected = alternatives(&quoted).replace('`', "");
        report.push(&INVALID_ID, path.to(name), message, Some(&expected));
    }
}

static DUPLICATE_INVOCATION: Rule = Rule {
    code: "S404",
    name: "duplicate-invocation",
    aliases: &["invocation-twice"],
    summary: "an invocation, or the result of a run, is duplicated on a page",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "Counts by item are wrong, and it is unclear which of the duplicates is valid.",
    examples: [
        r#"{"Invocations": [{"InvokeId": "t-1"}, {"InvokeId": "t-1"}]}"#,
        r#"{"Invocations": [{"InvokeId": "t-1"}, {"InvokeId": "t-2"}]}"#,
    ],
};

pub(super) fn check_duplicate_invocations(
    invocations: &[Invocation<'_>],
    list: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let ids = invocations.iter().map(|invocation| invocation.invoke_id.as_deref());
    for_each_duplicate(ids, |id, index, first| {
        let message = duplicate_message(id, list.element("Invocation", first));
        let path = list.element("Invocation", index).to("InvokeId");
        report.push(&DUPLICATE_INVOCATION, path, message, None);
    });
}

pub(super) fn check_duplicate_results(
    results: &[InvocationResult<'_>],
    list: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let key = |result: &InvocationResult<'_>| {
        let (id, instance) = (result.invoke_id.as_deref()?, result.instance_id.as_deref()?);
        Some(format!("{id} {instance} {:?}", result.repeats))
    };
    let keys: Vec<Option<String>> = results.iter().map(key).collect();
    let ids = keys.iter().map(Option::as_deref);
    for_each_duplicate(ids, |_, index, first| {
        // A command may have run several times on an instance.
        if results[index] == results[first] {
            let path = list.element("InvocationResult", index).path();
            let message = format!(
                "result is identical to {}",
                list.element("InvocationResult", first).path()
            );
            report.push(&DUPLICATE_INVOCATION, path, message, None);
        }
    });
}

static DUPLICATE_INSTANCE: Rule = Rule {
    code: "S405",
    name: "duplicate-instance",
    aliases: &["instance-twice"],
    summary: "an instance is duplicated in an invocation",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "Counts by instance are wrong, and it is unclear which of the duplicates is valid.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": [{"InstanceId": "i-1"}, {"InstanceId": "i-1"}]}]}"#,
        r#"{"Invocations": [{"InvokeInstances": [{"InstanceId": "i-1"}, {"InstanceId": "i-2"}]}]}"#,
    ],
};

fn check_duplicate_instances(
    invocation: &Invocation<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let list = path.field("InvokeInstances");
    let ids = invocation.instances.iter().map(|instance| instance.instance_id.as_deref());
    for_each_duplicate(ids, |id, index, first| {
        let message = duplicate_message(id, list.element("InvokeInstance", first));
        let path = list.element("InvokeInstance", index).to("InstanceId");
        report.push(&DUPLICATE_INSTANCE, path, message, None);
    });
}

fn duplicate_message(id: &str, first: PathBuilder<'_>) -> String {
    format!("`{id}` is duplicated; first used by {}", first.path())
}

/// Calls `duplicate` with the id, its index and the index of its first occurrence.
fn for_each_duplicate<'m>(
    ids: impl ExactSizeIterator<Item = Option<&'m str>> + Clone,
    mut duplicate: impl FnMut(&str, usize, usize),
) {
    /// Up to this many ids, comparing all pairs is faster than building a map.
    const PAIRWISE: usize = 16;
    let mut seen = (ids.len() > PAIRWISE).then(|| HashMap::with_capacity(ids.len()));
    for (index, id) in ids.clone().enumerate() {
        let Some(id) = id.filter(|id| !is_empty(&Some(id))) else { continue };
        let first = match &mut seen {
            None => ids.clone().take(index).position(|earlier| earlier == Some(id)),
            Some(seen) => match seen.entry(id) {
                Entry::Occupied(first) => Some(*first.get()),
                Entry::Vacant(entry) => {
                    entry.insert(index);
                    None
                }
            },
        };
        if let Some(first) = first {
            duplicate(id, index, first);
        }
    }
}

static NO_INSTANCE: Rule = Rule {
    code: "S406",
    name: "no-instance",
    aliases: &[],
    summary: "an invocation has no instances",
    severity: Warning,
    api_version: Both,
    enabled_by_default: true,
    reason: "A command runs on at least one instance; its result there is unknown.",
    examples: [
        r#"{"Invocations": [{"InvokeInstances": {"InvokeInstance": []}}]}"#,
        r#"{"Invocations": [{"InvokeInstances": {"InvokeInstance": [{"InstanceId": "i-1"}]}}]}"#,
    ],
};

fn check_has_instances(
    invocation: &Invocation<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    if invocation.instances.is_empty() {
        let message = "invocation has 0 instances; expected at least 1";
        report.push(&NO_INSTANCE, path.to("InvokeInstances"), message, None);
    }
}

static INVALID_REQUEST_ID: Rule = Rule {
    code: "S407",
    name: "invalid-request-id",
    aliases: &["request-id-form"],
    summary: "RequestId is not a UUID (digits masked with `x` or `*` are allowed)",
    severity: Warning,
    api_version: Both,
    enabled_by_default: true,
    reason: "Alibaba Cloud support cannot find the request by this id.",
    examples: [
        r#"{"RequestId": "540CFF28", "Invocations": []}"#,
        r#"{"RequestId": "540CFF28-407A-40B5-B6A5-74Bxxxxxxxxx", "Invocations": []}"#,
    ],
};

fn check_request_id(id: Option<&str>, report: &mut Report<'_>) {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let Some(id) = id else { return };
    // The examples of the reference mask digits.
    let is_digit = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b'x' | b'X' | b'*');
    let groups: Vec<&str> = id.trim().split('-').collect();
    let is_uuid = groups.len() == GROUPS.len()
        && groups
            .iter()
            .zip(GROUPS)
            .all(|(group, length)| group.len() == length && group.bytes().all(is_digit));
    if !is_uuid {
        let message = format!("`{id}` is not a UUID");
        report.push(&INVALID_REQUEST_ID, PathBuilder::ROOT.to("RequestId"), message, None);
    }
}

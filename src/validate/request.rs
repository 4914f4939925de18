//! Requests (`R`): whether a request is valid, and whether a page is what it asked for.

use super::paging::PAGE_SIZES;
use super::places::PathBuilder;
use super::report::{Report, counted};
use crate::finding::Rule;
use crate::finding::Severity::{Error, Warning};
use crate::model::ApiVersion::{Both, Current};
use crate::model::{Invocation, InvocationStatus, Page, RepeatMode, Request};

pub(super) const RULES: &[&Rule] = &[
    &REGION_MISSING,
    &REQUESTED_PAGE_SIZE_OUT_OF_RANGE,
    &REQUESTED_PAGE_NUMBER_ZERO,
    &UNKNOWN_FILTER_VALUE,
    &WRONG_ACTION,
    &MIXED_PAGINATION,
    &FILTER_MISMATCH,
    &PAGE_MISMATCH,
];

/// The name of the operation.
const ACTION: &str = "DescribeInvocations";

/// What the service uses if the request does not say.
const DEFAULT_PAGE_NUMBER: i64 = 1;
const DEFAULT_PAGE_SIZE: i64 = 10;

/// Checks a request alone.
pub(super) fn check(request: &Request<'_>, report: &mut Report<'_>) {
    check_region(request, report);
    check_page_size(request, report);
    check_page_number(request, report);
    check_filter_values(request, report);
    check_action(request, report);
    check_pagination(request, report);
}

/// Checks whether a page is what the request asked for.
pub(super) fn check_page(
    request: &Request<'_>,
    page: &Page<'_>,
    is_one_of_many: bool,
    report: &mut Report<'_>,
) {
    check_page_fields(request, page, is_one_of_many, report);
    let list = PathBuilder::ROOT.field("Invocations");
    for (index, invocation) in page.invocations.iter().enumerate() {
        check_filters(request, invocation, &list.element("Invocation", index), report);
    }
}

static REGION_MISSING: Rule = Rule {
    code: "R921",
    name: "region-missing",
    aliases: &[],
    summary: "a request has no RegionId",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "The service rejects the request with MissingParameter.RegionId.",
    examples: ["Action=DescribeInvocations", "Action=DescribeInvocations&RegionId=cn-hangzhou"],
};

fn check_region(request: &Request<'_>, report: &mut Report<'_>) {
    if request.region_id.as_deref().is_none_or(|region| region.trim().is_empty()) {
        let message = "required parameter `RegionId` is missing";
        let expected = Some("RegionId=cn-hangzhou");
        report.push(&REGION_MISSING, PathBuilder::ROOT.to("RegionId"), message, expected);
    }
}

static REQUESTED_PAGE_SIZE_OUT_OF_RANGE: Rule = Rule {
    code: "R922",
    name: "requested-page-size-out-of-range",
    aliases: &["request-page-size"],
    summary: "PageSize or MaxResults of a request is not between 1 and 50",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "The service rejects the request or uses another page size.",
    examples: ["RegionId=cn-hangzhou&PageSize=100", "RegionId=cn-hangzhou&PageSize=50"],
};

fn check_page_size(request: &Request<'_>, report: &mut Report<'_>) {
    for (name, size) in [("PageSize", request.page_size), ("MaxResults", request.max_results)] {
        if let Some(size) = size.filter(|size| !PAGE_SIZES.contains(size)) {
            let message = format!("`{size}` is out of range; expected 1 to 50");
            let path = PathBuilder::ROOT.to(name);
            report.push(&REQUESTED_PAGE_SIZE_OUT_OF_RANGE, path, message, None);
        }
    }
}

static REQUESTED_PAGE_NUMBER_ZERO: Rule = Rule {
    code: "R923",
    name: "requested-page-number-zero",
    aliases: &["request-page-number"],
    summary: "PageNumber of a request is less than 1",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "Pages are numbered from 1.",
    examples: ["RegionId=cn-hangzhou&PageNumber=0", "RegionId=cn-hangzhou&PageNumber=1"],
};

fn check_page_number(request: &Request<'_>, report: &mut Report<'_>) {
    if let Some(number) = request.page_number.filter(|number| *number < 1) {
        let message = format!("`{number}` is not a page number; pages are numbered from 1");
        let path = PathBuilder::ROOT.to("PageNumber");
        report.push(&REQUESTED_PAGE_NUMBER_ZERO, path, message, Some("1"));
    }
}

static UNKNOWN_FILTER_VALUE: Rule = Rule {
    code: "R924",
    name: "unknown-filter-value",
    aliases: &["request-value"],
    summary: "a filter value of a request is in neither the 2018 reference nor the current API",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "The service rejects the request or finds nothing.",
    examples: ["RegionId=cn-hangzhou&Type=RunPython", "RegionId=cn-hangzhou&Type=RunShellScript"],
};

fn check_filter_values(request: &Request<'_>, report: &mut Report<'_>) {
    let command_type = request.command_type.as_ref();
    let status = request.invoke_status.as_ref();
    let mode = request.repeat_mode.as_ref();
    let filters = [
        ("Type", command_type.map(|value| (value.as_str(), value.api_version()))),
        ("InvokeStatus", status.map(|value| (value.as_str(), value.api_version()))),
        ("RepeatMode", mode.map(|value| (value.as_str(), value.api_version()))),
    ];
    for (name, filter) in filters {
        if let Some((value, None)) = filter {
            let message = format!("`{value}` is not a known {name}");
            report.push(&UNKNOWN_FILTER_VALUE, PathBuilder::ROOT.to(name), message, None);
        }
    }
}

static WRONG_ACTION: Rule = Rule {
    code: "R925",
    name: "wrong-action",
    aliases: &["action"],
    summary: "a request calls another operation",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "Its response is not a list of invocations.",
    examples: [
        "Action=DescribeInstances&RegionId=cn-hangzhou",
        "Action=DescribeInvocations&RegionId=cn-hangzhou",
    ],
};

fn check_action(request: &Request<'_>, report: &mut Report<'_>) {
    if let Some(action) = request.action.as_deref().filter(|action| *action != ACTION) {
        let message = format!("`{action}` is another operation; expected `{ACTION}`");
        report.push(&WRONG_ACTION, PathBuilder::ROOT.to("Action"), message, Some(ACTION));
    }
}

static MIXED_PAGINATION: Rule = Rule {
    code: "R926",
    name: "mixed-pagination",
    aliases: &["paging-mixed"],
    summary: "a request uses page numbers and tokens together",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "It is not documented which of the two the service uses.",
    examples: [
        "RegionId=cn-hangzhou&PageNumber=2&NextToken=AAAA",
        "RegionId=cn-hangzhou&MaxResults=20&NextToken=AAAA",
    ],
};

fn check_pagination(request: &Request<'_>, report: &mut Report<'_>) {
    let token_field = if request.next_token.is_some() {
        "NextToken"
    } else if request.max_results.is_some() {
        "MaxResults"
    } else {
        return;
    };
    let number_field = if request.page_number.is_some() {
        "PageNumber"
    } else if request.page_size.is_some() {
        "PageSize"
    } else {
        return;
    };
    let message = format!("request has both {token_field} and {number_field}");
    let expected = Some("MaxResults and NextToken only");
    report.push(&MIXED_PAGINATION, PathBuilder::ROOT.to(token_field), message, expected);
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

fn check_filters(
    request: &Request<'_>,
    invocation: &Invocation<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    let mut mismatch = |name: &'static str, found: &str, requested: &str| {
        let message = format!("`{found}` does not match the requested `{requested}`");
        report.push(&FILTER_MISMATCH, path.to(name), message, None);
    };
    let texts = [
        ("InvokeId", &request.invoke_id, &invocation.invoke_id),
        ("CommandId", &request.command_id, &invocation.command_id),
        ("CommandName", &request.command_name, &invocation.command_name),
    ];
    for (name, requested, found) in texts {
        if let (Some(requested), Some(found)) = (requested, found)
            && requested != found
        {
            mismatch(name, found, requested);
        }
    }
    if let (Some(requested), Some(found)) = (&request.command_type, &invocation.command_type)
        && requested != found
    {
        mismatch("CommandType", found.as_str(), requested.as_str());
    }
    if let (Some(requested), Some(found)) = (&request.repeat_mode, &invocation.repeat_mode)
        && requested != found
        // No invocation has this mode: a dry run makes none.
        && *requested != RepeatMode::DryRun
    {
        mismatch("RepeatMode", found.as_str(), requested.as_str());
    }
    if let (Some(requested), Some(found)) = (request.timed, invocation.timed)
        && requested != found
    {
        mismatch("Timed", &found.to_string(), &requested.to_string());
    }
    if let (Some(requested), Some(found)) = (&request.invoke_status, invocation.status()) {
        // The two status fields may name the same outcome differently.
        let matches = |status: &InvocationStatus<'_>| {
            status == requested
                || status.outcome().is_some() && status.outcome() == requested.outcome()
        };
        let statuses = [&invocation.invoke_status, &invocation.invocation_status];
        if !statuses.into_iter().flatten().any(matches) {
            let name = match invocation.invocation_status {
                Some(_) => "InvocationStatus",
                None => "InvokeStatus",
            };
            mismatch(name, found.as_str(), requested.as_str());
        }
    }
    if let Some(requested) = request.instance_id.as_deref() {
        let mut ids = invocation.instances.iter().map(|instance| instance.instance_id.as_deref());
        if !invocation.instances.is_empty() && !ids.any(|id| id == Some(requested)) {
            let message = format!("no instance has the requested InstanceId `{requested}`");
            report.push(&FILTER_MISMATCH, path.to("InvokeInstances"), message, None);
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
    page: &Page<'_>,
    is_one_of_many: bool,
    report: &mut Report<'_>,
) {
    let root = PathBuilder::ROOT;
    if request.next_token.is_none() && request.max_results.is_none() {
        let number = page.page_number.filter(|_| !is_one_of_many);
        let fields = [
            ("PageNumber", request.page_number, DEFAULT_PAGE_NUMBER, number),
            ("PageSize", request.page_size, DEFAULT_PAGE_SIZE, page.page_size),
        ];
        for (name, requested, default, found) in fields {
            let (expected, origin) = or_default(requested, default);
            if let Some(found) = found.filter(|found| *found != expected) {
                let message = format!("`{found}` does not match the {origin} `{expected}`");
                report.push(&PAGE_MISMATCH, root.to(name), message, Some(&expected.to_string()));
            }
        }
    }
    let most = request.max_results.or(request.page_size);
    let (most, origin) = or_default(most, DEFAULT_PAGE_SIZE);
    let items = page.invocations.len() as i64;
    if items > most && page.page_size.is_none() {
        let items = counted(items, "item");
        let message = format!("page has {items}; expected at most {most} ({origin})");
        report.push(&PAGE_MISMATCH, root.to("Invocations"), message, None);
    }
}

/// A value and what messages call it.
fn or_default(requested: Option<i64>, default: i64) -> (i64, &'static str) {
    requested.map_or((default, "default"), |requested| (requested, "requested"))
}

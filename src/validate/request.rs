//! Requests (`R`): whether the values of a request's parameters are valid.

use super::paging::PAGE_SIZES;
use super::places::PathBuilder;
use super::report::{Report, alternatives};
use crate::finding::Rule;
use crate::finding::Severity::{Error, Warning};
use crate::model::ApiVersion::{Both, Current};
use crate::model::{InvocationStatus, RepeatMode, Request};

pub(super) const RULES: &[&Rule] = &[
    &REGION_MISSING,
    &REQUESTED_PAGE_SIZE_OUT_OF_RANGE,
    &REQUESTED_PAGE_NUMBER_ZERO,
    &UNKNOWN_FILTER_VALUE,
    &WRONG_ACTION,
    &MIXED_PAGINATION,
];

/// The operations whose requests and responses are checked.
pub(super) const INVOCATIONS: &str = "DescribeInvocations";
pub(super) const RESULTS: &str = "DescribeInvocationResults";

pub(super) fn check(request: &Request<'_>, report: &mut Report<'_>) {
    check_region(request, report);
    check_page_size(request, report);
    check_page_number(request, report);
    check_filter_values(request, report);
    check_action(request, report);
    check_pagination(request, report);
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
    let types = [&request.command_type, &request.current_command_type].map(Option::as_ref);
    let statuses = [&request.invoke_status, &request.invoke_record_status].map(Option::as_ref);
    let mode = request.repeat_mode.as_ref();
    let encoding = request.content_encoding.as_deref();
    let is_encoding = |value: &str| {
        ["PlainText", "Base64"].iter().any(|known| known.eq_ignore_ascii_case(value.trim()))
    };
    let is_unknown = Option::is_none;
    let filters = [
        ("Type", types[0].map(|value| (value.as_str(), is_unknown(&value.api_version())))),
        ("CommandType", types[1].map(|value| (value.as_str(), is_unknown(&value.api_version())))),
        (
            "InvokeStatus",
            statuses[0].map(|value| (value.as_str(), is_unknown(&value.api_version()))),
        ),
        (
            "InvokeRecordStatus",
            statuses[1].map(|value| {
                // The only statuses that results do not have.
                let is_of_invocations =
                    matches!(value, InvocationStatus::Pending | InvocationStatus::Scheduled);
                (value.as_str(), is_of_invocations || is_unknown(&value.api_version()))
            }),
        ),
        (
            "RepeatMode",
            mode.map(|value| {
                // A dry run makes no invocation that could be listed.
                let is_dry_run = *value == RepeatMode::DryRun;
                (value.as_str(), is_dry_run || is_unknown(&value.api_version()))
            }),
        ),
        ("ContentEncoding", encoding.map(|value| (value, !is_encoding(value)))),
    ];
    for (name, filter) in filters {
        if let Some((value, true)) = filter {
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
    reason: "Its response is not a list of invocations or results.",
    examples: [
        "Action=DescribeInstances&RegionId=cn-hangzhou",
        "Action=DescribeInvocations&RegionId=cn-hangzhou",
    ],
};

fn check_action(request: &Request<'_>, report: &mut Report<'_>) {
    let known = [INVOCATIONS, RESULTS];
    if let Some(action) = request.action.as_deref().filter(|action| !known.contains(action)) {
        let quoted = known.map(|known| format!("`{known}`"));
        let message =
            format!("`{action}` is another operation; expected {}", alternatives(&quoted));
        let path = PathBuilder::ROOT.to("Action");
        report.push(&WRONG_ACTION, path, message, Some(&alternatives(&known)));
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

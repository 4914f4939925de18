//! What is wrong with a request, and with a response to it.

use super::{At, PAGE_SIZES, Report};
use crate::model::{Invocation, InvocationStatus, Page, RepeatMode, Request};

/// The name of the operation.
const ACTION: &str = "DescribeInvocations";

pub(super) fn check(request: &Request<'_>, report: &mut Report<'_>) {
    let at = At::ROOT;
    if request.region_id.as_deref().is_none_or(|region| region.trim().is_empty()) {
        report.say("R921", at.to("RegionId"), "it is missing", "RegionId=cn-hangzhou");
    }
    for (name, size) in [("PageSize", request.page_size), ("MaxResults", request.max_results)] {
        if let Some(size) = size.filter(|size| !PAGE_SIZES.contains(size)) {
            let what = format!("a page holds 1 to 50 items, not {size}");
            report.say("R922", at.to(name), what, "");
        }
    }
    if request.page_number == Some(0) {
        report.say("R923", at.to("PageNumber"), "pages are numbered from 1", "1");
    }
    let words = [
        ("Type", request.command_type.as_ref().map(|word| (word.as_str(), word.api_version()))),
        (
            "InvokeStatus",
            request.invoke_status.as_ref().map(|word| (word.as_str(), word.api_version())),
        ),
        (
            "RepeatMode",
            request.repeat_mode.as_ref().map(|word| (word.as_str(), word.api_version())),
        ),
    ];
    for (name, word) in words {
        if let Some((word, None)) = word {
            report.say("R924", at.to(name), format!("no contract lists `{word}`"), "");
        }
    }
    if let Some(action) = request.action.as_deref().filter(|action| *action != ACTION) {
        report.say("R925", at.to("Action"), format!("it is `{action}`"), ACTION);
    }
    let by_number = request.page_number.is_some() || request.page_size.is_some();
    if by_number && (request.next_token.is_some() || request.max_results.is_some()) {
        let what = "beside it, pages are numbered";
        let name = if request.next_token.is_some() { "NextToken" } else { "MaxResults" };
        report.say("R926", at.to(name), what, "MaxResults and NextToken only");
    }
}

/// Checks whether a page is one that the request asked for.
pub(super) fn check_against(
    request: &Request<'_>,
    page: &Page<'_>,
    is_any_page: bool,
    report: &mut Report<'_>,
) {
    let by_token = request.next_token.is_some() || request.max_results.is_some();
    if !by_token {
        let echoes = [
            (
                "PageNumber",
                request.page_number.unwrap_or(1),
                page.page_number.filter(|_| !is_any_page),
            ),
            ("PageSize", request.page_size.unwrap_or(10), page.page_size),
        ];
        for (name, asked, answered) in echoes {
            if let Some(answered) = answered.filter(|answered| *answered != asked) {
                let what = format!("it is {answered}, but {asked} was asked for");
                report.say("R928", At::ROOT.to(name), what, &asked.to_string());
            }
        }
    }
    let list = At::ROOT.member("Invocations");
    let most = request.max_results.or(request.page_size).unwrap_or(10);
    let items = page.invocations.len() as u64;
    if items > most && page.page_size.is_none() {
        let what = format!("{items} items, but at most {most} were asked for");
        report.say("R928", list.path(), what, "");
    }
    for (nth, invocation) in page.invocations.iter().enumerate() {
        check_item(request, invocation, list.item("Invocation", nth), report);
    }
}

fn check_item(
    request: &Request<'_>,
    invocation: &Invocation<'_>,
    at: At<'_>,
    report: &mut Report<'_>,
) {
    let texts = [
        ("InvokeId", &request.invoke_id, &invocation.invoke_id),
        ("CommandId", &request.command_id, &invocation.command_id),
        ("CommandName", &request.command_name, &invocation.command_name),
    ];
    for (name, asked, answered) in texts {
        if let (Some(asked), Some(answered)) = (asked, answered)
            && asked != answered
        {
            mismatch(report, at, name, answered, asked);
        }
    }
    if let (Some(asked), Some(answered)) = (&request.command_type, &invocation.command_type)
        && asked != answered
    {
        mismatch(report, at, "CommandType", answered.as_str(), asked.as_str());
    }
    if let (Some(asked), Some(answered)) = (&request.repeat_mode, &invocation.repeat_mode)
        && asked != answered
        // A dry run is no mode of an invocation.
        && *asked != RepeatMode::DryRun
    {
        mismatch(report, at, "RepeatMode", answered.as_str(), asked.as_str());
    }
    if let (Some(asked), Some(answered)) = (request.timed, invocation.timed)
        && asked != answered
    {
        mismatch(report, at, "Timed", &answered.to_string(), &asked.to_string());
    }
    if let (Some(asked), Some(answered)) = (&request.invoke_status, invocation.status()) {
        // Either field may have the word of its contract.
        let says = |status: &InvocationStatus<'_>| {
            status == asked || status.outcome().is_some() && status.outcome() == asked.outcome()
        };
        let statuses = [&invocation.invoke_status, &invocation.invocation_status];
        if !statuses.into_iter().flatten().any(says) {
            let name = match invocation.invocation_status {
                Some(_) => "InvocationStatus",
                None => "InvokeStatus",
            };
            mismatch(report, at, name, answered.as_str(), asked.as_str());
        }
    }
    if let Some(asked) = request.instance_id.as_deref() {
        let mut ids = invocation.instances.iter().map(|instance| instance.instance_id.as_deref());
        if !invocation.instances.is_empty() && !ids.any(|id| id == Some(asked)) {
            let what = format!("none of the instances is `{asked}`, which was asked for");
            report.say("R927", at.to("InvokeInstances"), what, "");
        }
    }
}

fn mismatch(report: &mut Report<'_>, at: At<'_>, name: &'static str, answered: &str, asked: &str) {
    let what = format!("it is `{answered}`, but `{asked}` was asked for");
    report.say("R927", at.to(name), what, "");
}

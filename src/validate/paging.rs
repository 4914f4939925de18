//! Paging (`P`): whether the page fields of a response agree with its items.

use std::ops::RangeInclusive;

use super::places::PathBuilder;
use super::report::{Report, counted};
use crate::finding::Rule;
use crate::finding::Severity::{Error, Warning};
use crate::model::ApiVersion::{Both, Current};
use crate::model::{InvocationResults, Page};

pub(super) const RULES: &[&Rule] = &[
    &PAGE_TOO_LONG,
    &TOTAL_TOO_SMALL,
    &PAGE_TOO_SHORT,
    &PAGE_NUMBER_ZERO,
    &PAGE_SIZE_OUT_OF_RANGE,
    &TOKEN_ON_LAST_PAGE,
];

/// The page sizes that the service accepts.
pub(super) const PAGE_SIZES: RangeInclusive<i64> = 1..=50;

/// A total count, unless it is -1, which the service sends for one that it does not know.
fn known_total(total: Option<i64>) -> Option<i64> {
    total.filter(|total| *total != -1)
}

/// The page fields of a response, and how many items it has.
pub(super) struct Paging<'p> {
    pub(super) path: PathBuilder<'p>,
    pub(super) total_count: Option<i64>,
    pub(super) page_number: Option<i64>,
    pub(super) page_size: Option<i64>,
    pub(super) next_token: Option<&'p str>,
    pub(super) items: i64,
    /// Whether the request asked for a page by token.
    pub(super) is_requested_by_token: bool,
    /// The field that contains the items.
    pub(super) list: &'static str,
}

impl<'p> Paging<'p> {
    pub(super) fn of_page(page: &'p Page<'_>, is_requested_by_token: bool) -> Self {
        Self {
            path: PathBuilder::ROOT,
            total_count: known_total(page.total_count),
            page_number: page.page_number,
            page_size: page.page_size,
            next_token: page.next_token.as_deref(),
            items: page.invocations.len() as i64,
            is_requested_by_token,
            list: "Invocations",
        }
    }

    /// Of the object around results, which is at that path.
    pub(super) fn of_results(
        results: &'p InvocationResults<'_>,
        path: PathBuilder<'p>,
        is_requested_by_token: bool,
    ) -> Self {
        Self {
            path,
            total_count: known_total(results.total_count),
            page_number: results.page_number,
            page_size: results.page_size,
            next_token: results.next_token.as_deref(),
            items: results.results.len() as i64,
            is_requested_by_token,
            list: "InvocationResults",
        }
    }

    /// Whether the page was requested by token, so that its number and size, and the total count, say
    /// nothing.
    pub(super) fn is_by_token(&self) -> bool {
        let is_unnumbered = self.page_number == Some(0) && self.page_size == Some(0);
        let is_uncounted = self.total_count == Some(0)
            && self.items > 0
            && self.page_number.unwrap_or(0) == 0
            && self.page_size.unwrap_or(0) == 0;
        self.is_requested_by_token || self.next_token.is_some() || is_unnumbered || is_uncounted
    }

    /// How many items precede this page, if it is numbered.
    fn items_before(&self) -> Option<i64> {
        match (self.page_number, self.page_size) {
            (Some(number), Some(size)) if number > 0 => Some((number - 1).saturating_mul(size)),
            _ => None,
        }
    }

    /// The least number of items on this page and those before it.
    fn items_so_far(&self) -> i64 {
        self.items_before().unwrap_or(0).saturating_add(self.items)
    }
}

/// `is_one_of_several`: whether it is checked with the other pages of its list.
pub(super) fn check(paging: &Paging<'_>, is_one_of_several: bool, report: &mut Report<'_>) {
    check_next_token(paging, report);
    if paging.is_by_token() {
        return;
    }
    check_page_number(paging, report);
    check_page_size(paging, report);
    check_too_long(paging, report);
    check_total_count(paging, report);
    // The last page of a list that is paged by token looks like the first one of a list that is not.
    if !is_one_of_several || paging.page_number != Some(1) {
        check_too_short(paging, report);
    }
}

static PAGE_TOO_LONG: Rule = Rule {
    code: "P501",
    name: "page-too-long",
    aliases: &["page-overfull"],
    summary: "a page has more items than PageSize",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "A client that computes offsets from PageSize reads items twice.",
    examples: [
        r#"{"PageSize": 1, "Invocations": [{"InvokeId": "t-1"}, {"InvokeId": "t-2"}]}"#,
        r#"{"PageSize": 2, "Invocations": [{"InvokeId": "t-1"}, {"InvokeId": "t-2"}]}"#,
    ],
};

fn check_too_long(paging: &Paging<'_>, report: &mut Report<'_>) {
    if let Some(size) = paging.page_size.filter(|size| *size > 0 && paging.items > *size) {
        let items = counted(paging.items, "item");
        let message = format!("page has {items}; expected at most {size} (PageSize)");
        report.push(&PAGE_TOO_LONG, paging.path.to(paging.list), message, None);
    }
}

static TOTAL_TOO_SMALL: Rule = Rule {
    code: "P502",
    name: "total-too-small",
    aliases: &[],
    summary: "TotalCount is smaller than the number of items up to this page",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "A client that relies on TotalCount stops before the last page.",
    examples: [
        r#"{"TotalCount": 1, "Invocations": [{"InvokeId": "t-1"}, {"InvokeId": "t-2"}]}"#,
        r#"{"TotalCount": 12, "PageNumber": 2, "PageSize": 10, "Invocations": [{}, {}]}"#,
    ],
};

fn check_total_count(paging: &Paging<'_>, report: &mut Report<'_>) {
    let Some(total) = paging.total_count else { return };
    let least = paging.items_so_far();
    if total < paging.items || paging.items > 0 && total < least {
        let message = format!("`{total}` is too small; expected at least {least}");
        report.push(&TOTAL_TOO_SMALL, paging.path.to("TotalCount"), message, None);
    }
}

static PAGE_TOO_SHORT: Rule = Rule {
    code: "P503",
    name: "page-too-short",
    aliases: &["page-short"],
    summary: "a page has fewer items than TotalCount implies",
    severity: Warning,
    api_version: Both,
    enabled_by_default: true,
    reason: "Items are missing, or they are on another page.",
    examples: [
        r#"{"TotalCount": 12, "PageNumber": 1, "PageSize": 10, "Invocations": [{"InvokeId": "t-1"}]}"#,
        r#"{"TotalCount": 1, "PageNumber": 1, "PageSize": 10, "Invocations": [{"InvokeId": "t-1"}]}"#,
    ],
};

fn check_too_short(paging: &Paging<'_>, report: &mut Report<'_>) {
    let (Some(total), Some(size), Some(before)) =
        (paging.total_count, paging.page_size, paging.items_before())
    else {
        return;
    };
    let expected = total.saturating_sub(before).min(size);
    if paging.items < expected {
        let items = counted(paging.items, "item");
        let message = format!("page has {items}; expected {expected} (TotalCount {total})");
        report.push(&PAGE_TOO_SHORT, paging.path.to(paging.list), message, None);
    }
}

static PAGE_NUMBER_ZERO: Rule = Rule {
    code: "P504",
    name: "page-number-zero",
    aliases: &["page-number"],
    summary: "PageNumber is less than 1",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "Pages are numbered from 1.",
    examples: [
        r#"{"PageNumber": 0, "PageSize": 10, "Invocations": []}"#,
        r#"{"PageNumber": 1, "PageSize": 10, "Invocations": []}"#,
    ],
};

fn check_page_number(paging: &Paging<'_>, report: &mut Report<'_>) {
    let number = paging.page_number.filter(|number| *number < 1);
    if let Some(number) = number.filter(|_| !paging.is_by_token()) {
        let message = format!("`{number}` is not a page number; pages are numbered from 1");
        report.push(&PAGE_NUMBER_ZERO, paging.path.to("PageNumber"), message, Some("1"));
    }
}

static PAGE_SIZE_OUT_OF_RANGE: Rule = Rule {
    code: "P505",
    name: "page-size-out-of-range",
    aliases: &["page-size"],
    summary: "PageSize is not between 1 and 50",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "The service returns at most 50 items per page.",
    examples: [
        r#"{"PageNumber": 1, "PageSize": 51, "Invocations": []}"#,
        r#"{"PageNumber": 1, "PageSize": 50, "Invocations": []}"#,
    ],
};

fn check_page_size(paging: &Paging<'_>, report: &mut Report<'_>) {
    let Some(size) = paging.page_size else { return };
    if !PAGE_SIZES.contains(&size) {
        let message = format!("`{size}` is out of range; expected 1 to 50");
        report.push(&PAGE_SIZE_OUT_OF_RANGE, paging.path.to("PageSize"), message, None);
    }
}

static TOKEN_ON_LAST_PAGE: Rule = Rule {
    code: "P506",
    name: "token-on-last-page",
    aliases: &[],
    summary: "NextToken is present on the last page",
    severity: Warning,
    api_version: Current,
    // The total count of a page that was requested by token says nothing.
    enabled_by_default: false,
    reason: "A client that follows the token requests a page that does not exist, and may loop forever.",
    examples: [
        r#"{"TotalCount": 1, "NextToken": "AAAA", "Invocations": [{"InvokeId": "t-1"}]}"#,
        r#"{"TotalCount": 2, "NextToken": "AAAA", "Invocations": [{"InvokeId": "t-1"}]}"#,
    ],
};

fn check_next_token(paging: &Paging<'_>, report: &mut Report<'_>) {
    let Some(total) = paging.total_count else { return };
    let is_last = total > 0 && total <= paging.items_so_far();
    if paging.next_token.is_some() && is_last && !paging.is_requested_by_token {
        let message = format!("token is present on the last page (TotalCount {total})");
        let expected = Some("no NextToken");
        report.push(&TOKEN_ON_LAST_PAGE, paging.path.to("NextToken"), message, expected);
    }
}

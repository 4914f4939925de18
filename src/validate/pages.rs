//! Pages (`X`): whether the pages of one list agree with each other.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::paging::Paging;
use super::places::PathBuilder;
use super::report::{PendingFinding, Report, counted};
use super::selection::Selection;
use crate::finding::Severity::{Error, Warning};
use crate::finding::{Path, Rule};
use crate::model::ApiVersion::Both;
use crate::model::{Invocation, InvocationResult, Response};

pub(super) const RULES: &[&Rule] = &[&TOTAL_COUNT_CHANGED, &DUPLICATE_ACROSS_PAGES, &MISSING_ITEMS];

/// Collects the pages of one list, to check them together. Only ids and page fields are kept.
///
/// ```
/// use ecs_invocations::{decode, validate::{Checks, Pages}};
///
/// let mut pages = Pages::default();
/// let first = br#"{"TotalCount": 2, "PageNumber": 1, "Invocations": [{"InvokeId": "t-1"}]}"#;
/// let second = br#"{"TotalCount": 2, "PageNumber": 2, "Invocations": [{"InvokeId": "t-1"}]}"#;
/// pages.add(&decode(first)?.response);
/// pages.add(&decode(second)?.response);
/// let findings = pages.check(&Checks::default());
/// let codes: Vec<_> = findings.iter().map(|(page, finding)| (*page, finding.code())).collect();
/// assert_eq!(codes, [(1, "X932"), (1, "X933")]);
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Pages {
    pages: Vec<PageSummary>,
}

#[derive(Clone, Debug, Default)]
struct PageSummary {
    total_count: Option<i64>,
    number: Option<i64>,
    size: Option<i64>,
    /// Whether the page was requested by token, as far as it shows.
    is_by_token: bool,
    items: Vec<Option<Item>>,
    operation: Option<Operation>,
}

/// An item that has IDs.
#[derive(Clone, Debug)]
struct Item {
    id: Box<str>,
    /// That of a result, since a list may have several runs of a command on an instance.
    content: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Invocations,
    Results,
}

impl PageSummary {
    fn new(operation: Operation, paging: &Paging<'_>, items: Vec<Option<Item>>) -> Self {
        Self {
            total_count: paging.total_count,
            number: paging.page_number,
            size: paging.page_size,
            is_by_token: paging.is_by_token(),
            items,
            operation: Some(operation),
        }
    }
}

impl Pages {
    /// Adds the next page. A response of another kind than the first list counts as a page without items.
    pub fn add(&mut self, response: &Response<'_>) {
        let mut summary = match response {
            Response::Error(_) => PageSummary::default(),
            Response::Invocations(page) => {
                let item = |invocation: &Invocation<'_>| {
                    Some(Item { id: invocation.invoke_id.as_deref()?.into(), content: 0 })
                };
                let items = page.invocations.iter().map(item).collect();
                let paging = Paging::of_page(page, false);
                PageSummary::new(Operation::Invocations, &paging, items)
            }
            Response::Results(page) => {
                let Some(results) = &page.invocation else {
                    return self.pages.push(PageSummary::default());
                };
                let item = |result: &InvocationResult<'_>| {
                    let (id, instance) = (result.invoke_id.as_ref()?, result.instance_id.as_ref()?);
                    let mut hasher = DefaultHasher::new();
                    result.hash(&mut hasher);
                    let id = format!("{id}` on `{instance}").into();
                    Some(Item { id, content: hasher.finish() })
                };
                let items = results.results.iter().map(item).collect();
                let paging = Paging::of_results(results, PathBuilder::ROOT, false);
                PageSummary::new(Operation::Results, &paging, items)
            }
        };
        let operation = self.operation();
        if operation.is_some() && summary.operation != operation {
            summary = PageSummary::default();
        }
        self.pages.push(summary);
    }

    /// Adds the pages of `pages` after these.
    pub fn append(&mut self, pages: Self) {
        let operation = self.operation().or(pages.operation());
        self.pages.extend(pages.pages.into_iter().map(|page| match page.operation == operation {
            true => page,
            false => PageSummary::default(),
        }));
    }

    /// That of the list.
    fn operation(&self) -> Option<Operation> {
        self.pages.iter().find_map(|page| page.operation)
    }

    /// The number of pages added.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether no page was added.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// The violations, each with the index of its page.
    pub(super) fn violations(
        &self,
        selection: &Selection,
        is_requested_by_token: bool,
    ) -> Vec<(usize, PendingFinding)> {
        let is_of_results = self.operation() == Some(Operation::Results);
        let mut report = PagesReport { selection, is_of_results, pending: Vec::new() };
        // The last page of such a list has no token.
        let is_by_token = is_requested_by_token || self.pages.iter().any(|page| page.is_by_token);
        let items = self.check_each(is_by_token, &mut report);
        if !is_by_token {
            self.check_missing(items, &mut report);
        }
        report.pending
    }

    /// Checks each page against the earlier ones and returns how many distinct items there are.
    fn check_each(&self, is_by_token: bool, report: &mut PagesReport<'_>) -> i64 {
        let first_total = self.pages.iter().find_map(|page| page.total_count);
        let first_total = first_total.filter(|_| !is_by_token);
        let mut first_pages: HashMap<(&str, u64), usize> = HashMap::new();
        let mut items = 0_i64;
        for (index, page) in self.pages.iter().enumerate() {
            check_total(index, page.total_count, first_total, report);
            for (item, known) in page.items.iter().enumerate() {
                let Some(Item { id, content }) = known else {
                    items += 1;
                    continue;
                };
                match first_pages.get(&(&**id, *content)) {
                    // A duplicate on the same page is a violation of that page alone.
                    Some(first) if *first == index => {}
                    Some(first) => {
                        let label = match is_by_token {
                            true => format!("[{first}]"),
                            false => self.label(*first),
                        };
                        report_duplicate(id, &label, (index, item), report);
                    }
                    None => {
                        first_pages.insert((id, *content), index);
                        items += 1;
                    }
                }
            }
        }
        items
    }

    /// What messages call a page: its number or, if it has none, its index in brackets.
    fn label(&self, index: usize) -> String {
        let number = self.pages.get(index).and_then(|page| page.number);
        number.map_or_else(|| format!("[{index}]"), |number| number.to_string())
    }
}

/// Violations and the index of their page.
struct PagesReport<'s> {
    selection: &'s Selection,
    is_of_results: bool,
    pending: Vec<(usize, PendingFinding)>,
}

impl PagesReport<'_> {
    /// The path of `TotalCount`.
    fn total_count(&self) -> Path {
        let root = PathBuilder::ROOT;
        if self.is_of_results {
            root.field("Invocation").to("TotalCount")
        } else {
            root.to("TotalCount")
        }
    }

    /// The path of an item's ID.
    fn id(&self, item: usize) -> Path {
        let root = PathBuilder::ROOT;
        if self.is_of_results {
            let (page, list) = ("Invocation", "InvocationResults");
            root.field(page).field(list).element("InvocationResult", item).to("InvokeId")
        } else {
            root.field("Invocations").element("Invocation", item).to("InvokeId")
        }
    }

    fn push(&mut self, page: usize, rule: &'static Rule, path: Path, message: String) {
        let mut report = Report::new(self.selection);
        report.push(rule, path, message, None);
        self.pending.extend(report.finish().0.into_iter().map(|finding| (page, finding)));
    }
}

static TOTAL_COUNT_CHANGED: Rule = Rule {
    code: "X931",
    name: "total-count-changed",
    aliases: &["total-differs"],
    summary: "pages of one list have different TotalCount",
    severity: Warning,
    api_version: Both,
    enabled_by_default: true,
    reason: "The list changed while it was read: items may be missing or duplicated.",
    examples: [
        r#"{"TotalCount": 2, "PageNumber": 1, "PageSize": 1, "Invocations": [{"InvokeId": "t-1"}]}
{"TotalCount": 3, "PageNumber": 2, "PageSize": 1, "Invocations": [{"InvokeId": "t-2"}]}"#,
        r#"{"TotalCount": 2, "PageNumber": 1, "PageSize": 1, "Invocations": [{"InvokeId": "t-1"}]}
{"TotalCount": 2, "PageNumber": 2, "PageSize": 1, "Invocations": [{"InvokeId": "t-2"}]}"#,
    ],
};

fn check_total(page: usize, total: Option<i64>, first: Option<i64>, report: &mut PagesReport<'_>) {
    if let (Some(total), Some(first)) = (total, first)
        && total != first
    {
        let message = format!("`{total}` differs from `{first}` on an earlier page");
        report.push(page, &TOTAL_COUNT_CHANGED, report.total_count(), message);
    }
}

static DUPLICATE_ACROSS_PAGES: Rule = Rule {
    code: "X932",
    name: "duplicate-across-pages",
    aliases: &["item-on-two-pages"],
    summary: "an invocation or result is on two pages of one list",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "The list changed while it was read: another item may have been skipped.",
    examples: [
        r#"{"PageNumber": 1, "Invocations": [{"InvokeId": "t-1"}]}
{"PageNumber": 2, "Invocations": [{"InvokeId": "t-1"}]}"#,
        r#"{"PageNumber": 1, "Invocations": [{"InvokeId": "t-1"}]}
{"PageNumber": 2, "Invocations": [{"InvokeId": "t-2"}]}"#,
    ],
};

fn report_duplicate(
    id: &str,
    first: &str,
    (page, item): (usize, usize),
    report: &mut PagesReport<'_>,
) {
    let message = format!("`{id}` is also on page {first}");
    report.push(page, &DUPLICATE_ACROSS_PAGES, report.id(item), message);
}

static MISSING_ITEMS: Rule = Rule {
    code: "X933",
    name: "missing-items",
    aliases: &["item-missing"],
    summary: "the pages of one list have fewer invocations or results than TotalCount",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "A page was not read, or the list changed while it was read.",
    examples: [
        r#"{"TotalCount": 3, "PageNumber": 1, "PageSize": 1, "Invocations": [{"InvokeId": "t-1"}]}
{"TotalCount": 3, "PageNumber": 3, "PageSize": 1, "Invocations": [{"InvokeId": "t-3"}]}"#,
        r#"{"TotalCount": 2, "PageNumber": 1, "PageSize": 1, "Invocations": [{"InvokeId": "t-1"}]}
{"TotalCount": 2, "PageNumber": 2, "PageSize": 1, "Invocations": [{"InvokeId": "t-2"}]}"#,
    ],
};

impl Pages {
    fn check_missing(&self, items: i64, report: &mut PagesReport<'_>) {
        let pages = self.pages.iter().enumerate();
        let last = pages.filter_map(|(index, page)| Some((index, page.total_count?))).next_back();
        let Some((last, total)) = last else { return };
        if self.pages.len() < 2 || items >= total {
            return;
        }
        let missing = match &*self.missing_numbers(total) {
            [] => String::new(),
            [number] => format!("; page {number} is missing"),
            numbers => format!("; pages {} are missing", numbers.join(", ")),
        };
        let items = counted(items, "item");
        let message = format!("pages have {items}; expected {total}{missing}");
        report.push(last, &MISSING_ITEMS, report.total_count(), message);
    }

    /// The numbers of the first few missing pages.
    fn missing_numbers(&self, total: i64) -> Vec<String> {
        const NAMED: usize = 5;
        let size = self.pages.iter().find_map(|page| page.size).filter(|size| *size > 0);
        let Some(size) = size else { return Vec::new() };
        let mut numbers: Vec<i64> = self.pages.iter().filter_map(|page| page.number).collect();
        numbers.sort_unstable();
        (1..=(total - 1) / size + 1)
            .filter(|number| numbers.binary_search(number).is_err())
            .take(NAMED)
            .map(|number| number.to_string())
            .collect()
    }
}

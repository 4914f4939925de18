//! What is wrong with several pages of one list.

use std::collections::HashMap;

use super::{At, Checks, Report};
use crate::finding::{Finding, Location, Path};
use crate::model::{Page, Response};

/// The pages of one list, as far as they have been seen; only ids are kept.
///
/// ```
/// use ecs_invocations::{decode, validate::{Checks, Pages}};
///
/// let mut pages = Pages::default();
/// let first = br#"{"TotalCount": 2, "PageNumber": 1, "Invocations": [{"InvokeId": "t-1"}]}"#;
/// let again = br#"{"TotalCount": 2, "PageNumber": 2, "Invocations": [{"InvokeId": "t-1"}]}"#;
/// pages.add(&decode(first)?.response);
/// pages.add(&decode(again)?.response);
/// let findings = pages.check(&Checks::default());
/// let codes: Vec<_> = findings.iter().map(|(page, finding)| (*page, finding.code())).collect();
/// assert_eq!(codes, [(1, "X932"), (1, "X933")]);
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Pages {
    seen: Vec<Seen>,
}

#[derive(Clone, Debug)]
struct Seen {
    total: Option<u64>,
    number: Option<u64>,
    size: Option<u64>,
    ids: Vec<Option<Box<str>>>,
}

impl Pages {
    /// Adds the next page. An error response has no items and counts as no page.
    pub fn add(&mut self, response: &Response<'_>) {
        let seen = match response {
            Response::Error(_) => Seen { total: None, number: None, size: None, ids: Vec::new() },
            Response::Invocations(Page {
                total_count,
                page_number,
                page_size,
                invocations,
                ..
            }) => {
                let id = |id: &str| Box::from(id);
                let ids = invocations.iter().map(|item| item.invoke_id.as_deref().map(id));
                Seen {
                    total: *total_count,
                    number: *page_number,
                    size: *page_size,
                    ids: ids.collect(),
                }
            }
        };
        self.seen.push(seen);
    }

    /// Adds pages that come after these.
    pub fn append(&mut self, mut pages: Self) {
        self.seen.append(&mut pages.seen);
    }

    /// How many pages were added.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether no page was added.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// What is wrong with the pages together: the number of the page, from 0 and in the order in which
    /// they were added, and the finding, which is [nowhere](Location).
    pub fn check(&self, checks: &Checks) -> Vec<(usize, Finding)> {
        let mut found: Vec<(usize, Path, Report<'_>)> = Vec::new();
        let mut say = |page: usize, code: &'static str, at: Path, what: String, right: &str| {
            let mut report = Report::new(checks);
            report.say(code, at.clone(), what, right);
            found.push((page, at, report));
        };
        let first_total = self.seen.iter().find_map(|page| page.total);
        let mut first_seen: HashMap<&str, usize> = HashMap::new();
        let mut items = 0_u64;
        for (nth, page) in self.seen.iter().enumerate() {
            if let (Some(total), Some(first)) = (page.total, first_total)
                && total != first
            {
                let what = format!("{total}, but an earlier page said {first}");
                say(nth, "X931", At::ROOT.to("TotalCount"), what, "");
            }
            let list = At::ROOT.member("Invocations");
            for (item, id) in page.ids.iter().enumerate() {
                let Some(id) = id.as_deref() else {
                    items += 1;
                    continue;
                };
                match first_seen.get(id) {
                    // Twice on one page is a fault of the page.
                    Some(first) if *first == nth => {}
                    Some(first) => {
                        let at = list.item("Invocation", item).to("InvokeId");
                        let what = format!("`{id}` is also on page {}", self.name(*first));
                        say(nth, "X932", at, what, "");
                    }
                    None => {
                        first_seen.insert(id, nth);
                        items += 1;
                    }
                }
            }
        }
        let last = self.seen.iter().rposition(|page| page.total.is_some());
        if let (Some(last), true) = (last, self.seen.len() > 1) {
            let total = self.seen[last].total.unwrap_or(0);
            if items < total {
                let missing = self.missing_pages(total);
                let missing = match &*missing {
                    [] => String::new(),
                    pages => format!("; missing: page {}", pages.join(", ")),
                };
                let what = format!("{total}, but the pages hold {items} items{missing}");
                say(last, "X933", At::ROOT.to("TotalCount"), what, "");
            }
        }
        let finding = |(page, _, report): (usize, Path, Report<'_>)| {
            let faults = report.faults.into_iter();
            let findings =
                faults.filter_map(|(path, fault)| checks.finding(path, fault, Location::default()));
            findings.map(move |finding| (page, finding)).collect::<Vec<_>>()
        };
        found.into_iter().flat_map(finding).collect()
    }

    fn name(&self, nth: usize) -> String {
        self.seen[nth].number.map_or_else(|| format!("[{nth}]"), |number| number.to_string())
    }

    /// The numbers of the first few pages that should be there and are not.
    fn missing_pages(&self, total: u64) -> Vec<String> {
        const NAMED: usize = 5;
        let Some(size) = self.seen.iter().find_map(|page| page.size).filter(|size| *size > 0)
        else {
            return Vec::new();
        };
        let mut numbers: Vec<u64> = self.seen.iter().filter_map(|page| page.number).collect();
        numbers.sort_unstable();
        let last = total.div_ceil(size);
        (1..=last)
            .filter(|number| numbers.binary_search(number).is_err())
            .take(NAMED)
            .map(|number| number.to_string())
            .collect()
    }
}

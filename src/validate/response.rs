//! Runs the rules on a response.

use jiff::Timestamp;

use super::frequency::is_periodic;
use super::paging::{Paging, known_total};
use super::places::PathBuilder;
use super::report::Report;
use super::{content, frequency, paging, status, structure, time, values};
use crate::model::{Invocation, InvocationResult, InvokeInstance, Page, Response, ResultsPage};

pub(super) fn check(response: &Response<'_>, now: Option<Timestamp>, report: &mut Report<'_>) {
    match response {
        Response::Invocations(page) => {
            Checker { now, base64_buffer: Vec::new(), report }.page(page);
        }
        Response::Results(page) => {
            Checker { now, base64_buffer: Vec::new(), report }.results_page(page);
        }
        Response::Error(error) => structure::check_error(error, report),
    }
}

struct Checker<'r, 's> {
    now: Option<Timestamp>,
    /// Reused for each decoded text.
    base64_buffer: Vec<u8>,
    report: &'r mut Report<'s>,
}

impl Checker<'_, '_> {
    fn page(&mut self, page: &Page<'_>) {
        let root = PathBuilder::ROOT;
        structure::check_page(page, self.report);
        let paging = Paging {
            path: root,
            total_count: known_total(page.total_count),
            page_number: page.page_number,
            page_size: page.page_size,
            next_token: page.next_token.as_deref(),
            items: page.invocations.len() as i64,
            list: "Invocations",
        };
        paging::check(&paging, self.report);
        let list = root.field("Invocations");
        structure::check_duplicate_invocations(&page.invocations, &list, self.report);
        for (index, invocation) in page.invocations.iter().enumerate() {
            self.invocation(invocation, &list.element("Invocation", index));
        }
    }

    fn results_page(&mut self, page: &ResultsPage<'_>) {
        let root = PathBuilder::ROOT;
        structure::check_results_page(page, self.report);
        let Some(results) = page.invocation.as_deref() else { return };
        let path = root.field("Invocation");
        let paging = Paging {
            path,
            total_count: known_total(results.total_count),
            page_number: results.page_number,
            page_size: results.page_size,
            next_token: results.next_token.as_deref(),
            items: results.results.len() as i64,
            list: "InvocationResults",
        };
        paging::check(&paging, self.report);
        let list = path.field("InvocationResults");
        for (index, result) in results.results.iter().enumerate() {
            self.result(result, &list.element("InvocationResult", index));
        }
    }

    fn invocation(&mut self, invocation: &Invocation<'_>, path: &PathBuilder<'_>) {
        let is_periodic = is_periodic(invocation);
        structure::check_invocation(invocation, path, self.report);
        values::check_invocation(invocation, path, self.report);
        frequency::check(invocation, path, self.report);
        content::check_invocation(invocation, path, &mut self.base64_buffer, self.report);
        time::check_invocation(invocation, self.now, path, self.report);
        let list = path.field("InvokeInstances");
        for (index, instance) in invocation.instances.iter().enumerate() {
            self.instance(instance, is_periodic, &list.element("InvokeInstance", index));
        }
        status::check(invocation, is_periodic, path, self.report);
    }

    fn instance(
        &mut self,
        instance: &InvokeInstance<'_>,
        is_periodic: bool,
        path: &PathBuilder<'_>,
    ) {
        structure::check_instance(instance, path, self.report);
        values::check_instance(instance, is_periodic, path, self.report);
        content::check_instance(instance, path, &mut self.base64_buffer, self.report);
        time::check_instance(instance, is_periodic, self.now, path, self.report);
    }

    fn result(&mut self, result: &InvocationResult<'_>, path: &PathBuilder<'_>) {
        structure::check_result(result, path, self.report);
        values::check_result(result, path, self.report);
        content::check_result(result, path, &mut self.base64_buffer, self.report);
        time::check_result(result, self.now, path, self.report);
    }
}

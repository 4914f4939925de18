//! Runs the rules on a response.

use jiff::Timestamp;

use super::answer::is_by_token;
use super::content::Encoding;
use super::frequency::{Schedules, is_periodic};
use super::paging::Paging;
use super::places::PathBuilder;
use super::report::Report;
use super::{commands, content, fields, frequency, paging, runs, status, structure, time, values};
use crate::model::{
    Invocation, InvocationResult, InvokeInstance, Page, Request, Response, ResultsPage,
};

pub(super) fn check(
    response: &Response<'_>,
    request: Option<&Request<'_>>,
    now: Option<Timestamp>,
    is_one_of_several: bool,
    report: &mut Report<'_>,
) {
    let mut checker = Checker {
        now,
        schedules: Schedules::new(),
        encoding: Encoding::requested_by(request),
        is_requested_by_token: request.is_some_and(is_by_token),
        is_one_of_several,
        report,
    };
    match response {
        Response::Invocations(page) => checker.page(page),
        Response::Results(page) => checker.results_page(page),
        Response::Error(error) => {
            structure::check_error(error, report);
            fields::check_error(error, report);
        }
    }
}

struct Checker<'m, 'r, 's> {
    now: Option<Timestamp>,
    schedules: Schedules<'m>,
    encoding: Encoding,
    is_requested_by_token: bool,
    is_one_of_several: bool,
    report: &'r mut Report<'s>,
}

impl<'m> Checker<'m, '_, '_> {
    fn page(&mut self, page: &'m Page<'_>) {
        let root = PathBuilder::ROOT;
        structure::check_page(page, self.report);
        fields::check(page, &page.extra, &root, self.report);
        let paging = Paging::of_page(page, self.is_requested_by_token);
        paging::check(&paging, self.is_one_of_several, self.report);
        let list = root.field("Invocations");
        structure::check_duplicate_invocations(&page.invocations, &list, self.report);
        for (index, invocation) in page.invocations.iter().enumerate() {
            self.invocation(invocation, &list.element("Invocation", index));
        }
    }

    fn results_page(&mut self, page: &ResultsPage<'_>) {
        let root = PathBuilder::ROOT;
        structure::check_results_page(page, self.report);
        fields::check(page, &page.extra, &root, self.report);
        let Some(results) = page.invocation.as_deref() else { return };
        let path = root.field("Invocation");
        fields::check(results, &results.extra, &path, self.report);
        let paging = Paging::of_results(results, path, self.is_requested_by_token);
        paging::check(&paging, self.is_one_of_several, self.report);
        let list = path.field("InvocationResults");
        structure::check_duplicate_results(&results.results, &list, self.report);
        for (index, result) in results.results.iter().enumerate() {
            self.result(result, &list.element("InvocationResult", index));
        }
    }

    fn invocation(&mut self, invocation: &'m Invocation<'_>, path: &PathBuilder<'_>) {
        let is_periodic = is_periodic(invocation);
        structure::check_invocation(invocation, path, self.report);
        fields::check(invocation, &invocation.extra, path, self.report);
        fields::check_invocation(invocation, path, self.report);
        values::check_invocation(invocation, path, self.report);
        runs::check_invocation(invocation, is_periodic, path, self.report);
        commands::check_invocation(invocation, path, self.report);
        frequency::check(invocation, &mut self.schedules, path, self.report);
        content::check_invocation(invocation, path, &mut self.encoding, self.report);
        time::check_invocation(invocation, self.now, path, self.report);
        let scheduled = frequency::only_run(invocation, &self.schedules);
        let list = path.field("InvokeInstances");
        for (index, instance) in invocation.instances.iter().enumerate() {
            let path = list.element("InvokeInstance", index);
            self.instance(instance, invocation, is_periodic, &path);
            time::check_scheduled_start(instance, scheduled, &path, self.report);
        }
        status::check(invocation, is_periodic, path, self.report);
    }

    fn instance(
        &mut self,
        instance: &InvokeInstance<'_>,
        invocation: &Invocation<'_>,
        is_periodic: bool,
        path: &PathBuilder<'_>,
    ) {
        structure::check_instance(instance, path, self.report);
        fields::check(instance, &instance.extra, path, self.report);
        values::check_instance(instance, path, self.report);
        runs::check_instance(instance, invocation, is_periodic, path, self.report);
        commands::check_instance(instance, path, self.report);
        content::check_instance(instance, path, &mut self.encoding, self.report);
        time::check_instance(instance, invocation, is_periodic, self.now, path, self.report);
    }

    fn result(&mut self, result: &InvocationResult<'_>, path: &PathBuilder<'_>) {
        structure::check_result(result, path, self.report);
        fields::check(result, &result.extra, path, self.report);
        fields::check_result(result, path, self.report);
        values::check_result(result, path, self.report);
        runs::check_result(result, path, self.report);
        commands::check_result(result, path, self.report);
        content::check_result(result, path, &mut self.encoding, self.report);
        time::check_result(result, self.now, path, self.report);
    }
}

//! Differential tests of the aggregation and paging rules against naive implementations of the API reference.

use arbtest::arbtest;
use ecs_invocations::Response;
use ecs_invocations::model::{
    InstanceStatus, Invocation, InvocationStatus, InvokeInstance, Page, RepeatMode,
};
use ecs_invocations::validate::Checks;

/// Whether each of the rules has a finding on the page.
fn fires<const N: usize>(page: Page<'_>, codes: [&str; N]) -> [bool; N] {
    let checks = Checks::default().select("P506");
    let findings = checks.check_response(&Response::Invocations(page));
    codes.map(|code| findings.iter().any(|finding| finding.code() == code))
}

fn page_of(invocation: Invocation<'static>) -> Page<'static> {
    Page { invocations: vec![invocation], ..Page::default() }
}

/// Whether the 2018 reference allows the overall status, sentence by sentence.
fn is_allowed_by_2018_reference(
    overall: &InvocationStatus<'_>,
    instances: &[InstanceStatus<'_>],
) -> bool {
    let is = |status: &InstanceStatus<'_>, value: &str| status.as_str() == value;
    let any = |value: &str| instances.iter().any(|status| is(status, value));
    let all = |value: &str| instances.iter().all(|status| is(status, value));
    match overall.as_str() {
        "Running" => any("Running"),
        "Finished" => {
            all("Finished")
                || any("Stopped")
                    && instances.iter().filter(|s| !is(s, "Stopped")).all(|s| is(s, "Finished"))
        }
        "Failed" => all("Failed"),
        "PartialFailed" => any("Failed") && !all("Failed"),
        // Stopped manually, so no instance is still running.
        "Stopped" => !any("Running"),
        _ => unreachable!("{overall}"),
    }
}

#[test]
fn aggregation_agrees_with_2018_reference() {
    const OVERALL: [InvocationStatus<'_>; 5] = [
        InvocationStatus::Running,
        InvocationStatus::Finished,
        InvocationStatus::Failed,
        InvocationStatus::PartialFailed,
        InvocationStatus::Stopped,
    ];
    const INSTANCE: [InstanceStatus<'_>; 4] = [
        InstanceStatus::Running,
        InstanceStatus::Finished,
        InstanceStatus::Failed,
        InstanceStatus::Stopped,
    ];
    arbtest(|u| {
        let overall = u.choose(&OVERALL)?.clone();
        let count = u.int_in_range(1..=5)?;
        let statuses = (0..count).map(|_| u.choose(&INSTANCE).cloned());
        let statuses = statuses.collect::<Result<Vec<_>, _>>()?;
        let timed: bool = u.arbitrary()?;
        let instance = |status: &InstanceStatus<'static>| InvokeInstance {
            instance_invoke_status: Some(status.clone()),
            ..InvokeInstance::default()
        };
        let invocation = Invocation {
            invoke_status: Some(overall.clone()),
            timed: Some(timed),
            instances: statuses.iter().map(instance).collect(),
            ..Invocation::default()
        };
        let is_ended = matches!(overall.as_str(), "Finished" | "Failed" | "PartialFailed");
        let expected = match timed {
            true => [false, is_ended],
            false => [!is_allowed_by_2018_reference(&overall, &statuses), false],
        };
        assert_eq!(
            fires(page_of(invocation), ["A901", "A903"]),
            expected,
            "{overall} {statuses:?}"
        );
        Ok(())
    })
    .budget_ms(1500);
}

/// The overall statuses that the current API reference allows, by its order of cases.
fn allowed_by_current_api(instances: &[InstanceStatus<'_>]) -> Vec<&'static str> {
    let values: Vec<&str> = instances.iter().map(InstanceStatus::as_str).collect();
    // They are not ranked against each other.
    let mut in_progress = vec!["Stopping", "Pending", "Running", "Scheduled"];
    in_progress.retain(|value| values.contains(value));
    if !in_progress.is_empty() {
        return in_progress;
    }
    let stopped = ["Cancelled", "Terminated"];
    let failed = ["Invalid", "Aborted", "Failed", "Timeout", "Error"];
    if values.iter().all(|value| stopped.contains(value)) {
        return vec!["Stopped"];
    }
    if values.iter().all(|value| failed.contains(value) || stopped.contains(value)) {
        return vec!["Failed"];
    }
    if values.iter().any(|value| failed.contains(value)) {
        return vec!["PartialFailed"];
    }
    if values.iter().any(|value| stopped.contains(value)) {
        return vec!["Success", "PartialFailed"];
    }
    vec!["Success"]
}

#[test]
fn aggregation_agrees_with_current_api() {
    arbtest(|u| {
        let overall: Vec<_> =
            InvocationStatus::known().filter(|status| status.as_str() != "Finished").collect();
        let instance: Vec<_> = InstanceStatus::known()
            .filter(|status| !["Finished", "Stopped"].contains(&status.as_str()))
            .collect();
        let overall = u.choose(&overall)?.clone();
        let count = u.int_in_range(1..=5)?;
        let statuses = (0..count).map(|_| u.choose(&instance).cloned());
        let statuses = statuses.collect::<Result<Vec<_>, _>>()?;
        let is_periodic: bool = u.arbitrary()?;
        let instance = |status: &InstanceStatus<'static>| InvokeInstance {
            invocation_status: Some(status.clone()),
            ..InvokeInstance::default()
        };
        let invocation = Invocation {
            invocation_status: Some(overall.clone()),
            repeat_mode: Some(if is_periodic { RepeatMode::Period } else { RepeatMode::Once }),
            instances: statuses.iter().map(instance).collect(),
            ..Invocation::default()
        };
        // The next run may be on its way, but none is on its way after a stop.
        let in_progress = ["Stopping", "Pending", "Running", "Scheduled"];
        let is_idle = statuses.iter().all(|status| !in_progress.contains(&status.as_str()));
        let is_ongoing = match overall.as_str() {
            "Running" | "Scheduled" => is_periodic,
            "Stopped" => is_periodic && is_idle,
            _ => false,
        };
        let expected =
            !allowed_by_current_api(&statuses).contains(&overall.as_str()) && !is_ongoing;
        assert_eq!(fires(page_of(invocation), ["A902"]), [expected], "{overall} {statuses:?}");
        Ok(())
    })
    .budget_ms(1500);
}

/// The reference implementation enumerates the items of the whole list.
#[test]
fn paging_agrees_with_enumeration() {
    arbtest(|u| {
        let total = u.arbitrary::<Option<u8>>()?.map(|total| usize::from(total % 12));
        let number = u.arbitrary::<Option<u8>>()?.map(|number| usize::from(number % 5));
        let size = u.arbitrary::<Option<u8>>()?.map(|size| usize::from(size % 56));
        let items = u.int_in_range(0..=6)?;
        let has_token: bool = u.arbitrary()?;
        let page = Page {
            total_count: total.map(|total| total as i64),
            page_number: number.map(|number| number as i64),
            page_size: size.map(|size| size as i64),
            next_token: has_token.then(|| "AAAA".into()),
            invocations: vec![Invocation::default(); items],
            ..Page::default()
        };
        let is_unnumbered = matches!((number, size), (None | Some(0), None | Some(0)));
        let by_token = has_token
            || (number, size) == (Some(0), Some(0))
            || total == Some(0) && items > 0 && is_unnumbered;
        // The item numbers on earlier pages and on this page.
        let earlier = match (number, size) {
            (Some(number), Some(size)) if number > 0 => (0..(number - 1) * size).count(),
            _ => 0,
        };
        let here = earlier..earlier + items;
        let overfull = size.is_some_and(|size| size > 0 && items > size);
        let too_small = total.is_some_and(|total| here.clone().any(|item| item >= total));
        let short = match (total, number, size) {
            (Some(total), Some(1..), Some(size)) => {
                let expected_here = (earlier..earlier + size).filter(|item| *item < total);
                expected_here.count() > items
            }
            _ => false,
        };
        let out_of_range = size.is_some_and(|size| size == 0 || size > 50);
        let is_last = total.is_some_and(|total| total > 0 && here.end >= total);
        let by_number = [overfull, too_small, short, number == Some(0), out_of_range];
        // The page fields of a page by token say nothing.
        let [overfull, too_small, short, no_page, out_of_range] =
            by_number.map(|fires| fires && !by_token);
        let expected = [overfull, too_small, short, no_page, out_of_range, has_token && is_last];
        let codes = ["P501", "P502", "P503", "P504", "P505", "P506"];
        assert_eq!(fires(page.clone(), codes), expected, "{page:?}");
        Ok(())
    })
    .budget_ms(2000);
}

//! The rules on aggregation and paging against a second, naive reading of the reference.

use arbtest::arbtest;
use ecs_invocations::Response;
use ecs_invocations::model::{
    InstanceStatus, Invocation, InvocationStatus, InvokeInstance, Page, RepeatMode,
};
use ecs_invocations::validate::Checks;

/// Whether each of these rules fires on the page.
fn fires<const N: usize>(page: Page<'_>, codes: [&str; N]) -> [bool; N] {
    let findings = Checks::default().check_response(&Response::Invocations(page));
    codes.map(|code| findings.iter().any(|finding| finding.code() == code))
}

fn page_of(invocation: Invocation<'static>) -> Page<'static> {
    Page { invocations: vec![invocation], ..Page::default() }
}

/// What the documented reference says of each overall status, sentence by sentence.
fn documented_holds(overall: &InvocationStatus<'_>, instances: &[InstanceStatus<'_>]) -> bool {
    let is = |status: &InstanceStatus<'_>, word: &str| status.as_str() == word;
    let any = |word: &str| instances.iter().any(|status| is(status, word));
    let all = |word: &str| instances.iter().all(|status| is(status, word));
    match overall.as_str() {
        "Running" => any("Running"),
        "Finished" => {
            all("Finished")
                || any("Stopped")
                    && instances.iter().filter(|s| !is(s, "Stopped")).all(|s| is(s, "Finished"))
        }
        "Failed" => all("Failed"),
        "PartialFailed" => any("Failed") && !all("Failed"),
        // By hand; what runs was not.
        "Stopped" => !any("Running"),
        _ => unreachable!("{overall}"),
    }
}

#[test]
fn documented_aggregation() {
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
            false => [!documented_holds(&overall, &statuses), false],
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

/// The overall statuses that the current reference gives, by its order of cases.
fn current_says(instances: &[InstanceStatus<'_>]) -> Vec<&'static str> {
    let words: Vec<&str> = instances.iter().map(InstanceStatus::as_str).collect();
    for word in ["Stopping", "Pending", "Running", "Scheduled"] {
        if words.contains(&word) {
            return vec![word];
        }
    }
    let stopped = ["Cancelled", "Terminated"];
    let failed = ["Invalid", "Aborted", "Failed", "Timeout", "Error"];
    if words.iter().all(|word| stopped.contains(word)) {
        return vec!["Stopped"];
    }
    if words.iter().all(|word| failed.contains(word) || stopped.contains(word)) {
        return vec!["Failed"];
    }
    if words.iter().any(|word| failed.contains(word)) {
        return vec!["PartialFailed"];
    }
    if words.iter().any(|word| stopped.contains(word)) {
        return vec!["Success", "PartialFailed"];
    }
    vec!["Success"]
}

#[test]
fn current_aggregation() {
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
        let goes_on =
            is_periodic && ["Running", "Scheduled", "Stopped"].contains(&overall.as_str());
        let expected = !current_says(&statuses).contains(&overall.as_str()) && !goes_on;
        assert_eq!(fires(page_of(invocation), ["A902"]), [expected], "{overall} {statuses:?}");
        Ok(())
    })
    .budget_ms(1500);
}

/// The claims of a page, checked by writing the whole list down.
#[test]
fn paging() {
    arbtest(|u| {
        let total = u.arbitrary::<Option<u8>>()?.map(|total| usize::from(total % 12));
        let number = u.arbitrary::<Option<u8>>()?.map(|number| usize::from(number % 5));
        let size = u.arbitrary::<Option<u8>>()?.map(|size| usize::from(size % 56));
        let items = u.int_in_range(0..=6)?;
        let has_token: bool = u.arbitrary()?;
        let page = Page {
            total_count: total.map(|total| total as u64),
            page_number: number.map(|number| number as u64),
            page_size: size.map(|size| size as u64),
            next_token: has_token.then(|| "AAAA".into()),
            invocations: vec![Invocation::default(); items],
            ..Page::default()
        };
        let by_token = has_token || (number, size) == (Some(0), Some(0));
        // The numbers of the items that stand on earlier pages, and on this one.
        let earlier = match (number, size) {
            (Some(number), Some(size)) if number > 0 => (0..(number - 1) * size).count(),
            _ => 0,
        };
        let here = earlier..earlier + items;
        let overfull = size.is_some_and(|size| size > 0 && items > size);
        let too_small = total.is_some_and(|total| here.clone().any(|item| item >= total));
        let short = match (total, number, size) {
            (Some(total), Some(1..), Some(size)) if !has_token => {
                let belong = (earlier..earlier + size).filter(|item| *item < total);
                belong.count() > items
            }
            _ => false,
        };
        let is_last = total.is_some_and(|total| here.end >= total);
        let expected = [
            overfull,
            too_small,
            short,
            number == Some(0) && !by_token,
            size.is_some_and(|size| !by_token && (size == 0 || size > 50)),
            has_token && is_last,
        ];
        let codes = ["P501", "P502", "P503", "P504", "P505", "P506"];
        assert_eq!(fires(page.clone(), codes), expected, "{page:?}");
        Ok(())
    })
    .budget_ms(2000);
}

//! Which overall status follows from the statuses of the instances: all combinations of up to three
//! instances with every overall status, compared with the sentences of the reference.

use ecs_invocations::Response;
use ecs_invocations::model::{
    InstanceStatus, Invocation, InvocationStatus, InvokeInstance, Page, RepeatMode,
};
use ecs_invocations::validate::Checks;

/// All sequences of one to three of the values.
fn combinations<'t>(values: &[&'t str]) -> Vec<Vec<&'t str>> {
    let mut all: Vec<Vec<&str>> = Vec::new();
    let mut longest: Vec<Vec<&str>> = vec![Vec::new()];
    for _ in 0..3 {
        let longer = longest.iter().flat_map(|start| {
            values.iter().map(|value| start.iter().copied().chain([*value]).collect::<Vec<_>>())
        });
        longest = longer.collect();
        all.extend(longest.iter().cloned());
    }
    all
}

/// Whether the rule has a finding on a one-time invocation.
fn is_found(code: &str, invocation: Invocation<'static>) -> bool {
    let invocation = Invocation { repeat_mode: Some(RepeatMode::Once), ..invocation };
    let page = Page { invocations: vec![invocation], ..Page::default() };
    let checks = Checks::default().ignore("ALL").select(code);
    !checks.check_response(&Response::Invocations(page)).is_empty()
}

/// The sentences on `InvocationStatus`.
fn is_right_today(overall: &str, instances: &[&str]) -> bool {
    let group = |status: &str| match status {
        "Cancelled" | "Terminated" => "Stopped",
        "Invalid" | "Aborted" | "Failed" | "Timeout" | "Error" => "Failed",
        "Success" => "Success",
        _ => "In progress",
    };
    let some = |name: &str| instances.iter().any(|status| group(status) == name);
    let all = |names: &[&str]| instances.iter().all(|status| names.contains(&group(status)));
    if some("In progress") {
        // Any that some instance has is right.
        return group(overall) == "In progress" && instances.contains(&overall);
    }
    match overall {
        "Stopped" => all(&["Stopped"]),
        "Success" => some("Success") && all(&["Success", "Stopped"]),
        "Failed" => some("Failed") && all(&["Failed", "Stopped"]),
        // The reference has both where Success meets Stopped.
        "PartialFailed" => some("Success") && (some("Failed") || some("Stopped")),
        _ => false,
    }
}

#[test]
fn invocation_status_follows_from_that_of_the_instances() {
    const OVERALL: [&str; 8] = [
        "Pending",
        "Scheduled",
        "Running",
        "Success",
        "Failed",
        "Stopping",
        "Stopped",
        "PartialFailed",
    ];
    const INSTANCE: [&str; 12] = [
        "Pending",
        "Invalid",
        "Aborted",
        "Running",
        "Success",
        "Failed",
        "Error",
        "Timeout",
        "Cancelled",
        "Stopping",
        "Terminated",
        "Scheduled",
    ];
    let (mut right, mut wrong) = (0, 0);
    for instances in combinations(&INSTANCE) {
        for overall in OVERALL {
            let status = |status: &&str| InvokeInstance {
                invocation_status: Some(status.parse::<InstanceStatus<'_>>().unwrap()),
                ..InvokeInstance::default()
            };
            let invocation = Invocation {
                invocation_status: Some(overall.parse::<InvocationStatus<'_>>().unwrap()),
                instances: instances.iter().map(status).collect(),
                ..Invocation::default()
            };
            let is_right = is_right_today(overall, &instances);
            assert_eq!(is_found("A902", invocation), !is_right, "{overall}: {instances:?}");
            *(if is_right { &mut right } else { &mut wrong }) += 1;
        }
    }
    assert_eq!(right + wrong, (12 + 144 + 1728) * 8);
    assert!(right > 1884);
}

/// The sentences on `InvokeStatus` of a one-time invocation.
fn is_right_in_2018(overall: &str, instances: &[&str]) -> bool {
    let count = |status: &str| instances.iter().filter(|found| **found == status).count();
    let all = instances.len();
    match overall {
        "Running" => count("Running") > 0,
        "Finished" => count("Finished") + count("Stopped") == all,
        "Failed" => count("Failed") == all,
        "PartialFailed" => count("Failed") > 0 && count("Failed") < all,
        // Stopped by hand, whatever the instances did before; none runs any more.
        "Stopped" => count("Running") == 0,
        _ => unreachable!("{overall}"),
    }
}

#[test]
fn invoke_status_follows_from_that_of_the_instances() {
    for instances in combinations(&["Running", "Finished", "Failed", "Stopped"]) {
        for overall in ["Running", "Finished", "Failed", "PartialFailed", "Stopped"] {
            let status = |status: &&str| InvokeInstance {
                instance_invoke_status: Some(status.parse::<InstanceStatus<'_>>().unwrap()),
                ..InvokeInstance::default()
            };
            let invocation = Invocation {
                invoke_status: Some(overall.parse::<InvocationStatus<'_>>().unwrap()),
                instances: instances.iter().map(status).collect(),
                ..Invocation::default()
            };
            let is_right = is_right_in_2018(overall, &instances);
            assert_eq!(is_found("A901", invocation), !is_right, "{overall}: {instances:?}");
        }
    }
}

/// A status of one version of the API says nothing about that of the other.
#[test]
fn the_two_status_fields_are_not_compared_with_each_other() {
    for overall in InvocationStatus::known() {
        for status in InstanceStatus::known() {
            let new = InvokeInstance {
                invocation_status: Some(status.clone()),
                ..InvokeInstance::default()
            };
            let old = InvokeInstance {
                instance_invoke_status: Some(status),
                ..InvokeInstance::default()
            };
            let of_2018 = Invocation {
                invoke_status: Some(overall.clone()),
                instances: vec![new],
                ..Invocation::default()
            };
            assert!(!is_found("A901", of_2018));
            let of_today = Invocation {
                invocation_status: Some(overall.clone()),
                instances: vec![old],
                ..Invocation::default()
            };
            assert!(!is_found("A902", of_today));
        }
    }
}

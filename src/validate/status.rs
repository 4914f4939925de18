//! Overall status (`A`): whether it agrees with the statuses of the instances it aggregates.

use super::places::PathBuilder;
use super::report::{Report, alternatives};
use crate::finding::Rule;
use crate::finding::Severity::Error;
use crate::model::ApiVersion::{Current, Reference2018};
use crate::model::{
    Frequency, InstanceStatus, Invocation, InvocationStatus, InvokeInstance, Outcome, RepeatMode,
};

pub(super) const RULES: &[&Rule] =
    &[&INVOKE_STATUS_MISMATCH, &INVOCATION_STATUS_MISMATCH, &PERIODIC_ENDED];

pub(super) fn check(
    invocation: &Invocation<'_>,
    is_periodic: bool,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    if is_periodic {
        check_periodic(invocation, path, report);
    } else {
        check_invoke_status(invocation, path, report);
    }
    check_invocation_status(invocation, is_periodic, path, report);
}

static INVOKE_STATUS_MISMATCH: Rule = Rule {
    code: "A901",
    name: "invoke-status-mismatch",
    aliases: &["status-against-instances"],
    summary: "InvokeStatus of a one-time invocation is inconsistent with InstanceInvokeStatus of its instances",
    severity: Error,
    api_version: Reference2018,
    enabled_by_default: true,
    reason: "Automation based on the overall status draws the wrong conclusion.",
    examples: [
        r#"{"Invocations": [{"InvokeStatus": "Finished", "InvokeInstances": [
  {"InstanceId": "i-1", "InstanceInvokeStatus": "Finished"},
  {"InstanceId": "i-2", "InstanceInvokeStatus": "Failed"}]}]}"#,
        r#"{"Invocations": [{"InvokeStatus": "PartialFailed", "InvokeInstances": [
  {"InstanceId": "i-1", "InstanceInvokeStatus": "Finished"},
  {"InstanceId": "i-2", "InstanceInvokeStatus": "Failed"}]}]}"#,
    ],
};

fn check_invoke_status(
    invocation: &Invocation<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    use InvocationStatus::{Pending, Scheduled, Stopping};
    let Some(overall) = &invocation.invoke_status else { return };
    // The reference does not say which instances these values follow from.
    if matches!(overall, Pending | Scheduled | Stopping) {
        return;
    }
    let statuses = Statuses::of(invocation, |instance| instance.instance_invoke_status.as_ref());
    let mut allowed = allowed_by_reference(&statuses.classes);
    let waits = invocation.repeat_mode == Some(RepeatMode::NextRebootOnly);
    if waits && !allowed.is_empty() {
        allowed.push(InvocationStatus::Running);
    }
    if !is_allowed(overall, &allowed) {
        let message = statuses.mismatch_message(overall);
        let path = path.to("InvokeStatus");
        report.push(&INVOKE_STATUS_MISMATCH, path, message, Some(&alternatives_of(&allowed)));
    }
}

static INVOCATION_STATUS_MISMATCH: Rule = Rule {
    code: "A902",
    name: "invocation-status-mismatch",
    aliases: &["current-status-against-instances"],
    summary: "InvocationStatus is inconsistent with InvocationStatus of the instances",
    severity: Error,
    api_version: Current,
    enabled_by_default: true,
    reason: "Automation based on the overall status draws the wrong conclusion.",
    examples: [
        r#"{"Invocations": [{"InvocationStatus": "Success", "InvokeInstances": [
  {"InstanceId": "i-1", "InvocationStatus": "Success"},
  {"InstanceId": "i-2", "InvocationStatus": "Timeout"}]}]}"#,
        r#"{"Invocations": [{"InvocationStatus": "PartialFailed", "InvokeInstances": [
  {"InstanceId": "i-1", "InvocationStatus": "Success"},
  {"InstanceId": "i-2", "InvocationStatus": "Timeout"}]}]}"#,
    ],
};

fn check_invocation_status(
    invocation: &Invocation<'_>,
    is_periodic: bool,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    use InvocationStatus::{Running, Scheduled, Stopped};
    let Some(overall) = &invocation.invocation_status else { return };
    let statuses = Statuses::of(invocation, |instance| instance.invocation_status.as_ref());
    let mut allowed = allowed_by_current_api(&statuses.classes);
    if is_periodic && !allowed.is_empty() {
        // The instances show the last run; the next one may be running or scheduled.
        let runs = statuses.classes.iter().flatten().any(|class| class.is_in_progress());
        allowed.extend([Running, Scheduled]);
        allowed.extend((!runs).then_some(Stopped));
    }
    if !is_allowed(overall, &allowed) {
        let message = statuses.mismatch_message(overall);
        let path = path.to("InvocationStatus");
        report.push(&INVOCATION_STATUS_MISMATCH, path, message, Some(&alternatives_of(&allowed)));
    }
}

static PERIODIC_ENDED: Rule = Rule {
    code: "A903",
    name: "periodic-ended",
    aliases: &["periodic-has-ended"],
    summary: "InvokeStatus of a periodic invocation is Finished, Failed or PartialFailed",
    severity: Error,
    api_version: Reference2018,
    enabled_by_default: true,
    reason: "A periodic invocation stays Running until it is stopped manually, whatever the results of its runs.",
    examples: [
        r#"{"Invocations": [{"InvokeStatus": "Finished", "Timed": true}]}"#,
        r#"{"Invocations": [{"InvokeStatus": "Running", "Timed": true}]}"#,
    ],
};

fn check_periodic(invocation: &Invocation<'_>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    let Some(overall) = &invocation.invoke_status else { return };
    // `at(…)` runs once. Timed is false for a periodic invocation that is completed.
    if matches!(invocation.frequency, Some(Frequency::At(_))) || invocation.timed == Some(false) {
        return;
    }
    if let Some(Outcome::Succeeded | Outcome::Failed | Outcome::PartlyFailed) = overall.outcome() {
        let message = format!("`{overall}` is not a valid status of a periodic invocation");
        let expected = Some("Running or Stopped");
        report.push(&PERIODIC_ENDED, path.to("InvokeStatus"), message, expected);
    }
}

/// `allowed` is empty if nothing is known about what is allowed.
fn is_allowed(overall: &InvocationStatus<'_>, allowed: &[InvocationStatus<'static>]) -> bool {
    let is_same = |status: &InvocationStatus<'_>| {
        // `Finished` and `Success` are the same outcome in two API versions.
        status == overall || status.outcome().is_some() && status.outcome() == overall.outcome()
    };
    allowed.is_empty()
        || matches!(overall, InvocationStatus::Other(_))
        || allowed.iter().any(is_same)
}

/// The statuses that one field has on the instances. The two status fields are never compared with each
/// other: a command that exits with 1 has `Finished` in one and `Failed` in the other.
struct Statuses<'m> {
    invocation: &'m Invocation<'m>,
    field: StatusField,
    classes: Vec<Option<Class>>,
}

type StatusField = for<'m> fn(&'m InvokeInstance<'m>) -> Option<&'m InstanceStatus<'m>>;

impl<'m> Statuses<'m> {
    fn of(invocation: &'m Invocation<'m>, field: StatusField) -> Self {
        let instances = invocation.instances.iter();
        let classes = instances.map(|instance| Class::of(field(instance))).collect();
        Self { invocation, field, classes }
    }

    fn mismatch_message(&self, overall: &InvocationStatus<'_>) -> String {
        /// The number of instances that the message names.
        const NAMED: usize = 3;
        let contradicts = |class: Option<Class>| match overall.outcome() {
            Some(Outcome::Succeeded) => class != Some(Class::Succeeded),
            Some(Outcome::Failed) => class != Some(Class::Failed),
            Some(Outcome::Stopped) => class != Some(Class::Stopped),
            _ => true,
        };
        let instances = || self.invocation.instances.iter().zip(&self.classes);
        let mut evidence: Vec<_> = instances().filter(|(_, class)| contradicts(**class)).collect();
        if evidence.is_empty() {
            evidence = instances().collect();
        }
        let named: Vec<String> = evidence
            .iter()
            .take(NAMED)
            .map(|(instance, _)| {
                let status = (self.field)(instance);
                let id = instance.instance_id.as_deref().unwrap_or("an instance without id");
                format!("{id} is `{}`", status.map_or("", InstanceStatus::as_str))
            })
            .collect();
        let named = named.join(", ");
        let more = match evidence.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        format!("`{overall}` is inconsistent with the instance statuses: {named}{more}")
    }
}

fn alternatives_of(statuses: &[InvocationStatus<'static>]) -> String {
    alternatives(&statuses.iter().map(InvocationStatus::as_str).collect::<Vec<_>>())
}

/// What the status of one instance contributes to the overall status.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Stopping,
    Pending,
    Running,
    Scheduled,
    Succeeded,
    Failed,
    Stopped,
}

impl Class {
    fn is_in_progress(self) -> bool {
        matches!(self, Self::Stopping | Self::Pending | Self::Running | Self::Scheduled)
    }

    /// `None` if the status is missing or unknown.
    fn of(status: Option<&InstanceStatus<'_>>) -> Option<Self> {
        use InstanceStatus as Status;
        Some(match status? {
            Status::Stopping => Self::Stopping,
            Status::Pending => Self::Pending,
            Status::Running => Self::Running,
            Status::Scheduled => Self::Scheduled,
            Status::Finished | Status::Success => Self::Succeeded,
            Status::Failed
            | Status::Invalid
            | Status::Aborted
            | Status::Error
            | Status::Timeout => Self::Failed,
            Status::Stopped | Status::Cancelled | Status::Terminated => Self::Stopped,
            Status::Other(_) => return None,
        })
    }
}

/// The overall statuses that the 2018 reference allows for a one-time invocation; empty if the
/// instances do not tell.
fn allowed_by_reference(classes: &[Option<Class>]) -> Vec<InvocationStatus<'static>> {
    use InvocationStatus::{Failed, Finished, PartialFailed, Running, Stopped};
    let count = |class| classes.iter().filter(|found| **found == Some(class)).count();
    let (running, failed) = (count(Class::Running), count(Class::Failed));
    let (finished, stopped) = (count(Class::Succeeded), count(Class::Stopped));
    let all = classes.len();
    if all == 0 || running + failed + finished + stopped < all {
        return Vec::new();
    }
    let mut allowed = Vec::new();
    if running > 0 {
        allowed.push(Running);
    }
    if finished + stopped == all {
        allowed.push(Finished);
    }
    if failed == all {
        allowed.push(Failed);
    } else if failed > 0 {
        allowed.push(PartialFailed);
    }
    if running == 0 {
        // It may have been stopped manually, whatever the results of the instances.
        allowed.push(Stopped);
    }
    allowed
}

/// The overall statuses that the current API allows; empty if the instances do not tell.
fn allowed_by_current_api(classes: &[Option<Class>]) -> Vec<InvocationStatus<'static>> {
    use InvocationStatus::{
        Failed, PartialFailed, Pending, Running, Scheduled, Stopped, Stopping, Success,
    };
    if classes.is_empty() || classes.contains(&None) {
        return Vec::new();
    }
    let has = |class| classes.contains(&Some(class));
    let in_progress = [
        (Class::Stopping, Stopping),
        (Class::Pending, Pending),
        (Class::Running, Running),
        (Class::Scheduled, Scheduled),
    ];
    let in_progress = in_progress.into_iter().filter(|(class, _)| has(*class));
    // No document ranks these against each other.
    let in_progress: Vec<_> = in_progress.map(|(_, status)| status).collect();
    if !in_progress.is_empty() {
        return in_progress;
    }
    match (has(Class::Succeeded), has(Class::Failed), has(Class::Stopped)) {
        (false, false, _) => vec![Stopped],
        (true, false, false) => vec![Success],
        // The documentation of the API lists both.
        (true, false, true) => vec![Success, PartialFailed],
        (false, true, _) => vec![Failed],
        (true, true, _) => vec![PartialFailed],
    }
}

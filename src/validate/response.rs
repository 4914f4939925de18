//! What is wrong with one response, against the contracts and against itself.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{At, PAGE_SIZES, Report};
use crate::model::{
    ApiError, ApiVersion, Frequency, InstanceStatus, Invocation, InvocationResult,
    InvocationStatus, InvokeInstance, Outcome, Page, RepeatMode, Response, Time,
};
use crate::text::characters as lenient;

/// How long before an instant a time may be said to be in the future: clocks differ.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_hours(24);

pub(super) fn check(response: &Response<'_>, now: Option<Timestamp>, report: &mut Report<'_>) {
    let mut checker = Checker {
        now,
        wants_base64: report.wants("C911"),
        wants_schedule: report.wants("F703") || report.wants("F704"),
        decoded: Vec::new(),
        report,
    };
    match response {
        Response::Invocations(page) => checker.page(page),
        Response::Error(error) => checker.error(error),
    }
}

struct Checker<'r, 'c> {
    now: Option<Timestamp>,
    /// Whether to look for what takes long.
    wants_base64: bool,
    wants_schedule: bool,
    /// What the last text was decoded to.
    decoded: Vec<u8>,
    report: &'r mut Report<'c>,
}

fn is_blank(text: &Option<impl AsRef<str>>) -> bool {
    text.as_ref().is_none_or(|text| lenient::is_blank(text.as_ref()))
}

impl Checker<'_, '_> {
    /// A field that every response has, or that every response of the documented contract has.
    fn required(&mut self, code: &'static str, at: At<'_>, name: &'static str, is_missing: bool) {
        if is_missing {
            self.report.say(code, at.to(name), "it is missing", "");
        }
    }

    fn error(&mut self, error: &ApiError<'_>) {
        let at = At::ROOT;
        self.required("S401", at, "Code", error.code.is_none());
        self.required("S401", at, "RequestId", is_blank(&error.request_id));
        self.required("S401", at, "Message", is_blank(&error.message));
        self.required("S402", at, "HostId", is_blank(&error.host_id));
        self.request_id(error.request_id.as_deref());
    }

    fn request_id(&mut self, id: Option<&str>) {
        const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
        let Some(id) = id else { return };
        // The documented examples mask digits.
        let is_digit = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b'x' | b'X' | b'*');
        let groups: Vec<&str> = id.trim().split('-').collect();
        let is_uuid = groups.len() == GROUPS.len()
            && groups
                .iter()
                .zip(GROUPS)
                .all(|(group, length)| group.len() == length && group.bytes().all(is_digit));
        if !is_uuid {
            let what = format!("`{id}` is no UUID");
            self.report.say("S407", At::ROOT.to("RequestId"), what, "");
        }
    }

    fn id(&mut self, at: At<'_>, name: &'static str, id: Option<&str>, starts: &[&str]) {
        let Some(id) = id.filter(|id| !lenient::is_blank(id)) else { return };
        let is_rest = |byte: u8| byte.is_ascii_alphanumeric() || b"-_*.".contains(&byte);
        let has_form = starts
            .iter()
            .filter_map(|start| id.strip_prefix(start))
            .any(|rest| !rest.is_empty() && rest.bytes().all(is_rest));
        if !has_form {
            let right = format!("{}…", starts.join("… or "));
            self.report.say("S403", at.to(name), format!("`{id}` has an odd form"), &right);
        }
    }

    fn page(&mut self, page: &Page<'_>) {
        let at = At::ROOT;
        self.required("S401", at, "RequestId", is_blank(&page.request_id));
        self.request_id(page.request_id.as_deref());
        if let Some(results) = page.results.as_deref() {
            let at = at.member("Invocation");
            self.paging(Paging {
                at,
                total: results.total_count,
                number: results.page_number,
                size: results.page_size,
                token: results.next_token.as_deref(),
                items: results.results.len(),
                list: "InvocationResults",
            });
            let list = at.member("InvocationResults");
            for (nth, result) in results.results.iter().enumerate() {
                self.result(result, list.item("InvocationResult", nth));
            }
            return;
        }
        self.required("S402", at, "TotalCount", page.total_count.is_none());
        self.required("S402", at, "PageNumber", page.page_number.is_none());
        self.required("S402", at, "PageSize", page.page_size.is_none());
        self.paging(Paging {
            at,
            total: page.total_count,
            number: page.page_number,
            size: page.page_size,
            token: page.next_token.as_deref(),
            items: page.invocations.len(),
            list: "Invocations",
        });
        let list = at.member("Invocations");
        let ids = page.invocations.iter().map(|invocation| invocation.invoke_id.as_deref());
        self.no_id_twice("S404", ids, list, "Invocation", "InvokeId");
        for (nth, invocation) in page.invocations.iter().enumerate() {
            self.invocation(invocation, list.item("Invocation", nth));
        }
    }

    /// Says where an id stands again.
    fn no_id_twice<'m>(
        &mut self,
        code: &'static str,
        ids: impl ExactSizeIterator<Item = Option<&'m str>> + Clone,
        list: At<'_>,
        item: &'static str,
        name: &'static str,
    ) {
        /// So many are sooner compared with each other than put in a map.
        const FEW: usize = 16;
        let mut seen = (ids.len() > FEW).then(|| HashMap::with_capacity(ids.len()));
        for (nth, id) in ids.clone().enumerate() {
            let Some(id) = id.filter(|id| !lenient::is_blank(id)) else { continue };
            let first = match &mut seen {
                None => ids.clone().take(nth).position(|before| before == Some(id)),
                Some(seen) => match seen.entry(id) {
                    Entry::Occupied(first) => Some(*first.get()),
                    Entry::Vacant(place) => {
                        place.insert(nth);
                        None
                    }
                },
            };
            if let Some(first) = first {
                let what = format!("`{id}` is also that of {}", list.item(item, first).path());
                self.report.say(code, list.item(item, nth).to(name), what, "");
            }
        }
    }

    fn paging(&mut self, paging: Paging<'_>) {
        let Paging { at, total, number, size, token, items, list } = paging;
        let items = items as u64;
        // Where pages go by token, these say nothing.
        let by_token = token.is_some() || number == Some(0) && size == Some(0);
        if number == Some(0) && !by_token {
            self.report.say("P504", at.to("PageNumber"), "pages are numbered from 1", "1");
        }
        if let Some(size) = size.filter(|size| !by_token && !PAGE_SIZES.contains(size)) {
            let what = format!("a page holds 1 to 50 items, not {size}");
            self.report.say("P505", at.to("PageSize"), what, "");
        }
        if let Some(size) = size.filter(|size| *size > 0 && items > *size) {
            let what = format!("{items} items on a page of {size}");
            self.report.say("P501", at.to(list), what, "");
        }
        // This page and those before it.
        let before = match (number, size) {
            (Some(number), Some(size)) if number > 0 => Some((number - 1).saturating_mul(size)),
            _ => None,
        };
        let proven = before.unwrap_or(0).saturating_add(items);
        if let Some(total) = total.filter(|total| *total < items || items > 0 && *total < proven) {
            let what = format!("{total}, but this page proves at least {proven}");
            self.report.say("P502", at.to("TotalCount"), what, "");
        }
        if let (Some(total), Some(size), Some(before)) = (total, size, before) {
            let expected = total.saturating_sub(before).min(size);
            if items < expected && token.is_none() {
                let what = format!("{items} items, where {total} in all make {expected} here");
                self.report.say("P503", at.to(list), what, "");
            }
        }
        if let Some(total) = total.filter(|total| token.is_some() && *total <= proven) {
            let what = format!("all {total} items are on this page and those before it");
            self.report.say("P506", at.to("NextToken"), what, "no token");
        }
    }

    fn invocation(&mut self, invocation: &Invocation<'_>, at: At<'_>) {
        self.required("S401", at, "InvokeId", is_blank(&invocation.invoke_id));
        self.required("S401", at, "InvokeStatus", invocation.status().is_none());
        self.required("S402", at, "CommandId", is_blank(&invocation.command_id));
        self.required("S402", at, "CommandName", is_blank(&invocation.command_name));
        self.required("S402", at, "CommandType", invocation.command_type.is_none());
        self.id(at, "InvokeId", invocation.invoke_id.as_deref(), &["t-"]);
        self.id(at, "CommandId", invocation.command_id.as_deref(), &["c-", "ACS-", "cmd-"]);

        let list = at.member("InvokeInstances");
        if invocation.instances.is_empty() {
            self.report.say("S406", list.path(), "there is no instance", "");
        }
        let ids = invocation.instances.iter().map(|instance| instance.instance_id.as_deref());
        self.no_id_twice("S405", ids, list, "InvokeInstance", "InstanceId");

        if let Some(status) = &invocation.invoke_status {
            let contract = status.api_version();
            self.word(
                at,
                "InvokeStatus",
                status.as_str(),
                contract,
                Some(ApiVersion::Reference2018),
            );
        }
        if let Some(status) = &invocation.invocation_status {
            let contract = status.api_version();
            self.word(at, "InvocationStatus", status.as_str(), contract, Some(ApiVersion::Current));
        }
        if let Some(word) = &invocation.command_type {
            self.word(at, "CommandType", word.as_str(), word.api_version(), None);
        }
        if let Some(word) = &invocation.repeat_mode {
            self.word(at, "RepeatMode", word.as_str(), word.api_version(), None);
        }
        if let Some(word) = &invocation.termination_mode {
            self.word(at, "TerminationMode", word.as_str(), word.api_version(), None);
        }

        let is_periodic = is_periodic(invocation);
        self.schedule(invocation, at);
        self.content(invocation, at);
        self.times(at, [("CreationTime", invocation.creation_time.as_ref())]);
        for (nth, instance) in invocation.instances.iter().enumerate() {
            self.instance(instance, list.item("InvokeInstance", nth), is_periodic);
        }
        self.aggregation(invocation, at, is_periodic);
    }

    /// A value that no contract lists, or the other one than that of its field.
    fn word(
        &mut self,
        at: At<'_>,
        name: &'static str,
        word: &str,
        contract: Option<ApiVersion>,
        of_field: Option<ApiVersion>,
    ) {
        match (contract, of_field) {
            (None, _) => {
                let what = format!("no contract lists `{word}`");
                self.report.say("V601", at.to(name), what, "");
            }
            (Some(ApiVersion::Both), _) | (_, None) => {}
            (contract, of_field) if contract == of_field => {}
            (Some(contract), _) => {
                let other = match contract {
                    ApiVersion::Reference2018 => "documented",
                    _ => "current",
                };
                let what = format!("`{word}` is a word of the {other} contract, its field is not");
                self.report.say("V603", at.to(name), what, "");
            }
        }
    }

    fn schedule(&mut self, invocation: &Invocation<'_>, at: At<'_>) {
        let Invocation { timed, frequency, repeat_mode, .. } = invocation;
        let is_timed = *timed == Some(true) || *repeat_mode == Some(RepeatMode::Period);
        match frequency {
            None if is_timed => {
                let what = "the invocation is periodic, but nothing says when it runs";
                self.report.say("F701", at.to("Frequency"), what, "");
            }
            // A single run at a given time has one too.
            Some(Frequency::Cron(_) | Frequency::Rate(_))
                if *timed == Some(false)
                    && repeat_mode.as_ref().is_none_or(|mode| *mode == RepeatMode::Once) =>
            {
                let what = "the invocation runs once, but this says when it runs again";
                self.report.say("F702", at.to("Frequency"), what, "no frequency");
            }
            _ => {}
        }
        if let Some(frequency) = frequency.as_ref().filter(|_| self.wants_schedule) {
            let from = invocation.creation_time.as_ref().and_then(Time::timestamp);
            let from = from.unwrap_or(Timestamp::UNIX_EPOCH).to_zoned_datetime(TimeZone::UTC);
            match frequency.next_after(&from) {
                Err(error) => {
                    let what = format!("`{frequency}` does not read: {error}");
                    self.report.say("F703", at.to("Frequency"), what, "");
                }
                Ok(None) if matches!(frequency, Frequency::Cron(_)) => {
                    let what = format!("`{frequency}` never comes");
                    self.report.say("F704", at.to("Frequency"), what, "");
                }
                Ok(_) => {}
            }
        }
        let against = match (repeat_mode, timed) {
            (Some(RepeatMode::Period), Some(false)) => Some("true"),
            (Some(RepeatMode::Once), Some(true)) => Some("false"),
            _ => None,
        };
        if let (Some(mode), Some(right)) = (repeat_mode, against) {
            let what = format!("it contradicts RepeatMode `{mode}`");
            self.report.say("F705", at.to("Timed"), what, right);
        }
    }

    fn content(&mut self, invocation: &Invocation<'_>, at: At<'_>) {
        for (name, content) in
            [("CommandContent", &invocation.command_content), ("Output", &invocation.output)]
        {
            self.base64(at, name, content.as_ref());
        }
        let parameters = invocation.parameters.as_deref().filter(|text| !lenient::is_blank(text));
        if let Some(text) = parameters {
            let object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text);
            if object.is_err() {
                let what = "its text is no JSON object";
                self.report.say("C912", at.to("Parameters"), what, "{} or {\"name\": \"value\"}");
            }
        }
    }

    fn base64(&mut self, at: At<'_>, name: &'static str, content: Option<&crate::model::Content>) {
        let Some(content) = content.filter(|_| self.wants_base64) else { return };
        if let Err(error) = content.decode_base64_into(&mut self.decoded) {
            let what = format!("it is not Base64: {error}");
            self.report.say("C911", at.to(name), what, "");
        }
    }

    fn instance(&mut self, instance: &InvokeInstance<'_>, at: At<'_>, is_periodic: bool) {
        self.required("S401", at, "InstanceId", is_blank(&instance.instance_id));
        self.required("S401", at, "InstanceInvokeStatus", instance.status().is_none());
        self.id(at, "InstanceId", instance.instance_id.as_deref(), &["i-", "mi-", "eci-"]);
        if let Some(status) = &instance.instance_invoke_status {
            let (word, contract) = (status.as_str(), status.api_version());
            self.word(at, "InstanceInvokeStatus", word, contract, Some(ApiVersion::Reference2018));
        }
        if let Some(status) = &instance.invocation_status {
            let contract = status.api_version();
            self.word(at, "InvocationStatus", status.as_str(), contract, Some(ApiVersion::Current));
        }
        self.run(
            Run {
                status: instance.status(),
                is_current: instance.invocation_status.is_some(),
                exit_code: instance.exit_code,
                error_code: instance
                    .error_code
                    .as_ref()
                    .map(|code| (code.as_str(), code.api_version())),
                repeats: instance.repeats,
                dropped: instance.dropped,
                has_output: !is_blank(&instance.output.as_ref().map(|output| output.as_str())),
                is_periodic: is_periodic || instance.timed == Some(true),
            },
            at,
        );
        self.base64(at, "Output", instance.output.as_ref());
        let creation = ("CreationTime", instance.creation_time.as_ref());
        let start = ("StartTime", instance.start_time.as_ref());
        let finish = ("FinishTime", instance.finish_time.as_ref());
        let stop = ("StopTime", instance.stop_time.as_ref());
        let update = ("UpdateTime", instance.update_time.as_ref());
        self.times(at, [creation, start, finish, stop, update]);
        self.order(at, [(creation, start), (start, finish), (creation, stop), (creation, update)]);
        let has_ended = instance.status().is_some_and(InstanceStatus::is_terminal);
        if has_ended && !is_periodic && start.1.is_some() && finish.1.is_none() {
            let what = "the command started and has ended, but this does not say when";
            self.report.say("T804", at.to("FinishTime"), what, "");
        }
    }

    fn result(&mut self, result: &InvocationResult<'_>, at: At<'_>) {
        self.required("S401", at, "InvokeId", is_blank(&result.invoke_id));
        self.required("S401", at, "InstanceId", is_blank(&result.instance_id));
        let has_status =
            result.invocation_status.is_some() || result.invoke_record_status.is_some();
        self.required("S401", at, "InvocationStatus", !has_status);
        self.id(at, "InvokeId", result.invoke_id.as_deref(), &["t-"]);
        self.id(at, "CommandId", result.command_id.as_deref(), &["c-", "ACS-", "cmd-"]);
        self.id(at, "InstanceId", result.instance_id.as_deref(), &["i-", "mi-", "eci-"]);
        if let Some(status) = &result.invocation_status {
            let contract = status.api_version();
            self.word(at, "InvocationStatus", status.as_str(), contract, Some(ApiVersion::Current));
        }
        if let Some(status) = &result.invoke_record_status {
            let (word, contract) = (status.as_str(), status.api_version());
            self.word(at, "InvokeRecordStatus", word, contract, Some(ApiVersion::Reference2018));
        }
        if let Some(word) = &result.termination_mode {
            self.word(at, "TerminationMode", word.as_str(), word.api_version(), None);
        }
        self.run(
            Run {
                status: result.invocation_status.as_ref(),
                is_current: true,
                exit_code: result.exit_code,
                error_code: result
                    .error_code
                    .as_ref()
                    .map(|code| (code.as_str(), code.api_version())),
                // A record does not say whether its invocation is periodic.
                repeats: None,
                dropped: result.dropped,
                has_output: !is_blank(&result.output.as_ref().map(|output| output.as_str())),
                is_periodic: true,
            },
            at,
        );
        self.base64(at, "Output", result.output.as_ref());
        let start = ("StartTime", result.start_time.as_ref());
        let finish = ("FinishedTime", result.finished_time.as_ref());
        let stop = ("StopTime", result.stop_time.as_ref());
        self.times(at, [start, finish, stop]);
        self.order(at, [(start, finish)]);
    }

    fn run(&mut self, run: Run<'_>, at: At<'_>) {
        let outcome = run.status.and_then(InstanceStatus::outcome);
        let status = run.status.map_or("", InstanceStatus::as_str);
        if let Some((code, contract)) = run.error_code {
            if contract.is_none() {
                let what = format!("no contract lists `{code}`");
                self.report.say("V602", at.to("ErrorCode"), what, "");
            }
            if outcome == Some(Outcome::Succeeded) {
                let what = format!("`{code}`, but the status is `{status}`");
                self.report.say("V605", at.to("ErrorCode"), what, "no code");
            }
        } else if run.is_current && outcome == Some(Outcome::Failed) {
            let what = format!("the status is `{status}`, but nothing says why");
            self.report.say("V606", at.to("ErrorCode"), what, "");
        }
        if let Some(exit_code) = run.exit_code {
            let is_nonzero = matches!(run.error_code, Some(("ExitCodeNonzero", _)));
            let has_begun = !matches!(
                run.status,
                Some(InstanceStatus::Pending | InstanceStatus::Scheduled | InstanceStatus::Running)
            );
            let against = match outcome {
                Some(Outcome::Succeeded) if exit_code != 0 => {
                    Some(format!("the status is `{status}`"))
                }
                Some(Outcome::Failed) if exit_code == 0 && is_nonzero => {
                    Some("the error is that it is not 0".to_owned())
                }
                None if !has_begun && !run.is_periodic => {
                    Some(format!("the status is `{status}`, so nothing has exited"))
                }
                _ => None,
            };
            if let Some(against) = against {
                let what = format!("the exit code is {exit_code}, but {against}");
                self.report.say("V607", at.to("ExitCode"), what, "");
            }
        }
        if let Some(repeats) = run.repeats.filter(|repeats| *repeats > 1 && !run.is_periodic) {
            let what = format!("{repeats} runs of an invocation that runs once");
            self.report.say("V608", at.to("Repeats"), what, "0 or 1");
        }
        if let Some(dropped) = run.dropped.filter(|dropped| *dropped > 0 && !run.has_output) {
            let what = format!("{dropped} bytes were cut from an output that is empty");
            self.report.say("C913", at.to("Dropped"), what, "");
        }
    }

    fn times<const N: usize>(&mut self, at: At<'_>, times: [(&'static str, Option<&Time<'_>>); N]) {
        for (name, time) in times {
            match time {
                Some(Time::Other(text)) => {
                    let what = format!("`{text}` is no time");
                    self.report.say("T803", at.to(name), what, "2019-12-20T06:15:54Z");
                }
                Some(Time::Instant(time)) => {
                    let far = self.now.map(|now| now.saturating_add(CLOCKS_DIFFER));
                    if far.and_then(Result::ok).is_some_and(|far| *time > far) {
                        let what = format!("{time} is in the future");
                        self.report.say("T802", at.to(name), what, "");
                    }
                }
                None => {}
            }
        }
    }

    #[allow(clippy::type_complexity, reason = "a pair of named times, twice")]
    fn order<const N: usize>(
        &mut self,
        at: At<'_>,
        pairs: [((&'static str, Option<&Time<'_>>), (&'static str, Option<&Time<'_>>)); N],
    ) {
        for ((first_name, first), (second_name, second)) in pairs {
            let (first, second) =
                (first.and_then(Time::timestamp), second.and_then(Time::timestamp));
            if let (Some(first), Some(second)) = (first, second)
                && second < first
            {
                let what = format!("{second} is before {first_name}, {first}");
                self.report.say("T801", at.to(second_name), what, "");
            }
        }
    }

    fn aggregation(&mut self, invocation: &Invocation<'_>, at: At<'_>, is_periodic: bool) {
        let class = |instance: &InvokeInstance<'_>| Class::of(instance.status());
        let classes: Vec<_> = invocation.instances.iter().map(class).collect();
        if let Some(overall) = &invocation.invoke_status {
            let never = [Outcome::Succeeded, Outcome::Failed, Outcome::PartlyFailed];
            if is_periodic && overall.outcome().is_some_and(|outcome| never.contains(&outcome)) {
                let what = format!("a periodic invocation is never `{overall}`");
                self.report.say("A903", at.to("InvokeStatus"), what, "Running or Stopped");
            } else if !is_periodic {
                let allowed = documented(&classes);
                self.against(
                    "A901",
                    invocation,
                    overall,
                    at.member("InvokeStatus"),
                    &allowed,
                    &classes,
                );
            }
        }
        if let Some(overall) = &invocation.invocation_status {
            let mut allowed = current(&classes);
            if is_periodic && !allowed.is_empty() {
                // Between two runs it waits, or runs, whatever the last ones came to.
                allowed.extend([InvocationStatus::Running, InvocationStatus::Scheduled]);
                allowed.push(InvocationStatus::Stopped);
            }
            self.against(
                "A902",
                invocation,
                overall,
                at.member("InvocationStatus"),
                &allowed,
                &classes,
            );
        }
    }

    /// Says that the overall status is none of those that the instances allow.
    fn against(
        &mut self,
        code: &'static str,
        invocation: &Invocation<'_>,
        overall: &InvocationStatus<'_>,
        at: At<'_>,
        allowed: &[InvocationStatus<'static>],
        classes: &[Option<Class>],
    ) {
        const NAMED: usize = 3;
        let same = |allowed: &InvocationStatus<'_>| {
            // `Finished` and `Success` say the same, each in its contract.
            allowed == overall
                || allowed.outcome().is_some() && allowed.outcome() == overall.outcome()
        };
        if allowed.is_empty()
            || matches!(overall, InvocationStatus::Other(_))
            || allowed.iter().any(same)
        {
            return;
        }
        // Those that keep it from being what it says.
        let is_proof = |class: &Option<Class>| match overall.outcome() {
            Some(Outcome::Succeeded) => *class != Some(Class::Succeeded),
            Some(Outcome::Failed) => *class != Some(Class::Failed),
            Some(Outcome::Stopped) => *class != Some(Class::Stopped),
            _ => true,
        };
        let mut proofs: Vec<usize> =
            (0..classes.len()).filter(|nth| is_proof(&classes[*nth])).collect();
        if proofs.is_empty() {
            proofs = (0..classes.len()).collect();
        }
        let named: Vec<String> = proofs
            .iter()
            .take(NAMED)
            .map(|nth| {
                let instance = &invocation.instances[*nth];
                let id = instance.instance_id.as_deref().unwrap_or("one without an id");
                let status = instance.status().map_or("", InstanceStatus::as_str);
                format!("{id} is `{status}`")
            })
            .collect();
        let more = proofs.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        let what = format!("`{overall}`, but {}{more}", named.join(", "));
        let right: Vec<&str> = allowed.iter().map(InvocationStatus::as_str).collect();
        self.report.say(code, at.path(), what, &right.join(" or "));
    }
}

/// The claims of a page about itself.
struct Paging<'p> {
    at: At<'p>,
    total: Option<u64>,
    number: Option<u64>,
    size: Option<u64>,
    token: Option<&'p str>,
    items: usize,
    list: &'static str,
}

/// What one run came to.
struct Run<'m> {
    status: Option<&'m InstanceStatus<'m>>,
    is_current: bool,
    exit_code: Option<i64>,
    error_code: Option<(&'m str, Option<ApiVersion>)>,
    repeats: Option<u64>,
    dropped: Option<u64>,
    has_output: bool,
    is_periodic: bool,
}

fn is_periodic(invocation: &Invocation<'_>) -> bool {
    match &invocation.repeat_mode {
        Some(RepeatMode::Period | RepeatMode::EveryReboot) => true,
        Some(RepeatMode::Once | RepeatMode::NextRebootOnly) => false,
        _ => invocation.timed == Some(true),
    }
}

/// What a status on one instance means for the whole.
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
    fn of(status: Option<&InstanceStatus<'_>>) -> Option<Self> {
        let status = status?;
        Some(match status.outcome() {
            Some(Outcome::Succeeded) => Self::Succeeded,
            Some(Outcome::Failed | Outcome::PartlyFailed) => Self::Failed,
            Some(Outcome::Stopped) => Self::Stopped,
            None => match status {
                InstanceStatus::Stopping => Self::Stopping,
                InstanceStatus::Pending => Self::Pending,
                InstanceStatus::Running => Self::Running,
                InstanceStatus::Scheduled => Self::Scheduled,
                _ => return None,
            },
        })
    }
}

/// The overall statuses that the documented contract allows a one-time invocation; none where that
/// cannot be told.
fn documented(classes: &[Option<Class>]) -> Vec<InvocationStatus<'static>> {
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
        // By hand, whatever the instances had come to.
        allowed.push(Stopped);
    }
    allowed
}

/// The overall statuses that the current contract allows; none where that cannot be told.
fn current(classes: &[Option<Class>]) -> Vec<InvocationStatus<'static>> {
    use InvocationStatus::{
        Failed, PartialFailed, Pending, Running, Scheduled, Stopped, Stopping, Success,
    };
    if classes.is_empty() || classes.contains(&None) {
        return Vec::new();
    }
    let has = |class| classes.contains(&Some(class));
    let underway = [
        (Class::Stopping, Stopping),
        (Class::Pending, Pending),
        (Class::Running, Running),
        (Class::Scheduled, Scheduled),
    ];
    if let Some((_, status)) = underway.into_iter().find(|(class, _)| has(*class)) {
        return vec![status];
    }
    match (has(Class::Succeeded), has(Class::Failed), has(Class::Stopped)) {
        (false, false, _) => vec![Stopped],
        (true, false, false) => vec![Success],
        // The reference says both.
        (true, false, true) => vec![Success, PartialFailed],
        (false, true, _) => vec![Failed],
        (true, true, _) => vec![PartialFailed],
    }
}

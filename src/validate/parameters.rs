//! Parameters (`R`): which parameters a request has, and whether it is a request at all.

use super::fields::misspelled;
use super::places::PathBuilder;
use super::report::{Report, counted};
use super::request::RESULTS;
use crate::finding::Rule;
use crate::finding::Severity::{Error, Warning};
use crate::lenient::private::Record;
use crate::model::ApiVersion::{Both, Current};
use crate::model::{Request, Tag};

pub(super) const RULES: &[&Rule] =
    &[&OUTPUT_WITHOUT_ID, &INVALID_TAG_FILTER, &NOT_A_REQUEST, &MISSPELLED_PARAMETER];

/// Parameters of a request of any operation.
const COMMON: [&str; 15] = [
    "Format",
    "Version",
    "AccessKeyId",
    "Signature",
    "SignatureMethod",
    "SignatureVersion",
    "SignatureNonce",
    "SignatureType",
    "Timestamp",
    "SecurityToken",
    "BearerToken",
    "SourceIp",
    "SecureTransport",
    "ClientToken",
    "AcceptLanguage",
];

/// Checks which parameters a request has. `false` if the text is not a request, so that nothing else can
/// be said of it.
pub(super) fn check(request: &Request<'_>, report: &mut Report<'_>) -> bool {
    if !is_request(request) {
        let message = "not a request: it has no parameter of the operation";
        let expected = Some("Action=DescribeInvocations&RegionId=cn-hangzhou");
        report.push(&NOT_A_REQUEST, PathBuilder::ROOT.path(), message, expected);
        return false;
    }
    check_output(request, report);
    check_tags(request, report);
    check_names(request, report);
    true
}

/// Whether the request has any parameter of the operations, even a misspelled or a common one.
pub(super) fn is_request(request: &Request<'_>) -> bool {
    let has_field = Request::FIELDS.iter().any(|(field, _)| Record::has_value(request, *field));
    let is_known = |name: &str| {
        COMMON.iter().any(|known| known.eq_ignore_ascii_case(name)) || similar(name).is_some()
    };
    has_field || !request.tags().is_empty() || request.extra.iter().any(|(name, _)| is_known(name))
}

/// The parameter that a name is one typing error away from.
fn similar(name: &str) -> Option<&'static str> {
    let known = Request::FIELDS.iter().map(|(_, known)| *known).chain(COMMON);
    match COMMON.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        true => None,
        false => misspelled(name, known),
    }
}

static OUTPUT_WITHOUT_ID: Rule = Rule {
    code: "R933",
    name: "output-without-id",
    aliases: &[],
    summary: "a request has IncludeOutput=true, but neither InvokeId nor InstanceId",
    severity: Error,
    api_version: Current,
    enabled_by_default: true,
    reason: "The service returns output only for an invocation or an instance.",
    examples: [
        "RegionId=cn-hangzhou&IncludeOutput=true",
        "RegionId=cn-hangzhou&IncludeOutput=true&InvokeId=t-1",
    ],
};

fn check_output(request: &Request<'_>, report: &mut Report<'_>) {
    let is_of_results = request.action.as_deref() == Some(RESULTS);
    let has_id = request.invoke_id.is_some() || request.instance_id.is_some();
    if request.include_output == Some(true) && !has_id && !is_of_results {
        let message = "`IncludeOutput` needs `InvokeId` or `InstanceId`";
        let path = PathBuilder::ROOT.to("IncludeOutput");
        report.push(&OUTPUT_WITHOUT_ID, path, message, Some("InvokeId or InstanceId beside it"));
    }
}

static INVALID_TAG_FILTER: Rule = Rule {
    code: "R934",
    name: "invalid-tag-filter",
    aliases: &[],
    summary: "a tag of a request has no key, a duplicate or too long key, a too long value or a number over 20",
    severity: Error,
    api_version: Current,
    enabled_by_default: true,
    reason: "The service rejects the request.",
    examples: [
        "RegionId=cn-hangzhou&Tag.1.Value=test",
        "RegionId=cn-hangzhou&Tag.1.Key=env&Tag.1.Value=test",
    ],
};

fn check_tags(request: &Request<'_>, report: &mut Report<'_>) {
    const LARGEST_NUMBER: u64 = 20;
    const LONGEST_KEY: usize = 64;
    const LONGEST_VALUE: usize = 128;
    let tags = request.tags();
    for (index, (number, Tag { key, value, .. })) in tags.iter().enumerate() {
        let mut push = |message: String| {
            report.push(&INVALID_TAG_FILTER, PathBuilder::ROOT.to("Tag"), message, None);
        };
        if !(1..=LARGEST_NUMBER).contains(number) {
            push(format!("tag number `{number}` is out of range; expected 1 to {LARGEST_NUMBER}"));
        }
        let length = |text: &str| text.chars().count();
        match key.as_deref() {
            None => push(format!("`Tag.{number}.Key` is missing")),
            Some(key) if length(key) > LONGEST_KEY => {
                let length = counted(length(key) as i64, "character");
                push(format!("`Tag.{number}.Key` has {length}; expected at most {LONGEST_KEY}"));
            }
            Some(key) => {
                let earlier = &tags[..index];
                let first = earlier.iter().find(|(_, tag)| tag.key.as_deref() == Some(key));
                if let Some((first, _)) = first {
                    push(format!(
                        "`Tag.{number}.Key` is a duplicate of `Tag.{first}.Key`: `{key}`"
                    ));
                }
            }
        }
        if let Some(value) = value.as_deref().filter(|value| length(value) > LONGEST_VALUE) {
            let length = counted(length(value) as i64, "character");
            push(format!("`Tag.{number}.Value` has {length}; expected at most {LONGEST_VALUE}"));
        }
    }
}

static NOT_A_REQUEST: Rule = Rule {
    code: "R935",
    name: "not-a-request",
    aliases: &[],
    summary: "a text that is given as a request is not one",
    severity: Error,
    api_version: Both,
    enabled_by_default: true,
    reason: "Responses cannot be compared with it.",
    examples: ["q=describe+invocations", "RegionId=cn-hangzhou"],
};

static MISSPELLED_PARAMETER: Rule = Rule {
    code: "R936",
    name: "misspelled-parameter",
    aliases: &[],
    summary: "a parameter of a request is one typing error away from a known one",
    severity: Warning,
    api_version: Both,
    enabled_by_default: true,
    reason: "The service ignores an unknown parameter.",
    examples: ["RegionId=cn-hangzhou&InvokId=t-1", "RegionId=cn-hangzhou&InvokeId=t-1"],
};

fn check_names(request: &Request<'_>, report: &mut Report<'_>) {
    for (name, _) in request.extra.iter() {
        if let Some(known) = similar(name) {
            let message = format!("unknown parameter `{name}`; did you mean `{known}`?");
            let path = PathBuilder::ROOT.member_path(name);
            report.push(&MISSPELLED_PARAMETER, path, message, Some(known));
        }
    }
}

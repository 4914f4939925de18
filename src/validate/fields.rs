//! Structure (`S`): tags, container ids, and names of members that look mistyped.

use super::places::PathBuilder;
use super::report::{Report, counted};
use crate::finding::Rule;
use crate::finding::Severity::{Error, Warning};
use crate::lenient::private::Record;
use crate::model::ApiVersion::{Both, Current};
use crate::model::{ApiError, Invocation, InvocationResult, Object, Tag};

pub(super) const RULES: &[&Rule] = &[
    &TOO_MANY_TAGS,
    &DUPLICATE_TAG_KEY,
    &TAG_KEY_MISSING,
    &INVALID_CONTAINER_ID,
    &MISSPELLED_FIELD,
];

pub(super) fn check_error(error: &ApiError<'_>, report: &mut Report<'_>) {
    let root = &PathBuilder::ROOT;
    check(error, &error.extra, root, report);
    if let Some(detail) = error.access_denied_detail.as_deref() {
        check(detail, &detail.extra, &root.field("AccessDeniedDetail"), report);
    }
}

pub(super) fn check_invocation(
    invocation: &Invocation<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    check_tags(&invocation.tags, path, report);
    check_container_id(invocation.container_id.as_deref(), path, report);
}

pub(super) fn check_result(
    result: &InvocationResult<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    check_tags(&result.tags, path, report);
    check_container_id(result.container_id.as_deref(), path, report);
}

static TOO_MANY_TAGS: Rule = Rule {
    code: "S408",
    name: "too-many-tags",
    aliases: &[],
    summary: "an invocation has more than 20 tags",
    severity: Error,
    api_version: Current,
    enabled_by_default: true,
    reason: "The service allows 20 tags: some belong to another invocation.",
    examples: [
        r#"{"Invocations": [{"Tags": [
  {"TagKey": "1"}, {"TagKey": "2"}, {"TagKey": "3"}, {"TagKey": "4"}, {"TagKey": "5"}, {"TagKey": "6"},
  {"TagKey": "7"}, {"TagKey": "8"}, {"TagKey": "9"}, {"TagKey": "10"}, {"TagKey": "11"}, {"TagKey": "12"},
  {"TagKey": "13"}, {"TagKey": "14"}, {"TagKey": "15"}, {"TagKey": "16"}, {"TagKey": "17"},
  {"TagKey": "18"}, {"TagKey": "19"}, {"TagKey": "20"}, {"TagKey": "21"}]}]}"#,
        r#"{"Invocations": [{"Tags": [{"TagKey": "1"}, {"TagKey": "2"}]}]}"#,
    ],
};

static DUPLICATE_TAG_KEY: Rule = Rule {
    code: "S409",
    name: "duplicate-tag-key",
    aliases: &[],
    summary: "a tag key is duplicated",
    severity: Error,
    api_version: Current,
    enabled_by_default: true,
    reason: "It is unclear which value the tag has.",
    examples: [
        r#"{"Invocations": [{"Tags": [{"TagKey": "env"}, {"TagKey": "env"}]}]}"#,
        r#"{"Invocations": [{"Tags": [{"TagKey": "env"}, {"TagKey": "Env"}]}]}"#,
    ],
};

static TAG_KEY_MISSING: Rule = Rule {
    code: "S410",
    name: "tag-key-missing",
    aliases: &[],
    summary: "a tag has no key",
    severity: Error,
    api_version: Current,
    enabled_by_default: true,
    reason: "A value alone matches no filter.",
    examples: [
        r#"{"Invocations": [{"Tags": [{"TagKey": "", "TagValue": "test"}]}]}"#,
        r#"{"Invocations": [{"Tags": [{"TagKey": "env", "TagValue": ""}]}]}"#,
    ],
};

fn check_tags(tags: &[Tag<'_>], path: &PathBuilder<'_>, report: &mut Report<'_>) {
    const MOST: usize = 20;
    if tags.len() > MOST {
        let message = format!("{}; expected at most {MOST}", counted(tags.len() as i64, "tag"));
        report.push(&TOO_MANY_TAGS, path.to("Tags"), message, None);
    }
    let list = path.field("Tags");
    for (index, tag) in tags.iter().enumerate() {
        let path = list.element("Tag", index);
        check(tag, &tag.extra, &path, report);
        let Some(key) = tag.key.as_deref().filter(|key| !key.trim_start().is_empty()) else {
            let message = "tag has no key";
            report.push(&TAG_KEY_MISSING, path.to("TagKey"), message, None);
            continue;
        };
        // Beyond the limit, each tag would be compared with thousands of others.
        let earlier = &tags[..index.min(MOST)];
        if earlier.iter().any(|earlier| earlier.key.as_deref() == Some(key)) {
            let message = format!("tag key `{key}` is duplicated");
            report.push(&DUPLICATE_TAG_KEY, path.to("TagKey"), message, None);
        }
    }
}

static INVALID_CONTAINER_ID: Rule = Rule {
    code: "S411",
    name: "invalid-container-id",
    aliases: &[],
    summary: "ContainerId is not 64 hexadecimal digits (digits masked with `x` or `*` are allowed)",
    severity: Warning,
    api_version: Current,
    enabled_by_default: true,
    reason: "An id that was mistyped or truncated matches no container.",
    examples: [
        r#"{"Invocations": [{"ContainerId": "c-1"}]}"#,
        r#"{"Invocations": [{
  "ContainerId": "a346364df4e6f2a0e1d1f0bf2a6ab0c4f0c1d2e3f405162738495a6b7c8d9e0f"}]}"#,
    ],
};

fn check_container_id(id: Option<&str>, path: &PathBuilder<'_>, report: &mut Report<'_>) {
    const LENGTH: usize = 64;
    let Some(id) = id.filter(|id| !id.trim_start().is_empty()) else { return };
    let is_digit = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b'x' | b'X' | b'*');
    if id.len() != LENGTH || !id.bytes().all(is_digit) {
        let message =
            format!("`{id}` is not a valid ContainerId (expected {LENGTH} hexadecimal digits)");
        report.push(&INVALID_CONTAINER_ID, path.to("ContainerId"), message, None);
    }
}

static MISSPELLED_FIELD: Rule = Rule {
    code: "S412",
    name: "misspelled-field",
    aliases: &[],
    summary: "a member has a name that is one typing error away from that of a missing field",
    severity: Warning,
    api_version: Both,
    enabled_by_default: true,
    reason: "The field has no value, and a client takes it for missing.",
    examples: [
        r#"{"Invocations": [{"InvokeId": "t-1", "ComandId": "c-1"}]}"#,
        r#"{"Invocations": [{"InvokeId": "t-1", "CommandId": "c-1", "Region": "cn-hangzhou"}]}"#,
    ],
};

/// Checks the names of the members that are not fields of the record.
pub(super) fn check<'a, R: Record<'a>>(
    record: &R,
    extra: &Object<'_>,
    path: &PathBuilder<'_>,
    report: &mut Report<'_>,
) {
    for (name, _) in extra.iter() {
        let missing = R::FIELDS.iter().filter(|(field, _)| !record.has_value(*field));
        if let Some(known) = misspelled(name, missing.map(|(_, known)| *known)) {
            let message = format!("unknown member `{name}`; did you mean `{known}`?");
            report.push(&MISSPELLED_FIELD, path.member_path(name), message, Some(known));
        }
    }
}

/// The name that is one typing error away from `name`: a letter that is missing, added or wrong, or two
/// that are swapped.
pub(super) fn misspelled(
    name: &str,
    mut known: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    /// Shorter names are too similar to others.
    const SHORTEST: usize = 5;
    let name = name.rsplit([':', '@']).next().unwrap_or(name);
    let letters = || name.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
    let name: Vec<u8> = letters().map(|byte| byte.to_ascii_lowercase()).collect();
    let is_similar = |known: &&str| {
        let known = known.to_ascii_lowercase();
        known.len() >= SHORTEST && is_one_error_away(&name, known.as_bytes())
    };
    if name.len() < SHORTEST { None } else { known.find(is_similar) }
}

fn is_one_error_away(found: &[u8], known: &[u8]) -> bool {
    let start = found.iter().zip(known).take_while(|(a, b)| a == b).count();
    let (found, known) = (&found[start..], &known[start..]);
    let rest_equals = |a: &[u8], b: &[u8], skip_a: usize, skip_b: usize| {
        a.get(skip_a..).is_some_and(|rest| b.get(skip_b..) == Some(rest))
    };
    let is_swapped =
        || found.len() > 1 && known.len() > 1 && found[0] == known[1] && found[1] == known[0];
    (!found.is_empty() || !known.is_empty())
        && (rest_equals(found, known, 1, 1)
            || rest_equals(found, known, 1, 0)
            || rest_equals(found, known, 0, 1)
            || is_swapped() && rest_equals(found, known, 2, 2))
}

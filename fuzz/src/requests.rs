//! Requests.

use ecs_invocations::Finding;
use ecs_invocations::model::Request;
use serde_json::Value;

use super::any_bytes::assert_location_in;
use super::damage_kinds::Random;

/// The names of parameters, some of them misspelled.
const NAMES: &[&str] = &[
    "Action",
    "Version",
    "RegionId",
    "regionid",
    "InvokeId",
    "CommandId",
    "CommandName",
    "CommandType",
    "InvokeStatus",
    "InstanceId",
    "InstanceId.1",
    "InstanceId.2",
    "Timed",
    "PageNumber",
    "PageSize",
    "NextToken",
    "MaxResults",
    "IncludeOutput",
    "ContentEncoding",
    "RepeatMode",
    "ResourceGroupId",
    "Tag.1.Key",
    "Tag.1.Value",
    "Tag.2.Key",
    "Tag.2.Value",
    "tag.1.key",
    "Tag.20.Value",
    "Tag.0.Key",
    "Tag.x.Key",
    "Signature",
    "X",
];

const VALUES: &[&str] = &[
    "DescribeInvocations",
    "DescribeInvocationResults",
    "2014-05-26",
    "cn-hangzhou",
    "t-1",
    "c-1",
    "i-1",
    "true",
    "Yes",
    "no",
    "0",
    "1",
    "50",
    "51",
    "007",
    "RunShellScript",
    "Finished",
    "Base64",
    "PlainText",
    "Once",
    "env",
    "a=b",
    "=",
    "%20",
    "%",
    "%zz",
    "+",
    "é",
    "%C3%A9",
    "",
    " ",
    "\"a\"",
    "['i-1']",
    "a,b",
];

const BETWEEN: &[&str] = &["&", "&", "&", "&&", "?", "#", ";", "\n", " --", "&amp;", "="];

/// A query string with one to four changes.
pub(super) fn mutant(text: &str, random: &mut Random) -> String {
    let any = |of: &[&'static str], random: &mut Random| of[random.below(of.len())];
    let mut pairs: Vec<String> = text.split('&').map(str::to_owned).collect();
    for _ in 0..=random.below(4) {
        let nth = random.below(pairs.len());
        let name = any(NAMES, random);
        let value = any(VALUES, random);
        match random.below(7) {
            0 if pairs.len() > 1 => drop(pairs.remove(nth)),
            1 => pairs.insert(nth, pairs[random.below(pairs.len())].clone()),
            2 => {
                let name = pairs[nth].split('=').next().unwrap_or_default();
                pairs[nth] = format!("{name}={value}");
            }
            3 => {
                let old = pairs[nth].split_once('=').map_or("", |(_, value)| value);
                pairs[nth] = format!("{name}={old}");
            }
            4 => pairs[nth] = pairs[nth].replacen(['=', '%'], any(BETWEEN, random), 1),
            _ => pairs.insert(nth, format!("{name}={value}")),
        }
    }
    let mut text = String::new();
    for (nth, pair) in pairs.iter().enumerate() {
        let between = if random.below(16) == 0 { any(BETWEEN, random) } else { "&" };
        text += if nth == 0 { "" } else { between };
        text += pair;
    }
    text
}

/// A request survives a round trip through its query string.
pub fn request(text: &str) {
    let (request, findings) = Request::read(text);
    findings.iter().for_each(|finding| assert_location_in(text.as_bytes(), finding));
    let query = request.to_query();
    let (again, findings) = Request::read(&query);
    let is_duplicate = |finding: &Finding| ["N109", "N119"].contains(&finding.code());
    assert!(findings.iter().all(is_duplicate), "{query}: {findings:?}");
    assert_eq!(again, request, "{query}");
    tags_are_parameters(&request);
    plain_parameters_are_kept(text);
}

/// A parameter of plain characters has the value after its first equals sign.
fn plain_parameters_are_kept(text: &str) {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"=&".contains(&byte);
    if !text.bytes().all(is_plain) || !text.contains('=') {
        return;
    }
    let json = serde_json::to_value(Request::read(text).0).expect("a request is written as JSON");
    let mut names: Vec<String> = Vec::new();
    for (name, value) in text.split('&').filter_map(|pair| pair.split_once('=')) {
        // Of parameters with one name, the first with a value is used.
        if value.is_empty() || names.contains(&name.to_ascii_lowercase()) {
            continue;
        }
        names.push(name.to_ascii_lowercase());
        if let Some(Value::String(read)) = json.get(name) {
            assert!(read.eq_ignore_ascii_case(value), "{name} is {read}: {text}");
        }
    }
}

/// Each tag has the texts of the parameters of its number.
fn tags_are_parameters(request: &Request<'_>) {
    let json = serde_json::to_value(request).expect("a request is written as JSON");
    let parameters: Vec<(String, &Value)> = json
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .collect();
    for (number, tag) in request.tags() {
        for (part, text) in [("key", &tag.key), ("value", &tag.value)] {
            let Some(text) = text else { continue };
            let is_of_tag = |name: &str| {
                let middle = name.strip_prefix("tag.").and_then(|it| it.strip_suffix(part));
                let middle = middle.and_then(|it| it.strip_suffix('.'));
                middle.and_then(|it| it.parse().ok()) == Some(number)
            };
            let is_written =
                parameters.iter().any(|(name, value)| is_of_tag(name) && **value == **text);
            assert!(is_written, "{part} of tag {number} is {text}: {json}");
        }
    }
}

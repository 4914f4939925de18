//! Requests.

use ecs_invocations::Finding;
use ecs_invocations::model::Request;
use serde_json::Value;

use super::any_bytes::assert_location_in;

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

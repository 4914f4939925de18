//! Nothing is lost: every scalar of a well-formed document, as an independent parser reads it, is in the
//! model or whole in a finding.

use std::collections::HashSet;

use ecs_invocations::{Decoded, Format};
use serde_json::Value;

use super::oracle::Tree;
use super::{json_tree, unescape_json, unescape_xml};

/// Panics if a scalar of the document is neither in the response nor in a finding.
pub(crate) fn check(text: &str, decoded: &Decoded<'_>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if decoded.findings_omitted > 0 || text.contains(super::NUMBER) {
        return;
    }
    let scalars = match decoded.format {
        Format::Json => json_scalars(text),
        Format::Xml => xml_scalars(text),
        _ => return,
    };
    let Some(scalars) = scalars else { return };
    // serde_json refuses numbers that no float holds.
    let Ok(canonical) = serde_json::from_str::<Value>(&decoded.response.to_json()) else { return };
    let (mut values, mut texts) = (HashSet::new(), Vec::new());
    collect_values(&canonical, &mut values);
    // serde_json reads large integers as floats.
    let json = decoded.response.to_json();
    let numbers = json.split(|c: char| !c.is_ascii_digit() && c != '-');
    values.extend(numbers.filter(|number| number.len() > 18).map(str::to_owned));
    // A text may be part of one, in mixed content and in the JSON of an object that is kept as text.
    texts.extend(values.iter().flat_map(|value| [plain(value), plain(&unescape_json(value))]));
    for finding in &decoded.findings {
        let found = match decoded.format {
            Format::Json => unescape_json(&finding.found),
            _ => unescape_xml(&finding.found),
        };
        if finding.found.contains("<![CDATA[") {
            texts.push(plain(&found.replace("<![CDATA[", "").replace("]]>", "")));
        }
        texts.extend([plain(&finding.found), plain(&found), plain(&unescape_json(&found))]);
    }
    // The front end reads the escapes that a layer put between the elements as text.
    let has_escapes = decoded.findings.iter().any(|finding| finding.code() == "M333");
    let has_embedded =
        decoded.findings.iter().any(|finding| ["N116", "M333"].contains(&finding.code()));
    for scalar in scalars {
        // What is embedded was decoded itself.
        let is_embedded = has_embedded && scalar.contains(['{', '[', '<']);
        let scalar_text = plain(&scalar);
        // serde_json writes exponents with a sign if its feature `arbitrary_precision` is enabled.
        let forms = ["e+", "e", "E+", "E"].map(|exponent| scalar_text.replace("e+", exponent));
        let unescaped = if has_escapes { unescape_json(&scalar) } else { scalar.clone() };
        let is_kept = unescaped.trim().is_empty()
            || values.contains(&unescaped)
            || values.contains(&scalar)
            || texts.iter().any(|text| forms.iter().any(|form| text.contains(form)));
        assert!(is_kept || is_embedded, "{scalar:?} is lost: {text}\n{decoded:#?}");
    }
}

/// A text without what differs between ways to read it: the kind of whitespace.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace(|c: char| c.is_whitespace() || c == '\u{feff}', " ")
}

fn collect_values(value: &Value, values: &mut HashSet<String>) {
    match value {
        Value::String(text) => drop(values.insert(text.clone())),
        Value::Number(number) => drop(values.insert(number.to_string())),
        Value::Array(items) => items.iter().for_each(|item| collect_values(item, values)),
        Value::Object(members) => members.values().for_each(|value| collect_values(value, values)),
        Value::Bool(value) => drop(values.insert(value.to_string())),
        Value::Null => {}
    }
}

/// The texts and attributes of a document; `None` if it is not well formed.
fn xml_scalars(text: &str) -> Option<Vec<String>> {
    let document = roxmltree::Document::parse(text).ok()?;
    let mut scalars = Vec::new();
    for node in document.root_element().descendants() {
        scalars.extend(node.attributes().map(|attribute| attribute.value().to_owned()));
        if node.is_text() {
            scalars.extend(node.text().map(str::to_owned));
        }
    }
    Some(scalars)
}

/// The strings and integers of a document, those of duplicate members included; `None` if it is not well
/// formed.
fn json_scalars(text: &str) -> Option<Vec<String>> {
    fn walk(tree: Tree, scalars: &mut Vec<String>) {
        match tree {
            Tree::Text(text) => scalars.push(text),
            // Without digits, it is a float.
            Tree::Number(digits) if !digits.is_empty() => scalars.push(digits),
            Tree::List(items) => items.into_iter().for_each(|item| walk(item, scalars)),
            Tree::Object(members) => {
                members.into_iter().for_each(|(_, value)| walk(value, scalars));
            }
            Tree::Null | Tree::Bool(_) | Tree::Number(_) => {}
        }
    }
    let mut scalars = Vec::new();
    walk(json_tree::parse(text)?, &mut scalars);
    Some(scalars)
}

#[cfg(test)]
mod tests {
    use ecs_invocations::decode;

    /// A check that no document can fail would hold for a decoder that drops values.
    #[test]
    #[should_panic(expected = "is lost")]
    fn fails_for_a_value_that_is_lost() {
        let decoded = decode(br#"{"Code": "Throttling"}"#).unwrap();
        super::check(r#"{"Code": "Throttling", "Message": "other"}"#, &decoded);
    }

    #[test]
    #[should_panic(expected = "is lost")]
    fn fails_for_a_text_that_is_lost() {
        let decoded = decode(b"<Error><Code>Throttling</Code></Error>").unwrap();
        super::check("<Error a='other'><Code>Throttling</Code></Error>", &decoded);
    }
}

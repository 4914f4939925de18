//! A document with unknown names only is no response, as independent parsers read it.

use ecs_invocations::{Decoded, Format};
use serde_json::Value;

use super::oracle;

/// Panics if a response was made of a document whose members all have unknown names.
pub(crate) fn check(text: &str, decoded: &Decoded<'_>) {
    // What is embedded was decoded itself.
    if decoded.findings.iter().any(|finding| finding.code() == "N116") {
        return;
    }
    let mut names = Vec::new();
    match decoded.format {
        Format::Json => {
            let Ok(document) = serde_json::from_str(text) else { return };
            collect_json(&document, &mut names);
        }
        _ => {
            let Ok(document) = roxmltree::Document::parse(text) else { return };
            for node in document.root_element().descendants().filter(|it| it.is_element()) {
                let attributes = node.attributes().map(|attribute| attribute.name());
                names.extend(attributes.map(str::to_owned));
                if node != document.root_element() {
                    names.push(node.tag_name().name().to_owned());
                }
            }
        }
    }
    let is_known = |name: &String| oracle::is_field_name(name);
    assert!(names.is_empty() || names.iter().any(is_known), "{text}\n{decoded:#?}");
}

fn collect_json(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                names.push(name.clone());
                collect_json(value, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_json(item, names)),
        _ => {}
    }
}

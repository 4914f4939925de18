//! The values of a response by their paths.

use std::collections::BTreeMap;

use ecs_invocations::decode;
use serde_json::Value;

/// The values of the response in a text; `None` if it is refused.
pub fn model(text: &str) -> Option<BTreeMap<String, String>> {
    let decoded = decode(text.as_bytes()).ok()?;
    Some(leaves(&serde_json::from_str(&decoded.response.to_json()).unwrap()))
}

pub fn leaves(value: &Value) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    add(String::new(), value, &mut out);
    out
}

fn add(path: String, value: &Value, out: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(name, value)| add(format!("{path}.{name}"), value, out));
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(nth, value)| add(format!("{path}[{nth}]"), value, out)),
        value => drop(out.insert(path, value.to_string())),
    }
}

//! Recovery from damage at every position of the documented examples.

use ecs_invocations::{Decoded, Options, Repair, decode};
use serde_json::Value;

/// Each example, and the text that identifies it as a response.
const EXAMPLES: [(&[u8], &str); 4] = [
    (include_bytes!("../corpus/documented/response.xml"), "<DescribeInvocationsResponse>"),
    (include_bytes!("../corpus/documented/response.json"), "\"TotalCount\": 5,"),
    (include_bytes!("../corpus/documented/error.xml"), "<HostId>ecs.aliyuncs.com<"),
    (include_bytes!("../corpus/documented/error.json"), "\"HostId\": \"ecs.aliyuncs.com\""),
];

fn model(decoded: &Decoded<'_>) -> Value {
    serde_json::from_str(&decoded.response.to_json()).unwrap()
}

/// Whether everything in `part` is in `whole` at the same path.
fn is_prefix(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part
            .iter()
            .all(|(name, part)| whole.get(name).is_some_and(|whole| is_prefix(part, whole))),
        (Value::Array(part), Value::Array(whole)) => {
            part.len() <= whole.len() && part.iter().zip(whole).all(|(p, w)| is_prefix(p, w))
        }
        _ => part == whole,
    }
}

fn ids(model: &Value) -> Vec<&str> {
    let items = model.pointer("/Invocations/Invocation").and_then(Value::as_array);
    items.into_iter().flatten().filter_map(|item| item["InvokeId"].as_str()).collect()
}

/// The ids of the invocations that are complete in a truncated text.
fn complete_ids(text: &str) -> Vec<&str> {
    let (open, close) = if text.trim_start().starts_with('<') {
        ("<InvokeId>", '<')
    } else {
        ("InvokeId\": \"", '"')
    };
    text.match_indices(open)
        .filter_map(|(at, _)| text[at + open.len()..].split_once(close))
        .map(|(id, _)| id)
        .collect()
}

#[test]
fn truncated_example_decodes_to_prefix_of_its_model() {
    for (example, identified_by) in EXAMPLES {
        let whole = model(&decode(example).unwrap());
        for end in 0..example.len() {
            let text = String::from_utf8_lossy(&example[..end]);
            let decoded = decode(&example[..end]);
            assert_eq!(decoded.is_ok(), text.contains(identified_by), "{end}: {decoded:?}\n{text}");
            let Ok(decoded) = decoded else {
                continue;
            };
            let part = model(&decoded);
            assert!(is_prefix(&part, &whole), "{end}: {part:#}\n{text}");
            assert_eq!(ids(&part), complete_ids(&text), "{end}: {part:#}\n{text}");
            let is_repair = |finding: &ecs_invocations::Finding| finding.code().starts_with('M');
            let is_complete = example[end..].trim_ascii().is_empty();
            assert!(decoded.findings.iter().any(is_repair) || is_complete, "{end}: {text}");
        }
    }
}

/// The text as it is and unescaped as JSON and XML, in lower case.
fn text_values(text: &str) -> String {
    let mut values = text.to_lowercase();
    values.push('\n');
    let escaped = format!("\"{}\"", text.replace('"', "\\\"").replace(['\n', '\t', '\r'], " "));
    if let Ok(unescaped) = serde_json::from_str::<String>(&escaped) {
        values.push_str(&unescaped.to_lowercase());
    }
    let references =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    let plain =
        references.iter().fold(text.to_lowercase(), |text, (from, to)| text.replace(from, to));
    values.push_str(&plain);
    values
}

fn fold_whitespace(text: &str) -> String {
    text.replace(['\n', '\t', '\r'], " ")
}

fn scalars(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(object) => object.values().for_each(|value| scalars(value, out)),
        Value::Array(items) => items.iter().for_each(|value| scalars(value, out)),
        Value::String(text) => out.push(text.to_lowercase()),
        // May also come from `1` and `0`.
        Value::Bool(_) | Value::Null => {}
        Value::Number(number) => out.push(number.to_string()),
    }
}

#[test]
fn changing_one_byte_invents_no_values() {
    for (example, _) in EXAMPLES {
        let mut recovered = 0_usize;
        let mut damaged = Vec::new();
        for at in 0..example.len() {
            for bit in [0x01, 0x10, 0x80] {
                damaged.push([&example[..at], &[example[at] ^ bit], &example[at + 1..]].concat());
            }
            damaged.push([&example[..at], &example[at + 1..]].concat());
            damaged.push([&example[..=at], &example[at..]].concat());
        }
        for bytes in &damaged {
            let Ok(decoded) = decode(bytes) else {
                continue;
            };
            recovered += 1;
            let text = String::from_utf8_lossy(bytes);
            let in_document = fold_whitespace(&text_values(&text));
            let mut found = Vec::new();
            scalars(&model(&decoded), &mut found);
            for value in found {
                let is_from_input = in_document.contains(&fold_whitespace(&value));
                assert!(is_from_input, "{value:?}\n{text}\n{:#}", model(&decoded));
            }
        }
        println!("{recovered} of {} damaged examples decoded", damaged.len());
        assert!(recovered * 100 >= damaged.len() * 97, "{recovered} of {}", damaged.len());
    }
}

#[test]
fn rejects_damaged_input_without_repair() {
    let mut options = Options::default();
    options.repair = Repair::None;
    for damaged in [
        "{\"Code\": \"a\" \"Message\": \"b\"}",
        "{\"Code\": \"a\",}",
        "log: {\"Code\": \"a\"}",
        "{\"Code\": \"a\"} {\"Code\": \"b\"}",
        "<Error><Code>a</Code>",
        "<Error><Code a=b>a</Code></Error>",
        "&lt;Error&gt;&lt;Code&gt;a&lt;/Code&gt;&lt;/Error&gt;",
    ] {
        assert!(decode(damaged.as_bytes()).is_ok(), "{damaged}");
        assert!(options.decode(damaged.as_bytes()).is_err(), "{damaged}");
    }
}

//! The documented examples, damaged in every place.

use ecs_invocations::{Decoded, Options, decode};
use serde_json::Value;

/// Each example, and the text that has to be whole for the document to be told.
const EXAMPLES: [(&[u8], &str); 4] = [
    (include_bytes!("../corpus/documented/response.xml"), "<DescribeInvocationsResponse>"),
    (include_bytes!("../corpus/documented/response.json"), "\"TotalCount\": 5,"),
    (include_bytes!("../corpus/documented/error.xml"), "<HostId>ecs.aliyuncs.com<"),
    (include_bytes!("../corpus/documented/error.json"), "\"HostId\": \"ecs.aliyuncs.com\""),
];

fn model(decoded: &Decoded<'_>) -> Value {
    serde_json::from_str(&decoded.response.to_json()).unwrap()
}

/// Whether everything in `part` stands in `whole` in the same place.
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

/// The ids of the invocations whose end a text has reached.
fn ids_that_are_whole(text: &str) -> Vec<&str> {
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
fn cut_anywhere_an_example_gives_a_prefix_of_its_model() {
    for (example, told_by) in EXAMPLES {
        let whole = model(&decode(example).unwrap());
        for end in 0..example.len() {
            let text = String::from_utf8_lossy(&example[..end]);
            let decoded = decode(&example[..end]);
            assert_eq!(decoded.is_ok(), text.contains(told_by), "{end}: {decoded:?}\n{text}");
            let Ok(decoded) = decoded else {
                continue;
            };
            let part = model(&decoded);
            assert!(is_prefix(&part, &whole), "{end}: {part:#}\n{text}");
            assert_eq!(ids(&part), ids_that_are_whole(&text), "{end}: {part:#}\n{text}");
            let says_so = |finding: &ecs_invocations::Finding| finding.code().starts_with('M');
            let is_whole = example[end..].trim_ascii().is_empty();
            assert!(decoded.findings.iter().any(says_so) || is_whole, "{end}: {text}");
        }
    }
}

/// What a text may say, in any of the ways in which one can read it.
fn sayings(text: &str) -> String {
    let mut said = text.to_lowercase();
    said.push('\n');
    let escaped = format!("\"{}\"", text.replace('"', "\\\"").replace(['\n', '\t', '\r'], " "));
    if let Ok(unescaped) = serde_json::from_str::<String>(&escaped) {
        said.push_str(&unescaped.to_lowercase());
    }
    let references =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    let plain =
        references.iter().fold(text.to_lowercase(), |text, (from, to)| text.replace(from, to));
    said.push_str(&plain);
    said
}

fn blanks_folded(text: &str) -> String {
    text.replace(['\n', '\t', '\r'], " ")
}

fn texts(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(object) => object.values().for_each(|value| texts(value, out)),
        Value::Array(items) => items.iter().for_each(|value| texts(value, out)),
        Value::String(text) => out.push(text.to_lowercase()),
        // One and zero stand for these too.
        Value::Bool(_) | Value::Null => {}
        Value::Number(number) => out.push(number.to_string()),
    }
}

#[test]
fn a_byte_that_is_flipped_dropped_or_doubled_invents_nothing() {
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
            let said = blanks_folded(&sayings(&text));
            let mut found = Vec::new();
            texts(&model(&decoded), &mut found);
            for value in found {
                let is_there = said.contains(&blanks_folded(&value));
                assert!(is_there, "{value:?}\n{text}\n{:#}", model(&decoded));
            }
        }
        println!("{recovered} of {} damaged examples read", damaged.len());
        assert!(recovered * 100 >= damaged.len() * 97, "{recovered} of {}", damaged.len());
    }
}

#[test]
fn what_is_not_to_be_mended_fails() {
    let mut options = Options::default();
    options.repair = false;
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

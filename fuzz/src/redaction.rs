//! What holds for redacted documents.

use std::collections::BTreeMap;

use arbitrary::Unstructured;
use ecs_invocations::base64::Engine as _;
use ecs_invocations::base64::prelude::BASE64_STANDARD;
use ecs_invocations::fuzzing::{Damage, Noise};
use ecs_invocations::{Options, Redactor, Response, decode};
use serde_json::{Map, Value};

use super::secrets::{KEPT, decoded_base64};
use super::{NUMBER, oracle};

/// Fields that hold Base64.
const OF_BASE64: &[&str] = &["CommandContent", "Output"];

/// Words that are put in place of all secrets, and stand nowhere else.
#[derive(Default)]
struct Marks {
    words: Vec<String>,
    has_odd_names: bool,
    /// Whether a value has brackets, quotes or lines of another document, whose words are replaced as those of one.
    has_documents: bool,
}

impl Marks {
    fn next(&mut self) -> String {
        let nth = self.words.len();
        let word = match nth % 4 {
            0 => format!("zk{nth:06}Qx"),
            1 => format!("{}", 7_310_000_000 + nth),
            2 => format!("Слово{nth}"),
            _ => {
                let nth = nth.to_string();
                let letters: String =
                    nth.bytes().map(|digit| char::from(digit - b'0' + b'k')).collect();
                format!("wvyxzq{letters}")
            }
        };
        self.words.push(word.to_lowercase());
        word
    }

    /// A text with the same signs and other words.
    fn text(&mut self, text: &str) -> String {
        let words = text.split_inclusive(|c: char| !c.is_alphanumeric());
        words
            .map(|word| {
                let sign = word.trim_start_matches(char::is_alphanumeric);
                if sign.len() == word.len() { sign.to_owned() } else { self.next() + sign }
            })
            .collect()
    }

    fn value(&mut self, name: &str, value: &Value) -> Value {
        if let Value::String(text) = value {
            self.has_documents |= text.contains(['<', '{', '"', '\'', '\n']);
        }
        match value {
            Value::Object(members) => {
                // Where names hold texts, a text may be taken for a name.
                let is_sign = |c: char| !c.is_alphanumeric() && !"-_.@#$".contains(c);
                self.has_odd_names |= members.keys().any(|name| name.contains(is_sign));
                let mut marked = Map::new();
                for (name, value) in members {
                    // A name that begins with a sign may be an attribute.
                    let is_secret = name.len() > 3
                        && name.bytes().all(|byte| byte.is_ascii_alphabetic())
                        && !oracle::is_field_name(name)
                        && !["Invocation", "InvokeInstance", "InvocationResult", "Tag"]
                            .contains(&&**name);
                    let value = self.value(name, value);
                    marked.insert(if is_secret { self.next() } else { name.clone() }, value);
                }
                marked.into()
            }
            Value::Array(items) => items.iter().map(|item| self.value(name, item)).collect(),
            Value::String(text) if !KEPT.contains(&name) => {
                let marked = self.text(text);
                let is_base64 = OF_BASE64.contains(&name) && self.words.len().is_multiple_of(2);
                if is_base64 { BASE64_STANDARD.encode(marked).into() } else { marked.into() }
            }
            // With other digits, it may be out of range.
            Value::Number(number) if number.to_string().len() > 18 => 1.into(),
            value => value.clone(),
        }
    }

    fn are_hidden(&self, text: &str) {
        let all = format!("{text}\n{}", decoded_base64(text)).to_lowercase();
        for word in &self.words {
            assert!(!all.contains(word), "{word} is left: {text}");
        }
    }
}

/// A redacted document has no word of a secret, whether it is sound or damaged, and a sound one decodes to a
/// response of the same shape.
pub(super) fn redact(response: &Response<'_>, u: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    let json = response.to_json();
    let Ok(value) = serde_json::from_str::<Value>(&json) else { return Ok(()) };
    if json.contains(NUMBER) {
        return Ok(());
    }
    let mut marks = Marks::default();
    let json = marks.value("", &value).to_string();
    // Some errors are known by their other members.
    let Ok(decoded) = decode(json.as_bytes()) else { return Ok(()) };
    let clean = if u.arbitrary()? { json.clone() } else { decoded.response.to_xml() };
    let damaged = u.arbitrary::<Damage>()?.apply(&clean).text;
    let written_otherwise = u.arbitrary::<Noise>()?.equivalent().apply(&clean).text;
    let mut redactor = Redactor::new();
    let mut redact = |bytes: &[u8]| {
        let redacted = redactor.redact(bytes, &Options::new());
        let is_kept =
            |(before, after): (&u8, &u8)| before == after || !b"<>{}[]\"':,\n".contains(before);
        // In UTF-16, a byte is not a character.
        let signs_are_kept = bytes.contains(&0) || bytes.iter().zip(&redacted).all(is_kept);
        let is_kept = signs_are_kept && redacted.len() == bytes.len();
        let text = String::from_utf8_lossy;
        assert!(is_kept, "signs are replaced: {}\n{}", text(bytes), text(&redacted));
        marks.are_hidden(&String::from_utf8_lossy(&redacted));
        redacted
    };
    redact(damaged.as_bytes());
    // They may be part of what is removed, such as a control sequence.
    let is_odd = |c: char| !c.is_alphanumeric() && !matches!(c, ' '..='~' | '\n');
    let has_odd_characters = format!("{value}").contains(is_odd);
    let expected = shape(&decoded.response.to_json());
    for bytes in [clean.as_bytes(), &written_otherwise] {
        let text = String::from_utf8_lossy(bytes);
        let redacted = redact(bytes);
        if has_odd_characters || marks.has_odd_names || marks.has_documents {
            continue;
        }
        let redacted = decode(&redacted).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let redacted = redacted.response.to_json();
        marks.are_hidden(&redacted);
        // A status or a number that is written in an odd way may be replaced, too.
        if text == *clean {
            assert_eq!(shape(&redacted), expected, "{text}\n{redacted}");
        }
    }
    Ok(())
}

/// How many values there are by the names of fields around them and by their lengths, in characters.
fn shape(json: &str) -> BTreeMap<String, usize> {
    fn walk(value: &Value, path: &str, shape: &mut BTreeMap<String, usize>) {
        let value = match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let name = if oracle::is_field_name(name) { name } else { "*" };
                    walk(value, &format!("{path}/{name}"), shape);
                }
                return;
            }
            Value::Array(items) => {
                for item in items {
                    walk(item, path, shape);
                }
                return;
            }
            Value::String(text) => format!("text of {}", text.chars().count()),
            // A float may be written with other digits.
            Value::Number(_) => "number".to_owned(),
            value => value.to_string(),
        };
        *shape.entry(format!("{path}: {value}")).or_default() += 1;
    }
    let mut shape = BTreeMap::new();
    walk(&serde_json::from_str(json).expect("canonical JSON"), "", &mut shape);
    shape
}

//! Compares a decoded response with the values that the document held before it was damaged.
//!
//! The same as `fuzz/score.py`, whose results are the ones to publish.

use std::collections::BTreeSet;

use serde_json::Value;

#[derive(Clone, Copy, Default)]
pub struct Score {
    pub values: usize,
    pub recovered: usize,
    pub invented: usize,
}

/// What is asked for, and how it is compared.
pub struct Scorer {
    /// Every value of the clean document, with its name.
    known: BTreeSet<String>,
    ignores_whitespace: bool,
    score: Score,
}

const IDS: &[&str] = &["InvokeId", "InstanceId", "TagKey"];
const FREE_TEXT: &[&str] =
    &["Output", "CommandDescription", "ErrorInfo", "Message", "CommandName", "CommandContent"];

impl Scorer {
    /// `known` has the names of all fields that count; a field of another name is kept by the decoder as
    /// it is, and is neither recovered nor invented.
    pub fn score(
        expected: &Value,
        decoded: Option<&Value>,
        known: BTreeSet<String>,
        ignores_whitespace: bool,
    ) -> Score {
        let mut scorer = Self { known, ignores_whitespace, score: Score::default() };
        scorer.compare("", Some(expected), decoded);
        scorer.score
    }

    fn compare(&mut self, name: &str, expected: Option<&Value>, decoded: Option<&Value>) {
        match (expected, decoded) {
            (None, None) => {}
            (Some(Value::Object(members)), decoded) => {
                let decoded = decoded.and_then(Value::as_object);
                for (name, value) in members {
                    self.compare(name, Some(value), decoded.and_then(|decoded| decoded.get(name)));
                }
                for (name, value) in decoded.into_iter().flatten() {
                    if !members.contains_key(name) {
                        self.compare(name, None, Some(value));
                    }
                }
            }
            (Some(Value::Array(items)), decoded) => {
                self.compare_items(
                    name,
                    items,
                    decoded.and_then(Value::as_array).map_or(&[], |items| items),
                );
            }
            (None, Some(Value::Object(members))) => {
                members.iter().for_each(|(name, value)| self.compare(name, None, Some(value)));
            }
            (None, Some(Value::Array(items))) => {
                items.iter().for_each(|item| self.compare(name, None, Some(item)));
            }
            (expected, decoded) => {
                let expected = expected.and_then(|value| self.comparable(name, value));
                let decoded = decoded.and_then(|value| self.comparable(name, value));
                self.score.values += usize::from(expected.is_some());
                if expected.is_some() && expected == decoded {
                    self.score.recovered += 1;
                } else if decoded.is_some() && self.known.contains(name) {
                    self.score.invented += 1;
                }
            }
        }
    }

    fn compare_items(&mut self, name: &str, expected: &[Value], decoded: &[Value]) {
        let mut rest: Vec<&Value> = decoded.iter().collect();
        let mut pairs: Vec<Option<&Value>> = vec![None; expected.len()];
        for (item, pair) in expected.iter().zip(&mut pairs) {
            let ids = ids(item);
            let same = rest.iter().position(|other| !ids.is_empty() && self::ids(other) == ids);
            *pair = same.map(|at| rest.remove(at));
        }
        // Those whose ids are damaged.
        for (item, pair) in expected.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
            let shared = |other: &Value| {
                let (Some(item), Some(other)) = (item.as_object(), other.as_object()) else {
                    return 0;
                };
                item.iter().filter(|(name, value)| other.get(*name) == Some(*value)).count()
            };
            let is_other = |value: &Value| expected.iter().any(|item| ids(item) == ids(value));
            let best = (0..rest.len())
                .filter(|at| shared(rest[*at]) > 0 && !is_other(rest[*at]))
                .max_by_key(|at| shared(rest[*at]));
            *pair = best.map(|at| rest.remove(at));
        }
        for (item, pair) in expected.iter().zip(pairs) {
            self.compare(name, Some(item), pair);
        }
        rest.into_iter().for_each(|item| self.compare(name, None, Some(item)));
    }

    /// The text of a scalar; `None` if it says nothing.
    fn comparable(&self, name: &str, value: &Value) -> Option<String> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        if text.trim().is_empty() {
            None
        } else if name.ends_with("Status") {
            Some(text.trim().to_ascii_lowercase())
        } else if self.ignores_whitespace && FREE_TEXT.contains(&name) {
            Some(text.split_whitespace().collect())
        } else {
            Some(text)
        }
    }
}

fn ids(item: &Value) -> Vec<&str> {
    IDS.iter().filter_map(|name| item.get(name)?.as_str()).filter(|id| !id.is_empty()).collect()
}

/// The names of all scalars.
pub fn names(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            if !value.is_object() && !value.is_array() {
                into.insert(name.clone());
            }
            names(value, into);
        }),
        Value::Array(items) => items.iter().for_each(|item| names(item, into)),
        _ => {}
    }
}

/// The same without every `false`.
pub fn without_false(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), without_false(value))).collect()
        }
        Value::Array(items) => items.iter().map(without_false).collect(),
        Value::Bool(false) => Value::Null,
        value => value.clone(),
    }
}

/// The texts of all scalars.
pub fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => members.values().flat_map(texts).collect(),
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        Value::Null | Value::Bool(_) => Vec::new(),
        Value::Number(number) => vec![number.to_string()],
    }
}

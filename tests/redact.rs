//! Redacted responses tell nothing about their owner, and show the same damage.

#[path = "../fuzz/src/damage_kinds/mod.rs"]
mod damage_kinds;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use damage_kinds::kinds;
use ecs_invocations::{Options, Redactor, Response, decode_all};
use serde_json::Value;

fn redact(bytes: &[u8]) -> Vec<u8> {
    Redactor::new().redact(bytes, &Options::new())
}

/// What is found in each document, and where.
fn findings(bytes: &[u8]) -> Vec<Result<Vec<(&'static str, std::ops::Range<usize>)>, String>> {
    let documents = decode_all(bytes);
    let found = documents.map(|document| match document {
        Ok(decoded) => Ok(decoded
            .findings
            .iter()
            .map(|it| (it.code(), it.location.as_ref().unwrap().bytes.clone()))
            .collect()),
        Err(error) => Err(error.location().to_string()),
    });
    found.collect()
}

/// Names of fields whose values may remain, written down without the schema of the library.
const KEPT: &[&str] = &[
    "TotalCount", "PageNumber", "PageSize", "InvokeStatus", "InvocationStatus", "CommandType", "Frequency", "Timed",
    "CreationTime", "RepeatMode", "Timeout", "TerminationMode", "InstanceInvokeStatus", "StartTime", "FinishTime",
    "StopTime", "UpdateTime", "ExitCode", "Dropped", "Repeats", "ErrorCode", "OssOutputStatus", "InvokeRecordStatus",
    "FinishedTime", "Code",
];

fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 6);
    words.map(str::to_lowercase)
}

/// The words of all values that are secret, also those in Base64.
fn secrets(response: &Response<'_>) -> BTreeSet<String> {
    let mut secrets = BTreeSet::new();
    let mut values = vec![("", serde_json::to_value(response).unwrap())];
    let mut kept = String::new();
    while let Some((name, value)) = values.pop() {
        match value {
            Value::Array(items) => values.extend(items.into_iter().map(|item| (name, item))),
            Value::Object(members) => {
                for (name, value) in members {
                    values.push((String::leak(name), value));
                }
            }
            Value::String(text) if !KEPT.contains(&name) => {
                use ecs_invocations::base64::Engine as _;
                let standard = &ecs_invocations::base64::prelude::BASE64_STANDARD;
                if let Some(decoded) = standard.decode(&text).ok().and_then(|it| String::from_utf8(it).ok()) {
                    secrets.extend(words(&decoded));
                }
                secrets.extend(words(&text));
            }
            Value::String(text) => kept += &(text + " "),
            _ => {}
        }
    }
    let kept = words(&kept).collect::<BTreeSet<_>>();
    secrets.retain(|secret| !kept.contains(secret));
    secrets
}

#[test]
fn measure() {
    let mut groups: BTreeMap<String, (usize, usize, usize)> = BTreeMap::new();
    let show = std::env::var("SHOW").unwrap_or_default();
    let mut check = |name: String, text: &[u8], secrets: &BTreeSet<String>, has_secrets: bool| {
        let redacted = redact(text);
        let after = findings(&redacted);
        let before = findings(text);
        let entry = groups.entry(name.clone()).or_default();
        entry.0 += 1;
        if before != after {
            entry.1 += 1;
            if entry.1 == 1 && (show.is_empty() || name.contains(&show)) {
                let flat = |it: &[Result<Vec<(&'static str, std::ops::Range<usize>)>, String>]| -> Vec<(String, usize)> {
                    it.iter().flat_map(|it| match it { Ok(list) => list.iter().map(|(code, span)| (code.to_string(), span.start)).collect(), Err(error) => vec![(error.clone(), 0)] }).collect()
                };
                let (b, a) = (flat(&before), flat(&after));
                let nth = b.iter().zip(&a).position(|(b, a)| b != a).unwrap_or(a.len().min(b.len()));
                let (b, a) = (b.get(nth), a.get(nth));
                let at = b.map_or(usize::MAX, |it| it.1).min(a.map_or(usize::MAX, |it| it.1));
                let from = at.saturating_sub(40).min(text.len());
                let to = (at.saturating_add(60)).min(text.len());
                println!("DIFF {name} {b:?} {a:?}\n    {:?}\n    {:?}", String::from_utf8_lossy(&text[from..to]), String::from_utf8_lossy(redacted.get(from..to).unwrap_or(b"")));
            }
        }
        if text.len() != redacted.len() {
            println!("LENGTH {name}: {:?} {:?}", String::from_utf8_lossy(text), String::from_utf8_lossy(&redacted));
        }
        if has_secrets {
            let left: BTreeSet<String> = words(&String::from_utf8_lossy(&redacted)).collect();
            let common: Vec<_> = left.intersection(secrets).collect();
            if !common.is_empty() {
                entry.2 += 1;
                println!("LEAK {name}: {common:?}");
            }
        }
    };
    for kind in kinds() {
        for nth in 0..4 {
            let Some(damaged) = kind.damaged(nth, 1) else { continue };
            let clean = ecs_invocations::decode(damaged.clean.as_bytes()).unwrap();
            check(kind.name.clone(), damaged.text.as_bytes(), &secrets(&clean.response), true);
        }
    }
    for directory in ["answers", "regressions", "documented", "correct", "repair_of_kinds", "decode_bytes", "rules"] {
        for entry in fs::read_dir(format!("corpus/{directory}")).unwrap() {
            let path = entry.unwrap().path();
            let Ok(bytes) = fs::read(&path) else { continue };
            check(format!("corpus/{directory}{}", if directory == "answers" { path.file_name().unwrap().to_string_lossy() } else { "".into() }), &bytes, &BTreeSet::new(), false);
        }
    }
    let mut all = (0, 0, 0);
    for (name, (count, different, leaked)) in &groups {
        all = (all.0 + count, all.1 + different, all.2 + leaked);
        if *different > 0 || *leaked > 0 {
            println!("{name}: {different} of {count} differ, {leaked} leak");
        }
    }
    println!("{all:?}");
}

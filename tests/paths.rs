//! Differential test of finding paths against serde_path_to_error with a strict decoder.

#![allow(dead_code, reason = "the fields are only deserialized")]

use ecs_invocations::decode;
use ecs_invocations::finding::FindingKind;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    total_count: Option<u64>,
    request_id: Option<String>,
    invocations: Option<Invocations>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Invocations {
    invocation: Vec<Invocation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Invocation {
    timed: Option<bool>,
    timeout: Option<u64>,
    command_name: Option<String>,
    invoke_instances: Option<InvokeInstances>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InvokeInstances {
    invoke_instance: Vec<InvokeInstance>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InvokeInstance {
    instance_id: Option<String>,
    exit_code: Option<i64>,
}

/// A document in which one `?` at a time is replaced by an invalid value.
const DOCUMENT: &str = r#"{"TotalCount": ?, "RequestId": ?, "Invocations": {"Invocation": [
    {"Timed": ?, "InvokeInstances": {"InvokeInstance": []}},
    {"Timeout": ?, "CommandName": ?, "InvokeInstances": {"InvokeInstance": [
        {"InstanceId": ?}, {"ExitCode": ?, "InstanceId": ?}]}}]}}"#;

#[test]
fn paths_agree_with_a_strict_decoder() {
    let places = DOCUMENT.matches('?').count();
    assert_eq!(places, 8);
    for invalid_at in 0..places {
        let pieces: Vec<&str> = DOCUMENT.split('?').collect();
        let value = |place| if place == invalid_at { "[[]]" } else { "null" };
        let document: String =
            (0..places).map(|place| format!("{}{}", pieces[place], value(place))).collect();
        let document = document + pieces[places];

        let strict = &mut serde_json::Deserializer::from_str(&document);
        let error = serde_path_to_error::deserialize::<_, Page>(strict).err().unwrap();
        let decoded = decode(document.as_bytes()).unwrap();
        let invalid = decoded
            .findings
            .iter()
            .find(|finding| matches!(finding.kind, FindingKind::InvalidValue { .. }))
            .unwrap();
        assert_eq!(invalid.path.to_string(), error.path().to_string());
    }
}

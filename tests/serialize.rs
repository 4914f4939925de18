//! What findings, decoded documents and errors serialize to.

use ecs_invocations::finding::{Location, Path, RULES, Severity};
use ecs_invocations::{Response, decode};
use serde_json::{Value, from_value, json, to_value};

#[test]
fn decoded_document_serializes() {
    let input = br#"{"code": "Throttling", "Message": "a" "RequestId": ""}"#;
    let decoded = decode(input).unwrap();
    assert_eq!(decoded.findings.len(), 3);
    let value = to_value(&decoded).unwrap();
    assert_eq!(value["response"], json!({"Code": "Throttling", "Message": "a"}));
    assert_eq!((&value["findings_omitted"], &value["format"]), (&json!(0), &json!("json")));
    for (finding, value) in decoded.findings.iter().zip(value["findings"].as_array().unwrap()) {
        assert_eq!(value["code"], finding.code());
        assert_eq!(value["name"], finding.name());
        assert_eq!(value["message"], finding.message());
        assert_eq!(from_value::<Severity>(value["severity"].clone()).unwrap(), finding.severity);
        assert_eq!(from_value::<Path>(value["path"].clone()).unwrap(), finding.path);
        // The keys of the location are those of the finding.
        let location: Location = from_value(value.clone()).unwrap();
        assert_eq!(Some(&location), finding.location.as_ref());
        let found = value.get("found").map_or("", |found| found.as_str().unwrap());
        assert_eq!(found, &*finding.found);
        assert_eq!(value.get("expected"), None);
    }
}

#[test]
fn location_is_deserialized_from_what_it_serializes_to() {
    let decoded = decode(b"{\n\"code\": \"a\", \"Message\": \"b\"}").unwrap();
    let location = decoded.findings[0].location.clone().unwrap();
    let value = to_value(&location).unwrap();
    assert_eq!(value, json!({"line": 2, "column": 1, "start": 2, "end": 8}));
    assert_eq!(from_value::<Location>(value).unwrap(), location);
    let error = from_value::<Location>(json!({"line": 2, "start": 2, "end": 8})).unwrap_err();
    assert_eq!(error.to_string(), "missing field `column`");
}

#[test]
fn invalid_severities_and_paths_are_refused() {
    assert!(from_value::<Severity>(json!("fatal")).is_err());
    assert!(from_value::<Severity>(json!(1)).is_err());
    assert!(from_value::<Path>(json!("A..B")).is_err());
}

#[cfg(feature = "validate")]
#[test]
fn finding_on_a_model_has_no_location() {
    use ecs_invocations::validate::Checks;

    let decoded = decode(
        br#"{"RequestId": "a", "Invocations": {"Invocation": [{"InvokeId": "t-1",
        "InvokeStatus": "Finished", "InvokeInstances": {"InvokeInstance": [
        {"InstanceId": "i-1", "InstanceInvokeStatus": "Failed"}]}}]}}"#,
    )
    .unwrap();
    let checks = Checks::default().ignore("ALL").select("A901");
    let finding = &checks.check_response(&decoded.response)[0];
    assert_eq!(finding.location, None);
    let value = to_value(finding).unwrap();
    assert_eq!(value["expected"], "Failed or Stopped");
    assert_eq!(value["path"], "Invocations.Invocation[0].InvokeStatus");
    assert_eq!((value.get("line"), value.get("start")), (None, None));
    assert_eq!(format!("{finding:#}"), finding.to_string());
}

#[test]
fn rule_serializes_with_all_fields() {
    for rule in RULES {
        let value = to_value(rule).unwrap();
        assert_eq!(value["code"], rule.code);
        assert_eq!(value["severity"], rule.severity.name());
        assert_eq!(value["examples"], json!(rule.examples));
        assert_eq!(value.as_object().map(|object| object.len()), Some(9));
    }
}

#[test]
fn errors_are_compared_and_cloned() {
    let error = decode(b"<!doctype html><title>x</title>").unwrap_err();
    assert_eq!(error.clone(), error);
    assert_ne!(error, decode(b"<!doctype html><title>y</title>").unwrap_err());
    let value = to_value(&error).unwrap();
    assert_eq!(value["kind"], "html");
    assert_eq!(value["message"], error.message());
    assert_eq!(to_value(decode(b"").unwrap_err()).unwrap()["format"], Value::Null);
    // A result can be compared as a whole.
    assert_eq!(decode(b""), decode(b""));
    let Response::Error(_) = decode(br#"{"Code": "a"}"#).unwrap().response else { panic!() };
}

//! Paths of findings: a differential test against serde_path_to_error with a strict decoder, and their text.

#![allow(dead_code, reason = "the fields are only deserialized")]

use ecs_invocations::decode;
use ecs_invocations::finding::{FindingKind, Path, Step};
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

/// An item has the same path in every shape of its list and in both formats.
#[test]
fn path_of_an_item_is_independent_of_the_shape() {
    let item = r#"{"timed": "no", "InvokeInstances": []}"#;
    for document in [
        format!(r#"{{"Invocations": {{"Invocation": [{item}]}}}}"#),
        format!(r#"{{"Invocations": {{"Invocation": {item}}}}}"#),
        format!(r#"{{"invocations": {{"invocation": [{item}]}}}}"#),
        format!(r#"{{"Invocations": [{item}]}}"#),
        format!(r#"{{"invocations": {item}}}"#),
        "<DescribeInvocationsResponse><Invocations><Invocation><Timed>no</Timed></Invocation>\
         </Invocations></DescribeInvocationsResponse>"
            .to_owned(),
        "<DescribeInvocationsResponse><Invocations><Timed>no</Timed></Invocations>\
         </DescribeInvocationsResponse>"
            .to_owned(),
    ] {
        let findings = decode(document.as_bytes()).unwrap().findings;
        let boolean = findings.iter().find(|finding| finding.code() == "N103");
        let boolean = boolean.unwrap_or_else(|| panic!("{document}: {findings:?}"));
        assert_eq!(boolean.path.to_string(), "Invocations.Invocation[0].Timed", "{document}");
        // A list itself has the path of the list.
        for list in findings.iter().filter(|finding| finding.code() == "N108") {
            let last = list.path.steps().last();
            assert!(matches!(last, Some(Step::Name(name)) if name != "InvokeInstance"), "{list}");
        }
    }
}

#[test]
fn displayed_path_parses_to_the_same_path() {
    arbtest::arbtest(|u| {
        let mut steps = Vec::new();
        for _ in 0..u.int_in_range(0..=4)? {
            steps.push(match u.int_in_range(0..=3)? {
                0 => Step::Index(u.arbitrary()?),
                1 => Step::Name((*u.choose(&["Invocations", "@a:b", "$text", "漢字"])?).into()),
                2 => {
                    let special = ["", ".", "]", "\"", "\\", "a b", "[0]", "\0\u{7f}\u{301}'\n"];
                    Step::Name((*u.choose(&special)?).into())
                }
                _ => Step::Name(u.arbitrary::<String>()?.into()),
            });
        }
        let path = Path::from(steps);
        assert_eq!(path.to_string().parse(), Ok(path));
        Ok(())
    });
}

#[test]
fn invalid_paths_are_rejected() {
    let invalid = [
        ".A",
        "A.",
        "A..B",
        "A b",
        "A[",
        "A[]",
        "A[x]",
        "A[-1]",
        "A[+1]",
        "A[1",
        "[1]x",
        "[\"a]",
        "[\"a\"",
        "[\"\\q\"]",
        "[\"\\u{110000}\"]",
        "the response.A",
        "A[99999999999999999999]",
    ];
    for text in invalid {
        assert!(text.parse::<Path>().is_err(), "{text}");
    }
    assert_eq!("".parse(), Ok(Path::default()));
    assert_eq!("the response".parse(), Ok(Path::default()));
    let error = "Invocations.In vocation".parse::<Path>().unwrap_err();
    assert!(error.to_string().starts_with("invalid path at byte 14, expected"), "{error}");
}

#[test]
fn paths_are_ordered_by_steps() {
    let mut paths = ["B", "A[10].X", "A[2].Y", "A", "A[2].X"].map(|text| text.parse().unwrap());
    paths.sort();
    assert_eq!(paths.map(|path: Path| path.to_string()), ["A", "A[2].X", "A[2].Y", "A[10].X", "B"]);
}

/// The same holds for the paths of repairs.
#[test]
fn path_of_a_repair_is_independent_of_the_shape() {
    let item = r#"{"InvokeId": "t-1" "Timed": true, "InvokeInstances": []}"#;
    for document in [
        format!(r#"{{"Invocations": {{"Invocation": [{item}]}}}}"#),
        format!(r#"{{"Invocations": {{"Invocation": {item}}}}}"#),
        format!(r#"{{"Invocations": [{item}]}}"#),
        format!(r#"{{"Invocations": {item}}}"#),
        "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>&x;<Timed>true</Timed></Invocation>\
         </Invocations></DescribeInvocationsResponse>"
            .to_owned(),
        "<DescribeInvocationsResponse><Invocations><InvokeId>&x;<Timed>true</Timed></Invocations>\
         </DescribeInvocationsResponse>"
            .to_owned(),
    ] {
        let findings = decode(document.as_bytes()).unwrap().findings;
        let repair = findings.iter().find(|finding| finding.code().starts_with('M'));
        let repair = repair.unwrap_or_else(|| panic!("{document}: {findings:?}"));
        let path = repair.path.to_string();
        assert_eq!(path, "Invocations.Invocation[0].InvokeId", "{document}");
    }
    let second = r#"{"Invocations": [{"InvokeId": "t-1"}, {"InvokeInstances": [{}, {"Output": "a" "Dropped": 1}]}]}"#;
    let findings = decode(second.as_bytes()).unwrap().findings;
    let repair = findings.iter().find(|finding| finding.code() == "M301").unwrap();
    let expected = "Invocations.Invocation[1].InvokeInstances.InvokeInstance[1].Output";
    assert_eq!(repair.path.to_string(), expected);
}

//! Inputs that violated a property, each with the property and the value that is expected now.

use std::fs;
use std::path::Path;

use ecs_invocations::{Decoded, Options, Repair, Response, decode};

fn input(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/regressions").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every finding begins and ends at a character of the input.
fn spans_are_of_whole_characters(bytes: &[u8], decoded: &Decoded<'_>) {
    let text = str::from_utf8(bytes).unwrap();
    for finding in &decoded.findings {
        let span = finding.location.clone().unwrap().bytes;
        assert!(text.get(span).is_some(), "{finding:?}");
    }
}

/// Decodes an input in UTF-8 to the response with this canonical JSON, which is read back.
fn assert_decodes_to(name: &str, json: &str) {
    let bytes = input(name);
    let decoded = decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(decoded.response.to_json(), json, "{name}");
    spans_are_of_whole_characters(&bytes, &decoded);
    for canonical in [decoded.response.to_json(), decoded.response.to_xml()] {
        let again = decode(canonical.as_bytes()).unwrap();
        assert!(again.is_clean(), "{name}: {:?}", again.findings);
        assert_eq!(again.response, decoded.response, "{name}");
    }
}

#[test]
fn canonical_forms_are_read_back() {
    assert_decodes_to("does-not-read-back.json", r#"{"Code":"a","body":"t"}"#);
}

/// A member beside an embedded error that has the name of one of its fields is read as that field.
#[test]
fn members_beside_an_embedded_response_of_another_kind_do_not_become_its_fields() {
    let input = r#"{"HostId":["h","i"],"X":1,"body":"<Error><Code>a</Code></Error>"}"#;
    let decoded = decode(input.as_bytes()).unwrap();
    assert_eq!(decoded.response.to_json(), r#"{"Code":"a","X":1}"#);
    let dropped: Vec<_> = decoded.findings.iter().filter(|it| it.code() == "U201").collect();
    assert_eq!(dropped.len(), 1);
    assert_eq!(&*dropped[0].found, r#"["h","i"]"#);
}

#[test]
fn repaired_documents_are_well_formed() {
    for name in ["repaired-not-well-formed-control.xml", "repaired-not-well-formed-doctype.xml"] {
        let bytes = input(name);
        match decode(&bytes) {
            Ok(decoded) => spans_are_of_whole_characters(&bytes, &decoded),
            Err(error) => assert_ne!(error.kind().name(), "syntax", "{name}: {error}"),
        }
    }
}

#[test]
fn spans_do_not_cut_characters() {
    assert_decodes_to("panic-after-an-open-comment.xml", r#"{"Code":"中"}"#);
    assert_decodes_to(
        "panic-odd-whitespace-in-a-list.json",
        r#"{"Invocations":{"Invocation":[{"InvokeInstances":{"InvokeInstance":[]}}]}}"#,
    );
    assert_decodes_to("panic-on-a-character-boundary.json", r#"{"Invocations":{"Invocation":[]}}"#);
    assert_decodes_to(
        "span-off-a-character-boundary.json",
        r#"{"Invocations":{"Invocation":[{"InvokeInstances":{"InvokeInstance":[]}}]}}"#,
    );
    let bytes = input("panic-on-a-character-boundary.bin");
    let decoded = decode(&bytes).unwrap();
    assert!(matches!(decoded.response, Response::Invocations(_)));
}

#[test]
fn errors_are_in_the_order_of_the_input() {
    let bytes = input("errors-out-of-order-without-repair.bin");
    let mut options = Options::default();
    options.repair = Repair::None;
    let errors: Vec<_> = options.decode_all(&bytes).filter_map(Result::err).collect();
    assert!(!errors.is_empty());
    assert!(errors.iter().map(|error| error.location().bytes.start).is_sorted(), "{errors:?}");
}

/// An opening bracket that is lost takes neither its list along, nor do members go to the item before it.
#[test]
fn opening_brackets_may_be_missing() {
    let page =
        |items: &str| format!(r#"{{"Invocations":{{"Invocation":[{items}]}},"RequestId":"r"}}"#);
    let first = r#"{"InvokeId":"t-1","InvokeInstances":{"InvokeInstance":[]}}"#;
    let second = r#"{"InvokeId":"t-2","InvokeInstances":{"InvokeInstance":[]}}"#;
    let running = second.replacen('{', r#"{"InvokeStatus":"Running","#, 1);
    assert_decodes_to("members-in-the-list.json", &page(&format!("{first},{running}")));
    for name in ["opening-brace-of-the-list-lost.json", "first-brace-lost.json"] {
        assert_decodes_to(name, &page(&format!("{first},{second}")));
    }
}

/// An item whose start tag is lost or mistyped is an item of its own.
#[test]
fn start_tags_of_items_may_be_missing() {
    let page =
        |items: &str| format!(r#"{{"Invocations":{{"Invocation":[{items}]}},"RequestId":"r"}}"#);
    let items = |count: usize| {
        let item = |nth| {
            format!(
                r#"{{"InvokeId":"t-{nth}","InvokeInstances":{{"InvokeInstance":[{{"InstanceId":"i-{nth}"}}]}},"Timed":false}}"#
            )
        };
        page(&(1..=count).map(item).collect::<Vec<_>>().join(","))
    };
    assert_decodes_to("start-tag-of-an-item-lost.xml", &items(3));
    assert_decodes_to("start-tag-of-an-item-mistyped.xml", &items(3));
    assert_decodes_to("start-tag-of-the-first-item-lost.xml", &items(2));
    assert_decodes_to("start-tags-of-two-items-lost.xml", &items(3));
    assert_decodes_to("start-tag-of-an-item-as-end-tag.xml", &items(2));
    assert_decodes_to(
        "start-tag-of-an-instance-lost.xml",
        &page(
            r#"{"InvokeId":"t-1","InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1","ExitCode":0},{"InstanceId":"i-2","ExitCode":1}]}}"#,
        ),
    );
}

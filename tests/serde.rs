//! The model as fields of a user's own types, read from a stream.

use ecs_invocations::model::{
    Content, Frequency, InstanceStatus, Invocation, InvocationStatus, Time,
};
use ecs_invocations::{Response, decode};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Archived {
    fetched: Time<'static>,
    status: InvocationStatus<'static>,
    instance: InstanceStatus<'static>,
    output: Content<'static>,
    frequency: Frequency<'static>,
    invocation: Invocation<'static>,
    response: Response<'static>,
}

const ARCHIVED: &str = r#"{
    "fetched": "2026-11-24T10:00:00Z", "status": "success", "instance": "Paused", "output": "",
    "frequency": "rate(5m)",
    "invocation": {"InvokeInstances": {"InvokeInstance": []}, "InvokeId": "t-1", "X": [1.5]},
    "response": {"Code": "Throttling", "Message": "slow\ndown"}
}"#;

/// An item may have an unknown member with the name of its own element.
#[test]
fn a_member_of_an_item_with_the_name_of_the_element_is_no_list() {
    let json = r#"{"Invocations":{"Invocation":[{"InvokeInstances":{"InvokeInstance":[]},"Invocation":{"x":1}}]},"InvocationResults":{"InvocationResult":[]}}"#;
    let read: Response<'_> = serde_json::from_str(json).unwrap();
    assert_eq!(read, decode(json.as_bytes()).unwrap().response);
    assert!(matches!(read, Response::Invocations(_)));
}

#[test]
fn owned_models_are_read_from_a_reader() {
    let archived: Archived = serde_json::from_reader(ARCHIVED.as_bytes()).unwrap();
    assert_eq!(archived.status, InvocationStatus::Success);
    assert_eq!(archived.instance, InstanceStatus::Other("Paused".into()));
    assert_eq!(archived.output, Content::from(""));
    assert!(archived.fetched.timestamp().is_some());
    assert_eq!(archived.invocation.invoke_id.as_deref(), Some("t-1"));
    let Response::Error(error) = &archived.response else { panic!("{archived:?}") };
    assert_eq!(error.message.as_deref(), Some("slow\ndown"));

    let text = serde_json::to_string(&archived).unwrap();
    assert_eq!(serde_json::from_str::<Archived>(&text).unwrap(), archived);
    let again: Archived = serde_json::from_value(serde_json::from_str(&text).unwrap()).unwrap();
    assert_eq!(again, archived);
}

/// An exit code has up to 128 bits; what a deserializer cannot pass on exactly is an error.
#[test]
fn exit_codes_are_exact() {
    let with_code = |code: i128| {
        let document = format!(
            r#"{{"Invocations":{{"Invocation":[{{"InvokeInstances":{{"InvokeInstance":[{{"ExitCode":{code}}}]}}}}]}}}}"#
        );
        let decoded = ecs_invocations::decode(document.as_bytes()).unwrap();
        assert!(decoded.is_clean(), "{:?}", decoded.findings);
        let response = decoded.response.into_owned();
        (document, response)
    };
    for code in [0, -1, i64::MIN.into(), i64::MAX.into(), u64::MAX.into()] {
        let (document, response) = with_code(code);
        assert_eq!(response.to_json(), document);
        assert_eq!(serde_json::from_str::<Response<'_>>(&document).unwrap(), response);
        let value = serde_json::to_value(&response).unwrap();
        assert_eq!(serde_json::from_value::<Response<'_>>(value).unwrap(), response);
    }
    for code in [i128::MIN, i128::from(i64::MIN) - 1, i128::from(u64::MAX) + 1, i128::MAX] {
        let (document, response) = with_code(code);
        assert_eq!(response.to_json(), document);
        assert_eq!(
            ecs_invocations::decode(response.to_xml().as_bytes()).unwrap().response,
            response
        );
        // Exact with serde_json's feature `arbitrary_precision`, otherwise an error.
        if let Ok(read) = serde_json::from_str::<Response<'_>>(&document) {
            assert_eq!(read, response);
        }
    }
}

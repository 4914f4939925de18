//! The model as fields of a user's own types, read from a stream.

use ecs_invocations::Response;
use ecs_invocations::model::{
    Content, Frequency, InstanceStatus, Invocation, InvocationStatus, Time,
};
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

//! Another operation, DescribeCommands, by the same rules: a schema is all it takes.

use std::borrow::Cow;

use ecs_invocations::Options;
use ecs_invocations::lenient::{record, response_kinds, wire_enum};

wire_enum! { pub enum Provider { User = "User" in Current, } }

record! {
    pub struct Commands in "DescribeCommandsResponse" {
        pub total_count: Option<u64> = "TotalCount",
        pub commands: Vec<Command<'a>> = "Commands" always |_| true,
        pub request_id: Option<Cow<'a, str>> = "RequestId",
    }
}
record! {
    pub struct Command in "Command" {
        pub command_id: Option<Cow<'a, str>> = "CommandId",
        pub provider: Option<Provider<'a>> = "Provider",
        pub enable_parameter: Option<bool> = "EnableParameter",
    }
}
response_kinds! {
    pub enum Response of DescribeCommands {
        Commands(Commands) {
            roots: ["DescribeCommandsResponse"],
            list: ["Commands"],
            item_ids: ["CommandId"],
            code: None,
        },
    }
    shared field "RequestId";
    envelopes ["body"];
}

const JSON: &[u8] = br#"log: {"body": {"total_count": "1", "commands": [
    {"commandId": "c-1" "Provider": "USER", "EnableParameter": "False", "Name": "x"}]}}"#;
const XML: &[u8] = b"<DescribeCommandsResponse><TotalCount>1</TotalCount><Commands><Command><Name>x</Name>
    <CommandId>c-1</CommandId><Provider>user<EnableParameter>0</EnableParameter></Command></Commands>";

#[test]
fn another_operation_is_decoded_by_the_same_rules() {
    for input in [JSON, XML] {
        let decoded = Options::default().decode_as::<DescribeCommands>(input).unwrap();
        let Response::Commands(page) = &decoded.response;
        let [command] = &*page.commands else { panic!("{page:?}") };
        assert_eq!((page.total_count, command.command_id.as_deref()), (Some(1), Some("c-1")));
        assert_eq!(command.provider, Some(Provider::User));
        assert_eq!(command.enable_parameter, Some(false));
        assert_eq!(command.extra.get("Name").and_then(|name| name.as_str()), Some("x"));
        let has = |code| decoded.findings.iter().any(|finding| finding.code().starts_with(code));
        assert!(has("N102") && has("N103") && has("M"), "{:?}", decoded.findings);
        let canonical = serde_json::to_string(&decoded.response).unwrap();
        let again = Options::default().decode_as::<DescribeCommands>(canonical.as_bytes()).unwrap();
        assert!(again.is_clean() && again.response == decoded.response, "{again:?}");
    }
}

//! The four examples of the API reference.

use ecs_invocations::finding::FindingKind;
use ecs_invocations::model::{
    ApiErrorCode, CommandType, Frequency, InstanceStatus, InvocationStatus,
};
use ecs_invocations::{Decoded, Format, Response, decode};
use insta::assert_snapshot;

const RESPONSE_XML: &[u8] = include_bytes!("../corpus/documented/response.xml");
const RESPONSE_JSON: &[u8] = include_bytes!("../corpus/documented/response.json");
const ERROR_XML: &[u8] = include_bytes!("../corpus/documented/error.xml");
const ERROR_JSON: &[u8] = include_bytes!("../corpus/documented/error.json");

fn read(example: &[u8]) -> Decoded<'_> {
    decode(example).unwrap()
}

fn findings(example: &[u8]) -> String {
    let line = |finding: &ecs_invocations::Finding| format!("{finding:#}\n");
    read(example).findings.iter().map(line).collect()
}

#[test]
fn response_decodes_equal_from_xml_and_json() {
    let (xml, json) = (read(RESPONSE_XML), read(RESPONSE_JSON));
    assert_eq!((xml.format, json.format), (Format::Xml, Format::Json));
    assert_eq!(xml.response, json.response);
    assert_snapshot!("response", xml.response.to_json_pretty());
}

#[test]
fn error_decodes_equal_from_xml_and_json() {
    let (xml, json) = (read(ERROR_XML), read(ERROR_JSON));
    assert_eq!(xml.response, json.response);
    assert_snapshot!("error", xml.response.to_json_pretty());
}

#[test]
fn reports_normalized_values() {
    assert_snapshot!("findings of response.xml", findings(RESPONSE_XML));
    assert_snapshot!("findings of response.json", findings(RESPONSE_JSON));
    assert_snapshot!("findings of error.xml", findings(ERROR_XML));
    assert_snapshot!("findings of error.json", findings(ERROR_JSON));
}

#[test]
fn decodes_fields_to_their_types() {
    let response = read(RESPONSE_XML).response;
    let Response::Invocations(page) = response else { panic!("{response:?}") };
    assert_eq!((page.total_count, page.page_number, page.page_size), (Some(5), Some(1), Some(10)));
    let [first, _, third, ..] = &*page.invocations else { panic!("{page:?}") };
    assert_eq!(first.invoke_status, Some(InvocationStatus::Running));
    assert_eq!(first.command_type, Some(CommandType::RunShellScript));
    assert_eq!(first.timed, Some(true));
    let Some(Frequency::Cron(cron)) = &first.frequency else { panic!("{first:?}") };
    assert_eq!((cron.seconds(), cron.minutes(), cron.hours()), ("0", "*/20", "*"));
    assert_eq!(first.instances[0].instance_invoke_status, Some(InstanceStatus::Finished));
    assert_eq!(third.invoke_status, Some(InvocationStatus::Success));
    assert!(!third.invoke_status.as_ref().unwrap().is_documented());
    assert_eq!(third.frequency, None);

    let response = read(ERROR_JSON).response;
    let Response::Error(error) = response else { panic!("{response:?}") };
    assert_eq!(error.code, Some(ApiErrorCode::MissingRegionId));
    assert_eq!(error.code.unwrap().http_status(), Some(400));
}

/// The commas are missing at the ends of lines 3 and 4.
#[test]
fn locates_missing_commas() {
    let text = str::from_utf8(ERROR_JSON).unwrap();
    let findings = read(ERROR_JSON).findings;
    assert_eq!(findings.len(), 2);
    for (finding, before) in findings.iter().zip(["aliyuncs.com\"", "RegionId\""]) {
        assert_eq!(finding.kind, FindingKind::MissingComma);
        let at = finding.location.as_ref().unwrap().bytes.start;
        assert!(text[..at].ends_with(before) && text[at..].starts_with('\n'), "{finding:?}");
    }
}

/// The text of a finding is the text at its location.
#[test]
fn findings_locate_their_text() {
    for example in [RESPONSE_XML, RESPONSE_JSON] {
        let text = str::from_utf8(example).unwrap();
        for finding in read(example).findings {
            let location = finding.location.as_ref().unwrap();
            assert_eq!(&text[location.bytes.clone()], &*finding.found, "{finding:?}");
            let line = text.lines().nth(location.line - 1).unwrap();
            let rest: String = line.chars().skip(location.column - 1).collect();
            assert!(rest.starts_with(&*finding.found), "{finding:?}");
        }
    }
}

#[test]
fn strings_borrow_from_input() {
    for example in [RESPONSE_XML, RESPONSE_JSON] {
        let Response::Invocations(page) = read(example).response else { panic!() };
        for invocation in &page.invocations {
            let name = invocation.command_name.as_deref().unwrap();
            assert!(example.as_ptr_range().contains(&name.as_ptr()));
        }
    }
}

#[test]
fn owned_copy_outlives_input() {
    let owned = {
        let input = RESPONSE_XML.to_vec();
        decode(&input).unwrap().into_owned()
    };
    assert_eq!(owned, read(RESPONSE_XML));
}

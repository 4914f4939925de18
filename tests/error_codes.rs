//! The error codes of the reference, the page on troubleshooting and the agent.

use ecs_invocations::model::{ApiErrorCode, ErrorCode, ErrorCodeSource};
use ecs_invocations::{Response, decode};

#[test]
fn api_error_codes_have_the_http_status_of_the_reference() {
    let table = "\
        400: MissingParameter.RegionId RegionId.ApiNotSupported NumberExceed.Tags Duplicate.TagKey
        400: InvalidTagKey.Malformed InvalidTagValue.Malformed MissingParameter.TagKey
        400: InvalidParam.PageNumber InvalidParam.PageSize InvalidParameter.NextToken
        400: InvalidParameter.MaxResults Throttling Throttling.User Throttling.Api
        400: SignatureDoesNotMatch IncompleteSignature InvalidTimeStamp.Expired
        403: Operation.Forbidden Forbidden.RAM NoPermission
        404: InvalidRegionId.NotFound InvalidAccessKeyId.NotFound
        500: InternalError.Dispatch InternalError
        503: ServiceUnavailable";
    let mut count = 0;
    for line in table.lines() {
        let (status, codes) = line.trim().split_once(": ").unwrap();
        for code in codes.split(' ') {
            let read: ApiErrorCode<'_> = code.parse().unwrap();
            assert!(!matches!(read, ApiErrorCode::Other(_)), "{code}");
            assert_eq!(read.as_str(), code);
            assert_eq!(read.http_status().map(|it| it.to_string()).as_deref(), Some(status));
            count += 1;
        }
    }
    assert_eq!(ApiErrorCode::known().count(), count);
}

#[test]
fn error_codes_of_a_run_have_their_source() {
    let reference = "InstanceNotExists InstanceReleased InstanceNotRunning CommandNotApplicable \
        AccountNotExists DirectoryNotExists BadCronExpression ClientNotRunning ClientNotResponse \
        ClientIsUpgrading ClientNeedUpgrade DeliveryTimeout ExecutionTimeout ExecutionException \
        ExecutionInterrupted ExitCodeNonzero SecurityGroupRuleDenied TaskConcurrencyLimit";
    let troubleshooting = "InstanceRestarted InstanceDeregistered InstanceRoleInvalid \
        ClientNetworkBlocked ClientNotOnline ClientRestarted InvalidSystemBuiltInParameter \
        DefaultWorkingDirectoryNotAvailable InvalidCommandText CommandContentDecodeError \
        CronExpressionExpired InvalidGMTOffsetForTimezone InvalidGMTOffsetHourForTimezone \
        InvalidGMTOffsetMinuteForTimezone TimezoneInformationCorrupt InvalidRateExpression \
        RateFrequencyTooLarge InvalidAtExpression AtExpressionExpired InvalidContainerName \
        InvalidContainerId UnsupportedContainerRuntime ContainerConnectFailed \
        ContainerStateAbnormal ContainerNotFound ContainerNameDuplicated \
        ContainerNameAndIdNotMatch UserOrPasswordInvalid QueryParameterStoreFailed \
        TerminationException FileAlreadyExists FileNameInvalid FilePathInvalid \
        FileAuthorityInvalid UserGroupNotExists";
    let agent = "ContainerRuntimeInternalError ContainerRuntimeTimeout";
    let mut count = 0;
    for (codes, source) in [
        (reference, ErrorCodeSource::Reference),
        (troubleshooting, ErrorCodeSource::Troubleshooting),
        (agent, ErrorCodeSource::Agent),
    ] {
        for code in codes.split_ascii_whitespace() {
            let read: ErrorCode<'_> = code.parse().unwrap();
            assert_eq!((read.as_str(), read.source()), (code, Some(source)));
            count += 1;
        }
    }
    assert_eq!(ErrorCode::known().count(), count);
    assert_eq!(ErrorCode::Other("DiskFull".into()).source(), None);
}

#[test]
fn access_denied_detail_is_decoded_from_both_formats() {
    let json = br#"{"Code": "NoPermission", "AccessDeniedDetail": {"AuthAction": "ecs:DescribeInvocations",
        "AuthPrincipalDisplayName": "a", "AuthPrincipalOwnerId": "1", "AuthPrincipalType": "SubUser",
        "NoPermissionType": "ImplicitDeny", "PolicyType": "b", "EncodedDiagnosticMessage": "c"}}"#;
    let json = decode(json).unwrap();
    assert!(json.is_clean(), "{:?}", json.findings);
    let Response::Error(error) = &json.response else { panic!("{json:?}") };
    let detail = error.access_denied_detail.as_ref().unwrap();
    assert_eq!(detail.auth_action.as_deref(), Some("ecs:DescribeInvocations"));
    assert_eq!(detail.encoded_diagnostic_message.as_deref(), Some("c"));
    assert!(detail.extra.is_empty());
    let xml = json.response.to_xml();
    assert!(xml.contains("<AuthAction>ecs:DescribeInvocations</AuthAction>"), "{xml}");
    let xml = decode(xml.as_bytes()).unwrap();
    assert!(xml.is_clean());
    assert_eq!(xml.response, json.response);
}

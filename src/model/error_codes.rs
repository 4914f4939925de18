//! The error codes of a run and of the service: one table per enum.

use crate::lenient::wire_enum;

wire_enum! {
    /// Why a command failed on one instance: `ErrorCode`.
    ///
    /// ```
    /// use ecs_invocations::model::{ErrorCode, ErrorCodeSource};
    ///
    /// assert_eq!(ErrorCode::ExitCodeNonzero.source(), Some(ErrorCodeSource::Reference));
    /// assert_eq!(ErrorCode::ContainerNotFound.source(), Some(ErrorCodeSource::Troubleshooting));
    /// ```
    pub enum ErrorCode {
        /// The instance does not exist.
        InstanceNotExists = "InstanceNotExists" in Current,
        /// The instance was released while the command ran.
        InstanceReleased = "InstanceReleased" in Current,
        /// The instance was not running when the command started.
        InstanceNotRunning = "InstanceNotRunning" in Current,
        /// The command is not applicable to the instance.
        CommandNotApplicable = "CommandNotApplicable" in Current,
        /// The account to run the command with does not exist.
        AccountNotExists = "AccountNotExists" in Current,
        /// The working directory does not exist.
        DirectoryNotExists = "DirectoryNotExists" in Current,
        /// The cron expression is invalid.
        BadCronExpression = "BadCronExpression" in Current,
        /// The Cloud Assistant client is not running.
        ClientNotRunning = "ClientNotRunning" in Current,
        /// The Cloud Assistant client does not respond.
        ClientNotResponse = "ClientNotResponse" in Current,
        /// The Cloud Assistant client is being upgraded.
        ClientIsUpgrading = "ClientIsUpgrading" in Current,
        /// The Cloud Assistant client is too old.
        ClientNeedUpgrade = "ClientNeedUpgrade" in Current,
        /// The command could not be sent in time.
        DeliveryTimeout = "DeliveryTimeout" in Current,
        /// The command ran longer than its timeout.
        ExecutionTimeout = "ExecutionTimeout" in Current,
        /// An exception occurred while the command ran.
        ExecutionException = "ExecutionException" in Current,
        /// The command was interrupted.
        ExecutionInterrupted = "ExecutionInterrupted" in Current,
        /// The command exited with a code other than 0.
        ExitCodeNonzero = "ExitCodeNonzero" in Current,
        /// A security group rule denied access.
        SecurityGroupRuleDenied = "SecurityGroupRuleDenied" in Current,
        /// Too many commands ran at the same time.
        TaskConcurrencyLimit = "TaskConcurrencyLimit" in Current,
        /// The instance was restarted while the command ran.
        InstanceRestarted = "InstanceRestarted" in Current,
        /// The managed instance was deregistered.
        InstanceDeregistered = "InstanceDeregistered" in Current,
        /// The RAM role of the instance is invalid.
        InstanceRoleInvalid = "InstanceRoleInvalid" in Current,
        /// The network of the Cloud Assistant client is blocked.
        ClientNetworkBlocked = "ClientNetworkBlocked" in Current,
        /// The Cloud Assistant client is not connected.
        ClientNotOnline = "ClientNotOnline" in Current,
        /// The Cloud Assistant client was restarted while the command ran.
        ClientRestarted = "ClientRestarted" in Current,
        /// A built-in parameter of the command is invalid.
        InvalidSystemBuiltInParameter = "InvalidSystemBuiltInParameter" in Current,
        /// The default working directory is not available.
        DefaultWorkingDirectoryNotAvailable = "DefaultWorkingDirectoryNotAvailable" in Current,
        /// The text of the command is invalid.
        InvalidCommandText = "InvalidCommandText" in Current,
        /// The content of the command could not be decoded.
        CommandContentDecodeError = "CommandContentDecodeError" in Current,
        /// The cron expression matches no later time.
        CronExpressionExpired = "CronExpressionExpired" in Current,
        /// The offset of a `GMT` time zone is invalid.
        InvalidGMTOffsetForTimezone = "InvalidGMTOffsetForTimezone" in Current,
        /// The hours of the offset of a `GMT` time zone are invalid.
        InvalidGMTOffsetHourForTimezone = "InvalidGMTOffsetHourForTimezone" in Current,
        /// The minutes of the offset of a `GMT` time zone are invalid.
        InvalidGMTOffsetMinuteForTimezone = "InvalidGMTOffsetMinuteForTimezone" in Current,
        /// The time zone data of the instance are damaged.
        TimezoneInformationCorrupt = "TimezoneInformationCorrupt" in Current,
        /// The `rate(…)` expression is invalid.
        InvalidRateExpression = "InvalidRateExpression" in Current,
        /// The interval of the `rate(…)` expression is too long.
        RateFrequencyTooLarge = "RateFrequencyTooLarge" in Current,
        /// The `at(…)` expression is invalid.
        InvalidAtExpression = "InvalidAtExpression" in Current,
        /// The time of the `at(…)` expression has passed.
        AtExpressionExpired = "AtExpressionExpired" in Current,
        /// The name of the container is invalid.
        InvalidContainerName = "InvalidContainerName" in Current,
        /// The ID of the container is invalid.
        InvalidContainerId = "InvalidContainerId" in Current,
        /// The container runtime is not supported.
        UnsupportedContainerRuntime = "UnsupportedContainerRuntime" in Current,
        /// The connection to the container failed.
        ContainerConnectFailed = "ContainerConnectFailed" in Current,
        /// The container is not running.
        ContainerStateAbnormal = "ContainerStateAbnormal" in Current,
        /// The container does not exist.
        ContainerNotFound = "ContainerNotFound" in Current,
        /// Several containers have the name.
        ContainerNameDuplicated = "ContainerNameDuplicated" in Current,
        /// The ID and the name are those of different containers.
        ContainerNameAndIdNotMatch = "ContainerNameAndIdNotMatch" in Current,
        /// The user name or password is invalid.
        UserOrPasswordInvalid = "UserOrPasswordInvalid" in Current,
        /// A parameter could not be read from the parameter store.
        QueryParameterStoreFailed = "QueryParameterStoreFailed" in Current,
        /// An exception occurred while the command was stopped.
        TerminationException = "TerminationException" in Current,
        /// The file to send exists already.
        FileAlreadyExists = "FileAlreadyExists" in Current,
        /// The name of the file is invalid.
        FileNameInvalid = "FileNameInvalid" in Current,
        /// The path of the file is invalid.
        FilePathInvalid = "FilePathInvalid" in Current,
        /// The permissions of the file are invalid.
        FileAuthorityInvalid = "FileAuthorityInvalid" in Current,
        /// The group of the file's owner does not exist.
        UserGroupNotExists = "UserGroupNotExists" in Current,
        /// The container runtime failed.
        ContainerRuntimeInternalError = "ContainerRuntimeInternalError" in Current,
        /// The container runtime did not answer in time.
        ContainerRuntimeTimeout = "ContainerRuntimeTimeout" in Current,
    }
}

/// Which document of the vendor has an [`ErrorCode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCodeSource {
    /// The reference of the operation.
    Reference,
    /// Only the page on troubleshooting.
    Troubleshooting,
    /// Only the source code of the agent on the instance.
    Agent,
}

impl ErrorCode<'_> {
    /// Which document of the vendor has the code; `None` for `Other`.
    pub fn source(&self) -> Option<ErrorCodeSource> {
        Some(match self {
            Self::InstanceNotExists
            | Self::InstanceReleased
            | Self::InstanceNotRunning
            | Self::CommandNotApplicable
            | Self::AccountNotExists
            | Self::DirectoryNotExists
            | Self::BadCronExpression
            | Self::ClientNotRunning
            | Self::ClientNotResponse
            | Self::ClientIsUpgrading
            | Self::ClientNeedUpgrade
            | Self::DeliveryTimeout
            | Self::ExecutionTimeout
            | Self::ExecutionException
            | Self::ExecutionInterrupted
            | Self::ExitCodeNonzero
            | Self::SecurityGroupRuleDenied
            | Self::TaskConcurrencyLimit => ErrorCodeSource::Reference,
            Self::InstanceRestarted
            | Self::InstanceDeregistered
            | Self::InstanceRoleInvalid
            | Self::ClientNetworkBlocked
            | Self::ClientNotOnline
            | Self::ClientRestarted
            | Self::InvalidSystemBuiltInParameter
            | Self::DefaultWorkingDirectoryNotAvailable
            | Self::InvalidCommandText
            | Self::CommandContentDecodeError
            | Self::CronExpressionExpired
            | Self::InvalidGMTOffsetForTimezone
            | Self::InvalidGMTOffsetHourForTimezone
            | Self::InvalidGMTOffsetMinuteForTimezone
            | Self::TimezoneInformationCorrupt
            | Self::InvalidRateExpression
            | Self::RateFrequencyTooLarge
            | Self::InvalidAtExpression
            | Self::AtExpressionExpired
            | Self::InvalidContainerName
            | Self::InvalidContainerId
            | Self::UnsupportedContainerRuntime
            | Self::ContainerConnectFailed
            | Self::ContainerStateAbnormal
            | Self::ContainerNotFound
            | Self::ContainerNameDuplicated
            | Self::ContainerNameAndIdNotMatch
            | Self::UserOrPasswordInvalid
            | Self::QueryParameterStoreFailed
            | Self::TerminationException
            | Self::FileAlreadyExists
            | Self::FileNameInvalid
            | Self::FilePathInvalid
            | Self::FileAuthorityInvalid
            | Self::UserGroupNotExists => ErrorCodeSource::Troubleshooting,
            Self::ContainerRuntimeInternalError | Self::ContainerRuntimeTimeout => {
                ErrorCodeSource::Agent
            }
            Self::Other(_) => return None,
        })
    }
}

wire_enum! {
    /// The error code of an error response: `Code`.
    pub enum ApiErrorCode {
        /// HTTP 400: the required parameter `RegionId` is missing.
        MissingRegionId = "MissingParameter.RegionId" in Reference2018,
        /// HTTP 404: the region does not exist.
        RegionIdNotFound = "InvalidRegionId.NotFound" in Reference2018,
        /// HTTP 500: an internal error; try again later.
        Dispatch = "InternalError.Dispatch" in Reference2018,
        /// HTTP 400: the operation is not available in the region.
        RegionIdNotSupported = "RegionId.ApiNotSupported" in Current,
        /// HTTP 400: more than 20 tags.
        TooManyTags = "NumberExceed.Tags" in Current,
        /// HTTP 400: a tag key is duplicated.
        DuplicateTagKey = "Duplicate.TagKey" in Current,
        /// HTTP 400: a tag key is invalid.
        InvalidTagKey = "InvalidTagKey.Malformed" in Current,
        /// HTTP 400: a tag value is invalid.
        InvalidTagValue = "InvalidTagValue.Malformed" in Current,
        /// HTTP 400: a tag has no key.
        MissingTagKey = "MissingParameter.TagKey" in Current,
        /// HTTP 400: `PageNumber` is invalid.
        InvalidPageNumber = "InvalidParam.PageNumber" in Current,
        /// HTTP 400: `PageSize` is invalid.
        InvalidPageSize = "InvalidParam.PageSize" in Current,
        /// HTTP 400: `NextToken` is invalid.
        InvalidNextToken = "InvalidParameter.NextToken" in Current,
        /// HTTP 400: `MaxResults` is invalid.
        InvalidMaxResults = "InvalidParameter.MaxResults" in Current,
        /// HTTP 403: the operation is not permitted.
        OperationForbidden = "Operation.Forbidden" in Current,
        /// HTTP 500: an internal error; try again later.
        Internal = "InternalError" in Current,
        /// HTTP 503: the service is unavailable; try again later.
        ServiceUnavailable = "ServiceUnavailable" in Current,
        /// HTTP 400: too many requests; try again later.
        Throttling = "Throttling" in Current,
        /// HTTP 400: too many requests of the account; try again later.
        ThrottlingUser = "Throttling.User" in Current,
        /// HTTP 400: too many requests of the operation; try again later.
        ThrottlingApi = "Throttling.Api" in Current,
        /// HTTP 403: the RAM user lacks a permission.
        ForbiddenRam = "Forbidden.RAM" in Current,
        /// HTTP 403: the caller lacks a permission.
        NoPermission = "NoPermission" in Current,
        /// HTTP 404: the AccessKey ID does not exist.
        AccessKeyIdNotFound = "InvalidAccessKeyId.NotFound" in Current,
        /// HTTP 400: the signature does not match.
        SignatureDoesNotMatch = "SignatureDoesNotMatch" in Current,
        /// HTTP 400: the signature is incomplete.
        IncompleteSignature = "IncompleteSignature" in Current,
        /// HTTP 400: the timestamp of the request has expired.
        TimestampExpired = "InvalidTimeStamp.Expired" in Current,
    }
}

impl ApiErrorCode<'_> {
    /// The HTTP status that the reference gives for the code; `None` for `Other`.
    pub fn http_status(&self) -> Option<u16> {
        match self {
            Self::MissingRegionId
            | Self::RegionIdNotSupported
            | Self::TooManyTags
            | Self::DuplicateTagKey
            | Self::InvalidTagKey
            | Self::InvalidTagValue
            | Self::MissingTagKey
            | Self::InvalidPageNumber
            | Self::InvalidPageSize
            | Self::InvalidNextToken
            | Self::InvalidMaxResults
            | Self::Throttling
            | Self::ThrottlingUser
            | Self::ThrottlingApi
            | Self::SignatureDoesNotMatch
            | Self::IncompleteSignature
            | Self::TimestampExpired => Some(400),
            Self::OperationForbidden | Self::ForbiddenRam | Self::NoPermission => Some(403),
            Self::RegionIdNotFound | Self::AccessKeyIdNotFound => Some(404),
            Self::Dispatch | Self::Internal => Some(500),
            Self::ServiceUnavailable => Some(503),
            Self::Other(_) => None,
        }
    }
}

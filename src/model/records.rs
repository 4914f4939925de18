//! The kinds of response, and the records that they consist of.

use std::borrow::Cow;

use super::content::Content;
use super::enums::{
    CommandType, InstanceStatus, InvocationStatus, OssOutputStatus, RepeatMode, TerminationMode,
};
use super::error_codes::{ApiErrorCode, ErrorCode};
use super::frequency::Frequency;
use super::operations::OTHER_OPERATIONS;
use super::request::Request;
use super::tag::Tag;
use super::time::Time;
use crate::lenient;

lenient::response_kinds! {
    #![cfg_attr(docsrs, doc(cfg(feature = "arbitrary")))]

    /// A response of the service: a page of a list, or an error.
    ///
    /// Whether an invocation has ended, and how, is the [`state`](Invocation::state) of an invocation, of
    /// each of its instances, or of a result. What a command printed is the
    /// [`output`](InvokeInstance::output) of an instance or a result.
    ///
    /// ```
    /// use ecs_invocations::model::{Outcome, State};
    /// use ecs_invocations::{Response, decode};
    ///
    /// let body = br#"{"Invocations": {"Invocation": [
    ///     {"InvokeId": "t-1", "InvocationStatus": "Failed", "InvokeInstances": {"InvokeInstance": [
    ///         {"InstanceId": "i-1", "InvocationStatus": "Failed", "ExitCode": 2,
    ///          "Output": "bm8gc3BhY2UK"}]}}]}}"#;
    /// match decode(body)?.response {
    ///     Response::Invocations(page) => {
    ///         let instance = &page.invocations[0].instances[0];
    ///         assert_eq!(instance.state(), State::Ended(Outcome::Failed));
    ///         assert_eq!(instance.exit_code, Some(2));
    ///         assert_eq!(instance.output.as_ref().unwrap().to_text_lossy(), "no space\n");
    ///     }
    ///     Response::Results(page) => println!("{} results", page.results().len()),
    ///     Response::Error(error) if error.is_retryable() => println!("{error}: ask again"),
    ///     Response::Error(error) => eprintln!("{error}"),
    /// }
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    pub enum Response of DescribeInvocations {
        /// A page of invocations.
        Invocations(Page) {
            roots: ["DescribeInvocationsResponse"],
            list: ["Invocations"],
            item_ids: ["InvokeId", "CommandId"],
            code: None,
        },
        /// A page of results, from the related operation DescribeInvocationResults. Current API.
        Results(ResultsPage) {
            roots: ["DescribeInvocationResultsResponse"],
            list: ["Invocation", "InvocationResults"],
            item_ids: ["InvokeId", "CommandId"],
            code: None,
        },
        /// An error response: the request was invalid or failed.
        Error(ApiError) {
            roots: ["Error"],
            list: [],
            item_ids: [],
            code: Some("Code"),
        },
    }
    shared field "RequestId";
    envelopes ["body", "data", "result", "response"];
    texts [
        "CommandContent", "CommandDescription", "ErrorInfo", "Message", "OssOutputErrorInfo", "Output",
        "Parameters", "Recommend",
    ];
    other operations OTHER_OPERATIONS;
    request Request;
}

model_record! {
    /// A page of the list of invocations.
    pub struct Page in "DescribeInvocationsResponse" {
        /// Total number of invocations on all pages; -1 if it is unknown.
        pub total_count: Option<i64> = "TotalCount",
        /// Number of this page, from 1.
        pub page_number: Option<i64> = "PageNumber",
        /// Maximum number of invocations on a page: 1 to 50, 10 by default.
        pub page_size: Option<i64> = "PageSize",
        /// The invocations of this page.
        pub invocations: Vec<Invocation<'a>> = "Invocations" always |_| true,
        /// ID of the request.
        pub request_id: Option<Cow<'a, str>> = "RequestId",
        /// Token of the next page; `None` on the last page. Current API.
        pub next_token: Option<Cow<'a, str>> = "NextToken" or empty,
    }
}

model_record! {
    /// A page of results, one for each run of a command on an instance.
    pub struct ResultsPage in "DescribeInvocationResultsResponse" {
        /// ID of the request.
        pub request_id: Option<Cow<'a, str>> = "RequestId",
        /// The results, and their number.
        pub invocation: Option<Box<InvocationResults<'a>>> = "Invocation" always |_| true,
            flattened fields,
    }
}

impl<'a> ResultsPage<'a> {
    /// The results of this page.
    pub fn results(&self) -> &[InvocationResult<'a>] {
        self.invocation.as_ref().map_or(&[], |invocation| &invocation.results)
    }
}

model_record! {
    /// One execution of a command on one or more instances.
    pub struct Invocation in "Invocation" counted as Invocations {
        /// The overall status. See also [`status`](Self::status).
        pub invoke_status: Option<InvocationStatus<'a>> = "InvokeStatus",
        /// The overall status. Current API.
        pub invocation_status: Option<InvocationStatus<'a>> = "InvocationStatus",
        /// ID of the invocation: `t-…`.
        pub invoke_id: Option<Cow<'a, str>> = "InvokeId",
        /// Name of the command.
        pub command_name: Option<Cow<'a, str>> = "CommandName",
        /// Type of the command.
        pub command_type: Option<CommandType<'a>> = "CommandType",
        /// Schedule of a periodic invocation.
        pub frequency: Option<Frequency<'a>> = "Frequency" or empty,
        /// The invocation on each of its instances.
        pub instances: Vec<InvokeInstance<'a>> = "InvokeInstances" always |_| true,
        /// Whether the invocation is periodic.
        pub timed: Option<bool> = "Timed",
        /// ID of the command: `c-…`.
        pub command_id: Option<Cow<'a, str>> = "CommandId",
        /// Description of the command. Current API, like all fields below.
        pub command_description: Option<Cow<'a, str>> = "CommandDescription" or empty,
        /// The script, plain or Base64.
        pub command_content: Option<Content<'a>> = "CommandContent",
        /// When the invocation was created.
        pub creation_time: Option<Time<'a>> = "CreationTime",
        /// When and how often the command runs.
        pub repeat_mode: Option<RepeatMode<'a>> = "RepeatMode",
        /// Maximum run time of the command, in seconds.
        pub timeout: Option<i64> = "Timeout",
        /// Account that runs the command on the instance.
        pub username: Option<Cow<'a, str>> = "Username" or empty,
        /// Directory that the command runs in.
        pub working_dir: Option<Cow<'a, str>> = "WorkingDir" or empty,
        /// Values of the script's parameters: a JSON object in a string.
        pub parameters: Option<Cow<'a, str>> = "Parameters" or json,
        /// ID of the container that the command runs in.
        pub container_id: Option<Cow<'a, str>> = "ContainerId" or empty,
        /// Name of the container that the command runs in.
        pub container_name: Option<Cow<'a, str>> = "ContainerName" or empty,
        /// Program that starts the script.
        pub launcher: Option<Cow<'a, str>> = "Launcher" or empty,
        /// Which processes are ended when the invocation is stopped or times out.
        pub termination_mode: Option<TerminationMode<'a>> = "TerminationMode",
        /// Tags of the invocation.
        pub tags: Vec<Tag<'a>> = "Tags",
        /// OSS location that the output is delivered to.
        pub oss_output_delivery: Option<Cow<'a, str>> = "OssOutputDelivery" or empty,
        /// Output of the command, if the response has it for the invocation as a whole.
        pub output: Option<Content<'a>> = "Output",
        with tags = "Tags" in instances,
    }
}

model_record! {
    /// An invocation on one instance.
    pub struct InvokeInstance in "InvokeInstance" counted as Instances {
        /// ID of the instance: `i-…`.
        pub instance_id: Option<Cow<'a, str>> = "InstanceId",
        /// The status on the instance. See also [`status`](Self::status).
        pub instance_invoke_status: Option<InstanceStatus<'a>> = "InstanceInvokeStatus",
        /// The status on the instance. Current API, like all fields below.
        pub invocation_status: Option<InstanceStatus<'a>> = "InvocationStatus",
        /// When the command was sent to the instance.
        pub creation_time: Option<Time<'a>> = "CreationTime",
        /// When the command started on the instance.
        pub start_time: Option<Time<'a>> = "StartTime" or empty,
        /// When the command ended on the instance.
        pub finish_time: Option<Time<'a>> = "FinishTime" or empty,
        /// When a stop was requested.
        pub stop_time: Option<Time<'a>> = "StopTime" or empty,
        /// When the status last changed.
        pub update_time: Option<Time<'a>> = "UpdateTime" or empty,
        /// Exit code of the command. May be negative, and up to 2⁶⁴-1.
        pub exit_code: Option<i128> = "ExitCode" or empty,
        /// Output of the command.
        pub output: Option<Content<'a>> = "Output",
        /// Number of bytes that the service removed from [`output`](Self::output).
        pub dropped: Option<i64> = "Dropped",
        /// Number of times that the command ran on the instance.
        pub repeats: Option<i64> = "Repeats",
        /// Whether the invocation is periodic.
        pub timed: Option<bool> = "Timed",
        /// Why the command failed.
        pub error_code: Option<ErrorCode<'a>> = "ErrorCode" or empty,
        /// Description of the failure.
        pub error_info: Option<Cow<'a, str>> = "ErrorInfo" or empty,
        /// Status of the delivery of the output to OSS.
        pub oss_output_status: Option<OssOutputStatus<'a>> = "OssOutputStatus" or empty,
        /// OSS URI of the output.
        pub oss_output_uri: Option<Cow<'a, str>> = "OssOutputUri" or empty,
        /// Why the delivery of the output failed.
        pub oss_output_error_code: Option<Cow<'a, str>> = "OssOutputErrorCode" or empty,
        /// Description of why the delivery of the output failed.
        pub oss_output_error_info: Option<Cow<'a, str>> = "OssOutputErrorInfo" or empty,
    }
}

model_record! {
    /// A page of the results of DescribeInvocationResults. Current API.
    pub struct InvocationResults in "Invocation" {
        /// Total number of results on all pages; -1 if it is unknown.
        pub total_count: Option<i64> = "TotalCount",
        /// Number of this page, from 1.
        pub page_number: Option<i64> = "PageNumber",
        /// Maximum number of results on a page.
        pub page_size: Option<i64> = "PageSize",
        /// Token of the next page; `None` on the last page.
        pub next_token: Option<Cow<'a, str>> = "NextToken" or empty,
        /// The results of this page.
        pub results: Vec<InvocationResult<'a>> = "InvocationResults" always |_| true,
    }
}

model_record! {
    /// The result of a command on one instance. Current API.
    pub struct InvocationResult in "InvocationResult" counted as Instances {
        /// ID of the command: `c-…`.
        pub command_id: Option<Cow<'a, str>> = "CommandId",
        /// ID of the invocation: `t-…`.
        pub invoke_id: Option<Cow<'a, str>> = "InvokeId",
        /// ID of the instance: `i-…`.
        pub instance_id: Option<Cow<'a, str>> = "InstanceId",
        /// The overall status, with the enum values of the 2018 reference.
        pub invoke_record_status: Option<InvocationStatus<'a>> = "InvokeRecordStatus",
        /// The status on the instance.
        pub invocation_status: Option<InstanceStatus<'a>> = "InvocationStatus",
        /// The exit code of the command.
        pub exit_code: Option<i128> = "ExitCode" or empty,
        /// Output of the command.
        pub output: Option<Content<'a>> = "Output",
        /// Number of bytes that the service removed from [`output`](Self::output).
        pub dropped: Option<i64> = "Dropped",
        /// When the command started.
        pub start_time: Option<Time<'a>> = "StartTime" or empty,
        /// When a stop was requested.
        pub stop_time: Option<Time<'a>> = "StopTime" or empty,
        /// When the command ended.
        pub finished_time: Option<Time<'a>> = "FinishedTime" or empty,
        /// Number of times that the command ran on the instance.
        pub repeats: Option<i64> = "Repeats",
        /// Account that ran the command.
        pub username: Option<Cow<'a, str>> = "Username" or empty,
        /// Why the command failed.
        pub error_code: Option<ErrorCode<'a>> = "ErrorCode" or empty,
        /// Description of the failure.
        pub error_info: Option<Cow<'a, str>> = "ErrorInfo" or empty,
        /// ID of the container that the command ran in.
        pub container_id: Option<Cow<'a, str>> = "ContainerId" or empty,
        /// Name of the container that the command ran in.
        pub container_name: Option<Cow<'a, str>> = "ContainerName" or empty,
        /// Program that started the script.
        pub launcher: Option<Cow<'a, str>> = "Launcher" or empty,
        /// Which processes are ended when the invocation is stopped or times out.
        pub termination_mode: Option<TerminationMode<'a>> = "TerminationMode",
        /// Tags of the invocation.
        pub tags: Vec<Tag<'a>> = "Tags",
        /// OSS location that the output is delivered to.
        pub oss_output_delivery: Option<Cow<'a, str>> = "OssOutputDelivery",
        /// Status of the delivery of the output to OSS.
        pub oss_output_status: Option<OssOutputStatus<'a>> = "OssOutputStatus" or empty,
        /// OSS URI of the output.
        pub oss_output_uri: Option<Cow<'a, str>> = "OssOutputUri" or empty,
        /// Why the delivery of the output failed.
        pub oss_output_error_code: Option<Cow<'a, str>> = "OssOutputErrorCode" or empty,
        /// Description of why the delivery of the output failed.
        pub oss_output_error_info: Option<Cow<'a, str>> = "OssOutputErrorInfo" or empty,
    }
}

model_record! {
    /// An error response.
    pub struct ApiError in "Error" {
        /// ID of the request.
        pub request_id: Option<Cow<'a, str>> = "RequestId",
        /// Host that sent the response.
        pub host_id: Option<Cow<'a, str>> = "HostId",
        /// The error code.
        pub code: Option<ApiErrorCode<'a>> = "Code",
        /// The error message.
        pub message: Option<Cow<'a, str>> = "Message",
        /// URL of a page about the error. Current API.
        pub recommend: Option<Cow<'a, str>> = "Recommend",
        /// Which permission is missing, and who lacks it. Current API.
        pub access_denied_detail: Option<Box<AccessDeniedDetail<'a>>> = "AccessDeniedDetail",
    }
}

model_record! {
    /// Why a request was denied for lack of a permission. Current API.
    pub struct AccessDeniedDetail in "AccessDeniedDetail" {
        /// The action that was denied, such as `ecs:DescribeInvocations`.
        pub auth_action: Option<Cow<'a, str>> = "AuthAction",
        /// Name or ID of the caller.
        pub auth_principal_display_name: Option<Cow<'a, str>> = "AuthPrincipalDisplayName",
        /// ID of the account that the caller belongs to.
        pub auth_principal_owner_id: Option<Cow<'a, str>> = "AuthPrincipalOwnerId",
        /// Kind of caller, such as `SubUser`.
        pub auth_principal_type: Option<Cow<'a, str>> = "AuthPrincipalType",
        /// Why no permission applies, such as `ImplicitDeny`.
        pub no_permission_type: Option<Cow<'a, str>> = "NoPermissionType",
        /// Kind of the policy that denied the request.
        pub policy_type: Option<Cow<'a, str>> = "PolicyType",
        /// Details in encoded form, for the vendor's diagnosis.
        pub encoded_diagnostic_message: Option<Cow<'a, str>> = "EncodedDiagnosticMessage",
    }
}

impl<'a> Invocation<'a> {
    /// The overall status: `InvocationStatus` if the response has it, else `InvokeStatus`.
    pub fn status(&self) -> Option<&InvocationStatus<'a>> {
        self.invocation_status.as_ref().or(self.invoke_status.as_ref())
    }
}

impl<'a> InvokeInstance<'a> {
    /// The status on the instance: `InvocationStatus` if the response has it, else
    /// `InstanceInvokeStatus`.
    pub fn status(&self) -> Option<&InstanceStatus<'a>> {
        self.invocation_status.as_ref().or(self.instance_invoke_status.as_ref())
    }
}

//! The canonical model: what a response says, as plain data.
//!
//! Each record below is one table: a row is a field, its type, and its name in the reference. Reading
//! and writing follow the table, so a field that stands here is read from XML and JSON, written to
//! both, and made owned.
//!
//! Everything is optional but the lists: a decoder in use meets responses with any field missing. A
//! field that no contract names is kept whole in `extra`.
//!
//! Text borrows from the decoded input where it stands there as it is; `into_owned` cuts the borrow.
//!
//! # Canonical form
//!
//! Serialising gives the documented names and shapes, booleans as booleans, and leaves absent fields
//! out. Decoding that again gives the same model and no finding, for every model that a decoder makes.
//! By hand one can make others: a blank text (which reads as absent), an `Other` that holds a known
//! value, an `extra` of a known name or one longer than [a reader takes](crate::Options), a [`ApiError`] with none of its own fields.

mod content;
mod enums;
mod frequency;
mod time;

use std::borrow::Cow;

use crate::lenient::{record, response_kinds};

pub use crate::finding::ApiVersion;
pub use crate::value::{Object, Value};
pub use content::Content;
pub use enums::{
    ApiErrorCode, CommandType, ErrorCode, InstanceStatus, InvocationStatus, Outcome, RepeatMode,
    TerminationMode,
};
pub use frequency::{Cron, Frequency, OneTimeSchedule, Rate, RateUnit};
pub use time::Time;

response_kinds! {
    /// What the service answered.
    pub enum Response of DescribeInvocations {
        /// A page of invocations.
        Invocations(Page) {
            roots: ["DescribeInvocationsResponse", "DescribeInvocationResultsResponse"],
            decisive_fields: ["Invocations", "Invocation"],
            marker: None,
            needs_own_field: false,
            is_exclusive: false,
        },
        /// The request was refused or failed.
        Error(ApiError) {
            roots: ["Error"],
            decisive_fields: [],
            marker: Some("Code"),
            needs_own_field: true,
            is_exclusive: true,
        },
    }
    shared field request_id = "RequestId";
    envelopes ["body"];
}

record! {
    /// One page of the list of invocations.
    pub struct Page in "DescribeInvocationsResponse" {
        /// How many invocations there are over all pages.
        pub total_count: Option<u64> = "TotalCount",
        /// Which page this is, from 1.
        pub page_number: Option<u64> = "PageNumber",
        /// How many invocations a page holds at most: 1 to 50, 10 by default.
        pub page_size: Option<u64> = "PageSize",
        /// The invocations of this page.
        pub invocations: Vec<Invocation<'a>> = "Invocations" always |page| page.results.is_none(),
        /// The id of the request.
        pub request_id: Option<Cow<'a, str>> = "RequestId",
        /// Where the next page begins; absent on the last one. Current contract.
        pub next_token: Option<Cow<'a, str>> = "NextToken",
        /// What the sibling operation DescribeInvocationResults answers in place of
        /// [`invocations`](Self::invocations). Current contract.
        pub results: Option<Box<InvocationResults<'a>>> = "Invocation",
    }
}

record! {
    /// One command, run on one or more instances.
    pub struct Invocation in "Invocation" counted as Invocations {
        /// The overall status. Documented contract.
        pub invoke_status: Option<InvocationStatus<'a>> = "InvokeStatus",
        /// The overall status. Current contract.
        pub invocation_status: Option<InvocationStatus<'a>> = "InvocationStatus",
        /// The id of the invocation, like `t-…`.
        pub invoke_id: Option<Cow<'a, str>> = "InvokeId",
        /// The name of the command.
        pub command_name: Option<Cow<'a, str>> = "CommandName",
        /// The kind of the command.
        pub command_type: Option<CommandType<'a>> = "CommandType",
        /// When a periodic invocation runs; absent on others.
        pub frequency: Option<Frequency<'a>> = "Frequency",
        /// What became of it on each instance.
        pub instances: Vec<InvokeInstance<'a>> = "InvokeInstances" always |_| true,
        /// Whether the invocation is periodic.
        pub timed: Option<bool> = "Timed",
        /// The id of the command, like `c-…`.
        pub command_id: Option<Cow<'a, str>> = "CommandId",
        /// What the command says about itself. Current contract, as is all that follows.
        pub command_description: Option<Cow<'a, str>> = "CommandDescription",
        /// The script.
        pub command_content: Option<Content<'a>> = "CommandContent",
        /// When the invocation was made.
        pub creation_time: Option<Time<'a>> = "CreationTime",
        /// When the command runs.
        pub repeat_mode: Option<RepeatMode<'a>> = "RepeatMode",
        /// How long the command may run, in seconds.
        pub timeout: Option<u64> = "Timeout",
        /// The account that runs the command on the instance.
        pub username: Option<Cow<'a, str>> = "Username",
        /// The directory that the command runs in.
        pub working_dir: Option<Cow<'a, str>> = "WorkingDir",
        /// The values of the script's parameters, as the text of a JSON object.
        pub parameters: Option<Cow<'a, str>> = "Parameters",
        /// The id of the container that the command runs in.
        pub container_id: Option<Cow<'a, str>> = "ContainerId",
        /// The name of the container that the command runs in.
        pub container_name: Option<Cow<'a, str>> = "ContainerName",
        /// The program that starts the script.
        pub launcher: Option<Cow<'a, str>> = "Launcher",
        /// What is ended when the invocation is stopped or times out.
        pub termination_mode: Option<TerminationMode<'a>> = "TerminationMode",
        /// The tags of the invocation.
        pub tags: Vec<Tag<'a>> = "Tags",
        /// Where in OSS the output goes.
        pub oss_output_delivery: Option<Cow<'a, str>> = "OssOutputDelivery",
        /// What the command printed, where the response gives it for the whole invocation.
        pub output: Option<Content<'a>> = "Output",
    }
}

record! {
    /// What became of an invocation on one instance.
    pub struct InvokeInstance in "InvokeInstance" counted as Instances {
        /// The id of the instance, like `i-…`.
        pub instance_id: Option<Cow<'a, str>> = "InstanceId",
        /// The status on the instance. Documented contract.
        pub instance_invoke_status: Option<InstanceStatus<'a>> = "InstanceInvokeStatus",
        /// The status on the instance. Current contract, as is all that follows.
        pub invocation_status: Option<InstanceStatus<'a>> = "InvocationStatus",
        /// When the command was sent to the instance.
        pub creation_time: Option<Time<'a>> = "CreationTime",
        /// When the command started there.
        pub start_time: Option<Time<'a>> = "StartTime",
        /// When the command ended there.
        pub finish_time: Option<Time<'a>> = "FinishTime",
        /// When a stop was asked for.
        pub stop_time: Option<Time<'a>> = "StopTime",
        /// When the status last changed.
        pub update_time: Option<Time<'a>> = "UpdateTime",
        /// The exit code of the command; Windows has codes above 2³¹, and negative ones occur.
        pub exit_code: Option<i64> = "ExitCode",
        /// What the command printed.
        pub output: Option<Content<'a>> = "Output",
        /// How many bytes were cut from [`output`](Self::output).
        pub dropped: Option<u64> = "Dropped",
        /// How many times the command ran there.
        pub repeats: Option<u64> = "Repeats",
        /// Whether the invocation is periodic.
        pub timed: Option<bool> = "Timed",
        /// Why the command failed.
        pub error_code: Option<ErrorCode<'a>> = "ErrorCode",
        /// Why the command failed, in words.
        pub error_info: Option<Cow<'a, str>> = "ErrorInfo",
        /// Whether the output reached OSS.
        pub oss_output_status: Option<Cow<'a, str>> = "OssOutputStatus",
        /// Where in OSS the output is.
        pub oss_output_uri: Option<Cow<'a, str>> = "OssOutputUri",
    }
}

record! {
    /// A tag of an invocation. Current contract.
    pub struct Tag in "Tag" {
        /// The tag's key.
        pub key: Option<Cow<'a, str>> = "TagKey",
        /// The tag's value.
        pub value: Option<Cow<'a, str>> = "TagValue",
    }
}

record! {
    /// The page that DescribeInvocationResults answers. Current contract.
    pub struct InvocationResults in "Invocation" {
        /// How many results there are over all pages.
        pub total_count: Option<u64> = "TotalCount",
        /// Which page this is, from 1.
        pub page_number: Option<u64> = "PageNumber",
        /// How many results a page holds at most.
        pub page_size: Option<u64> = "PageSize",
        /// Where the next page begins; absent on the last one.
        pub next_token: Option<Cow<'a, str>> = "NextToken",
        /// The results of this page.
        pub results: Vec<InvocationResult<'a>> = "InvocationResults" always |_| true,
    }
}

record! {
    /// What one run of a command on one instance came to. Current contract.
    pub struct InvocationResult in "InvocationResult" counted as Instances {
        /// The id of the command, like `c-…`.
        pub command_id: Option<Cow<'a, str>> = "CommandId",
        /// The id of the invocation, like `t-…`.
        pub invoke_id: Option<Cow<'a, str>> = "InvokeId",
        /// The id of the instance, like `i-…`.
        pub instance_id: Option<Cow<'a, str>> = "InstanceId",
        /// The status of the record, in the documented contract's words.
        pub invoke_record_status: Option<InvocationStatus<'a>> = "InvokeRecordStatus",
        /// The status on the instance.
        pub invocation_status: Option<InstanceStatus<'a>> = "InvocationStatus",
        /// The exit code of the command.
        pub exit_code: Option<i64> = "ExitCode",
        /// What the command printed.
        pub output: Option<Content<'a>> = "Output",
        /// How many bytes were cut from [`output`](Self::output).
        pub dropped: Option<u64> = "Dropped",
        /// When the command started.
        pub start_time: Option<Time<'a>> = "StartTime",
        /// When a stop was asked for.
        pub stop_time: Option<Time<'a>> = "StopTime",
        /// When the command ended.
        pub finished_time: Option<Time<'a>> = "FinishedTime",
        /// How many times the command ran there.
        pub repeats: Option<u64> = "Repeats",
        /// The account that ran the command.
        pub username: Option<Cow<'a, str>> = "Username",
        /// Why the command failed.
        pub error_code: Option<ErrorCode<'a>> = "ErrorCode",
        /// Why the command failed, in words.
        pub error_info: Option<Cow<'a, str>> = "ErrorInfo",
        /// The id of the container that the command ran in.
        pub container_id: Option<Cow<'a, str>> = "ContainerId",
        /// The name of the container that the command ran in.
        pub container_name: Option<Cow<'a, str>> = "ContainerName",
        /// The program that started the script.
        pub launcher: Option<Cow<'a, str>> = "Launcher",
        /// What is ended when the invocation is stopped or times out.
        pub termination_mode: Option<TerminationMode<'a>> = "TerminationMode",
        /// The tags of the invocation.
        pub tags: Vec<Tag<'a>> = "Tags",
        /// Whether the output reached OSS.
        pub oss_output_status: Option<Cow<'a, str>> = "OssOutputStatus",
        /// Where in OSS the output is.
        pub oss_output_uri: Option<Cow<'a, str>> = "OssOutputUri",
    }
}

record! {
    /// An error response.
    pub struct ApiError in "Error" {
        /// The id of the request.
        pub request_id: Option<Cow<'a, str>> = "RequestId",
        /// The host that answered.
        pub host_id: Option<Cow<'a, str>> = "HostId",
        /// What went wrong.
        pub code: Option<ApiErrorCode<'a>> = "Code",
        /// What went wrong, in words.
        pub message: Option<Cow<'a, str>> = "Message",
        /// Where to read more. Current contract.
        pub recommend: Option<Cow<'a, str>> = "Recommend",
    }
}

record! {
    /// A request of DescribeInvocations: which invocations are asked for, and which page of them.
    ///
    /// ```
    /// # #[cfg(feature = "validate")] {
    /// use ecs_invocations::model::Request;
    ///
    /// let (request, findings) =
    ///     Request::read("https://ecs.aliyuncs.com/?Action=DescribeInvocations&regionId=cn-hangzhou&Timed=True");
    /// assert_eq!(request.region_id.as_deref(), Some("cn-hangzhou"));
    /// assert_eq!(request.timed, Some(true));
    /// assert_eq!(findings.len(), 2); // the name in another case, and the boolean
    /// assert_eq!(request.to_query(), "Action=DescribeInvocations&RegionId=cn-hangzhou&Timed=true");
    /// # }
    /// ```
    pub struct Request in "Request" {
        /// What is asked of the service: `DescribeInvocations`.
        pub action: Option<Cow<'a, str>> = "Action",
        /// Where the instances are. Required.
        pub region_id: Option<Cow<'a, str>> = "RegionId",
        /// The invocation of that id only.
        pub invoke_id: Option<Cow<'a, str>> = "InvokeId",
        /// Invocations of the command of that id.
        pub command_id: Option<Cow<'a, str>> = "CommandId",
        /// Invocations of the command of that name.
        pub command_name: Option<Cow<'a, str>> = "CommandName",
        /// Invocations of commands of that type.
        pub command_type: Option<CommandType<'a>> = "Type",
        /// Periodic invocations, or those that are not.
        pub timed: Option<bool> = "Timed",
        /// Invocations of that overall status.
        pub invoke_status: Option<InvocationStatus<'a>> = "InvokeStatus",
        /// Invocations on that instance.
        pub instance_id: Option<Cow<'a, str>> = "InstanceId",
        /// Which page, from 1; 1 by default.
        pub page_number: Option<u64> = "PageNumber",
        /// How many invocations on a page: 1 to 50, 10 by default.
        pub page_size: Option<u64> = "PageSize",
        /// How many invocations on a page where pages go by token. Current contract, as is all that
        /// follows.
        pub max_results: Option<u64> = "MaxResults",
        /// Where the page begins, as the page before it says.
        pub next_token: Option<Cow<'a, str>> = "NextToken",
        /// Invocations of that mode.
        pub repeat_mode: Option<RepeatMode<'a>> = "RepeatMode",
        /// `PlainText` or `Base64`: how output and command content come.
        pub content_encoding: Option<Cow<'a, str>> = "ContentEncoding",
        /// Whether the response has the output.
        pub include_output: Option<bool> = "IncludeOutput",
    }
}

impl<'a> Invocation<'a> {
    /// The overall status, whichever contract's field has it; the current one's where both do.
    pub fn status(&self) -> Option<&InvocationStatus<'a>> {
        self.invocation_status.as_ref().or(self.invoke_status.as_ref())
    }
}

impl<'a> InvokeInstance<'a> {
    /// The status on the instance, whichever contract's field has it; the current one's where both do.
    pub fn status(&self) -> Option<&InstanceStatus<'a>> {
        self.invocation_status.as_ref().or(self.instance_invoke_status.as_ref())
    }
}

//! The parameters of a request.

use std::borrow::Cow;

use super::enums::{CommandType, InvocationStatus, RepeatMode};
use super::tag::Tag;
use crate::value::Value;

model_record! {
    /// The parameters of a request of DescribeInvocations or DescribeInvocationResults: filters, and the
    /// page. `extra` has the common parameters, such as `Format`, and the [tags](Self::tags).
    ///
    /// ```
    /// # #[cfg(feature = "validate")] {
    /// use ecs_invocations::model::Request;
    ///
    /// let (request, findings) =
    ///     Request::read("https://ecs.aliyuncs.com/?Action=DescribeInvocations&regionId=cn-hangzhou&Timed=True");
    /// assert_eq!(request.region_id.as_deref(), Some("cn-hangzhou"));
    /// assert_eq!(request.timed, Some(true));
    /// assert_eq!(findings.len(), 2); // the case of `regionId`, and the boolean
    /// assert_eq!(request.to_query(), "Action=DescribeInvocations&RegionId=cn-hangzhou&Timed=true");
    /// # }
    /// ```
    pub struct Request in "Request" {
        /// The operation: `DescribeInvocations` or `DescribeInvocationResults`.
        pub action: Option<Cow<'a, str>> = "Action",
        /// Region of the instances. Required.
        pub region_id: Option<Cow<'a, str>> = "RegionId",
        /// Only the invocation with this ID.
        pub invoke_id: Option<Cow<'a, str>> = "InvokeId",
        /// Only invocations of the command with this ID.
        pub command_id: Option<Cow<'a, str>> = "CommandId",
        /// Only invocations of the command with this name.
        pub command_name: Option<Cow<'a, str>> = "CommandName",
        /// Only invocations of commands of this type: the name in the 2018 reference. See also
        /// [`requested_command_type`](Self::requested_command_type).
        pub command_type: Option<CommandType<'a>> = "Type",
        /// Only periodic invocations, or only one-time ones.
        pub timed: Option<bool> = "Timed",
        /// Only invocations with this overall status.
        pub invoke_status: Option<InvocationStatus<'a>> = "InvokeStatus",
        /// Only invocations on this instance.
        pub instance_id: Option<Cow<'a, str>> = "InstanceId",
        /// Number of the page, from 1; 1 by default.
        pub page_number: Option<i64> = "PageNumber",
        /// Maximum number of items on a page: 1 to 50, 10 by default.
        pub page_size: Option<i64> = "PageSize",
        /// Maximum number of items on a page, if pages are requested by token. Current API, like all
        /// fields below.
        pub max_results: Option<i64> = "MaxResults",
        /// Token of the page, from the page before it.
        pub next_token: Option<Cow<'a, str>> = "NextToken",
        /// Only invocations with this mode.
        pub repeat_mode: Option<RepeatMode<'a>> = "RepeatMode",
        /// Encoding of command content and output in the response: `PlainText` or `Base64`.
        pub content_encoding: Option<Cow<'a, str>> = "ContentEncoding",
        /// Whether the response includes the output.
        pub include_output: Option<bool> = "IncludeOutput",
        /// Only invocations of commands of this type: today's name.
        pub current_command_type: Option<CommandType<'a>> = "CommandType",
        /// Only results with this status. DescribeInvocationResults.
        pub invoke_record_status: Option<InvocationStatus<'a>> = "InvokeRecordStatus",
        /// Whether the response includes the earlier runs of periodic invocations.
        /// DescribeInvocationResults.
        pub include_history: Option<bool> = "IncludeHistory",
        /// Only invocations in this resource group.
        pub resource_group_id: Option<Cow<'a, str>> = "ResourceGroupId",
        /// Account of the caller.
        pub owner_account: Option<Cow<'a, str>> = "OwnerAccount",
        /// ID of the account of the caller.
        pub owner_id: Option<Cow<'a, str>> = "OwnerId",
        /// Account that the resources belong to.
        pub resource_owner_account: Option<Cow<'a, str>> = "ResourceOwnerAccount",
        /// ID of the account that the resources belong to.
        pub resource_owner_id: Option<Cow<'a, str>> = "ResourceOwnerId",
    }
}

impl<'a> Request<'a> {
    /// The requested type of command: today's parameter if the request has it, else that of 2018.
    pub fn requested_command_type(&self) -> Option<&CommandType<'a>> {
        self.current_command_type.as_ref().or(self.command_type.as_ref())
    }

    /// The requested tags with their numbers, sorted by number: the parameters `Tag.N.Key` and
    /// `Tag.N.Value` in `extra`.
    ///
    /// ```
    /// # #[cfg(feature = "validate")] {
    /// use ecs_invocations::model::Request;
    ///
    /// let (request, _) = Request::read("RegionId=cn-hangzhou&Tag.1.Key=env&Tag.1.Value=test");
    /// let tags = request.tags();
    /// assert_eq!(tags.len(), 1);
    /// let (number, tag) = &tags[0];
    /// assert_eq!((*number, tag.key.as_deref(), tag.value.as_deref()), (1, Some("env"), Some("test")));
    /// # }
    /// ```
    pub fn tags(&self) -> Vec<(u64, Tag<'_>)> {
        let mut tags: Vec<(u64, Tag<'_>)> = Vec::new();
        for (name, value) in self.extra.iter() {
            let (Some((number, part)), Value::String(text)) = (tag_parameter(name), value) else {
                continue;
            };
            let index = tags.iter().position(|(known, _)| *known == number).unwrap_or_else(|| {
                tags.push((number, Tag::default()));
                tags.len() - 1
            });
            let tag = &mut tags[index].1;
            let field = match part {
                TagPart::Key => &mut tag.key,
                TagPart::Value => &mut tag.value,
            };
            if !text.trim().is_empty() && field.is_none() {
                *field = Some(Cow::Borrowed(text));
            }
        }
        tags.sort_by_key(|(number, _)| *number);
        tags
    }
}

enum TagPart {
    Key,
    Value,
}

/// The number of a parameter `Tag.N.Key` or `Tag.N.Value`, and which of the two it is.
fn tag_parameter(name: &str) -> Option<(u64, TagPart)> {
    let mut parts = name.split('.');
    let (tag, number, part) = (parts.next()?, parts.next()?, parts.next()?);
    if !tag.eq_ignore_ascii_case("Tag") || parts.next().is_some() {
        return None;
    }
    let part = match () {
        () if part.eq_ignore_ascii_case("Key") => TagPart::Key,
        () if part.eq_ignore_ascii_case("Value") => TagPart::Value,
        () => return None,
    };
    Some((number.parse().ok()?, part))
}

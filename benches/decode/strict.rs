//! The fields of the model as derived structs, for strict parsers.

#![allow(dead_code, reason = "fields are only deserialized")]

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Page<'a> {
    pub total_count: Option<u64>,
    pub page_number: Option<u64>,
    pub page_size: Option<u64>,
    #[serde(borrow, default)]
    pub invocations: InvocationList<'a>,
    pub request_id: Option<&'a str>,
    pub next_token: Option<&'a str>,
    #[serde(rename = "Invocation", borrow)]
    pub results: Option<Box<InvocationResults<'a>>>,
}
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Invocation<'a> {
    pub invoke_status: Option<&'a str>,
    pub invocation_status: Option<&'a str>,
    pub invoke_id: Option<&'a str>,
    pub command_name: Option<&'a str>,
    pub command_type: Option<&'a str>,
    pub frequency: Option<&'a str>,
    #[serde(rename = "InvokeInstances", borrow, default)]
    pub instances: InvokeInstanceList<'a>,
    pub timed: Option<bool>,
    pub command_id: Option<&'a str>,
    pub command_description: Option<&'a str>,
    pub command_content: Option<&'a str>,
    pub creation_time: Option<&'a str>,
    pub repeat_mode: Option<&'a str>,
    pub timeout: Option<u64>,
    pub username: Option<&'a str>,
    pub working_dir: Option<&'a str>,
    pub parameters: Option<&'a str>,
    pub container_id: Option<&'a str>,
    pub container_name: Option<&'a str>,
    pub launcher: Option<&'a str>,
    pub termination_mode: Option<&'a str>,
    #[serde(borrow, default)]
    pub tags: TagList<'a>,
    pub oss_output_delivery: Option<&'a str>,
    pub output: Option<&'a str>,
}
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct InvokeInstance<'a> {
    pub instance_id: Option<&'a str>,
    pub instance_invoke_status: Option<&'a str>,
    pub invocation_status: Option<&'a str>,
    pub creation_time: Option<&'a str>,
    pub start_time: Option<&'a str>,
    pub finish_time: Option<&'a str>,
    pub stop_time: Option<&'a str>,
    pub update_time: Option<&'a str>,
    pub exit_code: Option<i64>,
    pub output: Option<&'a str>,
    pub dropped: Option<u64>,
    pub repeats: Option<u64>,
    pub timed: Option<bool>,
    pub error_code: Option<&'a str>,
    pub error_info: Option<&'a str>,
    pub oss_output_status: Option<&'a str>,
    pub oss_output_uri: Option<&'a str>,
    pub oss_output_error_code: Option<&'a str>,
    pub oss_output_error_info: Option<&'a str>,
}
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag<'a> {
    #[serde(rename = "TagKey")]
    pub key: Option<&'a str>,
    #[serde(rename = "TagValue")]
    pub value: Option<&'a str>,
}
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct InvocationResults<'a> {
    pub total_count: Option<u64>,
    pub page_number: Option<u64>,
    pub page_size: Option<u64>,
    pub next_token: Option<&'a str>,
    #[serde(rename = "InvocationResults", borrow, default)]
    pub results: InvocationResultList<'a>,
}
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct InvocationResult<'a> {
    pub command_id: Option<&'a str>,
    pub invoke_id: Option<&'a str>,
    pub instance_id: Option<&'a str>,
    pub invoke_record_status: Option<&'a str>,
    pub invocation_status: Option<&'a str>,
    pub exit_code: Option<i64>,
    pub output: Option<&'a str>,
    pub dropped: Option<u64>,
    pub start_time: Option<&'a str>,
    pub stop_time: Option<&'a str>,
    pub finished_time: Option<&'a str>,
    pub repeats: Option<u64>,
    pub username: Option<&'a str>,
    pub error_code: Option<&'a str>,
    pub error_info: Option<&'a str>,
    pub container_id: Option<&'a str>,
    pub container_name: Option<&'a str>,
    pub launcher: Option<&'a str>,
    pub termination_mode: Option<&'a str>,
    #[serde(borrow, default)]
    pub tags: TagList<'a>,
    pub oss_output_delivery: Option<&'a str>,
    pub oss_output_status: Option<&'a str>,
    pub oss_output_uri: Option<&'a str>,
    pub oss_output_error_code: Option<&'a str>,
    pub oss_output_error_info: Option<&'a str>,
}
#[derive(Deserialize, Default)]
pub struct InvocationList<'a> {
    #[serde(rename = "Invocation", borrow)]
    pub items: Vec<Invocation<'a>>,
}
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct InvokeInstanceList<'a> {
    #[serde(rename = "InvokeInstance", borrow)]
    pub items: Vec<InvokeInstance<'a>>,
}
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct TagList<'a> {
    #[serde(rename = "Tag", borrow)]
    pub items: Vec<Tag<'a>>,
}
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct InvocationResultList<'a> {
    #[serde(rename = "InvocationResult", borrow)]
    pub items: Vec<InvocationResult<'a>>,
}

/// Only the fields that occur in the pages of the benchmark.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SmallPage<'a> {
    pub total_count: u64,
    pub page_number: u64,
    pub page_size: u64,
    #[serde(borrow)]
    pub invocations: SmallInvocations<'a>,
    pub request_id: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SmallInvocations<'a> {
    #[serde(borrow)]
    pub invocation: Vec<SmallInvocation<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SmallInvocation<'a> {
    pub invocation_status: &'a str,
    pub invoke_id: &'a str,
    pub command_name: &'a str,
    pub command_type: &'a str,
    #[serde(borrow)]
    pub invoke_instances: SmallInstances<'a>,
    pub timed: bool,
    pub command_id: &'a str,
    pub command_content: &'a str,
    pub creation_time: &'a str,
    pub repeat_mode: &'a str,
    pub timeout: u64,
    pub username: &'a str,
    pub working_dir: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SmallInstances<'a> {
    #[serde(borrow)]
    pub invoke_instance: Vec<SmallInstance<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SmallInstance<'a> {
    pub instance_id: &'a str,
    pub invocation_status: &'a str,
    pub creation_time: &'a str,
    pub start_time: &'a str,
    pub finish_time: &'a str,
    pub update_time: &'a str,
    pub exit_code: i64,
    pub output: &'a str,
    pub dropped: u64,
    pub repeats: u64,
    pub timed: bool,
}

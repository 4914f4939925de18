//! The documents that are damaged.

/// A clean document.
pub struct Base {
    pub name: &'static str,
    /// The root element of the same document in XML.
    pub root: &'static str,
    pub json: &'static str,
}

const RESPONSE: &str = "DescribeInvocationsResponse";

pub const BASES: &[Base] = &[
    Base {
        name: "documented",
        root: RESPONSE,
        json: include_str!("../../../corpus/documented/response.json"),
    },
    Base { name: "error", root: "Error", json: ERROR },
    Base { name: "today", root: RESPONSE, json: TODAY },
    Base { name: "texts", root: RESPONSE, json: TEXTS },
    Base { name: "results", root: "DescribeInvocationResultsResponse", json: RESULTS },
    Base { name: "two", root: RESPONSE, json: TWO },
];

/// The base of the `nth` document of a kind: half are the documented examples.
pub fn nth(nth: usize) -> &'static Base {
    const ORDER: [usize; 10] = [0, 2, 1, 3, 0, 4, 0, 5, 2, 3];
    &BASES[ORDER[nth % ORDER.len()]]
}

const ERROR: &str = r#"{
    "RequestId": "540CFF28-407A-40B5-B6A5-74Bxxxxxxxxx",
    "HostId": "ecs.aliyuncs.com",
    "Code": "MissingParameter.RegionId",
    "Message": "The input parameter “RegionId” that is mandatory for processing this request is not supplied."
}"#;

const TODAY: &str = r##"{
  "RequestId": "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E",
  "TotalCount": 1284,
  "PageNumber": 1,
  "PageSize": 20,
  "NextToken": "AAAAAdDWBF2w6Olxc0tYrrMYpjM=",
  "Invocations": {
    "Invocation": [
      {
        "CommandId": "c-hz0jdfwd9f",
        "CommandName": "deploy-web",
        "CommandType": "RunShellScript",
        "CommandContent": "ZWNobyBoZWxsbw==",
        "CreationTime": "2026-11-20T06:15:54Z",
        "InvocationStatus": "Success",
        "InvokeId": "t-hz0jdfwcsr001",
        "InvokeInstances": {
          "InvokeInstance": [
            {
              "InstanceId": "i-bp1i7gg30r52z2em0001",
              "InvocationStatus": "Success",
              "StartTime": "2026-11-20T06:15:55Z",
              "FinishTime": "2026-11-20T06:15:58Z",
              "ExitCode": 0,
              "Dropped": 1234567,
              "Repeats": 1,
              "Output": "aGVsbG8=",
              "Timed": false
            },
            {
              "InstanceId": "i-bp1i7gg30r52z2em0002",
              "InvocationStatus": "Failed",
              "StartTime": "2026-11-20T06:15:56Z",
              "FinishTime": "2026-11-20T06:16:41Z",
              "ExitCode": 137,
              "Dropped": 0,
              "Repeats": 1,
              "ErrorCode": "ExitCodeNonzero",
              "Timed": false
            }
          ]
        },
        "RepeatMode": "Once",
        "Tags": {
          "Tag": [
            {
              "TagKey": "owner",
              "TagValue": "web-team"
            },
            {
              "TagKey": "env",
              "TagValue": "staging"
            }
          ]
        },
        "Timed": false,
        "Timeout": 3600,
        "Username": "root",
        "WorkingDir": "/root"
      },
      {
        "CommandId": "c-hz0jdfwe22",
        "CommandName": "rotate-logs",
        "CommandType": "RunShellScript",
        "CreationTime": "2026-11-21T01:00:00Z",
        "Frequency": "0 0 3 * * ?",
        "InvocationStatus": "Running",
        "InvokeId": "t-hz0jdfwcsr002",
        "InvokeInstances": {
          "InvokeInstance": [
            {
              "InstanceId": "i-bp1i7gg30r52z2em0003",
              "InvocationStatus": "Running",
              "StartTime": "2026-11-21T01:00:01Z",
              "Repeats": 4321,
              "Timed": true
            }
          ]
        },
        "RepeatMode": "Period",
        "Timed": true,
        "Timeout": 60
      },
      {
        "CommandId": "c-hz0jdfwe33",
        "CommandName": "check-disk",
        "CommandType": "RunPowerShellScript",
        "InvocationStatus": "Pending",
        "InvokeId": "t-hz0jdfwcsr003",
        "InvokeInstances": {
          "InvokeInstance": [
            {
              "InstanceId": "i-bp1i7gg30r52z2em0004",
              "InvocationStatus": "Pending",
              "Timed": false
            }
          ]
        },
        "Timed": false
      }
    ]
  }
}"##;

const TEXTS: &str = r##"{
  "TotalCount": 2,
  "PageNumber": 1,
  "PageSize": 10,
  "RequestId": "1B7C1E8A-4B6E-4D0F-9A53-7E2F3C4D5E6F",
  "Invocations": {
    "Invocation": [
      {
        "InvokeId": "t-sh02yh0932w6by8",
        "CommandId": "c-sh02yh0932xcq1c",
        "CommandName": "Say \"hello\" to Bob",
        "CommandDescription": "Greets [1, 2] users, then {all} of them",
        "CommandType": "RunShellScript",
        "InvokeStatus": "Finished",
        "Parameters": "{\"name\":\"Bob\",\"count\":\"3\"}",
        "InvokeInstances": {
          "InvokeInstance": [
            {
              "InstanceId": "i-sh0texts00000000001",
              "InstanceInvokeStatus": "Finished",
              "InvocationStatus": "Success",
              "ExitCode": 0,
              "Output": "hello, Bob\nit's done: 100 %\nbye\n",
              "FinishTime": "2026-11-22T10:20:30Z"
            },
            {
              "InstanceId": "i-sh0texts00000000002",
              "InstanceInvokeStatus": "Failed",
              "InvocationStatus": "Failed",
              "ExitCode": 2,
              "ErrorCode": "ExitCodeNonzero",
              "ErrorInfo": "the exit code \"2\" is not 0, see <log> & \"help\"",
              "FinishTime": "2026-11-22T10:20:31Z"
            }
          ]
        },
        "Timed": false,
        "Username": "admin",
        "WorkingDir": "C:\\Work\\Scripts"
      },
      {
        "InvokeId": "t-sh02yh0932w6by9",
        "CommandId": "c-sh02yh0932xcq1d",
        "CommandName": "Update packages",
        "CommandDescription": "Runs apt-get update; apt-get upgrade -y",
        "CommandType": "RunShellScript",
        "InvokeStatus": "Stopped",
        "InvokeInstances": {
          "InvokeInstance": [
            {
              "InstanceId": "i-sh0texts00000000003",
              "InstanceInvokeStatus": "Stopped",
              "Output": "Reading package lists...\nDone\n"
            }
          ]
        },
        "Timed": false,
        "Username": "root"
      }
    ]
  }
}"##;

const RESULTS: &str = r##"{
  "RequestId": "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E",
  "Invocation": {
    "TotalCount": 3,
    "PageNumber": 1,
    "PageSize": 10,
    "InvocationResults": {
      "InvocationResult": [
        {
          "CommandId": "c-hz0jdfwd9f",
          "InvokeId": "t-hz0jdfwcsr001",
          "InstanceId": "i-bp1i7gg30r52z2em0001",
          "InvokeRecordStatus": "Finished",
          "InvocationStatus": "Success",
          "ExitCode": 0,
          "Output": "aGVsbG8=",
          "Dropped": 2048,
          "StartTime": "2026-11-20T06:15:55Z",
          "FinishedTime": "2026-11-20T06:15:58Z",
          "Repeats": 1,
          "Username": "root"
        },
        {
          "CommandId": "c-hz0jdfwd9f",
          "InvokeId": "t-hz0jdfwcsr001",
          "InstanceId": "i-bp1i7gg30r52z2em0002",
          "InvokeRecordStatus": "Failed",
          "InvocationStatus": "Timeout",
          "ErrorCode": "ExecutionTimeout",
          "ErrorInfo": "the command timed out",
          "StartTime": "2026-11-20T06:15:56Z",
          "FinishedTime": "2026-11-20T06:16:56Z",
          "Repeats": 1,
          "Username": "root"
        },
        {
          "CommandId": "c-hz0jdfwd9f",
          "InvokeId": "t-hz0jdfwcsr001",
          "InstanceId": "i-bp1i7gg30r52z2em0003",
          "InvokeRecordStatus": "Running",
          "InvocationStatus": "Running",
          "StartTime": "2026-11-20T06:15:57Z",
          "Repeats": 1
        }
      ]
    }
  }
}"##;

/// Few members, nearly all of them ids and containers.
const TWO: &str = r##"{
  "RequestId": "0C6E3D42-5D0A-4C7B-8E55-2E2C8E4D1F00",
  "Invocations": {
    "Invocation": [
      {
        "InvokeId": "t-bp67acfmxazb4p1",
        "InvokeStatus": "Finished",
        "InvokeInstances": {
          "InvokeInstance": [
            {
              "InstanceId": "i-bp67acfmxazb4ph00001",
              "InstanceInvokeStatus": "Finished"
            },
            {
              "InstanceId": "i-bp67acfmxazb4ph00002",
              "InstanceInvokeStatus": "Finished"
            }
          ]
        }
      },
      {
        "InvokeId": "t-bp67acfmxazb4p2",
        "InvokeStatus": "Running",
        "InvokeInstances": {
          "InvokeInstance": [
            {
              "InstanceId": "i-bp67acfmxazb4ph00003",
              "InstanceInvokeStatus": "Running"
            }
          ]
        }
      }
    ]
  },
  "TotalCount": 12,
  "PageSize": 2,
  "PageNumber": 3
}"##;

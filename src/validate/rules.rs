//! The table of what is checked.

use crate::finding::{Rule, Severity};
use crate::model::ApiVersion::{self, Both, Current, Reference2018};
use Severity::{Error, Info, Warning};

/// A row that is on by default.
const fn on(
    code: &'static str,
    name: &'static str,
    severity: Severity,
    contract: ApiVersion,
    summary: &'static str,
    why: &'static str,
    examples: [&'static str; 2],
) -> Rule {
    Rule {
        code,
        name,
        aliases: &[],
        summary,
        severity,
        api_version: contract,
        enabled_by_default: true,
        reason: why,
        examples,
    }
}

/// A row that is on only where it is selected, since correct responses break it.
const fn off(
    code: &'static str,
    name: &'static str,
    severity: Severity,
    contract: ApiVersion,
    summary: &'static str,
    why: &'static str,
    examples: [&'static str; 2],
) -> Rule {
    Rule { enabled_by_default: false, ..on(code, name, severity, contract, summary, why, examples) }
}

/// Every rule of a check, by code. The letters: `A` aggregation, `C` content, `F` frequency, `P` paging,
/// `R` request, `S` structure, `T` time, `V` values, `X` across pages.
pub const RULES: &[Rule] = &[
    on(
        "A901",
        "status-against-instances",
        Error,
        Reference2018,
        "the overall InvokeStatus of a one-time invocation is not what its instances make it",
        "Who acts on the overall status acts on something that did not happen.",
        [
            r#"{"Invocations": [{"InvokeStatus": "Finished", "InvokeInstances": [
  {"InstanceId": "i-1", "InstanceInvokeStatus": "Finished"},
  {"InstanceId": "i-2", "InstanceInvokeStatus": "Failed"}]}]}"#,
            r#"{"Invocations": [{"InvokeStatus": "PartialFailed", "InvokeInstances": [
  {"InstanceId": "i-1", "InstanceInvokeStatus": "Finished"},
  {"InstanceId": "i-2", "InstanceInvokeStatus": "Failed"}]}]}"#,
        ],
    ),
    on(
        "A902",
        "current-status-against-instances",
        Error,
        Current,
        "the overall InvocationStatus is not what its instances make it",
        "Who acts on the overall status acts on something that did not happen.",
        [
            r#"{"Invocations": [{"InvocationStatus": "Success", "InvokeInstances": [
  {"InstanceId": "i-1", "InvocationStatus": "Success"},
  {"InstanceId": "i-2", "InvocationStatus": "Timeout"}]}]}"#,
            r#"{"Invocations": [{"InvocationStatus": "PartialFailed", "InvokeInstances": [
  {"InstanceId": "i-1", "InvocationStatus": "Success"},
  {"InstanceId": "i-2", "InvocationStatus": "Timeout"}]}]}"#,
        ],
    ),
    on(
        "A903",
        "periodic-has-ended",
        Error,
        Reference2018,
        "a periodic invocation is Finished, Failed or PartialFailed",
        "A periodic invocation stays Running until it is stopped by hand, whatever its runs come to.",
        [
            r#"{"Invocations": [{"InvokeStatus": "Finished", "Timed": true}]}"#,
            r#"{"Invocations": [{"InvokeStatus": "Running", "Timed": true}]}"#,
        ],
    ),
    off(
        "C911",
        "not-base64",
        Warning,
        Current,
        "CommandContent or Output is not Base64",
        "Unless the request asked for plain text, both are Base64; who decodes them fails here.",
        [
            r#"{"Invocations": [{"CommandContent": "echo hello"}]}"#,
            r#"{"Invocations": [{"CommandContent": "ZWNobyBoZWxsbw=="}]}"#,
        ],
    ),
    on(
        "C912",
        "parameters-no-object",
        Warning,
        Current,
        "Parameters is not the text of a JSON object",
        "The values of the script's parameters cannot be told.",
        [
            r#"{"Invocations": [{"Parameters": "name=value"}]}"#,
            r#"{"Invocations": [{"Parameters": "{\"name\": \"value\"}"}]}"#,
        ],
    ),
    on(
        "C913",
        "dropped-without-output",
        Warning,
        Current,
        "Dropped says that bytes were cut from an output that is empty",
        "Output is cut only where there is too much of it.",
        [
            r#"{"Invocations": [{"InvokeInstances": [{"Dropped": 10, "Output": ""}]}]}"#,
            r#"{"Invocations": [{"InvokeInstances": [{"Dropped": 0, "Output": ""}]}]}"#,
        ],
    ),
    on(
        "F701",
        "timed-without-frequency",
        Error,
        Both,
        "a periodic invocation has no Frequency",
        "Nobody can tell when it runs next.",
        [
            r#"{"Invocations": [{"Timed": true}]}"#,
            r#"{"Invocations": [{"Timed": true, "Frequency": "0 */20 * * * *"}]}"#,
        ],
    ),
    on(
        "F702",
        "frequency-without-timed",
        Warning,
        Both,
        "an invocation that runs once has a Frequency",
        "Either the frequency is not in effect or the invocation runs again.",
        [
            r#"{"Invocations": [{"Timed": false, "Frequency": "0 */20 * * * *"}]}"#,
            r#"{"Invocations": [{"Timed": false, "Frequency": ""}]}"#,
        ],
    ),
    on(
        "F703",
        "frequency-unreadable",
        Error,
        Both,
        "Frequency is no cron expression, `rate(…)` or `at(…)`, or one with a field that does not read",
        "Nobody can tell when it runs next.",
        [
            r#"{"Invocations": [{"Timed": true, "Frequency": "0 75 * * * ?"}]}"#,
            r#"{"Invocations": [{"Timed": true, "Frequency": "0 15 10 ? * MON#2 2027 Asia/Shanghai"}]}"#,
        ],
    ),
    on(
        "F704",
        "frequency-never",
        Warning,
        Both,
        "Frequency is a cron expression that never comes",
        "The command does not run, and nothing else says so.",
        [
            r#"{"Invocations": [{"Timed": true, "Frequency": "0 0 0 30 2 ?"}]}"#,
            r#"{"Invocations": [{"Timed": true, "Frequency": "0 0 0 29 2 ?"}]}"#,
        ],
    ),
    on(
        "F705",
        "repeat-mode-against-timed",
        Warning,
        Current,
        "RepeatMode and Timed contradict each other",
        "One says that the invocation is periodic, the other that it runs once.",
        [
            r#"{"Invocations": [{"RepeatMode": "Once", "Timed": true}]}"#,
            r#"{"Invocations": [{"RepeatMode": "Period", "Timed": true}]}"#,
        ],
    ),
    on(
        "P501",
        "page-overfull",
        Error,
        Both,
        "a page holds more items than PageSize",
        "Who goes by PageSize reads the next pages from the wrong place, and items twice.",
        [
            r#"{"PageSize": 1, "Invocations": [{"InvokeId": "t-1"}, {"InvokeId": "t-2"}]}"#,
            r#"{"PageSize": 2, "Invocations": [{"InvokeId": "t-1"}, {"InvokeId": "t-2"}]}"#,
        ],
    ),
    on(
        "P502",
        "total-too-small",
        Error,
        Both,
        "TotalCount is smaller than what the page itself proves",
        "Who goes by TotalCount stops before the end.",
        [
            r#"{"TotalCount": 1, "Invocations": [{"InvokeId": "t-1"}, {"InvokeId": "t-2"}]}"#,
            r#"{"TotalCount": 12, "PageNumber": 2, "PageSize": 10, "Invocations": [{}, {}]}"#,
        ],
    ),
    on(
        "P503",
        "page-short",
        Warning,
        Both,
        "a page holds fewer items than TotalCount makes there",
        "Items are missing, or they come on another page.",
        [
            r#"{"TotalCount": 12, "PageNumber": 1, "PageSize": 10, "Invocations": [{"InvokeId": "t-1"}]}"#,
            r#"{"TotalCount": 1, "PageNumber": 1, "PageSize": 10, "Invocations": [{"InvokeId": "t-1"}]}"#,
        ],
    ),
    on(
        "P504",
        "page-number",
        Error,
        Both,
        "PageNumber is 0",
        "Pages are numbered from 1.",
        [
            r#"{"PageNumber": 0, "PageSize": 10, "Invocations": []}"#,
            r#"{"PageNumber": 1, "PageSize": 10, "Invocations": []}"#,
        ],
    ),
    on(
        "P505",
        "page-size",
        Error,
        Both,
        "PageSize is not between 1 and 50",
        "The service holds at most 50 items on a page.",
        [
            r#"{"PageNumber": 1, "PageSize": 51, "Invocations": []}"#,
            r#"{"PageNumber": 1, "PageSize": 50, "Invocations": []}"#,
        ],
    ),
    on(
        "P506",
        "token-on-last-page",
        Warning,
        Current,
        "NextToken stands beside the last page",
        "Who goes by the token asks for a page that is not there, and may never end.",
        [
            r#"{"TotalCount": 1, "NextToken": "AAAA", "Invocations": [{"InvokeId": "t-1"}]}"#,
            r#"{"TotalCount": 2, "NextToken": "AAAA", "Invocations": [{"InvokeId": "t-1"}]}"#,
        ],
    ),
    on(
        "R921",
        "region-missing",
        Error,
        Both,
        "a request has no RegionId",
        "The service refuses it: MissingParameter.RegionId.",
        ["Action=DescribeInvocations", "Action=DescribeInvocations&RegionId=cn-hangzhou"],
    ),
    on(
        "R922",
        "request-page-size",
        Error,
        Both,
        "a request asks for a PageSize or MaxResults that is not between 1 and 50",
        "The service refuses it or answers with another size.",
        ["RegionId=cn-hangzhou&PageSize=100", "RegionId=cn-hangzhou&PageSize=50"],
    ),
    on(
        "R923",
        "request-page-number",
        Error,
        Both,
        "a request asks for page 0",
        "Pages are numbered from 1.",
        ["RegionId=cn-hangzhou&PageNumber=0", "RegionId=cn-hangzhou&PageNumber=1"],
    ),
    on(
        "R924",
        "request-value",
        Error,
        Both,
        "a request filters by a value that no contract lists",
        "The service refuses it or finds nothing.",
        ["RegionId=cn-hangzhou&Type=RunPython", "RegionId=cn-hangzhou&Type=RunShellScript"],
    ),
    on(
        "R925",
        "action",
        Error,
        Both,
        "a request is for another action",
        "What it answers is no list of invocations.",
        [
            "Action=DescribeInstances&RegionId=cn-hangzhou",
            "Action=DescribeInvocations&RegionId=cn-hangzhou",
        ],
    ),
    on(
        "R926",
        "paging-mixed",
        Warning,
        Current,
        "a request pages by number and by token at once",
        "Which of the two the service goes by is nowhere said.",
        [
            "RegionId=cn-hangzhou&PageNumber=2&NextToken=AAAA",
            "RegionId=cn-hangzhou&MaxResults=20&NextToken=AAAA",
        ],
    ),
    on(
        "R927",
        "filter-mismatch",
        Error,
        Both,
        "an item is not one that the request asked for",
        "The response answers another request, or the filter does not work.",
        [
            "RegionId=cn-hangzhou&CommandId=c-2 {\"Invocations\": [{\"CommandId\": \"c-1\"}]}",
            "RegionId=cn-hangzhou&CommandId=c-1 {\"Invocations\": [{\"CommandId\": \"c-1\"}]}",
        ],
    ),
    on(
        "R928",
        "page-echo",
        Error,
        Both,
        "PageNumber, PageSize or the count of items is not what the request asked for, or the default",
        "The response answers another request; pages read by it overlap or leave gaps.",
        [
            "RegionId=cn-hangzhou {\"PageNumber\": 1, \"PageSize\": 20, \"Invocations\": []}",
            "RegionId=cn-hangzhou {\"PageNumber\": 1, \"PageSize\": 10, \"Invocations\": []}",
        ],
    ),
    on(
        "S401",
        "missing",
        Error,
        Both,
        "a field is missing that every response has",
        "Without its id or its status, an item cannot be told or acted on.",
        [
            r#"{"RequestId": "540CFF28-407A-40B5-B6A5-74Bxxxxxxxxx", "Invocations": [
  {"InvokeStatus": "Running"}]}"#,
            r#"{"RequestId": "540CFF28-407A-40B5-B6A5-74Bxxxxxxxxx", "Invocations": [
  {"InvokeId": "t-1", "InvokeStatus": "Running"}]}"#,
        ],
    ),
    off(
        "S402",
        "missing-documented",
        Info,
        Reference2018,
        "a field is missing that every response of the documented contract has",
        "A client of the documented contract may rely on it.",
        [
            r#"{"Invocations": []}"#,
            r#"{"TotalCount": 0, "PageNumber": 1, "PageSize": 10, "Invocations": []}"#,
        ],
    ),
    on(
        "S403",
        "id-form",
        Warning,
        Both,
        "an id does not look like one",
        "It was mistyped or cut out of something else (`>t-…`), and is found nowhere.",
        [
            r#"{"Invocations": [{"InvokeId": ">t-1"}]}"#,
            r#"{"Invocations": [{"InvokeId": "t-a8935b93739442e59ed621a6xxxxxxxx"}]}"#,
        ],
    ),
    on(
        "S404",
        "invocation-twice",
        Error,
        Both,
        "an invocation stands twice on a page",
        "Counts by item are wrong, and which of the two holds is nowhere said.",
        [
            r#"{"Invocations": [{"InvokeId": "t-1"}, {"InvokeId": "t-1"}]}"#,
            r#"{"Invocations": [{"InvokeId": "t-1"}, {"InvokeId": "t-2"}]}"#,
        ],
    ),
    on(
        "S405",
        "instance-twice",
        Error,
        Both,
        "an instance stands twice in one invocation",
        "Counts by instance are wrong, and which of the two holds is nowhere said.",
        [
            r#"{"Invocations": [{"InvokeInstances": [{"InstanceId": "i-1"}, {"InstanceId": "i-1"}]}]}"#,
            r#"{"Invocations": [{"InvokeInstances": [{"InstanceId": "i-1"}, {"InstanceId": "i-2"}]}]}"#,
        ],
    ),
    on(
        "S406",
        "no-instance",
        Warning,
        Both,
        "an invocation has no instance",
        "A command runs on at least one instance; what became of it there is not said.",
        [
            r#"{"Invocations": [{"InvokeInstances": {"InvokeInstance": []}}]}"#,
            r#"{"Invocations": [{"InvokeInstances": {"InvokeInstance": [{"InstanceId": "i-1"}]}}]}"#,
        ],
    ),
    on(
        "S407",
        "request-id-form",
        Warning,
        Both,
        "RequestId is no UUID (digits masked with `x` or `*` are no fault)",
        "Support asks for it, and finds nothing by it.",
        [
            r#"{"RequestId": "540CFF28", "Invocations": []}"#,
            r#"{"RequestId": "540CFF28-407A-40B5-B6A5-74Bxxxxxxxxx", "Invocations": []}"#,
        ],
    ),
    on(
        "T801",
        "times-out-of-order",
        Error,
        Current,
        "a time is before the one that it comes after",
        "Durations made of the two are negative.",
        [
            r#"{"Invocations": [{"InvokeInstances": [
  {"StartTime": "2026-11-24T10:00:00Z", "FinishTime": "2026-11-24T09:00:00Z"}]}]}"#,
            r#"{"Invocations": [{"InvokeInstances": [
  {"StartTime": "2026-11-24T10:00:00Z", "FinishTime": "2026-11-24T10:00:00Z"}]}]}"#,
        ],
    ),
    on(
        "T802",
        "time-in-the-future",
        Warning,
        Current,
        "a time is more than a day in the future",
        "A clock is wrong, or the time is of another kind.",
        [
            r#"{"Invocations": [{"CreationTime": "9998-01-01T00:00:00Z"}]}"#,
            r#"{"Invocations": [{"CreationTime": "2019-12-20T06:15:54Z"}]}"#,
        ],
    ),
    on(
        "T803",
        "time-unreadable",
        Error,
        Current,
        "a time does not read",
        "It cannot be compared with any other.",
        [
            r#"{"Invocations": [{"CreationTime": "yesterday"}]}"#,
            r#"{"Invocations": [{"CreationTime": "2019-12-20T06:15:54Z"}]}"#,
        ],
    ),
    on(
        "T804",
        "end-missing",
        Warning,
        Current,
        "a one-time run started and has ended, but FinishTime is blank",
        "How long it took cannot be told.",
        [
            r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Success", "StartTime": "2026-11-24T10:00:00Z"}]}]}"#,
            r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Running", "StartTime": "2026-11-24T10:00:00Z"}]}]}"#,
        ],
    ),
    on(
        "V601",
        "value-unknown",
        Warning,
        Both,
        "a status, type or mode is none that a contract lists",
        "Who goes by the lists does not know what to do with it.",
        [
            r#"{"Invocations": [{"InvokeStatus": "Exploded"}]}"#,
            r#"{"Invocations": [{"InvokeStatus": "Failed"}]}"#,
        ],
    ),
    off(
        "V602",
        "error-code-unknown",
        Info,
        Current,
        "an ErrorCode is none that the contract lists",
        "The service adds codes over time; who goes by the list does not know this one.",
        [
            r#"{"Invocations": [{"InvokeInstances": [{"ErrorCode": "DiskFull"}]}]}"#,
            r#"{"Invocations": [{"InvokeInstances": [{"ErrorCode": "ExecutionTimeout"}]}]}"#,
        ],
    ),
    on(
        "V603",
        "word-of-other-contract",
        Warning,
        Both,
        "a status is a word of the contract that its field does not belong to",
        "A client of the field's own contract does not know the word.",
        [
            r#"{"Invocations": [{"InvokeStatus": "Success"}]}"#,
            r#"{"Invocations": [{"InvocationStatus": "Success"}]}"#,
        ],
    ),
    on(
        "V605",
        "error-without-failure",
        Warning,
        Current,
        "an instance has an ErrorCode, but its status is one of success",
        "One of the two is wrong.",
        [
            r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Success", "ErrorCode": "ExecutionTimeout"}]}]}"#,
            r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Timeout", "ErrorCode": "ExecutionTimeout"}]}]}"#,
        ],
    ),
    on(
        "V606",
        "failure-without-error",
        Info,
        Current,
        "an instance failed, but has no ErrorCode",
        "Why it failed is not said.",
        [
            r#"{"Invocations": [{"InvokeInstances": [{"InvocationStatus": "Failed"}]}]}"#,
            r#"{"Invocations": [{"InvokeInstances": [
  {"InvocationStatus": "Failed", "ErrorCode": "ExitCodeNonzero"}]}]}"#,
        ],
    ),
    on(
        "V607",
        "exit-code-against-status",
        Error,
        Current,
        "the exit code is not one that the status can have",
        "One of the two is wrong.",
        [
            r#"{"Invocations": [{"InvokeInstances": [{"InvocationStatus": "Success", "ExitCode": 1}]}]}"#,
            r#"{"Invocations": [{"InvokeInstances": [{"InvocationStatus": "Success", "ExitCode": 0}]}]}"#,
        ],
    ),
    on(
        "V608",
        "repeats-of-one-time",
        Error,
        Current,
        "an invocation that runs once has run more than once",
        "Either it is periodic or the count is wrong.",
        [
            r#"{"Invocations": [{"RepeatMode": "Once", "InvokeInstances": [{"Repeats": 2}]}]}"#,
            r#"{"Invocations": [{"RepeatMode": "Period", "InvokeInstances": [{"Repeats": 2}]}]}"#,
        ],
    ),
    on(
        "X931",
        "total-differs",
        Warning,
        Both,
        "pages of one list differ in TotalCount",
        "The list changed while it was read: items may be missing or stand twice.",
        [
            r#"{"TotalCount": 2, "PageNumber": 1, "PageSize": 1, "Invocations": [{"InvokeId": "t-1"}]}
{"TotalCount": 3, "PageNumber": 2, "PageSize": 1, "Invocations": [{"InvokeId": "t-2"}]}"#,
            r#"{"TotalCount": 2, "PageNumber": 1, "PageSize": 1, "Invocations": [{"InvokeId": "t-1"}]}
{"TotalCount": 2, "PageNumber": 2, "PageSize": 1, "Invocations": [{"InvokeId": "t-2"}]}"#,
        ],
    ),
    on(
        "X932",
        "item-on-two-pages",
        Error,
        Both,
        "an invocation stands on two pages of one list",
        "The list changed while it was read; another item was pushed past the reader.",
        [
            r#"{"PageNumber": 1, "Invocations": [{"InvokeId": "t-1"}]}
{"PageNumber": 2, "Invocations": [{"InvokeId": "t-1"}]}"#,
            r#"{"PageNumber": 1, "Invocations": [{"InvokeId": "t-1"}]}
{"PageNumber": 2, "Invocations": [{"InvokeId": "t-2"}]}"#,
        ],
    ),
    on(
        "X933",
        "item-missing",
        Error,
        Both,
        "the pages of one list hold fewer invocations than TotalCount says",
        "A page was not read, or the list changed while it was read.",
        [
            r#"{"TotalCount": 3, "PageNumber": 1, "PageSize": 1, "Invocations": [{"InvokeId": "t-1"}]}
{"TotalCount": 3, "PageNumber": 3, "PageSize": 1, "Invocations": [{"InvokeId": "t-3"}]}"#,
            r#"{"TotalCount": 2, "PageNumber": 1, "PageSize": 1, "Invocations": [{"InvokeId": "t-1"}]}
{"TotalCount": 2, "PageNumber": 2, "PageSize": 1, "Invocations": [{"InvokeId": "t-2"}]}"#,
        ],
    ),
];

//! Validation rules.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ecs_invocations::finding::{Finding, Rule, Severity};
use ecs_invocations::model::Request;
use ecs_invocations::validate::{Checks, Pages, RULES};
use ecs_invocations::{Response, decode_all};
use insta::{assert_snapshot, with_settings};
use jiff::Timestamp;

fn now() -> Option<Timestamp> {
    Some("2026-11-24T12:00:00Z".parse().unwrap())
}

fn line(finding: &Finding) -> String {
    let location = finding.location.as_ref().map_or(String::new(), |at| format!("{at}: "));
    format!("{location}{}: {finding}", finding.severity)
}

/// The findings of a rule on one of its examples: a request, a request and a response, a response, or
/// several pages.
fn findings_of(rule: &Rule, example: &str) -> Vec<String> {
    let mut checks = Checks::default().ignore("ALL").select(rule.code);
    checks.now = now();
    let (query, documents) = example.split_at(example.find('{').unwrap_or(example.len()));
    if !query.is_empty() {
        let request = Request::read(query.trim()).0.into_owned();
        if documents.is_empty() {
            return checks.check_request(&request).iter().map(line).collect();
        }
        checks.request = Some(request);
    }
    let mut pages = Pages::default();
    let mut lines = Vec::new();
    for checked in checks.check_all(documents.as_bytes()) {
        let checked = checked.unwrap();
        pages.add(&checked.response);
        lines.extend(checked.findings.iter().map(line));
    }
    let on_pages = pages.check(&checks);
    lines.extend(on_pages.iter().map(|(page, finding)| format!("page {page}: {}", line(finding))));
    lines
}

#[test]
fn rules_fire_on_their_bad_example_only() {
    for rule in RULES {
        let [bad, good] = rule.examples;
        let lines = findings_of(rule, bad);
        assert!(!lines.is_empty(), "{}: {bad}", rule.code);
        assert!(lines.iter().all(|line| line.contains(&format!(": {}: ", rule.code))), "{lines:?}");
        assert_eq!(findings_of(rule, good), [""; 0], "{}: {good}", rule.code);
        with_settings!({ description => rule.summary, omit_expression => true }, {
            assert_snapshot!(rule.code, format!("{bad}\n\n{}\n", lines.join("\n")));
        });
    }
}

/// Two responses for each rule that conform, but differ little from one that violates it.
#[test]
fn rules_do_not_fire_on_what_nearly_violates_them() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/rules");
    for rule in RULES {
        for number in 1..=2 {
            let name = format!("{}.near-{number}", rule.code);
            let text = fs::read_to_string(directory.join(&name)).expect(&name);
            let example = text.strip_prefix('?').unwrap_or(&text);
            assert_eq!(findings_of(rule, example), [""; 0], "{name}: {example}");
            assert_ne!(example, rule.examples[0], "{name}");
        }
    }
}

#[test]
fn rules_are_sorted_and_codes_and_names_are_unique() {
    let all: Vec<&Rule> = Rule::all().collect();
    assert!(all.is_sorted_by(|a, b| a.code < b.code));
    assert!(RULES.is_sorted_by(|a, b| a.code < b.code));
    let names = all.iter().flat_map(|rule| rule.aliases.iter().chain([&rule.name]));
    let mut seen = HashSet::new();
    for name in names {
        assert!(seen.insert(name), "{name} is duplicated");
    }
    for rule in all {
        assert_eq!(Rule::find(rule.code), Some(rule));
        assert_eq!(Rule::find(&rule.code.to_lowercase()), Some(rule));
        assert_eq!(Rule::find(rule.name), Some(rule));
        assert!(rule.aliases.iter().all(|alias| Rule::find(alias) == Some(rule)));
        assert!(!rule.reason.is_empty() && rule.reason.ends_with('.'), "{}", rule.code);
        assert!(!rule.summary.ends_with('.'), "{}", rule.code);
    }
}

/// A rule that its family's list lacks would fire, but could be neither selected nor explained.
#[test]
fn rules_contain_every_row_and_codes_are_only_in_rows() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/validate");
    let (mut rows, mut codes) = (0, Vec::new());
    for file in fs::read_dir(directory).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        rows += text.matches(": Rule = Rule {").count();
        let code_lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for literal in code_lines.flat_map(|line| line.split('"').skip(1).step_by(2)) {
            codes.extend(RULES.iter().map(|rule| rule.code).filter(|code| *code == literal));
        }
    }
    codes.sort_unstable();
    assert_eq!(rows, RULES.len());
    assert_eq!(codes, RULES.iter().map(|rule| rule.code).collect::<Vec<_>>());
}

fn check(bytes: &[u8]) -> String {
    let mut checks = Checks::default().ignore("N").ignore("M");
    checks.now = now();
    let checked = checks.check(bytes).unwrap();
    checked.findings.iter().fold(String::new(), |mut lines, finding| {
        writeln!(lines, "{}", line(finding)).unwrap();
        lines
    })
}

/// The third and fourth invocation have InvokeStatus `success` and `Success`, which the reference does not
/// list for the field (V603). Their instances finished, so A901 does not fire.
#[test]
fn documented_response_has_status_values_of_the_current_api() {
    let xml = check(include_bytes!("../corpus/documented/response.xml"));
    assert_snapshot!("documented response.xml", xml);
    assert_snapshot!(
        "documented response.json",
        check(include_bytes!("../corpus/documented/response.json"))
    );
}

/// The repaired commas of the JSON example are findings of the decoder.
#[test]
fn documented_errors_are_valid() {
    assert_eq!(check(include_bytes!("../corpus/documented/error.xml")), "");
    assert_eq!(check(include_bytes!("../corpus/documented/error.json")), "");
}

/// A response of the current API; no rule that is enabled by default fires on it.
const CURRENT: &str = r#"{
  "RequestId": "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E",
  "TotalCount": 3, "PageNumber": 1, "PageSize": 10, "NextToken": "",
  "Invocations": {"Invocation": [
    {"InvokeId": "t-hz0jdfwcsr", "CommandId": "c-hz0jdfwd9f", "CommandName": "Test",
     "CommandType": "RunShellScript", "CommandContent": "ZWNobyBoZWxsbw==", "Parameters": "{}",
     "CreationTime": "2026-11-20T06:15:54Z", "RepeatMode": "Once", "Timed": false, "Frequency": "",
     "Timeout": 60, "Username": "root", "WorkingDir": "/home", "InvokeStatus": "Finished",
     "InvocationStatus": "Success", "TerminationMode": "Process", "Launcher": "",
     "InvokeInstances": {"InvokeInstance": [
       {"InstanceId": "i-bp1i7gg30r52z2em", "InstanceInvokeStatus": "Finished",
        "InvocationStatus": "Success", "ExitCode": 0, "Output": "aGVsbG8=", "Dropped": 0, "Repeats": 1,
        "ErrorCode": "", "ErrorInfo": "", "CreationTime": "2026-11-20T06:15:54Z",
        "StartTime": "2026-11-20T06:15:55Z", "FinishTime": "2026-11-20T06:15:56Z", "StopTime": "",
        "UpdateTime": "2026-11-20T06:15:56Z"}]}},
    {"InvokeId": "t-hz0jdfwcss", "CommandId": "ACS-ECS-DescribeDisk", "CommandName": "Test",
     "CommandType": "RunPowerShellScript", "RepeatMode": "Period", "Timed": true,
     "Frequency": "0 */20 * * * ? * Asia/Shanghai", "InvokeStatus": "Running",
     "InvocationStatus": "Scheduled", "InvokeInstances": {"InvokeInstance": [
       {"InstanceId": "mi-hz01axdfas123s", "InvocationStatus": "Scheduled", "Repeats": 5,
        "ExitCode": 0, "Dropped": 0}]}},
    {"InvokeId": "t-hz0jdfwcst", "CommandId": "c-hz0jdfwd9f", "CommandType": "RunShellScript",
     "RepeatMode": "Once", "Timed": false, "InvokeStatus": "PartialFailed",
     "InvocationStatus": "PartialFailed", "InvokeInstances": {"InvokeInstance": [
       {"InstanceId": "i-1", "InvocationStatus": "Failed", "ErrorCode": "ExitCodeNonzero",
        "ErrorInfo": "", "ExitCode": 2},
       {"InstanceId": "i-2", "InvocationStatus": "Aborted", "ErrorCode": "InstanceNotRunning"},
       {"InstanceId": "i-3", "InvocationStatus": "Success", "ExitCode": 0}]}}]}}"#;

#[test]
fn correct_response_has_no_violations() {
    assert_eq!(check(CURRENT.as_bytes()), "");
    // Neither request asks for them.
    let without_outputs = CURRENT.replace(r#""Output": "aGVsbG8=""#, r#""Output": """#);
    assert_ne!(without_outputs, CURRENT);
    for request in [
        "Action=DescribeInvocations&RegionId=cn-hangzhou",
        "Action=DescribeInvocations&RegionId=cn-hangzhou&PageNumber=1&PageSize=10&InvokeStatus=&Tag.1.Key=a",
    ] {
        let (request, findings) = Request::read(request);
        assert!(findings.iter().all(|finding| finding.code() == "N106"), "{findings:?}");
        let mut checks = Checks::default();
        assert!(checks.check_request(&request).is_empty());
        checks.request = Some(request.into_owned());
        let checked = checks.check(without_outputs.as_bytes()).unwrap();
        let violations: Vec<_> =
            checked.findings.iter().filter(|found| !found.code().starts_with('N')).collect();
        assert!(violations.is_empty(), "{violations:?}");
    }
}

#[test]
fn rules_are_selected_and_severities_set_by_code_or_prefix() {
    let bad = br#"{"PageSize": "51", "PageNumber": 0, "RequestId": "r", "Invocations": []}"#;
    let codes = |checks: Checks| -> Vec<String> {
        let checked = checks.check(bad).unwrap();
        checked
            .findings
            .iter()
            .map(|found| format!("{} {}", found.code(), found.severity))
            .collect()
    };
    let all = ["N104 info", "P505 error", "P504 error", "S407 warning", "N108 info"];
    assert_eq!(codes(Checks::default()), all);
    assert_eq!(codes(Checks::default().ignore("P").ignore("N")), ["S407 warning"]);
    assert_eq!(
        codes(Checks::default().ignore("P").select("p504").ignore("n")),
        ["P504 error", "S407 warning"]
    );
    assert_eq!(codes(Checks::default().ignore("all").select("S4")), ["S402 info", "S407 warning"]);
    let overridden = Checks::default()
        .ignore("N")
        .with_severity("P", Severity::Info)
        .with_severity("P504", Severity::Warning);
    assert_eq!(codes(overridden), ["P505 info", "P504 warning", "S407 warning"]);
}

/// Whatever the shape, encoding and damage of the document. A missing value has the location of the object
/// that should contain it.
#[test]
fn violations_have_the_location_of_their_value() {
    let documents = [
        r#"{"Invocations": {"Invocation": [{"InvokeId": "t-1", "InvokeStatus": "Exploded"}]}}"#,
        r#"{"invocations": [{"invoke_id": "t-1", "invokeStatus": "Exploded"}]}"#,
        r#"{"body": {"Invocations": {"Invocation": {"InvokeId": "t-1", "InvokeStatus": "Exploded"}}}}"#,
        r#""{\"Invocations\": [{\"InvokeId\": \"t-1\", \"InvokeStatus\": \"Exploded\"}]}""#,
        r#"log: {"Invocations": [{'InvokeId': 't-1' "InvokeStatus": "Exploded"}"#,
        "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>t-1</InvokeId>\
         <InvokeStatus>Exploded</InvokeStatus></Invocation></Invocations></DescribeInvocationsResponse>",
        "<DescribeInvocationsResponse><Invocations><Invocation InvokeId=\"t-1\" InvokeStatus='Exploded'>\
         </Invocation></Invocations>",
    ];
    let utf16: Vec<u8> = documents[0].encode_utf16().flat_map(|unit| unit.to_le_bytes()).collect();
    let checks = Checks::default().ignore("ALL").select("V601").select("S406");
    for document in documents.map(str::as_bytes).into_iter().chain([&*utf16]) {
        let text = String::from_utf8_lossy(document);
        let single = checks.check(document).unwrap();
        let all: Vec<_> = checks.check_all(document).map(Result::unwrap).collect();
        assert_eq!(all[0].findings, single.findings, "{text}");
        let status = single.findings.iter().find(|found| found.code() == "V601").expect(&text);
        let location = status.location.as_ref().unwrap();
        let bytes = &document[location.bytes.clone()];
        let value: String =
            bytes.iter().filter(|byte| **byte != 0).map(|byte| char::from(*byte)).collect();
        let value = value.trim_matches(|c| matches!(c, '"' | '\\'));
        assert_eq!(value, "Exploded", "{text} {location:?}");
        let missing = single.findings.iter().find(|found| found.code() == "S406").expect(&text);
        let location = missing.location.as_ref().unwrap();
        assert!(location.line > 0 && !location.bytes.is_empty(), "{missing:?}");
        assert!(missing.path.to_string().ends_with("[0].InvokeInstances"), "{missing:?}");
    }
}

#[test]
fn each_document_has_its_own_findings() {
    let input = b"{\"RequestId\": \"a\", \"Invocations\": []}\n{\"RequestId\": \"b\", \"Invocations\": []}\n";
    let checks = Checks::default().ignore("ALL").select("S407");
    let lines: Vec<usize> = checks
        .check_all(input)
        .flat_map(|checked| checked.unwrap().findings)
        .filter_map(|finding| Some(finding.location?.line))
        .collect();
    assert_eq!(lines, [1, 2]);
}

#[test]
fn requests_are_read_from_urls_queries_and_request_lines() {
    let same = [
        "https://ecs.aliyuncs.com/?Action=DescribeInvocations&RegionId=cn-hangzhou&CommandName=a%20b%3Dc#top",
        "Action=DescribeInvocations&RegionId=cn-hangzhou&CommandName=a+b=c",
        "GET /?Action=DescribeInvocations&&RegionId=cn-hangzhou&CommandName=a+b%3Dc HTTP/1.1",
        "https://ecs.aliyuncs.com/?Action=DescribeInvocations\n&RegionId=cn-hangzhou\r\n&CommandName=a+b=c\n&<Common request parameters>",
        "https://ecs.aliyuncs.com/\n?Action=DescribeInvocations&\n  RegionId=cn-hangzhou&\n  CommandName=a+b=c",
        "Action=DescribeInvocations\nRegionId=cn-hangzhou\nCommandName=a+b=c\n",
        "curl -s 'https://ecs.aliyuncs.com/?Action=DescribeInvocations&RegionId=cn-hangzhou&CommandName=a+b=c' -o x=y",
        "https://ecs.aliyuncs.com/?Action=DescribeInvocations&amp;RegionId=cn-hangzhou&amp;CommandName=a+b=c",
        "aliyun ecs DescribeInvocations --RegionId cn-hangzhou --CommandName 'a b=c'",
        "$ aliyun ecs describe-invocations \\\n  --region cn-hangzhou \\\n  --CommandName \"a b=c\" --profile test | jq .",
        "aliyun --profile test ecs DescribeInvocations --RegionId=cn-hangzhou --CommandName='a b=c' > x",
    ];
    for text in same {
        let (request, findings) = Request::read(text);
        assert_eq!(
            request.to_query(),
            "Action=DescribeInvocations&RegionId=cn-hangzhou&CommandName=a+b%3Dc"
        );
        assert!(findings.is_empty(), "{text}: {findings:?}");
    }
    let text =
        "regionid=a&PageSize=x&RegionId=b&Timed=YES&Type=runshellscript&Unknown=1&empty&InvokeId=";
    let (request, findings) = Request::read(text);
    let lines: Vec<String> = findings.iter().map(|finding| format!("{finding:#}")).collect();
    assert_snapshot!(format!("{text}\n{}\n\n{}", request.to_query(), lines.join("\n")));
}

#[test]
fn a_text_that_is_not_a_request_is_reported_as_such() {
    for text in ["", "hello world", "https://example.com/?q=1", "{\"RegionId\": 1}", "aliyun ecs"] {
        let (request, _) = Request::read(text);
        let checks = Checks::default();
        let codes: Vec<_> =
            checks.check_request(&request).iter().map(|finding| finding.code()).collect();
        assert_eq!(codes, ["R935"], "{text}");
        // Nothing is compared with it.
        let page = br#"{"RequestId": "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E", "PageNumber": 7,
            "PageSize": 50, "Invocations": {"Invocation": []}}"#;
        let mut with_request = checks.clone();
        with_request.request = Some(request.into_owned());
        assert_eq!(with_request.check(page), checks.check(page));
    }
}

#[test]
fn items_are_checked_against_every_filter() {
    const ITEM: &str = r#"{"PageNumber": 1, "PageSize": 10, "Invocations": [{"InvokeId": "t-1", "CommandId": "c-1",
        "CommandName": "n-1", "CommandType": "RunShellScript", "RepeatMode": "Once", "Timed": false,
        "InvokeStatus": "Finished", "InvocationStatus": "Success",
        "InvokeInstances": [{"InstanceId": "i-1"}, {"InstanceId": "i-2"}]}]}"#;
    const MANY: &str = r#"{"Invocations": [{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}]}"#;
    let findings = |query: &str, document: &str| -> Vec<String> {
        let mut checks = Checks::default().ignore("ALL").select("R");
        checks.request = Some(Request::read(query).0.into_owned());
        checks.check(document.as_bytes()).unwrap().findings.iter().map(line).collect()
    };
    let matching = [
        "InvokeId=t-1",
        "CommandId=c-1",
        "CommandName=n-1",
        "Type=RunShellScript",
        "RepeatMode=Once",
        "RepeatMode=DryRun",
        "Timed=False",
        "InvokeStatus=Finished",
        "InvokeStatus=Success",
        "InstanceId=i-2",
        "PageNumber=1",
        "PageSize=10",
        "MaxResults=50&NextToken=AAAA",
    ];
    for query in matching {
        assert_eq!(findings(query, ITEM), [""; 0], "{query}");
    }
    let mismatched = [
        "InvokeId=t-2",
        "CommandId=c-2",
        "CommandName=n-2",
        "Type=RunBatScript",
        "RepeatMode=Period",
        "Timed=True",
        "InvokeStatus=Failed",
        "InvokeStatus=Running",
        "InstanceId=i-3",
        "PageNumber=2",
        "PageSize=50",
    ];
    let mut all: Vec<(&str, &str)> = mismatched.map(|query| (query, ITEM)).to_vec();
    all.extend([("RegionId=a", MANY), ("PageSize=11", MANY), ("MaxResults=5", MANY)]);
    let shown = all
        .iter()
        .map(|(query, document)| format!("{query}: {}", findings(query, document).join("; ")));
    assert_snapshot!(shown.collect::<Vec<_>>().join("\n"));
}

#[test]
fn error_responses_are_pages_without_items() {
    let errors = b"{\"Code\": \"a\"} {\"Code\": \"b\"}";
    let mut pages = Pages::default();
    for decoded in decode_all(errors) {
        let response: Response<'_> = decoded.unwrap().response;
        pages.add(&response);
    }
    assert!(pages.check(&Checks::default()).is_empty());
}

#[test]
fn pages_of_results_are_compared() {
    let page = |fields: &str, ids: &[(&str, &str)]| {
        let items = ids.iter().map(|(instance, time)| {
            format!(r#"{{"InvokeId": "t-1", "InstanceId": "{instance}", "StartTime": "{time}"}}"#)
        });
        let items = items.collect::<Vec<_>>().join(",");
        format!(r#"{{"Invocation": {{{fields}, "InvocationResults": [{items}]}}}}"#)
    };
    let (first, second) =
        (r#""TotalCount": 2, "PageNumber": 1"#, r#""TotalCount": 2, "PageNumber": 2"#);
    let (early, late) = ("2026-11-20T06:15:54Z", "2026-11-20T07:15:54Z");
    let mut text = String::new();
    for pages in [
        [page(first, &[("i-1", early)]), page(second, &[("i-2", early)])],
        // A history has several runs on an instance.
        [page(first, &[("i-1", early)]), page(second, &[("i-1", late)])],
        [page(first, &[("i-1", early)]), page(first, &[("i-1", early)])],
        [
            page(first, &[("i-1", early)]),
            page(r#""TotalCount": 3, "PageNumber": 2"#, &[("i-2", early)]),
        ],
        [page(first, &[("i-1", early)]), r#"{"Invocations": [{"InvokeId": "t-1"}]}"#.to_owned()],
    ] {
        for is_xml in [false, true] {
            let mut all = Pages::default();
            for page in &pages {
                let mut one = Pages::default();
                let response = ecs_invocations::decode(page.as_bytes()).unwrap().response;
                let xml = response.to_xml();
                match is_xml {
                    false => one.add(&response),
                    true => one.add(&ecs_invocations::decode(xml.as_bytes()).unwrap().response),
                }
                all.append(one);
            }
            let findings = all.check(&Checks::default());
            let findings: Vec<String> =
                findings.iter().map(|(page, finding)| format!("{page}: {finding}")).collect();
            if is_xml {
                text += &format!("{}\n", findings.join("; "));
            }
        }
    }
    assert_snapshot!(text);
}

#[test]
fn a_one_time_run_does_not_start_before_its_invocation() {
    let found = |mode: &str, invocation: &str, instance: &str, start: &str| {
        let body = format!(
            r#"{{"Invocations": [{{"RepeatMode": "{mode}", "CreationTime": "{invocation}",
                "InvokeInstances": [{{"CreationTime": "{instance}", "StartTime": "{start}"}}]}}]}}"#
        );
        let xml = ecs_invocations::decode(body.as_bytes()).unwrap().response.to_xml();
        let checks = Checks::default().ignore("ALL").select("T801");
        let [json, xml] = [body.as_bytes(), xml.as_bytes()].map(|body| {
            let findings = checks.check(body).unwrap().findings;
            findings.iter().map(|finding| finding.message()).collect::<Vec<_>>().join("; ")
        });
        assert_eq!(json, xml);
        json
    };
    let [six, seven, eight] =
        ["2026-11-20T06:00:00Z", "2026-11-20T07:00:00Z", "2026-11-20T08:00:00Z"];
    let message = "`2026-11-20T06:00:00Z` is before CreationTime `2026-11-20T07:00:00Z`";
    for mode in ["Once", "NextRebootOnly"] {
        assert_eq!(found(mode, seven, "", six), message);
        assert_eq!(found(mode, seven, six, six), message);
        assert_eq!(found(mode, six, seven, six), message);
        assert_eq!(found(mode, seven, seven, six), message);
        assert_eq!(found(mode, seven, "", seven), "");
        assert_eq!(found(mode, six, seven, eight), "");
    }
    assert_eq!(found("Period", seven, "", six), "");
    assert_eq!(found("Period", six, seven, six), message);
}

/// For each rule, invocations that violate it and ones that do not.
#[test]
fn contradictions_of_one_invocation() {
    let cases = [
        (
            "A902",
            r#"{"RepeatMode":"Period","InvocationStatus":"Stopped","InvokeInstances":[{"InvocationStatus":"Running"}]}"#,
            true,
        ),
        (
            "A902",
            r#"{"RepeatMode":"EveryReboot","InvocationStatus":"Stopped","InvokeInstances":[{"InvocationStatus":"Pending"}]}"#,
            true,
        ),
        (
            "A902",
            r#"{"RepeatMode":"Period","InvocationStatus":"Stopped","InvokeInstances":[{"InvocationStatus":"Success"}]}"#,
            false,
        ),
        (
            "A902",
            r#"{"RepeatMode":"Period","InvocationStatus":"Scheduled","InvokeInstances":[{"InvocationStatus":"Running"}]}"#,
            false,
        ),
        (
            "F705",
            r#"{"RepeatMode":"NextRebootOnly","Timed":true,"InvocationStatus":"Success"}"#,
            true,
        ),
        ("F705", r#"{"RepeatMode":"Period","Timed":true,"InvocationStatus":"Stopped"}"#, true),
        ("F705", r#"{"RepeatMode":"Period","Timed":true,"InvocationStatus":"Success"}"#, false),
        (
            "F705",
            r#"{"RepeatMode":"NextRebootOnly","Timed":true,"InvocationStatus":"Scheduled"}"#,
            false,
        ),
        ("F705", r#"{"RepeatMode":"Period","Timed":false,"InvocationStatus":"Stopped"}"#, false),
        ("F702", r#"{"RepeatMode":"Once","Frequency":"at(2027-01-01 00:00:00 UTC)"}"#, true),
        ("F702", r#"{"RepeatMode":"EveryReboot","Frequency":"at(2027-01-01 00:00:00 UTC)"}"#, true),
        ("F702", r#"{"RepeatMode":"Period","Frequency":"at(2027-01-01 00:00:00 UTC)"}"#, false),
        ("F702", r#"{"Timed":false,"Frequency":"at(2027-01-01 00:00:00 UTC)"}"#, false),
        ("F703", r#"{"RepeatMode":"Period","Frequency":"at(2027-6-6 10:00:00)"}"#, true),
        ("F703", r#"{"RepeatMode":"Period","Frequency":"at(2027-06-06 10:00)"}"#, true),
        ("F703", r#"{"RepeatMode":"Period","Frequency":"at(2027-06-06 10:00:00)"}"#, false),
        (
            "F704",
            r#"{"CreationTime":"2026-01-01T00:00:00Z","Frequency":"at(2020-01-01 00:00:00 UTC)"}"#,
            true,
        ),
        (
            "F704",
            r#"{"CreationTime":"2026-01-01T00:00:00Z","Frequency":"at(2026-01-01 07:59:59 Asia/Shanghai)"}"#,
            true,
        ),
        (
            "F704",
            r#"{"CreationTime":"2026-01-01T00:00:00Z","Frequency":"at(2026-01-01 08:00:01 Asia/Shanghai)"}"#,
            false,
        ),
        (
            "V608",
            r#"{"RepeatMode":"Period","Frequency":"at(2027-01-01 00:00:00 UTC)","InvokeInstances":[{"Repeats":2}]}"#,
            true,
        ),
        (
            "V608",
            r#"{"RepeatMode":"Period","Frequency":"at(2027-01-01 00:00:00 UTC)","InvokeInstances":[{"Repeats":1}]}"#,
            false,
        ),
        (
            "V607",
            r#"{"RepeatMode":"Once","InvokeInstances":[{"InvocationStatus":"Terminated","ExitCode":0}]}"#,
            false,
        ),
        (
            "T808",
            r#"{"RepeatMode":"Once","InvokeInstances":[{"InvocationStatus":"Pending","StopTime":"2026-01-01T00:00:00Z"}]}"#,
            true,
        ),
        (
            "T808",
            r#"{"RepeatMode":"Once","InvokeInstances":[{"InvocationStatus":"Running","StopTime":""}]}"#,
            false,
        ),
    ];
    for (code, invocation, is_violation) in cases {
        let page = format!(r#"{{"Invocations":{{"Invocation":[{invocation}]}}}}"#);
        assert_eq!(violates(code, &page), is_violation, "{code}: {page}");
    }
}

/// The same of the records of results, of which only the first run has nothing from a run before.
#[test]
fn contradictions_of_results() {
    let ids = r#""InvokeId":"t-1","InstanceId":"i-1""#;
    let cases = [
        (
            "V607",
            format!(r#"{{{ids},"InvocationStatus":"Running","Repeats":0,"ExitCode":0}}"#),
            true,
        ),
        (
            "V607",
            format!(r#"{{{ids},"InvocationStatus":"Running","Repeats":3,"ExitCode":0}}"#),
            false,
        ),
        (
            "T808",
            format!(
                r#"{{{ids},"InvocationStatus":"Pending","Repeats":0,"StartTime":"2026-01-01T00:00:00Z"}}"#
            ),
            true,
        ),
        (
            "T808",
            format!(r#"{{{ids},"InvocationStatus":"Pending","StartTime":"2026-01-01T00:00:00Z"}}"#),
            false,
        ),
        ("S404", format!(r#"{{{ids},"Repeats":1}},{{{ids},"Repeats":1}}"#), true),
        ("S404", format!(r#"{{{ids},"Repeats":1}},{{{ids},"Repeats":2}}"#), false),
        ("S404", format!(r#"{{{ids},"ExitCode":0}},{{{ids},"ExitCode":1}}"#), false),
        ("S404", r#"{"InvokeId":"t-1"},{"InvokeId":"t-1"}"#.to_owned(), false),
    ];
    for (code, results, is_violation) in cases {
        let page = format!(
            r#"{{"Invocation":{{"InvocationResults":{{"InvocationResult":[{results}]}}}}}}"#
        );
        assert_eq!(violates(code, &page), is_violation, "{code}: {page}");
    }
}

fn violates(code: &str, body: &str) -> bool {
    let checks = Checks::default().ignore("ALL").select(code);
    !checks.check(body.as_bytes()).unwrap().findings.is_empty()
}

/// TotalCount says nothing where pages are requested by token, and the last page has none.
#[test]
fn the_last_page_by_token_is_not_too_short() {
    let page = |items: &str, token: &str| {
        format!(
            r#"{{"TotalCount":3,"PageNumber":1,"PageSize":10,"NextToken":"{token}","Invocations":{{"Invocation":[{items}]}}}}"#
        )
    };
    let last = page(r#"{"InvokeId":"t-3"}"#, "");
    assert!(violates("P503", &last));
    let checks = Checks::default().ignore("ALL").select("P").select("X").with_multi_page(true);
    let mut pages = Pages::default();
    for page in [page(r#"{"InvokeId":"t-1"},{"InvokeId":"t-2"}"#, "AAAA"), last] {
        let checked = checks.check(page.as_bytes()).unwrap();
        assert!(checked.findings.is_empty(), "{:?}", checked.findings);
        pages.add(&checked.response);
    }
    assert!(pages.check(&checks).is_empty());
}

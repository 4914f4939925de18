//! Every leniency rule in both formats, and cases specific to one format.

mod describe;

use std::fmt::Write as _;

use describe::describe;
use ecs_invocations::{Options, Response, decode};
use insta::assert_snapshot;

/// Decodes the same members of an invocation from JSON and XML, which must give equal models.
fn invocation(cases: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (json, xml) in cases {
        let json_document = format!(
            "{{\"Invocations\":{{\"Invocation\":[{{\n{json}\n,\"InvokeInstances\":{{}}}}]}}}}"
        );
        let xml_document = format!(
            "<DescribeInvocationsResponse><Invocations><Invocation>\n{xml}\n<InvokeInstances/>\
             </Invocation></Invocations></DescribeInvocationsResponse>"
        );
        let read = |document: &str| decode(document.as_bytes()).unwrap().into_owned();
        let (from_json, from_xml) = (read(&json_document), read(&xml_document));
        let model = |response: &Response<'_>| {
            let whole = response.to_json();
            let start = whole.find("[{").unwrap() + 1;
            let end = whole.rfind("}]").unwrap() + 1;
            whole[start..end].replace(",\"InvokeInstances\":{\"InvokeInstance\":[]}", "")
        };
        assert_eq!(from_json.response, from_xml.response, "{json}\n{xml}");
        writeln!(out, "{json}\n{xml}\n  = {}", model(&from_json.response)).unwrap();
        for (format, decoded) in [("json", from_json), ("xml ", from_xml)] {
            for finding in &decoded.findings {
                // Every case has the same finding on the empty list.
                if !finding.path.to_string().ends_with("InvokeInstances") {
                    writeln!(out, "  {format} {finding:#}").unwrap();
                }
            }
        }
        out.push('\n');
    }
    out
}

/// Each document, followed by its description.
fn documents(cases: &[&str]) -> String {
    cases.iter().map(|case| format!("{}\n{}\n", case.trim(), describe(case))).collect()
}

#[test]
fn an_empty_string_that_the_api_sends_for_no_value_is_no_finding() {
    let fields = ["ErrorCode", "ErrorInfo", "StopTime", "ExitCode", "OssOutputUri"];
    let page = |members: &dyn Fn(&str) -> String| {
        let members: Vec<_> = fields.iter().map(|name| members(name)).collect();
        format!(
            r#"{{"Invocations":{{"Invocation":[{{"InvokeId":"t-1","InvokeInstances":{{
                "InvokeInstance":[{{{}}}]}}}}]}}}}"#,
            members.join(",")
        )
    };
    let empty = page(&|name| format!(r#""{name}":"""#));
    let absent = decode(br#"{"Invocations":{"Invocation":[{"InvokeId":"t-1","InvokeInstances":{"InvokeInstance":[{}]}}]}}"#);
    let decoded = decode(empty.as_bytes()).unwrap();
    assert!(decoded.is_clean(), "{:?}", decoded.findings);
    assert_eq!(decoded.response, absent.unwrap().response);

    let codes = |document: &str, report_empty_strings| -> Vec<_> {
        let mut options = Options::default();
        options.report_empty_strings = report_empty_strings;
        let decoded = options.decode(document.as_bytes()).unwrap();
        decoded.findings.iter().map(|finding| finding.code()).collect()
    };
    assert_eq!(codes(&empty, true), ["N117"; 5]);
    for other in [r#"" ""#, r#""\t""#, "null", "[]"] {
        assert_eq!(codes(&page(&|name| format!(r#""{name}":{other}"#)), false), ["N106"; 5]);
    }
    // The API always gives these a value.
    for name in ["InvokeId", "CommandId", "InvokeStatus", "Timed", "CreationTime"] {
        let document = format!(
            r#"{{"Invocations":{{"Invocation":[{{"{name}":"","InvokeInstances":{{"InvokeInstance":[{{}}]}}}}]}}}}"#
        );
        assert_eq!(codes(&document, false), ["N106"], "{name}");
    }
    let xml = "<DescribeInvocationsResponse><Invocations><Invocation><Frequency/><WorkingDir></WorkingDir>\
        <Username> </Username><InvokeInstances><InvokeInstance/></InvokeInstances></Invocation>\
        </Invocations></DescribeInvocationsResponse>";
    assert_eq!(codes(xml, false), ["N106"]);
    assert_eq!(codes(xml, true), ["N117", "N117", "N106"]);
}

#[test]
fn enum_values() {
    assert_snapshot!(invocation(&[
        (r#""InvokeStatus": "Running""#, "<InvokeStatus>Running</InvokeStatus>"),
        (r#""InvokeStatus": "RUNNING""#, "<InvokeStatus>RUNNING</InvokeStatus>"),
        (r#""InvokeStatus": " finished\n""#, "<InvokeStatus> finished\n</InvokeStatus>"),
        (r#""InvokeStatus": "Hibernating""#, "<InvokeStatus>Hibernating</InvokeStatus>"),
        (r#""RepeatMode": "once""#, "<RepeatMode>once</RepeatMode>"),
        // Only ASCII case is ignored: the long s does not match `s`.
        (r#""CommandType": "runshellſcript""#, "<CommandType>runshellſcript</CommandType>"),
        (r#""TerminationMode": "PROCESSTREE""#, "<TerminationMode>PROCESSTREE</TerminationMode>"),
    ]));
}

#[test]
fn booleans() {
    assert_snapshot!(invocation(&[
        (r#""Timed": true"#, "<Timed>true</Timed>"),
        (r#""Timed": "True""#, "<Timed>True</Timed>"),
        (r#""Timed": "FALSE""#, "<Timed> FALSE</Timed>"),
        (r#""Timed": 1"#, "<Timed>1</Timed>"),
        (r#""Timed": "0""#, "<Timed>0</Timed>"),
        (r#""Timed": 0.0"#, "<Timed>no</Timed>"),
        (r#""Timed": "yes""#, "<Timed>Yes</Timed>"),
        (r#""Timed": "maybe""#, "<Timed>maybe</Timed>"),
        (r#""Timed": 2"#, "<Timed>2</Timed>"),
        (r#""Timed": ["true", "no"]"#, "<Timed><Value>true</Value></Timed>"),
    ]));
}

#[test]
fn integers() {
    assert_snapshot!(invocation(&[
        (r#""Timeout": 60"#, "<Timeout>60</Timeout>"),
        (r#""Timeout": "60""#, "<Timeout> 60 </Timeout>"),
        (r#""Timeout": 60.0"#, "<Timeout>60.0</Timeout>"),
        (r#""Timeout": 6e1"#, "<Timeout>6e1</Timeout>"),
        (r#""Timeout": "060""#, "<Timeout>060</Timeout>"),
        (r#""Timeout": 18446744073709551615"#, "<Timeout>18446744073709551615</Timeout>"),
        (r#""Timeout": 18446744073709551616"#, "<Timeout>18446744073709551616</Timeout>"),
        (r#""Timeout": 9007199254740993.0"#, "<Timeout>9007199254740993.0</Timeout>"),
        (r#""Timeout": -1"#, "<Timeout>-1</Timeout>"),
        (r#""Timeout": 9223372036854775807"#, "<Timeout>9223372036854775807</Timeout>"),
        (r#""Timeout": -9223372036854775809"#, "<Timeout>-9223372036854775809</Timeout>"),
        (r#""Timeout": 0.5"#, "<Timeout>0.5</Timeout>"),
        (r#""Timeout": true"#, "<Timeout>true</Timeout>"),
        (r#""Timeout": "sixty""#, "<Timeout>sixty</Timeout>"),
        (r#""Timeout": {"Seconds": 60}"#, "<Timeout><Seconds>60</Seconds></Timeout>"),
    ]));
}

#[test]
fn optional_text() {
    assert_snapshot!(invocation(&[
        (r#""CommandName": "deploy""#, "<CommandName>deploy</CommandName>"),
        (r#""CommandName": " deploy ""#, "<CommandName> deploy </CommandName>"),
        (r#""CommandName": """#, "<CommandName></CommandName>"),
        (r#""CommandName": " \t""#, "<CommandName> \t</CommandName>"),
        (r#""CommandName": null"#, "<CommandName/>"),
        (r#""Frequency": "\u3000""#, "<Frequency>\u{3000}</Frequency>"),
        (r#""Timed": "", "Timeout": null"#, "<Timed> </Timed><Timeout/>"),
        (r#""InvokeStatus": "  ""#, "<InvokeStatus>  </InvokeStatus>"),
    ]));
    // Only JSON has other types than text.
    assert_snapshot!(
        "non-string values of string fields",
        documents(&[
            r#"{"RequestId": 12, "Invocations": {"Invocation": []}}"#,
            r#"{"RequestId": -1.50e3, "Invocations": {"Invocation": []}}"#,
            r#"{"RequestId": true, "Invocations": {"Invocation": []}}"#,
            r#"{"RequestId": ["a", "b"], "Invocations": {"Invocation": []}}"#,
            r#"{"RequestId": {"Id": "a"}, "Invocations": {"Invocation": []}}"#,
            r#"{"RequestId": [], "NextToken": {}, "Invocations": {"Invocation": []}}"#,
            r#"{"RequestId": 184467440737095516160000000000000.1, "Invocations": {"Invocation": []}}"#,
        ])
    );
}

#[test]
fn times() {
    assert_snapshot!(invocation(&[
        (
            r#""CreationTime": "2019-12-20T06:15:54Z""#,
            "<CreationTime>2019-12-20T06:15:54Z</CreationTime>"
        ),
        (
            r#""CreationTime": "2019-12-20t06:15:54z""#,
            "<CreationTime>2019-12-20t06:15:54z</CreationTime>"
        ),
        (
            r#""CreationTime": "2019-12-20T14:15:54+08:00""#,
            "<CreationTime>2019-12-20T14:15:54+08:00</CreationTime>"
        ),
        (
            r#""CreationTime": "2019-12-20T06:15Z""#,
            "<CreationTime>2019-12-20T06:15Z</CreationTime>"
        ),
        (
            r#""CreationTime": "2019-12-20 06:15:54""#,
            "<CreationTime>2019-12-20 06:15:54</CreationTime>"
        ),
        (
            r#""CreationTime": "2019-13-20T06:15:54Z""#,
            "<CreationTime>2019-13-20T06:15:54Z</CreationTime>"
        ),
        (
            r#""CreationTime": "2016-12-31T23:59:60Z""#,
            "<CreationTime>2016-12-31T23:59:60Z</CreationTime>"
        ),
        (r#""CreationTime": """#, "<CreationTime/>"),
    ]));
}

#[test]
fn names() {
    assert_snapshot!(invocation(&[
        (r#""invokeId": "t-1""#, "<invokeId>t-1</invokeId>"),
        (r#""INVOKE_ID": "t-1""#, "<INVOKE_ID>t-1</INVOKE_ID>"),
        (r#""invoke-id": "t-1""#, "<invoke-id>t-1</invoke-id>"),
        (r#""a:InvokeId": "t-1""#, "<a:InvokeId>t-1</a:InvokeId>"),
        (r#""InvokeID2": "t-1""#, "<InvokeID2>t-1</InvokeID2>"),
        (r#""": "t-1""#, r#"<?ecs-invocations {"":"t-1"}?>"#),
        (
            r#""Color": {"Red": "1", "Red": "2", "Blue": {"Light": ""}}"#,
            "<Color><Red>1</Red><Red>2</Red><Blue><Light/></Blue></Color>",
        ),
    ]));
}

#[test]
fn duplicates() {
    assert_snapshot!(invocation(&[
        (
            r#""InvokeId": "t-1", "InvokeId": "t-2""#,
            "<InvokeId>t-1</InvokeId><InvokeId>t-2</InvokeId>"
        ),
        (r#""InvokeId": " ", "InvokeId": "t-2""#, "<InvokeId> </InvokeId><InvokeId>t-2</InvokeId>"),
        (r#""InvokeId": "t-1", "invokeid": """#, "<InvokeId>t-1</InvokeId><invokeid/>"),
        (r#""Timed": "maybe", "Timed": "True""#, "<Timed>maybe</Timed><Timed>True</Timed>"),
        (
            r#""Tags": {"Tag": [{"TagKey": "a"}]}, "Tags": {"Tag": [{"TagKey": "b"}]}"#,
            "<Tags><Tag><TagKey>a</TagKey></Tag></Tags><Tags><Tag><TagKey>b</TagKey></Tag></Tags>",
        ),
        (r#""Color": "1", "Color": "2""#, "<Color>1</Color><Color>2</Color>"),
        (
            r#""Color": "1", "Size": "5", "Color": {"Red": "2"}, "Color": "3""#,
            "<Color>1</Color><Size>5</Size><Color><Red>2</Red></Color><Color>3</Color>",
        ),
        (
            r#""Jobs": {"Job": "a", "Job": "b", "Job": ""}"#,
            "<Jobs><Job>a</Job><Job>b</Job><Job/></Jobs>",
        ),
    ]));
}

/// Other readers of canonical JSON keep one of several members with the same name.
#[test]
fn values_of_a_repeated_unknown_member_are_a_list() {
    let json = |input: &str| decode(input.as_bytes()).unwrap().response.to_json();
    for (input, canonical) in [
        (r#"{"Code":"a","X":[1],"X":[2],"Y":{},"X":3}"#, r#"{"Code":"a","X":[[1],[2],3],"Y":{}}"#),
        (
            r#"{"Code":"a","X":{"b":[{"c":1,"c":null}]}}"#,
            r#"{"Code":"a","X":{"b":[{"c":[1,null]}]}}"#,
        ),
        (
            "<Error><Code>a</Code><X y='1'>b<Z/>c</X></Error>",
            r#"{"Code":"a","X":{"@y":"1","$text":["b","c"],"Z":""}}"#,
        ),
        // One is of the envelope, not of the response.
        (r#"{"body":{"Code":"a","X":1},"X":2}"#, r#"{"Code":"a","X":1}"#),
    ] {
        assert_eq!(json(input), canonical, "{input}");
        let page = decode(input.as_bytes()).unwrap();
        assert_eq!(json(&page.response.to_xml()), canonical, "{input}");
    }
    let response = |input: &str| decode(input.as_bytes()).unwrap().response.into_owned();
    let repeated = response("<Error><Code>a</Code><X>1</X><X><Y>2</Y></X></Error>");
    assert_eq!(
        repeated.to_xml(),
        "<Error>\n    <Code>a</Code>\n    <X>1</X>\n    <X>\n        <Y>2</Y>\n    </X>\n</Error>"
    );
    let Response::Error(mut error) = repeated else { panic!() };
    error.extra.extend([("X", "3"), ("Code", "b"), ("Message", "m")]);
    let json = Response::Error(error).to_json();
    assert_eq!(json, r#"{"Code":"a","X":[["1",{"Y":"2"}],"3"],"Message":"m"}"#);
}

/// Collecting values in a list adds a level, which canonical JSON must be able to have too.
#[test]
fn repeated_members_count_as_a_level_of_nesting() {
    let nested = |levels: usize| {
        let (open, close) = ("<a><b/><b/>".repeat(levels), "</a>".repeat(levels));
        format!("<Error><Code>c</Code>{open}<a/><a/>{close}</Error>")
    };
    let decoded = decode(nested(40).as_bytes()).map(|decoded| decoded.response.into_owned());
    let json = decoded.unwrap().to_json();
    assert!(decode(json.as_bytes()).unwrap().is_clean());
    for levels in 90..100 {
        let document = nested(levels);
        if let Ok(decoded) = decode(document.as_bytes()) {
            assert!(decode(decoded.response.to_json().as_bytes()).unwrap().is_clean(), "{levels}");
            assert!(levels < 96);
        }
    }
}

#[test]
fn many_unknown_members_are_read_in_linear_time() {
    let members = |name: &dyn Fn(usize) -> usize| -> String {
        (0..100_000).map(|nth| format!(r#","x{}":{nth}"#, name(nth))).collect()
    };
    type NameOf<'n> = &'n dyn Fn(usize) -> usize;
    let same = |_| 0;
    let cases: [(NameOf<'_>, usize, usize); 3] =
        [(&same, 1, 1), (&|nth| nth, 100_000, 0), (&|nth| nth / 2, 50_000, 50_000)];
    for (name, names, lists) in cases {
        for document in [
            format!(r#"{{"Code":"a"{}}}"#, members(name)),
            format!(r#"{{"Code":"a","X":{{"Y":0{}}}}}"#, members(name)),
        ] {
            let decoded = decode(document.as_bytes()).unwrap();
            let Response::Error(error) = &decoded.response else { panic!() };
            let extra = error.extra["X"].as_object().unwrap_or(&error.extra);
            assert_eq!(extra.iter().filter(|(_, value)| value.as_list().is_some()).count(), lists);
            let repeated = decoded.findings.len() + decoded.findings_omitted;
            assert_eq!(repeated, 100_000 - names);
        }
    }
}

#[test]
fn lists() {
    assert_snapshot!(invocation(&[
        (r#""Tags": {"Tag": [{"TagKey": "a"}]}"#, "<Tags><Tag><TagKey>a</TagKey></Tag></Tags>"),
        (r#""Tags": [{"TagKey": "a"}]"#, "<Tags><TagKey>a</TagKey></Tags>"),
        (r#""Tags": {"Tag": {"TagKey": "a"}}"#, "<Tags><tag><TagKey>a</TagKey></tag></Tags>"),
        (r#""Tags": {"TagKey": "a"}"#, "<Tags><a:Tag><TagKey>a</TagKey></a:Tag></Tags>"),
        (r#""Tags": {"Tag": [{}]}"#, "<Tags><Tag/></Tags>"),
        (r#""Tags": null"#, "<Tags></Tags>"),
        (r#""Tags": """#, "<Tags/>"),
        (r#""Tags": {}"#, "<Tags> </Tags>"),
        (r#""Tags": []"#, "<Tags><!-- none --></Tags>"),
        (r#""Tags": {"Tag": null}"#, "<Tags/>"),
        (r#""Tags": {"Tag": ""}"#, "<Tags/>"),
        (r#""Tags": "a=b""#, "<Tags>a=b</Tags>"),
        (
            r#""Tags": {"Tag": ["a=b", {"TagKey": "a"}]}"#,
            "<Tags><Tag>a=b</Tag><Tag><TagKey>a</TagKey></Tag></Tags>"
        ),
        (
            r#""Tags": {"Tag": [{"TagKey": "a"}], "Count": 1}"#,
            "<Tags><Tag><TagKey>a</TagKey></Tag><Count>1</Count></Tags>",
        ),
    ]));
    assert_snapshot!(
        "lists of a page",
        documents(&[
            r#"{"TotalCount": 0}"#,
            r#"{"TotalCount": 0, "Invocations": null}"#,
            r#"{"Invocations": [[{"InvokeId": "t-1"}]]}"#,
            r#"{"invocations": [{"invokeId": "t-1", "invokeInstances": [{"instanceId": "i-1"}]}], "totalCount": 1}"#,
            "<DescribeInvocationsResponse/>",
            "<DescribeInvocationsResponse><Invocations/></DescribeInvocationsResponse>",
        ])
    );
}

#[test]
fn shapes_seen_in_responses() {
    assert_snapshot!(documents(&[
        r#"{"Invocations":{"Invocation":[{"Parameters":{}},{"Parameters":{"name":"x","n":1.50,"b":[1]}},{"Parameters":["x"]}]}}"#,
        r#"{"Invocations":{"Invocation":[{"Parameters":{"$text":"{}"}},{"Parameters":"{}","parameters":{"a":1}}]}}"#,
        "<DescribeInvocationsResponse><Invocations><Invocation><Parameters><name>x</name></Parameters><InvokeInstances/></Invocation></Invocations></DescribeInvocationsResponse>",
        r#"{"Invocations":"{\"Invocation\":[{\"InvokeId\":\"t-1\",\"Timed\":\"maybe\\u0021\"}]}"}"#,
        r#"{"Invocations":"[{\"InvokeId\":\"t-1\",\"invokeInstances\":\"[{}]\"}]","TotalCount":1}"#,
        r#"{"Invocations":{"Invocation":"{\"InvokeId\":\"é\",\"Timeout\":\"x\"}"}}"#,
        r#"{"Invocations":{"Invocation":["{\"InvokeId\":\"t-1\"}","[1]","{"]}}"#,
        r#"{"Invocations":"[]"}"#,
        "<DescribeInvocationsResponse><Invocations>[{&quot;InvokeId&quot;:&quot;t-1&quot;,&quot;Timeout&quot;:&quot;x&quot;}]</Invocations></DescribeInvocationsResponse>",
        r#"{"Invocations":[[{"InvokeId":"t-1"}],[[{"InvokeId":"t-2"},"x"]],[],{"InvokeId":"t-3"}]}"#,
        r#"{"Invocations":{"Invocation":[[{"InvokeId":"t-1"}],{"InvokeId":"t-2"}]}}"#,
        r#"{"Invocations":{"Invocation":[{"InvokeId":"t-1","InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1"}],"Tags":[{"TagKey":"a"}]}}]}}"#,
        r#"{"Invocations":{"Invocation":[{"Tags":{"Tag":[{"TagKey":"a"}]},"InvokeInstances":{"Tags":{"Tag":[{"TagKey":"b"}]},"InvokeInstance":[]}}]}}"#,
        "<DescribeInvocationsResponse><Invocations><Invocation><InvokeInstances><InvokeInstance/><Tags><Tag><TagKey>a</TagKey></Tag></Tags></InvokeInstances></Invocation></Invocations></DescribeInvocationsResponse>",
        r#"{"Invocations":{"Invocation":[{"InvokeId":"t-1","InvokeInstances":{}}],"Invocation":[{"InvokeId":"t-2","InvokeInstances":{}}],"Invocation":"x","Invocation":null}}"#,
        r#"{"Invocation":{"TotalCount":0,"InvocationResults":[]},"Invocation":{"PageNumber":1}}"#,
        r#"{"RequestId":"r","Invocation":{"PageNumber":1,"InvocationResults":[]}}"#,
        "<DescribeInvocationResultsResponse><RequestId>r</RequestId></DescribeInvocationResultsResponse>",
    ]));
}

/// Whitespace between elements is formatting; other whitespace is text.
#[test]
fn whitespace_in_xml() {
    let page = |inside: &str| {
        format!(
            "<DescribeInvocationsResponse a='b'>\n<Invocations><Invocation c='d'>\n<InvokeInstances x='y'>\n\
             </InvokeInstances>\n{inside}\n</Invocation></Invocations></DescribeInvocationsResponse>"
        )
    };
    assert_snapshot!(documents(&[
        &page("<Output e='f'> \t</Output>"),
        &page("<Color e='f'>\n</Color>"),
        &page("<Color e='f'>\n<Red/>\n</Color>"),
        &page("<Color>&#32;<Red/>\n<![CDATA[\n]]></Color>"),
        &page("<Color e='f'></Color>"),
    ]));
}

#[test]
fn envelopes() {
    assert_snapshot!(documents(&[
        r#"{"headers": {"date": "x"}, "statusCode": 200, "body": {"TotalCount": 0, "Invocations": {"Invocation": []}}}"#,
        r#"{"body": {"TotalCount": 0, "Invocations": {"Invocation": []}}, "statusCode": 200}"#,
        r#"{"RequestId": "outer", "Body": {"Code": "InternalError.Dispatch"}}"#,
        r#"{"DescribeInvocationsResponse": {"Invocations": {"Invocation": []}}}"#,
        r#"{"Error": {"Code": "InternalError.Dispatch", "Message": "m"}, "RequestId": "r"}"#,
        r#"{"body": null, "Invocations": {"Invocation": []}}"#,
        "<DescribeInvocationsResponse><body><Invocations/></body></DescribeInvocationsResponse>",
    ]));
}

#[test]
fn kinds_of_response() {
    assert_snapshot!(documents(&[
        r#"{"Code": "Throttling", "Message": "slow down", "TotalCount": 0}"#,
        r#"{"Code": "200", "Message": "ok", "Invocations": {"Invocation": []}}"#,
        r#"{"Message": "m", "RequestId": "r"}"#,
        r#"{"RequestId": "r", "HostId": "h", "Code": "missingparameter.regionid", "Message": "m", "Recommend": "https://x"}"#,
        "<Error><Code>Throttling</Code><TotalCount>0</TotalCount></Error>",
        "<DescribeInvocationsResponse><Code>200</Code></DescribeInvocationsResponse>",
        r#"{"Invocation": {"PageNumber": 1, "InvocationResults": {"InvocationResult": [{"InvokeId": "t-1", "InvokeRecordStatus": "finished", "ExitCode": "0"}]}}, "RequestId": "r"}"#,
        "<DescribeInvocationResultsResponse><Invocation><InvocationResults><InvocationResult><ExitCode>-1</ExitCode></InvocationResult></InvocationResults></Invocation></DescribeInvocationResultsResponse>",
    ]));
}

#[test]
fn xml_only() {
    let page = |inside: &str| {
        format!("<DescribeInvocationsResponse>{inside}<Invocations/></DescribeInvocationsResponse>")
    };
    assert_snapshot!(documents(&[
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c -->\n<?x y?>\n<Error><Code>InternalError.Dispatch</Code></Error>\n<!-- c -->",
        "<e:Error xmlns:e=\"urn:x\"><e:Code>InternalError.Dispatch</e:Code></e:Error>",
        "<describeinvocationsresponse><Invocations/></describeinvocationsresponse>",
        &page("<RequestId>a<![CDATA[<b>&amp;]]>c</RequestId>"),
        &page("<RequestId>a<!-- c -->b<?x?>c</RequestId>"),
        &page("<RequestId>&lt;&gt;&amp;&apos;&quot;&#65;&#x42;&#X43;&#0;</RequestId>"),
        &page("<RequestId>&nbsp;&#xD800;&bad</RequestId>"),
        &page("<RequestId>a & b && c &</RequestId>"),
        &page("<RequestId\n/><PageSize></PageSize>"),
        &page("<RequestId version=\"1\">r</RequestId>"),
        &page("<RequestId version=\"1\"/>"),
        &page("<RequestId>r<Sub>s</Sub></RequestId>"),
        &page("stray<PageSize>10</PageSize>text"),
        &page("<Color kind='a&amp;b'>red<Dark/></Color>"),
        "<DescribeInvocationsResponse PageSize=\"10\" page_number='1' other=\"&#10;\"><Invocations/></DescribeInvocationsResponse>",
        "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>t-1</InvokeId><InvokeInstances/></Invocation></Invocations><PageSize>1</PageSize><Invocations><Invocation><InvokeInstances/><InvokeId>t-2</InvokeId></Invocation></Invocations></DescribeInvocationsResponse>",
        "<!DOCTYPE r [<!ENTITY a \"b\">]><Error><Code>&a;</Code></Error>",
        "<!DOCTYPE r [<!-- <!ENTITY b 'no'> --><!ENTITY b 'first > &a;'><!ENTITY b 'second'><!ENTITY % c 'p'><!ENTITY d SYSTEM 'file'>]><Error x='&b;'><Code>&b;&c;&d;</Code></Error>",
        "<Error>\r\n<Code>a\r\nb</Code>\r\n</Error>",
    ]));
}

#[test]
fn json_only() {
    assert_snapshot!(documents(&[
        r#"{"Code": "a\/\u0041\n", "Message": "\ud83d\ude00"}"#,
        r#"{"Code": "a" "Message": "m"}"#,
        r#"{"Code": "a",, "Message": "m",}"#,
        r#"{"Invocations": {"Invocation": [{"InvokeInstances": [{"InstanceId": "i-1"} {"InstanceId": "i-2"},]}]}}"#,
        r#"{"Code": "a", "N": [0, -0, 1.50, 1E400, 18446744073709551616, -9223372036854775809]}"#,
        r#"{"Code": "a", "$serde_json::private::Number": "5", "N": {"$serde_json::private::Number": 5}}"#,
        "\u{feff}{\"Code\": \"a\"}",
        "  \n{\"Code\": \"a\"}\n\n",
    ]));
}

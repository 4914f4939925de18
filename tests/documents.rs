//! What a document is: each kind of response, around and beside which others may be, or a clear refusal.

use ecs_invocations::{Decoded, ErrorKind, Format, Response, decode, decode_all};
use serde_json::{Value, json};

const PAGE: &str = r#"{"TotalCount":1,"Invocations":{"Invocation":[{"InvokeId":"t-1","InvokeInstances":{"InvokeInstance":[]}}]},"RequestId":"r"}"#;
const PAGE_XML: &str = "<DescribeInvocationsResponse><TotalCount>1</TotalCount><Invocations><Invocation>\
    <InvokeId>t-1</InvokeId><InvokeInstances/></Invocation></Invocations><RequestId>r</RequestId>\
    </DescribeInvocationsResponse>";
const RESULT: &str = r#"{"InvokeId":"t-1","InstanceId":"i-1","ExitCode":0}"#;
const RESULT_XML: &str = "<InvocationResult><InvokeId>t-1</InvokeId><InstanceId>i-1</InstanceId>\
    <ExitCode>0</ExitCode></InvocationResult>";
const ERROR: &str = r#"{"Code":"Throttling","Message":"m","RequestId":"r"}"#;
const ERROR_XML: &str = "<Code>Throttling</Code><Message>m</Message><RequestId>r</RequestId>";

fn read(document: &str) -> Decoded<'static> {
    let decoded = decode(document.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{document}"));
    let decoded = decoded.into_owned();
    // Whatever is around a response, its canonical form is the response alone.
    for canonical in [decoded.response.to_json(), decoded.response.to_xml()] {
        let again =
            decode(canonical.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{canonical}"));
        assert_eq!(again.response, decoded.response, "{document}\n{canonical}");
        assert!(
            again.is_clean() || canonical.starts_with('<'),
            "{canonical}\n{:#?}",
            again.findings
        );
    }
    decoded
}

fn model(document: &str) -> Value {
    serde_json::from_str(&read(document).response.to_json()).unwrap()
}

/// Each document is that response, with these members beside its own, and has a finding with this code.
fn assert_all_read_as(response: &str, cases: &[(&str, Value, &str)]) {
    for (document, beside, code) in cases {
        let mut expected: Value = serde_json::from_str(response).unwrap();
        for (name, value) in beside.as_object().unwrap() {
            expected[name] = value.clone();
        }
        assert_eq!(model(document), expected, "{document}");
        let findings = read(document).findings;
        assert!(
            findings.iter().any(|finding| finding.code() == *code),
            "{document}\n{findings:#?}"
        );
    }
}

#[test]
fn a_page_in_any_envelope() {
    let text = serde_json::to_string(PAGE).unwrap();
    let xml = serde_json::to_string(PAGE_XML).unwrap();
    let escaped = PAGE_XML.replace('<', "&lt;");
    let with = |template: &str| {
        template.replace("PAGE", PAGE).replace("TEXT", &text).replace("MARKUP", &xml)
    };
    let in_xml = |template: &str| template.replace("PAGE", PAGE_XML).replace("TEXT", &escaped);
    let cases = [
        (
            with(r#"{"code":"200","success":true,"data":PAGE,"requestId":"q"}"#),
            json!({"code": "200", "success": true}),
            "N113",
        ),
        (with(r#"{"Code":"OK","Data":PAGE}"#), json!({"Code": "OK"}), "N113"),
        (with(r#"{"code":0,"msg":"ok","data":PAGE}"#), json!({"code": 0, "msg": "ok"}), "N113"),
        // A page is what was asked for, whatever a gateway makes of it.
        (with(r#"{"code":500,"data":PAGE}"#), json!({"code": 500}), "N113"),
        (with(r#"{"data":PAGE}"#), json!({}), "N113"),
        (with(r#"{"result":PAGE}"#), json!({}), "N113"),
        (with(r#"{"Response":PAGE}"#), json!({}), "N113"),
        (with(r#"{"anything at all":PAGE}"#), json!({}), "N113"),
        (with(r#"{"requestId":"q","data":PAGE}"#), json!({}), "N113"),
        (with(r#"{"data":{"page":PAGE}}"#), json!({}), "N113"),
        (with(r#"{"data":[PAGE]}"#), json!({}), "N113"),
        (
            with(r#"{"body":PAGE,"headers":{"a":"b"},"statusCode":200}"#),
            json!({"headers": {"a": "b"}, "statusCode": 200}),
            "N113",
        ),
        (
            with(r#"{"level":"info","time":1,"payload":PAGE}"#),
            json!({"level": "info", "time": 1}),
            "N113",
        ),
        (with(r#"{"level":"info","msg":TEXT}"#), json!({"level": "info"}), "N116"),
        (with(r#"{"log":{"line":TEXT}}"#), json!({}), "N116"),
        (with(r#"{"level":"info","message":MARKUP}"#), json!({"level": "info"}), "N116"),
        (with("TEXT"), json!({}), "N116"),
        (with("[PAGE]"), json!({}), "N113"),
        (in_xml("<log><at>x</at>PAGE</log>"), json!({"at": "x"}), "N113"),
        (
            in_xml(
                "<soap:Envelope xmlns:soap='urn:x'><soap:Header/><soap:Body>PAGE</soap:Body></soap:Envelope>",
            ),
            json!({"soap:Header": ""}),
            "N113",
        ),
        (in_xml("<string>TEXT</string>"), json!({}), "N116"),
        (in_xml("<log><line>TEXT</line></log>"), json!({}), "N116"),
        (in_xml("<log><line><![CDATA[PAGE]]></line></log>"), json!({}), "N116"),
    ];
    let cases: Vec<_> =
        cases.iter().map(|(text, beside, code)| (&**text, beside.clone(), *code)).collect();
    assert_all_read_as(PAGE, &cases);
}

#[test]
fn a_list_or_item_without_its_response() {
    let item =
        r#"{"InvokeId":"t-1","InvokeStatus":"Running","InvokeInstances":{"InvokeInstance":[]}}"#;
    let item_xml = "<Invocation><InvokeId>t-1</InvokeId><InvokeStatus>Running</InvokeStatus><InvokeInstances/></Invocation>";
    let page = format!(r#"{{"Invocations":{{"Invocation":[{item}]}}}}"#);
    let cases = [
        format!("[{item}]"),
        format!(r#"{{"Invocation":[{item}]}}"#),
        format!(r#"{{"Invocation":{item}}}"#),
        item.to_owned(),
        format!(r#"{{"data":[{item}]}}"#),
        format!(r#"{{"data":{item}}}"#),
        format!("<Invocations>{item_xml}</Invocations>"),
        item_xml.to_owned(),
    ];
    let cases: Vec<_> = cases.iter().map(|case| (&**case, json!({}), "N108")).collect();
    assert_all_read_as(&page, &cases);
    let results =
        format!(r#"{{"Invocation":{{"InvocationResults":{{"InvocationResult":[{RESULT}]}}}}}}"#);
    let cases = [
        format!("[{RESULT}]"),
        format!(r#"{{"InvocationResult":[{RESULT}]}}"#),
        RESULT.to_owned(),
        format!("<InvocationResults>{RESULT_XML}</InvocationResults>"),
        RESULT_XML.to_owned(),
    ];
    let cases: Vec<_> = cases.iter().map(|case| (&**case, json!({}), "N108")).collect();
    assert_all_read_as(&results, &cases);
    assert_eq!(
        model(r#"[{"InvokeId":"t-1"},{"InvokeId":"t-2"}]"#)["Invocations"]["Invocation"][1]["InvokeId"],
        "t-2"
    );
    assert_eq!(model(r#"{"Invocation":[]}"#), json!({"Invocations": {"Invocation": []}}));
}

#[test]
fn items_among_the_fields_of_a_response() {
    let page = |id: &str| json!({"InvokeId": id, "InvokeInstances": {"InvokeInstance": []}});
    let list = json!({"Invocation": [page("t-1"), page("t-2")]});
    let items = "<Invocation><InvokeId>t-1</InvokeId></Invocation><Invocation><InvokeId>t-2</InvokeId></Invocation>";
    for (document, beside) in [
        (format!("<x><RequestId>r</RequestId>{items}</x>"), json!({"RequestId": "r"})),
        (format!("<x><TotalCount>2</TotalCount>{items}</x>"), json!({"TotalCount": 2})),
        (format!("<x>{items}<PageSize>10</PageSize></x>"), json!({"PageSize": 10})),
        (format!("<x>{items}</x>"), json!({})),
    ] {
        let mut expected = beside;
        expected["Invocations"] = list.clone();
        assert_eq!(model(&document), expected, "{document}");
    }
}

/// As of languages whose arrays are maps, of maps by id, and of converters that name every item alike.
#[test]
fn items_in_an_object() {
    let expected = model(
        r#"{"Invocations":{"Invocation":[{"InvokeId":"t-1","InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1"},{"InstanceId":"i-2"}]}},{"InvokeId":"t-2"}]}}"#,
    );
    let json = |first: [&str; 2], inner: [&str; 2]| {
        let instances = format!(
            r#"{{"{}":{{"InstanceId":"i-1"}},"{}":{{"InstanceId":"i-2"}}}}"#,
            inner[0], inner[1]
        );
        format!(
            r#"{{"Invocations":{{"Invocation":{{"{}":{{"InvokeId":"t-1","InvokeInstances":{{"InvokeInstance":{instances}}}}},"{}":{{"InvokeId":"t-2"}}}}}}}}"#,
            first[0], first[1]
        )
    };
    let xml = |item: &str| {
        format!(
            "<x><Invocations><Invocation><{item}><InvokeId>t-1</InvokeId><InvokeInstances><InvokeInstance>\
             <{item}><InstanceId>i-1</InstanceId></{item}><{item}><InstanceId>i-2</InstanceId></{item}>\
             </InvokeInstance></InvokeInstances></{item}><{item}><InvokeId>t-2</InvokeId></{item}>\
             </Invocation></Invocations></x>"
        )
    };
    for document in [
        json(["0", "1"], ["0", "1"]),
        json(["1", "2"], ["0", "1"]),
        json(["t-1", "t-2"], ["i-1", "i-2"]),
        json(["item1", "item2"], ["item1", "item2"]),
        xml("item"),
        xml("value"),
        // In place of the object around the items, too.
        r#"{"Invocations":{"0":{"InvokeId":"t-1","InvokeInstances":{"a":{"InstanceId":"i-1"},"b":{"InstanceId":"i-2"}}},"1":{"InvokeId":"t-2"}}}"#.to_owned(),
    ] {
        assert_eq!(model(&document), expected, "{document}");
    }
    // Lists under several names need not be of the same items: one is read, and the other is reported.
    let lists = r#"{"Invocations":{"a":[{"InvokeId":"t-1"}],"b":[{"InvokeId":"t-2"}]}}"#;
    assert_eq!(model(lists)["Invocations"]["Invocation"][0]["InvokeId"], "t-1");
    let is_other = |it: &ecs_invocations::Finding| it.code() == "N120" && it.found.contains("t-2");
    assert!(read(lists).findings.iter().any(is_other));
    // What has a field of its own is an item itself.
    let item = r#"{"InvokeId":"t-1","0":{"InvokeId":"t-2"}}"#;
    let page = model(&format!(r#"{{"Invocations":{{"Invocation":{item}}}}}"#));
    assert_eq!(page["Invocations"]["Invocation"][0]["0"]["InvokeId"], "t-2");
}

/// An empty page in an envelope whose code tells success is no error.
#[test]
fn an_empty_page_in_an_envelope() {
    let page = r#"{"TotalCount":0,"Invocations":{"Invocation":[]},"RequestId":"r"}"#;
    for code in [
        r#""0000""#,
        "0",
        "200",
        "201",
        "20000",
        r#""200""#,
        r#""200 OK""#,
        r#""OK""#,
        r#""Succeed""#,
    ] {
        for beside in ["", r#""message":"ok","#] {
            let document = format!(r#"{{"code":{code},{beside}"data":{page}}}"#);
            let found = model(&document);
            assert_eq!(found["TotalCount"], 0, "{document}");
            assert_eq!(found["Invocations"]["Invocation"], json!([]), "{document}");
            assert!(read(&document).findings.iter().all(|it| it.code() == "N113"), "{document}");
        }
    }
}

/// A gateway may repeat the id of the request, which loses nothing.
#[test]
fn the_same_value_around_a_response() {
    let with =
        |id: &str| format!(r#"{{"code":"200","success":true,"data":{PAGE},"requestId":{id}}}"#);
    assert!(!read(&with(r#""r""#)).loses_data());
    let other = read(&with(r#""s""#));
    let codes: Vec<_> = other.findings.iter().map(|finding| finding.code()).collect();
    assert_eq!(codes, ["N113", "N119"], "a value that is dropped is not normalized");
}

/// An item alone is as complete after a repair as it is in a response.
#[test]
fn a_damaged_item_without_its_response() {
    let of_instance = r#""InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1"}]}"#;
    let fields = r#""InvokeId":"t-1","CommandId":"c-1","CommandName":"n","CommandType":"RunShellScript","Timed":false"#;
    let invocation = format!("{{{fields},{of_instance}}}");
    let result = r#"{"InvokeId":"t-1","InstanceId":"i-1","CommandId":"c-1","ExitCode":0,"InvocationStatus":"Success","Dropped":0,"Output":""}"#;
    for item in [invocation.as_str(), result] {
        let expected = model(item);
        let without = |damaged: &str| item.replacen(damaged, &damaged[1..], 1);
        let mut cases = vec![
            item[..item.len() - 1].to_owned(),
            without(r#","InvokeId""#),
            without(r#","CommandId""#),
            item.replacen(r#":"c-1""#, r#""c-1""#, 1),
        ];
        if item == invocation {
            cases.push(item.replacen("}]}", "}]", 1));
            cases.push(item.replacen("}]}", "]}", 1));
            cases.push(item.replacen("[{", "{", 1));
        }
        for case in cases {
            assert_eq!(model(&case), expected, "{case}");
        }
    }
}

#[test]
fn results_without_the_object_around_them() {
    for root in ["", r#""TotalCount":1,"PageNumber":1,"PageSize":10,"#] {
        let document = format!(
            r#"{{"RequestId":"r",{root}"InvocationResults":{{"InvocationResult":[{RESULT}]}}}}"#
        );
        let current = format!(
            r#"{{"RequestId":"r","Invocation":{{{root}"InvocationResults":{{"InvocationResult":[{RESULT}]}}}}}}"#
        );
        assert_all_read_as(&current, &[(&document, json!({}), "N108")]);
    }
    for paging in ["", "<TotalCount>1</TotalCount><PageNumber>1</PageNumber>"] {
        let document = format!(
            "<DescribeInvocationResultsResponse>{paging}<InvocationResults>{RESULT_XML}</InvocationResults>\
             <RequestId>r</RequestId></DescribeInvocationResultsResponse>"
        );
        let Response::Results(page) = read(&document).response else { panic!("{document}") };
        assert_eq!(page.results().len(), 1);
        assert_eq!(page.request_id.as_deref(), Some("r"));
        assert_eq!(page.invocation.unwrap().total_count.is_some(), !paging.is_empty());
        assert!(page.extra.iter().next().is_none());
    }
}

/// The fields of the object around the results may stand inside and outside it; the first value is kept.
#[test]
fn results_with_fields_inside_and_outside_of_the_object_around_them() {
    let document = r#"{"TotalCount":1,"Invocation":{"NextToken":"a","InvocationResults":{"InvocationResult":[RESULT]}},"NextToken":"b"}"#;
    let decoded = read(&document.replace("RESULT", RESULT));
    let Response::Results(page) = &decoded.response else { panic!("{decoded:#?}") };
    let results = page.invocation.as_ref().unwrap();
    assert_eq!((results.total_count, results.next_token.as_deref()), (Some(1), Some("a")));
    let codes: Vec<_> = decoded.findings.iter().map(|finding| finding.code()).collect();
    assert_eq!(codes, ["N108", "N119"]);
    assert_eq!(&*decoded.findings[1].found, "\"b\"");
    let document = r#"{"Invocation":[{"InvokeId":"t-1","InvokeInstances":{"InvokeInstance":[]}}],"RequestId":"r","TotalCount":9,"x":1}"#;
    assert_eq!(
        model(document),
        json!({"TotalCount": 9, "RequestId": "r", "x": 1, "Invocations": {"Invocation": [
            {"InvokeId": "t-1", "InvokeInstances": {"InvokeInstance": []}}]}})
    );
}

/// The number of members beside a response in its envelope does not matter for the time.
/// One is read, and each other is whole in a finding, since canonical form has one.
#[test]
fn of_several_responses_in_a_document_the_others_are_reported() {
    let second = PAGE.replace("t-1", "t-2");
    let second_xml = PAGE_XML.replace("t-1", "t-2");
    let text = |of: &str| serde_json::to_string(of).unwrap();
    let page_and = |member: &str| format!("{},{member}}}", &PAGE[..PAGE.len() - 1]);
    let page_and_xml = |element: &str| {
        PAGE_XML.replace("</DescribeInvocationsResponse>", "")
            + element
            + "</DescribeInvocationsResponse>"
    };
    let bare = second.replace(r#""TotalCount":1,"#, "");
    let error_xml = format!("<Error>{ERROR_XML}</Error>");
    let results = format!(r#"{{"InvocationResult":[{RESULT}]}}"#);
    let cases = [
        (format!(r#"{{"hangzhou":{PAGE},"beijing":{second}}}"#), second.clone()),
        (format!(r#"{{"hangzhou":{PAGE},"beijing":{ERROR}}}"#), ERROR.to_owned()),
        (format!(r#"{{"a":{},"b":{}}}"#, text(PAGE), text(&second)), text(&second)),
        (format!(r#"{{"a":{},"b":{}}}"#, text(PAGE_XML), text(&second_xml)), text(&second_xml)),
        (format!(r#"{{"data":[{PAGE},{second}]}}"#), second.clone()),
        (format!(r#"{{"data":{PAGE},"error":{ERROR}}}"#), ERROR.to_owned()),
        // Under a name that items of a list could have.
        (format!(r#"{{"data":{PAGE},"Invocation":{bare}}}"#), bare.clone()),
        (format!(r#"{{"data":{PAGE},"Invocation":{}}}"#, text(&bare)), text(&bare)),
        (
            format!("<x><data>{PAGE_XML}</data><Invocation>{second_xml}</Invocation></x>"),
            second_xml.clone(),
        ),
        (page_and(&format!(r#""Invocation":{second}"#)), second.clone()),
        (page_and(&format!(r#""Error":{ERROR}"#)), ERROR.to_owned()),
        (page_and(&format!(r#""errors":[{ERROR},{ERROR}]"#)), format!("[{ERROR},{ERROR}]")),
        (page_and(&format!(r#""InvocationResults":{results}"#)), results.clone()),
        (page_and(r#""Code":"Throttling","Message":"m""#), r#""Throttling""#.to_owned()),
        (format!("<pages>{PAGE_XML}{second_xml}</pages>"), second_xml.clone()),
        (format!("<pages><a>{PAGE_XML}</a><b>{second_xml}</b></pages>"), second_xml),
        (page_and_xml(&error_xml), error_xml),
    ];
    for (document, other) in cases {
        let decoded = read(&document);
        assert!(model(&document).to_string().contains("t-1"), "{document}");
        let is_other = |it: &&ecs_invocations::Finding| it.code() == "N120";
        let others: Vec<_> = decoded.findings.iter().filter(is_other).collect();
        let [only] = &*others else { panic!("{document}\n{:#?}", decoded.findings) };
        assert!(only.found.contains(&*other), "{document}\n{only:#?}");
        assert!(only.loses_data());
    }
    // What a gateway says of itself, and what was asked for, is no response.
    for beside in [
        r#""code":"500","message":"m""#,
        r#""Code":"OK","Message":"m""#,
        r#""status":{"code":"x","message":"m"}"#,
        r#""request":{"InvokeId":"t-1","InstanceId":"i-1"}"#,
        r#""note":"{\"a\":1}","Error":null,"errors":[]"#,
    ] {
        let document = page_and(beside);
        assert!(read(&document).is_clean(), "{document}\n{:#?}", read(&document).findings);
    }
}

/// As logs have it.
#[test]
fn a_record_with_the_ids_of_a_run_around_its_response() {
    let text = serde_json::to_string(PAGE).unwrap();
    let with = |template: &str| template.replace("PAGE", PAGE).replace("TEXT", &text);
    let ids = json!({"invokeId": "t-1", "instanceId": "i-1"});
    let cases = [
        (with(r#"{"invokeId":"t-1","instanceId":"i-1","response":PAGE}"#), ids.clone(), "N113"),
        (with(r#"{"invokeId":"t-1","instanceId":"i-1","body":TEXT}"#), ids, "N116"),
        (
            with(r#"{"InvokeId":"t-1","ExitCode":1,"x":PAGE}"#),
            json!({"InvokeId": "t-1", "ExitCode": 1}),
            "N113",
        ),
    ];
    let cases: Vec<_> =
        cases.iter().map(|(text, beside, code)| (&**text, beside.clone(), *code)).collect();
    assert_all_read_as(PAGE, &cases);
    let error = format!(r#"{{"InvokeId":"t-1","InstanceId":"i-1","error":{ERROR}}}"#);
    assert!(matches!(read(&error).response, Response::Error(_)));
    // A result that tells how the run went is one, whatever else is in it.
    let result = RESULT.replace('}', r#","detail":{"Code":"a","Message":"m"}}"#);
    assert!(matches!(read(&result).response, Response::Results(_)));
}

#[test]
fn items_with_nothing_but_ids() {
    let items = r#"[{"InvokeId":"t-1","CommandId":"c"},{"InvokeId":"t-2","CommandId":"c"}]"#;
    let elements = "<Invocation><InvokeId>t-1</InvokeId><CommandId>c</CommandId></Invocation>\
        <Invocation><InvokeId>t-2</InvokeId></Invocation>";
    for document in [
        items.to_owned(),
        format!(r#"{{"Invocation":{items}}}"#),
        format!(r#"{{"RequestId":"r","Invocation":{items}}}"#),
        format!("<Invocations>{elements}</Invocations>"),
        format!("<DescribeInvocationsResponse>{elements}</DescribeInvocationsResponse>"),
    ] {
        let Response::Invocations(page) = read(&document).response else { panic!("{document}") };
        let ids: Vec<_> = page.invocations.iter().map(|it| it.invoke_id.as_deref()).collect();
        assert_eq!(ids, [Some("t-1"), Some("t-2")], "{document}");
    }
}

/// A list, as `jq` prints it, with a prompt, in a log, or after another.
#[test]
fn a_list_with_text_around_it() {
    let item = |id: &str| {
        format!(r#"{{"InvokeId":"{id}","CommandName":"c","InvocationStatus":"Failed"}}"#)
    };
    let result = |id: &str| RESULT.replace("i-1", id);
    for (list, other) in [
        (format!("[{}, {}]", item("t-1"), item("t-2")), format!("[{}]", item("t-3"))),
        (format!("[{},\n {}]", result("i-1"), result("i-2")), format!("[ {} ]", result("i-3"))),
    ] {
        let [alone, other_alone] = [&list, &other].map(|list| model(list));
        let read_all = |text: &str| -> Vec<Value> {
            let all = decode_all(text.as_bytes()).filter_map(Result::ok);
            let all = all.map(|it| it.response.to_json());
            all.map(|json| serde_json::from_str(&json).unwrap()).collect()
        };
        for (before, after) in
            [("list=", ""), ("$ jq .x\n", "\n$"), ("", " x"), ("INFO a: ", ", done"), ("{} ", "")]
        {
            let text = format!("{before}{list}{after}");
            assert!(read_all(&text).contains(&alone), "{text}");
        }
        let both = [alone, other_alone];
        assert_eq!(read_all(&format!("{list}\n{other}")), both);
        assert_eq!(read_all(&format!("a {list}\nb {other}\n")), both);
        assert_eq!(read_all(&format!("{PAGE}\n{list}\n{other}"))[1..], both);
    }
}

/// An object of another kind is none of the API; one with a part of a response is one that could not be read.
#[test]
fn a_part_of_a_response_in_an_object_is_named() {
    for (document, place) in [
        (format!(r#"{{"a":{{"b":{{"c":{PAGE}}}}}}}"#), "a.b"),
        (
            r#"{"InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1"}]}}"#.to_owned(),
            "InvokeInstances",
        ),
        (r#"{"x":[{"InvokeInstance":[{"ExitCode":0}]}]}"#.to_owned(), "x[0].InvokeInstance"),
        (
            r#"{"Errors":[{"Code":"a","Message":"m"},{"Code":"b","Message":"m"}]}"#.to_owned(),
            "Errors",
        ),
        (format!("<a><b><c><d>{PAGE_XML}</d></c></b></a>"), "b.c.d"),
    ] {
        let error = decode(document.as_bytes()).unwrap_err();
        let ErrorKind::ResponseInside { path } = error.kind() else { panic!("{error}") };
        assert_eq!(path.to_string(), place, "{document}");
    }
}

/// A response in a text that is in a text, as of a log around a gateway.
#[test]
fn texts_in_texts() {
    let text = |value: &str| serde_json::to_string(value).unwrap();
    for (response, wire) in [
        (PAGE, PAGE),
        (PAGE, PAGE_XML),
        (ERROR, ERROR),
        (ERROR, &format!("<Error>{ERROR_XML}</Error>")),
    ] {
        let gateway = format!(r#"{{"status":200,"body":{}}}"#, text(wire));
        for (document, beside) in [
            (format!(r#"{{"log":{}}}"#, text(&gateway)), json!({"status": 200})),
            (
                format!(r#"{{"time":1,"log":{}}}"#, text(&gateway)),
                json!({"status": 200, "time": 1}),
            ),
            (format!(r#"{{"a":{{"b":{}}}}}"#, text(&gateway)), json!({"status": 200})),
            (format!(r#"{{"log":{}}}"#, text(&text(wire))), json!({})),
            (
                format!("<x><log>{}</log></x>", gateway.replace('&', "&amp;").replace('<', "&lt;")),
                json!({"status": 200}),
            ),
        ] {
            let mut expected: Value = serde_json::from_str(response).unwrap();
            beside
                .as_object()
                .unwrap()
                .iter()
                .for_each(|(name, value)| expected[name] = value.clone());
            assert_eq!(model(&document), expected, "{document}");
        }
        let deeper = format!(r#"{{"x":{}}}"#, text(&format!(r#"{{"log":{}}}"#, text(&gateway))));
        assert!(decode(deeper.as_bytes()).is_err(), "{deeper}");
    }
}

/// Members that are items of one kind are a list by ids; what is beside the response is reported.
#[test]
fn items_by_id_without_a_list() {
    let result = |id: &str, code: i32| {
        format!(r#"{{"InvokeId":"t-1","InstanceId":"{id}","ExitCode":{code}}}"#)
    };
    let (first, second) = (result("i-1", 0), result("i-2", 1));
    let expected: Value = serde_json::from_str(&format!(
        r#"{{"Invocation":{{"InvocationResults":{{"InvocationResult":[{first},{second}]}}}}}}"#
    ))
    .unwrap();
    for document in [
        format!(r#"{{"i-1":{first},"i-2":{second}}}"#),
        format!(r#"{{"data":{{"i-1":{first},"i-2":{second}}}}}"#),
        format!(r#"{{"a":{first},"b":{second},"c":null}}"#),
    ] {
        assert_eq!(model(&document), expected, "{document}");
    }
}

/// The parameters of a request have the names of fields.
#[test]
fn requests_are_refused() {
    for request in [
        r#"{"RegionId":"cn-hangzhou","InvokeId":"t-9","InvokeStatus":"Running"}"#,
        r#"{"RegionId":"cn-hangzhou","PageNumber":1,"PageSize":50}"#,
        r#"{"Action":"DescribeInvocations","Version":"2014-05-26","InvokeId":"t-1","InvokeStatus":"Running"}"#,
        r#"{"regionId":"cn-hangzhou","instanceId":"i-1","invokeRecordStatus":"Finished"}"#,
        r#"{"ResourceOwnerId":"1","CommandId":"c-1","CommandName":"a"}"#,
    ] {
        let error = decode(request.as_bytes()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Request { .. }), "{error}");
        // Beside a response, too.
        let document = format!("params: {request}\nresult: {PAGE}");
        let pages: Vec<_> = decode_all(document.as_bytes()).filter_map(Result::ok).collect();
        assert_eq!(pages.len(), 1, "{document}");
        assert_eq!(pages[0].response.to_json(), PAGE);
        assert_eq!(
            model(&format!(r#"{{"request":{request},"response":{PAGE}}}"#))["RequestId"],
            "r"
        );
    }
    assert!(decode(br#"{"pageNumber":1,"pageSize":10}"#).is_err());
    assert!(decode(br#"{"PageNumber":1,"PageSize":10,"RequestId":"r"}"#).is_ok());
}

/// A list that is in no place where it is read is not missing, so that the page is not empty.
#[test]
fn a_list_in_an_unknown_notation_is_no_empty_page() {
    for document in [
        r#"{"RequestId":"r","TotalCount":1,"Invocations.Invocation.0.InvokeId":"t-1"}"#,
        r#"{"RequestId":"r","TotalCount":1,"invocations_invocation_0_invoke_id":"t-1"}"#,
        r#"{"RequestId":"r","Invocations[0].InvokeId":"t-1"}"#,
        r#"{"RequestId":{"S":"r"},"Invocations":{"M":{"Invocation":{"L":[{"M":{"InvokeId":{"S":"t-1"}}}]}}}}"#,
    ] {
        let error = decode(document.as_bytes()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::ResponseInside { .. }), "{document}: {error}");
    }
}

/// The name of a list around what is none.
#[test]
fn an_envelope_with_the_name_of_a_list() {
    let text = serde_json::to_string(PAGE).unwrap();
    for (document, response) in [
        (format!(r#"{{"invocations":{PAGE}}}"#), PAGE),
        (format!(r#"{{"invocation":{PAGE}}}"#), PAGE),
        (format!(r#"{{"Invocations":{{"value":{text}}}}}"#), PAGE),
        (format!(r#"{{"invocations":{ERROR}}}"#), ERROR),
        (format!(r#"{{"Invocations":{{"Invocation":[{ERROR}]}}}}"#), ERROR),
    ] {
        assert_eq!(
            model(&document),
            serde_json::from_str::<Value>(response).unwrap(),
            "{document}"
        );
    }
}

/// With a failing HTTP status, nothing but an error or a list with items is an answer.
#[test]
fn a_failing_status_without_an_error() {
    let empty = r#"{"Invocations":{"Invocation":[]},"RequestId":"r"}"#;
    for body in [r#"{"RequestId":"r"}"#, empty] {
        for document in [
            format!("HTTP/1.1 503 Service Unavailable\nContent-Type: application/json\n\n{body}"),
            format!("> GET / HTTP/1.1\n\n< HTTP/2 503 \n< date: x\n\n{body}"),
            format!(r#"{{"statusCode":503,"headers":{{}},"body":{body}}}"#),
            format!(r#"{{"status":"503","data":{body}}}"#),
        ] {
            let error = decode(document.as_bytes()).unwrap_err();
            assert!(
                matches!(error.kind(), ErrorKind::FailedStatus { status: 503 }),
                "{document}: {error}"
            );
            let sound = document.replace("503", "200");
            assert!(decode(sound.as_bytes()).is_ok(), "{sound}");
            for response in [PAGE, ERROR] {
                assert!(decode(document.replace(body, response).as_bytes()).is_ok(), "{document}");
            }
        }
    }
}

/// What follows a response at the start of a text, but ends a field, was the value of that field.
#[test]
fn the_value_of_a_field_whose_start_is_missing() {
    for (document, name) in [
        (format!("{ERROR}</Output>"), "Output"),
        (format!("{PAGE}</Output></InvokeInstance><RequestId>r</RequestId>"), "Output"),
        (format!("  {ERROR}/InvokeId>"), "InvokeId"),
    ] {
        let error = decode(document.as_bytes()).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::ValueOfField { field } if *field == name),
            "{error}"
        );
        assert_eq!(
            decode_all(document.as_bytes()).next().unwrap().unwrap_err().kind(),
            error.kind()
        );
    }
    assert!(decode(format!("{ERROR}</log>").as_bytes()).is_ok());
}

/// What a failed call printed after a response is of another one, of which nothing is known.
#[test]
fn a_failed_call_after_a_response() {
    for (text, is_failure) in [
        ("com.aliyun.tea.TeaException: code: 400, denied. request id: r2", true),
        ("Unhandled exception. System.Net.Http.HttpRequestException: refused", true),
        ("curl: (28) Operation timed out", true),
        ("HTTP/1.1 502 Bad Gateway\nServer: x", true),
        ("Traceback (most recent call last):\n  File \"a.py\", line 1\nValueError: x", true),
        ("finished without exceptions: 0 errors", false),
        ("HTTP/1.1 200 OK", false),
    ] {
        let after = format!("{PAGE}\n{text}\n");
        let decoded = read(&after);
        let is_other = |it: &&ecs_invocations::Finding| it.code() == "N120";
        assert_eq!(decoded.findings.iter().any(|it| is_other(&it)), is_failure, "{text}");
        assert_eq!(decoded.may_lack_runs(), is_failure, "{text}");
        // Before one, it was tried again.
        assert!(!read(&format!("{text}\n{PAGE}\n")).may_lack_runs(), "{text}");
    }
}

/// Text with the names of a run, in an encoding that is not undone, is another response that may have failed.
#[test]
fn ignored_text_with_the_names_of_a_run() {
    for (text, is_lost) in [
        ("it had &quot;InvokeId&quot;: t-2", true),
        ("%22InvokeId%22%3A%22t-2%22", true),
        ("polled InvokeId t-2 with DescribeInvocations", false),
    ] {
        let decoded = decode_all(format!("{PAGE}\n{text}\n").as_bytes())
            .next()
            .unwrap()
            .unwrap()
            .into_owned();
        assert_eq!(decoded.may_lack_runs(), is_lost, "{text}\n{:#?}", decoded.findings);
    }
}

/// In a table of runs, a cell has what a command printed.
#[test]
fn an_error_in_a_cell_of_a_table_is_none() {
    let cell = ERROR.replace('"', "\"\"");
    for table in [
        format!("invoke_id,instance_id,status,output_text\nt-1,i-1,Success,\"{cell}\"\n"),
        format!("InvokeId\tInstanceId\tOutput\nt-1\ti-1\t{ERROR}\n"),
        format!(
            "INSERT INTO runs (`InvokeId`, `InstanceId`, `Output`) VALUES ('t-1','i-1','{ERROR}');"
        ),
        format!(" invoke_id | instance_id | output\n-----------+----\n t-1 | i-1 | {ERROR}\n"),
    ] {
        let error = decode(table.as_bytes()).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::LossyPrint { notation: "table", .. }),
            "{table}: {error}"
        );
        assert!(decode_all(table.as_bytes()).all(|it| it.is_err()), "{table}");
    }
    let body = PAGE.replace('"', "\"\"");
    assert!(decode(format!("invoke_id,instance_id,body\nt-1,i-1,\"{body}\"\n").as_bytes()).is_ok());
    assert!(decode(format!("id,body\n1,\"{cell}\"\n").as_bytes()).is_ok());
}

#[test]
fn many_members_in_an_envelope() {
    let members: String = (0..100_000).map(|nth| format!(",\"k{nth}\":1")).collect();
    let document = format!(r#"{{"Error":{{"Code":"a","Message":"m"}}{members}}}"#);
    let Response::Error(error) = decode(document.as_bytes()).unwrap().response else { panic!() };
    assert_eq!(error.extra.iter().count(), 100_000);
}

/// A code that only says that something failed goes before a text, since the canonical form of an error may
/// have such a text; but not if it is the code of a record in a log.
#[test]
fn a_code_beside_a_text_with_a_page() {
    let text = serde_json::to_string(PAGE).unwrap();
    let error = format!(r#"{{"Code":"T","Message":"m","body":{text}}}"#);
    assert!(matches!(read(&error).response, Response::Error(_)));
    // The text is the second one inside the first.
    let document = format!(r#"{{"body":{}}}"#, serde_json::to_string(&error).unwrap());
    assert_eq!(model(&document), serde_json::from_str::<Value>(&error).unwrap());
    for document in [
        format!(r#"{{"level":"error","code":"E42","message":{text}}}"#),
        format!(r#"{{"code":500,"data":{text}}}"#),
        format!(r#"{{"Code":"OK","Data":{text}}}"#),
    ] {
        assert!(matches!(read(&document).response, Response::Invocations(_)), "{document}");
    }
    let document = r#"{"code":"Throttling","message":"limit <b>10</b>"}"#;
    assert!(matches!(read(document).response, Response::Error(_)));
}

#[test]
fn an_error_in_any_envelope() {
    let in_xml = |template: &str| template.replace("ERROR", ERROR_XML);
    let text = serde_json::to_string(ERROR).unwrap();
    let json = |template: &str| template.replace("ERROR", ERROR).replace("TEXT", &text);
    let cases = [
        (in_xml("<DescribeInvocationsResponse>ERROR</DescribeInvocationsResponse>"), json!({}), "N114"),
        (in_xml("<DescribeInvocationResultsResponse>ERROR</DescribeInvocationResultsResponse>"), json!({}), "N114"),
        (in_xml("<DescribeInvocationsResponse><Error>ERROR</Error></DescribeInvocationsResponse>"), json!({}), "N113"),
        (in_xml("<ErrorResponse><Error>ERROR</Error></ErrorResponse>"), json!({}), "N113"),
        (in_xml("<RunCommandResponse>ERROR</RunCommandResponse>"), json!({}), "N114"),
        (json(r#"{"Error":ERROR}"#), json!({}), "N113"),
        (json(r#"{"statusCode":429,"body":ERROR}"#), json!({"statusCode": 429}), "N113"),
        (json(r#"{"code":"200","success":true,"data":ERROR}"#), json!({}), "N113"),
        (json(r#"{"level":"error","msg":TEXT}"#), json!({"level": "error"}), "N116"),
        (r#"{"code":"Throttling","message":"m","requestId":"r","data":null,"success":false}"#.to_owned(), json!({"data": null, "success": false}), "N101"),
        (r#"{"Code":"Throttling","Message":"m","RequestId":"r","Invocations":{"Invocation":[]}}"#.to_owned(), json!({"Invocations": {"Invocation": []}}), ""),
        (json(r#"{"Invocations":{"Invocation":null},"Error":ERROR}"#), json!({"Invocations": {"Invocation": null}}), "N113"),
        (json(r#"{"error":ERROR,"Invocations":[],"TotalCount":0}"#), json!({"Invocations": [], "TotalCount": 0}), "N113"),
        (in_xml("<DescribeInvocationsResponse><Invocations/><Error>ERROR</Error></DescribeInvocationsResponse>"), json!({"Invocations": ""}), "N113"),
    ];
    for (document, beside, code) in cases {
        let mut expected: Value = serde_json::from_str(ERROR).unwrap();
        beside.as_object().unwrap().iter().for_each(|(name, value)| expected[name] = value.clone());
        assert_eq!(model(&document), expected, "{document}");
        let findings = read(&document).findings;
        assert!(code.is_empty() || findings.iter().any(|it| it.code() == code), "{document}");
    }
    // The code of an envelope tells a failure, and there is nothing in it.
    for document in [
        r#"{"code":500,"success":false,"data":{"Invocations":{"Invocation":[]}}}"#,
        r#"{"code":"Forbidden","data":null}"#,
        r#"{"code":"Throttling","success":false,"msg":"slow down"}"#,
        r#"{"code":500,"msg":"boom","data":null}"#,
        r#"{"Invocations":null,"Code":"Throttling"}"#,
    ] {
        assert!(matches!(read(document).response, Response::Error(_)), "{document}");
    }
    // Its words tell success.
    let document = r#"{"code":1,"msg":"Success","data":{"Invocations":{"Invocation":[]}}}"#;
    assert!(matches!(read(document).response, Response::Invocations(_)));
    // An `Error` that tells none is a member of its page.
    for document in [
        r#"{"Invocations":{"Invocation":[]},"Error":null}"#,
        r#"{"Invocations":{"Invocation":[]},"Error":{}}"#,
        r#"{"Invocations":{"Invocation":[]},"Error":{"Code":"OK","Message":"m"}}"#,
        r#"{"Invocations":{"Invocation":[]},"data":{"Code":"Throttling","Message":"m"}}"#,
        r#"{"Invocations":{"Invocation":[{"InvokeId":"t-1"}]},"Error":{"Code":"a","Message":"m"}}"#,
    ] {
        assert!(matches!(read(document).response, Response::Invocations(_)), "{document}");
    }
}

#[test]
fn a_page_without_a_list_is_reported() {
    for document in [
        r#"{"RequestId":"r"}"#,
        r#"{"TotalCount":0,"PageNumber":1,"PageSize":10,"RequestId":"r"}"#,
        r#"{"data":{"RequestId":"r"}}"#,
        "<DescribeInvocationsResponse/>",
        "<DescribeInvocationsResponse><RequestId>r</RequestId></DescribeInvocationsResponse>",
    ] {
        let decoded = read(document);
        let Response::Invocations(page) = &decoded.response else { panic!("{document}") };
        assert!(page.invocations.is_empty());
        let finding = decoded.findings.iter().find(|finding| finding.code() == "N118");
        let finding = finding.unwrap_or_else(|| panic!("{document}\n{:?}", decoded.findings));
        assert!(finding.path.to_string().ends_with("Invocations"));
        assert_eq!(finding.severity, ecs_invocations::finding::Severity::Warning);
    }
    for document in
        [r#"{"Invocations":{"Invocation":[]}}"#, r#"{"Invocations":null}"#, r#"{"Invocations":""}"#]
    {
        let findings = read(document).findings;
        assert!(findings.iter().all(|finding| finding.code() != "N118"), "{document}");
    }
    let decoded = read(
        "<DescribeInvocationResultsResponse><Invocation><TotalCount>0</TotalCount></Invocation></DescribeInvocationResultsResponse>",
    );
    let finding = decoded.findings.iter().find(|finding| finding.code() == "N118").unwrap();
    assert_eq!(finding.path.to_string(), "Invocation.InvocationResults");
}

#[test]
fn an_array_of_pages_is_as_many_documents() {
    let second = PAGE.replace("t-1", "t-2");
    let pages = format!("[\n  {PAGE},\n  {second},\n  {ERROR}\n]\n");
    let documents: Vec<_> = decode_all(pages.as_bytes()).map(Result::unwrap).collect();
    let [first, second, error] = &*documents else { panic!("{documents:#?}") };
    assert_eq!(first.response.to_json(), PAGE);
    assert_eq!(second.response.to_json(), PAGE.replace("t-1", "t-2"));
    assert!(matches!(error.response, Response::Error(_)));
    let codes = |decoded: &Decoded<'_>| -> Vec<_> {
        decoded.findings.iter().map(|finding| finding.code()).collect()
    };
    assert_eq!((codes(first), codes(second)), (vec!["N113"], vec![]));
    // `decode` reads the first one, and says that there are others.
    let first = decode(pages.as_bytes()).unwrap();
    assert_eq!(codes(&first), ["N113", "M315"]);
    // One that is no response does not hide the others.
    let mixed = format!(r#"[{{"a":1}},{PAGE},5,{PAGE}]"#);
    let read: Vec<_> = decode_all(mixed.as_bytes()).map(|it| it.is_ok()).collect();
    assert_eq!(read, [false, true, true]);
    let texts = format!("[{0}, {0}]", serde_json::to_string(PAGE).unwrap());
    assert_eq!(decode_all(texts.as_bytes()).filter(Result::is_ok).count(), 2);
}

#[test]
fn responses_of_other_operations_are_refused_by_name() {
    let cases = [
        (
            r#"{"TotalCount":1,"Instances":{"Instance":[{"InstanceId":"i-1"}]},"RequestId":"r"}"#,
            "DescribeInstances",
        ),
        (
            r#"{"TotalCount":1,"Commands":{"Command":[{"CommandId":"c-1","Name":"n","Timeout":60,"WorkingDir":"/"}]},"RequestId":"r"}"#,
            "DescribeCommands",
        ),
        (
            r#"{"TotalCount":1,"InstanceCloudAssistantStatusSet":{"InstanceCloudAssistantStatus":[]},"RequestId":"r"}"#,
            "DescribeCloudAssistantStatus",
        ),
        (
            r#"{"TotalCount":2,"PageSize":20,"DomainRecords":{"Record":[{"RR":"www"}]},"RequestId":"r","PageNumber":1}"#,
            "DescribeDomainRecords",
        ),
        (
            r#"{"TotalCount":1,"Snapshots":{"Snapshot":[{"SnapshotId":"s"}]},"PageNumber":1,"RequestId":"r"}"#,
            "DescribeSnapshots",
        ),
        (r#"{"InvokeId":"t-1","CommandId":"c-1","RequestId":"r"}"#, "RunCommand"),
        (r#"{"InvokeId":"t-1","RequestId":"r"}"#, "InvokeCommand or SendFile"),
        (r#"{"data":{"InvokeId":"t-1","RequestId":"r"}}"#, "InvokeCommand or SendFile"),
        (r#"{"CommandId":"c-1","RequestId":"r"}"#, "CreateCommand"),
        (
            r#"{"TotalCount":1,"Invocations":{"Invocation":[{"InvokeId":"f-1","Name":"a","TargetDir":"/","InvokeInstances":{"InvokeInstance":[]}}]},"RequestId":"r"}"#,
            "DescribeSendFileResults",
        ),
        (
            "<RunCommandResponse><RequestId>r</RequestId><InvokeId>t-1</InvokeId></RunCommandResponse>",
            "RunCommand",
        ),
        (
            "<StopInvocationResponse><RequestId>r</RequestId></StopInvocationResponse>",
            "StopInvocation",
        ),
        (
            "<DescribeInstancesResponse><TotalCount>1</TotalCount><Instances/></DescribeInstancesResponse>",
            "DescribeInstances",
        ),
        (
            r#"{"requestId":"r","invocations":{"invocation":[{"invokeId":"f-1","targetDir":"/root","fileMode":"0644"}]}}"#,
            "DescribeSendFileResults",
        ),
        (
            "<DescribeSendFileResultsResponse><TotalCount>0</TotalCount><Invocations/></DescribeSendFileResultsResponse>",
            "DescribeSendFileResults",
        ),
    ];
    for (document, name) in cases {
        let error = decode(document.as_bytes()).unwrap_err();
        let ErrorKind::OtherOperation { operation, follow_up, .. } = error.kind() else {
            panic!("{error}\n{document}")
        };
        assert_eq!(&**operation, name, "{document}");
        let has_id = document.contains("t-1");
        let expected = has_id.then_some("DescribeInvocations with InvokeId=t-1");
        assert_eq!(follow_up.as_deref(), expected, "{document}");
    }
    let error = decode(cases[5].0.as_bytes()).unwrap_err();
    insta::assert_snapshot!(
        error,
        @"not a response of this operation, but of RunCommand (found `InvokeId`, `CommandId`, `RequestId`); call DescribeInvocations with InvokeId=t-1 (line 1, column 1, byte 0)"
    );
}

#[test]
fn what_is_no_response_is_refused() {
    let cases = [
        "{}",
        "[]",
        "null",
        r#"{"a":1}"#,
        r#"[{"a":1}]"#,
        r#"{"code":"200","success":true}"#,
        r#"{"Code":"OK","RequestId":"r"}"#,
        r#"{"code":200,"data":{"message":"ok"}}"#,
        r#"{"level":"info","context":{"requestId":"r"},"msg":"hello"}"#,
        r#"{"RequestId":"r","TaskId":"t"}"#,
        r#"{"Action":"DescribeInvocations","RegionId":"cn-hangzhou","InvokeId":"t-1","PageSize":10}"#,
        r#"{"success":true,"Code":"Throttling","Message":"m"}"#,
        r#"{"Tags":{"Tag":[{"TagKey":"a","TagValue":"b"}]}}"#,
        r#"{"TotalCount":1,"Things":[{"a":1}]}"#,
        r#"{"TotalCount":1,"Things":{"Thing":[]}}"#,
        r#"{"requestId":"r","message":"hello","level":"info"}"#,
        r#"{"message":"started"}"#,
        r#"{"hostId":"web1","message":"started"}"#,
        r#"{"code":"import x","language":"python"}"#,
        r#"{"Error":{"Message":"x"},"level":"info"}"#,
        r#"{"version":"2.1.0","runs":[{"invocations":[{"executionSuccessful":true}]}]}"#,
        r#"{"RequestId":"r","AccessDeniedDetail":"x"}"#,
        r#"{"DescribeSendFileResultsResponse":{"Invocations":{"Invocation":[]}}}"#,
        "<StopInvocationResponse><Invocations><Invocation><InvokeId>t</InvokeId></Invocation></Invocations></StopInvocationResponse>",
        r#"{"a":{"b":{"c":{"Invocations":{"Invocation":[{"InvokeId":"t-1"}]}}}}}"#,
        "<DescribeInvocationsResponse><Foo>1</Foo></DescribeInvocationsResponse>",
        "<Error><Foo>1</Foo></Error>",
        "<Error><Message>m</Message><Invocations/></Error>",
        "<rss><channel/></rss>",
    ];
    for document in cases {
        let decoded = decode(document.as_bytes());
        assert!(decoded.is_err(), "{document}\n{decoded:#?}");
    }
}

#[test]
fn the_list_of_a_page_decides() {
    // A list in the page itself, not another that is beside it.
    let document = r#"{"Invocations":{"Invocation":[]},"Previous":PAGE}"#.replace("PAGE", PAGE);
    assert_eq!(model(&document)["Invocations"], json!({"Invocation": []}));
    assert_eq!(read(&document).format, Format::Json);
    // A list under a misspelt name, with the fields beside it.
    let document = PAGE.replace("\"Invocations\"", "\"Invoactions\"");
    assert_eq!(model(&document), serde_json::from_str::<Value>(PAGE).unwrap());
    let document = PAGE_XML.replace("Invocations>", "Invoactions>");
    assert_eq!(model(&document), serde_json::from_str::<Value>(PAGE).unwrap());
}

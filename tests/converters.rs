//! Lists, records and scalars in the shapes that converters between XML and JSON print.

use ecs_invocations::{Decoded, Response, decode};

/// Decodes a document, of which nothing but the shape is odd, and its canonical forms.
fn read(document: &str) -> Decoded<'static> {
    let decoded = decode(document.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{document}"));
    for canonical in [decoded.response.to_json(), decoded.response.to_xml()] {
        let again = decode(canonical.as_bytes()).unwrap();
        assert_eq!(again.response, decoded.response, "{document}\n{canonical}");
        assert!(again.is_clean(), "{document}\n{canonical}\n{:#?}", again.findings);
    }
    decoded.into_owned()
}

/// Each document has that canonical form, and findings with these codes.
fn assert_read(cases: &[(&str, &str, &[&str])]) {
    for (document, expected, codes) in cases {
        let decoded = read(document);
        assert_eq!(decoded.response.to_json(), *expected, "{document}");
        let found: Vec<_> = decoded.findings.iter().map(|finding| finding.code()).collect();
        assert_eq!(found, *codes, "{document}\n{:#?}", decoded.findings);
    }
}

const LIST: &str = "N108";

/// Members in JSON and in XML, each with the codes of its findings, and what both are in canonical form.
type Members<'t> = (&'t str, &'t [&'t str], &'t str, &'t [&'t str], &'t str);

/// The same members of an invocation that has an id in both formats.
fn assert_members_read(cases: &[Members<'_>]) {
    for (json, json_codes, xml, xml_codes, expected) in cases {
        let expected =
            format!(r#"{{"Invocations":{{"Invocation":[{{"InvokeId":"t-1",{expected}}}]}}}}"#);
        let json = format!(r#"{{"Invocations":{{"Invocation":[{{"InvokeId":"t-1",{json}}}]}}}}"#);
        let xml = format!(
            "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>t-1</InvokeId>{xml}</Invocation>\
             </Invocations></DescribeInvocationsResponse>"
        );
        assert_read(&[(&json, &expected, json_codes), (&xml, &expected, xml_codes)]);
    }
}

#[test]
fn a_wrapper_object_in_place_of_an_item() {
    let page =
        |items: &str| format!(r#"{{"Invocations":{{"Invocation":[{items}]}},"RequestId":"r"}}"#);
    let item =
        |id: &str| format!(r#"{{"InvokeId":"{id}","InvokeInstances":{{"InvokeInstance":[]}}}}"#);
    let (a, b) = (item("a"), item("b"));
    let (one, two) = (page(&a), page(&format!("{a},{b}")));
    let json = |list: &str| {
        let list = list.replace("NAME", "Invocation").replace('A', &a).replace('B', &b);
        format!(r#"{{"RequestId":"r","Invocations":{list}}}"#)
    };
    for (list, expected, codes) in [
        (r#"[{"NAME":[A,B]}]"#, &two, [LIST, LIST].as_slice()),
        (r#"[{"NAME":[A]},{"NAME":[B]}]"#, &two, &[LIST; 3]),
        (r#"[{"NAME":A},{"NAME":B}]"#, &two, &[LIST; 5]),
        (r#"[{"NAME":A},B]"#, &two, &[LIST; 3]),
        (r#"[{"x":null,"NAME":[A],"y":" "}]"#, &one, &["N108", "N108", "N110", "N110"]),
        (r#"[{"InvokeId":null,"NAME":[A]}]"#, &one, &["N108", "N108", "N106"]),
        (r#"{"NAME":{"NAME":[A,B]}}"#, &two, &[LIST, LIST]),
        (r#"{"NAME":[{"NAME":[{"NAME":[A]},B]}]}"#, &two, &[LIST, LIST]),
        (r#"[{"NAME":[A],"NAME":[B]}]"#, &two, &["N108", "N108", "N109"]),
        (r#"[{"invocation":[A,B]}]"#, &two, &["N108", "N108", "N101"]),
        (r#"[{"NAME":[]}]"#, &page(""), &[LIST, LIST]),
    ] {
        assert_read(&[(&json(list), expected, codes)]);
    }
    // An object with anything else is an item.
    for item in [
        r#"{"InvokeInstances":{"InvokeInstance":[]},"Invocation":[{"InvokeId":"a"}]}"#,
        r#"{"InvokeId":"t-1","InvokeInstances":{"InvokeInstance":[]},"Invocation":[{"InvokeId":"a"}]}"#,
        r#"{"InvokeInstances":{"InvokeInstance":[]},"Invocation":[{"InvokeId":"a"}],"x":1}"#,
        r#"{"InvokeInstances":{"InvokeInstance":[]},"x":{"y":null},"Invocation":[{"InvokeId":"a"}]}"#,
        r#"{"InvokeInstances":{"InvokeInstance":[]},"Invocation":"a"}"#,
        r#"{"InvokeInstances":{"InvokeInstance":[]},"Tags":{"Tag":[{"Tag":[{"x":1}],"x":1}]}}"#,
        r#"{"InvokeInstances":{"InvokeInstance":[]},"Tags":{"Tag":[{"Tag":"x"}]}}"#,
    ] {
        let page = format!(r#"{{"Invocations":{{"Invocation":[{item}]}},"RequestId":"r"}}"#);
        assert_read(&[(&page, &page, &[])]);
    }
    // What is dropped is none of its members.
    assert_members_read(&[
        (
            r#""InvokeInstances":[{"InvokeInstance":[{"InstanceId":"i-1"}]}]"#,
            &[LIST, LIST],
            "<InvokeInstances><InvokeInstance><InvokeInstance><InstanceId>i-1</InstanceId></InvokeInstance>\
             </InvokeInstance></InvokeInstances>",
            &[LIST],
            r#""InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1"}]}"#,
        ),
        (
            r#""InvokeInstances":{"InvokeInstance":[]},"Tags":[{"Tag":[{"TagKey":"a"},{"TagKey":"b"}]}]"#,
            &[LIST, LIST],
            "<InvokeInstances/><Tags><Tag><Tag><TagKey>a</TagKey></Tag><Tag><TagKey>b</TagKey></Tag></Tag></Tags>",
            &[LIST],
            r#""InvokeInstances":{"InvokeInstance":[]},"Tags":{"Tag":[{"TagKey":"a"},{"TagKey":"b"}]}"#,
        ),
        (
            r#""InvokeInstances":{"InvokeInstance":[]},"Tags":[{"TagKey":["a","b"],"Tag":[{"TagKey":"c"}]}]"#,
            &[LIST, LIST, "U201"],
            "<InvokeInstances/><Tags><Tag><TagKey><a/></TagKey><Tag><TagKey>c</TagKey></Tag></Tag></Tags>",
            &[LIST, "U201"],
            r#""InvokeInstances":{"InvokeInstance":[]},"Tags":{"Tag":[{"TagKey":"c"}]}"#,
        ),
    ]);
    let results = r#"{"Invocation":{"InvocationResults":{"InvocationResult":[{"InvokeId":"t-1","ExitCode":1}]}}}"#;
    assert_read(&[
        (
            r#"{"Invocation":{"InvocationResults":[{"InvocationResult":[{"InvokeId":"t-1","ExitCode":1}]}]}}"#,
            results,
            &[LIST, LIST],
        ),
        (
            r#"{"Invocation":[{"InvocationResults":[{"InvocationResult":[{"InvokeId":["t-1"],"ExitCode":["1"]}]}]}]}"#,
            results,
            &["N113", "N108", "N108", "N113", "N113", "N104"],
        ),
    ]);
}

#[test]
fn items_without_their_wrapper_object() {
    assert_members_read(&[
        (
            r#""InvokeInstance":[{"InstanceId":"i-1"},{"InstanceId":"i-2"}]"#,
            &[LIST],
            "<InvokeInstance><InstanceId>i-1</InstanceId></InvokeInstance>\
             <InvokeInstance><InstanceId>i-2</InstanceId></InvokeInstance>",
            &[LIST],
            r#""InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1"},{"InstanceId":"i-2"}]}"#,
        ),
        (
            r#""invoke_instance":{"Zone":"z","InstanceId":"i-1"}"#,
            &["N108", "N101", "N108"],
            "<invoke_instance><Zone>z</Zone><InstanceId>i-1</InstanceId></invoke_instance>",
            &["N108", "N101"],
            r#""InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1","Zone":"z"}]}"#,
        ),
        (
            r#""InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1"}]},"InvokeInstance":[{"InstanceId":"i-2"}]"#,
            &["N108", "N109"],
            "<InvokeInstances><InvokeInstance><InstanceId>i-1</InstanceId></InvokeInstance></InvokeInstances>\
             <InvokeInstance><InstanceId>i-2</InstanceId></InvokeInstance>",
            &["N109", "N108"],
            r#""InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1"},{"InstanceId":"i-2"}]}"#,
        ),
        (
            r#""Tag":{"TagKey":"a"},"InvokeInstances":{"InvokeInstance":[]},"Tags":{"Tag":[{"TagKey":"b"}]}"#,
            &["N108", "N108", "N109"],
            "<Tag><TagKey>a</TagKey></Tag><InvokeInstances/><Tags><Tag><TagKey>b</TagKey></Tag></Tags>",
            &["N108", "N109"],
            r#""InvokeInstances":{"InvokeInstance":[]},"Tags":{"Tag":[{"TagKey":"a"},{"TagKey":"b"}]}"#,
        ),
        // No item.
        (
            r#""InvokeInstances":{"InvokeInstance":[]},"Tag":"a","InvokeInstance":{"Count":"2"}"#,
            &[],
            "<InvokeInstances/><Tag>a</Tag><InvokeInstance><Count>2</Count></InvokeInstance>",
            &[],
            r#""InvokeInstances":{"InvokeInstance":[]},"Tag":"a","InvokeInstance":{"Count":"2"}"#,
        ),
    ]);
    let result = r#"{"Invocation":{"InvocationResults":{"InvocationResult":[{"InvokeId":"t-1","ExitCode":1,"Tags":{"Tag":[{"TagKey":"a"}]}}]}}}"#;
    assert_read(&[(
        r#"{"Invocation":{"InvocationResults":{"InvocationResult":[{"InvokeId":"t-1","ExitCode":1,"Tag":[{"TagKey":"a"}]}]}}}"#,
        result,
        &[LIST],
    )]);
    let item =
        |id: &str| format!(r#"{{"InvokeId":"{id}","InvokeInstances":{{"InvokeInstance":[]}}}}"#);
    let (a, b) = (item("a"), item("b"));
    assert_read(&[(
        &format!(r#"{{"Invocations":{{"Invocation":[{a}]}},"Invocation":[{b}]}}"#),
        &format!(r#"{{"Invocations":{{"Invocation":[{a},{b}]}}}}"#),
        &["N108", "N109"],
    )]);
    // Beside the page in its envelope.
    assert_read(&[(
        &format!(
            r#"{{"body":{{"Invocations":{{"Invocation":[{a}]}}}},"Invocation":[{b},"y"],"x":1}}"#
        ),
        &format!(r#"{{"Invocations":{{"Invocation":[{a},{b}]}},"x":1}}"#),
        &["N113", "N108", "N109", "U201"],
    )]);
}

#[test]
fn items_under_another_name_and_unknown_fields_before_those_of_a_single_item() {
    assert_members_read(&[
        (
            r#""InvokeInstances":{"item":[{"InstanceId":"i-1"},{"ExitCode":1,"InstanceId":"i-2"}]}"#,
            &[LIST],
            "<InvokeInstances><item><InstanceId>i-1</InstanceId></item>\
             <item><ExitCode>1</ExitCode><InstanceId>i-2</InstanceId></item></InvokeInstances>",
            &[LIST],
            r#""InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1"},{"InstanceId":"i-2","ExitCode":1}]}"#,
        ),
        (
            r#""InvokeInstances":{"InvokeInstance":[]},"Tags":{"@type":"array","member":[{"TagKey":"a"}]}"#,
            &["N110", "N108"],
            "<InvokeInstances/><Tags type='array'><member><TagKey>a</TagKey></member></Tags>",
            &["N110", "N108"],
            r#""InvokeInstances":{"InvokeInstance":[]},"Tags":{"Tag":[{"TagKey":"a"}]}"#,
        ),
        // Not all are items.
        (
            r#""InvokeInstances":{"item":[{"InstanceId":"i-1"},{"ExitCode":1}]}"#,
            &["N110"],
            "<InvokeInstances><item><InstanceId>i-1</InstanceId></item><item><ExitCode>1</ExitCode></item>\
             </InvokeInstances>",
            &["N110", "N110"],
            r#""InvokeInstances":{"InvokeInstance":[]}"#,
        ),
        (
            r#""InvokeInstances":{"first":{"InstanceId":"i-1"},"last":{"InstanceId":"i-2"}}"#,
            &[LIST, LIST, LIST, LIST],
            "<InvokeInstances><first><InstanceId>i-1</InstanceId></first><last><InstanceId>i-2</InstanceId></last>\
             </InvokeInstances>",
            &[LIST, LIST],
            r#""InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1"},{"InstanceId":"i-2"}]}"#,
        ),
        (
            r#""InvokeInstances":{"Zone":"z","Rack":{"a":["b","c"]},"InstanceId":"i-1","Row":"1"}"#,
            &[LIST],
            "<InvokeInstances><Zone>z</Zone><Rack><a>b</a><a>c</a></Rack><InstanceId>i-1</InstanceId><Row>1</Row>\
             </InvokeInstances>",
            &[LIST],
            r#""InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1","Zone":"z","Rack":{"a":["b","c"]},"Row":"1"}]}"#,
        ),
        // Of the wrapper object.
        (
            r#""InvokeInstances":{"Zone":"z","InvokeInstance":[{"InstanceId":"i-1"}]}"#,
            &["N110"],
            "<InvokeInstances><Zone>z</Zone><InvokeInstance><InstanceId>i-1</InstanceId></InvokeInstance>\
             </InvokeInstances>",
            &["N110"],
            r#""InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1"}]}"#,
        ),
    ]);
    assert_read(&[(
        r#"{"RequestId":"r","Invocations":{"item":{"InvokeId":"t-1","InvokeInstances":{"InvokeInstance":[]}}}}"#,
        r#"{"Invocations":{"Invocation":[{"InvokeId":"t-1","InvokeInstances":{"InvokeInstance":[]}}]},"RequestId":"r"}"#,
        &[LIST, LIST],
    )]);
}

#[test]
fn scalars_in_arrays_and_objects() {
    let page = r#"{"TotalCount":1,"Invocations":{"Invocation":[{"InvokeId":"t-1","InvokeInstances":{"InvokeInstance":[]},"Timed":true}]},"RequestId":"r"}"#;
    let error = r#"{"RequestId":"r","Code":"Throttling","Message":"m"}"#;
    for of in [
        "VALUE",
        "[VALUE]",
        r##"{"#text":VALUE}"##,
        r#"{"_":VALUE}"#,
        r#"{"_text":VALUE}"#,
        r#"{"__text":VALUE}"#,
        r#"{"$t":VALUE}"#,
        r#"{"$":VALUE}"#,
        r#"{"$text":VALUE}"#,
        r#"{"_cdata":VALUE}"#,
        r##"{"#cdata-section":VALUE}"##,
        r##"{"@type":"x","#text":VALUE}"##,
        r#"{"_":VALUE,"$":{"type":"x"}}"#,
        r#"{"_attributes":{"type":"x"},"_text":VALUE}"#,
        r#"[{"_":VALUE,"$":{"type":"x"}}]"#,
        r#"{"@value":VALUE}"#,
        r#"{"@type":"x","@text":VALUE}"#,
        r#"{"$":{"value":VALUE}}"#,
        r#"{"$":{"content":VALUE,"type":"x"}}"#,
        r#"{"_attributes":{"_":VALUE}}"#,
    ] {
        let value = |value: &str| of.replace("VALUE", value);
        let (t, r) = (value(r#""t-1""#), value(r#""r""#));
        let document = format!(
            r#"{{"TotalCount":{},"Invocations":{{"Invocation":[{{"InvokeId":{t},"Timed":{},"InvokeInstances":{{"InvokeInstance":[]}}}}]}},"RequestId":{r}}}"#,
            value("1"),
            value("true"),
        );
        let decoded = read(&document);
        assert_eq!(decoded.response.to_json(), page, "{document}");
        let count = |code: &str| decoded.findings.iter().filter(|it| it.code() == code).count();
        let layers = if of.starts_with("[{") { 2 } else { usize::from(of != "VALUE") };
        assert_eq!(count("N113"), 4 * layers, "{document}\n{:#?}", decoded.findings);
        let has_attribute = of.contains("type");
        assert_eq!(count("N110"), if has_attribute { 4 } else { 0 }, "{document}");

        let fields = format!(
            r#"{{"Code":{},"Message":{},"RequestId":{r}}}"#,
            value(r#""Throttling""#),
            value(r#""m""#)
        );
        for document in [format!(r#"{{"Error":{fields}}}"#), fields] {
            assert_eq!(read(&document).response.to_json(), error, "{document}");
        }
    }
    let parameters = |inner: &str, expected: &str, code: &str| {
        let document = format!(r#"{{"InvokeId":"t-1","Parameters":{inner}}}"#);
        let decoded = read(&format!(r#"{{"Invocations":{{"Invocation":[{document}]}}}}"#));
        let Response::Invocations(page) = &decoded.response else { panic!() };
        assert_eq!(page.invocations[0].parameters.as_deref(), Some(expected), "{inner}");
        assert!(decoded.findings.iter().any(|finding| finding.code() == code), "{inner}");
    };
    for name in ["_text", "__text", "_", "_cdata", "#cdata-section", "#text"] {
        let json = r#""{\"a\":1}""#;
        parameters(&format!(r#"{{"{name}":{json}}}"#), r#"{"a":1}"#, "N113");
    }
    // A parameter of that name.
    parameters(r#"{"_text":"a"}"#, r#"{"_text":"a"}"#, "N105");
    parameters(r#"{"_text":"{}","b":"c"}"#, r#"{"_text":"{}","b":"c"}"#, "N105");
    let denied = r#"{"Code":"Forbidden.RAM","AccessDeniedDetail":{"PolicyType":"p"}}"#;
    assert_read(&[
        (
            r#"{"Code":"Forbidden.RAM","AccessDeniedDetail":[{"PolicyType":["p"]}]}"#,
            denied,
            &["N113", "N113"],
        ),
        (
            r#"{"Code":"c","AccessDeniedDetail":[""],"Message":[""],"HostId":[]}"#,
            r#"{"Code":"c"}"#,
            &["N113", "N106", "N113", "N106", "N106"],
        ),
        // More than one value, and an object with anything else.
        (
            r#"{"Code":"c","Message":["a","b"],"AccessDeniedDetail":[{},{}]}"#,
            r#"{"Code":"c"}"#,
            &["U201", "U201"],
        ),
        (
            r##"{"Code":"c","Message":{"#text":"a","b":"c"},"HostId":{"content":"h"}}"##,
            r#"{"Code":"c"}"#,
            &["U201", "U201"],
        ),
        (
            r##"{"Code":"c","Message":{"#text":"a","_":"b"},"HostId":[["h"]]}"##,
            r#"{"Code":"c"}"#,
            &["U201", "U201"],
        ),
        (
            r#"{"Code":"c","Message":{"_":"a","$text":"b","$text":"d"}}"#,
            r#"{"Code":"c","Message":"b"}"#,
            &["N110", "N113", "N110"],
        ),
        // An attribute of an element with children is one in XML too.
        (
            r#"{"Code":["c"],"Message":{"$":{"type":"x"}}}"#,
            r#"{"Code":"c"}"#,
            &["N113", "N106", "N110"],
        ),
    ]);
}

/// What xml2js and xmltodict make of the same page.
#[test]
fn scalars_of_extended_json() {
    let instance =
        r#"{"InstanceId":"i-1","ExitCode":{"$numberInt":"1"},"Repeats":{"$numberLong":"2"}}"#;
    let page = format!(
        r#"{{"Invocations":{{"Invocation":[{{"InvokeInstances":{{"InvokeInstance":[{instance}]}}}}]}}}}"#
    );
    let Response::Invocations(page) = read(&page).response else { panic!() };
    let instance = &page.invocations[0].instances[0];
    assert_eq!((instance.exit_code, instance.repeats), (Some(1), Some(2)));
}

#[test]
fn whole_pages_of_converters() {
    let page = r#"{"TotalCount":1,"Invocations":{"Invocation":[{"InvokeId":"t-1","Frequency":"0 0 * * * ?","InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1","ExitCode":0},{"InstanceId":"i-2"}]},"Tags":{"Tag":[{"TagKey":"a","TagValue":"b"}]}}]},"RequestId":"r"}"#;
    for document in [
        r#"{"DescribeInvocationsResponse":{"TotalCount":["1"],"RequestId":["r"],"Invocations":[{"Invocation":[{"InvokeId":["t-1"],"Frequency":["0 0 * * * ?"],"InvokeInstances":[{"InvokeInstance":[{"InstanceId":["i-1"],"ExitCode":["0"]},{"InstanceId":["i-2"],"ExitCode":[""]}]}],"Tags":[{"Tag":[{"TagKey":["a"],"TagValue":["b"]}]}]}]}]}}"#,
        r#"{"DescribeInvocationsResponse":{"TotalCount":"1","RequestId":"r","Invocations":{"Invocation":{"InvokeId":"t-1","Frequency":"0 0 * * * ?","InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1","ExitCode":"0"},{"InstanceId":"i-2","ExitCode":null}]},"Tags":{"Tag":{"TagKey":"a","TagValue":"b"}}}}}}"#,
    ] {
        assert_eq!(read(document).response.to_json(), page, "{document}");
    }
}

/// The locations of what is found inside an unwrapped list are those of the document.
#[test]
fn findings_in_an_unwrapped_list_have_their_locations() {
    for (document, wrong) in [
        (r#"{"Invocations":[{"Invocation":[{"InvokeId":"t-1","Timed":"maybe"}]}]}"#, "\"maybe\""),
        (r#"{"Invocations":{"item":[{"InvokeId":"t-1","Timed":[ "maybe"]}]}}"#, "\"maybe\""),
        (
            "<DescribeInvocationsResponse><Invocations><item><InvokeId>t-1</InvokeId><Timed>&may;be</Timed></item>\
             </Invocations></DescribeInvocationsResponse>",
            "&may;be",
        ),
    ] {
        let decoded = decode(document.as_bytes()).unwrap();
        let finding = decoded.findings.iter().find(|finding| finding.code() == "U201").unwrap();
        assert_eq!(&*finding.found, wrong, "{document}");
        assert_eq!(finding.path.to_string(), "Invocations.Invocation[0].Timed", "{document}");
        let entity = decoded.findings.iter().find(|finding| finding.code() == "M304");
        let path = entity.map(|finding| (finding.path.to_string(), finding.found.to_string()));
        let expected = document
            .starts_with('<')
            .then(|| ("Invocations.Invocation[0].Timed".to_owned(), "&may;".to_owned()));
        assert_eq!(path, expected, "{document}");
    }
}

/// Wrapper objects in each other are read in linear time, up to the limit of nesting.
#[test]
fn wrappers_in_wrappers() {
    let nested = |levels: usize, inside: &str| {
        let (open, close) = (r#"[{"Invocation":"#.repeat(levels), "}]".repeat(levels));
        format!(r#"{{"RequestId":"r","Invocations":{open}{inside}{close}}}"#)
    };
    let items = vec![r#"{"InvokeId":"t-1"}"#; 5000].join(",");
    let expected =
        decode(nested(0, &format!("[{items}]")).as_bytes()).unwrap().response.into_owned();
    for levels in [1, 2, 30, 60] {
        let document = nested(levels, &format!("[{items}]"));
        assert_eq!(decode(document.as_bytes()).unwrap().response, expected, "{levels}");
    }
    assert!(decode(nested(100, &format!("[{items}]")).as_bytes()).is_err());
}

/// No other type than a number holds every number, so that the digits are kept.
#[test]
fn numbers_of_any_size_are_kept() {
    for number in ["1e400", "-1E+999", "1e-400", "123456789012345678901234567890", "0.10"] {
        let page =
            format!(r#"{{"Invocations":{{"Invocation":[]}},"X":{number},"Y":[{{"Z":{number}}}]}}"#);
        assert_read(&[(&page, &page, &[])]);
        let error = format!(r#"{{"RequestId":"{number}","Code":"c"}}"#);
        assert_read(&[(&format!(r#"{{"Code":"c","RequestId":{number}}}"#), &error, &["N105"])]);
    }
    let count = r#"{"TotalCount":1e400,"Invocations":{"Invocation":[]}}"#;
    assert_read(&[(count, r#"{"Invocations":{"Invocation":[]}}"#, &["U201"])]);
}

/// The value of an element in an attribute, in XML and in what converters make of it.
#[test]
fn values_in_attributes() {
    let error = r#"{"Code":"c","Message":"m"}"#;
    assert_read(&[
        (r#"<Error><Code value="c"/><Message text="m"/></Error>"#, error, &["N113", "N113"]),
        (r#"{"Code":{"@value":"c"},"Message":{"@text":"m"}}"#, error, &["N113", "N113"]),
    ]);
    assert_members_read(&[
        (
            r#""CommandName":{"@value":"a & b"},"Timed":{"@text":"true"}"#,
            &[LIST, "N113", "N113", "N103"],
            r#"<CommandName value="a &amp; b"/><Timed text="true"></Timed>"#,
            &[LIST, "N113", "N113"],
            r#""CommandName":"a & b","InvokeInstances":{"InvokeInstance":[]},"Timed":true"#,
        ),
        (
            r#""CommandName":{"@content":"a","@type":"s"},"Timeout":{"@_":"60"}"#,
            &[LIST, "N113", "N110", "N113", "N104"],
            r#"<CommandName content="a" type="s"/><Timeout _="60"/>"#,
            &[LIST, "N113", "N110", "N113"],
            r#""CommandName":"a","InvokeInstances":{"InvokeInstance":[]},"Timeout":60"#,
        ),
        // It has a text, or more than one may be the value.
        (
            r#""CommandName":{"@value":"a","$text":"b"},"CommandId":{"@value":"a","@text":"b"}"#,
            &[LIST, "N110", "N113", "N106", "N110", "N110"],
            r#"<CommandName value="a">b</CommandName><CommandId value="a" text="b"/>"#,
            &[LIST, "N110", "N106", "N110", "N110"],
            r#""CommandName":"b","InvokeInstances":{"InvokeInstance":[]}"#,
        ),
        (
            r#""CommandName":{"@value":""},"Timeout":{"@value":"x"}"#,
            &[LIST, "N113", "N106", "N113", "U201"],
            r#"<CommandName value=""/><Timeout value="x"/>"#,
            &[LIST, "N113", "N106", "N113", "U201"],
            r#""InvokeInstances":{"InvokeInstance":[]}"#,
        ),
    ]);
}

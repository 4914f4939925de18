//! Values of which a document does not tell safely where they belong or what they are: they are read if only one
//! reading makes sense, else they are in a finding, and not in the model.

mod leaves;

use std::collections::BTreeMap;

use ecs_invocations::decode;
use leaves::model;

fn values(expected: &[(&str, &str)]) -> BTreeMap<String, String> {
    expected.iter().map(|(path, value)| (format!(".{path}"), (*value).to_owned())).collect()
}

/// Asserts the values of the items that a document has in its list.
fn check(document: &str, expected: &[(&str, &str)]) {
    let items =
        expected.iter().map(|(path, value)| (format!("Invocations.Invocation{path}"), *value));
    let items: Vec<(String, &str)> = items.collect();
    let items: Vec<(&str, &str)> = items.iter().map(|(path, value)| (&**path, *value)).collect();
    assert_eq!(model(document), Some(values(&items)), "{document}");
}

/// A page in both formats with the members of an object of its list.
fn pages(members: &[(&str, &str)]) -> [String; 2] {
    let json: Vec<String> =
        members.iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
    let xml: String =
        members.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
    [
        format!("{{\"Invocations\":{{\"Invocation\":[{{{}}}]}}}}", json.join(",")),
        format!(
            "<DescribeInvocationsResponse><Invocations><Invocation>{xml}</Invocation></Invocations>\
             </DescribeInvocationsResponse>"
        ),
    ]
}

#[test]
fn items_without_what_separates_them() {
    let members = [
        ("InvokeId", "t-1"),
        ("CommandName", "a"),
        ("InvokeStatus", "Running"),
        ("InvokeId", "t-2"),
        ("CommandName", "b"),
        ("Username", "root"),
        ("InvokeId", "t-3"),
        ("CommandName", "c"),
    ];
    for page in pages(&members) {
        check(
            &page,
            &[
                ("[0].InvokeId", "\"t-1\""),
                ("[0].CommandName", "\"a\""),
                ("[0].InvokeStatus", "\"Running\""),
                ("[1].InvokeId", "\"t-2\""),
                ("[1].CommandName", "\"b\""),
                ("[1].Username", "\"root\""),
                ("[2].InvokeId", "\"t-3\""),
                ("[2].CommandName", "\"c\""),
            ],
        );
        let decoded = decode(page.as_bytes()).unwrap();
        let joined = decoded.findings.iter().filter(|it| it.message().contains("on its own"));
        let paths: Vec<String> = joined.map(|it| it.path.to_string()).collect();
        assert_eq!(paths, ["Invocations.Invocation[1]", "Invocations.Invocation[2]"]);
    }
}

#[test]
fn duplicates_in_one_item() {
    // Nothing but the ID tells that there are two, the same item twice, and a field twice.
    type Pairs<'c> = &'c [(&'c str, &'c str)];
    let cases: [(Pairs<'_>, Pairs<'_>); 3] = [
        (
            &[("InvokeId", "t-1"), ("InvokeId", "t-2"), ("CommandName", "a")],
            &[("[0].InvokeId", "\"t-1\""), ("[0].CommandName", "\"a\"")],
        ),
        (
            &[
                ("InvokeId", "t-1"),
                ("CommandName", "a"),
                ("InvokeId", "t-1"),
                ("CommandName", "b"),
                ("Username", "c"),
            ],
            &[("[0].InvokeId", "\"t-1\""), ("[0].CommandName", "\"a\""), ("[0].Username", "\"c\"")],
        ),
        (
            &[("InvokeId", "t-1"), ("CommandName", "a"), ("CommandName", "b"), ("Username", "c")],
            &[("[0].InvokeId", "\"t-1\""), ("[0].CommandName", "\"a\""), ("[0].Username", "\"c\"")],
        ),
    ];
    for (members, expected) in cases {
        pages(members).iter().for_each(|page| check(page, expected));
    }
}

#[test]
fn signs_of_the_structure_in_words() {
    // In what was not damaged, a word may have any characters.
    check(
        r#"{"Invocations":{"Invocation":[{"InvokeId":"t<1>" "Username":"a","CommandId":"c\",1"}]}}"#,
        &[("[0].Username", "\"a\""), ("[0].CommandId", r#""c\",1""#)],
    );
    let cases = [
        (r#""InvokeId":"t-1","InvokeStatus":"Finis"eters":"{}","CommandName":"a""#, "InvokeStatus"),
        (r#""InvokeId":"t-1","InvokeStatus":"Finished," "CommandName":"a""#, "InvokeStatus"),
    ];
    for (members, dropped) in cases {
        let page = format!("{{\"Invocations\":{{\"Invocation\":[{{{members}}}]}}}}");
        check(&page, &[("[0].InvokeId", "\"t-1\""), ("[0].CommandName", "\"a\"")]);
        let decoded = decode(page.as_bytes()).unwrap();
        let mut findings = decoded.findings.iter().filter(|it| it.code() == "U201");
        let is_about = |it: &ecs_invocations::Finding| it.path.to_string().ends_with(dropped);
        assert!(findings.any(is_about), "{:?}", decoded.findings);
        // So do the edits.
        let repaired = String::from_utf8(decoded.repaired(page.as_bytes()).into_owned()).unwrap();
        serde_json::from_str::<serde_json::Value>(&repaired).unwrap();
        assert_eq!(model(&repaired), model(&page), "{repaired}");
    }
    // A name may have quotes.
    check(
        r#"{"Invocations":{"Invocation":[{"InvokeId":"t-1","CommandName":"say "hi"","Username":"a"}]}}"#,
        &[
            ("[0].InvokeId", "\"t-1\""),
            ("[0].CommandName", r#""say \"hi\"""#),
            ("[0].Username", "\"a\""),
        ],
    );
}

#[test]
fn elements_in_a_text() {
    let page = |name: &str, text: &str| {
        format!(
            "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>t-1</InvokeId><{name}>{text}</{name}>\
             </Invocation></Invocations></DescribeInvocationsResponse>"
        )
    };
    let id = ("[0].InvokeId", "\"t-1\"");
    check(&page("CommandName", "di<br/>sk"), &[id, ("[0].CommandName", "\"disk\"")]);
    let lines = "a<br/>b<BR></BR>c";
    check(&page("CommandDescription", lines), &[id, ("[0].CommandDescription", r#""a\nb\nc""#)]);
    check(&page("CommandDescription", "a<br/>"), &[id, ("[0].CommandDescription", "\"a\"")]);
    // A part of a text is no value.
    check(&page("CommandDescription", "a <b>b</b> c"), &[id]);
    check(&page("CommandDescription", "a<x/>c"), &[id]);
    let mixed = page("CommandDescription", "a <b>b</b> c");
    let decoded = decode(mixed.as_bytes()).unwrap();
    let finding = decoded.findings.iter().find(|it| it.code() == "U201").unwrap();
    assert!(finding.message().contains("a <b>b</b> c"), "{finding}");
}

#[test]
fn an_empty_root_before_its_content() {
    let page = "<DescribeInvocationsResponse/><RequestId>r</RequestId><Invocations><Invocation>\
                <InvokeId>t-1</InvokeId></Invocation></Invocations></DescribeInvocationsResponse>";
    let expected = [("RequestId", "\"r\""), ("Invocations.Invocation[0].InvokeId", "\"t-1\"")];
    assert_eq!(model(page), Some(values(&expected)));
    // It is empty before another document.
    let pages = "<DescribeInvocationsResponse/>\n<DescribeInvocationsResponse><RequestId>r</RequestId>\
                 </DescribeInvocationsResponse>";
    let all: Vec<_> = ecs_invocations::decode_all(pages.as_bytes()).collect();
    assert_eq!(all.len(), 2);
}

#[test]
fn remarks_after_numbers_and_booleans() {
    let page = |members: &str| {
        format!("{{\"RequestId\":\"r\",{members},\"Invocations\":{{\"Invocation\":[]}}}}")
    };
    for remark in ["???", "AAA }", "see ticket 1234", "†", "$", "<- here"] {
        let page = page(&format!("\"PageNumber\":1 {remark},\"PageSize\":50 {remark}"));
        let expected = [("RequestId", "\"r\""), ("PageNumber", "1"), ("PageSize", "50")];
        assert_eq!(model(&page), Some(values(&expected)), "{page}");
    }
    // A unit, another number, and a sound value.
    for members in ["\"PageSize\":5 minutes", "\"PageSize\":1 2", "\"PageSize\":\"1 ???\""] {
        assert_eq!(model(&page(members)), Some(values(&[("RequestId", "\"r\"")])), "{members}");
    }
}

#[test]
fn signs_after_every_string() {
    for sign in ["†", "$", "‡", "@", "◇"] {
        let page = format!(
            "{{\"RequestId\":\"r\" {sign},\"Invocations\":{{\"Invocation\":[{{\"InvokeId\":\"t-1\" {sign},\
             \"InvokeInstances\":{{\"InvokeInstance\":[{{\"InstanceId\":\"i-1\" {sign}}},{{\"InstanceId\":\"i-2\" \
             {sign}}}]}},\"CommandId\":\"c-1\" {sign}}}]}}}}"
        );
        let expected = [
            ("RequestId", "\"r\""),
            ("Invocations.Invocation[0].InvokeId", "\"t-1\""),
            ("Invocations.Invocation[0].InvokeInstances.InvokeInstance[0].InstanceId", "\"i-1\""),
            ("Invocations.Invocation[0].InvokeInstances.InvokeInstance[1].InstanceId", "\"i-2\""),
            ("Invocations.Invocation[0].CommandId", "\"c-1\""),
        ];
        assert_eq!(model(&page), Some(values(&expected)), "{page}");
    }
}

#[test]
fn coloured_names() {
    for (start, end) in
        [("\\u001b[1m", "\\u001b[22m"), ("^[[01;31m", "^[[m"), ("\\\\033[1m", "\\\\033[0m")]
    {
        let name = |name: &str| format!("\"{start}{name}{end}\"");
        let page = format!(
            "{{{}:\"r\",{}:{{{}:[{{{}:\"t-1\"}}]}}}}",
            name("RequestId"),
            name("Invocations"),
            name("Invocation"),
            name("InvokeId"),
        );
        let expected = [("RequestId", "\"r\""), ("Invocations.Invocation[0].InvokeId", "\"t-1\"")];
        assert_eq!(model(&page), Some(values(&expected)), "{page}");
    }
}

#[test]
fn a_quote_lost_in_single_quoted_text() {
    let page = r"{'RequestId': r-123', 'Invocations': {'Invocation': [{'InvokeId': 't-1', 'CommandName': 'a\nb'}]}}";
    let expected = [
        ("RequestId", "\"r-123\""),
        ("Invocations.Invocation[0].InvokeId", "\"t-1\""),
        ("Invocations.Invocation[0].CommandName", r#""a\nb""#),
    ];
    assert_eq!(model(page), Some(values(&expected)));
}

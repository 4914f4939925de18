//! Repair of each kind of damage: the decoded value and the findings.

mod describe;

use describe::{describe, describe_all};
use insta::assert_snapshot;

/// A page whose one invocation has these members.
fn page(members: &str) -> String {
    format!(r#"{{"Invocations": {{"Invocation": [{{"InvokeInstances": [], {members}}}]}}}}"#)
}

/// Each document, followed by its description.
fn documents<D: AsRef<str>>(documents: &[D]) -> String {
    let case = |document: &D| format!("{}\n{}", document.as_ref(), describe(document.as_ref()));
    documents.iter().map(case).collect::<Vec<_>>().join("\n")
}

#[test]
fn json_commas_and_colons() {
    assert_snapshot!(documents(&[
        r#"{"Code": "a" "Message": "m"}"#,
        r#"{"Code": "a",, "Message": "m"}"#,
        r#"{,"Code": "a", "Message": "m",}"#,
        r#"{"Code" "a", "Message": "m"}"#,
        r#"{"Code":: "a", "Message" = "m", "HostId" => "h"}"#,
        r#"{"Code": "a", "Message": }"#,
        r#"{"Code": "a", "Message"}"#,
        r#"{"Code": "a", "lost"}"#,
        &page(r#""Timed": true "InvokeId": "t-1""#),
        r#"{"Invocations": [{"InvokeId": "t-1"} {"InvokeId": "t-2"},, {"InvokeId": "t-3"},]}"#,
    ]));
}

#[test]
fn json_whitespace() {
    assert_snapshot!(documents(&[
        "{\u{a0}\"Code\":\u{3000}\"a\"\u{2003},\u{a0}\"Message\"\u{a0}\u{a0}: \"m\"\u{a0}}\u{a0}",
        "\u{200b}{\u{200b}\"Code\":\u{feff}\"a\"\u{2060},\u{b}\u{c}\"Message\": true\u{a0}}",
        "{\n\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\"Code\": \"a\u{a0}b\",\n\u{a0}\u{a0}// so\u{a0}it is\n\"Message\": \"m\"}",
        "{\"Code\": \"a\"\u{a0}\"Message\": m\u{a0}n\u{a0},\u{a0},\u{a0}]\u{a0}",
        "{\"Code\": \"a\"\u{a0}",
        "{Code\u{a0}: a}",
        &page("\"Timed\": true \"\u{a0}\u{a0}note\": null"),
        "{\"Invocations\": [{\"InvokeId\": \"t-1\"}\u{a0},\u{a0}{\"InvokeId\": \"t-2\"}\u{a0}]}",
    ]));
}

#[test]
fn json_quotes() {
    assert_snapshot!(documents(&[
        r#"{'Code': 'a', 'Message': 'it is “so”'}"#,
        r#"{“Code”: “a”, ‘Message’: ‘m’}"#,
        r#"{"Code": "a", "Message": "a curly “quote” and a 'single' one"}"#,
        r#"{Code: a, Message: some words here}"#,
        r#"{"Code: "a", "Message": "m"}"#,
        r#"{Code": "a", "Message": "m"}"#,
        r#"{"Code": "a, "Message": "m"}"#,
        r#"{"Code": a", "Message": "m"}"#,
        r#"{""Code"": "a", "Message": ""m""}"#,
        r#"{"Code": "a", "Message": "he said "stop" and left"}"#,
        r#"{"Code": "a", "Message": "no end}"#,
        r#"{Code=a, Message=some words, HostId=h}"#,
    ]));
}

#[test]
fn json_text() {
    assert_snapshot!(documents(&[
        "{\"Code\": \"a\", \"Message\": \"one\ntwo\tthree\u{1}\"}",
        r#"{"Code": "a", "Message": "C:\dir \x41 \u12 \'x\'"}"#,
        r#"{"Code": "a", "Message": "\ud83d and \ude00 and \ud83d\ude00"}"#,
        "// a note\n{\"Code\": /* why */ \"a\", # and so on\n \"Message\": \"a // b\"}",
        r#"{"Code": "a", /* never ends "Message": "m"}"#,
    ]));
}

#[test]
fn json_literals_and_numbers() {
    assert_snapshot!(documents(&[
        page(r#""Timed": True, "Timeout": None, "Frequency": NULL"#),
        page(r#""Timed": FALSE, "Timeout": undefined"#),
        page(r#""Timeout": NaN"#),
        page(r#""Timeout": 007"#),
        page(r#""Timeout": +60"#),
        page(r#""Timeout": 60., "X": [.5, 1e999, -Infinity, 0x1F, 1_000]"#),
    ]));
}

#[test]
fn json_brackets() {
    let item = |id: &str| format!(r#"{{"InvokeId": "t-{id}", "InvokeInstances": []}}"#);
    assert_snapshot!(documents(&[
        // Missing, at the end and inside.
        r#"{"Code": "a", "X": [1, 2"#.to_owned(),
        format!(
            r#"{{"Invocations": {{"Invocation": [{}, {}}}, "TotalCount": 2}}"#,
            item("1"),
            item("2")
        ),
        format!(r#"{{"Invocations": {{"Invocation": [{}, "TotalCount": 2}}"#, item("1")),
        format!(
            r#"{{"Invocations": {{"Invocation": [{}, {}]}}}}"#,
            item("1").trim_end_matches('}'),
            item("2")
        ),
        // Extra.
        format!(r#"{{"Invocations": {{"Invocation": [{}]}}}}, "TotalCount": 1}}"#, item("1")),
        format!(
            r#"{{"Invocations": {{"Invocation": [{}], {}]]}}, "TotalCount": 2}}"#,
            item("1"),
            item("2")
        ),
        // Mismatched.
        format!(r#"{{"Invocations": {{"Invocation": [{}}}]}}"#, item("1")),
        format!(r#"{{"Invocations": {{"Invocation": [{}]], "TotalCount": 1}}"#, item("1")),
    ]));
}

const CODE_A: &str = r#"{"Code": "a"}"#;

#[test]
fn surrounding_text() {
    let fence = format!("The answer was:\n```json\n{CODE_A}\n```\nthat is all");
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{CODE_A}");
    let prompt = format!("$ aliyun ecs DescribeInvocations --RegionId x\n{CODE_A}\n$ ");
    let log = format!("2026-11-24T12:00:00Z INFO [client] {{retry}} body={CODE_A} in 12 ms");
    let xml = "\u{1b}[0mreply: <?xml version='1.0'?><Error><Code>a</Code></Error> (404)";
    assert_snapshot!(documents(&[&fence, &http, &prompt, &log, xml]));
}

#[test]
fn multiple_documents() {
    let rows = [
        format!("{CODE_A}\n{}\n{CODE_A}\n", r#"{"Code": "b",}"#),
        format!("{CODE_A}{CODE_A}"),
        "<Error><Code>a</Code></Error>\n<Error><Code>b</Code></Error>".to_owned(),
        format!("{CODE_A}\n<Error><Code>b</Code></Error>"),
        format!("{CODE_A}\n{{\"Code\": \"cut\n{CODE_A}\n"),
        format!("{CODE_A}\n{{\"no\": \"response\"}}\nnoise\n{CODE_A}\n"),
    ];
    let case = |row: &String| format!("{row}\n{}", describe_all(row));
    assert_snapshot!(rows.iter().map(case).collect::<Vec<_>>().join("\n"));
    assert_snapshot!("first of several documents", documents(&rows[..1]));
}

#[test]
fn embedded_documents() {
    let xml = "<Error><Code>a</Code><Message>1 &lt; 2</Message></Error>";
    let escaped = xml.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let in_json = |text: &str| serde_json::to_string(text).unwrap();
    assert_snapshot!(documents(&[
        &in_json(CODE_A),
        &in_json(xml),
        &format!("{{\"body\": {}}}", in_json(CODE_A)),
        &format!("<string>{CODE_A}</string>"),
        &format!("<string>{escaped}</string>"),
        &escaped,
        "{&quot;Code&quot;: &quot;a&quot;, &#34;Message&#34;: &quot;&amp;lt;&quot;}",
        r#"log: {\"Code\": \"a\", \"Message\": \"one\\ntwo\"} end"#,
        // Only one level is unwrapped.
        &in_json(&in_json(CODE_A)),
    ]));
}

#[test]
fn json_truncated() {
    let whole = page(r#""InvokeId": "t-1", "Timed": true, "Timeout": 60"#);
    let cuts = ["\"Invocation\"", "t-", "t-1\"", "\"Timed\"", "tru", "60", "}]"];
    let cut = |upto: &str| whole[..whole.find(upto).unwrap() + upto.len()].to_owned();
    assert_snapshot!(documents(&cuts.map(cut)));
}

#[test]
fn xml_tags() {
    let item = |inside: &str| {
        format!(
            "<DescribeInvocationsResponse><Invocations>{inside}</Invocations>\
             <TotalCount>2</TotalCount></DescribeInvocationsResponse>"
        )
    };
    assert_snapshot!(documents(&[
        // Missing.
        "<Error><Code>a<Message>m</Message></Error>".to_owned(),
        "<Error><Code>a</Code><Message>m</Message>".to_owned(),
        item(
            "<Invocation><InvokeId>t-1</InvokeId><Invocation><InvokeId>t-2</InvokeId></Invocation>"
        ),
        item("<Invocation><InvokeId>t-1</InvokeId><Timed>true</Invocation>"),
        // Extra.
        "<Error><Code>a</Code></Code><Message>m</Message></Error>".to_owned(),
        item("<Invocation><InvokeId>t-1</InvokeId></Invocation></Invocation>"),
        // Mismatched.
        "<Error><Code>a</Kode><Message>m</Message></Error>".to_owned(),
        "<Error><Code>a</Message><Message>m</Code></Error>".to_owned(),
        item("<Invocation><InvokeId>t-1</Invocation></InvokeId>"),
    ]));
}

#[test]
fn xml_text_and_attributes() {
    assert_snapshot!(documents(&[
        "<Error><Code>a & b < c</Code><Message>x&y; &nbsp; &#xD800; &amp</Message></Error>",
        "<Error><Code a=1 b c='2' c='3'>x</Code></Error>",
        "<Error><Code a=\"1>x</Code><Message>m</Message></Error>",
        "<Error><Code a='<1>'>x</Code><Message b=“2”>m</Message></Error>",
        "<Error><Code a=\"1\"b=\"2\">x</Code></Error>",
        "<Error><Code<Message>m</Message></Error>",
        "<Error><Code>a</Code<Message>m</Message></Error>",
        "<Error><!-- a note <Code>a</Code></Error>",
        "<Error><Code><![CDATA[a <b></Code><Message>m</Message></Error>",
        "<Error><?pi <Code>a</Code></Error>",
        "<Error Code='a&#9;b&amp;c&d;e&f' Message='one\r\ntwo\tthree'></Error>",
        "<Error><Code>a\u{1b}[1mb\u{1b}[0m\tc\nd</Code><Message><![CDATA[\u{8}]]>]]>]]</Message></Error>",
        "<Error>\u{c}<Code>a</Code>\n<Message note='\u{1}'>m&#1;</Message></Error>",
    ]));
}

#[test]
fn xml_truncated() {
    let whole = "<Error><RequestId>r</RequestId><Code>a</Code><Message note='1'>two words";
    let cuts = ["</RequestId", "<Code", "<Code>a", "a</Code>", "note='1", "two wo"];
    let cut = |upto: &str| whole[..whole.find(upto).unwrap() + upto.len()].to_owned();
    assert_snapshot!(documents(&cuts.map(cut)));
}

#[test]
fn combined_damage() {
    assert_snapshot!(documents(&[
        r#"{'Code': 'a' "Message": "m",}"#,
        r#"response = {Code: "a", Message: "one "two"", "X": [1, 2}"#,
        "```\n{\"Invocations\": {\"Invocation\": [{\"Timed\": True \"InvokeId\": \"t-1\"}, // more\n]}",
        r#"{"Invocations": [{"InvokeId": 't-1', "Timeout": 06 "InvokeInstances": [{InstanceId: "i-1"}}], }"#,
        "> <Error><Code a=1>a & b<Message>m</Messag></Error>",
        "<Error><Code>a</Code><Message>1 < 2 <!-- note </Message><HostId>h</HostId></Error>\n$",
        "&lt;Error&gt;&lt;Code&gt;a&lt;/Kode&gt;&lt;Message&gt;m",
        r#""{\"Code\": \"a\" \"Message\": 'm'}""#,
    ]));
}

#[test]
fn findings_in_embedded_documents_locate_the_input() {
    let inside = "{\"Message\": \"1 < 2 & 3\r\nπ\", \"Code\": \"a\", \"code\": \"twice\"}";
    let escaped = inside.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    for document in [
        serde_json::to_string(inside).unwrap(),
        format!("<string>{escaped}</string>"),
        format!("<string>{}</string>", escaped.replace("twice", "&#x74;wice")),
        format!("<string><![CDATA[{inside}]]></string>"),
        format!("<string a='1'>{}<![CDATA[{}]]></string>", &escaped[..10], &inside[5..]),
        format!("<string>\n<![CDATA[{}]]>{}</string>", &inside[..15], &escaped[30..]),
    ] {
        let decoded = ecs_invocations::decode(document.as_bytes()).unwrap();
        let duplicate = decoded.findings.iter().find(|finding| finding.code() == "N119");
        let duplicate = duplicate.unwrap_or_else(|| panic!("{document}: {:?}", decoded.findings));
        let text = &document[duplicate.location.as_ref().unwrap().bytes.clone()];
        let text = text.replace("&quot;", "\"").replace("&#x74;", "t").replace("\\\"", "\"");
        assert_eq!(text, "\"twice\"", "{document}");
    }
}

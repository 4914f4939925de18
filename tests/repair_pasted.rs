//! Repair of what is pasted from chats, mails, terminals, consoles, diffs, spreadsheets and scans.

mod describe;

use describe::describe;
use ecs_invocations::{Response, decode};
use insta::assert_snapshot;

/// Each document, followed by its description.
fn documents<D: AsRef<str>>(documents: &[D]) -> String {
    let case = |document: &D| format!("{}\n{}", document.as_ref(), describe(document.as_ref()));
    documents.iter().map(case).collect::<Vec<_>>().join("\n")
}

/// A page with one invocation in XML, whose last closing tag is lost: a sound document is never changed.
fn xml(members: &str) -> String {
    format!(
        "<DescribeInvocationsResponse><RequestId>r-1</RequestId><Invocations><Invocation>{members}\
         <InvokeInstances/></Invocation></Invocations>"
    )
}

#[test]
fn texts_of_xml_with_escapes() {
    assert_snapshot!(documents(&[
        xml(r#"<CommandName>say \"hi\"</CommandName><Parameters>{\"a\":\"b\\n\"}</Parameters>"#),
        xml(r#"<WorkingDir>C:\Work</WorkingDir><Parameters>{\"a\":\"b\"}</Parameters>"#),
        xml(r#"<CommandName>say ""hi""</CommandName><Parameters>{""a"":""b""}</Parameters>"#),
        xml("<CommandName>100 %25</CommandName><Parameters>{%22a%22:%22b%22}</Parameters>"),
        xml("<CommandName>it’s</CommandName><Parameters>{“a”:“b”}</Parameters>"),
        xml(r#"<CommandName>a\_b</CommandName><Parameters>\{"a":"b"\}</Parameters>"#),
        xml(
            "<CommandDescription>a`nb</CommandDescription><Parameters>{`\"a`\":`\"b`\"}</Parameters>"
        ),
        xml("<CommandContent>ZWNobw=3D=3D</CommandContent><Output>YQ=3D=3D</Output>"),
    ]));
}

/// What is a text of its own is not changed.
#[test]
fn texts_of_xml_without_escapes() {
    assert_snapshot!(documents(&[
        xml(r#"<CommandName>say \"hi\"</CommandName><Parameters>{"a":"\"b\""}</Parameters>"#),
        xml(r#"<CommandName>say ""hi""</CommandName><Parameters>{"":"b"}</Parameters>"#),
        xml(r"<WorkingDir>C:\new</WorkingDir><CommandName>“a” 100 %25</CommandName>"),
        xml("<CommandName>i-1 ← here [1]</CommandName><CommandContent>YQ==</CommandContent>"),
    ]));
}

#[test]
fn words_of_xml_with_remarks() {
    assert_snapshot!(documents(&[
        xml("<InvokeId>t-1 ← here</InvokeId><CommandId>c-1 [1]</CommandId>"),
        xml("<InvokeId>t-1 &lt;- here</InvokeId><CommandId>\n  c-1\n  </CommandId>"),
        xml("<InvokeId>t-1&#0;</InvokeId><CommandId>c-1<br></CommandId>"),
        xml("<InvokeId>>t-1</InvokeId><CommandId>c-1]]></CommandId>"),
        xml("<InvokeId><![CDATA[<![CDATA[t-1]]>]]></InvokeId>"),
        xml("<InvokeId>t-1<／InvokeId>"),
        xml("<InvokeId>t-1 or t-2</InvokeId><CreationTime>today ← here</CreationTime>"),
    ]));
}

#[test]
fn encodings_and_invisible_characters() {
    let json = r#"{"RequestId": "r-1", "Invocations": {"Invocation": [{"InvokeId": "t-1", "CommandName": "a, b"}]}}"#;
    let mut is_open = false;
    let misread = json.chars().map(|c| match c {
        '"' => {
            is_open = !is_open;
            if is_open { "â€œ".to_owned() } else { "â€\u{9d}".to_owned() }
        }
        c => c.to_string(),
    });
    assert_snapshot!(documents(&[
        json.replace(':', ":\u{200b}").replace(',', ",\u{200b}"),
        json.replace('"', "\"\u{200e}"),
        misread.collect(),
        format!(
            "{{\\042RequestId\\042:\\042r-1\\042,\\042Code\\042:\\042a\\042,\\042Message\\042:\\042{}\\042}}",
            r"\074b\076 \046 C:\\\\x, \\042q\\042, \342\200\223"
        ),
        json.replace('"', "=22").replace("t-1", "t=3D1"),
    ]));
}

#[test]
fn diffs() {
    assert_snapshot!(documents(&[
        "--- a.json\n+++ b.json\n@@ -1,4 +1,4 @@\n {\n-\"Code\": \"a\",\n+\"Code\": \"b\",\n \"Message\": \"m\"\n }\n",
        "@@ -1 +1 @@\n-{\"Code\": \"a\"}\n+{\"Code\": \"b\"}\n",
    ]));
}

#[test]
fn signs_between_members() {
    assert_snapshot!(documents(&[
        "{\"Code\": \"a\" and\n\"Message\": \"m\"}",
        "{\"TotalCount\": 1 and\n\"PageSize\": 10 und \"Invocations\": []}",
        "{\"TotalCount\": 1/\n\"RequestId\": \"r\"&\"PageSize\": 10+ \"PageNumber\": 1‚ \"Invocations\": []}",
        "{\"Code\": \"a\"﹐ \"Message\": \"m\"، \"HostId\": \"h\"}",
        "{\"Code\": \"a\",\n\nReport — page 2\n\u{c}\nReport\n\"Message\": \"m\"}",
        "{\"Code\": *  \"a\", \"Message\": \"m\"}",
        "{\"TotalCount\": #1, #PageSize: 10, \"Invocations\": ▼[\n▼{\"InvokeId\": \"t-1\"}]}",
        "{code:title=a.json|borderStyle=solid}\n{\"Code\": \"a\"}\n{code}",
    ]));
}

#[test]
fn names_and_values() {
    assert_snapshot!(documents(&[
        r#"{"RequestId":"r","Invocations":"Invocation":"InvokeId":"t-1"},"InvokeId":"t-2"}]}}"#,
        r#"{"RequestId":"r","Invocations":,{"Invocation":[{"InvokeId":"t-1"}]}}"#,
        "{\"TotalCount\": /* none */\n\"RequestId\": \"r\", \"Invocations\": []}",
        r#"{["RequestId"]:"r",["Invocations"]:{["Invocation"]:[{["InvokeId"]:"t-1"}]}}"#,
        r#"{"Request.Id": "r", "Invocations": [{"Invoke.Id": "t-1"}]}"#,
        "{\"Code\": \"\"\"\"\"\", \"Message\": '''',\n\"HostId\": \"',\n\"RequestId\": \"r\"}",
        r#"{"RequestId": "r", "Invocations": [{"InvokeId": "t-1""2", "CreationTime": "2026-11-20""T06:15:55Z"}]}"#,
        r#"{"Code": "Code" "x", "Message": hex"6162"}"#,
        r#"{"Code": “a”, "Message": “a \”b\“”, "HostId": "a \” b", "x": "\\ \0"}"#,
        r#"{"InvokeId":"t-1","Extra":{"key":"test","CommandId":"c-1"},"Invocations":[]"#,
    ]));
}

/// Pages of one instance, or of two invocations, with what is not of the document.
#[test]
fn what_is_no_part_of_the_document_is_in_no_value() {
    let instance = |between: &str| {
        format!(
            "{{\"Invocations\": {{\"Invocation\": [{{\"InvokeId\": \"t-1\", \"InvokeInstances\": \
             {{\"InvokeInstance\": [\n {{\"InstanceId\": \"i-1\",{between}\n  \"ExitCode\": 0,\n  \
             \"Output\": \"b2s=\"}}]}}}}]}}}}"
        )
    };
    let expected = values(&instance(""));
    for remark in [
        " ; ExitCode: 7",
        " -- ExitCode: 7",
        "\n> ExitCode: 7",
        " [ExitCode: 7]",
        " [note, please]",
        " {old}",
        " ; {old}",
        "\n  (was \"Failed\" before)",
    ] {
        assert_eq!(values(&instance(remark)), expected, "{remark}");
    }
    let page = |first: &str, second: &str| {
        format!(
            r#"{{"Invocations":{{"Invocation":[{{"InvokeId":"t-1",{first}"Timed":false}},{{"InvokeId":"t-2",{second}"Timed":true}}]}}}}"#
        )
    };
    for (damaged, sound) in [
        // What looks like a pattern between slashes.
        (
            page(r#""WorkingDir":/root,"#, r#""WorkingDir":/root,"#),
            page(r#""WorkingDir":"/root","#, r#""WorkingDir":"/root","#),
        ),
        // A lost name.
        (
            page(r#""InvokeStatus":"Success",:"nightly","#, ""),
            page(r#""InvokeStatus":"Success","#, ""),
        ),
        (
            page("\"CommandName\":\"a\", -- TODO: check this\n", ""),
            page(r#""CommandName":"a","#, ""),
        ),
        (page(r#""CommandName" - "a","#, ""), page(r#""CommandName":"a","#, "")),
        (
            page(r#""CommandName":"a","#, "").replace(',', ",=20\n").replace('}', "=20\n}") + "=20",
            page(r#""CommandName":"a","#, ""),
        ),
        (
            format!("'{}'", page(r#""WorkingDir":"C:\\\\a","CommandName":"\\u00e9","#, "")),
            page(r#""WorkingDir":"C:\\a","CommandName":"\u00e9","#, ""),
        ),
        (
            format!("b'{}'", page(r#""WorkingDir":"C:\\\\Work","#, "")),
            page(r#""WorkingDir":"C:\\Work","#, ""),
        ),
        (
            page(r#""Output":"<div>ok</div>","#, "").replace('"', "'"),
            page(r#""Output":"<div>ok</div>","#, ""),
        ),
        (format!("Output:\n{}", page("", "")), page("", "")),
        (format!("response:\n```json\n{}\n```", page("", "")), page("", "")),
        // A list without the response around it, with another bracket lost or doubled.
        (
            r#"[{"InvokeId":"t-1","InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1"}}},{"InvokeId":"t-2","Timed":true}]"#.to_owned(),
            r#"[{"InvokeId":"t-1","InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1"}]}},{"InvokeId":"t-2","Timed":true}]"#.to_owned(),
        ),
        (
            r#"[{{"InvokeId":"t-1","InstanceId":"i-1","ExitCode":0},{"InvokeId":"t-1","InstanceId":"i-2","ExitCode":1}]"#.to_owned(),
            r#"[{"InvokeId":"t-1","InstanceId":"i-1","ExitCode":0},{"InvokeId":"t-1","InstanceId":"i-2","ExitCode":1}]"#.to_owned(),
        ),
        // Numbers and literals of Python.
        (
            page(r#""Timeout":1000000000000000000,"CommandName":"a\nb","#, "")
                .replace('"', "'")
                .replace("false", "False")
                .replace("true", "True"),
            page(r#""Timeout":1000000000000000000,"CommandName":"a\nb","#, ""),
        ),
    ] {
        assert_eq!(values(&damaged), values(&sound), "{damaged}");
    }
}

#[test]
fn merges_keep_the_first_side() {
    let merge = |first: &str, second: &str| {
        format!(
            "{{\"Invocations\": [{{\n  \"InvokeId\": \"t-1\",\n<<<<<<< HEAD\n{first}\n=======\n{second}\n\
             >>>>>>> branch\n  {{\n  \"InvokeId\": \"t-2\"\n}}]}}"
        )
    };
    let side = |name: &str| format!("  \"CommandName\": \"{name}\"\n  }},");
    assert_snapshot!(documents(&[
        merge(&side("a"), &side("a")),
        merge(&side("a"), &side("b")),
        // No conflict.
        merge(&side("a"), "text"),
    ]));
}

/// The canonical form of a document.
fn values(document: &str) -> Response<'static> {
    let decoded = decode(document.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{document}"));
    decoded.into_owned().response
}

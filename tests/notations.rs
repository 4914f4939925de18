//! Prints of a response by programs in other notations than JSON and XML.

mod describe;

use std::fs;
use std::path::PathBuf;

use describe::describe;
use ecs_invocations::finding::FindingKind;
use ecs_invocations::{Format, decode};
use insta::assert_snapshot;

fn documents<D: AsRef<str>>(documents: &[D]) -> String {
    let case = |document: &D| format!("{}\n{}", document.as_ref(), describe(document.as_ref()));
    documents.iter().map(case).collect::<Vec<_>>().join("\n")
}

fn answers() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "corpus", "answers"].iter().collect()
}

/// The files of the corpus that were printed from one page, without loss.
fn prints() -> Vec<(String, String)> {
    let entries = fs::read_dir(answers()).unwrap().map(|entry| entry.unwrap().path());
    let print = |path: PathBuf| {
        let name = path.file_name()?.to_str()?.strip_prefix("print-")?.to_owned();
        let is_whole = !name.starts_with("lossy-") && !name.starts_with("of-");
        is_whole.then(|| (name, fs::read_to_string(path).unwrap()))
    };
    let mut prints: Vec<_> = entries.filter_map(print).collect();
    prints.sort();
    prints
}

/// The canonical JSON without fields that the notation cannot tell from missing ones.
fn known_values(json: &str) -> String {
    let is_value = |line: &&str| !line.contains(": \"\"") && !line.contains(": null");
    let lines = json.lines().filter(is_value);
    lines.map(|line| line.trim().trim_end_matches(',')).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_print_has_the_values_of_the_response() {
    let page = fs::read(answers().join("print-of-page.json")).unwrap();
    let page = format!("{:#}", decode(&page).unwrap().response.to_json());
    let prints = prints();
    assert!(prints.len() >= 25, "{}", prints.len());
    for (name, print) in prints {
        let decoded = decode(print.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let json = format!("{:#}", decoded.response.to_json());
        assert_eq!(known_values(&json), known_values(&page), "{name}");
        let is_notation = |kind: &FindingKind| matches!(kind, FindingKind::Notation { .. });
        assert!(decoded.findings.iter().any(|finding| is_notation(&finding.kind)), "{name}");
        assert_eq!(decoded.format, Format::Text, "{name}");
    }
}

#[test]
fn a_cut_print_gives_a_part_of_the_values() {
    let page = fs::read(answers().join("print-of-page.json")).unwrap();
    let page = format!("{:#}", decode(&page).unwrap().response.to_json());
    for (name, print) in prints() {
        for tenth in 1..10 {
            let mut end = print.len() * tenth / 10;
            while !print.is_char_boundary(end) {
                end -= 1;
            }
            let Ok(decoded) = decode(&print.as_bytes()[..end]) else { continue };
            let json = format!("{:#}", decoded.response.to_json());
            for line in known_values(&json).lines().filter(|line| line.contains("\": \"")) {
                assert!(page.contains(line), "{name} cut at {end}: {line}");
            }
        }
    }
}

#[test]
fn quoted_strings() {
    assert_snapshot!(documents(&[
        r#"OrderedDict([('Code', 'Throttling'), ('Message', "it's\n\x1b[1m \"so\""), ('RequestId', 'r')])"#,
        r"{u'Code': u'Throttling', u'Message': u'caf\xe9 \u4f60', u'RequestId': u'r'}",
        r"{'Code': 'Throttling', 'Message': 'caf\xc3\xa9 ' 'closed', 'RequestId': b'r'}",
        r"Error(code='Throttling', message='a, b=c', request_id='r', host_id=None)",
        r##"#<Error:0x00007f6e @code="Throttling", @message="a \#{b} \e[0m", @request_id=nil>"##,
        r##"{:Code=>"Throttling", :Message=>"a => b", :RequestId=>"r"}"##,
        r##"#<struct Error code="Throttling", message="m", request_id="r">"##,
        r#"main.Error{Code:"Throttling", Message:"a\tb", RequestId:"r", Detail:(*main.Detail)(nil)}"#,
        r#"Error { code: Some("Throttling"), message: Some("a \u{1b} b"), request_id: None }"#,
        r#"Object {"Code": String("Throttling"), "Message": String("m"), "Status": Number(400)}"#,
        "array (\n  'Code' => 'Throttling',\n  'Message' => 'C:\\\\new it\\'s',\n  'RequestId' => NULL,\n)",
        "array(2) {\n  [\"Code\"]=>\n  string(10) \"Throttling\"\n  [\"Message\"]=>\n  string(7) \"a \"b\"\n}\"\n}",
        "Error {\n  code: 'Throttling',\n  message: 'one ' +\n    'two',\n  requestId: undefined\n}",
        "Map(2) { 'Code' => 'Throttling', 'Message' => 'm' }",
        "@{Code = 'Throttling'; Message = 'it''s'; RequestId = $null}",
    ]));
}

#[test]
fn strings_without_quotes() {
    assert_snapshot!(documents(&[
        "Error(code=Throttling, message=a, b and c (d), requestId=r)",
        "Error[code=Throttling, message=a = b, requestId=null]",
        "Error{code='Throttling', message='it's 'so'', requestId='r'}",
        "{Code=Throttling, Message=a, RequestId=r}",
        "com.aliyun.Error@1f2e[code=Throttling,message=a,b,requestId=r]",
        "map[Code:Throttling Message:the code: 5 is bad RequestId:r]",
        "&{Code:Throttling Message: RequestId:r}",
        "Error { Code = Throttling, Message = a, b, RequestId =  }",
        "Map(Code -> Throttling, Message -> a -> b, RequestId -> r)",
        "Array\n(\n    [Code] => Throttling\n    [Message] => one\ntwo [x] => 1\n    [RequestId] => \n)\n",
        "Array ( [Code] => Throttling [Message] => [RequestId] => r )",
    ]));
}

#[test]
fn ends_that_are_ambiguous() {
    assert_snapshot!(documents(&[
        "Error(code=Throttling, message=Too many, more=2, requestId=r)",
        "Error(code=Throttling, message=once, code=x, requestId=r)",
        "Error(code=Throttling, newField=5, message=m, requestId=r)",
        "Error(code=Throttling, requestId=r, message=smile :-( here)",
        "map[Code:Throttling Message:a Reason:b RequestId:r]",
    ]));
}

#[test]
fn yaml() {
    assert_snapshot!(documents(&[
        "Code: Throttling\nMessage: |\n  one\n    two\n\n  three\nRequestId: r\n",
        "Code: Throttling\nMessage: >-\n  one\n  two\n\n  three\nRequestId: 'it''s'\n",
        "Code: Throttling\nMessage: one\n  two\nRequestId: ~ # none\n",
        "Code: Throttling\nMessage: \"caf\\xE9 \\\n  \\ closed\n\n  b\"\nRequestId: r\n",
        "---\nInvocations:\n  Invocation:\n  - InvokeId: t-1\n    Timed: false\n    InvokeInstances: {InvokeInstance: []}\n  -\n    InvokeId: t-2\nTotalCount: 2\n",
        "{Code: Throttling, Message: 'a, \"b\"', RequestId: r}",
        "{Code: Throttling, Message: 'C:\\new\\test, it''s', RequestId: \"\\xe9\"}",
    ]));
}

#[test]
fn powershell_lists() {
    assert_snapshot!(documents(&[
        "\nCode      : Throttling\nMessage   : one\n            two\nRequestId : \n\n",
        "InvokeId        : t-1\nTimed           : False\nInvokeInstances : @{InvokeInstance={@{InstanceId=i-1; ExitCode=0}, @{InstanceId=i-2; ExitCode=1}}}\n\nInvokeId        : t-2\nTimed           : True\nInvokeInstances : @{InvokeInstance=System.Object[]}\n",
    ]));
}

#[test]
fn what_a_print_left_out() {
    assert_snapshot!(documents(&[
        "{\n  RequestId: 'r',\n  Invocations: { Invocation: [ [Object], [Object] ] }\n}",
        "[\n  { InvokeId: 't-1', CommandId: 'c-1', InvokeInstances: { InvokeInstance: [Array] } }\n]",
        "{ Code: 'Throttling', Message: 'a'... 20 more characters, RequestId: 'r' }",
        "&{r 1 [{t-1 c-1 {[{i-1 0}]}}]}",
        "RequestId   : r\nTotalCount  : 3\nInvocations : @{Invocation=System.Object[]}\n",
        "RequestId = \"r\"\n\n[[Invocations.Invocation]]\nInvokeId = \"t-1\"\n",
    ]));
}

#[test]
fn text_around_a_print() {
    assert_snapshot!(documents(&[
        "2026-11-24 12:00:00 INFO response: Error(code=Throttling, message=m, requestId=r) in 5 ms\n",
        "irb> p response\n{:Code=>\"Throttling\", :Message=>\"m\"}\n=> nil\n",
        "the call failed (Code: 5) and [Message: none] was returned",
        "Code: is what the error page says\nand nothing else",
    ]));
}

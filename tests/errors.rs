//! Inputs that are not decoded: one clear line each.

mod shown;

use ecs_invocations::{Options, Repair};
use insta::assert_snapshot;
use shown::shown;

/// The start of each document, and its error.
fn messages<D: AsRef<[u8]>>(documents: &[D]) -> String {
    let case = |document: &D| {
        let text = String::from_utf8_lossy(document.as_ref());
        let begins: String = text.chars().take(60).collect();
        format!("{begins:?}\n  {}", shown(document))
    };
    documents.iter().map(case).collect()
}

#[test]
fn not_a_response() {
    assert_snapshot!(messages(&[
        "",
        " \n\t",
        "\u{feff}",
        "not a response",
        "null",
        "true",
        "12",
        "\"text\"",
        "[1, 2]",
        "{}",
        "{\"status\": \"ok\", \"data\": []}",
        "{\"RequestId\": \"r\"}",
        "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6}",
        "\u{1b}[31mred\nsecond line",
        "<html><head><title>502 Bad Gateway</title></head></html>",
        "<!DOCTYPE html>\n<HTML lang=en><body>",
        "<!doctype HTML><p>",
        "<DescribeInstancesResponse/>",
        "<Error/>",
        "<Error><RequestId>r</RequestId></Error>",
        "<Error>busy</Error>",
        "<DescribeInvocationsResponse>busy</DescribeInvocationsResponse>",
        "<?xml version=\"1.0\"?>",
        "<!-- nothing -->",
    ]));
}

#[test]
fn syntax() {
    assert_snapshot!(messages(&[
        "{\"Code\": ",
        "{\"Code\": \"a",
        "{\"Code\": \"a\"}}",
        "{\"Code\": \"a\"",
        "{\n  \"Invocations\": {\"Invocation\": [\n    {\"InvokeId\": \"t-1\"},\n    {\"Timed\": tru}\n  ]}\n}",
        "{\"Code\": \"\\x\"}",
        "{Code: 1}",
        "<",
        "<Error",
        "<Error>",
        "<Error><Code>a</Error>",
        "<Error><Code>a</Code></Error></Error>",
        "<Error><Code>a</Code></Error><Error/>",
        "<Error><Code a=b>a</Code></Error>",
        "<Error><!-- </Error>",
        "<Error><![CDATA[ </Error>",
        "<DescribeInvocationsResponse>\n<Invocations>\n<Invocation><Timed>漢</Time></Invocation>",
        "text <Error/>",
        "<Error><Code>\u{1b}[2J</\u{1b}[2J></Error>",
    ]));
}

#[test]
fn nesting() {
    let deep = |open: &str, inside: &str, close: &str, depth: usize| {
        format!("{}{inside}{}", open.repeat(depth), close.repeat(depth))
    };
    assert_snapshot!(messages(&[
        deep("[", "", "]", 100_000),
        deep("{\"a\":", "1", "}", 100_000),
        deep("{\"body\":", "1", "}", 127),
        format!("{{\"Code\":\"a\",\"X\":{}}}", deep("[", "", "]", 97)),
        format!("<Error>{}</Error>", deep("<X>", "", "</X>", 100_000)),
        format!("<Error>{}</Error>", deep("<X>", "", "</X>", 98)),
        deep("<Error>", "", "</Error>", 100_000),
        "<Error>".repeat(100_000),
        "[".repeat(100_000),
    ]));
    // At the limit, they are decoded.
    let list = format!("{{\"Code\":\"a\",\"X\":{}}}", deep("[", "", "]", 96));
    let elements = format!("<Error><Code>a</Code>{}</Error>", deep("<X>", "", "</X>", 97));
    for document in [list, elements] {
        assert!(!shown(&document).starts_with("error"), "{}", shown(&document));
    }
}

#[test]
fn an_error_has_a_path_and_ends_with_its_document() {
    let mut options = Options::default();
    options.repair = Repair::None;
    let bytes = br#"{"Invocations": [{"Timed": }]} {"Code": "b"}"#;
    let mut read = options.decode_all(bytes);
    let error = read.next().unwrap().unwrap_err();
    assert_eq!(error.path().to_string(), "Invocations.Invocation[0].Timed");
    assert!(read.next().unwrap().is_ok(), "the next document");
    assert!(read.next().is_none());
}

//! Errors as clients print them.

use ecs_invocations::{Decoded, ErrorKind, Format, Options, Repair, Response, decode, decode_all};
use serde_json::{Value, json};

/// The client, what it prints, and the fields of the error.
const PRINTS: &[(&str, &str, &str)] = &[
    (
        "the aliyun CLI or the Go SDK",
        "ERROR: SDK.ServerError\nErrorCode: InvalidRegionId.NotFound\n\
         Recommend: https://api.example.com/troubleshoot?q=InvalidRegionId.NotFound&product=Ecs\n\
         RequestId: 540C-1\nMessage: The specified RegionId does not exist.",
        r#"{"Code": "InvalidRegionId.NotFound", "RequestId": "540C-1",
            "Recommend": "https://api.example.com/troubleshoot?q=InvalidRegionId.NotFound&product=Ecs",
            "Message": "The specified RegionId does not exist."}"#,
    ),
    (
        "the aliyun CLI or the Go SDK",
        "SDK.ServerError\nMessage: You said \"no\\yes\".\n\n  A second: paragraph\nRequestId: 540C-1\n\
         Recommend: \nErrorCode: Forbidden.RAM",
        r#"{"Code": "Forbidden.RAM", "RequestId": "540C-1",
            "Message": "You said \"no\\yes\".\n\n  A second: paragraph"}"#,
    ),
    (
        "the aliyun CLI or the Go SDK",
        "ERROR: SDK.ServerError ErrorCode: Throttling Recommend:  RequestId: 540C-1 Message: Denied by flow control",
        r#"{"Code": "Throttling", "RequestId": "540C-1", "Message": "Denied by flow control"}"#,
    ),
    (
        "the Python SDK",
        "HTTP Status: 403 Error:Forbidden.RAM User not authorized to operate on the specified resource. RequestID: 540C-1",
        r#"{"Code": "Forbidden.RAM", "RequestId": "540C-1", "StatusCode": 403,
            "Message": "User not authorized to operate on the specified resource."}"#,
    ),
    (
        "the Python SDK",
        "HTTP Status: 400\nError:InvalidTimeStamp.Expired Specified time stamp\nis expired.\nRequestID: 540C-1",
        r#"{"Code": "InvalidTimeStamp.Expired", "RequestId": "540C-1", "StatusCode": 400,
            "Message": "Specified time stamp\nis expired."}"#,
    ),
    (
        "the Python SDK",
        "HTTP Status: 503 Error:ServiceUnavailable RequestID: 540C-1",
        r#"{"Code": "ServiceUnavailable", "RequestId": "540C-1", "StatusCode": 503}"#,
    ),
    (
        "the Python SDK",
        "HTTP Status: 503 Error:ServiceUnavailable The request has failed. RequestID: None",
        r#"{"Code": "ServiceUnavailable", "StatusCode": 503, "Message": "The request has failed."}"#,
    ),
    (
        "aliyun-openapi",
        "Aliyun API Error: RequestId: 540C-1 Status Code: 403 Code: Forbidden.RAM Message: Not: authorized",
        r#"{"Code": "Forbidden.RAM", "RequestId": "540C-1", "StatusCode": 403, "Message": "Not: authorized"}"#,
    ),
    (
        "an SDK (Tea)",
        "Error: Throttling.User code: 400, Request was denied due to user flow control. request id: 540C-1",
        r#"{"Code": "Throttling.User", "RequestId": "540C-1", "StatusCode": 400,
            "Message": "Request was denied due to user flow control."}"#,
    ),
    (
        "an SDK (Tea)",
        "Error: Forbidden.RAM: code: 403, User not authorized request id: 540C-1 Response: {}",
        r#"{"Code": "Forbidden.RAM", "RequestId": "540C-1", "StatusCode": 403, "Message": "User not authorized"}"#,
    ),
    (
        "the Go SDK (Tea)",
        "SDKError:\n   StatusCode: 403\n   Code: Forbidden.RAM\n   Message: code: 403, User not\n   authorized. request id: 540C-1\n   Data: {\"statusCode\":403}",
        r#"{"Code": "Forbidden.RAM", "RequestId": "540C-1", "StatusCode": 403, "Message": "User not\n   authorized."}"#,
    ),
    (
        "the Java or .NET SDK",
        "com.aliyuncs.exceptions.ClientException: Forbidden.RAM : User not authorized to operate.\nRequestId : 540C-1",
        r#"{"Code": "Forbidden.RAM", "RequestId": "540C-1", "Message": "User not authorized to operate."}"#,
    ),
    (
        "the Java or .NET SDK",
        "com.aliyuncs.exceptions.ServerException: InternalError : The request has failed.",
        r#"{"Code": "InternalError", "Message": "The request has failed."}"#,
    ),
    (
        "the Java or .NET SDK",
        "Aliyun.Acs.Core.Exceptions.ServerException: Throttling.User : Request was denied.",
        r#"{"Code": "Throttling.User", "Message": "Request was denied."}"#,
    ),
    (
        "the PHP SDK",
        r"AlibabaCloud\Client\Exception\ServerException: Forbidden.RAM: User not authorized RequestId: 540C-1",
        r#"{"Code": "Forbidden.RAM", "RequestId": "540C-1", "Message": "User not authorized"}"#,
    ),
];

/// Text that may be before an error, and after it.
const AROUND: &[(&str, &str)] = &[
    ("", "\n"),
    ("\n\n", "\n\n\nSee the manual.\n"),
    ("2026-11-26 10:00:00 WARN ", "\n2026-11-26 10:00:01 INFO Message: next\n"),
    ("[ERROR] x.go:12: Resource alicloud_instance RunInstances Failed!!! [SDK ERROR]:\n", "\n"),
    (
        "Traceback (most recent call last):\n  File \"a.py\", line 2, in <module>\n    run()\nmodule.Type: ",
        "\n\nDuring handling of the above, another exception occurred.\n",
    ),
    ("Exception in thread \"main\" ", "\n\tat com.aliyuncs.X.parse(X.java:1)\nCaused by: y\n"),
    ("", "\nexit status 1\n"),
];

fn read(text: &str) -> Decoded<'static> {
    decode(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}")).into_owned()
}

fn fields(decoded: &Decoded<'_>) -> Value {
    assert!(matches!(decoded.response, Response::Error(_)));
    serde_json::from_str(&decoded.response.to_json()).unwrap()
}

/// The canonical form survives a round trip, and every character of the text is in a finding or is
/// whitespace.
fn assert_nothing_is_lost(text: &str, decoded: &Decoded<'_>) {
    let again = decode(decoded.response.to_json().as_bytes()).unwrap().into_owned();
    assert_eq!(again.response, decoded.response);
    let mut at = 0;
    for finding in &decoded.findings {
        let span = finding.location.clone().unwrap().bytes;
        assert_eq!(&*finding.found, &text[span.clone()], "{finding:?}");
        assert!(text[at..span.start].trim().is_empty(), "{text}\n{:?}", decoded.findings);
        at = span.end;
    }
    assert!(text[at..].trim().is_empty(), "{text}\n{:?}", decoded.findings);
}

/// Edits of one of several documents leave the text around it.
fn without_edits(mut decoded: Decoded<'_>) -> Decoded<'_> {
    decoded.edits.clear();
    decoded
}

#[test]
fn each_print_is_read_as_its_error() {
    for (client, print, expected) in PRINTS {
        let expected: Value = serde_json::from_str(expected).unwrap();
        for (before, after) in AROUND {
            for newline in ["\n", "\r\n"] {
                let text = format!("{before}{print}{after}").replace('\n', newline);
                let decoded = read(&text);
                assert_eq!(decoded.format, Format::Text, "{text}");
                let message = expected["Message"].as_str().map(|it| it.replace('\n', newline));
                let mut expected = expected.clone();
                if let Some(message) = message {
                    expected["Message"] = message.into();
                }
                assert_eq!(fields(&decoded), expected, "{text}");
                assert_nothing_is_lost(&text, &decoded);
                let messages: Vec<String> =
                    decoded.findings.iter().map(|finding| finding.message()).collect();
                let printed = format!("error printed by {client} read as an error response");
                assert_eq!(messages.iter().filter(|it| **it == printed).count(), 1, "{messages:?}");
                let all: Vec<_> = decode_all(text.as_bytes()).collect();
                let [Ok(only)] = &all[..] else { panic!("{all:?}\n{text}") };
                assert_eq!(without_edits(only.clone()), without_edits(decoded), "{text}");
            }
        }
    }
}

/// As programs log it.
#[test]
fn a_print_in_a_string_is_read_as_its_error() {
    for (client, print, expected) in PRINTS {
        for (before, after) in [("", ""), ("call failed: ", "\n\tat X.parse(X.java:1)\n")] {
            let text = Value::from(format!("{before}{print}{after}")).to_string();
            for (document, beside) in [
                (text.clone(), json!({})),
                (format!("{{\"level\":\"error\",\"msg\":{text}}}"), json!({"level": "error"})),
                (format!("{{\"a\":1,\"log\":{{\"message\":{text}}}}}"), json!({"a": 1})),
            ] {
                let mut expected: Value = serde_json::from_str(expected).unwrap();
                let beside = beside.as_object().unwrap();
                beside.iter().for_each(|(name, value)| expected[name] = value.clone());
                let decoded = read(&document);
                assert_eq!(fields(&decoded), expected, "{document}");
                let printed = format!("error printed by {client} read as an error response");
                let count = decoded.findings.iter().filter(|it| it.message() == printed).count();
                assert_eq!(count, 1, "{document}\n{:?}", decoded.findings);
            }
        }
    }
}

#[test]
fn a_border_is_not_part_of_a_message() {
    let text = "╷\n│ Error: [ERROR] r.go:1: Resource a Create Failed!!! [SDK ERROR]:\n\
                │ SDK.ServerError\n│ ErrorCode: Forbidden\n│ RequestId: r-1\n\
                │ Message: One\n│   two\n│ \n│   with a.b,\n╵\n";
    let decoded = read(text);
    let expected = json!({"Code": "Forbidden", "RequestId": "r-1", "Message": "One\n  two"});
    assert_eq!(fields(&decoded), expected);
    let codes: Vec<_> = decoded.findings.iter().map(|finding| finding.code()).collect();
    assert_eq!(codes, ["M314", "M320", "M314"]);
}

/// The body of a response has all that the service sent.
#[test]
fn a_body_in_the_print_wins() {
    let head = "SDKError:\n   StatusCode: 403\n   Code: Outer\n   Message: code: 403, outer request id: o\n   Data: ";
    for body in [
        r#"{"Code":"Inner","Message":"inner","RequestId":"i"}"#,
        "{'Code': 'Inner', 'Message': 'inner', 'RequestId': 'i'}",
        r#"{"Code":"Inner","Message":"inner","RequestId":"i""#,
    ] {
        let text = format!("log: {head}{body}\n");
        let decoded = read(&text);
        assert_eq!(
            fields(&decoded),
            json!({"Code": "Inner", "Message": "inner", "RequestId": "i"})
        );
        assert_eq!(decoded.format, Format::Json);
        let printed = &decoded.findings[1];
        assert_eq!((printed.code(), &*printed.found), ("M320", head));
        let all: Vec<_> = decode_all(text.as_bytes()).collect();
        let all: Vec<_> = all.into_iter().map(|decoded| decoded.map(without_edits)).collect();
        assert_eq!(all, [Ok(without_edits(decoded))], "{text}");
    }
}

#[test]
fn documents_and_prints_of_a_log_are_decoded_in_order() {
    let print =
        |code: &str| format!("10:00:00 HTTP Status: 400 Error:{code} It failed. RequestID: r-1\n");
    let page = "{\"PageNumber\": 1, \"Invocations\": []}\n";
    let xml = "<Error><Code>InXml</Code></Error>\n";
    let text = [
        &*print("A"),
        &print("B"),
        page,
        &print("C"),
        "SDK.ServerError\nErrorCode: D\nMessage: m\n",
        xml,
        "Aliyun API Error: RequestId: r Status Code: 500 Code: E Message: m\n",
        page,
        "done\n",
    ]
    .concat();
    let read = |decoded: Result<Decoded<'_>, ecs_invocations::Error>| {
        let decoded = decoded.unwrap();
        match &decoded.response {
            Response::Error(error) => error.code.as_ref().unwrap().as_str().to_owned(),
            page => page.to_string(),
        }
    };
    let page = "page 1: 0 invocations";
    let all: Vec<_> = decode_all(text.as_bytes()).map(read).collect();
    assert_eq!(all, ["A", "B", page, "C", "D", "InXml", "E", page]);
    // One response alone: the first document, else the first print.
    assert_eq!(read(decode(text.as_bytes())), page);
    let prints = print("A") + &print("B");
    let decoded = decode(prints.as_bytes()).unwrap();
    assert_eq!(decoded.findings.last().unwrap().code(), "M315");
    assert_eq!(&*decoded.findings.last().unwrap().found, print("B").trim());
    assert_eq!(read(Ok(decoded)), "A");
}

#[test]
fn a_document_is_not_part_of_a_message() {
    let text = "Aliyun API Error: RequestId: r Code: Outer Message: see {\"Code\": \"Inner\"}";
    let codes: Vec<_> = decode_all(text.as_bytes())
        .map(|decoded| fields(&decoded.unwrap())["Code"].clone())
        .collect();
    assert_eq!(codes, ["Outer", "Inner"]);
    assert_eq!(fields(&read(text)), json!({"Code": "Inner"}));
    // Unless it is no response.
    let text = "Aliyun API Error: RequestId: r Code: Outer Message: see {\"a\": 1} and {b: 2}";
    let message = json!("see {\"a\": 1} and {b: 2}");
    assert_eq!(fields(&read(text))["Message"], message);
    assert_eq!(decode_all(text.as_bytes()).count(), 1);
}

/// Node.js prints the properties of an error behind its stack, and Terraform a line before it.
#[test]
fn a_print_in_two_parts_is_one_error() {
    let node = "ResponseError: Forbidden.RAM: code: 403, no permission request id: R\n    at f (/a.js:1:1)\n    \
                at Client.g (/b.js:2:3) {\n  code: 'Forbidden.RAM',\n  statusCode: 403,\n  data: {\n    \
                Code: 'Forbidden.RAM',\n    Message: 'no permission',\n    RequestId: 'R'\n  }\n}\n";
    let terraform = "Error: [ERROR] x.go:90: Resource a DescribeInvocations Failed!!! [SDK ERROR]:\nSDKError:\n   \
                     StatusCode: 403\n   Code: Forbidden.RAM\n   Message: code: 403, no permission request id: R\n   Data: {}\n";
    for print in [node, terraform] {
        let errors: Vec<_> = decode_all(print.as_bytes()).collect();
        assert_eq!(errors.len(), 1, "{errors:#?}");
        let error = fields(errors[0].as_ref().unwrap());
        assert_eq!(
            (&error["Code"], &error["RequestId"]),
            (&json!("Forbidden.RAM"), &json!("R")),
            "{print}"
        );
    }
}

/// The Tea SDKs do not print the code of an exception by itself.
#[test]
fn an_exception_without_its_code_is_named() {
    for print in [
        "com.aliyun.tea.TeaException: code: 400, denied request id: r",
        r"AlibabaCloud\Tea\Exception\TeaError: code: 403, no",
        "Error: code: 400, denied. request id: r",
    ] {
        for error in [
            decode(print.as_bytes()).unwrap_err(),
            decode_all(print.as_bytes()).next().unwrap().unwrap_err(),
        ] {
            assert!(
                matches!(error.kind(), ErrorKind::LossyPrint { notation: "Tea SDK", .. }),
                "{error}"
            );
        }
    }
}

#[test]
fn prose_and_incomplete_prints_are_refused() {
    for text in [
        "Error: not found",
        "Error: Throttling",
        "Error: connection refused code: x, y",
        "Error: not a code! code: 400, m request id: r",
        "[ERROR] Error: something Code: 12 Message: failed",
        "HTTP Status: 404 Error: not found",
        "HTTP Status: 404 Not Found",
        "HTTP Status: 403 Error:4xx forbidden RequestID: r",
        "HTTP Status: 403 Error:Forbidden RequestID: ",
        "SDK.ServerError",
        "SDK.ServerError: see the log\nCode: a",
        "ERROR: SDK.ServerError\nErrorCode: \nRequestId: r\nMessage: m",
        "ERROR: SDK.ServerError\nErrorCode: not a code\nRequestId: r\nMessage: m",
        "ERROR: SDK.ServerError\nErrorCode: Throttling\nRecommend: x",
        "ERROR: SDK.ServerError\n\nErrorCode: Throttling\nMessage: m",
        "MySDKError:\n Code: a\n Message: m",
        "Aliyun API Error: timeout",
        "com.aliyuncs.exceptions.ClientException: Connection refused : x",
        "com.example.ClientException: Forbidden : x",
        "Traceback (most recent call last):\n  File \"a\", line 1\nValueError: Code: a Message: m",
    ] {
        let error = decode(text.as_bytes()).expect_err(text);
        let is_syntax =
            matches!(error.kind(), ErrorKind::UnknownFormat { .. } | ErrorKind::Syntax { .. });
        assert!(is_syntax, "{text}: {error}");
        assert!(decode_all(text.as_bytes()).all(|decoded| decoded.is_err()), "{text}");
    }
}

#[test]
fn without_repair_no_print_is_read() {
    let options = Options::new().with_repair(Repair::None);
    for (_, print, _) in PRINTS {
        let error = options.decode(print.as_bytes()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::UnknownFormat { .. }), "{print}: {error}");
        assert!(options.decode_all(print.as_bytes()).all(|decoded| decoded.is_err()), "{print}");
    }
}

/// Locations of values, which checks report, are exact.
#[test]
#[cfg(feature = "validate")]
fn a_value_is_located_where_it_is_printed() {
    let text = "x\nERROR: SDK.ServerError\nErrorCode: A\nMessage: \"\n\"\nRequestId: odd\n";
    let checks = ecs_invocations::validate::Checks::default().select("ALL");
    let checked = checks.check(text.as_bytes()).unwrap();
    let is_on_id = |finding: &&ecs_invocations::Finding| finding.path.to_string() == "RequestId";
    let location = checked.findings.iter().find(is_on_id).unwrap().location.clone().unwrap();
    assert_eq!((&text[location.bytes], location.line, location.column), ("odd", 6, 12));
}

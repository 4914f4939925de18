//! A document that fails, whatever is wrong with it, does not keep those around it from being read.

use std::io::BufReader;

use ecs_invocations::{Decoded, Options, Repair, Response, decode_reader};

/// Documents that fail, and text that is no document.
fn bad_documents() -> Vec<(&'static str, String)> {
    let long = "n".repeat(2_000);
    let attributes = (0..300).map(|nth| format!(" a{nth}='1'")).collect::<String>();
    let deep = |open: &str, close: &str| open.repeat(200) + &close.repeat(200);
    vec![
        ("another root", "<Foo/>".into()),
        ("another root with content", "<Foo><Bar>1</Bar></Foo>".into()),
        ("an empty root", "<Error/>".into()),
        ("an empty element", "<Error></Error>".into()),
        ("HTML", "<html><body>502 Bad Gateway</body></html>".into()),
        (
            "HTML that is not XML",
            "<!DOCTYPE html><html><meta charset=utf-8><p>a<br>b</html>".into(),
        ),
        ("HTML in upper case", "<HTML><BODY>504<HR></BODY></HTML>".into()),
        ("a foreign object", r#"{"a": 1}"#.into()),
        ("an empty object", "{}".into()),
        ("another operation", r#"{"Commands": {"Command": []}}"#.into()),
        ("success alone", r#"{"code": 0}"#.into()),
        ("an array", "[1, 2]".into()),
        ("null", "null".into()),
        ("text", "connection reset by peer".into()),
        ("nested too deep", format!(r#"{{"Code": "a", "X": {}}}"#, deep("[", "]"))),
        (
            "objects nested too deep",
            format!(r#"{{"Code": {}1{}}}"#, r#"{"a":"#.repeat(150), "}".repeat(150)),
        ),
        ("a long name", format!(r#"{{"Code": "a", "{long}": 1}}"#)),
        ("a long name first", format!(r#"{{"{long}": 1, "Code": "a"}}"#)),
        (
            "elements nested too deep",
            format!("<Error><Code>a</Code>{}</Error>", deep("<x>", "</x>")),
        ),
        ("a long element name", format!("<Error><Code>a</Code><{long}/></Error>")),
        ("too many attributes", format!("<Error><Code>a</Code><x{attributes}/></Error>")),
        ("too many attributes of the root", format!("<Error{attributes}><Code>a</Code></Error>")),
    ]
}

/// Documents that fail without repair only.
const MALFORMED: [(&str, &str); 6] = [
    ("mismatched tags", "<Error><Code>a</Codee><Message>b</Error>"),
    ("a mistyped end tag", "<Error><Code>a</Cod></Error>"),
    ("a missing colon", r#"{"Code" "a"}"#),
    ("a missing comma", r#"{"Code": "a" "Message": "m"}"#),
    ("an unclosed tag", "<Error><Code>a</Code"),
    ("an unclosed object", r#"{"Code": "a""#),
];

const GOOD: [&str; 2] = [
    r#"{"Code": "Throttling", "Message": "wait"}"#,
    "<Error><Code>Throttling</Code><Message>wait</Message></Error>",
];

fn is_good(decoded: &Decoded<'_>) -> bool {
    let Response::Error(error) = &decoded.response else { return false };
    error.message.as_deref() == Some("wait")
        && error.code.as_ref().is_some_and(|code| code.as_str() == "Throttling")
}

/// The number of good documents that are read, of the whole input and of a reader.
fn read(options: &Options, text: &str) -> [usize; 2] {
    let whole = options.decode_all(text.as_bytes()).flatten().filter(is_good).count();
    let reader = BufReader::with_capacity(100, text.as_bytes());
    let streamed = options.decode_reader(reader).flatten().filter(is_good).count();
    [whole, streamed]
}

fn sequences(bad: &str, good: &str) -> [(String, usize); 5] {
    [
        (format!("{bad}\n{good}\n{good}\n"), 2),
        (format!("{good}\n{bad}\n{good}\n"), 2),
        (format!("{good}\n{good}\n{bad}\n"), 2),
        (format!("{bad}\n{bad}\n{good}\n"), 1),
        (format!("{good}\n{bad}\n").repeat(20), 20),
    ]
}

#[test]
fn documents_around_a_bad_one_are_read() {
    let strict = Options::new().with_repair(Repair::None);
    let mut failures = Vec::new();
    let mut check = |options: &Options, name: &str, bad: &str| {
        for good in GOOD {
            for (nth, (text, expected)) in sequences(bad, good).into_iter().enumerate() {
                let found = read(options, &text);
                if found != [expected; 2] {
                    let repair = options.repair;
                    failures.push(format!("{name}, {nth}, {good}, {repair:?}: {found:?}"));
                }
            }
        }
    };
    for (name, bad) in bad_documents() {
        check(&Options::new(), name, &bad);
        check(&strict, name, &bad);
    }
    for (name, bad) in MALFORMED {
        check(&strict, name, bad);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The bad document fails or is reported as ignored text: nothing is lost in silence.
#[test]
fn the_bad_document_is_reported() {
    for (name, bad) in bad_documents() {
        for good in GOOD {
            for (text, _) in sequences(&bad, good) {
                let documents: Vec<_> = Options::new().decode_all(text.as_bytes()).collect();
                let is_reported = documents.iter().any(|document| match document {
                    Err(_) => true,
                    Ok(decoded) => !decoded.is_clean(),
                });
                assert!(is_reported, "{name}: {text}");
            }
        }
    }
}

#[test]
fn thousands_of_failing_documents_hide_none() {
    let bad = format!(r#"{{"Code": "a", "{}": 1}}"#, "n".repeat(2_000));
    let text = format!("{}\n{bad}\n", GOOD[0]).repeat(1_000);
    assert_eq!(read(&Options::new(), &text), [1_000; 2]);
}

/// Each finding on the encoding is one of the document that it is in.
#[test]
fn invalid_bytes_are_findings_of_their_document() {
    let input = b"{\"Code\": \"a\"}\n{\"Code\": \"b\xff\"}\n{\"Code\": \"\xef\xbf\xbd\"}\n\
        {\"Code\": \"c\xfe\xff\"}\n";
    let counts = |documents: Vec<Decoded<'_>>| {
        documents.iter().map(|decoded| decoded.findings.len()).collect::<Vec<_>>()
    };
    let whole = Options::new().decode_all(input).map(Result::unwrap).collect();
    assert_eq!(counts(whole), [0, 1, 0, 2]);
    let streamed = decode_reader(&input[..]).map(Result::unwrap).collect();
    assert_eq!(counts(streamed), [0, 1, 0, 2]);
}

/// Findings beyond the limit are those of their document too.
#[test]
fn omitted_findings_add_up() {
    let input =
        [&b"{\"Code\": \"a\"}\n{\"Code\": \""[..], &[0xff; 50], b"\"}\n{\"Code\": \"c\"}\n"]
            .concat();
    let options = Options::new().with_max_findings(10);
    let documents = options.decode_all(&input).map(Result::unwrap);
    let total: usize = documents.map(|it| it.findings.len() + it.findings_omitted).sum();
    assert_eq!(total, 50);
}

/// A log cuts each of its lines: no value is taken from the next line, and none that was cut is kept.
#[test]
fn lines_that_were_cut_are_documents_of_their_own() {
    let cuts = [
        r#"{"Invocations":{"Invocation":[{"InvokeId":"t-N","InvocationStatus":"Failed","#,
        r#"{"Invocations":{"Invocation":[{"InvokeId":"t-N","InvocationStatus":"Failed","Timeout": "#,
        r#"{"Invocations":{"Invocation":[{"InvokeId":"t-N","InvocationStatus":"Failed","CommandId":"c-1"#,
        r#"{"RequestId":"r","Invocations":{"Invocation":[{"InvokeId":"t-N","InvocationStatus":"Failed","InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1","#,
        r#"{"RequestId":"r","Invocations":{"Invocation":[{"InvokeId":"t-N","InvocationStatus":"Failed","InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1"#,
    ];
    for first in cuts {
        for second in cuts {
            let lines = [first, second, first].map(|line| line.to_owned());
            let text = [lines[0].replace('N', "1"), lines[1].replace('N', "2"), lines[2].clone()];
            let text = text.join("\n").replace('N', "3");
            let pages: Vec<_> = Options::new()
                .decode_all(text.as_bytes())
                .map(|decoded| {
                    match decoded.unwrap_or_else(|error| panic!("{error}\n{text}")).response {
                        Response::Invocations(page) => page,
                        other => panic!("{other:?}\n{text}"),
                    }
                })
                .collect();
            let ids: Vec<Vec<_>> = pages
                .iter()
                .map(|page| page.invocations.iter().map(|it| it.invoke_id.as_deref()).collect())
                .collect();
            let expected: Vec<Vec<_>> = ["t-1", "t-2", "t-3"].map(|id| vec![Some(id)]).into();
            assert_eq!(ids, expected, "{text}");
            let invocations = || pages.iter().flat_map(|page| &page.invocations);
            assert!(
                invocations().all(|it| it.command_id.is_none() && it.timeout.is_none()),
                "{text}"
            );
        }
    }
}

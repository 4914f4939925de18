//! Repair of the tokens of malformed JSON: strings, names, numbers, and the text between them.

mod describe;

use describe::describe;
use insta::assert_snapshot;

/// The second member of an error whose first and last are undamaged, on one line and on several.
fn members(damaged: &[&str]) -> String {
    let case = |member: &&str| {
        let compact = format!(r#"{{"Code":"a",{member},"HostId":"h"}}"#);
        let pretty = format!("{{\n  \"Code\": \"a\",\n  {member},\n  \"HostId\": \"h\"\n}}");
        let (compact, pretty) = (describe(compact), describe(pretty));
        let is_same = compact.lines().next() == pretty.lines().next();
        let difference =
            if is_same { String::new() } else { format!("on several lines: {pretty}") };
        format!("{member}\n{compact}{difference}")
    };
    damaged.iter().map(case).collect::<Vec<_>>().join("\n")
}

/// Each document, followed by its description.
fn documents(documents: &[&str]) -> String {
    let case = |document: &&str| format!("{document}\n{}", describe(document));
    documents.iter().map(case).collect::<Vec<_>>().join("\n")
}

#[test]
fn remarks_after_a_value() {
    assert_snapshot!(members(&[
        r#""Message": "m" <- see [1] here"#,
        r#""Message": "m" ← wrong"#,
        r#""Message": "m" \"#,
        r#""Message": "m" ¶"#,
        r#""Message": "m" <!-- x -->"#,
        r#""Message": "m" /* c */"#,
        r#""Message": "m" (see below)"#,
        r#""Message": "m" AAA"#,
        r#""Message": "m", ..."#,
        r#""X": 5 <!-- x -->"#,
        r#""X": true/* c */"#,
        r#""X": 5 -- five"#,
    ]));
    assert_snapshot!(
        "remarks at the end of a line",
        documents(&[
            "{\n  \"Code\": \"a\", <- see here\n  \"Message\": \"m\" // c\n  , \"HostId\": \"h\"\n}",
            "{\n  \"Code\": \"a\" see here\n  \"Message\": \"m\", see there\n  \"HostId\": \"h\"\n}",
            "{\n  \"Code\": \"a\", \\\n  \"Message\": \"m\", ¶\n  \"HostId\": \"h\" # the \"host\"\n}",
            "{\"Code\": \"a\" <- see here}",
            "{\"Code\": \"a\", // the code \"Message\": \"m\"}",
        ])
    );
}

#[test]
fn separators() {
    assert_snapshot!(documents(&[
        r#"{"Code": "a"; "Message": "m"; "HostId": "h"}"#,
        r#"{"Code":"a"."Message":"m"}"#,
        r#"{"Code":"a"，"Message":"m"、"HostId":"h"}"#,
        r#"{"Code": "a" | "Message": "m"}"#,
        r#"{"Code": a; "Message": m;; "Delay": 5;}"#,
        r#"{"Code"："a", "Message" -> "m", "HostId" := "h"}"#,
        r#"{"Code": "a; "Message": "m"}"#,
    ]));
}

#[test]
fn quotes_of_other_kinds() {
    assert_snapshot!(members(&[
        r#"u'Message': u'm'"#,
        r#"b"Message": b"m""#,
        r#"«Message»: «m»"#,
        r#"‹Message›: ‹m›"#,
        r#"＂Message＂： ＂m＂"#,
        r#"`Message´: `m´"#,
        r#"''Message'': ''m''"#,
        r#"\"Message\": \"m \\"n\\" o\""#,
    ]));
}

#[test]
fn missing_quotes() {
    assert_snapshot!(members(&[
        r#""Message": the "m", and more"#,
        r#""Message": m, n and o""#,
        r#""Message": "m, n and o"#,
        r#""Message: "m""#,
        r#"Message": "m""#,
        r#""Delay: 5"#,
        r#"'Message': 'm"#,
        r#""Message": https://example.com/?a=b,c"#,
        r#"Message "m""#,
    ]));
}

#[test]
fn unescaped_quotes() {
    assert_snapshot!(members(&[
        r#""Message": "he said "stop" and left""#,
        r#""Message": "he said "stop"""#,
        r#""Message": ""stop" he said""#,
        r#""Message": "a [1, 2"] b""#,
        r#""Message": "72"""#,
        r#""Message": "a, "b", c""#,
        r#""Message": "x="1", y="2"""#,
        r#""Message": "error: "file": not found""#,
        r#""Message": "Status: "ok", Code: 5""#,
        r#""Message": "[ "$a" = "b" ] && exit""#,
        r#""Message": "{"name":"Bob","ids":[1, 2]}""#,
        r#""Message": "got {"a": "x"}, then more""#,
        r#""Message": "["a","b"]""#,
    ]));
}

#[test]
fn joined_strings() {
    assert_snapshot!(members(&[
        r#""Message": "one " + "two""#,
        "\"Message\": 'one '\n    'two'",
        "\"Message\": ('one '\n    'two')",
        "\"Message\": \"one \" \\\n    \"two\"",
    ]));
    // The next line is the next member.
    assert_snapshot!(
        "not joined",
        documents(&[
            "{\n  \"Code\": \"a\"\n  \"Message\": \"m\"\n}",
            "{\n  \"Code\": \"a\"\n  \"Message#: \"m\"\n}",
        ])
    );
}

#[test]
fn calls_and_types() {
    assert_snapshot!(members(&[
        r#""Message": ObjectId("5f")"#,
        r#""Delay": NumberLong(5)"#,
        r#""Delay": NumberLong("5")"#,
        r#""Delay": (5)"#,
        r#""Message": datetime(2019, 12, 20)"#,
        r#""X": callback({"a": 1});"#,
        r#""X": Map {"a": 1}"#,
        "\"X\": ```json\n{\"a\": 1}\n```",
        r#""Message": /[a-z"]+/i"#,
    ]));
}

#[test]
fn numbers() {
    let page = |member: &str| format!(r#"{{"Invocations": {{"Invocation": []}}, {member}}}"#);
    let known = ["1,234,567", "1_234", "1.234.567", "１２", "0x1F", "5L", "1.234", "1,23"]
        .map(|number| page(&format!("\"TotalCount\": {number}, \"PageSize\": 5")));
    let unknown = ["1,234", "[1,234]", "1_234", ".5", "5.", "+5", "5L", "007", "0x1F", "2e", "-"]
        .map(|number| page(&format!("\"X\": {number}, \"PageSize\": 5")));
    let all: Vec<&str> = known.iter().chain(&unknown).map(String::as_str).collect();
    assert_snapshot!(documents(&all));
}

#[test]
fn tuples_and_sets() {
    assert_snapshot!(members(&[
        r#""X": ("a", "b")"#,
        r#""X": ((1, 2), (3,), ())"#,
        r#""X": {'a', 'b'}"#,
        r#""X": [1, ..., 3, ...]"#,
    ]));
    assert_snapshot!(
        "tuples of records",
        documents(&[
            "{'Invocations': ({'InvokeId': 't-1', 'Timed': True}, {'InvokeId': 't-2', 'Timed': False},)}",
        ])
    );
}

#[test]
fn names() {
    assert_snapshot!(documents(&[
        r#"{"Code": "a", "Request Id": "r", Host Id: "h"}"#,
        "{\"Code\": \"a\", \"Request\nId\": \"r\", \"HostId\n\": \"h\"}",
        r#"{"Code": "a", "RequestId: "r", HostId": "h"}"#,
        r#"{"Code": "a", te!st: "x"}"#,
    ]));
}

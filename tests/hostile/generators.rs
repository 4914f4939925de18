//! Hostile documents: slow, large or deep for a naive decoder.

use std::fmt::Write as _;

/// A name, and a function that generates a document of about the given size.
pub(crate) type Generator = (&'static str, fn(usize) -> String);

/// Generators of hostile documents.
pub(crate) const GENERATORS: &[Generator] = &[
    ("nested arrays", |size| "[".repeat(size)),
    ("nested objects", |size| r#"{"a":"#.repeat(size / 5)),
    ("open brackets after a response", |size| format!(r#"{{"Code":"a","X":{}"#, "[".repeat(size))),
    ("closing brackets", |size| format!(r#"{{"Code":"a"{}"#, "}".repeat(size))),
    ("brackets of both kinds", |size| format!(r#"{{"Code":"a"{}"#, "}]".repeat(size / 2))),
    ("brackets alternating with names", |size| {
        format!(r#"{{"Code":"a"{}"#, r#"]"b":{"#.repeat(size / 6))
    }),
    ("adjacent objects", |size| "{}".repeat(size / 2)),
    ("items without commas", |size| {
        format!(r#"{{"Invocations":[{}]}}"#, "{}".repeat(size.min(100_000) / 2))
    }),
    ("duplicate fields", |size| format!("{{{}1}}", r#""Code":1,"Code":"#.repeat(size / 16))),
    ("unknown names", |size| {
        let members = (0..size / 16).fold(String::new(), |mut members, nth| {
            let _ = write!(members, r#""name{nth:07}":1,"#);
            members
        });
        format!(r#"{{{members}"Code":"a"}}"#)
    }),
    ("quotes", |size| format!(r#"{{"Code":{}"#, "\"".repeat(size))),
    ("curly quotes", |size| format!(r#"{{"Code":{}"#, "\u{201c}".repeat(size / 3))),
    ("quotes and commas", |size| format!(r#"{{"Code":{}"#, "\",".repeat(size / 2))),
    ("quotes and names", |size| format!(r#"{{"Code":"a"{}"#, r#" "b" "#.repeat(size / 5))),
    ("unmatched quotes", |size| format!(r#"{{"Code":"{}"#, r#"" x "#.repeat(size / 4))),
    ("backslashes", |size| format!(r#"{{"Code":"{}"#, "\\".repeat(size))),
    ("invalid escapes", |size| format!(r#"{{"Code":"{}"}}"#, r"\x".repeat(size / 2))),
    ("commas", |size| format!(r#"{{"Code":"a"{}}}"#, ",".repeat(size))),
    ("colons", |size| format!(r#"{{"Code"{}"a"}}"#, ":".repeat(size))),
    ("colons and commas", |size| format!(r#"{{"Code":"a"{}}}"#, ":,".repeat(size / 2))),
    ("unterminated comments", |size| format!(r#"{{"Code":"a"{}"#, "/*".repeat(size / 2))),
    ("comments", |size| format!(r#"{{"Code":"a",{}"#, "//\n".repeat(size / 3))),
    ("digits", |size| format!(r#"{{"TotalCount":{}}}"#, "9".repeat(size))),
    ("an exponent", |size| format!(r#"{{"TotalCount":1e{}}}"#, "9".repeat(size))),
    ("control characters", |size| format!("{{\"Code\":\"{}\"}}", "\u{1}".repeat(size))),
    ("whitespace", |size| format!("{{\"Code\":\"a\"{}", " \n".repeat(size / 2))),
    ("document starts", |size| "{\"Code\":\"a\n".repeat(size / 11)),
    ("multiple responses", |size| "{\"Code\":\"a\"}\n".repeat(size / 13)),
    ("almost document starts", |size| "{\" <Er &lt;".repeat(size / 10)),
    ("escaped documents", |size| r#"{\"Code\": "#.repeat(size / 11)),
    ("nested strings", |size| format!("{{\"body\":{}", "\"{\\\"body\\\":".repeat(size / 12))),
    ("envelopes", |size| r#"{"body":"#.repeat(size / 8)),
    ("nested elements", |size| format!("<Error>{}", "<a>".repeat(size / 3))),
    ("closing tags", |size| format!("<Error><Code>a</Code>{}", "</a>".repeat(size / 4))),
    ("root elements", |size| "<Error>".repeat(size / 7)),
    ("unterminated tags", |size| format!("<Error>{}", "<Code ".repeat(size / 6))),
    ("interleaved tags", |size| format!("<Error>{}", "<a><b></a>".repeat(size / 10))),
    ("attributes", |size| format!("<Error {}/>", "a=1 ".repeat(size / 4))),
    ("unterminated attributes", |size| format!("<Error a=\"{}", "<b c=".repeat(size / 5))),
    ("quotes in tags", |size| format!("<Error>{}", "<a b='".repeat(size / 6))),
    ("unterminated XML comments", |size| format!("<Error>{}", "<!--".repeat(size / 4))),
    ("unterminated CDATA sections", |size| format!("<Error>{}", "<![CDATA[".repeat(size / 9))),
    ("unterminated processing instructions", |size| format!("<Error>{}", "<?a ".repeat(size / 4))),
    ("document type declarations", |size| format!("<Error>{}", "<!DOCTYPE a[".repeat(size / 12))),
    ("less-than signs", |size| format!("<Error><Code>{}", "<".repeat(size))),
    ("ampersands", |size| format!("<Error><Code>{}</Code></Error>", "&".repeat(size))),
    ("undefined entities", |size| {
        format!("<Error><Code>{}</Code></Error>", "&a;".repeat(size / 3))
    }),
    ("an entity bomb", |size| {
        let mut bomb = "<!DOCTYPE Error [<!ENTITY a0 \"ha\">".to_owned();
        for nth in 1..size / 32 {
            let _ = write!(bomb, "<!ENTITY a{nth} \"&a{0};&a{0};\">", nth - 1);
        }
        format!("{bomb}]><Error><Code>&a{};</Code></Error>", size / 32 - 1)
    }),
    ("distinct element names", |size| {
        let elements = (0..size / 18).fold(String::new(), |mut elements, nth| {
            let _ = write!(elements, "<a{nth:06}></b{nth:06}>");
            elements
        });
        format!("<Error><Code>a</Code>{elements}</Error>")
    }),
    ("malformed tags of every kind", |size| {
        format!("<Error>{}", "<a b=c d='<e></f>&g;".repeat(size / 20))
    }),
    ("printed errors", |size| {
        "HTTP Status: 400 Error:A.B m \"q\" RequestID: r\n".repeat(size / 46)
    }),
    ("printed errors with a damaged body", |size| {
        "SDKError:\n Code: A\n Message: m\n Data: {\"a\": {'b\n".repeat(size / 47)
    }),
    ("heads of printed errors", |size| "SDK.ServerError\nErrorCode:\n".repeat(size / 27)),
    ("labels of a printed error", |size| {
        format!("SDKError:\n Code: A\n Message: m\n{}", " Code:\n\n Status".repeat(size / 15))
    }),
    ("documents after a printed error", |size| {
        format!("SDKError:\n Code: A\n Message: m {}", "{\"a\":{\"Code\":1 ".repeat(size / 16))
    }),
    ("documents that fail after heads", |size| {
        "Error: A code: 400, m {\"a\":1} Error:\n".repeat(size / 36)
    }),
    ("one message of lines", |size| {
        format!("SDK.ServerError\nErrorCode: A\nMessage: {}", "│ m\n".repeat(size / 6))
    }),
    ("non-ASCII text", |size| "\u{ff}\u{fe}".repeat(size / 4)),
    ("lost start tags", |size| {
        format!("{PAGE}{}", "<InvokeId>t</InvokeId>u</CommandId></Invocation>".repeat(size / 48))
    }),
    ("text before end tags only", |size| {
        format!("{}</DescribeInvocationsResponse>", "a</InvokeId>b</InstanceId>".repeat(size / 26))
    }),
    ("end tags as start tags", |size| {
        format!("{PAGE}{}", "<Invocation><InvokeId>t<InvokeId><Invocation>".repeat(size / 46))
    }),
    ("missing end tags", |size| {
        format!("{PAGE}{}", "<Invocation>\n <InvokeId>t\n <Timed>true\n".repeat(size / 40))
    }),
    ("fields of elements around", |size| {
        let item = "<InvokeInstances><InvokeInstance><Timed>true<InvokeId>t<TotalCount>1";
        format!("{PAGE}<Invocation>{}", item.repeat(size / item.len()))
    }),
    ("mistyped names", |size| {
        format!("{PAGE}{}", "<Invocatoin><InvkeId>t</InvokId></Invocaton>".repeat(size / 45))
    }),
    ("unknown names that differ", |size| {
        format!("{PAGE}{}", "<Invocation><a>t</b><c>u</Invocation></d>".repeat(size / 41))
    }),
    ("lists in lists", |size| {
        format!("{PAGE}{}", "<Invocation><InvokeInstances><Tags>".repeat(size / 35))
    }),
    ("end tags of all containers", |size| {
        let ends = "</InvokeInstance></InvokeInstances></Invocation></Invocations>";
        format!("{PAGE}<Invocation>{}", ends.repeat(size / ends.len()))
    }),
    ("tags in brackets", |size| {
        let item = "[Invocation][InvokeId]t[/InvokeId][/Invocation]";
        let items = item.repeat(size / item.len());
        format!("[DescribeInvocationsResponse]{items}[/DescribeInvocationsResponse]")
    }),
    ("tags without brackets", |size| {
        format!("{PAGE}{}", "InvokeId>t/InvokeId> Invocation&gt;".repeat(size / 35))
    }),
    ("indented tags", |size| {
        let line = format!("{}<Invocation>\n", " ".repeat(300));
        format!("{PAGE}\n{}", line.repeat(size / line.len()))
    }),
    ("references to characters that XML does not allow", |size| {
        format!("<Error><Code>{}</Code></Error>", "&#0;".repeat(size / 4))
    }),
    ("whitespace before objects", |size| " ".repeat(size / 2) + &"{}".repeat(size / 4)),
    ("newlines before objects", |size| "\n".repeat(size / 2) + &"{}\n".repeat(size / 6)),
    ("whitespace before tags", |size| " ".repeat(size / 2) + &"<a/>".repeat(size / 8)),
    ("documents that begin but do not end", |size| "{\"Code\":\n".repeat(size / 9)),
    ("elements that begin but do not end", |size| "<Error><Code>\n".repeat(size / 14)),
    ("documents over a limit", |size| {
        let document = format!("{{\"Code\":\"a\",\"{}\":1}}\n", "n".repeat(1_100));
        document.repeat(size / document.len())
    }),
    ("unclosed documents over a limit", |size| {
        let document = format!("{{\"Code\":\"a\",\"X\":{}\n", "[".repeat(100));
        document.repeat(size / document.len())
    }),
    ("unclosed elements over a limit", |size| {
        let document = format!("<Error><Code>a</Code>{}\n", "<x>".repeat(100));
        document.repeat(size / document.len())
    }),
    ("responses of other roots", |size| "<Foo/>\n<html>\n".repeat(size / 14)),
    ("findings under long names", |size| {
        let open = format!("{{\"{}\":", "n".repeat(1_000)).repeat(4);
        let close = "}".repeat(4);
        format!("{{\"Code\":\"a\",\"x\":{open}[{}0]{close}}}", "00,".repeat(size / 4))
    }),
    ("documents with findings under long names", |size| {
        let name = "n".repeat(500);
        let values = "00,".repeat(100);
        let document = format!("{{\"Code\":\"a\",\"{name}\":[{values}0]}}\n");
        document.repeat(size / document.len())
    }),
    ("small documents with findings", |size| "{\"code\":\"a\"}\n".repeat(size / 13)),
    ("small elements", |size| "<Error><Code>a</Code></Error>\n".repeat(size / 30)),
    ("empty items", |size| {
        format!("{{\"Invocations\":{{\"Invocation\":[{}{{}}]}}}}", "{},".repeat(size / 3))
    }),
    ("empty results", |size| {
        let items = "{},".repeat(size / 3);
        format!(
            "{{\"Invocation\":{{\"InvocationResults\":{{\"InvocationResult\":[{items}{{}}]}}}}}}"
        )
    }),
    ("frequencies that never come", |size| {
        let item = |nth: usize| {
            let (second, minute) = (nth % 60, nth / 60 % 60);
            format!("{{\"Timed\":true,\"Frequency\":\"{second} {minute} 0 30 2 ?\"}},")
        };
        let items = (0..size / 50).map(item).collect::<String>();
        format!("{{\"Invocations\":{{\"Invocation\":[{items}{{}}]}}}}")
    }),
    ("documents on one line", |size| r#"{"TotalCount":1}"#.repeat(size / 16)),
    ("prints on one line that fail", |size| {
        format!("```{}", r#"array("Timed":"x","#.repeat(size / 18))
    }),
    ("blanks in a value without quotes", |size| {
        format!("{{RequestId=r, HostId=a{}b, Code=c}}", " ".repeat(size))
    }),
    ("line breaks in a value without quotes", |size| {
        format!("{{RequestId=r, HostId=a,{}b, Code=c}}", "\n".repeat(size))
    }),
    ("line breaks in a string of a print", |size| {
        format!(
            "R {{\n  code: Some(\"a{}x: \"b\"),\n  message: Some(\"c\"),\n}}",
            "\n".repeat(size)
        )
    }),
    ("a print that goes on after damage", |size| {
        format!("R {{ code: Some(\"a\"), {} }}", "message: Some(\"b\") x, ".repeat(size / 21))
    }),
    ("a print without quotes that goes on after damage", |size| {
        format!(
            "{{RequestId=r, Invocations={{Invocation=[{}]}}}}",
            "{InvokeId=t, x y}, ".repeat(size / 19)
        )
    }),
    ("line breaks after damage in a print", |size| {
        format!("R {{ code: Some(\"a\"), message: Some(\"b\") x {} }}", "\n".repeat(size))
    }),
    ("quotes in a record of a container log", |size| {
        let record = r#"{"log":"{\n","stream":"stdout"}"#;
        format!(
            "{record}\n{{\"log\":\"{}\",\"stream\":\"stdout\"}}\n{record}",
            r#"a","b""#.repeat(size / 6)
        )
    }),
    ("signs of tags after blanks", |size| {
        let half = size / 2;
        format!("<Error><Code>a</Code>{}{}</Error>", " ".repeat(half), "Code>".repeat(half / 5))
    }),
    ("words that may be names in a string", |size| {
        format!(r#"{{"Code":"a","Message":"b" {}","HostId":"h"}}"#, "aBcdefgh ".repeat(size / 9))
    }),
    ("lines without the prefix of the others", |size| {
        let lines = "> {\"a\": 1,\n\n\nb\n".repeat(size / 17);
        format!("> {{\"Invocations\": [\n{lines}> ]}}\n")
    }),
    ("strings in an array", |size| format!("[{}\"x\"]", "\"x\",".repeat(size / 4))),
    ("duplicates inside envelopes with long names", |size| {
        let open = format!("{{\"{}\":", "n".repeat(1_000)).repeat(4);
        let close = "}".repeat(4);
        let items = "{\"Timed\":true},".repeat(size / 20);
        format!("{open}{{\"Invocations\":[{items}{{}}]}}{close}")
    }),
];

const PAGE: &str = "<DescribeInvocationsResponse><Invocations>";

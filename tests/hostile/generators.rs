//! Documents made to cost more than they should.

use std::fmt::Write as _;

/// A name, and what makes a document of about a size.
pub(crate) type Generator = (&'static str, fn(usize) -> String);

/// Documents of about the size that is given, each of which would be slow, large or deep for a decoder
/// that is not made for them.
pub(crate) const GENERATORS: &[Generator] = &[
    ("arrays in arrays", |size| "[".repeat(size)),
    ("objects in objects", |size| r#"{"a":"#.repeat(size / 5)),
    ("open brackets after a response", |size| format!(r#"{{"Code":"a","X":{}"#, "[".repeat(size))),
    ("closing brackets", |size| format!(r#"{{"Code":"a"{}"#, "}".repeat(size))),
    ("brackets of both kinds", |size| format!(r#"{{"Code":"a"{}"#, "}]".repeat(size / 2))),
    ("brackets that alternate with names", |size| {
        format!(r#"{{"Code":"a"{}"#, r#"]"b":{"#.repeat(size / 6))
    }),
    ("objects side by side", |size| "{}".repeat(size / 2)),
    ("items without commas", |size| {
        format!(r#"{{"Invocations":[{}]}}"#, "{}".repeat(size.min(100_000) / 2))
    }),
    ("one name again and again", |size| {
        format!("{{{}1}}", r#""Code":1,"Code":"#.repeat(size / 16))
    }),
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
    ("quotes that open nothing", |size| format!(r#"{{"Code":"{}"#, r#"" x "#.repeat(size / 4))),
    ("backslashes", |size| format!(r#"{{"Code":"{}"#, "\\".repeat(size))),
    ("escapes that are none", |size| format!(r#"{{"Code":"{}"}}"#, r"\x".repeat(size / 2))),
    ("commas", |size| format!(r#"{{"Code":"a"{}}}"#, ",".repeat(size))),
    ("colons", |size| format!(r#"{{"Code"{}"a"}}"#, ":".repeat(size))),
    ("colons and commas", |size| format!(r#"{{"Code":"a"{}}}"#, ":,".repeat(size / 2))),
    ("comments that do not end", |size| format!(r#"{{"Code":"a"{}"#, "/*".repeat(size / 2))),
    ("comments", |size| format!(r#"{{"Code":"a",{}"#, "//\n".repeat(size / 3))),
    ("digits", |size| format!(r#"{{"TotalCount":{}}}"#, "9".repeat(size))),
    ("an exponent", |size| format!(r#"{{"TotalCount":1e{}}}"#, "9".repeat(size))),
    ("control characters", |size| format!("{{\"Code\":\"{}\"}}", "\u{1}".repeat(size))),
    ("blanks", |size| format!("{{\"Code\":\"a\"{}", " \n".repeat(size / 2))),
    ("lines that begin a document", |size| "{\"Code\":\"a\n".repeat(size / 11)),
    ("responses in a row", |size| "{\"Code\":\"a\"}\n".repeat(size / 13)),
    ("noise that almost begins a document", |size| "{\" <Er &lt;".repeat(size / 10)),
    ("escaped documents", |size| r#"{\"Code\": "#.repeat(size / 11)),
    ("strings in strings", |size| format!("{{\"body\":{}", "\"{\\\"body\\\":".repeat(size / 12))),
    ("envelopes", |size| r#"{"body":"#.repeat(size / 8)),
    ("elements in elements", |size| format!("<Error>{}", "<a>".repeat(size / 3))),
    ("closing tags", |size| format!("<Error><Code>a</Code>{}", "</a>".repeat(size / 4))),
    ("roots", |size| "<Error>".repeat(size / 7)),
    ("tags that do not end", |size| format!("<Error>{}", "<Code ".repeat(size / 6))),
    ("tags that close each other", |size| format!("<Error>{}", "<a><b></a>".repeat(size / 10))),
    ("attributes", |size| format!("<Error {}/>", "a=1 ".repeat(size / 4))),
    ("an attribute that does not end", |size| format!("<Error a=\"{}", "<b c=".repeat(size / 5))),
    ("quotes in tags", |size| format!("<Error>{}", "<a b='".repeat(size / 6))),
    ("XML comments that do not end", |size| format!("<Error>{}", "<!--".repeat(size / 4))),
    ("data that does not end", |size| format!("<Error>{}", "<![CDATA[".repeat(size / 9))),
    ("instructions that do not end", |size| format!("<Error>{}", "<?a ".repeat(size / 4))),
    ("document types", |size| format!("<Error>{}", "<!DOCTYPE a[".repeat(size / 12))),
    ("signs of less", |size| format!("<Error><Code>{}", "<".repeat(size))),
    ("ampersands", |size| format!("<Error><Code>{}</Code></Error>", "&".repeat(size))),
    ("entities that are not defined", |size| {
        format!("<Error><Code>{}</Code></Error>", "&a;".repeat(size / 3))
    }),
    ("an entity bomb", |size| {
        let mut bomb = "<!DOCTYPE Error [<!ENTITY a0 \"ha\">".to_owned();
        for nth in 1..size / 32 {
            let _ = write!(bomb, "<!ENTITY a{nth} \"&a{0};&a{0};\">", nth - 1);
        }
        format!("{bomb}]><Error><Code>&a{};</Code></Error>", size / 32 - 1)
    }),
    ("names of elements", |size| {
        let elements = (0..size / 18).fold(String::new(), |mut elements, nth| {
            let _ = write!(elements, "<a{nth:06}></b{nth:06}>");
            elements
        });
        format!("<Error><Code>a</Code>{elements}</Error>")
    }),
    ("a tag of every kind", |size| format!("<Error>{}", "<a b=c d='<e></f>&g;".repeat(size / 20))),
    ("bytes that are no text", |size| "\u{ff}\u{fe}".repeat(size / 4)),
];

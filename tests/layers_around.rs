//! Layers around a document: what is removed and undone, and that the values are those without the layer.

mod describe;

use std::fmt::Write as _;
use std::io::BufReader;

use describe::{describe, describe_all};
use ecs_invocations::{Response, decode, decode_all, decode_reader};
use insta::assert_snapshot;

const ERROR: &str = "{\n  \"Code\": \"Throttling\",\n  \"Message\": \"a\\nb\"\n}";
const ERROR_XML: &str = "<Error>\n  <Code>Throttling</Code>\n  <Message>a\nb</Message>\n</Error>";

/// Each document, followed by its description.
fn documents<D: AsRef<str>>(documents: &[D]) -> String {
    let case = |document: &D| format!("{}\n{}", document.as_ref(), describe(document.as_ref()));
    documents.iter().map(case).collect::<Vec<_>>().join("\n")
}

fn map_lines(text: &str, line: impl Fn(usize, &str) -> String) -> String {
    let lines: Vec<_> = text.lines().enumerate().map(|(nth, text)| line(nth, text)).collect();
    lines.join("\n")
}

fn prefixed(text: &str, prefix: &str) -> String {
    map_lines(text, |_, line| format!("{prefix}{line}"))
}

fn escaped(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

fn percent(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match is_plain(byte) {
            true => encoded.push(char::from(byte)),
            false => write!(encoded, "%{byte:02X}").unwrap(),
        }
        encoded
    })
}

fn references(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('"', "&quot;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

fn wrapped(text: &str, width: usize, sign: &str, indent: &str) -> String {
    let mut wrapped = String::new();
    for line in text.lines() {
        let mut rest: Vec<char> = line.chars().collect();
        let mut most = width;
        while rest.len() > most {
            let next = rest.split_off(most - sign.chars().count());
            wrapped.extend(rest);
            wrapped = wrapped + sign + "\n" + indent;
            rest = next;
            most = width - indent.chars().count();
        }
        wrapped.extend(rest);
        wrapped.push('\n');
    }
    wrapped
}

/// Colours the strings of JSON with their quotes, and the tags of XML.
fn colored(text: &str, escape: &str) -> String {
    let (color, end) = (format!("{escape}[34;1m"), format!("{escape}[0m"));
    if text.starts_with('<') {
        return text.replace('<', &format!("{color}<")).replace('>', &format!(">{end}"));
    }
    let mut colored = String::new();
    let (mut is_string, mut is_escaped) = (false, false);
    for c in text.chars() {
        let is_quote = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        if is_quote && !is_string {
            colored += &color;
        }
        colored.push(c);
        if is_quote && is_string {
            colored += &end;
        }
        is_string ^= is_quote;
    }
    colored
}

fn bordered(text: &str, border: char) -> String {
    let width = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    map_lines(text, |_, line| format!("{border} {line:width$} {border}"))
}

fn literals(text: &str, first: &str, between: &str, last: &str) -> String {
    let quoted: Vec<_> = text.lines().map(|line| format!("\"{}\\n\"", escaped(line))).collect();
    format!("{first}{}{last}", quoted.join(between))
}

/// As the body of an answer that is sent in chunks of a size.
fn chunked(text: &str, feed: &str, size: usize) -> Vec<u8> {
    let header = "HTTP/1.1 200 OK\nContent-Type: text/plain\nTransfer-Encoding: chunked\n\n";
    let mut chunked = header.replace('\n', feed).into_bytes();
    for chunk in text.as_bytes().chunks(size) {
        chunked.extend_from_slice(format!("{:x}{feed}", chunk.len()).as_bytes());
        chunked.extend_from_slice(chunk);
        chunked.extend_from_slice(feed.as_bytes());
    }
    chunked.extend_from_slice(format!("0{feed}{feed}").as_bytes());
    chunked
}

fn chunked_text(text: &str, feed: &str) -> String {
    String::from_utf8(chunked(text, feed, 100)).unwrap()
}

/// Each line in a cell of a table, of which only those with a quote are quoted.
fn cells(text: &str) -> String {
    map_lines(text, |_, line| match line.contains('"') {
        true => format!("\"{}\"", line.replace('"', "\"\"")),
        false => line.to_owned(),
    })
}

/// A line with tabs for its indentation, as they are made visible.
fn caret_tabs(line: &str) -> String {
    let content = line.trim_start();
    "^I".repeat((line.len() - content.len()) / 2) + content
}

fn quoted_printable(text: &str) -> String {
    const WIDTH: usize = 75;
    let mut encoded = String::new();
    for line in text.lines() {
        let mut width = 0;
        for c in line.chars() {
            let mut bytes = [0; 4];
            let piece = match c {
                ' '..='~' if c != '=' => c.to_string(),
                c => c.encode_utf8(&mut bytes).bytes().map(|byte| format!("={byte:02X}")).collect(),
            };
            if width + piece.len() > WIDTH {
                encoded.push_str("=\n");
                width = 0;
            }
            width += piece.len();
            encoded.push_str(&piece);
        }
        encoded.push('\n');
    }
    encoded
}

/// Each line of the output of a container in a record, after one of another text.
fn container_log(text: &str, end: &str) -> String {
    map_lines(&format!("start\n{text}"), |nth, line| {
        let line = escaped(line);
        format!(
            "{{\"log\":\"{line}{end}\",\"stream\":\"stdout\",\"time\":\"2026-11-24T10:00:{nth:02}Z\"}}"
        )
    })
}

#[test]
fn prefixes() {
    let texts = [ERROR, ERROR_XML];
    let log =
        |nth: usize, line: &str| format!("2026-11-24 10:00:0{nth},12{nth} INFO [main] {line}");
    let prefixes = ["> ", " * ", "| ", "data: "];
    let constant = texts.iter().flat_map(|text| prefixes.map(|prefix| prefixed(text, prefix)));
    let numbered = texts.iter().flat_map(|text| {
        let first = |nth: usize, line: &str| {
            if nth == 0 { line.to_owned() } else { format!("> {line}") }
        };
        [
            map_lines(text, |nth, line| format!("{:6}\t{line}", nth + 8)),
            map_lines(text, |nth, line| format!("{}: {line}", nth + 8)),
            map_lines(text, log),
            map_lines(text, first),
            format!("Bob wrote:\n{}\nbye", prefixed(text, "> ")),
        ]
    });
    assert_snapshot!(documents(&constant.chain(numbered).collect::<Vec<_>>()));
}

#[test]
fn suffixes_and_borders() {
    let texts = [ERROR, ERROR_XML];
    let suffixes = [" \\", "¶", " |", "$"];
    let ends = texts.iter().flat_map(|text| {
        suffixes.map(|suffix| map_lines(text, |_, line| format!("{line}{suffix}")))
    });
    let borders = texts.iter().flat_map(|text| [bordered(text, '|'), bordered(text, '│')]);
    assert_snapshot!(documents(&ends.chain(borders).collect::<Vec<_>>()));
}

#[test]
fn terminal() {
    let texts = [ERROR, ERROR_XML];
    let escapes = ["\u{1b}", "^[", r"\u001b", r"\033", ""];
    let colors = texts.iter().flat_map(|text| escapes.map(|escape| colored(text, escape)));
    let id =
        "{\"Code\": \"Throttling\", \"RequestId\": \"540CFF28-\n407A\", \"Message\": \"a\n    b\"}";
    let id_xml = "<Error><Code>Thrott\n  ling</Code><Message>a\n  b</Message></Error>";
    let long =
        format!("{{\"Code\": \"Throttling\", \"Message\": \"{}\"}}", "0123 5678 ".repeat(20));
    let wraps = [
        id.to_owned(),
        id_xml.to_owned(),
        wrapped(&long, 80, "", ""),
        wrapped(&long, 60, "", "    "),
        wrapped(&long, 60, "\\", ""),
        prefixed(&wrapped(&long, 78, "", ""), "> "),
    ];
    assert_snapshot!(documents(&colors.chain(wraps).collect::<Vec<_>>()));
}

#[test]
fn escapes() {
    let texts = [ERROR, ERROR_XML].into_iter().flat_map(|text| {
        [
            escaped(text),
            escaped(&escaped(text)),
            text.replace("\\n", "\\\\n").replace('\n', "\\n"),
            escaped(text)
                .replace("\\\"", r"\u0022")
                .replace('<', r"\u003c")
                .replace('>', r"\u003e"),
            references(text),
            references(&references(text)),
            references(text).replace('\n', "<br>").replace("  ", "&nbsp;&nbsp;"),
            format!("<pre>{}</pre>", references(text)),
            percent(text),
            percent(&percent(text)),
            format!("\"{}\"", text.replace('"', "\"\"")),
            ["<", ">", "{", "}"]
                .iter()
                .fold(text.to_owned(), |text, sign| text.replace(sign, &format!("\\{sign}"))),
            text.replace('<', "＜").replace('>', "＞").replace('{', "｛").replace('}', "｝"),
            literals(text, "String s = ", " +\n    ", ";"),
            literals(text, "", "\n", ""),
            literals(text, "out.add(", ");\nout.add(", ");"),
            format!("{{```json\n{text}\n```}}"),
        ]
    });
    assert_snapshot!(documents(&texts.collect::<Vec<_>>()));
}

#[test]
fn several_documents() {
    let two = format!("{}\n\n{}", prefixed(ERROR, "> "), prefixed(ERROR_XML, "> "));
    let log = format!(
        "{}\n12:01 then {{\"Code\": \"A\"}}\n{}",
        prefixed(ERROR, "12:00 "),
        prefixed(ERROR, "12:02 "),
    );
    assert_snapshot!([describe_all(&two), describe_all(&log)].join("\n"));
}

/// What may be a layer, but also belong to a value.
#[test]
fn values_are_kept() {
    assert_snapshot!(documents(&[
        // The document is malformed, but not because of what could be a layer.
        r#"{"Code": "a" "Message": "\u001b[32mgreen\u001b[0m", "HostId": "h",, "X": "> y"}"#,
        r#"{"Code": "a" "Message": "100%7B%22 &quot;x&quot; ＜b＞ <br> &nbsp;",, "X": "^[[32m"}"#,
        "{\"Code\": \"a\",, \"Message\": \"one\ntwo\" \"X\": 1}",
        "<Error><Code>a</Code><Message>> one\n> two</Message></Error>",
        "<Error><Code>a</Code><Message>\\[a\\] %3C &amp;lt; \\u003c</Message>",
        // Not all lines have the prefix.
        "> {\n> \"Code\": \"a\",\n\"Message\": \"m\"\n> }",
    ]));
}

/// The values without a layer.
fn values(text: &str) -> Response<'static> {
    decode(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}")).into_owned().response
}

#[test]
fn documented_responses_in_every_layer() {
    let read = |name: &str| {
        let path = format!("{}/corpus/documented/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    let mut texts = Vec::new();
    for name in ["response.json", "error.json"] {
        let text = read(name);
        let compact: String = values(&text).to_json().to_string();
        let value: serde_json::Value = serde_json::from_str(&compact).unwrap();
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        texts.extend([text, compact, pretty]);
    }
    for name in ["response.xml", "error.xml"] {
        let text = read(name);
        let compact = text.lines().map(str::trim).collect::<String>();
        texts.extend([text, compact]);
    }
    type Layer = (&'static str, fn(&str) -> String);
    let layers: &[Layer] = &[
        ("quoted", |text| prefixed(text, "> ")),
        ("quoted twice", |text| prefixed(text, ">> ")),
        ("added", |text| prefixed(text, "+ ")),
        ("comment", |text| prefixed(text, "// ")),
        ("hash", |text| prefixed(text, "# ")),
        ("remark of Basic", |text| prefixed(text, "' ")),
        ("some quoted", |text| {
            // In XML, text between elements is kept.
            let is_marked = |nth| nth % 7 == 3 && text.starts_with('{');
            map_lines(text, |nth, line| format!("{}{line}", if is_marked(nth) { "> " } else { "" }))
        }),
        ("star", |text| prefixed(text, " * ")),
        ("event", |text| prefixed(text, "data: ")),
        ("service", |text| prefixed(text, "web_1  | ")),
        ("number", |text| map_lines(text, |nth, line| format!("{:4} | {line}", nth + 1))),
        ("number colon", |text| map_lines(text, |nth, line| format!("{}: {line}", nth + 1))),
        ("number tab", |text| map_lines(text, |nth, line| format!("{}\t{line}", nth + 1))),
        ("time", |text| {
            map_lines(text, |nth, line| format!("2026-11-24T10:00:{:02}.5Z {line}", nth % 60))
        }),
        ("syslog", |text| {
            map_lines(text, |nth, line| {
                format!("Nov {:2} 10:00:00 host app[{nth}]: {line}", nth / 9 + 1)
            })
        }),
        ("continued", |text| map_lines(text, |_, line| format!("{line} \\"))),
        ("pilcrow", |text| map_lines(text, |_, line| format!("{line}¶"))),
        ("border", |text| bordered(text, '│')),
        ("bars", |text| bordered(text, '|')),
        ("quoted and numbered", |text| {
            prefixed(&map_lines(text, |nth, line| format!("{nth:3}  {line}")), "> ")
        }),
        ("colors", |text| colored(text, "\u{1b}")),
        ("colors with a caret", |text| colored(text, "^[")),
        ("colors without escape", |text| colored(text, "")),
        ("string", escaped),
        ("string twice", |text| escaped(&escaped(text))),
        ("references", references),
        ("references twice", |text| references(&references(text))),
        ("page", |text| references(text).replace('\n', "<br>\n")),
        ("URL", percent),
        ("URL twice", |text| percent(&percent(text))),
        ("CSV", |text| format!("\"{}\"", text.replace('"', "\"\""))),
        ("literals", |text| literals(text, "String s = ", " +\n    ", ";")),
        ("calls", |text| literals(text, "out.add(", ");\nout.add(", ");")),
        ("constants", |text| literals(text, "s = ", " & vbCrLf & _\n", " & vbCrLf")),
        ("echo", |text| map_lines(text, |_, line| format!("echo '{line}'"))),
        ("fences", |text| format!("{{```\n{text}\n```}}")),
        ("quoted and escaped", |text| prefixed(&escaped(text), "> ")),
        ("chunked", |text| chunked_text(text, "\r\n")),
        ("chunked, without returns", |text| chunked_text(text, "\n")),
        ("cells of a table", cells),
        ("XML of a workbook", |text| map_lines(text, |_, line| format!("{line}_x000D_"))),
        ("cat -A", |text| map_lines(text, |_, line| format!("{}$", caret_tabs(line)))),
        ("cat -T", |text| map_lines(text, |_, line| caret_tabs(line))),
        ("container log", |text| container_log(text, "\\n")),
        ("container log without line breaks", |text| container_log(text, "")),
        ("page source", |text| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            format!("<html><head><title>a</title></head><body><pre>{text}</pre></body></html>")
        }),
    ];
    // In XML, they may be text.
    let layers_of_json: &[Layer] = &[
        ("attribute", |text| text.replace('\n', "&#10;")),
        ("text in a URL", |text| text.replace('\n', "%0A")),
        ("octal line breaks", |text| text.replace('\n', r"\012")),
        ("quoted-printable", quoted_printable),
    ];
    for text in &texts {
        let expected = values(text);
        let of_format = if text.starts_with('{') { layers_of_json } else { &[] };
        for (name, layer) in layers.iter().chain(of_format) {
            let found = values(&layer(text));
            assert_eq!(found, expected, "{name}: {}", layer(text));
        }
    }
}

#[test]
fn wrapped_documents() {
    let path = format!("{}/corpus/documented/response.json", env!("CARGO_MANIFEST_DIR"));
    let pretty = std::fs::read_to_string(path).unwrap();
    let page = values(&pretty);
    for text in [page.to_json().to_string(), page.to_xml()] {
        for width in [40, 72, 80, 100, 120] {
            for (sign, indent) in [("", ""), ("", "    "), ("", "\t"), ("\\", "")] {
                let wrapped = wrapped(&text, width, sign, indent);
                assert_eq!(values(&wrapped), page, "{width} {sign:?} {indent:?}: {wrapped}");
            }
        }
    }
}

/// The texts with a break in place of each space that a width demands.
fn filled(text: &str, width: usize) -> String {
    let mut filled = String::new();
    let mut length = 0;
    for word in text.split(' ') {
        if length > 0 && length + 1 + word.chars().count() > width {
            filled.push('\n');
            length = 0;
        } else if length > 0 {
            filled.push(' ');
            length += 1;
        }
        filled.push_str(word);
        length += word.chars().count();
    }
    filled
}

/// Where lines are broken between words, a break is in place of a space.
#[test]
fn filled_documents() {
    let members = [
        ("CommandName", "deploy the web front end"),
        ("Frequency", "0 */20 * * * *"),
        ("CommandDescription", "step 0 of the release, see the wiki of the team"),
        ("Parameters", ""),
    ];
    let json: Vec<_> =
        members.iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
    let json = format!(
        "{{\"Invocations\":{{\"Invocation\":[{{\"InvokeId\":\"t-1\",{}}}]}}}}",
        json.join(",")
    );
    let page = values(&json);
    let mut count = 0;
    for width in 30..120 {
        let filled = filled(&json, width);
        let lengths: Vec<_> = filled.lines().map(str::len).collect();
        // A single break in the longest line may be anywhere.
        if lengths.len() > 2 {
            assert_eq!(values(&filled), page, "{width}: {filled}");
            count += 1;
        }
    }
    assert!(count > 40, "{count}");
    // Each line by itself, of which the broken ones are the same.
    let instance = "{\n\"InstanceId\": \"i-1\",\n\"Launcher\": \"python3 -u {{ACS::ScriptFileName|Ext('.py')}}\"\n}";
    let lines = format!(
        "{{\n\"Invocations\": [\n{instance},\n{instance}\n],\n\"RequestId\": \"{}\"\n}}",
        "0123456789".repeat(8)
    );
    let error = "{\n\"Code\": \"Forbidden.RAM\",\n\"Message\": \"Not authorized to operate on the specified resource, or \
                 no support.\",\n\"Recommend\": \"https://api.example.com/troubleshoot?q=Forbidden.RAM&product=Ecs\"\n}";
    for (text, width) in [(lines, 40), (error.to_owned(), 72)] {
        let filled = map_lines(&text, |_, line| filled(line, width));
        assert_eq!(values(&filled), values(&text), "{filled}");
    }
    let found = documents(&[
        filled(&json, 60),
        // In XML, the text of an element may have a line break, but for one of a type without.
        filled(&values(&json).to_xml().replace("</RequestId>", ""), 60),
        // The break is in an empty string, and in a word.
        "{\"Code\":\"Throttling\",\"HostId\":\"\n\",\"RequestId\":\"0\n-1\",\"X\":0}".to_owned(),
        "{\"RequestId\":\"r-1\",\"Message\":\"\n\",\"Code\":\"Thrott\nling\"}".to_owned(),
    ]);
    assert_snapshot!(found);
}

/// Framing that is not what a header announces, or does not fit.
#[test]
fn framing() {
    let header = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n";
    let body = "{\"Code\": \"Throttling\", \"Message\": \"m\"}";
    assert_snapshot!(documents(&[
        // A trailer, an extension, and text after them.
        format!(
            "{header}8;a=b\r\n{}\r\n{:x}\r\n{}\r\n0\r\nExpires: 0\r\n\r\nbye",
            &body[..8],
            body.len() - 8,
            &body[8..]
        ),
        // Cut off in the last chunk.
        format!("{header}8\r\n{}\r\n64\r\n{}", &body[..8], &body[8..30]),
        // The size is wrong.
        format!(
            "{header}7\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n",
            &body[..8],
            body.len() - 8,
            &body[8..]
        ),
        // Two answers.
        format!("{header}{0:x}\n{body}\n0\n\nx\n{header}{0:x}\n{body}\n0\n\n", body.len()),
        // No header.
        format!("8\n{}\n{:x}\n{}\n0\n", &body[..8], body.len() - 8, &body[8..]),
    ]));
}

/// Records that are no lines of one document, or not all.
#[test]
fn records_of_containers() {
    let record = |line: &str| format!("{{\"log\": \"{}\", \"stream\": \"stdout\"}}", escaped(line));
    let log = |lines: &[&str]| lines.iter().map(|line| record(line)).collect::<Vec<_>>().join("\n");
    let whole = log(&[
        "{\"Code\": \"a\", \"Message\": \"m\"}\n",
        "{\"Code\": \"b\", \"Message\": \"m\"}\n",
    ]);
    let two =
        log(&["start\n", "{\"Code\":\n", "\"a\"}\n", "next\n", "{\"Code\": \"b\"}\n", "end\n"]);
    let cut = log(&["{\n", "\"Code\":", " \"a\"\n", "}\n"]) + "\n{\"log\": \"x";
    assert_snapshot!(
        [whole, two, cut].map(|text| format!("{text}\n{}", describe_all(&text))).join("\n")
    );
}

/// Pages of HTML that show a response, and others.
#[test]
fn pages() {
    let shown = "{\"Code\": \"a\", \"Message\": \"x &lt; y &amp;amp; z\"}";
    assert_snapshot!(documents(&[
        format!("<!DOCTYPE html><html><body>\n<div><code>{shown}</code></div></body></html>"),
        format!("<HTML><head><script>{{\"Code\": \"b\"}}</script></head><BODY>{shown}"),
        "<html><body><pre><span>{</span><br><b>\"Code\"</b>: <i>\"a\"</i>}</pre></body></html>"
            .to_owned(),
        "<html><script>{\"Code\": \"b\"}</script><body>{not json}</body></html>".to_owned(),
        "<html><head><title>502</title></head><body>{\"a\": 1}</body></html>".to_owned(),
    ]));
}

#[test]
fn a_reader_decodes_the_same() {
    let log = container_log(ERROR, "\\n");
    let layered =
        [prefixed(ERROR, "> "), prefixed(ERROR_XML, "12: "), escaped(ERROR), percent(ERROR)];
    for text in layered.into_iter().chain([log]) {
        let all: Vec<_> = decode_all(text.as_bytes()).map(|it| it.unwrap().into_owned()).collect();
        let read: Vec<_> = decode_reader(text.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(all, read, "{text}");
        let bytes = BufReader::with_capacity(1, text.as_bytes());
        let read: Vec<_> = decode_reader(bytes).map(Result::unwrap).collect();
        assert_eq!(all, read, "{text}");
    }
}

/// Quotes of strings as references, where names have none, as values without such a layer.
#[test]
fn quotes_as_references_of_names_without_quotes() {
    let plain = "{ Invocations: { Invocation: [ { InvokeId: QUOTEt-1QUOTE, CommandName: QUOTEa, b: cQUOTE, \
                 Timed: false } ] } }";
    let expected = values(&plain.replace("QUOTE", "'"));
    for quote in ["&#x27;", "&#39;", "&apos;", "&lsquo;", "&quot;", "&#34;", "&ldquo;", "&amp;#39;"]
    {
        for text in [plain.to_owned(), plain.replace("{ ", "{\n  ").replace(", I", ",\n  I")] {
            let text = text.replace("QUOTE", quote);
            assert_eq!(values(&text), expected, "{text}");
            assert!(!decode(text.as_bytes()).unwrap().is_clean(), "{text}");
        }
    }
    let literal = r#"{"Code": "c", "Message": "x: &#x27;a&#x27;"}"#;
    assert_eq!(values(literal), values(&literal.replace("Code", "code")));
}

fn command_name(text: &str) -> serde_json::Value {
    let page: serde_json::Value = serde_json::from_str(&values(text).to_json()).unwrap();
    page["Invocations"]["Invocation"][0]["CommandName"].clone()
}

/// Quoted-printable that is well-formed XML, since text may be between elements.
#[test]
fn sound_xml_in_quoted_printable() {
    let page = |sign: &str, name: &str| {
        format!(
            "<DescribeInvocationsResponse>{sign}\n<Invocations><Invocation><InvokeId>t-1</InvokeId>\
             <CommandName>{name}</CommandName></Invocation></Invocations>{sign}\n\
             </DescribeInvocationsResponse>"
        )
    };
    for (sign, name, expected) in [
        ("=20", "ab=\ncd", Some("abcd")),
        ("=20", "cjE=3D", Some("cjE=")),
        ("=", "=E4=BD=\n=A0", Some("你")),
        ("=20", "ab", Some("ab")),
        // Another sign contradicts, or nothing shows the encoding.
        ("=20", "a=b", None),
        ("=20", "cjE=", None),
        ("", "ab=\ncd=20", None),
        ("", "cjE=3D=20\n", None),
    ] {
        let text = page(sign, name);
        let expected = page("", expected.unwrap_or(name));
        assert_eq!(command_name(&text), command_name(&expected), "{text}");
    }
}

/// A sign after every opening tag, also of elements that hold no text.
#[test]
fn doubled_signs_of_tags() {
    let page = |sign: &str, end: &str| {
        format!(
            "<DescribeInvocationsResponse>{sign}<Invocations>{sign}<Invocation>{sign}<InvokeId>{sign}t-1\
             </InvokeId>{end}<CommandName>{sign}a > b</CommandName>{end}</Invocation>{end}\
             </Invocations>{end}</DescribeInvocationsResponse>{end}"
        )
    };
    assert_eq!(values(&page(">", "")), values(&page("", "")));
    assert_eq!(values(&page(">", ">")), values(&page("", "")));
    // After some tags, it is text.
    let one = page("", "").replace("<CommandName>", "<CommandName>>");
    assert_eq!(command_name(&one), ">a > b");
}

/// Once a document is sound, what its values hold is no layer, in each row of a table too.
#[test]
fn values_in_a_layer_are_kept() {
    let repr = |text: &str| text.replace('\\', r"\\").replace('\'', r"\'");
    for value in [
        r"C:\new\test",
        r"a\\b",
        r"\u0041",
        r"\n",
        "it''s",
        "a\\_b",
        r"\d+\.\d",
        "%7B%22a%22%7D",
        "<Error><Code>x</Code></Error>",
        "&lt;b&gt;",
        "&amp;quot;",
        "\u{1b}[31mred\u{1b}[0m",
        "a,\"b\",c",
        "\"\"",
        "> quoted",
        "1: numbered",
        "=20",
        "a\\",
        "{\"a\":\"b\"}",
        "``",
        "日本語",
    ] {
        let value = serde_json::to_string(value).unwrap();
        let page = |id: &str| {
            format!(
                r#"{{"Invocations": {{"Invocation": [{{"InvokeId": "{id}", "CommandName": {value}}}]}}}}"#
            )
        };
        let cell = |id: &str| page(id).replace('"', "\"\"");
        let expected: Vec<String> =
            ["t-1", "t-2"].map(|id| decode(page(id).as_bytes()).unwrap().response.to_json()).into();
        let one = &expected[..1];
        let documents = [
            (format!("'{}'", repr(&page("t-1"))), one),
            (format!("b'{}'", repr(&page("t-1"))), one),
            (format!("body = '{}'", repr(&page("t-1"))), one),
            (format!("echo '{}'", page("t-1").replace('\'', r"'\''")), one),
            (format!("\"{}\"", escaped(&page("t-1"))), one),
            (format!("id,body\n7,\"{}\"\n8,\"{}\"\n", cell("t-1"), cell("t-2")), &expected),
            (
                format!("\"h\",\"b\"\n\"i-1\",\"{}\"\n\"i-2\",\"{}\"\n", cell("t-1"), cell("t-2")),
                &expected,
            ),
            (
                format!("\"{}\",2020-07-13\n\"{}\",2020-07-14\n", cell("t-1"), cell("t-2")),
                &expected,
            ),
            (format!("PROD {}", page("t-1")), one),
        ];
        for (document, expected) in documents {
            // Not Python's, which prints no control characters.
            if value.contains("\\u001b") && document.contains("\\\\u001b") {
                continue;
            }
            let read: Vec<String> =
                decode_all(document.as_bytes()).map(|it| it.unwrap().response.to_json()).collect();
            assert_eq!(read, expected, "{document}");
        }
    }
}

/// In a sound document, escaped dashes are a layer only if those of the IDs are escaped too.
#[test]
fn escaped_dashes_in_a_sound_document() {
    let page = |id: &str, name: &str| {
        format!(
            "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>{id}</InvokeId><CommandName>{name}\
             </CommandName></Invocation></Invocations></DescribeInvocationsResponse>"
        )
    };
    for (id, name, expected) in [
        (r"t\-1a", r"a\-b", ["t-1a", "a-b"]),
        (r"t\-1a\-2", "a b", ["t-1a-2", "a b"]),
        ("t-1a", r"a\-b \- c\-d", ["t-1a", r"a\-b \- c\-d"]),
    ] {
        let document = page(id, name);
        let decoded = decode(document.as_bytes()).unwrap();
        let Response::Invocations(page) = decoded.response else { panic!() };
        let invocation = &page.invocations[0];
        let values = [&invocation.invoke_id, &invocation.command_name];
        assert_eq!(values.map(|it| it.as_deref().unwrap()), expected, "{document}");
    }
}

/// Each literal has a document of its own, unlike the parts of one.
#[test]
fn documents_in_literals_that_follow_one_another() {
    let error = |code: &str| format!(r#"{{"Code":"{code}","Message":"m"}}"#);
    for (first, quote, last) in [
        ("String s{} = ", '"', ";"),
        ("s{} = ", '"', ""),
        ("S{}=", '"', ""),
        ("msg=", '"', " n={}"),
        ("", '"', ""),
        ("  {}\t", '"', ""),
    ] {
        let line = |(nth, code): (usize, &str)| {
            let (first, last) =
                (first.replace("{}", &nth.to_string()), last.replace("{}", &nth.to_string()));
            format!("{first}{quote}{}{quote}{last}\n", escaped(&error(code)))
        };
        let text: String = ["A", "B", "C", "D"].into_iter().enumerate().map(line).collect();
        let read: Vec<_> =
            decode_all(text.as_bytes()).map(|it| it.unwrap().response.to_json()).collect();
        assert_eq!(read, ["A", "B", "C", "D"].map(error), "{text}");
    }
}

/// What is before a quote tells whether the text in it has escapes of its own.
#[test]
fn literals_by_what_is_before_them() {
    let page =
        |name: &str| format!(r#"{{"Invocations":{{"Invocation":[{{"CommandName":"{name}"}}]}}}}"#);
    for (before, name, after, expected) in [
        ("resp = '", r"a\\nb", "'", "a\nb"),
        ("JSON.parse('", r"a\\tb", "')", "a\tb"),
        ("RESP='", r"a\\nb", "'", r"a\nb"),
        ("RESP='", r"\\u4e2d", "'", r"\u4e2d"),
        ("echo '", r"\\u4e2d", "'", r"\u4e2d"),
        ("body='", r"\\u4e2d", "'", "中"),
    ] {
        let text = format!("{before}{}{after}", page(name));
        let decoded = decode(text.as_bytes()).unwrap();
        let Response::Invocations(page) = decoded.response else { panic!() };
        assert_eq!(page.invocations[0].command_name.as_deref(), Some(expected), "{text}");
    }
}

/// A header tells the encoding of a document that is well formed as it is.
#[test]
fn an_announced_encoding() {
    let body = r#"{"Code":"Throttling","Message":"=E6=97=A5 a=3Db"}"#;
    let text = format!(
        "Content-Type: a/b\r\ncontent-transfer-encoding: Quoted-Printable\r\n\r\n{body}\r\n"
    );
    let json = |text: &str| decode(text.as_bytes()).unwrap().response.to_json();
    assert_eq!(json(&text), r#"{"Code":"Throttling","Message":"日 a=b"}"#);
    assert_eq!(json(&text.replace("Quoted-Printable", "8bit")), body);
}

/// The text in the cells beside a document is in a finding.
#[test]
fn cells_beside_a_document() {
    let error = |code: &str| format!(r#"{{""Code"":""{code}"",""Message"":""m""}}"#);
    let rows = format!("\"id\",\"body\"\n\"i-1\",\"{}\"\n\"i-2\",\"{}\"\n", error("A"), error("B"));
    for (row, cell) in decode_all(rows.as_bytes()).zip(["\"i-1\"", "\"i-2\""]) {
        let findings = row.unwrap().findings;
        assert!(
            findings.iter().any(|it| it.code() == "M314" && it.found.contains(cell)),
            "{findings:#?}"
        );
    }
}

/// A chunk may end in a character, whose bytes are in findings.
#[test]
fn chunks_of_parts_of_characters() {
    let body =
        r#"{"Invocations":{"Invocation":[{"CommandName":"日本語テスト","InvokeId":"t-12"}]}}"#;
    for feed in ["\n", "\r\n"] {
        for size in 5..40 {
            let text = chunked(body, feed, size);
            let decoded = decode(&text).unwrap();
            let Response::Invocations(page) = &decoded.response else { panic!() };
            assert_eq!(page.invocations[0].invoke_id.as_deref(), Some("t-12"), "{size}");
            let name = page.invocations[0].command_name.as_deref().unwrap();
            let whole: String = name.chars().filter(|c| *c != '\u{fffd}').collect();
            assert!(
                "日本語テスト".chars().filter(|c| whole.contains(*c)).eq(whole.chars()),
                "{size}: {name}"
            );
            let lost: usize = decoded
                .findings
                .iter()
                .filter(|it| it.code() == "U202")
                .map(|it| it.found.split(' ').count())
                .sum();
            assert_eq!(whole.len() + lost, "日本語テスト".len(), "{size}: {name}");
        }
    }
}

const PAGE_XML: &str = "<DescribeInvocationsResponse>\n  <RequestId>R-1</RequestId>\n  <Invocations>\n    <Invocation>\n      \
    <InvokeId>t-1</InvokeId>\n      <CommandName>a b</CommandName>\n      <InvokeInstances>\n        \
    <InvokeInstance>\n          <InstanceId>i-1</InstanceId>\n          <Output>total 8\ndrwx 2 root\n\n  日 1\n</Output>\n        \
    </InvokeInstance>\n      </InvokeInstances>\n      <Timed>false</Timed>\n    </Invocation>\n  \
    </Invocations>\n</DescribeInvocationsResponse>";

/// `PAGE_XML` in JSON.
fn page_json() -> String {
    let page: serde_json::Value = serde_json::from_str(&values(PAGE_XML).to_json()).unwrap();
    serde_json::to_string_pretty(&page).unwrap()
}

/// The dump of the bytes of a text, by a program that shows an address and bytes in some form.
fn dump(text: &str, line: impl Fn(usize, &[u8], &str) -> String) -> String {
    let shown = |byte: &u8| if (b' '..=b'~').contains(byte) { char::from(*byte) } else { '.' };
    let lines =
        text.as_bytes().chunks(16).enumerate().map(|(nth, bytes)| {
            line(nth * 16, bytes, &bytes.iter().map(shown).collect::<String>())
        });
    lines.collect::<Vec<_>>().join("\n")
}

fn hex(bytes: &[u8], size: usize) -> String {
    let group = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    bytes.chunks(size).map(group).collect::<Vec<_>>().join(" ")
}

fn indented(text: &str, mark: &str) -> String {
    map_lines(text, |_, line| {
        let content = line.trim_start();
        format!("{}{mark}{content}", &line[..line.len() - content.len()])
    })
}

fn cell(text: &str, start: &str, end: &str) -> String {
    // Some lines are longer.
    map_lines(text, |_, line| format!("{start}{line:32}{end}"))
}

/// What is on every line is in no value of several lines.
#[test]
fn marks_of_lines_in_values() {
    type Layer = (&'static str, fn(&str) -> String);
    let layers: &[Layer] = &[
        ("bullets of Markdown", |text| indented(text, "- ")),
        ("bullets", |text| indented(text, "• ")),
        ("stars", |text| indented(text, "* ")),
        ("number", |text| map_lines(text, |nth, line| format!("{}{line}", nth + 7))),
        ("aligned number", |text| map_lines(text, |nth, line| format!("{:3}{line}", nth + 7))),
        ("number on a line", |text| map_lines(text, |nth, line| format!("{}\n{line}", nth + 1))),
        ("psql", |text| cell(text, " ", "+")),
        ("psql, last line", |text| cell(text, " ", "+").trim_end_matches('+').to_owned()),
        ("mysql", |text| {
            let rule = "+----------------------------------+";
            format!("{rule}\n{}\n{rule}", cell(&format!("{text}\n"), "| ", " |"))
        }),
        ("diff", |text| {
            let count = text.lines().count();
            let head = format!("--- a/r\n+++ b/r\n@@ -1,{count} +1,{count} @@");
            format!("{head}\n{}", prefixed(text, " "))
        }),
        ("empty lines", |text| text.replace('\n', "\n\n")),
        ("empty lines, with returns", |text| text.replace('\n', "\r\n\r\n")),
        ("returns", |text| text.replace('\n', "\r\r\n")),
        ("spaces between", |text| text.chars().flat_map(|c| [c, ' ']).collect()),
        ("spaces between, in lines", |text| {
            map_lines(text, |_, line| line.chars().map(String::from).collect::<Vec<_>>().join(" "))
        }),
        ("zeros between", |text| text.chars().flat_map(|c| [c, '\0']).collect()),
        ("xxd", |text| {
            dump(text, |at, bytes, shown| format!("{at:08x}: {:39}  {shown}", hex(bytes, 2)))
        }),
        ("hexdump -C", |text| {
            dump(text, |at, bytes, shown| {
                let (first, second) = bytes.split_at(bytes.len().min(8));
                format!("{at:08x}  {:23}  {:23}  |{shown}|", hex(first, 1), hex(second, 1))
            }) + &format!("\n{:08x}\n", text.len())
        }),
    ];
    for text in [PAGE_XML, &page_json()] {
        for (name, layer) in layers {
            let layered = layer(text);
            let decoded = decode(layered.as_bytes()).unwrap();
            assert_eq!(
                decoded.response.clone().into_owned(),
                values(PAGE_XML),
                "{name}: {layered}"
            );
            // Empty lines between values of JSON are whitespace.
            let is_sound = layered.starts_with('{') && layered.trim_end().ends_with('}');
            assert!(is_sound || !decoded.is_clean(), "{name}: {layered}");
        }
    }
}

/// What could be on every line, but is not, is part of the values.
#[test]
fn marks_of_some_lines_are_kept() {
    const DUMP: &str = "00000000: 7b22 0a0a  {\"..\n00000004: 7b7d 0a0a  {}..";
    let page = |output: &str| PAGE_XML.replace("total 8\ndrwx 2 root\n\n  日 1\n", output);
    let output = |text: &str| {
        let page: serde_json::Value = serde_json::from_str(&values(text).to_json()).unwrap();
        let instances = &page["Invocations"]["Invocation"][0]["InvokeInstances"]["InvokeInstance"];
        instances[0]["Output"].as_str().unwrap().to_owned()
    };
    for value in [
        "- a\n- b\n- ",
        "• a\n• b",
        "1a\n2b\n3c",
        "1\na\n2\nb\n",
        "a   +\n b  +\n c",
        "| a |\n| b |",
        "--- a\n+++ b\n@@ -1,2 +1,2 @@\n a\n b",
        "a\n\nb\n\n",
        "a b c d e f g h i j k l m n o p q",
        DUMP,
        "bin\nboot\nhome\nroot\n",
    ] {
        assert_eq!(output(&page(value)), value);
        assert!(decode(page(value).as_bytes()).unwrap().is_clean(), "{value}");
    }
    for (text, expected) in [
        // Not all line breaks are doubled, or only those in a value.
        (page("a\n\nb\n").replace(">\n", ">\n\n"), "a\n\nb\n"),
        (page("a\n\nb").replace("\n  ", ""), "a\n\nb"),
        (page(DUMP).replace("</Timed>", ""), DUMP),
        // One line lacks the mark.
        (indented(&page("a\nb"), "- ").replace("- b", "b"), "a\nb"),
    ] {
        assert_eq!(output(&text), expected, "{text}");
    }
}

/// Lines whose last character is lost, or that are cut at a width in a value of several lines.
#[test]
fn cut_values_of_several_lines() {
    let leaves = |text: &str| {
        let page: serde_json::Value = serde_json::from_str(&values(text).to_json()).unwrap();
        let invocation = &page["Invocations"]["Invocation"][0];
        let instance = &invocation["InvokeInstances"]["InvokeInstance"][0];
        [&instance["InstanceId"], &instance["Output"], &invocation["InvokeId"]]
            .map(|it| it.as_str().map(str::to_owned))
    };
    let some = |text: &str| Some(text.to_owned());
    let shortened = map_lines(PAGE_XML, |_, line| {
        let last = line.chars().next_back().map_or(0, char::len_utf8);
        line[..line.len() - last].to_owned()
    });
    assert_eq!(leaves(&shortened), [some("i-1"), None, some("t-1")], "{shortened}");
    let long = PAGE_XML.replace("t-1", "t-0123456789").replace("total 8", "total 0123456789 8");
    let long = long.replace("i-1", "i-01234");
    for (sign, id) in [("", some("i-01234")), ("…", some("i-01234"))] {
        let width = 33 - sign.chars().count();
        let cut = map_lines(&long, |_, line| match line.chars().count() > 33 {
            true => line.chars().take(width).collect::<String>() + sign,
            false => line.to_owned(),
        });
        assert_eq!(leaves(&cut), [id, None, some("t-0123456789")], "{cut}");
    }
}

/// Words were wrapped, and those that are longer than the lines at the width.
#[test]
fn long_words_in_filled_documents() {
    let base64 = "cHJpbnRmICclc1xuJyAiaGVsbG8iOyBlY2hvICJkb25lIjsgZXhpdCAw";
    let page = format!(
        "{{\"RequestId\":\"540CFF28-407A-40B5-B6A5-74Bxxxxxxxxx\",\"Invocations\":{{\"Invocation\":[{{\"CommandName\":\"patch: \
         kernel of all hosts\",\"InvokeId\":\"t-7d2a745b412b4601b2d47f6a768dxxxx\",\"CommandContent\":\"{base64}\",\
         \"CommandDescription\":\"stop the web tier, then start the web tier and the \\u6e05\\u7406\",\"Timed\":false}}]}}}}"
    );
    let mut count = 0;
    for width in 24..70 {
        let (mut lines, mut line) = (Vec::new(), String::new());
        for word in page.split(' ') {
            let mut word = word.to_owned();
            if !line.is_empty() && line.len() + 1 + word.len() <= width {
                line = format!("{line} {word}");
                continue;
            }
            if word.len() > width && !line.is_empty() && line.len() + 1 < width {
                let rest = word.split_off(width - line.len() - 1);
                line = format!("{line} {word}");
                word = rest;
            }
            lines.extend((!line.is_empty()).then(|| std::mem::take(&mut line)));
            while word.len() > width {
                let rest = word.split_off(width);
                lines.push(std::mem::replace(&mut word, rest));
            }
            line = word;
        }
        lines.push(line);
        let shorter = lines.iter().filter(|line| line.len() < width).count();
        if shorter > 3 {
            let filled = lines.join("\n");
            assert_eq!(values(&filled), values(&page), "{width}: {filled}");
            count += 1;
        }
    }
    assert!(count > 5, "{count}");
}

/// The first columns of a document are added where the rest of each line tells what they were.
#[test]
fn lost_columns() {
    let cut = |text: &str, columns: usize| {
        map_lines(text, |_, line| line.chars().skip(columns).collect::<String>())
    };
    let output = "total 8\ndrwx 2 root\n\n  日 1\n";
    let whole = PAGE_XML.replace(output, "ok\n");
    let json: serde_json::Value = serde_json::from_str(&values(&whole).to_json()).unwrap();
    let json = serde_json::to_string_pretty(&json).unwrap();
    let without_output = PAGE_XML.replace(&format!("<Output>{output}</Output>"), "");
    for columns in 1..=3 {
        for indent in ["  ", "\t", " "] {
            for text in [&whole, &json] {
                let cut = cut(&text.replace("  ", indent), columns);
                assert_eq!(values(&cut), values(&whole), "{cut}");
                assert!(!decode(cut.as_bytes()).unwrap().is_clean(), "{cut}");
            }
        }
        // Of a text, nothing tells, also if it lost all of a line.
        for output in [output, "ok\na\n"] {
            let cut = cut(&whole.replace("ok\n", output), columns);
            assert_eq!(values(&cut), values(&without_output), "{cut}");
        }
    }
}

/// The last character of each line is added where the line and the next one tell what it was.
#[test]
fn a_lost_last_column() {
    let cut = |text: &str| {
        map_lines(text, |_, line| {
            let last = line.chars().next_back().map_or(0, char::len_utf8);
            line[..line.len() - last].to_owned()
        })
    };
    let page = |timeout: &str, count: &str| {
        let page = format!(
            r#"{{"Invocations": {{"Invocation": [{{"InvokeId": "t-1", "Timed": true{timeout}}}, {{"InvokeInstances":
            {{"InvokeInstance": [{{"ExitCode": 12, "Output": "a\n"}}]}}, "CommandName": "a, \"b\""}}]}},
            "RequestId": "R-1"{count}}}"#
        );
        let page: serde_json::Value = serde_json::from_str(&page).unwrap();
        serde_json::to_string_pretty(&page).unwrap()
    };
    // A number that is the last member may have been longer.
    for (timeout, count) in [("", ""), (", \"Timeout\": 60", ", \"TotalCount\": 123")] {
        let cut = cut(&page(timeout, count));
        assert_eq!(values(&cut), values(&page("", "")), "{cut}");
        assert!(!decode(cut.as_bytes()).unwrap().is_clean(), "{cut}");
    }
}

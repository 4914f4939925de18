//! Character encodings: declared, detected and invalid ones.

mod describe;

use describe::describe;
use ecs_invocations::{Options, Response, decode};
use encoding_rs::{
    EUC_JP, Encoding, GB18030, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252,
};
use insta::assert_snapshot;

/// Encodes UTF-16, which `encoding_rs` only decodes.
fn utf16(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let big = encoding == UTF_16BE;
    let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    text.encode_utf16().flat_map(bytes).collect()
}

fn declared(label: &str, name: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"{label}\"?>\n<Error><Code>Throttling</Code><Message>{name}\
         </Message></Error>"
    )
}

fn message(input: &[u8]) -> (String, usize) {
    let decoded = decode(input).unwrap();
    let Response::Error(error) = decoded.response else { panic!("{:?}", decoded.response) };
    (error.message.unwrap().into_owned(), decoded.findings.len())
}

#[test]
fn uses_declared_encoding() {
    for (encoding, text) in [
        (GBK, "命令已下发"),
        (SHIFT_JIS, "コマンド"),
        (EUC_JP, "コマンド"),
        (WINDOWS_1252, "café “quoted”"),
    ] {
        let document = declared(encoding.name(), text);
        let (bytes, _, lossy) = encoding.encode(&document);
        assert!(!lossy);
        assert_eq!(message(&bytes), (text.to_owned(), 0), "{}", encoding.name());
    }
    assert_eq!(message(declared("utf-8", "漢").as_bytes()), ("漢".to_owned(), 0));
    // Labels of Windows, Java and Python.
    for (label, encoding, text) in [
        ("cp936", GBK, "命令已下发"),
        ("MS936", GBK, "命令已下发"),
        ("cp932", SHIFT_JIS, "コマンド"),
        ("euc_jp", EUC_JP, "コマンド"),
        ("latin-1", WINDOWS_1252, "café"),
    ] {
        let document = declared(label, text);
        let (bytes, ..) = encoding.encode(&document);
        assert_eq!(message(&bytes), (text.to_owned(), 0), "{label}");
    }
}

/// Text in another encoding is hardly ever valid UTF-8.
#[test]
fn valid_utf8_is_decoded_as_utf8_whatever_is_declared() {
    for label in ["GBK", "ISO-8859-1", "Shift_JIS", "Big5"] {
        for name in ["命令已下发", "é", "漢字 café 𝒳"] {
            let document = declared(label, name);
            let decoded = decode(document.as_bytes()).unwrap();
            let found: Vec<_> = decoded.findings.iter().map(|it| (it.code(), &*it.found)).collect();
            assert_eq!(found, [("N115", label)]);
            assert_eq!(message(document.as_bytes()).0, name);
        }
        // In ASCII, it makes no difference.
        assert_eq!(message(declared(label, "m").as_bytes()), ("m".to_owned(), 0), "{label}");
    }
    let stateful = declared("ISO-2022-JP", "\x1b$B4A;z\x1b(B");
    assert_eq!(message(stateful.as_bytes()), ("漢字".to_owned(), 0));
}

#[test]
fn charset_of_transport_comes_after_utf8_and_before_the_declaration() {
    let decoded = |charset: Option<&str>, bytes: &[u8]| {
        let mut options = Options::default();
        options.charset = charset.map(|label| label.parse().unwrap());
        let decoded = options.decode(bytes).unwrap().into_owned();
        let Response::Error(error) = decoded.response else { panic!() };
        let codes: Vec<_> = decoded.findings.iter().map(|it| it.code()).collect();
        (error.message.unwrap().into_owned(), codes)
    };
    let text = |text: &str, codes: &[&'static str]| (text.to_owned(), codes.to_vec());
    let json = "{\"Code\": \"a\", \"Message\": \"命令\"}";
    let (gbk, ..) = GBK.encode(json);
    assert_eq!(decoded(Some("gb2312"), &gbk), text("命令", &[]));
    assert_eq!(decoded(Some("GBK"), json.as_bytes()), text("命令", &["N115"]));
    assert_eq!(decoded(Some("utf-8"), json.as_bytes()), text("命令", &[]));
    assert_eq!(decoded(Some("UTF-16"), json.as_bytes()), text("命令", &["N115"]));
    assert_eq!(decoded(Some("GBK"), &utf16(json, UTF_16LE)), text("命令", &["N115"]));
    let marked = format!("\u{feff}{json}");
    assert_eq!(decoded(Some("GBK"), marked.as_bytes()), text("命令", &["N115"]));
    // Over the declaration.
    let xml = declared("Shift_JIS", "命令");
    let (gbk, ..) = GBK.encode(&xml);
    assert_eq!(decoded(Some("GBK"), &gbk), text("命令", &[]));
    // Bytes that are not valid in the charset are still reported.
    assert!(decoded(Some("UTF-8"), &gbk).1.iter().all(|code| *code == "U202"));
    let ascii = declared("klingon", "m");
    assert_eq!(decoded(Some("GBK"), ascii.as_bytes()), text("m", &["N115"]));
}

/// `curl -i` prints the headers before the body.
#[test]
fn http_headers_name_the_charset() {
    const OK: &str = "HTTP/1.1 200 OK\r\n";
    let json = "{\"Code\": \"Throttling\", \"Message\": \"命令\"}";
    let xml = "<Error><Code>Throttling</Code><Message>命令</Message></Error>";
    let declared = declared("GBK", "命令");
    let other = declared.replace("GBK", "Shift_JIS");
    let heads = [
        (format!("{OK}Content-Type: application/json; charset=GBK\r\n\r\n"), GBK),
        (
            "HTTP/2 400 \ncontent-type:text/xml;CharSet = \"gb2312\" ; q=1\nServer: x\n\n"
                .to_owned(),
            GBK,
        ),
        (
            format!(
                "HTTP/1.1 200 Connection established\r\n\r\n{OK}Content-Type: a/b;charset=Shift_JIS\r\n\r\n"
            ),
            SHIFT_JIS,
        ),
        (
            format!(
                "HTTP/1.1 302 Found\r\nContent-Type: a/b; charset=GBK\r\n\r\n{OK}Content-Type: a/b; boundary=charset; charset=Shift_JIS\r\n\r\n"
            ),
            SHIFT_JIS,
        ),
    ];
    let read = |input: &[u8]| {
        let decoded = decode(input).unwrap();
        let Response::Error(error) = decoded.response else { panic!("{:?}", decoded.response) };
        let codes: Vec<_> = decoded.findings.iter().map(|it| it.code()).collect();
        (error.message.unwrap().into_owned(), codes)
    };
    let text = |codes: &[&'static str]| ("命令".to_owned(), codes.to_vec());
    for (head, encoding) in &heads {
        for body in [json, xml, &declared, &other] {
            let document = format!("{head}{body}");
            let (bytes, ..) = encoding.encode(&document);
            assert_eq!(read(&bytes), text(&["M314"]), "{document}");
            // It is UTF-8, whatever the header says.
            let (message, codes) = read(document.as_bytes());
            assert_eq!(message, "命令", "{document}");
            assert!(codes.contains(&"N115"), "{document} {codes:?}");
        }
    }
    let utf8 = format!("{OK}Content-Type: application/json; charset=utf-8\r\n\r\n{json}");
    assert_eq!(read(utf8.as_bytes()), text(&["M314"]));
    // Without a charset, the declaration counts.
    for head in [
        format!("{OK}Content-Type: text/xml\r\n\r\n"),
        format!("{OK}X-charset: charset=EUC-JP\r\n\r\n"),
    ] {
        let document = format!("{head}{declared}");
        let (bytes, ..) = GBK.encode(&document);
        assert_eq!(read(&bytes).0, "命令");
    }
    // The caller knows better.
    let mut options = Options::default();
    options.charset = Some("GBK".parse().unwrap());
    let document = format!("{}{json}", heads[2].0);
    let (bytes, ..) = GBK.encode(&document);
    let Response::Error(error) = options.decode(&bytes).unwrap().response else { panic!() };
    assert_eq!(error.message.as_deref(), Some("命令"));
    // A header in the body or without an end is none.
    for head in [
        "Content-Type: a; charset=GBK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: a; charset=GBK\r\n",
    ] {
        let document = format!("{head}{json}");
        let (bytes, ..) = GBK.encode(&document);
        assert!(read(&bytes).1.contains(&"U202"), "{document}");
    }
}

#[test]
fn detects_utf16_with_or_without_bom() {
    let xml = declared("UTF-16", "漢𝒳");
    let json = "{\"Code\": \"Throttling\", \"Message\": \"漢𝒳\"}".to_owned();
    for document in [xml, json] {
        for encoding in [UTF_16LE, UTF_16BE] {
            for mark in ["", "\u{feff}"] {
                let bytes = utf16(&format!("{mark}{document}"), encoding);
                let read = message(&bytes);
                assert_eq!(read, ("漢𝒳".to_owned(), 0), "{} {document}", encoding.name());
            }
        }
    }
}

/// Characters that are not shown before the declaration.
#[test]
fn ignores_invisible_characters_before_the_declaration() {
    let encoded = |text: &str, encoding: &'static Encoding| match encoding {
        it if it == UTF_16LE || it == UTF_16BE => utf16(text, encoding),
        _ => encoding.encode(text).0.into_owned(),
    };
    for before in ["\u{a0}", "\u{200b}", "\u{feff}\u{feff}", "\u{200b}\r\n", " \u{2060}\n"] {
        for (name, encoding) in
            [("UTF-8", UTF_8), ("UTF-16", UTF_16LE), ("UTF-16", UTF_16BE), ("GB18030", GB18030)]
        {
            let document = declared(name, "漢");
            let bytes = encoded(&format!("{before}{document}"), encoding);
            let (text, findings) = message(&bytes);
            assert_eq!(text, "漢", "{before:?} {name}");
            assert!(findings > 0, "{before:?} {name}");
            // As bytes of UTF-8 before a document in another encoding.
            if encoding == GB18030 {
                let bytes = [before.trim().as_bytes(), &encoded(&document, encoding)].concat();
                let is_marked = bytes.starts_with("\u{feff}".as_bytes());
                assert_eq!(message(&bytes).0 == "漢", !is_marked, "{before:?}");
            }
        }
    }
}

#[test]
fn ignores_utf8_bom() {
    assert_eq!(message("\u{feff}{\"Code\":\"a\",\"Message\":\"b\"}".as_bytes()).1, 0);
    assert_eq!(message(format!("\u{feff}{}", declared("utf-8", "b")).as_bytes()).1, 0);
}

/// Offsets refer to the input as encoded, not to the decoded text.
#[test]
fn findings_have_byte_offsets_of_input() {
    let document = "<Error><Message>漢</Message><Code>overloaded</Code><Code> </Code></Error>";
    let utf16 = utf16(document, UTF_16LE);
    let finding = &decode(&utf16).unwrap().findings[0];
    let at = document.encode_utf16().count() * 2;
    let location = finding.location.as_ref().unwrap();
    assert_eq!(location.bytes.end, at - "</Code></Error>".len() * 2);
    assert_eq!((location.line, location.column), (1, 57));

    let document = format!("<?xml version='1.0' encoding='GBK'?>{document}");
    let (gbk, ..) = GBK.encode(&document);
    let finding = &decode(&gbk).unwrap().findings[0];
    assert_eq!(gbk[finding.location.as_ref().unwrap().bytes.clone()], *b" ");
}

#[test]
fn reports_encoding_errors() {
    let case = |title: &str, input: &[u8]| format!("{title}\n{}\n", describe(input));
    let mut lone = utf16("{\"Code\":\"a", UTF_16LE);
    lone.extend([0x00, 0xd8]);
    lone.extend(utf16("b\"}", UTF_16LE));
    let mut odd = utf16("{\"Code\":\"a\"} ", UTF_16BE);
    odd.push(0);
    assert_snapshot!(
        [
            case("bytes that are not UTF-8", b"{\"Code\":\"a\xff\xc3(\"}"),
            case("a lone surrogate", &lone),
            case("half a unit at the end", &odd),
            case("an encoding nobody knows", declared("klingon", "b").as_bytes()),
            case("UTF-16 that is not", declared("UTF-16", "b").as_bytes()),
            case(
                "a mark that says otherwise",
                format!("\u{feff}{}", declared("GBK", "b")).as_bytes()
            ),
            case(
                "GBK with a byte too few",
                b"<?xml version='1.0' encoding='GBK'?><Error><Code>\xce</Code></Error>"
            ),
        ]
        .concat()
    );
}

//! Character encodings: declared, detected and invalid ones.

mod describe;

use describe::describe;
use ecs_invocations::{Response, decode};
use encoding_rs::{EUC_JP, Encoding, GBK, SHIFT_JIS, UTF_16BE, UTF_16LE, WINDOWS_1252};
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

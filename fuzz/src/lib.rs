//! The promises of the library, each as a check that panics where it is broken.
//!
//! The fuzz targets feed them, and `cargo test` replays the corpus through the same checks.

use ecs_invocations::{Decoded, Finding, Format, Response, decode};

/// Whatever the bytes, decoding ends without a panic, says the same each time, points inside the
/// input, and what it made reads back from its canonical forms as it is, with no finding.
pub fn decode_bytes(bytes: &[u8]) {
    let decoded = decode(bytes);
    let again = decode(bytes);
    match (&decoded, &again) {
        (Ok(decoded), Ok(again)) => {
            assert_eq!(decoded, again, "decoding is deterministic");
            decoded.findings.iter().for_each(|finding| finding_is_in(bytes, finding));
            let in_order = decoded.findings.iter().map(|finding| finding.location.bytes.start);
            assert!(in_order.is_sorted(), "findings are in the order of the input");
            canonical(&decoded.response);
        }
        (Err(error), Err(again)) => {
            assert_eq!(error.to_string(), again.to_string(), "decoding is deterministic");
            assert!(error.location().bytes.start <= bytes.len(), "{error}");
            assert!(!error.to_string().contains('\n'), "{error}");
        }
        (_, _) => panic!("decoding is deterministic"),
    }
}

fn finding_is_in(bytes: &[u8], finding: &Finding) {
    let span = &finding.location.bytes;
    assert!(span.start <= span.end && span.end <= bytes.len(), "{finding:?}");
    assert!(finding.location.line > 0 && finding.location.column > 0, "{finding:?}");
    assert!(!finding.to_string().contains('\n'), "{finding}");
}

/// A model that a decoder can make reads back from its canonical JSON and XML as it is, with no
/// finding.
pub fn canonical(response: &Response<'_>) {
    let json = response.to_json();
    let read = reads_as(&json, Format::Json, response);
    assert_eq!(read.response.to_json(), json, "canonical JSON is written the same again");
    reads_as(&response.to_json_pretty(), Format::Json, response);
    let plain: Response<'_> = serde_json::from_str(&json).expect("canonical JSON deserialises");
    // Through serde a number is a float and may come out in other digits.
    if !format!("{response:?}").contains("Number(") {
        assert_eq!(&plain, response, "{json}");
    }

    let xml = response.to_xml();
    let read = reads_as(&xml, Format::Xml, response);
    assert_eq!(read.response.to_xml(), xml, "canonical XML is written the same again");
}

fn reads_as<'t>(text: &'t str, format: Format, response: &Response<'_>) -> Decoded<'t> {
    let read = decode(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(&read.response, response, "{text}");
    assert!(read.findings.is_empty(), "{:#?}\n{text}", read.findings);
    assert_eq!(read.format, format);
    read
}

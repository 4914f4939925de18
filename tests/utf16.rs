//! An input in UTF-16, with or without a byte order mark, decodes to what it does in UTF-8.

use std::fs;
use std::path::Path;

use ecs_invocations::{Decoded, Error, FindingKind, decode_all};

#[path = "hostile/generators.rs"]
mod generators;

/// A document: the response, and the findings with lines and columns. Findings on the encoding differ.
fn seen(document: &Result<Decoded<'_>, Error>) -> String {
    match document {
        Ok(decoded) => {
            let is_on_encoding = |kind: &FindingKind| matches!(kind, FindingKind::Encoding { .. });
            let findings = decoded.findings.iter().filter(|it| !is_on_encoding(&it.kind));
            let findings: Vec<_> = findings.map(|it| format!("{it:#} {}", it.found)).collect();
            let omitted = decoded.omitted_by_rule().map(|(rule, count)| (rule.code, count));
            let omitted: Vec<_> = omitted.filter(|(code, _)| *code != "N115").collect();
            format!("{:?} {findings:#?} {omitted:?}", decoded.response)
        }
        // The byte offset differs.
        Err(error) => format!("{} {} {}", error.message(), error.path(), error.location()),
    }
}

fn encoded(text: &str, bytes: impl Fn(u16) -> [u8; 2], mark: &str) -> Vec<u8> {
    mark.encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
}

/// Compares the documents; `None` if they are the same.
fn difference(text: &str) -> Option<String> {
    let of = |bytes: &[u8]| decode_all(bytes).map(|document| seen(&document)).collect::<Vec<_>>();
    let expected = of(text.as_bytes());
    // Two ASCII characters show the encoding without a mark.
    let is_shown = text.starts_with(|c: char| c.is_ascii_graphic())
        && text[1..].starts_with(|c: char| c.is_ascii_graphic());
    let mut variants = vec![
        encoded(text, u16::to_le_bytes, "\u{feff}"),
        encoded(text, u16::to_be_bytes, "\u{feff}"),
    ];
    if is_shown {
        variants.push(encoded(text, u16::to_le_bytes, ""));
        variants.push(encoded(text, u16::to_be_bytes, ""));
    }
    variants.iter().enumerate().find_map(|(nth, bytes)| {
        let found = of(bytes);
        let pairs = || found.iter().zip(&expected).find(|(found, expected)| found != expected);
        (found != expected).then(|| {
            format!(
                "variant {nth}: {} documents of {}: {:#?}",
                found.len(),
                expected.len(),
                pairs()
            )
        })
    })
}

#[test]
fn utf16_decodes_as_utf8() {
    let mut texts: Vec<(String, String)> = Vec::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for directory in ["documented", "answers", "correct", "regressions", "decode_bytes"] {
        let files = fs::read_dir(corpus.join(directory)).unwrap();
        let mut paths: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.is_file()) {
            // Of an ASCII-compatible encoding, bytes would be other characters.
            let Ok(text) = String::from_utf8(fs::read(path).unwrap()) else { continue };
            let is_other = text.starts_with('\u{feff}') || text.contains('\0');
            if !is_other {
                texts.push((path.display().to_string(), text));
            }
        }
    }
    assert!(texts.len() > 100, "{}", texts.len());
    for (name, generate) in generators::GENERATORS {
        texts.push(((*name).to_owned(), generate(3_000)));
    }
    let differing: Vec<_> = texts
        .iter()
        .filter_map(|(name, text)| {
            difference(text).map(|difference| format!("{name}: {difference}"))
        })
        .collect();
    assert!(
        differing.is_empty(),
        "{} of {}:\n{}",
        differing.len(),
        texts.len(),
        differing.join("\n")
    );
}

//! The edits of a repair: applied to the input, they give a well-formed document with the same response.

#[path = "../fuzz/src/damage_kinds/mod.rs"]
#[allow(dead_code, reason = "this test only needs the documents")]
mod damage_kinds;

use std::borrow::Cow;

use damage_kinds::kinds;
use ecs_invocations::{
    Decoded, Edit, ErrorKind, Finding, FindingKind, Options, Repair, decode, decode_all,
};
use insta::assert_snapshot;

/// Documents of each kind of damage.
const COUNT: usize = 3;

fn without_repair() -> Options {
    Options::new().with_repair(Repair::None)
}

/// What is wrong with the edits of a decoded text, if anything is.
fn mistake(text: &str, decoded: &Decoded<'_>) -> Option<String> {
    let mut end = 0;
    for Edit { bytes, replacement, .. } in &decoded.edits {
        match text.get(bytes.clone()) {
            None => return Some(format!("{bytes:?} is not a part of the text")),
            Some(replaced) if replaced == &**replacement => {
                return Some(format!("{replaced:?} is replaced by itself"));
            }
            Some(_) if bytes.start < end => return Some(format!("{bytes:?} is before {end}")),
            Some(_) => end = bytes.end,
        }
    }
    if decoded.edits.is_empty() {
        return match without_repair().decode(text.as_bytes()) {
            Ok(plain) if plain == *decoded => None,
            _ => Some("no edits, but it is not read without repair".to_owned()),
        };
    }
    let repaired = decoded.repaired(text.as_bytes());
    let Ok(repaired) = str::from_utf8(&repaired) else { return Some("not UTF-8".to_owned()) };
    let rejected = if repaired.trim_start().starts_with('<') {
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
        roxmltree::Document::parse_with_options(repaired, options).err().and_then(|error| {
            // XML 1.0 by itself has no namespaces.
            let is_well_formed = matches!(error, roxmltree::Error::UnknownNamespace(..));
            (!is_well_formed).then(|| error.to_string())
        })
    } else {
        serde_json::from_str::<serde_json::Value>(repaired).err().map(|error| error.to_string())
    };
    if let Some(rejected) = rejected {
        return Some(format!("{rejected}:\n{repaired}"));
    }
    match without_repair().decode(repaired.as_bytes()) {
        Err(error) => Some(format!("{error}:\n{repaired}")),
        Ok(plain) if plain.response != decoded.response => Some(format!(
            "another response:\n{repaired}\n{}\n{}",
            plain.response.to_json(),
            decoded.response.to_json()
        )),
        Ok(plain) => (!plain.edits.is_empty()).then(|| format!("more edits:\n{repaired}")),
    }
}

#[test]
fn edits_give_a_well_formed_document_with_the_same_response() {
    let mut mistakes = Vec::new();
    let mut edited = 0;
    for kind in kinds() {
        for damaged in (0..COUNT).filter_map(|nth| kind.damaged(nth, 1)) {
            let sound = decode(damaged.clean.as_bytes()).unwrap();
            assert_eq!(sound.edits, [], "{}", damaged.clean);
            assert_eq!(
                sound.repaired(damaged.clean.as_bytes()),
                Cow::Borrowed(damaged.clean.as_bytes())
            );
            let Ok(decoded) = decode(damaged.text.as_bytes()) else { continue };
            // A name that XML does not allow is kept.
            let is_name = |found: &str| !found.starts_with("<!--");
            let has_odd_name = |finding: &Finding| {
                finding.kind == FindingKind::InvalidMarkup && is_name(&finding.found)
            };
            let is_in_attribute = kind.name == "06-terminal/xml-wrapped-compact-80-arrow";
            if is_in_attribute || decoded.findings.iter().any(has_odd_name) {
                continue;
            }
            edited += usize::from(!decoded.edits.is_empty());
            if let Some(mistake) = mistake(&damaged.text, &decoded) {
                mistakes.push(format!("{}: {mistake}\nof:\n{}\n", kind.name, damaged.text));
            }
        }
    }
    println!("{edited} documents were edited, {} wrongly", mistakes.len());
    assert!(edited > 500, "{edited}");
    assert!(mistakes.is_empty(), "{} mistakes\n{}", mistakes.len(), mistakes.join("\n"));
}

/// The text with its edits shown in place, and the repaired text.
fn shown(text: &str) -> String {
    let decoded = match decode(text.as_bytes()) {
        Ok(decoded) => decoded,
        Err(error) => return format!("{text}\n  {error}\n"),
    };
    if let Some(mistake) = mistake(text, &decoded) {
        panic!("{mistake}");
    }
    let edit = |edit: &Edit| {
        format!("  {:?} {:?}: {:?}\n", edit.bytes, &text[edit.bytes.clone()], edit.replacement)
    };
    let edits: String = decoded.edits.iter().map(edit).collect();
    let repaired = decoded.repaired(text.as_bytes());
    format!("{text}\n{edits}= {}\n", str::from_utf8(&repaired).unwrap())
}

fn documents<D: AsRef<str>>(documents: &[D]) -> String {
    documents.iter().map(|text| shown(text.as_ref())).collect::<Vec<_>>().join("\n")
}

#[test]
fn syntax() {
    assert_snapshot!(documents(&[
        r#"{"Code": "a", "Message": "m"}"#,
        r#"{"Code": "a" "Message": "m",}"#,
        r#"{Code: ‘a’, "Message": "say "no" now", "HostId": None"#,
        "{\"Code\": \"a\", /* why */ \"Message\": \"one\ntwo\"}}",
        "<Error><Code>a<Code><Message>m</Message>",
        "<Error>\n<Message>a & b &nbsp; ]]></Message><!-- a -- b ---><Code>x&#X58;&lt y</Code></Error>",
    ]));
}

#[test]
fn around_the_document() {
    assert_snapshot!(documents(&[
        "Answer:\n```json\n{\"Code\": \"a\"}\n```\n",
        "\n<?xml version='1.0'?><Error><Code>a</Code>",
        "{\"Code\": \"a\"}\n{\"Code\": \"b\",}\n",
        r#"[{"Code": "a"}, {"Code": "b"}]"#,
        r#"[{"Code": "a",}, {"Code": "b"}]"#,
        "ERROR: SDK.ServerError\nErrorCode: Throttling\nRecommend: \nRequestId: r\nMessage: slow \"down\"\n",
        "map[Code:Throttling Message:slow down RequestId:r]",
    ]));
}

#[test]
fn layers_and_embedded_documents() {
    let string = |text: &str| serde_json::to_string(text).unwrap();
    assert_snapshot!(documents(&[
        "> {\n>   \"Code\": \"a\"\n>   \"Message\": \"m\",\n> }\n",
        r#"{\"Code\": \"a\" \"Message\": \"m\\n\"}"#,
        "&lt;Error&gt;&lt;Code&gt;a &amp;amp; b&lt;/Code&gt;",
        &format!("{{\"body\": {}, \"status\": 400}}", string(r#"{"Code": "a" "Message": "m"}"#)),
        &format!("{{\"body\": {}, \"status\": 400,}}", string(r#"{"Code": "a" "Message": "m"}"#)),
        "<string>{\"Code\": \"a\" \"Message\": \"1 &lt; 2\"} &amp; so</string>",
        &string("<Error><Code>a</Code><Message>m</Error>"),
        "%7B%22Code%22%3A%22a%22%2C%22Message%22%3A%22m%22%2C%7D",
    ]));
}

#[test]
fn edits_are_in_the_encoding_of_the_input() {
    let text = "{\"Code\": “命令” \"Message\": \"😀\",}";
    let utf16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let marked = format!("\u{feff}{text}");
    let expected = "{\"Code\": \"命令\", \"Message\": \"😀\"}";
    let decoded = decode(&utf16).unwrap();
    let expected_utf16: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(expected.encode_utf16())
        .flat_map(u16::to_be_bytes)
        .collect();
    assert_eq!(decoded.repaired(&utf16), expected_utf16);
    let decoded = decode(marked.as_bytes()).unwrap();
    assert_eq!(decoded.repaired(marked.as_bytes()), format!("\u{feff}{expected}").into_bytes());
    let mut options = Options::new();
    options.charset = Some("gbk".parse().unwrap());
    let gbk = b"{\"Code\": \xa1\xb0\xc3\xfc\xa1\xb1 \"Message\": \"m\"}";
    let decoded = options.decode(gbk).unwrap();
    assert_eq!(&*decoded.repaired(gbk), b"{\"Code\": \"\xc3\xfc\", \"Message\": \"m\"}");
}

#[test]
fn documents_of_an_input_have_edits_of_their_parts() {
    let inputs = [
        "{\"Code\": \"a\"}\nlog {\"Code\": \"b\",} and {\"Code\" \"c\"}\n",
        "{\"Code\": \"a\" \"Message\": \"m\"}\n{\"no\": 1}\n{\"Code\": \"b\", \"Message\": \"m\"\n",
        "[{\"Code\": \"a\",}, {\"Code\": \"b\"},, {\"Code\": \"c\",}]",
        "<Error><Code>a</Code></Error><Error><Code>b</Error>",
    ];
    let rows = inputs.map(|input| {
        let decoded: Vec<_> = decode_all(input.as_bytes()).collect();
        let sound: Vec<_> = decoded.iter().flatten().collect();
        let edits = || sound.iter().flat_map(|decoded| &decoded.edits);
        assert!(edits().is_sorted_by(|a, b| a.bytes.end <= b.bytes.start), "{input}");
        let repaired = Edit::apply_all(edits(), input.as_bytes()).into_owned();
        let again: Vec<_> = decode_all(&repaired).flatten().collect();
        let responses = |decoded: &mut dyn Iterator<Item = String>| decoded.collect::<Vec<_>>();
        assert_eq!(
            responses(&mut again.iter().map(|decoded| decoded.response.to_json())),
            responses(&mut sound.iter().map(|decoded| decoded.response.to_json())),
        );
        format!("{input}\n=\n{}\n", String::from_utf8(repaired).unwrap())
    });
    assert_snapshot!(rows.join("\n"));
}

/// A document that needs a guess is refused, with the guess, whatever the limit of findings.
#[test]
fn certain_repairs_only() {
    let certain = Options::new().with_repair(Repair::Certain);
    let text = "<Error><Code>a</Message>\n<Message>m</Mesage></Error>";
    for most in [0, 1, 100] {
        let error = certain.with_max_findings(most).decode(text.as_bytes()).unwrap_err();
        let ErrorKind::NeedsGuess { guess } = error.kind() else { panic!("{error}") };
        assert!(guess.is_guess);
        assert_eq!(error.location(), guess.location.as_ref().unwrap());
        assert_eq!(error.path(), &guess.path);
        assert_snapshot!("needs a guess", error.to_string());
    }
    let text = "{\"Code\": \"a\" \"Message\": \"m\",}";
    assert_eq!(certain.decode(text.as_bytes()), decode(text.as_bytes()));
    let inputs = "{\"Code\": \"a\"}\n<Error><Code>b</Message><Message>m</Message></Error>\n{\"Code\": \"c\",}\n";
    let decoded: Vec<_> = certain.decode_all(inputs.as_bytes()).collect();
    assert_eq!(decoded.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
}

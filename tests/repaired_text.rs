//! The edits of a repair: applied to the input, they give a well-formed document with the same response.

#[path = "../fuzz/src/damage_kinds/mod.rs"]
mod damage_kinds;

use std::borrow::Cow;

use damage_kinds::kinds;
use ecs_invocations::{Decoded, Edit, ErrorKind, Options, Repair, decode, decode_all};
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
        roxmltree::Document::parse_with_options(repaired, options).err().map(|e| e.to_string())
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
            assert_eq!(sound.repaired(damaged.clean.as_bytes()), Cow::Borrowed(damaged.clean.as_bytes()));
            let Ok(decoded) = decode(damaged.text.as_bytes()) else { continue };
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

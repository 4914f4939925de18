//! Redacted responses tell nothing about their owner, and show the same damage.

mod command;
#[allow(dead_code, reason = "not all of it is used here")]
#[path = "../fuzz/src/damage_kinds/mod.rs"]
mod damage_kinds;
mod numbers;
#[path = "../fuzz/src/secrets.rs"]
mod secrets_of_fields;

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;

use command::{run, seen};
use damage_kinds::kinds;
use ecs_invocations::base64::Engine as _;
use ecs_invocations::base64::prelude::BASE64_STANDARD;
use ecs_invocations::fuzzing::Damage;
use ecs_invocations::{Options, Redactor, Response, decode, decode_all};
use insta::assert_snapshot;
use numbers::Numbers;
use secrets_of_fields::{KEPT, decoded_base64};
use serde_json::{Value, json};

fn redact(bytes: &[u8]) -> Vec<u8> {
    Redactor::new().redact(bytes, &Options::new())
}

/// What is found, and where.
fn findings(bytes: &[u8]) -> Vec<(String, Range<usize>)> {
    let mut findings = Vec::new();
    for document in decode_all(bytes) {
        match document {
            Ok(decoded) => findings.extend(decoded.findings.iter().map(|finding| {
                (finding.code().to_owned(), finding.location.as_ref().unwrap().bytes.clone())
            })),
            Err(error) => findings.push(("error".to_owned(), error.location().bytes.clone())),
        }
    }
    findings
}

fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| word.chars().count() >= 6).map(str::to_lowercase).collect()
}

/// The words of all values that are secret, also those in Base64.
fn secrets(response: &Response<'_>) -> BTreeSet<String> {
    // Parts of documented names.
    let mut kept = words("request instance invoke command invocation invocations");
    let mut secrets = BTreeSet::new();
    let mut values = vec![(String::new(), serde_json::to_value(response).unwrap())];
    while let Some((name, value)) = values.pop() {
        match value {
            Value::Array(items) => {
                values.extend(items.into_iter().map(|item| (name.clone(), item)));
            }
            Value::Object(members) => values.extend(members),
            Value::String(text) if KEPT.contains(&&*name) => kept.extend(words(&text)),
            Value::String(text) => {
                let decoded = BASE64_STANDARD.decode(&text).ok();
                let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
                secrets.extend(words(&decoded.unwrap_or_default()));
                secrets.extend(words(&text));
            }
            _ => {}
        }
    }
    &secrets - &kept
}

/// No word of a secret value is left, however the document is damaged. What is found is the same for all but odd
/// kinds of damage.
#[test]
fn damaged_documents_keep_their_damage_and_no_secret() {
    let (mut count, mut different) = (0, Vec::new());
    for kind in kinds() {
        for nth in 0..2 {
            let Some(damaged) = kind.damaged(nth, 1) else { continue };
            let secrets = secrets(&decode(damaged.clean.as_bytes()).unwrap().response);
            assert!(secrets.len() > 3, "{secrets:?}");
            let text = damaged.text.as_bytes();
            let redacted = redact(text);
            assert_eq!(redacted.len(), text.len(), "{}", kind.name);
            let left = words(&String::from_utf8_lossy(&redacted));
            let common: Vec<_> = left.intersection(&secrets).collect();
            assert!(common.is_empty(), "{}: {common:?}", kind.name);
            count += 1;
            if findings(text) != findings(&redacted) {
                different.push(kind.name.clone());
            }
        }
    }
    println!("{} of {count} differ: {different:?}", different.len());
    assert!(different.len() * 100 <= count * 4, "{} of {count}: {different:?}", different.len());
}

#[test]
fn sound_documents_have_the_same_findings() {
    for directory in ["documented", "correct"] {
        for entry in fs::read_dir(format!("corpus/{directory}")).unwrap() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            if bytes.starts_with(b"?") {
                // The request, which is no part of the response.
                continue;
            }
            let redacted = redact(&bytes);
            assert_eq!(findings(&redacted), findings(&bytes), "{}", path.display());
            assert_ne!(redacted, bytes, "{}", path.display());
        }
    }
}

/// No bytes cause a panic or change the length.
#[test]
fn any_bytes_are_redacted() {
    let mut numbers = Numbers(3);
    for directory in ["decode_bytes", "repair", "answers", "regressions"] {
        for entry in fs::read_dir(format!("corpus/{directory}")).unwrap() {
            let mut bytes = fs::read(entry.unwrap().path()).unwrap();
            assert_eq!(redact(&bytes).len(), bytes.len());
            for _ in 0..3 {
                if bytes.is_empty() {
                    break;
                }
                let at = numbers.below(bytes.len());
                bytes[at] = numbers.below(256) as u8;
                assert_eq!(redact(&bytes).len(), bytes.len());
            }
        }
    }
}

/// A text of letters and digits that occurs nowhere by chance.
fn secret(numbers: &mut Numbers) -> String {
    const CHARACTERS: [char; 40] = [
        'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r',
        's', 't', 'u', 'v', 'w', 'x', 'y', 'z', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
        'é', '中', 'ж', 'A',
    ];
    (0..9 + numbers.below(8)).map(|_| CHARACTERS[numbers.below(CHARACTERS.len())]).collect()
}

/// A page with secrets in every value and in names that are not documented.
fn page(numbers: &mut Numbers, secrets: &mut Vec<String>) -> Value {
    let mut new = || {
        secrets.push(secret(numbers));
        secrets.last().unwrap().clone()
    };
    let text = |text: &str| BASE64_STANDARD.encode(text);
    json!({
        "RequestId": new(),
        "PageSize": new(),
        new(): new(),
        "NextToken": new(),
        "Invocations": {"Invocation": [{
            "InvokeId": format!("t-{}", new()), "InvokeStatus": new(), "CommandName": format!("{} {}", new(), new()),
            "CommandContent": text(&format!("echo {}\n", new())), "Timed": new(), "Frequency": new(),
            "Parameters": format!("{{\"{}\": \"{}\"}}", new(), new()), "CreationTime": new(),
            "Username": new(), "WorkingDir": format!("C:\\{}\\{}", new(), new()), new(): {new(): [new(), {"a": new()}]},
            "InvokeInstances": {"InvokeInstance": [
                {"InstanceId": format!("i-{}", new()), "ExitCode": new(), "ErrorInfo": format!("a \"{}\" <{}>", new(), new()),
                 "Output": text(&format!("{}\n{{\"Code\": \"{}\"}}", new(), new()))},
                {"InstanceId": new(), "Output": format!("Timed: {}\nPageSize={}", new(), new()), "ErrorCode": new()},
            ]},
        }]},
    })
}

#[test]
fn random_secrets_are_not_left_anywhere() {
    let mut numbers = Numbers(11);
    for round in 0..150 {
        let mut secrets = Vec::new();
        let page = page(&mut numbers, &mut secrets);
        let xml = decode(page.to_string().as_bytes()).unwrap().response.to_xml();
        let texts =
            [page.to_string(), format!("{page:#}"), xml, Value::from(page.to_string()).to_string()];
        for text in texts {
            let damaged = Damage::from_seed(round).apply(&text).text;
            let cut = numbers.below(text.len());
            let cut = (0..=cut).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            let log = format!(
                "INFO {} got {text} at {} host=10.20.30.40 peer 192.168.111.222:8080 phone 555-0199-7788 Account: 1234567890123456",
                secrets[0], secrets[1]
            );
            let mut secrets = secrets.clone();
            let numbers = ["10.20.30.40", "168.111.222", "555-0199-7788", "1234567890123456"];
            secrets.extend(numbers.map(str::to_owned));
            for text in [&text, &damaged, &text[..cut], &text[cut..], &log] {
                let redacted = String::from_utf8(redact(text.as_bytes())).unwrap();
                let all = (redacted.clone() + &decoded_base64(&redacted)).to_lowercase();
                for secret in &secrets {
                    assert!(
                        !all.contains(&secret.to_lowercase()),
                        "{secret} of\n{text}\nin\n{redacted}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_same_text_has_the_same_replacement() {
    let mut redactor = Redactor::new();
    let mut redact =
        |text: &str| String::from_utf8(redactor.redact(text.as_bytes(), &Options::new())).unwrap();
    let id = |text: &str, name: &str| {
        decode(text.as_bytes()).unwrap().response.to_json().split(name).nth(1).map(str::to_owned)
    };
    let first = redact(r#"{"Invocations": [{"InvokeId": "t-abc0def", "CommandId": "c-abc0def"}]}"#);
    let second = redact(
        "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>T-ABC0DEF</InvokeId>",
    );
    let invoke = &id(&first, "\"InvokeId\":\"t-").unwrap()[..7];
    assert_eq!(&id(&first, "\"CommandId\":\"c-").unwrap()[..7], invoke);
    assert!(second.contains(&invoke.to_uppercase()), "{second}");
}

/// What stands beside what is replaced says the same as before.
#[test]
fn only_secrets_are_replaced() {
    let text = |text: &str| String::from_utf8(redact(text.as_bytes())).unwrap();
    // A reference before what looks like one by number.
    let redacted =
        text("<Error><Code>a</Code><Message>&amp;#secret; &#38;#secret;</Message></Error>");
    assert!(redacted.contains("<Message>&amp;#"), "{redacted}");
    assert!(redacted.contains("; &#38;#") && !redacted.contains("secret"), "{redacted}");
    // The instruction with what XML has no place for.
    let clean = r#"{"Invocations":{"Invocation":[]},"a<b":[{}]}"#;
    let redacted = text(&decode(clean.as_bytes()).unwrap().response.to_xml());
    let read = decode(redacted.as_bytes()).unwrap().response.to_json();
    assert_eq!(read.len(), clean.len(), "{read}");
    // A string that seems to end at the quote of another sort, after a name.
    let redacted = text(
        r#""{\"Invocations\":[{\"CommandContent\":\"secretcc\",\"CommandId\":\"_\",\"CommandType\":“RunBatScript”}]}""#,
    );
    assert!(!redacted.contains("secret"), "{redacted}");
    // A name that is no name, after a number.
    let redacted = text(r#"{"Invocations": [], "TotalCount": 1, "a (b)": ["7310000129"]}"#);
    assert!(!redacted.contains("7310000129"), "{redacted}");
}

#[test]
fn a_response_can_be_posted() {
    let restart = run("redact", &["corpus/answers/restart.json"], b"");
    assert_snapshot!("restart", seen(&restart));
    assert_snapshot!(
        "a malformed error",
        seen(&run("redact", &["corpus/documented/error.json"], b""))
    );
    let log = "2026-11-20 06:15:54 INFO [main] RestClient - <<< {\"Invocations\": {\"Invocation\": {\"InvokeId\": \"t-0a1b\",\n\
               \"CommandName\": 'say \"hi\"', \"Output\": \"aGVsbG8sIEJvYgo=\", \"Timed\": \"True\" \"TotalCount\": 1}}} host=web01 10.2.3.4";
    assert_snapshot!("a log", seen(&run("redact", &[], log.as_bytes())));
}

#[test]
fn what_is_no_response_is_not_printed() {
    for text in [
        "my secret",
        "",
        "{\"a\": 1}",
        "<html>secret</html>",
        "{\"InvokeId\": \"t-1\", \"RequestId\": \"r\"}",
    ] {
        let output = run("redact", &[], text.as_bytes());
        assert_eq!((output.status.code(), &*output.stdout), (Some(2), &b""[..]), "{text}");
    }
}

/// Documents whose secrets have the same form are the same once they are redacted, so nothing can be computed from
/// a replacement.
#[test]
fn a_replacement_tells_nothing_of_what_it_replaces() {
    /// Characters that are replaced by the same ones.
    const CLASSES: [&str; 7] =
        ["abcdef", "ghijklmnopqrsuvwxyz", "123456789", "GHIJKL", "ABCDEF", "éèêü", "中文字大"];
    const DIGITS: usize = 2;
    let mut numbers = Numbers(5);
    let mut document = || {
        let mut of_class = |class: usize| {
            let class: Vec<char> = CLASSES[class].chars().collect();
            class[numbers.below(class.len())]
        };
        let account: String = (0..12).map(|_| of_class(DIGITS)).collect();
        let letter = of_class(1);
        let words: Vec<String> = (1..7)
            .map(|nth| (0..12).map(|at| of_class(at * nth % CLASSES.len())).collect())
            .collect();
        let [a, b, c, d, e, f] = &words[..] else { unreachable!() };
        let content = BASE64_STANDARD.encode(format!("echo {c} {d}\n"));
        let output = BASE64_STANDARD.encode(format!("{d}: {e}!"));
        format!(
            r#"{{"RequestId": "{a}", "{b}": ["{c}", 1{account}], "Invocations": [{{"InvokeId": "t-{d}",
               "CommandName": "{e} {f}", "CommandContent": "{content}", "InvokeInstances": [{{"InstanceId": "i-{a}",
               "Output": "{output}", "ErrorInfo": "{f} of {account} {letter}" }}]}}]}}"#
        )
    };
    for _ in 0..50 {
        let documents = [document(), document()];
        let xml =
            documents.each_ref().map(|text| decode(text.as_bytes()).unwrap().response.to_xml());
        let utf16 = documents.each_ref().map(|text| {
            let units = text.encode_utf16();
            units.flat_map(u16::to_le_bytes).collect::<Vec<_>>()
        });
        for texts in [
            documents.each_ref().map(|text| text.as_bytes()),
            xml.each_ref().map(|text| text.as_bytes()),
            utf16.each_ref().map(|text| &text[..]),
        ] {
            let [first, second] = texts.map(redact);
            assert_eq!(first, second, "{documents:?}");
        }
    }
}

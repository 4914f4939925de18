//! The properties of the library, each as a check that panics if an input violates it.
//!
//! The fuzz targets run these checks on generated inputs, and `cargo test` on the files of the corpus.

mod any_bytes;
mod changes;
#[allow(dead_code, reason = "tests and examples use the rest")]
mod damage_kinds;
mod evaluator;
mod frequency;
mod json_tree;
mod known_names;
#[allow(dead_code, reason = "only the fuzz targets use it")]
mod mutate;
mod naive_rules;
#[allow(dead_code, reason = "only the fuzz targets use it")]
mod near;
mod nothing_lost;
mod of_kinds;
mod oracle;
mod promises;
mod redaction;
mod requests;
mod secrets;
mod unique_names;

use std::collections::BTreeMap;

use any_bytes::assert_location_in;
use arbitrary::Unstructured;
pub use damage_kinds::Random;
use ecs_invocations::finding::FindingKind;
use ecs_invocations::fuzzing::{Damage, DamageKind, Noise};
use ecs_invocations::validate::Checks;
use ecs_invocations::{Decoded, Finding, Format, Options, Repair, Response, decode};
pub use frequency::{Case, frequency};
use jiff::Timestamp;
#[allow(unused_imports, reason = "only the fuzz targets use them")]
pub use mutate::{KINDS, cross, mutate, mutate_request};
pub use of_kinds::{LISTED, not_whole};
pub use oracle::{Tree, field_names};
pub use requests::request;
use serde_json::Value;

/// serde_json treats a member of this name as a number if any crate in the build enables its feature
/// `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

/// How much of the checks run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// All of them.
    Full,
    /// What takes long runs on a share of the inputs.
    #[allow(dead_code, reason = "only the fuzz targets use it")]
    Share,
}

impl Effort {
    /// Whether a check runs that is left to one input of `count`.
    fn includes(self, bytes: &[u8], count: u64) -> bool {
        self == Self::Full || hash(bytes).is_multiple_of(count)
    }
}

/// A check returns whether the input reaches what the target is for.
type Check = fn(&[u8], Effort) -> bool;

/// The name of a fuzz target and the check that it runs on each input.
pub type Target = (&'static str, Check);

/// The fuzz targets.
pub const TARGETS: &[Target] = &[
    ("canonical", |bytes, _| {
        with_response(bytes, |response, _| {
            canonical(response);
            Ok(())
        })
    }),
    ("cross_format", |bytes, _| with_response(bytes, cross_format)),
    ("decode_bytes", any_bytes::decode_bytes),
    ("frequency", |bytes, _| frequency(&mut Unstructured::new(bytes)).is_ok()),
    ("json_oracle", |bytes, _| with_tree(bytes, json_oracle)),
    ("reader", |bytes, _| any_bytes::reader(bytes)),
    ("redact", |bytes, _| with_response(bytes, redaction::redact)),
    ("repair", |bytes, _| with_response(bytes, |response, u| repair(response, u).map(|_| ()))),
    ("repair_of_kinds", |bytes, effort| {
        of_kinds::repair_of_any_kind(&mut Unstructured::new(bytes), effort).is_ok()
    }),
    ("request", |bytes, _| {
        request(&String::from_utf8_lossy(bytes));
        true
    }),
    ("validate", |bytes, _| {
        with_response(bytes, |response, _| {
            validate(response);
            Ok(())
        })
    }),
    ("xml_oracle", |bytes, _| with_tree(bytes, xml_oracle)),
];

/// Runs all checks of a target on an input.
pub fn run(target: &str, bytes: &[u8]) {
    check_of(target)(bytes, Effort::Full);
}

#[allow(dead_code, reason = "only the fuzz targets use it")]
/// Runs the checks of a target on an input that a fuzzer made. Returns whether the input is worth keeping.
pub fn fuzz(target: &str, bytes: &[u8]) -> bool {
    check_of(target)(bytes, Effort::Share)
}

fn check_of(target: &str) -> Check {
    TARGETS.iter().find(|(name, _)| *name == target).expect("a target of that name").1
}

/// A hash that is the same on every machine (FNV-1a).
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

/// Runs a check on the response that an input holds: a document, so that an input means the same after a change
/// of the model, or else what `Arbitrary` makes of the bytes. The bytes after a document, from U+0000, say what the
/// check does with it.
fn with_response(
    bytes: &[u8],
    check: impl FnOnce(&Response<'_>, &mut Unstructured<'_>) -> arbitrary::Result<()>,
) -> bool {
    let (document, plan) = split_document(bytes);
    if let Ok(decoded) = without_repair().decode(document) {
        return check(&decoded.response, &mut Unstructured::new(plan)).is_ok();
    }
    let mut u = Unstructured::new(bytes);
    u.arbitrary().and_then(|response| check(&response, &mut u)).is_ok()
}

fn without_repair() -> Options {
    Options::new().with_repair(Repair::None)
}

/// An input without its plan, and the plan.
fn split_document(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == 0) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, &[]),
    }
}

fn with_tree(bytes: &[u8], check: fn(&Tree)) -> bool {
    Unstructured::new(bytes).arbitrary().map(|tree| check(&tree)).is_ok()
}

/// A JSON document decodes to the same value as with the reference decoder.
pub fn json_oracle(tree: &Tree) {
    let Tree::Object(members) = tree else { return };
    decodes_to(&oracle::to_json(tree), &oracle::decode_page(members, false));
}

/// An XML document decodes to the same value as with the reference decoder on top of roxmltree.
pub fn xml_oracle(tree: &Tree) {
    let Tree::Object(members) = tree else { return };
    let text = oracle::to_xml(
        "DescribeInvocationsResponse",
        &Tree::Object(oracle::representable_in_xml(members)),
    );
    let document =
        roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let Tree::Object(members) = oracle::from_xml(document.root_element()) else { return };
    // A document with unknown members only is no page, whatever its root element says.
    if !oracle::has_known_member(&members) {
        let is_empty = members.iter().all(|(name, _)| name.starts_with("@xmlns"));
        assert!(is_empty || decode(text.as_bytes()).is_err(), "{text}");
        return;
    }
    decodes_to(&text, &oracle::decode_page(&members, true));
}

fn decodes_to(text: &str, expected: &Value) {
    let decoded = decode(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let read: Value = serde_json::from_str(&decoded.response.to_json()).expect("canonical JSON");
    assert_eq!(&read, expected, "{text}\n{:#?}", decoded.findings);
    for finding in &decoded.findings {
        assert!(!finding.code().starts_with('M'), "{finding}\n{text}");
        let is_consistent = oracle::is_consistent(finding, decoded.format == Format::Xml);
        assert!(is_consistent, "{finding}, but the text is {}\n{text}", finding.found);
    }
    // Without findings, every value of the model occurs verbatim in the document.
    if decoded.is_clean() && decoded.format == Format::Xml {
        let document = roxmltree::Document::parse(text).expect("parsed before");
        let in_document = oracle::text_values(&oracle::from_xml(document.root_element()));
        let in_model = oracle::text_values(&read.into());
        let is_unchanged = |value: &String| in_document.contains(value);
        assert!(in_model.iter().all(is_unchanged), "unreported change: {in_model:?}\n{text}");
    }
    any_bytes::agrees_with_strict_parsers(text.as_bytes(), &Ok(decoded));
}

/// A model and its canonical forms have the same violations, at the same paths.
pub fn validate(response: &Response<'_>) {
    let mut checks = Checks::default().select("ALL");
    checks.now = Some(Timestamp::UNIX_EPOCH);
    let sorted = |findings: &[Finding]| -> Vec<String> {
        let violations =
            findings.iter().filter(|finding| matches!(finding.kind, FindingKind::Violation(_)));
        let mut messages: Vec<String> = violations.map(ToString::to_string).collect();
        messages.sort_unstable();
        messages
    };
    let expected = sorted(&checks.check_response(response));
    for text in [response.to_json(), response.to_json_pretty(), response.to_xml()] {
        let checked =
            checks.check(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(sorted(&checked.findings), expected, "{text}");
        checked.findings.iter().for_each(|finding| assert_location_in(text.as_bytes(), finding));
    }
    naive_rules::check(response, &checks.check_response(response));
    let off = checks.clone().ignore("ALL").check_response(response);
    assert!(off.is_empty(), "{off:?}");
}

/// Whether a strict parser accepts the document.
fn is_well_formed(text: &str) -> bool {
    is_json(&text.replace(NUMBER, "$")) || roxmltree::Document::parse(text).is_ok()
}

/// Whether serde_json accepts the text, but for numbers that no float holds.
fn is_json(text: &str) -> bool {
    match serde_json::from_str::<Value>(text) {
        Ok(_) => true,
        Err(error) => {
            is_out_of_range(&error) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
        }
    }
}

fn is_out_of_range(error: &serde_json::Error) -> bool {
    error.to_string().starts_with("number out of range")
}

/// A response survives a round trip through its canonical JSON and XML, without findings except for
/// characters that XML does not allow. No object of the JSON has a name twice.
pub fn canonical(response: &Response<'_>) {
    let json = response.to_json();
    unique_names::check(&json).unwrap_or_else(|error| panic!("{error}\n{json}"));
    let read = decodes_cleanly_to(&json, Format::Json, response);
    assert_eq!(read.response.to_json(), json, "encoding canonical JSON is idempotent");
    decodes_cleanly_to(&response.to_json_pretty(), Format::Json, response);
    // serde_json reads larger integers as floats, which are rejected in place of an integer.
    if !json.contains(NUMBER) && !has_exit_code_over_64_bits(response) {
        match serde_json::from_str::<Response<'_>>(&json) {
            // serde converts numbers to floats, which may change their digits.
            Ok(_) if format!("{response:?}").contains("Number(") => {}
            Ok(plain) => assert_eq!(&plain, response, "{json}"),
            Err(error) => assert!(is_out_of_range(&error), "{error}\n{json}"),
        }
    }

    // A program may have added a member under the name of a field.
    if let Response::Invocations(page) = response {
        let mut page = page.clone();
        page.extra
            .0
            .push(("PageSize".into(), ecs_invocations::model::Value::String("added".into())));
        let json = Response::Invocations(page).to_json();
        unique_names::check(&json).unwrap_or_else(|error| panic!("{error}\n{json}"));
    }

    let xml = response.to_xml();
    let read = decodes_cleanly_to(&xml, Format::Xml, response);
    assert_eq!(read.response.to_xml(), xml, "encoding canonical XML is idempotent");
    // A strict parser accepts it too, except for references to characters that XML does not allow.
    let xml = response.to_xml();
    let strict = without_numeric_references(&xml);
    if let Err(error) = roxmltree::Document::parse(&strict) {
        panic!("{error}\n{xml}");
    }
}

fn has_exit_code_over_64_bits(response: &Response<'_>) -> bool {
    let is_over = |code: i128| i64::try_from(code).is_err() && u64::try_from(code).is_err();
    let mut codes: Box<dyn Iterator<Item = Option<i128>>> = match response {
        Response::Invocations(page) => {
            let instances = page.invocations.iter().flat_map(|invocation| &invocation.instances);
            Box::new(instances.map(|instance| instance.exit_code))
        }
        Response::Results(page) => Box::new(page.results().iter().map(|result| result.exit_code)),
        Response::Error(_) => return false,
    };
    codes.any(|code| code.is_some_and(is_over))
}

/// XML without numeric character references, some of which a strict parser rejects.
fn without_numeric_references(xml: &str) -> String {
    let mut pieces = xml.split("&#");
    let mut strict = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once(';') {
            Some((digits, after)) if digits.bytes().all(|b| b.is_ascii_digit()) => strict += after,
            // In a processing instruction `&#` does not start a reference.
            _ => strict = strict + "&#" + piece,
        }
    }
    strict
}

fn decodes_cleanly_to<'t>(text: &'t str, format: Format, response: &Response<'_>) -> Decoded<'t> {
    let read = decode(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(&read.response, response, "{text}");
    assert!(read.findings.iter().all(is_of_forbidden_character), "{:#?}\n{text}", read.findings);
    assert_eq!(read.format, format);
    read
}

/// Whether the finding is on a reference to a character that XML does not allow, as canonical XML has it.
pub fn is_of_forbidden_character(finding: &Finding) -> bool {
    let is_forbidden =
        |c: char| (c < ' ' && !"\t\n\r".contains(c)) || "\u{fffe}\u{ffff}".contains(c);
    matches!(finding.kind, FindingKind::MalformedReference { read } if is_forbidden(read))
}

/// Equivalent encodings of a response (escapes, references, CDATA, comments, whitespace, byte order
/// marks, UTF-16) decode to the same value, without findings.
pub fn cross_format(response: &Response<'_>, u: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    let noise = u.arbitrary::<Noise>()?.equivalent();
    for clean in [response.to_json(), response.to_xml()] {
        let encoded = noise.apply(&clean).text;
        let text = || String::from_utf8_lossy(&encoded).into_owned();
        let decoded = decode(&encoded).unwrap_or_else(|error| panic!("{error}\n{}", text()));
        assert_eq!(&decoded.response, response, "{}", text());
        let is_clean = decoded.findings.iter().all(is_of_forbidden_character);
        assert!(is_clean, "{:#?}\n{}", decoded.findings, text());
    }
    declared_encoding_is_used(response);
    Ok(())
}

/// A document in Latin-1 that says so decodes to the same value as in UTF-8.
fn declared_encoding_is_used(response: &Response<'_>) {
    // Every document has some such characters in its values then.
    let latin = |c: char| match c {
        '0' => 'é',
        // Browsers, and the Encoding Standard, take it for Windows-1252, which has other characters here.
        '\u{80}'..='\u{9f}' | '\u{100}'.. => 'ü',
        c => c,
    };
    let text: String = response.to_xml().chars().map(latin).collect();
    let declared = format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>{text}");
    let bytes: Vec<u8> = declared.chars().filter_map(|c| u8::try_from(c).ok()).collect();
    if str::from_utf8(&bytes).is_ok() {
        return;
    }
    let read = |bytes: &[u8]| decode(bytes).map(|decoded| decoded.response.into_owned()).ok();
    assert_eq!(read(&bytes), read(text.as_bytes()), "{declared}");
}

/// How much of a damaged document was recovered.
#[derive(Clone, Debug, Default)]
pub struct Recovered {
    /// The kinds of damage applied.
    pub damages: Vec<DamageKind>,
    /// Number of fields with their original value.
    pub fields: usize,
    /// Number of fields before the damage.
    pub total: usize,
    /// Whether each kind of damage has a finding of its code.
    pub is_named: bool,
    /// Whether the document was decoded.
    pub is_decoded: bool,
    /// Values that are neither in the document nor in the original one.
    pub foreign: Vec<String>,
}

/// A document damaged in one to three places decodes with findings. Returns how much of the model was
/// recovered.
pub fn repair(response: &Response<'_>, u: &mut Unstructured<'_>) -> arbitrary::Result<Recovered> {
    let (damaged, damages) = damaged_document(response, u)?;
    let model = leaves(response);
    let mut recovered = Recovered {
        damages,
        fields: 0,
        total: model.len(),
        is_named: false,
        is_decoded: true,
        foreign: Vec::new(),
    };
    if recovered.damages.is_empty() {
        recovered.total = 0;
        return Ok(recovered);
    }
    let Ok(decoded) = decode(damaged.as_bytes()) else {
        recovered.is_decoded = false;
        return Ok(recovered);
    };
    // Two kinds of damage may cancel each other out.
    let is_reported = !decoded.is_clean() || is_well_formed(&without_numeric_references(&damaged));
    assert!(is_reported, "{:?} was not reported:\n{damaged}", recovered.damages);
    recovered.is_named = recovered.damages.iter().all(|damage| {
        let codes = damage.codes();
        decoded.findings.iter().any(|finding| codes.contains(&finding.code()))
    });
    let original: Vec<&String> = model.values().collect();
    let is_literal = |value: &str| {
        let is_damaged = recovered.damages.contains(&DamageKind::PythonLiteral);
        is_damaged && matches!(value, "true" | "false" | "null")
    };
    // Where lines were wrapped, a line break is removed.
    let was_wrapped = decoded.findings.iter().any(|finding| finding.code() == "M332");
    let joined = |text: &str| text.split_whitespace().collect::<String>();
    let is_unwrapped = |value: &str| original.iter().any(|it| joined(it) == joined(value));
    let known = forms(&damaged).join("\n");
    for (path, value) in leaves(&decoded.response) {
        let is_from_input = original.contains(&&value)
            || was_wrapped && is_unwrapped(&value)
            || known.contains(&value)
            || is_literal(&value);
        if !is_from_input {
            let damages = &recovered.damages;
            recovered.foreign.push(format!("{path}: {value:?}: {damages:?}\n{damaged}"));
        }
        recovered.fields += usize::from(model.get(&path) == Some(&value));
    }
    Ok(recovered)
}

fn damaged_document(
    response: &Response<'_>,
    u: &mut Unstructured<'_>,
) -> arbitrary::Result<(String, Vec<DamageKind>)> {
    let clean = match u.int_in_range(0..=2)? {
        0 => response.to_json(),
        1 => response.to_json_pretty(),
        _ => response.to_xml(),
    };
    let damaged = u.arbitrary::<Damage>()?.apply(&clean);
    Ok((damaged.text, damaged.kinds))
}

/// The damaged document that the target `repair` generates from the bytes.
pub fn damaged_input(bytes: &[u8]) -> arbitrary::Result<String> {
    let mut text = Err(arbitrary::Error::IncorrectFormat);
    with_response(bytes, |response, u| {
        text = damaged_document(response, u).map(|(text, _)| text);
        Ok(())
    });
    text
}

/// The scalar values of a model as text, by path.
pub fn leaves(response: &Response<'_>) -> BTreeMap<String, String> {
    fn walk(value: &Value, path: String, leaves: &mut BTreeMap<String, String>) {
        match value {
            Value::Object(object) => {
                for (name, value) in object {
                    walk(value, format!("{path}/{name}"), leaves);
                }
            }
            Value::Array(items) => {
                for (nth, value) in items.iter().enumerate() {
                    walk(value, format!("{path}/{nth}"), leaves);
                }
            }
            Value::String(text) => drop(leaves.insert(path, text.clone())),
            // Floats may change their digits.
            Value::Number(number) if number.is_f64() => {}
            value => drop(leaves.insert(path, value.to_string())),
        }
    }
    let json = response.to_json().replace(NUMBER, "$");
    let mut leaves = BTreeMap::new();
    let value: Value = match serde_json::from_str(&json) {
        Ok(value) => value,
        Err(error) if is_out_of_range(&error) => return leaves,
        Err(error) => panic!("{error}\n{json}"),
    };
    walk(&value, String::new(), &mut leaves);
    leaves
}

/// The text as it is, and unescaped once and twice as JSON and XML: what it may decode to.
fn forms(text: &str) -> [String; 7] {
    let (json, xml) = (unescape_json(text), unescape_xml(text));
    [
        unescape_json(&json),
        unescape_xml(&json),
        unescape_json(&xml),
        unescape_xml(&xml),
        text.to_owned(),
        json,
        xml,
    ]
}

/// Unescapes a JSON string; invalid escapes are kept as they are.
fn unescape_json(text: &str) -> String {
    let mut unescaped = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        unescaped.push_str(&rest[..at]);
        rest = &rest[at..];
        let escape = [12, 6, 2].iter().find_map(|length| {
            let escape = rest.get(..*length)?;
            let unescaped = serde_json::from_str::<String>(&format!("\"{escape}\"")).ok()?;
            (unescaped.chars().count() == 1).then_some((*length, unescaped))
        });
        match escape {
            Some((length, character)) => {
                unescaped.push_str(&character);
                rest = &rest[length..];
            }
            None => {
                unescaped.push('\\');
                rest = &rest[1..];
            }
        }
    }
    unescaped + rest
}

/// Unescapes XML text; invalid references are kept as they are.
fn unescape_xml(text: &str) -> String {
    let mut unescaped = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        unescaped.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let reference = rest.split_once(';').and_then(|(name, after)| {
            let character = match name {
                "lt" => '<',
                "gt" => '>',
                "amp" => '&',
                "quot" => '"',
                "apos" => '\'',
                _ => {
                    let number = name.strip_prefix('#')?;
                    let hexadecimal = number.strip_prefix('x');
                    let code = match hexadecimal {
                        Some(digits) => u32::from_str_radix(digits, 16),
                        None => number.parse(),
                    };
                    char::from_u32(code.ok()?)?
                }
            };
            Some((character, after))
        });
        let (character, after) = reference.unwrap_or(('&', rest));
        unescaped.push(character);
        rest = after;
    }
    unescaped + rest
}

//! The properties of the library, each as a check that panics if an input violates it.
//!
//! The fuzz targets run these checks on generated inputs, and `cargo test` on the files of the corpus.

mod damage;
#[allow(dead_code, reason = "tests and examples use the rest")]
mod damage_kinds;
mod equivalent_encodings;
mod evaluator;
mod frequency;
mod known_names;
mod nothing_lost;
mod oracle;
mod unique_names;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use arbitrary::{Arbitrary, Unstructured};
pub use damage::Damage;
use ecs_invocations::finding::FindingKind;
use ecs_invocations::model::Request;
use ecs_invocations::validate::{Checks, Pages};
use ecs_invocations::{
    Decoded, Error, ErrorKind, Finding, Format, Limit, Options, Repair, Response, decode,
    decode_all,
};
pub use frequency::{Case, frequency};
use jiff::Timestamp;
pub use oracle::{Tree, field_names};
use serde_json::Value;

/// serde_json treats a member of this name as a number if any crate in the build enables its feature
/// `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

/// The name of a fuzz target and the check that it runs on each input.
pub type Target = (&'static str, fn(&[u8]));

/// The fuzz targets.
pub const TARGETS: &[Target] = &[
    ("canonical", |bytes| check_arbitrary(bytes, canonical)),
    ("cross_format", |bytes| {
        let mut u = Unstructured::new(bytes);
        if let Ok(response) = u.arbitrary() {
            let _ = cross_format(&response, &mut u);
        }
    }),
    ("decode_bytes", decode_bytes),
    ("frequency", |bytes| {
        let _ = frequency(&mut Unstructured::new(bytes));
    }),
    ("json_oracle", |bytes| check_arbitrary(bytes, json_oracle)),
    ("repair", |bytes| {
        let mut u = Unstructured::new(bytes);
        if let Ok(response) = u.arbitrary() {
            let _ = repair(&response, &mut u);
        }
        let _ = repair_of_any_kind(&mut u);
    }),
    ("request", |bytes| request(&String::from_utf8_lossy(bytes))),
    ("validate", |bytes| check_arbitrary(bytes, validate)),
    ("xml_oracle", |bytes| check_arbitrary(bytes, xml_oracle)),
];

/// Runs the target of that name on an input.
pub fn run(target: &str, bytes: &[u8]) {
    let (_, run) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target of that name");
    run(bytes);
}

/// Runs a check on the value that `Arbitrary` generates from the bytes.
fn check_arbitrary<T: for<'b> Arbitrary<'b>>(bytes: &[u8], check: impl Fn(&T)) {
    if let Ok(value) = Unstructured::new(bytes).arbitrary() {
        check(&value);
    }
}

/// For any bytes, `decode` does not panic, is deterministic, reports locations inside the input, and
/// the decoded response survives a round trip through its canonical forms.
pub fn decode_bytes(bytes: &[u8]) {
    let decoded = decode(bytes);
    let again = decode(bytes);
    match (&decoded, &again) {
        (Ok(decoded), Ok(again)) => {
            assert_eq!(decoded, again, "decoding is deterministic");
            decoded.findings.iter().for_each(|finding| assert_location_in(bytes, finding));
            let found: usize = decoded.findings.iter().map(|finding| finding.found.len()).sum();
            assert!(found <= 8 * bytes.len(), "findings repeat the input: {:#?}", decoded.findings);
            let locations = decoded.findings.iter().map(|finding| finding.location.as_ref());
            let offsets = locations.map(|location| location.map(|location| location.bytes.start));
            assert!(offsets.is_sorted(), "findings are ordered by offset");
            canonical(&decoded.response);
        }
        (Err(error), Err(again)) => {
            assert_eq!(error.to_string(), again.to_string(), "decoding is deterministic");
            assert!(error.location().bytes.start <= bytes.len(), "{error}");
            assert!(!error.to_string().contains('\n'), "{error}");
        }
        (_, _) => panic!("decoding is deterministic"),
    }
    repaired_document_is_well_formed(bytes);
    if let (Ok(decoded), Ok(text)) = (&decoded, str::from_utf8(bytes)) {
        control_characters_are_reported(text, decoded);
    }
    agrees_with_strict_parsers(bytes, &decoded);
    options_are_respected(bytes, &decoded);
    checks_agree_with_decode(bytes, &decoded);
    let mut last = 0;
    for decoded in decode_all(bytes) {
        match decoded {
            Ok(decoded) => {
                decoded.findings.iter().for_each(|finding| assert_location_in(bytes, finding));
            }
            Err(error) => {
                let at = error.location().bytes.start;
                assert!(
                    last <= at && at <= bytes.len(),
                    "{error}: documents are ordered by offset"
                );
                last = at;
            }
        }
    }
}

/// The repair parser's output is well formed: with a field that is certain to survive, the document
/// decodes without a syntax error.
fn repaired_document_is_well_formed(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let fields = [
        ("{", r#"{"RequestId":"r","Code":"c","#),
        ("<Error>", "<Error><RequestId>r</RequestId><Code>c</Code>"),
        ("<DescribeInvocationsResponse>", "<DescribeInvocationsResponse><PageSize>1</PageSize>"),
    ];
    for (begin, with_fields) in fields {
        let Some(rest) = text.trim_start().strip_prefix(begin) else { continue };
        let text = format!("{with_fields}{rest}");
        if let Err(error) = decode(text.as_bytes()) {
            assert!(!matches!(error.kind(), ErrorKind::Syntax { .. }), "{error}\n{text}");
        }
    }
}

/// Repair changes nothing in a document that decodes without it, and limits are enforced.
fn options_are_respected(bytes: &[u8], decoded: &Result<Decoded<'_>, Error>) {
    let mut plain = Options::default();
    plain.repair = Repair::None;
    if let Ok(plain) = plain.decode(bytes) {
        assert_eq!(
            decoded.as_ref().ok(),
            Some(&plain),
            "a document that decodes without repair is not repaired"
        );
        if let (Format::Json, Ok(text)) = (plain.format, str::from_utf8(bytes)) {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            assert!(is_well_formed(text), "malformed JSON needs repair: {text}");
        }
    }
    let mut last = 0;
    for decoded in plain.decode_all(bytes) {
        let at = decoded.map_or_else(|error| error.location().bytes.start, |_| last);
        assert!(last <= at && at <= bytes.len(), "documents are ordered by offset");
        last = at;
    }
    if let Some(most) = bytes.len().checked_sub(1) {
        let mut short = Options::default();
        short.max_bytes = most;
        let too_large = ErrorKind::Limit { limit: Limit::Bytes, most };
        let error = short.decode(bytes).expect_err("input over the limit");
        assert_eq!((error.kind(), error.location().line), (&too_large, 1));
        let errors: Vec<Error> =
            short.decode_all(bytes).map(|read| read.expect_err("input over the limit")).collect();
        assert_eq!(errors.iter().map(Error::kind).collect::<Vec<_>>(), [&too_large]);
    }
    let mut narrow = Options::default();
    narrow.max_depth = 5;
    narrow.max_invocations = 1;
    narrow.max_instances = 1;
    narrow.max_attributes = 1;
    narrow.max_name_bytes = 16;
    narrow.max_findings = 2;
    match narrow.decode(bytes) {
        Ok(decoded) => {
            // Unwrapping is reported regardless of the limit.
            assert!(decoded.findings.len() <= 2 + 1, "{:?}", decoded.findings);
            if let Response::Invocations(page) = &decoded.response {
                assert!(page.invocations.len() <= 1);
                assert!(page.invocations.iter().all(|invocation| invocation.instances.len() <= 1));
            }
        }
        Err(error) => assert!(error.location().bytes.start <= bytes.len(), "{error}"),
    }
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
    agrees_with_strict_parsers(text.as_bytes(), &Ok(decoded));
}

/// `Checks::check` decodes the same response as `decode` and reports violations inside the input.
fn checks_agree_with_decode(bytes: &[u8], decoded: &Result<Decoded<'_>, Error>) {
    let mut checks = Checks::default().select("ALL");
    checks.now = Some(Timestamp::UNIX_EPOCH);
    let checked = checks.check(bytes);
    match (&checked, decoded) {
        (Ok(checked), Ok(decoded)) => {
            assert_eq!(checked.response, decoded.response);
            let (violations, rest): (Vec<_>, Vec<_>) = checked
                .findings
                .iter()
                .partition(|finding| matches!(finding.kind, FindingKind::Violation(_)));
            // Only the rule `N117`, off by default, reports empty strings.
            if rest.iter().any(|finding| finding.kind == FindingKind::EmptyString) {
                let mut options = Options::default();
                options.report_empty_strings = true;
                let decoded = options.decode(bytes).expect("decoded before");
                assert!(rest.into_iter().eq(&decoded.findings), "findings of the decoder are kept");
            } else {
                assert!(rest.into_iter().eq(&decoded.findings), "findings of the decoder are kept");
            }
            for finding in violations {
                assert_location_in(bytes, finding);
            }
        }
        (Err(_), Err(_)) => {}
        (checked, _) => panic!("{checked:?}"),
    }
    let sequence: Vec<_> = checks.check_all(bytes).collect();
    // A sequence of one document gives the same result as the document alone.
    if let (Ok(checked), [only]) = (&checked, &*sequence) {
        // The edits of one of several documents leave the text around it.
        let without_edits = |decoded: &Decoded<'static>| {
            let mut decoded = decoded.clone();
            decoded.edits.clear();
            decoded
        };
        let owned = |decoded: &Decoded<'_>| without_edits(&decoded.clone().into_owned());
        assert_eq!(only.as_ref().ok().map(owned), Some(owned(checked)));
    }
    let text = String::from_utf8_lossy(bytes);
    request(&text);
    if let Ok(checked) = &checked {
        request_changes_only_violations(bytes, checked, &Request::read(&text).0, &checks);
    }
    page_checks_agree(sequence.iter().flatten().map(|decoded| &decoded.response), &checks);
}

/// Checking a response against a request changes only violations, not the findings of the decoder.
fn request_changes_only_violations(
    bytes: &[u8],
    alone: &Decoded<'_>,
    request: &Request<'_>,
    checks: &Checks,
) {
    let mut with_request = checks.clone();
    with_request.request = Some(request.clone().into_owned());
    let checked = with_request.check(bytes).expect("decoding does not depend on the request");
    let of_decoder = |findings: &[Finding]| -> Vec<Finding> {
        let is_kept = |finding: &&Finding| !matches!(finding.kind, FindingKind::Violation(_));
        findings.iter().filter(is_kept).cloned().collect()
    };
    assert_eq!(of_decoder(&checked.findings), of_decoder(&alone.findings));
    for finding in checks.check_request(request) {
        assert!(matches!(finding.kind, FindingKind::Violation(_)), "{finding}");
        assert!(finding.location.is_none(), "a request value has no location: {finding}");
    }
}

/// Violations across pages refer to one of the pages, whether these were added or appended.
fn page_checks_agree<'a>(responses: impl Iterator<Item = &'a Response<'a>>, checks: &Checks) {
    let (mut added, mut appended) = (Pages::default(), Pages::default());
    for response in responses {
        added.add(response);
        let mut one = Pages::default();
        one.add(response);
        appended.append(one);
        frequency::next_runs_increase(response);
    }
    let findings = added.check(checks);
    assert_eq!(findings, appended.check(checks));
    assert!(findings.iter().all(|(page, _)| *page < added.len()), "{findings:?}");
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
    let off = checks.clone().ignore("ALL").check_response(response);
    assert!(off.is_empty(), "{off:?}");
}

/// A request survives a round trip through its query string.
pub fn request(text: &str) {
    let (request, findings) = Request::read(text);
    findings.iter().for_each(|finding| assert_location_in(text.as_bytes(), finding));
    let query = request.to_query();
    let (again, findings) = Request::read(&query);
    let is_duplicate = |finding: &Finding| ["N109", "N119"].contains(&finding.code());
    assert!(findings.iter().all(is_duplicate), "{query}: {findings:?}");
    assert_eq!(again, request, "{query}");
}

/// Whether a strict parser accepts the document.
fn is_well_formed(text: &str) -> bool {
    serde_json::from_str::<Value>(&text.replace(NUMBER, "$")).is_ok()
        || roxmltree::Document::parse(text).is_ok()
}

/// Control characters that XML does not allow are reported.
fn control_characters_are_reported(text: &str, decoded: &Decoded<'_>) {
    // Comments and instructions are not checked, and a document with U+0000 may be UTF-16.
    let is_unchecked = ["<!", "<?", "\0"].iter().any(|mark| text.contains(mark));
    if decoded.format == Format::Xml && decoded.is_clean() && !is_unchecked {
        let is_control = |c| c < ' ' && !matches!(c, '\t' | '\n' | '\r');
        assert!(!text.contains(is_control), "{text:?}");
    }
}

/// A document that a strict parser accepts is not repaired, loses nothing without a finding, and is equal
/// to the canonical form of its response if there are no findings.
fn agrees_with_strict_parsers(bytes: &[u8], decoded: &Result<Decoded<'_>, Error>) {
    let Some(text) = str::from_utf8(bytes).ok().filter(|text| is_well_formed(text)) else { return };
    if let Ok(decoded) = decoded {
        nothing_lost::check(text, decoded);
        known_names::check(text, decoded);
    }
    let mut strict = Options::default();
    strict.report_empty_strings = true;
    if let Ok(document) = serde_json::from_str::<Value>(text)
        && let Ok(decoded) = strict.decode(bytes)
        && decoded.is_clean()
    {
        let canonical: Value =
            serde_json::from_str(&decoded.response.to_json()).expect("canonical JSON");
        assert_eq!(canonical, document, "unreported change: {text}");
    }
    let mut options = Options::default();
    options.repair = Repair::None;
    match (decoded, options.decode(bytes)) {
        (Ok(decoded), Ok(plain)) => assert_eq!(decoded, &plain, "well-formed input is repaired"),
        (Err(error), Err(plain)) => assert_eq!(error.to_string(), plain.to_string()),
        // A well-formed document may hold a damaged one in a string.
        (Ok(decoded), Err(_)) if decoded.findings.iter().any(|found| found.code() == "N116") => {}
        (decoded, plain) => panic!("well-formed input is repaired: {decoded:?} {plain:?}"),
    }
}

fn assert_location_in(bytes: &[u8], finding: &Finding) {
    let location = finding.location.as_ref().expect("a finding on an input has a location");
    let span = &location.bytes;
    assert!(span.start <= span.end && span.end <= bytes.len(), "{finding:?}");
    assert!(location.line > 0 && location.column > 0, "{finding:?}");
    assert!(!finding.to_string().contains('\n'), "{finding}");
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
        let plain: Response<'_> =
            serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}\n{json}"));
        // serde converts numbers to floats, which may change their digits.
        if !format!("{response:?}").contains("Number(") {
            assert_eq!(&plain, response, "{json}");
        }
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
    for clean in [response.to_json(), response.to_xml()] {
        let encoded = equivalent_encodings::reencode(&clean, &damage::tokens(&clean), u)?;
        let text = || String::from_utf8_lossy(&encoded).into_owned();
        let decoded = decode(&encoded).unwrap_or_else(|error| panic!("{error}\n{}", text()));
        assert_eq!(&decoded.response, response, "{}", text());
        let is_clean = decoded.findings.iter().all(is_of_forbidden_character);
        assert!(is_clean, "{:#?}\n{}", decoded.findings, text());
    }
    Ok(())
}

/// How much of a damaged document was recovered.
#[derive(Clone, Debug, Default)]
pub struct Recovered {
    /// The kinds of damage applied.
    pub damages: Vec<Damage>,
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
        let is_damaged = recovered.damages.contains(&Damage::PythonLiteral);
        is_damaged && matches!(value, "true" | "false" | "null")
    };
    // Where lines were wrapped, a line break is removed.
    let was_wrapped = decoded.findings.iter().any(|finding| finding.code() == "M332");
    let joined = |text: &str| text.split_whitespace().collect::<String>();
    let is_unwrapped = |value: &str| original.iter().any(|it| joined(it) == joined(value));
    for (path, value) in leaves(&decoded.response) {
        let is_from_input = original.contains(&&value)
            || was_wrapped && is_unwrapped(&value)
            || text_values(&damaged).contains(&value)
            || is_literal(&value);
        if !is_from_input {
            let damages = &recovered.damages;
            recovered.foreign.push(format!("{path}: {value:?}: {damages:?}\n{damaged}"));
        }
        recovered.fields += usize::from(model.get(&path) == Some(&value));
    }
    Ok(recovered)
}

/// A document with one of many kinds of damage decodes to values that all occur in it, and is not
/// repaired without a finding; before the damage it is not repaired.
fn repair_of_any_kind(u: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    static KINDS: LazyLock<Vec<damage_kinds::Kind>> = LazyLock::new(damage_kinds::kinds);
    if u.len() < 8 {
        return Ok(());
    }
    let kind = u.choose(&KINDS)?;
    let (nth, seed): (u8, u16) = u.arbitrary()?;
    let Some(damaged) = kind.damaged(nth.into(), seed.into()) else { return Ok(()) };
    let Ok(decoded) = decode(damaged.text.as_bytes()) else { return Ok(()) };
    let values = leaves(&decoded.response).into_values();
    if let Some(value) = damaged.first_made_up(values) {
        panic!("{}: {value:?} is not in the input:\n{}", kind.name, damaged.text);
    }
    if damaged.text.trim_start().starts_with('{') && !is_well_formed(&damaged.text) {
        assert!(!decoded.is_clean(), "{} was not reported:\n{}", kind.name, damaged.text);
    }
    let mut plain = Options::default();
    plain.repair = Repair::None;
    assert_eq!(
        decode(damaged.clean.as_bytes()).ok(),
        plain.decode(damaged.clean.as_bytes()).ok(),
        "a sound document is not repaired:\n{}",
        damaged.clean
    );
    Ok(())
}

fn damaged_document(
    response: &Response<'_>,
    u: &mut Unstructured<'_>,
) -> arbitrary::Result<(String, Vec<Damage>)> {
    let clean = match u.int_in_range(0..=2)? {
        0 => response.to_json(),
        1 => response.to_json_pretty(),
        _ => response.to_xml(),
    };
    damage::damage(&clean, u)
}

/// The damaged document that the target `repair` generates from the bytes.
pub fn damaged_input(bytes: &[u8]) -> arbitrary::Result<String> {
    let mut u = Unstructured::new(bytes);
    let response = u.arbitrary()?;
    damaged_document(&response, &mut u).map(|(text, _)| text)
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
    let value: Value = serde_json::from_str(&response.to_json()).expect("canonical JSON");
    let mut leaves = BTreeMap::new();
    walk(&value, String::new(), &mut leaves);
    leaves
}

/// The text as it is, and unescaped once and twice as JSON and XML: what it may decode to.
fn text_values(text: &str) -> String {
    let json = unescape_json(text);
    let xml = unescape_xml(text);
    let twice =
        [unescape_xml(&xml), unescape_json(&xml), unescape_xml(&json), unescape_json(&json)];
    [text, &json, &xml, &twice.join("\n")].join("\n")
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
                _ => char::from_u32(name.strip_prefix('#')?.parse().ok()?)?,
            };
            Some((character, after))
        });
        let (character, after) = reference.unwrap_or(('&', rest));
        unescaped.push(character);
        rest = after;
    }
    unescaped + rest
}

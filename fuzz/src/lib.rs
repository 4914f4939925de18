//! The promises of the library, each as a check that panics where it is broken.
//!
//! The fuzz targets feed them, and `cargo test` replays the corpus through the same checks.

mod damage;
mod noise;
mod oracle;

use std::collections::BTreeMap;

use arbitrary::{Arbitrary, Unstructured};
pub use damage::Damage;
use ecs_invocations::finding::FindingKind;
use ecs_invocations::model::Request;
use ecs_invocations::validate::{Checks, Pages};
use ecs_invocations::{
    Decoded, Error, ErrorKind, Finding, Format, Limit, Options, Response, decode, decode_all,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
pub use oracle::{Tree, names};
use serde_json::Value;

/// A member of this name is a number to serde_json where a crate in the same build turns on its
/// `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

/// A name and what runs on each input.
pub type Target = (&'static str, fn(&[u8]));

/// The fuzz targets: each is a promise, which an input keeps or panics.
pub const TARGETS: &[Target] = &[
    ("canonical", |bytes| of(bytes, canonical)),
    ("cross_format", |bytes| {
        let mut u = Unstructured::new(bytes);
        if let Ok(response) = u.arbitrary() {
            let _ = cross_format(&response, &mut u);
        }
    }),
    ("decode_bytes", decode_bytes),
    ("json_oracle", |bytes| of(bytes, json_oracle)),
    ("mend", |bytes| {
        let mut u = Unstructured::new(bytes);
        if let Ok(response) = u.arbitrary() {
            let _ = mend(&response, &mut u);
        }
    }),
    ("request", |bytes| request(&String::from_utf8_lossy(bytes))),
    ("validate", |bytes| of(bytes, validate)),
    ("xml_oracle", |bytes| of(bytes, xml_oracle)),
];

/// Runs a target on an input.
pub fn run(target: &str, bytes: &[u8]) {
    let (_, run) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target of that name");
    run(bytes);
}

/// Runs a check on what the bytes make up.
fn of<T: for<'b> Arbitrary<'b>>(bytes: &[u8], check: impl Fn(&T)) {
    if let Ok(value) = Unstructured::new(bytes).arbitrary() {
        check(&value);
    }
}

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
    mended(bytes);
    if let (Ok(decoded), Ok(text)) = (&decoded, str::from_utf8(bytes)) {
        controls(text, decoded);
    }
    peers(bytes, &decoded);
    options(bytes, &decoded);
    checks(bytes, &decoded);
    let mut last = 0;
    for decoded in decode_all(bytes) {
        match decoded {
            Ok(decoded) => {
                decoded.findings.iter().for_each(|finding| finding_is_in(bytes, finding));
            }
            Err(error) => {
                let at = error.location().bytes.start;
                assert!(last <= at && at <= bytes.len(), "{error}: documents are in order");
                last = at;
            }
        }
    }
}

/// What a mender has been at is well formed: where there is something left to read, it is read.
fn mended(bytes: &[u8]) {
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

/// What is read without mending is read the same with it, and is JSON if it looks so; limits hold.
fn options(bytes: &[u8], decoded: &Result<Decoded<'_>, Error>) {
    let mut plain = Options::default();
    plain.repair = false;
    if let Ok(plain) = plain.decode(bytes) {
        assert_eq!(decoded.as_ref().ok(), Some(&plain), "what needs no mending is not mended");
        if let (Format::Json, Ok(text)) = (plain.format, str::from_utf8(bytes)) {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            assert!(is_sound(text), "what is not sound is mended: {text}");
        }
    }
    let mut last = 0;
    for decoded in plain.decode_all(bytes) {
        let at = decoded.map_or_else(|error| error.location().bytes.start, |_| last);
        assert!(last <= at && at <= bytes.len(), "documents are in order");
        last = at;
    }
    if let Some(most) = bytes.len().checked_sub(1) {
        let mut short = Options::default();
        short.max_bytes = most;
        let too_large = ErrorKind::Limit { limit: Limit::Bytes, most };
        let error = short.decode(bytes).expect_err("it is too large");
        assert_eq!((error.kind(), error.location().line), (&too_large, 1));
        let errors: Vec<Error> =
            short.decode_all(bytes).map(|read| read.expect_err("too")).collect();
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
            // That a response was unwrapped is said whatever the limit.
            assert!(decoded.findings.len() <= 2 + 1, "{:?}", decoded.findings);
            if let Response::Invocations(page) = &decoded.response {
                assert!(page.invocations.len() <= 1);
                assert!(page.invocations.iter().all(|invocation| invocation.instances.len() <= 1));
            }
        }
        Err(error) => assert!(error.location().bytes.start <= bytes.len(), "{error}"),
    }
}

/// A document of JSON is read as a straightforward reading of it says, whether damage is mended or not.
pub fn json_oracle(tree: &Tree) {
    let Tree::Object(members) = tree else { return };
    reads_like(&oracle::to_json(tree), &oracle::page(members, false));
}

/// A document of XML is read as a straightforward reading of what roxmltree makes of it says.
pub fn xml_oracle(tree: &Tree) {
    let Tree::Object(members) = tree else { return };
    let text =
        oracle::to_xml("DescribeInvocationsResponse", &Tree::Object(oracle::for_xml(members)));
    let document =
        roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let Tree::Object(members) = oracle::from_xml(document.root_element()) else { return };
    reads_like(&text, &oracle::page(&members, true));
}

fn reads_like(text: &str, expected: &Value) {
    let decoded = decode(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let read: Value = serde_json::from_str(&decoded.response.to_json()).expect("canonical JSON");
    assert_eq!(&read, expected, "{text}\n{:#?}", decoded.findings);
    for finding in &decoded.findings {
        assert!(!finding.code().starts_with('M'), "{finding}\n{text}");
        let is_true = oracle::is_true(finding, decoded.format == Format::Xml);
        assert!(is_true, "{finding}, but there is {}\n{text}", finding.found);
    }
    // Where there is nothing to say, the text says it all in the model's own words.
    if decoded.is_clean() && decoded.format == Format::Xml {
        let document = roxmltree::Document::parse(text).expect("it was read before");
        let there = oracle::sayings(&oracle::from_xml(document.root_element()));
        let said = oracle::sayings(&read.into());
        let is_there = |saying: &String| there.contains(saying);
        assert!(said.iter().all(is_there), "changed in silence: {said:?}\n{text}");
    }
    peers(text.as_bytes(), &Ok(decoded));
}

/// A check finds the response that decoding finds, and points inside the input.
fn checks(bytes: &[u8], decoded: &Result<Decoded<'_>, Error>) {
    let mut checks = Checks::default().select("ALL");
    checks.now = Some(Timestamp::UNIX_EPOCH);
    let checked = checks.check(bytes);
    match (&checked, decoded) {
        (Ok(checked), Ok(decoded)) => {
            assert_eq!(checked.response, decoded.response);
            let (faults, rest): (Vec<_>, Vec<_>) = checked
                .findings
                .iter()
                .partition(|finding| matches!(finding.kind, FindingKind::Violation(_)));
            assert!(rest.into_iter().eq(&decoded.findings), "what was normalised stays");
            for finding in faults {
                finding_is_in(bytes, finding);
                assert!(finding.location.line > 0, "{finding}");
            }
        }
        (Err(_), Err(_)) => {}
        (checked, _) => panic!("{checked:?}"),
    }
    let sequence: Vec<_> = checks.check_all(bytes).collect();
    // One document is the same on its own and in a sequence of one.
    if let (Ok(checked), [only]) = (&checked, &*sequence) {
        assert_eq!(only.as_ref().ok(), Some(checked));
    }
    let text = String::from_utf8_lossy(bytes);
    request(&text);
    if let Ok(checked) = &checked {
        answers(bytes, checked, &Request::read(&text).0, &checks);
    }
    pages(sequence.iter().flatten().map(|decoded| &decoded.response), &checks);
}

/// What is wrong with an answer to a request is what is wrong with it without one, and more.
fn answers(bytes: &[u8], alone: &Decoded<'_>, request: &Request<'_>, checks: &Checks) {
    let mut asked = checks.clone();
    asked.request = Some(request.clone().into_owned());
    let asked = asked.check(bytes).expect("it is read whatever was asked");
    let mut rest = asked.findings.into_iter().peekable();
    for finding in &alone.findings {
        let is_there = rest.any(|other| &other == finding);
        // The request may tell that what is odd on its own is right, or that a rule is to be asked for.
        assert!(is_there || matches!(finding.kind, FindingKind::Violation(_)), "{finding}");
    }
    for finding in checks.check_request(request) {
        assert!(matches!(finding.kind, FindingKind::Violation(_)), "{finding}");
        assert!(finding.location.line == 0, "a model has no places: {finding}");
    }
}

/// What is wrong across pages is on one of them, and the same however they were gathered.
fn pages<'a>(responses: impl Iterator<Item = &'a Response<'a>>, checks: &Checks) {
    let (mut gathered, mut joined) = (Pages::default(), Pages::default());
    for response in responses {
        gathered.add(response);
        let mut one = Pages::default();
        one.add(response);
        joined.append(one);
        schedules(response);
    }
    let found = gathered.check(checks);
    assert_eq!(found, joined.check(checks));
    assert!(found.iter().all(|(page, _)| *page < gathered.len()), "{found:?}");
}

/// A next run comes after now, and the one after that later still.
fn schedules(response: &Response<'_>) {
    let Response::Invocations(page) = response else { return };
    for frequency in page.invocations.iter().filter_map(|invocation| invocation.frequency.as_ref())
    {
        let now = Timestamp::UNIX_EPOCH.to_zoned_datetime(TimeZone::UTC);
        if let Ok(Some(next)) = frequency.next_after(&now) {
            assert!(next > now, "{frequency}: {next}");
            if let Ok(Some(later)) = frequency.next_after(&next) {
                assert!(later > next, "{frequency}: {later} after {next}");
            }
        }
    }
}

/// What is wrong with a model is wrong with its canonical forms, in the same places and for the same
/// reasons; a second look finds no more.
pub fn validate(response: &Response<'_>) {
    let mut checks = Checks::default().select("ALL");
    checks.now = Some(Timestamp::UNIX_EPOCH);
    let sorted = |findings: &[Finding]| -> Vec<String> {
        let faults =
            findings.iter().filter(|finding| matches!(finding.kind, FindingKind::Violation(_)));
        let mut said: Vec<String> = faults.map(ToString::to_string).collect();
        said.sort_unstable();
        said
    };
    let expected = sorted(&checks.check_response(response));
    for text in [response.to_json(), response.to_json_pretty(), response.to_xml()] {
        let checked =
            checks.check(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(sorted(&checked.findings), expected, "{text}");
        checked.findings.iter().for_each(|finding| finding_is_in(text.as_bytes(), finding));
    }
    let off = checks.clone().ignore("ALL").check_response(response);
    assert!(off.is_empty(), "{off:?}");
}

/// A request reads back from its query string as it is, with no finding.
pub fn request(text: &str) {
    let (request, findings) = Request::read(text);
    findings.iter().for_each(|finding| finding_is_in(text.as_bytes(), finding));
    let query = request.to_query();
    let (again, findings) = Request::read(&query);
    assert!(findings.iter().all(|finding| finding.code() == "N109"), "{query}: {findings:?}");
    assert_eq!(again, request, "{query}");
}

/// Whether an independent parser takes a document, with all its numbers and texts.
fn is_sound(text: &str) -> bool {
    serde_json::from_str::<Value>(&text.replace(NUMBER, "$")).is_ok()
        || roxmltree::Document::parse(text).is_ok()
}

/// Nothing that XML does not allow stands in silence where something is said.
fn controls(text: &str, decoded: &Decoded<'_>) {
    // Comments say nothing, and with U+0000 it may be UTF-16.
    let is_silent = ["<!", "<?", "\0"].iter().any(|mark| text.contains(mark));
    if decoded.format == Format::Xml && decoded.is_clean() && !is_silent {
        let is_control = |c| c < ' ' && !matches!(c, '\t' | '\n' | '\r');
        assert!(!text.contains(is_control), "{text:?}");
    }
}

/// What an independent parser takes is read the same whether damaged documents are mended or not, and is in
/// canonical form where there is nothing to say of it.
fn peers(bytes: &[u8], decoded: &Result<Decoded<'_>, Error>) {
    let Some(text) = str::from_utf8(bytes).ok().filter(|text| is_sound(text)) else { return };
    if let Ok(decoded) = decoded
        && decoded.is_clean()
        && let Ok(there) = serde_json::from_str::<Value>(text)
    {
        let canonical: Value =
            serde_json::from_str(&decoded.response.to_json()).expect("canonical JSON");
        assert_eq!(canonical, there, "changed in silence: {text}");
    }
    let mut options = Options::default();
    options.repair = false;
    match (decoded, options.decode(bytes)) {
        (Ok(decoded), Ok(plain)) => assert_eq!(decoded, &plain, "what is sound is not mended"),
        (Err(error), Err(plain)) => assert_eq!(error.to_string(), plain.to_string()),
        // Sound as it is, it may hold a damaged document in a string.
        (Ok(decoded), Err(_)) if decoded.findings.iter().any(|found| found.code() == "N116") => {}
        (decoded, plain) => panic!("what is sound is not mended: {decoded:?} {plain:?}"),
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
    if !json.contains(NUMBER) {
        let plain: Response<'_> = serde_json::from_str(&json).expect("canonical JSON deserialises");
        // Through serde a number is a float and may come out in other digits.
        if !format!("{response:?}").contains("Number(") {
            assert_eq!(&plain, response, "{json}");
        }
    }

    let xml = response.to_xml();
    let read = reads_as(&xml, Format::Xml, response);
    assert_eq!(read.response.to_xml(), xml, "canonical XML is written the same again");
    // A strict parser takes it too, but for references to what XML cannot hold.
    let xml = response.to_xml();
    let strict = without_references(&xml);
    if let Err(error) = roxmltree::Document::parse(&strict) {
        panic!("{error}\n{xml}");
    }
}

/// XML without its references by number, some of which are to what a strict parser does not take.
fn without_references(xml: &str) -> String {
    let mut pieces = xml.split("&#");
    let mut strict = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once(';') {
            Some((digits, after)) if digits.bytes().all(|b| b.is_ascii_digit()) => strict += after,
            // In an instruction it is no reference.
            _ => strict = strict + "&#" + piece,
        }
    }
    strict
}

fn reads_as<'t>(text: &'t str, format: Format, response: &Response<'_>) -> Decoded<'t> {
    let read = decode(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(&read.response, response, "{text}");
    assert!(read.findings.is_empty(), "{:#?}\n{text}", read.findings);
    assert_eq!(read.format, format);
    read
}

/// A model is read from either format, however its canonical form is written in other words: escapes,
/// references, CDATA, comments, blanks, byte order marks, UTF-16. There is nothing to say of any of it.
pub fn cross_format(response: &Response<'_>, u: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    for clean in [response.to_json(), response.to_xml()] {
        let noisy = noise::noisy(&clean, &damage::tokens(&clean), u)?;
        let text = || String::from_utf8_lossy(&noisy).into_owned();
        let decoded = decode(&noisy).unwrap_or_else(|error| panic!("{error}\n{}", text()));
        assert_eq!(&decoded.response, response, "{}", text());
        assert!(decoded.is_clean(), "{:#?}\n{}", decoded.findings, text());
    }
    Ok(())
}

/// How much of a damaged document was recovered.
#[derive(Clone, Debug, Default)]
pub struct Recovered {
    /// What was done to it.
    pub damages: Vec<Damage>,
    /// The fields that came back as they were.
    pub fields: usize,
    /// The fields that there were.
    pub of: usize,
}

/// A model that was written and then damaged in one to three places decodes, says so, and has nothing in
/// it that the damaged document has not. Returns how much of the model came back.
pub fn mend(response: &Response<'_>, u: &mut Unstructured<'_>) -> arbitrary::Result<Recovered> {
    let (damaged, damages) = damaged(response, u)?;
    let model = leaves(response);
    let mut recovered = Recovered { damages, fields: 0, of: model.len() };
    if recovered.damages.is_empty() {
        recovered.of = 0;
        return Ok(recovered);
    }
    let decoded = match decode(damaged.as_bytes()) {
        Ok(decoded) => decoded,
        Err(error) => panic!("{:?} cannot be read: {error}\n{damaged}", recovered.damages),
    };
    // Two kinds of damage may make up for each other.
    let is_reported = !decoded.is_clean() || is_sound(&without_references(&damaged));
    assert!(is_reported, "{:?} was not reported:\n{damaged}", recovered.damages);
    let said: Vec<&String> = model.values().collect();
    let is_a_literal = |value: &str| {
        let is_damaged = recovered.damages.contains(&Damage::Literal);
        is_damaged && matches!(value, "true" | "false" | "null")
    };
    for (path, value) in leaves(&decoded.response) {
        let is_there =
            said.contains(&&value) || sayings(&damaged).contains(&value) || is_a_literal(&value);
        assert!(
            is_there,
            "{path}: {value:?} comes from nowhere: {:?}\n{damaged}",
            recovered.damages
        );
        recovered.fields += usize::from(model.get(&path) == Some(&value));
    }
    Ok(recovered)
}

fn damaged(
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

/// The damaged document that the bytes make up for the target `mend`.
pub fn damaged_by(bytes: &[u8]) -> arbitrary::Result<String> {
    let mut u = Unstructured::new(bytes);
    let response = u.arbitrary()?;
    damaged(&response, &mut u).map(|(text, _)| text)
}

/// The texts of a model by their paths.
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
            // A float comes in other digits.
            Value::Number(number) if number.is_f64() => {}
            value => drop(leaves.insert(path, value.to_string())),
        }
    }
    let value: Value = serde_json::from_str(&response.to_json()).expect("canonical JSON");
    let mut leaves = BTreeMap::new();
    walk(&value, String::new(), &mut leaves);
    leaves
}

/// What a text may say, in any of the ways in which it can be read.
fn sayings(text: &str) -> String {
    let strings = string_says(text);
    let elements = element_says(text);
    let twice = [element_says(&elements), element_says(&strings), string_says(&strings)];
    [text, &strings, &elements, &twice.join("\n")].join("\n")
}

/// What a text says as a string of JSON; what is no escape stands for itself.
fn string_says(text: &str) -> String {
    let mut said = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        said.push_str(&rest[..at]);
        rest = &rest[at..];
        let escape = [12, 6, 2].iter().find_map(|length| {
            let escape = rest.get(..*length)?;
            let said = serde_json::from_str::<String>(&format!("\"{escape}\"")).ok()?;
            (said.chars().count() == 1).then_some((*length, said))
        });
        match escape {
            Some((length, character)) => {
                said.push_str(&character);
                rest = &rest[length..];
            }
            None => {
                said.push('\\');
                rest = &rest[1..];
            }
        }
    }
    said + rest
}

/// What a text says in an element; what is no reference stands for itself.
fn element_says(text: &str) -> String {
    let mut said = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        said.push_str(&rest[..at]);
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
        said.push(character);
        rest = after;
    }
    said + rest
}

//! What holds for any bytes.
//!
//! Everything is checked when an input is replayed. While fuzzing, checks that take long run on a share of the
//! inputs, chosen by a hash: several times as many inputs find more.

use std::collections::BTreeMap;
use std::io::BufReader;

use ecs_invocations::finding::FindingKind;
use ecs_invocations::model::Request;
use ecs_invocations::validate::{Checks, Pages};
use ecs_invocations::{
    Decoded, Error, ErrorKind, Finding, Format, Limit, Options, ReadError, Response, decode,
    decode_all, decode_reader,
};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    Effort, canonical, changes, decodes_cleanly_to, frequency, is_well_formed, known_names,
    nothing_lost, promises, request, without_repair,
};

/// For any bytes, `decode` does not panic, is deterministic, reports locations inside the input, invents nothing,
/// and the decoded response survives a round trip through its canonical forms. Returns whether there is a response
/// or an error worth keeping.
pub fn decode_bytes(bytes: &[u8], effort: Effort) -> bool {
    let decoded = decode(bytes);
    match &decoded {
        Ok(decoded) => {
            findings_are_in_order(bytes, decoded);
            if let Ok(text) = str::from_utf8(bytes) {
                control_characters_are_reported(text, decoded);
            }
            // With U+0000, a document may be in UTF-16.
            if let Some(text) = str::from_utf8(bytes).ok().filter(|text| !text.contains('\0')) {
                promises::findings_quote_the_text(text, decoded);
                promises::lines_and_columns_are_counted(text, decoded);
                promises::nothing_from_nowhere(text, decoded);
                promises::edits_are_reported(text, decoded);
                promises::values_are_those_of_their_names(text, decoded);
                promises::no_word_is_lost(text, decoded);
            }
            promises::integers_are_those_written(decoded);
            promises::repaired_document_is_sound(bytes, decoded);
            decodes_cleanly_to(&decoded.response.to_json(), Format::Json, &decoded.response);
        }
        Err(error) => {
            assert!(error.location().bytes.start <= bytes.len(), "{error}");
            assert!(!error.to_string().contains('\n'), "{error}");
        }
    }
    if effort.includes(bytes, 8) {
        repaired_document_is_well_formed(bytes);
    }
    if effort.includes(bytes, 64) {
        is_deterministic(bytes, &decoded);
        if let Ok(decoded) = &decoded {
            canonical(&decoded.response);
        }
        agrees_with_strict_parsers(bytes, &decoded);
        options_are_respected(bytes, &decoded);
        checks_agree_with_decode(bytes, &decoded);
        all_documents_are_in_order(bytes);
        documents_on_a_line_are_each_read(bytes, &decoded);
        findings_beyond_the_limit_are_counted(bytes, &decoded);
    }
    !matches!(&decoded, Err(error) if bytes.len() < 4 || matches!(error.kind(), ErrorKind::Empty))
}

/// A reader gives the same documents in chunks of any size.
pub fn reader(bytes: &[u8]) -> bool {
    let documents = |size: usize| -> Vec<String> {
        let reader = BufReader::with_capacity(size, bytes);
        decode_reader(reader)
            .map(|decoded| match decoded {
                Err(ReadError::Io(error)) => panic!("{error}"),
                decoded => format!("{decoded:?}"),
            })
            .collect()
    };
    let once = documents(bytes.len().max(1));
    for size in [1, 2, 7, 64] {
        assert_eq!(documents(size), once, "in chunks of {size} bytes");
    }
    once.len() > 1
}

fn findings_are_in_order(bytes: &[u8], decoded: &Decoded<'_>) {
    decoded.findings.iter().for_each(|finding| assert_location_in(bytes, finding));
    let mut quotes: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for finding in decoded.findings.iter().filter(|finding| !finding.found.is_empty()) {
        let span = finding.location.as_ref().map_or(0..0, |location| location.bytes.clone());
        *quotes.entry((span.start, finding.found.len())).or_default() += 1;
    }
    let found: usize = quotes.keys().map(|(_, length)| length).sum();
    assert!(found <= 8 * bytes.len(), "findings repeat the input: {:#?}", decoded.findings);
    // Each attribute of an element beside the response quotes the element.
    let most = quotes.values().max().copied().unwrap_or_default();
    let is_bounded = most <= Options::default().max_attributes + 8;
    assert!(is_bounded, "findings repeat a quote: {:#?}", decoded.findings);
    let locations = decoded.findings.iter().map(|finding| finding.location.as_ref());
    let offsets = locations.map(|location| location.map(|location| location.bytes.start));
    assert!(offsets.is_sorted(), "findings are ordered by offset");
}

fn is_deterministic(bytes: &[u8], decoded: &Result<Decoded<'_>, Error>) {
    match (decoded, decode(bytes)) {
        (Ok(decoded), Ok(again)) => assert_eq!(decoded, &again, "decoding is deterministic"),
        (Err(error), Err(again)) => {
            assert_eq!(error.to_string(), again.to_string(), "decoding is deterministic");
        }
        (_, _) => panic!("decoding is deterministic"),
    }
}

fn all_documents_are_in_order(bytes: &[u8]) {
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

/// A sound document that stands twice on a line is read twice.
fn documents_on_a_line_are_each_read(bytes: &[u8], decoded: &Result<Decoded<'_>, Error>) {
    let (Ok(decoded), Ok(text)) = (decoded, str::from_utf8(bytes)) else { return };
    let text = text.trim();
    if decoded.format != Format::Json
        || !text.starts_with('{')
        || !is_well_formed(text)
        || text.contains('\0')
    {
        return;
    }
    let twice = format!("{text} {text}");
    let read: Vec<_> = decode_all(twice.as_bytes()).collect();
    let expected = [Some(&decoded.response), Some(&decoded.response)];
    let responses = read.iter().map(|read| read.as_ref().ok().map(|read| &read.response));
    assert_eq!(responses.collect::<Vec<_>>(), expected, "{twice}");
    let first = decode(twice.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{twice}"));
    assert_eq!(first.response, decoded.response, "{twice}");
    let is_reported = first.findings.iter().any(|it| it.kind == FindingKind::TrailingDocument);
    assert!(is_reported || first.findings_omitted > 0, "a document is lost: {twice}");
}

/// Findings beyond the limit are counted.
fn findings_beyond_the_limit_are_counted(bytes: &[u8], decoded: &Result<Decoded<'_>, Error>) {
    let Ok(decoded) = decoded else { return };
    // Which layers are taken off depends on the findings.
    if decoded.findings_omitted > 0 || !decoded.edits.is_empty() {
        return;
    }
    let mut few = Options::default();
    few.max_findings = 1;
    let limited = few.decode(bytes).unwrap_or_else(|error| panic!("{error}"));
    let count = limited.findings.len() + limited.findings_omitted;
    assert_eq!(count, decoded.findings.len(), "{limited:#?}\n{decoded:#?}");
    let by_rule: usize = limited.omitted_by_rule().map(|(_, count)| count).sum();
    assert_eq!(by_rule, limited.findings_omitted, "{limited:#?}");
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
    let plain = without_repair();
    // What XML does not allow, such as `]]>` in a text, may be read with and without repair.
    let is_malformed =
        str::from_utf8(bytes).is_ok_and(|text| text.contains('<') && !is_well_formed(text));
    if let Ok(plain) = plain.decode(bytes)
        && !decoded.as_ref().is_ok_and(|it| has_layer(it) || is_malformed && !it.is_clean())
    {
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
            if let (true, Some(depth)) = (decoded.is_clean(), json_depth(bytes)) {
                assert!(depth <= 5, "a document of depth {depth}: {decoded:?}");
            }
            // That a response was in a text, and that in another, is reported regardless of the limit.
            assert!(decoded.findings.len() <= 2 + 2, "{:?}", decoded.findings);
            if let Response::Invocations(page) = &decoded.response {
                assert!(page.invocations.len() <= 1);
                assert!(page.invocations.iter().all(|invocation| invocation.instances.len() <= 1));
            }
        }
        Err(error) => assert!(error.location().bytes.start <= bytes.len(), "{error}"),
    }
}

/// How deep the brackets of a well-formed document of JSON are nested.
fn json_depth(bytes: &[u8]) -> Option<usize> {
    fn depth(value: &Value) -> usize {
        match value {
            Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
            Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
            _ => 0,
        }
    }
    serde_json::from_slice(bytes).ok().as_ref().map(depth)
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
    // A sequence of one document gives the same result as the document alone. What is around lines that are several
    // documents is not removed.
    if let (Ok(checked), [only]) = (&checked, &*sequence)
        && (only.is_ok() || !has_layer(checked))
    {
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
pub(super) fn agrees_with_strict_parsers(bytes: &[u8], decoded: &Result<Decoded<'_>, Error>) {
    let Some(text) = str::from_utf8(bytes).ok().filter(|text| is_well_formed(text)) else { return };
    // roxmltree takes it for the start of a tag.
    if text.contains("<:") {
        return;
    }
    if decoded.as_ref().is_ok_and(has_layer) {
        return;
    }
    if let Ok(decoded) = decoded {
        plain_error_is_an_error(text, decoded);
        nothing_lost::check(text, decoded);
        known_names::check(text, decoded);
    }
    let mut strict = Options::default();
    strict.report_empty_strings = true;
    if let Ok(decoded) = strict.decode(bytes) {
        changes::check(text, &decoded);
        if let (true, Ok(document)) = (decoded.is_clean(), serde_json::from_str::<Value>(text)) {
            let canonical: Value =
                serde_json::from_str(&decoded.response.to_json()).expect("canonical JSON");
            assert_eq!(canonical, document, "unreported change: {text}");
        }
    }
    match (decoded, without_repair().decode(bytes)) {
        (Ok(decoded), Ok(plain)) => assert_eq!(decoded, &plain, "well-formed input is repaired"),
        (Err(error), Err(plain)) => assert_eq!(error.to_string(), plain.to_string()),
        // A well-formed document may hold a damaged one in a string, or be no response before it is repaired.
        (Ok(decoded), Err(error)) if !decoded.is_clean() => {
            let is_syntax = matches!(error.kind(), ErrorKind::Syntax { .. });
            let has_embedded = decoded.findings.iter().any(|found| found.code() == "N116");
            assert!(!is_syntax || has_embedded, "well-formed input is repaired: {decoded:#?}");
        }
        (decoded, plain) => panic!("well-formed input is repaired: {decoded:?} {plain:?}"),
    }
}

/// Whether something around the lines or the characters was taken off, such as the marks of a log, which is well-formed
/// text of XML and of strings.
fn has_layer(decoded: &Decoded<'_>) -> bool {
    let is_layer = |finding: &Finding| ["M330", "M331", "M332", "M333"].contains(&finding.code());
    decoded.findings.iter().any(is_layer)
}

/// An object with a code and a message is an error, even if it has an empty list.
fn plain_error_is_an_error(text: &str, decoded: &Decoded<'_>) {
    let Ok(Value::Object(members)) = serde_json::from_str::<Value>(text) else { return };
    let is_plain = |value: &Value| match value {
        Value::String(text) => !text.contains(['{', '<', '[']),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    };
    let text_of = |name| members.get(name).and_then(Value::as_str).unwrap_or_default();
    let is_code = |start: &&str| text_of("Code").starts_with(start);
    let is_error = ["Invalid", "Throttling", "Forbidden"].iter().any(is_code)
        && !text_of("Message").trim().is_empty();
    // Names in other spellings may be other fields, and members that occur twice have two values.
    let is_known = |name: &String| {
        ["Code", "Message", "RequestId", "HostId", "Invocations", "Invocation"]
            .contains(&name.as_str())
    };
    if is_error && members.values().all(is_plain) && members.keys().all(is_known) {
        assert!(matches!(decoded.response, Response::Error(_)), "{text}\n{decoded:#?}");
    }
}

pub(super) fn assert_location_in(bytes: &[u8], finding: &Finding) {
    let location = finding.location.as_ref().expect("a finding on an input has a location");
    let span = &location.bytes;
    assert!(span.start <= span.end && span.end <= bytes.len(), "{finding:?}");
    assert!(location.line > 0 && location.column > 0, "{finding:?}");
    assert!(!finding.to_string().contains('\n'), "{finding}");
}

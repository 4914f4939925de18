//! Promises on one decoded document, each checked in a way that shares no code with the decoder.

use std::ops::Range;

use ecs_invocations::Decoded;
use ecs_invocations::finding::FindingKind;

use super::{NUMBER, forms, leaves, oracle, unescape_json, unescape_xml, without_repair};

/// Findings on a layer around the document or on another notation, in which texts are written in ways that the
/// simple unescaping here does not know.
const OTHER_NOTATIONS: &[&str] =
    &["M320", "M321", "M322", "M323", "M324", "M328", "M330", "M331", "M333", "N116"];

/// The shortest value whose name is looked for: others stand in many places.
const SHORTEST_PLAIN: usize = 4;

/// Shorter words are part of others by chance.
const LONG_WORD: usize = 8;

/// The longest value that is looked for, in bytes.
const LONGEST: usize = 64;

/// The locations of findings are on characters, and what a finding quotes stands there.
pub(super) fn findings_quote_the_text(text: &str, decoded: &Decoded<'_>) {
    for finding in &decoded.findings {
        let span =
            finding.location.as_ref().expect("a finding on an input has a location").bytes.clone();
        let quoted = text.get(span);
        let quoted =
            quoted.unwrap_or_else(|| panic!("off a character boundary: {finding:?}\n{text}"));
        let is_text = finding.found.is_empty()
            || quoted == &*finding.found
            || finding.found.contains('\u{fffd}')
            || forms(quoted).iter().any(|form| *form == *finding.found);
        assert!(is_text, "{finding:?}, but the text is {quoted:?}\n{text}");
    }
}

/// The line and the column of each finding are those that counting gives.
pub(super) fn lines_and_columns_are_counted(text: &str, decoded: &Decoded<'_>) {
    let without_mark = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut at, mut line, mut column) = (text.len() - without_mark.len(), 1, 1);
    for finding in &decoded.findings {
        let location = finding.location.as_ref().expect("a finding on an input has a location");
        // They are in order.
        for c in text.get(at..location.bytes.start).unwrap_or_default().chars() {
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        at = at.max(location.bytes.start);
        assert_eq!((location.line, location.column), (line, column), "{finding:?}\n{text}");
    }
}

/// An integer that was read from another notation is the number that is written, where Rust reads it too.
pub(super) fn integers_are_those_written(decoded: &Decoded<'_>) {
    for finding in &decoded.findings {
        let FindingKind::Integer { read } = &finding.kind else { continue };
        let written = finding.found.trim_matches(|c: char| c == '"' || c.is_whitespace());
        let digits = written.trim_start_matches(['-', '+']);
        let hexadecimal = digits.strip_prefix("0x").and_then(|it| u64::from_str_radix(it, 16).ok());
        let digits = hexadecimal.map_or(digits.to_owned(), |number| number.to_string());
        let magnitude = digits.parse::<f64>().ok();
        let Some(magnitude) = magnitude else { continue };
        let number = if written.starts_with('-') { -magnitude } else { magnitude };
        assert_eq!(read.parse(), Ok(number), "{finding:?}");
    }
}

/// Every value of the response stands in the text, in one piece once markup, quotes and what findings name
/// are taken out.
pub(super) fn nothing_from_nowhere(text: &str, decoded: &Decoded<'_>) {
    let is_other = |code: &str| OTHER_NOTATIONS.contains(&code);
    if decoded.findings.iter().any(|finding| is_other(finding.code())) || text.contains(NUMBER) {
        return;
    }
    let is_known = |value: &String, known: &[String]| known.iter().any(|text| text.contains(value));
    // Most values stand in the text as they are.
    let mut known = vec![letters(text)];
    let mut missing: Vec<String> = leaves(&decoded.response)
        .values()
        .map(|value| letters(value))
        // Longer text may have lost something in more than one way, which the findings tell.
        .filter(|value| value.len() <= LONGEST && !is_known(value, &known))
        .collect();
    if missing.is_empty() {
        return;
    }
    known.extend(forms(text).iter().map(|form| letters(form)));
    missing.retain(|value| !is_known(value, &known));
    if missing.is_empty() {
        return;
    }
    known.push(letters(&unescape_xml(&without_comments(text))));
    known.push(letters(&unescape_xml(&without_findings(text, decoded))));
    let messages = decoded.findings.iter().map(|finding| letters(&finding.to_string()));
    known.extend(messages);
    // What an absent list and an absent count are.
    let is_default = |value: &String| ["true", "false", "0"].contains(&value.as_str());
    for value in missing {
        let is_from_input =
            is_default(&value) || known.iter().any(|text| is_in_pieces(&value, text));
        assert!(is_from_input, "{value:?} is from nowhere: {text}\n{:#?}", decoded.findings);
    }
}

/// A value stands after its name, with no other name between, unless a finding on the field says otherwise.
pub(super) fn values_are_those_of_their_names(text: &str, decoded: &Decoded<'_>) {
    let is_other = |code: &str| OTHER_NOTATIONS.contains(&code) || code == "M332";
    if decoded.findings_omitted > 0
        || decoded.findings.iter().any(|finding| is_other(finding.code()))
        || text.contains(NUMBER)
    {
        return;
    }
    // A word that was cut in two is joined.
    let texts = [text.to_owned(), unescape_json(text), text.replace("\"\"", "")];
    let names = texts.each_ref().map(|text| names_in(text));
    let reported: Vec<String> =
        decoded.findings.iter().map(|finding| plain_path(&finding.path.to_string())).collect();
    for (path, value) in leaves(&decoded.response) {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let (_, name) = path.rsplit_once('/').expect("a path begins so");
        // Literals have other spellings.
        if value.len() < SHORTEST_PLAIN
            || ["true", "false", "null"].contains(&&*value)
            || !value.chars().all(is_plain)
            || !oracle::is_field_name(name)
        {
            continue;
        }
        let stands = texts.iter().zip(&names).any(|(text, names)| {
            text.match_indices(&*value).any(|(at, _)| {
                let before = names.partition_point(|(end, _)| *end <= at);
                before > 0 && oracle::simple_name(name) == oracle::simple_name(names[before - 1].1)
            })
        });
        let plain = plain_path(&path);
        if stands || reported.iter().any(|it| it.is_empty() || it.ends_with(&plain)) {
            continue;
        }
        panic!("{path}: {value:?} is not the value of that name: {text}\n{:#?}", decoded.findings);
    }
}

/// The names of fields in a text, and where each ends.
fn names_in(text: &str) -> Vec<(usize, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let mut names = Vec::new();
    let mut at = 0;
    for word in text.split(|c| !is_part(c)) {
        if oracle::is_field_name(word) {
            names.push((at + word.len(), word));
        }
        at += word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
    }
    names
}

/// A word that stands once in a text is in the response, or in what a finding is on.
pub(super) fn no_word_is_lost(text: &str, decoded: &Decoded<'_>) {
    // Comments and instructions of XML are no content, and control sequences end with a letter.
    let has_sequences = decoded.findings.iter().any(|finding| finding.code() == "M331");
    if decoded.findings_omitted > 0
        || has_sequences
        || ["<!", "<?", NUMBER].iter().any(|mark| text.contains(mark))
    {
        return;
    }
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for word in text.split(|c| !is_part(c)) {
        // What follows a sign of an escape may belong to it.
        let is_plain = !text[..at].ends_with(['\\', '%', '&', '#', '=', '^', '[', '@']);
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        let has_letter = word.bytes().any(|byte| byte.is_ascii_alphabetic());
        let is_address = word.starts_with("0x");
        if word.len() >= LONG_WORD && is_plain && has_digit && has_letter && !is_address {
            words.push((at, word));
        }
        at += word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
    }
    if words.is_empty() {
        return;
    }
    let is_in = |range: &Range<usize>, at: usize| range.start <= at && at < range.end;
    let mut known = decoded.response.to_json();
    let mut spans = Vec::new();
    for finding in &decoded.findings {
        known += &finding.found;
        known += &finding.to_string();
        if let FindingKind::LineMarks { removed, .. } = &finding.kind {
            known += removed;
        }
        spans.extend(finding.location.as_ref().map(|location| location.bytes.clone()));
    }
    for (at, word) in words {
        // A number with the sign of its type, or before what is left of an end tag.
        let number = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let after = &word[number.len()..];
        let word = if after == "L" || oracle::is_field_name(after) { number } else { word };
        let is_kept = known.contains(word) || spans.iter().any(|span| is_in(span, at));
        assert!(is_kept, "{word} is lost: {text}\n{decoded:#?}");
    }
}

/// The names in a path: the items of a list count those that were dropped.
fn plain_path(path: &str) -> String {
    let is_name = |step: &&str| !step.is_empty() && step.parse::<usize>().is_err();
    path.split(['[', ']', '/', '.']).filter(is_name).collect::<Vec<_>>().join(".")
}

/// What a repair changes is where a finding is.
pub(super) fn edits_are_reported(text: &str, decoded: &Decoded<'_>) {
    let is_silent = decoded.is_clean() && !decoded.edits.is_empty();
    assert!(!is_silent, "a repair without a finding: {text}\n{decoded:#?}");
    // A layer is reported once, wherever it is removed.
    let is_layer = |code: &str| OTHER_NOTATIONS.contains(&code) || code == "M332";
    if decoded.findings_omitted > 0 || decoded.findings.iter().any(|it| is_layer(it.code())) {
        return;
    }
    let spans: Vec<_> = decoded
        .findings
        .iter()
        .filter(|finding| {
            finding.code().starts_with('M') || ["U201", "N108"].contains(&finding.code())
        })
        .filter_map(|finding| finding.location.as_ref())
        .map(|location| location.bytes.clone())
        .collect();
    let has_pairs =
        decoded.findings.iter().any(|it| ["M306", "M312", "M321", "M325"].contains(&it.code()));
    // Brackets are closed, and commas removed, a little before the end that is reported.
    let is_bracket = |c: char| c.is_whitespace() || "{}[](),".contains(c);
    for edit in &decoded.edits {
        let original = text.get(edit.bytes.clone()).unwrap_or_default();
        let distance = if original.chars().all(is_bracket) { 64 } else { 0 };
        let is_near = |span: &Range<usize>| {
            edit.bytes.start <= span.end + distance && span.start <= edit.bytes.end + distance
        };
        // The other bracket of a pair that was exchanged may be far away.
        let is_of_pair = original.len() == 1 && edit.replacement.len() == 1 && has_pairs;
        let is_bracket = |text: &str| text.chars().all(is_bracket);
        let is_reported =
            is_bracket(original.trim()) && is_bracket(&edit.replacement) && is_of_pair
                || original.trim().is_empty() && is_bracket(&edit.replacement)
                || spans.iter().any(is_near);
        assert!(is_reported, "{edit:?} is not reported: {text}\n{decoded:#?}");
    }
}

/// The document with its edits applied decodes to the same response without repair.
pub(super) fn repaired_document_is_sound(bytes: &[u8], decoded: &Decoded<'_>) {
    // What declares or shows another encoding may be among the text around the document, which is removed.
    if decoded.edits.is_empty() || str::from_utf8(bytes).is_err() || bytes.contains(&0) {
        return;
    }
    let repaired = decoded.repaired(bytes);
    let text = || String::from_utf8_lossy(bytes);
    match without_repair().decode(&repaired) {
        Ok(again) => assert_eq!(
            again.response,
            decoded.response,
            "{}\n{}",
            text(),
            String::from_utf8_lossy(&repaired)
        ),
        Err(error) => {
            panic!("{error}\n{}\nrepaired:\n{}", text(), String::from_utf8_lossy(&repaired))
        }
    }
}

/// Without comments and instructions of XML, which may stand inside a value.
fn without_comments(text: &str) -> String {
    let (mut kept, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("<!--").into_iter().chain(rest.find("<?")).min() {
        let end = if rest[at..].starts_with("<?") { "?>" } else { "-->" };
        kept += &rest[..at];
        rest = rest[at..].split_once(end).map_or("", |(_, after)| after);
    }
    kept + rest
}

/// Without what findings are on, which a repair may have removed from the middle of a value.
fn without_findings(text: &str, decoded: &Decoded<'_>) -> String {
    let (mut kept, mut end) = (String::new(), 0);
    for span in decoded.findings.iter().filter_map(|finding| finding.location.as_ref()) {
        kept += text.get(end..span.bytes.start).unwrap_or_default();
        end = end.max(span.bytes.end);
    }
    kept + text.get(end..).unwrap_or_default()
}

/// Whether a text stands in another, in pieces: there may be markup between them, or what a finding names.
fn is_in_pieces(value: &str, text: &str) -> bool {
    const SHORTEST: usize = 2;
    let (mut rest, mut text) = (value, text);
    while !rest.is_empty() {
        let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
        let pieces = ends.map_while(|end| text.find(&rest[..end]).map(|at| (at, end)));
        match pieces.last() {
            Some((at, end)) if end >= SHORTEST.min(rest.len()) => {
                (rest, text) = (&rest[end..], &text[at + end..]);
            }
            _ => return false,
        }
    }
    true
}

/// The letters and digits of a text, without the name of a CDATA section.
fn letters(text: &str) -> String {
    let text = text.replace("CDATA", "");
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

//! Replaces what a response tells about its owner, and keeps its shape, so that it can be posted in a bug report.
//!
//! The text is not decoded for this, so that damage keeps no secret: every letter and digit is replaced, unless it
//! is of a known name, or of a value of a field that has no secrets (a status, a count, a time, a schedule).

mod fields;
mod names;
mod scan;
mod units;
mod words;

use std::ops::Range;

use encoding_rs::UTF_8;

use crate::decode::edits::Edit;
use crate::options::Options;
use crate::pending::FindingBudget;
use crate::text::input::Input;
use fields::Fields;
pub use fields::{Secret, secret};
use scan::Scan;
use words::Words;

/// Replaces IDs, names, outputs, parameters, addresses and the like in responses: the same text by the same text
/// everywhere, of the same length and form.
///
/// Names of fields, statuses, known error codes, numbers of the API, times and schedules are kept, and so is
/// everything that is no letter or digit: quotes, brackets, whitespace, escapes, and damage. Text that cannot be
/// placed is replaced. A replacement depends on where a text occurs first, not on what it says.
///
/// ```
/// use ecs_invocations::{Options, Redactor};
///
/// let input = br#"{"Invocations": [{InvokeId: "t-hz0jd", "InvokeStatus": "Running" "CommandName": "deploy"}]}"#;
/// let redacted = Redactor::new().redact(input, &Options::new());
/// let redacted = String::from_utf8(redacted)?;
/// assert_eq!(redacted.len(), input.len());
/// assert!(redacted.starts_with(r#"{"Invocations": [{InvokeId: "t-"#));
/// assert!(redacted.contains(r#""InvokeStatus": "Running" "CommandName": ""#));
/// assert!(!redacted.contains("hz0jd") && !redacted.contains("deploy"));
/// # Ok::<(), std::string::FromUtf8Error>(())
/// ```
#[derive(Debug)]
pub struct Redactor {
    fields: Fields,
    words: Words,
}

impl Default for Redactor {
    fn default() -> Self {
        Self::new()
    }
}

impl Redactor {
    /// A redactor that has replaced nothing yet.
    pub fn new() -> Self {
        Self { fields: Fields::new(), words: Words::default() }
    }

    /// Returns the input redacted, in the same encoding. Text that occurred in an earlier input is replaced as
    /// there.
    pub fn redact(&mut self, bytes: &[u8], options: &Options) -> Vec<u8> {
        let mut budget = FindingBudget::new(options, bytes.len());
        let (mut input, _) = Input::new(bytes, options.charset, &mut budget);
        let encoding = input.encoding();
        let scan = Scan::new(&input.text, encoding, &self.fields, &mut self.words);
        let replacements = scan.run();
        let (_, _, edits) = input.locate(Vec::new(), replacements);
        let edits: Vec<Edit> =
            edits.into_iter().map(|(bytes, text)| Edit::new(bytes, text, encoding)).collect();
        let mut redacted = Edit::apply_all(&edits, bytes).into_owned();
        if redacted.len() != bytes.len() {
            // Bytes that are not in the encoding can hide where a character ends.
            return bytes.iter().map(|byte| if is_sign(*byte) { *byte } else { b'x' }).collect();
        }
        if encoding == UTF_8 {
            hide_invalid(&mut redacted);
        }
        redacted
    }
}

fn is_sign(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_alphanumeric()
}

/// Replaces the bytes that are not UTF-8, which may be text in another encoding, by others that are not.
fn hide_invalid(bytes: &mut [u8]) {
    let mut at = 0;
    let mut spans: Vec<Range<usize>> = Vec::new();
    for chunk in bytes.utf8_chunks() {
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            spans.push(at..at + chunk.invalid().len());
        }
        at += chunk.invalid().len();
    }
    for span in spans {
        let hidden: &[u8] = match span.len() {
            1 => b"\xff",
            2 => b"\xe1\x80",
            _ => b"\xf1\x80\x80",
        };
        bytes[span].copy_from_slice(hidden);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each invalid sequence remains one of the same length.
    #[test]
    fn invalid_bytes_are_hidden() {
        let bytes = b"a\xd6\xd0\xce\xc4b\xe4\xb8 \xf0\x9f\x98 \x80\xff\xed\xa0\x80\xe4\xb8\xad";
        let lengths = |bytes: &[u8]| -> Vec<(usize, usize)> {
            bytes.utf8_chunks().map(|chunk| (chunk.valid().len(), chunk.invalid().len())).collect()
        };
        let mut hidden = bytes.to_vec();
        hide_invalid(&mut hidden);
        assert_eq!(lengths(&hidden), lengths(bytes));
        assert_eq!(hidden[1..5], *b"\xff\xff\xff\xff");
    }
}

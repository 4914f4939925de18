//! Text of a response made safe for a kind of output.

use std::borrow::Cow;
use std::fmt::Write as _;

use ecs_invocations::finding::Printable;

/// Text on one line of a terminal: control characters are escaped, but tabs are spaces.
pub(super) fn line(text: &str) -> String {
    Printable(&text.replace('\t', "    ")).to_string()
}

/// A cell of CSV or TSV before it is quoted. What a spreadsheet would take for a formula begins with an apostrophe;
/// control characters are escaped, but line breaks and tabs are kept.
pub(super) fn cell(text: &str) -> String {
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
    let start = text.trim_start();
    // Spreadsheets take the full-width forms for the same.
    let is_formula = start.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    let text = text.replace("\r\n", "\n");
    let lines = text.split('\n').map(|line| {
        let parts: Vec<String> = line.split('\t').map(|part| Printable(part).to_string()).collect();
        parts.join("\t")
    });
    let mark = if is_formula && !is_number { "'" } else { "" };
    format!("{mark}{}", lines.collect::<Vec<_>>().join("\n"))
}

/// JSON with escapes for what a terminal does not print. Outside of strings there is nothing of that.
pub(super) fn json(json: &str) -> Cow<'_, str> {
    let is_printed = |c: char| {
        c == '\n' || Printable(c.encode_utf8(&mut [0; 4])).to_string().len() == c.len_utf8()
    };
    if json.is_ascii() || json.chars().all(is_printed) {
        return json.into();
    }
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if is_printed(c) {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text.into()
}

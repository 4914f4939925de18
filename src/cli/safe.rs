//! Text of a response made safe for a kind of output.

use ecs_invocations::finding::Printable;

/// Text on one line of a terminal: control characters are escaped, but tabs are spaces.
pub(super) fn line(text: &str) -> String {
    Printable(&text.replace('\t', "    ")).to_string()
}

/// Text in a cell that a spreadsheet opens, or a terminal shows. What a spreadsheet would take for a formula
/// begins with an apostrophe.
pub(super) fn cell(text: &str, is_terminal: bool) -> String {
    let is_formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
    let mark = if is_formula && !is_number { "'" } else { "" };
    match is_terminal {
        true => format!("{mark}{}", line(text)),
        false => format!("{mark}{text}"),
    }
}

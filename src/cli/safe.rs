//! Makes text that is not the command's own safe to print: one function for each kind of output.
//!
//! Besides what controls a terminal, this is what the runner of GitHub Actions takes for a command in any
//! output of a step: `##[` anywhere in a line, and `::` at its start.

use std::borrow::Cow;
use std::fmt::Write as _;

use ecs_invocations::finding::Printable;
use quick_xml::escape::escape;

/// Text for one line of a terminal or a log. Tabs are spaces.
pub(super) fn line(text: &str) -> String {
    command_broken(&Printable(&text.replace('\t', "    ")).to_string())
}

/// Text for lines of a terminal or a log: its line breaks and tabs are kept.
pub(super) fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let lines = text.split('\n').map(|line| {
        let cells = line.split('\t').map(|cell| Printable(cell).to_string());
        command_broken(&cells.collect::<Vec<_>>().join("\t"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// JSON with escapes for what a terminal does not print.
pub(super) fn json(json: &str) -> Cow<'_, str> {
    // Outside of strings, all characters are printed, and `##` does not occur.
    let is_layout = |character: char| matches!(character, '\n');
    escaped(json, is_layout, &|character, out| write_json_escape(character, out))
}

/// XML with references to what a terminal does not print. Canonical XML has such characters only in text, and in
/// processing instructions that hold JSON.
pub(super) fn xml(xml: &str) -> Cow<'_, str> {
    const OPEN: &str = "<?";
    const CLOSE: &str = "?>";
    let is_layout = |character: char| matches!(character, '\n' | '\t');
    let reference = |character: char, out: &mut String| {
        let _ = write!(out, "&#{};", u32::from(character));
    };
    let text = |xml| escaped(xml, is_layout, &reference);
    let is_safe = |line: &str| {
        let is_kept = |character: char| Printable::is_printed(character) || is_layout(character);
        line.chars().all(is_kept) && !line.contains(COMMAND) && !begins_command(line)
    };
    if xml.split('\n').all(is_safe) {
        return xml.into();
    }
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (instruction, after) = after.split_once(CLOSE).unwrap_or((after, ""));
        out += &text(before);
        out += OPEN;
        out += &escaped(instruction, is_layout, &|character, out| {
            write_json_escape(character, out);
        });
        out += CLOSE;
        rest = after;
    }
    out += &text(rest);
    let lines = out.split('\n').map(|line| match begins_command(line) {
        true => line.replacen(':', "&#58;", 1),
        false => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n").into()
}

/// The references of canonical XML to characters that XML 1.0 does not allow, which nothing else carries there.
pub(super) fn disallowed_references(xml: &str) -> impl Iterator<Item = &str> {
    // Only the JSON of a processing instruction has other ampersands.
    let texts = xml.split("<?").enumerate().map(|(nth, part)| match part.split_once("?>") {
        Some((_, text)) if nth > 0 => text,
        _ => part,
    });
    let references = texts.flat_map(|text| text.split('&').skip(1));
    references.filter_map(|rest| {
        let (reference, _) = rest.split_once(';')?;
        let code: u32 = reference.strip_prefix('#')?.parse().ok()?;
        let is_allowed = matches!(code, 0x9 | 0xa | 0xd | 0x20..=0xfffd | 0x1_0000..);
        (!is_allowed).then_some(reference)
    })
}

/// Text in a cell of a table in Markdown.
pub(super) fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in line(text).chars() {
        match character {
            '<' => escaped += "&lt;",
            '&' => escaped += "&amp;",
            '@' => escaped += "&#64;",
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Text in an element or a quoted attribute of an XML report.
pub(super) fn xml_text(text: &str) -> String {
    escape(line(text)).into_owned()
}

/// The message of a GitHub annotation, or any text after its `::`.
pub(super) fn github_message(text: &str) -> String {
    let text = Printable(text).to_string().replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A").replace(COMMAND, BROKEN_COMMAND)
}

/// A property of a GitHub annotation. GitHub decodes it, so it may hold any character.
pub(super) fn github_property(text: &str) -> String {
    let mut property = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' | ':' | ',' | '\r' | '\n' => {
                let _ = write!(property, "%{:02X}", u32::from(character));
            }
            _ if Printable::is_printed(character) => property.push(character),
            _ => {
                let _ = write!(property, "{}", character.escape_default());
            }
        }
    }
    property.replace(COMMAND, BROKEN_COMMAND)
}

/// A cell of CSV or TSV before it is quoted: what a spreadsheet would take for a formula becomes text, as the
/// guideline of OWASP says. Numbers remain.
pub(super) fn cell(text: &str) -> String {
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || !Printable::is_printed(c));
    // Spreadsheets take the full-width forms for the same.
    let is_formula = start.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '|', '%'])
        || text.starts_with(['\t', '\r', '\n']);
    // A cell keeps its line breaks.
    let safe: String = text
        .split_inclusive('\n')
        .map(|line| match line.strip_suffix("\r\n") {
            Some(line) => lines(line) + "\r\n",
            None => lines(line),
        })
        .collect();
    if is_formula && !is_number { format!("'{safe}") } else { safe }
}

const COMMAND: &str = "##[";
const BROKEN_COMMAND: &str = r"#\u{23}[";

/// Escapes the start of a command of GitHub's runner in a line.
fn command_broken(line: &str) -> String {
    let line = line.replace(COMMAND, BROKEN_COMMAND);
    if begins_command(&line) { line.replacen(':', r"\u{3a}", 1) } else { line }
}

fn begins_command(line: &str) -> bool {
    line.trim_start().starts_with("::")
}

/// Replaces what is not printed, and the start of commands.
fn escaped<'t>(
    text: &'t str,
    is_layout: impl Fn(char) -> bool,
    write: &dyn Fn(char, &mut String),
) -> Cow<'t, str> {
    let is_kept = |character: char| Printable::is_printed(character) || is_layout(character);
    if text.chars().all(is_kept) && !text.contains(COMMAND) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (at, character) in text.char_indices() {
        let is_command = character == '#' && text[at..].starts_with(COMMAND);
        if is_kept(character) && !is_command {
            out.push(character);
        } else {
            write(character, &mut out);
        }
    }
    out.into()
}

fn write_json_escape(character: char, out: &mut String) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        let _ = write!(out, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_no_formulas() {
        for text in
            ["=1+1", "+1+1", "-1+1", "@SUM(A1)", " =1", "\t=1", "\u{200b}=1", "＝1", "|x", "%x"]
        {
            assert!(cell(text).starts_with('\''), "{text:?}: {}", cell(text));
        }
        for text in ["-1", "+5", "1e3", "t-1", "a=b", "", "中"] {
            assert_eq!(cell(text), text);
        }
        assert_eq!(cell("a\nb\u{9b}"), "a\nb\\u{9b}");
        assert_eq!(cell("a\r\n::b\r\n\nc\rd\r"), "a\r\n\\u{3a}:b\r\n\nc\\rd\\r");
        assert_eq!(cell("-inf"), "'-inf");
    }

    #[test]
    fn lines_begin_no_commands() {
        assert_eq!(line(" ::error::x"), r" \u{3a}:error::x");
        assert_eq!(lines("a\r\n::error::x\n\t##[y]"), "a\n\\u{3a}:error::x\n\t#\\u{23}[y]");
        assert_eq!(line("a::b #[ ## ["), "a::b #[ ## [");
    }
}

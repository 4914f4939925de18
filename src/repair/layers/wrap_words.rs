//! Values that hold no line break, by what they are and not by their field.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Whether all of a text is Base64 of a text but for line breaks and the whitespace around them. Words of a language
/// are no such text.
pub(super) fn is_base64(text: &str) -> bool {
    /// Fewer bytes may be a text by chance.
    const LEAST: usize = 9;
    let mut encoded = String::with_capacity(text.len());
    for line in text.lines() {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
        let line = line.trim();
        if !line.bytes().all(is_part) {
            return false;
        }
        encoded.push_str(line);
    }
    let is_text = |c: char| !c.is_control() || matches!(c, '\t' | '\r' | '\n' | '\u{1b}');
    let decoded = STANDARD.decode(encoded).ok().filter(|decoded| decoded.len() >= LEAST);
    decoded.is_some_and(|it| std::str::from_utf8(&it).is_ok_and(|it| it.chars().all(is_text)))
}

/// Whether the line break at `at` is in an escape of JSON.
pub(super) fn is_in_escape(text: &str, at: usize) -> bool {
    const DIGITS: usize = 4;
    let before = text[..at].strip_suffix('\r').unwrap_or(&text[..at]);
    let after = text[at + 1..].trim_start_matches([' ', '\t']);
    let is_digit = u8::is_ascii_hexdigit;
    let escapes = |before: &str| (before.len() - before.trim_end_matches('\\').len()) % 2 == 1;
    let digits = before.bytes().rev().take(DIGITS).take_while(is_digit).count();
    let rest = after.bytes().take(DIGITS + 1).take_while(is_digit).count();
    let in_number = before[..before.len() - digits].strip_suffix('u');
    let starts_number = || {
        let number = after.strip_prefix('u');
        number.is_some_and(|it| it.bytes().take(DIGITS).filter(is_digit).count() == DIGITS)
    };
    in_number.is_some_and(|before| digits < DIGITS && digits + rest >= DIGITS && escapes(before))
        || escapes(before) && (starts_number() || after.starts_with(['"', '\\']))
}

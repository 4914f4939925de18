//! Notations of integers that JSON does not have.

use std::borrow::Cow;

/// The decimal digits of an integer in another notation: with separators between its thousands, with `_`
/// between digits, with full-width digits, or hexadecimal.
pub(crate) fn plain_integer(text: &str) -> Option<Cow<'_, str>> {
    const MAX_LENGTH: usize = 64;
    if text.len() > MAX_LENGTH {
        return None;
    }
    let narrow: Cow<'_, str> = match text.is_ascii() {
        true => text.into(),
        false => text.chars().map(narrowed).collect::<Option<String>>()?.into(),
    };
    let (sign, digits) = match narrow.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", narrow.as_ref()),
    };
    if let Some(digits) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        let is_hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = is_hex.then(|| u64::from_str_radix(digits, 16).ok())??;
        return Some(format!("{sign}{value}").into());
    }
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let joined = |separator: char| {
        let mut parts = digits.split(separator);
        let first = parts.next().filter(|first| is_digits(first))?;
        let rest: Vec<&str> = parts.collect();
        // A single point is that of a fraction.
        let least = if separator == '.' { 2 } else { 1 };
        let is_grouped = match separator {
            '_' => rest.iter().all(|part| is_digits(part)),
            _ => first.len() <= 3 && rest.iter().all(|part| part.len() == 3 && is_digits(part)),
        };
        (rest.len() >= least && is_grouped).then(|| format!("{sign}{first}{}", rest.concat()))
    };
    let grouped = ['_', ',', '.', ' ', '\''].into_iter().find_map(joined);
    match grouped {
        Some(joined) => Some(joined.into()),
        None => (is_digits(digits) && !text.is_ascii()).then_some(narrow),
    }
}

/// A character of a number in ASCII.
fn narrowed(c: char) -> Option<char> {
    match c {
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        '－' | '−' => Some('-'),
        '，' => Some(','),
        '\u{a0}' | '\u{2009}' | '\u{202f}' => Some(' '),
        _ => c.is_ascii().then_some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::plain_integer;

    #[test]
    fn other_notations_of_integers() {
        for (text, expected) in [
            ("1,234,567", Some("1234567")),
            ("-1_234", Some("-1234")),
            ("1.234.567", Some("1234567")),
            ("１２", Some("12")),
            ("1\u{202f}234", Some("1234")),
            ("0x1F", Some("31")),
            ("1.234", None),
            ("1,23", None),
            ("1234,567", None),
            ("1__2", None),
            ("0x", None),
            ("", None),
            ("12", None),
            ("１２ｘ", None),
        ] {
            assert_eq!(plain_integer(text).as_deref(), expected, "{text}");
        }
    }
}

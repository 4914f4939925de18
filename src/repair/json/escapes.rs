//! Recognition of JSON escapes and numbers.

/// The length of the escape at the start of `bytes`, including both halves of a surrogate pair; 0 if it
/// is invalid.
pub(super) fn escape(bytes: &[u8]) -> usize {
    let unit = |bytes: &[u8]| {
        let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
        let digits = str::from_utf8(digits).ok()?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)
    };
    match (bytes.get(1), unit(bytes)) {
        (Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't'), _) => 2,
        (_, Some(0xd800..=0xdbff)) => match unit(&bytes[6..]) {
            Some(0xdc00..=0xdfff) => 12,
            _ => 0,
        },
        (_, Some(0xdc00..=0xdfff) | None) => 0,
        (_, Some(_)) => 6,
    }
}

/// Whether a number is valid JSON; `None` if the text is not a number in any
/// notation.
pub(super) fn number(text: &str) -> Option<bool> {
    let unsigned = text.trim_start_matches(['+', '-']);
    let is_decimal = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.trim_matches(|c: char| c.is_ascii_digit() || ".eE+_".contains(c)).is_empty();
    // An exponent may have a sign.
    let is_decimal = is_decimal
        || unsigned.split_once(['e', 'E']).is_some_and(|(mantissa, exponent)| {
            let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            mantissa.parse::<f64>().is_ok() && is_digits(exponent.trim_start_matches(['+', '-']))
        });
    let is_hex = unsigned
        .strip_prefix("0x")
        .is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    if !is_decimal && !is_hex && !matches!(unsigned, "NaN" | "Infinity" | "inf" | "nan") {
        return None;
    }
    Some(serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok())
}

/// The JSON number of the same value as a number in the notation of another language: with `_` between
/// digits, without digits on one side of the point, with a `+` or a suffix for its type.
pub(super) fn converted_number(text: &str) -> Option<String> {
    let unsuffixed = ["LL", "L", "l", "n"].iter().find_map(|suffix| {
        let digits = text.strip_suffix(suffix)?;
        digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-').then_some(digits)
    });
    let text = unsuffixed.unwrap_or(text);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let is_separated = |(at, _): (usize, char)| {
        let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        let bytes = digits.as_bytes();
        at > 0 && is_digit(bytes.get(at - 1)) && is_digit(bytes.get(at + 1))
    };
    if !digits.char_indices().filter(|(_, c)| *c == '_').all(is_separated) {
        return None;
    }
    let mut digits = digits.replace('_', "");
    if digits.len() < 2 && !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if digits.starts_with('.') {
        digits.insert(0, '0');
    }
    if digits.ends_with('.') {
        digits.push('0');
    }
    let read = format!("{sign}{digits}");
    (number(&read) == Some(true)).then_some(read)
}

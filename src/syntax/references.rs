//! XML references (`&amp;`, `&#65;`), and the map from offsets in unescaped text to the raw text.

/// The character of a reference, given without `&` and `;`: one of the five predefined entities, or any
/// character reference, even U+0000.
pub(crate) fn resolve(reference: &str) -> Option<char> {
    match reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => {
            let number = reference.strip_prefix('#')?;
            let (digits, radix) = match number.strip_prefix(['x', 'X']) {
                Some(digits) => (digits, 16),
                None => (number, 10),
            };
            let is_number = digits.chars().all(|digit| digit.is_digit(radix));
            let code = u32::from_str_radix(digits, radix).ok().filter(|_| is_number)?;
            char::from_u32(code)
        }
    }
}

/// The name and character of the reference whose `&` precedes `tail`. The character is `None` if it is
/// undefined.
pub(crate) fn reference(tail: &str) -> Option<(&str, Option<char>)> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '#');
    let end = tail.find(|c| !is_part(c))?;
    let name = &tail[..end];
    (!name.is_empty() && tail[end..].starts_with(';')).then(|| (name, resolve(name)))
}

/// Maps offsets in the content of an element to offsets in its raw form. Both are sorted.
pub(crate) fn raw_offsets(raw: &str, offsets: &[usize]) -> Vec<usize> {
    const DATA: &str = "<![CDATA[";
    let (mut at, mut decoded, mut in_data) = (0, 0, false);
    let mut found = Vec::with_capacity(offsets.len());
    for offset in offsets {
        loop {
            let rest = &raw[at..];
            if in_data && rest.starts_with("]]>") {
                (at, in_data) = (at + 3, false);
            } else if !in_data && rest.starts_with(DATA) {
                (at, in_data) = (at + DATA.len(), true);
            } else if decoded < *offset && !rest.is_empty() {
                let (length, character) = match rest.strip_prefix('&').and_then(reference) {
                    Some((name, Some(character))) if !in_data => (name.len() + 2, character),
                    _ if rest.starts_with("\r\n") => (2, '\n'),
                    _ => rest.chars().next().map_or((1, ' '), |first| (first.len_utf8(), first)),
                };
                at += length;
                decoded += character.len_utf8();
            } else {
                break;
            }
        }
        found.push(at.min(raw.len()));
    }
    found
}

//! XML references (`&amp;`, `&#65;`), and the map from offsets in unescaped text to the raw text.

use std::collections::HashMap;
use std::sync::Arc;

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

/// The length of the reference at the start of a text after its `&`, without a `;` at its end, and its
/// character. Only one that no other text continues is read.
pub(crate) fn unterminated_reference(tail: &str) -> Option<(usize, char)> {
    const LONGEST: usize = 9;
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let number = tail.strip_prefix('#');
    let length = match number {
        Some(number) => {
            let is_hex = number.starts_with(['x', 'X']);
            let digits = number.get(usize::from(is_hex)..)?;
            let is_digit = |c: &char| c.is_digit(if is_hex { 16 } else { 10 });
            let count = digits.chars().take(LONGEST).take_while(is_digit).count();
            1 + usize::from(is_hex) + count
        }
        None => tail.find(|c| !is_part(c)).unwrap_or(tail.len()),
    };
    // `&lt=` may be part of a URL.
    let rest = &tail[length..];
    let is_last =
        !rest.starts_with(['=', '-', '_', '.', ':']) && !rest.trim_start().starts_with(';');
    let reference = tail.get(..length)?;
    // No name of one goes on with a digit.
    let reference = match number {
        Some(_) => reference,
        None => reference.trim_end_matches(|c: char| c.is_ascii_digit()),
    };
    let length = reference.len();
    let character = resolve(reference)?;
    let is_allowed = !character.is_control() || matches!(character, '\n' | '\t' | '\r');
    (is_last && is_allowed).then_some((length, character))
}

/// The length and character of a reference, which may lack its `;`.
fn any_reference(tail: &str) -> Option<(usize, char)> {
    match reference(tail) {
        Some((name, character)) => character.map(|character| (name.len() + 1, character)),
        None => unterminated_reference(tail),
    }
}

/// Whether XML 1.0 allows the reference to `character`: [`resolve`] reads other forms and characters too.
pub(crate) fn is_well_formed(reference: &str, character: char) -> bool {
    is_allowed(character) && !reference.starts_with("#X")
}

/// Whether XML 1.0 allows the character.
pub(crate) fn is_allowed(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        _ => character >= ' ',
    }
}

/// The entities that document type declarations declare as a text, and the texts.
pub(crate) fn declared_entities<'t>(
    doctypes: impl Iterator<Item = &'t str>,
) -> HashMap<&'t str, Arc<str>> {
    let mut entities = HashMap::new();
    for doctype in doctypes {
        let mut rest = doctype;
        while let Some(at) = rest.find("<!") {
            rest = &rest[at + 2..];
            if let Some(comment) = rest.strip_prefix("--") {
                rest = comment.split_once("-->").map_or("", |(_, after)| after);
            } else if let Some((name, text)) = declaration(rest) {
                rest = &text[text.len()..];
                // The first declaration is the valid one.
                entities.entry(name).or_insert_with(|| text.into());
            }
        }
    }
    entities
}

/// The name and text of an entity declaration, given after `<!`. Neither a parameter entity, whose name
/// begins with `%`, nor an external one has them in this place.
fn declaration(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("ENTITY")?;
    let (name, rest) = rest.trim_start().split_once(|c: char| c.is_ascii_whitespace())?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (text, _) = rest[1..].split_once(quote)?;
    Some((name, text))
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
                let (length, character) = match rest.strip_prefix('&').and_then(any_reference) {
                    Some((length, character)) if !in_data => (length + 1, character),
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

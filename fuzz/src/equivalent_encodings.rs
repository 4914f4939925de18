//! Equivalent encodings: other ways to write the same document.

use arbitrary::{Result, Unstructured};

use super::damage::{Token, TokenKind};

/// Writes a canonical document with other escapes and whitespace, in any character encoding.
pub fn reencode(clean: &str, tokens: &[Token], u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let is_xml = clean.starts_with('<');
    let mut text = String::new();
    let mut at = 0;
    for (nth, token) in tokens.iter().enumerate() {
        // Text between tokens is copied.
        text.push_str(&clean[at..token.span.start]);
        at = token.span.end;
        let raw = &clean[token.span.clone()];
        let is_changed = u.ratio(1, 4)?;
        match token.kind {
            _ if !is_changed => text.push_str(raw),
            TokenKind::String => text.push_str(&escape_some(raw, u)?),
            TokenKind::Text if !raw.contains('&') && u.arbitrary()? => {
                text.push_str(&format!("<![CDATA[{raw}]]>"));
            }
            TokenKind::Text => text.push_str(&reference_some(raw, u)?),
            TokenKind::Open | TokenKind::Close if is_xml => {
                text.push_str(&raw.replace('>', " \n>"))
            }
            _ => text.push_str(raw),
        }
        let next = tokens.get(nth + 1);
        if !is_changed || next.is_none() {
            continue;
        }
        if is_xml {
            // Whitespace next to text would become part of it; a comment or instruction does not.
            let is_text = |kind| matches!(kind, TokenKind::Text);
            let has_text = is_text(token.kind) || next.is_some_and(|next| is_text(next.kind));
            let is_leaf = token.kind == TokenKind::Open
                && next.is_some_and(|next| next.kind == TokenKind::Close);
            text.push_str(match u.int_in_range(0..=2)? {
                0 => "<!-- <a> & \" -->",
                1 => "<?a b <c> ?>",
                _ if has_text || is_leaf => "",
                _ => "\n\t ",
            });
        } else {
            text.push_str(u.choose(&[" ", "\n", "\r\n", "\t"])?);
        }
    }
    text.push_str(&clean[at..]);
    let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
    Ok(match u.int_in_range(0..=4)? {
        0 => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        1 => units(&format!("\u{feff}{text}")).into_iter().flat_map(u16::to_le_bytes).collect(),
        2 => units(&format!("\u{feff}{text}")).into_iter().flat_map(u16::to_be_bytes).collect(),
        // Detectable without a byte order mark: documents start with ASCII.
        3 => units(&text).into_iter().flat_map(u16::to_le_bytes).collect(),
        _ => text.into_bytes(),
    })
}

/// A JSON string with some of its characters escaped.
fn escape_some(raw: &str, u: &mut Unstructured<'_>) -> Result<String> {
    let mut text = String::new();
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            let sign = chars.next();
            text.push(c);
            text.extend(sign);
            if sign == Some('u') {
                text.extend(chars.by_ref().take(4));
            }
        } else if c == '"' || u.ratio(3, 4)? {
            // Includes the closing quote.
            text.push(c);
        } else {
            let mut units = [0; 2];
            c.encode_utf16(&mut units)
                .iter()
                .for_each(|unit| text.push_str(&format!("\\u{unit:04X}")));
        }
    }
    Ok(text)
}

/// XML text with some of its characters replaced by references.
fn reference_some(raw: &str, u: &mut Unstructured<'_>) -> Result<String> {
    let mut text = String::new();
    let mut in_reference = false;
    for c in raw.chars() {
        in_reference = c == '&' || in_reference && c != ';';
        // Existing references are kept, including their `;`.
        if in_reference || c == ';' || u.ratio(3, 4)? {
            text.push(c);
        } else {
            text.push_str(&match u.arbitrary()? {
                true => format!("&#{};", u32::from(c)),
                false => format!("&#x{:x};", u32::from(c)),
            });
        }
    }
    Ok(text)
}

//! Noise: other ways to write the same document.

use arbitrary::{Result, Unstructured};

use super::damage::{Token, TokenKind};

/// Writes a document in other words that say the same, in some encoding.
pub fn noisy(clean: &str, tokens: &[Token], u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let is_xml = clean.starts_with('<');
    let mut text = String::new();
    let mut at = 0;
    for (nth, token) in tokens.iter().enumerate() {
        // What is no token stays as it is.
        text.push_str(&clean[at..token.span.start]);
        at = token.span.end;
        let raw = &clean[token.span.clone()];
        let is_noisy = u.ratio(1, 4)?;
        match token.kind {
            _ if !is_noisy => text.push_str(raw),
            TokenKind::String => text.push_str(&escaped(raw, u)?),
            TokenKind::Text if !raw.contains('&') && u.arbitrary()? => {
                text.push_str(&format!("<![CDATA[{raw}]]>"));
            }
            TokenKind::Text => text.push_str(&referenced(raw, u)?),
            TokenKind::Open | TokenKind::Close if is_xml => {
                text.push_str(&raw.replace('>', " \n>"))
            }
            _ => text.push_str(raw),
        }
        let next = tokens.get(nth + 1);
        if !is_noisy || next.is_none() {
            continue;
        }
        if is_xml {
            // A comment or an instruction may stand in a text; blanks would be part of it.
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
        // By sight: what begins a document is ASCII.
        3 => units(&text).into_iter().flat_map(u16::to_le_bytes).collect(),
        _ => text.into_bytes(),
    })
}

/// A string of JSON with some of its characters as escapes.
fn escaped(raw: &str, u: &mut Unstructured<'_>) -> Result<String> {
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
            // The last one is a quote too.
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

/// A text of XML with some of its characters as references.
fn referenced(raw: &str, u: &mut Unstructured<'_>) -> Result<String> {
    let mut text = String::new();
    let mut in_reference = false;
    for c in raw.chars() {
        in_reference = c == '&' || in_reference && c != ';';
        // The last sign of a reference stays too.
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

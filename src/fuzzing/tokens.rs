//! The tokens of a document in JSON or XML.

use std::ops::Range;

/// A token of a document.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// An opening bracket or a start tag.
    Open,
    /// A closing bracket or an end tag.
    Close,
    Comma,
    Colon,
    String,
    /// A number, `true`, `false` or `null`.
    Literal,
    /// Text of XML.
    Text,
}

/// Whether a document is XML.
pub(super) fn is_xml(document: &str) -> bool {
    document.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).starts_with('<')
}

/// The tokens of a document. Of one that is not well formed, some are missing or too long.
pub(super) fn tokens(document: &str) -> Vec<Token> {
    if is_xml(document) { xml_tokens(document) } else { json_tokens(document) }
}

fn json_tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        at += 1;
        let kind = match byte {
            b'{' | b'[' => TokenKind::Open,
            b'}' | b']' => TokenKind::Close,
            b',' => TokenKind::Comma,
            b':' => TokenKind::Colon,
            b'"' => {
                while bytes.get(at).is_some_and(|byte| *byte != b'"') {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
                TokenKind::String
            }
            byte if byte.is_ascii_whitespace() => continue,
            _ => {
                let is_part =
                    |byte: &u8| !b",:{}[]\"".contains(byte) && !byte.is_ascii_whitespace();
                while bytes.get(at).is_some_and(is_part) {
                    at += 1;
                }
                TokenKind::Literal
            }
        };
        // An escape or a string may not end.
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at += 1;
        }
        tokens.push(Token { kind, span: start..at });
    }
    tokens
}

fn xml_tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let rest = &text[start..];
        let after = |mark: &str| rest.find(mark).map_or(rest.len(), |end| end + mark.len());
        let skipped = [("<?", "?>"), ("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">")];
        if let Some((_, end)) = skipped.iter().find(|(begin, _)| rest.starts_with(begin)) {
            at += after(end);
            continue;
        }
        let kind = if rest.starts_with("</") {
            TokenKind::Close
        } else if rest.starts_with('<') {
            TokenKind::Open
        } else {
            TokenKind::Text
        };
        at += match kind {
            TokenKind::Text => rest.find('<').unwrap_or(rest.len()),
            _ => after(">"),
        };
        if kind != TokenKind::Text || !text[start..at].trim().is_empty() {
            tokens.push(Token { kind, span: start..at });
        }
    }
    tokens
}

//! Damages well-formed documents.

use std::ops::Range;

use arbitrary::{Arbitrary, Result, Unstructured};

/// A kind of damage. Corpus files depend on the order of the variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Arbitrary)]
pub enum Damage {
    MissingComma,
    DoubledComma,
    LeadingComma,
    TrailingComma,
    MissingColon,
    WrongColon,
    SingleQuotes,
    CurlyQuotes,
    MissingQuote,
    Comment,
    UnescapedControl,
    PythonLiteral,
    InvalidNumber,
    MissingClose,
    ExtraClose,
    MismatchedClose,
    LeadingText,
    TrailingText,
    UnescapedMarkup,
    UnterminatedTag,
    UnquotedAttribute,
    DuplicateAttribute,
    UnterminatedComment,
    UnterminatedCData,
    InvalidWhitespace,
    EntityEscaped,
    JsonEncoded,
}

/// A token of a canonical document.
pub struct Token {
    pub kind: TokenKind,
    pub span: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    Open,
    Close,
    Comma,
    Colon,
    String,
    Literal,
    Text,
}

/// Damages a canonical document in one to three places and returns it with the kinds of damage.
pub fn damage(clean: &str, u: &mut Unstructured<'_>) -> Result<(String, Vec<Damage>)> {
    let tokens = tokens(clean);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut applied = Vec::new();
    let mut encoding: Option<Damage> = None;
    for _ in 0..u.int_in_range(1..=3)? {
        let damage: Damage = u.arbitrary()?;
        if matches!(damage, Damage::EntityEscaped | Damage::JsonEncoded) {
            encoding = encoding.or(Some(damage));
            continue;
        }
        let places: Vec<(Range<usize>, String)> = (0..tokens.len())
            .filter_map(|nth| edit_for(damage, clean, &tokens, nth))
            // Adjacent damage may leave nothing to recover.
            .filter(|(span, _)| edits.iter().all(|(other, _)| is_apart(span, other)))
            .collect();
        if places.is_empty() {
            continue;
        }
        edits.push(u.choose(&places)?.clone());
        applied.push(damage);
    }
    edits.sort_by_key(|(span, _)| span.start);
    let mut text = String::new();
    let mut at = 0;
    for (span, replacement) in edits {
        text.push_str(&clean[at..span.start]);
        text.push_str(&replacement);
        at = span.end;
    }
    text.push_str(&clean[at..]);
    match encoding {
        Some(Damage::EntityEscaped) if is_recognizable_when_escaped(&text) => {
            let signs =
                [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#39;")];
            let escape = |text: String, (sign, reference)| text.replace(sign, reference);
            let escaped = signs.into_iter().fold(text, escape);
            applied.push(Damage::EntityEscaped);
            Ok((escaped, applied))
        }
        Some(Damage::JsonEncoded) => {
            applied.push(Damage::JsonEncoded);
            Ok((serde_json::to_string(&text).expect("a string"), applied))
        }
        _ => Ok((text, applied)),
    }
}

/// Whether an entity-escaped document can still be recognized as a document.
fn is_recognizable_when_escaped(text: &str) -> bool {
    let object = text.find('{').map(|at| text[at + 1..].trim_start());
    text.trim_start().starts_with('<')
        || object.is_some_and(|inside| inside.starts_with(['"', '\'']))
}

fn is_apart(span: &Range<usize>, other: &Range<usize>) -> bool {
    const DISTANCE: usize = 16;
    span.start > other.end + DISTANCE || other.start > span.end + DISTANCE
}

/// The edit that applies the damage to the `nth` token, or `None` if it does not apply there.
fn edit_for(
    damage: Damage,
    clean: &str,
    tokens: &[Token],
    nth: usize,
) -> Option<(Range<usize>, String)> {
    let Token { kind, span } = &tokens[nth];
    let kind = *kind;
    let text = &clean[span.clone()];
    let is_xml = clean.starts_with('<');
    let next = tokens.get(nth + 1).map(|token| token.kind);
    let before = nth.checked_sub(1).map(|before| tokens[before].kind);
    let replace = |text: String| Some((span.clone(), text));
    let inside = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    let is_plain = !inside.is_empty() && inside.chars().all(|c| c.is_ascii_alphanumeric());
    match (damage, kind) {
        // Without a space, two adjacent numbers would become one.
        (Damage::MissingComma, TokenKind::Comma) if before == Some(TokenKind::Literal) => {
            replace(" ".into())
        }
        (Damage::MissingComma, TokenKind::Comma) => replace(String::new()),
        (Damage::DoubledComma, TokenKind::Comma) => replace(",,".into()),
        (Damage::LeadingComma, TokenKind::Open) if !is_xml && next != Some(TokenKind::Close) => {
            replace(format!("{text},"))
        }
        (Damage::TrailingComma, TokenKind::Close) if !is_xml && before != Some(TokenKind::Open) => {
            replace(format!(",{text}"))
        }
        (Damage::MissingColon, TokenKind::Colon) => replace(" ".into()),
        (Damage::WrongColon, TokenKind::Colon) => replace(" = ".into()),
        (Damage::SingleQuotes, TokenKind::String) if is_plain => replace(format!("'{inside}'")),
        (Damage::CurlyQuotes, TokenKind::String) if is_plain => {
            replace(format!("\u{201c}{inside}\u{201d}"))
        }
        (Damage::MissingQuote, TokenKind::String) if is_plain => replace(match nth % 2 {
            0 => format!("\"{inside}"),
            _ => format!("{inside}\""),
        }),
        (Damage::Comment, TokenKind::Comma) => replace(", // a note\n".into()),
        (Damage::Comment, TokenKind::Close) if !is_xml => replace(format!("/* a note */{text}")),
        (Damage::UnescapedControl, TokenKind::String)
            if text.contains(r"\n") && !text.contains(r"\\") =>
        {
            replace(text.replace(r"\n", "\n"))
        }
        (Damage::InvalidWhitespace, TokenKind::Comma | TokenKind::Colon) => {
            let spaces = ["\u{a0}", "\u{3000}", "\u{200b}\0", "\u{feff}", " \u{2003} "];
            let space = spaces[nth % spaces.len()];
            replace(format!("{space}{text}{space}"))
        }
        (Damage::PythonLiteral, TokenKind::Literal) => match text {
            "true" => replace("True".into()),
            "false" => replace("False".into()),
            "null" => replace("None".into()),
            _ => None,
        },
        (Damage::InvalidNumber, TokenKind::Literal)
            if text.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            replace(format!("{}{text}", if nth.is_multiple_of(2) { "+" } else { "00" }))
        }
        (Damage::MissingClose, TokenKind::Close) => replace(String::new()),
        (Damage::ExtraClose, TokenKind::Close) => replace(format!("{text}{text}")),
        (Damage::MismatchedClose, TokenKind::Close) => match text {
            "}" => replace("]".into()),
            "]" => replace("}".into()),
            _ => replace(text.replace('>', "s>")),
        },
        (Damage::LeadingText, _) if nth == 0 => {
            replace(format!("2026-11-24T12:00:00Z INFO [client] response: {text}"))
        }
        (Damage::TrailingText, TokenKind::Close) if nth + 1 == tokens.len() => {
            replace(format!("{text}\n```\nDone in 12 ms."))
        }
        (Damage::UnescapedMarkup, TokenKind::Text) => {
            // Unescaped, some signs would start valid markup.
            let unescape = |escaped: &str, raw: &str, markup: &str| {
                let (before, after) = text.split_once(escaped)?;
                let is_text = !after.starts_with(|c: char| markup.contains(c));
                is_text.then(|| format!("{before}{raw}{after}"))
            };
            let raw =
                unescape("&amp;", "&", "#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
            raw.or_else(|| unescape("&lt;", "<", "!?/")).and_then(replace)
        }
        (Damage::UnterminatedTag, TokenKind::Open) if is_xml && next == Some(TokenKind::Open) => {
            replace(text.trim_end_matches('>').into())
        }
        (Damage::UnquotedAttribute, TokenKind::Open) if is_xml => {
            replace(text.replacen('>', " note=1>", 1))
        }
        (Damage::DuplicateAttribute, TokenKind::Open) if is_xml => {
            replace(text.replacen('>', " note='1' note='2'>", 1))
        }
        (Damage::UnterminatedComment, TokenKind::Open) if is_xml && nth > 0 => {
            replace(format!("<!-- a note {text}"))
        }
        (Damage::UnterminatedCData, TokenKind::Text)
            if before == Some(TokenKind::Open)
                && next == Some(TokenKind::Close)
                && !text.contains('&') =>
        {
            replace(format!("<![CDATA[{text}"))
        }
        _ => None,
    }
}

/// The tokens of a canonical document.
pub fn tokens(clean: &str) -> Vec<Token> {
    if clean.starts_with('<') { xml_tokens(clean) } else { json_tokens(clean) }
}

fn json_tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        at += 1;
        let kind = match bytes[start] {
            b'{' | b'[' => TokenKind::Open,
            b'}' | b']' => TokenKind::Close,
            b',' => TokenKind::Comma,
            b':' => TokenKind::Colon,
            b'"' => {
                while bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
                TokenKind::String
            }
            byte if byte.is_ascii_whitespace() => continue,
            _ => {
                while !b",]} \n".contains(&bytes[at]) {
                    at += 1;
                }
                TokenKind::Literal
            }
        };
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
        if rest.starts_with("<?") {
            at += rest.find("?>").expect("an instruction is terminated") + 2;
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
            _ => rest.find('>').expect("a tag is terminated") + 1,
        };
        if kind != TokenKind::Text || !text[start..at].trim().is_empty() {
            tokens.push(Token { kind, span: start..at });
        }
    }
    tokens
}

//! Damage done to clean documents on purpose.

use std::ops::Range;

use arbitrary::{Arbitrary, Result, Unstructured};

/// One kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Arbitrary)]
pub enum Damage {
    CommaMissing,
    CommaDoubled,
    CommaFirst,
    CommaLast,
    ColonMissing,
    ColonOther,
    QuotesSingle,
    QuotesCurly,
    QuoteMissing,
    Comment,
    ControlRaw,
    Literal,
    Number,
    EndMissing,
    EndSurplus,
    EndOther,
    TextBefore,
    TextAfter,
    MarkupRaw,
    TagUnterminated,
    AttributeBare,
    AttributeDoubled,
    CommentUnterminated,
    DataUnterminated,
    Space,
    Escaped,
    Wrapped,
}

/// A piece of a clean document.
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
    Word,
    Text,
}

/// Damages a clean document in one to three places and says how.
pub fn damage(clean: &str, u: &mut Unstructured<'_>) -> Result<(String, Vec<Damage>)> {
    let tokens = tokens(clean);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut done = Vec::new();
    let mut whole: Option<Damage> = None;
    for _ in 0..u.int_in_range(1..=3)? {
        let damage: Damage = u.arbitrary()?;
        if matches!(damage, Damage::Escaped | Damage::Wrapped) {
            whole = whole.or(Some(damage));
            continue;
        }
        let places: Vec<(Range<usize>, String)> = (0..tokens.len())
            .filter_map(|nth| one(damage, clean, &tokens, nth))
            // Damage to what is damaged may leave nothing to recover.
            .filter(|(span, _)| edits.iter().all(|(other, _)| is_far(span, other)))
            .collect();
        if places.is_empty() {
            continue;
        }
        edits.push(u.choose(&places)?.clone());
        done.push(damage);
    }
    edits.sort_by_key(|(span, _)| span.start);
    let mut text = String::new();
    let mut at = 0;
    for (span, instead) in edits {
        text.push_str(&clean[at..span.start]);
        text.push_str(&instead);
        at = span.end;
    }
    text.push_str(&clean[at..]);
    match whole {
        Some(Damage::Escaped) if can_be_told_when_escaped(&text) => {
            let signs =
                [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#39;")];
            let escape = |text: String, (sign, reference)| text.replace(sign, reference);
            let escaped = signs.into_iter().fold(text, escape);
            done.push(Damage::Escaped);
            Ok((escaped, done))
        }
        Some(Damage::Wrapped) => {
            done.push(Damage::Wrapped);
            Ok((serde_json::to_string(&text).expect("a string"), done))
        }
        _ => Ok((text, done)),
    }
}

/// Whether a document that stands escaped in a page still looks like one.
fn can_be_told_when_escaped(text: &str) -> bool {
    let object = text.find('{').map(|at| text[at + 1..].trim_start());
    text.trim_start().starts_with('<')
        || object.is_some_and(|inside| inside.starts_with(['"', '\'']))
}

fn is_far(span: &Range<usize>, other: &Range<usize>) -> bool {
    const NEAR: usize = 16;
    span.start > other.end + NEAR || other.start > span.end + NEAR
}

/// The edit that does this damage to the token of that number, if it can be done there.
fn one(
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
    let instead = |instead: String| Some((span.clone(), instead));
    let inside = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    let is_plain = !inside.is_empty() && inside.chars().all(|c| c.is_ascii_alphanumeric());
    match (damage, kind) {
        // Two numbers side by side would be one.
        (Damage::CommaMissing, TokenKind::Comma) if before == Some(TokenKind::Word) => {
            instead(" ".into())
        }
        (Damage::CommaMissing, TokenKind::Comma) => instead(String::new()),
        (Damage::CommaDoubled, TokenKind::Comma) => instead(",,".into()),
        (Damage::CommaFirst, TokenKind::Open) if !is_xml && next != Some(TokenKind::Close) => {
            instead(format!("{text},"))
        }
        (Damage::CommaLast, TokenKind::Close) if !is_xml && before != Some(TokenKind::Open) => {
            instead(format!(",{text}"))
        }
        (Damage::ColonMissing, TokenKind::Colon) => instead(" ".into()),
        (Damage::ColonOther, TokenKind::Colon) => instead(" = ".into()),
        (Damage::QuotesSingle, TokenKind::String) if is_plain => instead(format!("'{inside}'")),
        (Damage::QuotesCurly, TokenKind::String) if is_plain => {
            instead(format!("\u{201c}{inside}\u{201d}"))
        }
        (Damage::QuoteMissing, TokenKind::String) if is_plain => instead(match nth % 2 {
            0 => format!("\"{inside}"),
            _ => format!("{inside}\""),
        }),
        (Damage::Comment, TokenKind::Comma) => instead(", // a note\n".into()),
        (Damage::Comment, TokenKind::Close) if !is_xml => instead(format!("/* a note */{text}")),
        (Damage::ControlRaw, TokenKind::String)
            if text.contains(r"\n") && !text.contains(r"\\") =>
        {
            instead(text.replace(r"\n", "\n"))
        }
        (Damage::Space, TokenKind::Comma | TokenKind::Colon) => {
            let blanks = ["\u{a0}", "\u{3000}", "\u{200b}\0", "\u{feff}", " \u{2003} "];
            let blank = blanks[nth % blanks.len()];
            instead(format!("{blank}{text}{blank}"))
        }
        (Damage::Literal, TokenKind::Word) => match text {
            "true" => instead("True".into()),
            "false" => instead("False".into()),
            "null" => instead("None".into()),
            _ => None,
        },
        (Damage::Number, TokenKind::Word) if text.starts_with(|c: char| c.is_ascii_digit()) => {
            instead(format!("{}{text}", if nth.is_multiple_of(2) { "+" } else { "00" }))
        }
        (Damage::EndMissing, TokenKind::Close) => instead(String::new()),
        (Damage::EndSurplus, TokenKind::Close) => instead(format!("{text}{text}")),
        (Damage::EndOther, TokenKind::Close) => match text {
            "}" => instead("]".into()),
            "]" => instead("}".into()),
            _ => instead(text.replace('>', "s>")),
        },
        (Damage::TextBefore, _) if nth == 0 => {
            instead(format!("2026-11-24T12:00:00Z INFO [client] response: {text}"))
        }
        (Damage::TextAfter, TokenKind::Close) if nth + 1 == tokens.len() => {
            instead(format!("{text}\n```\nDone in 12 ms."))
        }
        (Damage::MarkupRaw, TokenKind::Text) => {
            // Raw, some of it would be markup that means something else.
            let sign = |escaped: &str, raw: &str, means: &str| {
                let (before, after) = text.split_once(escaped)?;
                let is_text = !after.starts_with(|c: char| means.contains(c));
                is_text.then(|| format!("{before}{raw}{after}"))
            };
            let raw = sign("&amp;", "&", "#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
            raw.or_else(|| sign("&lt;", "<", "!?/")).and_then(instead)
        }
        (Damage::TagUnterminated, TokenKind::Open) if is_xml && next == Some(TokenKind::Open) => {
            instead(text.trim_end_matches('>').into())
        }
        (Damage::AttributeBare, TokenKind::Open) if is_xml => {
            instead(text.replacen('>', " note=1>", 1))
        }
        (Damage::AttributeDoubled, TokenKind::Open) if is_xml => {
            instead(text.replacen('>', " note='1' note='2'>", 1))
        }
        (Damage::CommentUnterminated, TokenKind::Open) if is_xml && nth > 0 => {
            instead(format!("<!-- a note {text}"))
        }
        (Damage::DataUnterminated, TokenKind::Text)
            if before == Some(TokenKind::Open)
                && next == Some(TokenKind::Close)
                && !text.contains('&') =>
        {
            instead(format!("<![CDATA[{text}"))
        }
        _ => None,
    }
}

/// The pieces of a canonical document.
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
                TokenKind::Word
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
            at += rest.find("?>").expect("an instruction ends") + 2;
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
            _ => rest.find('>').expect("a tag ends") + 1,
        };
        if kind != TokenKind::Text || !text[start..at].trim().is_empty() {
            tokens.push(Token { kind, span: start..at });
        }
    }
    tokens
}

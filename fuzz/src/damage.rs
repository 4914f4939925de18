//! Damages well-formed documents.

use std::ops::Range;

use arbitrary::{Arbitrary, Result, Unstructured};

/// A token that may be damaged, and what is around it.
struct Site<'t> {
    kind: TokenKind,
    text: &'t str,
    /// The content of a string.
    inside: &'t str,
    /// Whether that is letters and digits only.
    is_plain: bool,
    is_xml: bool,
    before: Option<TokenKind>,
    next: Option<TokenKind>,
    nth: usize,
}

impl Site<'_> {
    fn is_last(&self) -> bool {
        self.next.is_none()
    }

    fn is_any_of(&self, kinds: &[TokenKind]) -> bool {
        kinds.contains(&self.kind)
    }
}

/// Defines the kinds of damage, one row each: its name, the codes of which one is reported, the least
/// share of fields that is recovered (in percent), and the text that replaces a token, if the damage
/// applies to it.
macro_rules! damages {
    ($( $name:ident: [$($code:literal),+], $recall:literal, |$site:pat_param| $edit:expr; )+) => {
        /// A kind of damage. Corpus files depend on the order of the variants.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Arbitrary)]
        pub enum Damage {
            $( $name, )+
        }

        impl Damage {
            /// Every kind.
            pub const ALL: &[Self] = &[$( Self::$name, )+];

            /// The codes of which a finding has one where this is the only damage.
            pub fn codes(self) -> &'static [&'static str] {
                match self {
                    $( Self::$name => &[$($code),+], )+
                }
            }

            /// The least share of fields that is recovered, in percent.
            pub fn least_recall(self) -> usize {
                match self {
                    $( Self::$name => $recall, )+
                }
            }

            /// The text that replaces the token, or `None` if the damage does not apply to it.
            fn edit(self, site: &Site<'_>) -> Option<String> {
                match self {
                    $( Self::$name => {
                        let edit: fn(&Site<'_>) -> Option<String> = |$site| $edit;
                        edit(site)
                    } )+
                }
            }
        }
    };
}

use TokenKind::{Close, Colon, Comma, Literal, Open, Text};

damages! {
    // Without a space, two adjacent numbers would become one.
    MissingComma: ["M301"], 98, |site| (site.kind == Comma)
        .then(|| if site.before == Some(Literal) { " " } else { "" }.into());
    DoubledComma: ["M302"], 98, |site| (site.kind == Comma).then(|| ",,".into());
    LeadingComma: ["M302"], 98, |site| (site.kind == Open && !site.is_xml
        && site.next != Some(Close)).then(|| format!("{},", site.text));
    TrailingComma: ["M302"], 98, |site| (site.kind == Close && !site.is_xml
        && site.before != Some(Open)).then(|| format!(",{}", site.text));
    MissingColon: ["M306"], 96, |site| (site.kind == Colon).then(|| " ".into());
    WrongColon: ["M306"], 98, |site| (site.kind == Colon).then(|| " = ".into());
    SingleQuotes: ["M307"], 98, |site| site.is_plain.then(|| format!("'{}'", site.inside));
    CurlyQuotes: ["M307"], 98,
        |site| site.is_plain.then(|| format!("\u{201c}{}\u{201d}", site.inside));
    MissingQuote: ["M307"], 98, |site| site.is_plain.then(|| match site.nth % 2 {
        0 => format!("\"{}", site.inside),
        _ => format!("{}\"", site.inside),
    });
    Comment: ["M308"], 98, |site| match site.kind {
        Comma => Some(", // a note\n".into()),
        Close if !site.is_xml => Some(format!("/* a note */{}", site.text)),
        _ => None,
    };
    // In an identifier, a line break is where a line was wrapped.
    UnescapedControl: ["M309", "M332"], 96, |site| (site.kind == TokenKind::String
        && site.text.contains(r"\n") && !site.text.contains(r"\\"))
        .then(|| site.text.replace(r"\n", "\n"));
    PythonLiteral: ["M311"], 98, |site| match (site.kind, site.text) {
        (Literal, "true") => Some("True".into()),
        (Literal, "false") => Some("False".into()),
        (Literal, "null") => Some("None".into()),
        _ => None,
    };
    InvalidNumber: ["M303"], 98, |site| (site.kind == Literal
        && site.text.starts_with(|c: char| c.is_ascii_digit()))
        .then(|| format!("{}{}", if site.nth.is_multiple_of(2) { "+" } else { "00" }, site.text));
    MissingClose: ["M312", "M316"], 96, |site| (site.kind == Close).then(String::new);
    ExtraClose: ["M312", "M314", "M305"], 97,
        |site| (site.kind == Close).then(|| format!("{0}{0}", site.text));
    MismatchedClose: ["M312"], 97, |site| (site.kind == Close).then(|| match site.text {
        "}" => "]".into(),
        "]" => "}".into(),
        text => text.replace('>', "s>"),
    });
    LeadingText: ["M314"], 98, |site| (site.nth == 0)
        .then(|| format!("2026-11-24T12:00:00Z INFO [client] response: {}", site.text));
    TrailingText: ["M314"], 98, |site| (site.kind == Close && site.is_last())
        .then(|| format!("{}\n```\nDone in 12 ms.", site.text));
    UnescapedMarkup: ["M305", "M328"], 98, |site| (site.kind == Text).then(|| {
        // Unescaped, some signs would start valid markup.
        let unescape = |escaped: &str, raw: &str, markup: &str| {
            let (before, after) = site.text.split_once(escaped)?;
            let is_text = !after.starts_with(|c: char| markup.contains(c));
            is_text.then(|| format!("{before}{raw}{after}"))
        };
        let raw = unescape("&amp;", "&", "#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        raw.or_else(|| unescape("&lt;", "<", "!?/"))
    }).flatten();
    UnterminatedTag: ["M318"], 98, |site| (site.kind == Open && site.is_xml
        && site.next == Some(Open)).then(|| site.text.trim_end_matches('>').into());
    UnquotedAttribute: ["M317"], 98, |site| (site.kind == Open && site.is_xml)
        .then(|| site.text.replacen('>', " note=1>", 1));
    DuplicateAttribute: ["M317"], 98, |site| (site.kind == Open && site.is_xml)
        .then(|| site.text.replacen('>', " note='1' note='2'>", 1));
    UnterminatedComment: ["M318"], 98, |site| (site.kind == Open && site.is_xml && site.nth > 0)
        .then(|| format!("<!-- a note {}", site.text));
    UnterminatedCData: ["M318"], 98, |site| (site.kind == Text && site.before == Some(Open)
        && site.next == Some(Close) && !site.text.contains('&'))
        .then(|| format!("<![CDATA[{}", site.text));
    InvalidWhitespace: ["M319"], 98, |site| site.is_any_of(&[Comma, Colon]).then(|| {
        let spaces = ["\u{a0}", "\u{3000}", "\u{200b}\0", "\u{feff}", " \u{2003} "];
        let space = spaces[site.nth % spaces.len()];
        format!("{space}{}{space}", site.text)
    });
    // These two change the whole document.
    EntityEscaped: ["N116"], 98, |_| None;
    JsonEncoded: ["N116"], 98, |_| None;
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
    let text = &clean[span.clone()];
    let inside = match kind {
        TokenKind::String => text.get(1..text.len().saturating_sub(1)).unwrap_or_default(),
        _ => "",
    };
    let site = Site {
        kind: *kind,
        text,
        inside,
        is_plain: !inside.is_empty() && inside.chars().all(|c| c.is_ascii_alphanumeric()),
        is_xml: clean.starts_with('<'),
        before: nth.checked_sub(1).map(|before| tokens[before].kind),
        next: tokens.get(nth + 1).map(|token| token.kind),
        nth,
    };
    damage.edit(&site).map(|replacement| (span.clone(), replacement))
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

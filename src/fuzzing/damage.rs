//! Damage: what is no longer well formed.

use std::ops::Range;

use arbitrary::{Arbitrary, Unstructured};

use super::change::{Changed, from_seed, json_string, with_edits};
use super::tokens::TokenKind::{self, Close, Colon, Comma, Literal, Open, Text};
use super::tokens::{Token, is_xml, tokens};

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

/// Defines the kinds of damage, one row each: its documentation and name, the codes of which one is reported, and
/// the text that replaces a token, if the damage applies to it.
macro_rules! damages {
    ($( $(#[doc = $doc:literal])+ $name:ident: [$($code:literal),+], |$site:pat_param| $edit:expr; )+) => {
        /// A kind of damage, as documents show it after a person, a log or a tool had them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum DamageKind {
            $( $(#[doc = $doc])+ $name, )+
        }

        impl DamageKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$( Self::$name, )+];

            /// The codes of [findings](crate::Finding::code) of which the decoder reports one, where this is the only
            /// damage. A document that looks like the print of another program then has `M321` instead.
            pub fn codes(self) -> &'static [&'static str] {
                match self {
                    $( Self::$name => &[$($code),+], )+
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

damages! {
    /// A comma is missing.
    // Without a space, two adjacent numbers would become one.
    MissingComma: ["M301"], |site| (site.kind == Comma)
        .then(|| if site.before == Some(Literal) { " " } else { "" }.into());
    /// A comma stands twice.
    DoubledComma: ["M302"], |site| (site.kind == Comma).then(|| ",,".into());
    /// A comma stands after an opening bracket.
    LeadingComma: ["M302"], |site| (site.kind == Open && !site.is_xml
        && site.next != Some(Close)).then(|| format!("{},", site.text));
    /// A comma stands before a closing bracket.
    TrailingComma: ["M302"], |site| (site.kind == Close && !site.is_xml
        && site.before != Some(Open)).then(|| format!(",{}", site.text));
    /// A colon is missing.
    MissingColon: ["M306"], |site| (site.kind == Colon).then(|| " ".into());
    /// `=` stands for a colon.
    WrongColon: ["M306"], |site| (site.kind == Colon).then(|| " = ".into());
    /// A string is in single quotes.
    SingleQuotes: ["M307"], |site| site.is_plain.then(|| format!("'{}'", site.inside));
    /// A string is in the quotes of a word processor.
    CurlyQuotes: ["M307"],
        |site| site.is_plain.then(|| format!("\u{201c}{}\u{201d}", site.inside));
    /// One of the quotes of a string is missing.
    MissingQuote: ["M307"], |site| site.is_plain.then(|| match site.nth % 2 {
        0 => format!("\"{}", site.inside),
        _ => format!("{}\"", site.inside),
    });
    /// There is a comment, as in JavaScript.
    Comment: ["M308"], |site| match site.kind {
        Comma => Some(", // a note\n".into()),
        Close if !site.is_xml => Some(format!("/* a note */{}", site.text)),
        _ => None,
    };
    /// A line break in a string is not escaped.
    // In an identifier, a line break is where a line was wrapped.
    UnescapedControl: ["M309", "M332"], |site| (site.kind == TokenKind::String
        && site.text.contains(r"\n") && !site.text.contains(r"\\"))
        .then(|| site.text.replace(r"\n", "\n"));
    /// `True`, `False` or `None`.
    PythonLiteral: ["M311"], |site| match (site.kind, site.text) {
        (Literal, "true") => Some("True".into()),
        (Literal, "false") => Some("False".into()),
        (Literal, "null") => Some("None".into()),
        _ => None,
    };
    /// A number has a plus sign or leading zeros.
    InvalidNumber: ["M303"], |site| (site.kind == Literal
        && site.text.starts_with(|c: char| c.is_ascii_digit()))
        .then(|| format!("{}{}", if site.nth.is_multiple_of(2) { "+" } else { "00" }, site.text));
    /// A closing bracket or an end tag is missing.
    MissingClose: ["M312", "M316"], |site| (site.kind == Close).then(String::new);
    /// A closing bracket or an end tag stands twice.
    ExtraClose: ["M312", "M314", "M305"],
        |site| (site.kind == Close).then(|| format!("{0}{0}", site.text));
    /// A closing bracket is the other one, or an end tag has another name.
    MismatchedClose: ["M312"], |site| (site.kind == Close).then(|| match site.text {
        "}" => "]".into(),
        "]" => "}".into(),
        text => text.replace('>', "s>"),
    });
    /// Text, as of a log, stands before the document.
    LeadingText: ["M314"], |site| (site.nth == 0)
        .then(|| format!("2026-11-24T12:00:00Z INFO [client] response: {}", site.text));
    /// Text stands after the document.
    TrailingText: ["M314"], |site| (site.kind == Close && site.is_last())
        .then(|| format!("{}\n```\nDone in 12 ms.", site.text));
    /// `&` or `<` is not escaped.
    UnescapedMarkup: ["M305", "M328"], |site| (site.kind == Text).then(|| {
        // Unescaped, some signs would start valid markup.
        let unescape = |escaped: &str, raw: &str, markup: &str| {
            let (before, after) = site.text.split_once(escaped)?;
            let is_text = !after.starts_with(|c: char| markup.contains(c));
            is_text.then(|| format!("{before}{raw}{after}"))
        };
        let raw = unescape("&amp;", "&", "#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        raw.or_else(|| unescape("&lt;", "<", "!?/"))
    }).flatten();
    /// A tag does not end.
    UnterminatedTag: ["M318"], |site| (site.kind == Open && site.is_xml
        && site.next == Some(Open)).then(|| site.text.trim_end_matches('>').into());
    /// The value of an attribute is not in quotes.
    UnquotedAttribute: ["M317"], |site| (site.kind == Open && site.is_xml)
        .then(|| site.text.replacen('>', " note=1>", 1));
    /// An attribute stands twice.
    DuplicateAttribute: ["M317"], |site| (site.kind == Open && site.is_xml)
        .then(|| site.text.replacen('>', " note='1' note='2'>", 1));
    /// A comment does not end.
    UnterminatedComment: ["M318"], |site| (site.kind == Open && site.is_xml && site.nth > 0)
        .then(|| format!("<!-- a note {}", site.text));
    /// A CDATA section does not end.
    UnterminatedCData: ["M318"], |site| (site.kind == Text && site.before == Some(Open)
        && site.next == Some(Close) && !site.text.contains('&'))
        .then(|| format!("<![CDATA[{}", site.text));
    /// Whitespace of Unicode, which neither format allows.
    InvalidWhitespace: ["M319"], |site| site.is_any_of(&[Comma, Colon]).then(|| {
        let spaces = ["\u{a0}", "\u{3000}", "\u{200b}\0", "\u{feff}", " \u{2003} "];
        let space = spaces[site.nth % spaces.len()];
        format!("{space}{}{space}", site.text)
    });
    /// The whole document is escaped as for a page: `&lt;`, `&quot;`.
    EntityEscaped: ["N116"], |_| None;
    /// The whole document is a string of JSON.
    JsonEncoded: ["N116"], |_| None;
}

/// A plan to damage any document in one to three places.
///
/// The same plan damages the same document in the same way. Damage that does not apply to a document, such as a
/// missing comma in XML, is left out.
///
/// ```
/// use ecs_invocations::fuzzing::{Damage, DamageKind};
///
/// let plan = Damage::of(DamageKind::MissingComma, 0);
/// let damaged = plan.apply(r#"{"Code": "Throttling", "Message": "wait"}"#);
/// assert_eq!(damaged.text, r#"{"Code": "Throttling" "Message": "wait"}"#);
/// assert_eq!(damaged.kinds, [DamageKind::MissingComma]);
///
/// let decoded = ecs_invocations::decode(damaged.text.as_bytes())?;
/// assert!(DamageKind::MissingComma.codes().contains(&decoded.findings[0].code()));
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    steps: Vec<(DamageKind, usize)>,
}

impl Damage {
    /// A plan for one kind of damage, at the `nth` of the places to which it applies, counted around.
    pub fn of(kind: DamageKind, nth: usize) -> Self {
        Self { steps: vec![(kind, nth)] }
    }

    /// The plan that a number stands for, for use without a fuzzer.
    ///
    /// ```
    /// use ecs_invocations::fuzzing::Damage;
    ///
    /// assert_eq!(Damage::from_seed(7), Damage::from_seed(7));
    /// ```
    pub fn from_seed(seed: u64) -> Self {
        from_seed(seed)
    }

    /// Damages a document, which should be well formed.
    pub fn apply(&self, document: &str) -> Changed<String, DamageKind> {
        let tokens = tokens(document);
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        let mut kinds = Vec::new();
        let mut encoding = None;
        for &(kind, nth) in &self.steps {
            if matches!(kind, DamageKind::EntityEscaped | DamageKind::JsonEncoded) {
                encoding = encoding.or(Some(kind));
                continue;
            }
            let mut places: Vec<(Range<usize>, String)> = (0..tokens.len())
                .filter_map(|nth| edit_for(kind, document, &tokens, nth))
                // Adjacent damage may leave nothing to recover.
                .filter(|(span, _)| edits.iter().all(|(other, _)| is_apart(span, other)))
                .collect();
            if !places.is_empty() {
                edits.push(places.swap_remove(nth % places.len()));
                kinds.push(kind);
            }
        }
        let mut text = with_edits(document, edits);
        match encoding {
            Some(DamageKind::EntityEscaped) if is_recognizable_when_escaped(&text) => {
                let signs = [
                    ('&', "&amp;"),
                    ('<', "&lt;"),
                    ('>', "&gt;"),
                    ('"', "&quot;"),
                    ('\'', "&#39;"),
                ];
                for (sign, reference) in signs {
                    text = text.replace(sign, reference);
                }
                kinds.push(DamageKind::EntityEscaped);
            }
            Some(DamageKind::JsonEncoded) => {
                text = json_string(&text);
                kinds.push(DamageKind::JsonEncoded);
            }
            _ => {}
        }
        Changed { text, kinds }
    }
}

impl<'b> Arbitrary<'b> for Damage {
    fn arbitrary(u: &mut Unstructured<'b>) -> arbitrary::Result<Self> {
        let count = u.int_in_range(1..=3)?;
        let step = |_| {
            let kind = DamageKind::ALL[usize::from(u.arbitrary::<u8>()?) % DamageKind::ALL.len()];
            Ok((kind, usize::from(u.arbitrary::<u16>()?)))
        };
        Ok(Self { steps: (0..count).map(step).collect::<arbitrary::Result<_>>()? })
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
    kind: DamageKind,
    document: &str,
    tokens: &[Token],
    nth: usize,
) -> Option<(Range<usize>, String)> {
    let token = &tokens[nth];
    let text = &document[token.span.clone()];
    let inside = match token.kind {
        TokenKind::String => text.get(1..text.len().saturating_sub(1)).unwrap_or_default(),
        _ => "",
    };
    let site = Site {
        kind: token.kind,
        text,
        inside,
        is_plain: !inside.is_empty() && inside.chars().all(|c| c.is_ascii_alphanumeric()),
        is_xml: is_xml(document),
        before: nth.checked_sub(1).map(|before| tokens[before].kind),
        next: tokens.get(nth + 1).map(|token| token.kind),
        nth,
    };
    kind.edit(&site).map(|replacement| (token.span.clone(), replacement))
}

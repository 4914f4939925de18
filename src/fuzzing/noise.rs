//! Noise: other ways in which servers write the same response.

use std::ops::Range;

use arbitrary::{Arbitrary, Unstructured};

use super::change::{Changed, from_seed, json_string, with_edits};
use super::tokens::TokenKind;
use super::tokens::{Token, is_xml, tokens};
use crate::model::{CommandType, InstanceStatus, InvocationStatus, RepeatMode};
use crate::random::Random;

/// A kind of noise. A decoder should read the same response with it as without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NoiseKind {
    /// Whitespace between tokens.
    Whitespace,
    /// Characters of strings and texts as escapes, references and CDATA sections.
    Escapes,
    /// Comments and processing instructions of XML, also inside of text.
    Comments,
    /// A byte order mark of UTF-8.
    Utf8Mark,
    /// UTF-16, with or without a byte order mark.
    Utf16,
    /// Field names that begin with a small letter, as other languages write them.
    NameCase,
    /// Statuses, command types and repeat modes in small letters, as in the documented `finished`.
    ValueCase,
    /// `Timed` as text: `"True"`, as documented for XML.
    BooleanText,
    /// Numbers as strings of JSON.
    NumberText,
}

impl NoiseKind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::Whitespace,
        Self::Escapes,
        Self::Comments,
        Self::Utf8Mark,
        Self::Utf16,
        Self::NameCase,
        Self::ValueCase,
        Self::BooleanText,
        Self::NumberText,
    ];

    /// Whether the document is as well formed and as documented as before, so that the decoder has no finding.
    pub fn is_equivalent(self) -> bool {
        self.codes().is_empty()
    }

    /// The codes of [findings](crate::Finding::code) that the decoder reports on it.
    pub fn codes(self) -> &'static [&'static str] {
        match self {
            Self::Whitespace | Self::Escapes | Self::Comments | Self::Utf8Mark | Self::Utf16 => &[],
            Self::NameCase => &["N101"],
            Self::ValueCase => &["N102"],
            Self::BooleanText => &["N103"],
            Self::NumberText => &["N104"],
        }
    }
}

/// Fields that hold an integer.
const NUMBERS: &[&str] =
    &["TotalCount", "PageNumber", "PageSize", "Timeout", "ExitCode", "Dropped", "Repeats"];

/// A plan for noise in any document.
///
/// ```
/// use ecs_invocations::fuzzing::{Noise, NoiseKind};
///
/// let noisy = Noise::of(NoiseKind::BooleanText, 1).apply(r#"{"InvokeId":"t-1","Timed":true}"#);
/// assert_eq!(noisy.text, br#"{"InvokeId":"t-1","Timed":"True"}"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noise {
    kinds: Vec<NoiseKind>,
    seed: u64,
}

impl Noise {
    /// A plan for one kind. The seed chooses the places.
    pub fn of(kind: NoiseKind, seed: u64) -> Self {
        Self { kinds: vec![kind], seed }
    }

    /// The plan that a number stands for, for use without a fuzzer.
    pub fn from_seed(seed: u64) -> Self {
        from_seed(seed)
    }

    /// The same plan, without the kinds on which the decoder reports a finding.
    pub fn equivalent(mut self) -> Self {
        self.kinds.retain(|kind| kind.is_equivalent());
        self
    }

    /// Writes a document with noise. It should be well formed and in UTF-8; what is returned may be in UTF-16.
    pub fn apply(&self, document: &str) -> Changed<Vec<u8>, NoiseKind> {
        let mut random = Random(self.seed);
        let mut text = document.to_owned();
        let mut kinds = Vec::new();
        for kind in NoiseKind::ALL.iter().filter(|kind| self.kinds.contains(kind)) {
            if let Some(changed) = change(*kind, &text, &mut random) {
                text = changed;
                kinds.push(*kind);
            }
        }
        let is = |kind| self.kinds.contains(&kind);
        let bytes = match (is(NoiseKind::Utf16), is(NoiseKind::Utf8Mark)) {
            (true, _) => {
                kinds.push(NoiseKind::Utf16);
                utf16(&text, random.below(3))
            }
            (false, true) => {
                kinds.push(NoiseKind::Utf8Mark);
                format!("\u{feff}{text}").into_bytes()
            }
            (false, false) => text.into_bytes(),
        };
        Changed { text: bytes, kinds }
    }
}

impl<'b> Arbitrary<'b> for Noise {
    fn arbitrary(u: &mut Unstructured<'b>) -> arbitrary::Result<Self> {
        let chosen: u16 = u.arbitrary()?;
        let kinds = NoiseKind::ALL.iter().enumerate();
        let kinds =
            kinds.filter(|(nth, _)| chosen & 1 << nth != 0).map(|(_, kind)| *kind).collect();
        Ok(Self { kinds, seed: u.arbitrary()? })
    }
}

/// A document is recognized without a mark, since it begins in ASCII.
fn utf16(text: &str, variant: usize) -> Vec<u8> {
    let marked = |text: &str| format!("\u{feff}{text}").encode_utf16().collect::<Vec<u16>>();
    match variant {
        0 => marked(text).into_iter().flat_map(u16::to_le_bytes).collect(),
        1 => marked(text).into_iter().flat_map(u16::to_be_bytes).collect(),
        _ => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    }
}

/// `None` if the noise applies nowhere.
fn change(kind: NoiseKind, text: &str, random: &mut Random) -> Option<String> {
    let tokens = tokens(text);
    let document = Document { text, tokens: &tokens, is_xml: is_xml(text) };
    if kind == NoiseKind::NameCase {
        return document.with_small_name(random);
    }
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for nth in 0..tokens.len() {
        if random.below(3) != 0 && edits.len() + nth > 0 {
            continue;
        }
        let edit = match kind {
            NoiseKind::Whitespace => document.whitespace(nth, random),
            NoiseKind::Escapes => document.escapes(nth, random),
            NoiseKind::Comments => document.comment(nth, random),
            NoiseKind::ValueCase => document
                .value(nth, |name, value| is_listed(name, value).then(|| value.to_lowercase())),
            NoiseKind::BooleanText => document.value(nth, |name, value| match (name, value) {
                ("Timed", "true") => Some("True".into()),
                ("Timed", "false") => Some("False".into()),
                _ => None,
            }),
            NoiseKind::NumberText if !document.is_xml => document.value(nth, |name, value| {
                let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
                (NUMBERS.contains(&name) && is_number).then(|| value.into())
            }),
            _ => None,
        };
        edits.extend(edit);
    }
    let changed = with_edits(text, edits);
    (changed != text).then_some(changed)
}

/// Whether a value is one that the decoder reads in any case, wherever the field stands.
fn is_listed(name: &str, value: &str) -> bool {
    match name {
        "InvokeStatus" | "InstanceInvokeStatus" | "InvocationStatus" => {
            InvocationStatus::known().any(|known| known.as_str() == value)
                && InstanceStatus::known().any(|known| known.as_str() == value)
        }
        "CommandType" => CommandType::known().any(|known| known.as_str() == value),
        "RepeatMode" => RepeatMode::known().any(|known| known.as_str() == value),
        _ => false,
    }
}

struct Document<'t> {
    text: &'t str,
    tokens: &'t [Token],
    is_xml: bool,
}

impl<'t> Document<'t> {
    fn token(&self, nth: usize) -> &'t str {
        &self.text[self.tokens[nth].span.clone()]
    }

    fn kind(&self, nth: usize) -> Option<TokenKind> {
        self.tokens.get(nth).map(|token| token.kind)
    }

    /// Another value for a token that is the value of a field, as it is written without quotes.
    fn value(
        &self,
        nth: usize,
        change: impl FnOnce(&str, &str) -> Option<String>,
    ) -> Option<(Range<usize>, String)> {
        let (token, span) = (self.token(nth), self.tokens[nth].span.clone());
        if self.is_xml {
            let name = (self.kind(nth) == Some(TokenKind::Text))
                .then(|| self.token(nth.checked_sub(1).unwrap_or(nth)));
            let name = name?.strip_prefix('<')?.strip_suffix('>')?;
            return Some((span, change(name, token)?));
        }
        let name = self.token(nth.checked_sub(2)?).strip_prefix('"')?.strip_suffix('"')?;
        if self.kind(nth - 1) != Some(TokenKind::Colon) {
            return None;
        }
        let value = match self.kind(nth)? {
            TokenKind::String => token.strip_prefix('"')?.strip_suffix('"')?,
            TokenKind::Literal => token,
            _ => return None,
        };
        change(name, value).map(|value| (span, json_string(&value)))
    }

    /// Whether a name of JSON or the name of an element stands at a token.
    fn name(&self, nth: usize) -> Option<&'t str> {
        let token = self.token(nth);
        if self.is_xml {
            let inside = token.strip_prefix('<')?;
            return inside.strip_prefix('/').unwrap_or(inside).strip_suffix('>');
        }
        if self.kind(nth) != Some(TokenKind::String) || self.kind(nth + 1) != Some(TokenKind::Colon)
        {
            return None;
        }
        token.strip_prefix('"')?.strip_suffix('"')
    }

    /// Writes one name of a field in small letters at the beginning, wherever it stands.
    fn with_small_name(&self, random: &mut Random) -> Option<String> {
        const FIELDS: &[&str] =
            &["InvokeId", "InstanceId", "CommandId", "Timed", "RepeatMode", "Message"];
        let has = |name: &&&str| (0..self.tokens.len()).any(|nth| self.name(nth) == Some(**name));
        let found: Vec<&&str> = FIELDS.iter().filter(has).collect();
        let name = **found.get(random.below(found.len().max(1)))?;
        let small = format!("{}{}", name[..1].to_lowercase(), &name[1..]);
        let places = (0..self.tokens.len()).filter(|nth| self.name(*nth) == Some(name));
        let edits = places
            .map(|nth| (self.tokens[nth].span.clone(), self.token(nth).replacen(name, &small, 1)));
        Some(with_edits(self.text, edits.collect()))
    }

    /// Whether text is next to the end of a token, to which whitespace there would belong.
    fn is_in_text(&self, nth: usize) -> bool {
        let is_text = |nth| self.kind(nth) == Some(TokenKind::Text);
        let is_empty =
            self.kind(nth) == Some(TokenKind::Open) && self.kind(nth + 1) == Some(TokenKind::Close);
        self.is_xml && (is_text(nth) || is_text(nth + 1) || is_empty)
    }

    fn whitespace(&self, nth: usize, random: &mut Random) -> Option<(Range<usize>, String)> {
        const SPACES: [&str; 4] = [" ", "\n", "\r\n", "\t"];
        let span = &self.tokens[nth].span;
        if nth + 1 == self.tokens.len() || self.is_in_text(nth) {
            return None;
        }
        Some((span.end..span.end, SPACES[random.below(SPACES.len())].into()))
    }

    fn comment(&self, nth: usize, random: &mut Random) -> Option<(Range<usize>, String)> {
        const COMMENTS: [&str; 2] = ["<!-- <a> & \" -->", "<?a b <c> ?>"];
        let span = &self.tokens[nth].span;
        let is_inside = self.is_xml && nth + 1 < self.tokens.len();
        is_inside.then(|| (span.end..span.end, COMMENTS[random.below(COMMENTS.len())].into()))
    }

    fn escapes(&self, nth: usize, random: &mut Random) -> Option<(Range<usize>, String)> {
        let token = self.token(nth);
        let escaped = match self.kind(nth)? {
            TokenKind::String => escaped_string(token, random),
            TokenKind::Text if !token.contains(['&', ']', '\r']) && random.below(2) == 0 => {
                format!("<![CDATA[{token}]]>")
            }
            TokenKind::Text => with_references(token, random),
            _ => return None,
        };
        Some((self.tokens[nth].span.clone(), escaped))
    }
}

/// A string of JSON with some of its characters escaped.
fn escaped_string(raw: &str, random: &mut Random) -> String {
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
        } else if c == '"' || random.below(4) != 0 {
            // Includes the closing quote.
            text.push(c);
        } else {
            let mut units = [0; 2];
            let units = c.encode_utf16(&mut units).iter();
            units.for_each(|unit| text.push_str(&format!("\\u{unit:04X}")));
        }
    }
    text
}

/// Text of XML with some of its characters replaced by references.
fn with_references(raw: &str, random: &mut Random) -> String {
    let mut text = String::new();
    let mut is_reference = false;
    for c in raw.chars() {
        is_reference = c == '&' || is_reference && c != ';';
        // Existing references are kept, including their `;`.
        if is_reference || c == ';' || random.below(4) != 0 {
            text.push(c);
        } else if random.below(2) == 0 {
            text.push_str(&format!("&#{};", u32::from(c)));
        } else {
            text.push_str(&format!("&#x{:x};", u32::from(c)));
        }
    }
    text
}

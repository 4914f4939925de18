//! Scalars: strings, numbers, booleans, enum values.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::{DeserializeSeed as _, Deserializer, MapAccess, SeqAccess};

use super::any::{AnyValue, Token, ValueRule, name_of};
use super::context::{FieldContext, PathStep};
use super::converters::{
    is_attribute, json_text_of_element, may_be_of_element, may_be_text, may_be_value,
};
use super::field::ReadValue;
use super::held::{HeldMember, Items, read_alone};
use super::verbatim::{VerbatimRule, ignore_member};
use crate::finding::{Duplicate, FindingKind};
use crate::syntax::reader::{Format, Span};
use crate::syntax::xml::TEXT;
use crate::text::characters::is_empty_or_whitespace;
use crate::text::numbers::plain_integer;
use crate::value::Value;

/// A scalar value.
pub trait Scalar<'de>: Sized {
    /// The type for messages, with an article.
    const EXPECTED: &'static str;

    /// The finding on an invalid value.
    const INVALID: FindingKind = FindingKind::InvalidValue { expected: Self::EXPECTED };

    /// Reads a value.
    fn read(token: Token<'de>, format: Format) -> ScalarResult<Self>;

    /// The value, if `text` is its canonical form; a fast path. `None` defers to [`read`](Self::read).
    #[inline]
    fn from_canonical(_text: &'de str, _format: Format) -> Option<Self> {
        None
    }
}

/// The result of reading a token.
pub enum ScalarResult<T> {
    /// A value in canonical form.
    Exact(T),
    /// A value, and the finding on its normalization.
    Changed(T, FindingKind),
    /// A null, empty or whitespace value.
    Empty,
    /// An invalid value.
    Invalid,
}

impl<'de, T: Scalar<'de>> ReadValue<'de> for T {
    #[inline]
    fn read_into<D: Deserializer<'de>>(
        slot: &mut Option<Self>,
        is_duplicate: bool,
        here: FieldContext<'_>,
        deserializer: D,
    ) -> Result<(), D::Error> {
        AnyValue { rule: ScalarRule { slot, is_duplicate }, here }.deserialize(deserializer)
    }
}

struct ScalarRule<'s, T> {
    slot: &'s mut Option<T>,
    is_duplicate: bool,
}

impl<T> ScalarRule<'_, T> {
    fn store(self, value: T, change: Option<FindingKind>, here: FieldContext<'_>) {
        if self.is_duplicate && self.slot.is_some() {
            return here.report(FindingKind::DuplicateDropped);
        }
        if let Some(change) = change {
            here.report(change);
        }
        if self.is_duplicate {
            here.report(FindingKind::Duplicate(Duplicate::Used));
        }
        *self.slot = Some(value);
    }

    /// Stores the text of an object.
    fn store_json<'de>(self, object: &Value<'de>, here: FieldContext<'_>, span: Span)
    where
        T: Scalar<'de>,
    {
        let is_used = !(self.is_duplicate && self.slot.is_some());
        let text = serde_json::to_string(object).ok().filter(|_| is_used);
        let token = text.map(|text| Token::Text(text.into()));
        match token.map(|token| T::read(token, here.context.reader.format)) {
            Some(ScalarResult::Exact(value) | ScalarResult::Changed(value, _)) => {
                here.report_whole(FindingKind::NonStringScalar, span);
                if self.is_duplicate {
                    here.report_whole(FindingKind::Duplicate(Duplicate::Used), span);
                }
                *self.slot = Some(value);
            }
            Some(ScalarResult::Empty | ScalarResult::Invalid) => {
                self.drop_value(T::INVALID, here, span);
            }
            None => here.report_whole(FindingKind::DuplicateDropped, span),
        }
    }

    fn read<'de>(self, token: Token<'de>, here: FieldContext<'_>)
    where
        T: Scalar<'de>,
    {
        let is_empty_string = matches!(&token, Token::Text(text) if text.is_empty());
        match T::read(token, here.context.reader.format) {
            ScalarResult::Exact(value) => self.store(value, None, here),
            ScalarResult::Changed(value, kind) => self.store(value, Some(kind), here),
            ScalarResult::Empty if self.is_duplicate => {
                self.drop_value(FindingKind::EmptyValue, here, here.value_span())
            }
            ScalarResult::Empty => here.report_empty(is_empty_string, here.value_span()),
            ScalarResult::Invalid => self.drop_value(T::INVALID, here, here.value_span()),
        }
    }

    fn drop_value(self, kind: FindingKind, here: FieldContext<'_>, span: Span) {
        here.report_whole(kind, span);
        if self.is_duplicate {
            here.report_whole(FindingKind::DuplicateDropped, span);
        }
    }
}

impl<'de, T: Scalar<'de>> ValueRule<'de> for ScalarRule<'_, T> {
    type Out = ();

    #[inline]
    fn text(self, text: &'de str, here: FieldContext<'_>) {
        if let Some(damage) = here.doubt(text) {
            return self.drop_value(damage, here, here.value_span());
        }
        match T::from_canonical(text, here.context.reader.format) {
            Some(value) if !self.is_duplicate => *self.slot = Some(value),
            _ => self.read(Token::Text(Cow::Borrowed(text)), here),
        }
    }

    fn token(self, token: Token<'de>, here: FieldContext<'_>) {
        if let Token::Text(text) = &token
            && let Some(damage) = here.doubt(text)
        {
            return self.drop_value(damage, here, here.value_span());
        }
        self.read(token, here);
    }

    /// An XML element with attributes, or what a converter to JSON makes of one: its text is the value, the
    /// rest is ignored.
    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut rest: A,
        here: FieldContext<'_>,
    ) -> Result<(), A::Error> {
        let (span, before) = (here.value_span(), here.checkpoint());
        // A parameter of a script may have a name that begins with `_`.
        let is_element = |name: &str| name.starts_with(['@', '$', '#']);
        if here.is_json_text() && !first.as_deref().is_some_and(is_element) {
            let object = VerbatimRule::UNKNOWN.members(first, rest, here)?;
            match json_text_of_element(&object) {
                Some(text) => {
                    here.report_whole(FindingKind::Envelope, span);
                    here.context.reader.spans.value.set(span);
                    self.read(Token::Text(text.to_owned().into()), here);
                }
                None => self.store_json(&object, here, span),
            }
            return Ok(());
        }
        let (mut has_text, mut has_children) = (false, false);
        let mut other_text: Option<HeldMember<'de>> = None;
        // Attributes that may have the value, if there is only one and no text.
        let mut attributes: Vec<HeldMember<'de>> = Vec::new();
        // Text and elements, in which it may go on.
        let mut pieces: Vec<HeldMember<'de>> = Vec::new();
        let mut next = first;
        while let Some(name) = next {
            if here.is_xml() && (name == TEXT || !is_attribute(&name, false)) {
                pieces.push(HeldMember::read(name, here, &mut rest)?);
            } else if name == TEXT && !has_text {
                has_text = true;
                here.report_name(FindingKind::Envelope);
                let node = here.node.child(PathStep::Name(TEXT));
                let rule = ScalarRule { slot: &mut *self.slot, is_duplicate: self.is_duplicate };
                rest.next_value_seed(AnyValue { rule, here: here.at(&node) })?;
            } else if may_be_value(&name) {
                attributes.push(HeldMember::read(name, here, &mut rest)?);
            } else if !here.is_xml() && name != TEXT && may_be_of_element(&name) {
                let member = HeldMember::read(name, here, &mut rest)?;
                let is_attribute = is_attribute(&member.name, member.value.is_object());
                if is_attribute && member.has_attribute_value() {
                    attributes.extend(member.into_attributes());
                } else if may_be_text(&member.name)
                    && !member.value.is_container()
                    && other_text.is_none()
                {
                    other_text = Some(member);
                } else {
                    has_children |= !is_attribute && may_be_text(&member.name);
                    member.replay(here, |name, here, value| ignore_member(&name, here, value))?;
                }
            } else {
                has_children |= !is_attribute(&name, !here.is_xml());
                ignore_member(&name, here, &mut rest)?;
            }
            next = rest.next_key_seed(name_of(here))?;
        }
        match joined(&pieces, here.is_word()) {
            Pieces::One => {}
            Pieces::Lines { text, count } => {
                let kind = FindingKind::Escaping { of: "HTML line breaks", count };
                here.report_whole(kind, span);
                here.context.reader.spans.value.set(span);
                self.read(Token::Text(text.into()), here);
                return Ok(());
            }
            Pieces::Mixed => {
                // The value is dropped as a whole, so findings inside it would be redundant.
                here.drop_findings_since(before);
                self.drop_value(T::INVALID, here, span);
                return Ok(());
            }
        }
        for piece in pieces {
            if piece.name == TEXT && !has_text {
                has_text = true;
                let node = here.node.child(PathStep::Name(TEXT));
                let rule = ScalarRule { slot: &mut *self.slot, is_duplicate: self.is_duplicate };
                piece.value.read(rule, here.at(&node))?;
            } else {
                has_children |= piece.name != TEXT;
                piece.replay(here, |name, here, value| ignore_member(&name, here, value))?;
            }
        }
        let has_value = !has_text && !has_children && other_text.is_none();
        let count = attributes.iter().filter(|it| it.is_attribute_value()).count();
        for attribute in attributes {
            if has_value && count == 1 && attribute.is_attribute_value() {
                other_text = Some(attribute);
            } else {
                attribute.replay(here, |name, here, value| ignore_member(&name, here, value))?;
            }
        }
        match other_text {
            Some(text) if has_text => {
                text.replay(here, |name, here, value| ignore_member(&name, here, value))?;
            }
            None if has_text => {}
            Some(text) if !has_children => {
                here.report_at(FindingKind::Envelope, text.name_span);
                text.value.read(self, here)?;
            }
            _ if has_children => {
                // The value is dropped as a whole, so findings inside it would be redundant.
                here.drop_findings_since(before);
                self.drop_value(T::INVALID, here, span);
            }
            _ => self.drop_value(FindingKind::EmptyValue, here, span),
        }
        Ok(())
    }

    /// Some converters from XML print every value as an array.
    fn items<A: SeqAccess<'de>>(self, items: A, here: FieldContext<'_>) -> Result<(), A::Error> {
        let span = here.value_span();
        match read_alone(items, here)? {
            Items::One(value) => {
                here.report_whole(FindingKind::Envelope, span);
                return value.read(self, here);
            }
            Items::None => self.drop_value(FindingKind::EmptyValue, here, span),
            Items::Others => self.drop_value(T::INVALID, here, span),
        }
        Ok(())
    }
}

/// Reads a string. A number or boolean is converted.
pub fn read_text<'de, T>(
    token: Token<'de>,
    make: impl FnOnce(Cow<'de, str>) -> T,
) -> ScalarResult<T> {
    match token.text() {
        None => ScalarResult::Empty,
        Some((text, true)) => ScalarResult::Exact(make(text)),
        Some((text, false)) => ScalarResult::Changed(make(text), FindingKind::NonStringScalar),
    }
}

impl<'de> Scalar<'de> for Cow<'de, str> {
    const EXPECTED: &'static str = "a string";

    fn read(token: Token<'de>, _: Format) -> ScalarResult<Self> {
        read_text(token, |text| text)
    }

    #[inline]
    fn from_canonical(text: &'de str, _: Format) -> Option<Self> {
        (!is_empty_or_whitespace(text)).then_some(Cow::Borrowed(text))
    }
}

impl<'de> Scalar<'de> for bool {
    const EXPECTED: &'static str = "a boolean";

    fn read(token: Token<'de>, format: Format) -> ScalarResult<Self> {
        let value = match &token {
            Token::Bool(value) => return ScalarResult::Exact(*value),
            Token::Null => return ScalarResult::Empty,
            Token::Text(text) if is_empty_or_whitespace(text) => return ScalarResult::Empty,
            Token::Text(text) => match text.trim() {
                "1" => Some(true),
                "0" => Some(false),
                text if text.eq_ignore_ascii_case("true") => Some(true),
                text if text.eq_ignore_ascii_case("false") => Some(false),
                text if text.eq_ignore_ascii_case("yes") => Some(true),
                text if text.eq_ignore_ascii_case("no") => Some(false),
                _ => None,
            },
            Token::Unsigned(1) => Some(true),
            Token::Unsigned(0) => Some(false),
            Token::Unsigned(_) | Token::Signed(_) => None,
            Token::Number(digits) => match integral(digits) {
                Some(1) => Some(true),
                Some(0) => Some(false),
                _ => None,
            },
        };
        let Some(read) = value else {
            return ScalarResult::Invalid;
        };
        match token {
            Token::Text(text)
                if format == Format::Xml && text == if read { "true" } else { "false" } =>
            {
                ScalarResult::Exact(read)
            }
            _ => ScalarResult::Changed(read, FindingKind::Boolean { read }),
        }
    }

    #[inline]
    fn from_canonical(text: &'de str, format: Format) -> Option<Self> {
        match text {
            "true" if format == Format::Xml => Some(true),
            "false" if format == Format::Xml => Some(false),
            _ => None,
        }
    }
}

/// Reads an integer of any width.
fn read_integer<T>(token: Token<'_>, format: Format) -> ScalarResult<T>
where
    T: TryFrom<i128> + fmt::Display + Copy,
{
    let number = match &token {
        Token::Null => return ScalarResult::Empty,
        Token::Text(text) if is_empty_or_whitespace(text) => return ScalarResult::Empty,
        Token::Bool(_) => None,
        Token::Unsigned(number) => Some(i128::from(*number)),
        Token::Signed(number) => Some(i128::from(*number)),
        Token::Number(digits) => integral(digits),
        Token::Text(text) => {
            let text = text.trim();
            integral(text).or_else(|| plain_integer(text)?.parse().ok())
        }
    };
    let Some(read) = number.and_then(|number| T::try_from(number).ok()) else {
        return ScalarResult::Invalid;
    };
    let exact = match &token {
        Token::Unsigned(_) | Token::Signed(_) => true,
        Token::Text(text) => format == Format::Xml && is_canonical_integer(text),
        Token::Number(digits) => is_canonical_integer(digits),
        Token::Null | Token::Bool(_) => false,
    };
    if exact {
        ScalarResult::Exact(read)
    } else {
        ScalarResult::Changed(read, FindingKind::Integer { read: read.to_string().into() })
    }
}

fn parse_canonical_integer<T: FromStr>(text: &str, format: Format) -> Option<T> {
    let is_canonical = format == Format::Xml && is_canonical_integer(text);
    text.parse().ok().filter(|_| is_canonical)
}

fn is_canonical_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !digits.starts_with('0'))
        && !digits.is_empty()
}

/// Parses a decimal number, with a fraction or exponent, that is an integer. Unlike a conversion
/// through a float, it is exact.
fn integral(text: &str) -> Option<i128> {
    const MAX_LENGTH: usize = 64;
    if text.len() > MAX_LENGTH {
        return None;
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let fraction = if fraction.is_empty() { "0" } else { fraction };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let digits: i128 = format!("{sign}{whole}{fraction}").parse().ok()?;
    let scale = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let power = 10_i128.checked_pow(scale.unsigned_abs().min(39));
    match (digits, scale) {
        (0, _) => Some(0),
        (_, 0..) => digits.checked_mul(power?),
        _ => (digits % power? == 0).then(|| digits / power.unwrap_or(1)),
    }
}

macro_rules! integers {
    ($($type:ty: $expected:literal),+) => {
        $( impl<'de> Scalar<'de> for $type {
            const EXPECTED: &'static str = $expected;

            fn read(token: Token<'de>, format: Format) -> ScalarResult<Self> {
                read_integer(token, format)
            }

            #[inline]
            fn from_canonical(text: &'de str, format: Format) -> Option<Self> {
                parse_canonical_integer(text, format)
            }
        } )+
    };
}
integers!(u64: "a non-negative integer", i64: "an integer", i128: "an integer");

/// An enum of known text values.
pub trait WireEnum<'a>: Sized {
    /// The known value that equals `text`.
    fn exact(text: &str) -> Option<Self>;

    /// The known value that matches `text` ignoring case and surrounding whitespace, and its canonical
    /// text.
    fn folded(text: &str) -> Option<(Self, &'static str)>;

    /// An unknown value.
    fn other(text: Cow<'a, str>) -> Self;
}

/// Enum values are matched ignoring case and surrounding whitespace. Unknown ones are kept verbatim.
impl<'de, T: WireEnum<'de>> Scalar<'de> for T {
    const EXPECTED: &'static str = "a string";

    fn read(token: Token<'de>, _: Format) -> ScalarResult<Self> {
        let Some((text, was_text)) = token.text() else {
            return ScalarResult::Empty;
        };
        if let Some(value) = Self::exact(&text) {
            return ScalarResult::Exact(value);
        }
        match Self::folded(&text) {
            Some((value, read)) => ScalarResult::Changed(value, FindingKind::EnumValue { read }),
            None if was_text => ScalarResult::Exact(Self::other(text)),
            None => ScalarResult::Changed(Self::other(text), FindingKind::NonStringScalar),
        }
    }

    #[inline]
    fn from_canonical(text: &'de str, _: Format) -> Option<Self> {
        Self::exact(text)
    }
}

/// What the text of an element and the elements in it make.
enum Pieces {
    /// At most one text, beside which elements may be.
    One,
    /// Lines between `<br/>`, with which HTML breaks a text.
    Lines {
        text: String,
        count: usize,
    },
    Mixed,
}

/// Joins the pieces of a text between line breaks of HTML. A word has no lines.
fn joined(pieces: &[HeldMember<'_>], is_word: bool) -> Pieces {
    let is_break = |piece: &HeldMember<'_>| piece.name.eq_ignore_ascii_case("br");
    let (texts, elements): (Vec<_>, Vec<_>) = pieces.iter().partition(|piece| piece.name == TEXT);
    let has_text = |piece: &&HeldMember<'_>| !piece.value.is_blank();
    if texts.into_iter().filter(has_text).count() < 2 || elements.is_empty() {
        return Pieces::One;
    }
    if !elements.iter().all(|piece| is_break(piece) && !has_text(piece)) {
        return Pieces::Mixed;
    }
    let between = if is_word { "" } else { "\n" };
    let text = pieces
        .iter()
        .map(|piece| if piece.name == TEXT { piece.value.text() } else { Some(between) });
    Pieces::Lines { text: text.flatten().collect(), count: elements.len() }
}

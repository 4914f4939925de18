//! Values without members: text, numbers, booleans, enum values.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::{DeserializeSeed as _, Deserializer, MapAccess, SeqAccess};

use super::any::{AnyValue, Token, ValueRule, name_of};
use super::context::{FieldContext, PathStep};
use super::field::ReadValue;
use super::verbatim::{VerbatimRule, ignore_member};
use crate::finding::{Duplicate, FindingKind};
use crate::syntax::reader::{Format, Span};
use crate::syntax::xml::TEXT;
use crate::text::characters::is_empty_or_whitespace;
use crate::value::Value;

/// A value that is read from one token.
pub trait Scalar<'de>: Sized {
    /// What the field takes, for a message.
    const EXPECTED: &'static str;

    /// Says that a value is nothing the field takes.
    const INVALID: FindingKind = FindingKind::InvalidValue { expected: Self::EXPECTED };

    /// Reads a value.
    fn read(token: Token<'de>, format: Format) -> ScalarResult<Self>;

    /// The value of a text that [`read`](Self::read) takes as exactly that; `None` leaves it to `read`.
    #[inline]
    fn from_canonical(_text: &'de str, _format: Format) -> Option<Self> {
        None
    }
}

/// What a token was read as.
pub enum ScalarResult<T> {
    /// The value, which was in canonical form.
    Exact(T),
    /// The value, and how it was normalized.
    Changed(T, FindingKind),
    /// No value.
    Empty,
    /// Not a value of the field.
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
            return here.report(FindingKind::Duplicate(Duplicate::Ignored));
        }
        if let Some(change) = change {
            here.report(change);
        }
        if self.is_duplicate {
            here.report(FindingKind::Duplicate(Duplicate::Used));
        }
        *self.slot = Some(value);
    }

    fn drop_value(self, kind: FindingKind, here: FieldContext<'_>, span: Span) {
        here.report_whole(kind, span);
        if self.is_duplicate {
            here.report_whole(FindingKind::Duplicate(Duplicate::Ignored), span);
        }
    }
}

impl<'de, T: Scalar<'de>> ValueRule<'de> for ScalarRule<'_, T> {
    type Out = ();

    #[inline]
    fn text(self, text: &'de str, here: FieldContext<'_>) {
        match T::from_canonical(text, here.context.reader.format) {
            Some(value) if !self.is_duplicate => *self.slot = Some(value),
            _ => self.token(Token::Text(Cow::Borrowed(text)), here),
        }
    }

    fn token(self, token: Token<'de>, here: FieldContext<'_>) {
        match T::read(token, here.context.reader.format) {
            ScalarResult::Exact(value) => self.store(value, None, here),
            ScalarResult::Changed(value, kind) => self.store(value, Some(kind), here),
            ScalarResult::Empty => {
                self.drop_value(FindingKind::EmptyValue, here, here.value_span())
            }
            ScalarResult::Invalid => self.drop_value(T::INVALID, here, here.value_span()),
        }
    }

    /// An element with attributes, or its like in JSON: the text counts, the rest has no node.
    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut rest: A,
        here: FieldContext<'_>,
    ) -> Result<(), A::Error> {
        let (span, before) = (here.value_span(), here.finding_count());
        let (mut has_text, mut has_children) = (false, false);
        let mut next = first;
        while let Some(name) = next {
            if name == TEXT && !has_text {
                has_text = true;
                if !here.is_xml() {
                    here.report_name(FindingKind::Envelope);
                }
                let node = here.node.child(PathStep::Name(TEXT));
                let rule = ScalarRule { slot: &mut *self.slot, is_duplicate: self.is_duplicate };
                rest.next_value_seed(AnyValue { rule, here: here.at(&node) })?;
            } else {
                has_children |= !name.starts_with('@');
                ignore_member(&name, here, &mut rest)?;
            }
            next = rest.next_key_seed(name_of(here))?;
        }
        if has_text {
            return Ok(());
        }
        if has_children {
            // The value is left out as a whole, so what is inside it is no finding of its own.
            here.truncate_findings(before);
            self.drop_value(T::INVALID, here, span);
        } else {
            self.drop_value(FindingKind::EmptyValue, here, span);
        }
        Ok(())
    }

    fn items<A: SeqAccess<'de>>(self, items: A, here: FieldContext<'_>) -> Result<(), A::Error> {
        let (span, before) = (here.value_span(), here.finding_count());
        let kind = match VerbatimRule::UNKNOWN.items(items, here)? {
            Value::List(items) if items.is_empty() => FindingKind::EmptyValue,
            _ => T::INVALID,
        };
        here.truncate_findings(before);
        self.drop_value(kind, here, span);
        Ok(())
    }
}

/// The rule for text: blank is absent, a number or boolean is the text it is written as.
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
                word if word.eq_ignore_ascii_case("true") => Some(true),
                word if word.eq_ignore_ascii_case("false") => Some(false),
                word if word.eq_ignore_ascii_case("yes") => Some(true),
                word if word.eq_ignore_ascii_case("no") => Some(false),
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

/// The rule for integers of any width.
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
        Token::Text(text) => integral(text.trim()),
    };
    let Some(read) = number.and_then(|number| T::try_from(number).ok()) else {
        return ScalarResult::Invalid;
    };
    let exact = match &token {
        Token::Unsigned(_) | Token::Signed(_) => true,
        Token::Text(text) => format == Format::Xml && is_canonical_integer(text),
        _ => false,
    };
    if exact {
        ScalarResult::Exact(read)
    } else {
        ScalarResult::Changed(read, FindingKind::Integer { read: read.to_string().into() })
    }
}

fn parse_canonical_integer<T: FromStr>(text: &str, format: Format) -> Option<T> {
    let is_plain = format == Format::Xml && is_canonical_integer(text);
    text.parse().ok().filter(|_| is_plain)
}

fn is_canonical_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !digits.starts_with('0'))
        && !digits.is_empty()
}

/// The integer that decimal digits stand for, with a fraction or exponent as long as the value is
/// whole; exact, which by way of a float it would not be.
fn integral(text: &str) -> Option<i128> {
    const LONGEST: usize = 64;
    if text.len() > LONGEST {
        return None;
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => (-1, mantissa),
        None => (1, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let fraction = if fraction.is_empty() { "0" } else { fraction };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let scale = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let power = 10_i128.checked_pow(scale.unsigned_abs().min(39));
    match (digits, scale) {
        (0, _) => Some(0),
        (_, 0..) => digits.checked_mul(power?).map(|number| sign * number),
        _ => (digits % power? == 0).then(|| sign * (digits / power.unwrap_or(1))),
    }
}

impl<'de> Scalar<'de> for u64 {
    const EXPECTED: &'static str = "a count";

    fn read(token: Token<'de>, format: Format) -> ScalarResult<Self> {
        read_integer(token, format)
    }

    #[inline]
    fn from_canonical(text: &'de str, format: Format) -> Option<Self> {
        parse_canonical_integer(text, format)
    }
}

impl<'de> Scalar<'de> for i64 {
    const EXPECTED: &'static str = "an integer";

    fn read(token: Token<'de>, format: Format) -> ScalarResult<Self> {
        read_integer(token, format)
    }

    #[inline]
    fn from_canonical(text: &'de str, format: Format) -> Option<Self> {
        parse_canonical_integer(text, format)
    }
}

/// An enum of wire values, from one table.
pub trait WireEnum<'a>: Sized {
    /// The value that `text` spells exactly.
    fn exact(text: &str) -> Option<Self>;

    /// The value that `text` spells but for case and surrounding whitespace, and how it is written.
    fn folded(text: &str) -> Option<(Self, &'static str)>;

    /// An unknown value, verbatim.
    fn other(text: Cow<'a, str>) -> Self;
}

/// Enum values are matched ignoring case and surrounding whitespace; an unknown one is kept as it is.
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

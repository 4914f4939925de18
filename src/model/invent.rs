//! Arbitrary models, for fuzzing: those that a decoder can make, and all of those.
//!
//! Text is drawn from what is hard to write and read back: markup, blanks, controls, wide characters,
//! and words that mean something elsewhere.

use std::borrow::Cow;

use arbitrary::{Arbitrary, Result, Unstructured};
use jiff::Timestamp;

use super::*;
use crate::decode::lenient;

/// How deep the values of an unknown field nest at most.
const DEEPEST: usize = 3;

impl<'u> Arbitrary<'u> for Response<'_> {
    fn arbitrary(u: &mut Unstructured<'u>) -> Result<Self> {
        if u.ratio(7, 8)? {
            return Ok(Self::Invocations(u.arbitrary()?));
        }
        let mut error: ApiError<'_> = u.arbitrary()?;
        // An error that says nothing of its own is none, and it has no field of a page and no envelope.
        error.code.get_or_insert(ApiErrorCode::Dispatch);
        error.extra.0.retain(|(name, _)| !lenient::is_foreign_to_errors(name));
        Ok(Self::Error(error))
    }
}

/// The type of a field, made up.
pub(super) trait Invent: Sized {
    fn invent(u: &mut Unstructured<'_>) -> Result<Self>;
}

impl<T: Invent> Invent for Option<T> {
    fn invent(u: &mut Unstructured<'_>) -> Result<Self> {
        if u.ratio(1, 2)? { T::invent(u).map(Some) } else { Ok(None) }
    }
}

impl<T: for<'u> Arbitrary<'u>> Invent for Vec<T> {
    fn invent(u: &mut Unstructured<'_>) -> Result<Self> {
        let count = u.int_in_range(0..=3)?;
        (0..count).map(|_| u.arbitrary()).collect()
    }
}

impl Invent for Box<InvocationResults<'_>> {
    fn invent(u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(Box::new(u.arbitrary()?))
    }
}

impl Invent for Cow<'_, str> {
    fn invent(u: &mut Unstructured<'_>) -> Result<Self> {
        let text = text(u)?;
        // Blank text reads as absent.
        Ok(if text.trim().is_empty() { "t-1".into() } else { text.into() })
    }
}

impl Invent for Content<'_> {
    fn invent(u: &mut Unstructured<'_>) -> Result<Self> {
        Cow::invent(u).map(Content)
    }
}

impl Invent for Frequency<'_> {
    fn invent(u: &mut Unstructured<'_>) -> Result<Self> {
        const FORMS: &[&str] = &[
            "0 */20 * * * *",
            "0 0 12 ? * WED 2026 Asia/Shanghai",
            "0 0 0 L * ? GMT+8:00",
            "rate(5m)",
            "RATE( 07 d )",
            "at(2026-11-24 10:00:00 Asia/Shanghai)",
            "at(2026-02-30 10:00:00)",
            "rate(5)",
            "every day",
        ];
        Ok(if u.ratio(3, 4)? { Self::from(*u.choose(FORMS)?) } else { Cow::invent(u)?.into() })
    }
}

impl Invent for Time<'_> {
    fn invent(u: &mut Unstructured<'_>) -> Result<Self> {
        if u.ratio(1, 8)? {
            let text = Cow::invent(u)?;
            return Ok(match text.trim().parse() {
                Ok(instant) => Self::Instant(instant),
                Err(_) => Self::Other(text),
            });
        }
        let seconds = match u.int_in_range(0..=3)? {
            0 => u.int_in_range(Timestamp::MIN.as_second() + 1..=Timestamp::MAX.as_second())?,
            _ => u.int_in_range(0..=4_102_444_800)?,
        };
        let nanoseconds = if u.ratio(1, 4)? { u.int_in_range(0..=999_999_999)? } else { 0 };
        Ok(Self::Instant(Timestamp::new(seconds, nanoseconds).expect("in range")))
    }
}

macro_rules! invent_plain {
    ($($type:ty),+) => {
        $( impl Invent for $type {
            fn invent(u: &mut Unstructured<'_>) -> Result<Self> {
                let small: u8 = u.arbitrary()?;
                if small < 200 { Ok((small % 2 == 1).into()) } else { u.arbitrary() }
            }
        } )+
    };
}
invent_plain!(u64, i64, bool);

macro_rules! invent_words {
    ($($name:ident),+ $(,)?) => {
        $( impl Invent for $name<'_> {
            fn invent(u: &mut Unstructured<'_>) -> Result<Self> {
                if u.ratio(1, 8)? {
                    let text = Cow::invent(u)?;
                    return Ok(Self::folded(&text).map_or(Self::Other(text), |(value, _)| value));
                }
                let index = u.choose_index(Self::known().count())?;
                Ok(Self::known().nth(index).expect("in range"))
            }
        } )+
    };
}
invent_words!(
    InvocationStatus,
    InstanceStatus,
    CommandType,
    RepeatMode,
    TerminationMode,
    ErrorCode,
    ApiErrorCode,
);

/// Members of names that a record has no field for.
pub(super) fn extra<'a, 'r, R: Record<'r>>(u: &mut Unstructured<'_>) -> Result<Object<'a>> {
    if u.ratio(7, 8)? {
        return Ok(Object::default());
    }
    object(u, 0, lenient::is_unknown::<R>)
}

fn object<'a>(
    u: &mut Unstructured<'_>,
    depth: usize,
    takes: fn(&str) -> bool,
) -> Result<Object<'a>> {
    let mut members = Vec::new();
    for _ in 0..u.int_in_range(0..=3)? {
        let name = text(u)?;
        if takes(&name) && name.len() <= crate::Options::default().max_name_bytes {
            members.push((Cow::Owned(name), value(u, depth + 1)?));
        }
    }
    Ok(Object(members))
}

fn value<'a>(u: &mut Unstructured<'_>, depth: usize) -> Result<Value<'a>> {
    let deepest = if depth == DEEPEST { 3 } else { 5 };
    Ok(match u.int_in_range(0..=deepest)? {
        0 => Value::Null,
        1 => Value::Bool(u.arbitrary()?),
        2 => {
            const NUMBERS: &[&str] =
                &["0", "-0", "5.0", "1e3", "-1.5E-7", "0.1", "18446744073709551616"];
            if u.arbitrary()? {
                Value::Number((*u.choose(NUMBERS)?).into())
            } else {
                Value::Number(u.arbitrary::<i64>()?.to_string().into())
            }
        }
        3 => Value::String(text(u)?.into()),
        4 => {
            let count = u.int_in_range(0..=3)?;
            Value::List((0..count).map(|_| value(u, depth + 1)).collect::<Result<_>>()?)
        }
        _ => Value::Object(object(u, depth, |name| !lenient::is_namespace(name))?),
    })
}

fn text(u: &mut Unstructured<'_>) -> Result<String> {
    const PIECES: &[&str] = &[
        "a",
        "Z",
        "9",
        " ",
        "\n",
        "\r\n",
        "\t",
        "<",
        ">",
        "&",
        "&amp;",
        "&#65;",
        "]]>",
        "-->",
        "?>",
        "<![CDATA[",
        "\"",
        "'",
        "\\",
        "\\u0041",
        "\0",
        "\u{1b}[2J",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "\u{3000}",
        "\u{feff}",
        "\u{fffe}",
        "“",
        "é",
        "漢字",
        "𝒳",
        "xml",
        "_",
        "-",
        ":",
        "@",
        "$text",
        "Timed",
        "true",
        "null",
        "5",
        "{}",
        "[",
        ",",
    ];
    if u.ratio(1, 4)? {
        return u.arbitrary();
    }
    let count = u.int_in_range(0..=4)?;
    (0..count).map(|_| u.choose(PIECES).copied()).collect()
}

//! Points in time.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::finding::FindingKind;
use crate::lenient::private::{IntoOwned, Scalar, ScalarResult, Text, Token};
use crate::syntax::reader::Format;

/// A point in time such as `CreationTime`. Canonical form: UTC, `2019-12-20T06:15:54Z`.
///
/// ```
/// use ecs_invocations::model::Time;
///
/// let time = Time::from("2019-12-20T06:15:54Z");
/// assert_eq!(time.timestamp().unwrap().as_second(), 1_576_822_554);
/// assert_eq!(Time::from("yesterday").timestamp(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Time<'a> {
    /// A valid time with an offset from UTC, to the nanosecond.
    Instant(Timestamp),
    /// Any other text, verbatim; among others a time without an offset from UTC.
    Other(Cow<'a, str>),
}

impl Time<'_> {
    /// The time; `None` for `Other`.
    pub fn timestamp(&self) -> Option<Timestamp> {
        match self {
            Self::Instant(timestamp) => Some(*timestamp),
            Self::Other(_) => None,
        }
    }

    /// The value without its borrow from the input.
    pub fn into_owned(self) -> Time<'static> {
        match self {
            Self::Instant(timestamp) => Time::Instant(timestamp),
            Self::Other(text) => Time::Other(Cow::Owned(text.into_owned())),
        }
    }
}

impl<'a> From<&'a str> for Time<'a> {
    fn from(text: &'a str) -> Self {
        text.trim().parse().map_or_else(|_| Self::Other(text.into()), Self::Instant)
    }
}

impl fmt::Display for Time<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant(timestamp) => timestamp.fmt(f),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Time<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        Ok(Time::from(&*text).into_owned())
    }
}

impl FromStr for Time<'static> {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Time::from(text).into_owned())
    }
}

impl Serialize for Time<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Scalar<'de> for Time<'de> {
    const EXPECTED: &'static str = "a time";

    fn read(token: Token<'de>, _: Format) -> ScalarResult<Self> {
        let Some((text, was_text)) = token.text() else {
            return ScalarResult::Empty;
        };
        match text.trim().parse::<jiff::Timestamp>() {
            Ok(time) if was_text && time.to_string() == text => {
                ScalarResult::Exact(Time::Instant(time))
            }
            Ok(time) => {
                ScalarResult::Changed(Time::Instant(time), FindingKind::Time { read: time })
            }
            Err(_) if was_text => ScalarResult::Exact(Time::Other(text)),
            Err(_) => ScalarResult::Changed(Time::Other(text), FindingKind::NonStringScalar),
        }
    }

    #[inline]
    fn from_canonical(text: &'de str, _: Format) -> Option<Self> {
        parse_canonical_utc(text).map(Time::Instant)
    }
}

/// Parses exactly the form `2019-12-20T06:15:54Z`, which nearly all times have, faster than the general
/// parser. `None` for a leap second, which would not be written the same again.
fn parse_canonical_utc(text: &str) -> Option<jiff::Timestamp> {
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    const SIGNS: [(usize, u8); 6] =
        [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')];
    const DIGITS: [usize; 14] = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18];
    let mut is_plain = true;
    for (at, sign) in SIGNS {
        is_plain &= bytes[at] == sign;
    }
    let mut digits = [0; DIGITS.len()];
    for (digit, at) in digits.iter_mut().zip(DIGITS) {
        *digit = bytes[at].wrapping_sub(b'0');
        is_plain &= *digit < 10;
    }
    if !is_plain {
        return None;
    }
    let two = |at: usize| (digits[at] * 10 + digits[at + 1]) as i8;
    let year = i16::from(two(0)) * 100 + i16::from(two(2));
    let date = (two(4), two(6));
    let (hour, minute, second) = (two(8), two(10), two(12));
    let time = jiff::civil::DateTime::new(year, date.0, date.1, hour, minute, second, 0).ok()?;
    jiff::tz::Offset::UTC.to_timestamp(time).ok()
}

impl IntoOwned for Time<'_> {
    type Owned = Time<'static>;

    fn into_owned(self) -> Self::Owned {
        self.into_owned()
    }
}

impl Text for Time<'_> {
    fn text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

#[cfg(feature = "arbitrary")]
impl crate::lenient::private::ArbitraryField for Time<'_> {
    fn arbitrary_field(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
        if u.ratio(1, 8)? {
            let text: Cow<'_, str> = crate::lenient::private::ArbitraryField::arbitrary_field(u)?;
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

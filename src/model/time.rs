//! Points in time.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp, civil};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::finding::FindingKind;
use crate::lenient::ScalarKind;
use crate::lenient::private::{IntoOwned, Scalar, ScalarResult, Text, Token};
use crate::syntax::reader::Format;

/// A point in time such as `CreationTime`. Canonical form: UTC, `2019-12-20T06:15:54Z`. Forms that the
/// clients of the service print are read too if they tell the offset from UTC.
///
/// ```
/// use ecs_invocations::model::Time;
///
/// let time = Time::from("2019-12-20T06:15:54Z");
/// assert_eq!(time.timestamp().unwrap().as_second(), 1_576_822_554);
/// assert_eq!(Time::from("2019-12-20 14:15:54 +0800 CST"), time);
/// assert_eq!(Time::from("Fri Dec 20 06:15:54 UTC 2019"), time);
/// assert_eq!(Time::from("2019-12-20 06:15:54").timestamp(), None); // in which time zone?
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

    /// The time from an earlier point in time to this one, also of two texts that both lack a zone: they are of
    /// the same.
    pub(super) fn duration_since(&self, earlier: &Self) -> Option<SignedDuration> {
        let duration = match (self, earlier) {
            (Self::Instant(end), Self::Instant(start)) => end.duration_since(*start),
            (Self::Other(end), Self::Other(start)) => {
                without_zone(end)?.duration_since(without_zone(start)?)
            }
            _ => return None,
        };
        (!duration.is_negative()).then_some(duration)
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
        parse(text.trim()).map_or_else(|| Self::Other(text.into()), Self::Instant)
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
        match parse(text.trim()) {
            Some(time) if was_text && time.to_string() == text => {
                ScalarResult::Exact(Time::Instant(time))
            }
            Some(time) => {
                ScalarResult::Changed(Time::Instant(time), FindingKind::Time { read: time })
            }
            None if was_text => ScalarResult::Exact(Time::Other(text)),
            None => ScalarResult::Changed(Time::Other(text), FindingKind::NonStringScalar),
        }
    }

    #[inline]
    fn from_canonical(text: &'de str, _: Format) -> Option<Self> {
        parse_canonical_utc(text).map(Time::Instant)
    }
}

/// Parses a time that tells its offset from UTC.
fn parse(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| parse_print_of_go(text)).or_else(|| parse_print_of_java(text))
}

/// `2018-01-05 15:45:02 +0800 CST`; the name of the zone adds nothing to the offset.
fn parse_print_of_go(text: &str) -> Option<Timestamp> {
    let mut words = text.split(' ');
    let (date, time, offset) = (words.next()?, words.next()?, words.next()?);
    let is_name =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-".contains(&byte));
    if !words.next().is_none_or(is_name) || words.next().is_some() {
        return None;
    }
    let offset = if is_utc(offset) { "Z" } else { offset };
    format!("{date}T{time}{offset}").parse().ok()
}

/// `Thu Jul 19 10:01:28 UTC 2018`. Most names of zones are ambiguous: `CST` is that of China and that of
/// Chicago.
fn parse_print_of_java(text: &str) -> Option<Timestamp> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let [weekday, month, day, time, zone, year] = *words else { return None };
    let offset = match zone.strip_prefix("GMT").filter(|offset| !offset.is_empty()) {
        Some(offset) => offset,
        None if is_utc(zone) => "+00:00",
        None => return None,
    };
    let text = format!("{weekday} {month} {day} {time} {year} {offset}");
    Timestamp::strptime("%a %b %d %H:%M:%S %Y %:z", text).ok()
}

fn is_utc(zone: &str) -> bool {
    matches!(zone, "UTC" | "GMT")
}

/// The date and time of day of a text that has no time zone.
fn without_zone(text: &str) -> Option<civil::DateTime> {
    let text = text.trim();
    text.contains(':').then(|| text.parse().ok()).flatten()
}

/// Why a text is not an instant in time, where that can be told.
#[cfg(feature = "validate")]
pub(crate) enum Ambiguity<'t> {
    /// A date and time without a time zone.
    NoZone,
    /// A date and time as a client prints it, with the name of a zone that is ambiguous.
    ZoneName(&'t str),
}

/// What keeps a text that has a date and a time of day from being an instant.
#[cfg(feature = "validate")]
pub(crate) fn ambiguity(text: &str) -> Option<Ambiguity<'_>> {
    let text = text.trim();
    if without_zone(text).is_some() {
        return Some(Ambiguity::NoZone);
    }
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let zone = match *words {
        [weekday, month, day, time, zone, year] => {
            let text = format!("{weekday} {month} {day} {time} {year}");
            let format = "%a %b %d %H:%M:%S %Y";
            civil::DateTime::strptime(format, text).ok().map(|_| zone)
        }
        [date, time, zone] => {
            format!("{date}T{time}").parse::<civil::DateTime>().ok().map(|_| zone)
        }
        _ => None,
    };
    let is_name = |zone: &&str| zone.bytes().all(|byte| byte.is_ascii_alphabetic());
    zone.filter(is_name).map(Ambiguity::ZoneName)
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
    let time = civil::DateTime::new(year, date.0, date.1, hour, minute, second, 0).ok()?;
    jiff::tz::Offset::UTC.to_timestamp(time).ok()
}

impl IntoOwned for Time<'_> {
    type Owned = Time<'static>;

    fn into_owned(self) -> Self::Owned {
        self.into_owned()
    }
}

impl Text for Time<'_> {
    const KIND: ScalarKind = ScalarKind::Time;

    fn text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

#[cfg(feature = "arbitrary")]
impl crate::lenient::private::ArbitraryField for Time<'_> {
    fn arbitrary_field(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
        if u.ratio(1, 8)? {
            let text: Cow<'_, str> = crate::lenient::private::ArbitraryField::arbitrary_field(u)?;
            return Ok(match parse(text.trim()) {
                Some(instant) => Self::Instant(instant),
                None => Self::Other(text),
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

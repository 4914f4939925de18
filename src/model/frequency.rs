//! The schedule of a periodic invocation.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use jiff::civil::DateTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::lenient::ScalarKind;
use crate::lenient::private::{IntoOwned, Scalar, ScalarResult, Text, Token, read_text};
use crate::syntax::reader::Format;

/// `Frequency`: a cron expression, `rate(…)` or `at(…)`. Its text is kept verbatim.
///
/// ```
/// use ecs_invocations::model::{Frequency, RateUnit};
///
/// let Frequency::Cron(cron) = Frequency::from("0 */20 * * * ? 2026 Asia/Shanghai") else { panic!() };
/// assert_eq!(cron.minutes(), "*/20");
/// assert_eq!((cron.year(), cron.zone()), (Some("2026"), Some("Asia/Shanghai")));
///
/// let Frequency::Rate(rate) = Frequency::from("rate(7d)") else { panic!() };
/// assert_eq!((rate.count(), rate.unit()), (7, RateUnit::Days));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Frequency<'a> {
    /// A cron expression: six fields from seconds to day of week, optionally a year and a time zone.
    Cron(Cron<'a>),
    /// A fixed interval: `rate(5m)`.
    Rate(Rate<'a>),
    /// One run at a given time: `at(2026-11-24 10:00:00 Asia/Shanghai)`.
    At(OneTimeSchedule<'a>),
    /// Text in no known form, verbatim.
    Other(Cow<'a, str>),
}

/// A cron expression as Cloud Assistant defines it: seconds first, Quartz syntax allowed.
///
/// The number of fields and their characters are valid; their values may be out of range.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cron<'a> {
    text: Cow<'a, str>,
}

/// A fixed interval.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rate<'a> {
    text: Cow<'a, str>,
    count: u64,
    unit: RateUnit,
}

/// The unit of a [`Rate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RateUnit {
    /// `s`
    Seconds,
    /// `m`
    Minutes,
    /// `h`
    Hours,
    /// `d`
    Days,
}

/// One run at a given local time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OneTimeSchedule<'a> {
    text: Cow<'a, str>,
    time: DateTime,
}

impl Frequency<'_> {
    /// The text, verbatim.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Cron(cron) => &cron.text,
            Self::Rate(rate) => &rate.text,
            Self::At(at) => &at.text,
            Self::Other(text) => text,
        }
    }

    /// The value without its borrow from the input.
    pub fn into_owned(self) -> Frequency<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        match self {
            Self::Cron(Cron { text }) => Frequency::Cron(Cron { text: owned(text) }),
            Self::Rate(Rate { text, count, unit }) => {
                Frequency::Rate(Rate { text: owned(text), count, unit })
            }
            Self::At(OneTimeSchedule { text, time }) => {
                Frequency::At(OneTimeSchedule { text: owned(text), time })
            }
            Self::Other(text) => Frequency::Other(owned(text)),
        }
    }
}

impl<'a> From<Cow<'a, str>> for Frequency<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        let trimmed = text.trim();
        if let Some(argument) = call(trimmed, "rate") {
            if let Some((count, unit)) = rate(argument) {
                return Self::Rate(Rate { text, count, unit });
            }
        } else if let Some(argument) = call(trimmed, "at") {
            if let Some((time, _)) = at(argument) {
                return Self::At(OneTimeSchedule { text, time });
            }
        } else if is_cron(trimmed) {
            return Self::Cron(Cron { text });
        }
        Self::Other(text)
    }
}

impl<'a> From<&'a str> for Frequency<'a> {
    fn from(text: &'a str) -> Self {
        Cow::Borrowed(text).into()
    }
}

impl fmt::Display for Frequency<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Frequency<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        Ok(Frequency::from(&*text).into_owned())
    }
}

impl FromStr for Frequency<'static> {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Frequency::from(text).into_owned())
    }
}

impl Serialize for Frequency<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Cron<'_> {
    /// Seconds, 0 to 59.
    pub fn seconds(&self) -> &str {
        self.field(0)
    }

    /// Minutes, 0 to 59.
    pub fn minutes(&self) -> &str {
        self.field(1)
    }

    /// Hours, 0 to 23.
    pub fn hours(&self) -> &str {
        self.field(2)
    }

    /// Day of the month, 1 to 31, `?`, `L` or `W`.
    pub fn day_of_month(&self) -> &str {
        self.field(3)
    }

    /// Month, 1 to 12 or `JAN` to `DEC`.
    pub fn month(&self) -> &str {
        self.field(4)
    }

    /// Day of the week, 1 (Monday) to 7 or `MON` to `SUN`, `?`, `L` or `#`.
    pub fn day_of_week(&self) -> &str {
        self.field(5)
    }

    /// Year, if the expression has one.
    pub fn year(&self) -> Option<&str> {
        self.text.split_whitespace().nth(6).filter(|field| is_year(field))
    }

    /// Time zone as written: `Asia/Shanghai`, `GMT+8:00`. Without one, it is that of the instance.
    pub fn zone(&self) -> Option<&str> {
        self.text.split_whitespace().skip(6).find(|field| !is_year(field))
    }

    fn field(&self, index: usize) -> &str {
        self.text.split_whitespace().nth(index).unwrap_or_default()
    }
}

impl Rate<'_> {
    /// Number of [units](Self::unit) between two runs.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Unit of [`count`](Self::count).
    pub fn unit(&self) -> RateUnit {
        self.unit
    }
}

impl OneTimeSchedule<'_> {
    /// Local time in [`zone`](Self::zone), UTC if there is none.
    pub fn time(&self) -> DateTime {
        self.time
    }

    /// Time zone as written: `Asia/Shanghai`, `GMT+8:00`. Without one, [`time`](Self::time) is in UTC.
    pub fn zone(&self) -> Option<&str> {
        call(self.text.trim(), "at").and_then(at).and_then(|(_, zone)| zone)
    }
}

/// The argument of `function(argument)`.
fn call<'t>(text: &'t str, function: &str) -> Option<&'t str> {
    let (name, rest) = text.split_once('(')?;
    let argument = rest.strip_suffix(')')?;
    name.trim_end().eq_ignore_ascii_case(function).then(|| argument.trim())
}

fn rate(argument: &str) -> Option<(u64, RateUnit)> {
    let unit = match argument.chars().next_back()? {
        's' | 'S' => RateUnit::Seconds,
        'm' | 'M' => RateUnit::Minutes,
        'h' | 'H' => RateUnit::Hours,
        'd' | 'D' => RateUnit::Days,
        _ => return None,
    };
    let count = argument[..argument.len() - 1].trim_end();
    let is_number = count.bytes().all(|byte| byte.is_ascii_digit());
    Some((count.parse().ok().filter(|_| is_number)?, unit))
}

fn at(argument: &str) -> Option<(DateTime, Option<&str>)> {
    let mut parts = argument.split_ascii_whitespace();
    let (date, time, zone) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    // Second 60, which `strptime` reads as 59, is none of a schedule.
    let seconds = time.rsplit(':').next()?;
    if seconds.parse().is_ok_and(|seconds: u8| seconds > 59) {
        return None;
    }
    let time = DateTime::strptime("%Y-%m-%d %H:%M:%S", format!("{date} {time}")).ok()?;
    Some((time, zone))
}

fn is_cron(text: &str) -> bool {
    let mut fields = text.split_whitespace();
    let is_field = |field: &str| {
        field.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"*/,-?#".contains(&byte))
    };
    if !(0..6).all(|_| fields.next().is_some_and(is_field)) {
        return false;
    }
    let mut rest = fields.next();
    if rest.is_some_and(is_year) {
        rest = fields.next();
    }
    rest.is_none_or(is_zone) && fields.next().is_none()
}

fn is_year(field: &str) -> bool {
    field.bytes().all(|byte| byte.is_ascii_digit() || b"*/,-?".contains(&byte))
}

fn is_zone(field: &str) -> bool {
    field.starts_with(|first: char| first.is_ascii_alphabetic())
        && field.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-:".contains(&byte))
}

impl<'de> Scalar<'de> for Frequency<'de> {
    const EXPECTED: &'static str = "a string";

    fn read(token: Token<'de>, _: Format) -> ScalarResult<Self> {
        read_text(token, Frequency::from)
    }
}

impl IntoOwned for Frequency<'_> {
    type Owned = Frequency<'static>;

    fn into_owned(self) -> Self::Owned {
        self.into_owned()
    }
}

impl Text for Frequency<'_> {
    const KIND: ScalarKind = ScalarKind::Schedule;

    fn text(&self) -> Cow<'_, str> {
        self.as_str().into()
    }
}

#[cfg(feature = "arbitrary")]
impl crate::lenient::private::ArbitraryField for Frequency<'_> {
    fn arbitrary_field(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
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
        Ok(if u.ratio(3, 4)? {
            Self::from(*u.choose(FORMS)?)
        } else {
            Self::from(<Cow<'_, str> as crate::lenient::private::ArbitraryField>::arbitrary_field(
                u,
            )?)
        })
    }
}

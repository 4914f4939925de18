//! What the values of fields tell, by their types in the schema.

use std::collections::{HashMap, HashSet};

use jiff::tz;

use crate::lenient::Api;
use crate::lenient::success::tells_success;
use crate::model::DescribeInvocations;
use crate::schema::{ScalarKind, Shape};

/// What the value of a field tells about the owner of a response, or about the time of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Secret {
    /// An ID or a token.
    Id,
    /// A time.
    Time,
    /// What a command printed, or the description of an error.
    Output,
    /// Any other text.
    Text,
}

/// What the value of the field with this documented name tells; `None` if it is a status, a number or the like, or
/// there is no such field.
///
/// ```
/// use ecs_invocations::{Secret, secret};
///
/// assert_eq!(secret("InvokeId"), Some(Secret::Id));
/// assert_eq!(secret("PageSize"), None);
/// ```
pub fn secret(field: &str) -> Option<Secret> {
    let records = DescribeInvocations::KINDS.records();
    let kind = records.iter().find_map(|record| record.field(field))?.1;
    let Shape::Scalar(kind) = kind else { return None };
    match kind {
        ScalarKind::Time => Some(Secret::Time),
        ScalarKind::Text | ScalarKind::Content if is_output(field) => Some(Secret::Output),
        ScalarKind::Text if field.ends_with("Id") || field.ends_with("Token") => Some(Secret::Id),
        ScalarKind::Text | ScalarKind::Content => Some(Secret::Text),
        ScalarKind::Number | ScalarKind::Boolean | ScalarKind::Schedule | ScalarKind::Enum(_) => {
            None
        }
    }
}

fn is_output(field: &str) -> bool {
    matches!(field, "Output" | "ErrorInfo" | "OssOutputUri" | "OssOutputErrorInfo")
}

/// What follows a name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Field {
    /// A value of a field that is not known.
    Unknown,
    /// A record or a list.
    Structure,
    Scalar(ScalarKind),
}

/// The fields of all records, and the names of what wraps a response.
#[derive(Debug)]
pub(super) struct Fields {
    by_name: HashMap<String, Field>,
    documented: HashSet<&'static str>,
    is_enum_value: Vec<fn(&str) -> bool>,
    /// The words of all names.
    humps: Vec<String>,
}

/// Names beside those of the schema whose values have no secrets.
const NUMBERS: &[&str] = &["statuscode", "httpstatus", "httpcode", "httpstatuscode", "status"];

impl Fields {
    pub(super) fn new() -> Self {
        let kinds = DescribeInvocations::KINDS;
        let mut fields = Self {
            by_name: HashMap::new(),
            documented: HashSet::new(),
            is_enum_value: Vec::new(),
            humps: Vec::new(),
        };
        for name in kinds.roots().chain(kinds.envelopes.iter().copied()) {
            fields.add(name, Field::Structure);
        }
        for name in NUMBERS {
            fields.by_name.insert((*name).to_owned(), Field::Scalar(ScalarKind::Number));
        }
        for record in kinds.records() {
            fields.add(record.name, Field::Structure);
            for (name, shape) in record.fields {
                let field = match shape {
                    Shape::Scalar(kind) => {
                        if let ScalarKind::Enum(is_value) = kind {
                            fields.is_enum_value.push(*is_value);
                        }
                        Field::Scalar(*kind)
                    }
                    Shape::List(_) | Shape::Record(_) => Field::Structure,
                };
                fields.add(name, field);
            }
        }
        fields
    }

    fn add(&mut self, name: &'static str, field: Field) {
        self.documented.insert(name);
        self.by_name.entry(folded(name)).or_insert(field);
        for hump in humps(name) {
            if !self.humps.contains(&hump) {
                self.humps.push(hump);
            }
        }
    }

    /// The field of a name in any spelling.
    pub(super) fn get(&self, name: &str) -> Option<Field> {
        self.by_name.get(&folded(name)).copied()
    }

    /// Whether a text is an error code of the service.
    pub(super) fn is_code(&self, text: &str) -> bool {
        self.is_enum_value.iter().any(|is_value| is_value(text))
    }

    /// The field of an error code.
    pub(super) fn code(&self) -> Field {
        self.by_name.get("code").copied().unwrap_or(Field::Unknown)
    }

    /// Whether this is exactly a documented name.
    pub(super) fn is_documented(&self, name: &str) -> bool {
        self.documented.contains(name)
    }

    /// Whether a name consists of words that names of fields have, as that of a class does.
    pub(super) fn is_of_known_words(&self, name: &str) -> bool {
        const OTHERS: &[&str] = &[
            "body", "response", "result", "results", "model", "dto", "resp", "data", "item",
            "list", "request", "type", "array", "of", "error",
        ];
        let humps = humps(name);
        !humps.is_empty()
            && humps.iter().all(|hump| {
                OTHERS.contains(&&**hump) || self.humps.iter().any(|known| known == hump)
            })
    }

    /// Whether a value of this kind has no secret.
    pub(super) fn is_kept(&self, kind: ScalarKind, text: &str) -> bool {
        let text = text.trim();
        is_nothing(text)
            || match kind {
                ScalarKind::Text | ScalarKind::Content => false,
                ScalarKind::Number => is_number(text),
                ScalarKind::Boolean => is_boolean(text),
                ScalarKind::Time => is_time(text),
                ScalarKind::Schedule => is_schedule(text),
                // A gateway sends the HTTP status as a code.
                ScalarKind::Enum(_)
                    if text.len() <= 3 && text.bytes().all(|it| it.is_ascii_digit()) =>
                {
                    true
                }
                ScalarKind::Enum(_) => {
                    self.is_enum_value.iter().any(|is_value| is_value(text)) || tells_success(text)
                }
            }
    }
}

/// A name without what does not tell names apart.
fn folded(name: &str) -> String {
    let name = name.trim_end_matches(':');
    let name = name.rsplit_once(':').map_or(name, |(_, local)| local);
    let is_part = |c: &char| c.is_alphanumeric() && !matches!(c, '\u{ad}' | '\u{200b}');
    name.chars().filter(is_part).map(|c| c.to_ascii_lowercase()).collect()
}

/// The words of a name in camel case or with underscores, in lower case.
fn humps(name: &str) -> Vec<String> {
    let mut humps: Vec<String> = Vec::new();
    let mut is_start = true;
    for c in name.chars() {
        if !c.is_ascii_alphabetic() {
            is_start = true;
            continue;
        }
        if is_start || c.is_ascii_uppercase() {
            humps.push(String::new());
        }
        is_start = false;
        if let Some(hump) = humps.last_mut() {
            hump.push(c.to_ascii_lowercase());
        }
    }
    humps
}

/// Whether a text stands for a missing value.
fn is_nothing(text: &str) -> bool {
    ["null", "none", "nil", "undefined", "n/a", "nan"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(text))
}

fn is_boolean(text: &str) -> bool {
    ["true", "false", "yes", "no", "on", "off", "t", "f", "y", "n", "1", "0"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(text))
}

/// A number with few digits, so that it is no account or the like.
fn is_number(text: &str) -> bool {
    // `5L` of Java, `0b101`, `0o17`, `0x1F`.
    let text = text.trim_start_matches(['-', '+']);
    let text = text.trim_end_matches(['L', 'l', 'n', 'u', 'U', 'f', 'F', 'd', 'D']);
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return (1..=8).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_hexdigit());
    }
    let text = text.strip_prefix("0b").or_else(|| text.strip_prefix("0o")).unwrap_or(text);
    let (text, exponent) = text.split_once(['e', 'E']).unwrap_or((text, ""));
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let groups: Vec<&str> = whole.split([',', '_', '\'', ' ', '\u{a0}']).collect();
    let is_grouped = groups.len() == 1 || groups[1..].iter().all(|group| group.len() == 3);
    let digits: usize = groups.iter().map(|group| group.len()).sum::<usize>() + fraction.len();
    let is_short = (1..=10).contains(&digits) || is_exit_code(text);
    is_short
        && is_grouped
        && groups.iter().all(|group| is_plain(group))
        && is_plain(fraction)
        && exponent.len() <= 4
        && is_plain(exponent.trim_start_matches(['-', '+']))
}

/// Exit codes of Windows are printed as 64 bits with the sign of 32.
fn is_exit_code(text: &str) -> bool {
    text.parse::<u64>().is_ok_and(|code| code > u64::MAX - (1 << 32))
}

const CALENDAR: &[&str] = &[
    "t",
    "z",
    "utc",
    "gmt",
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "am",
    "pm",
    "cst",
];

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

fn is_calendar_word(word: &str) -> bool {
    CALENDAR.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// A date, a time of a day, both, or seconds or milliseconds of this epoch.
pub(super) fn is_time(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if text.len() == digits {
        return matches!(digits, 10 | 13) && text.starts_with('1');
    }
    let is_sign = |c: char| matches!(c, '-' | ':' | '.' | '+' | '/' | ',' | ' ' | '(' | ')');
    let is_part = |c: char| c.is_ascii_alphanumeric() || is_sign(c);
    if !(4..=24).contains(&digits)
        || !text.chars().all(is_part)
        || !words(text).all(is_calendar_word)
    {
        return false;
    }
    // Only seconds have a fraction, so that an address is no time.
    let (before, after) = match text.split_once('.') {
        Some((before, after)) => (before, after.trim_start_matches(|c: char| c.is_ascii_digit())),
        None => (text, ""),
    };
    let bytes = before.as_bytes();
    let has_seconds = bytes.len() > 5 && bytes[bytes.len() - 3] == b':';
    if before.len() < text.len() && (!has_seconds || after.contains('.')) {
        return false;
    }
    let is_group = |group: &str| matches!(group.len(), 0 | 1 | 2 | 4);
    let groups = |text: &str| text.split(|c: char| !c.is_ascii_digit()).all(is_group);
    // `12:00:01,123` of Python and Java.
    let before =
        before.split_once(',').filter(|(_, rest)| rest.len() == 3).map_or(before, |it| it.0);
    let shape: String = before.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    let has_date =
        ["9999-99-99", "9999/99/99", "99/99/9999", "9999-9"].iter().any(|it| shape.contains(it));
    let has_month =
        words(text).any(|word| CALENDAR[3..].iter().any(|it| it.eq_ignore_ascii_case(word)));
    groups(before) && groups(after) && (has_date || shape.contains("9:99") || has_month)
}

fn is_schedule(text: &str) -> bool {
    const SCHEDULE: &[&str] = &["rate", "at", "cron", "s", "m", "h", "d", "l", "w", "lw", "c"];
    let is_sign = |c: char| " *?/,-#:()+._\t".contains(c);
    if !text.chars().all(|c| c.is_ascii_alphanumeric() || is_sign(c)) {
        return false;
    }
    let (schedule, zone) = match text.rsplit_once(' ') {
        Some((before, zone)) if zone.contains('/') && zone.starts_with(char::is_alphabetic) => {
            (before, Some(zone))
        }
        _ => (text, None),
    };
    let is_known_zone = |zone: &str| tz::db().get(zone).is_ok();
    let is_known = |word: &str| {
        is_calendar_word(word) || SCHEDULE.iter().any(|known| known.eq_ignore_ascii_case(word))
    };
    let longest = schedule.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    words(schedule).all(is_known) && longest <= 4 && zone.is_none_or(is_known_zone)
}

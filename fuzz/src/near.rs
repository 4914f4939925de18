//! Values near those of a document: limits of rules are seldom met by chance.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};

use super::damage_kinds::Random;
use super::oracle::field_names;

/// Seconds around the tolerances and the units of the rules on times.
const SECONDS: &[i64] = &[0, 1, 5, 9, 10, 11, 59, 60, 61, 3600, 28_800, 86_400];

/// Values that are special to a field.
const VALUES: &[&str] = &[
    "Running",
    "finished",
    "Failed",
    "PartialFailed",
    "Stopped",
    "Stopping",
    "Pending",
    "Invalid",
    "Success",
    "success",
    "Timeout",
    "Terminated",
    "Scheduled",
    "Aborted",
    "Cancelled",
    "Delivery",
    "Error",
    "Undelivered",
    "RunShellScript",
    "RunBatScript",
    "RunPowerShellScript",
    "Once",
    "Period",
    "NextRebootOnly",
    "EveryReboot",
    "Process",
    "ProcessTree",
    "true",
    "True",
    "false",
    "yes",
    "0",
    "200",
    "404",
    "OK",
    "",
    " ",
    "None",
    "N/A",
    "rate(5m)",
    "rate(7d)",
    "at(2026-01-01 00:00:00)",
    "0 */20 * * * ?",
    "0 0 12 ? * FRIL *",
    "0 0 0 L * ?",
    "ZWNobyBoZWxsbw==",
    "InvalidInstance.NotFound",
    "Throttling.User",
    "Forbidden.RAM",
    "2020-01-01T00:00:00Z",
    "Wed Jan 01 00:00:00 UTC 2020",
    "2020-01-01 08:00:00 +0800 CST",
    "1,234",
    "-0x10",
    "1.500",
    "1.0",
];

/// The document with a value in place of that at a token: a number beside it, a time shortly before or after one of
/// the document, or the value or the name of a field.
pub(super) fn change(text: &str, token: &Range<usize>, random: &mut Random) -> String {
    let range = whole(text, token);
    let here = &text[range.clone()];
    let other = if let Ok(number) = here.parse::<i64>() {
        match random.below(6) {
            0 => number.wrapping_add(1).to_string(),
            1 => number.wrapping_sub(1).to_string(),
            2 => number.wrapping_mul(10).to_string(),
            3 => number.wrapping_neg().to_string(),
            _ => any_of(text, random, |it| it.parse::<i64>().ok()).unwrap_or_default().to_string(),
        }
    } else if instant(here).is_some() {
        let seconds = SECONDS[random.below(SECONDS.len())];
        let seconds = if random.below(2) == 0 { seconds } else { -seconds };
        let time = any_of(text, random, instant);
        let moved = time.and_then(|time| time.checked_add(SignedDuration::from_secs(seconds)).ok());
        moved.map_or_else(String::new, |time| time.to_string())
    } else if field_names().contains(&here) {
        field_names()[random.below(field_names().len())].to_owned()
    } else {
        VALUES[random.below(VALUES.len())].to_owned()
    };
    [&text[..range.start], &other, &text[range.end..]].concat()
}

/// The value or name of which a token is a part.
fn whole(text: &str, token: &Range<usize>) -> Range<usize> {
    const ENDS: &[char] = &['<', '>', '"', '{', '}', '[', ']', ',', '\n', '/'];
    let is_inside = |c: char| !c.is_whitespace() && !ENDS.contains(&c);
    let Some(inside) = text[token.clone()].find(is_inside) else { return token.clone() };
    let at = token.start + inside;
    let start = text[..at].rfind(ENDS).map_or(0, |before| before + 1);
    let end = text[at..].find(ENDS).map_or(text.len(), |after| at + after);
    // Between the colon and the value of a member.
    let start = text[start..at].rfind(": ").map_or(start, |colon| start + colon + 1);
    let length = text[start..end].trim_end().len();
    let blanks = text[start..end].len() - text[start..end].trim_start().len();
    start + blanks..start + length
}

/// A value of one of the names or values of a document that have one.
fn any_of<T>(text: &str, random: &mut Random, value: impl Fn(&str) -> Option<T>) -> Option<T> {
    let pieces = text.split(['<', '>', '"', ',', '\n']);
    let mut values: Vec<T> = pieces.filter_map(|piece| value(piece.trim())).collect();
    (!values.is_empty()).then(|| values.swap_remove(random.below(values.len())))
}

fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn finds_the_whole_value() {
        for (text, token, expected) in [
            ("<a>2020-01-01T00:00:00Z</a>", 17..19, "2020-01-01T00:00:00Z"),
            (r#"{"a": "b c"}"#, 6..11, "b c"),
            (r#"{"a": 12}"#, 6..8, "12"),
            ("<a>", 0..3, "a"),
        ] {
            assert_eq!(&text[whole(text, &token)], expected);
        }
    }
}

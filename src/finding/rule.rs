//! What is known of a rule: its code, name, severity and explanation.

use std::fmt;
use std::str::FromStr;

/// A rule: one normalization or repair of the decoder, or one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The stable code. Decoder rules start with `N` (normalized), `M` (malformed, repaired) or `U`
    /// (unreadable, dropped); other letters are checks.
    pub code: &'static str,
    /// The stable name.
    pub name: &'static str,
    /// Earlier names of the rule, which [`Rule::find`] still accepts.
    pub aliases: &'static [&'static str],
    /// What the decoder does, or what a check reports; in one phrase.
    pub summary: &'static str,
    /// The default severity of its findings.
    pub severity: Severity,
    /// The version of the API that the rule belongs to.
    pub api_version: ApiVersion,
    /// Whether the rule is enabled unless configured otherwise.
    pub enabled_by_default: bool,
    /// Why it matters: what may go wrong downstream.
    pub reason: &'static str,
    /// Two documents. For a decoder rule: an input, and the same in the canonical form that it is read
    /// as; `\xHH` is the byte with that hexadecimal value. For a check: a document that violates the
    /// rule and one that conforms; query strings if the rule is about requests.
    pub examples: [&'static str; 2],
}

impl Rule {
    /// Whether its findings come from the decoder, not from a check.
    pub fn is_decoder_rule(&self) -> bool {
        self.code.starts_with(['M', 'N', 'U'])
    }
}

/// Which version of the API's reference has a field, value or rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApiVersion {
    /// Only the 2018 reference, which this crate implements.
    Reference2018,
    /// Only the current API.
    Current,
    /// Both.
    Both,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is lost or doubtful.
    Info,
    /// Probably a mistake.
    Warning,
    /// Wrong or lost.
    Error,
}

impl Severity {
    /// `info`, `warning` or `error`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Severity {
    type Err = UnknownSeverity;

    fn from_str(text: &str) -> Result<Self, UnknownSeverity> {
        [Self::Info, Self::Warning, Self::Error]
            .into_iter()
            .find(|severity| severity.name().eq_ignore_ascii_case(text))
            .ok_or(UnknownSeverity)
    }
}

/// Returned when a text is not `info`, `warning` or `error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownSeverity;

impl fmt::Display for UnknownSeverity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown severity, expected `info`, `warning` or `error`")
    }
}

impl std::error::Error for UnknownSeverity {}

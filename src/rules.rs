//! All rules, those of the decoder and those of the checks.

use crate::finding::{RULES, Rule};

#[cfg(feature = "validate")]
static CHECKS: &[Rule] = crate::validate::RULES;
#[cfg(not(feature = "validate"))]
static CHECKS: &[Rule] = &[];

impl Rule {
    /// Every rule, sorted by code.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        let mut all: Vec<_> = Self::rows().collect();
        all.sort_by_key(|rule| rule.code);
        all.into_iter()
    }

    /// The rule with that code, in any case, or with that name or alias.
    pub fn find(code_or_name: &str) -> Option<&'static Self> {
        Self::rows().find(|rule| {
            rule.code.eq_ignore_ascii_case(code_or_name)
                || rule.name == code_or_name
                || rule.aliases.contains(&code_or_name)
        })
    }

    fn rows() -> impl Iterator<Item = &'static Self> {
        RULES.iter().chain(CHECKS)
    }
}

//! Every rule with its code: what the decoder does or a check reports, why it matters, and examples.
//!
//! A program gets the same from [`Rule::find`] and [`Rule::all`], the command from
//! `ecs-invocations rule N102`. Of the checks, they need the feature `validate`.
//!
#![doc = include_str!("../docs/rules.md")]
// A search for the code of a check finds this page; the decoder's codes are with `FindingKind`.
#![doc(alias(
    "A901", "A902", "A903", "C911", "C912", "C913", "C914", "F701", "F702", "F703", "F704", "F705",
    "F706", "F707", "P501", "P502", "P503", "P504", "P505", "P506", "R921", "R922", "R923", "R924",
    "R925", "R926", "R927", "R928", "R929", "R930", "R931", "R932", "R933", "R934", "R935", "R936",
    "R937", "S401", "S402", "S403", "S404", "S405", "S406", "S407", "S408", "S409", "S410", "S411",
    "S412", "T801", "T802", "T803", "T804", "T805", "T806", "T807", "T808", "T809", "T810", "V601",
    "V602", "V603", "V604", "V605", "V606", "V607", "V608", "V609", "V610", "V611", "V612", "V613",
    "V614", "V615", "V616", "V617", "V618", "V619", "X931", "X932", "X933"
))]

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

#[cfg(all(test, feature = "validate"))]
mod tests {
    use super::Rule;

    #[test]
    fn codes_of_checks_are_aliases_of_the_page() {
        let source = include_str!("rules.rs");
        let (_, list) = source.split_once("#![doc(alias(").unwrap();
        let (list, _) = list.split_once("))]").unwrap();
        let aliases: Vec<_> = list.split('"').skip(1).step_by(2).collect();
        let checks = Rule::all().filter(|rule| !rule.is_decoder_rule());
        assert_eq!(aliases, checks.map(|rule| rule.code).collect::<Vec<_>>());
    }
}

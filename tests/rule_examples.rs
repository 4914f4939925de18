//! The examples of the decoder's rules.

use std::collections::HashSet;

use ecs_invocations::finding::{RULES, Rule};
use ecs_invocations::{Options, decode};

/// The example's bytes: `\xHH` is the byte with that hexadecimal value.
fn bytes(example: &str) -> Vec<u8> {
    let mut parts = example.split(r"\x");
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}

#[test]
fn each_example_triggers_its_rule_and_decodes_to_its_canonical_form() {
    for rule in RULES {
        let [input, read_as] = rule.examples.map(bytes);
        let code = rule.code;
        let mut options = Options::default();
        options.report_empty_strings = !rule.enabled_by_default;
        let decoded = options.decode(&input).unwrap_or_else(|error| panic!("{code}: {error}"));
        let canonical = decode(&read_as).unwrap_or_else(|error| panic!("{code}: {error}"));
        let findings = &decoded.findings;
        assert!(findings.iter().any(|finding| finding.code() == code), "{code}: {findings:?}");
        assert_eq!(decoded.response, canonical.response, "{code}");
        assert!(canonical.is_clean(), "{code}: {:?}", canonical.findings);
    }
}

#[test]
fn each_rule_has_its_own_explanation() {
    assert!(RULES.is_sorted_by(|a, b| a.code < b.code));
    let mut reasons = HashSet::new();
    for rule in RULES {
        assert!(reasons.insert(rule.reason), "{}", rule.code);
        assert!(rule.examples[0] != rule.examples[1], "{}", rule.code);
    }
}

#[test]
fn a_rule_is_found_by_its_code_name_and_earlier_names() {
    let mut names = HashSet::new();
    for rule in Rule::all() {
        assert_eq!(Rule::find(rule.code), Some(rule));
        for name in rule.aliases.iter().chain([&rule.name]) {
            assert_eq!(Rule::find(name), Some(rule));
            assert!(names.insert(*name), "{name}");
        }
    }
    assert_eq!(Rule::find("word").map(|rule| rule.code), Some("N102"));
}

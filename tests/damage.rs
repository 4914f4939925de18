//! How much of damaged documents is recovered, by group of kinds of damage.

#[path = "../fuzz/src/damage_kinds/mod.rs"]
mod damage_kinds;
#[path = "damage/score.rs"]
mod score;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use damage_kinds::{BASES, Expects, kinds};
use ecs_invocations::{Options, Repair, decode};
use score::{Score, Scorer};
use serde_json::Value;

/// For each group: the least share of values that is recovered, in percent, and the most values that are
/// invented in a hundred documents. Raise them with what `--nocapture` prints.
const BOUNDS: &[(&str, usize, usize)] = &[
    ("01-brackets", 97, 62),
    ("01-colons", 96, 8),
    ("02-objects-on-lines", 99, 4),
    ("03-between", 99, 6),
    ("03-commas", 95, 22),
    ("04-inner-quotes", 99, 4),
    ("04-quotes", 99, 12),
    ("04-split-strings", 99, 10),
    ("05-frames", 99, 4),
    ("05-line-prefixes", 99, 4),
    ("05-line-suffixes", 99, 4),
    ("06-terminal", 99, 27),
    ("07-escapes", 95, 32),
    ("07-literals", 96, 9),
    ("08-go", 99, 4),
    ("08-java", 99, 4),
    ("08-javascript", 99, 4),
    ("08-other", 82, 4),
    ("08-php", 99, 4),
    ("08-powershell", 99, 4),
    ("08-python", 99, 4),
    ("08-ruby", 99, 4),
    ("08-yaml", 99, 4),
    ("09-numbers", 98, 4),
    ("10-names", 95, 42),
    ("10-tuples", 71, 4),
    ("11-syntax", 99, 30),
    ("11-tags", 99, 4),
    ("12-outside", 96, 4),
];

/// Documents of each kind.
const COUNT: usize = 3;

#[derive(Default)]
struct Group {
    documents: usize,
    refused: usize,
    score: Score,
}

impl Group {
    fn recall(&self) -> f64 {
        100.0 * self.score.recovered as f64 / self.score.values.max(1) as f64
    }

    fn invented(&self) -> f64 {
        100.0 * self.score.invented as f64 / self.documents.max(1) as f64
    }
}

/// Indented and compact documents in both formats decode as they are.
#[test]
fn sound_documents_are_not_repaired() {
    let mut plain = Options::default();
    plain.repair = Repair::None;
    let mut seen = BTreeSet::new();
    for damaged in kinds().iter().flat_map(|kind| (0..COUNT).map(|nth| kind.damaged(nth, 1))) {
        let Some(damaged) = damaged.filter(|damaged| seen.insert(damaged.clean.clone())) else {
            continue;
        };
        let plain = plain.decode(damaged.clean.as_bytes()).unwrap();
        assert_eq!(decode(damaged.clean.as_bytes()).unwrap(), plain, "{}", damaged.base);
    }
    assert!(seen.len() > BASES.len());
}

#[test]
fn bases_are_clean() {
    for base in BASES {
        let decoded = decode(base.json.as_bytes()).unwrap();
        let expected: Value = serde_json::from_str(base.json).unwrap();
        let mut known = BTreeSet::new();
        score::names(&expected, &mut known);
        let actual: Value = serde_json::from_str(&decoded.response.to_json()).unwrap();
        let score = Scorer::score(&expected, Some(&actual), known, false);
        assert_eq!((score.recovered, score.invented), (score.values, 0), "{}", base.name);
    }
}

/// Of the values that are read where all repairs are certain, nearly all are right.
#[test]
fn certain_repairs_are_right() {
    const MOST_INVENTED: usize = 1;
    let mut known = BTreeSet::new();
    let expected: BTreeMap<&str, Value> =
        BASES.iter().map(|base| (base.name, serde_json::from_str(base.json).unwrap())).collect();
    expected.values().for_each(|value| score::names(value, &mut known));
    let certain = Options::new().with_repair(Repair::Certain);
    let (mut documents, mut total) = (0, Score::default());
    for kind in kinds() {
        for damaged in (0..COUNT).filter_map(|nth| kind.damaged(nth, 1)) {
            let expected = match kind.expects {
                Expects::Whole | Expects::AnyWhitespace => expected[damaged.base].clone(),
                Expects::NoFalse => score::without_false(&expected[damaged.base]),
                Expects::Refusal | Expects::Part => continue,
            };
            let Ok(decoded) = certain.decode(damaged.text.as_bytes()) else { continue };
            if !decoded.findings.iter().any(|finding| finding.code().starts_with('M')) {
                continue;
            }
            let decoded = serde_json::from_str(&decoded.response.to_json()).unwrap();
            let ignores_whitespace = kind.expects == Expects::AnyWhitespace;
            let score = Scorer::score(&expected, Some(&decoded), known.clone(), ignores_whitespace);
            documents += 1;
            total.recovered += score.recovered;
            total.invented += score.invented;
        }
    }
    let read = total.recovered + total.invented;
    println!("{documents} documents, {} of {read} values are right", total.recovered);
    assert!(documents > 3_000, "{documents}");
    assert!(total.invented * 1000 <= read * MOST_INVENTED, "{} of {read}", total.invented);
}

/// Enough is recovered, a repair is never silent, and each value stands in the document.
#[test]
fn recovers_by_group() {
    let mut known = BTreeSet::new();
    let expected: BTreeMap<&str, Value> =
        BASES.iter().map(|base| (base.name, serde_json::from_str(base.json).unwrap())).collect();
    expected.values().for_each(|value| score::names(value, &mut known));
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for kind in kinds() {
        let group = groups.entry(kind.group().to_owned()).or_default();
        for damaged in (0..COUNT).filter_map(|nth| kind.damaged(nth, 1)) {
            let expected = match kind.expects {
                Expects::Whole | Expects::AnyWhitespace => expected[damaged.base].clone(),
                Expects::NoFalse => score::without_false(&expected[damaged.base]),
                Expects::Refusal | Expects::Part => continue,
            };
            let decoded = decode(damaged.text.as_bytes());
            if let Ok(decoded) = &decoded
                && serde_json::from_str::<Value>(&damaged.text).is_err()
                && !damaged.text.contains('<')
            {
                assert!(!decoded.is_clean(), "{} is not reported:\n{}", kind.name, damaged.text);
            }
            let is_refused = decoded.is_err();
            let decoded = decoded
                .ok()
                .map(|decoded| serde_json::from_str::<Value>(&decoded.response.to_json()).unwrap());
            let texts = decoded.iter().flat_map(score::texts);
            if let Some(text) = damaged.first_made_up(texts) {
                panic!("{}: {text:?} is not in the input:\n{}", kind.name, damaged.text);
            }
            let ignores_whitespace = kind.expects == Expects::AnyWhitespace;
            let score =
                Scorer::score(&expected, decoded.as_ref(), known.clone(), ignores_whitespace);
            group.documents += 1;
            group.refused += usize::from(is_refused);
            group.score.values += score.values;
            group.score.recovered += score.recovered;
            group.score.invented += score.invented;
        }
    }
    let mut failures = String::new();
    for (name, group) in &groups {
        let (recall, invented) = (group.recall(), group.invented());
        println!(
            "    ({name:?}, {}, {}), // {} documents, {} refused",
            recall.floor(),
            invented.ceil(),
            group.documents,
            group.refused
        );
        let (_, least, most) = BOUNDS
            .iter()
            .find(|(group, ..)| group == name)
            .unwrap_or_else(|| panic!("{name} has no bounds"));
        if recall < *least as f64 || invented > *most as f64 {
            writeln!(failures, "{name}: {recall:.1} % recovered, {invented:.0} invented in 100")
                .unwrap();
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

//! What is recovered from each kind of damage.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use arbitrary::Unstructured;
use ecs_invocations::decode;

use super::damage_kinds::{BASES, Damaged, Kind};
use super::{Effort, any_bytes, is_well_formed, leaves, mutate, without_repair};

/// The first documents of each kind, of which it is known whether every value comes back: how many, and their seed.
pub const LISTED: (u8, u64) = (3, 1);

/// Those of which not every value does, as a reviewed snapshot has them.
static NOT_WHOLE: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let list = include_str!("../../tests/snapshots/properties__not_whole.snap");
    list.lines().filter_map(|line| line.split_once(": ")).map(|(document, _)| document).collect()
});

/// A document with one of many kinds of damage decodes to values that all occur in it, and is not
/// repaired without a finding; before the damage it is not repaired.
pub(super) fn repair_of_any_kind(
    u: &mut Unstructured<'_>,
    effort: Effort,
) -> arbitrary::Result<()> {
    let kind = u.choose(&mutate::KINDS)?;
    let (nth, seed): (u8, u16) = u.arbitrary()?;
    if seed % 2 == 0 {
        let nth = nth % LISTED.0;
        let document = format!("{} {nth}", kind.name);
        let lost = not_whole(kind, nth).filter(|_| !NOT_WHOLE.contains(&*document));
        assert_eq!(lost, None, "{document} came back whole before");
    }
    let Some(damaged) = kind.damaged(nth.into(), seed.into()) else { return Ok(()) };
    any_bytes::decode_bytes(damaged.text.as_bytes(), effort);
    let Ok(decoded) = decode(damaged.text.as_bytes()) else { return Ok(()) };
    let values = leaves(&decoded.response).into_values();
    if let Some(value) = damaged.first_made_up(values) {
        panic!("{}: {value:?} is not in the input:\n{}", kind.name, damaged.text);
    }
    if damaged.text.trim_start().starts_with('{') && !is_well_formed(&damaged.text) {
        assert!(!decoded.is_clean(), "{} was not reported:\n{}", kind.name, damaged.text);
    }
    assert_eq!(
        decode(damaged.clean.as_bytes()).ok(),
        without_repair().decode(damaged.clean.as_bytes()).ok(),
        "a sound document is not repaired:\n{}",
        damaged.clean
    );
    Ok(())
}

/// What is not as it was before the damage, in a line; `None` if every value is.
pub fn not_whole(kind: &Kind, nth: u8) -> Option<String> {
    let Damaged { base, text, .. } = kind.damaged(nth.into(), LISTED.1)?;
    let base = BASES.iter().find(|it| it.name == base).expect("a base of that name");
    let expected = leaves(&decode(base.json.as_bytes()).expect("a base is sound").response);
    let Ok(decoded) = decode(text.as_bytes()) else { return Some("refused".to_owned()) };
    let read = leaves(&decoded.response);
    let share_of = |one: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
        one.iter().filter(|(path, value)| other.get(*path) == Some(*value)).count()
    };
    let right = share_of(&expected, &read);
    let other = read.len() - right;
    let is_whole = right == expected.len() && other == 0;
    (!is_whole).then(|| format!("{right} of {}, {other} others", expected.len()))
}

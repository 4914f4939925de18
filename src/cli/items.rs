//! The findings of a document as they are reported: with the edits that repair them, and alike ones as one.

use std::collections::BTreeMap;

use ecs_invocations::Edit;
use ecs_invocations::finding::{Finding, Step};

/// A finding, or several of one cause.
#[derive(Clone)]
pub(super) struct Item<'f> {
    pub(super) finding: &'f Finding,
    /// The edits that repair what it reports.
    pub(super) edits: Vec<&'f Edit>,
    /// The number of findings of the same cause that are not shown.
    pub(super) more: usize,
}

/// The findings in their order, each with its edits.
pub(super) fn items<'f>(findings: Vec<&'f Finding>, edits: &'f [Edit]) -> Vec<Item<'f>> {
    let mut items: Vec<Item<'f>> =
        findings.into_iter().map(|finding| Item { finding, edits: Vec::new(), more: 0 }).collect();
    // Both are in the order of the input.
    let mut from = 0;
    for edit in edits {
        let start = |item: &Item<'_>| {
            item.finding.location.as_ref().map_or(0, |location| location.bytes.start)
        };
        let is_repair =
            |item: &Item<'_>| matches!(item.finding.code().as_bytes()[0], b'M' | b'U' | b'N');
        while from + 1 < items.len() && start(&items[from + 1]) <= edit.bytes.start {
            from += 1;
        }
        let touches = |item: &Item<'_>| {
            let Some(location) = &item.finding.location else { return false };
            location.bytes.start <= edit.bytes.end && edit.bytes.start <= location.bytes.end + 1
        };
        // Several findings may have one place.
        const NEAR: usize = 4;
        let near = from.saturating_sub(NEAR)..(from + NEAR).min(items.len());
        let found = near.rev().find(|nth| is_repair(&items[*nth]) && touches(&items[*nth]));
        if let Some(item) = found.and_then(|nth| items.get_mut(nth)) {
            item.edits.push(edit);
        }
    }
    items
}

/// Leaves the first of findings of one cause: of the same rule, and about the same field if the rule is a check.
pub(super) fn folded<'f>(items: &[Item<'f>]) -> Vec<Item<'f>> {
    /// So many are shown one by one.
    const FEW: usize = 3;
    let mut counts: BTreeMap<(&str, String), (usize, usize)> = BTreeMap::new();
    for item in items {
        counts.entry(cause(item.finding)).or_default().0 += 1;
    }
    let mut folded = Vec::new();
    for item in items {
        let mut item = item.clone();
        let Some((count, shown)) = counts.get_mut(&cause(item.finding)) else { continue };
        if *count <= FEW {
            folded.push(item);
        } else if *shown == 0 {
            (*shown, item.more) = (1, *count - 1);
            folded.push(item);
        }
    }
    folded
}

fn cause(finding: &Finding) -> (&'static str, String) {
    let names = finding.path.steps().iter().filter_map(|step| match step {
        Step::Name(name) => Some(&**name),
        Step::Index(_) => None,
    });
    let names = match finding.code().as_bytes()[0] {
        b'N' | b'M' | b'U' => String::new(),
        _ => names.collect::<Vec<_>>().join("."),
    };
    (finding.code(), names)
}

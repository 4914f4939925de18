//! Paths of the values that are checked, and their locations in the input.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::report::PendingFinding;
use crate::finding::{Finding, Location, Path, Step};
use crate::pending::Omitted;
use crate::text::input::LocatedValue;

/// Gives each finding the location of its value in the input; if the value is missing, that of the
/// innermost value that should contain it.
///
/// The paths in the input have the names of envelopes; those that together exceed `path_bytes` are omitted.
///
/// `locations` reads the input again and returns the values whose keys are wanted.
pub(super) fn locate(
    pending: Vec<PendingFinding>,
    mut path_bytes: usize,
    omitted: &mut Omitted,
    locations: impl FnOnce(Arc<HashSet<Path>>) -> Vec<LocatedValue>,
) -> Vec<Finding> {
    let prefix = |steps: &[Step], length: usize| Path::from(steps[..length].to_vec());
    // Not that of all items: the list itself contains them.
    let is_value =
        |steps: &[Step], length: usize| !matches!(steps.get(length), Some(Step::Index(_)));
    let wanted = pending.iter().flat_map(|finding| {
        let steps = finding.path.steps();
        let lengths = (0..=steps.len()).filter(|length| is_value(steps, *length));
        lengths.map(|length| prefix(steps, length))
    });
    let mut known: HashMap<Path, (Path, Location)> = HashMap::new();
    for LocatedValue { key, path, location } in locations(Arc::new(wanted.collect())) {
        known.entry(key).or_insert((path, location));
    }
    let locate = |finding: PendingFinding| {
        let steps = finding.path.steps();
        let innermost = (0..=steps.len())
            .rev()
            .find_map(|length| known.get(&prefix(steps, length)).map(|found| (length, found)));
        let (path, location) = match innermost {
            Some((length, (path, location))) => {
                let Some(left) = path_bytes.checked_sub(path.size()) else {
                    omitted.add(finding.rule());
                    return None;
                };
                path_bytes = left;
                // The path as the input has it, with the names of its envelopes.
                let steps = path.steps().iter().chain(&steps[length..]);
                (Path::from(steps.cloned().collect::<Vec<_>>()), location.clone())
            }
            None => (finding.path.clone(), Location::start()),
        };
        Some(finding.located(path, Some(location)))
    };
    pending.into_iter().filter_map(locate).collect()
}

/// Builds a [`Path`] only when a violation needs one: a valid response costs no allocation.
#[derive(Clone, Copy)]
pub(super) struct PathBuilder<'p> {
    parent: Option<&'p PathBuilder<'p>>,
    step: Option<(&'static str, Option<usize>)>,
}

impl<'p> PathBuilder<'p> {
    pub(super) const ROOT: PathBuilder<'static> = PathBuilder { parent: None, step: None };

    pub(super) fn field(&'p self, name: &'static str) -> Self {
        Self { parent: Some(self), step: Some((name, None)) }
    }

    /// An element of a list; `name` is that of the list's elements.
    pub(super) fn element(&'p self, name: &'static str, index: usize) -> Self {
        Self { parent: Some(self), step: Some((name, Some(index))) }
    }

    pub(super) fn path(&self) -> Path {
        let mut steps = Vec::new();
        let mut next = Some(self);
        while let Some(builder) = next {
            if let Some((name, index)) = builder.step {
                steps.extend(index.map(Step::Index));
                steps.push(Step::Name(name.into()));
            }
            next = builder.parent;
        }
        steps.reverse();
        steps.into()
    }

    /// The path of a member that is not a field.
    pub(super) fn member_path(&self, name: &str) -> Path {
        let mut steps = self.path().steps().to_vec();
        steps.push(Step::Name(name.to_owned().into()));
        steps.into()
    }

    /// The path of a field.
    pub(super) fn to(&self, name: &'static str) -> Path {
        self.field(name).path()
    }
}

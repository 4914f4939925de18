//! A file of known findings, which are not reported again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use ecs_invocations::finding::Finding;
use serde::{Deserialize, Serialize};

use super::paths;

/// A finding without its place, which any change before it moves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    file: String,
    code: String,
    path: String,
    message: String,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    known: Known,
    count: usize,
}

/// Findings and how often each is known: of those that were read, as often as it was not met yet.
#[derive(Default)]
pub(super) struct Baseline(Mutex<BTreeMap<Known, usize>>);

impl Baseline {
    pub(super) fn read(file: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
        let entries: Vec<Entry> =
            serde_json::from_str(&text).map_err(|error| format!("not a baseline: {error}"))?;
        let mut known = BTreeMap::new();
        for Entry { known: entry, count } in entries {
            let file = paths::relative(Path::new(&entry.file), Path::new(""));
            *known.entry(Known { file, ..entry }).or_default() += count;
        }
        Ok(Self(Mutex::new(known)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Known, usize>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Whether a finding is known; each time counts once. The path of the file is relative to the working directory.
    pub(super) fn take(&self, file: &str, finding: &Finding) -> bool {
        let mut known = self.lock();
        match known.get_mut(&Known::new(file, finding)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    pub(super) fn add(&self, file: &str, finding: &Finding) {
        *self.lock().entry(Known::new(file, finding)).or_default() += 1;
    }

    /// The number of findings that were not met.
    pub(super) fn rest(&self) -> usize {
        self.lock().values().sum()
    }

    pub(super) fn write(&self, file: &Path) -> std::io::Result<()> {
        let known = self.lock();
        let entries: Vec<Entry> = known
            .iter()
            .map(|(known, count)| Entry { known: known.clone(), count: *count })
            .collect();
        let text = serde_json::to_string_pretty(&entries)?;
        fs::write(file, text + "\n")
    }
}

impl Known {
    fn new(file: &str, finding: &Finding) -> Self {
        Self {
            file: file.to_owned(),
            code: finding.code().to_owned(),
            path: finding.path.to_string(),
            message: finding.message(),
        }
    }
}

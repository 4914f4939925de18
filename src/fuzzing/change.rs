//! Changes of a document.

use std::ops::Range;

use arbitrary::{Arbitrary, Unstructured};

use crate::random::Random;

/// A changed document, and what was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changed<T, K> {
    /// The document.
    pub text: T,
    /// The kinds of change that were applied. Empty if none applies to the document.
    pub kinds: Vec<K>,
}

/// The value that `Arbitrary` makes of random bytes.
pub(super) fn from_seed<T: for<'b> Arbitrary<'b>>(seed: u64) -> T {
    let mut random = Random(seed);
    let bytes: Vec<u8> = (0..8).flat_map(|_| random.next().to_le_bytes()).collect();
    T::arbitrary(&mut Unstructured::new(&bytes)).expect("a plan is made of any bytes")
}

/// A text with edits that do not overlap, in any order.
pub(super) fn with_edits(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(span, _)| span.start);
    let mut changed = String::with_capacity(text.len());
    let mut at = 0;
    for (span, replacement) in edits {
        changed.push_str(&text[at..span.start]);
        changed.push_str(&replacement);
        at = span.end;
    }
    changed + &text[at..]
}

pub(super) fn json_string(text: &str) -> String {
    serde_json::to_string(text).expect("a string is JSON")
}

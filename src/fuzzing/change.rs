//! Changes of a document.

use std::ops::Range;

use arbitrary::{Arbitrary, Unstructured};

/// A changed document, and what was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changed<T, K> {
    /// The document.
    pub text: T,
    /// The kinds of change that were applied. Empty if none applies to the document.
    pub kinds: Vec<K>,
}

/// A sequence of random numbers (SplitMix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `end - 1`, or 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or_default()
    }
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

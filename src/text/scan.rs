//! Searches bytes eight at a time, in safe code.

const ONES: u64 = u64::MAX / 0xff;
const HIGH_BITS: u64 = ONES << 7;

/// The high bit of each byte of `word` that is less than `least`, which is 128 at most; above the first such
/// byte, of others too. The other bits say nothing.
#[inline]
pub(crate) fn below(word: u64, least: u8) -> u64 {
    word.wrapping_sub(ONES * u64::from(least)) & !word
}

/// The same word with those bits flipped in each byte.
#[inline]
pub(crate) fn flipped(word: u64, bits: u8) -> u64 {
    word ^ (ONES * u64::from(bits))
}

/// The first byte that is one of those looked for: `marks` sets the high bit of each in a word, as [`below`]
/// does, and `is_one` says of a single byte whether it is.
#[inline]
pub(crate) fn find(
    bytes: &[u8],
    matches: impl Fn(u64) -> u64,
    is_match: impl Fn(u8) -> bool,
) -> Option<usize> {
    let (words, rest) = bytes.as_chunks();
    for (nth, word) in words.iter().enumerate() {
        let found = matches(u64::from_le_bytes(*word)) & HIGH_BITS;
        if found != 0 {
            return Some(nth * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let last = rest.iter().position(|byte| is_match(*byte))?;
    Some(words.len() * 8 + last)
}

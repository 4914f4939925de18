//! Search of eight bytes at a time, in safe code.

const ONES: u64 = u64::MAX / 0xff;
const HIGH_BITS: u64 = ONES << 7;

/// Sets the high bit of each byte of `word` that is less than `least`, which must not exceed 128. Bytes
/// above the first match may be false positives, and the other bits are undefined.
#[inline]
pub(crate) fn below(word: u64, least: u8) -> u64 {
    word.wrapping_sub(ONES * u64::from(least)) & !word
}

/// Flips the given bits in each byte of a word.
#[inline]
pub(crate) fn flipped(word: u64, bits: u8) -> u64 {
    word ^ (ONES * u64::from(bits))
}

/// The index of the first matching byte. `matches` sets the high bit of each matching byte of a word,
/// like [`below`]; `is_match` tests a single byte.
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

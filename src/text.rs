//! Decoding of bytes to text, and mapping of offsets in the text to offsets in the bytes.

pub(crate) mod characters;
mod encoding;
pub(crate) mod input;
pub(crate) mod numbers;
pub(crate) mod scan;
mod steps;

//! Bytes to text, and from offsets in the text back to offsets in the bytes.

pub(crate) mod characters;
mod encoding;
pub(crate) mod input;
pub(crate) mod scan;
mod steps;

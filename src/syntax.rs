//! From text to the events of its format: front ends that say where each value is and what of it is odd.
//!
//! A front end is a `serde::Deserializer`. It knows no field: what reads its events decides what they
//! mean. [`reader`] is what the two share.

pub(crate) mod json;
#[cfg(feature = "validate")]
pub(crate) mod query;
pub(crate) mod reader;
pub(crate) mod references;
pub(crate) mod tree;
pub(crate) mod xml;

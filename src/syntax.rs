//! Front ends: parsers of JSON, XML and query strings that report the span of each value.
//!
//! A front end is a `serde::Deserializer` and does not depend on the schema. [`reader`] has what they
//! share.

pub(crate) mod json;
#[cfg(feature = "validate")]
pub(crate) mod query;
pub(crate) mod reader;
pub(crate) mod references;
pub(crate) mod tree;
pub(crate) mod xml;

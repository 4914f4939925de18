//! Repair of malformed documents.
//!
//! A repair parser reads a malformed document and collects the edits that make it well formed. The
//! front end then reads the edited text, and offsets are mapped back through the edits. The parser
//! decides from the context, and resolves ambiguous nesting with the field names in the schema.
//!
//! Invariants:
//! - The edited text is well formed, and all its values are in the original: edits remove text, add
//!   syntax (brackets, commas, quotes, tags) and escapes that preserve text, or respell literals.
//! - The work is linear in the length of the input, limited by [`work::WorkBudget`]. There is no
//!   recursion, and no memory beyond the edits and the open brackets or tags.

pub(crate) mod edits;
pub(crate) mod json;
pub(crate) mod layers;
pub(crate) mod notation;
pub(crate) mod printed;
mod schema_context;
pub(crate) mod start;
pub(crate) mod text_edits;
pub(crate) mod work;
pub(crate) mod xml;

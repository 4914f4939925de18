//! The repair of malformed documents.
//!
//! A parser reads the malformed text once, from the start of a document to its end, and collects the
//! edits that make it well formed; the plain reader then reads the edited text by the same rules as any
//! other, and offsets lead back through the edits. A parser decides from what is before and what comes
//! next, and where a bracket or a tag is in doubt from the names that the schema knows there.
//!
//! Two things hold throughout:
//! - the edited text is well formed, and its values were in the original: edits add nothing but syntax
//!   (brackets, commas, quotes, tags) and escapes that keep text as it is;
//! - the work is limited ([`work::WorkBudget`]): whatever the input, it stays below a multiple of the
//!   input's length. No recursion, and no memory beyond the edits and the open brackets or tags.

pub(crate) mod edits;
pub(crate) mod json;
mod schema_context;
pub(crate) mod start;
pub(crate) mod work;
pub(crate) mod xml;

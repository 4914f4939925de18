//! The leniency rules, over serde's data model, for both formats and for any operation.
//!
//! A front end is a `Deserializer` that answers `deserialize_any`: JSON with what it holds, XML with
//! text, or with the attributes (`@name`), children and stray text (`$text`) of an element as the
//! members of a map, in which a name may be repeated. The rules fill records from either, and report what
//! they changed. They know no field: records, enums and kinds of response are tables
//! ([`record!`], [`wire_enum!`], [`response_kinds!`]), which are part of a model.
//!
//! Two things hold throughout:
//! - a clean document costs nothing extra: the path to a value is a chain of nodes on the stack, which is
//!   written out only when there is something to report;
//! - no member is ever lost: what is not read goes to `extra` or into a finding.
//!
//! With the tables, a program can decode the responses of another operation by the same rules
//! ([`Options::decode_as`](crate::Options::decode_as)). Their form may change with any release.

mod any;
#[cfg(feature = "arbitrary")]
mod arbitrary;
mod canonical;
pub(crate) mod context;
mod field;
mod list;
mod owned;
mod record;
pub(crate) mod response;
mod scalar;
mod table;
mod verbatim;
mod write;
mod xml_writer;

pub use crate::schema::{Kind, Kinds, Schema, Shape};
pub use crate::value::{Object, Value};
pub use crate::{__record as record, __response_kinds as response_kinds, __wire_enum as wire_enum};
pub use response::Api;

/// What the tables expand to.
#[doc(hidden)]
pub mod private {
    pub use super::any::Token;
    #[cfg(feature = "arbitrary")]
    pub use super::arbitrary::{ArbitraryField, arbitrary_enum, arbitrary_extra};
    #[cfg(feature = "validate")]
    pub(crate) use super::canonical::read_alone;
    pub use super::canonical::{read_canonical_record, read_canonical_response};
    pub use super::context::FieldContext;
    pub use super::field::{FieldSlot, Read, ReadValue};
    pub use super::list::read_nested;
    pub use super::owned::IntoOwned;
    pub use super::record::Record;
    pub use super::response::{DocumentKind, ReadContext, ResponseRecord, read_response};
    pub use super::scalar::{Scalar, ScalarResult, WireEnum, read_text};
    pub use super::write::{Member, Text, WriteValue, write_record};
    pub use super::xml_writer::XmlWriter;
    #[cfg(feature = "arbitrary")]
    pub use arbitrary;
    pub use serde;
}

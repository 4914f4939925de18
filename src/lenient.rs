//! Lenient decoding of any operation's responses, from tables that define its model.
//!
//! The macros [`record!`], [`wire_enum!`] and [`response_kinds!`] define records, enums and the kinds of
//! response, with their names in the reference. [`Options::decode_as`](crate::Options::decode_as) then
//! decodes responses as [`decode`](crate::decode) does those of DescribeInvocations: in XML or JSON, with
//! the same normalization, repair and findings.
//!
//! ```
//! use std::borrow::Cow;
//!
//! use ecs_invocations::Options;
//! use ecs_invocations::lenient::{record, response_kinds, wire_enum};
//!
//! wire_enum! { pub enum Provider { User = "User" in Current, } }
//!
//! record! {
//!     pub struct Commands in "DescribeCommandsResponse" {
//!         pub total_count: Option<u64> = "TotalCount",
//!         pub commands: Vec<Command<'a>> = "Commands" always |_| true,
//!         pub request_id: Option<Cow<'a, str>> = "RequestId",
//!     }
//! }
//!
//! record! {
//!     pub struct Command in "Command" {
//!         pub command_id: Option<Cow<'a, str>> = "CommandId",
//!         pub provider: Option<Provider<'a>> = "Provider",
//!     }
//! }
//!
//! response_kinds! {
//!     pub enum Response of DescribeCommands {
//!         Commands(Commands) {
//!             roots: ["DescribeCommandsResponse"],
//!             list: ["Commands"],
//!             item_ids: ["CommandId"],
//!             code: None,
//!         },
//!     }
//!     shared field "RequestId";
//!     envelopes ["body"];
//! }
//!
//! let input = br#"{"total_count": "1", "commands": [{"commandId": "c-1", "Provider": "USER"}]}"#;
//! let decoded = Options::default().decode_as::<DescribeCommands>(input)?;
//! let Response::Commands(page) = &decoded.response;
//! assert_eq!(page.total_count, Some(1));
//! assert_eq!(page.commands[0].command_id.as_deref(), Some("c-1"));
//! assert_eq!(page.commands[0].provider, Some(Provider::User));
//! assert!(decoded.findings.iter().any(|finding| finding.code() == "N102")); // `USER`
//! # Ok::<(), ecs_invocations::Error>(())
//! ```
//!
//! The syntax of the tables may change with any release.
//!
//! # Tables
//!
//! - `record!`: a struct with the lifetime `'a`, and `in` which XML element. Each field has its type
//!   and its name in the reference. Types are `Option` of `u64`, `i64`, `i128`, `bool`, `Cow<'a, str>`, a
//!   `wire_enum!` type or a `Box` of another record, and `Vec` of a record. A list with `always` and a
//!   condition is reported if it is missing, and written even if it is empty. `or empty` marks a field
//!   that may be an empty string without a finding, `or json` one that holds a JSON object as text, and a
//!   last row `with tags = "Tags" in instances` a list that may be in the wrapper of another.
//! - `wire_enum!`: an enum with each variant's text and the
//!   [`ApiVersion`](crate::finding::ApiVersion) that lists it. `Other` is added for unknown values.
//! - `response_kinds!`: an enum of the kinds of response, `of` a type that names the operation. The
//!   settings of a kind are the fields of [`Kind`]; the last rows are in [`Kinds`].
//!
//! # Design
//!
//! A front end is a [`Deserializer`](serde::Deserializer) that answers `deserialize_any`: JSON with the
//! value as it is, XML with a string or, for an element with attributes or children, a map of its
//! attributes (`@name`), children and text (`$text`), in which names may be duplicate. The rules read
//! records from either and report what they changed.
//!
//! Invariants:
//! - a canonical document costs nothing extra: the path to a value is a chain of nodes on the stack,
//!   which is built only for a finding;
//! - no member is lost: one without a field goes to `extra` or is reported in a finding.

mod any;
#[cfg(feature = "arbitrary")]
mod arbitrary;
mod beside;
pub(crate) mod canonical;
pub(crate) mod classify;
pub(crate) mod context;
mod converters;
mod field;
mod held;
mod items;
mod json_text;
mod list;
pub(crate) mod outline;
mod owned;
mod record;
pub(crate) mod response;
mod scalar;
pub(crate) mod success;
mod table;
mod verbatim;
mod write;
pub(crate) mod xml_writer;

pub use crate::schema::{Kind, Kinds, OtherOperation, ScalarKind, Schema, Shape};
pub use crate::value::{Object, Value};
pub use crate::{__record as record, __response_kinds as response_kinds, __wire_enum as wire_enum};
pub use response::Api;

/// What the expanded macros use. Not part of the API.
#[doc(hidden)]
pub mod private {
    pub use super::any::Token;
    #[cfg(feature = "arbitrary")]
    pub use super::arbitrary::{
        ArbitraryField, arbitrary_enum, arbitrary_extra, arbitrary_kind, fill_missing,
    };
    #[cfg(feature = "validate")]
    pub(crate) use super::canonical::read_alone;
    pub use super::canonical::{read_canonical_record, read_canonical_response};
    pub use super::context::FieldContext;
    pub use super::field::{FieldSlot, Read, ReadValue};
    pub use super::list::{ListSlot, read_nested};
    pub use super::owned::IntoOwned;
    pub use super::record::{Record, fill_flattened, read_flattened};
    pub use super::response::{ReadContext, ResponseRecord, add_field, read_response};
    pub use super::scalar::{Scalar, ScalarResult, WireEnum, read_text};
    pub use super::write::{Member, Text, WriteValue, write_extra, write_extra_xml, write_record};
    pub use super::xml_writer::XmlWriter;
    #[cfg(feature = "arbitrary")]
    pub use arbitrary;
    pub use serde;
    pub use serde_json;
}

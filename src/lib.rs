//! Decodes any response of Alibaba Cloud ECS Cloud Assistant's `DescribeInvocations`, XML or JSON, into
//! one canonical typed model, and says exactly what it changed on the way.
//!
//! Servers answer in either format and never quite as documented: statuses in any case, booleans as
//! text, lists without their wrapper, blank for absent. A strict decoder fails there, a careless one
//! guesses. [`decode`] reads them all by one set of rules, and each time the model differs from the
//! text of the input there is a [`Finding`] that has the field's path, its place to the byte, and what
//! stood there:
//!
//! ```
//! use ecs_invocations::model::InvocationStatus;
//! use ecs_invocations::{Response, decode};
//!
//! let input = br#"{"invocations": [{"invokeId": "t-1", "InvokeStatus": "finished", "Timed": "no"}]}"#;
//! let decoded = decode(input)?;
//! match decoded.response {
//!     Response::Invocations(page) => {
//!         let invocation = &page.invocations[0];
//!         assert_eq!(invocation.invoke_id.as_deref(), Some("t-1"));
//!         assert_eq!(invocation.invoke_status, Some(InvocationStatus::Finished));
//!         assert_eq!(invocation.timed, Some(false));
//!     }
//!     Response::Error(error) => panic!("the service said {:?}", error.code),
//! }
//! let timed = decoded.findings.last().unwrap();
//! assert_eq!(timed.path.to_string(), "Invocations[0].Timed");
//! assert_eq!(timed.to_string(), "N103: Invocations[0].Timed: `\"no\"` read as `false`");
//! assert_eq!((timed.location.line, timed.location.column), (1, 75));
//! # Ok::<(), ecs_invocations::Error>(())
//! ```
//!
//! Three kinds of answer, never mixed:
//!
//! - the model ([`model`]) has what the response says; what no contract names is in `extra`, whole;
//! - a finding ([`finding`]) says what was normalised, mended or could not be read. A field that could
//!   not be read is absent, its raw text is in the finding, and the rest of the document still decodes;
//! - an [`Error`] says that the document as a whole is no response, what it is instead, and where.
//!
//! The model serialises to the canonical form ([`Response::to_json`], [`Response::to_xml`]), which
//! decodes to the same model with no finding.
//!
//! # Features
//!
//! - `validate`: what is wrong with a response, and when a frequency runs next;
//! - `cli`: the command `ecs-invocations`;
//! - `arbitrary`: `Arbitrary` for the model, to fuzz your own code with it.
#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod decode;
mod encode;
mod error;
pub mod finding;
pub mod lenient;
pub mod model;
mod options;
mod pending;
mod repair;
mod rules;
mod schema;
mod syntax;
mod text;
#[cfg(feature = "validate")]
pub mod validate;
mod value;

pub use decode::{DecodeAll, Decoded, decode, decode_all};
pub use error::{Error, ErrorKind};
pub use finding::{Finding, FindingKind};
pub use model::Response;
pub use options::{Limit, Options};
pub use syntax::reader::Format;

/// The examples in README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

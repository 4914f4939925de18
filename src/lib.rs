//! Lenient decoder for `DescribeInvocations` responses of Alibaba Cloud ECS Cloud Assistant, in XML or
//! JSON.
//!
//! [`decode`] detects the encoding and the format, repairs malformed documents, and returns one typed
//! model for all of them. Each normalization, repair or dropped value is a [`Finding`] with the field's
//! path, the byte offsets, line and column in the input, and the text found there.
//!
//! Real responses differ from the API reference: enum values in any case, booleans as strings, lists
//! without their wrapper object, empty strings for missing fields. Saved ones are often truncated, edited
//! by hand, or embedded in a log. A strict decoder rejects them.
//!
//! ```
//! use ecs_invocations::model::InvocationStatus;
//! use ecs_invocations::{Response, decode};
//!
//! let input = br#"{"invocations": [
//!     {"invokeId": "t-1", "InvokeStatus": "finished", "Timed": "no"}]}"#;
//! let decoded = decode(input)?;
//! match decoded.response {
//!     Response::Invocations(page) => {
//!         let invocation = &page.invocations[0];
//!         assert_eq!(invocation.invoke_id.as_deref(), Some("t-1"));
//!         assert_eq!(invocation.invoke_status, Some(InvocationStatus::Finished));
//!         assert_eq!(invocation.timed, Some(false));
//!     }
//!     other => panic!("{other:?}"),
//! }
//! let timed = decoded.findings.last().unwrap();
//! assert_eq!(timed.path.to_string(), "Invocations.Invocation[0].Timed");
//! assert_eq!(timed.code(), "N103");
//! assert_eq!(timed.message(), r#"`"no"` read as `false`"#);
//! assert_eq!(timed.location.as_ref().unwrap().to_string(), "2:62"); // line and column
//! # Ok::<(), ecs_invocations::Error>(())
//! ```
//!
//! # Model, findings, error
//!
//! - The [`model`] holds the values of the response. A field that is missing or has an invalid value is
//!   `None`. Members that the reference does not list are kept in `extra`.
//! - [Findings](finding) report what was normalized (codes `N…`), malformed and repaired (`M…`), or
//!   unreadable and dropped (`U…`). An invalid value does not prevent decoding: its finding holds the raw
//!   text. [`Decoded::is_clean`] is true if there are none.
//! - An [`Error`] is returned only if the input is not a response, is too malformed to repair, or exceeds
//!   a limit. It describes the input and where decoding stopped.
//!
//! [`decode_all`] decodes an input with several documents, such as NDJSON or a log; [`decode_reader`]
//! decodes NDJSON of any length while it is read. [`Options`] turns repair off
//! (`Options::new().with_repair(Repair::None).decode(input)`) and sets limits on the input's size, nesting and
//! number of items.
//!
//! The model serializes to canonical JSON and XML ([`Response::to_json`], [`Response::to_xml`]), with the
//! documented names and shapes. Decoding these returns the same model without findings, except that
//! rule `M328` reports characters that XML does not allow in canonical XML.
//!
//! # Outcome and output
//!
//! The [`state`](model::Invocation::state) of an invocation, of each of its
//! [instances](model::InvokeInstance::state) and of a [result](model::InvocationResult::state) tells
//! whether it has ended, and how, in either version of the API. `Finished`, of the 2018 reference, is an
//! [`Outcome::Succeeded`](model::Outcome::Succeeded) whatever the exit code. `Output` is usually Base64;
//! [`to_text_lossy`](model::Content::to_text_lossy) decodes it, and
//! [`output_text`](model::Run::output_text) also takes into account what the other contents of the response show.
//!
//! ```
//! use ecs_invocations::model::{InvokeInstance, Outcome, State};
//! use ecs_invocations::{Response, decode};
//!
//! fn succeeded(instance: &InvokeInstance) -> bool {
//!     instance.state() == State::Ended(Outcome::Succeeded) && instance.exit_code == Some(0)
//! }
//!
//! let body = br#"{"Invocations": {"Invocation": [
//!     {"InvokeId": "t-1", "InvokeStatus": "Finished", "InvokeInstances": {"InvokeInstance": [
//!         {"InstanceId": "i-1", "InstanceInvokeStatus": "Finished",
//!          "ExitCode": 1, "Output": "bm8gc3BhY2UK"}]}}]}}"#;
//! // An error response is `Err`; its `is_retryable` tells whether to ask again.
//! let Response::Invocations(page) = decode(body)?.response.into_result()? else { panic!() };
//! for instance in &page.invocations[0].instances {
//!     assert!(!succeeded(instance));
//!     assert_eq!(instance.output.as_ref().unwrap().to_text_lossy(), "no space\n");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Whether the command succeeded, by status and exit code, on one instance or on all, is the
//! [`verdict`](Decoded::verdict) of a document, and of each of its parts. [`Response::runs`] lists the runs in the
//! same terms for both operations.
//!
//! A loop that waits for an invocation is in `examples/poll_loop.rs`, a gate that judges saved responses
//! in `examples/deployment_gate.rs`.
//!
//! # Codes of findings
//!
//! The page [`rules`] explains each code, such as `N102`: what the decoder did or a check reports, why it
//! matters, and examples. A search for a code leads to its [`FindingKind`], or to that page.
//!
//! # Fuzzing
//!
//! With the feature `arbitrary`, a fuzz target of your own, such as one made by `cargo fuzz add`, generates
//! responses and passes them to your code, as a server would send them:
//!
//! ```
//! # #[cfg(feature = "arbitrary")] {
//! use ecs_invocations::Response;
//! use ecs_invocations::arbitrary::{Arbitrary, Unstructured};
//!
//! // In the target: libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target(bytes));
//! fn target(bytes: &[u8]) {
//!     let Ok(response) = Response::arbitrary(&mut Unstructured::new(bytes)) else { return };
//!     for body in [response.to_json(), response.to_xml()] {
//!         your_code(body.as_bytes());
//!     }
//! }
//! # fn your_code(body: &[u8]) {
//! #     assert!(ecs_invocations::decode(body).unwrap().is_clean());
//! # }
//! # target(&[7; 500]);
//! # }
//! ```
//!
//! # Other operations
//!
//! The module [`lenient`] has macros that define the model of another operation. Its responses are then
//! decoded by the same rules, with [`Options::decode_as`].
//!
//! # Features
//!
//! None is enabled by default.
//!
//! - `validate`: the module `validate`, which checks responses against the API reference, against
//!   themselves, the request and the other pages of a list; reading and writing `model::Request` as a
//!   query string; `Frequency::next_after`.
//! - `async`: `decode_async_reader`, which decodes from an `AsyncBufRead` of `futures-io` to a `Stream`.
//! - `cli`: the command `ecs-invocations`. Implies `validate`.
//! - `arbitrary`: implements [`Arbitrary`](https://docs.rs/arbitrary) for the model, and has the module
//!   `fuzzing` with the noise and the damage of real documents, to fuzz code that reads them.
//!
//! # Links
//!
//! - API reference of DescribeInvocations: [current](https://www.alibabacloud.com/help/en/ecs/api-describeinvocations),
//!   [2018](https://www.alibabacloud.com/help/doc-detail/64840.htm)
//! - [`rules`]: every rule of findings, with its reason and examples
#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod decode;
mod encode;
mod error;
pub mod finding;
#[cfg(feature = "arbitrary")]
pub mod fuzzing;
mod labels;
pub mod lenient;
pub mod model;
mod options;
mod pending;
mod random;
mod redact;
mod repair;
pub mod rules;
mod schema;
mod sequences;
mod syntax;
mod text;
#[cfg(feature = "validate")]
pub mod validate;
mod value;

pub use decode::blocks::{Block, Blocks};
pub use decode::edits::Edit;
pub use decode::reader::{DecodeReader, ReadError, decode_reader};
#[cfg(feature = "async")]
pub use decode::stream::{DecodeStream, decode_async_reader};
pub use decode::{DecodeAll, Decoded, decode, decode_all};
pub use error::{Error, ErrorKind};
#[doc(inline)]
pub use finding::{Finding, FindingKind};
#[doc(inline)]
pub use model::Response;
pub use options::{Charset, Limit, Options, Repair, UnknownCharset};
pub use redact::{Redactor, Secret, secret};
pub use syntax::reader::Format;

// Crates whose types are in public signatures, so that a user can name those types in the same version.
#[cfg(feature = "arbitrary")]
pub use arbitrary;
pub use {base64, jiff, serde_json};

/// Tests the examples in README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! The typed model of a response: plain structs and enums with public fields.
//!
//! A [`Response`] is a [`Page`] of [`Invocation`]s, each with its [`InvokeInstance`]s, a [`ResultsPage`], or
//! an [`ApiError`]. [`Request`] holds the parameters of a request. [`State`] tells whether an invocation has
//! ended, and [`Outcome`] how; [`Run::output_text`] decodes what a command printed.
//!
//! ```
//! use ecs_invocations::model::Outcome;
//! use ecs_invocations::{Response, decode};
//!
//! let page = br#"{"Invocations": {"Invocation": [{"InvokeId": "t-1", "InvocationStatus": "Success",
//!   "InvokeInstances": {"InvokeInstance": [{"InstanceId": "i-1", "ExitCode": 0}]}}]}}"#;
//! let Response::Invocations(page) = decode(page)?.response else { panic!("not a page") };
//! for invocation in &page.invocations {
//!     let status = invocation.status().expect("a status");
//!     assert_eq!(status.outcome(), Some(Outcome::Succeeded));
//!     assert_eq!(invocation.instances[0].exit_code, Some(0));
//! }
//! # Ok::<(), ecs_invocations::Error>(())
//! ```
//!
//! - Every field but the lists is an `Option`. It is `None` if the response does not have the field, has
//!   it empty or null, or has an invalid value; a [finding](crate::finding) reports the latter two.
//! - Enums have a variant `Other` that holds an unknown value verbatim.
//! - `extra` holds the members that the reference does not list, unchanged and in order.
//! - Strings borrow from the input if no unescaping was needed. `into_owned()` makes them `'static`.
//! - Fields with no note are in the 2018 reference. "Current API" marks those that came later.
//!
//! # Canonical form
//!
//! The model serializes with the documented names and shapes, in the order of the reference, and without
//! fields that are `None`. Every model that the decoder returns decodes from its canonical form unchanged
//! and without findings.
//!
//! A model built by hand may not: an empty string decodes to `None`, an `Other` with a known value to
//! that value, a member of `extra` with a known name to its field. A name in `extra` longer than
//! [`max_name_bytes`](crate::Options::max_name_bytes), or an [`ApiError`] with only a request id, is
//! rejected.

// Only here: another crate that uses the macros may not have enabled `doc_cfg`.
macro_rules! model_record {
    ($($table:tt)*) => {
        $crate::lenient::record! { #![cfg_attr(docsrs, doc(cfg(feature = "arbitrary")))] $($table)* }
    };
}

mod api_error;
mod content;
mod content_text;
mod contents;
mod enums;
mod error_codes;
mod frequency;
mod operations;
mod records;
mod request;
mod run;
mod state;
mod tag;
mod time;
mod verdict;

#[doc(inline)]
pub use crate::finding::ApiVersion;
pub use crate::value::{Object, Value};
pub use content::{Content, ContentEncoding};
pub use content_text::ContentText;
pub use enums::{
    CommandType, InstanceStatus, InvocationStatus, OssOutputStatus, Outcome, RepeatMode,
    TerminationMode,
};
pub use error_codes::{ApiErrorCode, ErrorCode, ErrorCodeSource};
pub use frequency::{Cron, Frequency, OneTimeSchedule, Rate, RateUnit};
pub use records::{
    AccessDeniedDetail, ApiError, DescribeInvocations, Invocation, InvocationResult,
    InvocationResults, InvokeInstance, Page, Response, ResultsPage,
};
pub use request::Request;
pub use run::Run;
pub use state::State;
pub use tag::Tag;
pub use time::Time;
#[cfg(feature = "validate")]
pub(crate) use time::{Ambiguity, ambiguity};
pub use verdict::Verdict;

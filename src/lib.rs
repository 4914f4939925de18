//! Decodes any response of Alibaba Cloud ECS Cloud Assistant's `DescribeInvocations`, XML or JSON, into
//! one canonical typed model, and says exactly what it changed on the way.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod decode;
mod encode;
mod error;
pub mod finding;
pub mod model;

pub use decode::{Decoded, Format, decode};
pub use error::{Error, ErrorKind};
pub use finding::{Finding, Kind};
pub use model::Response;

//! For fuzzing and testing of your own client, mock server or parser: the documents that this API really sends.
//!
//! [`Noise`] writes a response as servers do: other escapes, encodings and whitespace, other case, values as text.
//! [`Damage`] breaks it as people, logs and tools do. Both are plans: they apply to any document, say what they did, and
//! implement [`Arbitrary`](arbitrary::Arbitrary), so that a fuzzer changes and shrinks them. With the model, which
//! implements it too, a target has everything that it needs:
//!
//! ```
//! use ecs_invocations::fuzzing::{Damage, Noise};
//! use ecs_invocations::{Response, decode};
//! use ecs_invocations::arbitrary::{Arbitrary, Unstructured};
//!
//! // In the target: libfuzzer_sys::fuzz_target!(|bytes: &[u8]| { let _ = target(bytes); });
//! fn target(bytes: &[u8]) -> ecs_invocations::arbitrary::Result<()> {
//!     let mut u = Unstructured::new(bytes);
//!     let (response, noise, damage): (Response<'_>, Noise, Damage) = u.arbitrary()?;
//!     let noisy = noise.apply(&response.to_json());
//!     // Put your own decoder here.
//!     assert_eq!(decode(&noisy.text).unwrap().response, response, "{:?}", noisy.kinds);
//!     // What is damaged may be refused, but nothing may panic.
//!     let _ = decode(damage.apply(&response.to_xml()).text.as_bytes());
//!     Ok(())
//! }
//! # target(&(0..3000).map(|n| (n * 7 % 251) as u8).collect::<Vec<u8>>()).unwrap();
//! ```
//!
//! Without a fuzzer, a seed stands for a plan: [`Noise::from_seed`], [`Damage::from_seed`]. The example `fuzz_a_client`
//! finds what a client with derived structs fails on.

mod change;
mod damage;
mod noise;
mod tokens;

pub use change::Changed;
pub use damage::{Damage, DamageKind};
pub use noise::{Noise, NoiseKind};

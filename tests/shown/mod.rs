//! The former name of `describe`.

#[path = "../describe/mod.rs"]
mod describe;

pub use describe::describe as shown;

//! All fuzz targets in one program for AFL++: the environment variable `FUZZ_TARGET` names the target.

#[allow(dead_code, unused_imports, reason = "the other targets and the tests use the rest")]
#[path = "../../src/lib.rs"]
mod properties;

use std::env;

fn main() {
    let target = env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target");
    // AFL++ has no way to reject an input that is not worth keeping.
    afl::fuzz!(|bytes: &[u8]| {
        properties::fuzz(&target, bytes);
    });
}

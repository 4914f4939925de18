//! All fuzz targets under AFL++: the environment variable `FUZZ_TARGET` names the target.

use std::env;

fn main() {
    let target = env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target");
    afl::fuzz!(|bytes: &[u8]| {
        properties::fuzz(&target, bytes);
    });
}

//! The body of a fuzz target that feeds a program's own code with responses.
//!
//!     cargo run --features arbitrary --example fuzz_target [FILE…]
//!
//! In a project, the target is `fuzz/fuzz_targets/responses.rs`, created by `cargo fuzz init`:
//!
//! ```ignore
//! #![no_main]
//! libfuzzer_sys::fuzz_target!(|seed: &[u8]| target(seed));
//! ```

use std::error::Error;

use ecs_invocations::arbitrary::{Arbitrary, Unstructured};
use ecs_invocations::{Response, decode};

/// The code under test: which instances failed.
fn failed_instances(body: &[u8]) -> Result<Vec<String>, ecs_invocations::Error> {
    use ecs_invocations::model::Outcome;

    let decoded = decode(body)?;
    let Response::Invocations(page) = &decoded.response else { return Ok(Vec::new()) };
    let instances = page.invocations.iter().flat_map(|invocation| &invocation.instances);
    let failed = instances.filter(|instance| {
        instance.status().and_then(|status| status.outcome()) == Some(Outcome::Failed)
    });
    Ok(failed.map(|it| it.instance_id.as_deref().unwrap_or("?").to_owned()).collect())
}

/// Bytes of the fuzzer become a response, so that every input gets past the decoder. The same response in
/// both formats must give the same answer.
fn target(seed: &[u8]) {
    let Ok(response) = Response::arbitrary(&mut Unstructured::new(seed)) else { return };
    let json = failed_instances(response.to_json().as_bytes()).unwrap();
    let xml = failed_instances(response.to_xml().as_bytes()).unwrap();
    assert_eq!(json, xml, "{response:?}");
}

fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<_> = std::env::args_os().skip(1).collect();
    // An input that the fuzzer saved is run again by its name.
    for file in &files {
        target(&std::fs::read(file)?);
    }
    if files.is_empty() {
        // Any bytes are a seed.
        let mut state = 1_u64;
        for length in 0..2000 {
            let seed: Vec<u8> = std::iter::repeat_with(|| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 56) as u8
            })
            .take(length)
            .collect();
            target(&seed);
        }
        println!("2000 seeds passed");
    }
    Ok(())
}

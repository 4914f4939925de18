//! All fuzz targets in one program, which is built once: the environment variable `FUZZ_TARGET` names the target.
//! `FUZZ_EFFORT=full` runs all promises on each input, as a replay of the corpus does.

#![no_main]

use std::env;
use std::sync::LazyLock;

use libfuzzer_sys::Corpus;

static TARGET: LazyLock<String> =
    LazyLock::new(|| env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target"));
static IS_FULL: LazyLock<bool> =
    LazyLock::new(|| env::var("FUZZ_EFFORT").is_ok_and(|effort| effort == "full"));

/// The targets whose inputs are texts, which have the mutator of tokens.
const OF_TEXTS: &[&str] =
    &["canonical", "cross_format", "decode_bytes", "reader", "redact", "repair", "validate"];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| -> Corpus {
    if *IS_FULL {
        properties::run(&TARGET, bytes);
        return Corpus::Keep;
    }
    if properties::fuzz(&TARGET, bytes) { Corpus::Keep } else { Corpus::Reject }
});

libfuzzer_sys::fuzz_mutator!(|buffer: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mutated = match &**TARGET {
        "request" => properties::mutate_request(buffer, size, max_size, seed),
        target if OF_TEXTS.contains(&target) => properties::mutate(buffer, size, max_size, seed),
        _ => None,
    };
    mutated.unwrap_or_else(|| libfuzzer_sys::fuzzer_mutate(buffer, size, max_size))
});

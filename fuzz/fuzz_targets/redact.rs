#![no_main]

use libfuzzer_sys::Corpus;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| -> Corpus {
    if properties::fuzz("redact", bytes) { Corpus::Keep } else { Corpus::Reject }
});

libfuzzer_sys::fuzz_mutator!(|buffer: &mut [u8], size: usize, max_size: usize, seed: u32| {
    properties::mutate(buffer, size, max_size, seed)
        .unwrap_or_else(|| libfuzzer_sys::fuzzer_mutate(buffer, size, max_size))
});

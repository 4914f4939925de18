#![no_main]

use libfuzzer_sys::Corpus;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| -> Corpus {
    if properties::fuzz("frequency", bytes) { Corpus::Keep } else { Corpus::Reject }
});

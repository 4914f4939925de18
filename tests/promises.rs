//! The promises of the library, on models and bytes made up at random.

#[path = "../fuzz/src/lib.rs"]
mod promises;

use arbtest::arbtest;

#[test]
fn any_bytes_decode_or_fail_cleanly() {
    arbtest(|u| {
        promises::decode_bytes(u.arbitrary()?);
        Ok(())
    })
    .run();
}

#[test]
fn a_model_reads_back_from_its_canonical_forms() {
    arbtest(|u| {
        promises::canonical(&u.arbitrary()?);
        Ok(())
    })
    .budget_ms(4000)
    .run();
}

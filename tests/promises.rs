//! The promises of the library, on models and bytes made up at random.

#[path = "../fuzz/src/lib.rs"]
mod promises;

use std::fs;
use std::path::{Path, PathBuf};

use arbtest::arbtest;

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn every_file_of_the_corpus_keeps_the_promises() {
    let corpus = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"));
    assert!(corpus.len() > 4, "{corpus:?}");
    for file in corpus {
        promises::decode_bytes(&fs::read(file).unwrap());
    }
}

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

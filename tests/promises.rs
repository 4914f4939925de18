//! The promises of the library, on models and bytes made up at random.

#[path = "../fuzz/src/lib.rs"]
mod promises;
#[path = "corpus/said.rs"]
mod said;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use arbtest::arbtest;
use ecs_invocations::{Response, decode};
use insta::assert_snapshot;
use said::said;

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn corpus(target: &str) -> Vec<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    // Any file is an input of this one.
    let mut files = files(&if target == "decode_bytes" { corpus } else { corpus.join(target) });
    files.sort();
    files
}

macro_rules! replay {
    ($($target:ident),+ $(,)?) => {
        const REPLAYED: &[&str] = &[$( stringify!($target) ),+];

        /// By target, so that each can be run alone.
        mod every_file_keeps_the_promise_of {
            use super::{corpus, fs, promises};

            $( #[test]
            fn $target() {
                let files = corpus(stringify!($target));
                assert!(!files.is_empty());
                for file in files {
                    promises::run(stringify!($target), &fs::read(file).unwrap());
                }
            } )+
        }
    };
}
replay!(canonical, cross_format, decode_bytes, json_oracle, mend, request, validate, xml_oracle);

#[test]
fn every_file_is_replayed() {
    assert!(promises::TARGETS.iter().map(|(name, _)| name).eq(REPLAYED));
}

/// What is said of the damaged documents that the inputs of `mend` make up, and how much is left of them.
#[test]
fn inputs_of_mend() {
    let mut all = String::new();
    for file in corpus("mend") {
        let Ok(damaged) = promises::damaged_by(&fs::read(&file).unwrap()) else { continue };
        writeln!(all, "## {}", file.file_name().unwrap().display()).unwrap();
        match decode(damaged.as_bytes()) {
            Ok(decoded) => {
                let canonical = decoded.response.to_json().len();
                writeln!(all, "{} bytes, {canonical} as JSON", damaged.len()).unwrap();
                all += &said(&decoded.findings);
            }
            Err(error) => writeln!(all, "{error}").unwrap(),
        }
    }
    assert_snapshot!(all);
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
fn a_request_reads_back_from_its_query_string() {
    const PIECES: &[&str] = &[
        "RegionId",
        "regionid",
        "Timed",
        "PageSize",
        "Type",
        "X",
        "=",
        "=",
        "&",
        "&",
        "?",
        "#",
        "%20",
        "%",
        "+",
        "true",
        "Yes",
        "007",
        "RunShellScript",
        " ",
        "é",
        "\0",
        ";",
    ];
    arbtest(|u| {
        let count = u.int_in_range(0..=30)?;
        let pieces: Result<Vec<&str>, _> = (0..count).map(|_| u.choose(PIECES).copied()).collect();
        promises::request(&pieces?.concat());
        Ok(())
    })
    .budget_ms(1000);
}

#[test]
fn a_document_is_read_as_a_naive_reader_of_an_independent_parser_reads_it() {
    arbtest(|u| {
        let tree = u.arbitrary()?;
        promises::json_oracle(&tree);
        promises::xml_oracle(&tree);
        Ok(())
    })
    .size_min(200)
    .size_max(4_000)
    .budget_ms(4000);
}

#[test]
fn what_is_wrong_with_a_model_is_wrong_with_its_canonical_forms() {
    arbtest(|u| {
        promises::validate(&u.arbitrary()?);
        Ok(())
    })
    .budget_ms(3000);
}

#[test]
fn other_words_for_the_same_are_read_the_same() {
    arbtest(|u| {
        let response = u.arbitrary()?;
        promises::cross_format(&response, u)
    })
    .size_min(1_000)
    .size_max(20_000)
    .budget_ms(4000);
}

/// What is never made up is never tested.
#[test]
fn a_random_model_may_have_any_field_and_any_unknown_value() {
    const SHAPES: [&str; 6] = ["Null", "Bool(", "Number(", "String(", "List([", "Object([("];
    let met: RefCell<BTreeSet<String>> = RefCell::default();
    arbtest(|u| {
        let response: Response<'_> = u.arbitrary()?;
        let leaves = promises::leaves(&response);
        let is_name = |step: &&str| step.parse::<usize>().is_err();
        let names = leaves.keys().filter_map(|path| path.rsplit('/').find(is_name));
        met.borrow_mut().extend(names.map(str::to_owned));
        let debug = format!("{response:?}");
        let shapes = SHAPES.into_iter().filter(|shape| debug.contains(shape));
        met.borrow_mut().extend(shapes.map(str::to_owned));
        Ok(())
    })
    .size_min(500)
    .size_max(10_000)
    .budget_ms(2000)
    .run();
    let met = met.into_inner();
    // Lists have no text of their own.
    let lists = ["Invocations", "InvokeInstances", "Tags"];
    let names = promises::names().into_iter().filter(|name| !lists.contains(name));
    for name in SHAPES.into_iter().chain(names) {
        assert!(met.contains(name), "{name}");
    }
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

/// The promise is made for all damage together; the table says which is hard to mend.
#[test]
fn a_damaged_model_comes_back_all_but_whole() {
    let tally: RefCell<BTreeMap<promises::Damage, (usize, usize)>> = RefCell::default();
    let (fields, of, runs) = (RefCell::new(0), RefCell::new(0), RefCell::new(0));
    arbtest(|u| {
        let response = u.arbitrary()?;
        let recovered = promises::mend(&response, u)?;
        for damage in recovered.damages {
            let mut tally = tally.borrow_mut();
            let entry = tally.entry(damage).or_default();
            *entry = (entry.0 + recovered.fields, entry.1 + recovered.of);
        }
        *fields.borrow_mut() += recovered.fields;
        *of.borrow_mut() += recovered.of;
        *runs.borrow_mut() += 1;
        Ok(())
    })
    .size_min(2_000)
    .size_max(20_000)
    .budget_ms(6000)
    .run();
    for (damage, (fields, of)) in tally.into_inner() {
        println!("{damage:>20?} {:5.1} %", 100.0 * fields as f64 / of as f64);
    }
    let (fields, of) = (fields.into_inner(), of.into_inner());
    println!(
        "{} documents, {:.2} % of {of} fields",
        runs.into_inner(),
        100.0 * fields as f64 / of as f64
    );
    assert!(fields * 100 >= of * 95, "{fields} of {of}");
}

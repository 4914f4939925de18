//! The properties of the fuzz targets, on the corpus and on random models and bytes.

#[path = "corpus/findings.rs"]
mod findings;
#[path = "../fuzz/src/lib.rs"]
mod properties;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use arbitrary::Unstructured;
use arbtest::arbtest;
use ecs_invocations::fuzzing::DamageKind;
use ecs_invocations::{Response, decode};
use findings::format_findings;
use insta::assert_snapshot;

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn corpus(target: &str) -> Vec<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    // Any bytes are an input of this target.
    let is_of_any_bytes = ["decode_bytes", "reader"].contains(&target);
    let mut files = files(&if is_of_any_bytes { corpus } else { corpus.join(target) });
    files.sort();
    files
}

macro_rules! replay {
    ($($target:ident),+ $(,)?) => {
        const REPLAYED: &[&str] = &[$( stringify!($target) ),+];

        /// One test per target, so that each can be run alone.
        mod corpus_satisfies {
            use super::{corpus, fs, properties};

            $( #[test]
            fn $target() {
                let files = corpus(stringify!($target));
                assert!(!files.is_empty());
                for file in files {
                    properties::run(stringify!($target), &fs::read(file).unwrap());
                }
            } )+
        }
    };
}
replay!(
    canonical,
    cross_format,
    decode_bytes,
    frequency,
    json_oracle,
    reader,
    redact,
    repair,
    repair_of_kinds,
    request,
    validate,
    xml_oracle
);

#[test]
fn every_target_is_replayed() {
    assert!(properties::TARGETS.iter().map(|(name, _)| name).eq(REPLAYED));
}

/// The findings on the damaged documents of the target `repair`, and the length of their canonical JSON.
#[test]
fn inputs_of_repair() {
    let mut all = String::new();
    for file in corpus("repair") {
        let Ok(damaged) = properties::damaged_input(&fs::read(&file).unwrap()) else { continue };
        writeln!(all, "## {}", file.file_name().unwrap().display()).unwrap();
        match decode(damaged.as_bytes()) {
            Ok(decoded) => {
                let canonical = decoded.response.to_json().len();
                writeln!(all, "{} bytes, {canonical} as JSON", damaged.len()).unwrap();
                all += &format_findings(&decoded.findings);
            }
            Err(error) => writeln!(all, "{error}").unwrap(),
        }
    }
    assert_snapshot!(all);
}

/// The damaged documents of which not every value comes back, with the number of those that do.
#[test]
fn documents_that_are_not_whole() {
    let (count, _) = properties::LISTED;
    let mut list = String::new();
    for kind in &*properties::KINDS {
        for nth in 0..count {
            if let Some(lost) = properties::not_whole(kind, nth) {
                writeln!(list, "{} {nth}: {lost}", kind.name).unwrap();
            }
        }
    }
    assert_snapshot!("not_whole", list);
}

/// What holds for any bytes holds for a document with each kind of damage.
#[test]
fn kinds_of_damage_satisfy_decode_bytes() {
    for damaged in properties::KINDS.iter().filter_map(|kind| kind.damaged(0, 1)) {
        properties::run("decode_bytes", damaged.text.as_bytes());
    }
}

#[test]
fn any_bytes_decode_or_return_an_error() {
    arbtest(|u| {
        properties::run("decode_bytes", u.arbitrary()?);
        Ok(())
    })
    .run();
}

#[test]
fn request_round_trips_through_query_string() {
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
        properties::request(&pieces?.concat());
        Ok(())
    })
    .budget_ms(1000);
}

#[test]
fn decoder_agrees_with_reference_decoder() {
    arbtest(|u| {
        let tree = u.arbitrary()?;
        properties::json_oracle(&tree);
        properties::xml_oracle(&tree);
        Ok(())
    })
    .size_min(200)
    .size_max(4_000)
    .budget_ms(4000);
}

#[test]
fn next_runs_are_those_of_naive_evaluator() {
    let cases: RefCell<BTreeMap<properties::Case, usize>> = RefCell::default();
    arbtest(|u| {
        *cases.borrow_mut().entry(properties::frequency(u)?).or_default() += 1;
        Ok(())
    })
    .size_min(200)
    .size_max(400)
    .budget_ms(4000)
    .run();
    let cases = cases.into_inner();
    println!("{cases:?}");
    assert_eq!(cases.len(), 3, "a case is never generated: {cases:?}");
}

#[test]
fn canonical_forms_have_violations_of_model() {
    arbtest(|u| {
        properties::validate(&u.arbitrary()?);
        Ok(())
    })
    .budget_ms(3000);
}

#[test]
fn equivalent_encodings_decode_equal() {
    arbtest(|u| {
        let response = u.arbitrary()?;
        properties::cross_format(&response, u)
    })
    .size_min(1_000)
    .size_max(20_000)
    .budget_ms(4000);
}

/// The other properties say nothing about values that are never generated.
#[test]
fn arbitrary_models_cover_all_fields_and_value_types() {
    const SHAPES: [&str; 6] = ["Null", "Bool(", "Number(", "String(", "List([", "Object([("];
    let generated: RefCell<BTreeSet<String>> = RefCell::default();
    arbtest(|u| {
        let response: Response<'_> = u.arbitrary()?;
        let leaves = properties::leaves(&response);
        let is_name = |step: &&str| step.parse::<usize>().is_err();
        let names = leaves.keys().filter_map(|path| path.rsplit('/').find(is_name));
        generated.borrow_mut().extend(names.map(str::to_owned));
        let debug = format!("{response:?}");
        let shapes = SHAPES.into_iter().filter(|shape| debug.contains(shape));
        generated.borrow_mut().extend(shapes.map(str::to_owned));
        Ok(())
    })
    .size_min(500)
    .size_max(10_000)
    .budget_ms(2000)
    .run();
    let generated = generated.into_inner();
    // Lists have no scalar value.
    let lists = ["Invocations", "InvokeInstances", "Tags"];
    let names = properties::field_names().iter().copied().filter(|name| !lists.contains(name));
    for name in SHAPES.into_iter().chain(names) {
        assert!(generated.contains(name), "{name}");
    }
}

#[test]
fn canonical_forms_round_trip() {
    arbtest(|u| {
        properties::canonical(&u.arbitrary()?);
        Ok(())
    })
    .budget_ms(4000)
    .run();
}

/// Of all fields, and 98 % of each kind of damage in documents that nothing else is wrong with.
#[test]
fn repair_recovers_95_percent() {
    #[derive(Default)]
    struct Tally {
        fields: usize,
        total: usize,
        named: usize,
        documents: usize,
    }
    /// More than fit into a few seconds of `arbtest` on two cores.
    const DOCUMENTS: usize = 16_000;
    let mut tally: BTreeMap<DamageKind, Tally> = BTreeMap::new();
    let (mut fields, mut total, mut runs, mut refused) = (0, 0, 0, 0);
    let mut foreign = Vec::new();
    // The same sample each time: a share of a random one would be below its bound by chance. The fuzz target
    // `repair` takes new ones.
    let mut random = properties::Random(1);
    for _ in 0..DOCUMENTS {
        let length = 2_000 + usize::try_from(random.next() % 18_000).unwrap();
        let bytes: Vec<u8> = (0..length / 8).flat_map(|_| random.next().to_le_bytes()).collect();
        let mut u = Unstructured::new(&bytes);
        let Ok(response) = u.arbitrary() else { continue };
        let Ok(recovered) = properties::repair(&response, &mut u) else { continue };
        refused += usize::from(!recovered.is_decoded);
        foreign.extend(recovered.foreign);
        if let [damage] = *recovered.damages {
            let entry = tally.entry(damage).or_default();
            entry.fields += recovered.fields;
            entry.total += recovered.total;
            entry.named += usize::from(recovered.is_named);
            entry.documents += 1;
        }
        fields += recovered.fields;
        total += recovered.total;
        runs += 1;
    }
    assert!(runs * 2 > DOCUMENTS, "{runs} of {DOCUMENTS} documents");
    let mut too_few = Vec::new();
    let percent = |part: usize, all: usize| 100.0 * part as f64 / all as f64;
    for damage in DamageKind::ALL {
        let entry = tally.get(damage).unwrap_or_else(|| panic!("{damage:?} is never applied"));
        let (recall, named) =
            (percent(entry.fields, entry.total), percent(entry.named, entry.documents));
        println!("{damage:>20?} {recall:5.1} % of fields, {named:5.1} % of documents named");
        if recall < 98.0 || named < 80.0 {
            too_few.push(format!("{damage:?}: {recall} % of fields, {named} % named"));
        }
    }
    println!("{} documents, {:.2} % of {total} fields", runs, 100.0 * fields as f64 / total as f64);
    println!("{refused} documents refused, {} values from nowhere", foreign.len());
    foreign
        .iter()
        .take(5)
        .for_each(|value| println!("{}", value.chars().take(300).collect::<String>()));
    assert_eq!(too_few, [""; 0]);
    assert!(fields * 100 >= total * 95, "{fields} of {total}");
    assert!(refused * 1000 <= runs, "{refused} of {runs} documents are refused");
    assert!(foreign.len() * 10_000 <= total, "{} of {total} values: {}", foreign.len(), foreign[0]);
}

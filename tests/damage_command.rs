//! `ecs-invocations damage`, run as a process.

mod command;

use std::collections::BTreeSet;
use std::fs;

use command::{command, run, seen};
use ecs_invocations::decode;
use insta::assert_snapshot;
use tempfile::TempDir;

const DOCUMENT: &[u8] = br#"{"RequestId":"r","HostId":"h","Code":"Throttling","Message":"wait"}"#;

#[test]
fn a_seed_stands_for_a_variant() {
    assert_snapshot!(seen(&run("damage", &["--seed", "7"], DOCUMENT)));
    assert_eq!(
        run("damage", &["--seed", "7"], DOCUMENT).stdout,
        run("damage", &["--seed", "7"], DOCUMENT).stdout
    );
}

#[test]
fn variants_in_a_directory() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("variants");
    let output = command()
        .args(["damage", "--count", "40", "--directory"])
        .arg(&path)
        .arg("corpus/documented/response.xml")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let files: Vec<_> = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 40);
    assert!(files.iter().all(|file| file.extension().is_some_and(|it| it == "xml")));
    let clean = fs::read("corpus/documented/response.xml").unwrap();
    let variants: BTreeSet<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    assert!(variants.len() > 30 && !variants.contains(&clean), "{} of 40", variants.len());
    assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 40);
}

#[test]
fn noise_leaves_the_response() {
    let clean = decode(DOCUMENT).unwrap().response;
    for seed in 0..20 {
        let output = run("damage", &["--noise", "--seed", &seed.to_string()], DOCUMENT);
        assert!(output.status.success(), "{output:?}");
        assert_ne!(output.stdout, DOCUMENT);
        assert_eq!(decode(&output.stdout).unwrap().response, clean, "{seed}");
    }
}

#[test]
fn errors() {
    let all = [
        run("damage", &["--count", "2"], DOCUMENT),
        run("damage", &[], b"\xff"),
        run("damage", &["--noise"], b""),
        run("damage", &["absent.json"], b""),
    ];
    assert_snapshot!(all.iter().map(seen).collect::<Vec<_>>().join("\n"));
}

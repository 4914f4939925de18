//! Noise and damage for users' own fuzz targets.
#![cfg(feature = "arbitrary")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use arbtest::arbtest;
use ecs_invocations::fuzzing::{Damage, DamageKind, Noise, NoiseKind};
use ecs_invocations::{Response, decode};

/// Canonical documents of both formats, of pages and of errors.
fn documents() -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documented");
    let mut files: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let error = br#"{"RequestId":"r","HostId":"h","Code":"c","Message":"a & b\nc < d"}"#.to_vec();
    let files = files.iter().map(|file| fs::read(file).unwrap());
    files
        .chain([error])
        .flat_map(|bytes| {
            let response = decode(&bytes).unwrap().response;
            [response.to_json(), response.to_json_pretty(), response.to_xml()]
        })
        .collect()
}

#[test]
fn noise_leaves_the_response_and_is_reported_by_its_codes() {
    let mut applied = BTreeSet::new();
    for document in documents() {
        let clean = decode(document.as_bytes()).unwrap();
        assert!(clean.is_clean());
        for (kind, seed) in NoiseKind::ALL.iter().flat_map(|kind| (0..20).map(move |n| (*kind, n)))
        {
            let noisy = Noise::of(kind, seed).apply(&document);
            let text = String::from_utf8_lossy(&noisy.text);
            if noisy.kinds.is_empty() {
                assert_eq!(text, document, "{kind:?}");
                continue;
            }
            assert_eq!(noisy.kinds, [kind]);
            applied.insert(kind);
            let decoded = decode(&noisy.text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(decoded.response, clean.response, "{kind:?}\n{text}");
            let codes: BTreeSet<&str> = decoded.findings.iter().map(|it| it.code()).collect();
            assert_eq!(codes, kind.codes().iter().copied().collect(), "{kind:?}\n{text}");
        }
    }
    assert_eq!(applied, NoiseKind::ALL.iter().copied().collect());
}

#[test]
fn damage_is_reported_by_one_of_its_codes() {
    let mut applied = BTreeSet::new();
    for document in documents() {
        for kind in DamageKind::ALL {
            for nth in 0..5 {
                let damaged = Damage::of(*kind, nth).apply(&document);
                if damaged.kinds.is_empty() {
                    assert_eq!(damaged.text, document, "{kind:?}");
                    continue;
                }
                assert_eq!(damaged.kinds, [*kind]);
                assert_ne!(damaged.text, document, "{kind:?}");
                applied.insert(*kind);
                let Ok(decoded) = decode(damaged.text.as_bytes()) else { continue };
                // The document may look like the print of a program.
                let is_named = decoded
                    .findings
                    .iter()
                    .any(|it| kind.codes().contains(&it.code()) || it.code() == "M321");
                assert!(is_named, "{kind:?}\n{}\n{:#?}", damaged.text, decoded.findings);
            }
        }
    }
    assert_eq!(applied, DamageKind::ALL.iter().copied().collect());
}

#[test]
fn plans_apply_to_any_text() {
    const PIECES: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\\",
        ":",
        ",",
        "a",
        "1",
        "true",
        " ",
        "<",
        "</",
        ">",
        "<a>",
        "é",
        "漢",
        "<?",
        "<!--",
        "<![CDATA[",
        "&",
        "&lt;",
        "\"Timed\"",
        "\"InvokeId\"",
        "\\u",
    ];
    arbtest(|u| {
        let (noise, damage): (Noise, Damage) = u.arbitrary()?;
        let count = u.int_in_range(0..=30)?;
        let text: Result<Vec<&str>, _> = (0..count).map(|_| u.choose(PIECES).copied()).collect();
        let text = text?.concat();
        assert_eq!(noise.apply(&text), noise.apply(&text));
        assert_eq!(damage.apply(&text), damage.apply(&text));
        Ok(())
    })
    .budget_ms(1000);
}

#[test]
fn seeds_stand_for_different_plans() {
    let document = documents().swap_remove(0);
    let damaged: BTreeSet<String> =
        (0..50).map(|seed| Damage::from_seed(seed).apply(&document).text).collect();
    assert!(damaged.len() > 25, "{} of 50", damaged.len());
    let noisy: BTreeSet<Vec<u8>> =
        (0..50).map(|seed| Noise::from_seed(seed).apply(&document).text).collect();
    assert!(noisy.len() > 25, "{} of 50", noisy.len());
}

/// Whatever a model holds, equivalent noise does not change it.
#[test]
fn equivalent_noise_leaves_any_response() {
    arbtest(|u| {
        let (response, noise): (Response<'_>, Noise) = u.arbitrary()?;
        let noise = noise.equivalent();
        for document in [response.to_json(), response.to_xml()] {
            let noisy = noise.apply(&document);
            assert_eq!(decode(&noisy.text).unwrap().response, response, "{:?}", noisy.kinds);
        }
        Ok(())
    })
    .size_min(500)
    .budget_ms(2000);
}

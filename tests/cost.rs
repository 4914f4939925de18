//! Decoding and checking cost no more than in proportion to the input, in allocations and in what is kept.
//!
//! The generators, and random repeated patterns. Unit tests count the bytes that are scanned.

#[path = "hostile/generators.rs"]
mod generators;
mod numbers;
mod patterns;

use allocation_counter::{AllocationInfo, measure};
use ecs_invocations::decode_all;
use ecs_invocations::validate::{Checks, Pages};
use generators::GENERATORS;
use numbers::Numbers;
use patterns::Pattern;

const SIZE: usize = 8_000;
const FACTOR: usize = 4;

fn all_rules() -> Checks {
    Checks::new().select("ALL")
}

type Task = (&'static str, fn(&[u8]));

/// What is measured.
const TASKS: [Task; 3] = [
    ("check_all", |bytes| all_rules().check_all(bytes).for_each(drop)),
    ("check", |bytes| drop(all_rules().check(bytes))),
    ("Pages", |bytes| {
        let mut pages = Pages::default();
        decode_all(bytes).flatten().for_each(|decoded| pages.add(&decoded.response));
        drop(pages.check(&all_rules()));
    }),
];

/// Why the second cost is more than linear, if it is. `size` is that of its input.
fn excess(small: AllocationInfo, large: AllocationInfo, size: usize) -> Option<String> {
    /// What repair may allocate within its limit on work.
    const MOST_PER_BYTE: usize = 8_000;
    // The capacities of lists are rounded up to powers of two.
    let allowed = |small: u64| 2 * FACTOR as u64 * small + 200_000;
    let is_linear = (large.bytes_total <= allowed(small.bytes_total)
        || large.bytes_total <= (MOST_PER_BYTE * size) as u64 && size > FACTOR * SIZE)
        && large.count_total <= 2 * allowed(small.count_total)
        && large.bytes_max <= allowed(small.bytes_max);
    (!is_linear).then(|| format!("{small:?} then {large:?}"))
}

fn assert_linear(generate: impl Fn(usize) -> Vec<u8>, name: &str) {
    for (task, run) in TASKS {
        let cost = |size: usize| {
            let input = generate(size);
            measure(|| run(&input))
        };
        // A costly way may only begin at some size: then the cost grows between larger ones as it should.
        let mut size = SIZE;
        while let Some(excess) = excess(cost(size), cost(FACTOR * size), FACTOR * size) {
            assert!(size < FACTOR * SIZE, "{task} of {name}: {excess}");
            size *= FACTOR;
        }
    }
}

#[test]
fn checks_are_linear() {
    for (name, generate) in GENERATORS {
        assert_linear(|size| generate(size).into_bytes(), name);
    }
}

#[test]
fn checks_of_utf16_are_linear() {
    for (name, generate) in GENERATORS {
        let utf16 =
            |size: usize| generate(size / 2).encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_linear(utf16, name);
    }
}

#[test]
fn random_patterns_are_linear() {
    let mut numbers = Numbers(2026);
    for nth in 0..150 {
        let pattern = Pattern::new(&mut numbers);
        assert_linear(|size| pattern.generate(size), &format!("{nth}: {pattern:?}"));
    }
}

/// Findings of all kinds beyond the limit are counted, not kept.
#[test]
fn a_check_keeps_no_more_findings_than_allowed() {
    let items = "{},".repeat(3_000);
    let input = format!("{{\"Invocations\":{{\"Invocation\":[{items}{{}}]}}}}");
    let all = all_rules().check(input.as_bytes()).unwrap();
    let options = ecs_invocations::Options::new().with_max_findings(100);
    let some = all_rules().with_options(options).check(input.as_bytes()).unwrap();
    assert_eq!(some.findings.len(), 100);
    let total =
        |decoded: &ecs_invocations::Decoded<'_>| decoded.findings.len() + decoded.findings_omitted;
    assert_eq!(total(&some), total(&all));
    // The rules of those that are left out are known.
    let omitted: Vec<_> = some.omitted_by_rule().map(|(rule, _)| rule.code).collect();
    assert!(omitted.contains(&"S401"), "{omitted:?}");
    let checks = all_rules().ignore("S").with_options(options);
    let ignored = checks.check(input.as_bytes()).unwrap();
    assert!(ignored.omitted_by_rule().all(|(rule, _)| !rule.code.starts_with('S')));
}

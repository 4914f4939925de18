//! Documents made to cost more than they should: what is refused, and what the rest costs.

#[path = "hostile/generators.rs"]
mod generators;

use std::fmt::Write as _;

use allocation_counter::{AllocationInfo, measure};
use ecs_invocations::{ErrorKind, Limit, Options, decode, decode_all};
use generators::GENERATORS;
use insta::assert_snapshot;

/// What it takes to decode all there is in an input.
fn cost(bytes: &[u8]) -> AllocationInfo {
    measure(|| {
        for decoded in decode_all(bytes) {
            drop(decoded);
        }
        drop(decode(bytes));
    })
}

/// Memory is work that leaves a trace which is the same each time. (The menders' own looks at the text
/// are metered, and tested beside them.)
#[test]
fn memory_grows_no_faster_than_the_input() {
    const SIZE: usize = 20_000;
    for (name, generate) in GENERATORS {
        let (small, large) = (generate(SIZE), generate(4 * SIZE));
        let (small, large) = (cost(small.as_bytes()), cost(large.as_bytes()));
        println!(
            "{name}: {} allocations, {:.1} bytes a byte at most, {:.1} in all",
            large.count_total,
            large.bytes_max as f64 / (4 * SIZE) as f64,
            large.bytes_total as f64 / (4 * SIZE) as f64,
        );
        // Four times as much, and what rounding up to powers of two adds.
        let allowed = |small: u64| 8 * small + 100_000;
        assert!(large.bytes_total <= allowed(small.bytes_total), "{name}: {small:?} {large:?}");
        assert!(large.count_total <= allowed(small.count_total), "{name}: {small:?} {large:?}");
        // An item of the model is large, and `{}` is one.
        assert!(large.bytes_max <= 1000 * 4 * SIZE as u64, "{name}: {large:?}");
    }
}

#[test]
fn what_is_too_much_is_refused() {
    let page = |items: &str| format!("{{\"Invocations\": [{items}]}}");
    let with = |change: &dyn Fn(&mut Options)| {
        let mut options = Options::default();
        change(&mut options);
        options
    };
    let cases = [
        (with(&|options| options.max_bytes = 12), r#"{"Code": "a"}"#.to_owned()),
        (with(&|options| options.max_depth = 3), r#"{"Code": "a", "X": [[[]]]}"#.to_owned()),
        (
            with(&|options| options.max_depth = 3),
            "<Error><W><X><Y><Z/></Y></X></W></Error>".to_owned(),
        ),
        // Damaged ones have the same limits.
        (with(&|options| options.max_depth = 3), r#"{"Code": "a" "X": [[[]]]"#.to_owned()),
        (with(&|options| options.max_depth = 3), "<Error><W><X><Y><Z></Error>".to_owned()),
        (with(&|options| options.max_invocations = 2), page("{}, {}, {}")),
        (
            with(&|options| options.max_instances = 1),
            page(r#"{"InvokeInstances": [{}]}, {"InvokeInstances": [{}]}"#),
        ),
        (with(&|options| options.max_attributes = 1), "<Error a='1' b='2'/>".to_owned()),
        (with(&|options| options.max_name_bytes = 4), r#"{"Code": "a", "Names": 1}"#.to_owned()),
        (with(&|options| options.max_name_bytes = 5), "<Error><Longer/></Error>".to_owned()),
    ];
    let mut said = String::new();
    for (options, document) in cases {
        let error = options.decode(document.as_bytes()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Limit { .. }), "{document}: {error}");
        assert!(options.decode_all(document.as_bytes()).all(|one| one.is_err()), "{document}");
        writeln!(said, "{document}\n  {error}").unwrap();
    }
    assert_snapshot!(said);
}

#[test]
fn findings_are_kept_up_to_a_limit_and_then_counted() {
    let mut options = Options::default();
    options.max_findings = 3;
    let input = format!("{{\"Code\": \"a\"{}}}", ", \"code\": \"b\"".repeat(5));
    let decoded = options.decode(input.as_bytes()).unwrap();
    assert_eq!(decoded.findings.len(), 3);
    assert_eq!(decoded.findings_omitted, decode(input.as_bytes()).unwrap().findings.len() - 3);
    assert!(decoded.findings_omitted > 0);
    // No finding is worth more than its document: the paths together are bounded too.
    let path = "x".repeat(1000);
    let deep = format!(
        "{{\"Code\":1,\"{path}\":{{\"{path}\":{}}}}}",
        "[".to_owned() + &"1e999,".repeat(9_000) + "1]"
    );
    let decoded = decode(deep.as_bytes()).unwrap();
    assert!(decoded.findings.len() < 1_000, "{}", decoded.findings.len());
    assert!(decoded.findings_omitted > 8_000, "{}", decoded.findings_omitted);
}

#[test]
fn the_bounds_are_those_that_the_documentation_says() {
    let deep = |depth: usize| {
        let inside = "{\"body\":".repeat(depth - 1);
        format!("{inside}{{\"Code\":\"a\"}}{}", "}".repeat(depth - 1))
    };
    let refused = |document: &str| match decode(document.as_bytes()) {
        Ok(_) => None,
        Err(error) => match error.kind() {
            ErrorKind::Limit { limit, most } => Some((*limit, *most)),
            kind => panic!("{kind:?}"),
        },
    };
    let most = Options::default().max_depth;
    assert_eq!(refused(&deep(most)), None);
    assert_eq!(refused(&deep(most + 1)), Some((Limit::Depth, most)));
    let items = |count: usize| format!("{{\"Invocations\":[{}{{}}]}}", "{},".repeat(count - 1));
    assert_eq!(refused(&items(100_000)), None);
    assert_eq!(refused(&items(100_001)), Some((Limit::Invocations, 100_000)));
}

#[test]
fn what_would_take_too_long_to_mend_is_refused() {
    let document = format!("<Error>{}>", "<!DOCTYPE a[".repeat(10_000));
    let error = decode(document.as_bytes()).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::RepairLimitExceeded);
    assert_snapshot!(error, @"too malformed to repair (work limit reached) (line 1, column 1, byte 0)");
}

//! Hostile documents: limits, and the cost of decoding.

#[path = "hostile/generators.rs"]
mod generators;

use std::fmt::Write as _;

use allocation_counter::{AllocationInfo, measure};
use ecs_invocations::{ErrorKind, Limit, Options, decode, decode_all};
use generators::GENERATORS;
use insta::assert_snapshot;

/// The allocations of decoding all documents of an input.
fn cost(bytes: &[u8]) -> AllocationInfo {
    measure(|| {
        for decoded in decode_all(bytes) {
            drop(decoded);
        }
        drop(decode(bytes));
    })
}

/// Allocations measure work reproducibly. (Unit tests count the bytes that the repair parsers scan.)
#[test]
fn memory_is_linear_in_input_size() {
    const SIZE: usize = 20_000;
    for (name, generate) in GENERATORS {
        let (small, large) = (generate(SIZE), generate(4 * SIZE));
        let (small, large) = (cost(small.as_bytes()), cost(large.as_bytes()));
        println!(
            "{name}: {} allocations, peak {:.1} bytes per input byte, total {:.1}",
            large.count_total,
            large.bytes_max as f64 / (4 * SIZE) as f64,
            large.bytes_total as f64 / (4 * SIZE) as f64,
        );
        // Four times the input, and twice that because capacities are rounded up to powers of two.
        let allowed = |small: u64| 8 * small + 100_000;
        assert!(large.bytes_total <= allowed(small.bytes_total), "{name}: {small:?} {large:?}");
        assert!(large.count_total <= allowed(small.count_total), "{name}: {small:?} {large:?}");
        // The two bytes `{}` decode to a whole item of the model.
        assert!(large.bytes_max <= 1000 * 4 * SIZE as u64, "{name}: {large:?}");
    }
}

#[test]
fn rejects_input_over_limits() {
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
        // Damaged documents.
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
    let mut errors = String::new();
    for (options, document) in cases {
        let error = options.decode(document.as_bytes()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Limit { .. }), "{document}: {error}");
        assert!(options.decode_all(document.as_bytes()).all(|one| one.is_err()), "{document}");
        writeln!(errors, "{document}\n  {error}").unwrap();
    }
    assert_snapshot!(errors);
}

#[test]
fn counts_findings_over_limit() {
    let mut options = Options::default();
    options.max_findings = 3;
    let input = format!("{{\"Code\": \"a\"{}}}", ", \"code\": \"b\"".repeat(5));
    let decoded = options.decode(input.as_bytes()).unwrap();
    assert_eq!(decoded.findings.len(), 3);
    assert_eq!(decoded.findings_omitted, decode(input.as_bytes()).unwrap().findings.len() - 3);
    assert!(decoded.findings_omitted > 0);
    // The total length of the paths is limited too.
    let path = "x".repeat(1000);
    let deep = format!(
        "{{\"Code\":1,\"{path}\":{{\"{path}\":{}}}}}",
        "[".to_owned() + &"NaN,".repeat(9_000) + "1]"
    );
    let decoded = decode(deep.as_bytes()).unwrap();
    assert!(decoded.findings.len() < 1_000, "{}", decoded.findings.len());
    assert!(decoded.findings_omitted > 8_000, "{}", decoded.findings_omitted);
}

#[test]
fn findings_inside_of_what_is_dropped_do_not_count_towards_limit() {
    let documents = [
        r#"{"Code":{"a":NaN,"b":[+1,.5]},"code":"b","CODE":"c"}"#,
        r#"{"Code":["a",{"x":NaN,"y":+1}],"code":"b","CODE":"c"}"#,
        r#"{"TotalCount":{"@x":{"y":NaN,"z":.5},"a":{"b":+1}},"totalcount":"1","Invocations":{"Invocation":[]}}"#,
        r#"{"statusCode":200,"totalCount":"9","total_count":" 8 ","body":{"TotalCount":7,"PageSize":" 5 ","Invocations":{"Invocation":[]}}}"#,
        r#"<DescribeInvocationsResponse><TotalCount x="1" y="2"><a b="c">1</a></TotalCount><totalcount>1 </totalcount><Invocations/></DescribeInvocationsResponse>"#,
    ];
    for document in documents {
        let all = decode(document.as_bytes()).unwrap().findings;
        for most in 0..=all.len() {
            let mut options = Options::default();
            options.max_findings = most;
            let some = options.decode(document.as_bytes()).unwrap();
            assert_eq!(some.findings.len(), most, "{document}");
            assert!(some.findings.iter().all(|finding| all.contains(finding)), "{document}");
            assert_eq!(some.findings_omitted, all.len() - most, "{document}");
        }
    }
}

#[test]
fn default_limits_match_documentation() {
    let deep = |depth: usize| {
        format!("{{\"Code\":\"a\",\"X\":{}{}}}", "[".repeat(depth), "]".repeat(depth))
    };
    let exceeded = |document: &str| match decode(document.as_bytes()) {
        Ok(_) => None,
        Err(error) => match error.kind() {
            ErrorKind::Limit { limit, most } => Some((*limit, *most)),
            kind => panic!("{kind:?}"),
        },
    };
    // In an unknown field.
    assert_eq!(exceeded(&deep(96)), None);
    assert_eq!(exceeded(&deep(97)), Some((Limit::Depth, 96)));
    let items = |count: usize| format!("{{\"Invocations\":[{}{{}}]}}", "{},".repeat(count - 1));
    assert_eq!(exceeded(&items(100_000)), None);
    assert_eq!(exceeded(&items(100_001)), Some((Limit::Invocations, 100_000)));
}

#[test]
fn rejects_input_over_repair_limit() {
    let document = format!(r#"{{"Code":{}"#, "(1,".repeat(20_000));
    let error = decode(document.as_bytes()).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::RepairLimitExceeded);
    assert_snapshot!(error, @"too malformed to repair (work limit reached) (line 1, column 1, byte 0)");
}

/// The largest limits do not overflow, and no limit lets the cost grow.
#[test]
fn limits_may_be_as_large_as_possible() {
    let options = Options::new()
        .with_max_depth(usize::MAX)
        .with_max_findings(usize::MAX)
        .with_max_bytes(usize::MAX)
        .with_max_invocations(usize::MAX)
        .with_max_instances(usize::MAX)
        .with_max_attributes(usize::MAX)
        .with_max_name_bytes(usize::MAX);
    for (name, generate) in GENERATORS {
        let input = generate(30_000);
        let cost = measure(|| options.decode_all(input.as_bytes()).for_each(drop));
        assert!(cost.bytes_max <= 1000 * 30_000, "{name}: {cost:?}");
    }
    let embedded = br#"{"body": "{\"code\": \"a\"}"}"#;
    assert!(options.decode(embedded).unwrap().findings.len() > 1);
    let deep = format!("{{\"Code\" \"a\", \"X\": {}", "[".repeat(200));
    let error = options.decode(deep.as_bytes()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Limit { limit: Limit::Depth, .. }), "{error}");
}

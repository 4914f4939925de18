//! Counts the heap allocations of decoding a page.

use std::hint::black_box;

use allocation_counter::{AllocationInfo, measure};
use ecs_invocations::model::{Invocation, InvokeInstance};
use ecs_invocations::{Response, decode};

const INSTANCES: usize = 8;

/// A canonical page with the fields of the current API.
fn page(invocations: usize) -> String {
    let instance = |nth: usize| {
        format!(
            r#"{{"InstanceId":"i-{nth:04}","InvocationStatus":"Success","CreationTime":"2026-11-20T06:15:54Z","ExitCode":0,"Output":"b2s=","Timed":false}}"#
        )
    };
    let instances = (0..INSTANCES).map(instance).collect::<Vec<_>>().join(",");
    let invocation = |nth: usize| {
        format!(
            r#"{{"InvocationStatus":"Success","InvokeId":"t-{nth:06}","CommandName":"Restart the service","CommandType":"RunShellScript","InvokeInstances":{{"InvokeInstance":[{instances}]}},"Timed":false,"CreationTime":"2026-11-20T06:15:54Z","RepeatMode":"Once","Timeout":60}}"#
        )
    };
    let invocations = (0..invocations).map(invocation).collect::<Vec<_>>().join(",");
    format!(r#"{{"TotalCount":1,"Invocations":{{"Invocation":[{invocations}]}},"RequestId":"a"}}"#)
}

fn both_formats(invocations: usize) -> [String; 2] {
    let json = page(invocations);
    let xml = decode(json.as_bytes()).unwrap().response.to_xml();
    [json, xml]
}

/// The allocations while decoding, and the bytes still held by the decoded model.
fn measure_decode(text: &str) -> (AllocationInfo, u64) {
    let mut decoded = None;
    let info = measure(|| decoded = Some(decode(text.as_bytes()).unwrap()));
    let decoded = decoded.unwrap();
    assert!(decoded.is_clean(), "{:?}", decoded.findings);
    let Response::Invocations(page) = &decoded.response else { panic!("{:?}", decoded.response) };
    assert_eq!(page.invocations[0].instances.len(), INSTANCES);
    (info, u64::try_from(info.bytes_current).unwrap())
}

/// Number of allocations of a vector that grows to that many items.
fn growth_allocations<T: Default>(items: usize) -> u64 {
    let grow = || {
        let mut list = Vec::new();
        for _ in 0..items {
            list.push(T::default());
        }
        black_box(list);
    };
    measure(grow).count_total
}

#[test]
fn clean_page_allocates_only_its_lists() {
    for invocations in [1, 50, 700] {
        let instances = growth_allocations::<InvokeInstance<'_>>(INSTANCES) * invocations as u64;
        let lists = growth_allocations::<Invocation<'_>>(invocations) + instances;
        let [json, xml] = both_formats(invocations).map(|text| measure_decode(&text).0.count_total);
        assert_eq!(json, lists, "{invocations}");
        // The parser of the document prolog allocates its stack of open elements.
        assert_eq!(xml, lists + 2, "{invocations}");
    }
}

#[test]
fn peak_memory_is_close_to_size_of_model() {
    for invocations in [50, 700, 5_000] {
        for text in both_formats(invocations) {
            let (info, model) = measure_decode(&text);
            println!("{invocations}: peak {} bytes, model {model} bytes", info.bytes_max);
            assert!(
                info.bytes_max * 5 <= model * 6,
                "{invocations}: {} of {model}",
                info.bytes_max
            );
        }
    }
}

//! Fuzzes a client with the documents that this API really sends, without a fuzzer: seeds stand for plans.
//!
//!     cargo run --example fuzz_a_client --features arbitrary
//!
//! The client has derived structs, as most have. In a fuzz target, take the plans from `Arbitrary` instead.

use std::collections::BTreeMap;

use ecs_invocations::fuzzing::{Damage, DamageKind, Noise, NoiseKind};
use serde::Deserialize;

/// The client under test.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    total_count: u32,
    invocations: Invocations,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Invocations {
    invocation: Vec<Invocation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Invocation {
    invoke_id: String,
    invoke_status: InvokeStatus,
    timed: bool,
}

#[derive(Debug, Deserialize, PartialEq)]
enum InvokeStatus {
    Running,
    Finished,
    Failed,
}

const DOCUMENT: &str = r#"{"RequestId":"r","TotalCount":2,"Invocations":{"Invocation":[
    {"InvokeId":"t-1","InvokeStatus":"Finished","CommandName":"deploy","Timed":false},
    {"InvokeId":"t-2","InvokeStatus":"Running","CommandName":"rotate","Timed":true}]}}"#;

/// What the client makes of a body, or why it fails.
fn client(body: &[u8]) -> Result<(), String> {
    let page: Page = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let invocations = page.invocations.invocation;
    let ids: Vec<&str> = invocations.iter().map(|it| it.invoke_id.as_str()).collect();
    let statuses: Vec<&InvokeStatus> = invocations.iter().map(|it| &it.invoke_status).collect();
    let is_right = page.total_count == 2
        && ids == ["t-1", "t-2"]
        && statuses == [&InvokeStatus::Finished, &InvokeStatus::Running]
        && invocations.iter().filter(|it| it.timed).count() == 1;
    if is_right { Ok(()) } else { Err("reads other values".to_owned()) }
}

fn main() {
    assert_eq!(client(DOCUMENT.as_bytes()), Ok(()));
    // For each kind: how many documents it fails on, of how many, and why the first time.
    let mut results: BTreeMap<String, (usize, usize, String)> = BTreeMap::new();
    let mut record = |kind: String, body: &[u8]| {
        let (failed, count, why) = results.entry(kind).or_default();
        *count += 1;
        if let Err(error) = client(body) {
            *failed += 1;
            *why = error;
        }
    };
    for seed in 0..50 {
        for kind in NoiseKind::ALL {
            let noisy = Noise::of(*kind, seed).apply(DOCUMENT);
            if !noisy.kinds.is_empty() {
                record(format!("noise {kind:?}"), &noisy.text);
            }
        }
        for kind in DamageKind::ALL {
            let damaged = Damage::of(*kind, seed as usize).apply(DOCUMENT);
            if !damaged.kinds.is_empty() {
                record(format!("damage {kind:?}"), damaged.text.as_bytes());
            }
        }
    }
    for (kind, (failed, count, why)) in results {
        println!("{kind:<28} fails on {failed} of {count} {why}");
    }
}

//! Instruction counts of decoding and checking a page of 50 invocations with 8 instances each.
//!
//! callgrind counts are reproducible, unlike times. The run fails if a count exceeds its limit, which is the
//! measured count plus 10 %; lower the limit when a change lowers the count.

#[path = "decode/pages.rs"]
mod pages;

use std::hint::black_box;

use ecs_invocations::validate::Checks;
use ecs_invocations::{Decoded, decode};
use gungraun::prelude::*;
use gungraun::{Callgrind, EventKind};

fn at_most(instructions: u64) -> LibraryBenchmarkConfig {
    let limit = Callgrind::default().hard_limits([(EventKind::Ir, instructions)]).to_owned();
    LibraryBenchmarkConfig::default().tool(limit).to_owned()
}

fn json() -> &'static str {
    pages::page(50, false).leak()
}

fn non_canonical() -> &'static str {
    pages::page(50, true).leak()
}

fn damaged() -> &'static str {
    pages::damaged(50).leak()
}

fn xml() -> &'static str {
    pages::xml(50).leak()
}

#[library_benchmark]
#[bench::json(args = (), setup = json, config = at_most(3_160_000))]
#[bench::non_canonical(args = (), setup = non_canonical, config = at_most(4_433_000))]
#[bench::damaged(args = (), setup = damaged, config = at_most(5_737_000))]
#[bench::xml(args = (), setup = xml, config = at_most(5_942_000))]
fn decoding(text: &'static str) -> Decoded<'static> {
    black_box(decode(black_box(text.as_bytes())).expect("a page"))
}

fn decoded() -> Decoded<'static> {
    decode(json().as_bytes()).expect("a page")
}

#[library_benchmark]
#[bench::all_rules(args = (), setup = decoded, config = at_most(1_300_000))]
fn checking(decoded: Decoded<'static>) -> usize {
    let checks = Checks::default().select("ALL");
    black_box(checks.check_response(black_box(&decoded.response)).len())
}

library_benchmark_group!(name = pages_of_50, benchmarks = [decoding, checking]);
main!(library_benchmark_groups = pages_of_50);

//! Compares decoding and checking with other parsers on the same input.
//!
//! `cargo bench --all-features` prints the time of each parser for each document. Only ratios within one run
//! are comparable.

mod pages;
mod strict;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use ecs_invocations::decode;
use ecs_invocations::model::{Invocation, InvokeInstance};
use ecs_invocations::validate::Checks;
use pages::page;

fn main() {
    divan::main();
}

/// Invocations per document: one page, and a hundred times as many.
const SIZES: [usize; 2] = [50, 5000];

fn run<'b, O>(bencher: Bencher<'b, '_>, text: &'b str, read: impl Fn(&'b str) -> O + Sync + 'b) {
    bencher.counter(BytesCount::of_str(text)).bench(|| read(black_box(text)));
}

mod json {
    use super::*;

    #[divan::bench(args = SIZES)]
    pub fn ours(bencher: Bencher<'_, '_>, size: usize) {
        run(bencher, &page(size, false), |text| decode(text.as_bytes()).expect("a page"));
    }

    #[divan::bench(args = SIZES)]
    fn ours_non_canonical(bencher: Bencher<'_, '_>, size: usize) {
        run(bencher, &page(size, true), |text| decode(text.as_bytes()).expect("a page"));
    }

    #[divan::bench(args = SIZES)]
    fn ours_repaired(bencher: Bencher<'_, '_>, size: usize) {
        let damaged = pages::damaged(size);
        run(bencher, &damaged, |text| decode(text.as_bytes()).expect("a page"));
    }

    #[divan::bench(args = SIZES)]
    pub fn serde_json_borrowed(bencher: Bencher<'_, '_>, size: usize) {
        run(bencher, &page(size, false), |text| {
            serde_json::from_str::<strict::Page<'_>>(text).expect("a page")
        });
    }

    /// Structs with only the fields that occur in the document.
    #[divan::bench(args = SIZES)]
    fn serde_json_borrowed_few_fields(bencher: Bencher<'_, '_>, size: usize) {
        run(bencher, &page(size, false), |text| {
            serde_json::from_str::<strict::SmallPage<'_>>(text).expect("a page")
        });
    }

    #[divan::bench(args = SIZES)]
    fn sonic_rs_borrowed(bencher: Bencher<'_, '_>, size: usize) {
        run(bencher, &page(size, false), |text| {
            sonic_rs::from_str::<strict::Page<'_>>(text).expect("a page")
        });
    }

    #[divan::bench(args = SIZES)]
    fn serde_json_value(bencher: Bencher<'_, '_>, size: usize) {
        run(bencher, &page(size, false), |text| {
            serde_json::from_str::<serde_json::Value>(text).expect("a page")
        });
    }
}

mod xml {
    use super::*;

    #[divan::bench(args = SIZES)]
    fn ours(bencher: Bencher<'_, '_>, size: usize) {
        run(bencher, &pages::xml(size), |text| decode(text.as_bytes()).expect("a page"));
    }

    /// Only the event loop; no values are built.
    #[divan::bench(args = SIZES)]
    fn quick_xml_events(bencher: Bencher<'_, '_>, size: usize) {
        run(bencher, &pages::xml(size), |text| {
            let mut reader = quick_xml::Reader::from_str(text);
            let mut events = 0_usize;
            while !matches!(
                black_box(reader.read_event().expect("well formed")),
                quick_xml::events::Event::Eof
            ) {
                events += 1;
            }
            events
        });
    }

    #[divan::bench(args = SIZES)]
    fn roxmltree(bencher: Bencher<'_, '_>, size: usize) {
        run(bencher, &pages::xml(size), |text| {
            ::roxmltree::Document::parse(text).expect("well formed").descendants().count()
        });
    }
}

/// From 12 KB to 100 MB; the time per byte should be constant. Includes memory allocation by the system; see
/// docs/performance.md for how to exclude it.
mod scale {
    use super::*;

    const SIZES: [usize; 5] = [4, 50, 500, 5000, 35_000];

    #[divan::bench(args = SIZES, sample_count = 20)]
    fn ours(bencher: Bencher<'_, '_>, size: usize) {
        json::ours(bencher, size);
    }

    #[divan::bench(args = SIZES, sample_count = 20)]
    fn serde_json_borrowed(bencher: Bencher<'_, '_>, size: usize) {
        json::serde_json_borrowed(bencher, size);
    }

    /// Allocates the memory of the model without decoding.
    #[divan::bench(args = SIZES, sample_count = 20)]
    fn memory_of_the_model(bencher: Bencher<'_, '_>, size: usize) {
        let invocation = size_of::<Invocation>() + pages::INSTANCES * size_of::<InvokeInstance>();
        run(bencher, &page(size, false), |_| vec![1_u8; size * invocation]);
    }
}

/// All validation rules on a decoded page.
#[divan::bench(args = SIZES)]
fn validate(bencher: Bencher<'_, '_>, size: usize) {
    let text = page(size, false);
    let decoded = decode(text.as_bytes()).expect("a page");
    let checks = Checks::default().select("ALL");
    bencher
        .counter(BytesCount::of_str(&*text))
        .bench(|| checks.check_response(black_box(&decoded.response)));
}

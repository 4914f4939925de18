//! Prints a name before each run of a task on a generated input, for `.ci/linear`, which counts the instructions
//! of each run. Allocations do not show a search that begins again and again.

#[path = "../tests/hostile/generators.rs"]
mod generators;
#[path = "../tests/numbers/mod.rs"]
mod numbers;
#[path = "../tests/patterns/mod.rs"]
mod patterns;

use std::cell::Cell;
use std::hint::black_box;

use ecs_invocations::decode_all;
use ecs_invocations::validate::Checks;
use generators::GENERATORS;
use numbers::Numbers;
use patterns::Pattern;

const FACTOR: usize = 4;

#[inline(never)]
fn decode_counted(input: &[u8]) {
    decode_all(black_box(input)).for_each(drop);
}

#[inline(never)]
fn check_counted(input: &[u8]) {
    Checks::new().select("ALL").check_all(black_box(input)).for_each(drop);
}

/// What to run.
struct Selection {
    size: usize,
    /// Those of tasks and inputs; all if empty.
    names: Vec<String>,
    /// Of several processes that share the tasks: the number of this one, and of all.
    share: (u64, u64),
    /// The number of tasks so far.
    count: Cell<u64>,
}

impl Selection {
    fn run(&self, name: &str, generate: &dyn Fn(usize) -> Vec<u8>) {
        for (task, run) in [("decode", decode_counted as fn(&[u8])), ("check", check_counted)] {
            let name = format!("{task} of {name}");
            let nth = self.count.replace(self.count.get() + 1);
            let is_selected = self.names.is_empty() || self.names.contains(&name);
            if !is_selected || nth % self.share.1 != self.share.0 {
                continue;
            }
            for size in [self.size, self.size * FACTOR] {
                let input = generate(size);
                println!("{}\t{name}", input.len());
                run(&input);
            }
        }
    }
}

fn main() {
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |value| value.parse().expect("a number"))
    };
    let size = number("SIZE", 3_000) as usize;
    let names = std::env::var("NAMES").unwrap_or_default().lines().map(str::to_owned).collect();
    let share = (number("SHARE", 0), number("SHARES", 1));
    let selection = Selection { size, names, share, count: Cell::new(0) };
    for (nth, (name, generate)) in GENERATORS.iter().enumerate() {
        selection.run(name, &|size| generate(size).into_bytes());
        if nth % 4 > 0 && !name.contains("documents") {
            continue;
        }
        let utf16 =
            |size: usize| generate(size / 2).encode_utf16().flat_map(u16::to_le_bytes).collect();
        selection.run(&format!("{name} in UTF-16"), &utf16);
    }
    let mut numbers = Numbers(number("SEED", 2026));
    for nth in 0..number("PATTERNS", 20) {
        let pattern = Pattern::new(&mut numbers);
        selection.run(&format!("pattern {nth}: {pattern:?}"), &|size| pattern.generate(size));
    }
}

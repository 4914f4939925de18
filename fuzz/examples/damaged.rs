//! Writes damaged documents: `damaged DIRECTORY [COUNT [SEED]]`.
//!
//! `DIRECTORY/GROUP/KIND/NNN.in` is a damaged document, `NNN.base` names the file in `DIRECTORY/expected` with
//! its values. `DIRECTORY/kinds.tsv` lists the kinds.

#[path = "../src/damage_kinds/mod.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod damage_kinds;

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

use damage_kinds::{BASES, kinds};

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let directory = arguments.next().expect("a directory");
    let directory = Path::new(&directory);
    let number = |text: Option<String>, default| {
        text.map_or(default, |text| text.parse::<u64>().expect("a number"))
    };
    let count = number(arguments.next(), 10);
    let seed = number(arguments.next(), 1);
    fs::create_dir_all(directory.join("expected"))?;
    for base in BASES {
        fs::write(directory.join("expected").join(format!("{}.json", base.name)), base.json)?;
    }
    let mut list = String::new();
    for kind in kinds() {
        let folder = directory.join(&kind.name);
        fs::create_dir_all(&folder)?;
        let mut written = 0;
        for nth in 0..usize::try_from(count).expect("a count") {
            let Some(damaged) = kind.damaged(nth, seed) else { continue };
            fs::write(folder.join(format!("{nth:03}.in")), &damaged.text)?;
            fs::write(folder.join(format!("{nth:03}.base")), damaged.base)?;
            written += 1;
        }
        writeln!(
            list,
            "{}\t{:?}\t{:?}\t{written}\t{}",
            kind.name,
            kind.format,
            kind.expects,
            if kind.is_common { "common" } else { "rare" }
        )
        .expect("written");
    }
    fs::write(directory.join("kinds.tsv"), list)
}

//! `ecs-invocations damage`: prints variants of inputs, to test programs that read them.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use ecs_invocations::fuzzing::{Damage, Noise};

use super::documents;
use super::input::{Files, Input};
use super::output::write_file;
use super::status::Status;

/// Print inputs damaged as people, logs and tools do, and what was done to stderr
///
/// To test a program that reads responses. The same seed always gives the same variant. An input should be one
/// well-formed document.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    ecs-invocations damage response.json --seed 7 | my-client\n  \
    ecs-invocations damage response.json --count 100 --directory variants\n  \
    ecs-invocations damage --noise response.xml | ecs-invocations decode\n\n\
    Exit status: 0 if variants were written; 2 if an input could not be read, a variant could not be written, or no \
    kind of change applies to an input.")]
pub(super) struct Arguments {
    #[command(flatten)]
    files: Files,

    /// The seed of the first variant; the others have the seeds after it
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Number of variants of each input
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 1)]
    count: usize,

    /// Write the response in other ways, as servers do, instead of damaging it
    #[arg(long)]
    noise: bool,

    /// Write each variant to a file of this directory
    #[arg(short, long, value_name = "DIR")]
    directory: Option<PathBuf>,
}

/// The most seeds that are tried for each variant.
const TRIES: u64 = 1000;

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    if arguments.count > 1 && arguments.directory.is_none() {
        writeln!(
            io::stderr(),
            "ecs-invocations: --count needs --directory, to keep variants apart"
        )?;
        return Ok(Status::Failed);
    }
    let mut status = Status::Done;
    for input in arguments.files.inputs() {
        status = status.max(write_variants(&input, arguments)?);
    }
    Ok(status)
}

fn write_variants(input: &Input, arguments: &Arguments) -> io::Result<Status> {
    let mut err = io::stderr().lock();
    let Some(bytes) = documents::read_bytes(input, &mut err)? else {
        return Ok(Status::Failed);
    };
    let Ok(text) = str::from_utf8(&bytes) else {
        writeln!(err, "{input}: error: the input is not in UTF-8")?;
        return Ok(Status::Failed);
    };
    let seeds = (0..arguments.count as u64 * TRIES).map(|nth| arguments.seed.wrapping_add(nth));
    let variants = seeds
        .map(|seed| (seed, variant(text, seed, arguments.noise)))
        .filter(|(_, (_, kinds))| !kinds.is_empty());
    let mut written = 0;
    for (seed, (variant, kinds)) in variants.take(arguments.count) {
        if let Some(directory) = &arguments.directory {
            let name = file_name(&input.to_string(), seed);
            if !write_file(directory, name, &variant, &mut err)? {
                return Ok(Status::Failed);
            }
        } else {
            io::stdout().write_all(&variant)?;
        }
        writeln!(err, "{input}: seed {seed}: {kinds}")?;
        written += 1;
    }
    if written < arguments.count {
        writeln!(err, "{input}: error: no kind of change applies")?;
        return Ok(Status::Failed);
    }
    Ok(Status::Done)
}

/// A document changed by the plan of a seed, and the kinds of change.
fn variant(text: &str, seed: u64, is_noise: bool) -> (Vec<u8>, String) {
    if is_noise {
        let noisy = Noise::from_seed(seed).apply(text);
        return (noisy.text, list(&noisy.kinds));
    }
    let damaged = Damage::from_seed(seed).apply(text);
    (damaged.text.into_bytes(), list(&damaged.kinds))
}

fn list(kinds: &[impl fmt::Debug]) -> String {
    kinds.iter().map(|kind| format!("{kind:?}")).collect::<Vec<_>>().join(", ")
}

/// `response.json` with the seed 7 is `response-7.json`.
fn file_name(input: &str, seed: u64) -> PathBuf {
    let path = Path::new(input);
    let part =
        |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned());
    let stem = part(path.file_stem()).unwrap_or_else(|| "input".into());
    match part(path.extension()) {
        Some(extension) => format!("{stem}-{seed}.{extension}").into(),
        None => format!("{stem}-{seed}").into(),
    }
}

//! `ecs-invocations snapshot`: saves what was decoded and found, or compares it with what was saved.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use rayon::prelude::*;

use super::canonical::{self, Redaction, Redactor};
use super::documents::{Decoding, plural};
use super::input::{Files, Input};
use super::output::Output;
use super::safe;
use super::status::Status;

/// Save what is decoded and found in each input, or compare it with what was saved
///
/// The snapshot of an input is a text file in DIR, with the input's path as its name: each document
/// as JSON with the documented names, its findings, and errors.
#[derive(Args)]
#[command(
    after_help = "Exit status: 0 if the snapshots were saved, or nothing differs from them; 1 if --check is set and \
                  something differs; 2 if a snapshot could not be read or written.\n\n\
                  Examples:\n  \
                  ecs-invocations snapshot tests/snapshots responses/\n  \
                  ecs-invocations snapshot --check --redact ids,times tests/snapshots responses/"
)]
pub(super) struct Arguments {
    /// The directory of the snapshots
    #[arg(value_name = "DIR")]
    directory: PathBuf,

    #[command(flatten)]
    files: Files,

    /// Compare with the snapshots instead of saving them
    #[arg(long)]
    check: bool,

    /// Replace what differs from one run to the next
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    redact: Vec<Redaction>,

    #[command(flatten)]
    decoding: Decoding,
}

/// The file of an input's snapshot.
fn file(directory: &Path, input: &Input) -> PathBuf {
    directory.join(file_name(input) + ".snap")
}

/// The path of an input as the name of a file, with separators that no path on any system has.
pub(super) fn file_name(input: &Input) -> String {
    let is_kept = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    let name = input.to_string();
    let name = name.trim_start_matches(['.', '/']);
    name.chars().map(|c| if is_kept(c) { c } else { '+' }).collect()
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    let options = arguments.decoding.options();
    let inputs = arguments.files.inputs();
    let snapshot = |input: &Input| {
        let mut redactor = Redactor::new(&arguments.redact);
        let (text, _) = canonical::text(input, &options, true, &mut redactor);
        let file = file(&arguments.directory, input);
        match arguments.check {
            false => save(&file, &text).map(|()| None),
            true => compare(&file, &text),
        }
        .map_err(|error| format!("{}: error: {error}", file.display()))
    };
    let mut files = BTreeSet::new();
    for input in &inputs {
        if !files.insert(file(&arguments.directory, input)) {
            let message = "another input has the same snapshot";
            writeln!(io::stderr(), "{input}: error: {message}")?;
            return Ok(Status::Failed);
        }
    }
    if !arguments.check {
        fs::create_dir_all(&arguments.directory)?;
    }
    let results: Vec<Result<Option<String>, String>> = inputs.par_iter().map(snapshot).collect();
    let (mut out, mut err) = (Output::new(io::stdout().lock()), Output::new(io::stderr()));
    let mut status = Status::Done;
    let mut different = 0;
    for result in results {
        match result {
            Ok(None) => {}
            Ok(Some(difference)) => {
                out.write_all(difference.as_bytes())?;
                different += 1;
                status = status.max(Status::Findings);
            }
            Err(message) => {
                writeln!(err, "{message}")?;
                status = Status::Failed;
            }
        }
    }
    if arguments.check && arguments.files.are_complete() {
        for unused in unused(&arguments.directory, &files)? {
            let unused = safe::line(&unused.to_string_lossy());
            writeln!(err, "{unused}: no input has this snapshot; delete it if its input is gone")?;
            status = status.max(Status::Findings);
        }
    }
    let (number, ending) = plural(inputs.len());
    match arguments.check {
        true => writeln!(err, "{different} of {number} snapshot{ending} differ")?,
        false => writeln!(err, "saved {number} snapshot{ending}")?,
    }
    out.flush()?;
    err.flush()?;
    Ok(status)
}

/// The snapshots of inputs that are gone.
fn unused(directory: &Path, used: &BTreeSet<PathBuf>) -> io::Result<Vec<PathBuf>> {
    let mut unused = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "snap") && !used.contains(&path) {
            unused.push(path);
        }
    }
    unused.sort();
    Ok(unused)
}

fn save(file: &Path, text: &str) -> io::Result<()> {
    fs::write(file, text)
}

/// The difference, if there is one. A snapshot that is missing is empty.
fn compare(file: &Path, text: &str) -> io::Result<Option<String>> {
    let saved = match fs::read_to_string(file) {
        Ok(saved) => saved,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let name = file.display().to_string();
    Ok(canonical::difference([&name, "now"], [&saved, text]))
}

//! `ecs-invocations repair`: prints inputs with their malformed documents repaired.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap::Args;
use ecs_invocations::finding::Finding;
use ecs_invocations::{Decoded, Edit, Options};
use tempfile::NamedTempFile;

use super::allowed::AllowedRepairs;
use super::documents::{self, Encoding};
use super::input::{Files, Input};
use super::messages;
use super::output::Output;
use super::patch;
use super::status::Status;

/// Print inputs with their malformed documents repaired, and findings to stderr
///
/// Each document is repaired in its place: what is around it and each part of it that is well-formed are
/// kept, and so is the encoding. An error that a client printed, or a print in another notation
/// than JSON, is replaced by a JSON document.
#[derive(Args)]
#[command(
    after_help = "Exit status: 0 if no input needs a repair, or all were repaired; 1 if an input needs a \
                  repair and --check is set; 2 if an input could not be read, written or repaired (the \
                  others still are).\n\n\
                  Examples:\n  \
                  ecs-invocations repair broken.json > repaired.json\n  \
                  ecs-invocations repair --diff broken.json\n  \
                  ecs-invocations repair --in-place --quiet responses/"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    files: Files,

    /// Print a unified diff instead of the repaired inputs
    #[arg(short, long)]
    diff: bool,

    /// Write each repaired input to its file instead of printing it, unless a document in it could not be
    /// repaired
    #[arg(short, long, conflicts_with = "check")]
    in_place: bool,

    /// Print no repaired input; exit with status 1 if an input needs a repair
    #[arg(long)]
    check: bool,

    /// Print no findings; only errors
    #[arg(short, long)]
    quiet: bool,

    /// Which repairs are allowed
    #[arg(long, value_name = "WHICH", default_value = "any")]
    repair: AllowedRepairs,

    #[command(flatten)]
    encoding: Encoding,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    let mut status = Status::Done;
    for input in arguments.files.inputs() {
        status = status.max(repair(&input, arguments)?);
    }
    Ok(status)
}

fn repair(input: &Input, arguments: &Arguments) -> io::Result<Status> {
    let (mut out, mut err) = (Output::new(io::stdout().lock()), Output::new(io::stderr()));
    let Some(bytes) = documents::read_bytes(input, &mut err)? else {
        err.flush()?;
        return Ok(Status::Failed);
    };
    let mut options = Options::new();
    options.repair = arguments.repair.into();
    options.charset = arguments.encoding.charset;
    let mut status = Status::Done;
    let (mut edits, mut findings) = (Vec::<Edit>::new(), Vec::new());
    for decoded in options.decode_all(&bytes) {
        match decoded {
            Ok(decoded) => {
                if !arguments.quiet {
                    messages::write_findings(input, &decoded, &mut findings)?;
                }
                if arguments.check && is_malformed(&decoded) {
                    status = status.max(Status::Findings);
                }
                edits.extend(decoded.edits);
            }
            Err(error) => {
                messages::write_error(input, &error, &mut findings)?;
                status = Status::Failed;
            }
        }
    }
    let repaired = Edit::apply_all(&edits, &bytes);
    if arguments.diff {
        patch::write(&input.to_string(), &bytes, &edits, &mut out)?;
    }
    match (&repaired, input) {
        _ if arguments.check => {}
        (Cow::Owned(_), input) if arguments.in_place && !input.is_plain_file() => {
            writeln!(
                findings,
                "{input}: error: cannot write into what is compressed or not a file"
            )?;
            status = Status::Failed;
        }
        (Cow::Owned(repaired), Input::File(path)) if arguments.in_place => {
            if status == Status::Done
                && let Err(error) = replace(path, repaired)
            {
                writeln!(findings, "{input}: error: cannot write: {error}")?;
                status = Status::Failed;
            }
        }
        (_, Input::Standard) => out.write_all(&repaired)?,
        _ if arguments.in_place => {}
        _ if arguments.diff => {}
        _ => out.write_all(&repaired)?,
    }
    out.flush()?;
    // On a terminal, findings appear after the text that they are about.
    err.write_all(&findings)?;
    err.flush()?;
    Ok(status)
}

/// Whether a document needs a repair, even one that nothing can do, such as that of a reference to a character that
/// XML does not allow. What is around the document is no part of it.
fn is_malformed(decoded: &Decoded<'_>) -> bool {
    const AROUND: [&str; 2] = ["M314", "M315"];
    let mut codes = decoded.findings.iter().map(Finding::code);
    !decoded.edits.is_empty() || codes.any(|code| code.starts_with('M') && !AROUND.contains(&code))
}

/// Replaces the content of a file, at once: no other process sees a part of it, and no failure loses it.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    // A link remains a link.
    let path = fs::canonicalize(path)?;
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(directory)?;
    file.write_all(content)?;
    file.as_file().set_permissions(fs::metadata(&path)?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

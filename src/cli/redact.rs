//! `ecs-invocations redact`: prints inputs without what they tell about their owner.

use std::io::{self, IsTerminal as _, Write};
use std::ops::Range;
use std::path::PathBuf;

use clap::Args;
use ecs_invocations::{Options, Redactor};

use super::documents::{self, Encoding, plural};
use super::input::{Files, Input};
use super::messages;
use super::output::{Output, write_file};
use super::safe;
use super::snapshot;
use super::status::Status;

/// Print inputs with IDs, names, outputs and the like replaced, to post them in a bug report
///
/// The same text is replaced by the same text of the same length and form, in all inputs. Names of fields,
/// statuses, known error codes, numbers of the API, times and schedules are kept, and so is the damage: the text is
/// not decoded and written again. A text that cannot be placed is replaced. Read the result before you post it.
#[derive(Args)]
#[command(
    after_help = "Exit status: 0 if all inputs were redacted; 1 if one has other findings than before; 2 if an input \
                  could not be read, or no response in it could be decoded (nothing of it is printed then).\n\n\
                  Examples:\n  \
                  ecs-invocations redact response.json > report.json\n  \
                  ecs-invocations redact --directory redacted logs/*.json"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    files: Files,

    /// Write each input to a file of this directory instead of printing it
    #[arg(short, long, value_name = "DIR")]
    directory: Option<PathBuf>,

    /// Print no notes; only errors
    #[arg(short, long)]
    quiet: bool,

    #[command(flatten)]
    encoding: Encoding,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    let mut options = Options::new();
    options.charset = arguments.encoding.charset;
    let mut redactor = Redactor::new();
    let mut status = Status::Done;
    for input in arguments.files.inputs() {
        status = status.max(redact(&input, arguments, &options, &mut redactor)?);
    }
    Ok(status)
}

fn redact(
    input: &Input,
    arguments: &Arguments,
    options: &Options,
    redactor: &mut Redactor,
) -> io::Result<Status> {
    let (mut out, mut err) = (Output::new(io::stdout().lock()), Output::new(io::stderr()));
    let Some(bytes) = documents::read_bytes(input, &mut err)? else {
        err.flush()?;
        return Ok(Status::Failed);
    };
    let before = Found::new(&bytes, options);
    if before.responses == 0 {
        match options.decode(&bytes) {
            Err(error) => messages::write_error(input, &error, &mut err)?,
            Ok(_) => writeln!(err, "{input}: error: no response in this input")?,
        }
        err.flush()?;
        return Ok(Status::Failed);
    }
    let redacted = redactor.redact(&bytes, options);
    let mut status = Status::Done;
    if let Some(directory) = &arguments.directory {
        if !write_file(directory, snapshot::file_name(input), &redacted, &mut err)? {
            status = Status::Failed;
        }
    } else if io::stdout().is_terminal() {
        out.write_all(safe::lines(&String::from_utf8_lossy(&redacted)).as_bytes())?;
    } else {
        out.write_all(&redacted)?;
    }
    out.flush()?;
    let after = Found::new(&redacted, options);
    let different = before.differences(&after);
    if different > 0 {
        status = status.max(Status::Findings);
        if !arguments.quiet {
            let (number, ending) = plural(different);
            writeln!(err, "{input}: once it is redacted, {number} other finding{ending}")?;
        }
    }
    err.flush()?;
    Ok(status)
}

/// What is found in an input, and where.
struct Found {
    findings: Vec<(&'static str, Range<usize>)>,
    responses: usize,
}

impl Found {
    fn new(bytes: &[u8], options: &Options) -> Self {
        let mut found = Self { findings: Vec::new(), responses: 0 };
        for document in options.decode_all(bytes) {
            match document {
                Ok(decoded) => {
                    found.responses += 1;
                    let at = |it: &ecs_invocations::Finding| {
                        it.location.as_ref().map_or(0..0, |location| location.bytes.clone())
                    };
                    found.findings.extend(decoded.findings.iter().map(|it| (it.code(), at(it))));
                }
                Err(error) => found.findings.push(("error", error.location().bytes.clone())),
            }
        }
        found
    }

    /// The number of findings that only one of both has.
    fn differences(&self, other: &Self) -> usize {
        let sorted = |found: &Self| {
            let mut findings: Vec<_> =
                found.findings.iter().map(|(code, at)| (*code, at.start, at.end)).collect();
            findings.sort_unstable();
            findings
        };
        let (a, b) = (sorted(self), sorted(other));
        let (mut left, mut right, mut same) = (0, 0, 0);
        while let (Some(x), Some(y)) = (a.get(left), b.get(right)) {
            match x.cmp(y) {
                std::cmp::Ordering::Less => left += 1,
                std::cmp::Ordering::Greater => right += 1,
                std::cmp::Ordering::Equal => (left, right, same) = (left + 1, right + 1, same + 1),
            }
        }
        (a.len() - same).max(b.len() - same)
    }
}

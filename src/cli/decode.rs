//! `ecs-invocations decode`: responses in, their canonical form and the findings out.

use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ecs_invocations::finding::Location;
use ecs_invocations::{Options, Response};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;

use super::blocks::{Block, Blocks};
use super::{Input, Status, table};

/// Print responses in canonical form, and on standard error what was normalised to get there.
///
/// Each finding is one line: FILE:LINE:COLUMN: CODE: MESSAGE.
#[derive(Args)]
#[command(
    after_help = "Exit status: 0 if every input was decoded; 1 if there were findings under \
                        --strict; 2 if an input could not be read or decoded."
)]
pub(super) struct Arguments {
    /// Files to read, XML or JSON in any encoding; `-` is standard input [default: -]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// What to print
    #[arg(long, value_name = "FORM", default_value = "json")]
    to: Form,

    /// Make every finding a failure
    #[arg(long)]
    strict: bool,

    /// Refuse damaged documents in place of mending them
    #[arg(long)]
    no_mend: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// Canonical JSON, indented
    Json,
    /// Canonical XML, indented
    Xml,
    /// For people: a row for each invocation, its instances under it
    Table,
    /// Canonical JSON, one line for each response
    Ndjson,
}

impl Form {
    fn write(self, response: &Response<'_>, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Json => writeln!(out, "{}", response.to_json_pretty()),
            Self::Xml => writeln!(out, "{}", response.to_xml()),
            Self::Table => table::write(response, out),
            Self::Ndjson => writeln!(out, "{}", response.to_json()),
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    let inputs = Input::all(&arguments.files);
    let progress = progress(&inputs);
    let mut status = Status::Done;
    for input in inputs {
        status = status.max(decode_all(&input, arguments, &progress)?);
    }
    progress.finish_and_clear();
    Ok(status)
}

/// What came of a block.
struct Said {
    out: Vec<u8>,
    err: Vec<u8>,
    status: Status,
    read: usize,
}

/// Decodes all documents of one input, some blocks at once while others are read.
fn decode_all(input: &Input, arguments: &Arguments, progress: &ProgressBar) -> io::Result<Status> {
    /// Large enough that handing out blocks costs nothing, small enough to have several for each core.
    const BLOCK: usize = 1 << 20;
    let (mut out, mut err) = (io::stdout().lock(), io::stderr());
    let mut blocks = match input.open() {
        Ok(reader) => Blocks::new(reader, BLOCK, Options::default().max_bytes),
        Err(error) => {
            writeln!(err, "{input}: error: {error}")?;
            return Ok(Status::Failed);
        }
    };
    let at_once = 4 * rayon::current_num_threads();
    let mut status = Status::Done;
    let mut next: Vec<io::Result<Block>> = blocks.by_ref().take(1).collect();
    while !next.is_empty() {
        let now = std::mem::take(&mut next);
        let (more, said) = rayon::join(
            || blocks.by_ref().take(at_once).collect(),
            || now.into_par_iter().map(|block| said(block, input, arguments)).collect::<Vec<_>>(),
        );
        next = more;
        for said in said {
            let said = said?;
            status = status.max(said.status);
            progress.inc(said.read as u64);
            // Findings follow the responses that they are about.
            progress.suspend(|| {
                out.write_all(&said.out)?;
                out.flush()?;
                err.write_all(&said.err)
            })?;
        }
    }
    Ok(status)
}

/// Decodes all documents of one block.
fn said(block: io::Result<Block>, input: &Input, arguments: &Arguments) -> io::Result<Said> {
    let mut said = Said { out: Vec::new(), err: Vec::new(), status: Status::Done, read: 0 };
    let Block { bytes, lines_before } = match block {
        Ok(block) => block,
        Err(error) => {
            writeln!(said.err, "{input}: error: {error}")?;
            said.status = Status::Failed;
            return Ok(said);
        }
    };
    said.read = bytes.len();
    let mut options = Options::default();
    options.repair = !arguments.no_mend;
    let place = |location: &Location| {
        format!("{input}:{}:{}", location.line + lines_before, location.column)
    };
    for decoded in options.decode_all(&bytes) {
        said.status = said.status.max(match decoded {
            Ok(decoded) => {
                arguments.to.write(&decoded.response, &mut said.out)?;
                for finding in &decoded.findings {
                    writeln!(said.err, "{}: {finding}", place(&finding.location))?;
                }
                if decoded.findings_omitted > 0 {
                    let more = decoded.findings_omitted;
                    writeln!(said.err, "{input}: and {more} more findings")?;
                }
                let has_failed = arguments.strict && !decoded.is_clean();
                if has_failed { Status::Findings } else { Status::Done }
            }
            Err(error) => {
                write!(said.err, "{}: error: {}", place(error.location()), error.message())?;
                match error.path() {
                    path if path.is_root() => writeln!(said.err)?,
                    path => writeln!(said.err, ", in {path}")?,
                }
                Status::Failed
            }
        });
    }
    Ok(said)
}

/// A bar on a terminal, where there is much to wait for and it does not stand between the responses.
fn progress(inputs: &[Input]) -> ProgressBar {
    /// Less is there before a bar could be read.
    const MUCH: u64 = 1 << 25;
    let size = inputs.iter().filter_map(Input::size).sum();
    let target = match io::stdout().is_terminal() || size < MUCH {
        true => ProgressDrawTarget::hidden(),
        false => ProgressDrawTarget::stderr(),
    };
    let style = "{bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
    let style = ProgressStyle::with_template(style);
    ProgressBar::with_draw_target(Some(size), target)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

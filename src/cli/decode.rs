//! `ecs-invocations decode`: prints responses in canonical form, and their findings.

use std::io::{self, BufReader, IsTerminal as _, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ecs_invocations::{Block, Charset, Options, Response};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;

use super::allowed::Allowed;
use super::input::Input;
use super::messages;
use super::output::Output;
use super::safe;
use super::status::Status;
use super::table;

/// Print responses in canonical form, and findings to stderr
///
/// An input may hold several documents; each is decoded separately. Each finding is one line:
/// FILE:LINE:COLUMN: CODE: MESSAGE.
#[derive(Args)]
#[command(
    after_help = "Exit status: 0 if every input was decoded; 1 if there are findings and --strict \
                  is set; 2 if an input could not be read or decoded (the others still are)."
)]
pub(super) struct Arguments {
    /// Input files, XML or JSON in any encoding; `-` is standard input [default: -]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    to: OutputFormat,

    /// Exit with status 1 if there is any finding
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    allowed: Allowed,

    /// Character encoding of the inputs, such as `GBK`, unless they show to be in UTF-8 or UTF-16; overrides
    /// the XML declaration
    #[arg(long, value_name = "LABEL")]
    charset: Option<Charset>,
}

#[derive(Clone, Copy, ValueEnum)]
enum OutputFormat {
    /// Canonical JSON, indented
    Json,
    /// Canonical XML, indented
    Xml,
    /// Table: one row per invocation, then its instances
    Table,
    /// Canonical JSON, one line per response
    Ndjson,
}

impl OutputFormat {
    fn write(self, response: &Response<'_>, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Json => writeln!(out, "{}", safe::json(&response.to_json_pretty())),
            Self::Xml => writeln!(out, "{}", safe::xml(&response.to_xml())),
            Self::Table => table::write(response, out),
            Self::Ndjson => writeln!(out, "{}", safe::json(&response.to_json())),
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    let inputs = Input::all(&arguments.files);
    let progress = progress(&inputs);
    let mut status = Status::Done;
    let mut streams = (Output::new(io::stdout().lock()), Output::new(io::stderr()));
    for input in inputs {
        status = status.max(decode_all(&input, arguments, &progress, &mut streams)?);
    }
    progress.finish_and_clear();
    Ok(status)
}

/// What one block adds to the output.
struct BlockOutput {
    out: Vec<u8>,
    err: Vec<u8>,
    status: Status,
}

type Streams = (Output<io::StdoutLock<'static>>, Output<io::Stderr>);

impl BlockOutput {
    fn write(&mut self, (out, err): &mut Streams, progress: &ProgressBar) -> io::Result<()> {
        // On a terminal, findings appear after the responses that they are about.
        progress.suspend(|| {
            out.write_all(&self.out)?;
            out.flush()?;
            err.write_all(&self.err)?;
            err.flush()
        })?;
        self.out.clear();
        self.err.clear();
        Ok(())
    }
}

/// Decodes all documents of one input: some blocks in parallel while the next ones are read.
fn decode_all(
    input: &Input,
    arguments: &Arguments,
    progress: &ProgressBar,
    streams: &mut Streams,
) -> io::Result<Status> {
    /// Large enough that scheduling costs nothing, small enough to have several blocks per core.
    const BLOCK_SIZE: usize = 1 << 20;
    const READ_SIZE: usize = 1 << 16;
    let mut options = Options::default();
    options.repair = arguments.allowed.repair();
    options.charset = arguments.charset;
    let mut blocks = match input.open() {
        Ok(reader) => options.blocks(BufReader::with_capacity(READ_SIZE, reader), BLOCK_SIZE),
        Err(error) => {
            writeln!(streams.1, "{input}: error: {error}")?;
            streams.1.flush()?;
            return Ok(Status::Failed);
        }
    };
    let at_once = 4 * rayon::current_num_threads();
    let mut status = Status::Done;
    let mut next: Vec<io::Result<Block>> = blocks.by_ref().take(1).collect();
    while !next.is_empty() && !streams.0.is_done(input) {
        let now = std::mem::take(&mut next);
        // The output of a large block is written while it is decoded.
        if let [Ok(block)] = &now[..]
            && block.bytes().len() > 4 * BLOCK_SIZE
        {
            let write = &mut |output: &mut BlockOutput| output.write(streams, progress);
            let mut output = decode_block(&now[0], input, arguments, write)?;
            output.write(streams, progress)?;
            status = status.max(output.status);
            progress.inc(block.bytes().len() as u64);
            next = blocks.by_ref().take(1).collect();
            continue;
        }
        let (more, outputs) = rayon::join(
            || blocks.by_ref().take(at_once).collect(),
            || {
                let decode = |block| decode_block(block, input, arguments, &mut |_| Ok(()));
                now.par_iter().map(decode).collect::<Vec<_>>()
            },
        );
        next = more;
        for (block, output) in now.iter().zip(outputs) {
            let mut output = output?;
            output.write(streams, progress)?;
            status = status.max(output.status);
            progress.inc(block.as_ref().map_or(0, |block| block.bytes().len()) as u64);
        }
    }
    Ok(status)
}

/// Decodes all documents of one block. `write` may take what was added to the output.
fn decode_block(
    block: &io::Result<Block>,
    input: &Input,
    arguments: &Arguments,
    write: &mut dyn FnMut(&mut BlockOutput) -> io::Result<()>,
) -> io::Result<BlockOutput> {
    const PIECE_SIZE: usize = 1 << 16;
    let mut output = BlockOutput { out: Vec::new(), err: Vec::new(), status: Status::Done };
    let block = match block {
        Ok(block) => block,
        Err(error) => {
            writeln!(output.err, "{input}: error: {error}")?;
            output.status = Status::Failed;
            return Ok(output);
        }
    };
    for decoded in block.decode_all() {
        output.status = output.status.max(match decoded {
            Ok(decoded) => {
                arguments.to.write(&decoded.response, &mut output.out)?;
                messages::write_findings(input, &decoded, &mut output.err)?;
                let has_failed = arguments.strict && !decoded.is_clean();
                if has_failed { Status::Findings } else { Status::Done }
            }
            Err(error) => {
                messages::write_error(input, &error, &mut output.err)?;
                Status::Failed
            }
        });
        if output.out.len() + output.err.len() > PIECE_SIZE {
            write(&mut output)?;
        }
    }
    Ok(output)
}

/// A progress bar if the input is large and stderr is a terminal, but stdout is not: a bar would appear
/// between the responses.
fn progress(inputs: &[Input]) -> ProgressBar {
    /// Smaller inputs are done before anyone could read the bar.
    const MIN_SIZE: u64 = 1 << 25;
    let size = inputs.iter().filter_map(Input::size).sum();
    let target = match io::stdout().is_terminal() || size < MIN_SIZE {
        true => ProgressDrawTarget::hidden(),
        false => ProgressDrawTarget::stderr(),
    };
    let style = "{bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
    let style = ProgressStyle::with_template(style);
    ProgressBar::with_draw_target(Some(size), target)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

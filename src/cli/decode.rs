//! `ecs-invocations decode`: prints responses in canonical form, and their findings.

use std::io::{self, BufReader, IsTerminal as _, Write};

use clap::{Args, ValueEnum};
use ecs_invocations::{Block, Response};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;

use super::documents::{Decoding, Others, is_other_object, plural, write_ignored};
use super::input::{Files, Input};
use super::messages;
use super::output::Output;
use super::rows::{RowFormat, RowOptions, Rows};
use super::safe;
use super::status::Status;
use super::table::{TableOptions, Tables};

/// Print responses in canonical form, and findings to stderr
///
/// An input may hold several documents; each is decoded separately. Each finding is one line:
/// FILE:LINE:COLUMN: CODE: MESSAGE.
#[derive(Args)]
#[command(
    after_help = "Exit status: 0 if every input was decoded; 1 if there are findings and --strict \
                  is set; 2 if an input could not be read or decoded (the others still are).\n\n\
                  Examples:\n  \
                  ecs-invocations decode response.xml\n  \
                  ecs-invocations decode -o table --wide *.json\n  \
                  ecs-invocations decode -o csv --columns instance_id,outcome,output_text *.json > runs.csv"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    files: Files,

    /// Output format
    #[arg(short, long, alias = "to", value_name = "FORMAT", default_value = "json")]
    output: OutputFormat,

    #[command(flatten)]
    rows: RowOptions,

    #[command(flatten)]
    table: TableOptions,

    /// Print no findings
    #[arg(short, long)]
    quiet: bool,

    /// Exit with status 1 if there is any finding
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    decoding: Decoding,
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
    /// Comma-separated rows, one for each instance and run, with headings
    Csv,
    /// The same, separated by tabs
    Tsv,
    /// The same rows as JSON objects, one per line
    NdjsonRows,
}

/// Writes responses in one format.
enum Writer {
    Json,
    Xml,
    Ndjson,
    Table(Tables),
    Rows(Rows),
}

impl Writer {
    fn new(arguments: &Arguments) -> Self {
        let rows = |format| Self::Rows(Rows::new(format, &arguments.rows, None));
        match arguments.output {
            OutputFormat::Json => Self::Json,
            OutputFormat::Xml => Self::Xml,
            OutputFormat::Ndjson => Self::Ndjson,
            OutputFormat::Table => Self::Table(Tables::new(&arguments.table)),
            OutputFormat::Csv => rows(RowFormat::Csv),
            OutputFormat::Tsv => rows(RowFormat::Tsv),
            OutputFormat::NdjsonRows => rows(RowFormat::Ndjson),
        }
    }

    fn write(&self, response: &Response<'_>, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Json => writeln!(out, "{}", safe::json(&response.to_json_pretty())),
            Self::Xml => writeln!(out, "{}", safe::xml(&response.to_xml())),
            Self::Ndjson => writeln!(out, "{}", safe::json(&response.to_json())),
            Self::Table(tables) => {
                // An empty line after the table before; the first one is removed.
                writeln!(out)?;
                tables.write(response, out)
            }
            Self::Rows(rows) => rows.write(response.runs(), out),
        }
    }
}

type Streams = (Output<io::StdoutLock<'static>>, Output<io::Stderr>);

/// Where output goes, and what is between documents there.
struct Target<'w> {
    writer: &'w Writer,
    has_several_inputs: bool,
    has_written: bool,
    streams: Streams,
    progress: &'w ProgressBar,
}

impl Target<'_> {
    /// Writes and empties the output of a block; `name` is that of its input, if it was not printed yet.
    fn write(&mut self, output: &mut BlockOutput, name: &mut Option<String>) -> io::Result<()> {
        // On a terminal, findings appear after the responses that they are about.
        self.progress.suspend(|| {
            let (out, err) = &mut self.streams;
            match (self.writer, &*output.out) {
                (_, []) => {}
                (Writer::Table(_), [gap, tables @ ..]) => {
                    if std::mem::replace(&mut self.has_written, true) {
                        out.write_all(&[*gap])?;
                    }
                    if let Some(name) = name.take_if(|_| self.has_several_inputs) {
                        writeln!(out, "==> {name} <==")?;
                    }
                    out.write_all(tables)?;
                }
                (_, text) => out.write_all(text)?,
            }
            out.flush()?;
            err.write_all(&output.err)?;
            err.flush()
        })?;
        output.out.clear();
        output.err.clear();
        Ok(())
    }

    fn write_error(&mut self, text: &[u8]) -> io::Result<()> {
        self.progress.suspend(|| {
            self.streams.1.write_all(text)?;
            self.streams.1.flush()
        })
    }
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    let writer = Writer::new(arguments);
    let has_rows = matches!(writer, Writer::Rows(_));
    if !has_rows && arguments.rows.reject_without_rows(&mut io::stderr())? {
        return Ok(Status::Failed);
    }
    let inputs = arguments.files.inputs();
    let progress = progress(&inputs);
    let mut status = Status::Done;
    let mut streams = (Output::new(io::stdout().lock()), Output::new(io::stderr()));
    if let Writer::Rows(rows) = &writer {
        rows.header(&mut streams.0)?;
    }
    let has_several_inputs = inputs.len() > 1;
    let (writer, progress) = (&writer, &progress);
    let mut target = Target { writer, has_several_inputs, has_written: false, streams, progress };
    for input in inputs {
        status = status.max(decode_all(&input, arguments, &mut target)?);
    }
    target.streams.0.flush()?;
    progress.finish_and_clear();
    Ok(status)
}

/// What one block adds to the output.
#[derive(Default)]
struct BlockOutput {
    out: Vec<u8>,
    err: Vec<u8>,
    status: Status,
    responses: usize,
    others: Others,
}

/// What the blocks of an input add up to.
#[derive(Default)]
struct Total {
    status: Status,
    responses: usize,
    others: Vec<u8>,
    other_count: usize,
}

impl Total {
    fn add(&mut self, block: BlockOutput, input: &Input) -> io::Result<()> {
        self.status = self.status.max(block.status);
        self.responses += block.responses;
        self.other_count += block.others.count;
        if self.responses == 0 {
            block.others.write_errors(input, &mut self.others)?;
        }
        Ok(())
    }
}

/// Decodes all documents of one input: some blocks in parallel while the next ones are read.
fn decode_all(input: &Input, arguments: &Arguments, target: &mut Target<'_>) -> io::Result<Status> {
    /// Large enough that scheduling costs nothing, small enough to have several blocks per core.
    const BLOCK_SIZE: usize = 1 << 20;
    const READ_SIZE: usize = 1 << 16;
    let options = arguments.decoding.options();
    let mut blocks = match input.open() {
        Ok(reader) => options.blocks(BufReader::with_capacity(READ_SIZE, reader), BLOCK_SIZE),
        Err(error) => {
            target.write_error(format!("{input}: error: {error}\n").as_bytes())?;
            return Ok(Status::Failed);
        }
    };
    let (writer, progress, mut name) = (target.writer, target.progress, Some(input.to_string()));
    let at_once = 4 * rayon::current_num_threads();
    let mut total = Total::default();
    let mut next: Vec<io::Result<Block>> = blocks.by_ref().take(1).collect();
    while !next.is_empty() && !target.streams.0.is_done(input) {
        let now = std::mem::take(&mut next);
        // The output of a large block is written while it is decoded.
        if let [Ok(block)] = &now[..]
            && block.bytes().len() > 4 * BLOCK_SIZE
        {
            let write = &mut |output: &mut BlockOutput| target.write(output, &mut name);
            let mut output = decode_block(&now[0], input, arguments, writer, write)?;
            target.write(&mut output, &mut name)?;
            total.add(output, input)?;
            progress.inc(block.bytes().len() as u64);
            next = blocks.by_ref().take(1).collect();
            continue;
        }
        let (more, outputs) = rayon::join(
            || blocks.by_ref().take(at_once).collect(),
            || {
                let decode = |block| decode_block(block, input, arguments, writer, &mut |_| Ok(()));
                now.par_iter().map(decode).collect::<Vec<_>>()
            },
        );
        next = more;
        for (block, output) in now.iter().zip(outputs) {
            let mut output = output?;
            target.write(&mut output, &mut name)?;
            total.add(output, input)?;
            progress.inc(block.as_ref().map_or(0, |block| block.bytes().len()) as u64);
        }
    }
    if total.other_count > 0 && total.responses > 0 {
        let mut note = Vec::new();
        write_ignored(input, total.other_count, &mut note)?;
        target.write_error(&note)?;
    } else if total.other_count > 0 {
        total.status = Status::Failed;
        target.write_error(&total.others)?;
    }
    Ok(total.status)
}

/// Decodes all documents of one block. `write` may take what was added to the output.
fn decode_block(
    block: &io::Result<Block>,
    input: &Input,
    arguments: &Arguments,
    writer: &Writer,
    write: &mut dyn FnMut(&mut BlockOutput) -> io::Result<()>,
) -> io::Result<BlockOutput> {
    const PIECE_SIZE: usize = 1 << 16;
    let mut output = BlockOutput::default();
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
                let start = output.out.len();
                writer.write(&decoded.response, &mut output.out)?;
                if matches!(writer, Writer::Xml) {
                    let xml = String::from_utf8_lossy(&output.out[start..]);
                    warn_of_references(&xml, input, &mut output.err)?;
                }
                if let (Writer::Rows(_), Response::Error(error)) = (writer, &decoded.response) {
                    writeln!(output.err, "{input}: no rows, but an error: {error}")?;
                }
                output.responses += 1;
                if !arguments.quiet {
                    messages::write_findings(input, &decoded, &mut output.err)?;
                }
                let has_failed = arguments.strict && !decoded.is_clean();
                if has_failed { Status::Findings } else { Status::Done }
            }
            Err(error) if is_other_object(&error) => {
                output.others.add(error);
                Status::Done
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

/// Other parsers read no XML that refers to characters which XML 1.0 cannot hold.
fn warn_of_references(xml: &str, input: &Input, err: &mut Vec<u8>) -> io::Result<()> {
    let mut references = safe::disallowed_references(xml);
    let Some(first) = references.next() else { return Ok(()) };
    let (count, ending) = plural(1 + references.count());
    writeln!(
        err,
        "{input}: the XML has {count} reference{ending} such as `&{first};` to characters that XML 1.0 does not \
         allow, so other parsers reject it"
    )
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

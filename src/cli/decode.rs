//! `ecs-invocations decode`: prints responses in canonical form, and their findings.

use std::io::{self, BufReader, IsTerminal as _, Write};

use clap::{Args, ValueEnum};
use ecs_invocations::{Block, Charset, Options, Response};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;

use super::allowed::Allowed;
use super::documents::{is_other_object, plural};
use super::input::{Files, Input};
use super::messages;
use super::rows::{Column, RowFormat, Rows};
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

    /// Rows: only these columns, in this order [default: all]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<Column>,

    #[command(flatten)]
    table: TableOptions,

    /// Print no findings
    #[arg(short, long)]
    quiet: bool,

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
        let rows = |format| Self::Rows(Rows::new(format, &arguments.columns, None));
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
            Self::Json => writeln!(out, "{}", response.to_json_pretty()),
            Self::Xml => writeln!(out, "{}", response.to_xml()),
            Self::Ndjson => writeln!(out, "{}", response.to_json()),
            Self::Table(tables) => {
                // An empty line after the table before; the first one is removed.
                writeln!(out)?;
                tables.write(response, out)
            }
            Self::Rows(rows) => rows.write(response.runs(), out),
        }
    }
}

/// Where output goes, and what is between documents there.
struct Output<'w> {
    writer: &'w Writer,
    has_several_inputs: bool,
    has_written: bool,
}

impl Output<'_> {
    /// Writes the output of a block; `name` is that of its input, if it was not printed yet.
    fn write(
        &mut self,
        text: &[u8],
        name: &mut Option<String>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let Writer::Table(_) = self.writer else { return out.write_all(text) };
        let [gap, tables @ ..] = text else { return Ok(()) };
        if std::mem::replace(&mut self.has_written, true) {
            out.write_all(&[*gap])?;
        }
        if let Some(name) = name.take_if(|_| self.has_several_inputs) {
            writeln!(out, "==> {name} <==")?;
        }
        out.write_all(tables)
    }
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    let inputs = arguments.files.inputs();
    let progress = progress(&inputs);
    let mut status = Status::Done;
    let writer = Writer::new(arguments);
    if let Writer::Rows(rows) = &writer {
        rows.header(&mut io::stdout().lock())?;
    }
    let has_several_inputs = inputs.len() > 1;
    let mut output = Output { writer: &writer, has_several_inputs, has_written: false };
    for input in inputs {
        status = status.max(decode_all(&input, arguments, &mut output, &progress)?);
    }
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
    /// The errors of objects of other kinds, as a log has beside responses.
    others: Vec<u8>,
    other_count: usize,
    /// The size of the block in bytes.
    bytes_read: usize,
}

/// Decodes all documents of one input: some blocks in parallel while the next ones are read.
fn decode_all(
    input: &Input,
    arguments: &Arguments,
    output: &mut Output<'_>,
    progress: &ProgressBar,
) -> io::Result<Status> {
    /// Large enough that scheduling costs nothing, small enough to have several blocks per core.
    const BLOCK_SIZE: usize = 1 << 20;
    const READ_SIZE: usize = 1 << 16;
    let mut options = Options::default();
    options.repair = arguments.allowed.repair();
    options.charset = arguments.charset;
    let (mut out, mut err) = (io::stdout().lock(), io::stderr());
    let mut blocks = match input.open() {
        Ok(reader) => options.blocks(BufReader::with_capacity(READ_SIZE, reader), BLOCK_SIZE),
        Err(error) => {
            writeln!(err, "{input}: error: {error}")?;
            return Ok(Status::Failed);
        }
    };
    let (writer, mut name) = (output.writer, Some(input.to_string()));
    let at_once = 4 * rayon::current_num_threads();
    let mut status = Status::Done;
    let (mut responses, mut others, mut other_count) = (0, Vec::new(), 0);
    let mut next: Vec<io::Result<Block>> = blocks.by_ref().take(1).collect();
    while !next.is_empty() {
        let now = std::mem::take(&mut next);
        let (more, outputs) = rayon::join(
            || blocks.by_ref().take(at_once).collect(),
            || {
                let decode = |block| decode_block(block, input, arguments, writer);
                now.into_par_iter().map(decode).collect::<Vec<_>>()
            },
        );
        next = more;
        for block in outputs {
            let block = block?;
            status = status.max(block.status);
            responses += block.responses;
            other_count += block.other_count;
            if responses == 0 {
                others.extend(block.others);
            }
            progress.inc(block.bytes_read as u64);
            // On a terminal, findings appear after the responses that they are about.
            progress.suspend(|| {
                output.write(&block.out, &mut name, &mut out)?;
                out.flush()?;
                err.write_all(&block.err)
            })?;
        }
    }
    if other_count > 0 && responses > 0 {
        let (number, ending) = plural(other_count);
        progress.suspend(|| writeln!(err, "{input}: ignored {number} other object{ending}"))?;
    } else if other_count > 0 {
        progress.suspend(|| err.write_all(&others))?;
        status = Status::Failed;
    }
    Ok(status)
}

/// Decodes all documents of one block.
fn decode_block(
    block: io::Result<Block>,
    input: &Input,
    arguments: &Arguments,
    writer: &Writer,
) -> io::Result<BlockOutput> {
    let mut output = BlockOutput::default();
    let block = match block {
        Ok(block) => block,
        Err(error) => {
            writeln!(output.err, "{input}: error: {error}")?;
            output.status = Status::Failed;
            return Ok(output);
        }
    };
    /// The number of errors of other objects that are kept.
    const KEPT: usize = 100;
    output.bytes_read = block.bytes().len();
    for decoded in block.decode_all() {
        output.status = output.status.max(match decoded {
            Ok(decoded) => {
                writer.write(&decoded.response, &mut output.out)?;
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
                output.other_count += 1;
                if output.other_count <= KEPT {
                    messages::write_error(input, &error, &mut output.others)?;
                }
                Status::Done
            }
            Err(error) => {
                messages::write_error(input, &error, &mut output.err)?;
                Status::Failed
            }
        });
    }
    if output.other_count > KEPT {
        writeln!(output.others, "{input}: and {} more errors", output.other_count - KEPT)?;
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

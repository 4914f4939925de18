//! `ecs-invocations show`: what each invocation did on its instances, for reading.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use ecs_invocations::Response;

use super::documents::{self, Decoding};
use super::input::Files;
use super::output::Output;
use super::rows::{RowFormat, RowOptions, Rows};
use super::runs_view::{Printer, View};
use super::status::Status;
use super::tally::Tally;

/// Show each invocation with its instances: outcome, exit code, error, duration and decoded output
///
/// The last line is the verdict that `status` prints.
#[derive(Args)]
#[command(
    after_help = "Exit status: 0 if every input was decoded; 2 if an input could not be read or decoded (the \
                  others are shown). `status` tells by its exit status how the runs went.\n\n\
                  Examples:\n  \
                  aliyun ecs DescribeInvocations --InvokeId t-1 --IncludeOutput true | ecs-invocations show\n  \
                  ecs-invocations show --failed --full results.json\n  \
                  ecs-invocations show --failed -o csv --columns instance_id,output_text *.json > failed.csv"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    files: Files,

    /// Output format
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: ShowFormat,

    #[command(flatten)]
    rows: RowOptions,

    #[command(flatten)]
    view: View,

    #[command(flatten)]
    decoding: Decoding,
}

#[derive(Clone, Copy, ValueEnum)]
enum ShowFormat {
    /// For reading
    Text,
    /// Comma-separated rows, one for each run that is shown, with headings
    Csv,
    /// The same, separated by tabs
    Tsv,
    /// The same rows as JSON objects, one per line
    NdjsonRows,
}

impl ShowFormat {
    fn rows(self) -> Option<RowFormat> {
        match self {
            Self::Text => None,
            Self::Csv => Some(RowFormat::Csv),
            Self::Tsv => Some(RowFormat::Tsv),
            Self::NdjsonRows => Some(RowFormat::Ndjson),
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    let (mut out, mut err) = (Output::new(io::stdout().lock()), Output::new(io::stderr()));
    let options = arguments.decoding.options();
    let inputs = arguments.files.inputs();
    let view = &arguments.view;
    let rows = arguments.output.rows();
    if rows.is_none() && arguments.rows.reject_without_rows(&mut err)? {
        err.flush()?;
        return Ok(Status::Failed);
    }
    let rows = rows.map(|format| Rows::new(format, &arguments.rows, view.output_charset()));
    if let Some(rows) = &rows {
        rows.header(&mut out)?;
    }
    let mut printer = Printer::new(view);
    let mut tally = Tally::default();
    let mut status = Status::Done;
    for input in &inputs {
        let Some(bytes) = documents::read_bytes(input, &mut err)? else {
            tally.add_unreadable();
            status = Status::Failed;
            continue;
        };
        let mut name = (inputs.len() > 1).then(|| input.to_string());
        let mut messages = Vec::new();
        let count = documents::read(input, &options, &bytes, &mut messages, |decoded| {
            tally.add(decoded);
            match (&rows, &decoded.response) {
                (None, response) => printer.print(response, &mut name, &mut out),
                (Some(_), Response::Error(error)) => {
                    writeln!(err, "{input}: no rows, but an error: {error}")
                }
                (Some(rows), response) => {
                    rows.write(response.runs().filter(|run| view.admits(run)), &mut out)
                }
            }
        })?;
        out.flush()?;
        err.write_all(&messages)?;
        err.flush()?;
        tally.add_count(&count);
        if count.failures > 0 {
            status = Status::Failed;
        }
    }
    if rows.is_none() {
        printer.finish(&tally, &mut out)?;
    }
    out.flush()?;
    err.flush()?;
    Ok(status)
}

//! Flat rows: one for each instance and run, the same for both operations and both versions of the API.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use csv::WriterBuilder;
use ecs_invocations::Charset;
use ecs_invocations::model::{Run, State, Time, Verdict};
use serde::Serializer as _;
use serde_json::Value;

use super::safe;

/// A column of the rows.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum Column {
    /// ID of the invocation
    InvokeId,
    /// ID of the command
    CommandId,
    /// Name of the command
    CommandName,
    /// Type of the command
    CommandType,
    /// ID of the instance
    InstanceId,
    /// Status on the instance, as the response states it
    Status,
    /// `running`, `ended` or `unknown`
    State,
    /// `succeeded`, `failed` or `stopped`, once it has ended and if that is known
    Outcome,
    /// Exit code of the command
    ExitCode,
    /// Why the command failed
    ErrorCode,
    /// Description of the failure
    ErrorInfo,
    /// When the run, or else the invocation, was created
    Created,
    /// When the command started
    Started,
    /// When the command ended
    Finished,
    /// When a stop was requested
    Stopped,
    /// How long the command ran, in seconds
    Duration,
    /// How often the command ran on the instance
    Repeats,
    /// Account that runs the command
    Username,
    /// Number of bytes that the service removed from the output
    Dropped,
    /// The decoded output
    OutputText,
}

impl Column {
    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    fn value(self, run: &Run<'_>, charset: Option<Charset>) -> Value {
        let time = |time: Option<&Time<'_>>| time.map(ToString::to_string).into();
        match self {
            Self::InvokeId => run.invoke_id.into(),
            Self::CommandId => run.command_id.into(),
            Self::CommandName => run.command_name.into(),
            Self::CommandType => run.command_type.map(|it| it.as_str()).into(),
            Self::InstanceId => run.instance_id.into(),
            Self::Status => run.status.into(),
            Self::State => match run.state {
                State::Running => "running",
                State::Ended(_) => "ended",
                State::Unknown(_) => "unknown",
            }
            .into(),
            Self::Outcome => {
                let is_outcome =
                    matches!(run.verdict, Verdict::Succeeded | Verdict::Failed | Verdict::Stopped);
                is_outcome.then(|| run.verdict.name()).into()
            }
            Self::ExitCode => run.exit_code.map_or(Value::Null, integer),
            Self::ErrorCode => run.error_code.map(|code| code.as_str()).into(),
            Self::ErrorInfo => run.error_info.into(),
            Self::Created => time(run.created),
            Self::Started => time(run.started),
            Self::Finished => time(run.finished),
            Self::Stopped => time(run.stopped),
            Self::Duration => {
                run.duration().map_or(Value::Null, |duration| match duration.subsec_nanos() {
                    0 => duration.as_secs().into(),
                    _ => duration.as_secs_f64().into(),
                })
            }
            Self::Repeats => run.repeats.into(),
            Self::Username => run.username.into(),
            Self::Dropped => run.dropped.into(),
            Self::OutputText => {
                run.output_text(charset).map(|output| output.text.into_owned()).into()
            }
        }
    }
}

/// A number of JSON if common parsers read it exactly, else its digits.
fn integer(value: i128) -> Value {
    match (i64::try_from(value), u64::try_from(value)) {
        (Ok(value), _) => value.into(),
        (_, Ok(value)) => value.into(),
        _ => value.to_string().into(),
    }
}

/// What the rows are made of.
#[derive(Args)]
pub(super) struct RowOptions {
    /// Only these columns of csv, tsv or ndjson-rows, in this order [default: all]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<Column>,

    /// Write the values of csv and tsv exactly. Otherwise, a `'` is put before what a spreadsheet would take for a
    /// formula, and control characters are escaped, as in `\u{1b}`
    #[arg(long)]
    raw_values: bool,
}

impl RowOptions {
    /// Reports options that have no effect because the output is of another format.
    pub(super) fn reject_without_rows(&self, err: &mut impl Write) -> io::Result<bool> {
        let option = match (self.columns.is_empty(), self.raw_values) {
            (false, _) => "--columns",
            (true, true) => "--raw-values",
            (true, false) => return Ok(false),
        };
        writeln!(err, "ecs-invocations: {option} needs --output csv, tsv or ndjson-rows")?;
        Ok(true)
    }
}

/// How rows are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RowFormat {
    Csv,
    Tsv,
    Ndjson,
}

/// Writes rows.
pub(super) struct Rows {
    format: RowFormat,
    columns: Vec<Column>,
    is_raw: bool,
    charset: Option<Charset>,
}

impl Rows {
    /// All columns if none are given. `charset` is that of outputs, if it is known.
    pub(super) fn new(format: RowFormat, options: &RowOptions, charset: Option<Charset>) -> Self {
        let columns = match &*options.columns {
            [] => Column::value_variants().to_vec(),
            columns => columns.to_vec(),
        };
        Self { format, columns, is_raw: options.raw_values, charset }
    }

    fn record(&self, cells: impl Iterator<Item = String>, out: &mut impl Write) -> io::Result<()> {
        let delimiter = if self.format == RowFormat::Tsv { b'\t' } else { b',' };
        let mut writer = WriterBuilder::new().delimiter(delimiter).from_writer(out);
        writer.write_record(cells.map(String::into_bytes)).map_err(io::Error::from)?;
        writer.flush()
    }

    /// Writes the names of the columns, if the format has them.
    pub(super) fn header(&self, out: &mut impl Write) -> io::Result<()> {
        match self.format {
            RowFormat::Csv | RowFormat::Tsv => {
                self.record(self.columns.iter().map(|column| column.name()), out)
            }
            RowFormat::Ndjson => Ok(()),
        }
    }

    /// Writes a row for each run.
    pub(super) fn write<'r>(
        &self,
        runs: impl Iterator<Item = Run<'r>>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let value = |column: Column, run: &Run<'_>| column.value(run, self.charset);
        for run in runs {
            match self.format {
                RowFormat::Csv | RowFormat::Tsv => {
                    let cells = self.columns.iter().map(|column| self.cell(value(*column, &run)));
                    self.record(cells, out)?;
                }
                RowFormat::Ndjson => {
                    let members =
                        self.columns.iter().map(|column| (column.name(), value(*column, &run)));
                    let mut json = Vec::new();
                    serde_json::Serializer::new(&mut json).collect_map(members)?;
                    out.write_all(safe::json(&String::from_utf8_lossy(&json)).as_bytes())?;
                    writeln!(out)?;
                }
            }
        }
        Ok(())
    }

    fn cell(&self, value: Value) -> String {
        match value {
            Value::Null => String::new(),
            Value::String(text) if self.is_raw => text,
            Value::String(text) => safe::cell(&text),
            value => value.to_string(),
        }
    }
}

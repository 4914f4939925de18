//! `ecs-invocations decode`: responses in, their canonical form and the findings out.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ecs_invocations::{Decoded, Error, Options, Response};

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
    let mut out = BufWriter::new(io::stdout().lock());
    let mut err = BufWriter::new(io::stderr().lock());
    let mut status = Status::Done;
    for input in inputs {
        status = status.max(decode_all(&input, arguments, &mut out, &mut err)?);
        // Findings follow the response that they are about.
        out.flush()?;
        err.flush()?;
    }
    Ok(status)
}

/// Decodes all documents of one input.
fn decode_all(
    input: &Input,
    arguments: &Arguments,
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<Status> {
    let bytes = match input.read() {
        Ok(bytes) => bytes,
        Err(error) => {
            writeln!(err, "{input}: error: {error}")?;
            return Ok(Status::Failed);
        }
    };
    let mut options = Options::default();
    options.mend = !arguments.no_mend;
    let mut status = Status::Done;
    for decoded in options.decode_all(&bytes) {
        status = status.max(match decoded {
            Ok(decoded) => {
                arguments.to.write(&decoded.response, out)?;
                tell(&decoded, input, err)?;
                let has_failed = arguments.strict && !decoded.is_clean();
                if has_failed { Status::Findings } else { Status::Done }
            }
            Err(error) => {
                fail(&error, input, err)?;
                Status::Failed
            }
        });
    }
    Ok(status)
}

fn tell(decoded: &Decoded<'_>, input: &Input, err: &mut impl Write) -> io::Result<()> {
    for finding in &decoded.findings {
        writeln!(err, "{input}:{}: {finding}", finding.location)?;
    }
    match decoded.findings_left_out {
        0 => Ok(()),
        more => writeln!(err, "{input}: and {more} more findings"),
    }
}

fn fail(error: &Error, input: &Input, err: &mut impl Write) -> io::Result<()> {
    write!(err, "{input}:{}: error: {}", error.location(), error.message())?;
    if error.path().is_root() { writeln!(err) } else { writeln!(err, ", in {}", error.path()) }
}

//! `ecs-invocations status`: one verdict over all inputs.

use std::io::{self, Write};

use clap::{Args, ValueEnum};

use super::documents::{self, Decoding};
use super::input::Files;
use super::output::Output;
use super::safe;
use super::status::Status;
use super::tally::Tally;

/// Print one line: whether all runs succeeded
///
/// A run succeeded if its status says so and its exit code, if any, is 0. `Finished` alone only says that the
/// command ended. A run counts as in the last response that has it, by the IDs of invocation and instance, of
/// either operation; a response that lacks it leaves it as it was. A failure stays one.
#[derive(Args)]
#[command(
    after_help = "Exit status: 0 if all runs succeeded; 1 if some failed or were stopped; 3 if some are still \
                  running; 4 if the service answered with an error that may pass, such as throttling; 2 if \
                  nothing tells, or an input could not be read or decoded. If several apply: 4, 3, 1, 2.\n\n\
                  Examples:\n  \
                  aliyun ecs DescribeInvocations --InvokeId t-1 | ecs-invocations status\n  \
                  ecs-invocations status *.json && echo done"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    files: Files,

    /// Output format
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: StatusFormat,

    /// Print nothing; only the exit status tells
    #[arg(short, long)]
    quiet: bool,

    #[command(flatten)]
    decoding: Decoding,
}

#[derive(Clone, Copy, ValueEnum)]
enum StatusFormat {
    /// One line
    Text,
    /// An object of JSON: the verdict, the line, and how many runs ended how
    Json,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    let (mut out, mut err) = (Output::new(io::stdout()), Output::new(io::stderr()));
    let options = arguments.decoding.options();
    let mut tally = Tally::default();
    for input in arguments.files.inputs() {
        let Some(bytes) = documents::read_bytes(&input, &mut err)? else {
            tally.add_unreadable();
            continue;
        };
        let count = documents::read(&input, &options, &bytes, &mut err, |decoded| {
            tally.add(decoded);
            Ok(())
        })?;
        tally.add_count(&count);
    }
    if !arguments.quiet {
        let line = match arguments.output {
            StatusFormat::Text => tally.printable_line(),
            StatusFormat::Json => safe::json(&tally.json().to_string()).into_owned(),
        };
        writeln!(out, "{line}")?;
        out.flush()?;
    }
    err.flush()?;
    Ok(tally.verdict().into())
}

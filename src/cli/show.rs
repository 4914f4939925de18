//! `ecs-invocations show`: what each invocation did on its instances, for reading.

use std::io::{self, Write};

use clap::Args;

use super::documents::{self, Decoding};
use super::input::Files;
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
                  ecs-invocations show --instance i-1,i-2 *.json"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    files: Files,

    #[command(flatten)]
    view: View,

    #[command(flatten)]
    decoding: Decoding,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    let (mut out, mut err) = (io::stdout().lock(), io::stderr());
    let options = arguments.decoding.options();
    let inputs = arguments.files.inputs();
    let mut printer = Printer::new(&arguments.view);
    let mut tally = Tally::default();
    let mut status = Status::Done;
    for input in &inputs {
        let bytes = match input.read() {
            Ok(bytes) => bytes,
            Err(error) => {
                writeln!(err, "{input}: error: {error}")?;
                tally.add_unreadable();
                status = Status::Failed;
                continue;
            }
        };
        let mut name = (inputs.len() > 1).then(|| input.to_string());
        let mut messages = Vec::new();
        let count = documents::read(input, &options, &bytes, &mut messages, |decoded| {
            tally.add(decoded);
            printer.print(&decoded.response, &mut name, &mut out)
        })?;
        out.flush()?;
        err.write_all(&messages)?;
        tally.add_count(&count);
        if count.failures > 0 {
            status = Status::Failed;
        }
    }
    printer.finish(&tally, &mut out)?;
    Ok(status)
}

//! `ecs-invocations diff`: compares two inputs by meaning.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::canonical::{self, Redaction, Redactor};
use super::documents::Decoding;
use super::input::Input;
use super::output::Output;
use super::status::Status;

/// Compare two inputs by meaning: format, spelling and order of members do not matter
///
/// Their documents are compared in canonical form.
#[derive(Args)]
#[command(
    after_help = "Exit status: 0 if they mean the same; 1 if they differ; 2 if one could not be read or decoded.\n\n\
                  Examples:\n  \
                  ecs-invocations diff response.xml response.json\n  \
                  ecs-invocations diff --redact ids,times yesterday.json today.json"
)]
pub(super) struct Arguments {
    /// The first input; `-` is standard input
    #[arg(value_name = "A")]
    first: PathBuf,

    /// The second input
    #[arg(value_name = "B")]
    second: PathBuf,

    /// Ignore these values: the same ID must have the same number, times and outputs may differ
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    redact: Vec<Redaction>,

    /// Print no difference; only the exit status tells
    #[arg(short, long)]
    quiet: bool,

    #[command(flatten)]
    decoding: Decoding,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    let (mut out, mut err) = (Output::new(io::stdout()), Output::new(io::stderr()));
    let options = arguments.decoding.options();
    let inputs = [&arguments.first, &arguments.second].map(|path| Input::from(path.clone()));
    let texts = inputs.each_ref().map(|input| {
        canonical::text(input, &options, false, &mut Redactor::new(&arguments.redact))
    });
    let names = inputs.each_ref().map(Input::to_string);
    for (name, (text, is_decoded)) in names.iter().zip(&texts) {
        if !is_decoded {
            for line in text.lines().filter(|line| line.contains("error: ")) {
                let separator = if line.starts_with("error: ") { ": " } else { ":" };
                writeln!(err, "{name}{separator}{line}")?;
            }
        }
    }
    let [first, second] = &texts;
    // Everything would differ from an input that could not be read.
    let is_read = |(text, is_decoded): &(String, bool)| {
        *is_decoded || !text.lines().all(|line| line.starts_with("error: "))
    };
    if !texts.iter().all(is_read) {
        err.flush()?;
        return Ok(Status::Failed);
    }
    let difference = canonical::difference([&names[0], &names[1]], [&first.0, &second.0]);
    if let Some(difference) = difference.as_ref().filter(|_| !arguments.quiet) {
        out.write_all(difference.as_bytes())?;
    }
    out.flush()?;
    err.flush()?;
    Ok(match (first.1 && second.1, difference) {
        (false, _) => Status::Failed,
        (true, Some(_)) => Status::Findings,
        (true, None) => Status::Done,
    })
}

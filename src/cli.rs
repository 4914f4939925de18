//! The command line: subcommands, inputs and exit status.

mod allowed;
mod check;
mod color;
mod decode;
mod documents;
mod error_view;
mod groups;
mod input;
mod messages;
mod patch;
mod repair;
mod report;
mod rows;
mod rule;
mod runs_view;
mod safe;
mod show;
mod status;
mod table;
mod tally;
mod verdict;
mod wait;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use color::ColorChoice;
use status::Status;

/// Decode, repair and check responses of Alibaba Cloud ECS to DescribeInvocations.
#[derive(Parser)]
#[command(name = "ecs-invocations", version, max_term_width = 100)]
pub(crate) struct Command {
    /// When to color the output
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true, display_order = 90)]
    color: ColorChoice,

    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    Show(show::Arguments),
    Status(verdict::Arguments),
    Wait(wait::Arguments),
    Decode(decode::Arguments),
    Repair(repair::Arguments),
    Check(check::Arguments),
    Rule(rule::Arguments),
}

impl Command {
    pub(crate) fn run(self) -> ExitCode {
        self.color.set();
        let ended = match self.task {
            Task::Show(arguments) => show::run(&arguments),
            Task::Status(arguments) => verdict::run(&arguments),
            Task::Wait(arguments) => wait::run(&arguments),
            Task::Decode(arguments) => decode::run(&arguments),
            Task::Repair(arguments) => repair::run(&arguments),
            Task::Check(arguments) => check::run(&arguments),
            Task::Rule(arguments) => rule::run(&arguments),
        };
        match ended {
            Ok(status) => status.into(),
            // The reader closed the pipe because it has read enough, as `head` does.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Status::Done.into(),
            Err(error) => {
                // If stderr fails too, the exit status remains.
                let _ = writeln!(io::stderr(), "ecs-invocations: cannot write: {error}");
                Status::Failed.into()
            }
        }
    }
}

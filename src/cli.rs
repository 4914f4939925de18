//! The command line: subcommands, inputs and exit status.

mod allowed;
mod check;
mod decode;
mod input;
mod messages;
mod output;
mod patch;
mod repair;
mod report;
mod rule;
mod safe;
mod status;
mod table;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use status::Status;

/// Decode, repair and check responses of Alibaba Cloud ECS to DescribeInvocations.
#[derive(Parser)]
#[command(name = "ecs-invocations", version, max_term_width = 100)]
pub(crate) struct Command {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    Decode(decode::Arguments),
    Repair(repair::Arguments),
    Check(check::Arguments),
    Rule(rule::Arguments),
}

impl Command {
    pub(crate) fn run(self) -> ExitCode {
        let ended = match self.task {
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

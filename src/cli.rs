//! What the command takes, and how it ends.

mod decode;
mod table;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Decode what Alibaba Cloud ECS answers to DescribeInvocations, however the response came out.
#[derive(Parser)]
#[command(name = "ecs-invocations", version, about, max_term_width = 100)]
pub(crate) struct Command {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    Decode(decode::Arguments),
}

impl Command {
    pub(crate) fn run(self) -> ExitCode {
        let ended = match self.task {
            Task::Decode(arguments) => decode::run(&arguments),
        };
        match ended {
            Ok(status) => status.into(),
            // Whoever read our output has read enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Status::Done.into(),
            Err(error) => {
                // Where even this cannot be said, the status says it.
                let _ = writeln!(io::stderr(), "ecs-invocations: cannot write: {error}");
                Status::Failed.into()
            }
        }
    }
}

/// How a run ended, from good to bad.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    /// Every input was decoded.
    Done = 0,
    /// There were findings, and they were to be failures.
    Findings = 1,
    /// An input could not be read or decoded.
    Failed = 2,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

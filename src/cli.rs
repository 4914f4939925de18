//! The command line: subcommands, inputs and exit status.

mod blocks;
mod check;
mod decode;
mod report;
mod rule;
mod table;

use std::fmt;
use std::fs;
use std::io::{self, Read, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use ecs_invocations::finding::Printable;

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
    Check(check::Arguments),
    Rule(rule::Arguments),
}

impl Command {
    pub(crate) fn run(self) -> ExitCode {
        let ended = match self.task {
            Task::Decode(arguments) => decode::run(&arguments),
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

/// The exit status, in order of precedence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    /// Success.
    Done = 0,
    /// There were findings that count as failures.
    Findings = 1,
    /// An input could not be read or decoded.
    Failed = 2,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// A source of bytes.
enum Input {
    Standard,
    File(PathBuf),
}

impl Input {
    /// The given files, or standard input if there are none.
    fn all(files: &[PathBuf]) -> Vec<Self> {
        match files {
            [] => vec![Self::Standard],
            files => files.iter().cloned().map(Self::from).collect(),
        }
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Standard => Box::new(io::stdin()),
            Self::File(path) => Box::new(fs::File::open(path)?),
        })
    }

    /// The size in bytes, if known without reading.
    fn size(&self) -> Option<u64> {
        match self {
            Self::Standard => None,
            Self::File(path) => fs::metadata(path).ok().map(|file| file.len()),
        }
    }

    fn read(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::Standard => {
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes)?;
                Ok(bytes)
            }
            Self::File(path) => fs::read(path),
        }
    }
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Standard } else { Self::File(path) }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard => f.write_str("<stdin>"),
            Self::File(path) => Printable(&path.to_string_lossy()).fmt(f),
        }
    }
}

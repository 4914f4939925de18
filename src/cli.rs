//! The command line: subcommands, inputs and exit status.

mod allowed;
mod baseline;
mod canonical;
mod check;
mod client;
mod color;
mod compression;
mod damage;
mod decode;
mod diff;
mod documents;
mod entry;
mod error_view;
mod excerpt;
mod groups;
mod har;
mod input;
mod items;
mod json_reports;
mod latest;
mod lists;
mod messages;
mod output;
mod parts;
mod patch;
mod paths;
mod redact;
mod repair;
mod report;
mod reports;
mod rows;
mod rule;
mod runs_view;
mod safe;
mod settings;
mod show;
mod snapshot;
mod status;
mod table;
mod tally;
mod verdict;
mod wait;
mod xml_reports;

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::builder::Resettable;
use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use clap_complete::Shell;
use color::ColorChoice;
use ecs_invocations::finding::Printable;
use status::Status;

/// Show, decode, repair and check responses of Alibaba Cloud ECS to DescribeInvocations.
#[derive(Parser)]
#[command(
    name = "ecs-invocations",
    version,
    max_term_width = 100,
    after_help = "Examples:\n  \
                  aliyun ecs DescribeInvocations --InvokeId t-1 --IncludeOutput true | ecs-invocations show\n  \
                  ecs-invocations status response.json && echo done\n  \
                  ecs-invocations wait -- aliyun ecs DescribeInvocations --InvokeId t-1"
)]
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
    Damage(damage::Arguments),
    Diff(diff::Arguments),
    Snapshot(snapshot::Arguments),
    Redact(redact::Arguments),
    Rule(rule::Arguments),
    /// Print a script that completes commands and options in a shell
    #[command(after_help = "Examples:\n  \
        source <(ecs-invocations completions bash)\n  \
        ecs-invocations completions fish > ~/.config/fish/completions/ecs-invocations.fish")]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page of the command, or of a subcommand
    #[command(after_help = "Examples:\n  \
        ecs-invocations man > ecs-invocations.1\n  \
        ecs-invocations man show | man -l -")]
    Man {
        /// The subcommand
        #[arg(value_name = "COMMAND")]
        subcommand: Option<String>,
    },
}

impl Command {
    /// Reads the arguments, and exits if they are invalid.
    pub(crate) fn read() -> Self {
        let arguments: Vec<OsString> = std::env::args_os().collect();
        let matches = Self::command_without_empty_variables().try_get_matches_from(&arguments);
        let command = matches.and_then(|matches| {
            let format = |error: clap::Error| error.format(&mut Self::command());
            Self::from_arg_matches(&matches).map_err(format)
        });
        command.unwrap_or_else(|error| {
            let is_unknown = error.kind() == ErrorKind::InvalidSubcommand;
            let file = arguments.get(1).filter(|name| is_unknown && Path::new(name).exists());
            if let Some(file) = file {
                let name = file.to_string_lossy();
                let name = Printable(&name);
                let hint = format!(
                    "`{name}` is a file, not a command; to show it: ecs-invocations show {name}"
                );
                Self::command().error(ErrorKind::InvalidSubcommand, hint).exit();
            }
            error.exit()
        })
    }

    /// An empty environment variable is as if it were not set.
    fn command_without_empty_variables() -> clap::Command {
        let is_empty = |name: &OsStr| env::var_os(name).is_some_and(|value| value.is_empty());
        Self::command().mut_subcommands(|subcommand| {
            subcommand.mut_args(|argument| match argument.get_env().is_some_and(is_empty) {
                true => argument.env(Resettable::Reset),
                false => argument,
            })
        })
    }

    pub(crate) fn run(self) -> ExitCode {
        self.color.set();
        let ended = match self.task {
            Task::Show(arguments) => show::run(&arguments),
            Task::Status(arguments) => verdict::run(&arguments),
            Task::Wait(arguments) => wait::run(&arguments),
            Task::Decode(arguments) => decode::run(&arguments),
            Task::Repair(arguments) => repair::run(&arguments),
            Task::Check(arguments) => check::run(&arguments),
            Task::Damage(arguments) => damage::run(&arguments),
            Task::Diff(arguments) => diff::run(&arguments),
            Task::Snapshot(arguments) => snapshot::run(&arguments),
            Task::Redact(arguments) => redact::run(&arguments),
            Task::Rule(arguments) => rule::run(&arguments),
            Task::Completions { shell } => completions(shell),
            Task::Man { subcommand } => manual(subcommand.as_deref()),
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

fn completions(shell: Shell) -> io::Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Command::command(), "ecs-invocations", &mut script);
    // The script calls the same state by two names, because the name of the command has a hyphen.
    let script = String::from_utf8_lossy(&script);
    let script = match shell {
        Shell::Bash => script.replace("ecs__subcmd__invocations", "ecs__invocations"),
        _ => script.into_owned(),
    };
    io::stdout().write_all(script.as_bytes())?;
    Ok(Status::Done)
}

fn manual(subcommand: Option<&str>) -> io::Result<Status> {
    let mut command = Command::command();
    command.build();
    let found = match subcommand {
        None => Some(&command),
        Some(name) => command.find_subcommand(name),
    };
    let Some(found) = found else {
        let name = Printable(subcommand.unwrap_or_default());
        writeln!(io::stderr(), "ecs-invocations: unknown command `{name}`")?;
        return Ok(Status::Failed);
    };
    clap_mangen::Man::new(found.clone()).render(&mut io::stdout())?;
    Ok(Status::Done)
}

//! `ecs-invocations wait`: runs a command until all runs in its answer have ended.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Read as _, Seek as _, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use ecs_invocations::jiff::SignedDuration;
use ecs_invocations::model::Verdict;
use ecs_invocations::{Options, Response};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::documents::{self, Count, Decoding};
use super::input::Input;
use super::output::Output;
use super::runs_view::{Printer, View};
use super::safe;
use super::status::Status;
use super::tally::Tally;

/// Run a command again until all runs in its answer have ended, then show them
///
/// The command prints a response, as `aliyun ecs DescribeInvocations` does. Between the runs of the command
/// is a pause, which grows from --interval to ten times as much. An error of the service that may pass, such
/// as throttling, is no end; neither are two answers that cannot be read.
#[derive(Args)]
#[command(
    after_help = "Exit status: as of `status`, for the last answer: 0 if all runs succeeded; 1 if some failed or \
                  were stopped; 3 or 4 if --timeout passed before all had ended, or while the service answered \
                  with an error that may pass; 2 if nothing tells, or the command could not be run.\n\n\
                  Examples:\n  \
                  ecs-invocations wait -- aliyun ecs DescribeInvocations --InvokeId t-1 --IncludeOutput true\n  \
                  ecs-invocations wait --timeout 10m --failed -- ./describe.sh t-1"
)]
pub(super) struct Arguments {
    /// The command that prints a response, and its arguments
    #[arg(value_name = "COMMAND", required = true, last = true)]
    command: Vec<OsString>,

    /// First pause between runs of the command, such as `500ms`, `5s` or `1m`; seconds without a unit
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = duration)]
    interval: Duration,

    /// How long to wait at most; `0` for as long as it takes
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration)]
    timeout: Duration,

    #[command(flatten)]
    view: View,

    #[command(flatten)]
    decoding: Decoding,
}

fn duration(text: &str) -> Result<Duration, String> {
    let expected = "expected a time such as `500ms`, `5s` or `1m`";
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).map_err(|_| expected.to_owned());
    }
    let duration = text.parse::<SignedDuration>().map_err(|_| expected.to_owned())?;
    duration.try_into().map_err(|_| expected.to_owned())
}

/// What the command printed.
struct Answer {
    status: Option<ExitStatus>,
    output: Vec<u8>,
    errors: Vec<u8>,
}

/// Runs the command until it ends, or is killed at the deadline; then it has no status.
fn ask(command: &[OsString], deadline: Option<Instant>) -> io::Result<Answer> {
    /// How often it is checked whether the command has ended.
    const CHECK: Duration = Duration::from_millis(10);
    let [program, arguments @ ..] = command else { return Err(io::ErrorKind::NotFound.into()) };
    // Files, unlike pipes, are not held open by what the command started and left behind.
    let (mut output, mut errors) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(errors.try_clone()?)
        .spawn()?;
    let mut status = child.try_wait()?;
    while status.is_none() {
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            child.kill()?;
            child.wait()?;
            break;
        }
        thread::sleep(CHECK);
        status = child.try_wait()?;
    }
    let mut read = [Vec::new(), Vec::new()];
    for (file, bytes) in [&mut output, &mut errors].into_iter().zip(&mut read) {
        file.rewind()?;
        file.read_to_end(bytes)?;
    }
    let [output, errors] = read;
    Ok(Answer { status, output, errors })
}

/// The responses in what the command printed: on stdout, or else on stderr, where clients print errors.
struct Reading {
    tally: Tally,
    count: Count,
    responses: Vec<Response<'static>>,
    messages: Vec<u8>,
}

impl Reading {
    fn of(answer: &Answer, options: &Options) -> io::Result<Self> {
        let mut reading = Self::of_text(&answer.output, options)?;
        if reading.responses.is_empty() {
            let errors = Self::of_text(&answer.errors, options)?;
            if !errors.responses.is_empty() {
                reading = errors;
            }
        }
        Ok(reading)
    }

    fn of_text(bytes: &[u8], options: &Options) -> io::Result<Self> {
        let (mut tally, mut responses, mut messages) = (Tally::default(), Vec::new(), Vec::new());
        let input = Input::Text { name: "<command>".to_owned(), text: Vec::new() };
        let count = documents::read(&input, options, bytes, &mut messages, |decoded| {
            tally.add(decoded);
            responses.push(decoded.response.clone().into_owned());
            Ok(())
        })?;
        tally.add_count(&count);
        Ok(Self { tally, count, responses, messages })
    }
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    /// How much the pause grows each time.
    const GROWTH: f64 = 1.5;
    /// How many times the first pause the longest is.
    const MOST: u32 = 10;
    /// How many answers in succession may be unreadable.
    const UNREADABLE: usize = 2;
    let started = Instant::now();
    let limit = (!arguments.timeout.is_zero()).then_some(arguments.timeout);
    let deadline = limit.and_then(|limit| started.checked_add(limit));
    let options = arguments.decoding.options();
    let mut err = io::stderr();
    let progress = progress();
    let mut pause = arguments.interval;
    let mut unreadable = 0;
    let mut last: Option<Reading> = None;
    let mut is_timed_out = false;
    loop {
        let answer = match ask(&arguments.command, deadline) {
            Ok(answer) => answer,
            Err(error) => {
                progress.finish_and_clear();
                let program = arguments.command[0].to_string_lossy();
                writeln!(err, "ecs-invocations: cannot run `{}`: {error}", safe::line(&program))?;
                return Ok(Status::Failed);
            }
        };
        if answer.status.is_none() {
            is_timed_out = true;
            break;
        }
        let reading = Reading::of(&answer, &options)?;
        let has_answered = !reading.responses.is_empty();
        unreadable = if has_answered { 0 } else { unreadable + 1 };
        let verdict = reading.tally.verdict();
        progress.set_message(reading.tally.printable_line());
        let goes_on = match has_answered {
            true => matches!(verdict, Verdict::Running | Verdict::Retry),
            false => unreadable <= UNREADABLE,
        };
        if !goes_on && !has_answered {
            for line in String::from_utf8_lossy(&answer.errors).lines() {
                progress.suspend(|| writeln!(err, "{}", safe::line(line)))?;
            }
            if let Some(status) = answer.status.filter(|status| !status.success()) {
                progress.suspend(|| {
                    writeln!(err, "ecs-invocations: the command ended with {status}")
                })?;
            }
        }
        last = Some(reading);
        if !goes_on {
            break;
        }
        let now = Instant::now();
        let left = deadline.map(|deadline| deadline.saturating_duration_since(now));
        if left.is_some_and(|left| left < pause) {
            is_timed_out = true;
            thread::sleep(left.unwrap_or_default());
            break;
        }
        thread::sleep(pause);
        pause = pause.mul_f64(GROWTH).min(arguments.interval.saturating_mul(MOST));
    }
    progress.finish_and_clear();
    if is_timed_out {
        let limit = SignedDuration::try_from(arguments.timeout).unwrap_or(SignedDuration::MAX);
        writeln!(err, "ecs-invocations: not ended after {limit:#}")?;
    }
    finish(last, arguments, is_timed_out)
}

/// Shows the last answer, as `show` does.
fn finish(last: Option<Reading>, arguments: &Arguments, is_timed_out: bool) -> io::Result<Status> {
    let (mut out, mut err) = (Output::new(io::stdout().lock()), Output::new(io::stderr()));
    let Some(reading) = last else { return Ok(Status::Running) };
    let mut printer = Printer::new(&arguments.view);
    for response in &reading.responses {
        printer.print(response, &mut None, &mut out)?;
    }
    printer.finish(&reading.tally, &mut out)?;
    err.write_all(&reading.messages)?;
    err.flush()?;
    let is_unreadable = reading.count.responses == 0;
    Ok(if is_timed_out && is_unreadable { Status::Failed } else { reading.tally.verdict().into() })
}

/// A spinner, if stderr is a terminal.
fn progress() -> ProgressBar {
    let target = match io::stderr().is_terminal() {
        true => ProgressDrawTarget::stderr(),
        false => ProgressDrawTarget::hidden(),
    };
    let style = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
    let progress = ProgressBar::with_draw_target(None, target).with_style(style);
    progress.enable_steady_tick(Duration::from_millis(200));
    progress
}

//! Prints runs for reading: each invocation, its instances, and what the command printed there.

use std::io::{self, Write};

use clap::Args;
use ecs_invocations::model::{ContentEncoding, Run, State, Verdict};
use ecs_invocations::{Charset, Response};

use super::color::{self, Styled};
use super::documents::plural;
use super::error_view;
use super::groups::Group;
use super::safe;
use super::tally::Tally;

/// Which runs are shown, and how much of them.
#[derive(Args)]
pub(super) struct View {
    /// Show only runs that failed or were stopped; with --running, also those that have not ended
    #[arg(long)]
    failed: bool,

    /// Show only runs that have not ended
    #[arg(long)]
    running: bool,

    /// Show only runs on these instances
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    instance: Vec<String>,

    /// Show only these invocations
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    invocation: Vec<String>,

    /// Show outputs as a whole instead of their first and last lines
    #[arg(long)]
    full: bool,

    /// Character encoding of outputs, such as `Shift_JIS`, unless they show to be in UTF-8 or UTF-16
    #[arg(long, value_name = "LABEL")]
    output_charset: Option<Charset>,
}

impl View {
    pub(super) fn output_charset(&self) -> Option<Charset> {
        self.output_charset
    }

    fn has_filter(&self) -> bool {
        self.failed || self.running || !self.instance.is_empty() || !self.invocation.is_empty()
    }

    fn admits_verdict(&self, verdict: Verdict) -> bool {
        let is_admitted = |verdict| match verdict {
            Verdict::Failed | Verdict::Stopped => self.failed,
            Verdict::Running => self.running,
            _ => false,
        };
        !self.failed && !self.running || is_admitted(verdict)
    }

    fn admits_invocation(&self, id: Option<&str>) -> bool {
        self.invocation.is_empty() || self.invocation.iter().any(|wanted| Some(&**wanted) == id)
    }

    fn admits_instance(&self, id: Option<&str>) -> bool {
        self.instance.is_empty() || self.instance.iter().any(|wanted| Some(&**wanted) == id)
    }

    /// Whether a run is shown.
    pub(super) fn admits(&self, run: &Run<'_>) -> bool {
        self.admits_invocation(run.invoke_id)
            && self.admits_instance(run.instance_id)
            && self.admits_verdict(run.verdict)
    }
}

/// Prints the responses of all inputs.
pub(super) struct Printer<'v> {
    view: &'v View,
    is_colored: bool,
    has_printed: bool,
}

impl<'v> Printer<'v> {
    pub(super) fn new(view: &'v View) -> Self {
        Self { view, is_colored: color::is_on(), has_printed: false }
    }

    /// Prints a response, after the name of its input if that was not printed yet.
    pub(super) fn print(
        &mut self,
        response: &Response<'_>,
        name: &mut Option<String>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        if let Response::Error(error) = response {
            self.separate(name, out)?;
            return error_view::write(error, out);
        }
        for group in Group::all(response) {
            let runs: Vec<&Run<'_>> =
                group.runs.iter().filter(|run| self.view.admits(run)).collect();
            let is_shown = self.view.admits_invocation(group.invoke_id)
                && (!runs.is_empty()
                    // A failure that no run shows.
                    || self.view.instance.is_empty() && self.view.admits_verdict(group.verdict));
            if is_shown {
                self.separate(name, out)?;
                self.group(&group, &runs, out)?;
            }
        }
        Ok(())
    }

    /// Prints the verdict.
    pub(super) fn finish(&mut self, tally: &Tally, out: &mut impl Write) -> io::Result<()> {
        if !self.has_printed && self.view.has_filter() {
            writeln!(out, "no run matches")?;
            self.has_printed = true;
        }
        if self.has_printed {
            writeln!(out)?;
        }
        let style = self.is_colored.then(|| color::of_verdict(tally.verdict()).bold());
        writeln!(out, "{}", Styled(tally.printable_line(), style))?;
        out.flush()
    }

    fn separate(&mut self, name: &mut Option<String>, out: &mut impl Write) -> io::Result<()> {
        if self.has_printed {
            writeln!(out)?;
        }
        self.has_printed = true;
        match name.take() {
            Some(name) => writeln!(out, "==> {name} <=="),
            None => Ok(()),
        }
    }

    fn group(&self, group: &Group<'_>, runs: &[&Run<'_>], out: &mut impl Write) -> io::Result<()> {
        let id = group.invoke_id.unwrap_or("invocation without an ID");
        write!(out, "{}  ", safe::line(id))?;
        write!(out, "{}", self.outcome(group.verdict, group.state, group.status))?;
        if let Some(command) = group.command_name.or(group.command_id) {
            write!(out, "  {}", safe::line(command))?;
        }
        if let Some(schedule) = group.schedule.as_ref().filter(|schedule| *schedule != "Once") {
            write!(out, "  schedule {}", safe::line(schedule))?;
        }
        if runs.len() < group.runs.len() {
            write!(out, "  {} of {} runs shown", runs.len(), group.runs.len())?;
        }
        writeln!(out)?;
        for run in runs {
            self.run(run, out)?;
        }
        match &group.whole {
            Some(run) => self.output(run, out),
            None => Ok(()),
        }
    }

    fn run(&self, run: &Run<'_>, out: &mut impl Write) -> io::Result<()> {
        let id = run.instance_id.unwrap_or("instance without an ID");
        write!(out, "  {}  ", safe::line(id))?;
        write!(out, "{}", self.outcome(run.verdict, run.state, run.status))?;
        if let Some(code) = run.exit_code {
            write!(out, "  exit code {code}")?;
        }
        if let Some(code) = run.error_code {
            write!(out, "  {}", safe::line(code.as_str()))?;
        }
        if let Some(duration) = run.duration() {
            write!(out, "  {duration:#}")?;
        }
        if let Some(repeats) = run.repeats.filter(|repeats| *repeats > 1) {
            write!(out, "  run {repeats} times")?;
        }
        writeln!(out)?;
        if let Some(info) = run.error_info {
            for line in info.lines() {
                writeln!(out, "    error: {}", safe::line(line))?;
            }
        }
        self.output(run, out)
    }

    /// The outcome in one word, and the status unless it says the same.
    fn outcome(&self, verdict: Verdict, state: State<'_>, status: Option<&str>) -> String {
        let word = match (verdict, state) {
            (Verdict::Unknown, State::Ended(_)) => "ended",
            _ => verdict.name(),
        };
        let style = self.is_colored.then(|| color::of_verdict(verdict));
        let outcome = Styled(word, style).to_string();
        match status {
            Some("Success") if word == "succeeded" => outcome,
            Some(status) if status.eq_ignore_ascii_case(word) => outcome,
            Some(status) => format!("{outcome} ({})", safe::line(status)),
            None => outcome,
        }
    }

    fn output(&self, run: &Run<'_>, out: &mut impl Write) -> io::Result<()> {
        /// The number of lines shown of each end of a long output.
        const SHOWN: usize = 10;
        let Some(decoded) = run.output_text(self.view.output_charset) else { return Ok(()) };
        if let (ContentEncoding::Base64, Some(charset)) = (decoded.encoding, decoded.charset)
            && charset.name() != "UTF-8"
        {
            writeln!(out, "    output in {charset}:")?;
        }
        let lines: Vec<&str> = decoded.text.lines().collect();
        let is_cut = !self.view.full && lines.len() > 2 * SHOWN + 1;
        let (first, last) = match is_cut {
            true => (&lines[..SHOWN], &lines[lines.len() - SHOWN..]),
            false => (&lines[..], &[][..]),
        };
        first.iter().try_for_each(|line| self.output_line(line, out))?;
        if is_cut {
            let left_out = &lines[SHOWN..lines.len() - SHOWN];
            let bytes: usize = left_out.iter().map(|line| line.len() + 1).sum();
            writeln!(out, "    … {} lines ({bytes} bytes) left out, see --full", left_out.len())?;
        }
        last.iter().try_for_each(|line| self.output_line(line, out))?;
        match run.dropped {
            Some(dropped) if dropped > 0 => {
                let (number, ending) = plural(usize::try_from(dropped).unwrap_or(usize::MAX));
                writeln!(out, "    … {number} byte{ending} removed by the service")
            }
            _ => Ok(()),
        }
    }

    fn output_line(&self, line: &str, out: &mut impl Write) -> io::Result<()> {
        /// The number of characters shown of a long line.
        const LONGEST: usize = 500;
        match line.char_indices().nth(LONGEST) {
            Some((end, _)) if !self.view.full => {
                let more = line[end..].chars().count();
                writeln!(out, "    | {} … {more} more characters", safe::line(&line[..end]))
            }
            _ => writeln!(out, "    | {}", safe::line(line)),
        }
    }
}

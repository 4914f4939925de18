//! `ecs-invocations check`: reports what is wrong with responses.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use ecs_invocations::finding::{Finding, Rule, Severity};
use ecs_invocations::model::Request;
use ecs_invocations::validate::Pages;
use ecs_invocations::{Edit, Error};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;

use super::baseline::Baseline;
use super::client::Client;
use super::documents::{Decoding, Others, is_other_object, plural, write_ignored};
use super::entry::{Failure, Section, Source};
use super::input::{Files, Input};
use super::items::items;
use super::output::Output;
use super::parts::{Part, Parts};
use super::paths;
use super::report::Formats;
use super::reports::{Destinations, Reports};
use super::safe;
use super::settings::{self, Settings, has_prefix};
use super::status::Status;

/// Check responses against the API reference, for consistency, and against the request they answer
#[derive(Args)]
#[command(
    after_help = "Exit status: 0 if no finding has the severity of --fail-on or a higher one; 1 if one \
                  has; 2 if an input could not be read or decoded, or a report could not be written.\n\n\
                  Examples:\n  \
                  ecs-invocations check response.json\n  \
                  ecs-invocations check --min-severity info --no-fold response.xml\n  \
                  ecs-invocations check -o github -o sarif=check.sarif responses/\n  \
                  ecs-invocations check --write-baseline known.json old/ && ecs-invocations check --baseline known.json old/ new/"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    files: Files,

    /// Report format, printed or, as `FORMAT=FILE`, written to a file; may be repeated, or several with commas:
    /// human, short, markdown, json, ndjson, sarif, github, gitlab, junit, checkstyle
    #[arg(
        short,
        long,
        value_name = "FORMAT[=FILE]",
        default_value = "human",
        env = "ECS_INVOCATIONS_OUTPUT_FORMAT",
        value_parser = Destinations::parse
    )]
    output: Vec<Destinations>,

    /// Write the report to a file instead of printing it
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,

    #[command(flatten)]
    settings: settings::Options,

    /// Exit with status 0 even if there are findings
    #[arg(long)]
    exit_zero: bool,

    /// Report each finding by itself in human, short and markdown reports. Otherwise more than three of one cause
    /// in a document are one with their number
    #[arg(long)]
    no_fold: bool,

    /// Do not report the findings in this file, see --write-baseline
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write the findings that would be reported to a file, for --baseline, and exit with status 0
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,

    /// URL, query string or `aliyun` command of the request that the responses answer
    #[arg(long, value_name = "URL")]
    request: Option<String>,

    /// Treat the inputs, in order, as pages of one list
    #[arg(long)]
    pages: bool,

    /// Print the number of findings by rule to stderr
    #[arg(long)]
    statistics: bool,

    /// Print no summary to stderr; only errors
    #[arg(short, long)]
    quiet: bool,

    #[command(flatten)]
    decoding: Decoding,
}

/// The result of checking some documents of an input.
#[derive(Default)]
struct Checked {
    /// Its part of each report.
    texts: Vec<String>,
    counts: Counts,
    pages: Option<Pages>,
    failures: Vec<Failure>,
    others: Others,
    responses: usize,
}

impl Checked {
    /// Adds the error of a document.
    fn fail(
        &mut self,
        checker: &Checker<'_>,
        source: &Source<'_>,
        error: &Error,
        sections: &mut [Section],
    ) {
        self.counts.has_failed = true;
        let (location, message) = (error.location(), error.message().to_string());
        checker.formats.failure(source, Some(location), &message, sections);
        self.failures.push(Failure::new(source, Some(location), message));
    }
}

/// The number of findings by rule, and what decides the exit status.
#[derive(Default)]
struct Counts {
    by_rule: BTreeMap<&'static str, usize>,
    by_severity: BTreeMap<Severity, usize>,
    worst: Option<Severity>,
    has_failed: bool,
    /// The number of findings that are not in the report: too many of one document, below the minimum severity, and
    /// known from a baseline.
    omitted: usize,
    hidden: usize,
    known: usize,
}

impl Counts {
    fn add(&mut self, code: &'static str, severity: Severity, count: usize, is_shown: bool) {
        *self.by_rule.entry(code).or_default() += count;
        match is_shown {
            true => *self.by_severity.entry(severity).or_default() += count,
            false => self.hidden += count,
        }
        self.worst = self.worst.max(Some(severity));
    }

    fn append(&mut self, other: Self) {
        for (code, count) in other.by_rule {
            *self.by_rule.entry(code).or_default() += count;
        }
        for (severity, count) in other.by_severity {
            *self.by_severity.entry(severity).or_default() += count;
        }
        self.worst = self.worst.max(other.worst);
        self.has_failed |= other.has_failed;
        self.omitted += other.omitted;
        self.hidden += other.hidden;
        self.known += other.known;
    }

    /// One line about all.
    fn summary(&self, inputs: usize, failures: usize) -> String {
        let count = |severity| self.by_severity.get(&severity).copied().unwrap_or_default();
        let counted = |number: usize, noun: &str| {
            let (number, ending) = plural(number);
            format!("{number} {noun}{ending}")
        };
        let infos = count(Severity::Info);
        let mut parts = vec![
            counted(count(Severity::Error), "error"),
            counted(count(Severity::Warning), "warning"),
        ];
        if infos > 0 {
            parts.push(format!("{infos} info"));
        }
        let mut text = format!("{} in {}", parts.join(", "), counted(inputs, "input"));
        if failures > 0 {
            text += &format!("; {} not decoded", counted(failures, "document"));
        }
        if self.hidden > 0 {
            text += &format!("; {} below --min-severity", self.hidden);
        }
        if self.known > 0 {
            text += &format!("; {} known from the baseline", self.known);
        }
        text
    }
}

/// The result of checking all inputs.
#[derive(Default)]
struct Total {
    counts: Counts,
    /// The first of the errors.
    failures: Vec<Failure>,
    failure_count: usize,
}

impl Total {
    /// Writes a result, and adds it.
    fn add(&mut self, checked: Checked, reports: &mut Reports) -> io::Result<()> {
        /// A report has that many errors at most, because it ends with them.
        const MOST_FAILURES: usize = 10_000;
        self.counts.append(checked.counts);
        self.failure_count += checked.failures.len();
        let more = MOST_FAILURES - self.failures.len();
        self.failures.extend(checked.failures.into_iter().take(more));
        reports.write(&checked.texts)
    }
}

/// What is checked, and how it is reported.
struct Checker<'c> {
    settings: &'c Settings,
    formats: &'c Formats,
    /// The findings that are known, and those that are written to be.
    known: Option<&'c Baseline>,
    written: Option<&'c Baseline>,
    client: Option<Client>,
    folds: bool,
    has_pages: bool,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    let mut err = Output::new(io::stderr());
    let inputs = arguments.files.inputs();
    let prepared = prepare(arguments, &inputs);
    let (mut settings, known, mut reports) = match prepared {
        Ok(prepared) => prepared,
        Err(message) => {
            writeln!(err, "ecs-invocations: {}", safe::lines(&message))?;
            err.flush()?;
            return Ok(Status::Failed);
        }
    };
    settings.checks.options = arguments.decoding.options();
    settings.checks.multi_page = arguments.pages;
    let written = arguments.write_baseline.as_ref().map(|file| (file, Baseline::default()));
    let baselines = (known.as_ref(), written.as_ref().map(|(_, baseline)| baseline));
    let formats = reports.formats(settings.fail_on);
    let mut total = Total::default();
    reports.start()?;
    if let Some(text) = &arguments.request {
        let (request, mut findings) = Request::read(text);
        findings.extend(settings.checks.check_request(&request));
        let request = request.into_owned();
        settings.checks.apply_to(&mut findings);
        let raw_name = OsStr::new("request");
        let source = Source { name: "request", raw_name, bytes: text.as_bytes(), offset: 0 };
        let checker = Checker::new(arguments, &settings, &formats, baselines);
        total.add(checker.checked(&source, &findings, &[]), &mut reports)?;
        settings.checks.request = Some(request);
    }

    let progress = progress(inputs.len());
    let mut page_inputs: Vec<usize> = Vec::new();
    let mut pages = Pages::default();
    let checker = Checker::new(arguments, &settings, &formats, baselines);
    let at_once = 4 * rayon::current_num_threads();
    let mut parts = Parts::new(&inputs, settings.checks.options, &progress);
    let mut next: Vec<_> = parts.by_ref().take(1).collect();
    let mut of_input = OfInput::default();
    while !next.is_empty() {
        let now = std::mem::take(&mut next);
        let mut add = |input: usize, mut checked: Checked| -> io::Result<()> {
            let ended = of_input.next(input);
            progress.suspend(|| {
                if let Some(ended) = ended {
                    ended.finish(&inputs, &checker, &mut total, &mut reports, &mut err)?;
                }
                let name = &inputs[input];
                let (failures, omitted) = (checked.failures.iter(), checked.counts.omitted);
                if !reports.prints_failures() {
                    failures.into_iter().try_for_each(|it| writeln!(err, "{}", it.line))?;
                }
                if omitted > 0 {
                    writeln!(err, "{name}: and {omitted} more findings")?;
                }
                err.flush()
            })?;
            of_input.add(&mut checked);
            if let Some(more) = checked.pages.take() {
                page_inputs.resize(page_inputs.len() + more.len(), input);
                pages.append(more);
            }
            progress.suspend(|| total.add(checked, &mut reports))
        };
        // Of a large part, the report is written while it is checked.
        let is_large = now.first().is_some_and(|part| part.is_large());
        if is_large {
            next = parts.by_ref().take(1).collect();
            for part in &now {
                checker.check(part, &inputs, &mut |checked| add(part.input, checked))?;
            }
        } else {
            let (more, results) = rayon::join(
                || parts.take_small(at_once),
                || {
                    now.par_iter()
                        .map(|part| checker.check_whole(part, &inputs))
                        .collect::<Vec<_>>()
                },
            );
            next = more;
            for (part, results) in now.iter().zip(results) {
                results.into_iter().try_for_each(|checked| add(part.input, checked))?;
            }
        }
        next.retain(|part: &Part| !reports.is_done(&inputs[part.input]));
        if next.is_empty() && parts.current().is_none_or(|input| !reports.is_done(&inputs[input])) {
            next.extend(parts.next());
        }
    }
    progress.finish_and_clear();
    of_input.finish(&inputs, &checker, &mut total, &mut reports, &mut err)?;

    if arguments.pages {
        let mut by_page: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
        for (page, finding) in pages.check(&settings.checks) {
            by_page.entry(page).or_default().push(finding);
        }
        for (page, findings) in by_page {
            let input = &inputs[page_inputs[page]];
            let (name, raw_name) = (input.to_string(), input.name());
            let source = Source { name: &name, raw_name: &raw_name, bytes: b"", offset: 0 };
            total.add(checker.checked(&source, &findings, &[]), &mut reports)?;
        }
    }
    let mut status = reports.finish(&total.failures, &mut err)?;
    if let Some((file, baseline)) = &written
        && let Err(error) = baseline.write(file)
    {
        let file = safe::line(&file.to_string_lossy());
        writeln!(err, "{file}: error: cannot write: {error}")?;
        status = Status::Failed;
    }
    if arguments.statistics {
        for (code, count) in &total.counts.by_rule {
            let name = Rule::find(code).map_or("", |rule| rule.name);
            writeln!(err, "{count:8} {code} {name}")?;
        }
    }
    if !arguments.quiet {
        writeln!(err, "{}", total.counts.summary(inputs.len(), total.failure_count))?;
        if let Some(rest) = known.as_ref().map(Baseline::rest).filter(|rest| *rest > 0) {
            let (number, ending) = plural(rest);
            writeln!(err, "{number} finding{ending} of the baseline did not occur")?;
        }
    }
    err.flush()?;
    let has_findings = total.counts.worst.is_some_and(|worst| worst >= settings.fail_on)
        && !arguments.exit_zero
        && arguments.write_baseline.is_none();
    Ok(status.max(match (total.counts.has_failed, has_findings) {
        (true, _) => Status::Failed,
        (false, true) => Status::Findings,
        (false, false) => Status::Done,
    }))
}

/// The settings, the known findings, and where the reports go.
fn prepare(
    arguments: &Arguments,
    inputs: &[Input],
) -> Result<(Settings, Option<Baseline>, Reports), String> {
    let settings = Settings::new(&arguments.settings, inputs)?;
    let message = |file: &Path, error: &dyn std::fmt::Display| {
        format!("{}: {error}", safe::line(&file.to_string_lossy()))
    };
    let read = |file: &PathBuf| Baseline::read(file).map_err(|error| message(file, &error));
    let known = arguments.baseline.as_ref().map(read).transpose()?;
    let reports = Reports::open(&arguments.output, arguments.output_file.as_deref())?;
    Ok((settings, known, reports))
}

/// What is known of the input whose parts are being added.
#[derive(Default)]
struct OfInput {
    input: Option<usize>,
    responses: usize,
    others: Others,
}

impl OfInput {
    /// Goes on to an input, and returns what is known of the one before if it is another.
    fn next(&mut self, input: usize) -> Option<Self> {
        let before = self.input.replace(input).filter(|before| *before != input)?;
        let ended = std::mem::take(self);
        self.input = Some(input);
        Some(Self { input: Some(before), ..ended })
    }

    fn add(&mut self, checked: &mut Checked) {
        self.responses += checked.responses;
        self.others.append(std::mem::take(&mut checked.others));
    }

    /// Other objects are failures in an input without a response; beside responses they are counted.
    fn finish(
        self,
        inputs: &[Input],
        checker: &Checker<'_>,
        total: &mut Total,
        reports: &mut Reports,
        err: &mut impl Write,
    ) -> io::Result<()> {
        let Some(input) = self.input.map(|input| &inputs[input]).filter(|_| self.others.count > 0)
        else {
            return Ok(());
        };
        if self.responses > 0 {
            return write_ignored(input, self.others.count, err);
        }
        let (name, raw_name) = (input.to_string(), input.name());
        let source = Source { name: &name, raw_name: &raw_name, bytes: b"", offset: 0 };
        let mut sections = checker.formats.sections();
        let mut checked = Checked::default();
        for error in &self.others.errors {
            checked.fail(checker, &source, error, &mut sections);
        }
        if !reports.prints_failures() {
            checked.failures.iter().try_for_each(|it| writeln!(err, "{}", it.line))?;
        }
        self.others.write_rest(input, err)?;
        checked.texts = checker.formats.finish(&source, sections);
        total.add(checked, reports)
    }
}

impl<'c> Checker<'c> {
    fn new(
        arguments: &Arguments,
        settings: &'c Settings,
        formats: &'c Formats,
        (known, written): (Option<&'c Baseline>, Option<&'c Baseline>),
    ) -> Self {
        Self {
            settings,
            formats,
            known,
            written,
            client: arguments.request.as_deref().map(Client::of),
            folds: !arguments.no_fold,
            has_pages: arguments.pages,
        }
    }

    /// Findings that are not about documents.
    fn checked(&self, source: &Source<'_>, findings: &[Finding], ignored: &[&str]) -> Checked {
        let (mut checked, mut sections) = (Checked::default(), self.formats.sections());
        self.report(source, findings, &[], ignored, &mut checked.counts, &mut sections);
        checked.texts = self.formats.finish(source, sections);
        checked
    }

    /// Counts and reports the findings of a document.
    fn report(
        &self,
        source: &Source<'_>,
        findings: &[Finding],
        edits: &[Edit],
        ignored: &[&str],
        counts: &mut Counts,
        sections: &mut [Section],
    ) {
        let has_baseline = self.known.is_some() || self.written.is_some();
        let name = match has_baseline {
            true => paths::relative(Path::new(source.raw_name), Path::new("")),
            false => String::new(),
        };
        let mut shown = Vec::new();
        for finding in findings {
            let is_explained = self.client.is_some_and(|client| client.explains(finding));
            if is_explained || has_prefix(finding.code(), ignored) {
                continue;
            }
            if self.known.is_some_and(|known| known.take(&name, finding)) {
                counts.known += 1;
                continue;
            }
            let is_shown = finding.severity >= self.settings.min_severity;
            counts.add(finding.code(), finding.severity, 1, is_shown);
            if is_shown {
                shown.push(finding);
            }
        }
        if let Some(written) = self.written {
            shown.iter().for_each(|finding| written.add(&name, finding));
        }
        self.formats.findings(source, items(shown, edits), self.folds, sections);
    }

    /// Checks a part of an input, and returns the report in pieces.
    fn check_whole(&self, part: &Part, inputs: &[Input]) -> Vec<Checked> {
        let mut all = Vec::new();
        let add = &mut |checked| {
            all.push(checked);
            Ok(())
        };
        // Nothing is written, so it does not fail.
        let _ = self.check(part, inputs, add);
        all
    }

    /// Checks a part of an input, and hands over the report in pieces.
    fn check(
        &self,
        part: &Part,
        inputs: &[Input],
        add: &mut dyn FnMut(Checked) -> io::Result<()>,
    ) -> io::Result<()> {
        /// The minimum size of a piece in bytes.
        const PIECE_SIZE: usize = 1 << 20;
        let input = &inputs[part.input];
        let (name, raw_name) = (input.to_string(), input.name());
        let (bytes, offset) = match &part.block {
            Ok(block) => (block.bytes(), block.offset()),
            Err(_) => (&b""[..], 0),
        };
        let source = Source { name: &name, raw_name: &raw_name, bytes, offset };
        let (mut checked, mut sections) = (Checked::default(), self.formats.sections());
        let mut pages = Pages::default();
        let ignored = self.settings.ignored_in(input);
        let block = match &part.block {
            Ok(block) => block,
            Err(error) => {
                checked.counts.has_failed = true;
                checked.failures.push(Failure::new(&source, None, error.to_string()));
                self.formats.failure(&source, None, &error.to_string(), &mut sections);
                checked.texts = self.formats.finish(&source, sections);
                return add(checked);
            }
        };
        let checks = &self.settings.checks;
        for document in checks.check_block(block) {
            match document {
                Ok(decoded) => {
                    let counts = &mut checked.counts;
                    checked.responses += 1;
                    let (findings, edits) = (&decoded.findings, &decoded.edits);
                    self.report(&source, findings, edits, &ignored, counts, &mut sections);
                    for (rule, count) in decoded.omitted_by_rule() {
                        let severity = checks.severity(rule).unwrap_or(rule.severity);
                        counts.add(rule.code, severity, count, true);
                        counts.omitted += count;
                    }
                    if self.has_pages {
                        pages.add(&decoded.response);
                    }
                }
                Err(error) if is_other_object(&error) => {
                    checked.others.add(error);
                }
                Err(error) => checked.fail(self, &source, &error, &mut sections),
            }
            if sections.iter().any(|section| section.text.len() >= PIECE_SIZE) {
                let full = std::mem::replace(&mut sections, self.formats.sections());
                checked.texts = self.formats.finish(&source, full);
                checked.pages = self.has_pages.then(|| std::mem::take(&mut pages));
                add(std::mem::take(&mut checked))?;
            }
        }
        checked.pages = self.has_pages.then_some(pages);
        let has_only_others =
            checked.others.count > 0 && checked.responses == 0 && checked.failures.is_empty();
        if !has_only_others {
            checked.texts = self.formats.finish(&source, sections);
        }
        add(checked)
    }
}

/// A progress bar if there are several inputs and stderr is a terminal.
fn progress(inputs: usize) -> ProgressBar {
    let target = match inputs {
        0 | 1 => ProgressDrawTarget::hidden(),
        _ => ProgressDrawTarget::stderr(),
    };
    let bar = ProgressBar::with_draw_target(Some(inputs as u64), target);
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} files, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

//! `ecs-invocations check`: reports what is wrong with responses.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use ecs_invocations::finding::{Finding, Rule, Severity};
use ecs_invocations::model::Request;
use ecs_invocations::validate::{Checks, Pages};
use ecs_invocations::{Block, Blocks};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use rayon::prelude::*;
use serde::Deserialize;

use super::color;
use super::documents::Decoding;
use super::input::{Files, Input};
use super::output::Output;
use super::report::{Report, ReportFormat, Section, Source};
use super::safe;
use super::status::Status;

/// Check responses against the API reference, for consistency, and against the request they answer
#[derive(Args)]
#[command(
    after_help = "Exit status: 0 if no finding has the severity of --fail-on or a higher one; 1 if one \
                  has; 2 if an input could not be read or decoded."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    files: Files,

    /// Report format
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    output: ReportFormat,

    /// Enable additional rules by code or prefix; `ALL` enables every rule
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    select: Vec<String>,

    /// Disable rules by code or prefix
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    ignore: Vec<String>,

    /// Override severity by code or prefix, such as `P503=error`; levels: info, warning, error
    #[arg(long, value_name = "CODES=LEVEL", value_delimiter = ',', alias = "grade")]
    severity: Vec<String>,

    /// Read settings from a TOML file; command-line options override it [default:
    /// ecs-invocations.toml, if it exists]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Minimum severity that causes exit status 1: info, warning, error [default: error]
    #[arg(long, value_name = "LEVEL")]
    fail_on: Option<Severity>,

    /// URL, query string or `aliyun` command of the request that the responses answer
    #[arg(long, value_name = "URL")]
    request: Option<String>,

    /// Treat the inputs, in order, as pages of one list
    #[arg(long)]
    pages: bool,

    /// Print the number of findings by rule to stderr
    #[arg(long)]
    statistics: bool,

    #[command(flatten)]
    decoding: Decoding,
}

/// The settings of a configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Config {
    select: Vec<String>,
    ignore: Vec<String>,
    #[serde(alias = "grade")]
    severity: BTreeMap<String, String>,
    fail_on: Option<String>,
}

const CONFIG: &str = "ecs-invocations.toml";

impl Config {
    fn read(path: Option<&Path>) -> Result<Self, String> {
        let path = match path {
            Some(path) => path,
            // A link to a missing file is an error.
            None if fs::symlink_metadata(CONFIG).is_ok() => Path::new(CONFIG),
            None => return Ok(Self::default()),
        };
        let name = safe::line(&path.to_string_lossy());
        let message = |error: &dyn std::fmt::Display| format!("{name}: {error}");
        let text = fs::read_to_string(path).map_err(|error| message(&error))?;
        toml::from_str(&text).map_err(|error| message(&error.to_string().trim_end()))
    }
}

/// The checks and the minimum failing severity, from the configuration file and the command line.
fn checks(arguments: &Arguments) -> Result<(Checks, Severity), String> {
    let config = Config::read(arguments.config.as_deref())?;
    let mut checks = Checks::default();
    let parse = |text: &str| text.parse::<Severity>().map_err(|error| format!("`{text}`: {error}"));
    let overrides = arguments
        .severity
        .iter()
        .map(|text| text.split_once('=').ok_or_else(|| format!("`{text}`: expected CODES=LEVEL")));
    let overrides = overrides.collect::<Result<Vec<_>, _>>()?;
    let of_file = config.severity.iter().map(|(codes, level)| (&**codes, &**level)).collect();
    let groups = [
        (&config.ignore, &config.select, of_file),
        (&arguments.ignore, &arguments.select, overrides),
    ];
    for (ignore, select, overrides) in groups {
        // Selecting after ignoring allows `--ignore ALL --select V601`.
        for codes in ignore {
            checks = checks.ignore(known(codes)?);
        }
        for codes in select {
            checks = checks.select(known(codes)?);
        }
        for (codes, level) in overrides {
            checks = checks.with_severity(known(codes)?, parse(level)?);
        }
    }
    checks.options = arguments.decoding.options();
    checks.multi_page = arguments.pages;
    checks.now = Some(Timestamp::now());
    let fail_on = match (arguments.fail_on, config.fail_on) {
        (Some(severity), _) => severity,
        (None, Some(text)) => parse(&text)?,
        (None, None) => Severity::Error,
    };
    Ok((checks, fail_on))
}

/// Returns `codes` if it is the code or prefix of a rule.
fn known(codes: &str) -> Result<&str, String> {
    let is_prefix = |rule: &Rule| {
        rule.code.get(..codes.len()).is_some_and(|start| start.eq_ignore_ascii_case(codes))
    };
    let is_known =
        codes.eq_ignore_ascii_case("all") || !codes.is_empty() && Rule::all().any(is_prefix);
    is_known.then_some(codes).ok_or_else(|| format!("unknown rule code or prefix `{codes}`"))
}

/// The result of checking some documents of an input.
#[derive(Default)]
struct Checked {
    /// Its part of the report.
    text: String,
    counts: Counts,
    pages: Option<Pages>,
    /// The errors, each with its location before it.
    failures: Vec<String>,
}

/// The number of findings by rule, and what decides the exit status.
#[derive(Default)]
struct Counts {
    by_rule: BTreeMap<&'static str, usize>,
    worst: Option<Severity>,
    has_failed: bool,
    /// The number of findings that are not in the report.
    omitted: usize,
}

impl Counts {
    fn add(&mut self, code: &'static str, severity: Severity, count: usize) {
        *self.by_rule.entry(code).or_default() += count;
        self.worst = self.worst.max(Some(severity));
    }

    fn append(&mut self, other: Self) {
        for (code, count) in other.by_rule {
            *self.by_rule.entry(code).or_default() += count;
        }
        self.worst = self.worst.max(other.worst);
        self.has_failed |= other.has_failed;
        self.omitted += other.omitted;
    }
}

/// The result of checking all inputs.
#[derive(Default)]
struct Total {
    has_text: bool,
    counts: Counts,
    /// The first of the errors.
    failures: Vec<String>,
}

impl Total {
    /// Writes a result, and adds it.
    fn add(&mut self, checked: Checked, report: &Report, out: &mut impl Write) -> io::Result<()> {
        /// A report has that many errors at most, because it ends with them.
        const MOST_FAILURES: usize = 10_000;
        self.counts.append(checked.counts);
        let more = MOST_FAILURES - self.failures.len();
        self.failures.extend(checked.failures.into_iter().take(more));
        if !checked.text.is_empty() {
            if self.has_text {
                out.write_all(report.separator().as_bytes())?;
            }
            out.write_all(checked.text.as_bytes())?;
            self.has_text = true;
        }
        Ok(())
    }
}

/// What is checked, and how it is reported.
struct Checker<'c> {
    checks: &'c Checks,
    report: &'c Report,
    has_pages: bool,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    let mut err = Output::new(io::stderr());
    let (mut checks, fail_on) = match checks(arguments) {
        Ok(checks) => checks,
        Err(message) => {
            writeln!(err, "ecs-invocations: {}", safe::lines(&message))?;
            err.flush()?;
            return Ok(Status::Failed);
        }
    };
    let report = Report::new(arguments.output, color::is_on());
    let mut out = Output::new(io::stdout().lock());
    let mut total = Total::default();
    out.write_all(report.header().as_bytes())?;
    if let Some(text) = &arguments.request {
        let (request, mut findings) = Request::read(text);
        findings.extend(checks.check_request(&request));
        let request = request.into_owned();
        checks.apply_to(&mut findings);
        let raw_name = OsStr::new("request");
        let source = Source { name: "request", raw_name, bytes: text.as_bytes(), offset: 0 };
        total.add(checked(&report, &source, &findings), &report, &mut out)?;
        checks.request = Some(request);
    }

    let inputs = arguments.files.inputs();
    let progress = progress(inputs.len());
    let mut page_inputs: Vec<usize> = Vec::new();
    let mut pages = Pages::default();
    let checker = Checker { checks: &checks, report: &report, has_pages: arguments.pages };
    let at_once = 4 * rayon::current_num_threads();
    let mut parts = Parts::new(&inputs, &checks, &progress);
    let mut next: Vec<_> = parts.by_ref().take(1).collect();
    while !next.is_empty() {
        let now = std::mem::take(&mut next);
        let mut add = |input: usize, mut checked: Checked| -> io::Result<()> {
            let name = &inputs[input];
            let (failures, omitted) = (checked.failures.iter(), checked.counts.omitted);
            progress.suspend(|| {
                failures.into_iter().try_for_each(|failure| writeln!(err, "{name}{failure}"))?;
                if omitted > 0 {
                    writeln!(err, "{name}: and {omitted} more findings")?;
                }
                err.flush()
            })?;
            if let Some(more) = checked.pages.take() {
                page_inputs.resize(page_inputs.len() + more.len(), input);
                pages.append(more);
            }
            progress.suspend(|| total.add(checked, &report, &mut out))
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
        next.retain(|part: &Part| !out.is_done(&inputs[part.input]));
        if next.is_empty() && parts.current().is_none_or(|input| !out.is_done(&inputs[input])) {
            next.extend(parts.next());
        }
    }
    progress.finish_and_clear();

    if arguments.pages {
        let mut by_page: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
        for (page, finding) in pages.check(&checks) {
            by_page.entry(page).or_default().push(finding);
        }
        for (page, findings) in by_page {
            let input = &inputs[page_inputs[page]];
            let (name, raw_name) = (input.to_string(), input.name());
            let source = Source { name: &name, raw_name: &raw_name, bytes: b"", offset: 0 };
            total.add(checked(&report, &source, &findings), &report, &mut out)?;
        }
    }
    out.write_all(report.footer(&total.failures).as_bytes())?;
    out.flush()?;
    if arguments.statistics {
        for (code, count) in &total.counts.by_rule {
            let name = Rule::find(code).map_or("", |rule| rule.name);
            writeln!(err, "{count:8} {code} {name}")?;
        }
    }
    err.flush()?;
    let has_findings = total.counts.worst.is_some_and(|worst| worst >= fail_on);
    Ok(match (total.counts.has_failed, has_findings) {
        (true, _) => Status::Failed,
        (false, true) => Status::Findings,
        (false, false) => Status::Done,
    })
}

/// Findings that are not about documents.
fn checked(report: &Report, source: &Source<'_>, findings: &[Finding]) -> Checked {
    let (mut checked, mut section) = (Checked::default(), Section::default());
    for finding in findings {
        checked.counts.add(finding.code(), finding.severity, 1);
        report.finding(source, finding, &mut section);
    }
    checked.text = report.finish(source, section);
    checked
}

impl Checker<'_> {
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
        let (mut checked, mut section) = (Checked::default(), Section::default());
        let mut pages = Pages::default();
        let block = match &part.block {
            Ok(block) => block,
            Err(error) => {
                checked.counts.has_failed = true;
                checked.failures.push(format!(": error: {error}"));
                self.report.failure(&source, &checked.failures[0], &mut section);
                checked.text = self.report.finish(&source, section);
                return add(checked);
            }
        };
        for document in self.checks.check_block(block) {
            match document {
                Ok(decoded) => {
                    for finding in &decoded.findings {
                        checked.counts.add(finding.code(), finding.severity, 1);
                        self.report.finding(&source, finding, &mut section);
                    }
                    for (rule, count) in decoded.omitted_by_rule() {
                        let severity = self.checks.severity(rule).unwrap_or(rule.severity);
                        checked.counts.add(rule.code, severity, count);
                        checked.counts.omitted += count;
                    }
                    if self.has_pages {
                        pages.add(&decoded.response);
                    }
                }
                Err(error) => {
                    checked.counts.has_failed = true;
                    let text = format!(":{}: error: {}", error.location(), error.message());
                    let text = safe::line(&text);
                    self.report.failure(&source, &text, &mut section);
                    checked.failures.push(text);
                }
            }
            if section.len() >= PIECE_SIZE {
                checked.text = self.report.finish(&source, std::mem::take(&mut section));
                checked.pages = self.has_pages.then(|| std::mem::take(&mut pages));
                add(std::mem::take(&mut checked))?;
            }
        }
        checked.pages = self.has_pages.then_some(pages);
        checked.text = self.report.finish(&source, section);
        add(checked)
    }
}

/// A part of an input: whole documents, which are checked by themselves.
struct Part {
    /// Index of the input.
    input: usize,
    block: io::Result<Block>,
}

impl Part {
    /// Whether it is an input that cannot be divided.
    fn is_large(&self) -> bool {
        const LARGE: usize = 1 << 22;
        self.block.as_ref().is_ok_and(|block| block.bytes().len() >= LARGE)
    }
}

type Reader = BufReader<Box<dyn Read + Send>>;

/// The parts of all inputs, in order.
struct Parts<'i> {
    inputs: &'i [Input],
    checks: &'i Checks,
    progress: &'i ProgressBar,
    /// The number of inputs that were opened.
    opened: usize,
    blocks: Option<Blocks<Reader>>,
    /// A part that was read, but not returned.
    held: Option<Part>,
}

impl<'i> Parts<'i> {
    fn new(inputs: &'i [Input], checks: &'i Checks, progress: &'i ProgressBar) -> Self {
        Self { inputs, checks, progress, opened: 0, blocks: None, held: None }
    }

    /// Index of the input that is being read.
    fn current(&self) -> Option<usize> {
        self.blocks.as_ref().and_then(|_| self.opened.checked_sub(1))
    }

    /// The next parts: small ones, or a large one.
    fn take_small(&mut self, most: usize) -> Vec<Part> {
        let mut parts = Vec::new();
        while parts.len() < most
            && let Some(part) = self.next()
        {
            if part.is_large() && !parts.is_empty() {
                self.held = Some(part);
                break;
            }
            let is_large = part.is_large();
            parts.push(part);
            if is_large {
                break;
            }
        }
        parts
    }
}

impl Iterator for Parts<'_> {
    type Item = Part;

    fn next(&mut self) -> Option<Part> {
        /// Large enough that scheduling costs nothing, small enough that the reports on some fit in memory.
        const BLOCK_SIZE: usize = 1 << 16;
        const READ_SIZE: usize = 1 << 16;
        if let Some(part) = self.held.take() {
            return Some(part);
        }
        loop {
            if let Some(block) = self.blocks.as_mut().and_then(Blocks::next) {
                return Some(Part { input: self.opened - 1, block });
            }
            if self.blocks.take().is_some() {
                self.progress.inc(1);
            }
            let input = self.inputs.get(self.opened)?;
            self.opened += 1;
            match input.open() {
                Ok(reader) => {
                    let reader = BufReader::with_capacity(READ_SIZE, reader);
                    self.blocks = Some(self.checks.options.blocks(reader, BLOCK_SIZE));
                }
                Err(error) => {
                    self.progress.inc(1);
                    return Some(Part { input: self.opened - 1, block: Err(error) });
                }
            }
        }
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

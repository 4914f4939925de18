//! `ecs-invocations check`: reports what is wrong with responses.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use ecs_invocations::Charset;
use ecs_invocations::finding::{Finding, Rule, Severity};
use ecs_invocations::model::Request;
use ecs_invocations::validate::{Checks, Pages};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use rayon::prelude::*;
use serde::Deserialize;

use super::allowed::Allowed;
use super::color;
use super::input::{Files, Input};
use super::report::{Report, ReportFormat, Source};
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
    allowed: Allowed,

    /// Character encoding of the inputs, such as `GBK`, unless they show to be in UTF-8 or UTF-16; overrides
    /// the XML declaration
    #[arg(long, value_name = "LABEL")]
    charset: Option<Charset>,
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
            None if Path::new(CONFIG).exists() => Path::new(CONFIG),
            None => return Ok(Self::default()),
        };
        let message = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
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
    checks.options.repair = arguments.allowed.repair();
    checks.options.charset = arguments.charset;
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

/// The result of checking one input.
#[derive(Default)]
struct Checked {
    /// Its part of the report.
    text: String,
    /// The number of findings by rule.
    counts: BTreeMap<&'static str, usize>,
    worst: Option<Severity>,
    has_failed: bool,
    pages: Option<Pages>,
    /// The errors, each with its location before it.
    failures: Vec<String>,
}

/// The result of checking all inputs.
#[derive(Default)]
struct Total {
    has_text: bool,
    counts: BTreeMap<&'static str, usize>,
    worst: Option<Severity>,
    has_failed: bool,
    failures: Vec<String>,
}

impl Checked {
    fn count(&mut self, finding: &Finding) {
        *self.counts.entry(finding.code()).or_default() += 1;
        self.worst = self.worst.max(Some(finding.severity));
    }
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    /// The number of inputs in memory at a time.
    const BATCH_SIZE: usize = 64;
    let mut err = io::stderr();
    let (mut checks, fail_on) = match checks(arguments) {
        Ok(checks) => checks,
        Err(message) => {
            writeln!(err, "ecs-invocations: {message}")?;
            return Ok(Status::Failed);
        }
    };
    let report = Report::new(arguments.output, color::is_on());
    let mut out = BufWriter::new(io::stdout().lock());
    let mut total = Total::default();
    out.write_all(report.header().as_bytes())?;
    if let Some(text) = &arguments.request {
        let (request, mut findings) = Request::read(text);
        findings.extend(checks.check_request(&request));
        let request = request.into_owned();
        checks.apply_to(&mut findings);
        let source = Source { name: "request", bytes: text.as_bytes() };
        let mut checked = Checked::default();
        findings.iter().for_each(|finding| checked.count(finding));
        checked.text = report.source(&source, &findings, &[]);
        add(&mut total, checked, &report, &mut out)?;
        checks.request = Some(request);
    }

    let inputs = arguments.files.inputs();
    let progress = progress(inputs.len());
    let mut page_names: Vec<String> = Vec::new();
    let mut pages = Pages::default();
    for batch in inputs.chunks(BATCH_SIZE) {
        let checked: Vec<Checked> = batch
            .par_iter()
            .map(|input| {
                let checked = check(input, &checks, arguments.pages, &report);
                progress.inc(1);
                checked
            })
            .collect();
        for (input, mut checked) in batch.iter().zip(checked) {
            for failure in &checked.failures {
                progress.suspend(|| writeln!(err, "{input}{failure}"))?;
            }
            if let Some(more) = checked.pages.take() {
                page_names.resize(page_names.len() + more.len(), input.to_string());
                pages.append(more);
            }
            progress.suspend(|| add(&mut total, checked, &report, &mut out))?;
        }
    }
    progress.finish_and_clear();

    if arguments.pages {
        let mut by_page: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
        for (page, finding) in pages.check(&checks) {
            by_page.entry(page).or_default().push(finding);
        }
        for (page, findings) in by_page {
            let source = Source { name: &page_names[page], bytes: b"" };
            let mut checked = Checked::default();
            findings.iter().for_each(|finding| checked.count(finding));
            checked.text = report.source(&source, &findings, &[]);
            add(&mut total, checked, &report, &mut out)?;
        }
    }
    out.write_all(report.footer(&total.failures).as_bytes())?;
    out.flush()?;
    if arguments.statistics {
        for (code, count) in &total.counts {
            let name = Rule::find(code).map_or("", |rule| rule.name);
            writeln!(err, "{count:8} {code} {name}")?;
        }
    }
    let has_findings = total.worst.is_some_and(|worst| worst >= fail_on);
    Ok(match (total.has_failed, has_findings) {
        (true, _) => Status::Failed,
        (false, true) => Status::Findings,
        (false, false) => Status::Done,
    })
}

/// Writes the result of one input, and adds it to the total.
fn add(
    total: &mut Total,
    checked: Checked,
    report: &Report,
    out: &mut impl Write,
) -> io::Result<()> {
    if !checked.text.is_empty() {
        if total.has_text {
            out.write_all(report.separator().as_bytes())?;
        }
        out.write_all(checked.text.as_bytes())?;
        total.has_text = true;
    }
    for (code, count) in checked.counts {
        *total.counts.entry(code).or_default() += count;
    }
    total.worst = total.worst.max(checked.worst);
    total.has_failed |= checked.has_failed;
    total.failures.extend(checked.failures);
    Ok(())
}

fn check(input: &Input, checks: &Checks, has_pages: bool, report: &Report) -> Checked {
    let mut checked = Checked::default();
    let bytes = match input.read() {
        Ok(bytes) => bytes,
        Err(error) => {
            checked.has_failed = true;
            checked.failures.push(format!(": error: {error}"));
            checked.text = report.failed(&input.to_string(), &checked.failures);
            return checked;
        }
    };
    let mut findings = Vec::new();
    let mut pages = Pages::default();
    for document in checks.check_all(&bytes) {
        match document {
            Ok(decoded) => {
                decoded.findings.iter().for_each(|finding| checked.count(finding));
                if has_pages {
                    pages.add(&decoded.response);
                }
                findings.extend(decoded.findings);
            }
            Err(error) => {
                checked.has_failed = true;
                let message = error.message();
                checked.failures.push(format!(":{}: error: {message}", error.location()));
            }
        }
    }
    checked.pages = has_pages.then_some(pages);
    let name = input.to_string();
    checked.text =
        report.source(&Source { name: &name, bytes: &bytes }, &findings, &checked.failures);
    checked
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

//! `ecs-invocations check`: what is wrong with responses.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use ecs_invocations::finding::{Finding, Rule, Severity};
use ecs_invocations::model::Request;
use ecs_invocations::validate::{Checks, Pages};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use rayon::prelude::*;
use serde::Deserialize;

use super::report::{Report, Source};
use super::{Input, Status};

/// Check responses against the contracts, against themselves, and against the request they answer.
#[derive(Args)]
#[command(
    after_help = "Exit status: 0 if there is no finding at or above --fail-on; 1 if there is; 2 if an \
                        input could not be read or decoded."
)]
pub(super) struct Arguments {
    /// Files to read, XML or JSON in any encoding; `-` is standard input [default: -]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// How to say what was found
    #[arg(long, value_name = "FORM", default_value = "human")]
    output: Form,

    /// Look for the rules of this code or beginning of codes too; `ALL` is all of them
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    select: Vec<String>,

    /// Do not look for the rules of this code or beginning of codes
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    ignore: Vec<String>,

    /// Grade the findings of this code or beginning of codes, like `P503=error`
    #[arg(long, value_name = "CODES=SEVERITY", value_delimiter = ',')]
    grade: Vec<String>,

    /// Read these choices from a TOML file; those on the command line come after [default:
    /// ecs-invocations.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// The least severity that makes the exit status 1: info, warning, error [default: error]
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<Severity>,

    /// The URL or query string of the request that the responses answer
    #[arg(long, value_name = "URL")]
    request: Option<String>,

    /// Take the responses, in this order, for the pages of one list
    #[arg(long)]
    pages: bool,

    /// Count the findings by rule, on standard error
    #[arg(long)]
    statistics: bool,

    /// Refuse damaged documents in place of mending them
    #[arg(long)]
    no_mend: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// For people: the line with the place underlined, why it matters, what would be right
    Human,
    /// One line for each finding
    Short,
    /// One JSON array
    Json,
    /// One JSON object for each finding, a line each
    Ndjson,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// JUnit's XML
    Junit,
}

/// What a configuration file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Config {
    select: Vec<String>,
    ignore: Vec<String>,
    grade: BTreeMap<String, String>,
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
        let say = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = fs::read_to_string(path).map_err(|error| say(&error))?;
        toml::from_str(&text).map_err(|error| say(&error.to_string().trim_end()))
    }
}

/// What was asked for, by file and command line.
fn checks(arguments: &Arguments) -> Result<(Checks, Severity), String> {
    let config = Config::read(arguments.config.as_deref())?;
    let mut checks = Checks::default();
    let severity =
        |text: &str| text.parse::<Severity>().map_err(|error| format!("`{text}`: {error}"));
    let grades = arguments.grade.iter().map(|grade| {
        grade.split_once('=').ok_or_else(|| format!("`{grade}` is not of the form CODES=SEVERITY"))
    });
    let grades = grades.collect::<Result<Vec<_>, _>>()?;
    let groups = [
        (&config.ignore, &config.select, config.grade.iter().map(|(c, s)| (&**c, &**s)).collect()),
        (&arguments.ignore, &arguments.select, grades),
    ];
    for (ignore, select, grade) in groups {
        // What is ignored as a whole can be selected in part.
        for codes in ignore {
            checks = checks.ignore(known(codes)?);
        }
        for codes in select {
            checks = checks.select(known(codes)?);
        }
        for (codes, grade) in grade {
            checks = checks.set_severity(known(codes)?, severity(grade)?);
        }
    }
    checks.options.repair = !arguments.no_mend;
    checks.multi_page = arguments.pages;
    checks.now = Some(Timestamp::now());
    let fail_on = match (arguments.fail_on, config.fail_on) {
        (Some(severity), _) => severity,
        (None, Some(text)) => severity(&text)?,
        (None, None) => Severity::Error,
    };
    Ok((checks, fail_on))
}

fn known(codes: &str) -> Result<&str, String> {
    let is_beginning = |rule: &Rule| {
        rule.code.get(..codes.len()).is_some_and(|start| start.eq_ignore_ascii_case(codes))
    };
    let is_known =
        codes.eq_ignore_ascii_case("all") || !codes.is_empty() && Rule::all().any(is_beginning);
    is_known
        .then_some(codes)
        .ok_or_else(|| format!("no rule has a code that begins with `{codes}`"))
}

/// What came of one input.
#[derive(Default)]
struct Checked {
    /// What is said of it, in the form that was asked for.
    text: String,
    /// How many findings there are by rule.
    counts: BTreeMap<&'static str, usize>,
    worst: Option<Severity>,
    has_failed: bool,
    pages: Option<Pages>,
    /// What of it could not be read, each with its place before it.
    failures: Vec<String>,
}

/// What came of all inputs.
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
    /// How many inputs are in memory at once.
    const AT_ONCE: usize = 64;
    let mut err = io::stderr();
    let (mut checks, fail_on) = match checks(arguments) {
        Ok(checks) => checks,
        Err(message) => {
            writeln!(err, "ecs-invocations: {message}")?;
            return Ok(Status::Failed);
        }
    };
    let report = Report::new(arguments.output, io::stdout().is_terminal());
    let mut out = BufWriter::new(io::stdout().lock());
    let mut total = Total::default();
    out.write_all(report.beginning().as_bytes())?;
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

    let inputs = Input::all(&arguments.files);
    let progress = progress(inputs.len());
    let mut page_names: Vec<String> = Vec::new();
    let mut pages = Pages::default();
    for some in inputs.chunks(AT_ONCE) {
        let checked: Vec<Checked> = some
            .par_iter()
            .map(|input| {
                let checked = check(input, &checks, arguments.pages, &report);
                progress.inc(1);
                checked
            })
            .collect();
        for (input, mut checked) in some.iter().zip(checked) {
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
    out.write_all(report.end(&total.failures).as_bytes())?;
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

/// Writes what came of an input, and adds it to what came of all.
fn add(
    total: &mut Total,
    checked: Checked,
    report: &Report,
    out: &mut impl Write,
) -> io::Result<()> {
    if !checked.text.is_empty() {
        if total.has_text {
            out.write_all(report.between().as_bytes())?;
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

/// A bar on a terminal, where there is more than one input to wait for.
fn progress(inputs: usize) -> ProgressBar {
    let target = match inputs {
        0 | 1 => ProgressDrawTarget::hidden(),
        _ => ProgressDrawTarget::stderr(),
    };
    let bar = ProgressBar::with_draw_target(Some(inputs as u64), target);
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} files, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

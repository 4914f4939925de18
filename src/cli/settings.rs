//! What `check` reports, by the options of the command line and a configuration file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use ecs_invocations::finding::{Rule, Severity};
use ecs_invocations::validate::Checks;
use glob::Pattern;
use jiff::Timestamp;
use serde::Deserialize;

use super::compression::Archive;
use super::input::Input;
use super::paths;
use super::safe;

/// The options that a configuration file may have too.
#[derive(Args)]
pub(super) struct Options {
    /// Enable additional rules by code or prefix; `ALL` enables every rule
    #[arg(long, value_name = "CODES", value_delimiter = ',', env = "ECS_INVOCATIONS_SELECT")]
    select: Vec<String>,

    /// Disable rules by code or prefix
    #[arg(long, value_name = "CODES", value_delimiter = ',', env = "ECS_INVOCATIONS_IGNORE")]
    ignore: Vec<String>,

    /// Disable rules in some files, such as `*.xml:N,M`
    #[arg(long, value_name = "PATTERN:CODES", value_delimiter = ',')]
    per_file_ignores: Vec<String>,

    /// Override severity by code or prefix, such as `P503=error`; levels: info, warning, error
    #[arg(long, value_name = "CODES=LEVEL", value_delimiter = ',', alias = "grade")]
    severity: Vec<String>,

    /// Read settings from a TOML file; command-line options override it [default:
    /// ecs-invocations.toml of the first input's directory or one above it]
    #[arg(long, value_name = "FILE", env = "ECS_INVOCATIONS_CONFIG")]
    config: Option<PathBuf>,

    /// Read no settings from a file
    #[arg(long, conflicts_with = "config")]
    no_config: bool,

    /// Minimum severity that causes exit status 1: info, warning, error [default: error]
    #[arg(long, value_name = "LEVEL", env = "ECS_INVOCATIONS_FAIL_ON")]
    fail_on: Option<Severity>,

    /// Minimum severity that is reported: info, warning, error [default: warning]. What causes exit status 1 is
    /// always reported
    #[arg(long, value_name = "LEVEL", env = "ECS_INVOCATIONS_MIN_SEVERITY")]
    min_severity: Option<Severity>,
}

/// The settings of a configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Config {
    select: Vec<String>,
    ignore: Vec<String>,
    #[serde(alias = "grade")]
    severity: BTreeMap<String, String>,
    per_file_ignores: BTreeMap<String, Vec<String>>,
    fail_on: Option<String>,
    min_severity: Option<String>,
}

const CONFIG: &str = "ecs-invocations.toml";

impl Config {
    fn read(path: Option<&Path>) -> Result<Self, String> {
        let Some(path) = path else { return Ok(Self::default()) };
        let name = safe::line(&path.to_string_lossy());
        let message = |error: &dyn std::fmt::Display| format!("{name}: {error}");
        let text = fs::read_to_string(path).map_err(|error| message(&error))?;
        toml::from_str(&text).map_err(|error| message(&error.to_string().trim_end()))
    }
}

/// The configuration file of an input: in its directory or the nearest above it. Without a file, that of the
/// working directory.
fn find(input: Option<&Input>) -> Option<PathBuf> {
    let directory = match input {
        Some(Input::File(path) | Input::Member { archive: Archive::File(path), .. }) => {
            let path = fs::canonicalize(path).ok();
            path.and_then(|path| path.parent().map(Path::to_owned))
        }
        _ => None,
    };
    let directory = directory.or_else(|| std::env::current_dir().ok())?;
    // A link to a missing file is an error.
    let is_there = |file: &PathBuf| fs::symlink_metadata(file).is_ok();
    let found = directory.ancestors().map(|directory| directory.join(CONFIG)).find(is_there)?;
    // Messages name it as a user would.
    let working = fs::canonicalize(".").ok();
    let relative = working.and_then(|working| found.strip_prefix(working).map(Path::to_owned).ok());
    Some(relative.unwrap_or(found))
}

/// What is checked and reported.
pub(super) struct Settings {
    pub(super) checks: Checks,
    pub(super) fail_on: Severity,
    pub(super) min_severity: Severity,
    per_file_ignores: Vec<Ignored>,
}

/// Codes that are ignored in some files.
struct Ignored {
    pattern: Pattern,
    /// What the pattern is relative to: the directory of the configuration file, or the working directory.
    directory: PathBuf,
    codes: String,
}

impl Settings {
    pub(super) fn new(options: &Options, inputs: &[Input]) -> Result<Self, String> {
        let file = match (&options.config, options.no_config) {
            (Some(file), _) => Some(file.clone()),
            (None, true) => None,
            (None, false) => find(inputs.first()),
        };
        let config = Config::read(file.as_deref())?;
        let mut checks = Checks::default();
        let parse =
            |text: &str| text.parse::<Severity>().map_err(|error| format!("`{text}`: {error}"));
        let overrides = options.severity.iter().map(|text| {
            text.split_once('=').ok_or_else(|| format!("`{text}`: expected CODES=LEVEL"))
        });
        let overrides = overrides.collect::<Result<Vec<_>, _>>()?;
        let of_file = config.severity.iter().map(|(codes, level)| (&**codes, &**level)).collect();
        let groups = [
            (&config.ignore, &config.select, of_file),
            (&options.ignore, &options.select, overrides),
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
        checks.now = Some(Timestamp::now());
        let of_file = |text: Option<String>| text.map(|text| parse(&text)).transpose();
        let fail_on = options.fail_on.or(of_file(config.fail_on)?).unwrap_or(Severity::Error);
        let min_severity = options.min_severity.or(of_file(config.min_severity)?);
        let min_severity = min_severity.unwrap_or(Severity::Warning).min(fail_on);
        let directory = file.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
        let of_file = config.per_file_ignores.iter();
        let of_file =
            of_file.flat_map(|(pattern, codes)| codes.iter().map(move |it| (pattern, it)));
        let of_options = pairs(&options.per_file_ignores)?;
        let per_file_ignores = of_file
            .map(|(pattern, codes)| ignored(pattern, directory, codes))
            .chain(of_options.iter().map(|(pattern, codes)| ignored(pattern, Path::new(""), codes)))
            .collect::<Result<_, _>>()?;
        Ok(Self { checks, fail_on, min_severity, per_file_ignores })
    }

    /// The codes and prefixes that are ignored in an input.
    pub(super) fn ignored_in(&self, input: &Input) -> Vec<&str> {
        if self.per_file_ignores.is_empty() {
            return Vec::new();
        }
        let path = input.name();
        let name = path.to_string_lossy();
        let name = name.rsplit('/').next().unwrap_or(&name);
        let is_of = |ignored: &&Ignored| {
            ignored.pattern.matches(name)
                || ignored.pattern.matches(&paths::relative(Path::new(&path), &ignored.directory))
        };
        self.per_file_ignores.iter().filter(is_of).map(|ignored| &*ignored.codes).collect()
    }
}

/// Whether a code has one of the prefixes.
pub(super) fn has_prefix(code: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| {
        prefix.eq_ignore_ascii_case("all")
            || code.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    })
}

/// The patterns and codes of `PATTERN:CODE,CODE,…`, which was split at the commas.
fn pairs(options: &[String]) -> Result<Vec<(&str, &str)>, String> {
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for text in options {
        match (text.rsplit_once(':'), pairs.last()) {
            (Some(pair), _) => pairs.push(pair),
            (None, Some((pattern, _))) if text.chars().all(char::is_alphanumeric) => {
                pairs.push((*pattern, text));
            }
            _ => return Err(format!("`{text}`: expected PATTERN:CODES")),
        }
    }
    Ok(pairs)
}

fn ignored(pattern: &str, directory: &Path, codes: &str) -> Result<Ignored, String> {
    let relative = paths::relative(&directory.join(pattern), directory);
    let parsed = Pattern::new(&relative).map_err(|error| format!("`{pattern}`: {error}"))?;
    let codes = known(codes)?.to_owned();
    Ok(Ignored { pattern: parsed, directory: directory.to_owned(), codes })
}

/// Returns `codes` if it is the code or prefix of a rule.
fn known(codes: &str) -> Result<&str, String> {
    let is_known = !codes.is_empty() && Rule::all().any(|rule| has_prefix(rule.code, &[codes]));
    is_known.then_some(codes).ok_or_else(|| format!("unknown rule code or prefix `{codes}`"))
}

//! `ecs-invocations rule`: explains rules.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use ecs_invocations::finding::Rule;
use ecs_invocations::model::ApiVersion;

use super::safe;
use super::status::Status;

/// Explain rules: what they do or report, why it matters, and examples
///
/// Without RULE, print all rules as a Markdown page.
#[derive(Args)]
#[command(after_help = "Exit status: 0 if the rules were printed; 2 if there is no such rule.\n\n\
                  Examples:\n  \
                  ecs-invocations rule V603\n  \
                  ecs-invocations rule --output list\n  \
                  ecs-invocations rule --output json N101 missing-comma")]
pub(super) struct Arguments {
    /// Codes or names of rules
    #[arg(value_name = "RULE")]
    rules: Vec<String>,

    /// Output format
    #[arg(short, long, value_name = "FORMAT", default_value = "markdown")]
    output: RuleFormat,
}

#[derive(Clone, Copy, ValueEnum)]
enum RuleFormat {
    /// Sections of Markdown
    Markdown,
    /// One line for each rule: code, name, severity and summary
    List,
    /// An array of JSON objects
    Json,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    let mut out = io::stdout().lock();
    let mut status = Status::Done;
    let mut rules: Vec<&Rule> = Vec::new();
    for code in &arguments.rules {
        match Rule::find(code) {
            Some(rule) => rules.push(rule),
            None => {
                let code = safe::line(code);
                writeln!(io::stderr(), "ecs-invocations: unknown rule `{code}`")?;
                status = Status::Failed;
            }
        }
    }
    let is_all = arguments.rules.is_empty();
    if is_all {
        rules = Rule::all().collect();
    }
    match arguments.output {
        RuleFormat::Markdown if is_all => out.write_all(page().as_bytes())?,
        RuleFormat::Markdown => {
            let sections: Vec<String> = rules.into_iter().map(section).collect();
            out.write_all(sections.join("\n").as_bytes())?;
        }
        RuleFormat::List => {
            for rule in rules {
                let (code, name, summary) = (rule.code, rule.name, rule.summary);
                writeln!(out, "{code}  {name:28}  {:7}  {summary}", severity_or_off(rule))?;
            }
        }
        RuleFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &rules)?;
            writeln!(out)?;
        }
    }
    Ok(status)
}

fn severity_or_off(rule: &Rule) -> &'static str {
    if rule.enabled_by_default { rule.severity.name() } else { "off" }
}

/// The text of `docs/rules.md`.
fn page() -> String {
    let mut page = "# Rules\n\n\
        Rules `N` (normalized), `M` (malformed, repaired) and `U` (unreadable, dropped) say what the \
        decoder did; the others are checks: `A` of the overall status, `C` content, `F` frequency, `P` \
        paging, `R` the request, `S` structure, `T` times, `V` values, `X` the pages of one list. The 2018 reference is the version of the API that this \
        crate implements; the current API has more fields and other enum values. Severity `off` means \
        disabled unless selected.\n\n\
        This page is printed by `ecs-invocations rule`.\n\n\
        | code | name | severity | API | summary |\n|---|---|---|---|---|\n"
        .to_owned();
    for rule in Rule::all() {
        let severity = severity_or_off(rule);
        page.push_str(&format!(
            "| [{0}](#{0}) | {1} | {severity} | {2} | {3} |\n",
            rule.code,
            rule.name,
            api_version(rule),
            rule.summary
        ));
    }
    for rule in Rule::all() {
        // Independent of how a renderer derives the address of a heading.
        page.push_str(&format!("\n<a id=\"{}\"></a>\n\n", rule.code));
        page.push_str(&section(rule));
    }
    page
}

fn api_version(rule: &Rule) -> &'static str {
    match rule.api_version {
        ApiVersion::Reference2018 => "2018 reference",
        ApiVersion::Current => "current API",
        ApiVersion::Both => "both",
    }
}

fn section(rule: &Rule) -> String {
    let (severity, summary, reason) = (rule.severity, rule.summary, rule.reason);
    let api = match rule.api_version {
        // What the decoder does has nothing to do with versions.
        ApiVersion::Both if rule.is_decoder_rule() => String::new(),
        ApiVersion::Both => " (both API versions)".to_owned(),
        _ => format!(" ({})", api_version(rule)),
    };
    let off = if rule.enabled_by_default { "" } else { ", off unless selected" };
    let mut text = format!("## {} {}\n\n", rule.code, rule.name);
    text.push_str(&format!("{severity}{api}{off}: {summary}.\n\n{reason}\n"));
    for alias in rule.aliases {
        text.push_str(&format!("\nFormer name: `{alias}`.\n"));
    }
    let labels =
        if rule.is_decoder_rule() { ["Input", "Read as"] } else { ["Violates", "Conforms"] };
    for (label, example) in labels.iter().zip(rule.examples) {
        let bytes = if rule.is_decoder_rule() && example.contains(r"\x") {
            r" (`\xHH` is the byte with that hexadecimal value)"
        } else {
            ""
        };
        text.push_str(&format!("\n{label}{bytes}:\n\n```text\n{example}\n```\n"));
    }
    text
}

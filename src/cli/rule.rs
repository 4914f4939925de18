//! `ecs-invocations rule`: what a rule checks, and why.

use std::io::{self, Write};

use clap::Args;
use ecs_invocations::finding::Rule;
use ecs_invocations::model::ApiVersion;

use super::Status;

/// Explain a rule: what it finds, why that matters, and an example of each kind.
///
/// Without a rule, all of them, as a page in Markdown.
#[derive(Args)]
pub(super) struct Arguments {
    /// The rule's code or name
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Status> {
    let mut out = io::stdout().lock();
    let Some(code) = &arguments.rule else {
        out.write_all(page().as_bytes())?;
        return Ok(Status::Done);
    };
    match Rule::find(code) {
        Some(rule) => out.write_all(section(rule).as_bytes())?,
        None => {
            writeln!(io::stderr(), "ecs-invocations: there is no rule `{code}`")?;
            return Ok(Status::Failed);
        }
    }
    Ok(Status::Done)
}

fn page() -> String {
    let mut page = "# Rules\n\nMade by `ecs-invocations rule`; a test keeps it current.\n\n\
        | code | name | severity | contract | finds |\n|---|---|---|---|---|\n"
        .to_owned();
    for rule in Rule::all() {
        let severity = if rule.enabled_by_default { rule.severity.name() } else { "off" };
        page.push_str(&format!(
            "| [{0}](#{0}-{1}) | {1} | {severity} | {2} | {3} |\n",
            rule.code,
            rule.name,
            api_version(rule),
            rule.summary
        ));
    }
    for rule in Rule::all() {
        page.push('\n');
        page.push_str(&section(rule));
    }
    page
}

fn api_version(rule: &Rule) -> &'static str {
    match rule.api_version {
        ApiVersion::Reference2018 => "documented",
        ApiVersion::Current => "current",
        ApiVersion::Both => "both",
    }
}

fn section(rule: &Rule) -> String {
    let off = if rule.enabled_by_default { "" } else { ", off unless selected" };
    let mut text = format!(
        "## {} {}\n\n{} ({} contract{}){off}: {}.\n\n{}\n",
        rule.code,
        rule.name,
        rule.severity,
        api_version(rule),
        if rule.api_version == ApiVersion::Both { "s" } else { "" },
        rule.summary,
        rule.reason
    );
    let [bad, good] = rule.examples;
    for (label, example) in [("Wrong", bad), ("Right", good)] {
        if !example.is_empty() {
            text.push_str(&format!("\n{label}:\n\n```text\n{example}\n```\n"));
        }
    }
    text
}

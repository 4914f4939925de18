//! `ecs-invocations rule`: explains rules.

use std::io::{self, Write};

use clap::Args;
use ecs_invocations::finding::Rule;
use ecs_invocations::model::ApiVersion;

use super::status::Status;

/// Explain a rule: what it does or reports, why it matters, and examples
///
/// Without RULE, print all rules as a Markdown page.
#[derive(Args)]
pub(super) struct Arguments {
    /// Code or name of the rule
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
            writeln!(io::stderr(), "ecs-invocations: unknown rule `{code}`")?;
            return Ok(Status::Failed);
        }
    }
    Ok(Status::Done)
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
        let severity = if rule.enabled_by_default { rule.severity.name() } else { "off" };
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

//! The report of findings, in each format.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use clap::ValueEnum;
use ecs_invocations::finding::{Finding, FindingKind, Location, Rule, Severity};
use quick_xml::escape::escape;
use serde_json::{Value, json};

/// The format of a report.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// For reading: the source line with the finding underlined, why it matters, what was expected
    Human,
    /// One line per finding
    Short,
    /// One JSON array
    Json,
    /// One JSON object per line
    Ndjson,
    /// SARIF 2.1.0
    Sarif,
    /// GitHub Actions annotations
    Github,
    /// JUnit XML
    Junit,
}

/// Writes findings in one format.
pub(super) struct Report {
    format: ReportFormat,
    renderer: Renderer,
}

/// An input that has findings.
pub(super) struct Source<'s> {
    pub(super) name: &'s str,
    pub(super) bytes: &'s [u8],
}

impl Report {
    pub(super) fn new(format: ReportFormat, is_colored: bool) -> Self {
        let renderer = if is_colored { Renderer::styled() } else { Renderer::plain() };
        Self { format, renderer }
    }

    /// The text before all findings.
    pub(super) fn header(&self) -> String {
        match self.format {
            ReportFormat::Human
            | ReportFormat::Short
            | ReportFormat::Ndjson
            | ReportFormat::Github => String::new(),
            ReportFormat::Json => "[\n".to_owned(),
            ReportFormat::Sarif => {
                let rules: Vec<Value> = Rule::all().map(sarif_rule).collect();
                let driver = json!({
                    "name": env!("CARGO_PKG_NAME"),
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                });
                format!(
                    "{{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\", \
                     \"version\": \"2.1.0\", \"runs\": [{{\"tool\": {{\"driver\": {driver}}},\n\
                     \"columnKind\": \"unicodeCodePoints\", \"results\": [\n"
                )
            }
            ReportFormat::Junit => {
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n".to_owned()
            }
        }
    }

    /// The text between the findings of two inputs.
    pub(super) fn separator(&self) -> &'static str {
        match self.format {
            ReportFormat::Human => "\n",
            ReportFormat::Json | ReportFormat::Sarif => ",\n",
            ReportFormat::Short
            | ReportFormat::Ndjson
            | ReportFormat::Github
            | ReportFormat::Junit => "",
        }
    }

    /// The text after all findings; `failures` are the errors of all inputs.
    pub(super) fn footer(&self, failures: &[String]) -> String {
        match self.format {
            ReportFormat::Human
            | ReportFormat::Short
            | ReportFormat::Ndjson
            | ReportFormat::Github => String::new(),
            ReportFormat::Json => "\n]\n".to_owned(),
            ReportFormat::Sarif => {
                let notes: Vec<Value> = failures
                    .iter()
                    .map(|text| json!({"level": "error", "message": {"text": text}}))
                    .collect();
                let run = json!({
                    "executionSuccessful": notes.is_empty(),
                    "toolExecutionNotifications": notes,
                });
                format!("\n], \"invocations\": [{run}]}}]}}\n")
            }
            ReportFormat::Junit => "</testsuites>\n".to_owned(),
        }
    }

    /// The findings of one input; `failures` are its errors.
    pub(super) fn source(
        &self,
        source: &Source<'_>,
        findings: &[Finding],
        failures: &[String],
    ) -> String {
        let each =
            |write: &dyn Fn(&Finding) -> String| findings.iter().map(write).collect::<Vec<_>>();
        match self.format {
            ReportFormat::Human => each(&|finding| self.human(source, finding)).join("\n"),
            ReportFormat::Short => each(&|finding| short(source, finding)).concat(),
            ReportFormat::Json => each(&|finding| json(source, finding).to_string()).join(",\n"),
            ReportFormat::Ndjson => {
                each(&|finding| format!("{}\n", json(source, finding))).concat()
            }
            ReportFormat::Sarif => each(&|finding| sarif(source, finding).to_string()).join(",\n"),
            ReportFormat::Github => each(&|finding| github(source, finding)).concat(),
            ReportFormat::Junit => junit(source, findings, failures),
        }
    }

    /// The report on an input that could not be read.
    pub(super) fn failed(&self, name: &str, failures: &[String]) -> String {
        self.source(&Source { name, bytes: b"" }, &[], failures)
    }

    fn human(&self, source: &Source<'_>, finding: &Finding) -> String {
        let rule = finding.kind.rule();
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Info => Level::INFO,
        };
        let mut group =
            Group::with_title(level.primary_title(message_with_path(finding)).id(rule.code));
        let origin = Origin::path(source.name);
        let placed =
            |location: &Location| origin.clone().line(location.line).char_column(location.column);
        let excerpt = |location: &Location| SourceExcerpt::new(source.bytes, location);
        group = match finding.location.as_ref().map(|location| (location, excerpt(location))) {
            None => group.element(origin),
            Some((location, None)) => group.element(placed(location)),
            Some((location, Some(excerpt))) => {
                let annotation = AnnotationKind::Primary.span(excerpt.span);
                let snippet = Snippet::source(excerpt.text).line_start(location.line);
                let snippet = snippet.annotation(annotation);
                if excerpt.has_line_start {
                    group.element(snippet.path(source.name))
                } else {
                    // The renderer would count columns from the start of the excerpt.
                    group.element(placed(location)).element(snippet)
                }
            }
        };
        group = group.element(Level::NOTE.message(rule.reason));
        if let FindingKind::Violation(violation) = &finding.kind
            && let Some(expected) = &violation.expected
        {
            group = group.element(Level::HELP.message(format!("expected {expected}")));
        }
        format!("{}\n", self.renderer.render(&[group]))
    }
}

/// The part of a source line that is shown, and the span of it that is underlined.
struct SourceExcerpt {
    text: String,
    span: std::ops::Range<usize>,
    /// Whether it includes the start of the line.
    has_line_start: bool,
}

impl SourceExcerpt {
    /// Up to this many bytes before the finding, trimming the line is left to the renderer.
    const MAX_BEFORE: usize = 2000;
    /// The number of characters shown before the finding in a longer line, and after it in any line.
    const CONTEXT: usize = 60;
    /// The number of characters shown of the finding's own text.
    const MAX_FOUND: usize = 120;

    /// `None` if the input is not UTF-8, since its bytes cannot be shown then.
    fn new(bytes: &[u8], location: &Location) -> Option<Self> {
        let span = location.bytes.clone();
        let (before, rest) = bytes.split_at_checked(span.start)?;
        let (inside, is_whole) = line_start(&rest[..span.len().min(rest.len())], Self::MAX_FOUND)?;
        let (after, has_end) = match is_whole {
            true => line_start(&rest[inside.len()..], Self::CONTEXT)?,
            false => ("", false),
        };
        let line = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        let has_line_start = before.len() - line <= Self::MAX_BEFORE;
        let before = if has_line_start {
            str::from_utf8(&before[line..]).ok()?.trim_start_matches('\u{feff}')
        } else {
            let is_first = |at: &usize| before[*at] & 0xC0 != 0x80;
            let start = (0..before.len()).rev().filter(is_first).nth(Self::CONTEXT)?;
            str::from_utf8(&before[start..]).ok()?
        };
        let lead = if has_line_start { "" } else { "…" };
        let trail = if has_end { "" } else { "…" };
        let from = lead.len() + before.len();
        let text = format!("{lead}{before}{inside}{after}{trail}");
        Some(Self { span: from..from + inside.len(), text, has_line_start })
    }
}

/// The first characters of a line, and whether they are the whole line.
fn line_start(text: &[u8], max_chars: usize) -> Option<(&str, bool)> {
    let line = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
    let near = &text[..line.min(4 * max_chars + 4)];
    let near = match str::from_utf8(near) {
        Ok(near) => near,
        Err(error) => str::from_utf8(&near[..error.valid_up_to()]).ok()?,
    };
    let end = near.char_indices().nth(max_chars).map_or(near.len(), |(end, _)| end);
    Some((&near[..end], end == line))
}

/// Path and message, for formats that show no path beside the message.
fn message_with_path(finding: &Finding) -> String {
    match &finding.path {
        path if path.is_root() => finding.message(),
        path => format!("{path}: {}", finding.message()),
    }
}

fn position(source: &Source<'_>, finding: &Finding) -> String {
    match &finding.location {
        None => source.name.to_owned(),
        Some(location) => format!("{}:{location}", source.name),
    }
}

fn short(source: &Source<'_>, finding: &Finding) -> String {
    format!("{}: {}: {finding}\n", position(source, finding), finding.severity)
}

/// The finding as the library serializes it, and the name of its input.
fn json(source: &Source<'_>, finding: &Finding) -> Value {
    let mut value = json!(finding);
    value["file"] = source.name.into();
    value
}

fn sarif_level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn sarif_rule(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.reason},
        "defaultConfiguration": {"level": sarif_level(rule.severity), "enabled": rule.enabled_by_default},
    })
}

fn sarif(source: &Source<'_>, finding: &Finding) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": uri(source.name)}});
    if let Some(location) = &finding.location {
        physical["region"] = json!({
            "startLine": location.line,
            "startColumn": location.column,
            "byteOffset": location.bytes.start,
            "byteLength": location.bytes.len(),
        });
    }
    json!({
        "ruleId": finding.code(),
        "level": sarif_level(finding.severity),
        "message": {"text": message_with_path(finding)},
        "locations": [{
            "physicalLocation": physical,
            "logicalLocations": [{"fullyQualifiedName": finding.path.to_string()}],
        }],
    })
}

/// A file name as a URI reference.
fn uri(name: &str) -> String {
    let segment = |segment: &str| {
        form_urlencoded::byte_serialize(segment.as_bytes()).collect::<String>().replace('+', "%20")
    };
    name.split('/').map(segment).collect::<Vec<_>>().join("/")
}

fn github(source: &Source<'_>, finding: &Finding) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let command = match finding.severity {
        Severity::Info => "notice",
        severity => severity.name(),
    };
    let line = match &finding.location {
        None => String::new(),
        Some(location) => format!(",line={},col={}", location.line, location.column),
    };
    let title = property(&format!("{} {}", finding.code(), finding.name()));
    format!(
        "::{command} file={}{line},title={title}::{}\n",
        property(source.name),
        data(&message_with_path(finding))
    )
}

fn junit(source: &Source<'_>, findings: &[Finding], failures: &[String]) -> String {
    let name = escape(source.name);
    let tests = (findings.len() + failures.len()).max(1);
    let mut suite = format!(
        "<testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{}\" errors=\"{}\">\n",
        findings.len(),
        failures.len()
    );
    let case = |test: &str| format!("<testcase classname=\"{name}\" name=\"{}\"", escape(test));
    if findings.is_empty() && failures.is_empty() {
        let _ = writeln!(suite, "{}/>", case("check"));
    }
    for finding in findings {
        let test = format!("{} {}", finding.code(), finding.path);
        let _ = writeln!(
            suite,
            "{}><failure type=\"{}\" message=\"{}\">{}</failure></testcase>",
            case(&test),
            finding.severity,
            escape(message_with_path(finding)),
            escape(position(source, finding)),
        );
    }
    for failure in failures {
        let failure = failure.trim_start_matches(':').trim_start();
        let _ = writeln!(
            suite,
            "{}><error message=\"{}\"/></testcase>",
            case("decode"),
            escape(failure)
        );
    }
    suite + "</testsuite>\n"
}

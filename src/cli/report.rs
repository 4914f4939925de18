//! The report of findings, in each format.

use std::ffi::OsStr;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use clap::ValueEnum;
use ecs_invocations::finding::{Finding, FindingKind, Location, Rule, Severity};
use serde_json::{Value, json};

use super::safe;

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

/// A part of an input that has findings.
pub(super) struct Source<'s> {
    /// The name of the input, safe to print.
    pub(super) name: &'s str,
    /// The name as it is.
    pub(super) raw_name: &'s OsStr,
    /// The part: whole lines, unless it is the end of the input.
    pub(super) bytes: &'s [u8],
    /// The offset of the part in the input.
    pub(super) offset: usize,
}

/// The part of a report about a part of an input.
#[derive(Default)]
pub(super) struct Section {
    text: String,
    findings: usize,
    failures: usize,
}

impl Section {
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }
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
                format!("\n], \"invocations\": [{}]}}]}}\n", printed(&run))
            }
            ReportFormat::Junit => "</testsuites>\n".to_owned(),
        }
    }

    /// Adds a finding.
    pub(super) fn finding(&self, source: &Source<'_>, finding: &Finding, section: &mut Section) {
        let text = match self.format {
            ReportFormat::Human => self.human(source, finding),
            ReportFormat::Short => short(source, finding),
            ReportFormat::Json => printed(&json(source, finding)),
            ReportFormat::Ndjson => printed(&json(source, finding)) + "\n",
            ReportFormat::Sarif => printed(&sarif(source, finding)),
            ReportFormat::Github => github(source, finding),
            ReportFormat::Junit => junit_finding(source, finding),
        };
        if section.findings > 0 {
            section.text += self.separator();
        }
        section.text += &text;
        section.findings += 1;
    }

    /// Adds the error of a document or an input.
    pub(super) fn failure(&self, source: &Source<'_>, failure: &str, section: &mut Section) {
        if self.format == ReportFormat::Junit {
            section.text += &junit_failure(source, failure);
        }
        section.failures += 1;
    }

    /// The text of a section.
    pub(super) fn finish(&self, source: &Source<'_>, section: Section) -> String {
        match self.format {
            ReportFormat::Junit => junit_suite(source, &section),
            _ => section.text,
        }
    }

    fn human(&self, source: &Source<'_>, finding: &Finding) -> String {
        let rule = finding.kind.rule();
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Info => Level::INFO,
        };
        let mut group = Group::with_title(
            level.primary_title(safe::line(&message_with_path(finding))).id(rule.code),
        );
        let origin = Origin::path(source.name);
        let placed =
            |location: &Location| origin.clone().line(location.line).char_column(location.column);
        let excerpt = |location: &Location| SourceExcerpt::new(source, location);
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
            group = group.element(Level::HELP.message(safe::line(&format!("expected {expected}"))));
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
    fn new(source: &Source<'_>, location: &Location) -> Option<Self> {
        let start = location.bytes.start.checked_sub(source.offset)?;
        let (before, rest) = source.bytes.split_at_checked(start)?;
        let length = location.bytes.len().min(rest.len());
        let (inside, is_whole) = line_start(&rest[..length], Self::MAX_FOUND)?;
        let (after, has_end) = match is_whole {
            true => line_start(&rest[inside.len()..], Self::CONTEXT)?,
            false => ("", false),
        };
        // Searching the start of a long line for each of its findings would take quadratic time.
        let near = &before[before.len().saturating_sub(Self::MAX_BEFORE + 1)..];
        let line = memchr::memrchr(b'\n', near).map(|newline| newline + 1);
        let line = line.or_else(|| (near.len() == before.len()).then_some(0));
        let before = match line {
            Some(line) => str::from_utf8(&near[line..]).ok()?.trim_start_matches('\u{feff}'),
            None => {
                let is_first = |at: &usize| near[*at] & 0xC0 != 0x80;
                let start = (0..near.len()).rev().filter(is_first).nth(Self::CONTEXT)?;
                str::from_utf8(&near[start..]).ok()?
            }
        };
        let lead = if line.is_some() { "" } else { "…" };
        let trail = if has_end { "" } else { "…" };
        // The renderer expands tabs. It would count the columns of escapes.
        let [shown, inside, after] = [before, inside, after].map(safe::lines);
        let has_line_start = line.is_some() && shown == before;
        let before = shown;
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
    let text = format!("{}: {}: {finding}", position(source, finding), finding.severity);
    safe::line(&text) + "\n"
}

/// The finding as the library serializes it, and the name of its input.
fn json(source: &Source<'_>, finding: &Finding) -> Value {
    let mut value = json!(finding);
    value["file"] = source.raw_name.to_string_lossy().into();
    value
}

fn printed(value: &Value) -> String {
    safe::json(&value.to_string()).into_owned()
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
    let mut physical = json!({"artifactLocation": {"uri": uri(source.raw_name)}});
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
fn uri(name: &OsStr) -> String {
    let segment = |segment: &[u8]| {
        form_urlencoded::byte_serialize(segment).collect::<String>().replace('+', "%20")
    };
    let segments = name.as_encoded_bytes().split(|byte| *byte == b'/').map(segment);
    segments.collect::<Vec<_>>().join("/")
}

fn github(source: &Source<'_>, finding: &Finding) -> String {
    let command = match finding.severity {
        Severity::Info => "notice",
        severity => severity.name(),
    };
    let line = match &finding.location {
        None => String::new(),
        Some(location) => format!(",line={},col={}", location.line, location.column),
    };
    let title = safe::github_property(&format!("{} {}", finding.code(), finding.name()));
    format!(
        "::{command} file={}{line},title={title}::{}\n",
        safe::github_property(&source.raw_name.to_string_lossy()),
        safe::github_message(&message_with_path(finding))
    )
}

fn junit_case(source: &Source<'_>, test: &str) -> String {
    let (name, test) = (safe::xml_text(source.name), safe::xml_text(test));
    format!("<testcase classname=\"{name}\" name=\"{test}\"")
}

fn junit_finding(source: &Source<'_>, finding: &Finding) -> String {
    format!(
        "{}><failure type=\"{}\" message=\"{}\">{}</failure></testcase>\n",
        junit_case(source, &format!("{} {}", finding.code(), finding.path)),
        finding.severity,
        safe::xml_text(&message_with_path(finding)),
        safe::xml_text(&position(source, finding)),
    )
}

fn junit_failure(source: &Source<'_>, failure: &str) -> String {
    let failure = failure.trim_start_matches(':').trim_start();
    let case = junit_case(source, "decode");
    format!("{case}><error message=\"{}\"/></testcase>\n", safe::xml_text(failure))
}

/// The suite of a part of an input.
fn junit_suite(source: &Source<'_>, section: &Section) -> String {
    let Section { text, findings, failures } = section;
    let tests = (findings + failures).max(1);
    let name = safe::xml_text(source.name);
    let passed = match findings + failures {
        0 => junit_case(source, "check") + "/>\n",
        _ => String::new(),
    };
    format!(
        "<testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{findings}\" \
         errors=\"{failures}\">\n{passed}{text}</testsuite>\n"
    )
}

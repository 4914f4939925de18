//! The forms in which findings are said.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use ecs_invocations::finding::{Finding, FindingKind, Rule, Severity};
use quick_xml::escape::escape;
use serde_json::{Value, json};

use super::check::Form;

/// Findings in one form.
pub(super) struct Report {
    form: Form,
    renderer: Renderer,
}

/// What findings are about.
pub(super) struct Source<'s> {
    pub(super) name: &'s str,
    pub(super) bytes: &'s [u8],
}

impl Report {
    pub(super) fn new(form: Form, is_terminal: bool) -> Self {
        let wants_colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let renderer =
            if is_terminal && wants_colour { Renderer::styled() } else { Renderer::plain() };
        Self { form, renderer }
    }

    /// What stands before all findings.
    pub(super) fn beginning(&self) -> String {
        match self.form {
            Form::Human | Form::Short | Form::Ndjson | Form::Github => String::new(),
            Form::Json => "[\n".to_owned(),
            Form::Sarif => {
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
            Form::Junit => "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n".to_owned(),
        }
    }

    /// What stands between the findings of two inputs.
    pub(super) fn between(&self) -> &'static str {
        match self.form {
            Form::Human => "\n",
            Form::Json | Form::Sarif => ",\n",
            Form::Short | Form::Ndjson | Form::Github | Form::Junit => "",
        }
    }

    /// What stands after all findings; `failures` are the inputs that could not be checked.
    pub(super) fn end(&self, failures: &[String]) -> String {
        match self.form {
            Form::Human | Form::Short | Form::Ndjson | Form::Github => String::new(),
            Form::Json => "\n]\n".to_owned(),
            Form::Sarif => {
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
            Form::Junit => "</testsuites>\n".to_owned(),
        }
    }

    /// What was found in one input; `failures` are what could not be read of it.
    pub(super) fn source(
        &self,
        source: &Source<'_>,
        findings: &[Finding],
        failures: &[String],
    ) -> String {
        let each = |say: &dyn Fn(&Finding) -> String| findings.iter().map(say).collect::<Vec<_>>();
        match self.form {
            Form::Human => each(&|finding| self.human(source, finding)).join("\n"),
            Form::Short => each(&|finding| short(source, finding)).concat(),
            Form::Json => each(&|finding| json(source, finding).to_string()).join(",\n"),
            Form::Ndjson => each(&|finding| format!("{}\n", json(source, finding))).concat(),
            Form::Sarif => each(&|finding| sarif(source, finding).to_string()).join(",\n"),
            Form::Github => each(&|finding| github(source, finding)).concat(),
            Form::Junit => junit(source, findings, failures),
        }
    }

    /// What is said of an input that could not be read.
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
        let mut group = Group::with_title(level.primary_title(finding.message()).id(rule.code));
        let location = &finding.location;
        let origin = Origin::path(source.name);
        let placed = origin.clone().line(location.line).char_column(location.column);
        group = match View::new(source.bytes, finding) {
            _ if location.line == 0 => group.element(origin),
            None => group.element(placed),
            Some(view) => {
                let annotation = AnnotationKind::Primary.span(view.span);
                let snippet = Snippet::source(view.text).line_start(location.line);
                let snippet = snippet.annotation(annotation);
                if view.has_beginning {
                    group.element(snippet.path(source.name))
                } else {
                    // The renderer would count columns from where the text begins.
                    group.element(placed).element(snippet)
                }
            }
        };
        let why = match &finding.kind {
            FindingKind::Violation(_) => rule.reason,
            _ => rule.summary,
        };
        group = group.element(Level::NOTE.message(why));
        if let FindingKind::Violation(fault) = &finding.kind
            && let Some(right) = &fault.expected
        {
            group = group.element(Level::HELP.message(format!("right would be: {right}")));
        }
        format!("{}\n", self.renderer.render(&[group]))
    }
}

/// The part of a line that is shown, and the part of that which is underlined.
struct View {
    text: String,
    span: std::ops::Range<usize>,
    /// Whether the line is shown from its beginning on.
    has_beginning: bool,
}

impl View {
    /// How many bytes of a line before the place are left to the renderer to trim.
    const BEFORE: usize = 2000;
    /// How many characters of a longer line are shown before the place, and of any after it.
    const AROUND: usize = 60;
    /// How many characters of the place itself.
    const INSIDE: usize = 120;

    /// Nothing where the input is not UTF-8: only then do its bytes say what to show.
    fn new(bytes: &[u8], finding: &Finding) -> Option<Self> {
        let place = finding.location.bytes.clone();
        let (before, rest) = bytes.split_at_checked(place.start)?;
        let (inside, is_whole) = beginning(&rest[..place.len().min(rest.len())], Self::INSIDE)?;
        let (after, has_end) = match is_whole {
            true => beginning(&rest[inside.len()..], Self::AROUND)?,
            false => ("", false),
        };
        let line = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        let has_beginning = before.len() - line <= Self::BEFORE;
        let before = if has_beginning {
            str::from_utf8(&before[line..]).ok()?.trim_start_matches('\u{feff}')
        } else {
            let is_first = |at: &usize| before[*at] & 0xC0 != 0x80;
            let start = (0..before.len()).rev().filter(is_first).nth(Self::AROUND)?;
            str::from_utf8(&before[start..]).ok()?
        };
        let lead = if has_beginning { "" } else { "…" };
        let trail = if has_end { "" } else { "…" };
        let from = lead.len() + before.len();
        let text = format!("{lead}{before}{inside}{after}{trail}");
        Some(Self { span: from..from + inside.len(), text, has_beginning })
    }
}

/// The first characters of a line, and whether these are all.
fn beginning(text: &[u8], most: usize) -> Option<(&str, bool)> {
    let line = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
    let near = &text[..line.min(4 * most + 4)];
    let near = match str::from_utf8(near) {
        Ok(near) => near,
        Err(error) => str::from_utf8(&near[..error.valid_up_to()]).ok()?,
    };
    let end = near.char_indices().nth(most).map_or(near.len(), |(end, _)| end);
    Some((&near[..end], end == line))
}

fn place(source: &Source<'_>, finding: &Finding) -> String {
    if finding.location.line == 0 {
        source.name.to_owned()
    } else {
        format!("{}:{}", source.name, finding.location)
    }
}

fn short(source: &Source<'_>, finding: &Finding) -> String {
    format!("{}: {}: {finding}\n", place(source, finding), finding.severity)
}

fn json(source: &Source<'_>, finding: &Finding) -> Value {
    let location = &finding.location;
    let rule = finding.kind.rule();
    let mut value = json!({
        "file": source.name,
        "code": rule.code,
        "name": rule.name,
        "severity": finding.severity.name(),
        "path": finding.path.to_string(),
        "message": finding.message(),
    });
    if location.line > 0 {
        value["line"] = location.line.into();
        value["column"] = location.column.into();
        value["start"] = location.bytes.start.into();
        value["end"] = location.bytes.end.into();
    }
    if !finding.found.is_empty() {
        value["found"] = (*finding.found).into();
    }
    if let FindingKind::Violation(fault) = &finding.kind
        && let Some(right) = &fault.expected
    {
        value["expected"] = (**right).into();
    }
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
    let location = &finding.location;
    let mut physical = json!({"artifactLocation": {"uri": uri(source.name)}});
    if location.line > 0 {
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
        "message": {"text": finding.message()},
        "locations": [{
            "physicalLocation": physical,
            "logicalLocations": [{"fullyQualifiedName": finding.path.to_string()}],
        }],
    })
}

/// A file's name as a relative or absolute URI reference.
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
    let location = &finding.location;
    let line = match location.line {
        0 => String::new(),
        line => format!(",line={line},col={}", location.column),
    };
    let title = property(&format!("{} {}", finding.code(), finding.name()));
    format!(
        "::{command} file={}{line},title={title}::{}\n",
        property(source.name),
        data(&finding.message())
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
            escape(finding.message()),
            escape(place(source, finding)),
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

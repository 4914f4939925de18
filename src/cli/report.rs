//! The report of findings, in each format.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use clap::ValueEnum;
use ecs_invocations::finding::{Finding, FindingKind, Location, Severity};

use super::entry::{Failure, NOT_DECODED, Section, Source, message_with_path, position, rule_url};
use super::excerpt::SourceExcerpt;
use super::items::{Item, folded};
use super::{json_reports, safe, xml_reports};

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// For reading: the source line with the finding underlined, why it matters, what was expected
    Human,
    /// One line per finding
    Short,
    /// Markdown: a table
    Markdown,
    /// One JSON array
    Json,
    /// One JSON object per line
    Ndjson,
    /// SARIF 2.1.0
    Sarif,
    /// GitHub Actions annotations
    Github,
    /// GitLab Code Quality
    Gitlab,
    /// JUnit XML
    Junit,
    /// Checkstyle XML
    Checkstyle,
}

impl ReportFormat {
    /// Whether it is for people, to whom many findings of one cause are one.
    fn is_for_reading(self) -> bool {
        matches!(self, Self::Human | Self::Short | Self::Markdown)
    }

    /// Whether it is read where it is printed, so that errors need not be printed beside it.
    pub(super) fn shows_failures(self) -> bool {
        matches!(self, Self::Human | Self::Short)
    }
}

/// The formats of all reports.
pub(super) struct Formats {
    formats: Vec<ReportFormat>,
    /// What renders human reports: to files, and to standard output.
    renderers: Vec<Renderer>,
    has_links: bool,
    fail_on: Severity,
}

impl Formats {
    /// `is_colored`: for each format, whether its report is.
    pub(super) fn new(
        formats: &[(ReportFormat, bool)],
        has_links: bool,
        fail_on: Severity,
    ) -> Self {
        let renderer =
            |is_colored: bool| if is_colored { Renderer::styled() } else { Renderer::plain() };
        Self {
            formats: formats.iter().map(|(format, _)| *format).collect(),
            renderers: formats.iter().map(|(_, is_colored)| renderer(*is_colored)).collect(),
            has_links,
            fail_on,
        }
    }

    /// An empty section of each report.
    pub(super) fn sections(&self) -> Vec<Section> {
        self.formats.iter().map(|_| Section::default()).collect()
    }

    /// Adds the findings of a document.
    pub(super) fn findings(
        &self,
        source: &Source<'_>,
        items: Vec<Item<'_>>,
        folds: bool,
        sections: &mut [Section],
    ) {
        for (nth, (format, section)) in self.formats.iter().zip(sections).enumerate() {
            let folded = (folds && format.is_for_reading()).then(|| folded(&items));
            for item in folded.as_ref().unwrap_or(&items) {
                let text = match format {
                    ReportFormat::Human => self.human(nth, source, item),
                    ReportFormat::Short => short(source, item),
                    ReportFormat::Markdown => markdown(source, item),
                    ReportFormat::Json => json_reports::json(source, item),
                    ReportFormat::Ndjson => json_reports::json(source, item) + "\n",
                    ReportFormat::Sarif => json_reports::sarif(source, item),
                    ReportFormat::Github => github(source, item.finding),
                    ReportFormat::Gitlab => {
                        json_reports::gitlab(source, item.finding, &mut section.fingerprints)
                    }
                    ReportFormat::Junit => {
                        let is_failure = item.finding.severity >= self.fail_on;
                        section.failures += usize::from(is_failure);
                        xml_reports::junit_finding(source, item.finding, is_failure)
                    }
                    ReportFormat::Checkstyle => xml_reports::checkstyle_finding(item.finding),
                };
                add(*format, section, &text);
            }
        }
    }

    /// Adds the error of a document or an input.
    pub(super) fn failure(
        &self,
        source: &Source<'_>,
        location: Option<&Location>,
        message: &str,
        sections: &mut [Section],
    ) {
        for (nth, (format, section)) in self.formats.iter().zip(sections).enumerate() {
            section.errors += 1;
            let text = match format {
                ReportFormat::Human => self.human_failure(nth, source, location, message),
                ReportFormat::Short => {
                    let at = location.map_or(String::new(), |location| format!(":{location}"));
                    safe::line(&format!("{}{at}: error: {message}", source.name)) + "\n"
                }
                ReportFormat::Markdown => {
                    markdown_row(source, location, Severity::Error, "", message)
                }
                ReportFormat::Json => json_reports::json_failure(source, location, message),
                ReportFormat::Ndjson => {
                    json_reports::json_failure(source, location, message) + "\n"
                }
                ReportFormat::Sarif => json_reports::sarif_failure(source, location, message),
                ReportFormat::Github => {
                    github_line(source, location, Severity::Error, NOT_DECODED, message)
                }
                ReportFormat::Gitlab => {
                    let known = &mut section.fingerprints;
                    json_reports::gitlab_failure(source, location, message, known)
                }
                ReportFormat::Junit => xml_reports::junit_failure(source, location, message),
                ReportFormat::Checkstyle => xml_reports::checkstyle_failure(location, message),
            };
            add(*format, section, &text);
        }
    }

    /// The texts of the sections.
    pub(super) fn finish(&self, source: &Source<'_>, sections: Vec<Section>) -> Vec<String> {
        let texts = self.formats.iter().zip(sections).map(|(format, section)| match format {
            ReportFormat::Junit => xml_reports::junit_suite(source, &section),
            ReportFormat::Checkstyle => xml_reports::checkstyle_file(source, &section),
            _ => section.text,
        });
        texts.collect()
    }

    fn human(&self, nth: usize, source: &Source<'_>, item: &Item<'_>) -> String {
        let finding = item.finding;
        let rule = finding.kind.rule();
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Info => Level::INFO,
        };
        let mut title = level.primary_title(safe::line(&message_with_path(finding))).id(rule.code);
        if self.has_links {
            title = title.id_url(rule_url(rule.code));
        }
        let mut group = placed(Group::with_title(title), source, finding.location.as_ref());
        group = group.element(Level::NOTE.message(rule.reason));
        if let FindingKind::Violation(violation) = &finding.kind
            && let Some(expected) = &violation.expected
        {
            group = group.element(Level::HELP.message(safe::line(&format!("expected {expected}"))));
        }
        if item.more > 0 {
            let text =
                format!("{} more like this in this document (--no-fold shows them)", item.more);
            group = group.element(Level::NOTE.message(text));
        }
        format!("{}\n", self.renderers[nth].render(&[group]))
    }

    fn human_failure(
        &self,
        nth: usize,
        source: &Source<'_>,
        location: Option<&Location>,
        message: &str,
    ) -> String {
        let title = Level::ERROR.primary_title(safe::line(message));
        let group = placed(Group::with_title(title), source, location);
        format!("{}\n", self.renderers[nth].render(&[group]))
    }
}

fn add(format: ReportFormat, section: &mut Section, text: &str) {
    if section.entries > 0 {
        section.text += separator(format);
    }
    section.text += text;
    section.entries += 1;
}

/// The text before all findings.
pub(super) fn header(format: ReportFormat) -> String {
    match format {
        ReportFormat::Human | ReportFormat::Short | ReportFormat::Ndjson | ReportFormat::Github => {
            String::new()
        }
        ReportFormat::Markdown => {
            "| severity | rule | place | message |\n|---|---|---|---|\n".to_owned()
        }
        ReportFormat::Json | ReportFormat::Gitlab => "[\n".to_owned(),
        ReportFormat::Sarif => json_reports::sarif_header(),
        ReportFormat::Junit => {
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n".to_owned()
        }
        ReportFormat::Checkstyle => {
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n".to_owned()
        }
    }
}

/// The text between the findings of two inputs.
pub(super) fn separator(format: ReportFormat) -> &'static str {
    match format {
        ReportFormat::Human => "\n",
        ReportFormat::Json | ReportFormat::Sarif | ReportFormat::Gitlab => ",\n",
        ReportFormat::Short
        | ReportFormat::Markdown
        | ReportFormat::Ndjson
        | ReportFormat::Github
        | ReportFormat::Junit
        | ReportFormat::Checkstyle => "",
    }
}

/// The text after all findings; `failures` are the errors of all inputs.
pub(super) fn footer(format: ReportFormat, failures: &[Failure]) -> String {
    match format {
        ReportFormat::Human
        | ReportFormat::Short
        | ReportFormat::Markdown
        | ReportFormat::Ndjson
        | ReportFormat::Github => String::new(),
        ReportFormat::Json | ReportFormat::Gitlab => "\n]\n".to_owned(),
        ReportFormat::Sarif => json_reports::sarif_footer(failures),
        ReportFormat::Junit => "</testsuites>\n".to_owned(),
        ReportFormat::Checkstyle => "</checkstyle>\n".to_owned(),
    }
}

/// Adds the place of a finding, with the source line if that can be shown.
fn placed<'g>(group: Group<'g>, source: &Source<'g>, location: Option<&Location>) -> Group<'g> {
    let origin = Origin::path(source.name);
    let placed =
        |location: &Location| origin.clone().line(location.line).char_column(location.column);
    let excerpt = |location: &Location| SourceExcerpt::new(source, location);
    match location.map(|location| (location, excerpt(location))) {
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
    }
}

fn short(source: &Source<'_>, item: &Item<'_>) -> String {
    let finding = item.finding;
    let at = position(source, finding.location.as_ref());
    let more = match item.more {
        0 => String::new(),
        more => format!(" (and {more} more like this in this document)"),
    };
    safe::line(&format!("{at}: {}: {finding}{more}", finding.severity)) + "\n"
}

fn markdown(source: &Source<'_>, item: &Item<'_>) -> String {
    let finding = item.finding;
    let mut message = message_with_path(finding);
    if item.more > 0 {
        message += &format!(" (and {} more like this in this document)", item.more);
    }
    markdown_row(source, finding.location.as_ref(), finding.severity, finding.code(), &message)
}

fn markdown_row(
    source: &Source<'_>,
    location: Option<&Location>,
    severity: Severity,
    code: &str,
    message: &str,
) -> String {
    let rule = match code {
        "" => String::new(),
        code => format!("[{code}]({})", rule_url(code)),
    };
    let at = safe::markdown(&position(source, location));
    format!("| {severity} | {rule} | {at} | {} |\n", safe::markdown(message))
}

fn github(source: &Source<'_>, finding: &Finding) -> String {
    let title = format!("{} {}", finding.code(), finding.name());
    let message = message_with_path(finding);
    github_line(source, finding.location.as_ref(), finding.severity, &title, &message)
}

fn github_line(
    source: &Source<'_>,
    location: Option<&Location>,
    severity: Severity,
    title: &str,
    message: &str,
) -> String {
    let command = match severity {
        Severity::Info => "notice",
        severity => severity.name(),
    };
    let line = match location {
        None => String::new(),
        Some(location) => format!(",line={},col={}", location.line, location.column),
    };
    format!(
        "::{command} file={}{line},title={}::{}\n",
        safe::github_property(&source.raw_name.to_string_lossy()),
        safe::github_property(title),
        safe::github_message(message)
    )
}

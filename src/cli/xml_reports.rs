//! Reports in XML.
//!
//! They are written while inputs are read, in constant memory, so they are no values of a crate's types.

use ecs_invocations::finding::{Finding, Location};

use super::entry::{NOT_DECODED, Section, Source, message_with_path, position};
use super::safe;

fn junit_case(source: &Source<'_>, test: &str) -> String {
    let (name, test) = (safe::xml_text(source.name), safe::xml_text(test));
    format!("<testcase classname=\"{name}\" name=\"{test}\"")
}

/// A finding, which is a failure of a test or what the test prints.
pub(super) fn junit_finding(source: &Source<'_>, finding: &Finding, is_failure: bool) -> String {
    let case = junit_case(source, &format!("{} {}", finding.code(), finding.path));
    let message = safe::xml_text(&message_with_path(finding));
    let at = safe::xml_text(&position(source, finding.location.as_ref()));
    let severity = finding.severity;
    match is_failure {
        true => format!(
            "{case}><failure type=\"{severity}\" message=\"{message}\">{at}</failure></testcase>\n"
        ),
        false => {
            format!("{case}><system-out>{at}: {severity}: {message}</system-out></testcase>\n")
        }
    }
}

pub(super) fn junit_failure(
    source: &Source<'_>,
    location: Option<&Location>,
    message: &str,
) -> String {
    let message = match location {
        Some(location) => format!("{location}: error: {message}"),
        None => format!("error: {message}"),
    };
    let case = junit_case(source, "decode");
    format!("{case}><error message=\"{}\"/></testcase>\n", safe::xml_text(&message))
}

/// The suite of a part of an input.
pub(super) fn junit_suite(source: &Source<'_>, section: &Section) -> String {
    let Section { text, entries, failures, errors, .. } = section;
    let tests = (*entries).max(1);
    let name = safe::xml_text(source.name);
    let passed = match entries {
        0 => junit_case(source, "check") + "/>\n",
        _ => String::new(),
    };
    format!(
        "<testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" \
         errors=\"{errors}\">\n{passed}{text}</testsuite>\n"
    )
}

pub(super) fn checkstyle_finding(finding: &Finding) -> String {
    let (severity, code) = (finding.severity.name(), finding.code());
    checkstyle(finding.location.as_ref(), severity, code, &message_with_path(finding))
}

pub(super) fn checkstyle_failure(location: Option<&Location>, message: &str) -> String {
    checkstyle(location, "error", NOT_DECODED, message)
}

fn checkstyle(location: Option<&Location>, severity: &str, rule: &str, message: &str) -> String {
    let (line, column) = location.map_or((1, 1), |location| (location.line, location.column));
    format!(
        "<error line=\"{line}\" column=\"{column}\" severity=\"{severity}\" message=\"{}\" \
         source=\"ecs-invocations.{rule}\"/>\n",
        safe::xml_text(message)
    )
}

/// The findings of a part of an input; nothing if there are none.
pub(super) fn checkstyle_file(source: &Source<'_>, section: &Section) -> String {
    match section.entries {
        0 => String::new(),
        _ => {
            format!("<file name=\"{}\">\n{}</file>\n", safe::xml_text(source.name), section.text)
        }
    }
}

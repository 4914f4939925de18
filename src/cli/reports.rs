//! Where reports go.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use ecs_invocations::finding::Severity;

use super::color;
use super::entry::Failure;
use super::input::Input;
use super::output::Output;
use super::report::{self, Formats, ReportFormat};
use super::safe;
use super::status::Status;

/// A value of `--output`: one or more reports, separated by commas.
#[derive(Clone, Debug)]
pub(super) struct Destinations(Vec<Destination>);

impl Destinations {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parts: Vec<String> = Vec::new();
        for part in text.split(',') {
            // The name of a file may have a comma.
            match parts.last_mut() {
                Some(last) if Destination::parse(part).is_err() => *last += &format!(",{part}"),
                _ => parts.push(part.to_owned()),
            }
        }
        parts.iter().map(|part| Destination::parse(part)).collect::<Result<_, _>>().map(Self)
    }
}

/// A format, and the file of the report.
#[derive(Clone, Debug)]
struct Destination {
    format: ReportFormat,
    file: Option<PathBuf>,
}

impl Destination {
    fn parse(text: &str) -> Result<Self, String> {
        let (format, file) = match text.split_once('=') {
            Some((_, "")) => return Err("expected a file after `=`".to_owned()),
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format = ReportFormat::from_str(format, true).map_err(|_| {
            let values =
                ReportFormat::value_variants().iter().filter_map(|it| it.to_possible_value());
            let names: Vec<_> = values.map(|value| value.get_name().to_owned()).collect();
            format!("expected one of {}, and `=FILE` to write it to a file", names.join(", "))
        })?;
        Ok(Self { format, file })
    }
}

enum Target {
    Printed(Output<io::StdoutLock<'static>>),
    File(BufWriter<File>, String),
}

/// The reports that are being written.
pub(super) struct Reports {
    reports: Vec<(ReportFormat, Target)>,
    has_text: Vec<bool>,
}

impl Reports {
    /// `file` is that of the report whose destination names none.
    pub(super) fn open(destinations: &[Destinations], file: Option<&Path>) -> Result<Self, String> {
        let destinations: Vec<_> = destinations.iter().flat_map(|it| &it.0).collect();
        let unnamed = destinations.iter().filter(|destination| destination.file.is_none()).count();
        if unnamed > 1 {
            return Err(
                "of several reports, only one can be printed; write the others to files, as with \
                        `--output sarif=FILE`"
                    .to_owned(),
            );
        }
        if file.is_some() && unnamed == 0 {
            return Err("--output-file needs an --output without a file".to_owned());
        }
        let open = |destination: &&Destination| {
            let target = match destination.file.as_deref().or(file) {
                None => Target::Printed(Output::new(io::stdout().lock())),
                Some(path) => {
                    let name = safe::line(&path.to_string_lossy());
                    let file = File::create(path).map_err(|error| format!("{name}: {error}"))?;
                    Target::File(BufWriter::new(file), name)
                }
            };
            Ok((destination.format, target))
        };
        let reports = destinations.iter().map(open).collect::<Result<Vec<_>, String>>()?;
        Ok(Self { has_text: vec![false; reports.len()], reports })
    }

    pub(super) fn formats(&self, fail_on: Severity) -> Formats {
        let is_printed = |target: &Target| matches!(target, Target::Printed(_));
        let formats: Vec<_> = self
            .reports
            .iter()
            .map(|(format, target)| (*format, is_printed(target) && color::is_on()))
            .collect();
        let has_links = io::stdout().is_terminal() && color::is_on() && color::has_links();
        Formats::new(&formats, has_links, fail_on)
    }

    pub(super) fn start(&mut self) -> io::Result<()> {
        let headers: Vec<String> =
            self.reports.iter().map(|(format, _)| report::header(*format)).collect();
        self.write_all(&headers)
    }

    /// Whether errors of inputs are in a report that is printed for reading.
    pub(super) fn prints_failures(&self) -> bool {
        self.reports
            .iter()
            .any(|(format, target)| format.shows_failures() && matches!(target, Target::Printed(_)))
    }

    /// Whether nobody reads the reports any more.
    pub(super) fn is_done(&self, input: &Input) -> bool {
        self.reports.iter().all(|(_, target)| match target {
            Target::Printed(out) => out.is_done(input),
            Target::File(..) => false,
        })
    }

    /// Adds texts, one for each report.
    pub(super) fn write(&mut self, texts: &[String]) -> io::Result<()> {
        let separated: Vec<String> = self
            .reports
            .iter()
            .zip(&mut self.has_text)
            .zip(texts)
            .map(|(((format, _), has_text), text)| match (text.is_empty(), *has_text) {
                (true, _) => String::new(),
                (false, true) => report::separator(*format).to_owned() + text,
                (false, false) => {
                    *has_text = true;
                    text.clone()
                }
            })
            .collect();
        self.write_all(&separated)
    }

    fn write_all(&mut self, texts: &[String]) -> io::Result<()> {
        for ((_, target), text) in self.reports.iter_mut().zip(texts) {
            match target {
                Target::Printed(out) => out.write_all(text.as_bytes())?,
                Target::File(out, name) => {
                    out.write_all(text.as_bytes()).map_err(|error| of_file(name, &error))?;
                }
            }
        }
        Ok(())
    }

    /// Ends all reports.
    pub(super) fn finish(
        &mut self,
        failures: &[Failure],
        err: &mut impl Write,
    ) -> io::Result<Status> {
        let footers: Vec<String> =
            self.reports.iter().map(|(format, _)| report::footer(*format, failures)).collect();
        self.write_all(&footers)?;
        let mut status = Status::Done;
        for (_, target) in &mut self.reports {
            match target {
                Target::Printed(out) => out.flush()?,
                Target::File(out, name) => {
                    if let Err(error) = out.flush() {
                        writeln!(err, "{name}: error: cannot write: {error}")?;
                        status = Status::Failed;
                    }
                }
            }
        }
        Ok(status)
    }
}

fn of_file(name: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{name}: {error}"))
}

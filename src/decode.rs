//! From bytes to the model.

pub(crate) mod lenient;

mod json;
mod repair;
mod source;
mod xml;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::error::{Error, ErrorKind};
use crate::finding::{Finding, Kind, Path};
use crate::model::{ApiError, Page, Response, Value, same_name};
use lenient::{Context, Note, Outcome, Site};
use source::{Remark, Source};

/// A document that was decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded<'a> {
    /// What the service answered.
    pub response: Response<'a>,
    /// What was changed on the way, in the order of the input; empty where the input was canonical.
    pub findings: Vec<Finding>,
    /// The format of the document.
    pub format: Format,
}

impl Decoded<'_> {
    /// The same without its borrow from the input.
    pub fn into_owned(self) -> Decoded<'static> {
        let Self { response, findings, format } = self;
        Decoded { response: response.into_owned(), findings, format }
    }
}

/// The format of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// XML
    Xml,
    /// JSON
    Json,
}

impl Format {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Xml => "XML",
            Self::Json => "JSON",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Decodes a response, whatever its format and encoding, and says what it changed.
///
/// Text of the model borrows from `bytes` where these are UTF-8 and were not mended.
///
/// ```
/// use ecs_invocations::{Response, decode};
/// use ecs_invocations::model::InvocationStatus;
///
/// let decoded = decode(br#"{"invocations": [{"invokeId": "t-1", "InvokeStatus": "success"}]}"#)?;
/// let Response::Invocations(page) = &decoded.response else { panic!() };
/// assert_eq!(page.invocations[0].invoke_status, Some(InvocationStatus::Success));
/// for finding in &decoded.findings {
///     println!("{}: {finding}", finding.location);
/// }
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
///
/// # Errors
///
/// Where the document is no DescribeInvocations response and no error response, or its syntax is broken
/// beyond what can be mended: an [`Error`] says what was seen instead, and where. A single field that
/// cannot be read is no error but a [finding](Kind::Unreadable).
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>, Error> {
    let mut source = Source::new(bytes);
    let reading = match &source.text {
        Cow::Borrowed(text) => read(text),
        Cow::Owned(text) => read(text).map(Reading::into_owned),
    };
    match reading {
        Ok(Reading { response, format, mut remarks }) => {
            remarks.append(&mut source.remarks);
            Ok(Decoded { response, findings: source.findings(remarks), format })
        }
        Err(Failure { kind, format, path, at }) => {
            Err(Error::new(kind, format, path, source.location(at)))
        }
    }
}

/// What was read from a text; places are places in the text.
struct Reading<'a> {
    response: Response<'a>,
    format: Format,
    remarks: Vec<Remark>,
}

impl Reading<'_> {
    fn into_owned(self) -> Reading<'static> {
        let Self { response, format, remarks } = self;
        Reading { response: response.into_owned(), format, remarks }
    }
}

/// Why a text could not be read, and where in it.
struct Failure {
    kind: ErrorKind,
    format: Option<Format>,
    path: Path,
    at: usize,
}

/// Why a front end stopped. It passes through serde, so it is small and carries no path.
#[derive(Debug)]
pub(crate) struct Fault {
    kind: FaultKind,
    at: usize,
}

#[derive(Debug)]
enum FaultKind {
    Syntax(String),
    TooDeep,
    NoRoot,
}

impl FaultKind {
    fn at(self, at: usize) -> Fault {
        Fault { kind: self, at }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            FaultKind::Syntax(message) => f.write_str(message),
            FaultKind::TooDeep => f.write_str("nested too deep"),
            FaultKind::NoRoot => f.write_str("no root element"),
        }
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        match message.to_string() {
            message if message == lenient::TOO_DEEP => FaultKind::TooDeep.at(0),
            message => FaultKind::Syntax(message).at(0),
        }
    }
}

impl Fault {
    fn failure(self, format: Format, path: Path) -> Failure {
        let kind = match self.kind {
            FaultKind::Syntax(message) => ErrorKind::Syntax { message: message.into() },
            FaultKind::TooDeep => ErrorKind::TooDeep,
            FaultKind::NoRoot => ErrorKind::NoRoot,
        };
        Failure { kind, format: Some(format), path, at: self.at }
    }
}

fn read(text: &str) -> Result<Reading<'_>, Failure> {
    let start = text.len() - text.trim_start().len();
    let body = text.trim();
    let fail = |kind| Failure { kind, format: None, path: Path::default(), at: start };
    let unknown = || {
        let line = body.lines().next().unwrap_or_default();
        fail(ErrorKind::Unknown { begins: line.chars().take(80).collect::<String>().into() })
    };
    match body.as_bytes().first() {
        None => Err(fail(ErrorKind::Empty)),
        Some(b'<') => read_xml(text),
        Some(b'{' | b'[') => read_json(text),
        // What begins like another JSON value may be one, or just text.
        Some(_) => match read_json(text) {
            Err(Failure { kind: ErrorKind::Syntax { .. }, .. }) => Err(unknown()),
            reading => reading,
        },
    }
}

fn read_json(text: &str) -> Result<Reading<'_>, Failure> {
    let failure = match read_plain_json(text) {
        Err(failure) if matches!(failure.kind, ErrorKind::Syntax { .. }) => failure,
        reading => return reading,
    };
    let Some(mended) = repair::mend(text) else {
        return Err(failure);
    };
    match read_plain_json(&mended.text) {
        Ok(reading) => {
            let mut reading = reading.into_owned();
            for remark in &mut reading.remarks {
                let Range { start, end } = remark.span;
                remark.span = mended.original(start)..mended.original(end);
            }
            let mends = mended.mends.into_iter();
            reading.remarks.extend(mends.map(|(kind, path, span)| Remark { kind, path, span }));
            Ok(reading)
        }
        Err(failure) => Err(Failure { at: mended.original(failure.at), ..failure }),
    }
}

fn read_plain_json(text: &str) -> Result<Reading<'_>, Failure> {
    let mut floats = None;
    let (outcome, mut notes) = loop {
        let (outcome, context) = settle(Format::Json, floats.clone(), |context, as_error| {
            if as_error {
                json::attempt::<ApiError<'_>>(text, context)
            } else {
                json::attempt::<Page<'_>>(text, context)
            }
        })?;
        if !context.lacks_numbers() || floats.is_some() {
            break (outcome, context.into_notes());
        }
        floats = Some(json::floats(text));
    };
    let value = match outcome {
        Outcome::Response(response) => {
            json::locate(text, &mut notes);
            let remarks = notes.into_iter().map(remark).collect();
            return Ok(Reading { response, format: Format::Json, remarks });
        }
        Outcome::Error => Value::Null,
        Outcome::Other(value) => value,
    };
    let at = text.len() - text.trim_start().len();
    Err(Failure {
        kind: unrecognised(&value, Format::Json),
        format: Some(Format::Json),
        path: Path::default(),
        at,
    })
}

fn read_xml(text: &str) -> Result<Reading<'_>, Failure> {
    let document =
        xml::Document::open(text).map_err(|fault| fault.failure(Format::Xml, Path::default()))?;
    let (name, span) = document.root();
    let fail = |kind| {
        let at = span.start.saturating_sub(1);
        Err(Failure { kind, format: Some(Format::Xml), path: Path::default(), at })
    };
    let Some(&(root, is_error)) = ROOTS.iter().find(|(root, _)| same_name(root, name)) else {
        let is_html = name.eq_ignore_ascii_case("html")
            || document.doctypes().iter().any(|span| is_html_doctype(&text[span.clone()]));
        return fail(if is_html {
            ErrorKind::Html { title: html_title(text).map(Into::into) }
        } else {
            ErrorKind::Root { name: name.into() }
        });
    };
    let (outcome, context) = settle(Format::Xml, None, |context, as_error| {
        if as_error || is_error {
            document.attempt::<ApiError<'_>>(context, false)
        } else {
            // A page is one even if nothing is in it; an error that says nothing is none.
            document.attempt::<Page<'_>>(context, true)
        }
    })?;
    let response = match outcome {
        Outcome::Response(response) => response,
        Outcome::Error => return fail(unrecognised(&Value::Null, Format::Xml)),
        Outcome::Other(value) => return fail(unrecognised(&value, Format::Xml)),
    };
    let mut remarks: Vec<Remark> = context.into_notes().into_iter().map(remark).collect();
    if name != root {
        remarks.push(Remark { kind: Kind::Root { read: root }, path: Path::default(), span });
    }
    remarks.extend(document.doctypes().iter().map(|span| Remark {
        kind: Kind::Doctype,
        path: Path::default(),
        span: span.clone(),
    }));
    Ok(Reading { response, format: Format::Xml, remarks })
}

/// The root elements of responses, and whether they are of errors.
const ROOTS: &[(&str, bool)] = &[
    ("DescribeInvocationsResponse", false),
    ("DescribeInvocationResultsResponse", false),
    ("Error", true),
];

/// Reads a document as a page, and again as an error where it turns out to be one.
fn settle<'de>(
    format: Format,
    floats: Option<Vec<&'de str>>,
    attempt: impl Fn(&Context<'de>, bool) -> Result<Outcome<'de>, Fault>,
) -> Result<(Outcome<'de>, Context<'de>), Failure> {
    let attempt = |as_error| {
        let context = Context::new(format, floats.clone());
        match attempt(&context, as_error) {
            Ok(outcome) => Ok((outcome, context)),
            Err(fault) => Err(fault.failure(format, context.failed_at())),
        }
    };
    match attempt(false)? {
        (Outcome::Error, _) => attempt(true),
        read => Ok(read),
    }
}

fn remark(note: Note) -> Remark {
    let span = match note.site {
        Site::Span(span) => span,
        Site::Node(..) => 0..0,
    };
    Remark { kind: note.kind, path: note.path, span }
}

/// What a document is that is no response.
fn unrecognised(value: &Value<'_>, format: Format) -> ErrorKind {
    const SHOWN: usize = 5;
    let found = match value {
        Value::Object(object) => {
            let names = object.iter().take(SHOWN).map(|(name, _)| name.into());
            return ErrorKind::Unrecognised { members: names.collect() };
        }
        Value::List(_) => "an array",
        Value::String(text) if format == Format::Xml && text.trim().is_empty() => "nothing",
        Value::String(_) if format == Format::Xml => "text only",
        Value::String(_) => "a string",
        Value::Number(_) => "a number",
        Value::Bool(_) => "a boolean",
        Value::Null => "null",
    };
    ErrorKind::NotAnObject { found }
}

fn is_html_doctype(doctype: &str) -> bool {
    let name = doctype.get("<!doctype".len()..).unwrap_or_default().trim_start();
    name.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("html"))
}

fn html_title(page: &str) -> Option<&str> {
    let lower = page.to_ascii_lowercase();
    let tag = lower.find("<title")?;
    let start = tag + lower[tag..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    Some(page[start..end].trim())
}

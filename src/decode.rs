//! From bytes to the model.

pub(crate) mod lenient;

mod json;
#[cfg(feature = "validate")]
mod query;
mod repair;
mod scan;
mod source;
mod xml;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::iter::FusedIterator;
use std::ops::Range;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Limit};
use crate::finding::{Finding, FindingKind, Location, Path};
use crate::model::{ApiError, Page, Response, Value, same_name};
use lenient::{Context, Outcome};
use repair::{Beginning, Mended, Meter, Stop};
use source::{Remark, Source};

/// A document that was decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded<'a> {
    /// What the service answered.
    pub response: Response<'a>,
    /// What was changed on the way, in the order of the input; empty where the input was canonical.
    pub findings: Vec<Finding>,
    /// How many findings there were beyond [`Options::max_findings`].
    pub findings_omitted: usize,
    /// The format of the document.
    pub format: Format,
}

impl Decoded<'_> {
    /// Whether the input was canonical: nothing was changed.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.findings_omitted == 0
    }

    /// The same without its borrow from the input.
    pub fn into_owned(self) -> Decoded<'static> {
        let Self { response, findings, findings_omitted, format } = self;
        Decoded { response: response.into_owned(), findings, findings_omitted, format }
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

/// How documents are decoded: whether damaged ones are mended, and what is too much.
///
/// A document over a limit fails with [`ErrorKind::Limit`]. Whatever the limits, time and memory grow no
/// faster than the input.
///
/// ```
/// use ecs_invocations::{ErrorKind, Limit, Options};
///
/// let mut options = Options::default();
/// options.repair = false;
/// options.max_depth = 16;
///
/// let damaged = br#"{"Code": "InternalError.Dispatch" "Message": "try again"}"#;
/// assert!(matches!(options.decode(damaged).unwrap_err().kind(), ErrorKind::Syntax { .. }));
/// let deep = format!("{{\"Code\": \"a\", \"X\": {}{}}}", "[".repeat(16), "]".repeat(16));
/// let error = options.decode(deep.as_bytes()).unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Limit { limit: Limit::Depth, most: 16 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether a damaged document is mended, each mend being a finding; on by default. Without, it
    /// fails.
    pub repair: bool,
    /// The size of the input in bytes; 1 GiB by default.
    pub max_bytes: usize,
    /// How deep elements, objects and arrays may nest; 128 by default, which is also the most.
    pub max_depth: usize,
    /// Invocations in one document; 100,000 by default. (A page of the service has 50 at most.)
    pub max_invocations: usize,
    /// Instances in one document, over all invocations; 1,000,000 by default.
    pub max_instances: usize,
    /// Attributes of one XML element; 256 by default.
    pub max_attributes: usize,
    /// The length in bytes of a member's, element's or attribute's name; 1024 by default.
    pub max_name_bytes: usize,
    /// Findings that are kept; 10,000 by default. More are counted, not kept, and so are those whose
    /// paths together would be many times the size of the input.
    pub max_findings: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            repair: true,
            max_bytes: 1 << 30,
            max_depth: lenient::DEEPEST,
            max_invocations: 100_000,
            max_instances: 1_000_000,
            max_attributes: 256,
            max_name_bytes: 1024,
            max_findings: 10_000,
        }
    }
}

impl Options {
    /// Decodes a response as [`decode`] does, with these options.
    ///
    /// # Errors
    ///
    /// As [`decode`], and where a limit is exceeded or a document is damaged that is not to be mended.
    pub fn decode<'a>(&self, bytes: &'a [u8]) -> Result<Decoded<'a>, Error> {
        self.decode_with_places(bytes, None).map(|(decoded, _)| decoded)
    }

    /// The same, and the places of the values whose [folded](Path::folded) paths are asked for.
    pub(crate) fn decode_with_places<'a>(
        &self,
        bytes: &'a [u8],
        wanted: Option<Arc<HashSet<Path>>>,
    ) -> Result<(Decoded<'a>, Vec<(Path, Location)>), Error> {
        self.check_size(bytes)?;
        let mut source = Source::new(bytes, Room::new(self, bytes));
        let setup = Setup { wanted, ..Setup::new(*self, source.room.clone()) };
        let reading = match &source.text {
            Cow::Borrowed(text) => read(text, &setup),
            Cow::Owned(text) => read(text, &setup).map(Reading::into_owned),
        };
        match reading {
            Ok(reading) => {
                let decoded = source.decoded(reading);
                Ok((decoded, source.places))
            }
            Err(failure) => Err(source.error(failure)),
        }
    }

    /// Decodes documents one after another as [`decode_all`] does, with these options.
    pub fn decode_all<'a>(&self, bytes: &'a [u8]) -> DecodeAll<'a> {
        let too_large = self.check_size(bytes).err();
        let bytes = if too_large.is_some() { &bytes[..0] } else { bytes };
        let source = Source::new(bytes, Room::new(self, bytes));
        let setup = Setup::new(*self, source.room.clone());
        let progress = Progress::new(&source.text);
        DecodeAll { source, setup, before: progress.clone(), progress, too_large }
    }

    fn check_size(&self, bytes: &[u8]) -> Result<(), Error> {
        if bytes.len() <= self.max_bytes {
            return Ok(());
        }
        let kind = ErrorKind::Limit { limit: Limit::Bytes, most: self.max_bytes };
        Err(Error::new(kind, None, Path::default(), Location::start()))
    }
}

/// Decodes a response, whatever its format and encoding, and says what it changed.
///
/// A damaged document is mended; text around it, as a log or a terminal has it, is passed over. Where
/// several documents follow one another this reads the first response; [`decode_all`] reads them all.
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
/// Where the document is no DescribeInvocations response and no error response, or exceeds one of the
/// [default limits](Options): an [`Error`] says what was seen instead, and where. A single field that
/// cannot be read is no error but a [finding](FindingKind::InvalidValue).
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>, Error> {
    Options::default().decode(bytes)
}

/// Decodes documents that stand one after another: NDJSON, a log, pages joined in a file.
///
/// Each document is decoded as by [`decode`], with locations in the whole input. One that fails does not
/// keep those after it from being read. An input with nothing in it gives one error.
///
/// ```
/// let pages = b"{\"PageNumber\": 1, \"Invocations\": []}\n{\"PageNumber\": 2, \"Invocations\": []}\n";
/// let numbers = ecs_invocations::decode_all(pages).map(|decoded| match decoded?.response {
///     ecs_invocations::Response::Invocations(page) => Ok(page.page_number),
///     ecs_invocations::Response::Error(error) => panic!("{error:?}"),
/// });
/// assert_eq!(numbers.collect::<Result<Vec<_>, ecs_invocations::Error>>()?, [Some(1), Some(2)]);
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
pub fn decode_all(bytes: &[u8]) -> DecodeAll<'_> {
    Options::default().decode_all(bytes)
}

/// The documents of an input; see [`decode_all`].
pub struct DecodeAll<'a> {
    source: Source<'a>,
    setup: Setup,
    progress: Progress,
    /// The progress before the last document.
    before: Progress,
    too_large: Option<Error>,
}

impl DecodeAll<'_> {
    /// The places in the last document of the values whose [folded](Path::folded) paths are asked for.
    #[cfg(feature = "validate")]
    pub(crate) fn places(&mut self, wanted: Arc<HashSet<Path>>) -> Vec<(Path, Location)> {
        self.progress = self.before.clone();
        self.setup.wanted = Some(wanted);
        drop(self.next());
        self.setup.wanted = None;
        std::mem::take(&mut self.source.places)
    }
}

impl fmt::Debug for DecodeAll<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeAll").field("at", &self.progress.at).finish_non_exhaustive()
    }
}

impl<'a> Iterator for DecodeAll<'a> {
    type Item = Result<Decoded<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.too_large.take() {
            self.progress.is_done = true;
            return Some(Err(error));
        }
        self.before = self.progress.clone();
        let reading = match &self.source.text {
            Cow::Borrowed(text) => next_reading(text, &mut self.progress, &self.setup)?,
            Cow::Owned(text) => {
                next_reading(text, &mut self.progress, &self.setup)?.map(Reading::into_owned)
            }
        };
        Some(match reading {
            Ok(reading) => Ok(self.source.decoded(reading)),
            Err(failure) => Err(self.source.error(failure)),
        })
    }
}

impl FusedIterator for DecodeAll<'_> {}

/// How many findings may still be kept.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    findings: usize,
    /// What their paths may still take: a path can be long, and a small input can have many findings
    /// at the end of one.
    bytes: usize,
    refused: usize,
}

impl Room {
    fn new(options: &Options, bytes: &[u8]) -> Self {
        let bytes = bytes.len().saturating_mul(16).saturating_add(1 << 16);
        Self { findings: options.max_findings, bytes, refused: 0 }
    }

    /// How many were not kept.
    fn refused(&self) -> usize {
        self.refused
    }

    /// Makes the path of a finding if the finding is to be kept.
    pub(crate) fn take(&mut self, path: impl FnOnce() -> Path) -> Option<Path> {
        if self.findings == 0 {
            self.refused += 1;
            return None;
        }
        let path = path();
        match self.bytes.checked_sub(path.size()) {
            Some(left) => {
                self.bytes = left;
                self.findings -= 1;
                Some(path)
            }
            None => {
                self.findings = 0;
                self.refused += 1;
                None
            }
        }
    }
}

/// What a document is read with.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    options: Options,
    /// Whether it is one that stood in a string of another.
    is_inside: bool,
    room: Room,
    /// The [folded](Path::folded) paths of the values whose places are asked for.
    wanted: Option<Arc<HashSet<Path>>>,
}

impl Setup {
    fn new(options: Options, room: Room) -> Self {
        Self { options, is_inside: false, room, wanted: None }
    }

    /// For what this crate has written itself.
    fn plain() -> Self {
        let options = Options::default();
        let room = Room { findings: 1, bytes: 1 << 16, refused: 0 };
        Self { is_inside: true, ..Self::new(options, room) }
    }
}

/// What was read from a text; places are places in the text.
struct Reading<'a> {
    response: Response<'a>,
    format: Format,
    remarks: Vec<Remark>,
    room: Room,
}

impl Reading<'_> {
    fn into_owned(self) -> Reading<'static> {
        let Self { response, format, remarks, room } = self;
        Reading { response: response.into_owned(), format, remarks, room }
    }

    /// The same with other places.
    fn moved(mut self, place: impl Fn(usize) -> usize) -> Self {
        for remark in &mut self.remarks {
            remark.span = place(remark.span.start)..place(remark.span.end);
        }
        self
    }

    fn remark(&mut self, kind: FindingKind, span: Range<usize>) {
        if let Some(path) = self.room.take(Path::default) {
            self.remarks.push(Remark { kind: Some(kind), path, span });
        }
    }
}

/// Why a text could not be read, and where in it.
struct Failure {
    kind: ErrorKind,
    format: Option<Format>,
    path: Path,
    at: usize,
    /// Whether the text may be a response all the same, damaged or with something round it.
    is_mendable: bool,
}

impl Failure {
    fn new(kind: ErrorKind, format: Option<Format>, at: usize) -> Self {
        let is_mendable = matches!(
            kind,
            ErrorKind::Syntax { .. } | ErrorKind::UnknownFormat { .. } | ErrorKind::NoRoot
        );
        Self { kind, format, path: Path::default(), at, is_mendable }
    }

    /// Whether mending has left nothing of the document.
    fn is_of_nothing(&self) -> bool {
        match &self.kind {
            ErrorKind::NotAResponse { members } => members.is_empty(),
            ErrorKind::NotAnObject { found } => *found == "nothing",
            _ => false,
        }
    }

    fn moved(self, place: impl Fn(usize) -> usize) -> Self {
        Self { at: place(self.at), ..self }
    }
}

/// Why a front end stopped. It passes through serde, so it is small and carries no path.
#[derive(Debug)]
pub(crate) struct Fault {
    kind: Box<FaultKind>,
    at: usize,
}

#[derive(Debug)]
enum FaultKind {
    Syntax(String),
    NoRoot,
}

impl FaultKind {
    fn at(self, at: usize) -> Fault {
        Fault { kind: Box::new(self), at }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.kind {
            FaultKind::Syntax(message) => f.write_str(message),
            FaultKind::NoRoot => f.write_str("no root element"),
        }
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        FaultKind::Syntax(message.to_string()).at(0)
    }
}

impl Fault {
    /// The same in a text of which `start` bytes come before.
    fn after(self, start: usize) -> Self {
        Self { at: self.at + start, ..self }
    }

    fn failure(self, format: Format, path: Path) -> Failure {
        let kind = match *self.kind {
            FaultKind::Syntax(message) => ErrorKind::Syntax { message: message.into() },
            FaultKind::NoRoot => ErrorKind::NoRoot,
        };
        Failure { path, ..Failure::new(kind, Some(format), self.at) }
    }
}

/// Reads a text with a response in it: as it is if that can be, else mended.
fn read<'t>(text: &'t str, setup: &Setup) -> Result<Reading<'t>, Failure> {
    let mut failure = match read_plain(text, setup) {
        Err(failure) if setup.options.repair && failure.is_mendable => failure,
        reading => return reading,
    };
    let body = text.len() - text.trim_start().len();
    let mut progress = Progress::new(text);
    while let Some((extent, reading)) = next_document(text, &mut progress, setup) {
        match reading {
            Ok(mut reading) => {
                remark_around(text, 0..extent.start, &mut reading);
                let rest = extent.end..text.len();
                if progress.peek(text).is_some() {
                    reading.remark(FindingKind::TrailingDocument, trimmed(text, rest));
                } else {
                    remark_around(text, rest, &mut reading);
                }
                return Ok(reading);
            }
            Err(other)
                if matches!(
                    other.kind,
                    ErrorKind::Limit { .. } | ErrorKind::RepairLimitExceeded
                ) =>
            {
                return Err(other);
            }
            // What begins the text is most likely what was meant, if there is anything in it.
            Err(other) if extent.start == body && !other.is_of_nothing() => failure = other,
            Err(_) => {}
        }
    }
    Err(failure)
}

fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let piece = &text[span.clone()];
    let start = span.end - piece.trim_start().len();
    start.min(span.end)..start.max(span.start + piece.trim_end().len())
}

/// Remarks on what stands before or after a document, if anything does.
fn remark_around(text: &str, span: Range<usize>, reading: &mut Reading<'_>) {
    let span = trimmed(text, span);
    if !span.is_empty() {
        reading.remark(FindingKind::SurroundingText, span);
    }
}

/// How far a text with several documents has been read.
#[derive(Clone)]
struct Progress {
    at: usize,
    meter: Meter,
    has_begun: bool,
    is_done: bool,
}

impl Progress {
    fn new(text: &str) -> Self {
        Self { at: 0, meter: Meter::new(text), has_begun: false, is_done: false }
    }

    fn peek(&self, text: &str) -> Option<Beginning> {
        Beginning::find(text, self.at, &self.meter)
    }
}

/// Reads the next of the documents in a text.
fn next_reading<'t>(
    text: &'t str,
    progress: &mut Progress,
    setup: &Setup,
) -> Option<Result<Reading<'t>, Failure>> {
    if progress.is_done {
        return None;
    }
    let mut only = None;
    if !progress.has_begun {
        progress.has_begun = true;
        match read_plain(text, setup) {
            Err(failure) if failure.is_mendable => only = Some(failure),
            reading => {
                progress.is_done = true;
                return Some(reading);
            }
        }
    }
    let before = progress.at;
    let Some((extent, reading)) = next_document(text, progress, setup) else {
        progress.is_done = true;
        return only.map(Err);
    };
    let is_last = progress.peek(text).is_none();
    let around = [before..extent.start, if is_last { extent.end..text.len() } else { 0..0 }]
        .map(|span| trimmed(text, span));
    let stray = around.iter().find(|span| !span.is_empty()).cloned();
    Some(match reading {
        Ok(_)
            if !setup.options.repair
                && let Some(stray) = stray =>
        {
            Err(only
                .unwrap_or_else(|| Failure::new(unknown(&text[stray.clone()]), None, stray.start)))
        }
        Ok(mut reading) => {
            around.into_iter().for_each(|span| remark_around(text, span, &mut reading));
            Ok(reading)
        }
        failure => failure,
    })
}

/// Reads the next document in a text that is no document as a whole, and says where it stands.
fn next_document<'t>(
    text: &'t str,
    progress: &mut Progress,
    setup: &Setup,
) -> Option<(Range<usize>, Result<Reading<'t>, Failure>)> {
    let meter = &progress.meter;
    let beginning = Beginning::find(text, progress.at, meter)?;
    let at = beginning.at();
    let (end, reading) = match beginning {
        Beginning::Json(_) => read_json_at(text, at, setup, meter),
        Beginning::Xml(_) => read_xml_at(text, at, setup, meter),
        Beginning::EscapedInMarkup(_) | Beginning::EscapedInString(_) if setup.is_inside => {
            let failure = Failure::new(unknown(&text[at..]), None, at);
            (text.len(), Err(failure))
        }
        Beginning::EscapedInMarkup(_) => {
            read_escaped(repair::xml::unescape(text, at, setup.room.clone()), setup)
        }
        Beginning::EscapedInString(_) => {
            read_escaped(repair::json::unescape(text, at, setup.room.clone()), setup)
        }
    };
    let failure = |kind, at| Err(Failure::new(kind, None, at));
    let (end, reading) = match reading {
        _ if meter.is_spent() => (text.len(), failure(ErrorKind::RepairLimitExceeded, at)),
        reading => (end, reading),
    };
    progress.at = end.max(at + 1);
    Some((at..progress.at, reading))
}

fn read_json_at<'t>(
    text: &'t str,
    at: usize,
    setup: &Setup,
    meter: &Meter,
) -> (usize, Result<Reading<'t>, Failure>) {
    let placed = |reading| moved(reading, |place| place + at);
    if !setup.options.repair {
        // What fails ends with its brackets, or with its line.
        let end = if meter.open_to_the_end.get() {
            None
        } else {
            let end = json::container_end(text.as_bytes(), at);
            meter.add(end.unwrap_or(text.len()) - at);
            end
        };
        meter.open_to_the_end.set(end.is_none());
        let line = || memchr::memchr(b'\n', &text.as_bytes()[at..]);
        let end = end.or_else(|| line().map(|line| at + line)).unwrap_or(text.len());
        return (end, placed(read_json(&text[at..end], setup)));
    }
    // A document without its end is looked for only once.
    if !meter.open_to_the_end.get() {
        match read_first_json(&text[at..], setup) {
            Ok((length, reading)) => {
                let end = at + length;
                let rest = text[end..].trim_start();
                meter.add(text.len() - at - rest.len());
                // With one of these after it, it may have been closed too early.
                let goes_on = rest.starts_with([',', '}', ']']);
                if !goes_on || reading.is_err() {
                    return (end, placed(reading));
                }
            }
            Err(failure) => {
                meter.add(failure.at);
                if !failure.is_mendable {
                    let end = json::container_end(text.as_bytes(), at).unwrap_or(text.len());
                    return (end, placed(Err(failure)));
                }
            }
        }
    }
    let depth = setup.options.max_depth;
    read_mended(repair::json::mend(text, at, depth, setup.room.clone(), meter), setup, read_json)
}

fn read_xml_at<'t>(
    text: &'t str,
    at: usize,
    setup: &Setup,
    meter: &Meter,
) -> (usize, Result<Reading<'t>, Failure>) {
    // A document without its end is looked for only once.
    if !meter.open_to_the_end.get() {
        let (end, reading) = read_first_xml(&text[at..], setup);
        match &reading {
            Err(failure) if failure.is_mendable => meter.open_to_the_end.set(true),
            _ => return (at + end, moved(reading, |place| place + at)),
        }
        if !setup.options.repair {
            return (text.len(), moved(reading, |place| place + at));
        }
    }
    let depth = setup.options.max_depth;
    read_mended(repair::xml::mend(text, at, depth, setup.room.clone(), meter), setup, read_xml)
}

fn moved<'t>(
    reading: Result<Reading<'t>, Failure>,
    place: impl Fn(usize) -> usize,
) -> Result<Reading<'t>, Failure> {
    reading.map(|reading| reading.moved(&place)).map_err(|failure| failure.moved(&place))
}

/// Reads a mended document, and leads its places back to the damaged one.
fn read_mended<'t>(
    mended: Result<Mended, Stop>,
    setup: &Setup,
    read: impl for<'m> Fn(&'m str, &Setup) -> Result<Reading<'m>, Failure>,
) -> (usize, Result<Reading<'t>, Failure>) {
    let mended = match mended {
        Ok(mended) => mended,
        Err(stop) => {
            let (kind, at) = match stop {
                Stop::TooDeep(at) => {
                    (ErrorKind::Limit { limit: Limit::Depth, most: setup.options.max_depth }, at)
                }
                Stop::Tangled(at) => (ErrorKind::RepairLimitExceeded, at),
            };
            return (at, Err(Failure::new(kind, None, at)));
        }
    };
    let setup = Setup { room: mended.room.clone(), ..setup.clone() };
    let reading = read(&mended.text, &setup).map(Reading::into_owned);
    let reading = moved(reading, |place| mended.original(place)).map(|mut reading| {
        // First what was mended, then what that was read as.
        let mends = mended.mends.into_iter();
        let mends =
            mends.map(|mend| Remark { kind: Some(mend.kind), path: mend.path, span: mend.span });
        reading.remarks = mends.chain(reading.remarks).collect();
        reading
    });
    (mended.extent.end, reading)
}

/// Reads a document that stands escaped in a text.
fn read_escaped<'t>(unescaped: Mended, setup: &Setup) -> (usize, Result<Reading<'t>, Failure>) {
    let setup = Setup { is_inside: true, ..setup.clone() };
    let (end, reading) = read_mended(Ok(unescaped), &setup, read);
    (end, reading)
}

fn unknown(text: &str) -> ErrorKind {
    let line = text.trim_start().lines().next().unwrap_or_default();
    ErrorKind::UnknownFormat { begins: line.chars().take(80).collect::<String>().into() }
}

/// Reads a text that is a document as a whole.
fn read_plain<'t>(text: &'t str, setup: &Setup) -> Result<Reading<'t>, Failure> {
    let start = text.len() - text.trim_start().len();
    let fail = |kind| Failure::new(kind, None, start);
    match text.as_bytes().get(start) {
        None => Err(fail(ErrorKind::Empty)),
        Some(b'<') => read_xml(text, setup),
        Some(b'{' | b'[') => read_json(text, setup),
        // What begins like another JSON value may be one, or just text.
        Some(_) => match read_json(text, setup) {
            Err(Failure { kind: ErrorKind::Syntax { .. }, .. }) => Err(fail(unknown(text))),
            reading => reading,
        },
    }
}

fn read_json<'t>(text: &'t str, setup: &Setup) -> Result<Reading<'t>, Failure> {
    let (end, reading) = read_first_json(text, setup)?;
    json::check_rest(text, end).map_err(|fault| fault.failure(Format::Json, Path::default()))?;
    reading
}

/// Reads the document at the beginning of a text, and says where it ends if it does.
fn read_first_json<'t>(
    text: &'t str,
    setup: &Setup,
) -> Result<(usize, Result<Reading<'t>, Failure>), Failure> {
    let document = json::Document::new(text);
    let (outcome, context) = settle(Format::Json, setup, |context, as_error| {
        if as_error {
            document.attempt::<ApiError<'_>>(context)
        } else {
            document.attempt::<Page<'_>>(context)
        }
    })?;
    let value = match outcome {
        Outcome::Response(response) => {
            let (remarks, room) = context.into_notes(text, json::original);
            let reading = Reading { response, format: Format::Json, remarks, room };
            return Ok((document.end(), Ok(reading)));
        }
        Outcome::Error => Value::Null,
        Outcome::Other(value, _) => value,
    };
    let at = text.len() - text.trim_start().len();
    let failure = Failure::new(unrecognised(&value, Format::Json), Some(Format::Json), at);
    Ok((document.end(), Err(failure)))
}

fn read_xml<'t>(text: &'t str, setup: &Setup) -> Result<Reading<'t>, Failure> {
    let (end, reading) = read_first_xml(text, setup);
    let reading = reading?;
    xml::check_rest(text, end).map_err(|fault| fault.failure(Format::Xml, Path::default()))?;
    Ok(reading)
}

/// Reads the document at the beginning of a text, and says where it ends.
fn read_first_xml<'t>(text: &'t str, setup: &Setup) -> (usize, Result<Reading<'t>, Failure>) {
    let document = match xml::Document::open(text) {
        Ok(document) => document,
        Err(fault) => return (text.len(), Err(fault.failure(Format::Xml, Path::default()))),
    };
    let reading = read_document(&document, setup);
    (document.end(), reading)
}

fn read_document<'t>(document: &xml::Document<'t>, setup: &Setup) -> Result<Reading<'t>, Failure> {
    let (name, span) = document.root();
    let text = document.text();
    let fail = |kind| Err(Failure::new(kind, Some(Format::Xml), span.start.saturating_sub(1)));
    let Some(&(root, is_error)) = ROOTS.iter().find(|(root, _)| same_name(root, name)) else {
        let is_html = name.eq_ignore_ascii_case("html")
            || document.doctypes().iter().any(|span| is_html_doctype(&text[span.clone()]));
        if is_html {
            return fail(ErrorKind::Html { title: html_title(text).map(Into::into) });
        }
        return match settle(Format::Xml, setup, |context, _| document.attempt_text(context)) {
            Ok((Outcome::Response(response), context)) => Ok(xml_reading(response, context, text)),
            Err(failure) if !failure.is_mendable => Err(failure),
            // Only where it is broken may it be something round a response.
            other => {
                let is_mendable = other.is_err();
                let kind = ErrorKind::UnexpectedRoot { name: name.into() };
                fail(kind).map_err(|failure| Failure { is_mendable, ..failure })
            }
        };
    };
    let (outcome, context) = settle(Format::Xml, setup, |context, as_error| {
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
        Outcome::Other(value, _) => return fail(unrecognised(&value, Format::Xml)),
    };
    let mut reading = xml_reading(response, context, text);
    if name != root {
        reading.remark(FindingKind::Root { read: root }, span);
    }
    for span in document.doctypes() {
        reading.remark(FindingKind::Doctype, span.clone());
    }
    Ok(reading)
}

fn xml_reading<'t>(response: Response<'t>, context: Context, text: &'t str) -> Reading<'t> {
    let (remarks, room) = context.into_notes(text, xml::original);
    Reading { response, format: Format::Xml, remarks, room }
}

/// The root elements of responses, and whether they are of errors.
const ROOTS: &[(&str, bool)] = &[
    ("DescribeInvocationsResponse", false),
    ("DescribeInvocationResultsResponse", false),
    ("Error", true),
];

/// Whether an element of that name is one of a response.
fn is_root(name: &str) -> bool {
    ROOTS.iter().any(|(root, _)| same_name(root, name))
}

/// Reads a document as a page, and again as an error where it turns out to be one.
fn settle<'de>(
    format: Format,
    setup: &Setup,
    attempt: impl Fn(&Context, bool) -> Result<Outcome<'de>, Fault>,
) -> Result<(Outcome<'de>, Context), Failure> {
    let attempt = |as_error| {
        let context = Context::new(format, setup.clone());
        match attempt(&context, as_error) {
            Ok(outcome) => Ok((outcome, context)),
            Err(fault) => {
                let mut failure = fault.failure(format, context.failed_at());
                if let Some((limit, most)) = context.exceeded() {
                    failure.kind = ErrorKind::Limit { limit, most };
                    failure.is_mendable = false;
                }
                Err(failure)
            }
        }
    };
    match attempt(false)? {
        (Outcome::Error, _) => attempt(true),
        read => Ok(read),
    }
}

/// What a document is that is no response.
fn unrecognised(value: &Value<'_>, format: Format) -> ErrorKind {
    const SHOWN: usize = 5;
    let found = match value {
        Value::Object(object) => {
            let names = object.iter().take(SHOWN).map(|(name, _)| name.into());
            return ErrorKind::NotAResponse { members: names.collect() };
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

#[cfg(test)]
#[path = "../tests/hostile/generators.rs"]
mod generators;

#[cfg(test)]
mod tests {
    use super::*;

    /// How often the search for documents and the menders look at a byte of the text, by the thousand
    /// bytes, and whether they gave up.
    fn looks(text: &str) -> (usize, bool) {
        let options = Options::default();
        let room = Room::new(&options, text.as_bytes());
        let setup = Setup::new(options, room);
        let mut progress = Progress::new(text);
        let mut is_tangled = false;
        while let Some(reading) = next_reading(text, &mut progress, &setup) {
            let kind = reading.err().map(|failure| failure.kind);
            is_tangled |= kind == Some(ErrorKind::RepairLimitExceeded);
        }
        (progress.meter.looked() * 1000 / text.len(), is_tangled)
    }

    #[test]
    fn work_grows_no_faster_than_the_text() {
        for (name, generate) in generators::GENERATORS {
            let ((small, _), (large, is_tangled)) =
                (looks(&generate(10_000)), looks(&generate(160_000)));
            println!("{name}: {small} looks at a thousand bytes, or {large}");
            assert!(large <= small + small / 4 + 500, "{name}: {small}, then {large}");
            assert!(!is_tangled, "{name}");
        }
    }

    /// A shortcut that is taken too seldom leaves no other trace.
    #[test]
    fn what_is_not_damaged_is_looked_at_once() {
        let page = include_bytes!("../corpus/documented/response.json");
        let page = decode(page).expect("a page").response.to_json();
        let (looks, _) = looks(&page.replacen(',', " ", 1));
        println!("{looks} looks at a thousand bytes");
        assert!(looks <= 900, "{looks}");
    }
}

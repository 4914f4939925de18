//! The entry points, and the pipeline: bytes → text → (repair) → syntax → rules → response, findings.

pub(crate) mod blocks;
mod document;
pub(crate) mod edits;
mod embedded;
mod html;
mod layered;
mod markup;
mod outcome;
mod printed;
mod progress;
pub(crate) mod reader;
mod repaired;
#[cfg(feature = "validate")]
mod request;
mod serialize;
mod source;
#[cfg(feature = "async")]
pub(crate) mod stream;
mod verdict;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use crate::error::{Error, ErrorKind};
use crate::finding::{Finding, Location, Path};
use crate::lenient::Api;
use crate::lenient::context::Settings;
use crate::model::{DescribeInvocations, Response};
use crate::options::{Limit, Options, Repair};
use crate::pending::{FindingBudget, PendingFinding};
use crate::syntax::reader::Format;
use crate::text::input::{Input, LocatedValue};
use edits::Edit;
use layered::{LayeredProgress, read, read_next};
use outcome::{DecodeFailure, DecodedText};
use progress::Progress;

/// A decoded document.
///
/// `R` is [`Response`], or the response of another operation ([`Options::decode_as`]).
///
/// ```
/// let decoded = ecs_invocations::decode(br#"{"Code": "Throttling", "Message": "m"}"#)?;
/// assert_eq!(
///     serde_json::to_string(&decoded).unwrap(),
///     r#"{"response":{"Code":"Throttling","Message":"m"},"findings":[],"findings_omitted":0,"format":"json"}"#
/// );
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded<'a, R = Response<'a>> {
    /// The response.
    pub response: R,
    /// What was normalized, repaired or dropped, in the order of the input. Empty if the input was
    /// canonical.
    pub findings: Vec<Finding>,
    /// The edits of the input that repair the document, in the order of the input; they do not overlap.
    /// Empty if it needs no repair.
    ///
    /// Applied by [`repaired`](Self::repaired), they give a well-formed document that decodes to the same
    /// response without repair. For [`decode`], nothing else is left of the input: text around the document
    /// is removed, and what it was printed in or escaped by. For [`decode_all`], they only change the
    /// document's part of the input; see [`Edit::apply_all`].
    pub edits: Vec<Edit>,
    /// Number of findings beyond [`Options::max_findings`].
    pub findings_omitted: usize,
    /// The format of the document; [`Format::Text`] if it is an error that a client printed.
    pub format: Format,
    borrow: PhantomData<&'a ()>,
}

impl<R> Decoded<'_, R> {
    /// Whether there are no findings: the input was canonical.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.findings_omitted == 0
    }

    /// The input with the [`edits`](Self::edits) applied, in its own encoding. `input` must be what was
    /// decoded.
    ///
    /// ```
    /// use ecs_invocations::{Options, Repair, decode};
    ///
    /// let input = b"The answer was {'Code': 'Throttling', 'Message': 'wait'";
    /// let decoded = decode(input)?;
    /// let repaired = decoded.repaired(input);
    /// assert_eq!(&*repaired, br#"{"Code": "Throttling", "Message": "wait"}"#);
    /// let strict = Options::new().with_repair(Repair::None);
    /// assert_eq!(strict.decode(&repaired)?.response, decoded.response);
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    pub fn repaired<'i>(&self, input: &'i [u8]) -> Cow<'i, [u8]> {
        Edit::apply_all(&self.edits, input)
    }
}

impl Decoded<'_> {
    /// Converts to a document that borrows nothing from the input.
    pub fn into_owned(self) -> Decoded<'static> {
        let Self { response, findings, edits, findings_omitted, format, borrow: _ } = self;
        let response = response.into_owned();
        Decoded { response, findings, edits, findings_omitted, format, borrow: PhantomData }
    }
}

impl Options {
    /// Decodes a response like [`decode`], with these options.
    ///
    /// # Errors
    ///
    /// Like [`decode`], with these limits; also if the document is malformed and
    /// [`repair`](Self::repair) does not allow what it needs.
    pub fn decode<'a>(&self, bytes: &'a [u8]) -> Result<Decoded<'a>, Error> {
        self.decode_as::<DescribeInvocations>(bytes)
    }

    /// Decodes a response of the operation `A`, which macros of the module [`lenient`](crate::lenient)
    /// define.
    ///
    /// # Errors
    ///
    /// Like [`decode`](Self::decode).
    pub fn decode_as<'a, A: Api>(
        &self,
        bytes: &'a [u8],
    ) -> Result<Decoded<'a, A::Response<'a>>, Error> {
        self.decode_with_locations::<A>(bytes, None).map(|(decoded, _)| decoded)
    }

    /// Decodes a response, and returns the locations of the values with the `requested` keys.
    pub(crate) fn decode_with_locations<'a, A: Api>(
        &self,
        bytes: &'a [u8],
        requested: Option<Arc<HashSet<Path>>>,
    ) -> Result<(Decoded<'a, A::Response<'a>>, Vec<LocatedValue>), Error> {
        self.check_size(bytes)?;
        let mut budget = FindingBudget::new(self, bytes.len());
        let (mut input, encoding_findings) = Input::new(bytes, self.charset, &mut budget);
        let settings = Settings { requested, ..Settings::new(*self, budget) };
        let read = match &input.text {
            Cow::Borrowed(text) => read::<A>(text, &settings),
            Cow::Owned(text) => read::<A>(text, &settings).map(DecodedText::into_owned),
        };
        match read {
            Ok(read) => {
                located(&mut input, self.repair, Origin::default(), read, encoding_findings)
            }
            Err(failure) => Err(located_error(&mut input, Origin::default(), failure)),
        }
    }

    /// Decodes all documents of an input like [`decode_all`], with these options.
    pub fn decode_all<'a>(&self, bytes: &'a [u8]) -> DecodeAll<'a> {
        self.decode_part(bytes, Part::default())
    }

    /// Decodes the documents of a part of an input.
    fn decode_part<'a>(&self, bytes: &'a [u8], part: Part) -> DecodeAll<'a> {
        let too_large = self.check_size(&bytes[..bytes.len() - part.lookahead]).err();
        let bytes = if too_large.is_some() { &bytes[..0] } else { bytes };
        let mut budget = FindingBudget::new(self, bytes.len());
        let (input, encoding_findings) = Input::new(bytes, self.charset, &mut budget);
        let settings = Settings::new(*self, budget);
        let mut progress = Progress::new(&input.text);
        progress.has_started = part.is_partial;
        let progress = LayeredProgress::new(progress);
        let before = progress.clone();
        DecodeAll { input, part, encoding_findings, settings, before, progress, too_large }
    }

    fn check_size(&self, bytes: &[u8]) -> Result<(), Error> {
        if bytes.len() <= self.max_bytes {
            return Ok(());
        }
        let kind = ErrorKind::Limit { limit: Limit::Bytes, most: self.max_bytes };
        Err(Error::new(kind, None, Path::default(), Location::start()))
    }
}

/// Where decoded bytes are in the whole input.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    origin: Origin,
    /// Whether the input has other parts, so that each document is read by itself.
    is_partial: bool,
    /// Length of the start of the next part at the end of the bytes, which is not decoded. Repair takes
    /// it for the end of the document before it, where it would take the end of the bytes for a truncation.
    lookahead: usize,
}

/// Where decoded bytes begin in the whole input: always at the start of a line.
#[derive(Clone, Copy, Debug, Default)]
struct Origin {
    /// Number of bytes before.
    bytes: usize,
    /// Number of lines before.
    lines: usize,
}

impl Origin {
    /// Maps a location in the decoded bytes to the whole input.
    fn shift(self, location: &mut Location) {
        location.bytes.start += self.bytes;
        location.bytes.end += self.bytes;
        location.line += self.lines;
    }
}

/// The document with the locations of its findings, and the requested values.
fn located<'a, A: Api>(
    input: &mut Input<'a>,
    allowed: Repair,
    origin: Origin,
    read: DecodedText<'a, A>,
    encoding_findings: Vec<PendingFinding>,
) -> Result<(Decoded<'a, A::Response<'a>>, Vec<LocatedValue>), Error> {
    let DecodedText { response, format, mut findings, budget, edits, .. } = read;
    findings.extend(encoding_findings);
    let edits = edits.into_iter().map(|edit| (edit.original, edit.replacement)).collect();
    let (mut findings, mut values, edits) = input.locate(findings, edits);
    let locations = findings.iter_mut().filter_map(|finding| finding.location.as_mut());
    locations.for_each(|location| origin.shift(location));
    values.iter_mut().for_each(|value| origin.shift(&mut value.location));
    if allowed == Repair::Certain
        && let Some(guess) = findings.iter().find(|finding| finding.is_guess)
    {
        let location = guess.location.clone().unwrap_or_else(Location::start);
        let kind = ErrorKind::NeedsGuess { guess: Box::new(guess.clone()) };
        return Err(Error::new(kind, Some(format), guess.path.clone(), location));
    }
    let edit = |(bytes, replacement): (Range<usize>, _)| {
        let bytes = bytes.start + origin.bytes..bytes.end + origin.bytes;
        Edit::new(bytes, replacement, input.encoding())
    };
    let edits = edits.into_iter().map(edit).collect();
    let findings_omitted = budget.omitted;
    let borrow = PhantomData;
    Ok((Decoded { response, findings, edits, findings_omitted, format, borrow }, values))
}

fn located_error(input: &mut Input<'_>, origin: Origin, failure: DecodeFailure) -> Error {
    let DecodeFailure { kind, format, path, at, .. } = failure;
    let mut location = input.location(at);
    origin.shift(&mut location);
    Error::new(kind, format, path, location)
}

/// Decodes a response of DescribeInvocations, XML or JSON in any encoding, into the typed model.
///
/// A malformed document is repaired, and text before and after it, such as a log prefix, is ignored. Each
/// repair and normalization is a finding. If the input has several documents, the first response is
/// decoded; use [`decode_all`] to decode each. If it has no document, an error that an SDK or a command
/// printed as text is decoded ([`PrintedError`](crate::FindingKind::PrintedError)).
///
/// Strings borrow from `bytes` if the input is UTF-8, the document was not repaired, and no unescaping
/// was needed.
///
/// ```
/// use ecs_invocations::{Response, decode};
/// use ecs_invocations::model::InvocationStatus;
///
/// let decoded = decode(br#"{"invocations": [{"invokeId": "t-1", "InvokeStatus": "success"}]}"#)?;
/// let Response::Invocations(page) = &decoded.response else { panic!() };
/// assert_eq!(page.invocations[0].invoke_status, Some(InvocationStatus::Success));
/// for finding in &decoded.findings {
///     println!("{finding:#}"); // with line and column
/// }
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
///
/// # Errors
///
/// If the input is neither a page of a list nor an error response, is too malformed to repair, or
/// exceeds one of the [default limits](Options). The [`Error`] describes the input and where decoding
/// stopped. A field with an invalid value is not an error but a
/// [finding](crate::FindingKind::InvalidValue).
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>, Error> {
    Options::default().decode(bytes)
}

/// Decodes all documents of an input, such as NDJSON, a log or concatenated pages, and the errors that
/// SDKs and commands printed between them.
///
/// The iterator decodes each document like [`decode`], with locations in the whole input, and continues
/// after a document that fails. An empty input yields one error.
///
/// ```
/// let pages = b"{\"PageNumber\": 1, \"Invocations\": []}\n{\"PageNumber\": 2, \"Invocations\": []}\n";
/// let numbers = ecs_invocations::decode_all(pages).map(|decoded| match decoded?.response {
///     ecs_invocations::Response::Invocations(page) => Ok(page.page_number),
///     other => panic!("{other:?}"),
/// });
/// assert_eq!(numbers.collect::<Result<Vec<_>, ecs_invocations::Error>>()?, [Some(1), Some(2)]);
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
pub fn decode_all(bytes: &[u8]) -> DecodeAll<'_> {
    Options::default().decode_all(bytes)
}

/// An iterator over the documents of an input, returned by [`decode_all`].
pub struct DecodeAll<'a> {
    input: Input<'a>,
    part: Part,
    /// Findings on the encoding, which are reported with the first document.
    encoding_findings: Vec<PendingFinding>,
    settings: Settings,
    progress: LayeredProgress,
    /// The progress before the document returned last.
    before: LayeredProgress,
    too_large: Option<Error>,
}

impl<'a> DecodeAll<'a> {
    /// The locations of the values with the `requested` keys in the document returned last.
    #[cfg(feature = "validate")]
    pub(crate) fn locations(&mut self, requested: Arc<HashSet<Path>>) -> Vec<LocatedValue> {
        self.progress = self.before.clone();
        self.settings.requested = Some(requested);
        let located = self.decode_next();
        self.settings.requested = None;
        located.and_then(Result::ok).map(|(_, values)| values).unwrap_or_default()
    }

    /// Whether only whitespace is left before the next part.
    fn is_at_next_part(&self) -> bool {
        let text = &*self.input.text;
        // The lookahead is ASCII, so its length in the text is the same.
        let end = text.len().saturating_sub(self.part.lookahead);
        self.part.lookahead > 0
            && text.get(self.progress.at()..end).is_none_or(|rest| rest.trim().is_empty())
    }

    fn decode_next(&mut self) -> Option<Result<(Decoded<'a>, Vec<LocatedValue>), Error>> {
        if self.is_at_next_part() {
            self.progress.finish();
        }
        self.before = self.progress.clone();
        let (progress, settings) = (&mut self.progress, &self.settings);
        let read = match &self.input.text {
            Cow::Borrowed(text) => read_next::<DescribeInvocations>(text, progress, settings)?,
            Cow::Owned(text) => read_next::<DescribeInvocations>(text, progress, settings)?
                .map(DecodedText::into_owned),
        };
        Some(match read {
            Ok(read) => {
                let encoding_findings = std::mem::take(&mut self.encoding_findings);
                let repair = self.settings.options.repair;
                located(&mut self.input, repair, self.part.origin, read, encoding_findings)
            }
            Err(failure) => Err(located_error(&mut self.input, self.part.origin, failure)),
        })
    }
}

impl fmt::Debug for DecodeAll<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeAll").field("at", &self.progress.at()).finish_non_exhaustive()
    }
}

impl<'a> Iterator for DecodeAll<'a> {
    type Item = Result<Decoded<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.too_large.take() {
            self.progress.finish();
            return Some(Err(error));
        }
        Some(self.decode_next()?.map(|(decoded, _)| decoded))
    }
}

impl FusedIterator for DecodeAll<'_> {}

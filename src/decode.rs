//! The entry points, and the pipeline: bytes → text → (repair) → syntax → rules → response, findings.

mod around;
pub(crate) mod blocks;
mod document;
pub(crate) mod edits;
mod embedded;
mod ends;
mod html;
mod layered;
mod lists;
mod markup;
mod outcome;
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
use crate::finding::{Finding, FindingKind, Location, Path, Rule};
use crate::lenient::Api;
use crate::lenient::context::Settings;
use crate::model::{DescribeInvocations, Response};
use crate::options::{Limit, Options, Repair};
use crate::pending::{FindingBudget, Omitted, PendingFinding, Subject};
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
    omitted: Omitted,
    /// The format of the document; [`Format::Text`] if it is an error that a client printed.
    pub format: Format,
    borrow: PhantomData<&'a ()>,
}

impl<R> Decoded<'_, R> {
    /// Whether there are no findings: the input was canonical.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.findings_omitted == 0
    }

    /// The rules of the findings beyond [`Options::max_findings`], with the number of each.
    ///
    /// ```
    /// let options = ecs_invocations::Options::new().with_max_findings(1);
    /// let decoded = options.decode(br#"{"code": "Throttling", "requestid": 5, "hostid": 7}"#)?;
    /// assert_eq!(decoded.findings_omitted, 4);
    /// let omitted = decoded.omitted_by_rule().map(|(rule, count)| (rule.code, count));
    /// assert_eq!(omitted.collect::<Vec<_>>(), [("N101", 2), ("N105", 2)]);
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    pub fn omitted_by_rule(&self) -> impl Iterator<Item = (&'static Rule, usize)> {
        self.omitted.iter()
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

#[cfg(feature = "validate")]
impl<R> Decoded<'_, R> {
    /// Adds findings beyond the limit, and forgets those of rules that are not reported.
    pub(crate) fn omit(&mut self, omitted: Omitted, is_reported: impl Fn(&'static Rule) -> bool) {
        self.omitted.append(omitted);
        self.omitted.retain(is_reported);
        self.findings_omitted = self.omitted.count();
    }
}

impl Decoded<'_> {
    /// Converts to a document that borrows nothing from the input.
    pub fn into_owned(self) -> Decoded<'static> {
        let Self { response, findings, edits, findings_omitted, omitted, format, borrow: _ } = self;
        let response = response.into_owned();
        let borrow = PhantomData;
        Decoded { response, findings, edits, findings_omitted, omitted, format, borrow }
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
        self.check_size(bytes.len())?;
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
        let length = if part.is_too_large { usize::MAX } else { bytes.len() - part.lookahead };
        let too_large = self.check_size(length).err();
        let bytes = if too_large.is_some() { &bytes[..0] } else { bytes };
        // The findings on the encoding are those of the documents that they are in.
        let mut budget = FindingBudget::new(self, bytes.len());
        let (input, encoding_findings) = Input::new(bytes, self.charset, &mut budget);
        let (mut invalid_bytes, input_findings): (Vec<_>, Vec<_>) =
            encoding_findings.into_iter().partition(|finding| {
                matches!(finding.subject, Subject::Finding(FindingKind::InvalidBytes { .. }))
            });
        invalid_bytes.sort_by_key(|finding| std::cmp::Reverse(finding.span.start));
        let encoding_omitted = budget.omitted;
        let settings = Settings::new(*self, FindingBudget::new(self, bytes.len()));
        let path_bytes = FindingBudget::SHARED_PATH_BYTES;
        let mut progress = Progress::new(&input.text);
        progress.has_started = part.is_partial;
        let progress = LayeredProgress::new(progress);
        let before = progress.clone();
        DecodeAll {
            input,
            part,
            input_findings,
            invalid_bytes,
            encoding_omitted,
            path_bytes,
            settings,
            before,
            progress,
            too_large,
        }
    }

    fn check_size(&self, length: usize) -> Result<(), Error> {
        if length <= self.max_bytes {
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
    /// Whether it has more bytes than allowed, which are left out.
    is_too_large: bool,
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
    let omitted = budget.omitted;
    let findings_omitted = omitted.count();
    let borrow = PhantomData;
    Ok((Decoded { response, findings, edits, findings_omitted, omitted, format, borrow }, values))
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
    /// Findings on the encoding of the whole input, which are reported with the first document.
    input_findings: Vec<PendingFinding>,
    /// Findings on invalid bytes that are not reported yet; the next one is the last.
    invalid_bytes: Vec<PendingFinding>,
    /// Those beyond the limit.
    encoding_omitted: Omitted,
    /// Bytes left for the paths of findings beyond what the size of each document allows.
    path_bytes: usize,
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
        let (after, before) = (self.progress.clone(), self.before.clone());
        self.progress = before;
        self.settings.requested = Some(requested);
        let located = self.decode_next();
        self.settings.requested = None;
        self.progress = after;
        located.and_then(Result::ok).map(|(_, values)| values).unwrap_or_default()
    }

    /// The length of the text of the document returned last.
    #[cfg(feature = "validate")]
    pub(crate) fn last_length(&self) -> usize {
        self.progress.at().saturating_sub(self.before.at())
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
        let (progress, settings) = (&mut self.progress, &self.settings);
        let read = match &self.input.text {
            Cow::Borrowed(text) => read_next::<DescribeInvocations>(text, progress, settings)?,
            Cow::Owned(text) => read_next::<DescribeInvocations>(text, progress, settings)?
                .map(DecodedText::into_owned),
        };
        let text_length = self.input.text.len();
        let end = match progress.has_next::<DescribeInvocations>(&self.input.text, settings) {
            true => progress.at(),
            false => text_length,
        };
        let allowed = end.saturating_sub(self.before.at()).saturating_mul(16);
        let (repair, origin) = (self.settings.options.repair, self.part.origin);
        let encoding_findings = self.take_encoding_findings(end, read.is_ok());
        Some(match read {
            Ok(mut read) => {
                read.budget.omitted.append(std::mem::take(&mut self.encoding_omitted));
                let kept = self.settings.options.max_findings.saturating_sub(read.findings.len());
                let mut encoding_findings = encoding_findings;
                let beyond = encoding_findings.len().min(kept);
                for finding in encoding_findings.drain(beyond..) {
                    if let Subject::Finding(kind) = &finding.subject {
                        read.budget.omitted.add(kind.rule());
                    }
                }
                if self.settings.requested.is_none() {
                    read.truncate_paths(allowed, &mut self.path_bytes);
                }
                located(&mut self.input, repair, origin, read, encoding_findings)
            }
            Err(failure) => Err(located_error(&mut self.input, origin, failure)),
        })
    }

    /// The findings on the encoding up to the end of a document, and those on the whole input if it is the first
    /// that is read.
    fn take_encoding_findings(&mut self, end: usize, is_read: bool) -> Vec<PendingFinding> {
        // Moving the findings on other documents for each would take quadratic time.
        let is_of_document = |finding: &&PendingFinding| finding.span.start < end;
        let count = self.invalid_bytes.iter().rev().take_while(is_of_document).count();
        let taken = self.invalid_bytes.drain(self.invalid_bytes.len() - count..).rev();
        let whole = if is_read { std::mem::take(&mut self.input_findings) } else { Vec::new() };
        whole.into_iter().chain(taken).collect()
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
        if self.is_at_next_part() {
            self.progress.finish();
        }
        self.before = self.progress.clone();
        self.input.mark();
        Some(self.decode_next()?.map(|(decoded, _)| decoded))
    }
}

impl FusedIterator for DecodeAll<'_> {}

//! Splits an input into blocks that decode as they would in the whole input.
//!
//! A boundary is accepted where the decoder of the whole input ends a document too: the text since the last
//! boundary is one well-formed JSON document, or the decoder, given that text and the start of the next
//! document, stops there. Which boundaries are accepted depends on the bytes alone, not on how they arrive.

use std::fmt;
use std::io::{self, BufRead};
use std::iter::FusedIterator;
use std::ops::Range;

use serde::de::IgnoredAny;

use super::document::read_next;
use super::progress::Progress;
use super::{DecodeAll, Origin, Part};
use crate::lenient::context::Settings;
use crate::model::DescribeInvocations;
use crate::options::Options;
use crate::pending::FindingBudget;
use crate::repair::layers::begins_record;
use crate::text::input::Input;

const BOM: &[u8] = "\u{feff}".as_bytes();

/// Consecutive documents of an input, returned by [`Blocks`].
///
/// ```
/// use std::thread;
/// use ecs_invocations::Options;
///
/// let input = b"{\"Code\": \"a\"}\n{\"Code\": \"b\"}\n{\"no\": \"response\"}\n";
/// let blocks = Options::default().blocks(&input[..], 1).collect::<Result<Vec<_>, _>>()?;
/// let decoded: usize = thread::scope(|scope| {
///     let decode = |block| scope.spawn(move || count(block));
///     let threads: Vec<_> = blocks.iter().map(decode).collect();
///     threads.into_iter().map(|thread| thread.join().unwrap()).sum()
/// });
/// assert_eq!(decoded, 2);
///
/// fn count(block: &ecs_invocations::Block) -> usize {
///     block.decode_all().filter(Result::is_ok).count()
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Block {
    /// With the start of the next block.
    bytes: Vec<u8>,
    part: Part,
    options: Options,
}

impl Block {
    /// The bytes of the block.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.bytes.len() - self.part.lookahead]
    }

    /// Offset of the block in the input, in bytes.
    pub fn offset(&self) -> usize {
        self.part.origin.bytes
    }

    /// Decodes the documents of the block, with locations in the whole input.
    pub fn decode_all(&self) -> DecodeAll<'_> {
        self.decode_all_with(&self.options)
    }

    /// Decodes the documents of the block with other options.
    pub(crate) fn decode_all_with(&self, options: &Options) -> DecodeAll<'_> {
        options.decode_part(&self.bytes, self.part)
    }
}

/// An iterator over the blocks of an input, returned by [`Options::blocks`].
pub struct Blocks<R> {
    reader: R,
    splitter: Splitter,
}

/// Finds the blocks in an input that is pushed to it.
pub(super) struct Splitter {
    options: Options,
    /// The minimum size of a block in bytes.
    size: usize,
    buffer: Vec<u8>,
    /// Start of the next block in the buffer.
    start: usize,
    /// Last accepted boundary in the buffer; `start` if there is none.
    boundary: usize,
    /// Length of the start of the document at the boundary.
    lookahead: usize,
    /// Where the search for boundaries continues in the buffer.
    searched: usize,
    /// Boundaries before this are not tried: trying each of many in a malformed document would take
    /// quadratic time.
    retry: usize,
    /// Whether the input starts with `{`; `None` until that is known.
    is_sequence: Option<bool>,
    /// Position of the next block in the input.
    origin: Origin,
    is_at_end: bool,
    error: Option<io::Error>,
    is_done: bool,
}

impl Options {
    /// Splits an input into blocks of whole documents, to decode them in parallel.
    ///
    /// A block has at least `size` bytes, except the last one. It ends where a line ends with the last `}`
    /// of a document and the next line starts with `{`, a quoted name and `:`, if decoding the whole input
    /// would separate the documents there too. An input that does not start with `{`, or is the log of a container
    /// (`{"log": "…"`), whose lines may be those of one document, is a single block.
    /// A block with more than [`max_bytes`](Self::max_bytes) is empty and the last; it fails to decode.
    ///
    /// ```
    /// use ecs_invocations::Options;
    ///
    /// let input = b"{\"Code\": \"a\"}\n{\"Code\": \"b\"}\n{\"Code\": \"c\",}\n";
    /// let blocks: Vec<_> = Options::default().blocks(&input[..], 20).collect::<Result<_, _>>()?;
    /// assert_eq!(blocks.len(), 2);
    /// assert_eq!(blocks[1].offset(), 28);
    /// let last = blocks[1].decode_all().last().unwrap()?;
    /// assert_eq!(format!("{:#}", last.findings[0]), "3:13: M302: Code: extra comma removed");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn blocks<R: BufRead>(&self, reader: R, size: usize) -> Blocks<R> {
        Blocks { reader, splitter: Splitter::new(self, size) }
    }
}

impl<R: BufRead> Blocks<R> {
    /// The next block: its bytes, which include the lookahead.
    pub(super) fn next_part(&mut self) -> Option<io::Result<(&[u8], Part)>> {
        loop {
            match self.splitter.next_step() {
                Step::Part(span, part) => {
                    return Some(Ok((&self.splitter.buffer[span], part)));
                }
                Step::Failed(error) => return Some(Err(error)),
                Step::Done => return None,
                Step::NeedsInput => match self.reader.fill_buf() {
                    Ok(bytes) => {
                        self.splitter.push(bytes);
                        let length = bytes.len();
                        self.reader.consume(length);
                    }
                    Err(error) => self.splitter.fail(error),
                },
            }
        }
    }
}

/// What [`Splitter`] found in the bytes so far.
pub(super) enum Step {
    /// A block: its span in the buffer, which includes the lookahead.
    Part(Range<usize>, Part),
    NeedsInput,
    Failed(io::Error),
    Done,
}

impl Splitter {
    pub(super) fn new(options: &Options, size: usize) -> Self {
        Self {
            options: *options,
            size: size.clamp(1, options.max_bytes.max(1)),
            buffer: Vec::new(),
            start: 0,
            boundary: 0,
            lookahead: 0,
            searched: 0,
            retry: 0,
            is_sequence: None,
            origin: Origin::default(),
            is_at_end: false,
            error: None,
            is_done: false,
        }
    }

    pub(super) fn next_step(&mut self) -> Step {
        if self.is_done {
            return Step::Done;
        }
        let most = self.options.max_bytes;
        while let Some((next, lookahead)) = self.next_boundary() {
            if next - self.start > most {
                return self.cut_before_limit();
            }
            (self.boundary, self.lookahead, self.retry) = (next, lookahead, 0);
            if next - self.start >= self.size {
                return self.cut(next, lookahead);
            }
        }
        let length = self.buffer.len() - self.start;
        // A boundary within the limit is accepted once its lookahead is read.
        let is_too_large = length > most.saturating_add(LOOKAHEAD);
        if is_too_large || self.is_at_end && length > most {
            return self.cut_before_limit();
        }
        if !self.is_at_end {
            return Step::NeedsInput;
        }
        // After an error, the last document may be incomplete.
        if self.error.is_some() && self.boundary > self.start {
            return self.cut(self.boundary, self.lookahead);
        }
        self.is_done = true;
        match self.error.take() {
            Some(error) => Step::Failed(error),
            None => self.cut(self.buffer.len(), 0),
        }
    }

    /// The block that ends at the last boundary; if there is none, the document is too large, and nothing
    /// after it is read.
    fn cut_before_limit(&mut self) -> Step {
        if self.boundary > self.start {
            self.searched = self.boundary;
            return self.cut(self.boundary, self.lookahead);
        }
        self.is_done = true;
        let part = Part { origin: self.origin, is_too_large: true, ..Part::default() };
        Step::Part(0..0, part)
    }

    fn cut(&mut self, end: usize, lookahead: usize) -> Step {
        let span = self.start..end;
        let is_whole = self.origin.bytes == 0 && self.is_done;
        let part =
            Part { origin: self.origin, is_partial: !is_whole, lookahead, is_too_large: false };
        self.origin.bytes += span.len();
        self.origin.lines += memchr::memchr_iter(b'\n', &self.buffer[span.clone()]).count();
        (self.start, self.boundary) = (end, self.boundary.max(end));
        Step::Part(span.start..end + lookahead, part)
    }

    /// Adds bytes of the input; none if it has ended.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.is_at_end = bytes.is_empty();
        let used = std::mem::take(&mut self.start);
        self.buffer.drain(..used);
        self.boundary -= used;
        self.searched = self.searched.saturating_sub(used);
        self.retry = self.retry.saturating_sub(used);
        self.buffer.extend_from_slice(bytes);
    }

    /// Ends the input with an error, unless it only says to try again.
    pub(super) fn fail(&mut self, error: io::Error) {
        if error.kind() != io::ErrorKind::Interrupted {
            self.is_at_end = true;
            self.error = Some(error);
        }
    }

    /// Decodes the documents of the block found last.
    #[cfg(feature = "async")]
    pub(super) fn decode(&self, span: Range<usize>, part: Part) -> DecodeAll<'_> {
        self.options.decode_part(&self.buffer[span], part)
    }

    /// The next accepted boundary in the buffer, and the length of the start of a document there.
    fn next_boundary(&mut self) -> Option<(usize, usize)> {
        if self.is_sequence.is_none() {
            if self.buffer.len() <= BOM.len() && !self.is_at_end {
                return None;
            }
            // Whitespace is skipped only once.
            let bom_length = if self.buffer.starts_with(BOM) { BOM.len() } else { 0 };
            let head = &self.buffer[self.searched.max(bom_length)..];
            let head = head.trim_ascii_start();
            self.searched = self.buffer.len() - head.len();
            self.is_sequence = is_sequence(head, self.is_at_end);
        }
        if self.is_sequence != Some(true) {
            return None;
        }
        loop {
            let Some(found) = memchr::memmem::find(&self.buffer[self.searched..], b"\n{") else {
                // The last byte may be the newline.
                self.searched = self.searched.max(self.buffer.len().saturating_sub(1));
                return None;
            };
            let newline = self.searched + found;
            let at = newline + 1;
            match start_length(&self.buffer[at..], self.is_at_end) {
                StartLength::Undecided => {
                    self.searched = newline;
                    return None;
                }
                StartLength::None => self.searched = at,
                StartLength::Some(length) => {
                    self.searched = at;
                    if self.is_boundary(at, length) {
                        return Some((at, length));
                    }
                }
            }
        }
    }

    /// Whether the decoder of the whole input ends a document at `at`, where the start of another of
    /// `length` bytes follows.
    fn is_boundary(&mut self, at: usize, length: usize) -> bool {
        let document = &self.buffer[self.boundary..at];
        if !document.trim_ascii_end().ends_with(b"}") {
            return false;
        }
        if at < self.retry {
            return false;
        }
        // A document that goes on after this is malformed.
        if self.retry == 0 && is_well_formed(document) {
            return true;
        }
        let is_boundary =
            ends_before(&self.buffer[self.boundary..at + length], length, &self.options);
        if !is_boundary {
            self.retry = at + document.len();
        }
        is_boundary
    }
}

impl<R> Blocks<R> {
    pub(super) fn options(&self) -> Options {
        self.splitter.options
    }
}

impl<R: BufRead> Iterator for Blocks<R> {
    type Item = io::Result<Block>;

    fn next(&mut self) -> Option<Self::Item> {
        let options = self.options();
        let part = self.next_part()?;
        Some(part.map(|(bytes, part)| Block { bytes: bytes.to_vec(), part, options }))
    }
}

impl<R: BufRead> FusedIterator for Blocks<R> {}

impl<R> fmt::Debug for Blocks<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocks").field("splitter", &self.splitter).finish_non_exhaustive()
    }
}

impl fmt::Debug for Splitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Splitter").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Whether what follows whitespace at the start of an input is in UTF-8 and starts with `{`, but is not a record
/// with a line of another document; `None` if that is not known yet.
fn is_sequence(bytes: &[u8], is_at_end: bool) -> Option<bool> {
    // A zero byte follows in UTF-16.
    match bytes {
        [] | [b'{'] if !is_at_end => None,
        [b'{', 0, ..] => Some(false),
        [b'{', ..] => begins_record(bytes, is_at_end).map(|is_record| !is_record),
        [_, ..] => Some(false),
        [] => Some(false),
    }
}

/// Maximum length of the start of a document: its brace, first name and colon.
const LOOKAHEAD: usize = 256;

/// Maximum length of the name, which the repair parser recognizes as one.
const MAX_NAME_LENGTH: usize = 64;

enum StartLength {
    Some(usize),
    None,
    /// More bytes are needed.
    Undecided,
}

/// The length of the start of a document: `{`, a quoted name, and `:`. No string that the repair parser
/// reads in double quotes continues past one.
fn start_length(bytes: &[u8], is_at_end: bool) -> StartLength {
    let head = &bytes[..bytes.len().min(LOOKAHEAD)];
    let is_complete = is_at_end || head.len() == LOOKAHEAD;
    let is_space = |byte: &u8| byte.is_ascii_whitespace();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-@$.".contains(byte);
    let after = |at: usize, is_skipped: &dyn Fn(&u8) -> bool| {
        at + head[at..].iter().take_while(|byte| is_skipped(byte)).count()
    };
    let quote = after(1, &is_space);
    let name = (quote + 1).min(head.len());
    let end = after(name, &is_name);
    let colon = after((end + 1).min(head.len()), &is_space);
    for (at, wanted) in [(quote, b'"'), (end, b'"'), (colon, b':')] {
        match head.get(at) {
            None if !is_complete => return StartLength::Undecided,
            Some(byte) if *byte == wanted => {}
            _ => return StartLength::None,
        }
    }
    if (1..=MAX_NAME_LENGTH).contains(&(end - name)) {
        StartLength::Some(colon + 1)
    } else {
        StartLength::None
    }
}

/// Whether the bytes are a single JSON object.
fn is_well_formed(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    bytes.trim_ascii_start().starts_with(b"{")
        && serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

/// Whether the decoder ends a document before the last `length` bytes, with only whitespace in between.
fn ends_before(bytes: &[u8], length: usize, options: &Options) -> bool {
    let mut budget = FindingBudget::new(options, bytes.len());
    let (input, _) = Input::new(bytes, options.charset, &mut budget);
    let text = &*input.text;
    // The last bytes are ASCII, so their length is the same in the text.
    let boundary = text.len() - length;
    let settings = Settings::new(*options, budget);
    let mut progress = Progress::new(text);
    progress.has_started = true;
    while progress.at < boundary {
        if read_next::<DescribeInvocations>(text, &mut progress, &settings).is_none() {
            return false;
        }
        if let Some(rest) = text.get(progress.at..boundary)
            && rest.trim().is_empty()
        {
            // What follows may decide where the document ends.
            return !progress.work.has_passed_start.get();
        }
    }
    false
}

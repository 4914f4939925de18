//! Decoding from a reader, one document at a time.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, BufRead};
use std::iter::FusedIterator;

use super::Decoded;
use super::blocks::Blocks;
use crate::error::Error;
use crate::options::Options;

/// Decodes all documents of a reader, such as a long NDJSON file, one at a time.
///
/// Gives the documents, findings and errors of [`decode_all`](crate::decode_all) on the whole input, with
/// locations in it, but holds only one document in memory. How the reader divides the bytes makes no
/// difference. A document is returned once the start of the next one, or the end of the input, is read.
///
/// ```
/// use ecs_invocations::{Response, decode_reader};
///
/// // A file in a `BufReader`, `stdin().lock()`, …
/// let reader = &b"{\"Code\": \"Throttling\"}\n{\"Code\": \"InternalError\",}\n"[..];
/// for decoded in decode_reader(reader) {
///     let decoded = decoded?;
///     if let Response::Error(error) = &decoded.response {
///         println!("{:?}", error.code);
///     }
///     for finding in &decoded.findings {
///         println!("{finding:#}"); // 2:25: M302: Code: extra comma removed
///     }
/// }
/// # Ok::<(), ecs_invocations::ReadError>(())
/// ```
///
/// # Where the input is divided
///
/// The input is divided where a document ends a line with `}` and the next line starts with `{`, a quoted
/// name (1 to 64 of the characters `A-Z`, `a-z`, `0-9`, `_`, `-`, `@`, `$`, `.`) and `:`, if the text in between
/// is
///
/// - one well-formed JSON object, or
/// - malformed, or several documents, and the decoder ends a document there: not, for example, within a
///   string in single quotes that is not closed, or after other text. As each attempt takes time, the next
///   one is made when the text is twice as long.
///
/// What is not divided is decoded at once: an input that does not start with `{` (XML, UTF-16, a log with
/// prefixes), the log of a container (`{"log": "…"`), documents on one line, documents with text between them.
/// [`Options::max_bytes`] limits each of these parts, not the input. A larger one is an error, and
/// the last item.
///
/// # Differences from `decode_all`
///
/// - After a document whose last string or bracket is not closed, `decode_all` does not trust brackets in
///   the rest of the input (with [`repair`](Options::repair) off: takes each line for a document). Here, this
///   ends with the part. With repair off, a document that is not closed ends with its line even if
///   brackets in a later part would close it.
/// - A layer around the documents, such as escapes or a suffix on every line ([`LineMarks`],
///   [`Escaping`], [`LineWrap`]), is only removed if the input is not divided.
/// - The limit on the number of findings on invalid bytes, the 64 KiB for paths in findings and the work limit of
///   repair are of the part, not of the input.
///
/// [`LineMarks`]: crate::FindingKind::LineMarks
/// [`Escaping`]: crate::FindingKind::Escaping
/// [`LineWrap`]: crate::FindingKind::LineWrap
pub fn decode_reader<R: BufRead>(reader: R) -> DecodeReader<R> {
    Options::default().decode_reader(reader)
}

impl Options {
    /// Decodes all documents of a reader like [`decode_reader`], with these options.
    ///
    /// ```
    /// use ecs_invocations::{Options, ReadError};
    ///
    /// let options = Options::new().with_max_bytes(20); // of each document
    /// let reader = &b"{\"Code\": \"a\"}\n{\"Code\": \"b\"}\n{\"Code\": \"cccccccccccc\"}\n"[..];
    /// let documents: Vec<_> = options.decode_reader(reader).collect();
    /// assert!(matches!(documents[..], [Ok(_), Ok(_), Err(ReadError::Decode(_))]));
    /// ```
    pub fn decode_reader<R: BufRead>(&self, reader: R) -> DecodeReader<R> {
        DecodeReader { blocks: self.blocks(reader, 1), decoded: VecDeque::new() }
    }
}

/// An iterator over the documents of a reader, returned by [`decode_reader`].
///
/// After an error of a document ([`ReadError::Decode`]) it continues with the next one; after an error
/// of the reader ([`ReadError::Io`]) it ends. A document that the error interrupted is not decoded.
pub struct DecodeReader<R> {
    blocks: Blocks<R>,
    /// The documents of the current block that were not returned yet.
    decoded: VecDeque<Result<Decoded<'static>, Error>>,
}

impl<R: BufRead> Iterator for DecodeReader<R> {
    type Item = Result<Decoded<'static>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(decoded) = self.decoded.pop_front() {
                return Some(decoded.map_err(ReadError::Decode));
            }
            let options = self.blocks.options();
            let (bytes, part) = match self.blocks.next_part()? {
                Ok(part) => part,
                Err(error) => return Some(Err(ReadError::Io(error))),
            };
            let documents = options.decode_part(bytes, part);
            self.decoded.extend(documents.map(|decoded| decoded.map(Decoded::into_owned)));
        }
    }
}

impl<R: BufRead> FusedIterator for DecodeReader<R> {}

impl<R> fmt::Debug for DecodeReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeReader").field("blocks", &self.blocks).finish_non_exhaustive()
    }
}

/// Why [`decode_reader`] did not return a document.
///
/// ```
/// use std::error::Error as _;
/// use std::io::{self, BufReader, Read};
/// use ecs_invocations::{ReadError, decode_reader};
///
/// struct Broken;
/// impl Read for Broken {
///     fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
///         Err(io::Error::other("connection reset"))
///     }
/// }
///
/// let error = decode_reader(BufReader::new(Broken)).next().unwrap().unwrap_err();
/// assert!(matches!(error, ReadError::Io(_)));
/// assert_eq!(error.to_string(), "cannot read the input: connection reset");
/// assert_eq!(error.source().unwrap().to_string(), "connection reset");
/// ```
#[derive(Debug)]
pub enum ReadError {
    /// The reader failed.
    Io(io::Error),
    /// A document is not a response.
    Decode(Error),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot read the input: {error}"),
            Self::Decode(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Decode(error) => Some(error),
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        Self::Decode(error)
    }
}

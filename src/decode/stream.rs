//! Decoding from an asynchronous reader, one document at a time.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_io::AsyncBufRead;

use super::Decoded;
use super::blocks::{Splitter, Step};
use super::reader::ReadError;
use crate::error::Error;
use crate::options::Options;

/// Decodes all documents of an asynchronous reader, like [`decode_reader`](crate::decode_reader).
///
/// The reader implements `AsyncBufRead` of the crate `futures-io`; one of tokio does after
/// `tokio_util::compat`. Decoding itself does not yield, so a document of many megabytes occupies the
/// thread for as long as [`decode`](crate::decode).
///
/// ```
/// # use std::pin::pin;
/// # use std::task::{Context, Poll, Waker};
/// # use futures_core::Stream;
/// use ecs_invocations::decode_async_reader;
///
/// let reader = &b"{\"Code\": \"Throttling\"}\n{\"Code\": \"InternalError\",}\n"[..];
/// let mut documents = decode_async_reader(reader);
/// # let mut context = Context::from_waker(Waker::noop());
/// # let mut next = move || match pin!(&mut documents).poll_next(&mut context) {
/// #     Poll::Ready(next) => next,
/// #     Poll::Pending => panic!(),
/// # };
/// # const _: &str = stringify! {
/// // With `StreamExt` of the crate `futures`:
/// while let Some(decoded) = documents.next().await {
///     println!("{}", decoded?.response.to_json());
/// }
/// # };
/// # assert!(next().unwrap()?.is_clean());
/// # assert_eq!(next().unwrap()?.findings[0].location.as_ref().unwrap().line, 2);
/// # assert!(next().is_none());
/// # Ok::<(), ecs_invocations::ReadError>(())
/// ```
pub fn decode_async_reader<R: AsyncBufRead>(reader: R) -> DecodeStream<R> {
    Options::default().decode_async_reader(reader)
}

impl Options {
    /// Decodes all documents of an asynchronous reader like [`decode_async_reader`], with these options.
    ///
    /// ```
    /// use ecs_invocations::Options;
    ///
    /// let options = Options::new().with_max_bytes(1 << 20); // of each document
    /// let documents = options.decode_async_reader(&b"{\"Code\": \"a\"}\n{\"Code\": \"b\"}\n"[..]);
    /// ```
    pub fn decode_async_reader<R: AsyncBufRead>(&self, reader: R) -> DecodeStream<R> {
        DecodeStream { reader, splitter: Splitter::new(self, 1), decoded: VecDeque::new() }
    }
}

/// A stream of the documents of a reader, returned by [`decode_async_reader`].
///
/// After an error of a document ([`ReadError::Decode`]) it continues with the next one; after an error
/// of the reader ([`ReadError::Io`]) it ends.
#[must_use = "streams do nothing unless polled"]
pub struct DecodeStream<R> {
    reader: R,
    splitter: Splitter,
    /// The documents of the current block that were not returned yet.
    decoded: VecDeque<Result<Decoded<'static>, Error>>,
}

impl<R: AsyncBufRead + Unpin> Stream for DecodeStream<R> {
    type Item = Result<Decoded<'static>, ReadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { reader, splitter, decoded } = &mut *self;
        loop {
            if let Some(decoded) = decoded.pop_front() {
                return Poll::Ready(Some(decoded.map_err(ReadError::Decode)));
            }
            match splitter.next_step() {
                Step::Part(span, part) => {
                    let documents = splitter.decode(span, part);
                    decoded.extend(documents.map(|decoded| decoded.map(Decoded::into_owned)));
                }
                Step::Failed(error) => return Poll::Ready(Some(Err(ReadError::Io(error)))),
                Step::Done => return Poll::Ready(None),
                Step::NeedsInput => match ready!(Pin::new(&mut *reader).poll_fill_buf(context)) {
                    Ok(bytes) => {
                        splitter.push(bytes);
                        let length = bytes.len();
                        Pin::new(&mut *reader).consume(length);
                    }
                    Err(error) => splitter.fail(error),
                },
            }
        }
    }
}

impl<R> fmt::Debug for DecodeStream<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeStream").field("splitter", &self.splitter).finish_non_exhaustive()
    }
}

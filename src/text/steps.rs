//! Incremental decoding, which maps each piece of text to the bytes that it was decoded from.

use std::ops::Range;

use encoding_rs::{Decoder, DecoderResult, Encoding};

/// An iterator over the pieces of text.
pub(super) struct StepDecoder<'a> {
    bytes: &'a [u8],
    decoder: Decoder,
    /// Number of bytes read.
    at: usize,
    /// Length of the text decoded so far.
    text: usize,
    /// Start of the next piece's bytes.
    start: usize,
    /// An invalid piece that follows the one returned last.
    next: Option<Piece>,
    is_done: bool,
}

/// The spans of a piece of text and of its bytes.
pub(super) struct Piece {
    pub(super) bytes: Range<usize>,
    pub(super) text: Range<usize>,
    /// Whether the bytes were invalid and replaced by U+FFFD.
    pub(super) is_invalid: bool,
}

impl<'a> StepDecoder<'a> {
    pub(super) fn new(bytes: &'a [u8], bom_length: usize, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Self {
            bytes,
            decoder,
            at: bom_length,
            text: 0,
            start: bom_length,
            next: None,
            is_done: false,
        }
    }

    fn piece(&mut self, bytes: Range<usize>, length: usize, is_invalid: bool) -> Piece {
        let text = self.text..self.text + length;
        self.text = text.end;
        self.start = bytes.end;
        Piece { bytes, text, is_invalid }
    }
}

impl Iterator for StepDecoder<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        const REPLACEMENT: usize = '\u{fffd}'.len_utf8();
        if let Some(piece) = self.next.take() {
            return Some(piece);
        }
        let mut buffer = [0; 32];
        while !self.is_done {
            let end = self.bytes.len().min(self.at + 1);
            let is_last = end == self.bytes.len();
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
                &self.bytes[self.at..end],
                &mut buffer,
                is_last,
            );
            self.at += read;
            self.is_done = is_last && result == DecoderResult::InputEmpty;
            if let DecoderResult::Malformed(length, after) = result {
                let end = self.at - usize::from(after);
                let bad = end - usize::from(length)..end;
                let good = (written > 0).then(|| self.piece(self.start..bad.start, written, false));
                let bad = self.piece(bad, REPLACEMENT, true);
                if good.is_some() {
                    self.next = Some(bad);
                    return good;
                }
                return Some(bad);
            }
            if written > 0 {
                return Some(self.piece(self.start..self.at, written, false));
            }
        }
        None
    }
}

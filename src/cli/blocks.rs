//! Splits large inputs into blocks that can be decoded in parallel.

use std::io::{self, Read};

/// A part of an input.
pub(super) struct Block {
    pub(super) bytes: Vec<u8>,
    /// The number of the input's lines before it.
    pub(super) lines_before: usize,
}

/// The blocks of an input. Each holds whole JSON documents: a block ends where a line ends with `}` and
/// the next starts with `{`, which the decoder takes for the start of a document too. An input that is
/// small or does not start with `{` is a single block.
pub(super) struct Blocks<R> {
    reader: R,
    /// The size of a block in bytes; the last one is smaller, one with a larger document is larger.
    size: usize,
    /// The maximum size of a block in bytes.
    max_size: usize,
    /// Bytes already read that belong to the next block.
    rest: Vec<u8>,
    lines_before: usize,
    is_done: bool,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(reader: R, size: usize, max_size: usize) -> Self {
        Self { reader, size, max_size, rest: Vec::new(), lines_before: 0, is_done: false }
    }

    fn read(&mut self) -> io::Result<Block> {
        let mut bytes = std::mem::take(&mut self.rest);
        let mut searched = 0;
        let end = loop {
            let read = (&mut self.reader).take(self.size as u64).read_to_end(&mut bytes)?;
            // The decoder refuses a larger input anyway, so the rest need not be read.
            if read < self.size || bytes.len() > self.max_size {
                self.is_done = true;
                break bytes.len();
            }
            if let Some(end) = last_boundary(&bytes, searched) {
                break end;
            }
            searched = bytes.len() - 1;
        };
        self.rest = bytes.split_off(end);
        let lines_before = self.lines_before;
        self.lines_before += memchr::memchr_iter(b'\n', &bytes).count();
        Ok(Block { bytes, lines_before })
    }
}

impl<R: Read> Iterator for Blocks<R> {
    type Item = io::Result<Block>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let block = self.read();
        self.is_done |= block.is_err();
        Some(block)
    }
}

/// The offset of the last document in a sequence of JSON documents, if it is after `from`.
fn last_boundary(bytes: &[u8], from: usize) -> Option<usize> {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if !text.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    let ends = |newline: &usize| bytes[..*newline].trim_ascii_end().ends_with(b"}");
    let mut newlines = memchr::memmem::rfind_iter(&bytes[from..], b"\n{").map(|at| from + at);
    newlines.find(ends).map(|newline| newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(input: &str, size: usize) -> Vec<String> {
        let blocks = Blocks::new(input.as_bytes(), size, usize::MAX);
        blocks.map(|block| String::from_utf8(block.unwrap().bytes).unwrap()).collect()
    }

    #[test]
    fn blocks_are_whole_documents() {
        let lines = "{\"a\":1}\n{\"b\":[\n{\"c\":2},\n{}\n]}\r\n\n{\"d\":3}\n{\"e\":4}";
        for size in 1..lines.len() + 2 {
            let blocks = blocks(lines, size);
            assert_eq!(blocks.concat(), lines);
            for block in &blocks {
                let documents: Result<Vec<_>, _> = serde_json::Deserializer::from_str(block)
                    .into_iter::<serde_json::Value>()
                    .collect();
                assert!(documents.is_ok(), "{size}: {block:?}");
            }
            assert!(size > 10 || blocks.len() > 1, "{size}: {blocks:?}");
        }
    }

    #[test]
    fn an_input_that_is_not_a_sequence_is_one_block() {
        for input in ["", "[{}\n{}\n{}]", "<Error/>\n{}\n{}", "log: {}\n{}\n{}", "{\n{\n{"] {
            assert_eq!(blocks(input, 2), [input]);
        }
    }
}

//! The parts of inputs, which are checked in parallel.

use std::io::{self, BufReader, Read};

use ecs_invocations::{Block, Blocks, Options};
use indicatif::ProgressBar;

use super::input::Input;

/// A part of an input: whole documents, which are checked by themselves.
pub(super) struct Part {
    /// Index of the input.
    pub(super) input: usize,
    pub(super) block: io::Result<Block>,
}

impl Part {
    /// Whether it is an input that cannot be divided.
    pub(super) fn is_large(&self) -> bool {
        const LARGE: usize = 1 << 22;
        self.block.as_ref().is_ok_and(|block| block.bytes().len() >= LARGE)
    }
}

type Reader = BufReader<Box<dyn Read + Send>>;

/// The parts of all inputs, in order.
pub(super) struct Parts<'i> {
    inputs: &'i [Input],
    options: Options,
    progress: &'i ProgressBar,
    /// The number of inputs that were opened.
    opened: usize,
    blocks: Option<Blocks<Reader>>,
    /// A part that was read, but not returned.
    held: Option<Part>,
}

impl<'i> Parts<'i> {
    pub(super) fn new(inputs: &'i [Input], options: Options, progress: &'i ProgressBar) -> Self {
        Self { inputs, options, progress, opened: 0, blocks: None, held: None }
    }

    /// Index of the input that is being read.
    pub(super) fn current(&self) -> Option<usize> {
        self.blocks.as_ref().and_then(|_| self.opened.checked_sub(1))
    }

    /// The next parts: small ones, or a large one.
    pub(super) fn take_small(&mut self, most: usize) -> Vec<Part> {
        let mut parts = Vec::new();
        while parts.len() < most
            && let Some(part) = self.next()
        {
            if part.is_large() && !parts.is_empty() {
                self.held = Some(part);
                break;
            }
            let is_large = part.is_large();
            parts.push(part);
            if is_large {
                break;
            }
        }
        parts
    }
}

impl Iterator for Parts<'_> {
    type Item = Part;

    fn next(&mut self) -> Option<Part> {
        /// Large enough that scheduling costs nothing, small enough that the reports on some fit in memory.
        const BLOCK_SIZE: usize = 1 << 16;
        const READ_SIZE: usize = 1 << 16;
        if let Some(part) = self.held.take() {
            return Some(part);
        }
        loop {
            if let Some(block) = self.blocks.as_mut().and_then(Blocks::next) {
                return Some(Part { input: self.opened - 1, block });
            }
            if self.blocks.take().is_some() {
                self.progress.inc(1);
            }
            let input = self.inputs.get(self.opened)?;
            self.opened += 1;
            match input.open() {
                Ok(reader) => {
                    let reader = BufReader::with_capacity(READ_SIZE, reader);
                    self.blocks = Some(self.options.blocks(reader, BLOCK_SIZE));
                }
                Err(error) => {
                    self.progress.inc(1);
                    return Some(Part { input: self.opened - 1, block: Err(error) });
                }
            }
        }
    }
}

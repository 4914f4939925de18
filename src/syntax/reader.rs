//! What the front ends share: their error, and their state with the spans of current values.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::ops::Range;

use crate::finding::FindingKind;
use crate::options::{Limit, Options};
use crate::pending::{FindingBudget, Omitted};

/// The format of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// XML
    Xml,
    /// JSON
    Json,
    /// Text: an error that a client printed (rule `M320`).
    Text,
}

impl Format {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Xml => "XML",
            Self::Json => "JSON",
            Self::Text => "text",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The error of a front end. Small, since it is returned through serde at every level.
#[derive(Debug)]
pub(crate) struct ParseError {
    pub(crate) kind: Box<ParseErrorKind>,
    pub(crate) at: usize,
}

#[derive(Debug)]
pub(crate) enum ParseErrorKind {
    Syntax(String),
    NoRoot,
}

impl ParseErrorKind {
    pub(crate) fn at(self, at: usize) -> ParseError {
        ParseError { kind: Box::new(self), at }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.kind {
            ParseErrorKind::Syntax(message) => f.write_str(message),
            ParseErrorKind::NoRoot => f.write_str("no root element"),
        }
    }
}

impl std::error::Error for ParseError {}

impl serde::de::Error for ParseError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        ParseErrorKind::Syntax(message.to_string()).at(0)
    }
}

impl ParseError {
    /// Adds `start` to the offset.
    pub(crate) fn shifted_by(self, start: usize) -> Self {
        Self { at: self.at + start, ..self }
    }
}

/// Start and end offset. Of an object, array or element, only its opening bracket or tag.
pub(crate) type Span = (usize, usize);

/// The spans of the name and value visited last, and the end of the object, array or element that was
/// closed last. Set before each visit.
#[derive(Default)]
pub(crate) struct Spans {
    pub(crate) key: Cell<Span>,
    pub(crate) value: Cell<Span>,
    pub(crate) end: Cell<usize>,
}

impl Spans {
    pub(crate) fn set_key(&self, span: Range<usize>) {
        self.key.set((span.start, span.end));
    }

    pub(crate) fn set_value(&self, span: Range<usize>) {
        self.value.set((span.start, span.end));
    }

    pub(crate) fn set_end(&self, end: usize) {
        self.end.set(end);
    }
}

/// Findings inside a value that was read, which have no path yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unplaced {
    pub(crate) findings: Vec<(FindingKind, Range<usize>)>,
    /// Those beyond the limit. They are not counted if the value is dropped.
    pub(crate) omitted: Omitted,
}

impl Unplaced {
    pub(crate) fn is_empty(&self) -> bool {
        self.findings.is_empty() && self.omitted.is_empty()
    }
}

/// The state of a front end while it reads one document.
pub(crate) struct ReaderState {
    pub(crate) format: Format,
    pub(crate) options: Options,
    pub(crate) spans: Spans,
    pub(crate) budget: RefCell<FindingBudget>,
    /// Whether the text visited last is whitespace that may be formatting: all that an element with
    /// attributes has.
    pub(crate) is_formatting: Cell<bool>,
    pending: RefCell<Unplaced>,
    /// The limit that was exceeded, and its maximum.
    exceeded: Cell<Option<(Limit, usize)>>,
    /// Whether there are pending findings, or a limit was exceeded, since the last value was read.
    pub(crate) needs_attention: Cell<bool>,
}

impl ReaderState {
    pub(crate) fn new(format: Format, options: Options, budget: FindingBudget) -> Self {
        Self {
            format,
            options,
            spans: Spans::default(),
            budget: RefCell::new(budget),
            is_formatting: Cell::default(),
            pending: RefCell::default(),
            exceeded: Cell::default(),
            needs_attention: Cell::default(),
        }
    }

    /// Reports a finding inside the value being read. The rules add the path.
    pub(crate) fn report(&self, kind: FindingKind, span: Range<usize>) {
        let mut pending = self.pending.borrow_mut();
        if pending.findings.len() < self.budget.borrow().findings {
            pending.findings.push((kind, span));
        } else {
            pending.omitted.add(kind.rule());
        }
        self.needs_attention.set(true);
    }

    /// Takes the findings inside the value read last.
    pub(crate) fn take_pending(&self) -> Unplaced {
        self.pending.take()
    }

    /// Reports the findings inside a value again.
    pub(crate) fn report_again(&self, unplaced: Unplaced) {
        unplaced.findings.into_iter().for_each(|(kind, span)| self.report(kind, span));
        self.pending.borrow_mut().omitted.append(unplaced.omitted);
        self.needs_attention.set(true);
    }

    /// Records that a limit was exceeded, so that reading fails after the current value.
    #[cold]
    pub(crate) fn exceed(&self, limit: Limit, most: usize) {
        if self.exceeded.get().is_none() {
            self.exceeded.set(Some((limit, most)));
        }
        self.needs_attention.set(true);
    }

    /// The limit that was exceeded, and its maximum.
    pub(crate) fn exceeded(&self) -> Option<(Limit, usize)> {
        self.exceeded.get()
    }

    /// Sets the offset of an error that has none, since it came from a rule: the start of the current
    /// value.
    pub(crate) fn locate(&self, error: ParseError) -> ParseError {
        match error.at {
            0 => ParseError { at: self.spans.value.get().0, ..error },
            _ => error,
        }
    }
}

//! The state of the rules while one document is read, and the path to the current value.
//!
//! A canonical document costs nothing extra: the path is a chain of nodes on the stack ([`PathNode`]),
//! from which a [`Path`] is built only for a finding.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use serde::de::Error;

use crate::finding::{FindingKind, Path, Step};
use crate::options::{Limit, MAX_DEPTH, Options};
use crate::pending::{FindingBudget, PendingFinding, Subject};
use crate::schema::Kinds;
use crate::syntax::reader::{Format, ReaderState, Span, Unplaced};
use crate::syntax::xml::TEXT;
use crate::value::Object;

/// Whether any crate in the build enables serde_json's feature `arbitrary_precision`, with which it
/// deserializes numbers as maps.
static NUMBERS_ARE_MAPS: LazyLock<bool> = LazyLock::new(|| {
    serde_json::from_str::<serde_json::Number>("1.50").is_ok_and(|read| read.to_string() == "1.50")
});

/// How a document is read.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) options: Options,
    /// Number of texts of other documents around the document.
    pub(crate) texts: usize,
    pub(crate) budget: FindingBudget,
    /// Where the document was repaired, in order.
    pub(crate) repairs: Option<Arc<[Range<usize>]>>,
    /// The [keys](PathNode::key) of the values whose locations are requested.
    pub(crate) requested: Option<Arc<HashSet<Path>>>,
}

impl Settings {
    pub(crate) fn new(mut options: Options, budget: FindingBudget) -> Self {
        options.max_depth = options.max_depth.min(MAX_DEPTH);
        Self { options, texts: 0, budget, repairs: None, requested: None }
    }
}

/// What a word is not, which has signs of the document's own structure because of damage in it or beside it.
pub(crate) const WITHOUT_DAMAGE: &str = "a value without damage";

/// The state of the rules while one document is read.
pub struct Context {
    pub(crate) reader: ReaderState,
    /// The kinds of response that the document may be.
    kinds: Option<&'static Kinds>,
    has_items: Cell<bool>,
    has_foreign_items: Cell<bool>,
    is_abandoned: Cell<bool>,
    repairs: Option<Arc<[Range<usize>]>>,
    requested: Option<Arc<HashSet<Path>>>,
    findings: RefCell<Vec<PendingFinding>>,
    failed_at: RefCell<Option<Path>>,
    counts_doubts: bool,
    /// The part of the document whose texts are looked at for damage: from the first repair to the last.
    doubted: (usize, usize),
    /// Number of open levels.
    depth: Cell<usize>,
    invocations: Cell<usize>,
    instances: Cell<usize>,
    /// The names of the unknown members of open objects with many of them, and the depth of each object.
    names: RefCell<Vec<(usize, HashSet<Box<str>>)>>,
    /// The depth of the last object in `names`, or 0.
    names_depth: Cell<usize>,
    /// Whether a text is being read that holds a value of the document in JSON.
    pub(super) is_in_text: Cell<bool>,
    /// Whether values of repeated names were collected in a list inside the unknown value being read.
    pub(super) has_collected: Cell<bool>,
    /// Whether a map may be a number; see [`NUMBERS_ARE_MAPS`].
    pub(super) numbers_are_maps: bool,
}

/// The message of an error because of a limit. [`ReaderState::exceeded`] has the limit.
const OVER_A_LIMIT: &str = "over a limit";

impl Context {
    pub(crate) fn new(format: Format, settings: &Settings, kinds: Option<&'static Kinds>) -> Self {
        let Settings { options, texts: _, budget, repairs, requested } = settings;
        // In JSON, damage to a text shows in its syntax.
        let counts_doubts = format == Format::Xml && budget.doubts.is_some();
        Self {
            reader: ReaderState::new(format, *options, budget.clone()),
            kinds,
            has_items: Cell::default(),
            has_foreign_items: Cell::default(),
            is_abandoned: Cell::default(),
            repairs: repairs.clone(),
            requested: requested.clone(),
            findings: RefCell::default(),
            failed_at: RefCell::default(),
            counts_doubts,
            doubted: match repairs.as_deref() {
                _ if counts_doubts => (0, usize::MAX),
                Some([first, .., last]) => (first.start, last.end),
                Some([only]) => (only.start, only.end),
                Some([]) | None => (usize::MAX, 0),
            },
            depth: Cell::default(),
            invocations: Cell::default(),
            instances: Cell::default(),
            names: RefCell::default(),
            names_depth: Cell::default(),
            is_in_text: Cell::default(),
            has_collected: Cell::default(),
            numbers_are_maps: false,
        }
    }

    /// For a value in canonical form that was read by this crate.
    pub(super) fn for_values() -> Self {
        // One finding is enough to reject.
        let settings = Settings::new(Options::default(), FindingBudget::one());
        Self::new(Format::Json, &settings, None)
    }

    /// For canonical form from any deserializer.
    pub(super) fn for_deserializer() -> Self {
        Self { numbers_are_maps: *NUMBERS_ARE_MAPS, ..Self::for_values() }
    }

    /// The findings, and the remaining budget.
    pub(crate) fn into_findings(self) -> (Vec<PendingFinding>, FindingBudget) {
        (self.findings.into_inner(), self.reader.budget.into_inner())
    }

    /// The first finding and its path.
    pub(super) fn first_finding(&self) -> Option<(Path, FindingKind)> {
        let findings = self.findings.borrow();
        findings.iter().find_map(|finding| match &finding.subject {
            Subject::Finding(kind) => Some((finding.path.clone(), kind.clone())),
            Subject::Location { .. } => None,
        })
    }

    /// Enters an object, array or element.
    pub(super) fn enter<E: Error>(&self) -> Result<(), E> {
        let (depth, most) = (self.depth.get(), self.reader.options.max_depth.min(MAX_DEPTH));
        if depth == most {
            return Err(self.too_deep(most));
        }
        self.depth.set(depth + 1);
        Ok(())
    }

    pub(super) fn leave(&self) {
        let depth = self.depth.get();
        if self.names_depth.get() == depth {
            let mut names = self.names.borrow_mut();
            names.pop();
            self.names_depth.set(names.last().map_or(0, |(depth, _)| *depth));
        }
        self.depth.set(depth - 1);
    }

    /// Whether the current object, whose unknown members so far are `members`, has one of this name.
    pub(super) fn is_repeated(&self, members: &Object<'_>, name: &str) -> bool {
        /// Searching more members one by one would take quadratic time.
        const MOST_SEARCHED: usize = 16;
        if members.len() <= MOST_SEARCHED {
            return members.get(name).is_some();
        }
        let (mut all, depth) = (self.names.borrow_mut(), self.depth.get());
        if self.names_depth.get() != depth {
            all.push((depth, members.iter().map(|(name, _)| name.into()).collect()));
            self.names_depth.set(depth);
        }
        all.last_mut().is_some_and(|(_, names)| !names.insert(name.into()))
    }

    #[cold]
    pub(super) fn too_deep<E: Error>(&self, most: usize) -> E {
        self.reader.exceed(Limit::Depth, most);
        E::custom(OVER_A_LIMIT)
    }

    /// Counts a list item, if the list has a limit.
    pub(super) fn count(&self, limit: Option<Limit>) {
        let options = &self.reader.options;
        let (count, limit, most) = match limit {
            Some(limit @ Limit::Invocations) => (&self.invocations, limit, options.max_invocations),
            Some(limit @ Limit::Instances) => (&self.instances, limit, options.max_instances),
            _ => return,
        };
        count.set(count.get() + 1);
        if count.get() > most {
            self.reader.exceed(limit, most);
        }
    }

    /// Takes back that what turned out to be no item was counted.
    #[cold]
    pub(super) fn uncount(&self, limit: Option<Limit>) {
        let count = match limit {
            Some(Limit::Invocations) => &self.invocations,
            Some(Limit::Instances) => &self.instances,
            _ => return,
        };
        count.set(count.get() - 1);
    }

    /// Notes an item of which a known field has a value.
    #[inline]
    pub(super) fn note_item(&self) {
        self.has_items.set(true);
    }

    /// Whether there was such an item in any list.
    pub(super) fn has_items(&self) -> bool {
        self.has_items.get()
    }

    /// Notes an unknown field, which may tell that an item belongs to another operation.
    #[cold]
    pub(super) fn note_unknown_field(&self, name: &str) {
        if self.kinds.is_some_and(|kinds| kinds.is_foreign_item_field(name)) {
            self.has_foreign_items.set(true);
        }
    }

    /// Whether an item belongs to another operation.
    pub(super) fn has_foreign_items(&self) -> bool {
        self.has_foreign_items.get()
    }

    /// Notes that the document is not what it is being read as.
    #[cold]
    pub(super) fn abandon(&self) {
        self.is_abandoned.set(true);
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        self.is_abandoned.get()
    }

    /// The path of the innermost value being read when the front end failed.
    pub(crate) fn failed_at(&self) -> Path {
        self.failed_at.borrow_mut().take().unwrap_or_default()
    }
}

/// A node of the chain from a value to the root.
#[derive(Clone, Copy)]
pub struct PathNode<'p> {
    parent: Option<&'p PathNode<'p>>,
    step: PathStep<'p>,
}

/// The step from a parent value to its child.
#[derive(Clone, Copy)]
pub(super) enum PathStep<'p> {
    Root,
    /// A field, under its documented name.
    Known(&'static str),
    /// A field that the API sends as an empty string if it has no value.
    MayBeEmpty(&'static str),
    /// A field that holds a JSON object as text, and may be empty too.
    JsonText(&'static str),
    /// The items of a list, under the name of their element. An item's path has this step even if the
    /// input has no wrapper, so that it is the same in every shape of the list.
    Items(&'static str),
    /// A response wrapped in another object.
    Envelope(&'p str),
    /// A response wrapped in an array.
    EnvelopeItem(usize),
    /// An unknown member.
    Name(&'p str),
    Index(usize),
}

impl<'p> PathNode<'p> {
    const ROOT: PathNode<'static> = PathNode { parent: None, step: PathStep::Root };

    pub(super) fn child(&'p self, step: PathStep<'p>) -> Self {
        Self { parent: Some(self), step }
    }

    fn chain(&self) -> impl Iterator<Item = &PathNode<'p>> {
        std::iter::successors(Some(self), |node| node.parent)
            .filter(|node| !matches!(node.step, PathStep::Root))
    }

    fn steps(&self, keeps: impl Fn(&PathStep<'p>) -> bool) -> Path {
        let mut steps = Vec::with_capacity(self.chain().count());
        for node in self.chain().filter(|node| keeps(&node.step)) {
            steps.push(match node.step {
                PathStep::Root | PathStep::Name(TEXT) => continue,
                PathStep::Known(name)
                | PathStep::MayBeEmpty(name)
                | PathStep::JsonText(name)
                | PathStep::Items(name) => Step::Name(Cow::Borrowed(name)),
                PathStep::Name(name) | PathStep::Envelope(name) => {
                    Step::Name(Cow::Owned(name.to_owned()))
                }
                PathStep::Index(index) | PathStep::EnvelopeItem(index) => Step::Index(index),
            });
        }
        steps.reverse();
        steps.into()
    }

    fn path(&self) -> Path {
        self.steps(|_| true)
    }

    /// The path without the names of envelopes: the path in a response without them.
    fn key(&self) -> Path {
        self.steps(|step| !matches!(step, PathStep::Envelope(_) | PathStep::EnvelopeItem(_)))
    }
}

/// Whether a field holds a word or a time, by the end of its name.
fn is_name_of_word(name: &str) -> bool {
    let ends: &[&str] = match name.as_bytes().last() {
        Some(b'd') => &["Id"],
        Some(b'e') => &["Time", "Type", "Mode"],
        Some(b's') => &["Status"],
        _ => &[],
    };
    ends.iter().any(|end| name.ends_with(end))
}

/// The bytes of words and times.
const IS_PART_OF_WORD: [bool; 256] = {
    let mut is_part = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        is_part[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'_' | b'.' | b':' | b'+' | b'/' | b' ');
        byte += 1;
    }
    is_part
};

/// Whether a text is no JSON object, judged by how it begins.
fn is_no_json(text: &str) -> bool {
    let Some(inside) = text.trim_start().strip_prefix('{') else { return !text.is_empty() };
    let inside = inside.trim_start();
    let is_empty_name = inside.starts_with("\"\"") && !inside[2..].trim_start().starts_with(':');
    is_empty_name || !inside.starts_with(['"', '}'])
}

/// The findings at some point of the document, and the budget that was left for others.
pub(super) struct Checkpoint {
    findings: usize,
    budget: FindingBudget,
}

/// The value being read: its path, and the context to report findings to.
#[derive(Clone, Copy)]
pub struct FieldContext<'p> {
    pub(super) context: &'p Context,
    pub(super) node: &'p PathNode<'p>,
}

impl<'p> FieldContext<'p> {
    pub(super) fn root(context: &'p Context) -> Self {
        FieldContext { context, node: &PathNode::ROOT }
    }

    pub(super) fn at<'q>(self, node: &'q PathNode<'q>) -> FieldContext<'q>
    where
        'p: 'q,
    {
        FieldContext { context: self.context, node }
    }

    /// The value that contains this one.
    pub(super) fn parent(self) -> Self {
        FieldContext { context: self.context, node: self.node.parent.unwrap_or(self.node) }
    }

    /// Whether the field holds a JSON object as text.
    pub(super) fn is_json_text(self) -> bool {
        let mut steps = self.node.chain().map(|node| node.step);
        let field = steps.find(|step| !matches!(step, PathStep::Name(TEXT)));
        matches!(field, Some(PathStep::JsonText(_)))
    }

    /// The finding on a text that cannot be the value of this field, because of damage in it or beside it: it has
    /// signs of the document's own structure. Others that cannot be its value are counted.
    #[inline]
    pub(super) fn doubt(self, text: &str) -> Option<FindingKind> {
        let (start, end) = self.value_span();
        let (first, last) = self.context.doubted;
        if end < first || start > last { None } else { self.doubt_in_repaired(text) }
    }

    #[cold]
    fn doubt_in_repaired(self, text: &str) -> Option<FindingKind> {
        if self.context.counts_doubts && self.is_doubtful(text) {
            *self.context.reader.budget.borrow_mut().doubts.get_or_insert(0) += 1;
        }
        let repairs = self.context.repairs.as_deref()?;
        let (start, end) = self.value_span();
        let next = repairs.partition_point(|repaired| repaired.end < start);
        let is_repaired = repairs.get(next).is_some_and(|repaired| repaired.start <= end);
        (is_repaired && self.is_damaged(text))
            .then_some(FindingKind::InvalidValue { expected: WITHOUT_DAMAGE })
    }

    fn is_doubtful(self, text: &str) -> bool {
        match self.node.step {
            PathStep::Known(name) if is_name_of_word(name) => {
                // Whitespace around the value of an enum is none of it.
                let is_enum = !name.ends_with("Id") && !name.ends_with("Time");
                let text = if is_enum { text.trim() } else { text };
                !text.bytes().all(|byte| IS_PART_OF_WORD[usize::from(byte)])
            }
            PathStep::JsonText(_) => is_no_json(text),
            _ => false,
        }
    }

    fn is_damaged(self, text: &str) -> bool {
        let is_structure = |c: char| matches!(c, '"' | '<' | '>' | '{' | '}');
        self.name().is_some_and(is_name_of_word)
            && (text.contains(is_structure) || text.ends_with(','))
    }

    /// Whether the field holds a word, a time or a name, which has no line breaks.
    pub(super) fn is_word(self) -> bool {
        self.name().is_some_and(|name| is_name_of_word(name) || name.ends_with("Name"))
    }

    /// The name of the field that this is.
    fn name(self) -> Option<&'static str> {
        match self.node.step {
            PathStep::Known(name) | PathStep::MayBeEmpty(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn is_xml(self) -> bool {
        self.context.reader.format == Format::Xml
    }

    /// The span of the current value. Save it for a finding reported after the front end has moved on.
    pub(super) fn value_span(self) -> Span {
        self.context.reader.spans.value.get()
    }

    pub(super) fn report(self, kind: FindingKind) {
        self.report_at(kind, self.value_span());
    }

    /// Reports a value that is empty, whitespace or null.
    #[cold]
    pub(super) fn report_empty(self, is_empty_string: bool, span: Span) {
        match self.node.step {
            PathStep::MayBeEmpty(_) | PathStep::JsonText(_) if is_empty_string => {
                if self.context.reader.options.report_empty_strings {
                    self.report_whole(FindingKind::EmptyString, span);
                }
            }
            _ => self.report_whole(FindingKind::EmptyValue, span),
        }
    }

    /// Reports a finding on a value that begins at `span` and has been read completely.
    pub(super) fn report_whole(self, kind: FindingKind, span: Span) {
        self.report_at(kind, self.whole(span));
    }

    /// The span of a value that begins at `span` and has been read completely.
    pub(super) fn whole(self, span: Span) -> Span {
        (span.0, self.context.reader.spans.end.get().max(span.1))
    }

    pub(super) fn report_name(self, kind: FindingKind) {
        self.report_at(kind, self.context.reader.spans.key.get());
    }

    #[cold]
    pub(super) fn report_at(self, kind: FindingKind, (start, end): Span) {
        let Some(path) = self.context.reader.budget.borrow_mut().take(&kind, || self.node.path())
        else {
            return;
        };
        self.push_finding(Subject::Finding(kind), path, start..end);
    }

    /// Reports a missing list at the span of its parent object.
    #[cold]
    pub(super) fn report_missing_list(self, kind: FindingKind, name: &'static str, span: Span) {
        self.at(&self.node.child(PathStep::Known(name))).report_at(kind, span);
    }

    fn push_finding(self, subject: Subject, path: Path, span: Range<usize>) {
        self.context.findings.borrow_mut().push(PendingFinding {
            subject,
            path,
            span,
            text_span: None,
            is_guess: false,
        });
    }

    /// Records the location of the current value, if requested.
    #[inline]
    pub(super) fn record_arrival(self) {
        if let Some(requested) = &self.context.requested {
            self.record_location(requested);
        }
    }

    #[cold]
    fn record_location(self, requested: &HashSet<Path>) {
        // No value inside an unknown one is requested: building the keys of all would take quadratic time.
        let mut around = self.node.chain().skip(1).map(|node| node.step);
        if around.any(|step| matches!(step, PathStep::Name(name) if name != TEXT)) {
            return;
        }
        let key = self.node.key();
        if requested.contains(&key) {
            let (start, end) = self.value_span();
            self.push_finding(Subject::Location { key }, self.node.path(), start..end);
        }
    }

    /// Reports the front end's findings in the value just read. Fails if a limit was exceeded.
    #[inline]
    pub(super) fn check_reader<E: Error>(self) -> Result<(), E> {
        match self.context.reader.needs_attention.take() {
            true => self.check_limits(),
            false => Ok(()),
        }
    }

    #[cold]
    fn check_limits<E: Error>(self) -> Result<(), E> {
        let reader = &self.context.reader;
        let Unplaced { findings, omitted } = reader.take_pending();
        for (kind, span) in findings {
            let path = reader.budget.borrow_mut().take(&kind, || self.node.path());
            if let Some(path) = path {
                self.push_finding(Subject::Finding(kind), path, span);
            }
        }
        reader.budget.borrow_mut().omitted.append(omitted);
        match self.context.reader.exceeded() {
            None => Ok(()),
            Some(_) => {
                self.record_failure();
                Err(E::custom(OVER_A_LIMIT))
            }
        }
    }

    /// Number of findings, for [`move_findings_into_text`](Self::move_findings_into_text).
    pub(super) fn finding_count(self) -> usize {
        self.context.findings.borrow().len()
    }

    /// The state to return to when what follows is dropped.
    pub(super) fn checkpoint(self) -> Checkpoint {
        let budget = self.context.reader.budget.borrow().clone();
        Checkpoint { findings: self.finding_count(), budget }
    }

    /// Moves the findings since `count` into the text of the current value, in which their spans are.
    pub(super) fn move_findings_into_text(self, count: usize, (start, end): Span) {
        for finding in self.context.findings.borrow_mut().iter_mut().skip(count) {
            finding.text_span = Some(std::mem::replace(&mut finding.span, start..end));
        }
    }

    /// Drops the findings inside a value that is dropped or ignored as a whole, those beyond the limit too.
    pub(super) fn drop_findings_since(self, checkpoint: Checkpoint) {
        self.context.findings.borrow_mut().truncate(checkpoint.findings);
        self.context.reader.budget.borrow_mut().restore(checkpoint.budget);
    }

    #[cold]
    pub(super) fn record_failure(self) {
        self.context.failed_at.borrow_mut().get_or_insert_with(|| self.node.path());
    }
}

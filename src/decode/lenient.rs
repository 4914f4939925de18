//! Every leniency rule, over serde's data model, for both formats.
//!
//! A front end is a `Deserializer` that answers `deserialize_any`: JSON with what it holds, XML with
//! text, or with the attributes (`@name`), children and stray text (`$text`) of an element as the
//! members of a map, in which a name may come again. The rules here fill the model from either, and
//! note what they changed.
//!
//! Two things hold throughout:
//! - a clean document costs nothing extra: the way to a value is a chain of frames on the stack
//!   ([`Place`]), spelled out only when there is something to note;
//! - no member is ever ignored: what is not read goes to `extra` or into a note.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};

use super::source::Remark;
use super::{Fault, Format, Room, Setup};
use crate::error::Limit;
use crate::finding::{Duplicate, FindingKind, ListShape, Path, Step};
use crate::model::{
    ApiError, ApiErrorCode, CommandType, Content, ErrorCode, Frequency, InstanceStatus,
    InvocationResults, InvocationStatus, Object, Page, Record, RepeatMode, Response,
    TerminationMode, Time, Value, same_name,
};

/// The member that holds the text of an XML element which has attributes or children beside it.
pub(crate) const TEXT: &str = "$text";

/// The member under which serde_json hands out a number's digits where a crate in the same build turns
/// on its `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

/// Whether a crate does. Elsewhere a member of that name is one like any other.
static NUMBERS_ARE_MAPS: LazyLock<bool> = LazyLock::new(|| {
    serde_json::from_str::<serde_json::Number>("1.50").is_ok_and(|read| read.to_string() == "1.50")
});

/// How deep a document may nest: as deep as serde_json lets arrays and objects.
pub(super) const DEEPEST: usize = 127;

/// How deep the values of an unknown field may nest. Canonical form can nest a few levels deeper than
/// what was read (a list gets its wrapper); with this bound it stays readable all the same.
const DEEPEST_UNKNOWN: usize = 96;

/// The members that hold a response in place of being one.
pub(crate) const ENVELOPES: &[&str] =
    &["body", "DescribeInvocationsResponse", "DescribeInvocationResultsResponse", "Error"];

// ---------------------------------------------------------------------------------------------------
// What is shared while one document is read
// ---------------------------------------------------------------------------------------------------

/// What is noted and known while one document is read.
pub(crate) struct Context {
    format: Format,
    setup: Setup,
    room: RefCell<Room>,
    notes: RefCell<Vec<Remark>>,
    /// What was remarked on the documents in texts, each with the number of the note on its text.
    inside: RefCell<Vec<(usize, Vec<Remark>)>>,
    failed: RefCell<Option<Path>>,
    /// What the front end found inside the value that is being read.
    mentions: RefCell<Vec<(FindingKind, Range<usize>)>>,
    /// How many levels are open.
    depth: Cell<usize>,
    invocations: Cell<usize>,
    instances: Cell<usize>,
    /// The limit that was exceeded, and how much there may be.
    exceeded: Cell<Option<(Limit, usize)>>,
    /// Whether there are mentions or a limit was exceeded since the last value was read.
    attention: Cell<bool>,
    /// Whether a map may stand for a number: see [`NUMBER`].
    numbers_are_maps: bool,
    /// Where the front end is.
    pub(super) spans: Spans,
}

/// The message of an error that a limit is the reason of; [`Context::exceeded`] says which.
const OVER_A_LIMIT: &str = "over a limit";

/// Where a value begins and where what is known of it ends.
type Mark = (usize, usize);

/// The spans of what the front end handed out last, set before each visit: a name, a value (of one that
/// has something inside it only what begins it), and the end of the last value with something inside it.
#[derive(Default)]
pub(super) struct Spans {
    key: Cell<Mark>,
    value: Cell<Mark>,
    end: Cell<usize>,
}

impl Spans {
    pub(super) fn key(&self, span: Range<usize>) {
        self.key.set((span.start, span.end));
    }

    pub(super) fn value(&self, span: Range<usize>) {
        self.value.set((span.start, span.end));
    }

    pub(super) fn end(&self, end: usize) {
        self.end.set(end);
    }
}

impl Context {
    pub(super) fn new(format: Format, setup: Setup) -> Self {
        Self {
            format,
            room: RefCell::new(setup.room.clone()),
            setup,
            notes: RefCell::default(),
            inside: RefCell::default(),
            failed: RefCell::default(),
            mentions: RefCell::default(),
            depth: Cell::default(),
            invocations: Cell::default(),
            instances: Cell::default(),
            exceeded: Cell::default(),
            attention: Cell::default(),
            numbers_are_maps: false,
            spans: Spans::default(),
        }
    }

    /// For what is in canonical form or no response.
    pub(super) fn plain() -> Self {
        Self::new(Format::Json, Setup::plain())
    }

    /// For what comes from a deserializer that is not ours, in canonical form.
    fn canonical() -> Self {
        Self { numbers_are_maps: *NUMBERS_ARE_MAPS, ..Self::plain() }
    }

    /// The notes, and what room they left. `original` leads from places in what a string of the text
    /// says, in ascending order, to places in how the text says it.
    pub(super) fn into_notes(
        self,
        text: &str,
        original: impl Fn(&str, &[usize]) -> Vec<usize>,
    ) -> (Vec<Remark>, Room) {
        let mut notes = self.notes.into_inner();
        for (nth, inside) in self.inside.into_inner() {
            let Some(note) = notes.get_mut(nth) else { continue };
            let raw = note.span.clone();
            let mut places: Vec<usize> =
                inside.iter().flat_map(|remark| [remark.span.start, remark.span.end]).collect();
            places.sort_unstable();
            places.dedup();
            let found = original(&text[raw.clone()], &places);
            let place = |at: usize| {
                let found = places.binary_search(&at).ok().and_then(|nth| found.get(nth));
                raw.start + found.copied().unwrap_or(raw.len())
            };
            // What was unwrapped begins there.
            note.span.end = raw.start;
            notes.extend(inside.into_iter().map(|remark| Remark {
                span: place(remark.span.start)..place(remark.span.end),
                ..remark
            }));
        }
        (notes, self.room.into_inner())
    }

    pub(super) fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The limit that was exceeded, and how much there may be.
    pub(super) fn exceeded(&self) -> Option<(Limit, usize)> {
        self.exceeded.get()
    }

    /// Lets reading fail at the next opportunity.
    #[cold]
    pub(super) fn exceed(&self, limit: Limit, most: usize) {
        if self.exceeded.get().is_none() {
            self.exceeded.set(Some((limit, most)));
        }
        self.attention.set(true);
    }

    /// Goes one level deeper.
    fn enter<E: Error>(&self) -> Result<(), E> {
        let (depth, most) = (self.depth.get(), self.setup.options.max_depth.min(DEEPEST));
        if depth == most {
            return Err(self.too_deep(most));
        }
        self.depth.set(depth + 1);
        Ok(())
    }

    fn leave(&self) {
        self.depth.set(self.depth.get() - 1);
    }

    #[cold]
    fn too_deep<E: Error>(&self, most: usize) -> E {
        self.exceed(Limit::Depth, most);
        E::custom(OVER_A_LIMIT)
    }

    /// Counts an item of a list by the name of its element.
    fn count(&self, name: &str) {
        let options = &self.setup.options;
        let (count, limit, most) = match name {
            "Invocation" => (&self.invocations, Limit::Invocations, options.max_invocations),
            "InvokeInstance" | "InvocationResult" => {
                (&self.instances, Limit::Instances, options.max_instances)
            }
            _ => return,
        };
        count.set(count.get() + 1);
        if count.get() > most {
            self.exceed(limit, most);
        }
    }

    /// A fault with its place: a rule that gives up knows none, so it is that of the value it gave up on.
    pub(super) fn placed(&self, fault: Fault) -> Fault {
        match fault.at {
            0 => Fault { at: self.spans.value.get().0, ..fault },
            _ => fault,
        }
    }

    /// The way to the innermost value that was being read when the reader failed.
    pub(super) fn failed_at(&self) -> Path {
        self.failed.borrow_mut().take().unwrap_or_default()
    }

    /// Notes what the front end found, whose way is that of the value now being read.
    pub(super) fn mention(&self, kind: FindingKind, span: Range<usize>) {
        let mut mentions = self.mentions.borrow_mut();
        let mut room = self.room.borrow_mut();
        if mentions.len() < room.findings {
            mentions.push((kind, span));
            self.attention.set(true);
        } else {
            room.refused += 1;
        }
    }
}

/// A value's place in the document: a frame of the chain that leads to it.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    parent: Option<&'p Place<'p>>,
    step: Way<'p>,
}

#[derive(Clone, Copy)]
enum Way<'p> {
    Root,
    Known(&'static str),
    Name(&'p str),
    Index(usize),
}

impl<'p> Place<'p> {
    const ROOT: Place<'static> = Place { parent: None, step: Way::Root };

    fn child(&'p self, step: Way<'p>) -> Self {
        Self { parent: Some(self), step }
    }

    fn chain(&self) -> impl Iterator<Item = &Place<'p>> {
        std::iter::successors(Some(self), |place| place.parent)
            .filter(|place| !matches!(place.step, Way::Root))
    }

    fn path(&self) -> Path {
        let mut steps = Vec::with_capacity(self.chain().count());
        for place in self.chain() {
            steps.push(match place.step {
                Way::Root | Way::Name(TEXT) => continue,
                Way::Known(name) => Step::Name(Cow::Borrowed(name)),
                Way::Name(name) => Step::Name(Cow::Owned(name.to_owned())),
                Way::Index(index) => Step::Index(index),
            });
        }
        steps.reverse();
        steps.into()
    }
}

/// Where the rules are, and whom they tell.
#[derive(Clone, Copy)]
pub(crate) struct Here<'p> {
    context: &'p Context,
    place: &'p Place<'p>,
}

impl<'p> Here<'p> {
    fn root(context: &'p Context) -> Self {
        Here { context, place: &Place::ROOT }
    }

    fn at<'q>(self, place: &'q Place<'q>) -> Here<'q>
    where
        'p: 'q,
    {
        Here { context: self.context, place }
    }

    fn is_xml(self) -> bool {
        self.context.format == Format::Xml
    }

    /// The value that is being read, for a note that comes when the reader has moved on.
    fn mark(self) -> Mark {
        self.context.spans.value.get()
    }

    fn note(self, kind: FindingKind) {
        self.note_span(kind, self.mark());
    }

    /// Notes what was found of the value that `mark` began and that has been read to its end.
    fn note_whole(self, kind: FindingKind, mark: Mark) {
        self.note_span(kind, (mark.0, self.context.spans.end.get().max(mark.1)));
    }

    fn note_name(self, kind: FindingKind) {
        self.note_span(kind, self.context.spans.key.get());
    }

    #[cold]
    fn note_span(self, kind: FindingKind, (start, end): Mark) {
        let Some(path) = self.context.room.borrow_mut().take(|| self.place.path()) else {
            return;
        };
        self.write_down(Some(kind), path, start..end);
    }

    fn write_down(self, kind: Option<FindingKind>, path: Path, span: Range<usize>) {
        self.context.notes.borrow_mut().push(Remark { kind, path, span });
    }

    /// Writes down where the value is that is about to be read, if its place is asked for.
    #[cold]
    fn watch(self, wanted: &HashSet<Path>) {
        let path = self.place.path();
        if wanted.contains(&path.folded()) {
            let (start, end) = self.mark();
            self.write_down(None, path, start..end);
        }
    }

    /// Notes what the front end mentioned, and fails where a limit was exceeded.
    #[cold]
    fn attend<E: Error>(self) -> Result<(), E> {
        for (kind, span) in self.context.mentions.take() {
            if let Some(path) = self.context.room.borrow_mut().take(|| self.place.path()) {
                self.write_down(Some(kind), path, span);
            }
        }
        match self.context.exceeded.get() {
            None => Ok(()),
            Some(_) => {
                self.failed();
                Err(E::custom(OVER_A_LIMIT))
            }
        }
    }

    /// Reads the name of a member.
    fn name(self) -> Name<'p> {
        Name { context: self.context, longest: self.context.setup.options.max_name_bytes }
    }

    /// How many notes there are, for [`forget`](Self::forget).
    fn noted(self) -> usize {
        self.context.notes.borrow().len()
    }

    /// Drops the notes on what is inside a value that is noted as a whole.
    fn forget(self, noted: usize) {
        self.context.notes.borrow_mut().truncate(noted);
        self.context.inside.borrow_mut().retain(|(nth, _)| *nth < noted);
    }

    #[cold]
    fn failed(self) {
        self.context.failed.borrow_mut().get_or_insert_with(|| self.place.path());
    }
}

// ---------------------------------------------------------------------------------------------------
// serde's data model, reduced to what the rules tell apart
// ---------------------------------------------------------------------------------------------------

/// A value with nothing inside it.
enum Token<'de> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    /// Digits of any other number.
    Number(Cow<'de, str>),
    Text(Cow<'de, str>),
}

impl<'de> Token<'de> {
    fn number(digits: Cow<'de, str>) -> Self {
        if let Ok(number) = digits.parse() {
            return Self::Unsigned(number);
        }
        match digits.parse() {
            Ok(number) if digits != "-0" => Self::Signed(number),
            _ => Self::Number(digits),
        }
    }

    /// The text of the token, and whether it was text; `None` where it is blank.
    fn text(self) -> Option<(Cow<'de, str>, bool)> {
        match self {
            Self::Null => None,
            Self::Text(text) if is_blank(&text) => None,
            Self::Text(text) => Some((text, true)),
            Self::Bool(value) => Some((if value { "true" } else { "false" }.into(), false)),
            Self::Unsigned(number) => Some((number.to_string().into(), false)),
            Self::Signed(number) => Some((number.to_string().into(), false)),
            Self::Number(digits) => Some((digits, false)),
        }
    }
}

#[inline]
pub(crate) fn is_blank(text: &str) -> bool {
    !matches!(text.as_bytes().first(), Some(b'!'..=b'~')) && text.trim().is_empty()
}

/// What to make of a value of any shape.
trait Rule<'de>: Sized {
    type Out;

    fn token(self, token: Token<'de>, here: Here<'_>) -> Self::Out;

    /// Takes a text of the document as it stands there: the same as its token, sooner where that can be.
    #[inline]
    fn text(self, text: &'de str, here: Here<'_>) -> Self::Out {
        self.token(Token::Text(Cow::Borrowed(text)), here)
    }

    /// Takes all the members of a map, of which the first name has been read.
    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: Here<'_>,
    ) -> Result<Self::Out, A::Error>;

    fn items<A: SeqAccess<'de>>(self, items: A, here: Here<'_>) -> Result<Self::Out, A::Error>;
}

/// A value that is about to be read, whatever its shape, by a rule.
struct Any<'p, T> {
    rule: T,
    here: Here<'p>,
}

impl<'de, T: Rule<'de>> Any<'_, T> {
    /// Every value comes by here, and by nothing else, before it is read.
    #[inline]
    fn arrive(&self) {
        if let Some(wanted) = &self.here.context.setup.wanted {
            self.here.watch(wanted);
        }
    }

    fn token(self, token: Token<'de>) -> T::Out {
        self.arrive();
        self.rule.token(token, self.here)
    }
}

impl<'de, T: Rule<'de>> DeserializeSeed<'de> for Any<'_, T> {
    type Value = T::Out;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Out, D::Error> {
        let here = self.here;
        let read = deserializer.deserialize_any(self).inspect_err(|_| here.failed());
        if here.context.attention.take() {
            here.attend()?;
        }
        read
    }
}

impl<'de, T: Rule<'de>> Visitor<'de> for Any<'_, T> {
    type Value = T::Out;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<T::Out, E> {
        Ok(self.token(Token::Bool(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<T::Out, E> {
        Ok(self.token(Token::Unsigned(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<T::Out, E> {
        Ok(self.token(Token::Signed(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<T::Out, E> {
        let number = serde_json::Number::from_f64(value);
        let digits = number.map_or_else(|| value.to_string(), |number| number.to_string());
        Ok(self.token(Token::number(digits.into())))
    }

    fn visit_unit<E>(self) -> Result<T::Out, E> {
        Ok(self.token(Token::Null))
    }

    #[inline]
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<T::Out, E> {
        self.arrive();
        Ok(self.rule.text(text, self.here))
    }

    fn visit_str<E>(self, text: &str) -> Result<T::Out, E> {
        Ok(self.token(Token::Text(Cow::Owned(text.to_owned()))))
    }

    fn visit_string<E>(self, text: String) -> Result<T::Out, E> {
        Ok(self.token(Token::Text(Cow::Owned(text))))
    }

    /// The digits of a number, from a [`Value`].
    fn visit_newtype_struct<D: Deserializer<'de>>(self, digits: D) -> Result<T::Out, D::Error> {
        let digits =
            Name { context: self.here.context, longest: usize::MAX }.deserialize(digits)?;
        Ok(self.token(Token::number(digits)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<T::Out, A::Error> {
        self.arrive();
        let context = self.here.context;
        context.enter()?;
        let read = self.rule.items(items, self.here)?;
        context.leave();
        Ok(read)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<T::Out, A::Error> {
        self.arrive();
        let first = members.next_key_seed(self.here.name())?;
        let context = self.here.context;
        if context.numbers_are_maps && first.as_deref() == Some(NUMBER) {
            let digits: String = members.next_value()?;
            return Ok(self.token(Token::number(digits.into())));
        }
        context.enter()?;
        let read = self.rule.members(first, members, self.here)?;
        context.leave();
        Ok(read)
    }
}

/// Reads the name of a member, or other text that stands for itself.
struct Name<'p> {
    context: &'p Context,
    longest: usize,
}

impl Name<'_> {
    #[inline]
    fn check(&self, name: &str) {
        if name.len() > self.longest {
            self.context.exceed(Limit::NameBytes, self.longest);
        }
    }
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Cow<'de, str>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name<'_> {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    #[inline]
    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        self.check(name);
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        self.check(name);
        Ok(Cow::Owned(name.to_owned()))
    }

    fn visit_string<E>(self, name: String) -> Result<Self::Value, E> {
        self.check(&name);
        Ok(Cow::Owned(name))
    }
}

// ---------------------------------------------------------------------------------------------------
// Fields
// ---------------------------------------------------------------------------------------------------

/// The type of a field: something that a value of any shape can be read into.
pub(crate) trait Read<'de> {
    /// Reads a value into the field; `again` says that the field was met before.
    fn read<D: Deserializer<'de>>(
        &mut self,
        again: bool,
        here: Here<'_>,
        deserializer: D,
    ) -> Result<(), D::Error>;
}

/// A field that is about to be read.
pub(crate) struct Slot<'p, F> {
    pub(crate) slot: &'p mut F,
    pub(crate) again: bool,
    pub(crate) here: Here<'p>,
}

impl<'de, F: Read<'de>> DeserializeSeed<'de> for Slot<'_, F> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.slot.read(self.again, self.here, deserializer)
    }
}

/// The field of a record that a name means, and whether the name is the documented one.
#[inline]
fn field_of<'a, R: Record<'a>>(name: &str) -> Option<(R::Field, bool)> {
    match R::exact(name) {
        Some(field) => Some((field, true)),
        None => similar_field_of::<R>(name).map(|field| (field, false)),
    }
}

#[cold]
fn similar_field_of<'a, R: Record<'a>>(name: &str) -> Option<R::Field> {
    R::FIELDS.iter().find(|(_, known)| same_name(known, name)).map(|(field, _)| *field)
}

/// Reads one member into a record's field.
#[inline]
fn read_field<'de, R: Record<'de>, A: MapAccess<'de>>(
    record: &mut R,
    (field, exact): (R::Field, bool),
    seen: &mut u64,
    here: Here<'_>,
    members: &mut A,
) -> Result<(), A::Error> {
    let number = R::number(field);
    let place = here.place.child(Way::Known(R::FIELDS[number].1));
    let here = here.at(&place);
    if !exact {
        here.note_name(FindingKind::Name { read: R::FIELDS[number].1 });
    }
    let again = *seen & (1 << number) != 0;
    *seen |= 1 << number;
    record.read(field, again, here, members)
}

/// Reads all members into a record.
fn read_record<'de, R: Record<'de>, A: MapAccess<'de>>(
    record: &mut R,
    mut seen: u64,
    first: Option<Cow<'de, str>>,
    here: Here<'_>,
    mut members: A,
    mark: Mark,
) -> Result<(), A::Error> {
    let mut next = first;
    while let Some(name) = next {
        match field_of::<R>(&name) {
            Some(field) => read_field(record, field, &mut seen, here, &mut members)?,
            None => read_extra(record.extra(), name, here, &mut members)?,
        }
        next = members.next_key_seed(here.name())?;
    }
    note_absent_lists(record, seen, here, mark);
    Ok(())
}

fn note_absent_lists<'de, R: Record<'de>>(record: &R, seen: u64, here: Here<'_>, mark: Mark) {
    for &(field, name) in R::FIELDS {
        if seen & (1 << R::number(field)) == 0 && record.always(field) {
            here.note_absent(name, mark);
        }
    }
}

impl Here<'_> {
    /// Notes a list that is not there, at the object that lacks it.
    #[cold]
    fn note_absent(self, name: &'static str, mark: Mark) {
        let noted = self.noted();
        self.note_span(FindingKind::List(ListShape::Missing), mark);
        if let Some(note) = self.context.notes.borrow_mut().get_mut(noted) {
            let steps = note.path.steps().iter().cloned();
            note.path = steps.chain([Step::Name(name.into())]).collect::<Vec<_>>().into();
        }
    }
}

/// Reads a member of no known name, whole.
fn read_extra<'de, A: MapAccess<'de>>(
    extra: &mut Object<'de>,
    name: Cow<'de, str>,
    here: Here<'_>,
    members: &mut A,
) -> Result<(), A::Error> {
    read_unknown(extra, name, here, members, Whole::UNKNOWN)
}

fn read_unknown<'de, A: MapAccess<'de>>(
    extra: &mut Object<'de>,
    name: Cow<'de, str>,
    here: Here<'_>,
    members: &mut A,
    rule: Whole,
) -> Result<(), A::Error> {
    if is_namespace(&name) {
        return pass_over(&name, here, members);
    }
    let place = here.place.child(Way::Name(&name));
    let value = members.next_value_seed(Any { rule, here: here.at(&place) })?;
    extra.0.push((name, value));
    Ok(())
}

/// Whether a member of that name has no place in an error.
#[cfg(feature = "arbitrary")]
pub(crate) fn is_foreign_to_errors(name: &str) -> bool {
    ApiError::is_foreign(name)
}

/// Whether a member of that name would go to the record's `extra`.
#[cfg(feature = "arbitrary")]
pub(crate) fn is_unknown<'a, R: Record<'a>>(name: &str) -> bool {
    field_of::<R>(name).is_none() && !is_namespace(name)
}

pub(crate) fn is_namespace(name: &str) -> bool {
    name == "@xmlns" || name.starts_with("@xmlns:")
}

/// Reads a member that the contracts have no place for into a note.
fn pass_over<'de, A: MapAccess<'de>>(
    name: &str,
    here: Here<'_>,
    members: &mut A,
) -> Result<(), A::Error> {
    let place = here.place.child(Way::Name(name));
    let here = here.at(&place);
    let mark = members.next_value_seed(Any { rule: Skipped, here })?;
    here.note_whole(
        if is_namespace(name) { FindingKind::Namespace } else { FindingKind::UnexpectedContent },
        mark,
    );
    Ok(())
}

/// Reads a value to its end, for the sake of where it began.
struct Skipped;

impl<'de> Rule<'de> for Skipped {
    type Out = Mark;

    fn token(self, _: Token<'de>, here: Here<'_>) -> Mark {
        here.mark()
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: Here<'_>,
    ) -> Result<Mark, A::Error> {
        let (mark, noted) = (here.mark(), here.noted());
        Whole::UNKNOWN.members(first, rest, here)?;
        here.forget(noted);
        Ok(mark)
    }

    fn items<A: SeqAccess<'de>>(self, items: A, here: Here<'_>) -> Result<Mark, A::Error> {
        let (mark, noted) = (here.mark(), here.noted());
        Whole::UNKNOWN.items(items, here)?;
        here.forget(noted);
        Ok(mark)
    }
}

/// Keeps a value as it is.
struct Whole {
    /// How many levels may still be inside it.
    left: usize,
}

impl Whole {
    /// For the value of an unknown field.
    const UNKNOWN: Self = Self { left: DEEPEST_UNKNOWN };

    fn deeper<E: Error>(&self, here: Here<'_>) -> Result<Self, E> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Self { left }),
            None => Err(here.context.too_deep(DEEPEST_UNKNOWN)),
        }
    }
}

impl<'de> Rule<'de> for Whole {
    type Out = Value<'de>;

    fn token(self, token: Token<'de>, _: Here<'_>) -> Value<'de> {
        match token {
            Token::Null => Value::Null,
            Token::Bool(value) => Value::Bool(value),
            Token::Unsigned(number) => Value::Number(number.to_string().into()),
            Token::Signed(number) => Value::Number(number.to_string().into()),
            Token::Number(digits) => Value::Number(digits),
            Token::Text(text) => Value::String(text),
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut rest: A,
        here: Here<'_>,
    ) -> Result<Value<'de>, A::Error> {
        let mut object = Object::default();
        let mut next = first;
        while let Some(name) = next {
            read_unknown(&mut object, name, here, &mut rest, self.deeper(here)?)?;
            next = rest.next_key_seed(here.name())?;
        }
        Ok(Value::Object(object))
    }

    fn items<A: SeqAccess<'de>>(
        self,
        mut items: A,
        here: Here<'_>,
    ) -> Result<Value<'de>, A::Error> {
        let mut list = Vec::new();
        loop {
            let place = here.place.child(Way::Index(list.len()));
            let rule = self.deeper(here)?;
            match items.next_element_seed(Any { rule, here: here.at(&place) })? {
                Some(item) => list.push(item),
                None => return Ok(Value::List(list)),
            }
        }
    }
}

// ---------------------------------------------------------------------------------------------------
// Scalars
// ---------------------------------------------------------------------------------------------------

/// A value that is read from one token.
trait Scalar<'de>: Sized {
    /// What the field takes, for a message.
    const EXPECTED: &'static str;

    /// Says that a value is nothing the field takes.
    const UNREADABLE: FindingKind = FindingKind::InvalidValue { expected: Self::EXPECTED };

    fn read(token: Token<'de>, format: Format) -> Reading<Self>;

    /// The value of a text that [`read`](Self::read) takes as exactly that; `None` leaves it to `read`.
    #[inline]
    fn plain(_text: &'de str, _format: Format) -> Option<Self> {
        None
    }
}

/// What a token was read as.
enum Reading<T> {
    Exact(T),
    Changed(T, FindingKind),
    Blank,
    Unreadable,
}

impl<'de, T: Scalar<'de>> Read<'de> for Option<T> {
    #[inline]
    fn read<D: Deserializer<'de>>(
        &mut self,
        again: bool,
        here: Here<'_>,
        deserializer: D,
    ) -> Result<(), D::Error> {
        Any { rule: ScalarRule { slot: self, again }, here }.deserialize(deserializer)
    }
}

struct ScalarRule<'s, T> {
    slot: &'s mut Option<T>,
    again: bool,
}

impl<T> ScalarRule<'_, T> {
    fn store(self, value: T, change: Option<FindingKind>, here: Here<'_>) {
        if self.again && self.slot.is_some() {
            return here.note(FindingKind::Duplicate(Duplicate::Ignored));
        }
        if let Some(change) = change {
            here.note(change);
        }
        if self.again {
            here.note(FindingKind::Duplicate(Duplicate::Used));
        }
        *self.slot = Some(value);
    }

    fn leave_out(self, kind: FindingKind, here: Here<'_>, mark: Mark) {
        here.note_whole(kind, mark);
        if self.again {
            here.note_whole(FindingKind::Duplicate(Duplicate::Ignored), mark);
        }
    }
}

impl<'de, T: Scalar<'de>> Rule<'de> for ScalarRule<'_, T> {
    type Out = ();

    #[inline]
    fn text(self, text: &'de str, here: Here<'_>) {
        match T::plain(text, here.context.format) {
            Some(value) if !self.again => *self.slot = Some(value),
            _ => self.token(Token::Text(Cow::Borrowed(text)), here),
        }
    }

    fn token(self, token: Token<'de>, here: Here<'_>) {
        match T::read(token, here.context.format) {
            Reading::Exact(value) => self.store(value, None, here),
            Reading::Changed(value, kind) => self.store(value, Some(kind), here),
            Reading::Blank => self.leave_out(FindingKind::EmptyValue, here, here.mark()),
            Reading::Unreadable => self.leave_out(T::UNREADABLE, here, here.mark()),
        }
    }

    /// An element with attributes, or its like in JSON: the text counts, the rest has no place.
    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut rest: A,
        here: Here<'_>,
    ) -> Result<(), A::Error> {
        let (mark, noted) = (here.mark(), here.noted());
        let (mut has_text, mut has_children) = (false, false);
        let mut next = first;
        while let Some(name) = next {
            if name == TEXT && !has_text {
                has_text = true;
                if !here.is_xml() {
                    here.note_name(FindingKind::Envelope);
                }
                let place = here.place.child(Way::Name(TEXT));
                let rule = ScalarRule { slot: &mut *self.slot, again: self.again };
                rest.next_value_seed(Any { rule, here: here.at(&place) })?;
            } else {
                has_children |= !name.starts_with('@');
                pass_over(&name, here, &mut rest)?;
            }
            next = rest.next_key_seed(here.name())?;
        }
        if has_text {
            return Ok(());
        }
        if has_children {
            // The value is left out as a whole, so what is inside it is no finding of its own.
            here.forget(noted);
            self.leave_out(T::UNREADABLE, here, mark);
        } else {
            self.leave_out(FindingKind::EmptyValue, here, mark);
        }
        Ok(())
    }

    fn items<A: SeqAccess<'de>>(self, items: A, here: Here<'_>) -> Result<(), A::Error> {
        let (mark, noted) = (here.mark(), here.noted());
        let kind = match Whole::UNKNOWN.items(items, here)? {
            Value::List(items) if items.is_empty() => FindingKind::EmptyValue,
            _ => T::UNREADABLE,
        };
        here.forget(noted);
        self.leave_out(kind, here, mark);
        Ok(())
    }
}

/// The rule for text: blank is absent, a number or boolean is the text it is written as.
fn read_text<'de, T>(token: Token<'de>, make: impl FnOnce(Cow<'de, str>) -> T) -> Reading<T> {
    match token.text() {
        None => Reading::Blank,
        Some((text, true)) => Reading::Exact(make(text)),
        Some((text, false)) => Reading::Changed(make(text), FindingKind::NonStringScalar),
    }
}

impl<'de> Scalar<'de> for Cow<'de, str> {
    const EXPECTED: &'static str = "a string";

    fn read(token: Token<'de>, _: Format) -> Reading<Self> {
        read_text(token, |text| text)
    }

    #[inline]
    fn plain(text: &'de str, _: Format) -> Option<Self> {
        (!is_blank(text)).then_some(Cow::Borrowed(text))
    }
}

impl<'de> Scalar<'de> for Content<'de> {
    const EXPECTED: &'static str = "a string";

    fn read(token: Token<'de>, _: Format) -> Reading<Self> {
        read_text(token, Content)
    }

    #[inline]
    fn plain(text: &'de str, _: Format) -> Option<Self> {
        (!is_blank(text)).then_some(Content(Cow::Borrowed(text)))
    }
}

impl<'de> Scalar<'de> for Frequency<'de> {
    const EXPECTED: &'static str = "a string";

    fn read(token: Token<'de>, _: Format) -> Reading<Self> {
        read_text(token, Frequency::from)
    }
}

impl<'de> Scalar<'de> for Time<'de> {
    const EXPECTED: &'static str = "a time";

    fn read(token: Token<'de>, _: Format) -> Reading<Self> {
        let Some((text, was_text)) = token.text() else {
            return Reading::Blank;
        };
        match text.trim().parse::<jiff::Timestamp>() {
            Ok(time) if was_text && time.to_string() == text => Reading::Exact(Time::Instant(time)),
            Ok(time) => Reading::Changed(Time::Instant(time), FindingKind::Time { read: time }),
            Err(_) if was_text => Reading::Exact(Time::Other(text)),
            Err(_) => Reading::Changed(Time::Other(text), FindingKind::NonStringScalar),
        }
    }

    #[inline]
    fn plain(text: &'de str, _: Format) -> Option<Self> {
        plain_utc(text).map(Time::Instant)
    }
}

/// The instant of a text that is `2019-12-20T06:15:54Z` to the letter, as nearly all are. A leap second is
/// not: it stands for the second before.
fn plain_utc(text: &str) -> Option<jiff::Timestamp> {
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    const SIGNS: [(usize, u8); 6] =
        [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')];
    const DIGITS: [usize; 14] = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18];
    let mut is_plain = true;
    for (at, sign) in SIGNS {
        is_plain &= bytes[at] == sign;
    }
    let mut digits = [0; DIGITS.len()];
    for (digit, at) in digits.iter_mut().zip(DIGITS) {
        *digit = bytes[at].wrapping_sub(b'0');
        is_plain &= *digit < 10;
    }
    if !is_plain {
        return None;
    }
    let two = |at: usize| (digits[at] * 10 + digits[at + 1]) as i8;
    let year = i16::from(two(0)) * 100 + i16::from(two(2));
    let date = (two(4), two(6));
    let (hour, minute, second) = (two(8), two(10), two(12));
    let time = jiff::civil::DateTime::new(year, date.0, date.1, hour, minute, second, 0).ok()?;
    jiff::tz::Offset::UTC.to_timestamp(time).ok()
}

impl<'de> Scalar<'de> for bool {
    const EXPECTED: &'static str = "a boolean";

    fn read(token: Token<'de>, format: Format) -> Reading<Self> {
        let value = match &token {
            Token::Bool(value) => return Reading::Exact(*value),
            Token::Null => return Reading::Blank,
            Token::Text(text) if is_blank(text) => return Reading::Blank,
            Token::Text(text) => match text.trim() {
                "1" => Some(true),
                "0" => Some(false),
                word if word.eq_ignore_ascii_case("true") => Some(true),
                word if word.eq_ignore_ascii_case("false") => Some(false),
                word if word.eq_ignore_ascii_case("yes") => Some(true),
                word if word.eq_ignore_ascii_case("no") => Some(false),
                _ => None,
            },
            Token::Unsigned(1) => Some(true),
            Token::Unsigned(0) => Some(false),
            Token::Unsigned(_) | Token::Signed(_) => None,
            Token::Number(digits) => match integral(digits) {
                Some(1) => Some(true),
                Some(0) => Some(false),
                _ => None,
            },
        };
        let Some(read) = value else {
            return Reading::Unreadable;
        };
        match token {
            Token::Text(text)
                if format == Format::Xml && text == if read { "true" } else { "false" } =>
            {
                Reading::Exact(read)
            }
            _ => Reading::Changed(read, FindingKind::Boolean { read }),
        }
    }

    #[inline]
    fn plain(text: &'de str, format: Format) -> Option<Self> {
        match text {
            "true" if format == Format::Xml => Some(true),
            "false" if format == Format::Xml => Some(false),
            _ => None,
        }
    }
}

/// The rule for integers of any width.
fn read_integer<T>(token: Token<'_>, format: Format) -> Reading<T>
where
    T: TryFrom<i128> + fmt::Display + Copy,
{
    let number = match &token {
        Token::Null => return Reading::Blank,
        Token::Text(text) if is_blank(text) => return Reading::Blank,
        Token::Bool(_) => None,
        Token::Unsigned(number) => Some(i128::from(*number)),
        Token::Signed(number) => Some(i128::from(*number)),
        Token::Number(digits) => integral(digits),
        Token::Text(text) => integral(text.trim()),
    };
    let Some(read) = number.and_then(|number| T::try_from(number).ok()) else {
        return Reading::Unreadable;
    };
    let exact = match &token {
        Token::Unsigned(_) | Token::Signed(_) => true,
        Token::Text(text) => format == Format::Xml && is_plain_integer(text),
        _ => false,
    };
    if exact {
        Reading::Exact(read)
    } else {
        Reading::Changed(read, FindingKind::Integer { read: read.to_string().into() })
    }
}

fn plain_integer<T: FromStr>(text: &str, format: Format) -> Option<T> {
    let is_plain = format == Format::Xml && is_plain_integer(text);
    text.parse().ok().filter(|_| is_plain)
}

fn is_plain_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !digits.starts_with('0'))
        && !digits.is_empty()
}

/// The integer that decimal digits stand for, with a fraction or exponent as long as the value is
/// whole; exact, which by way of a float it would not be.
fn integral(text: &str) -> Option<i128> {
    const LONGEST: usize = 64;
    if text.len() > LONGEST {
        return None;
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => (-1, mantissa),
        None => (1, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let fraction = if fraction.is_empty() { "0" } else { fraction };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let scale = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let power = 10_i128.checked_pow(scale.unsigned_abs().min(39));
    match (digits, scale) {
        (0, _) => Some(0),
        (_, 0..) => digits.checked_mul(power?).map(|number| sign * number),
        _ => (digits % power? == 0).then(|| sign * (digits / power.unwrap_or(1))),
    }
}

impl<'de> Scalar<'de> for u64 {
    const EXPECTED: &'static str = "a count";

    fn read(token: Token<'de>, format: Format) -> Reading<Self> {
        read_integer(token, format)
    }

    #[inline]
    fn plain(text: &'de str, format: Format) -> Option<Self> {
        plain_integer(text, format)
    }
}

impl<'de> Scalar<'de> for i64 {
    const EXPECTED: &'static str = "an integer";

    fn read(token: Token<'de>, format: Format) -> Reading<Self> {
        read_integer(token, format)
    }

    #[inline]
    fn plain(text: &'de str, format: Format) -> Option<Self> {
        plain_integer(text, format)
    }
}

/// The rule for enum values: trimmed, whatever the case; an unknown one is kept as it is.
macro_rules! words {
    ($($name:ident),+ $(,)?) => {
        $( impl<'de> Scalar<'de> for $name<'de> {
            const EXPECTED: &'static str = "a string";

            fn read(token: Token<'de>, _: Format) -> Reading<Self> {
                let Some((text, was_text)) = token.text() else {
                    return Reading::Blank;
                };
                if let Some(value) = Self::exact(&text) {
                    return Reading::Exact(value);
                }
                match Self::folded(&text) {
                    Some((value, read)) => Reading::Changed(value, FindingKind::EnumValue { read }),
                    None if was_text => Reading::Exact(Self::Other(text)),
                    None => Reading::Changed(Self::Other(text), FindingKind::NonStringScalar),
                }
            }

            #[inline]
            fn plain(text: &'de str, _: Format) -> Option<Self> {
                Self::exact(text)
            }
        } )+
    };
}

words!(
    InvocationStatus,
    InstanceStatus,
    CommandType,
    RepeatMode,
    TerminationMode,
    ErrorCode,
    ApiErrorCode,
);

// ---------------------------------------------------------------------------------------------------
// Lists and nested records
// ---------------------------------------------------------------------------------------------------

impl<'de, R: Record<'de>> Read<'de> for Vec<R> {
    fn read<D: Deserializer<'de>>(
        &mut self,
        again: bool,
        here: Here<'_>,
        deserializer: D,
    ) -> Result<(), D::Error> {
        Any { rule: ListRule { list: self, again }, here }.deserialize(deserializer)
    }
}

const NO_LIST: FindingKind = FindingKind::InvalidValue { expected: "a list" };

/// A list where its wrapper is expected.
struct ListRule<'s, R> {
    list: &'s mut Vec<R>,
    again: bool,
}

impl<'de, R: Record<'de>> Rule<'de> for ListRule<'_, R> {
    type Out = ();

    fn token(self, token: Token<'de>, here: Here<'_>) {
        note_again(self.again, here);
        match token {
            Token::Null => here.note(FindingKind::List(ListShape::Null)),
            // In XML an element with nothing in it is the documented shape of an empty list.
            Token::Text(text) if is_blank(&text) && here.is_xml() => {}
            Token::Text(text) if is_blank(&text) => {
                here.note(FindingKind::List(ListShape::EmptyText))
            }
            _ => here.note(NO_LIST),
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut rest: A,
        here: Here<'_>,
    ) -> Result<(), A::Error> {
        let mark = here.mark();
        note_again(self.again, here);
        if first.is_none() && !here.is_xml() {
            here.note(FindingKind::List(ListShape::Empty));
        }
        let mut count = self.list.len();
        let (mut met, mut next) = (false, first);
        while let Some(name) = next {
            if name == R::NAME || same_name(R::NAME, &name) {
                let place = here.place.child(Way::Known(R::NAME));
                let here = here.at(&place);
                if name != R::NAME {
                    here.note_name(FindingKind::Name { read: R::NAME });
                }
                // XML repeats the element for each item; in JSON the name stands once.
                let again = met && !here.is_xml();
                met = true;
                let rule = ItemsRule { list: &mut *self.list, count: &mut count, again };
                rest.next_value_seed(Any { rule, here })?;
            } else if !met && field_of::<R>(&name).is_some() {
                here.note_span(FindingKind::List(ListShape::SingleItem), mark);
                let place = here.place.child(Way::Index(count));
                let item = new_item(self.list, here);
                return read_record(item, 0, Some(name), here.at(&place), rest, mark);
            } else {
                pass_over(&name, here, &mut rest)?;
            }
            next = rest.next_key_seed(here.name())?;
        }
        Ok(())
    }

    fn items<A: SeqAccess<'de>>(self, items: A, here: Here<'_>) -> Result<(), A::Error> {
        note_again(self.again, here);
        here.note(FindingKind::List(ListShape::BareArray));
        let mut count = self.list.len();
        ItemsRule { list: self.list, count: &mut count, again: false }.items(items, here)
    }
}

fn note_again(again: bool, here: Here<'_>) {
    if again {
        here.note(FindingKind::Duplicate(Duplicate::Merged));
    }
}

/// Items are read where they will stay: a record is too large to move for nothing.
fn new_item<'s, 'de, R: Record<'de>>(list: &'s mut Vec<R>, here: Here<'_>) -> &'s mut R {
    here.context.count(R::NAME);
    list.push_mut(R::default())
}

/// The items of a list, inside its wrapper.
struct ItemsRule<'s, R> {
    list: &'s mut Vec<R>,
    /// How many items there were before, readable or not.
    count: &'s mut usize,
    again: bool,
}

impl<'de, R: Record<'de>> Rule<'de> for ItemsRule<'_, R> {
    type Out = ();

    fn token(self, token: Token<'de>, here: Here<'_>) {
        note_again(self.again, here);
        match token {
            Token::Null => here.note(FindingKind::List(ListShape::Null)),
            Token::Text(text) if is_blank(&text) && !here.is_xml() => {
                here.note(FindingKind::List(ListShape::EmptyText));
            }
            token => {
                let place = here.place.child(Way::Index(*self.count));
                *self.count += 1;
                ItemRule { list: self.list }.token(token, here.at(&place));
            }
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: Here<'_>,
    ) -> Result<(), A::Error> {
        note_again(self.again, here);
        if !here.is_xml() {
            if first.is_none() {
                here.note(FindingKind::List(ListShape::Empty));
                return Ok(());
            }
            here.note(FindingKind::List(ListShape::SingleItem));
        }
        let place = here.place.child(Way::Index(*self.count));
        *self.count += 1;
        ItemRule { list: self.list }.members(first, rest, here.at(&place))
    }

    fn items<A: SeqAccess<'de>>(self, mut items: A, here: Here<'_>) -> Result<(), A::Error> {
        note_again(self.again, here);
        loop {
            let place = here.place.child(Way::Index(*self.count));
            let rule = ItemRule { list: &mut *self.list };
            if items.next_element_seed(Any { rule, here: here.at(&place) })?.is_none() {
                return Ok(());
            }
            *self.count += 1;
        }
    }
}

/// One item of a list.
struct ItemRule<'s, R> {
    list: &'s mut Vec<R>,
}

impl<'de, R: Record<'de>> Rule<'de> for ItemRule<'_, R> {
    type Out = ();

    fn token(self, token: Token<'de>, here: Here<'_>) {
        match token {
            Token::Text(text) if is_blank(&text) && here.is_xml() => {
                note_absent_lists(new_item(self.list, here), 0, here, here.mark());
            }
            token => here.note(not_an_object(&token)),
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: Here<'_>,
    ) -> Result<(), A::Error> {
        let mark = here.mark();
        read_record(new_item(self.list, here), 0, first, here, rest, mark)
    }

    fn items<A: SeqAccess<'de>>(self, items: A, here: Here<'_>) -> Result<(), A::Error> {
        let mark = Skipped.items(items, here)?;
        here.note_whole(NO_OBJECT, mark);
        Ok(())
    }
}

const NO_OBJECT: FindingKind = FindingKind::InvalidValue { expected: "an object" };

/// What a value with nothing inside it is where a record is expected. An XML element with nothing in
/// it is none such: it is what XML has for an object with no members.
fn not_an_object(token: &Token<'_>) -> FindingKind {
    match token {
        Token::Null => FindingKind::EmptyValue,
        Token::Text(text) if is_blank(text) => FindingKind::EmptyValue,
        _ => NO_OBJECT,
    }
}

impl<'de> Read<'de> for Option<Box<InvocationResults<'de>>> {
    fn read<D: Deserializer<'de>>(
        &mut self,
        again: bool,
        here: Here<'_>,
        deserializer: D,
    ) -> Result<(), D::Error> {
        Any { rule: NestedRule { slot: self, again }, here }.deserialize(deserializer)
    }
}

/// A record in a field of its own.
struct NestedRule<'s, R> {
    slot: &'s mut Option<Box<R>>,
    again: bool,
}

impl<R> NestedRule<'_, R> {
    /// The fields that count as met: where the record stands again, each may have been.
    fn seen(&self) -> u64 {
        if self.slot.is_some() { u64::MAX } else { 0 }
    }
}

impl<'de, R: Record<'de>> Rule<'de> for NestedRule<'_, R> {
    type Out = ();

    fn token(self, token: Token<'de>, here: Here<'_>) {
        match token {
            Token::Text(text) if is_blank(&text) && here.is_xml() => {
                note_again(self.again, here);
                let seen = self.seen();
                let record = self.slot.get_or_insert_default();
                note_absent_lists(&**record, seen, here, here.mark());
            }
            token => here.note(not_an_object(&token)),
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: Here<'_>,
    ) -> Result<(), A::Error> {
        let mark = here.mark();
        note_again(self.again, here);
        let seen = self.seen();
        let record = self.slot.get_or_insert_default();
        read_record(&mut **record, seen, first, here, rest, mark)
    }

    fn items<A: SeqAccess<'de>>(self, items: A, here: Here<'_>) -> Result<(), A::Error> {
        let mark = Skipped.items(items, here)?;
        here.note_whole(NO_OBJECT, mark);
        Ok(())
    }
}

// ---------------------------------------------------------------------------------------------------
// The response
// ---------------------------------------------------------------------------------------------------

/// What a document was read as.
pub(super) enum Outcome<'de> {
    /// A response of the kind that was asked for.
    Response(Response<'de>),
    /// An error response: the document is to be read again as one.
    Error,
    /// Neither; what it is instead, and where it begins.
    Other(Value<'de>, Mark),
}

/// The kind of response that a document is read as.
pub(crate) trait Root<'de>: Record<'de> {
    /// Whether the field tells that the document is a response of this kind.
    fn tells(field: Self::Field) -> bool {
        Self::FIELDS[Self::number(field)].1 != REQUEST_ID
    }

    /// Whether those fields leave no doubt, even beside the code of an error.
    fn is_settled(seen: u64) -> bool;

    /// Whether a member of that name would make it a response of the other kind.
    fn is_foreign(name: &str) -> bool;

    fn request_id(&mut self) -> &mut Option<Cow<'de, str>>;

    /// Whether anything that was read tells that it is a response of this kind.
    fn is_told(&self) -> bool;

    fn into_response(self) -> Response<'de>;
}

impl<'de> Root<'de> for Page<'de> {
    fn is_settled(seen: u64) -> bool {
        let is_list = |(number, (_, name)): (usize, &(_, &str))| {
            PAGE_LISTS.contains(name) && seen & (1 << number) != 0
        };
        Self::FIELDS.iter().enumerate().any(is_list)
    }

    fn is_foreign(_: &str) -> bool {
        false
    }

    fn request_id(&mut self) -> &mut Option<Cow<'de, str>> {
        &mut self.request_id
    }

    fn is_told(&self) -> bool {
        true
    }

    fn into_response(self) -> Response<'de> {
        Response::Invocations(self)
    }
}

impl<'de> Root<'de> for ApiError<'de> {
    fn is_settled(_: u64) -> bool {
        true
    }

    fn is_foreign(name: &str) -> bool {
        field_of::<Page<'_>>(name).is_some() || envelope(name).is_some()
    }

    fn request_id(&mut self) -> &mut Option<Cow<'de, str>> {
        &mut self.request_id
    }

    fn is_told(&self) -> bool {
        let Self { request_id: _, host_id, code, message, recommend, extra: _ } = self;
        host_id.is_some() || code.is_some() || message.is_some() || recommend.is_some()
    }

    fn into_response(self) -> Response<'de> {
        Response::Error(self)
    }
}

/// The one field that both kinds of response have.
const REQUEST_ID: &str = "RequestId";

/// The field of an error that a page has only where something else wrote it there.
const ERROR_CODE: &str = "Code";

/// The fields of a page that an error does not have.
const PAGE_LISTS: [&str; 2] = ["Invocations", "Invocation"];

/// Reads a document as the kind `R` of response. `certain` says that it is one even if none of the
/// fields is there.
pub(super) fn read_response<'de, R: Root<'de>, D: Deserializer<'de>>(
    deserializer: D,
    context: &Context,
    certain: bool,
) -> Result<Outcome<'de>, D::Error> {
    let rule = ResponseRule::<R> { request_id: None, certain, kind: PhantomData };
    Any { rule, here: Here::root(context) }.deserialize(deserializer)
}

/// Reads a value of no known kind whole.
pub(super) fn read_value<'de, D: Deserializer<'de>>(
    deserializer: D,
    context: &Context,
) -> Result<Value<'de>, D::Error> {
    // It may be an object of unknown fields.
    let rule = Whole { left: DEEPEST_UNKNOWN + 1 };
    Any { rule, here: Here::root(context) }.deserialize(deserializer)
}

struct ResponseRule<'de, R> {
    /// The request's id, where an envelope has given it.
    request_id: Option<Cow<'de, str>>,
    certain: bool,
    kind: PhantomData<R>,
}

impl<'de, R: Root<'de>> Rule<'de> for ResponseRule<'de, R> {
    type Out = Outcome<'de>;

    fn token(self, token: Token<'de>, here: Here<'_>) -> Outcome<'de> {
        match token {
            // An XML root that tells its kind, with nothing in it.
            Token::Text(text) if self.certain && is_blank(&text) => {
                let record = R::default();
                note_absent_lists(&record, 0, here, here.mark());
                Outcome::Response(record.into_response())
            }
            Token::Text(text) => unwrap(text, here),
            token => Outcome::Other(Whole::UNKNOWN.token(token, here), here.mark()),
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut rest: A,
        here: Here<'_>,
    ) -> Result<Outcome<'de>, A::Error> {
        let mark = here.mark();
        let mut record = R::default();
        let (mut told, mut next) = (self.certain, first);
        let mut seen = 0;
        if self.request_id.is_some() {
            *record.request_id() = self.request_id;
            let number = R::FIELDS.iter().position(|(_, name)| *name == REQUEST_ID);
            seen |= number.map_or(0, |number| 1 << number);
        }
        while let Some(name) = next {
            if let Some(field) = field_of::<R>(&name) {
                told |= R::tells(field.0);
                read_field(&mut record, field, &mut seen, here, &mut rest)?;
            } else if let Some(envelope) = envelope(&name).filter(|_| !told) {
                let place = here.place.child(Way::Known(envelope));
                let here_inside = here.at(&place);
                let noted = here.noted();
                here_inside.note_span(FindingKind::Envelope, here.context.spans.key.get());
                if envelope != name {
                    here_inside.note_name(FindingKind::Name { read: envelope });
                }
                let request_id = record.request_id().clone();
                let rule = ResponseRule::<R> { request_id, certain: false, kind: PhantomData };
                match rest.next_value_seed(Any { rule, here: here_inside })? {
                    Outcome::Response(mut response) => {
                        let extra = response.extra();
                        extra.0.append(&mut record.extra().0);
                        extra.0.retain(|(name, _)| !R::is_foreign(name));
                        read_beside(&mut response, here, rest)?;
                        return Ok(Outcome::Response(response));
                    }
                    Outcome::Error => {
                        let mut ignored = Response::Error(ApiError::default());
                        read_beside(&mut ignored, here, rest)?;
                        return Ok(Outcome::Error);
                    }
                    Outcome::Other(value, mark) => {
                        here.forget(noted);
                        if R::is_foreign(&name) {
                            let place = here.place.child(Way::Name(&name));
                            here.at(&place).note_whole(FindingKind::UnexpectedContent, mark);
                        }
                        record.extra().0.push((name, value));
                    }
                }
            } else if R::is_foreign(&name) {
                pass_over(&name, here, &mut rest)?;
            } else {
                read_extra(record.extra(), name, here, &mut rest)?;
            }
            next = rest.next_key_seed(here.name())?;
        }
        if !self.certain && !R::is_settled(seen) {
            let is_error = |(name, _): (&str, _)| match told {
                true => same_name(ERROR_CODE, name),
                false => field_of::<ApiError<'_>>(name).is_some(),
            };
            if record.extra().iter().any(is_error) {
                return Ok(Outcome::Error);
            }
        }
        if told && record.is_told() {
            note_absent_lists(&record, seen, here, mark);
            // An envelope with no response in it, which until now might have been all there is.
            record.extra().0.retain(|(name, _)| !R::is_foreign(name));
            return Ok(Outcome::Response(record.into_response()));
        }
        if let Some(id) = record.request_id().take() {
            record.extra().0.push((REQUEST_ID.into(), Value::String(id)));
        }
        let mut other = std::mem::take(record.extra());
        // What says nothing in its field is what the document has all the same.
        for &(field, name) in R::FIELDS.iter().filter(|_| told) {
            if seen & (1 << R::number(field)) != 0 && other.get(name).is_none() {
                other.0.push((name.into(), Value::Null));
            }
        }
        Ok(Outcome::Other(Value::Object(other), mark))
    }

    fn items<A: SeqAccess<'de>>(self, items: A, here: Here<'_>) -> Result<Outcome<'de>, A::Error> {
        let mark = here.mark();
        Whole::UNKNOWN.items(items, here).map(|value| Outcome::Other(value, mark))
    }
}

/// Reads the response that stands in a text.
fn unwrap<'de>(text: Cow<'de, str>, here: Here<'_>) -> Outcome<'de> {
    let Context { setup, room, .. } = here.context;
    let may_hold_one = match setup.options.repair {
        true => text.contains(['{', '<']),
        false => text.trim_start().starts_with(['{', '<']),
    };
    if setup.is_inside || !may_hold_one {
        return Outcome::Other(Value::String(text), here.mark());
    }
    let inside = Setup { is_inside: true, room: room.borrow().clone(), ..setup.clone() };
    let reading = match &text {
        Cow::Borrowed(text) => super::read(text, &inside),
        Cow::Owned(text) => super::read(text, &inside).map(super::Reading::into_owned),
    };
    let Ok(reading) = reading else {
        return Outcome::Other(Value::String(text), here.mark());
    };
    *room.borrow_mut() = reading.room;
    // What was found inside finds its place by this note, which is therefore always kept.
    room.borrow_mut().findings += 1;
    let noted = here.noted();
    here.note(FindingKind::Embedded);
    if here.noted() > noted {
        here.context.inside.borrow_mut().push((noted, reading.remarks));
    }
    Outcome::Response(reading.response)
}

/// Reads an element of another name for the response that may be its text.
pub(super) struct Wrapper;

impl<'de> Rule<'de> for Wrapper {
    type Out = Outcome<'de>;

    fn token(self, token: Token<'de>, here: Here<'_>) -> Outcome<'de> {
        match token {
            Token::Text(text) => unwrap(text, here),
            token => Outcome::Other(Whole::UNKNOWN.token(token, here), here.mark()),
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut rest: A,
        here: Here<'_>,
    ) -> Result<Outcome<'de>, A::Error> {
        let mut beside = Object::default();
        let mut outcome = Outcome::Error;
        let mut next = first;
        while let Some(name) = next {
            if name == TEXT {
                let place = here.place.child(Way::Name(TEXT));
                outcome = rest.next_value_seed(Any { rule: Self, here: here.at(&place) })?;
            } else if is_of_a_response(&name) {
                pass_over(&name, here, &mut rest)?;
            } else {
                read_extra(&mut beside, name, here, &mut rest)?;
            }
            next = rest.next_key_seed(here.name())?;
        }
        if let Outcome::Response(response) = &mut outcome {
            response.extra().0.append(&mut beside.0);
        }
        Ok(outcome)
    }

    fn items<A: SeqAccess<'de>>(self, items: A, here: Here<'_>) -> Result<Outcome<'de>, A::Error> {
        let mark = here.mark();
        Whole::UNKNOWN.items(items, here).map(|value| Outcome::Other(value, mark))
    }
}

/// Reads the response that may be the text of an element.
pub(super) fn read_text_of<'de, D: Deserializer<'de>>(
    deserializer: D,
    context: &Context,
) -> Result<Outcome<'de>, D::Error> {
    Any { rule: Wrapper, here: Here::root(context) }.deserialize(deserializer)
}

/// The envelope that a name means.
fn envelope(name: &str) -> Option<&'static str> {
    ENVELOPES.iter().find(|known| same_name(known, name)).copied()
}

/// Reads what stands beside the response in its envelope. What would be read as something else where
/// there is no envelope any more has no place.
fn read_beside<'de, A: MapAccess<'de>>(
    response: &mut Response<'de>,
    here: Here<'_>,
    mut members: A,
) -> Result<(), A::Error> {
    while let Some(name) = members.next_key_seed(here.name())? {
        if same_name(REQUEST_ID, &name) {
            let place = here.place.child(Way::Known(REQUEST_ID));
            let here = here.at(&place);
            if name != REQUEST_ID {
                here.note_name(FindingKind::Name { read: REQUEST_ID });
            }
            let slot = match response {
                Response::Invocations(page) => page.request_id(),
                Response::Error(error) => error.request_id(),
            };
            let again = slot.is_some();
            members.next_value_seed(Slot { slot, again, here })?;
        } else if is_of_a_response(&name) {
            pass_over(&name, here, &mut members)?;
        } else {
            read_extra(response.extra(), name, here, &mut members)?;
        }
    }
    Ok(())
}

/// Whether a member of that name is one of a response of either kind, or an envelope.
fn is_of_a_response(name: &str) -> bool {
    field_of::<ApiError<'_>>(name).is_some() || ApiError::is_foreign(name)
}

/// Reads a record that is in canonical form, for `Deserialize`.
pub(crate) fn read_canonical_record<'de, R, D>(deserializer: D) -> Result<R, D::Error>
where
    R: Record<'de>,
    D: Deserializer<'de>,
{
    let context = Context::canonical();
    let mut record: Option<Box<R>> = None;
    let rule = NestedRule { slot: &mut record, again: false };
    Any { rule, here: Here::root(&context) }.deserialize(deserializer)?;
    refuse_notes(context)?;
    record.map(|record| *record).ok_or_else(|| D::Error::custom("expected an object"))
}

/// Reads a record on its own.
#[cfg(feature = "validate")]
pub(super) fn read_alone<'de, R: Record<'de>, D: Deserializer<'de>>(
    deserializer: D,
    context: &Context,
) -> Result<R, D::Error> {
    let mut record: Option<Box<R>> = None;
    let rule = NestedRule { slot: &mut record, again: false };
    Any { rule, here: Here::root(context) }.deserialize(deserializer)?;
    Ok(record.map(|record| *record).unwrap_or_default())
}

/// Reads a response that is in canonical form, for `Deserialize`.
pub(crate) fn read_canonical_response<'de, D>(deserializer: D) -> Result<Response<'de>, D::Error>
where
    D: Deserializer<'de>,
{
    let context = Context::canonical();
    let rule = Whole { left: DEEPEST };
    let value = Any { rule, here: Here::root(&context) }.deserialize(deserializer)?;
    let context = Context::plain();
    let mut outcome = read_response::<Page<'_>, _>(value.clone(), &context, false);
    if let Ok(Outcome::Error) = outcome {
        outcome = read_response::<ApiError<'_>, _>(value, &context, false);
    }
    refuse_notes(context)?;
    match outcome.map_err(|error: serde::de::value::Error| D::Error::custom(error))? {
        Outcome::Response(response) => Ok(response),
        Outcome::Error | Outcome::Other(..) => Err(D::Error::custom("expected a response")),
    }
}

fn refuse_notes<E: Error>(context: Context) -> Result<(), E> {
    match context.notes.borrow().first() {
        None => Ok(()),
        Some(note) => {
            let rule = note.kind.as_ref().map(FindingKind::rule);
            let summary = rule.map_or("", |rule| rule.summary);
            Err(E::custom(format_args!("{}: not in canonical form ({})", note.path, summary)))
        }
    }
}

/// Hands out a value that was read before; a number as a newtype of its digits, since no type of
/// serde's data model keeps them all.
impl<'de> Deserializer<'de> for Value<'de> {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Number(digits) => visitor.visit_newtype_struct(Text::new(digits)),
            Self::String(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Self::String(Cow::Owned(text)) => visitor.visit_string(text),
            Self::List(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter())),
            Self::Object(object) => visitor.visit_map(MapDeserializer::new(object.0.into_iter())),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Hands out a text with its borrow, which serde's own deserializer of a `Cow` drops.
pub(super) struct Text<'de, E> {
    text: Cow<'de, str>,
    error: PhantomData<E>,
}

impl<'de, E> Text<'de, E> {
    pub(super) fn new(text: impl Into<Cow<'de, str>>) -> Self {
        Self { text: text.into(), error: PhantomData }
    }
}

impl<'de, E: Error> Deserializer<'de> for Text<'de, E> {
    type Error = E;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.text {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de> for Value<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

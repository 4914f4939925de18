//! What a document is, decided from its outline before any field is read: where its response is, and of
//! which kind.
//!
//! In order of precedence: a list that has items; an error code; a text that is a response with items; the code
//! of a gateway; an empty list; another text that may hold a response; what may be an error code; fields that
//! every page has; a text with a damaged response or a printed error. In a response with a list of its own only
//! an error beside an empty list is looked for deeper, and what tells an error in canonical form goes before any
//! text, so canonical form is always the response itself. Envelopes may nest two levels deep, and
//! so may texts.

pub(crate) mod elsewhere;
mod errors;
mod lists;
mod operations;
pub(crate) mod requests;

use std::cmp::Reverse;
use std::collections::HashMap;

use self::elsewhere::has_list_elsewhere;
use self::requests::is_request;
use super::outline::Outline;
use super::verbatim::is_namespace;
use crate::repair::printed;
use crate::schema::{Kind, Kinds, same_name};
use crate::syntax::xml::TEXT;

/// Number of envelopes around a response.
const MAX_ENVELOPES: usize = 2;

/// Number of texts of a document around a response.
pub(crate) const MAX_TEXTS: usize = 2;

/// Number of arrays in each other around the items of a list.
const MAX_ARRAYS: usize = 2;

/// A possible place of the response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The way to it: numbers of members of objects, and of items of lists.
    pub(crate) steps: Vec<usize>,
    pub(crate) target: Target,
    pub(crate) evidence: Evidence,
    /// Whether it is one only if its list turns out to have items.
    pub(crate) needs_items: bool,
}

/// What is at the place of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A response of the kind with this index.
    Response(usize),
    /// The list of a response of that kind, or one item of it, without the response around it.
    List(usize),
    /// One item of the list of a response of that kind.
    Item(usize),
    /// A text that may hold a response.
    Text {
        /// What the response in it must at least have.
        least: Evidence,
        /// Whether it may be repaired.
        is_damaged: bool,
    },
}

/// What tells a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Evidence {
    /// The field that the responses of all operations have.
    Shared,
    /// Fields that every page has.
    Fields,
    /// An error code or a list.
    Code,
    /// A list with items.
    Items,
}

/// What a document is.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// The possible places of its response, the most likely first. The document is no response if there is
    /// none, or if all are texts that hold none.
    pub(crate) candidates: Vec<Candidate>,
    /// Whether it is an array of responses.
    pub(crate) is_sequence: bool,
    /// The operation that it is a response of, if it is known and another one.
    pub(crate) other_operation: Option<String>,
    /// The failing HTTP status beside what would be a response without an error code otherwise.
    pub(crate) failed_status: Option<u16>,
}

/// How much a value is like a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// A text that holds a response if it is repaired. Last, so that a well-formed document is read the same
    /// whether repairs are made or not.
    DamagedText,
    /// The field that the responses of all operations have.
    Shared,
    /// Fields that every page has, but no list.
    Fields,
    /// A code that may be that of another object.
    DoubtfulCode,
    Text,
    EmptyList,
    /// The code of a gateway, or of the service under another name.
    OtherCode,
    /// A text that is a response with items.
    ItemsInText,
    Code,
    Items,
}

impl Rank {
    fn has_items(self) -> bool {
        matches!(self, Rank::ItemsInText | Rank::Items)
    }
}

/// Decides what a document is. `root`: the name of its XML root element.
pub(crate) fn classify(
    outline: &Outline<'_>,
    root: Option<&str>,
    kinds: &'static Kinds,
) -> Verdict {
    let mut search = Search::new(root.is_some(), kinds);
    let is_sequence = search.look_at_document(outline, root);
    let Search { mut found, other_operation, failed_status, .. } = search;
    if other_operation.is_some() {
        found.retain(|(rank, _)| *rank >= Rank::OtherCode);
    }
    found.sort_by_key(|(rank, _)| Reverse(*rank));
    let candidates = found.into_iter().map(|(_, candidate)| candidate).collect();
    Verdict { candidates, is_sequence, other_operation, failed_status }
}

fn is_response(item: &Outline<'_>, kinds: &'static Kinds) -> bool {
    match item {
        Outline::Object(_) => !classify(item, None, kinds).candidates.is_empty(),
        Outline::Text(text) => may_hold_response(text),
        _ => false,
    }
}

/// The kind of response that an object is, if it is nothing around or beside one, as in canonical form.
pub(crate) fn whole_response(outline: &Outline<'_>, kinds: &'static Kinds) -> Option<usize> {
    let candidates = classify(outline, None, kinds).candidates;
    let is_text = |it: &&Candidate| {
        matches!(it.target, Target::Text { .. }) && it.evidence != Evidence::Items
    };
    let first = candidates.iter().find(|it| !is_text(it))?;
    let has_items = !first.needs_items || first.evidence == Evidence::Items;
    match first.target {
        Target::Response(kind) if first.steps.is_empty() && has_items => Some(kind),
        _ => None,
    }
}

pub(super) fn may_hold_response(text: &str) -> bool {
    text.contains(['{', '<'])
}

/// How a value was reached.
#[derive(Clone, Copy)]
enum Name<'n> {
    /// It is the document. With the name of its XML root element.
    Root(Option<&'n str>),
    Member(&'n str),
    Item,
}

impl Name<'_> {
    /// The kind of response that the name tells.
    fn kind(self, kinds: &Kinds) -> Option<usize> {
        match self {
            Name::Root(Some(name)) | Name::Member(name) => {
                kinds.by_root(name).map(|(kind, _)| kind)
            }
            Name::Root(None) | Name::Item => None,
        }
    }

    /// Whether a response of this name is an error.
    fn is_error(self, kinds: &Kinds) -> bool {
        self.kind(kinds).is_some_and(|kind| kinds.kinds[kind].code.is_some())
    }

    /// Whether it is a usual place of a response, so that little evidence is enough.
    fn is_usual(self, kinds: &Kinds) -> bool {
        match self {
            Name::Root(_) => true,
            Name::Member(name) => kinds.envelope(name).is_some(),
            Name::Item => false,
        }
    }
}

struct Search {
    kinds: &'static Kinds,
    is_xml: bool,
    /// Number of texts around the document.
    texts: usize,
    found: Vec<(Rank, Candidate)>,
    other_operation: Option<String>,
    failed_status: Option<u16>,
    /// The way to the current value.
    steps: Vec<usize>,
    /// Number of named members on that way.
    envelopes: usize,
}

impl Search {
    fn new(is_xml: bool, kinds: &'static Kinds) -> Self {
        let (found, steps) = (Vec::new(), Vec::new());
        let (other_operation, failed_status) = (None, None);
        Self { kinds, is_xml, texts: 0, found, other_operation, failed_status, steps, envelopes: 0 }
    }

    /// Looks for responses in a document. Returns whether it is an array of them.
    fn look_at_document(&mut self, outline: &Outline<'_>, root: Option<&str>) -> bool {
        let Outline::List(items) = outline else {
            self.look_at(outline, Name::Root(root));
            return false;
        };
        match self.list_alone(items) {
            Some(target) => self.add(Rank::Items, target),
            None => return items.iter().any(|item| is_response(item, self.kinds)),
        }
        false
    }

    fn add(&mut self, rank: Rank, target: Target) {
        let evidence = match rank {
            Rank::Shared => Evidence::Shared,
            Rank::Fields => Evidence::Fields,
            Rank::DamagedText
            | Rank::DoubtfulCode
            | Rank::Text
            | Rank::EmptyList
            | Rank::OtherCode
            | Rank::Code => Evidence::Code,
            Rank::ItemsInText | Rank::Items => Evidence::Items,
        };
        let steps = self.steps.clone();
        self.found.push((rank, Candidate { steps, target, evidence, needs_items: false }));
    }

    /// Looks for responses in a value and inside it.
    fn look_at(&mut self, value: &Outline<'_>, name: Name<'_>) {
        match value {
            Outline::Text(text) if may_hold_response(text) || printed::may_be_in(text) => {
                let is_usual = name.is_usual(self.kinds);
                let least = if is_usual { Evidence::Shared } else { Evidence::Code };
                if self.holds_items(text, name) {
                    return self.add(Rank::ItemsInText, Target::Text { least, is_damaged: false });
                }
                if may_hold_response(text) {
                    self.add(Rank::Text, Target::Text { least, is_damaged: false });
                }
                self.add(Rank::DamagedText, Target::Text { least, is_damaged: true });
            }
            Outline::Text(_) => {
                // An empty root element.
                if let (Name::Root(_), true, Some(kind)) =
                    (name, value.is_blank(), name.kind(self.kinds))
                    && self.kinds.kinds[kind].code.is_none()
                {
                    self.add(Rank::Fields, Target::Response(kind));
                }
            }
            Outline::List(items) => match self.list_alone(items) {
                Some(target) => self.add(Rank::Items, target),
                None => {
                    // Of several, any may be an error of something else.
                    let accepts = |rank: Rank, _| items.len() == 1 || rank.has_items();
                    self.look_for(accepts, |search| {
                        for (number, item) in items.iter().enumerate() {
                            search.look_inside(number, item, Name::Item);
                        }
                    });
                }
            },
            Outline::Object(members) => {
                let other = match name {
                    Name::Root(Some(name)) | Name::Member(name) => self.operation_of_root(name),
                    Name::Root(None) | Name::Item => None,
                };
                if let Some(other) = other {
                    // Any operation may answer with an error.
                    self.other_operation = Some(other);
                    if let Some((_, kind)) = self.error_kind(value, Name::Root(None)) {
                        self.add(Rank::Code, Target::Response(kind));
                    }
                } else if self.look_at_fields(value, name) {
                    return;
                }
                if self.other_operation.is_none() && name.is_usual(self.kinds) {
                    self.other_operation = self.operation_of_fields(members);
                }
                // Elements that repeat are a list.
                let mut counts = HashMap::new();
                if self.is_xml {
                    let elements = members.iter().filter(|it| it.0 != TEXT);
                    elements.for_each(|it| *counts.entry(&*it.0).or_insert(0) += 1);
                }
                let before = self.found.len();
                for (number, (name, member)) in members.iter().enumerate() {
                    let is_repeated = counts.get(&**name).is_some_and(|count| *count > 1);
                    if !name.starts_with('@') {
                        let accepts = |rank: Rank, _| !is_repeated || rank.has_items();
                        self.look_for(accepts, |search| {
                            search.look_inside(number, member, Name::Member(name));
                        });
                    }
                }
                self.drop_without_code(value, before);
            }
            Outline::Null | Outline::Scalar(_) | Outline::Deep => {}
        }
    }

    fn look_inside(&mut self, step: usize, value: &Outline<'_>, name: Name<'_>) {
        let is_envelope = matches!(name, Name::Member(name) if name != TEXT);
        if self.envelopes < MAX_ENVELOPES || !is_envelope {
            self.envelopes += usize::from(is_envelope);
            self.steps.push(step);
            self.look_at(value, name);
            self.steps.pop();
            self.envelopes -= usize::from(is_envelope);
        }
    }

    /// Whether a text is a response with items. Not the message of an error, which may quote one.
    fn holds_items(&self, text: &str, name: Name<'_>) -> bool {
        let is_message = |name: &str| {
            let mut errors = self.kinds.kinds.iter().filter(|kind| kind.code.is_some());
            errors.any(|kind| kind.schema.field(name).is_some())
        };
        if self.texts == MAX_TEXTS || matches!(name, Name::Member(name) if is_message(name)) {
            return false;
        }
        let Some((outline, root)) = Outline::of_text(text) else { return false };
        let mut inside =
            Search { texts: self.texts + 1, ..Search::new(root.is_some(), self.kinds) };
        inside.look_at_document(&outline, root);
        inside.found.iter().any(|(rank, _)| rank.has_items())
    }

    /// Decides what an object is by its own fields. Returns whether there is no need to look inside it.
    fn look_at_fields(&mut self, object: &Outline<'_>, name: Name<'_>) -> bool {
        if is_request(object, self.kinds) {
            return true;
        }
        let list = self.list_of(object);
        if let Some((Rank::Items, target)) = list {
            self.add_list(object, Rank::Items, target);
            return true;
        }
        if let Some((rank, kind)) = self.error_kind(object, name) {
            self.add(rank, Target::Response(kind));
            return list.is_some();
        }
        if let Some(target) = self.map_of_items(object) {
            self.add(Rank::Items, target);
            return true;
        }
        if let Some((rank, target)) = list {
            // Any operation may have an empty list without a response around it.
            let has_other_field = |kind: &Kind| {
                let mut members = object.members().iter();
                members.any(|(name, _)| kind.field(name).is_some() && !kind.leads_to_list(name))
            };
            let is_page = name.is_usual(self.kinds)
                || matches!(target, Target::Response(kind) if has_other_field(&self.kinds.kinds[kind]));
            if is_page && !name.is_error(self.kinds) {
                self.add_list(object, rank, target);
                if let Some((_, added)) = self.found.last_mut() {
                    added.needs_items = has_list_elsewhere(object, self.kinds);
                }
            }
            for (number, (name, member)) in object.members().iter().enumerate() {
                let is_list = self.kinds.kinds.iter().any(|kind| kind.leads_to_list(name));
                let name = Name::Member(name);
                if name.is_error(self.kinds) {
                    // An error says that an empty list tells nothing.
                    self.look_inside(number, member, name);
                } else if is_list {
                    // The name of the list may be that of an envelope.
                    let accepts = |rank: Rank, _| rank >= Rank::OtherCode;
                    self.look_for(accepts, |search| search.look_inside(number, member, name));
                }
            }
            return true;
        }
        if let Some(kind) = self.item_kind(object.members()) {
            // A record of a log may name the run that its response is about.
            if !self.has_response_inside(object, kind) {
                self.add(Rank::Items, Target::Item(kind));
            }
            return true;
        }
        if let Some((rank, kind)) = self.kind_by_fields(object, name) {
            self.add(rank, Target::Response(kind));
        }
        false
    }

    /// Adds the pages with items in the unknown members of an object that may be an item of a list, and lists
    /// and errors too if it has nothing but ids. Returns whether there are any.
    fn has_response_inside(&mut self, object: &Outline<'_>, kind: usize) -> bool {
        let Some(schema) = self.kinds.kinds[kind].items() else { return false };
        let is_known = |name: &str| schema.field(name).is_some();
        let mut known = object.members().iter().filter_map(|(name, _)| schema.field(name));
        let is_bare = known.all(|(name, _)| name.ends_with("Id"));
        let is_page = |target| matches!(target, Target::Response(_) | Target::Text { .. });
        let accepts = |rank: Rank, target| match is_bare {
            true => rank >= Rank::OtherCode,
            false => rank.has_items() && is_page(target),
        };
        self.look_for(accepts, |search| {
            for (number, (name, member)) in object.members().iter().enumerate() {
                if !is_known(name) {
                    search.look_inside(number, member, Name::Member(name));
                }
            }
        })
    }

    /// Looks for what is accepted by its rank and target. Returns whether there is any.
    fn look_for(
        &mut self,
        accepts: impl Fn(Rank, Target) -> bool,
        look: impl FnOnce(&mut Self),
    ) -> bool {
        let before = self.found.len();
        look(self);
        let inside = self.found.split_off(before);
        self.found.extend(inside.into_iter().filter(|(rank, it)| accepts(*rank, it.target)));
        self.found.len() > before
    }

    /// The kind of response without a list that an object is.
    fn kind_by_fields(&self, object: &Outline<'_>, name: Name<'_>) -> Option<(Rank, usize)> {
        if !name.is_usual(self.kinds) {
            return None;
        }
        let by_name = name.kind(self.kinds);
        self.kinds.kinds.iter().enumerate().find_map(|(index, kind)| {
            if kind.code.is_some() || by_name.is_some_and(|by_name| by_name != index) {
                return None;
            }
            let members = object.members().iter().filter(|(name, _)| !is_namespace(name));
            let (known, unknown): (Vec<_>, Vec<_>) =
                members.partition(|(name, _)| kind.field(name).is_some());
            // A request has fields of a page too.
            let is_own = |name: &str| {
                !same_name(self.kinds.shared_field, name) && !self.kinds.is_parameter(name)
            };
            let is_scalar = |value: &Outline<'_>| value.is_blank() || value.scalar().is_some();
            let (rank, is_page) = if by_name.is_some() {
                (Rank::Fields, !known.is_empty() || unknown.is_empty())
            } else if known.iter().any(|(name, _)| is_own(name)) {
                (Rank::Fields, unknown.iter().all(|(_, value)| is_scalar(value)))
            } else {
                // A response of any operation has the shared field.
                let is_shared = |name: &str| same_name(self.kinds.shared_field, name);
                let has_shared = known.iter().any(|(name, _)| is_shared(name));
                (Rank::Shared, has_shared && unknown.is_empty())
            };
            (is_page && !has_list_elsewhere(object, self.kinds)).then_some((rank, index))
        })
    }
}

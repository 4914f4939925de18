//! What a document is, decided from its outline before any field is read: where its response is, and of
//! which kind.
//!
//! In order of precedence: a list that has items; an error code; an empty list; a text that may hold a
//! response; what may be an error code; fields that every page has; a text with a damaged response or a printed
//! error. In a response with a list of its own only an error beside an empty list is looked for deeper, and
//! what tells an error in canonical form goes before any text, so canonical form is always the response itself.
//! Envelopes may nest two levels deep.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;

use super::outline::Outline;
use super::success::{SUCCESS_FIELD, tells_success};
use super::verbatim::is_namespace;
use crate::repair::printed;
use crate::schema::{Kind, Kinds, OtherOperation, Schema, Shape, same_name};
use crate::syntax::xml::TEXT;

/// Number of envelopes around a response.
const MAX_ENVELOPES: usize = 2;

/// Number of arrays in each other around the items of a list.
const MAX_ARRAYS: usize = 2;

/// A possible place of the response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The way to it: numbers of members of objects, and of items of lists.
    pub(crate) steps: Vec<usize>,
    pub(crate) target: Target,
    pub(crate) evidence: Evidence,
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
    Code,
    Items,
}

/// Decides what a document is. `root`: the name of its XML root element.
pub(crate) fn classify(
    outline: &Outline<'_>,
    root: Option<&str>,
    kinds: &'static Kinds,
) -> Verdict {
    let mut search = Search {
        kinds,
        is_xml: root.is_some(),
        found: Vec::new(),
        other_operation: None,
        steps: Vec::new(),
    };
    let mut is_sequence = false;
    match outline {
        Outline::List(items) => match search.list_alone(items) {
            Some(target) => search.add(Rank::Items, target),
            None => is_sequence = items.iter().any(|item| is_response(item, kinds)),
        },
        _ => search.look_at(outline, Name::Root(root)),
    }
    let Search { mut found, other_operation, .. } = search;
    if other_operation.is_some() {
        found.retain(|(rank, _)| *rank >= Rank::Code);
    }
    found.sort_by_key(|(rank, _)| Reverse(*rank));
    let candidates = found.into_iter().map(|(_, candidate)| candidate).collect();
    Verdict { candidates, is_sequence, other_operation }
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
    let is_text = |it: &&Candidate| matches!(it.target, Target::Text { .. });
    match candidates.iter().find(|it| !is_text(it))? {
        Candidate { target: Target::Response(kind), steps, .. } if steps.is_empty() => Some(*kind),
        _ => None,
    }
}

fn may_hold_response(text: &str) -> bool {
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
    found: Vec<(Rank, Candidate)>,
    other_operation: Option<String>,
    /// The way to the current value.
    steps: Vec<usize>,
}

impl Search {
    fn add(&mut self, rank: Rank, target: Target) {
        let evidence = match rank {
            Rank::Shared => Evidence::Shared,
            Rank::Fields => Evidence::Fields,
            Rank::DamagedText | Rank::DoubtfulCode | Rank::Text | Rank::EmptyList | Rank::Code => {
                Evidence::Code
            }
            Rank::Items => Evidence::Items,
        };
        self.found.push((rank, Candidate { steps: self.steps.clone(), target, evidence }));
    }

    /// Adds what an object with a list is.
    fn add_list(&mut self, object: &Outline<'_>, rank: Rank, target: Target) {
        let Target::List(kind) = target else { return self.add(rank, target) };
        let name = self.kinds.kinds[kind].items().map_or("", |items| items.name);
        let is_list = |(found, _): &(Cow<'_, str>, _)| same_name(name, found);
        let members = object.members();
        let is_only = members.iter().all(is_list);
        match members.iter().position(is_list) {
            // Other members beside the list are those of its response.
            Some(step) if !is_only && members.iter().filter(|it| is_list(it)).count() == 1 => {
                self.steps.push(step);
                self.add(rank, target);
                self.steps.pop();
            }
            _ => self.add(rank, target),
        }
    }

    /// Looks for responses in a value and inside it.
    fn look_at(&mut self, value: &Outline<'_>, name: Name<'_>) {
        match value {
            Outline::Text(text) if may_hold_response(text) || printed::may_be_in(text) => {
                let is_usual = name.is_usual(self.kinds);
                let least = if is_usual { Evidence::Shared } else { Evidence::Code };
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
            Outline::List(items) => match (self.list_alone(items), &**items) {
                (Some(target), _) => self.add(Rank::Items, target),
                (None, [item]) => self.look_inside(0, item, Name::Item),
                (None, _) => {}
            },
            Outline::Object(members) => {
                let other = match name {
                    Name::Root(Some(name)) | Name::Member(name) => {
                        operation_of_root(name, self.kinds)
                    }
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
                // Elements that repeat are a list, which wraps nothing.
                let mut counts = HashMap::new();
                if self.is_xml {
                    let elements = members.iter().filter(|it| it.0 != TEXT);
                    elements.for_each(|it| *counts.entry(&*it.0).or_insert(0) += 1);
                }
                for (number, (name, member)) in members.iter().enumerate() {
                    let is_repeated = counts.get(&**name).is_some_and(|count| *count > 1);
                    if !name.starts_with('@') && !is_repeated {
                        self.look_inside(number, member, Name::Member(name));
                    }
                }
            }
            Outline::Null | Outline::Scalar(_) | Outline::Deep => {}
        }
    }

    fn look_inside(&mut self, step: usize, value: &Outline<'_>, name: Name<'_>) {
        if self.steps.len() < MAX_ENVELOPES || matches!(name, Name::Member(TEXT)) {
            self.steps.push(step);
            self.look_at(value, name);
            self.steps.pop();
        }
    }

    /// Decides what an object is by its own fields. Returns whether there is no need to look inside it.
    fn look_at_fields(&mut self, object: &Outline<'_>, name: Name<'_>) -> bool {
        let list = self.list_of(object);
        if let Some((Rank::Items, target)) = list {
            self.add_list(object, Rank::Items, target);
            return true;
        }
        if let Some((rank, kind)) = self.error_kind(object, name) {
            self.add(rank, Target::Response(kind));
            return list.is_some();
        }
        if let Some((rank, target)) = list {
            // Any operation may have an empty list without a response around it.
            let has_other_field = |kind: &Kind| {
                let is_list = |name: &str| kind.list.iter().any(|it| same_name(it, name));
                let mut members = object.members().iter();
                members.any(|(name, _)| kind.field(name).is_some() && !is_list(name))
            };
            let is_page = name.is_usual(self.kinds)
                || matches!(target, Target::Response(kind) if has_other_field(&self.kinds.kinds[kind]));
            let is_error = matches!(name, Name::Root(Some(name)) | Name::Member(name) if self.is_error_name(name));
            if is_page && !is_error {
                self.add_list(object, rank, target);
            }
            // An error says that an empty list tells nothing.
            for (number, (name, member)) in object.members().iter().enumerate() {
                if self.is_error_name(name) {
                    self.look_inside(number, member, Name::Member(name));
                }
            }
            return true;
        }
        if let Some(kind) = self.item_kind(object.members()) {
            self.add(Rank::Items, Target::Item(kind));
            return true;
        }
        if let Some((rank, kind)) = self.kind_by_fields(object, name) {
            self.add(rank, Target::Response(kind));
        }
        false
    }

    /// Whether a response of this name is an error.
    fn is_error_name(&self, name: &str) -> bool {
        self.kinds.by_root(name).is_some_and(|(kind, _)| self.kinds.kinds[kind].code.is_some())
    }

    /// The list that an object has.
    fn list_of(&mut self, object: &Outline<'_>) -> Option<(Rank, Target)> {
        let mut best: Option<(Rank, Target)> = None;
        let mut add = |rank: Rank, target| {
            if best.is_none_or(|(best, _)| rank > best) {
                best = Some((rank, target));
            }
        };
        for (index, kind) in self.kinds.kinds.iter().enumerate() {
            let Some(items) = kind.items() else { continue };
            let (target, name) = (Target::Response(index), kind.list[kind.list.len() - 1]);
            for list in object.values(name) {
                add(self.rank_of_list(list, items)?, target);
            }
            let Some(Shape::Record(record)) = kind.schema.field(kind.list[0]).map(|it| it.1) else {
                continue;
            };
            for holder in object.values(kind.list[0]).map(Outline::alone) {
                let mut lists = holder.values(name).peekable();
                let has_field = holder.members().iter().any(|it| record.field(&it.0).is_some());
                if lists.peek().is_none()
                    && (has_field || holder.is_blank() || holder.is_empty_object())
                {
                    add(Rank::EmptyList, target);
                }
                for list in lists {
                    add(self.rank_of_list(list, items)?, target);
                }
            }
        }
        // A list in the object that wraps it, but not in a response.
        for (index, kind) in self.kinds.kinds.iter().enumerate() {
            let Some(items) = kind.items() else { continue };
            let values: Vec<_> = object.values(items.name).collect();
            // Elements that repeat are one list, which is none if one of them is no item, as in JSON.
            let is_one = self.is_xml && values.len() > 1;
            if is_one && self.list_alone(values.iter().copied()).is_none() {
                continue;
            }
            for list in values {
                let is_list = match list {
                    Outline::List(list) => list.is_empty() || self.list_alone(list).is_some(),
                    list => self.item_kind(list.members()).is_some(),
                };
                if is_list {
                    add(self.rank_of_list(list, items)?, Target::List(index));
                }
            }
        }
        best
    }

    /// `None` if the items are of another operation.
    fn rank_of_list(&mut self, list: &Outline<'_>, items: &Schema) -> Option<Rank> {
        let mut rank = Rank::EmptyList;
        // With the number of arrays around it, and whether it is an item of the list.
        let mut left = vec![(list, 0, false)];
        while let Some((value, depth, is_item)) = left.pop() {
            match value {
                Outline::List(list) if depth < MAX_ARRAYS => {
                    left.extend(list.iter().map(|item| (item, depth + 1, true)));
                }
                // A list as a text of JSON.
                Outline::Text(text) if depth == 0 && text.contains('{') => {
                    if let Some(inside) = Outline::of_json(text)
                        && !matches!(inside, Outline::Text(_))
                    {
                        rank = rank.max(self.rank_of_list(&inside, items)?);
                    }
                }
                Outline::Object(members) => {
                    if members.iter().any(|(name, _)| self.kinds.is_foreign_item_field(name)) {
                        self.other_operation = self.operation_of_items();
                        return None;
                    }
                    let mut inner = value.values(items.name).peekable();
                    let has_field = members.iter().any(|(name, _)| items.field(name).is_some());
                    // A wrapper object may be in place of an item too.
                    if inner.peek().is_some() && !(is_item && has_field) {
                        left.extend(inner.map(|item| (item, depth, true)));
                    } else if has_field {
                        rank = Rank::Items;
                    }
                }
                _ => {}
            }
        }
        Some(rank)
    }

    /// The kind of response whose list has these items.
    fn list_alone<'o, 't: 'o>(
        &mut self,
        items: impl IntoIterator<Item = &'o Outline<'t>> + Clone,
    ) -> Option<Target> {
        let first = items.clone().into_iter().find(|item| !item.is_blank())?;
        let kind = self.item_kind(first.members()).or_else(|| self.kind_of_bare_id(first))?;
        let schema = self.kinds.kinds[kind].items()?;
        let is_item = |item: &Outline<'_>| {
            item.is_blank() || item.members().iter().any(|(name, _)| schema.field(name).is_some())
        };
        items.into_iter().all(is_item).then_some(Target::List(kind))
    }

    /// The kind of response whose list has items with these fields.
    fn item_kind(&mut self, members: &[(Cow<'_, str>, Outline<'_>)]) -> Option<usize> {
        let is_shared = |(name, _): &(Cow<'_, str>, _)| same_name(self.kinds.shared_field, name);
        if members.iter().any(is_shared) {
            return None;
        }
        let mut best = None;
        for (index, kind) in self.kinds.kinds.iter().enumerate() {
            let (Some(items), Some(id)) = (kind.items(), kind.item_ids.first()) else { continue };
            let fields = || members.iter().filter_map(|(name, _)| items.field(name));
            let own = fields().filter(|(name, _)| !kind.item_ids.contains(name)).count();
            if own > 0
                && fields().any(|(name, _)| name == *id)
                && best.is_none_or(|(most, _)| own > most)
            {
                best = Some((own, index));
            }
        }
        if best.is_some() && members.iter().any(|(name, _)| self.kinds.is_foreign_item_field(name))
        {
            self.other_operation = self.operation_of_items();
            return None;
        }
        best.map(|(_, kind)| kind)
    }

    /// The kind of response whose list has items with only an id.
    fn kind_of_bare_id(&self, item: &Outline<'_>) -> Option<usize> {
        let members = item.members();
        self.kinds.kinds.iter().position(|kind| {
            let is_id = |name: &str| kind.item_ids.first().is_some_and(|id| same_name(id, name));
            !members.is_empty() && members.iter().all(|(name, _)| is_id(name))
        })
    }

    /// The kind of error that an object is.
    fn error_kind(&self, object: &Outline<'_>, name: Name<'_>) -> Option<(Rank, usize)> {
        self.kinds.kinds.iter().enumerate().find_map(|(index, kind)| {
            let field = kind.code?;
            let rank = match object.values(field).find_map(|code| code.scalar()) {
                Some(code) => self.rank_of_code(object, field, code, kind, name)?,
                None if self.is_error_without_code(object, index, name) => Rank::Code,
                None => return None,
            };
            Some((rank, index))
        })
    }

    /// Whether a code is that of an error: other objects have a `code` too.
    fn rank_of_code(
        &self,
        object: &Outline<'_>,
        field: &str,
        code: &str,
        kind: &Kind,
        name: Name<'_>,
    ) -> Option<Rank> {
        let tells = |value: &Outline<'_>| value.scalar().is_some_and(tells_success);
        if tells_success(code) || object.values(SUCCESS_FIELD).any(tells) {
            return None;
        }
        let is_known = |name: &str| kind.schema.field(name).is_some();
        let fields = object.members().iter().filter(|(name, _)| is_known(name));
        let values: Vec<&str> = fields.filter_map(|(_, value)| value.scalar()).collect();
        // A text that may hold a response says nothing about the object around it.
        let plain = values.iter().filter(|value| !may_hold_response(value)).count();
        let is_bare = object.members().iter().all(|(name, value)| {
            same_name(field, name) || value.scalar().is_none_or(|it| matches!(it, "true" | "false"))
        });
        let is_documented = object.has_exactly(field) || is_bare;
        match name.is_usual(self.kinds) && is_documented || plain > 1 {
            true => Some(Rank::Code),
            false => (values.len() > 1).then_some(Rank::DoubtfulCode),
        }
    }

    /// Whether an object is an error without a code: it has several other fields, or nothing but one.
    fn is_error_without_code(&self, object: &Outline<'_>, index: usize, name: Name<'_>) -> bool {
        let schema = self.kinds.kinds[index].schema;
        let by_name = name.kind(self.kinds);
        let is_root = matches!(name, Name::Root(_));
        let is_root_element = is_root && by_name == Some(index);
        let has_value = |(field, shape): &&(&'static str, Shape)| {
            let mut values = object.values(field);
            *field != self.kinds.shared_field
                && matches!(shape, Shape::Scalar(_))
                && (is_root_element || object.has_exactly(field))
                && values.any(|it| it.scalar().is_some())
        };
        let fields = schema.fields.iter().filter(has_value).count();
        if !is_root {
            // What is beside it would be a member of it in canonical form.
            return by_name == Some(index) && fields > 1;
        }
        // An attribute may be about the document.
        let is_known = |name: &str| name.starts_with('@') || schema.field(name).is_some();
        let is_only = || object.members().iter().all(|(name, _)| is_known(name));
        by_name.is_none_or(|kind| kind == index) && (fields > 1 || fields == 1 && is_only())
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
            let is_own = |name: &str| !same_name(self.kinds.shared_field, name);
            let is_scalar = |value: &Outline<'_>| value.is_blank() || value.scalar().is_some();
            let (rank, is_page) = if by_name.is_some() {
                (Rank::Fields, !known.is_empty() || unknown.is_empty())
            } else if known.iter().any(|(name, _)| is_own(name)) {
                (Rank::Fields, unknown.iter().all(|(_, value)| is_scalar(value)))
            } else {
                // A response of any operation has the shared field.
                (Rank::Shared, !known.is_empty() && unknown.is_empty())
            };
            is_page.then_some((rank, index))
        })
    }

    fn operation_of_fields(&self, members: &[(Cow<'_, str>, Outline<'_>)]) -> Option<String> {
        let has = |field: &&str| members.iter().any(|(name, _)| same_name(field, name));
        let is_other = |it: &&OtherOperation| {
            let is_known = |name: &str| {
                let fields = it.fields.iter().chain([&self.kinds.shared_field]);
                fields.into_iter().any(|field| same_name(field, name))
            };
            !it.fields.is_empty()
                && it.fields.iter().all(has)
                && (!it.is_exact || members.iter().all(|(name, _)| is_known(name)))
        };
        self.kinds.other_operations.iter().find(is_other).map(|it| it.name.to_owned())
    }

    fn operation_of_items(&self) -> Option<String> {
        let mut others = self.kinds.other_operations.iter();
        others.find(|it| !it.item_fields.is_empty()).map(|it| it.name.to_owned())
    }
}

/// The operation that an XML root element names.
fn operation_of_root(root: &str, kinds: &Kinds) -> Option<String> {
    let name = root.rsplit_once(':').map_or(root, |(_, name)| name);
    let operation = name.strip_suffix("Response")?;
    let words = operation.chars().filter(char::is_ascii_uppercase).count();
    let is_operation = words > 1 && operation.starts_with(|first: char| first.is_ascii_uppercase());
    (is_operation && kinds.by_root(root).is_none()).then(|| operation.to_owned())
}

//! Lists in any shape, and records that are the value of a field.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess};

use super::any::{AnyValue, Token, ValueRule, name_of};
use super::context::{FieldContext, PathStep};
use super::field::{FieldSlot, Read};
use super::held::{HeldMember, Items, ReplayMembers, read_alone};
use super::items::{finish, push, put_back, read_rest, segments};
use super::json_text::read_text_as_json;
use super::record::{
    Record, Seen, field_of, fill_missing_lists, read_field, read_record, read_unknown_member,
};
use super::verbatim::{SkipRule, ignore_member, is_namespace};
use crate::finding::{Duplicate, FindingKind, ListShape};
use crate::schema::same_name;
use crate::syntax::reader::Span;
use crate::text::characters::is_empty_or_whitespace;

impl<'de, R: Record<'de>> Read<'de> for Vec<R> {
    fn read<D: Deserializer<'de>>(
        &mut self,
        is_duplicate: bool,
        here: FieldContext<'_>,
        deserializer: D,
    ) -> Result<(), D::Error> {
        let rule = ListRule::<R> { list: self, sibling: None, is_duplicate };
        AnyValue { rule, here }.deserialize(deserializer)
    }
}

/// A list that is about to be read, in whose wrapper object another list of the same record may be.
pub struct ListSlot<'p, R, S> {
    /// The list.
    pub list: &'p mut Vec<R>,
    /// The other list, and its name.
    pub sibling: (&'static str, &'p mut Vec<S>),
    /// Whether the field has occurred before.
    pub is_duplicate: bool,
    /// Its path.
    pub here: FieldContext<'p>,
}

impl<'de, R: Record<'de>, S: Record<'de>> DeserializeSeed<'de> for ListSlot<'_, R, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Self { list, sibling, is_duplicate, here } = self;
        let rule = ListRule { list, sibling: Some(sibling), is_duplicate };
        AnyValue { rule, here }.deserialize(deserializer)
    }
}

const NOT_A_LIST: FindingKind = FindingKind::InvalidValue { expected: "a list" };

/// Reads a list where its wrapper object is expected.
struct ListRule<'s, R, S = R> {
    list: &'s mut Vec<R>,
    /// Another list that may be in the wrapper object, and its name.
    sibling: Option<(&'static str, &'s mut Vec<S>)>,
    is_duplicate: bool,
}

impl<'de, R: Record<'de>, S: Record<'de>> ValueRule<'de> for ListRule<'_, R, S> {
    type Out = ();

    fn token(self, token: Token<'de>, here: FieldContext<'_>) {
        let is_duplicate = self.is_duplicate;
        let Some(token) = read_text_as_json(self, token, here) else { return };
        report_dropped(is_duplicate, here);
        match token {
            Token::Null => here.report(FindingKind::List(ListShape::Null)),
            // An empty element is the documented shape of an empty list in XML.
            Token::Text(text) if is_empty_or_whitespace(&text) && here.is_xml() => {}
            Token::Text(text) if is_empty_or_whitespace(&text) => {
                here.report(FindingKind::List(ListShape::EmptyText))
            }
            _ => here.report(NOT_A_LIST),
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut rest: A,
        here: FieldContext<'_>,
    ) -> Result<(), A::Error> {
        let span = here.value_span();
        report_merged(self.is_duplicate, here);
        if first.is_none() && !here.is_xml() {
            here.report(FindingKind::List(ListShape::Empty));
        }
        let mut count = self.list.len();
        let mut sibling = self.sibling;
        // Unknown members before the items: of a single item, or of the wrapper object.
        let mut held = Vec::new();
        let (mut has_items, mut next) = (false, first);
        while let Some(name) = next {
            if name == R::NAME || same_name(R::NAME, &name) {
                if !held.is_empty() {
                    let name_span = here.context.reader.spans.key.get();
                    ignore_held(std::mem::take(&mut held), here)?;
                    here.context.reader.spans.key.set(name_span);
                }
                let node = here.node.child(PathStep::Items(R::NAME));
                let here = here.at(&node);
                if name != R::NAME {
                    here.report_name(FindingKind::Name { read: R::NAME });
                }
                // XML repeats the element for each item; in JSON a repeated name is a duplicate.
                let is_duplicate = has_items && !here.is_xml();
                has_items = true;
                let rule = ItemsRule { list: &mut *self.list, count: &mut count, is_duplicate };
                rest.next_value_seed(AnyValue { rule, here })?;
            } else if let Some((known, sibling)) = &mut sibling
                && same_name(known, &name)
            {
                let parent = here.parent();
                let node = parent.node.child(PathStep::Known(known));
                let here = parent.at(&node);
                here.report_name(FindingKind::List(ListShape::Misplaced));
                let is_duplicate = !sibling.is_empty();
                rest.next_value_seed(FieldSlot { slot: &mut **sibling, is_duplicate, here })?;
            } else if !has_items && field_of::<R>(&name).is_some() {
                here.report_at(FindingKind::List(ListShape::SingleItem), span);
                let items = here.node.child(PathStep::Items(R::NAME));
                let node = items.child(PathStep::Index(count));
                count += 1;
                let rule = ItemRule { list: self.list, count: &mut count, items: here.at(&items) };
                let item = here.at(&node);
                if held.is_empty() {
                    return rule.read(Some(name), rest, item, span);
                }
                held.push(HeldMember::read(name, here, &mut rest)?);
                let mut members = ReplayMembers::new(held, rest, &here.context.reader);
                let first = members.next_key_seed(name_of(here))?;
                return rule.read(first, members, item, span);
            } else if has_items || is_namespace(&name) {
                ignore_member(&name, here, &mut rest)?;
            } else {
                held.push(HeldMember::read(name, here, &mut rest)?);
            }
            next = rest.next_key_seed(name_of(here))?;
        }
        match is_list_of_other_name::<R>(&held) {
            true => read_other_name(self.list, held, here),
            false => ignore_held(held, here),
        }
    }

    fn items<A: SeqAccess<'de>>(self, items: A, here: FieldContext<'_>) -> Result<(), A::Error> {
        report_merged(self.is_duplicate, here);
        here.report(FindingKind::List(ListShape::BareArray));
        let mut count = self.list.len();
        let node = here.node.child(PathStep::Items(R::NAME));
        let rule = ItemsRule { list: self.list, count: &mut count, is_duplicate: false };
        rule.items(items, here.at(&node))
    }
}

/// Reports a duplicate that adds nothing to the earlier value.
fn report_dropped(is_duplicate: bool, here: FieldContext<'_>) {
    if is_duplicate {
        here.report(FindingKind::DuplicateDropped);
    }
}

fn report_merged(is_duplicate: bool, here: FieldContext<'_>) {
    if is_duplicate {
        here.report(FindingKind::Duplicate(Duplicate::Merged));
    }
}

/// Ignores members that were held.
fn ignore_held<E: Error>(held: Vec<HeldMember<'_>>, here: FieldContext<'_>) -> Result<(), E> {
    held.into_iter().try_for_each(|member| {
        member.replay(here, |name, here, value| ignore_member(&name, here, value))
    })
}

/// Whether nothing but the items of a list is in its wrapper object, under another name than that of their
/// element, or each under one of its own.
fn is_list_of_other_name<'de, R: Record<'de>>(held: &[HeldMember<'de>]) -> bool {
    let mut members = held.iter().filter(|member| !is_beside_items(member)).peekable();
    let name = members.peek().map(|member| &member.name);
    name.is_some()
        && members.all(|member| {
            (Some(&member.name) == name || member.value.is_object())
                && member.value.is_identified(&R::SCHEMA)
        })
}

fn is_beside_items(member: &HeldMember<'_>) -> bool {
    member.value.is_blank() || member.name.starts_with('@')
}

/// Reads a list for which [`is_list_of_other_name`] is true.
#[cold]
fn read_other_name<'de, R: Record<'de>, E: Error>(
    list: &mut Vec<R>,
    held: Vec<HeldMember<'de>>,
    here: FieldContext<'_>,
) -> Result<(), E> {
    let mut count = list.len();
    let mut previous: Option<Cow<'_, str>> = None;
    for member in held {
        if is_beside_items(&member) {
            ignore_held(vec![member], here)?;
            continue;
        }
        let node = here.node.child(PathStep::Items(R::NAME));
        let here = here.at(&node);
        let is_repeated = previous.as_ref() == Some(&member.name);
        if !is_repeated {
            here.report_at(FindingKind::List(ListShape::OtherName), member.name_span);
        }
        let is_duplicate = is_repeated && !here.is_xml();
        previous = Some(member.name);
        member.value.read(ItemsRule { list, count: &mut count, is_duplicate }, here)?;
    }
    Ok(())
}

/// Reads the items of a list, inside its wrapper object.
struct ItemsRule<'s, R> {
    list: &'s mut Vec<R>,
    /// Number of items so far, invalid ones included.
    count: &'s mut usize,
    is_duplicate: bool,
}

impl<'de, R: Record<'de>> ValueRule<'de> for ItemsRule<'_, R> {
    type Out = ();

    fn token(mut self, token: Token<'de>, here: FieldContext<'_>) {
        let is_duplicate = self.is_duplicate;
        let Some(token) = read_text_as_json(self.reborrow(), token, here) else { return };
        report_dropped(is_duplicate, here);
        match token {
            Token::Null => here.report(FindingKind::List(ListShape::Null)),
            Token::Text(text) if is_empty_or_whitespace(&text) && !here.is_xml() => {
                here.report(FindingKind::List(ListShape::EmptyText));
            }
            token => {
                let node = here.node.child(PathStep::Index(*self.count));
                *self.count += 1;
                here.at(&node).record_arrival();
                let rule = ItemRule { list: self.list, count: self.count, items: here };
                rule.token(token, here.at(&node));
            }
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: FieldContext<'_>,
    ) -> Result<(), A::Error> {
        report_merged(self.is_duplicate, here);
        if !here.is_xml() {
            if first.is_none() {
                here.report(FindingKind::List(ListShape::Empty));
                return Ok(());
            }
            here.report(FindingKind::List(ListShape::SingleItem));
        }
        let node = here.node.child(PathStep::Index(*self.count));
        *self.count += 1;
        here.at(&node).record_arrival();
        let rule = ItemRule { list: self.list, count: self.count, items: here };
        rule.members(first, rest, here.at(&node))
    }

    fn items<A: SeqAccess<'de>>(self, items: A, here: FieldContext<'_>) -> Result<(), A::Error> {
        report_merged(self.is_duplicate, here);
        read_elements(self.list, self.count, false, items, here)
    }
}

impl<R> ItemsRule<'_, R> {
    fn reborrow(&mut self) -> ItemsRule<'_, R> {
        let Self { list, count, is_duplicate } = self;
        ItemsRule { list, count, is_duplicate: *is_duplicate }
    }
}

/// Reads the elements of an array. `is_nested`: of one inside the array of the list.
fn read_elements<'de, R: Record<'de>, A: SeqAccess<'de>>(
    list: &mut Vec<R>,
    count: &mut usize,
    is_nested: bool,
    mut elements: A,
    items: FieldContext<'_>,
) -> Result<(), A::Error> {
    loop {
        let node = items.node.child(PathStep::Index(*count));
        let rule = ElementRule { list: &mut *list, count: &mut *count, is_nested, items };
        if elements.next_element_seed(AnyValue { rule, here: items.at(&node) })?.is_none() {
            return Ok(());
        }
    }
}

/// Reads an element of the array of a list: an item, or an array of items.
struct ElementRule<'s, 'p, R> {
    list: &'s mut Vec<R>,
    count: &'s mut usize,
    /// Whether it is in an array inside that of the list.
    is_nested: bool,
    /// The items of the list.
    items: FieldContext<'p>,
}

impl<'de, R: Record<'de>> ValueRule<'de> for ElementRule<'_, '_, R> {
    type Out = ();

    fn token(self, token: Token<'de>, here: FieldContext<'_>) {
        *self.count += 1;
        ItemRule { list: self.list, count: self.count, items: self.items }.token(token, here);
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: FieldContext<'_>,
    ) -> Result<(), A::Error> {
        *self.count += 1;
        let rule = ItemRule { list: self.list, count: self.count, items: self.items };
        rule.members(first, rest, here)
    }

    fn items<A: SeqAccess<'de>>(self, items: A, here: FieldContext<'_>) -> Result<(), A::Error> {
        // Arrays in this array are not reported again.
        if !self.is_nested {
            here.report(FindingKind::List(ListShape::NestedArray));
        }
        read_elements(self.list, self.count, true, items, self.items)
    }
}

/// Reads one item of a list, which has been counted.
struct ItemRule<'s, 'p, R> {
    list: &'s mut Vec<R>,
    count: &'s mut usize,
    /// The items of the list.
    items: FieldContext<'p>,
}

impl<'de, R: Record<'de>> ItemRule<'_, '_, R> {
    /// Reads the members of an item, and notes whether a known field has a value: only these are in
    /// canonical form. An object that has nothing but items wraps them.
    fn read<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut members: A,
        here: FieldContext<'_>,
        span: Span,
    ) -> Result<(), A::Error> {
        let item = push(self.list, here);
        let mut seen = Seen::default();
        // Unknown members while the object may wrap items.
        let mut held = Vec::new();
        let mut is_item = false;
        // What follows the first repeated field.
        let mut rest = Vec::new();
        let mut next = first;
        while let Some(name) = next {
            if let Some(field) = field_of::<R>(&name) {
                if seen.fields & (1 << R::index(field.0)) != 0 {
                    rest = segments::<R>(HeldMember::read_rest(name, here, &mut members)?);
                    break;
                }
                read_field(item, field, &mut seen.fields, here, &mut members)?;
                next = members.next_key_seed(name_of(here))?;
                continue;
            }
            here.context.note_unknown_field(&name);
            is_item = is_item || held.is_empty() && has_content(item, seen.fields);
            if is_item || is_namespace(&name) {
                read_unknown_member(item, name, &mut seen, here, &mut members)?;
            } else {
                let member = HeldMember::read(name, here, &mut members)?;
                is_item = !member.value.is_blank() && !has_items::<R>(&member, seen.fields);
                held.push(member);
                if is_item {
                    put_back(item, std::mem::take(&mut held), &mut seen, here)?;
                }
            }
            next = members.next_key_seed(name_of(here))?;
        }
        let wraps_items = held.iter().any(|member| has_items::<R>(member, seen.fields));
        if rest.is_empty() && wraps_items && !has_content(item, seen.fields) {
            return self.read_wrapped(held, here, span);
        }
        put_back(item, held, &mut seen, here)?;
        if rest.is_empty() {
            return finish(item, &seen, here, span);
        }
        read_rest((self.list, self.count, self.items), rest, seen, here, span)
    }

    /// Reads the items in an object that was read as an item.
    #[cold]
    fn read_wrapped<E: Error>(
        self,
        held: Vec<HeldMember<'de>>,
        here: FieldContext<'_>,
        span: Span,
    ) -> Result<(), E> {
        let Self { list, count, items } = self;
        list.pop();
        *count -= 1;
        here.context.uncount(R::LIMIT);
        here.report_at(FindingKind::List(ListShape::NestedWrapper), span);
        let mut is_first = true;
        for member in held {
            if !has_items::<R>(&member, 0) {
                ignore_held(vec![member], here)?;
                continue;
            }
            let is_other_name = !same_name(R::NAME, &member.name);
            if is_other_name {
                items.report_at(FindingKind::List(ListShape::OtherName), member.name_span);
            } else if member.name != R::NAME {
                items.report_at(FindingKind::Name { read: R::NAME }, member.name_span);
            }
            let is_duplicate = !is_first && !is_other_name && !items.is_xml();
            is_first &= is_other_name;
            let rule = ItemsRule { list: &mut *list, count: &mut *count, is_duplicate };
            member.value.read(rule, items)?;
        }
        Ok(())
    }
}

/// Whether an item has a value, or a list that may be empty.
fn has_content<'de, R: Record<'de>>(item: &R, seen: u64) -> bool {
    R::FIELDS.iter().any(|&(field, _)| {
        item.has_value(field) || item.is_always_present(field) && seen & (1 << R::index(field)) != 0
    })
}

/// Whether a member of an object has items of the list that the object is in. It may be named after the number or
/// the id of its item, if no member is a field. `seen`: the fields.
fn has_items<'de, R: Record<'de>>(member: &HeldMember<'_>, seen: u64) -> bool {
    match same_name(R::NAME, &member.name) {
        true => member.value.is_container(),
        false => {
            seen == 0 && !member.name.starts_with('@') && member.value.is_identified(&R::SCHEMA)
        }
    }
}

impl<'de, R: Record<'de>> ValueRule<'de> for ItemRule<'_, '_, R> {
    type Out = ();

    fn token(self, token: Token<'de>, here: FieldContext<'_>) {
        match token {
            Token::Text(text) if is_empty_or_whitespace(&text) && here.is_xml() => {
                fill_missing_lists(push(self.list, here), 0, here, here.value_span());
            }
            token => {
                if let Some(token) = read_text_as_json(self, token, here) {
                    here.report(not_an_object(&token));
                }
            }
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: FieldContext<'_>,
    ) -> Result<(), A::Error> {
        self.read(first, rest, here, here.value_span())
    }

    fn items<A: SeqAccess<'de>>(self, items: A, here: FieldContext<'_>) -> Result<(), A::Error> {
        let span = SkipRule.items(items, here)?;
        here.report_whole(NOT_AN_OBJECT, span);
        Ok(())
    }
}

const NOT_AN_OBJECT: FindingKind = FindingKind::InvalidValue { expected: "an object" };

/// The finding on a scalar where a record is expected. Not for an empty XML element, which is a record
/// without members.
fn not_an_object(token: &Token<'_>) -> FindingKind {
    match token {
        Token::Null => FindingKind::EmptyValue,
        Token::Text(text) if is_empty_or_whitespace(text) => FindingKind::EmptyValue,
        _ => NOT_AN_OBJECT,
    }
}

/// Reads a record that is the value of a field.
pub fn read_nested<'de, R: Record<'de>, D: Deserializer<'de>>(
    slot: &mut Option<Box<R>>,
    is_duplicate: bool,
    here: FieldContext<'_>,
    deserializer: D,
) -> Result<(), D::Error> {
    AnyValue { rule: NestedRule { slot, is_duplicate }, here }.deserialize(deserializer)
}

/// Reads a record that is the value of a field.
pub(super) struct NestedRule<'s, R> {
    pub(super) slot: &'s mut Option<Box<R>>,
    pub(super) is_duplicate: bool,
}

impl<'de, R: Record<'de>> NestedRule<'_, R> {
    /// The fields that have occurred: those that have a value, if the record is a duplicate.
    fn seen(&self) -> u64 {
        let Some(record) = &self.slot else { return 0 };
        let has_value =
            |field| record.has_value(field) || self.is_duplicate && record.is_always_present(field);
        let fields = R::FIELDS.iter().map(|(field, _)| *field);
        fields.filter(|field| has_value(*field)).fold(0, |seen, field| seen | 1 << R::index(field))
    }
}

impl<'de, R: Record<'de>> ValueRule<'de> for NestedRule<'_, R> {
    type Out = ();

    fn token(self, token: Token<'de>, here: FieldContext<'_>) {
        match token {
            Token::Text(text) if is_empty_or_whitespace(&text) && here.is_xml() => {
                report_merged(self.is_duplicate, here);
                let seen = self.seen();
                let record = self.slot.get_or_insert_default();
                fill_missing_lists(&mut **record, seen, here, here.value_span());
            }
            token => {
                let is_duplicate = self.is_duplicate;
                if let Some(token) = read_text_as_json(self, token, here) {
                    here.report(not_an_object(&token));
                    report_dropped(is_duplicate, here);
                }
            }
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: FieldContext<'_>,
    ) -> Result<(), A::Error> {
        let span = here.value_span();
        report_merged(self.is_duplicate, here);
        let seen = self.seen();
        let record = self.slot.get_or_insert_default();
        read_record(&mut **record, seen, first, here, rest, span)
    }

    fn items<A: SeqAccess<'de>>(self, items: A, here: FieldContext<'_>) -> Result<(), A::Error> {
        let span = here.value_span();
        match read_alone(items, here)? {
            Items::One(item) => {
                here.report_whole(FindingKind::Envelope, span);
                item.read(self, here)
            }
            Items::None | Items::Others => {
                here.report_whole(NOT_AN_OBJECT, span);
                Ok(())
            }
        }
    }
}

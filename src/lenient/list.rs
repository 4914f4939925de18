//! Lists in any shape, and records that are the value of a field.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess};

use super::any::{AnyValue, Token, ValueRule, name_of};
use super::context::{FieldContext, PathStep};
use super::field::{FieldSlot, Read};
use super::json_text::read_text_as_json;
use super::record::{Record, field_of, fill_missing_lists, read_record};
use super::verbatim::{SkipRule, ignore_member};
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
        let (mut has_items, mut next) = (false, first);
        while let Some(name) = next {
            if name == R::NAME || same_name(R::NAME, &name) {
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
                let item = new_item(self.list, here);
                return read_item(item, Some(name), here.at(&node), rest, span);
            } else {
                ignore_member(&name, here, &mut rest)?;
            }
            next = rest.next_key_seed(name_of(here))?;
        }
        Ok(())
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

/// Adds an item and counts it. It is read in place, since a record is large to move.
fn new_item<'s, 'de, R: Record<'de>>(list: &'s mut Vec<R>, here: FieldContext<'_>) -> &'s mut R {
    here.context.count(R::LIMIT);
    list.push(R::default());
    list.last_mut().expect("an item was pushed")
}

/// Reads the members of an item, and notes whether a known field has a value: only these are in canonical form.
fn read_item<'de, R: Record<'de>, A: MapAccess<'de>>(
    item: &mut R,
    first: Option<Cow<'de, str>>,
    here: FieldContext<'_>,
    members: A,
    span: Span,
) -> Result<(), A::Error> {
    read_record(item, 0, first, here, members, span)?;
    if R::FIELDS.iter().any(|(field, _)| item.has_value(*field)) {
        here.context.note_item();
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
                ItemRule { list: self.list }.token(token, here.at(&node));
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
        ItemRule { list: self.list }.members(first, rest, here.at(&node))
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
        ItemRule { list: self.list }.token(token, here);
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: FieldContext<'_>,
    ) -> Result<(), A::Error> {
        *self.count += 1;
        ItemRule { list: self.list }.members(first, rest, here)
    }

    fn items<A: SeqAccess<'de>>(self, items: A, here: FieldContext<'_>) -> Result<(), A::Error> {
        // Arrays in this array are not reported again.
        if !self.is_nested {
            here.report(FindingKind::List(ListShape::NestedArray));
        }
        read_elements(self.list, self.count, true, items, self.items)
    }
}

/// Reads one item of a list.
struct ItemRule<'s, R> {
    list: &'s mut Vec<R>,
}

impl<'de, R: Record<'de>> ValueRule<'de> for ItemRule<'_, R> {
    type Out = ();

    fn token(self, token: Token<'de>, here: FieldContext<'_>) {
        match token {
            Token::Text(text) if is_empty_or_whitespace(&text) && here.is_xml() => {
                fill_missing_lists(new_item(self.list, here), 0, here, here.value_span());
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
        let span = here.value_span();
        read_item(new_item(self.list, here), first, here, rest, span)
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
        let span = SkipRule.items(items, here)?;
        here.report_whole(NOT_AN_OBJECT, span);
        Ok(())
    }
}

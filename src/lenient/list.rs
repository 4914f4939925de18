//! Lists in any shape, and records that are the value of a field.

use std::borrow::Cow;

use serde::de::{DeserializeSeed as _, Deserializer, MapAccess, SeqAccess};

use super::any::{AnyValue, Token, ValueRule, name_of};
use super::context::{FieldContext, PathStep};
use super::field::Read;
use super::record::{Record, field_of, fill_missing_lists, read_record};
use super::verbatim::{SkipRule, ignore_member};
use crate::finding::{Duplicate, FindingKind, ListShape};
use crate::schema::same_name;
use crate::text::characters::is_empty_or_whitespace;

impl<'de, R: Record<'de>> Read<'de> for Vec<R> {
    fn read<D: Deserializer<'de>>(
        &mut self,
        is_duplicate: bool,
        here: FieldContext<'_>,
        deserializer: D,
    ) -> Result<(), D::Error> {
        AnyValue { rule: ListRule { list: self, is_duplicate }, here }.deserialize(deserializer)
    }
}

const NOT_A_LIST: FindingKind = FindingKind::InvalidValue { expected: "a list" };

/// Reads a list where its wrapper object is expected.
struct ListRule<'s, R> {
    list: &'s mut Vec<R>,
    is_duplicate: bool,
}

impl<'de, R: Record<'de>> ValueRule<'de> for ListRule<'_, R> {
    type Out = ();

    fn token(self, token: Token<'de>, here: FieldContext<'_>) {
        report_merged(self.is_duplicate, here);
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
            } else if !has_items && field_of::<R>(&name).is_some() {
                here.report_at(FindingKind::List(ListShape::SingleItem), span);
                let items = here.node.child(PathStep::Items(R::NAME));
                let node = items.child(PathStep::Index(count));
                let item = new_item(self.list, here);
                return read_record(item, 0, Some(name), here.at(&node), rest, span);
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

/// Reads the items of a list, inside its wrapper object.
struct ItemsRule<'s, R> {
    list: &'s mut Vec<R>,
    /// Number of items so far, invalid ones included.
    count: &'s mut usize,
    is_duplicate: bool,
}

impl<'de, R: Record<'de>> ValueRule<'de> for ItemsRule<'_, R> {
    type Out = ();

    fn token(self, token: Token<'de>, here: FieldContext<'_>) {
        report_merged(self.is_duplicate, here);
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

    fn items<A: SeqAccess<'de>>(
        self,
        mut items: A,
        here: FieldContext<'_>,
    ) -> Result<(), A::Error> {
        report_merged(self.is_duplicate, here);
        loop {
            let node = here.node.child(PathStep::Index(*self.count));
            let rule = ItemRule { list: &mut *self.list };
            if items.next_element_seed(AnyValue { rule, here: here.at(&node) })?.is_none() {
                return Ok(());
            }
            *self.count += 1;
        }
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
            token => here.report(not_an_object(&token)),
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: FieldContext<'_>,
    ) -> Result<(), A::Error> {
        let span = here.value_span();
        read_record(new_item(self.list, here), 0, first, here, rest, span)
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

impl<R> NestedRule<'_, R> {
    /// The fields to treat as having occurred: all, if the record is a duplicate.
    fn seen(&self) -> u64 {
        if self.slot.is_some() { u64::MAX } else { 0 }
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
            token => here.report(not_an_object(&token)),
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

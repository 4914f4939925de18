//! Lists in whatever shape they come, and records in a field of their own.

use std::borrow::Cow;

use serde::de::{DeserializeSeed as _, Deserializer, MapAccess, SeqAccess};

use super::any::{AnyValue, Token, ValueRule, name_of};
use super::context::{FieldContext, PathStep};
use super::field::Read;
use super::record::{Record, field_of, read_record, report_missing_lists};
use super::verbatim::{SkipRule, ignore_member};
use crate::finding::{Duplicate, FindingKind, ListShape};
use crate::schema::same_name;
use crate::text::characters::is_blank;

impl<'de, R: Record<'de>> Read<'de> for Vec<R> {
    fn read<D: Deserializer<'de>>(
        &mut self,
        again: bool,
        here: FieldContext<'_>,
        deserializer: D,
    ) -> Result<(), D::Error> {
        AnyValue { rule: ListRule { list: self, again }, here }.deserialize(deserializer)
    }
}

const NOT_A_LIST: FindingKind = FindingKind::InvalidValue { expected: "a list" };

/// A list where its wrapper is expected.
struct ListRule<'s, R> {
    list: &'s mut Vec<R>,
    again: bool,
}

impl<'de, R: Record<'de>> ValueRule<'de> for ListRule<'_, R> {
    type Out = ();

    fn token(self, token: Token<'de>, here: FieldContext<'_>) {
        report_merged(self.again, here);
        match token {
            Token::Null => here.report(FindingKind::List(ListShape::Null)),
            // In XML an element with nothing in it is the documented shape of an empty list.
            Token::Text(text) if is_blank(&text) && here.is_xml() => {}
            Token::Text(text) if is_blank(&text) => {
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
        report_merged(self.again, here);
        if first.is_none() && !here.is_xml() {
            here.report(FindingKind::List(ListShape::Empty));
        }
        let mut count = self.list.len();
        let (mut met, mut next) = (false, first);
        while let Some(name) = next {
            if name == R::NAME || same_name(R::NAME, &name) {
                let node = here.node.child(PathStep::Items(R::NAME));
                let here = here.at(&node);
                if name != R::NAME {
                    here.report_name(FindingKind::Name { read: R::NAME });
                }
                // XML repeats the element for each item; in JSON the name stands once.
                let again = met && !here.is_xml();
                met = true;
                let rule = ItemsRule { list: &mut *self.list, count: &mut count, again };
                rest.next_value_seed(AnyValue { rule, here })?;
            } else if !met && field_of::<R>(&name).is_some() {
                here.report_at(FindingKind::List(ListShape::SingleItem), span);
                let node = here.node.child(PathStep::Index(count));
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
        report_merged(self.again, here);
        here.report(FindingKind::List(ListShape::BareArray));
        let mut count = self.list.len();
        ItemsRule { list: self.list, count: &mut count, again: false }.items(items, here)
    }
}

fn report_merged(again: bool, here: FieldContext<'_>) {
    if again {
        here.report(FindingKind::Duplicate(Duplicate::Merged));
    }
}

/// Items are read where they will stay: a record is too large to move for nothing.
fn new_item<'s, 'de, R: Record<'de>>(list: &'s mut Vec<R>, here: FieldContext<'_>) -> &'s mut R {
    here.context.count(R::LIMIT);
    list.push(R::default());
    list.last_mut().expect("an item was pushed")
}

/// The items of a list, inside its wrapper.
struct ItemsRule<'s, R> {
    list: &'s mut Vec<R>,
    /// How many items there were before, readable or not.
    count: &'s mut usize,
    again: bool,
}

impl<'de, R: Record<'de>> ValueRule<'de> for ItemsRule<'_, R> {
    type Out = ();

    fn token(self, token: Token<'de>, here: FieldContext<'_>) {
        report_merged(self.again, here);
        match token {
            Token::Null => here.report(FindingKind::List(ListShape::Null)),
            Token::Text(text) if is_blank(&text) && !here.is_xml() => {
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
        report_merged(self.again, here);
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
        report_merged(self.again, here);
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

/// One item of a list.
struct ItemRule<'s, R> {
    list: &'s mut Vec<R>,
}

impl<'de, R: Record<'de>> ValueRule<'de> for ItemRule<'_, R> {
    type Out = ();

    fn token(self, token: Token<'de>, here: FieldContext<'_>) {
        match token {
            Token::Text(text) if is_blank(&text) && here.is_xml() => {
                report_missing_lists(new_item(self.list, here), 0, here, here.value_span());
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

/// What a value with nothing inside it is where a record is expected. An XML element with nothing in
/// it is none such: it is what XML has for an object with no members.
fn not_an_object(token: &Token<'_>) -> FindingKind {
    match token {
        Token::Null => FindingKind::EmptyValue,
        Token::Text(text) if is_blank(text) => FindingKind::EmptyValue,
        _ => NOT_AN_OBJECT,
    }
}

/// Reads a record in a field of its own.
pub fn read_nested<'de, R: Record<'de>, D: Deserializer<'de>>(
    slot: &mut Option<Box<R>>,
    again: bool,
    here: FieldContext<'_>,
    deserializer: D,
) -> Result<(), D::Error> {
    AnyValue { rule: NestedRule { slot, again }, here }.deserialize(deserializer)
}

/// A record in a field of its own.
pub(super) struct NestedRule<'s, R> {
    pub(super) slot: &'s mut Option<Box<R>>,
    pub(super) again: bool,
}

impl<R> NestedRule<'_, R> {
    /// The fields that count as met: where the record stands again, each may have been.
    fn seen(&self) -> u64 {
        if self.slot.is_some() { u64::MAX } else { 0 }
    }
}

impl<'de, R: Record<'de>> ValueRule<'de> for NestedRule<'_, R> {
    type Out = ();

    fn token(self, token: Token<'de>, here: FieldContext<'_>) {
        match token {
            Token::Text(text) if is_blank(&text) && here.is_xml() => {
                report_merged(self.again, here);
                let seen = self.seen();
                let record = self.slot.get_or_insert_default();
                report_missing_lists(&**record, seen, here, here.value_span());
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
        report_merged(self.again, here);
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

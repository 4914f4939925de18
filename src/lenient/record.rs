//! Records: the trait that `record!` implements, and how members are read into fields.

use std::borrow::Cow;

use serde::de::MapAccess;
use serde::ser::SerializeMap;

use super::any::name_of;
use super::context::{FieldContext, PathStep};
use super::held::HeldMember;
use super::verbatim::{collect_repeated, read_extra};
use super::xml_writer::XmlWriter;
use crate::finding::{FindingKind, ListShape};
use crate::options::Limit;
use crate::schema::{Schema, Shape, same_name};
use crate::syntax::reader::Span;
use crate::value::Object;

/// An object with known fields.
pub trait Record<'a>: Default {
    /// Name of its XML element.
    const NAME: &'static str;
    /// Its fields and their documented names, in canonical order. At most 64.
    const FIELDS: &'static [(Self::Field, &'static str)];
    /// The same as a schema.
    const SCHEMA: Schema;
    /// The limit on the number of these records in a document.
    const LIMIT: Option<Limit> = None;
    /// Identifies a field.
    type Field: Copy + 'static;

    /// The field with exactly this name.
    fn exact(name: &str) -> Option<Self::Field>;

    /// The field's index in `FIELDS`.
    fn index(field: Self::Field) -> usize;

    /// Whether the API sends an empty string if the field has no value.
    fn may_be_empty(field: Self::Field) -> bool;

    /// Whether the field holds a JSON object as text. Then it may be an empty string too.
    fn is_json_text(field: Self::Field) -> bool;

    /// Whether the field is a list that must be present even if it is empty.
    fn is_always_present(&self, field: Self::Field) -> bool;

    /// Gives a field without a value the one that stands for an empty field.
    fn fill(&mut self, field: Self::Field);

    /// Whether the field has a value.
    fn has_value(&self, field: Self::Field) -> bool;

    /// Whether the field has the same value in both.
    fn has_same(&self, other: &Self, field: Self::Field) -> bool;

    /// Reads the next value of `map` into the field. `is_duplicate`: the field has occurred before.
    fn read<A: MapAccess<'a>>(
        &mut self,
        field: Self::Field,
        is_duplicate: bool,
        here: FieldContext<'_>,
        map: &mut A,
    ) -> Result<(), A::Error>;

    /// Reads the next value of `map` into a field of the record inside this one that has the response's
    /// list, if the name is one of its fields: early versions of an API have no such level. Returns whether
    /// it was. `seen` has a bit for each of those fields that has occurred.
    fn read_flattened<A: MapAccess<'a>>(
        &mut self,
        _name: &str,
        _seen: &mut u64,
        _here: FieldContext<'_>,
        _map: &mut A,
    ) -> Result<bool, A::Error> {
        Ok(false)
    }

    /// Fills the fields that were not there of the record that [`read_flattened`](Self::read_flattened)
    /// has read into, and marks it as seen.
    fn fill_flattened(
        &mut self,
        _seen: &mut u64,
        _seen_inside: u64,
        _here: FieldContext<'_>,
        _span: Span,
    ) {
    }

    /// The unknown members.
    fn extra(&mut self) -> &mut Object<'a>;

    /// Writes the fields that have a value, in canonical form.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;

    /// Writes the fields that have a value, in canonical XML.
    fn write_xml(&self, xml: &mut XmlWriter);
}

/// The field that matches a name, and whether the name is exactly the documented one.
#[inline]
pub(super) fn field_of<'a, R: Record<'a>>(name: &str) -> Option<(R::Field, bool)> {
    match R::exact(name) {
        Some(field) => Some((field, true)),
        None => similar_field_of::<R>(name).map(|field| (field, false)),
    }
}

#[cold]
fn similar_field_of<'a, R: Record<'a>>(name: &str) -> Option<R::Field> {
    R::FIELDS.iter().find(|(_, known)| same_name(known, name)).map(|(field, _)| *field)
}

/// Reads a member into the record's field.
#[inline]
pub(super) fn read_field<'de, R: Record<'de>, A: MapAccess<'de>>(
    record: &mut R,
    (field, exact): (R::Field, bool),
    seen: &mut u64,
    here: FieldContext<'_>,
    members: &mut A,
) -> Result<(), A::Error> {
    let index = R::index(field);
    let name = R::FIELDS[index].1;
    let node = here.node.child(step_to::<R>(field));
    let here = here.at(&node);
    if !exact {
        here.report_name(FindingKind::Name { read: name });
    }
    let is_duplicate = *seen & (1 << index) != 0;
    *seen |= 1 << index;
    record.read(field, is_duplicate, here, members)
}

fn step_to<'a, R: Record<'a>>(field: R::Field) -> PathStep<'static> {
    let name = R::FIELDS[R::index(field)].1;
    match R::may_be_empty(field) {
        true => PathStep::MayBeEmpty(name),
        false if R::is_json_text(field) => PathStep::JsonText(name),
        false => PathStep::Known(name),
    }
}

/// Sets of fields, with a bit for each.
#[derive(Default)]
pub(super) struct Seen {
    /// Those that have occurred.
    pub(super) fields: u64,
    /// The lists of which items have occurred without the object that wraps them.
    unwrapped: u64,
}

impl Seen {
    pub(super) fn new(fields: u64) -> Self {
        Self { fields, unwrapped: 0 }
    }
}

/// Reads all members into a record. `seen` has a bit for each field that has occurred.
pub(super) fn read_record<'de, R: Record<'de>, A: MapAccess<'de>>(
    record: &mut R,
    seen: u64,
    first: Option<Cow<'de, str>>,
    here: FieldContext<'_>,
    mut members: A,
    span: Span,
) -> Result<(), A::Error> {
    let mut seen = Seen::new(seen);
    let mut next = first;
    while let Some(name) = next {
        match field_of::<R>(&name) {
            Some(field) => read_field(record, field, &mut seen.fields, here, &mut members)?,
            None => {
                here.context.note_unknown_field(&name);
                read_unknown_member(record, name, &mut seen, here, &mut members)?;
            }
        }
        next = members.next_key_seed(name_of(here))?;
    }
    fill_missing_lists(record, seen.fields, here, span);
    collect_repeated(record.extra(), here)
}

/// Reads a member that is no field: items of a list of the record without the object that wraps them, or
/// an unknown member, of which the span of the value is returned unless it was ignored.
pub(super) fn read_unknown_member<'de, R: Record<'de>, A: MapAccess<'de>>(
    record: &mut R,
    name: Cow<'de, str>,
    seen: &mut Seen,
    here: FieldContext<'_>,
    members: &mut A,
) -> Result<Option<Span>, A::Error> {
    let Some((index, items)) = R::SCHEMA.list_of_items(&name) else {
        return read_extra(record.extra(), name, here, members);
    };
    let field = R::FIELDS[index].0;
    let mut member = HeldMember::read(name, here, members)?;
    if !member.value.has_record(items) {
        return member
            .replay(here, |name, here, value| read_extra(record.extra(), name, here, value));
    }
    let node = here.node.child(step_to::<R>(field));
    let here = here.at(&node);
    let bit = 1 << index;
    let is_first = seen.unwrapped & bit == 0;
    // XML repeats the element for each item.
    let is_duplicate = seen.fields & bit != 0 && (is_first || !here.is_xml());
    seen.fields |= bit;
    seen.unwrapped |= bit;
    if is_first {
        here.report_at(FindingKind::List(ListShape::Unwrapped), member.name_span);
        if member.name != items.name {
            here.report_at(FindingKind::Name { read: items.name }, member.name_span);
        }
    }
    member.value = member.value.wrapped(items.name, member.name_span);
    member.replay(here, |_, here, value| record.read(field, is_duplicate, here, value))?;
    Ok(None)
}

/// Fills the fields that every response has, and reports those that did not occur.
pub(super) fn fill_missing_lists<'de, R: Record<'de>>(
    record: &mut R,
    seen: u64,
    here: FieldContext<'_>,
    span: Span,
) {
    for &(field, name) in R::FIELDS {
        if !record.is_always_present(field) {
            continue;
        }
        let is_null = matches!(R::SCHEMA.fields[R::index(field)].1, Shape::Record(_))
            && !record.has_value(field);
        if seen & (1 << R::index(field)) == 0 || is_null {
            // The lists of a page are all that it is about.
            let kind = match R::LIMIT {
                Some(_) => FindingKind::List(ListShape::Missing),
                None => FindingKind::MissingList,
            };
            here.report_missing_list(kind, name, span);
        }
        if !record.has_value(field) {
            record.fill(field);
        }
    }
}

/// The set of fields that have a value.
pub(super) fn with_values<'de, R: Record<'de>>(record: &R) -> u64 {
    let fields = R::FIELDS.iter().filter(|(field, _)| record.has_value(*field));
    fields.fold(0, |seen, (field, _)| seen | 1 << R::index(*field))
}

/// Reads a member into a field of a record inside the one that it stands in.
pub fn read_flattened<'de, R: Record<'de>, A: MapAccess<'de>>(
    slot: &mut Option<Box<R>>,
    wire: &'static str,
    name: &str,
    seen: &mut u64,
    here: FieldContext<'_>,
    members: &mut A,
) -> Result<bool, A::Error> {
    let Some(field) = field_of::<R>(name) else { return Ok(false) };
    let node = here.node.child(PathStep::Known(wire));
    let here = here.at(&node);
    if *seen == 0 {
        here.report_name(FindingKind::List(ListShape::Flattened));
    }
    let record = slot.get_or_insert_default();
    // The record may also have occurred where it belongs.
    *seen |= with_values(&**record);
    read_field(&mut **record, field, seen, here, members)?;
    Ok(true)
}

/// Fills the fields that were not there of a record read with [`read_flattened`].
pub fn fill_flattened<'de, R: Record<'de>>(
    slot: &mut Option<Box<R>>,
    wire: &'static str,
    seen: u64,
    here: FieldContext<'_>,
    span: Span,
) {
    if let Some(record) = slot {
        let node = here.node.child(PathStep::Known(wire));
        fill_missing_lists(&mut **record, seen, here.at(&node), span);
    }
}

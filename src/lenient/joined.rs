//! Items of a list in one object, because what separates them is missing.

use serde::de::Error;

use super::context::FieldContext;
use super::held::{Held, HeldMember, identifies};
use super::record::{Record, Seen, field_of, fill_missing_lists, read_field, read_unknown_member};
use super::verbatim::collect_repeated;
use crate::syntax::reader::Span;

/// Reads the rest of an object, from a repeated field on, into `item`, and returns the members of other items.
/// Another item has another ID, and not only that is repeated.
pub(super) fn read_rest<'de, R: Record<'de>, E: Error>(
    item: &mut R,
    rest: Vec<HeldMember<'de>>,
    seen: &mut Seen,
    here: FieldContext<'_>,
) -> Result<Vec<Vec<HeldMember<'de>>>, E> {
    let mut others: Vec<Vec<HeldMember<'de>>> = Vec::new();
    for members in segments::<R>(rest) {
        let repeated = fields::<R>(&members).filter(|(field, _)| match others.last() {
            Some(other) => value_of::<R>(other, *field).is_some(),
            None => item.has_value(*field),
        });
        let is_other = repeated.count() > 1
            && match others.last() {
                Some(other) => has_other_id::<R>(other, &members),
                None => has_other_id_than(item, &members, here)?,
            };
        match others.last_mut() {
            _ if is_other => others.push(members),
            Some(other) => other.extend(members),
            None => put_back(item, members, seen, here)?,
        }
    }
    Ok(others)
}

/// The members in parts that begin where a field is repeated.
fn segments<'de, R: Record<'de>>(rest: Vec<HeldMember<'de>>) -> Vec<Vec<HeldMember<'de>>> {
    let mut segments = Vec::new();
    let (mut segment, mut seen) = (Vec::new(), 0_u64);
    for member in rest {
        let bit = field_of::<R>(&member.name).map_or(0, |(field, _)| 1 << R::index(field));
        if seen & bit != 0 {
            segments.push(std::mem::take(&mut segment));
            seen = 0;
        }
        seen |= bit;
        segment.push(member);
    }
    segments.push(segment);
    segments
}

/// The members that are fields, with values.
fn fields<'m, 'de, R: Record<'de>>(
    members: &'m [HeldMember<'de>],
) -> impl Iterator<Item = (R::Field, &'m HeldMember<'de>)> {
    members.iter().filter(|member| !member.value.is_blank()).filter_map(|member| {
        let (field, _) = field_of::<R>(&member.name)?;
        Some((field, member))
    })
}

/// The IDs among members.
fn ids<'m, 'de, R: Record<'de>>(
    members: &'m [HeldMember<'de>],
) -> impl Iterator<Item = (R::Field, &'m HeldMember<'de>)> {
    fields::<R>(members).filter(|(field, _)| identifies(R::FIELDS[R::index(*field)].1))
}

/// The first value of a field among members.
fn value_of<'m, 'de, R: Record<'de>>(
    members: &'m [HeldMember<'de>],
    field: R::Field,
) -> Option<&'m Held<'de>> {
    let mut same = fields::<R>(members).filter(|(other, _)| R::index(*other) == R::index(field));
    same.next().map(|(_, member)| &member.value)
}

fn has_other_id<'de, R: Record<'de>>(
    earlier: &[HeldMember<'de>],
    members: &[HeldMember<'de>],
) -> bool {
    ids::<R>(members).any(|(field, id)| {
        let earlier = value_of::<R>(earlier, field);
        earlier.is_some_and(|earlier| earlier.scalar() != id.value.scalar())
    })
}

fn has_other_id_than<'de, R: Record<'de>, E: Error>(
    item: &R,
    members: &[HeldMember<'de>],
    here: FieldContext<'_>,
) -> Result<bool, E> {
    for (field, id) in ids::<R>(members).filter(|(field, _)| item.has_value(*field)) {
        let before = here.checkpoint();
        let mut other = R::default();
        id.clone().replay(here, |_, here, value| other.read(field, false, here, value))?;
        here.drop_findings_since(before);
        if other.has_value(field) && !item.has_same(&other, field) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads an item that has no object of its own.
pub(super) fn read<'de, R: Record<'de>, E: Error>(
    item: &mut R,
    members: Vec<HeldMember<'de>>,
    here: FieldContext<'_>,
    span: Span,
) -> Result<(), E> {
    let mut seen = Seen::default();
    put_back(item, members, &mut seen, here)?;
    finish(item, &seen, here, span)
}

/// Completes an item after its last member.
pub(super) fn finish<'de, R: Record<'de>, E: Error>(
    item: &mut R,
    seen: &Seen,
    here: FieldContext<'_>,
    span: Span,
) -> Result<(), E> {
    fill_missing_lists(item, seen.fields, here, span);
    collect_repeated(item.extra(), here)?;
    if R::FIELDS.iter().any(|(field, _)| item.has_value(*field)) {
        here.context.note_item();
    }
    Ok(())
}

/// Reads members that were held into an item.
pub(super) fn put_back<'de, R: Record<'de>, E: Error>(
    item: &mut R,
    held: Vec<HeldMember<'de>>,
    seen: &mut Seen,
    here: FieldContext<'_>,
) -> Result<(), E> {
    held.into_iter().try_for_each(|member| {
        member.replay(here, |name, here, value| match field_of::<R>(&name) {
            Some(field) => read_field(item, field, &mut seen.fields, here, value),
            None => read_unknown_member(item, name, seen, here, value).map(|_| ()),
        })
    })
}

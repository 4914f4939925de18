//! The items of a list: how they begin and end, also where several are in one object, because what separates them is
//! missing.

use serde::de::Error;

use super::context::{FieldContext, PathStep};
use super::held::{HeldMember, identifies};
use super::record::{Record, Seen, field_of, fill_missing_lists, read_field, read_unknown_member};
use super::verbatim::collect_repeated;
use crate::finding::{FindingKind, ListShape};
use crate::syntax::reader::Span;

/// Adds an item. It is read in place, since a record is large to move.
pub(super) fn push<'s, 'de, R: Record<'de>>(
    list: &'s mut Vec<R>,
    here: FieldContext<'_>,
) -> &'s mut R {
    here.context.count(R::LIMIT);
    list.push(R::default());
    list.last_mut().expect("an item was pushed")
}

/// Reads the rest of the last item of a list, and the other items in its object.
#[cold]
pub(super) fn read_rest<'de, R: Record<'de>, E: Error>(
    (list, count, items): (&mut Vec<R>, &mut usize, FieldContext<'_>),
    segments: Vec<Vec<HeldMember<'de>>>,
    mut seen: Seen,
    here: FieldContext<'_>,
    mut span: Span,
) -> Result<(), E> {
    let mut node = *here.node;
    for members in segments {
        let here = items.at(&node);
        let Some(item) = list.last_mut() else { break };
        if !is_other(item, &members, here)? {
            put_back(item, members, &mut seen, here)?;
            continue;
        }
        finish(item, &seen, here, span)?;
        node = items.node.child(PathStep::Index(*count));
        *count += 1;
        let here = items.at(&node);
        let name_span = members[0].name_span;
        here.report_at(FindingKind::List(ListShape::Joined), name_span);
        span = (name_span.0, here.context.reader.spans.end.get());
        seen = Seen::default();
        put_back(push(list, here), members, &mut seen, here)?;
    }
    let last = list.last_mut();
    last.map_or(Ok(()), |item| finish(item, &seen, items.at(&node), span))
}

/// The members in parts that begin where a field is repeated.
pub(super) fn segments<'de, R: Record<'de>>(
    rest: Vec<HeldMember<'de>>,
) -> Vec<Vec<HeldMember<'de>>> {
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

/// Whether members that repeat fields of an item are of another one: it has another ID, and not only that is repeated.
fn is_other<'de, R: Record<'de>, E: Error>(
    item: &R,
    members: &[HeldMember<'de>],
    here: FieldContext<'_>,
) -> Result<bool, E> {
    let with_value = members.iter().filter(|member| !member.value.is_blank());
    let fields = with_value.filter_map(|it| Some((field_of::<R>(&it.name)?.0, it)));
    let repeated: Vec<_> = fields.filter(|(field, _)| item.has_value(*field)).collect();
    if repeated.len() < 2 {
        return Ok(false);
    }
    for (field, id) in repeated {
        if !identifies(R::FIELDS[R::index(field)].1) {
            continue;
        }
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

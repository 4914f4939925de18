//! Responses where none is looked for: beside the one that is read, or too deep.

use std::borrow::Cow;

use super::{Name, Rank, Search, Target};
use crate::finding::{Path, Step};
use crate::lenient::outline::Outline;
use crate::schema::{Kind, Kinds, ScalarKind, Schema, Shape, same_name};

/// Whether a value beside a response is a page with items too, or an error.
pub(crate) fn is_other_response(
    name: &str,
    value: &Outline<'_>,
    is_xml: bool,
    kinds: &'static Kinds,
) -> bool {
    let mut search = Search::new(is_xml, kinds);
    search.envelopes = 1;
    match value {
        Outline::List(items) if search.list_alone(items).is_none() => {
            items.iter().for_each(|item| search.look_at(item, Name::Member(name)));
        }
        _ => search.look_at(value, Name::Member(name)),
    }
    let has_own_id = value.values(kinds.shared_field).next().is_some();
    let is_named_item =
        kinds.kinds.iter().filter_map(Kind::items).any(|it| same_name(it.name, name));
    search.found.iter().any(|(rank, candidate)| match candidate.target {
        // What an id was asked for is no response.
        Target::Item(_) => is_named_item,
        _ if rank.has_items() => true,
        // The codes of gateways are no errors of the service.
        _ => {
            matches!(rank, Rank::OtherCode | Rank::Code)
                && (has_own_id || Name::Member(name.trim_end_matches(['s', 'S'])).is_error(kinds))
        }
    })
}

/// Where a document that is no response has a response, an error or a list of one inside.
pub(crate) fn response_inside(
    outline: &Outline<'_>,
    is_xml: bool,
    kinds: &'static Kinds,
) -> Option<Path> {
    let mut steps = Vec::new();
    let finder = Finder { kinds, lists: lists(kinds), looks_for_responses: Some(is_xml) };
    finder.find(outline, &mut steps).then(|| steps.into())
}

/// Whether the list of a page is where it is not looked for: deeper, or flattened to members such as
/// `Invocations.Invocation.0.InvokeId`.
pub(super) fn has_list_elsewhere(page: &Outline<'_>, kinds: &'static Kinds) -> bool {
    let finder = Finder { kinds, lists: lists(kinds), looks_for_responses: None };
    let is_elsewhere = |list: &&str| {
        page.members().iter().any(|(name, _)| is_flattened(list, name))
            || page.values(list).any(|value| finder.find(value, &mut Vec::new()))
    };
    kinds.kinds.iter().filter_map(|kind| kind.list.first()).any(is_elsewhere)
}

/// Whether a name is the way to a value in a list.
fn is_flattened(list: &str, name: &str) -> bool {
    let first = name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    first.len() < name.len() && same_name(list, first)
}

/// The names of all lists and of their items, and the schemas of these.
fn lists(kinds: &Kinds) -> Vec<(&'static str, &'static Schema)> {
    let mut lists = Vec::new();
    kinds.kinds.iter().for_each(|kind| add_lists(kind.schema, &mut lists));
    lists
}

fn add_lists(schema: &'static Schema, lists: &mut Vec<(&'static str, &'static Schema)>) {
    for (name, shape) in schema.fields {
        match shape {
            Shape::List(items) => {
                // Other operations have lists without a status too, such as tags.
                let is_status =
                    |(_, shape): &(_, Shape)| matches!(shape, Shape::Scalar(ScalarKind::Enum(_)));
                if items.fields.iter().any(is_status) {
                    lists.extend([(*name, *items), (items.name, *items)]);
                }
                add_lists(items, lists);
            }
            Shape::Record(record) => add_lists(record, lists),
            Shape::Scalar(_) => {}
        }
    }
}

struct Finder {
    kinds: &'static Kinds,
    lists: Vec<(&'static str, &'static Schema)>,
    /// Whether whole responses are looked for too, and in XML.
    looks_for_responses: Option<bool>,
}

impl Finder {
    /// Leaves the way in `steps` if there is one.
    fn find(&self, value: &Outline<'_>, steps: &mut Vec<Step>) -> bool {
        let members: &[(Cow<'_, str>, Outline<'_>)] = value.members();
        for (name, member) in members {
            steps.push(Step::Name(name.clone().into_owned().into()));
            if self.is_part(name, member) || self.find(member, steps) {
                return true;
            }
            steps.pop();
        }
        let Outline::List(items) = value else { return false };
        for (number, item) in items.iter().enumerate() {
            steps.push(Step::Index(number));
            if self.is_part("", item) || self.find(item, steps) {
                return true;
            }
            steps.pop();
        }
        false
    }

    fn is_part(&self, name: &str, value: &Outline<'_>) -> bool {
        let is_list = |(known, items): &(&str, &Schema)| {
            same_name(known, name) && has_field(value, items) || is_flattened(known, name)
        };
        let is_response = |is_xml| is_other_response(name, value, is_xml, self.kinds);
        self.lists.iter().any(is_list) || self.looks_for_responses.is_some_and(is_response)
    }
}

/// Whether an object in the value has a field of that schema.
fn has_field(value: &Outline<'_>, schema: &Schema) -> bool {
    let mut members = value.members().iter();
    match value {
        Outline::List(items) => items.iter().any(|item| has_field(item, schema)),
        _ => {
            members.any(|(name, member)| schema.field(name).is_some() || has_field(member, schema))
        }
    }
}

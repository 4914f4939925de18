//! What tells a list of a response, and its items.

use std::borrow::Cow;

use super::{MAX_ARRAYS, Rank, Search, Target};
use crate::lenient::outline::Outline;
use crate::schema::{Schema, Shape, same_name};

impl Search {
    /// Adds what an object with a list is.
    pub(super) fn add_list(&mut self, object: &Outline<'_>, rank: Rank, target: Target) {
        let Target::List(kind) = target else { return self.add(rank, target) };
        let name = self.kinds.kinds[kind].items().map_or("", |items| items.name);
        let is_list = |(found, _): &(Cow<'_, str>, _)| same_name(name, found);
        let members = object.members();
        let is_only = members.iter().all(is_list);
        let has_field = |it: &(Cow<'_, str>, _)| self.kinds.kinds[kind].field(&it.0).is_some();
        match members.iter().position(is_list) {
            // Other members beside the list are those of its response.
            Some(step) if !is_only && members.iter().filter(|it| is_list(it)).count() == 1 => {
                self.steps.push(step);
                self.add(rank, target);
                self.steps.pop();
            }
            Some(_) if members.iter().any(|it| !is_list(it) && has_field(it)) => {
                self.add(rank, Target::Response(kind));
            }
            _ => self.add(rank, target),
        }
    }

    /// The list that an object has.
    pub(super) fn list_of(&mut self, object: &Outline<'_>) -> Option<(Rank, Target)> {
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
                    item => {
                        self.item_kind(item.members()).is_some()
                            || self.steps.is_empty() && self.kind_of_bare_id(item).is_some()
                    }
                };
                if is_list {
                    add(self.rank_of_list(list, items)?, Target::List(index));
                }
            }
        }
        best
    }

    /// `None` if the items are of another operation.
    pub(super) fn rank_of_list(&mut self, list: &Outline<'_>, items: &Schema) -> Option<Rank> {
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
                    if let Some((inside, None)) = Outline::of_text(text) {
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
    pub(super) fn list_alone<'o, 't: 'o>(
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
    pub(super) fn item_kind(&mut self, members: &[(Cow<'_, str>, Outline<'_>)]) -> Option<usize> {
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

    /// The kind of response whose items are the members of an object, each under a name of its own.
    pub(super) fn map_of_items(&mut self, object: &Outline<'_>) -> Option<Target> {
        let items = object
            .members()
            .iter()
            .filter(|(name, value)| !value.is_blank() && !name.starts_with('@'));
        let items: Vec<_> = items.map(|(_, value)| value).collect();
        if self.is_xml || items.len() < 2 {
            return None;
        }
        let kind = self.item_kind(items[0].members())?;
        let mut others = items[1..].iter();
        others
            .all(|item| self.item_kind(item.members()) == Some(kind))
            .then_some(Target::List(kind))
    }

    /// The kind of response whose list has items with nothing but ids.
    pub(super) fn kind_of_bare_id(&self, item: &Outline<'_>) -> Option<usize> {
        let members = item.members();
        self.kinds.kinds.iter().position(|kind| {
            let is_id = |name: &str| kind.item_ids.iter().any(|id| same_name(id, name));
            kind.item_ids.first().is_some_and(|id| item.values(id).next().is_some())
                && members.iter().all(|(name, _)| is_id(name))
        })
    }
}

//! What tells a response of another operation.

use std::borrow::Cow;

use super::Search;
use crate::lenient::outline::Outline;
use crate::schema::{OtherOperation, same_name};

impl Search {
    pub(super) fn operation_of_fields(
        &self,
        members: &[(Cow<'_, str>, Outline<'_>)],
    ) -> Option<String> {
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

    pub(super) fn operation_of_items(&self) -> Option<String> {
        let mut others = self.kinds.other_operations.iter();
        others.find(|it| !it.item_fields.is_empty()).map(|it| it.name.to_owned())
    }

    /// The operation that an XML root element names.
    pub(super) fn operation_of_root(&self, root: &str) -> Option<String> {
        let name = root.rsplit_once(':').map_or(root, |(_, name)| name);
        let operation = name.strip_suffix("Response")?;
        let words = operation.chars().filter(char::is_ascii_uppercase).count();
        let is_operation =
            words > 1 && operation.starts_with(|first: char| first.is_ascii_uppercase());
        (is_operation && self.kinds.by_root(root).is_none()).then(|| operation.to_owned())
    }
}

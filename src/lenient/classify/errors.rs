//! What tells an error.

use super::{Name, Rank, Search, may_hold_response};
use crate::lenient::outline::Outline;
use crate::lenient::success::{
    MESSAGE_FIELDS, SUCCESS_FIELD, is_message_of_success, tells_success,
};
use crate::schema::{Kind, Shape, same_name};

impl Search {
    /// The kind of error that an object is.
    pub(super) fn error_kind(&self, object: &Outline<'_>, name: Name<'_>) -> Option<(Rank, usize)> {
        self.kinds.kinds.iter().enumerate().find_map(|(index, kind)| {
            let field = kind.code?;
            let rank = match object.values(field).find_map(|code| code.scalar()) {
                Some(code) => self.rank_of_code(object, field, code, kind, name)?,
                None if self.is_error_without_code(object, index, name) => Rank::Code,
                None => return None,
            };
            Some((rank, index))
        })
    }

    /// Whether a code is that of an error: other objects have a `code` too.
    fn rank_of_code(
        &self,
        object: &Outline<'_>,
        field: &str,
        code: &str,
        kind: &Kind,
        name: Name<'_>,
    ) -> Option<Rank> {
        let tells = |value: &Outline<'_>| value.scalar().is_some_and(tells_success);
        if tells_success(code) || object.values(SUCCESS_FIELD).any(tells) {
            return None;
        }
        let is_exact = object.has_exactly(field);
        let lists = self.kinds.kinds.iter().filter_map(|kind| kind.list.first());
        let has_list = || lists.into_iter().any(|list| object.values(list).next().is_some());
        let tells = |value: &Outline<'_>| value.scalar().is_some_and(is_message_of_success);
        if (!is_exact || has_list())
            && MESSAGE_FIELDS.iter().any(|name| object.values(name).any(tells))
        {
            return None;
        }
        let is_known = |name: &str| kind.schema.field(name).is_some();
        let fields = object.members().iter().filter(|(name, _)| is_known(name));
        let values: Vec<&str> = fields.filter_map(|(_, value)| value.scalar()).collect();
        // A text that may hold a response says nothing about the object around it.
        let plain = values.iter().filter(|value| !may_hold_response(value)).count();
        let is_bare = object.members().iter().all(|(name, value)| {
            let is_message = MESSAGE_FIELDS.iter().any(|it| same_name(it, name));
            let is_about_it = |text: &str| {
                matches!(text, "true" | "false") || is_message && !may_hold_response(text)
            };
            same_name(field, name) || value.scalar().is_none_or(is_about_it)
        });
        match name.is_usual(self.kinds) && (is_exact || is_bare) || plain > 1 {
            true if is_exact => Some(Rank::Code),
            true => Some(Rank::OtherCode),
            false => (values.len() > 1).then_some(Rank::DoubtfulCode),
        }
    }

    /// Whether an object is an error without a code: it has several other fields, or nothing but one.
    fn is_error_without_code(&self, object: &Outline<'_>, index: usize, name: Name<'_>) -> bool {
        let schema = self.kinds.kinds[index].schema;
        let by_name = name.kind(self.kinds);
        let is_root = matches!(name, Name::Root(_));
        let is_root_element = is_root && by_name == Some(index);
        let has_value = |(field, shape): &&(&'static str, Shape)| {
            let mut values = object.values(field);
            *field != self.kinds.shared_field
                && matches!(shape, Shape::Scalar(_))
                && (is_root_element || object.has_exactly(field))
                && values.any(|it| it.scalar().is_some())
        };
        let fields = schema.fields.iter().filter(has_value).count();
        if !is_root {
            // What is beside it would be a member of it in canonical form.
            return by_name == Some(index) && fields > 1;
        }
        // An attribute may be about the document.
        let is_known = |name: &str| name.starts_with('@') || schema.field(name).is_some();
        let is_only = || object.members().iter().all(|(name, _)| is_known(name));
        by_name.is_none_or(|kind| kind == index) && (fields > 1 || fields == 1 && is_only())
    }
}

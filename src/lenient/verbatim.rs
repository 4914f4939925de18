//! Values of unknown fields: kept verbatim, or ignored with a finding.

use std::borrow::Cow;

use serde::de::{Error, MapAccess, SeqAccess};

use super::any::{AnyValue, Token, ValueRule, name_of};
use super::context::{FieldContext, PathStep};
use crate::finding::{Duplicate, FindingKind};
use crate::options::MAX_UNKNOWN_DEPTH;
use crate::syntax::reader::Span;
use crate::syntax::xml::TEXT;
use crate::value::{Object, Value};

/// Reads an unknown member into `extra`. Returns the span of its value, unless the member was ignored.
pub(super) fn read_extra<'de, A: MapAccess<'de>>(
    extra: &mut Object<'de>,
    name: Cow<'de, str>,
    here: FieldContext<'_>,
    members: &mut A,
) -> Result<Option<Span>, A::Error> {
    let is_text = name == TEXT;
    let mut span = read_unknown(extra, name, here, members, VerbatimRule::UNKNOWN)?;
    // In a record, it certainly is.
    if is_text && here.context.reader.is_formatting.take() {
        extra.0.pop();
        span = None;
    }
    // A list of repeated members is one level deeper than they were.
    if here.context.has_collected.take() {
        check_height(extra.0.last().map(|(_, value)| value), here)?;
    }
    Ok(span)
}

/// Collects the values of unknown members with the same name in a list. To be called once the record has
/// been read.
pub(super) fn collect_repeated<E: Error>(
    extra: &mut Object<'_>,
    here: FieldContext<'_>,
) -> Result<(), E> {
    match extra.collect_repeated() {
        true => check_height(extra.iter().map(|(_, value)| value), here),
        false => Ok(()),
    }
}

fn check_height<'v, 'de: 'v, E: Error>(
    values: impl IntoIterator<Item = &'v Value<'de>>,
    here: FieldContext<'_>,
) -> Result<(), E> {
    match values.into_iter().all(|value| value.height() <= MAX_UNKNOWN_DEPTH) {
        true => Ok(()),
        false => Err(here.context.too_deep(MAX_UNKNOWN_DEPTH)),
    }
}

fn read_unknown<'de, A: MapAccess<'de>>(
    extra: &mut Object<'de>,
    name: Cow<'de, str>,
    here: FieldContext<'_>,
    members: &mut A,
    rule: VerbatimRule,
) -> Result<Option<Span>, A::Error> {
    if is_namespace(&name) {
        ignore_member(&name, here, members)?;
        return Ok(None);
    }
    let node = here.node.child(PathStep::Name(&name));
    // XML repeats an element for each item of a list.
    if !here.is_xml() && here.context.is_repeated(extra, &name) {
        here.at(&node).report_name(FindingKind::Duplicate(Duplicate::Collected));
    }
    let rule = SpannedRule(rule);
    let (value, span) = members.next_value_seed(AnyValue { rule, here: here.at(&node) })?;
    extra.0.push((name, value));
    Ok(Some(span))
}

pub(super) fn is_namespace(name: &str) -> bool {
    name == "@xmlns" || name.starts_with("@xmlns:")
}

/// Reads an unexpected member, and reports that it is ignored.
pub(super) fn ignore_member<'de, A: MapAccess<'de>>(
    name: &str,
    here: FieldContext<'_>,
    members: &mut A,
) -> Result<(), A::Error> {
    let node = here.node.child(PathStep::Name(name));
    let here = here.at(&node);
    let span = members.next_value_seed(AnyValue { rule: SkipRule, here })?;
    if name == TEXT && here.context.reader.is_formatting.take() {
        return Ok(());
    }
    here.report_whole(
        if is_namespace(name) { FindingKind::Namespace } else { FindingKind::UnexpectedContent },
        span,
    );
    Ok(())
}

/// Reads a value for its span only.
pub(super) struct SkipRule;

impl<'de> ValueRule<'de> for SkipRule {
    type Out = Span;

    fn token(self, _: Token<'de>, here: FieldContext<'_>) -> Span {
        here.value_span()
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: FieldContext<'_>,
    ) -> Result<Self::Out, A::Error> {
        let (span, before) = (here.value_span(), here.checkpoint());
        VerbatimRule::UNKNOWN.members(first, rest, here)?;
        here.drop_findings_since(before);
        Ok(span)
    }

    fn items<A: SeqAccess<'de>>(
        self,
        items: A,
        here: FieldContext<'_>,
    ) -> Result<Self::Out, A::Error> {
        let (span, before) = (here.value_span(), here.checkpoint());
        VerbatimRule::UNKNOWN.items(items, here)?;
        here.drop_findings_since(before);
        Ok(span)
    }
}

/// Reads a value verbatim.
pub(super) struct VerbatimRule {
    /// Number of levels that may still be nested in it.
    pub(super) levels_left: usize,
}

impl VerbatimRule {
    /// Reads the value of an unknown field.
    pub(super) const UNKNOWN: Self = Self { levels_left: MAX_UNKNOWN_DEPTH };

    fn deeper<E: Error>(&self, here: FieldContext<'_>) -> Result<Self, E> {
        match self.levels_left.checked_sub(1) {
            Some(levels_left) => Ok(Self { levels_left }),
            None => Err(here.context.too_deep(MAX_UNKNOWN_DEPTH)),
        }
    }
}

impl<'de> ValueRule<'de> for VerbatimRule {
    type Out = Value<'de>;

    fn token(self, token: Token<'de>, _: FieldContext<'_>) -> Value<'de> {
        match token {
            Token::Null => Value::Null,
            Token::Bool(value) => Value::Bool(value),
            Token::Unsigned(number) => Value::Number(number.to_string().into()),
            Token::Signed(number) => Value::Number(number.to_string().into()),
            Token::Number(digits) => Value::Number(digits),
            Token::Text(text) => Value::String(text),
        }
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut rest: A,
        here: FieldContext<'_>,
    ) -> Result<Value<'de>, A::Error> {
        let mut object = Object::default();
        let mut next = first;
        while let Some(name) = next {
            read_unknown(&mut object, name, here, &mut rest, self.deeper(here)?)?;
            next = rest.next_key_seed(name_of(here))?;
        }
        if object.collect_repeated() {
            here.context.has_collected.set(true);
        }
        Ok(Value::Object(object))
    }

    fn items<A: SeqAccess<'de>>(
        self,
        mut items: A,
        here: FieldContext<'_>,
    ) -> Result<Value<'de>, A::Error> {
        let mut list = Vec::new();
        loop {
            let node = here.node.child(PathStep::Index(list.len()));
            let rule = self.deeper(here)?;
            match items.next_element_seed(AnyValue { rule, here: here.at(&node) })? {
                Some(item) => list.push(item),
                None => return Ok(Value::List(list)),
            }
        }
    }
}

/// Reads a value verbatim, with its span.
pub(super) struct SpannedRule(pub(super) VerbatimRule);

impl<'de> ValueRule<'de> for SpannedRule {
    type Out = (Value<'de>, Span);

    fn token(self, token: Token<'de>, here: FieldContext<'_>) -> Self::Out {
        (self.0.token(token, here), here.value_span())
    }

    fn members<A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        rest: A,
        here: FieldContext<'_>,
    ) -> Result<Self::Out, A::Error> {
        let span = here.value_span();
        let value = self.0.members(first, rest, here)?;
        Ok((value, here.whole(span)))
    }

    fn items<A: SeqAccess<'de>>(
        self,
        items: A,
        here: FieldContext<'_>,
    ) -> Result<Self::Out, A::Error> {
        let span = here.value_span();
        let value = self.0.items(items, here)?;
        Ok((value, here.whole(span)))
    }
}

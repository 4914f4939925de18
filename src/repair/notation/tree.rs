//! The objects and lists of a print, and where the schema places them.

use std::ops::Range;

use super::syntax::{Name, NameForm, Opener, skip_whitespace};
use super::writer::{Escapes, Writer};
use crate::finding::FindingKind;
use crate::pending::FindingBudget;
use crate::repair::edits::RepairedText;
use crate::repair::schema_context::SchemaContext;
use crate::repair::work::WorkBudget;
use crate::schema::{Kind, Kinds, Schema, same_name};

/// A print without the values that would make it a response.
#[derive(Debug)]
pub(crate) struct Lossy {
    pub(crate) notation: &'static str,
    pub(crate) instead: &'static str,
    pub(crate) at: usize,
}

/// The result of reading a print.
pub(crate) enum Print {
    /// JSON text. It is not closed if the print is cut or damaged.
    Json(RepairedText),
    Lossy(Lossy),
    /// It is none, and no print begins before this offset.
    None(usize),
}

/// The closing bracket of what has none in the text.
pub(super) const NO_BRACKET: u8 = 0;

/// What a bracket holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Members,
    Items,
    /// One value, so that the brackets are left out, as in `Some(1)`.
    Value,
    /// Members as pairs, as in `[('a', 1)]`.
    Pairs,
    /// One of them.
    Pair,
}

/// Where a print goes on after damage.
pub(super) struct AfterDamage {
    damage: Range<usize>,
    next: usize,
    /// The level of the next member, if that is next.
    level: Option<usize>,
}

pub(super) struct Level {
    pub(super) holds: Holds,
    pub(super) close: u8,
    pub(super) context: SchemaContext,
    pub(super) has_head: bool,
    /// The token of its bracket.
    token: usize,
    /// The number of its members or items.
    pub(super) count: usize,
    /// The indentation of the bracket and of the members, if they begin lines.
    pub(super) indent: Option<(usize, usize)>,
    /// The documented names of the members.
    pub(super) seen: Vec<&'static str>,
    /// The text before the bracket of the first item.
    pub(super) item_head: Option<Range<usize>>,
}

/// The print that is read, as JSON.
pub(super) struct Tree<'t> {
    pub(super) text: &'t str,
    pub(super) writer: Writer<'t>,
    pub(super) levels: Vec<Level>,
    kinds: &'static Kinds,
    /// The name of the next value.
    name: Option<Name>,
    pub(super) is_truncated: bool,
    pub(super) known_names: usize,
    /// Whether there is a record of a list.
    pub(super) has_item: bool,
    /// Whether a list that the schema has was left out.
    elided: Option<usize>,
    /// What is found, and whether it is a guess.
    findings: Vec<(FindingKind, Range<usize>, bool)>,
}

impl<'t> Tree<'t> {
    pub(super) fn new(
        text: &'t str,
        start: usize,
        kinds: &'static Kinds,
        budget: FindingBudget,
    ) -> Self {
        Self {
            text,
            writer: Writer::new(text, start, budget),
            levels: Vec::new(),
            kinds,
            name: None,
            is_truncated: false,
            known_names: 0,
            has_item: false,
            elided: None,
            findings: Vec::new(),
        }
    }

    /// The schema of a value in the innermost level, after its name if it is a member.
    pub(super) fn context(&self) -> SchemaContext {
        let outer = self.levels.last().map_or(SchemaContext::Root(self.kinds), |l| l.context);
        match &self.name {
            Some(name) => field(outer, &self.text[name.span.clone()], self.kinds)
                .map_or(SchemaContext::Unknown, |(_, context)| context),
            None => outer,
        }
    }

    /// Whether the next value may be any text, of several lines.
    pub(super) fn is_text(&self) -> bool {
        let context = self.levels.last().map_or(SchemaContext::Unknown, |level| level.context);
        self.name.as_ref().is_none_or(|name| {
            field(context, &self.text[name.span.clone()], self.kinds)
                .is_none_or(|(known, _)| self.kinds.texts.contains(&known))
        })
    }

    pub(super) fn has_name(&self) -> bool {
        self.name.is_some()
    }

    /// Writes `null` for the value of a name that has none.
    pub(super) fn missing(&mut self) {
        self.begin_value();
        self.writer.insert("null");
    }

    pub(super) fn set_name(&mut self, name: Name) {
        if let Some(level) = self.levels.last_mut()
            && let Some((known, _)) =
                field(level.context, &self.text[name.span.clone()], self.kinds)
        {
            self.known_names += 1;
            level.seen.push(known);
            // An item that stands alone.
            let is_root = matches!(level.context, SchemaContext::Root(_));
            let name = &self.text[name.span.clone()];
            self.has_item |= is_root && level.context.field(name).is_none();
        }
        self.name = Some(name);
    }

    /// Writes what precedes a value: a comma, and its name.
    pub(super) fn begin_value(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            let is_after_name = level.holds == Holds::Pair && level.count == 1;
            if level.count > 0 && !is_after_name && level.holds != Holds::Value {
                self.writer.insert(",");
            }
            level.count += 1;
        }
        if let Some(name) = self.name.take() {
            self.write_name(&name);
        }
    }

    fn write_name(&mut self, name: &Name) {
        self.writer.skip_to(name.span.start);
        self.writer.insert("\"");
        self.writer.keep(name.span.clone());
        self.writer.insert("\":");
        self.writer.skip_to(name.end);
    }

    /// Writes the name of a pair.
    pub(super) fn pair_name(&mut self, span: Range<usize>, end: usize) {
        if let Some(pairs) = self.levels.iter_mut().rev().nth(1) {
            if pairs.count > 0 {
                self.writer.insert(",");
            }
            pairs.count += 1;
        }
        let name = Name { span, end, form: NameForm::Unquoted, separator: ":" };
        self.write_name(&name);
        let context = field(self.context(), &self.text[name.span], self.kinds);
        self.known_names += usize::from(context.is_some());
        if let Some(pair) = self.levels.last_mut() {
            pair.count = 1;
            pair.context = context.map_or(SchemaContext::Unknown, |(_, context)| context);
        }
    }

    pub(super) fn open(&mut self, opener: &Opener, holds: Holds) {
        let context = match (self.context(), holds) {
            (SchemaContext::Wrapper(items) | SchemaContext::Items(items), Holds::Items) => {
                SchemaContext::Record(items)
            }
            (context, _) => context,
        };
        let is_item = self.levels.last().is_some_and(|level| level.holds == Holds::Items);
        self.has_item |= is_item && holds != Holds::Items;
        if let Some(level) = self.levels.last_mut().filter(|_| is_item) {
            level.item_head.get_or_insert(opener.head.start..opener.end);
        }
        if holds != Holds::Pair {
            self.begin_value();
        }
        let bracket = match holds {
            Holds::Members | Holds::Pairs => "{",
            Holds::Items => "[",
            Holds::Value | Holds::Pair => "",
        };
        let is_virtual = opener.close == NO_BRACKET;
        self.writer.skip_to(opener.end - 1);
        let span = opener.end - 1..opener.end - usize::from(is_virtual);
        let token = self.writer.put(span, bracket);
        self.levels.push(Level {
            holds,
            close: opener.close,
            context,
            has_head: !opener.head.is_empty(),
            token,
            count: 0,
            indent: None,
            seen: Vec::new(),
            item_head: None,
        });
    }

    /// Opens what has no bracket in the text.
    pub(super) fn open_virtual(&mut self, at: usize, holds: Holds) {
        let opener = Opener { head: at..at, end: at + 1, close: NO_BRACKET };
        self.open(&opener, holds);
    }

    pub(super) fn close_virtual(&mut self) {
        if let Some(level) = self.levels.pop() {
            self.writer.insert(if level.holds == Holds::Items { "]" } else { "}" });
        }
    }

    /// The end of the last token.
    pub(super) fn end(&self) -> usize {
        self.writer.end()
    }

    /// Makes a list of brackets that hold more than one value.
    pub(super) fn make_list(&mut self) {
        if let Some(level) = self.levels.last_mut().filter(|level| level.holds == Holds::Value) {
            level.holds = Holds::Items;
            self.writer.replace(level.token, "[");
        }
    }

    pub(super) fn close(&mut self, at: usize) {
        if let Some(level) = self.levels.pop() {
            let bracket = match level.holds {
                Holds::Members | Holds::Pairs => "}",
                Holds::Items => "]",
                Holds::Value | Holds::Pair => "",
            };
            self.writer.put(at..at + 1, bracket);
        }
    }

    pub(super) fn literal(&mut self, span: Range<usize>, literal: &'static str) {
        self.begin_value();
        if &self.text[span.clone()] == literal {
            self.writer.keep(span);
        } else {
            self.writer.put(span, literal);
        }
    }

    /// Writes a number as it is.
    pub(super) fn number(&mut self, span: Range<usize>) {
        self.begin_value();
        self.writer.keep(span);
    }

    pub(super) fn string(&mut self, span: Range<usize>, content: Range<usize>, escapes: Escapes) {
        self.begin_value();
        self.writer.string(span, content, escapes);
    }

    /// Leaves out a member or item whose value was left out of the print.
    pub(super) fn elide(&mut self, span: Range<usize>) {
        let is_wrapped = self.levels.last().is_some_and(|level| {
            level.holds == Holds::Items || matches!(level.context, SchemaContext::Wrapper(_))
        });
        let leads_to_list = self.name.as_ref().is_some_and(|name| {
            let name = &self.text[name.span.clone()];
            let mut lists = self.kinds.kinds.iter().flat_map(|kind| kind.list);
            lists.any(|list| same_name(list, name))
        });
        if let SchemaContext::Record(_) | SchemaContext::Wrapper(_) = self.context()
            && (is_wrapped || leads_to_list)
        {
            self.elided.get_or_insert(span.start);
        }
        self.name = None;
        self.writer.skip_to(span.end);
        self.report(FindingKind::Elided, span);
    }

    /// Leaves out a member whose value is cut.
    pub(super) fn cut(&mut self, value: usize) {
        let start = self.name.take().map_or(value, |name| name.span.start);
        let text = self.text[start..].trim_end();
        if !text.is_empty() {
            self.report(FindingKind::Truncated, start..start + text.len());
        }
        self.is_truncated = true;
    }

    /// Leaves out text that belongs to no member, and the name before it.
    pub(super) fn stray(&mut self, span: Range<usize>) {
        self.name = None;
        let text = &self.text[span.clone()];
        let start = span.start + text.len() - text.trim_start().len();
        if start < span.end {
            self.guess(FindingKind::StrayText, start..span.start + text.trim_end().len());
        }
    }

    /// Leaves out the rest of the text, after damage.
    pub(super) fn stray_rest(mut self) -> Self {
        self.is_truncated = true;
        self.stray(self.writer.end()..self.text.len());
        self
    }

    /// Where to go on after damage that begins at `from`: with the next member that the schema has, after a separator
    /// or a line break, or with the closing bracket. `closes`: whether the one at an offset is it. `name_at`: the name
    /// of the member at an offset.
    pub(super) fn after_damage(
        &self,
        from: usize,
        work: &WorkBudget,
        is_separator: impl Fn(u8) -> bool,
        closes: impl Fn(usize) -> bool,
        name_at: impl Fn(usize) -> Option<Range<usize>>,
    ) -> Option<AfterDamage> {
        let level = self.levels.last().filter(|level| level.holds != Holds::Pair)?;
        let mut at = from;
        let found = loop {
            let Some(byte) = self.text.as_bytes().get(at).copied() else { break None };
            if byte == level.close && closes(at) {
                break Some((at, None));
            }
            if byte == b'\n' || is_separator(byte) {
                let next = skip_whitespace(self.text, at + 1);
                work.add(next - at);
                if let Some(nth) = name_at(next).and_then(|name| self.level_of(&self.text[name])) {
                    break Some((next, Some(nth)));
                }
                // Blanks are looked at once.
                at = next;
                continue;
            }
            at += 1;
        };
        work.add(at - from);
        let (next, level) = found.unwrap_or((self.text.len(), None));
        Some(AfterDamage { damage: from..at, next, level })
    }

    /// Leaves out what is damaged. Returns where to go on.
    pub(super) fn go_on(&mut self, AfterDamage { damage, next, level }: AfterDamage) -> usize {
        self.stray(damage);
        while level.is_some_and(|nth| self.levels.len() > nth + 1)
            && let Some(level) = self.levels.pop()
        {
            match level.holds {
                Holds::Members | Holds::Pairs => self.writer.insert("}"),
                Holds::Items => self.writer.insert("]"),
                Holds::Value | Holds::Pair => {}
            }
        }
        next
    }

    /// The innermost level that has a field of this name.
    pub(super) fn level_of(&self, name: &str) -> Option<usize> {
        let has_field = |level: &Level| level.context.field(name).is_some();
        self.levels.iter().rposition(|level| level.holds == Holds::Members && has_field(level))
    }

    pub(super) fn report(&mut self, kind: FindingKind, span: Range<usize>) {
        self.findings.push((kind, span, false));
    }

    pub(super) fn guess(&mut self, kind: FindingKind, span: Range<usize>) {
        self.findings.push((kind, span, true));
    }

    /// The JSON text, or the offset of a list that was left out so that nothing is left.
    pub(super) fn finish(mut self, notation: &'static str, start: usize) -> Print {
        if let Some(at) = self.elided.filter(|_| !self.has_item) {
            return Print::Lossy(Lossy { notation, instead: instead(notation), at });
        }
        self.writer.report(FindingKind::Notation { notation }, start..start + 1);
        for (kind, span, is_guess) in self.findings {
            match is_guess {
                true => self.writer.report_guess(kind, span),
                false => self.writer.report(kind, span),
            }
        }
        if self.is_truncated {
            self.writer.skip_to(self.text.len());
        }
        Print::Json(self.writer.finish())
    }
}

/// The field of that name; at the root also one of a record of a list.
fn field(
    context: SchemaContext,
    name: &str,
    kinds: &'static Kinds,
) -> Option<(&'static str, SchemaContext)> {
    let in_item = || {
        let SchemaContext::Root(_) = context else { return None };
        let items = |kind: &'static Kind| kind.items();
        let of = |items: &'static Schema| SchemaContext::Record(items).field(name);
        kinds.kinds.iter().filter_map(items).find_map(of)
    };
    context.field(name).or_else(in_item)
}

/// Whether the schema has that name in the innermost level, and it has not been there yet.
pub(super) fn is_next_name(level: &Level, name: &str, kinds: &'static Kinds) -> Option<bool> {
    let (known, _) = field(level.context, name, kinds)?;
    Some(!level.seen.contains(&known))
}

/// What to print instead of a print without the values of lists.
fn instead(notation: &str) -> &'static str {
    match notation {
        "JavaScript" => "`JSON.stringify(response)`",
        "PowerShell" => "`ConvertTo-Json -Depth 10`",
        "Go" => "the result of `json.Marshal`",
        _ => "it as JSON",
    }
}

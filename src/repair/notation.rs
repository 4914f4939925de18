//! Prints of a response by programs in other notations than JSON and XML, read as JSON.
//!
//! A print is recognized by its first member, whose name the schema has. There are few readers: one for
//! prints with quoted strings, one for those without, and one for indented lines. What they give is JSON
//! whose values are pieces of the text, so that the leniency rules are those of JSON.

mod bare;
mod quoted;
mod syntax;
mod tree;
mod writer;

use super::edits::RepairedText;
use super::schema_context::SchemaContext;
use super::work::WorkBudget;
use crate::pending::FindingBudget;
use crate::schema::Kinds;
use bare::{Bare, Style};
use quoted::Quoted;
use syntax::{Name, NameForm, Opener, identifier_end, name_at, opener_at, skip_whitespace};
use tree::Tree;
use writer::Escapes;

/// Minimum number of names of the schema in a print.
const MIN_KNOWN_NAMES: usize = 2;

/// Brackets around the first member.
const MAX_OUTER_BRACKETS: usize = 12;

/// A print without the values that would make it a response.
#[derive(Debug)]
pub(crate) struct Lossy {
    pub(crate) notation: &'static str,
    pub(crate) instead: &'static str,
    pub(crate) at: usize,
}

/// The settings of a reading.
#[derive(Clone)]
pub(crate) struct Setup<'w> {
    pub(crate) kinds: &'static Kinds,
    pub(crate) budget: FindingBudget,
    pub(crate) work: &'w WorkBudget,
}

/// The offset of the first print between `from` and `until`.
pub(crate) fn find(
    text: &str,
    from: usize,
    until: usize,
    kinds: &'static Kinds,
    work: &WorkBudget,
) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let found =
            bytes.get(at..until)?.iter().position(|b| matches!(b, b'(' | b'[' | b'{' | b'#'));
        work.add(found.unwrap_or(until - at));
        at += found?;
        if let Some(start) = start_around(text, from, at, kinds, work) {
            return Some(start);
        }
        at += 1;
    }
}

/// The start of the print whose first member follows the bracket at `at`.
fn start_around(
    text: &str,
    from: usize,
    at: usize,
    kinds: &'static Kinds,
    work: &WorkBudget,
) -> Option<usize> {
    let bytes = text.as_bytes();
    let inside = if bytes[at] == b'#' {
        opener_at(text, at).filter(|opener| opener.close == b'>')?.end
    } else {
        at + 1
    };
    let next = skip_whitespace(text, inside);
    work.add(next - at);
    let name = name_at(text, next).or_else(|| pair_name_at(text, at, next))?;
    if !is_known(&text[name.span.clone()], kinds) {
        return None;
    }
    let mut start = if bytes[at] == b'#' { at } else { head_start(text, from, at, work) };
    // Only the repair of JSON reads what may be JSON without names of types.
    let is_json = start == at
        && bytes[at] != b'#'
        && (name.separator == ":" || name.separator == "=" && bytes[at] != b'{')
        && name.form != NameForm::Variable;
    let is_quoted = matches!(name.form, NameForm::Quoted(_));
    let is_go = name.separator == ":" && bytes[at] == b'{' && is_go_member(text, &name);
    if is_json && !is_go || start == at && bytes[at] == b'{' && is_quoted {
        return None;
    }
    for _ in 0..MAX_OUTER_BRACKETS {
        let before = text[from..start].trim_end();
        work.add(start - from - before.len());
        let before = match before.strip_suffix("=>") {
            Some(before) => {
                let before = before.trim_end().trim_end_matches([']', '[']);
                let index = before.trim_end_matches(|c: char| c.is_ascii_digit());
                if index.len() == before.len() {
                    break;
                }
                index.trim_end_matches('[').trim_end()
            }
            None => before,
        };
        if !before.ends_with(['[', '(']) {
            break;
        }
        start = head_start(text, from, from + before.len() - 1, work);
    }
    Some(start)
}

fn is_known(name: &str, kinds: &'static Kinds) -> bool {
    let of_item = |kind: &'static crate::schema::Kind| {
        kind.items().is_some_and(|items| items.field(name).is_some())
    };
    SchemaContext::Root(kinds).field(name).is_some() || kinds.kinds.iter().any(of_item)
}

/// The name in the pair at `next`: `('name', `.
fn pair_name_at(text: &str, at: usize, next: usize) -> Option<Name> {
    let bytes = text.as_bytes();
    if bytes[at] != b'[' || bytes.get(next) != Some(&b'(') {
        return None;
    }
    let start = next + 2;
    let quote = bytes.get(next + 1).filter(|byte| matches!(byte, b'\'' | b'"'))?;
    let end = identifier_end(text, start.min(text.len()));
    let is_pair = bytes.get(end) == Some(quote) && bytes.get(end + 1) == Some(&b',');
    let form = NameForm::Quoted(*quote);
    is_pair.then_some(Name { span: start..end, end: end + 2, form, separator: "," })
}

/// Whether members like the first, with `:`, are separated by spaces.
fn is_go_member(text: &str, name: &Name) -> bool {
    const LOOKAHEAD: usize = 256;
    let start = name.end;
    let rest = text.as_bytes()[start..].iter().take(LOOKAHEAD);
    let length = rest.take_while(|byte| !matches!(byte, b',' | b'"' | b'\'' | b'\n')).count();
    let value = &text.as_bytes()[start..start + length];
    name.form == NameForm::Unquoted
        && name.end == name.span.end + 1
        && (0..length).any(|at| {
            let next = start + at + 1;
            value[at] == b' '
                && text.is_char_boundary(next)
                && name_at(text, next)
                    .is_some_and(|next| next.separator == ":" && next.end == next.span.end + 1)
        })
}

/// The start of the name of a type before the bracket at `at`.
fn head_start(text: &str, from: usize, at: usize, work: &WorkBudget) -> usize {
    const MAX_LENGTH: usize = 160;
    let bytes = text.as_bytes();
    let mut start = at;
    let is_head = |byte: u8| byte.is_ascii_alphanumeric() || b"_.$:\\@&*#()[]<>".contains(&byte);
    let back = |mut start: usize, is_wanted: &dyn Fn(u8) -> bool| {
        while start > from && at - start < MAX_LENGTH && is_wanted(bytes[start - 1]) {
            start -= 1;
        }
        start
    };
    // The longest head that ends at the bracket.
    let mut best = at;
    for _ in 0..4 {
        let word = back(start, &is_head);
        for candidate in word..start {
            work.add(8);
            if text.is_char_boundary(candidate)
                && opener_at(text, candidate).is_some_and(|opener| opener.end == at + 1)
            {
                best = candidate;
                break;
            }
        }
        start = back(word, &|byte: u8| byte.is_ascii_whitespace());
        if start == word {
            break;
        }
    }
    best
}

/// Reads the print at `start`. `only_special`: unless the repair of JSON reads it as well.
pub(crate) fn read(
    text: &str,
    start: usize,
    only_special: bool,
    setup: &Setup<'_>,
) -> Option<Result<RepairedText, Lossy>> {
    let (opener, name) = first_member(text, start)?;
    let value = skip_whitespace(text, name.end);
    let notation = notation_of(text, start, &opener, &name, value);
    let tree = || Tree::new(text, start, setup.kinds, setup.budget.clone());
    let lossy = |at| Lossy { notation, instead: instead(notation), at };
    let bracket = text.as_bytes()[opener.end - 1];
    let has_unescaped_quotes = name.separator == "="
        && name.end == name.span.end + 1
        && matches!(bracket, b'{' | b'[')
        && !matches!(name.form, NameForm::Variable);
    let may_be_quoted = name.form != NameForm::Bracketed && !has_unescaped_quotes;
    if may_be_quoted {
        let escapes = if notation.starts_with("PHP") {
            Escapes::QuoteAndBackslash
        } else {
            Escapes::Backslash
        };
        let mut quoted = Quoted::new(tree(), start, escapes, setup.work);
        let is_read = quoted.run();
        if is_read.is_ok() && quoted.tree.known_names >= MIN_KNOWN_NAMES {
            if only_special && !quoted.is_special {
                return None;
            }
            return Some(quoted.tree.finish(notation, start).map_err(lossy));
        }
    }
    let style = style_of(text, &opener, &name, value)?;
    let mut bare = Bare { tree: tree(), work: setup.work, at: start, style, kinds: setup.kinds };
    bare.run().ok()?;
    if bare.tree.known_names < MIN_KNOWN_NAMES {
        return None;
    }
    Some(bare.tree.finish(notation, start).map_err(lossy))
}

/// The first member of a print, and the bracket around it.
fn first_member(text: &str, start: usize) -> Option<(Opener, Name)> {
    let mut opener = opener_at(text, start)?;
    for _ in 0..MAX_OUTER_BRACKETS {
        let next = skip_whitespace(text, opener.end);
        let mut inner = next;
        match name_at(text, next) {
            Some(name) if name.form == NameForm::Index => inner = skip_whitespace(text, name.end),
            Some(name) => return Some((opener, name)),
            None => {}
        }
        if let Some(name) = pair_name_at(text, opener.end - 1, next) {
            return Some((opener, name));
        }
        opener = opener_at(text, inner)?;
    }
    None
}

/// What is around the names, judged by the first member.
fn style_of<'t>(text: &'t str, opener: &Opener, name: &Name, value: usize) -> Option<Style<'t>> {
    let bytes = text.as_bytes();
    let end = name.span.end;
    let is_spaced = bytes.get(end) == Some(&b' ');
    let has_space_after = bytes.get(name.end) == Some(&b' ');
    let on_own_line = text[opener.end..name.span.start].contains('\n');
    let head = &text[opener.head.clone()];
    let (separator, before_name, after) = match (name.form, name.separator) {
        (NameForm::Bracketed, _) => (b' ', "[", name.end + usize::from(has_space_after)),
        (NameForm::Unquoted, "=") if head == "@" => (b';', "", name.end),
        (NameForm::Unquoted, "=") => {
            (b',', "", name.end + usize::from(is_spaced && has_space_after))
        }
        (NameForm::Unquoted, ":") if on_own_line && has_space_after => (b',', "", name.end + 1),
        (NameForm::Unquoted, ":") if has_space_after && !is_go_member(text, name) => {
            (b',', "", name.end + 1)
        }
        (NameForm::Unquoted, ":") if value > end => (b' ', "", name.end),
        _ => return None,
    };
    let is_capitalized = text[name.span.clone()].starts_with(char::is_uppercase);
    Some(Style { separator, before_name, after_name: &text[end..after], is_capitalized })
}

/// The notation of a print, judged by its first member.
fn notation_of(
    text: &str,
    start: usize,
    opener: &Opener,
    name: &Name,
    value: usize,
) -> &'static str {
    let head = &text[opener.head.clone()];
    let root = &text[start..];
    let bracket = text.as_bytes()[opener.end - 1];
    let quote = text.as_bytes().get(value).copied();
    match (name.form, name.separator) {
        (NameForm::Bracketed, _) => "PHP `print_r`",
        (NameForm::BracketedQuoted, _) => "PHP `var_dump`",
        (NameForm::Symbol | NameForm::Variable, _) => "Ruby",
        _ if root.starts_with("#<") || bracket == b'>' => "Ruby",
        (_, "=>") if head.starts_with("array") || root.starts_with("(object)") => {
            "PHP `var_export`"
        }
        (NameForm::Quoted(b'\''), "=>") if bracket == b'{' => "JavaScript",
        (NameForm::Quoted(b'\''), "=>") => "PHP",
        (_, "=>") => "Ruby",
        (_, ",") => "Python",
        (_, "=") if head == "@" => "PowerShell",
        (_, "=") if text.as_bytes()[name.end - 2] == b' ' => {
            if head.is_empty() {
                "HCL"
            } else {
                "C#"
            }
        }
        (_, "=") if bracket == b'(' && matches!(quote, Some(b'\'' | b'"')) => "Python",
        (_, "=") if head == "namespace" => "Python",
        (_, "=") => "Java",
        (NameForm::Unquoted, ":") if name.end == value => "Go",
        (NameForm::Unquoted, ":") if head.starts_with("class ") => "Java",
        (NameForm::Quoted(_), ":") if head.contains("map[") || head.contains("interface") => "Go",
        (_, ":") if root.starts_with("Map(") || root.starts_with("[Object: null") => "JavaScript",
        (NameForm::Quoted(b'"'), ":") => "Rust",
        (NameForm::Quoted(_), ":") => "Python",
        (_, ":") if quote == Some(b'\'') => "JavaScript",
        (_, ":") if !head.is_empty() => "Rust",
        (_, ":") if quote == Some(b'"') => "Ruby",
        _ => "JavaScript",
    }
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

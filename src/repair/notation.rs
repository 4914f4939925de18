//! Prints of a response by programs in other notations than JSON and XML, read as JSON.
//!
//! A print is recognized by its first member, whose name the schema has. There are few readers: one for
//! prints with quoted strings, one for those without, and one for indented lines. What they give is JSON
//! whose values are pieces of the text, so that the leniency rules are those of JSON.

mod bare;
mod quoted;
mod records;
mod syntax;
mod tree;
mod writer;
mod yaml;

use super::printed::starts_with_status;
use super::schema_context::SchemaContext;
use super::work::WorkBudget;
use super::xml;
use crate::pending::FindingBudget;
use crate::schema::Kinds;
use bare::{Bare, Style};
use quoted::Quoted;
use records::Records;
use syntax::{Name, NameForm, Opener, identifier_end, name_at, opener_at, skip_whitespace};
use tree::Tree;
pub(crate) use tree::{Lossy, Print};
use writer::Escapes;
use yaml::Yaml;

/// Minimum number of names of the schema in a print.
const MIN_KNOWN_NAMES: usize = 2;

/// The most characters of lines with other names before a print in lines.
const LONGEST_HEAD: usize = 256;

/// Brackets around the first member.
const MAX_OUTER_BRACKETS: usize = 12;

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
    let line = find_line(text, from, until, kinds, work);
    let bracket = find_bracket(text, from, line.unwrap_or(until), kinds, work);
    bracket.or(line)
}

/// The first print in brackets.
fn find_bracket(
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
    // A word before JSON is no type, but for that of serde_json's values.
    let head = &text[start..at];
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | ' ' | '\t');
    if head.trim_end() != "Object"
        && head.ends_with([' ', '\t'])
        && head.chars().all(is_word)
        && name.form == NameForm::Quoted(b'"')
        && name.separator == ":"
    {
        return None;
    }
    // Only the repair of JSON reads what may be JSON without names of types.
    let is_json = start == at
        && bytes[at] != b'#'
        && (name.separator == ":" || name.separator == "=" && bytes[at] != b'{')
        && name.form != NameForm::Variable;
    let is_quoted = matches!(name.form, NameForm::Quoted(_));
    let is_go = name.separator == ":" && bytes[at] == b'{' && is_go_member(text, &name);
    let is_groovy = bytes[at] == b'[' && is_groovy_member(text, &name);
    if is_json && !is_go && !is_groovy || start == at && bytes[at] == b'{' && is_quoted {
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
    let prefix = usize::from(matches!(bytes.get(next + 1), Some(b'u' | b'b')));
    let start = next + 2 + prefix;
    let quote = bytes.get(next + 1 + prefix).filter(|byte| matches!(byte, b'\'' | b'"'))?;
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

/// Whether the value of the first member, with `:`, has neither quotes nor a space before it.
fn is_groovy_member(text: &str, name: &Name) -> bool {
    name.form == NameForm::Unquoted
        && name.separator == ":"
        && name.end == name.span.end + 1
        && text[name.end..].starts_with(|c: char| c.is_alphanumeric() || c == '[')
}

/// The start of the name of a type before the bracket at `at`.
fn head_start(text: &str, from: usize, at: usize, work: &WorkBudget) -> usize {
    const MAX_LENGTH: usize = 160;
    let bytes = text.as_bytes();
    let mut start = at;
    let is_head = |byte: u8| byte.is_ascii_alphanumeric() || b"_.$:\\@&*#()[]<>{}".contains(&byte);
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
pub(crate) fn read(text: &str, start: usize, only_special: bool, setup: &Setup<'_>) -> Print {
    if !only_special && is_line_content(text, start) {
        return read_lines(text, start, setup);
    }
    let Some((opener, name)) = first_member(text, start) else { return Print::None(start + 1) };
    let none = || Print::None(opener.end - 1);
    // This is JSON.
    if only_special && name.form == NameForm::Quoted(b'"') && name.separator == ":" {
        return none();
    }
    let finish = |tree: Tree<'_>, notation| {
        // A print that is cut within a text must not swallow a document that follows.
        let has_next = || {
            let rest = text.get(tree.end()..).unwrap_or_default();
            setup.work.add(rest.len());
            ["\n{", "\n[", "\n<"].iter().any(|next| rest.contains(next))
        };
        if tree.known_names < MIN_KNOWN_NAMES || tree.is_truncated && has_next() {
            return none();
        }
        tree.finish(notation, start)
    };
    let value = skip_whitespace(text, name.end);
    let notation = notation_of(text, start, &opener, &name, value);
    let new_tree = || Tree::new(text, start, setup.kinds, setup.budget.clone());
    let bracket = text.as_bytes()[opener.end - 1];
    let has_unescaped_quotes = name.separator == "="
        && name.end == name.span.end + 1
        && matches!(bracket, b'{' | b'[')
        && !matches!(name.form, NameForm::Variable);
    let may_be_quoted = name.form != NameForm::Bracketed && !has_unescaped_quotes;
    let mut damaged = None;
    let mut is_mixed = false;
    if may_be_quoted {
        let escapes = match notation {
            "PowerShell" => Escapes::Doubled,
            _ if notation.starts_with("PHP") => Escapes::QuoteAndBackslash,
            _ => Escapes::Backslash,
        };
        let mut tree = new_tree();
        let mut quoted = Quoted::new(&mut tree, start, escapes, setup.work);
        let is_read = quoted.run().is_ok();
        let (is_special, has_words) = (quoted.is_special, quoted.has_words());
        let has_strings = quoted.has_strings();
        if is_read && (is_special || !only_special) {
            // JavaScript quotes all strings.
            if notation == "JavaScript" && has_words && opener.head.is_empty() {
                // Its quotes have other escapes.
                let mut yaml_tree = new_tree();
                let is_yaml = Yaml::new(&mut yaml_tree, start, setup.work).flow().is_ok();
                return finish(if is_yaml { yaml_tree } else { tree }, "YAML");
            }
            return finish(tree, notation);
        }
        if is_read {
            return none();
        }
        if has_strings {
            // Java prints no quotes, but what it prints may have some.
            is_mixed = has_words && name.separator == "=";
            // Each start of a print is tried, so that few may read on; the repair of JSON reads on after a brace.
            let is_response = tree.known_names >= MIN_KNOWN_NAMES;
            let may_read_on = !only_special && is_response && text.as_bytes()[start] != b'{';
            let mut whole = new_tree();
            let mut quoted = Quoted::new(&mut whole, start, escapes, setup.work);
            quoted.recovers = true;
            let is_read = may_read_on && quoted.run().is_ok();
            damaged = Some(if is_read { whole } else { tree.stray_rest() });
        }
    }
    if bracket == b'{' && only_special && text.as_bytes()[start] == b'{' {
        let mut tree = new_tree();
        let mut yaml = Yaml::new(&mut tree, start, setup.work);
        return if yaml.flow().is_ok() && yaml.is_special { finish(tree, "YAML") } else { none() };
    }
    if only_special {
        return none();
    }
    if (damaged.is_none() || is_mixed)
        && let Some(style) = style_of(text, &opener, &name, value)
    {
        let mut tree = new_tree();
        let kinds = setup.kinds;
        // The repair of JSON reads what has colons.
        let recovers = damaged.is_none() && name.separator != ":";
        let work = setup.work;
        let mut bare = Bare { tree: &mut tree, work, at: start, style, kinds, recovers };
        if bare.run().is_ok() {
            return finish(tree, notation);
        }
        damaged.get_or_insert(tree.stray_rest());
    }
    // The repair of JSON can go on after the damage.
    match damaged.filter(|_| text.as_bytes()[start] != b'{') {
        Some(tree) => finish(tree, notation),
        None => none(),
    }
}

fn is_line_content(text: &str, start: usize) -> bool {
    let before = text[..start].trim_end_matches(' ');
    (before.is_empty() || before.ends_with('\n')) && line_name(text, start).is_some()
}

/// The name of the member that is a line, with what follows it.
fn line_name(text: &str, at: usize) -> Option<(std::ops::Range<usize>, &str)> {
    let start = at + if text[at..].starts_with("- ") { 2 } else { 0 };
    let end = identifier_end(text, start);
    let rest = &text[end..];
    let trimmed = rest.trim_start_matches(' ');
    let is_end = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\n', '\r']);
    let is_member = match trimmed.as_bytes().first()? {
        b':' => is_end(&trimmed[1..]),
        b'=' => rest.len() > trimmed.len() && trimmed[1..].starts_with(' '),
        b'{' => {
            let is_type = text[start..].starts_with(char::is_uppercase);
            rest.len() > trimmed.len() && !is_type && trimmed[1..].starts_with('\n')
        }
        _ => false,
    };
    (end > start && is_member).then_some((start..end, rest))
}

/// The start of the first line with a member that the schema has.
fn find_line(
    text: &str,
    from: usize,
    until: usize,
    kinds: &'static Kinds,
    work: &WorkBudget,
) -> Option<usize> {
    let mut line = match text.as_bytes()[..from].last() {
        None | Some(b'\n') => from,
        Some(_) => from + memchr::memchr(b'\n', &text.as_bytes()[from..until])? + 1,
    };
    while line < until {
        let content = line + text[line..].len() - text[line..].trim_start_matches(' ').len();
        let length = memchr::memchr(b'\n', &text.as_bytes()[line..until]);
        work.add(length.unwrap_or(until - line));
        if content < until
            && let Some((name, _)) = line_name(text, content)
            && is_known(&text[name.clone()], kinds)
            && !is_caption(&text[name.end..], kinds)
            && !(kinds.envelope(&text[name.clone()]).is_some()
                && holds_document(&text[name.end..], kinds))
        {
            return Some(content);
        }
        line += length? + 1;
    }
    None
}

/// Whether a colon at the end of a line, and a document on the next, are after a name. A value on the next line
/// would be indented.
fn is_caption(rest: &str, kinds: &'static Kinds) -> bool {
    let Some((line, next)) = rest.split_once('\n') else { return false };
    let next = next.trim_start_matches(['\r', '\n']);
    let is_document = next.starts_with("```")
        || next.starts_with(['{', '['])
        || next.strip_prefix('<').is_some_and(|it| xml::begins_response(it, kinds));
    line.trim_end() == ":" && is_document
}

/// Whether the value after the name of an envelope is a document, or a string with one.
fn holds_document(rest: &str, kinds: &'static Kinds) -> bool {
    let value = rest.trim_start_matches(['=', ':', ' ']);
    let is_response =
        |text: &str| text.strip_prefix('<').is_some_and(|it| xml::begins_response(it, kinds));
    if value.starts_with("{\"") || is_response(value) {
        return true;
    }
    let prefix =
        value.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '$' || c == '@');
    let inside = prefix.trim_start_matches(['"', '\'', '`']);
    let document = inside.strip_prefix("\\n").unwrap_or(inside).trim_start();
    let document = document.trim_start_matches('\\');
    inside.len() < prefix.len() && (document.starts_with('{') || is_response(document))
}

/// Reads a print whose members are lines.
fn read_lines(text: &str, start: usize, setup: &Setup<'_>) -> Print {
    let tree = || Tree::new(text, start, setup.kinds, setup.budget.clone());
    let after_line = memchr::memchr(b'\n', &text.as_bytes()[start..]);
    let after_line = after_line.map_or(text.len(), |length| start + length + 1);
    let Some((_, rest)) = line_name(text, start) else { return Print::None(after_line) };
    let mut end = after_line;
    // In a text, lines with names and colons need not be a response.
    let before = text[..start].trim();
    // Members may be before the envelope.
    let name = &text[start..identifier_end(text, start)];
    let is_envelope = before.len() < LONGEST_HEAD && setup.kinds.envelope(name).is_some();
    let is_alone = before.is_empty()
        || before == "---"
        || is_envelope && before.lines().all(|line| line_name(line, 0).is_some());
    let is_response =
        |tree: &Tree<'_>| tree.known_names >= MIN_KNOWN_NAMES && (is_alone || tree.has_item);
    if rest.starts_with(':') {
        let mut tree = tree();
        let mut yaml = Yaml::new(&mut tree, start, setup.work);
        let is_read = yaml.run().is_ok();
        end = end.max(yaml.at);
        if is_read && is_response(&tree) {
            return tree.finish("YAML", start);
        }
    } else if rest.trim_start_matches(' ').starts_with(':') {
        let mut tree = tree();
        let (work, kinds) = (setup.work, setup.kinds);
        let mut records = Records { tree: &mut tree, work, at: start, kinds };
        let is_read = records.run().is_ok();
        end = end.max(records.at);
        if is_read && is_response(&tree) {
            return tree.finish("PowerShell", start);
        }
        return Print::None(end.min(text.len()));
    }
    let mut tree = tree();
    let mut quoted = Quoted::new(&mut tree, start, Escapes::Backslash, setup.work);
    let is_read = quoted.run_members().is_ok();
    end = end.max(quoted.at);
    // The members under a heading of TOML are not those of the document.
    let line_rest = text.get(quoted.at..).unwrap_or_default();
    if !is_read && rest.starts_with(" =") && line_rest.starts_with('[') {
        return Print::None(text.len());
    }
    let notation = if rest.starts_with(" =") { "HCL" } else { "protobuf" };
    match is_read {
        true if is_response(&tree) => tree.finish(notation, start),
        _ => Print::None(end.min(text.len())),
    }
}

/// Whether a text looks like what Go's `%v` prints of a struct: values without the names of fields.
pub(crate) fn is_unnamed(text: &str) -> Option<Lossy> {
    let start = text.len() - text.trim_start().len();
    let body = text[start..].trim_end();
    let inside = body.strip_prefix('&').unwrap_or(body).strip_prefix('{')?;
    let is_go = inside.contains("{[{")
        && inside.ends_with('}')
        && inside.starts_with(|c: char| c.is_alphanumeric() || c == '{')
        && !inside.starts_with("{{");
    let (notation, instead) = ("Go `%v`", "it with `%+v`, or what `json.Marshal` returns");
    is_go.then_some(Lossy { notation, instead, at: start })
}

/// Whether the first line of a text is an exception of which the error code is not printed.
pub(crate) fn is_without_code(text: &str) -> Option<Lossy> {
    let line = text.trim_start().lines().next().unwrap_or_default();
    let heads = ["TeaException: ", "TeaError: ", "Error: "];
    let rest = heads.iter().find_map(|head| line.split_once(head))?.1;
    let (notation, instead) = ("Tea SDK", "the exception's code and data");
    let at = text.len() - text.trim_start().len();
    starts_with_status(rest).then_some(Lossy { notation, instead, at })
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
        (NameForm::Unquoted, "->") => (b',', "", name.end + usize::from(has_space_after)),
        (NameForm::Unquoted, ":") if head.is_empty() && opener.close == b']' => {
            (b',', "", name.end)
        }
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
        (NameForm::BracketedQuoted, "=") => "Lua",
        (NameForm::BracketedQuoted, _) => "PHP `var_dump`",
        (_, "->") => "Scala",
        (NameForm::Symbol, " ") => "Clojure",
        _ if head.ends_with('@') => "PowerShell",
        _ if head.starts_with('%') => "Elixir",
        (NameForm::Unquoted, ":") if head.is_empty() && bracket == b'[' => "Groovy",
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

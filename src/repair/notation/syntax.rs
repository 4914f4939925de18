//! The brackets, names and literals that notations have in common.

use std::ops::Range;

/// Maximum length of a name.
const MAX_NAME_LENGTH: usize = 64;

/// Maximum length of what precedes a bracket: the name of a type.
const MAX_HEAD_LENGTH: usize = 160;

/// An opening bracket, with the name of a type that precedes it.
#[derive(Clone, Debug)]
pub(super) struct Opener {
    pub(super) head: Range<usize>,
    /// The end of the bracket.
    pub(super) end: usize,
    pub(super) close: u8,
}

/// The name of a member, with its separator.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) span: Range<usize>,
    /// The end of the separator.
    pub(super) end: usize,
    pub(super) form: NameForm,
    /// `:`, `=`, `=>`, or nothing before a bracket.
    pub(super) separator: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameForm {
    Unquoted,
    Quoted(u8),
    /// `:name`
    Symbol,
    /// `@name`
    Variable,
    /// `[name]`
    Bracketed,
    /// `["name"]`
    BracketedQuoted,
    /// The number of an item of a list: `0` or `[0]`.
    Index,
}

pub(super) fn skip_whitespace(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let is_space = |byte: &&u8| byte.is_ascii_whitespace();
    at + bytes.get(at..).map_or(0, |rest| rest.iter().take_while(is_space).count())
}

/// The end of the identifier at `at`; `at` if there is none.
pub(super) fn identifier_end(text: &str, at: usize) -> usize {
    let bytes = &text.as_bytes()[at..];
    let is_first = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    if !bytes.first().is_some_and(is_first) {
        return at;
    }
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let length = bytes.iter().take(MAX_NAME_LENGTH + 1).take_while(is_part).count();
    if length > MAX_NAME_LENGTH { at } else { at + length }
}

/// Reads the name and separator at `at`.
pub(super) fn name_at(text: &str, at: usize) -> Option<Name> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied();
    let name = |span: Range<usize>, end: usize, form: NameForm| {
        let spaced = skip_whitespace(text, end);
        let separator: &'static str = match (byte(spaced)?, byte(spaced + 1)) {
            (b'=', Some(b'>')) => "=>",
            (b'=', Some(b'=')) => return None,
            (b'=', _) => "=",
            (b':', next) if next != Some(b':') => ":",
            (b'-', Some(b'>')) if spaced > end => "->",
            (next, _) if form == NameForm::Symbol && spaced > end && next != b',' => " ",
            // With a capital it is the name of a type.
            (b'{', _) if form == NameForm::Unquoted && spaced > end => {
                if bytes[span.start].is_ascii_uppercase() {
                    return None;
                }
                ""
            }
            _ => return None,
        };
        let length = if separator == " " { 0 } else { separator.len() };
        Some(Name { span, end: spaced + length, form, separator })
    };
    let digits_end = |at: usize| {
        at + bytes[at..].iter().take(18).take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut start = at;
    match byte(at)? {
        b'[' => {
            let quoted = byte(at + 1) == Some(b'"');
            let start = at + 1 + usize::from(quoted);
            let word = identifier_end(text, start);
            let end = if word == start { digits_end(start) } else { word };
            if end == start {
                return None;
            }
            let mut close = end + usize::from(quoted);
            if quoted && byte(end) != Some(b'"') {
                return None;
            }
            // The visibility of a property: `:protected`, `:"Class":private`.
            let rest = bytes.get(close..)?;
            if rest.first() == Some(&b':') {
                close += rest.iter().take(MAX_HEAD_LENGTH).position(|byte| *byte == b']')?;
            }
            let form = match quoted {
                _ if word == start => NameForm::Index,
                true => NameForm::BracketedQuoted,
                false => NameForm::Bracketed,
            };
            (byte(close) == Some(b']'))
                .then(|| name(start..end, close + 1, form))?
                .filter(|name| name.separator == "=>" || quoted && name.separator == "=")
        }
        b'0'..=b'9' => name(at..digits_end(at), digits_end(at), NameForm::Index)
            .filter(|name| name.separator == "=>"),
        sigil @ (b':' | b'@') => {
            let end = identifier_end(text, at + 1);
            let form = if sigil == b':' { NameForm::Symbol } else { NameForm::Variable };
            (end > at + 1).then(|| name(at + 1..end, end, form))?
        }
        _ => {
            if matches!(byte(at), Some(b'u' | b'b')) && matches!(byte(at + 1), Some(b'"' | b'\'')) {
                start += 1;
            }
            let quote = byte(start).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
            let start = start + usize::from(quote.is_some());
            let end = identifier_end(text, start);
            if end == start {
                return None;
            }
            match quote {
                Some(quote) if byte(end) == Some(quote) => {
                    name(start..end, end + 1, NameForm::Quoted(quote))
                }
                Some(_) => None,
                None => name(start..end, end, NameForm::Unquoted),
            }
        }
    }
}

/// Reads the bracket at `at`, with what precedes it.
pub(super) fn opener_at(text: &str, at: usize) -> Option<Opener> {
    let rest = &text[at..];
    let head = head_length(rest)?;
    let mut end = at + head;
    if rest.starts_with("#<") {
        return Some(Opener { head: at..end, end, close: b'>' });
    }
    let bytes = text.as_bytes();
    let spaced = skip_whitespace(text, end);
    if spaced > end {
        // Only the name of a type is separated from its bracket.
        let word = rest[..head].rsplit(|c: char| !c.is_alphanumeric()).find(|w| !w.is_empty());
        let is_type = |word: &str| {
            word.starts_with(char::is_uppercase) || matches!(word, "array" | "class" | "new")
        };
        let is_counted = rest[..head].ends_with([')', ']']);
        let is_on_line = !text[end..spaced].contains('\n') || bytes.get(spaced) == Some(&b'(');
        if !(is_counted || word.is_some_and(is_type)) || !is_on_line {
            return None;
        }
        end = spaced;
    }
    let close = match bytes.get(end)? {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        _ => return None,
    };
    Some(Opener { head: at..at + head, end: end + 1, close })
}

/// The length of what precedes the bracket at the start of `rest`.
fn head_length(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let identifier = |at: usize| {
        let is_part = |byte: &&u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$' | b':' | b'\\' | b'@')
        };
        at + bytes
            .get(at..)
            .map_or(0, |rest| rest.iter().take(MAX_HEAD_LENGTH).take_while(is_part).count())
    };
    let mut at = 0;
    if let Some(object) = rest.strip_prefix("#<") {
        let object = object.strip_prefix("struct ").unwrap_or(object);
        let start = rest.len() - object.len();
        let end = identifier(start);
        // An anonymous struct has no name.
        return match bytes.get(end)? {
            b' ' | b'\n' => Some(end + 1),
            b'>' => Some(end),
            b'=' if rest.starts_with("#<struct ") => Some(start),
            _ => None,
        };
    }
    for prefix in ["(object) ", "&", "new ", "class ", "[pscustomobject]", "[PSCustomObject]", "%"]
    {
        at += if rest[at..].starts_with(prefix) { prefix.len() } else { 0 };
    }
    // `[]Type{`, `map[string]Type{`, `[Object: null prototype] {`.
    if rest[at..].starts_with("[Object: null prototype]") {
        return Some(at + "[Object: null prototype]".len());
    }
    if rest[at..].starts_with("map[") || rest[at..].starts_with("[]") {
        let mut end = at;
        loop {
            if rest[end..].starts_with("[]") {
                end += 2;
            } else if rest[end..].starts_with("map[") {
                let key = identifier(end + 4);
                if bytes.get(key) != Some(&b']') || key == end + 4 {
                    break;
                }
                end = key + 1;
            } else {
                break;
            }
        }
        let element = end + usize::from(rest[end..].starts_with('*'));
        let is_interface = rest[element..].starts_with("interface {}");
        let typed = if is_interface { element + 12 } else { identifier(element) };
        if end > at && bytes.get(typed) == Some(&b'{') {
            return Some(typed);
        }
        return Some(if rest[at..].starts_with("map[") { at + 3 } else { at });
    }
    if rest[at..].starts_with('@') {
        return matches!(bytes.get(at + 1), Some(b'{' | b'(')).then_some(at + 1);
    }
    let mut end = identifier(at);
    if end == at {
        return Some(at);
    }
    if rest[at..end].ends_with(':') {
        return None;
    }
    let counted = |at: usize| -> Option<usize> {
        let digits = bytes.get(at..)?.strip_prefix(b"(")?;
        let count = digits.iter().take(18).take_while(|digit| digit.is_ascii_digit()).count();
        (count > 0 && digits.get(count) == Some(&b')')).then_some(at + count + 2)
    };
    let is_object = |at: usize| rest[at..].starts_with(" Object");
    if is_object(end) {
        end += " Object".len();
    } else if &rest[at..end] == "object" && bytes.get(end) == Some(&b'(') {
        // `object(Type)#1 (6) {`
        let class = identifier(end + 1);
        end = class + 1;
        if bytes.get(class) != Some(&b')') || bytes.get(end) != Some(&b'#') {
            return None;
        }
        let digits = |at: usize| {
            at + bytes[at..].iter().take(18).take_while(|digit| digit.is_ascii_digit()).count()
        };
        end = counted(digits(end + 1) + 1)?;
    } else if let Some(count) = counted(end)
        && (rest[count..].starts_with(" {") || rest[count..].starts_with(" ["))
    {
        end = count;
    }
    Some(end)
}

/// The length of the mark at the start of `rest` for a value that was left out.
pub(super) fn elided_length(rest: &str) -> Option<usize> {
    let marks = [
        "[Object]",
        "[Array]",
        "[Circular *1]",
        "[Circular]",
        "*RECURSION*",
        "{...}",
        "[...]",
        "{…}",
        "[…]",
        "{ … }",
        "[ … ]",
        "{ .. }",
        "…",
        "System.Object[]",
    ];
    if let Some(mark) = marks.iter().find(|mark| rest.starts_with(**mark)) {
        return Some(mark.len());
    }
    let bytes = rest.as_bytes();
    let bracketed = |start: &str, close: u8| {
        let inside = bytes.strip_prefix(start.as_bytes())?;
        let is_end = |byte: &u8| *byte == close || matches!(byte, b'\n' | b',' | b'"' | b'\'');
        let end = inside.iter().take(MAX_HEAD_LENGTH).position(is_end)?;
        (inside[end] == close).then_some(start.len() + end + 1)
    };
    match bytes.first()? {
        // `... 3 more items`
        b'.' if rest.starts_with("...") => {
            let is_more = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b' ';
            Some(3 + bytes[3..].iter().take(MAX_HEAD_LENGTH).take_while(is_more).count())
        }
        // The fields that a person left out.
        b'.' if rest.starts_with("..") => {
            let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | '}' | ')' | ']');
            rest[2..].starts_with(is_end).then_some(2)
        }
        // `<X object at 0x7f12>`
        b'<' => bracketed("<", b'>').filter(|end| rest[..*end].contains(" at 0x")),
        b'#' => bracketed("#<", b'>').filter(|end| rest[..*end].ends_with("...>")),
        // A pointer: `(*int64)(0xc0000a7248)`, `0xc0000a7248`
        b'(' if rest.starts_with("(*") => {
            let of = bracketed("(*", b')')?;
            let address = rest[of..].strip_prefix("(0x")?;
            let digits = address.bytes().take_while(|byte| byte.is_ascii_hexdigit()).count();
            address[digits..].starts_with(')').then_some(of + 3 + digits + 1)
        }
        b'0' if rest.starts_with("0xc0") => {
            let digits = bytes[2..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            (digits >= 8).then_some(2 + digits)
        }
        _ => None,
    }
}

/// The JSON literal that a word of another language stands for.
pub(super) fn literal(word: &str) -> Option<&'static str> {
    Some(match word {
        "true" | "True" | "TRUE" | "$true" => "true",
        "false" | "False" | "FALSE" | "$false" => "false",
        "$null" | "null" | "nil" | "None" | "NULL" | "Null" | "undefined" | "<nil>" => "null",
        _ => return None,
    })
}

/// Whether a text is an integer as JSON has it, of at most as many digits as one of 128 bits.
pub(super) fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_canonical = digits == "0" || !digits.starts_with('0');
    (1..=38).contains(&digits.len()) && is_canonical && digits.bytes().all(|b| b.is_ascii_digit())
}

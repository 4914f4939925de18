//! The characters of a text, each with how it is spelled: as it is, or as an escape of some notation.

use std::fmt::Write as _;
use std::ops::Range;

use encoding_rs::Encoding;

/// A character and its span.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) character: char,
    pub(super) form: Form,
}

/// How a character is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Raw,
    /// What is kept: an escape of one letter, a named reference, or a sequence that controls a terminal.
    Fixed,
    /// `\uXXXX`, two of them for a pair, or `\UXXXXXXXX`.
    Unicode,
    /// `\xHH`, `%HH` or `\ooo`, one for each byte if `is_utf8`.
    Bytes {
        radix: u8,
        is_utf8: bool,
    },
    /// `&#…;`
    Reference {
        radix: u8,
    },
    /// A form of ASCII as wide as ideographs are.
    FullWidth,
}

/// How programs print what starts a sequence that controls a terminal.
const ESCAPES: &[&str] = &[
    "\u{1b}", r"\\u001b", r"\\x1b", r"\\033", r"\u{1b}", r"\u001b", r"\u001B", r"\x1b", r"\x1B",
    r"\033", r"\e", "^[", "␛", "\u{2190}", "\u{fffd}", "<ESC>", "&#27;", "&#x1b;", "&#x1B;",
];

pub(super) fn units(text: &str) -> Vec<Unit> {
    let mut units = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let unit = match character {
            '\\' | '%' | '&' | '^' | '<' | '[' | '\u{9b}' | '\u{1b}' | '␛' | '\u{2190}'
            | '\u{fffd}' => special(text, at),
            '\u{ff01}'..='\u{ff5e}' => {
                let half = u32::from(character) - 0xfee0;
                char::from_u32(half).map(|character| (at + 3, character, Form::FullWidth))
            }
            _ => None,
        };
        let unit = unit.or_else(|| after_escape(text, at, units.last()?));
        let (end, character, form) =
            unit.unwrap_or((at + character.len_utf8(), character, Form::Raw));
        units.push(Unit { start: at, end, character, form });
        at = end;
    }
    units
}

/// What follows an escaped backslash or `&` belongs to it.
fn after_escape(text: &str, at: usize, last: &Unit) -> Option<Spelled> {
    if last.form == Form::Raw || last.form == Form::Fixed {
        return None;
    }
    match last.character {
        '\\' => {
            let letter = text[at..].chars().next()?;
            let character = if "nrt".contains(letter) { '\n' } else { '\u{0}' };
            "nrtbf".contains(letter).then_some((at + 1, character, Form::Fixed))
        }
        '&' => NAMED.iter().find_map(|(name, character)| {
            let after = text[at..].strip_prefix(name)?;
            after.starts_with(';').then_some((at + name.len() + 1, *character, Form::Fixed))
        }),
        _ => None,
    }
}

const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("ldquo", '"'),
    ("rdquo", '"'),
    ("QUOT", '"'),
    ("AMP", '&'),
    ("LT", '<'),
    ("GT", '>'),
];

type Spelled = (usize, char, Form);

fn special(text: &str, at: usize) -> Option<Spelled> {
    let rest = &text[at..];
    if let Some(length) = sequence(rest) {
        return Some((at + length, '\u{1b}', Form::Fixed));
    }
    match rest.as_bytes()[0] {
        b'\\' => backslash(text, at),
        b'%' => bytes(text, at, "%", 2, 16),
        b'&' => reference(text, at),
        // A control character as terminals show it.
        b'^' => rest[1..].starts_with(|c: char| c.is_ascii_uppercase()).then_some((
            at + 2,
            '\u{0}',
            Form::Fixed,
        )),
        _ => None,
    }
}

/// The length of a sequence that controls a terminal.
fn sequence(rest: &str) -> Option<usize> {
    let csi = rest.strip_prefix('\u{9b}');
    if let Some(length) = csi.and_then(parameters) {
        return Some('\u{9b}'.len_utf8() + length);
    }
    let escape = ESCAPES.iter().find(|escape| rest.starts_with(**escape));
    // A viewer may drop the character itself.
    let escape = match escape {
        Some(escape) => escape,
        None if rest.starts_with('[') && has_color(rest) => "",
        None => return None,
    };
    let after = rest[escape.len()..].strip_prefix('[')?;
    Some(escape.len() + 1 + parameters(after)?)
}

/// The length of the parameters of a sequence and of the letter that ends it.
fn parameters(text: &str) -> Option<usize> {
    let end =
        text.bytes().take(32).position(|byte| !matches!(byte, b'0'..=b'9' | b';' | b':' | b'?'))?;
    text.as_bytes()[end].is_ascii_alphabetic().then_some(end + 1)
}

/// Whether a text starts with a colour of a terminal without the character that starts it.
fn has_color(rest: &str) -> bool {
    let codes =
        rest[1..].bytes().take(12).take_while(|byte| matches!(byte, b'0'..=b'9' | b';')).count();
    codes > 0 && rest[1 + codes..].starts_with('m')
}

fn hex(text: &str, at: usize, length: usize) -> Option<u32> {
    let digits = text.get(at..at + length)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

fn backslash(text: &str, at: usize) -> Option<Spelled> {
    let letter = text[at + 1..].chars().next()?;
    number(text, at, letter).or_else(|| {
        // The letter says what is meant, and is not part of the text.
        letter.is_ascii_alphabetic().then(|| {
            let character = match letter {
                'n' | 'r' | 'f' => '\n',
                't' | 'v' => '\t',
                _ => '\u{0}',
            };
            (at + 2, character, Form::Fixed)
        })
    })
}

/// A character by its number.
fn number(text: &str, at: usize, letter: char) -> Option<Spelled> {
    match letter {
        'u' if text[at + 2..].starts_with('{') => {
            let length = text[at + 3..].bytes().take(7).position(|byte| byte == b'}')?;
            let character = hex(text, at + 3, length).and_then(char::from_u32)?;
            Some((at + 3 + length + 1, character, Form::Reference { radix: 16 }))
        }
        'u' => {
            let first = hex(text, at + 2, 4)?;
            if let Some(character) = char::from_u32(first) {
                return Some((at + 6, character, Form::Unicode));
            }
            // The second half repeats the backslashes of the first.
            let low = text
                .get(at + 6..at + 8)
                .filter(|it| *it == r"\u")
                .and_then(|_| hex(text, at + 8, 4));
            let pair = low.filter(|low| (0xdc00..0xe000).contains(low) && first < 0xdc00);
            let code = pair.map(|low| 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00));
            match code.and_then(char::from_u32) {
                Some(character) => Some((at + 12, character, Form::Unicode)),
                None => Some((at + 6, '\u{fffd}', Form::Fixed)),
            }
        }
        'U' => hex(text, at + 2, 8)
            .and_then(char::from_u32)
            .map(|character| (at + 10, character, Form::Unicode)),
        'x' => bytes(text, at, r"\x", 2, 16),
        '0'..='3' => bytes(text, at, r"\", 3, 8),
        _ => None,
    }
}

/// A byte, or the bytes of a character in UTF-8.
fn bytes(text: &str, at: usize, prefix: &str, digits: usize, radix: u32) -> Option<Spelled> {
    let step = prefix.len() + digits;
    let byte = |nth: usize| {
        let start = at + nth * step;
        let digits = text.get(start..start + step)?.strip_prefix(prefix)?;
        let is_number = digits.chars().all(|digit| digit.is_digit(radix));
        u8::from_str_radix(digits, radix).ok().filter(|_| is_number)
    };
    let first = byte(0)?;
    let form = |is_utf8| Form::Bytes { radix: radix as u8, is_utf8 };
    let length = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    let all: Vec<u8> = (0..length).map_while(byte).collect();
    match str::from_utf8(&all).ok().and_then(|text| text.chars().next()) {
        Some(character) => Some((at + all.len() * step, character, form(true))),
        None => Some((at + step, char::from(first), form(false))),
    }
}

fn reference(text: &str, at: usize) -> Option<Spelled> {
    // A reference that was escaped again is read as one.
    let rest = &text[at + 1..];
    if let Some(after) = rest.strip_prefix("#38;").filter(|after| after.starts_with('#'))
        && let Some(spelled) = numeric(text, text.len() - after.len())
    {
        return Some(spelled);
    }
    let escaped =
        "amp;".len() * rest.as_bytes().chunks(4).take_while(|it| *it == b"amp;").take(8).count();
    let inner = &rest[escaped..];
    for (name, character) in NAMED {
        if inner.strip_prefix(name).is_some_and(|after| after.starts_with(';')) {
            return Some((at + 1 + escaped + name.len() + 1, *character, Form::Fixed));
        }
    }
    let number = if inner.starts_with('#') { numeric(text, at + 1 + escaped) } else { None };
    number.or_else(|| (escaped > 0).then_some((at + 1 + escaped, '&', Form::Fixed)))
}

/// A reference by number whose `#` is here.
fn numeric(text: &str, at: usize) -> Option<Spelled> {
    let number = &text[at + 1..];
    let (digits, radix, prefix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 2),
        None => (number, 10, 1),
    };
    let length = digits.bytes().take(12).take_while(|it| char::from(*it).is_digit(radix)).count();
    let code = u32::from_str_radix(&digits[..length], radix).ok()?;
    let has_end = digits[length..].starts_with(';');
    let character = char::from_u32(code).filter(|_| has_end)?;
    let end = at + prefix + length + 1;
    Some((end, character, Form::Reference { radix: radix as u8 }))
}

impl Unit {
    pub(super) fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Another character in the same form and with the same length.
    pub(super) fn spell(
        &self,
        new: char,
        text: &str,
        encoding: &'static Encoding,
        out: &mut String,
    ) {
        let old = &text[self.span()];
        match self.form {
            Form::Raw => out.push_str(&raw(new, self.character, encoding)),
            Form::Fixed => out.push_str(old),
            Form::FullWidth => out.push(char::from_u32(u32::from(new) + 0xfee0).unwrap_or('ｘ')),
            Form::Unicode => {
                let is_upper = old.bytes().skip(2).any(|byte| byte.is_ascii_uppercase());
                let digits = if old.len() == 10 {
                    format!("\\U{:08x}", u32::from(new))
                } else {
                    let mut pair = [0; 2];
                    let units = new.encode_utf16(&mut pair).iter();
                    units.map(|unit| format!("\\u{unit:04x}")).collect()
                };
                let digits = match is_upper {
                    true => digits
                        .chars()
                        .map(|c| if c == 'u' { c } else { c.to_ascii_uppercase() })
                        .collect(),
                    false => digits,
                };
                out.push_str(if digits.len() == old.len() { &digits } else { old });
            }
            Form::Bytes { radix, is_utf8 } => {
                let mut buffer = [0; 4];
                let bytes: &[u8] = match is_utf8 {
                    true => new.encode_utf8(&mut buffer).as_bytes(),
                    false => &[u8::try_from(u32::from(new)).unwrap_or(b'x')],
                };
                for byte in bytes {
                    let _ = match (radix, old.as_bytes()[0]) {
                        (8, _) => write!(out, "\\{byte:03o}"),
                        (_, b'%') => write!(out, "%{byte:02X}"),
                        _ => write!(out, "\\x{byte:02x}"),
                    };
                }
            }
            Form::Reference { radix } => {
                let digits = old.trim_end_matches([';', '}']);
                let start = digits.rfind(['#', 'x', 'X', '{']).map_or(0, |at| at + 1);
                let width = digits.len() - start;
                let number = match radix {
                    16 => format!("{:0width$x}", u32::from(new)),
                    _ => format!("{:0width$}", u32::from(new)),
                };
                // Of letters, only the first three have two digits.
                let number = if number.len() > width { "098".to_owned() } else { number };
                let number = &number[number.len() - width.min(number.len())..];
                let _ = write!(out, "{}{number}{}", &old[..start], &old[old.len() - 1..]);
            }
        }
    }
}

/// A character that has as many bytes in the encoding of the input as another.
fn raw(new: char, old: char, encoding: &'static Encoding) -> String {
    /// Their encodings are no UTF-8, so that the encoding is detected as before.
    const OTHERS: &[char] = &['中', '人', '大', 'é', 'ж', 'π', 'ก', 'א', 'ش'];
    let length = |c: char| {
        let text = c.to_string();
        let (bytes, _, has_errors) = encoding.encode(&text);
        (!has_errors).then_some(bytes.len())
    };
    if new.is_ascii() {
        return new.to_string();
    }
    let is_unicode = encoding.output_encoding() == encoding_rs::UTF_8;
    if is_unicode && new.len_utf8() == old.len_utf8() {
        return new.to_string();
    }
    let wanted = length(old);
    let other = OTHERS.iter().find(|other| **other != old && length(**other) == wanted);
    other.map_or_else(|| "x".repeat(wanted.unwrap_or(1)), char::to_string)
}

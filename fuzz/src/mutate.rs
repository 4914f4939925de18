//! Mutations of documents by token, so that most mutants are still responses.
//!
//! A mutator of bytes rarely gets past the syntax. This one drops, doubles, moves and exchanges tokens of JSON and
//! XML, inserts what is special in either, splices pieces of other responses, and wraps documents as services,
//! logs and people do. It knows nothing of the decoder.

use std::ops::Range;
use std::sync::LazyLock;

use super::damage_kinds::{BASES, Kind, Node, Random, Style, kinds};
use super::{near, requests};

/// What is special to some reader.
const TOKENS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ":",
    ";",
    "=",
    "=>",
    "|",
    "\"",
    "'",
    "`",
    "\\",
    "\\\"",
    "\\n",
    "\\u",
    "\\u0000",
    "\n",
    "\r\n",
    "\n{",
    " ",
    "\t",
    "\u{a0}",
    "\u{b}",
    "\u{0}",
    "\u{1b}[31m",
    "\u{feff}",
    "\u{fffe}",
    "\u{2028}",
    "\u{200b}",
    "//",
    "/*",
    "*/",
    "#",
    "# ",
    "> ",
    "% ",
    "+",
    "-",
    "...",
    "```",
    "“",
    "”",
    "«",
    "»",
    "，",
    "：",
    "、",
    "é",
    "漢",
    "😀",
    "u'",
    "b\"",
    "true",
    "null",
    "None",
    "False",
    "undefined",
    "NaN",
    "1",
    "-1",
    "1,2",
    "1.5",
    "1e3",
    "0x1",
    "007",
    "99999999999999999999",
    "\"a\"",
    "<",
    "</",
    "/>",
    ">",
    "&",
    "&#0;",
    "&lt;",
    "&amp;",
    "&nbsp;",
    "&x",
    "<a>",
    "</a>",
    "<a/>",
    "<a b='c'>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?x",
    "?>",
    "<!DOCTYPE a",
    "<Error>",
    "</Error>",
    "<Code>",
    "<Invocation>",
    "</Invocation>",
    "<InvokeId>",
    "</InvokeId>",
    "<InvokeInstance>",
    "\"RequestId\":",
    "\"Code\":",
    "\"code\":0",
    "\"success\":true",
    "\"data\":",
    "\"body\":",
    "\"Invocations\"",
    "\"Invocation\"",
    "\"InvokeInstances\"",
    "\"InvokeInstance\"",
    "\"InvocationResults\"",
    "\"InvokeId\"",
    "InvokeId",
    "Timed",
    "@Timed",
    "$text",
];

/// What may be written around a document.
const AROUND: &[(&str, &str)] = &[
    ("{\"data\":", "}"),
    ("{\"code\":\"200\",\"success\":true,\"data\":", "}"),
    ("{\"requestId\":\"q\",\"result\":", "}"),
    ("{\"RequestId\":\"r\",\"Code\":\"c\",\"X\":", "}"),
    ("[", "]"),
    ("<Envelope><Body>", "</Body></Envelope>"),
    ("<Error><RequestId>r</RequestId><Code>c</Code><X>", "</X></Error>"),
    ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "\n"),
    ("```json\n", "\n```\n"),
    ("2026-11-24T10:00:00Z INFO [client] response: ", "\n"),
    ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", ""),
    ("Here is the response:\n", "\nDone."),
];

/// Characters of two, three and four bytes, and some with others between them.
const WIDE: &[&str] = &["é", "漢", "😀", "aé", "é\"", "\\é", "é ", "\\u00e9漢"];

const BRACKETS: &[&str] = &["{", "}", "[", "]", "(", ")", "<", ">"];

/// Responses in every style, from which pieces are taken.
static RESPONSES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let written = BASES.iter().flat_map(|base| {
        let root = Node::parse(base.json).expect("a base is JSON");
        (0..4).flat_map(move |nth| {
            [root.to_json(Style::nth(nth)), root.to_xml(base.root, Style::nth(nth))]
        })
    });
    let errors = [
        r#"{"RequestId":"r","HostId":"h","Code":"Throttling","Message":"m"}"#,
        "<Error><RequestId>r</RequestId><HostId>h</HostId><Code>c</Code><Message>a &amp; b</Message></Error>",
    ];
    written.chain(errors.map(str::to_owned)).collect()
});

pub static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(kinds);

/// Changes the document in the first `size` bytes of the buffer, and returns its new size. `None` if it is left to
/// the mutator of bytes, as is the plan after a document.
pub fn mutate(buffer: &mut [u8], size: usize, max_size: usize, seed: u32) -> Option<usize> {
    let mut random = Random(seed.into());
    if random.below(4) == 0 {
        return None;
    }
    let (document, _) = super::split_document(&buffer[..size]);
    let plan = buffer[document.len()..size].to_vec();
    let document = mutant(str::from_utf8(document).ok()?, &mut random);
    let room = max_size.saturating_sub(plan.len());
    let length = write(&document, &mut buffer[..room]);
    let end = (length + plan.len()).min(max_size);
    buffer[length..end].copy_from_slice(&plan[..end - length]);
    Some(end)
}

/// Changes the query string in the first `size` bytes of the buffer, and returns its new size. `None` if it is left to
/// the mutator of bytes.
pub fn mutate_request(buffer: &mut [u8], size: usize, max_size: usize, seed: u32) -> Option<usize> {
    let mut random = Random(seed.into());
    if random.below(4) == 0 {
        return None;
    }
    let text = str::from_utf8(&buffer[..size]).ok()?;
    Some(write(&requests::mutant(text, &mut random), &mut buffer[..max_size]))
}

/// Writes a document in which a piece of the second document stands in the first, and returns its size.
pub fn cross(first: &[u8], second: &[u8], buffer: &mut [u8], seed: u32) -> usize {
    let mut random = Random(seed.into());
    let (first, second) = (String::from_utf8_lossy(first), String::from_utf8_lossy(second));
    let piece = piece(&second, &mut random);
    write(&insert(&first, piece, &mut random), buffer)
}

fn write(text: &str, buffer: &mut [u8]) -> usize {
    let size = floor(text, buffer.len());
    buffer[..size].copy_from_slice(&text.as_bytes()[..size]);
    size
}

/// The last character boundary that is not after `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

/// A document with one to four changes.
pub fn mutant(text: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..=random.below(4) {
        text = change(&text, random);
    }
    text
}

fn change(text: &str, random: &mut Random) -> String {
    let tokens = tokens(text);
    if tokens.is_empty() || random.below(40) == 0 {
        return new_document(random);
    }
    let nth = random.below(tokens.len());
    let token = tokens[nth].clone();
    match random.below(20) {
        // A run of tokens, which is often a member or an element.
        0 => replace(
            text,
            token.start..tokens[(nth + random.below(6)).min(tokens.len() - 1)].end,
            "",
        ),
        1 => replace(text, token, ""),
        2 => replace(text, token.end..token.end, &text[token.clone()]),
        3 => insert(text, piece(text, random), random),
        4 => {
            let other = tokens[random.below(tokens.len())].clone();
            let (before, after) =
                if token.start < other.start { (token, other) } else { (other, token) };
            if before == after {
                return replace(text, before, "");
            }
            let swapped = replace(text, after.clone(), &text[before.clone()]);
            replace(&swapped, before, &text[after])
        }
        5 => {
            let brackets: Vec<&Range<usize>> =
                tokens.iter().filter(|it| BRACKETS.contains(&&text[(*it).clone()])).collect();
            if brackets.is_empty() {
                return insert(text, BRACKETS[random.below(BRACKETS.len())], random);
            }
            let bracket = brackets[random.below(brackets.len())].clone();
            replace(text, bracket, BRACKETS[random.below(BRACKETS.len())])
        }
        6 | 7 => replace(text, token, TOKENS[random.below(TOKENS.len())]),
        8 | 9 => insert(text, TOKENS[random.below(TOKENS.len())], random),
        10 | 11 => {
            let other = &RESPONSES[random.below(RESPONSES.len())];
            let piece = piece(other, random);
            if random.below(2) == 0 {
                insert(text, piece, random)
            } else {
                replace(text, token, piece)
            }
        }
        12 => {
            // Inside a token.
            let at = floor(text, token.start + random.below(token.len() + 1));
            replace(text, at..at, TOKENS[random.below(TOKENS.len())])
        }
        13 if random.below(4) == 0 => text[..token.start].to_owned(),
        13 => around(text, random),
        14 => case(text, token, random),
        15 => {
            // What looks so many bytes ahead must stop at a character.
            let wide = WIDE[random.below(WIDE.len())].repeat(1 + random.below(200));
            let at = floor(text, token.start + random.below(token.len() + 1));
            replace(text, at..at, &wide)
        }
        // As text in another document.
        16 if random.below(4) == 0 => embedded(text, random),
        16 => replace(text, token.start..token.start, "\n"),
        _ => near::change(text, &token, random),
    }
}

/// A response, sound or with one of the kinds of damage.
fn new_document(random: &mut Random) -> String {
    let kind = &KINDS[random.below(KINDS.len())];
    match kind.damaged(random.below(64), random.next()) {
        Some(damaged) => damaged.text,
        None => RESPONSES[random.below(RESPONSES.len())].clone(),
    }
}

fn around(text: &str, random: &mut Random) -> String {
    if random.below(3) == 0 {
        let other = &RESPONSES[random.below(RESPONSES.len())];
        return format!("{text}\n{other}");
    }
    let (before, after) = AROUND[random.below(AROUND.len())];
    format!("{before}{text}{after}")
}

fn embedded(text: &str, random: &mut Random) -> String {
    let in_json = || format!("{{\"body\":{}}}", serde_json::to_string(text).expect("a string"));
    let in_xml = || {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        format!("<string>{escaped}</string>")
    };
    match random.below(3) {
        0 => in_json(),
        1 => in_xml(),
        _ => text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
    }
}

fn case(text: &str, token: Range<usize>, random: &mut Random) -> String {
    let changed = match random.below(2) {
        0 => text[token.clone()].to_uppercase(),
        _ => text[token.clone()].to_lowercase(),
    };
    replace(text, token, &changed)
}

fn replace(text: &str, range: Range<usize>, with: &str) -> String {
    [&text[..range.start], with, &text[range.end..]].concat()
}

/// With a piece before one of the tokens or at the end.
fn insert(text: &str, piece: &str, random: &mut Random) -> String {
    let tokens = tokens(text);
    let nth = random.below(tokens.len() + 1);
    let at = tokens.get(nth).map_or(text.len(), |token| token.start);
    replace(text, at..at, piece)
}

/// Some adjacent tokens.
fn piece<'t>(text: &'t str, random: &mut Random) -> &'t str {
    let tokens = tokens(text);
    if tokens.is_empty() {
        return "";
    }
    let first = random.below(tokens.len());
    let last = (first + random.below(24)).min(tokens.len() - 1);
    &text[tokens[first].start..tokens[last].end]
}

/// The tokens of any text: tags, strings, words, runs of whitespace and single characters.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        let rest = &text[start + first.len_utf8()..];
        let length = match first {
            '<' => rest
                .find(['<', '>'])
                .filter(|end| *end < 80)
                .map_or(0, |end| end + usize::from(rest[end..].starts_with('>'))),
            '"' => string_length(rest),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ if first.is_whitespace() => {
                rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len())
            }
            _ => 0,
        };
        let end = start + first.len_utf8() + length;
        tokens.push(start..end);
        start = end;
    }
    tokens
}

/// The length of a string with its closing quote, after the opening one; 0 if it does not end on its line.
fn string_length(rest: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            '\n' => return 0,
            _ => {}
        }
    }
    0
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use ecs_invocations::decode;

    use super::{RESPONSES, Random, cross, mutant, mutate, tokens};

    #[test]
    fn tokens_cover_the_text() {
        for text in RESPONSES.iter().map(String::as_str).chain(["<", "\"", "\"\\", "<é\"é"]) {
            let joined: String = tokens(text).into_iter().map(|token| &text[token]).collect();
            assert_eq!(joined, text);
        }
    }

    #[test]
    fn half_of_mutants_are_responses() {
        let mut random = Random(1);
        let count = 2000;
        let decoded = (0..count)
            .map(|nth| mutant(&RESPONSES[nth % RESPONSES.len()], &mut random))
            .filter(|text| decode(text.as_bytes()).is_ok())
            .count();
        println!("{decoded} of {count}");
        assert!(decoded * 2 >= count, "{decoded} of {count} mutants are responses");
    }

    #[test]
    fn mutants_fit_into_the_buffer() {
        for seed in 0..200 {
            let mut buffer = *b"{\"Code\":\"\xc3\xa9\"}      ";
            if let Some(size) = mutate(&mut buffer, 12, 14, seed) {
                assert!(size <= 14);
                assert!(str::from_utf8(&buffer[..size]).is_ok());
            }
            let size = cross(b"<a>b</a>", b"{\"c\":\"d\"}", &mut buffer, seed);
            assert!(size <= buffer.len() && str::from_utf8(&buffer[..size]).is_ok());
        }
    }
}

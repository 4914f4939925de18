//! Random repeated patterns of pieces of documents.

use crate::numbers::Numbers;

const PIECES: &[&str] = &[
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
    "\"",
    "'",
    "`",
    "\\",
    "\n",
    "\r\n",
    "\t",
    " ",
    "<",
    ">",
    "</",
    "/>",
    "&",
    "#",
    "-",
    "@",
    "$",
    "1",
    "00",
    "0x1",
    "1e9",
    "null",
    "None",
    "{}",
    "{'a'",
    "b'",
    "u\"",
    "{\"Code\":\"a\"}\n",
    "\"Code\":",
    "\"Invocations\":[",
    "\"Timed\":\"x\",",
    "\"InvokeId\":\"t-1\"",
    "{\"body\":",
    "\"{\\\"",
    "\\n",
    "\\\"",
    "\\u007b",
    "InvokeId",
    "TotalCount",
    "<Error>",
    "</Error>",
    "<Code>",
    "</Code>",
    "<InvokeId>t",
    "<DescribeInvocationsResponse>",
    "<?xml version=\"1.0\"?>",
    "<a b=\"c\"/>",
    "<!DOCTYPE a [",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&quot;",
    "&lt;",
    "&amp;",
    "&nbsp;",
    "<pre>",
    "<br>",
    "%7B",
    "%25",
    "```",
    "> ",
    "| ",
    "+ ",
    "- ",
    "a: ",
    "data: ",
    "2026-01-01T00:00:00Z ",
    "\u{1b}[31m",
    "map[",
    "&{",
    "A(",
    "array(",
    "/*",
    "*/",
    "//",
    "...",
    "Error: ",
    "\u{feff}",
    "\u{e9}",
    "\u{a0}",
    "\u{2028}",
    "\u{201c}",
    "\u{201d}",
    "\0",
    "\u{1}",
];

/// A pattern, and what is before and after its repetitions.
#[derive(Debug)]
pub struct Pattern {
    head: String,
    pattern: String,
    tail: String,
    /// Whether a number follows each repetition.
    is_numbered: bool,
    spaces: usize,
}

impl Pattern {
    pub fn new(numbers: &mut Numbers) -> Self {
        let mut text = |most: usize| -> String {
            let count = numbers.below(most);
            (0..count).map(|_| PIECES[numbers.below(PIECES.len())]).collect()
        };
        let (head, pattern, tail) = (text(4), text(6) + "a", text(4));
        let (is_numbered, spaces) = (numbers.below(3) == 0, numbers.below(4) / 3 * 300);
        Self { head, pattern, tail, is_numbered, spaces }
    }

    pub fn generate(&self, size: usize) -> Vec<u8> {
        let mut text = self.head.clone();
        let mut nth = 0;
        while text.len() < size {
            text.push_str(&self.pattern);
            if self.is_numbered {
                text.push_str(&nth.to_string());
            }
            text.extend(std::iter::repeat_n(' ', self.spaces));
            nth += 1;
        }
        text.push_str(&self.tail);
        text.into_bytes()
    }
}

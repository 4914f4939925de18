//! Errors as clients print them: found in text, and rewritten as the JSON document that they came from.
//!
//! Every value is a piece of the text. An error is recognized by its head and an error code, so that prose
//! about errors is not taken for one.

use std::ops::Range;

use super::edits::{EditBuffer, RepairedText};
use super::work::WorkBudget;
use crate::finding::{FindingKind, Path};
use crate::pending::FindingBudget;
use crate::schema::Kinds;
use crate::syntax::json;

/// How a client prints an error.
#[derive(Debug)]
struct Client {
    /// Its name, for the finding.
    name: &'static str,
    /// What an error starts with, the longest first, and what follows that.
    heads: &'static [&'static str],
    after: &'static str,
    /// The value after the head.
    first: Part,
    /// The labels of the other values, before a colon. One that ends with another precedes it.
    labels: &'static [(&'static str, Part)],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Value(Name),
    /// The code, and the message that follows it.
    CodeAndMessage(Separator),
    /// A JSON object, the body of the response. Nothing follows it.
    Body,
    /// A value that is not a field.
    Ignored,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Code,
    Message,
    RequestId,
    Recommend,
    Status,
}

/// What is between a code and its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separator {
    Space,
    Colon,
    /// The HTTP status: `code: 400,`.
    Status,
}

const CLIENTS: &[Client] = &[
    Client {
        name: "the aliyun CLI or the Go SDK",
        heads: &["ERROR: SDK.ServerError", "SDK.ServerError"],
        after: "",
        first: Part::Ignored,
        labels: &[
            ("ErrorCode", Part::Value(Name::Code)),
            ("Recommend", Part::Value(Name::Recommend)),
            ("RequestId", Part::Value(Name::RequestId)),
            ("Message", Part::Value(Name::Message)),
            ("RespHeaders", Part::Ignored),
        ],
    },
    Client {
        name: "the Python SDK",
        heads: &["HTTP Status"],
        after: ":",
        first: Part::Value(Name::Status),
        labels: &[
            ("Error", Part::CodeAndMessage(Separator::Space)),
            ("RequestID", Part::Value(Name::RequestId)),
        ],
    },
    Client {
        name: "aliyun-openapi",
        heads: &["Aliyun API Error"],
        after: ":",
        first: Part::Ignored,
        labels: &[
            ("RequestId", Part::Value(Name::RequestId)),
            ("Status Code", Part::Value(Name::Status)),
            ("Code", Part::Value(Name::Code)),
            ("Message", Part::Value(Name::Message)),
        ],
    },
    Client {
        name: "the Go SDK (Tea)",
        heads: &["SDKError"],
        after: ":",
        first: Part::Ignored,
        labels: &[
            ("StatusCode", Part::Value(Name::Status)),
            ("Code", Part::Value(Name::Code)),
            ("Message", Part::Value(Name::Message)),
            ("Data", Part::Body),
        ],
    },
    Client {
        name: "the Java or .NET SDK",
        heads: &[
            "com.aliyuncs.exceptions.ClientException",
            "com.aliyuncs.exceptions.ServerException",
            "Aliyun.Acs.Core.Exceptions.ClientException",
            "Aliyun.Acs.Core.Exceptions.ServerException",
        ],
        after: ":",
        first: Part::CodeAndMessage(Separator::Colon),
        labels: &[("RequestId", Part::Value(Name::RequestId))],
    },
    Client {
        name: "the PHP SDK",
        heads: &[
            r"AlibabaCloud\Client\Exception\ClientException",
            r"AlibabaCloud\Client\Exception\ServerException",
        ],
        after: ":",
        first: Part::CodeAndMessage(Separator::Colon),
        labels: &[("RequestId", Part::Value(Name::RequestId))],
    },
    Client {
        name: "an SDK (Tea)",
        heads: &["Error"],
        after: ":",
        first: Part::CodeAndMessage(Separator::Status),
        labels: &[("Response", Part::Body), ("Data", Part::Body)],
    },
];

/// The ends of all heads; with them, one pass over a text finds the heads of all clients.
const HEAD_ENDS: &[&str] = &["Error", "Exception", "HTTP Status"];

/// Whether a text may hold such an error.
pub(crate) fn may_be_in(text: &str) -> bool {
    HEAD_ENDS.iter().any(|end| text.contains(end))
}

/// Whether a text holds such an error.
pub(crate) fn is_in(text: &str) -> bool {
    may_be_in(text)
        && Printed::find(text, 0..text.len(), text.len(), &WorkBudget::new(text)).is_some()
}

const MAX_CODE_LENGTH: usize = 128;

/// An error that a client printed.
#[derive(Debug)]
pub(crate) struct Printed {
    client: &'static str,
    /// Its span in the text.
    pub(crate) extent: Range<usize>,
    /// The fields in the order of the text. The span of a code or message is never empty.
    fields: Vec<(Name, Range<usize>)>,
    /// Where its response body starts.
    pub(crate) body: Option<usize>,
}

impl Printed {
    /// The first error whose head is in `range`. It ends before `end`.
    pub(crate) fn find(
        text: &str,
        range: Range<usize>,
        end: usize,
        work: &WorkBudget,
    ) -> Option<Self> {
        let mut head = Head::find(text, range.clone(), work)?;
        loop {
            let next = Head::find(text, head.end..end, work);
            // An error ends where the next one starts, so that each part of the text is read once.
            let until = next.as_ref().map_or(end, |next| next.start);
            work.add(until - head.end);
            if let Some(printed) = head.read(text, until) {
                return Some(printed);
            }
            head = next.filter(|next| next.start < range.end)?;
        }
    }

    pub(crate) fn finding(&self) -> FindingKind {
        FindingKind::PrintedError { client: self.client }
    }

    /// Rewrites the error as a JSON object with the field names of the API.
    pub(crate) fn to_json(&self, text: &str, kinds: &Kinds, budget: FindingBudget) -> RepairedText {
        let code = kinds.kinds.iter().find_map(|kind| kind.code);
        let mut buffer = EditBuffer::new(text, budget);
        buffer.report(self.finding(), Path::default, self.extent.clone());
        let mut before = self.extent.start;
        let mut separator = '{';
        for (name, span) in &self.fields {
            let documented = match name {
                Name::Code => code.unwrap_or_default(),
                Name::RequestId => kinds.shared_field,
                Name::Message => "Message",
                Name::Recommend => "Recommend",
                Name::Status => "StatusCode",
            };
            buffer.edit(before..span.start, format!("{separator}\"{documented}\":"));
            // By itself, so that the value's span is exact.
            let quote = if *name == Name::Status { "" } else { "\"" };
            buffer.edit(span.start..span.start, quote);
            escape(text, span.clone(), &mut buffer);
            buffer.edit(span.end..span.end, quote);
            (before, separator) = (span.end, ',');
        }
        buffer.edit(before..self.extent.end, "}");
        buffer.finish(self.extent.clone())
    }
}

/// Escapes a piece of the text as the content of a JSON string, without the margin of its lines.
fn escape(text: &str, span: Range<usize>, buffer: &mut EditBuffer<'_>) {
    let piece = &text[span.clone()];
    for (at, c) in piece.char_indices() {
        let escaped = match c {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            '\n' => "\\n".to_owned(),
            '\r' => "\\r".to_owned(),
            '\t' => "\\t".to_owned(),
            c if c < ' ' => format!("\\u{:04x}", u32::from(c)),
            _ => continue,
        };
        let start = span.start + at;
        buffer.edit(start..start + 1, escaped);
        if c == '\n'
            && let Some(line) = piece[at + 1..].strip_prefix(BORDER)
        {
            let line = line.strip_prefix(' ').unwrap_or(line);
            buffer.edit(start + 1..span.end - line.len(), "");
        }
    }
}

/// The start of an error.
struct Head {
    client: &'static Client,
    start: usize,
    end: usize,
}

impl Head {
    fn find(text: &str, range: Range<usize>, work: &WorkBudget) -> Option<Self> {
        let bytes = text.as_bytes();
        let mut at = range.start;
        while let Some(found) = memchr::memchr2(b'E', b'H', &bytes[at..range.end]) {
            at += found;
            let ending = HEAD_ENDS.iter().find(|ending| bytes[at..].starts_with(ending.as_bytes()));
            let Some(ending) = ending else {
                at += 1;
                continue;
            };
            at += ending.len();
            if let Some(head) = Self::ending_at(text, range.start, at) {
                work.add(at - range.start);
                return Some(head);
            }
            if at >= range.end {
                break;
            }
        }
        work.add(range.len());
        None
    }

    /// The head whose name ends at `end` and starts at or after `from`.
    fn ending_at(text: &str, from: usize, end: usize) -> Option<Self> {
        CLIENTS.iter().find_map(|client| {
            let head = client.heads.iter().find(|head| text[from..end].ends_with(*head))?;
            let rest = text[end..].strip_prefix(client.after)?;
            let mut start = end - head.len();
            let (continues, is_followed) = match client.first {
                Part::CodeAndMessage(Separator::Status) => {
                    // `ResponseError` too.
                    start = from + text[from..start].trim_end_matches(char::is_alphanumeric).len();
                    let rest = rest.trim_start_matches(' ');
                    let code = code_length(rest)?;
                    let rest = rest[code..].strip_prefix(':').unwrap_or(&rest[code..]);
                    (false, status_length(rest.trim_start_matches(' ')).is_some())
                }
                _ => {
                    let continues = text[..start].ends_with(|c: char| c.is_alphanumeric());
                    (continues, !client.after.is_empty() || rest.starts_with(char::is_whitespace))
                }
            };
            (!continues && is_followed).then_some(Self {
                client,
                start,
                end: end + client.after.len(),
            })
        })
    }

    /// Reads the error up to `until`. `None` if it has no code, or nothing else.
    fn read(&self, text: &str, until: usize) -> Option<Printed> {
        let Client { name: client, first, .. } = *self.client;
        let end = self.end + content_length(&text[self.end..until]);
        let first_line = text[self.end..end].lines().next().unwrap_or_default();
        let is_by_line = first_line.trim().is_empty();
        let values = self.values(text, end, is_by_line);
        let mut error = Fields::default();
        let mut body = None;
        for (nth, (part, span)) in values.iter().enumerate() {
            let is_last = nth + 1 == values.len();
            match *part {
                Part::Ignored => {}
                Part::Body => {
                    let start = trimmed(text, span.clone()).start;
                    body = text[start..span.end].starts_with('{').then_some(start);
                }
                Part::Value(Name::Message) => {
                    error.add_message(text, span.clone(), is_by_line, is_last);
                }
                Part::Value(name) => error.add_value(name, text, span.clone(), is_by_line),
                Part::CodeAndMessage(separator) => {
                    // After a label, `Error: text` is prose, and `Error:Code text` a code.
                    let start =
                        if *part == first { trimmed(text, span.clone()).start } else { span.start };
                    let code = start..start + code_length(&text[start..span.end])?;
                    let rest = text[code.end..span.end].trim_start();
                    let message = match rest.strip_prefix(':') {
                        None if separator == Separator::Colon => return None,
                        message => message.unwrap_or(rest),
                    };
                    error.add(Name::Code, code);
                    error.add_message(text, span.end - message.len()..span.end, false, is_last);
                }
            }
        }
        if matches!(first, Part::CodeAndMessage(Separator::Status)) {
            body = body.or_else(|| object_after_trace(text, end, until));
        }
        error.get(Name::Code)?;
        error.get(Name::Message).or(error.get(Name::RequestId))?;
        let mut fields = error.0;
        fields.sort_by_key(|(_, span)| span.start);
        let last = fields.last().map_or(self.end, |(_, span)| span.end);
        let body_end = body.map(|start| {
            let end = if start < end { end } else { until };
            let paragraph = || paragraph_length(&text[start..end]).map(|length| start + length);
            json::container_end(&text.as_bytes()[..end], start).or_else(paragraph).unwrap_or(end)
        });
        Some(Printed { client, extent: self.start..body_end.unwrap_or(last), fields, body })
    }

    /// The values after the head and after the first occurrence of each label, and what each is.
    fn values(&self, text: &str, end: usize, is_by_line: bool) -> Vec<(Part, Range<usize>)> {
        let mut values = vec![(self.client.first, self.end..end)];
        let mut labels = self.client.labels.to_vec();
        for colon in memchr::memchr_iter(b':', &text.as_bytes()[self.end..end]) {
            let colon = self.end + colon;
            let before = &text[self.end..colon];
            let before = before.strip_suffix(' ').unwrap_or(before);
            let is_label = |(label, _): &(&str, Part)| {
                before.strip_suffix(label).is_some_and(|before| {
                    if is_by_line {
                        before.trim_end_matches([' ', '\t', BORDER]).ends_with('\n')
                    } else {
                        before.ends_with(is_margin)
                    }
                })
            };
            let Some(nth) = labels.iter().position(is_label) else { continue };
            let (label, part) = labels[nth];
            let start = self.end + before.len() - label.len();
            let Some((last, span)) = values.last_mut() else { break };
            // Only a message may have paragraphs.
            let has_paragraphs = is_by_line && *last == Part::Value(Name::Message);
            if !has_paragraphs && paragraph_length(&text[span.start..start]).is_some() {
                break;
            }
            span.end = start;
            values.push((part, colon + 1..end));
            if part == Part::Body {
                break;
            }
            labels.remove(nth);
        }
        values
    }
}

/// The fields of an error, by their spans.
#[derive(Default)]
struct Fields(Vec<(Name, Range<usize>)>);

impl Fields {
    fn get(&self, name: Name) -> Option<&Range<usize>> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, span)| span)
    }

    fn add(&mut self, name: Name, span: Range<usize>) {
        if !span.is_empty() && self.get(name).is_none() {
            self.0.push((name, span));
        }
    }

    /// Adds the value at the start of `span`, unless it does not look like one.
    fn add_value(&mut self, name: Name, text: &str, span: Range<usize>, is_by_line: bool) {
        let span = trimmed(text, span);
        let value = &text[span.clone()];
        let line = value.lines().next().unwrap_or_default().trim_end();
        let length = match name {
            Name::Code => code_length(value).filter(|code| !is_by_line || *code == line.len()),
            Name::Status => http_status_length(value),
            Name::RequestId => {
                let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
                let rest = value.trim_start_matches(is_part);
                let id = &value[..value.len() - rest.len()];
                // Printed if there is none.
                (!matches!(id, "None" | "null" | "nil" | "undefined")).then_some(id.len())
            }
            Name::Message | Name::Recommend => value.split_whitespace().next().map(str::len),
        };
        self.add(name, span.start..span.start + length.unwrap_or(0));
    }

    /// Adds a message, and the status and request ID that clients put around it.
    fn add_message(&mut self, text: &str, span: Range<usize>, is_by_line: bool, is_last: bool) {
        let mut span = trimmed(text, span);
        if is_last && let Some(length) = paragraph_length(&text[span.clone()]) {
            span = trimmed(text, span.start..span.start + length);
        }
        let mut id = None;
        if let Some(length) = status_length(&text[span.clone()]) {
            let status = span.start + STATUS_LABEL.len();
            self.add(Name::Status, status..span.start + length - 1);
            span = trimmed(text, span.start + length..span.end);
            id = text[span.clone()].find(REQUEST_ID_LABEL).map(|at| span.start + at);
        }
        if let Some(at) = id {
            self.add_value(Name::RequestId, text, at + REQUEST_ID_LABEL.len()..span.end, false);
            span = trimmed(text, span.start..at);
        } else if is_last && !is_by_line {
            let line = text[span.clone()].lines().next().unwrap_or_default();
            span = trimmed(text, span.start..span.start + line.len());
        }
        self.add(Name::Message, span);
    }
}

const STATUS_LABEL: &str = "code: ";
const REQUEST_ID_LABEL: &str = "request id:";

/// Whether a text starts with the message of a Tea SDK, such as `code: 400, the message`.
pub(crate) fn starts_with_status(text: &str) -> bool {
    status_length(text).is_some()
}

/// The length of `code: 400,` at the start of a text.
fn status_length(text: &str) -> Option<usize> {
    let rest = text.strip_prefix(STATUS_LABEL)?;
    let digits = http_status_length(rest)?;
    rest[digits..].starts_with(',').then_some(STATUS_LABEL.len() + digits + 1)
}

/// The length of the HTTP status at the start of a text.
fn http_status_length(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).take(4).count();
    (digits == 3 && !text.starts_with('0')).then_some(digits)
}

/// The length of the error code at the start of a text, such as `Forbidden.RAM`.
fn code_length(text: &str) -> Option<usize> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
    let length = text.bytes().take(MAX_CODE_LENGTH + 1).take_while(is_part).count();
    let mut names = text[..length].split('.');
    let is_first = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let is_code = length <= MAX_CODE_LENGTH
        && names.next().is_some_and(is_first)
        && names.all(|name| !name.is_empty());
    let is_whole = text[length..].chars().next().is_none_or(|c| c == ':' || c.is_whitespace());
    (is_code && is_whole).then_some(length)
}

/// The character of a border that commands draw at the left of their messages.
const BORDER: char = '│';

fn is_margin(c: char) -> bool {
    c.is_whitespace() || matches!(c, BORDER | '╷' | '╵')
}

/// The span without margins.
fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let piece = text[span.clone()].trim_end_matches(is_margin);
    let end = span.start + piece.len();
    end - piece.trim_start_matches(is_margin).len()..end
}

/// The length of a text before its first empty line.
fn paragraph_length(text: &str) -> Option<usize> {
    let mut newlines = memchr::memchr_iter(b'\n', text.as_bytes());
    let mut last = newlines.next()?;
    for newline in newlines {
        if text[last..newline].chars().all(is_margin) {
            return Some(last);
        }
        last = newline;
    }
    None
}

/// The length of a text before the first line after its first that cannot belong to an error.
fn content_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut newlines = memchr::memchr_iter(b'\n', bytes).map(|newline| newline + 1);
    newlines.find(|start| is_other_line(&text[*start..])).unwrap_or(text.len())
}

/// Where the object begins that Node.js prints after the stack trace of an error.
fn object_after_trace(text: &str, from: usize, until: usize) -> Option<usize> {
    let mut at = from;
    for line in text[from..until].split_inclusive('\n') {
        if !line.trim_start().starts_with("at ") {
            return None;
        }
        at += line.trim_end().len();
        if line.trim_end().ends_with(" {") {
            return Some(at - 1);
        }
        at += line.len() - line.trim_end().len();
    }
    None
}

/// Whether a text starts with a line of a log, a stack trace or a document.
fn is_other_line(text: &str) -> bool {
    let line = text.split('\n').next().unwrap_or_default();
    let content = line.trim_start_matches(is_margin);
    let is_indented = line.starts_with([' ', '\t']);
    let other = ["Traceback (", "Caused by:", "File \"", "exit status ", "{"];
    other.iter().any(|other| content.starts_with(other))
        || is_indented && content.starts_with("at ")
        || content.strip_prefix('<').is_some_and(|tag| {
            tag.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '?' | '!'))
        })
        || starts_with_time(content)
}

/// Whether a line starts with a date or time, as in a log.
fn starts_with_time(line: &str) -> bool {
    let line = line.trim_start_matches(['[', '(']).as_bytes();
    let is_like = |pattern: &str| {
        line.len() >= pattern.len()
            && pattern.bytes().zip(line).all(|(wanted, byte)| match wanted {
                b'0' => byte.is_ascii_digit(),
                wanted => *byte == wanted,
            })
    };
    ["0000-00-00", "0000/00/00", "00:00:00"].into_iter().any(is_like)
}

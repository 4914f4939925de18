//! The front end for requests: query strings, and calls of the command `aliyun`.

use std::borrow::Cow;
use std::ops::Range;
use std::vec;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::reader::{ParseError, ReaderState};
use crate::value::TextDeserializer;

/// The parameters of a request.
pub(crate) struct Pairs<'c, 'de> {
    rest: vec::IntoIter<Pair<'de>>,
    /// The value of the parameter whose name was read last.
    value: Option<Part<'de>>,
    state: &'c ReaderState,
}

/// A name or a value, decoded, and where it is.
struct Part<'de> {
    text: Cow<'de, str>,
    span: Range<usize>,
}

type Pair<'de> = (Part<'de>, Part<'de>);

impl<'c, 'de> Pairs<'c, 'de> {
    /// The parameters of a query string, of a text that contains a URL, or of a call of `aliyun`.
    pub(crate) fn new(text: &'de str, state: &'c ReaderState) -> Self {
        let pairs = command_pairs(text).unwrap_or_else(|| query_pairs(text));
        Self { rest: pairs.into_iter(), value: None, state }
    }
}

/// The parameters of a query string. It may have one parameter a line, as the reference prints it.
fn query_pairs(text: &str) -> Vec<Pair<'_>> {
    let mut pairs = Vec::new();
    let (mut at, end) = query(text);
    while at < end {
        at += text[at..end].len() - text[at..end].trim_start().len();
        // The reference ends its examples with `&<Common request parameters>`.
        let placeholder = text[at..end]
            .strip_prefix('<')
            .and_then(|rest| rest.find('>'))
            .map(|more| at + more + 2);
        let start = placeholder.unwrap_or(at);
        let is_delimiter = |c: char| matches!(c, '&' | '#') || c.is_whitespace();
        let length = text[start..end].find(is_delimiter).unwrap_or(end - start);
        let stop = start + length;
        if placeholder.is_none() && length > 0 {
            // In HTML and XML, `&` is written `&amp;`.
            let escape = text[start..stop].strip_prefix("amp;").map_or(0, |_| "amp;".len());
            pairs.push(pair(text, start + escape..stop));
        }
        at = match continuation(&text[stop..end]) {
            Some(skipped) => stop + skipped,
            None => break,
        };
    }
    pairs
}

/// Where the query of a URL begins and where its text ends; without a `?`, the first word with a `=`.
fn query(text: &str) -> (usize, usize) {
    // After a `=`, it is part of a value.
    let mark = text.find('?').filter(|mark| !text[..*mark].contains('='));
    let Some(mark) = mark else {
        let mut words = text.split_whitespace();
        let start =
            words.find(|word| word.contains('=')).map_or(text.len(), |word| offset(text, word));
        return (start, text.len());
    };
    // A URL in quotes ends with the quote.
    let word = text[..mark].rsplit(char::is_whitespace).next().unwrap_or_default();
    let quote = word.chars().next().filter(|c| matches!(c, '"' | '\''));
    let end = quote.and_then(|quote| text[mark..].find(quote)).map_or(text.len(), |at| mark + at);
    (mark + 1, end)
}

fn offset(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// How much to skip to the next parameter; `None` if there is none.
fn continuation(rest: &str) -> Option<usize> {
    let next = rest.trim_start();
    let spaces = rest.len() - next.len();
    if next.starts_with('&') {
        return Some(spaces + 1);
    }
    let name_length =
        next.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')));
    let is_parameter =
        name_length.is_some_and(|length| length > 0 && next[length..].starts_with('='));
    (is_parameter && rest[..spaces].contains('\n')).then_some(spaces)
}

fn pair(text: &str, span: Range<usize>) -> Pair<'_> {
    let equals = text[span.clone()].find('=').map_or(span.end, |at| span.start + at);
    let value = (equals + 1).min(span.end)..span.end;
    let raw = &text[value.clone()];
    let value_text = match raw.contains('=') {
        // Only the first `=` separates the name from the value.
        true => Cow::Owned(decoded(&raw.replace('=', "%3D")).into_owned()),
        false => decoded(raw),
    };
    let name = span.start..equals;
    let name = Part { text: decoded(&text[name.clone()]), span: name };
    (name, Part { text: value_text, span: value })
}

fn decoded(raw: &str) -> Cow<'_, str> {
    // `raw` has no `&` or `=`, so it is parsed as one name without a value.
    form_urlencoded::parse(raw.as_bytes()).next().map_or(Cow::Borrowed(""), |(name, _)| name)
}

/// The parameters of `aliyun ecs OPERATION --NAME VALUE …`; `None` for another text.
fn command_pairs(text: &str) -> Option<Vec<Pair<'_>>> {
    /// Options of the command itself.
    const OPTIONS: [&str; 22] = [
        "profile",
        "output",
        "endpoint",
        "version",
        "force",
        "pager",
        "waiter",
        "dryrun",
        "quiet",
        "language",
        "secure",
        "insecure",
        "header",
        "method",
        "mode",
        "help",
        "cli-query",
        "config-path",
        "connect-timeout",
        "read-timeout",
        "retry-count",
        "skip-secure-verify",
    ];
    let mut words = Words { text, at: 0 };
    words.find(|word| {
        let name = word.text.rsplit(['/', '\\']).next();
        matches!(name, Some("aliyun" | "aliyun.exe"))
    })?;
    let mut is_value = false;
    loop {
        let word = words.next()?;
        match word.text == "ecs" {
            true => break,
            // An option before the product, and its value.
            false if word.text.starts_with('-') || is_value => is_value = !is_value,
            false => return None,
        }
    }
    let mut pairs: Vec<Pair<'_>> = Vec::new();
    let mut words = words.peekable();
    let mut has_operation = false;
    while let Some(word) = words.next() {
        if matches!(&*word.text, "|" | ">" | ";" | "&&") {
            break;
        }
        let Some(option) = word.text.strip_prefix("--") else {
            if !has_operation && !word.text.starts_with('-') {
                has_operation = true;
                let name = Part { text: "Action".into(), span: word.span.clone() };
                pairs.push((name, operation(word)));
            }
            continue;
        };
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => {
                let value = value.trim_matches(['"', '\'']).to_owned();
                let value = Part { text: value.into(), span: word.span.clone() };
                (name.to_owned(), value)
            }
            None => {
                let value = words.next_if(|next| !next.text.starts_with("--"));
                let end = word.span.end;
                (option.to_owned(), value.unwrap_or(Part { text: "".into(), span: end..end }))
            }
        };
        let name = match &*name {
            "region" | "biz-region-id" => "RegionId".into(),
            name if OPTIONS.contains(&name) => continue,
            _ => Cow::Owned(name),
        };
        pairs.push((Part { text: name, span: word.span }, value));
    }
    Some(pairs)
}

/// The operation of the command, which also has names such as `describe-invocations`.
fn operation(word: Part<'_>) -> Part<'_> {
    let folded = word.text.replace('-', "");
    let known = ["DescribeInvocations", "DescribeInvocationResults"];
    let known = known.into_iter().find(|known| known.eq_ignore_ascii_case(&folded));
    Part { text: known.map_or(word.text, Cow::Borrowed), span: word.span }
}

/// The words of a command line. A word may be in quotes, and `\` continues a line.
struct Words<'de> {
    text: &'de str,
    at: usize,
}

impl<'de> Iterator for Words<'de> {
    type Item = Part<'de>;

    fn next(&mut self) -> Option<Part<'de>> {
        let rest = &self.text[self.at..];
        let is_skipped = |c: char| c.is_whitespace() || c == '\\';
        let start = self.at + rest.len() - rest.trim_start_matches(is_skipped).len();
        let word = &self.text[start..];
        let quote = word.chars().next()?;
        let span = match quote {
            '"' | '\'' => {
                let length = word[1..].find(quote).unwrap_or(word.len() - 1);
                self.at = (start + length + 2).min(self.text.len());
                start + 1..start + 1 + length
            }
            _ => {
                let end = word.find(char::is_whitespace).unwrap_or(word.len());
                // `--NAME='VALUE'`
                let quoted = ["='", "=\""].into_iter().find_map(|open| {
                    let value = word[..end].find(open)? + open.len();
                    word[value..].find(&open[1..]).map(|length| value + length + 1)
                });
                self.at = start + quoted.unwrap_or(end);
                start..self.at
            }
        };
        Some(Part { text: self.text[span.clone()].into(), span })
    }
}

impl<'de> Deserializer<'de> for Pairs<'_, 'de> {
    type Error = ParseError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParseError> {
        visitor.visit_map(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Pairs<'_, 'de> {
    type Error = ParseError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ParseError> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        self.state.spans.set_key(name.span);
        seed.deserialize(TextDeserializer::new(name.text)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, ParseError> {
        let value = self.value.take().unwrap_or(Part { text: "".into(), span: 0..0 });
        self.state.spans.set_value(value.span);
        seed.deserialize(TextDeserializer::new(value.text))
    }
}

//! Canonical XML.

use std::borrow::Cow;

use quick_xml::events::{BytesEnd, BytesPI, BytesStart, BytesText, Event};

use crate::schema::Kinds;
use crate::syntax::xml::INSTRUCTION;
use crate::text::characters::{MARKDOWN, starts_in_any_case};
use crate::value::{Object, Value};

/// Writes canonical XML.
pub struct XmlWriter {
    out: quick_xml::Writer<Vec<u8>>,
    kinds: &'static Kinds,
}

impl XmlWriter {
    pub(crate) fn new(kinds: &'static Kinds) -> Self {
        Self { out: quick_xml::Writer::new_with_indent(Vec::new(), b' ', 4), kinds }
    }

    pub(crate) fn into_text(self) -> String {
        String::from_utf8(self.out.into_inner()).expect("the XML is valid UTF-8")
    }

    fn event(&mut self, event: Event<'_>) {
        self.out.write_event(event).expect("writing to memory does not fail");
    }

    pub(super) fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.event(Event::Start(BytesStart::new(name)));
        content(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.element(name, |xml| xml.event(Event::Text(BytesText::from_escaped(escape(text)))));
    }

    /// Writes the unknown members whose names `takes` accepts. Those that XML cannot represent go into
    /// processing instructions.
    pub(super) fn members(&mut self, object: &Object<'_>, takes: impl Fn(&str) -> bool) {
        for (name, value) in object.with_unique_names().iter().filter(|(name, _)| takes(name)) {
            match value {
                _ if is_element_name(name) && is_element(value) => self.value(name, value),
                // Repeated elements are read as a list.
                Value::List(items)
                    if is_element_name(name)
                        && items.len() > 1
                        && items.iter().all(is_element)
                        // Of a field elsewhere, the first would be its value.
                        && !self.kinds.is_response_field(name) =>
                {
                    items.iter().for_each(|item| self.value(name, item));
                }
                _ => {
                    let member = Object(vec![(name.into(), value.clone())]);
                    // Without markup, control sequences, and characters that XML does not allow, strict
                    // parsers and the repair parser read the instruction correctly.
                    let json = serde_json::to_string(&member)
                        .expect("a `Value::Number` in `extra` is not a JSON number");
                    let json = without_brackets_in_strings(&json)
                        .replace('<', "\\u003c")
                        .replace('>', "\\u003e")
                        .replace('\u{fffe}', "\\ufffe")
                        .replace('\u{ffff}', "\\uffff");
                    self.event(Event::PI(BytesPI::new(format!("{INSTRUCTION} {json}"))));
                }
            }
        }
    }

    /// Writes a value for which [`is_element`] is true.
    fn value(&mut self, name: &str, value: &Value<'_>) {
        match value {
            Value::String(text) => self.leaf(name, text),
            Value::Object(object) => self.element(name, |xml| xml.members(object, |_| true)),
            _ => {}
        }
    }
}

/// Whether the value is read back from an element. An empty object would be read as a string.
fn is_element(value: &Value<'_>) -> bool {
    match value {
        Value::String(_) => true,
        Value::Object(object) => !object.is_empty(),
        _ => false,
    }
}

/// Whether every XML parser accepts the name, and it is not reserved.
fn is_element_name(name: &str) -> bool {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_rest = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let is_reserved = starts_in_any_case(name, "xml");
    name.starts_with(is_first) && name.chars().all(is_rest) && !is_reserved
}

/// Escapes markup, and characters that XML parsers normalize or reject.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    let is_special = |c: char| match c {
        '<' | '>' | '&' => true,
        '\n' | '\t' => false,
        '\u{fffe}' | '\u{ffff}' | '\u{2028}' => true,
        _ => c.is_control(),
    };
    if !text.contains(|c| is_special(c) || c == '\\') {
        return text.into();
    }
    // A backslash that a document has before all such signs is removed.
    let is_markdown = |at: usize| text.as_bytes().get(at).is_some_and(|it| MARKDOWN.contains(it));
    let mut escaped = String::with_capacity(text.len() + 16);
    for (at, character) in text.char_indices() {
        match character {
            '\\' if is_markdown(at + 1) => escaped.push_str("&#92;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            _ if is_special(character) => {
                escaped.push_str(&format!("&#{};", u32::from(character)));
            }
            _ => escaped.push(character),
        }
    }
    escaped.into()
}

/// JSON without brackets in its strings, as control sequences of a terminal have them.
fn without_brackets_in_strings(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    let (mut is_string, mut is_escape) = (false, false);
    for c in json.chars() {
        is_string ^= c == '"' && !is_escape;
        is_escape = c == '\\' && !is_escape;
        match c {
            '[' if is_string => escaped.push_str("\\u005b"),
            ']' if is_string => escaped.push_str("\\u005d"),
            c => escaped.push(c),
        }
    }
    escaped
}

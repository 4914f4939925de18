//! Canonical JSON and XML out of the model.

use std::borrow::Cow;

use quick_xml::events::{BytesEnd, BytesPI, BytesStart, BytesText, Event};
use serde::Serialize;
use serde::ser::SerializeMap;

use crate::model::{
    ApiErrorCode, CommandType, Content, ErrorCode, Frequency, InstanceStatus, InvocationResults,
    InvocationStatus, Object, Record, RepeatMode, Response, Shape, TerminationMode, Time, Value,
};

/// The processing instruction that carries, as a JSON object, the unknown fields that XML has no way
/// to say: it has text only, and not for every name.
pub(crate) const INSTRUCTION: &str = "ecs-invocations";

impl Response<'_> {
    /// The canonical JSON, on one line.
    ///
    /// ```
    /// let decoded = ecs_invocations::decode(b"<Error><Code>InternalError.Dispatch</Code></Error>")?;
    /// assert_eq!(decoded.response.to_json(), r#"{"Code":"InternalError.Dispatch"}"#);
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect(WRITES)
    }

    /// The canonical JSON, indented for people.
    pub fn to_json_pretty(&self) -> String {
        serde_json::to_string_pretty(self).expect(WRITES)
    }

    /// The canonical XML, indented for people.
    ///
    /// A character that XML 1.0 cannot hold, such as U+0000 in the output of a command, is written as
    /// a reference all the same: this crate reads it back, a strict parser refuses it. An unknown field
    /// that is no text or has no XML name goes into a processing instruction.
    ///
    /// ```
    /// let decoded = ecs_invocations::decode(br#"{"Code": "InternalError.Dispatch", "X": [1]}"#)?;
    /// assert_eq!(decoded.response.to_xml(), "\
    /// <Error>
    ///     <Code>InternalError.Dispatch</Code>
    ///     <?ecs-invocations {\"X\":[1]}?>
    /// </Error>");
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    pub fn to_xml(&self) -> String {
        let mut xml = XmlWriter { out: quick_xml::Writer::new_with_indent(Vec::new(), b' ', 4) };
        match self {
            Self::Invocations(page) => xml.record(page),
            Self::Error(error) => xml.record(error),
        }
        String::from_utf8(xml.out.into_inner()).expect("only text was written")
    }
}

/// The only value that cannot be written is a `Value::Number` of other than digits.
const WRITES: &str = "numbers in `extra` are numbers";

/// A field as it is written: under its name, if it is there.
pub(crate) trait Member {
    const SHAPE: Shape;

    /// `always` says that a list is written even when it is empty.
    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        always: bool,
        map: &mut M,
    ) -> Result<(), M::Error>;

    fn write_xml(&self, name: &'static str, always: bool, xml: &mut XmlWriter);
}

impl<T: Scalar> Member for Option<T> {
    const SHAPE: Shape = Shape::Scalar;

    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        _: bool,
        map: &mut M,
    ) -> Result<(), M::Error> {
        match self {
            None => Ok(()),
            Some(value) => map.serialize_entry(name, value),
        }
    }

    fn write_xml(&self, name: &'static str, _: bool, xml: &mut XmlWriter) {
        if let Some(value) = self {
            xml.leaf(name, &value.text());
        }
    }
}

impl Member for Option<Box<InvocationResults<'_>>> {
    const SHAPE: Shape = Shape::Record(&InvocationResults::SCHEMA);

    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        _: bool,
        map: &mut M,
    ) -> Result<(), M::Error> {
        match self {
            None => Ok(()),
            Some(record) => map.serialize_entry(name, record),
        }
    }

    fn write_xml(&self, _: &'static str, _: bool, xml: &mut XmlWriter) {
        if let Some(record) = self {
            xml.record(&**record);
        }
    }
}

impl<'a, R: Record<'a> + Serialize> Member for Vec<R> {
    const SHAPE: Shape = Shape::List(&R::SCHEMA);

    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        always: bool,
        map: &mut M,
    ) -> Result<(), M::Error> {
        if self.is_empty() && !always {
            return Ok(());
        }
        map.serialize_entry(name, &Wrapped(self))
    }

    fn write_xml(&self, name: &'static str, always: bool, xml: &mut XmlWriter) {
        if self.is_empty() && !always {
            return;
        }
        xml.element(name, |xml| self.iter().for_each(|record| xml.record(record)));
    }
}

/// A list inside the object that wraps it, under its items' name.
struct Wrapped<'r, R>(&'r [R]);

impl<'a, R: Record<'a> + Serialize> Serialize for Wrapped<'_, R> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(R::NAME, self.0)?;
        map.end()
    }
}

/// A field that is one piece of text in XML.
trait Scalar: Serialize {
    fn text(&self) -> Cow<'_, str>;
}

macro_rules! scalars {
    ($($type:ty: $this:ident => $text:expr),+ $(,)?) => {
        $( impl Scalar for $type {
            fn text(&self) -> Cow<'_, str> {
                let $this = self;
                $text.into()
            }
        } )+
    };
}

scalars!(
    bool: value => if *value { "true" } else { "false" },
    u64: number => number.to_string(),
    i64: number => number.to_string(),
    Cow<'_, str>: text => text.as_ref(),
    Content<'_>: content => content.as_str(),
    Frequency<'_>: frequency => frequency.as_str(),
    Time<'_>: time => time.to_string(),
    InvocationStatus<'_>: word => word.as_str(),
    InstanceStatus<'_>: word => word.as_str(),
    CommandType<'_>: word => word.as_str(),
    RepeatMode<'_>: word => word.as_str(),
    TerminationMode<'_>: word => word.as_str(),
    ErrorCode<'_>: word => word.as_str(),
    ApiErrorCode<'_>: word => word.as_str(),
);

/// Writes canonical XML.
pub(crate) struct XmlWriter {
    out: quick_xml::Writer<Vec<u8>>,
}

impl XmlWriter {
    fn event(&mut self, event: Event<'_>) {
        self.out.write_event(event).expect("writing to memory does not fail");
    }

    fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.event(Event::Start(BytesStart::new(name)));
        content(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    fn leaf(&mut self, name: &str, text: &str) {
        self.element(name, |xml| xml.event(Event::Text(BytesText::from_escaped(escape(text)))));
    }

    fn record<'a, R: Record<'a>>(&mut self, record: &R) {
        self.element(R::NAME, |xml| record.write_xml(xml));
    }

    /// Writes members of unknown names.
    pub(crate) fn object(&mut self, object: &Object<'_>) {
        for (name, value) in object.iter() {
            match value {
                Value::String(text) if is_element_name(name) => self.leaf(name, text),
                Value::Object(object) if is_element_name(name) && is_plain(object) => {
                    self.element(name, |xml| xml.object(object));
                }
                _ => {
                    let member = Object(vec![(name.into(), value.clone())]);
                    // With no sign of markup in it, and nothing that XML cannot hold, neither a strict
                    // parser nor a mender is misled.
                    let json = serde_json::to_string(&member).expect(WRITES);
                    let json = json
                        .replace('<', "\\u003c")
                        .replace('>', "\\u003e")
                        .replace('\u{fffe}', "\\ufffe")
                        .replace('\u{ffff}', "\\uffff");
                    self.event(Event::PI(BytesPI::new(format!("{INSTRUCTION} {json}"))));
                }
            }
        }
    }
}

/// Whether XML reads the object back as one: with nothing in it, it would be text.
fn is_plain(object: &Object<'_>) -> bool {
    !object.is_empty()
}

/// Whether every XML parser takes the name, and none gives it a meaning of its own.
fn is_element_name(name: &str) -> bool {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_rest = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let is_reserved = name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("xml"));
    name.starts_with(is_first) && name.chars().all(is_rest) && !is_reserved
}

/// Escapes what markup would take for its own, and the characters that a reader of XML would change
/// or not see.
fn escape(text: &str) -> Cow<'_, str> {
    let is_special = |c: char| match c {
        '<' | '>' | '&' => true,
        '\n' | '\t' => false,
        '\u{fffe}' | '\u{ffff}' | '\u{2028}' => true,
        _ => c.is_control(),
    };
    if !text.contains(is_special) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
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

//! The XML front end: a `Deserializer` over the events of `quick_xml::Reader`, with fast paths for tags
//! without attributes and text without references.
//!
//! An element with neither attributes nor children is visited as its text. Any other is visited as a
//! map of its attributes (`@name`), then its children and the text between them (`$text`), in document
//! order and with no lookahead past the next tag. Comments and processing instructions are ignored,
//! except the instruction that this crate writes.
//!
//! No entity is expanded, not even one that the document declares: declarations can refer to each other and
//! stand for a text of any size, or to a file, and the service declares none. The finding on a reference
//! says what it was declared as.
//!
//! Whitespace between child elements is formatting. It is text if it is written as a reference or in a CDATA
//! section, or if it is all that an element with attributes has.
//!
//! Invariants: the position is just past the start tag when an element is visited, and just past its
//! end tag once it has been read. `ReaderState::spans` is set before every visit. The fast paths
//! [`Xml::plain_text`] and [`Xml::plain_tag`] return the same as the events would, or `None` without
//! moving the position.

mod attributes;
mod malformed;
mod tags;

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::errors::IllFormedError;
use quick_xml::events::attributes::{AttrError, Attribute, Attributes};
use quick_xml::events::{BytesText, Event};
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};

use super::reader::{ParseError, ParseErrorKind, ReaderState};
use super::references::{is_well_formed, resolve};
use super::tree::json_value;
use crate::finding::FindingKind;
use crate::options::Limit;
use crate::text::characters::is_whitespace;
use crate::text::scan::{self, below};
use crate::value::{TextDeserializer, Value};
pub(crate) use tags::element_end;
use tags::{
    END_TAG_SYNTAX_LENGTH, Tag, append, find_special, is_end_tag, is_name_part, parse_tag,
    position, syntax_error,
};

/// The processing instruction that holds unknown fields as a JSON object, if their names or values cannot
/// be XML elements.
pub(crate) const INSTRUCTION: &str = "ecs-invocations";

/// The member that holds the text of an element with attributes or children.
pub(crate) const TEXT: &str = "$text";

/// A document, read up to the root element's start tag.
pub(crate) struct Document<'de> {
    text: &'de str,
    root: Tag<'de>,
    /// Spans of document type declarations.
    doctypes: Vec<Range<usize>>,
    /// End of the root element once it has been read; before, end of the text.
    end: Cell<usize>,
}

impl<'de> Document<'de> {
    /// Reads up to the root element's start tag.
    pub(crate) fn open(text: &'de str) -> Result<Self, ParseError> {
        let mut reader = Reader::from_str(text);
        let mut doctypes = Vec::new();
        let root = loop {
            let start = position(&reader);
            match reader.read_event().map_err(|error| syntax_error(&reader, &error))? {
                Event::Start(_) => break parse_tag(text, start..position(&reader), false)?,
                Event::Empty(_) => break parse_tag(text, start..position(&reader), true)?,
                Event::DocType(_) => doctypes.push(start..position(&reader)),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::Text(text) if text.as_bytes().iter().all(is_whitespace) => {}
                Event::Eof => return Err(ParseErrorKind::NoRoot.at(start)),
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) | Event::End(_) => {
                    return Err(
                        ParseErrorKind::Syntax("text before the root element".into()).at(start)
                    );
                }
            }
        };
        Ok(Self { text, root, doctypes, end: Cell::new(text.len()) })
    }

    /// The name of the root element, and its span.
    pub(crate) fn root(&self) -> (&'de str, Range<usize>) {
        let start = self.root.span.start + 1;
        (self.root.name, start..start + self.root.name.len())
    }

    pub(crate) fn text(&self) -> &'de str {
        self.text
    }

    /// Spans of document type declarations.
    pub(crate) fn doctypes(&self) -> &[Range<usize>] {
        &self.doctypes
    }

    /// End of the root element once it has been read; before, end of the text.
    pub(crate) fn end(&self) -> usize {
        self.end.get()
    }

    /// Reads the root element with `read`.
    pub(crate) fn read<T>(
        &self,
        state: &ReaderState,
        read: impl FnOnce(Element<'_, '_, 'de>) -> Result<T, ParseError>,
    ) -> Result<T, ParseError> {
        let doctypes = &self.doctypes;
        let entities = OnceCell::new();
        let mut xml = Xml { text: self.text, at: self.root.span.end, state, doctypes, entities };
        xml.report_controls(self.root.span.clone());
        let outcome = read(Element { tag: self.root.clone(), xml: &mut xml });
        let outcome = outcome.map_err(|error| state.locate(error))?;
        self.end.set(xml.at);
        Ok(outcome)
    }
}

/// Fails if anything but whitespace, comments and instructions follows the root element.
pub(crate) fn check_rest(text: &str, end: usize) -> Result<(), ParseError> {
    let mut reader = Reader::from_str(&text[end..]);
    loop {
        let start = position(&reader);
        match reader.read_event().map_err(|error| syntax_error(&reader, &error).shifted_by(end))? {
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            Event::Text(text) if text.as_bytes().iter().all(is_whitespace) => {}
            _ => {
                let message = "content after the root element";
                return Err(ParseErrorKind::Syntax(message.into()).at(start).shifted_by(end));
            }
        }
    }
}

/// The parser, with its position in the text.
struct Xml<'c, 'de> {
    text: &'de str,
    at: usize,
    state: &'c ReaderState,
    doctypes: &'c [Range<usize>],
    /// The entities declared in `doctypes`, once they are needed.
    entities: OnceCell<HashMap<&'de str, Arc<str>>>,
}

/// Text up to the next tag or instruction, and that tag or instruction.
struct Chunk<'de> {
    text: Cow<'de, str>,
    span: Range<usize>,
    /// Whether some of it is written as a reference or in a CDATA section.
    is_explicit: bool,
    next: Delimiter<'de>,
}

/// The tag or instruction that ends a chunk of text.
enum Delimiter<'de> {
    Child(Tag<'de>),
    Instruction(Vec<(Cow<'de, str>, Value<'de>)>, Range<usize>),
    End,
}

impl<'de> Xml<'_, 'de> {
    /// Reads the text of `element` and its end tag, if it has nothing else. Does not handle references.
    #[inline]
    fn plain_text(&mut self, element: &str) -> Option<(&'de str, Range<usize>)> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let mut length = find_special(rest)?;
        while matches!(rest[length], b'\t' | b'\n') {
            length += 1 + find_special(&rest[length + 1..])?;
        }
        let end = self.at + length;
        let text = self.text.get(self.at..end)?;
        is_end_tag(&rest[length..], element).then(|| {
            let start =
                std::mem::replace(&mut self.at, end + element.len() + END_TAG_SYNTAX_LENGTH);
            (text, start..end)
        })
    }

    /// Reads the next tag inside `element`, if it has no attributes and only whitespace precedes it.
    #[inline]
    fn plain_tag(&mut self, element: &str) -> Option<Delimiter<'de>> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let whitespace = rest.iter().take_while(|byte| is_whitespace(byte)).count();
        let (start, tag) = (self.at + whitespace, &rest[whitespace..]);
        if is_end_tag(tag, element) {
            self.at = start + element.len() + END_TAG_SYNTAX_LENGTH;
            return Some(Delimiter::End);
        }
        let [b'<', name @ ..] = tag else { return None };
        // Every byte that may end a name sorts before the letters.
        let length = scan::find(name, |word| below(word, b'A'), |byte| byte < b'A')?;
        let is_name = matches!(name[0], b'A'..=b'Z' | b'a'..=b'z' | b'_');
        let is_empty = match &name[length..] {
            _ if !is_name => return None,
            [b'>', ..] => false,
            [b'/', b'>', ..] => true,
            _ => return None,
        };
        let end = start + 1 + length;
        let name = self.text.get(start + 1..end)?;
        self.at = end + if is_empty { 2 } else { 1 };
        Some(Delimiter::Child(Tag { name, attributes: "", span: start..self.at, is_empty }))
    }

    /// Reads the event at the current position.
    fn event(&mut self) -> Result<Event<'de>, ParseError> {
        const BOM: char = '\u{feff}';
        let from = self.at;
        let rest = &self.text[from..];
        // A new `Reader` would skip it as a byte order mark.
        if rest.starts_with(BOM) {
            self.at += BOM.len_utf8();
            return Ok(Event::Text(BytesText::from_escaped(&rest[..BOM.len_utf8()])));
        }
        let mut reader = Reader::from_str(rest);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = true;
        let event =
            reader.read_event().map_err(|error| syntax_error(&reader, &error).shifted_by(from))?;
        self.at = from + position(&reader);
        Ok(event)
    }

    /// Reads text inside `element` up to the next tag or instruction.
    fn read_chunk(&mut self, element: &str) -> Result<Chunk<'de>, ParseError> {
        let start = self.at;
        let mut text = Cow::Borrowed("");
        let mut text_end = start;
        let mut is_explicit = false;
        let next = loop {
            let from = self.at;
            let event = self.event()?;
            let to = self.at;
            match event {
                Event::Text(piece) => {
                    let mut piece_from = from;
                    if let Some(tail) = piece.strip_prefix('&') {
                        if let Some((end, read)) = self.read_unterminated(tail, from) {
                            piece_from = end;
                            is_explicit = true;
                            text.to_mut().push(read);
                        } else {
                            self.report(FindingKind::UnescapedMarkup, from..from + 1);
                        }
                    }
                    for (end, _) in piece.match_indices("]]>") {
                        self.report(
                            FindingKind::UnescapedMarkup,
                            from + end..from + end + "]]>".len(),
                        );
                    }
                    self.report_controls(from..to);
                    let piece = BytesText::from_escaped(&self.text[piece_from..to]);
                    append(&mut text, piece.xml10_content());
                }
                Event::CData(piece) => {
                    is_explicit |= !piece.is_empty();
                    self.report_controls(from..to);
                    append(&mut text, piece.xml10_content());
                }
                Event::GeneralRef(reference) => match resolve(&reference) {
                    Some(character) => {
                        is_explicit = true;
                        if !is_well_formed(&reference, character) {
                            let kind = FindingKind::MalformedReference { read: character };
                            self.report(kind, from..to);
                        }
                        text.to_mut().push(character);
                    }
                    None => {
                        // The `;` may be that of a text that follows another reference.
                        let tail = &self.text[from + 1..to];
                        let mut piece_from = from;
                        if let Some((end, read)) = self.read_unterminated(tail, from) {
                            piece_from = end;
                            is_explicit = true;
                            text.to_mut().push(read);
                        } else {
                            self.report(self.undefined_entity(&tail[..tail.len() - 1]), from..to);
                        }
                        // It may have line breaks.
                        let piece = BytesText::from_escaped(&self.text[piece_from..to]);
                        append(&mut text, piece.xml10_content());
                    }
                },
                event @ (Event::Start(_) | Event::Empty(_)) => {
                    self.report_controls(from..to);
                    let is_empty = matches!(event, Event::Empty(_));
                    let tag = parse_tag(self.text, from..to, is_empty)?;
                    if !tag.name.chars().all(is_name_part) {
                        let start = from + 1;
                        self.report(FindingKind::InvalidMarkup, start..start + tag.name.len());
                    }
                    break Delimiter::Child(tag);
                }
                Event::End(tag) if tag.name().into_inner() == element => break Delimiter::End,
                Event::End(tag) => {
                    let found = tag.name().into_inner().into();
                    let error =
                        IllFormedError::MismatchedEndTag { expected: element.into(), found };
                    return Err(ParseErrorKind::Syntax(error.to_string()).at(from));
                }
                Event::PI(instruction) if instruction.target() == INSTRUCTION => {
                    let content = from + "<?".len() + INSTRUCTION.len()..to - "?>".len();
                    match json_value(&self.text[content]) {
                        Some(Value::Object(members)) => {
                            break Delimiter::Instruction(members.0, from..to);
                        }
                        _ => continue,
                    }
                }
                Event::Comment(comment) => {
                    if comment.contains("--") || comment.ends_with('-') {
                        self.report(FindingKind::InvalidMarkup, from..to);
                    }
                    continue;
                }
                Event::PI(_) | Event::Decl(_) => continue,
                Event::DocType(_) => {
                    self.report(FindingKind::Doctype, from..to);
                    continue;
                }
                Event::Eof => {
                    return Err(ParseErrorKind::Syntax(
                        "the document ends inside an element".into(),
                    )
                    .at(from));
                }
            }
            text_end = to;
        };
        Ok(Chunk { text, span: start..text_end, is_explicit, next })
    }

    /// Reports control characters that XML does not allow.
    fn report_controls(&self, span: Range<usize>) {
        let is_control = |byte: &u8| matches!(byte, 0..b' ') && !is_whitespace(byte);
        let bytes = &self.text.as_bytes()[span.clone()];
        if let Some(first) = bytes.iter().position(is_control) {
            let after = bytes.iter().rev().take_while(|byte| !is_control(byte)).count();
            self.report(FindingKind::ControlCharacter, span.start + first..span.end - after);
        }
    }

    fn report(&self, kind: FindingKind, span: Range<usize>) {
        self.state.report(kind, span);
    }
}

/// An element that is about to be read.
pub(crate) struct Element<'x, 'c, 'de> {
    tag: Tag<'de>,
    xml: &'x mut Xml<'c, 'de>,
}

impl<'de> Deserializer<'de> for Element<'_, '_, 'de> {
    type Error = ParseError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParseError> {
        let Self { tag, xml } = self;
        let has_attributes = !tag.attributes.trim_ascii().is_empty();
        let mut chunk = None;
        if !has_attributes {
            if tag.is_empty {
                xml.state.spans.set_value(tag.span);
                return visitor.visit_borrowed_str("");
            }
            if let Some((text, span)) = xml.plain_text(tag.name) {
                let span = if span.is_empty() { tag.span.start..xml.at } else { span };
                xml.state.spans.set_value(span);
                return visitor.visit_borrowed_str(text);
            }
            let text = match xml.plain_tag(tag.name) {
                Some(next @ Delimiter::Child(_)) => {
                    Chunk { text: Cow::Borrowed(""), span: 0..0, is_explicit: false, next }
                }
                // Whitespace before the end tag belongs to the element's text.
                _ => {
                    xml.at = tag.span.end;
                    xml.read_chunk(tag.name)?
                }
            };
            if let Delimiter::End = text.next {
                let span = if text.span.is_empty() { tag.span.start..xml.at } else { text.span };
                xml.state.spans.set_value(span);
                return match text.text {
                    Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                    Cow::Owned(text) => visitor.visit_string(text),
                };
            }
            chunk = Some(text);
        }
        xml.state.spans.set_value(tag.span.clone());
        let chunk = chunk.or(tag.is_empty.then_some(Chunk {
            text: Cow::Borrowed(""),
            span: tag.span.end..tag.span.end,
            is_explicit: false,
            next: Delimiter::End,
        }));
        let mut members = Members {
            element: tag.name,
            attributes: has_attributes.then(|| Attributes::new(tag.attributes, 0)),
            count: 0,
            has_content: false,
            instruction: VecDeque::new(),
            chunk,
            value: None,
            xml,
        };
        visitor.visit_map(&mut members)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The members of an element, in order: its attributes, then its content.
struct Members<'x, 'c, 'de> {
    /// The name of the element.
    element: &'de str,
    attributes: Option<Attributes<'de>>,
    /// Number of attributes read.
    count: usize,
    /// Whether it has text or children.
    has_content: bool,
    /// Remaining members of a processing instruction.
    instruction: VecDeque<(Cow<'de, str>, Value<'de>)>,
    /// What has been read after the last member.
    chunk: Option<Chunk<'de>>,
    /// The member whose name was read last.
    value: Option<Member<'de>>,
    xml: &'x mut Xml<'c, 'de>,
}

enum Member<'de> {
    Text(Cow<'de, str>, Range<usize>),
    Child(Tag<'de>),
    Value(Value<'de>),
}

impl<'de> Members<'_, '_, 'de> {
    fn next(&mut self) -> Result<Option<(Cow<'de, str>, Member<'de>)>, ParseError> {
        loop {
            if let Some((name, value)) = self.instruction.pop_front() {
                return Ok(Some((name, Member::Value(value))));
            }
            if let Some(attributes) = &mut self.attributes {
                if let Some(attribute) = attributes.next() {
                    return self.attribute(attribute).map(Some);
                }
                self.attributes = None;
            }
            let chunk = match self.chunk.take() {
                Some(chunk) => chunk,
                None => self.xml.read_chunk(self.element)?,
            };
            let spans = &self.xml.state.spans;
            let is_all = !self.has_content && matches!(chunk.next, Delimiter::End);
            self.has_content = true;
            let is_whitespace = chunk.text.as_bytes().iter().all(is_whitespace);
            let is_formatting = is_whitespace && !chunk.is_explicit;
            if !chunk.text.is_empty() && (is_all || !is_formatting) {
                self.xml.state.is_formatting.set(is_formatting);
                spans.set_key(chunk.span.clone());
                let text = Member::Text(chunk.text, chunk.span.clone());
                self.chunk = Some(Chunk { text: Cow::Borrowed(""), is_explicit: false, ..chunk });
                return Ok(Some((Cow::Borrowed(TEXT), text)));
            }
            match chunk.next {
                Delimiter::Child(tag) => {
                    return Ok(Some((Cow::Borrowed(self.name(&tag)), Member::Child(tag))));
                }
                Delimiter::Instruction(members, span) => {
                    spans.set_key(span.clone());
                    spans.set_value(span);
                    self.instruction = members.into();
                }
                Delimiter::End => {
                    spans.set_end(self.xml.at);
                    return Ok(None);
                }
            }
        }
    }

    /// The name of a child; sets its span.
    fn name(&self, tag: &Tag<'de>) -> &'de str {
        let start = tag.span.start + 1;
        self.xml.state.spans.set_key(start..start + tag.name.len());
        tag.name
    }

    fn attribute(
        &mut self,
        attribute: Result<Attribute<'de>, AttrError>,
    ) -> Result<(Cow<'de, str>, Member<'de>), ParseError> {
        let state = self.xml.state;
        self.count += 1;
        let most = state.options.max_attributes;
        if self.count > most {
            state.exceed(Limit::Attributes, most);
            return Err(de::Error::custom("too many attributes"));
        }
        let attribute =
            attribute.map_err(|error| ParseErrorKind::Syntax(error.to_string()).at(self.xml.at))?;
        let name = attribute.key.into_inner();
        let key = self.span_of(name);
        let Cow::Borrowed(value) = attribute.value else {
            unreachable!("attributes of borrowed text are borrowed");
        };
        let span = self.span_of(value);
        if !is_whitespace(&self.xml.text.as_bytes()[key.start - 1]) {
            self.xml.report(FindingKind::Attribute, key.start..span.end + 1);
        }
        self.xml.state.spans.set_key(key);
        let value = self.xml.attribute_value(value, span.start);
        Ok((Cow::Owned(format!("@{name}")), Member::Text(value, span)))
    }

    /// The span of a slice of the document's text.
    fn span_of(&self, piece: &'de str) -> Range<usize> {
        let start = piece.as_ptr().addr() - self.xml.text.as_ptr().addr();
        start..start + piece.len()
    }
}

impl<'de> MapAccess<'de> for &mut Members<'_, '_, 'de> {
    type Error = ParseError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ParseError> {
        let is_inside =
            self.attributes.is_none() && self.chunk.is_none() && self.instruction.is_empty();
        match is_inside.then(|| self.xml.plain_tag(self.element)).flatten() {
            Some(Delimiter::Child(tag)) => {
                let name = self.name(&tag);
                self.value = Some(Member::Child(tag));
                return seed.deserialize(TextDeserializer::new(name)).map(Some);
            }
            Some(Delimiter::End) => {
                self.xml.state.spans.set_end(self.xml.at);
                return Ok(None);
            }
            Some(Delimiter::Instruction(..)) | None => {}
        }
        let Some((name, value)) = self.next()? else {
            return Ok(None);
        };
        self.value = Some(value);
        seed.deserialize(TextDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, ParseError> {
        match self.value.take() {
            Some(Member::Child(tag)) => seed.deserialize(Element { tag, xml: self.xml }),
            Some(Member::Text(text, span)) => {
                self.xml.state.spans.set_value(span);
                seed.deserialize(TextDeserializer::new(text))
            }
            Some(Member::Value(value)) => {
                self.xml.state.is_formatting.set(false);
                seed.deserialize(value.into_deserializer()).map_err(de::Error::custom)
            }
            None => Err(de::Error::custom("a value was requested before its name")),
        }
    }
}

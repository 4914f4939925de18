//! Nothing is lost: every scalar of a well-formed document, as an independent parser reads it, is in the
//! model or whole in a finding.

use std::collections::HashSet;

use ecs_invocations::{Decoded, Format};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::{unescape_json, unescape_xml};

/// Panics if a scalar of the document is neither in the response nor in a finding.
pub(crate) fn check(text: &str, decoded: &Decoded<'_>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if decoded.findings_omitted > 0 || text.contains(super::NUMBER) {
        return;
    }
    let scalars = match decoded.format {
        Format::Json => json_scalars(text),
        Format::Xml => xml_scalars(text),
        _ => return,
    };
    let Some(scalars) = scalars else { return };
    // serde_json refuses numbers that no float holds.
    let Ok(canonical) = serde_json::from_str::<Value>(&decoded.response.to_json()) else { return };
    let (mut values, mut texts) = (HashSet::new(), Vec::new());
    collect_values(&canonical, &mut values);
    // serde_json reads large integers as floats.
    let json = decoded.response.to_json();
    let numbers = json.split(|c: char| !c.is_ascii_digit() && c != '-');
    values.extend(numbers.filter(|number| number.len() > 18).map(str::to_owned));
    // A text may be part of one, in mixed content and in the JSON of an object that is kept as text.
    texts.extend(values.iter().flat_map(|value| [plain(value), plain(&unescape_json(value))]));
    for finding in &decoded.findings {
        let found = match decoded.format {
            Format::Json => unescape_json(&finding.found),
            _ => unescape_xml(&finding.found),
        };
        if finding.found.contains("<![CDATA[") {
            texts.push(plain(&found.replace("<![CDATA[", "").replace("]]>", "")));
        }
        texts.extend([plain(&finding.found), plain(&found), plain(&unescape_json(&found))]);
    }
    // The front end reads the escapes that a layer put between the elements as text.
    let has_escapes = decoded.findings.iter().any(|finding| finding.code() == "M333");
    let has_embedded =
        decoded.findings.iter().any(|finding| ["N116", "M333"].contains(&finding.code()));
    for scalar in scalars {
        // What is embedded was decoded itself.
        let is_embedded = has_embedded && scalar.contains(['{', '[', '<']);
        let scalar_text = plain(&scalar);
        // serde_json writes exponents with a sign if its feature `arbitrary_precision` is enabled.
        let forms = ["e+", "e", "E+", "E"].map(|exponent| scalar_text.replace("e+", exponent));
        let unescaped = if has_escapes { unescape_json(&scalar) } else { scalar.clone() };
        let is_kept = unescaped.trim().is_empty()
            || values.contains(&unescaped)
            || values.contains(&scalar)
            || texts.iter().any(|text| forms.iter().any(|form| text.contains(form)));
        assert!(is_kept || is_embedded, "{scalar:?} is lost: {text}\n{decoded:#?}");
    }
}

/// A text without what differs between ways to read it: the kind of whitespace.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace(|c: char| c.is_whitespace() || c == '\u{feff}', " ")
}

fn collect_values(value: &Value, values: &mut HashSet<String>) {
    match value {
        Value::String(text) => drop(values.insert(text.clone())),
        Value::Number(number) => drop(values.insert(number.to_string())),
        Value::Array(items) => items.iter().for_each(|item| collect_values(item, values)),
        Value::Object(members) => members.values().for_each(|value| collect_values(value, values)),
        Value::Bool(value) => drop(values.insert(value.to_string())),
        Value::Null => {}
    }
}

/// The texts and attributes of a document; `None` if it is not well formed.
fn xml_scalars(text: &str) -> Option<Vec<String>> {
    let document = roxmltree::Document::parse(text).ok()?;
    let mut scalars = Vec::new();
    for node in document.root_element().descendants() {
        scalars.extend(node.attributes().map(|attribute| attribute.value().to_owned()));
        if node.is_text() {
            scalars.extend(node.text().map(str::to_owned));
        }
    }
    Some(scalars)
}

/// The strings and integers of a document, those of duplicate members included; `None` if it is not well
/// formed.
fn json_scalars(text: &str) -> Option<Vec<String>> {
    let mut scalars = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Scalars(&mut scalars).deserialize(&mut deserializer).ok()?;
    deserializer.end().ok().map(|()| scalars)
}

struct Scalars<'s>(&'s mut Vec<String>);

impl<'de> DeserializeSeed<'de> for Scalars<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scalars<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.0.push(number.to_string());
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.0.push(number.to_string());
        Ok(())
    }

    /// Its digits are not those of the document.
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.push(text.to_owned());
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Scalars(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while members.next_key::<String>()?.is_some() {
            members.next_value_seed(Scalars(self.0))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ecs_invocations::decode;

    /// A check that no document can fail would hold for a decoder that drops values.
    #[test]
    #[should_panic(expected = "is lost")]
    fn fails_for_a_value_that_is_lost() {
        let decoded = decode(br#"{"Code": "Throttling"}"#).unwrap();
        super::check(r#"{"Code": "Throttling", "Message": "other"}"#, &decoded);
    }

    #[test]
    #[should_panic(expected = "is lost")]
    fn fails_for_a_text_that_is_lost() {
        let decoded = decode(b"<Error><Code>Throttling</Code></Error>").unwrap();
        super::check("<Error a='other'><Code>Throttling</Code></Error>", &decoded);
    }
}

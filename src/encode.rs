//! Canonical JSON and XML of a response.

use crate::lenient::Api;
use crate::lenient::private::XmlWriter;
use crate::model::{DescribeInvocations, Response};

impl Response<'_> {
    /// Serializes to canonical JSON, on one line.
    ///
    /// # Panics
    ///
    /// If `extra` holds a [`Value::Number`](crate::model::Value::Number) that is not a JSON number, which
    /// the decoder never returns.
    ///
    /// ```
    /// let decoded = ecs_invocations::decode(b"<Error><Code>InternalError.Dispatch</Code></Error>")?;
    /// assert_eq!(decoded.response.to_json(), r#"{"Code":"InternalError.Dispatch"}"#);
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect(INVALID_NUMBER)
    }

    /// Serializes to canonical JSON, indented.
    ///
    /// # Panics
    ///
    /// As [`to_json`](Self::to_json).
    pub fn to_json_pretty(&self) -> String {
        serde_json::to_string_pretty(self).expect(INVALID_NUMBER)
    }

    /// Serializes to canonical XML, indented.
    ///
    /// A character that XML 1.0 does not allow, such as U+0000 in the output of a command, is written
    /// as a character reference, since nothing else carries it in XML. This crate decodes it, with a finding of
    /// rule `M328`; other parsers reject the document. JSON holds any character. An unknown field that is not text, or whose name is not an XML name, is written in a processing instruction.
    ///
    /// # Panics
    ///
    /// As [`to_json`](Self::to_json).
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
        let mut xml = XmlWriter::new(DescribeInvocations::KINDS);
        DescribeInvocations::write_xml(self, &mut xml);
        xml.into_text()
    }
}

/// Panic message: all other values can be serialized.
const INVALID_NUMBER: &str = "a `Value::Number` in `extra` is not a JSON number";

//! Canonical JSON and XML of a response.

use crate::lenient::Api;
use crate::lenient::private::XmlWriter;
use crate::model::{DescribeInvocations, Response};

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
        let mut xml = XmlWriter::new();
        DescribeInvocations::write_xml(self, &mut xml);
        xml.into_text()
    }
}

/// The only value that cannot be written is a `Value::Number` of other than digits.
const WRITES: &str = "numbers in `extra` are numbers";

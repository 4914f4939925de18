//! Requests: a query string to the model and back.

use crate::finding::Finding;
use crate::lenient::context::{Context, Settings};
use crate::lenient::private::read_alone;
use crate::model::{Object, Request, Value};
use crate::options::Options;
use crate::pending::FindingBudget;
use crate::syntax::query::Pairs;
use crate::syntax::reader::Format;
use crate::syntax::tree::json_value;
use crate::text::input::Input;

impl<'a> Request<'a> {
    /// Reads a request from a URL, from a query string, or from the line of a log that has one, by the
    /// same rules as a response. What is no parameter of the contracts goes to `extra`.
    ///
    /// The findings have their places in the text.
    pub fn read(text: &'a str) -> (Self, Vec<Finding>) {
        let options = Options::default();
        let budget = FindingBudget::new(&options, text.len());
        let settings = Settings { is_embedded: true, ..Settings::new(options, budget) };
        let context = Context::new(Format::Xml, &settings);
        let pairs = Pairs::new(text, &context.reader);
        // A query string has no syntax that could be wrong, and one over a limit is read up to there.
        let request = read_alone(pairs, &context).unwrap_or_default();
        let (findings, _) = context.into_findings();
        let (findings, _) = Input::of_text(text).locate(findings);
        (request, findings)
    }

    /// The query string of the request.
    pub fn to_query(&self) -> String {
        let json = serde_json::to_string(self).expect("a request has no number but integers");
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(Value::Object(Object(members))) = json_value(&json) {
            for (name, value) in &members {
                match value {
                    Value::Bool(value) => query.append_pair(name, &value.to_string()),
                    Value::Number(text) | Value::String(text) => query.append_pair(name, text),
                    // No parameter says nothing or has parts.
                    Value::Null | Value::List(_) | Value::Object(_) => continue,
                };
            }
        }
        query.finish()
    }
}

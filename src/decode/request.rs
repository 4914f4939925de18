//! Conversion of requests from and to query strings.

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
    /// Reads a request from a URL, a query string, a log line with a URL, or a call of the command
    /// `aliyun`, by the same rules as a response. The parameters may be on one line or on several.
    /// Parameters that the reference does not list are kept in `extra`.
    ///
    /// ```
    /// use ecs_invocations::model::Request;
    ///
    /// let (request, _) = Request::read("aliyun ecs DescribeInvocations --RegionId cn-hangzhou --InvokeId t-1");
    /// assert_eq!(request.to_query(), "Action=DescribeInvocations&RegionId=cn-hangzhou&InvokeId=t-1");
    /// ```
    ///
    /// Never fails: parameters with an invalid value are `None`. The findings have locations in `text`.
    pub fn read(text: &'a str) -> (Self, Vec<Finding>) {
        let options = Options::default();
        let budget = FindingBudget::new(&options, text.len());
        let context = Context::new(Format::Xml, &Settings::new(options, budget), None);
        let pairs = Pairs::new(text, &context.reader);
        // A query string cannot be malformed. One over a limit is read up to the limit.
        let request = read_alone(pairs, &context).unwrap_or_default();
        let (findings, _) = context.into_findings();
        let (findings, ..) = Input::of_text(text).locate(findings, Vec::new());
        (request, findings)
    }

    /// Serializes to a query string.
    ///
    /// # Panics
    ///
    /// If `extra` holds a [`Value::Number`] that is not a JSON number.
    pub fn to_query(&self) -> String {
        let json =
            serde_json::to_string(self).expect("a `Value::Number` in `extra` is not a JSON number");
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(Value::Object(Object(members))) = json_value(&json) {
            for (name, value) in &members {
                // A repeated parameter was read as a list.
                let values = value.as_list().unwrap_or(std::slice::from_ref(value));
                for value in values {
                    match value {
                        Value::Bool(value) => query.append_pair(name, &value.to_string()),
                        Value::Number(text) | Value::String(text) => query.append_pair(name, text),
                        // A parameter has a value, and no members.
                        Value::Null | Value::List(_) | Value::Object(_) => continue,
                    };
                }
            }
        }
        query.finish()
    }
}

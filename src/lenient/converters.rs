//! The members in which converters from XML to JSON print an element's text and attributes.

use crate::syntax::xml::TEXT;
use crate::text::characters::is_empty_or_whitespace;
use crate::value::Value;

/// The names of the member with the text: of xmltodict, fast-xml-parser and Json.NET; xml2js; xml-js; x2js;
/// xml2json; Badgerfish; those with the text of a CDATA section; and those of MongoDB's Extended JSON.
const TEXTS: &[&str] = &[
    TEXT,
    "#text",
    "_",
    "_text",
    "__text",
    "$t",
    "$",
    "#cdata-section",
    "_cdata",
    "__cdata",
    "#cdata",
    "_value",
    "$numberInt",
    "$numberLong",
    "$numberDouble",
    "$numberDecimal",
    "$date",
    "$oid",
];

/// Whether a member of this name may be the text of its element.
pub(super) fn may_be_text(name: &str) -> bool {
    TEXTS.contains(&name)
}

/// The text of an object of JSON, if it is all that an object has, under a name of the text of an element.
pub(super) fn json_text_of_element<'v>(object: &'v Value<'_>) -> Option<&'v str> {
    let Value::Object(object) = object else { return None };
    let [(name, Value::String(text))] = &object.0[..] else { return None };
    let is_json = text.trim_start().starts_with('{') || is_empty_or_whitespace(text);
    (may_be_text(name) && is_json).then_some(text)
}

/// Whether a member of this name may be the text of its element, or hold the attributes.
pub(super) fn may_be_of_element(name: &str) -> bool {
    may_be_text(name) || name == "_attributes"
}

/// Whether an attribute of this name may have the value of an element without text, as in `<a value="b"/>`.
pub(super) fn may_be_value(name: &str) -> bool {
    name.strip_prefix('@').is_some_and(is_name_of_value)
}

/// The same of a name in the object that has the attributes.
pub(super) fn is_name_of_value(name: &str) -> bool {
    matches!(name, "value" | "text" | "content" | "_")
}

/// Whether a member of this name is an attribute, or has the attributes. xml2js prints them in an object with
/// the name that other converters give the text.
pub(super) fn is_attribute(name: &str, is_object: bool) -> bool {
    name.starts_with('@') || is_object && matches!(name, "$" | "_attributes")
}

//! The words of formats and notations, which are no one's.

use crate::syntax::xml::INSTRUCTION;

/// Words that are kept wherever they are not in a value.
pub(super) fn is_structural(word: &str) -> bool {
    WORDS.contains(&word)
}

/// Whether a word before a bracket says what is in the brackets, as `OrderedDict(` does.
pub(super) fn is_type(word: &str) -> bool {
    TYPES.contains(&word) || WORDS.contains(&word)
}

/// Whether the number in the brackets after this word counts, as in `array(3)`.
pub(super) fn is_counting(word: &str) -> bool {
    matches!(word, "string" | "array" | "Map" | "Array" | "object" | "Set" | "len" | "size")
}

/// Whether a word is a value of every notation.
pub(super) fn is_literal(word: &str) -> bool {
    matches!(
        word,
        "true"
            | "false"
            | "null"
            | "True"
            | "False"
            | "None"
            | "nil"
            | "TRUE"
            | "FALSE"
            | "NULL"
            | "undefined"
            | "NaN"
            | "Infinity"
    )
}

/// Whether a word says what a line of a log is.
pub(super) fn is_of_log(word: &str) -> bool {
    matches!(
        word,
        "INFO"
            | "DEBUG"
            | "WARN"
            | "WARNING"
            | "ERROR"
            | "TRACE"
            | "FATAL"
            | "info"
            | "debug"
            | "warn"
            | "warning"
            | "error"
            | "trace"
            | "stdout"
            | "stderr"
            | "data"
            | "event"
            | "ok"
            | "changed"
            | "Jan"
            | "Feb"
            | "Mar"
            | "Apr"
            | "May"
            | "Jun"
            | "Jul"
            | "Aug"
            | "Sep"
            | "Oct"
            | "Nov"
            | "Dec"
    )
}

/// Names whose value is that of the name around it.
pub(super) fn is_transparent(name: &str) -> bool {
    matches!(
        name.trim(),
        "#text" | "$t" | "_" | "$" | "value" | "#cdata" | "#cdata-section" | "text" | "_text"
    )
}

/// Whether a word and a hyphen begin IDs of this API.
pub(super) fn is_id_prefix(word: &str) -> bool {
    matches!(word, "i" | "t" | "c" | "mi")
}

const WORDS: &[&str] = &[
    "xml",
    INSTRUCTION,
    "version",
    "encoding",
    "standalone",
    "xmlns",
    "xsi",
    "soap",
    "soapenv",
    "Envelope",
    "Body",
    "Header",
    "CDATA",
    "DOCTYPE",
    "html",
    "head",
    "title",
    "body",
    "pre",
    "code",
    "span",
    "div",
    "br",
    "p",
    "ol",
    "ul",
    "li",
    "td",
    "tr",
    "table",
    "class",
    "style",
    "UTF",
    "utf",
    "GBK",
    "http",
    "https",
    "HTTP",
    "ERROR",
    "SDK",
    "ServerError",
    "Error",
    "Aliyun",
    "API",
    "SDKError",
    "RespHeaders",
    "com",
    "aliyuncs",
    "exceptions",
    "ClientException",
    "ServerException",
    "AlibabaCloud",
    "Client",
    "Exception",
    "Status",
    "Code",
    "code",
    "Data",
    "Response",
    "success",
    "json",
    "language",
    "noformat",
    "prototype",
    "struct",
    "doctype",
    "Object",
    "object",
    "pscustomobject",
    "hashtable",
    "ordered",
    "Array",
    "OpenStruct",
];

const TYPES: &[&str] = &[
    "Object",
    "Array",
    "String",
    "Number",
    "Bool",
    "Map",
    "map",
    "interface",
    "string",
    "array",
    "int",
    "int64",
    "bool",
    "float",
    "float64",
    "object",
    "stdClass",
    "OrderedDict",
    "dict",
    "list",
    "namespace",
    "SimpleNamespace",
    "Some",
    "None",
    "Ok",
    "OpenStruct",
    "struct",
    "Struct",
    "ImmutableMap",
    "Hashtable",
    "Decimal",
    "enum",
    "any",
    "new",
    "u",
    "b",
    "r",
    "defaultdict",
    "mappingproxy",
    "ptr",
    "Integer",
    "Long",
    "Boolean",
    "ObjectId",
    "NumberLong",
    "ISODate",
];

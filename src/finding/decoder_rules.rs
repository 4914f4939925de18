//! The rules of the decoder, one row each. To add a rule, add its variant to [`FindingKind`], its row
//! here, and the arm that words its message.
//!
//! This file is long because it is one table, a row for each rule.

use super::kind::{Duplicate, FindingKind, ListShape, codes};
use super::rule::{ApiVersion, Rule, Severity};

/// The severity of a decoder rule: that of its row, else that of its letter.
macro_rules! severity_of {
    ($code:ident) => {
        severity(stringify!($code))
    };
    ($code:ident $severity:ident) => {
        Severity::$severity
    };
}

/// Generates the table of rules, and the way from each variant of [`FindingKind`] to its row. A variant
/// without a row, with two, or with another code, does not compile.
///
/// `severity` is for a rule that is more severe than its letter says: dropped data is no mere
/// normalization. `keeps_text` says whether a finding holds the input's text; `false` if the model holds it anyway.
macro_rules! rules {
    ($(
        $code:ident $variant:ident {
            name: $name:literal, aliases: [$($alias:literal),*],
            summary: $summary:literal,
            reason: $reason:literal,
            input: $input:literal,
            read_as: $read_as:literal,
            keeps_text: $keeps_text:literal $(unless $exception:pat)?,
            $(enabled_by_default: $is_enabled:literal,)?
            $(severity: $severity:ident,)?
        }
    )+) => {
        /// Every rule of the decoder, sorted by code.
        pub const RULES: &[Rule] = &[$(
            Rule {
                code: stringify!($code),
                name: $name,
                aliases: &[$($alias),*],
                summary: $summary,
                severity: severity_of!($code $($severity)?),
                api_version: ApiVersion::Both,
                enabled_by_default: true $( && $is_enabled )?,
                reason: $reason,
                examples: [$input, $read_as],
            },
        )+];

        $( const _: () = assert!(
            is_same(stringify!($code), codes::$variant),
            "the row and the variant have the same code"
        ); )+

        #[derive(Clone, Copy)]
        enum Row {
            $( $variant, )+
        }

        impl FindingKind {
            /// The rule it belongs to.
            pub fn rule(&self) -> &'static Rule {
                let row = match self {
                    $( Self::$variant { .. } => Row::$variant, )+
                    Self::Violation(violation) => {
                        return violation.rule;
                    }
                };
                &RULES[row as usize]
            }

            /// Whether a finding of this kind holds the input's text, because the model does not.
            pub(crate) fn keeps_text(&self) -> bool {
                match self {
                    $(
                        $( $exception => !$keeps_text, )?
                        Self::$variant { .. } => $keeps_text,
                    )+
                    Self::Violation(_) => false,
                }
            }
        }
    };
}

impl FindingKind {
    /// The stable code of the rule, such as `N102`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Violation(violation) => violation.rule.code,
            kind => kind.rule().code,
        }
    }

    /// The default severity of the rule.
    pub(crate) fn severity(&self) -> Severity {
        self.rule().severity
    }
}

const fn is_same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut index = 0;
    while index < left.len() && index < right.len() && left[index] == right[index] {
        index += 1;
    }
    index == left.len() && index == right.len()
}

/// The severity that the letter of a decoder rule determines.
const fn severity(code: &str) -> Severity {
    match code.as_bytes()[0] {
        b'N' => Severity::Info,
        b'M' => Severity::Warning,
        _ => Severity::Error,
    }
}

rules! {
    M301 MissingComma {
        name: "missing-comma", aliases: ["comma-missing"],
        summary: "missing comma between members or elements inserted",
        reason: "Strict JSON parsers reject the whole document. The text was edited by hand or damaged, \
                 and a member may be missing along with the comma.",
        input: r#"{"Code": "Throttling" "Message": "Too many requests"}"#,
        read_as: r#"{"Code": "Throttling", "Message": "Too many requests"}"#,
        keeps_text: false,
    }
    M302 ExtraComma {
        name: "extra-comma", aliases: ["comma-surplus"],
        summary: "extra comma removed",
        reason: "Strict JSON parsers reject the whole document. A value before or after the comma may \
                 have been removed or lost.",
        input: r#"{"Code": "Throttling", "Message": "Too many requests",}"#,
        read_as: r#"{"Code": "Throttling", "Message": "Too many requests"}"#,
        keeps_text: true,
    }
    M303 InvalidNumber {
        name: "invalid-number", aliases: ["number"],
        summary: "number that JSON does not allow read as a string",
        reason: "JSON has no hexadecimal numbers, leading zeros, NaN or infinity. A field of another \
                 type than string may be unable to use the text.",
        input: r#"{"Code": "Throttling", "RequestId": 0x1F}"#,
        read_as: r#"{"Code": "Throttling", "RequestId": "0x1F"}"#,
        keeps_text: true,
    }
    M304 UndefinedEntity {
        name: "undefined-entity", aliases: ["entity-undefined"],
        summary: "reference to an entity that XML does not define kept as text",
        reason: "XML defines five entities; those of HTML, such as `&nbsp;`, are not among them. The \
                 text contains the reference instead of the character that was meant. One that the \
                 document declares is not expanded either, since a few declarations can stand for a text \
                 of any size; the message says what it was declared as.",
        input: "<Error><Code>Throttling</Code><Message>Too&nbsp;many requests</Message></Error>",
        read_as: "<Error><Code>Throttling</Code><Message>Too&amp;nbsp;many requests</Message></Error>",
        keeps_text: true,
    }
    M305 UnescapedMarkup {
        name: "unescaped-markup", aliases: ["markup"],
        summary: "unescaped `&`, `<` or `]]>` treated as text",
        reason: "Strict XML parsers reject the whole document. The producer does not escape text, so \
                 text that looks like a tag or an entity can change what the document says.",
        input: "<Error><Code>Throttling</Code><Message>read & write < 10/s</Message></Error>",
        read_as: "<Error><Code>Throttling</Code><Message>read &amp; write &lt; 10/s</Message></Error>",
        keeps_text: true,
    }
    M306 Colon {
        name: "colon", aliases: [],
        summary: "missing, doubled or wrong `:` corrected",
        reason: "The document was written by hand or printed by another language than JSON. Strict \
                 parsers reject it.",
        input: r#"{"Code" => "Throttling"}"#,
        read_as: r#"{"Code": "Throttling"}"#,
        keeps_text: true,
    }
    M307 Quote {
        name: "quote", aliases: [],
        summary: "missing, doubled, curly, single or unescaped quotes corrected",
        reason: "Without proper quotes the end of a string is ambiguous. It is taken to be where the \
                 next member starts, so a string may be too long or too short.",
        input: r#"{'Code': 'Throttling', Message: "the "soft" limit"}"#,
        read_as: r#"{"Code": "Throttling", "Message": "the \"soft\" limit"}"#,
        keeps_text: true,
    }
    M308 Comment {
        name: "comment", aliases: [],
        summary: "comment in JSON ignored",
        reason: "JSON has no comments; strict parsers reject the document. A member that was commented \
                 out is not in the model.",
        input: r#"{"Code": "Throttling" /* try again later */}"#,
        read_as: r#"{"Code": "Throttling"}"#,
        keeps_text: true,
    }
    M309 ControlCharacter {
        name: "control-character", aliases: ["control"],
        summary: "unescaped control characters kept as text",
        reason: "Strict parsers reject control characters in a JSON string, and most of them anywhere \
                 in XML. A line break may have been added by a terminal or an e-mail program.",
        input: "{\"Code\": \"Throttling\", \"Message\": \"Too many\nrequests\"}",
        read_as: r#"{"Code": "Throttling", "Message": "Too many\nrequests"}"#,
        keeps_text: false,
    }
    M310 InvalidEscape {
        name: "invalid-escape", aliases: ["escape"],
        summary: "invalid escape sequence kept as literal text",
        reason: "The producer does not escape backslashes. In the same text, a backslash before `n` or \
                 `t`, say in a Windows path, is read as a line break or a tab without any finding.",
        input: r#"{"Code": "Throttling", "Message": "see C:\logs"}"#,
        read_as: r#"{"Code": "Throttling", "Message": "see C:\\logs"}"#,
        keeps_text: true,
    }
    M311 Literal {
        name: "literal", aliases: [],
        summary: "other languages' spellings of `true`, `false` and `null` converted",
        reason: "The document is a printed value of another language, such as Python, and not what the \
                 service sent. Strings and numbers may be printed differently too.",
        input: r#"{"Invocations": {"Invocation": [
  {"InvokeId": "t-1", "Timed": True, "InvokeInstances": {"InvokeInstance": []}}]}}"#,
        read_as: r#"{"Invocations": {"Invocation": [
  {"InvokeId": "t-1", "Timed": true, "InvokeInstances": {"InvokeInstance": []}}]}}"#,
        keeps_text: true,
    }
    M312 Nesting {
        name: "nesting", aliases: [],
        summary: "mismatched bracket or tag corrected using known field names",
        reason: "Which value belongs to which object is ambiguous. It is decided by the known field \
                 names, so an unknown field may end up in the wrong object.",
        input: r#"{"Invocations": {"Invocation": [
  {"InvokeId": "t-1", "InvokeInstances": {"InvokeInstance": []}}}, "TotalCount": 1}"#,
        read_as: r#"{"Invocations": {"Invocation": [
  {"InvokeId": "t-1", "InvokeInstances": {"InvokeInstance": []}}]}, "TotalCount": 1}"#,
        keeps_text: true,
    }
    M313 Incomplete {
        name: "incomplete-member", aliases: ["incomplete"],
        summary: "key without a value, or value without a key, dropped",
        reason: "The other half of the member was lost. The field is missing from the model although \
                 the response had it.",
        input: r#"{"Code": "Throttling", "Message":}"#,
        read_as: r#"{"Code": "Throttling"}"#,
        keeps_text: true,
    }
    M314 SurroundingText {
        name: "surrounding-text", aliases: ["around"],
        summary: "text before or after the document ignored",
        reason: "Log prefixes, HTTP headers and prose are harmless. But if the document itself is \
                 damaged, part of it may be mistaken for such text.",
        input: r#"reply: {"Code": "Throttling"} (HTTP 400)"#,
        read_as: r#"{"Code": "Throttling"}"#,
        keeps_text: true,
    }
    M315 TrailingDocument {
        name: "trailing-document", aliases: ["follows"],
        summary: "another document after the first ignored",
        reason: "The input holds several responses, and only the first was decoded. Use `decode_all` \
                 to decode each.",
        input: "{\"Code\": \"Throttling\"}\n{\"Code\": \"ServiceUnavailable\"}",
        read_as: r#"{"Code": "Throttling"}"#,
        keeps_text: true,
    }
    M316 Truncated {
        name: "truncated", aliases: ["cut"],
        summary: "truncated document: incomplete value dropped, open brackets and tags closed",
        reason: "The rest of the response is missing: fields, list items, or whole invocations. Do not \
                 conclude from their absence that they do not exist.",
        input: r#"{"Code": "Throttling", "Message": "Too ma"#,
        read_as: r#"{"Code": "Throttling"}"#,
        keeps_text: true,
    }
    M317 Attribute {
        name: "attribute", aliases: [],
        summary: "attribute without quotes, value or preceding space repaired; duplicate one ignored",
        reason: "Strict XML parsers reject the whole document. Without quotes the end of the value is \
                 a guess.",
        input: "<Error Code=Throttling></Error>",
        read_as: "<Error><Code>Throttling</Code></Error>",
        keeps_text: true,
    }
    M318 Unterminated {
        name: "unterminated", aliases: [],
        summary: "unterminated tag, comment, CDATA section or processing instruction closed",
        reason: "Where it was meant to end is a guess: elements that belonged to a comment may be read \
                 as fields, or the other way round.",
        input: "<Error><!-- try again later <Code>Throttling</Code></Error>",
        read_as: "<Error><Code>Throttling</Code></Error>",
        keeps_text: true,
    }
    M319 InvalidWhitespace {
        name: "invalid-whitespace", aliases: ["space"],
        summary: "whitespace and invisible characters (U+00A0, U+FEFF …) that the format does not allow \
                  between values or in a tag treated as a space",
        reason: "Text copied from a web page or a word processor looks right, but strict parsers \
                 reject it. In strings the same characters are kept, and comparisons fail.",
        input: r#"{\xC2\xA0"Code": "Throttling"}"#,
        read_as: r#"{"Code": "Throttling"}"#,
        keeps_text: true,
    }
    M320 PrintedError {
        name: "printed-error", aliases: [],
        summary: "error that a client printed as text read as an error response",
        reason: "The text is made for people: where a message ends is a guess, and what the client left out \
                 is lost. An HTTP status is kept in `extra` as `StatusCode`.",
        input: "ERROR: SDK.ServerError\nErrorCode: Throttling\nRequestId: r-1\nMessage: Too many requests",
        read_as: r#"{"Code": "Throttling", "RequestId": "r-1", "Message": "Too many requests"}"#,
        keeps_text: true,
    }
    M321 Notation {
        name: "notation", aliases: ["print"],
        summary: "print of the response in the notation of a programming language read as JSON",
        reason: "It is made for people. What the types of values are is often lost, sometimes where they \
                 end, and other versions of the language or library print it differently.",
        input: "Error(code=Throttling, message=Too many requests, requestId=r-1)",
        read_as: r#"{"Code": "Throttling", "Message": "Too many requests", "RequestId": "r-1"}"#,
        keeps_text: false,
    }
    M322 AmbiguousEnd {
        name: "ambiguous-end", aliases: [],
        summary: "value without quotes that contains what looks like a member, or precedes an unknown one",
        reason: "The print does not tell whether the text goes on. The value may be too long or too short.",
        input: "Error(code=Throttling, message=Too many, more=2, requestId=r-1)",
        read_as: r#"{"Code": "Throttling", "Message": "Too many, more=2", "RequestId": "r-1"}"#,
        keeps_text: true,
    }
    M323 Elided {
        name: "elided", aliases: [],
        summary: "value that the program which printed the response left out, dropped",
        reason: "The response had a value, list or object here, or more items than these. Most programs \
                 print only a few levels or items unless told otherwise.",
        input: "{\n  Code: 'Throttling',\n  RequestId: 'r-1',\n  AccessDeniedDetail: [Object]\n}",
        read_as: r#"{"Code": "Throttling", "RequestId": "r-1"}"#,
        keeps_text: true,
        severity: Warning,
    }
    M324 StrayText {
        name: "stray-text", aliases: [],
        summary: "text between values of a JSON document ignored",
        reason: "Someone added a remark, or a program a mark of the end of a line, `;` instead of a comma, \
                 `...` for what it left out, or a call around a value. A value may be missing there.",
        input: r#"{"Code": "Throttling"; ... "Message": "Too many requests"}"#,
        read_as: r#"{"Code": "Throttling", "Message": "Too many requests"}"#,
        keeps_text: true,
    }
    M325 Sequence {
        name: "sequence", aliases: ["tuple", "set"],
        summary: "tuple or set of another language read as an array",
        reason: "The document is a printed value of another language, such as Python, and not what the \
                 service sent. The order of a set is not that of the response.",
        input: r#"{"Code": "Throttling", "Quotas": ("a", "b")}"#,
        read_as: r#"{"Code": "Throttling", "Quotas": ["a", "b"]}"#,
        keeps_text: true,
    }
    M326 NumberNotation {
        name: "number-notation", aliases: [],
        summary: "number in the notation of another language converted",
        reason: "JSON has no `_` in numbers, no suffixes such as `L`, and no point without digits on both \
                 sides. The document is a printed value of another language.",
        input: r#"{"Code": "Throttling", "Delays": [1_000, 5., 60L]}"#,
        read_as: r#"{"Code": "Throttling", "Delays": [1000, 5.0, 60]}"#,
        keeps_text: true,
    }
    M327 MalformedTag {
        name: "malformed-tag", aliases: [],
        summary: "tag with whitespace, a backslash or a reference in place of its syntax read as a tag",
        reason: "Strict XML parsers reject the whole document. A tag is read only where the schema has an \
                 element of this name; elsewhere the same characters are text.",
        input: "<Error>< Code >Throttling</ Code></Error>",
        read_as: "<Error><Code>Throttling</Code></Error>",
        keeps_text: true,
    }
    M328 MalformedReference {
        name: "malformed-reference", aliases: [],
        summary: "reference without its `;`, with `X`, or to a character that XML does not allow, resolved",
        reason: "Strict XML parsers reject the whole document. Browsers resolve such references, so they \
                 are easily overlooked. A reference such as `&#0;` is the only way to keep the character in \
                 XML; the canonical form has it too.",
        input: "<Error><Code>Throttling</Code><Message>read &amp write &#X26; wait</Message></Error>",
        read_as: "<Error><Code>Throttling</Code><Message>read &amp; write &amp; wait</Message></Error>",
        keeps_text: true,
    }
    M329 InvalidMarkup {
        name: "invalid-markup", aliases: [],
        summary: "name or comment with characters that XML does not allow there",
        reason: "Strict XML parsers reject the whole document. The name of an unknown field is kept as it \
                 is.",
        input: "<Error><!-- try -- later --><Code>Throttling</Code></Error>",
        read_as: "<Error><Code>Throttling</Code></Error>",
        keeps_text: true,
    }
    M330 LineMarks {
        name: "line-marks", aliases: ["line-prefix"],
        summary: "prefix or suffix of every line, such as `> `, a line number or a time, removed",
        reason: "The text was quoted, logged or printed with line numbers. In XML, what is between the \
                 elements is text that strict parsers do not refuse, and text of several lines has it \
                 inside.",
        input: "> {\n>   \"Code\": \"Throttling\",\n>   \"Message\": \"m\"\n> }",
        read_as: "{\n  \"Code\": \"Throttling\",\n  \"Message\": \"m\"\n}",
        keeps_text: true,
    }
    M331 ControlSequences {
        name: "control-sequences", aliases: ["colors", "ansi"],
        summary: "control sequences of a terminal, such as colors, removed",
        reason: "A program colored the text for a terminal, from which it was copied. The characters are \
                 often invisible, and no parser accepts them.",
        input: "{\u{1b}[34m\"Code\"\u{1b}[0m: \u{1b}[32m\"Throttling\"\u{1b}[0m}",
        read_as: r#"{"Code": "Throttling"}"#,
        keeps_text: true,
    }
    M332 LineWrap {
        name: "line-wrap", aliases: ["wrapped-lines"],
        summary: "line breaks in names, values or tags, where the text was wrapped, removed",
        reason: "JSON does not allow a line break in a string. In XML, it becomes part of an identifier, \
                 which then equals no other.",
        input: "{\"RequestId\": \"540CFF28-407A-\n40B5-B6A5-74Bxxxxxxxxx\", \"Code\": \"Throttling\"}",
        read_as: r#"{"RequestId": "540CFF28-407A-40B5-B6A5-74Bxxxxxxxxx", "Code": "Throttling"}"#,
        keeps_text: false,
    }
    M333 Escaping {
        name: "escaping", aliases: ["escaped"],
        summary: "escapes or encoding of the whole document, such as that of a URL, undone",
        reason: "The document was encoded for a program, a page or a table, and taken out of it without \
                 decoding it.",
        input: "%7B%22Code%22%3A%22Throttling%22%7D",
        read_as: r#"{"Code": "Throttling"}"#,
        keeps_text: false,
    }
    N101 Name {
        name: "field-name", aliases: ["name"],
        summary: "field name matched ignoring case, `_`, `-`, whitespace, namespace prefix and leading `@`",
        reason: "Decoders that compare names exactly, such as derived ones, do not find the field and \
                 treat it as missing.",
        input: r#"{"code": "Throttling", "request_id": "r-1"}"#,
        read_as: r#"{"Code": "Throttling", "RequestId": "r-1"}"#,
        keeps_text: true,
    }
    N102 EnumValue {
        name: "enum-value", aliases: ["word"],
        summary: "enum value matched ignoring case and surrounding whitespace",
        reason: "Code that compares the raw value with the documented one never sees it, and may wait \
                 for an invocation that has finished.",
        input: r#"{"Invocations": {"Invocation": [
  {"InvokeId": "t-1", "InvokeStatus": " FINISHED", "InvokeInstances": {"InvokeInstance": []}}]}}"#,
        read_as: r#"{"Invocations": {"Invocation": [
  {"InvokeId": "t-1", "InvokeStatus": "Finished", "InvokeInstances": {"InvokeInstance": []}}]}}"#,
        keeps_text: true,
    }
    N103 Boolean {
        name: "boolean", aliases: [],
        summary: "boolean read from `true` or `false` in any case, `1`, `0`, `yes` or `no`",
        reason: "Strictly typed decoders reject a string or number in place of a boolean. Scripting \
                 languages treat the string `false` as true.",
        input: r#"{"Invocations": {"Invocation": [
  {"InvokeId": "t-1", "Timed": "False", "InvokeInstances": {"InvokeInstance": []}}]}}"#,
        read_as: r#"{"Invocations": {"Invocation": [
  {"InvokeId": "t-1", "Timed": false, "InvokeInstances": {"InvokeInstance": []}}]}}"#,
        keeps_text: true,
    }
    N104 Integer {
        name: "integer", aliases: [],
        summary: "integer read from a string, from a number with a fraction of zero, or in another notation",
        reason: "Strictly typed decoders reject it. Separators between thousands, `_` or hexadecimal digits \
                 show that a person or a program printed it for people. Where numbers are compared as strings, `10` sorts \
                 before `9`.",
        input: r#"{"TotalCount": "10", "PageNumber": 1.0, "Invocations": {"Invocation": []}}"#,
        read_as: r#"{"TotalCount": 10, "PageNumber": 1, "Invocations": {"Invocation": []}}"#,
        keeps_text: true,
    }
    N105 NonStringScalar {
        name: "non-string-scalar", aliases: ["text"],
        summary: "number, boolean or object converted to a string",
        reason: "Strictly typed decoders reject it. Others read a number and may lose leading zeros or \
                 digits of a long identifier. Only `Parameters` may be an object, whose text is kept.",
        input: r#"{"Code": "Throttling", "RequestId": 10000000000000000001}"#,
        read_as: r#"{"Code": "Throttling", "RequestId": "10000000000000000001"}"#,
        keeps_text: true,
    }
    N106 EmptyValue {
        name: "empty-value", aliases: ["blank"],
        summary: "empty, whitespace-only or null value treated as missing",
        reason: "Code that only tests whether the field exists takes the empty value for a real one.",
        input: r#"{"Code": "Throttling", "Message": "", "RequestId": null}"#,
        read_as: r#"{"Code": "Throttling"}"#,
        keeps_text: true,
    }
    N107 Time {
        name: "time", aliases: [],
        summary: "time in a non-canonical form converted to UTC",
        reason: "The documented form is UTC to the second. Code that compares times as strings orders \
                 others wrongly, or is off by the time zone.",
        input: r#"{"Invocations": {"Invocation": [
  {"CreationTime": "2026-11-24 18:00:00+08:00", "InvokeInstances": {"InvokeInstance": []}}]}}"#,
        read_as: r#"{"Invocations": {"Invocation": [
  {"CreationTime": "2026-11-24T10:00:00Z", "InvokeInstances": {"InvokeInstance": []}}]}}"#,
        keeps_text: true,
    }
    N108 List {
        name: "list-shape", aliases: ["list"],
        summary: "list or its wrapper in a non-standard shape (bare or nested array, single item, null, \
                  missing), place or name normalized",
        reason: "Converters from XML produce an object for one item and an array for several. Code \
                 that handles one shape fails on the day there is another number of items.",
        input: r#"{"Invocations": {"Invocation":
  {"InvokeId": "t-1", "InvokeInstances": []}}}"#,
        read_as: r#"{"Invocations": {"Invocation": [
  {"InvokeId": "t-1", "InvokeInstances": {"InvokeInstance": []}}]}}"#,
        keeps_text: false unless Self::List(ListShape::EmptyText | ListShape::OtherName),
    }
    N109 Duplicate {
        name: "duplicate", aliases: [],
        summary: "duplicate field: lists are concatenated, an empty value is replaced, and the values of \
                  an unknown field are kept as a list",
        reason: "Most JSON parsers keep the last value without notice, so they lose the items or values \
                 before it.",
        input: r#"{"Code": "Throttling", "Hint": "slow down", "Hint": "try again later"}"#,
        read_as: r#"{"Code": "Throttling", "Hint": ["slow down", "try again later"]}"#,
        keeps_text: true unless Self::Duplicate(Duplicate::Merged | Duplicate::Collected),
    }
    N110 UnexpectedContent {
        name: "unexpected-content", aliases: ["stray"],
        summary: "unexpected content ignored",
        reason: "Neither version of the API defines attributes or text there. Unlike an unknown field, \
                 it is not kept in the model, only in the finding.",
        input: r#"<Error><Code lang="en">Throttling</Code></Error>"#,
        read_as: "<Error><Code>Throttling</Code></Error>",
        keeps_text: true,
        severity: Warning,
    }
    N111 Namespace {
        name: "namespace", aliases: [],
        summary: "XML namespace ignored",
        reason: "Queries by plain element name, such as XPath, find nothing in a document with a \
                 default namespace.",
        input: r#"<Error xmlns="http://ecs.aliyuncs.com/doc/"><Code>Throttling</Code></Error>"#,
        read_as: "<Error><Code>Throttling</Code></Error>",
        keeps_text: true,
    }
    N112 Doctype {
        name: "doctype", aliases: [],
        summary: "document type declaration ignored",
        reason: "The service sends none. Parsers that process it can be made to read files or use up \
                 all memory; here its entities are not expanded.",
        input: "<!DOCTYPE Error SYSTEM \"error.dtd\">\n<Error><Code>Throttling</Code></Error>",
        read_as: "<Error><Code>Throttling</Code></Error>",
        keeps_text: true,
    }
    N113 Envelope {
        name: "envelope", aliases: [],
        summary: "response unwrapped from an outer object, or value from an array of one or an object that \
                  held it as the text of an element",
        reason: "Gateways, SDKs and converters from XML wrap what they pass on. The fields beside the \
                 response, such as an HTTP status, are kept in `extra`.",
        input: r#"{"statusCode": 400, "body": {"Code": "Throttling"}}"#,
        read_as: r#"{"Code": "Throttling", "statusCode": 400}"#,
        keeps_text: false,
    }
    N114 Root {
        name: "root-element", aliases: ["root"],
        summary: "root element matched ignoring case and namespace prefix",
        reason: "Clients that tell a page from an error by the exact name of the root element take it \
                 for neither.",
        input: "<error><Code>Throttling</Code></error>",
        read_as: "<Error><Code>Throttling</Code></Error>",
        keeps_text: true,
    }
    N115 Encoding {
        name: "encoding", aliases: [],
        summary: "unknown or contradicted encoding declaration, or contradicted charset, ignored",
        reason: "A parser that trusts the declaration fails, or reads wrong characters where the text \
                 is not ASCII.",
        input: r#"<?xml version="1.0" encoding="UTF-16"?><Error><Code>Throttling</Code></Error>"#,
        read_as: r#"<?xml version="1.0" encoding="UTF-8"?><Error><Code>Throttling</Code></Error>"#,
        keeps_text: true,
    }
    N116 Embedded {
        name: "embedded", aliases: ["wrapped"],
        summary: "response or list embedded in a string or entity-escaped was unescaped",
        reason: "The document was encoded twice. A parser sees one string instead of fields, and each \
                 further program that encodes it adds another layer.",
        input: r#""{\"Code\": \"Throttling\"}""#,
        read_as: r#"{"Code": "Throttling"}"#,
        keeps_text: false,
    }
    N117 EmptyString {
        name: "empty-string", aliases: [],
        summary: "empty string read as no value, in a field for which the API itself sends one",
        reason: "Correct responses have it, so it is reported only on request. Code that only tests \
                 whether the field exists takes the empty string for a real value.",
        input: r#"{"Invocations": {"Invocation": [{"Frequency": "", "InvokeInstances": {
  "InvokeInstance": [{"ErrorCode": "", "FinishTime": ""}]}}]}}"#,
        read_as: r#"{"Invocations": {"Invocation": [{"InvokeInstances": {
  "InvokeInstance": [{}]}}]}}"#,
        keeps_text: false,
        enabled_by_default: false,
    }
    N118 MissingList {
        name: "missing-list", aliases: [],
        summary: "page without a list read as an empty page",
        reason: "Code that only looks at the list takes it for empty, but it may have been left out: by \
                 a filter, by a gateway, or because the response is another one.",
        input: r#"{"RequestId": "540CFF28-407A-40B5-B6A5-74Bxxxxxxxxx"}"#,
        read_as: r#"{"RequestId": "540CFF28-407A-40B5-B6A5-74Bxxxxxxxxx",
  "Invocations": {"Invocation": []}}"#,
        keeps_text: false,
        severity: Warning,
    }
    N119 DuplicateDropped {
        name: "duplicate-dropped", aliases: [],
        summary: "duplicate field: the first value that is neither empty nor invalid is kept, this one is \
                  dropped",
        reason: "Most JSON parsers keep the last value without notice, so two programs can read two \
                 different values from one document.",
        input: r#"{"Code": "Throttling", "Code": "ServiceUnavailable"}"#,
        read_as: r#"{"Code": "Throttling"}"#,
        keeps_text: true,
        severity: Warning,
    }
    N120 OtherResponse {
        name: "other-response", aliases: [],
        summary: "page or error beside the response that was read dropped",
        reason: "Code that only looks at the list takes the page for all that was answered. A page of another \
                 region is missing from it, or a part of the request failed.",
        input: r#"{"Invocations": {"Invocation": [{"InvokeId": "t-1", "InvokeInstances": {
  "InvokeInstance": []}}]}, "Error": {"Code": "Throttling", "Message": "Denied."}}"#,
        read_as: r#"{"Invocations": {"Invocation": [{"InvokeId": "t-1", "InvokeInstances": {
  "InvokeInstance": []}}]}}"#,
        keeps_text: true,
        severity: Warning,
    }
    U201 InvalidValue {
        name: "invalid-value", aliases: ["unreadable"],
        summary: "invalid value dropped",
        reason: "The field is missing from the model although the response had it; its text is only in \
                 the finding. Code that uses a default in its place may act on a wrong value.",
        input: r#"{"TotalCount": "many", "Invocations": {"Invocation": []}}"#,
        read_as: r#"{"Invocations": {"Invocation": []}}"#,
        keeps_text: true,
    }
    U202 InvalidBytes {
        name: "invalid-bytes", aliases: ["malformed"],
        summary: "invalid byte sequence replaced by U+FFFD",
        reason: "The original characters are lost, and texts that differed may now be equal. Most \
                 often the text is in another encoding than it claims, or was cut within a character.",
        input: r#"{"Code": "Throttling", "Message": "caf\xE9 closed"}"#,
        read_as: r#"{"Code": "Throttling", "Message": "caf� closed"}"#,
        keeps_text: true,
    }
}

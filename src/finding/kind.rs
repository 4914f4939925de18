//! The kinds of findings, with the details that their messages need.

use std::sync::Arc;

use jiff::Timestamp;

use super::rule::Rule;

/// Defines [`FindingKind`]: the variants of the decoder's rules, each with the code of its rule, which
/// starts its documentation and finds it in a search.
macro_rules! finding_kinds {
    ($(
        $(#[$doc:meta])*
        $code:literal $variant:ident $({ $($fields:tt)* })? $(($detail:ty))?,
    )+) => {
        /// What was found.
        ///
        /// Each kind belongs to one [rule](FindingKind::rule), except that
        /// [`Violation`](FindingKind::Violation) covers all checks. The page [`rules`](crate::rules)
        /// explains each code, with its reason and examples.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum FindingKind {
            $(
                #[doc = concat!("[`", $code, "`](crate::rules#", $code, "):")]
                $(#[$doc])*
                #[doc(alias = $code)]
                $variant $({ $($fields)* })? $(($detail))?,
            )+
            /// A check reported a violation; its [rule](Violation::rule) has the code.
            Violation(Box<Violation>),
        }

        /// The codes by variant, with which the table of rules must agree.
        #[allow(non_upper_case_globals)]
        pub(super) mod codes {
            $( pub const $variant: &str = $code; )+
        }
    };
}

finding_kinds! {
    /// A field name did not match exactly.
    "N101" Name {
        /// The documented name.
        read: &'static str,
    },
    /// A status or other enum value was not in canonical form.
    "N102" EnumValue {
        /// The canonical value.
        read: &'static str,
    },
    /// A boolean was not in canonical form.
    "N103" Boolean {
        /// Its value.
        read: bool,
    },
    /// An integer was not in canonical form.
    "N104" Integer {
        /// Its canonical digits.
        read: Box<str>,
    },
    /// A number or boolean, or an object where one is expected as text, was converted to a string.
    "N105" NonStringScalar,
    /// A time was not in canonical form.
    "N107" Time {
        /// Its value.
        read: Timestamp,
    },
    /// An empty, whitespace-only or null value was treated as missing.
    "N106" EmptyValue,
    /// An empty string was read as no value, in a field for which the API itself sends one.
    "N117" EmptyString,
    /// A list did not have the documented shape.
    "N108" List(ListShape),
    /// A page has no list of any shape: whether there is no item, or the list was not given, is unknown.
    "N118" MissingList,
    /// A field occurred more than once, and the model holds all of its values.
    "N109" Duplicate(Duplicate),
    /// A field occurred more than once. An earlier value was kept; this one is only in the finding.
    "N119" DuplicateDropped,
    /// Content that no version of the API defines was ignored.
    "N110" UnexpectedContent,
    /// A page or an error beside the response that was read is only in the finding.
    "N120" OtherResponse,
    /// A namespace was ignored.
    "N111" Namespace,
    /// A document type declaration was ignored; its entities are undefined.
    "N112" Doctype,
    /// The response was unwrapped from an outer object, or a JSON value from an array of one or an object
    /// that held it as the text of an element, such as `#text`.
    "N113" Envelope,
    /// The root element's name did not match exactly.
    "N114" Root {
        /// The documented name.
        read: &'static str,
    },
    /// An invalid value was dropped; the field is `None`.
    "U201" InvalidValue {
        /// The type of the field, with an article.
        expected: &'static str,
    },
    /// A byte sequence invalid in the input's encoding was replaced by U+FFFD.
    "U202" InvalidBytes {
        /// The encoding.
        encoding: &'static str,
    },
    /// The declared encoding is unknown or not the actual one, or the given [`Charset`](crate::Charset) is
    /// not.
    "N115" Encoding {
        /// The encoding that was used.
        used: &'static str,
    },
    /// A comma was missing between members or elements.
    "M301" MissingComma,
    /// A comma had no value before or after it.
    "M302" ExtraComma,
    /// A number that JSON does not allow was read as a string.
    "M303" InvalidNumber,
    /// A reference to an entity that XML does not define was kept as text.
    "M304" UndefinedEntity {
        /// The text that the document type declaration declares for it, if any.
        declared: Option<Arc<str>>,
    },
    /// An unescaped `&`, `<` or `]]>` was treated as text.
    "M305" UnescapedMarkup,
    /// A colon was missing, doubled or another character.
    "M306" Colon,
    /// Quotes were missing, doubled, of another kind or not escaped.
    "M307" Quote,
    /// A comment in JSON was ignored.
    "M308" Comment,
    /// Unescaped control characters, which the format does not allow, were kept as text.
    "M309" ControlCharacter,
    /// A backslash that starts no valid escape was kept as text.
    "M310" InvalidEscape,
    /// Another language's spelling of `true`, `false` or `null` was converted.
    "M311" Literal {
        /// The JSON literal.
        read: &'static str,
    },
    /// Brackets or tags did not match.
    "M312" Nesting(Nesting),
    /// A key without a value, or a value without a key, was dropped.
    "M313" Incomplete,
    /// Text before or after the document was ignored.
    "M314" SurroundingText,
    /// Another document follows and was ignored; [`decode_all`](crate::decode_all) decodes them all.
    "M315" TrailingDocument,
    /// The document ends before everything that it opened is closed. An incomplete value was dropped.
    "M316" Truncated,
    /// An attribute lacked its quotes, its value or the space before it, or was a duplicate and ignored.
    "M317" Attribute,
    /// A tag, comment, CDATA section or processing instruction was not terminated.
    "M318" Unterminated,
    /// Whitespace or invisible characters that JSON does not allow between values, such as U+00A0.
    "M319" InvalidWhitespace,
    /// The response, or a list in it, was embedded in a string or entity-escaped as a whole.
    "N116" Embedded,
    /// An error that a client printed as text was read as an error response.
    ///
    /// The finding has the whole text of the error. If that ends with the body of the response, the fields
    /// are those of the body, and the finding has the text before it.
    ///
    /// ```
    /// use ecs_invocations::{Format, Response, decode};
    ///
    /// let text = b"HTTP Status: 403 Error:Forbidden.RAM Not authorized. RequestID: r-1";
    /// let decoded = decode(text)?;
    /// assert_eq!(decoded.format, Format::Text);
    /// let finding = &decoded.findings[0];
    /// assert_eq!(
    ///     format!("{finding:#}"),
    ///     "1:1: M320: error printed by the Python SDK read as an error response"
    /// );
    /// let Response::Error(error) = &decoded.response else { panic!() };
    /// assert_eq!(error.to_string(), "Forbidden.RAM: Not authorized. (request r-1)");
    /// assert_eq!(error.extra["StatusCode"].as_u64(), Some(403));
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    "M320" PrintedError {
        /// The client, such as `the Python SDK`.
        client: &'static str,
    },
    /// The document is a print of the response by a program in another notation than JSON and XML.
    ///
    /// ```
    /// use ecs_invocations::{Response, decode};
    ///
    /// let print = b"DescribeInvocationsResponse(requestId=r-1, invocations=Invocations(invocation=[\
    ///               Invocation(invokeId=t-1, commandName=disk usage)]))";
    /// let decoded = decode(print)?;
    /// assert_eq!(decoded.findings[0].to_string(), "M321: Java notation read as JSON");
    /// let Response::Invocations(page) = &decoded.response else { panic!() };
    /// assert_eq!(page.invocations[0].command_name.as_deref(), Some("disk usage"));
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    "M321" Notation {
        /// The language or program, such as `Ruby` or ``PHP `print_r` ``.
        notation: &'static str,
    },
    /// A value without quotes contains what looks like another member, or ends before one that the API does
    /// not define.
    "M322" AmbiguousEnd,
    /// A value that the program which printed the response left out, such as `[Object]`, was dropped.
    "M323" Elided,
    /// Text between the values of a JSON document was ignored: a remark, a mark of the end of a line, an
    /// ellipsis, another separator than a comma, or a call around a value.
    "M324" StrayText,
    /// A tuple or set of another language was read as an array.
    "M325" Sequence,
    /// A number in the notation of another language was converted.
    "M326" NumberNotation {
        /// The number in JSON.
        read: Arc<str>,
    },
    /// A tag that is not written as XML tags are was read as one.
    "M327" MalformedTag {
        /// What it was read as.
        read: Box<str>,
    },
    /// A reference without its `;`, with `X`, or to a character that XML does not allow, was resolved.
    "M328" MalformedReference {
        /// The character.
        read: char,
    },
    /// A name or a comment has characters that XML does not allow there.
    "M329" InvalidMarkup,
    /// The same text, or text of one form such as a time, was at the start or at the end of every line.
    "M330" LineMarks {
        /// What was removed: each different text, one per line.
        removed: Box<str>,
        /// Number of lines.
        lines: usize,
    },
    /// Control sequences of a terminal, such as colors, were removed.
    "M331" ControlSequences {
        /// Number of sequences.
        count: usize,
    },
    /// Line breaks in names or values, where the text was wrapped, were removed.
    "M332" LineWrap {
        /// The width of the lines in characters; 0 if the breaks are at no particular width.
        width: usize,
        /// Number of breaks.
        breaks: usize,
    },
    /// The document was escaped or encoded as a whole.
    "M333" Escaping {
        /// What was undone, such as `URL encoding`.
        of: &'static str,
        /// Number of escapes.
        count: usize,
    },
}

/// What a check reports.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The rule that is violated.
    pub rule: &'static Rule,
    /// What is wrong.
    pub message: Box<str>,
    /// What was expected, if it is known.
    pub expected: Option<Box<str>>,
}

/// How brackets or tags did not match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// A bracket or tag was missing.
    Missing {
        /// What was inserted.
        read: Box<str>,
    },
    /// A closing bracket or tag that matches no open one was ignored.
    Extra,
    /// A bracket or tag did not match.
    Replaced {
        /// What it was read as.
        read: Box<str>,
    },
}

/// The non-standard shape of a list. The documented one is `{"Invocation": […]}` in JSON, repeated
/// elements in XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListShape {
    /// An array without the wrapper object.
    BareArray,
    /// A single item without an array.
    SingleItem,
    /// Empty or whitespace-only text.
    EmptyText,
    /// `null`.
    Null,
    /// An empty object or array.
    Empty,
    /// The list is missing.
    Missing,
    /// The list, or one item of it, without the response around it.
    Alone,
    /// The list is in the response itself, without the object that the current API has around it.
    Flattened,
    /// An array in the array.
    NestedArray,
    /// Not in its own place, but inside the wrapper object of another list.
    Misplaced,
    /// A wrapper object in place of an item.
    NestedWrapper,
    /// The items are in the record that has the list, without the wrapper object.
    Unwrapped,
    /// The items are in the wrapper object under another name than that of their element.
    OtherName,
    /// The item is in the object of the one before it, of which another ID is there already.
    Joined,
}

/// What happened to a duplicate field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Duplicate {
    /// This value was used, because earlier ones were empty or invalid.
    Used,
    /// The items of this list were appended to the earlier ones, or the fields of this object added.
    Merged,
    /// The values of a repeated unknown field were collected in a list.
    Collected,
}

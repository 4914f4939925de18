//! What a decoder changed on the way from the input to the model, what is wrong with it, and where.
//!
//! A decoder's finding says that the model differs from the text of the input. What stands in the model verbatim
//! (an unknown status as `Other`, an unknown field in `extra`) is therefore no finding.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use jiff::Timestamp;

use crate::decode::lenient::ENVELOPES;
use crate::model::ApiVersion;

/// One thing that the decoder changed, mended or could not read, or that a check found wrong.
///
/// Its `Display` is one line: the code and the message, not the location.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What was done.
    pub kind: FindingKind,
    /// The field it was done to, in documented names.
    pub path: Path,
    /// Where the input has it.
    pub location: Location,
    /// The text at [`location`](Self::location), verbatim, where the model does not hold it as it is;
    /// empty where only the shape changed.
    pub found: Box<str>,
    /// How much it matters: as the [rule](Rule::severity) says, unless it was graded otherwise.
    pub severity: Severity,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Probably not what was meant.
    Warning,
    /// Wrong, or lost.
    Error,
}

impl Severity {
    /// `info`, `warning` or `error`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Severity {
    type Err = UnknownSeverity;

    fn from_str(text: &str) -> Result<Self, UnknownSeverity> {
        [Self::Info, Self::Warning, Self::Error]
            .into_iter()
            .find(|severity| severity.name().eq_ignore_ascii_case(text))
            .ok_or(UnknownSeverity)
    }
}

/// A text that is none of `info`, `warning` and `error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownSeverity;

impl fmt::Display for UnknownSeverity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a severity is `info`, `warning` or `error`")
    }
}

impl std::error::Error for UnknownSeverity {}

/// A place in the input. The default one is nowhere: that of a finding on a model or a request that was
/// not read from an input. Its line is 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Location {
    /// Bytes of the input, from 0, whatever its encoding.
    pub bytes: Range<usize>,
    /// Line of the first byte, from 1.
    pub line: usize,
    /// Column of the first byte, from 1, in characters.
    pub column: usize,
}

/// What was done. Each kind has a stable code and name ([`FindingKind::rule`]).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindingKind {
    /// A name was not the documented one to the letter.
    Name {
        /// The documented name.
        read: &'static str,
    },
    /// A status or other enum value was not in canonical form.
    EnumValue {
        /// The canonical value.
        read: &'static str,
    },
    /// A boolean was not in canonical form.
    Boolean {
        /// What it was read as.
        read: bool,
    },
    /// An integer was not in canonical form.
    Integer {
        /// What it was read as.
        read: Box<str>,
    },
    /// A number or boolean stood for a string.
    NonStringScalar,
    /// A time was not in canonical form.
    Time {
        /// What it was read as.
        read: Timestamp,
    },
    /// A blank value was read as absent.
    EmptyValue,
    /// A list did not have the documented shape.
    List(ListShape),
    /// A field stood again: a scalar whose first value stands, or a list whose items were joined.
    Duplicate(Duplicate),
    /// Something stood where the contracts have no place for it.
    UnexpectedContent,
    /// A namespace was passed over.
    Namespace,
    /// A document type declaration was passed over; its entities are not defined.
    Doctype,
    /// The response stood inside an envelope, or a value of JSON in an object of its own as `$text`.
    Envelope,
    /// The root element was not called as documented, to the letter.
    Root {
        /// The documented name.
        read: &'static str,
    },
    /// A value could not be read; the field is absent.
    InvalidValue {
        /// What the field takes.
        expected: &'static str,
    },
    /// Bytes that are not text in the input's encoding; each sequence reads as U+FFFD.
    InvalidBytes {
        /// The encoding.
        encoding: &'static str,
    },
    /// The declared encoding is not known or not the one in use.
    Encoding {
        /// The encoding that was used.
        used: &'static str,
    },
    /// A comma was missing between members or elements.
    MissingComma,
    /// A comma had no value before or after it.
    ExtraComma,
    /// A number that JSON does not have, or beyond what its reader takes; it reads as a string.
    InvalidNumber,
    /// An entity is not defined; its reference reads as text.
    UndefinedEntity,
    /// An `&` or `<` was not escaped.
    UnescapedMarkup,
    /// A colon was missing, doubled or another sign.
    Colon,
    /// Quotes were missing, doubled, of another kind or not escaped.
    Quote,
    /// A comment in JSON was passed over.
    Comment,
    /// Control characters that the format does not allow in a text were not escaped; they read as text.
    ControlCharacter,
    /// A backslash began no escape; it reads as text.
    InvalidEscape,
    /// A word of another language stood for `true`, `false` or `null`.
    Literal {
        /// What it was read as.
        read: &'static str,
    },
    /// Brackets or tags did not match.
    Nesting(Nesting),
    /// A name had no value, or a value no name; it is left out.
    Incomplete,
    /// Text before or after the document was passed over.
    SurroundingText,
    /// Another document follows; [`decode_all`](crate::decode_all) reads them all.
    TrailingDocument,
    /// The document ends here, before all that it opened is closed. A value of which nobody knows how
    /// it goes on is left out.
    Truncated,
    /// An attribute lacked its quotes or its value, or stood again and was passed over.
    Attribute,
    /// A tag, comment, CDATA section or instruction did not end.
    Unterminated,
    /// Between values of JSON stood what looks like a blank or like nothing, such as a no-break space.
    InvalidWhitespace,
    /// The response was wrapped in a string or escaped as a whole.
    Embedded,
    /// What a check found wrong.
    Violation(Box<Violation>),
}

/// What a check found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The violated rule.
    pub rule: &'static Rule,
    /// What is wrong.
    pub message: Box<str>,
    /// What would be valid, if known.
    pub expected: Option<Box<str>>,
}

/// How brackets or tags did not match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One was missing.
    Missing {
        /// What is read as there.
        read: Box<str>,
    },
    /// One closed nothing and was passed over.
    Extra,
    /// One stood for another.
    Replaced {
        /// What it was read as.
        read: Box<str>,
    },
}

/// How a list stood in the input instead of `{"Invocation": […]}` or repeated elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListShape {
    /// An array without its wrapper.
    BareArray,
    /// One item without its array.
    SingleItem,
    /// Blank text.
    EmptyText,
    /// `null`.
    Null,
    /// An object or array with nothing in it.
    Empty,
    /// Not at all.
    Missing,
}

/// What became of a field that stood more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Duplicate {
    /// An earlier value stands; this one is only here.
    Ignored,
    /// The earlier ones were blank or could not be read; this one stands.
    Used,
    /// The items of this list were added to the earlier ones.
    Merged,
}

/// A row of the table of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The stable code: `N` for what was normalised, `U` for what could not be read, `M` for what was
    /// mended; the others are of checks.
    pub code: &'static str,
    /// The stable name.
    pub name: &'static str,
    /// Former names, which [`Rule::find`] still accepts.
    pub aliases: &'static [&'static str],
    /// What the decoder does, or what a check finds.
    pub summary: &'static str,
    /// How much a finding of this rule matters.
    pub severity: Severity,
    /// Which contract asks for it.
    pub api_version: ApiVersion,
    /// Whether a check looks for it unless told otherwise.
    pub enabled_by_default: bool,
    /// Why it matters.
    pub reason: &'static str,
    /// A document (for the rules on requests a query string) that breaks the rule, and one that keeps
    /// it; empty for a decoder's rules.
    pub examples: [&'static str; 2],
}

impl Rule {
    /// Every rule there is, by code.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        let mut all: Vec<_> = Self::rows().collect();
        all.sort_by_key(|rule| rule.code);
        all.into_iter()
    }

    fn rows() -> impl Iterator<Item = &'static Self> {
        #[cfg(feature = "validate")]
        let checks = crate::validate::RULES;
        #[cfg(not(feature = "validate"))]
        let checks: &[Self] = &[];
        RULES.iter().chain(checks)
    }

    /// The rule with that code (in any case), name or alias.
    pub fn find(code: &str) -> Option<&'static Self> {
        Self::all().find(|rule| {
            rule.code.eq_ignore_ascii_case(code)
                || rule.name == code
                || rule.aliases.contains(&code)
        })
    }
}

/// How much matters what the decoder does: the same for all rules of a letter.
const fn decoder_severity(code: &str) -> Severity {
    match code.as_bytes()[0] {
        b'N' => Severity::Info,
        b'M' => Severity::Warning,
        _ => Severity::Error,
    }
}

/// A row for what the decoder does.
const fn rule(code: &'static str, name: &'static str, summary: &'static str) -> Rule {
    let severity = decoder_severity(code);
    let why = match severity {
        Severity::Info => {
            "The value is as good as in canonical form; a strict decoder would refuse it."
        }
        Severity::Warning => {
            "The document is damaged. What could be read was there, but something may be missing."
        }
        Severity::Error => "The model lacks what the document had there.",
    };
    Rule {
        code,
        name,
        aliases: &[],
        summary,
        severity,
        api_version: ApiVersion::Both,
        enabled_by_default: true,
        reason: why,
        examples: [""; 2],
    }
}

/// Every rule that a finding of the decoder can have, by code.
pub const RULES: &[Rule] = &[
    rule("M301", "comma-missing", "a comma missing between members or elements is read as there"),
    rule("M302", "comma-surplus", "a comma with no value before or after it is passed over"),
    rule("M303", "number", "a number that JSON does not have is read as text"),
    rule(
        "M304",
        "entity-undefined",
        "a reference to an entity that is not defined is read as text",
    ),
    rule(
        "M305",
        "markup",
        "an `&` that begins no reference, a `<` that begins no tag or a `]]>` that ends no section is text",
    ),
    rule("M306", "colon", "a colon that is missing, doubled or another sign is read as one"),
    rule("M307", "quote", "quotes that are missing, doubled, curly or single are read as quotes"),
    rule("M308", "comment", "a comment in JSON is passed over"),
    rule("M309", "control", "control characters that are not escaped are text"),
    rule("M310", "escape", "a backslash that begins no escape is read as text"),
    rule("M311", "literal", "`True`, `False`, `None` and their like are read as JSON writes them"),
    rule("M312", "nesting", "brackets and tags that do not match are closed as the names tell"),
    rule("M313", "incomplete", "a name without a value or a value without a name is left out"),
    rule("M314", "around", "text before or after the document is passed over"),
    rule("M315", "follows", "another document after the first is passed over"),
    rule("M316", "cut", "what the end of the document cuts off is left out, the rest is closed"),
    rule(
        "M317",
        "attribute",
        "an attribute without quotes, value or blank is read, one that stands again passed over",
    ),
    rule("M318", "unterminated", "a tag, comment or CDATA section without its end ends anyway"),
    rule(
        "M319",
        "space",
        "what is no blank of JSON but looks like one, like a no-break space, is a space",
    ),
    rule("N101", "name", "a name is read whatever its case, `_`, `-`, prefix and attribute mark"),
    rule("N102", "word", "a status or other enum value is read whatever its case and blanks"),
    rule("N103", "boolean", "true and false in any case, 1 and 0, yes and no are booleans"),
    rule("N104", "integer", "digits in a string and an integral float are integers"),
    rule("N105", "text", "a number or boolean stands for a string"),
    rule("N106", "blank", "a blank or null value is absent"),
    rule("N107", "time", "a time is read as the instant in UTC"),
    rule("N108", "list", "a list is read in whatever shape it comes"),
    rule(
        "N109",
        "duplicate",
        "lists join; of other fields the first value that is not blank stands",
    ),
    rule("N110", "stray", "what the contracts have no place for is passed over"),
    rule("N111", "namespace", "a namespace is passed over"),
    rule("N112", "doctype", "a document type declaration is passed over"),
    rule("N113", "envelope", "an envelope round the response, or round a value of JSON, is opened"),
    rule("N114", "root", "the root element is read whatever its case and prefix"),
    rule(
        "N115",
        "encoding",
        "a declared encoding that cannot be right or cannot be read is passed over",
    ),
    rule("N116", "wrapped", "a response that is the text of a string, or escaped, is unwrapped"),
    rule("U201", "unreadable", "a value that cannot be read is absent"),
    rule("U202", "malformed", "bytes that are not text in the encoding are read as U+FFFD"),
];

impl FindingKind {
    /// The stable code of the rule, like `N102`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingComma => "M301",
            Self::ExtraComma => "M302",
            Self::InvalidNumber => "M303",
            Self::UndefinedEntity => "M304",
            Self::UnescapedMarkup => "M305",
            Self::Colon => "M306",
            Self::Quote => "M307",
            Self::Comment => "M308",
            Self::ControlCharacter => "M309",
            Self::InvalidEscape => "M310",
            Self::Literal { .. } => "M311",
            Self::Nesting(_) => "M312",
            Self::Incomplete => "M313",
            Self::SurroundingText => "M314",
            Self::TrailingDocument => "M315",
            Self::Truncated => "M316",
            Self::Attribute => "M317",
            Self::Unterminated => "M318",
            Self::InvalidWhitespace => "M319",
            Self::Embedded => "N116",
            Self::Name { .. } => "N101",
            Self::EnumValue { .. } => "N102",
            Self::Boolean { .. } => "N103",
            Self::Integer { .. } => "N104",
            Self::NonStringScalar => "N105",
            Self::EmptyValue => "N106",
            Self::Time { .. } => "N107",
            Self::List(_) => "N108",
            Self::Duplicate(_) => "N109",
            Self::UnexpectedContent => "N110",
            Self::Namespace => "N111",
            Self::Doctype => "N112",
            Self::Envelope => "N113",
            Self::Root { .. } => "N114",
            Self::Encoding { .. } => "N115",
            Self::InvalidValue { .. } => "U201",
            Self::InvalidBytes { .. } => "U202",
            Self::Violation(violation) => violation.rule.code,
        }
    }

    /// What is known of the rule.
    pub fn rule(&self) -> &'static Rule {
        if let Self::Violation(violation) = self {
            return violation.rule;
        }
        let known = RULES.iter().find(|rule| rule.code == self.code());
        known.expect("every kind has its row")
    }

    /// How much it matters, as the rule says.
    pub(crate) fn severity(&self) -> Severity {
        match self {
            Self::Violation(_) => self.rule().severity,
            kind => decoder_severity(kind.code()),
        }
    }

    /// Whether the finding has to keep the text of its place, because the model does not.
    pub(crate) fn keeps_text(&self) -> bool {
        !matches!(
            self,
            Self::List(_)
                | Self::Duplicate(Duplicate::Merged)
                | Self::Envelope
                | Self::MissingComma
                | Self::ControlCharacter
                | Self::Embedded
                | Self::Violation(_)
        )
    }
}

impl Finding {
    /// The stable code of the rule, like `N102`.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// The stable name of the rule, like `word`.
    pub fn name(&self) -> &'static str {
        self.kind.rule().name
    }

    /// What was done, in words.
    pub fn message(&self) -> String {
        let found = Quoted(&self.found);
        let field = &self.path;
        match &self.kind {
            FindingKind::Name { read } if **read == *self.found => {
                format!("{field}: attribute {found} read as the element")
            }
            FindingKind::Name { read } => format!("{field}: name {found} read as `{read}`"),
            FindingKind::EnumValue { read } => format!("{field}: {found} read as `{read}`"),
            FindingKind::Boolean { read } => format!("{field}: {found} read as `{read}`"),
            FindingKind::Integer { read } => format!("{field}: {found} read as `{read}`"),
            FindingKind::NonStringScalar => format!("{field}: {found} read as a string"),
            FindingKind::Time { read } => format!("{field}: {found} read as `{read}`"),
            FindingKind::EmptyValue => format!("{field}: {found} read as absent"),
            FindingKind::List(shape) => format!("{field}: {shape}"),
            FindingKind::Duplicate(Duplicate::Ignored) => {
                format!("{field} stands again: {found} dropped, the first value stands")
            }
            FindingKind::Duplicate(Duplicate::Used) => {
                format!("{field} stands again: {found} taken, since no earlier value could be")
            }
            FindingKind::Duplicate(Duplicate::Merged) => {
                format!("{field} stands again: its items joined to the earlier ones")
            }
            FindingKind::UnexpectedContent => format!("{field}: no place for {found}, passed over"),
            FindingKind::Namespace => format!("{field}: namespace {found} passed over"),
            FindingKind::Doctype => format!("document type {found} passed over"),
            FindingKind::Envelope => format!("{field}: envelope opened"),
            FindingKind::Root { read } => format!("root element {found} read as `{read}`"),
            FindingKind::InvalidValue { expected } => {
                format!("{field}: {found} cannot be read as {expected}, left out")
            }
            FindingKind::InvalidBytes { encoding } => {
                format!("bytes {} are not text in {encoding}, read as U+FFFD", self.found)
            }
            FindingKind::Encoding { used } => {
                format!("declared encoding {found} passed over, read as {used}")
            }
            FindingKind::MissingComma => format!("{field}: comma missing after it, read as there"),
            FindingKind::ExtraComma => format!("{field}: surplus comma, passed over"),
            FindingKind::InvalidNumber => format!("{field}: number {found} read as a string"),
            FindingKind::UndefinedEntity => {
                format!("{field}: entity {found} is not defined, read as text")
            }
            FindingKind::UnescapedMarkup => {
                format!("{field}: {found} is not escaped, read as text")
            }
            FindingKind::Colon if self.found.is_empty() => {
                format!("{field}: colon missing after its name, read as there")
            }
            FindingKind::Colon => format!("{field}: {found} read as a colon"),
            FindingKind::Quote => format!("{field}: {found} read as a quoted string"),
            FindingKind::Comment => format!("{field}: comment {found} passed over"),
            FindingKind::ControlCharacter => {
                format!("{field}: control characters not escaped, read as text")
            }
            FindingKind::InvalidEscape if *self.found == *"\\'" => {
                format!("{field}: {found} read as `'`")
            }
            FindingKind::InvalidEscape => format!("{field}: {found} is no escape, kept as it is"),
            FindingKind::Literal { read } => format!("{field}: {found} read as `{read}`"),
            FindingKind::Nesting(Nesting::Missing { read }) => {
                format!("{field}: {} missing, read as there", Quoted(read))
            }
            FindingKind::Nesting(Nesting::Extra) => format!("{field}: surplus {found} passed over"),
            FindingKind::Nesting(Nesting::Replaced { read }) => {
                format!("{field}: {found} read as {}", Quoted(read))
            }
            FindingKind::Incomplete => {
                format!(
                    "{field}: {found} left out, a name without a value or a value without a name"
                )
            }
            FindingKind::SurroundingText => {
                format!("{found} is no part of the document, passed over")
            }
            FindingKind::TrailingDocument => {
                format!("another document follows: {found} passed over")
            }
            FindingKind::Truncated if self.found.is_empty() => {
                format!("{field}: the document is cut off here, what was open is closed")
            }
            FindingKind::Truncated => format!("{field}: {found} is cut off, left out"),
            FindingKind::Attribute => {
                format!("{field}: attribute {found} is not well formed, mended")
            }
            FindingKind::Unterminated => {
                format!("{field}: {found} does not end, read as if it did")
            }
            FindingKind::InvalidWhitespace => {
                // Most look like any other blank, or like nothing.
                const MOST: usize = 4;
                let mut found = self.found.chars().map(|c| format!("U+{:04X}", u32::from(c)));
                let first: Vec<_> = found.by_ref().take(MOST).collect();
                let more = if found.next().is_some() { " …" } else { "" };
                format!("{field}: {}{more} read as a space", first.join(" "))
            }
            FindingKind::Violation(fault) => format!("{field}: {}", Printable(&fault.message)),
            FindingKind::Embedded => format!("{field}: text that holds a response unwrapped"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.message())
    }
}

impl fmt::Display for ListShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BareArray => "array without its wrapper read as the list",
            Self::SingleItem => "one item without its array read as a list of one",
            Self::EmptyText => "blank text read as an empty list",
            Self::Null => "null read as an empty list",
            Self::Empty => "empty object or array read as an empty list",
            Self::Missing => "absent list read as an empty one",
        })
    }
}

impl Location {
    /// The beginning of any input.
    pub(crate) fn start() -> Self {
        Self { bytes: 0..0, line: 1, column: 1 }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Text from the input as a message shows it: on one line, no longer than fits one, and with nothing
/// in it that a terminal would obey.
pub(crate) struct Quoted<'t>(pub &'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 64;
        match self.0.char_indices().nth(LONGEST) {
            None => write!(f, "`{}`", Printable(self.0)),
            Some((end, _)) => {
                write!(f, "`{}…` ({} bytes)", Printable(&self.0[..end]), self.0.len())
            }
        }
    }
}

/// Text from outside as a terminal may be shown it: what would act on the terminal or hide in the line
/// (controls, line separators, marks that turn the direction of writing) is escaped.
///
/// ```
/// use ecs_invocations::finding::Printable;
///
/// assert_eq!(Printable("a\u{1b}[2Jb\n").to_string(), r"a\u{1b}[2Jb\n");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Printable<'t>(pub &'t str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            let acts_or_hides = character.is_control()
                || matches!(
                    character,
                    '\u{200b}'..='\u{200f}'
                        | '\u{2028}'..='\u{202e}'
                        | '\u{2060}'..='\u{2064}'
                        | '\u{2066}'..='\u{2069}'
                        | '\u{feff}'
                );
            if acts_or_hides {
                write!(f, "{}", character.escape_default())?;
            } else {
                write!(f, "{character}")?;
            }
        }
        Ok(())
    }
}

/// The way from the root of a response to one of its values: `Invocations.Invocation[3].Timed`.
///
/// Known fields have their documented names, whatever the input calls them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path(Vec<Step>);

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Into the member of that name.
    Name(Cow<'static, str>),
    /// Into the item of that number, from 0.
    Index(usize),
}

impl Path {
    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether this is the root itself.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

impl Path {
    /// What it takes in memory, in bytes.
    pub(crate) fn size(&self) -> usize {
        let owned = self.0.iter().map(|step| match step {
            Step::Name(Cow::Owned(name)) => name.len(),
            Step::Name(Cow::Borrowed(_)) | Step::Index(_) => 0,
        });
        self.0.len() * size_of::<Step>() + owned.sum::<usize>()
    }
}

impl Path {
    /// The path without what differs between the shapes in which a response comes: the names of a
    /// list's items, and envelopes.
    pub(crate) fn folded(&self) -> Self {
        let mut steps: Vec<Step> = Vec::with_capacity(self.0.len());
        for step in &self.0 {
            let is_item = |step: &Step| {
                const ITEMS: [&str; 4] =
                    ["Invocation", "InvokeInstance", "InvocationResult", "Tag"];
                matches!(step, Step::Name(name) if ITEMS.contains(&&**name))
            };
            match step {
                Step::Index(_) if steps.len() > 1 && steps.last().is_some_and(is_item) => {
                    steps.pop();
                }
                Step::Name(name) if steps.is_empty() && ENVELOPES.contains(&&**name) => continue,
                _ => {}
            }
            steps.push(step.clone());
        }
        Self(steps)
    }
}

impl From<Vec<Step>> for Path {
    fn from(steps: Vec<Step>) -> Self {
        Self(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            return f.write_str("the response");
        }
        for (depth, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Name(name) if is_plain(name) => {
                    write!(f, "{}{name}", if depth == 0 { "" } else { "." })?;
                }
                Step::Name(name) => write!(f, "[{name:?}]")?,
            }
        }
        Ok(())
    }
}

fn is_plain(name: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '@' | '$');
    !name.is_empty() && name.chars().all(is_plain)
}

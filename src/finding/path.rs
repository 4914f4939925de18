//! Paths from the root of a response to one of its values.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::str::FromStr;

use super::printable::Printable;

/// The path from the root of a response to one of its values, such as
/// `Invocations.Invocation[3].Timed`.
///
/// Known fields have their documented names, whatever the input calls them, and items have the name of
/// their list's element, whatever the list's shape in the input is.
///
/// Its `Display` can be parsed. Names that contain other characters than letters, digits and `_-:@$` are
/// quoted: `Labels["a.b"]`. The root is `the response`.
///
/// ```
/// use ecs_invocations::finding::{Path, Step};
///
/// let path: Path = "Invocations.Invocation[3].Timed".parse()?;
/// assert_eq!(path.steps()[2], Step::Index(3));
/// let decoded = ecs_invocations::decode(br#"{"Invocations": [{"Timed": "no"}]}"#).unwrap();
/// let timed: Path = "Invocations.Invocation[0].Timed".parse()?;
/// assert!(decoded.findings.iter().any(|finding| finding.path == timed));
/// assert!(timed < path);
/// # Ok::<(), ecs_invocations::finding::InvalidPath>(())
/// ```
///
/// The order is that of the steps: names alphabetically, indices by number.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Step>);

/// How the root is displayed.
const ROOT: &str = "the response";

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// To the member of that name.
    Name(Cow<'static, str>),
    /// To the item at that index, from 0.
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

    /// Its size in memory, in bytes.
    pub(crate) fn size(&self) -> usize {
        let owned = self.0.iter().map(|step| match step {
            Step::Name(Cow::Owned(name)) => name.len(),
            Step::Name(Cow::Borrowed(_)) | Step::Index(_) => 0,
        });
        self.0.len() * size_of::<Step>() + owned.sum::<usize>()
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
            return f.write_str(ROOT);
        }
        for (depth, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Name(name) if is_plain(name) => {
                    write!(f, "{}{name}", if depth == 0 { "" } else { "." })?;
                }
                Step::Name(name) => write_quoted(name, f)?,
            }
        }
        Ok(())
    }
}

fn write_quoted(name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("[\"")?;
    for character in name.chars() {
        match character {
            '\'' => f.write_char(character)?,
            '\0' => f.write_str(r"\0")?,
            _ if Printable::is_printed(character) => write!(f, "{}", character.escape_debug())?,
            _ => write!(f, "{}", character.escape_default())?,
        }
    }
    f.write_str("\"]")
}

/// Whether the name can follow a dot without quotes.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_plain_character)
}

fn is_plain_character(c: char) -> bool {
    c.is_alphanumeric() && Printable::is_printed(c) || matches!(c, '_' | '-' | ':' | '@' | '$')
}

/// Parses what `Display` writes; the root may be an empty text too.
impl FromStr for Path {
    type Err = InvalidPath;

    fn from_str(text: &str) -> Result<Self, InvalidPath> {
        let mut steps = Vec::new();
        let mut rest = if text == ROOT { "" } else { text };
        while !rest.is_empty() {
            let at = InvalidPath { at: text.len() - rest.len() };
            let (step, after) = match rest.strip_prefix('[') {
                Some(bracket) => parse_bracket(bracket).ok_or(at)?,
                None => {
                    let name =
                        if steps.is_empty() { rest } else { rest.strip_prefix('.').ok_or(at)? };
                    let end = name.find(|c| !is_plain_character(c)).unwrap_or(name.len());
                    let (name, after) = name.split_at(end);
                    if name.is_empty() {
                        return Err(at);
                    }
                    (Step::Name(Cow::Owned(name.to_owned())), after)
                }
            };
            steps.push(step);
            rest = after;
        }
        Ok(Self(steps))
    }
}

/// Parses the rest of `[3]` or `["name"]` after the opening bracket. Also returns what follows.
fn parse_bracket(text: &str) -> Option<(Step, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (digits, rest) = text.split_once(']')?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let index = digits.parse().ok().filter(|_| is_number)?;
        return Some((Step::Index(index), rest));
    };
    let mut name = String::new();
    let mut characters = quoted.chars();
    loop {
        name.push(match characters.next()? {
            '"' => break,
            '\\' => match characters.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '0' => '\0',
                'u' => {
                    let (digits, rest) = characters.as_str().strip_prefix('{')?.split_once('}')?;
                    characters = rest.chars();
                    char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
                }
                same @ ('"' | '\\' | '\'') => same,
                _ => return None,
            },
            other => other,
        });
    }
    let rest = characters.as_str().strip_prefix(']')?;
    Some((Step::Name(Cow::Owned(name)), rest))
}

/// Returned when a text is not a [`Path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidPath {
    /// Byte offset of the step that is invalid.
    at: usize,
}

impl fmt::Display for InvalidPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid path at byte {}, expected a form like `Names.Name[0][\"a b\"]`", self.at)
    }
}

impl std::error::Error for InvalidPath {}

//! Paths from the root of a response to one of its values.

use std::borrow::Cow;
use std::fmt;

/// The path from the root of a response to one of its values, such as
/// `Invocations.Invocation[3].Timed`.
///
/// Known fields have their documented names, whatever the input calls them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path(Vec<Step>);

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

/// Whether the name can follow a dot without quotes.
fn is_plain(name: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '@' | '$');
    !name.is_empty() && name.chars().all(is_plain)
}

//! Input text made safe to print.

use std::fmt;

/// Text from the input, quoted for a message: on one line, shortened, and escaped as [`Printable`] is.
pub(crate) struct Quoted<'t>(pub &'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAX_CHARS: usize = 64;
        match self.0.char_indices().nth(MAX_CHARS) {
            None => write!(f, "`{}`", Printable(self.0)),
            Some((end, _)) => {
                write!(f, "`{}…` ({} bytes)", Printable(&self.0[..end]), self.0.len())
            }
        }
    }
}

/// Untrusted text that is safe to print to a terminal: control characters, line separators, and invisible
/// or bidirectional formatting characters are escaped.
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
            let needs_escape = character.is_control()
                || matches!(
                    character,
                    '\u{200b}'..='\u{200f}'
                        | '\u{2028}'..='\u{202e}'
                        | '\u{2060}'..='\u{2064}'
                        | '\u{2066}'..='\u{2069}'
                        | '\u{feff}'
                );
            if needs_escape {
                write!(f, "{}", character.escape_default())?;
            } else {
                write!(f, "{character}")?;
            }
        }
        Ok(())
    }
}

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

/// Untrusted text that is safe to print to a terminal: control characters, line separators, noncharacters,
/// and invisible or bidirectional formatting characters are escaped.
///
/// ```
/// use ecs_invocations::finding::Printable;
///
/// assert_eq!(Printable("a\u{1b}[2Jb\n").to_string(), r"a\u{1b}[2Jb\n");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Printable<'t>(pub &'t str);

impl Printable<'_> {
    /// Whether a character is printed as it is.
    ///
    /// ```
    /// use ecs_invocations::finding::Printable;
    ///
    /// assert!(Printable::is_printed('中'));
    /// assert!(!Printable::is_printed('\u{9b}')); // begins a sequence that controls the terminal
    /// ```
    pub fn is_printed(character: char) -> bool {
        !(character.is_control() || is_invisible(character))
    }
}

/// Whether a character has no glyph of its own: it formats what is around it, is ignored by a renderer that
/// does not know it, or is a noncharacter of Unicode.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fdd0}'..='\u{fdef}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    ) || u32::from(character) & 0xFFFE == 0xFFFE
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(|character| !Self::is_printed(character)) {
            let (printed, escaped) = rest.split_at(at);
            f.write_str(printed)?;
            let mut characters = escaped.chars();
            if let Some(character) = characters.next() {
                write!(f, "{}", character.escape_default())?;
            }
            rest = characters.as_str();
        }
        f.write_str(rest)
    }
}

//! What a scalar is and what quotes it.

/// How far a string is searched for a better end than one that is likely.
pub(super) const LOOKAHEAD: usize = 512;

/// What a scalar is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A name, or an item of an array.
    First,
    /// The value of a member.
    Value,
}

/// Whether the text after a quote shows that it closes the string.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Follow {
    No,
    Likely,
    Certain,
}

/// Whether a character may quote a string in malformed JSON.
pub(super) fn is_quote(c: char) -> bool {
    crate::text::characters::is_quote(c)
        || matches!(
            c,
            '«' | '»' | '‹' | '›' | '´' | '＂' | '＇' | '「' | '」' | '『' | '』' | '″' | '‶'
        )
}

/// Whether `c` may close a string that `quote` opens.
pub(super) fn closes(quote: char, c: char) -> bool {
    match quote {
        '"' => c == '"',
        '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => {
            matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201b}')
        }
        '`' | '´' => matches!(c, '`' | '\'' | '´'),
        '«' | '»' => matches!(c, '«' | '»'),
        '‹' | '›' => matches!(c, '‹' | '›'),
        '＂' => c == '＂',
        '″' | '‶' => c == '″',
        '＇' => c == '＇',
        '「' | '」' => c == '」',
        '『' | '』' => c == '』',
        _ => matches!(c, '"' | '\u{201c}'..='\u{201f}'),
    }
}

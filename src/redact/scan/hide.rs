//! Replaces words, and texts in Base64.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::super::names;
use super::super::units::Unit;
use super::{Scan, is_quote, is_secret};
use crate::finding::Printable;

impl Scan<'_> {
    pub(super) fn hide_unknown_name(&mut self, from: usize, end: usize) {
        let name = self.string(from, end);
        let parts = |name: &str| name.split([':', '.', '-']).all(names::is_structural);
        if !parts(&name)
            && !names::is_type(&name)
            && !names::is_transparent(&name)
            && !self.fields.is_of_known_words(&name)
        {
            self.hide(from, end);
        }
    }

    /// Replaces all words.
    pub(super) fn hide(&mut self, from: usize, end: usize) {
        let mut at = from;
        while at < end {
            if !is_secret(&self.units[at]) {
                at += 1;
                continue;
            }
            let length = self.units[at..end].iter().position(|unit| !is_secret(unit));
            let word_end = length.map_or(end, |length| at + length);
            if !self.is_kept_word(at, word_end) {
                self.hide_word(at, word_end);
            }
            at = word_end;
        }
    }

    /// Whether a word in a text that is hidden has no secret: what an ID of this API begins with, or a literal of
    /// JSON in a text.
    fn is_kept_word(&self, at: usize, end: usize) -> bool {
        if end - at > 5 {
            return false;
        }
        let word = self.string(at, end);
        let next = self.character(end);
        let before = at.checked_sub(1).and_then(|before| self.character(before));
        let begins_id = names::is_id_prefix(&word)
            && next == Some('-')
            && before.is_none_or(|c| {
                is_quote(c) || matches!(c, ' ' | '=' | ':' | ',' | '>' | '[' | '(' | '\n')
            });
        let is_literal = || {
            matches!(&*word, "true" | "false" | "null")
                && matches!(self.sign_before(at), Some(':'))
                && matches!(self.next_sign(end), Some((_, ',' | '}')))
        };
        begins_id || is_literal()
    }

    fn hide_word(&mut self, from: usize, end: usize) {
        let word: Vec<char> = self.units[from..end].iter().map(|unit| unit.character).collect();
        let new = self.words.replace(&word);
        self.spell(from, &new);
    }

    /// Replaces the units from here by characters.
    fn spell(&mut self, from: usize, characters: &[char]) {
        let Some(last) = characters.len().checked_sub(1) else { return };
        let mut spelled = String::new();
        for (unit, new) in self.units[from..].iter().zip(characters) {
            if unit.character == *new {
                spelled.push_str(&self.text[unit.span()]);
            } else {
                unit.spell(*new, self.text, self.encoding, &mut spelled);
            }
        }
        let span = self.units[from].start..self.units[from + last].end;
        self.replacements.push((span, spelled.into()));
    }

    /// Replaces a text in Base64 by that of the text in it redacted, if it is one.
    pub(super) fn hide_base64(&mut self, from: usize, end: usize) -> bool {
        const BASE64: GeneralPurpose = GeneralPurpose::new(
            &base64::alphabet::STANDARD,
            GeneralPurposeConfig::new()
                .with_decode_padding_mode(DecodePaddingMode::Indifferent)
                .with_encode_padding(false),
        );
        const SHORTEST: usize = 4;
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
        let digits: Vec<usize> =
            (from..end).filter(|at| is_part(self.units[*at].character)).collect();
        let is_other = |unit: &Unit| {
            !is_part(unit.character)
                && !matches!(unit.character, '=' | '\\')
                && !unit.character.is_whitespace()
        };
        if digits.len() < SHORTEST || self.units[from..end].iter().any(is_other) {
            return false;
        }
        // A text that is cut has digits left over.
        let whole = digits.len() - if digits.len() % 4 == 1 { 1 } else { 0 };
        let encoded: String = digits[..whole].iter().map(|at| self.units[*at].character).collect();
        let decoded = BASE64.decode(&encoded).or_else(|_| BASE64.decode(&encoded[..whole / 4 * 4]));
        let Ok(decoded) = decoded else { return false };
        let valid = match str::from_utf8(&decoded) {
            Ok(text) => text,
            // The last character may be cut.
            Err(error) if error.error_len().is_none() => {
                str::from_utf8(&decoded[..error.valid_up_to()]).unwrap_or_default()
            }
            Err(_) => return false,
        };
        let is_text = |c: char| Printable::is_printed(c) || c.is_whitespace() || c == '\u{1b}';
        if valid.is_empty() || !valid.chars().all(is_text) {
            return false;
        }
        let mut inner = Scan::new(valid, encoding_rs::UTF_8, self.fields, self.words);
        let length = inner.units.len();
        inner.hide(0, length);
        let replacements = inner.replacements;
        let mut hidden = decoded.clone();
        for (span, new) in &replacements {
            if new.len() == span.len() {
                hidden[span.clone()].copy_from_slice(new.as_bytes());
            }
        }
        let encoded: Vec<char> = BASE64.encode(&hidden).chars().collect();
        for (at, new) in digits.iter().zip(&encoded) {
            self.spell(*at, &[*new]);
        }
        for at in &digits[encoded.len().min(digits.len())..] {
            self.hide_word(*at, at + 1);
        }
        true
    }
}

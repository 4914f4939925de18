//! What replaces each word.

use std::collections::{HashMap, HashSet};

use crate::random::Random;

/// The words that were replaced, in lower case, and their replacements.
#[derive(Debug, Default)]
pub(super) struct Words {
    replacements: HashMap<String, String>,
    used: HashSet<String>,
    random: Random,
}

/// Characters that replace others: of as many bytes in UTF-8, and of no more digits in a reference.
const CLASSES: &[(std::ops::RangeInclusive<u32>, u32, usize)] = &[
    (0x80..=0xff, 0xe0, 0x16),
    (0x100..=0x7ff, 0x430, 0x20),
    (0x800..=0x270f, 0xe01, 0x2e),
    (0x2710..=0xffff, 0x4e00, 0x1000),
    (0x10000..=0x1869f, 0x10428, 0x28),
    (0x186a0..=0x10ffff, 0x20000, 0x1000),
];

impl Words {
    /// The replacement of a word, which has as many characters, each of the same class.
    pub(super) fn replace(&mut self, word: &[char]) -> Vec<char> {
        let key: String = word.iter().map(char::to_ascii_lowercase).collect();
        let replacement = match self.replacements.get(&key) {
            Some(replacement) => replacement.clone(),
            None => {
                let replacement = self.unused(&key);
                self.used.insert(replacement.clone());
                self.replacements.insert(key, replacement.clone());
                replacement
            }
        };
        let cased =
            replacement.chars().zip(word).map(|(new, old)| match old.is_ascii_uppercase() {
                true => new.to_ascii_uppercase(),
                false => new,
            });
        cased.collect()
    }

    /// A replacement that no other word has, if there is one.
    fn unused(&mut self, key: &str) -> String {
        const TRIES: usize = 20;
        let mut last = String::new();
        for _ in 0..TRIES {
            last = self.random_like(key);
            // It may be the word itself: if it could not, it would tell what the word is not.
            if !self.used.contains(&last) && !is_meaningful(&last) {
                break;
            }
        }
        last
    }

    fn random_like(&mut self, key: &str) -> String {
        let is_number = key.bytes().all(|byte| byte.is_ascii_digit());
        let exponent = exponent(key);
        let hex =
            key.strip_prefix("0x").filter(|digits| digits.bytes().all(|it| it.is_ascii_hexdigit()));
        let mut replacement = String::with_capacity(key.len());
        for (at, c) in key.char_indices() {
            let is_kept = hex.is_some() && at < 2 || exponent.is_some_and(|from| at >= from);
            let is_first = at == 0 && is_number;
            replacement.push(if is_kept { c } else { self.like(c, is_first) });
        }
        replacement
    }

    /// A character of the same class. It is not derived from the other one, which could be computed from it then.
    fn like(&mut self, c: char, is_first_digit: bool) -> char {
        let (first, count) = match c {
            '0' if is_first_digit => return c,
            '1'..='9' if is_first_digit => ('1', 9),
            '0'..='9' => ('0', 10),
            'a'..='f' => ('a', 6),
            'g'..='z' => ('g', 20),
            _ => return self.like_wide(c),
        };
        self.any_of(u32::from(first), count)
    }

    fn like_wide(&mut self, c: char) -> char {
        let code = u32::from(c);
        let class = CLASSES.iter().find(|(range, ..)| range.contains(&code));
        class.map_or(c, |(_, first, count)| self.any_of(*first, *count))
    }

    fn any_of(&mut self, first: u32, count: usize) -> char {
        let offset = u32::try_from(self.random.below(count)).unwrap_or_default();
        char::from_u32(first + offset).unwrap_or('x')
    }
}

/// Where the exponent of a number starts.
fn exponent(word: &str) -> Option<usize> {
    let at = word.find('e')?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_exponent = |text: &str| text.is_empty() || text.len() <= 3 && is_digits(text);
    (is_digits(&word[..at]) && is_exponent(&word[at + 1..])).then_some(at)
}

/// Whether a word would mean something to a reader.
fn is_meaningful(word: &str) -> bool {
    matches!(
        word,
        "true"
            | "false"
            | "null"
            | "none"
            | "nil"
            | "nan"
            | "on"
            | "off"
            | "yes"
            | "no"
            | "ok"
            | "at"
    )
}

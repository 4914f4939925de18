//! Values of attributes.

use std::borrow::Cow;

use super::super::references::{is_well_formed, reference};
use super::Xml;
use crate::finding::FindingKind;

impl<'de> Xml<'_, 'de> {
    /// Normalizes an attribute's value: resolves references, replaces whitespace by spaces.
    pub(super) fn attribute_value(&self, raw: &'de str, start: usize) -> Cow<'de, str> {
        if !raw.contains(['&', '\t', '\r', '\n']) {
            return Cow::Borrowed(raw);
        }
        let mut value = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(found) = rest.find(['&', '\t', '\r', '\n']) {
            value.push_str(&rest[..found]);
            let at = start + raw.len() - rest.len() + found;
            let tail = &rest[found + 1..];
            if let Some(rest_after) = rest[found..].strip_prefix("\r\n") {
                value.push(' ');
                rest = rest_after;
                continue;
            }
            rest = tail;
            if !raw[raw.len() - tail.len() - 1..].starts_with('&') {
                value.push(' ');
                continue;
            }
            match reference(tail) {
                Some((name, Some(character))) => {
                    if !is_well_formed(name, character) {
                        let kind = FindingKind::MalformedReference { read: character };
                        self.report(kind, at..at + name.len() + 2);
                    }
                    value.push(character);
                    rest = &tail[name.len() + 1..];
                }
                Some((name, None)) => {
                    self.report(self.undefined_entity(name), at..at + name.len() + 2);
                    value.push('&');
                }
                None => match self.read_unterminated(tail, at) {
                    Some((end, read)) => {
                        value.push(read);
                        rest = &tail[end - at - 1..];
                    }
                    None => {
                        self.report(FindingKind::UnescapedMarkup, at..at + 1);
                        value.push('&');
                    }
                },
            }
        }
        value.push_str(rest);
        Cow::Owned(value)
    }
}

//! References that are not well formed, in texts and attributes.

use super::super::references::{declared_entities, unterminated_reference};
use super::Xml;
use crate::finding::FindingKind;

impl Xml<'_, '_> {
    /// The end of the reference without a `;` at `at`, before `tail`, and its character; it is reported.
    pub(super) fn read_unterminated(&self, tail: &str, at: usize) -> Option<(usize, char)> {
        let (length, read) = unterminated_reference(tail)?;
        let end = at + 1 + length;
        self.report(FindingKind::MalformedReference { read }, at..end);
        Some((end, read))
    }

    /// The finding on a reference to an entity that XML does not define.
    #[cold]
    pub(super) fn undefined_entity(&self, name: &str) -> FindingKind {
        let entities = self.entities.get_or_init(|| {
            let doctypes = self.doctypes.iter().map(|span| &self.text[span.clone()]);
            declared_entities(doctypes)
        });
        FindingKind::UndefinedEntity { declared: entities.get(name).cloned() }
    }
}

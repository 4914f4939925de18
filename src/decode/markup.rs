//! Edits of what was read as it is: XML that is not well formed, and values that are dropped because of damage.

use std::cmp::Reverse;

use crate::finding::FindingKind;
use crate::lenient::context::WITHOUT_DAMAGE;
use crate::pending::{PendingFinding, Subject};
use crate::repair::text_edits::TextEdit;
use crate::syntax::reader::Format;

/// The edits that make well formed what these findings of the front end are on, and that remove what is dropped.
pub(super) fn edits(findings: &[PendingFinding], text: &str, format: Format) -> Vec<TextEdit> {
    let nothing = if format == Format::Xml { "" } else { "null" };
    let mut edits: Vec<TextEdit> = findings
        .iter()
        .filter_map(|finding| {
            let Subject::Finding(kind) = &finding.subject else { return None };
            let replacement = match kind {
                FindingKind::InvalidValue { expected } if *expected == WITHOUT_DAMAGE => {
                    (finding.text_span.is_none()).then(|| nothing.to_owned())?
                }
                _ if format == Format::Xml => well_formed(kind, text.get(finding.span.clone())?)?,
                _ => return None,
            };
            Some(TextEdit { original: finding.span.clone(), replacement: replacement.into() })
        })
        .collect();
    edits.sort_by_key(|edit| (edit.original.start, Reverse(edit.original.end)));
    // What was read twice has its findings twice.
    edits.dedup_by(|next, edit| next.original.start < edit.original.end);
    edits
}

fn well_formed(kind: &FindingKind, raw: &str) -> Option<String> {
    match kind {
        FindingKind::UnescapedMarkup => match raw {
            "&" => Some("&amp;".to_owned()),
            "]]>" => Some("]]&gt;".to_owned()),
            _ => None,
        },
        FindingKind::UndefinedEntity { declared: None } => {
            raw.strip_prefix('&').map(|name| format!("&amp;{name}"))
        }
        FindingKind::MalformedReference { .. } => match raw.strip_prefix("&#X") {
            Some(digits) => Some(format!("&#x{digits}")),
            None => (!raw.ends_with(';')).then(|| format!("{raw};")),
        },
        FindingKind::InvalidMarkup => {
            let comment = raw.strip_prefix("<!--")?.strip_suffix("-->")?;
            let comment = comment.replace("--", "- -").replace("--", "- -");
            let space = if comment.ends_with('-') { " " } else { "" };
            Some(format!("<!--{comment}{space}-->"))
        }
        _ => None,
    }
}

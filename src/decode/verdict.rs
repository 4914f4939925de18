//! The verdict on a decoded document.

use super::Decoded;
use crate::finding::{Finding, FindingKind, Nesting};
use crate::lenient::Api as _;
use crate::model::{DescribeInvocations, Verdict};
use crate::schema::same_name;

impl Finding {
    /// Whether a value, or a whole record, may be missing from the model, or may be another than was meant:
    /// something was truncated, dropped or replaced, another document or text with the names of a run is ignored, or
    /// the repair is a guess.
    ///
    /// ```
    /// let decoded = ecs_invocations::decode(br#"{"Code": "Throttling", "Message": "Request was de"#)?;
    /// assert!(decoded.findings.iter().any(|finding| finding.loses_data()));
    /// let decoded = ecs_invocations::decode(br#"{"Code": "Throttling" "message": "m"}"#)?;
    /// assert!(!decoded.findings.iter().any(|finding| finding.loses_data()));
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    pub fn loses_data(&self) -> bool {
        let left_out = match &self.kind {
            // What was cut in a log may be between its marks.
            FindingKind::LineMarks { removed, .. } => removed,
            FindingKind::SurroundingText | FindingKind::StrayText => &*self.found,
            _ => "",
        };
        self.is_guess
            || names_run(left_out)
            || matches!(
                self.kind,
                FindingKind::MissingList
                    | FindingKind::TrailingDocument
                    | FindingKind::DuplicateDropped
                    | FindingKind::UnexpectedContent
                    | FindingKind::OtherResponse
                    | FindingKind::InvalidValue { .. }
                    | FindingKind::InvalidBytes { .. }
                    | FindingKind::Nesting(Nesting::Missing { .. } | Nesting::Replaced { .. })
                    | FindingKind::Incomplete
                    | FindingKind::Truncated
                    | FindingKind::AmbiguousEnd
                    | FindingKind::Elided
            )
    }
}

/// Whether a text has the name of a field of a run, as that of a member or element in any encoding.
fn names_run(text: &str) -> bool {
    let kinds = DescribeInvocations::KINDS;
    let records = kinds.records();
    let mut fields = records.iter().flat_map(|record| record.fields).map(|(name, _)| *name);
    fields.any(|name| {
        // Logs and requests name runs, but not how they went.
        let tells_outcome = name.ends_with("Status") || matches!(name, "ExitCode" | "ErrorCode");
        let is_name = |at: usize| {
            let (before, after) = (&text[..at], text[at + name.len()..].trim_start());
            let is_quoted = before.ends_with(['"', '\'', '<', ';'])
                || before.ends_with("%22")
                || before.ends_with("%3C");
            let is_word = !before.ends_with(|c: char| c.is_alphanumeric() || "&?".contains(c));
            is_quoted || tells_outcome && is_word && after.starts_with([':', '='])
        };
        memchr::memmem::find_iter(text.as_bytes(), name.as_bytes()).any(is_name)
            && !kinds.is_response_field(name)
    })
}

impl<R> Decoded<'_, R> {
    /// Whether values or records of the document may be missing from the response, or may be others than were
    /// meant: a finding [tells so](Finding::loses_data), or not all findings are kept.
    pub fn loses_data(&self) -> bool {
        self.findings_omitted > 0 || self.findings.iter().any(Finding::loses_data)
    }

    /// Whether runs, or what tells how they went, may be missing: the document [lost](Self::loses_data) more than
    /// another RequestId. That a gateway has an id of its own for a request says nothing about the runs.
    ///
    /// ```
    /// let body = br#"{"code": "200", "requestId": "gateway-1", "data":
    ///     {"RequestId": "r-1", "Invocations": {"Invocation": [{"InvokeId": "t-1"}]}}}"#;
    /// let decoded = ecs_invocations::decode(body)?;
    /// assert!(decoded.loses_data() && !decoded.may_lack_runs());
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    pub fn may_lack_runs(&self) -> bool {
        let is_lost =
            |it: &Finding| it.loses_data() && !same_name("RequestId", &it.path.to_string());
        self.findings_omitted > 0 || self.findings.iter().any(is_lost)
    }
}

impl Decoded<'_> {
    /// The verdict on all runs of the response. Like [`Response::verdict`](crate::Response::verdict), but a
    /// document that [may lack runs](Self::may_lack_runs) is no success: what is missing may have failed.
    ///
    /// ```
    /// use ecs_invocations::decode;
    /// use ecs_invocations::model::Verdict;
    ///
    /// let body = br#"{"Invocations": {"Invocation": [
    ///     {"InvokeId": "t-1", "InvocationStatus": "Success"}, {"InvokeId": "t-2", "Inv"#;
    /// let decoded = decode(&body[..])?;
    /// assert_eq!(decoded.verdict(), Verdict::Unknown);
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    pub fn verdict(&self) -> Verdict {
        match self.response.verdict() {
            Verdict::Succeeded if self.may_lack_runs() => Verdict::Unknown,
            verdict => verdict,
        }
    }
}

//! Prints an error response for reading.

use std::io::{self, Write};

use ecs_invocations::model::ApiError;

use super::safe;

pub(super) fn write(error: &ApiError<'_>, out: &mut impl Write) -> io::Result<()> {
    let detail = error.access_denied_detail.as_deref();
    let again = error.is_retryable().then_some("the same request may succeed later");
    let lines = [
        ("Error", error.code.as_ref().map(|code| code.as_str())),
        ("Message", error.message.as_deref()),
        ("Denied", detail.and_then(|detail| detail.auth_action.as_deref())),
        ("Caller", detail.and_then(|detail| detail.auth_principal_display_name.as_deref())),
        ("Because", detail.and_then(|detail| detail.no_permission_type.as_deref())),
        ("Policy", detail.and_then(|detail| detail.policy_type.as_deref())),
        ("Host", error.host_id.as_deref()),
        ("Request", error.request_id.as_deref()),
        ("Read more", error.recommend.as_deref()),
        ("Retry", again),
    ];
    for (label, text) in lines {
        if let Some(text) = text {
            writeln!(out, "{label:<9}  {}", safe::line(text))?;
        }
    }
    Ok(())
}

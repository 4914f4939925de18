//! Errors of the service, as errors of a program.

use std::fmt;

use super::error_codes::ApiErrorCode;
use super::records::{ApiError, Response};

impl ApiError<'_> {
    /// The HTTP status that the reference lists for the code; `None` for a code that it does not list.
    pub fn http_status(&self) -> Option<u16> {
        self.code.as_ref().and_then(ApiErrorCode::http_status)
    }

    /// Whether the same request may succeed later: the service was busy, throttled the caller, or failed
    /// internally. Such a code is `ServiceUnavailable`, or begins with `Throttling` or `InternalError`.
    ///
    /// ```
    /// use ecs_invocations::{Response, decode};
    ///
    /// let decoded = decode(br#"{"Code": "Throttling.User", "Message": "Request was denied."}"#)?;
    /// let Response::Error(error) = decoded.response else { panic!() };
    /// assert!(error.is_retryable());
    /// assert_eq!(error.to_string(), "Throttling.User: Request was denied.");
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    pub fn is_retryable(&self) -> bool {
        const PREFIXES: [&str; 3] = ["ServiceUnavailable", "Throttling", "InternalError"];
        let code = self.code.as_ref().map_or("", ApiErrorCode::as_str);
        PREFIXES.iter().any(|prefix| code.starts_with(prefix))
    }
}

/// One line: the code, the message, and the ID of the request.
impl fmt::Display for ApiError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use crate::finding::Printable;
        let code = self.code.as_ref().map_or("error without a code", ApiErrorCode::as_str);
        write!(f, "{}", Printable(code))?;
        if let Some(message) = &self.message {
            write!(f, ": {}", Printable(message))?;
        }
        if let Some(id) = &self.request_id {
            write!(f, " (request {})", Printable(id))?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError<'_> {}

impl<'a> Response<'a> {
    /// The response, or the error that it is.
    ///
    /// ```
    /// use ecs_invocations::decode;
    ///
    /// let page = decode(br#"{"PageNumber": 1, "Invocations": []}"#)?.response.into_result();
    /// assert_eq!(page.unwrap().to_string(), "page 1: 0 invocations");
    /// let error = decode(br#"{"Code": "Forbidden.RAM"}"#)?.response.into_result();
    /// assert_eq!(error.unwrap_err().to_string(), "Forbidden.RAM");
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is an error response.
    #[expect(clippy::result_large_err, reason = "a response is larger still")]
    pub fn into_result(self) -> Result<Self, ApiError<'a>> {
        match self {
            Self::Error(error) => Err(error),
            page => Ok(page),
        }
    }
}

/// One line: how much of what is on the page, or the error.
impl fmt::Display for Response<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, count, total, noun) = match self {
            Self::Invocations(page) => {
                (page.page_number, page.invocations.len(), page.total_count, "invocation")
            }
            Self::Results(page) => {
                let counts = page.invocation.as_deref();
                let (number, total) =
                    counts.map_or((None, None), |it| (it.page_number, it.total_count));
                (number, page.results().len(), total, "result")
            }
            Self::Error(error) => return error.fmt(f),
        };
        // A list that is paged by tokens has no numbers: they are 0 or -1.
        let total = total.filter(|total| *total >= count as i64);
        if let Some(number) = number.filter(|number| *number > 0) {
            write!(f, "page {number}: ")?;
        }
        write!(f, "{count}")?;
        if let Some(total) = total {
            write!(f, " of {total}")?;
        }
        let plural = if total.unwrap_or(count as i64) == 1 { "" } else { "s" };
        write!(f, " {noun}{plural}")
    }
}

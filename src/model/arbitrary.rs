//! `Arbitrary` for responses.

use arbitrary::{Arbitrary, Result, Unstructured};

use super::{ApiError, ApiErrorCode, DescribeInvocations, Response};
use crate::lenient::Api;

impl<'u> Arbitrary<'u> for Response<'_> {
    fn arbitrary(u: &mut Unstructured<'u>) -> Result<Self> {
        if u.ratio(7, 8)? {
            return Ok(Self::Invocations(u.arbitrary()?));
        }
        let mut error: ApiError<'_> = u.arbitrary()?;
        // Without a field of its own, or with a field of a page, it would decode as something else.
        error.code.get_or_insert(ApiErrorCode::Dispatch);
        let kinds = DescribeInvocations::KINDS;
        error.extra.0.retain(|(name, _)| !kinds.belongs_to_other_kind(1, name));
        Ok(Self::Error(error))
    }
}

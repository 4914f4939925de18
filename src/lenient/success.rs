//! What tells that a request succeeded, beside a response.

use crate::schema::{Kind, Kinds, same_name};

/// Words with which gateways tell success, as a code or in a message.
const SUCCESS_WORDS: &[&str] = &["ok", "success", "succeeded", "succeed", "successful"];

/// Other codes that they send with a success.
const SUCCESS_CODES: &[&str] = &["200", "201", "202", "204", "200 OK", "20000", "true"];

/// The member with which gateways tell success or failure.
pub(crate) const SUCCESS_FIELD: &str = "success";

/// The members with which gateways tell success in words.
pub(super) const MESSAGE_FIELDS: &[&str] = &["message", "msg"];

/// Whether a gateway's message tells success.
pub(super) fn is_message_of_success(message: &str) -> bool {
    SUCCESS_WORDS.iter().any(|known| known.eq_ignore_ascii_case(message))
}

/// Whether a code is one of those that gateways send with a success.
pub(crate) fn tells_success(code: &str) -> bool {
    let is_zero = !code.is_empty() && code.bytes().all(|byte| byte == b'0');
    is_zero
        || is_message_of_success(code)
        || SUCCESS_CODES.iter().any(|known| known.eq_ignore_ascii_case(code))
}

/// Whether a member beside the response would make it another kind if it stood in it.
pub(crate) fn is_misleading(
    name: &str,
    value: Option<&str>,
    kind: usize,
    has_items: bool,
    kinds: &'static Kinds,
) -> bool {
    let is_code = |kind: &Kind| kind.code.is_some_and(|code| same_name(code, name));
    match kinds.kinds[kind].code {
        Some(code) => {
            same_name(SUCCESS_FIELD, name)
                || same_name(code, name) && value.is_some_and(tells_success)
        }
        None if has_items => false,
        None => {
            value.is_some_and(|it| !tells_success(it))
                && (kinds.kinds.iter().any(is_code) || same_name(SUCCESS_FIELD, name))
        }
    }
}

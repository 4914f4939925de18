//! How the contents of a response are encoded, as they show together.

use super::content::{Content, ContentEncoding};
use super::records::{Invocation, InvokeInstance, Response};

impl Response<'_> {
    /// How all contents of the response are encoded: `ContentEncoding` is a parameter of the request.
    ///
    /// It is `PlainText` if a `CommandContent` or, if none of these tells, an `Output` cannot be Base64. It is
    /// `Base64` if one is Base64 of text, and too long to be that by chance. In other cases, as for contents
    /// of a few characters, it is `Unknown`, and each may be told from [itself](Content::encoding).
    ///
    /// ```
    /// use ecs_invocations::decode;
    /// use ecs_invocations::model::ContentEncoding;
    ///
    /// let body = br#"{"Invocations": [{"InvokeId": "t-1", "CommandContent": "cat /run/app.pid",
    ///     "InvokeInstances": [{"InstanceId": "i-1", "Output": "3456"}]}]}"#;
    /// let response = decode(body)?.response;
    /// assert_eq!(response.content_encoding(), ContentEncoding::PlainText);
    /// let run = response.runs().next().unwrap();
    /// assert_eq!(run.output_text(None).unwrap().text, "3456"); // which is also Base64 of a text
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    pub fn content_encoding(&self) -> ContentEncoding {
        match self {
            Self::Invocations(page) => of_invocations(&page.invocations),
            Self::Results(page) => {
                encoding(page.results().iter().filter_map(|result| result.output.as_ref()))
            }
            Self::Error(_) => ContentEncoding::Unknown,
        }
    }
}

/// How the contents of the invocations of one response are encoded.
pub(super) fn of_invocations(invocations: &[Invocation<'_>]) -> ContentEncoding {
    // An output may be Base64 that the command printed; a script hardly ever is.
    let commands = invocations.iter().filter_map(|invocation| invocation.command_content.as_ref());
    match encoding(commands) {
        ContentEncoding::Unknown => encoding(invocations.iter().flat_map(outputs)),
        known => known,
    }
}

fn outputs<'m>(invocation: &'m Invocation<'_>) -> impl Iterator<Item = &'m Content<'m>> {
    let of_instance = |instance: &'m InvokeInstance<'_>| instance.output.as_ref();
    invocation.instances.iter().filter_map(of_instance).chain(&invocation.output)
}

/// `Base64` outweighs: what is not Base64 beside it may be a damaged one.
fn encoding<'m>(contents: impl Iterator<Item = &'m Content<'m>>) -> ContentEncoding {
    let mut found = ContentEncoding::Unknown;
    let mut buffer = Vec::new();
    for content in contents {
        if content.is_surely_base64_of_text() {
            return ContentEncoding::Base64;
        }
        if content.decode_base64_into(&mut buffer).is_err() {
            found = ContentEncoding::PlainText;
        }
    }
    found
}

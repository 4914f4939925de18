//! The tags of an invocation, also as parameters of a request.

use std::borrow::Cow;

model_record! {
    /// A tag of an invocation. Current API.
    pub struct Tag in "Tag" {
        /// Key of the tag.
        pub key: Option<Cow<'a, str>> = "TagKey",
        /// Value of the tag.
        pub value: Option<Cow<'a, str>> = "TagValue" or empty,
    }
}

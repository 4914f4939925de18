//! Whether a value stands in a document.

use super::Damaged;

impl Damaged {
    /// The first of the texts that is neither in the damaged document nor in the clean one.
    pub fn first_made_up(&self, texts: impl IntoIterator<Item = String>) -> Option<String> {
        let (damaged, clean) = (squeezed(&self.text), squeezed(&self.clean));
        texts.into_iter().find(|text| {
            let text = squeezed(text);
            !damaged.contains(&text) && !clean.contains(&text)
        })
    }
}

/// The text without what escapes, wraps or separates, to look for values in it.
fn squeezed(text: &str) -> String {
    let mut text = text.replace("\\n", "").replace("\\t", "").replace("\\r", "");
    let references = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
    // References may be escaped again.
    for (reference, sign) in references.into_iter().chain(references) {
        text = text.replace(reference, sign);
    }
    for escaped in ["&#0;", "&#1;", "&#x0;", "&#27;", "\\u001b", "\\u001B"] {
        text = text.replace(escaped, "");
    }
    text.chars()
        // An object in place of a text is encoded again.
        .filter(|c| !c.is_whitespace() && !c.is_control() && !r#"\"':,{}[]"#.contains(*c))
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

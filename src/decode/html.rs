//! Detection of HTML pages, which proxies and gateways send instead of a response.

/// Whether a document type declaration declares HTML.
pub(super) fn is_html_doctype(doctype: &str) -> bool {
    let name = doctype.get("<!doctype".len()..).unwrap_or_default().trim_start();
    name.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("html"))
}

/// The title of a page.
pub(super) fn html_title(page: &str) -> Option<&str> {
    let lower = page.to_ascii_lowercase();
    let tag = lower.find("<title")?;
    let start = tag + lower[tag..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    Some(page[start..end].trim())
}

//! Labels of encodings.

use encoding_rs::Encoding;

/// Labels of Windows and Python that the Encoding Standard does not list.
const CODE_PAGES: &[(&str, &str)] =
    &[("932", "shift_jis"), ("936", "gbk"), ("949", "euc-kr"), ("950", "big5"), ("65001", "utf-8")];

/// The encoding that a label names, ignoring case and surrounding whitespace.
pub(crate) fn encoding_of_label(label: &[u8]) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(label).or_else(|| {
        let label = str::from_utf8(label).ok()?.trim().to_ascii_lowercase();
        let prefixes = ["cp", "ms", "windows-", "cp-"];
        let number = prefixes.iter().find_map(|prefix| label.strip_prefix(prefix));
        let page = CODE_PAGES.iter().find(|(page, _)| Some(*page) == number);
        let other = || label.replace('_', "-").replace("latin-", "latin");
        let label = page.map_or_else(other, |(_, name)| (*name).to_owned());
        Encoding::for_label_no_replacement(label.as_bytes())
    })
}

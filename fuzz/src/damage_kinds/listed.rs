//! The kinds of damage that are common.

/// Names of kinds after their format; `*` stands for any text.
const COMMON: &[&str] = &[
    "01-brackets/open-root-*", "01-brackets/open-object-*", "01-brackets/open-list-*", "01-brackets/open-item-*",
    "01-brackets/close-root-*", "01-brackets/close-object-*", "01-brackets/close-list-*", "01-brackets/close-item-*",
    "01-brackets/close-all-missing", "01-brackets/early-root-*", "01-brackets/early-item-close*", "01-brackets/opener-line-lost",
    "01-colons/at-container-missing", "01-colons/at-container-blank", "01-colons/at-container-comma", "01-colons/at-container-semicolon",
    "01-colons/at-container-equals", "01-colons/at-container-arrow", "01-colons/at-container-full-width",
    "01-colons/at-scalar-missing", "01-colons/at-scalar-blank", "01-colons/at-scalar-comma", "01-colons/at-scalar-semicolon",
    "01-colons/at-scalar-equals", "01-colons/at-scalar-arrow", "01-colons/at-scalar-full-width", "01-colons/bare-container-names",
    "01-colons/every-equals", "01-colons/every-missing", "01-colons/every-arrow",
    "02-objects-on-lines/*",
    "03-between/before-comma-arrow", "03-between/before-comma-backslash", "03-between/before-comma-pilcrow", "03-between/before-comma-xml-comment",
    "03-between/before-comma-word", "03-between/before-comma-string-word", "03-between/before-comma-c-comment", "03-between/before-comma-slashes",
    "03-between/before-comma-words", "03-between/after-comma-arrow", "03-between/after-comma-backslash", "03-between/after-comma-pilcrow",
    "03-between/after-comma-xml-comment", "03-between/after-comma-word", "03-between/after-comma-string-word", "03-between/after-comma-words",
    "03-between/line-*comment*", "03-between/hash-comment-*", "03-between/line-arrow", "03-between/line-words", "03-between/every-*",
    "03-commas/one-missing", "03-commas/one-semicolon", "03-commas/one-dot", "03-commas/one-full-width", "03-commas/one-ideographic", "03-commas/one-bar",
    "03-commas/one-doubled", "03-commas/one-nothing", "03-commas/every-semicolon", "03-commas/every-missing", "03-commas/every-full-width", "03-commas/every-trailing",
    "04-quotes/name-unicode*", "04-quotes/name-bytes", "04-quotes/name-*-lost", "04-quotes/name-single*", "04-quotes/name-*guillemets", "04-quotes/name-full-width",
    "04-quotes/name-acute", "04-quotes/name-backtick", "04-quotes/name-curly", "04-quotes/name-nothing",
    "04-quotes/value-unicode*", "04-quotes/value-bytes", "04-quotes/value-*-lost", "04-quotes/value-single*", "04-quotes/value-*guillemets", "04-quotes/value-full-width",
    "04-quotes/value-acute", "04-quotes/value-backtick", "04-quotes/value-curly", "04-quotes/value-nothing",
    "04-quotes/every-unicode*", "04-quotes/every-bytes", "04-quotes/every-single", "04-quotes/every-*guillemets", "04-quotes/every-full-width", "04-quotes/every-acute",
    "04-quotes/every-backtick", "04-quotes/every-curly", "04-quotes/every-nothing", "04-quotes/every-name-nothing", "04-quotes/long-integers", "04-quotes/pretty-*", "04-quotes/text-*-lost",
    "04-inner-quotes/*", "04-split-strings/one-newline", "04-split-strings/one-plus", "04-split-strings/one-line", "04-split-strings/one-blank", "04-split-strings/every-*",
    "05-line-prefixes/quote", "05-line-prefixes/quotes", "05-line-prefixes/plus", "05-line-prefixes/star", "05-line-prefixes/doc-star", "05-line-prefixes/hash",
    "05-line-prefixes/slashes", "05-line-prefixes/number-*", "05-line-prefixes/time-*", "05-line-prefixes/syslog*", "05-line-prefixes/docker-*", "05-line-prefixes/kubectl*",
    "05-line-prefixes/logger*", "05-line-prefixes/level*", "05-line-prefixes/sse", "05-line-prefixes/bar", "05-line-prefixes/box", "05-line-suffixes/backslash", "05-line-suffixes/blank-backslash",
    "05-line-suffixes/pilcrow", "05-line-suffixes/return", "05-frames/bars", "05-frames/box", "05-frames/box-with-rule",
    "06-terminal/colours-escape", "06-terminal/colours-caret", "06-terminal/colours-unicode", "06-terminal/colours-lost", "06-terminal/one-colour-escape", "06-terminal/one-colour-caret",
    "06-terminal/one-colour-lost", "06-terminal/colours-inside-quotes-escape", "06-terminal/wrapped-*-80", "06-terminal/wrapped-*-60", "06-terminal/wrapped-*-40", "06-terminal/wrapped-*-80-indented",
    "06-terminal/wrapped-*-80-backslash", "06-terminal/folded-*",
    "07-escapes/newlines", "07-escapes/crlf", "07-escapes/quotes", "07-escapes/quotes-twice", "07-escapes/string*", "07-escapes/entities", "07-escapes/entities-twice", "07-escapes/entities-34", "07-escapes/numeric",
    "07-escapes/numeric-twice", "07-escapes/pre*", "07-escapes/nbsp*", "07-escapes/br*", "07-escapes/url", "07-escapes/url-plus", "07-escapes/url-some", "07-escapes/full-width-angles", "07-escapes/csv*",
    "07-escapes/backslash-before-brackets", "07-escapes/backslash-before-underscores-and-stars", "07-escapes/backslash-before-all", "07-escapes/fence*", "07-escapes/html-page", "07-escapes/upper-unicode-escapes",
    "07-literals/lines-c", "07-literals/lines-java", "07-literals/double-quoted-c", "07-literals/double-quoted-java", "07-literals/double-quoted-go", "07-literals/verbatim-go-raw", "07-literals/verbatim-python-triple",
    "07-literals/single-quoted-python-single", "07-literals/shell-quoted", "07-literals/verbatim-java-text-block",
    "08-go/*", "08-java/*", "08-php/*", "08-ruby/*", "08-python/*", "08-javascript/*", "08-yaml/*", "08-powershell/*",
    "09-numbers/grouped-by-comma", "09-numbers/grouped-by-underscore", "09-numbers/grouped-by-dot", "09-numbers/full-width", "09-numbers/every-full-width", "09-numbers/hex", "09-numbers/every-hex",
    "10-tuples/list-as-*", "10-names/parted-by-blank", "10-names/parted-by-newline", "10-names/every-parted-by-blank", "10-names/written-quote-at-*", "10-names/written-blanks",
    "11-tags/open-leaf-missing", "11-tags/open-item-missing", "11-tags/open-list-missing", "11-tags/open-root-missing", "11-tags/open-*-as-close", "11-tags/open-*-blanks", "11-tags/open-leaf-no-end",
    "11-tags/open-leaf-end-slash", "11-tags/open-item-end-slash", "11-tags/close-*-missing", "11-tags/close-*-as-open", "11-tags/close-*-blank-after", "11-tags/close-*-blank-before", "11-tags/close-leaf-no-angle",
    "11-tags/close-leaf-no-slash-angle", "11-tags/close-*-backslash", "11-tags/close-leaf-slash-after", "11-tags/mistyped-*", "11-tags/every-close-missing", "11-tags/every-leaf-close-missing", "11-tags/every-close-blank",
    "11-tags/every-leaf-close-as-open", "11-tags/root-*", "11-tags/open-tag-joined-to-text", "11-tags/close-tags-joined-to-text",
    "11-syntax/doctype-*", "11-syntax/cdata-lower", "11-syntax/cdata-blank-before-end", "11-syntax/amp-no-semicolon", "11-syntax/gt-no-semicolon", "11-syntax/text-nul", "11-syntax/upper-hex-reference",
    "11-syntax/unescaped-*", "11-syntax/declaration-*",
    "12-outside/last-*", "12-outside/leaf-after-item", "12-outside/inside-brackets-*", "12-outside/around-fence", "12-outside/fence-inside-root", "12-outside/member-before-root",
];

pub fn is_common(name: &str) -> bool {
    let name = name.replacen("/xml-", "/", 1);
    COMMON.iter().any(|pattern| matches(pattern, &name))
}

fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    for (nth, part) in parts.iter().enumerate() {
        if nth + 1 == parts.len() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty()
}

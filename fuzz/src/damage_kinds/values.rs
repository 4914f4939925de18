//! What stands between values, quotes, and names.

use super::tokens::{Role, Site, Style, What};
use super::{Adder, Format, Kind};

pub(super) fn add(kinds: &mut Vec<Kind>) {
    between(&mut Adder::new(kinds, "03-between", Format::Json));
    commas(&mut Adder::new(kinds, "03-commas", Format::Json));
    quotes(&mut Adder::new(kinds, "04-quotes", Format::Json));
    inner_quotes(&mut Adder::new(kinds, "04-inner-quotes", Format::Json));
    split_strings(&mut Adder::new(kinds, "04-split-strings", Format::Json));
    names(&mut Adder::new(kinds, "10-names", Format::Json));
}

const REMARKS: &[(&str, &str)] = &[
    ("arrow", "<- see here"),
    ("long-arrow", "<-- this one"),
    ("sign-arrow", "← here"),
    ("backslash", "\\"),
    ("pilcrow", "¶"),
    ("xml-comment", "<!-- x -->"),
    ("word", "AAA"),
    ("c-comment", "/* c */"),
    ("hash", "# note"),
    ("slashes", "// note"),
    ("dashes", "-- note"),
    ("sic", "(sic)"),
    ("words", "TODO check this one"),
    ("sentence", "this is wrong, I think"),
    ("footnote", "[1]"),
    ("caret", "^^^^"),
    ("star", "*"),
    ("bold", "**"),
    ("ellipsis", "..."),
    ("dots", "…"),
    ("question", "???"),
    ("percent", "% note"),
    ("at", "@bob please look"),
    ("emoji", "👈"),
    ("check", "✓"),
    ("equals", "== 5?"),
    ("bang", "!important"),
    ("tag", "<b>"),
    ("closed-tag", "</span>"),
    ("amp", "&nbsp;"),
    ("semicolon", ";"),
    ("rem", "REM note"),
    ("paren", ")"),
    ("string-word", "AAA }"),
];

fn between(add: &mut Adder<'_>) {
    add.one_each("before-comma", REMARKS, |s| {
        (s.ends_value() && s.next_is(What::Comma))
            .then(|| format!("{} {}", s.text, s.with).replace("note", "note\n").replace("? ?", ""))
    });
    add.one_each("after-comma", REMARKS, |s| {
        (s.is(What::Comma) && s.ends_line).then(|| format!("{} {}", s.text, s.with))
    });
    for (suffix, with) in REMARKS {
        add.text(&format!("line-{suffix}"), Some(Style::Indent4), |text, with| {
            let at = text.match_indices(",\n").nth(text.len() % 5)?.0 + 2;
            Some(format!("{}{with}\n{}", &text[..at], &text[at..]))
        })
        .with = with;
    }
    let few = [
        ("arrow", " <- see here"),
        ("word", " AAA"),
        ("c-comment", " /* c */"),
        ("backslash", " \\"),
        ("pilcrow", "¶"),
        ("xml-comment", " <!-- x -->"),
        ("star", " *"),
    ];
    add.one_each("before-closer", &few, |s| {
        (s.ends_value() && s.next_is(What::Close)).then(|| format!("{}{}", s.text, s.with))
    });
    add.one_each("after-opener", &few, |s| {
        (s.is(What::Open)).then(|| format!("{}{}", s.text, s.with))
    });
    add.one_each("after-colon", &few, |s| {
        (s.is(What::Colon)).then(|| format!("{}{} ", s.text, s.with))
    });
    add.one_each("before-colon", &few, |s| {
        (s.is(What::Colon)).then(|| format!("{} {}", s.with, s.text))
    });
    add.one("line-comment-before-comma", |s| {
        (s.ends_value() && s.next_is(What::Comma)).then(|| format!("{} // c\n", s.text))
    });
    add.one("line-comment-after-literal", |s| {
        (s.is(What::Literal) && s.next_is(What::Comma)).then(|| format!("{} // c\n", s.text))
    });
    add.one("hash-comment-after-literal", |s| {
        (s.is(What::Literal) && s.next_is(What::Comma)).then(|| format!("{} # c\n", s.text))
    });
    add.text("every-line-comment", Some(Style::Indent2), |text, _| {
        Some(text.replace(",\n", ", // ok\n"))
    });
    add.text("every-line-hash", Some(Style::Indent2), |text, _| {
        Some(text.replace(",\n", ",  # ok\n"))
    });
}

fn commas(add: &mut Adder<'_>) {
    let signs = [
        ("missing", " "),
        ("nothing", ""),
        ("newline", "\n"),
        ("semicolon", ";"),
        ("dot", "."),
        ("full-width", "，"),
        ("ideographic", "、"),
        ("bar", "|"),
        ("and", " and "),
        ("doubled", ",,"),
        ("spaced", ", ,"),
        ("tripled", ",,,"),
        ("slash", "/"),
        ("arabic", "،"),
        ("full-width-semicolon", "；"),
        ("colon", ":"),
        ("low-quote", "‚"),
        ("ampersand", "&"),
        ("plus", "+"),
        ("comma-dot", ",."),
        ("tab", "\t"),
        ("quote", "'"),
        ("small", "﹐"),
        ("comma-semicolon", ",;"),
    ];
    add.one_each("one", &signs, |s| s.is(What::Comma).then(|| s.with.to_owned()));
    add.every_each("every", &signs[..9], |s| {
        let needs_blank = s.with.is_empty() && s.before_is(What::Literal);
        s.is(What::Comma).then(|| if needs_blank { " ".into() } else { s.with.to_owned() })
    });
    add.one("leading", |s| s.is(What::Open).then(|| format!("{},", s.text)));
    add.one("trailing", |s| s.is(What::Close).then(|| format!(",{}", s.text)));
    add.every("every-leading", |s| s.is(What::Open).then(|| format!("{},", s.text)));
    add.every("every-trailing", |s| s.is(What::Close).then(|| format!(",{}", s.text)));
}

fn wrap(inside: &str, with: &str) -> String {
    with.replacen('|', inside, 1)
}

const QUOTES: &[(&str, &str)] = &[
    ("single", "'|'"),
    ("curly", "“|”"),
    ("curly-open", "“|“"),
    ("low", "„|“"),
    ("guillemets", "«|»"),
    ("spaced-guillemets", "« | »"),
    ("single-guillemets", "‹|›"),
    ("full-width", "＂|＂"),
    ("acute", "´|´"),
    ("backtick", "`|`"),
    ("backtick-acute", "`|'"),
    ("tex", "``|''"),
    ("single-curly", "‘|’"),
    ("prime", "″|″"),
    ("corner", "「|」"),
    ("doubled", "\"\"|\"\""),
    ("escaped", "\\\"|\\\""),
    ("triple", "\"\"\"|\"\"\""),
    ("two-single", "''|''"),
    ("unicode", "u\"|\""),
    ("unicode-single", "u'|'"),
    ("bytes", "b'|'"),
    ("raw", "r\"|\""),
    ("at", "@\"|\""),
    ("mixed", "\"|'"),
    ("mixed-other", "'|\""),
    ("nothing", "|"),
    ("open-lost", "|\""),
    ("close-lost", "\"|"),
    ("double-low-to-plain", "„|\""),
    ("single-open", "'|"),
    ("single-close", "|'"),
    ("triple-single", "'''|'''"),
    ("n-quote", "N'|'"),
    ("parens", "(\"|\")"),
    ("str", "str(\"|\")"),
    ("dollar", "$\"|\""),
    ("double-backtick", "``|``"),
    // Names only.
    ("symbol", ":|"),
    ("at-sign", "@|"),
    ("dotted", ".|"),
];

fn quotes(add: &mut Adder<'_>) {
    add.one_each("name", QUOTES, |s| s.is(What::Name).then(|| wrap(s.inside, s.with)));
    add.one_each("value", &QUOTES[..QUOTES.len() - 3], |s| {
        (s.is(What::String) && s.is_plain()).then(|| wrap(s.inside, s.with))
    });
    let both = &QUOTES[..27];
    add.every_each("every", both, |s| {
        let is_safe = !s.inside.contains(['\'', '\\']);
        (matches!(s.what, What::Name | What::String) && is_safe).then(|| wrap(s.inside, s.with))
    });
    add.every_each(
        "every-name",
        &[("nothing", "|"), ("single", "'|'"), ("close-lost", "\"|"), ("open-lost", "|\"")],
        |s| s.is(What::Name).then(|| wrap(s.inside, s.with)),
    );
    add.every_each(
        "every-value",
        &[("nothing", "|"), ("single", "'|'"), ("close-lost", "\"|"), ("open-lost", "|\"")],
        |s| (s.is(What::String) && s.is_plain()).then(|| wrap(s.inside, s.with)),
    );
    add.one("text-close-lost", |s| {
        (s.is(What::String) && !s.is_plain() && s.next_is(What::Comma))
            .then(|| format!("\"{}", s.inside))
    });
    add.one("text-open-lost", |s| {
        (s.is(What::String) && !s.is_plain() && !s.inside.is_empty())
            .then(|| format!("{}\"", s.inside))
    });
    add.one("text-nothing", |s| {
        (s.is(What::String) && !s.is_plain() && !s.inside.contains(['\\', ',']) && s.ends_line)
            .then(|| s.inside.to_owned())
    });
    add.every("long-integers", |s| {
        (s.is(What::Literal) && s.text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| format!("{}L", s.text))
    });
    add.text("pretty-close-lost-before-newline", Some(Style::Indent4), |text, _| {
        let at = text.match_indices("\",\n").nth(text.len() % 4)?.0;
        Some(format!("{}{}", &text[..at], &text[at + 1..]))
    });
    add.text("pretty-all-close-lost-at-line-ends", Some(Style::Indent4), |text, _| {
        (!text.contains('\\')).then(|| text.replace("\",\n", ",\n").replace("\"\n", "\n"))
    });
}

fn inner_quotes(add: &mut Adder<'_>) {
    add.one("unescaped", |s| {
        (s.is(What::String) && s.inside.contains("\\\""))
            .then(|| format!("\"{}\"", s.inside.replace("\\\"", "\"")))
    });
    add.every("every-unescaped", |s| {
        (s.is(What::String) && s.inside.contains("\\\""))
            .then(|| format!("\"{}\"", s.inside.replace("\\\"", "\"")))
    });
    add.one("first-unescaped", |s| {
        (s.is(What::String) && s.inside.contains("\\\""))
            .then(|| format!("\"{}\"", s.inside.replacen("\\\"", "\"", 1)))
    });
    add.one("last-unescaped", |s| {
        let at = s.inside.rfind("\\\"").filter(|_| s.is(What::String))?;
        Some(format!("\"{}{}\"", &s.inside[..at], &s.inside[at + 1..]))
    });
    add.one("object-in-string", |s| {
        (s.name == "Parameters" && s.is(What::String))
            .then(|| format!("\"{}\"", s.inside.replace("\\\"", "\"")))
    });
    add.one("object-out-of-string", |s| {
        (s.name == "Parameters" && s.is(What::String)).then(|| s.inside.replace("\\\"", "\""))
    });
    add.one("doubled-quotes", |s| {
        (s.is(What::String) && s.inside.contains("\\\""))
            .then(|| format!("\"{}\"", s.inside.replace("\\\"", "\"\"")))
    });
    add.one("apostrophe-in-single-quotes", |s| {
        (s.is(What::String) && s.inside.contains('\'')).then(|| format!("'{}'", s.inside))
    });
    add.every("apostrophes-in-single-quotes", |s| {
        (matches!(s.what, What::String | What::Name))
            .then(|| format!("'{}'", s.inside.replace("\\\"", "\"")))
    });
    add.one("backslashes-unescaped", |s| {
        (s.is(What::String) && s.inside.contains("\\\\"))
            .then(|| format!("\"{}\"", s.inside.replace("\\\\", "\\")))
    });
    add.one("newlines-unescaped", |s| {
        (s.is(What::String) && s.inside.contains("\\n"))
            .then(|| format!("\"{}\"", s.inside.replace("\\n", "\n")))
    });
    add.one("newlines-as-crlf-unescaped", |s| {
        (s.is(What::String) && s.inside.contains("\\n"))
            .then(|| format!("\"{}\"", s.inside.replace("\\n", "\n").replace("\\\\", "\\")))
    });
    add.every("everything-unescaped", |s| {
        (s.is(What::String) && s.inside.contains('\\')).then(|| {
            format!(
                "\"{}\"",
                s.inside.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\")
            )
        })
    });
    add.one("apostrophe-escaped", |s| {
        (s.is(What::String) && s.inside.contains('\''))
            .then(|| format!("\"{}\"", s.inside.replace('\'', "\\'")))
    });
    add.one("quote-doubled-at-end", |s| {
        (s.is(What::String) && s.is_plain()).then(|| format!("{}\"", s.text))
    });
    add.one("quote-doubled-at-start", |s| {
        (s.is(What::String) && s.is_plain()).then(|| format!("\"{}", s.text))
    });
}

fn split_strings(add: &mut Adder<'_>) {
    let signs = [
        ("newline", "'\n'"),
        ("blank", "\" \""),
        ("plus", "\" + \""),
        ("plus-newline", "\" +\n    \""),
        ("line", "\"\n        \""),
        ("dot", "\" . \""),
        ("ampersand", "\" & \""),
        ("backslash", "\" \\\n\""),
        ("concat", "\" || \""),
        ("nothing", "\"\""),
        ("tight-plus", "\"+\""),
        ("tilde", "\" ~ \""),
    ];
    fn split(s: &Site<'_>) -> Option<String> {
        let is_split = s.is(What::String) && s.inside.len() > 5 && !s.inside.contains('\\');
        let at = (s.inside.len() / 2..s.inside.len()).find(|at| s.inside.is_char_boundary(*at))?;
        let quote = if s.with.starts_with('\'') { '\'' } else { '"' };
        is_split.then(|| format!("{quote}{}{}{}{quote}", &s.inside[..at], s.with, &s.inside[at..]))
    }
    add.one_each("one", &signs, split);
    add.every_each("every-text", &signs[..8], |s| split(s).filter(|_| s.inside.contains(' ')));
    add.one("in-three", |s| {
        (s.is(What::String)
            && s.inside.len() > 8
            && s.inside.is_ascii()
            && !s.inside.contains('\\'))
        .then(|| {
            format!("(\"{}\"\n \"{}\"\n \"{}\")", &s.inside[..3], &s.inside[3..6], &s.inside[6..])
        })
    });
}

fn names(add: &mut Adder<'_>) {
    fn words(name: &str, sign: &str) -> Option<String> {
        let mut text = String::new();
        for (nth, c) in name.chars().enumerate() {
            if nth > 0 && c.is_ascii_uppercase() {
                text.push_str(sign);
            }
            text.push(c);
        }
        (text != name).then_some(text)
    }
    let signs = [
        ("blank", " "),
        ("newline", "\n"),
        ("nbsp", "\u{a0}"),
        ("underscore", "_"),
        ("dash", "-"),
        ("dot", "."),
        ("zero-width", "\u{200b}"),
        ("soft-hyphen", "\u{ad}"),
        ("tab", "\t"),
        ("two-blanks", "  "),
    ];
    fn inside(s: &Site<'_>) -> Option<String> {
        if !s.is(What::Name) {
            return None;
        }
        words(s.inside, s.with).map(|name| format!("\"{name}\""))
    }
    add.one_each("parted-by", &signs, inside);
    add.every_each("every-parted-by", &signs, inside);
    add.every("every-parted-bare", |s| s.is(What::Name).then(|| words(s.inside, " ")).flatten());
    let around = [
        ("blanks", "\" | \""),
        ("quote-at-end", "|\""),
        ("quote-at-start", "\"|"),
        ("colon-inside", "\"|:\""),
        ("bracketed", "[\"|\"]"),
        ("dollar", "\"$|\""),
        ("at", "\"@|\""),
        ("dot", ".|"),
        ("bold", "**|**"),
        ("bold-quoted", "**\"|\"**"),
        ("code", "`|`"),
        ("dash", "- |"),
        ("star", "* |"),
        ("bullet", "• |"),
        ("zero-width", "\"\u{200b}|\""),
        ("bom", "\"\u{feff}|\""),
        ("prefix", "\"ns:|\""),
        ("path", "\"response.|\""),
        ("parens", "(|)"),
        ("angle", "<|>"),
        ("type", "string |"),
        ("optional", "|?"),
        ("star-after", "|*"),
        ("var", "var |"),
        ("escaped", "\\\"|\\\""),
        ("let", "\"|\" "),
        ("brackets", "[|]"),
        ("hash", "#|"),
    ];
    add.one_each("written", &around, |s| s.is(What::Name).then(|| wrap(s.inside, s.with)));
    add.every_each("every-written", &around[..12], |s| {
        s.is(What::Name).then(|| wrap(s.inside, s.with))
    });
    add.every("every-lower", |s| s.is(What::Name).then(|| s.text.to_ascii_lowercase()));
    add.every("every-upper", |s| s.is(What::Name).then(|| s.text.to_ascii_uppercase()));
    add.one("of-container-bare", |s| {
        (s.is(What::Name) && s.role != Role::Leaf).then(|| s.inside.to_owned())
    });
}

//! Tags, references and declarations of XML.

use super::tokens::{Role, Site, Style, What};
use super::{Adder, Format, Kind};

fn is_leaf(s: &Site<'_>) -> bool {
    s.role == Role::Leaf
}

fn is_id_or_status(name: &str) -> bool {
    ["Id", "Status", "Time", "Type", "Count", "Size", "Number"]
        .iter()
        .any(|end| name.ends_with(end))
}

fn tag(s: &Site<'_>) -> Option<String> {
    matches!(s.what, What::Open | What::Close).then(|| s.with.replace('N', s.name))
}

fn mistyped(name: &str, with: &str) -> String {
    let middle = name.len() / 2;
    match with {
        "lost" => format!("{}{}", &name[..middle], &name[middle + 1..]),
        "doubled" => format!("{}{}", &name[..=middle], &name[middle..]),
        "swapped" => {
            let mut bytes = name.as_bytes().to_vec();
            bytes.swap(middle, middle - 1);
            String::from_utf8_lossy(&bytes).into_owned()
        }
        "lower" => name.to_ascii_lowercase(),
        "plural" => format!("{name}s"),
        "blank" => format!("{} {}", &name[..middle], &name[middle..]),
        "other" => "Foo".to_owned(),
        _ => format!("{}x{}", &name[..middle], &name[middle + 1..]),
    }
}

pub(super) fn add(kinds: &mut Vec<Kind>) {
    let mut add = Adder::new(kinds, "11-tags", Format::Xml);
    let add = &mut add;
    for (place, open, close) in [
        (
            "leaf",
            (|s| if s.opens(Role::Leaf) { tag(s) } else { None }) as super::Edit,
            (|s| if s.closes(Role::Leaf) { tag(s) } else { None }) as super::Edit,
        ),
        (
            "item",
            |s| if s.opens(Role::Item) { tag(s) } else { None },
            |s| if s.closes(Role::Item) { tag(s) } else { None },
        ),
        (
            "list",
            |s| if s.opens(Role::List) { tag(s) } else { None },
            |s| if s.closes(Role::List) { tag(s) } else { None },
        ),
        (
            "root",
            |s| if s.opens(Role::Root) { tag(s) } else { None },
            |s| if s.closes(Role::Root) { tag(s) } else { None },
        ),
    ] {
        let opens = [
            ("missing", ""),
            ("doubled", "<N><N>"),
            ("as-close", "</N>"),
            ("blank-before", "< N>"),
            ("blanks", "< N >"),
            ("no-angle", "N>"),
            ("no-end", "<N"),
            ("blank-end", "<N "),
            ("paren", "(N)"),
            ("bracket", "[N]"),
            ("backslash", "<\\N>"),
            ("doubled-angle", "<<N>"),
            ("doubled-end", "<N>>"),
            ("escaped", "&lt;N&gt;"),
            ("half-escaped", "<N&gt;"),
            ("quotes", "<\"N\">"),
            ("colon", "<:N>"),
            ("end-slash", "<N/>"),
            ("attribute", "<N note>"),
            ("attribute-unquoted", "<N note=1>"),
            ("attribute-open", "<N note=\"1>"),
            ("comma", "<N,>"),
            ("newline", "<N\n>"),
            ("brace", "{N}"),
            ("guillemets", "‹N›"),
            ("prefix", "<ns:N>"),
        ];
        add.one_each(
            &format!("open-{place}"),
            if place == "leaf" { &opens } else { &opens[..17] },
            open,
        );
        let closes = [
            ("missing", ""),
            ("doubled", "</N></N>"),
            ("as-open", "<N>"),
            ("blank-before", "< /N>"),
            ("blank-after", "</ N>"),
            ("blank-end", "</N >"),
            ("no-angle", "/N>"),
            ("backslash", "<\\N>"),
            ("no-end", "</N"),
            ("no-slash-angle", "N>"),
            ("anonymous", "</>"),
            ("bare", "</N>>"),
            ("escaped", "&lt;/N&gt;"),
            ("slash-after", "<N/>"),
            ("doubled-slash", "<//N>"),
            ("bracket", "[/N]"),
            ("other", "</Foo>"),
            ("no-name", "</"),
            ("only-slash", "/"),
            ("attribute", "</N a=\"b\">"),
            ("doubled-angle", "<</N>"),
            ("newline", "</\nN>"),
        ];
        add.one_each(
            &format!("close-{place}"),
            if place == "leaf" { &closes } else { &closes[..17] },
            close,
        );
    }
    let typos = [
        ("lost", "lost"),
        ("doubled", "doubled"),
        ("swapped", "swapped"),
        ("wrong", "wrong"),
        ("lower", "lower"),
        ("plural", "plural"),
        ("blank", "blank"),
        ("other", "other"),
    ];
    for (place, role) in [("leaf", true), ("container", false)] {
        let open: super::Edit = if role {
            |s| (is_leaf(s) && s.is(What::Open)).then(|| format!("<{}>", mistyped(s.name, s.with)))
        } else {
            |s| (!is_leaf(s) && s.is(What::Open)).then(|| format!("<{}>", mistyped(s.name, s.with)))
        };
        add.one_each(&format!("mistyped-open-{place}"), &typos, open);
        let close: super::Edit = if role {
            |s| {
                (is_leaf(s) && s.is(What::Close))
                    .then(|| format!("</{}>", mistyped(s.name, s.with)))
            }
        } else {
            |s| {
                (!is_leaf(s) && s.is(What::Close))
                    .then(|| format!("</{}>", mistyped(s.name, s.with)))
            }
        };
        add.one_each(&format!("mistyped-close-{place}"), &typos, close);
    }
    let every = [
        ("close-missing", ""),
        ("close-blank", "</ N>"),
        ("close-as-open", "<N>"),
        ("close-anonymous", "</>"),
        ("close-backslash", "<\\N>"),
        ("close-blank-before", "< /N>"),
    ];
    add.every_each("every", &every, |s| if s.is(What::Close) { tag(s) } else { None });
    add.every_each("every-leaf", &every, |s| if s.closes(Role::Leaf) { tag(s) } else { None });
    let every = [
        ("open-blank", "< N >"),
        ("open-missing", ""),
        ("open-no-end", "<N "),
        ("open-doubled-angle", "<<N>"),
        ("open-attribute", "<N xsi:nil=false>"),
    ];
    add.every_each("every", &every, |s| if s.is(What::Open) { tag(s) } else { None });
    add.every_each("every-leaf", &every, |s| if s.opens(Role::Leaf) { tag(s) } else { None });
    add.every("every-tag-in-brackets", |s| match s.what {
        What::Open => Some(format!("[{}]", s.name)),
        What::Close => Some(format!("[/{}]", s.name)),
        _ => None,
    });
    add.text("open-and-close-angles-lost", Some(Style::Indent4), |text, _| {
        Some(text.replace("</", "/"))
    });
    add.text("close-tags-joined-to-text", Some(Style::Indent2), |text, _| {
        let at = text.find("</InvokeId>").or_else(|| text.find("</HostId>"))?;
        Some(format!("{}{}", &text[..at], &text[at + 1..]))
    });
    add.text("open-tag-joined-to-text", Some(Style::Indent2), |text, _| {
        let text = text.replacen("<InvokeId>", "<InvokeId", 1);
        Some(text.replacen("<HostId>", "<HostId", 1))
    });
    add.text("root-open-lost", Some(Style::Indent2), |text, _| {
        text.split_once('\n').map(|(_, rest)| rest.to_owned())
    });
    add.text("root-tags-lost", Some(Style::Indent2), |text, _| {
        let (_, rest) = text.split_once('\n')?;
        rest.rsplit_once('\n').map(|(rest, _)| rest.to_owned())
    });
    add.text("root-doubled", None, |text, _| {
        let end = text.find('>')? + 1;
        Some(format!("{}{text}</{}", &text[..end], &text[1..end]))
    });
    add.text("siblings-swapped-closes", Some(Style::Compact), |text, _| {
        Some(text.replacen(
            "</InvokeInstance></InvokeInstances>",
            "</InvokeInstances></InvokeInstance>",
            1,
        ))
        .map(|text| {
            text.replacen(
                "</InvocationResult></InvocationResults>",
                "</InvocationResults></InvocationResult>",
                1,
            )
        })
    });

    let mut add = Adder::new(kinds, "11-syntax", Format::Xml);
    let add = &mut add;
    let starts = [
        ("doctype-no-end", "<!DOCTYPE response\n|"),
        ("doctype-subset-no-end", "<!DOCTYPE response [\n<!ENTITY a \"b\">\n|"),
        ("doctype-lower", "<!doctype html>\n|"),
        ("declaration-no-end", "<?xml version=\"1.0\" encoding=\"UTF-8\"\n|"),
        ("declaration-no-question", "<?xml version=\"1.0\">\n|"),
        ("declaration-twice", "<?xml version=\"1.0\"?>\n<?xml version=\"1.0\"?>\n|"),
        ("declaration-late", "\n\n  <?xml version=\"1.0\"?>\n|"),
        ("declaration-blank", "< ?xml version=\"1.0\"?>\n|"),
        ("declaration-curly", "<?xml version=“1.0” encoding=“UTF-8”?>\n|"),
        ("declaration-upper", "<?XML version=\"1.0\"?>\n|"),
        ("comment-no-end", "<!-- the response\n|"),
        ("comment-dashes", "<!-- a -- b --->\n|"),
        ("instruction-no-end", "<?pi a\n|"),
        ("version", "<?xml version=\"9.9\"?>\n|"),
        ("html-comment", "<! -- a -->\n|"),
        ("text", "Response: |"),
        ("text-after", "|\nDone."),
        ("entity", "<!DOCTYPE a [<!ENTITY x \"y\">]>\n|"),
        ("element", "<!ELEMENT a>|"),
        (
            "viewer",
            "This XML file does not appear to have any style information associated with it. The document tree is shown below.\n|",
        ),
    ];
    for (name, with) in starts {
        add.text(name, None, |text, with| Some(with.replacen('|', text, 1))).with = with;
    }
    add.text("browser-tree", Some(Style::Indent2), |text, _| {
        let lines = text.lines().map(|line| {
            let is_open = line.trim_start().starts_with('<') && !line.contains("</");
            if is_open { line.replacen('<', "-<", 1) } else { format!(" {line}") }
        });
        Some(lines.collect::<Vec<_>>().join("\n"))
    });
    let cdatas = [
        ("lower", "<![cdata[|]]>"),
        ("mixed", "<![CData[|]]>"),
        ("blank-before-end", "<![CDATA[|]] >"),
        ("blanks", "<![CDATA[|] ]>"),
        ("no-end", "<![CDATA[|"),
        ("one-bracket", "<![CDATA[|]>"),
        ("no-bang", "<[CDATA[|]]>"),
        ("blank", "<! [CDATA[|]]>"),
        ("no-second", "<![CDATA|]]>"),
        ("end-only", "|]]>"),
        ("escaped", "&lt;![CDATA[|]]&gt;"),
        ("twice", "<![CDATA[<![CDATA[|]]>]]>"),
        ("no-angle", "<![CDATA[|]]"),
        ("blank-inside", "<![ CDATA [|]]>"),
    ];
    add.one_each("cdata", &cdatas, |s| {
        (s.is(What::Text) && !s.text.contains('&')).then(|| s.with.replacen('|', s.text, 1))
    });
    let odd = [
        ("nul", "|&#0;"),
        ("control", "|&#1;"),
        ("hex-nul", "|&#x0;"),
        ("comment", "|<!-- x -->"),
        ("comment-no-end", "|<!-- x "),
        ("instruction", "|<?x y?>"),
        ("bell", "|\u{7}"),
        ("raw-nul", "|\0"),
        ("break", "|<br>"),
        ("break-closed", "|<br/>"),
        ("bold", "<b>|</b>"),
        ("newlines", "\n  |\n  "),
        ("comment-bad", "|<!- x -->"),
        ("remark", "| <- here"),
        ("footnote", "| [1]"),
        ("arrow", "| ← here"),
        ("pilcrow", "|¶"),
        ("backslash", "|\\\n"),
    ];
    add.one_each("text", &odd, |s| {
        (s.is(What::Text) && is_id_or_status(s.name)).then(|| s.with.replacen('|', s.text, 1))
    });
    add.one("upper-hex-reference", |s| {
        let first = s.text.chars().next().filter(|_| s.is(What::Text))?;
        Some(format!("&#X{:x};{}", u32::from(first), &s.text[first.len_utf8()..]))
    });
    add.one("reference-no-semicolon", |s| {
        let first = s.text.chars().next().filter(|c| s.is(What::Text) && !c.is_ascii_hexdigit())?;
        let rest = &s.text[first.len_utf8()..];
        (!rest.starts_with(|c: char| c.is_ascii_digit()))
            .then(|| format!("&#{}{rest}", u32::from(first)))
    });
    add.every("amp-no-semicolon", |s| {
        (s.is(What::Text) && s.text.contains("&amp;")).then(|| s.text.replace("&amp;", "&amp"))
    });
    add.every("gt-no-semicolon", |s| {
        (s.is(What::Text) && s.text.contains("&gt;")).then(|| s.text.replace("&gt;", "&gt"))
    });
    add.every("lt-no-semicolon", |s| {
        (s.is(What::Text) && s.text.contains("&lt;")).then(|| s.text.replace("&lt;", "&lt"))
    });
    add.every("unescaped-amp", |s| {
        (s.is(What::Text) && s.text.contains("&amp;")).then(|| s.text.replace("&amp;", "&"))
    });
    add.every("unescaped-lt", |s| {
        (s.is(What::Text) && s.text.contains("&lt;")).then(|| s.text.replace("&lt;", "<"))
    });
    add.every("everything-unescaped", |s| {
        (s.is(What::Text) && s.text.contains('&'))
            .then(|| s.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    });
    add.text("attributes-instead", Some(Style::Compact), |text, _| {
        Some(text.replace("<InvokeId>", "<InvokeId type=\"string\" type=\"id\">"))
    });
    add.text("namespace-undeclared", None, |text, _| {
        Some(text.replace("</", "\u{1}").replace('<', "<ns2:").replace('\u{1}', "</ns2:"))
    });
    add.text("namespace-on-closes-only", None, |text, _| Some(text.replace("</", "</ns2:")));
    add.text("upper-case", None, |text, _| {
        let tokens = super::tokens::tokens(text);
        let mut out = text.to_owned();
        for token in tokens.iter().filter(|token| token.what != What::Text) {
            out[token.span.clone()].make_ascii_uppercase();
        }
        Some(out)
    });
    add.text("close-case-differs", None, |text, _| {
        let tokens = super::tokens::tokens(text);
        let mut out = text.to_owned();
        for token in tokens.iter().filter(|token| token.what == What::Close) {
            out[token.span.clone()].make_ascii_lowercase();
        }
        Some(out)
    });

    let mut add = Adder::new(kinds, "12-outside", Format::Xml);
    add.text("last-leaf-after-root", Some(Style::Compact), |text, _| {
        let close = text.rfind("</")?;
        let start =
            text[..close].rfind("<PageNumber>").or_else(|| text[..close].rfind("<Message>"))?;
        Some(format!("{}{}{}", &text[..start], &text[close..], &text[start..close]))
    });
    add.text("leaf-after-item", Some(Style::Compact), |text, _| {
        let start = text.find("<Timed>")?;
        let end = start + text[start..].find("</Timed>")? + "</Timed>".len();
        let item = ["</InvokeInstance>", "</Invocation>"]
            .into_iter()
            .find(|tag| text[end..].starts_with(tag))?;
        Some(format!("{}{item}{}{}", &text[..start], &text[start..end], &text[end + item.len()..]))
    });
    for (name, with) in [
        ("fence", "```xml\n|\n```"),
        ("quotes", "\"|\""),
        ("parens", "(|)"),
        ("angle", "<|>"),
        ("log", "INFO body=| took 1 ms"),
        ("http", "HTTP/1.1 200 OK\nContent-Type: text/xml\n\n|"),
    ] {
        add.text(&format!("around-{name}"), None, |text, with| Some(with.replacen('|', text, 1)))
            .with = with;
    }
    add.text("fence-inside-root", Some(Style::Indent2), |text, _| {
        let end = text.find('>')? + 1;
        let close = text.rfind("</")?;
        Some(format!("{}\n```\n{}\n```\n{}", &text[..end], &text[end..close], &text[close..]))
    });
}

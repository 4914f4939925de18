//! Escapes that are left in, and documents as literals of other languages.

use std::fmt::Write as _;

use super::tokens::{Style, What};
use super::{Adder, Format, Kind};

pub(super) fn add(kinds: &mut Vec<Kind>) {
    for format in [Format::Json, Format::Xml] {
        shared(&mut Adder::new(kinds, "07-escapes", format));
        literals(&mut Adder::new(kinds, "07-literals", format));
    }
    json_only(&mut Adder::new(kinds, "07-escapes", Format::Json));
}

/// The content of a JSON string.
fn inside(text: &str) -> String {
    let quoted = super::node::quote(text);
    quoted[1..quoted.len() - 1].to_owned()
}

fn entities(text: &str, quote: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', quote)
}

fn numeric(text: &str, hex: bool) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' | '>' | '&' | '"' if hex => write!(out, "&#x{:x};", u32::from(c)).expect("written"),
            '<' | '>' | '&' | '"' => write!(out, "&#{};", u32::from(c)).expect("written"),
            c => out.push(c),
        }
    }
    out
}

fn percent(text: &str, keeps: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || keeps.contains(c) {
            out.push(c);
        } else {
            let mut buffer = [0; 4];
            for b in c.encode_utf8(&mut buffer).bytes() {
                write!(out, "%{b:02X}").expect("written");
            }
        }
    }
    out
}

fn escaped_signs(text: &str, signs: &str, form: fn(char) -> String) -> String {
    text.chars().map(|c| if signs.contains(c) { form(c) } else { c.into() }).collect()
}

fn shared(add: &mut Adder<'_>) {
    add.text("newlines", Some(Style::Indent4), |text, _| Some(text.replace('\n', "\\n")));
    add.text("crlf", Some(Style::Indent4), |text, _| Some(text.replace('\n', "\\r\\n")));
    add.text("newlines-and-tabs", Some(Style::Indent4), |text, _| {
        Some(text.replace('\n', "\\n").replace("    ", "\\t"))
    });
    add.text("newlines-doubled", Some(Style::Indent4), |text, _| Some(text.replace('\n', "\\\\n")));
    add.text("string-content", None, |text, _| Some(inside(text)));
    add.text("string", None, |text, _| Some(super::node::quote(text)));
    add.text("string-content-twice", None, |text, _| Some(inside(&inside(text))));
    add.text("string-twice", None, |text, _| Some(super::node::quote(&super::node::quote(text))));
    add.text("string-open-only", None, |text, _| Some(format!("\"{}", inside(text))));
    add.text("string-close-only", None, |text, _| Some(format!("{}\"", inside(text))));
    add.text("string-of-unicode-escapes", None, |text, _| {
        Some(escaped_signs(text, "\"<>&'", |c| format!("\\u{:04x}", u32::from(c))))
    });
    add.text("upper-unicode-escapes", None, |text, _| {
        Some(escaped_signs(text, "\"<>&'", |c| format!("\\u{:04X}", u32::from(c))))
    });
    add.text("hex-escapes", None, |text, _| {
        Some(escaped_signs(text, "\"<>&'", |c| format!("\\x{:02x}", u32::from(c))))
    });
    add.text("octal-escapes", None, |text, _| {
        Some(escaped_signs(text, "\"<>&'", |c| format!("\\{:03o}", u32::from(c))))
    });
    add.text("brace-unicode-escapes", None, |text, _| {
        Some(escaped_signs(text, "\"<>&'", |c| format!("\\u{{{:x}}}", u32::from(c))))
    });
    add.text("entities", None, |text, _| Some(entities(text, "&quot;")));
    add.text("entities-twice", None, |text, _| Some(entities(&entities(text, "&quot;"), "&quot;")));
    add.text("entities-thrice", None, |text, _| {
        Some(entities(&entities(&entities(text, "&quot;"), "&quot;"), "&quot;"))
    });
    add.text("entities-34", None, |text, _| Some(entities(text, "&#34;")));
    add.text("entities-x22", None, |text, _| Some(entities(text, "&#x22;")));
    add.text("entities-034", None, |text, _| Some(entities(text, "&#034;")));
    add.text("numeric", None, |text, _| Some(numeric(text, false)));
    add.text("numeric-hex", None, |text, _| Some(numeric(text, true)));
    add.text("numeric-twice", None, |text, _| Some(numeric(&numeric(text, false), false)));
    add.text("entities-no-semicolon", None, |text, _| {
        Some(text.replace('<', "&lt").replace('>', "&gt").replace('"', "&quot"))
    });
    add.text("entities-upper", None, |text, _| {
        Some(entities(text, "&QUOT;").replace("&lt;", "&LT;").replace("&gt;", "&GT;"))
    });
    add.text("pre", None, |text, _| Some(format!("<pre>{text}</pre>")));
    add.text("pre-escaped", Some(Style::Indent2), |text, _| {
        Some(format!("<pre>{}</pre>", entities(text, "&quot;")))
    });
    add.text("pre-code", Some(Style::Indent2), |text, _| {
        Some(format!(
            "<pre><code class=\"language-json\">{}\n</code></pre>",
            entities(text, "&quot;")
        ))
    });
    add.text("textarea", Some(Style::Indent2), |text, _| {
        Some(format!("<textarea rows=\"3\">{}</textarea>", entities(text, "&quot;")))
    });
    add.text("nbsp-entities", Some(Style::Indent2), |text, _| {
        Some(text.replace("  ", "&nbsp;&nbsp;"))
    });
    add.text("nbsp-entities-escaped", Some(Style::Indent2), |text, _| {
        Some(entities(text, "&quot;").replace("  ", "&nbsp;&nbsp;"))
    });
    add.text("nbsp-160", Some(Style::Indent2), |text, _| {
        Some(entities(text, "&quot;").replace("  ", "&#160;&#160;"))
    });
    add.text("nbsp", Some(Style::Indent2), |text, _| Some(text.replace("  ", "\u{a0}\u{a0}")));
    add.text("br", Some(Style::Indent2), |text, _| {
        Some(entities(text, "&quot;").replace('\n', "<br>\n"))
    });
    add.text("br-only", Some(Style::Indent2), |text, _| {
        Some(entities(text, "&quot;").replace('\n', "<br/>"))
    });
    add.text("br-nbsp", Some(Style::Indent2), |text, _| {
        Some(entities(text, "&quot;").replace('\n', "<br />").replace("  ", "&nbsp; "))
    });
    add.text("br-unescaped", Some(Style::Indent2), |text, _| Some(text.replace('\n', "<br>\n")));
    add.text("divs", Some(Style::Indent2), |text, _| {
        Some(entities(text, "&quot;").lines().map(|line| format!("<div>{line}</div>\n")).collect())
    });
    add.text("paragraphs", Some(Style::Indent2), |text, _| {
        Some(entities(text, "&quot;").lines().map(|line| format!("<p>{line}</p>")).collect())
    });
    add.text("list-items", Some(Style::Indent2), |text, _| {
        let lines: String =
            entities(text, "&quot;").lines().map(|line| format!("<li>{line}</li>\n")).collect();
        Some(format!("<ol>\n{lines}</ol>"))
    });
    add.text("spans", Some(Style::Indent2), |text, _| {
        let lines = entities(text, "&quot;");
        Some(format!(
            "<pre>{}</pre>",
            lines
                .lines()
                .map(|line| format!("<span class=\"line\">{line}</span>\n"))
                .collect::<String>()
        ))
    });
    add.text("url", None, |text, _| Some(percent(text, "-_.~")));
    add.text("url-plus", None, |text, _| Some(percent(text, "-_.~ ").replace(' ', "+")));
    add.text("url-lower", None, |text, _| {
        Some(escaped_signs(text, "\"<>{}[] \n%&:,/", |c| format!("%{:02x}", u32::from(c))))
    });
    add.text("url-some", None, |text, _| Some(percent(text, "-_.~{}[]:, \n/<>=?!*'()")));
    add.text("url-twice", Some(Style::Compact), |text, _| {
        Some(percent(&percent(text, "-_.~"), "-_.~"))
    });
    add.text("url-parameter", Some(Style::Compact), |text, _| {
        Some(format!("body={}&status=200", percent(text, "-_.~")))
    });
    add.text("url-data", Some(Style::Compact), |text, _| {
        Some(format!("data:application/json,{}", percent(text, "-_.~")))
    });
    add.text("full-width-signs", None, |text, _| {
        let text = text.replace('<', "＜").replace('>', "＞").replace('{', "｛").replace('}', "｝");
        Some(text.replace('[', "［").replace(']', "］").replace(',', "，").replace(':', "："))
    });
    add.text("full-width-angles", None, |text, _| {
        Some(text.replace('<', "＜").replace('>', "＞").replace('"', "＂"))
    });
    add.text("csv", None, |text, _| Some(format!("\"{}\"", text.replace('"', "\"\""))));
    add.text("csv-content", None, |text, _| Some(text.replace('"', "\"\"")));
    add.text("csv-row", Some(Style::Compact), |text, _| {
        Some(format!("7,\"{}\",200", text.replace('"', "\"\"")))
    });
    add.text("csv-column", Some(Style::Indent2), |text, _| {
        Some(format!("id,body\n7,\"{}\"\n", text.replace('"', "\"\"")))
    });
    add.text("tsv-row", Some(Style::Compact), |text, _| {
        Some(format!("7\t\"{}\"\t200", text.replace('"', "\"\"")))
    });
    let markdown: &[(&str, &str)] = &[
        ("brackets", "[]"),
        ("underscores-and-stars", "_*"),
        ("all", "[]_*`{}#-.!<>"),
        ("braces", "{}"),
        ("angles", "<>"),
        ("quotes", "\""),
        ("dashes", "-"),
        ("slashes", "/"),
    ];
    for (name, with) in markdown {
        add.text(&format!("backslash-before-{name}"), None, |text, with| {
            Some(escaped_signs(text, with, |c| format!("\\{c}")))
        })
        .with = with;
    }
    add.text("fence", None, |text, _| Some(format!("Here it is:\n\n```\n{text}\n```\n\nThanks")));
    add.text("fence-indented", Some(Style::Indent2), |text, _| {
        Some(format!(
            "1. Run it\n    ```json\n{}    ```\n",
            text.lines().map(|line| format!("    {line}\n")).collect::<String>()
        ))
    });
    add.text("fence-open-only", None, |text, _| Some(format!("```json\n{text}")));
    add.text("yaml-block", Some(Style::Indent2), |text, _| {
        Some(format!(
            "status: 200\nbody: |\n{}",
            text.lines().map(|line| format!("  {line}\n")).collect::<String>()
        ))
    });
    add.text("list-of-lines", Some(Style::Indent2), |text, _| {
        let lines: Vec<String> = text.lines().map(super::node::quote).collect();
        Some(format!("[{}]", lines.join(",\n ")))
    });
    add.text("lines-in-quotes", Some(Style::Indent2), |text, _| {
        Some(text.lines().map(|line| format!("{}\n", super::node::quote(line))).collect())
    });
    add.text("quoted-printable", None, |text, _| {
        Some(escaped_signs(text, "=\"", |c| format!("={:02X}", u32::from(c))))
    });
    add.text("html-page", Some(Style::Indent2), |text, _| {
        Some(format!("<html><head><title>Response</title></head>\n<body>\n<h1>200</h1>\n<pre>{}</pre>\n</body></html>", entities(text, "&quot;")))
    });
    add.text("cdata", None, |text, _| Some(format!("<![CDATA[{text}]]>")));
    add.text("field-of-a-log", None, |text, _| {
        Some(format!("{{\"level\":\"info\",\"status\":200,\"body\":{}}}", super::node::quote(text)))
    });
    add.text("field-of-a-log-unescaped", None, |text, _| {
        Some(format!("{{\"level\":\"info\",\"status\":200,\"body\":\"{text}\"}}"))
    });
    add.text("typographic", None, |text, _| {
        let mut open = true;
        Some(
            text.chars()
                .map(|c| match c {
                    '"' => {
                        open = !open;
                        if open { '”' } else { '“' }
                    }
                    '\'' => '’',
                    c => c,
                })
                .collect::<String>()
                .replace("...", "…"),
        )
    });
}

fn literals(add: &mut Adder<'_>) {
    // A line of `|`, and what joins lines.
    let line_by_line: &[(&str, &str)] = &[
        ("c", "    \"|\\n\"@"),
        ("c-no-newlines", "\"|\"@"),
        ("java", "\"|\\n\" +@"),
        ("java-no-newlines", "    + \"|\"@"),
        ("csharp", "\"|\\r\\n\" +@"),
        ("javascript", "'|' +@"),
        ("php", "'|' .@"),
        ("python-lines", "'|\\n'@"),
        ("vb", "\"|\" & vbCrLf & _@"),
        ("append", "sb.append(\"|\");@"),
        ("array", "\"|\",@"),
        ("printf", "printf(\"|\\n\");@"),
        ("echo", "echo '|'@"),
        ("shell", "'|' \\@"),
    ];
    for (name, with) in line_by_line {
        add.text(&format!("lines-{name}"), Some(Style::Indent2), |text, with| {
            let with = with.trim_end_matches('@');
            let lines: Vec<String> = text
                .lines()
                .map(|line| {
                    let is_raw = with.contains("'|");
                    let line = if is_raw {
                        line.replace('\\', "\\\\").replace('\'', "\\'")
                    } else {
                        inside(line)
                    };
                    with.replacen('|', &line, 1)
                })
                .collect();
            Some(lines.join("\n"))
        })
        .with = with;
    }
    let whole: &[(&str, &str)] = &[
        ("c", "const char *body = \"|\";"),
        ("java", "String body = \"|\";"),
        ("go", "body := \"|\""),
        ("python", "body = \"|\""),
        ("javascript", "const body = \"|\";"),
        ("bytes", "b\"|\""),
        ("rust", "let body = \"|\";"),
        ("shell", "BODY=\"|\""),
        ("php", "$body = \"|\";"),
        ("json-parse", "JSON.parse(\"|\")"),
        ("go-string", "(string) (len=812) \"|\""),
        ("swift", "let body = \"|\""),
        ("env", "export BODY=\"|\""),
        ("dump", "body: \"|\","),
    ];
    for (name, with) in whole {
        add.text(&format!("double-quoted-{name}"), None, |text, with| {
            Some(with.replacen('|', &inside(text), 1))
        })
        .with = with;
    }
    let raw: &[(&str, &str)] = &[
        ("single", "'|'"),
        ("python-single", "body = '|'"),
        ("python-bytes", "b'|'"),
        ("javascript-single", "const body = '|';"),
        ("echo", "echo '|'"),
        ("curl", "curl -d '|' https://x/"),
    ];
    for (name, with) in raw {
        add.text(&format!("single-quoted-{name}"), None, |text, with| {
            let text = text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n");
            Some(with.replacen('|', &text, 1))
        })
        .with = with;
    }
    add.text("sql", None, |text, _| {
        Some(format!("INSERT INTO log VALUES (7, '{}');", text.replace('\'', "''")))
    });
    add.text("shell-quoted", None, |text, _| {
        Some(format!("echo '{}'", text.replace('\'', "'\\''")))
    });
    let verbatim: &[(&str, &str)] = &[
        ("go-raw", "body := `|`"),
        ("python-triple", "body = \"\"\"|\"\"\""),
        ("python-raw-triple", "r'''|'''"),
        ("java-text-block", "String body = \"\"\"\n|\n\"\"\";"),
        ("rust-raw", "r#\"|\"#"),
        ("cpp-raw", "R\"(|)\""),
        ("heredoc", "cat <<EOF\n|\nEOF"),
        ("heredoc-quoted", "cat > body <<'JSON'\n|\nJSON"),
        ("template", "const body = `|`;"),
        ("powershell-here", "@'\n|\n'@"),
        ("powershell-here-double", "$body = @\"\n|\n\"@"),
        ("kotlin", "val body = \"\"\"|\"\"\".trimIndent()"),
        ("ruby-heredoc", "body = <<~JSON\n|\nJSON"),
        ("php-nowdoc", "$body = <<<'JSON'\n|\nJSON;"),
        ("perl-q", "my $body = q{|};"),
        ("ruby-percent", "%q(|)"),
        ("tex-verb", "\\begin{verbatim}\n|\n\\end{verbatim}"),
        ("jira", "{code:json}\n|\n{code}"),
        ("jira-noformat", "{noformat}\n|\n{noformat}"),
        ("bbcode", "[code]|[/code]"),
        ("confluence", "{panel}|{panel}"),
        ("rst", ".. code-block:: json\n\n|\n"),
        ("asciidoc", "[source,json]\n----\n|\n----"),
        ("org", "#+BEGIN_SRC json\n|\n#+END_SRC"),
        ("pem", "-----BEGIN RESPONSE-----\n|\n-----END RESPONSE-----"),
        ("csharp-verbatim-raw", "\"\"\"\n|\n\"\"\""),
        ("mail", "On Tue, Nov 24, 2026 at 12:00 Bob wrote:\n\n|\n\n-- \nBob"),
        ("wiki", "<syntaxhighlight lang=\"json\">\n|\n</syntaxhighlight>"),
    ];
    for (name, with) in verbatim {
        add.text(&format!("verbatim-{name}"), None, |text, with| {
            Some(with.replacen('|', text, 1))
        })
        .with = with;
    }
    add.text("csharp-verbatim", None, |text, _| {
        Some(format!("var body = @\"{}\";", text.replace('"', "\"\"")))
    });
    add.text("powershell-backticks", None, |text, _| {
        Some(format!(
            "$body = \"{}\"",
            text.replace('`', "``").replace('"', "`\"").replace('\n', "`n")
        ))
    });
    add.text("tcl-or-tex-braces", None, |text, _| {
        Some(escaped_signs(text, "{}_%$#&", |c| format!("\\{c}")))
    });
    add.text("cmd", None, |text, _| Some(escaped_signs(text, "\"", |_| "\\\"".into())));
    add.text("cmd-carets", None, |text, _| {
        Some(escaped_signs(text, "<>&|^", |c| format!("^{c}")).replace('"', "\"\""))
    });
}

fn json_only(add: &mut Adder<'_>) {
    add.text("entities-curly", None, |text, _| {
        Some(escaped_signs(&entities(text, "\u{1}"), "\u{1}", |_| "&ldquo;".into()))
    });
    add.text("quotes", None, |text, _| Some(text.replace('"', "\\\"")));
    add.text("quotes-twice", None, |text, _| Some(text.replace('"', "\\\\\\\"")));
    add.text("quotes-doubled-backslash", None, |text, _| Some(text.replace('"', "\\\\\"")));
    add.text("single-quotes", None, |text, _| {
        (!text.contains('\'')).then(|| text.replace('"', "\\'"))
    });
    add.every("quotes-of-names", |s| s.is(What::Name).then(|| format!("\\\"{}\\\"", s.inside)));
    add.every("quotes-of-values", |s| {
        (s.is(What::String) && s.is_plain()).then(|| format!("\\\"{}\\\"", s.inside))
    });
    add.text("first-newlines-only", Some(Style::Indent2), |text, _| {
        Some(text.replacen('\n', "\\n", 3))
    });
    add.text("slashes", None, |text, _| Some(text.replace('/', "\\/").replace('-', "\\u002d")));
    add.every("every-character", |s| {
        (s.is(What::Name)).then(|| {
            format!(
                "\"{}\"",
                s.inside.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect::<String>()
            )
        })
    });
    add.text("invocations-as-a-string", None, |text, _| {
        let node = super::Node::parse(text)?;
        let super::Node::Object(mut members) = node else { return None };
        for (_, value) in &mut members {
            if matches!(value, super::Node::Object(_)) {
                *value = super::Node::String(value.to_json(Style::Compact));
            }
        }
        Some(super::Node::Object(members).to_json(Style::Indent2))
    });
    add.text("entities-of-quotes-only", None, |text, _| Some(text.replace('"', "&quot;")));
    add.text("entities-39", None, |text, _| {
        (!text.contains('\'')).then(|| text.replace('"', "&#39;"))
    });
    add.text("entities-apos", None, |text, _| {
        (!text.contains('\'')).then(|| text.replace('"', "&apos;"))
    });
    add.text("percent-22-only", None, |text, _| Some(text.replace('"', "%22")));
}

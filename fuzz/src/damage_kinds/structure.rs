//! Brackets, colons and commas; objects on lines of their own; members outside their object.

use super::tokens::{Role, Site, Style, What};
use super::{Adder, Format, Kind};

pub(super) fn add(kinds: &mut Vec<Kind>) {
    brackets(&mut Adder::new(kinds, "01-brackets", Format::Json));
    colons(&mut Adder::new(kinds, "01-colons", Format::Json));
    objects_on_lines(&mut Adder::new(kinds, "02-objects-on-lines", Format::Json));
    outside(&mut Adder::new(kinds, "12-outside", Format::Json));
    tuples(&mut Adder::new(kinds, "10-tuples", Format::Json));
}

fn replace(site: &Site<'_>, applies: bool) -> Option<String> {
    applies.then(|| site.with.to_owned())
}

fn brackets(add: &mut Adder<'_>) {
    let nothing = [("missing", "")];
    add.one_each("open-root", &nothing, |s| replace(s, s.opens(Role::Root)));
    add.one_each("open-object", &nothing, |s| replace(s, s.opens(Role::Object)));
    add.one_each("open-list", &nothing, |s| replace(s, s.opens(Role::List)));
    add.one_each("open-item", &nothing, |s| replace(s, s.opens(Role::Item)));
    add.every_each("open-item-all", &nothing, |s| replace(s, s.opens(Role::Item)));
    add.every_each("open-list-all", &nothing, |s| replace(s, s.opens(Role::List)));
    add.every_each("open-object-all", &nothing, |s| replace(s, s.opens(Role::Object)));
    add.every_each("open-all", &nothing, |s| replace(s, s.is(What::Open)));

    let curly = [
        ("doubled", "{{"),
        ("as-bracket", "["),
        ("as-paren", "("),
        ("in-bracket", "[{"),
        ("as-angle", "<"),
    ];
    add.one_each("open-root", &curly, |s| replace(s, s.opens(Role::Root)));
    add.one_each("open-object", &curly, |s| replace(s, s.opens(Role::Object)));
    add.one_each("open-item", &curly, |s| replace(s, s.opens(Role::Item)));
    let square = [("doubled", "[["), ("as-brace", "{"), ("as-paren", "("), ("in-brace", "{[")];
    add.one_each("open-list", &square, |s| replace(s, s.opens(Role::List)));
    add.every_each("open-item-all", &[("as-bracket", "["), ("doubled", "{{")], |s| {
        replace(s, s.opens(Role::Item))
    });
    add.every_each("open-list-all", &[("as-brace", "{"), ("doubled", "[[")], |s| {
        replace(s, s.opens(Role::List))
    });
    add.text("open-root-two-brackets", None, |text, _| Some(format!("[[{text}")));

    add.one_each("close-root", &nothing, |s| replace(s, s.closes(Role::Root)));
    add.one_each("close-object", &nothing, |s| replace(s, s.closes(Role::Object)));
    add.one_each("close-list", &nothing, |s| replace(s, s.closes(Role::List)));
    add.one_each("close-item", &nothing, |s| replace(s, s.closes(Role::Item)));
    add.every_each("close-all", &nothing, |s| replace(s, s.is(What::Close)));
    add.every_each("close-item-all", &nothing, |s| replace(s, s.closes(Role::Item)));
    add.every_each("close-list-all", &nothing, |s| replace(s, s.closes(Role::List)));
    let curly = [("doubled", "}}"), ("as-bracket", "]"), ("as-paren", ")"), ("as-opener", "{")];
    add.one_each("close-root", &curly, |s| replace(s, s.closes(Role::Root)));
    add.one_each("close-object", &curly, |s| replace(s, s.closes(Role::Object)));
    add.one_each("close-item", &curly, |s| replace(s, s.closes(Role::Item)));
    let square = [("doubled", "]]"), ("as-brace", "}"), ("as-paren", ")"), ("as-opener", "[")];
    add.one_each("close-list", &square, |s| replace(s, s.closes(Role::List)));

    // An object that is closed too early, and perhaps opened again.
    for (name, role) in [("root", 1), ("item", 3), ("instance", 5)] {
        let edit: super::Edit = match role {
            1 => |s| replace(s, s.is(What::Comma) && s.depth == 1),
            3 => |s| replace(s, s.is(What::Comma) && s.depth == 4 && s.next_is(What::Name)),
            _ => |s| replace(s, s.is(What::Comma) && s.depth >= 6 && s.next_is(What::Name)),
        };
        add.one_each(
            &format!("early-{name}"),
            &[("close", "},"), ("close-open", "},{"), ("close-no-comma", "}")],
            edit,
        );
        add.one_each(
            &format!("stray-{name}"),
            &[("open", ",{"), ("open-bracket", ",["), ("close-bracket", "],")],
            edit,
        );
    }
    add.text("opener-line-lost", Some(Style::Indent4), |text, _| {
        let at = text.find("{\n            {").or_else(|| text.find("[\n"))?;
        let end = text[at..].find('\n')? + at;
        let line = text[end + 1..].find('\n')? + end + 1;
        Some(format!("{}{}", &text[..end], &text[line..]))
    });
    add.text("every-opener-line-lost", Some(Style::Indent2), |text, _| {
        let lines = text.lines().filter(|line| !matches!(line.trim(), "{" | "["));
        Some(lines.collect::<Vec<_>>().join("\n"))
    });
    add.text("every-closer-line-lost", Some(Style::Indent2), |text, _| {
        let lines =
            text.lines().filter(|line| !matches!(line.trim().trim_end_matches(','), "}" | "]"));
        Some(lines.collect::<Vec<_>>().join("\n"))
    });
}

fn colons(add: &mut Adder<'_>) {
    fn at_container(s: &Site<'_>) -> Option<String> {
        replace(s, s.is(What::Colon) && s.is_of_container)
    }
    fn at_scalar(s: &Site<'_>) -> Option<String> {
        replace(s, s.is(What::Colon) && !s.is_of_container)
    }
    let signs = [
        ("missing", ""),
        ("blank", " "),
        ("comma", ","),
        ("semicolon", ";"),
        ("equals", "="),
        ("arrow", " => "),
        ("thin-arrow", " -> "),
        ("full-width", "：\u{200a}"),
        ("doubled", "::"),
        ("walrus", " := "),
        ("dot", "."),
        ("tab", "\t"),
        ("small", "﹕"),
        ("is", " is "),
        ("newline", "\n"),
        ("ratio", "∶"),
        ("bar", "|"),
        ("with-comma", ":,"),
    ];
    add.one_each("at-container", &signs, at_container);
    add.one_each("at-scalar", &signs, at_scalar);
    let every = [
        ("missing", ""),
        ("equals", "="),
        ("spaced-equals", " = "),
        ("arrow", " => "),
        ("full-width", "："),
        ("comma", ","),
        ("tab", "\t"),
        ("semicolon", ";"),
    ];
    add.every_each("every", &every, |s| replace(s, s.is(What::Colon)));
    add.text("bare-container-names", None, |text, _| {
        let mut text = text.to_owned();
        for name in ["Invocations", "Invocation", "InvokeInstances", "InvokeInstance"] {
            for colon in [":", ": "] {
                text = text.replace(&format!("\"{name}\"{colon}{{"), &format!("{name} {{"));
                text = text.replace(&format!("\"{name}\"{colon}["), &format!("{name} ["));
            }
        }
        Some(text)
    });
}

fn objects_on_lines(add: &mut Adder<'_>) {
    fn between_items(s: &Site<'_>) -> bool {
        s.is(What::Comma)
            && s.before_is(What::Close)
            && s.next.is_some_and(|next| next.role == Role::Item)
    }
    let signs = [
        ("missing", ""),
        ("newline", "\n"),
        ("blank-line", "\n\n"),
        ("semicolon", ";"),
        ("rule", "\n---\n"),
    ];
    add.one_each("one", &signs, |s| replace(s, between_items(s)));
    add.every_each("every", &signs, |s| replace(s, between_items(s)));
    add.text("one-item-a-line", Some(Style::Compact), |text, _| {
        let text = text.replace("[{", "[\n{").replace("},{", "}\n{").replace("}]", "}\n]");
        Some(text)
    });
    add.text("one-item-a-line-no-newline-at-ends", Some(Style::Compact), |text, _| {
        Some(text.replace("},{", "}\n{"))
    });
    add.text("every-comma-before-newline-missing", Some(Style::Indent4), |text, _| {
        Some(text.replace(",\n", "\n"))
    });
    add.text("every-comma-after-closer-missing", Some(Style::Indent4), |text, _| {
        Some(text.replace("},\n", "}\n").replace("],\n", "]\n"))
    });
    add.text("no-indent-no-commas-between-items", Some(Style::Indent2), |text, _| {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        Some(lines.join("\n").replace("},\n{", "}\n{"))
    });
    add.text("no-indent-no-commas", Some(Style::Indent2), |text, _| {
        let lines: Vec<&str> = text.lines().map(|line| line.trim().trim_end_matches(',')).collect();
        Some(lines.join("\n"))
    });
    add.text("commas-first-and-last", Some(Style::Indent2), |text, _| {
        Some(text.replace(",\n", ",\n,"))
    });
}

fn outside(add: &mut Adder<'_>) {
    // The last member of an object stands after its closing bracket.
    fn swap_close(text: &str, from: &str) -> Option<String> {
        let close = text.rfind(from)?;
        let comma = text[..close].rfind(',')?;
        let (head, tail) = (&text[..comma], &text[comma..close]);
        (!tail.contains(['{', '}', '[', ']']))
            .then(|| format!("{head}{}{tail}{}", &from[..1], &text[close + 1..]))
    }
    add.text("last-member-after-root", Some(Style::Compact), |text, _| {
        let (rest, _) = text.split_once("{\"TotalCount\"")?;
        if !rest.is_empty() {
            return None;
        }
        swap_close(text, "}")
    });
    add.text("last-member-after-item", Some(Style::Compact), |text, _| swap_close(text, "}]"));
    add.text("last-member-after-first-item", Some(Style::Compact), |text, _| {
        let close = text.find("},{")?;
        let comma = text[..close].rfind(',')?;
        Some(format!("{}}}{}{}", &text[..comma], &text[comma..close], &text[close + 1..]))
    });
    add.text("last-member-after-pretty-root", Some(Style::Indent4), |text, _| {
        let body = text.strip_suffix("\n}")?;
        let comma = body.rfind(",\n    \"")?;
        let tail = &body[comma..];
        (!tail.contains(['{', '['])).then(|| format!("{}\n}}{tail}", &body[..comma]))
    });
    add.text("member-before-root", None, |text, _| {
        let rest = text.strip_prefix('{')?;
        let (first, rest) = rest.split_once(',')?;
        (!first.contains('{')).then(|| format!("{},\n{{{rest}", first.trim()))
    });
    for (name, with) in [
        ("fence", "```\n"),
        ("json-fence", "```json\n"),
        ("tildes", "~~~\n"),
        ("dots", "...\n"),
        ("ellipsis", "…\n"),
        ("rule", "-----\n"),
        ("begin", "<<<\n"),
    ] {
        add.text(&format!("inside-brackets-{name}"), None, |text, with| {
            let inside = text.strip_prefix('{')?.strip_suffix('}')?;
            Some(format!(
                "{{{with}{}\n{}}}",
                inside.trim_matches('\n'),
                with.trim_end_matches("json\n").trim_end()
            ))
        })
        .with = with;
    }
    for (name, with) in [
        ("doubled-braces", "{|}"),
        ("brackets", "[|]"),
        ("parens", "(|)"),
        ("parens-semicolon", "(|);"),
        ("angle", "<|>"),
        ("callback", "callback(|);"),
        ("assignment", "var r = |;"),
        ("quotes", "\"|\""),
        ("single-quotes", "'|'"),
        ("backticks", "`|`"),
        ("fence", "```json\n|\n```"),
        ("guillemets", "«|»"),
        ("return", "return |;"),
        ("yaml-dash", "- |"),
        ("label", "Response: |"),
        ("log", "INFO response=| took 12 ms"),
        ("slack", ":robot_face: here it is:\n|\ncc @ops"),
        ("html", "<pre>|</pre>"),
        ("http", "HTTP/1.1 200 OK\nContent-Type: application/json\n\n|"),
        ("curl", "$ curl -s https://ecs.aliyuncs.com/\n|\n$ "),
        ("double-square", "[[|]]"),
        ("for-loop", "for(;;);|"),
        ("xssi", ")]}',\n|"),
        ("status-line", "|200"),
        ("exit", "|\nexit status 0"),
    ] {
        add.text(&format!("around-{name}"), None, |text, with| Some(with.replacen('|', text, 1)))
            .with = with;
    }
    add.text("printed-twice", Some(Style::Compact), |text, _| Some(format!("{text}\n{text}")));
    add.text("first-half-again", Some(Style::Indent4), |text, _| {
        let at = text.find(",\n")?;
        Some(format!("{}{text}", &text[..at]))
    });
}

fn tuples(add: &mut Adder<'_>) {
    fn each_list(text: &str, with: &str) -> String {
        let mut signs = with.chars();
        let (open, close) = (signs.next().unwrap_or('('), signs.next().unwrap_or(')'));
        text.replace('[', &open.to_string()).replace(']', &close.to_string())
    }
    for (name, with) in [("tuple", "()"), ("set", "{}")] {
        add.text(&format!("list-as-{name}"), None, |text, with| {
            (!text.contains("[1, 2]")).then(|| each_list(text, with))
        })
        .with = with;
    }
    add.text("list-as-tuple-with-trailing-comma", Some(Style::Compact), |text, _| {
        (!text.contains("[1, 2]")).then(|| text.replace('[', "(").replace(']', ",)"))
    });
    add.text("object-as-parens", Some(Style::Compact), |text, _| {
        (!text.contains(['\\'])).then(|| text.replace('{', "(").replace('}', ")"))
    });
    add.text("everything-in-parens", Some(Style::Compact), |text, _| {
        (!text.contains(['\\'])).then(|| text.replace(['{', '['], "(").replace(['}', ']'], ")"))
    });
    add.text("constructor-calls", Some(Style::Compact), |text, _| {
        (!text.contains("[1, 2]")).then(|| text.replace('[', "list([").replace(']', "])"))
    });
    add.text("frozenset", Some(Style::Compact), |text, _| {
        (!text.contains("[1, 2]")).then(|| text.replace('[', "frozenset({").replace(']', "})"))
    });
    add.text("array-calls", Some(Style::Compact), |text, _| {
        (!text.contains("[1, 2]")).then(|| text.replace('[', "Array(").replace(']', ")"))
    });
    add.text("members-as-pairs", Some(Style::Compact), |text, _| {
        // `("TotalCount", 5)`
        let node = super::Node::parse(text)?;
        let super::Node::Object(members) = &node else { return None };
        let pairs = members
            .iter()
            .map(|(name, value)| format!("(\"{name}\", {})", value.to_json(Style::Compact)));
        Some(format!("[{}]", pairs.collect::<Vec<_>>().join(", ")))
    });
}

//! Prints that fit lines, and those of further languages.

use super::notation::{
    Notation, bare, camel, class, flattened, js_string, quoted, singular, snake,
};
use super::{Adder, Format, Kind, Node};

/// As `pprint.pprint` prints dictionaries.
pub(super) fn pprint(node: &Node, width: usize, string: fn(&str) -> String) -> String {
    let mut out = String::new();
    pprint_at(node, 0, 1, width, string, &mut out);
    out
}

fn repr(node: &Node, string: fn(&str) -> String) -> String {
    match node {
        Node::Null => "None".into(),
        Node::Bool(true) => "True".into(),
        Node::Bool(false) => "False".into(),
        Node::Number(text) => text.clone(),
        Node::String(text) => string(text),
        Node::List(items) => format!(
            "[{}]",
            items.iter().map(|item| repr(item, string)).collect::<Vec<_>>().join(", ")
        ),
        Node::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| format!("{}: {}", string(name), repr(value, string)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

fn pprint_at(
    node: &Node,
    indent: usize,
    allowance: usize,
    width: usize,
    string: fn(&str) -> String,
    out: &mut String,
) {
    let line = repr(node, string);
    let room = width.saturating_sub(indent + allowance);
    if line.chars().count() <= room {
        out.push_str(&line);
        return;
    }
    match node {
        Node::Object(members) => {
            out.push('{');
            for (nth, (name, value)) in members.iter().enumerate() {
                let name = string(name);
                let is_last = nth + 1 == members.len();
                out.push_str(&format!("{name}: "));
                pprint_at(
                    value,
                    indent + name.chars().count() + 3,
                    if is_last { allowance + 1 } else { 1 },
                    width,
                    string,
                    out,
                );
                if !is_last {
                    out.push_str(&format!(",\n{}", " ".repeat(indent + 1)));
                }
            }
            out.push('}');
        }
        Node::List(items) => {
            out.push('[');
            for (nth, item) in items.iter().enumerate() {
                let is_last = nth + 1 == items.len();
                pprint_at(
                    item,
                    indent + 1,
                    if is_last { allowance + 1 } else { 1 },
                    width,
                    string,
                    out,
                );
                if !is_last {
                    out.push_str(&format!(",\n{}", " ".repeat(indent + 1)));
                }
            }
            out.push(']');
        }
        Node::String(text) => {
            // Words that fit.
            let mut chunks: Vec<String> = Vec::new();
            let mut chunk = String::new();
            for word in text.split_inclusive([' ', '\n']) {
                let candidate = format!("{chunk}{word}");
                let ends_line = chunk.ends_with('\n');
                if !chunk.is_empty() && (ends_line || string(&candidate).chars().count() > room) {
                    chunks.push(string(&chunk));
                    chunk = word.to_owned();
                } else {
                    chunk = candidate;
                }
            }
            chunks.push(string(&chunk));
            out.push_str(&chunks.join(&format!("\n{}", " ".repeat(indent))));
        }
        _ => out.push_str(&line),
    }
}

/// As `util.inspect` of Node.js prints objects, to any depth.
pub(super) fn inspect(node: &Node, width: usize) -> String {
    inspect_at(node, 0, 0, width).0
}

/// The text, and how deep the last object in it is.
fn inspect_at(node: &Node, indent: usize, depth: usize, width: usize) -> (String, usize) {
    let mut deepest = depth;
    let mut value = |value: &Node| {
        let (text, depth) = inspect_at(value, indent + 2, depth + 1, width);
        if matches!(value, Node::Object(_) | Node::List(_)) {
            deepest = depth;
        }
        text
    };
    let (braces, entries): ([&str; 2], Vec<String>) = match node {
        Node::Object(members) => {
            (["{", "}"], members.iter().map(|(name, v)| format!("{name}: {}", value(v))).collect())
        }
        Node::List(items) => (["[", "]"], items.iter().map(value).collect()),
        Node::Null => return ("null".into(), depth),
        Node::String(text) => return (js_string(text), depth),
        scalar => return (scalar.to_text(), depth),
    };
    if deepest - depth < 3 {
        let start = entries.len() + indent + 1 + 10;
        let total = entries.len()
            + start
            + entries.iter().map(|entry| entry.chars().count()).sum::<usize>();
        if total <= width && entries.iter().all(|entry| !entry.contains('\n')) {
            return (format!("{} {} {}", braces[0], entries.join(", "), braces[1]), deepest);
        }
    }
    let line = format!("\n{}", " ".repeat(indent));
    (
        format!("{}{line}  {}{line}{}", braces[0], entries.join(&format!(",{line}  ")), braces[1]),
        deepest,
    )
}

const RUST: Notation = Notation {
    object: |name| (format!("{} {{ ", class(name)), " }"),
    list: ("[", "]"),
    between: ", ",
    name: |name| format!("{}: ", snake(name)),
    string: quoted,
    words: ["true", "false", "None"],
    indent: None,
    trailing: false,
};

pub(super) fn add(kinds: &mut Vec<Kind>) {
    let mut add = Adder::new(kinds, "08-other", Format::Print);
    add.notation("rust-debug", RUST);
    add.notation(
        "rust-debug-pretty",
        Notation {
            object: |name| (format!("{} {{", class(name)), "}"),
            between: ",",
            indent: Some("    "),
            trailing: true,
            ..RUST
        },
    );
    add.notation(
        "rust-debug-some",
        Notation { string: |text| format!("Some({})", quoted(text)), ..RUST },
    );
    add.notation(
        "rust-serde-value",
        Notation {
            object: |_| ("Object {".into(), "}"),
            list: ("Array [", "]"),
            name: |name| format!("\"{name}\": "),
            string: |text| format!("String({})", quoted(text)),
            words: ["Bool(true)", "Bool(false)", "Null"],
            ..RUST
        },
    );
    add.print("kotlin-data", |n, _| {
        Some(
            Notation {
                object: |name| (format!("{}(", singular(name)), ")"),
                name: |name| format!("{}=", camel(name)),
                string: bare,
                words: ["true", "false", "null"],
                ..RUST
            }
            .print(&flattened(n), ""),
        )
    });
    add.notation(
        "swift-dictionary",
        Notation {
            object: |_| ("[".into(), "]"),
            name: |name| format!("\"{name}\": "),
            words: ["true", "false", "nil"],
            ..RUST
        },
    );
    add.notation(
        "swift-struct",
        Notation {
            object: |name| (format!("{}(", class(name)), ")"),
            name: |name| format!("{}: ", camel(name)),
            words: ["true", "false", "nil"],
            ..RUST
        },
    );
    add.notation(
        "objective-c",
        Notation {
            object: |_| ("{".into(), "}"),
            list: ("(", ")"),
            between: ";",
            name: |name| format!("{name} = "),
            words: ["1", "0", "\"<null>\""],
            indent: Some("    "),
            trailing: true,
            ..RUST
        },
    );
    add.notation(
        "lua",
        Notation {
            object: |_| ("{".into(), "}"),
            list: ("{", "}"),
            between: ",",
            name: |name| format!("[\"{name}\"] = "),
            words: ["true", "false", "nil"],
            indent: Some("  "),
            ..RUST
        },
    );
    add.notation(
        "lua-names",
        Notation {
            object: |_| ("{ ".into(), " }"),
            list: ("{ ", " }"),
            name: |name| format!("{name} = "),
            words: ["true", "false", "nil"],
            ..RUST
        },
    );
    add.print("perl-dumper", |n, _| {
        Some(format!(
            "$VAR1 = {};\n",
            Notation {
                object: |_| ("{".into(), "}"),
                between: ",",
                name: |name| format!("'{name}' => "),
                string: super::notation::single,
                words: ["1", "0", "undef"],
                indent: Some("          "),
                ..RUST
            }
            .print(n, "")
        ))
    });
    add.notation(
        "elixir",
        Notation {
            object: |_| ("%{".into(), "}"),
            name: |name| format!("\"{name}\" => "),
            words: ["true", "false", "nil"],
            ..RUST
        },
    );
    add.notation(
        "elixir-atoms",
        Notation {
            object: |_| ("%{".into(), "}"),
            name: |name| format!("{}: ", snake(name)),
            words: ["true", "false", "nil"],
            ..RUST
        },
    );
    add.notation(
        "erlang",
        Notation {
            object: |_| ("#{".into(), "}"),
            between: ",",
            name: |name| format!("<<\"{name}\">> => "),
            string: |text| format!("<<{}>>", quoted(text)),
            words: ["true", "false", "null"],
            ..RUST
        },
    );
    add.notation(
        "clojure",
        Notation {
            object: |_| ("{".into(), "}"),
            name: |name| format!(":{name} "),
            words: ["true", "false", "nil"],
            ..RUST
        },
    );
    add.notation(
        "clojure-strings",
        Notation {
            object: |_| ("{".into(), "}"),
            name: |name| format!("\"{name}\" "),
            words: ["true", "false", "nil"],
            ..RUST
        },
    );
    add.notation(
        "csharp-record",
        Notation {
            object: |name| (format!("{} {{ ", class(name)), " }"),
            name: |name| format!("{name} = "),
            string: bare,
            words: ["True", "False", ""],
            ..RUST
        },
    );
    add.notation(
        "csharp-dump",
        Notation {
            object: |_| ("{".into(), "}"),
            between: "",
            name: |name| format!("{name}: "),
            words: ["true", "false", "null"],
            indent: Some("  "),
            ..RUST
        },
    );
    add.notation(
        "scala-map",
        Notation {
            object: |_| ("Map(".into(), ")"),
            list: ("List(", ")"),
            name: |name| format!("{name} -> "),
            string: bare,
            words: ["true", "false", "null"],
            ..RUST
        },
    );
    add.notation(
        "groovy",
        Notation {
            object: |_| ("[".into(), "]"),
            name: |name| format!("{name}:"),
            string: bare,
            words: ["true", "false", "null"],
            ..RUST
        },
    );
    add.notation(
        "dart",
        Notation {
            object: |_| ("{".into(), "}"),
            name: |name| format!("{name}: "),
            string: bare,
            words: ["true", "false", "null"],
            ..RUST
        },
    );
    add.print("hcl", |n, _| {
        Some(
            Notation {
                object: |_| ("{".into(), "}"),
                between: "",
                name: |name| format!("{} = ", snake(name)),
                words: ["true", "false", "null"],
                indent: Some("  "),
                ..RUST
            }
            .print(&flattened(n), ""),
        )
    });
    add.print("terraform-show", |n, _| {
        Some(
            Notation {
                object: |_| ("{".into(), "}"),
                between: ",",
                name: |name| format!("+ {} = ", snake(name)),
                words: ["true", "false", "null"],
                indent: Some("    "),
                ..RUST
            }
            .print(&flattened(n), ""),
        )
    });
    add.notation(
        "json5",
        Notation {
            object: |_| ("{".into(), "}"),
            between: ",",
            name: |name| format!("{name}: "),
            string: super::notation::python_string,
            words: ["true", "false", "null"],
            indent: Some("  "),
            trailing: true,
            ..RUST
        },
    );
    add.notation(
        "hjson",
        Notation {
            object: |_| ("{".into(), "}"),
            between: "",
            name: |name| format!("{name}: "),
            string: |text| {
                if text.contains('\n') || text.is_empty() { quoted(text) } else { bare(text) }
            },
            words: ["true", "false", "null"],
            indent: Some("  "),
            ..RUST
        },
    );
    add.print("protobuf-text", |n, _| {
        fn write(node: &Node, name: &str, depth: usize, out: &mut String) {
            let indent = "  ".repeat(depth);
            match node {
                Node::Object(members) => {
                    out.push_str(&format!("{indent}{} {{\n", snake(name)));
                    members.iter().for_each(|(name, value)| write(value, name, depth + 1, out));
                    out.push_str(&format!("{indent}}}\n"));
                }
                Node::List(items) => items.iter().for_each(|item| write(item, name, depth, out)),
                Node::String(text) => {
                    out.push_str(&format!("{indent}{}: {}\n", snake(name), quoted(text)))
                }
                scalar => out.push_str(&format!("{indent}{}: {}\n", snake(name), scalar.to_text())),
            }
        }
        let Node::Object(members) = n else { return None };
        let mut out = String::new();
        members.iter().for_each(|(name, value)| write(value, name, 0, &mut out));
        Some(out)
    });
    add.print("markdown-list", |n, _| {
        fn write(node: &Node, depth: usize, out: &mut String) {
            let indent = "  ".repeat(depth);
            match node {
                Node::Object(members) => members.iter().for_each(|(name, value)| {
                    out.push_str(&format!("{indent}- **{name}**:"));
                    match value {
                        Node::Object(_) | Node::List(_) => {
                            out.push('\n');
                            write(value, depth + 1, out);
                        }
                        scalar => {
                            out.push_str(&format!(" {}\n", scalar.to_text().replace('\n', " ")))
                        }
                    }
                }),
                Node::List(items) => items.iter().enumerate().for_each(|(nth, item)| {
                    out.push_str(&format!("{indent}{}.\n", nth + 1));
                    write(item, depth + 1, out);
                }),
                _ => {}
            }
        }
        let mut out = String::new();
        write(n, 0, &mut out);
        Some(out)
    })
    .expects = super::Expects::AnyWhitespace;
    add.print("jq-paths", |n, _| {
        fn write(node: &Node, path: &str, out: &mut String) {
            match node {
                Node::Object(members) => members
                    .iter()
                    .for_each(|(name, value)| write(value, &format!("{path}.{name}"), out)),
                Node::List(items) => items
                    .iter()
                    .enumerate()
                    .for_each(|(nth, item)| write(item, &format!("{path}[{nth}]"), out)),
                scalar => {
                    out.push_str(&format!("{path} = {};\n", scalar.to_json(super::Style::Compact)))
                }
            }
        }
        let mut out = String::new();
        write(n, "json", &mut out);
        Some(out)
    });
}

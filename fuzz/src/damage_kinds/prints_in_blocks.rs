//! The response as PHP and PowerShell print it, and as YAML.

use super::notation::{Notation, bare, quoted, single};
use super::prints::PYTHON;
use super::{Adder, Expects, Format, Kind, Node};

pub(super) fn add(kinds: &mut Vec<Kind>) {
    php(&mut Adder::new(kinds, "08-php", Format::Print));
    yaml(&mut Adder::new(kinds, "08-yaml", Format::Print));
    powershell(&mut Adder::new(kinds, "08-powershell", Format::Print));
}

fn php(add: &mut Adder<'_>) {
    fn print_r(node: &Node, depth: usize, class: &str, out: &mut String) {
        let (kind, members): (&str, Vec<(String, &Node)>) = match node {
            Node::Object(members) => {
                (class, members.iter().map(|(name, value)| (name.clone(), value)).collect())
            }
            Node::List(items) => (
                "Array",
                items.iter().enumerate().map(|(nth, item)| (nth.to_string(), item)).collect(),
            ),
            Node::Bool(value) => return out.push_str(if *value { "1" } else { "" }),
            scalar => return out.push_str(&scalar.to_text()),
        };
        let indent = " ".repeat(depth * 8);
        out.push_str(&format!("{kind}\n{indent}(\n"));
        for (name, value) in members {
            out.push_str(&format!("{indent}    [{name}] => "));
            print_r(value, depth + 1, class, out);
            out.push('\n');
        }
        out.push_str(&format!("{indent})\n"));
    }
    fn var_dump(node: &Node, depth: usize, of_class: bool, out: &mut String) {
        let indent = "  ".repeat(depth);
        let (open, members): (String, Vec<(String, &Node)>) = match node {
            Node::Object(members) => (
                if of_class {
                    format!("object(stdClass)#{} ({})", depth + 1, members.len())
                } else {
                    format!("array({})", members.len())
                },
                members.iter().map(|(name, value)| (format!("\"{name}\""), value)).collect(),
            ),
            Node::List(items) => (
                format!("array({})", items.len()),
                items.iter().enumerate().map(|(nth, item)| (nth.to_string(), item)).collect(),
            ),
            Node::Null => return out.push_str(&format!("{indent}NULL\n")),
            Node::Bool(value) => return out.push_str(&format!("{indent}bool({value})\n")),
            Node::Number(text) => return out.push_str(&format!("{indent}int({text})\n")),
            Node::String(text) => {
                return out.push_str(&format!("{indent}string({}) \"{text}\"\n", text.len()));
            }
        };
        out.push_str(&format!("{indent}{open} {{\n"));
        for (name, value) in members {
            out.push_str(&format!("{indent}  [{name}]=>\n"));
            var_dump(value, depth + 1, of_class, out);
        }
        out.push_str(&format!("{indent}}}\n"));
    }
    fn var_export(node: &Node, depth: usize, of_class: bool, out: &mut String) {
        let indent = "  ".repeat(depth);
        let (open, members): (&str, Vec<(String, &Node)>) = match node {
            Node::Object(members) => (
                if of_class { "(object) array(" } else { "array (" },
                members
                    .iter()
                    .map(|(name, value)| {
                        (format!("{}'{name}'", if of_class { " " } else { "" }), value)
                    })
                    .collect(),
            ),
            Node::List(items) => (
                "array (",
                items.iter().enumerate().map(|(nth, item)| (nth.to_string(), item)).collect(),
            ),
            Node::Null => return out.push_str("NULL"),
            Node::String(text) => return out.push_str(&single(text)),
            scalar => return out.push_str(&scalar.to_text()),
        };
        out.push_str(&format!("{open}\n"));
        for (name, value) in members {
            out.push_str(&format!("{indent}  {name} => "));
            if matches!(value, Node::Object(_) | Node::List(_)) {
                out.push_str(&format!("\n{indent}  "));
            }
            var_export(value, depth + 1, of_class, out);
            out.push_str(",\n");
        }
        out.push_str(&format!("{indent})"));
    }
    fn printed(print: impl FnOnce(&mut String)) -> Option<String> {
        let mut out = String::new();
        print(&mut out);
        Some(out)
    }
    add.print("print-r", |n, _| printed(|out| print_r(n, 0, "Array", out))).expects =
        Expects::NoFalse;
    add.print("print-r-object", |n, _| printed(|out| print_r(n, 0, "stdClass Object", out)))
        .expects = Expects::NoFalse;
    add.print("print-r-class", |n, _| {
        printed(|out| print_r(n, 0, "AlibabaCloud\\SDK\\Ecs\\V20140526\\Models\\Body Object", out))
    })
    .expects = Expects::NoFalse;
    add.print("var-dump", |n, _| printed(|out| var_dump(n, 0, false, out)));
    add.print("var-dump-object", |n, _| printed(|out| var_dump(n, 0, true, out)));
    add.print("var-export", |n, _| printed(|out| var_export(n, 0, false, out)));
    add.print("var-export-object", |n, _| printed(|out| var_export(n, 0, true, out)));
    add.notation(
        "short-array",
        Notation {
            object: |_| ("[".into(), "]"),
            name: |name| format!("'{name}' => "),
            string: single,
            between: ",",
            indent: Some("    "),
            trailing: true,
            words: ["true", "false", "null"],
            ..PYTHON
        },
    );
}

fn yaml_scalar(text: &str) -> String {
    let is_plain = !text.is_empty()
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains('\n')
        && !text.starts_with(|c: char| "*&!?|>%@`'\"[]{},#- ".contains(c) || c.is_ascii_digit())
        && !text.ends_with([':', ' '])
        && !matches!(text, "true" | "false" | "null");
    if is_plain {
        text.to_owned()
    } else if text.contains('\n') {
        quoted(text)
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

fn yaml_block(node: &Node, depth: usize, step: usize, block_texts: bool, out: &mut String) {
    let indent = " ".repeat(depth);
    match node {
        Node::Object(members) => {
            for (nth, (name, value)) in members.iter().enumerate() {
                if nth > 0 || !out.ends_with("- ") {
                    out.push_str(&indent);
                }
                out.push_str(name);
                out.push(':');
                yaml_value(value, depth, step, block_texts, out);
            }
        }
        Node::List(items) => {
            for item in items {
                out.push_str(&format!("{indent}- "));
                yaml_block(item, depth + 2, step, block_texts, out);
            }
        }
        _ => {}
    }
}

fn yaml_value(value: &Node, depth: usize, step: usize, block_texts: bool, out: &mut String) {
    match value {
        Node::Object(_) => {
            out.push('\n');
            yaml_block(value, depth + 2, step, block_texts, out);
        }
        Node::List(_) => {
            out.push('\n');
            yaml_block(value, depth + step, step, block_texts, out);
        }
        Node::String(text) if block_texts && text.contains('\n') => {
            let chomp = if text.ends_with('\n') { "" } else { "-" };
            out.push_str(&format!(" |{chomp}\n"));
            text.trim_end_matches('\n')
                .split('\n')
                .for_each(|line| out.push_str(&format!("{}  {line}\n", " ".repeat(depth))));
        }
        Node::String(text) => out.push_str(&format!(" {}\n", yaml_scalar(text))),
        scalar => out.push_str(&format!(" {}\n", scalar.to_text())),
    }
}

fn yaml(add: &mut Adder<'_>) {
    fn block(n: &Node, step: usize, block_texts: bool) -> Option<String> {
        let mut out = String::new();
        yaml_block(n, 0, step, block_texts, &mut out);
        Some(out)
    }
    add.print("block", |n, _| block(n, 0, true));
    add.print("block-indented-lists", |n, _| block(n, 2, true));
    add.print("block-quoted-texts", |n, _| block(n, 0, false));
    add.print("block-with-marker", |n, _| Some(format!("---\n{}...\n", block(n, 2, true)?)));
    add.print("block-under-a-key", |n, _| {
        let text = block(n, 2, true)?;
        Some(format!(
            "status: 200\nbody:\n{}",
            text.lines().map(|line| format!("  {line}\n")).collect::<String>()
        ))
    });
    add.notation(
        "flow",
        Notation {
            name: |name| format!("{name}: "),
            string: yaml_scalar_in_flow,
            words: ["true", "false", "null"],
            ..PYTHON
        },
    );
    add.notation(
        "flow-lines",
        Notation {
            name: |name| format!("{name}: "),
            string: yaml_scalar_in_flow,
            words: ["true", "false", "null"],
            indent: Some("  "),
            ..PYTHON
        },
    );
}

fn yaml_scalar_in_flow(text: &str) -> String {
    let scalar = yaml_scalar(text);
    if scalar == text && text.contains(['[', ']', '{', '}', ',']) {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        scalar
    }
}

fn powershell(add: &mut Adder<'_>) {
    add.notation(
        "custom-object",
        Notation {
            object: |_| ("@{".into(), "}"),
            list: ("{", "}"),
            between: "; ",
            name: |name| format!("{name}="),
            string: bare,
            words: ["True", "False", ""],
            ..PYTHON
        },
    );
    add.print("format-list", |n, _| {
        let Node::Object(members) = n else { return None };
        let width = members.iter().map(|(name, _)| name.len()).max()?;
        let value = Notation {
            object: |_| ("@{".into(), "}"),
            list: ("{", "}"),
            between: "; ",
            name: |name| format!("{name}="),
            string: bare,
            words: ["True", "False", ""],
            ..PYTHON
        };
        Some(format!(
            "\n{}\n\n",
            members
                .iter()
                .map(|(name, v)| format!("{name:width$} : {}\n", value.print(v, "")))
                .collect::<String>()
        ))
    });
    let literal = Notation {
        object: |_| ("@{".into(), "}"),
        list: ("@(", ")"),
        between: "; ",
        name: |name| format!("{name} = "),
        string: |text| format!("'{}'", text.replace('\'', "''")),
        words: ["$true", "$false", "$null"],
        ..PYTHON
    };
    add.notation("literal", Notation { between: "", indent: Some("    "), ..literal });
    add.notation("literal-one-line", literal);
    add.notation(
        "typed-literal",
        Notation {
            object: |_| ("[pscustomobject]@{".into(), "}"),
            name: |name| format!("\"{name}\" = "),
            string: |text| format!("\"{}\"", text.replace('"', "`\"")),
            ..literal
        },
    );
}

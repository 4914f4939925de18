//! The response as programs in Go, Java, PHP, Ruby, Python, JavaScript and PowerShell print it, and as YAML.

use super::{Adder, Expects, Format, Kind, Node};

/// How a language writes values.
pub(super) struct Notation {
    pub object: fn(&str) -> (String, &'static str),
    pub list: (&'static str, &'static str),
    pub between: &'static str,
    /// A name and what follows it.
    pub name: fn(&str) -> String,
    pub string: fn(&str) -> String,
    pub words: [&'static str; 3],
    /// The indent of a level, if every member is on a line of its own.
    pub indent: Option<&'static str>,
    /// Whether a separator follows the last member too.
    pub trailing: bool,
}

impl Notation {
    /// Prints a value that is the member of that name, or an item of its list.
    pub fn print(&self, node: &Node, name: &str) -> String {
        let mut out = String::new();
        self.write(node, name, 0, &mut out);
        out
    }

    fn write(&self, node: &Node, name: &str, depth: usize, out: &mut String) {
        let line = |depth: usize, out: &mut String| {
            if let Some(indent) = self.indent {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
                out.push_str(&indent.repeat(depth));
            }
        };
        match node {
            Node::Null => out.push_str(self.words[2]),
            Node::Bool(value) => out.push_str(self.words[usize::from(!value)]),
            Node::Number(text) => out.push_str(text),
            Node::String(text) => out.push_str(&(self.string)(text)),
            Node::List(items) => {
                out.push_str(self.list.0);
                for (nth, item) in items.iter().enumerate() {
                    line(depth + 1, out);
                    self.write(item, name, depth + 1, out);
                    if nth + 1 < items.len() || self.trailing {
                        out.push_str(self.between);
                    }
                }
                line(depth, out);
                out.push_str(self.list.1);
            }
            Node::Object(members) => {
                let (open, close) = (self.object)(name);
                out.push_str(&open);
                for (nth, (name, value)) in members.iter().enumerate() {
                    line(depth + 1, out);
                    out.push_str(&(self.name)(name));
                    self.write(value, name, depth + 1, out);
                    if nth + 1 < members.len() || self.trailing {
                        out.push_str(self.between);
                    }
                }
                line(depth, out);
                out.push_str(close);
            }
        }
    }
}

pub(super) fn bare(text: &str) -> String {
    text.to_owned()
}

pub(super) fn quoted(text: &str) -> String {
    super::node::quote(text)
}

pub(super) fn single(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

pub(super) fn python_string(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\n', "\\n");
    if text.contains('\'') && !text.contains('"') { format!("\"{text}\"") } else { format!("'{}'", text.replace('\'', "\\'")) }
}

pub(super) fn js_string(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\n', "\\n");
    match (text.contains('\''), text.contains('"')) {
        (false, _) => format!("'{text}'"),
        (true, false) => format!("\"{text}\""),
        (true, true) => format!("`{text}`"),
    }
}

/// `invokeId`
pub(super) fn camel(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|c| c.to_ascii_lowercase().to_string() + chars.as_str()).unwrap_or_default()
}

pub(super) fn snake(name: &str) -> String {
    let mut out = String::new();
    for (nth, c) in name.chars().enumerate() {
        if nth > 0 && c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// The class of the record.
pub(super) fn class(name: &str) -> &str {
    if name.is_empty() { "DescribeInvocationsResponse" } else { name }
}

/// The same with each list directly under its name, as typed clients hold it.
pub(super) fn flattened(node: &Node) -> Node {
    match node {
        Node::Object(members) => Node::Object(members.iter().map(|(name, value)| (name.clone(), match value {
            Node::Object(inner) => match &inner[..] {
                [(_, Node::List(items))] => Node::List(items.iter().map(flattened).collect()),
                _ => flattened(value),
            },
            value => value.clone(),
        })).collect()),
        node => node.clone(),
    }
}

/// The name of the class of an item, which is the name of its list in the singular.
pub(super) fn singular(name: &str) -> &str {
    match class(name) {
        "Invocations" => "Invocation",
        "InvokeInstances" => "InvokeInstance",
        "InvocationResults" => "InvocationResult",
        "Tags" => "Tag",
        name => name,
    }
}

pub(super) fn sorted(node: &Node) -> Node {
    match node {
        Node::Object(members) => {
            let mut members: Vec<_> = members.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Node::Object(members)
        }
        Node::List(items) => Node::List(items.iter().map(sorted).collect()),
        node => node.clone(),
    }
}

const GO: Notation = Notation {
    object: |_| ("map[".into(), "]"), list: ("[", "]"), between: " ", name: |name| format!("{name}:"), string: bare,
    words: ["true", "false", "<nil>"], indent: None, trailing: false,
};
const PYTHON: Notation = Notation {
    object: |_| ("{".into(), "}"), list: ("[", "]"), between: ", ", name: |name| format!("'{name}': "), string: python_string,
    words: ["True", "False", "None"], indent: None, trailing: false,
};
const RUBY: Notation = Notation {
    object: |_| ("{".into(), "}"), list: ("[", "]"), between: ", ", name: |name| format!("\"{name}\"=>"), string: quoted,
    words: ["true", "false", "nil"], indent: None, trailing: false,
};
const JAVA: Notation = Notation {
    object: |_| ("{".into(), "}"), list: ("[", "]"), between: ", ", name: |name| format!("{name}="), string: bare,
    words: ["true", "false", "null"], indent: None, trailing: false,
};

pub(super) fn add(kinds: &mut Vec<Kind>) {
    go(&mut Adder::new(kinds, "08-go", Format::Print));
    java(&mut Adder::new(kinds, "08-java", Format::Print));
    php(&mut Adder::new(kinds, "08-php", Format::Print));
    ruby(&mut Adder::new(kinds, "08-ruby", Format::Print));
    python(&mut Adder::new(kinds, "08-python", Format::Print));
    javascript(&mut Adder::new(kinds, "08-javascript", Format::Print));
    yaml(&mut Adder::new(kinds, "08-yaml", Format::Print));
    powershell(&mut Adder::new(kinds, "08-powershell", Format::Print));
}

fn go(add: &mut Adder<'_>) {
    add.print("map-v", |n, _| Some(GO.print(&sorted(n), "")));
    add.print("struct-plus-v", |n, _| Some(Notation { object: |_| ("{".into(), "}"), ..GO }.print(n, "")));
    add.print("pointer-plus-v", |n, _| {
        Some(format!("&{}", Notation { object: |_| ("{".into(), "}"), ..GO }.print(n, "")))
    });
    add.print("struct-v", |n, _| Some(Notation { object: |_| ("{".into(), "}"), name: |_| String::new(), ..GO }.print(n, ""))).expects = Expects::Refusal;
    add.print("map-sharp-v", |n, _| Some(Notation {
        object: |_| ("map[string]interface {}{".into(), "}"), list: ("[]interface {}{", "}"), between: ", ",
        name: |name| format!("\"{name}\":"), string: quoted, words: ["true", "false", "interface {}(nil)"], ..GO
    }.print(&sorted(n), "")));
    add.print("struct-sharp-v", |n, _| Some(Notation {
        object: |name| (format!("ecs.{}{{", class(name)), "}"), list: ("[]ecs.Item{", "}"), between: ", ", string: quoted, ..GO
    }.print(n, "")));
    add.print("map-any-sharp-v", |n, _| Some(Notation {
        object: |_| ("map[string]any{".into(), "}"), list: ("[]any{", "}"), between: ", ", name: |name| format!("\"{name}\":"), string: quoted, ..GO
    }.print(&sorted(n), "")));
    add.print("logged", |n, _| Some(format!("2026/11/24 12:00:00 response: {}", Notation { object: |_| ("{".into(), "}"), ..GO }.print(n, ""))));
    add.print("pretty", |n, _| Some(Notation {
        object: |name| (format!("ecs.{}{{", class(name)), "}"), list: ("[]ecs.Item{", "}"), between: ",", name: |name| format!("{name}: "), string: quoted,
        indent: Some("  "), trailing: true, ..GO
    }.print(n, "")));
}

fn java(add: &mut Adder<'_>) {
    add.print("map", |n, _| Some(JAVA.print(n, "")));
    add.print("to-string", |n, _| Some(Notation {
        object: |name| (format!("{}{{", singular(name)), "}"), name: |name| format!("{}=", camel(name)), ..JAVA
    }.print(&flattened(n), "")));
    add.print("to-string-quoted", |n, _| Some(Notation {
        object: |name| (format!("{}{{", singular(name)), "}"), name: |name| format!("{}=", camel(name)),
        string: |text| format!("'{text}'"), ..JAVA
    }.print(&flattened(n), "")));
    add.print("lombok", |n, _| Some(Notation {
        object: |name| (format!("{}(", singular(name)), ")"), name: |name| format!("{}=", camel(name)), ..JAVA
    }.print(&flattened(n), "")));
    add.print("lombok-nested", |n, _| Some(Notation {
        object: |name| (format!("DescribeInvocationsResponse.{}(", class(name)), ")"), name: |name| format!("{}=", camel(name)), ..JAVA
    }.print(n, "")));
    add.print("record", |n, _| Some(Notation {
        object: |name| (format!("{}[", singular(name)), "]"), name: |name| format!("{}=", camel(name)), ..JAVA
    }.print(&flattened(n), "")));
    add.print("reflection", |n, _| Some(Notation {
        object: |name| (format!("com.aliyun.ecs.{}@1b6d3586[", singular(name)), "]"), between: ",", name: |name| format!("{}=", camel(name)), ..JAVA
    }.print(&flattened(n), "")));
    add.print("class-lines", |n, _| Some(Notation {
        object: |name| (format!("class {} {{", singular(name)), "}"), between: "", name: |name| format!("{}: ", camel(name)), indent: Some("    "), ..JAVA
    }.print(&flattened(n), "")));
    add.print("guava", |n, _| Some(Notation {
        object: |name| (format!("{}{{", class(name)), "}"), ..JAVA
    }.print(n, "")));
    add.print("logged", |n, _| Some(format!("12:00:00.123 [main] INFO  c.a.Client - response: {}", Notation {
        object: |name| (format!("{}(", singular(name)), ")"), name: |name| format!("{}=", camel(name)), ..JAVA
    }.print(&flattened(n), ""))));
}

fn php(add: &mut Adder<'_>) {
    fn print_r(node: &Node, depth: usize, class: &str, out: &mut String) {
        let (kind, members): (&str, Vec<(String, &Node)>) = match node {
            Node::Object(members) => (class, members.iter().map(|(name, value)| (name.clone(), value)).collect()),
            Node::List(items) => ("Array", items.iter().enumerate().map(|(nth, item)| (nth.to_string(), item)).collect()),
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
                if of_class { format!("object(stdClass)#{} ({})", depth + 1, members.len()) } else { format!("array({})", members.len()) },
                members.iter().map(|(name, value)| (format!("\"{name}\""), value)).collect(),
            ),
            Node::List(items) => (format!("array({})", items.len()), items.iter().enumerate().map(|(nth, item)| (nth.to_string(), item)).collect()),
            Node::Null => return out.push_str(&format!("{indent}NULL\n")),
            Node::Bool(value) => return out.push_str(&format!("{indent}bool({value})\n")),
            Node::Number(text) => return out.push_str(&format!("{indent}int({text})\n")),
            Node::String(text) => return out.push_str(&format!("{indent}string({}) \"{text}\"\n", text.len())),
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
                members.iter().map(|(name, value)| (format!("{}'{name}'", if of_class { " " } else { "" }), value)).collect(),
            ),
            Node::List(items) => ("array (", items.iter().enumerate().map(|(nth, item)| (nth.to_string(), item)).collect()),
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
    add.print("print-r", |n, _| printed(|out| print_r(n, 0, "Array", out))).expects = Expects::NoFalse;
    add.print("print-r-object", |n, _| printed(|out| print_r(n, 0, "stdClass Object", out))).expects = Expects::NoFalse;
    add.print("print-r-class", |n, _| printed(|out| print_r(n, 0, "AlibabaCloud\\SDK\\Ecs\\V20140526\\Models\\Body Object", out))).expects = Expects::NoFalse;
    add.print("var-dump", |n, _| printed(|out| var_dump(n, 0, false, out)));
    add.print("var-dump-object", |n, _| printed(|out| var_dump(n, 0, true, out)));
    add.print("var-export", |n, _| printed(|out| var_export(n, 0, false, out)));
    add.print("var-export-object", |n, _| printed(|out| var_export(n, 0, true, out)));
    add.print("short-array", |n, _| Some(Notation {
        object: |_| ("[".into(), "]"), name: |name| format!("'{name}' => "), string: single, between: ",", indent: Some("    "), trailing: true,
        words: ["true", "false", "null"], ..PYTHON
    }.print(n, "")));
}

fn ruby(add: &mut Adder<'_>) {
    add.print("inspect", |n, _| Some(RUBY.print(n, "")));
    add.print("symbols", |n, _| Some(Notation { name: |name| format!(":{name}=>"), ..RUBY }.print(n, "")));
    add.print("inspect-3-4", |n, _| Some(Notation { name: |name| format!("\"{name}\" => "), ..RUBY }.print(n, "")));
    add.print("symbols-3-4", |n, _| Some(Notation { name: |name| format!("{name}: "), ..RUBY }.print(n, "")));
    add.print("symbols-snake", |n, _| Some(Notation { name: |name| format!(":{}=>", snake(name)), ..RUBY }.print(n, "")));
    add.print("pretty", |n, _| Some(Notation { indent: Some(" "), ..RUBY }.print(n, "")));
    add.print("awesome-print", |n, _| Some(Notation { name: |name| format!("\"{name}\" => "), indent: Some("    "), ..RUBY }.print(n, "")));
    add.print("open-struct", |n, _| Some(Notation { object: |_| ("#<OpenStruct ".into(), ">"), name: |name| format!("{name}="), ..RUBY }.print(n, "")));
    add.print("struct", |n, _| Some(Notation {
        object: |name| (format!("#<struct {} ", class(name)), ">"), name: |name| format!("{name}="), ..RUBY
    }.print(n, "")));
    add.print("object", |n, _| Some(Notation {
        object: |name| (format!("#<Ecs::{}:0x000078e1 ", class(name)), ">"), name: |name| format!("@{}=", snake(name)), ..RUBY
    }.print(n, "")));
    add.print("irb", |n, _| Some(format!("=> {}", RUBY.print(n, ""))));
}

fn python(add: &mut Adder<'_>) {
    add.print("repr", |n, _| Some(PYTHON.print(n, "")));
    add.print("python-2", |n, _| Some(Notation { name: |name| format!("u'{name}': "), string: |text| format!("u{}", python_string(text)), ..PYTHON }.print(n, "")));
    add.print("python-2-long", |n, _| {
        fn long(node: &Node) -> Node {
            match node {
                Node::Number(text) => Node::Number(format!("{text}L")),
                Node::List(items) => Node::List(items.iter().map(long).collect()),
                Node::Object(members) => Node::Object(members.iter().map(|(name, value)| (name.clone(), long(value))).collect()),
                node => node.clone(),
            }
        }
        Some(Notation { name: |name| format!("u'{name}': "), string: |text| format!("u{}", python_string(text)), ..PYTHON }.print(&long(n), ""))
    });
    add.print("bytes", |n, _| Some(Notation { name: |name| format!("b'{name}': "), string: |text| format!("b{}", python_string(text)), ..PYTHON }.print(n, "")));
    add.print("pprint", |n, _| Some(super::prints_other::pprint(&sorted(n), 80, python_string)));
    add.print("pprint-python-2", |n, _| Some(super::prints_other::pprint(&sorted(n), 80, |text| format!("u{}", python_string(text)))));
    add.print("pprint-narrow", |n, _| Some(super::prints_other::pprint(n, 40, python_string)));
    add.print("ordered-dict", |n, _| Some(ordered(n, "")));
    add.print("ordered-dict-python-2", |n, _| Some(ordered(n, "u")));
    add.print("ordered-dict-3-12", |n, _| Some(Notation { object: |_| ("OrderedDict({".into(), "})"), ..PYTHON }.print(n, "")));
    add.print("namespace", |n, _| Some(Notation { object: |_| ("namespace(".into(), ")"), name: |name| format!("{name}="), ..PYTHON }.print(n, "")));
    add.print("dataclass", |n, _| Some(Notation {
        object: |name| (format!("{}(", singular(name)), ")"), name: |name| format!("{}=", snake(name)), ..PYTHON
    }.print(&flattened(n), "")));
    add.print("pydantic", |n, _| Some(Notation {
        object: |_| ("".into(), ""), between: " ", name: |name| format!("{}=", snake(name)), ..PYTHON
    }.print(&Node::Object(match n { Node::Object(members) => members.iter().filter(|(_, v)| !matches!(v, Node::Object(_))).cloned().collect(), _ => return None }), ""))).expects = Expects::Part;
    add.print("dict-call", |n, _| Some(Notation { object: |_| ("dict(".into(), ")"), name: |name| format!("{name}="), ..PYTHON }.print(n, "")));
    add.print("default-dict", |n, _| Some(Notation { object: |_| ("defaultdict(<class 'dict'>, {".into(), "})"), ..PYTHON }.print(n, "")));
    add.print("logged", |n, _| Some(format!("DEBUG:root:Response: {}", PYTHON.print(n, ""))));
}

fn ordered(node: &Node, prefix: &str) -> String {
    match node {
        Node::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("({prefix}'{name}', {})", ordered(value, prefix)));
            format!("OrderedDict([{}])", members.collect::<Vec<_>>().join(", "))
        }
        Node::List(items) => format!("[{}]", items.iter().map(|item| ordered(item, prefix)).collect::<Vec<_>>().join(", ")),
        Node::String(text) => format!("{prefix}{}", python_string(text)),
        scalar => PYTHON.print(scalar, ""),
    }
}

fn javascript(add: &mut Adder<'_>) {
    add.print("inspect", |n, _| Some(super::prints_other::inspect(n, 80)));
    add.print("inspect-one-line", |n, _| Some(Notation { object: |_| ("{ ".into(), " }"), list: ("[ ", " ]"), name: |name| format!("{name}: "), string: js_string, words: ["true", "false", "null"], ..PYTHON }.print(n, "")));
    add.print("inspect-not-compact", |n, _| Some(Notation { name: |name| format!("{name}: "), string: js_string, words: ["true", "false", "null"], indent: Some("  "), ..PYTHON }.print(n, "")));
    add.print("inspect-classes", |n, _| Some(Notation {
        object: |name| (format!("{} {{", class(name)), "}"), name: |name| format!("{}: ", camel(name)), string: js_string, words: ["true", "false", "undefined"], indent: Some("  "), ..PYTHON
    }.print(n, "")));
    add.print("null-prototype", |n, _| Some(Notation {
        object: |_| ("[Object: null prototype] {".into(), "}"), name: |name| format!("{name}: "), string: js_string, words: ["true", "false", "null"], indent: Some("  "), ..PYTHON
    }.print(n, "")));
    add.print("literal", |n, _| Some(format!("const r = {};", Notation { name: |name| format!("{name}: "), string: quoted, words: ["true", "false", "null"], indent: Some("  "), trailing: true, ..PYTHON }.print(n, ""))));
    add.print("map", |n, _| Some(Notation { object: |_| ("Map(5) {".into(), "}"), name: |name| format!("'{name}' => "), string: js_string, words: ["true", "false", "null"], indent: Some("  "), ..PYTHON }.print(n, "")));
    add.print("browser-console", |n, _| Some(Notation { object: |_| ("{".into(), "}"), name: |name| format!("{name}: "), string: |text| format!("\"{text}\""), words: ["true", "false", "null"], ..PYTHON }.print(n, "")));
}

fn yaml_scalar(text: &str) -> String {
    let is_plain = !text.is_empty()
        && !text.contains(": ") && !text.contains(" #") && !text.contains('\n')
        && !text.starts_with(|c: char| "*&!?|>%@`'\"[]{},#- ".contains(c) || c.is_ascii_digit())
        && !text.ends_with([':', ' ']) && !matches!(text, "true" | "false" | "null");
    if is_plain { text.to_owned() } else if text.contains('\n') { quoted(text) } else { format!("'{}'", text.replace('\'', "''")) }
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
            text.trim_end_matches('\n').split('\n').for_each(|line| out.push_str(&format!("{}  {line}\n", " ".repeat(depth))));
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
        Some(format!("status: 200\nbody:\n{}", text.lines().map(|line| format!("  {line}\n")).collect::<String>()))
    });
    add.print("flow", |n, _| Some(Notation { name: |name| format!("{name}: "), string: yaml_scalar_in_flow, words: ["true", "false", "null"], ..PYTHON }.print(n, "")));
    add.print("flow-lines", |n, _| Some(Notation { name: |name| format!("{name}: "), string: yaml_scalar_in_flow, words: ["true", "false", "null"], indent: Some("  "), ..PYTHON }.print(n, "")));
}

fn yaml_scalar_in_flow(text: &str) -> String {
    let scalar = yaml_scalar(text);
    if scalar == text && text.contains(['[', ']', '{', '}', ',']) { format!("'{}'", text.replace('\'', "''")) } else { scalar }
}

fn powershell(add: &mut Adder<'_>) {
    add.print("custom-object", |n, _| Some(Notation {
        object: |_| ("@{".into(), "}"), list: ("{", "}"), between: "; ", name: |name| format!("{name}="), string: bare, words: ["True", "False", ""], ..PYTHON
    }.print(n, "")));
    add.print("format-list", |n, _| {
        let Node::Object(members) = n else { return None };
        let width = members.iter().map(|(name, _)| name.len()).max()?;
        let value = Notation { object: |_| ("@{".into(), "}"), list: ("{", "}"), between: "; ", name: |name| format!("{name}="), string: bare, words: ["True", "False", ""], ..PYTHON };
        Some(format!("\n{}\n\n", members.iter().map(|(name, v)| format!("{name:width$} : {}\n", value.print(v, ""))).collect::<String>()))
    });
    add.print("literal", |n, _| Some(Notation {
        object: |_| ("@{".into(), "}"), list: ("@(", ")"), between: "", name: |name| format!("{name} = "), string: |text| format!("'{}'", text.replace('\'', "''")), words: ["$true", "$false", "$null"],
        indent: Some("    "), ..PYTHON
    }.print(n, "")));
    add.print("literal-one-line", |n, _| Some(Notation {
        object: |_| ("@{".into(), "}"), list: ("@(", ")"), between: "; ", name: |name| format!("{name} = "), string: |text| format!("'{}'", text.replace('\'', "''")), words: ["$true", "$false", "$null"], ..PYTHON
    }.print(n, "")));
    add.print("typed-literal", |n, _| Some(Notation {
        object: |_| ("[pscustomobject]@{".into(), "}"), list: ("@(", ")"), between: "; ", name: |name| format!("\"{name}\" = "), string: |text| format!("\"{}\"", text.replace('"', "`\"")), words: ["$true", "$false", "$null"], ..PYTHON
    }.print(n, "")));
}

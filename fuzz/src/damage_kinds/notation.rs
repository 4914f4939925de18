//! How languages write values.

use super::Node;

/// How a language writes values.
#[derive(Clone, Copy)]
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
    if text.contains('\'') && !text.contains('"') {
        format!("\"{text}\"")
    } else {
        format!("'{}'", text.replace('\'', "\\'"))
    }
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
        Node::Object(members) => Node::Object(
            members
                .iter()
                .map(|(name, value)| {
                    (
                        name.clone(),
                        match value {
                            Node::Object(inner) => match &inner[..] {
                                [(_, Node::List(items))] => {
                                    Node::List(items.iter().map(flattened).collect())
                                }
                                _ => flattened(value),
                            },
                            value => value.clone(),
                        },
                    )
                })
                .collect(),
        ),
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
            let mut members: Vec<_> =
                members.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Node::Object(members)
        }
        Node::List(items) => Node::List(items.iter().map(sorted).collect()),
        node => node.clone(),
    }
}

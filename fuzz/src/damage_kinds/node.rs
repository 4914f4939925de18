//! A JSON value that keeps the order of members and the text of numbers.

use std::fmt::Write as _;

use super::tokens::Style;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    Null,
    Bool(bool),
    Number(String),
    String(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Node {
    /// Parses well-formed JSON.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parser = Parser { text, at: 0 };
        let node = parser.value()?;
        parser.space();
        (parser.at == text.len()).then_some(node)
    }

    pub fn to_json(&self, style: Style) -> String {
        let mut text = String::new();
        self.write_json(style, 0, &mut text);
        text
    }

    fn write_json(&self, style: Style, depth: usize, text: &mut String) {
        let (colon, indent) = match style {
            Style::Compact => (":", None),
            Style::Indent2 => (": ", Some(2)),
            Style::Indent4 => (": ", Some(4)),
        };
        let line = |depth: usize, text: &mut String| {
            if let Some(indent) = indent {
                text.push('\n');
                text.extend(std::iter::repeat_n(' ', depth * indent));
            }
        };
        match self {
            Self::Null => text.push_str("null"),
            Self::Bool(value) => write!(text, "{value}").expect("written to a string"),
            Self::Number(number) => text.push_str(number),
            Self::String(string) => text.push_str(&quote(string)),
            Self::List(items) if items.is_empty() => text.push_str("[]"),
            Self::Object(members) if members.is_empty() => text.push_str("{}"),
            Self::List(items) => {
                text.push('[');
                for (nth, item) in items.iter().enumerate() {
                    text.push_str(if nth > 0 { "," } else { "" });
                    line(depth + 1, text);
                    item.write_json(style, depth + 1, text);
                }
                line(depth, text);
                text.push(']');
            }
            Self::Object(members) => {
                text.push('{');
                for (nth, (name, value)) in members.iter().enumerate() {
                    text.push_str(if nth > 0 { "," } else { "" });
                    line(depth + 1, text);
                    text.push_str(&quote(name));
                    text.push_str(colon);
                    value.write_json(style, depth + 1, text);
                }
                line(depth, text);
                text.push('}');
            }
        }
    }

    pub fn to_xml(&self, root: &str, style: Style) -> String {
        let mut text = String::new();
        self.write_xml(root, style, 0, &mut text);
        text.trim_start().to_owned()
    }

    fn write_xml(&self, name: &str, style: Style, depth: usize, text: &mut String) {
        let indent = match style {
            Style::Compact => None,
            Style::Indent2 => Some(2),
            Style::Indent4 => Some(4),
        };
        if let Self::List(items) = self {
            items.iter().for_each(|item| item.write_xml(name, style, depth, text));
            return;
        }
        let line = |text: &mut String| {
            if let Some(indent) = indent {
                text.push('\n');
                text.extend(std::iter::repeat_n(' ', depth * indent));
            }
        };
        line(text);
        write!(text, "<{name}>").expect("written to a string");
        if let Self::Object(members) = self {
            members.iter().for_each(|(name, value)| value.write_xml(name, style, depth + 1, text));
            line(text);
        } else {
            text.push_str(&escape(&self.to_text()));
        }
        write!(text, "</{name}>").expect("written to a string");
    }

    /// A scalar without quotes.
    pub fn to_text(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Number(text) | Self::String(text) => text.clone(),
            Self::Null | Self::List(_) | Self::Object(_) => String::new(),
        }
    }
}

/// A JSON string.
pub fn quote(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c < ' ' => write!(quoted, "\\u{:04x}", u32::from(c)).expect("written to a string"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Text between tags.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl Parser<'_> {
    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, sign: char) -> bool {
        self.space();
        let found = self.text[self.at..].starts_with(sign);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self) -> Option<Node> {
        if self.take('{') {
            let mut members = Vec::new();
            while !self.take('}') {
                self.space();
                let name = self.string()?;
                self.take(':').then_some(())?;
                members.push((name, self.value()?));
                self.take(',');
            }
            return Some(Node::Object(members));
        }
        if self.take('[') {
            let mut items = Vec::new();
            while !self.take(']') {
                items.push(self.value()?);
                self.take(',');
            }
            return Some(Node::List(items));
        }
        if self.text[self.at..].starts_with('"') {
            return self.string().map(Node::String);
        }
        let rest = &self.text[self.at..];
        let end = rest.find([',', '}', ']', '\n', ' ']).unwrap_or(rest.len());
        self.at += end;
        Some(match &rest[..end] {
            "null" => Node::Null,
            "true" => Node::Bool(true),
            "false" => Node::Bool(false),
            "" => return None,
            number => Node::Number(number.to_owned()),
        })
    }

    fn string(&mut self) -> Option<String> {
        let mut text = String::new();
        let rest = self.text[self.at..].strip_prefix('"')?;
        let mut chars = rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 2;
                    return Some(text);
                }
                '\\' => match chars.next()?.1 {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'u' => {
                        let digits: String =
                            (0..4).filter_map(|_| chars.next()).map(|(_, c)| c).collect();
                        text.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                    }
                    c => text.push(c),
                },
                c => text.push(c),
            }
        }
        None
    }
}

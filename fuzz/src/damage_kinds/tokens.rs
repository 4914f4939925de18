//! The tokens of clean documents, in which damage is done.

use std::ops::Range;

/// How a clean document is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Compact,
    Indent2,
    Indent4,
}

impl Style {
    pub fn nth(nth: usize) -> Self {
        [Self::Indent4, Self::Compact, Self::Indent2][nth % 3]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Open,
    Close,
    Comma,
    Colon,
    Name,
    String,
    /// A number, `true`, `false` or `null`.
    Literal,
    /// Text between tags.
    Text,
}

/// Where a bracket or tag stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Root,
    /// An object that is a member.
    Object,
    List,
    /// An object in a list.
    Item,
    /// A scalar, or the tag around it.
    Leaf,
}

pub struct Token {
    pub what: What,
    pub role: Role,
    pub span: Range<usize>,
    /// The member to which the token belongs; for an item, that of its list.
    pub name: String,
    pub depth: usize,
    /// Whether it is a bracket, tag or name of something that holds others.
    pub is_of_container: bool,
}

/// A token that may be damaged, and what is around it.
pub struct Site<'t> {
    pub what: What,
    pub role: Role,
    pub name: &'t str,
    pub text: &'t str,
    /// The content of a string.
    pub inside: &'t str,
    pub depth: usize,
    pub before: Option<&'t Token>,
    pub next: Option<&'t Token>,
    /// What the kind writes.
    pub with: &'t str,
    pub is_of_container: bool,
    /// Whether a line ends after the token.
    pub ends_line: bool,
}

impl<'t> Site<'t> {
    pub fn new(clean: &'t str, tokens: &'t [Token], nth: usize, with: &'t str) -> Self {
        let Token { what, role, span, name, depth, is_of_container } = &tokens[nth];
        let text = &clean[span.clone()];
        let is_string = matches!(what, What::Name | What::String);
        Self {
            what: *what,
            role: *role,
            name,
            text,
            inside: if is_string { &text[1..text.len() - 1] } else { "" },
            depth: *depth,
            before: nth.checked_sub(1).map(|nth| &tokens[nth]),
            next: tokens.get(nth + 1),
            with,
            is_of_container: *is_of_container,
            ends_line: clean[span.end..].starts_with('\n'),
        }
    }

    pub fn is(&self, what: What) -> bool {
        self.what == what
    }

    /// Whether it is a bracket or tag of that kind.
    pub fn opens(&self, role: Role) -> bool {
        self.what == What::Open && self.role == role
    }

    pub fn closes(&self, role: Role) -> bool {
        self.what == What::Close && self.role == role
    }

    /// Whether it is the last token of a value.
    pub fn ends_value(&self) -> bool {
        matches!(self.what, What::String | What::Literal | What::Close)
    }

    pub fn next_is(&self, what: What) -> bool {
        self.next.is_some_and(|next| next.what == what)
    }

    pub fn before_is(&self, what: What) -> bool {
        self.before.is_some_and(|before| before.what == what)
    }

    /// Whether a string is an id, a status or the like, without blanks and signs.
    pub fn is_plain(&self) -> bool {
        !self.inside.is_empty()
            && self.inside.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    }
}

pub fn tokens(clean: &str) -> Vec<Token> {
    if clean.starts_with('<') { xml_tokens(clean) } else { json_tokens(clean) }
}

fn json_tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens: Vec<Token> = Vec::new();
    // The open brackets: which, and the member that holds each.
    let mut open: Vec<(Role, String)> = Vec::new();
    let mut member = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        at += 1;
        let is_in_list = matches!(open.last(), Some((Role::List, _)));
        let after_colon = matches!(tokens.last(), Some(Token { what: What::Colon, .. }));
        let (what, role) = match bytes[start] {
            b'{' if open.is_empty() => (What::Open, Role::Root),
            b'{' if is_in_list => (What::Open, Role::Item),
            b'{' => (What::Open, Role::Object),
            b'[' => (What::Open, Role::List),
            b'}' | b']' => {
                let (role, name) = open.pop().expect("brackets match");
                member = name;
                (What::Close, role)
            }
            b',' => (What::Comma, Role::Leaf),
            b':' => (What::Colon, Role::Leaf),
            b'"' => {
                while bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
                (if after_colon || is_in_list { What::String } else { What::Name }, Role::Leaf)
            }
            byte if byte.is_ascii_whitespace() => continue,
            _ => {
                while !b",]} \n".contains(&bytes[at]) {
                    at += 1;
                }
                (What::Literal, Role::Leaf)
            }
        };
        if what == What::Name {
            text[start + 1..at - 1].clone_into(&mut member);
        }
        let opens = what == What::Open;
        if opens && let Some(name_or_colon) = tokens.len().checked_sub(2).filter(|_| after_colon) {
            tokens[name_or_colon..].iter_mut().for_each(|token| {
                token.is_of_container = true;
                token.role = role;
            });
        }
        tokens.push(Token {
            what,
            role,
            span: start..at,
            name: member.clone(),
            depth: open.len(),
            is_of_container: role != Role::Leaf,
        });
        if opens {
            open.push((role, member.clone()));
        }
    }
    tokens
}

fn xml_tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let rest = &text[start..];
        let (what, length) = if rest.starts_with("</") {
            (What::Close, rest.find('>').expect("a tag ends") + 1)
        } else if rest.starts_with('<') {
            (What::Open, rest.find('>').expect("a tag ends") + 1)
        } else {
            (What::Text, rest.find('<').unwrap_or(rest.len()))
        };
        at += length;
        if what == What::Text && text[start..at].trim().is_empty() {
            continue;
        }
        let name = match what {
            What::Text => tokens.last().map(|token| token.name.clone()).unwrap_or_default(),
            _ => text[start..at].trim_matches(['<', '>', '/']).to_owned(),
        };
        depth -= usize::from(what == What::Close);
        let is_leaf = match what {
            What::Open => text[at..].split_once('<').is_some_and(|(_, next)| next.starts_with('/')),
            What::Close => tokens.last().is_some_and(|last| last.what != What::Close),
            _ => true,
        };
        let role = match name.as_str() {
            _ if is_leaf => Role::Leaf,
            _ if depth == 0 => Role::Root,
            "Invocation" | "InvokeInstance" | "InvocationResult" | "Tag" => Role::Item,
            _ => Role::List,
        };
        tokens.push(Token { what, role, span: start..at, name, depth, is_of_container: !is_leaf });
        depth += usize::from(what == What::Open);
    }
    tokens
}

//! A second, straightforward reading of what an independent parser makes of a document.

use arbitrary::{Arbitrary, Result, Unstructured};
use ecs_invocations::finding::{Finding, FindingKind};
use ecs_invocations::model::{
    CommandType, ErrorCode, InstanceStatus, InvocationStatus, RepeatMode, TerminationMode,
};
use jiff::Timestamp;
use serde_json::{Map, Number, Value, json};

/// A document of either format.
#[derive(Clone, Debug)]
pub enum Tree {
    Null,
    Bool(bool),
    /// By its digits.
    Number(String),
    Text(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// What a field takes.
enum Field {
    Text,
    Count,
    Integer,
    Boolean,
    Time,
    Word(fn() -> Vec<String>),
    /// The element of an item, its fields, and whether the list stands even when it is empty.
    List(&'static str, &'static [(&'static str, Field)], bool),
}

use Field::{Boolean, Count, Integer, List, Text, Time, Word};

fn words<T: ToString>(known: impl Iterator<Item = T>) -> Vec<String> {
    known.map(|word| word.to_string()).collect()
}

const OVERALL: Field = Word(|| words(InvocationStatus::known()));
const ON_INSTANCE: Field = Word(|| words(InstanceStatus::known()));

const PAGE: &[(&str, Field)] = &[
    ("TotalCount", Count),
    ("PageNumber", Count),
    ("PageSize", Count),
    ("Invocations", List("Invocation", INVOCATION, true)),
    ("RequestId", Text),
    ("NextToken", Text),
];

const INVOCATION: &[(&str, Field)] = &[
    ("InvokeStatus", OVERALL),
    ("InvocationStatus", OVERALL),
    ("InvokeId", Text),
    ("CommandName", Text),
    ("CommandType", Word(|| words(CommandType::known()))),
    ("Frequency", Text),
    ("InvokeInstances", List("InvokeInstance", INSTANCE, true)),
    ("Timed", Boolean),
    ("CommandId", Text),
    ("CommandDescription", Text),
    ("CommandContent", Text),
    ("CreationTime", Time),
    ("RepeatMode", Word(|| words(RepeatMode::known()))),
    ("Timeout", Count),
    ("Username", Text),
    ("WorkingDir", Text),
    ("Parameters", Text),
    ("ContainerId", Text),
    ("ContainerName", Text),
    ("Launcher", Text),
    ("TerminationMode", Word(|| words(TerminationMode::known()))),
    ("Tags", List("Tag", &[("TagKey", Text), ("TagValue", Text)], false)),
    ("OssOutputDelivery", Text),
    ("Output", Text),
];

const INSTANCE: &[(&str, Field)] = &[
    ("InstanceId", Text),
    ("InstanceInvokeStatus", ON_INSTANCE),
    ("InvocationStatus", ON_INSTANCE),
    ("CreationTime", Time),
    ("StartTime", Time),
    ("FinishTime", Time),
    ("StopTime", Time),
    ("UpdateTime", Time),
    ("ExitCode", Integer),
    ("Output", Text),
    ("Dropped", Count),
    ("Repeats", Count),
    ("Timed", Boolean),
    ("ErrorCode", Word(|| words(ErrorCode::known()))),
    ("ErrorInfo", Text),
    ("OssOutputStatus", Text),
    ("OssOutputUri", Text),
];

/// The names of all fields of a page.
pub fn names() -> Vec<&'static str> {
    fn walk(fields: &'static [(&'static str, Field)], names: &mut Vec<&'static str>) {
        for (name, field) in fields {
            names.push(name);
            if let List(_, of, _) = field {
                walk(of, names);
            }
        }
    }
    let mut names = Vec::new();
    walk(PAGE, &mut names);
    names
}

/// The page that the members of a document's root say, in canonical form.
pub fn page(members: &[(String, Tree)], is_xml: bool) -> Value {
    Reader { is_xml }.record(PAGE, members)
}

struct Reader {
    is_xml: bool,
}

impl Reader {
    fn record(&self, fields: &'static [(&str, Field)], members: &[(String, Tree)]) -> Value {
        let mut record = Map::new();
        for (name, field) in fields {
            if let List(item, _, true) = field {
                record.insert((*name).into(), json!({*item: []}));
            }
        }
        for (name, tree) in members {
            match find(fields, name) {
                Some((known, List(item, of, _))) => {
                    let mut more = self.list(item, of, tree);
                    let list = record.entry(known).or_insert_with(|| json!({*item: []}));
                    list[*item].as_array_mut().expect("a list").append(&mut more);
                    if list[*item] == json!([])
                        && !matches!(find(fields, known), Some((_, List(.., true))))
                    {
                        record.remove(known);
                    }
                }
                Some((known, field)) => {
                    if let Some(value) = self.scalar(field, tree) {
                        record.entry(known).or_insert(value);
                    }
                }
                None if name == "@xmlns" || name.starts_with("@xmlns:") => {}
                None => drop(record.insert(name.clone(), whole(tree))),
            }
        }
        Value::Object(record)
    }

    fn list(&self, item: &str, of: &'static [(&str, Field)], tree: &Tree) -> Vec<Value> {
        let mut items = Vec::new();
        match tree {
            Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::Text(_) => {}
            Tree::List(list) => items.extend(list.iter().filter_map(|tree| self.item(of, tree))),
            Tree::Object(members) => {
                let mut has_met = false;
                for (nth, (name, tree)) in members.iter().enumerate() {
                    if same(item, name) {
                        has_met = true;
                        items.append(&mut self.items(of, tree));
                    } else if !has_met && find(of, name).is_some() {
                        items.push(self.record(of, &members[nth..]));
                        break;
                    }
                }
            }
        }
        items
    }

    fn items(&self, of: &'static [(&str, Field)], tree: &Tree) -> Vec<Value> {
        match tree {
            Tree::List(list) => list.iter().filter_map(|tree| self.item(of, tree)).collect(),
            Tree::Object(members) if members.is_empty() && !self.is_xml => Vec::new(),
            tree => self.item(of, tree).into_iter().collect(),
        }
    }

    fn item(&self, of: &'static [(&str, Field)], tree: &Tree) -> Option<Value> {
        match tree {
            Tree::Object(members) => Some(self.record(of, members)),
            Tree::Text(text) if self.is_xml && text.trim().is_empty() => Some(self.record(of, &[])),
            _ => None,
        }
    }

    fn scalar(&self, field: &Field, tree: &Tree) -> Option<Value> {
        let text = match tree {
            Tree::Null | Tree::List(_) => return None,
            Tree::Object(members) => {
                let (_, inside) = members.iter().find(|(name, _)| name == "$text")?;
                return self.scalar(field, inside);
            }
            Tree::Bool(value) => value.to_string(),
            Tree::Number(digits) => digits.clone(),
            Tree::Text(text) => text.clone(),
        };
        let word = text.trim();
        if word.is_empty() {
            return None;
        }
        match field {
            Text => Some(text.into()),
            Time => Some(match word.parse::<Timestamp>() {
                Ok(time) => time.to_string().into(),
                Err(_) => text.into(),
            }),
            Word(known) => {
                let known = known().into_iter().find(|known| known.eq_ignore_ascii_case(word));
                Some(known.unwrap_or(text).into())
            }
            Boolean if matches!(tree, Tree::Number(_)) => match integer(word) {
                Some(1) => Some(true.into()),
                Some(0) => Some(false.into()),
                _ => None,
            },
            Boolean => match &*word.to_ascii_lowercase() {
                "true" | "yes" | "1" => Some(true.into()),
                "false" | "no" | "0" => Some(false.into()),
                _ => None,
            },
            Count | Integer if matches!(tree, Tree::Bool(_)) => None,
            Count => integer(word).and_then(|number| u64::try_from(number).ok()).map(Into::into),
            Integer => integer(word).and_then(|number| i64::try_from(number).ok()).map(Into::into),
            List(..) => unreachable!("a list is no scalar"),
        }
    }
}

/// Small integers, as the documents made here have them.
fn integer(word: &str) -> Option<i128> {
    if word.contains(['.', 'e']) {
        let number: f64 = word.parse().ok()?;
        return (number.fract() == 0.0).then_some(number as i128);
    }
    word.parse().ok()
}

fn same(known: &str, name: &str) -> bool {
    let name = name.trim_start_matches('@');
    let name = name.rsplit(':').next().unwrap_or(name);
    name.replace(['_', '-'], "").eq_ignore_ascii_case(known)
}

fn find(
    fields: &'static [(&'static str, Field)],
    name: &str,
) -> Option<(&'static str, &'static Field)> {
    let exact = fields.iter().find(|(known, _)| *known == name);
    let found = exact.or_else(|| fields.iter().find(|(known, _)| same(known, name)));
    found.map(|(known, field)| (*known, field))
}

fn whole(tree: &Tree) -> Value {
    match tree {
        Tree::Null => Value::Null,
        Tree::Bool(value) => (*value).into(),
        Tree::Number(digits) => digits.parse::<Number>().expect("digits").into(),
        Tree::Text(text) => text.clone().into(),
        Tree::List(items) => items.iter().map(whole).collect(),
        Tree::Object(members) => members
            .iter()
            .filter(|(name, _)| name != "@xmlns" && !name.starts_with("@xmlns:"))
            .map(|(name, tree)| (name.clone(), whole(tree)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

/// Whether a finding on a sound document says of the text in its place what that text says.
pub fn is_true(finding: &Finding, is_xml: bool) -> bool {
    let found = &*finding.found;
    let text = match serde_json::from_str::<Value>(found) {
        _ if is_xml => super::element_says(found),
        Ok(Value::String(text)) => text,
        _ => found.to_owned(),
    };
    let reader = Reader { is_xml };
    let reads = |field: &Field| reader.scalar(field, &Tree::Text(text.clone()));
    match &finding.kind {
        FindingKind::Name { read } => same(read, &text),
        FindingKind::EnumValue { read } => text.trim().eq_ignore_ascii_case(read),
        FindingKind::Boolean { read } => {
            reads(&Boolean) == Some((*read).into()) || integer(&text) == Some(i128::from(*read))
        }
        FindingKind::Integer { read } => {
            integer(text.trim()).map(|n| n.to_string()).as_deref() == Some(read)
        }
        FindingKind::Time { read } => reads(&Time) == Some(read.to_string().into()),
        FindingKind::EmptyValue => {
            let has_nothing =
                ["null", "[]", "{}"].contains(&found) || found.starts_with(['{', '<']);
            text.trim().is_empty() || has_nothing
        }
        _ => true,
    }
}

/// The members of the root of a document: a page, with anything in it.
pub fn document(u: &mut Unstructured<'_>) -> Result<Vec<(String, Tree)>> {
    // The first one leaves no doubt that it is a page.
    let mut members = vec![("Invocations".to_owned(), list("Invocation", INVOCATION, u)?)];
    members.append(&mut some_members(PAGE, u)?);
    Ok(members)
}

fn some_members(
    fields: &'static [(&'static str, Field)],
    u: &mut Unstructured<'_>,
) -> Result<Vec<(String, Tree)>> {
    const UNKNOWN: &[&str] = &["Unknown", "@Unknown", "@xmlns", "$text", "x-y"];
    let mut members = Vec::new();
    for _ in 0..u.int_in_range(0..=4)? {
        if u.ratio(1, 8)? {
            members.push(((*u.choose(UNKNOWN)?).to_owned(), any(u, 2)?));
            continue;
        }
        let (name, field) = u.choose(fields)?;
        let name = match u.int_in_range(0..=9)? {
            0 => name.to_lowercase(),
            1 => format!("@{name}"),
            2 => name.replace("Id", "_Id").replace("Status", "-Status"),
            _ => (*name).to_owned(),
        };
        let tree = match field {
            List(item, of, _) if u.ratio(7, 8)? => list(item, of, u)?,
            _ => any(u, 2)?,
        };
        members.push((name, tree));
    }
    Ok(members)
}

fn list(
    item: &str,
    of: &'static [(&'static str, Field)],
    u: &mut Unstructured<'_>,
) -> Result<Tree> {
    let object = |u: &mut Unstructured<'_>| some_members(of, u).map(Tree::Object);
    let items = |u: &mut Unstructured<'_>| -> Result<Tree> {
        let count = u.int_in_range(0..=3)?;
        let item = |_| if u.ratio(1, 10)? { any(u, 1) } else { object(u) };
        (0..count).map(item).collect::<Result<_>>().map(Tree::List)
    };
    Ok(match u.int_in_range(0..=7)? {
        0 => items(u)?,
        1 => object(u)?,
        2 => any(u, 1)?,
        3 => Tree::Object(vec![(item.to_owned(), object(u)?)]),
        4 => Tree::Object(vec![(item.to_lowercase(), items(u)?), (item.to_owned(), items(u)?)]),
        5 => Tree::Object(vec![("Unknown".to_owned(), any(u, 1)?), (item.to_owned(), items(u)?)]),
        _ => Tree::Object(vec![(item.to_owned(), items(u)?)]),
    })
}

fn any(u: &mut Unstructured<'_>, depth: usize) -> Result<Tree> {
    const TEXTS: &[&str] = &[
        "",
        " ",
        "\n",
        "a",
        " a ",
        "a&b<c>\"d'",
        "漢字",
        "true",
        "True",
        " NO ",
        "1",
        "0",
        "yes",
        "5",
        "-5",
        " 7 ",
        "007",
        "+3",
        "5.0",
        "4.5",
        "1e2",
        "-0",
        "finished",
        "\u{17f}topped",
        "Running",
        "STOPPED",
        "runshellscript",
        "once",
        "ExitCodeNonzero",
        "processtree",
        "2019-12-20T06:15:54Z",
        "2019-12-20T06:15:54+08:00",
        "2019-12-20",
        "$text",
        "]]>",
        "&amp;",
        "1.0",
        "\r\n",
        "a\r\nb ",
    ];
    const NUMBERS: &[&str] = &["0", "1", "5", "-5", "5.0", "4.5", "1e2", "1.0", "0.0", "-0"];
    let deepest = if depth == 0 { 5 } else { 7 };
    Ok(match u.int_in_range(0..=deepest)? {
        0 => Tree::Null,
        1 => Tree::Bool(u.arbitrary()?),
        2 => Tree::Number((*u.choose(NUMBERS)?).to_owned()),
        3..=5 => Tree::Text((*u.choose(TEXTS)?).to_owned()),
        6 => {
            let count = u.int_in_range(0..=2)?;
            Tree::List((0..count).map(|_| any(u, depth - 1)).collect::<Result<_>>()?)
        }
        _ => {
            const NAMES: &[&str] = &["$text", "@a", "b", "TagKey"];
            let count = u.int_in_range(0..=2)?;
            let member = |_| Ok(((*u.choose(NAMES)?).to_owned(), any(u, depth - 1)?));
            Tree::Object((0..count).map(member).collect::<Result<_>>()?)
        }
    })
}

/// As JSON writes it.
pub fn to_json(tree: &Tree) -> String {
    let quoted = |text: &str| Value::from(text).to_string();
    match tree {
        Tree::Null => "null".to_owned(),
        Tree::Bool(value) => value.to_string(),
        Tree::Number(digits) => digits.clone(),
        Tree::Text(text) => quoted(text),
        Tree::List(items) => {
            format!("[{}]", items.iter().map(to_json).collect::<Vec<_>>().join(", "))
        }
        Tree::Object(members) => {
            let member =
                |(name, tree): &(String, Tree)| format!("{}: {}", quoted(name), to_json(tree));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
    }
}

/// The same as far as XML can say it: text only, an item a repeated element, attributes of text and
/// before all else, no name twice among them, no blanks for text beside children.
pub fn for_xml(members: &[(String, Tree)]) -> Vec<(String, Tree)> {
    let mut all: Vec<(String, Tree)> = Vec::new();
    // An independent parser does not tell a namespace from no attribute.
    for (name, tree) in members.iter().filter(|(name, _)| name != "@xmlns") {
        let trees = match tree {
            Tree::List(items) => items.iter().collect(),
            tree => vec![tree],
        };
        for tree in trees {
            let content = match tree {
                // A list in a list is no more than that.
                Tree::Null | Tree::List(_) => Tree::Text(String::new()),
                Tree::Bool(value) => Tree::Text(value.to_string()),
                Tree::Number(digits) => Tree::Text(digits.clone()),
                Tree::Text(text) => Tree::Text(text.clone()),
                Tree::Object(members) => match for_xml(members) {
                    members if members.is_empty() => Tree::Text(String::new()),
                    members if members.iter().all(|(name, _)| name == "$text") => {
                        members.into_iter().next().map_or(Tree::Null, |(_, text)| text)
                    }
                    members => Tree::Object(members),
                },
            };
            let is_text = name == "$text";
            let is_again = all.iter().any(|(there, _)| there == name);
            let text = match &content {
                Tree::Text(text) => Some(text.trim()),
                _ => None,
            };
            if is_text && (is_again || text.is_none_or(str::is_empty)) {
                continue;
            }
            if name.starts_with('@') {
                let value = text.unwrap_or_default().replace("\r\n", "\n").replace('\n', " ");
                if !is_again {
                    all.push((name.clone(), Tree::Text(value)));
                }
                continue;
            }
            all.push((name.clone(), content));
        }
    }
    all.sort_by_key(|(name, _)| !name.starts_with('@'));
    all
}

/// An element of that name with what [`for_xml`] gave.
pub fn to_xml(name: &str, tree: &Tree) -> String {
    let escaped = |text: &str| {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    };
    match tree {
        Tree::Text(text) if text.is_empty() => format!("<{name}/>"),
        Tree::Text(text) => format!("<{name}>{}</{name}>", escaped(text)),
        Tree::Object(members) => {
            let mut tag = format!("<{name}");
            let mut inside = String::new();
            for (member, tree) in members {
                match (member.strip_prefix('@'), tree) {
                    (Some(attribute), Tree::Text(text)) => {
                        tag.push_str(&format!(" {attribute}=\"{}\"", escaped(text)));
                    }
                    (None, Tree::Text(text)) if member == "$text" => {
                        inside.push_str(&escaped(text))
                    }
                    _ => inside.push_str(&to_xml(member, tree)),
                }
            }
            format!("{tag}>{inside}</{name}>")
        }
        _ => unreachable!("XML has no {tree:?}"),
    }
}

/// What an independent parser reads there.
pub fn from_xml(node: roxmltree::Node<'_, '_>) -> Tree {
    let mut members: Vec<(String, Tree)> = Vec::new();
    for attribute in node.attributes() {
        members.push((format!("@{}", attribute.name()), Tree::Text(attribute.value().to_owned())));
    }
    let has_elements = node.children().any(|child| child.is_element());
    if members.is_empty() && !has_elements {
        return Tree::Text(node.text().unwrap_or_default().to_owned());
    }
    for child in node.children() {
        if child.is_element() {
            members.push((child.tag_name().name().to_owned(), from_xml(child)));
        } else if let Some(text) = child.text().filter(|text| !text.trim().is_empty()) {
            members.push(("$text".to_owned(), Tree::Text(text.to_owned())));
        }
    }
    Tree::Object(members)
}

/// What a document says, in order of the alphabet: each text that is not blank with the name over it.
pub fn sayings(tree: &Tree) -> Vec<String> {
    fn walk(name: &str, tree: &Tree, sayings: &mut Vec<String>) {
        match tree {
            Tree::Null => {}
            Tree::Bool(value) => sayings.push(format!("{name}: {value}")),
            Tree::Number(text) | Tree::Text(text) => {
                if !text.trim().is_empty() {
                    sayings.push(format!("{name}: {text}"));
                }
            }
            Tree::List(items) => items.iter().for_each(|item| walk(name, item, sayings)),
            Tree::Object(members) => {
                for (inside, tree) in members {
                    // An element's text is its own whether or not something stands beside it.
                    walk(if inside == "$text" { name } else { inside }, tree, sayings);
                }
            }
        }
    }
    let mut sayings = Vec::new();
    walk("", tree, &mut sayings);
    sayings.sort_unstable();
    sayings
}

impl From<Value> for Tree {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => Self::Number(number.to_string()),
            Value::String(text) => Self::Text(text),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Object(members) => {
                Self::Object(members.into_iter().map(|(name, tree)| (name, tree.into())).collect())
            }
        }
    }
}

impl<'u> Arbitrary<'u> for Tree {
    fn arbitrary(u: &mut Unstructured<'u>) -> Result<Self> {
        document(u).map(Self::Object)
    }
}

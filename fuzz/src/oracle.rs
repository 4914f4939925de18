//! A simple reference decoder for the output of an independent parser, and a generator of documents.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::LazyLock;

use arbitrary::{Arbitrary, Result, Unstructured};
use ecs_invocations::finding::{Finding, FindingKind};
use ecs_invocations::model::{
    CommandType, ErrorCode, InstanceStatus, InvocationStatus, OssOutputStatus, RepeatMode,
    TerminationMode,
};
use jiff::Timestamp;
use serde_json::{Map, Number, Value, json};

/// A value of either format.
#[derive(Clone, Debug)]
pub enum Tree {
    Null,
    Bool(bool),
    /// Its digits.
    Number(String),
    Text(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// The type of a field.
enum Field {
    Text,
    /// A JSON object as text.
    JsonText,
    /// Text that may be empty.
    Content,
    Count,
    Integer,
    Boolean,
    Time,
    EnumValue(fn() -> Vec<String>),
    /// The name of an item, its fields, and whether an empty list is written.
    List(&'static str, &'static [(&'static str, Field)], bool),
}

use Field::{Boolean, Content, Count, EnumValue, Integer, JsonText, List, Text, Time};

fn texts<T: ToString>(values: impl Iterator<Item = T>) -> Vec<String> {
    values.map(|value| value.to_string()).collect()
}

const INVOCATION_STATUS: Field = EnumValue(|| texts(InvocationStatus::known()));
const INSTANCE_STATUS: Field = EnumValue(|| texts(InstanceStatus::known()));

const PAGE: &[(&str, Field)] = &[
    ("TotalCount", Count),
    ("PageNumber", Count),
    ("PageSize", Count),
    ("Invocations", List("Invocation", INVOCATION, true)),
    ("RequestId", Text),
    ("NextToken", Text),
];

const INVOCATION: &[(&str, Field)] = &[
    ("InvokeStatus", INVOCATION_STATUS),
    ("InvocationStatus", INVOCATION_STATUS),
    ("InvokeId", Text),
    ("CommandName", Text),
    ("CommandType", EnumValue(|| texts(CommandType::known()))),
    ("Frequency", Text),
    ("InvokeInstances", List("InvokeInstance", INSTANCE, true)),
    ("Timed", Boolean),
    ("CommandId", Text),
    ("CommandDescription", Text),
    ("CommandContent", Content),
    ("CreationTime", Time),
    ("RepeatMode", EnumValue(|| texts(RepeatMode::known()))),
    ("Timeout", Count),
    ("Username", Text),
    ("WorkingDir", Text),
    ("Parameters", JsonText),
    ("ContainerId", Text),
    ("ContainerName", Text),
    ("Launcher", Text),
    ("TerminationMode", EnumValue(|| texts(TerminationMode::known()))),
    ("Tags", List("Tag", &[("TagKey", Text), ("TagValue", Text)], false)),
    ("OssOutputDelivery", Text),
    ("Output", Content),
];

const INSTANCE: &[(&str, Field)] = &[
    ("InstanceId", Text),
    ("InstanceInvokeStatus", INSTANCE_STATUS),
    ("InvocationStatus", INSTANCE_STATUS),
    ("CreationTime", Time),
    ("StartTime", Time),
    ("FinishTime", Time),
    ("StopTime", Time),
    ("UpdateTime", Time),
    ("ExitCode", Integer),
    ("Output", Content),
    ("Dropped", Count),
    ("Repeats", Count),
    ("Timed", Boolean),
    ("ErrorCode", EnumValue(|| texts(ErrorCode::known()))),
    ("ErrorInfo", Text),
    ("OssOutputStatus", EnumValue(|| texts(OssOutputStatus::known()))),
    ("OssOutputUri", Text),
    ("OssOutputErrorCode", Text),
    ("OssOutputErrorInfo", Text),
];

/// The names of all fields of a page.
pub fn field_names() -> &'static [&'static str] {
    fn walk(fields: &'static [(&'static str, Field)], names: &mut Vec<&'static str>) {
        for (name, field) in fields {
            names.push(name);
            if let List(_, of, _) = field {
                walk(of, names);
            }
        }
    }
    static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let mut names = Vec::new();
        walk(PAGE, &mut names);
        names
    });
    &NAMES
}

/// Decodes the members of a document's root as a page, in canonical form.
pub fn decode_page(members: &[(String, Tree)], is_xml: bool) -> Value {
    Reader { is_xml }.record(PAGE, members)
}

/// Whether a name is that of any field of a response, or of an item of a list.
pub fn is_field_name(name: &str) -> bool {
    const ERROR: &[&str] = &["Code", "Message", "HostId", "Recommend"];
    const ITEMS: &[&str] = &["Invocation", "InvocationResult", "InvocationResults"];
    static KNOWN: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let names = [field_names(), ERROR, ITEMS].concat();
        names.into_iter().map(str::to_ascii_lowercase).collect()
    });
    KNOWN.contains(&simple_name(name))
}

/// Whether any member is a field of a page.
pub fn has_known_member(members: &[(String, Tree)]) -> bool {
    members.iter().any(|(name, _)| find(PAGE, name).is_some())
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
                None => {}
            }
        }
        let is_unknown = |name: &str| find(fields, name).is_none() && !is_namespace(name);
        record.extend(collected(members, is_unknown));
        Value::Object(record)
    }

    fn list(&self, item: &str, of: &'static [(&str, Field)], tree: &Tree) -> Vec<Value> {
        let mut items = Vec::new();
        match tree {
            Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::Text(_) => {}
            Tree::List(list) => items.extend(list.iter().flat_map(|tree| self.elements(of, tree))),
            Tree::Object(members) => {
                let mut has_item = false;
                for (name, tree) in members {
                    if is_same_name(item, name) {
                        has_item = true;
                        items.append(&mut self.items(of, tree));
                    } else if !has_item && find(of, name).is_some() {
                        items.extend(self.items_in_one_object(of, members));
                        return items;
                    }
                }
                if !has_item {
                    items.append(&mut self.items_of_other_name(of, members));
                }
            }
        }
        items
    }

    /// The items in a wrapper object that has nothing else, but under other names.
    fn items_of_other_name(
        &self,
        of: &'static [(&'static str, Field)],
        members: &[(String, Tree)],
    ) -> Vec<Value> {
        let others: Vec<_> = members
            .iter()
            .filter(|(name, tree)| !name.starts_with('@') && !is_blank(tree))
            .collect();
        let is_list = others.iter().all(|(name, tree)| {
            let may_differ = matches!(tree, Tree::Object(_));
            (*name == others[0].0 || may_differ) && are_identified(of, tree)
        });
        let trees = others.iter().filter(|_| is_list);
        trees.flat_map(|(_, tree)| self.items(of, tree)).collect()
    }

    /// The items in an object in place of an item, by their numbers or ids.
    fn items_by_number(
        &self,
        of: &'static [(&'static str, Field)],
        members: &[(String, Tree)],
    ) -> Option<Vec<Value>> {
        let mut others =
            members.iter().filter(|(name, tree)| !is_namespace(name) && !is_blank(tree));
        let has_field = members.iter().any(|(name, _)| find(of, name).is_some());
        let is_list = !has_field
            && others.clone().next().is_some()
            && others.all(|(name, tree)| !name.starts_with('@') && are_identified(of, tree));
        let trees = members.iter().filter(|(name, tree)| !is_namespace(name) && !is_blank(tree));
        is_list.then(|| trees.flat_map(|(_, tree)| self.items(of, tree)).collect())
    }

    fn items(&self, of: &'static [(&'static str, Field)], tree: &Tree) -> Vec<Value> {
        match tree {
            Tree::List(list) => list.iter().flat_map(|tree| self.elements(of, tree)).collect(),
            Tree::Object(members) if members.is_empty() && !self.is_xml => Vec::new(),
            tree => self.item(of, tree),
        }
    }

    /// The items of an element of an array: itself, or those of the array that it is.
    fn elements(&self, of: &'static [(&'static str, Field)], tree: &Tree) -> Vec<Value> {
        match tree {
            Tree::List(list) => list.iter().flat_map(|tree| self.elements(of, tree)).collect(),
            tree => self.item(of, tree),
        }
    }

    fn item(&self, of: &'static [(&'static str, Field)], tree: &Tree) -> Vec<Value> {
        match tree {
            Tree::Object(members) => {
                let joined = || self.items_in_one_object(of, members);
                self.items_by_number(of, members).unwrap_or_else(joined)
            }
            Tree::Text(text) if self.is_xml && text.trim().is_empty() => vec![self.record(of, &[])],
            _ => Vec::new(),
        }
    }

    /// The items in one object: where fields are repeated, among them an ID with another value, another begins.
    fn items_in_one_object(
        &self,
        of: &'static [(&'static str, Field)],
        members: &[(String, Tree)],
    ) -> Vec<Value> {
        let mut parts: Vec<Vec<(String, Tree)>> = vec![Vec::new()];
        let mut seen = BTreeSet::new();
        for member in members {
            if let Some((known, _)) = find(of, &member.0)
                && !seen.insert(known)
            {
                seen = BTreeSet::from([known]);
                parts.push(Vec::new());
            }
            parts.last_mut().expect("a part").push(member.clone());
        }
        let mut items: Vec<Vec<(String, Tree)>> = Vec::new();
        for part in parts {
            let Some(item) = items.last() else {
                items.push(part);
                continue;
            };
            let record = self.record(of, item);
            let has_value = |known: &str, field: &Field| match (record.get(known), field) {
                (Some(value), List(list, ..)) => value[list] != json!([]),
                (value, _) => value.is_some(),
            };
            let in_part = |known: &str| {
                let is_value =
                    |(name, tree): &&(String, Tree)| is_same_name(known, name) && !is_blank(tree);
                part.iter().find(is_value).map(|(_, tree)| tree)
            };
            let repeated = of
                .iter()
                .filter(|(known, field)| in_part(known).is_some() && has_value(known, field));
            let is_other = |(known, field): &(&str, Field)| {
                let id = || in_part(known).and_then(|tree| self.scalar(field, tree));
                (known.ends_with("Id") || known.ends_with("Key"))
                    && id().is_some_and(|id| record.get(known) != Some(&id))
            };
            if repeated.clone().count() > 1 && repeated.into_iter().any(is_other) {
                items.push(part);
            } else {
                items.last_mut().expect("an item").extend(part);
            }
        }
        items.iter().map(|members| self.record(of, members)).collect()
    }

    fn scalar(&self, field: &Field, tree: &Tree) -> Option<Value> {
        let text = match tree {
            Tree::Null => return None,
            // An array of one is its value.
            Tree::List(items) => match &**items {
                [Tree::List(_)] => return None,
                [only] => return self.scalar(field, only),
                _ => return None,
            },
            Tree::Object(members) if matches!(field, JsonText) && !starts_with_text(members) => {
                return match &members[..] {
                    [(name, Tree::Text(text))] if is_text_of_element(name, text) => {
                        self.scalar(field, &members[0].1)
                    }
                    _ => Some(json_text(tree).into()),
                };
            }
            // A text is not cut where an element is in it.
            Tree::Object(members) if self.is_xml && has_several_texts(members) => return None,
            Tree::Object(members) => {
                let text = members.iter().find(|(name, _)| name == "$text");
                let (_, inside) = text.or_else(|| attribute_value(members))?;
                return self.scalar(field, inside);
            }
            Tree::Bool(value) => value.to_string(),
            Tree::Number(digits) => digits.clone(),
            Tree::Text(text) => text.clone(),
        };
        let trimmed = text.trim();
        if trimmed.is_empty() && !matches!(field, Content) {
            return None;
        }
        match field {
            Text | JsonText | Content => Some(text.into()),
            Time => Some(match time(trimmed) {
                Some(time) => time.to_string().into(),
                None => text.into(),
            }),
            EnumValue(known) => {
                let known = known().into_iter().find(|known| known.eq_ignore_ascii_case(trimmed));
                Some(known.unwrap_or(text).into())
            }
            Boolean if matches!(tree, Tree::Number(_)) => match integer(trimmed) {
                Some(1) => Some(true.into()),
                Some(0) => Some(false.into()),
                _ => None,
            },
            Boolean => match &*trimmed.to_ascii_lowercase() {
                "true" | "yes" | "1" => Some(true.into()),
                "false" | "no" | "0" => Some(false.into()),
                _ => None,
            },
            Count | Integer if matches!(tree, Tree::Bool(_)) => None,
            Count => integer(trimmed).and_then(|number| i64::try_from(number).ok()).map(Into::into),
            // All that are generated fit.
            Integer => {
                integer(trimmed).and_then(|number| i64::try_from(number).ok()).map(Into::into)
            }
            List(..) => unreachable!("a list is not a scalar"),
        }
    }
}

/// Parses a time: in ISO 8601, as Go prints it, or as Java prints it in a zone that is not ambiguous.
fn time(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "+-".contains(c));
    let iso = match *text.split(' ').collect::<Vec<_>>() {
        [date, clock, "UTC" | "GMT"] => format!("{date}T{clock}Z"),
        [date, clock, "UTC" | "GMT", name] if is_name(name) => format!("{date}T{clock}Z"),
        [date, clock, offset] => format!("{date}T{clock}{offset}"),
        [date, clock, offset, name] if is_name(name) => format!("{date}T{clock}{offset}"),
        _ => return time_of_java(text),
    };
    iso.parse().ok()
}

fn time_of_java(text: &str) -> Option<Timestamp> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let [weekday, month, day, clock, zone, year] =
        *text.split_ascii_whitespace().collect::<Vec<_>>()
    else {
        return None;
    };
    let month = (0..12).find(|at| MONTHS[at * 3..at * 3 + 3] == *month)? + 1;
    let offset = match zone {
        "UTC" | "GMT" => "Z",
        zone => zone.strip_prefix("GMT")?,
    };
    let iso = format!("{year}-{month:02}-{day:0>2}T{clock}{offset}");
    let date: jiff::civil::Date = iso.split('T').next()?.parse().ok()?;
    let is_right = format!("{:?}", date.weekday()).starts_with(weekday);
    iso.parse().ok().filter(|_| is_right && weekday.len() == 3)
}

/// Parses an integer; exact for the numbers that are generated here.
fn integer(text: &str) -> Option<i128> {
    if text.contains(['.', 'e']) {
        let number: f64 = text.parse().ok()?;
        return (number.fract() == 0.0).then_some(number as i128);
    }
    text.parse().ok().or_else(|| grouped_integer(text))
}

/// Parses an integer with separators, or in hexadecimal.
fn grouped_integer(text: &str) -> Option<i128> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok().map(i128::from);
    }
    let is_group = |part: &str| part.len() == 3 && part.parse::<u16>().is_ok();
    [',', ' ', '\'', '.'].iter().find_map(|separator| {
        let (first, rest) = text.split_once(*separator)?;
        let is_grouped = first.len() < 5 && rest.split(*separator).all(is_group);
        is_grouped.then(|| text.replace(*separator, "").parse().ok())?
    })
}

fn is_blank(tree: &Tree) -> bool {
    match tree {
        Tree::Null => true,
        Tree::Text(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// Whether it is an object with an id or key, or a list of such objects.
fn are_identified(of: &'static [(&'static str, Field)], tree: &Tree) -> bool {
    let is_id = |(name, tree): &(String, Tree)| {
        find(of, name).is_some_and(|(name, _)| name.ends_with("Id") || name.ends_with("Key"))
            && !is_blank(tree)
    };
    let is_identified = |tree: &Tree| matches!(tree, Tree::Object(it) if it.iter().any(is_id));
    match tree {
        Tree::List(items) => !items.is_empty() && items.iter().all(is_identified),
        tree => is_identified(tree),
    }
}

pub(crate) fn is_same_name(known: &str, name: &str) -> bool {
    simple_name(name).eq_ignore_ascii_case(known)
}

/// A name without its prefix, its separators and what is invisible, in lower case.
pub(crate) fn simple_name(name: &str) -> String {
    let name = name.trim_start_matches(['@', '$']);
    let name = name.strip_suffix(':').unwrap_or(name);
    let name = name.rsplit(':').next().unwrap_or(name);
    let is_part =
        |c: &char| !c.is_whitespace() && !"_-.\u{ad}\u{200b}\u{2060}\u{feff}".contains(*c);
    name.chars().filter(is_part).map(|c| c.to_ascii_lowercase()).collect()
}

fn find(
    fields: &'static [(&'static str, Field)],
    name: &str,
) -> Option<(&'static str, &'static Field)> {
    let exact = fields.iter().find(|(known, _)| *known == name);
    let found = exact.or_else(|| fields.iter().find(|(known, _)| is_same_name(known, name)));
    found.map(|(known, field)| (*known, field))
}

fn to_value(tree: &Tree) -> Value {
    match tree {
        Tree::Null => Value::Null,
        Tree::Bool(value) => (*value).into(),
        Tree::Number(digits) => digits.parse::<Number>().expect("digits").into(),
        Tree::Text(text) => text.clone().into(),
        Tree::List(items) => items.iter().map(to_value).collect(),
        Tree::Object(members) => collected(members, |name| !is_namespace(name)).into(),
    }
}

/// Whether a converter from XML printed the JSON in an element as the only member of an object.
fn is_text_of_element(name: &str, text: &str) -> bool {
    let is_name = ["_", "_text", "__text", "_cdata", "__cdata"].contains(&name);
    is_name && (text.trim().is_empty() || text.trim_start().starts_with('{'))
}

/// The one attribute that has the value of an element without text or children.
fn attribute_value(members: &[(String, Tree)]) -> Option<&(String, Tree)> {
    let is_value = |(name, tree): &&(String, Tree)| {
        ["@value", "@text", "@content", "@_"].contains(&&**name)
            && !matches!(tree, Tree::Object(_) | Tree::List(_))
    };
    let mut values = members.iter().filter(is_value);
    let value = values.next().filter(|_| members.iter().all(|(name, _)| name.starts_with('@')));
    value.filter(|_| values.next().is_none())
}

fn has_several_texts(members: &[(String, Tree)]) -> bool {
    members.iter().filter(|(name, tree)| name == "$text" && !is_blank(tree)).count() > 1
}

fn starts_with_text(members: &[(String, Tree)]) -> bool {
    members.first().is_some_and(|(name, _)| name == "$text" || name.starts_with('@'))
}

/// The compact JSON of a value, whose numbers have the digits of the document.
fn json_text(tree: &Tree) -> String {
    let joined = |items: Vec<String>| items.join(",");
    match tree {
        Tree::List(items) => format!("[{}]", joined(items.iter().map(json_text).collect())),
        Tree::Object(members) => {
            let mut names: Vec<&String> = Vec::new();
            for (name, _) in members {
                if !names.contains(&name) && !is_namespace(name) {
                    names.push(name);
                }
            }
            let member = |name: &String| {
                let values = members.iter().filter(|(other, _)| other == name);
                let values: Vec<String> = values.map(|(_, tree)| json_text(tree)).collect();
                let value = match &*values {
                    [value] => value.clone(),
                    _ => format!("[{}]", joined(values)),
                };
                format!("{}:{value}", Value::from(&**name))
            };
            format!("{{{}}}", joined(names.into_iter().map(member).collect()))
        }
        tree => to_json(tree),
    }
}

fn is_namespace(name: &str) -> bool {
    name == "@xmlns" || name.starts_with("@xmlns:")
}

/// Unknown members; the values of one that is repeated are a list.
fn collected(members: &[(String, Tree)], takes: impl Fn(&str) -> bool) -> Map<String, Value> {
    let mut groups: BTreeMap<&String, Vec<Value>> = BTreeMap::new();
    for (name, tree) in members.iter().filter(|(name, _)| takes(name)) {
        groups.entry(name).or_default().push(to_value(tree));
    }
    let value = |mut values: Vec<Value>| match values.len() {
        1 => values.remove(0),
        _ => Value::Array(values),
    };
    groups.into_iter().map(|(name, values)| (name.clone(), value(values))).collect()
}

/// Whether the value that a finding reports is the value of the text at its location.
pub fn is_consistent(finding: &Finding, is_xml: bool) -> bool {
    let found = &*finding.found;
    let text = match serde_json::from_str::<Value>(found) {
        _ if is_xml => super::unescape_xml(found),
        Ok(Value::String(text)) => text,
        _ => found.to_owned(),
    };
    let reader = Reader { is_xml };
    let reads = |field: &Field| reader.scalar(field, &Tree::Text(text.clone()));
    match &finding.kind {
        FindingKind::Name { read } => is_same_name(read, &text),
        FindingKind::EnumValue { read } => text.trim().eq_ignore_ascii_case(read),
        FindingKind::Boolean { read } => {
            reads(&Boolean) == Some((*read).into()) || integer(&text) == Some(i128::from(*read))
        }
        FindingKind::Integer { read } => {
            integer(text.trim()).map(|n| n.to_string()).as_deref() == Some(read)
        }
        FindingKind::Time { read } => reads(&Time) == Some(read.to_string().into()),
        FindingKind::EmptyValue => {
            let is_empty = ["null", "[]", "{}"].contains(&found) || found.starts_with(['{', '<']);
            text.trim().is_empty() || is_empty
        }
        _ => true,
    }
}

/// Generates the members of the root of a page, with arbitrary content.
pub fn arbitrary_page(u: &mut Unstructured<'_>) -> Result<Vec<(String, Tree)>> {
    // `Invocations` identifies the document as a page.
    let mut members =
        vec![("Invocations".to_owned(), arbitrary_list("Invocation", INVOCATION, u)?)];
    members.append(&mut arbitrary_members(PAGE, u)?);
    Ok(members)
}

fn arbitrary_members(
    fields: &'static [(&'static str, Field)],
    u: &mut Unstructured<'_>,
) -> Result<Vec<(String, Tree)>> {
    const UNKNOWN: &[&str] = &["Unknown", "@Unknown", "@xmlns", "$text", "x-y"];
    let mut members = Vec::new();
    for _ in 0..u.int_in_range(0..=4)? {
        if u.ratio(1, 8)? {
            members.push(((*u.choose(UNKNOWN)?).to_owned(), arbitrary_value(u, 2)?));
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
            List(item, of, _) if u.ratio(7, 8)? => arbitrary_list(item, of, u)?,
            _ => arbitrary_value(u, 2)?,
        };
        members.push((name, tree));
    }
    Ok(members)
}

fn arbitrary_list(
    item: &str,
    of: &'static [(&'static str, Field)],
    u: &mut Unstructured<'_>,
) -> Result<Tree> {
    let object = |u: &mut Unstructured<'_>| arbitrary_members(of, u).map(Tree::Object);
    let items = |u: &mut Unstructured<'_>| -> Result<Tree> {
        let count = u.int_in_range(0..=3)?;
        let item = |_| if u.ratio(1, 10)? { arbitrary_value(u, 1) } else { object(u) };
        (0..count).map(item).collect::<Result<_>>().map(Tree::List)
    };
    Ok(match u.int_in_range(0..=7)? {
        0 => items(u)?,
        1 => object(u)?,
        2 => arbitrary_value(u, 1)?,
        3 => Tree::Object(vec![(item.to_owned(), object(u)?)]),
        4 => Tree::Object(vec![(item.to_lowercase(), items(u)?), (item.to_owned(), items(u)?)]),
        5 => Tree::Object(vec![
            ("Unknown".to_owned(), arbitrary_value(u, 1)?),
            (item.to_owned(), items(u)?),
        ]),
        _ => Tree::Object(vec![(item.to_owned(), items(u)?)]),
    })
}

fn arbitrary_value(u: &mut Unstructured<'_>, depth: usize) -> Result<Tree> {
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
        "2019-12-20 06:15:54",
        "2019-12-20 14:15:54 +0800 CST",
        "Fri Dec 20 06:15:54 UTC 2019",
        "Fri Dec 20 14:15:54 CST 2019",
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
            Tree::List((0..count).map(|_| arbitrary_value(u, depth - 1)).collect::<Result<_>>()?)
        }
        _ => {
            const NAMES: &[&str] = &["$text", "@a", "@value", "b", "TagKey"];
            let count = u.int_in_range(0..=2)?;
            let member = |_| Ok(((*u.choose(NAMES)?).to_owned(), arbitrary_value(u, depth - 1)?));
            Tree::Object((0..count).map(member).collect::<Result<_>>()?)
        }
    })
}

/// Encodes a value as JSON.
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

/// The members as XML can represent them: scalars as text, list items as repeated elements, unique text
/// attributes first, and no whitespace-only text next to child elements.
pub fn representable_in_xml(members: &[(String, Tree)]) -> Vec<(String, Tree)> {
    let mut all: Vec<(String, Tree)> = Vec::new();
    // roxmltree does not list namespace declarations as attributes.
    for (name, tree) in members.iter().filter(|(name, _)| name != "@xmlns") {
        let trees = match tree {
            Tree::List(items) => items.iter().collect(),
            tree => vec![tree],
        };
        for tree in trees {
            let content = match tree {
                // XML cannot represent nested lists.
                Tree::Null | Tree::List(_) => Tree::Text(String::new()),
                Tree::Bool(value) => Tree::Text(value.to_string()),
                Tree::Number(digits) => Tree::Text(digits.clone()),
                Tree::Text(text) => Tree::Text(text.clone()),
                Tree::Object(members) => match representable_in_xml(members) {
                    members if members.is_empty() => Tree::Text(String::new()),
                    members if members.iter().all(|(name, _)| name == "$text") => {
                        members.into_iter().next().map_or(Tree::Null, |(_, text)| text)
                    }
                    members => Tree::Object(members),
                },
            };
            let is_text = name == "$text";
            let is_duplicate = all.iter().any(|(other, _)| other == name);
            let text = match &content {
                Tree::Text(text) => Some(text.trim()),
                _ => None,
            };
            if is_text && (is_duplicate || text.is_none_or(str::is_empty)) {
                continue;
            }
            if name.starts_with('@') {
                let value = text.unwrap_or_default().replace("\r\n", "\n").replace('\n', " ");
                if !is_duplicate {
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

/// Encodes a value of [`representable_in_xml`] as an element.
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
        _ => unreachable!("XML cannot represent {tree:?}"),
    }
}

/// Converts the output of an independent parser.
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
        } else if let Some(text) =
            child.text().filter(|text| !has_elements || !text.trim().is_empty())
        {
            members.push(("$text".to_owned(), Tree::Text(text.to_owned())));
        }
    }
    Tree::Object(members)
}

/// The non-empty scalar values of a document, each with the name of its field, sorted.
pub fn text_values(tree: &Tree) -> Vec<String> {
    fn walk(name: &str, tree: &Tree, values: &mut Vec<String>) {
        match tree {
            Tree::Null => {}
            Tree::Bool(value) => values.push(format!("{name}: {value}")),
            Tree::Number(text) | Tree::Text(text) => {
                if !text.trim().is_empty() {
                    values.push(format!("{name}: {text}"));
                }
            }
            Tree::List(items) => items.iter().for_each(|item| walk(name, item, values)),
            Tree::Object(members) => {
                for (inside, tree) in members {
                    // `$text` is the value of the element itself.
                    walk(if inside == "$text" { name } else { inside }, tree, values);
                }
            }
        }
    }
    let mut values = Vec::new();
    walk("", tree, &mut values);
    values.sort_unstable();
    values
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
        arbitrary_page(u).map(Self::Object)
    }
}

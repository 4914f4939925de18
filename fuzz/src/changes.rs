//! No change is silent: where a value of the response is not the one that an independent parser reads at its path,
//! or the other way around, there is a finding at that path.

use std::collections::HashMap;

use ecs_invocations::finding::Step;
use ecs_invocations::{Decoded, Finding, Format};

use super::json_tree::parse;
use super::oracle::{self, Tree};

/// Findings on what stands around the response, so that the paths of the document are others.
const AROUND: &[&str] = &["N113", "N114", "N115", "N116", "N120"];

/// Findings on a record or list, in which values may then be at other places.
const OF_SHAPE: &[&str] = &["N108", "N109", "N113"];

/// Findings that have a value with all that it holds: it was dropped, or is kept as text.
const WHOLE: &[&str] = &["N105", "N110", "N119", "U201"];

/// The names of the items of lists.
const ITEMS: &[&str] = &["Invocation", "InvokeInstance", "InvocationResult", "Tag"];

/// Names, each with the number of the value of that name.
type Steps = Vec<(String, usize)>;

/// A value that holds no other.
#[derive(Clone, Debug, PartialEq)]
enum Leaf {
    Null,
    /// An array or an object without anything in it.
    Empty,
    Text(String),
    /// A number or a boolean.
    Literal(String),
    /// A number whose digits a parser does not keep.
    Float,
}

/// Panics if the response and the document differ where no finding says so.
pub(crate) fn check(text: &str, decoded: &Decoded<'_>) {
    let is_around = |finding: &Finding| {
        AROUND.contains(&finding.code()) && !is_of_field(finding) || finding.code().starts_with('M')
    };
    if decoded.findings_omitted > 0
        || decoded.findings.iter().any(is_around)
        || text.contains(super::NUMBER)
        // Names that no element can have.
        || text.contains("<?ecs-invocations")
        // Colors are ignored in names.
        || decoded.findings.iter().any(|it| it.code() == "N101" && it.found.contains('['))
    {
        return;
    }
    let is_xml = decoded.format == Format::Xml;
    let document = if is_xml {
        roxmltree::Document::parse(text).ok().map(|it| oracle::from_xml(it.root_element()))
    } else {
        parse(text)
    };
    let (Some(document), Some(canonical)) = (document, parse(&decoded.response.to_json())) else {
        return;
    };
    let (mut written, mut read) = (Vec::new(), Vec::new());
    walk(&document, &mut Vec::new(), &mut written);
    walk(&canonical, &mut Vec::new(), &mut read);
    let reported: Vec<Reported> = decoded.findings.iter().map(Reported::new).collect();
    let fails = |value: &Placed, how: &str| {
        panic!("{:?}: {:?} {how}: {text}\n{decoded:#?}", value.path, value.leaf);
    };

    let written_at = by_key(&written);
    for value in &read {
        // The texts between elements are a list in the response.
        if is_xml && value.path.iter().any(|(name, _)| name == "$text") {
            continue;
        }
        let is_reported = reported.iter().any(|finding| {
            finding.at == value.key
                || finding.is_of_shape && is_in(&value.key, &finding.at)
                || value.leaf == Leaf::Empty && finding.at.starts_with(&value.key)
        });
        let candidates = written_at.get(&*value.key).into_iter().flatten();
        let same = candidates
            .filter(|written| is_same(&written.leaf, &value.leaf, is_xml))
            .min_by_key(|written| written.path != value.path);
        let Some(same) = same else {
            if !is_reported {
                fails(value, "was changed");
            }
            continue;
        };
        let is_renamed =
            |finding: &Reported| finding.code == "N101" && is_in(&value.key, &finding.at);
        if same.path != value.path && !is_reported && !reported.iter().any(is_renamed) {
            fails(value, "has another name");
        }
    }

    let read_at = by_key(&read);
    let has_other_shape = reported.iter().any(|finding| finding.is_of_shape);
    let mut places: HashMap<&Steps, usize> = HashMap::new();
    written.iter().for_each(|value| *places.entry(&value.path).or_default() += 1);
    for value in &written {
        // Another of the texts between elements.
        if is_xml && places[&value.path] > 1 {
            continue;
        }
        let is_reported = reported.iter().any(|finding| {
            let is_with_all = finding.is_of_shape || WHOLE.contains(&finding.code);
            finding.at.starts_with(&value.key)
                || is_in(&value.key, &finding.at)
                    && (is_with_all || value.key.len() == finding.at.len())
        });
        // Fields beside a list may be those of the object around it.
        let is_moved = |read: &Placed| {
            read.key.last() == value.key.last() && is_same(&value.leaf, &read.leaf, is_xml)
        };
        let has_name = |is_name: fn(&str) -> bool| value.path.iter().any(|(name, _)| is_name(name));
        let is_nothing = match &value.leaf {
            Leaf::Text(text) => is_xml && text.trim().is_empty(),
            Leaf::Empty => has_name(|name| name == "Tags"),
            _ => false,
        };
        let is_kept = read_at.contains_key(&*value.key)
            || is_reported
            || is_nothing
            || has_name(|name| name.starts_with("@xmlns"))
            || has_other_shape && read.iter().any(is_moved);
        if !is_kept {
            fails(value, "is gone");
        }
    }
}

/// A value that holds no other, and its path.
struct Placed {
    path: Steps,
    /// The path, however its names are written.
    key: Steps,
    leaf: Leaf,
}

impl Placed {
    fn new(path: &[(String, usize)], leaf: Leaf) -> Self {
        Self { path: path.to_vec(), key: key(path), leaf }
    }
}

struct Reported {
    at: Steps,
    code: &'static str,
    /// Values of the list or record there may be at other places.
    is_of_shape: bool,
}

impl Reported {
    fn new(finding: &Finding) -> Self {
        let code = finding.code();
        // The items after one that is dropped have other places.
        let is_item = matches!(finding.path.steps().last(), Some(Step::Index(_)));
        Self { at: key(&steps_of(finding)), code, is_of_shape: is_item || OF_SHAPE.contains(&code) }
    }
}

fn by_key(values: &[Placed]) -> HashMap<&[(String, usize)], Vec<&Placed>> {
    let mut map: HashMap<&[(String, usize)], Vec<&Placed>> = HashMap::new();
    for value in values {
        map.entry(&value.key).or_default().push(value);
    }
    map
}

fn key(path: &[(String, usize)]) -> Steps {
    path.iter().map(|(name, nth)| (oracle::simple_name(name), *nth)).collect()
}

fn is_same(written: &Leaf, read: &Leaf, is_xml: bool) -> bool {
    match (written, read) {
        (Leaf::Float, Leaf::Literal(_)) | (Leaf::Literal(_), Leaf::Float) => true,
        (Leaf::Text(text), Leaf::Literal(literal)) => is_xml && text == literal,
        (Leaf::Text(_), Leaf::Float) => is_xml,
        (Leaf::Text(text), Leaf::Empty) => is_xml && text.trim().is_empty(),
        (written, read) => written == read,
    }
}

/// Whether a path is to a value in one of those of the name at another path.
fn is_in(path: &[(String, usize)], at: &[(String, usize)]) -> bool {
    let Some(((name, _), before)) = at.split_last() else { return true };
    path.starts_with(before) && path.get(before.len()).is_some_and(|(of, _)| of == name)
}

fn steps_of(finding: &Finding) -> Steps {
    let mut steps: Steps = Vec::new();
    for step in finding.path.steps() {
        match step {
            Step::Name(name) if is_item(name) && !steps.is_empty() => {}
            Step::Name(name) => steps.push((name.clone().into_owned(), 0)),
            Step::Index(index) => {
                if let Some(last) = steps.last_mut() {
                    last.1 = *index;
                }
            }
        }
    }
    steps
}

/// Whether it is on the value of a field, which may be in an array of one.
fn is_of_field(finding: &Finding) -> bool {
    finding.code() == "N113"
        && matches!(finding.path.steps().last(), Some(Step::Name(name)) if oracle::field_names().contains(&&**name))
}

fn is_item(name: &str) -> bool {
    let name = oracle::simple_name(name);
    ITEMS.iter().any(|item| item.eq_ignore_ascii_case(&name))
}

/// The values of a tree that hold no other, with their paths. These are without the names of items, which a document
/// may leave out: that is a finding on the list.
fn walk(tree: &Tree, path: &mut Steps, values: &mut Vec<Placed>) {
    let leaf = match tree {
        Tree::Null => Leaf::Null,
        Tree::Bool(value) => Leaf::Literal(value.to_string()),
        Tree::Number(digits) if digits.is_empty() => Leaf::Float,
        Tree::Number(digits) => Leaf::Literal(digits.clone()),
        Tree::Text(text) => Leaf::Text(text.clone()),
        Tree::List(items) if !items.is_empty() => {
            for (nth, item) in items.iter().enumerate() {
                if let Some(last) = path.last_mut() {
                    last.1 = nth;
                }
                walk(item, path, values);
            }
            return;
        }
        Tree::Object(members) if !members.is_empty() => {
            for (nth, (name, tree)) in members.iter().enumerate() {
                let before = members[..nth].iter().filter(|(other, _)| {
                    other == name || is_item(name) && oracle::is_same_name(name, other)
                });
                let before = before.count();
                match path.last_mut() {
                    Some(list) if is_item(name) => {
                        list.1 = before;
                        walk(tree, path, values);
                    }
                    // The value of the element itself.
                    Some(_) if name == "$text" && !matches!(tree, Tree::List(_)) => {
                        walk(tree, path, values)
                    }
                    _ => {
                        path.push((name.clone(), before));
                        walk(tree, path, values);
                        path.pop();
                    }
                }
            }
            return;
        }
        Tree::List(_) | Tree::Object(_) => Leaf::Empty,
    };
    values.push(Placed::new(path, leaf));
}

#[cfg(test)]
mod tests {
    use ecs_invocations::decode;

    /// A check that no document can fail would hold for a decoder that says nothing.
    fn checks_what_is_read_from(other: &str, text: &str) {
        let mut decoded = decode(other.as_bytes()).unwrap();
        decoded.findings.clear();
        super::check(text, &decoded);
    }

    #[test]
    #[should_panic(expected = "was changed")]
    fn fails_for_a_value_that_was_changed() {
        checks_what_is_read_from(r#"{"TotalCount": "1"}"#, r#"{"TotalCount": "1"}"#);
    }

    #[test]
    #[should_panic(expected = "has another name")]
    fn fails_for_another_name() {
        checks_what_is_read_from(r#"{"code": "a"}"#, r#"{"code": "a"}"#);
    }

    #[test]
    #[should_panic(expected = "is gone")]
    fn fails_for_a_value_that_is_gone() {
        let (read, text) =
            ("<Error><Code>a</Code></Error>", "<Error><Code>a</Code><HostId>b</HostId></Error>");
        checks_what_is_read_from(read, text);
    }

    #[test]
    #[should_panic(expected = "was changed")]
    fn fails_for_values_that_are_exchanged() {
        let item = |ids: [&str; 2]| {
            let [one, other] = ids.map(|id| {
                format!(r#"{{"InvokeId": "{id}", "InvokeInstances": {{"InvokeInstance": []}}}}"#)
            });
            format!(r#"{{"Invocations": {{"Invocation": [{one}, {other}]}}}}"#)
        };
        checks_what_is_read_from(&item(["a", "b"]), &item(["b", "a"]));
    }
}

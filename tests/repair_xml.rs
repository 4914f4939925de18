//! Repair of XML: every kind of damage at every tag of documented and generated responses.

use std::collections::BTreeMap;

use ecs_invocations::decode;
use serde_json::Value;

const EXAMPLES: [&str; 2] = [
    include_str!("../corpus/documented/response.xml"),
    include_str!("../corpus/documented/error.xml"),
];

/// A page as the current API sends it, without whitespace between elements if `is_compact`.
fn generated(is_compact: bool) -> String {
    let mut out = String::from("<DescribeInvocationsResponse>");
    let leaf = |out: &mut String, name: &str, value: &str| {
        out.push_str(&format!("<{name}>{value}</{name}>"));
    };
    leaf(&mut out, "RequestId", "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E");
    leaf(&mut out, "PageSize", "10");
    leaf(&mut out, "PageNumber", "1");
    leaf(&mut out, "TotalCount", "3");
    out.push_str("<Invocations>");
    for nth in 0..3 {
        out.push_str("<Invocation>");
        leaf(&mut out, "CreationTime", &format!("2019-12-20T06:15:5{nth}Z"));
        leaf(&mut out, "CommandId", &format!("c-hz0jdfwcsr{nth}"));
        leaf(&mut out, "CommandName", &format!("name {nth} of a &lt;command&gt;"));
        leaf(&mut out, "CommandType", "RunShellScript");
        leaf(&mut out, "InvokeId", &format!("t-hz0jdfwd9f{nth}"));
        leaf(&mut out, "InvokeStatus", "Finished");
        leaf(&mut out, "InvocationStatus", "Success");
        leaf(&mut out, "RepeatMode", "Once");
        leaf(&mut out, "Timed", "false");
        leaf(&mut out, "Timeout", &format!("6{nth}"));
        leaf(&mut out, "Parameters", "{}");
        out.push_str("<Tags>");
        for tag in 0..nth {
            out.push_str("<Tag>");
            leaf(&mut out, "TagKey", &format!("owner{nth}{tag}"));
            leaf(&mut out, "TagValue", &format!("zhang{nth}{tag}"));
            out.push_str("</Tag>");
        }
        out.push_str("</Tags><InvokeInstances>");
        for instance in 0..2 {
            out.push_str("<InvokeInstance>");
            leaf(&mut out, "InstanceId", &format!("i-bp1i7gg30r52z2em{nth}{instance}"));
            leaf(&mut out, "InstanceInvokeStatus", "Finished");
            leaf(&mut out, "InvocationStatus", "Success");
            leaf(&mut out, "ExitCode", &format!("{instance}"));
            leaf(&mut out, "Output", &format!("OutPutTestmsg{nth}{instance}"));
            leaf(&mut out, "StartTime", &format!("2019-12-20T06:1{nth}:5{instance}Z"));
            leaf(&mut out, "Repeats", "1");
            out.push_str("</InvokeInstance>");
        }
        out.push_str("</InvokeInstances></Invocation>");
    }
    out.push_str("</Invocations></DescribeInvocationsResponse>");
    if is_compact { out } else { out.replace("><", ">\n  <").replace(">\n  </Out", "></Out") }
}

/// The values by their paths.
fn leaves(path: String, value: &Value, out: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(name, value)| leaves(format!("{path}.{name}"), value, out));
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(nth, value)| leaves(format!("{path}[{nth}]"), value, out)),
        value => drop(out.insert(path, value.to_string())),
    }
}

fn model(text: &str) -> Option<BTreeMap<String, String>> {
    let decoded = decode(text.as_bytes()).ok()?;
    let value: Value = serde_json::from_str(&decoded.response.to_json()).unwrap();
    let mut out = BTreeMap::new();
    leaves(String::new(), &value, &mut out);
    Some(out)
}

/// A tag in a text.
struct Site<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

impl Site<'_> {
    fn tag(&self) -> &str {
        &self.text[self.start..self.end]
    }

    fn name(&self) -> &str {
        self.tag().trim_matches(['<', '>', '/'])
    }

    fn is_end(&self) -> bool {
        self.tag().starts_with("</")
    }

    fn is_leaf(&self) -> bool {
        let other = format!("</{}>", self.name());
        let rest = &self.text[self.end..];
        match self.is_end() {
            true => !self.text[..self.start].ends_with('>'),
            false => rest.find('<').is_some_and(|at| rest[at..].starts_with(&other)),
        }
    }

    fn is_root(&self) -> bool {
        let root = self.text.rsplit_once("</").unwrap().1;
        self.name() == root.trim_end().trim_end_matches('>')
    }

    fn with(&self, tag: &str) -> String {
        [&self.text[..self.start], tag, &self.text[self.end..]].concat()
    }

    fn swap_ends(&self) -> String {
        match self.is_end() {
            true => format!("<{}>", self.name()),
            false => format!("</{}>", self.name()),
        }
    }

    /// The tag with its name changed.
    fn renamed(&self, change: impl Fn(&str) -> String) -> String {
        self.with(&self.tag().replace(self.name(), &change(self.name())))
    }
}

fn sites(text: &str) -> Vec<Site<'_>> {
    let mut sites = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('<').map(|found| at + found) {
        let end = start + text[start..].find('>').unwrap() + 1;
        if !text[start..].starts_with("<?") {
            sites.push(Site { text, start, end });
        }
        at = end;
    }
    sites
}

type Damage = (&'static str, fn(&Site<'_>) -> Option<String>);

fn middle(name: &str) -> usize {
    name.len() / 2
}

fn only(is: bool, text: impl FnOnce() -> String) -> Option<String> {
    is.then(text)
}

const DAMAGES: &[Damage] = &[
    ("start tag of a field lost", |s| only(!s.is_end() && s.is_leaf(), || s.with(""))),
    ("start tag of a container lost", |s| {
        only(!s.is_end() && !s.is_leaf() && !s.is_root(), || s.with(""))
    }),
    ("start tag of the root lost", |s| only(!s.is_end() && s.is_root(), || s.with(""))),
    ("end tag of a field lost", |s| only(s.is_end() && s.is_leaf(), || s.with(""))),
    ("end tag of a container lost", |s| only(s.is_end() && !s.is_leaf(), || s.with(""))),
    ("start tag doubled", |s| only(!s.is_end(), || s.with(&s.tag().repeat(2)))),
    ("end tag doubled", |s| only(s.is_end(), || s.with(&s.tag().repeat(2)))),
    ("start tag mistyped: letter lost", |s| {
        only(!s.is_end() && !s.is_root(), || {
            s.renamed(|name| format!("{}{}", &name[..middle(name)], &name[middle(name) + 1..]))
        })
    }),
    ("start tag mistyped: letter changed", |s| {
        only(!s.is_end() && !s.is_root(), || {
            s.renamed(|name| format!("{}x{}", &name[..middle(name)], &name[middle(name) + 1..]))
        })
    }),
    ("start tag mistyped: first letter changed", |s| {
        only(!s.is_end() && !s.is_root(), || s.renamed(|name| format!("9{}", &name[1..])))
    }),
    ("end tag mistyped", |s| {
        only(s.is_end(), || {
            s.renamed(|name| format!("{}x{}", &name[..middle(name)], &name[middle(name) + 1..]))
        })
    }),
    ("end tag without a name", |s| only(s.is_end(), || s.with("</>"))),
    ("start tag for an end tag", |s| only(s.is_end(), || s.with(&s.swap_ends()))),
    ("end tag for a start tag", |s| only(!s.is_end(), || s.with(&s.swap_ends()))),
    ("case of a start tag", |s| only(!s.is_end(), || s.renamed(str::to_lowercase))),
    ("case of an end tag", |s| only(s.is_end(), || s.renamed(str::to_uppercase))),
    ("`<` lost", |s| only(true, || s.with(&s.tag()[1..]))),
    ("`>` lost", |s| only(true, || s.with(s.tag().trim_end_matches('>')))),
    ("`</` lost", |s| only(s.is_end(), || s.with(&s.tag()[2..]))),
    ("whitespace after `<`", |s| only(true, || s.with(&s.tag().replace('<', "< ")))),
    ("whitespace after `/`", |s| only(s.is_end(), || s.with(&s.tag().replace('/', "/ ")))),
    ("whitespace in the name", |s| {
        only(true, || {
            s.renamed(|name| format!("{}\n{}", &name[..middle(name)], &name[middle(name)..]))
        })
    }),
    ("backslash", |s| only(s.is_end(), || s.with(&s.tag().replace('/', "\\")))),
    ("escaped `<`", |s| only(true, || s.with(&s.tag().replace('<', "&lt;")))),
    ("escaped `>`", |s| only(true, || s.with(&s.tag().replace('>', "&gt;")))),
    ("escaped tag", |s| only(true, || s.with(&s.tag().replace('<', "&lt;").replace('>', "&gt;")))),
    ("start tag closes itself", |s| {
        only(!s.is_end() && s.is_leaf(), || s.with(&s.tag().replace('>', "/>")))
    }),
    ("namespace lost", |s| only(!s.is_end(), || s.renamed(|name| format!("ecs:{name}")))),
    ("name of a neighbour", |s| {
        only(!s.is_root() && s.is_leaf(), || {
            let text = &s.text[s.end..];
            let next = sites(text).into_iter().find(|next| next.name() != s.name());
            let name = next.map_or("Timed".to_owned(), |next| next.name().to_owned());
            s.renamed(|_| name.clone())
        })
    }),
    ("swapped with the next tag", |s| {
        let next = s.text[s.end..].find('<').map(|at| s.end + at)?;
        let end = next + s.text[next..].find('>')? + 1;
        Some(
            [&s.text[..s.start], &s.text[next..end], &s.text[s.end..next], s.tag(), &s.text[end..]]
                .concat(),
        )
    }),
    ("swapped with the text after it", |s| {
        let next = s.text[s.end..].find('<').map(|at| s.end + at)?;
        only(!s.text[s.end..next].trim().is_empty(), || {
            [&s.text[..s.start], &s.text[s.end..next], s.tag(), &s.text[next..]].concat()
        })
    }),
    ("both tags of a field lost", |s| {
        only(!s.is_end() && s.is_leaf(), || s.with("").replacen(&format!("</{}>", s.name()), "", 1))
    }),
    ("end tag and next start tag lost", |s| {
        let next = s.text[s.end..].find('<').map(|at| s.end + at)?;
        let end = next + s.text[next..].find('>')? + 1;
        only(s.is_end() && !s.text[next..].starts_with("</"), || {
            [&s.text[..s.start], &s.text[end..]].concat()
        })
    }),
    ("two tags lost", |s| {
        let far = sites(s.text).into_iter().find(|far| far.start > s.end + 150)?;
        Some([&s.text[..s.start], &s.text[s.end..far.start], &s.text[far.end..]].concat())
    }),
];

#[test]
fn damage_at_every_tag() {
    let pages = [generated(true), generated(false)];
    let texts = EXAMPLES.iter().copied().chain(pages.iter().map(String::as_str));
    let texts: Vec<_> = texts.collect();
    let show = std::env::var("SHOW").ok();
    for (name, damage) in DAMAGES {
        let (mut all, mut right, mut wrong, mut refused, mut cases) = (0, 0, 0, 0, 0);
        for text in &texts {
            let whole = model(text).unwrap();
            for site in sites(text) {
                let Some(damaged) = damage(&site) else { continue };
                cases += 1;
                all += whole.len();
                let Some(found) = model(&damaged) else {
                    refused += 1;
                    if show.as_deref() == Some(name) {
                        println!("refused: {} at {}", site.tag(), site.start);
                    }
                    continue;
                };
                right +=
                    found.iter().filter(|(path, value)| whole.get(*path) == Some(value)).count();
                let bad: Vec<_> =
                    found.iter().filter(|(path, value)| whole.get(*path) != Some(value)).collect();
                wrong += bad.len();
                if show.as_deref() == Some(name) && (!bad.is_empty() || found.len() < whole.len()) {
                    let lost: Vec<_> =
                        whole.keys().filter(|path| !found.contains_key(*path)).collect();
                    println!(
                        "{} at {}: lost {:?} bad {:?}",
                        site.tag(),
                        site.start,
                        &lost[..lost.len().min(3)],
                        &bad[..bad.len().min(3)]
                    );
                    if bad.len() + lost.len() > 0 && std::env::var("FULL").is_ok() {
                        let near = damaged.len().min(site.start + 160);
                        let from = (0..=site.start.saturating_sub(60))
                            .rev()
                            .find(|at| damaged.is_char_boundary(*at));
                        println!("   {}", damaged[from.unwrap()..near].replace('\n', "~"));
                        let decoded = decode(damaged.as_bytes()).unwrap();
                        for finding in &decoded.findings {
                            if finding.code().starts_with('M') {
                                println!("      {finding:#}");
                            }
                        }
                    }
                }
            }
        }
        println!(
            "{:45} {cases:4} cases, {:6.2} % right, {wrong} wrong, {refused} refused",
            name,
            right as f64 * 100.0 / all as f64
        );
    }
}

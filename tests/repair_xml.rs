//! Repair of XML: every kind of damage at every tag of documented and generated responses.

mod describe;
mod leaves;

use describe::describe;
use insta::assert_snapshot;
use leaves::model;

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

/// A kind of damage, the least share of values that come back in hundredths of a percent, and the damaged
/// text; `None` if it does not apply to the tag.
type Damage = (&'static str, usize, fn(&Site<'_>) -> Option<String>);

fn middle(name: &str) -> usize {
    name.len() / 2
}

fn only(is: bool, text: impl FnOnce() -> String) -> Option<String> {
    is.then(text)
}

const DAMAGES: &[Damage] = &[
    ("start tag of a field lost", 10000, |s| only(!s.is_end() && s.is_leaf(), || s.with(""))),
    ("start tag of a container lost", 10000, |s| {
        only(!s.is_end() && !s.is_leaf() && !s.is_root(), || s.with(""))
    }),
    ("start tag of the root lost", 10000, |s| only(!s.is_end() && s.is_root(), || s.with(""))),
    ("end tag of a field lost", 10000, |s| only(s.is_end() && s.is_leaf(), || s.with(""))),
    ("end tag of a container lost", 10000, |s| only(s.is_end() && !s.is_leaf(), || s.with(""))),
    ("start tag doubled", 10000, |s| only(!s.is_end(), || s.with(&s.tag().repeat(2)))),
    ("end tag doubled", 10000, |s| only(s.is_end(), || s.with(&s.tag().repeat(2)))),
    ("start tag mistyped: letter lost", 10000, |s| {
        only(!s.is_end() && !s.is_root(), || {
            s.renamed(|name| format!("{}{}", &name[..middle(name)], &name[middle(name) + 1..]))
        })
    }),
    ("start tag mistyped: letter changed", 10000, |s| {
        only(!s.is_end() && !s.is_root(), || {
            s.renamed(|name| format!("{}x{}", &name[..middle(name)], &name[middle(name) + 1..]))
        })
    }),
    ("start tag mistyped: first letter changed", 10000, |s| {
        only(!s.is_end() && !s.is_root(), || s.renamed(|name| format!("9{}", &name[1..])))
    }),
    ("end tag mistyped", 10000, |s| {
        only(s.is_end(), || {
            s.renamed(|name| format!("{}x{}", &name[..middle(name)], &name[middle(name) + 1..]))
        })
    }),
    ("end tag without a name", 10000, |s| only(s.is_end(), || s.with("</>"))),
    ("start tag for an end tag", 10000, |s| only(s.is_end(), || s.with(&s.swap_ends()))),
    ("end tag for a start tag", 10000, |s| only(!s.is_end(), || s.with(&s.swap_ends()))),
    ("case of a start tag", 10000, |s| only(!s.is_end(), || s.renamed(str::to_lowercase))),
    ("case of an end tag", 10000, |s| only(s.is_end(), || s.renamed(str::to_uppercase))),
    ("`<` lost", 10000, |s| only(true, || s.with(&s.tag()[1..]))),
    ("`>` lost", 10000, |s| only(true, || s.with(s.tag().trim_end_matches('>')))),
    ("`</` lost", 10000, |s| only(s.is_end(), || s.with(&s.tag()[2..]))),
    ("whitespace after `<`", 10000, |s| only(true, || s.with(&s.tag().replace('<', "< ")))),
    ("whitespace after `/`", 10000, |s| only(s.is_end(), || s.with(&s.tag().replace('/', "/ ")))),
    ("whitespace in the name", 10000, |s| {
        only(true, || {
            s.renamed(|name| format!("{}\n{}", &name[..middle(name)], &name[middle(name)..]))
        })
    }),
    ("backslash", 10000, |s| only(s.is_end(), || s.with(&s.tag().replace('/', "\\")))),
    ("escaped `<`", 10000, |s| only(true, || s.with(&s.tag().replace('<', "&lt;")))),
    ("escaped `>`", 10000, |s| only(true, || s.with(&s.tag().replace('>', "&gt;")))),
    ("escaped tag", 10000, |s| {
        only(true, || s.with(&s.tag().replace('<', "&lt;").replace('>', "&gt;")))
    }),
    ("start tag closes itself", 10000, |s| {
        only(!s.is_end() && s.is_leaf(), || s.with(&s.tag().replace('>', "/>")))
    }),
    ("namespace lost", 10000, |s| only(!s.is_end(), || s.renamed(|name| format!("ecs:{name}")))),
    ("name of a neighbour", 9990, |s| {
        only(!s.is_root() && s.is_leaf(), || {
            let text = &s.text[s.end..];
            let next = sites(text).into_iter().find(|next| next.name() != s.name());
            let name = next.map_or("Timed".to_owned(), |next| next.name().to_owned());
            s.renamed(|_| name.clone())
        })
    }),
    ("swapped with the next tag", 9900, |s| {
        let next = s.text[s.end..].find('<').map(|at| s.end + at)?;
        let end = next + s.text[next..].find('>')? + 1;
        Some(
            [&s.text[..s.start], &s.text[next..end], &s.text[s.end..next], s.tag(), &s.text[end..]]
                .concat(),
        )
    }),
    ("swapped with the text after it", 9850, |s| {
        let next = s.text[s.end..].find('<').map(|at| s.end + at)?;
        only(!s.text[s.end..next].trim().is_empty(), || {
            [&s.text[..s.start], &s.text[s.end..next], s.tag(), &s.text[next..]].concat()
        })
    }),
    ("both tags of a field lost", 9900, |s| {
        only(!s.is_end() && s.is_leaf(), || s.with("").replacen(&format!("</{}>", s.name()), "", 1))
    }),
    ("end tag and next start tag lost", 9700, |s| {
        let next = s.text[s.end..].find('<').map(|at| s.end + at)?;
        let end = next + s.text[next..].find('>')? + 1;
        only(s.is_end() && !s.text[next..].starts_with("</"), || {
            [&s.text[..s.start], &s.text[end..]].concat()
        })
    }),
    ("two tags lost", 9900, |s| {
        let far = sites(s.text).into_iter().find(|far| far.start > s.end + 150)?;
        Some([&s.text[..s.start], &s.text[s.end..far.start], &s.text[far.end..]].concat())
    }),
];

/// Whether the text has the form of XML, so that it is not repaired.
fn is_well_formed(text: &str) -> bool {
    roxmltree::Document::parse(text).is_ok()
}

#[test]
fn damage_at_every_tag() {
    let pages = [generated(true), generated(false)];
    let texts: Vec<&str> = EXAMPLES.into_iter().chain(pages.iter().map(String::as_str)).collect();
    let wholes: Vec<_> = texts.iter().map(|text| model(text).unwrap()).collect();
    for (name, floor, damage) in DAMAGES {
        let (mut all, mut right, mut cases) = (0, 0, 0);
        let mut wrong = Vec::new();
        for (text, whole) in texts.iter().zip(&wholes) {
            for site in sites(text) {
                let damaged = damage(&site).filter(|damaged| !is_well_formed(damaged));
                let Some(damaged) = damaged else { continue };
                cases += 1;
                all += whole.len();
                let found = model(&damaged).unwrap_or_default();
                let is_right =
                    |(path, value): &(&String, &String)| whole.get(*path) == Some(*value);
                right += found.iter().filter(is_right).count();
                let invented = found.iter().filter(|value| !is_right(value));
                wrong.extend(
                    invented.map(|value| format!("{} at {}: {value:?}", site.tag(), site.start)),
                );
            }
        }
        let share = (right * 10_000).checked_div(all).unwrap_or(10_000);
        println!(
            "{name:45} {cases:4} cases, {:6.2} %, {} wrong",
            share as f64 / 100.0,
            wrong.len()
        );
        assert!(share >= *floor, "{name}: {share}");
        // Text that no tag claims is kept as unknown content.
        wrong.retain(|value| !value.contains("$text"));
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
    }
}

/// Each document, followed by its description.
fn documents(documents: &[&str]) -> String {
    let case = |document: &&str| format!("{document}\n{}", describe(document));
    documents.iter().map(case).collect::<Vec<_>>().join("\n")
}

#[test]
fn missing_start_tags() {
    assert_snapshot!(documents(&[
        "<Error>a</Code><Message>m</Message></Error>",
        "<Code>a</Code><Message>m</Message></Error>",
        "<RequestId>r</RequestId><Code>a</Code>",
        "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>t-1</InvokeId></Invocation>\
         <InvokeId>t-2</InvokeId><Timed>true</Timed></Invocation></Invocations></DescribeInvocationsResponse>",
        "<DescribeInvocationsResponse><Invocation><InvokeId>t-1</InvokeId></Invocation></Invocations>\
         </DescribeInvocationsResponse>",
        "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>t-1</InvokeId><InvokeInstances>\
         <InstanceId>i-1</InstanceId></InvokeInstance></InvokeInstances></Invocation></Invocations>\
         </DescribeInvocationsResponse>",
    ]));
}

#[test]
fn exchanged_and_mistyped_tags() {
    assert_snapshot!(documents(&[
        "<Error></Code>a</Code><Message>m</Message></Error>",
        "<Error><Code>a<Code><Message>m</Message></Error>",
        "<Error></Code>a<Code><Message>m</Message></Error>",
        "<Error><Code/>a</Code><Message>m</Message></Error>",
        "<Error><Cod>a</Code><Mesage>m</Message></Error>",
        "<Error><9ode>a</Code></Error>",
        "<Errro><Code>a</Code></Error>",
        "<Error><Code>a</CODE><Message>m</message></Error>",
        "<Error><Code>a</><Message>m</</Error>",
        // Two values or one.
        "<Error><Code>am</Message><HostId>h</HostId></Error>",
        "<Error><Code>a</Code></Error><Message>m</Message>",
    ]));
}

#[test]
fn malformed_tags() {
    assert_snapshot!(documents(&[
        "<Error>< Code >a</ Code>< Message>m< /Message></Error>",
        "<Error><Code>a/Code><Message>m<\\Message></Error>",
        "<Error>Code>a</Code><Message>mMessage></Error>",
        "<Error><Codea</Code><Message m n</Message></Error>",
        "<Error>&lt;Code>a</Code><Message&gt;m&lt;/Message&gt;</Error>",
        "<Error><<Code>a</Code><Mess\nage>m</Mess\nage></Error>",
        "<Error>(Code)a</Code>[Message]m[/Message]</Error>",
        "<Error><Code>a</Code]<Message>m</Message)</Error>",
        // Text.
        "<Error><Code>a</Code><Message>a < b, x> y, c /d> & InvokeId> <b>z</Message>",
    ]));
}

#[test]
fn sections_and_references() {
    assert_snapshot!(documents(&[
        "<Error><Code><![cdata[a]]></Code><Message><! [CDATA [m]] ></Message></Error>",
        "<Error><Code><![CDATA[a]></Code><Message><[CDATA[m]]</Message></Error>",
        "<!DOCTYPE response\n<Error><Code>a</Code></Error>",
        "<Error><Code>a</Code><Message>a &amp b &gt c &#65 &#x42 &#X43; ?x=1&lt=2&amp;gt</Message></Error>",
        "<Error><!-- a -- b --><Code>a</Code><x$y>1</x$y></Error>",
    ]));
}

/// Damage to all tags of a kind leaves only the names, the indentation and the counts of tags.
#[test]
fn damage_at_all_tags() {
    let page = |inside: &str| {
        format!("<DescribeInvocationsResponse>{inside}</DescribeInvocationsResponse>")
    };
    assert_snapshot!(documents(&[
        "a</Code>m (x)</Message>r</RequestId></Error>",
        "1</TotalCount>t-1</InvokeId></Invocation>t-2</InvokeId></Invocation></Invocations>\
         </DescribeInvocationsResponse>",
        "(Error)<Code>a</Code></Error>",
        "<\"Error\"><Code>a</Code></Error>",
        "[Error][Code]a[/Code][Message]see [x] or [Code][/Message][/Error]",
        // `Timed` is a field of both an invocation and an instance.
        &page(
            "\n<Invocations>\n <Invocation>\n  <InvokeId>t-1\n  <InvokeInstances>\n   <InvokeInstance>\n    \
             <InstanceId>i-1\n  <Timed>true\n",
        ),
        &page(
            "<Invocations><Invocation><InvokeId>t-1<InvokeInstances><InvokeInstance><InstanceId>i-1\
             <InvokeInstance><InstanceId>i-2<Timed>true",
        ),
        // Nested deeper than the limit, as it stands.
        &page(&format!(
            "<Invocations>{}<Invocations>",
            "<Invocation><InvokeId>t<InvokeId><CommandId>c<CommandId><Invocation>".repeat(20)
        )),
    ]));
}

#[test]
fn references_to_characters_that_xml_does_not_allow() {
    assert_snapshot!(documents(&[
        "<Error><Code>a</Code><Message>&#0;&#9;&#x1B;&#65534;&#xFFFD;</Message></Error>",
        "<Error><Code>a\\</Code><Message a='&#1;'>b\\&#0;</Message>",
    ]));
}

const RESULTS: &str = "\
<DescribeInvocationResultsResponse>
  <RequestId>r-1</RequestId>
  <Invocation>
    <PageSize>2</PageSize>
    <PageNumber>1</PageNumber>
    <TotalCount>3</TotalCount>
    <InvocationResults>
      <InvocationResult>
        <InvokeId>t-1</InvokeId>
        <InstanceId>i-1</InstanceId>
        <Output></Output>
        <Tags>
          <Tag>
            <TagKey>env</TagKey>
            <TagValue>prod</TagValue>
          </Tag>
          <Tag>
            <TagKey>team</TagKey>
            <TagValue>web</TagValue>
          </Tag>
        </Tags>
        <ExitCode>0</ExitCode>
      </InvocationResult>
      <InvocationResult>
        <InvokeId>t-1</InvokeId>
        <InstanceId>i-2</InstanceId>
        <Tags></Tags>
        <ExitCode>1</ExitCode>
      </InvocationResult>
    </InvocationResults>
  </Invocation>
</DescribeInvocationResultsResponse>
";

/// A text with each end tag that fits replaced by what `write` makes of its name.
fn with_ends(text: &str, fits: impl Fn(usize, &str) -> bool, write: fn(&str) -> String) -> String {
    let (mut out, mut rest, mut nth) = (String::new(), text, 0);
    while let Some((before, after)) = rest.split_once("</") {
        let (name, after) = after.split_once('>').unwrap();
        out.push_str(before);
        match fits(nth, name) {
            true => out.push_str(&write(name)),
            false => out.push_str(&format!("</{name}>")),
        }
        (rest, nth) = (after, nth + 1);
    }
    out + rest
}

/// A closing tag without its slash looks like an opening one.
#[test]
fn slashes_of_end_tags_lost() {
    const ITEMS: [&str; 4] = ["Invocation", "InvokeInstance", "Tag", "InvocationResult"];
    const LISTS: [&str; 4] = ["Invocations", "InvokeInstances", "Tags", "InvocationResults"];
    let compact = |text: &str| text.replace("\n", "").replace("  ", "");
    let pages = [generated(true), generated(false), RESULTS.to_owned(), compact(RESULTS)];
    let pages = EXAMPLES.into_iter().chain(pages.iter().map(String::as_str));
    let mut wrong = Vec::new();
    for page in pages {
        let clean = model(page).unwrap();
        let mut check = |what: &str, damaged: String, clean: &_| {
            if model(&damaged).as_ref() != Some(clean) {
                wrong.push(format!("{what}:\n{damaged}"));
            }
        };
        for write in [|name: &str| format!("<{name}>"), |name: &str| format!("<{name}/>")] {
            check("all", with_ends(page, |_, _| true, write), &clean);
            check("items", with_ends(page, |_, name| ITEMS.contains(&name), write), &clean);
            check("lists", with_ends(page, |_, name| LISTS.contains(&name), write), &clean);
            let is_container = |name: &str| ITEMS.contains(&name) || LISTS.contains(&name);
            check("containers", with_ends(page, |_, name| is_container(name), write), &clean);
            check("fields", with_ends(page, |_, name| !is_container(name), write), &clean);
            for nth in 0..page.matches("</").count() {
                check("one", with_ends(page, |at, _| at == nth, write), &clean);
            }
            for name in ITEMS.into_iter().chain(LISTS) {
                check(name, with_ends(page, |_, it| it == name, write), &clean);
            }
            // Cut off.
            if let Some((cut, _)) = page.rsplit_once("</ExitCode>") {
                let cut = format!("{cut}</ExitCode>");
                let clean = model(&cut).unwrap();
                check("cut", with_ends(&cut, |_, _| true, write), &clean);
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}

/// Sections of which the start or the end lost signs.
#[test]
fn sections_that_lost_signs() {
    let page = |id: &str, name: &str| {
        format!(
            "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>{id}</InvokeId>\
             <ContainerName>{name}</ContainerName></Invocation></Invocations>\
             </DescribeInvocationsResponse>"
        )
    };
    let results = |id: &str, name: &str| {
        format!(
            "<DescribeInvocationResultsResponse><Invocation><InvocationResults><InvocationResult>\
             <InvokeId>{id}</InvokeId><ContainerName>{name}</ContainerName></InvocationResult>\
             </InvocationResults></Invocation></DescribeInvocationResultsResponse>"
        )
    };
    for (id, name, clean) in [
        ("<![CDATA[t-1]]", "<![CDATA[mount-3002]]", ("t-1", "mount-3002")),
        ("<![CDATA[t-1]]>", "<![CDATA[mount-3002]]", ("t-1", "mount-3002")),
        ("<![CDATA[t-1]]", "<![CDATA[31m]]", ("t-1", "31m")),
        ("<![CDATA[Kt-1]]", "<![CDATA[m]]", ("Kt-1", "m")),
        ("<![CDATA[t-1]]", "names[m]", ("t-1", "names[m]")),
        ("![CDATA[t-1]]>", "web", ("t-1", "web")),
        ("![CDATA[t-1]]>", "![CDATA[mount-3002]]>", ("t-1", "mount-3002")),
        ("\n  ![CDATA[t-1]]>\n  ", "<![CDATA[web]]>", ("t-1", "web")),
        ("![CDATA[t-1]>", "![cdata[a &lt;b>]]>", ("t-1", "a &lt;b>")),
        ("[CDATA[t-1]]>", "![CDATA[a <b> c</b>]]>", ("t-1", "a <b> c</b>")),
    ] {
        for text in [page(id, name), results(id, name)] {
            let leaves = model(&text).unwrap_or_else(|| panic!("{text}"));
            let value = |name: &str| {
                let found = leaves.iter().find(|(path, _)| path.ends_with(name));
                found.map(|(_, value)| serde_json::from_str::<String>(value).unwrap())
            };
            let found = (value(".InvokeId"), value(".ContainerName"));
            assert_eq!(found, (Some(clean.0.into()), Some(clean.1.into())), "{text}");
            let findings = ecs_invocations::decode(text.as_bytes()).unwrap().findings;
            let is_found = findings.iter().any(|it| it.to_string().contains("CDATA"));
            assert!(is_found, "{text}");
        }
    }
}

/// A piece was cut out, and a mark is in its place inside a tag. What follows is of another record.
#[test]
fn pieces_cut_out_in_tags() {
    const MARKS: [&str; 8] =
        ["...", "…", "[...]", "(...)", "<snip>", "[truncated]", "...[cut]...", "... 120 bytes ..."];
    let page = |items: &str| {
        format!(
            "<DescribeInvocationsResponse><Invocations>{items}</Invocations>\
             </DescribeInvocationsResponse>"
        )
    };
    let first = "<Invocation><InvokeId>t-1</InvokeId><CommandName>a</CommandName>";
    let second = "</InvokeId><CommandName>b</CommandName><CommandId>c-2</CommandId></Invocation>";
    let two = page(&format!("{first}</Invocation><Invocation><InvokeId>t-2{second}"));
    let instance = "<Invocation><InvokeId>t-1</InvokeId><InvokeInstances><InvokeInstance>\
                    <InstanceId>i-1</InstanceId><ExitCode>0</ExitCode>";
    let open = instance.strip_suffix("</ExitCode>").unwrap();
    let other = "</InstanceId><ExitCode>3</ExitCode></InvokeInstance></InvokeInstances>";
    let instances = page(&format!(
        "{instance}</InvokeInstance><InvokeInstance><InstanceId>i-2{other}</Invocation>"
    ));
    let of_other = "<InvokeId>t-2</InvokeId></Invocation>";
    let others = page(&format!(
        "{instance}</InvokeInstance></InvokeInstances></Invocation><Invocation><InvokeInstances>\
         <InvokeInstance><InstanceId>i-2{other}{of_other}"
    ));
    let unknown = |items: &str| page(&items.replace("<InvokeId>t-2</InvokeId>", ""));
    for mark in MARKS {
        let cases = [
            (format!("{first}<Frequ{mark}d>t-2{second}"), two.clone()),
            (format!("{first}<CommandType>Run{mark}Id>t-2{second}"), two.clone()),
            (format!("{first}</Invoc{mark}InvokeId>t-2{second}"), two.clone()),
            (format!("{open}</ExitC{mark}eId>i-2{other}</Invocation>"), instances.clone()),
            (format!("{open}</ExitC{mark}eId>i-2{other}{of_other}"), others.clone()),
            (
                format!("{instance}</InvokeInst{mark}okeId>t-2{second}"),
                page(&format!(
                    "{instance}</InvokeInstance></InvokeInstances></Invocation><Invocation>\
                     <InvokeId>t-2{second}"
                )),
            ),
            // The value is cut, or whose it is.
            (
                format!("{first}<Frequ{mark}-2{second}"),
                unknown(&format!("{first}</Invocation><Invocation><InvokeId>t-2{second}")),
            ),
            (
                format!("{first}<Frequ{mark}eId>i-2{other}</Invocation>"),
                page(&format!(
                    "{first}</Invocation><Invocation><InvokeInstances><InvokeInstance>\
                     <InstanceId>i-2{other}</Invocation>"
                )),
            ),
            // No field is of another record.
            (
                format!("{first}<Frequ{mark}e>u</Username></Invocation>"),
                page(&format!("{first}<Username>u</Username></Invocation>")),
            ),
        ];
        for (damaged, expected) in cases {
            let damaged = page(&damaged);
            assert_eq!(model(&damaged), model(&expected), "{damaged}");
            let decoded = ecs_invocations::decode(damaged.as_bytes()).unwrap();
            assert!(decoded.loses_data(), "{damaged}");
        }
    }
    // Text that only has such signs.
    for text in [
        "wait... done &lt;x",
        "a <b...c> d",
        "[...] a...Id>",
        "... <snip> ...",
        "a <Comm... b",
        "a <Out...put> b",
        "a <...> b",
        "a<...>",
    ] {
        let damaged = page(&format!(
            "{instance}<Output>{text}</Output></InvokeInstance></InvokeInstances><Timed>true</Tmed>\
             </Invocation>"
        ));
        let leaves = model(&damaged).unwrap();
        let output = leaves.iter().find(|(path, _)| path.ends_with(".Output")).unwrap().1;
        let output: String = serde_json::from_str(output).unwrap();
        assert_eq!(output, text.replace("&lt;", "<"), "{damaged}");
    }
}

/// The tags between two records are missing in a damaged document.
#[test]
fn a_second_identity_begins_another_record() {
    let damaged = |inside: &str| {
        let page = format!(
            "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>t-1</InvokeId>{inside}\
             </Invocation></Invocations><TotalCount>1</TotalCont></DescribeInvocationsResponse>"
        );
        (
            page.replace("|", ""),
            page.replace('|', "</Invocation><Invocation>").replace("Cont", "Count"),
        )
    };
    for inside in [
        "<Timed>true</Timed>|<InvokeId>t-2</InvokeId><CommandId>c-2</CommandId>",
        "|<InvokeId>t-2</InvokeId>|<InvokeId>t-3</InvokeId><Timed>true</Timed>",
        "<InvokeInstances></InvokeInstances>|<InvokeId>t-2</InvokeId><Tags></Tags>",
        // The same once more, and one without a value.
        "<InvokeId>t-1</InvokeId><CommandId>c-1</CommandId>",
        "<InvokeId></InvokeId><CommandId>c-1</CommandId>",
    ] {
        let (damaged, expected) = damaged(inside);
        assert_eq!(model(&damaged), model(&expected), "{damaged}");
    }
    let instances = |between: &str, end: &str| {
        format!(
            "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>t-1</InvokeId>\
             <InvokeInstances><InvokeInstance><InstanceId>i-1</InstanceId><ExitCode>0</ExitCode>{between}\
             <InstanceId>i-2</InstanceId><ExitCode>3</{end}></InvokeInstance></InvokeInstances>\
             </Invocation></Invocations></DescribeInvocationsResponse>"
        )
    };
    let expected = instances("</InvokeInstance><InvokeInstance>", "ExitCode");
    assert_eq!(model(&instances("", "ExtCode")), model(&expected));
}

/// Other signs in place of the brackets of closing tags.
#[test]
fn brackets_that_look_alike() {
    for (open, close) in
        [("＜", "＞"), ("‹", "›"), ("〈", "〉"), ("‹", ">"), ("<", "›"), ("<", "＞")]
    {
        for page in [generated(true), generated(false)] {
            let clean = model(&page).unwrap();
            for name in ["CommandName", "InvokeStatus", "Output", "ExitCode", "TagValue"] {
                let damaged =
                    page.replacen(&format!("</{name}>"), &format!("{open}/{name}{close}"), 1);
                assert_eq!(model(&damaged).as_ref(), Some(&clean), "{damaged}");
            }
        }
    }
    // In a text they are signs.
    let text = generated(true).replacen("OutPutTestmsg00", "‹/b› ＜/x＞ ‹Output› a›", 1);
    let damaged = text.replacen("</Timed>", "</Tmed>", 1);
    assert_eq!(model(&damaged), model(&text));
}

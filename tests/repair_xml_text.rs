//! Repair of XML: documents in values, text between elements, names and attributes in pieces, and a document whose
//! head or tail is missing.

mod leaves;

use std::collections::BTreeMap;

use ecs_invocations::decode;
use serde_json::Value;

const PAGE: &str = "\
<DescribeInvocationsResponse>
  <TotalCount>2</TotalCount>
  <Invocations>
    <Invocation>
      <InvokeId>t-1</InvokeId>
      <CommandName>web</CommandName>
      <InvocationStatus>Failed</InvocationStatus>
      <Frequency></Frequency>
      <RepeatMode>Once</RepeatMode>
      <Tags>
        <Tag>
          <TagKey>env</TagKey>
          <TagValue>prod</TagValue>
        </Tag>
      </Tags>
      <InvokeInstances>
        <InvokeInstance>
          <InstanceId>i-1</InstanceId>
          <InvocationStatus>Failed</InvocationStatus>
          <StopTime></StopTime>
          <ExitCode>1</ExitCode>
          <Output>OUTPUT</Output>
          <Repeats>7</Repeats>
        </InvokeInstance>
      </InvokeInstances>
    </Invocation>
    <Invocation>
      <InvokeId>t-2</InvokeId>
      <InvocationStatus>Success</InvocationStatus>
      <Parameters>{}</Parameters>
      <InvokeInstances>
        <InvokeInstance>
          <InstanceId>i-2</InstanceId>
          <ErrorInfo></ErrorInfo>
          <ExitCode>0</ExitCode>
        </InvokeInstance>
      </InvokeInstances>
    </Invocation>
  </Invocations>
  <RequestId>R-1</RequestId>
</DescribeInvocationsResponse>
";

/// The values by their paths, without text between elements; `None` if the text is refused.
fn model(text: &str) -> Option<BTreeMap<String, String>> {
    leaves::model(text).map(without_text)
}

fn without_text(mut leaves: BTreeMap<String, String>) -> BTreeMap<String, String> {
    leaves.retain(|path, _| !path.contains(".$text"));
    leaves
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The offset of each tag, its text, and its name.
fn tags(text: &str) -> Vec<(usize, &str, &str)> {
    let starts = text.match_indices('<').map(|(at, _)| at);
    let tag = |at: usize| &text[at..=at + text[at..].find('>').unwrap()];
    starts.map(|at| (at, tag(at), tag(at).trim_matches(['<', '>', '/']))).collect()
}

#[test]
fn a_response_in_a_value_is_no_answer() {
    let inner = [
        "{\"RequestId\":\"R-9\",\"HostId\":\"h\",\"Code\":\"Throttling\",\"Message\":\"denied\"}",
        "{\"Invocations\":{\"Invocation\":[{\"InvokeId\":\"t-99\",\"InvocationStatus\":\"Failed\"}]}}",
        "<Error><RequestId>R-9</RequestId><Code>Throttling</Code><Message>denied</Message></Error>",
        "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>t-99</InvokeId>\
         </Invocation></Invocations></DescribeInvocationsResponse>",
    ];
    for inner in inner {
        for value in [
            escaped(inner),
            format!("<![CDATA[{inner}]]>"),
            format!("ran:\n{}\nend", escaped(inner)),
        ] {
            let page = PAGE.replace("OUTPUT", &value);
            let from_output = page.find("<Output>").unwrap();
            let of_first = page.find("<InvokeId>t-1").unwrap();
            let after = page.find("</Output>").unwrap();
            let mut damaged = vec![
                page.replacen("</Repeats>", "", 1),
                page.replacen("</ExitCode>", "", 1),
                page.replacen("<ExitCode>", "<-ExitCode>", 1),
                page.replacen("</Invocation>", "", 1),
                page.replace("Response>", "Resp0nse>"),
            ];
            damaged.extend((after..page.len()).step_by(7).map(|end| page[..end].to_owned()));
            damaged
                .extend((of_first..from_output).step_by(5).map(|start| page[start..].to_owned()));
            damaged.push(page[from_output + "<Output>".len()..].to_owned());
            if !value.starts_with('<') {
                damaged.push(page.replace('<', ""));
                damaged.push(page.replace('<', "u003c").replace('>', "u003e"));
                damaged.push(page.replace('<', "[").replace('>', "]"));
                damaged.push(
                    page.replace("</", "</ecs.").replace('<', "<ecs.").replace("<ecs./", "</"),
                );
            }
            for text in damaged {
                let Some(read) = model(&text) else { continue };
                assert!(!read.contains_key(".Code"), "{text}\n{read:#?}");
                assert!(!read.values().any(|value| value == "\"t-99\""), "{text}\n{read:#?}");
            }
        }
    }
    // With nothing of a response around it, it is the answer.
    let error =
        "<Error><RequestId>R-9</RequestId><Code>Throttling</Code><Message>m</Message></Error>";
    for text in [
        format!("<html><code>{}</code></html>", escaped(error)),
        format!("<p>The field <Output> shows:</p>\n{}", inner[0]),
        format!("The result of [Output]: {}", inner[0]),
        format!("{error}\n{error}"),
    ] {
        let read = model(&text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(read[".Code"], "\"Throttling\"", "{text}");
    }
}

#[test]
fn text_between_elements_is_no_value() {
    let clean = model(PAGE).unwrap();
    let compact: String = PAGE.lines().map(str::trim).collect();
    let between = |text: &str, separator: &str| {
        text.replace("\n", separator)
            .replace("><", &format!(">{separator}<"))
            .replace(&format!(">{separator}</Frequency"), "></Frequency")
            .replace(&format!(">{separator}</StopTime"), "></StopTime")
            .replace(&format!(">{separator}</ErrorInfo"), "></ErrorInfo")
    };
    for separator in [
        "#012",
        "\\n",
        "\n' ",
        "\nPS C:\\> ",
        "\n> ",
        "\n$ ",
        "  // remark\n",
        " # 12\n",
        "\nlog: ",
        " | ",
        "¶",
        "12",
    ] {
        for text in [between(&compact, separator), format!("a{}", between(&compact, separator))] {
            assert_eq!(model(&text).as_ref(), Some(&clean), "{separator:?}\n{text}");
        }
    }
    for (from, to) in [
        (
            "      <Frequency></Frequency>\n",
            "<<<<<<< HEAD\n<Frequency></Frequency>\n||||||| 1a2b\n<Frequency></Frequency>\n=======\n<Frequency></Frequency>\n>>>>>>> 5d6e\n",
        ),
        ("<StopTime></StopTime>", "<StopTime></StopTime> <- empty"),
        ("<StopTime></StopTime>", "why? <StopTime></StopTime>"),
    ] {
        let text = PAGE.replacen(from, to, 1);
        assert_eq!(model(&text).as_ref(), Some(&clean), "{text}");
    }
}

#[test]
fn names_in_pieces_and_after_signs() {
    let clean = model(PAGE).unwrap();
    for (at, tag, name) in tags(PAGE) {
        let with = |new: String| [&PAGE[..at], &new, &PAGE[at + tag.len()..]].concat();
        let words = name.char_indices().skip(1).filter(|(_, c)| c.is_uppercase());
        for (word, _) in words.filter(|_| name != "DescribeInvocationsResponse") {
            for space in [" ", "  ", "\n"] {
                let cut = format!("{}{space}{}", &name[..word], &name[word..]);
                let text = with(tag.replace(name, &cut));
                assert_eq!(model(&text).as_ref(), Some(&clean), "{text}");
                let end = format!("</{name}>");
                if !tag.starts_with("</") {
                    let text = text.replace(&end, &format!("</{cut}>"));
                    assert_eq!(model(&text).as_ref(), Some(&clean), "{text}");
                }
            }
        }
        if at == 0 || name == "DescribeInvocationsResponse" {
            continue;
        }
        for sign in ["-", "--", "!", "?", ".", "*", "1", "%", "#", "-.-"] {
            let text = with(tag.replace(name, &format!("{sign}{name}")));
            assert_eq!(model(&text).as_ref(), Some(&clean), "{text}");
        }
    }
    // An attribute without its value does not make a name of the record and the attribute.
    let text = PAGE.replacen("<Invocation>", "<Invocation Status>", 1);
    assert_eq!(
        model(&text).unwrap().get(".Invocations.Invocation[1].InvokeId").unwrap(),
        "\"t-2\""
    );
}

#[test]
fn references_without_a_semicolon() {
    for (raw, read) in [
        ("a &amp&amp b", "a && b"),
        ("a &amp&amp b; c", "a && b; c"),
        ("x &gt y; z", "x > y; z"),
        ("&lt127&gt", "<127>"),
        ("a &lt&lt EOF; b &gt&gt c;", "a << EOF; b >> c;"),
        ("&quot&apos;", "\"'"),
        ("&#65 b; c", "A b; c"),
        ("?a=1&lt=2&gt5=3;", "?a=1&lt=2&gt5=3;"),
        ("&ltd. and &amplifier;", "&ltd. and &amplifier;"),
        ("a & b; c", "a & b; c"),
    ] {
        let text = PAGE.replace("OUTPUT", raw);
        let output = &model(&text).unwrap()[".Invocations.Invocation[0].InvokeInstances.InvokeInstance[0].Output"];
        assert_eq!(serde_json::from_str::<String>(output).unwrap(), read, "{raw}");
        let attribute = format!(
            "<Error><Code>c</Code><Message a=\"{}\">m</Message></Error>",
            raw.replace('"', "")
        );
        assert!(model(&attribute).is_some(), "{attribute}");
    }
}

#[test]
fn attributes_without_quotes() {
    for (attributes, expected) in [
        (
            "CommandName=deploy web Frequency= RepeatMode=Once Timeout=60",
            [Some("deploy web"), None, Some("Once"), Some("60")],
        ),
        (
            "CommandName=a Frequency = RepeatMode = Once Timeout=60",
            [Some("a"), None, Some("Once"), Some("60")],
        ),
        ("CommandName= Frequency= RepeatMode= Timeout=60", [None, None, None, Some("60")]),
        (
            "Timeout=60 CommandName=echo a=b c RepeatMode=Once Frequency=",
            [Some("echo a=b c"), None, Some("Once"), Some("60")],
        ),
        (
            "Timeout=60 RepeatMode=Period Frequency=0 */5 * * * * CommandName=a/b",
            [Some("a/b"), Some("0 */5 * * * *"), Some("Period"), Some("60")],
        ),
        (
            "CommandName=\"a b\" Frequency= RepeatMode='Once' Timeout=60",
            [Some("a b"), None, Some("Once"), Some("60")],
        ),
    ] {
        for end in [">", " >"] {
            let text = format!(
                "<DescribeInvocationsResponse><Invocations><Invocation InvokeId=t-1 {attributes}{end}\
                 <InvokeInstances><InvokeInstance InstanceId=i-1 StopTime= ExitCode=1/></InvokeInstances>\
                 </Invocation></Invocations></DescribeInvocationsResponse>"
            );
            let read = model(&text).unwrap();
            let value = |name: &str| {
                let value = read.get(&format!(".Invocations.Invocation[0].{name}"));
                value.map(|value| value.trim_matches('"').to_owned())
            };
            let found = ["CommandName", "Frequency", "RepeatMode", "Timeout"].map(value);
            assert_eq!(found, expected.map(|value| value.map(str::to_owned)), "{text}");
            assert_eq!(value("InvokeInstances.InvokeInstance[0].ExitCode").as_deref(), Some("1"));
            assert_eq!(value("InvokeInstances.InvokeInstance[0].StopTime"), None);
        }
    }
}

/// The records from the last on, with their values.
fn records(text: &str) -> Option<Vec<BTreeMap<String, String>>> {
    let decoded = decode(text.as_bytes()).ok()?;
    let value: Value = serde_json::from_str(&decoded.response.to_json()).unwrap();
    let items = value["Invocations"]["Invocation"].as_array()?;
    let records = items.iter().rev().map(|item| without_text(leaves::leaves(item)));
    Some(records.collect())
}

#[test]
fn a_document_without_its_head() {
    let clean = records(PAGE).unwrap();
    let from = PAGE.find("<Invocation>").unwrap() + "<Invocation>".len();
    let last = PAGE.rfind("</InvokeInstance>").unwrap();
    let (mut refused, mut all) = (Vec::new(), 0);
    for start in from..last {
        all += 1;
        let text = &PAGE[start..];
        let Some(found) = records(text) else {
            refused.push(text.lines().next().unwrap());
            continue;
        };
        for (nth, record) in found.iter().enumerate() {
            for (path, value) in record {
                assert_eq!(clean[nth].get(path), Some(value), "{path}\n{text}");
            }
        }
        // What is after the cut is whole.
        let whole = text.matches("<InvokeId>").count().min(text.matches("</Invocation>").count());
        let whole = if start < PAGE.find("<InvokeId>").unwrap() + 9 { whole } else { whole.min(1) };
        if text.contains("<InvokeId>t-2") {
            assert_eq!(found[..1], clean[..1], "{whole}\n{text}");
        }
        assert!(decode(text.as_bytes()).unwrap().loses_data(), "{text}");
    }
    assert!(refused.len() * 100 <= all * 5, "{} of {all} refused: {refused:#?}", refused.len());
}

#[test]
fn a_mark_at_the_cut() {
    let clean = model(PAGE).unwrap();
    for end in PAGE.find("<InvokeId>").unwrap() + 10..PAGE.len() - 1 {
        for mark in ["<truncated>", "<snip>", "<truncated>\n", "<!-- cut -->", "..."] {
            let text = format!("{}{mark}", &PAGE[..end]);
            let Some(read) = model(&text) else { continue };
            for (path, value) in &read {
                let whole = clean.get(path).map(String::as_str).unwrap_or("");
                // A value in which the cut is may be kept with the mark.
                let cut = value.trim_matches('"').split(['<', '.']).next().unwrap();
                assert!(
                    whole == value
                        || whole.trim_matches('"').starts_with(cut) && !value.contains("</"),
                    "{path}: {value}\n{text}"
                );
            }
        }
    }
}

//! Lines of other texts between the lines of a response.

mod describe;
mod leaves;

use describe::describe;
use ecs_invocations::{Response, decode};
use insta::assert_snapshot;
use leaves::model;

/// Lines of logs, mails, programs and merges.
const LINES: &[&str] = &[
    "HTTP/1.1 200 OK",
    "HTTP/1.1 200 OK\nContent-Type: application/json",
    "java.net.SocketTimeoutException: Read timed out",
    "Exception in thread \"main\" java.lang.IllegalStateException: no host\n\tat a.B.c(B.java:7)",
    "08:36:01 INFO worker: heartbeat ok",
    "2026-11-24T10:00:00Z level=info msg=\"heartbeat, still alive\" Timeout=30",
    "level=info msg=\"heartbeat\" Timeout=30",
    "Note: second host below",
    "On Fri, Nov 27, 2026 at 8:35 AM Bob <bob@example.com> wrote:",
    "[1]+  Done                    sleep 10",
    "[pid 17] exited with 0",
    "{\"level\":\"info\",\"msg\":\"heartbeat\",\"count\":3}",
    "<<<<<<< HEAD",
    "||||||| 1a2b3c4",
    "=======",
    ">>>>>>> 5d6e7f8",
    "Broadcast message from root@web-1 (pts/0) (Fri Nov 27 08:36:01 2026):",
    "Saving to: 'a.json'",
    "第 3 页，共 7 页",
];

fn read(text: &str) -> Response<'static> {
    let decoded = decode(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
    decoded.into_owned().response
}

fn documented() -> String {
    let path = format!("{}/corpus/documented/response.json", env!("CARGO_MANIFEST_DIR"));
    let page: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    serde_json::to_string_pretty(&page).unwrap()
}

/// A line between two others changes no value, and is a whole in the findings.
#[test]
fn no_value_is_changed() {
    let text = documented();
    let page = read(&text);
    let lines: Vec<&str> = text.lines().collect();
    for line in LINES {
        for at in 1..lines.len() {
            let (before, after) = lines.split_at(at);
            let text = [before, &[*line], after].concat().join("\n");
            let decoded = decode(text.as_bytes()).unwrap();
            assert_eq!(
                decoded.response.clone().into_owned(),
                page,
                "{line} at {at}: {:?}",
                decoded.findings
            );
            for line in line.split(['\n', '\t']) {
                let is_reported =
                    decoded.findings.iter().any(|finding| finding.found.contains(line.trim()));
                assert!(is_reported, "{line} at {at}: {:?}", decoded.findings);
            }
        }
    }
}

/// What may be a line of another text, but is a member, an item or a part of a value.
#[test]
fn members_and_items_are_kept() {
    let page = |members: &str| {
        format!(
            "{{\"Invocations\": {{\"Invocation\": [\n{{\"InvokeId\": \"t-1\",\n{members}\n}}\n]}}}}"
        )
    };
    let documents = [
        page("CommandName: web\n\"Timeout\": 60"),
        page("Timeout = 60\n\"CommandId\": \"c-1\""),
        page("\"Extra\": [\n  one,\n  two words\n],\n\"Timeout\": 60"),
        page("\"Extra\": [\n{\"a\": 1}\n{\"b\": 2}\n],\n\"Timeout\": 60"),
        page("\"Extra\": [\n{\"a\": 1},\n{\"level\": \"info\"}\n],\n\"Timeout\": 60"),
        page("\"CommandDescription\": \"say \"a\",\nthen \"b\" and go\",\n\"Timeout\": 60"),
        page("\"CommandDescription\": \"one,\ntwo\",\n\"Timeout\": 60"),
        page("other: 5,\n\"Timeout\": 60"),
        page("other: \"text\"\n\"Timeout\": 60"),
        page("\"CommandId\": \"c-1\"\nother: text\n\"Timeout\": 60"),
        "{\"Code\": \"a\",\nMessage text\n}".to_owned(),
    ];
    let described = documents.map(|text| format!("{text}\n{}", describe(&text)));
    assert_snapshot!(described.join("\n"));
}

/// A value that was cut at the width of a screen is none, unlike one that was wrapped.
#[test]
fn lines_cut_at_a_width() {
    let path = format!("{}/corpus/documented", env!("CARGO_MANIFEST_DIR"));
    for (name, sign) in
        [("response.json", ""), ("response.json", "…"), ("response.xml", ""), ("response.xml", "…")]
    {
        let whole = std::fs::read_to_string(format!("{path}/{name}")).unwrap();
        let values = |text: &str| model(text).unwrap().into_values().collect::<Vec<_>>();
        let known = values(&whole);
        for width in [50, 60] {
            let cut = |line: &str| match line.chars().count() > width {
                true => line.chars().take(width - sign.chars().count()).collect::<String>() + sign,
                false => line.to_owned(),
            };
            let text: Vec<_> = whole.lines().map(cut).collect();
            let text = text.join("\n");
            let found = values(&text);
            assert!(found.len() > known.len() / 5, "{name} {width} {sign}: {found:?}");
            for leaf in &found {
                assert!(known.contains(leaf), "{name} {width} {sign}: {leaf}\n{text}");
            }
        }
    }
}

//! What stands before or after every line, and what terminals do to a text.

use super::tokens::{Site, Style, What};
use super::{Adder, Expects, Format, Kind};

const PREFIXES: &[(&str, &str)] = &[
    ("quote", "> "),
    ("quote-tight", ">"),
    ("quotes", ">> "),
    ("quoted-twice", "> > "),
    ("plus", "+ "),
    ("plus-tight", "+"),
    ("minus", "- "),
    ("star", "* "),
    ("doc-star", " * "),
    ("hash", "# "),
    ("slashes", "// "),
    ("doc-slashes", "/// "),
    ("bar", "| "),
    ("box", "│ "),
    ("dashes", "-- "),
    ("semicolon", "; "),
    ("percent", "% "),
    ("dollar", "$ "),
    ("bang", "! "),
    ("tab", "\t"),
    ("colon", ": "),
    ("angle-name", "bob> "),
    ("dots", "... "),
    ("python", ">>> "),
    ("rem", "REM "),
    ("arrow", "→ "),
    ("bullet", "• "),
    ("number-blank", "@N  "),
    ("number-colon", "@N:"),
    ("number-colon-blank", "@N: "),
    ("number-bar", "@N | "),
    ("number-box", "@N │ "),
    ("number-tab", "@N\t"),
    ("number-dot", "@N. "),
    ("number-paren", "@N) "),
    ("number-bracket", "[@N] "),
    ("number-right", "@R  "),
    ("number-cat", "@R\t"),
    ("number-zeros", "@Z "),
    ("number-line", "L@N: "),
    ("number-dash", "@N- "),
    ("time-utc", "2026-11-24T12:00:@SZ "),
    ("time-bracket", "[12:00:@S] "),
    ("time-plain", "12:00:@S "),
    ("time-millis", "2026-11-24 12:00:@S,123 "),
    ("time-nanos", "2026-11-24T12:00:@S.123456789Z "),
    ("time-date", "2026/11/24 12:00:@S "),
    ("time-zone", "2026-11-24T12:00:@S+08:00 "),
    ("epoch", "1764000@S.123 "),
    ("syslog", "Nov 24 12:00:@S web01 app[123]: "),
    ("syslog-iso", "2026-11-24T12:00:@S.123456+08:00 web01 app[123]: "),
    ("journal", "Nov 24 12:00:@S web01 systemd[1]: "),
    ("docker-compose", "web-1  | "),
    ("docker-compose-old", "web_1 | "),
    ("kubectl", "[pod/web-0/app] "),
    ("kubectl-time", "2026-11-24T12:00:@S.000000000Z stdout F "),
    ("stern", "web-0 app "),
    ("logger", "INFO  com.acme.Client - "),
    ("logger-time", "2026-11-24 12:00:@S.123  INFO 1 --- [main] c.a.Client : "),
    ("level", "[INFO] "),
    ("level-colon", "DEBUG: "),
    ("python-logging", "INFO:ecs.client:"),
    ("python-logging-time", "2026-11-24 12:00:@S,123 - client - INFO - "),
    ("glog", "I1124 12:00:@S.123456    1 client.go:12] "),
    ("logcat", "D/Client( 123): "),
    ("android", "11-24 12:00:@S.123  1234  5678 D Client: "),
    ("sse", "data: "),
    ("remote", "remote: "),
    ("stdout", "[stdout] "),
    ("stdout-colon", "stdout: "),
    ("grep", "response.json:@N:"),
    ("grep-context", "response.json-@N-"),
    ("github", "2026-11-24T12:00:@S.1234567Z "),
    ("gitlab", "@S: "),
    ("terraform", "aws_x.y: "),
    ("ansible", "ok: "),
    ("jenkins", "[Pipeline] "),
    ("maven", "[INFO] "),
    ("mail-name", "Bob| "),
    ("diff-context", "  "),
    ("nginx", "[error] 12#12: *1 "),
    ("cpp-comment", "//"),
    ("vbs", "' "),
    ("lisp", ";; "),
    ("tree", "├── "),
    ("irc", "<bob> "),
    ("irc-time", "[12:00] <bob> "),
    ("cloudwatch", "1764000000@S "),
    ("powershell", "PS> "),
    ("gutter", "  ▏ "),
    ("ruby-log", "I, [2026-11-24T12:00:@S.123456 #123]  INFO -- : "),
    ("bracket-thread", "[main] "),
    ("json-lines-no", "#@N "),
    ("heroku", "2026-11-24T12:00:@S+00:00 app[web.1]: "),
];

const SUFFIXES: &[(&str, &str)] = &[
    ("backslash", "\\"),
    ("blank-backslash", " \\"),
    ("pilcrow", "¶"),
    ("return", "↵"),
    ("return-sign", "⏎"),
    ("dollar", "$"),
    ("caret-m", "^M"),
    ("break", "<br>"),
    ("break-closed", "<br/>"),
    ("blanks", "    "),
    ("bar", " |"),
    ("carriage-return", "\r"),
    ("escaped-newline", "\\n"),
    ("escaped-crlf", "\\r\\n"),
    ("symbol", "␊"),
    ("arrow", " ↓"),
    ("caret", " ^"),
    ("hash", " #"),
    ("semicolon", ";"),
    ("slashes", " //"),
    ("nbsp", "\u{a0}"),
    ("wrap-arrow", "↩"),
    ("plus", " +"),
    ("underscore", " _"),
    ("backtick", " `"),
    ("ampersand", " &"),
    ("comma", ","),
    ("dots", "..."),
];

fn prefix(text: &str, with: &str) -> Option<String> {
    let lines = text.lines().enumerate().map(|(nth, line)| {
        let nth = nth + 1;
        let with = with.replace("@N", &nth.to_string()).replace("@R", &format!("{nth:>6}"));
        let with =
            with.replace("@Z", &format!("{nth:04}")).replace("@S", &format!("{:02}", nth % 60));
        format!("{with}{line}")
    });
    let text: Vec<String> = lines.collect();
    Some(text.join("\n"))
}

fn suffix(text: &str, with: &str) -> Option<String> {
    Some(text.lines().map(|line| format!("{line}{with}\n")).collect())
}

pub(super) fn add(kinds: &mut Vec<Kind>) {
    for format in [Format::Json, Format::Xml] {
        let mut add = Adder::new(kinds, "05-line-prefixes", format);
        for (name, with) in PREFIXES {
            add.text(name, Some(Style::Indent2), prefix).with = with;
        }
        for (name, with) in [("first-line-bare", "> "), ("first-line-bare-plus", "+")] {
            add.text(name, Some(Style::Indent2), |text, with| {
                let (first, rest) = text.split_once('\n')?;
                Some(format!("{first}\n{}", prefix(rest, with)?))
            })
            .with = with;
        }
        add.text("some-lines-quoted", Some(Style::Indent2), |text, _| {
            let lines = text
                .lines()
                .enumerate()
                .map(|(nth, line)| format!("{}{line}\n", if nth % 7 == 3 { "> " } else { "" }));
            Some(lines.collect())
        });
        let mut add = Adder::new(kinds, "05-line-suffixes", format);
        for (name, with) in SUFFIXES {
            add.text(name, Some(Style::Indent2), suffix).with = with;
        }
        let mut add = Adder::new(kinds, "05-frames", format);
        for (name, with) in
            [("bars", "|"), ("box", "│"), ("double", "║"), ("stars", "*"), ("hashes", "#")]
        {
            add.text(name, Some(Style::Indent2), framed).with = with;
            add.text(&format!("{name}-with-rule"), Some(Style::Indent2), |text, with| {
                let inside = framed(text, with)?;
                let width = inside.lines().next()?.chars().count().saturating_sub(2);
                let (corner, dash) = match with {
                    "│" => ("┌┐└┘", "─"),
                    "║" => ("╔╗╚╝", "═"),
                    "*" => ("****", "*"),
                    "#" => ("####", "#"),
                    _ => ("++++", "-"),
                };
                let corner: Vec<char> = corner.chars().collect();
                let rule = dash.repeat(width);
                Some(format!(
                    "{}{rule}{}\n{inside}\n{}{rule}{}",
                    corner[0], corner[1], corner[2], corner[3]
                ))
            })
            .with = with;
        }
        terminal(&mut Adder::new(kinds, "06-terminal", format));
    }
}

fn framed(text: &str, with: &str) -> Option<String> {
    let width = text.lines().map(|line| line.chars().count()).max()?;
    let lines = text.lines().map(|line| {
        let blanks = " ".repeat(width - line.chars().count());
        format!("{with} {line}{blanks} {with}")
    });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

const ESCAPES: &[(&str, &str)] = &[
    ("escape", "\u{1b}["),
    ("caret", "^[["),
    ("unicode", "\\u001b["),
    ("hex", "\\x1b["),
    ("octal", "\\033["),
    ("e", "\\e["),
    ("lost", "["),
    ("symbol", "␛["),
    ("csi", "\u{9b}"),
    ("question", "?["),
    ("replaced", "\u{fffd}["),
    ("upper-unicode", "\\u001B["),
    ("angle", "<ESC>["),
    ("entity", "&#27;["),
];

/// As `jq` and the like colour: names, strings, and all else.
fn coloured(s: &Site<'_>) -> Option<String> {
    let colour = match s.what {
        What::Name => "34;1m",
        What::String | What::Text => "0;32m",
        What::Literal => "0;39m",
        What::Open | What::Close => "1;39m",
        What::Comma | What::Colon => return None,
    };
    Some(format!("{0}{colour}{1}{0}0m", s.with, s.text))
}

fn wrapped(text: &str, with: &str) -> Option<String> {
    // `WIDTH BEFORE AFTER`
    let mut parts = with.splitn(3, '@');
    let (width, before, after) =
        (parts.next()?.parse::<usize>().ok()?, parts.next()?, parts.next()?);
    let mut out = Vec::new();
    for line in text.lines() {
        let chars: Vec<char> = line.chars().collect();
        let mut pieces = chars.chunks(width).map(|piece| piece.iter().collect::<String>());
        let mut line = pieces.next().unwrap_or_default();
        for piece in pieces {
            line.push_str(before);
            line.push('\n');
            line.push_str(after);
            line.push_str(&piece);
        }
        out.push(line);
    }
    Some(out.join("\n"))
}

fn folded(text: &str, with: &str) -> Option<String> {
    let mut parts = with.splitn(3, '@');
    let (width, before, after) =
        (parts.next()?.parse::<usize>().ok()?, parts.next()?, parts.next()?);
    let mut out = String::new();
    let mut column = 0;
    for piece in text.split_inclusive([' ', '\n']) {
        let length = piece.chars().count();
        if column > 0 && column + length > width {
            out.push_str(before);
            out.push('\n');
            out.push_str(after);
            column = after.chars().count();
        }
        out.push_str(piece);
        column = if piece.ends_with('\n') { 0 } else { column + length };
    }
    Some(out)
}

fn terminal(add: &mut Adder<'_>) {
    add.every_each("colours", ESCAPES, coloured);
    add.one_each("one-colour", ESCAPES, coloured);
    add.every_each("colours-of-values", &ESCAPES[..8], |s| {
        coloured(s).filter(|_| matches!(s.what, What::String | What::Text | What::Literal))
    });
    add.every_each("colours-inside-quotes", &ESCAPES[..8], |s| {
        let is_string = matches!(s.what, What::Name | What::String);
        if s.is(What::Text) {
            return coloured(s);
        }
        is_string.then(|| format!("\"{0}32m{1}{0}0m\"", s.with, s.inside))
    });
    add.one_each("match-highlighted", &ESCAPES[..8], |s| {
        let at = s.text.find("Status")?;
        Some(format!("{}{1}01;31m{1}KStatus{1}m{1}K{2}", &s.text[..at], s.with, &s.text[at + 6..]))
    });
    add.text("erase-line", Some(Style::Indent2), |text, _| Some(text.replace('\n', "\u{1b}[K\n")));
    add.text("hyperlink", None, |text, _| {
        let id = text.find("t-")?;
        Some(format!(
            "{}\u{1b}]8;;https://ecs.console.aliyun.com\u{7}{}\u{1b}]8;;\u{7}{}",
            &text[..id],
            &text[id..id + 5],
            &text[id + 5..]
        ))
    });
    add.text("title", None, |text, _| Some(format!("\u{1b}]0;bob@web01: ~\u{7}{text}")));
    add.text("bracketed-paste", None, |text, _| Some(format!("\u{1b}[200~{text}\u{1b}[201~")));
    add.text("bracketed-paste-escape-lost", None, |text, _| Some(format!("[200~{text}[201~")));
    add.text("overstrike", Some(Style::Indent2), |text, _| {
        Some(text.replace("Invoke", "I\u{8}In\u{8}nv\u{8}vo\u{8}ok\u{8}ke\u{8}e"))
    });
    add.text("more", Some(Style::Indent2), |text, _| {
        let at = text.match_indices('\n').nth(15).or_else(|| text.match_indices('\n').nth(2))?.0;
        Some(format!("{}\n--More--\n{}", &text[..at], &text[at + 1..]))
    });
    add.text("prompt", None, |text, _| {
        Some(format!("bob@web01:~$ aliyun ecs DescribeInvocations\n{text}\nbob@web01:~$ "))
    });
    add.text("carriage-return-lines", Some(Style::Indent2), |text, _| {
        Some(text.replace('\n', "\r\r\n"))
    });
    let widths = [
        ("80", "80@@"),
        ("40", "40@@"),
        ("60", "60@@"),
        ("132", "132@@"),
        ("72-crlf", "72@\r@"),
        ("80-indented", "80@@    "),
        ("80-backslash", "80@\\@"),
        ("60-backslash-indented", "60@\\@  "),
        ("80-arrow", "78@@↪ "),
        ("76-quoted-printable", "75@=@"),
        ("80-return", "79@↩@"),
        ("80-plus", "79@@+"),
        ("80-blank-before", "80@ @"),
        ("80-tab", "80@@\t"),
        ("50-quoted", "50@@> "),
    ];
    for (name, with) in widths {
        let kind = add.text(&format!("wrapped-compact-{name}"), Some(Style::Compact), wrapped);
        (kind.with, kind.expects) = (with, Expects::AnyWhitespace);
        let kind =
            add.text(&format!("wrapped-pretty-{name}"), Some(Style::Indent4), |text, with| {
                let width = with.split_once('@')?.0.parse::<usize>().ok()?.min(60);
                wrapped(text, &format!("{width}{}", &with[with.find('@')?..]))
            });
        (kind.with, kind.expects) = (with, Expects::AnyWhitespace);
    }
    for (name, with) in
        [("80", "80@@"), ("50", "50@@"), ("50-indented", "50@@      "), ("50-backslash", "50@\\@")]
    {
        let kind = add.text(&format!("folded-at-words-{name}"), Some(Style::Indent4), folded);
        (kind.with, kind.expects) = (with, Expects::AnyWhitespace);
    }
}

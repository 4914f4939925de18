//! The response as programs in Go, Java, Ruby, Python and JavaScript print it.

use super::notation::{
    Notation, bare, camel, class, flattened, js_string, python_string, quoted, singular, snake,
    sorted,
};
use super::{Adder, Expects, Format, Kind, Node};

const GO: Notation = Notation {
    object: |_| ("map[".into(), "]"),
    list: ("[", "]"),
    between: " ",
    name: |name| format!("{name}:"),
    string: bare,
    words: ["true", "false", "<nil>"],
    indent: None,
    trailing: false,
};

pub(super) const PYTHON: Notation = Notation {
    object: |_| ("{".into(), "}"),
    list: ("[", "]"),
    between: ", ",
    name: |name| format!("'{name}': "),
    string: python_string,
    words: ["True", "False", "None"],
    indent: None,
    trailing: false,
};

const RUBY: Notation = Notation {
    object: |_| ("{".into(), "}"),
    list: ("[", "]"),
    between: ", ",
    name: |name| format!("\"{name}\"=>"),
    string: quoted,
    words: ["true", "false", "nil"],
    indent: None,
    trailing: false,
};

const JAVA: Notation = Notation {
    object: |_| ("{".into(), "}"),
    list: ("[", "]"),
    between: ", ",
    name: |name| format!("{name}="),
    string: bare,
    words: ["true", "false", "null"],
    indent: None,
    trailing: false,
};

pub(super) fn add(kinds: &mut Vec<Kind>) {
    go(&mut Adder::new(kinds, "08-go", Format::Print));
    java(&mut Adder::new(kinds, "08-java", Format::Print));
    ruby(&mut Adder::new(kinds, "08-ruby", Format::Print));
    python(&mut Adder::new(kinds, "08-python", Format::Print));
    javascript(&mut Adder::new(kinds, "08-javascript", Format::Print));
}

fn go(add: &mut Adder<'_>) {
    add.print("map-v", |n, _| Some(GO.print(&sorted(n), "")));
    add.notation("struct-plus-v", Notation { object: |_| ("{".into(), "}"), ..GO });
    add.print("pointer-plus-v", |n, _| {
        Some(format!("&{}", Notation { object: |_| ("{".into(), "}"), ..GO }.print(n, "")))
    });
    add.notation(
        "struct-v",
        Notation { object: |_| ("{".into(), "}"), name: |_| String::new(), ..GO },
    )
    .expects = Expects::Refusal;
    add.print("map-sharp-v", |n, _| {
        Some(
            Notation {
                object: |_| ("map[string]interface {}{".into(), "}"),
                list: ("[]interface {}{", "}"),
                between: ", ",
                name: |name| format!("\"{name}\":"),
                string: quoted,
                words: ["true", "false", "interface {}(nil)"],
                ..GO
            }
            .print(&sorted(n), ""),
        )
    });
    add.notation(
        "struct-sharp-v",
        Notation {
            object: |name| (format!("ecs.{}{{", class(name)), "}"),
            list: ("[]ecs.Item{", "}"),
            between: ", ",
            string: quoted,
            ..GO
        },
    );
    add.print("map-any-sharp-v", |n, _| {
        Some(
            Notation {
                object: |_| ("map[string]any{".into(), "}"),
                list: ("[]any{", "}"),
                between: ", ",
                name: |name| format!("\"{name}\":"),
                string: quoted,
                ..GO
            }
            .print(&sorted(n), ""),
        )
    });
    add.print("logged", |n, _| {
        Some(format!(
            "2026/11/24 12:00:00 response: {}",
            Notation { object: |_| ("{".into(), "}"), ..GO }.print(n, "")
        ))
    });
    add.notation(
        "pretty",
        Notation {
            object: |name| (format!("ecs.{}{{", class(name)), "}"),
            list: ("[]ecs.Item{", "}"),
            between: ",",
            name: |name| format!("{name}: "),
            string: quoted,
            indent: Some("  "),
            trailing: true,
            ..GO
        },
    );
}

fn java(add: &mut Adder<'_>) {
    add.notation("map", JAVA);
    add.print("to-string", |n, _| {
        Some(
            Notation {
                object: |name| (format!("{}{{", singular(name)), "}"),
                name: |name| format!("{}=", camel(name)),
                ..JAVA
            }
            .print(&flattened(n), ""),
        )
    });
    add.print("to-string-quoted", |n, _| {
        Some(
            Notation {
                object: |name| (format!("{}{{", singular(name)), "}"),
                name: |name| format!("{}=", camel(name)),
                string: |text| format!("'{text}'"),
                ..JAVA
            }
            .print(&flattened(n), ""),
        )
    });
    add.print("lombok", |n, _| {
        Some(
            Notation {
                object: |name| (format!("{}(", singular(name)), ")"),
                name: |name| format!("{}=", camel(name)),
                ..JAVA
            }
            .print(&flattened(n), ""),
        )
    });
    add.notation(
        "lombok-nested",
        Notation {
            object: |name| (format!("DescribeInvocationsResponse.{}(", class(name)), ")"),
            name: |name| format!("{}=", camel(name)),
            ..JAVA
        },
    );
    add.print("record", |n, _| {
        Some(
            Notation {
                object: |name| (format!("{}[", singular(name)), "]"),
                name: |name| format!("{}=", camel(name)),
                ..JAVA
            }
            .print(&flattened(n), ""),
        )
    });
    add.print("reflection", |n, _| {
        Some(
            Notation {
                object: |name| (format!("com.aliyun.ecs.{}@1b6d3586[", singular(name)), "]"),
                between: ",",
                name: |name| format!("{}=", camel(name)),
                ..JAVA
            }
            .print(&flattened(n), ""),
        )
    });
    add.print("class-lines", |n, _| {
        Some(
            Notation {
                object: |name| (format!("class {} {{", singular(name)), "}"),
                between: "",
                name: |name| format!("{}: ", camel(name)),
                indent: Some("    "),
                ..JAVA
            }
            .print(&flattened(n), ""),
        )
    });
    add.notation("guava", Notation { object: |name| (format!("{}{{", class(name)), "}"), ..JAVA });
    add.print("logged", |n, _| {
        Some(format!(
            "12:00:00.123 [main] INFO  c.a.Client - response: {}",
            Notation {
                object: |name| (format!("{}(", singular(name)), ")"),
                name: |name| format!("{}=", camel(name)),
                ..JAVA
            }
            .print(&flattened(n), "")
        ))
    });
}

fn ruby(add: &mut Adder<'_>) {
    add.notation("inspect", RUBY);
    add.notation("symbols", Notation { name: |name| format!(":{name}=>"), ..RUBY });
    add.notation("inspect-3-4", Notation { name: |name| format!("\"{name}\" => "), ..RUBY });
    add.notation("symbols-3-4", Notation { name: |name| format!("{name}: "), ..RUBY });
    add.notation("symbols-snake", Notation { name: |name| format!(":{}=>", snake(name)), ..RUBY });
    add.notation("pretty", Notation { indent: Some(" "), ..RUBY });
    add.notation(
        "awesome-print",
        Notation { name: |name| format!("\"{name}\" => "), indent: Some("    "), ..RUBY },
    );
    add.notation(
        "open-struct",
        Notation {
            object: |_| ("#<OpenStruct ".into(), ">"),
            name: |name| format!("{name}="),
            ..RUBY
        },
    );
    add.notation(
        "struct",
        Notation {
            object: |name| (format!("#<struct {} ", class(name)), ">"),
            name: |name| format!("{name}="),
            ..RUBY
        },
    );
    add.notation(
        "object",
        Notation {
            object: |name| (format!("#<Ecs::{}:0x000078e1 ", class(name)), ">"),
            name: |name| format!("@{}=", snake(name)),
            ..RUBY
        },
    );
    add.print("irb", |n, _| Some(format!("=> {}", RUBY.print(n, ""))));
}

fn python(add: &mut Adder<'_>) {
    add.notation("repr", PYTHON);
    add.notation(
        "python-2",
        Notation {
            name: |name| format!("u'{name}': "),
            string: |text| format!("u{}", python_string(text)),
            ..PYTHON
        },
    );
    add.print("python-2-long", |n, _| {
        fn long(node: &Node) -> Node {
            match node {
                Node::Number(text) => Node::Number(format!("{text}L")),
                Node::List(items) => Node::List(items.iter().map(long).collect()),
                Node::Object(members) => Node::Object(
                    members.iter().map(|(name, value)| (name.clone(), long(value))).collect(),
                ),
                node => node.clone(),
            }
        }
        Some(
            Notation {
                name: |name| format!("u'{name}': "),
                string: |text| format!("u{}", python_string(text)),
                ..PYTHON
            }
            .print(&long(n), ""),
        )
    });
    add.notation(
        "bytes",
        Notation {
            name: |name| format!("b'{name}': "),
            string: |text| format!("b{}", python_string(text)),
            ..PYTHON
        },
    );
    add.print("pprint", |n, _| Some(super::prints_other::pprint(&sorted(n), 80, python_string)));
    add.print("pprint-python-2", |n, _| {
        Some(super::prints_other::pprint(&sorted(n), 80, |text| {
            format!("u{}", python_string(text))
        }))
    });
    add.print("pprint-narrow", |n, _| Some(super::prints_other::pprint(n, 40, python_string)));
    add.print("ordered-dict", |n, _| Some(ordered(n, "")));
    add.print("ordered-dict-python-2", |n, _| Some(ordered(n, "u")));
    add.notation(
        "ordered-dict-3-12",
        Notation { object: |_| ("OrderedDict({".into(), "})"), ..PYTHON },
    );
    add.notation(
        "namespace",
        Notation {
            object: |_| ("namespace(".into(), ")"),
            name: |name| format!("{name}="),
            ..PYTHON
        },
    );
    add.print("dataclass", |n, _| {
        Some(
            Notation {
                object: |name| (format!("{}(", singular(name)), ")"),
                name: |name| format!("{}=", snake(name)),
                ..PYTHON
            }
            .print(&flattened(n), ""),
        )
    });
    add.print("pydantic", |n, _| {
        Some(
            Notation {
                object: |_| ("".into(), ""),
                between: " ",
                name: |name| format!("{}=", snake(name)),
                ..PYTHON
            }
            .print(
                &Node::Object(match n {
                    Node::Object(members) => members
                        .iter()
                        .filter(|(_, v)| !matches!(v, Node::Object(_)))
                        .cloned()
                        .collect(),
                    _ => return None,
                }),
                "",
            ),
        )
    })
    .expects = Expects::Part;
    add.notation(
        "dict-call",
        Notation { object: |_| ("dict(".into(), ")"), name: |name| format!("{name}="), ..PYTHON },
    );
    add.notation(
        "default-dict",
        Notation { object: |_| ("defaultdict(<class 'dict'>, {".into(), "})"), ..PYTHON },
    );
    add.print("logged", |n, _| Some(format!("DEBUG:root:Response: {}", PYTHON.print(n, ""))));
}

fn ordered(node: &Node, prefix: &str) -> String {
    match node {
        Node::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| format!("({prefix}'{name}', {})", ordered(value, prefix)));
            format!("OrderedDict([{}])", members.collect::<Vec<_>>().join(", "))
        }
        Node::List(items) => format!(
            "[{}]",
            items.iter().map(|item| ordered(item, prefix)).collect::<Vec<_>>().join(", ")
        ),
        Node::String(text) => format!("{prefix}{}", python_string(text)),
        scalar => PYTHON.print(scalar, ""),
    }
}

fn javascript(add: &mut Adder<'_>) {
    add.print("inspect", |n, _| Some(super::prints_other::inspect(n, 80)));
    add.notation(
        "inspect-one-line",
        Notation {
            object: |_| ("{ ".into(), " }"),
            list: ("[ ", " ]"),
            name: |name| format!("{name}: "),
            string: js_string,
            words: ["true", "false", "null"],
            ..PYTHON
        },
    );
    add.notation(
        "inspect-not-compact",
        Notation {
            name: |name| format!("{name}: "),
            string: js_string,
            words: ["true", "false", "null"],
            indent: Some("  "),
            ..PYTHON
        },
    );
    add.notation(
        "inspect-classes",
        Notation {
            object: |name| (format!("{} {{", class(name)), "}"),
            name: |name| format!("{}: ", camel(name)),
            string: js_string,
            words: ["true", "false", "undefined"],
            indent: Some("  "),
            ..PYTHON
        },
    );
    add.notation(
        "null-prototype",
        Notation {
            object: |_| ("[Object: null prototype] {".into(), "}"),
            name: |name| format!("{name}: "),
            string: js_string,
            words: ["true", "false", "null"],
            indent: Some("  "),
            ..PYTHON
        },
    );
    add.print("literal", |n, _| {
        Some(format!(
            "const r = {};",
            Notation {
                name: |name| format!("{name}: "),
                string: quoted,
                words: ["true", "false", "null"],
                indent: Some("  "),
                trailing: true,
                ..PYTHON
            }
            .print(n, "")
        ))
    });
    add.notation(
        "map",
        Notation {
            object: |_| ("Map(5) {".into(), "}"),
            name: |name| format!("'{name}' => "),
            string: js_string,
            words: ["true", "false", "null"],
            indent: Some("  "),
            ..PYTHON
        },
    );
    add.notation(
        "browser-console",
        Notation {
            object: |_| ("{".into(), "}"),
            name: |name| format!("{name}: "),
            string: |text| format!("\"{text}\""),
            words: ["true", "false", "null"],
            ..PYTHON
        },
    );
}

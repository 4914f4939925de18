//! The imports of `src` go down the layers only, and no files import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the library from the ground up: each may import those before it, and itself.
const LAYERS: &[&str] = &[
    "random",
    "labels",
    "finding",
    "value",
    "sequences",
    "schema",
    "options",
    "pending",
    "text",
    "syntax",
    "error",
    "repair",
    "lenient",
    "model",
    "encode",
    "decode",
    "redact",
    "validate",
    "rules",
    "fuzzing",
];

/// A file that grows beyond this says why at its top, after these words.
const LONGEST: usize = 600;
const REASON: &str = "This file is long because";

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    files.sort();
    files
}

/// A module by its path from the root: `["lenient", "list"]`.
type Module = Vec<String>;

struct Sources {
    texts: BTreeMap<Module, String>,
    /// Macros live at the root by their name; this is where each is defined.
    macros: BTreeMap<String, Module>,
}

impl Sources {
    fn read() -> Self {
        let root = source();
        let (mut texts, mut macros) = (BTreeMap::new(), BTreeMap::new());
        for file in files(&root) {
            let module: Module = file
                .strip_prefix(&root)
                .unwrap()
                .with_extension("")
                .iter()
                .map(|name| name.to_str().unwrap().to_owned())
                .collect();
            let text = fs::read_to_string(&file).unwrap();
            for definition in text.split("macro_rules! ").skip(1) {
                let name: String = definition.chars().take_while(|c| is_part(*c)).collect();
                macros.insert(name, module.clone());
            }
            texts.insert(module, code(&text));
        }
        Self { texts, macros }
    }

    /// The file that an absolute path leads to.
    fn resolve(&self, path: &[String]) -> Option<Module> {
        if let Some(module) = path.first().and_then(|name| self.macros.get(name)) {
            return Some(module.clone());
        }
        let lengths = (1..=path.len()).rev();
        lengths.map(|length| path[..length].to_vec()).find(|path| self.texts.contains_key(path))
    }

    /// The files that a file imports.
    fn imports(&self, module: &Module) -> BTreeSet<Module> {
        let text = &self.texts[module];
        let mut paths = Vec::new();
        let mut rest = text.as_str();
        while let Some(at) = next_path(rest) {
            rest = &rest[at..];
            read_paths(rest, &mut Vec::new(), &mut paths);
            let word = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            rest = &rest[word.max(1)..];
        }
        let absolute = paths.into_iter().filter_map(|path| {
            let mut absolute = module.clone();
            let mut segments = path.into_iter().peekable();
            match segments.peek().map(String::as_str) {
                Some("crate") => absolute.clear(),
                Some("super") => {}
                // A child of this very file.
                Some(child) => {
                    absolute.push(child.to_owned());
                    if !self.texts.contains_key(&absolute) {
                        return None;
                    }
                    absolute.pop();
                }
                None => return None,
            }
            for segment in segments {
                match segment.as_str() {
                    "crate" => {}
                    "super" => drop(absolute.pop()),
                    _ => absolute.push(segment),
                }
            }
            self.resolve(&absolute)
        });
        absolute.filter(|imported| imported != module).collect()
    }
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The code without comments, and without the tests at its end.
fn code(text: &str) -> String {
    let end = text.find("\n#[cfg(test)]").unwrap_or(text.len());
    let is_comment = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("//") || line.starts_with("#[doc")
    };
    let lines = text[..end].lines().filter(|line| !is_comment(line));
    lines.map(|line| format!("{line}\n")).collect()
}

/// Where the next path of more than one segment begins. What a macro expands to is imported where it is
/// expanded, so `$crate` is none.
fn next_path(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = text[from..].find("::") {
        let end = from + found;
        let start = text[..end].rfind(|c| !is_part(c)).map_or(0, |at| at + 1);
        let before = text[..start].chars().next_back();
        if start < end && !matches!(before, Some(':' | '$' | '.')) {
            return Some(start);
        }
        from = end + 2;
    }
    None
}

/// Reads the path at the beginning of a text, with its groups, and returns its length.
fn read_paths(text: &str, before: &mut Vec<String>, paths: &mut Vec<Vec<String>>) -> usize {
    let depth = before.len();
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        if text[at..].starts_with('{') {
            at += 1;
            while !text[at..].trim_start().starts_with('}') && at < text.len() {
                let read = read_paths(&text[at..], before, paths);
                at += read;
                // Past a rename and the comma.
                let rest = &text[at..];
                at += rest.find([',', '}']).unwrap_or(rest.len());
                at += usize::from(text[at..].starts_with(','));
            }
            at += text[at..].find('}').map_or(0, |end| end + 1);
            break;
        }
        let length = text[at..].find(|c| !is_part(c)).unwrap_or(text.len() - at);
        before.push(text[at..at + length].to_owned());
        at += length;
        if !text[at..].starts_with("::") {
            paths.push(before.clone());
            break;
        }
        at += 2;
        if text[at..].starts_with(['<', '*']) {
            paths.push(before.clone());
            break;
        }
    }
    before.truncate(depth);
    at
}

/// The layer of a file of the library; those of the command and the root are none of its.
fn layer(module: &Module) -> Option<usize> {
    LAYERS.iter().position(|name| *name == module[0])
}

#[test]
fn each_file_imports_lower_layers_only() {
    let sources = Sources::read();
    for module in sources.texts.keys() {
        let Some(own) = layer(module) else {
            assert!(["lib", "main", "cli"].contains(&&*module[0]), "{module:?} has no layer");
            continue;
        };
        for imported in sources.imports(module) {
            let theirs = layer(&imported).unwrap_or_else(|| panic!("{module:?}: {imported:?}"));
            assert!(theirs <= own, "{} imports {}", module.join("/"), imported.join("/"));
        }
    }
}

#[test]
fn the_command_uses_the_public_api_only() {
    let sources = Sources::read();
    for module in sources.texts.keys().filter(|module| module[0] == "cli" || module[0] == "main") {
        for imported in sources.imports(module) {
            assert_eq!(imported[0], "cli", "{} imports {}", module.join("/"), imported.join("/"));
        }
    }
}

#[test]
fn imports_have_no_circle() {
    let sources = Sources::read();
    let mut imports: BTreeMap<&Module, BTreeSet<Module>> =
        sources.texts.keys().map(|module| (module, sources.imports(module))).collect();
    // The crate's root re-exports all of them.
    imports.remove(&vec!["lib".to_owned()]);
    assert!(imports.values().map(BTreeSet::len).sum::<usize>() > 200, "imports are found");
    // What imports nothing that is left is in no circle.
    loop {
        let left: BTreeSet<Module> = imports.keys().map(|module| (*module).clone()).collect();
        let before = imports.len();
        imports.retain(|_, imported| imported.iter().any(|module| left.contains(module)));
        if imports.len() == before {
            break;
        }
    }
    let name = |module: &Module| module.join("/");
    let circle: Vec<String> = imports
        .iter()
        .map(|(module, imported)| {
            let imported: Vec<_> = imported.iter().map(name).collect();
            format!("{} imports {}", name(module), imported.join(", "))
        })
        .collect();
    assert!(circle.is_empty(), "{}", circle.join("\n"));
}

#[test]
fn a_long_file_gives_its_reason() {
    for file in files(&source()) {
        let text = fs::read_to_string(&file).unwrap();
        let length = text.lines().count();
        let top: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        assert!(length <= LONGEST || top.contains(REASON), "{}: {length}", file.display());
    }
}

/// The test itself would notice: a file that imports one above it, and one that imports its parent.
#[test]
fn paths_are_found_in_all_their_forms() {
    let module = |path: &str| -> Module { path.split('/').map(str::to_owned).collect() };
    let text = "use super::{sibling::Thing, other};\nuse crate::{high::deep::{A, B as C}, low};\n\
                pub use child::Item;\nfn f() { crate::inline::g::<u8>(); $crate::expanded::h() }";
    let names = [
        "a",
        "a/b",
        "a/b/child",
        "a/sibling",
        "a/other",
        "high",
        "high/deep",
        "low",
        "inline",
        "expanded",
    ];
    let texts = names.iter().map(|name| (module(name), String::new()));
    let mut sources = Sources { texts: texts.collect(), macros: BTreeMap::new() };
    sources.texts.insert(module("a/b"), text.to_owned());
    let imported: Vec<String> =
        sources.imports(&module("a/b")).iter().map(|module| module.join("/")).collect();
    assert_eq!(imported, ["a/b/child", "a/other", "a/sibling", "high/deep", "inline", "low"],);
}

//! Checks the links of README.md, docs/command.md and CONTRIBUTING.md, some of which lead out of the package.

use std::path::Path;

/// The files that the pages link to or name exist.
#[test]
fn named_files_exist() {
    for (page, directory) in
        [("README.md", ""), ("CONTRIBUTING.md", ""), ("docs/command.md", "docs/")]
    {
        let text = std::fs::read_to_string(page).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for link in links.filter(|link| !link.is_empty()) {
            assert!(Path::new(directory).join(link).exists(), "{page}: {link}");
        }
        let names = text.split('`').filter(|name| {
            let parents = ["src/", "tests/", "fuzz/", "corpus/", "docs/", "benches/", "examples/"];
            // Others are commands, have placeholders, or are ignored by git.
            parents.iter().any(|parent| name.starts_with(parent))
                && !name.contains([' ', '*', '…', '\n'])
                && !["CODE", "TARGET"].iter().any(|placeholder| name.contains(placeholder))
        });
        for name in names {
            assert!(Path::new(name).exists(), "{page}: {name}");
        }
    }
}

"""Checks that no dependency needs a newer Rust than `rust-version` in Cargo.toml, and neither does the syntax of `src/`.

Clippy checks the functions that `src/` uses (`incompatible_msrv`), not the syntax.
"""

import json
import pathlib
import re
import subprocess
import sys

command = "cargo metadata --locked --all-features --format-version 1".split()
metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
packages = {package["id"]: package for package in metadata["packages"]}
nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
root = metadata["resolve"]["root"]


def version(package):
    parts = [int(part) for part in (package["rust_version"] or "0").split(".")]
    return (parts + [0, 0])[:3]


# Dependencies of tests may need more: a user does not build them.
found, new = set(), [root]
while new:
    node = nodes[new.pop()]
    for dependency in node["deps"]:
        is_built = any(kind["kind"] != "dev" for kind in dependency["dep_kinds"])
        if is_built and dependency["pkg"] not in found:
            found.add(dependency["pkg"])
            new.append(dependency["pkg"])
least = version(packages[root])
errors = [
    f"{package['name']} {package['version']} needs Rust {package['rust_version']}"
    for package in (packages[id] for id in found)
    if version(package) > least
]

# A guard with `let` needs 1.95.
guard = re.compile(r"\bif\b[^{};]*\blet\b[^{};]*=>")
if least < [1, 95, 0]:
    for file in sorted(pathlib.Path("src").rglob("*.rs")):
        text = re.sub(r"//.*", "", file.read_text())
        for match in guard.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            errors.append(f"{file}:{line}: `let` in the guard of a match arm needs Rust 1.95")

print(*errors, sep="\n", end="\n" if errors else "")
print(f"{len(found)} dependencies, Rust {packages[root]['rust_version']}")
sys.exit(bool(errors))

#!/usr/bin/env python3
"""Scores what a decoder recovers from damaged documents.

    score.py BINARY [DIRECTORY] [--kind PREFIX] [--show PREFIX] [--groups] [--out FILE] [--repaired DIRECTORY]

BINARY is the command `ecs-invocations`, DIRECTORY what `fuzz/damaged` wrote (/tmp/damaged). Knows nothing of the
library: it compares JSON with JSON. Items of lists are matched by their ids, other values by their path.

recall    share of the expected values that stand at their path
wrong     values a document at a path that has another value, and that the document does not hold under that name
moved     values a document that belong to another record
nowhere   values a document at a path that has no value, and that the document does not hold under that name
apart     values a document that stand in another answer: the document was taken for several (not invented)
right     documents of which all values came back and none is invented; also those that are to be refused and are
wrong doc other documents with an answer
refused   other documents without an answer
"""

import argparse
import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys

IDS = ("InvokeId", "InstanceId", "TagKey")
STATUS = re.compile(r"(Status|CommandType|RepeatMode|TerminationMode|^Timed)$")
# What these hold is written by people, so that whitespace belongs to it.
FREE = {"Output", "CommandDescription", "ErrorInfo", "Message", "CommandName", "CommandContent", "Recommend"}
KNOWN = set()


def normal(name, value):
    """A value in the form in which it is compared; None if it says nothing."""
    if value is None:
        return None
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, float) and value.is_integer():
        text = str(int(value))
    else:
        text = str(value)
    if not text.strip():
        return None
    if STATUS.search(name):
        text = text.strip().lower()
    if name == "Timed":
        text = {"1": "true", "0": "false"}.get(text, text)
    return text


def identity(item):
    """The ids of a record."""
    if not isinstance(item, dict):
        return ()
    return tuple((name, str(item[name])) for name in IDS if item.get(name))


def leaves(node, name=""):
    """The values in a tree as (name, value)."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, key)
    elif isinstance(node, list):
        for item in node:
            yield from leaves(item, name)
    else:
        value = normal(name, node)
        if value is not None:
            yield name, value


class Score:
    def __init__(self, expected, loose):
        self.by_name = collections.defaultdict(set)
        for name, value in leaves(expected):
            self.by_name[name].add(self.form(name, value, loose))
        self.loose = loose
        self.found = self.total = self.wrong = self.moved = self.nowhere = self.twice = 0
        self.notes = []

    @staticmethod
    def form(name, value, loose):
        return re.sub(r"\s+", "", value) if loose and name in FREE else value

    def invented(self, path, name, value, was):
        if name not in KNOWN:
            return
        if self.form(name, value, self.loose) in self.by_name[name]:
            self.moved += 1
            sort = "moved"
        elif was is not None:
            self.wrong += 1
            sort = "wrong"
        else:
            self.nowhere += 1
            sort = "nowhere"
        self.notes.append(f"{sort:8}{path}: {value!r}" + (f", not {was!r}" if was is not None else ""))

    def scalar(self, path, name, expected, got):
        expected, got = normal(name, expected), normal(name, got)
        if expected is not None:
            self.total += 1
            if got is not None and self.form(name, got, self.loose) == self.form(name, expected, self.loose):
                self.found += 1
                return
            if got is None:
                self.notes.append(f"lost    {path}: {expected!r}")
        if got is not None:
            self.invented(path, name, got, expected)

    def tree(self, path, name, expected, got):
        if isinstance(expected, dict):
            got = got if isinstance(got, dict) else {}
            for key, value in expected.items():
                self.tree(f"{path}.{key}", key, value, got.get(key))
            for key, value in got.items():
                if key not in expected:
                    self.extra(f"{path}.{key}", key, value)
        elif isinstance(expected, list):
            self.items(path, name, expected, got if isinstance(got, list) else [])
        elif isinstance(got, (dict, list)):
            self.scalar(path, name, expected, None)
            self.extra(path, name, got)
        else:
            self.scalar(path, name, expected, got)

    def extra(self, path, name, got):
        if isinstance(got, dict):
            for key, value in got.items():
                self.extra(f"{path}.{key}", key, value)
        elif isinstance(got, list):
            for at, value in enumerate(got):
                self.extra(f"{path}[{at}]", name, value)
        else:
            value = normal(name, got)
            if value is not None:
                self.invented(path, name, value, None)

    def items(self, path, name, expected, got):
        pairs, free = {}, list(range(len(got)))
        for at, item in enumerate(expected):
            for other in free:
                if identity(got[other]) == identity(item) != ():
                    pairs[at] = other
                    free.remove(other)
                    break
        # Those whose ids are damaged go to the item with which they share most.
        for at, item in enumerate(expected):
            if at in pairs or not free:
                continue
            mine = collections.Counter(leaves(item))
            best = max(free, key=lambda other: sum((mine & collections.Counter(leaves(got[other]))).values()))
            shared = sum((mine & collections.Counter(leaves(got[best]))).values())
            others = {identity(item) for item in expected}
            if shared and (identity(got[best]) not in others):
                pairs[at] = best
                free.remove(best)
        for at, item in enumerate(expected):
            self.tree(f"{path}[{at}]", name, item, got[pairs[at]] if at in pairs else None)
        for other in free:
            self.extra(f"{path}[+{other}]", name, got[other])


def documents(text):
    """The JSON documents in an output."""
    decoder, at, found = json.JSONDecoder(strict=False), 0, []
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if at >= len(text):
            return found
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError:
            return found
        found.append(value)


def without(node, text):
    """The tree without what the text does not hold."""
    if isinstance(node, dict):
        return {key: without(value, text) for key, value in node.items()}
    if isinstance(node, list):
        return [without(item, text) for item in node]
    return node if str(node) in text or isinstance(node, bool) else None


def without_false(node):
    if isinstance(node, dict):
        return {key: without_false(value) for key, value in node.items()}
    if isinstance(node, list):
        return [without_false(item) for item in node]
    return None if node is False else node


def score(binary, case, flags, repaired):
    kind, path, expects, base = case
    source = path
    if repaired:
        source = os.path.join(repaired, os.path.relpath(path, os.path.dirname(os.path.dirname(os.path.dirname(path)))))
        if not os.path.exists(source):
            return result(case, base, None, "no answer")
    try:
        run = subprocess.run([binary, "decode", "--to", "ndjson", *flags, source], capture_output=True, timeout=60)
        out, error = run.stdout.decode("utf-8", "replace"), run.stderr.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        out, error = "", "took more than a minute"
    if "panicked" in error:
        print(f"PANIC {path}", file=sys.stderr)
    return result(case, base, documents(out) or None, error)


def result(case, base, answers, error):
    kind, path, expects, _ = case
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    expected = json.loads(base, strict=False)
    if expects == "NoFalse":
        expected = without_false(expected)
    if expects == "Part":
        expected = without(expected, text)
    if expects == "Refusal":
        expected = {}
    best = None
    for nth, answer in enumerate(answers or [{}]):
        this = Score(expected, expects == "AnyWhitespace")
        this.tree("", "", expected, answer)
        for other, extra in enumerate(answers or []):
            # A document that is printed twice is no fault of the decoder.
            if other != nth and extra != answer:
                this.twice += sum(1 for name, _ in leaves(extra) if name in KNOWN)
        if best is None or this.found > best.found:
            best = this
    return case, best, answers is None, error


def cases(directory, prefix, common):
    with open(os.path.join(directory, "kinds.tsv"), encoding="utf-8") as file:
        for line in file:
            kind, _, expects, _, share = line.rstrip("\n").split("\t")
            if not kind.startswith(prefix) or common and share != "common":
                continue
            folder = os.path.join(directory, kind)
            for name in sorted(os.listdir(folder)):
                if name.endswith(".in"):
                    path = os.path.join(folder, name)
                    with open(path[:-3] + ".base", encoding="utf-8") as base:
                        yield kind, path, expects, base.read().strip()


def is_right(case, score, is_refused, _):
    if case[2] == "Refusal":
        return is_refused
    is_whole = not is_refused and score.found == score.total
    return is_whole and not (score.wrong or score.moved or score.nowhere or score.twice)


def row(name, scores):
    count = len(scores)
    total = sum(s.total for _, s, _, _ in scores)
    found = sum(s.found for _, s, _, _ in scores)
    sums = [sum(getattr(s, which) for _, s, _, _ in scores) for which in ("wrong", "moved", "nowhere", "twice")]
    refused = sum(1 for case, _, is_refused, _ in scores if is_refused and case[2] != "Refusal")
    right = sum(1 for score in scores if is_right(*score))
    return {
        "kind": name, "documents": count, "values": total, "recall": 100 * found / total if total else 100.0,
        "wrong": sums[0] / count, "moved": sums[1] / count, "nowhere": sums[2] / count, "apart": sums[3] / count,
        "invented": sum(sums[:3]) / count, "refused": refused, "right": right,
        "wrong_documents": count - right - refused,
    }


def show(rows):
    print(f"{'kind':56}{'docs':>5}{'values':>8}{'recall':>8}{'invented':>10}{'wrong':>7}{'moved':>7}{'nowhere':>8}{'apart':>7}{'right':>7}{'wrong doc':>11}{'refused':>9}")
    for r in rows:
        print(f"{r['kind']:56}{r['documents']:5}{r['values']:8}{r['recall']:8.1f}{r['invented']:10.2f}"
              f"{r['wrong']:7.2f}{r['moved']:7.2f}{r['nowhere']:8.2f}{r['apart']:7.2f}{r['right']:7}{r['wrong_documents']:11}{r['refused']:9}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("directory", nargs="?", default="/tmp/damaged")
    parser.add_argument("--kind", default="", help="only kinds that begin so")
    parser.add_argument("--show", help="the worst documents of the kinds that begin so")
    parser.add_argument("--common", action="store_true", help="only the kinds that people meet most")
    parser.add_argument("--groups", action="store_true", help="only the groups")
    parser.add_argument("--out", help="write the rows as JSON")
    parser.add_argument("--repaired", help="decode these instead, without repair")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    bases = {}
    folder = os.path.join(arguments.directory, "expected")
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            bases[name[:-5]] = file.read()
            KNOWN.update(name for name, _ in leaves(json.loads(bases[name[:-5]])))
    KNOWN.update(("StopTime", "UpdateTime", "Launcher", "ContainerId", "ContainerName", "OssOutputUri", "Recommend", "TerminationMode"))
    prefix = arguments.show if arguments.show else arguments.kind
    todo = [(kind, path, expects, bases[base]) for kind, path, expects, base in cases(arguments.directory, prefix, arguments.common)]
    flags = ["--no-repair"] if arguments.repaired else []
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        scores = list(pool.map(lambda case: score(arguments.binary, case, flags, arguments.repaired), todo))
    if arguments.show is not None:
        worst = sorted(scores, key=lambda s: (s[1].found - s[1].total - 3 * len(s[1].notes), s[0][1]))
        for case, this, is_refused, error in worst[:8]:
            if this.notes or is_refused:
                print(f"\n{case[1]}: {this.found} of {this.total}" + (", refused" if is_refused else ""))
                print("\n".join("  " + note[:200] for note in this.notes[:16]))
                print("\n".join("  " + line[:240] for line in error.splitlines()[:12]))
    kinds, groups = collections.defaultdict(list), collections.defaultdict(list)
    for this in scores:
        kinds[this[0][0]].append(this)
        groups[this[0][0].split("/")[0]].append(this)
    rows = {"kinds": [row(name, scores) for name, scores in kinds.items()],
            "groups": [row(name, scores) for name, scores in groups.items()],
            "all": row("all", scores) if scores else {}}
    if arguments.out:
        with open(arguments.out, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)
    panics = sum("panicked" in error for *_, error in scores)
    if panics:
        print(f"{panics} PANICS, counted as refused")
    if not arguments.groups:
        show(rows["kinds"])
    print()
    show([*rows["groups"], rows["all"]])


if __name__ == "__main__":
    main()

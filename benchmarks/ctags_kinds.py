"""Compare the declarations beside functions that minekvm finds with those of universal-ctags.

    python benchmarks/ctags_kinds.py CLONE[@REV]... [--revs N] [--files N] [--seed S] [--shown K]

For each clone `--files` C files (0: all) of each of `--revs` revisions, drawn evenly over the
history of REV (HEAD), are read by both. Told per kind (struct, union, enum, typedef, macro,
variable, member, enumerator): how many ctags finds, which share of these minekvm has, and which
share of what minekvm has ctags lacks. Annotations that ctags takes for names are left out, and so
is what stands inside functions and variables that macros declare (DEFINE_MUTEX). `--shown` prints
so many differences of each kind with their place, to be read: either side may be wrong.
Needs `ctags` (universal-ctags, with JSON) and `git`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from ctags import files_of, sources

from minekvm.core.c.declarations import declarations
from minekvm.core.c.definitions import scan
from minekvm.core.model import Function

KINDS = ("struct", "union", "enum", "typedef", "macro", "variable", "member", "enumerator")
_ROLE = {"field": "member", "constant": "enumerator"}
_ANNOTATION = re.compile(r"_{2,}\w+")
_MADE = re.compile(r"(static )?(DEFINE|DECLARE)_|(static )?H?LIST_HEAD")
Tags = dict[tuple[str, str], list[int]]


def theirs(folder: Path) -> dict[str, Tags]:
    """Per file the lines of each (kind, name); macros with arguments left out."""
    command = ["ctags", "-R", "--output-format=json", "--languages=C", "--langmap=C:.c.h"]
    command += ["--kinds-C=sugtdvme", "--fields=+neS", "-f", "-", "."]
    out = subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout
    found: defaultdict[str, Tags] = defaultdict(lambda: defaultdict(list))
    for row in out.splitlines():
        tag = json.loads(row.decode("utf-8", "replace"))
        if tag["name"].startswith("__anon") or "signature" in tag:
            continue
        found[tag["path"].removeprefix("./")][tag["kind"], tag["name"]].append(int(tag["line"]))
    return found


def ours(source: bytes, functions: Sequence[Function]) -> Tags:
    """The same of our scanner: first lines of declarations, lines of members."""
    found: Tags = defaultdict(list)
    for declaration in declarations(source, functions):
        made = declaration.kind not in KINDS or _MADE.match(declaration.type)
        if declaration.name and not made:
            found[declaration.kind, declaration.name].append(declaration.start_line)
        for member in declaration.members:
            role = _ROLE.get(member.kind)
            if role is not None:
                found[role, member.name.rpartition(".")[2]].append(member.line)
    return found


def _within(line: int, spans: list[tuple[int, int]]) -> bool:
    return any(first <= line <= last for first, last in spans)


def revisions(clone: Path, rev: str, most: int) -> list[str]:
    """So many revisions, evenly over a history, the newest first."""
    command = ["git", "-C", str(clone), "rev-list", "--first-parent", rev]
    every = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return [every[len(every) * n // most] for n in range(most)] if most > 1 else every[:1]


class Count:
    """What two readers of some trees have in common, per kind."""

    def __init__(self) -> None:
        self.theirs: Counter[str] = Counter()
        self.ours: Counter[str] = Counter()
        self.missing: defaultdict[str, list[str]] = defaultdict(list)
        self.extra: defaultdict[str, list[str]] = defaultdict(list)
        self.seconds = 0.0
        self.otherwise = 0

    def add(self, place: str, source: bytes, tags: Tags) -> None:
        """Compare one file."""
        functions = scan(source)
        began = time.process_time()
        mine = ours(source, functions)
        self.seconds += time.process_time() - began
        inside = [(f.start_line, f.end_line) for f in functions if f.kind != "macro"]
        tags = {
            key: rows
            for key, lines in tags.items()
            if (rows := [n for n in lines if key[0] == "macro" or not _within(n, inside)])
        }
        self._otherwise(tags, mine)
        for key in {*tags, *mine}:
            kind, name = key
            here, there = len(mine.get(key, ())), len(tags.get(key, ()))
            self.theirs[kind] += there
            self.ours[kind] += here
            if there > here:
                self.missing[kind] += [f"{place}:{tags[key][-1]}: {name}"] * (there - here)
            elif here > there:
                self.extra[kind] += [f"{place}:{mine[key][-1]}: {name}"] * (here - there)

    def _otherwise(self, tags: Tags, mine: Tags) -> None:
        """Take out annotations that ctags takes for the name of what stands before them."""
        for kind, name in [
            key for key in tags if key not in mine and _ANNOTATION.fullmatch(key[1])
        ]:
            for line in tags.pop((kind, name)):
                self.otherwise += 1
                here = [k for k in mine if k[0] == kind and line in mine[k] and k not in tags]
                for key in here[:1]:
                    mine[key].remove(line)


def measure(clone: Path, revs: list[str], most: int, seed: int, count: Count) -> None:
    """Compare some files of each revision; a blob is read once."""
    seen: set[str] = set()
    for rev in revs:
        files = files_of(clone, rev)
        if 0 < most < len(files):
            files = random.Random(f"{seed} {rev}").sample(files, most)
        files = [(blob, path) for blob, path in files if blob not in seen]
        seen.update(blob for blob, _ in files)
        with tempfile.TemporaryDirectory() as folder:
            texts = {}
            for number, source in enumerate(sources(clone, [blob for blob, _ in files])):
                name = f"{number}{Path(files[number][1]).suffix}"
                (Path(folder) / name).write_bytes(source)
                texts[name] = (f"{rev[:12]}:{files[number][1]}", source)
            tags = theirs(Path(folder))
            for name, (place, source) in texts.items():
                count.add(place, source, tags.get(name, {}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("clones", nargs="+", help="PATH or PATH@REV")
    parser.add_argument("--revs", type=int, default=20, help="so many revisions")
    parser.add_argument("--files", type=int, default=100, help="a random draw of each; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shown", type=int, default=0, help="differences of each kind to print")
    asked = parser.parse_args()
    for clone in asked.clones:
        path, _, rev = clone.partition("@")
        count = Count()
        measure(
            Path(path),
            revisions(Path(path), rev or "HEAD", asked.revs),
            asked.files,
            asked.seed,
            count,
        )
        about = f"{count.otherwise} names of ctags are annotations"
        print(f"{path}: {asked.revs} revisions, {count.seconds:.1f} s of scanning; {about}")
        for kind in (*KINDS, "all"):
            those = KINDS if kind == "all" else (kind,)
            total, own = (sum(c[k] for k in those) for c in (count.theirs, count.ours))
            lacks, more = (sum(len(c[k]) for k in those) for c in (count.missing, count.extra))
            found = 100 * (1 - lacks / max(total, 1))
            print(f"  {kind}: {total} by ctags, {found:.2f} % found", end="; ")
            print(f"{100 * more / max(own, 1):.2f} % of {own} are ours alone")
        for label, rows in (("missing", count.missing), ("extra", count.extra)):
            for kind in KINDS:
                drawn = random.Random(asked.seed).sample(
                    rows[kind], min(asked.shown, len(rows[kind]))
                )
                for row in drawn:
                    print(f"  {label} {kind}: {row}")


if __name__ == "__main__":
    main()

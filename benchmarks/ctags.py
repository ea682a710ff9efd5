"""Compare the definitions that minekvm finds with those of universal-ctags, over whole trees.

    python benchmarks/ctags.py CLONE[@REV]... [--files N] [--seed S] [--shown K]

For each clone the C files of a revision (HEAD), or a random draw of N of them, are read by both.
Told per tree: how many functions and function-like macros ctags finds; how many of these have
another name here (ctags takes a macro call in front, or the macro itself, for the name); how many
minekvm lacks; how many it has that ctags lacks; how many end elsewhere. `--shown` prints so many of
each kind of difference with their place, to be read: either side may be wrong. Needs `ctags`
(universal-ctags, with JSON) and `git`.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from minekvm.core.c.finder import scan

SUFFIXES = (".c", ".h")


@dataclass
class Difference:
    """What two readers of one tree do not agree on: (path, line, name) each."""

    theirs: int = 0
    seconds: float = 0.0
    named: list[tuple[str, int, str]] = field(default_factory=list)
    missing: list[tuple[str, int, str]] = field(default_factory=list)
    extra: list[tuple[str, int, str]] = field(default_factory=list)
    ends: list[tuple[str, int, str]] = field(default_factory=list)


def files_of(clone: Path, rev: str) -> list[tuple[str, str]]:
    """(blob, path) of every C file at a revision."""
    command = ["git", "-C", str(clone), "ls-tree", "-r", "-z", rev]
    found = []
    for row in subprocess.run(command, check=True, capture_output=True).stdout.split(b"\0"):
        about, _, path = row.partition(b"\t")
        if path.decode("utf-8", "replace").endswith(SUFFIXES) and about.startswith(b"100"):
            found.append((about.split()[2].decode(), path.decode("utf-8", "surrogateescape")))
    return found


def sources(clone: Path, blobs: list[str]) -> Iterator[bytes]:
    """The bytes of some blobs, in order."""
    command = ["git", "-C", str(clone), "cat-file", "--batch"]
    with tempfile.TemporaryFile() as asked:
        asked.write("".join(f"{blob}\n" for blob in blobs).encode())
        asked.seek(0)
        with subprocess.Popen(command, stdin=asked, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in blobs:
                answer = process.stdout.readline().split()
                if len(answer) < 3:
                    yield b""  # not in this clone
                    continue
                yield process.stdout.read(int(answer[2]))
                process.stdout.read(1)


def ctags(folder: Path) -> dict[str, list[tuple[str, int, int]]]:
    """Per file the (name, line, last line) of each function and function-like macro."""
    command = ["ctags", "-R", "--output-format=json", "--languages=C", "--langmap=C:.c.h"]
    command += ["--kinds-C=fd", "--fields=+neS", "-f", "-", "."]
    out = subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout
    found: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for row in out.splitlines():
        tag = json.loads(row.decode("utf-8", "replace"))
        if tag.get("kind") == "function" or "signature" in tag:
            line = int(tag["line"])
            found[tag["path"].removeprefix("./")].append(
                (tag["name"], line, int(tag.get("end", line)))
            )
    return found


def compare(path: str, source: bytes, tags: list[tuple[str, int, int]], into: Difference) -> None:
    """Add the differences of one file."""
    began = time.process_time()
    functions = [f for f in scan(source) if f.kind in ("function", "macro", "syscall")]
    into.seconds += time.process_time() - began
    by_name: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for function in functions:
        for name in {function.name, function.name.partition("(")[0]}:
            by_name[name].append((function.start_line, function.end_line))
    into.theirs += len(tags)
    explained = {span for name, line, _ in tags for span in by_name[name] if _holds(span, line)}
    other = {f.end_line: f for f in functions if (f.start_line, f.end_line) not in explained}
    for name, line, end in tags:
        here = [span for span in by_name[name] if _holds(span, line)]
        if not here and end in other and end > line:
            into.named.append((path, line, f"{name} is {other[end].name}"))
            explained.add((other[end].start_line, end))
        elif not here:
            into.missing.append((path, line, name))
        elif all(span[1] != end for span in here) and end > line:  # it ends macros where they begin
            into.ends.append((path, line, name))
    into.extra += [
        (path, f.start_line, f.name)
        for f in functions
        if (f.start_line, f.end_line) not in explained
    ]


def _holds(span: tuple[int, int], line: int) -> bool:
    return span[0] <= line <= span[1]


def measure(clone: Path, rev: str, most: int, seed: int) -> Difference:
    """The differences over one tree."""
    files = files_of(clone, rev)
    if 0 < most < len(files):
        files = random.Random(seed).sample(files, most)
    found = Difference()
    with tempfile.TemporaryDirectory() as folder:
        texts = {}
        for number, source in enumerate(sources(clone, [blob for blob, _ in files])):
            name = f"{number}{Path(files[number][1]).suffix}"
            (Path(folder) / name).write_bytes(source)
            texts[name] = (files[number][1], source)
        tags = ctags(Path(folder))
        for name, (path, source) in texts.items():
            compare(path, source, tags.get(name, []), found)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("clones", nargs="+", help="PATH or PATH@REV")
    parser.add_argument("--files", type=int, default=0, help="a random draw of so many files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shown", type=int, default=0, help="differences of each kind to print")
    asked = parser.parse_args()
    for clone in asked.clones:
        path, _, rev = clone.partition("@")
        found = measure(Path(path), rev or "HEAD", asked.files, asked.seed)
        counts = f"named otherwise {len(found.named)}, missing {len(found.missing)}"
        counts += f", extra {len(found.extra)}, ends {len(found.ends)}"
        share = 100 * (1 - len(found.missing) / max(found.theirs, 1))
        print(f"{clone}: {found.theirs} by ctags, {counts}; {share:.2f} % found", end="; ")
        print(f"{found.seconds:.1f} s of scanning")
        for kind in ("named", "missing", "extra", "ends"):
            rows = list(getattr(found, kind))
            random.Random(asked.seed).shuffle(rows)
            for where, line, name in rows[: asked.shown]:
                print(f"  {kind}: {where}:{line}: {name}")


if __name__ == "__main__":
    main()
